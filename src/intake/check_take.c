/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From cells to values: each type of field has its way to normalise what was
 * written and its findings when that fails. A value that needs no change
 * stays where it is; a changed one goes to the checker's scratch. A field
 * whose privacy is "dropped" is never read.
 */
#include "intake/check.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "base/money.h"
#include "base/utf8.h"
#include "intake/check_priv.h"
#include "intake/normalise.h"

void check_find(struct checker *c, enum finding_rule rule, int field,
    int column, struct span value, struct span expect)
{
	struct finding *f;

	if (c->findings_count == FINDINGS_MAX)
		return;
	f = &c->findings[c->findings_count++];
	f->rule = rule;
	f->column = column + 1;
	f->field = field >= 0 ? &c->plan->item->fields[field] : NULL;
	f->cross = NULL;
	f->value = value;
	f->expect = expect;
	if (!finding_is_warning(f))
		c->errors++;
}

/* Room for n bytes of a changed value; NULL when the row is too large. */
static char *scratch(struct checker *c, size_t n)
{
	char *p = c->scratch + c->scratch_used;

	if (n > SCRATCH_BYTES - c->scratch_used)
		return NULL;
	return p;
}

static struct span keep(struct checker *c, const char *p, size_t n)
{
	ASSERT(p == c->scratch + c->scratch_used);
	c->scratch_used += n;
	return (struct span){p, n};
}

/* A short text behind finding.expect. */
static struct span expect_text(struct checker *c, const char *text, size_t n)
{
	char *to = c->expect + c->expect_used;

	if (n > sizeof(c->expect) - c->expect_used)
		return (struct span){NULL, 0};
	memcpy(to, text, n);
	c->expect_used += n;
	return (struct span){to, n};
}

static struct span expect_number(struct checker *c, int number)
{
	char text[12];
	int n = 0;
	int rest = number;

	do {
		n++;
		rest /= 10;
	} while (rest);
	for (rest = n; rest > 0; rest--) {
		text[rest - 1] = (char)('0' + number % 10);
		number /= 10;
	}
	return expect_text(c, text, (size_t)n);
}

static bool is_told(const struct checker *c, enum finding_rule rule, int column)
{
	size_t i;

	for (i = 0; i < c->findings_count; i++)
		if (c->findings[i].rule == rule &&
		    c->findings[i].column == column + 1)
			return true;
	return false;
}

/* Removes citizen numbers from a text; finds them on ordinary text for
 * almost nothing. */
struct span check_remove_citizen(
    struct checker *c, int field, int column, struct span text)
{
	size_t at, n;
	char *to;
	size_t used = 0;
	bool is_found = false;

	if (!ident_find_citizen(text, &at, &n))
		return text;
	to = scratch(c, text.n);
	if (!to)
		return (struct span){NULL, 0};
	do {
		memcpy(to + used, text.p, at);
		used += at;
		text.p += at + n;
		text.n -= at + n;
		is_found = true;
	} while (ident_find_citizen(text, &at, &n));
	memcpy(to + used, text.p, text.n);
	used += text.n;
	/* Cells are looked at once as values and once as what is kept. */
	if (is_found && !is_told(c, FIND_CITIZEN_REMOVED, column))
		check_find(c, FIND_CITIZEN_REMOVED, field, column,
		    (struct span){NULL, 0}, (struct span){NULL, 0});
	return keep(c, to, used);
}

static bool is_too_long(
    struct checker *c, int field, int column, struct span raw, struct span text)
{
	int max = c->plan->item->fields[field].max_chars;

	if (max == 0)
		max = DEFAULT_MAX_CHARS;
	/* Bytes bound characters, so most texts are never counted. */
	if (text.n <= (size_t)max ||
	    (text.n <= (size_t)max * 4 &&
		utf8_length(text.p, text.n) <= (size_t)max))
		return false;
	check_find(
	    c, FIND_TEXT_TOO_LONG, field, column, raw, expect_number(c, max));
	return true;
}

