/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of an organisation's document: its pages hold each record once
 * whatever their number, the public learns nothing of records that it may not
 * see by asking for other days, and what is embedded counts as the page does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_test_help.h"
#include "api/embed.h"
#include "api/publicity.h"
#include "api/record.h"
#include "api/search.h"
#include "api/subject.h"
#include "api/timeline.h"
#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"

enum {
	REGISTRATION = 101,
	PENALTY = 301,
	ABNORMAL = 401,
	FIRST = 10, /* records of a group on the first page */
	MORE = 40,  /* on a page of the group alone */
	ROWS_MAX = 200
};

static const char market[] = "rizhao-market-regulation";
static const char today_text[] = "2026-05-20";

static char subject_code[19];
static uint64_t keys; /* of penalties, as many as there are */

static int setup(void **state)
{
	test_code(3, subject_code);
	keys = 0;
	*state = world_new(today_text);
	return 0;
}

/* ---- what there is ---- */

/* Penalties received today, three of each day, the newest first. */
static void submit_penalties(
    struct world *w, size_t count, enum cat_class class_, const char *fields)
{
	static struct test_row rows[ROWS_MAX];
	size_t i;

	assert_true(count <= ROWS_MAX);
	memset(rows, 0, sizeof(rows));
	for (i = 0; i < count; i++) {
		keys++;
		rows[i] = (struct test_row){.code = subject_code,
		    .name = "示例公司",
		    .fields = fields,
		    .key = keys,
		    .content = keys,
		    .decided_on = w->reading.today - (int)i / 3,
		    .class_ = (uint8_t)class_};
	}
	fixture_submit(w->fixture, PENALTY, "penalty", market,
	    noon_ms(today_text), rows, count);
}

/* One record of an item, in a version of its own. */
static void submit_one(struct world *w, int item, const char *id,
    const char *received, struct test_row row)
{
	row.code = subject_code;
	row.decided_on = day(received);
	fixture_submit(
	    w->fixture, item, id, market, noon_ms(received), &row, 1);
}

/* ---- documents ---- */

static json_t *show(struct world *w, const struct subject_query *query)
{
	return parse(w,
	    subject_document(
		&w->reading, span_of(subject_code), query, &w->out, &w->err));
}

static enum err_code try_day(struct world *w, const char *as_of)
{
	w->reading.as_of = day(as_of);
	buf_reset(&w->out);
	return subject_document(
	    &w->reading, span_of(subject_code), NULL, &w->out, &w->err);
}

static const json_t *group_of(const json_t *doc, const char *id)
{
	const json_t *groups = at(doc, "groups");
	size_t i;

	for (i = 0; i < json_array_size(groups); i++)
		if (strcmp(text_at(json_array_get(groups, i), "group"), id) ==
		    0)
			return json_array_get(groups, i);
	fail_msg("there is no group \"%s\"", id);
	return NULL;
}

static void check_name(struct world *w, const char *as_of, const char *expected)
{
	json_t *doc = parse(w, try_day(w, as_of));

	assert_string_equal(text_at(doc, "name"), expected);
	json_decref(doc);
}

/* ---- pages ---- */

static const struct subject_query first_page = {.group = SUBJECT_EVERY_GROUP};

/* What the address of a next page asks for. */
static struct subject_query query_of(const char *next)
{
	struct subject_query q = {.group = CAT_GROUP_ADMIN, .has_after = true};
	char start[128];
	const char *after;

	snprintf(start, sizeof(start),
	    "/subjects/%s?group=admin&after=", subject_code);
	assert_int_equal(strncmp(next, start, strlen(start)), 0);
	after = next + strlen(start);
	assert_true(
	    list_key_read((struct span){after, strcspn(after, "&")}, &q.after));
	return q;
}

struct walk {
	int64_t seen[ROWS_MAX];
	size_t count;
	size_t pages;
};

