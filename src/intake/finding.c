/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One table holds every rule: its stored name, whether it only warns, what
 * is wrong and how to mend it. In a text {v} stands for the value, {t} for
 * the field's title, {e} for what was expected.
 */
#include "intake/finding.h"

#include <jansson.h>
#include <string.h>

#include "base/check.h"
#include "base/json_text.h"
#include "base/utf8.h"
#include "ident/ident.h"

struct rule_text {
	const char *name;
	bool is_warning;
	const char *message;
	const char *mend;
};

/* Marks a literal for the translation check; looked up when shown. */
#define N_(text) text

static const struct rule_text rules[FIND_COUNT] = {
    [FIND_NONE] = {"none", false, "", ""},
    [FIND_REQUIRED_MISSING] = {"required-missing", false, N_("{t} is missing"),
	N_("Fill in the cell; the catalogue requires it.")},
    [FIND_TEXT_TOO_LONG] = {"text-too-long", false,
	N_("{t} is longer than {e} characters"),
	N_("Shorten the text to {e} characters.")},
    [FIND_TEXT_DITTO] = {"text-ditto", false,
	N_("{t} \"{v}\" points to another row, and each row has to say "
	   "everything itself"),
	N_("Write out what it means.")},
    [FIND_CODE_BAD_LENGTH] = {"code-bad-length", false,
	N_("{t} \"{v}\" does not have 18 characters"),
	N_("Copy the code from the organisation's licence.")},
    [FIND_CODE_BAD_CHARACTER] = {"code-bad-character", false,
	N_("{t} \"{v}\" holds a character that no code has (position {e})"),
	N_("Codes use digits and capital letters without I, O, S, V, Z; "
	   "check 0 and O, 1 and I.")},
    [FIND_CODE_BAD_DEPARTMENT] = {"code-bad-department", false,
	N_("{t} \"{v}\" begins with a registration department that does not "
	   "exist"),
	N_("Compare the first character with the organisation's licence.")},
    [FIND_CODE_BAD_CLASS] = {"code-bad-class", false,
	N_("{t} \"{v}\" has a class (2nd character) that its registration "
	   "department does not use"),
	N_("Compare the second character with the organisation's licence.")},
    [FIND_CODE_BAD_CHECK] = {"code-bad-check", false,
	N_("{t} \"{v}\" fails its check: with these 17 characters the last "
	   "one would be {e}"),
	N_("One of the characters is wrong; copy the code from the licence "
	   "rather than only changing the last one.")},
    [FIND_CODE_ROUNDED] = {"code-rounded", false,
	N_("{t} \"{v}\" was taken for a number by a spreadsheet, which keeps "
	   "15 digits of it"),
	N_("Make the column one of text and enter it once more; its "
	   "last digits are lost.")},
    [FIND_NUMBER_IS_DATE] = {"number-is-date", false,
	N_("{t} \"{v}\" was taken for a date by a spreadsheet, which shows "
	   "and keeps it otherwise than it was entered"),
	N_("Make the column one of text and enter it once more.")},
    [FIND_ORG_PART_BAD_CHECK] = {"org-part-bad-check", true,
	N_("the organisation code inside \"{v}\" fails its own check"),
	N_("Compare characters 9 to 17 with the licence.")},
    [FIND_DIVISION_UNKNOWN] = {"division-unknown", true,
	N_("the division inside \"{v}\" was never in force"),
	N_("Compare characters 3 to 8 with the licence.")},
    [FIND_OTHER_CODE_BAD] = {"other-code-bad", true,
	N_("{t} \"{v}\" is not a valid unified social credit code"),
	N_("Enter the right code of that body next time.")},
    [FIND_ORG_CODE_BAD] = {"org-code-bad", true,
	N_("{t} \"{v}\" is not a valid organisation code"),
	N_("Organisation codes have 8 characters and a check character.")},
    [FIND_REG_NUMBER_BAD] = {"reg-number-bad", true,
	N_("{t} \"{v}\" is not a valid registration number"),
	N_("Registration numbers have 15 digits, the last one a check.")},
    [FIND_DATE_UNREADABLE] = {"date-unreadable", false,
	N_("{t} \"{v}\" is not a date"), N_("Write the date as 2023-04-24.")},
    [FIND_DATE_IMPOSSIBLE] = {"date-impossible", false,
	N_("{t} \"{v}\" is a day that does not exist"),
	N_("Look the date up in the document.")},
    [FIND_DATE_AMBIGUOUS] = {"date-ambiguous", false,
	N_("{t} \"{v}\" can be read as more than one day"),
	N_("Write the date with the year first: 2023-04-24.")},
    [FIND_DATE_INCOMPLETE] = {"date-incomplete", false,
	N_("{t} \"{v}\" is only a part of a date"),
	N_("Write year, month and day: 2023-04-24.")},
    [FIND_DATE_OUT_OF_RANGE] = {"date-out-of-range", false,
	N_("{t} \"{v}\" is not within the years 1900 to 2999"),
	N_("Look the date up in the document.")},
    [FIND_DATE_LONG_TERM] = {"date-long-term", false,
	N_("{t} \"{v}\" means long-term, and that is no day here"),
	N_("Enter the day; only an end can be long-term.")},
    [FIND_NUMBER_UNREADABLE] = {"number-unreadable", false,
	N_("{t} \"{v}\" is not a number"),
	N_("Write digits and at most one decimal point.")},
    [FIND_NUMBER_NEGATIVE] = {"number-negative", false,
	N_("{t} \"{v}\" is negative"), N_("The value is zero or more.")},
    [FIND_NUMBER_TOO_LARGE] = {"number-too-large", false,
	N_("{t} \"{v}\" is larger than it can be"),
	N_("Check the unit: the column may be in 10,000 yuan.")},
    [FIND_MONEY_INEXACT] = {"money-inexact", false,
	N_("{t} \"{v}\" is not a whole number of fen"),
	N_("Check the unit: 10,000 yuan with six decimals is one fen.")},
    [FIND_MONEY_CURRENCY] = {"money-currency", false,
	N_("{t} \"{v}\" is not in yuan"),
	N_("Write the amount in yuan of the day of the decision.")},
    [FIND_MONEY_UNIT] = {"money-unit", true,
	N_("{t} \"{v}\" names another unit than its column; it was "
	   "converted"),
	N_("Write the amount in the column's unit, without the unit.")},
    [FIND_MONEY_SIGN] = {"money-sign", false,
	N_("{t} \"{v}\" has a sign of yuan, and the column another unit, in "
	   "which it would be {e}"),
	N_("Write the amount in the column's unit, without a sign; or with its "
	   "own unit behind it: 5000元.")},
    [FIND_INTEGER_FRACTION] = {"integer-fraction", false,
	N_("{t} \"{v}\" is not a whole number"), N_("Write a whole number.")},
    [FIND_VALUE_UNKNOWN] = {"value-unknown", false,
	N_("{t} \"{v}\" is not one of the permitted values"),
	N_("Permitted: {e}")},
    [FIND_COLUMNS_DIFFER] = {"columns-differ", false,
	N_("{t} \"{v}\" is not what column {e} has for it"),
	N_("Leave the right value in one of the columns and take the other "
	   "one out.")},
    [FIND_COLUMN_PASSED_OVER] = {"column-passed-over", true,
	N_("{t} \"{v}\" is not what column {e} has for it, whose title is "
	   "this one's own; that was taken"),
	N_("If the column is meant for something else, take it out or give it "
	   "another title.")},
    [FIND_CELL_SHARED] = {"cell-shared", false,
	N_("{t} \"{v}\" stands in a cell that is merged over rows {e}, each of "
	   "which has to have its own"),
	N_("Take the merged cell apart and write in each row what is its own; "
	   "one decision is one row.")},
    [FIND_CITIZEN_REMOVED] = {"citizen-removed", true,
	N_("{t} held a citizen identity number; it was removed and not "
	   "stored"),
	N_("Leave identity numbers of persons out of this field.")},
    [FIND_NATURAL_PERSON] = {"natural-person", false,
	N_("the row is about a natural person"),
	N_("The platform keeps no records of natural persons; such rows stay "
	   "with their source.")},
    [FIND_OTHERS_RECORD] = {"others-record", false,
	N_("the record is of \"{e}\", which has reported it"),
	N_("Its source alone corrects or withdraws it; who has taken its work "
	   "over acts for it.")},
    [FIND_RECORD_ENDED] = {"record-ended", true,
	N_("the record (in the first such row: {e}) has ended, and what it "
	   "said before does not bring it back"),
	N_("If its withdrawal was a mistake, take that back: at the record on "
	   "the department's desk, or by \"gongxin reinstate\". If the "
	   "decision "
	   "about its doubtful row was undone, decide about that row again.")},
    [FIND_RECORD_NEWER] = {"record-newer", true,
	N_("a newer version of the record stands (of the first such row: {e}), "
	   "and what was said before changes nothing"),
	N_("If the older content is meant after all, correct the record: on "
	   "the department's desk, or by its row in a file that was not sent "
	   "before.")},
    [FIND_RECORD_BACK] = {"record-back", true,
	N_("the record goes back to what it said before (in the first such "
	   "row, from the version {e})"),
	N_("If what was corrected in between is right, correct the record "
	   "again, and the row where it comes from: it would take the record "
	   "back each time.")},
    [FIND_RECORD_TWICE] = {"record-twice", true,
	N_("another row of the file is about the same record and says "
	   "something else (of the first such row: row {e}); the later one "
	   "has become a new version of it, and is what stands"),
	N_("If they are two decisions, give each its own number. If it is one, "
	   "put together what they say in one row and send that.")},
    [FIND_DOUBTFUL_WAITS] = {"doubtful-waits", true,
	N_("the same row is among the doubtful ones already (the first "
	   "such row as number {e}) and waits until somebody says whom it is "
	   "about"),
	N_("Decide about it: on the department's desk, or by \"gongxin "
	   "doubtful resolve\".")},
    [FIND_DOUBTFUL_DISMISSED] = {"doubtful-dismissed", true,
	N_("the same row was among the doubtful ones (the first such row as "
	   "number {e}) and was rejected; it makes no record"),
	N_("Send the row with the organisation's whole code. If it was "
	   "rejected by mistake, undo that decision.")},
    [FIND_ITEM_ENDED] = {"item-ended", false,
	N_("{t} \"{v}\" is after {e}, the last day of this information in the "
	   "catalogue"),
	N_("What was decided later is not recorded here; look up in the "
	   "catalogue what has taken its place.")},
    [FIND_ROW_FAULT] = {"row-fault", false, N_("the row cannot be read: {e}"),
	N_("Mend the row in the file.")},
    [FIND_RULE] = {"rule", false, "", ""},
};

