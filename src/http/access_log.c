/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The target may hold any bytes. JSON wants UTF-8, so bytes that are none
 * are shown as \xNN (with the backslash escaped once more by JSON), which
 * cannot be mistaken for anything that was sent: a backslash that was sent
 * is shown as \x5C.
 *
 * A run of DIGITS_LONG or more digits is cut short: people search for
 * numbers of persons, which must stay nowhere.
 */
#include "http/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
	COLLECT_BYTES = 64 * 1024,
	LINE_BYTES_MAX = 64 * 1024,
	TARGET_BYTES_MAX = 2048,
	DIGITS_LONG = 15,
	DIGITS_SHOWN = 6,
	FLUSH_MS = 1000
};

struct access_log {
	int fd;
	pthread_mutex_t lock;
	struct buf collected;
	int64_t written_ms;
	uint64_t lost; /* lines, since the last that was written */
};

enum err_code access_log_open(
    const char *path, struct access_log **out, struct err *err)
{
	struct access_log *log = mem_zalloc(1, sizeof(*log));

	log->fd = STDERR_FILENO;
	if (strcmp(path, "-") != 0)
		log->fd =
		    open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (log->fd < 0) {
		free(log);
		return err_set_errno(err, "could not open \"%s\"", path);
	}
	pthread_mutex_init(&log->lock, NULL);
	buf_init(&log->collected, COLLECT_BYTES + LINE_BYTES_MAX);
	*out = log;
	return 0;
}

/* The lock is held. */
static void write_out(struct access_log *log)
{
	size_t at = 0;

	while (at < log->collected.n) {
		ssize_t n = write(
		    log->fd, log->collected.p + at, log->collected.n - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			log->lost++;
			break;
		}
		at += (size_t)n;
	}
	buf_reset(&log->collected);
}

void access_log_close(struct access_log **log)
{
	if (!*log)
		return;
	write_out(*log);
	if ((*log)->fd != STDERR_FILENO)
		close((*log)->fd);
	pthread_mutex_destroy(&(*log)->lock);
	buf_release(&(*log)->collected);
	free(*log);
	*log = NULL;
}

static size_t digits_at(struct span text, size_t at)
{
	size_t n = 0;

	while (
	    at + n < text.n && text.p[at + n] >= '0' && text.p[at + n] <= '9')
		n++;
	return n;
}

/* One byte, or a long run of digits; returns how many bytes it was. */
static size_t show_one(struct span text, size_t at, struct buf *out)
{
	unsigned char c = (unsigned char)text.p[at];
	size_t digits = digits_at(text, at);
	size_t i;

	if (c < ' ' || c == 0x7f || c == '\\') {
		buf_addf(out, "\\x%02X", c);
		return 1;
	}
	if (digits < DIGITS_LONG) {
		buf_add(out, text.p + at, digits ? digits : 1);
		return digits ? digits : 1;
	}
	buf_add(out, text.p + at, DIGITS_SHOWN);
	for (i = DIGITS_SHOWN; i < digits; i++)
		buf_add_char(out, '*');
	return digits;
}

static void show(struct span raw, struct buf *out)
{
	size_t at = 0;

	if (raw.n > TARGET_BYTES_MAX)
		raw.n = TARGET_BYTES_MAX;
	while (at < raw.n) {
		size_t good = utf8_valid_prefix(raw.p + at, raw.n - at);
		struct span valid = {raw.p, at + good};

		while (at < valid.n)
			at += show_one(valid, at, out);
		if (at < raw.n)
			buf_addf(out, "\\x%02X", (unsigned char)raw.p[at++]);
	}
}

void access_line_write(const struct access_line *line, struct buf *out)
{
	struct buf target = BUF_INIT(4 * TARGET_BYTES_MAX);
	struct json_writer w;
	char time[21];

	show(line->target, &target);
	json_start(&w, out);
	json_open_object(&w);
	json_put_str(&w, "at", date_format_unix(line->at_ms, time));
	json_put_span(&w, "client", line->client);
	json_put_str(&w, "method", line->method);
	json_put_span(&w, "target", buf_span(&target));
	json_put_str(&w, "route", line->route ? line->route : "");
	json_put_int(&w, "status", line->status);
	json_put_int(&w, "bytes", (int64_t)line->bytes);
	json_put_int(&w, "us", (int64_t)line->took_us);
	json_put_str(&w, "from", line->from);
	json_close_object(&w);
	buf_release(&target);
}

void access_log_add(struct access_log *log, const struct access_line *line)
{
	pthread_mutex_lock(&log->lock);
	if (log->lost) {
		buf_addf(&log->collected, "{\"lost\":%llu}\n",
		    (unsigned long long)log->lost);
		log->lost = 0;
	}
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
