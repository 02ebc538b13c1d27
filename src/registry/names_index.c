/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The base holds the names in the order of hits: shorter names first, then
 * older subjects. So a name's place says how good a hit of it is, and the
 * first places that fit are the answer.
 *
 *	text	all names, each with '\n' in front, in that order
 *	pairs	two neighbouring characters -> the places of names that hold
 *		them, ascending
 *	sorted	the places in the order of the names' bytes: names with the
 *		same beginning stand together
 *
 * A question of two characters or more: beginnings come from `sorted`, the
 * rest from the shortest list of places among its pairs, each looked at in
 * the text. A question of one character, or one whose shortest list is long,
 * passes over the text instead, as the search in the database does. What
 * such a question counted is remembered.
 *
 * Behind the base stands the tail: names that came since, in packs as in the
 * database, passed over at each search. A search holds a reference to the
 * state it began with; the refresher puts another in its place.
 */
#include "registry/names_index.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "registry/names_priv.h"

enum {
	PAIRS_FIRST = 1 << 12,
	NAMES_MAX = 1 << 30,
	TAIL_MAX = 20000, /* names; more make the base anew */
	TAIL_SHARE = 50,  /* or a 50th of the base */
	SCAN_SHARE = 8,	  /* a list longer than an 8th: pass over the text */
	TOTALS = 1024,	  /* remembered */
	TOTAL_BYTES = 48  /* of a question */
};

#define TEXT_MAX ((size_t)UINT32_MAX)

/* ---- the base ---- */

struct pair {
	uint64_t key; /* both characters; 0 = free */
	uint32_t count;
	uint32_t last; /* place + 1 counted last, while it is made */
	uint64_t from; /* in places */
};

struct total {
	char text[TOTAL_BYTES];
	size_t n; /* 0 = free */
	uint64_t count;
};

struct base {
	size_t references;
	struct names_pack names; /* ids and text are ours */
	char *ids;
	struct buf text;
	uint32_t *at; /* where each name begins; one more at the end */
	uint32_t *sorted;
	struct pair *pairs;
	size_t pairs_max; /* a power of two */
	size_t pairs_used;
	uint32_t *places;
	pthread_mutex_t lock; /* over the totals */
	struct total totals[TOTALS];
};

static struct span name_at(const struct base *b, uint32_t place)
{
	return (struct span){
	    b->text.p + b->at[place], b->at[place + 1] - b->at[place] - 1};
}

static struct pair *pair_slot(const struct base *b, uint64_t key)
{
	size_t at = XXH3_64bits(&key, sizeof(key));

	for (;; at++) {
		struct pair *p = &b->pairs[at & (b->pairs_max - 1)];

		if (p->key == key || p->key == 0)
			return p;
	}
}

static void grow_pairs(struct base *b)
{
	struct pair *old = b->pairs;
	size_t max = b->pairs_max;
	size_t i;

	b->pairs_max = max ? max * 2 : PAIRS_FIRST;
	b->pairs = mem_zalloc(b->pairs_max, sizeof(*b->pairs));
	for (i = 0; i < max; i++)
		if (old[i].key)
			*pair_slot(b, old[i].key) = old[i];
	free(old);
}

static uint64_t key_of(uint32_t first, uint32_t second)
{
	return (uint64_t)first << 32 | second;
}

/* Calls for each pair of neighbouring characters of a text. */
static void each_pair(struct base *b, struct span text, uint32_t place,
    void (*take)(struct base *b, uint64_t key, uint32_t place))
{
	uint32_t before = 0;
	size_t at = 0;

	while (at < text.n) {
		uint32_t c = utf8_next(text.p, text.n, &at);

		if (before)
			take(b, key_of(before, c), place);
		before = c;
	}
}

static void count_pair(struct base *b, uint64_t key, uint32_t place)
{
	struct pair *p;

	if (b->pairs_used * 2 >= b->pairs_max)
		grow_pairs(b);
	p = pair_slot(b, key);
	if (p->key == 0) {
		p->key = key;
		b->pairs_used++;
	}
	if (p->last == place + 1)
		return;
	p->last = place + 1;
	p->count++;
}

static void enter_pair(struct base *b, uint64_t key, uint32_t place)
{
	struct pair *p = pair_slot(b, key);

	if (p->count && b->places[p->from + p->count - 1] == place)
		return;
	b->places[p->from + p->count++] = place;
}

