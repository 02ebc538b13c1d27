/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of the roster: whatever it has must be what the database has,
 * for every subject; and it must not be there at all when it is of another
 * moment. With a real database, a real log and the example city's catalogue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "registry/registry_test_help.h"
#include "registry/roster.h"
#include "registry/statement.h"
#include "registry/withdraw.h"

enum { SUBJECTS = 150, PENALTY = 301, ROSTER_BYTES = 64 << 20, READERS = 3 };

static const char market[] = "rizhao-market-regulation";
static const char today_text[] = "2026-05-20";

struct world {
	struct fixture *f;
	struct roster *roster;
	struct err err;
	size_t asked; /* of wants */
	bool is_over;
};

/* Two versions for every third subject, two records for every fifth, none
 * for the last; texts with escapes, without some of the fields, empty. */
static void submit_all(struct fixture *f)
{
	static const char *const fields[] = {
	    "{\"CF_CFJG\":\"日照市市场监督管理局\",\"CF_NR\":\"罚款\","
	    "\"CF_WSH\":\"示罚〔2026〕1号\"}",
	    "{\"CF_CFJG\":\"局\\\\\\\"二\\\"\",\"CF_NR\":\"a\\nb\","
	    "\"CF_WSH\":\"\"}",
	    "{\"CF_CFLB\":[\"\\\"CF_WSH\\\":\\\"x\",\"警告\"],"
	    "\"CF_WSH\":\"二号\"}",
	    "{}"};
	static char codes[SUBJECTS][19], names[SUBJECTS][40];
	struct test_row rows[SUBJECTS * 2];
	size_t n = 0, i;

	memset(rows, 0, sizeof(rows));
	for (i = 0; i < SUBJECTS; i++) {
		test_code((unsigned)i * 7919, codes[i]);
		snprintf(names[i], sizeof(names[i]), "示例%zu公司", i);
		rows[n] = (struct test_row){.code = codes[i],
		    .name = names[i],
		    .fields = fields[i % 4],
		    .key = 1,
		    .content = i,
		    .decided_on = day(today_text) - (int)i * 5,
		    .class_ = (uint8_t)(i % CAT_CLASS_COUNT),
		    .valid_to = i % 7 == 0 ? day(today_text) + 50 : 0};
		n++;
		if (i % 5 == 0) {
			rows[n] = rows[n - 1];
			rows[n++].key = 2;
		}
	}
	fixture_submit(
	    f, PENALTY, "penalty", market, noon_ms("2026-05-01"), rows, n);
	for (i = 0, n = 0; i < SUBJECTS; i += 3, n++) {
		rows[n] = (struct test_row){.code = codes[i],
		    .name = names[i],
		    .fields = fields[(i + 1) % 4],
		    .key = 1,
		    .content = 1000 + i,
		    .decided_on = day(today_text) - 30};
	}
	fixture_submit(
	    f, PENALTY, "penalty", market, noon_ms("2026-05-03"), rows, n);
}

static int setup(void **state)
{
	struct world *w = mem_zalloc(1, sizeof(*w));
	void *fixture = NULL;

	fixture_setup(&fixture);
	w->f = fixture;
	w->roster = roster_new(ROSTER_BYTES);
	submit_all(w->f);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	void *fixture = w->f;

	roster_free(&w->roster);
	free(w);
	return fixture_teardown(&fixture);
}

/* Every second record is wanted, so that some have briefs and some not. */
static bool wants(void *ctx, const struct view_record *record)
{
	struct world *w = ctx;

	assert_true(record->versions_count > 0);
	assert_int_equal(record->versions[0].received, day(today_text));
	return w->asked++ % 2 == 0;
}

static bool is_over(void *ctx)
{
	return ((struct world *)ctx)->is_over;
}

static enum err_code refresh(struct world *w)
{
	const struct roster_plan plan = {.store = w->f->store,
	    .catalog = catalog,
	    .today = day(today_text),
	    .wants = wants,
	    .is_over = is_over,
	    .ctx = w};

	return roster_refresh(w->roster, &plan, &w->err);
}

static const struct roster_state *begin(struct world *w)
{
	const struct roster_state *state = NULL;

	assert_int_equal(
	    roster_begin(w->roster, w->f->store, catalog, &state, &w->err), 0);
	return state;
}

static void end(struct world *w, const struct roster_state *state)
{
	roster_end(w->roster, state, w->f->store);
}

/* ---- the same as the database ---- */

static bool keep_all(void *ctx, const struct view_record *record)
{
	(void)ctx;
	(void)record;
	return true;
}

