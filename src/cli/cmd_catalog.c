/* SPDX-License-Identifier: Apache-2.0 */
/* catalog lint, catalog show: policy as data, checked and shown. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "catalog/case_kind.h"
#include "cli/commands.h"

enum { DOCUMENT_BYTES_MAX = 16 * 1024 * 1024 };

static const char *severity_name(enum cat_severity severity)
{
	static const char *const names[] = {"note", "warning", "error"};

	return names[severity];
}

static void print_issues_json(const struct cat_issues *issues, bool is_good)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct json_writer w;
	size_t i;

	json_start(&w, &text);
	json_open_object(&w);
	json_put_bool(&w, "accepted", is_good);
	json_put_int(&w, "errors", (int64_t)issues->errors);
	json_put_int(&w, "warnings", (int64_t)issues->warnings);
	json_key(&w, "issues");
	json_open_array(&w);
	for (i = 0; i < issues->count; i++) {
		const struct cat_issue *issue = &issues->list[i];

		json_open_object(&w);
		json_put_str(&w, "severity", severity_name(issue->severity));
		json_put_str(&w, "rule", issue->rule);
		json_put_str(&w, "file", issue->where.file);
		json_put_int(&w, "line", issue->where.line);
		json_put_str(&w, "message", issue->message);
		json_put_str(&w, "hint", issue->hint);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
}

static void print_issues(const struct cat_issues *issues, bool with_notes)
{
	size_t notes = issues->count - issues->errors - issues->warnings;
	size_t i;

	for (i = 0; i < issues->count; i++) {
		const struct cat_issue *issue = &issues->list[i];

		if (issue->severity == CAT_NOTE && !with_notes)
			continue;
		printf("%s:%d: %s %s: %s\n", issue->where.file,
		    issue->where.line, tr(severity_name(issue->severity)),
		    issue->rule, issue->message);
		if (issue->hint[0])
			printf("    %s%s\n", tr("hint: "), issue->hint);
	}
	printf(tr("errors: %zu, warnings: %zu, notes: %zu\n"), issues->errors,
	    issues->warnings, notes);
	if (notes && !with_notes)
		printf("%s\n",
		    tr("--notes lists what is not authoritative "
		       "and to be confirmed by the city"));
}

/* The catalogue in a data directory, or a catalogue's own folder. */
static enum err_code load(struct cli_call *call, struct cat_issues *issues,
    struct catalog **out, struct home *home)
{
	const char *city = cli_value(call, "city");
	const char *root = cli_value(call, "catalog");
	char path[4096];
	enum err_code rc;

	if (cli_has(call, "data")) {
		rc = home_open(cli_value(call, "data"), home, &call->err);
		if (rc)
			return rc;
		snprintf(path, sizeof(path), "%s/catalog", home->dir);
		return catalog_load(path, home->city, issues, out, &call->err);
	}
	if (!root || !city)
		return err_set(&call->err, ERR_USAGE,
		    "either --data, or --catalog and --city are needed");
	return catalog_load(root, city, issues, out, &call->err);
}

static enum cli_exit run_lint(struct cli_call *call)
{
	struct home home = {.lock_fd = -1};
	struct catalog *catalog = NULL;
	struct cat_issues issues;
	enum err_code rc;

	cat_issues_init(&issues);
	rc = calendar_clock_check(&call->err);
	if (!rc)
		rc = load(call, &issues, &catalog, &home);
	if (!rc)
		catalog_lint_day(catalog, calendar_today(), &issues);
	if (rc && rc != ERR_INPUT) {
		cat_issues_release(&issues);
		home_close(&home);
		return cli_fail(call);
	}
	if (call->is_json)
		print_issues_json(&issues, rc == 0);
	else
		print_issues(&issues, cli_has(call, "notes"));
	rc = issues.errors ? ERR_INPUT : ERR_NONE;
	cat_issues_release(&issues);
	catalog_free(&catalog);
	home_close(&home);
	return rc ? CLI_NOT_DONE : CLI_DONE;
}

static void list_items(const struct catalog *catalog, bool is_json)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct json_writer w;
	size_t i;

	json_start(&w, &text);
	json_open_array(&w);
	for (i = 0; i < catalog->items_count; i++) {
		const struct cat_item *item = &catalog->items[i];

		json_open_object(&w);
		json_put_str(&w, "id", item->id);
		json_put_int(&w, "number", item->number);
		json_put_str(&w, "title", item->title);
		json_put_str(&w, "group", cat_group_name(item->group));
		json_put_str(
		    &w, "disclosure", cat_disclosure_name(item->disclosure));
		json_close_object(&w);
		if (is_json)
			continue;
		printf("%4d  ", item->number);
		cli_pad(item->id, 30);
		cli_pad(item->title, 40);
		printf("%s · %s\n", cat_group_title(item->group),
		    cat_disclosure_title(item->disclosure));
	}
	json_close_array(&w);
	if (is_json)
		cli_print_json(&text);
	buf_release(&text);
}

