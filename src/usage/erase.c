/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The database overwrites what it deletes (store_config.overwrites): without
 * that a row that is gone stays readable in its page until something else
 * needs the place.
 */
#include "usage/erase.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/mem.h"
#include "tlog/tile.h"

enum {
	STATEMENT_BYTES_MAX = 64 * 1024,
	SETTLE_TRIES = 50,
	SETTLE_PAUSE_NS = 100 * 1000 * 1000,
	MS_OF_DAY = 24 * 60 * 60 * 1000
};

/* ---- which ---- */

/* The first moment behind a day in China. */
static int64_t end_of_day_ms(date_days day)
{
	return ((int64_t)day + 1) * MS_OF_DAY - 8 * 60 * 60 * 1000;
}

static enum err_code check_latest(
    struct store *store, const struct erase_plan *p, struct err *err)
{
	struct store_value before = store_int((int64_t)p->before);
	int64_t latest = 0;
	enum err_code rc = store_get_int(
	    store, SQL_USAGE_LATEST_BEFORE, &before, 1, 0, &latest, err);

	if (rc || latest < end_of_day_ms(p->through))
		return rc;
	err_set(err, ERR_CORRUPT,
	    "a use before %llu says a later day than the log was signed on",
	    (unsigned long long)p->before);
	err_hint(err, "\"gongxin verify --all\" names what has changed.");
	return ERR_CORRUPT;
}

static enum err_code first_use(
    struct store *store, uint64_t *out, struct err *err)
{
	int64_t first = 0;
	enum err_code rc =
	    store_get_int(store, SQL_USAGE_FIRST, NULL, 0, 0, &first, err);

	*out = (uint64_t)first;
	return rc;
}

/* The last of the published heads that follow one another without one of a
 * later day. */
static enum err_code find_head(
    struct store *store, struct erase_plan *p, struct err *err)
{
	const enum sql_id id = SQL_USAGE_HEADS_AFTER;
	struct store_value values[] = {
	    store_int(LEDGER_USES), store_int((int64_t)p->first)};
	int64_t end_ms = end_of_day_ms(p->through);
	enum err_code rc = store_start(store, id, values, 2, err);
	int got = 0;

	while (!rc && (got = store_next(store, id, err)) == 1 &&
	    store_column_int(store, id, 1) < end_ms)
		p->before = (uint64_t)store_column_int(store, id, 0);
	store_finish(store, id);
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

enum err_code erase_plan_make(struct store *store, const struct catalog *c,
    date_days today, struct erase_plan *out, struct err *err)
{
	const struct cat_retention *r =
	    catalog_retention(c, CAT_KEPT_USES, today);
	enum err_code rc;

	memset(out, 0, sizeof(*out));
	rc = first_use(store, &out->first, err);
	out->before = out->first;
	if (rc || !r)
		return rc;
	out->through = cat_retention_ended(r, today);
	out->years = r->years;
	snprintf(out->retention, ERASE_ID_BYTES, "%s", r->id);
	snprintf(out->basis, ERASE_ID_BYTES, "%s", r->basis->id);
	rc = find_head(store, out, err);
	return rc || out->before == out->first ? rc
					       : check_latest(store, out, err);
}

enum err_code erase_unfinished(
    struct store *store, uint64_t *before_out, struct err *err)
{
	int64_t announced = 0;
	uint64_t first;
	enum err_code rc = first_use(store, &first, err);