static void expect_span(struct span expected, struct span actual)
{
	assert_int_equal(expected.n, actual.n);
	assert_memory_equal(expected.p, actual.p, expected.n);
}

static void expect_brief(const struct view_version *stored,
    const struct cat_item *item, const struct brief *brief, struct err *err)
{
	struct statement s;
	struct brief expected;

	assert_int_equal(statement_read(stored->statement, &s, err), 0);
	brief_of_statement(&s, item, &expected);
	expect_span(expected.department, brief->department);
	assert_int_equal(brief->department.p[brief->department.n], 0);
	expect_span(expected.document, brief->document);
	expect_span(expected.authority, brief->authority);
	expect_span(expected.content, brief->content);
	assert_int_equal(expected.is_positive, brief->is_positive);
	assert_int_equal(stored->received, brief->received);
	statement_release(&s);
}

/* Returns whether it came as a brief. */
static bool expect_version(const struct view_version *a,
    const struct view_version *b, const struct cat_item *item, struct err *err)
{
	assert_int_equal(a->seq, b->seq);
	assert_int_equal(a->version, b->version);
	assert_int_equal(a->received, b->received);
	assert_int_equal(a->facts.class_, b->facts.class_);
	assert_int_equal(a->facts.decided_on, b->facts.decided_on);
	assert_int_equal(a->facts.valid_to, b->facts.valid_to);
	assert_int_equal(a->facts.public_until, b->facts.public_until);
	if (b->brief)
		expect_brief(a, item, b->brief, err);
	else
		expect_span(a->statement, b->statement);
	return b->brief != NULL;
}

struct seen {
	size_t briefs, statements;
};

static void expect_view(const struct view *a, const struct view *b,
    struct seen *seen, struct err *err)
{
	size_t i, k;

	assert_int_equal(a->records_count, b->records_count);
	for (i = 0; i < a->records_count; i++) {
		const struct view_record *x = &a->records[i];
		const struct view_record *y = &b->records[i];

		assert_int_equal(x->item_number, y->item_number);
		assert_ptr_equal(x->item, y->item);
		assert_int_equal(x->key_hash, y->key_hash);
		assert_int_equal(x->ends_count, y->ends_count);
		assert_int_equal(x->versions_count, y->versions_count);
		for (k = 0; k < x->versions_count; k++) {
			if (expect_version(
				&x->versions[k], &y->versions[k], x->item, err))
				seen->briefs++;
			else
				seen->statements++;
		}
	}
}

/* Of one subject, by both ways. */
static void expect_subject(struct world *w, const struct roster_state *state,
    int64_t id, struct seen *seen)
{
	const struct view_source stored = {w->f->store, catalog, NULL};
	const struct view_source kept = {w->f->store, catalog, state};
	struct view a, b;

	assert_int_equal(view_load_kept(&a, &stored, id, day(today_text),
			     keep_all, NULL, &w->err),
	    0);
	assert_int_equal(view_load_kept(&b, &kept, id, day(today_text),
			     keep_all, NULL, &w->err),
	    0);
	expect_view(&a, &b, seen, &w->err);
	view_release(&a);
	view_release(&b);
}

/* All subjects of the database; returns how many the roster has. */
static size_t expect_same(
    struct world *w, const struct roster_state *state, struct seen *seen)
{
	struct subject subject;
	size_t count = 0;
	int64_t id, found;

	subject_init(&subject);
	for (id = 1; subject_by_id(w->f->store, id, &subject, &w->err) == 0;
	     id++) {
		assert_int_equal(subject_id_of(w->f->store,
				     buf_span(&subject.code), &found, &w->err),
		    0);
		if (roster_find(state, buf_str(&subject.code)))
			assert_int_equal(
			    roster_find(state, buf_str(&subject.code)), found);
		expect_subject(w, state, id, seen);
		if (!roster_has(state, id))
			continue;
		expect_span(buf_span(&subject.name), roster_name(state, id));
		assert_int_equal(
		    roster_find(state, buf_str(&subject.code)), id);
		count++;
	}
	subject_release(&subject);
	return count;
}

