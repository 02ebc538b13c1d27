/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hot path of intake: about two microseconds a row.
 *
 *	cells -> values (normalised, typed) -> rules -> fields as JSON
 *
 * 1. Each field takes its cell, normalises it by type and says what is
 *    wrong. Values that need no change stay where they are; changed ones go
 *    to the checker's scratch, reset for every row.
 * 2. The cross-field rules and conditional requirements look at the values.
 * 3. The outcome: a natural person's row ends here with nothing kept; a row
 *    with an error keeps its cells (without what must not be kept); the
 *    others get their canonical fields: an object of machine names in
 *    ascending order, dates as YYYY-MM-DD, money in fen, lists as arrays,
 *    no empty values.
 *
 * A field with privacy "dropped" is never read at all.
 */
#include "intake/check.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "calendar/calendar.h"
#include "intake/finding.h"
#include "intake/normalise.h"
#include "registry/statement.h"

enum {
	SCRATCH_BYTES = 4 * 1024 * 1024,
	FIELDS_BYTES_MAX = 3 * 1024 * 1024,
	FINDINGS_BYTES_MAX = 256 * 1024,
	FINDINGS_MAX = 64, /* of one row */
	CODES_MAX = 32,	   /* values of one multi-valued cell */
	DEFAULT_MAX_CHARS = 4000,
	KEY_BYTES_MAX = 64 * 1024,
	DOCUMENT_MIN = 6, /* characters of a person's document number */
	PERSON_CHARS = 4  /* of a person's name, at most */
};

/* A normalised value. */
struct value {
	struct span text; /* canonical; empty = not given */
	int64_t number;	  /* date_days, fen or integer */
	uint32_t codes;	  /* CODE, CODES: bit i = codes[i] of the list */
};

/* What a condition asks of a coded field, as bits. */
struct test {
	const struct cat_condition *when;
	uint32_t codes; /* one of these satisfies EQUALS or CONTAINS */
};

enum { RULES_MAX = 64 };

struct checker {
	const struct plan *plan;
	date_days received;
	date_days late_before; /* decided before this day = late */
	struct test field_when[PLAN_FIELDS_MAX];
	struct test rule_when[RULES_MAX];
	struct test class_when[RULES_MAX];
	char *keys; /* `"NAME":` of every field, in the plan's order */
	uint32_t key_ends[PLAN_FIELDS_MAX];
	struct value values[PLAN_FIELDS_MAX];
	struct finding findings[FINDINGS_MAX];
	size_t findings_count;
	size_t errors; /* findings that are not warnings */
	struct ident_uscc subject;
	enum ident_state subject_state;
	bool is_person; /* without a kind that says so */
	char *scratch;
	size_t scratch_used;
	struct buf fields_json;
	struct buf findings_json;
	struct buf cells_json;
	char expect[1024]; /* text behind finding.expect of this row */
	size_t expect_used;
};

static bool code_satisfies(const struct cat_condition *when, const char *value)
{
	size_t i;

	for (i = 0; i < when->values_count; i++)
		if (when->op == CAT_OP_EQUALS
			? strcmp(value, when->values[i]) == 0
			: strstr(value, when->values[i]) != NULL)
			return true;
	return false;
}

static struct test make_test(
    const struct cat_item *item, const struct cat_condition *when)
{
	struct test test = {when, 0};
	const struct cat_code_list *list;
	size_t i;

	if (when->field < 0 ||
	    (when->op != CAT_OP_EQUALS && when->op != CAT_OP_CONTAINS))
		return test;
	list = item->fields[when->field].codes;
	for (i = 0; list && i < list->codes_count && i < CODES_MAX; i++)
		if (code_satisfies(when, list->codes[i].value))
			test.codes |= (uint32_t)1 << i;
	return test;
}

