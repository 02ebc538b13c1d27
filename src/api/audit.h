/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the auditor sees of the log of uses (数据铁笼): flows of reads by
 * department, matter and outcome, readers beside their peers, open questions
 * of representatives, findings with the entries that prove them, and the
 * entries themselves. All of it tells of a reader as a person, so reading it
 * is a use too (docs/api.md).
 */
#ifndef GX_API_AUDIT_H
#define GX_API_AUDIT_H

#include "api/record.h"
#include "people/people.h"
#include "usage/audit_case.h"

enum {
	AUDIT_DAYS = 30, /* of a period that nobody chose */
	AUDIT_DAYS_MAX = 366,
	AUDIT_BYTES_MAX = 16 * 1024 * 1024,
	AUDIT_READERS_SHOWN = 50,
	AUDIT_SEQS_SHOWN = 1000 /* of a finding */
};

/* Who looks; a grant may narrow that to a division's departments. */
struct audit_viewer {
	const struct people_caller *caller; /* NULL: sees everything */
	const struct catalog *catalog;
	struct store *registry; /* of the records, for organisations' codes */
	/* audit_viewer_load, by id. */
	const struct audit_account *accounts;
	size_t accounts_count;
};

/* What an account is by its roles of today. */
struct audit_account {
	int64_t id;
	bool is_seen;	      /* one of them is of the viewer's division */
	bool is_own_business; /* each is of an organisation: he looks at what
				 is its own */
};

/* Who the accounts are; the list is the arena's. Without it nobody is known:
 * whoever reads is taken for an official. Blocks on disk. */
enum err_code audit_viewer_load(struct audit_viewer *viewer,
    struct store *office, struct arena *arena, struct err *err);

/* A use of a department that he may see; of a sign-in, which is of none, one
 * of an account that is seen. */
bool audit_viewer_may_see(
    const struct audit_viewer *viewer, const struct use *use);
/* Sees everything? */
bool audit_viewer_is_whole(const struct audit_viewer *viewer);

/* DATE_NONE where not chosen; to: today at most. ERR_INPUT. */
enum err_code audit_period_of(date_days from, date_days to, date_days today,
    int64_t now_ms, struct audit_period *out, struct err *err);

/* store: the office's, for reading. The numbers of findings go to
 * findings_out, which may be NULL. */
enum err_code audit_document(const struct audit_viewer *viewer,
    struct store *office, const struct audit_period *period,
    size_t *findings_out, struct buf *out, struct err *err);
/* Is it a finding of the period that the viewer may see? ERR_NOT_FOUND. */
enum err_code audit_check_finding(const struct audit_viewer *viewer,
    struct store *office, const struct audit_period *period, struct span key,
    struct err *err);

/* ---- the entries ---- */

enum { AUDIT_SCAN_MAX = 20000 /* entries looked through for a page */ };

/* Empty: whatever. */
struct audit_uses_query {
	struct span reader; /* the name it acts under */
	struct span department;
	struct span subject;
	struct span matter;
	struct span case_number;
	int outcome; /* enum use_outcome; -1 whatever */
	uint64_t before;
	int64_t limit;
};

enum { AUDIT_ADDRESS_BYTES_MAX = 16 * 1024 };

/* Where they are shown, appended: "/audit/uses?..." without `before`. */
void audit_uses_address(const struct audit_uses_query *query, struct buf *out);

/* registry: of the records' store, to find a subject by code. *subject_out:
 * its id, 0 if it is not known here. */
enum err_code audit_uses_document(const struct audit_viewer *viewer,
    struct store *registry, struct store *office,
    const struct audit_uses_query *query, int64_t *subject_out, struct buf *out,
    struct err *err);

#endif
