/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of the documents that the public reads, over a small register
 * with the example city's catalogue. Every document must be JSON, complete,
 * and hold nothing that is not public.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/api_test_help.h"
#include "api/atom.h"
#include "api/catalogue_page.h"
#include "api/changes.h"
#include "api/check.h"
#include "api/check_told.h"
#include "api/csv.h"
#include "api/departments.h"
#include "api/home_page.h"
#include "api/log_page.h"
#include "api/open_data.h"
#include "api/publicity.h"
#include "api/quality.h"
#include "api/stream.h"
#include "api/subject.h"
#include "base/check.h"
#include "base/tr.h"
#include "intake/reader.h"
#include "publication/follow.h"

enum { PENALTY = 301, LICENCE = 201, PENALTIES = 55 };

static const char market[] = "rizhao-market-regulation";
static const char tax[] = "rizhao-tax";
static const char day_text[] = "2026-05-20";

/* Penalties of a kind that is published for a year, one a day; every tenth
 * of a class that is not. */
static void submit_penalties(struct fixture *f, date_days today)
{
	struct test_row rows[PENALTIES];
	char codes[PENALTIES][19];
	char fields[PENALTIES][512];
	size_t i;

	memset(rows, 0, sizeof(rows));
	for (i = 0; i < PENALTIES; i++) {
		test_code((unsigned)i % 20, codes[i]);
		snprintf(fields[i], sizeof(fields[i]),
		    "{\"CF_CFJG\":\"日照市市场监督管理局\",\"CF_CFLB\":"
		    "[\"罚款\",\"警告\"],\"CF_NR\":\"=罚款，<b>%zu</b>\","
		    "\"CF_NR_FK\":%zu,\"CF_WSH\":\"示罚〔2026〕%zu号\"}",
		    i, 1234500 + i, i);
		rows[i] = (struct test_row){.code = codes[i],
		    .name = "示例\"甲\"&公司",
		    .fields = fields[i],
		    .key = i,
		    .content = i,
		    .decided_on = today - (int)i,
		    .class_ =
			i % 10 == 9 ? CAT_CLASS_MINOR : CAT_CLASS_GENERAL};
	}
	fixture_submit(f, PENALTY, "penalty", market, noon_ms(day_text), rows,
	    PENALTIES - 5);
	fixture_submit(f, PENALTY, "penalty", tax, noon_ms(day_text),
	    rows + PENALTIES - 5, 5);
}

static void submit_licence(struct fixture *f, date_days today)
{
	char code[19];
	struct test_row row = {.code = code,
	    .name = "示例乙公司",
	    .fields = "{\"XK_NR\":\"许可内容\",\"XK_WSH\":\"许1号\","
		      "\"XK_ZT\":\"1\"}",
	    .key = 1,
	    .content = 1,
	    .decided_on = today - 3,
	    .valid_to = today + 100};

	test_code(3, code);
	fixture_submit(f, LICENCE, "licence", tax, noon_ms(day_text), &row, 1);
}

static void put_submission(struct fixture *f)
{
	struct store_value submission[] = {store_int(1), store_int(PENALTY),
	    store_str(market), store_int(1), store_int(noon_ms(day_text)),
	    store_str("a.csv"), store_int(1), store_blob("x", 1), store_int(0),
	    store_int(0),
	    store_str("{\"counts\":{\"rows\":202,\"refused\":8,\"late\":18,"
		      "\"records\":187,\"versions\":1,\"doubtful\":2,"
		      "\"duplicates\":2,\"natural_persons\":2},"
		      "\"findings\":[{\"rule\":\"code-bad-check\","
		      "\"field\":\"CF_XDR_SHXYM\",\"count\":3}]}")};

	assert_int_equal(store_run(f->store, SQL_INTAKE_SUBMISSION_INSERT,
			     submission, ARRAY_COUNT(submission), &f->err),
	    0);
}

static int setup(void **state)
{
	struct world *w = world_new(day_text);
	bool more = true;

	submit_penalties(w->fixture, w->reading.today);
	submit_licence(w->fixture, w->reading.today);
	put_submission(w->fixture);
	while (more)
		assert_int_equal(
		    publication_follow_step(w->fixture->store, catalog,
			noon_ms(day_text), &more, &w->err),
		    0);
	*state = w;
	return 0;
}

/* ---- lists ---- */

static json_t *page(struct world *w, const struct list_query *query)
{
	return parse(
	    w, publicity_document(&w->reading, query, &w->out, &w->err));
}

static void set(struct list_query *q, const char *name, const char *value)
{
	struct err err;

	assert_int_equal(
	    list_query_set(q, span_of(name), span_of(value), &err), 0);
}