static void take_records(struct walk *walk, const json_t *group)
{
	const json_t *records = at(group, "records");
	size_t i, k;

	assert_true(json_array_size(records) > 0);
	for (i = 0; i < json_array_size(records); i++) {
		int64_t number = int_at(json_array_get(records, i), "record");

		for (k = 0; k < walk->count; k++)
			assert_true(walk->seen[k] != number);
		assert_true(walk->count < ROWS_MAX);
		walk->seen[walk->count++] = number;
	}
}

/* All pages of the penalties; each says how many there are in all. */
static struct walk walk_pages(struct world *w, size_t expected)
{
	struct walk walk = {.count = 0};
	struct subject_query query = first_page;
	bool has_next = true;

	while (has_next) {
		json_t *doc = show(w, &query);
		const json_t *group = group_of(doc, "admin");
		const char *next = json_string_value(at(group, "next"));

		assert_int_equal(int_at(doc, "records"), expected);
		assert_int_equal(int_at(group, "count"), expected);
		take_records(&walk, group);
		walk.pages++;
		has_next = next != NULL;
		if (has_next)
			query = query_of(next);
		json_decref(doc);
	}
	return walk;
}

static void pages_ofAnyNumber_holdEachRecordOnce(void **state)
{
	static const struct {
		size_t count, pages;
	} cases[] = {{1, 1}, {FIRST, 1}, {FIRST + 1, 2}, {FIRST + MORE, 2},
	    {FIRST + MORE + 1, 3}, {FIRST + 2 * MORE + 7, 4}};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		size_t public = cases[i].count - (size_t)keys;
		struct walk walk;

		submit_penalties(w, public, CAT_CLASS_GENERAL, NULL);
		walk = walk_pages(w, cases[i].count);
		if (walk.count != cases[i].count ||
		    walk.pages != cases[i].pages)
			fail_msg("case %zu: %zu records on %zu pages", i,
			    walk.count, walk.pages);
	}
	/* What is not public is on none, and moves no border. */
	submit_penalties(w, 30, CAT_CLASS_MINOR, NULL);
	assert_int_equal(walk_pages(w, FIRST + 2 * MORE + 7).pages, 4);
}

static void pages_newestDecisionComesFirst(void **state)
{
	struct world *w = *state;
	char last[16] = "9999-99-99";
	const json_t *records;
	json_t *doc;
	size_t i;

	submit_penalties(w, 25, CAT_CLASS_GENERAL, NULL);
	doc = show(w, NULL);
	records = at(group_of(doc, "admin"), "records");
	assert_int_equal(json_array_size(records), 25);
	assert_true(json_is_null(at(group_of(doc, "admin"), "next")));
	for (i = 0; i < json_array_size(records); i++) {
		const char *on =
		    text_at(json_array_get(records, i), "decided_on");

		assert_true(strcmp(on, last) <= 0);
		snprintf(last, sizeof(last), "%s", on);
	}
	json_decref(doc);
}

static void pages_ofLongRecords_areShorter(void **state)
{
	struct world *w = *state;
	char *fields = mem_zalloc(1, 6000 + 16);
	const json_t *group;
	struct walk walk;
	json_t *doc;

	memcpy(fields, "{\"CF_NR\":\"", 10);
	memset(fields + 10, 'x', 6000);
	memcpy(fields + 6010, "\"}", 2);
	submit_penalties(w, 40, CAT_CLASS_GENERAL, fields);
	doc = show(w, &first_page);
	group = group_of(doc, "admin");
	assert_int_equal(json_array_size(at(group, "records")), 2);
	json_decref(doc);
	walk = walk_pages(w, 40);
	assert_int_equal(walk.count, 40);
	assert_true(walk.pages > 3 && walk.pages < 8);
	free(fields);
}

/* One that is larger than all there is room for is shown all the same. */
static void pages_ofHugeRecords_holdOneEach(void **state)
{
	struct world *w = *state;
	char *fields = mem_zalloc(1, 120000 + 16);

	memcpy(fields, "{\"CF_NR\":\"", 10);
	memset(fields + 10, 'x', 120000);
	memcpy(fields + 120010, "\"}", 2);
	submit_penalties(w, 3, CAT_CLASS_GENERAL, fields);
	assert_int_equal(walk_pages(w, 3).pages, 3);
	free(fields);
}

