/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of all forms of the site that keep words, by name. Those of a
 * record's form are the catalogue's; what neither knows is called by its
 * name. A code that was chosen out of a list is shown as what stood there.
 */
#include "web/words.h"

#include <string.h>

#include "api/check_made.h"
#include "api/put.h"
#include "base/check.h"
#include "catalog/catalog.h"
#include "http/route.h"
#include "usage/feedback.h"

/* A text longer than this, or on several lines, gets an area. */
enum { LINE_BYTES = 60, BACK_BYTES = 2000 };

enum kind {
	WRITTEN = 0, /* by hand */
	CHOSEN,	     /* out of some */
	CARRIED,     /* what the page knew */
	PRESSED	     /* the button */
};

static const struct known {
	const char *name;
	const char *label; /* of what is shown */
	enum kind kind;
} known[] = {
    {"appeal", N_("The way to appeal that was told to the applicant"), WRITTEN},
    {"as", NULL, CARRIED},
    {"case", N_("Case number"), WRITTEN},
    {"cause", N_("Cause"), WRITTEN},
    {"choice", N_("Decision"), CHOSEN},
    {"closed", N_("The case is closed: nothing more needs to be told of it."),
	CHOSEN},
    {"code", N_("Unified social credit code"), WRITTEN},
    {"codes", N_("Unified social credit codes"), WRITTEN},
    {"decision", N_("Decision"), CHOSEN},
    {"department", N_("Department"), CHOSEN},
    {"do", NULL, PRESSED},
    {"force",
	N_("The visible characters of the code are wrong: decide against "
	   "them."),
	CHOSEN},
    {"from", NULL, CARRIED},
    {"item", N_("Kind of record"), CHOSEN},
    {"letter",
	N_("Number of the letter by which the organisation asked for it"),
	WRITTEN},
    {"matter", N_("Matter"), CHOSEN},
    {"move", NULL, CARRIED},
    {"note", N_("Reason"), WRITTEN},
    {"organisation", NULL, CARRIED},
    {"other", N_("Cause"), WRITTEN},
    {"purpose", N_("Purpose"), WRITTEN},
    {"reason", N_("Reason"), WRITTEN},
    {"since", N_("Day on which the cause arose"), WRITTEN},
    {"step", NULL, PRESSED},
    {"steps_seen", NULL, CARRIED},
    {"subject", NULL, CARRIED},
    {"text", N_("Text"), WRITTEN},
    {"to", NULL, CARRIED},
};

/* What stood at a box or on a button. */
static const struct {
	const char *name, *value, *title;
} titles[] = {
    {"choice", "other",
	N_("another organisation, or one not known yet, by its whole code:")},
    {"choice", "reject",
	N_("reject the row: it leads to no record, and the department reads "
	   "why")},
    {"choice", "undo", N_("Undo the decision")},
    {"closed", "1", N_("yes")},
    {"do", "approve", N_("Approve")},
    {"do", "check", N_("Check")},
    {"do", "look", N_("See what happens")},
    {"do", "refuse", N_("Do not approve")},
    {"do", "send", N_("Send in")},
    {"do", "withdraw", N_("Withdraw this record")},
    {"force", "yes", N_("yes")},
    {"step", "close", N_("Close it")},
    {"step", "open", N_("Take it up")},
};

struct showing {
	struct json_writer *w;
	const struct catalog *catalog;
	const struct http_request *request;
	const char *button; /* what stood on the one that was pressed */
	size_t count, files;
};

/* ---- what it is called ---- */

static const struct known *find_known(struct span name)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(known); i++)
		if (span_is(name, known[i].name))
			return &known[i];
	return NULL;
}

static const struct cat_field *field_of(
    const struct cat_item *item, struct span name)
{
	size_t i;

	for (i = 0; i < item->fields_count; i++)
		if (span_is(name, item->fields[i].name))
			return &item->fields[i];
	return NULL;
}