static void publicity_pages_holdEachPublicRecordOnce(void **state)
{
	struct world *w = *state;
	struct list_query query;
	size_t seen = 0;
	int64_t last = INT64_MAX;

	list_query_init(&query);
	set(&query, "limit", "7");
	for (;;) {
		json_t *doc = page(w, &query);
		const json_t *rows = at(doc, "rows");
		const char *next = json_string_value(at(doc, "next"));
		size_t i;

		assert_int_equal(int_at(doc, "total"), PENALTIES - 5);
		for (i = 0; i < json_array_size(rows); i++) {
			int64_t number =
			    int_at(json_array_get(rows, i), "record");

			assert_true(number != last);
			last = number;
			seen++;
		}
		if (next)
			set(&query, "after", strstr(next, "after=") + 6);
		json_decref(doc);
		if (!next)
			break;
	}
	/* 55 penalties, of which 5 are of a class that is not published. */
	assert_int_equal(seen, PENALTIES - 5);
}

static void publicity_row_saysWhatListsShow(void **state)
{
	struct world *w = *state;
	struct list_query query;
	json_t *doc;
	const json_t *row;

	list_query_init(&query);
	doc = page(w, &query);
	row = json_array_get(at(doc, "rows"), 0);
	assert_string_equal(text_at(row, "document"), "示罚〔2026〕0号");
	assert_string_equal(text_at(row, "kind"), "罚款、警告");
	assert_string_equal(text_at(row, "content"), "=罚款，<b>0</b>");
	assert_string_equal(text_at(row, "authority"), "日照市市场监督管理局");
	assert_string_equal(text_at(row, "decided_on"), "2026-05-20");
	assert_string_equal(text_at(row, "public_until"), "2027-05-19");
	assert_string_equal(text_at(at(row, "class"), "id"), "general");
	assert_string_equal(text_at(at(row, "division"), "id"), "371102");
	assert_string_equal(text_at(at(row, "department"), "id"), market);
	json_decref(doc);
}

static void publicity_filters_narrowAndAreKeptInAddresses(void **state)
{
	struct world *w = *state;
	struct list_query query;
	json_t *doc;

	list_query_init(&query);
	set(&query, "department", tax);
	set(&query, "from", "2026-01-01");
	set(&query, "limit", "2");
	doc = page(w, &query);
	assert_int_equal(json_array_size(at(doc, "rows")), 2);
	assert_true(json_is_null(at(doc, "total")));
	assert_non_null(strstr(text_at(doc, "next"),
	    "department=rizhao-tax&from=2026-01-01&limit=2&after="));
	json_decref(doc);
	set(&query, "division", "371103");
	doc = page(w, &query);
	assert_int_equal(json_array_size(at(doc, "rows")), 0);
	json_decref(doc);
}

static void lists_ofOpenItems_haveBasesAndCounts(void **state)
{
	struct world *w = *state;
	struct list_query query;
	json_t *doc =
	    parse(w, lists_document(&w->reading, DATE_NONE, &w->out, &w->err));

	assert_string_equal(
	    text_at(json_array_get(at(doc, "groups"), 0), "group"), "serious");
	json_decref(doc);
	list_query_init(&query);
	set(&query, "kind", "licence");
	doc = parse(w, list_document(&w->reading, &query, &w->out, &w->err));
	assert_int_equal(int_at(doc, "total"), 1);
	assert_string_equal(
	    text_at(at(doc, "item"), "title"), "Administrative licence");
	json_decref(doc);
	set(&query, "kind", "utility-arrears");
	assert_int_equal(list_document(&w->reading, &query, &w->out, &w->err),
	    ERR_NOT_FOUND);
}

static json_t *list_on(struct world *w, const char *item, const char *on)
{
	struct list_query query;

	list_query_init(&query);
	set(&query, "kind", item);
	set(&query, "on", on);
	return parse(w, list_document(&w->reading, &query, &w->out, &w->err));
}

static const json_t *first_of(const json_t *object, const char *name)
{
	return json_array_get(at(object, name), 0);
}

