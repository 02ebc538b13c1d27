/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A step does one kind of work, the most urgent first: what ends today is
 * taken from the lists before anything is added to them.
 *
 *	due records -> sweep under another catalogue -> statements
 *	-> subjects that are called otherwise -> submissions
 *
 * All of it comes down to `settle`: judge a record as it stands now, compare
 * with its place in the lists, tell the difference as an event. So it does
 * not matter in which order, how often and after which interruption records
 * are looked at.
 *
 * A statement says whom it is about, but not under which key its record
 * stands. The statements of a block are sorted by subject, and the rows of
 * each subject within the block's range name the keys: for a subject with
 * ten thousand records that is one pass a block, not one a record.
 */
#include "publication/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/random.h"
#include "publication/publication_priv.h"
#include "registry/block.h"
#include "registry/statement.h"
#include "registry/subjects.h"

enum {
	STEP_BLOCKS = 4,
	STEP_RECORDS = 2000, /* due, or swept */
	STEP_SUBMISSIONS = 500,
	CODE_CHARS = 18
};

struct follower {
	struct store *store;
	const struct catalog *catalog;
	date_days today;
	struct publication_state state;
	struct facets *facets;
	struct subject subject; /* the last one told of */
};

/* ---- one record ---- */

static enum err_code tell(struct follower *f, enum publication_change_kind kind,
    uint64_t seq, int64_t replaces, enum view_state reason, struct err *err)
{
	struct store_value row[] = {store_int(f->state.changes),
	    store_int(kind), store_int((int64_t)seq),
	    replaces < 0 ? store_null() : store_int(replaces),
	    store_int(f->today), store_str(view_state_name(reason))};

	f->state.changes++;
	return store_run(
	    f->store, SQL_PUBLICATION_CHANGE_PUT, row, ARRAY_COUNT(row), err);
}

/* The record goes out of the lists. */
static enum err_code leave(struct follower *f, struct publication_place *place,
    enum view_state reason, struct err *err)
{
	enum err_code rc = facets_remove(f->facets, f->store, place, err);

	place->change_index = -1;
	return rc ? rc
		  : tell(f,
			reason == VIEW_WITHDRAWN ? PUBLICATION_WITHDRAWN
						 : PUBLICATION_ENDED,
			place->seq, -1, reason, err);
}

/* The record comes into the lists, in the place of `old` when that stood
 * there. */
static enum err_code enter(struct follower *f, struct publication_place *place,
    const struct publication_place *old, struct err *err)
{
	bool is_change = old && old->change_index >= 0;
	enum err_code rc =
	    is_change ? facets_remove(f->facets, f->store, old, err) : 0;

	place->change_index = f->state.changes;
	if (!rc)
		rc = facets_enter(f->facets, f->store, place, err);
	return rc
	    ? rc
	    : tell(f, is_change ? PUBLICATION_CHANGED : PUBLICATION_PUBLISHED,
		  place->seq, is_change ? (int64_t)old->seq : -1,
		  VIEW_PUBLISHED, err);
}

/* What is told of the record of a place, as a number. */
static enum err_code find_told(struct follower *f,
    const struct publication_place *place, const struct cat_item *item,
    date_days until, int64_t *out, struct err *err)
{
	const char *id = facets_department(f->facets, place->facet_id);
	const struct cat_department *d = catalog_department(f->catalog, id);
	struct publication_content content = {
	    .item = item, .until = until, .department = d ? d->title : id};
	enum err_code rc = 0;

	if (f->subject.id != place->subject_id)
		rc = subject_by_id(
		    f->store, place->subject_id, &f->subject, err);
	content.name = buf_span(&f->subject.name);
	*out = rc ? 0 : publication_told(&content);
	return rc;
}

/* Its place as it is to be; `old` is the place of the version before, or
 * NULL. */
