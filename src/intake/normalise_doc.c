/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Document numbers. People copy them from Word, type them in whatever width
 * the keyboard is in, and have 〔〕 on no key; records of one decision must
 * still have one number, since the number is part of a record's key.
 *
 * Canonical text is proved by one pass over a table of bytes and returned as
 * it is. Otherwise the text is rewritten in one pass with a look ahead: an
 * opening bracket of any kind followed by a year and a closing bracket of any
 * kind becomes 〔year〕. A bracket pair of mixed kinds is mended on the way.
 *
 * Court case numbers are told by what follows the year they begin with: the
 * court's character, digits, and the kind of case (法〔2015〕137号), or the
 * older words for a kind of case. They differ from other numbers in the
 * brackets only, which have the same length in bytes.
 */
#include "intake/normalise.h"

#include "base/fold.h"
#include "base/check.h"
#include "base/utf8.h"
#include "intake/normalise_priv.h"

#define YEAR_OPEN   "〔"
#define YEAR_CLOSE  "〕"
#define ROUND_OPEN  "（"
#define ROUND_CLOSE "）"

/* 〔dddd〕 in bytes. */
enum { YEAR_BYTES = 4, BRACKET_BYTES = 3, YEAR_GROUP_BYTES = 10 };

static bool is_year(const char *p)
{
	return is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2]) &&
	    is_digit(p[3]) &&
	    ((p[0] == '1' && p[1] == '9') || (p[0] == '2' && p[1] == '0'));
}

/* At p, with n bytes left: 〔year〕 exactly. */
static bool is_year_group(const char *p, size_t n)
{
	return n >= YEAR_GROUP_BYTES &&
	    memcmp(p, YEAR_OPEN, BRACKET_BYTES) == 0 &&
	    is_year(p + BRACKET_BYTES) &&
	    memcmp(p + BRACKET_BYTES + YEAR_BYTES, YEAR_CLOSE, BRACKET_BYTES) ==
	    0;
}

/* Bytes that need no look: ASCII letters, digits and the marks that numbers
 * have; ideographs U+4000 and up; continuation bytes. */
static bool is_plain_byte(uint8_t c)
{
	static const uint64_t ascii[2] = {
	    /* # + . / 0-9 : = */
	    UINT64_C(0x27FFC80800000000),
	    /* @ A-Z _ a-z */
	    UINT64_C(0x07FFFFFE87FFFFFF),
	};

	if (c < 0x80)
		return ascii[c >> 6] >> (c & 63) & 1;
	return c < 0xC0 || (c >= 0xE4 && c <= 0xE9);
}

static bool is_canonical(struct span text)
{
	size_t i = 0;

	if (is_year_group(text.p, text.n)) /* may be a court's */
		return false;
	while (i < text.n) {
		uint8_t c = (uint8_t)text.p[i];

		if (is_plain_byte(c)) {
			i++;
		} else if (c == '-') {
			if (i > 0 && text.p[i - 1] == '-')
				return false;
			i++;
		} else if (is_year_group(text.p + i, text.n - i)) {
			i += YEAR_GROUP_BYTES;
		} else {
			return false;
		}
	}
	return true;
}

/* The next character that is neither blank nor invisible; 0 at the end. */
static uint32_t next_visible(struct span text, size_t *at)
{
	while (*at < text.n) {
		uint32_t c = utf8_next(text.p, text.n, at);

		if (glyph_of(c) == GLYPH_KEPT && fold_char(c) != 0)
			return c;
	}
	return 0;
}

/* Behind an opening bracket: a year and a closing bracket? Then writes the
 * year and moves *at behind the bracket. */
static bool take_year(struct span text, size_t *at, char year[YEAR_BYTES])
{
	size_t look = *at;
	int i;

	for (i = 0; i < YEAR_BYTES; i++) {
		uint32_t c = fold_char(next_visible(text, &look));

		if (c < '0' || c > '9')
			return false;
		year[i] = (char)c;
	}
	if (!is_year(year) || fold_char(next_visible(text, &look)) != ')')
		return false;
	*at = look;
	return true;
}

