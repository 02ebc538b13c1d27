/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A state is a base and what came since:
 *
 *	base	made at once by roster_make, never changed, shared by states
 *	changed	the subjects that statements behind the base are about
 *
 * Whatever changes a subject's rows or ends comes with a statement about it
 * (invariant 7 of the room), so the log's size is the version of all that
 * stands here but one thing: a submission of basic information may give a
 * subject another name without a new record about it. Then the roster is
 * made anew.
 *
 * A reader takes the state first and begins its transaction then: so the
 * state is never newer, and it is the same moment when it goes as far as the
 * log does. The refresher alone puts another state in its place; who holds
 * one keeps it.
 */
#include "registry/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/monotonic.h"
#include "registry/block.h"
#include "registry/roster_priv.h"
#include "registry/statement.h"
#include "registry/subjects.h"

enum {
	AGAIN_MS = 60 * 1000,  /* it is not made anew sooner */
	CHANGED_MIN = 1000,    /* so many are asked of the database before */
	CHANGED_SHARE = 32,    /* and so large a part of all */
	STATEMENTS_MAX = 20000 /* looked through one by one */
};

struct roster *roster_new(size_t max_bytes)
{
	struct roster *r = mem_zalloc(1, sizeof(*r));

	pthread_mutex_init(&r->lock, NULL);
	r->max_bytes = max_bytes;
	r->full_on = DATE_NONE;
	return r;
}

/* ---- states ---- */

static struct roster_state *new_state(
    struct roster_base *base, uint64_t through)
{
	struct roster_state *s = mem_zalloc(1, sizeof(*s));

	s->references = 1;
	s->base = base;
	s->through = through;
	s->changed = mem_zalloc(roster_words(base), sizeof(*s->changed));
	return s;
}

static struct roster_state *hold(struct roster *r)
{
	struct roster_state *s;

	pthread_mutex_lock(&r->lock);
	s = r->state;
	if (s)
		s->references++;
	pthread_mutex_unlock(&r->lock);
	return s;
}

static void let_go(struct roster *r, struct roster_state *s)
{
	struct roster_base *base = NULL;
	bool is_last;

	pthread_mutex_lock(&r->lock);
	is_last = --s->references == 0;
	if (is_last && --s->base->references == 0)
		base = s->base;
	pthread_mutex_unlock(&r->lock);
	if (base)
		roster_base_free(base);
	if (is_last) {
		free(s->changed);
		free(s);
	}
}

/* Its base counts as held by it from now on. next may be NULL. */
static void put_state(struct roster *r, struct roster_state *next)
{
	struct roster_state *before;

	pthread_mutex_lock(&r->lock);
	before = r->state;
	r->state = next;
	if (next)
		next->base->references++;
	pthread_mutex_unlock(&r->lock);
	if (before)
		let_go(r, before);
}

void roster_free(struct roster **roster)
{
	struct roster *r = *roster;

	if (!r)
		return;
	put_state(r, NULL);
	pthread_mutex_destroy(&r->lock);
	free(r);
	*roster = NULL;
}

/* ---- reading ---- */

/* The log's size in the store's transaction. */
static enum err_code read_log_size(
    struct store *store, uint64_t *out, struct err *err)
{
	const struct store_value log = store_int(LEDGER_RECORDS);
	int64_t size = 0;
	enum err_code rc =
	    store_get_int(store, SQL_LEDGER_HEAD_SIZE, &log, 1, 0, &size, err);

	*out = (uint64_t)size;
	return rc;
}

enum err_code roster_begin(struct roster *roster, struct store *store,
    const struct catalog *catalog, const struct roster_state **out,
    struct err *err)
{
	struct roster_state *s = roster ? hold(roster) : NULL;
	enum err_code rc = store_begin_read(store, err);
	uint64_t size = 0;

	*out = NULL;
	if (!rc && s)
		rc = read_log_size(store, &size, err);
	if (!rc && s && size == s->through && s->base->catalog == catalog)
		*out = s;
	else if (s)
		let_go(roster, s);
	if (rc)
		store_rollback(store);
	return rc;
}

