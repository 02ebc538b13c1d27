/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON document of an identifier.
 *
 * The kind is guessed from the shape of the cleaned text:
 *
 *   18 characters        unified code, or citizen number when the birth day
 *                        and province of one are there
 *   15                   registration number when its check is right; else
 *                        a citizen number of the old form when province and
 *                        birth day are there (it has no check of its own);
 *                        else a registration number with a wrong check
 *    9                   organisation code
 *    6 digits            division
 *   16, 17, 19, 20       a unified code with too few or many characters
 *   anything else        unknown
 *
 * A citizen number, whole, mistyped or inside a longer text, is never given
 * back: its document holds kind, valid and state, nothing else. In doubt
 * a text counts as one.
 *
 * A reader may want a million documents a second, so they are put together
 * from constant pieces and not with the general JSON writer: keys and
 * names from our tables need no escaping, only the input and the reason do
 * (json_quote). Sentences have {1}, {2}, {3} where values go, so that a
 * translation may put them in another order.
 */
#include "ident/ident_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "base/tr.h"
#include "base/utf8.h"

enum {
	INPUT_MAX = 256,
	SENTENCE_MAX = 512,
	ARGS_MAX = 3,
	CHARACTER_MAX = 5,
	ALLOWED_BYTES_MAX = 64
};

/* The text in all the forms that the writers need. */
struct subject {
	struct span text;  /* as given */
	struct span clean; /* cleaned */
	size_t chars;	   /* of clean */
	struct ident_uscc uscc;
};

/* buf_add, inline where there is room: pieces are many and short. */
static inline void put_bytes(struct buf *out, const char *p, size_t n)
{
	if (out->is_full || !out->p || n > out->cap - out->n) {
		buf_add(out, p, n);
		return;
	}
	memcpy(out->p + out->n, p, n);
	out->n += n;
	out->p[out->n] = '\0';
}

/* The length is known at compile time wherever the piece is a literal. */
static inline void put(struct buf *out, const char *piece)
{
	put_bytes(out, piece, strlen(piece));
}

static inline void put_chars(
    struct buf *out, const char *key, const char *p, size_t n)
{
	put(out, key);
	put(out, "\"");
	put_bytes(out, p, n);
	put(out, "\"");
}

/* ,"KEY":"VALUE" of a value that needs no escaping; null when NULL. The
 * key comes with its punctuation. */
static inline void put_value(
    struct buf *out, const char *key, const char *value)
{
	if (value) {
		put_chars(out, key, value, strlen(value));
		return;
	}
	put(out, key);
	put(out, "null");
}

/* One character, or null for '\0'. */
static inline void put_char(struct buf *out, const char *key, char c)
{
	if (c)
		put_chars(out, key, &c, 1);
	else
		put_value(out, key, NULL);
}

static void put_date(struct buf *out, const char *key, date_days date)
{
	char text[DATE_TEXT_BYTES];

	put_value(
	    out, key, date == DATE_NONE ? NULL : date_format_iso(date, text));
}

/* Fills {1}.. of an already translated sentence; cut at SENTENCE_MAX. */
static void fill(char to[SENTENCE_MAX], const char *sentence,
    const char *const args[ARGS_MAX])
{
	size_t n = 0;

	while (*sentence && n < SENTENCE_MAX - 1) {
		const char *arg;
		size_t count;

		if (sentence[0] != '{') {
			to[n++] = *sentence++;
			continue;
		}
		ASSERT(sentence[1] >= '1' && sentence[1] <= '3');
		arg = args[sentence[1] - '1'];
		ASSERT(arg && sentence[2] == '}');
		count = strlen(arg);
		if (count > SENTENCE_MAX - 1 - n)
			break;
		memcpy(to + n, arg, count);
		n += count;
		sentence += 3;
	}
	to[n] = '\0';
}

