/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making the roster: three passes in the order in which things lie on disk.
 *
 *	subjects	codes and names, by id
 *	rows		of all records, by subject
 *	statements	of those rows from which something may follow, which
 *			the questions of a reader find out, by block
 *
 * Left to the database (absent) are subjects with an end among their records,
 * which are few, and with anything that does not fit: so a row here never
 * needs to say that it ended.
 */
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "registry/block.h"
#include "registry/roster_priv.h"
#include "registry/subjects.h"
#include "registry/statement.h"

enum {
	TEXT_BYTES_MAX = 4096,	/* of one text of a brief */
	NAME_BYTES_MAX = 65535, /* of one name */
	KNOWN = 4096,		/* texts that come again and again */
	LOOK_EVERY = 4096	/* things between looks at the bound */
};

#define TEXTS_MAX    ((size_t)UINT32_MAX)
#define ROWS_MAX     ((size_t)UINT32_MAX - 1)
#define SEQ_MAX	     (INT64_C(1) << 44)
#define KEY_HASH_MAX (INT64_C(1) << 48)
#define VERSION_MAX  (1 << 16)

struct maker {
	const struct roster_plan *plan;
	struct store *store;
	struct roster_base *base;
	size_t max_bytes;
	/* Numbers of rows whose briefs are wanted. */
	uint32_t *wanted;
	size_t wanted_count, wanted_max;
	struct roster_text known[KNOWN];
};

void roster_base_free(struct roster_base *base)
{
	subject_cache_free(&base->codes);
	free(base->places);
	buf_release(&base->names);
	free(base->rows);
	free(base->briefs);
	buf_release(&base->texts);
	free(base->absent);
	free(base);
}

size_t roster_base_bytes(const struct roster_base *base)
{
	return (size_t)base->subjects *
	    (sizeof(*base->places) + sizeof(struct cached_subject) * 4 / 3) +
	    base->names.cap + base->rows_max * sizeof(*base->rows) +
	    base->briefs_max * sizeof(*base->briefs) + base->texts.cap;
}

static enum err_code full(struct err *err)
{
	return err_set(err, ERR_FULL, "the roster needs more than its memory");
}

/* Every so often: is there room, and time? */
static enum err_code look(const struct maker *m, size_t i, struct err *err)
{
	if (i % LOOK_EVERY != 0)
		return 0;
	if (m->plan->is_over && m->plan->is_over(m->plan->ctx))
		return err_set(err, ERR_BUSY, "the server is stopping");
	if (roster_base_bytes(m->base) + m->wanted_max * sizeof(*m->wanted) >
	    m->max_bytes)
		return full(err);
	return 0;
}

static void *grow(void *list, size_t count, size_t *max, size_t size)
{
	if (count < *max)
		return list;
	*max = *max ? *max + *max / 4 : LOOK_EVERY;
	return mem_realloc(list, *max, size);
}

/* The passes' statements name ids in ascending order. */
static enum err_code damaged(struct err *err)
{
	return err_set(err, ERR_CORRUPT, "the register of subjects is damaged");
}

/* ---- subjects ---- */

static enum err_code take_subject(
    struct maker *m, int64_t *last, struct err *err)
{
	const enum sql_id list = SQL_REGISTRY_SUBJECT_LIST;
	struct roster_base *b = m->base;
	int64_t id = store_column_int(m->store, list, 0);
	struct span code = store_column_span(m->store, list, 1);
	struct span name =
	    subject_shown_name(code, store_column_span(m->store, list, 2));

	if (id <= *last || id > b->subjects)
		return damaged(err);
	while (*last < id)
		b->places[++*last].name = (uint32_t)b->names.n;
	if (code.n != SUBJECT_CODE_CHARS || name.n > NAME_BYTES_MAX) {
		roster_set_bit(b->absent, id);
		return 0;
	}
	if (subject_cache_is_full(b->codes))
		return full(err);
	subject_cache_add(b->codes, code.p, id);
	buf_add_span(&b->names, name);
	return b->names.is_full ? full(err) : ERR_NONE;
}

