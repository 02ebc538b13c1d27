/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The linter's third pass: the catalogue as a whole. lint_item.c looks
 * inside items, lint_law.c at bases and dates, lint_words.c at what is
 * forbidden; here stand the rest: numbers, code lists, departments, and the
 * list of what is not confirmed.
 */
#include "catalog/cat_priv.h"

#include <string.h>
#include <strings.h>

#include "base/tr.h"
#include "ident/ident.h"

static void lint_numbers(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	/* Items are sorted by number. */
	for (i = 1; i < c->items_count; i++)
		if (c->items[i].number == c->items[i - 1].number)
			cat_issue(issues, LINT_DUPLICATE_NUMBER,
			    c->items[i].where,
			    tr("items \"%s\" and \"%s\" both have number %d"),
			    c->items[i - 1].id, c->items[i].id,
			    c->items[i].number);
}

/* ---- code lists ---- */

static const char *code_text(const struct cat_code *code, size_t i)
{
	return i == 0 ? code->value
	    : i == 1  ? code->code
		      : code->aliases[i - 2];
}

static bool code_has(const struct cat_code *code, const char *text)
{
	size_t i;

	for (i = 0; i < code->aliases_count + 2; i++)
		if (strcasecmp(code_text(code, i), text) == 0)
			return true;
	return false;
}

static void check_codes(
    const struct cat_code_list *list, size_t i, struct cat_issues *issues)
{
	const struct cat_code *code = &list->codes[i];
	size_t j, k;

	for (k = 0; k < code->aliases_count + 2; k++)
		for (j = 0; j < i && code_text(code, k)[0]; j++)
			if (code_has(&list->codes[j], code_text(code, k)))
				cat_issue(issues, LINT_CODES_TWICE, list->where,
				    tr("in code list \"%s\", \"%s\" means "
				       "\"%s\" and \"%s\""),
				    list->id, code_text(code, k),
				    list->codes[j].value, code->value);
}

static void lint_code_lists(const struct catalog *c, struct cat_issues *issues)
{
	size_t i, j;

	for (i = 0; i < c->code_lists_count; i++) {
		const struct cat_code_list *list = &c->code_lists[i];

		if (list->codes_count == 0)
			cat_issue(issues, LINT_CODES_EMPTY, list->where,
			    tr("code list \"%s\" has no values"), list->id);
		for (j = 0; j < list->codes_count; j++)
			check_codes(list, j, issues);
	}
}

/* ---- departments ---- */

static void lint_department(
    const struct cat_department *d, struct cat_issues *issues)
{
	struct span code = span_of(d->code);
	struct span division = span_of(d->division);
	struct ident_uscc u;

	if (code.n > 0) {
		u = ident_check_uscc(code);
		if (u.state != IDENT_VALID)
			cat_issue(issues, LINT_DEPARTMENT_CODE, d->where,
			    tr("code \"%s\" of department \"%s\": %s"), d->code,
			    d->id, ident_state_text(u.state));
	}
	if (division.n != IDENT_DIVISION_CHARS ||
	    !ident_division_exists(division))
		cat_issue(issues, LINT_DEPARTMENT_CODE, d->where,
		    tr("division \"%s\" of department \"%s\" does not exist"),
		    d->division, d->id);
}

static void lint_departments(const struct catalog *c, struct cat_issues *issues)
{
	size_t i, j;

	for (i = 0; i < c->departments_count; i++) {
		const struct cat_department *d = &c->departments[i];

		lint_department(d, issues);
		for (j = 0; j < i; j++) {
			const struct cat_department *e = &c->departments[j];

			if (strcmp(d->title, e->title) == 0 ||
			    (d->code[0] && strcmp(d->code, e->code) == 0))
				cat_issue(issues, LINT_DEPARTMENT_TWICE,
				    d->where,
				    tr("departments \"%s\" and \"%s\" have "
				       "the same title or code"),
				    e->id, d->id);
		}
	}
}

/* ---- functions: do providers and departments meet? ---- */

static bool is_offered(const struct catalog *c, const char *function)
{
	size_t i;

	for (i = 0; i < c->departments_count; i++)
		if (cat_has_text(c->departments[i].functions,
			c->departments[i].functions_count, function))
			return true;
	return false;
}

static bool is_asked_for(const struct catalog *c, const char *function)
{
	size_t i;

	for (i = 0; i < c->items_count; i++)
		if (cat_has_text(c->items[i].providers,
			c->items[i].providers_count, function))
			return true;
	for (i = 0; i < c->matters_count; i++)
		if (cat_has_text(c->matters[i].askers,
			c->matters[i].askers_count, function))
			return true;
	return false;
}

