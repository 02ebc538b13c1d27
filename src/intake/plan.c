/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Header texts are folded (fold_name: width, brackets, script, case,
 * blanks) on both sides and compared; a title's trailing unit in brackets,
 * "罚款金额(万元)", may be missing from the header, or be another one, which
 * then counts. Where the header names none, and the field's title is used,
 * one that stands above the table does: "单位：元". Two columns may feed one
 * field (the 2015 layout has 处罚类别1 and 处罚类别2): the values of a
 * multi-valued field are joined, else the first that is not blank counts, a
 * column with the field's own name or title before one with an alias, which
 * may be meant for something else (check_take.c compares them).
 */
#include "intake/plan.h"

#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "intake/rejects.h"

enum { FOLDED_MAX = 512 };

static int compare_names(const struct cat_item *item, int a, int b)
{
	return strcmp(item->fields[a].name, item->fields[b].name);
}

/* Insertion sort: some tens of fields, once a file. */
static void sort_by_name(struct plan *plan)
{
	int count = (int)plan->item->fields_count;
	int i, j;

	for (i = 0; i < count; i++) {
		for (j = i; j > 0 &&
		     compare_names(plan->item, i, plan->order[j - 1]) < 0;
		     j--)
			plan->order[j] = plan->order[j - 1];
		plan->order[j] = i;
	}
}

void plan_init(struct plan *plan, const struct catalog *catalog,
    const struct cat_item *item)
{
	size_t i;

	ASSERT(item->fields_count <= PLAN_FIELDS_MAX);
	memset(plan, 0, sizeof(*plan));
	plan->catalog = catalog;
	plan->item = item;
	plan->corrects = -1;
	for (i = 0; i < READER_COLUMNS_MAX; i++)
		plan->field_of[i] = -1;
	for (i = 0; i < CAT_ROLE_COUNT; i++)
		plan->role[i] = cat_field_by_role(item, (enum cat_role)i);
	sort_by_name(plan);
}

static size_t fold(struct span text, char *out)
{
	if (text.n > FOLDED_MAX)
		text.n = 0;
	return fold_name(text, out, FOLDED_MAX);
}

/* Without a trailing "(unit)". */
static size_t stem_length(const char *folded, size_t n)
{
	size_t i;

	for (i = n; i > 0 && folded[n - 1] == ')'; i--)
		if (folded[i - 1] == '(')
			return i - 1;
	return n;
}

static bool folds_to(const char *candidate, struct span folded)
{
	char own[FOLDED_MAX];
	size_t n = fold(span_of(candidate), own);

	if (n == folded.n && memcmp(own, folded.p, n) == 0)
		return true;
	return folded.n > 0 && stem_length(own, n) == folded.n &&
	    memcmp(own, folded.p, folded.n) == 0;
}

/* The unit that follows the candidate's stem. */
static enum money_unit unit_behind(const char *candidate, struct span folded)
{
	char own[FOLDED_MAX];
	size_t n = stem_length(own, fold(span_of(candidate), own));

	if (n == 0 || n >= folded.n || memcmp(own, folded.p, n) != 0)
		return MONEY_NO_UNIT;
	return normalise_money_unit((struct span){folded.p + n, folded.n - n});
}

static bool is_own_name(const struct cat_field *field, struct span folded)
{
	return folds_to(field->name, folded) || folds_to(field->title, folded);
}

static bool field_has_name(const struct cat_field *field, struct span folded)
{
	size_t i;

	if (is_own_name(field, folded))
		return true;
	for (i = 0; i < field->aliases_count; i++)
		if (folds_to(field->aliases[i], folded))
			return true;
	return false;
}

static enum money_unit own_unit(const struct cat_field *field)
{
	if (field->type == CAT_MONEY_WAN)
		return MONEY_WAN;
	return field->type == CAT_MONEY_YUAN ? MONEY_YUAN : MONEY_NO_UNIT;
}

/* The unit that a title of the field names, whichever it is; its machine name
 * means the field's. */
static enum money_unit unit_of(
    const struct cat_field *field, struct span folded, bool *is_own_out)
{
	enum money_unit unit;
	size_t i;

	if (!own_unit(field))
		return MONEY_NO_UNIT;
	if (folds_to(field->name, folded))
		return own_unit(field);
	unit = unit_behind(field->title, folded);
	*is_own_out = unit != MONEY_NO_UNIT;
	for (i = 0; i < field->aliases_count && !unit; i++)
		unit = unit_behind(field->aliases[i], folded);
	return unit;
}

static bool cut_end(struct span *text, const char *end)
{
	size_t n = strlen(end);

	if (text->n < n || memcmp(text->p + text->n - n, end, n) != 0)
		return false;
	text->n -= n;
	return true;
}

