/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A department follows from the grant of a role, never from what a form
 * says: a form can only choose among those that the grants name.
 */
#include "web/desk.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/keep.h"
#include "http/multipart.h"
#include "web/seal.h"

enum { FEED_BYTES = 256 * 1024 };

static const char comma[] = "、";

/* ---- departments ---- */

bool desk_may(const struct site_worker *worker,
    const struct http_request *request, enum people_capability capability,
    const char *department)
{
	return people_may_for_id(staff_caller(request), capability,
	    worker->home.catalog, department);
}

/* The department asked for, of routes that take one. */
static struct span wanted_of(const struct http_request *request)
{
	const struct http_param *p = request->route->params;

	for (; p && p->name; p++)
		if (strcmp(p->name, "department") == 0)
			return http_value(request, "department");
	return (struct span){NULL, 0};
}

enum err_code desk_departments(struct site_worker *worker,
    const struct http_request *request, enum people_capability capability,
    struct own_choice *out, struct err *err)
{
	const struct catalog *c = worker->home.catalog;
	struct span wanted = wanted_of(request);
	const struct cat_department **list =
	    arena_alloc(request->arena, DESK_DEPARTMENTS_MAX * sizeof(*list));
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < c->departments_count; i++) {
		const struct cat_department *d = &c->departments[i];

		if (out->count == DESK_DEPARTMENTS_MAX ||
		    !people_may_for(staff_caller(request), capability, d))
			continue;
		list[out->count++] = d;
		if (wanted.p && span_is(wanted, d->id))
			out->chosen = d;
	}
	out->list = list;
	if (!out->chosen && !wanted.n && out->count)
		out->chosen = list[0];
	return out->chosen
	    ? ERR_NONE
	    : err_set(err, ERR_REFUSED,
		  "no department is named that you may work for");
}

const char *desk_name(const struct http_request *request)
{
	const struct people_caller *who = staff_caller(request);

	return who->kind == PEOPLE_TOKEN
	    ? arena_printf(request->arena, "token %s", who->token_id)
	    : who->user.login;
}

struct reading desk_reading(
    const struct site_worker *worker, const struct http_request *request)
{
	struct reading reading = site_reading(worker, request);

	reading.is_public = false;
	reading.as_of = reading.today;
	return reading;
}

/* ---- long forms ---- */

struct reading_form {
	struct arena *arena;
	struct desk_form *form;
	struct row_value *at; /* the field under way; NULL: the file */
	struct buf text;
};

static enum err_code begin_file(
    struct reading_form *r, const struct multipart_part *part, struct err *err)
{
	struct desk_form *form = r->form;

	r->at = NULL;
	if (!form->file || !span_is(part->name, "file"))
		return err_set(err, ERR_INPUT, "this form takes no file");
	if (form->file_name.p)
		return err_set(err, ERR_INPUT, "send one file at a time");
	form->file_name = arena_keep(r->arena, part->file_name);
	return draft_open(form->file, form->folder, err);
}

static enum err_code begin_field(
    void *ctx, const struct multipart_part *part, struct err *err)
{
	struct reading_form *r = ctx;
	size_t i;

	buf_reset(&r->text);
	if (part->file_name.p)
		return begin_file(r, part, err);
	for (i = 0; i < r->form->count; i++)
		if (span_equal(r->form->values[i].name, part->name))
			break;
	if (i == DESK_VALUES_MAX)
		return err_set(err, ERR_INPUT, "the form has too many fields");
	r->at = &r->form->values[i];
	if (i < r->form->count)
		return 0;
	r->form->count++;
	r->at->name = arena_keep(r->arena, part->name);
	r->at->text = span_of("");
	return 0;
}

static enum err_code add_bytes(void *ctx, struct span data, struct err *err)
{
	struct reading_form *r = ctx;

	if (!r->at)
		return draft_add(r->form->file, data, err);
	buf_add_span(&r->text, data);
	return r->text.is_full
	    ? err_set(err, ERR_INPUT, "a field of the form is too long")
	    : ERR_NONE;
}

/* Blanks around a value are nobody's meaning; browsers write line ends as CR
 * LF, which are one blank in a row of a file. */
static struct span tidy(struct buf *text, bool has_lines)
{
	struct span s;
	size_t i, n = 0;