/* Of the item that the address names, or of any: fields of one name are
 * called alike. */
static const struct cat_field *find_field(
    const struct showing *s, struct span name)
{
	const struct http_request *r = s->request;
	const struct http_param *p = r->route->params;
	const struct cat_field *found = NULL;
	size_t i;

	for (; p && p->name; p++) {
		struct span id = http_value(r, p->name);
		const struct cat_item *item = strcmp(p->name, "item") == 0
		    ? catalog_item(s->catalog, arena_dup(r->arena, id.p, id.n))
		    : NULL;

		if (item)
			return field_of(item, name);
	}
	for (i = 0; i < s->catalog->items_count && !found; i++)
		found = field_of(&s->catalog->items[i], name);
	return found;
}

static const char *find_title(struct span name, struct span value)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(titles); i++)
		if (span_is(name, titles[i].name) &&
		    span_is(value, titles[i].value))
			return tr(titles[i].title);
	return NULL;
}

const char *words_title(
    const struct catalog *c, struct span name, const char *id)
{
	const struct cat_matter *matter;
	const struct cat_department *department;
	const struct cat_item *item;

	if (span_is(name, "matter")) {
		matter = catalog_matter(c, id);
		return matter ? title_of(matter->title, matter->title_en)
			      : NULL;
	}
	if (span_is(name, "department")) {
		department = catalog_department(c, id);
		return department ? department->title : NULL;
	}
	item = span_is(name, "item") ? catalog_item(c, id) : NULL;
	return item ? item->title : NULL;
}

static const char *title_of_value(
    const struct showing *s, struct span name, struct span value)
{
	const char *id = arena_dup(s->request->arena, value.p, value.n);
	const char *title = find_title(name, value);
	int decision = span_is(name, "decision") ? feedback_find(value) : -1;

	if (decision >= 0)
		return check_decision_title((enum feedback_decision)decision);
	if (!title)
		title = words_title(s->catalog, name, id);
	return title ? title : id;
}

/* ---- fields ---- */

struct shown {
	struct span name, value;
	enum kind kind;
	const char *label, *title; /* title: of what was chosen */
	bool is_label_zh;
};

static void put_field(struct showing *s, const struct shown *f)
{
	struct json_writer *w = s->w;
	bool is_written = f->kind == WRITTEN;
	bool is_long = f->value.n > LINE_BYTES ||
	    memchr(f->value.p, '\n', f->value.n) != NULL;

	json_open_object(w);
	json_put_int(w, "at", (int64_t)++s->count);
	json_put_span(w, "name", f->name);
	json_put_span(w, "value", f->value);
	json_put_bool(w, "is_written", is_written);
	json_put_bool(w, "is_area", is_written && is_long);
	json_put_bool(w, "is_line", is_written && !is_long);
	json_put_bool(w, "is_chosen", f->kind == CHOSEN);
	json_put_str(w, "label", f->label ? f->label : "");
	json_put_bool(w, "is_label_zh", f->is_label_zh);
	json_put_str(w, "title", f->title ? f->title : "");
	json_close_object(w);
}

/* "m-ID": a measure's box. */
static bool is_measure(
    const struct showing *s, struct span name, struct shown *out)
{
	const struct cat_measure *m = NULL;

	if (name.n > 2 && span_starts_with(name, "m-"))
		m = catalog_measure(s->catalog,
		    arena_dup(s->request->arena, name.p + 2, name.n - 2));
	if (!m)
		return false;
	out->kind = CHOSEN;
	out->label = tr("Measures that it is about");
	out->title = title_of(m->title, m->title_en);
	return true;
}

static const char *label_of(const struct showing *s, const struct known *k)
{
	bool is_check =
	    s->request->route->capability == SITE_MAY + PEOPLE_CHECK;

	if (is_check && strcmp(k->name, "department") == 0)
		return tr("Asking department");
	return k->label ? tr(k->label) : NULL;
}

