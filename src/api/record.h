/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The document of a statement (a record, most often), and the part of it
 * that a subject's document holds for each record.
 */
#ifndef GX_API_RECORD_H
#define GX_API_RECORD_H

#include "base/buf.h"
#include "base/json.h"
#include "catalog/catalog.h"
#include "ledger/ledger.h"
#include "registry/view.h"
#include "store/store.h"

/* Of one that goes into another document. */
enum { RECORD_DOCUMENT_BYTES_MAX = 8 * 1024 * 1024 };

/* Why a statement's proof could not be made although there should be one. */
struct proof_failure {
	struct err why;	  /* for the operator; code 0: it could */
	bool is_mismatch; /* the statement and the log do not fit together */
};

struct roster;

/* Who reads, and for which day. */
struct check_words;

struct reading {
	struct store *store;
	const struct catalog *catalog;
	struct roster *roster;	   /* for checks; NULL: none is kept */
	struct check_words *words; /* of checks; NULL: none are kept */
	date_days as_of;	   /* the day asked about */
	date_days today;
	bool is_public; /* only what the public may see */
	/* A statement's document holds its proof (see proof.h), where there is
	 * one for this reader. */
	bool has_proof;
	/* Not NULL: a proof that cannot be made is left out of the document,
	 * and its failure told here. NULL: the document fails with it. */
	struct proof_failure *proof_failure;
};

/*
 * One record as an object: number, item, fields, facts, source, bases,
 * publication on the day, end. `version` is one of the record's.
 *
 * The public gets public fields alone, and no content of a version that was
 * replaced since: its `content` says "replaced", its fields are not there.
 * Whether the public may see the record at all is for the caller to ask
 * (view_is_public), and which marks it bears (marks.h).
 */
struct mark_list;
void record_put(struct json_writer *w, const struct reading *reading,
    const struct view_record *record, const struct view_version *version,
    const struct mark_list *marks);

/* The version of a record that the reading shows, NULL when it shows none. */
const struct view_version *record_shown(
    const struct reading *reading, const struct view_record *record);
/* Is what that version says kept back from the reader? The public gets
 * nothing of one that was replaced since. */
bool record_is_withheld(const struct reading *reading,
    const struct view_record *record, const struct view_version *version);
/* ERR_INPUT when the public asks about a day to come. */
enum err_code record_check_day(const struct reading *reading, struct err *err);

/* {"id":..,"title":..} of a department. */
void record_put_department(struct json_writer *w, const char *key,
    const struct catalog *catalog, const char *id);

/*
 * The document of statement `seq`: its kind and content, whom it is about,
 * the versions around it, its end, its place in the log, its proof if asked
 * for. ERR_NOT_FOUND when the log has none, or had none on that day;
 * ERR_REFUSED when the public may not see it; ERR_INPUT when that is a day to
 * come. Reads in one transaction. Blocks on disk.
 */
enum err_code record_document(const struct reading *reading,
    struct ledger *ledger, uint64_t seq, struct buf *out, struct err *err);

/*
 * May the public have the proof of statement `seq`? ERR_REFUSED when not:
 * only of the newest version of a record that is public, and only when
 * nothing that was sealed as open has become internal since. Within the
 * caller's read transaction.
 */
enum err_code record_check_proof(const struct reading *reading,
    struct ledger *ledger, uint64_t seq, struct err *err);

#endif