/* One row of a list of lists, measures or matters. */
static void add_row(struct json_writer *w, bool is_json, const char *id,
    const char *title, const char *kind, enum cat_status status)
{
	json_open_object(w);
	json_put_str(w, "id", id);
	json_put_str(w, "title", title);
	json_put_str(w, "kind", kind);
	json_put_str(w, "status", cat_status_name(status));
	json_close_object(w);
	if (is_json)
		return;
	cli_pad(id, 30);
	cli_pad(title, 50);
	printf("%s\n", kind);
}

static void add_lists(
    struct json_writer *w, const struct catalog *c, bool is_json)
{
	size_t i;

	for (i = 0; i < c->lists_count; i++)
		add_row(w, is_json, c->lists[i].id, c->lists[i].title,
		    cat_list_kind_title(c->lists[i].kind), c->lists[i].status);
}

static void add_measures(
    struct json_writer *w, const struct catalog *c, bool is_json)
{
	size_t i;

	for (i = 0; i < c->measures_count; i++)
		add_row(w, is_json, c->measures[i].id, c->measures[i].title,
		    cat_measure_kind_title(c->measures[i].kind),
		    c->measures[i].status);
}

static void add_matters(
    struct json_writer *w, const struct catalog *c, bool is_json)
{
	size_t i;

	for (i = 0; i < c->matters_count; i++) {
		char number[16];

		snprintf(number, sizeof(number), "%d", c->matters[i].number);
		add_row(w, is_json, c->matters[i].id, c->matters[i].title,
		    number, c->matters[i].status);
	}
}

static void add_retentions(
    struct json_writer *w, const struct catalog *c, bool is_json)
{
	size_t i;

	for (i = 0; i < c->retentions_count; i++) {
		const struct cat_retention *r = &c->retentions[i];
		char years[32];

		snprintf(years, sizeof(years), tr("%d years"), r->years);
		add_row(w, is_json, r->id, r->basis ? r->basis->title : "",
		    years, r->status);
	}
}

static void add_cases(
    struct json_writer *w, const struct catalog *c, bool is_json)
{
	size_t i;

	for (i = 0; i < c->case_kinds_count; i++) {
		const struct cat_case_kind *k = &c->case_kinds[i];
		char states[48];

		snprintf(states, sizeof(states), tr("states: %zu, moves: %zu"),
		    k->states_count, k->moves_count);
		add_row(w, is_json, k->id, k->title, states, k->status);
	}
}

static void print_rows(const struct catalog *c, bool is_json,
    void (*add)(struct json_writer *w, const struct catalog *c, bool is_json))
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct json_writer w;

	json_start(&w, &text);
	json_open_array(&w);
	add(&w, c, is_json);
	json_close_array(&w);
	if (is_json)
		cli_print_json(&text);
	buf_release(&text);
}

static bool put_item(const struct catalog *c, const char *id, struct buf *out)
{
	const struct cat_item *item = catalog_item(c, id);

	if (item)
		catalog_item_json(c, item, out);
	return item != NULL;
}

static bool put_list(const struct catalog *c, const char *id, struct buf *out)
{
	const struct cat_list *list = catalog_list(c, id);

	if (list)
		catalog_list_json(c, list, out);
	return list != NULL;
}

static bool put_measure(
    const struct catalog *c, const char *id, struct buf *out)
{
	const struct cat_measure *measure = catalog_measure(c, id);

	if (measure)
		catalog_measure_json(c, measure, out);
	return measure != NULL;
}

static bool put_matter(const struct catalog *c, const char *id, struct buf *out)
{
	const struct cat_matter *matter = catalog_matter(c, id);

	if (matter)
		catalog_matter_json(c, matter, out);
	return matter != NULL;
}

static bool put_retention(
    const struct catalog *c, const char *id, struct buf *out)
{
	const struct cat_retention *retention = catalog_retention_by_id(c, id);

	if (retention)
		catalog_retention_json(c, retention, out);
	return retention != NULL;
}

static bool put_case(const struct catalog *c, const char *id, struct buf *out)
{
	const struct cat_case_kind *kind = catalog_case_kind(c, id);

	if (kind)
		catalog_case_kind_json(c, kind, out);
	return kind != NULL;
}