	for (i = 0; i < text->n; i++) {
		if (text->p[i] == '\r')
			continue;
		text->p[n++] =
		    text->p[i] == '\n' && !has_lines ? ' ' : text->p[i];
	}
	s = (struct span){text->p, n};
	while (s.n && s.p[0] == ' ') {
		s.p++;
		s.n--;
	}
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

static enum err_code end_field(void *ctx, struct err *err)
{
	struct reading_form *r = ctx;
	struct span value, old;
	char *joined;
	size_t gap;

	(void)err;
	if (!r->at)
		return 0;
	value = tidy(
	    &r->text, r->form->lines && span_is(r->at->name, r->form->lines));
	if (!value.n)
		return 0;
	old = r->at->text;
	gap = old.n ? sizeof(comma) - 1 : 0;
	joined = arena_alloc(r->arena, old.n + gap + value.n + 1);
	if (old.n)
		memcpy(joined, old.p, old.n);
	memcpy(joined + old.n, comma, gap);
	memcpy(joined + old.n + gap, value.p, value.n);
	r->at->text = (struct span){joined, old.n + gap + value.n};
	return 0;
}

/* The whole body, wherever it is. */
static enum err_code feed(const struct http_request *request,
    struct multipart *reader, struct err *err)
{
	char *piece;
	ssize_t n = 1;
	enum err_code rc = 0;

	if (!request->route->is_filed)
		return multipart_feed(reader, request->body, err);
	/* A handler that waited for a command reads its form once more. */
	if (lseek(request->file.fd, 0, SEEK_SET) != 0)
		return err_set_errno(err, "could not read a file");
	piece = arena_alloc(request->arena, FEED_BYTES);
	while (!rc && n > 0) {
		n = read(request->file.fd, piece, FEED_BYTES);
		if (n < 0)
			rc = err_set_errno(err, "could not read a file");
		else
			rc = multipart_feed(
			    reader, (struct span){piece, (size_t)n}, err);
	}
	return rc;
}

enum err_code desk_form_read(
    const struct http_request *request, struct desk_form *out, struct err *err)
{
	const struct multipart_limits limits = {
	    .parts_max = 2 * DESK_VALUES_MAX};
	struct reading_form r = {.arena = request->arena,
	    .form = out,
	    .text = BUF_INIT(DESK_FORM_BYTES_MAX)};
	const struct multipart_sink sink = {
	    begin_field, add_bytes, end_field, &r};
	char boundary[MULTIPART_BOUNDARY_BYTES_MAX + 1];
	struct multipart *reader = NULL;
	enum err_code rc = multipart_boundary(
	    http_header(request, "Content-Type"), boundary, err);

	out->count = 0;
	out->file_name = (struct span){NULL, 0};
	if (!rc) {
		reader = multipart_new(boundary, &sink, &limits);
		rc = feed(request, reader, err);
	}
	if (!rc)
		rc = multipart_finish(reader, err);
	multipart_free(&reader);
	buf_release(&r.text);
	return rc;
}

struct span desk_form_value(const struct desk_form *form, const char *name)
{
	size_t i;

	for (i = 0; i < form->count; i++)
		if (span_is(form->values[i].name, name))
			return form->values[i].text;
	return span_of("");
}

bool desk_may_mend(enum err_code rc)
{
	return rc == ERR_INPUT || rc == ERR_REFUSED || rc == ERR_CONFLICT;
}

/* ---- traces ---- */

void desk_seal(struct site_worker *worker, const struct http_request *request,
    struct http_response *response, const struct desk_look *look,
    const struct err *why)
{
	struct use use = site_use_of(staff_caller(request), USE_READ);
	char reference[32] = "";

	if (look->record >= 0)
		snprintf(reference, sizeof(reference), "record %lld",
		    (long long)look->record);
	else if (look->doubtful)
		snprintf(reference, sizeof(reference), "doubtful %lld",
		    (long long)look->doubtful);
	if (look->department && look->department[0])
		use.department = span_of(look->department);
	use.purpose = span_of(request->route->name);
	use.subject = span_of(look->subject ? look->subject : "");
	use.subject_id = look->subject_id;
	use.reference = span_of(reference);
	site_seal(worker, response, use, why ? NULL : &response->body, why);
}
