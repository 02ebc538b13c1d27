/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table of what the site answers. A page is one entry: path, who may
 * call, limits, parameters, handler, and what the description of the API
 * says of it (openapi.c). The dispatcher holds everybody to it.
 *
 * Order matters only where a path fits two patterns; a test sees to it that
 * no entry hides another. Members are "name:type" of the document's top
 * level, "?" behind the type where it may be null.
 */
#include "api/audit.h"
#include "api/changes.h"
#include "api/publicity.h"
#include "api/search.h"
#include "api/subject.h"
#include "api/uses.h"
#include "base/check.h"
#include "web/site_priv.h"

enum { QUERY_BYTES = 2048 };

#define NUMBER_MAX 99999999999999LL

static const char json_type[] = "application/json; charset=utf-8";
static const char csv_type[] = "text/csv; charset=utf-8";
static const char jsonl_type[] = "application/jsonl; charset=utf-8";
static const char atom_type[] = "application/atom+xml; charset=utf-8";
static const char xlsx_type[] =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
static const char text_type[] = "text/plain; charset=utf-8";

static const int errors_404[] = {404, 0};
static const int errors_404_410[] = {404, 410, 0};

static const char *const kinds[] = {"licence", "penalty", NULL};
static const char *const languages[] = {"zh", "en", NULL};

/* ---- parameters ---- */

static const struct http_param subject_params[] = {
    {.name = "code",
	.in = HTTP_IN_PATH,
	.type = HTTP_TEXT,
	.min = 1,
	.max = SUBJECT_TEXT_BYTES_MAX,
	.summary = N_("unified social credit code, another identifier, or "
		      "the whole name")},
    SITE_AS_OF,
    {0},
};

static const struct http_param record_params[] = {
    {.name = "number",
	.in = HTTP_IN_PATH,
	.type = HTTP_NUMBER,
	.max = NUMBER_MAX,
	.summary = N_("the statement's number in the log")},
    SITE_AS_OF,
    {0},
};

#define SEARCH_TEXT                                                            \
	{                                                                      \
		.name = "q", .in = HTTP_IN_QUERY, .type = HTTP_TEXT, .min = 1, \
		.max = SUBJECT_TEXT_BYTES_MAX,                                 \
		.summary = N_("a part of a name, or the beginning of a "       \
			      "code"),                                         \
	}

static const struct http_param search_params[] = {
    SEARCH_TEXT,
    {.name = "limit",
	.in = HTTP_IN_QUERY,
	.type = HTTP_NUMBER,
	.min = 1,
	.max = 100,
	.summary = N_("how many are shown at most (20)")},
    {0},
};

static const struct http_param suggest_params[] = {SEARCH_TEXT, {0}};

static const struct http_param tile_params[] = {
    {.name = "tile",
	.in = HTTP_IN_PATH,
	.type = HTTP_TEXT,
	.min = 1,
	.max = 64,
	.summary = N_("level and number as c2sp.org/tlog-tiles writes them, "
		      "for example 0/x001/067 or entries/000.p/5")},
    {0},
};

#define PATH_WORD(param, text)                                                 \
	{                                                                      \
		.name = param, .in = HTTP_IN_PATH, .type = HTTP_TEXT,          \
		.min = 1, .max = LIST_WORD_BYTES - 1, .summary = text,         \
	}
#define QUERY_WORD(param, text)                                                \
	{                                                                      \
		.name = param, .in = HTTP_IN_QUERY, .type = HTTP_TEXT,         \
		.min = 1, .max = LIST_WORD_BYTES - 1, .summary = text,         \
	}
#define QUERY_DAY(param, text)                                                 \
	{                                                                      \
		.name = param, .in = HTTP_IN_QUERY, .type = HTTP_DATE,         \
		.summary = text,                                               \
	}

/* What filters a list, everywhere. */
#define LIST_FILTER                                                            \
	QUERY_WORD("department", N_("id of a department")),                    \
	    QUERY_WORD("division",                                             \
		N_("six digits of a division of the city; "                    \
		   "0: outside it")),                                          \
	    QUERY_DAY("from", N_("decided on that day or later")),             \
	    QUERY_DAY("to", N_("decided on that day or before")),              \
	    QUERY_WORD("after", N_("where a page begins: as in `next`")),      \
	{                                                                      \
		.name = "limit", .in = HTTP_IN_QUERY, .type = HTTP_NUMBER,     \
		.min = 1, .max = LIST_LIMIT_MAX,                               \
		.summary = N_("rows of a page (20)"),                          \
	}