/* Tells of a fault of the cell, once. */
static void find_cell_fault(
    struct checker *c, int field, int column, enum row_fault fault)
{
	if (!is_told(c, FIND_ROW_FAULT, column))
		check_find(c, FIND_ROW_FAULT, field, column,
		    (struct span){NULL, 0}, span_of(finding_fault_name(fault)));
}

/* A character that was lost, here or before the file came. */
static bool has_lost(struct span text)
{
	return memmem(text.p, text.n, "\xEF\xBF\xBD", 3) != NULL;
}

static void keep_text(
    struct checker *c, int field, int column, struct span raw, struct span text)
{
	bool is_changed = text.p == c->scratch + c->scratch_used;

	if (is_changed)
		text = keep(c, text.p, text.n);
	/* normalise_text gives no text with such a one back itself. */
	if ((is_changed ||
		c->plan->item->fields[field].type == CAT_DOC_NUMBER) &&
	    has_lost(text))
		find_cell_fault(c, field, column, ROW_BAD_ENCODING);
	text = check_remove_citizen(c, field, column, text);
	if (!is_too_long(c, field, column, raw, text))
		c->values[field].text = text;
}

static void take_text(struct checker *c, int field, int column, struct span raw)
{
	bool keeps_lines = c->plan->item->fields[field].type != CAT_NAME;
	char *to = scratch(c, raw.n);

	if (to)
		keep_text(c, field, column, raw,
		    normalise_text(raw, keeps_lines, to));
	else
		is_too_long(c, field, column, raw, raw);
}

/* Digits that a spreadsheet has lost cannot be seen in what is left. */
static bool has_lost_digits(const struct cell *cell)
{
	return reader_is_rounded(cell) || reader_is_shortened(cell->text);
}

/* A basis that reads "none" is no basis. */
static void take_plain_text(
    struct checker *c, int field, int column, const struct cell *cell)
{
	if (has_lost_digits(cell))
		check_find(c, FIND_CODE_ROUNDED, field, column, cell->text,
		    (struct span){NULL, 0});
	else if (c->plan->item->fields[field].need != CAT_REQUIRED ||
	    !normalise_is_nothing(cell->text))
		take_text(c, field, column, cell->text);
}

static void take_doc_number(
    struct checker *c, int field, int column, const struct cell *cell)
{
	struct span raw = cell->text, none = {NULL, 0};
	char *to = scratch(c, raw.n * NORMALISE_DOC_GROWTH);

	/* Two decisions would have one number, and be one record. */
	if (normalise_is_nothing(raw))
		return;
	if (has_lost_digits(cell))
		check_find(c, FIND_CODE_ROUNDED, field, column, raw, none);
	else if (cell->kind == CELL_DATE) /* 2026-3, say */
		check_find(c, FIND_NUMBER_IS_DATE, field, column, raw, none);
	else if (to)
		keep_text(c, field, column, raw, normalise_doc_number(raw, to));
	else
		is_too_long(c, field, column, raw, raw);
}

/* The finding for a reason to refuse a value; FIND_NONE: nothing given. */
static enum finding_rule rule_of(enum normal reason)
{
	static const enum finding_rule rules[NORMAL_COUNT] = {
	    [NORMAL_NOT_A_DATE] = FIND_DATE_UNREADABLE,
	    [NORMAL_DATE_INCOMPLETE] = FIND_DATE_INCOMPLETE,
	    [NORMAL_DATE_AMBIGUOUS] = FIND_DATE_AMBIGUOUS,
	    [NORMAL_NO_SUCH_DAY] = FIND_DATE_IMPOSSIBLE,
	    [NORMAL_DATE_OUT_OF_RANGE] = FIND_DATE_OUT_OF_RANGE,
	    [NORMAL_NOT_A_NUMBER] = FIND_NUMBER_UNREADABLE,
	    [NORMAL_NEGATIVE] = FIND_NUMBER_NEGATIVE,
	    [NORMAL_NOT_EXACT] = FIND_MONEY_INEXACT,
	    [NORMAL_NOT_WHOLE] = FIND_INTEGER_FRACTION,
	    [NORMAL_TOO_LARGE] = FIND_NUMBER_TOO_LARGE,
	    [NORMAL_OTHER_CURRENCY] = FIND_MONEY_CURRENCY,
	};

