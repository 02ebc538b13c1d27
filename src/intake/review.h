/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Acts of a department that count only when a second person of it has
 * approved them, where the department's policy asks for one (second_person
 * of the catalogue). Kept in the office:
 *
 *	asked --+-- approved -> carried out, or failed with an error
 *		+-- refused, with a note
 *		+-- taken back by whoever asked
 *
 * Nothing is decided twice, and nobody decides what he asked for himself.
 * Who approved but was cut off before the act was carried out may have it
 * carried out again: each act knows what was done already.
 */
#ifndef GX_INTAKE_REVIEW_H
#define GX_INTAKE_REVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/span.h"
#include "catalog/catalog.h"
#include "store/store.h"

enum {
	REVIEW_WAITING_MAX = 200, /* of a department */
	REVIEW_NOTE_BYTES_MAX = 512,
	REVIEW_WORDS_BYTES_MAX = 512 * 1024
};

/* Stored: add at the end, never change. */
enum review_outcome {
	REVIEW_WAITS = 0,
	REVIEW_APPROVED,
	REVIEW_REFUSED,
	REVIEW_TAKEN_BACK,
	REVIEW_UNREADABLE, /* the file cannot be taken in, whoever approves */
	REVIEW_OUTCOME_COUNT
};

struct review {
	int64_t id;
	enum cat_act act;
	const char *department;
	int64_t asked_ms;
	const char *asked_by; /* a login, or "token " and its id */
	int64_t about;	      /* AMEND, WITHDRAW: the record; RESOLVE: the
				 doubtful row; SUBMIT: 0 */
	int64_t upload_id;    /* of the file; 0: none */
	/* What was asked, as JSON: {"FIELD":"text",..} of a row that was
	 * entered by hand, ["doubtful resolve",..] of a command; "" of a
	 * file. */
	const char *words;
	const char *rehearsal; /* of a file: what would become of it, a report
				  (report.h); "" not known yet */
	int64_t decided_ms;    /* 0: not yet */
	const char *decided_by;
	enum review_outcome outcome;
	const char *note;
	int64_t done_ms;   /* when it was carried out, or failed */
	const char *error; /* JSON of why it failed; "" it did not */
};

/* Did a program ask for it? Then nobody knows whose hand moved it. */
bool review_is_of_program(const struct review *review);
/* "approved" ... */
const char *review_outcome_word(enum review_outcome outcome);

/*
 * In a transaction. Numbers the review and writes it down. ERR_BUSY: too many
 * of the department wait. ERR_CONFLICT: the same act about the same thing
 * waits already; review->id is that one's.
 */
enum err_code review_add(
    struct store *store, struct review *review, struct err *err);
/* Strings are the arena's. ERR_NOT_FOUND. */
enum err_code review_get(struct store *store, struct arena *arena, int64_t id,
    struct review *out, struct err *err);
/* The review of an upload; 0: it has none. */
enum err_code review_of_upload(
    struct store *store, int64_t upload_id, int64_t *id_out, struct err *err);
/* The newest that waits, by which the department wants to correct or withdraw
 * the record; 0: none does. */
enum err_code review_of_record(struct store *store, const char *department,
    uint64_t record, int64_t *id_out, struct err *err);

struct review_query {
	const char *department;
	bool is_decided; /* those that are decided, not those that wait */
	int64_t before;
	size_t limit;
};
/* Newest first. */
enum err_code reviews_of(struct store *store, struct arena *arena,
    const struct review_query *query, struct review *out, size_t *count_out,
    struct err *err);
enum err_code reviews_waiting(struct store *store, const char *department,
    int64_t *count_out, struct err *err);

/* In a transaction. The report of what would become of an upload. */
enum err_code review_rehearsed(struct store *store, int64_t upload_id,
    struct span report, struct err *err);

struct review_decision {
	int64_t id;
	enum review_outcome outcome;
	const char *by;
	const char *note;
};
/*
 * In a transaction; a file that waits for an approval is let go on, one that
 * is refused or taken back has ended. ERR_CONFLICT: it is decided already.
 * ERR_REFUSED: by who asked for it, or a taking back by another.
 */
enum err_code review_decide(struct store *store,
    const struct review_decision *decision, int64_t now_ms, struct err *err);
/* In a transaction. It was carried out; error: "" or its JSON. The first time
 * counts. */
enum err_code review_done(struct store *store, int64_t id, int64_t now_ms,
    const char *error, struct err *err);

#endif