static void list_head_saysLawAuthorityAndPeriodOfTheDay(void **state)
{
	static const struct {
		enum lang lang;
		const char *on, *text;
	} t[] = {
	    {LANG_EN, "", "published for 60 months"},
	    {LANG_ZH, "", "公示 60 个月"},
	    /* Shandong's bound is of October 2020. */
	    {LANG_EN, "2020-09-30", "published without an end"},
	    {LANG_EN, "2014-09-30", "not published"},
	};
	struct world *w = *state;
	const json_t *item, *period;
	json_t *doc;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(t); i++) {
		tr_set_thread_lang(t[i].lang);
		doc = list_on(w, "abnormal-operations", t[i].on);
		period = first_of(at(doc, "item"), "periods");
		assert_string_equal(text_at(period, "text"), t[i].text);
		assert_int_equal(json_is_object(at(period, "basis")), i < 2);
		assert_int_equal(json_is_true(at(doc, "is_today")), i < 2);
		json_decref(doc);
	}
	doc = list_on(w, "abnormal-operations", "");
	item = at(doc, "item");
	assert_string_equal(
	    text_at(first_of(item, "bases"), "title"), "企业信息公示暂行条例");
	assert_string_equal(
	    text_at(first_of(item, "bases"), "number"), "国务院令第654号");
	assert_string_equal(
	    text_at(first_of(item, "bases"), "article"), "第十八条");
	assert_string_equal(text_at(first_of(item, "departments"), "title"),
	    "日照市市场监督管理局");
	assert_false(json_is_true(at(item, "is_graded")));
	json_decref(doc);
	doc = list_on(w, "penalty", "2026-04-01");
	item = at(doc, "item");
	assert_true(json_is_true(at(item, "is_graded")));
	assert_int_equal(json_array_size(at(item, "periods")), 3);
	assert_non_null(
	    strstr(text_at(json_array_get(at(doc, "departments"), 1), "href"),
		"on=2026-04-01"));
	assert_string_equal(
	    text_at(json_array_get(at(item, "periods"), 1), "text"),
	    "published for 12 months; repair may be applied for after 3 "
	    "months");
	json_decref(doc);
}

/* ---- downloads ---- */

static void draw(struct world *w, struct list_stream *stream)
{
	int got;

	do {
		got = list_stream_next(stream, &w->reading, &w->out, &w->err);
		assert_true(got >= 0);
	} while (got == 1);
}

static size_t count_text(const struct buf *out, const char *text)
{
	const char *p = buf_str(out);
	size_t count = 0;

	for (; (p = strstr(p, text)); p += strlen(text))
		count++;
	return count;
}

static void stream_ofAList_holdsAllRows(void **state)
{
	struct world *w = *state;
	struct list_query query;
	struct list_stream *stream;
	json_t *doc;

	list_query_init(&query);
	assert_int_equal(
	    list_stream_open(&w->reading, &query, LIST_CSV, &stream, &w->err),
	    0);
	draw(w, stream);
	list_stream_close(&stream);
	assert_int_equal(count_text(&w->out, "\r\n"), PENALTIES - 5 + 1);
	/* What looks like a formula is made text; quotes are doubled. */
	assert_non_null(strstr(buf_str(&w->out), ",'=罚款，<b>0</b>,"));
	assert_non_null(strstr(buf_str(&w->out), "\"示例\"\"甲\"\"&公司\""));
	assert_int_equal(
	    count_text(&w->out, csv_example_mark()), PENALTIES - 5 + 1);
	buf_reset(&w->out);
	assert_int_equal(
	    list_stream_open(&w->reading, &query, LIST_JSON, &stream, &w->err),
	    0);
	draw(w, stream);
	list_stream_close(&stream);
	doc = parse(w, ERR_NONE);
	assert_int_equal(json_array_size(doc), PENALTIES - 5);
	assert_true(json_is_true(at(json_array_get(doc, 0), "example")));
	json_decref(doc);
}

/* Only a whole number or an amount is none, whatever its sign. */
static void csv_add_whatMayBeAFormula_isText(void **state)
{
	static const struct {
		const char *cell, *line;
	} cases[] = {
	    {"=1+1", "'=1+1"},
	    {"+1", "'+1"},
	    {"@SUM(A1)", "'@SUM(A1)"},
	    {"＝1+1", "'＝1+1"},
	    {"＋1", "'＋1"},
	    {"－A1", "'－A1"},
	    {"＠SUM(A1)", "'＠SUM(A1)"},
	    {"——", "——"},
	    {"-A1", "'-A1"},
	    {"-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"},
	    {"-1.5.2", "'-1.5.2"},
	    {"-", "'-"},
	    {"-12", "-12"},
	    {"-0.25", "-0.25"},
	    {"2026-03-02", "2026-03-02"},
	    {"", ""},
	};
	struct buf out = BUF_INIT(256);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		buf_reset(&out);
		csv_add(&out, true, span_of(cases[i].cell));
		if (strcmp(buf_str(&out), cases[i].line) != 0)
			fail_msg("case %zu: %s, not %s", i, buf_str(&out),
			    cases[i].line);
	}
	buf_release(&out);
}