static void page_ofAGroup_holdsItAlone(void **state)
{
	const struct subject_query query = {.group = CAT_GROUP_ADMIN};
	const struct subject_query none = {.group = CAT_GROUP_HONEST};
	struct world *w = *state;
	json_t *doc;

	submit_penalties(w, MORE + 2, CAT_CLASS_GENERAL, NULL);
	submit_one(w, REGISTRATION, "organisation-registration", today_text,
	    (struct test_row){.name = "示例公司", .key = 1, .content = 1});
	doc = show(w, &query);
	assert_int_equal(int_at(doc, "records"), MORE + 3);
	assert_int_equal(json_array_size(at(doc, "groups")), 1);
	assert_string_equal(text_at(at(doc, "group"), "id"), "admin");
	assert_int_equal(
	    json_array_size(at(group_of(doc, "admin"), "records")), MORE);
	assert_true(json_is_null(at(group_of(doc, "admin"), "first")));
	assert_null(json_object_get(doc, "timeline"));
	json_decref(doc);
	doc = show(w, &none);
	assert_int_equal(json_array_size(at(doc, "groups")), 0);
	json_decref(doc);
	doc = show(w, &first_page);
	assert_int_equal(json_array_size(at(doc, "groups")), 2);
	assert_true(json_is_null(at(doc, "group")));
	json_decref(doc);
}

static void next_keepsDayAndLanguage(void **state)
{
	struct world *w = *state;
	json_t *doc;
	const json_t *group;

	submit_penalties(w, FIRST + 1, CAT_CLASS_GENERAL, NULL);
	w->reading.today += 3;
	doc = show(w, &first_page);
	group = group_of(doc, "admin");
	assert_non_null(
	    strstr(text_at(group, "next"), "&as_of=2026-05-20&lang=en"));
	json_decref(doc);
	tr_set_thread_lang(LANG_ZH);
	w->reading.as_of = w->reading.today;
	doc = show(w, &first_page);
	tr_set_thread_lang(LANG_EN);
	group = group_of(doc, "admin");
	assert_null(strstr(text_at(group, "next"), "as_of"));
	assert_non_null(strstr(text_at(group, "next"), "&lang=zh"));
	json_decref(doc);
}

static void timeline_isCutAndSaysSo(void **state)
{
	struct world *w = *state;
	json_t *doc;

	submit_penalties(w, TIMELINE_MAX / 3, CAT_CLASS_GENERAL, NULL);
	doc = show(w, &first_page);
	assert_int_equal(
	    json_array_size(at(doc, "timeline")), 3 * (TIMELINE_MAX / 3));
	assert_true(json_is_false(at(doc, "timeline_more")));
	json_decref(doc);
	submit_penalties(w, 1, CAT_CLASS_GENERAL, NULL);
	doc = show(w, &first_page);
	assert_int_equal(json_array_size(at(doc, "timeline")), TIMELINE_MAX);
	assert_true(json_is_true(at(doc, "timeline_more")));
	json_decref(doc);
}

/* ---- other days ---- */

static void register_as(
    struct world *w, const char *name, const char *received, uint64_t content)
{
	char fields[128];

	snprintf(fields, sizeof(fields), "{\"DJ_ZT_MC\":\"%s\"}", name);
	submit_one(w, REGISTRATION, "organisation-registration", received,
	    (struct test_row){
		.name = name, .fields = fields, .key = 1, .content = content});
}

/* A record that is not public, which calls it something else. */
static void submit_hidden(struct world *w, const char *received)
{
	submit_one(w, PENALTY, "penalty", received,
	    (struct test_row){.name = "示例内部公司",
		.fields = "{\"CF_XDR_MC\":\"示例内部公司\"}",
		.key = 1,
		.content = 1,
		.class_ = CAT_CLASS_MINOR});
}

