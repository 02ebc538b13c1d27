/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of short forms. The body of such a form has the shape of a query,
 * so it is read by the code that reads queries, with the same bounds: UTF-8
 * without control characters, at most URI_PAIRS_MAX fields.
 */
#include <strings.h>

#include "http/server_priv.h"

const char http_form_type[] = "application/x-www-form-urlencoded";

static bool is_form(const struct exchange *ex)
{
	struct span type = ex->heads.content_type;
	size_t n = sizeof(http_form_type) - 1;

	return type.n >= n && strncasecmp(type.p, http_form_type, n) == 0 &&
	    (type.n == n || type.p[n] == ';' || type.p[n] == ' ');
}

/* Once; what cannot be read is a form without fields. */
static void read_form(struct exchange *ex)
{
	struct arena *arena = ex->request.arena;
	struct buf target = BUF_INIT(HTTP_FORM_BYTES_MAX + 2);

	ex->form = arena_zalloc(arena, 1, sizeof(*ex->form));
	buf_add_str(&target, "/?");
	buf_add_span(&target, ex->request.body);
	if (is_form(ex) && !target.is_full &&
	    uri_parse(buf_span(&target), ex->form, NULL) != 0)
		ex->form->pairs_count = 0;
	explicit_bzero(target.p, target.n);
	buf_release(&target);
}

struct span http_form(const struct http_request *request, const char *name)
{
	struct exchange *ex = request->exchange;
	size_t i;

	if (!ex->form)
		read_form(ex);
	for (i = 0; i < ex->form->pairs_count; i++)
		if (span_is(ex->form->pairs[i].name, name))
			return ex->form->pairs[i].value;
	return (struct span){NULL, 0};
}