static const struct http_param publicity_params[] = {
    {.name = "kind",
	.in = HTTP_IN_QUERY,
	.type = HTTP_CHOICE,
	.choices = kinds,
	.summary = N_("licences or penalties (penalties)")},
    LIST_FILTER,
    {0},
};

static const struct http_param list_params[] = {
    PATH_WORD("item", N_("id of an item of the catalogue")),
    QUERY_DAY("on", N_("the rules of that day (today)")),
    LIST_FILTER,
    {0},
};

static const struct http_param list_rows_params[] = {
    PATH_WORD("item", N_("id of an item of the catalogue")),
    LIST_FILTER,
    {0},
};

static const struct http_param set_params[] = {
    PATH_WORD("item", N_("id of an item of the catalogue")), {0}};

static const struct http_param department_params[] = {
    PATH_WORD("id", N_("id of a department")), {0}};

static const struct http_param subject_feed_params[] = {
    {.name = "code",
	.in = HTTP_IN_PATH,
	.type = HTTP_TEXT,
	.min = 1,
	.max = SUBJECT_TEXT_BYTES_MAX,
	.summary = N_("unified social credit code, another identifier, or "
		      "the whole name")},
    {0},
};

static const struct http_param quality_params[] = {
    QUERY_WORD("month", N_("a month like 2026-10")),
    QUERY_WORD("department", N_("id of a department")),
    QUERY_WORD("item", N_("id of an item of the catalogue")),
    {0},
};

static const struct http_param changes_params[] = {
    {.name = "since",
	.in = HTTP_IN_QUERY,
	.type = HTTP_NUMBER,
	.max = NUMBER_MAX,
	.summary = N_("the first change wanted (0)")},
    {.name = "limit",
	.in = HTTP_IN_QUERY,
	.type = HTTP_NUMBER,
	.min = 1,
	.max = CHANGES_LIMIT_MAX,
	.summary = N_("how many changes at most (200)")},
    {0},
};

static const struct http_param day_params[] = {
    QUERY_DAY("on", N_("the rules of that day (today)")), {0}};

static const struct http_param catalogue_item_params[] = {
    PATH_WORD("item", N_("id of an item of the catalogue")),
    QUERY_DAY("on", N_("the rules of that day (today)")),
    {0},
};

static const struct http_param proof_params[] = {
    {.name = "number",
	.in = HTTP_IN_PATH,
	.type = HTTP_NUMBER,
	.max = NUMBER_MAX,
	.summary = N_("the statement's number in the log")},
    {0},
};

static const struct http_param asset_params[] = {
    {.name = "name",
	.in = HTTP_IN_PATH,
	.type = HTTP_TEXT,
	.min = 1,
	.max = 100,
	.summary = N_("a file's name with a part of its content's hash")},
    {0},
};

static const struct http_param language_params[] = {
    {.name = "to",
	.in = HTTP_IN_QUERY,
	.type = HTTP_CHOICE,
	.is_required = true,
	.choices = languages,
	.summary = N_("the language from now on")},
    {.name = "back",
	.in = HTTP_IN_QUERY,
	.type = HTTP_TEXT,
	.max = 1024,
	.summary = N_("the page to go back to")},
    {0},
};

/* ---- documents ---- */

static const char *const subject_members[] = {"as_of:date", "today:date",
    "view:string", "city:string", "example:boolean", "catalogue:string",
    "code:string", "name:string", "kind:string", "ident:object", "also:array",
    "records:integer", "groups:array", "timeline:array",
    "timeline_more:boolean", "feed:string", NULL};
static const char *const record_members[] = {"statement:integer", "kind:string",
    "as_of:date", "view:string", "received:string", "catalogue:string",
    "log:object", "proof:object?", "no_proof:object?", NULL};
static const char *const search_members[] = {"query:string", "by:string",
    "total:integer?", "more:boolean", "results:array", "ident:object?", NULL};
static const char *const home_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "items:array", "figures:object",
    "history:array", "chart:object", "latest:array", "has_latest:boolean",
    "links:object", NULL};
static const char *const publicity_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "through:object",
    "item:object", "filter:object", "kinds:array", "departments:array",
    "divisions:array", "total:integer?", "rows:array", "count:integer",
    "has_rows:boolean", "has_more:boolean", "first:string?", "next:string?",
    "downloads:array", "download_limit:integer", NULL};
