/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may file is told before he writes: the clocks of the catalogue that
 * would run from today, with their days and the law that sets them. Of the
 * clocks those count that fit the record: a record of the office itself is
 * with nobody else, any other is asked about where it came from.
 *
 * What can no longer be objected to (replaced, ended, objected to already)
 * is said in place of the form, with the way on; cases/case_move.c judges it
 * again when the form comes.
 */
#include "api/case_form.h"

#include <string.h>

#include "api/law.h"
#include "api/put.h"
#include "base/utf8.h"
#include "calendar/calendar.h"
#include "registry/subjects.h"

enum err_code case_form_kind(const struct catalog *catalog, const char *id,
    const struct cat_case_kind **out, struct err *err)
{
	*out = catalog_case_kind(catalog, id);
	return *out ? ERR_NONE
		    : err_set(err, ERR_NOT_FOUND,
			  "there is no kind of case \"%s\"", id);
}

/* ---- what was typed ---- */

static struct span shown(struct span text)
{
	return (struct span){text.p, utf8_valid_prefix(text.p, text.n)};
}

void case_form_put_typed(struct json_writer *w, struct span text,
    struct span letter, const struct err *why)
{
	json_put_span(w, "text", shown(text));
	json_put_span(w, "letter", shown(letter));
	json_key(w, "problem");
	if (!why) {
		json_add_null(w);
		return;
	}
	json_open_object(w);
	json_put_err(w, err_name(why->code), why);
	json_close_object(w);
}

/* ---- the record ---- */

enum err_code case_form_put_statement(struct json_writer *w,
    const struct reading *reading, struct ledger *ledger, uint64_t record,
    struct err *err)
{
	struct buf text = BUF_INIT(RECORD_DOCUMENT_BYTES_MAX);
	enum err_code rc = record_document(reading, ledger, record, &text, err);

	json_key(w, "statement");
	if (rc)
		json_add_null(w);
	else
		json_add_raw(w, buf_span(&text));
	buf_release(&text);
	/* Not public is no failure here. */
	return rc == ERR_REFUSED ? ERR_NONE : rc;
}

enum err_code case_form_open_case(const struct reading *r,
    const struct cat_case_kind *kind, int64_t subject_id, uint64_t number,
    int64_t *out, struct err *err)
{
	struct case_file about = {
	    .subject_id = subject_id, .kind = kind->id, .id = -1};
	const struct view_record *record;
	const struct view_version *version;
	struct view view;
	enum err_code rc;

	*out = -1;
	rc = view_load(&view, r->store, r->catalog, subject_id, err);
	record = rc ? NULL : view_find(&view, number, &version);
	if (record) {
		about.item = record->item_number;
		about.key_hash = record->key_hash;
		rc = case_find_open(r->store, &about, out, err);
	}
	view_release(&view);
	return rc;
}

/* ---- what can be expected ---- */

/* The state in which a case of the kind begins. */
static const char *first_state(const struct cat_case_kind *kind)
{
	size_t i;

	for (i = 0; i < kind->moves_count; i++)
		if (kind->moves[i].from_count == 0)
			return kind->moves[i].to;
	return "";
}

static bool would_run(const struct case_form *form,
    const struct cat_case_clock *clock, bool is_own, date_days today)
{
	return clock->kind == form->kind &&
	    strcmp(clock->starts, first_state(form->kind)) == 0 &&
	    date_is_within(clock->valid_from, clock->valid_to, today) &&
	    (clock->scope == CAT_CASE_ANY ||
		(clock->scope == CAT_CASE_OWN) == is_own);
}

static void put_clock(struct json_writer *w, const struct reading *r,
    const struct cat_case_clock *clock)
{
	bool is_working = !clock->is_calendar;

	json_open_object(w);
	json_put_int(w, "days", clock->days);
	json_put_int(w, "longest_days", clock->longest_days);
	json_put_bool(w, "can_extend", clock->longest_days > clock->days);
	json_put_bool(w, "is_another", clock->scope == CAT_CASE_ANOTHER);
	json_put_bool(w, "working_days", is_working);
	put_due(w, r->today,
	    calendar_deadline(r->today, clock->days, is_working), is_working);
	law_put_basis_array(w, &clock->basis, 1, r->today);
	json_close_object(w);
}

