/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Header texts are folded (fold_name: width, brackets, script, case,
 * blanks) on both sides and compared; a title's trailing unit in brackets,
 * "罚款金额(万元)", may be missing from the header. Two columns may feed one
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

static bool folds_to(const char *candidate, struct span folded)
{
	char own[FOLDED_MAX];
	size_t n = fold(span_of(candidate), own);
	size_t i;

	if (n == folded.n && memcmp(own, folded.p, n) == 0)
		return true;
	/* Without a trailing "(unit)". */
	for (i = n; i > 0 && own[n - 1] == ')'; i--)
		if (own[i - 1] == '(')
			return i - 1 == folded.n && folded.n > 0 &&
			    memcmp(own, folded.p, folded.n) == 0;
	return false;
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

static int find_field(
    const struct cat_item *item, struct span name, bool *is_own_out)
{
	char folded[FOLDED_MAX];
	struct span key =
	    without_marks((struct span){folded, fold(name, folded)});
	size_t i;

	if (key.n == 0)
		return -1;
	for (i = 0; i < item->fields_count; i++)
		if (field_has_name(&item->fields[i], key)) {
			*is_own_out = is_own_name(&item->fields[i], key);
			return (int)i;
		}
	return -1;
}

int plan_find_field(const struct plan *plan, struct span title)
{
	bool is_own;

	return find_field(plan->item, title, &is_own);
}

static void add_to_field(struct plan_field *f, int column, bool is_own)
{
	int at = is_own ? f->own_count++ : f->columns_count;
	int i;

	for (i = f->columns_count++; i > at; i--)
		f->columns[i] = f->columns[i - 1];
	f->columns[at] = column;
}

int plan_add_column(struct plan *plan, struct span name)
{
	size_t column = plan->columns_count;
	bool is_own = false;
	int field;

	if (column >= READER_COLUMNS_MAX)
		return -1;
	plan->columns_count++;
	if (span_is(name, CORRECTS_COLUMN))
		plan->corrects = (int)column;
	field = find_field(plan->item, name, &is_own);
	/* What is never read has any number of columns. */
	if (field >= 0 && plan->item->fields[field].privacy != CAT_DROPPED) {
		struct plan_field *f = &plan->fields[field];

		if (f->columns_count == PLAN_SAME_MAX)
			return -1;
		add_to_field(f, (int)column, is_own);
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
