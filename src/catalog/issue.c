/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issues and the table of the linter's rules. A rule's number is stable for
 * ever: a city may cite it. The hint belongs to the rule, the message to
 * the single finding.
 *
 * Numbers: 001-009 the file, 010-029 keys and layers, 030-049 legal basis
 * and dates, 050-059 layers, 060-079 what boundaries forbid, 080-119 items,
 * 120-129 regimes, 130-139 departments, 140- notes and what is left open.
 */
#include "catalog/cat_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"
#include "base/utf8.h"

static const struct cat_lint_rule rules[] = {
    [LINT_SYNTAX] = {"CAT-001", CAT_ERROR, N_("the file is not readable YAML"),
	N_("Mend the line; quote texts that hold \": \" or begin with a "
	   "sign.")},
    [LINT_BOUND] = {"CAT-002", CAT_ERROR, N_("the file passes a bound"),
	N_("Split the file into several files.")},
    [LINT_NO_ALIAS] = {"CAT-003", CAT_ERROR,
	N_("anchors, aliases and tags are not read"),
	N_("Write the value out where it is used.")},
    [LINT_DUPLICATE_KEY] = {"CAT-004", CAT_ERROR,
	N_("a key stands twice in one mapping"), N_("Keep one of the two.")},
    [LINT_UNKNOWN_KEY] = {"CAT-010", CAT_ERROR, N_("a key is not known"),
	N_("See catalog/README.md for the keys of each list.")},
    [LINT_MISSING_KEY] = {"CAT-011", CAT_ERROR, N_("a needed key is missing"),
	N_("Add the key with a value.")},
    [LINT_BAD_VALUE] = {"CAT-012", CAT_ERROR,
	N_("a value has the wrong form or is out of bounds"),
	N_("Write the value in the form that the message names.")},
    [LINT_BAD_WORD] = {"CAT-013", CAT_ERROR,
	N_("a word is not one of the allowed ones"),
	N_("Write one of the words that the message lists.")},
    [LINT_BAD_DATE] = {"CAT-014", CAT_ERROR, N_("a date is not a date"),
	N_("Write dates as YYYY-MM-DD; leave an open end empty.")},
    [LINT_PACK] = {"CAT-015", CAT_ERROR,
	N_("the pack does not fit the folder that it stands in"),
	N_("Give the layer one pack whose id is its folder's name.")},
    [LINT_WRONG_LAYER] = {"CAT-016", CAT_ERROR,
	N_("this layer may not hold such a list"),
	N_("Regimes belong to the national layer; limits, departments and "
	   "extensions to a province or city.")},
    [LINT_DUPLICATE_ID] = {"CAT-017", CAT_ERROR, N_("an id stands twice"),
	N_("Give each thing its own id; use extend to narrow what an upper "
	   "layer holds.")},
    [LINT_DUPLICATE_NUMBER] = {"CAT-018", CAT_ERROR,
	N_("an item number stands twice"),
	N_("Take a number that was never used; numbers stand in stored keys.")},
    [LINT_UNKNOWN_REF] = {"CAT-019", CAT_ERROR,
	N_("an item, list, matter or measure named is not known"),
	N_("Name an id of this or an upper layer, or add the thing.")},
    [LINT_UNKNOWN_BASIS] = {"CAT-030", CAT_ERROR,
	N_("the legal basis named is not known"),
	N_("Name an id under bases of this or an upper layer, or add it.")},
    [LINT_NO_BASIS] = {"CAT-031", CAT_ERROR, N_("there is no legal basis"),
	N_("Nothing is collected, shown or limited without one: name the "
	   "article that allows it.")},
    [LINT_DATE_ORDER] = {"CAT-032", CAT_ERROR,
	N_("the last day is before the first"), N_("Check the two dates.")},
    [LINT_BASIS_NOT_IN_FORCE] = {"CAT-033", CAT_ERROR,
	N_("the legal basis is not in force when the thing is"),
	N_("Shorten the thing's dates to those of its basis, or name the basis "
	   "that followed.")},
    [LINT_OUT_OF_DATE] = {"CAT-034", CAT_WARNING,
	N_("the legal basis has ended and the thing goes on"),
	N_("Find out what replaced the basis; end the thing if nothing did.")},
    [LINT_WIDENS] = {"CAT-050", CAT_ERROR,
	N_("a lower layer widens what the layer above allows"),
	N_("A lower layer may only narrow; what is wider needs a change of the "
	   "national layer and of the law behind it.")},
    [LINT_EXTEND_UNKNOWN] = {"CAT-051", CAT_ERROR,
	N_("an extension names what does not exist"),
	N_("Name an item of an upper layer and fields that it has.")},
    [LINT_LIMIT_IDLE] = {"CAT-052", CAT_ERROR, N_("a limit bounds nothing"),
	N_("Give max_months or hides, and a family that a regime has.")},
    [LINT_LIMIT_LONGER] = {"CAT-053", CAT_NOTE,
	N_("a limit is longer than the regime and never wins"),
	N_("Nothing to do: the earlier end counts.")},
    [LINT_RETENTION_SHORTER] = {"CAT-054", CAT_ERROR,
	N_("a lower layer keeps something for a shorter time"),
	N_("A lower layer may only keep longer: what the layer above keeps "
	   "must be there as long as that layer says.")},
    [LINT_CASE_LONGER] = {"CAT-055", CAT_ERROR,
	N_("a lower layer lengthens a clock of cases"),
	N_("A lower layer may only shorten: whoever is late by the law above "
	   "is late.")},
    [LINT_CASE_STATE] = {"CAT-056", CAT_ERROR,
	N_("a state of a case cannot be come to, or not be left"),
	N_("Every state is led to; from every one that is no end a move leads "
	   "on, and from an end none; what is open waits for somebody.")},
    [LINT_CASE_MOVE] = {"CAT-057", CAT_ERROR,
	N_("a move of a case does not say from where, where to or by whom"),
	N_("Name states of the same kind, and at least one side.")},
    [LINT_CASE_CLOCK] = {"CAT-058", CAT_ERROR,
	N_("a clock of cases does not run"),
	N_("It starts in one state of its kind and ends in others; when it is "
	   "extended it is longer.")},
    [LINT_FORBIDDEN_DATA] = {"CAT-060", CAT_ERROR,
	N_("the field holds data that law forbids to collect as credit "
	   "information"),
	N_("Remove the field; it may not be collected at all or not without "
	   "the person's written consent.")},
    [LINT_NATURAL_PERSON] = {"CAT-061", CAT_ERROR,
	N_("the item is about natural persons"),
	N_("Remove the item; the platform keeps organisations only.")},
    [LINT_OVER_REACH] = {"CAT-062", CAT_ERROR,
	N_("over-reach known from practice: this was put into credit records "
	   "without legislation"),
	N_("Remove it, or name the law or regulation that makes it credit "
	   "information; a mere document does not do.")},
    [LINT_PERSON_NUMBER] = {"CAT-063", CAT_ERROR,
	N_("a field with document numbers of persons is kept"),
	N_("Write privacy: dropped, so that it never leaves the decoder.")},
    [LINT_ADVERSE_REGIME] = {"CAT-064", CAT_ERROR,
	N_("adverse information has no regime that ends its publication"),
	N_("Write publication: regime with a family and classes, or never.")},
    [LINT_CLASS] = {"CAT-065", CAT_ERROR,
	N_("the classes do not fit the item's nature"),
	N_("Adverse items need classes or a default_class; others have none.")},
    [LINT_COUNTING] = {"CAT-066", CAT_ERROR,
	N_("a rule would list subjects, or act on them, by counting records"),
	N_("Remove it; only a decision of its own, with number, day, "
	   "authority, basis and notice, puts a subject on a list.")},
    [LINT_ENTRY_FIELD] = {"CAT-067", CAT_ERROR,
	N_("the item of a list cannot hold what an entry needs"),
	N_("Give the item required fields with the roles document, "
	   "decided-on, authority, basis-text and notified-on, and "
	   "public-until for the day of exit.")},
    [LINT_NATURE] = {"CAT-068", CAT_ERROR,
	N_("adverse and positive information are mixed"),
	N_("Red lists, encouragement and easier treatment take positive "
	   "items, or neutral ones that say positive_when; other lists and "
	   "measures take others.")},
    [LINT_REDUCE] = {"CAT-069", CAT_ERROR,
	N_("a measure that reduces rights goes beyond its basis"),
	N_("It needs a law, a regulation, a judicial interpretation or a "
	   "policy document of the State Council, and follows an entry on a "
	   "list or one class of records that such a basis names.")},
    [LINT_OUTSIDE_MATTER] = {"CAT-070", CAT_ERROR,
	N_("a measure is applied outside the matters that its basis names"),
	N_("Remove the measure from the matter, or name the matter at the "
	   "measure if its basis does.")},
    [LINT_LIST_END] = {"CAT-071", CAT_ERROR,
	N_("nothing ends the entries of a list"),
	N_("Give longest_months or exit_condition.")},
    [LINT_MEASURE_SHAPE] = {"CAT-072", CAT_ERROR,
	N_("the measure does not say whom it meets, what it follows or how "
	   "long it lasts"),
	N_("It has targets, matters and follows, each of these either a list "
	   "or an item; months belong to lasts: months.")},
    [LINT_LOCAL_BASIS] = {"CAT-073", CAT_ERROR,
	N_("a province or city adds an item, list or measure without a local "
	   "regulation"),
	N_("Name a local regulation (kind: regulation) under bases of the "
	   "province "
	   "or city.")},
    [LINT_ENTRY_AUTHORITY] = {"CAT-074", CAT_ERROR,
	N_("somebody who may not enter subjects on a list provides an item of "
	   "it"),
	N_("Every function under providers of the item stands under "
	   "authorities of the list, too.")},
    [LINT_AUDIT_NUMBERS] = {"CAT-075", CAT_ERROR,
	N_("an audit rule lacks a number of its kind, or has another's"),
	N_("See catalog/README.md for the numbers that each kind takes.")},
    [LINT_AUDIT_TWICE] = {"CAT-076", CAT_ERROR,
	N_("two audit rules of one kind are in force on the same day"),
	N_("End the older one on the day before the newer begins.")},
    [LINT_PERSON_TEXT] = {"CAT-077", CAT_ERROR,
	N_("a text holds the identity number of a person"),
	N_("Remove it: the catalogue is public, and kept as it was.")},
    [LINT_ENTRY_TWICE] = {"CAT-078", CAT_ERROR,
	N_("entries of one list are entries of another as well"),
	N_("A decision enters on the list that it names: give each adverse "
	   "list an item of its own.")},
    [LINT_KEY_FIELD] = {"CAT-080", CAT_ERROR,
	N_("no required field is part of the key"),
	N_("Mark the fields that name a record, such as the document number, "
	   "with key: true.")},
    [LINT_ROLE_MISSING] = {"CAT-081", CAT_ERROR, N_("a needed role is missing"),
	N_("Every item has a subject-name, a subject-code and a required "
	   "decided-on.")},
    [LINT_ROLE_TWICE] = {"CAT-082", CAT_ERROR,
	N_("two fields of an item have the same role"),
	N_("Leave the role on one of them.")},
    [LINT_ROLE_TYPE] = {"CAT-083", CAT_ERROR,
	N_("the field's type or privacy does not fit its role"),
	N_("Names take type name, codes subject-code, kinds code, days date; "
	   "what has a role is not dropped.")},
    [LINT_UNKNOWN_FIELD] = {"CAT-084", CAT_ERROR,
	N_("a condition or rule names a field that the item has not"),
	N_("Name a field of the same item by its machine name.")},
    [LINT_CONDITION] = {"CAT-085", CAT_ERROR,
	N_("the condition can never hold as it is meant"),
	N_("Compare with stored values of the field's code list, not with "
	   "aliases; above needs a number "
	   "or money.")},
    [LINT_RULE_SHAPE] = {"CAT-086", CAT_ERROR,
	N_("the rule does not fit the fields that it names"),
	N_("See catalog/README.md for the fields that each kind of rule "
	   "takes.")},
    [LINT_UNKNOWN_CODES] = {"CAT-087", CAT_ERROR,
	N_("the field's type and its code list do not fit"),
	N_("Types code and codes name a list under code_lists; others none.")},
    [LINT_CODES_EMPTY] = {"CAT-088", CAT_ERROR, N_("a code list is empty"),
	N_("Give it at least one value.")},
    [LINT_CODES_TWICE] = {"CAT-089", CAT_ERROR,
	N_("a text stands for two values of a code list"),
	N_("Leave the text with one of them.")},
    [LINT_HEADER_TWICE] = {"CAT-090", CAT_ERROR,
	N_("a header text leads to two fields"),
	N_("Leave the text with one of them.")},
    [LINT_EXAMPLE] = {"CAT-091", CAT_ERROR,
	N_("the field's example does not pass its own check"),
	N_("Give an example that a department could really send.")},
    [LINT_REGIME_OVERLAP] = {"CAT-120", CAT_ERROR,
	N_("two regimes of one family are in force on the same day"),
	N_("End the older one on the day before the newer begins.")},
    [LINT_REGIME_GAP] = {"CAT-121", CAT_WARNING,
	N_("no regime of the family is in force for some days"),
	N_("On those days nothing of the family is published; check the "
	   "dates.")},
    [LINT_PERIOD] = {"CAT-122", CAT_ERROR,
	N_("a regime's period contradicts itself"),
	N_("min_months must not pass max_months; at least one class is "
	   "published "
	   "and has an end.")},
    [LINT_DEPARTMENT_CODE] = {"CAT-130", CAT_ERROR,
	N_("the department's code does not pass its check"),
	N_("Copy the code from the department's certificate, or leave it "
	   "empty.")},
    [LINT_DEPARTMENT_TWICE] = {"CAT-131", CAT_ERROR,
	N_("two departments have the same title or code"),
	N_("Keep one of the two.")},
    [LINT_FUNCTION] = {"CAT-140", CAT_NOTE,
	N_("a function stands on one side only"),
	N_("Check the spelling: departments' functions and items' providers "
	   "should meet.")},
    [LINT_UNCONFIRMED] = {"CAT-141", CAT_NOTE,
	N_("not authoritative, to be confirmed by the city"),
	N_("Compare with the official text, then write status: verified.")},
    [LINT_LIST_EMPTY] = {"CAT-142", CAT_NOTE, N_("no item reports to the list"),
	N_("Nothing to do, unless a department reports its entries: then add "
	   "an item for them.")},
    [LINT_MATTER_IDLE] = {"CAT-143", CAT_NOTE,
	N_("what is looked up in a matter is never told there"),
	N_("Nothing to do, unless a law names a measure that follows: then add "
	   "the measure. The tables say that it is not told.")},
    [LINT_MATTER_BARE] = {"CAT-144", CAT_WARNING,
	N_("a matter has no measure and does not say why"),
	N_("Give it the measures that a law names, or say under no_measure and "
	   "no_measure_en why there is none.")},
    [LINT_TOO_MANY] = {"CAT-149", CAT_ERROR, N_("there are too many issues"),
	N_("Mend those listed and run the linter again.")},
};