/* What is shown: "ITEM" or "KIND:ID"; "KINDs" lists them. */
static const struct shown {
	const char *kind;
	const char *plural;
	bool (*put)(const struct catalog *c, const char *id, struct buf *out);
	void (*add)(
	    struct json_writer *w, const struct catalog *c, bool is_json);
} showns[] = {
    {"item", "items", put_item, NULL},
    {"list", "lists", put_list, add_lists},
    {"measure", "measures", put_measure, add_measures},
    {"matter", "matters", put_matter, add_matters},
    {"retention", "retentions", put_retention, add_retentions},
    {"case", "cases", put_case, add_cases},
};

/* The kind before a colon, or items; *id_out: what stands behind it. */
static const struct shown *find_shown(const char *arg, const char **id_out)
{
	size_t i;

	*id_out = arg;
	for (i = 0; i < ARRAY_COUNT(showns); i++) {
		size_t n = strlen(showns[i].kind);

		if (strncmp(arg, showns[i].kind, n) == 0 && arg[n] == ':') {
			*id_out = arg + n + 1;
			return &showns[i];
		}
	}
	return &showns[0];
}

/* Lists all of a kind; false when the argument is no plural. */
static bool show_all(struct cli_call *call, const struct catalog *catalog)
{
	const char *arg = call->args_count ? call->args[0] : "items";
	size_t i;

	for (i = 0; i < ARRAY_COUNT(showns); i++) {
		if (strcmp(arg, showns[i].plural) != 0)
			continue;
		if (showns[i].add)
			print_rows(catalog, call->is_json, showns[i].add);
		else
			list_items(catalog, call->is_json);
		return true;
	}
	return false;
}

static enum cli_exit show(struct cli_call *call, struct catalog *catalog)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	const struct shown *shown;
	const char *id;

	if (show_all(call, catalog))
		return CLI_DONE;
	shown = find_shown(call->args[0], &id);
	if (!shown->put(catalog, id, &text)) {
		err_set(&call->err, ERR_NOT_FOUND, "there is no %s \"%s\"",
		    tr(shown->kind), id);
		err_hint(&call->err,
		    "\"gongxin catalog show\" lists items; with lists, "
		    "measures, matters, retentions or cases it lists those.");
		return cli_fail(call);
	}
	if (call->is_json)
		cli_print_json(&text);
	else
		cli_print_pretty(&text);
	buf_release(&text);
	return CLI_DONE;
}

static enum cli_exit run_show(struct cli_call *call)
{
	struct home home = {.lock_fd = -1};
	struct catalog *catalog = NULL;
	struct cat_issues issues;
	enum cli_exit code;
	enum err_code rc;

	cat_issues_init(&issues);
	rc = load(call, &issues, &catalog, &home);
	if (rc == ERR_INPUT && !call->err.message[0])
		err_set(&call->err, rc, "errors in the catalogue: %zu",
		    issues.errors);
	code = rc ? cli_fail(call) : show(call, catalog);
	cat_issues_release(&issues);
	catalog_free(&catalog);
	home_close(&home);
	return code;
}

static const struct cli_option lint_options[] = {
    {"data", "DIR", N_("the data directory"), false},
    {"catalog", "DIR", N_("a catalogue's folder"), false},
    {"city", "CITY", N_("the city's id in the catalogue"), false},
    {"notes", NULL, N_("also list what the city has to confirm"), false},
    {0},
};

const struct cli_cmd cmd_catalog_lint = {
    .name = "catalog lint",
    .args = "",
    .summary = N_("check the catalogue and explain every refusal"),
    .details = N_("Each issue names file and line, what is wrong and how to "
		  "mend it. Exit code 2: the catalogue is refused."),
    .options = lint_options,
    .run = run_lint,
};

static const struct cli_option show_options[] = {
    {"data", "DIR", N_("the data directory"), false},
    {"catalog", "DIR", N_("a catalogue's folder"), false},
    {"city", "CITY", N_("the city's id in the catalogue"), false},
    {0},
};

const struct cli_cmd cmd_catalog_show = {
    .name = "catalog show",
    .args = "[WHAT]",
    .summary = N_("show a thing of the catalogue, or list them"),
    .details = N_("WHAT is an item's id, or list:ID, measure:ID, matter:ID, "
		  "retention:ID, case:ID. Without it the items are listed; "
		  "items, lists, measures, matters, retentions and cases "
		  "list those."),
    .options = show_options,
    .args_max = 1,
    .run = run_show,
};
