/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of views and withdrawals, with the shipped catalogue of the
 * example city and a real database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/check.h"
#include "registry/registry_test_help.h"
#include "registry/view.h"
#include "registry/statement.h"
#include "registry/withdraw.h"

static const char code[] = "91371102MA3EXAMP7A";
static const char market[] = "rizhao-market-regulation";

/* One version of the penalty that the tests are about. */
static void submit(struct fixture *f, const char *received, const char *decided,
    enum cat_class class_, uint64_t content)
{
	struct test_row row = {.code = code,
	    .name = "示例公司",
	    .fields = "{\"CF_WSH\":\"示罚〔2025〕1号\"}",
	    .key = 1,
	    .content = content,
	    .decided_on = day(decided),
	    .class_ = (uint8_t)class_};

	fixture_submit(f, 301, "penalty", market, noon_ms(received), &row, 1);
}

static void load(struct fixture *f, struct view *view)
{
	assert_int_equal(view_load(view, f->store, catalog, 1, &f->err), 0);
}

static struct withdraw_request request_of(struct fixture *f, uint64_t record,
    const char *department, const char *on, const char *reason)
{
	struct withdraw_request request = {
	    .store = f->store,
	    .ledger = f->ledger,
	    .catalog = catalog,
	    .department = catalog_department(catalog, department),
	    .record = record,
	    .reason = span_of(reason),
	    .tmp_folder = f->dir,
	    .now_ms = noon_ms(on),
	    .since = DATE_NONE,
	};

	assert_non_null(request.department);
	return request;
}

static enum err_code withdraw(struct fixture *f, uint64_t record,
    const char *department, const char *on, const char *reason)
{
	struct withdraw_request request =
	    request_of(f, record, department, on, reason);
	struct withdraw_result result;

	return withdraw_run(&request, &result, &f->err);
}

static enum err_code take_back(struct fixture *f, uint64_t record,
    const char *department, const char *on, const char *reason)
{
	struct withdraw_request request =
	    request_of(f, record, department, on, reason);
	struct withdraw_result result;

	request.by = "li.si";
	return withdraw_take_back(&request, &result, &f->err);
}

/* ---- which version stood ---- */

static void shown_betweenVersions_isTheNewestReceived(void **state)
{
	static const struct {
		const char *on;
		int64_t version; /* 0 = none */
	} rows[] = {{"2025-05-09", 0}, {"2025-05-10", 1}, {"2025-06-30", 1},
	    {"2025-07-01", 2}, {"2026-11-23", 2}};
	struct fixture *f = *state;
	struct view view;
	size_t i;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	submit(f, "2025-07-01", "2025-05-01", CAT_CLASS_SERIOUS, 2);
	load(f, &view);
	assert_int_equal(view.records_count, 1);
	assert_int_equal(view.records[0].versions_count, 2);
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		const struct view_version *v =
		    view_shown(&view.records[0], day(rows[i].on));

		if ((v ? v->version : 0) != rows[i].version)
			fail_msg("row %zu: version %lld", i,
			    v ? (long long)v->version : 0);
	}
	view_release(&view);
}

static void receivedDay_aroundMidnightInChina_isTheChineseDay(void **state)
{
	static const struct {
		const char *time;
		const char *expected; /* NULL: no time */
	} rows[] = {{"2026-04-23T15:59:59Z", "2026-04-23"},
	    {"2026-04-23T16:00:00Z", "2026-04-24"},
	    {"2026-12-31T23:00:00Z", "2027-01-01"},
	    {"2026-04-24T00:00:00Z", "2026-04-24"}, {"2026-04-24", NULL},
	    {"", NULL}, {"2026-13-24T00:00:00Z", NULL},
	    {"2026-04-24 00:00:00Z", NULL}, {"2026-04-24T00:00:00+", NULL}};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		date_days got = DATE_NONE;
		bool is_time = view_received_day(span_of(rows[i].time), &got);

		if (is_time != (rows[i].expected != NULL) ||
		    (is_time && got != day(rows[i].expected)))
			fail_msg("row %zu \"%s\"", i, rows[i].time);
	}
}

