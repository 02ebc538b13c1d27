/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd's response objects count references too, and one object may
 * be queued on many connections at once. So a cached answer is sent without
 * copying anything: the object was made once, with all its headers.
 *
 * The entity tag is a hash of the bytes that are sent, so it is strong, and
 * it differs between codings as it must. What is too large to be kept in
 * memory has a weak one instead, a hash of what was asked for and of the
 * version. XXH3 is enough: the tag is told by us and compared with what we
 * told; nobody gains by a collision.
 *
 * Pages may load nothing but our own files and may not be framed; JSON and
 * CSV are open data and may be read by scripts of any site.
 */
#include "http/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <sys/stat.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "calendar/calendar.h"
#include "http/mhd.h"

/* Bytes with counted references. */
struct blob {
	_Atomic unsigned refs;
	size_t n;
	char *p; /* owned */
};

static struct blob *blob_take(struct buf *from)
{
	struct blob *blob = mem_zalloc(1, sizeof(*blob));

	atomic_init(&blob->refs, 1);
	blob->n = from->n;
	blob->p = from->p;
	from->p = NULL;
	from->n = from->cap = 0;
	return blob;
}

static void blob_unref(void *ctx)
{
	struct blob *blob = ctx;

	if (!blob || atomic_fetch_sub(&blob->refs, 1) != 1)
		return;
	free(blob->p);
	free(blob);
}

static struct MHD_Response *response_of_blob(struct blob *blob)
{
	static char nothing[1];

	atomic_fetch_add(&blob->refs, 1);
	return mhd.create_response_from_buffer_with_free_callback_cls(
	    blob->n, blob->n ? blob->p : nothing, blob_unref, blob);
}

/* ---- headers ---- */

enum { POLICY_BYTES_MAX = 4096 };