/* Without what forms put to a title: whether it must be filled in. */
static struct span without_marks(struct span folded)
{
	static const char *const ends[] = {
	    "*", ":", "(必填)", "(必填项)", "(选填)", "(选填项)"};
	size_t i = 0;

	while (folded.n && folded.p[0] == '*')
		folded = (struct span){folded.p + 1, folded.n - 1};
	while (i < ARRAY_COUNT(ends))
		i = cut_end(&folded, ends[i]) ? 0 : i + 1;
	return folded;
}

/* What a title names. */
struct named {
	int field;
	bool is_own; /* by the field's own name or title, not an alias */
	bool is_machine_name;
	enum money_unit unit;
};

static bool field_is_named(
    const struct cat_field *field, struct span key, struct named *out)
{
	bool is_named = field_has_name(field, key);

	out->is_own = false;
	out->unit = unit_of(field, key, &out->is_own);
	out->is_machine_name = folds_to(field->name, key);
	if (is_named)
		out->is_own = is_own_name(field, key);
	return is_named;
}

/* A field called so, else one called so but for the unit. */
static int find_field(
    const struct plan *plan, struct span name, struct named *out)
{
	const struct cat_item *item = plan->item;
	char folded[FOLDED_MAX];
	struct span key =
	    without_marks((struct span){folded, fold(name, folded)});
	struct named one;
	size_t i;

	out->field = -1;
	for (i = 0; i < item->fields_count && key.n; i++) {
		bool is_named = field_is_named(&item->fields[i], key, &one);

		if (!is_named && (!one.unit || out->field >= 0))
			continue;
		*out = one;
		out->field = (int)i;
		if (is_named)
			break;
	}
	return out->field;
}

int plan_find_field(const struct plan *plan, struct span title)
{
	struct named named;

	return find_field(plan, title, &named);
}

void plan_note_unit(struct plan *plan, struct span text)
{
	static const char word[] = "单位";
	size_t n = sizeof(word) - 1;
	const char *at;
	enum money_unit unit;

	while ((at = memmem(text.p, text.n, word, n)) != NULL) {
		text.n -= (size_t)(at - text.p) + n;
		text.p = at + n;
		unit = normalise_money_unit(text);
		if (unit)
			plan->table_unit = unit;
	}
}

static void set_unit(struct plan *plan, int column, const struct named *named,
    enum money_unit own)
{
	plan->unit_source[column] = UNIT_CATALOGUE;
	plan->unit_of[column] = own;
	if (named->unit) {
		plan->unit_source[column] =
		    named->is_machine_name ? UNIT_NAME : UNIT_TITLE;
		plan->unit_of[column] = named->unit;
	} else if (plan->table_unit) {
		plan->unit_source[column] = UNIT_ABOVE;
		plan->unit_of[column] = plan->table_unit;
	}
}

static void add_to_field(
    struct plan *plan, int column, const struct named *named)
{
	const struct cat_field *field = &plan->item->fields[named->field];
	struct plan_field *f = &plan->fields[named->field];
	int at = named->is_own ? f->own_count++ : f->columns_count;
	int i;

	for (i = f->columns_count++; i > at; i--)
		f->columns[i] = f->columns[i - 1];
	f->columns[at] = column;
	if (own_unit(field))
		set_unit(plan, column, named, own_unit(field));
}

int plan_add_column(struct plan *plan, struct span name)
{
	size_t column = plan->columns_count;
	struct named named;
	int field;

	if (column >= READER_COLUMNS_MAX)
		return -1;
	plan->columns_count++;
	if (span_is(name, CORRECTS_COLUMN))
		plan->corrects = (int)column;
	field = find_field(plan, name, &named);
	/* What is never read has any number of columns. */
	if (field >= 0 && plan->item->fields[field].privacy != CAT_DROPPED) {
		if (plan->fields[field].columns_count == PLAN_SAME_MAX)
			return -1;
		add_to_field(plan, (int)column, &named);
	}
	plan->field_of[column] = field;
	return field;
}

size_t plan_match(struct plan *plan, const struct span *header, size_t count)
{
	size_t matched = 0;
	size_t i;

	for (i = 0; i < count; i++)
		if (plan_add_column(plan, header[i]) >= 0)
			matched++;
	return matched;
}

bool plan_is_header(struct plan *plan, const struct span *cells, size_t count)
{
	size_t want =
	    plan->item->fields_count < 3 ? plan->item->fields_count : 3;
	struct plan trial;
	int name, code;

	plan_init(&trial, plan->catalog, plan->item);
	if (plan_match(&trial, cells, count) < want)
		return false;
	name = trial.role[CAT_ROLE_SUBJECT_NAME];
	code = trial.role[CAT_ROLE_SUBJECT_CODE];
	return (name >= 0 && trial.fields[name].columns_count) ||
	    (code >= 0 && trial.fields[code].columns_count);
}
