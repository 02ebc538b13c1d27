/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification of everything that is stored: is it what was written, and is
 * it what was sealed? Whatever is not is named.
 *
 *	database file	the seal of every page
 *	statements	commitment -> entry bundle -> every tile of every
 *			level -> root -> every signed head -> checkpoint file
 *	records		each row against its statement
 *	subjects	directory, aliases and search names agree; a record
 *about each says its name the rest	ends against their statements,
 *submissions, archived catalogues
 *
 * Page seals and checksums find accidents; the tree and the signatures find
 * intent as well: nobody without the log's key can change a statement, its
 * salt, its record's row or the log's files and pass.
 */
#ifndef GX_REGISTRY_VERIFY_H
#define GX_REGISTRY_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "ledger/ledger.h"
#include "store/store.h"
#include "tlog/note.h"

enum { VERIFY_NAMED_MAX = 200 /* the rest is only counted */ };

struct verify_request {
	const char *database; /* its file */
	/* Two connections, both idle, with no writer at work; NULL when the
	 * database cannot be opened: then only its pages are checked. */
	struct store *store;
	struct store *second;
	struct ledger *ledger; /* on `store` */
	const char *log_folder;
	const char *origin;	    /* that the log must have */
	const struct note_key *key; /* that must have signed it */
	bool is_deep;		    /* the database's own slow check, too */
	/* Called now and then; may be NULL. */
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *progress_ctx;
};

struct verify_result {
	uint64_t statements;
	uint64_t records;
	uint64_t subjects;
	uint64_t files;	 /* of the log */
	uint64_t heads;	 /* signed states */
	uint64_t erased; /* statements whose salt was erased */
	uint64_t moves;	 /* statements of cases: cases/case_verify.h */
	uint64_t cases;	 /* the same file counts them */
	uint64_t uses;	 /* entries of the other log, usage/use_verify.h */
	uint64_t uses_erased;
	struct tlog_hash root;
	uint64_t wrong; /* things found wrong */
	char *named[VERIFY_NAMED_MAX];
	size_t named_count;
	char *notes[VERIFY_NAMED_MAX]; /* odd, but not wrong */
	size_t notes_count;
};

void verify_result_init(struct verify_result *result);
void verify_result_release(struct verify_result *result);
/* Counts what was found wrong and names it, once for the same text; the text
 * is copied. */
void verify_result_add(struct verify_result *result, const char *text);

/*
 * 0: everything could be checked; what is wrong stands in the result.
 * Negative: it could not. Blocks on disk; uses a second thread. Memory is
 * bounded whatever the size.
 */
enum err_code verify_run(const struct verify_request *request,
    struct verify_result *out, struct err *err);

#endif