	return rules[reason];
}

static void find_reason(struct checker *c, enum normal reason, int field,
    int column, struct span raw)
{
	if (rule_of(reason))
		check_find(c, rule_of(reason), field, column, raw,
		    (struct span){NULL, 0});
}

static bool is_in_rule(const struct cat_rule *rule, int field, size_t at)
{
	return at < rule->fields_count && rule->fields[at] == field;
}

/* Can the date be long-term? That of an end can, unless a day of exit is
 * required; without a role an end is what must not be before another. */
static bool can_be_open(const struct cat_item *item, int field)
{
	const struct cat_field *f = &item->fields[field];
	bool is_end = false;
	size_t i;

	if (f->role == CAT_ROLE_VALID_TO)
		return true;
	if (f->role == CAT_ROLE_PUBLIC_UNTIL)
		return f->need != CAT_REQUIRED;
	for (i = 0; i < item->rules_count; i++) {
		const struct cat_rule *rule = &item->rules[i];

		if (rule->kind == CAT_RULE_NOT_FUTURE &&
		    is_in_rule(rule, field, 0))
			return false;
		if (rule->kind != CAT_RULE_NOT_BEFORE)
			continue;
		if (is_in_rule(rule, field, 0))
			return false;
		is_end |= is_in_rule(rule, field, 1);
	}
	return is_end && f->role == CAT_ROLE_NONE;
}

/* A number without a date's format, in a workbook that counts days from 1904:
 * was it counted so, or brought from one that counts from 1900? */
static bool has_two_days(const struct checker *c, const struct cell *cell)
{
	const char *point;

	if (!c->plan->is_1904 || cell->kind != CELL_NUMBER)
		return false;
	point = memchr(cell->text.p, '.', cell->text.n);
	return (point ? (size_t)(point - cell->text.p) : cell->text.n) <=
	    SERIAL_DIGITS_MAX;
}

static void take_date(
    struct checker *c, int field, int column, const struct cell *cell)
{
	struct value *v = &c->values[field];
	date_days date = DATE_NONE;
	enum normal got = normalise_date(cell->text, cell->kind, &date);
	char *to = scratch(c, DATE_TEXT_BYTES);

	if (got != NORMAL_OK && got != NORMAL_LONG_TERM) {
		find_reason(c, got, field, column, cell->text);
		return;
	}
	if (has_two_days(c, cell)) {
		check_find(c, FIND_DATE_AMBIGUOUS, field, column, cell->text,
		    (struct span){NULL, 0});
		return;
	}
	if (date == DATE_LONG_TERM && !can_be_open(c->plan->item, field)) {
		check_find(c, FIND_DATE_LONG_TERM, field, column, cell->text,
		    (struct span){NULL, 0});
		return;
	}
	if (!to)
		return;
	date_format_iso(date, to);
	v->number = date;
	v->text = keep(c, to, DATE_TEXT_BYTES - 1);
}

/* Writes a non-negative number in decimal to the scratch. */
static struct span number_text(struct checker *c, int64_t number)
{
	char digits[20];
	size_t i = sizeof(digits);
	uint64_t u = (uint64_t)number;
	char *to = scratch(c, sizeof(digits));

	if (!to)
		return (struct span){NULL, 0};
	do {
		digits[--i] = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	memcpy(to, digits + i, sizeof(digits) - i);
	return keep(c, to, sizeof(digits) - i);
}

static struct span expect_yuan(struct checker *c, int64_t fen)
{
	struct buf text = BUF_INIT(64);
	struct span kept;

	money_write(fen, &text);
	kept = expect_text(c, buf_str(&text), text.n);
	buf_release(&text);
	return kept;
}

static void take_money(
    struct checker *c, int field, int column, struct span raw)
{
	enum money_unit unit = c->plan->unit_of[column];
	struct value *v = &c->values[field];
	struct normal_money money;
	enum normal got = normalise_money(raw, unit, &money);

