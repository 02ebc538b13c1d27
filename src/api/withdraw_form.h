/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form by which a record is taken back, and what follows from it: the
 * law's clock, what becomes of its publication. What it says is worked out
 * from the catalogue and the record, so that nobody is surprised.
 */
#ifndef GX_API_WITHDRAW_FORM_H
#define GX_API_WITHDRAW_FORM_H

#include "api/record.h"

enum { WITHDRAW_TEXT_CHARS = 300 };

struct withdraw_form {
	uint64_t record;
	const struct cat_item *item;
	struct span cause; /* of the item's causes, or beginning as they may */
	struct span text;  /* more about it */
	struct span since; /* YYYY-MM-DD, as given */
	bool is_looked;	   /* it was filled in: tell what follows */
	bool needs_second; /* it waits for a second person then */
};

/* Is it filled in so that it can be done? ERR_INPUT says what is not. */
enum err_code withdraw_form_check(const struct withdraw_form *form,
    date_days decided_on, date_days today, struct err *err);
/* The reason in one line, as it will be sealed. */
void withdraw_form_reason(const struct withdraw_form *form, struct buf *out);

/*
 * Appends
 * {"record","needs_second","statement":{..},"causes","has_causes","takes_other",
 * "other_prefix","cause","text","since","clock","is_ready","due","holidays_known","is_late",
 * "days_late","reason","problem"}. Reads in one transaction.
 */
enum err_code withdraw_form_document(const struct reading *reading,
    struct ledger *ledger, const struct withdraw_form *form,
    date_days decided_on, struct buf *out, struct err *err);

#endif
