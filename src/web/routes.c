/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table of what the site answers. A page is one entry: path, who may
 * call, limits, parameters, handler, and what the description of the API
 * says of it (openapi.c). The dispatcher holds everybody to it.
 *
 * Order matters only where a path fits two patterns; a test sees to it that
 * no entry hides another.
 */
#include "api/check_codes.h"
#include "base/check.h"
#include "web/desk.h"
#include "web/route_parts.h"
#include "web/site_priv.h"

enum {
	QUERY_BYTES = 2048,
	CHECK_BODY_BYTES = 16 * 1024,
	ROW_BODY_BYTES = 256 * 1024,
	LIST_BODY_BYTES = 8 * 1024 * 1024
};

static const char json_type[] = "application/json; charset=utf-8";
static const char csv_type[] = "text/csv; charset=utf-8";
static const char *const code_list_types[] = {"text/csv", "text/plain", NULL};
static const char jsonl_type[] = "application/jsonl; charset=utf-8";
static const char atom_type[] = "application/atom+xml; charset=utf-8";
static const char xlsx_type[] =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
static const char text_type[] = "text/plain; charset=utf-8";

static const int ok[] = {200, 0};
static const int ok_or_leads_on[] = {200, 303, 0};
static const int leads_on[] = {303, 0};
static const int made_waits_or_failed[] = {201, 202, 422, 0};
static const int errors_401_403[] = {401, 403, 0};
static const int errors_401_403_404[] = {401, 403, 404, 0};
static const int errors_401_403_409[] = {401, 403, 409, 0};
static const int errors_401_403_404_409[] = {401, 403, 404, 409, 0};
static const int errors_403[] = {403, 0};
static const int errors_404[] = {404, 0};
static const int errors_404_410[] = {404, 410, 0};

/* What a file that a department sends may be besides CSV. */
static const char *const file_types[] = {"text/tab-separated-values",
    "application/json", "application/jsonl", "application/x-ndjson", xlsx_type,
    NULL};

/* A page that everybody may read, kept until the data changes; what else it
 * has follows by name. */
#define PUBLIC(route_name, path, function, text, ...)                          \
	{                                                                      \
		.name = route_name, .pattern = path,                           \
		.offers = HTTP_OFFER_PAGE, .cost = HTTP_COST_READ,             \
		.keeping = HTTP_KEEP_VERSION, .handler = function,             \
		.summary = text, __VA_ARGS__                                   \
	}
/* A file that everybody may take away; who has it need not take it again
 * until the data changes. */
#define DOWNLOAD(route_name, path, media, function, text, ...)                 \
	{                                                                      \
		.name = route_name, .pattern = path, .offers = HTTP_OFFER_OWN, \
		.type = media, .cost = HTTP_COST_EXPORT,                       \
		.keeping = HTTP_KEEP_TAG, .handler = function,                 \
		.summary = text, __VA_ARGS__                                   \
	}

/* A page of those who are signed in and may; what else it has follows by
 * name. */
#define OWN_PAGE(route_name, path, who, function, text, ...)                   \
	{                                                                      \
		.name = route_name, .pattern = path,                           \
		.capability = SITE_MAY + who, .offers = HTTP_OFFER_PAGE,       \
		.cost = HTTP_COST_READ, .handler = function, .summary = text,  \
		__VA_ARGS__                                                    \
	}
/* A form with a file, which is in one before the handler sees it. */
#define FILE_FORM(route_name, path, who, bytes, function, text, ...)           \
	{                                                                      \
		.name = route_name, .method = HTTP_POST, .pattern = path,      \
		.capability = SITE_MAY + who, .offers = HTTP_OFFER_HTML,       \
		.cost = HTTP_COST_EXPORT, .max_body_bytes = bytes,             \
		.body_type = "multipart/form-data", .is_filed = true,          \
		.keeps_words = true, .handler = function, .summary = text,     \
		__VA_ARGS__                                                    \
	}

/* A form's answer: a page, or to go elsewhere. One that takes a password or
 * a code lets nobody try many: its cost is HTTP_COST_SIGN_IN. */
#define FORM(route_name, path, who, each, function, text, ...)                 \
	{                                                                      \
		.name = route_name, .method = HTTP_POST, .pattern = path,      \
		.capability = who, .offers = HTTP_OFFER_HTML, .cost = each,    \
		.max_body_bytes = HTTP_FORM_BYTES_MAX,                         \
		.body_type = http_form_type, .handler = function,              \
		.summary = text, __VA_ARGS__                                   \
	}
#define FORM_PAGE(route_name, path, who, function, text)                       \
	{                                                                      \
		.name = route_name, .pattern = path, .capability = who,        \
		.offers = HTTP_OFFER_HTML, .cost = HTTP_COST_READ,             \
		.max_query_bytes = QUERY_BYTES, .params = site_back_params,    \
		.handler = function, .summary = text, .errors = errors_401_403 \
	}