static void made_hasAllOfTheDatabase(void **state)
{
	struct world *w = *state;
	const struct roster_state *roster;
	struct seen seen = {0};

	assert_null(begin(w));
	end(w, NULL);
	assert_int_equal(refresh(w), 0);
	roster = begin(w);
	assert_non_null(roster);
	assert_int_equal(expect_same(w, roster, &seen), SUBJECTS);
	assert_true(seen.briefs > 0 && seen.statements > 0);
	assert_int_equal(roster_find(roster, "91371102MA3EXAMP7A"), 0);
	assert_false(roster_has(roster, 0));
	assert_false(roster_has(roster, SUBJECTS + 1));
	assert_false(roster_has(NULL, 1));
	end(w, roster);
	assert_int_equal(roster_sums(w->roster).subjects, SUBJECTS);
	assert_int_equal(roster_sums(w->roster).briefs, seen.briefs);
}

/* ---- the same moment ---- */

static void withdraw(struct world *w, uint64_t record)
{
	struct withdraw_result result;
	const struct withdraw_request request = {.store = w->f->store,
	    .ledger = w->f->ledger,
	    .catalog = catalog,
	    .department = catalog_department(catalog, market),
	    .record = record,
	    .reason = span_of("决定已撤销"),
	    .tmp_folder = w->f->dir,
	    .now_ms = noon_ms(today_text),
	    .since = DATE_NONE};

	assert_int_equal(withdraw_run(&request, &result, &w->err), 0);
}

/* A further record of one that is known, and one of a new subject. */
static void submit_more(struct world *w, unsigned known)
{
	char codes[2][19];
	struct test_row rows[2] = {{.code = codes[0],
				       .name = "示例公司",
				       .key = 77,
				       .decided_on = day(today_text)},
	    {.code = codes[1],
		.name = "新公司",
		.key = 78,
		.decided_on = day(today_text)}};

	test_code(known * 7919, codes[0]);
	test_code(known * 7919 + 1, codes[1]);
	fixture_submit(
	    w->f, PENALTY, "penalty", market, noon_ms(today_text), rows, 2);
}

static void statement_behindIt_endsItUntilItIsFollowed(void **state)
{
	struct world *w = *state;
	const struct roster_state *roster;
	struct seen seen = {0};

	assert_int_equal(refresh(w), 0);
	submit_more(w, 8);
	roster = begin(w);
	assert_null(roster);
	end(w, roster);
	assert_int_equal(refresh(w), 0);
	roster = begin(w);
	assert_non_null(roster);
	assert_false(roster_has(roster, 9));
	assert_int_equal(expect_same(w, roster, &seen), SUBJECTS - 1);
	end(w, roster);
	assert_int_equal(roster_sums(w->roster).changed, 1);
}

static void withdrawal_isFollowed_andLeftToTheDatabase(void **state)
{
	struct world *w = *state;
	const struct roster_state *roster;
	struct seen seen = {0};

	assert_int_equal(refresh(w), 0);
	withdraw(w, 1); /* of the first subject's second record */
	assert_int_equal(refresh(w), 0);
	roster = begin(w);
	assert_false(roster_has(roster, 1));
	assert_int_equal(expect_same(w, roster, &seen), SUBJECTS - 1);
	end(w, roster);
	/* Made with it already there. */
	roster_free(&w->roster);
	w->roster = roster_new(ROSTER_BYTES);
	assert_int_equal(refresh(w), 0);
	roster = begin(w);
	assert_false(roster_has(roster, 1));
	assert_int_equal(expect_same(w, roster, &seen), SUBJECTS - 1);
	end(w, roster);
	assert_int_equal(roster_sums(w->roster).changed, 0);
}

/* A statement without rows, as submissions end with. */
static void seal_submission(struct world *w, const char *item)
{
	struct fixture *f = w->f;
	struct statement_frame frame;
	const struct append_config config = {f->store, f->ledger, &frame,
	    PENALTY, 1, f->dir, .is_resent = false};
	struct appender *appender = NULL;
	char text[512], hex[65];

	memset(hex, 'a', 64);
	hex[64] = '\0';
	statement_frame_init(&frame, hex, market, item, noon_ms(today_text));
	snprintf(text, sizeof(text),
	    "{\"catalogue\":\"%s\",\"closed\":{\"file\":{\"bytes\":1,"
	    "\"digest\":\"%s\",\"name\":\"a.csv\"}},\"counts\":{},"
	    "\"from\":\"%s\",\"item\":\"%s\",\"kind\":\"submission\","
	    "\"received\":\"2026-05-20T04:00:00Z\"}",
	    hex, hex, market, item);
	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(ledger_begin(f->ledger, &f->err), 0);
	assert_int_equal(appender_new(&config, &appender, &f->err), 0);
	assert_int_equal(
	    appender_add_statement(appender, span_of(text), NULL, &f->err), 0);
	assert_int_equal(appender_finish(appender, &f->err), 0);
	assert_int_equal(
	    ledger_seal(f->ledger, noon_ms(today_text), &f->err), 0);
	assert_int_equal(store_commit(f->store, &f->err), 0);
	assert_int_equal(ledger_publish(f->ledger, &f->err), 0);
	appender_free(&appender);
}