static enum err_code settle(struct follower *f,
    const struct view_record *record, struct publication_place *place,
    struct publication_place *old, struct err *err)
{
	struct publication_judgement j =
	    publication_judge(f->catalog, record, f->today);
	bool is_public = j.state == VIEW_PUBLISHED;
	int64_t told = 0;
	enum err_code rc = is_public
	    ? find_told(f, place, record->item, j.until, &told, err)
	    : ERR_NONE;

	if (rc)
		return rc;
	place->due_on = j.due_on;
	if (is_public && place->change_index < 0)
		rc = enter(f, place, old, err);
	else if (is_public && place->told != told)
		rc = tell(f, PUBLICATION_RESTATED, place->seq, -1,
		    VIEW_PUBLISHED, err);
	else if (!is_public && place->change_index >= 0)
		rc = leave(f, place, j.state, err);
	else if (!is_public && old && old->change_index >= 0)
		rc = leave(f, old, j.state, err);
	place->told = told;
	return rc ? rc : publication_place_put(f->store, place, err);
}

static struct view_key key_of(const struct publication_place *place)
{
	return (struct view_key){place->subject_id, place->item,
	    place->key_hash, place->received_on};
}

static const struct view_version *newest_of(const struct view_record *record)
{
	return &record->versions[record->versions_count - 1];
}

/* A record that has its place already. */
static enum err_code settle_again(
    struct follower *f, struct publication_place *place, struct err *err)
{
	const struct view_key key = key_of(place);
	struct view view;
	enum err_code rc =
	    view_load_facts(&view, f->store, f->catalog, &key, err);

	/* A newer version's own statement brings it to its place. */
	place->due_on = DATE_NONE;
	if (!rc && newest_of(&view.records[0])->seq == place->seq)
		rc = settle(f, &view.records[0], place, NULL, err);
	else if (!rc)
		rc = publication_place_put(f->store, place, err);
	view_release(&view);
	return rc;
}

/* Places that a statement of ours lists; settled after the list is closed,
 * because settling changes what it reads. */
static enum err_code settle_listed(struct follower *f, enum sql_id id,
    const struct store_value key[2], int64_t *last_out, size_t *count_out,
    struct err *err)
{
	struct publication_place *list =
	    mem_alloc(STEP_RECORDS * sizeof(*list));
	enum err_code rc = store_start(f->store, id, key, 2, err);
	size_t count = 0, i;

	while (count < STEP_RECORDS && store_next_row(f->store, id, &rc, err))
		list[count++] = publication_place_at(f->store, id);
	store_finish(f->store, id);
	for (i = 0; i < count && !rc; i++)
		rc = settle_again(f, &list[i], err);
	if (count)
		*last_out = (int64_t)list[count - 1].seq;
	*count_out = count;
	free(list);
	return rc;
}

static enum err_code follow_day(
    struct follower *f, bool *is_done_out, struct err *err)
{
	struct store_value key[] = {
	    store_int(f->today), store_int(STEP_RECORDS)};
	int64_t last;
	size_t count = 0;
	enum err_code rc = settle_listed(
	    f, SQL_PUBLICATION_RECORD_DUE, key, &last, &count, err);

	*is_done_out = count < STEP_RECORDS;
	if (!rc && *is_done_out)
		f->state.day = f->today;
	return rc;
}

static enum err_code follow_catalogue(
    struct follower *f, bool *is_done_out, struct err *err)
{
	struct store_value key[] = {
	    store_int(f->state.swept), store_int(STEP_RECORDS)};
	int64_t last = 0;
	size_t count = 0;
	enum err_code rc = settle_listed(
	    f, SQL_PUBLICATION_RECORD_FROM, key, &last, &count, err);

	*is_done_out = count < STEP_RECORDS;
	f->state.swept = *is_done_out ? -1 : last + 1;
	return rc;
}

/* ---- statements ---- */

/* What a statement of a block is about. */
struct topic {
	uint64_t seq;
	char code[CODE_CHARS + 1];
	char department[PUBLICATION_DEPARTMENT_BYTES];
	date_days received;
	bool is_record;
	bool is_end;
	uint64_t ends; /* the record that it ends */
	bool is_found;
	struct view_key key;
};

