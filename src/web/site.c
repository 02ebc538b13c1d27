/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The version of what is shown is a count of changes and the day in China,
 * in one number: what ended at midnight is stale at midnight, without any
 * thread having to wake up for it.
 *
 * The catalogue is read from files that people edit. Their names, sizes and
 * times are looked at every few seconds; when they changed and the new
 * catalogue loads, each worker takes it before its next piece of work. A
 * catalogue with errors is told on stderr, and so is its mending; meanwhile
 * the old one goes on. All threads share one catalogue, which is never changed.
 */
#include "web/site.h"

#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "api/check_words.h"
#include "base/monotonic.h"
#include "calendar/calendar.h"
#include "ident/ident.h"
#include "registry/block.h"
#include "registry/roster.h"
#include "web/asked.h"
#include "web/own_places.h"
#include "web/page_check.h"
#include "web/seal.h"
#include "web/site_priv.h"
#include "web/tally.h"
#include "web/teller.h"
#include "web/uploads.h"
#include "web/words.h"

enum {
	CATALOGUE_WATCH_MS = 2000,
	FTW_FDS = 8,
	DAY_BITS = 20,
	FILE_NAME_BYTES = 200,
	/* With what was written in a form: escaped, a byte may take six. */
	ERROR_BYTES_MAX = 2 * 1024 * 1024,
	/* Most of what a page needs is in the system's cache of files. */
	WORKER_CACHE_BYTES = 16 << 20
};

/* ---- catalogues ---- */

/* Loads DIR/catalog and makes it the present one. */
static enum err_code take_catalogue(struct site *site, struct err *err)
{
	struct home home;
	enum err_code rc = home_open(site->data, &home, err);

	if (!rc)
		rc = home_load_catalog(&home, err);
	if (!rc)
		rc = home_check_clock(&home, err);
	if (!rc)
		rc =
		    home_open_store(&home, HOME_READ, &site->home_options, err);
	if (!rc) {
		pthread_mutex_lock(&site->lock);
		site->catalogues = mem_realloc(site->catalogues,
		    site->catalogues_count + 1, sizeof(*site->catalogues));
		site->catalogues[site->catalogues_count++] = home.catalog;
		pthread_mutex_unlock(&site->lock);
		atomic_store(&site->catalogue, home.catalog);
		home.catalog = NULL;
	}
	home_close(&home);
	return rc;
}

void site_use_catalogue(struct site *site, struct home *home)
{
	/* Nobody changes it; home only has no place for what it borrows. */
	home->catalog =
	    (struct catalog *)(uintptr_t)atomic_load(&site->catalogue);
}

void site_close_home(struct home *home)
{
	home->catalog = NULL;
	home_close(home);
}

/* ---- workers ---- */

/* is_ending: as in struct home_options, for work that ends early when the
 * server does not wait for it any more. */
static enum err_code open_home(struct site *site, struct home *home,
    const atomic_bool *is_ending, struct err *err)
{
	struct home_options options = site->home_options;
	enum err_code rc = home_open(site->data, home, err);

	options.is_ending = is_ending;
	return rc ? rc : home_open_store(home, HOME_READ, &options, err);
}

static enum err_code worker_open(void *ctx, void **out, struct err *err)
{
	struct site_worker *worker = mem_zalloc(1, sizeof(*worker));
	struct office office = {0};
	enum err_code rc;

	worker->site = ctx;
	worker->words = check_words_new();
	worker->last_ask = &worker->first_ask;
	rc = open_home(
	    worker->site, &worker->home, &worker->site->is_ending_soon, err);
	if (!rc && worker->site->records)
		block_share(worker->home.store, worker->site->records);
	if (!rc && worker->site->staff)
		rc = staff_reader(worker->site->staff, &office, err);
	worker->office = office.store;
	worker->uses = office.uses;
	if (rc) {
		home_close(&worker->home);
		check_words_free(&worker->words);
		free(worker);
		return rc;
	}
	*out = worker;
	return 0;
}

static void worker_close(void *ctx, void *arg)
{
	struct site_worker *worker = arg;
	struct office office = {worker->office, worker->uses};

	(void)ctx;
	office_close(&office);
	site_close_home(&worker->home);
	check_words_free(&worker->words);
	free(worker);
}

static void worker_refresh(void *ctx, void *arg)
{
	struct site_worker *worker = arg;

	site_use_catalogue(ctx, &worker->home);
}

static void worker_rest(void *ctx, void *arg)
{
	struct site_worker *worker = arg;

	(void)ctx;
	site_check_leave_view(worker);
	site_seal_asked(worker);
	worker->has_stamp = false;
}

static void end_work(void *ctx)
{
	struct site *site = ctx;

	atomic_store(&site->is_ending_soon, true);
}

