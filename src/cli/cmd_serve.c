/* SPDX-License-Identifier: Apache-2.0 */
/* serve: the city's site and API, until SIGTERM or Ctrl-C. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "proc/proc_serve.h"
#include "web/site_config.h"

enum {
	CACHE_MIB = 256,
	RECORD_CACHE_MIB = 256,
	ROSTER_MIB = 512,
	RATE_PER_S = 50,
	LIST_MAX = 32,
	FILE_MIB = 1024
};

/* A list with commas, cut up in a copy. */
struct list {
	char *text;
	const char *items[LIST_MAX + 1]; /* ends with NULL */
	size_t count;
};

static enum err_code read_list(
    struct cli_call *call, const char *option, size_t max, struct list *out)
{
	const char *value = cli_value(call, option);
	char *p;

	out->text = mem_strdup(value ? value : "");
	for (p = out->text; *p;) {
		size_t n = strcspn(p, ",");
		bool is_last = p[n] == '\0';

		if (out->count == max)
			return err_set(&call->err, ERR_USAGE,
			    "--%s takes at most %zu values", option, max);
		out->items[out->count++] = p;
		p[n] = '\0';
		p += is_last ? n : n + 1;
	}
	out->items[out->count] = NULL;
	return 0;
}

static void say_ready(void *ctx, const char *address)
{
	struct cli_call *call = ctx;
	bool is_tls = cli_has(call, "tls-cert");
	struct buf text = BUF_INIT(4096);
	struct json_writer w;

	if (!call->is_json) {
		printf(tr("%s is served on %s://%s/ (Ctrl-C ends it)\n"),
		    cli_value(call, "data"), is_tls ? "https" : "http",
		    address);
		fflush(stdout);
		return;
	}
	json_start(&w, &text);
	json_open_object(&w);
	json_put_str(&w, "serving", cli_value(call, "data"));
	json_put_str(&w, "address", address);
	json_put_bool(&w, "tls", is_tls);
	json_close_object(&w);
	cli_print_json(&text);
	fflush(stdout);
	buf_release(&text);
}

static enum err_code number(struct cli_call *call, const char *name,
    uint64_t otherwise, uint64_t min, uint64_t max, unsigned *out)
{
	uint64_t value = 0;
	enum err_code rc = cli_number(call, name, otherwise, min, max, &value);

	*out = (unsigned)value;
	return rc;
}

static enum err_code read_limits(
    struct cli_call *call, struct http_options *http)
{
	unsigned cache_mib = 0, file_mib = 0;
	enum err_code rc = number(call, "threads", 0, 1, 256, &http->workers);

	if (!rc)
		rc = number(
		    call, "cache", CACHE_MIB, 0, 1024 * 1024, &cache_mib);
	http->cache_bytes = (size_t)cache_mib << 20;
	if (!rc)
		rc = number(
		    call, "rate", RATE_PER_S, 0, 1000000, &http->rate_per_s);
	http->is_rate_limited = http->rate_per_s > 0;
	if (!rc)
		rc =
		    number(call, "file-size", FILE_MIB, 1, FILE_MIB, &file_mib);
	http->filed_bytes_max = (uint64_t)file_mib << 20;
	if (!rc)
		rc = number(call, "connections", 0, 16, 1000000,
		    &http->connections_max);
	return rc
	    ? rc
	    : number(call, "per-client", 0, 1, 1000000, &http->per_client_max);
}

static void warn_of_root(void)
{
	if (geteuid() == 0)
		fprintf(stderr, "%s\n",
		    tr("serving as root: a user of its own is safer (see "
		       "docs/operations.md)"));
}

static enum err_code serve(struct cli_call *call, struct serve_plan *plan)
{
	struct list listen = {0}, proxies = {0}, monitors = {0};
	enum err_code rc =
	    read_list(call, "listen", SERVE_ADDRESSES_MAX, &listen);
	size_t i;

