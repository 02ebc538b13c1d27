/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Only pages that are for somebody have it. Public ones are kept and shared,
 * so nothing on them may tell who reads them.
 */
#include "web/own_places.h"

#include <string.h>

#include "base/check.h"
#include "people/people.h"

#define N_(text) text

static const struct own_place {
	const char *href;
	const char *under; /* the paths that belong to it begin so */
	const char *label;
	enum people_capability right;
} places[] = {
    {"/desk", "/desk", N_("Department's desk"), PEOPLE_SUBMIT},
    {"/desk/records", "/desk", N_("Department's desk"), PEOPLE_RECORDS},
    {"/desk/doubtful", "/desk", N_("Department's desk"), PEOPLE_RESOLVE},
    {"/check", "/check", N_("Credit check"), PEOPLE_CHECK},
    {"/cases", "/cases", N_("Objections"), PEOPLE_CASES},
    {"/uses", "/uses", N_("Who looked at us"), PEOPLE_OWN_USES},
    {"/audit", "/audit", N_("Audit of uses"), PEOPLE_AUDIT},
};

_Static_assert(
    ARRAY_COUNT(places) <= WEB_OWN_PLACES_MAX, "a page has room for all");

static bool may(const struct people_caller *who, enum people_capability right)
{
	return who->capabilities >> right & 1;
}

/* Is it another way, for fewer rights, to a place that is there already? */
static bool is_there(const struct web_page *page, const struct own_place *p)
{
	return page->own.count > 0 &&
	    strncmp(page->own.places[page->own.count - 1].href, p->under,
		strlen(p->under)) == 0;
}

const char *own_places_first(const struct people_caller *who)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(places); i++)
		if (may(who, places[i].right))
			return places[i].href;
	return NULL;
}

void own_places_put(const struct http_request *request, struct web_page *page)
{
	const struct people_caller *who = request->caller.who;
	size_t i;

	if (!who || who->kind != PEOPLE_SESSION ||
	    who->stage != PEOPLE_STAGE_WHOLE)
		return;
	page->own.name = who->user.name;
	page->own.login = who->user.login;
	page->own.may_submit = may(who, PEOPLE_SUBMIT);
	page->own.may_see_records = may(who, PEOPLE_RECORDS);
	for (i = 0; i < ARRAY_COUNT(places); i++) {
		const struct own_place *p = &places[i];
		size_t n = strlen(p->under);

		if (!may(who, p->right) || is_there(page, p))
			continue;
		page->own.places[page->own.count++] = (struct web_place){
		    .href = p->href,
		    .label = p->label,
		    .is_current = strncmp(page->path, p->under, n) == 0 &&
			(page->path[n] == '\0' || page->path[n] == '/'),
		};
	}
}