static void find_anyVersion_givesItsRecord(void **state)
{
	struct fixture *f = *state;
	const struct view_version *version = NULL;
	struct view view;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	submit(f, "2025-07-01", "2025-05-01", CAT_CLASS_SERIOUS, 2);
	load(f, &view);
	assert_ptr_equal(view_find(&view, 0, &version), &view.records[0]);
	assert_int_equal(version->version, 1);
	assert_ptr_equal(view_find(&view, 1, &version), &view.records[0]);
	assert_int_equal(version->version, 2);
	assert_string_equal(version->received_at, "2025-07-01T04:00:00Z");
	assert_null(view_find(&view, 2, &version));
	view_release(&view);
}

static void load_manyRecords_groupsThemAll(void **state)
{
	enum { RECORDS = 300 };
	static struct test_row rows[RECORDS];
	struct fixture *f = *state;
	struct view view;
	size_t i;

	for (i = 0; i < RECORDS; i++)
		rows[i] = (struct test_row){.code = code,
		    .name = "示例公司",
		    .key = i * 0x9E3779B97F4A7C15ULL,
		    .content = i,
		    .decided_on = day("2025-05-01")};
	fixture_submit(
	    f, 301, "penalty", market, noon_ms("2025-05-10"), rows, RECORDS);
	assert_int_equal(
	    withdraw(f, 17, market, "2025-06-01", "决定已撤销"), 0);
	assert_int_equal(
	    withdraw(f, 250, market, "2025-06-01", "决定已撤销"), 0);
	load(f, &view);
	assert_int_equal(view.records_count, RECORDS);
	for (i = 0; i < RECORDS; i++) {
		const struct view_version *v = NULL;
		const struct view_record *r = view_find(&view, i, &v);

		assert_non_null(r);
		assert_int_equal(r->key_hash, rows[i].key);
		assert_int_equal(r->ends_count, i == 17 || i == 250);
	}
	view_release(&view);
}

static void load_itemUnknownToCatalogue_isKeptWithoutItem(void **state)
{
	struct test_row row = {
	    .code = code, .name = "示例公司", .decided_on = day("2025-05-01")};
	struct fixture *f = *state;
	struct view view;

	fixture_submit(
	    f, 32000, "old-item", market, noon_ms("2025-05-10"), &row, 1);
	load(f, &view);
	assert_null(view.records[0].item);
	assert_int_equal(view_publication(catalog, &view.records[0],
			     view.records[0].versions, day("2025-06-01"))
			     .state,
	    VIEW_NO_ITEM);
	assert_false(view_is_public(
	    catalog, &view.records[0], day("2025-06-01"), day("2025-06-01")));
	view_release(&view);
}

/* ---- publication ---- */

static void expect_state(const struct view *view, size_t version,
    const char *on, enum view_state state)
{
	const struct view_record *r = &view->records[0];
	enum view_state got =
	    view_publication(catalog, r, &r->versions[version], day(on)).state;

	if (got != state)
		fail_msg("version %zu on %s: %s, expected %s", version + 1, on,
		    view_state_name(got), view_state_name(state));
}

static void publication_generalPenalty_followsTheRegimeOfTheDay(void **state)
{
	struct fixture *f = *state;
	struct view view;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	load(f, &view);
	/* Order 58: three years. Order 36, from 2026-04-01: one. */
	expect_state(&view, 0, "2025-06-01", VIEW_PUBLISHED);
	expect_state(&view, 0, "2026-03-31", VIEW_PUBLISHED);
	expect_state(&view, 0, "2026-04-30", VIEW_PUBLISHED);
	expect_state(&view, 0, "2026-05-01", VIEW_ENDED);
	view_release(&view);
}