static const char *const lists_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "through:object",
    "groups:array", NULL};
static const char *const list_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "through:object",
    "item:object", "filter:object", "departments:array", "divisions:array",
    "total:integer?", "rows:array", "count:integer", "has_rows:boolean",
    "has_more:boolean", "first:string?", "next:string?", "downloads:array",
    "download_limit:integer", NULL};
static const char *const quality_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "department:string", "item:string",
    "month:string", "months:array", "totals:object", "departments:array",
    "history:array", "chart:object", "formulas:array", "bands:array",
    "bands_note:string", "downloads:array", NULL};
static const char *const departments_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "departments:array", NULL};
static const char *const department_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "department:object", "items:array",
    "measures:object", "history:array", "chart:object", "latest:array",
    "has_latest:boolean", "feed:string", "quality_href:string",
    "report_error:object", NULL};
static const char *const open_data_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "sets:array", "dictionary:string",
    "changes:string", "catalogue:string", NULL};
static const char *const dictionary_members[] = {"as_of:date", "city:string",
    "example:boolean", "catalogue:string", "sets:array", NULL};
static const char *const changes_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "changes:array", "feed:string",
    "since:integer", "end:integer", "count:integer", "next_since:integer",
    "has_more:boolean", "next:string?", NULL};
static const char *const log_members[] = {"as_of:date", "city:string",
    "example:boolean", "origin:string", "size:integer", "root:string",
    "root_hex:string", "signed_at:string", "checkpoint:string", "key:string",
    "months:array", "chart:object", "links:object", "tools:array", NULL};
static const char *const catalogue_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "digest:string",
    "groups:array", "regimes:array", "limits:array", "lists:array",
    "measures:array", "matters:array", "tables:array",
    "departments_count:integer", NULL};
static const char *const table_measures_members[] = {"as_of:date",
    "city:string", "example:boolean", "on:date", "is_today:boolean",
    "digest:string", "href:string", "title:string", "tables:array",
    "groups:array", NULL};
static const char *const table_matters_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "digest:string",
    "href:string", "title:string", "tables:array", "matters:array", NULL};
static const char *const catalogue_item_members[] = {"as_of:date",
    "city:string", "example:boolean", "on:date", "is_today:boolean",
    "digest:string", "item:object", "bases:array", "fields:array",
    "rules:array", "classes:array", "default_class:object?", "regime:object?",
    "periods:array", "is_graded:boolean", "regimes:array", "limits:array",
    "departments:array", NULL};
static const char *const prose_members[] = {"as_of:date", "city:string",
    "example:boolean", "credit_office:object?", "departments:array", NULL};
static const char *const healthz_members[] = {
    "status:string", "version:string", "log_size:integer", NULL};
static const char *const openapi_members[] = {
    "openapi:string", "info:object", "paths:object", "components:object", NULL};

static const struct http_param back_params[] = {
    {.name = "back",
	.in = HTTP_IN_QUERY,
	.max = 250,
	.summary = N_("the page that was wanted")},
    {0},
};
enum { CHECK_BODY_BYTES = 16 * 1024 };
static const int errors_401_403_404[] = {401, 403, 404, 0};
static const char *const feedback_members[] = {
    "check:string", "decision:string", "use:integer", NULL};
static const struct http_param check_params[] = {
    {.name = "id",
	.in = HTTP_IN_PATH,
	.type = HTTP_TEXT,
	.min = 1,
	.max = 40,
	.summary = N_("the check's id, as its answer says")},
    {0},
};
static const char *const check_members[] = {"id:string", "asked_at:string",
    "on:date", "city:string", "matter:object", "purpose:string", "case:string",
    "department:object", "catalogue:string", "subject:object",
    "applies:boolean", "is_easier:boolean", "entries:array", "notice:string",
    NULL};

static const char *const account_members[] = {"login:string", "name:string",
    "has_code:boolean", "roles:array", "has_roles:boolean",
    "may_see_uses:boolean", "may_audit:boolean", "sessions:array",
    "has_others:boolean", NULL};
static const int errors_401_403[] = {401, 403, 0};
static const int errors_401_403_404_409[] = {401, 403, 404, 409, 0};

