/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A head is a first line, lines of headers, and an empty line. Lines end with
 * CR LF or LF alone; empty lines before the first are passed over (RFC 9112,
 * Section 2.2). A line that continues the one before is refused (Section
 * 5.2), since two servers may read it in two ways.
 */
#include "http/head.h"

#include <strings.h>

#include "base/check.h"
#include "http/http.h"

enum { LENGTH_DIGITS_MAX = 19 };

/* Too much of something. */
static int explain_size(enum head_fault fault, struct err *why)
{
	switch (fault) {
	case HEAD_LENGTH_MAX:
		err_set(why, ERR_FULL,
		    "the body is longer than anything that is taken here");
		return 413;
	case HEAD_LONG_ADDRESS:
		err_set(why, ERR_FULL, "the address is longer than %d bytes",
		    (int)HTTP_TARGET_BYTES_MAX);
		return 414;
	case HEAD_LONG:
		err_set(why, ERR_FULL,
		    "the head of the request is larger than %d bytes",
		    (int)HTTP_HEAD_BYTES_MAX);
		return 431;
	case HEAD_MANY:
		err_set(why, ERR_FULL, "the request has more than %d headers",
		    (int)HEAD_HEADERS_MAX);
		return 431;
	case HEAD_ROOM:
		err_set(why, ERR_FULL,
		    "the headers of the request take more room than there is "
		    "for them");
		return 431;
	case BODY_LONG_CHUNK:
		err_set(why, ERR_FULL,
		    "a chunk of the request's body, or the line before it, is "
		    "longer than anything that is taken here");
		return 413;
	default:
		ASSERT(!"a fault");
		return 500;
	}
}

int head_explain(enum head_fault fault, struct err *why)
{
	switch (fault) {
	case HEAD_NO_REQUEST:
		err_set(why, ERR_INPUT,
		    "the first line of the request is not method, address "
		    "and version");
		return 400;
	case HEAD_VERSION:
		err_set(why, ERR_INPUT,
		    "the request is of a version of HTTP that is not spoken "
		    "here");
		err_hint(why, "Speak HTTP/1.1.");
		return 505;
	case HEAD_LINE:
		err_set(why, ERR_INPUT, "a header of the request is malformed");
		return 400;
	case HEAD_CONTROL:
		err_set(why, ERR_INPUT,
		    "the head of the request has a control character");
		return 400;
	case HEAD_LENGTH:
		err_set(why, ERR_INPUT,
		    "the Content-Length of the request is no number");
		return 400;
	case HEAD_CUT:
		err_set(why, ERR_INPUT,
		    "the request ends in the middle of its head");
		return 400;
	case BODY_CUT:
		err_set(why, ERR_INPUT,
		    "the request ends in the middle of its body");
		return 400;
	case HEAD_SLOW:
		err_set(why, ERR_INPUT,
		    "the head of the request did not come in time");
		return 408;
	case BODY_SLOW:
		err_set(why, ERR_INPUT,
		    "the body of the request did not come in time");
		return 408;
	case BODY_CHUNK:
		err_set(why, ERR_INPUT,
		    "a chunk of the request's body, or a line behind the last "
		    "one, is malformed");
		return 400;
	default:
		return explain_size(fault, why);
	}
}

/* ---- lines ---- */

/* Takes the next line, without its end; false: its end has not come. */
static bool take_line(struct span *rest, struct span *line_out)
{
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	size_t n;

	if (!end)
		return false;
	n = (size_t)(end - rest->p);
	*line_out = (struct span){rest->p, n};
	if (n && rest->p[n - 1] == '\r')
		line_out->n--;
	rest->p += n + 1;
	rest->n -= n + 1;
	return true;
}