	if (got != NORMAL_OK) {
		find_reason(c, got, field, column, raw);
		return;
	}
	if (money.is_other_unit)
		check_find(c, FIND_MONEY_UNIT, field, column, raw,
		    (struct span){NULL, 0});
	if (money.has_sign_only) {
		check_find(c, FIND_MONEY_SIGN, field, column, raw,
		    expect_yuan(c, money.fen));
		return;
	}
	v->number = money.fen;
	v->text = number_text(c, money.fen);
}

static void take_integer(
    struct checker *c, int field, int column, struct span raw)
{
	struct value *v = &c->values[field];
	int64_t number = 0;
	enum normal got = normalise_integer(raw, &number);

	if (got == NORMAL_OK && number < 0)
		got = NORMAL_NEGATIVE;
	if (got != NORMAL_OK) {
		find_reason(c, got, field, column, raw);
		return;
	}
	v->number = number;
	v->text = number_text(c, number);
}

/* The character behind `before` as fold_name has it; 0 at the end. */
static uint32_t next_folded(struct span text, size_t *at, uint32_t before)
{
	uint32_t c = 0;

	while ((c == 0 || (c == '-' && before == '-')) && *at < text.n)
		c = fold_char(utf8_next(text.p, text.n, at));
	return c == '-' && before == '-' ? 0 : c;
}

static bool folds_alike(struct span a, struct span b)
{
	size_t i = 0, j = 0;
	uint32_t c = 0, before;

	do {
		before = c;
		c = next_folded(a, &i, before);
		if (c != next_folded(b, &j, before))
			return false;
	} while (c);
	return true;
}

/* Is it the same to people? */
static bool folds_to(struct span text, const char *of_list)
{
	return folds_alike(text, span_of(of_list));
}

/* Index in the list of a trimmed value; -1 unknown. Nearly all are written as
 * the list has them; what is not may still fold to it, as 罚　款 does. */
static int code_index(const struct cat_code_list *list, struct span text)
{
	int i = cat_codes_index(list, text, span_is);

	return i >= 0 || text.n == 0 ? i
				     : cat_codes_index(list, text, folds_to);
}

static bool is_open_value(const struct cat_code_list *list, struct span text)
{
	return list->open_prefix[0] &&
	    span_starts_with(text, list->open_prefix);
}

/* "甲、乙、丙" of a list's values, for the mend. */
static struct span permitted(
    struct checker *c, const struct cat_code_list *list)
{
	char *start = c->expect + c->expect_used;
	size_t used = 0;
	size_t room = sizeof(c->expect) - c->expect_used;
	size_t i;

	for (i = 0; i < list->codes_count; i++) {
		size_t n = strlen(list->codes[i].value);

		if (used + n + 3 > room)
			break;
		if (i) {
			memcpy(start + used, "、", 3);
			used += 3;
		}
		memcpy(start + used, list->codes[i].value, n);
		used += n;
	}
	c->expect_used += used;
	return (struct span){start, used};
}

static struct span trimmed(struct checker *c, struct span raw)
{
	char *to = scratch(c, raw.n);
	struct span text;

	if (!to)
		return raw;
	text = normalise_text(raw, false, to);
	return text.p == to ? keep(c, to, text.n) : text;
}

static void take_code(struct checker *c, int field, int column, struct span raw)
{
	const struct cat_code_list *list = c->plan->item->fields[field].codes;
	struct span text = trimmed(c, raw);
	int i = code_index(list, text);

	if (text.n == 0)
		return;
	if (i >= 0) {
		c->values[field].text = span_of(list->codes[i].value);
		if (i < CODES_MAX)
			c->values[field].codes = (uint32_t)1 << i;
	} else if (is_open_value(list, text) &&
	    !is_too_long(c, field, column, raw, text)) {
		c->values[field].text =
		    check_remove_citizen(c, field, column, text);
	} else {
		check_find(c, FIND_VALUE_UNKNOWN, field, column, raw,
		    permitted(c, list));
	}
}

/* Length of the separator at text[i], 0 when there is none. */
static size_t separator_at(struct span text, size_t i)
{
	static const char *const wide[] = {"、", "，", "；"};
	size_t k;

	if (strchr(",;|/\n", text.p[i]) && text.p[i])
		return 1;
	for (k = 0; k < ARRAY_COUNT(wide); k++)
		if (text.n - i >= 3 && memcmp(text.p + i, wide[k], 3) == 0)
			return 3;
	return 0;
}

static void take_one_of_codes(
    struct checker *c, int field, int column, struct span part)
{
	const struct cat_code_list *list = c->plan->item->fields[field].codes;
	struct span text = trimmed(c, part);
	int i = code_index(list, text);

