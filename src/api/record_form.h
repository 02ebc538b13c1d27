/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form of one record: every field of an item that may be filled in, made
 * from the catalogue, with what was filled in already and what the checker
 * said of it. The same form enters a new record and corrects one that
 * stands.
 */
#ifndef GX_API_RECORD_FORM_H
#define GX_API_RECORD_FORM_H

#include "api/record.h"
#include "api/row_check.h"

struct record_form {
	const struct cat_department *department; /* whose record it is */
	struct row_given row; /* as filled in; may be empty */
	bool is_checked;      /* tell the findings of it */
	int64_t record;	      /* that is corrected; -1: a new one */
};

/*
 * Appends
 * {"department","item","record","is_new","needs_second","sections":[{"id",
 * "title","is_open","fields":[..]}],"check"}. A field: "name", "title",
 * "kind" (text, area, date, amount, whole, one, many), "unit", "need",
 * "when", "example", "max", "value", "options", "is_key", "is_fixed",
 * "is_internal", "findings". Fields whose values are never kept are not
 * there.
 */
enum err_code record_form_document(const struct reading *reading,
    const struct record_form *form, struct buf *out, struct err *err);

/*
 * What a sealed record says, as somebody would write it into the form:
 * amounts in the field's unit, several values joined. Calls take for each
 * field that has one, in the item's order; the texts live until it returns.
 */
typedef void record_form_take(
    void *ctx, const struct cat_field *field, struct span text);
void record_form_values(const struct cat_item *item, struct span statement,
    record_form_take *take, void *ctx);

/* May the field be changed by a correction? Not what the record is known
 * by: its subject and its key. */
bool record_form_is_fixed(const struct cat_field *field);
/* Has the form this field? */
bool record_form_has(const struct cat_field *field);

#endif
