/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One JSON object a line for each request, to a file or stderr. What came
 * from outside is escaped: no byte of a request reaches the log as it was
 * sent unless it is plain text.
 */
#ifndef GX_HTTP_ACCESS_LOG_H
#define GX_HTTP_ACCESS_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct access_log;

struct access_line {
	int64_t at_ms;	    /* Unix time */
	const char *method; /* any bytes */
	struct span target; /* any bytes */
	const char *route;  /* NULL none */
	int status;
	uint64_t bytes;
	uint64_t took_us;
	struct span client;
	const char *from; /* "cache", "worker", "here", "parser", "door" */
};

/* path "-": stderr; a file is appended to, and made with mode 0640. */
enum err_code access_log_open(
    const char *path, struct access_log **out, struct err *err);
void access_log_close(struct access_log **log);
/* Is it a file, and not stderr? */
bool access_log_is_file(const struct access_log *log);
/* For who has renamed the file: writes what was collected there, and goes on
 * in one of its first name. After a failure it goes on where it was. */
enum err_code access_log_reopen(struct access_log *log, struct err *err);
/* Collects; writes when a second has passed or the buffer is full. Lines
 * that cannot be written are lost, and the next that can say how many were.
 */
void access_log_add(struct access_log *log, const struct access_line *line);
/* Writes what was collected. */
void access_log_flush(struct access_log *log);

/* For tests: the line alone. */
struct buf;
void access_line_write(const struct access_line *line, struct buf *out);

#endif
