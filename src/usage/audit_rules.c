/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules about readers. The numbers are a beginning, to be set by who
 * audits: too small ones cry wolf, too large ones see nothing. A finding is
 * a question to somebody, not an answer.
 *
 * Programs are looked at only where time and repetition do not tell: an
 * approval system works at night, and asks about a large firm often.
 */
#include "base/check.h"
#include "usage/audit.h"

#define N_(text) text

static const struct audit_rule rules[] = {
    {.id = "off-hours",
	.kind = AUDIT_OFF_HOURS,
	.more_than = 20,
	.title = N_("Many reads outside office hours"),
	.text = N_("One person read more than 20 times within an hour, "
		   "between 20:00 and 7:00 or on a day that is no working "
		   "day.")},
    {.id = "many-subjects",
	.kind = AUDIT_MANY_SUBJECTS,
	.is_of_programs = true,
	.more_than = 50,
	.title = N_("Many organisations under one case number"),
	.text = N_("A department asked about more than 50 different "
		   "organisations under the same case number.")},
    {.id = "same-subject",
	.kind = AUDIT_SAME_SUBJECT,
	.more_than = 5,
	.days = 30,
	.title = N_("The same organisation again and again"),
	.text = N_("One person checked one organisation under more than 5 "
		   "different case numbers within 30 days.")},
    {.id = "same-name",
	.kind = AUDIT_SAME_NAME,
	.more_than = 2,
	.days = 30,
	.title = N_("One name, several organisations"),
	.text = N_("One person looked up more than 2 different organisations "
		   "of one and the same name within 30 days.")},
    {.id = "no-feedback",
	.kind = AUDIT_NO_FEEDBACK,
	.is_of_programs = true,
	.at_least = 20,
	.days = 30,
	.percent = 50,
	.title = N_("Checks that nothing came of"),
	.text = N_("Of at least 20 checks of a month that are older than 30 "
		   "days, more than half have no feedback on what was "
		   "decided.")},
    {.id = "refused",
	.kind = AUDIT_REFUSED,
	.is_of_programs = true,
	.more_than = 10,
	.title = N_("Many refused attempts"),
	.text = N_("One reader was refused more than 10 times in a day.")},
};

const struct audit_rule *audit_rules(size_t *count_out)
{
	*count_out = ARRAY_COUNT(rules);
	return rules;
}
