/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of the follower, the lists and the change feed, with the
 * example city's catalogue, a real database and a real log. The word of what
 * is public is always the registry's: view_load over whole subjects.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "intake/doubtful.h"
#include "publication/follow.h"
#include "publication/publication.h"
#include "registry/registry_test_help.h"
#include "registry/withdraw.h"

enum {
	PENALTY = 301,
	LICENCE = 201,
	SUBJECTS = 9,
	KEYS = 5,
	NUMBERS_MAX = 4096,
	PAGE = 7,
	CONTENT = 87 /* of the doubtful row i: + i; below 1000 */
};

static const char market[] = "rizhao-market-regulation";
static const char tax[] = "rizhao-tax";

static int64_t noon_of(date_days date)
{
	return (date * 24LL + 4) * 3600 * 1000;
}

static void follow(struct fixture *f, date_days today)
{
	bool more = true;
	int steps = 0;

	while (more) {
		assert_int_equal(publication_follow_step(f->store, catalog,
				     noon_of(today), &more, &f->err),
		    0);
		assert_true(++steps < 1000);
	}
}

/* ---- what is public, by the registry alone ---- */

struct numbers {
	uint64_t list[NUMBERS_MAX];
	size_t count;
};

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void add_number(struct numbers *n, uint64_t number)
{
	assert_true(n->count < NUMBERS_MAX);
	n->list[n->count++] = number;
}

static void sort(struct numbers *n)
{
	qsort(n->list, n->count, sizeof(n->list[0]), by_number);
}

/* The public records of an item (0 = of all) on a day. */
static void find_public(
    struct fixture *f, int item, date_days today, struct numbers *out)
{
	int64_t subjects = 0, id;
	size_t i;

	out->count = 0;
	assert_int_equal(store_get_int(f->store, SQL_REGISTRY_SUBJECT_LAST,
			     NULL, 0, 0, &subjects, &f->err),
	    0);
	for (id = 1; id <= subjects; id++) {
		struct view view;

		assert_int_equal(
		    view_load(&view, f->store, catalog, id, &f->err), 0);
		for (i = 0; i < view.records_count; i++) {
			const struct view_record *r = &view.records[i];

			if ((item == 0 || r->item_number == item) &&
			    view_is_public(catalog, r, today, today))
				add_number(out,
				    r->versions[r->versions_count - 1].seq);
		}
		view_release(&view);
	}
	sort(out);
}

static void assert_same(
    const struct numbers *a, const struct numbers *b, const char *what)
{
	size_t i;

	if (a->count != b->count)
		fail_msg("%s: %zu records, not %zu", what, a->count, b->count);
	for (i = 0; i < a->count; i++)
		if (a->list[i] != b->list[i])
			fail_msg("%s: record %llu, not %llu", what,
			    (unsigned long long)a->list[i],
			    (unsigned long long)b->list[i]);
}

/* ---- a copy made from the feed ---- */

struct copy {
	struct numbers held;
	uint64_t next; /* index */
};

static void drop_number(struct numbers *n, uint64_t number)
{
	size_t i;

	for (i = 0; i < n->count && n->list[i] != number; i++)
		;
	if (i == n->count)
		fail_msg("the feed ends %llu, which is not held",
		    (unsigned long long)number);
	n->list[i] = n->list[--n->count];
}

static void apply(struct copy *c, const struct publication_change *change)
{
	assert_int_equal(change->index, c->next);
	c->next++;
	switch (change->kind) {
	case PUBLICATION_CHANGED:
		drop_number(&c->held, (uint64_t)change->replaces);
		add_number(&c->held, change->seq);
		break;
	case PUBLICATION_PUBLISHED:
		add_number(&c->held, change->seq);
		break;
	case PUBLICATION_WITHDRAWN:
	case PUBLICATION_ENDED:
		drop_number(&c->held, change->seq);
		break;
	}
}

static void update(struct fixture *f, struct copy *c)
{
	struct publication_change list[PAGE];
	size_t count, i;

	do {
		assert_int_equal(publication_changes(f->store, c->next, PAGE,
				     list, &count, &f->err),
		    0);
		for (i = 0; i < count; i++)
			apply(c, &list[i]);
	} while (count);
	sort(&c->held);
}