static void pastDay_namesAreFromPublicRegistrations(void **state)
{
	struct world *w = *state;

	submit_hidden(w, "2025-06-01");
	register_as(w, "示例旧公司", "2026-01-10", 1);
	register_as(w, "示例新公司", "2026-03-10", 2);
	check_name(w, today_text, "示例新公司");
	check_name(w, "2026-03-10", "示例新公司");
	check_name(w, "2026-03-09", "示例旧公司");
	check_name(w, "2026-01-10", "示例旧公司");
	/* Neither the hidden name nor the day of the hidden record. */
	check_name(w, "2026-01-09", "示例新公司");
	check_name(w, "2025-06-01", "示例新公司");
	check_name(w, "2025-05-31", "示例新公司");
	check_name(w, "1999-12-31", "示例新公司");

	w->reading.is_public = false;
	check_name(w, "2026-01-09", "示例内部公司");
	check_name(w, "2025-06-01", "示例内部公司");
	assert_int_equal(try_day(w, "2025-05-31"), ERR_NOT_FOUND);
}

/* Whatever day is asked about, as long as nothing public was there. */
static void pastDay_beforeAnythingPublic_isTheSame(void **state)
{
	struct world *w = *state;
	char *before, *after;

	submit_hidden(w, "2025-06-01");
	register_as(w, "示例公司", "2026-01-10", 1);
	assert_int_equal(try_day(w, "2025-05-31"), 0);
	before = mem_dup(buf_str(&w->out), w->out.n);
	assert_int_equal(try_day(w, "2025-06-02"), 0);
	after = strstr(buf_str(&w->out), "2025-06-02");
	assert_non_null(after);
	memcpy(after, "2025-05-31", 10);
	assert_string_equal(buf_str(&w->out), before);
	assert_non_null(strstr(before, "\"groups\":[]"));
	free(before);
}

static void also_thePublicIsNotToldSinceWhen(void **state)
{
	struct world *w = *state;
	const json_t *also;
	json_t *doc;

	register_as(w, "示例旧公司", "2026-01-10", 1);
	register_as(w, "示例新公司", "2026-03-10", 2);
	doc = show(w, &first_page);
	also = at(doc, "also");
	assert_int_equal(json_array_size(also), 1);
	assert_string_equal(
	    text_at(json_array_get(also, 0), "value"), "示例旧公司");
	assert_null(json_object_get(json_array_get(also, 0), "told_on"));
	assert_null(json_object_get(json_array_get(also, 0), "submission"));
	assert_true(json_is_false(at(doc, "also_more")));
	json_decref(doc);
	w->reading.is_public = false;
	doc = show(w, &first_page);
	also = at(doc, "also");
	at(json_array_get(also, 0), "told_on");
	at(json_array_get(also, 0), "submission");
	json_decref(doc);
}

static void also_ofManyNames_isCutAndSaysSo(void **state)
{
	struct world *w = *state;
	char name[64];
	json_t *doc;
	int i;

	for (i = 0; i < 52; i++) {
		snprintf(name, sizeof(name), "示例第%d公司", i);
		register_as(w, name, "2026-01-10", (uint64_t)i + 1);
	}
	doc = show(w, &first_page);
	assert_int_equal(json_array_size(at(doc, "also")), 50);
	assert_true(json_is_true(at(doc, "also_more")));
	json_decref(doc);
}

/* ---- names that only records say which are not public ---- */

static json_t *look_up(struct world *w, const char *text, size_t limit)
{
	const struct search_help help = {.names = NULL};

	return parse(w,
	    search_document(
		&w->reading, &help, span_of(text), limit, &w->out, &w->err));
}

/* Who is found, by which further name. */
static void check_found(struct world *w, const char *text, size_t limit,
    size_t count, const char *matched)
{
	json_t *doc = look_up(w, text, limit);
	const json_t *results = at(doc, "results");
	const json_t *other =
	    count ? at(json_array_get(results, 0), "matched") : NULL;

	assert_int_equal(json_array_size(results), count);
	assert_int_equal(int_at(doc, "total"), count);
	assert_true(json_is_false(at(doc, "more")));
	if (matched)
		assert_string_equal(json_string_value(other), matched);
	else
		assert_true(!other || json_is_null(other));
	json_decref(doc);
}

