/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three sections: whom it is about, what every record must have or must have
 * in some case, and the rest. The last is folded away until something stands
 * in it, because layouts of two decades have fields that hardly anybody
 * fills in.
 *
 * "required" is told, not enforced: a browser that refuses to send a form
 * tells less than the checker does.
 */
#include "api/record_form.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "api/put.h"
#include "base/tr.h"
#include "intake/fields.h"
#include "registry/statement.h"

#define N_(text) text

enum { AREA_CHARS = 400, VALUE_BYTES_MAX = 64 * 1024 };

enum section { SECTION_SUBJECT = 0, SECTION_NEEDED, SECTION_MORE, SECTIONS };

static const struct {
	const char *id;
	const char *title;
} sections[SECTIONS] = {
    [SECTION_SUBJECT] = {"subject", N_("Whom it is about")},
    [SECTION_NEEDED] = {"needed", N_("What it says")},
    [SECTION_MORE] = {"more", N_("Further fields, where they apply")},
};

/* A form under way. */
struct filling {
	const struct record_form *form;
	const struct cat_item *item;
	struct json_writer *w;
	json_t *check; /* of row_check_document, or NULL */
};

/* ---- fields ---- */

bool record_form_has(const struct cat_field *field)
{
	return field->privacy != CAT_DROPPED;
}

bool record_form_is_fixed(const struct cat_field *field)
{
	return field->is_key || field->role == CAT_ROLE_SUBJECT_CODE;
}

static enum section section_of(const struct cat_field *f)
{
	switch (f->role) {
	case CAT_ROLE_SUBJECT_NAME:
	case CAT_ROLE_SUBJECT_CODE:
	case CAT_ROLE_SUBJECT_KIND:
		return SECTION_SUBJECT;
	default:
		return f->need == CAT_OPTIONAL ? SECTION_MORE : SECTION_NEEDED;
	}
}

static const char *kind_of(const struct cat_field *f)
{
	switch (f->type) {
	case CAT_DATE:
		return "date";
	case CAT_MONEY_WAN:
	case CAT_MONEY_YUAN:
		return "amount";
	case CAT_INTEGER:
		return "whole";
	case CAT_CODE:
		return "one";
	case CAT_CODES:
		return "many";
	case CAT_TEXT:
		return f->max_chars == 0 || f->max_chars >= AREA_CHARS ? "area"
								       : "text";
	default:
		return "text";
	}
}

static const char *unit_of(const struct cat_field *f)
{
	if (f->type == CAT_MONEY_WAN)
		return "万元";
	return f->type == CAT_MONEY_YUAN ? "元" : "";
}

/* ---- conditions in words ---- */

static void add_values(struct buf *out, const struct cat_condition *when)
{
	size_t i;

	for (i = 0; i < when->values_count; i++)
		buf_addf(out, "%s%s", i ? " / " : "", when->values[i]);
}

/* Of the condition's field, then of its values if those matter. */
static const char *when_text(enum cat_op op)
{
	switch (op) {
	case CAT_OP_EQUALS:
		return tr("required when “%s” is: %s");
	case CAT_OP_CONTAINS:
		return tr("required when “%s” contains: %s");
	case CAT_OP_ABSENT:
		return tr("required when “%s” is not given");
	case CAT_OP_ABOVE:
		return tr("required when “%s” is above a certain amount");
	default:
		return tr("required when “%s” is given");
	}
}

static void add_part(struct json_writer *w, struct span text, bool is_catalog)
{
	json_open_object(w);
	json_put_span(w, "text", text);
	json_put_bool(w, "is_catalog", is_catalog);
	json_close_object(w);
}

/* "when" is the condition in words; "when_parts" are the same words, apart by
 * whose they are: the catalogue's are Chinese in every language. */
static void put_when(struct json_writer *w, const struct cat_item *item,
    const struct cat_field *f)
{
	bool has_when = f->need == CAT_REQUIRED_WHEN && f->when.field >= 0;
	const char *text = has_when ? when_text(f->when.op) : "", *at;
	struct buf when = BUF_INIT(32 * 1024), word = BUF_INIT(16 * 1024);

	if (has_when)
		buf_add_str(&word, item->fields[f->when.field].title);
	json_key(w, "when_parts");
	json_open_array(w);
	for (; (at = strstr(text, "%s")) != NULL; text = at + 2) {
		struct span own = {text, (size_t)(at - text)};

		add_part(w, own, false);
		add_part(w, buf_span(&word), true);
		buf_addf(&when, "%.*s%s", (int)own.n, own.p, buf_str(&word));
		buf_reset(&word);
		add_values(&word, &f->when);
	}
	if (text[0])
		add_part(w, span_of(text), false);
	json_close_array(w);
	buf_add_str(&when, text);
	json_put_span(w, "when", buf_span(&when));
	buf_release(&when);
	buf_release(&word);
}

