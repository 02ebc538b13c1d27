/* SPDX-License-Identifier: Apache-2.0 */
#include "api/check_codes.h"

#include <string.h>

enum {
	HEAD_BYTES = 6,
	TEXT_BYTES_MAX = 320, /* past what subject_check_text takes */
	PACKED_BYTES_MAX = CHECK_CODES_BYTES_MAX + CHECK_CODES_MAX * HEAD_BYTES
};

void check_codes_init(struct check_codes *codes)
{
	*codes = (struct check_codes){.packed = BUF_INIT(PACKED_BYTES_MAX)};
}

void check_codes_release(struct check_codes *codes)
{
	buf_release(&codes->packed);
}

static enum err_code too_many(struct err *err)
{
	err_set(err, ERR_FULL, "more than %d codes in one call",
	    (int)CHECK_CODES_MAX);
	err_hint(err, "Send them in several calls.");
	return ERR_FULL;
}

enum err_code check_codes_add(
    struct check_codes *codes, struct span text, struct err *err)
{
	uint16_t n =
	    (uint16_t)(text.n < TEXT_BYTES_MAX ? text.n : TEXT_BYTES_MAX);

	codes->lines++;
	if (codes->count == CHECK_CODES_MAX)
		return too_many(err);
	buf_add(&codes->packed, &codes->lines, 4);
	buf_add(&codes->packed, &n, 2);
	buf_add(&codes->packed, text.p, n);
	codes->count++;
	return codes->packed.is_full ? too_many(err) : ERR_NONE;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span trim(struct span s)
{
	while (s.n && is_blank(s.p[0]))
		s = (struct span){s.p + 1, s.n - 1};
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* The first cell of a line of CSV. A code holds no quote, so that a quoted
 * one is what stands between the two. */
static struct span first_cell(struct span line)
{
	const char *end;

	if (line.n && line.p[0] == '"') {
		line = (struct span){line.p + 1, line.n - 1};
		end = memchr(line.p, '"', line.n);
		if (end)
			line.n = (size_t)(end - line.p);
		return trim(line);
	}
	for (end = line.p; end < line.p + line.n; end++)
		if (*end == ',' || *end == ';' || *end == '\t')
			break;
	return trim((struct span){line.p, (size_t)(end - line.p)});
}

static bool has_digit(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

static enum err_code add_line(
    struct check_codes *codes, struct span line, bool is_csv, struct err *err)
{
	struct span text = trim(line);

	if (text.n && is_csv && codes->lines == 0 && !has_digit(text)) {
		codes->has_header = true;
		codes->lines++;
		return 0;
	}
	if (text.n == 0) {
		codes->lines++;
		return 0;
	}
	return check_codes_add(codes, is_csv ? first_cell(text) : text, err);
}

enum err_code check_codes_add_lines(
    struct check_codes *codes, struct span text, bool is_csv, struct err *err)
{
	enum err_code rc = 0;

	if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
		text = (struct span){text.p + 3, text.n - 3};
	while (text.n && !rc) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;

		rc = add_line(codes, (struct span){text.p, n}, is_csv, err);
		n += end != NULL;
		text = (struct span){text.p + n, text.n - n};
	}
	return rc;
}

bool check_codes_next(
    const struct check_codes *codes, size_t *at, struct check_code *out)
{
	const char *p = codes->packed.p + *at;
	uint16_t n;

	if (*at >= codes->packed.n)
		return false;
	memcpy(&out->line, p, 4);
	memcpy(&n, p + 4, 2);
	out->text = (struct span){p + HEAD_BYTES, n};
	*at += HEAD_BYTES + n;
	return true;
}