/* A filled sentence, quoted. */
static void put_sentence(
    struct buf *out, const char *sentence, const char *const args[ARGS_MAX])
{
	char text[SENTENCE_MAX];

	fill(text, sentence, args);
	json_quote(out, span_of(text));
}

/* The next character of any bytes, U+FFFD for a byte that is none. */
static struct span next_piece(struct span text, size_t *at)
{
	const char *p = text.p + *at;
	size_t left = text.n - *at;
	size_t count = 0;
	size_t good = utf8_valid_prefix(p, left < 4 ? left : 4);

	if (!good) {
		(*at)++;
		return span_of("\xef\xbf\xbd");
	}
	utf8_next(p, good, &count);
	*at += count;
	return (struct span){p, count};
}

/* Cut and mended so that it is valid UTF-8. */
static void put_input(struct buf *out, struct span text)
{
	char safe[INPUT_MAX];
	size_t n = 0;
	size_t at = 0;

	put(out, "\"input\":");
	if (text.n <= INPUT_MAX &&
	    utf8_valid_prefix(text.p, text.n) == text.n) {
		json_quote(out, text);
		return;
	}
	while (at < text.n) {
		struct span piece = next_piece(text, &at);

		if (piece.n > INPUT_MAX - n)
			break;
		memcpy(safe + n, piece.p, piece.n);
		n += piece.n;
	}
	json_quote(out, (struct span){safe, n});
}

/* {"input":...,"kind":...,"valid":...,"state":... */
static void put_head(struct buf *out, const struct subject *s,
    enum ident_kind kind, enum ident_state state)
{
	put(out, "{");
	put_input(out, s->text);
	put_value(out, ",\"kind\":", ident_kind_name(kind));
	put(out,
	    state == IDENT_VALID ? ",\"valid\":true,\"state\":\""
				 : ",\"valid\":false,\"state\":\"");
	put(out, ident_state_name(state));
	put(out, "\",\"reason\":");
}

/* {"id":...,"text":...}; *count_io: how many there are. */
static void put_warning(struct buf *out, int *count_io, const char *id,
    const char *sentence, const char *const args[ARGS_MAX])
{
	if ((*count_io)++)
		put(out, ",");
	put_value(out, "{\"id\":", id);
	put(out, ",\"text\":");
	put_sentence(out, sentence, args);
	put(out, "}");
}

/* "division" and "division_name" of a code inside another code. */
static void put_division(struct buf *out, const char *key, const char *digits)
{
	struct ident_division row = {.full_name = NULL};

	ident_division_find(
	    (struct span){digits, IDENT_DIVISION_CHARS}, DATE_NONE, &row);
	put_chars(out, key, digits, IDENT_DIVISION_CHARS);
	put_value(out, ",\"division_name\":", row.full_name);
}

static void warn_unknown_division(
    struct buf *out, int *count_io, const char *digits)
{
	char code[IDENT_DIVISION_CHARS + 1] = "";

	memcpy(code, digits, IDENT_DIVISION_CHARS);
	put_warning(out, count_io, "division-unknown",
	    tr("no division had the code {1} since 2002; development zones "
	       "use such codes"),
	    (const char *const[ARGS_MAX]){code});
}

/* ---- unified code ------------------------------------------------------ */

/* The character at a position of a cleaned text, as a string. */
static void character_at(struct span clean, int at, char out[CHARACTER_MAX])
{
	size_t from = 0;
	size_t to;

	while (at-- > 0)
		utf8_next(clean.p, clean.n, &from);
	to = from;
	utf8_next(clean.p, clean.n, &to);
	memcpy(out, clean.p + from, to - from);
	out[to - from] = '\0';
}