/* A CR that ends what has come may yet be a line's. */
static bool has_control(struct span text, bool is_line)
{
	const char *cr = text.n ? memchr(text.p, '\r', text.n) : NULL;

	if (text.n && memchr(text.p, '\0', text.n))
		return true;
	return cr && (is_line || cr != text.p + text.n - 1);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* METHOD SP address SP "HTTP/" DIGIT "." DIGIT; a blank within the address is
 * seen by uri.c. */
static enum head_fault judge_first(struct span line)
{
	const char *blank = memchr(line.p, ' ', line.n);
	const char *version = memrchr(line.p, ' ', line.n);

	if (!blank || blank == line.p || blank == version ||
	    version - blank < 2)
		return HEAD_NO_REQUEST;
	version++;
	if (line.p + line.n - version != 8 ||
	    memcmp(version, "HTTP/", 5) != 0 || !is_digit(version[5]) ||
	    version[6] != '.' || !is_digit(version[7]))
		return HEAD_NO_REQUEST;
	return version[5] == '1' ? HEAD_NO_FAULT : HEAD_VERSION;
}

/* ---- headers ---- */

static bool is_named(struct span name, const char *wanted)
{
	return name.n == strlen(wanted) &&
	    strncasecmp(name.p, wanted, name.n) == 0;
}

static struct span trim(struct span a)
{
	while (a.n && (a.p[0] == ' ' || a.p[0] == '\t')) {
		a.p++;
		a.n--;
	}
	while (a.n && (a.p[a.n - 1] == ' ' || a.p[a.n - 1] == '\t'))
		a.n--;
	return a;
}

enum head_fault head_judge_length(struct span value)
{
	size_t i;

	value = trim(value);
	for (i = 0; i < value.n; i++)
		if (!is_digit(value.p[i]))
			return HEAD_LENGTH;
	if (value.n == 0)
		return HEAD_LENGTH;
	return value.n > LENGTH_DIGITS_MAX ? HEAD_LENGTH_MAX : HEAD_NO_FAULT;
}

static enum head_fault judge_header(struct span line, struct head *out)
{
	const char *colon = memchr(line.p, ':', line.n);
	struct span name, value;

	if (!colon || colon == line.p || line.p[0] == ' ' || line.p[0] == '\t')
		return HEAD_LINE;
	name = (struct span){line.p, (size_t)(colon - line.p)};
	value = trim((struct span){colon + 1, line.n - name.n - 1});
	if (is_named(name, "Accept") && !out->accept.p)
		out->accept = value;
	if (is_named(name, "Accept-Language") && !out->accept_language.p)
		out->accept_language = value;
	if (is_named(name, "Content-Length"))
		return head_judge_length(value);
	return HEAD_NO_FAULT;
}

/* ---- the head ---- */

static void set_fault(struct head *head, enum head_fault fault)
{
	if (!head->fault)
		head->fault = fault;
}

/* What has come of a line whose end has not. */
static void judge_rest(struct span rest, enum head_fault lack, struct head *out)
{
	if (has_control(rest, false))
		set_fault(out, HEAD_CONTROL);
	set_fault(out, lack);
}

/* Behind a fault the lines are read on for what the client would take. */
static void judge_headers(
    struct span rest, size_t seen_n, enum head_fault lack, struct head *out)
{
	struct span line;
	size_t count = 0;

	while (take_line(&rest, &line)) {
		if (line.n == 0) {
			out->is_whole = true;
			return;
		}
		if (++count > HEAD_HEADERS_MAX)
			set_fault(out, HEAD_MANY);
		set_fault(out,
		    has_control(line, true) ? HEAD_CONTROL
					    : judge_header(line, out));
	}
	if (seen_n >= HEAD_BYTES_MAX)
		set_fault(out, HEAD_LONG);
	judge_rest(rest, lack, out);
}

void head_judge(struct span bytes, enum head_fault lack, struct head *out)
{
	struct span rest = bytes, line = {NULL, 0};

	memset(out, 0, sizeof(*out));
	while (take_line(&rest, &line))
		if (line.n > 0)
			break;
	if (line.n == 0) {
		out->first_line = rest;
		if (rest.n >= HEAD_LINE_BYTES_MAX || bytes.n >= HEAD_BYTES_MAX)
			set_fault(out, HEAD_LONG_ADDRESS);
		judge_rest(rest, lack, out);
		return;
	}
	out->first_line = line;
	out->is_head = span_starts_with(line, "HEAD ");
	if (line.n >= HEAD_LINE_BYTES_MAX)
		set_fault(out, HEAD_LONG_ADDRESS);
	set_fault(
	    out, has_control(line, true) ? HEAD_CONTROL : judge_first(line));
	judge_headers(rest, bytes.n, lack, out);
}