/* ---- lists ---- */

struct walk {
	struct numbers seen;
	struct publication_key last;
	size_t left; /* of the page */
};

static int take_entry(
    void *ctx, const struct publication_entry *entry, struct err *err)
{
	struct walk *w = ctx;
	date_days decided = entry->version->facts.decided_on;

	(void)err;
	if (w->left == 0)
		return 1;
	w->left--;
	assert_true(decided < w->last.decided_on ||
	    (decided == w->last.decided_on && entry->seq < w->last.seq));
	assert_int_equal(entry->publication.state, VIEW_PUBLISHED);
	add_number(&w->seen, entry->seq);
	w->last = (struct publication_key){decided, entry->seq};
	return 0;
}

/* All pages of a list. */
static void walk_list(struct fixture *f, date_days today,
    const struct publication_filter *filter, struct numbers *out)
{
	const struct publication_reader reader = {f->store, catalog, today};
	struct walk *w = mem_zalloc(1, sizeof(*w));
	size_t before;

	w->last = publication_key_first();
	do {
		before = w->seen.count;
		w->left = PAGE;
		assert_int_equal(publication_visit(&reader, filter, w->last,
				     take_entry, w, &f->err),
		    0);
	} while (w->seen.count > before);
	*out = w->seen;
	sort(out);
	free(w);
}

static struct publication_filter whole(int item)
{
	return (struct publication_filter){item, "", 0, DATE_NONE, DATE_NONE};
}

static int take_number(
    void *ctx, const struct publication_entry *entry, struct err *err)
{
	(void)err;
	add_number(ctx, entry->seq);
	return 0;
}

/* Feed, lists and sets say what the registry says. */
static void assert_true_to_registry(
    struct fixture *f, struct copy *copy, date_days today)
{
	static const int items[] = {PENALTY, LICENCE};
	const struct publication_reader reader = {f->store, catalog, today};
	struct numbers must, is;
	size_t i;

	find_public(f, 0, today, &must);
	update(f, copy);
	assert_same(&copy->held, &must, "the copy");
	for (i = 0; i < ARRAY_COUNT(items); i++) {
		struct publication_filter filter = whole(items[i]);
		int64_t count = -1;

		find_public(f, items[i], today, &must);
		walk_list(f, today, &filter, &is);
		assert_same(&is, &must, "the list");
		is.count = 0;
		assert_int_equal(publication_visit_item(&reader, items[i], -1,
				     INT64_MAX, take_number, &is, &f->err),
		    0);
		assert_same(&is, &must, "the set");
		assert_int_equal(publication_count(f->store, items[i], "", 0,
				     &count, &f->err),
		    0);
		assert_int_equal(count, must.count);
	}
}

/* ---- a made-up city ---- */

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* Some rows of one item, of random subjects and keys. */
static void submit_some(struct fixture *f, uint64_t *seed, date_days today)
{
	bool is_licence = next_random(seed) % 2;
	struct test_row rows[6];
	char codes[6][19];
	size_t i;

	memset(rows, 0, sizeof(rows));
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		unsigned subject = next_random(seed) % SUBJECTS;
		date_days decided = today - (int)(next_random(seed) % 500) + 5;

		test_code(subject, codes[i]);
		rows[i].code = codes[i];
		rows[i].name = "示例公司";
		rows[i].key = next_random(seed) % KEYS;
		rows[i].content = next_random(seed);
		rows[i].decided_on = decided;
		rows[i].class_ = is_licence
		    ? CAT_CLASS_NONE
		    : (uint8_t)(1 + next_random(seed) % 3);
		if (is_licence)
			rows[i].valid_to =
			    decided + (int)(next_random(seed) % 700);
		if (next_random(seed) % 4 == 0)
			rows[i].public_until =
			    today + (int)(next_random(seed) % 40);
	}
	fixture_submit(f, is_licence ? LICENCE : PENALTY,
	    is_licence ? "licence" : "penalty",
	    next_random(seed) % 3 ? market : tax, noon_of(today), rows,
	    ARRAY_COUNT(rows));
}