static void stream_ofASet_holdsPublicFieldsInLogOrder(void **state)
{
	struct world *w = *state;
	struct list_stream *stream;

	assert_int_equal(list_stream_open_set(&w->reading, span_of("penalty"),
			     LIST_JSONL, &stream, &w->err),
	    0);
	draw(w, stream);
	list_stream_close(&stream);
	assert_int_equal(count_text(&w->out, "\n"), PENALTIES - 5);
	assert_int_equal(count_text(&w->out, "CF_WSH"), PENALTIES - 5);
	assert_true(strncmp(buf_str(&w->out), "{\"record\":0,", 12) == 0);
	buf_reset(&w->out);
	assert_int_equal(list_stream_open_set(&w->reading, span_of("penalty"),
			     LIST_CSV, &stream, &w->err),
	    0);
	draw(w, stream);
	list_stream_close(&stream);
	/* 12,345.00 yuan in the field's unit. */
	assert_non_null(strstr(buf_str(&w->out), ",1.2345,"));
	assert_null(strstr(buf_str(&w->out), "法定代表人"));
	assert_int_equal(
	    list_stream_open_set(&w->reading, span_of("utility-arrears"),
		LIST_CSV, &stream, &w->err),
	    ERR_NOT_FOUND);
}

/* How many rows a spreadsheet has; the text of the last one's first cell
 * goes to w->out. */
static size_t read_sheet(struct world *w, const char *path)
{
	int fd = open(path, O_RDONLY);
	struct reader *reader = NULL;
	struct reader_row row;
	size_t count = 0;

	assert_true(fd >= 0);
	reader_prepare();
	assert_int_equal(reader_open(fd, -1, path, &reader, &w->err), 0);
	while (reader_next(reader, &row, &w->err) == 1) {
		buf_reset(&w->out);
		buf_add_span(&w->out, row.cells[0].text);
		count++;
	}
	reader_free(&reader);
	close(fd);
	return count;
}

static size_t write_sheet(
    struct world *w, const struct list_query *query, const char *path)
{
	assert_int_equal(list_write_xlsx(&w->reading, query, path, &w->err), 0);
	return read_sheet(w, path);
}

static void download_withMoreRowsThanItMayHave_saysSo(void **state)
{
	static const char cut[] = "Cut off here: there are more than 10 rows. "
				  "The whole set: /open-data/penalty.csv";
	struct world *w = *state;
	struct list_query query;
	struct list_stream *stream;
	char path[128];
	json_t *doc;

	list_query_init(&query);
	query.download_max = 10;
	assert_int_equal(
	    list_stream_open(&w->reading, &query, LIST_CSV, &stream, &w->err),
	    0);
	draw(w, stream);
	list_stream_close(&stream);
	assert_int_equal(count_text(&w->out, "\r\n"), 1 + 10 + 1);
	assert_int_equal(count_text(&w->out, cut), 1);
	buf_reset(&w->out);
	assert_int_equal(
	    list_stream_open(&w->reading, &query, LIST_JSON, &stream, &w->err),
	    0);
	draw(w, stream);
	list_stream_close(&stream);
	doc = parse(w, ERR_NONE);
	assert_int_equal(json_array_size(doc), 10 + 1);
	assert_int_equal(int_at(json_array_get(doc, 10), "cut_after"), 10);
	assert_string_equal(text_at(json_array_get(doc, 10), "set"),
	    "/open-data/penalty.jsonl");
	json_decref(doc);
	snprintf(path, sizeof(path), "%s/cut.xlsx", w->fixture->dir);
	assert_int_equal(write_sheet(w, &query, path), 2 + 10 + 1);
	assert_string_equal(buf_str(&w->out), cut);
}

static void download_withJustThatManyRows_isWhole(void **state)
{
	struct world *w = *state;
	struct list_query query;
	struct list_stream *stream;
	char path[128];

	list_query_init(&query);
	query.download_max = PENALTIES - 5;
	assert_int_equal(
	    list_stream_open(&w->reading, &query, LIST_CSV, &stream, &w->err),
	    0);
	draw(w, stream);
	list_stream_close(&stream);
	assert_int_equal(count_text(&w->out, "\r\n"), 1 + PENALTIES - 5);
	snprintf(path, sizeof(path), "%s/whole.xlsx", w->fixture->dir);
	assert_int_equal(write_sheet(w, &query, path), 2 + PENALTIES - 5);
}

static void xlsx_ofNoList_leavesNoFile(void **state)
{
	struct world *w = *state;
	struct list_query query;
	char path[128];

	list_query_init(&query);
	snprintf(path, sizeof(path), "%s/a.xlsx", w->fixture->dir);
	set(&query, "kind", "nothing");
	assert_int_equal(
	    list_write_xlsx(&w->reading, &query, path, &w->err), ERR_NOT_FOUND);
	assert_int_not_equal(access(path, R_OK), 0);
}

/* ---- the change feed ---- */

