/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	names   the packs are searched for the row's name: the whole of a
 *		known name (current or former), or a part of one
 *	codes   one pass over the directory compares every known code with
 *		the telling patterns of all rows that are asked for
 *
 * A pattern is 18 characters, '*' where nothing is known: a masked code, or
 * an organisation code at its place inside one. A masked code of another
 * length (`91371102****`) gives only what stands at its two ends. A pattern
 * is telling when it shows some of the organisation's own part: a code with
 * only class and division in sight fits half a town, so it can support a
 * name but proposes nobody.
 *
 * A million codes take some tenths of a second, a million names some tens
 * of milliseconds a row: an operator's queue, not a hot path.
 */
#include "intake/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "base/mem.h"
#include "base/tr.h"
#include "registry/names.h"
#include "registry/subjects.h"

enum {
	CODE_CHARS = IDENT_USCC_CHARS,
	ORG_AT = 8,	 /* where the organisation code stands */
	TELLING_MIN = 4, /* of the organisation's own part, see is_telling */
	FOLDED_MAX = 1024
};

/* Marks a literal for the translation check; looked up when shown. */
#define N_(text) text

/* What a code must look like; "" = no pattern. */
struct pattern {
	char code[CODE_CHARS + 1];
};

static bool is_visible(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

/* The two ends of a masked code that has not 18 characters. */
static void pattern_of_ends(struct span code_text, struct pattern *out)
{
	char clean[IDENT_CLEAN_MAX + 1];
	size_t n = ident_clean(code_text, clean);
	size_t i;

	memset(out->code, '*', CODE_CHARS);
	out->code[CODE_CHARS] = '\0';
	for (i = 0; i < n && i < CODE_CHARS && is_visible(clean[i]); i++) {
		if (clean[i] == 'X' && clean[i + 1] == 'X')
			break;
		out->code[i] = clean[i];
	}
	if (i == n)
		return;
	for (i = n; i > 1 && n - i < CODE_CHARS && is_visible(clean[i - 1]);
	     i--) {
		if (clean[i - 1] == 'X' && clean[i - 2] == 'X')
			break;
		out->code[CODE_CHARS - 1 - (n - i)] = clean[i - 1];
	}
}

static bool is_telling(const struct pattern *p)
{
	int n = 0;
	size_t i;

	if (!p->code[0])
		return false;
	for (i = ORG_AT; i < ORG_AT + IDENT_ORG_CHARS; i++)
		n += p->code[i] != '*';
	return n >= TELLING_MIN;
}

static void pattern_of_code(struct span code_text, struct pattern *out)
{
	struct ident_uscc code = ident_check_uscc(code_text);

	out->code[0] = '\0';
	if (code.state != IDENT_MASKED)
		return;
	if (code.code[0])
		memcpy(out->code, code.code, sizeof(out->code));
	else
		pattern_of_ends(code_text, out);
}

static void pattern_of_org(struct span org_code, struct pattern *out)
{
	char clean[IDENT_CLEAN_MAX + 1];

	out->code[0] = '\0';
	if (ident_check_org_code(org_code) != IDENT_VALID ||
	    ident_clean(org_code, clean) != IDENT_ORG_CHARS)
		return;
	memset(out->code, '*', CODE_CHARS);
	memcpy(out->code + ORG_AT, clean, IDENT_ORG_CHARS);
	out->code[CODE_CHARS] = '\0';
}

static bool pattern_fits(const struct pattern *p, const char *code)
{
	size_t i;

	if (!p->code[0])
		return false;
	for (i = 0; i < CODE_CHARS; i++)
		if (p->code[i] != '*' && p->code[i] != code[i])
			return false;
	return true;
}

enum code_fit candidate_code_fit(struct span code_text, const char *code)
{
	struct pattern p;

	ASSERT(strlen(code) == CODE_CHARS);
	pattern_of_code(code_text, &p);
	if (strspn(p.code, "*") == strlen(p.code))
		return CODE_FIT_UNKNOWN;
	return pattern_fits(&p, code) ? CODE_FIT_YES : CODE_FIT_NO;
}

void candidate_code_marks(
    struct span code_text, const char *code, char out[IDENT_USCC_CHARS + 1])
{
	struct pattern p;
	size_t i;

	pattern_of_code(code_text, &p);
	for (i = 0; i < CODE_CHARS; i++)
		out[i] = !p.code[0] || p.code[i] == '*' ? '.'
		    : p.code[i] == code[i]		? '='
							: 'x';
	out[CODE_CHARS] = '\0';
}

/* ---- one row's list ---- */

/* How many reasons there are beside a likeness of names, and then which is
 * the strongest. */
static bool is_better(const struct candidate *a, const struct candidate *b)
{
	const unsigned strong = CANDIDATE_LIKE_NAME - 1;
	int count_a = __builtin_popcount(a->reasons & strong);
	int count_b = __builtin_popcount(b->reasons & strong);
	int best_a = __builtin_ctz(a->reasons);
	int best_b = __builtin_ctz(b->reasons);

	if (count_a != count_b)
		return count_a > count_b;
	if (best_a != best_b)
		return best_a < best_b;
	return a->subject_id < b->subject_id;
}

/* Moves list[at] to its place among those in front of it. */
static void move_up(struct candidates *c, size_t at)
{
	/* cppcheck-suppress arrayIndexOutOfBoundsCond; at < CANDIDATES_MAX */
	for (; at > 0 && is_better(&c->list[at], &c->list[at - 1]); at--) {
		struct candidate t = c->list[at];

		c->list[at] = c->list[at - 1];
		c->list[at - 1] = t;
	}
}

static void add(struct candidates *c, int64_t subject_id, unsigned reasons)
{
	struct candidate one = {.subject_id = subject_id, .reasons = reasons};
	size_t i;

	for (i = 0; i < c->count; i++)
		if (c->list[i].subject_id == subject_id)
			break;
	if (i < c->count) {
		c->list[i].reasons |= reasons;
	} else if (c->count < CANDIDATES_MAX) {
		c->list[c->count++] = one;
	} else {
		c->has_more = true;
		i = CANDIDATES_MAX - 1;
		if (!is_better(&one, &c->list[i]))
			return;
		c->list[i] = one;
	}
	move_up(c, i);
}

/* ---- names ---- */

static enum err_code find_by_name(struct store *store,
    const struct candidate_query *query, struct name_hits *hits,
    struct candidates *out, struct err *err)
{
	char folded[NAMES_QUERY_BYTES_MAX];
	size_t i;
	enum err_code rc;

	/* What the search would refuse is no error of this row. */
	if (query->name.n >= sizeof(folded) ||
	    fold_name(query->name, folded, sizeof(folded)) == 0)
		return 0;
	rc = names_search(store, query->name, CANDIDATES_MAX + 1, hits, err);
	for (i = 0; i < hits->count && !rc; i++)
		add(out, hits->list[i].subject_id,
		    hits->list[i].rank ? CANDIDATE_LIKE_NAME
				       : CANDIDATE_SAME_NAME);
	if (hits->total > hits->count)
		out->has_more = true;
	return rc;
}

/* A hit in the packs may be a former name. */
static void tell_alias(const struct candidate_query *query, struct candidate *c)
{
	char asked[FOLDED_MAX], known[FOLDED_MAX];
	struct span a = {asked, 0};
	struct span b = {known, 0};

	if (!(c->reasons & CANDIDATE_SAME_NAME) || c->name.n > FOLDED_MAX)
		return;
	a.n = fold_name(query->name, asked, sizeof(asked));
	b.n = fold_name(buf_span(&c->name), known, sizeof(known));
	if (!span_equal(a, b))
		c->reasons ^= CANDIDATE_SAME_NAME | CANDIDATE_SAME_ALIAS;
}

/* ---- codes ---- */

struct row_patterns {
	struct pattern code;
	struct pattern org;
};

static bool make_patterns(const struct candidate_query *queries, size_t count,
    struct row_patterns *out)
{
	bool has_any = false;
	size_t i;

	for (i = 0; i < count; i++) {
		pattern_of_code(queries[i].code_text, &out[i].code);
		pattern_of_org(queries[i].org_code, &out[i].org);
		if (!is_telling(&out[i].code))
			out[i].code.code[0] = '\0';
		has_any |= out[i].code.code[0] || out[i].org.code[0];
	}
	return has_any;
}

static void compare_code(const char *code, int64_t subject_id,
    const struct row_patterns *patterns, size_t count, struct candidates *out)
{
	size_t i;

	for (i = 0; i < count; i++) {
		unsigned reasons = 0;

		if (pattern_fits(&patterns[i].code, code))
			reasons |= CANDIDATE_CODE_FITS;
		if (pattern_fits(&patterns[i].org, code))
			reasons |= CANDIDATE_ORG_CODE;
		if (reasons)
			add(&out[i], subject_id, reasons);
	}
}

static enum err_code scan_codes(struct store *store,
    const struct row_patterns *patterns, size_t count, struct candidates *out,
    struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_DIRECTORY_RANGE;
	struct store_value range[] = {store_int(SUBJECT_KEY_CODE),
	    store_str(""), store_str("~"), store_int(INT64_MAX)};
	enum err_code rc = store_start(store, id, range, 4, err);

	while (store_next_row(store, id, &rc, err)) {
		struct span code = store_column_span(store, id, 0);

		if (code.n == CODE_CHARS)
			compare_code(code.p, store_column_int(store, id, 1),
			    patterns, count, out);
	}
	store_finish(store, id);
	return rc;
}

static enum err_code find_by_code(struct store *store,
    const struct candidate_query *queries, size_t count, struct candidates *out,
    struct err *err)
{
	struct row_patterns *patterns =
	    mem_zalloc(count + 1, sizeof(*patterns));
	enum err_code rc = 0;

	if (make_patterns(queries, count, patterns))
		rc = scan_codes(store, patterns, count, out, err);
	free(patterns);
	return rc;
}

/* ---- all ---- */

/* Names and codes of the listed, and what they say of the row. */
static enum err_code describe(struct store *store,
    const struct candidate_query *query, struct candidates *out,
    struct err *err)
{
	struct subject subject;
	enum err_code rc = 0;
	size_t i;

	subject_init(&subject);
	for (i = 0; i < out->count && !rc; i++) {
		struct candidate *c = &out->list[i];

		rc = subject_by_id(store, c->subject_id, &subject, err);
		if (rc)
			break;
		buf_init(&c->name, 8192);
		buf_add_span(&c->name, buf_span(&subject.name));
		if (subject.code.n == CODE_CHARS)
			memcpy(c->code, subject.code.p, CODE_CHARS);
		if (c->code[0])
			c->fit = candidate_code_fit(query->code_text, c->code);
		if (c->fit == CODE_FIT_YES)
			c->reasons |= CANDIDATE_CODE_FITS;
		tell_alias(query, c);
		move_up(out, i);
	}
	subject_release(&subject);
	return rc;
}

enum err_code candidates_find(struct store *store,
    const struct candidate_query *queries, size_t count, struct candidates *out,
    struct err *err)
{
	struct name_hits *hits = mem_alloc(sizeof(*hits));
	enum err_code rc = 0;
	size_t i;

	memset(out, 0, count * sizeof(*out));
	for (i = 0; i < count && !rc; i++)
		rc = find_by_name(store, &queries[i], hits, &out[i], err);
	if (!rc)
		rc = find_by_code(store, queries, count, out, err);
	for (i = 0; i < count && !rc; i++)
		rc = describe(store, &queries[i], &out[i], err);
	free(hits);
	return rc;
}

void candidates_release(struct candidates *candidates)
{
	size_t i;

	for (i = 0; i < candidates->count; i++)
		buf_release(&candidates->list[i].name);
	candidates->count = 0;
}

static const struct {
	const char *name;
	const char *text;
} reasons[CANDIDATE_REASON_BITS] = {
    {"same-org-code", N_("its code holds the organisation code given")},
    {"code-fits", N_("its code fits the visible characters")},
    {"same-name", N_("it has the same name")},
    {"same-alias", N_("it had or has the same name beside its own")},
    {"like-name", N_("its name holds the name given")},
};

static void write_reasons(unsigned set, bool in_words, struct json_writer *w)
{
	size_t i;

	json_open_array(w);
	for (i = 0; i < CANDIDATE_REASON_BITS; i++)
		if (set >> i & 1)
			json_add_string(w,
			    span_of(in_words ? tr(reasons[i].text)
					     : reasons[i].name));
	json_close_array(w);
}

void candidate_write(const struct candidate *c, struct json_writer *w)
{
	json_put_str(w, "code", c->code);
	json_put_span(w, "name", buf_span(&c->name));
	json_key(w, "reasons");
	write_reasons(c->reasons, false, w);
	json_key(w, "why");
	write_reasons(c->reasons, true, w);
	json_put_bool(w, "is_weak", c->reasons == CANDIDATE_LIKE_NAME);
	json_put_bool(w, "code_differs", c->fit == CODE_FIT_NO);
}

void candidates_write(
    const struct candidates *candidates, struct json_writer *w)
{
	size_t i;

	json_open_array(w);
	for (i = 0; i < candidates->count; i++) {
		json_open_object(w);
		candidate_write(&candidates->list[i], w);
		json_close_object(w);
	}
	json_close_array(w);
}