static const char *uscc_sentence(const struct ident_uscc *r)
{
	switch (r->state) {
	case IDENT_BAD_LENGTH:
		return tr("a unified social credit code has 18 characters, "
			  "this text has {1}");
	case IDENT_BAD_CHARACTER:
		if (r->bad_at >= 2 && r->bad_at < 8)
			return tr("character {1} is \"{2}\": characters 3 to "
				  "8 are a division and must be digits");
		return tr("character {1} is \"{2}\": only digits and capital "
			  "letters except I, O, S, V and Z can stand there");
	case IDENT_BAD_DEPARTMENT:
		return tr("character {1} is \"{2}\", which is no "
			  "registration department: it must be one of {3}");
	case IDENT_BAD_CLASS:
		return tr("character {1} is \"{2}\", which is no class of "
			  "organisation of that registration department: it "
			  "must be one of {3}");
	case IDENT_BAD_CHECK:
		return tr("character {1}, the check character, is \"{2}\" "
			  "where the others ask for \"{3}\"; either it or one "
			  "of the others is wrong");
	default:
		return ident_state_text(r->state);
	}
}

/* What may stand there instead: departments, or classes of the code's. */
static void list_allowed(
    struct span clean, enum ident_state state, char out[ALLOWED_BYTES_MAX])
{
	const char *c;
	size_t n = 0;

	for (c = "123456789ANY"; *c; c++) {
		if (!(state == IDENT_BAD_DEPARTMENT
			    ? ident_department_title(*c)
			    : ident_class_title(clean.p[0], *c)))
			continue;
		n += (size_t)snprintf(out + n, ALLOWED_BYTES_MAX - n, "%s%c",
		    n ? tr(", ") : "", *c);
		ASSERT(n < ALLOWED_BYTES_MAX);
	}
}

static void put_small(char out[4], size_t value)
{
	size_t n = 0;

	ASSERT(value < 100);
	if (value >= 10)
		out[n++] = (char)('0' + value / 10);
	out[n++] = (char)('0' + value % 10);
	out[n] = '\0';
}

static void put_uscc_reason(struct buf *out, const struct subject *s)
{
	const struct ident_uscc *r = &s->uscc;
	char expected[ALLOWED_BYTES_MAX] = {r->expected, '\0'};
	char character[CHARACTER_MAX] = "";
	char number[4];

	if (r->state == IDENT_VALID) {
		put(out, "\"\"");
		return;
	}
	put_small(number, r->bad_at < 0 ? s->chars : (size_t)r->bad_at + 1);
	if (r->bad_at >= 0)
		character_at(s->clean, r->bad_at, character);
	if (r->state == IDENT_BAD_DEPARTMENT || r->state == IDENT_BAD_CLASS)
		list_allowed(s->clean, r->state, expected);
	put_sentence(out, uscc_sentence(r),
	    (const char *const[ARGS_MAX]){number, character, expected});
}

static void put_uscc_parts(struct buf *out, const char *code)
{
	put_char(out, ",\"parts\":{\"department\":", code[0]);
	put_value(
	    out, ",\"department_title\":", ident_department_title(code[0]));
	put_char(out, ",\"class\":", code[1]);
	put_value(
	    out, ",\"class_title\":", ident_class_title(code[0], code[1]));
	put_value(out, ",\"subject_kind\":", ident_subject_kind(code));
	put_division(out, ",\"division\":", code + 2);
	put_chars(out, ",\"organisation_code\":", code + 8, IDENT_ORG_CHARS);
	put_char(out, ",\"check\":", code[17]);
	put(out, "}");
}

static void put_uscc_warnings(struct buf *out, const struct ident_uscc *r)
{
	int count = 0;

	put(out, ",\"warnings\":[");
	if (r->has_org_warning) {
		char expected[2] = {ident_org_check_char(r->code + 8), '\0'};

		put_warning(out, &count, "organisation-check",
		    tr("characters 9 to 17 are an organisation code whose own "
		       "check fails: character 17 should be \"{1}\""),
		    (const char *const[ARGS_MAX]){expected});
	}
	if (r->has_division_warning)
		warn_unknown_division(out, &count, r->code + 2);
	put(out, "]}");
}