	if (!rc)
		rc = store_get_int(
		    store, SQL_USAGE_ERASURE_LAST, NULL, 0, 0, &announced, err);
	*before_out = (uint64_t)announced > first ? (uint64_t)announced : 0;
	return rc;
}

/* ---- the announcement ---- */

/* Sealed for ever: never change. */
void erase_write(const struct erase_plan *p, char out[ERASE_TEXT_BYTES])
{
	char day[DATE_TEXT_BYTES];

	snprintf(out, ERASE_TEXT_BYTES,
	    "before=%" PRIu64 " uses=%" PRIu64
	    " through=%s years=%d retention=%s basis=%s",
	    p->before, p->before - p->first, date_format_iso(p->through, day),
	    p->years, p->retention, p->basis);
}

bool erase_parse(struct span purpose, struct erase_plan *out)
{
	char text[ERASE_TEXT_BYTES], again[ERASE_TEXT_BYTES], day[16];
	uint64_t uses;

	memset(out, 0, sizeof(*out));
	if (purpose.n >= sizeof(text))
		return false;
	memcpy(text, purpose.p, purpose.n);
	text[purpose.n] = '\0';
	/* A number that is too large is not written again as it was. */
	// NOLINTNEXTLINE(cert-err34-c)
	if (sscanf(text,
		"before=%" SCNu64 " uses=%" SCNu64
		" through=%15s years=%d retention=%71s basis=%71s",
		&out->before, &uses, day, &out->years, out->retention,
		out->basis) != 6 ||
	    uses > out->before || !date_parse_iso(span_of(day), &out->through))
		return false;
	out->first = out->before - uses;
	erase_write(out, again);
	return strcmp(text, again) == 0;
}

enum err_code erase_announce(struct use_log *log, struct store *store,
    const struct use *use, const struct erase_plan *plan, struct err *err)
{
	const struct store_value ended[] = {
	    store_int(end_of_day_ms(plan->through)),
	    store_int((int64_t)plan->before)};
	char text[ERASE_TEXT_BYTES];
	struct use own = *use;
	uint64_t seq;
	enum err_code rc;

	ASSERT(plan->first < plan->before);
	erase_write(plan, text);
	own.act = USE_ERASE;
	own.purpose = span_of(text);
	rc = store_run(store, SQL_USAGE_ERASE_CASES, ended, 2, err);
	if (!rc)
		rc = store_run(store, SQL_USAGE_ERASE_NOTICES, ended, 1, err);
	if (!rc)
		rc = use_log_add(log, &own, &seq, err);
	if (!rc) {
		struct store_value row[] = {
		    store_int((int64_t)seq), store_int((int64_t)plan->before)};

		rc = store_run(store, SQL_USAGE_ERASURE_INSERT, row, 2, err);
	}
	return rc;
}

bool erase_was_due(
    const struct erase_plan *p, const struct catalog *c, date_days on)
{
	const struct cat_retention said = {.years = p->years};
	const struct cat_retention *real =
	    c ? catalog_retention(c, CAT_KEPT_USES, on) : &said;

	return p->years > 0 && p->through <= cat_retention_ended(&said, on) &&
	    real && real->years <= p->years;
}

/* ---- erasing ---- */

/* What a step is at. */
struct step {
	struct store *store;
	struct ledger *ledger;
	uint64_t head; /* how much of the log is in the files */
	uint64_t before;
	struct buf statement;
	struct buf bundle; /* the entries around the use at hand */
	uint64_t bundle_index;
	struct erased {
		uint64_t seq;
		int64_t subject_id;
		char reference[USE_TEXT_BYTES_MAX + 1];
		size_t reference_n;
	} uses[ERASE_TOGETHER];
	size_t count;
};

/* The bundle that holds an entry, as wide as the published log has it. */
static enum err_code load_bundle(
    struct step *s, uint64_t index, struct err *err)
{
	uint64_t left = s->head - index * TLOG_TILE_WIDTH;
	struct tlog_tile tile = {TLOG_LEVEL_ENTRIES, index,
	    left < TLOG_TILE_WIDTH ? (unsigned)left : TLOG_TILE_WIDTH};
	enum err_code rc;

	if (s->bundle.n && s->bundle_index == index)
		return 0;
	buf_reset(&s->bundle);
	s->bundle_index = index;
	rc = ledger_read_file(s->ledger, &tile, &s->bundle, err);
	if (rc == ERR_NOT_FOUND && tile.width < TLOG_TILE_WIDTH) {
		/* A writer went on. */
		tile.width = TLOG_TILE_WIDTH;
		rc = ledger_read_file(s->ledger, &tile, &s->bundle, err);
	}
	return rc;
}

/* After this the file alone says what was sealed. */
static enum err_code check_entry(
    struct step *s, const struct use_row *row, struct err *err)
{
	size_t at = row->seq % TLOG_TILE_WIDTH * LEDGER_BUNDLE_ENTRY_BYTES;
	uint8_t want[LEDGER_BUNDLE_ENTRY_BYTES] = {0, LEDGER_ENTRY_BYTES};
	enum err_code rc = load_bundle(s, row->seq / TLOG_TILE_WIDTH, err);

	if (rc)
		return rc;
	use_commit(&row->use, row->salt, &s->statement, want + 2);
	if (at + sizeof(want) <= s->bundle.n &&
	    memcmp(s->bundle.p + at, want, sizeof(want)) == 0)
		return 0;
	err_set(err, ERR_CORRUPT,
	    "use %llu is not what stands in the files of the log; nothing more "
	    "is erased",
	    (unsigned long long)row->seq);
	err_hint(err, "\"gongxin verify --all\" names what has changed.");
	return ERR_CORRUPT;
}

static void keep_way(struct step *s, const struct use_row *row)
{
	struct erased *e = &s->uses[s->count++];

	e->seq = row->seq;
	e->subject_id = row->use.subject_id;
	e->reference_n = row->use.reference.n;
	memcpy(e->reference, row->use.reference.p, e->reference_n);
}

static enum err_code gather(struct step *s, struct err *err)
{
	const struct use_query query = {.order = USE_OLDEST_FIRST};
	enum err_code rc = use_rows_start(s->store, &query, err);
	struct use_row row;
	int got = 0;