/* The value of ,"KEY":"VALUE" in what follows a record's fields, whose own
 * values are identifiers and hold no quote. */
static struct span tail_value(struct span tail, const char *key)
{
	const char *end = tail.p + tail.n;
	const char *p = memmem(tail.p, tail.n, key, strlen(key));
	const char *stop;

	if (!p)
		return (struct span){NULL, 0};
	p += strlen(key);
	stop = memchr(p, '"', (size_t)(end - p));
	return (struct span){p, stop ? (size_t)(stop - p) : 0};
}

static bool copy_word(struct span word, char *out, size_t size)
{
	if (word.n == 0 || word.n >= size)
		return false;
	memcpy(out, word.p, word.n);
	out[word.n] = '\0';
	return true;
}

static bool read_record(struct topic *t, struct span code, struct span tail)
{
	t->is_record = true;
	return copy_word(code, t->code, sizeof(t->code)) &&
	    copy_word(tail_value(tail, ",\"from\":\""), t->department,
		sizeof(t->department)) &&
	    view_received_day(
		tail_value(tail, ",\"received\":\""), &t->received);
}

static enum err_code read_other(
    struct topic *t, struct span text, struct err *err)
{
	struct statement s;
	enum err_code rc = statement_read(text, &s, err);

	if (rc)
		return rc;
	t->is_end =
	    s.kind == STATEMENT_WITHDRAWAL || s.kind == STATEMENT_UNRESOLVED;
	t->ends = (uint64_t)s.record;
	if (t->is_end && !copy_word(span_of(s.code), t->code, sizeof(t->code)))
		rc = err_set(err, ERR_CORRUPT, "a statement cannot be read");
	statement_release(&s);
	return rc;
}

static enum err_code read_topic(
    const struct block *block, uint64_t seq, struct topic *t, struct err *err)
{
	struct span text = block_statement(block, seq);
	struct statement_cut cut;

	memset(t, 0, sizeof(*t));
	t->seq = seq;
	if (!statement_peek(text, &cut))
		return read_other(t, text, err);
	if (read_record(t, cut.code, cut.tail))
		return 0;
	return err_set(err, ERR_CORRUPT, "a statement cannot be read");
}

/* The subject's id; a record's subject is always there. */
static enum err_code find_subject(
    struct follower *f, const char *code, int64_t *out, struct err *err)
{
	struct store_value key[] = {
	    store_int(SUBJECT_KEY_CODE), store_str(code)};
	enum err_code rc = store_get_int(
	    f->store, SQL_REGISTRY_DIRECTORY_FIND, key, 2, 0, out, err);

	if (!rc && *out == 0)
		rc = err_set(err, ERR_CORRUPT,
		    "the log names \"%s\", which is not in the register", code);
	return rc;
}

/* The keys of a subject's versions from `from` up to `end`, to the topics
 * of these numbers (the first topic's is topics[0].seq). */
static enum err_code find_keys(struct follower *f, int64_t subject_id,
    uint64_t from, uint64_t end, struct topic *topics, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_BETWEEN;
	struct store_value key[] = {store_int(subject_id),
	    store_int((int64_t)from), store_int((int64_t)end)};
	enum err_code rc = store_start(f->store, id, key, 3, err);

	while (store_next_row(f->store, id, &rc, err)) {
		struct topic *t =
		    &topics[(uint64_t)store_column_int(f->store, id, 2) - from];

		t->is_found = true;
		t->key.subject_id = subject_id;
		t->key.item = store_column_int(f->store, id, 0);
		t->key.key_hash = store_column_int(f->store, id, 1);
		t->key.received = t->received;
	}
	store_finish(f->store, id);
	return rc;
}

static int by_code(const void *a, const void *b)
{
	const struct topic *x = *(struct topic *const *)a;
	const struct topic *y = *(struct topic *const *)b;
	int order = strcmp(x->code, y->code);

	return order ? order : x->seq < y->seq ? -1 : x->seq > y->seq;
}

