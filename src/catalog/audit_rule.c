/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers of the rules about readers. They are no law but what who audits
 * holds for much: too small ones cry wolf, too large ones see nothing. So a
 * lower layer may set its own either way.
 */
#include "catalog/cat_priv.h"

#include "base/tr.h"

#define NEEDS(number) (1u << (number))

static const unsigned needed[CAT_AUDIT_COUNT] = {
    [CAT_AUDIT_OFF_HOURS] = NEEDS(CAT_AUDIT_MORE_THAN) |
	NEEDS(CAT_AUDIT_FROM_HOUR) | NEEDS(CAT_AUDIT_TO_HOUR),
    [CAT_AUDIT_MANY_SUBJECTS] = NEEDS(CAT_AUDIT_MORE_THAN),
    [CAT_AUDIT_SAME_SUBJECT] =
	NEEDS(CAT_AUDIT_MORE_THAN) | NEEDS(CAT_AUDIT_DAYS),
    [CAT_AUDIT_SAME_NAME] = NEEDS(CAT_AUDIT_MORE_THAN) | NEEDS(CAT_AUDIT_DAYS),
    [CAT_AUDIT_NO_FEEDBACK] = NEEDS(CAT_AUDIT_DAYS) |
	NEEDS(CAT_AUDIT_AT_LEAST) | NEEDS(CAT_AUDIT_PERCENT),
    [CAT_AUDIT_REFUSED] = NEEDS(CAT_AUDIT_MORE_THAN),
};

const struct cat_audit_rule *catalog_audit_rule(
    const struct catalog *c, enum cat_audit_kind kind, date_days on)
{
	const struct cat_audit_rule *lowest = NULL;
	size_t i;

	for (i = 0; i < c->audit_rules_count; i++) {
		const struct cat_audit_rule *r = &c->audit_rules[i];

		if (r->kind == kind &&
		    date_is_within(r->valid_from, r->valid_to, on) &&
		    (!lowest || r->where.layer > lowest->where.layer))
			lowest = r;
	}
	return lowest;
}

/* ---- the judgement ---- */

static unsigned given(const struct cat_audit_rule *r)
{
	unsigned numbers = 0;
	int i;

	for (i = 0; i < CAT_AUDIT_NUMBERS; i++)
		numbers |= r->numbers[i] ? NEEDS(i) : 0;
	return numbers;
}

static bool are_together(
    const struct cat_audit_rule *a, const struct cat_audit_rule *b)
{
	return a->kind == b->kind && a->where.layer == b->where.layer &&
	    (a->valid_to == DATE_NONE || b->valid_from <= a->valid_to) &&
	    (b->valid_to == DATE_NONE || a->valid_from <= b->valid_to);
}

void cat_lint_audit(const struct catalog *c, struct cat_issues *issues)
{
	size_t i, j;

	for (i = 0; i < c->audit_rules_count; i++) {
		const struct cat_audit_rule *r = &c->audit_rules[i];

		if (given(r) != needed[r->kind])
			cat_issue(issues, LINT_AUDIT_NUMBERS, r->where,
			    tr("audit rule \"%s\" has not the numbers of "
			       "\"%s\""),
			    r->id, cat_audit_name(r->kind));
		for (j = 0; j < i; j++)
			if (are_together(r, &c->audit_rules[j]))
				cat_issue(issues, LINT_AUDIT_TWICE, r->where,
				    tr("audit rules \"%s\" and \"%s\" are "
				       "both in force"),
				    c->audit_rules[j].id, r->id);
	}
}