static const struct {
	const char *name;
	const char *value;
} of_pages[] = {
    {"Referrer-Policy", "same-origin"},
    {"Permissions-Policy",
	"camera=(), geolocation=(), microphone=(), "
	"payment=(), usb=()"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
};

static const char *cache_control(enum http_keeping keeping)
{
	switch (keeping) {
	case HTTP_KEEP_FOR_EVER:
		return "public, max-age=31536000, immutable";
	case HTTP_KEEP_TAG:
	case HTTP_KEEP_VERSION:
		return "public, no-cache";
	case HTTP_KEEP_NO:
	default:
		return "no-store";
	}
}

static void add(struct MHD_Response *to, const char *name, const char *value)
{
	/* Refused only for what the program itself wrote wrongly. */
	if (mhd.add_response_header(to, name, value) != MHD_YES)
		ASSERT(!"a header that can be sent");
}

static void add_policy(const struct answer *a, struct MHD_Response *to)
{
	struct buf text = BUF_INIT(POLICY_BYTES_MAX);

	buf_add_str(&text,
	    "default-src 'none'; script-src 'self'; style-src 'self'; "
	    "img-src 'self' data:; connect-src 'self'; form-action 'self'; "
	    "base-uri 'none'; frame-ancestors ");
	buf_add_str(&text, a->framers ? a->framers : "'none'");
	add(to, "Content-Security-Policy", buf_str(&text));
	buf_release(&text);
}

/* Nothing is loaded or run for it, and it leads nowhere. */
static bool is_data(const struct answer *a)
{
	return a->type &&
	    span_starts_with(span_of(a->type), "application/json");
}

/* A site that asks for it of all that it embeds (COEP) finds it here. */
static void add_opening(const struct answer *a, struct MHD_Response *to)
{
	if (a->framers && !a->is_open) {
		add(to, "Cross-Origin-Resource-Policy", "cross-origin");
		return;
	}
	if (!a->is_open) {
		add(to, "Cross-Origin-Resource-Policy", "same-origin");
		return;
	}
	if (!is_data(a)) /* no page loads it but by a script, which asks CORS */
		add(to, "Cross-Origin-Resource-Policy", "cross-origin");
	add(to, "Access-Control-Allow-Origin", "*");
	add(to, "Access-Control-Expose-Headers", "*");
}

static void add_security(const struct answer *a, struct MHD_Response *to)
{
	size_t i;

	add(to, "X-Content-Type-Options", "nosniff");
	if (is_data(a))
		add(to, "Content-Security-Policy",
		    "default-src 'none'; frame-ancestors 'none'");
	else
		add_policy(a, to);
	for (i = 0; i < ARRAY_COUNT(of_pages) && !is_data(a); i++)
		add(to, of_pages[i].name, of_pages[i].value);
	add_opening(a, to);
	if (a->style.has_hsts)
		add(to, "Strict-Transport-Security",
		    "max-age=31536000; includeSubDomains");
}

static void add_headers(
    const struct answer *a, struct MHD_Response *to, bool is_not_modified)
{
	size_t i;

	if (!is_not_modified && a->type)
		add(to, "Content-Type", a->type);
	if (!is_not_modified && a->coding != ENCODE_NONE)
		add(to, "Content-Encoding", encode_name(a->coding));
	if (a->tag[0])
		add(to, "ETag", a->tag);
	add(to, "Cache-Control", cache_control(a->keeping));
	add(to, "Vary",
	    a->is_varying ? "Accept, Accept-Encoding, Accept-Language, Cookie"
			  : "Accept-Encoding");
	if (a->style.policy)
		add(to, "RateLimit-Policy", a->style.policy);
	for (i = 0; i < a->headers_count; i++)
		add(to, a->headers[i].name, a->headers[i].value);
	add_security(a, to);
}

void http_add_header(
    struct http_response *response, const char *name, const char *fmt, ...)
{
	size_t i = response->headers_count;
	va_list args;

	ASSERT(i < HTTP_HEADERS_MAX);
	response->headers[i].name = name;
	va_start(args, fmt);
	vsnprintf(response->headers[i].value,
	    sizeof(response->headers[i].value), fmt, args);
	va_end(args);
	response->headers_count++;
}

/* ---- making ---- */

static void write_tag(
    const char *prefix, XXH128_hash_t h, char out[ANSWER_TAG_BYTES])
{
	snprintf(out, ANSWER_TAG_BYTES, "%s\"%016llx%016llx\"", prefix,
	    (unsigned long long)h.high64, (unsigned long long)h.low64);
}

void answer_weak_tag(struct span key, uint64_t version, uint64_t secret,
    char out[ANSWER_TAG_BYTES])
{
	XXH128_hash_t h = XXH3_128bits_withSeed(key.p, key.n, secret ^ version);

	write_tag("W/", h, out);
}

static void make_tag(struct answer *a, const struct answer_plan *plan)
{
	if (a->status != 200 || a->keeping == HTTP_KEEP_NO)
		return;
	if (a->keeping == HTTP_KEEP_TAG)
		snprintf(a->tag, sizeof(a->tag), "%s", plan->tag);
	else if (a->blob)
		write_tag("", XXH3_128bits(a->blob->p, a->blob->n), a->tag);
}

/* Replaces the body by its smaller form where that is wanted and smaller. */
static void make_smaller(
    struct answer *a, enum encode_kind coding, struct http_response *response)
{
	struct buf small = BUF_INIT(response->body.n);

	if (coding == ENCODE_NONE || !a->type || !encode_is_for(a->type))
		return;
	if (encode_body(coding, buf_span(&response->body), &small)) {
		struct buf whole = response->body;

		response->body = small;
		small = whole;
		a->coding = coding;
	}
	buf_release(&small);
}

static void make_of_body(struct answer *a, const struct answer_plan *plan,
    struct http_response *response)
{
	make_smaller(a, plan->coding, response);
	a->bytes = response->body.n;
	a->blob = blob_take(&response->body);
	a->full = response_of_blob(a->blob);
}

static void make_of_file(struct answer *a, struct http_response *response)
{
	struct stat st;

	if (fstat(response->fd, &st) != 0)
		st.st_size = 0;
	a->bytes = (size_t)st.st_size;
	a->full =
	    mhd.create_response_from_fd64((uint64_t)st.st_size, response->fd);
	response->fd = -1;
}

struct answer *answer_make(
    struct http_response *response, const struct answer_plan *plan)
{
	size_t headers_bytes =
	    response->headers_count * sizeof(response->headers[0]);
	struct answer *a = mem_zalloc(1, sizeof(*a) + headers_bytes);

	atomic_init(&a->refs, 1);
	a->status = response->status;
	a->type = response->type;
	a->keeping = response->keeping;
	a->style = plan->style;
	a->is_varying = plan->is_varying;
	a->is_open = plan->is_open;
	a->framers = plan->framers;
	a->headers_count = response->headers_count;
	memcpy(a->headers, response->headers, headers_bytes);
	if (plan->stream)
		a->full = plan->stream(plan->stream_ctx);
	else if (response->fd >= 0)
		make_of_file(a, response);
	else
		make_of_body(a, plan, response);
	ASSERT(a->full != NULL);
	make_tag(a, plan);
	add_headers(a, a->full, false);
	return a;
}

struct answer *answer_ref(struct answer *answer)
{
	atomic_fetch_add_explicit(&answer->refs, 1, memory_order_relaxed);
	return answer;
}

void answer_unref(struct answer **answer)
{
	struct answer *a = *answer;

	*answer = NULL;
	if (!a || atomic_fetch_sub(&a->refs, 1) != 1)
		return;
	mhd.destroy_response(a->full);
	blob_unref(a->blob);
	free(a);
}

static ssize_t read_nothing(void *ctx, uint64_t at, char *to, size_t room)
{
	(void)ctx, (void)at, (void)to, (void)room;
	return MHD_CONTENT_READER_END_OF_STREAM;
}

/* A 304 has the Content-Length of what it stands for, or none. That of
 * something which was not made is not known, and only for who gets no more on
 * the connection does libmicrohttpd (0.9.75) send neither 0 nor "chunked". */
static struct MHD_Response *response_of_unknown_length(void)
{
	struct MHD_Response *made = mhd.create_response_from_callback(
	    MHD_SIZE_UNKNOWN, 1, read_nothing, NULL, NULL);

	ASSERT(made != NULL);
	mhd.set_response_options(
	    made, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
	return made;
}

struct MHD_Response *answer_private(const struct answer *answer,
    bool is_not_modified, const char *const *headers)
{
	struct MHD_Response *made;

	ASSERT(answer->blob != NULL);
	made = is_not_modified && answer->keeping == HTTP_KEEP_TAG
	    ? response_of_unknown_length()
	    : response_of_blob(answer->blob);
	ASSERT(made != NULL);
	add_headers(answer, made, is_not_modified);
	for (; headers[0]; headers += 2)
		add(made, headers[0], headers[1]);
	return made;
}

static enum MHD_Result write_header(
    void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct buf *out = cls;

	(void)kind;
	buf_addf(out, "%s: %s\r\n", name, value);
	return MHD_YES;
}

/* Nobody sets a locale, so days and months are those that HTTP names. */
static void write_date(struct buf *out)
{
	time_t now = (time_t)(calendar_now_ms() / 1000);
	char text[64];
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &utc);
	buf_addf(out, "Date: %s\r\n", text);
}

void answer_write(const struct answer *answer, bool is_head, struct buf *out)
{
	ASSERT(answer->blob != NULL);
	buf_addf(out, "HTTP/1.1 %d %s\r\n", answer->status,
	    mhd.get_reason_phrase_for((unsigned)answer->status));
	write_date(out);
	mhd.get_response_headers(answer->full, write_header, out);
	buf_addf(out, "Content-Length: %zu\r\nConnection: close\r\n\r\n",
	    answer->bytes);
	if (!is_head)
		buf_add(out, answer->blob->p, answer->blob->n);
}

size_t answer_cost_bytes(const struct answer *answer)
{
	/* libmicrohttpd keeps each header in allocations of its own. */
	return sizeof(*answer) + answer->bytes +
	    answer->headers_count * sizeof(answer->headers[0]) + 3072;
}