static void call_by_name(struct world *w, const char *name, enum err_code want)
{
	buf_reset(&w->out);
	assert_int_equal(subject_document(&w->reading, span_of(name), NULL,
			     &w->out, &w->err),
	    want);
	buf_reset(&w->out);
}

static size_t count_also(struct world *w)
{
	json_t *doc = show(w, &first_page);
	size_t count = json_array_size(at(doc, "also"));

	json_decref(doc);
	return count;
}

/* R-REG-015 */
static void names_ofRecordsThatAreNotPublic_areNotTold(void **state)
{
	struct world *w = *state;
	struct test_row row = {.name = "示例公开公司",
	    .fields = "{\"CF_XDR_MC\":\"示例公开公司\"}",
	    .key = 7,
	    .content = 1,
	    .class_ = CAT_CLASS_GENERAL};

	register_as(w, "示例公司", "2026-01-10", 1);
	submit_hidden(w, "2026-02-01");
	assert_int_equal(count_also(w), 0);
	check_found(w, "示例内部", 20, 0, NULL);
	check_found(w, "公司", 1, 1, NULL);
	call_by_name(w, "示例内部公司", ERR_NOT_FOUND);
	/* What a public record says is told, however it writes it. */
	submit_one(w, PENALTY, "penalty", "2026-03-01", row);
	assert_int_equal(count_also(w), 1);
	check_found(w, "示例公开", 20, 1, "示例公开公司");
	call_by_name(w, "示例公开公司", 0);
	/* It ends with the record. */
	w->reading.today = w->reading.as_of = day("2029-06-01");
	assert_int_equal(count_also(w), 0);
	check_found(w, "示例公开", 20, 0, NULL);
	call_by_name(w, "示例公开公司", ERR_NOT_FOUND);

	w->reading.is_public = false;
	assert_int_equal(count_also(w), 2);
	check_found(w, "示例内部", 20, 1, "示例内部公司");
	call_by_name(w, "示例内部公司", 0);
}

/* A former name is a registration's; that a name was corrected elsewhere is
 * told by nobody. */
static void names_ofVersionsThatWereReplaced(void **state)
{
	struct world *w = *state;
	struct test_row row = {.name = "示例\"误\"公司",
	    .fields = "{\"CF_XDR_MC\":\"示例\\\"误\\\"公司\"}",
	    .key = 7,
	    .content = 1,
	    .class_ = CAT_CLASS_GENERAL};

	register_as(w, "示例旧公司", "2026-01-10", 1);
	register_as(w, "示例新公司", "2026-03-10", 2);
	check_found(w, "旧公司", 20, 1, "示例旧公司");
	submit_one(w, PENALTY, "penalty", "2026-03-11", row);
	check_found(w, "误", 20, 1, "示例\"误\"公司");
	assert_int_equal(count_also(w), 2);
	row.name = "示例新公司";
	row.fields = "{\"CF_XDR_MC\":\"示例新公司\"}";
	row.content = 2;
	submit_one(w, PENALTY, "penalty", "2026-03-12", row);
	check_found(w, "误", 20, 0, NULL);
	check_found(w, "旧公司", 20, 1, "示例旧公司");
	assert_int_equal(count_also(w), 1);
}

/* Of what was meant as a code it is said what is wrong with it; of a name
 * nothing. */
static void search_ofWrongCode_saysWhatIsWrong(void **state)
{
	static const struct {
		const char *text, *state; /* NULL: no code */
	} t[] = {
	    {"91350100M000100Y44", "bad-check"},
	    {"91350100M000,00Y43", "bad-character"},
	    {"91350100M000司00Y43", "bad-character"},
	    {"91350100********43", "masked"},
	    {"9135＊100••••••••••", "masked"},
	    {"代码：91350100M000100Y44。", "bad-check"},
	    {"示例2026第一信息技术中心有限公司", NULL},
	    {"示例ABCDEF123456有限公司", NULL},
	    {"EXAMPLE & CO., LTD.1", NULL},
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(t); i++) {
		json_t *doc = look_up(w, t[i].text, 20);
		const json_t *told = json_object_get(at(doc, "ident"), "state");
		const char *is = json_string_value(told);

		if (t[i].state ? !is || strcmp(is, t[i].state) != 0
			       : is != NULL)
			fail_msg("%s: %s", t[i].text, is ? is : "none");
		json_decref(doc);
	}
}

