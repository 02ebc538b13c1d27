/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a number format shows beside the digits. A cell with 1000 in it and
 * the format 0"元" shows 1000元, and one with 12 and "示罚字"0"号" shows
 * 示罚字12号: people mean what they see, and whoever saves the same sheet as
 * CSV sends it.
 *
 *     before  digits  after        of the first section of the code
 *     示罚字    0      号
 *
 * The digits are written exactly, and not rounded to as many as are shown.
 * Left out are blanks and the sign of yuan, which columns of any unit have.
 * What cannot be written so (the digits in pieces, thousands without a word
 * for them, a word in place of the number) is shown otherwise than it is
 * kept: is_other.
 */
#include "intake/xlsx_priv.h"

#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/utf8.h"
#include "intake/reader_priv.h"

enum {
	PER_CENT = 2,
	PER_THOUSAND = -3,
	DIGITS_MAX = 1024 /* of a number with any exponent */
};

/* A code being looked through. */
struct look {
	const char *p;
	struct xlsx_words *words;
	struct buf text; /* what stands since the last digit, or before all */
	bool has_digits;
	bool has_point;
};

static void add_text(struct look *l, const char *p, size_t n)
{
	static const char *const signs[] = {"¥", "￥"};
	size_t i;

	for (i = 0; i < 2; i++)
		if (n == strlen(signs[i]) && memcmp(p, signs[i], n) == 0)
			return;
	buf_add(&l->text, p, n);
}

/* The characters of [p, p + n), one after the other. */
static void add_texts(struct look *l, const char *p, size_t n)
{
	size_t from = 0, at = 0;

	while (at < n) {
		utf8_next(p, n, &at);
		add_text(l, p + from, at - from);
		from = at;
	}
}

static size_t character(const char *p)
{
	size_t at = 0;

	if (*p)
		utf8_next(p, strlen(p), &at);
	return at;
}

/* [$¥-804]: the sign of a currency. Other brackets show nothing. */
static void add_bracket(struct look *l, const char *p, size_t n)
{
	if (n && *p == '$')
		add_texts(l, p + 1, strcspn(p + 1, "-]"));
}

/* At a bracket, a quoted text, or a mark of the character behind it: to be
 * shown, to be as wide as, to fill with; steps over it. */
static void pass_literal(struct look *l)
{
	char mark = *l->p++;
	size_t n;

	if (mark == '"' || mark == '[') {
		n = strcspn(l->p, mark == '"' ? "\"" : "]");
		if (mark == '"')
			add_texts(l, l->p, n);
		else
			add_bracket(l, l->p, n);
		n += l->p[n] != '\0';
	} else {
		n = character(l->p);
		if (mark == '\\' || mark == '!')
			add_text(l, l->p, n);
	}
	l->p += n;
}

static void trim(struct buf *text)
{
	struct span rest = span_trim(buf_span(text));

	if (rest.n)
		memmove(text->p, rest.p, rest.n);
	text->n = rest.n;
}

/* Keeps the text in words[XLSX_WORDS_BYTES]. */
static void keep(struct look *l, char *words)
{
	l->words->is_other |= l->text.is_full;
	trim(&l->text);
	if (l->text.n >= XLSX_WORDS_BYTES)
		l->words->is_other = true;
	else if (l->text.n)
		memcpy(words, l->text.p, l->text.n);
	buf_reset(&l->text);
}

static void pass_digit(struct look *l)
{
	if (!l->has_digits)
		keep(l, l->words->before);
	trim(&l->text);
	l->words->is_other |= l->text.n > 0; /* the digits in pieces */
	buf_reset(&l->text);
	l->has_digits = true;
	if (*l->p == '0' && !l->has_point)
		l->words->digits++;
}

static bool is_digit(char c)
{
	return c == '0' || c == '#' || c == '?';
}

static void pass_mark(struct look *l)
{
	if (is_digit(*l->p)) {
		pass_digit(l);
	} else if (*l->p == '.') {
		l->has_point = true;
	} else if (*l->p == ',') {
		if (l->has_digits && !is_digit(l->p[1]))
			l->words->shift += PER_THOUSAND;
	} else {
		l->words->shift += *l->p == '%' ? PER_CENT : 0;
		add_texts(l, l->p, character(l->p));
	}
	l->p += character(l->p);
}

/* Is the code one of texts, conditions, fractions or powers of ten? The
 * number itself is taken then. */
static bool is_plain(const char *p)
{
	while (*p) {
		if (*p == '@' || (*p == '[' && p[1] && strchr("<>=", p[1])) ||
		    (is_digit(*p) && (p[1] == '/' || (p[1] | 32) == 'e')))
			return true;
		if (*p == '"')
			p += 1 + strcspn(p + 1, "\"");
		p += *p != '\0';
	}
	return false;
}

/* At the number as it is: the bytes of the word for it, else 0. The second is
 * what Chinese programs call it. */
static size_t general(const char *p)
{
	static const char *const names[] = {"General", "G/通用格式"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(names); i++)
		if (strncasecmp(p, names[i], strlen(names[i])) == 0)
			return strlen(names[i]);
	return 0;
}

static void look_through(struct look *l)
{
	while (*l->p && *l->p != ';')
		if (general(l->p)) {
			pass_digit(l);
			l->p += general(l->p);
		} else if (strchr("\\!_*\"[", *l->p)) {
			pass_literal(l);
		} else {
			pass_mark(l);
		}
	keep(l, l->has_digits ? l->words->after : l->words->before);
}

bool xlsx_words_of_code(const char *code, struct xlsx_words *words_out)
{
	struct look l = {.p = code, .words = words_out};
	struct xlsx_words *w = words_out;

	memset(w, 0, sizeof(*w));
	if (is_plain(code))
		return false;
	buf_init(&l.text, XLSX_WORDS_BYTES);
	look_through(&l);
	w->is_other |=
	    (!l.has_digits && w->before[0]) || (w->shift < 0 && !w->after[0]);
	buf_release(&l.text);
	return w->is_other || w->before[0] || w->after[0] || w->digits > 1;
}

/* Noughts before a number that has fewer digits than are shown. */
static void add_noughts(struct buf *out, struct span number, unsigned digits)
{
	const char *point = memchr(number.p, '.', number.n);
	size_t n = point ? (size_t)(point - number.p) : number.n;

	for (; n < digits; n++)
		buf_add_char(out, '0');
}

static void add_worded(
    struct buf *out, struct span digits, const struct xlsx_words *words)
{
	buf_add_str(out, words->before);
	add_noughts(out, digits, words->digits);
	buf_add_span(out, digits);
	buf_add_str(out, words->after);
}

enum cell_kind xlsx_add_worded(
    struct buf *out, struct span number, const struct xlsx_words *words)
{
	struct buf digits = BUF_INIT(DIGITS_MAX);
	bool is_negative = number.n && number.p[0] == '-';
	enum cell_kind kind = CELL_TEXT;

	if (is_negative) {
		number = (struct span){number.p + 1, number.n - 1};
		buf_add_char(out, '-');
	}
	if (!decimal_add_moved(&digits, number, words->shift)) {
		buf_add_span(out, number);
	} else if (words->is_other) {
		buf_add_span(out, number);
		kind = CELL_SHOWN_OTHERWISE;
	} else {
		add_worded(out, buf_span(&digits), words);
		if (!words->before[0] && !words->after[0])
			kind = CELL_NUMBER;
	}
	buf_release(&digits);
	return kind;
}