static void make_pairs(struct base *b)
{
	uint64_t total = 0;
	uint32_t i;
	size_t k;

	grow_pairs(b);
	for (i = 0; i < b->names.count; i++)
		each_pair(b, name_at(b, i), i, count_pair);
	for (k = 0; k < b->pairs_max; k++) {
		b->pairs[k].from = total;
		total += b->pairs[k].count;
		b->pairs[k].count = 0;
	}
	b->places = mem_alloc((total + 1) * sizeof(*b->places));
	for (i = 0; i < b->names.count; i++)
		each_pair(b, name_at(b, i), i, enter_pair);
}

static int compare_texts(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : a.n < b.n ? -1 : a.n > b.n;
}

static int by_text(const void *x, const void *y, void *ctx)
{
	const struct base *b = ctx;
	uint32_t i = *(const uint32_t *)x, k = *(const uint32_t *)y;
	int order = compare_texts(name_at(b, i), name_at(b, k));

	return order ? order : i < k ? -1 : i > k;
}

static void make_sorted(struct base *b)
{
	uint32_t i;

	b->sorted = mem_alloc((b->names.count + 1) * sizeof(*b->sorted));
	for (i = 0; i < b->names.count; i++)
		b->sorted[i] = i;
	qsort_r(b->sorted, b->names.count, sizeof(*b->sorted), by_text, b);
}