/* Withdraws one of the records that are public, if its source lets us. */
static void withdraw_some(struct fixture *f, uint64_t *seed, date_days today)
{
	struct numbers open;
	struct withdraw_result result;
	struct withdraw_request request = {
	    .store = f->store,
	    .ledger = f->ledger,
	    .catalog = catalog,
	    .department =
		catalog_department(catalog, "rizhao-development-reform"),
	    .reason = span_of("撤销"),
	    .tmp_folder = f->dir,
	    .now_ms = noon_of(today),
	    .since = DATE_NONE,
	};

	find_public(f, 0, today, &open);
	if (open.count == 0)
		return;
	request.record = open.list[next_random(seed) % open.count];
	assert_int_equal(withdraw_run(&request, &result, &f->err), 0);
}

static void feed_overManyDays_isWhatTheRegistrySays(void **state)
{
	struct fixture *f = *state;
	struct copy *copy = mem_zalloc(1, sizeof(*copy));
	date_days today = day("2026-03-20"); /* before order 36 */
	uint64_t seed = 7;
	int i;

	for (i = 0; i < 60; i++) {
		submit_some(f, &seed, today);
		if (i % 3 == 0)
			withdraw_some(f, &seed, today);
		if (i % 4 != 3) {
			follow(f, today);
			assert_true_to_registry(f, copy, today);
		}
		today += (int)(next_random(&seed) % 12);
	}
	/* Nothing new any more: the days alone end it all. */
	for (i = 0; i < 15; i++, today += 90) {
		follow(f, today);
		assert_true_to_registry(f, copy, today);
	}
	assert_true(copy->next > 200);
	free(copy);
}

static void feed_forgotten_beginsAnewWithTheSameRecords(void **state)
{
	struct fixture *f = *state;
	struct copy *copy = mem_zalloc(1, sizeof(*copy));
	struct publication_through before, after;
	date_days today = day("2026-05-01");
	uint64_t seed = 11;
	int i;

	for (i = 0; i < 5; i++)
		submit_some(f, &seed, today);
	follow(f, today);
	assert_int_equal(
	    publication_through(f->store, catalog, today, &before, &f->err), 0);
	assert_true(before.is_current);
	assert_int_equal(publication_forget(f->store, &f->err), 0);
	assert_int_equal(
	    publication_through(f->store, catalog, today, &after, &f->err), 0);
	assert_false(after.is_current);
	follow(f, today + 1);
	assert_int_equal(
	    publication_through(f->store, catalog, today + 1, &after, &f->err),
	    0);
	assert_string_not_equal(before.feed, after.feed);
	assert_true_to_registry(f, copy, today + 1);
	free(copy);
}

/* ---- single cases ---- */

static void submit_of(struct fixture *f, const char *department,
    const char *received, const char *decided, uint64_t key)
{
	char code[19];
	struct test_row row = {.code = code,
	    .name = "示例市某某公司",
	    .key = key,
	    .content = key,
	    .decided_on = day(decided),
	    .class_ = CAT_CLASS_GENERAL};

	test_code((unsigned)key, code);
	fixture_submit(
	    f, PENALTY, "penalty", department, noon_of(day(received)), &row, 1);
}

static void submit_penalty(struct fixture *f, const char *received,
    const char *decided, enum cat_class class_, uint64_t content)
{
	char code[19];
	struct test_row row = {.code = code,
	    .name = "示例市某某公司",
	    .key = 1,
	    .content = content,
	    .decided_on = day(decided),
	    .class_ = (uint8_t)class_};

	test_code(1, code);
	fixture_submit(
	    f, PENALTY, "penalty", market, noon_of(day(received)), &row, 1);
}

static struct publication_change change_at(struct fixture *f, uint64_t index)
{
	struct publication_change change = {0};
	size_t count = 0;

	assert_int_equal(
	    publication_changes(f->store, index, 1, &change, &count, &f->err),
	    0);
	assert_int_equal(count, 1);
	return change;
}

static void assert_change(struct fixture *f, uint64_t index,
    enum publication_change_kind kind, uint64_t seq, const char *reason)
{
	struct publication_change c = change_at(f, index);

	assert_int_equal(c.kind, kind);
	assert_int_equal(c.seq, seq);
	assert_string_equal(c.reason, reason);
}

static void assert_changes(struct fixture *f, uint64_t count)
{
	struct publication_through t;

	assert_int_equal(
	    publication_through(f->store, catalog, 0, &t, &f->err), 0);
	assert_int_equal(t.changes, count);
}