static const char *const faults[ROW_FAULT_COUNT] = {
    [ROW_OK] = "",
    [ROW_BAD_ENCODING] = "bad-encoding",
    [ROW_BAD_QUOTES] = "bad-quotes",
    [ROW_TOO_LONG] = "too-long",
    [ROW_TOO_MANY_CELLS] = "too-many-cells",
    [ROW_BAD_JSON] = "bad-json",
    [ROW_NESTED_JSON] = "nested-json",
    [ROW_FORMULA_ERROR] = "formula-error",
    [ROW_NO_RESULT] = "formula-without-result",
    [ROW_SHOWN_OTHERWISE] = "shown-otherwise",
};

const char *finding_fault_name(enum row_fault fault)
{
	ASSERT(fault < ROW_FAULT_COUNT);
	return faults[fault];
}

/* The words for a stored name. */
static const char *fault_words(const char *name)
{
	int i;

	for (i = 1; i < ROW_FAULT_COUNT; i++)
		if (strcmp(faults[i], name) == 0)
			return row_fault_text((enum row_fault)i);
	return name;
}

const char *finding_rule_name(enum finding_rule rule)
{
	ASSERT(rule < FIND_COUNT);
	return rules[rule].name;
}

enum finding_rule finding_rule_by_name(const char *name)
{
	int i;

