/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all identifiers have in common: cleaning a typed text, and telling
 * what is no code at all.
 *
 * Cleaning copies character by character. People type codes with full-width
 * keyboards, paste them out of PDF files with zero-width characters, and
 * group them with blanks and dashes; none of that belongs to any code here.
 *
 * Judging the shape goes from the least to the most code-like: nothing, a
 * mask (published documents hide characters with *, • or a run of X), a
 * placeholder that a form forced somebody to type, a wrong length. X is a
 * legal character of a unified code, so a run of X counts as a mask only
 * when it is long (four) and the text is no valid code; the callers ask for
 * that after their own checks failed.
 */
#include "ident/ident.h"

#include <string.h>

#include "base/check.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "ident/ident_priv.h"

enum { X_RUN_MIN = 4, REPLACEMENT = 0xfffd };

/* Blanks, dashes and invisible characters beyond ASCII, as ranges. */
static const struct {
	uint16_t first, last;
} dropped[] = {
    {0x0080, 0x00a0}, /* C1 controls, NBSP */
    {0x00ad, 0x00ad}, /* soft hyphen */
    {0x2000, 0x2015}, /* spaces, zero-width, dashes */
    {0x2028, 0x202f}, /* separators, directions, narrow NBSP */
    {0x205f, 0x2064}, /* mathematical space, word joiner */
    {0x2066, 0x2069}, /* directions */
    {0x2212, 0x2212}, /* minus */
    {0x3000, 0x3000}, /* ideographic space */
    {0xfe58, 0xfe58}, /* small em dash */
    {0xfe63, 0xfe63}, /* small hyphen */
    {0xfeff, 0xfeff}, /* byte order mark */
};

bool ident_is_dropped(uint32_t c)
{
	size_t i;

	if (c <= ' ' || c == '-' || c == 0x7f)
		return true;
	if (c < 0x80)
		return false;
	for (i = 0; i < ARRAY_COUNT(dropped); i++)
		if (c >= dropped[i].first && c <= dropped[i].last)
			return true;
	return false;
}

bool ident_is_sign(uint32_t c)
{
	switch (c) {
	case ',':
	case '.':
	case '/':
	case 0x00b7: /* middle dot */
	case 0x3001: /* ideographic comma */
	case 0x3002: /* ideographic full stop */
	case 0x30fb: /* katakana middle dot */
		return true;
	default:
		return false;
	}
}

/* Full-width ASCII (U+FF01..U+FF5E) to ASCII, then upper case. */
static uint32_t fold(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xff01 - '!';
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	return c;
}

/* One character of any bytes; a byte that is no UTF-8 is U+FFFD. */
static uint32_t next_character(struct span text, size_t *at)
{
	unsigned char byte = (unsigned char)text.p[*at];
	size_t left = text.n - *at;
	size_t n;

	if (byte < 0x80) {
		(*at)++;
		return byte;
	}
	n = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
	if (n > left || utf8_valid_prefix(text.p + *at, n) != n) {
		(*at)++;
		return REPLACEMENT;
	}
	return utf8_next(text.p, text.n, at);
}

uint32_t ident_next(struct span text, size_t *at)
{
	return fold(next_character(text, at));
}

size_t ident_clean(struct span text, char out[IDENT_CLEAN_MAX + 1])
{
	size_t at = 0;
	size_t n = 0;

	while (at < text.n) {
		uint32_t c = ident_next(text, &at);
		char bytes[4];
		size_t count;

		if (ident_is_dropped(c))
			continue;
		count = utf8_encode(c, bytes);
		if (count > IDENT_CLEAN_MAX - n)
			break;
		memcpy(out + n, bytes, count);
		n += count;
	}
	out[n] = '\0';
	return n;
}

bool ident_next_uscc(
    struct span text, size_t *at, char out[IDENT_USCC_CHARS + 1])
{
	size_t n = 0, digits = 0;

	for (;;) {
		/* The end of the text ends a run as any other character. */
		uint32_t c = *at < text.n ? ident_next(text, at) : ' ';
		bool is_digit = c >= '0' && c <= '9';

		if (is_digit || (c >= 'A' && c <= 'Z')) {
			if (n < IDENT_USCC_CHARS)
				out[n] = (char)c;
			n++;
			digits += is_digit;
			continue;
		}
		if (n == IDENT_USCC_CHARS && digits >= IDENT_DIVISION_CHARS) {
			out[n] = '\0';
			return true;
		}
		if (*at >= text.n)
			return false;
		n = digits = 0;
	}
}

void ident_hide_citizen(char *text)
{
	/* As long as full-width digits, which begin with the same bytes. */
	static const char wide_star[] = "\xef\xbc\x8a";
	struct span all = span_of(text);
	size_t at = 0, from;

	if (!ident_holds_citizen(all))
		return;
	while (at < all.n) {
		uint32_t c;

		from = at;
		c = ident_next(all, &at);
		if (c >= 0x80 || !ident_is_digit((char)c))
			continue;
		if (at - from == 1)
			text[from] = '*';
		else
			memcpy(text + from, wide_star, at - from);
	}
}

