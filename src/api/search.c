/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text of digits and Latin letters with a digit among them is taken for
 * the beginning of a code first: a range of the directory. Only when no
 * identifier begins so, and for every other text, the names are passed
 * through (registry/names.h). Before that whole codes are looked for within
 * it: what is copied has a label, brackets or a full stop around it.
 *
 * A name that matched need not be the current one: then the result says
 * which other name did. To the public that is one which a public record says
 * (told_names.h); who has none is passed over, as if nobody had written it.
 * Some more are looked at than are shown, for that and to know whether there
 * are more.
 */
#include "api/search.h"

#include <stdlib.h>
#include <string.h>

#include "api/subject.h"
#include "api/told_names.h"
#include "base/check.h"
#include "base/fold.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/tr.h"
#include "ident/ident.h"
#include "registry/subjects.h"

enum {
	IDENT_DOCUMENT_BYTES = 16 * 1024,
	FOLDED_BYTES_MAX = 8192,
	SPARE = 20,
	OTHERS_MAX = 2
};

struct search {
	struct reading reading;
	const struct search_help *help;
	struct span text;
	struct span meant; /* what is explained: text, or a code within it */
	size_t limit;	   /* to be shown */
	size_t max;	   /* to be looked at by name; at least limit */
	bool is_by_code;
	bool has_more;
	int64_t *found; /* subjects; max + 1 */
	size_t count, shown;
	struct subject subject; /* scratch */
	struct buf other;	/* scratch: the further name that matched */
	char folded[NAMES_QUERY_BYTES_MAX];
	size_t folded_n;
	char code[IDENT_USCC_CHARS + 1]; /* the first within text */
};

/* ---- by code ---- */

/* Digits and capital letters, at least two, with a digit among them. */
static bool may_begin_code(struct span clean)
{
	bool has_digit = false;
	size_t i;

	for (i = 0; i < clean.n; i++) {
		char c = clean.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z'))
			return false;
		has_digit |= c <= '9';
	}
	return has_digit && clean.n >= 2 && clean.n <= IDENT_USCC_CHARS;
}

static enum err_code by_code(
    struct search *s, struct span prefix, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_DIRECTORY_RANGE;
	char after[IDENT_CLEAN_MAX + 1];
	struct store_value key[4] = {store_int(SUBJECT_KEY_CODE),
	    store_text(prefix), store_text((struct span){after, prefix.n}),
	    store_int((int64_t)s->limit + 1)};
	enum err_code rc;

	memcpy(after, prefix.p, prefix.n);
	after[prefix.n - 1]++; /* ASCII: the next prefix of that length */
	rc = store_start(s->reading.store, id, key, 4, err);
	while (store_next_row(s->reading.store, id, &rc, err)) {
		if (s->count == s->limit)
			s->has_more = true;
		else
			s->found[s->count++] =
			    store_column_int(s->reading.store, id, 1);
	}
	store_finish(s->reading.store, id);
	s->is_by_code = s->count > 0;
	return rc;
}

/* By all codes that stand within the text, which holds no person's number. */
static enum err_code by_codes_within(struct search *s, struct err *err)
{
	char code[IDENT_USCC_CHARS + 1];
	enum err_code rc = 0;
	size_t at = 0, i;

	while (!rc && ident_next_uscc(s->text, &at, code)) {
		size_t before = s->count;

		if (!s->code[0]) {
			memcpy(s->code, code, sizeof(code));
			s->meant = span_of(s->code);
		}
		rc = by_code(s, span_of(code), err);
		for (i = 0; i < before && s->count > before; i++)
			if (s->found[i] == s->found[before])
				s->count = before;
	}
	return rc;
}

/* ---- by name ---- */

static enum err_code find_names(
    struct search *s, struct name_hits *hits, struct err *err)
{
	struct names_index *names = s->help->names;

	if (names && names_index_is_ready(names))
		return names_index_search(names, s->text, s->max, hits, err);
	if (s->help->again)
		return names_search_in_two(s->reading.store, s->help->again,
		    s->text, s->max, hits, err);
	return names_search(s->reading.store, s->text, s->max, hits, err);
}

static enum err_code by_name(struct search *s, struct err *err)
{
	struct name_hits *hits = mem_alloc(sizeof(*hits));
	enum err_code rc = find_names(s, hits, err);
	size_t i;

	for (i = 0; !rc && i < hits->count; i++)
		s->found[i] = hits->list[i].subject_id;
	if (!rc) {
		s->count = hits->count;
		/* Several names of one are one. */
		s->has_more =
		    hits->count == s->max && hits->total > hits->count;
		s->folded_n = fold_name(s->text, s->folded, sizeof(s->folded));
	}
	free(hits);
	return rc;
}