	if (text.n == 0)
		return;
	if (i >= 0 && i < CODES_MAX)
		c->values[field].codes |= (uint32_t)1 << i;
	else if (i < 0 && is_open_value(list, text) && list->codes_count)
		/* Kept under the open value's own name: 其他. */
		c->values[field].codes |= (uint32_t)1
		    << (list->codes_count - 1);
	else
		check_find(c, FIND_VALUE_UNKNOWN, field, column, part,
		    permitted(c, list));
}

static void take_codes(
    struct checker *c, int field, int column, struct span raw)
{
	const struct cat_code_list *list = c->plan->item->fields[field].codes;
	int whole = code_index(list, raw);
	size_t from = 0;
	size_t i = 0;

	if (whole >= 0 && whole < CODES_MAX) {
		c->values[field].codes |= (uint32_t)1 << whole;
	} else {
		while (i < raw.n) {
			size_t n = separator_at(raw, i);

			if (n) {
				take_one_of_codes(c, field, column,
				    (struct span){raw.p + from, i - from});
				from = i + n;
				i = from;
			} else {
				i++;
			}
		}
		take_one_of_codes(c, field, column,
		    (struct span){raw.p + from, raw.n - from});
	}
	if (c->values[field].codes) /* text only says "given" */
		c->values[field].text = raw;
}

static void find_wrong_code(
    struct checker *c, int field, int column, struct span raw)
{
	static const enum finding_rule rules[IDENT_STATE_COUNT] = {
	    [IDENT_BAD_LENGTH] = FIND_CODE_BAD_LENGTH,
	    [IDENT_BAD_CHARACTER] = FIND_CODE_BAD_CHARACTER,
	    [IDENT_BAD_DEPARTMENT] = FIND_CODE_BAD_DEPARTMENT,
	    [IDENT_BAD_CLASS] = FIND_CODE_BAD_CLASS,
	    [IDENT_BAD_CHECK] = FIND_CODE_BAD_CHECK,
	};
	struct span expect = {NULL, 0};

	if (!rules[c->subject_state])
		return;
	if (c->subject_state == IDENT_BAD_CHECK && c->subject.expected)
		expect = expect_text(c, &c->subject.expected, 1);
	else if (c->subject.bad_at >= 0)
		expect = expect_number(c, c->subject.bad_at + 1);
	check_find(c, rules[c->subject_state], field, column, raw, expect);
}

/* The subject's own code decides the row's fate in `decide`. */
static void take_subject_code(
    struct checker *c, int field, int column, const struct cell *cell)
{
	struct span raw = cell->text, none = {NULL, 0};

	c->subject = ident_check_uscc(raw);
	c->subject_state = c->subject.state;
	if (c->subject_state != IDENT_VALID &&
	    ident_kind_of(raw) == IDENT_CITIZEN) {
		c->is_person = true;
	} else if (reader_is_rounded(cell)) {
		c->subject_state = IDENT_BAD_CHECK;
		check_find(c, FIND_CODE_ROUNDED, field, column, raw, none);
	} else if (c->subject_state != IDENT_VALID) {
		find_wrong_code(c, field, column, raw);
	} else {
		c->values[field].text = span_of(c->subject.code);
		if (c->subject.has_org_warning)
			check_find(c, FIND_ORG_PART_BAD_CHECK, field, column,
			    raw, none);
		if (c->subject.has_division_warning)
			check_find(
			    c, FIND_DIVISION_UNKNOWN, field, column, raw, none);
	}
}

/* Any other code: kept when it is right, told when it is not. */
static void take_other_code(
    struct checker *c, int field, int column, struct span raw)
{
	struct ident_uscc code = ident_check_uscc(raw);