	if (!rc)
		rc = read_list(call, "trusted-proxy", LIST_MAX, &proxies);
	if (!rc)
		rc = read_list(call, "monitor", LIST_MAX, &monitors);
	if (!rc)
		rc = read_limits(call, &plan->http);
	for (i = 0; i < listen.count; i++)
		plan->addresses[i] = listen.items[i];
	plan->addresses_count = listen.count;
	plan->http.trusted_proxies = proxies.items;
	plan->http.monitors = monitors.items;
	plan->http.access_log = cli_value(call, "access-log");
	plan->http.is_behind_tls = cli_has(call, "behind-tls-proxy");
	if (!rc) {
		warn_of_root();
		rc = proc_serve(plan, &call->err);
	}
	plan->http.trusted_proxies = plan->http.monitors = NULL;
	free(listen.text);
	free(proxies.text);
	free(monitors.text);
	return rc;
}

static enum cli_exit run(struct cli_call *call)
{
	struct serve_plan plan = {
	    .data = cli_value(call, "data"),
	    .home = cli_home_options(call),
	    .tls_cert = cli_value(call, "tls-cert"),
	    .tls_key = cli_value(call, "tls-key"),
	    .origin = cli_value(call, "origin"),
	    .is_following = !cli_has(call, "read-only"),
	    .ready = say_ready,
	    .ctx = call,
	};
	unsigned mib = 0;
	enum err_code rc = calendar_clock_check(&call->err);

	if (!rc && plan.origin) {
		rc = site_config_check_origin(span_of(plan.origin), &call->err);
		if (rc)
			err_context(&call->err, "--origin \"%s\"", plan.origin);
	}
	if (!rc)
		rc = number(call, "record-cache", RECORD_CACHE_MIB, 0,
		    1024 * 1024, &mib);
	plan.record_cache_bytes = (size_t)mib << 20;
	if (!rc)
		rc = number(call, "roster", ROSTER_MIB, 0, 1024 * 1024, &mib);
	plan.roster_bytes = (size_t)mib << 20;
	if (!rc)
		rc = serve(call, &plan);
	return rc ? cli_fail(call) : CLI_DONE;
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"listen", "ADDRESSES",
	N_("where to listen: 127.0.0.1:8080 (when not given), [::1]:8080, "
	   ":8080 for every address; several with commas"),
	false},
    {"origin", "URL",
	N_("the site's address as the public knows it, for print and feeds: "
	   "https://credit.example.gov.cn"),
	false},
    {"threads", "N",
	N_("threads for the work (one for each processor), and as many for "
	   "the network"),
	false},
    {"cache", "MIB", N_("memory for finished answers (256; 0 none)"), false},
    {"record-cache", "MIB",
	N_("memory for decoded records (256; 0 none), of which checks and"
	   " pages ask for one here and one there"),
	false},
    {"roster", "MIB",
	N_("at most so much memory for the roster of organisations (512; 0 "
	   "none), from which checks are answered without the disk"),
	false},
    {"rate", "N", N_("work that one address may cause each second (50; 0 any)"),
	false},
    {"file-size", "MIB", N_("largest file that departments may send (1024)"),
	false},
    {"connections", "N", N_("connections at once (16000)"), false},
    {"per-client", "N",
	N_("connections of one address at once (256); this machine's own may "
	   "have any number"),
	false},
    {"trusted-proxy", "ADDRESSES",
	N_("proxies whose X-Forwarded-For is believed, with commas"), false},
    {"monitor", "ADDRESSES",
	N_("who may read /metrics beside this machine, with commas"), false},
    {"access-log", "FILE",
	N_("a line of JSON for each request; - is the standard error"), false},
    {"read-only", NULL,
	N_("write nothing: another server keeps the published lists up"),
	false},
    {"tls-cert", "FILE", N_("certificate chain (PEM); TLS is spoken then"),
	false},
    {"tls-key", "FILE", N_("its key (PEM)"), false},
    {"behind-tls-proxy", NULL,
	N_("a proxy speaks TLS for this server: browsers are told to use "
	   "nothing else"),
	false},
    {0},
};

const struct cli_cmd cmd_serve = {
    .name = "serve",
    .args = "",
    .summary = N_("serve the city's site and API"),
    .details = N_("Serves what is public today, as pages and as JSON, until "
		  "SIGTERM or Ctrl-C; what runs then is finished. Other "
		  "commands go on as before, and what they commit is shown "
		  "within a tenth of a second; lists follow when nobody "
		  "writes. Sockets may be passed "
		  "by systemd; packaging/systemd has the units."),
    .options = options,
    .args_min = 0,
    .args_max = 0,
    .run = run,
};
