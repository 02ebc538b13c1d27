/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading is three steps: the rows of `record` and of `record_end` (both
 * clustered by subject: one range read each), then the statements. Versions
 * of one subject lie anywhere in the log, so they are visited in log order:
 * neighbours share a block, and a block is unpacked once.
 *
 * When a version was received stands in its statement and nowhere else near:
 * the row names the submission, but that belongs to a higher room, and what
 * was sealed is what counts.
 */
#include "registry/view.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"
#include "registry/block.h"
#include "registry/roster.h"
#include "registry/statement.h"

#define N_(text) text

/* A row of `record`. */
struct row {
	int64_t item;
	int64_t key_hash;
	const struct roster_row *kept; /* from the roster; else NULL */
	struct view_version version;
};

struct end_row {
	int64_t item;
	int64_t key_hash;
	struct view_end end;
};

struct loader {
	struct store *store;
	const struct roster_state *roster;
	struct arena *arena;
	struct row *rows;
	size_t rows_count;
	size_t rows_max;
	struct end_row *ends;
	size_t ends_count;
	size_t ends_max;
	size_t statements_bytes;
	/* The ones last decoded: of first statements, and of others. */
	struct block *blocks[2];
};

static enum err_code too_many(struct err *err)
{
	return err_set(err, ERR_FULL,
	    "this organisation has more records than can be shown at once");
}

static enum err_code take_row(struct loader *l, enum sql_id id, struct err *err)
{
	struct store *s = l->store;
	int64_t class_ = store_column_int(s, id, 6);
	struct row *row;

	if (l->rows_count == VIEW_VERSIONS_MAX)
		return too_many(err);
	if (class_ < 0 || class_ >= CAT_CLASS_COUNT)
		return err_set(err, ERR_CORRUPT, "a record is damaged");
	l->rows =
	    mem_grow(l->rows, l->rows_count, &l->rows_max, sizeof(*l->rows));
	row = &l->rows[l->rows_count++];
	memset(row, 0, sizeof(*row));
	row->item = store_column_int(s, id, 0);
	row->key_hash = store_column_int(s, id, 1);
	row->version.version = store_column_int(s, id, 2);
	row->version.seq = (uint64_t)store_column_int(s, id, 3);
	row->version.facts = (struct cat_facts){
	    .class_ = (enum cat_class)class_,
	    .decided_on = (date_days)store_column_int(s, id, 5),
	    .valid_to = store_column_date(s, id, 7),
	    .public_until = store_column_date(s, id, 8),
	};
	return 0;
}

static enum err_code take_end(struct loader *l, enum sql_id id, struct err *err)
{
	struct store *s = l->store;
	struct span reason = store_column_span(s, id, 5);
	struct end_row *row;

	if (l->ends_count == VIEW_VERSIONS_MAX)
		return too_many(err);
	l->ends =
	    mem_grow(l->ends, l->ends_count, &l->ends_max, sizeof(*l->ends));
	row = &l->ends[l->ends_count++];
	row->item = store_column_int(s, id, 0);
	row->key_hash = store_column_int(s, id, 1);
	row->end.seq = (uint64_t)store_column_int(s, id, 2);
	row->end.kind = (enum record_end_kind)store_column_int(s, id, 3);
	row->end.at_ms = store_column_int(s, id, 4);
	row->end.on = date_of_unix_ms(row->end.at_ms);
	row->end.reason = arena_dup(l->arena, reason.p, reason.n);
	return 0;
}

/* The rows of a statement, whose values begin with the subject. */
struct rows_of {
	enum sql_id id;
	const struct store_value *key;
	size_t key_count;
	enum err_code (*take)(struct loader *, enum sql_id, struct err *);
};

static enum err_code take_all(
    struct loader *l, const struct rows_of *rows, struct err *err)
{
	const enum sql_id id = rows->id;
	enum err_code rc =
	    store_start(l->store, id, rows->key, rows->key_count, err);