static void publication_replacedVersion_saysSoFromThatDayOn(void **state)
{
	struct fixture *f = *state;
	struct view view;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	submit(f, "2025-07-01", "2025-05-01", CAT_CLASS_SERIOUS, 2);
	load(f, &view);
	expect_state(&view, 0, "2025-06-30", VIEW_PUBLISHED);
	expect_state(&view, 0, "2025-07-01", VIEW_REPLACED);
	expect_state(&view, 1, "2025-07-01", VIEW_PUBLISHED);
	view_release(&view);
}

static void publication_withdrawn_isOverFromThatDayOn(void **state)
{
	struct fixture *f = *state;
	const struct view_record *r;
	struct view view;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	assert_int_equal(withdraw(f, 0, market, "2025-06-15", "决定已撤销"), 0);
	load(f, &view);
	r = &view.records[0];
	expect_state(&view, 0, "2025-06-14", VIEW_PUBLISHED);
	expect_state(&view, 0, "2025-06-15", VIEW_WITHDRAWN);
	assert_null(view_end_on(r, r->versions, day("2025-06-14")));
	assert_string_equal(
	    view_end_on(r, r->versions, day("2025-06-15"))->reason,
	    "决定已撤销");
	/* The public does not look behind it, whatever day it asks for. */
	assert_true(
	    view_is_public(catalog, r, day("2025-06-14"), day("2025-06-14")));
	assert_false(
	    view_is_public(catalog, r, day("2025-06-14"), day("2025-06-15")));
	view_release(&view);
}

static void publication_sentAnewAfterWithdrawal_standsByItself(void **state)
{
	struct fixture *f = *state;
	struct view view;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	assert_int_equal(withdraw(f, 0, market, "2025-06-15", "决定已撤销"), 0);
	submit(f, "2025-07-01", "2025-06-20", CAT_CLASS_GENERAL, 2);
	load(f, &view);
	expect_state(&view, 0, "2025-06-20", VIEW_WITHDRAWN);
	expect_state(&view, 1, "2025-07-01", VIEW_PUBLISHED);
	view_release(&view);
}

static void isPublic_anyTwoDays_needsBoth(void **state)
{
	static const struct {
		const char *on, *today;
		bool expected;
	} rows[] = {
	    {"2025-05-09", "2025-06-01", false}, /* not received yet */
	    {"2025-06-01", "2025-06-01", true},
	    {"2025-06-01", "2026-04-30", true},
	    {"2025-06-01", "2026-05-01", false}, /* ended today */
	    {"2026-05-01", "2025-06-01", false}, /* will have ended */
	};
	struct fixture *f = *state;
	struct view view;
	size_t i;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	load(f, &view);
	for (i = 0; i < ARRAY_COUNT(rows); i++)
		if (view_is_public(catalog, &view.records[0], day(rows[i].on),
			day(rows[i].today)) != rows[i].expected)
			fail_msg("row %zu", i);
	view_release(&view);
}

/* ---- withdrawing ---- */

static void withdraw_byOtherDepartment_isRefused(void **state)
{
	struct fixture *f = *state;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	assert_int_equal(
	    withdraw(f, 0, "rizhao-tax", "2025-06-15", "决定已撤销"),
	    ERR_REFUSED);
	assert_int_equal(withdraw(f, 0, "rizhao-development-reform",
			     "2025-06-15", "决定已撤销"),
	    0);
}

static void withdraw_twiceOrReplacedOrUnknown_isRefused(void **state)
{
	struct fixture *f = *state;
	struct ledger_head head;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	submit(f, "2025-07-01", "2025-05-01", CAT_CLASS_SERIOUS, 2);
	assert_int_equal(
	    withdraw(f, 0, market, "2025-07-15", "撤销"), ERR_CONFLICT);
	assert_non_null(strstr(f->err.message, "1"));
	assert_int_equal(withdraw(f, 1, market, "2025-07-15", "撤销"), 0);
	assert_int_equal(
	    withdraw(f, 1, market, "2025-07-16", "撤销"), ERR_CONFLICT);
	/* A withdrawal is no record, and 3 is nothing at all. */
	assert_int_equal(
	    withdraw(f, 2, market, "2025-07-16", "撤销"), ERR_NOT_FOUND);
	assert_int_equal(
	    withdraw(f, 3, market, "2025-07-16", "撤销"), ERR_NOT_FOUND);
	assert_int_equal(withdraw(f, UINT64_MAX, market, "2025-07-16", "撤销"),
	    ERR_NOT_FOUND);
	assert_int_equal(ledger_head(f->ledger, &head, &f->err), 0);
	assert_int_equal(head.size, 3);
}