/* Each fixture_submit of one row seals one statement. */
static void events_ofOneRecord_tellItsLife(void **state)
{
	struct fixture *f = *state;

	submit_penalty(f, "2026-05-01", "2026-04-20", CAT_CLASS_GENERAL, 1);
	follow(f, day("2026-05-01"));
	assert_changes(f, 1);
	assert_change(f, 0, PUBLICATION_PUBLISHED, 0, "published");
	submit_penalty(f, "2026-05-02", "2026-04-20", CAT_CLASS_GENERAL, 2);
	follow(f, day("2026-05-02"));
	assert_change(f, 1, PUBLICATION_CHANGED, 1, "published");
	assert_int_equal(change_at(f, 1).replaces, 0);
	/* The new version's class is not published. */
	submit_penalty(f, "2026-05-03", "2026-04-20", CAT_CLASS_MINOR, 3);
	follow(f, day("2026-05-03"));
	assert_change(f, 2, PUBLICATION_ENDED, 1, "class-hidden");
	submit_penalty(f, "2026-05-04", "2026-04-20", CAT_CLASS_GENERAL, 4);
	follow(f, day("2026-05-04"));
	assert_change(f, 3, PUBLICATION_PUBLISHED, 3, "published");
	/* A year from the decision: shown on the last day, gone the next. */
	follow(f, day("2027-04-19"));
	assert_changes(f, 4);
	follow(f, day("2027-04-20"));
	assert_change(f, 4, PUBLICATION_ENDED, 3, "ended");
	/* A clock that goes back brings nothing back. */
	follow(f, day("2027-04-01"));
	assert_changes(f, 5);
}

static void list_whatEndedSinceTheLastStep_isNotShown(void **state)
{
	struct fixture *f = *state;
	struct publication_filter filter = whole(PENALTY);
	struct numbers seen;

	submit_penalty(f, "2026-05-01", "2026-04-20", CAT_CLASS_GENERAL, 1);
	follow(f, day("2026-05-01"));
	walk_list(f, day("2027-04-19"), &filter, &seen);
	assert_int_equal(seen.count, 1);
	walk_list(f, day("2027-04-20"), &filter, &seen);
	assert_int_equal(seen.count, 0);
	/* Nor a version that was replaced meanwhile. */
	submit_penalty(f, "2026-05-02", "2026-04-20", CAT_CLASS_GENERAL, 2);
	walk_list(f, day("2026-05-02"), &filter, &seen);
	assert_int_equal(seen.count, 0);
}

