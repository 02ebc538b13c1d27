/* SPDX-License-Identifier: Apache-2.0 */
/* Organisations: one by its code, many by a part of a name. */
#include "api/embed.h"
#include "api/publicity.h"
#include "api/search.h"
#include "api/subject.h"
#include "base/fold.h"
#include "base/json.h"
#include "web/site_priv.h"

/* The documents' own hints name commands; here they name pages. */
static void hint_search(struct err *err)
{
	err_hint(err, "Search for it by a part of its name: %s", "/search");
}

/*
 * A wrong code is 400 and explained. A person's number, a name of several,
 * a name of nobody: there is no such page.
 */
static enum err_code explain(
    enum err_code rc, struct http_response *response, struct err *err)
{
	if (rc == ERR_NOT_FOUND || rc == ERR_REFUSED || rc == ERR_CONFLICT)
		response->status = 404;
	if (rc == ERR_NOT_FOUND || rc == ERR_CONFLICT)
		hint_search(err);
	return rc;
}

/* A key is a place within a group. */
static enum err_code read_query(const struct http_request *request,
    struct subject_query *out, struct err *err)
{
	struct span after = http_value(request, "after");

	*out = (struct subject_query){.group = http_choice(request, "group")};
	if (!after.p)
		return 0;
	if (out->group == SUBJECT_EVERY_GROUP)
		return err_set(err, ERR_INPUT,
		    "the parameter \"%s\" needs \"%s\"", "after", "group");
	out->has_after = list_key_read(after, &out->after);
	return out->has_after ? ERR_NONE
			      : refuse_parameter("after", after, err);
}

enum err_code site_subject(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	struct subject_query query;
	enum err_code rc = read_query(request, &query, err);

	if (!rc)
		rc = subject_document(&reading, http_value(request, "code"),
		    &query, &response->body, err);
	if (rc)
		return explain(rc, response, err);
	return site_show(worker, request, response, "subject", err);
}

/* For frames of other sites. */
enum err_code site_embed(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct reading reading = site_reading(worker, request);
	enum err_code rc = embed_document(
	    &reading, http_value(request, "code"), &response->body, err);

	if (rc)
		return explain(rc, response, err);
	return site_show(worker, request, response, "embed", err);
}

/* The page of a search that has not begun. */
static void put_no_question(const struct catalog *catalog, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	json_put_str(&w, "query", "");
	json_put_str(&w, "by", "name");
	json_put_int(&w, "total", 0);
	json_put_bool(&w, "more", false);
	json_key(&w, "results");
	json_open_array(&w);
	json_close_array(&w);
	json_key(&w, "ident");
	json_add_null(&w);
	json_put_str(&w, "hint", "");
	json_key(&w, "near");
	json_open_array(&w);
	json_close_array(&w);
	json_put_bool(&w, "example", catalog->shows_example);
	json_close_object(&w);
}

/* Nothing was asked, or blanks of any width alone. */
static bool is_blank(const struct http_request *request, struct span text)
{
	char *folded = arena_alloc(request->arena, text.n + 1);

	return fold_name(text, folded, text.n) == 0;
}

static enum err_code answer_search(struct site_worker *worker,
    const struct http_request *request, int64_t limit, struct buf *out,
    struct err *err)
{
	const struct search_help help = {.names = worker->site->names};
	const struct reading reading = site_reading(worker, request);
	struct span text = http_value(request, "q");

	if (!is_blank(request, text))
		return search_document(
		    &reading, &help, text, (size_t)limit, out, err);
	put_no_question(reading.catalog, out);
	return 0;
}

enum err_code site_search(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	enum err_code rc = answer_search(worker, request,
	    http_number(request, "limit", SEARCH_LIMIT), &response->body, err);

	/* A person's number is no question that is answered. */
	if (rc == ERR_REFUSED)
		response->status = 400;
	return rc ? rc : site_show(worker, request, response, "search", err);
}

enum err_code site_suggest(void *worker, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	enum { SUGGESTIONS = 8 };
	enum err_code rc =
	    answer_search(worker, request, SUGGESTIONS, &response->body, err);

	if (rc == ERR_REFUSED)
		response->status = 400;
	return rc ? rc : site_show(worker, request, response, "search", err);
}