_Static_assert(ARRAY_COUNT(rules) == LINT_COUNT, "one row for each rule");

static const struct cat_lint_rule *cat_lint_rule(enum cat_lint rule)
{
	ASSERT(rule < LINT_COUNT);
	return &rules[rule];
}

const struct cat_lint_rule *cat_lint_rules(size_t *count_out)
{
	*count_out = LINT_COUNT;
	return rules;
}

void cat_issues_init(struct cat_issues *issues)
{
	memset(issues, 0, sizeof(*issues));
	issues->arena = arena_new();
}

void cat_issues_release(struct cat_issues *issues)
{
	free(issues->list);
	arena_free(&issues->arena);
	memset(issues, 0, sizeof(*issues));
}

/* Room for one more: doubles at each power of two. */
static struct cat_issue *next_slot(struct cat_issues *issues)
{
	size_t n = issues->count;

	if (n == 0 || (n >= 16 && (n & (n - 1)) == 0))
		issues->list = mem_realloc(
		    issues->list, n ? n * 2 : 16, sizeof(*issues->list));
	issues->count++;
	return &issues->list[n];
}

static void count_issue(struct cat_issues *issues, enum cat_severity severity)
{
	if (severity == CAT_ERROR)
		issues->errors++;
	else if (severity == CAT_WARNING)
		issues->warnings++;
}