void roster_end(struct roster *roster, const struct roster_state *state,
    struct store *store)
{
	store_rollback(store);
	/* It was ours to change all the time. */
	if (state)
		let_go(roster, (struct roster_state *)(uintptr_t)state);
}

int64_t roster_find(const struct roster_state *s, const char *code)
{
	const struct cached_subject *found =
	    s ? subject_cache_find(s->base->codes, code) : NULL;

	return found ? cached_subject_id(found) : 0;
}

void roster_expect(const struct roster_state *s, const char *code)
{
	if (s)
		subject_cache_expect(s->base->codes, code);
}

static const struct roster_place *place_of(
    const struct roster_state *s, int64_t id)
{
	return s && id > 0 && id <= s->base->subjects ? &s->base->places[id]
						      : NULL;
}

void roster_expect_subject(const struct roster_state *s, int64_t id)
{
	const struct roster_place *p = place_of(s, id);

	if (p)
		__builtin_prefetch(p);
}

void roster_expect_rows(const struct roster_state *s, int64_t id)
{
	const struct roster_place *p = place_of(s, id);

	if (!p)
		return;
	__builtin_prefetch(s->base->names.p + p->name);
	__builtin_prefetch(s->base->rows + p->row);
}

bool roster_has(const struct roster_state *s, int64_t id)
{
	return s && id > 0 && id <= s->base->subjects &&
	    !roster_bit(s->changed, id) && !roster_bit(s->base->absent, id);
}

struct span roster_name(const struct roster_state *s, int64_t id)
{
	const struct roster_place *p = &s->base->places[id];

	return (struct span){s->base->names.p + p->name, p[1].name - p->name};
}

const struct roster_row *roster_rows(
    const struct roster_state *s, int64_t id, size_t *count_out)
{
	const struct roster_place *p = &s->base->places[id];

	*count_out = p[1].row - p->row;
	return s->base->rows + p->row;
}

static struct span text_of(
    const struct roster_base *base, const struct roster_text *text)
{
	return (struct span){base->texts.p + text->at, text->n};
}

bool roster_brief(const struct roster_state *s, const struct roster_row *row,
    struct brief *out)
{
	const struct roster_kept *kept;

	if (row->brief == 0)
		return false;
	kept = &s->base->briefs[row->brief - 1];
	*out = (struct brief){
	    .department = text_of(s->base, &kept->department),
	    .document = text_of(s->base, &kept->document),
	    .authority = text_of(s->base, &kept->authority),
	    .content = text_of(s->base, &kept->content),
	    .received = kept->received,
	    .is_positive = kept->is_positive,
	};
	return true;
}

struct roster_sums roster_sums(struct roster *roster)
{
	struct roster_state *s = hold(roster);
	struct roster_sums sums = {0};

	if (!s)
		return sums;
	sums = (struct roster_sums){
	    .subjects = (size_t)s->base->subjects,
	    .briefs = s->base->briefs_count,
	    .changed = s->changed_count,
	    .bytes = roster_base_bytes(s->base),
	};
	let_go(roster, s);
	return sums;
}

/* ---- following the log ---- */

struct following {
	const struct roster_plan *plan;
	struct roster_state *next;
	bool has_names; /* names may have changed */
};

/* May a submission of this item change names without a record? */
static bool tells_names(const struct catalog *catalog, const char *id)
{
	const struct cat_item *item = catalog_item(catalog, id);

	return !item || item->group == CAT_GROUP_BASIC;
}

/* The subject is asked of the database from now on; one that is not in the
 * base is anyway. */
static enum err_code note_changed(
    struct following *f, const char *code, struct err *err)
{
	struct roster_state *s = f->next;
	int64_t id = roster_find(s, code);
	enum err_code rc = 0;

	/* By a code that is not its first one. */
	if (!id)
		rc = subject_id_of(f->plan->store, span_of(code), &id, err);
	if (rc || !id || id > s->base->subjects || roster_bit(s->changed, id))
		return rc;
	roster_set_bit(s->changed, id);
	s->changed_count++;
	return 0;
}

static enum err_code note_statement(
    struct following *f, struct span text, struct err *err)
{
	char code[SUBJECT_CODE_CHARS + 1] = "";
	struct statement_cut cut;
	struct statement s;
	enum err_code rc;

