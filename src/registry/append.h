/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Appending records in bulk: one submission's good rows become statements
 * in the log and rows of `record`, each once.
 *
 * The same row again is recognised (same key, same content); the same key
 * with other content is a new version that names the one it replaces.
 */
#ifndef GX_REGISTRY_APPEND_H
#define GX_REGISTRY_APPEND_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "ledger/ledger.h"
#include "registry/statement.h"
#include "store/store.h"

/* A good row; spans are copied or used at once. */
struct record_in {
	uint64_t row; /* its number in the file, for `said` alone */
	int64_t subject_id;
	char code[19];
	struct statement_content content;
	uint64_t key_hash;
	uint64_t content_hash;
	int32_t decided_on; /* DATE_NONE = not given, as the next two */
	int32_t valid_to;
	int32_t public_until;
	uint8_t class_;
	bool is_late;
	bool is_new_subject; /* made by this submission */
	bool is_forced;	     /* a new version even if the content is the same */
	bool is_anyones;     /* it may replace another department's word */
	bool is_correction;  /* of the version `corrects`, and of no other */
	int64_t corrects;
};

/* What became of the rows so far. */
struct append_counts {
	uint64_t records;    /* first versions */
	uint64_t versions;   /* later versions */
	uint64_t duplicates; /* recognised, not stored again */
	uint64_t late;	     /* among records and versions */
};

/* How a row whose record is stored stands to the record's versions. */
enum append_said {
	APPEND_SAID_NEVER = 0, /* its next version */
	APPEND_SAID_LAST,      /* known: what the newest says */
	APPEND_SAID_BEFORE,    /* known: what an older one said, and stays so */
	APPEND_SAID_AGAIN,     /* its next version, as an older one was */
	APPEND_SAID_OTHERWISE  /* its next version; the last is of a row added
				  here, too */
};

/* Told of a row that says what a version of its record says, or something else
 * than another row did, when it is added or by appender_finish. newest: the log
 * index of the newest version so far. May read the store. */
typedef enum err_code append_said_before(void *ctx, const struct record_in *in,
    enum append_said said, int64_t newest, struct err *err);

struct append_config {
	struct store *store;   /* in a write transaction */
	struct ledger *ledger; /* begun */
	const struct statement_frame *frame;
	int item;
	uint64_t rows_expected; /* sizes the filter; may be wrong */
	const char *tmp_folder; /* for what does not fit in memory */
	bool is_resent;		/* the very same file was taken in before: a row
				   equal to any version is known */
	append_said_before *said; /* NULL: nobody asks */
	void *said_ctx;
};

struct appender;

enum err_code appender_new(
    const struct append_config *config, struct appender **out, struct err *err);
void appender_free(struct appender **appender);
/* *others_out: the department whose record it is and who alone can send
 * another version: nothing was added; empty: it was. The span lives
 * until the next row. ERR_CONFLICT: a correction of what does not stand. */
enum err_code appender_add(struct appender *appender,
    const struct record_in *in, struct span *others_out, struct err *err);
/* A row with this subject and key will be added soon (as
 * subject_book_expect). */
void appender_expect(
    const struct appender *appender, int64_t subject_id, uint64_t key_hash);
/* A statement that is no record: sealed, stored, not listed. *seq_out may
 * be NULL. */
enum err_code appender_add_statement(struct appender *appender,
    struct span statement, uint64_t *seq_out, struct err *err);
/* Writes all that is pending; statements may still be added, then finish
 * again. Before commit. */
enum err_code appender_finish(struct appender *appender, struct err *err);
/* The row of which the version with that log index was made; 0: not here, or
 * of a file so full of gaps that nobody knows. For `said` alone. */
uint64_t appender_row_of(const struct appender *appender, uint64_t seq);
struct append_counts appender_counts(const struct appender *appender);

#endif