struct reading site_reading(
    const struct site_worker *worker, const struct http_request *request)
{
	date_days today = calendar_today();
	const struct http_param *p = request->route->params;
	bool has_day = false;
	date_days day = DATE_NONE;

	for (; p && p->name && !has_day; p++)
		has_day = strcmp(p->name, "as_of") == 0;
	if (has_day)
		day = http_date(request, "as_of");
	return (struct reading){
	    .store = worker->home.store,
	    .catalog = worker->home.catalog,
	    .roster = worker->site->roster,
	    .today = today,
	    .as_of = day == DATE_NONE ? today : day,
	    .is_public = true,
	};
}

/* ---- pages ---- */

static struct web_page page_of(
    const struct site *site, const struct http_request *request, int status)
{
	struct web_page page = {
	    .lang = request->lang,
	    .path = request->path.p
		? arena_dup(request->arena, request->path.p, request->path.n)
		: "/",
	    .query = request->query.n
		? arena_dup(request->arena, request->query.p, request->query.n)
		: "",
	    .origin = site->origin,
	    .status = status,
	    .form_token = request->caller.form_token,
	    .today = calendar_today(),
	    .is_example = atomic_load(&site->catalogue)->shows_example,
	    .is_sent = request->method == HTTP_POST,
	};

	own_places_put(request, &page);
	return page;
}

void site_name_file(const struct site_worker *worker,
    struct http_response *response, const char *ending, const char *fmt, ...)
{
	char name[FILE_NAME_BYTES];
	va_list args;

	va_start(args, fmt);
	vsnprintf(name, sizeof(name), fmt, args);
	va_end(args);
	http_add_header(response, "Content-Disposition",
	    "attachment; filename=\"%s%s%s\"", name,
	    worker->home.catalog->shows_example ? "-example" : "", ending);
}

struct span site_field(const struct http_request *request, const char *name)
{
	struct span value = http_form(request, name);

	return value.p ? value : span_of("");
}

enum err_code site_render(struct site_worker *worker,
    const struct http_request *request, const struct http_response *response,
    const char *template_name, struct span document, struct buf *out,
    struct err *err)
{
	struct web_page page = page_of(worker->site, request, response->status);

	return web_render(
	    worker->site->renderer, template_name, &page, document, out, err);
}

enum err_code site_show(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char *template_name, struct err *err)
{
	struct buf document;
	enum err_code rc;

	if (request->format == HTTP_JSON) {
		buf_add_char(&response->body, '\n');
		return 0;
	}
	document = response->body;
	buf_init(&response->body, WEB_PAGE_BYTES_MAX);
	rc = site_render(worker, request, response, template_name,
	    buf_span(&document), &response->body, err);
	buf_release(&document);
	return rc;
}

/* A page prints its address, and leads to it in the other language. Of one
 * that was refused it is not told when it holds a person's number. */
static bool hide_address(
    const struct http_request *request, struct web_page *page)
{
	bool holds = ident_holds_citizen(span_of(page->path));
	size_t i;

	for (i = 0; i < HTTP_PARAMS_MAX && !holds; i++)
		holds = request->values[i].p &&
		    ident_holds_citizen(request->values[i]);
	if (!holds && !ident_holds_citizen(span_of(page->query)))
		return false;
	page->path = "/";
	page->query = "";
	return true;
}

static enum err_code error_page(void *arg, const struct http_request *request,
    int status, const struct err *why, struct buf *out)
{
	const struct site_worker *worker = arg;
	const struct site *site = worker->site;
	struct web_page page = page_of(site, request, status);
	bool is_framed = request->route && request->route->is_framed;
	bool is_hidden;
	struct buf document = BUF_INIT(ERROR_BYTES_MAX);
	struct json_writer w;
	enum err_code rc;

	is_hidden = hide_address(request, &page);
	json_start(&w, &document);
	json_open_object(&w);
	http_put_error(&w, status, why);
	words_put(&w, worker->home.catalog, request, status);
	asked_put(&w, worker->home.catalog, request, is_hidden ? 0 : status);
	json_close_object(&w);
	rc = web_render(site->renderer, is_framed ? "embed-error" : "error",
	    &page, buf_span(&document), out, NULL);
	buf_release(&document);
	return rc;
}

/* ---- the version ---- */

static uint64_t version(void *ctx)
{
	struct site *site = ctx;

	return atomic_load_explicit(&site->version, memory_order_acquire)
	    << DAY_BITS |
	    (uint64_t)(uint32_t)calendar_today();
}

/* A print of the catalogue's files: names, sizes, times. nftw has no
 * argument for its callback, so it is the thread's. */