	while (store_next_row(l->store, id, &rc, err))
		rc = rows->take(l, id, err);
	store_finish(l->store, id);
	return rc;
}

/* What the roster has of a subject, none of whose records ended. Its briefs
 * stand in the place of statements; a row without one has the statement
 * read. */
static enum err_code take_roster(
    struct loader *l, int64_t subject_id, struct err *err)
{
	size_t count, i;
	const struct roster_row *rows =
	    roster_rows(l->roster, subject_id, &count);

	if (count > VIEW_VERSIONS_MAX)
		return too_many(err);
	for (i = 0; i < count; i++) {
		const struct roster_row *from = &rows[i];
		struct row *row;

		l->rows = mem_grow(
		    l->rows, l->rows_count, &l->rows_max, sizeof(*l->rows));
		row = &l->rows[l->rows_count++];
		*row = (struct row){.item = from->item,
		    .key_hash = from->key_hash,
		    .kept = from,
		    .version = {.seq = from->seq,
			.version = from->version,
			.facts = {.class_ = (enum cat_class)from->class_,
			    .decided_on = from->decided_on,
			    .valid_to = from->valid_to,
			    .public_until = from->public_until}}};
	}
	return 0;
}

/* ---- statements ---- */

bool view_received_day(struct span time, date_days *out)
{
	int hour;

	if (time.n != VIEW_RECEIVED_BYTES - 1 || time.p[10] != 'T' ||
	    time.p[19] != 'Z' ||
	    !date_parse_iso((struct span){time.p, 10}, out))
		return false;
	hour = (time.p[11] - '0') * 10 + time.p[12] - '0';
	*out += hour >= 16; /* China is 8 hours ahead */
	return true;
}

/* `,"received":"2026-11-23T04:36:21Z"` behind a record's fields, whose own
 * texts (department and item) are identifiers and hold no quote. */
static bool read_received(struct span tail, struct view_version *v)
{
	static const char key[] = ",\"received\":\"";
	const size_t n = VIEW_RECEIVED_BYTES - 1;
	const char *p = memmem(tail.p, tail.n, key, sizeof(key) - 1);

	if (!p)
		return false;
	p += sizeof(key) - 1;
	if ((size_t)(tail.p + tail.n - p) < n)
		return false;
	memcpy(v->received_at, p, n);
	v->received_at[n] = '\0';
	return view_received_day((struct span){p, n}, &v->received);
}

enum err_code view_sent_day(struct store *store, struct span resolved,
    date_days received, date_days *out, struct err *err)
{
	json_t *json =
	    resolved.n ? json_loadb(resolved.p, resolved.n, 0, NULL) : NULL;
	const struct store_value id =
	    store_int(json_integer_value(json_object_get(json, "doubtful")));
	int64_t sent_ms = -1;
	enum err_code rc = json
	    ? store_get_int(store, SQL_REGISTRY_DOUBTFUL_RECEIVED, &id, 1, -1,
		  &sent_ms, err)
	    : ERR_NONE;

	json_decref(json);
	*out = sent_ms < 0 ? received : date_of_unix_ms(sent_ms);
	return rc;
}

static enum err_code load_statement(
    struct loader *l, struct view_version *v, bool is_first, struct err *err)
{
	struct block *block =
	    l->blocks[is_first || block_has(l->blocks[0], v->seq) ? 0 : 1];
	struct statement_cut cut;
	struct span text;
	enum err_code rc = block_load_one(block, l->store, v->seq, &text, err);

	if (rc == ERR_NOT_FOUND)
		rc = ERR_CORRUPT;
	if (rc)
		return rc;
	l->statements_bytes += text.n;
	if (l->statements_bytes > VIEW_STATEMENTS_BYTES_MAX)
		return too_many(err);
	if (!statement_peek(text, &cut) || !read_received(cut.tail, v))
		return err_set(err, ERR_CORRUPT,
		    "statement %llu is not the record that it should be",
		    (unsigned long long)v->seq);
	v->statement =
	    (struct span){arena_dup(l->arena, text.p, text.n), text.n};
	return view_sent_day(
	    l->store, cut.content.resolved, v->received, &v->sent, err);
}

