/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of answers that depend on the catalogue alone: what an item is
 * called, which law a measure follows from. They come in every check, so that
 * they are written once and copied then. Each piece is members of an object,
 * made by the same function in both cases.
 */
#ifndef GX_API_CHECK_WORDS_H
#define GX_API_CHECK_WORDS_H

#include "api/record.h"

struct check_words;

struct check_words *check_words_new(void);
/* NULL-safe. */
void check_words_free(struct check_words **words);
/* The words of this catalogue, this day and the thread's language: what they
 * have of others is forgotten. A catalogue's address is not used again while
 * they live. */
void check_words_use(
    struct check_words *words, const struct catalog *catalog, date_days today);

struct open_cases;

struct check_pieces {
	const struct reading *reading;
	struct check_words *words; /* NULL: nothing is kept */
	struct open_cases *open;   /* NULL: no open case is told */
};

/* Writes members about two things of the catalogue; each may be NULL. */
typedef void check_put_piece(struct json_writer *w,
    const struct reading *reading, const void *a, const void *b);
/* The same, copied if it was written once: by the catalogue, on the day and
 * in the language that the words are of. */
void check_words_put(struct json_writer *w, const struct check_pieces *pieces,
    check_put_piece *put, const void *a, const void *b);

#endif
