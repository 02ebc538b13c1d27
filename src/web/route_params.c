/* SPDX-License-Identifier: Apache-2.0 */
/* What the routes take: the parameters of paths and queries. */
#include "api/audit.h"
#include "api/cases.h"
#include "api/changes.h"
#include "api/check.h"
#include "api/notices.h"
#include "api/own_records.h"
#include "api/publicity.h"
#include "api/subject.h"
#include "api/reviews.h"
#include "api/uploads.h"
#include "api/uses.h"
#include "base/check.h"
#include "web/route_parts.h"
#include "web/site_priv.h"

#define NUMBER_MAX 99999999999999LL

/* ---- kinds of parameters ---- */

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

#define QUERY_CHOICE(param, list, text)                                        \
	{                                                                      \
		.name = param, .in = HTTP_IN_QUERY, .type = HTTP_CHOICE,       \
		.choices = list, .summary = text,                              \
	}

#define PATH_NUMBER(param, text)                                               \
	{                                                                      \
		.name = param, .in = HTTP_IN_PATH, .type = HTTP_NUMBER,        \
		.max = NUMBER_MAX, .summary = text,                            \
	}

#define QUERY_NUMBER(param, text)                                              \
	{                                                                      \
		.name = param, .in = HTTP_IN_QUERY, .type = HTTP_NUMBER,       \
		.max = NUMBER_MAX, .summary = text,                            \
	}

#define PAGE_LIMIT(most, text)                                                 \
	{                                                                      \
		.name = "limit", .in = HTTP_IN_QUERY, .type = HTTP_NUMBER,     \
		.min = 1, .max = most, .summary = text,                        \
	}

/* ---- what many routes take ---- */

#define BEFORE                                                                 \
	QUERY_NUMBER(                                                          \
	    "before", N_("the first number that is not wanted: as in `next`"))

#define ITEM PATH_WORD("item", N_("id of an item of the catalogue"))

#define RULES_ON QUERY_DAY("on", N_("the rules of that day (today)"))

#define BACK                                                                   \
	{                                                                      \
		.name = "back", .in = HTTP_IN_QUERY,                           \
		.max = HTTP_BACK_BYTES_MAX,                                    \
		.summary = N_("the page that was wanted"),                     \
	}

#define SUBJECT_CODE                                                           \
	{                                                                      \
		.name = "code", .in = HTTP_IN_PATH, .type = HTTP_TEXT,         \
		.min = 1, .max = SUBJECT_TEXT_BYTES_MAX,                       \
		.summary = N_("unified social credit code, another "           \
			      "identifier, or the whole name"),                \
	}

#define STATEMENT_NUMBER                                                       \
	PATH_NUMBER("number", N_("the statement's number in the log"))

static const char *const orders[] = {"oldest", "newest", NULL};
static const char *const kinds[] = {"licence", "penalty", NULL};

static const char *const languages[] = {"zh", "en", NULL};

/* enum cat_group */
static const char *const groups[] = {"basic", "admin", "honest", "serious",
    "abnormal", "commitment", "evaluation", "judicial", "other", NULL};
_Static_assert(ARRAY_COUNT(groups) == CAT_GROUP_COUNT + 1, "each group once");

const struct http_param site_subject_params[] = {
    SUBJECT_CODE,
    SITE_AS_OF,
    QUERY_CHOICE("group", groups,
	N_("only the records of this group (the newest of each)")),
    {.name = "after",
	.in = HTTP_IN_QUERY,
	.type = HTTP_TEXT,
	.max = LIST_KEY_BYTES - 1,
	.summary = N_("where the group's page begins: as in its `next`")},
    {0},
};

const struct http_param site_embed_params[] = {
    SUBJECT_CODE,
    {0},
};