static void withdraw_badReason_isRefused(void **state)
{
	static const struct {
		const char *reason;
		enum err_code expected;
	} rows[] = {{"", ERR_INPUT}, {"   ", ERR_INPUT},
	    {"two\nlines", ERR_INPUT}, {"\xFF\xFE", ERR_INPUT},
	    {"当事人110101190001010014申诉成立", ERR_REFUSED}};
	struct fixture *f = *state;
	char longer[WITHDRAW_REASON_CHARS_MAX + 2];
	size_t i;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	for (i = 0; i < ARRAY_COUNT(rows); i++)
		if (withdraw(f, 0, market, "2025-06-15", rows[i].reason) !=
		    rows[i].expected)
			fail_msg("row %zu", i);
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(
	    withdraw(f, 0, market, "2025-06-15", longer), ERR_INPUT);
	assert_int_equal(withdraw(f, 0, market, "2025-06-15", longer + 1), 0);
}

static void withdraw_badWhoOrSince_isRefused(void **state)
{
	static const char number[] = "110101190001010014"; /* R-IDT-008 */
	static char longer[WITHDRAW_BY_BYTES_MAX + 2];
	static const struct {
		const char *by, *since;
		enum err_code expected;
	} rows[] = {{"", NULL, ERR_INPUT}, {longer, NULL, ERR_INPUT},
	    {"a\nb", NULL, ERR_INPUT}, {"a\x7f", NULL, ERR_INPUT},
	    {"\xFF", NULL, ERR_INPUT}, {number, NULL, ERR_INPUT},
	    {NULL, "2025-06-16", ERR_INPUT},
	    {longer + 1, "2025-06-15", ERR_NONE}};
	struct fixture *f = *state;
	struct withdraw_result result;
	size_t i;

	memset(longer, 'a', sizeof(longer) - 1);
	longer[1] = ' ';
	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		struct withdraw_request request =
		    request_of(f, 0, market, "2025-06-15", "撤销");

		request.by = rows[i].by;
		if (rows[i].since)
			request.since = day(rows[i].since);
		if (withdraw_run(&request, &result, &f->err) !=
		    rows[i].expected)
			fail_msg("row %zu", i);
	}
}

/* ---- taking that back ---- */

/* R-REG-016 */
static void takeBack_ofAWithdrawal_isTheNextVersion(void **state)
{
	struct fixture *f = *state;
	const struct view_version *v;
	const struct view_record *r;
	struct statement s;
	struct view view;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	assert_int_equal(withdraw(f, 0, market, "2025-06-15", "误撤回"), 0);
	submit(f, "2025-06-16", "2025-05-01", CAT_CLASS_GENERAL, 1);
	assert_int_equal(take_back(f, 0, market, "2025-06-20", "撤回有误"), 0);
	load(f, &view);
	expect_state(&view, 0, "2025-06-14", VIEW_PUBLISHED);
	expect_state(&view, 0, "2025-06-19", VIEW_WITHDRAWN);
	expect_state(&view, 1, "2025-06-20", VIEW_PUBLISHED);
	r = view_find(&view, 2, &v);
	assert_int_equal(r->versions_count, 2);
	assert_int_equal(v->sent, day("2025-06-20"));
	assert_memory_equal(&v->facts, &r->versions[0].facts, sizeof(v->facts));
	assert_int_equal(statement_read(v->statement, &s, &f->err), 0);
	assert_string_equal(s.department, market);
	assert_int_equal(s.replaces, 0);
	assert_int_equal(
	    json_integer_value(json_object_get(s.resolved, "withdrawal")), 1);
	assert_string_equal(
	    json_string_value(json_object_get(s.resolved, "reason")),
	    "撤回有误");
	assert_string_equal(
	    json_string_value(json_object_get(s.resolved, "by")), "li.si");
	statement_release(&s);
	view_release(&view);
	/* What stands is known; and it can be withdrawn again. */
	submit(f, "2025-06-21", "2025-05-01", CAT_CLASS_GENERAL, 1);
	assert_int_equal(withdraw(f, 2, market, "2025-06-22", "撤销"), 0);
	assert_int_equal(take_back(f, 2, market, "2025-06-23", "撤回有误"), 0);
}