static void put_issue(struct cat_issues *issues, enum cat_lint rule,
    struct cat_where where, const char *message)
{
	const struct cat_lint_rule *r = cat_lint_rule(rule);
	struct cat_issue *issue = next_slot(issues);

	issue->severity = r->severity;
	issue->rule = r->id;
	issue->where = where;
	issue->where.file = arena_strdup(issues->arena, where.file);
	issue->message = message;
	issue->hint = tr(r->hint);
}

/* Past the bound issues are only counted; the last one shown says so. */
static bool is_full(
    struct cat_issues *issues, enum cat_lint rule, struct cat_where where)
{
	if (issues->count < CAT_ISSUES_MAX - 1)
		return false;
	if (issues->count == CAT_ISSUES_MAX - 1) {
		put_issue(issues, LINT_TOO_MANY, where,
		    tr("further issues are not shown"));
		rule = LINT_TOO_MANY;
	}
	count_issue(issues, cat_lint_rule(rule)->severity);
	return true;
}

void cat_issue(struct cat_issues *issues, enum cat_lint rule,
    struct cat_where where, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (is_full(issues, rule, where))
		return;
	n = utf8_valid_prefix(text, strlen(text));
	put_issue(issues, rule, where, arena_dup(issues->arena, text, n));
	count_issue(issues, cat_lint_rule(rule)->severity);
}

static int compare_issue(const void *a, const void *b)
{
	const struct cat_issue *x = a;
	const struct cat_issue *y = b;
	int order = strcmp(x->where.file, y->where.file);

	if (order == 0)
		order = (x->where.line > y->where.line) -
		    (x->where.line < y->where.line);
	if (order == 0)
		order = strcmp(x->rule, y->rule);
	if (order == 0)
		order = strcmp(x->message, y->message);
	return order;
}

void cat_issues_sort(struct cat_issues *issues)
{
	if (issues->count > 1)
		qsort(issues->list, issues->count, sizeof(*issues->list),
		    compare_issue);
}
