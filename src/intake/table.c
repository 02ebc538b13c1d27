/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing tables. A row is put together as UTF-8 in `line`, encoded into
 * `out`, and `out` is written when it is large; XLSX is in table_xlsx.c.
 * The first failure sticks: later calls give it again, so that a caller may
 * check at table_close only.
 *
 * CSV quotes a cell only where reading back needs it. A cell that begins
 * with = + - or @ is written as it is: some programs put a ' before it
 * against formulas in foreign data, but then the text that comes back is
 * another one, and what we write is meant to be mended and sent again.
 */
#include "intake/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "intake/icu.h"
#include "intake/table_priv.h"

enum {
	LINE_MAX_BYTES = 64 * 1024 * 1024,
	OUT_FLUSH = 256 * 1024,
	UNITS = 1024 /* UTF-16 units converted at once */
};

/* ---- bytes ---- */

static enum err_code write_out(struct table_writer *w, struct err *err)
{
	const char *p = w->out.p;
	size_t left = w->out.n;

	while (left > 0) {
		ssize_t done = write(w->fd, p, left);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_set_errno(
			    err, "could not write the table \"%s\"", w->path);
		p += done;
		left -= (size_t)done;
	}
	buf_reset(&w->out);
	return ERR_NONE;
}

/* Appends UTF-16 units in the writer's encoding. */
static void add_units(struct table_writer *w, const UChar *units, size_t n)
{
	bool is_le = w->encoding == READER_UTF16LE;
	char bytes[4 * UNITS];
	const UChar *from = units;
	char *to = bytes;
	UErrorCode status = U_ZERO_ERROR;
	size_t i;

	if (w->encoding == READER_GB18030) {
		icu.from_unicode(w->converter, &to, bytes + sizeof(bytes),
		    &from, units + n, NULL, false, &status);
		ASSERT(U_SUCCESS(status));
	} else {
		for (i = 0; i < n; i++) {
			*to++ = (char)(is_le ? units[i] : units[i] >> 8);
			*to++ = (char)(is_le ? units[i] >> 8 : units[i]);
		}
	}
	buf_add(&w->out, bytes, (size_t)(to - bytes));
}

static void add_encoded(struct table_writer *w, struct span text)
{
	UChar units[UNITS];
	size_t n = 0;
	size_t at = 0;

	if (w->encoding == READER_UTF8 || w->encoding == READER_UTF8_BOM) {
		buf_add_span(&w->out, text);
		return;
	}
	while (at < text.n) {
		uint32_t c = utf8_next(text.p, text.n, &at);

		if (n + 2 > UNITS) {
			add_units(w, units, n);
			n = 0;
		}
		if (c >= 0x10000) {
			c -= 0x10000;
			units[n++] = (UChar)(0xD800 + (c >> 10));
			c = 0xDC00 + (c & 0x3FF);
		}
		units[n++] = (UChar)c;
	}
	add_units(w, units, n);
}

/* Sends `line` on its way. */
static enum err_code add_line(struct table_writer *w, struct err *err)
{
	if (w->line.is_full)
		return err_set(err, ERR_FULL,
		    "row %zu is too long to be written", w->rows + 1);
	ASSERT_SLOW(
	    utf8_valid_prefix(buf_str(&w->line), w->line.n) == w->line.n);
	add_encoded(w, buf_span(&w->line));
	buf_reset(&w->line);
	ASSERT(!w->out.is_full);
	return w->out.n >= OUT_FLUSH ? write_out(w, err) : ERR_NONE;
}

/* ---- CSV and TSV ---- */

/* Quotes where a reader would take the text for something else; all
 * delimiters, as the reader judges which one it is. */
static bool needs_quotes(struct span text, bool is_first, bool is_alone)
{
	size_t i;

	if (is_first && text.n >= 4 && memcmp(text.p, "sep=", 4) == 0)
		return true;
	if (is_first && text.n > 0 &&
	    (*text.p == '[' || *text.p == '{' || *text.p == '<'))
		return true;
	for (i = 0; i < text.n; i++)
		if (strchr(",;\t|\"\r\n", text.p[i]))
			return true;
	return text.n == 0 && is_alone;
}

