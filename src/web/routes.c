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
#include "api/search.h"
#include "api/subject.h"
#include "base/check.h"
#include "web/site_priv.h"

enum { QUERY_BYTES = 2048 };

#define NUMBER_MAX 99999999999999LL

static const char json_type[] = "application/json; charset=utf-8";
static const char text_type[] = "text/plain; charset=utf-8";

static const int errors_404[] = {404, 0};
static const int errors_404_410[] = {404, 410, 0};

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
    "records:integer", "groups:array", NULL};
static const char *const record_members[] = {"statement:integer", "kind:string",
    "as_of:date", "view:string", "received:string", "catalogue:string",
    "log:object", "proof:object?", NULL};
static const char *const search_members[] = {"query:string", "by:string",
    "total:integer?", "more:boolean", "results:array", "ident:object?", NULL};
static const char *const healthz_members[] = {
    "status:string", "version:string", "log_size:integer", NULL};
static const char *const openapi_members[] = {
    "openapi:string", "info:object", "paths:object", "components:object", NULL};

const struct http_route site_routes[] = {
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
