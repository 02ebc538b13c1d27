/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A body goes through these states:
 *
 *	SCAN	 preamble or data of a part, until the delimiter
 *	BOUNDARY right behind a delimiter
 *	PADDING	 spaces and tabs behind it
 *	CR	 a carriage return behind them
 *	HEAD	 headers of a part, a line at a time; then SCAN
 *	DASH	 one dash behind a delimiter
 *	CLOSED	 two dashes behind it, and spaces and tabs
 *	CLOSED_CR, EPILOGUE	what follows, which is passed over
 *
 * The delimiter is CR LF "--" and the boundary. SCAN looks for a carriage
 * return with memchr and compares what follows with the delimiter; what is
 * none stays where it is, and all before a delimiter goes to the sink at
 * once, in place. As a boundary holds no carriage return, the delimiter has
 * only its first: none of the bytes that were the same before a mismatch can
 * begin another. So no byte is looked at more than twice, by memchr and by a
 * comparison, whatever the body holds; those of a delimiter are compared
 * again when it is taken. The worst that a body can hold is carriage returns
 * alone, since each costs two calls: seen were 7 ns a byte, and a tenth of
 * one for the lines of a CSV file.
 *
 * A delimiter that has begun at the end of a piece is a count only: what was
 * held back is what the delimiter begins with, and is given to the sink from
 * there when the next piece goes on otherwise.
 *
 * The first boundary of a body, and one right behind a part's headers, have
 * their CR LF in nothing and in the empty line: SCAN begins as if it had
 * seen it (`unreal`).
 *
 * Headers are collected line by line, so the one buffer is as long as they
 * may be, and what is kept of them is decoded into bounded ones.
 */
#include "http/multipart.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "http/multipart_head.h"

enum {
	MARK_BYTES = 4,	 /* CR LF "--" */
	UNREAL_BYTES = 2 /* CR LF */
};

enum state {
	STATE_REFUSED = 0, /* in the table of states only */
	STATE_SCAN,
	STATE_BOUNDARY,
	STATE_PADDING,
	STATE_CR,
	STATE_HEAD,
	STATE_DASH,
	STATE_CLOSED,
	STATE_CLOSED_CR,
	STATE_EPILOGUE,
	STATE_COUNT
};

struct multipart {
	enum state state;
	bool is_finished;     /* for ASSERT */
	enum err_code failed; /* then why says it */
	uint64_t at;	      /* bytes of the body that were read */
	size_t parts;	      /* that have begun, with the present one */
	size_t delimiter_n;
	size_t matched;	  /* bytes of the delimiter that were seen */
	size_t unreal;	  /* of these, such as were not there */
	size_t headers_n; /* bytes of the part's headers */
	uint64_t line_at; /* where the line began */
	size_t line_n;
	char *line; /* limits.headers_bytes_max */
	struct multipart_head head;
	struct multipart_sink sink;
	struct multipart_limits limits;
	struct err why;
	char delimiter[MARK_BYTES + MULTIPART_BOUNDARY_BYTES_MAX];
};

/* ---- the body ---- */

/* Says where, once, in front of the failure that why is. */
static enum err_code place(struct multipart *m, uint64_t at)
{
	if (m->parts)
		err_context(&m->why, "part %zu, byte %" PRIu64, m->parts, at);
	else
		err_context(&m->why, "byte %" PRIu64, at);
	return m->why.code;
}

static void advance(struct multipart *m, struct span *rest, size_t n)
{
	rest->p += n;
	rest->n -= n;
	m->at += n;
}

static void scan_start(struct multipart *m)
{
	m->state = STATE_SCAN;
	m->matched = m->unreal = UNREAL_BYTES;
}

/* In SCAN: nothing of it is for the sink. */
static bool is_in_preamble(const struct multipart *m)
{
	return m->parts == 0;
}

static enum err_code emit(struct multipart *m, const char *p, size_t n)
{
	if (is_in_preamble(m) || n == 0)
		return 0;
	return m->sink.data(m->sink.ctx, (struct span){p, n}, &m->why);
}

static enum err_code end_scan(struct multipart *m)
{
	m->state = STATE_BOUNDARY;
	m->matched = 0;
	return is_in_preamble(m) ? 0 : m->sink.end(m->sink.ctx, &m->why);
}

/* How many bytes stand before the first delimiter, or before what may be
 * the beginning of one at the end. */
