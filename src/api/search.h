/* SPDX-License-Identifier: Apache-2.0 */
/* The document of a search for organisations. */
#ifndef GX_API_SEARCH_H
#define GX_API_SEARCH_H

#include "api/home.h"
#include "api/record.h"
#include "base/buf.h"
#include "base/err.h"
#include "registry/names.h"
#include "registry/names_index.h"
#include "store/store.h"

enum { SEARCH_LIMIT = 20, SEARCH_LIMIT_MAX = NAMES_HITS_MAX };

/* What makes a search faster. */
struct search_help {
	/* The names in memory, once they are there; NULL none. A name that
	 * came a moment ago may be missing until it was refreshed. */
	struct names_index *names;
	/* Else how to open a second connection, for a second thread; NULL: one
	 * thread does it. */
	const struct store_config *again;
	/* Whose catalogue is loaded when it has to be asked; NULL: the reading
	 * has it. */
	struct home *home;
};

/*
 * Organisations by any part of a name (any width, bracket and script), or
 * by a code or its beginning; at most `limit` of them, the best first.
 *
 * {"query","by":"name"|"code","total":N|null,"more":bool,"results":[
 *   {"code","name","matched":other name|null}],
 *  "ident":what is wrong with what looks like a code, or null,
 *  "hint":how else to look it up, or "",
 *  "near":[{"code","name","changes":[{"at","is","should"}]}]
 *  ["example":bool]}
 *
 * near: the organisations whose code differs from a wrong one in one
 * character, or in an I for a 1 and an O for a 0; what differs, counted from
 * 1. total is how many organisations there are, null when there are more than
 * are shown. The public finds nobody by a name that only records say which are
 * not public (told_names.h), and is not told how many records there are: those
 * whose publication has ended must not even be counted (R-REG-015). "example"
 * where the reading has its catalogue. ERR_INPUT: nothing to search for;
 * ERR_REFUSED: a person's number. Reads in one transaction. Blocks on disk.
 */
enum err_code search_document(const struct reading *reading,
    const struct search_help *help, struct span text, size_t limit,
    struct buf *out, struct err *err);

/* The subjects that it finds, the best first, at most `max`: in the caller's
 * transaction. Fails as search_document. */
enum err_code search_subjects(struct store *store, struct names_index *names,
    struct span text, int64_t *list, size_t max, size_t *count_out,
    struct err *err);

#endif
