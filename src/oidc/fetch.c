/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A handle of libcurl for each call. Sign-ins are rare enough that keeping
 * connections would only keep old trust.
 */
#include "oidc/fetch.h"

#include <curl/curl.h>
#include <strings.h>

#include "base/check.h"

/* ---- addresses ---- */

static bool is_this_machine(const char *host)
{
	return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0 ||
	    strcasecmp(host, "localhost") == 0;
}

static bool has_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	bool is_there = curl_url_get(url, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return is_there;
}

static bool is_safe(CURLU *url)
{
	char *scheme = NULL, *host = NULL;
	bool is_good = false;

	if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		is_good = strcmp(scheme, "https") == 0 ||
		    (strcmp(scheme, "http") == 0 && is_this_machine(host));
	curl_free(scheme);
	curl_free(host);
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
	url = curl_url();
	is_good = url &&
	    curl_url_set(url, CURLUPART_URL, address, 0) == CURLUE_OK &&
	    is_safe(url);
	curl_url_cleanup(url);
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
	char *encoded = curl_easy_escape(curl, text, (int)strlen(text));

	buf_add_str(out, encoded ? encoded : "");
	curl_free(encoded);
}

static void set_login(struct call *call, const struct fetch_request *request)
{
	if (!request->user)
		return;
	add_encoded(call->curl, &call->login, request->user);
	buf_add_char(&call->login, ':');
	add_encoded(call->curl, &call->login, request->password);
	curl_easy_setopt(call->curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(call->curl, CURLOPT_USERPWD, buf_str(&call->login));
}

static void set_up(struct call *call, const struct fetch_request *request)
{
	CURL *curl = call->curl;

	curl_easy_setopt(curl, CURLOPT_URL, request->address);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(
	    curl, CURLOPT_CONNECTTIMEOUT_MS, (long)FETCH_CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)FETCH_MS);
	curl_easy_setopt(
	    curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "gongxin");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_around);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, call);
	/* No proxy of the environment between us and this machine. */
	if (strncmp(request->address, "http:", 5) == 0)
		curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	call->headers =
	    curl_slist_append(call->headers, "Accept: application/json");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, call->headers);
	if (request->form)
		curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, request->form);
	set_login(call, request);
}

static enum err_code judge(struct call *call, CURLcode done, struct err *err)
{
	long status = 0;

	if (done != CURLE_OK) {
		err_set(err, ERR_BUSY,
		    "the identity provider cannot be reached just now");
		err_detail(err, "%s",
		    done == CURLE_WRITE_ERROR ? "the answer is too large"
					      : curl_easy_strerror(done));
		return ERR_BUSY;
	}
	curl_easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200)
		return 0;
	err_set(err, ERR_REFUSED, "the identity provider did not agree");
	err_detail(err, "It answered with the status %ld.", status);
	return ERR_REFUSED;
}

enum err_code fetch(
    const struct fetch_request *request, struct buf *out, struct err *err)
{
	struct call call = {.curl = curl_easy_init(),
	    .out = out,
	    .login = BUF_INIT(2048),
	    .is_ending = request->is_ending};
	enum err_code rc;

	ASSERT(fetch_is_allowed(request->address));
	if (!call.curl)
		return err_set(err, ERR_SYSTEM, "libcurl could not be started");
	set_up(&call, request);
	rc = judge(&call, curl_easy_perform(call.curl), err);
	curl_easy_cleanup(call.curl);
	curl_slist_free_all(call.headers);
	if (call.login.p)
		explicit_bzero(call.login.p, call.login.n);
	buf_release(&call.login);
	return rc;
}

enum err_code fetch_init(struct err *err)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, ERR_SYSTEM, "libcurl could not be started");
	return 0;
}