static void takeBack_ofWhatIsNotOnesWithdrawal_isRefused(void **state)
{
	static const char office[] = "rizhao-development-reform";
	struct fixture *f = *state;
	struct ledger_head head;

	submit(f, "2025-05-10", "2025-05-01", CAT_CLASS_GENERAL, 1);
	assert_int_equal(
	    take_back(f, 0, market, "2025-06-20", "有误"), ERR_CONFLICT);
	assert_int_equal(withdraw(f, 0, office, "2025-06-15", "撤销"), 0);
	assert_int_equal(
	    take_back(f, 0, market, "2025-06-20", "有误"), ERR_REFUSED);
	assert_non_null(
	    strstr(f->err.detail, catalog_department(catalog, office)->title));
	assert_int_equal(take_back(f, 0, office, "2025-06-20", " "), ERR_INPUT);
	assert_int_equal(
	    take_back(f, 7, office, "2025-06-20", "有误"), ERR_NOT_FOUND);
	assert_int_equal(ledger_head(f->ledger, &head, &f->err), 0);
	assert_int_equal(head.size, 2);
	assert_int_equal(take_back(f, 0, office, "2025-06-20", "有误"), 0);
	/* What was reinstated is the newest version now. */
	assert_int_equal(
	    take_back(f, 0, office, "2025-06-20", "有误"), ERR_CONFLICT);
	assert_int_equal(withdraw(f, 2, market, "2025-06-22", "撤销"), 0);
	assert_int_equal(
	    take_back(f, 2, office, "2025-06-23", "有误"), ERR_REFUSED);
}

#define WITH_STORE(test)                                                       \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_STORE(shown_betweenVersions_isTheNewestReceived),
	    cmocka_unit_test(receivedDay_aroundMidnightInChina_isTheChineseDay),
	    WITH_STORE(find_anyVersion_givesItsRecord),
	    WITH_STORE(load_manyRecords_groupsThemAll),
	    WITH_STORE(load_itemUnknownToCatalogue_isKeptWithoutItem),
	    WITH_STORE(publication_generalPenalty_followsTheRegimeOfTheDay),
	    WITH_STORE(publication_replacedVersion_saysSoFromThatDayOn),
	    WITH_STORE(publication_withdrawn_isOverFromThatDayOn),
	    WITH_STORE(publication_sentAnewAfterWithdrawal_standsByItself),
	    WITH_STORE(isPublic_anyTwoDays_needsBoth),
	    WITH_STORE(withdraw_byOtherDepartment_isRefused),
	    WITH_STORE(withdraw_twiceOrReplacedOrUnknown_isRefused),
	    WITH_STORE(withdraw_badReason_isRefused),
	    WITH_STORE(withdraw_badWhoOrSince_isRefused),
	    WITH_STORE(takeBack_ofAWithdrawal_isTheNextVersion),
	    WITH_STORE(takeBack_ofWhatIsNotOnesWithdrawal_isRefused),
	};

	return cmocka_run_group_tests_name(
	    "view", tests, load_rizhao, free_catalogue);
}