static enum err_code make_subjects(struct maker *m, struct err *err)
{
	const enum sql_id list = SQL_REGISTRY_SUBJECT_LIST;
	struct roster_base *b = m->base;
	enum err_code rc = store_start(m->store, list, NULL, 0, err);
	int64_t last = 0;
	size_t i;

	for (i = 0; store_next_row(m->store, list, &rc, err); i++) {
		rc = take_subject(m, &last, err);
		if (!rc)
			rc = look(m, i, err);
	}
	store_finish(m->store, list);
	while (last <= b->subjects)
		b->places[++last].name = (uint32_t)b->names.n;
	return rc;
}

/* ---- rows ---- */

/* False: it does not fit. */
static bool read_row(struct store *s, enum sql_id id, struct roster_row *out)
{
	int64_t item = store_column_int(s, id, 1);
	int64_t key_hash = store_column_int(s, id, 2);
	int64_t version = store_column_int(s, id, 3);
	int64_t seq = store_column_int(s, id, 4);
	int64_t class_ = store_column_int(s, id, 7);

	if (item < 0 || item > INT16_MAX || key_hash < 0 ||
	    key_hash >= KEY_HASH_MAX || version < 0 || version >= VERSION_MAX ||
	    seq < 0 || seq >= SEQ_MAX || class_ < 0 ||
	    class_ >= CAT_CLASS_COUNT)
		return false;
	*out = (struct roster_row){
	    .key_hash = (uint64_t)key_hash,
	    .item = (uint16_t)item,
	    .seq = (uint64_t)seq,
	    .version = (uint16_t)version,
	    .class_ = (unsigned)class_ & 15,
	    .decided_on = (date_days)store_column_int(s, id, 6),
	    .valid_to = store_column_date(s, id, 8),
	    .public_until = store_column_date(s, id, 9),
	};
	return true;
}

_Static_assert(CAT_CLASS_COUNT <= 16, "a class fits into four bits");

static enum err_code take_row(struct maker *m, int64_t *last, struct err *err)
{
	const enum sql_id list = SQL_REGISTRY_RECORD_LIST;
	struct roster_base *b = m->base;
	int64_t id = store_column_int(m->store, list, 0);

	if (id < *last || id < 1 || id > b->subjects)
		return damaged(err);
	while (*last < id)
		b->places[++*last].row = (uint32_t)b->rows_count;
	if (b->rows_count == ROWS_MAX)
		return full(err);
	b->rows = grow(b->rows, b->rows_count, &b->rows_max, sizeof(*b->rows));
	if (read_row(m->store, list, &b->rows[b->rows_count]))
		b->rows_count++;
	else
		roster_set_bit(b->absent, id);
	return 0;
}

static enum err_code make_rows(struct maker *m, struct err *err)
{
	const enum sql_id list = SQL_REGISTRY_RECORD_LIST;
	struct roster_base *b = m->base;
	enum err_code rc = store_start(m->store, list, NULL, 0, err);
	int64_t last = 0;
	size_t i;

	for (i = 0; store_next_row(m->store, list, &rc, err); i++) {
		rc = take_row(m, &last, err);
		if (!rc)
			rc = look(m, i, err);
	}
	store_finish(m->store, list);
	while (last <= b->subjects)
		b->places[++last].row = (uint32_t)b->rows_count;
	return rc;
}

static enum err_code leave_out_ended(struct maker *m, struct err *err)
{
	const enum sql_id list = SQL_REGISTRY_END_BY_KEY;
	enum err_code rc = store_start(m->store, list, NULL, 0, err);

