/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of short forms. The body of such a form has the shape of a query,
 * so it is read by the code that reads queries, with the same bounds: UTF-8
 * without control characters, at most URI_PAIRS_MAX fields. A text that was
 * written on several lines is one line here, as it is in a row of a file; tabs,
 * which come with what is pasted out of a table, are blanks.
 *
 * A form of several parts may be as large as a file. Its handler reads it;
 * here only the first part is looked at, for the session's token.
 */
#include <strings.h>

#include "base/hex.h"
#include "http/multipart.h"
#include "http/server_priv.h"

enum { FIRST_BYTES_MAX = 4096, TOKEN_BYTES_MAX = 256 };

const char http_form_type[] = "application/x-www-form-urlencoded";
const char form_token_field[] = "form";

static bool is_form(const struct exchange *ex)
{
	struct span type = ex->heads.content_type;
	size_t n = sizeof(http_form_type) - 1;

	return type.n >= n && strncasecmp(type.p, http_form_type, n) == 0 &&
	    (type.n == n || type.p[n] == ';' || type.p[n] == ' ');
}

/* How many bytes the encoded line ends and tabs there take; 0: there are
 * none. */
static size_t gap_at(struct span body, size_t at)
{
	size_t n = 0;
	int low;

	while (at + n + 2 < body.n && body.p[at + n] == '%' &&
	    hex_digit(body.p[at + n + 1]) == 0) {
		low = hex_digit(body.p[at + n + 2]);
		if (low < '\t' || low > '\r')
			break;
		n += 3;
	}
	return n;
}

static void add_on_one_line(struct buf *out, struct span body)
{
	size_t i = 0, n;

	while (i < body.n) {
		n = gap_at(body, i);
		buf_add_char(out, n ? '+' : body.p[i]);
		i += n ? n : 1;
	}
}

/* Once; what cannot be read is a form without fields. */
static void read_form(struct exchange *ex)
{
	struct arena *arena = ex->request.arena;
	struct buf target = BUF_INIT(HTTP_FORM_BYTES_MAX + 2);

	ex->form = arena_zalloc(arena, 1, sizeof(*ex->form));
	buf_add_str(&target, "/?");
	add_on_one_line(&target, ex->request.body);
	if (is_form(ex) && !target.is_full &&
	    uri_parse(buf_span(&target), ex->form, NULL) != 0)
		ex->form->pairs_count = 0;
	explicit_bzero(target.p, target.n);
	buf_release(&target);
}

const struct uri *form_fields(struct exchange *ex)
{
	if (!ex->form)
		read_form(ex);
	return ex->form;
}

struct span http_form(const struct http_request *request, const char *name)
{
	const struct uri *form = form_fields(request->exchange);
	size_t i;

	for (i = 0; i < form->pairs_count; i++)
		if (span_is(form->pairs[i].name, name))
			return form->pairs[i].value;
	return (struct span){NULL, 0};
}

/* ---- the first part ---- */

struct first {
	const char *name;
	struct buf value;
	bool is_whole;
};

/* Anything but the wanted field ends the reading. */
static enum err_code begin_first(
    void *ctx, const struct multipart_part *part, struct err *err)
{
	const struct first *first = ctx;

	(void)err;
	return span_is(part->name, first->name) && !part->file_name.p
	    ? ERR_NONE
	    : ERR_NOT_FOUND;
}

static enum err_code add_first(void *ctx, struct span data, struct err *err)
{
	struct first *first = ctx;

	(void)err;
	buf_add_span(&first->value, data);
	return first->value.is_full ? ERR_FULL : ERR_NONE;
}

static enum err_code end_first(void *ctx, struct err *err)
{
	struct first *first = ctx;

	(void)err;
	first->is_whole = true;
	return ERR_NOT_FOUND;
}

struct span form_first_part(const struct exchange *ex, const char *name)
{
	struct first first = {.name = name, .value = BUF_INIT(TOKEN_BYTES_MAX)};
	const struct multipart_sink sink = {
	    begin_first, add_first, end_first, &first};
	char boundary[MULTIPART_BOUNDARY_BYTES_MAX + 1];
	struct span bytes = ex->request.body;
	struct span value = {NULL, 0};
	struct multipart *reader;

	if (multipart_boundary(ex->heads.content_type, boundary, NULL) != 0)
		return value;
	if (bytes.n > FIRST_BYTES_MAX)
		bytes.n = FIRST_BYTES_MAX;
	reader = multipart_new(boundary, &sink, NULL);
	multipart_feed(reader, bytes, NULL);
	multipart_free(&reader);
	if (first.is_whole)
		value = (struct span){arena_dup(ex->request.arena,
					  buf_str(&first.value), first.value.n),
		    first.value.n};
	buf_release(&first.value);
	return value;
}
