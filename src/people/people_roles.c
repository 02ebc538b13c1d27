/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table of who may do what. docs/security.md prints it; a test
 * compares the two. Least rights: a role has what its work needs, and
 * nothing follows from another role. The administrator of the installation
 * sees no data by virtue of being one.
 */
#include "people/people.h"

#include <string.h>

#include "base/check.h"

#define N_(text)  text
#define BIT(name) (1u << PEOPLE_##name)

static const struct people_capability_text capabilities[] = {
    [PEOPLE_SUBMIT] = {"submit", N_("send a department's data in"), true},
    [PEOPLE_REVIEW] = {"review", N_("look through what was sent in"), false},
    [PEOPLE_AMEND] = {"amend", N_("correct or withdraw a record"), true},
    [PEOPLE_RESOLVE] = {"resolve", N_("say whom a doubtful row is about"),
	false},
    [PEOPLE_QUALITY] = {"quality", N_("read how well a department reports"),
	true},
    [PEOPLE_CHECK] = {"check", N_("ask what applies to an organisation"), true},
    [PEOPLE_FEEDBACK] = {"feedback", N_("tell what came of a check"), true},
    [PEOPLE_OWN_USES] = {"own-uses",
	N_("see who read about one's own organisation"), false},
    [PEOPLE_AUDIT] = {"audit", N_("see who read what, of everybody"), false},
    [PEOPLE_MANAGE_PEOPLE] = {"manage-people", N_("keep accounts and roles"),
	false},
    [PEOPLE_MANAGE_TOKENS] = {"manage-tokens", N_("keep programs' tokens"),
	false},
    [PEOPLE_RECORDS] = {"records",
	N_("look up what one's own department has sent in"), false},
    [PEOPLE_CASES] = {"cases",
	N_("see the objections of one's own side, and "
	   "make its moves"),
	false},
    [PEOPLE_OBJECT] = {"object", N_("object to a record"), false},
};
_Static_assert(ARRAY_COUNT(capabilities) == PEOPLE_CAPABILITY_COUNT,
    "each capability has its text");

static const struct people_role roles[] = {
    {"operator", N_("department operator"), PEOPLE_SCOPE_DEPARTMENT, true,
	BIT(SUBMIT) | BIT(RESOLVE) | BIT(QUALITY) | BIT(RECORDS) | BIT(CASES)},
    {"reviewer", N_("department reviewer"), PEOPLE_SCOPE_DEPARTMENT, true,
	BIT(REVIEW) | BIT(AMEND) | BIT(RESOLVE) | BIT(QUALITY) | BIT(RECORDS) |
	    BIT(CASES)},
    {"credit-office", N_("credit office"), PEOPLE_SCOPE_ALL, true,
	BIT(RESOLVE) | BIT(QUALITY) | BIT(CASES) | BIT(OBJECT)},
    {"clerk", N_("clerk of a service window"), PEOPLE_SCOPE_DEPARTMENT, true,
	BIT(CHECK) | BIT(FEEDBACK)},
    /* May what a clerk may: what law lets a regulator use is what applies in
     * his matter. A name of its own, so that a grant says what one is. */
    {"regulator", N_("regulator"), PEOPLE_SCOPE_DEPARTMENT, true,
	BIT(CHECK) | BIT(FEEDBACK)},
    {"auditor", N_("auditor of uses"), PEOPLE_SCOPE_ALL, true, BIT(AUDIT)},
    {"representative", N_("representative of an organisation"),
	PEOPLE_SCOPE_ORGANISATION, false,
	BIT(OWN_USES) | BIT(CASES) | BIT(OBJECT)},
    {"admin", N_("administrator of the installation"), PEOPLE_SCOPE_ALL, true,
	BIT(MANAGE_PEOPLE) | BIT(MANAGE_TOKENS)},
};

const struct people_role *people_roles(size_t *count_out)
{
	*count_out = ARRAY_COUNT(roles);
	return roles;
}

const struct people_role *people_role_find(struct span id)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(roles); i++)
		if (span_is(id, roles[i].id))
			return &roles[i];
	return NULL;
}

const struct people_capability_text *people_capability(
    enum people_capability which)
{
	ASSERT(which < PEOPLE_CAPABILITY_COUNT);
	return &capabilities[which];
}

int people_capability_find(struct span id)
{
	int i;

	for (i = 0; i < PEOPLE_CAPABILITY_COUNT; i++)
		if (span_is(id, capabilities[i].id))
			return i;
	return -1;
}

/* ---- callers ---- */

/* Does what a grant names cover it? "" covers everything. */
static bool covers(const char *granted, const char *wanted)
{
	return !granted[0] || (wanted && strcmp(granted, wanted) == 0);
}

static bool grant_covers(
    const struct people_grant *grant, const struct people_thing *thing)
{
	return !thing ||
	    (covers(grant->department, thing->department) &&
		covers(grant->division, thing->division) &&
		covers(grant->organisation, thing->organisation));
}

bool people_may(const struct people_caller *caller,
    enum people_capability capability, const struct people_thing *thing)
{
	uint32_t bit = 1u << capability;
	size_t i;

	ASSERT(capability < PEOPLE_CAPABILITY_COUNT);
	if (!(caller->capabilities & bit))
		return false;
	if (caller->kind == PEOPLE_TOKEN)
		return !thing || covers(caller->department, thing->department);
	for (i = 0; i < caller->user.grants_count; i++) {
		const struct people_grant *grant = &caller->user.grants[i];

		if (grant->role->capabilities & bit &&
		    grant_covers(grant, thing))
			return true;
	}
	return false;
}

bool people_may_for(const struct people_caller *caller,
    enum people_capability capability, const struct cat_department *department)
{
	const struct people_thing thing = {
	    .department = department ? department->id : NULL,
	    .division = department ? department->division : NULL};

	return people_may(caller, capability, &thing);
}

bool people_may_for_id(const struct people_caller *caller,
    enum people_capability capability, const struct catalog *catalog,
    const char *department)
{
	const struct people_thing thing = {.department = department};
	const struct cat_department *d =
	    catalog_department(catalog, department);

	return d ? people_may_for(caller, capability, d)
		 : people_may(caller, capability, &thing);
}

bool people_may_matter(const struct people_caller *caller, struct span matter)
{
	const char *at = caller->matters;

	if (caller->kind != PEOPLE_TOKEN)
		return caller->kind == PEOPLE_SESSION;
	if (strcmp(at, "*") == 0)
		return true;
	while (*(at += strspn(at, " "))) {
		struct span word = {at, strcspn(at, " ")};

		if (span_equal(word, matter))
			return true;
		at += word.n;
	}
	return false;
}