/* ---- values ---- */

static struct span value_of(const struct filling *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->form->row.count; i++)
		if (span_is(f->form->row.values[i].name, name))
			return f->form->row.values[i].text;
	return span_of("");
}

/* Is it one of the values, which stand joined by "、"? */
static bool is_among(struct span joined, const char *value)
{
	static const char comma[] = "、";
	const size_t n = sizeof(comma) - 1;
	size_t from = 0, i;

	for (i = 0; i <= joined.n; i++) {
		bool is_end = i == joined.n;

		if (!is_end &&
		    (i + n > joined.n || memcmp(joined.p + i, comma, n) != 0))
			continue;
		if (span_is((struct span){joined.p + from, i - from}, value))
			return true;
		if (is_end)
			break;
		i += n - 1;
		from = i + 1;
	}
	return false;
}

static bool is_listed(const struct cat_code_list *list, struct span value)
{
	size_t i;

	for (i = 0; i < list->codes_count; i++)
		if (span_is(value, list->codes[i].value))
			return true;
	return false;
}

/* "other": what stands there beside the list's own values. */
static void put_other(
    struct json_writer *w, const struct cat_code_list *list, struct span joined)
{
	static const char comma[] = "、";
	struct buf other = BUF_INIT(VALUE_BYTES_MAX);

	while (joined.n) {
		const char *at =
		    memmem(joined.p, joined.n, comma, sizeof(comma) - 1);
		struct span one = {
		    joined.p, at ? (size_t)(at - joined.p) : joined.n};
		size_t used = one.n + (at ? sizeof(comma) - 1 : 0);

		if (!is_listed(list, one) && one.n)
			buf_addf(&other, "%s%.*s", other.n ? comma : "",
			    (int)one.n, one.p);
		joined.p += used;
		joined.n -= used;
	}
	json_put_bool(w, "takes_other", list->open_prefix[0] != '\0');
	json_put_str(w, "other_prefix", list->open_prefix);
	json_put_span(w, "other", buf_span(&other));
	buf_release(&other);
}

static void put_options(struct filling *f, const struct cat_field *field)
{
	struct span value = value_of(f, field->name);
	size_t i;

	json_key(f->w, "options");
	json_open_array(f->w);
	for (i = 0; field->codes && i < field->codes->codes_count; i++) {
		const struct cat_code *code = &field->codes->codes[i];

		json_open_object(f->w);
		json_put_int(f->w, "n", (int64_t)i + 1);
		json_put_str(f->w, "value", code->value);
		json_put_bool(f->w, "is_chosen", is_among(value, code->value));
		json_close_object(f->w);
	}
	json_close_array(f->w);
	if (field->codes)
		put_other(f->w, field->codes, value);
}

/* ---- findings ---- */

static void add_finding(struct filling *f, const json_t *finding)
{
	char *text = json_dumps(finding, JSON_COMPACT);

	json_add_raw(f->w, span_of(text));
	free(text);
}

static bool is_of(const json_t *finding, const char *name)
{
	const char *field =
	    json_string_value(json_object_get(finding, "field"));

	return field && strcmp(field, name) == 0;
}

static void put_findings(struct filling *f, const char *name)
{
	const json_t *one;
	bool has_error = false;
	size_t i;

	json_key(f->w, "findings");
	json_open_array(f->w);
	json_array_foreach (json_object_get(f->check, "findings"), i, one) {
		if (!is_of(one, name))
			continue;
		add_finding(f, one);
		has_error |= !json_is_true(json_object_get(one, "is_warning"));
	}
	json_close_array(f->w);
	json_put_bool(f->w, "has_error", has_error);
}

static bool has_finding(const struct filling *f, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach (json_object_get(f->check, "findings"), i, one)
		if (is_of(one, name))
			return true;
	return false;
}

/* ---- the document ---- */

static void put_field(struct filling *f, const struct cat_field *field)
{
	static const char *const needs[] = {
	    [CAT_OPTIONAL] = "optional",
	    [CAT_REQUIRED] = "required",
	    [CAT_REQUIRED_WHEN] = "required-when",
	};
	const char *kind = kind_of(field);
	bool is_fixed = f->form->record >= 0 && record_form_is_fixed(field);
	struct json_writer *w = f->w;

	json_open_object(w);
	json_put_str(w, "name", field->name);
	json_put_str(w, "title", field->title);
	json_put_str(w, "kind", kind);
	put_text(w, "is", "%s", kind);
	json_put_str(w, "unit", unit_of(field));
	json_put_str(w, "need", needs[field->need]);
	json_put_bool(w, "is_required", field->need == CAT_REQUIRED);
	put_when(w, f->item, field);
	json_put_str(w, "example", field->example);
	json_put_int(w, "max", field->max_chars ? field->max_chars : 4000);
	json_put_span(w, "value", value_of(f, field->name));
	put_options(f, field);
	json_put_bool(w, "is_key", record_form_is_fixed(field));
	json_put_bool(w, "is_fixed", is_fixed);
	json_put_bool(w, "is_internal", field->privacy == CAT_INTERNAL);
	/* One of these is true: what a template can ask. */
	json_put_bool(w, "is_area", strcmp(kind, "area") == 0 && !is_fixed);
	json_put_bool(w, "is_date", strcmp(kind, "date") == 0 && !is_fixed);
	json_put_bool(w, "is_one", strcmp(kind, "one") == 0 && !is_fixed);
	json_put_bool(w, "is_many", strcmp(kind, "many") == 0 && !is_fixed);
	json_put_bool(w, "is_number", unit_of(field)[0] && !is_fixed);
	put_findings(f, field->name);
	json_close_object(w);
}

