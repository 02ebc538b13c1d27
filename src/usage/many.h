/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A use of many organisations at once: one entry of the log, which commits
 * to all of them, and the way from each of them to it.
 *
 *	sealed	"list": SHA-256 of the codes in ascending order of bytes,
 *		each once, each with a line feed behind it
 *	stored	the ids, by stretches of MANY_STRETCH: for each stretch that
 *		the use touches a row with the distance of each id from the
 *		one before it, less one (LEB128); and the codes that were
 *		not known here
 *
 * A hundred thousand subjects of a million take some 100 KB and six dozen
 * rows, written in the same transaction as the entry itself.
 */
#ifndef GX_USAGE_MANY_H
#define GX_USAGE_MANY_H

#include "usage/use_log.h"

enum { MANY_STRETCH = 16384, MANY_CODE_CHARS = 18 };

struct many_subject {
	int64_t id; /* 0: not known here */
	char code[MANY_CODE_CHARS + 1];
};

/* Sorts by code, leaves each once, and returns how many there are. */
size_t many_sort(struct many_subject *list, size_t count);
/* Number and digest of a sorted list, into the use. */
void many_commit(
    const struct many_subject *list, size_t count, struct use *use);
/* Adds the use (many_commit) and the ways to it, in the log's transaction:
 * use_log_begin before, use_log_seal behind it. */
enum err_code many_add(struct use_log *log, struct store *store,
    const struct use *use, const struct many_subject *list, size_t count,
    uint64_t *seq_out, struct err *err);

/* Is the use of many about this organisation, by its id (0: none) or, if it
 * was not known then, its code? 1, 0, negative a failure. */
int many_has(struct store *store, uint64_t seq, int64_t subject_id,
    struct span code, struct err *err);
/* Every subject of it, by id; then those not known, by code. code.n is 0 of
 * those that are known. A failure of the visitor ends it. */
typedef enum err_code many_visit(
    void *ctx, int64_t subject_id, struct span code, struct err *err);
enum err_code many_each(struct store *store, uint64_t seq, many_visit *visit,
    void *ctx, struct err *err);
/* The same of one stretch as it is stored. */
enum err_code many_each_of(int64_t stretch, struct span body, many_visit *visit,
    void *ctx, struct err *err);

/*
 * The uses about one organisation, newest first, of it alone and of many:
 * start, next (1 a row, 0 the end, negative a failure), finish also after a
 * failure. Of a use of many the row says this organisation as its subject,
 * beside the number of all. query: subject, subject_id, from.
 */
struct many_pass {
	struct store *store;
	struct use_query query;
	struct use_row alone; /* the next of it alone */
	uint64_t next[3];     /* 1 + the number of each kind's next; 0 none */
	unsigned taken;	      /* kinds whose next has to be found */
	bool is_started[3];
	bool has_row; /* of the whole log is open */
};
enum err_code many_pass_start(struct many_pass *pass, struct store *store,
    const struct use_query *query, struct err *err);
int many_pass_next(
    struct many_pass *pass, struct use_row *out, struct err *err);
void many_pass_finish(struct many_pass *pass);

#endif