/* The numbers of a department's newest records, as "2 0 ". */
static void assert_newest(struct fixture *f, const char *department,
    const char *today, size_t limit, const char *expected)
{
	const struct publication_reader reader = {
	    f->store, catalog, day(today)};
	struct numbers seen = {.count = 0};
	char text[64] = "";
	size_t i;

	assert_int_equal(publication_visit_newest(&reader, department, limit,
			     take_number, &seen, &f->err),
	    0);
	for (i = 0; i < seen.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%d ", (int)seen.list[i]);
	assert_string_equal(text, expected);
}

/* What came last leads, whenever it was decided. */
static void newest_ofADepartment_areInTheOrderOfTheFeed(void **state)
{
	struct fixture *f = *state;

	submit_of(f, market, "2026-05-01", "2026-04-20", 1);
	submit_of(f, tax, "2026-05-01", "2026-04-20", 2);
	submit_of(f, market, "2026-05-02", "2025-12-01", 3);
	follow(f, day("2026-05-02"));
	assert_newest(f, market, "2026-05-02", 10, "2 0 ");
	assert_newest(f, market, "2026-05-02", 1, "2 ");
	assert_newest(f, tax, "2026-05-02", 10, "1 ");
	assert_newest(f, "rizhao-nobody", "2026-05-02", 10, "");
	/* Its last day is 2026-11-30; nobody has followed since. */
	assert_newest(f, market, "2026-12-01", 10, "0 ");
	assert_newest(f, market, "2026-12-01", 1, "0 ");
	follow(f, day("2026-12-01"));
	assert_newest(f, market, "2026-12-01", 10, "0 ");
	/* A newer version comes in anew. */
	submit_penalty(f, "2026-12-02", "2026-04-20", CAT_CLASS_GENERAL, 9);
	submit_of(f, market, "2026-12-02", "2026-11-20", 5);
	follow(f, day("2026-12-02"));
	assert_newest(f, market, "2026-12-02", 10, "4 3 ");
}

static void filters_narrowTheList(void **state)
{
	struct fixture *f = *state;
	date_days today = day("2026-05-01");
	struct publication_filter filter = whole(PENALTY);
	struct numbers all, some, rest;
	uint64_t seed = 3;
	int i;

	for (i = 0; i < 20; i++)
		submit_some(f, &seed, today);
	follow(f, today);
	walk_list(f, today, &filter, &all);
	assert_true(all.count > 10);
	filter.department = market;
	walk_list(f, today, &filter, &some);
	filter.department = tax;
	walk_list(f, today, &filter, &rest);
	assert_true(some.count && rest.count);
	assert_int_equal(some.count + rest.count, all.count);
	filter = whole(PENALTY);
	filter.division = 371102;
	walk_list(f, today, &filter, &some);
	assert_same(&some, &all, "the only division");
	filter.division = 371103;
	walk_list(f, today, &filter, &some);
	assert_int_equal(some.count, 0);
	filter = whole(PENALTY);
	filter.from = today - 100;
	walk_list(f, today, &filter, &some);
	filter = whole(PENALTY);
	filter.to = today - 101;
	walk_list(f, today, &filter, &rest);
	assert_true(some.count && rest.count);
	assert_int_equal(some.count + rest.count, all.count);
}

static void catalogue_changed_isSweptIntoTheFeed(void **state)
{
	struct fixture *f = *state;
	struct copy *copy = mem_zalloc(1, sizeof(*copy));
	struct catalog *old = catalog;
	date_days today = day("2026-05-01");
	struct publication_through t;
	uint64_t seed = 5;
	int i;

	for (i = 0; i < 8; i++)
		submit_some(f, &seed, today);
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	/* Another catalogue, which hides what this one shows. */
	catalog = test_catalogue("linan");
	assert_int_equal(
	    publication_through(f->store, catalog, today, &t, &f->err), 0);
	assert_false(t.is_current);
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	catalog_free(&catalog);
	catalog = old;
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	free(copy);
}

/* ---- doubtful decisions ---- */

/* A submission that came now; its rows follow. */
static void put_submission(struct fixture *f, int64_t id, date_days today)
{
	int64_t log_end = (int64_t)ledger_next_index(f->ledger);
	struct store_value submission[] = {store_int(id), store_int(PENALTY),
	    store_str(market), store_int(1), store_int(noon_of(today)),
	    store_str("a.csv"), store_int(1), store_blob("x", 1),
	    store_int(log_end), store_int(log_end),
	    store_str("{\"counts\":{\"rows\":7,\"refused\":2,\"late\":1,"
		      "\"records\":3,\"doubtful\":1,\"duplicates\":1},"
		      "\"findings\":[{\"rule\":\"code-bad-check\","
		      "\"field\":\"CF_XDR_SHXYM\",\"count\":2},"
		      "{\"rule\":\"code-bad-check\",\"field\":\"X\","
		      "\"count\":9}]}")};

	assert_int_equal(store_run(f->store, SQL_INTAKE_SUBMISSION_INSERT,
			     submission, ARRAY_COUNT(submission), &f->err),
	    0);
}

/* Row `id` of the queue. */
static void put_doubt(
    struct fixture *f, int64_t submission, int64_t id, date_days today)
{
	char digest[24];
	struct store_value row[] = {store_int(submission), store_int(1 + id),
	    store_int(PENALTY), store_str("missing"), store_str(""),
	    store_str("示例市某某公司"), store_int(77), store_int(CONTENT + id),
	    store_int(today - 10), store_int(CAT_CLASS_GENERAL), store_null(),
	    store_null(), store_str("{\"CF_WSH\":\"示罚〔2026〕9号\"}"),
	    store_str(""), store_blob(digest, sizeof(digest))};

	snprintf(digest, sizeof(digest), "%023lld", (long long)id);
	assert_int_equal(store_run(f->store, SQL_INTAKE_DOUBTFUL_INSERT, row,
			     ARRAY_COUNT(row), &f->err),
	    0);
}

static void put_doubtful(struct fixture *f, date_days today)
{
	put_submission(f, 1, today);
	put_doubt(f, 1, 1, today);
}

static struct doubtful_act act_on(const struct fixture *f, date_days today)
{
	return (struct doubtful_act){.store = f->store,
	    .ledger = f->ledger,
	    .catalog = catalog,
	    .tmp_folder = f->dir,
	    .now_ms = noon_of(today),
	    .by = "甲",
	    .reason = "核实"};
}

static void undoneDecision_leavesTheFeed(void **state)
{
	struct fixture *f = *state;
	struct copy *copy = mem_zalloc(1, sizeof(*copy));
	date_days today = day("2026-05-10");
	struct doubtful_act act = act_on(f, today);
	struct doubtful_outcome outcome;
	char code[19];

	test_code(1, code);
	put_doubtful(f, today);
	assert_int_equal(
	    doubtful_resolve(&act, 1, code, false, &outcome, &f->err), 0);
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	assert_int_equal(copy->held.count, 1);
	act.now_ms = noon_of(++today);
	assert_int_equal(doubtful_undo(&act, 1, &outcome, &f->err), 0);
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	assert_int_equal(copy->held.count, 0);
	assert_change(f, 1, PUBLICATION_ENDED, 0, "unresolved");
	/* Decided once more, it is another's. */
	act.now_ms = noon_of(++today);
	test_code(2, code);
	assert_int_equal(
	    doubtful_resolve(&act, 1, code, false, &outcome, &f->err), 0);
	follow(f, today);
	assert_true_to_registry(f, copy, today);
	assert_int_equal(copy->held.count, 1);
	free(copy);
}

/* ---- a record that several doubtful rows and its source speak of ---- */

enum { DOUBTS = 3, DOUBTS_MAX = 200, WORDS_MAX = 256, ACTS = 300 };

/* Who said what of a record, oldest first: a doubtful row, or 0 the source. */
struct word {
	int64_t doubtful_id;
	uint64_t content;
};

struct story {
	struct word words[WORDS_MAX]; /* since the last withdrawal */
	size_t count;
	int64_t submissions, doubts;
	int64_t came_with[DOUBTS_MAX + 1]; /* the row: which submission */
	int64_t heard;	/* submissions before its source spoke last */
	int64_t undone; /* decisions that were undone */
	int64_t refused;
	bool is_resolved[DOUBTS_MAX + 1];
	bool was_withdrawn;
	int64_t others_refused;
};

/* A submission with some doubtful rows. */
static void put_doubts(
    struct fixture *f, struct story *s, int64_t count, date_days today)
{
	put_submission(f, ++s->submissions, today);
	while (count-- > 0) {
		assert_true(s->doubts < DOUBTS_MAX);
		s->came_with[++s->doubts] = s->submissions;
		put_doubt(f, s->submissions, s->doubts, today);
	}
}

static void say(struct story *s, int64_t doubtful_id, uint64_t content)
{
	assert_true(s->count < WORDS_MAX);
	s->words[s->count++] = (struct word){doubtful_id, content};
}

static void take_back(struct story *s, int64_t doubtful_id)
{
	size_t i, kept = 0;

	for (i = 0; i < s->count; i++)
		if (s->words[i].doubtful_id != doubtful_id)
			s->words[kept++] = s->words[i];
	s->count = kept;
}

/* What stands of the one record, by its rows: 0 = nothing. */
static uint64_t standing_content(struct fixture *f)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_LATEST;
	struct store_value key[] = {
	    store_int(1), store_int(PENALTY), store_int(77)};
	uint64_t content = 0, seq = 0;
	struct view view;
	enum err_code rc = store_start(f->store, id, key, 3, &f->err);

	if (store_next_row(f->store, id, &rc, &f->err)) {
		seq = (uint64_t)store_column_int(f->store, id, 1);
		content = (uint64_t)store_column_int(f->store, id, 2);
	}
	store_finish(f->store, id);
	assert_int_equal(view_load(&view, f->store, catalog, 1, &f->err), 0);
	if (view.records_count) {
		const struct view_version *v;
		const struct view_record *r = view_find(&view, seq, &v);

		if (view_end_on(r, v, INT32_MAX))
			content = 0;
	}
	view_release(&view);
	return content;
}

