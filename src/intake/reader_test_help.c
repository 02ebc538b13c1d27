/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers of the intake room's tests; see reader_test_help.h. */
#include "intake/reader_test_help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"

static const char *const fault_names[ROW_FAULT_COUNT] = {"", "ENCODING",
    "QUOTES", "LONG", "CELLS", "JSON", "NESTED", "FORMULA", "", ""};

int help_set_up(void **state)
{
	(void)state;
	tr_set_lang(LANG_EN);
	reader_prepare();
	return 0;
}

int help_file(const void *p, size_t n)
{
	int fd = memfd_create("test", 0);

	ASSERT(fd >= 0);
	ASSERT(n == 0 || write(fd, p, n) == (ssize_t)n);
	ASSERT(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

char *help_load(const char *path, size_t *n_out)
{
	const char *root = getenv("GX_SOURCE_ROOT");
	char full[4096];
	FILE *f;
	char *p;
	long n;

	if (path[0] == '/')
		root = "";
	snprintf(full, sizeof(full), "%s/%s", root ? root : ".", path);
	f = fopen(full, "rb");
	ASSERT(f);
	ASSERT(fseek(f, 0, SEEK_END) == 0);
	n = ftell(f);
	rewind(f);
	p = mem_alloc((size_t)n + 1);
	*n_out = fread(p, 1, (size_t)n, f);
	p[*n_out] = '\0';
	fclose(f);
	return p;
}

static void dump_cell(struct buf *out, const struct cell *cell)
{
	static const char marks[] = {
	    '\0', '#', '@', '?', '~', '&', '+', '=', '%'};
	size_t i;

	if (!cell->text.p) {
		buf_add_char(out, '-');
		return;
	}
	if (cell->kind != CELL_TEXT)
		buf_add_char(out, marks[cell->kind]);
	for (i = 0; i < cell->text.n; i++) {
		char c = cell->text.p[i];

		if (c == '\n' || c == '\r')
			buf_add_str(out, c == '\n' ? "\\n" : "\\r");
		else
			buf_add_char(out, c);
	}
}

static void dump_row(struct buf *out, const struct reader_row *row)
{
	size_t i;

	buf_add_u64(out, row->number);
	if (row->fault != ROW_OK)
		buf_addf(
		    out, "!%s@%zu", fault_names[row->fault], row->fault_column);
	buf_add_char(out, ':');
	for (i = 0; i < row->count; i++) {
		if (i)
			buf_add_char(out, '|');
		dump_cell(out, &row->cells[i]);
	}
	buf_add_char(out, '\n');
}

static void dump_columns(struct buf *out, const struct reader *reader)
{
	size_t count, i;
	const struct span *columns = reader_columns(reader, &count);

	if (count == 0)
		return;
	buf_add_char(out, '=');
	for (i = 0; i < count; i++) {
		if (i)
			buf_add_char(out, '|');
		buf_add_span(out, columns[i]);
	}
	buf_add_char(out, '\n');
}

int help_dump(int fd, int spool_fd, const char *name, struct buf *out,
    struct reader_info *info_out)
{
	struct buf rows = BUF_INIT(64 * 1024 * 1024);
	struct reader *reader = NULL;
	struct reader_row row;
	struct err err = {0};
	int result;

	result = reader_open(fd, spool_fd, name, &reader, &err);
	if (result == ERR_NONE) {
		while ((result = reader_next(reader, &row, &err)) == 1)
			dump_row(&rows, &row);
		dump_columns(out, reader);
		if (info_out) {
			*info_out = *reader_info(reader);
			info_out->sheet = "";
			info_out->other_sheets = NULL;
		}
	}
	buf_add(out, rows.p ? rows.p : "", rows.n);
	if (result < 0)
		buf_addf(out, "error: %s\n", err.message);
	reader_free(&reader);
	buf_release(&rows);
	return result;
}

int help_dump_bytes(const void *p, size_t n, const char *name, struct buf *out,
    struct reader_info *info_out)
{
	int fd = help_file(p, n);
	int result = help_dump(fd, -1, name, out, info_out);

	close(fd);
	return result;
}

static void check_row(const struct reader_row *row, uint64_t last_number)
{
	size_t i;

	ASSERT(row->number > last_number);
	ASSERT(row->count <= READER_COLUMNS_MAX);
	ASSERT(row->fault < ROW_FAULT_COUNT);
	for (i = 0; i < row->count; i++) {
		struct span t = row->cells[i].text;

		ASSERT(t.p || t.n == 0);
		ASSERT(t.n <= READER_CELL_BYTES_MAX);
		if (t.n == 0)
			continue;
		ASSERT(utf8_valid_prefix(t.p, t.n) == t.n);
		ASSERT(!memchr(t.p, 0, t.n));
	}
}

long help_check(int fd, int spool_fd, const char *name)
{
	struct reader *reader = NULL;
	struct reader_row row;
	struct err err = {0};
	uint64_t number = 0;
	long rows = 0;
	int result = reader_open(fd, spool_fd, name, &reader, &err);

	if (result != ERR_NONE) {
		ASSERT(err.message[0] && err.code == result);
		return -1;
	}
	while ((result = reader_next(reader, &row, &err)) == 1) {
		check_row(&row, number);
		number = row.number;
		rows++;
	}
	ASSERT(result == 0 || (err.message[0] && err.code == result));
	reader_free(&reader);
	return result == 0 ? rows : -1;
}

void help_torture(const char *p, size_t n, const char *name, size_t step)
{
	char *copy = mem_dup(p, n);
	size_t i;
	int fd;

	for (i = 0; i < n; i += step) {
		fd = help_file(p, i);
		help_check(fd, -1, name);
		close(fd);
	}
	for (i = 0; i < n; i += step) {
		static const char flips[] = {1, 0x20, (char)0x80, (char)0xFF};
		size_t k = i / step % sizeof(flips);

		copy[i] = (char)(copy[i] ^ flips[k]);
		fd = help_file(copy, n);
		help_check(fd, -1, name);
		close(fd);
		copy[i] = p[i];
	}
	free(copy);
}
