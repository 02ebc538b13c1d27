/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The uses of a period in memory, small: texts are numbered when they are
 * first seen, so that the rules compare numbers. Words lie one behind the
 * other in chunks that never move; a table with open addressing finds them.
 */
#include "usage/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "usage/feedback.h"
#include "usage/use_time.h"

enum { WORDS_FIRST = 256, NAME_BYTES_MAX = 4096 };

struct audit_words {
	struct arena *arena;
	struct span *list; /* by number */
	size_t count, max;
	uint32_t *table; /* number + 1; 0 free; 2 * max places */
	uint32_t *names; /* by number of a code: of its name + 1; 0 unasked */
};

/* ---- words ---- */

/* FNV-1a: the texts are our own, nobody chooses them to collide twice. */
static uint64_t hash(struct span s)
{
	uint64_t h = 0xcbf29ce484222325u;
	size_t i;

	for (i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * 0x100000001b3u;
	return h;
}

/* Where it stands, or the free place where it would. */
static uint32_t *find_place(const struct audit_words *w, struct span text)
{
	size_t mask = 2 * w->max - 1;
	size_t at = hash(text) & mask;

	while (w->table[at] && !span_equal(w->list[w->table[at] - 1], text))
		at = (at + 1) & mask;
	return &w->table[at];
}

static void grow(struct audit_words *w)
{
	size_t i;

	w->max = w->max ? 2 * w->max : WORDS_FIRST;
	w->list = mem_realloc(w->list, w->max, sizeof(*w->list));
	w->names = mem_realloc(w->names, w->max, sizeof(*w->names));
	memset(w->names + w->count, 0, (w->max - w->count) * sizeof(*w->names));
	free(w->table);
	w->table = mem_zalloc(2 * w->max, sizeof(*w->table));
	for (i = 0; i < w->count; i++)
		*find_place(w, w->list[i]) = (uint32_t)i + 1;
}

static uint32_t word_of(struct audit_words *w, struct span text)
{
	uint32_t *place = find_place(w, text);

	if (*place)
		return *place - 1;
	if (w->count == w->max) {
		grow(w);
		place = find_place(w, text);
	}
	w->list[w->count] = (struct span){
	    arena_dup(w->arena, text.p ? text.p : "", text.n), text.n};
	*place = (uint32_t)++w->count;
	return *place - 1;
}

struct span audit_word(const struct audit_set *set, uint32_t word)
{
	ASSERT(word < set->words->count);
	return set->words->list[word];
}

size_t audit_words_count(const struct audit_set *set)
{
	return set->words->count;
}

/* ---- the set ---- */

void audit_set_new(struct audit_set *set)
{
	struct audit_words *w = mem_zalloc(1, sizeof(*w));

	memset(set, 0, sizeof(*set));
	w->arena = arena_new();
	grow(w);
	word_of(w, span_of(""));
	set->words = w;
}

void audit_set_free(struct audit_set *set)
{
	struct audit_words *w = set->words;

	if (!w)
		return;
	arena_free(&w->arena);
	free(w->list);
	free(w->names);
	free(w->table);
	free(w);
	free(set->uses);
	memset(set, 0, sizeof(*set));
}

static uint32_t reader_of(struct audit_words *w, const struct use *use)
{
	char text[USE_TEXT_BYTES_MAX + 64];
	int n = snprintf(text, sizeof(text), "%d %lld %.*s",
	    (int)use->reader_kind, (long long)use->reader_id,
	    (int)use->reader.n, use->reader.p ? use->reader.p : "");
	size_t length = n < (int)sizeof(text) ? (size_t)n : sizeof(text) - 1;

	return word_of(w, (struct span){text, length});
}

/* A reference without the organisation that feedback to a check of many
 * names behind it. */
static struct span batch_of(struct span reference)
{
	const char *end =
	    reference.n ? memchr(reference.p, '-', reference.n) : NULL;

	return end ? (struct span){reference.p, (size_t)(end - reference.p)}
		   : reference;
}

/* Of those whom a person asked about: programs are not looked at by name. A
 * name that cannot be read is as one that is not known. */
static uint32_t name_of(
    struct audit_set *set, const struct use *use, uint32_t subject)
{
	struct audit_words *w = set->words;
	struct buf name = BUF_INIT(NAME_BYTES_MAX);
	struct err err;
	uint32_t word = 0;

	if (!set->name_of || !subject || use->reader_kind == USE_TOKEN)
		return 0;
	if (w->names[subject])
		return w->names[subject] - 1;
	if (set->name_of(set->name_ctx, use->subject, &name, &err) == 0)
		word = word_of(w, buf_span(&name));
	buf_release(&name);
	w->names[subject] = word + 1;
	return word;
}

/* Asked about each of them; a page that shows many is one look. */
static bool is_apart(const struct use *use)
{
	return use->act == USE_CHECK_MANY && use->subjects;
}

void audit_set_add(struct audit_set *set, uint64_t seq, const struct use *use)
{
	struct audit_words *w = set->words;
	uint32_t subject = word_of(w, use->subject);

	if (set->count == set->max) {
		set->max = set->max ? 2 * set->max : 1024;
		set->uses =
		    mem_realloc(set->uses, set->max, sizeof(*set->uses));
	}
	set->uses[set->count++] = (struct audit_use){
	    .seq = seq,
	    .at_ms = use->at_ms,
	    .reader = reader_of(w, use),
	    .name = word_of(w, use->reader),
	    .department = word_of(w, use->department),
	    .matter = word_of(w, use->matter),
	    .subject = subject,
	    .subject_name = name_of(set, use, subject),
	    .case_number = word_of(w, use->case_number),
	    .reference = word_of(w, batch_of(use->reference)),
	    .reader_id = use->reader_id,
	    .act = (uint8_t)use->act,
	    .outcome = (uint8_t)use->outcome,
	    .reader_kind = (uint8_t)use->reader_kind,
	    .is_own = set->is_own && set->is_own(set->is_own_ctx, use),
	    .weight = is_apart(use) && use->subjects > 1 ? use->subjects : 1,
	};
}

bool audit_is_read(const struct audit_use *use)
{
	return use->act == USE_CHECK || use->act == USE_CHECK_MANY ||
	    use->act == USE_READ;
}

/* ---- from the log ---- */

/* A use of many being taken apart. */
struct parts {
	struct audit_set *set;
	const struct use_row *row;
	bool is_further;
};

/* many_visit */
static enum err_code add_part(
    void *ctx, int64_t subject_id, struct span code, struct err *err)
{
	struct parts *p = ctx;
	struct use one = p->row->use;
	char text[32];

	one.subjects = 0;
	one.subject = code;
	if (subject_id) {
		if (!p->set->code_of ||
		    p->set->code_of(p->set->code_ctx, subject_id, text, err))
			snprintf(
			    text, sizeof(text), "#%lld", (long long)subject_id);
		one.subject = span_of(text);
	}
	audit_set_add(p->set, p->row->seq, &one);
	p->set->uses[p->set->count - 1].is_further = p->is_further;
	p->is_further = true;
	return 0;
}

static enum err_code add_row(struct audit_set *set, struct store *store,
    const struct use_row *row, struct err *err)
{
	struct parts parts = {set, row, false};

	if (is_apart(&row->use) && row->use.subjects <= AUDIT_MANY_MAX)
		return many_each(store, row->seq, add_part, &parts, err);
	audit_set_add(set, row->seq, &row->use);
	return 0;
}

static enum err_code too_many(struct err *err)
{
	err_set(err, ERR_INPUT, "the period has more than %d uses",
	    (int)AUDIT_USES_MAX);
	err_hint(err, "Choose a shorter period.");
	return ERR_INPUT;
}

struct loading {
	struct audit_set *set;
	struct store *store;
	const struct audit_stretch *stretch;
	audit_filter *filter;
	const void *ctx;
	bool is_cut; /* not all to the end of the log was read */
};

/* From one place to before another, as far as it can be of the time. */
static enum err_code load_part(
    struct loading *l, uint64_t from, uint64_t end, struct err *err)
{
	const struct use_query query = {
	    .order = USE_OLDEST_FIRST, .from = from};
	enum err_code rc = use_rows_start(l->store, &query, err);
	struct use_row row;
	int got = 0;

	while (!rc &&
	    (got = use_rows_next(l->store, USE_OLDEST_FIRST, &row, err)) == 1 &&
	    row.seq < end) {
		const int64_t at_ms = row.use.at_ms;

		if (at_ms - USE_TIME_SLACK_MS >= l->stretch->to_ms) {
			l->is_cut = true;
			break;
		}
		if (at_ms < l->stretch->from_ms || at_ms >= l->stretch->to_ms ||
		    (l->filter && !l->filter(l->ctx, &row.use)))
			continue;
		if (l->set->count >= AUDIT_USES_MAX)
			rc = too_many(err);
		else
			rc = add_row(l->set, l->store, &row, err);
	}
	use_rows_finish(l->store, USE_OLDEST_FIRST);
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

/* Time grows from each place at which the clock was set back to the next. */
static enum err_code load_parts(struct loading *l, struct err *err)
{
	uint64_t *setbacks = NULL, from;
	size_t count = 0, i;
	enum err_code rc =
	    use_time_begin(l->store, l->stretch->from_ms, &from, err);

	if (!rc)
		rc = use_time_setbacks(l->store, &setbacks, &count, err);
	for (i = 0; i <= count && !rc; i++) {
		uint64_t end = i < count ? setbacks[i] : UINT64_MAX;

		if (end <= from)
			continue;
		rc = load_part(l, from, end, err);
		from = end;
	}
	free(setbacks);
	return rc;
}

/* Feedback comes for as long as a case is open, and may be behind what was
 * read. */
static enum err_code note_decided(const struct loading *l, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < l->set->count && !rc; i++) {
		struct audit_use *u = &l->set->uses[i];

		if ((u->act != USE_CHECK && u->act != USE_CHECK_MANY) ||
		    u->outcome != USE_ANSWERED || !u->reference ||
		    u->is_further)
			continue;
		rc = feedback_came(l->store, audit_word(l->set, u->reference),
		    &u->is_decided, err);
	}
	return rc;
}

enum err_code audit_set_load(struct audit_set *set, struct store *store,
    const struct audit_stretch *stretch, audit_filter *filter, const void *ctx,
    struct err *err)
{
	struct loading l = {set, store, stretch, filter, ctx, false};
	enum err_code rc = load_parts(&l, err);

	return rc || !l.is_cut ? rc : note_decided(&l, err);
}