static int by_seq(const void *a, const void *b)
{
	const struct view_version *x = *(struct view_version *const *)a;
	const struct view_version *y = *(struct view_version *const *)b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static bool take_brief(struct loader *l, struct row *row)
{
	struct brief brief, *kept;

	if (!row->kept || !roster_brief(l->roster, row->kept, &brief))
		return false;
	kept = arena_alloc(l->arena, sizeof(*kept));
	*kept = brief;
	row->version.brief = kept;
	row->version.received = row->version.sent = brief.received;
	return true;
}

/* Of the rows that have no brief. */
static enum err_code load_statements(struct loader *l, struct err *err)
{
	struct view_version **order =
	    arena_alloc(l->arena, l->rows_count * sizeof(*order));
	enum err_code rc = 0;
	size_t count = 0, i;

	for (i = 0; i < l->rows_count; i++)
		if (!take_brief(l, &l->rows[i]))
			order[count++] = &l->rows[i].version;
	if (count > 1)
		qsort(order, count, sizeof(*order), by_seq);
	for (i = 0; i < count && !rc; i++)
		rc = load_statement(l, order[i], i == 0, err);
	return rc;
}

/* ---- grouping ---- */

static int compare_keys(const struct end_row *end, const struct row *row)
{
	if (end->item != row->item)
		return end->item < row->item ? -1 : 1;
	if (end->key_hash != row->key_hash)
		return end->key_hash < row->key_hash ? -1 : 1;
	return 0;
}

/* Ends come in the same order as the rows: *at moves on over them. */
static void take_ends(const struct loader *l, const struct row *row, size_t *at,
    const struct view_end *ends, struct view_record *record)
{
	while (*at < l->ends_count && compare_keys(&l->ends[*at], row) < 0)
		(*at)++;
	record->ends = &ends[*at];
	while (*at < l->ends_count && compare_keys(&l->ends[*at], row) == 0) {
		record->ends_count++;
		(*at)++;
	}
}

static const struct view_end *copy_ends(const struct loader *l)
{
	struct view_end *ends =
	    arena_zalloc(l->arena, l->ends_count + 1, sizeof(*ends));
	size_t i;

	for (i = 0; i < l->ends_count; i++)
		ends[i] = l->ends[i].end;
	return ends;
}

/* Rows come ordered by item, key and version: a record is a run of them. */
static void group(
    const struct loader *l, const struct catalog *catalog, struct view *view)
{
	struct view_record *records =
	    arena_zalloc(l->arena, l->rows_count, sizeof(*records));
	struct view_version *versions =
	    arena_zalloc(l->arena, l->rows_count, sizeof(*versions));
	const struct view_end *ends = copy_ends(l);
	struct view_record *r = NULL;
	size_t ends_at = 0;
	size_t i;

	for (i = 0; i < l->rows_count; i++) {
		const struct row *row = &l->rows[i];

		versions[i] = row->version;
		if (!r || r->item_number != row->item ||
		    r->key_hash != row->key_hash) {
			r = &records[view->records_count++];
			r->item_number = (int)row->item;
			r->key_hash = row->key_hash;
			r->item =
			    catalog_item_by_number(catalog, r->item_number);
			r->versions = &versions[i];
			take_ends(l, row, &ends_at, ends, r);
		}
		r->versions_count++;
	}
	view->records = records;
}

/* Which records' statements are read. */
struct keeping {
	date_days today;
	view_keep *keep;
	void *ctx;
};

/* Leaves only the rows of records that are to be kept, by the ends that are
 * loaded. Every version counts as received by now: a clock that went back
 * hides more than this does, and is asked about again when the days are
 * known. */
static void keep_some(struct loader *l, const struct catalog *catalog,
    const struct keeping *keeping)
{
	struct view all = {.arena = l->arena};
	size_t kept = 0, row = 0;
	size_t i, k;

	for (i = 0; i < l->rows_count; i++)
		l->rows[i].version.received = l->rows[i].version.sent =
		    keeping->today;
	group(l, catalog, &all);
	for (i = 0; i < all.records_count; i++) {
		const struct view_record *r = &all.records[i];
		bool is_kept = keeping->keep(keeping->ctx, r);

		for (k = 0; k < r->versions_count; k++, row++)
			if (is_kept)
				l->rows[kept++] = l->rows[row];
	}
	l->rows_count = kept;
}

/* The rows and ends that are kept. The loader's lists are empty. */
static enum err_code load_rows(struct loader *l, int64_t subject_id,
    const struct catalog *catalog, const struct keeping *keeping,
    struct err *err)
{
	const struct store_value key = store_int(subject_id);
	const struct rows_of rows = {
	    SQL_REGISTRY_RECORD_OF_SUBJECT, &key, 1, take_row};
	const struct rows_of ends = {
	    SQL_REGISTRY_END_OF_SUBJECT, &key, 1, take_end};
	enum err_code rc;

	if (roster_has(l->roster, subject_id)) {
		rc = take_roster(l, subject_id, err);
		if (!rc && keeping)
			keep_some(l, catalog, keeping);
		return rc;
	}
	rc = take_all(l, &rows, err);
	/* Mostly nothing is left, and no ends need be looked for. */
	if (!rc && keeping)
		keep_some(l, catalog, keeping);
	if (!rc && l->rows_count)
		rc = take_all(l, &ends, err);
	if (!rc && keeping && l->ends_count)
		keep_some(l, catalog, keeping);
	return rc;
}

/* The loader's arena is the view's. */
static enum err_code load(struct loader *l, struct view *view,
    const struct catalog *catalog, const struct keeping *keeping,
    struct err *err)
{
	enum err_code rc =
	    load_rows(l, view->subject_id, catalog, keeping, err);

	if (!rc && l->rows_count)
		rc = load_statements(l, err);
	if (!rc)
		group(l, catalog, view);
	return rc;
}

static enum err_code load_once(struct view *view,
    const struct view_source *source, const struct keeping *keeping,
    struct err *err)
{
	struct block *block = block_of_store(source->store);
	struct loader l = {.store = source->store,
	    .roster = source->roster,
	    .arena = view->arena,
	    .blocks = {block, block}};
	enum err_code rc;

	rc = load(&l, view, source->catalog, keeping, err);
	free(l.rows);
	free(l.ends);
	return rc;
}

struct view_loader {
	struct loader l;
	struct block blocks[2];
	const struct catalog *catalog;
};

void view_loader_new(const struct view_source *source, struct view_loader **out)
{
	struct view_loader *loader = mem_zalloc(1, sizeof(*loader));
	size_t i;

	for (i = 0; i < 2; i++) {
		block_init(&loader->blocks[i]);
		loader->l.blocks[i] = &loader->blocks[i];
	}
	loader->l.store = source->store;
	loader->l.roster = source->roster;
	loader->l.arena = arena_new();
	loader->catalog = source->catalog;
	*out = loader;
}

void view_loader_free(struct view_loader **loader)
{
	struct view_loader *p = *loader;

	if (!p)
		return;
	block_release(&p->blocks[0]);
	block_release(&p->blocks[1]);
	arena_free(&p->l.arena);
	free(p->l.rows);
	free(p->l.ends);
	free(p);
	*loader = NULL;
}

static void start_over(struct loader *l)
{
	arena_reset(l->arena);
	l->rows_count = l->ends_count = l->statements_bytes = 0;
}

enum err_code view_loader_peek(struct view_loader *loader, int64_t subject_id,
    date_days today, view_keep *keep, void *ctx, bool *is_kept_out,
    uint64_t *seq_out, struct err *err)
{
	const struct keeping keeping = {today, keep, ctx};
	struct loader *l = &loader->l;
	enum err_code rc;
	size_t i;

	start_over(l);
	rc = load_rows(l, subject_id, loader->catalog, &keeping, err);
	if (rc)
		return rc;
	*is_kept_out = l->rows_count > 0;
	*seq_out = UINT64_MAX;
	for (i = 0; i < l->rows_count; i++)
		if (l->rows[i].version.seq < *seq_out)
			*seq_out = l->rows[i].version.seq;
	return 0;
}

enum err_code view_loader_load(struct view_loader *loader, int64_t subject_id,
    date_days today, view_keep *keep, void *ctx, struct view *view,
    struct err *err)
{
	const struct keeping keeping = {today, keep, ctx};
	struct loader *l = &loader->l;

	start_over(l);
	*view = (struct view){.subject_id = subject_id, .arena = l->arena};
	return load(l, view, loader->catalog, &keeping, err);
}

enum err_code view_load(struct view *view, struct store *store,
    const struct catalog *catalog, int64_t subject_id, struct err *err)
{
	const struct view_source source = {.store = store, .catalog = catalog};

	*view = (struct view){.subject_id = subject_id, .arena = arena_new()};
	return load_once(view, &source, NULL, err);
}

enum err_code view_load_kept(struct view *view,
    const struct view_source *source, int64_t subject_id, date_days today,
    view_keep *keep, void *ctx, struct err *err)
{
	const struct keeping keeping = {today, keep, ctx};

	*view = (struct view){.subject_id = subject_id, .arena = arena_new()};
	return load_once(view, source, &keeping, err);
}

struct public_today {
	const struct catalog *catalog;
	date_days today;
};

static bool keep_public(void *ctx, const struct view_record *record)
{
	const struct public_today *p = ctx;

	return view_is_public(p->catalog, record, p->today, p->today);
}

enum err_code view_load_public(struct view *view, struct store *store,
    const struct catalog *catalog, int64_t subject_id, date_days today,
    struct err *err)
{
	const struct view_source source = {.store = store, .catalog = catalog};
	struct public_today p = {catalog, today};

	return view_load_kept(
	    view, &source, subject_id, today, keep_public, &p, err);
}

enum err_code view_load_facts(struct view *view, struct store *store,
    const struct catalog *catalog, const struct view_key *key, struct err *err)
{
	const struct store_value values[] = {store_int(key->subject_id),
	    store_int(key->item), store_int(key->key_hash)};
	const struct rows_of rows = {
	    SQL_REGISTRY_RECORD_OF_KEY, values, 3, take_row};
	const struct rows_of ends = {
	    SQL_REGISTRY_END_OF_KEY, values, 3, take_end};
	struct loader l = {.store = store};
	enum err_code rc;
	size_t i;

	memset(view, 0, sizeof(*view));
	view->subject_id = key->subject_id;
	view->arena = l.arena = arena_new();
	rc = take_all(&l, &rows, err);
	if (!rc)
		rc = take_all(&l, &ends, err);
	for (i = 0; i < l.rows_count; i++)
		l.rows[i].version.received = l.rows[i].version.sent =
		    key->received;
	if (!rc && l.rows_count == 0)
		rc = err_set(err, ERR_NOT_FOUND, "there is no such record");
	if (!rc)
		group(&l, catalog, view);
	free(l.rows);
	free(l.ends);
	return rc;
}

void view_release(struct view *view)
{
	arena_free(&view->arena);
	view->records = NULL;
	view->records_count = 0;
}

/* ---- questions ---- */

const struct view_record *view_find(const struct view *view, uint64_t seq,
    const struct view_version **version_out)
{
	size_t i, k;

	for (i = 0; i < view->records_count; i++) {
		const struct view_record *r = &view->records[i];

		for (k = 0; k < r->versions_count; k++) {
			if (r->versions[k].seq != seq)
				continue;
			*version_out = &r->versions[k];
			return r;
		}
	}
	return NULL;
}

const struct view_version *view_shown(
    const struct view_record *record, date_days on)
{
	size_t i;

	for (i = record->versions_count; i > 0; i--)
		if (record->versions[i - 1].received <= on)
			return &record->versions[i - 1];
	return NULL;
}

const struct view_version *view_reported(
    const struct view_record *record, const struct view_version *version)
{
	const struct view_version *v = record->versions;

	if (record->item && record->item->group == CAT_GROUP_BASIC)
		while (v->facts.decided_on != version->facts.decided_on)
			v++;
	return v;
}

const struct view_end *view_end_on(const struct view_record *record,
    const struct view_version *version, date_days on)
{
	size_t i;

	for (i = record->ends_count; i > 0; i--) {
		const struct view_end *end = &record->ends[i - 1];

		if (end->on > on || end->seq < version->seq)
			continue;
		/* A later row of another kind undoes an end. */
		return end->kind == RECORD_END_WITHDRAWN ||
			end->kind == RECORD_END_UNRESOLVED
		    ? end
		    : NULL;
	}
	return NULL;
}

static enum view_state state_of_window(enum cat_window_reason reason)
{
	switch (reason) {
	case CAT_WINDOW_OPEN:
		return VIEW_PUBLISHED;
	case CAT_WINDOW_NOT_OPEN_ITEM:
		return VIEW_NOT_OPEN_ITEM;
	case CAT_WINDOW_CLASS_HIDDEN:
		return VIEW_CLASS_HIDDEN;
	case CAT_WINDOW_NOT_YET:
		return VIEW_NOT_YET;
	case CAT_WINDOW_ENDED:
	default:
		return VIEW_ENDED;
	}
}

struct view_publication view_publication(const struct catalog *catalog,
    const struct view_record *record, const struct view_version *version,
    date_days on)
{
	struct view_publication p = {VIEW_NO_ITEM,
	    {.from = DATE_NONE, .to = DATE_NONE, .repair_from = DATE_NONE}};
	const struct view_end *end = view_end_on(record, version, on);

	if (record->item) {
		p.window =
		    catalog_window(catalog, record->item, &version->facts, on);
		p.state = state_of_window(p.window.reason);
	}
	if (view_shown(record, on) != version)
		p.state = VIEW_REPLACED;
	if (end)
		p.state = end->kind == RECORD_END_WITHDRAWN ? VIEW_WITHDRAWN
							    : VIEW_UNRESOLVED;
	return p;
}

static bool is_published(const struct catalog *catalog,
    const struct view_record *record, date_days on)
{
	const struct view_version *v = view_shown(record, on);

	return v &&
	    view_publication(catalog, record, v, on).state == VIEW_PUBLISHED;
}

bool view_is_public(const struct catalog *catalog,
    const struct view_record *record, date_days on, date_days today)
{
	return is_published(catalog, record, on) &&
	    (on == today || is_published(catalog, record, today));
}

const char *view_state_name(enum view_state state)
{
	static const char *const names[VIEW_STATE_COUNT] = {"published",
	    "not-open-item", "class-hidden", "not-yet", "ended", "withdrawn",
	    "unresolved", "replaced", "no-item"};

	ASSERT(state < VIEW_STATE_COUNT);
	return names[state];
}

const char *view_state_text(enum view_state state)
{
	static const char *const texts[VIEW_STATE_COUNT] = {
	    N_("it is published"),
	    N_("this information is not for the public"),
	    N_("the rules of that day do not publish this class"),
	    N_("its publication has not begun"),
	    N_("its publication has ended"),
	    N_("its source has withdrawn it"),
	    N_("it is open whose record it is"),
	    N_("a newer version stands in its place"),
	    N_("the catalogue has no such item any more"),
	};

	ASSERT(state < VIEW_STATE_COUNT);
	return tr(texts[state]);
}
