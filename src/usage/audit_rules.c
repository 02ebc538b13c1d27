/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of rules about readers; their numbers are the catalogue's.
 *
 * Representatives look at what is their organisation's own, at whatever hour;
 * programs are looked at only where time and repetition do not tell: an
 * approval system works at night, and asks about a large firm often.
 */
#include "base/tr.h"
#include "usage/audit.h"

#define N_(text) text

static const struct audit_rule kinds[CAT_AUDIT_COUNT] = {
    [CAT_AUDIT_OFF_HOURS] = {.title = N_("Many reads outside office hours")},
    [CAT_AUDIT_MANY_SUBJECTS] = {.is_of_programs = true,
	.title = N_("Many organisations under one case number")},
    [CAT_AUDIT_SAME_SUBJECT] = {.title = N_(
				    "The same organisation again and again")},
    [CAT_AUDIT_SAME_NAME] = {.title = N_("One name, several organisations")},
    [CAT_AUDIT_NO_FEEDBACK] = {.is_of_programs = true,
	.title = N_("Checks that nothing came of")},
    [CAT_AUDIT_REFUSED] = {.is_of_programs = true,
	.title = N_("Many refused attempts")},
};

size_t audit_rules(const struct catalog *catalog, date_days on,
    struct audit_rule out[CAT_AUDIT_COUNT])
{
	size_t count = 0;
	int kind;

	for (kind = 0; kind < CAT_AUDIT_COUNT; kind++) {
		const struct cat_audit_rule *r =
		    catalog_audit_rule(catalog, (enum cat_audit_kind)kind, on);

		if (!r)
			continue;
		out[count] = kinds[kind];
		out[count].kind = r->kind;
		out[count++].numbers = r->numbers;
	}
	return count;
}

static void hours_text(const int *n, struct buf *out)
{
	int from = n[CAT_AUDIT_FROM_HOUR], to = n[CAT_AUDIT_TO_HOUR];
	int most = n[CAT_AUDIT_MORE_THAN];

	if (from < to)
		buf_addf(out,
		    tr("From %d:00 to %d:00 or on a day that is no working "
		       "day, one person read more than %d times within an "
		       "hour."),
		    from, to, most);
	else
		buf_addf(out,
		    tr("Between %d:00 and %d:00 or on a day that is no working "
		       "day, one person read more than %d times within an "
		       "hour."),
		    from, to, most);
}

void audit_rule_text(const struct audit_rule *rule, struct buf *out)
{
	const int *n = rule->numbers;
	int most = n[CAT_AUDIT_MORE_THAN], days = n[CAT_AUDIT_DAYS];

	switch (rule->kind) {
	case CAT_AUDIT_OFF_HOURS:
		hours_text(n, out);
		return;
	case CAT_AUDIT_MANY_SUBJECTS:
		buf_addf(out,
		    tr("Under the same case number a department asked about "
		       "more than %d different organisations."),
		    most);
		return;
	case CAT_AUDIT_SAME_SUBJECT:
		buf_addf(out,
		    tr("Within %d days one person checked one organisation "
		       "under more than %d different case numbers."),
		    days, most);
		return;
	case CAT_AUDIT_SAME_NAME:
		buf_addf(out,
		    tr("Within %d days one person looked up more than %d "
		       "different organisations of one and the same name."),
		    days, most);
		return;
	case CAT_AUDIT_NO_FEEDBACK:
		buf_addf(out,
		    tr("Of the checks of a month that are older than %d days, "
		       "at least %d, more than %d%% have no feedback on what "
		       "was decided."),
		    days, n[CAT_AUDIT_AT_LEAST], n[CAT_AUDIT_PERCENT]);
		return;
	case CAT_AUDIT_REFUSED:
		buf_addf(out,
		    tr("In one day one reader was refused more than %d times."),
		    most);
		return;
	case CAT_AUDIT_COUNT:
	default:
		return;
	}
}