void ident_hide_in_err(struct err *err)
{
	ident_hide_citizen(err->message);
	ident_hide_citizen(err->detail);
	ident_hide_citizen(err->hint);
	ident_hide_citizen(err->own_message);
	ident_hide_citizen(err->own_detail);
}

bool ident_is_mask(uint32_t c)
{
	switch (c) {
	case '*':
	case 0x00b7: /* middle dot */
	case 0x00d7: /* multiplication sign */
	case 0x2022: /* bullet */
	case 0x2217: /* asterisk operator */
	case 0x25a0: /* black square */
	case 0x25a1: /* white square */
	case 0x25cb: /* white circle */
	case 0x25cf: /* black circle */
	case 0x30fb: /* katakana middle dot */
		return true;
	default:
		return false;
	}
}

/* Words that forms are filled with when there is no code. "-" and blanks
 * are gone when this is asked. */
static bool is_empty_word(struct span clean)
{
	static const char *const words[] = {"", "/", "\\", "N/A", "NA", "NIL",
	    "NONE", "NULL", "无", "暂无", "没有"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(words); i++)
		if (span_is(clean, words[i]))
			return true;
	return false;
}

static bool has_mask(struct span clean, size_t *chars_out)
{
	bool has_other = false;
	bool found = false;
	size_t at = 0;
	size_t chars;

	for (chars = 0; at < clean.n; chars++) {
		uint32_t c = utf8_next(clean.p, clean.n, &at);

		if (ident_is_mask(c))
			found = true;
		else if (c >= 0x80 || !ident_is_alnum((char)c))
			has_other = true;
	}
	*chars_out = chars;
	return found && !has_other;
}

/* All the same character, but for the last, which may be X; or counted up
 * from 1. One character is no placeholder but 0. */
static bool is_placeholder(struct span clean)
{
	size_t same =
	    clean.n > 2 && clean.p[clean.n - 1] == 'X' ? clean.n - 1 : clean.n;

	if (clean.n >= IDENT_ORG_CHARS &&
	    strncmp(clean.p, "12345678901234567", clean.n - 1) == 0)
		return true;
	if (clean.n == 1)
		return clean.p[0] == '0';
	return ident_is_alnum(clean.p[0]) &&
	    memcmp(clean.p, clean.p + 1, same - 1) == 0;
}

enum ident_state ident_judge_shape(struct span clean, size_t want)
{
	size_t chars;

	if (is_empty_word(clean))
		return IDENT_EMPTY;
	if (has_mask(clean, &chars))
		return IDENT_MASKED;
	if (is_placeholder(clean))
		return IDENT_PLACEHOLDER;
	return chars == want ? IDENT_VALID : IDENT_BAD_LENGTH;
}

bool ident_has_x_run(struct span clean)
{
	size_t longest = 0;
	size_t run = 0;
	size_t i;

	for (i = 0; i < clean.n; i++) {
		if (!ident_is_alnum(clean.p[i]))
			return false;
		run = clean.p[i] == 'X' ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	return longest >= X_RUN_MIN;
}

static const struct {
	const char *name; /* in documents */
	const char *text; /* key of the translation */
} states[] = {
    [IDENT_VALID] = {"valid", ""},
    [IDENT_EMPTY] = {"empty", "no code is given"},
    [IDENT_MASKED] = {"masked", "characters of the code are hidden"},
    [IDENT_PLACEHOLDER] = {"placeholder",
	"a placeholder stands in place of a code"},
    [IDENT_BAD_LENGTH] = {"bad-length", "the code has the wrong length"},
    [IDENT_BAD_CHARACTER] = {"bad-character",
	"the code has a character that cannot stand there"},
    [IDENT_BAD_DEPARTMENT] = {"bad-department",
	"there is no such registration department"},
    [IDENT_BAD_CLASS] = {"bad-class",
	"the registration department has no such class of organisation"},
    [IDENT_BAD_DATE] = {"bad-date", "there is no such birth day"},
    [IDENT_BAD_CHECK] = {"bad-check", "the check character is wrong"},
    [IDENT_BAD_DIVISION] = {"bad-division",
	"no administrative division had this code"},
};
_Static_assert(ARRAY_COUNT(states) == IDENT_STATE_COUNT, "one row a state");

static const char *const kinds[] = {
    [IDENT_UNKNOWN] = "unknown",
    [IDENT_USCC] = "unified-code",
    [IDENT_ORG_CODE] = "organisation-code",
    [IDENT_REG_NUMBER] = "registration-number",
    [IDENT_CITIZEN] = "citizen-number",
    [IDENT_DIVISION] = "division",
};
_Static_assert(ARRAY_COUNT(kinds) == IDENT_KIND_COUNT, "one name a kind");

const char *ident_state_text(enum ident_state state)
{
	ASSERT(state < IDENT_STATE_COUNT);
	return state == IDENT_VALID ? "" : tr(states[state].text);
}

const char *ident_state_name(enum ident_state state)
{
	ASSERT(state < IDENT_STATE_COUNT);
	return states[state].name;
}

const char *ident_kind_name(enum ident_kind kind)
{
	ASSERT(kind < IDENT_KIND_COUNT);
	return kinds[kind];
}
