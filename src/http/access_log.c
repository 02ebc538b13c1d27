/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Method and target may hold any bytes. JSON wants UTF-8, so bytes that are
 * none, and control characters, are shown as \xNN (with the backslash escaped
 * once more by JSON), which cannot be mistaken for anything that was sent: a
 * backslash that was sent is shown as \x5C.
 *
 * People search for numbers of persons, which must stay nowhere. So where
 * DIGITS_LONG or more digits follow one another, what stands behind the first
 * few is hidden; and digits are found as the search finds them: encoded or
 * not, of any width, with anything between them but letters.
 */
#include "http/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/fold.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
	COLLECT_BYTES = 64 * 1024,
	LINE_BYTES_MAX = 64 * 1024,
	TARGET_BYTES_MAX = 2048,
	METHOD_BYTES_MAX = 32,
	DIGITS_LONG = 15,
	DIGITS_SHOWN = 6,
	FLUSH_MS = 1000
};

#define SHOWN_BYTES(max) (6 * (max))

struct access_log {
	char *path; /* NULL: stderr */
	int fd;
	pthread_mutex_t lock;
	struct buf collected;
	int64_t written_ms;
	uint64_t lost; /* lines, since the last that was written */
	bool is_torn;  /* the file ends in the middle of one */
};

/* A descriptor, or a negative enum err_code. */
static int open_file(const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

	return fd < 0 ? err_set_errno(err, "could not open \"%s\"", path) : fd;
}

enum err_code access_log_open(
    const char *path, struct access_log **out, struct err *err)
{
	struct access_log *log = mem_zalloc(1, sizeof(*log));
	int fd = STDERR_FILENO;

	if (strcmp(path, "-") != 0) {
		log->path = mem_strdup(path);
		fd = open_file(path, err);
	}
	if (fd < 0) {
		free(log->path);
		free(log);
		return (enum err_code)fd;
	}
	log->fd = fd;
	pthread_mutex_init(&log->lock, NULL);
	buf_init(&log->collected, COLLECT_BYTES + LINE_BYTES_MAX);
	*out = log;
	return 0;
}

/* Returns what could not be written of it. */
static struct span put(struct access_log *log, struct span text)
{
	while (text.n) {
		ssize_t n = write(log->fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		log->is_torn = text.p[n - 1] != '\n';
		text.p += n;
		text.n -= (size_t)n;
	}
	return text;
}

/* Says what was lost before; false: that cannot be written either. */
static bool put_lost(struct access_log *log)
{
	struct buf line = BUF_INIT(64);
	bool is_said = true;

	if (log->is_torn)
		buf_add_char(&line, '\n');
	if (log->lost)
		buf_addf(
		    &line, "{\"lost\":%llu}\n", (unsigned long long)log->lost);
	is_said = put(log, buf_span(&line)).n == 0;
	if (is_said)
		log->lost = 0;
	buf_release(&line);
	return is_said;
}

/* The lock is held. */
static void write_out(struct access_log *log)
{
	struct span rest = buf_span(&log->collected);
	size_t i;

	if (rest.n && put_lost(log))
		rest = put(log, rest);
	for (i = 0; i < rest.n; i++)
		log->lost += rest.p[i] == '\n';
	buf_reset(&log->collected);
}

bool access_log_is_file(const struct access_log *log)
{
	return log->path != NULL;
}

enum err_code access_log_reopen(struct access_log *log, struct err *err)
{
	int fd = open_file(log->path, err);

	if (fd < 0)
		return (enum err_code)fd;
	pthread_mutex_lock(&log->lock);
	write_out(log);
	close(log->fd);
	log->fd = fd;
	log->is_torn = false;
	pthread_mutex_unlock(&log->lock);
	return 0;
}

void access_log_close(struct access_log **log)
{
	if (!*log)
		return;
	write_out(*log);
	if ((*log)->path)
		close((*log)->fd);
	free((*log)->path);
	pthread_mutex_destroy(&(*log)->lock);
	buf_release(&(*log)->collected);
	free(*log);
	*log = NULL;
}

/* ---- what stands in a target ---- */

/* A byte, decoded; returns how many bytes of the target it is. */
static size_t read_byte(struct span text, size_t at, char *out)
{
	int high = at + 2 < text.n ? hex_digit(text.p[at + 1]) : -1;
	int low = at + 2 < text.n ? hex_digit(text.p[at + 2]) : -1;

	*out = text.p[at];
	if (*out != '%' || high < 0 || low < 0)
		return 1;
	*out = (char)(high << 4 | low);
	return 3;
}

/* A character, decoded and folded; 0 where none stands, or one that folds to
 * nothing. Returns how many bytes of the target it is. */
static size_t read_char(struct span text, size_t at, uint32_t *out)
{
	char bytes[4];
	size_t first = 0, n = 0, from = at, zero = 0;

	while (n < sizeof(bytes) && at < text.n) {
		at += read_byte(text, at, &bytes[n++]);
		if (n == 1)
			first = at - from;
		if (utf8_valid_prefix(bytes, n) == n) {
			*out = fold_char(utf8_next(bytes, n, &zero));
			return at - from;
		}
	}
	*out = 0;
	return first;
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* A mark beyond ASCII, as people set between digits. */
static bool is_mark(uint32_t c)
{
	return c == 0xb7 || c == 0x30fb || (c >= 0x2000 && c < 0x2070) ||
	    (c >= 0x3000 && c < 0x3040);
}

/* Does it end a run of digits? */
static bool is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 0x80 && !is_mark(c));
}

