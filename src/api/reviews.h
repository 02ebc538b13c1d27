/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Acts that wait for a second person of the department (intake/review.h), as
 * those see them who asked and those who decide: what was asked, beside what
 * stands, and what would become of it.
 */
#ifndef GX_API_REVIEWS_H
#define GX_API_REVIEWS_H

#include "api/own_records.h"
#include "intake/review.h"

enum { REVIEWS_LIMIT = 20, REVIEWS_LIMIT_MAX = 100 };

/* Where one is looked at, and who looks, for what he may do next. */
struct reviews_of {
	struct store *office;
	struct ledger *ledger;
	const char *name; /* as in asked_by */
	bool may_decide;  /* for this department */
	bool may_send;	  /* in for it himself */
};

struct reviews_query {
	struct own_choice departments;
	bool is_decided;
	int64_t before;
	size_t limit;
};

/* {"department","departments","is_decided","waiting","acts":[..],"rows":[{
 *  "id","href","act":{"id","title"},"about","asked","by","by_name","outcome",
 *  "decided","decided_by","decided_by_name"}],"has_rows","next"}: acts are
 * those that the department's policy asks a second person for. */
enum err_code reviews_document(const struct reading *reading,
    struct store *office, const struct reviews_query *query, struct buf *out,
    struct err *err);

/*
 * {"department","review":{as the rows, with "note","error","is_waiting",
 *  "is_done"},"file":{"name","bytes","digest","href"}|null,"submission":N|null,
 *  "rehearsal":{as "gongxin submit --dry-run --json"}|null,
 *  "fields":[{"name","title","value","was","is_changed"}],"has_fields",
 *  "words":[{"title","text"}],"statement":{..}|null,"row":{..}|null,
 *  "can_decide","can_approve","can_take_back","again":HREF|null,"can_carry_out","is_own",
 *  "is_looked_through","is_outdated","newest":N|null}
 */
enum err_code review_document(const struct reading *reading,
    const struct reviews_of *of, const struct review *review, struct buf *out,
    struct err *err);

/* Does the version that a correction is made of stand no more? Taken in, it
 * would take back what came since, or bring back what was withdrawn. */
bool review_is_outdated(
    const struct review *review, const struct own_record *record);

/* {"id","href","outcome":{"id","title"},"by","by_name","at","note"} */
void reviews_put_decision(
    struct json_writer *w, struct store *office, const struct review *review);

#endif