static void changes_whatEnded_losesItsContent(void **state)
{
	struct world *w = *state;
	struct changes_query query = {.before = CHANGES_TO_END, .limit = 10};
	json_t *doc =
	    parse(w, changes_document(&w->reading, &query, &w->out, &w->err));
	const json_t *first = json_array_get(at(doc, "changes"), 0);

	assert_int_equal(int_at(doc, "end"), PENALTIES - 5 + 1);
	assert_string_equal(text_at(doc, "next"), "/changes?since=10&limit=10");
	assert_string_equal(text_at(first, "kind"), "published");
	assert_true(json_is_object(at(first, "content")));
	assert_string_equal(text_at(first, "item"), "penalty");
	json_decref(doc);
	/* Nobody followed meanwhile: the events are still the old ones. */
	w->reading.today = w->reading.as_of = day("2027-05-20");
	doc = parse(w, changes_document(&w->reading, &query, &w->out, &w->err));
	first = json_array_get(at(doc, "changes"), 0);
	assert_int_equal(int_at(first, "record"), 0);
	assert_true(json_is_null(at(first, "content")));
	assert_true(json_is_null(at(first, "code")));
	assert_true(json_is_null(at(first, "item")));
	assert_true(json_is_false(at(at(doc, "through"), "is_current")));
	json_decref(doc);
	query.since = 1000;
	assert_int_equal(
	    changes_document(&w->reading, &query, &w->out, &w->err), ERR_INPUT);
}

/* ---- the other documents ---- */

static void home_tellsFigures(void **state)
{
	struct world *w = *state;
	json_t *doc =
	    parse(w, home_page_document(&w->reading, &w->out, &w->err));
	const json_t *figures = at(doc, "figures");

	assert_int_equal(int_at(at(figures, "subjects"), "value"), 20);
	assert_int_equal(
	    int_at(at(figures, "records"), "value"), PENALTIES - 5 + 1);
	/* Not all that the catalogue names. */
	assert_int_equal(int_at(at(figures, "departments"), "value"), 1);
	assert_int_equal(json_array_size(at(doc, "latest")), 10);
	assert_string_equal(
	    text_at(json_array_get(at(doc, "latest"), 0), "item"), "licence");
	json_decref(doc);
}

/* The months up to the one that is asked for. */
static void check_history(struct world *w, const char *month, size_t months)
{
	struct quality_query query = {0};
	json_t *doc;

	assert_int_equal(quality_query_set(
			     &query, span_of("month"), span_of(month), &w->err),
	    0);
	doc = parse(w, quality_document(&w->reading, &query, &w->out, &w->err));
	assert_int_equal(json_array_size(at(doc, "history")), months);
	assert_int_equal(
	    json_array_size(at(at(doc, "chart"), "labels")), months);
	json_decref(doc);
}

static void quality_ratesAreTheirNumbers(void **state)
{
	struct world *w = *state;
	struct quality_query query = {0};
	const json_t *totals, *rate;
	json_t *doc =
	    parse(w, quality_document(&w->reading, &query, &w->out, &w->err));

	totals = at(doc, "totals");
	assert_int_equal(int_at(totals, "reported"), 200);
	assert_int_equal(int_at(totals, "passed"), 190);
	rate = at(totals, "compliance");
	assert_int_equal(int_at(rate, "rate"), 9500);
	assert_string_equal(text_at(rate, "text"), "95.00%");
	/* Above 95 is good; 95 itself is fair. */
	assert_string_equal(text_at(rate, "band"), "fair");
	assert_int_equal(
	    int_at(at(totals, "timeliness"), "rate"), 170 * 10000 / 188);
	assert_int_equal(int_at(at(totals, "wrong_code_rate"), "numerator"), 3);
	assert_int_equal(json_array_size(at(doc, "departments")), 1);
	assert_int_equal(json_array_size(at(doc, "history")), 1);
	json_decref(doc);
	assert_int_equal(quality_query_set(&query, span_of("month"),
			     span_of("2026-04"), &w->err),
	    0);
	doc = parse(w, quality_document(&w->reading, &query, &w->out, &w->err));
	assert_true(json_is_null(at(at(doc, "totals"), "compliance")));
	json_decref(doc);
	check_history(w, "2026-04", 0);
	check_history(w, "2026-05", 1);
	check_history(w, "2026-06", 1);
	assert_int_equal(quality_query_set(&query, span_of("month"),
			     span_of("2026-13"), &w->err),
	    ERR_INPUT);
	query.month = 0;
	assert_int_equal(quality_csv(&w->reading, &query, &w->out, &w->err), 0);
	assert_int_equal(count_text(&w->out, "\r\n"), 2);
}

static void departments_nameWhomToWriteTo(void **state)
{
	struct world *w = *state;
	json_t *doc =
	    parse(w, departments_document(&w->reading, &w->out, &w->err));

	assert_int_equal(json_array_size(at(doc, "departments")),
	    catalog->departments_count);
	json_decref(doc);
	doc = parse(w,
	    department_document(&w->reading, span_of(tax), &w->out, &w->err));
	assert_int_equal(json_array_size(at(doc, "latest")), 5 + 1);
	json_decref(doc);
	assert_int_equal(department_document(
			     &w->reading, span_of("nobody"), &w->out, &w->err),
	    ERR_NOT_FOUND);
	doc = parse(w, help_document(&w->reading, &w->out, &w->err));
	assert_string_equal(text_at(at(doc, "credit_office"), "id"),
	    "rizhao-development-reform");
	assert_true(json_array_size(at(doc, "adverse")) >= 6);
	assert_true(json_is_null(at(doc, "kept")));
	json_decref(doc);
}