static void release_base(struct base *b)
{
	free(b->ids);
	buf_release(&b->text);
	free(b->at);
	free(b->sorted);
	free(b->pairs);
	free(b->places);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

/* ---- making a base ---- */

/* A name on its way into the base. */
struct gathered {
	int64_t subject_id;
	uint64_t at; /* in the text gathered */
	uint32_t n;
};

struct gathering {
	struct gathered *list;
	size_t count;
	size_t max;
	struct buf text;
};

static void gather(void *ctx, int64_t subject_id, struct span name)
{
	struct gathering *g = ctx;

	if (g->count == NAMES_MAX)
		return;
	g->list = mem_grow(g->list, g->count, &g->max, sizeof(*g->list));
	g->list[g->count++] =
	    (struct gathered){subject_id, g->text.n, (uint32_t)name.n};
	buf_add_span(&g->text, name);
}

static int by_place(const void *a, const void *b)
{
	const struct gathered *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->subject_id < y->subject_id ? -1
					     : x->subject_id > y->subject_id;
}

/* The texts in their order; false when they are too many. */
static bool lay_out(struct base *b, const struct gathering *g)
{
	size_t i;

	if (g->text.is_full || g->text.n + g->count > TEXT_MAX)
		return false;
	buf_init(&b->text, TEXT_MAX);
	if (!buf_reserve(&b->text, g->text.n + g->count + 1))
		return false;
	b->ids = mem_alloc((g->count + 1) * NAMES_ID_BYTES);
	b->at = mem_alloc((g->count + 1) * sizeof(*b->at));
	for (i = 0; i < g->count; i++) {
		const struct gathered *one = &g->list[i];

		buf_add_char(&b->text, '\n');
		b->at[i] = (uint32_t)b->text.n;
		buf_add(&b->text, g->text.p + one->at, one->n);
		memcpy(b->ids + i * NAMES_ID_BYTES, &one->subject_id,
		    NAMES_ID_BYTES);
	}
	b->at[g->count] = (uint32_t)b->text.n + 1;
	b->names = (struct names_pack){g->count, b->ids, buf_span(&b->text)};
	return true;
}

_Static_assert(sizeof(int64_t) == NAMES_ID_BYTES &&
	__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "ids lie in memory as they do in packs");

static enum err_code make_base(
    struct store *store, struct base **out, struct err *err)
{
	struct base *b = mem_zalloc(1, sizeof(*b));
	struct gathering g = {.text = BUF_INIT(TEXT_MAX)};
	enum err_code rc = names_visit_all(store, gather, &g, err);

	pthread_mutex_init(&b->lock, NULL);
	b->references = 1;
	if (g.count) /* a new city has no names yet */
		qsort(g.list, g.count, sizeof(*g.list), by_place);
	if (!rc && !lay_out(b, &g))
		rc = err_set(
		    err, ERR_FULL, "there are too many names for the index");
	free(g.list);
	buf_release(&g.text);
	if (rc) {
		release_base(b);
		return rc;
	}
	make_sorted(b);
	make_pairs(b);
	*out = b;
	return 0;
}

/* ---- the state ---- */

struct tail_pack {
	struct names_pack names;
	char *bytes; /* owned */
};

struct state {
	size_t references;
	struct base *base; /* NULL before the first refresh */
	struct tail_pack *tail;
	size_t tail_count;
	size_t tail_names;
	int64_t pack_id; /* the last one seen */
	size_t in_pack;	 /* names of it that the base has */
};

struct names_index {
	pthread_mutex_t lock; /* over `state` and references */
	struct state *state;
};

struct names_index *names_index_new(void)
{
	struct names_index *index = mem_zalloc(1, sizeof(*index));

	pthread_mutex_init(&index->lock, NULL);
	index->state = mem_zalloc(1, sizeof(*index->state));
	index->state->references = 1;
	index->state->pack_id = 1;
	return index;
}

static struct state *hold(struct names_index *index)
{
	struct state *s;

	pthread_mutex_lock(&index->lock);
	s = index->state;
	s->references++;
	pthread_mutex_unlock(&index->lock);
	return s;
}

static void let_go(struct names_index *index, struct state *s)
{
	struct base *base = NULL;
	bool is_last;
	size_t i;

	pthread_mutex_lock(&index->lock);
	is_last = --s->references == 0;
	if (is_last && s->base && --s->base->references == 0)
		base = s->base;
	pthread_mutex_unlock(&index->lock);
	if (!is_last)
		return;
	for (i = 0; i < s->tail_count; i++)
		free(s->tail[i].bytes);
	free(s->tail);
	free(s);
	if (base)
		release_base(base);
}

void names_index_free(struct names_index **index)
{
	struct names_index *x = *index;

	if (!x)
		return;
	let_go(x, x->state);
	pthread_mutex_destroy(&x->lock);
	free(x);
	*index = NULL;
}

uint64_t names_index_count(struct names_index *index)
{
	struct state *s = hold(index);
	uint64_t count = (s->base ? s->base->names.count : 0) + s->tail_names;

	let_go(index, s);
	return count;
}

bool names_index_is_ready(struct names_index *index)
{
	struct state *s = hold(index);
	bool is_ready = s->base != NULL;

	let_go(index, s);
	return is_ready;
}

/* ---- keeping up ---- */

/* A pack's names from `skip` on, as a pack of our own. */
static void add_tail(
    struct state *s, const struct names_pack *pack, size_t skip)
{
	size_t ids = (pack->count - skip) * NAMES_ID_BYTES;
	const char *text = pack->text.p;
	const char *end = pack->text.p + pack->text.n;
	struct tail_pack *to;
	size_t i;

	for (i = 0; i < skip && text < end; i++) {
		const char *next =
		    memchr(text + 1, '\n', (size_t)(end - text) - 1);

		text = next ? next : end;
	}
	s->tail = mem_realloc(s->tail, s->tail_count + 1, sizeof(*s->tail));
	to = &s->tail[s->tail_count++];
	to->bytes = mem_alloc(ids + (size_t)(end - text) + 1);
	memcpy(to->bytes, pack->ids + skip * NAMES_ID_BYTES, ids);
	memcpy(to->bytes + ids, text, (size_t)(end - text));
	to->names = (struct names_pack){pack->count - skip, to->bytes,
	    {to->bytes + ids, (size_t)(end - text)}};
	s->tail_names += pack->count - skip;
}

static bool is_tail_long(const struct state *s)
{
	size_t base = s->base ? s->base->names.count : 0;

	return s->tail_names > TAIL_MAX ||
	    (s->tail_names > 1000 && s->tail_names > base / TAIL_SHARE);
}

/* Reads what stands behind the base; *end_out: the last pack and how many
 * names it has. */
static enum err_code read_tail(struct store *store, struct state *s,
    int64_t *pack_out, size_t *names_out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_PACK_FROM;
	struct store_value from = store_int(s->pack_id);
	enum err_code rc = store_start(store, id, &from, 1, err);

	*pack_out = s->pack_id;
	*names_out = s->in_pack;
	while (!is_tail_long(s) && store_next_row(store, id, &rc, err)) {
		int64_t pack_id = store_column_int(store, id, 0);
		size_t skip = pack_id == s->pack_id ? s->in_pack : 0;
		struct names_pack pack;

		if (!names_pack_view(store_column_span(store, id, 2), &pack) ||
		    pack.count < skip) {
			rc = err_set(err, ERR_CORRUPT,
			    "name pack %lld is damaged", (long long)pack_id);
			break;
		}
		if (pack.count > skip)
			add_tail(s, &pack, skip);
		*pack_out = pack_id;
		*names_out = pack.count;
	}
	store_finish(store, id);
	return rc;
}

/* The last pack as it stands: where the next tail begins. */
static enum err_code read_end(
    struct store *store, struct state *s, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_PACK_LAST;
	enum err_code rc = store_start(store, id, NULL, 0, err);

	if (store_next_row(store, id, &rc, err)) {
		s->pack_id = store_column_int(store, id, 0);
		s->in_pack = (size_t)store_column_int(store, id, 1);
	}
	store_finish(store, id);
	return rc;
}

static void put_state(struct names_index *index, struct state *fresh)
{
	struct state *old;

	pthread_mutex_lock(&index->lock);
	old = index->state;
	index->state = fresh;
	pthread_mutex_unlock(&index->lock);
	let_go(index, old);
}

static enum err_code rebuild(
    struct names_index *index, struct store *store, struct err *err)
{
	struct state *fresh = mem_zalloc(1, sizeof(*fresh));
	bool is_alone = !store_in_transaction(store);
	enum err_code rc = is_alone ? store_begin_read(store, err) : 0;

	fresh->references = 1;
	fresh->pack_id = 1;
	if (!rc)
		rc = read_end(store, fresh, err);
	if (!rc)
		rc = make_base(store, &fresh->base, err);
	if (is_alone && store_in_transaction(store))
		store_commit(store, NULL);
	if (rc)
		free(fresh);
	else
		put_state(index, fresh);
	return rc;
}

enum err_code names_index_refresh(
    struct names_index *index, struct store *store, struct err *err)
{
	struct state *now = index->state; /* only we replace it */
	struct state *fresh;
	int64_t pack_id;
	size_t names;
	enum err_code rc;

	if (!now->base)
		return rebuild(index, store, err);
	fresh = mem_zalloc(1, sizeof(*fresh));
	fresh->references = 1;
	fresh->base = now->base;
	fresh->pack_id = now->pack_id;
	fresh->in_pack = now->in_pack;
	pthread_mutex_lock(&index->lock);
	now->base->references++;
	pthread_mutex_unlock(&index->lock);
	rc = read_tail(store, fresh, &pack_id, &names, err);
	if (!rc && is_tail_long(fresh)) {
		let_go(index, fresh);
		return rebuild(index, store, err);
	}
	if (rc || fresh->tail_names == now->tail_names)
		let_go(index, fresh);
	else
		put_state(index, fresh);
	return rc;
}

/* ---- asking ---- */

/* The first place in `sorted` whose name is not before the text; with
 * `behind`, the first whose name does not begin with it either. */
static size_t find_sorted(const struct base *b, struct span text, bool behind)
{
	size_t low = 0, high = b->names.count;

	while (low < high) {
		size_t mid = (low + high) / 2;
		struct span name = name_at(b, b->sorted[mid]);
		int order;

		if (behind && name.n > text.n)
			name.n = text.n;
		order = compare_texts(name, text);
		if (order < 0 || (behind && order == 0))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct name_hit hit_of(
    const struct base *b, uint32_t place, struct span text, bool is_beginning)
{
	struct span name = name_at(b, place);
	struct name_hit hit = {
	    .subject_id = names_pack_id(&b->names, place),
	    .rank = !is_beginning ? RANK_INSIDE
		: name.n > text.n ? RANK_BEGINNING
				  : RANK_WHOLE,
	    .name_bytes = (uint32_t)name.n,
	};

	return hit;
}

/* Names that begin with the text, to the hits. */
static void search_beginnings(const struct base *b, struct span text,
    size_t limit, struct name_hits *hits)
{
	size_t from = find_sorted(b, text, false);
	size_t end = find_sorted(b, text, true);
	size_t i;

	for (i = from; i < end; i++) {
		struct name_hit hit = hit_of(b, b->sorted[i], text, true);

		if (!names_is_hopeless(hits, limit, &hit))
			names_keep_hit(hits, limit, &hit);
	}
}

struct places {
	const uint32_t *list;
	size_t count;
	size_t pairs; /* of the question */
};

/* The shortest list of places among the question's pairs. */
static struct places shortest(const struct base *b, struct span text)
{
	struct places best = {NULL, SIZE_MAX, 0};
	uint32_t before = 0;
	size_t at = 0;

	while (at < text.n) {
		uint32_t c = utf8_next(text.p, text.n, &at);

		if (before) {
			const struct pair *p = pair_slot(b, key_of(before, c));

			if (p->count < best.count) {
				best.list = b->places + p->from;
				best.count = p->count;
			}
			best.pairs++;
		}
		before = c;
	}
	return best;
}

static struct total *total_slot(struct base *b, struct span text)
{
	return &b->totals[XXH3_64bits(text.p, text.n) % TOTALS];
}

static bool recall_total(struct base *b, struct span text, uint64_t *out)
{
	struct total *t = total_slot(b, text);
	bool is_known;

	pthread_mutex_lock(&b->lock);
	is_known = t->n == text.n && memcmp(t->text, text.p, text.n) == 0;
	if (is_known)
		*out = t->count;
	pthread_mutex_unlock(&b->lock);
	return is_known;
}

static void remember_total(struct base *b, struct span text, uint64_t count)
{
	struct total *t = total_slot(b, text);

	if (text.n > TOTAL_BYTES)
		return;
	pthread_mutex_lock(&b->lock);
	memcpy(t->text, text.p, text.n);
	t->n = text.n;
	t->count = count;
	pthread_mutex_unlock(&b->lock);
}

static bool holds(struct span name, struct span text)
{
	return memmem(name.p, name.n, text.p, text.n) != NULL;
}

static bool begins(struct span name, struct span text)
{
	return name.n >= text.n && memcmp(name.p, text.p, text.n) == 0;
}

/* How many of the places hold the text; all of them, when it is one pair. */
static uint64_t count_places(
    struct base *b, const struct places *places, struct span text)
{
	uint64_t count = 0;
	size_t i;

	if (places->pairs == 1)
		return places->count;
	if (recall_total(b, text, &count))
		return count;
	for (i = 0; i < places->count; i++)
		count += holds(name_at(b, places->list[i]), text);
	remember_total(b, text, count);
	return count;
}

/* The first places that hold the text further in, until no better comes. */
static void search_inside(const struct base *b, const struct places *places,
    struct span text, size_t limit, struct name_hits *hits)
{
	size_t i;

	for (i = 0; i < places->count; i++) {
		struct span name = name_at(b, places->list[i]);
		struct name_hit hit;

		if (begins(name, text) || !holds(name, text))
			continue;
		hit = hit_of(b, places->list[i], text, false);
		if (hits->count == limit &&
		    (names_is_hopeless(hits, limit, &hit) ||
			hit.name_bytes == hits->list[limit - 1].name_bytes))
			break;
		names_keep_hit(hits, limit, &hit);
	}
}

static void search_base(struct base *b, const struct names_question *q,
    size_t limit, struct name_hits *hits)
{
	struct places places = shortest(b, q->text);
	uint64_t known;

	if (places.pairs == 0 ||
	    (places.pairs > 1 && places.count > b->names.count / SCAN_SHARE &&
		!recall_total(b, q->text, &known))) {
		names_search_pack(&b->names, q, limit, hits);
		if (places.pairs)
			remember_total(b, q->text, hits->total);
		return;
	}
	search_beginnings(b, q->text, limit, hits);
	search_inside(b, &places, q->text, limit, hits);
	hits->total = count_places(b, &places, q->text);
}

enum err_code names_index_search(struct names_index *index, struct span text,
    size_t limit, struct name_hits *out, struct err *err)
{
	char folded[NAMES_QUERY_BYTES_MAX];
	struct names_question q;
	enum err_code rc = names_ask(text, folded, &q, err);
	struct state *s;
	size_t i;

	ASSERT(limit > 0);
	out->count = 0;
	out->total = 0;
	if (rc)
		return rc;
	if (limit > NAMES_HITS_MAX)
		limit = NAMES_HITS_MAX;
	s = hold(index);
	if (s->base)
		search_base(s->base, &q, limit, out);
	for (i = 0; i < s->tail_count; i++)
		names_search_pack(&s->tail[i].names, &q, limit, out);
	let_go(index, s);
	return 0;
}