	for (i = 1; i < FIND_COUNT; i++)
		if (strcmp(rules[i].name, name) == 0)
			return (enum finding_rule)i;
	return FIND_NONE;
}

bool finding_is_warning(const struct finding *f)
{
	if (f->rule == FIND_RULE)
		return f->cross->is_warning;
	return rules[f->rule].is_warning;
}

/* Cut at a character so that the stored text stays valid UTF-8. */
static struct span cut_value(struct span v)
{
	if (v.n > FINDING_VALUE_BYTES)
		v.n = utf8_valid_prefix(v.p, FINDING_VALUE_BYTES);
	return v;
}

/* A value that must not be kept is not repeated in what is said of it. */
static bool may_show(const struct finding *f)
{
	size_t at, n;

	return (!f->field || f->field->privacy == CAT_PUBLIC) &&
	    !ident_find_citizen(f->value, &at, &n);
}

void finding_write(const struct finding *f, struct json_writer *w)
{

	json_open_object(w);
	if (f->column > 0)
		json_put_int(w, "column", f->column);
	if (f->field)
		json_put_str(w, "field", f->field->name);
	json_put_str(w, "rule",
	    f->rule == FIND_RULE ? f->cross->id : rules[f->rule].name);
	if (f->value.n && may_show(f))
		json_put_span(w, "value", cut_value(f->value));
	if (f->expect.n)
		json_put_span(w, "expect", f->expect);
	json_close_object(w);
}