const struct http_param site_record_params[] = {
    STATEMENT_NUMBER,
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

const struct http_param site_search_params[] = {
    SEARCH_TEXT,
    PAGE_LIMIT(100, N_("how many are shown at most (20)")),
    {0},
};

const struct http_param site_suggest_params[] = {SEARCH_TEXT, {0}};

const struct http_param site_tile_params[] = {
    {.name = "tile",
	.in = HTTP_IN_PATH,
	.type = HTTP_TEXT,
	.min = 1,
	.max = 64,
	.summary = N_("level and number as c2sp.org/tlog-tiles writes them, "
		      "for example 0/x001/067 or entries/000.p/5")},
    {0},
};

/* What filters a list, everywhere. */
#define LIST_FILTER                                                            \
	QUERY_WORD("department", N_("id of a department")),                    \
	    QUERY_WORD("division",                                             \
		N_("six digits of a division of the city; "                    \
		   "-1: of none of them")),                                    \
	    QUERY_DAY("from", N_("decided on that day or later")),             \
	    QUERY_DAY("to", N_("decided on that day or before"))

/* What pages of it have besides. */
#define LIST_PAGE                                                              \
	QUERY_WORD("after", N_("where a page begins: as in `next`")),          \
	    PAGE_LIMIT(LIST_LIMIT_MAX, N_("rows of a page (20)"))

#define PUBLICITY_KIND                                                         \
	QUERY_CHOICE("kind", kinds, N_("licences or penalties (penalties)"))

const struct http_param site_publicity_params[] = {
    PUBLICITY_KIND,
    LIST_FILTER,
    LIST_PAGE,
    {0},
};

const struct http_param site_publicity_rows_params[] = {
    PUBLICITY_KIND,
    LIST_FILTER,
    {0},
};

const struct http_param site_list_params[] = {
    ITEM,
    RULES_ON,
    LIST_FILTER,
    LIST_PAGE,
    {0},
};

const struct http_param site_list_rows_params[] = {
    ITEM,
    LIST_FILTER,
    {0},
};

const struct http_param site_set_params[] = {ITEM, {0}};

const struct http_param site_department_params[] = {
    PATH_WORD("id", N_("id of a department")), {0}};

const struct http_param site_subject_feed_params[] = {
    SUBJECT_CODE,
    {0},
};

const struct http_param site_quality_params[] = {
    QUERY_WORD("month", N_("a month like 2026-10")),
    QUERY_WORD("department", N_("id of a department")),
    QUERY_WORD("item", N_("id of an item of the catalogue")),
    {0},
};

const struct http_param site_changes_params[] = {
    QUERY_NUMBER("since", N_("the first change wanted (0)")),
    QUERY_CHOICE("order", orders,
	N_("the oldest changes first, for copies, or the newest, "
	   "to look at (oldest)")),
    QUERY_NUMBER("before", N_("only changes below this number (all)")),
    PAGE_LIMIT(CHANGES_LIMIT_MAX,
	N_("how many changes at most (200; 50 of the newest)")),
    {0},
};

const struct http_param site_day_params[] = {RULES_ON, {0}};

const struct http_param site_catalogue_item_params[] = {
    ITEM,
    RULES_ON,
    {0},
};

const struct http_param site_proof_params[] = {
    STATEMENT_NUMBER,
    {0},
};

const struct http_param site_asset_params[] = {
    {.name = "name",
	.in = HTTP_IN_PATH,
	.type = HTTP_TEXT,
	.min = 1,
	.max = 100,
	.summary = N_("a file's name with a part of its content's hash")},
    {0},
};

const struct http_param site_language_params[] = {
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

const struct http_param site_back_params[] = {
    BACK,
    {.name = "unsent",
	.in = HTTP_IN_QUERY,
	.max = 3,
	.summary = N_("yes: a form that was sent went nowhere")},
    {0},
};

#define CHECK_TEXT(param, text)                                                \
	{                                                                      \
		.name = param, .in = HTTP_IN_QUERY, .type = HTTP_TEXT,         \
		.max = CHECK_TEXT_BYTES_MAX, .summary = text,                  \
	}
const struct http_param site_checks_params[] = {
    CHECK_TEXT("matter",
	N_("what it is asked for, with a list of codes as CSV or text; a "
	   "JSON document says it itself")),
    CHECK_TEXT("purpose", N_("what the check is for, with such a list")),
    CHECK_TEXT("case", N_("the number of the case, with such a list")),
    CHECK_TEXT("department",
	N_("the department that asks, with such a "
	   "list, where a caller has several")),
    {0},
};

const struct http_param site_oidc_params[] = {
    {.name = "code",
	.in = HTTP_IN_QUERY,
	.max = PROVIDER_CODE_MAX,
	.summary = N_("what the identity provider gives for it")},
    {.name = "state",
	.in = HTTP_IN_QUERY,
	.max = 200,
	.summary = N_("what this site had sent along")},
    {.name = "iss",
	.in = HTTP_IN_QUERY,
	.max = FETCH_ADDRESS_MAX,
	.summary = N_("the identity provider that answers")},
    {.name = "error",
	.in = HTTP_IN_QUERY,
	.max = 200,
	.summary = N_("why there is no code")},
    {0},
};

const struct http_param site_check_params[] = {
    {.name = "id",
	.in = HTTP_IN_PATH,
	.type = HTTP_TEXT,
	.min = 1,
	.max = 40,
	.summary = N_("the check's id, as its answer says")},
    {0},
};

const struct http_param site_check_page_params[] = {
    CHECK_TEXT("code", N_("what the form is filled in with: a code")),
    CHECK_TEXT("matter", N_("the matter that is chosen in the form")),
    CHECK_TEXT("purpose", N_("what the form is filled in with: a purpose")),
    CHECK_TEXT("case", N_("what the form is filled in with: a case number")),
    CHECK_TEXT("department", N_("the department that is chosen in the form")),
    BACK,
    {0},
};

#define NOTICES_OF                                                             \
	CHECK_TEXT("department",                                               \
	    N_("whose notices, where a caller has several departments"))

const struct http_param site_notices_params[] = {
    QUERY_NUMBER(
	"since", N_("the last number that is known: as in `next` (0)")),
    PAGE_LIMIT(NOTICES_LIMIT_MAX, N_("notices of a page (50)")),
    NOTICES_OF,
    {0},
};

const struct http_param site_notices_page_params[] = {
    {.name = "before",
	.in = HTTP_IN_QUERY,
	.type = HTTP_NUMBER,
	.min = 1,
	.max = NUMBER_MAX,
	.summary = N_("the first number that is not wanted: as in `next`")},
    NOTICES_OF,
    {0},
};

#define USES_PAGE BEFORE, PAGE_LIMIT(USES_LIMIT_MAX, N_("rows of a page (20)"))

const struct http_param site_uses_params[] = {
    QUERY_WORD("organisation",
	N_("code of an organisation that you represent (the first)")),
    USES_PAGE,
    {0},
};

const struct http_param site_use_params[] = {
    PATH_NUMBER("number", N_("the entry's number in the log of uses")),
    {0},
};

static const char *const outcomes[] = {"answered", "refused", NULL};

const struct http_param site_audit_params[] = {
    QUERY_DAY("from", N_("the first day of the period (30 days ago)")),
    QUERY_DAY("to", N_("its last day (today)")),
    {0},
};

#define USE_WORD(param, text)                                                  \
	{                                                                      \
		.name = param, .in = HTTP_IN_QUERY, .type = HTTP_TEXT,         \
		.max = USE_TEXT_BYTES_MAX, .summary = text,                    \
	}

const struct http_param site_audit_uses_params[] = {
    USE_WORD("reader", N_("the name that a reader acts under")),
    USE_WORD("department", N_("id of a department")),
    USE_WORD("subject", N_("code of an organisation")),
    USE_WORD("matter", N_("id of a matter")),
    USE_WORD("case", N_("a case number")),
    QUERY_CHOICE("outcome", outcomes, N_("answered or refused (both)")),
    USES_PAGE,
    {0},
};

const struct http_param site_finding_params[] = {
    {.name = "key",
	.in = HTTP_IN_PATH,
	.type = HTTP_TEXT,
	.min = 1,
	.max = AUDIT_KEY_BYTES,
	.summary = N_("a finding's key")},
    {0},
};

#define DESK_DEPARTMENT                                                        \
	QUERY_WORD("department",                                               \
	    N_("id of a department that you work for (the first)"))

const struct http_param site_desk_records_params[] = {
    {.name = "q",
	.in = HTTP_IN_QUERY,
	.type = HTTP_TEXT,
	.max = SUBJECT_TEXT_BYTES_MAX,
	.summary = N_("a part of a document number, a code or its beginning, "
		      "or a part of an organisation's name")},
    {.name = "item",
	.in = HTTP_IN_QUERY,
	.type = HTTP_TEXT,
	.max = LIST_WORD_BYTES - 1,
	.summary = N_("id of an item of the catalogue (all)")},
    DESK_DEPARTMENT,
    BEFORE,
    PAGE_LIMIT(OWN_RECORDS_LIMIT_MAX, N_("rows of a page (20)")),
    {0},
};

#define ASKED_AGAIN                                                            \
	QUERY_NUMBER("again",                                                  \
	    N_("a review of one's own that was not approved: "                 \
	       "its fields are filled in"))

const struct http_param site_desk_new_params[] = {
    {.name = "item",
	.in = HTTP_IN_QUERY,
	.type = HTTP_TEXT,
	.is_required = true,
	.min = 1,
	.max = LIST_WORD_BYTES - 1,
	.summary = N_("id of an item of the catalogue")},
    DESK_DEPARTMENT,
    ASKED_AGAIN,
    {0},
};

const struct http_param site_desk_amend_params[] = {
    PATH_NUMBER("number", N_("the record's number in the log")),
    ASKED_AGAIN,
    {0},
};

const struct http_param site_desk_record_params[] = {
    PATH_NUMBER("number", N_("the record's number in the log")),
    {0},
};

static const char *const open_or_decided[] = {"open", "decided", NULL};

const struct http_param site_desk_doubtful_params[] = {
    QUERY_CHOICE("state", open_or_decided, N_("open or decided rows (open)")),
    DESK_DEPARTMENT,
    QUERY_NUMBER("after", N_("only rows with a higher number: as in `next`")),
    {0},
};

const struct http_param site_desk_doubtful_row_params[] = {
    PATH_NUMBER("row", N_("the number of a doubtful row")),
    {0},
};

const struct http_param site_reviews_params[] = {
    QUERY_CHOICE("state", open_or_decided,
	N_("those that wait, or decided ones (open)")),
    DESK_DEPARTMENT,
    BEFORE,
    PAGE_LIMIT(REVIEWS_LIMIT_MAX, N_("rows of a page (20)")),
    {0},
};

const struct http_param site_review_params[] = {
    PATH_NUMBER("number", N_("the number of a review")),
    {0},
};

static const char *const open_or_all[] = {"open", "all", NULL};

#define CASES_AS                                                               \
	QUERY_WORD("as",                                                       \
	    N_("as whom: id of a department, or code of an organisation, "     \
	       "that you stand for (the first)"))

#define CASE_NUMBER PATH_NUMBER("number", N_("the number of a case"))

const struct http_param site_cases_params[] = {
    QUERY_CHOICE(
	"state", open_or_all, N_("what is open, or all there were (open)")),
    CASES_AS,
    BEFORE,
    PAGE_LIMIT(CASES_LIMIT_MAX, N_("rows of a page of all (50)")),
    {0},
};

const struct http_param site_case_params[] = {
    CASE_NUMBER,
    CASES_AS,
    {0},
};

const struct http_param site_case_move_params[] = {
    CASE_NUMBER,
    {0},
};

const struct http_param site_objection_params[] = {
    STATEMENT_NUMBER,
    CASES_AS,
    {0},
};

const struct http_param site_desk_quality_params[] = {
    {.name = "month",
	.in = HTTP_IN_QUERY,
	.type = HTTP_TEXT,
	.max = 7,
	.summary = N_("a month like 2026-10 (the last three)")},
    DESK_DEPARTMENT,
    {0},
};

const struct http_param site_submit_params[] = {
    {.name = "item",
	.in = HTTP_IN_QUERY,
	.type = HTTP_TEXT,
	.is_required = true,
	.min = 1,
	.max = 64,
	.summary = N_("the item of the catalogue that the rows are")},
    {.name = "file",
	.in = HTTP_IN_QUERY,
	.type = HTTP_TEXT,
	.max = UPLOAD_NAME_BYTES_MAX,
	.summary = N_("what the file is called")},
    DESK_DEPARTMENT,
    {0},
};

const struct http_param site_submissions_params[] = {
    DESK_DEPARTMENT,
    {.name = "before",
	.in = HTTP_IN_QUERY,
	.type = HTTP_NUMBER,
	.min = 1,
	.max = NUMBER_MAX,
	.summary = N_("only those with a lower number")},
    PAGE_LIMIT(UPLOADS_LIMIT_MAX, N_("how many are shown at most (20)")),
    {0},
};

const struct http_param site_submission_params[] = {
    PATH_NUMBER("number", N_("the submission's number")),
    {0},
};
