/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by normalise*.c; what is blank, by the readers, too. */
#ifndef GX_INTAKE_NORMALISE_PRIV_H
#define GX_INTAKE_NORMALISE_PRIV_H

#include "intake/normalise.h"

/* How a character takes part in a text. */
enum glyph {
	GLYPH_KEPT = 0,
	GLYPH_BLANK, /* a space of some kind, stored as ' ' */
	GLYPH_WIDE,  /* U+3000, stored as it is */
	GLYPH_TAB,
	GLYPH_LINE, /* a line break */
	GLYPH_GONE  /* control, zero-width, byte order mark */
};
enum glyph glyph_of(uint32_t c);

/*
 * A short value made easy to parse: folded (base/fold.h: ASCII in lower
 * case, Simplified, brackets and dashes unified) but with runs of blanks
 * kept as one ' ', none at the ends. NUL-terminated; no NUL inside.
 */
enum { NARROW_MAX = 96 };
struct narrow {
	char p[NARROW_MAX + 1];
	size_t n;
};
/* NORMAL_EMPTY, NORMAL_PLACEHOLDER, or NORMAL_OK. What does not fit is
 * given as "?" with NORMAL_OK, which no parser takes. */
enum normal narrow_text(struct span text, struct narrow *out);

/* Steps over `word` at *p when it stands there. */
bool narrow_skip(const char **p, const char *word);
/* Steps over one of `words`, which ends with NULL; its index, or -1. */
int narrow_skip_any(const char **p, const char *const *words);

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

#endif