static void openData_dictionaryHoldsPublicFieldsOnly(void **state)
{
	struct world *w = *state;
	json_t *doc =
	    parse(w, open_data_document(&w->reading, &w->out, &w->err));
	const json_t *set;
	size_t i;

	json_array_foreach (at(doc, "sets"), i, set)
		assert_string_not_equal(text_at(set, "id"), "utility-arrears");
	json_decref(doc);
	assert_int_equal(
	    open_data_dictionary(&w->reading, &w->out, &w->err), 0);
	assert_null(strstr(buf_str(&w->out), "CF_FRDB"));
	assert_non_null(strstr(buf_str(&w->out), "CF_WSH"));
	json_decref(parse(w, ERR_NONE));
}

static const json_t *field_of(const json_t *fields, const char *name)
{
	size_t i;

	for (i = 0; i < json_array_size(fields); i++)
		if (strcmp(text_at(json_array_get(fields, i), "name"), name) ==
		    0)
			return json_array_get(fields, i);
	fail_msg("no field %s", name);
	return NULL;
}

/* What a record, its kind and the dictionary say of a coded value and of a
 * field whose title leaves something open; and of one that needs no word. */
static void meanings_areTold(void **state)
{
	static const char coded[] = "2018年版式为有效，2015年版式为撤销";
	static const char open[] = "没有决定文书号的，填许可编号";
	struct world *w = *state;
	json_t *doc = parse(w,
	    record_document(
		&w->reading, w->fixture->ledger, PENALTIES, &w->out, &w->err));
	const json_t *fields = at(at(doc, "record"), "fields");
	const json_t *told = at(field_of(fields, "XK_ZT"), "meaning");

	assert_string_equal(text_at(told, "text"), coded);
	assert_true(json_is_true(at(told, "is_unconfirmed")));
	assert_string_not_equal(text_at(told, "source"), "");
	told = at(field_of(fields, "XK_WSH"), "meaning");
	assert_string_equal(text_at(told, "text"), open);
	assert_string_not_equal(text_at(told, "source"), "");
	assert_null(json_object_get(field_of(fields, "XK_NR"), "meaning"));
	json_decref(doc);
	doc = parse(w,
	    catalogue_item_document(
		&w->reading, span_of("licence"), DATE_NONE, &w->out, &w->err));
	told = field_of(at(doc, "fields"), "XK_ZT");
	assert_non_null(strstr(text_at(told, "codes"), coded));
	json_decref(doc);
	assert_int_equal(
	    open_data_dictionary(&w->reading, &w->out, &w->err), 0);
	assert_non_null(strstr(buf_str(&w->out), coded));
	assert_non_null(strstr(buf_str(&w->out), open));
	json_decref(parse(w, ERR_NONE));
}

static void log_tellsTheSignedState(void **state)
{
	struct world *w = *state;
	json_t *doc = parse(w,
	    log_document(&w->reading, w->fixture->ledger, NULL,
		"test.example/records", &w->out, &w->err));

	assert_int_equal(int_at(doc, "size"), PENALTIES + 1);
	assert_non_null(strstr(text_at(doc, "checkpoint"), "\n56\n"));
	assert_int_equal(json_array_size(at(doc, "months")), 1);
	json_decref(doc);
}

/* Does the "text" of an element end so? */
static bool has_text(const json_t *array, const char *end)
{
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		const char *text = text_at(json_array_get(array, i), "text");
		size_t n = strlen(text);

		if (n >= strlen(end) &&
		    strcmp(text + n - strlen(end), end) == 0)
			return true;
	}
	return false;
}

static void catalogue_onAnotherDay_hasThatDaysRegime(void **state)
{
	struct world *w = *state;
	json_t *doc = parse(
	    w, catalogue_document(&w->reading, DATE_NONE, &w->out, &w->err));

	assert_true(json_is_true(at(doc, "is_today")));
	json_decref(doc);
	doc = parse(w,
	    catalogue_item_document(&w->reading, span_of("penalty"),
		day("2020-01-01"), &w->out, &w->err));
	assert_true(json_is_false(at(doc, "is_today")));
	assert_string_not_equal(text_at(at(doc, "regime"), "id"), "");
	assert_string_equal(text_at(at(doc, "item"), "id"), "penalty");
	assert_true(has_text(at(doc, "classes"), "is above 3,000.00元"));
	assert_true(json_is_true(at(doc, "has_other_regimes")));
	json_decref(doc);
	assert_int_equal(catalogue_item_document(&w->reading,
			     span_of("nothing"), DATE_NONE, &w->out, &w->err),
	    ERR_NOT_FOUND);
}