static void show_field(void *ctx, struct span name, struct span value)
{
	struct showing *s = ctx;
	const struct known *k = find_known(name);
	const struct cat_field *field = k ? NULL : find_field(s, name);
	struct shown f = {.name = name, .value = value};

	if (k) {
		f.kind = k->kind;
		f.label = label_of(s, k);
		if (f.kind == CHOSEN)
			f.title = title_of_value(s, name, value);
		if (f.kind == PRESSED)
			s->button = find_title(name, value);
	} else if (field) {
		f.label = field->title;
		f.is_label_zh = true;
	} else if (!is_measure(s, name, &f)) {
		f.label = arena_dup(s->request->arena, name.p, name.n);
	}
	put_field(s, &f);
}

static void pass_file(void *ctx, struct span name, struct span file_name)
{
	(void)ctx;
	(void)name;
	(void)file_name;
}

static void pass_field(void *ctx, struct span name, struct span value)
{
	(void)ctx;
	(void)name;
	(void)value;
}

static void show_file(void *ctx, struct span name, struct span file_name)
{
	struct showing *s = ctx;

	json_open_object(s->w);
	json_put_int(s->w, "at", (int64_t)++s->files);
	json_put_span(s->w, "name", name);
	json_put_span(s->w, "file", file_name);
	json_close_object(s->w);
}

/* ---- all of it ---- */

/* May the very same be taken in another time, once it is mended or later? */
static bool may_send(const struct http_request *request, int status)
{
	switch (status) {
	case 400:
	case 422:
	case 429:
	case 503:
	case 507:
		return true;
	case 403: /* by his right, or for what it says? */
		return request->caller.capabilities &
		    1ull << request->route->capability;
	default:
		return false;
	}
}

/* Where it was filled in; "" when that is not told, or was the page of an
 * earlier failure, at an address that takes forms alone. */
static void put_page(struct json_writer *w, const struct http_request *request)
{
	struct span before = http_page_before(request), path = before;
	struct buf page = BUF_INIT(BACK_BYTES);
	const char *query = path.n ? memchr(path.p, '?', path.n) : NULL;
	struct route_found found;

	if (query)
		path.n = (size_t)(query - path.p);
	route_find(site_routes, site_routes_count, path, HTTP_GET, &found);
	if (found.route)
		site_put_back(before, "", &page);
	json_put_span(w, "page", buf_span(&page));
	buf_release(&page);
}

static void put_state(
    struct json_writer *w, const struct http_request *request, int status)
{
	const struct http_caller *caller = &request->caller;
	const char *sign_in = status == 401 ? caller->instead : NULL;

	json_put_str(w, "type", request->route->body_type);
	json_put_str(w, "sign_in", sign_in ? sign_in : "");
	json_put_bool(w, "may_send", may_send(request, status));
	/* What broke in the middle may have been done. */
	json_put_bool(w, "is_uncertain", status == 500);
	put_page(w, request);
}

void words_put(struct json_writer *w, const struct catalog *catalog,
    const struct http_request *request, int status)
{
	struct showing s = {.w = w, .catalog = catalog, .request = request};
	const struct http_words fields = {show_field, pass_file, &s};
	const struct http_words files = {pass_field, show_file, &s};

	if (!http_shows_words(request)) {
		put_null(w, "sent");
		return;
	}
	json_key(w, "sent");
	json_open_object(w);
	put_state(w, request, status);
	json_key(w, "fields");
	json_open_array(w);
	http_each_word(request, &fields);
	json_close_array(w);
	json_key(w, "files");
	json_open_array(w);
	http_each_word(request, &files);
	json_close_array(w);
	json_put_bool(w, "has_fields", s.count > 0);
	json_put_bool(w, "has_files", s.files > 0);
	json_put_bool(w, "takes_file", request->route->is_filed);
	json_put_str(w, "button", s.button ? s.button : "");
	json_close_object(w);
}