	while (store_next_row(m->store, list, &rc, err)) {
		int64_t id = store_column_int(m->store, list, 0);

		if (id < 1 || id > m->base->subjects)
			rc = damaged(err);
		else
			roster_set_bit(m->base->absent, id);
	}
	store_finish(m->store, list);
	return rc;
}

/* ---- what may follow ---- */

static void want_row(struct maker *m, size_t number)
{
	m->wanted = grow(
	    m->wanted, m->wanted_count, &m->wanted_max, sizeof(*m->wanted));
	m->wanted[m->wanted_count++] = (uint32_t)number;
}

struct choosing {
	struct maker *m;
	size_t from; /* the subject's first row */
	size_t at;   /* rows of its records that were asked about */
};

/* view_keep: records come in the order of the rows. */
static bool choose(void *ctx, const struct view_record *record)
{
	struct choosing *c = ctx;
	const struct roster_plan *plan = c->m->plan;
	bool is_wanted = plan->wants(plan->ctx, record);
	size_t i;

	for (i = 0; i < record->versions_count; i++, c->at++)
		if (is_wanted)
			want_row(c->m, c->from + c->at);
	return false;
}

static enum err_code choose_rows(struct maker *m, struct err *err)
{
	const struct roster_state all = {.base = m->base,
	    .changed = mem_zalloc(roster_words(m->base), sizeof(uint64_t))};
	const struct view_source source = {m->store, m->plan->catalog, &all};
	struct view_loader *loader;
	enum err_code rc = 0;
	int64_t id;

	view_loader_new(&source, &loader);
	for (id = 1; id <= m->base->subjects && !rc; id++) {
		struct choosing c = {.m = m, .from = m->base->places[id].row};
		bool is_kept;
		uint64_t seq;

		if (roster_has(&all, id))
			rc = view_loader_peek(loader, id, m->plan->today,
			    choose, &c, &is_kept, &seq, err);
		if (!rc)
			rc = look(m, (size_t)id, err);
	}
	view_loader_free(&loader);
	free(all.changed);
	return rc;
}

/* ---- statements ---- */

static bool add_text(
    struct roster_base *b, struct span text, struct roster_text *out)
{
	if (text.n > TEXT_BYTES_MAX || b->texts.n + text.n + 1 > TEXTS_MAX)
		return false;
	*out = (struct roster_text){(uint32_t)b->texts.n, (uint32_t)text.n};
	buf_add_span(&b->texts, text);
	buf_add_char(&b->texts, '\0');
	return true;
}

/* One that many statements have: in its place in the table stands the last
 * one with such a hash. */
static bool add_common(
    struct maker *m, struct span text, struct roster_text *out)
{
	struct roster_text *known =
	    &m->known[XXH3_64bits(text.p, text.n) % KNOWN];

	if (text.n == 0)
		return add_text(m->base, text, out);
	if (known->n != text.n ||
	    memcmp(m->base->texts.p + known->at, text.p, text.n) != 0) {
		if (!add_text(m->base, text, known))
			return false;
	}
	*out = *known;
	return true;
}

static bool has_room_for_brief(struct roster_base *b)
{
	if (b->briefs_count == UINT32_MAX - 1)
		return false;
	b->briefs = grow(
	    b->briefs, b->briefs_count, &b->briefs_max, sizeof(*b->briefs));
	return true;
}

static void keep_brief(
    struct maker *m, struct roster_row *row, const struct brief *brief)
{
	struct roster_base *b = m->base;
	struct roster_kept kept = {
	    .received = brief->received, .is_positive = brief->is_positive};

	if (brief->received == DATE_NONE || !has_room_for_brief(b) ||
	    !add_common(m, brief->department, &kept.department) ||
	    !add_common(m, brief->authority, &kept.authority) ||
	    !add_text(b, brief->document, &kept.document) ||
	    !add_text(b, brief->content, &kept.content))
		return;
	b->briefs[b->briefs_count++] = kept;
	row->brief = (uint32_t)b->briefs_count;
}

