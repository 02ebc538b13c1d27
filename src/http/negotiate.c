/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of "value;parameter;q=0.5", separated by commas. A list is walked,
 * never stored: there is no limit on its length but that of a request's
 * head. A quality that cannot be read counts as 0, so that nobody gets what
 * he may have refused.
 */
#include "http/negotiate.h"

#include <strings.h>

/* One element of a list. */
struct element {
	struct span value; /* without parameters */
	int quality;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span trim(struct span s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Takes what stands before the separator off the front of `rest`. */
static struct span take(struct span *rest, char separator)
{
	const char *at = rest->n ? memchr(rest->p, separator, rest->n) : NULL;
	size_t n = at ? (size_t)(at - rest->p) : rest->n;
	struct span taken = {rest->p, n};

	rest->p += at ? n + 1 : n;
	rest->n -= at ? n + 1 : n;
	return trim(taken);
}

static bool equal_folded(struct span a, const char *b, size_t n)
{
	return a.n == n && (n == 0 || strncasecmp(a.p, b, n) == 0);
}

/* "0", "0.5", "1.000" -> 0 to 1000; -1 when it is none of these. */
static int read_quality(struct span s)
{
	int value, unit = 100;
	size_t i;

	if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1'))
		return -1;
	value = s.p[0] == '1' ? 1000 : 0;
	if (s.n > 1 && s.p[1] != '.')
		return -1;
	for (i = 2; i < s.n; i++, unit /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		value += (s.p[i] - '0') * unit;
	}
	return value > 1000 ? -1 : value;
}

static bool next_element(struct span *rest, struct element *out)
{
	struct span whole;

	do {
		if (rest->n == 0)
			return false;
		whole = take(rest, ',');
	} while (whole.n == 0);
	out->value = take(&whole, ';');
	out->quality = NEGOTIATE_QUALITY_MAX;
	while (whole.n) {
		struct span parameter = take(&whole, ';');
		int quality;

		if (parameter.n < 2 || (parameter.p[0] | 32) != 'q' ||
		    parameter.p[1] != '=')
			continue;
		quality = read_quality(
		    (struct span){parameter.p + 2, parameter.n - 2});
		out->quality = quality < 0 ? 0 : quality;
	}
	return true;
}

/* ---- media types ---- */

/* 3 the type, 2 "text/ *", 1 "* / *", 0 another. */
static int how_specific(struct span range, struct span type)
{
	const char *slash = memchr(type.p, '/', type.n);
	size_t main_n = (size_t)(slash - type.p) + 1;

	if (equal_folded(range, type.p, type.n))
		return 3;
	if (range.n == main_n + 1 && range.p[main_n] == '*' &&
	    strncasecmp(range.p, type.p, main_n) == 0)
		return 2;
	return span_is(range, "*/*") ? 1 : 0;
}

static int best_range(struct span accept, const char *type, int *quality_out)
{
	struct span bare = {type, strcspn(type, "; ")};
	struct element e;
	int best = 0;

	*quality_out = 0;
	while (next_element(&accept, &e)) {
		int specific = how_specific(e.value, bare);

		if (specific > best) {
			best = specific;
			*quality_out = e.quality;
		}
	}
	return best;
}

int negotiate_type(struct span accept, const char *type)
{
	int quality;

	if (trim(accept).n == 0)
		return NEGOTIATE_QUALITY_MAX;
	best_range(accept, type, &quality);
	return quality;
}

bool negotiate_names_type(struct span accept, const char *type)
{
	int quality;

	return best_range(accept, type, &quality) == 3 && quality > 0;
}

/* ---- codings ---- */

bool negotiate_wants_page(struct span accept)
{
	return negotiate_names_type(accept, "text/html") &&
	    negotiate_type(accept, "text/html") >=
	    negotiate_type(accept, "application/json");
}

int negotiate_coding(struct span accept_encoding, const char *coding)
{
	size_t n = strlen(coding);
	struct element e;
	int star = 0;

	while (next_element(&accept_encoding, &e)) {
		if (equal_folded(e.value, coding, n))
			return e.quality;
		if (span_is(e.value, "*"))
			star = e.quality;
	}
	return star;
}

/* ---- languages ---- */

/* Is the range this language, or one of its varieties ("zh-Hans-CN")? */
static bool is_language(struct span range, const char *language)
{
	return range.n >= 2 && strncasecmp(range.p, language, 2) == 0 &&
	    (range.n == 2 || range.p[2] == '-');
}

/* What a list says of a language: nothing, no, or how much it is wanted. Who
 * refuses the one takes the other, even unnamed. */
enum { UNNAMED = 0, UNWANTED = -1 };

static void say(int *wish, int quality)
{
	if (quality == 0)
		quality = UNWANTED;
	if (*wish == UNNAMED || quality > *wish)
		*wish = quality;
}

enum lang negotiate_language(struct span accept_language)
{
	int chinese = UNNAMED, english = UNNAMED, others = UNNAMED;
	struct element e;

	while (next_element(&accept_language, &e)) {
		if (is_language(e.value, "zh"))
			say(&chinese, e.quality);
		if (is_language(e.value, "en"))
			say(&english, e.quality);
		if (span_is(e.value, "*"))
			say(&others, e.quality);
	}
	if (chinese == UNNAMED)
		chinese = others;
	if (english == UNNAMED)
		english = others;
	return english > chinese ? LANG_EN : LANG_ZH;
}

/* ---- cookies ---- */

struct span negotiate_cookie(struct span header, const char *name)
{
	while (header.n) {
		struct span pair = take(&header, ';');
		struct span key = take(&pair, '=');

		if (!span_is(key, name))
			continue;
		if (pair.n >= 2 && pair.p[0] == '"' &&
		    pair.p[pair.n - 1] == '"')
			return (struct span){pair.p + 1, pair.n - 2};
		return pair.n ? pair : (struct span){"", 0};
	}
	return (struct span){NULL, 0};
}

/* ---- entity tags ---- */

static struct span opaque_tag(struct span tag)
{
	return span_starts_with(tag, "W/") ? (struct span){tag.p + 2, tag.n - 2}
					   : tag;
}

bool negotiate_has_tag(struct span if_none_match, const char *tag)
{
	struct span ours = opaque_tag(span_of(tag));

	while (if_none_match.n) {
		struct span one = take(&if_none_match, ',');

		if (span_is(one, "*"))
			return true;
		one = opaque_tag(one);
		if (one.n && span_equal(one, ours))
			return true;
	}
	return false;
}

bool negotiate_is_type(struct span sent, const char *type)
{
	size_t n = strlen(type);

	return sent.n >= n && strncasecmp(sent.p, type, n) == 0 &&
	    (sent.n == n || sent.p[n] == ';' || sent.p[n] == ' ');
}