	while (!rc && s->count < ERASE_TOGETHER &&
	    (got = use_rows_next(s->store, query.order, &row, err)) == 1) {
		if (row.seq >= s->before)
			break;
		if (row.use.reference.n > USE_TEXT_BYTES_MAX)
			rc = err_set(err, ERR_CORRUPT, "use %llu is damaged",
			    (unsigned long long)row.seq);
		if (!rc)
			rc = check_entry(s, &row, err);
		if (!rc)
			keep_way(s, &row);
	}
	use_rows_finish(s->store, query.order);
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

/* Those ways that begin with something else than the use's number. */
static enum err_code erase_ways(
    struct step *s, const struct erased *e, struct err *err)
{
	struct store_value about[] = {
	    store_int(e->subject_id), store_int((int64_t)e->seq)};
	struct store_value came[] = {
	    store_text((struct span){e->reference, e->reference_n}),
	    store_int((int64_t)e->seq)};
	enum err_code rc = 0;

	if (e->subject_id)
		rc =
		    store_run(s->store, SQL_USAGE_ERASE_SUBJECT, about, 2, err);
	if (!rc && e->reference_n)
		rc =
		    store_run(s->store, SQL_USAGE_ERASE_FEEDBACK, came, 2, err);
	return rc;
}

/* Rows, and what can be found by their numbers. */
static enum err_code erase_numbers(struct step *s, struct err *err)
{
	static const enum sql_id ids[] = {SQL_USAGE_ERASE_MANY,
	    SQL_USAGE_ERASE_CODE, SQL_USAGE_ERASE_QUESTIONS,
	    SQL_USAGE_ERASE_ERASURES, SQL_USAGE_ERASE_SETBACKS,
	    SQL_USAGE_ERASE_ENTRIES};
	struct store_value end =
	    store_int((int64_t)s->uses[s->count - 1].seq + 1);
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(ids) && !rc; i++)
		rc = store_run(s->store, ids[i], &end, 1, err);
	return rc;
}

static enum err_code erase_gathered(struct step *s, struct err *err)
{
	enum err_code rc = gather(s, err);
	size_t i;

	for (i = 0; i < s->count && !rc; i++)
		rc = erase_ways(s, &s->uses[i], err);
	if (!rc && s->count)
		rc = erase_numbers(s, err);
	return rc;
}

static enum err_code read_head(struct step *s, struct err *err)
{
	struct ledger_head head;
	enum err_code rc = ledger_head(s->ledger, &head, err);

	s->head = head.size;
	if (!rc && s->before > s->head)
		rc = err_set(err, ERR_CORRUPT,
		    "the log of uses is shorter than what is to be erased");
	return rc;
}

enum err_code erase_step(struct store *store, struct ledger *ledger,
    uint64_t before, size_t *count_out, struct err *err)
{
	struct step *s = mem_zalloc(1, sizeof(*s));
	enum err_code rc = store_begin(store, err);

	s->store = store;
	s->ledger = ledger;
	s->before = before;
	buf_init(&s->statement, STATEMENT_BYTES_MAX);
	buf_init(&s->bundle, LEDGER_BUNDLE_BYTES);
	if (!rc)
		rc = read_head(s, err);
	if (!rc)
		rc = erase_gathered(s, err);
	if (!rc)
		rc = store_commit(store, err);
	if (rc)
		store_rollback(store);
	*count_out = rc ? 0 : s->count;
	buf_release(&s->bundle);
	buf_release(&s->statement);
	free(s);
	return rc;
}

enum err_code erase_settle(struct store *store, struct err *err)
{
	const struct timespec pause = {0, SETTLE_PAUSE_NS};
	uint64_t left = 1;
	enum err_code rc = 0;
	int i;

	for (i = 0; i < SETTLE_TRIES && left && !rc; i++) {
		if (i)
			nanosleep(&pause, NULL);
		rc = store_settle(store, STORE_SETTLE_ALL, &left, err);
	}
	if (rc || !left)
		return rc;
	err_set(err, ERR_BUSY,
	    "the uses are erased, but others keep the journal, which still "
	    "holds what stood there");
	err_hint(err, "Run this again; it then only empties the journal.");
	return ERR_BUSY;
}