	if (code.state == IDENT_EMPTY)
		return;
	if (code.state == IDENT_VALID) {
		char *to = scratch(c, IDENT_USCC_CHARS);

		if (!to)
			return;
		memcpy(to, code.code, IDENT_USCC_CHARS);
		c->values[field].text = keep(c, to, IDENT_USCC_CHARS);
		return;
	}
	/* The old number of an organisation may look like one. */
	if (ident_check_citizen(raw) == IDENT_VALID &&
	    ident_kind_of(raw) == IDENT_CITIZEN) {
		check_find(c, FIND_CITIZEN_REMOVED, field, column,
		    (struct span){NULL, 0}, (struct span){NULL, 0});
		return;
	}
	check_find(
	    c, FIND_OTHER_CODE_BAD, field, column, raw, (struct span){NULL, 0});
	take_text(c, field, column, raw);
}

static void take_checked_text(struct checker *c, int field, int column,
    struct span raw, enum ident_state state, enum finding_rule rule)
{
	if (state == IDENT_EMPTY)
		return;
	take_text(c, field, column, raw);
	if (state != IDENT_VALID && c->values[field].text.n)
		check_find(c, rule, field, column, raw, (struct span){NULL, 0});
}

/* Spreadsheets mark digits that are text by a ' in front, and what comes out
 * of other programs has it as a character; before what would be a formula it is
 * put by those that write CSV with care, as our own open data. */
static bool is_text_mark(struct span text, enum cat_type type)
{
	bool is_text = type == CAT_TEXT || type == CAT_NAME;

	return text.n > 1 && text.p[0] == '\'' &&
	    (reader_begins_formula((struct span){text.p + 1, text.n - 1}) ||
		(!is_text && isalnum((unsigned char)text.p[1])));
}

static struct cell without_text_mark(
    const struct cell *cell, enum cat_type type)
{
	struct cell out = *cell;

	out.text = reader_formula_text(out.text);
	if (is_text_mark(out.text, type))
		out.text = (struct span){out.text.p + 1, out.text.n - 1};
	return out;
}

/* What a spreadsheet has for a formula that fails, and writes into CSV as if
 * it were a text; "#N/A" marks also that there is none. */
static bool is_formula_error(struct span text, enum cat_type type)
{
	static const char *const errors[] = {"#REF!", "#VALUE!", "#NAME?",
	    "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!",
	    "#BLOCKED!", "#GETTING_DATA"};
	size_t i;

	if (text.n == 0 || text.p[0] != '#')
		return false;
	for (i = 0; i < ARRAY_COUNT(errors); i++)
		if (span_is(text, errors[i]))
			return true;
	return type == CAT_TEXT && span_is(text, "#N/A");
}

/* 20260302 with the format 0000-00-00 is the day that it shows. */
static bool is_day_in_pieces(const struct cell *cell, enum cat_type type)
{
	enum { DAY_DIGITS = 8 };

	return type == CAT_DATE && cell->kind == CELL_SHOWN_OTHERWISE &&
	    cell->text.n == DAY_DIGITS;
}

/* Why nobody knows what the cell means; ROW_OK: it is known. */
static enum row_fault fault_of_cell(const struct cell *cell, enum cat_type type)
{
	if (cell->kind == CELL_NO_RESULT)
		return ROW_NO_RESULT;
	if (cell->kind == CELL_SHOWN_OTHERWISE)
		return is_day_in_pieces(cell, type) ? ROW_OK
						    : ROW_SHOWN_OTHERWISE;
	if (cell->kind == CELL_NESTED ||
	    (cell->kind == CELL_LIST && type != CAT_CODES))
		return ROW_NESTED_JSON;
	return is_formula_error(cell->text, type) ? ROW_FORMULA_ERROR : ROW_OK;
}

bool check_is_unknown(
    const struct checker *c, int field, const struct cell *cell)
{
	enum cat_type type = c->plan->item->fields[field].type;
	enum row_fault fault = fault_of_cell(cell, type);

	return (fault != ROW_OK && fault != ROW_FORMULA_ERROR) ||
	    (type == CAT_DOC_NUMBER && cell->kind == CELL_DATE) ||
	    (type == CAT_DATE && has_two_days(c, cell));
}

/* In a text that need not be given it does no harm. */
static bool points_above(const struct cat_field *f, struct span text)
{
	bool has_to_say = f->type == CAT_NAME || f->type == CAT_DOC_NUMBER ||
	    (f->type == CAT_TEXT && f->need != CAT_OPTIONAL);

	return has_to_say && normalise_is_ditto(text);
}

static void take_cell(
    struct checker *c, int field, int column, const struct cell *given)
{
	const struct cat_field *f = &c->plan->item->fields[field];
	const struct cell plain = without_text_mark(given, f->type);
	const struct cell *cell = &plain;
	struct span raw = cell->text;
	enum row_fault fault = fault_of_cell(cell, f->type);