static enum err_code csv_add_row(struct table_writer *w,
    const struct span *cells, size_t count, bool is_first, struct err *err)
{
	size_t i, k;

	for (i = 0; i < count; i++) {
		if (i)
			buf_add_char(
			    &w->line, w->format == READER_TSV ? '\t' : ',');
		if (!needs_quotes(cells[i], is_first && i == 0, count == 1)) {
			buf_add_span(&w->line, cells[i]);
			continue;
		}
		buf_add_char(&w->line, '"');
		for (k = 0; k < cells[i].n; k++) {
			if (cells[i].p[k] == '"')
				buf_add_char(&w->line, '"');
			buf_add_char(&w->line, cells[i].p[k]);
		}
		buf_add_char(&w->line, '"');
	}
	buf_add_str(&w->line, "\r\n");
	return add_line(w, err);
}

static enum err_code csv_begin(struct table_writer *w, struct err *err)
{
	const struct table_options *o = w->options;
	enum err_code code = ERR_NONE;
	size_t i;

	if (w->encoding == READER_UTF8_BOM)
		buf_add_str(&w->out, "\xEF\xBB\xBF");
	else if (w->encoding == READER_UTF16LE)
		buf_add(&w->out, "\xFF\xFE", 2);
	else if (w->encoding == READER_UTF16BE)
		buf_add(&w->out, "\xFE\xFF", 2);
	for (i = 0; i < o->title_rows_count && code == ERR_NONE; i++) {
		struct span title = span_of(o->title_rows[i]);

		code = csv_add_row(w, &title, 1, i == 0, err);
	}
	if (code != ERR_NONE)
		return code;
	return csv_add_row(w, w->header, w->columns, i == 0, err);
}

static enum err_code csv_row(struct table_writer *w, const struct span *cells,
    size_t count, struct err *err)
{
	return csv_add_row(w, cells, count, false, err);
}

static enum err_code end_nothing(struct table_writer *w, struct err *err)
{
	(void)w;
	(void)err;
	return ERR_NONE;
}

static void release_nothing(struct table_writer *w)
{
	(void)w;
}

static const struct table_ops csv_ops = {
    .begin = csv_begin,
    .row = csv_row,
    .end = end_nothing,
    .release = release_nothing,
};

/* ---- JSON ---- */

static enum err_code json_begin(struct table_writer *w, struct err *err)
{
	(void)err;
	if (w->format == READER_JSON)
		buf_add_str(&w->out, "[");
	return ERR_NONE;
}

static enum err_code json_row(struct table_writer *w, const struct span *cells,
    size_t count, struct err *err)
{
	bool is_array = w->format == READER_JSON;
	struct json_writer json;
	size_t i;

	if (count > w->columns)
		return err_set(err, ERR_INPUT,
		    "row %zu has more cells than the header has names",
		    w->rows + 1);
	if (is_array)
		buf_add_str(&w->line, w->rows ? ",\n" : "\n");
	json_start(&json, &w->line);
	json_open_object(&json);
	for (i = 0; i < count; i++) {
		if (!cells[i].p)
			continue;
		if (json.has_item[json.depth])
			buf_add_char(&w->line, ',');
		json.has_item[json.depth] = true;
		json_quote(&w->line, w->header[i]);
		buf_add_char(&w->line, ':');
		json_quote(&w->line, cells[i]);
	}
	buf_add_char(&w->line, '}');
	if (!is_array)
		buf_add_char(&w->line, '\n');
	return add_line(w, err);
}

static enum err_code json_end(struct table_writer *w, struct err *err)
{
	(void)err;
	if (w->format == READER_JSON)
		buf_add_str(&w->out, w->rows ? "\n]\n" : "]\n");
	return ERR_NONE;
}

static const struct table_ops json_ops = {
    .begin = json_begin,
    .row = json_row,
    .end = json_end,
    .release = release_nothing,
};

/* ---- the interface ---- */

static const struct table_ops *const ops_of[READER_FORMAT_COUNT] = {
    [READER_CSV] = &csv_ops,
    [READER_TSV] = &csv_ops,
    [READER_XLSX] = &table_xlsx_ops,
    [READER_JSON] = &json_ops,
    [READER_JSON_LINES] = &json_ops,
};