static enum err_code find_block_keys(
    struct follower *f, struct topic *topics, size_t count, struct err *err)
{
	struct topic *order[BLOCK_STATEMENTS_MAX];
	size_t records = 0, i;
	int64_t subject_id = 0;
	enum err_code rc = 0;

	for (i = 0; i < count; i++)
		if (topics[i].is_record)
			order[records++] = &topics[i];
	qsort(order, records, sizeof(*order), by_code);
	for (i = 0; i < records && !rc; i++) {
		/* NOLINTNEXTLINE(clang-analyzer-core*): a record has a code */
		if (i && strcmp(order[i]->code, order[i - 1]->code) == 0)
			continue;
		rc = find_subject(f, order[i]->code, &subject_id, err);
		if (!rc)
			rc = find_keys(f, subject_id, topics[0].seq,
			    topics[0].seq + count, topics, err);
	}
	return rc;
}

/* The place of a version before the newest, if one has a place. */
static enum err_code find_old_place(struct follower *f,
    const struct view_record *record, struct publication_place *old,
    bool *is_there_out, struct err *err)
{
	size_t i;

	*is_there_out = false;
	for (i = record->versions_count - 1; i > 0; i--) {
		enum err_code rc = publication_place_get(
		    f->store, record->versions[i - 1].seq, old, err);

		*is_there_out = rc == 0;
		if (rc != ERR_NOT_FOUND)
			return rc;
	}
	return 0;
}

static enum err_code drop_place(
    struct follower *f, uint64_t seq, struct err *err)
{
	struct store_value key = store_int((int64_t)seq);

	return store_run(f->store, SQL_PUBLICATION_RECORD_DELETE, &key, 1, err);
}

/* The newest version of a record takes its place. */
static enum err_code place_record(struct follower *f, const struct topic *t,
    const struct view_record *record, struct err *err)
{
	const struct view_version *version = newest_of(record);
	struct publication_place old;
	struct publication_place place = {
	    .seq = t->seq,
	    .subject_id = t->key.subject_id,
	    .item = t->key.item,
	    .key_hash = t->key.key_hash,
	    .decided_on = version->facts.decided_on,
	    .received_on = t->received,
	    .change_index = -1,
	    .due_on = DATE_NONE,
	};
	bool has_old = false;
	enum err_code rc = find_old_place(f, record, &old, &has_old, err);

	place.facet_id = facets_find(f->facets, (int)t->key.item, t->department,
	    publication_division(f->catalog, t->code));
	if (!rc)
		rc = settle(f, record, &place, has_old ? &old : NULL, err);
	if (!rc && has_old)
		rc = drop_place(f, old.seq, err);
	return rc;
}

static enum err_code follow_record(
    struct follower *f, const struct topic *t, struct err *err)
{
	struct view view;
	enum err_code rc;

	if (!t->is_found)
		return err_set(err, ERR_CORRUPT,
		    "record %llu is in the log, but not in the register",
		    (unsigned long long)t->seq);
	rc = view_load_facts(&view, f->store, f->catalog, &t->key, err);
	/* Of a version that was replaced since, the newer one will tell. */
	if (!rc && newest_of(&view.records[0])->seq == t->seq)
		rc = place_record(f, t, &view.records[0], err);
	view_release(&view);
	return rc;
}

/* The place of the newest version of the record that has version `seq`. */
static enum err_code find_place(struct follower *f, const struct topic *about,
    struct publication_place *out, struct err *err)
{
	struct topic t = {.received = 0};
	struct view view;
	enum err_code rc = find_subject(f, about->code, &t.key.subject_id, err);

	if (!rc)
		rc = find_keys(
		    f, t.key.subject_id, about->ends, about->ends + 1, &t, err);
	if (rc || !t.is_found)
		return rc ? rc : ERR_NOT_FOUND;
	rc = view_load_facts(&view, f->store, f->catalog, &t.key, err);
	if (!rc)
		rc = publication_place_get(
		    f->store, newest_of(&view.records[0])->seq, out, err);
	view_release(&view);
	return rc;
}

