/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The document of a subject: who it is, every name and identifier it had,
 * and its records as they stood on a day, grouped as in the public credit
 * report, in each group the newest decision first.
 */
#ifndef GX_API_SUBJECT_H
#define GX_API_SUBJECT_H

#include "api/record.h"
#include "base/buf.h"
#include "base/err.h"
#include "publication/publication.h"
#include "registry/subjects.h"

enum {
	SUBJECT_DOCUMENT_BYTES_MAX = 512 * 1024 * 1024,
	SUBJECT_TEXT_BYTES_MAX = 300
};

enum { SUBJECT_EVERY_GROUP = -1 };

/* A part that fits into a page: the first records of every group, or those of
 * one group that lie behind a key. */
struct subject_query {
	int group; /* enum cat_group, or SUBJECT_EVERY_GROUP */
	bool has_after;
	struct publication_key after;
};

/*
 * text: a code, another identifier, or a name that exactly one subject has
 * (any script and width). query: NULL for all records. Each group has its
 * "count" of all and "next", the address of those that follow, or null.
 * ERR_INPUT: it looks like a code and is none, with the reason as detail, or
 * the day is to come; ERR_REFUSED: a person's number; ERR_NOT_FOUND: no such
 * subject, or, for entitled readers, not known yet on that day; ERR_CONFLICT:
 * a name of several. Reads in one transaction. Blocks on disk.
 */
enum err_code subject_document(const struct reading *reading, struct span text,
    const struct subject_query *query, struct buf *out, struct err *err);

/* The subject with that code or other identifier, in the caller's
 * transaction: fails as subject_document does, and with ERR_INPUT for a
 * name. */
enum err_code subject_find_code(struct store *store, struct span text,
    struct subject *out, struct err *err);

/* ERR_INPUT when what somebody typed is too long or no UTF-8. */
enum err_code subject_check_text(struct span text, struct err *err);
/* Has the text the form of an identifier, right or wrong: 9 or more digits
 * and letters with a digit among them? */
bool subject_looks_like_code(struct span text);
/* ERR_REFUSED when the text is or holds the number of a person, which is
 * never given back; else 0. */
enum err_code subject_refuse_person(struct span text, struct err *err);
/* The same of a text that is to be kept: a reason, a note, an answer. */
enum err_code subject_check_words(struct span text, struct err *err);

#endif