static size_t before_delimiter(const struct multipart *m, struct span s)
{
	size_t from = 0;

	for (;;) {
		const char *cr = memchr(s.p + from, '\r', s.n - from);
		size_t at = cr ? (size_t)(cr - s.p) : s.n;
		size_t n = s.n - at;

		if (n > m->delimiter_n)
			n = m->delimiter_n;
		if (memcmp(s.p + at, m->delimiter, n) == 0)
			return at;
		from = at + 1;
	}
}

/* Goes on with the delimiter where it was left. */
static enum err_code match_delimiter(struct multipart *m, struct span *rest)
{
	size_t n = m->delimiter_n - m->matched;
	size_t held = m->matched - m->unreal, from = m->unreal;

	if (n > rest->n)
		n = rest->n;
	if (memcmp(rest->p, m->delimiter + m->matched, n) != 0) {
		m->matched = m->unreal = 0;
		return emit(m, m->delimiter + from, held);
	}
	m->matched += n;
	advance(m, rest, n);
	return m->matched == m->delimiter_n ? end_scan(m) : 0;
}

static enum err_code step_scan(struct multipart *m, struct span *rest)
{
	const char *p = rest->p;
	enum err_code rc;
	size_t n;

	if (m->matched)
		return match_delimiter(m, rest);
	n = before_delimiter(m, *rest);
	advance(m, rest, n);
	rc = emit(m, p, n);
	return rc || rest->n == 0 ? rc : match_delimiter(m, rest);
}

/* Where a byte leads from a state of a boundary's line. */
static enum state next_state(enum state state, char c)
{
	static const struct {
		enum state dash, blank, cr, lf;
	} to[STATE_COUNT] = {
	    [STATE_BOUNDARY] = {.dash = STATE_DASH,
		.blank = STATE_PADDING,
		.cr = STATE_CR},
	    [STATE_PADDING] = {.blank = STATE_PADDING, .cr = STATE_CR},
	    [STATE_CR] = {.lf = STATE_HEAD},
	    [STATE_DASH] = {.dash = STATE_CLOSED},
	    [STATE_CLOSED] = {.blank = STATE_CLOSED, .cr = STATE_CLOSED_CR},
	    [STATE_CLOSED_CR] = {.lf = STATE_EPILOGUE},
	};

	switch (c) {
	case '-':
		return to[state].dash;
	case ' ':
	case '\t':
		return to[state].blank;
	case '\r':
		return to[state].cr;
	case '\n':
		return to[state].lf;
	default:
		return STATE_REFUSED;
	}
}

static enum err_code refuse_lf(struct multipart *m, uint64_t at)
{
	err_set(&m->why, ERR_INPUT, "a line ends with LF alone");
	err_hint(&m->why, "End the lines of the form with CR LF.");
	return place(m, at);
}

static enum err_code start_head(struct multipart *m)
{
	if (m->parts == m->limits.parts_max) {
		err_set(&m->why, ERR_FULL, "the form has more than %zu parts",
		    m->limits.parts_max);
		err_hint(&m->why, "Send it as several forms.");
		return place(m, m->at);
	}
	m->parts++;
	m->headers_n = m->line_n = 0;
	m->line_at = m->at;
	multipart_head_reset(&m->head);
	return 0;
}

static enum err_code step_boundary_line(struct multipart *m, struct span *rest)
{
	char c = rest->p[0];
	enum state next = next_state(m->state, c);

	if (next == STATE_REFUSED && c == '\n')
		return refuse_lf(m, m->at);
	if (next == STATE_REFUSED) {
		err_set(&m->why, ERR_INPUT,
		    "something else stands behind a boundary in its line");
		err_hint(&m->why,
		    "Take a boundary that no line of the contents begins "
		    "with.");
		return place(m, m->at);
	}
	m->state = next;
	advance(m, rest, 1);
	return next == STATE_HEAD ? start_head(m) : 0;
}

static enum err_code end_head(struct multipart *m)
{
	struct multipart_part part = {.number = m->parts};

	if (multipart_head_part(&m->head, &part, &m->why))
		return place(m, m->line_at);
	scan_start(m);
	return m->sink.begin(m->sink.ctx, &part, &m->why);
}

/* A whole line with its end is there. */
static enum err_code end_line(struct multipart *m)
{
	struct span line = {m->line, m->line_n - 1};

	if (line.n == 0 || line.p[line.n - 1] != '\r')
		return refuse_lf(m, m->at - 1);
	if (--line.n == 0)
		return end_head(m);
	if (multipart_head_line(&m->head, line, &m->why))
		return place(m, m->line_at);
	m->line_n = 0;
	m->line_at = m->at;
	return 0;
}

