/* SPDX-License-Identifier: Apache-2.0 */
#include "web/asked.h"

#include <string.h>

#include "api/put.h"
#include "base/check.h"
#include "base/tr.h"
#include "ident/ident.h"
#include "web/words.h"

#define N_(text) text

/* What people enter, of all parameters of pages. */
static const struct {
	const char *name, *label;
} known[] = {
    {"as_of", N_("As it stood on another day")},
    {"case", N_("Case number")},
    {"department", N_("Department")},
    {"division", N_("Division")},
    {"from", N_("First day")},
    {"item", N_("Information")},
    {"matter", N_("Matter")},
    {"month", N_("Month")},
    {"on", N_("As in force on")},
    {"organisation", N_("Organisation (code)")},
    {"q", N_("Name or unified social credit code of an organisation")},
    {"reader", N_("Reader")},
    {"subject", N_("Organisation (code)")},
    {"to", N_("Last day")},
};

static const char *label_of(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(known); i++)
		if (strcmp(name, known[i].name) == 0)
			return tr(known[i].label);
	return NULL;
}

/* Of what was chosen out of a list; NULL: out of none, or not in it. */
static const char *title_of_choice(
    const struct catalog *catalog, const char *name, const char *value)
{
	struct ident_division division;

	if (strcmp(name, "division") != 0)
		return words_title(catalog, span_of(name), value);
	return ident_division_find(span_of(value), DATE_NONE, &division)
	    ? division.name
	    : NULL;
}

/* Is it one of the choices? They are no field of a form, but its tabs. */
static bool is_choice(const struct http_param *param, struct span value)
{
	const char *const *c;

	for (c = param->choices; c && *c; c++)
		if (span_is(value, *c))
			return true;
	return false;
}

static void put_field(struct json_writer *w, const struct catalog *catalog,
    const struct http_param *param, const char *value)
{
	const char *label = label_of(param->name);
	const char *title = title_of_choice(catalog, param->name, value);
	bool is_seen = label && !param->choices;
	bool is_place = strcmp(param->name, "department") == 0 ||
	    strcmp(param->name, "division") == 0;

	json_open_object(w);
	json_put_str(w, "name", param->name);
	json_put_str(w, "value", value);
	json_put_str(w, "label", is_seen ? label : "");
	json_put_str(w, "title", title ? title : "");
	json_put_bool(w, "is_title_zh", is_place);
	json_put_bool(w, "is_day", is_seen && param->type == HTTP_DATE);
	json_put_bool(
	    w, "is_text", is_seen && !title && param->type != HTTP_DATE);
	json_close_object(w);
}

/* Was it given, and may it be sent again? */
static bool is_kept(const struct http_request *request, size_t at)
{
	const struct http_param *param = &request->route->params[at];
	struct span value = request->values[at];

	return param->in == HTTP_IN_QUERY && value.n &&
	    (param->choices ? is_choice(param, value)
			    : label_of(param->name) != NULL);
}

static bool is_form(const struct http_request *request, int status)
{
	const struct http_route *route = request->route;
	size_t i;

	if (status != 400 || !route || route->method != HTTP_GET ||
	    !(route->offers & HTTP_OFFER_HTML))
		return false;
	for (i = 0; route->params && route->params[i].name; i++)
		if (is_kept(request, i) && !route->params[i].choices)
			return true;
	return false;
}

void asked_put(struct json_writer *w, const struct catalog *catalog,
    const struct http_request *request, int status)
{
	size_t i;

	if (!is_form(request, status)) {
		put_null(w, "asked");
		return;
	}
	json_key(w, "asked");
	json_open_object(w);
	json_key(w, "fields");
	json_open_array(w);
	for (i = 0; request->route->params[i].name; i++)
		if (is_kept(request, i))
			put_field(w, catalog, &request->route->params[i],
			    arena_dup(request->arena, request->values[i].p,
				request->values[i].n));
	json_close_array(w);
	json_close_object(w);
}
