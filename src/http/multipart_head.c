/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in lines: the boundary in a Content-Type, and the headers of a
 * part. Both are a word and parameters behind it, so one function takes
 * parameters apart. Nothing is copied before it is known to be one of the
 * few texts that are kept; these are decoded into buffers with a maximum,
 * and judged as a whole when they are there.
 *
 * Decoding loses nothing that matters: a decoded name holds none of %22, %0D
 * and %0A, so when it is written with its quotes and backslashes escaped it
 * is read as the same again.
 */
#include "http/multipart_head.h"

#include <strings.h>

#include "base/check.h"
#include "base/utf8.h"

/* ---- words ---- */

static void drop(struct span *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_blanks(struct span *s)
{
	while (s->n && is_blank(s->p[0]))
		drop(s, 1);
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool equal_folded(struct span a, const char *b)
{
	return a.n == strlen(b) && (a.n == 0 || !strncasecmp(a.p, b, a.n));
}

/* A token (RFC 9110, 5.6.2) off the front; n 0: there is none. */
static struct span take_token(struct span *rest)
{
	struct span token = {rest->p, 0};

	while (rest->n &&
	    (is_alnum(rest->p[0]) || is_one_of(rest->p[0], "!#$%&'*+-.^_`|~")))
		drop(rest, 1);
	token.n = (size_t)(rest->p - token.p);
	return token;
}

/* A backslash that is not itself. */
static bool is_escape(struct span s)
{
	return s.n > 1 && s.p[0] == '\\' && is_one_of(s.p[1], "\\\"");
}

struct parameter {
	struct span name;
	struct span value; /* without its quotes, not decoded */
};

/* What stands between quotes; false when there is no second one. */
static bool take_quoted(struct span *rest, struct span *out)
{
	drop(rest, 1);
	out->p = rest->p;
	while (rest->n && rest->p[0] != '"')
		drop(rest, is_escape(*rest) ? 2 : 1);
	out->n = (size_t)(rest->p - out->p);
	if (rest->n == 0)
		return false;
	drop(rest, 1);
	return true;
}

/* Takes a "; name=value" off the front. 1: there was one; 0: that was all;
 * -1: it cannot be read. */
static int next_parameter(struct span *rest, struct parameter *out)
{
	do {
		skip_blanks(rest);
		if (rest->n == 0)
			return 0;
		if (rest->p[0] != ';')
			return -1;
		drop(rest, 1);
		skip_blanks(rest);
	} while (rest->n == 0 || rest->p[0] == ';');
	out->name = take_token(rest);
	if (out->name.n == 0 || rest->n == 0 || rest->p[0] != '=')
		return -1;
	drop(rest, 1);
	if (rest->n && rest->p[0] == '"')
		return take_quoted(rest, &out->value) ? 1 : -1;
	out->value = take_token(rest);
	return out->value.n ? 1 : -1;
}

/* ---- the boundary ---- */

static enum err_code check_boundary(struct span boundary, struct err *err)
{
	size_t i;

	if (boundary.n == 0)
		return err_set(
		    err, ERR_INPUT, "the content type names no boundary");
	if (boundary.n > MULTIPART_BOUNDARY_BYTES_MAX)
		return err_set(err, ERR_INPUT,
		    "the boundary is longer than %d characters",
		    MULTIPART_BOUNDARY_BYTES_MAX);
	for (i = 0; i < boundary.n; i++)
		if (!is_alnum(boundary.p[i]) &&
		    !is_one_of(boundary.p[i], "'()+_,-./:=? "))
			return err_set(err, ERR_INPUT,
			    "the boundary holds a character that none may "
			    "hold");
	if (boundary.p[boundary.n - 1] == ' ')
		return err_set(
		    err, ERR_INPUT, "the boundary ends with a space");
	return 0;
}

static enum err_code find_boundary(
    struct span rest, struct span *out, struct err *err)
{
	struct parameter parameter;
	int more;

	while ((more = next_parameter(&rest, &parameter)) > 0) {
		if (!equal_folded(parameter.name, "boundary"))
			continue;
		if (out->p)
			return err_set(err, ERR_INPUT,
			    "the content type names more than one boundary");
		*out = parameter.value;
	}
	if (more < 0)
		return err_set(
		    err, ERR_INPUT, "the content type cannot be read");
	return check_boundary(*out, err);
}

enum err_code multipart_boundary(struct span content_type,
    char boundary_out[MULTIPART_BOUNDARY_BYTES_MAX + 1], struct err *err)
{
	struct span rest = content_type, type, boundary = {NULL, 0};
	enum err_code rc;

	skip_blanks(&rest);
	type.p = rest.p;
	while (rest.n && rest.p[0] != ';' && !is_blank(rest.p[0]))
		drop(&rest, 1);
	type.n = (size_t)(rest.p - type.p);
	if (!equal_folded(type, "multipart/form-data")) {
		err_set(err, ERR_INPUT,
		    "the body is not of the type multipart/form-data");
		err_hint(err,
		    "Send it as a form with files: enctype="
		    "\"multipart/form-data\", or curl -F.");
		return ERR_INPUT;
	}
	rc = find_boundary(rest, &boundary, err);
	if (rc) {
		err_hint(err,
		    "Write the type as multipart/form-data; boundary=\"...\", "
		    "with 1 to 70 letters, digits and marks.");
		return rc;
	}
	memcpy(boundary_out, boundary.p, boundary.n);
	boundary_out[boundary.n] = '\0';
	return 0;
}

/* ---- the texts of a head ---- */

/* The byte that a browser writes as %22, %0D or %0A; 0: another. */
static char percent_byte(struct span s)
{
	if (s.n < 3 || s.p[0] != '%')
		return 0;
	if (s.p[1] == '2')
		return s.p[2] == '2' ? '"' : 0;
	if (s.p[1] != '0')
		return 0;
	if (is_one_of(s.p[2], "aA"))
		return '\n';
	return is_one_of(s.p[2], "dD") ? '\r' : 0;
}

static void decode(struct span raw, struct buf *out)
{
	while (raw.n) {
		char c = percent_byte(raw);
		size_t n = 3;

		if (!c) {
			n = is_escape(raw) ? 2 : 1;
			c = raw.p[n - 1];
		}
		buf_add_char(out, c);
		drop(&raw, n);
	}
}

static enum err_code check_text(
    const struct buf *text, const char *what, struct err *err)
{
	if (text->is_full) {
		err_set(err, ERR_FULL,
		    "the part's \"%s\" is longer than %zu bytes", what,
		    text->max);
		err_hint(err, "Give it a shorter one.");
		return ERR_FULL;
	}
	if (utf8_valid_prefix(buf_str(text), text->n) != text->n) {
		err_set(err, ERR_INPUT, "the part's \"%s\" is not valid UTF-8",
		    what);
		err_hint(err,
		    "Send the form in UTF-8: a page says so with "
		    "accept-charset.");
		return ERR_INPUT;
	}
	if (utf8_has_control(text->p, text->n)) {
		err_set(err, ERR_INPUT,
		    "the part's \"%s\" holds a control character", what);
		err_hint(err,
		    "Rename it: line ends and the like are not allowed in "
		    "it.");
		return ERR_INPUT;
	}
	return 0;
}

static enum err_code refuse_second(const char *what, struct err *err)
{
	err_set(err, ERR_INPUT, "the part has \"%s\" twice", what);
	err_hint(err, "Say it once.");
	return ERR_INPUT;
}

static enum err_code read_parameter(struct multipart_head *head,
    const struct parameter *parameter, struct err *err)
{
	struct multipart_text *text;
	const char *what;

	if (memchr(parameter->name.p, '*', parameter->name.n)) {
		err_set(err, ERR_INPUT,
		    "the part's Content-Disposition has a parameter with a "
		    "star");
		err_hint(err,
		    "RFC 7578 forbids filename*: write "
		    "filename=\"...\" in UTF-8.");
		return ERR_INPUT;
	}
	if (equal_folded(parameter->name, "name")) {
		text = &head->name;
		what = "name";
	} else if (equal_folded(parameter->name, "filename")) {
		text = &head->file_name;
		what = "filename";
	} else {
		return 0;
	}
	if (text->is_given)
		return refuse_second(what, err);
	text->is_given = true;
	decode(parameter->value, &text->bytes);
	return check_text(&text->bytes, what, err);
}

static enum err_code read_disposition(
    struct multipart_head *head, struct span value, struct err *err)
{
	struct parameter parameter;
	enum err_code rc = 0;
	int more = 0;

	if (!equal_folded(take_token(&value), "form-data")) {
		err_set(err, ERR_INPUT,
		    "the part's Content-Disposition is not form-data");
		err_hint(err,
		    "Each part of a form begins with Content-Disposition: "
		    "form-data; name=\"...\".");
		return ERR_INPUT;
	}
	while (!rc && (more = next_parameter(&value, &parameter)) > 0)
		rc = read_parameter(head, &parameter, err);
	if (!rc && more < 0) {
		rc = err_set(err, ERR_INPUT,
		    "the part's Content-Disposition cannot be read");
		err_hint(err,
		    "Put names in quotes, and write a quote in them as "
		    "%%22.");
	}
	return rc;
}

static enum err_code read_type(
    struct multipart_head *head, struct span value, struct err *err)
{
	head->type.is_given = value.n > 0;
	buf_add_span(&head->type.bytes, value);
	return check_text(&head->type.bytes, "Content-Type", err);
}

static enum err_code read_encoding(
    struct multipart_head *head, struct span value, struct err *err)
{

	(void)head;
	if (equal_folded(value, "binary") || equal_folded(value, "8bit") ||
	    equal_folded(value, "7bit"))
		return 0;
	err_set(err, ERR_INPUT,
	    "the part's Content-Transfer-Encoding is neither 7bit, 8bit nor "
	    "binary");
	err_hint(err, "Send the bytes of a file as they are.");
	return ERR_INPUT;
}

static const struct {
	const char *name;
	enum err_code (*read)(
	    struct multipart_head *head, struct span value, struct err *err);
} headers[] = {
    [MULTIPART_DISPOSITION] = {"Content-Disposition", read_disposition},
    [MULTIPART_TYPE] = {"Content-Type", read_type},
    [MULTIPART_ENCODING] = {"Content-Transfer-Encoding", read_encoding},
};
_Static_assert(ARRAY_COUNT(headers) == MULTIPART_HEADER_COUNT, "one for each");

static enum err_code read_header(struct multipart_head *head, struct span name,
    struct span value, struct err *err)
{
	size_t i;

	for (i = 0; i < MULTIPART_HEADER_COUNT; i++)
		if (equal_folded(name, headers[i].name))
			break;
	if (i == MULTIPART_HEADER_COUNT)
		return 0;
	if (head->is_seen[i])
		return refuse_second(headers[i].name, err);
	head->is_seen[i] = true;
	return headers[i].read(head, value, err);
}

static bool has_raw_control(struct span line)
{
	size_t i;

	for (i = 0; i < line.n; i++)
		if (((unsigned char)line.p[i] < ' ' && line.p[i] != '\t') ||
		    line.p[i] == 0x7f)
			return true;
	return false;
}

enum err_code multipart_head_line(
    struct multipart_head *head, struct span line, struct err *err)
{
	bool is_plain = !has_raw_control(line);
	struct span name = take_token(&line);

	/* A line that goes on with the one before begins with a blank, so it
	 * has no name. */
	if (!is_plain || name.n == 0 || line.n == 0 || line.p[0] != ':') {
		err_set(err, ERR_INPUT, "a header of the part cannot be read");
		err_hint(err,
		    "Write each as NAME: VALUE, in a line of its own and "
		    "without control characters.");
		return ERR_INPUT;
	}
	drop(&line, 1);
	skip_blanks(&line);
	while (line.n && is_blank(line.p[line.n - 1]))
		line.n--;
	return read_header(head, name, line, err);
}

static void text_reset(struct multipart_text *text)
{
	text->is_given = false;
	buf_reset(&text->bytes);
}

void multipart_head_reset(struct multipart_head *head)
{
	memset(head->is_seen, 0, sizeof(head->is_seen));
	text_reset(&head->name);
	text_reset(&head->file_name);
	text_reset(&head->type);
}

static struct span text_span(const struct multipart_text *text)
{
	if (!text->is_given)
		return (struct span){NULL, 0};
	return (struct span){buf_str(&text->bytes), text->bytes.n};
}

static struct span without_folders(struct span name)
{
	size_t n = name.n;

	while (n && name.p[n - 1] != '/' && name.p[n - 1] != '\\')
		n--;
	drop(&name, n);
	return name;
}

enum err_code multipart_head_part(const struct multipart_head *head,
    struct multipart_part *out, struct err *err)
{
	struct span file_name = text_span(&head->file_name);

	out->name = text_span(&head->name);
	out->type = text_span(&head->type);
	if (out->name.n == 0) {
		err_set(err, ERR_INPUT, "the part has no name");
		err_hint(err,
		    "Each part of a form begins with Content-Disposition: "
		    "form-data; name=\"...\".");
		return ERR_INPUT;
	}
	out->file_name = file_name;
	if (file_name.n == 0)
		return 0;
	out->file_name = without_folders(file_name);
	if (out->file_name.n && !span_is(out->file_name, ".") &&
	    !span_is(out->file_name, ".."))
		return 0;
	err_set(err, ERR_INPUT, "the part's file name is a folder's");
	err_hint(err, "Send the file itself, with a name of its own.");
	return ERR_INPUT;
}

/* ---- lifecycle ---- */

void multipart_head_init(
    struct multipart_head *head, const struct multipart_limits *limits)
{
	*head = (struct multipart_head){0};
	buf_init(&head->name.bytes, limits->name_bytes_max);
	buf_init(&head->file_name.bytes, limits->file_name_bytes_max);
	buf_init(&head->type.bytes, limits->type_bytes_max);
}

void multipart_head_release(struct multipart_head *head)
{
	buf_release(&head->name.bytes);
	buf_release(&head->file_name.bytes);
	buf_release(&head->type.bytes);
}