static enum err_code step_head(struct multipart *m, struct span *rest)
{
	const char *lf = memchr(rest->p, '\n', rest->n);
	size_t n = lf ? (size_t)(lf - rest->p) + 1 : rest->n;
	size_t room = m->limits.headers_bytes_max - m->headers_n;

	if (n > room) {
		err_set(&m->why, ERR_FULL,
		    "the part's headers are longer than %zu bytes",
		    m->limits.headers_bytes_max);
		err_hint(
		    &m->why, "Send what is long as the content of a part.");
		return place(m, m->at + room);
	}
	memcpy(m->line + m->line_n, rest->p, n);
	m->line_n += n;
	m->headers_n += n;
	advance(m, rest, n);
	return lf ? end_line(m) : 0;
}

static enum err_code step(struct multipart *m, struct span *rest)
{
	switch (m->state) {
	case STATE_SCAN:
		return step_scan(m, rest);
	case STATE_HEAD:
		return step_head(m, rest);
	case STATE_EPILOGUE:
		advance(m, rest, rest->n);
		return 0;
	default:
		return step_boundary_line(m, rest);
	}
}

static enum err_code outcome(const struct multipart *m, struct err *err)
{
	if (m->failed && err)
		*err = m->why;
	return m->failed;
}

enum err_code multipart_feed(
    struct multipart *multipart, struct span bytes, struct err *err)
{
	ASSERT(!multipart->is_finished);
	while (bytes.n && !multipart->failed)
		multipart->failed = step(multipart, &bytes);
	return outcome(multipart, err);
}

static enum err_code refuse_end(struct multipart *m)
{
	if (is_in_preamble(m) && m->state == STATE_SCAN) {
		err_set(&m->why, ERR_INPUT,
		    "the body does not hold the boundary \"%.*s\" that its "
		    "type names",
		    (int)(m->delimiter_n - MARK_BYTES),
		    m->delimiter + MARK_BYTES);
		err_hint(&m->why,
		    "Send the Content-Type that belongs to the body, and end "
		    "lines with CR LF.");
	} else {
		err_set(&m->why, ERR_INPUT,
		    "the body ends before its last boundary does");
		err_hint(&m->why, "It was cut off: send it again.");
	}
	return place(m, m->at);
}

enum err_code multipart_finish(struct multipart *multipart, struct err *err)
{
	ASSERT(!multipart->is_finished);
	multipart->is_finished = true;
	if (!multipart->failed && multipart->state != STATE_CLOSED &&
	    multipart->state != STATE_EPILOGUE)
		multipart->failed = refuse_end(multipart);
	return outcome(multipart, err);
}

/* ---- lifecycle ---- */

static size_t limit_or(size_t limit, size_t otherwise)
{
	return limit ? limit : otherwise;
}

static void set_limits(
    struct multipart_limits *to, const struct multipart_limits *from)
{
	if (from)
		*to = *from;
	to->parts_max = limit_or(to->parts_max, MULTIPART_PARTS_MAX);
	to->headers_bytes_max =
	    limit_or(to->headers_bytes_max, MULTIPART_HEADERS_BYTES_MAX);
	to->name_bytes_max =
	    limit_or(to->name_bytes_max, MULTIPART_NAME_BYTES_MAX);
	to->file_name_bytes_max =
	    limit_or(to->file_name_bytes_max, MULTIPART_FILE_NAME_BYTES_MAX);
	to->type_bytes_max =
	    limit_or(to->type_bytes_max, MULTIPART_TYPE_BYTES_MAX);
}

struct multipart *multipart_new(const char *boundary,
    const struct multipart_sink *sink, const struct multipart_limits *limits)
{
	struct multipart *m = mem_zalloc(1, sizeof(*m));
	size_t n = strlen(boundary);

	/* That it holds no CR is what the search rests on. */
	ASSERT(n > 0 && n <= MULTIPART_BOUNDARY_BYTES_MAX);
	ASSERT(!strchr(boundary, '\r'));
	ASSERT(sink->begin && sink->data && sink->end);
	memcpy(m->delimiter, "\r\n--", MARK_BYTES);
	memcpy(m->delimiter + MARK_BYTES, boundary, n);
	m->delimiter_n = MARK_BYTES + n;
	m->sink = *sink;
	set_limits(&m->limits, limits);
	m->line = mem_alloc(m->limits.headers_bytes_max);
	multipart_head_init(&m->head, &m->limits);
	scan_start(m);
	return m;
}

void multipart_free(struct multipart **multipart)
{
	struct multipart *m = *multipart;

	if (!m)
		return;
	multipart_head_release(&m->head);
	free(m->line);
	free(m);
	*multipart = NULL;
}