/* As it is copied from elsewhere, with what stood around it. */
static void search_ofCodesWithinText_findsTheirOrganisations(void **state)
{
	static const char *const around[][2] = {{"\"", "\""}, {"（", "）"},
	    {"【", "】"}, {"", "。"}, {"", "."}, {"统一社会信用代码：", ""},
	    {"信用代码 ", "（示例公司）"}, {"", "、91350100M000100Y44"}};
	struct world *w = *state;
	char text[128], other[19];
	struct test_row row = {.code = other,
	    .name = "示例他公司",
	    .key = 9,
	    .content = 1,
	    .decided_on = day(today_text)};
	size_t i;

	register_as(w, "示例公司", "2026-01-10", 1);
	for (i = 0; i < ARRAY_COUNT(around); i++) {
		snprintf(text, sizeof(text), "%s%s%s", around[i][0],
		    subject_code, around[i][1]);
		check_found(w, text, 20, 1, NULL);
	}
	test_code(8, other);
	fixture_submit(w->fixture, PENALTY, "penalty", market,
	    noon_ms(today_text), &row, 1);
	snprintf(text, sizeof(text), "%s；%s，%s", subject_code, other,
	    subject_code);
	check_found(w, text, 20, 2, NULL);
	snprintf(text, sizeof(text), "%s（11010519491231002X）", subject_code);
	assert_int_equal(
	    search_document(&w->reading, &(struct search_help){.names = NULL},
		span_of(text), 20, &w->out, &w->err),
	    ERR_REFUSED);
}

/* More are found than are shown: how many is not said. */
static void search_ofMany_saysThatThereAreMore(void **state)
{
	struct world *w = *state;
	char code[19];
	json_t *doc;
	unsigned i;

	for (i = 10; i < 15; i++) {
		struct test_row row = {.code = code,
		    .name = "示例公司",
		    .key = i,
		    .content = 1,
		    .decided_on = day(today_text)};

		test_code(i, code);
		fixture_submit(w->fixture, PENALTY, "penalty", market,
		    noon_ms(today_text), &row, 1);
	}
	doc = look_up(w, "示例", 4);
	assert_int_equal(json_array_size(at(doc, "results")), 4);
	assert_true(json_is_null(at(doc, "total")));
	assert_true(json_is_true(at(doc, "more")));
	json_decref(doc);
	check_found(w, "示例", 5, 5, NULL);
	call_by_name(w, "示例公司", ERR_CONFLICT);
}

/* ---- other days ---- */

static void dayToCome_isRefusedToThePublicAlone(void **state)
{
	struct world *w = *state;

	register_as(w, "示例公司", "2026-01-10", 1);
	assert_int_equal(try_day(w, "2026-05-21"), ERR_INPUT);
	assert_string_equal(w->err.message, "2026-05-21 is a day to come");
	assert_int_equal(record_document(&w->reading, w->fixture->ledger, 0,
			     &w->out, &w->err),
	    ERR_INPUT);
	w->reading.is_public = false;
	assert_int_equal(try_day(w, "2026-05-21"), 0);
}

/* What a version said that was corrected since is nowhere, and neither are
 * its days. */