/* R-ING-034: was nothing said of the record since the row came, by its source
 * or by a row that came later and is decided? */
static bool is_newest(const struct story *s, int64_t id)
{
	int64_t i;

	for (i = 1; i <= s->doubts; i++)
		if (s->is_resolved[i] && s->came_with[i] > s->came_with[id])
			return false;
	return s->came_with[id] > s->heard;
}

/* One of the newest rows is decided, or its decision undone. */
static void decide_some(struct fixture *f, struct doubtful_act *act,
    uint64_t *seed, struct story *s, const char *code)
{
	int64_t id = s->doubts - next_random(seed) % (2 * DOUBTS);
	struct doubtful_outcome outcome;

	if (id < 1)
		return;
	if (s->is_resolved[id]) {
		assert_int_equal(doubtful_undo(act, id, &outcome, &f->err), 0);
		take_back(s, id);
		s->undone++;
	} else if (is_newest(s, id)) {
		assert_int_equal(
		    doubtful_resolve(act, id, code, false, &outcome, &f->err),
		    0);
		say(s, id, CONTENT + (uint64_t)id);
	} else {
		assert_int_equal(
		    doubtful_resolve(act, id, code, false, &outcome, &f->err),
		    ERR_CONFLICT);
		s->refused++;
		return;
	}
	s->is_resolved[id] = !s->is_resolved[id];
}