static void make_tests(struct checker *c)
{
	const struct cat_item *item = c->plan->item;
	size_t i;

	ASSERT(item->rules_count <= RULES_MAX &&
	    item->class_rules_count <= RULES_MAX);
	for (i = 0; i < item->fields_count; i++)
		c->field_when[i] = make_test(item, &item->fields[i].when);
	for (i = 0; i < item->rules_count; i++)
		c->rule_when[i] = make_test(item, &item->rules[i].when);
	for (i = 0; i < item->class_rules_count; i++)
		c->class_when[i] = make_test(item, &item->class_rules[i].when);
}

static void make_keys(struct checker *c)
{
	const struct cat_item *item = c->plan->item;
	struct buf keys = BUF_INIT(PLAN_FIELDS_MAX * 256);
	size_t i;

	for (i = 0; i < item->fields_count; i++) {
		json_quote(
		    &keys, span_of(item->fields[c->plan->order[i]].name));
		buf_add_char(&keys, ':');
		c->key_ends[i] = (uint32_t)keys.n;
	}
	ASSERT(!keys.is_full);
	c->keys = keys.p; /* taken over */
}

struct checker *checker_new(const struct plan *plan, date_days received)
{
	struct checker *c = mem_zalloc(1, sizeof(*c));
	const struct cat_clock *clock = &plan->item->clock;

	c->plan = plan;
	c->received = received;
	c->late_before = clock->days ? calendar_late_before(received,
					   clock->days, clock->is_working_days)
				     : DATE_NONE;
	make_tests(c);
	make_keys(c);
	c->scratch = mem_alloc(SCRATCH_BYTES);
	buf_init(&c->fields_json, FIELDS_BYTES_MAX);
	buf_init(&c->findings_json, FINDINGS_BYTES_MAX);
	buf_init(&c->cells_json, FIELDS_BYTES_MAX);
	return c;
}

void checker_free(struct checker **checker)
{
	struct checker *c = *checker;

	if (!c)
		return;
	free(c->scratch);
	free(c->keys);
	buf_release(&c->fields_json);
	buf_release(&c->findings_json);
	buf_release(&c->cells_json);
	free(c);
	*checker = NULL;
}

