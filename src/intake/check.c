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

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "calendar/calendar.h"
#include "intake/check_priv.h"
#include "registry/key.h"
#include "registry/statement.h"

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
	buf_init(&c->closed_json, FIELDS_BYTES_MAX);
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
	buf_release(&c->closed_json);
	buf_release(&c->findings_json);
	buf_release(&c->cells_json);
	free(c);
	*checker = NULL;
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

/* Is the row refused for this field already? Then "missing" would only
 * repeat it. A warning leaves it empty where all it held was a person's
 * number. */
static bool was_refused(const struct checker *c, int field)
{
	const struct cat_field *f = &c->plan->item->fields[field];
	size_t i;

	for (i = 0; i < c->findings_count; i++)
		if (c->findings[i].field == f &&
		    !finding_is_warning(&c->findings[i]))
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
		if (!was_refused(c, i))
			check_find(c, FIND_REQUIRED_MISSING, i,
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

bool check_kind_fits(struct span kind, const char *code)
{
	bool is_92 = strncmp(code, "92", 2) == 0;

	return kind.n == 0 || is_92 == span_is(kind, "个体工商户");
}

static bool kind_matches(const struct checker *c)
{
	int field = c->plan->role[CAT_ROLE_SUBJECT_KIND];

	return field < 0 || c->subject_state != IDENT_VALID ||
	    check_kind_fits(c->values[field].text, c->subject.code);
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

/* Nothing outside the catalogue is recorded. What was decided before the item
 * began is: archives are older than the catalogue. */
static void check_item_dates(struct checker *c)
{
	int field = c->plan->role[CAT_ROLE_DECIDED_ON];
	date_days last = c->plan->item->valid_to;
	const struct plan_field *p;

	if (field < 0 || last == DATE_NONE || !c->values[field].text.n ||
	    c->values[field].number <= last)
		return;
	p = &c->plan->fields[field];
	check_find(c, FIND_ITEM_ENDED, field,
	    p->columns_count ? p->columns[0] : -1, c->values[field].text,
	    span_of(date_format_iso(last, c->last_day)));
}

/* Verification works class and key out again from what is sealed, and must
 * come to the same: registry/verify_judge.c. */
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
		json_quote(out, span_of(f->codes->codes[i].value));
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
		json_quote(out, v->text);
	}
}

/* Canonical JSON (RFC 8785): machine names are ASCII and ascending. Fields
 * that are not for everybody go into an object of their own. */
static void write_fields(struct checker *c)
{
	const struct cat_item *item = c->plan->item;
	size_t i;

	buf_reset(&c->fields_json);
	buf_reset(&c->closed_json);
	for (i = 0; i < item->fields_count; i++) {
		int field = c->plan->order[i];
		const struct cat_field *f = &item->fields[field];
		struct buf *out = f->privacy == CAT_PUBLIC ? &c->fields_json
							   : &c->closed_json;
		uint32_t from = i ? c->key_ends[i - 1] : 0;
		size_t n = c->key_ends[i] - from;
		char *to;

		if (c->values[field].text.n == 0)
			continue;
		to = buf_reserve(out, n + 1);
		if (!to)
			return;
		*to = out->n ? ',' : '{';
		memcpy(to + 1, c->keys + from, n);
		out->n += n + 1;
		write_value(out, f, &c->values[field]);
	}
	if (c->fields_json.n == 0)
		buf_add_char(&c->fields_json, '{');
	buf_add_char(&c->fields_json, '}');
	if (c->closed_json.n)
		buf_add_char(&c->closed_json, '}');
}

static uint64_t hash_key(const struct checker *c)
{
	const struct cat_item *item = c->plan->item;
	int count = (int)item->fields_count;
	struct key_hash key;
	int i;

	key_hash_begin(&key, item);
	for (i = 0; i < count; i++)
		if (item->fields[i].is_key)
			key_hash_add(&key, c->values[i].text);
	return key_hash_end(&key);
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
}

/* Does every cell still stand in its column? Else nobody knows which of
 * them must not be kept. */
static bool is_in_columns(enum row_fault fault)
{
	return fault == ROW_OK || fault == ROW_BAD_ENCODING ||
	    fault == ROW_NESTED_JSON || fault == ROW_FORMULA_ERROR;
}

/* The cell as it may be kept: dropped fields, and objects and lists that are
 * no field's, blank, citizen numbers out, of a rounded number what is known.
 * What nobody knows comes back as an error, which no field takes: as a text
 * it would be a value. */
static struct span kept_cell(struct checker *c, size_t column,
    const struct reader_row *row, char known[READER_ROUNDED_BYTES])
{
	const struct cell *cell = &row->cells[column];
	int field =
	    column < READER_COLUMNS_MAX ? c->plan->field_of[column] : -1;
	bool is_value = cell->kind != CELL_NESTED && cell->kind != CELL_LIST;
	struct span text = cell->text;
	size_t at, n;

	if (field < 0 ? !is_value
		      : c->plan->item->fields[field].privacy == CAT_DROPPED)
		return (struct span){NULL, 0};
	if (field >= 0 && text.n &&
	    (check_is_unknown(c, field, cell) ||
		check_is_shared(c, field, column, row)))
		return span_of("#VALUE!");
	if (field >= 0)
		text = reader_known_text(cell, known);
	if (ident_find_citizen(text, &at, &n))
		return check_remove_citizen(c, field, (int)column, text);
	return text;
}

static void write_cells(
    struct checker *c, const struct reader_row *row, struct checked_row *out)
{
	char known[READER_ROUNDED_BYTES];
	struct json_writer w;
	size_t i;

	buf_reset(&c->cells_json);
	json_start(&w, &c->cells_json);
	json_open_array(&w);
	for (i = 0; i < row->count && is_in_columns(row->fault); i++)
		json_add_string(&w, kept_cell(c, i, row, known));
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
		check_find(c, FIND_REQUIRED_MISSING, field,
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

/* A dot between the parts of a name, whichever of its many forms. */
static bool has_middle_dot(struct span name)
{
	size_t at = 0;

	while (at < name.n)
		if (fold_char(utf8_next(name.p, name.n, &at)) == MIDDLE_DOT)
			return true;
	return false;
}

/* What stands under a table, or is spoilt: a total, what a form asks for, no
 * letter at all. */
static bool is_nobodys_name(struct span name)
{
	static const char *const labels[] = {"合计", "总计", "小计", "共计",
	    "累计", "备注", "说明", "填报人", "填表人", "制表人", "审核人",
	    "联系人", "填报单位", "联系电话", "填报日期"};
	char folded[KIND_FOLDED_MAX];
	struct span key = {folded, 0};
	size_t at = 0, i;
	bool has_letter = false;

	while (at < name.n) {
		uint32_t c = utf8_next(name.p, name.n, &at);

		has_letter |= c >= 0x80 ? c != UNREADABLE : isalpha((int)c);
	}
	if (name.n <= sizeof(folded))
		key.n = fold_name(name, folded, sizeof(folded));
	if (key.n && key.p[key.n - 1] == ':')
		key.n--;
	for (i = 0; i < ARRAY_COUNT(labels); i++)
		if (span_is(key, labels[i]))
			return true;
	return !has_letter;
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
		has_middle_dot(name)) &&
	    !is_nobodys_name(name);
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

/* A kind that is none of the list and speaks of natural persons. */
static bool is_kind_of_person(
    const struct checker *c, const struct reader_row *row)
{
	struct span kind = cell_of_role(c, row, CAT_ROLE_SUBJECT_KIND);
	char folded[KIND_FOLDED_MAX];

	if (kind.n <= sizeof(folded))
		kind = (struct span){
		    folded, fold_name(kind, folded, sizeof(folded))};
	return kind.n && memmem(kind.p, kind.n, "自然人", strlen("自然人"));
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
	return is_kind_of_person(c, row) || is_nobodys_code(c) ||
	    has_dropped(c, row) || is_persons_name(c);
}

static void reset(struct checker *c)
{
	c->findings_count = c->errors = 0;
	c->scratch_used = c->expect_used = 0;
	c->subject_state = IDENT_EMPTY;
	c->subject.code[0] = '\0';
	c->is_person = false;
}

/* Where the cells stand in their columns it is known which field it is. An
 * object or an error that is no field's is passed over, as all of that
 * column. */
static void find_fault(struct checker *c, const struct reader_row *row)
{
	struct span none = {NULL, 0};
	int column = row->fault == ROW_BAD_JSON ? -1 : (int)row->fault_column;
	int field = -1;

	if (is_in_columns(row->fault) && row->fault_column < READER_COLUMNS_MAX)
		field = c->plan->field_of[row->fault_column];
	if (field < 0 &&
	    (row->fault == ROW_NESTED_JSON || row->fault == ROW_FORMULA_ERROR))
		return;
	check_find(c, FIND_ROW_FAULT, field, column, none,
	    span_of(finding_fault_name(row->fault)));
}

static void run_checks(struct checker *c, const struct reader_row *row)
{
	int count = (int)c->plan->item->fields_count;
	int i;

	reset(c);
	if (row->fault != ROW_OK)
		find_fault(c, row);
	if (!is_in_columns(row->fault)) {
		memset(c->values, 0, sizeof(c->values));
		return;
	}
	for (i = 0; i < count; i++)
		check_take_field(c, i, row);
	c->is_person |= is_unnamed_person(c, row);
	if (is_natural(c))
		return;
	check_required(c);
	check_subject(c);
	check_rules(c);
	check_item_dates(c);
}

/* Nothing but a plain number: what anybody may write there is passed over. */
static int64_t corrected(const struct checker *c, const struct reader_row *row)
{
	size_t at = (size_t)c->plan->corrects, i;
	int64_t number = 0;
	struct span text;

	if (c->plan->corrects < 0 || at >= row->count)
		return -1;
	text = span_trim(row->cells[at].text);
	if (text.n == 0 || text.n > CORRECTS_DIGITS_MAX)
		return -1;
	for (i = 0; i < text.n; i++) {
		if (!isdigit((unsigned char)text.p[i]))
			return -1;
		number = number * 10 + (text.p[i] - '0');
	}
	return number;
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
	out->closed = buf_span(&c->closed_json);
	out->content_hash = statement_content_hash(out->fields, out->closed);
	out->key_hash = hash_key(c);
	out->corrects = corrected(c, row);
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