/* An end: its record is judged anew. When it has no place yet, its own
 * statement follows, and will find the end. */
static enum err_code follow_end(
    struct follower *f, const struct topic *t, struct err *err)
{
	struct publication_place place;
	enum err_code rc = find_place(f, t, &place, err);

	if (rc == ERR_NOT_FOUND)
		return 0;
	return rc ? rc : settle_again(f, &place, err);
}

static enum err_code follow_block(
    struct follower *f, const struct block *block, struct err *err)
{
	struct topic *topics = mem_alloc(block->count * sizeof(*topics));
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < block->count && !rc; i++)
		rc = read_topic(block, block->first_seq + i, &topics[i], err);
	if (!rc)
		rc = find_block_keys(f, topics, block->count, err);
	for (i = 0; i < block->count && !rc; i++) {
		if (topics[i].is_record)
			rc = follow_record(f, &topics[i], err);
		else if (topics[i].is_end)
			rc = follow_end(f, &topics[i], err);
	}
	free(topics);
	return rc;
}

static enum err_code follow_statements(
    struct follower *f, int64_t end, bool *is_done_out, struct err *err)
{
	struct block block;
	enum err_code rc = 0;
	int i;

	block_init(&block);
	for (i = 0; i < STEP_BLOCKS && f->state.statements < end && !rc; i++) {
		rc = block_load(
		    &block, f->store, (uint64_t)f->state.statements, err);
		if (!rc)
			rc = follow_block(f, &block, err);
		if (!rc)
			f->state.statements =
			    (int64_t)(block.first_seq + block.count);
	}
	block_release(&block);
	*is_done_out = f->state.statements >= end;
	return rc;
}

/* ---- other names ---- */

/* The versions of a subject's records, by their numbers; *list_out is the
 * caller's. */
static enum err_code list_versions(struct follower *f, int64_t subject_id,
    uint64_t **list_out, size_t *count_out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_OF_SUBJECT;
	struct store_value key = store_int(subject_id);
	enum err_code rc = store_start(f->store, id, &key, 1, err);
	size_t max = 0;

	*list_out = NULL;
	*count_out = 0;
	while (store_next_row(f->store, id, &rc, err)) {
		*list_out =
		    mem_grow(*list_out, *count_out, &max, sizeof(**list_out));
		(*list_out)[(*count_out)++] =
		    (uint64_t)store_column_int(f->store, id, 3);
	}
	store_finish(f->store, id);
	return rc;
}

static enum err_code follow_name(
    struct follower *f, int64_t subject_id, size_t *settled, struct err *err)
{
	uint64_t *list;
	size_t count, i;
	enum err_code rc = list_versions(f, subject_id, &list, &count, err);

	for (i = 0; i < count && !rc; i++) {
		struct publication_place place;

		rc = publication_place_get(f->store, list[i], &place, err);
		if (rc == ERR_NOT_FOUND)
			rc = ERR_NONE; /* a newer version has its place */
		else if (!rc && place.change_index >= 0)
			rc = settle_again(f, &place, err);
	}
	free(list);
	*settled += count;
	return rc ? rc : subject_renamed_followed(f->store, subject_id, err);
}

static enum err_code follow_names(
    struct follower *f, int64_t subject_id, bool *is_done_out, struct err *err)
{
	size_t settled = 0;
	enum err_code rc = 0;

	while (subject_id && !rc && settled < STEP_RECORDS) {
		rc = follow_name(f, subject_id, &settled, err);
		if (!rc)
			rc = subject_renamed(f->store, &subject_id, err);
	}
	*is_done_out = subject_id == 0;
	return rc;
}

/* ---- a step ---- */

