/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock runs from the day on which the cause was there: the decision was
 * changed, revoked, found illegal or void. Late or not, a withdrawal is made;
 * the day is sealed with it, so that the clock can be held against it.
 */
#include "api/withdraw_form.h"

#include <string.h>

#include "api/law.h"
#include "api/put.h"
#include "api/subject.h"
#include "base/utf8.h"
#include "calendar/calendar.h"

enum { REASON_BYTES_MAX = 4096 };

static const struct cat_code_list *causes_of(const struct withdraw_form *form)
{
	return form->item->withdrawal.causes;
}

/* Does the law's clock run? Before a cause is chosen it may. */
static bool is_clocked(const struct withdraw_form *form)
{
	const struct cat_withdrawal *law = &form->item->withdrawal;
	bool is_any = law->clock_causes_count == 0 || form->cause.n == 0;
	size_t i;

	for (i = 0; i < law->clock_causes_count && !is_any; i++)
		is_any = span_is(form->cause, law->clock_causes[i]);
	return law->clock.days && is_any;
}

/* The prefix of other causes, and at most a mark behind it, says nothing. */
static bool is_bare_prefix(const struct cat_code_list *causes, struct span text)
{
	size_t n = strlen(causes->open_prefix);

	return n && span_starts_with(text, causes->open_prefix) &&
	    utf8_length(text.p + n, text.n - n) <= 1;
}

static enum err_code check_words(
    const struct withdraw_form *form, struct err *err)
{
	const struct cat_code_list *causes = causes_of(form);

	if (causes && !cat_codes_hold(causes, form->cause))
		return err_set(err, ERR_INPUT, "choose why it is withdrawn");
	if (causes && form->text.n == 0 && is_bare_prefix(causes, form->cause))
		return err_set(err, ERR_INPUT, "say what the other cause is");
	if (!causes && form->text.n == 0)
		return err_set(err, ERR_INPUT, "a withdrawal needs a reason");
	if (utf8_length(form->text.p, form->text.n) > WITHDRAW_TEXT_CHARS ||
	    utf8_length(form->cause.p, form->cause.n) > WITHDRAW_TEXT_CHARS)
		return err_set(err, ERR_INPUT,
		    "the reason is longer than %d characters",
		    WITHDRAW_TEXT_CHARS);
	/* The command finds it too, but a second person may come before. */
	if (subject_check_words(form->text, err) ||
	    subject_check_words(form->cause, err))
		return err_set(err, ERR_REFUSED,
		    "the reason holds the identity number of a person");
	return 0;
}

enum err_code withdraw_form_check(const struct withdraw_form *form,
    date_days decided_on, date_days today, struct err *err)
{
	enum err_code rc = check_words(form, err);
	char text[DATE_TEXT_BYTES];
	date_days since;

	if (rc || (form->since.n == 0 && !is_clocked(form)))
		return rc;
	if (!date_parse_iso(form->since, &since))
		return err_set(err, ERR_INPUT,
		    "say on which day the cause was there, like 2026-04-20");
	if (since > today)
		return err_set(err, ERR_INPUT, "%s is still to come",
		    date_format_iso(since, text));
	if (decided_on != DATE_NONE && since < decided_on)
		return err_set(err, ERR_INPUT,
		    "the cause cannot be there before the decision, which is "
		    "of %s",
		    date_format_iso(decided_on, text));
	return 0;
}

void withdraw_form_reason(const struct withdraw_form *form, struct buf *out)
{
	buf_add_span(out, form->cause);
	if (form->cause.n && form->text.n)
		buf_add_str(out, "：");
	buf_add_span(out, form->text);
}

/* ---- the document ---- */

static void put_causes(struct json_writer *w, const struct withdraw_form *form)
{
	const struct cat_code_list *causes = causes_of(form);
	bool is_listed = false;
	size_t i;

	json_put_bool(w, "has_causes", causes != NULL);
	json_key(w, "causes");
	json_open_array(w);
	for (i = 0; causes && i < causes->codes_count; i++) {
		bool is_it = span_is(form->cause, causes->codes[i].value);

		json_open_object(w);
		json_put_str(w, "value", causes->codes[i].value);
		json_put_bool(w, "is_chosen", is_it);
		json_close_object(w);
		is_listed |= is_it;
	}
	json_close_array(w);
	json_put_bool(w, "takes_other", causes && causes->open_prefix[0]);
	json_put_str(w, "other_prefix", causes ? causes->open_prefix : "");
	json_put_span(w, "cause", form->cause);
	json_put_span(w, "other", is_listed ? span_of("") : form->cause);
}

/* "clock": {"days","working","text","basis"} or null. */
static void put_clock(struct json_writer *w, const struct reading *r,
    const struct withdraw_form *form)
{
	const struct cat_clock *clock = &form->item->withdrawal.clock;

	json_key(w, "clock");
	if (clock->days == 0) {
		json_add_null(w);
		return;
	}
	json_open_object(w);
	json_put_int(w, "days", clock->days);
	json_put_bool(w, "working", clock->is_working_days);
	law_put_period(w, "text", clock);
	law_put_basis(w, clock->basis, r->today);
	json_close_object(w);
}

static void put_deadline(struct json_writer *w, const struct reading *r,
    const struct withdraw_form *form)
{
	const struct cat_clock *clock = &form->item->withdrawal.clock;
	date_days since, due;

	json_put_bool(w, "is_clocked", is_clocked(form));
	if (!is_clocked(form) || !date_parse_iso(form->since, &since)) {
		put_due(w, DATE_NONE, DATE_NONE, false);
		json_put_bool(w, "is_late", false);
		return;
	}
	due = calendar_deadline(since, clock->days, clock->is_working_days);
	put_due(w, since, due, clock->is_working_days);
	json_put_bool(w, "is_late", r->today > due);
	json_put_int(w, "days_late", r->today > due ? r->today - due : 0);
}

static void put_form(struct json_writer *w, const struct reading *r,
    const struct withdraw_form *form, date_days decided_on)
{
	struct buf reason = BUF_INIT(REASON_BYTES_MAX);
	struct err problem;
	bool is_bad = form->is_looked &&
	    withdraw_form_check(form, decided_on, r->today, &problem) != 0;

	json_put_int(w, "record", (int64_t)form->record);
	put_named(w, "item", form->item->id, item_title(form->item));
	json_put_bool(w, "needs_second", form->needs_second);
	put_causes(w, form);
	json_put_span(w, "text", form->text);
	json_put_int(w, "text_max", WITHDRAW_TEXT_CHARS);
	json_put_span(w, "since", form->since);
	put_clock(w, r, form);
	put_deadline(w, r, form);
	json_put_bool(w, "is_ready", form->is_looked && !is_bad);
	json_put_str(w, "problem", is_bad ? problem.message : "");
	withdraw_form_reason(form, &reason);
	json_put_span(w, "reason", buf_span(&reason));
	buf_release(&reason);
}

enum err_code withdraw_form_document(const struct reading *reading,
    struct ledger *ledger, const struct withdraw_form *form,
    date_days decided_on, struct buf *out, struct err *err)
{
	struct buf statement = BUF_INIT(RECORD_DOCUMENT_BYTES_MAX);
	struct json_writer w;
	enum err_code rc =
	    record_document(reading, ledger, form->record, &statement, err);

	if (!rc) {
		json_start(&w, out);
		json_open_object(&w);
		put_head(&w, reading);
		put_form(&w, reading, form, decided_on);
		json_key(&w, "statement");
		json_add_raw(&w, buf_span(&statement));
		json_close_object(&w);
	}
	buf_release(&statement);
	return put_end(out, rc, err);
}