static const char *basic_item(void)
{
	size_t i;

	for (i = 0; i < catalog->items_count; i++)
		if (catalog->items[i].group == CAT_GROUP_BASIC)
			return catalog->items[i].id;
	fail_msg("the catalogue has no basic information");
	return NULL;
}

static void submission_thatMayRename_endsIt_anotherDoesNot(void **state)
{
	struct world *w = *state;
	const struct roster_state *roster;

	assert_int_equal(refresh(w), 0);
	seal_submission(w, "penalty");
	assert_int_equal(refresh(w), 0);
	roster = begin(w);
	assert_non_null(roster);
	end(w, roster);
	seal_submission(w, basic_item());
	/* Not made anew so soon: the database is asked meanwhile. */
	assert_int_equal(refresh(w), 0);
	roster = begin(w);
	assert_null(roster);
	end(w, roster);
}

static void otherCatalogue_findsNone(void **state)
{
	struct world *w = *state;
	struct catalog *other = test_catalogue("rizhao");
	const struct roster_state *roster = NULL;

	assert_int_equal(refresh(w), 0);
	assert_int_equal(
	    roster_begin(w->roster, w->f->store, other, &roster, &w->err), 0);
	assert_null(roster);
	end(w, roster);
	catalog_free(&other);
}

static void tooLarge_isNotMade(void **state)
{
	struct world *w = *state;
	const struct roster_state *roster;

	roster_free(&w->roster);
	w->roster = roster_new(4096);
	assert_int_equal(refresh(w), ERR_FULL);
	assert_int_equal(refresh(w), 0); /* nor tried again */
	roster = begin(w);
	assert_null(roster);
	end(w, roster);
}

static void ending_givesUp(void **state)
{
	struct world *w = *state;
	const struct roster_state *roster;

	w->is_over = true;
	assert_int_equal(refresh(w), 0);
	roster = begin(w);
	assert_null(roster);
	end(w, roster);
}

/* ---- many read while it changes ---- */

struct reader {
	pthread_t thread;
	struct world *w;
	_Atomic bool *is_over;
	size_t found;
};

static void *read_all(void *arg)
{
	struct reader *r = arg;
	char path[128];
	const struct store_config config = {.path = path};
	struct store *store = NULL;
	struct err err;

	snprintf(path, sizeof(path), "%s/test.db", r->w->f->dir);
	if (store_open(&config, &store, &err) != 0)
		return NULL;
	while (!atomic_load(r->is_over)) {
		const struct roster_state *s = NULL;
		size_t n;
		int64_t id;

		if (roster_begin(r->w->roster, store, catalog, &s, &err) != 0)
			break;
		for (id = 1; s && id <= SUBJECTS; id++) {
			if (!roster_has(s, id))
				continue;
			r->found += roster_name(s, id).n > 0 &&
			    roster_rows(s, id, &n) && n > 0;
		}
		roster_end(r->w->roster, s, store);
	}
	store_close(&store);
	return NULL;
}

static void readers_whileItChanges_seeWholeStates(void **state)
{
	struct world *w = *state;
	_Atomic bool over = false;
	struct reader readers[READERS];
	size_t found = 0;
	unsigned i;

	assert_int_equal(refresh(w), 0);
	for (i = 0; i < READERS; i++) {
		readers[i] = (struct reader){.w = w, .is_over = &over};
		assert_int_equal(pthread_create(&readers[i].thread, NULL,
				     read_all, &readers[i]),
		    0);
	}
	for (i = 10; i < 40; i++) {
		submit_more(w, i);
		assert_int_equal(refresh(w), 0);
	}
	atomic_store(&over, true);
	for (i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		found += readers[i].found;
	}
	assert_true(found > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	    TEST(made_hasAllOfTheDatabase),
	    TEST(statement_behindIt_endsItUntilItIsFollowed),
	    TEST(withdrawal_isFollowed_andLeftToTheDatabase),
	    TEST(submission_thatMayRename_endsIt_anotherDoesNot),
	    TEST(otherCatalogue_findsNone),
	    TEST(tooLarge_isNotMade),
	    TEST(ending_givesUp),
	    TEST(readers_whileItChanges_seeWholeStates),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