static void check_offered(const struct catalog *c, const char *what,
    const char *id, struct cat_where where, const char *const *functions,
    size_t count, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(functions[i], "*") != 0 &&
		    !is_offered(c, functions[i]))
			cat_issue(issues, LINT_FUNCTION, where,
			    tr("no department has function \"%s\" that %s "
			       "\"%s\" names"),
			    functions[i], tr(what), id);
}

static void lint_list_functions(
    const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < c->lists_count; i++)
		check_offered(c, N_("list"), c->lists[i].id, c->lists[i].where,
		    c->lists[i].authorities, c->lists[i].authorities_count,
		    issues);
	for (i = 0; i < c->measures_count; i++)
		check_offered(c, N_("measure"), c->measures[i].id,
		    c->measures[i].where, c->measures[i].implementers,
		    c->measures[i].implementers_count, issues);
	for (i = 0; i < c->matters_count; i++)
		check_offered(c, N_("matter"), c->matters[i].id,
		    c->matters[i].where, c->matters[i].askers,
		    c->matters[i].askers_count, issues);
}

static void lint_functions(const struct catalog *c, struct cat_issues *issues)
{
	size_t i, j;

	lint_list_functions(c, issues);

	for (i = 0; i < c->items_count; i++)
		for (j = 0; j < c->items[i].providers_count; j++) {
			const char *function = c->items[i].providers[j];

			if (strcmp(function, "*") != 0 &&
			    !is_offered(c, function))
				cat_issue(issues, LINT_FUNCTION,
				    c->items[i].where,
				    tr("no department has function \"%s\" "
				       "that provides item \"%s\""),
				    function, c->items[i].id);
		}
	for (i = 0; i < c->departments_count; i++)
		for (j = 0; j < c->departments[i].functions_count; j++) {
			const char *function = c->departments[i].functions[j];

			if (!is_asked_for(c, function))
				cat_issue(issues, LINT_FUNCTION,
				    c->departments[i].where,
				    tr("no item names function \"%s\" of "
				       "department \"%s\""),
				    function, c->departments[i].id);
		}
}

/* ---- what the city has to confirm ---- */

static void note(struct cat_issues *issues, enum cat_status status,
    struct cat_where where, const char *what, const char *id)
{
	if (status == CAT_UNCONFIRMED)
		cat_issue(issues, LINT_UNCONFIRMED, where,
		    tr("%s \"%s\" is not authoritative; the city confirms it"),
		    tr(what), id);
}

/* Parts are listed only when the item itself is not. */
static void note_parts(const struct cat_item *item, struct cat_issues *issues)
{
	size_t i;

	if (item->status == CAT_UNCONFIRMED)
		return;
	for (i = 0; i < item->fields_count; i++)
		note(issues, item->fields[i].status, item->fields[i].where,
		    N_("field"), item->fields[i].name);
	for (i = 0; i < item->class_rules_count; i++)
		note(issues, item->class_rules[i].status,
		    item->class_rules[i].where, N_("class rule of item"),
		    item->id);
}

#define NOTE_LIST(c, list, what)                                               \
	do {                                                                   \
		size_t at;                                                     \
                                                                               \
		for (at = 0; at < (c)->list##_count; at++)                     \
			note(issues, (c)->list[at].status,                     \
			    (c)->list[at].where, (what), (c)->list[at].id);    \
	} while (0)

static void lint_unconfirmed(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	NOTE_LIST(c, bases, N_("basis"));
	NOTE_LIST(c, code_lists, N_("code list"));
	NOTE_LIST(c, regimes, N_("regime"));
	NOTE_LIST(c, limits, N_("limit"));
	NOTE_LIST(c, retentions, N_("retention"));
	NOTE_LIST(c, departments, N_("department"));
	NOTE_LIST(c, items, N_("item"));
	NOTE_LIST(c, lists, N_("list"));
	NOTE_LIST(c, measures, N_("measure"));
	NOTE_LIST(c, matters, N_("matter"));
	NOTE_LIST(c, case_kinds, N_("case kind"));
	NOTE_LIST(c, case_clocks, N_("case clock"));
	NOTE_LIST(c, case_marks, N_("case mark"));
	for (i = 0; i < c->items_count; i++)
		note_parts(&c->items[i], issues);
}

void cat_lint_all(const struct catalog *c, struct cat_issues *issues)
{
	static void (*const passes[])(
	    const struct catalog *c, struct cat_issues *issues) = {
	    lint_numbers,
	    lint_code_lists,
	    cat_lint_item_shape,
	    cat_lint_lists,
	    cat_lint_law,
	    cat_lint_retentions,
	    cat_lint_audit,
	    cat_lint_cases,
	    cat_lint_words,
	    cat_lint_counting,
	    lint_departments,
	    lint_functions,
	    lint_unconfirmed,
	};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(passes); i++)
		passes[i](c, issues);
}
