/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A submission: one file of one department for one item, taken in as one
 * transaction. Afterwards all its good rows, its rejections, its doubtful
 * rows, its report and its log entries are there, or none is.
 */
#ifndef GX_INTAKE_SUBMIT_H
#define GX_INTAKE_SUBMIT_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "intake/decode.h"
#include "ledger/ledger.h"
#include "store/store.h"

struct submit_request {
	struct store *store;
	struct ledger *ledger;
	const struct catalog *catalog;
	const struct cat_item *item;
	const struct cat_department *department;
	struct decoder *decoder; /* started on the file already */
	int fd;			 /* the same file */
	const char *file_name;	 /* without its folder */
	const char *tmp_folder;
	int64_t now_ms;
	/* What the sender calls it; NULL nothing. Under a mark that is known
	 * already nothing is taken in: the result is that of the first time. */
	const char *mark;
	/* All of it is done and nothing kept: the report says what would have
	 * become of the rows, and the submission has no number. */
	bool is_rehearsal;
	/* Called now and then; may be NULL. */
	void (*progress)(void *ctx, uint64_t done_bytes, uint64_t total_bytes,
	    uint64_t rows);
	void *progress_ctx;
};

struct submit_result {
	int64_t submission_id;
	uint64_t rows;
	uint64_t records;    /* first versions */
	uint64_t versions;   /* new versions of known records */
	uint64_t duplicates; /* recognised, not stored again */
	uint64_t doubtful;
	uint64_t refused;
	uint64_t natural;
	uint64_t late;
	uint64_t subjects_new;
	bool was_known;	   /* its mark was */
	struct buf report; /* the stored report, JSON */
	/* Why the log's checkpoint file could not be brought up to date; the
	 * submission stands, and the next command that writes does it. */
	struct err unpublished; /* code 0: it is up to date */
};

void submit_result_init(struct submit_result *result);
void submit_result_release(struct submit_result *result);

/*
 * 0: committed, also when rows were refused. Otherwise nothing happened.
 * After ERR_UNCERTAIN ask the submission list. Blocks on disk and on the
 * decoder.
 */
enum err_code submit_run(const struct submit_request *request,
    struct submit_result *out, struct err *err);

#endif