	if (statement_peek(text, &cut) && cut.code.n == SUBJECT_CODE_CHARS) {
		memcpy(code, cut.code.p, SUBJECT_CODE_CHARS);
		return note_changed(f, code, err);
	}
	rc = statement_read(text, &s, err);
	if (rc)
		return rc;
	if (s.kind == STATEMENT_SUBMISSION)
		f->has_names |= tells_names(f->plan->catalog, s.item);
	else if (strlen(s.code) == SUBJECT_CODE_CHARS)
		rc = note_changed(f, s.code, err);
	statement_release(&s);
	return rc;
}

static enum err_code note_statements(
    struct following *f, uint64_t from, uint64_t end, struct err *err)
{
	struct block block;
	enum err_code rc = 0;
	uint64_t seq;

	block_init(&block);
	for (seq = from; seq < end && !rc && !f->has_names; seq++) {
		rc = block_load(&block, f->plan->store, seq, err);
		if (!rc)
			rc = note_statement(
			    f, block_statement(&block, seq), err);
	}
	block_release(&block);
	return rc;
}

static bool are_too_many(const struct roster_state *s)
{
	return s->changed_count > CHANGED_MIN &&
	    s->changed_count > (size_t)s->base->subjects / CHANGED_SHARE;
}

/* Goes on from the present state. *is_done_out: it need not be made anew. */
static enum err_code go_on(struct roster *r, const struct roster_plan *plan,
    uint64_t size, bool *is_done_out, struct err *err)
{
	struct roster_state *s = r->state;
	struct following f = {.plan = plan};
	enum err_code rc;

	*is_done_out = false;
	if (!s || s->base->catalog != plan->catalog ||
	    s->base->day != plan->today || size < s->through ||
	    size - s->through > STATEMENTS_MAX || are_too_many(s))
		return 0;
	*is_done_out = true;
	if (size == s->through)
		return 0;
	f.next = new_state(s->base, size);
	memcpy(f.next->changed, s->changed,
	    roster_words(s->base) * sizeof(*s->changed));
	f.next->changed_count = s->changed_count;
	rc = note_statements(&f, s->through, size, err);
	*is_done_out = !rc && !f.has_names && !are_too_many(f.next);
	if (!rc && !f.has_names) {
		put_state(r, f.next);
	} else {
		free(f.next->changed);
		free(f.next);
	}
	return rc;
}

static bool is_of_use(
    const struct roster *r, const struct roster_plan *plan, uint64_t size)
{
	return r->state && r->state->through == size &&
	    r->state->base->catalog == plan->catalog;
}

/* What nobody can use goes first, so that there are not two of them. */
static enum err_code make_anew(struct roster *r, const struct roster_plan *plan,
    uint64_t size, struct err *err)
{
	struct roster_base *base = NULL;
	enum err_code rc;

	if (!is_of_use(r, plan, size))
		put_state(r, NULL);
	rc = roster_make(plan, r->max_bytes, &base, err);
	if (rc == ERR_FULL) {
		put_state(r, NULL);
		r->full = plan->catalog;
		r->full_on = plan->today;
	}
	r->made_ms = monotonic_ms();
	if (!rc)
		put_state(r, new_state(base, size));
	return rc == ERR_BUSY ? ERR_NONE : rc;
}

static bool may_make(const struct roster *r, const struct roster_plan *plan)
{
	if (r->full == plan->catalog && r->full_on == plan->today)
		return false;
	return !r->made_ms || monotonic_ms() - r->made_ms >= AGAIN_MS;
}

enum err_code roster_refresh(
    struct roster *r, const struct roster_plan *plan, struct err *err)
{
	uint64_t size = 0;
	bool is_done = false;
	enum err_code rc = store_begin_read(plan->store, err);

	if (rc)
		return rc;
	rc = read_log_size(plan->store, &size, err);
	if (!rc)
		rc = go_on(r, plan, size, &is_done, err);
	if (!rc && !is_done && may_make(r, plan))
		rc = make_anew(r, plan, size, err);
	store_rollback(plan->store);
	return rc;
}