	if (fault != ROW_OK) {
		find_cell_fault(c, field, column, fault);
		return;
	}
	if (points_above(f, raw)) {
		check_find(c, FIND_TEXT_DITTO, field, column, raw,
		    (struct span){NULL, 0});
		return;
	}
	switch (f->type) {
	case CAT_DATE:
		take_date(c, field, column, cell);
		break;
	case CAT_MONEY_WAN:
	case CAT_MONEY_YUAN:
		take_money(c, field, column, raw);
		break;
	case CAT_INTEGER:
		take_integer(c, field, column, raw);
		break;
	case CAT_DOC_NUMBER:
		take_doc_number(c, field, column, cell);
		break;
	case CAT_CODE:
		take_code(c, field, column, raw);
		break;
	case CAT_CODES:
		take_codes(c, field, column, raw);
		break;
	case CAT_SUBJECT_CODE:
		if (f->role == CAT_ROLE_SUBJECT_CODE)
			take_subject_code(c, field, column, cell);
		else
			take_other_code(c, field, column, raw);
		break;
	case CAT_ORG_CODE:
		take_checked_text(c, field, column, raw,
		    ident_check_org_code(raw), FIND_ORG_CODE_BAD);
		break;
	case CAT_REG_NUMBER:
		take_checked_text(c, field, column, raw,
		    ident_check_reg_number(raw), FIND_REG_NUMBER_BAD);
		break;
	case CAT_NAME:
		if (!normalise_is_nothing(raw))
			take_text(c, field, column, raw);
		break;
	case CAT_TEXT:
		take_plain_text(c, field, column, cell);
		break;
	case CAT_DIVISION:
	case CAT_TYPE_COUNT:
	default:
		take_text(c, field, column, raw);
	}
}

/* A further column of a field that has its value. Of two readings none is
 * guessed; an alias beside the field's own name may mean something else, and
 * is passed over. */
static void compare_cell(
    struct checker *c, int field, int at, int first, const struct cell *cell)
{
	const struct plan_field *from = &c->plan->fields[field];
	enum finding_rule rule =
	    first < from->own_count && at >= from->own_count
	    ? FIND_COLUMN_PASSED_OVER
	    : FIND_COLUMNS_DIFFER;
	const struct value had = c->values[field];
	const struct ident_uscc subject = c->subject;
	enum ident_state state = c->subject_state;
	size_t findings = c->findings_count, errors = c->errors;
	struct span said = had.text;
	bool is_same;

