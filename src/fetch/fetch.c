/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A handle of libcurl for each call. Calls are rare enough that keeping
 * connections would only keep old trust.
 */
#include "fetch/fetch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/library.h"

/* ---- the library ---- */

/* libcurl's functions by their names without curl_. It brings so many others
 * with it that it is loaded only by who asks (base/library.h). */
static struct {
	__typeof__(curl_easy_cleanup) *easy_cleanup;
	__typeof__(curl_easy_escape) *easy_escape;
	__typeof__(curl_easy_getinfo) *easy_getinfo;
	__typeof__(curl_easy_init) *easy_init;
	__typeof__(curl_easy_perform) *easy_perform;
	__typeof__(curl_easy_setopt) *easy_setopt;
	__typeof__(curl_easy_strerror) *easy_strerror;
	__typeof__(curl_free) *free;
	__typeof__(curl_global_init) *global_init;
	__typeof__(curl_slist_append) *slist_append;
	__typeof__(curl_slist_free_all) *slist_free_all;
	__typeof__(curl_url) *url;
	__typeof__(curl_url_cleanup) *url_cleanup;
	__typeof__(curl_url_get) *url_get;
	__typeof__(curl_url_set) *url_set;
} lib;

#define FUNCTION(name)                                                         \
	{                                                                      \
		"curl_" #name, &lib.name                                       \
	}

static const struct library_function functions[] = {
    FUNCTION(easy_cleanup),
    FUNCTION(easy_escape),
    FUNCTION(easy_getinfo),
    FUNCTION(easy_init),
    FUNCTION(easy_perform),
    FUNCTION(easy_setopt),
    FUNCTION(easy_strerror),
    FUNCTION(free),
    FUNCTION(global_init),
    FUNCTION(slist_append),
    FUNCTION(slist_free_all),
    FUNCTION(url),
    FUNCTION(url_cleanup),
    FUNCTION(url_get),
    FUNCTION(url_set),
};

_Static_assert(sizeof(lib) == ARRAY_COUNT(functions) * sizeof(void *),
    "all of them are found");

enum err_code fetch_init(struct err *err)
{
	enum err_code rc = library_load(
	    "libcurl.so.4", "libcurl4", functions, ARRAY_COUNT(functions), err);

	if (!rc && lib.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		rc = err_set(err, ERR_SYSTEM, "libcurl could not be started");
	return rc;
}

/* ---- addresses ---- */

static bool is_this_machine(const char *host)
{
	return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0 ||
	    strcasecmp(host, "localhost") == 0;
}

static bool has_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	bool is_there = lib.url_get(url, part, &text, 0) == CURLUE_OK;

	lib.free(text);
	return is_there;
}