static enum err_code drop_all(struct store *store, struct err *err)
{
	static const enum sql_id drops[] = {SQL_PUBLICATION_DROP_STATE,
	    SQL_PUBLICATION_DROP_RECORD, SQL_PUBLICATION_DROP_FACET,
	    SQL_PUBLICATION_DROP_LIST, SQL_PUBLICATION_DROP_CHANGE,
	    SQL_PUBLICATION_DROP_MONTH};
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(drops) && !rc; i++)
		rc = store_run(store, drops[i], NULL, 0, err);
	return rc;
}

static void name_catalogue(struct follower *f)
{
	memcpy(f->state.catalogue, f->catalog->digest_hex,
	    sizeof(f->state.catalogue));
}

/* From nothing, under an id of the feed that was never there before. */
static enum err_code begin_anew(struct follower *f, struct err *err)
{
	struct publication_state *s = &f->state;
	uint64_t id;
	enum err_code rc = random_bytes(&id, sizeof(id), err);

	if (rc)
		return rc;
	memset(s, 0, sizeof(*s));
	s->derivation = PUBLICATION_DERIVATION;
	snprintf(s->feed, sizeof(s->feed), "%016llx", (unsigned long long)id);
	name_catalogue(f);
	s->day = f->today;
	s->swept = -1;
	return drop_all(f->store, err);
}

static enum err_code load(struct follower *f, struct err *err)
{
	bool is_there = false;
	enum err_code rc =
	    publication_state_load(f->store, &f->state, &is_there, err);

	if (!rc && (!is_there || f->state.derivation != PUBLICATION_DERIVATION))
		rc = begin_anew(f, err);
	if (rc)
		return rc;
	if (strcmp(f->state.catalogue, f->catalog->digest_hex) != 0) {
		name_catalogue(f);
		f->state.swept = 0;
	}
	return facets_open(f->store, &f->facets, err);
}

static enum err_code work(struct follower *f, bool *more_out, struct err *err)
{
	struct publication_ends ends;
	bool is_done = true;
	enum err_code rc = publication_ends_load(f->store, &ends, err);

	if (!rc && f->state.day < f->today)
		rc = follow_day(f, &is_done, err);
	if (!rc && is_done && f->state.swept >= 0)
		rc = follow_catalogue(f, &is_done, err);
	if (!rc && is_done)
		rc = follow_statements(f, ends.statements, &is_done, err);
	if (!rc && is_done)
		rc = follow_names(f, ends.renamed, &is_done, err);
	if (!rc && is_done)
		rc = publication_add_submissions(f->store, f->catalog,
		    f->state.submissions, STEP_SUBMISSIONS,
		    &f->state.submissions, err);
	*more_out = !is_done || f->state.submissions < ends.submissions;
	return rc;
}

static enum err_code run(struct follower *f, bool *more_out, struct err *err)
{
	enum err_code rc = load(f, err);

	/* A clock that went back must not bring back what has ended. */
	if (!rc && f->today < f->state.day)
		f->today = f->state.day;
	if (!rc)
		rc = work(f, more_out, err);
	if (!rc)
		rc = facets_save(f->facets, f->store, err);
	if (!rc)
		rc = publication_state_save(f->store, &f->state, err);
	return rc;
}

enum err_code publication_follow_step(struct store *store,
    const struct catalog *catalog, int64_t now_ms, bool *more_out,
    struct err *err)
{
	struct follower f = {.store = store,
	    .catalog = catalog,
	    .today = date_of_unix_ms(now_ms)};
	bool more = false;
	enum err_code rc = store_begin(store, err);

	if (rc)
		return rc;
	subject_init(&f.subject);
	rc = run(&f, &more, err);
	if (!rc)
		rc = store_commit(store, err);
	store_rollback(store);
	facets_close(&f.facets);
	subject_release(&f.subject);
	if (!rc)
		*more_out = more;
	return rc;
}

enum err_code publication_forget(struct store *store, struct err *err)
{
	enum err_code rc = store_begin(store, err);

	if (!rc)
		rc = drop_all(store, err);
	if (!rc)
		rc = store_commit(store, err);
	store_rollback(store);
	return rc;
}