/* A stored finding, taken apart. Strings live as long as `json`. */
struct parts {
	json_t *json;
	const struct cat_field *field;
	const struct cat_rule *cross; /* a rule of the catalogue, or NULL */
	enum finding_rule rule;
	const char *rule_name;
	const char *title;
	const char *value;
	const char *expect;
	int column;
};

static const struct cat_rule *cross_by_id(
    const struct cat_item *item, const char *id)
{
	size_t i;

	for (i = 0; item && i < item->rules_count; i++)
		if (strcmp(item->rules[i].id, id) == 0)
			return &item->rules[i];
	return NULL;
}

static bool take_apart(
    struct span stored, const struct cat_item *item, struct parts *out)
{
	const char *field;
	int at;

	memset(out, 0, sizeof(*out));
	out->json = json_loadb(stored.p, stored.n, 0, NULL);
	if (!json_is_object(out->json)) {
		json_decref(out->json);
		return false;
	}
	field = json_text(out->json, "field");
	at = item && field[0] ? cat_field_index(item, field) : -1;
	out->field = at >= 0 ? &item->fields[at] : NULL;
	out->title = out->field ? out->field->title : field;
	out->rule_name = json_text(out->json, "rule");
	out->rule = finding_rule_by_name(out->rule_name);
	if (out->rule == FIND_NONE)
		out->cross = cross_by_id(item, out->rule_name);
	out->value = json_text(out->json, "value");
	out->expect = json_text(out->json, "expect");
	if (out->rule == FIND_ROW_FAULT)
		out->expect = fault_words(out->expect);
	/* Older reports do not tell its number. */
	if (out->rule == FIND_RECORD_ENDED && !out->expect[0])
		out->expect = "—";
	out->column =
	    (int)json_integer_value(json_object_get(out->json, "column"));
	return true;
}

/* The field's title; of a column that is no field's, which one it is. */
static void fill_title(const struct parts *p, struct buf *out)
{
	if (p->title[0] || p->column <= 0)
		buf_add_str(out, p->title);
	else
		buf_addf(out, tr("column %d"), p->column);
}