static _Thread_local uint64_t files_print;

static int add_to_print(
    const char *path, const struct stat *st, int type, struct FTW *at)
{
	struct {
		uint64_t print;
		int64_t size, s, ns;
	} mix = {files_print, (int64_t)st->st_size, (int64_t)st->st_mtim.tv_sec,
	    (int64_t)st->st_mtim.tv_nsec};

	(void)at;
	if (type == FTW_F)
		files_print = XXH3_64bits(&mix, sizeof(mix)) +
		    XXH3_64bits(path, strlen(path));
	return 0;
}

static uint64_t print_of_catalogue(const struct site *site)
{
	char path[PATH_MAX];

	files_print = 0;
	snprintf(path, sizeof(path), "%s/catalog", site->data);
	nftw(path, add_to_print, FTW_FDS, FTW_PHYS);
	return files_print;
}

static void tell(const char *what, const struct err *err)
{
	fprintf(
	    stderr, "gongxin: %s: %s %s\n", what, err->message, err->detail);
}

struct catalogue_watch {
	uint64_t print;
	bool is_refused; /* what is there now */
};

static void look_at_catalogue(struct site *site, struct catalogue_watch *w)
{
	uint64_t now = print_of_catalogue(site);
	bool was_refused = w->is_refused;
	struct err err;

	if (now == w->print)
		return;
	w->print = now;
	w->is_refused = take_catalogue(site, &err) != 0;
	if (w->is_refused) {
		tell("the changed catalogue is not used", &err);
		return;
	}
	if (was_refused)
		fprintf(stderr,
		    "gongxin: the changed catalogue is right again and "
		    "used\n");
	atomic_fetch_add(&site->version, 1);
}

struct data_watch {
	uint64_t version;
	bool is_blind; /* told, and not yet over */
};

static void look_at_data(struct site *site, struct data_watch *w)
{
	bool was_blind = w->is_blind;
	uint64_t now;
	struct err err;

	w->is_blind = store_version(site->watched.store, &now, &err) != 0;
	if (w->is_blind) {
		if (!was_blind)
			tell("the database cannot be watched", &err);
		return;
	}
	if (was_blind)
		fprintf(stderr, "gongxin: the database is watched again\n");
	if (now != w->version)
		atomic_fetch_add(&site->version, 1);
	w->version = now;
}

bool site_wait_for_end(struct site *site, int ms)
{
	bool is_ending;

	pthread_mutex_lock(&site->lock);
	if (!site->is_ending)
		monotonic_wait(&site->ended, &site->lock, monotonic_ms() + ms);
	is_ending = site->is_ending;
	pthread_mutex_unlock(&site->lock);
	return is_ending;
}

static void *watch(void *arg)
{
	struct site *site = arg;
	struct catalogue_watch catalogue = {.print = print_of_catalogue(site)};
	struct data_watch data = {.version = 0};
	int rounds = 0;

	do {
		look_at_data(site, &data);
		uploads_tick(site->uploads);
		site_seal_counted(site, false);
		if (++rounds % (CATALOGUE_WATCH_MS / SITE_WATCH_MS) == 0)
			look_at_catalogue(site, &catalogue);
	} while (!site_wait_for_end(site, SITE_WATCH_MS));
	return NULL;
}

/* ---- the site ---- */

static void fill_app(struct site *site)
{
	site->app = (struct http_app){
	    .routes = site_routes,
	    .routes_count = site_routes_count,
	    .ctx = site,
	    .worker_open = worker_open,
	    .worker_close = worker_close,
	    .worker_refresh = worker_refresh,
	    .worker_rest = worker_rest,
	    .end = end_work,
	    .identify = staff_identify,
	    .refused = site_refused,
	    .version = version,
	    .error_page = error_page,
	};
}

/* What the catalogue and DIR/site.yaml say of the site. */
static enum err_code load_looks(
    struct site *site, struct site_config *config, struct err *err)
{
	const struct catalog *catalog = atomic_load(&site->catalogue);
	enum err_code rc;

	site->city = mem_strdup(catalog->city_title);
	rc = site_config_load(site->data, site->city, config, err);
	if (rc)
		return rc;
	site->name[LANG_ZH] = mem_strdup(config->name_zh);
	site->name[LANG_EN] = mem_strdup(config->name_en);
	if (!site->origin && config->origin[0])
		site->origin = mem_strdup(config->origin);
	if (!site->origin && !catalog->shows_example)
		fprintf(stderr,
		    tr("gongxin serve: feeds and prints bear the address %s: "
		       "say the public one as \"origin\" in site.yaml\n"),
		    site->local_origin);
	site->framers = mem_strdup(config->framers);
	site->app.framers = site->framers;
	return web_renderer_new(config, &site->renderer, err);
}