static void free_writer(struct table_writer *w)
{
	size_t i;

	w->ops->release(w);
	if (w->fd >= 0)
		close(w->fd);
	if (w->converter)
		icu.close(w->converter);
	for (i = 0; i < w->columns; i++) {
		union {
			const char *text;
			void *owned;
		} name = {w->header[i].p};

		free(name.owned);
	}
	free(w->header);
	free(w->is_date);
	free(w->path);
	buf_release(&w->line);
	buf_release(&w->out);
	free(w);
}

static void copy_header(struct table_writer *w,
    const struct table_options *options, const struct span *header,
    size_t columns)
{
	size_t i;

	w->columns = columns;
	w->header = mem_zalloc(columns, sizeof(*w->header));
	for (i = 0; i < columns; i++)
		w->header[i] = (struct span){
		    mem_dup(header[i].p, header[i].n), header[i].n};
	if (!options->is_date)
		return;
	w->is_date = mem_zalloc(columns, sizeof(*w->is_date));
	memcpy(w->is_date, options->is_date, columns * sizeof(*w->is_date));
}

static enum err_code open_target(struct table_writer *w, struct err *err)
{
	UErrorCode status = U_ZERO_ERROR;
	enum err_code rc;

	w->fd = open(w->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (w->fd < 0)
		return err_set_errno(
		    err, "could not create the table \"%s\"", w->path);
	if (w->encoding != READER_GB18030)
		return ERR_NONE;
	rc = icu_load(err);
	if (rc)
		return rc;
	w->converter = icu.open("gb18030", &status);
	if (U_FAILURE(status)) {
		w->converter = NULL;
		return err_set(err, ERR_SYSTEM,
		    "could not load the table of GB18030 characters");
	}
	return ERR_NONE;
}

enum err_code table_open(const char *path, const struct table_options *options,
    const struct span *header, size_t columns, struct table_writer **writer_out,
    struct err *err)
{
	bool is_csv =
	    options->format == READER_CSV || options->format == READER_TSV;
	struct table_writer *w = mem_zalloc(1, sizeof(*w));
	enum err_code code;

	ASSERT(options->format > READER_FORMAT_UNKNOWN &&
	    options->format < READER_FORMAT_COUNT);
	w->ops = ops_of[options->format];
	w->options = options;
	w->format = options->format;
	w->encoding = is_csv ? options->encoding : READER_UTF8;
	w->path = mem_strdup(path);
	w->mark_column = options->mark_column;
	copy_header(w, options, header, columns);
	buf_init(&w->line, LINE_MAX_BYTES);
	buf_init(&w->out, OUT_FLUSH + 2 * (size_t)LINE_MAX_BYTES);
	code = open_target(w, err);
	if (code == ERR_NONE)
		code = w->ops->begin(w, err);
	w->options = NULL;
	if (code != ERR_NONE)
		free_writer(w);
	else
		*writer_out = w;
	return code;
}

/* Keeps the first failure and gives it again. */
static enum err_code stick(
    struct table_writer *w, enum err_code code, struct err *err)
{
	if (code != ERR_NONE && w->failure.code == ERR_NONE) {
		w->failure.code = code;
		if (err)
			w->failure = *err;
	} else if (w->failure.code != ERR_NONE && err) {
		*err = w->failure;
	}
	return w->failure.code;
}

enum err_code table_row(struct table_writer *w, const struct span *cells,
    size_t count, struct err *err)
{
	enum err_code code = w->failure.code;

	if (code == ERR_NONE)
		code = w->ops->row(w, cells, count, err);
	if (code == ERR_NONE)
		w->rows++;
	else
		buf_reset(&w->line);
	return stick(w, code, err);
}

enum err_code table_close(struct table_writer **writer, struct err *err)
{
	struct table_writer *w = *writer;
	enum err_code code = w->failure.code;

	if (code == ERR_NONE)
		code = w->ops->end(w, err);
	if (code == ERR_NONE)
		code = write_out(w, err);
	if (code == ERR_NONE && fsync(w->fd) != 0 && errno != EINVAL &&
	    errno != EROFS)
		code = err_set_errno(
		    err, "could not write the table \"%s\"", w->path);
	code = stick(w, code, err);
	free_writer(w);
	*writer = NULL;
	return code;
}