/* Fills {t}, {v} and {e} in. */
static void fill(const char *text, const struct parts *p, struct buf *out)
{
	for (; *text; text++) {
		if (text[0] == '{' && text[1] && text[2] == '}') {
			if (text[1] == 't')
				fill_title(p, out);
			else if (text[1] == 'v') /* not everybody's: not kept */
				buf_add_str(out,
				    p->value[0] ? p->value : tr("(not shown)"));
			else if (text[1] == 'e')
				buf_add_str(out, p->expect);
			text += 2;
		} else {
			buf_add_char(out, *text);
		}
	}
}

/* Of the cell where it is known which one cannot be read. */
static const char *template_of_cell(bool is_mend)
{
	return is_mend ? tr("Mend the cell in the file.")
		       : tr("{t} cannot be read: {e}");
}

static const char *template_of(const struct parts *p, bool is_mend)
{
	if (p->cross)
		return is_mend ? p->cross->mend : p->cross->message;
	if (p->rule == FIND_NONE)
		return is_mend ? "" : p->rule_name;
	if (p->rule == FIND_ROW_FAULT && p->title[0])
		return template_of_cell(is_mend);
	return is_mend ? tr(rules[p->rule].mend) : tr(rules[p->rule].message);
}

static bool parts_is_warning(const struct parts *p)
{
	return p->cross ? p->cross->is_warning : rules[p->rule].is_warning;
}

bool finding_stored_is_warning(struct span stored, const struct cat_item *item)
{
	struct parts p;
	bool is_warning;

	if (!take_apart(stored, item, &p))
		return false;
	is_warning = parts_is_warning(&p);
	json_decref(p.json);
	return is_warning;
}

static const struct cat_basis *basis_of(
    const struct parts *p, const struct cat_item *item)
{
	if (p->cross && p->cross->basis)
		return p->cross->basis;
	if (p->field && p->field->basis)
		return p->field->basis;
	return item && item->bases_count ? item->bases[0] : NULL;
}

static void write_basis(const struct cat_basis *b, struct json_writer *w)
{
	json_key(w, "basis");
	if (!b) {
		json_add_null(w);
		return;
	}
	json_open_object(w);
	json_put_str(w, "id", b->id);
	json_put_str(w, "title", b->title);
	json_put_str(w, "number", b->number);
	json_put_str(w, "article", b->article);
	json_close_object(w);
}

bool finding_explain(
    struct span stored, const struct cat_item *item, struct json_writer *w)
{
	struct buf text = BUF_INIT(8192);
	struct parts p;

	if (!take_apart(stored, item, &p))
		return false;
	json_open_object(w);
	if (p.column)
		json_put_int(w, "column", p.column);
	if (p.field)
		json_put_str(w, "field", p.field->name);
	json_put_str(w, "title", p.title);
	json_put_str(w, "rule", p.rule_name);
	json_put_str(w, "severity", parts_is_warning(&p) ? "warning" : "error");
	json_put_bool(w, "is_warning", parts_is_warning(&p));
	json_put_str(w, "value", p.value);
	fill(template_of(&p, false), &p, &text);
	json_put_span(w, "message", buf_span(&text));
	buf_reset(&text);
	fill(template_of(&p, true), &p, &text);
	json_put_span(w, "mend", buf_span(&text));
	write_basis(basis_of(&p, item), w);
	json_close_object(w);
	buf_release(&text);
	json_decref(p.json);
	return true;
}

void finding_explain_all(
    struct span stored, const struct cat_item *item, struct json_writer *w)
{
	json_t *all = json_loadb(stored.p ? stored.p : "", stored.n, 0, NULL);
	const json_t *one;
	size_t i;

	json_open_array(w);
	json_array_foreach (all, i, one) {
		char *text = json_dumps(one, JSON_COMPACT);

		finding_explain(span_of(text ? text : ""), item, w);
		free(text);
	}
	json_close_array(w);
	json_decref(all);
}

bool finding_line(
    struct span stored, const struct cat_item *item, struct buf *out)
{
	struct parts p;

	if (!take_apart(stored, item, &p))
		return false;
	fill(template_of(&p, false), &p, out);
	buf_add_str(out, tr(" -- "));
	fill(template_of(&p, true), &p, out);
	json_decref(p.json);
	return true;
}