/* told_names_match */
static bool holds_text(void *ctx, struct span name)
{
	const struct search *s = ctx;
	char folded[FOLDED_BYTES_MAX];
	size_t n;

	if (name.n > sizeof(folded))
		return false;
	n = fold_name(name, folded, sizeof(folded));
	return memmem(folded, n, s->folded, s->folded_n) != NULL;
}

/* ---- the document ---- */

/* Who asks one question needs no catalogue before it comes to a further
 * name. */
static enum err_code find_other_name(
    struct search *s, int64_t subject_id, struct err *err)
{
	struct home *home = s->help->home;
	enum err_code rc = 0;

	if (s->reading.is_public && !s->reading.catalog) {
		ASSERT(home != NULL);
		rc = home_load_catalog(home, err);
		s->reading.catalog = home->catalog;
	}
	return rc ? rc
		  : told_names_find(
			&s->reading, subject_id, holds_text, s, &s->other, err);
}

/* Loads the subject, and into `other` the further name that matched;
 * *is_shown: the reader may find it by that. */
static enum err_code load_found(
    struct search *s, int64_t subject_id, bool *is_shown, struct err *err)
{
	enum err_code rc =
	    subject_by_id(s->reading.store, subject_id, &s->subject, err);

	if (rc == ERR_NOT_FOUND)
		rc = err_set(err, ERR_CORRUPT,
		    "the register names subject %lld, which is not there",
		    (long long)subject_id);
	buf_reset(&s->other);
	*is_shown = true;
	if (rc || s->is_by_code || holds_text(s, buf_span(&s->subject.name)))
		return rc;
	rc = find_other_name(s, subject_id, err);
	*is_shown = s->other.n > 0;
	return rc;
}

static void put_found(const struct search *s, struct json_writer *w)
{
	json_open_object(w);
	json_put_span(w, "code", buf_span(&s->subject.code));
	json_put_span(w, "name", buf_span(&s->subject.name));
	json_key(w, "matched");
	if (s->other.n)
		json_add_string(w, buf_span(&s->other));
	else
		json_add_null(w);
	json_close_object(w);
}

/* "results", of those that are shown; then it is known whether there are
 * more. */
static enum err_code put_results(
    struct search *s, struct buf *out, struct err *err)
{
	struct json_writer w;
	enum err_code rc = 0;
	bool is_shown;
	size_t i;

	json_start(&w, out);
	json_open_array(&w);
	for (i = 0; i < s->count && !rc && s->shown <= s->limit; i++) {
		rc = load_found(s, s->found[i], &is_shown, err);
		if (rc || !is_shown)
			continue;
		if (s->shown++ < s->limit)
			put_found(s, &w);
	}
	json_close_array(&w);
	if (s->shown > s->limit) {
		s->shown = s->limit;
		s->has_more = true;
	}
	return rc;
}

/* A code was meant, too, where some of its characters are hidden, or one or
 * two are such as no code has. A name has more of those, or fewer digits. */
static bool may_be_meant_as_code(struct span text)
{
	char clean[IDENT_CLEAN_MAX + 1];
	size_t n = ident_clean(text, clean);
	size_t digits = 0, others = 0, i;

	if (ident_kind_of(text) != IDENT_USCC)
		return false;
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)clean[i];

		digits += c >= '0' && c <= '9';
		/* Of more bytes than one the first is counted. */
		others += !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
		    (c < 0x80 || c >= 0xc0);
	}
	return digits >= IDENT_DIVISION_CHARS &&
	    (others <= OTHERS_MAX ||
		ident_check_uscc(text).state == IDENT_MASKED);
}

/* What is wrong with a text that looks like a code but led nowhere. */
static void put_ident(const struct search *s, struct json_writer *w)
{
	struct buf doc = BUF_INIT(IDENT_DOCUMENT_BYTES);

	json_key(w, "ident");
	if (s->shown == 0 &&
	    (subject_looks_like_code(s->meant) ||
		may_be_meant_as_code(s->meant))) {
		ident_document(s->meant, &doc);
		json_add_raw(w, buf_span(&doc));
	} else {
		json_add_null(w);
	}
	buf_release(&doc);
}

/* Organisations are known by what their records are filed under. */
static const char *hint_of(const struct search *s)
{
	enum ident_kind kind = ident_kind_of(s->text);

	if (s->shown || (kind != IDENT_ORG_CODE && kind != IDENT_REG_NUMBER))
		return "";
	return tr("This looks like an organisation code or a registration "
		  "number. Organisations are found here by their unified "
		  "social credit code or by name: look it up by one of those.");
}

static void put_changes(
    struct json_writer *w, const char *typed, const char *code)
{
	size_t i;

	json_key(w, "changes");
	json_open_array(w);
	for (i = 0; i < IDENT_USCC_CHARS; i++) {
		if (typed[i] == code[i])
			continue;
		json_open_object(w);
		json_put_int(w, "at", (int64_t)i + 1);
		json_put_span(w, "is", (struct span){typed + i, 1});
		json_put_span(w, "should", (struct span){code + i, 1});
		json_close_object(w);
	}
	json_close_array(w);
}

