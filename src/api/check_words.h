/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of answers that depend on the catalogue alone: what an item is
 * called, which law a measure follows from. In a check of many they come
 * thousands of times, so that they are written once and copied then. Each
 * piece is members of an object, made by the same function in both cases.
 */
#ifndef GX_API_CHECK_WORDS_H
#define GX_API_CHECK_WORDS_H

#include "api/record.h"

struct check_words;

struct check_words *check_words_new(void);
/* NULL-safe. */
void check_words_free(struct check_words **words);

struct open_cases;

struct check_pieces {
	const struct reading *reading;
	struct check_words *words; /* NULL: nothing is kept */
	struct open_cases *open;   /* NULL: no open case is told */
};

/* Writes members about two things of the catalogue; each may be NULL. */
typedef void check_put_piece(struct json_writer *w,
    const struct reading *reading, const void *a, const void *b);
/* The same, copied if it was written once. One reading's catalogue and one
 * language for all the life of the words. */
void check_words_put(struct json_writer *w, const struct check_pieces *pieces,
    check_put_piece *put, const void *a, const void *b);

#endif