static void put_section(struct filling *f, enum section which)
{
	const struct cat_item *item = f->item;
	bool is_open = which != SECTION_MORE;
	size_t i, count = 0;

	json_open_object(f->w);
	json_put_str(f->w, "id", sections[which].id);
	json_put_str(f->w, "title", tr(sections[which].title));
	json_key(f->w, "fields");
	json_open_array(f->w);
	for (i = 0; i < item->fields_count; i++) {
		const struct cat_field *field = &item->fields[i];

		if (section_of(field) != which || !record_form_has(field))
			continue;
		put_field(f, field);
		count++;
		is_open |= value_of(f, field->name).n > 0 ||
		    has_finding(f, field->name);
	}
	json_close_array(f->w);
	json_put_bool(f->w, "is_open", is_open);
	json_put_bool(f->w, "is_foldable", which == SECTION_MORE);
	json_put_int(f->w, "count", (int64_t)count);
	json_close_object(f->w);
}

static void put_sections(struct filling *f)
{
	int i;

	json_key(f->w, "sections");
	json_open_array(f->w);
	for (i = 0; i < SECTIONS; i++)
		put_section(f, (enum section)i);
	json_close_array(f->w);
}

/* Findings that no field of the form can show. */
static void put_rest(struct filling *f)
{
	const json_t *one;
	size_t i;

	json_key(f->w, "others");
	json_open_array(f->w);
	json_array_foreach (json_object_get(f->check, "findings"), i, one) {
		const char *name =
		    json_string_value(json_object_get(one, "field"));
		int at = name ? cat_field_index(f->item, name) : -1;

		if (at >= 0 && record_form_has(&f->item->fields[at]))
			continue;
		add_finding(f, one);
	}
	json_close_array(f->w);
}

static void put_form(struct filling *f, struct span check)
{
	const struct record_form *form = f->form;
	struct json_writer *w = f->w;

	put_named(
	    w, "department", form->department->id, form->department->title);
	put_named(w, "item", f->item->id, item_title(f->item));
	json_put_bool(w, "is_new", form->record < 0);
	json_put_bool(w, "needs_second",
	    form->department->second_person[form->record < 0 ? CAT_ACT_SUBMIT
							     : CAT_ACT_AMEND]);
	if (form->record < 0)
		put_null(w, "record");
	else
		json_put_int(w, "record", form->record);
	put_sections(f);
	put_rest(f);
	json_key(w, "check");
	if (check.n)
		json_add_raw(w, check);
	else
		json_add_null(w);
}

enum err_code record_form_document(const struct reading *reading,
    const struct record_form *form, struct buf *out, struct err *err)
{
	struct buf check = BUF_INIT(ROW_CHECK_DOCUMENT_BYTES_MAX);
	struct json_writer w;
	struct filling f = {.form = form, .item = form->row.item, .w = &w};
	enum err_code rc = 0;

	if (form->is_checked)
		rc = row_check_document(
		    reading->catalog, &form->row, reading->today, &check, err);
	if (!rc) {
		f.check = json_loadb(buf_str(&check), check.n, 0, NULL);
		json_start(&w, out);
		json_open_object(&w);
		put_head(&w, reading);
		put_form(&f, buf_span(&check));
		json_close_object(&w);
		json_decref(f.check);
	}
	buf_release(&check);
	return put_end(out, rc, err);
}

/* ---- what a record says, for the form ---- */

void record_form_values(const struct cat_item *item, struct span statement,
    record_form_take *take, void *ctx)
{
	struct statement s;
	struct buf text = BUF_INIT(VALUE_BYTES_MAX);
	size_t i;

	if (statement_read(statement, &s, NULL) != 0)
		return;
	for (i = 0; i < item->fields_count; i++) {
		const struct cat_field *f = &item->fields[i];
		const json_t *value = statement_field(&s, f->name);

		if (!value || !record_form_has(f))
			continue;
		buf_reset(&text);
		fields_add_text(f, value, &text);
		take(ctx, f, buf_span(&text));
	}
	statement_release(&s);
	buf_release(&text);
}