/* ---- who may ask for a check ---- */

static enum err_code check_in(struct world *w, const struct cat_matter *matter,
    const char *department, const char *purpose)
{
	struct catalog narrowed = *catalog;
	struct reading reading = w->reading;
	struct check_question q = {.matter = span_of(matter->id),
	    .purpose = span_of(purpose),
	    .case_number = span_of("示采〔2026〕1号"),
	    .department = department,
	    .now_ms = noon_ms(day_text)};
	struct check_answer answer;
	struct view_source view;
	enum err_code rc;
	char code[19];

	test_code(3, code);
	q.code = span_of(code);
	narrowed.matters = matter;
	narrowed.matters_count = 1;
	reading.catalog = &narrowed;
	check_answer_init(&answer);
	assert_int_equal(check_begin(&reading, &view, &w->err), 0);
	rc = check_make(&reading, &view, &q, &answer, &w->err);
	check_end(&reading, &view);
	assert_int_equal(answer.document.n > 0, rc == 0);
	check_answer_release(&answer);
	return rc;
}

static void check_ofDepartmentMatterAndDay_isAnsweredWhereAllFit(void **state)
{
	static char text[CHECK_TEXT_BYTES_MAX + 2];
	static const struct {
		const char *department, *from, *to, *purpose;
		enum err_code rc;
	} cases[] = {
	    {"rizhao-market-regulation", NULL, NULL, "招标资格审查", ERR_NONE},
	    {"rizhao-market-regulation", NULL, NULL, "ab", ERR_NONE},
	    {"rizhao-market-regulation", NULL, NULL, "a", ERR_INPUT},
	    {"rizhao-market-regulation", NULL, NULL, "a\xff", ERR_INPUT},
	    {"rizhao-market-regulation", NULL, "2026-05-20", "ab", ERR_NONE},
	    {"rizhao-market-regulation", NULL, "2026-05-19", "ab", ERR_REFUSED},
	    {"rizhao-market-regulation", "2026-05-20", NULL, "ab", ERR_NONE},
	    {"rizhao-market-regulation", "2026-05-21", NULL, "ab", ERR_REFUSED},
	    {"rizhao-market-regulation", NULL, NULL, text, ERR_INPUT},
	    {"rizhao-market-regulation", NULL, NULL, text + 1, ERR_NONE},
	    {"rizhao-court", NULL, NULL, "ab", ERR_REFUSED},
	    {"nobody", NULL, NULL, "ab", ERR_REFUSED},
	};
	struct world *w = *state;
	size_t i;

	memset(text, 'a', sizeof(text) - 1);
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct cat_matter matter =
		    *catalog_matter(catalog, "government-procurement");

		if (cases[i].from)
			matter.valid_from = day(cases[i].from);
		if (cases[i].to)
			matter.valid_to = day(cases[i].to);
		if (check_in(w, &matter, cases[i].department,
			cases[i].purpose) != cases[i].rc)
			fail_msg("row %zu: %s", i, w->err.message);
	}
}

/* What a department can say of a check: of what it was told and may do. */
static void checkTold_isWhatTheDepartmentMayImplement(void **state)
{
	static const struct {
		const char *department, *measure;
		enum feedback_decision decision;
		bool has;
	} cases[] = {
	    {"rizhao-finance", "limit-state-asset-dealings", FEEDBACK_APPLIED,
		true},
	    {"rizhao-finance", "limit-state-asset-dealings",
		FEEDBACK_NOT_APPLIED, true},
	    {"rizhao-finance", "limit-state-asset-dealings", FEEDBACK_EASIER,
		false},
	    {"rizhao-finance", "limit-state-asset-dealings", FEEDBACK_LIFTED,
		false},
	    {"rizhao-finance", "limit-state-asset-dealings", FEEDBACK_NOTHING,
		false},
	    {"rizhao-finance", "limit-bidding", FEEDBACK_NOT_APPLIED, false},
	    {"rizhao-finance", "nothing", FEEDBACK_NOT_APPLIED, false},
	    {"rizhao-finance", "priority-funds", FEEDBACK_EASIER, true},
	    {"rizhao-finance", "priority-funds", FEEDBACK_APPLIED, false},
	    {"rizhao-court", "priority-funds", FEEDBACK_EASIER, false},
	    {"rizhao-court", "limit-state-asset-dealings", FEEDBACK_APPLIED,
		false},
	    {"nobody", "limit-state-asset-dealings", FEEDBACK_APPLIED, false},
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct check_told told;
		json_t *answer =
		    json_pack("{s{ss}s[{s[{ss}{ss}]}]}", "department", "id",
			cases[i].department, "entries", "measures", "id",
			"limit-state-asset-dealings", "id", "priority-funds");

		assert_non_null(answer);
		check_told_of_answer(&w->reading, answer, &told);
		if (check_told_has(&told, cases[i].decision,
			span_of(cases[i].measure)) != cases[i].has)
			fail_msg("row %zu", i);
		check_told_release(&told);
		json_decref(answer);
	}
}