static void pastDay_replacedVersion_tellsOnlyThatItCame(void **state)
{
	struct world *w = *state;
	const json_t *timeline, *record;
	json_t *doc;
	struct test_row row = {.name = "示例公司",
	    .fields = "{\"CF_WSH\":\"示罚旧号\"}",
	    .key = 1,
	    .content = 1,
	    .class_ = CAT_CLASS_GENERAL};

	submit_one(w, PENALTY, "penalty", "2026-02-10", row);
	row.fields = "{\"CF_WSH\":\"示罚新号\"}";
	row.content = 2;
	submit_one(w, PENALTY, "penalty", "2026-03-10", row);
	doc = parse(w, try_day(w, "2026-03-01"));
	assert_int_equal(int_at(doc, "records"), 1);
	record = json_array_get(at(group_of(doc, "admin"), "records"), 0);
	assert_string_equal(text_at(record, "content"), "replaced");
	assert_true(json_is_null(at(at(record, "publication"), "from")));
	assert_true(json_is_null(at(at(record, "publication"), "until")));
	timeline = at(doc, "timeline");
	assert_int_equal(json_array_size(timeline), 1);
	assert_string_equal(
	    text_at(json_array_get(timeline, 0), "kind"), "received");
	json_decref(doc);
	assert_int_equal(try_day(w, "2026-03-01"), 0);
	assert_null(strstr(buf_str(&w->out), "示罚旧号"));
	assert_int_equal(try_day(w, "2026-03-11"), 0);
	assert_non_null(strstr(buf_str(&w->out), "示罚新号"));
	w->reading.is_public = false;
	assert_int_equal(try_day(w, "2026-03-01"), 0);
	assert_non_null(strstr(buf_str(&w->out), "示罚旧号"));
}

/* Not there yet, or not public: the public cannot find out when it came. */
static void record_notPublic_isNotForAnyDay(void **state)
{
	static const char *const days[] = {
	    "2025-05-31", "2025-06-01", "2026-05-20"};
	struct world *w = *state;
	size_t i;

	submit_hidden(w, "2025-06-01");
	for (i = 0; i < ARRAY_COUNT(days); i++) {
		w->reading.as_of = day(days[i]);
		assert_int_equal(record_document(&w->reading,
				     w->fixture->ledger, 0, &w->out, &w->err),
		    ERR_REFUSED);
	}
	w->reading.is_public = false;
	w->reading.as_of = day(days[0]);
	assert_int_equal(record_document(&w->reading, w->fixture->ledger, 0,
			     &w->out, &w->err),
	    ERR_NOT_FOUND);
}

/* ---- late reports ---- */

static void check_late(struct world *w, bool expected)
{
	json_t *doc = show(w, &first_page);
	const json_t *record = json_array_get(
	    at(json_array_get(at(doc, "groups"), 0), "records"), 0);

	assert_int_equal(json_is_true(at(record, "late")), expected);
	json_decref(doc);
}

static void report(struct world *w, int item, const char *id,
    const char *received, struct test_row row)
{
	row.code = subject_code;
	row.name = "示例公司";
	row.key = 1;
	row.class_ = CAT_CLASS_GENERAL;
	fixture_submit(
	    w->fixture, item, id, market, noon_ms(received), &row, 1);
}

/* R-ING-012: each change has the clock of its own day, and a correction that
 * of what it corrects. */
static void late_isWhatWasReportedLate(void **state)
{
	static const char id[] = "organisation-registration";
	struct world *w = *state;
	struct test_row row = {.decided_on = day("2026-01-05"), .content = 1};

	report(w, REGISTRATION, id, "2026-01-10", row);
	check_late(w, false);
	row.decided_on = day("2026-02-02");
	row.content = 2;
	report(w, REGISTRATION, id, "2026-05-01", row);
	check_late(w, true);
	row.decided_on = day("2026-05-02");
	row.content = 3;
	report(w, REGISTRATION, id, "2026-05-04", row);
	check_late(w, false);
}

static void correction_isNotLate(void **state)
{
	struct world *w = *state;
	struct test_row row = {.decided_on = day("2026-03-03"), .content = 1};

	report(w, PENALTY, "penalty", "2026-03-05", row);
	row.decided_on = day("2026-03-02");
	row.content = 2;
	report(w, PENALTY, "penalty", "2026-05-01", row);
	check_late(w, false);
}

/* ---- versions ---- */

/* The document of a version; the least and the greatest that it lists. */
static void read_versions(struct world *w, int64_t number, int64_t *least,
    int64_t *greatest, bool *more)
{
	json_t *doc = parse(w,
	    record_document(&w->reading, w->fixture->ledger, (uint64_t)number,
		&w->out, &w->err));
	const json_t *record = at(doc, "record");
	const json_t *versions = at(record, "versions");
	size_t count = json_array_size(versions);

	assert_true(count > 0 && count <= 41);
	assert_int_equal(int_at(record, "versions_count"), 60);
	*more = json_is_true(at(record, "versions_more"));
	*least = int_at(json_array_get(versions, 0), "version");
	*greatest = int_at(json_array_get(versions, count - 1), "version");
	assert_int_equal(*greatest - *least + 1, count);
	json_decref(doc);
}