static bool is_safe(CURLU *url)
{
	char *scheme = NULL, *host = NULL;
	bool is_good = false;

	if (lib.url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    lib.url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		is_good = strcmp(scheme, "https") == 0 ||
		    (strcmp(scheme, "http") == 0 && is_this_machine(host));
	lib.free(scheme);
	lib.free(host);
	return is_good && !has_part(url, CURLUPART_USER) &&
	    !has_part(url, CURLUPART_PASSWORD) &&
	    !has_part(url, CURLUPART_FRAGMENT);
}

bool fetch_is_allowed(const char *address)
{
	size_t n = strlen(address), i;
	CURLU *url;
	bool is_good;

	if (n > FETCH_ADDRESS_MAX)
		return false;
	for (i = 0; i < n; i++)
		if (address[i] <= ' ' || address[i] > '~' ||
		    address[i] == '"' || address[i] == '\\')
			return false;
	url = lib.url();
	is_good = url &&
	    lib.url_set(url, CURLUPART_URL, address, 0) == CURLUE_OK &&
	    is_safe(url);
	lib.url_cleanup(url);
	return is_good;
}

/* ---- a call ---- */

struct call {
	CURL *curl;
	struct buf *out;
	struct curl_slist *headers;
	struct buf login; /* user:password, encoded */
	const atomic_bool *is_ending;
};

static size_t take(char *bytes, size_t size, size_t count, void *ctx)
{
	struct call *call = ctx;

	buf_add(call->out, bytes, size * count);
	return call->out->is_full ? 0 : size * count;
}

static int look_around(void *ctx, curl_off_t down_total, curl_off_t down,
    curl_off_t up_total, curl_off_t up)
{
	const struct call *call = ctx;

	(void)down_total;
	(void)down;
	(void)up_total;
	(void)up;
	return call->is_ending && atomic_load(call->is_ending);
}

static void add_encoded(CURL *curl, struct buf *out, const char *text)
{
	char *encoded = lib.easy_escape(curl, text, (int)strlen(text));

	buf_add_str(out, encoded ? encoded : "");
	lib.free(encoded);
}

static void set_login(struct call *call, const struct fetch_request *request)
{
	if (!request->user)
		return;
	add_encoded(call->curl, &call->login, request->user);
	buf_add_char(&call->login, ':');
	add_encoded(call->curl, &call->login, request->password);
	lib.easy_setopt(call->curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	lib.easy_setopt(call->curl, CURLOPT_USERPWD, buf_str(&call->login));
}

static void add_header(struct call *call, const char *line)
{
	call->headers = lib.slist_append(call->headers, line);
}

static void set_headers(struct call *call, const struct fetch_request *request)
{
	char type[128];
	size_t i;

	add_header(call, "Accept: application/json");
	/* A body is sent at once, whatever its length. */
	add_header(call, "Expect:");
	if (request->type) {
		snprintf(type, sizeof(type), "Content-Type: %s", request->type);
		add_header(call, type);
	}
	for (i = 0; request->headers && request->headers[i]; i++)
		add_header(call, request->headers[i]);
	lib.easy_setopt(call->curl, CURLOPT_HTTPHEADER, call->headers);
}

static void set_up(struct call *call, const struct fetch_request *request)
{
	CURL *curl = call->curl;

	lib.easy_setopt(curl, CURLOPT_URL, request->address);
	lib.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	lib.easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	lib.easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	lib.easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	lib.easy_setopt(
	    curl, CURLOPT_CONNECTTIMEOUT_MS, (long)FETCH_CONNECT_MS);
	lib.easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)FETCH_MS);
	/* A name server that hangs holds a thread of libcurl's, which ends by
	 * itself: it is not waited for. */
	lib.easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
	lib.easy_setopt(
	    curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	lib.easy_setopt(curl, CURLOPT_USERAGENT, "gongxin");
	lib.easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	lib.easy_setopt(curl, CURLOPT_WRITEDATA, call);
	lib.easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	lib.easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_around);
	lib.easy_setopt(curl, CURLOPT_XFERINFODATA, call);
	/* No proxy of the environment between us and this machine. */
	if (strncmp(request->address, "http:", 5) == 0)
		lib.easy_setopt(curl, CURLOPT_NOPROXY, "*");
	set_headers(call, request);
	if (request->body.p) {
		lib.easy_setopt(
		    curl, CURLOPT_POSTFIELDSIZE, (long)request->body.n);
		lib.easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, request->body.p);
	}
	set_login(call, request);
}

static enum err_code judge(struct call *call, CURLcode done, const char *whom,
    long *status_out, struct err *err)
{
	long status = 0;

	if (done != CURLE_OK) {
		err_set(err, ERR_BUSY, "%s cannot be reached just now", whom);
		err_detail(err, "%s",
		    done == CURLE_WRITE_ERROR ? "the answer is too large"
					      : lib.easy_strerror(done));
		return ERR_BUSY;
	}
	lib.easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &status);
	*status_out = status;
	if (status >= 200 && status < 300)
		return 0;
	err_set(err, ERR_REFUSED, "%s did not agree", whom);
	err_detail(err, "It answered with the status %ld.", status);
	return ERR_REFUSED;
}

enum err_code fetch(const struct fetch_request *request, struct buf *out,
    long *status_out, struct err *err)
{
	long status = 0;
	struct call call = {.curl = lib.easy_init(),
	    .out = out,
	    .login = BUF_INIT(2048),
	    .is_ending = request->is_ending};
	enum err_code rc;

	ASSERT(fetch_is_allowed(request->address));
	if (!call.curl)
		return err_set(err, ERR_SYSTEM, "libcurl could not be started");
	set_up(&call, request);
	rc = judge(
	    &call, lib.easy_perform(call.curl), request->whom, &status, err);
	if (status_out)
		*status_out = status;
	lib.easy_cleanup(call.curl);
	lib.slist_free_all(call.headers);
	if (call.login.p)
		explicit_bzero(call.login.p, call.login.n);
	buf_release(&call.login);
	return rc;
}