#define USES_PAGE                                                              \
	{.name = "before",                                                     \
	    .in = HTTP_IN_QUERY,                                               \
	    .type = HTTP_NUMBER,                                               \
	    .max = NUMBER_MAX,                                                 \
	    .summary = N_("the first number that is not wanted: as in "        \
			  "`next`")},                                          \
	{                                                                      \
		.name = "limit", .in = HTTP_IN_QUERY, .type = HTTP_NUMBER,     \
		.min = 1, .max = USES_LIMIT_MAX,                               \
		.summary = N_("rows of a page (20)"),                          \
	}

static const struct http_param uses_params[] = {
    QUERY_WORD("organisation",
	N_("code of an organisation that you represent (the first)")),
    USES_PAGE,
    {0},
};
static const struct http_param use_params[] = {
    {.name = "number",
	.in = HTTP_IN_PATH,
	.type = HTTP_NUMBER,
	.max = NUMBER_MAX,
	.summary = N_("the entry's number in the log of uses")},
    {0},
};
static const char *const uses_members[] = {"organisation:object",
    "organisations:array", "has_several:boolean", "note:string", "uses:array",
    "has_uses:boolean", "count:integer", "has_more:boolean", "first:string?",
    "next:string?", NULL};

static const char *const outcomes[] = {"answered", "refused", NULL};
static const struct http_param audit_params[] = {
    QUERY_DAY("from", N_("the first day of the period (30 days ago)")),
    QUERY_DAY("to", N_("its last day (today)")),
    {0},
};
#define USE_WORD(param, text)                                                  \
	{                                                                      \
		.name = param, .in = HTTP_IN_QUERY, .type = HTTP_TEXT,         \
		.max = USE_TEXT_BYTES_MAX, .summary = text,                    \
	}
static const struct http_param audit_uses_params[] = {
    USE_WORD("reader", N_("the name that a reader acts under")),
    USE_WORD("department", N_("id of a department")),
    USE_WORD("subject", N_("code of an organisation")),
    USE_WORD("matter", N_("id of a matter")),
    USE_WORD("case", N_("a case number")),
    {.name = "outcome",
	.in = HTTP_IN_QUERY,
	.type = HTTP_CHOICE,
	.choices = outcomes,
	.summary = N_("answered or refused (both)")},
    USES_PAGE,
    {0},
};
static const struct http_param finding_params[] = {
    {.name = "key",
	.in = HTTP_IN_PATH,
	.type = HTTP_TEXT,
	.min = 1,
	.max = AUDIT_KEY_BYTES,
	.summary = N_("a finding's key")},
    {0},
};
static const char *const audit_members[] = {"from:date", "to:date",
    "has_findings:boolean", "findings:array", "cases:array", "questions:array",
    "has_questions:boolean", "has_flows:boolean", "flows:array",
    "readers_count:integer", "readers:array", "rules:array", NULL};
static const char *const audit_uses_members[] = {"filter:object", "uses:array",
    "has_uses:boolean", "count:integer", "looked_through:integer",
    "has_more:boolean", "first:string?", "next:string?", NULL};

/* A form's answer: a page, or to go elsewhere. */
#define FORM(route_name, path, who, function, text)                            \
	{                                                                      \
		.name = route_name, .method = HTTP_POST, .pattern = path,      \
		.capability = who, .offers = HTTP_OFFER_HTML,                  \
		.cost = HTTP_COST_SIGN_IN,                                     \
		.max_body_bytes = HTTP_FORM_BYTES_MAX,                         \
		.body_type = http_form_type, .handler = function,              \
		.summary = text, .errors = errors_401_403                      \
	}
#define FORM_PAGE(route_name, path, who, function, text)                       \
	{                                                                      \
		.name = route_name, .pattern = path, .capability = who,        \
		.offers = HTTP_OFFER_HTML, .cost = HTTP_COST_READ,             \
		.max_query_bytes = QUERY_BYTES, .params = back_params,         \
		.handler = function, .summary = text, .errors = errors_401_403 \
	}

/* A form about one thing that its path names. */
#define WORDS_FORM(route_name, path, who, path_params, function, text)         \
	{                                                                      \
		.name = route_name, .method = HTTP_POST, .pattern = path,      \
		.capability = who, .offers = HTTP_OFFER_HTML,                  \
		.cost = HTTP_COST_EXPORT,                                      \
		.max_body_bytes = HTTP_FORM_BYTES_MAX,                         \
		.body_type = http_form_type, .params = path_params,            \
		.handler = function, .summary = text,                          \
		.errors = errors_401_403_404_409                               \
	}