static void source_says(struct fixture *f, date_days today, struct story *s,
    const char *code, uint64_t content)
{
	const struct test_row row = {.code = code,
	    .name = "示例市某某公司",
	    .key = 77,
	    .content = content,
	    .decided_on = today - 10,
	    .class_ = CAT_CLASS_GENERAL};

	fixture_submit(f, PENALTY, "penalty", market, noon_of(today), &row, 1);
	say(s, 0, content);
	s->heard = s->submissions;
}

/* R-ING-037: nothing, unless the record is nobody's. */
static void another_says(
    struct fixture *f, date_days today, struct story *s, const char *code)
{
	const struct test_row row = {.code = code,
	    .name = "示例市某某公司",
	    .key = 77,
	    .content = 5000,
	    .decided_on = today - 10,
	    .class_ = CAT_CLASS_GENERAL};
	struct append_counts counts;

	if (s->count == 0 && !s->was_withdrawn)
		return;
	counts =
	    fixture_submit(f, PENALTY, "penalty", tax, noon_of(today), &row, 1);
	assert_int_equal(counts.versions + counts.duplicates, 0);
	s->others_refused++;
}

/* R-ING-010: whatever the order, an undone decision is as if it had never
 * been, and takes nothing along that others said. R-ING-034: none stands over
 * what was said after its row came. */
static void decisions_inAnyOrder_areUndoneAlone(void **state)
{
	struct fixture *f = *state;
	struct copy *copy = mem_zalloc(1, sizeof(*copy));
	struct story s = {.count = 0};
	date_days today = day("2026-05-10");
	struct doubtful_act act = act_on(f, day("2026-05-10"));
	uint64_t seed = 23;
	char code[19];
	int i;

	test_code(1, code);
	put_doubts(f, &s, DOUBTS, today);
	for (i = 0; i < ACTS; i++) {
		uint32_t what = next_random(&seed) % 16;

		act.now_ms = noon_of(today);
		if (what == 0 && s.count) {
			withdraw_some(f, &seed, today);
			s.count = 0;
			s.heard = s.submissions;
			s.was_withdrawn = true;
		} else if (what == 1) {
			source_says(f, today, &s, code, 1000 + (uint64_t)i);
		} else if (what == 2) {
			another_says(f, today, &s, code);
		} else if (what < 5) {
			put_doubts(f, &s, 1 + what % 2, today);
		} else {
			decide_some(f, &act, &seed, &s, code);
		}
		assert_int_equal(standing_content(f),
		    s.count ? s.words[s.count - 1].content : 0);
		if (i % 3 == 0) {
			follow(f, today);
			assert_true_to_registry(f, copy, today);
			today += i % 2;
		}
	}
	assert_true(s.undone > 20 && s.refused > 20 && s.others_refused > 5);
	free(copy);
}

