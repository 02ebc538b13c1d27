/* SPDX-License-Identifier: Apache-2.0 */
#include "publication/publication_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "publication/follow.h"
#include "registry/withdraw.h"

enum { PAGE = 7 };

const char market[] = "rizhao-market-regulation";
const char tax[] = "rizhao-tax";

int64_t noon_of(date_days date)
{
	return (date * 24LL + 4) * 3600 * 1000;
}

void follow(struct fixture *f, date_days today)
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

static int by_number(const void *a, const void *b)
{
	const struct number *x = a, *y = b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void add_number(struct numbers *n, uint64_t seq, date_days until)
{
	assert_true(n->count < NUMBERS_MAX);
	n->list[n->count++] = (struct number){seq, until};
}

static void sort(struct numbers *n)
{
	qsort(n->list, n->count, sizeof(n->list[0]), by_number);
}

static void add_public(
    struct numbers *n, const struct view_record *r, date_days today)
{
	const struct view_version *newest = &r->versions[r->versions_count - 1];

	if (view_is_public(catalog, r, today, today))
		add_number(n, newest->seq,
		    view_publication(catalog, r, newest, today).window.to);
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

			if (item == 0 || r->item_number == item)
				add_public(out, r, today);
		}
		view_release(&view);
	}
	sort(out);
}

void assert_same(
    const struct numbers *a, const struct numbers *b, const char *what)
{
	size_t i;

	if (a->count != b->count)
		fail_msg("%s: %zu records, not %zu", what, a->count, b->count);
	for (i = 0; i < a->count; i++)
		if (a->list[i].seq != b->list[i].seq ||
		    a->list[i].until != b->list[i].until)
			fail_msg("%s: record %llu until %d, not %llu until %d",
			    what, (unsigned long long)a->list[i].seq,
			    a->list[i].until,
			    (unsigned long long)b->list[i].seq,
			    b->list[i].until);
}

/* ---- a copy made from the feed ---- */

static void drop_number(struct numbers *n, uint64_t seq)
{
	size_t i;

	for (i = 0; i < n->count && n->list[i].seq != seq; i++)
		;
	if (i == n->count)
		fail_msg("the feed speaks of %llu, which is not held",
		    (unsigned long long)seq);
	n->list[i] = n->list[--n->count];
}

int take_number(
    void *ctx, const struct publication_entry *entry, struct err *err)
{
	(void)err;
	add_number(ctx, entry->seq, entry->publication.window.to);
	return 0;
}

/* With the content that its event has today, if it still has one. */
static void hold(
    struct fixture *f, struct numbers *n, uint64_t seq, date_days today)
{
	const struct publication_reader reader = {f->store, catalog, today};
	int got = publication_visit_one(&reader, seq, take_number, n, &f->err);

	assert_true(got == 0 || got == 1);
	if (got == 0)
		add_number(n, seq, DATE_NONE);
}

static void apply(struct fixture *f, struct copy *c,
    const struct publication_change *change, date_days today)
{
	assert_int_equal(change->index, c->next);
	c->next++;
	switch (change->kind) {
	case PUBLICATION_CHANGED:
		drop_number(&c->held, (uint64_t)change->replaces);
		hold(f, &c->held, change->seq, today);
		break;
	case PUBLICATION_PUBLISHED:
		hold(f, &c->held, change->seq, today);
		break;
	case PUBLICATION_RESTATED:
		drop_number(&c->held, change->seq);
		hold(f, &c->held, change->seq, today);
		c->restated++;
		break;
	case PUBLICATION_WITHDRAWN:
	case PUBLICATION_ENDED:
		drop_number(&c->held, change->seq);
		break;
	}
}

static void update(struct fixture *f, struct copy *c, date_days today)
{
	struct publication_change list[PAGE];
	size_t count, i;

	do {
		assert_int_equal(publication_changes(f->store, c->next, PAGE,
				     list, &count, &f->err),
		    0);
		for (i = 0; i < count; i++)
			apply(f, c, &list[i], today);
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

	if (w->left == 0)
		return 1;
	w->left--;
	assert_true(decided < w->last.decided_on ||
	    (decided == w->last.decided_on && entry->seq < w->last.seq));
	assert_int_equal(entry->publication.state, VIEW_PUBLISHED);
	take_number(&w->seen, entry, err);
	w->last = (struct publication_key){decided, entry->seq};
	return 0;
}

void walk_list(struct fixture *f, date_days today,
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

struct publication_filter whole(int item)
{
	return (struct publication_filter){item, "", 0, DATE_NONE, DATE_NONE};
}

void assert_true_to_registry(
    struct fixture *f, struct copy *copy, date_days today)
{
	static const int items[] = {PENALTY, LICENCE};
	const struct publication_reader reader = {f->store, catalog, today};
	struct numbers must, is;
	size_t i;

	find_public(f, 0, today, &must);
	update(f, copy, today);
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
		assert_int_equal(
		    publication_count(f->store, items[i], "", &count, &f->err),
		    0);
		assert_int_equal(count, must.count);
	}
}

static struct withdraw_request request_of(
    struct fixture *f, uint64_t record, date_days today)
{
	return (struct withdraw_request){
	    .store = f->store,
	    .ledger = f->ledger,
	    .catalog = catalog,
	    .department =
		catalog_department(catalog, "rizhao-development-reform"),
	    .record = record,
	    .reason = span_of("撤销"),
	    .tmp_folder = f->dir,
	    .now_ms = noon_of(today),
	    .since = DATE_NONE,
	};
}

int64_t withdraw_some(struct fixture *f, uint64_t *seed, date_days today)
{
	struct numbers open;
	struct withdraw_result result;
	struct withdraw_request request;

	find_public(f, 0, today, &open);
	if (open.count == 0)
		return -1;
	request =
	    request_of(f, open.list[next_random(seed) % open.count].seq, today);
	assert_int_equal(withdraw_run(&request, &result, &f->err), 0);
	return (int64_t)request.record;
}

enum err_code reinstate(struct fixture *f, uint64_t record, date_days today)
{
	const struct withdraw_request request = request_of(f, record, today);
	struct withdraw_result result;

	return withdraw_take_back(&request, &result, &f->err);
}

struct publication_change change_at(struct fixture *f, uint64_t index)
{
	struct publication_change change = {0};
	size_t count = 0;

	assert_int_equal(
	    publication_changes(f->store, index, 1, &change, &count, &f->err),
	    0);
	assert_int_equal(count, 1);
	return change;
}

void assert_change(struct fixture *f, uint64_t index,
    enum publication_change_kind kind, uint64_t seq, const char *reason)
{
	struct publication_change c = change_at(f, index);

	assert_int_equal(c.kind, kind);
	assert_int_equal(c.seq, seq);
	assert_string_equal(c.reason, reason);
}

/* ---- doubtful decisions ---- */

void put_submission(struct fixture *f, int64_t id, date_days today)
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

void put_doubt(
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