	if (said.p == c->subject.code)
		said.p = subject.code;
	c->values[field] = (struct value){{NULL, 0}, 0, 0};
	take_cell(c, field, from->columns[at], cell);
	is_same = folds_alike(said, c->values[field].text) ||
	    (c->values[field].text.n == 0 && c->findings_count == findings);
	c->values[field] = had;
	c->subject = subject;
	c->subject_state = state;
	if (is_same)
		return;
	/* It differs, whatever else is wrong with it. */
	c->findings_count = findings;
	c->errors = errors;
	check_find(c, rule, field, from->columns[at], cell->text,
	    expect_number(c, from->columns[first] + 1));
}

/* Rows that a cell stands for; of one that is not merged its own. */
static struct reader_rows rows_of(const struct reader_row *row, size_t column)
{
	const struct reader_rows own = {
	    (uint32_t)row->number, (uint32_t)row->number};

	return row->merged && row->merged[column].first > 0
	    ? row->merged[column]
	    : own;
}

/* Do two of these rows, and of those of the subject's code or name, have both
 * cells in common? Then they are about one organisation. */
static bool is_shared_by_subject(const struct checker *c,
    const struct reader_row *row, struct reader_rows rows)
{
	static const enum cat_role roles[] = {
	    CAT_ROLE_SUBJECT_CODE, CAT_ROLE_SUBJECT_NAME};
	size_t i;
	int k;

	for (i = 0; i < ARRAY_COUNT(roles); i++) {
		int field = c->plan->role[roles[i]];
		const struct plan_field *f;

		if (field < 0)
			continue;
		f = &c->plan->fields[field];
		for (k = 0; k < f->columns_count; k++) {
			struct reader_rows other =
			    rows_of(row, (size_t)f->columns[k]);
			uint32_t first =
			    rows.first > other.first ? rows.first : other.first;
			uint32_t last =
			    rows.last < other.last ? rows.last : other.last;

			if (first < last)
				return true;
		}
	}
	return false;
}

/* An amount over several rows may be the sum of theirs; a document's number,
 * of one organisation, would make one record of them, of which the last row
 * would be left. */
bool check_is_shared(const struct checker *c, int field, size_t column,
    const struct reader_row *row)
{
	struct reader_rows rows = rows_of(row, column);

	if (rows.first == rows.last ||
	    normalise_is_nothing(row->cells[column].text))
		return false;
	switch (c->plan->item->fields[field].type) {
	case CAT_MONEY_WAN:
	case CAT_MONEY_YUAN:
	case CAT_INTEGER:
		return true;
	case CAT_DOC_NUMBER:
		return is_shared_by_subject(c, row, rows);
	case CAT_TEXT:
	case CAT_NAME:
	case CAT_SUBJECT_CODE:
	case CAT_ORG_CODE:
	case CAT_REG_NUMBER:
	case CAT_DIVISION:
	case CAT_DATE:
	case CAT_CODE:
	case CAT_CODES:
	case CAT_TYPE_COUNT:
	default:
		return false;
	}
}

static void find_shared(
    struct checker *c, int field, size_t column, const struct reader_row *row)
{
	struct reader_rows rows = rows_of(row, column);
	char text[32];
	int n = snprintf(text, sizeof(text), "%u-%u", rows.first, rows.last);

	check_find(c, FIND_CELL_SHARED, field, (int)column,
	    row->cells[column].text, expect_text(c, text, (size_t)n));
}

void check_take_field(
    struct checker *c, int field, const struct reader_row *row)
{
	const struct plan_field *from = &c->plan->fields[field];
	const struct cat_field *f = &c->plan->item->fields[field];
	int first = -1;
	int i;

	c->values[field] = (struct value){{NULL, 0}, 0, 0};
	if (f->privacy == CAT_DROPPED)
		return;
	for (i = 0; i < from->columns_count; i++) {
		size_t column = (size_t)from->columns[i];

		if (column >= row->count || row->cells[column].text.n == 0)
			continue;
		if (check_is_shared(c, field, column, row)) {
			find_shared(c, field, column, row);
			continue;
		}
		if (first >= 0 && f->type != CAT_CODES) {
			compare_cell(c, field, i, first, &row->cells[column]);
			continue;
		}
		take_cell(c, field, (int)column, &row->cells[column]);
		if (c->values[field].text.n)
			first = i;
	}
}
