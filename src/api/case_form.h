/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form by which a case about a record begins: the record, what the law
 * of the city lets whoever files expect, and whether it can be filed at all.
 */
#ifndef GX_API_CASE_FORM_H
#define GX_API_CASE_FORM_H

#include "api/cases.h"
#include "api/own_records.h"

struct case_form {
	const struct case_viewer *viewer; /* a representative or the office */
	const struct cat_case_kind *kind;
	uint64_t record;
	const struct own_record *own; /* the same, found */
	/* What was typed, and why it was not taken; why may be NULL. */
	struct span text;
	struct span letter;
	const struct err *why;
};

/* ERR_NOT_FOUND: the catalogue has no such kind. */
enum err_code case_form_kind(const struct catalog *catalog, const char *id,
    const struct cat_case_kind **out, struct err *err);

/*
 * {"as_of","city","as","side","kind":{"id","title"},"bases","record","item",
 * "subject","source","statement","can_file","is_in_force","newest",
 * "is_replaced","is_ended","open_case","clocks":[{"days","longest_days",
 * "working_days","can_extend","is_another","due","holidays_known","bases"}],"has_clocks","is_marked","needs_letter",
 * "text","letter","text_max","letter_max","problem"}
 *
 * The statement is as the viewer may see it, null when he may not. Reads in
 * transactions; blocks on disk.
 */
enum err_code case_form_document(const struct reading *reading,
    struct ledger *ledger, const struct case_form *form, struct buf *out,
    struct err *err);

/* The number of the open case of that kind about the record; -1: none is.
 * In the caller's transaction. */
enum err_code case_form_open_case(const struct reading *reading,
    const struct cat_case_kind *kind, int64_t subject_id, uint64_t record,
    int64_t *out, struct err *err);

/* "problem": {"message","detail","hint"} or null; "text", "letter": what was
 * typed, as far as it can be shown. */
void case_form_put_typed(struct json_writer *w, struct span text,
    struct span letter, const struct err *why);
/* "statement": the record's document, null where the viewer may not see it. */
enum err_code case_form_put_statement(struct json_writer *w,
    const struct reading *reading, struct ledger *ledger, uint64_t record,
    struct err *err);

#endif