const struct http_route site_routes[] = {
    {
	.name = "home",
	.pattern = "/",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_home,
	.summary = N_("The city in figures, and what came last"),
	.members = home_members,
    },
    {
	.name = "search",
	.pattern = "/search",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_SEARCH,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = search_params,
	.handler = site_search,
	.summary = N_("Organisations by a part of a name or a code"),
	.members = search_members,
    },
    {
	.name = "suggest",
	.pattern = "/suggest",
	.offers = HTTP_OFFER_JSON,
	.cost = HTTP_COST_SEARCH,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = suggest_params,
	.handler = site_suggest,
	.summary = N_("The first organisations of a search, while somebody "
		      "types"),
	.members = search_members,
    },
    {
	.name = "subject",
	.pattern = "/subjects/{code}",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.params = subject_params,
	.handler = site_subject,
	.summary = N_("An organisation and its public records"),
	.members = subject_members,
	.errors = errors_404,
    },
    {
	.name = "record",
	.pattern = "/records/{number}",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.params = record_params,
	.handler = site_record,
	.summary = N_("A public statement of the log"),
	.members = record_members,
	.errors = errors_404_410,
    },
    {
	.name = "record-proof",
	.pattern = "/records/{number}/proof",
	.offers = HTTP_OFFER_OWN,
	.type = text_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.params = proof_params,
	.handler = site_record_proof,
	.summary = N_("The evidence that a statement is in the log "
		      "(c2sp.org/tlog-proof)"),
	.errors = errors_404_410,
    },
    {
	.name = "subject-feed",
	.pattern = "/subjects/{code}/feed.atom",
	.offers = HTTP_OFFER_OWN,
	.type = atom_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.params = subject_feed_params,
	.handler = site_subject_feed,
	.summary = N_("An organisation's newest public records, as a feed"),
	.errors = errors_404,
    },
    {
	.name = "publicity",
	.pattern = "/publicity",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = publicity_params,
	.handler = site_publicity,
	.summary = N_("Double publicity: licences or penalties, by department, "
		      "division and day"),
	.members = publicity_members,
    },
    {
	.name = "publicity-csv",
	.pattern = "/publicity.csv",
	.offers = HTTP_OFFER_OWN,
	.type = csv_type,
	.cost = HTTP_COST_EXPORT,
	.max_query_bytes = QUERY_BYTES,
	.params = publicity_params,
	.handler = site_publicity_csv,
	.summary = N_("What that filter shows, all pages of it, as CSV"),
    },
    {
	.name = "publicity-rows",
	.pattern = "/publicity.json",
	.offers = HTTP_OFFER_OWN,
	.type = json_type,
	.cost = HTTP_COST_EXPORT,
	.max_query_bytes = QUERY_BYTES,
	.params = publicity_params,
	.handler = site_publicity_json,
	.summary = N_("What that filter shows, all pages of it, as an array"),
    },
    {
	.name = "publicity-xlsx",
	.pattern = "/publicity.xlsx",
	.offers = HTTP_OFFER_OWN,
	.type = xlsx_type,
	.cost = HTTP_COST_EXPORT,
	.max_query_bytes = QUERY_BYTES,
	.params = publicity_params,
	.handler = site_publicity_xlsx,
	.summary =
	    N_("What that filter shows, all pages of it, as a spreadsheet"),
    },
    {
	.name = "lists",
	.pattern = "/lists",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = day_params,
	.handler = site_lists,
	.summary = N_("Published lists, by kind"),
	.members = lists_members,
    },
    {
	.name = "list-csv",
	.pattern = "/lists/{item}.csv",
	.offers = HTTP_OFFER_OWN,
	.type = csv_type,
	.cost = HTTP_COST_EXPORT,
	.max_query_bytes = QUERY_BYTES,
	.params = list_rows_params,
	.handler = site_list_csv,
	.summary = N_("A list as CSV"),
	.errors = errors_404,
    },
    {
	.name = "list-rows",
	.pattern = "/lists/{item}.json",
	.offers = HTTP_OFFER_OWN,
	.type = json_type,
	.cost = HTTP_COST_EXPORT,
	.max_query_bytes = QUERY_BYTES,
	.params = list_rows_params,
	.handler = site_list_json,
	.summary = N_("A list as an array"),
	.errors = errors_404,
    },
    {
	.name = "list-xlsx",
	.pattern = "/lists/{item}.xlsx",
	.offers = HTTP_OFFER_OWN,
	.type = xlsx_type,
	.cost = HTTP_COST_EXPORT,
	.max_query_bytes = QUERY_BYTES,
	.params = list_rows_params,
	.handler = site_list_xlsx,
	.summary = N_("A list as a spreadsheet"),
	.errors = errors_404,
    },
    {
	.name = "list",
	.pattern = "/lists/{item}",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = list_params,
	.handler = site_list,
	.summary = N_("A list: who is on it, since when, until when"),
	.members = list_members,
	.errors = errors_404,
    },
    {
	.name = "quality",
	.pattern = "/quality",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = quality_params,
	.handler = site_quality,
	.summary = N_(
	    "How well departments report: rates with their formulas, by month"),
	.members = quality_members,
    },
    {
	.name = "quality-csv",
	.pattern = "/quality.csv",
	.offers = HTTP_OFFER_OWN,
	.type = csv_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = quality_params,
	.handler = site_quality_csv,
	.summary = N_("The counts that all rates come from, as CSV"),
    },
    {
	.name = "departments",
	.pattern = "/departments",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_departments,
	.summary = N_("The departments that report"),
	.members = departments_members,
    },
    {
	.name = "department-feed",
	.pattern = "/departments/{id}/feed.atom",
	.offers = HTTP_OFFER_OWN,
	.type = atom_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.params = department_params,
	.handler = site_department_feed,
	.summary = N_("A department's newest records, as a feed"),
	.errors = errors_404,
    },
    {
	.name = "department",
	.pattern = "/departments/{id}",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.params = department_params,
	.handler = site_department,
	.summary = N_("A department: what it reports, and how well"),
	.members = department_members,
	.errors = errors_404,
    },
    {
	.name = "open-data",
	.pattern = "/open-data",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_open_data,
	.summary = N_("Whole sets to take away"),
	.members = open_data_members,
    },
    {
	.name = "dictionary",
	.pattern = "/open-data/dictionary.json",
	.offers = HTTP_OFFER_OWN,
	.type = json_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_dictionary,
	.summary = N_("Every set with its fields, types and values"),
	.members = dictionary_members,
    },
    {
	.name = "set-csv",
	.pattern = "/open-data/{item}.csv",
	.offers = HTTP_OFFER_OWN,
	.type = csv_type,
	.cost = HTTP_COST_EXPORT,
	.params = set_params,
	.handler = site_set_csv,
	.summary = N_("A whole set as CSV"),
	.errors = errors_404,
    },
    {
	.name = "set-jsonl",
	.pattern = "/open-data/{item}.jsonl",
	.offers = HTTP_OFFER_OWN,
	.type = jsonl_type,
	.cost = HTTP_COST_EXPORT,
	.params = set_params,
	.handler = site_set_jsonl,
	.summary = N_("A whole set as JSON lines"),
	.errors = errors_404,
    },
    {
	.name = "changes",
	.pattern = "/changes",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = changes_params,
	.handler = site_changes,
	.summary = N_("What was published, changed and ended, in order"),
	.members = changes_members,
    },
    {
	.name = "log",
	.pattern = "/log",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_log,
	.summary = N_("The log: its size, its growth, how to verify it"),
	.members = log_members,
    },
    {
	.name = "catalogue",
	.pattern = "/catalogue",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = day_params,
	.handler = site_catalogue,
	.summary = N_("Every kind of record with its law, on a day"),
	.members = catalogue_members,
    },
    {
	.name = "catalogue-item",
	.pattern = "/catalogue/{item}",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = catalogue_item_params,
	.handler = site_catalogue_item,
	.summary = N_("A kind of record: fields, rules, law, on a day"),
	.members = catalogue_item_members,
	.errors = errors_404,
    },
    {
	.name = "table-memoranda",
	.pattern = "/catalogue/tables/memoranda",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = day_params,
	.handler = site_table_memoranda,
	.summary =
	    N_("Measures by the list or record that they follow, on a day"),
	.members = table_measures_members,
    },
    {
	.name = "table-kinds",
	.pattern = "/catalogue/tables/kinds",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = day_params,
	.handler = site_table_kinds,
	.summary = N_("Measures by kind, on a day"),
	.members = table_measures_members,
    },
    {
	.name = "table-matters",
	.pattern = "/catalogue/tables/matters",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = day_params,
	.handler = site_table_matters,
	.summary = N_("The matters in which credit is checked: who may ask, "
		      "what may be looked up, which measures may be applied"),
	.members = table_matters_members,
    },
    {
	.name = "help",
	.pattern = "/help",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_prose,
	.summary = N_("How to object, to repair, to ask"),
	.members = prose_members,
    },
    {
	.name = "contact",
	.pattern = "/contact",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_prose,
	.summary = N_("Whom to write to"),
	.members = prose_members,
    },
    {
	.name = "privacy",
	.pattern = "/privacy",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_prose,
	.summary = N_("What is never here"),
	.members = prose_members,
    },
    {
	.name = "accessibility",
	.pattern = "/accessibility",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_prose,
	.summary = N_("Who can use the site, and how"),
	.members = prose_members,
    },
    FORM_PAGE("sign-in-page", "/sign-in", HTTP_VISITOR, site_sign_in_page,
	N_("The form to sign in with")),
    FORM("sign-in", "/sign-in", HTTP_VISITOR, site_sign_in,
	N_("Signs in, by login name and password")),
    FORM_PAGE("code-page", "/sign-in/code", SITE_AT_CODE, site_code_page,
	N_("The form for the code of the second factor")),
    FORM("code", "/sign-in/code", SITE_AT_CODE, site_code,
	N_("Goes on signing in, by the code of the second factor")),
    FORM("sign-out", "/sign-out", HTTP_VISITOR, site_sign_out,
	N_("Ends the session")),
    {
	.name = "account",
	.pattern = "/account",
	.capability = SITE_WHOLE,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.handler = site_account,
	.summary = N_("One's own account: roles, and where it is signed in"),
	.members = account_members,
	.errors = errors_401_403,
    },
    FORM_PAGE("password-page", "/account/password", SITE_AT_ACCOUNT,
	site_password_page, N_("The form for another password")),
    FORM("password", "/account/password", SITE_AT_ACCOUNT, site_password,
	N_("Changes one's own password, and ends the other sessions")),
    FORM_PAGE("enrol-page", "/account/code", SITE_AT_ACCOUNT, site_enrol_page,
	N_("The secret of a second factor, and the form for its first code")),
    FORM("enrol", "/account/code", SITE_AT_ACCOUNT, site_enrol,
	N_("Sets up a second factor")),
    FORM("end-sessions", "/account/sessions", SITE_WHOLE, site_end_sessions,
	N_("Ends one of one's sessions, or all the others")),
    {
	.name = "check",
	.method = HTTP_POST,
	.pattern = "/v1/checks",
	.capability = SITE_MAY + PEOPLE_CHECK,
	.offers = HTTP_OFFER_JSON,
	.max_body_bytes = CHECK_BODY_BYTES,
	.body_type = "application/json",
	.handler = site_check,
	.summary =
	    N_("A credit check: what applies to an organisation today in "
	       "one matter"),
	.members = check_members,
	.errors = errors_401_403,
    },
    {
	.name = "check-proof",
	.pattern = "/v1/checks/{id}/evidence",
	.capability = SITE_MAY + PEOPLE_CHECK,
	.offers = HTTP_OFFER_OWN,
	.type = text_type,
	.params = check_params,
	.handler = site_check_proof,
	.summary =
	    N_("The proof file of a check: when it was made, by whom, for "
	       "what, and the digest of its answer"),
	.errors = errors_401_403_404,
    },
    {
	.name = "check-feedback",
	.method = HTTP_POST,
	.pattern = "/v1/checks/{id}/feedback",
	.capability = SITE_MAY + PEOPLE_FEEDBACK,
	.offers = HTTP_OFFER_JSON,
	.params = check_params,
	.max_body_bytes = CHECK_BODY_BYTES,
	.body_type = "application/json",
	.handler = site_check_feedback,
	.summary = N_("What was decided after a check, why, and the way to "
		      "appeal"),
	.members = feedback_members,
	.errors = errors_401_403_404,
    },
    FORM_PAGE("check-page", "/check", SITE_MAY + PEOPLE_CHECK, site_check_page,
	N_("The form of a credit check, for window clerks")),
    FORM("check-form", "/check", SITE_MAY + PEOPLE_CHECK, site_check_form,
	N_("Makes the check of the form")),
    {
	.name = "uses",
	.pattern = "/uses",
	.capability = SITE_MAY + PEOPLE_OWN_USES,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.max_query_bytes = QUERY_BYTES,
	.params = uses_params,
	.handler = site_uses,
	.summary = N_("Who looked at one's organisation"),
	.members = uses_members,
	.errors = errors_401_403,
    },
    WORDS_FORM("question-use", "/uses/{number}/question",
	SITE_MAY + PEOPLE_OWN_USES, use_params, site_question_use,
	N_("Questions a look-up of one's organisation")),
    {
	.name = "audit",
	.pattern = "/audit",
	.capability = SITE_MAY + PEOPLE_AUDIT,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_EXPORT,
	.max_query_bytes = QUERY_BYTES,
	.params = audit_params,
	.handler = site_audit,
	.summary = N_("Who reads what: flows, readers, findings, questions"),
	.members = audit_members,
	.errors = errors_401_403,
    },
    {
	.name = "audit-uses",
	.pattern = "/audit/uses",
	.capability = SITE_MAY + PEOPLE_AUDIT,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_SEARCH,
	.max_query_bytes = QUERY_BYTES,
	.params = audit_uses_params,
	.handler = site_audit_uses,
	.summary = N_("The entries of the log of uses"),
	.members = audit_uses_members,
	.errors = errors_401_403,
    },
    WORDS_FORM("answer-use", "/audit/uses/{number}/answer",
	SITE_MAY + PEOPLE_AUDIT, use_params, site_answer_use,
	N_("Answers a representative's question about a look-up")),
    WORDS_FORM("take-finding", "/audit/findings/{key}", SITE_MAY + PEOPLE_AUDIT,
	finding_params, site_take_finding,
	N_("Takes a finding up, or closes it with a conclusion")),
    {
	.name = "log-checkpoint",
	.pattern = "/log/checkpoint",
	.offers = HTTP_OFFER_OWN,
	.type = text_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_log_checkpoint,
	.summary = N_("The log's newest signed checkpoint"),
    },
    {
	.name = "log-key",
	.pattern = "/log/key",
	.offers = HTTP_OFFER_OWN,
	.type = text_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_log_key,
	.summary = N_("The log's public key"),
    },
    {
	.name = "log-tile",
	.pattern = "/log/tile/{tile*}",
	.offers = HTTP_OFFER_OWN,
	.type = "application/octet-stream",
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_FOR_EVER,
	.params = tile_params,
	.handler = site_log_tile,
	.summary = N_("A tile or an entry bundle of the log"),
	.errors = errors_404,
    },
    {
	.name = "language",
	.pattern = "/language",
	.offers = HTTP_OFFER_OWN,
	.type = text_type,
	.max_query_bytes = QUERY_BYTES,
	.is_quick = true,
	.params = language_params,
	.handler = site_language,
	.summary = N_("Chooses a language and goes back (303)"),
    },
    {
	.name = "openapi",
	.pattern = "/openapi.json",
	.offers = HTTP_OFFER_OWN,
	.type = json_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_openapi,
	.summary = N_("This description"),
	.members = openapi_members,
    },
    {
	.name = "healthz",
	.pattern = "/healthz",
	.offers = HTTP_OFFER_OWN,
	.type = json_type,
	.handler = site_healthz,
	.summary = N_("Is the site well?"),
	.members = healthz_members,
    },
    {
	.name = "metrics",
	.pattern = "/metrics",
	.offers = HTTP_OFFER_OWN,
	.type = "text/plain; version=0.0.4; charset=utf-8",
	.handler = site_metrics,
	.summary = N_("Measurements, for Prometheus"),
    },
    {
	.name = "asset",
	.pattern = "/assets/{name}",
	.offers = HTTP_OFFER_OWN,
	.keeping = HTTP_KEEP_FOR_EVER,
	.params = asset_params,
	.handler = site_asset,
	.summary = N_("A style sheet, a script or a picture of the pages"),
	.errors = errors_404,
    },
    {
	.name = "emblem",
	.pattern = "/favicon.svg",
	.offers = HTTP_OFFER_OWN,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_emblem,
	.summary = N_("The site's emblem"),
    },
    {
	.name = "robots",
	.pattern = "/robots.txt",
	.offers = HTTP_OFFER_OWN,
	.type = text_type,
	.is_quick = true,
	.handler = site_robots,
	.summary = N_("What crawlers may read"),
    },
};
const size_t site_routes_count = ARRAY_COUNT(site_routes);