/* R-ING-034, and that a row which is overtaken can still be rejected. */
static void overtakenRow_isNotDecidedButRejected(void **state)
{
	struct fixture *f = *state;
	date_days today = day("2026-05-10");
	struct doubtful_act act = act_on(f, today);
	struct doubtful_outcome outcome;
	struct story s = {.count = 0};
	char code[19];

	test_code(1, code);
	put_doubts(f, &s, 1, today);
	source_says(f, today, &s, code, 1000);
	assert_int_equal(
	    doubtful_resolve(&act, 1, code, false, &outcome, &f->err),
	    ERR_CONFLICT);
	assert_non_null(strstr(f->err.message, "is overtaken"));
	assert_string_equal(f->err.detail, "By statement 0.");
	assert_int_equal(standing_content(f), 1000);
	/* Of another organisation nothing was said. */
	test_code(2, code);
	assert_int_equal(
	    doubtful_resolve(&act, 1, code, false, &outcome, &f->err), 0);
	assert_int_equal(doubtful_undo(&act, 1, &outcome, &f->err), 0);
	assert_int_equal(doubtful_dismiss(&act, 1, &outcome, &f->err), 0);
}

/* An undoing that lets another decision stand again leaves it to who took it.
 */
static void decision_thatStandsAgain_isOfWhoTookIt(void **state)
{
	struct fixture *f = *state;
	struct doubtful_act act = act_on(f, day("2026-05-10"));
	struct doubtful_outcome outcome;
	struct story s = {.count = 0};
	struct buf out = BUF_INIT(1 << 20);
	char code[19];

	test_code(1, code);
	put_doubts(f, &s, 2, day("2026-05-10"));
	assert_int_equal(
	    doubtful_resolve(&act, 1, code, false, &outcome, &f->err), 0);
	assert_int_equal(
	    doubtful_resolve(&act, 2, code, false, &outcome, &f->err), 0);
	act.by = "second";
	act.reason = "wrong";
	assert_int_equal(doubtful_undo(&act, 2, &outcome, &f->err), 0);
	assert_true(outcome.restored > 0);
	assert_int_equal(
	    doubtful_show(f->store, catalog, NULL, 1, &out, &f->err), 0);
	assert_non_null(strstr(buf_str(&out), "stands again"));
	assert_null(strstr(buf_str(&out), "second"));
	assert_null(strstr(buf_str(&out), "wrong"));
	buf_release(&out);
}

/* ---- months ---- */

static void sum_month(void *ctx, const struct publication_month *month)
{
	assert_int_equal(month->month, 202605);
	assert_int_equal(month->item, PENALTY);
	assert_string_equal(month->department, market);
	publication_sums_add(ctx, &month->sums);
}

static void months_areSummedFromReportsOnce(void **state)
{
	struct fixture *f = *state;
	struct publication_sums sums = {0};

	put_doubtful(f, day("2026-05-10"));
	follow(f, day("2026-05-10"));
	follow(f, day("2026-06-10"));
	assert_int_equal(
	    publication_visit_months(f->store, sum_month, &sums, &f->err), 0);
	assert_int_equal(sums.submissions, 1);
	assert_int_equal(sums.received, 7);
	assert_int_equal(sums.refused, 2);
	assert_int_equal(sums.records, 3);
	assert_int_equal(sums.wrong_codes, 2);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(feed_overManyDays_isWhatTheRegistrySays),
	    TEST(feed_forgotten_beginsAnewWithTheSameRecords),
	    TEST(events_ofOneRecord_tellItsLife),
	    TEST(list_whatEndedSinceTheLastStep_isNotShown),
	    TEST(newest_ofADepartment_areInTheOrderOfTheFeed),
	    TEST(filters_narrowTheList),
	    TEST(catalogue_changed_isSweptIntoTheFeed),
	    TEST(undoneDecision_leavesTheFeed),
	    TEST(decisions_inAnyOrder_areUndoneAlone),
	    TEST(overtakenRow_isNotDecidedButRejected),
	    TEST(decision_thatStandsAgain_isOfWhoTookIt),
	    TEST(months_areSummedFromReportsOnce),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