/* A form about one thing that its path names. */
#define WORDS_FORM(route_name, path, who, path_params, function, text, ...)    \
	{                                                                      \
		.name = route_name, .method = HTTP_POST, .pattern = path,      \
		.capability = who, .offers = HTTP_OFFER_HTML,                  \
		.cost = HTTP_COST_SEARCH, .keeps_words = true,                 \
		.max_body_bytes = HTTP_FORM_BYTES_MAX,                         \
		.body_type = http_form_type, .params = path_params,            \
		.handler = function, .summary = text,                          \
		.errors = errors_401_403_404_409, __VA_ARGS__                  \
	}

/* A form with long texts, of the department's desk. */
#define LONG_FORM(route_name, path, who, form_params, function, text, ...)     \
	{                                                                      \
		.name = route_name, .method = HTTP_POST, .pattern = path,      \
		.capability = SITE_MAY + who, .offers = HTTP_OFFER_HTML,       \
		.cost = HTTP_COST_SEARCH, .max_query_bytes = QUERY_BYTES,      \
		.max_body_bytes = DESK_FORM_BYTES_MAX,                         \
		.body_type = "multipart/form-data", .params = form_params,     \
		.keeps_words = true, .handler = function, .summary = text,     \
		.errors = errors_401_403_404_409, __VA_ARGS__                  \
	}