static void put_clocks(struct json_writer *w, const struct reading *r,
    const struct case_form *form)
{
	const struct cat_department *source =
	    catalog_department(r->catalog, form->own->department);
	bool is_own = source && cat_is_credit_office(source), has = false;
	size_t i;

	json_key(w, "clocks");
	json_open_array(w);
	for (i = 0; i < r->catalog->case_clocks_count; i++) {
		const struct cat_case_clock *clock =
		    &r->catalog->case_clocks[i];

		if (!would_run(form, clock, is_own, r->today))
			continue;
		put_clock(w, r, clock);
		has = true;
	}
	json_close_array(w);
	json_put_bool(w, "has_clocks", has);
}

/* ---- the document ---- */

static void put_about(struct json_writer *w, const struct reading *r,
    const struct case_form *form, const struct subject *subject)
{
	const struct cat_item *item = catalog_item(r->catalog, form->own->item);

	json_put_int(w, "record", (int64_t)form->record);
	put_named(w, "item", form->own->item,
	    item ? item_title(item) : form->own->item);
	json_key(w, "subject");
	json_open_object(w);
	json_put_str(w, "code", form->own->code);
	json_put_span(w, "name", buf_span(&subject->name));
	json_close_object(w);
	record_put_department(w, "source", r->catalog, form->own->department);
}

static void put_state(struct json_writer *w, const struct reading *r,
    const struct case_form *form, int64_t open_case)
{
	bool is_in_force = cat_case_kind_in_force(form->kind, r->today);
	bool is_replaced = form->own->newest != form->record;

	json_put_bool(w, "can_file",
	    is_in_force && !is_replaced && !form->own->is_ended &&
		open_case < 0);
	json_put_bool(w, "is_in_force", is_in_force);
	json_put_bool(w, "is_replaced", is_replaced);
	json_put_int(w, "newest", (int64_t)form->own->newest);
	json_put_bool(w, "is_ended", form->own->is_ended);
	if (open_case < 0)
		put_null(w, "open_case");
	else
		json_put_int(w, "open_case", open_case);
	json_put_bool(w, "is_marked",
	    catalog_case_mark(r->catalog, form->kind, r->today) != NULL);
}

static void put_form(struct json_writer *w, const struct reading *r,
    const struct case_form *form, const struct subject *subject,
    int64_t open_case)
{
	const struct cat_case_kind *kind = form->kind;

	put_head(w, r);
	json_put_str(w, "as", form->viewer->actor);
	json_put_str(w, "side", cat_case_side_name(form->viewer->side));
	put_named(w, "kind", kind->id, title_of(kind->title, kind->title_en));
	law_put_basis_array(w, kind->bases, kind->bases_count, r->today);
	put_about(w, r, form, subject);
	put_state(w, r, form, open_case);
	put_clocks(w, r, form);
	json_put_bool(w, "needs_letter", form->viewer->side == CAT_SIDE_OFFICE);
	json_put_int(w, "text_max", CASE_TEXT_CHARS_MAX);
	json_put_int(w, "letter_max", CASE_LETTER_CHARS_MAX);
	case_form_put_typed(w, form->text, form->letter, form->why);
}

/* What has to be of one moment. */
static enum err_code read_about(const struct reading *r,
    const struct case_form *form, struct subject *subject, int64_t *open_case,
    struct err *err)
{
	enum err_code rc = store_begin_read(r->store, err);

	if (!rc)
		rc = subject_by_id(
		    r->store, form->own->subject_id, subject, err);
	if (!rc)
		rc = case_form_open_case(r, form->kind, form->own->subject_id,
		    form->record, open_case, err);
	store_rollback(r->store);
	return rc;
}

enum err_code case_form_document(const struct reading *r, struct ledger *ledger,
    const struct case_form *form, struct buf *out, struct err *err)
{
	struct subject subject;
	struct json_writer w;
	int64_t open_case = -1;
	enum err_code rc;

	subject_init(&subject);
	rc = read_about(r, form, &subject, &open_case, err);
	if (!rc) {
		json_start(&w, out);
		json_open_object(&w);
		put_form(&w, r, form, &subject, open_case);
		rc = case_form_put_statement(&w, r, ledger, form->record, err);
		json_close_object(&w);
	}
	subject_release(&subject);
	return put_end(out, rc, err);
}