static enum ident_state write_uscc(struct buf *out, const struct subject *s)
{
	const struct ident_uscc *r = &s->uscc;

	put_head(out, s, IDENT_USCC, r->state);
	put_uscc_reason(out, s);
	put_value(out, ",\"code\":", r->code[0] ? r->code : NULL);
	if (r->state == IDENT_VALID || r->state == IDENT_BAD_CHECK)
		put_uscc_parts(out, r->code);
	else
		put(out, ",\"parts\":null");
	put_char(out, ",\"expected_check\":", r->expected);
	put_uscc_warnings(out, r);
	return r->state;
}

/* ---- the others -------------------------------------------------------- */

/* The reason of a code whose check stands at its end. */
static void put_simple_reason(struct buf *out, const struct subject *s,
    enum ident_state state, char expected)
{
	char is[CHARACTER_MAX] = "";
	char should[2] = {expected, '\0'};
	char number[4];

	if (state != IDENT_BAD_CHECK) {
		json_quote(out, span_of(ident_state_text(state)));
		return;
	}
	put_small(number, s->chars);
	character_at(s->clean, (int)s->chars - 1, is);
	put_sentence(out,
	    tr("character {1}, the check character, is \"{2}\" where the "
	       "others ask for \"{3}\"; either it or one of the others is "
	       "wrong"),
	    (const char *const[ARGS_MAX]){number, is, should});
}

static bool has_check(enum ident_state state)
{
	return state == IDENT_VALID || state == IDENT_BAD_CHECK;
}

static enum ident_state write_org_code(struct buf *out, const struct subject *s)
{
	enum ident_state state = ident_check_org_code(s->clean);
	const char *p = s->clean.p;
	char expected = has_check(state) ? ident_org_check_char(p) : '\0';

	put_head(out, s, IDENT_ORG_CODE, state);
	put_simple_reason(out, s, state, expected);
	if (has_check(state)) {
		put_chars(out, ",\"code\":", p, s->clean.n);
		put_chars(out, ",\"parts\":{\"body\":", p, 8);
		put_char(out, ",\"check\":", p[8]);
		put(out, "}");
	} else {
		put(out, ",\"code\":null,\"parts\":null");
	}
	put_char(out, ",\"expected_check\":", expected);
	put(out, ",\"warnings\":[]}");
	return state;
}

/* GS15-2006: who is behind a number, by the first digit of its sequence. */
static const char *reg_holder(char digit)
{
	if (digit <= '3')
		return "domestic-enterprise";
	return digit <= '5' ? "foreign-invested" : "sole-trader";
}

static enum ident_state write_reg_number(
    struct buf *out, const struct subject *s)
{
	enum ident_state state = ident_check_reg_number(s->clean);
	const char *p = s->clean.p;
	char expected = has_check(state) ? ident_reg_check_char(p) : '\0';
	int count = 0;

	put_head(out, s, IDENT_REG_NUMBER, state);
	put_simple_reason(out, s, state, expected);
	if (has_check(state)) {
		put_chars(out, ",\"code\":", p, s->clean.n);
		put_division(out, ",\"parts\":{\"division\":", p);
		put_chars(out, ",\"sequence\":", p + 6, 8);
		put_value(out, ",\"holder\":", reg_holder(p[6]));
		put_char(out, ",\"check\":", p[14]);
		put(out, "}");
	} else {
		put(out, ",\"code\":null,\"parts\":null");
	}
	put_char(out, ",\"expected_check\":", expected);
	put(out, ",\"warnings\":[");
	if (state == IDENT_VALID && !ident_division_is_known(p))
		warn_unknown_division(out, &count, p);
	put(out, "]}");
	return state;
}

static void put_division_ended(
    struct buf *out, const struct ident_division *row)
{
	char day[DATE_TEXT_BYTES];
	int count = 0;