const struct http_route site_routes[] = {
    PUBLIC("home", "/", site_home,
	N_("The city in figures, and what came last"),
	.members = site_home_members),
    {
	.name = "search",
	.pattern = "/search",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_SEARCH,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = site_search_params,
	.handler = site_search,
	.summary = N_("Organisations by a part of a name or a code"),
	.members = site_search_members,
    },
    {
	.name = "suggest",
	.pattern = "/suggest",
	.offers = HTTP_OFFER_JSON,
	.cost = HTTP_COST_SEARCH,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = site_suggest_params,
	.handler = site_suggest,
	.summary = N_("The first organisations of a search, while somebody "
		      "types"),
	.members = site_search_members,
    },
    PUBLIC("subject", "/subjects/{code}", site_subject,
	N_("An organisation and its public records"),
	.params = site_subject_params, .members = site_subject_members,
	.errors = errors_404),
    PUBLIC("embed", "/embed/subjects/{code}", site_embed,
	N_("An organisation's public status in brief, for a frame on a site "
	   "that the city named"),
	.params = site_embed_params, .members = site_embed_members,
	.errors = errors_404, .is_framed = true),
    PUBLIC("record", "/records/{number}", site_record,
	N_("A public statement of the log"), .params = site_record_params,
	.members = site_record_members, .errors = errors_404_410),
    {
	.name = "record-proof",
	.pattern = "/records/{number}/proof",
	.offers = HTTP_OFFER_OWN,
	.type = text_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.params = site_proof_params,
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
	.params = site_subject_feed_params,
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
	.params = site_publicity_params,
	.handler = site_publicity,
	.summary = N_("Double publicity: licences or penalties, by department, "
		      "division and day"),
	.members = site_publicity_members,
    },
    DOWNLOAD("publicity-csv", "/publicity.csv", csv_type, site_publicity_csv,
	N_("What that filter shows, all pages of it, as CSV"),
	.max_query_bytes = QUERY_BYTES, .params = site_publicity_rows_params),
    DOWNLOAD("publicity-rows", "/publicity/rows.json", json_type,
	site_publicity_json,
	N_("What that filter shows, all pages of it, as an array"),
	.max_query_bytes = QUERY_BYTES, .params = site_publicity_rows_params),
    DOWNLOAD("publicity-xlsx", "/publicity.xlsx", xlsx_type,
	site_publicity_xlsx,
	N_("What that filter shows, all pages of it, as a spreadsheet"),
	.max_query_bytes = QUERY_BYTES, .params = site_publicity_rows_params),
    PUBLIC("lists", "/lists", site_lists, N_("Published lists, by kind"),
	.max_query_bytes = QUERY_BYTES, .params = site_day_params,
	.members = site_lists_members),
    DOWNLOAD("list-csv", "/lists/{item}.csv", csv_type, site_list_csv,
	N_("A list as CSV"), .max_query_bytes = QUERY_BYTES,
	.params = site_list_rows_params, .errors = errors_404),
    DOWNLOAD("list-rows", "/lists/{item}/rows.json", json_type, site_list_json,
	N_("A list as an array"), .max_query_bytes = QUERY_BYTES,
	.params = site_list_rows_params, .errors = errors_404),
    DOWNLOAD("list-xlsx", "/lists/{item}.xlsx", xlsx_type, site_list_xlsx,
	N_("A list as a spreadsheet"), .max_query_bytes = QUERY_BYTES,
	.params = site_list_rows_params, .errors = errors_404),
    PUBLIC("list", "/lists/{item}", site_list,
	N_("A list: who is on it, since when, until when"),
	.max_query_bytes = QUERY_BYTES, .params = site_list_params,
	.members = site_list_members, .errors = errors_404),
    PUBLIC("quality", "/quality", site_quality,
	N_("How well departments report: rates with their formulas, by month"),
	.max_query_bytes = QUERY_BYTES, .params = site_quality_params,
	.members = site_quality_members),
    {
	.name = "quality-csv",
	.pattern = "/quality.csv",
	.offers = HTTP_OFFER_OWN,
	.type = csv_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = site_quality_params,
	.handler = site_quality_csv,
	.summary = N_("The counts that all rates come from, as CSV"),
    },
    PUBLIC("departments", "/departments", site_departments,
	N_("The departments that report"), .members = site_departments_members),
    {
	.name = "department-feed",
	.pattern = "/departments/{id}/feed.atom",
	.offers = HTTP_OFFER_OWN,
	.type = atom_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.params = site_department_params,
	.handler = site_department_feed,
	.summary = N_("A department's newest records, as a feed"),
	.errors = errors_404,
    },
    PUBLIC("department", "/departments/{id}", site_department,
	N_("A department: what it reports, and how well"),
	.params = site_department_params, .members = site_department_members,
	.errors = errors_404),
    PUBLIC("open-data", "/open-data", site_open_data,
	N_("Whole sets to take away"), .members = site_open_data_members),
    {
	.name = "dictionary",
	.pattern = "/open-data/dictionary.json",
	.offers = HTTP_OFFER_OWN,
	.type = json_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_dictionary,
	.summary = N_("Every set with its fields, types and values"),
	.members = site_dictionary_members,
    },
    DOWNLOAD("set-csv", "/open-data/{item}.csv", csv_type, site_set_csv,
	N_("A whole set as CSV"), .params = site_set_params,
	.errors = errors_404),
    DOWNLOAD("set-jsonl", "/open-data/{item}.jsonl", jsonl_type, site_set_jsonl,
	N_("A whole set as JSON lines"), .params = site_set_params,
	.errors = errors_404),
    PUBLIC("changes", "/changes", site_changes,
	N_("What was published, changed and ended, in order"),
	.max_query_bytes = QUERY_BYTES, .params = site_changes_params,
	.members = site_changes_members),
    PUBLIC("log", "/log", site_log,
	N_("The log: its size, its growth, how to verify it"),
	.members = site_log_members),
    PUBLIC("catalogue", "/catalogue", site_catalogue,
	N_("Every kind of record with its law, on a day"),
	.max_query_bytes = QUERY_BYTES, .params = site_day_params,
	.members = site_catalogue_members),
    {
	.name = "template-csv",
	.pattern = "/catalogue/{item}/template.csv",
	.offers = HTTP_OFFER_OWN,
	.type = csv_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_TAG,
	.params = site_set_params,
	.handler = site_template_csv,
	.summary = N_("An empty file to fill in, for departments, as CSV"),
	.errors = errors_404,
    },
    DOWNLOAD("template-xlsx", "/catalogue/{item}/template.xlsx", xlsx_type,
	site_template_xlsx,
	N_("An empty file to fill in, for departments, as a spreadsheet"),
	.params = site_set_params, .errors = errors_404),
    PUBLIC("catalogue-item", "/catalogue/{item}", site_catalogue_item,
	N_("A kind of record: fields, rules, law, on a day"),
	.max_query_bytes = QUERY_BYTES, .params = site_catalogue_item_params,
	.members = site_catalogue_item_members, .errors = errors_404),
    PUBLIC("table-memoranda", "/catalogue/tables/memoranda",
	site_table_memoranda,
	N_("Measures by the list or record that they follow, on a day"),
	.max_query_bytes = QUERY_BYTES, .params = site_day_params,
	.members = site_table_measures_members),
    PUBLIC("table-kinds", "/catalogue/tables/kinds", site_table_kinds,
	N_("Measures by kind, on a day"), .max_query_bytes = QUERY_BYTES,
	.params = site_day_params, .members = site_table_measures_members),
    {
	.name = "table-matters",
	.pattern = "/catalogue/tables/matters",
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.max_query_bytes = QUERY_BYTES,
	.params = site_day_params,
	.handler = site_table_matters,
	.summary = N_("The matters in which credit is checked: who may ask, "
		      "what may be looked up, which measures may be applied"),
	.members = site_table_matters_members,
    },
    PUBLIC("help", "/help", site_prose, N_("How to object, to repair, to ask"),
	.members = site_prose_members),
    PUBLIC("help-paper", "/help/paper", site_prose,
	N_("How a window checks by hand, with the form"),
	.members = site_prose_members),
    PUBLIC("contact", "/contact", site_prose, N_("Whom to write to"),
	.members = site_prose_members),
    PUBLIC("privacy", "/privacy", site_prose, N_("What is never here"),
	.members = site_prose_members),
    PUBLIC("accessibility", "/accessibility", site_prose,
	N_("Who can use the site, and how"), .members = site_prose_members),
    FORM_PAGE("sign-in-page", "/sign-in", HTTP_VISITOR, site_sign_in_page,
	N_("The form to sign in with")),
    FORM("sign-in", "/sign-in", HTTP_VISITOR, HTTP_COST_SIGN_IN, site_sign_in,
	N_("Signs in, by login name and password"), .errors = errors_401_403),
    {
	.name = "oidc-start",
	.pattern = "/sign-in/oidc",
	.capability = HTTP_VISITOR,
	.offers = HTTP_OFFER_HTML,
	.cost = HTTP_COST_READ,
	.max_query_bytes = QUERY_BYTES,
	.params = site_back_params,
	.handler = site_oidc_start,
	.summary = N_("Goes to the identity provider, to sign in there"),
	.successes = leads_on,
    },
    {
	.name = "oidc-callback",
	.pattern = "/sign-in/oidc/callback",
	.capability = HTTP_VISITOR,
	.offers = HTTP_OFFER_HTML,
	.cost = HTTP_COST_SIGN_IN,
	.max_query_bytes = 2 * QUERY_BYTES,
	.params = site_oidc_params,
	.handler = site_oidc_callback,
	.summary = N_("Where the identity provider sends the browser back"),
	.errors = errors_403,
	.successes = leads_on,
    },
    {
	.name = "oidc-done",
	.pattern = "/sign-in/oidc/done",
	.capability = HTTP_VISITOR,
	.offers = HTTP_OFFER_HTML,
	.cost = HTTP_COST_READ,
	.handler = site_oidc_done,
	.summary = N_("Starts the session, or says why there is none"),
	.errors = errors_403,
	.successes = leads_on,
    },
    FORM_PAGE("code-page", "/sign-in/code", SITE_AT_CODE, site_code_page,
	N_("The form for the code of the second factor")),
    FORM("code", "/sign-in/code", SITE_AT_CODE, HTTP_COST_SIGN_IN, site_code,
	N_("Goes on signing in, by the code of the second factor"),
	.errors = errors_401_403),
    FORM("sign-out", "/sign-out", HTTP_VISITOR, HTTP_COST_SEARCH, site_sign_out,
	N_("Ends the session"), .errors = errors_401_403),
    {
	.name = "start",
	.pattern = "/start",
	.capability = SITE_WHOLE,
	.offers = HTTP_OFFER_HTML,
	.cost = HTTP_COST_READ,
	.handler = site_start,
	.summary =
	    N_("Goes to where one's work begins, as one's roles have it"),
	.errors = errors_401_403,
	.successes = leads_on,
    },
    {
	.name = "account",
	.pattern = "/account",
	.capability = SITE_WHOLE,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_READ,
	.handler = site_account,
	.summary = N_("One's own account: roles, and where it is signed in"),
	.members = site_account_members,
	.errors = errors_401_403,
    },
    {
	.name = "session",
	.pattern = "/account/session",
	.capability = SITE_WHOLE,
	.offers = HTTP_OFFER_JSON,
	.cost = HTTP_COST_READ,
	.handler = site_session,
	.summary = N_("Whom a browser is signed in as, and the token of its "
		      "forms: asked before a form is sent"),
	.members = site_session_members,
	.errors = errors_401_403,
    },
    FORM_PAGE("password-page", "/account/password", SITE_AT_ACCOUNT,
	site_password_page, N_("The form for another password")),
    FORM("password", "/account/password", SITE_AT_ACCOUNT, HTTP_COST_SIGN_IN,
	site_password,
	N_("Changes one's own password, and ends the other sessions"),
	.errors = errors_401_403),
    FORM_PAGE("enrol-page", "/account/code", SITE_AT_ACCOUNT, site_enrol_page,
	N_("The secret of a second factor, and the form for its first code")),
    FORM("enrol", "/account/code", SITE_AT_ACCOUNT, HTTP_COST_SIGN_IN,
	site_enrol, N_("Sets up a second factor"),
	.errors = errors_401_403_409),
    FORM("end-sessions", "/account/sessions", SITE_WHOLE, HTTP_COST_SEARCH,
	site_end_sessions, N_("Ends one of one's sessions, or all the others"),
	.errors = errors_401_403),
    {
	.name = "check",
	.method = HTTP_POST,
	.pattern = "/v1/checks",
	.capability = SITE_MAY + PEOPLE_CHECK,
	.offers = HTTP_OFFER_JSON | HTTP_OFFER_OWN,
	.type = jsonl_type,
	.max_query_bytes = QUERY_BYTES,
	.params = site_checks_params,
	.max_body_bytes = CHECK_CODES_BYTES_MAX,
	.body_type = "application/json",
	.more_body_types = code_list_types,
	.brief_body_bytes = CHECK_BODY_BYTES,
	.handler = site_check,
	.summary =
	    N_("A credit check: what applies to an organisation today in "
	       "one matter, or to each of many"),
	.members = site_check_members,
	.errors = errors_401_403,
    },
    {
	.name = "check-proof",
	.pattern = "/v1/checks/{id}/evidence",
	.capability = SITE_MAY + PEOPLE_CHECK,
	.offers = HTTP_OFFER_OWN,
	.type = text_type,
	.params = site_check_params,
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
	.params = site_check_params,
	.max_body_bytes = CHECK_BODY_BYTES,
	.body_type = "application/json",
	.handler = site_check_feedback,
	.summary = N_("What was decided after a check, why, and the way to "
		      "appeal"),
	.members = site_feedback_members,
	.errors = errors_401_403_404,
    },
    {
	.name = "notices",
	.pattern = "/v1/checks/notices",
	.capability = SITE_MAY + PEOPLE_CHECK,
	.offers = HTTP_OFFER_JSON,
	.cost = HTTP_COST_READ,
	.max_query_bytes = QUERY_BYTES,
	.params = site_notices_params,
	.handler = site_notices,
	.summary = N_("What began, ended or changed since a department's "
		      "checks, in the order of numbers"),
	.members = site_notices_members,
	.errors = errors_401_403,
    },
    {
	.name = "notices-page",
	.pattern = "/check/notices",
	.capability = SITE_MAY + PEOPLE_CHECK,
	.offers = HTTP_OFFER_HTML,
	.cost = HTTP_COST_READ,
	.max_query_bytes = QUERY_BYTES,
	.params = site_notices_page_params,
	.handler = site_notices_page,
	.summary = N_("The same for clerks, newest first"),
	.errors = errors_401_403,
    },
    {
	.name = "submit-file",
	.method = HTTP_POST,
	.pattern = "/v1/submissions",
	.capability = SITE_MAY + PEOPLE_SUBMIT,
	.offers = HTTP_OFFER_JSON,
	.cost = HTTP_COST_READ,
	.max_query_bytes = QUERY_BYTES,
	.params = site_submit_params,
	.max_body_bytes = HTTP_BODY_BYTES_MAX,
	.body_type = "text/csv",
	.more_body_types = file_types,
	.is_filed = true,
	.handler = site_submit_file,
	.summary = N_("Takes a department's file in (201; 422 when it cannot "
		      "be read), or tells where to ask later (202)"),
	.members = site_submission_members,
	.errors = errors_401_403_404_409,
	.successes = made_waits_or_failed,
    },
    {
	.name = "submissions",
	.pattern = "/v1/submissions",
	.capability = SITE_MAY + PEOPLE_SUBMIT,
	.offers = HTTP_OFFER_JSON,
	.cost = HTTP_COST_READ,
	.max_query_bytes = QUERY_BYTES,
	.params = site_submissions_params,
	.handler = site_submissions,
	.summary = N_("What a department has sent, and what became of it"),
	.members = site_submissions_members,
	.errors = errors_401_403,
    },
    {
	.name = "submission",
	.pattern = "/v1/submissions/{number}",
	.capability = SITE_MAY + PEOPLE_SUBMIT,
	.offers = HTTP_OFFER_JSON,
	.cost = HTTP_COST_READ,
	.params = site_submission_params,
	.handler = site_submission,
	.summary = N_("The report of a file that was sent"),
	.members = site_submission_members,
	.errors = errors_401_403_404,
    },
    {
	.name = "rejects-csv",
	.pattern = "/v1/submissions/{number}/rejects.csv",
	.capability = SITE_MAY + PEOPLE_SUBMIT,
	.offers = HTTP_OFFER_OWN,
	.type = csv_type,
	.cost = HTTP_COST_EXPORT,
	.params = site_submission_params,
	.handler = site_rejects_csv,
	.summary = N_("The rows that were refused, with what is wrong, as CSV"),
	.errors = errors_401_403_404,
    },
    {
	.name = "rejects-xlsx",
	.pattern = "/v1/submissions/{number}/rejects.xlsx",
	.capability = SITE_MAY + PEOPLE_SUBMIT,
	.offers = HTTP_OFFER_OWN,
	.type = xlsx_type,
	.cost = HTTP_COST_EXPORT,
	.params = site_submission_params,
	.handler = site_rejects_xlsx,
	.summary = N_("The rows that were refused, with what is wrong, as a "
		      "spreadsheet"),
	.errors = errors_401_403_404,
    },
    OWN_PAGE("desk", "/desk", PEOPLE_SUBMIT, site_submissions,
	N_("The department's desk: send a file, see what became of others"),
	.max_query_bytes = QUERY_BYTES, .params = site_submissions_params,
	.members = site_submissions_members, .errors = errors_401_403),
    OWN_PAGE("desk-submission", "/desk/submissions/{number}", PEOPLE_RECORDS,
	site_submission, N_("The report of a file that was sent, row by row"),
	.params = site_submission_params, .members = site_submission_members,
	.errors = errors_401_403_404),
    FILE_FORM("desk-upload", "/desk/upload", PEOPLE_SUBMIT, HTTP_BODY_BYTES_MAX,
	site_desk_upload, N_("Takes the file of the desk's form in"),
	.errors = errors_401_403_404),
    {
	.name = "check-page",
	.pattern = "/check",
	.capability = SITE_MAY + PEOPLE_CHECK,
	.offers = HTTP_OFFER_HTML,
	.cost = HTTP_COST_READ,
	.max_query_bytes = QUERY_BYTES,
	.params = site_check_page_params,
	.handler = site_check_page,
	.summary = N_("The form of a credit check, for window clerks"),
	.errors = errors_401_403,
    },
    FORM("check-form", "/check", SITE_MAY + PEOPLE_CHECK, HTTP_COST_SEARCH,
	site_check_form, N_("Makes the check of the form"), .keeps_words = true,
	.errors = errors_401_403, .successes = ok),
    FORM_PAGE("check-list-page", "/check/many", SITE_MAY + PEOPLE_CHECK,
	site_check_list_page,
	N_("The form of a credit check of a list of codes")),
    FILE_FORM("check-list-form", "/check/many", PEOPLE_CHECK, LIST_BODY_BYTES,
	site_check_list_form,
	N_("Makes the check of the list, pasted or of a file"),
	.max_query_bytes = QUERY_BYTES, .successes = ok,
	.errors = errors_401_403_404_409),
    OWN_PAGE("check-made", "/check/{id}", PEOPLE_CHECK, site_check_made,
	N_("A check that was made: the question, what was decided after it"),
	.params = site_check_params, .members = site_check_made_members,
	.errors = errors_401_403_404),
    WORDS_FORM("check-decide", "/check/{id}/feedback",
	SITE_MAY + PEOPLE_FEEDBACK, site_check_params, site_check_decide,
	N_("Keeps what was decided after a check, from the form")),
    OWN_PAGE("uses", "/uses", PEOPLE_OWN_USES, site_uses,
	N_("Who looked at one's organisation"), .max_query_bytes = QUERY_BYTES,
	.params = site_uses_params, .members = site_uses_members,
	.errors = errors_401_403),
    WORDS_FORM("question-use", "/uses/{number}/question",
	SITE_MAY + PEOPLE_OWN_USES, site_use_params, site_question_use,
	N_("Questions a look-up of one's organisation")),
    {
	.name = "cases",
	.pattern = "/cases",
	.capability = SITE_MAY + PEOPLE_CASES,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_SEARCH,
	.max_query_bytes = QUERY_BYTES,
	.params = site_cases_params,
	.handler = site_cases,
	.summary = N_("The objections of one's own side: what is overdue "
		      "first, then by the day on which it is due; or all"),
	.members = site_cases_members,
	.errors = errors_401_403,
    },
    OWN_PAGE("case", "/cases/{number}", PEOPLE_CASES, site_case,
	N_("One of them: its steps, its clock, what can be done"),
	.max_query_bytes = QUERY_BYTES, .params = site_case_params,
	.members = site_case_members, .errors = errors_401_403_404),
    LONG_FORM("case-move", "/cases/{number}/move", PEOPLE_CASES,
	site_case_move_params, site_case_move,
	N_("Makes a move in it, as the catalogue allows")),
    OWN_PAGE("objection-form", "/records/{number}/objection", PEOPLE_OBJECT,
	site_objection_form,
	N_("The form by which an organisation objects to a record, or the "
	   "credit office for it"),
	.max_query_bytes = QUERY_BYTES, .params = site_objection_params,
	.members = site_objection_members, .errors = errors_401_403_404),
    LONG_FORM("objection-file", "/records/{number}/objection", PEOPLE_OBJECT,
	site_objection_params, site_objection_file,
	N_("Files the objection of the form")),
    {
	.name = "audit",
	.pattern = "/audit",
	.capability = SITE_MAY + PEOPLE_AUDIT,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_EXPORT,
	.max_query_bytes = QUERY_BYTES,
	.params = site_audit_params,
	.handler = site_audit,
	.summary = N_("Who reads what: flows, readers, findings, questions"),
	.members = site_audit_members,
	.errors = errors_401_403,
    },
    {
	.name = "audit-uses",
	.pattern = "/audit/uses",
	.capability = SITE_MAY + PEOPLE_AUDIT,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_SEARCH,
	.max_query_bytes = QUERY_BYTES,
	.params = site_audit_uses_params,
	.handler = site_audit_uses,
	.summary = N_("The entries of the log of uses"),
	.members = site_audit_uses_members,
	.errors = errors_401_403,
    },
    WORDS_FORM("answer-use", "/audit/uses/{number}/answer",
	SITE_MAY + PEOPLE_AUDIT, site_use_params, site_answer_use,
	N_("Answers a representative's question about a look-up")),
    WORDS_FORM("take-finding", "/audit/findings/{key}", SITE_MAY + PEOPLE_AUDIT,
	site_finding_params, site_take_finding,
	N_("Takes a finding up, or closes it with a conclusion")),
    {
	.name = "desk-records",
	.pattern = "/desk/records",
	.capability = SITE_MAY + PEOPLE_RECORDS,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_SEARCH,
	.max_query_bytes = QUERY_BYTES,
	.params = site_desk_records_params,
	.handler = site_desk_records,
	.summary = N_("The records that one's own department has sent in"),
	.members = site_desk_records_members,
	.errors = errors_401_403,
    },
    OWN_PAGE("desk-new", "/desk/records/new", PEOPLE_SUBMIT, site_desk_new,
	N_("The form of one new record"), .max_query_bytes = QUERY_BYTES,
	.params = site_desk_new_params, .members = site_desk_form_members,
	.errors = errors_401_403_404),
    OWN_PAGE("desk-record", "/desk/records/{number}", PEOPLE_RECORDS,
	site_desk_record, N_("A record of one's own department, whole"),
	.max_query_bytes = QUERY_BYTES, .params = site_desk_record_params,
	.members = site_desk_record_members, .errors = errors_401_403_404),
    OWN_PAGE("desk-amend", "/desk/records/{number}/amend", PEOPLE_AMEND,
	site_desk_amend, N_("The form of a record that is to be corrected"),
	.max_query_bytes = QUERY_BYTES, .params = site_desk_amend_params,
	.members = site_desk_form_members, .errors = errors_401_403_404_409),
    {
	.name = "desk-doubtful",
	.pattern = "/desk/doubtful",
	.capability = SITE_MAY + PEOPLE_RESOLVE,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_SEARCH,
	.max_query_bytes = QUERY_BYTES,
	.params = site_desk_doubtful_params,
	.handler = site_desk_doubtful,
	.summary = N_("A department's rows whose organisation is not certain"),
	.members = site_desk_doubtful_members,
	.errors = errors_401_403,
    },
    {
	.name = "desk-doubtful-row",
	.pattern = "/desk/doubtful/{row}",
	.capability = SITE_MAY + PEOPLE_RESOLVE,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_SEARCH,
	.max_query_bytes = QUERY_BYTES,
	.params = site_desk_doubtful_row_params,
	.handler = site_desk_doubtful_row,
	.summary =
	    N_("A doubtful row beside the organisations that it may be about"),
	.members = site_desk_doubtful_row_members,
	.errors = errors_401_403_404,
    },
    {
	.name = "desk-quality",
	.pattern = "/desk/quality",
	.capability = SITE_MAY + PEOPLE_QUALITY,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_SEARCH,
	.max_query_bytes = QUERY_BYTES,
	.params = site_desk_quality_params,
	.handler = site_desk_quality,
	.summary = N_("A department's own rates, and what would raise them"),
	.members = site_desk_quality_members,
	.errors = errors_401_403,
    },
    OWN_PAGE("desk-withdraw", "/desk/records/{number}/withdraw", PEOPLE_AMEND,
	site_desk_withdraw, N_("The form by which a record is withdrawn"),
	.max_query_bytes = QUERY_BYTES, .params = site_desk_record_params,
	.members = site_desk_withdraw_members,
	.errors = errors_401_403_404_409),
    WORDS_FORM("desk-take-back", "/desk/records/{number}/withdraw",
	SITE_MAY + PEOPLE_AMEND, site_desk_record_params, site_desk_take_back,
	N_("Tells what a withdrawal does, or withdraws the record"),
	.successes = ok_or_leads_on),
    WORDS_FORM("desk-reinstate", "/desk/records/{number}/reinstate",
	SITE_MAY + PEOPLE_AMEND, site_desk_record_params, site_desk_reinstate,
	N_("Takes the withdrawal of a record back")),
    WORDS_FORM("desk-decide", "/desk/doubtful/{row}", SITE_MAY + PEOPLE_RESOLVE,
	site_desk_doubtful_row_params, site_desk_decide,
	N_("Decides whom a doubtful row is about, rejects it, or undoes that")),
    OWN_PAGE("desk-reviews", "/desk/reviews", PEOPLE_RECORDS, site_reviews,
	N_("What waits for a second person of the department, or did"),
	.max_query_bytes = QUERY_BYTES, .params = site_reviews_params,
	.members = site_reviews_members, .errors = errors_401_403),
    {
	.name = "desk-review",
	.pattern = "/desk/reviews/{number}",
	.capability = SITE_MAY + PEOPLE_RECORDS,
	.offers = HTTP_OFFER_PAGE,
	.cost = HTTP_COST_SEARCH,
	.params = site_review_params,
	.handler = site_review,
	.summary = N_("One of them, with all that is to be looked at"),
	.members = site_review_members,
	.errors = errors_401_403_404,
    },
    {
	.name = "desk-review-file",
	.pattern = "/desk/reviews/{number}/file",
	.capability = SITE_MAY + PEOPLE_REVIEW,
	.offers = HTTP_OFFER_OWN,
	.type = "application/octet-stream",
	.cost = HTTP_COST_EXPORT,
	.params = site_review_params,
	.handler = site_review_file,
	.summary = N_("The file that waits, as it came"),
	.errors = errors_401_403_404,
    },
    WORDS_FORM("desk-review-decide", "/desk/reviews/{number}/decide",
	SITE_MAY + PEOPLE_REVIEW, site_review_params, site_review_decide,
	N_("Approves what was asked, which carries it out, or does not")),
    WORDS_FORM("desk-review-take-back", "/desk/reviews/{number}/take-back",
	SITE_MAY + PEOPLE_RECORDS, site_review_params, site_review_take_back,
	N_("Takes back what one has asked for oneself")),
    WORDS_FORM("desk-review-carry-out", "/desk/reviews/{number}/carry-out",
	SITE_MAY + PEOPLE_REVIEW, site_review_params, site_review_carry_out,
	N_("Carries out what was approved and cut off")),
    LONG_FORM("desk-enter", "/desk/records/new", PEOPLE_SUBMIT,
	site_desk_new_params, site_desk_enter,
	N_("Looks at a new record of the form, or sends it in"),
	.successes = ok_or_leads_on),
    LONG_FORM("desk-correct", "/desk/records/{number}/amend", PEOPLE_AMEND,
	site_desk_amend_params, site_desk_correct,
	N_("Looks at a corrected record, or sends it in"),
	.successes = ok_or_leads_on),
    {
	.name = "check-row",
	.method = HTTP_POST,
	.pattern = "/v1/submissions/check",
	.capability = HTTP_SIGNED_IN,
	.offers = HTTP_OFFER_JSON,
	.cost = HTTP_COST_READ,
	.max_body_bytes = ROW_BODY_BYTES,
	.body_type = "application/json",
	.handler = site_check_row,
	.summary = N_("What would become of one row: all that is wrong with "
		      "it, by the checker of submissions; nothing is kept"),
	.members = site_check_row_members,
	.errors = errors_401_403,
    },
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
	.name = "log-uses-key",
	.pattern = "/log/uses/key",
	.offers = HTTP_OFFER_OWN,
	.type = text_type,
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_VERSION,
	.handler = site_log_uses_key,
	.summary = N_("The public key of the log of uses, for the evidence "
		      "of checks"),
	.errors = errors_404,
    },
    {
	.name = "log-tile",
	.pattern = "/log/tile/{tile*}",
	.offers = HTTP_OFFER_OWN,
	.type = "application/octet-stream",
	.cost = HTTP_COST_READ,
	.keeping = HTTP_KEEP_FOR_EVER,
	.params = site_tile_params,
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
	.params = site_language_params,
	.handler = site_language,
	.summary = N_("Chooses a language and goes back (303)"),
	.successes = leads_on,
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
	.members = site_openapi_members,
    },
    {
	.name = "healthz",
	.pattern = "/healthz",
	.offers = HTTP_OFFER_OWN,
	.type = json_type,
	.handler = site_healthz,
	.summary = N_("Is the site well?"),
	.members = site_healthz_members,
    },
    {
	.name = "metrics",
	.pattern = "/metrics",
	.offers = HTTP_OFFER_OWN,
	.type = "text/plain; version=0.0.4; charset=utf-8",
	.is_for_monitors = true,
	.handler = site_metrics,
	.summary = N_("Measurements, for Prometheus"),
    },
    {
	.name = "asset",
	.pattern = "/assets/{name}",
	.offers = HTTP_OFFER_OWN,
	.keeping = HTTP_KEEP_FOR_EVER,
	.params = site_asset_params,
	.handler = site_asset,
	.summary = N_("A style sheet, a script or a picture of the pages"),
	.errors = errors_404,
    },
    {
	.name = "emblem",
	.pattern = "/favicon.svg",
	.offers = HTTP_OFFER_OWN,
	.type = "image/svg+xml",
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