static void subject_publicDocument_hasATimeline(void **state)
{
	struct world *w = *state;
	char code[19];
	json_t *doc;

	test_code(3, code);
	doc = parse(w,
	    subject_document(
		&w->reading, span_of(code), NULL, &w->out, &w->err));
	/* Three penalties of that organisation and the licence. */
	assert_int_equal(int_at(doc, "records"), 4);
	assert_int_equal(json_array_size(at(doc, "timeline")), 4 * 3);
	assert_string_equal(
	    text_at(json_array_get(at(doc, "timeline"), 0), "kind"), "until");
	json_decref(doc);
}

/* ---- Atom ---- */

static void feeds_areEscapedXml(void **state)
{
	static const struct atom_site site = {
	    "https://credit.example", "示例 & 信用"};
	struct world *w = *state;
	char code[19];

	test_code(3, code);
	assert_int_equal(
	    subject_feed(&w->reading, span_of(code), &site, &w->out, &w->err),
	    0);
	assert_int_equal(count_text(&w->out, "<entry>"), 4);
	assert_int_equal(count_text(&w->out, "</entry>"), 4);
	assert_null(strstr(buf_str(&w->out), "<b>"));
	assert_null(strstr(buf_str(&w->out), "  "));
	assert_null(strstr(buf_str(&w->out), " </title>"));
	assert_non_null(strstr(buf_str(&w->out), "&lt;b&gt;3&lt;/b&gt;"));
	assert_non_null(strstr(buf_str(&w->out), "示例 &amp; 信用"));
	assert_non_null(strstr(buf_str(&w->out), "Decided on: 20"));
	buf_reset(&w->out);
	tr_set_thread_lang(LANG_ZH);
	assert_int_equal(
	    subject_feed(&w->reading, span_of(code), &site, &w->out, &w->err),
	    0);
	tr_set_thread_lang(LANG_EN);
	assert_non_null(strstr(buf_str(&w->out), "决定日期：20"));
	buf_reset(&w->out);
	assert_int_equal(
	    department_feed(&w->reading, span_of(tax), &site, &w->out, &w->err),
	    0);
	assert_int_equal(count_text(&w->out, "<entry>"), 6);
	assert_int_equal(
	    subject_feed(&w->reading, span_of("甲"), &site, &w->out, &w->err),
	    ERR_INPUT);
}

static void xml_add_escapesWhatMeansSomething(void **state)
{
	static const char text[] = "a<b>&\"'\x01\n\xEF\xBF\xBF\xEF\xBF\xBC";
	struct buf out = BUF_INIT(256);

	(void)state;
	xml_add(&out, (struct span){text, sizeof(text) - 1});
	assert_string_equal(buf_str(&out),
	    "a&lt;b&gt;&amp;&quot;&#39;\xEF\xBF\xBD\n\xEF\xBF\xBD"
	    "\xEF\xBF\xBC");
	buf_release(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(publicity_pages_holdEachPublicRecordOnce),
	    TEST(publicity_row_saysWhatListsShow),
	    TEST(publicity_filters_narrowAndAreKeptInAddresses),
	    TEST(lists_ofOpenItems_haveBasesAndCounts),
	    TEST(list_head_saysLawAuthorityAndPeriodOfTheDay),
	    TEST(stream_ofAList_holdsAllRows),
	    TEST(stream_ofASet_holdsPublicFieldsInLogOrder),
	    TEST(download_withMoreRowsThanItMayHave_saysSo),
	    TEST(download_withJustThatManyRows_isWhole),
	    TEST(xlsx_ofNoList_leavesNoFile),
	    TEST(changes_whatEnded_losesItsContent),
	    TEST(home_tellsFigures),
	    TEST(quality_ratesAreTheirNumbers),
	    TEST(departments_nameWhomToWriteTo),
	    TEST(openData_dictionaryHoldsPublicFieldsOnly),
	    TEST(meanings_areTold),
	    TEST(log_tellsTheSignedState),
	    TEST(catalogue_onAnotherDay_hasThatDaysRegime),
	    TEST(check_ofDepartmentMatterAndDay_isAnsweredWhereAllFit),
	    TEST(checkTold_isWhatTheDepartmentMayImplement),
	    TEST(subject_publicDocument_hasATimeline),
	    TEST(feeds_areEscapedXml),
	    cmocka_unit_test(xml_add_escapesWhatMeansSomething),
	    cmocka_unit_test(csv_add_whatMayBeAFormula_isText),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