static enum err_code parse_brief(struct maker *m, struct span text,
    struct roster_row *row, const struct cat_item *item, struct err *err)
{
	struct statement s;
	struct brief brief;
	enum err_code rc = statement_read(text, &s, err);

	if (rc)
		return rc;
	if (s.kind == STATEMENT_RECORD) {
		brief_of_statement(&s, item, &brief);
		keep_brief(m, row, &brief);
	}
	statement_release(&s);
	return 0;
}

static enum err_code read_brief(struct maker *m, struct block *block,
    struct roster_row *row, struct err *err)
{
	const struct cat_item *item =
	    catalog_item_by_number(m->plan->catalog, (int)row->item);
	struct span text;
	struct brief brief;
	enum err_code rc;

	if (!item)
		return 0;
	rc = block_load(block, m->store, row->seq, err);
	if (rc)
		return rc == ERR_NOT_FOUND ? ERR_CORRUPT : rc;
	text = block_statement(block, row->seq);
	if (!brief_cut(text, item, &brief))
		return parse_brief(m, text, row, item, err);
	keep_brief(m, row, &brief);
	return 0;
}

static int by_seq(const void *a, const void *b, void *ctx)
{
	const struct roster_row *rows = ctx;
	const struct roster_row *x = &rows[*(const uint32_t *)a];
	const struct roster_row *y = &rows[*(const uint32_t *)b];

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static enum err_code make_briefs(struct maker *m, struct err *err)
{
	struct roster_row *rows = m->base->rows;
	struct block block;
	enum err_code rc = 0;
	size_t i;

	if (m->wanted_count)
		qsort_r(m->wanted, m->wanted_count, sizeof(*m->wanted), by_seq,
		    rows);
	block_init(&block);
	for (i = 0; i < m->wanted_count && !rc; i++) {
		rc = read_brief(m, &block, &rows[m->wanted[i]], err);
		if (!rc)
			rc = look(m, i, err);
	}
	block_release(&block);
	return rc;
}

/* ---- all of it ---- */

static enum err_code new_base(struct maker *m, struct err *err)
{
	struct roster_base *b = m->base;
	enum err_code rc = store_get_int(
	    m->store, SQL_REGISTRY_SUBJECT_LAST, NULL, 0, 0, &b->subjects, err);

	if (!rc && b->subjects >= (int64_t)ROWS_MAX)
		rc = full(err);
	if (!rc)
		rc = look(m, 0, err);
	if (rc)
		return rc;
	b->places =
	    mem_zalloc_table((size_t)b->subjects + 2, sizeof(*b->places));
	b->absent = mem_zalloc(roster_words(b), sizeof(*b->absent));
	return 0;
}

enum err_code roster_make(const struct roster_plan *plan, size_t max_bytes,
    struct roster_base **out, struct err *err)
{
	struct maker *m = mem_zalloc(1, sizeof(*m));
	struct roster_base *b = mem_zalloc(1, sizeof(*b));
	enum err_code rc;

	b->catalog = plan->catalog;
	b->day = plan->today;
	b->codes = subject_cache_new();
	buf_init(&b->names, TEXTS_MAX);
	buf_init(&b->texts, TEXTS_MAX);
	/* Never without memory, so that every text has a place. */
	buf_add_char(&b->names, '\n');
	buf_add_char(&b->texts, '\n');
	*m = (struct maker){.plan = plan,
	    .store = plan->store,
	    .base = b,
	    .max_bytes = max_bytes};
	rc = new_base(m, err);
	if (!rc)
		rc = make_subjects(m, err);
	if (!rc)
		rc = make_rows(m, err);
	if (!rc)
		rc = leave_out_ended(m, err);
	if (!rc)
		rc = choose_rows(m, err);
	if (!rc)
		rc = make_briefs(m, err);
	free(m->wanted);
	free(m);
	if (rc)
		roster_base_free(b);
	else
		*out = b;
	return rc;
}
