/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subjects: organisations, found by their codes, with every name and
 * identifier they ever had.
 *
 * A subject book resolves codes for one submission: a bounded cache in
 * front of the directory, new subjects numbered in order of appearance and
 * entered in the directory in sorted portions.
 */
#ifndef GX_REGISTRY_SUBJECTS_H
#define GX_REGISTRY_SUBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "store/store.h"

/*
 * Kinds of identifiers in the directory and of aliases. Stored: never
 * renumber. Organisation codes and registration numbers are none: records give
 * them as any department has written them, beside a code that is checked, and
 * one slip would lead to somebody else.
 */
enum subject_key {
	SUBJECT_KEY_CODE = 1, /* unified social credit code */
	SUBJECT_KEY_NAME = 4  /* alias only: another or former name */
};

struct subject_book;

/* In the caller's write transaction. sets_names: this item tells the
 * subject's current name (registration); other items only add names, and
 * name whoever has none. */
enum err_code subject_book_new(struct store *store, int64_t submission_id,
    bool sets_names, struct subject_book **out, struct err *err);
void subject_book_free(struct subject_book **book);
/* The subject with this valid 18-character code, made when new. */
enum err_code subject_book_resolve(struct subject_book *book, const char *code,
    struct span name, int64_t *subject_out, struct err *err);
/* What a known one is to be called from now on, "" by nothing but its code; the
 * name that it had becomes a further one. Of a book that sets names. */
enum err_code subject_book_rename(struct subject_book *book, const char *code,
    struct span name, struct err *err);
/* The code will be resolved soon: its place in memory is fetched meanwhile,
 * which is most of what resolving a known code costs. */
void subject_book_expect(const struct subject_book *book, const char *code);
/* Was it made by this submission? Then it has no earlier records. */
bool subject_book_is_new(const struct subject_book *book, int64_t subject_id);
uint64_t subject_book_new_count(const struct subject_book *book);
/* Writes what is pending; before commit. */
enum err_code subject_book_flush(struct subject_book *book, struct err *err);

/* One subject, for readers. */
struct subject {
	int64_t id;
	struct buf code;
	struct buf name; /* as shown */
};

/* How one is called that nobody has named: by its code. */
struct span subject_shown_name(struct span code, struct span name);

void subject_init(struct subject *s);
void subject_release(struct subject *s);
/* ERR_NOT_FOUND. */
enum err_code subject_by_id(
    struct store *store, int64_t id, struct subject *out, struct err *err);
/* One that is called otherwise than before, 0 when there is none, until it is
 * told that whoever keeps names has followed. */
enum err_code subject_renamed(
    struct store *store, int64_t *id_out, struct err *err);
enum err_code subject_renamed_followed(
    struct store *store, int64_t id, struct err *err);
/* The id of the one with this valid code, 0 when none has it; for looking up
 * many, best in their order. */
enum err_code subject_id_of(
    struct store *store, struct span code, int64_t *id_out, struct err *err);
/* By a valid code; ERR_NOT_FOUND. */
enum err_code subject_by_code(struct store *store, struct span code,
    struct subject *out, struct err *err);

#endif