/* Whom a wrong code may be meant for: those alone whom a search for the
 * right one finds. */
static enum err_code put_near(
    struct search *s, struct json_writer *w, struct err *err)
{
	char codes[IDENT_USCC_CHARS][IDENT_USCC_CHARS + 1];
	char typed[IDENT_CLEAN_MAX + 1];
	enum err_code rc = 0;
	size_t count = 0, i;

	if (s->shown == 0 && ident_clean(s->meant, typed) == IDENT_USCC_CHARS)
		count = ident_uscc_near(s->meant, codes);
	json_key(w, "near");
	json_open_array(w);
	for (i = 0; i < count && !rc; i++) {
		int64_t id = 0;

		rc = subject_id_of(
		    s->reading.store, span_of(codes[i]), &id, err);
		if (rc || id == 0)
			continue;
		rc = subject_by_id(s->reading.store, id, &s->subject, err);
		json_open_object(w);
		json_put_span(w, "code", buf_span(&s->subject.code));
		json_put_span(w, "name", buf_span(&s->subject.name));
		put_changes(w, typed, codes[i]);
		json_close_object(w);
	}
	json_close_array(w);
	return rc;
}

static enum err_code put_document(struct search *s,
    const struct catalog *catalog, struct buf *out, struct err *err)
{
	struct buf results = BUF_INIT(out->max);
	enum err_code rc = put_results(s, &results, err);
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	json_put_span(&w, "query", s->text);
	json_put_str(&w, "by", s->is_by_code ? "code" : "name");
	json_key(&w, "total");
	if (s->has_more)
		json_add_null(&w);
	else
		json_add_int(&w, (int64_t)s->shown);
	json_put_bool(&w, "more", s->has_more);
	json_key(&w, "results");
	json_add_raw(&w, buf_span(&results));
	buf_release(&results);
	put_ident(s, &w);
	json_put_str(&w, "hint", hint_of(s));
	if (!rc)
		rc = put_near(s, &w, err);
	if (catalog)
		json_put_bool(&w, "example", catalog->shows_example);
	json_close_object(&w);
	if (!rc && out->is_full)
		rc = err_set(err, ERR_FULL, "the document is too large");
	return rc;
}

static enum err_code search(struct search *s, struct err *err)
{
	char clean[IDENT_CLEAN_MAX + 1];
	struct span prefix = {clean, ident_clean(s->text, clean)};
	bool may_begin = may_begin_code(prefix);
	enum err_code rc = 0;

	s->meant = s->text;
	if (may_begin)
		rc = by_code(s, prefix, err);
	if (!rc && s->count == 0)
		rc = subject_refuse_person(s->text, err);
	if (!rc && s->count == 0 && !may_begin)
		rc = by_codes_within(s, err);
	if (!rc && s->count == 0)
		rc = by_name(s, err);
	return rc;
}

enum err_code search_document(const struct reading *reading,
    const struct search_help *help, struct span text, size_t limit,
    struct buf *out, struct err *err)
{
	struct search s = {.reading = *reading,
	    .help = help,
	    .text = text,
	    .limit = limit,
	    .max = limit + SPARE < SEARCH_LIMIT_MAX ? limit + SPARE
						    : SEARCH_LIMIT_MAX};
	enum err_code rc;

	ASSERT(limit > 0 && limit <= SEARCH_LIMIT_MAX);
	rc = subject_check_text(text, err);
	if (!rc)
		rc = store_begin_read(reading->store, err);
	if (rc)
		return rc;
	s.found = mem_zalloc(s.max + 1, sizeof(*s.found));
	subject_init(&s.subject);
	buf_init(&s.other, FOLDED_BYTES_MAX);
	rc = search(&s, err);
	if (!rc)
		rc = put_document(&s, reading->catalog, out, err);
	store_commit(reading->store, NULL);
	subject_release(&s.subject);
	buf_release(&s.other);
	free(s.found);
	return rc;
}

enum err_code search_subjects(struct store *store, struct names_index *names,
    struct span text, int64_t *list, size_t max, size_t *count_out,
    struct err *err)
{
	const struct search_help help = {.names = names};
	struct search s = {.reading = {.store = store},
	    .help = &help,
	    .text = text,
	    .limit = max,
	    .max = max};
	enum err_code rc = subject_check_text(text, err);
	size_t i;

	if (rc)
		return rc;
	s.found = mem_zalloc(max + 1, sizeof(*s.found));
	rc = search(&s, err);
	for (i = 0; !rc && i < s.count; i++)
		list[i] = s.found[i];
	*count_out = rc ? 0 : s.count;
	free(s.found);
	return rc;
}