static bool is_https(const char *origin)
{
	return origin && strncmp(origin, "https://", 8) == 0;
}

bool site_is_secure(const struct site *site)
{
	return is_https(site->origin) || is_https(site->local_origin);
}

/* Without an office the public is served all the same, and nobody has
 * anything for the program's commands to do. */
static void open_staff(struct site *site)
{
	const struct runner_plan runner = {0};
	const struct staff_plan plan = {.data = site->data,
	    .home = &site->home_options,
	    .is_secure = site_is_secure(site)};
	struct err err;

	if (staff_open(&plan, &site->staff, &err) != 0)
		tell("nobody can sign in", &err);
	else if (runner_start(&runner, &site->runner, &err) != 0)
		tell("nothing can be sent in", &err);
	else if (uploads_start(site, &site->uploads, &err) != 0)
		tell("no files can be sent in", &err);
}

enum err_code site_open(
    const struct site_plan *plan, struct site **out, struct err *err)
{
	struct site *site = mem_zalloc(1, sizeof(*site));
	struct site_config config = {0};
	enum err_code rc;

	site->data = mem_strdup(plan->data);
	site->names = names_index_new();
	site->tally = tally_new();
	if (plan->roster_bytes && plan->is_following)
		site->roster = roster_new(plan->roster_bytes);
	if (plan->record_cache_bytes)
		site->records = block_cache_new(plan->record_cache_bytes);
	if (plan->origin)
		site->origin = mem_strdup(plan->origin);
	site->local_origin = mem_strdup(plan->local_origin);
	site->home_options = plan->home;
	if (!site->home_options.cache_bytes)
		site->home_options.cache_bytes = WORKER_CACHE_BYTES;
	pthread_mutex_init(&site->lock, NULL);
	monotonic_cond_init(&site->ended);
	fill_app(site);
	*out = site;
	rc = open_home(site, &site->watched, NULL, err);
	if (!rc)
		rc = take_catalogue(site, err);
	if (!rc)
		rc = load_looks(site, &config, err);
	if (!rc)
		open_staff(site);
	if (!rc && site->staff)
		site_open_oidc(site, &config);
	site_config_release(&config);
	if (!rc && pthread_create(&site->watcher, NULL, watch, site) != 0)
		rc = err_set(err, ERR_SYSTEM, "could not start a thread");
	site->is_watching = rc == 0;
	if (!rc && plan->is_following)
		rc = site_start_follower(site, err);
	if (!rc && plan->is_following && site->staff)
		rc = site_start_teller(site, err);
	if (!rc && plan->is_following && site->staff)
		rc = site_start_messenger(site, err);
	if (rc)
		site_close(out);
	return rc;
}

static void end_threads(struct site *s)
{
	atomic_store(&s->is_ending_soon, true);
	pthread_mutex_lock(&s->lock);
	s->is_ending = true;
	pthread_cond_broadcast(&s->ended);
	pthread_mutex_unlock(&s->lock);
	if (s->is_watching)
		pthread_join(s->watcher, NULL);
	if (s->is_following)
		pthread_join(s->follower, NULL);
	if (s->is_telling)
		pthread_join(s->teller, NULL);
	if (s->is_sending)
		pthread_join(s->messenger, NULL);
}

void site_close(struct site **site)
{
	struct site *s = *site;
	size_t i;

	if (!s)
		return;
	end_threads(s);
	runner_stop(&s->runner); /* it may still tell the desk */
	oidc_stop(&s->oidc);
	uploads_stop(&s->uploads);
	site_seal_counted(s, true);
	staff_close(&s->staff);
	home_close(&s->watched);
	tally_free(&s->tally);
	names_index_free(&s->names);
	roster_free(&s->roster);
	block_cache_free(&s->records);
	pthread_cond_destroy(&s->ended);
	pthread_mutex_destroy(&s->lock);
	for (i = 0; i < s->catalogues_count; i++)
		catalog_free(&s->catalogues[i]);
	free(s->catalogues);
	web_renderer_free(&s->renderer);
	free(s->provider_name[LANG_ZH]);
	free(s->provider_name[LANG_EN]);
	free(s->local_origin);
	free(s->framers);
	free(s->origin);
	free(s->name[LANG_ZH]);
	free(s->name[LANG_EN]);
	free(s->city);
	free(s->data);
	free(s);
	*site = NULL;
}

const struct http_app *site_app(struct site *site)
{
	return &site->app;
}

void site_set_server(struct site *site, struct http_server *server)
{
	atomic_store(&site->server, server);
	if (!server)
		runner_end(site->runner);
}

const char *site_city(const struct site *site)
{
	return site->city;
}
