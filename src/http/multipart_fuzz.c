/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first line is a Content-Type, what follows the body of a form. It is
 * read whole, byte by byte and in pieces whose lengths come out of the input;
 * each time the same must come out, of a failure too. What comes out is
 * clean and within the limits, and when it is written as a form again it is
 * read as the same.
 */
#include "http/multipart_test_help.h"

#include <stdint.h>

#include "base/check.h"
#include "base/utf8.h"

enum { OUT_BYTES_MAX = 4 * 1024 * 1024, CUTS = 4 };

/* Small, so that they are reached; headers_bytes_max has room for a head of
 * which every character is escaped. */
static const struct multipart_limits limits = {.parts_max = 8,
    .headers_bytes_max = 512,
    .name_bytes_max = 32,
    .file_name_bytes_max = 64,
    .type_bytes_max = 48};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- cuts ---- */

struct random_cuts {
	uint64_t state;
	uint64_t mask; /* of a length */
};

static size_t next_random(void *ctx, size_t left)
{
	struct random_cuts *r = ctx;

	(void)left;
	r->state = r->state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(r->state >> 33 & r->mask) + 1;
}

/* FNV-1a: what the cuts come from. */
static uint64_t hash(struct span s)
{
	uint64_t h = 14695981039346656037u;
	size_t i;

	for (i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return h;
}

static enum err_code read_cut(const char *boundary, struct span body, int round,
    struct buf *out, struct err *err)
{
	/* In bytes; then up to 2, 16, 128 of them. */
	struct random_cuts r = {hash(body) + (uint64_t)round,
	    round ? (1u << (3 * round - 2)) - 1 : 0};
	struct help_cuts cuts = {next_random, &r};

	return help_read(boundary, body, &cuts, &limits, out, err);
}

/* ---- writing ---- */

struct writer {
	struct buf out;
	const char *boundary;
	size_t parts;
};

static void check_clean(struct span text, size_t max)
{
	size_t at = 0;

	ASSERT(text.n <= max);
	ASSERT(utf8_valid_prefix(text.p, text.n) == text.n);
	while (at < text.n) {
		uint32_t c = utf8_next(text.p, text.n, &at);

		ASSERT(c >= ' ' && (c < 0x7f || c >= 0xa0));
	}
}

static void put_quoted(struct buf *out, const char *name, struct span text)
{
	size_t i;

	buf_addf(out, "; %s=\"", name);
	for (i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, text.p[i]);
	}
	buf_add_char(out, '"');
}

static enum err_code write_begin(
    void *ctx, const struct multipart_part *part, struct err *err)
{
	struct writer *w = ctx;

	(void)err;
	w->parts++;
	ASSERT(part->name.n > 0 && w->parts <= limits.parts_max);
	check_clean(part->name, limits.name_bytes_max);
	check_clean(part->file_name, limits.file_name_bytes_max);
	check_clean(part->type, limits.type_bytes_max);
	ASSERT(part->file_name.n == 0 ||
	    (!memchr(part->file_name.p, '/', part->file_name.n) &&
		!memchr(part->file_name.p, '\\', part->file_name.n)));
	buf_addf(
	    &w->out, "--%s\r\nContent-Disposition: form-data", w->boundary);
	put_quoted(&w->out, "name", part->name);
	if (part->file_name.p)
		put_quoted(&w->out, "filename", part->file_name);
	if (part->type.p) {
		buf_add_str(&w->out, "\r\nContent-Type: ");
		buf_add_span(&w->out, part->type);
	}
	buf_add_str(&w->out, "\r\n\r\n");
	return 0;
}

static enum err_code write_data(void *ctx, struct span data, struct err *err)
{
	struct writer *w = ctx;

	(void)err;
	buf_add_span(&w->out, data);
	return 0;
}

static enum err_code write_end(void *ctx, struct err *err)
{
	struct writer *w = ctx;

	(void)err;
	buf_add_str(&w->out, "\r\n");
	return 0;
}

static void check_written(
    const char *boundary, struct span body, const struct buf *read)
{
	static const struct help_cuts whole = {NULL, NULL};
	struct writer w = {
	    .out = BUF_INIT(OUT_BYTES_MAX), .boundary = boundary};
	struct multipart_sink sink = {write_begin, write_data, write_end, &w};
	struct buf again = BUF_INIT(OUT_BYTES_MAX);
	struct err err;
	enum err_code rc;

	rc = help_feed(boundary, body, &whole, &sink, &limits, &err);
	ASSERT(rc == 0);
	buf_addf(&w.out, "--%s--\r\n", boundary);
	rc = help_read(
	    boundary, buf_span(&w.out), &whole, &limits, &again, &err);
	ASSERT(rc == 0);
	ASSERT(span_equal(buf_span(read), buf_span(&again)));
	buf_release(&w.out);
	buf_release(&again);
}

static void check_body(const char *boundary, struct span body)
{
	static const struct help_cuts whole = {NULL, NULL};
	struct buf first = BUF_INIT(OUT_BYTES_MAX);
	struct buf cut = BUF_INIT(OUT_BYTES_MAX);
	struct err err = {0}, cut_err;
	enum err_code rc, cut_rc;
	int i;

	rc = help_read(boundary, body, &whole, &limits, &first, &err);
	ASSERT(rc == 0 || rc == ERR_INPUT || rc == ERR_FULL);
	ASSERT(rc == err.code && (rc == 0 || (err.message[0] && err.hint[0])));
	for (i = 0; i < CUTS; i++) {
		cut_err = (struct err){0};
		buf_reset(&cut);
		cut_rc = read_cut(boundary, body, i, &cut, &cut_err);
		ASSERT(cut_rc == rc);
		ASSERT(span_equal(buf_span(&first), buf_span(&cut)));
		ASSERT(strcmp(err.message, cut_err.message) == 0);
		ASSERT(strcmp(err.hint, cut_err.hint) == 0);
	}
	if (!rc)
		check_written(boundary, body, &first);
	buf_release(&first);
	buf_release(&cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char boundary[MULTIPART_BOUNDARY_BYTES_MAX + 1];
	const char *p = (const char *)data;
	const char *lf = size ? memchr(p, '\n', size) : NULL;
	size_t n = lf ? (size_t)(lf - p) : size;
	size_t skip = lf ? n + 1 : n;

	if (multipart_boundary((struct span){p, n}, boundary, NULL) == 0)
		check_body(boundary, (struct span){p + skip, size - skip});
	return 0;
}
