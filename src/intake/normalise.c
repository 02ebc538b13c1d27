/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text, and what the other normalisers share.
 *
 * Nearly every cell is clean already, so the work is to prove that fast.
 * A cell is clean when it neither begins nor ends with a blank and holds
 * none of these byte patterns:
 *
 *   00-1F, 7F          controls, tab, line breaks
 *   C2                 C1 controls, NBSP, soft hyphen (and the middle dot)
 *   E1                 U+1680, U+180E
 *   E2 80 80-8F A8-AF  blanks, zero-width and direction marks, line breaks
 *   E2 81              U+205F to U+206F
 *   EF BB, EF BF B9-BD byte order mark, annotation marks, and what stands
 *                      for a lost character, so that such a text is rewritten
 *                      and can be told by that
 *   F3                 tags
 *
 * The test is one branch-free loop over blocks of 16 bytes; patterns of
 * three bytes are seen by loading at three offsets. The last block overlaps
 * the one before. A pattern may be wider than needed: then the slow way
 * finds nothing to do. Plain loops over bytes were tried: gcc 12 unrolls
 * them instead of using vectors, and they are ten times slower.
 *
 * The slow way goes by characters and holds back each run of blanks until
 * it is known what follows it.
 */
#include "intake/normalise.h"

#include "base/fold.h"
#include "base/check.h"
#include "base/utf8.h"
#include "intake/normalise_priv.h"

enum {
	SCAN_BLOCK = 16,
	SCAN_REACH = SCAN_BLOCK + 2,
	PLACEHOLDER_BYTES_MAX = 16
};

/* Vectors of the compiler, not of one machine: gcc and clang turn them into
 * whatever the target has. A comparison gives all ones or all zeros. */
typedef uint8_t bytes16 __attribute__((vector_size(SCAN_BLOCK)));

