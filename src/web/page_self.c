/* SPDX-License-Identifier: Apache-2.0 */
/* What the site says of itself: to machines, to crawlers; and the choice of
 * language. */
#include <stdio.h>

#include "api/webhook.h"
#include "base/json.h"
#include "calendar/calendar.h"
#include "registry/roster.h"
#include "web/site_priv.h"

enum err_code site_healthz(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct ledger_head head;
	enum err_code rc = ledger_head(worker->home.ledger, &head, err);
	struct json_writer w;

	(void)request;
	if (rc) {
		/* For the operator: who watches hears no statement. */
		fprintf(stderr, "gongxin: not well: %s (%s) [%s:%d]\n",
		    err_own_message(err), err_own_detail(err),
		    err->file ? err->file : "", err->line);
		response->status = 503;
		err_set(err, rc, "the database cannot be read");
		err_hint(err, "Try again later, or ask the operators.");
		return rc;
	}
	json_start(&w, &response->body);
	json_open_object(&w);
	json_put_str(&w, "status", "ok");
	json_put_str(&w, "version", GX_VERSION);
	json_put_int(&w, "log_size", (int64_t)head.size);
	json_close_object(&w);
	buf_add_char(&response->body, '\n');
	return 0;
}

static void put_uses(const struct staff *staff, struct buf *out)
{
	const struct staff_state state = staff_now(staff);

	buf_addf(out,
	    "# HELP gongxin_uses_published Uses whose place in their log is in "
	    "its files.\n"
	    "# TYPE gongxin_uses_published gauge\n"
	    "gongxin_uses_published %llu\n"
	    "# HELP gongxin_uses_publishing_failed 1: the files of the log of "
	    "uses could not be brought up last.\n"
	    "# TYPE gongxin_uses_publishing_failed gauge\n"
	    "gongxin_uses_publishing_failed %d\n",
	    (unsigned long long)state.published, state.has_trouble);
}

static void put_roster(struct roster *roster, struct buf *out)
{
	const struct roster_sums sums = roster_sums(roster);

	buf_addf(out,
	    "# HELP gongxin_roster_subjects Organisations in the roster that "
	    "checks are answered from; 0: there is none yet.\n"
	    "# TYPE gongxin_roster_subjects gauge\n"
	    "gongxin_roster_subjects %zu\n"
	    "# HELP gongxin_roster_changed Of them, those asked of the "
	    "database since they changed.\n"
	    "# TYPE gongxin_roster_changed gauge\n"
	    "gongxin_roster_changed %zu\n"
	    "# HELP gongxin_roster_bytes Its memory.\n"
	    "# TYPE gongxin_roster_bytes gauge\n"
	    "gongxin_roster_bytes %zu\n",
	    sums.subjects, sums.changed, sums.bytes);
}

static void put_record_cache(struct block_cache *records, struct buf *out)
{
	buf_addf(out,
	    "# HELP gongxin_record_cache_bytes Memory of decoded records.\n"
	    "# TYPE gongxin_record_cache_bytes gauge\n"
	    "gongxin_record_cache_bytes %llu\n",
	    (unsigned long long)block_cache_bytes(records));
}

enum err_code site_metrics(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct http_server *server = atomic_load(&worker->site->server);
	struct ledger_head head;
	enum err_code rc = ledger_head(worker->home.ledger, &head, err);

	(void)request;
	if (rc)
		return rc;
	buf_addf(&response->body,
	    "# HELP gongxin_build_info The program.\n"
	    "# TYPE gongxin_build_info gauge\n"
	    "gongxin_build_info{version=\"%s\"} 1\n"
	    "# HELP gongxin_log_size Statements in the signed log.\n"
	    "# TYPE gongxin_log_size gauge\n"
	    "gongxin_log_size %llu\n"
	    "# HELP gongxin_proof_failures_total Proofs that could not be "
	    "made: the log's files are damaged.\n"
	    "# TYPE gongxin_proof_failures_total counter\n"
	    "gongxin_proof_failures_total %llu\n"
	    "# HELP gongxin_holidays_known_days Days from today on of which "
	    "the public holidays are known; negative: since when not.\n"
	    "# TYPE gongxin_holidays_known_days gauge\n"
	    "gongxin_holidays_known_days %d\n",
	    GX_VERSION, (unsigned long long)head.size,
	    (unsigned long long)atomic_load(&worker->site->proof_failures),
	    (int)(calendar_last_day() - calendar_today()));
	if (worker->site->records)
		put_record_cache(worker->site->records, &response->body);
	if (worker->site->staff)
		put_uses(worker->site->staff, &response->body);
	if (worker->site->roster)
		put_roster(worker->site->roster, &response->body);
	if (worker->office)
		rc = webhooks_metrics(worker->office, &response->body, err);
	if (rc)
		return rc;
	if (server)
		http_server_metrics(server, &response->body);
	return 0;
}

enum err_code site_robots(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	(void)arg;
	(void)request;
	(void)err;
	buf_add_str(&response->body,
	    "User-agent: *\n"
	    "Disallow: /suggest\n"
	    "Disallow: /language\n"
	    "Disallow: /sign-in\n"
	    "Disallow: /account\n"
	    "Disallow: /metrics\n");
	return 0;
}

/* Only back to a page of this site: a path, and not "//host" or what a
 * browser would take for it. */
static bool is_local(struct span back)
{
	return back.n > 0 && back.p[0] == '/' &&
	    (back.n == 1 || (back.p[1] != '/' && back.p[1] != '\\'));
}

/* A path for Location: what a header may hold, the rest encoded. */
static void put_location(struct span back, struct buf *out)
{
	static const char plain[] = "/?&=%;:@!$'()*+,~#-._";
	size_t i;

	for (i = 0; i < back.n; i++) {
		struct span one = {back.p + i, 1};

		if (strchr(plain, back.p[i]))
			buf_add_char(out, back.p[i]);
		else
			buf_add_percent(out, one);
	}
}

void site_put_back(struct span back, const char *otherwise, struct buf *out)
{
	if (is_local(back))
		put_location(back, out);
	if (out->n == 0 || out->is_full) {
		buf_reset(out);
		buf_add_str(out, otherwise);
	}
}

enum err_code site_language(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct buf to = BUF_INIT(HTTP_HEADER_BYTES - 1);

	(void)arg;
	(void)err;
	site_put_back(http_value(request, "back"), "/", &to);
	response->status = 303;
	response->keeping = HTTP_KEEP_NO;
	http_add_header(response, "Location", "%s", buf_str(&to));
	http_add_header(response, "Set-Cookie",
	    "lang=%s; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
	    http_choice(request, "to") == 0 ? "zh" : "en");
	buf_release(&to);
	return 0;
}

static enum err_code put_asset(const struct web_asset *asset,
    struct http_response *response, struct err *err)
{
	if (!asset)
		return err_set(
		    err, ERR_NOT_FOUND, "there is nothing at this address");
	response->type = asset->type;
	buf_add_span(&response->body, asset->bytes);
	return 0;
}

enum err_code site_asset(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;

	return put_asset(
	    web_renderer_asset(worker->site->renderer, request->path), response,
	    err);
}

enum err_code site_emblem(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;

	(void)request;
	return put_asset(
	    web_renderer_emblem(worker->site->renderer), response, err);
}
