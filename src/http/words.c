/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody wrote in a form that failed, for the page of its failure:
 * whoever has written for ten minutes must not have to write again because
 * his session ended, his colleague was quicker or the site was busy.
 *
 * Nothing is kept between two requests. What is not shown:
 *
 * - fields of a route that has not said it keeps words, which are all that
 *   take a password or a code;
 * - the session's token, which the new page has anew;
 * - anything that no page of this site sent: another site could put words
 *   onto ours;
 * - what files hold; their names are.
 */
#include <unistd.h>

#include "base/utf8.h"
#include "http/multipart.h"
#include "http/server_priv.h"

enum {
	WORDS_BYTES_MAX = 256 * 1024,
	WORDS_FIELDS_MAX = 400,
	/* Of a body in a file; fields may stand behind a file in it. */
	FILED_BYTES_MAX = 16 * 1024 * 1024,
	PIECE_BYTES = 64 * 1024
};

struct reading {
	const struct http_words *to;
	struct span
	    name; /* of the field under way; p NULL: it is passed over */
	struct buf text;
	size_t fields, bytes;
};

/* Without control characters, but for the ends of lines. */
static void tidy(struct buf *text)
{
	size_t i, n = 0;

	for (i = 0; i < text->n; i++) {
		unsigned char c = (unsigned char)text->p[i];

		if (c == '\r')
			continue;
		text->p[n++] = c < ' ' && c != '\n' ? ' ' : (char)c;
	}
	text->n = n;
}

/* The field in `text`; what is no text has no words. */
static void give(struct reading *r, struct span name)
{
	tidy(&r->text);
	if (r->text.n == 0 || span_is(name, form_token_field) ||
	    utf8_valid_prefix(r->text.p, r->text.n) != r->text.n)
		return;
	r->bytes += name.n + r->text.n;
	if (r->bytes <= WORDS_BYTES_MAX && ++r->fields <= WORDS_FIELDS_MAX)
		r->to->field(r->to->ctx, name, buf_span(&r->text));
}

static void read_pairs(struct reading *r, const struct uri *form)
{
	size_t i;

	for (i = 0; i < form->pairs_count; i++) {
		buf_reset(&r->text);
		buf_add_span(&r->text, form->pairs[i].value);
		give(r, form->pairs[i].name);
	}
}

/* ---- forms of several parts ---- */

static enum err_code begin_part(
    void *ctx, const struct multipart_part *part, struct err *err)
{
	struct reading *r = ctx;
	bool is_file = part->file_name.p != NULL;

	(void)err;
	buf_reset(&r->text);
	r->name = is_file ? (struct span){NULL, 0} : part->name;
	if (is_file && part->file_name.n && ++r->fields <= WORDS_FIELDS_MAX)
		r->to->file(r->to->ctx, part->name, part->file_name);
	return 0;
}

static enum err_code add_part(void *ctx, struct span data, struct err *err)
{
	struct reading *r = ctx;

	(void)err;
	if (r->name.p)
		buf_add_span(&r->text, data);
	return r->text.is_full ? ERR_FULL : ERR_NONE;
}

static enum err_code end_part(void *ctx, struct err *err)
{
	struct reading *r = ctx;

	(void)err;
	if (r->name.p)
		give(r, r->name);
	return 0;
}

static void feed_file(
    const struct http_request *request, struct multipart *reader)
{
	char *piece = arena_alloc(request->arena, PIECE_BYTES);
	off_t at = 0;
	ssize_t n;

	while (at < FILED_BYTES_MAX) {
		n = pread(request->file.fd, piece, PIECE_BYTES, at);
		if (n <= 0 ||
		    multipart_feed(
			reader, (struct span){piece, (size_t)n}, NULL) != 0)
			return;
		at += n;
	}
}

/* As far as it can be read. */
static void read_parts(struct reading *r, const struct http_request *request)
{
	const struct multipart_limits limits = {.parts_max = WORDS_FIELDS_MAX};
	const struct multipart_sink sink = {begin_part, add_part, end_part, r};
	char boundary[MULTIPART_BOUNDARY_BYTES_MAX + 1];
	struct multipart *reader;

	if (multipart_boundary(
		http_header(request, "Content-Type"), boundary, NULL) != 0)
		return;
	reader = multipart_new(boundary, &sink, &limits);
	if (request->file.path)
		feed_file(request, reader);
	else
		multipart_feed(reader, request->body, NULL);
	multipart_free(&reader);
}

void http_each_word(
    const struct http_request *request, const struct http_words *to)
{
	struct reading r = {.to = to, .text = BUF_INIT(WORDS_BYTES_MAX)};

	if (!http_shows_words(request))
		return;
	read_pairs(&r, form_fields(request->exchange));
	read_parts(&r, request);
	buf_release(&r.text);
}