static inline bytes16 load16(const uint8_t *p)
{
	bytes16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline bytes16 all16(uint8_t c)
{
	return (bytes16){c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c};
}

static inline bytes16 is16(bytes16 v, uint8_t c)
{
	return (bytes16)(v == all16(c));
}

/* low <= v < low + count */
static inline bytes16 within16(bytes16 v, uint8_t low, uint8_t count)
{
	return (bytes16)((v - all16(low)) < all16(count));
}

/* What is dirty in the SCAN_BLOCK bytes at p, seen with two beyond. */
static inline bytes16 dirt_in_block(const uint8_t *p)
{
	bytes16 a = load16(p), b = load16(p + 1), c = load16(p + 2);
	bytes16 control = within16(a, 0, 0x20) | is16(a, 0x7F);
	bytes16 lead = is16(a, 0xC2) | is16(a, 0xE1) | is16(a, 0xF3);
	bytes16 mark = within16(c, 0x80, 0x10) | within16(c, 0xA8, 0x08);
	bytes16 general =
	    is16(a, 0xE2) & ((is16(b, 0x80) & mark) | is16(b, 0x81));
	bytes16 other = is16(a, 0xEF) &
	    (is16(b, 0xBB) | (is16(b, 0xBF) & within16(c, 0xB9, 5)));

	return control | lead | general | other;
}

static inline bool is_zero16(bytes16 v)
{
	uint64_t halves[2];

	memcpy(halves, &v, sizeof(halves));
	return (halves[0] | halves[1]) == 0;
}

static bool is_clean(struct span text)
{
	const uint8_t *p = (const uint8_t *)text.p;
	bytes16 dirt;
	uint8_t a, b;
	size_t i;

	if (text.n < SCAN_REACH) {
		uint8_t padded[SCAN_REACH];

		memset(padded, ' ', sizeof(padded));
		memcpy(padded, p, text.n);
		/* The last of 17 bytes can begin no sequence. */
		return is_zero16(dirt_in_block(padded)) &&
		    padded[SCAN_BLOCK] >= 0x20 && padded[SCAN_BLOCK] != 0x7F;
	}
	dirt = dirt_in_block(p + text.n - SCAN_REACH);
	for (i = 0; i + SCAN_REACH <= text.n; i += SCAN_BLOCK)
		dirt |= dirt_in_block(p + i);
	if (!is_zero16(dirt))
		return false;
	/* No sequence of three bytes begins in the last two. */
	a = p[text.n - 2];
	b = p[text.n - 1];
	return a >= 0x20 && a != 0x7F && a != 0xC2 && b >= 0x20 && b != 0x7F;
}

static bool is_wide_blank(const char *p)
{
	return memcmp(p, "\xE3\x80\x80", 3) == 0;
}

/* Trims spaces and U+3000; other blanks make a text unclean. */
static struct span trim(struct span text)
{
	for (;;) {
		if (text.n >= 1 && text.p[0] == ' ') {
			text.p += 1;
			text.n -= 1;
		} else if (text.n >= 3 && is_wide_blank(text.p)) {
			text.p += 3;
			text.n -= 3;
		} else {
			break;
		}
	}
	for (;;) {
		if (text.n >= 1 && text.p[text.n - 1] == ' ')
			text.n -= 1;
		else if (text.n >= 3 && is_wide_blank(text.p + text.n - 3))
			text.n -= 3;
		else
			break;
	}
	return text;
}

static bool is_between(uint32_t c, uint32_t low, uint32_t high)
{
	return c >= low && c <= high;
}

enum glyph glyph_of(uint32_t c)
{
	if (is_between(c, 0x21, 0x7E) || is_between(c, 0x3001, 0xDFFF))
		return GLYPH_KEPT;
	if (c == '\t')
		return GLYPH_TAB;
	if (is_between(c, 0x0A, 0x0D) || c == 0x85 || c == 0x2028 ||
	    c == 0x2029)
		return GLYPH_LINE;
	if (c == ' ' || c == 0xA0 || c == 0x1680 ||
	    is_between(c, 0x2000, 0x200A) || c == 0x202F || c == 0x205F)
		return GLYPH_BLANK;
	if (c == 0x3000)
		return GLYPH_WIDE;
	if (c < 0x20 || is_between(c, 0x7F, 0x9F) || c == 0xAD || c == 0x180E ||
	    is_between(c, 0x200B, 0x200F) || is_between(c, 0x202A, 0x202E) ||
	    is_between(c, 0x2060, 0x206F) || c == 0xFEFF ||
	    is_between(c, 0xFFF9, 0xFFFB) || is_between(c, 0xE0000, 0xE007F))
		return GLYPH_GONE;
	return GLYPH_KEPT;
}

/* The text being written and the run of blanks at its end. */
struct writer {
	char *out;
	size_t n;
	size_t run_start; /* where the run began; n when there is none */
	bool has_break;	  /* a tab or line break is in the run */
	bool has_line;
};

static void writer_blank(struct writer *w, enum glyph glyph)
{
	if (glyph == GLYPH_BLANK) {
		w->out[w->n++] = ' ';
	} else if (glyph == GLYPH_WIDE) {
		memcpy(w->out + w->n, "\xE3\x80\x80", 3);
		w->n += 3;
	} else {
		w->has_break = true;
		w->has_line |= glyph == GLYPH_LINE;
	}
}

/* A character follows: the run is at the start, broken, or kept. */
static void writer_end_run(struct writer *w, bool keeps_lines)
{
	if (w->run_start == 0) {
		w->n = 0;
	} else if (w->has_break) {
		w->n = w->run_start;
		w->out[w->n++] = w->has_line && keeps_lines ? '\n' : ' ';
	}
	w->has_break = w->has_line = false;
}

/* A character that is kept, of `count` bytes. */
static void writer_keep(
    struct writer *w, const char *p, size_t count, bool keeps_lines)
{
	if (w->n != w->run_start || w->has_break)
		writer_end_run(w, keeps_lines);
	memcpy(w->out + w->n, p, count);
	w->n += count;
	w->run_start = w->n;
}

static struct span rewrite_text(struct span text, bool keeps_lines, char *out)
{
	struct writer w = {.out = out};
	size_t at = 0;

	while (at < text.n) {
		size_t start = at;
		uint8_t lead = (uint8_t)text.p[at];
		enum glyph glyph;

		/* Ideographs U+4000 to U+9FFF, nearly all there is. */
		if (lead >= 0xE4 && lead <= 0xE9 && at + 3 <= text.n) {
			writer_keep(&w, text.p + at, 3, keeps_lines);
			at += 3;
			continue;
		}
		glyph = glyph_of(utf8_next(text.p, text.n, &at));
		if (glyph == GLYPH_KEPT)
			writer_keep(
			    &w, text.p + start, at - start, keeps_lines);
		else if (glyph != GLYPH_GONE)
			writer_blank(&w, glyph);
	}
	return (struct span){out, w.run_start};
}

struct span normalise_text(struct span text, bool keeps_lines, char *out)
{
	text = trim(text);
	if (text.n == 0 || is_clean(text))
		return text;
	return rewrite_text(text, keeps_lines, out);
}

/* Marks that people put where there is nothing, narrowed. */
static bool is_placeholder(const char *text)
{
	static const char *const marks[] = {"-", "--", "---", "/", "//", "\\",
	    "*", "无", "暂无", "空", "n/a", "na", "null", "none", "nil",
	    "不适用", "(空)", "(无)", "未填", "#n/a"};
	size_t i;

	if (is_digit(text[0]))
		return false;
	for (i = 0; i < ARRAY_COUNT(marks); i++)
		if (strcmp(text, marks[i]) == 0)
			return true;
	return false;
}

enum normal narrow_text(struct span text, struct narrow *out)
{
	size_t at = 0, n = 0;
	bool is_blank_due = false;

	while (at < text.n) {
		uint32_t c = utf8_next(text.p, text.n, &at);
		enum glyph glyph = glyph_of(c);

		if (glyph != GLYPH_KEPT) {
			is_blank_due |= glyph != GLYPH_GONE && n > 0;
			continue;
		}
		c = fold_char(c);
		if (c == 0)
			continue;
		if (n + 5 > NARROW_MAX) {
			n = 0;
			out->p[n++] = '?';
			break;
		}
		if (is_blank_due)
			out->p[n++] = ' ';
		is_blank_due = false;
		n += utf8_encode(c, out->p + n);
	}
	out->p[n] = '\0';
	out->n = n;
	if (n == 0)
		return NORMAL_EMPTY;
	return is_placeholder(out->p) ? NORMAL_PLACEHOLDER : NORMAL_OK;
}

bool normalise_is_nothing(struct span text)
{
	struct narrow narrow;

	/* Most texts are longer than any such mark. */
	text = trim(text);
	return text.n <= PLACEHOLDER_BYTES_MAX &&
	    narrow_text(text, &narrow) == NORMAL_PLACEHOLDER;
}

bool normalise_is_ditto(struct span text)
{
	static const char *const marks[] = {"同上", "(同上)", "同上行",
	    "同上栏", "同前", "〃", "\"", "''", "ditto"};
	struct narrow narrow;
	size_t i;

	text = trim(text);
	if (text.n == 0 || text.n > PLACEHOLDER_BYTES_MAX ||
	    narrow_text(text, &narrow) != NORMAL_OK)
		return false;
	for (i = 0; i < ARRAY_COUNT(marks); i++)
		if (strcmp(narrow.p, marks[i]) == 0)
			return true;
	return false;
}

bool narrow_skip(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

int narrow_skip_any(const char **p, const char *const *words)
{
	int i;

	for (i = 0; words[i]; i++)
		if (narrow_skip(p, words[i]))
			return i;
	return -1;
}