	put(out, ",\"warnings\":[");
	if (row->valid_to != DATE_NONE) {
		date_format_iso(row->valid_to, day);
		put_warning(out, &count, "division-ended",
		    row->successor[0]
			? tr("the code ended by {1}; taken over by {2}")
			: tr("the code ended by {1}"),
		    (const char *const[ARGS_MAX]){day, row->successor});
	}
	put(out, "]}");
}

static enum ident_state write_division(struct buf *out, const struct subject *s)
{
	struct ident_division row;
	bool is_there = ident_division_find(s->clean, DATE_NONE, &row);
	enum ident_state state = is_there ? IDENT_VALID : IDENT_BAD_DIVISION;

	put_head(out, s, IDENT_DIVISION, state);
	json_quote(out, span_of(ident_state_text(state)));
	put_chars(out, ",\"code\":", s->clean.p, s->clean.n);
	if (!is_there) {
		put(out,
		    ",\"parts\":null,\"expected_check\":null,"
		    "\"warnings\":[]}");
		return state;
	}
	put_value(out, ",\"parts\":{\"name\":", row.name);
	put_value(out, ",\"division_name\":", row.full_name);
	put_date(out, ",\"valid_from\":", row.valid_from);
	put_date(out, ",\"valid_to\":", row.valid_to);
	put_value(
	    out, ",\"successor\":", row.successor[0] ? row.successor : NULL);
	put(out, "},\"expected_check\":null");
	put_division_ended(out, &row);
	return state;
}

static enum ident_state write_citizen(struct buf *out, const struct subject *s)
{
	enum ident_state state = ident_check_citizen(s->clean);

	/* Inside a longer text it is a valid one. */
	if (state != IDENT_VALID && ident_holds_citizen(s->text))
		state = IDENT_VALID;
	put_value(out, "{\"kind\":", ident_kind_name(IDENT_CITIZEN));
	put(out, state == IDENT_VALID ? ",\"valid\":true" : ",\"valid\":false");
	put_value(out, ",\"state\":", ident_state_name(state));
	put(out, "}");
	return state;
}

static enum ident_state write_unknown(struct buf *out, const struct subject *s)
{
	enum ident_state state = s->uscc.state;
	bool is_cut = s->clean.n > IDENT_CLEAN_MAX - 4;
	char number[4];

	put_head(out, s, IDENT_UNKNOWN, state);
	if (state == IDENT_BAD_LENGTH && !is_cut) {
		put_small(number, s->chars);
		put_sentence(out,
		    tr("no code known here looks like this text (length {1})"),
		    (const char *const[ARGS_MAX]){number});
	} else {
		json_quote(out, span_of(ident_state_text(state)));
	}
	put(out,
	    ",\"code\":null,\"parts\":null,\"expected_check\":null,"
	    "\"warnings\":[]}");
	return state;
}

/* ---- the kind ---------------------------------------------------------- */

/* Digits that start like a citizen number and may end with X. */
static bool looks_like_citizen(struct span clean)
{
	size_t digits = ident_digit_run(clean.p, clean.n);

	if (clean.n < 16 || digits + 1 < clean.n)
		return false;
	if (digits < clean.n && clean.p[digits] != 'X')
		return false;
	return ident_is_province(clean.p) && ident_is_birth_day(clean.p + 6, 8);
}

static bool is_alnum(struct span clean)
{
	size_t i;

	for (i = 0; i < clean.n; i++)
		if (!ident_is_alnum(clean.p[i]))
			return false;
	return true;
}

/* A mask leaves the start: department, class and province of a unified
 * code, or the province of a citizen number. The X of an organisation code
 * may all be real. */
static enum ident_kind masked_kind(struct span clean, size_t chars)
{
	const char *p = clean.p;

