/* SPDX-License-Identifier: Apache-2.0 */
#include "api/check_codes.h"

#include <string.h>

#include "base/fold.h"
#include "base/utf8.h"
#include "ident/ident.h"

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

static enum err_code add_line(
    struct check_codes *codes, struct span line, bool is_csv, struct err *err)
{
	struct span text = trim(line);

	if (text.n && is_csv && codes->lines == 0 && !span_has_digit(text)) {
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

/* ---- as they are pasted ---- */

enum {
	WORD_CHARS_MIN = 9, /* of an organisation's code, the shortest */
	IDEOGRAPHIC_COMMA = 0x3001
};

/* What stands between cells, and between the words of one. */
static bool ends_cell(uint32_t c)
{
	uint32_t folded = fold_char(c);

	return c == '\t' || c == IDEOGRAPHIC_COMMA || folded == ',' ||
	    folded == ';' || folded == '|' || folded == '"';
}

static bool ends_word(uint32_t c)
{
	return fold_char(c) == 0;
}

/* The next piece of `rest`, up to a character that ends it. */
static bool next_piece(
    struct span *rest, bool (*ends)(uint32_t c), struct span *piece)
{
	size_t at = 0, end = 0;

	if (rest->n == 0)
		return false;
	while (at < rest->n && !ends(utf8_next(rest->p, rest->n, &at)))
		end = at;
	*piece = (struct span){rest->p, end};
	*rest = (struct span){rest->p + at, rest->n - at};
	return true;
}

static bool is_of_codes(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '*' ||
	    c == '-';
}

/* How many characters it has, blanks aside, when they are those of codes and
 * a digit is among them; else 0. */
static size_t code_chars(struct span text)
{
	bool has_digit = false;
	size_t at = 0, count = 0;

	while (at < text.n) {
		uint32_t c = fold_char(utf8_next(text.p, text.n, &at));

		if (c != 0 && !is_of_codes(c))
			return 0;
		has_digit = has_digit || (c >= '0' && c <= '9');
		count += c != 0;
	}
	return has_digit ? count : 0;
}

static bool may_be_code(struct span word)
{
	const char *dash = memchr(word.p, '-', word.n);

	/* Of those with a dash only 12345678-9: no day, no telephone. */
	return code_chars(word) >= WORD_CHARS_MIN &&
	    (!dash || (word.n == 10 && dash == word.p + 8));
}

static enum err_code add_one(
    struct check_codes *codes, struct span text, size_t max, struct err *err)
{
	if (codes->count < max)
		return check_codes_add(codes, text, err);
	err_set(err, ERR_FULL, "more than %zu codes in one list", max);
	err_hint(err, "Divide the list.");
	return ERR_FULL;
}

/* One that is written in groups is one; else each word by itself. */
static enum err_code add_cell(
    struct check_codes *codes, struct span cell, size_t max, struct err *err)
{
	enum err_code rc = 0;
	struct span word;

	cell = trim(cell);
	if (code_chars(cell) == IDENT_USCC_CHARS)
		return add_one(codes, cell, max, err);
	while (!rc && next_piece(&cell, ends_word, &word))
		if (word.n && may_be_code(word))
			rc = add_one(codes, word, max, err);
	return rc;
}

static enum err_code add_pasted_line(struct check_codes *codes,
    struct span line, bool is_first, size_t max, struct err *err)
{
	struct span rest = line, cell;
	size_t before = codes->count;
	enum err_code rc = 0;

	while (!rc && next_piece(&rest, ends_cell, &cell))
		rc = add_cell(codes, cell, max, err);
	if (rc || codes->count > before || (is_first && !span_has_digit(line)))
		return rc;
	return add_one(codes, line, max, err);
}

enum err_code check_codes_add_pasted(
    struct check_codes *codes, struct span text, size_t max, struct err *err)
{
	bool is_first = true;
	enum err_code rc = 0;

	if (utf8_valid_prefix(text.p, text.n) != text.n)
		return err_set(err, ERR_INPUT, "the list is not valid UTF-8");
	while (text.n && !rc) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		struct span line = trim((struct span){text.p, n});

		if (line.n) {
			rc = add_pasted_line(codes, line, is_first, max, err);
			is_first = false;
		}
		n += end != NULL;
		text = (struct span){text.p + n, text.n - n};
	}
	return rc;
}

enum err_code check_codes_add_row(struct check_codes *codes, uint32_t number,
    struct span text, size_t max, struct err *err)
{
	codes->lines = number - 1;
	return add_one(codes, text, max, err);
}

bool check_codes_next(
    const struct check_codes *codes, size_t *at, struct check_code *out)
{
	const char *p;
	uint16_t n;

	if (*at >= codes->packed.n)
		return false;
	p = codes->packed.p + *at;
	memcpy(&out->line, p, 4);
	memcpy(&n, p + 4, 2);
	out->text = (struct span){p + HEAD_BYTES, n};
	*at += HEAD_BYTES + n;
	return true;
}