static void find(struct checker *c, enum finding_rule rule, int field,
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

static void find_cross(
    struct checker *c, const struct cat_rule *rule, int field)
{
	const struct plan_field *f = &c->plan->fields[field];
	struct finding *to;

	if (c->findings_count == FINDINGS_MAX)
		return;
	to = &c->findings[c->findings_count++];
	*to = (struct finding){.rule = FIND_RULE, .cross = rule};
	to->column = f->columns_count ? f->columns[0] + 1 : 0;
	to->field = &c->plan->item->fields[field];
	to->value = c->values[field].text;
	if (!rule->is_warning)
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

/* Removes citizen numbers from a text; finds them on ordinary text for
 * almost nothing. */
static struct span remove_citizen(
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
	if (is_found)
		find(c, FIND_CITIZEN_REMOVED, field, column,
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
	find(c, FIND_TEXT_TOO_LONG, field, column, raw, expect_number(c, max));
	return true;
}

static void keep_text(
    struct checker *c, int field, int column, struct span raw, struct span text)
{
	if (text.p == c->scratch + c->scratch_used)
		text = keep(c, text.p, text.n);
	text = remove_citizen(c, field, column, text);
	if (!is_too_long(c, field, column, raw, text))
		c->values[field].text = text;
}

static void take_text(struct checker *c, int field, int column, struct span raw)
{
	char *to = scratch(c, raw.n);

	if (to)
		keep_text(c, field, column, raw, normalise_text(raw, true, to));
	else
		is_too_long(c, field, column, raw, raw);
}

static void take_doc_number(
    struct checker *c, int field, int column, struct span raw)
{
	char *to = scratch(c, raw.n * NORMALISE_DOC_GROWTH);

	if (to)
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
		find(c, rule_of(reason), field, column, raw,
		    (struct span){NULL, 0});
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

static void take_money(struct checker *c, int field, int column,
    struct span raw, enum money_unit unit)
{
	struct value *v = &c->values[field];
	struct normal_money money;
	enum normal got = normalise_money(raw, unit, &money);

	if (got != NORMAL_OK) {
		find_reason(c, got, field, column, raw);
		return;
	}
	if (money.is_other_unit)
		find(c, FIND_MONEY_UNIT, field, column, raw,
		    (struct span){NULL, 0});
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

/* Index in the list of a trimmed value; -1 unknown. */
static int code_index(const struct cat_code_list *list, struct span text)
{
	size_t i, j;

	for (i = 0; i < list->codes_count; i++) {
		const struct cat_code *code = &list->codes[i];

		if (span_is(text, code->value) ||
		    (code->code[0] && span_is(text, code->code)))
			return (int)i;
		for (j = 0; j < code->aliases_count; j++)
			if (span_is(text, code->aliases[j]))
				return (int)i;
	}
	return -1;
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
		c->values[field].text = remove_citizen(c, field, column, text);
	} else {
		find(c, FIND_VALUE_UNKNOWN, field, column, raw,
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
		find(c, FIND_VALUE_UNKNOWN, field, column, part,
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

/* The subject's own code decides the row's fate in `decide`. */
static void take_subject_code(
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

	c->subject = ident_check_uscc(raw);
	c->subject_state = c->subject.state;
	if (c->subject_state != IDENT_VALID &&
	    ident_check_citizen(raw) == IDENT_VALID) {
		c->is_person = true;
		return;
	}
	if (c->subject_state == IDENT_VALID) {
		c->values[field].text = span_of(c->subject.code);
		if (c->subject.has_org_warning)
			find(c, FIND_ORG_PART_BAD_CHECK, field, column, raw,
			    expect);
		if (c->subject.has_division_warning)
			find(c, FIND_DIVISION_UNKNOWN, field, column, raw,
			    expect);
		return;
	}
	if (!rules[c->subject_state])
		return;
	if (c->subject_state == IDENT_BAD_CHECK && c->subject.expected)
		expect = expect_text(c, &c->subject.expected, 1);
	else if (c->subject.bad_at >= 0)
		expect = expect_number(c, c->subject.bad_at + 1);
	find(c, rules[c->subject_state], field, column, raw, expect);
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
	if (ident_check_citizen(raw) == IDENT_VALID) {
		find(c, FIND_CITIZEN_REMOVED, field, column,
		    (struct span){NULL, 0}, (struct span){NULL, 0});
		return;
	}
	find(
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
		find(c, rule, field, column, raw, (struct span){NULL, 0});
}

static void take_cell(
    struct checker *c, int field, int column, const struct cell *cell)
{
	const struct cat_field *f = &c->plan->item->fields[field];
	struct span raw = cell->text;

	switch (f->type) {
	case CAT_DATE:
		take_date(c, field, column, cell);
		break;
	case CAT_MONEY_WAN:
		take_money(c, field, column, raw, MONEY_WAN);
		break;
	case CAT_MONEY_YUAN:
		take_money(c, field, column, raw, MONEY_YUAN);
		break;
	case CAT_INTEGER:
		take_integer(c, field, column, raw);
		break;
	case CAT_DOC_NUMBER:
		take_doc_number(c, field, column, raw);
		break;
	case CAT_CODE:
		take_code(c, field, column, raw);
		break;
	case CAT_CODES:
		take_codes(c, field, column, raw);
		break;
	case CAT_SUBJECT_CODE:
		if (f->role == CAT_ROLE_SUBJECT_CODE)
			take_subject_code(c, field, column, raw);
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
	case CAT_TEXT:
	case CAT_NAME:
	case CAT_DIVISION:
	case CAT_TYPE_COUNT:
	default:
		take_text(c, field, column, raw);
	}
}

static void take_field(
    struct checker *c, int field, const struct reader_row *row)
{
	const struct plan_field *from = &c->plan->fields[field];
	const struct cat_field *f = &c->plan->item->fields[field];
	int i;

	c->values[field] = (struct value){{NULL, 0}, 0, 0};
	if (f->privacy == CAT_DROPPED)
		return;
	for (i = 0; i < from->columns_count; i++) {
		size_t column = (size_t)from->columns[i];

		if (column >= row->count || row->cells[column].text.n == 0)
			continue;
		if (c->values[field].text.n && f->type != CAT_CODES)
			break;
		take_cell(c, field, (int)column, &row->cells[column]);
	}
}

/* Does a value's text equal, or contain, one of the condition's? */
static bool text_satisfies(const struct cat_condition *when, struct span text)
{
	size_t i;

	for (i = 0; i < when->values_count; i++) {
		struct span wanted = span_of(when->values[i]);

		if (when->op == CAT_OP_EQUALS
			? span_equal(text, wanted)
			: memmem(text.p, text.n, wanted.p, wanted.n) != NULL)
			return true;
	}
	return false;
}

static bool holds(const struct checker *c, const struct test *test)
{
	const struct cat_condition *when = test->when;
	const struct value *v;

	if (when->op == CAT_OP_NONE || when->field < 0)
		return true;
	v = &c->values[when->field];
	switch (when->op) {
	case CAT_OP_PRESENT:
		return v->text.n > 0;
	case CAT_OP_ABSENT:
		return v->text.n == 0;
	case CAT_OP_ABOVE:
		return v->text.n > 0 && v->number > when->number;
	case CAT_OP_EQUALS:
	case CAT_OP_CONTAINS:
		if (v->codes || v->text.n == 0)
			return (v->codes & test->codes) != 0;
		return text_satisfies(when, v->text);
	case CAT_OP_NONE:
	case CAT_OP_COUNT:
	default:
		return true;
	}
}

/* Was something said about this field already? Then "missing" would only
 * repeat it. */
static bool was_found(const struct checker *c, int field)
{
	const struct cat_field *f = &c->plan->item->fields[field];
	size_t i;

	for (i = 0; i < c->findings_count; i++)
		if (c->findings[i].field == f)
			return true;
	return false;
}

static void check_required(struct checker *c)
{
	const struct cat_item *item = c->plan->item;
	int count = (int)item->fields_count;
	int i;

	for (i = 0; i < count; i++) {
		const struct cat_field *f = &item->fields[i];
		const struct plan_field *p = &c->plan->fields[i];

		if (f->need == CAT_OPTIONAL || c->values[i].text.n ||
		    f->privacy == CAT_DROPPED ||
		    f->role == CAT_ROLE_SUBJECT_CODE)
			continue;
		if (f->need == CAT_REQUIRED_WHEN &&
		    !holds(c, &c->field_when[i]))
			continue;
		if (!was_found(c, i))
			find(c, FIND_REQUIRED_MISSING, i,
			    p->columns_count ? p->columns[0] : -1,
			    (struct span){NULL, 0}, (struct span){NULL, 0});
	}
}

static bool any_given(const struct checker *c, const struct cat_rule *rule)
{
	size_t i;

	for (i = 0; i < rule->fields_count; i++)
		if (c->values[rule->fields[i]].text.n)
			return true;
	return false;
}

/* Sole traders have codes that begin 92, and nobody else has. */
static bool kind_matches(const struct checker *c)
{
	int field = c->plan->role[CAT_ROLE_SUBJECT_KIND];
	bool is_92 = strncmp(c->subject.code, "92", 2) == 0;
	struct span kind;

	if (field < 0 || c->subject_state != IDENT_VALID)
		return true;
	kind = c->values[field].text;
	if (kind.n == 0)
		return true;
	return is_92 == span_is(kind, "个体工商户");
}

static bool rule_holds(const struct checker *c, const struct cat_rule *rule)
{
	const struct value *v = c->values;
	const int *f = rule->fields;

	switch (rule->kind) {
	case CAT_RULE_NOT_BEFORE:
		return !v[f[0]].text.n || !v[f[1]].text.n ||
		    v[f[1]].number >= v[f[0]].number;
	case CAT_RULE_NOT_FUTURE:
		return !v[f[0]].text.n || v[f[0]].number <= c->received;
	case CAT_RULE_ANY_OF:
		return any_given(c, rule);
	case CAT_RULE_REQUIRED_WHEN:
		return v[f[0]].text.n > 0;
	case CAT_RULE_KIND_MATCHES_CODE:
		return kind_matches(c);
	case CAT_RULE_COUNT:
	default:
		return true;
	}
}

static void check_rules(struct checker *c)
{
	const struct cat_item *item = c->plan->item;
	size_t i;

	for (i = 0; i < item->rules_count; i++) {
		const struct cat_rule *rule = &item->rules[i];
		int at = rule->fields_count ? rule->fields[0] : -1;

		if (at < 0)
			at = c->plan->role[CAT_ROLE_SUBJECT_CODE];
		if (rule->kind == CAT_RULE_NOT_BEFORE)
			at = rule->fields[1];
		if (holds(c, &c->rule_when[i]) && !rule_holds(c, rule))
			find_cross(c, rule, at);
	}
}

static enum cat_class class_of(const struct checker *c)
{
	const struct cat_item *item = c->plan->item;
	size_t i;

	for (i = 0; i < item->class_rules_count; i++)
		if (holds(c, &c->class_when[i]))
			return item->class_rules[i].class_;
	return item->default_class;
}

static date_days date_of_role(const struct checker *c, enum cat_role role)
{
	int field = c->plan->role[role];

	if (field < 0 || c->values[field].text.n == 0)
		return DATE_NONE;
	return (date_days)c->values[field].number;
}

typedef unsigned char bytes16 __attribute__((vector_size(16)));

/* True when a byte must be escaped in JSON; sixteen bytes at a time. */
static bool needs_escape(struct span s)
{
	bytes16 any = {0};
	unsigned char rest = 0;
	uint64_t halves[2];
	size_t i = 0;

	for (; i + 16 <= s.n; i += 16) {
		bytes16 v;

		memcpy(&v, s.p + i, 16);
		any |= (bytes16)((v < 0x20) | (v == '"') | (v == '\\'));
	}
	for (; i < s.n; i++) {
		unsigned char b = (unsigned char)s.p[i];

		rest |= (unsigned char)((b < 0x20) | (b == '"') | (b == '\\'));
	}
	memcpy(halves, &any, sizeof(halves));
	return (halves[0] | halves[1] | rest) != 0;
}

static void write_text(struct buf *out, struct span text)
{
	char *to;

	if (needs_escape(text)) {
		json_quote(out, text);
		return;
	}
	to = buf_reserve(out, text.n + 2);
	if (!to)
		return;
	to[0] = '"';
	memcpy(to + 1, text.p, text.n);
	to[text.n + 1] = '"';
	out->n += text.n + 2;
}

static void write_codes(
    struct buf *out, const struct cat_field *f, uint32_t codes)
{
	bool is_first = true;
	size_t i;

	buf_add_char(out, '[');
	for (i = 0; i < f->codes->codes_count && i < CODES_MAX; i++) {
		if (!(codes >> i & 1))
			continue;
		if (!is_first)
			buf_add_char(out, ',');
		is_first = false;
		write_text(out, span_of(f->codes->codes[i].value));
	}
	buf_add_char(out, ']');
}

static void write_value(
    struct buf *out, const struct cat_field *f, const struct value *v)
{
	switch (f->type) {
	case CAT_MONEY_WAN:
	case CAT_MONEY_YUAN:
	case CAT_INTEGER:
		buf_add_span(out, v->text);
		break;
	case CAT_CODES:
		write_codes(out, f, v->codes);
		break;
	case CAT_TEXT:
	case CAT_NAME:
	case CAT_SUBJECT_CODE:
	case CAT_ORG_CODE:
	case CAT_REG_NUMBER:
	case CAT_DIVISION:
	case CAT_DOC_NUMBER:
	case CAT_DATE:
	case CAT_CODE:
	case CAT_TYPE_COUNT:
	default:
		write_text(out, v->text);
	}
}

/* Canonical JSON (RFC 8785): machine names are ASCII and ascending. */
static void write_fields(struct checker *c)
{
	const struct cat_item *item = c->plan->item;
	struct buf *out = &c->fields_json;
	char mark = '{';
	size_t i;

	buf_reset(out);
	for (i = 0; i < item->fields_count; i++) {
		int field = c->plan->order[i];
		uint32_t from = i ? c->key_ends[i - 1] : 0;
		size_t n = c->key_ends[i] - from;
		char *to;

		if (c->values[field].text.n == 0)
			continue;
		to = buf_reserve(out, n + 1);
		if (!to)
			return;
		*to = mark;
		memcpy(to + 1, c->keys + from, n);
		out->n += n + 1;
		mark = ',';
		write_value(out, &item->fields[field], &c->values[field]);
	}
	if (mark == '{')
		buf_add_char(out, '{');
	buf_add_char(out, '}');
}

/* Key: the key fields' canonical texts, each behind a unit separator. */
static uint64_t hash_key(const struct checker *c)
{
	const struct cat_item *item = c->plan->item;
	int count = (int)item->fields_count;
	char key[1024];
	size_t used = 0;
	XXH64_hash_t chained = (XXH64_hash_t)item->number;
	int i;

	for (i = 0; i < count; i++) {
		struct span text = c->values[i].text;

		if (!item->fields[i].is_key)
			continue;
		if (used + text.n + 1 > sizeof(key)) {
			chained = XXH3_64bits_withSeed(key, used, chained);
			chained = XXH3_64bits_withSeed(text.p, text.n, chained);
			used = 0;
			continue;
		}
		key[used++] = 0x1f;
		if (text.n)
			memcpy(key + used, text.p, text.n);
		used += text.n;
	}
	return XXH3_64bits_withSeed(key, used, chained) & STATEMENT_HASH_MASK;
}

static void write_findings(struct checker *c, struct checked_row *out)
{
	struct json_writer w;
	size_t i;

	out->findings = (struct span){NULL, 0};
	if (c->findings_count == 0)
		return;
	buf_reset(&c->findings_json);
	json_start(&w, &c->findings_json);
	json_open_array(&w);
	for (i = 0; i < c->findings_count; i++)
		finding_write(&c->findings[i], &w);
	json_close_array(&w);
	out->findings = buf_span(&c->findings_json);
	out->has_warning = true;
}

/* Does every cell still stand in its column? Else nobody knows which of
 * them must not be kept. */
static bool is_in_columns(enum row_fault fault)
{
	return fault == ROW_OK || fault == ROW_BAD_ENCODING ||
	    fault == ROW_NESTED_JSON || fault == ROW_FORMULA_ERROR;
}

/* The cell as it may be kept: dropped fields blank, citizen numbers out. */
static struct span kept_cell(struct checker *c, size_t column, struct span text)
{
	int field =
	    column < READER_COLUMNS_MAX ? c->plan->field_of[column] : -1;
	size_t at, n;

	if (field >= 0 && c->plan->item->fields[field].privacy == CAT_DROPPED)
		return (struct span){NULL, 0};
	if (ident_find_citizen(text, &at, &n))
		return remove_citizen(c, -1, (int)column, text);
	return text;
}

static void write_cells(
    struct checker *c, const struct reader_row *row, struct checked_row *out)
{
	struct json_writer w;
	size_t i;

	buf_reset(&c->cells_json);
	json_start(&w, &c->cells_json);
	json_open_array(&w);
	for (i = 0; i < row->count && is_in_columns(row->fault); i++)
		json_add_string(&w, kept_cell(c, i, row->cells[i].text));
	json_close_array(&w);
	if (c->cells_json.is_full) { /* only a row of control characters */
		buf_reset(&c->cells_json);
		buf_add_str(&c->cells_json, "[]");
	}
	out->cells = buf_span(&c->cells_json);
}

static bool is_natural(const struct checker *c)
{
	int field = c->plan->role[CAT_ROLE_SUBJECT_KIND];

	return c->is_person ||
	    (field >= 0 && span_is(c->values[field].text, "自然人"));
}

static enum doubt doubt_of(const struct checker *c)
{
	switch (c->subject_state) {
	case IDENT_EMPTY:
		return DOUBT_MISSING;
	case IDENT_MASKED:
		return DOUBT_MASKED;
	case IDENT_PLACEHOLDER:
		return DOUBT_PLACEHOLDER;
	case IDENT_VALID:
	case IDENT_BAD_LENGTH:
	case IDENT_BAD_CHARACTER:
	case IDENT_BAD_DEPARTMENT:
	case IDENT_BAD_CLASS:
	case IDENT_BAD_DATE:
	case IDENT_BAD_CHECK:
	case IDENT_STATE_COUNT:
	default:
		return DOUBT_NONE;
	}
}

/* A code that is missing or masked needs a name to be doubtful about. */
static void check_subject(struct checker *c)
{
	int field = c->plan->role[CAT_ROLE_SUBJECT_CODE];
	int name = c->plan->role[CAT_ROLE_SUBJECT_NAME];
	const struct plan_field *p = &c->plan->fields[field];

	if (doubt_of(c) == DOUBT_NONE)
		return;
	if (name < 0 || c->values[name].text.n == 0)
		find(c, FIND_REQUIRED_MISSING, field,
		    p->columns_count ? p->columns[0] : -1,
		    (struct span){NULL, 0}, (struct span){NULL, 0});
}

/* A masked code that no organisation has: a person's number, masked. */
static bool is_nobodys_code(const struct checker *c)
{
	const char *code = c->subject.code;

	return c->subject_state == IDENT_MASKED && code[0] && code[0] != '*' &&
	    code[1] != '*' && !ident_class_title(code[0], code[1]);
}

/* Is a document number given in a field that is not even read? */
static bool has_dropped(const struct checker *c, const struct reader_row *row)
{
	char clean[IDENT_CLEAN_MAX + 1];
	size_t i;

	for (i = 0; i < row->count && i < READER_COLUMNS_MAX; i++) {
		int field = c->plan->field_of[i];

		if (field >= 0 && row->cells[i].text.n &&
		    c->plan->item->fields[field].privacy == CAT_DROPPED &&
		    ident_clean(row->cells[i].text, clean) >= DOCUMENT_MIN)
			return true;
	}
	return false;
}

/* Nearly all names of persons, and hardly one of an organisation. */
static bool is_persons_name(const struct checker *c)
{
	int field = c->plan->role[CAT_ROLE_SUBJECT_NAME];
	struct span name = {NULL, 0};

	if (field >= 0)
		name = c->values[field].text;
	return name.n &&
	    (utf8_length(name.p, name.n) <= PERSON_CHARS ||
		memmem(name.p, name.n, "·", strlen("·")));
}

/* Layouts without a kind (2015) have natural persons too. A row that gives
 * neither kind nor code is taken for one when it looks like one: a row too
 * much counted and not kept is better than a person kept. */
static bool is_unnamed_person(
    const struct checker *c, const struct reader_row *row)
{
	int kind = c->plan->role[CAT_ROLE_SUBJECT_KIND];

	if (doubt_of(c) == DOUBT_NONE || (kind >= 0 && c->values[kind].text.n))
		return false;
	return is_nobodys_code(c) || has_dropped(c, row) || is_persons_name(c);
}

static void reset(struct checker *c)
{
	c->findings_count = c->errors = 0;
	c->scratch_used = c->expect_used = 0;
	c->subject_state = IDENT_EMPTY;
	c->subject.code[0] = '\0';
	c->is_person = false;
}

static void run_checks(struct checker *c, const struct reader_row *row)
{
	int count = (int)c->plan->item->fields_count;
	int i;

	reset(c);
	if (row->fault != ROW_OK)
		find(c, FIND_ROW_FAULT, -1, (int)row->fault_column,
		    (struct span){NULL, 0},
		    span_of(finding_fault_name(row->fault)));
	if (!is_in_columns(row->fault)) {
		memset(c->values, 0, sizeof(c->values));
		return;
	}
	for (i = 0; i < count; i++)
		take_field(c, i, row);
	c->is_person |= is_unnamed_person(c, row);
	if (is_natural(c))
		return;
	check_required(c);
	check_subject(c);
	check_rules(c);
}

static struct span cell_of_role(
    const struct checker *c, const struct reader_row *row, enum cat_role role)
{
	int field = c->plan->role[role];
	const struct plan_field *p;

	if (field < 0)
		return (struct span){NULL, 0};
	p = &c->plan->fields[field];
	if (!p->columns_count || (size_t)p->columns[0] >= row->count)
		return (struct span){NULL, 0};
	return row->cells[p->columns[0]].text;
}

static void describe(
    struct checker *c, const struct reader_row *row, struct checked_row *out)
{
	int name = c->plan->role[CAT_ROLE_SUBJECT_NAME];

	if (c->subject_state == IDENT_VALID) /* masked ones are no code */
		memcpy(out->code, c->subject.code, sizeof(out->code));
	out->code_text = cell_of_role(c, row, CAT_ROLE_SUBJECT_CODE);
	out->name = name >= 0 ? c->values[name].text : (struct span){NULL, 0};
	out->decided_on = date_of_role(c, CAT_ROLE_DECIDED_ON);
	out->valid_to = date_of_role(c, CAT_ROLE_VALID_TO);
	out->public_until = date_of_role(c, CAT_ROLE_PUBLIC_UNTIL);
	out->class_ = class_of(c);
	out->is_late = c->late_before != DATE_NONE &&
	    out->decided_on != DATE_NONE && out->decided_on < c->late_before;
	write_fields(c);
	out->fields = buf_span(&c->fields_json);
	out->content_hash = statement_content_hash(out->fields);
	out->key_hash = hash_key(c);
}

void checker_row(
    struct checker *c, const struct reader_row *row, struct checked_row *out)
{
	memset(out, 0, sizeof(*out));
	out->number = row->number;
	run_checks(c, row);
	if (is_natural(c)) {
		out->outcome = ROW_NATURAL;
		return;
	}
	if (c->errors) {
		out->outcome = ROW_REFUSED;
		write_cells(c, row, out);
		write_findings(c, out);
		return;
	}
	out->doubt = doubt_of(c);
	out->outcome = out->doubt ? ROW_DOUBTFUL : ROW_RECORD;
	describe(c, row, out);
	write_findings(c, out);
}

const char *doubt_name(enum doubt doubt)
{
	static const char *const names[DOUBT_COUNT] = {
	    "none", "missing", "masked", "placeholder"};

	ASSERT(doubt < DOUBT_COUNT);
	return names[doubt];
}

const char *doubt_text(enum doubt doubt)
{
	switch (doubt) {
	case DOUBT_MISSING:
		return tr("the code is missing");
	case DOUBT_MASKED:
		return tr("characters of the code are hidden");
	case DOUBT_PLACEHOLDER:
		return tr("the code is a placeholder");
	case DOUBT_NONE:
	case DOUBT_COUNT:
	default:
		return "";
	}
}