static void record_ofManyVersions_listsThoseAround(void **state)
{
	static const struct {
		int64_t version, least, greatest;
	} cases[] = {{1, 1, 21}, {21, 1, 41}, {22, 2, 42}, {39, 19, 59},
	    {40, 20, 60}, {60, 40, 60}};
	struct world *w = *state;
	int64_t least, greatest, numbers[61] = {0};
	json_t *doc;
	bool more;
	size_t i;

	for (i = 1; i <= 60; i++)
		register_as(w, "示例公司", "2026-01-10", i);
	/* Each is a statement of its own, in the order of the log. */
	for (i = 0; i < 60; i++)
		numbers[i + 1] = (int64_t)i;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		read_versions(
		    w, numbers[cases[i].version], &least, &greatest, &more);
		if (least != cases[i].least || greatest != cases[i].greatest ||
		    !more)
			fail_msg("case %zu: %lld to %lld", i, (long long)least,
			    (long long)greatest);
	}
	doc = show(w, &first_page);
	assert_null(json_object_get(
	    json_array_get(at(group_of(doc, "basic"), "records"), 0),
	    "versions"));
	json_decref(doc);
}

/* ---- in a frame ---- */

static void embed_countsAllAndShowsTheNewest(void **state)
{
	struct world *w = *state;
	const json_t *rows;
	json_t *doc;
	int i;

	for (i = 0; i < EMBED_ROWS_MAX + 3; i++) {
		char received[16];

		snprintf(received, sizeof(received), "2026-04-%02d", i + 1);
		submit_one(w, ABNORMAL, "abnormal-operations", received,
		    (struct test_row){.name = "示例公司",
			.key = (uint64_t)i + 1,
			.content = 1,
			.class_ = CAT_CLASS_GENERAL});
	}
	doc = parse(w,
	    embed_document(
		&w->reading, span_of(subject_code), &w->out, &w->err));
	rows = at(doc, "lists");
	assert_int_equal(json_array_size(rows), EMBED_ROWS_MAX);
	assert_int_equal(int_at(doc, "lists_more"), 3);
	assert_string_equal(
	    text_at(json_array_get(rows, 0), "since"), "2026-04-07");
	assert_true(json_is_false(at(doc, "has_honours")));
	json_decref(doc);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(pages_ofAnyNumber_holdEachRecordOnce),
	    TEST(pages_newestDecisionComesFirst),
	    TEST(pages_ofLongRecords_areShorter),
	    TEST(pages_ofHugeRecords_holdOneEach),
	    TEST(page_ofAGroup_holdsItAlone),
	    TEST(next_keepsDayAndLanguage),
	    TEST(timeline_isCutAndSaysSo),
	    TEST(pastDay_namesAreFromPublicRegistrations),
	    TEST(pastDay_beforeAnythingPublic_isTheSame),
	    TEST(also_thePublicIsNotToldSinceWhen),
	    TEST(also_ofManyNames_isCutAndSaysSo),
	    TEST(names_ofRecordsThatAreNotPublic_areNotTold),
	    TEST(names_ofVersionsThatWereReplaced),
	    TEST(search_ofWrongCode_saysWhatIsWrong),
	    TEST(search_ofCodesWithinText_findsTheirOrganisations),
	    TEST(search_ofMany_saysThatThereAreMore),
	    TEST(dayToCome_isRefusedToThePublicAlone),
	    TEST(pastDay_replacedVersion_tellsOnlyThatItCame),
	    TEST(record_notPublic_isNotForAnyDay),
	    TEST(late_isWhatWasReportedLate),
	    TEST(correction_isNotLate),
	    TEST(record_ofManyVersions_listsThoseAround),
	    TEST(embed_countsAllAndShowsTheNewest),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