/* The digits from a place on and whatever stands between them; end: behind
 * the last of them, shown: behind those that are shown of a long run. */
struct digits {
	size_t count, shown, end;
};

static struct digits digits_at(struct span text, size_t at)
{
	struct digits found = {0, at, at};
	uint32_t c = 0;

	while (at < text.n) {
		at += read_char(text, at, &c);
		if (is_letter(c))
			break;
		if (!is_digit(c))
			continue;
		found.end = at;
		if (++found.count <= DIGITS_SHOWN)
			found.shown = at;
	}
	return found;
}

/* ---- showing it ---- */

/* Bytes of a control character (C0, DEL, C1), of one that ends a line or turns
 * what follows about, or of a backslash. */
static size_t hidden_bytes(struct span valid, size_t at)
{
	size_t end = at;
	uint32_t c;

	if (((unsigned char)valid.p[at] & 0xc0) == 0x80)
		return 0; /* within a character */
	c = utf8_next(valid.p, valid.n, &end);
	if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == '\\' || c == 0x200e ||
	    c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069))
		return end - at;
	return 0;
}

static void show_bytes(struct span raw, struct buf *out)
{
	size_t valid_n = 0, at, hidden;

	for (at = 0; at < raw.n;) {
		if (at == valid_n)
			valid_n += utf8_valid_prefix(raw.p + at, raw.n - at);
		hidden = at < valid_n ? hidden_bytes(raw, at) : 1;
		if (at == valid_n)
			valid_n++;
		if (!hidden)
			buf_add_char(out, raw.p[at++]);
		for (; hidden; hidden--)
			buf_addf(out, "\\x%02X", (unsigned char)raw.p[at++]);
	}
}

/* What begins in the first `max` bytes: at most SHOWN_BYTES(max). A number at
 * their end is read on, so that no part of it stays. */
static void show(struct span raw, size_t max, struct buf *out)
{
	size_t end = raw.n < max ? raw.n : max;
	size_t from = 0, at = 0;
	uint32_t c;

	if (raw.n > 2 * max)
		raw.n = 2 * max;
	while (at < end) {
		size_t n = read_char(raw, at, &c);
		struct digits d = {0, at, at + n};

		if (is_digit(c))
			d = digits_at(raw, at);
		at = d.end;
		if (d.count < DIGITS_LONG)
			continue;
		show_bytes((struct span){raw.p + from, d.shown - from}, out);
		for (; d.count > DIGITS_SHOWN; d.count--)
			buf_add_char(out, '*');
		from = at;
	}
	if (from < end)
		show_bytes((struct span){raw.p + from, end - from}, out);
}

void access_line_write(const struct access_line *line, struct buf *out)
{
	struct buf target = BUF_INIT(SHOWN_BYTES(TARGET_BYTES_MAX));
	struct buf method = BUF_INIT(SHOWN_BYTES(METHOD_BYTES_MAX));
	struct json_writer w;
	char time[21];

	show(line->target, TARGET_BYTES_MAX, &target);
	show(span_of(line->method), METHOD_BYTES_MAX, &method);
	json_start(&w, out);
	json_open_object(&w);
	json_put_str(&w, "at", date_format_unix(line->at_ms, time));
	json_put_span(&w, "client", line->client);
	json_put_str(&w, "method", buf_str(&method));
	json_put_str(&w, "target", buf_str(&target));
	json_put_str(&w, "route", line->route ? line->route : "");
	json_put_int(&w, "status", line->status);
	json_put_int(&w, "bytes", (int64_t)line->bytes);
	json_put_int(&w, "us", (int64_t)line->took_us);
	json_put_str(&w, "from", line->from);
	json_close_object(&w);
	buf_release(&method);
	buf_release(&target);
}

void access_log_add(struct access_log *log, const struct access_line *line)
{
	pthread_mutex_lock(&log->lock);
	access_line_write(line, &log->collected);
	buf_add_char(&log->collected, '\n');
	if (log->collected.n >= COLLECT_BYTES ||
	    line->at_ms - log->written_ms >= FLUSH_MS) {
		write_out(log);
		log->written_ms = line->at_ms;
	}
	pthread_mutex_unlock(&log->lock);
}

void access_log_flush(struct access_log *log)
{
	pthread_mutex_lock(&log->lock);
	write_out(log);
	pthread_mutex_unlock(&log->lock);
}