/* Brackets that are unified where they hold no year; title marks and quotes
 * are not. */
static bool is_plain_bracket(uint32_t c)
{
	static const uint32_t kinds[] = {'(', ')', '[', ']', '{', '}', 0xFF08,
	    0xFF09, 0xFF3B, 0xFF3D, 0xFF5B, 0xFF5D, 0x3010, 0x3011, 0x3014,
	    0x3015, 0x3016, 0x3017, 0xFE59, 0xFE5A, 0xFE5B, 0xFE5C, 0xFE5D,
	    0xFE5E};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(kinds); i++)
		if (kinds[i] == c)
			return true;
	return false;
}

static size_t put(char *out, size_t n, const char *p, size_t count)
{
	memcpy(out + n, p, count);
	return n + count;
}

/* Writes one character that opens no year. */
static size_t put_char(char *out, size_t n, uint32_t c)
{
	uint32_t folded = fold_char(c);

	if (folded == '-')
		return n > 0 && out[n - 1] == '-' ? n : put(out, n, "-", 1);
	if ((folded == '(' || folded == ')') && is_plain_bracket(c))
		return put(out, n, folded == '(' ? ROUND_OPEN : ROUND_CLOSE,
		    BRACKET_BYTES);
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFEE0;
	return n + utf8_encode(c, out + n);
}

static size_t rewrite_doc_number(struct span text, char *out)
{
	size_t at = 0, n = 0;
	uint32_t c;

	while ((c = next_visible(text, &at)) != 0) {
		char year[YEAR_BYTES];

		if (fold_char(c) == '(' && take_year(text, &at, year)) {
			n = put(out, n, YEAR_OPEN, BRACKET_BYTES);
			n = put(out, n, year, YEAR_BYTES);
			n = put(out, n, YEAR_CLOSE, BRACKET_BYTES);
		} else {
			n = put_char(out, n, c);
		}
	}
	return n;
}

static bool contains(struct span text, const char *word)
{
	return memmem(text.p, text.n, word, strlen(word)) != NULL;
}

/* Steps over one of the characters of `set` at the start of *text. */
static bool skip_one_of(struct span *text, const char *set)
{
	for (; *set; set += 3) /* ideographs of three bytes each */
		if (text->n >= 3 && memcmp(text->p, set, 3) == 0) {
			text->p += 3;
			text->n -= 3;
			return true;
		}
	return false;
}

/* What stands behind the year of a court's case number. */
static bool is_court_case(struct span rest)
{
	static const char *const older[] = {"刑初", "刑终", "民初", "民终",
	    "民申", "行初", "行终", "执字", "执恢", "执异", "执保", "执复"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(older); i++)
		if (contains(rest, older[i]))
			return true;
	if (span_starts_with(rest, "最高法")) {
		rest.p += strlen("最高法");
		rest.n -= strlen("最高法");
	} else if (!skip_one_of(&rest,
		       "京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫"
		       "鄂湘粤桂琼渝川黔贵云滇藏陕甘青宁新兵")) {
		return false;
	}
	while (rest.n > 0 && is_digit(rest.p[0])) {
		rest.p++;
		rest.n--;
	}
	return skip_one_of(&rest, "刑民行赔执破知司诉强清");
}

/* The brackets that the number's kind has around a year at its start. */
static void set_first_brackets(char *out, size_t n)
{
	char *close = out + BRACKET_BYTES + YEAR_BYTES;

	if (!is_year_group(out, n))
		return;
	if (!is_court_case(
		(struct span){out + YEAR_GROUP_BYTES, n - YEAR_GROUP_BYTES}))
		return;
	memcpy(out, ROUND_OPEN, BRACKET_BYTES);
	memcpy(close, ROUND_CLOSE, BRACKET_BYTES);
}

struct span normalise_doc_number(struct span text, char *out)
{
	size_t n;

	if (text.n == 0 || is_canonical(text))
		return text;
	n = rewrite_doc_number(text, out);
	set_first_brackets(out, n);
	return (struct span){out, n};
}