	if (chars == IDENT_ORG_CHARS && is_alnum(clean))
		return IDENT_ORG_CODE;
	if (clean.n >= 4 && ident_class_title(p[0], p[1]) &&
	    (ident_is_province(p + 2) || memcmp(p + 2, "10", 2) == 0))
		return IDENT_USCC;
	if (clean.n >= 15 && ident_is_province(p) && ident_digit_run(p, 3) == 3)
		return IDENT_CITIZEN;
	return chars == IDENT_USCC_CHARS ? IDENT_USCC : IDENT_UNKNOWN;
}

static enum ident_kind kind_of_18(const struct subject *s)
{
	if (!looks_like_citizen(s->clean))
		return IDENT_USCC;
	if (s->uscc.state == IDENT_VALID && !ident_is_citizen(s->clean.p))
		return IDENT_USCC;
	return IDENT_CITIZEN;
}

static enum ident_kind kind_of_15(struct span clean)
{
	if (ident_check_reg_number(clean) == IDENT_VALID ||
	    ident_check_citizen(clean) != IDENT_VALID)
		return IDENT_REG_NUMBER;
	return IDENT_CITIZEN;
}

static enum ident_kind kind_by_length(const struct subject *s)
{
	if (s->chars == IDENT_USCC_CHARS)
		return kind_of_18(s);
	if (!is_alnum(s->clean))
		return IDENT_UNKNOWN;
	switch (s->chars) {
	case IDENT_REG_CHARS:
		return kind_of_15(s->clean);
	case IDENT_ORG_CHARS:
		return IDENT_ORG_CODE;
	case IDENT_DIVISION_CHARS:
		return ident_digit_run(s->clean.p, s->clean.n) == s->clean.n
		    ? IDENT_DIVISION
		    : IDENT_UNKNOWN;
	case 16:
	case 17:
	case 19:
	case 20:
		return looks_like_citizen(s->clean) ? IDENT_CITIZEN
						    : IDENT_USCC;
	default:
		return IDENT_UNKNOWN;
	}
}

static enum ident_kind guess_kind(const struct subject *s)
{
	enum ident_kind kind;

	if (s->uscc.state == IDENT_MASKED)
		kind = masked_kind(s->clean, s->chars);
	else
		kind = kind_by_length(s);
	if (s->uscc.state != IDENT_VALID && ident_holds_citizen(s->text))
		kind = IDENT_CITIZEN;
	return kind;
}

/* Whom a text is, cleaned into the caller's bytes. */
static struct subject subject_of(
    struct span text, char clean[IDENT_CLEAN_MAX + 1])
{
	struct subject s = {.text = text, .uscc = ident_check_uscc(text)};

	if (s.uscc.state == IDENT_VALID) {
		memcpy(clean, s.uscc.code, IDENT_USCC_CHARS + 1);
		s.clean = (struct span){clean, IDENT_USCC_CHARS};
		s.chars = IDENT_USCC_CHARS;
	} else {
		s.clean = (struct span){clean, ident_clean(text, clean)};
		s.chars = utf8_length(clean, s.clean.n);
	}
	return s;
}

enum ident_kind ident_kind_of(struct span text)
{
	char clean[IDENT_CLEAN_MAX + 1];
	const struct subject s = subject_of(text, clean);

	return guess_kind(&s);
}

bool ident_document(struct span text, struct buf *out)
{
	static enum ident_state (*const writers[])(
	    struct buf *, const struct subject *) = {
	    [IDENT_UNKNOWN] = write_unknown,
	    [IDENT_USCC] = write_uscc,
	    [IDENT_ORG_CODE] = write_org_code,
	    [IDENT_REG_NUMBER] = write_reg_number,
	    [IDENT_CITIZEN] = write_citizen,
	    [IDENT_DIVISION] = write_division,
	};
	char clean[IDENT_CLEAN_MAX + 1];
	const struct subject s = subject_of(text, clean);

	_Static_assert(ARRAY_COUNT(writers) == IDENT_KIND_COUNT, "one a kind");
	return writers[guess_kind(&s)](out, &s) == IDENT_VALID;
}
