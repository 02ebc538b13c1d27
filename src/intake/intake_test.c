/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of what happens to a row: plan, check, finding, slots, report,
 * and how a masked code goes with a known one. With the shipped catalogue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "intake/candidates.h"
#include "intake/check.h"
#include "intake/fields.h"
#include "intake/finding.h"
#include "intake/report.h"
#include "intake/slots.h"

#define GOOD_CODE "91350100M000100Y43"
#define CITIZEN	  "371102198503030033"

static struct catalog *catalog;
static const struct cat_item *penalty;

static int load_catalog(void **state)
{
	struct cat_issues issues;
	char root[4096];
	struct err err;

	(void)state;
	tr_set_lang(LANG_EN);
	snprintf(root, sizeof(root), "%s/catalog", getenv("GX_SOURCE_ROOT"));
	cat_issues_init(&issues);
	if (catalog_load(root, "rizhao", &issues, &catalog, &err) != 0)
		print_error("%s\n", err.message);
	cat_issues_release(&issues);
	penalty = catalog ? catalog_item(catalog, "penalty") : NULL;
	return penalty ? 0 : -1;
}

static int free_catalog(void **state)
{
	(void)state;
	catalog_free(&catalog);
	return 0;
}

/* ---- a row to be checked ---- */

enum { CELLS_MAX = 40 };

/* A small file of one row: its header and cells. */
struct fixture {
	struct plan plan;
	struct checker *checker;
	struct cell cells[CELLS_MAX];
	struct reader_row row;
	struct checked_row got;
};

static const char *const good[][2] = {
    {"CF_XDR_MC", "日照虚构甲有限公司"},
    {"CF_XDR_LB", "法人及非法人组织"},
    {"CF_XDR_SHXYM", GOOD_CODE},
    {"CF_XDR_ZZJG", ""},
    {"CF_XDR_GSZC", ""},
    {"CF_FRDB", "示例甲子"},
    {"CF_FR_SFZH", ""},
    {"CF_XDR_ZJHM", ""},
    {"CF_WSH", "日市监处罚〔2026〕1号"},
    {"CF_WFXW", "未明码标价"},
    {"CF_SY", "经查，当事人未明码标价"},
    {"CF_YJ", "《价格法》第四十二条"},
    {"CF_CFLB", "罚款"},
    {"CF_NR", "罚款1000元"},
    {"CF_NR_FK", "0.1"},
    {"CF_JDRQ", "2026-03-02"},
    {"CF_YXQ", "2027-03-02"},
    {"CF_CFJG", "日照市市场监督管理局"},
    {"CF_CFJGDM", GOOD_CODE},
    {"CF_SJLY", "日照市市场监督管理局"},
    {"CF_SJLYDM", GOOD_CODE},
    {"BZ", ""},
};

static date_days today(void)
{
	return date_from_ymd(2026, 3, 5);
}

static int column_of(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(good); i++)
		if (strcmp(good[i][0], name) == 0)
			return (int)i;
	fail_msg("no column %s", name);
	return -1;
}

/* without: a column that the file lacks, or NULL. */
static void make(struct fixture *f, const char *without)
{
	size_t i;

	memset(f, 0, sizeof(*f));
	plan_init(&f->plan, catalog, penalty);
	for (i = 0; i < ARRAY_COUNT(good); i++) {
		bool is_out = without && strcmp(good[i][0], without) == 0;

		plan_add_column(
		    &f->plan, span_of(is_out ? "不相干" : good[i][0]));
		f->cells[i].text = span_of(is_out ? "" : good[i][1]);
	}
	f->checker = checker_new(&f->plan, today());
	f->row = (struct reader_row){
	    .number = 7, .cells = f->cells, .count = ARRAY_COUNT(good)};
}

static void set(struct fixture *f, const char *name, const char *value)
{
	f->cells[column_of(name)].text = span_of(value);
}

static void run(struct fixture *f)
{
	checker_row(f->checker, &f->row, &f->got);
}

static void done(struct fixture *f)
{
	checker_free(&f->checker);
}

/* How often a rule stands in the row's findings. */
static int count_rule(const struct fixture *f, const char *rule)
{
	json_t *all = json_loadb(f->got.findings.p, f->got.findings.n, 0, NULL);
	const json_t *one;
	int n = 0;
	size_t i;

	json_array_foreach (all, i, one) {
		const char *name =
		    json_string_value(json_object_get(one, "rule"));

		n += name && strcmp(name, rule) == 0;
	}
	json_decref(all);
	return n;
}

static bool holds(struct span text, const char *wanted)
{
	return memmem(text.p, text.n, wanted, strlen(wanted)) != NULL;
}

/* ---- plan ---- */

static void plan_column_finds_field(void **state)
{
	static const struct {
		const char *title;
		const char *field; /* NULL: none */
	} cases[] = {
	    {"CF_WSH", "CF_WSH"},
	    {"cf_wsh", "CF_WSH"},
	    {"行政处罚决定书文号", "CF_WSH"},
	    {" 行政處罰決定書文號　", "CF_WSH"},
	    {"罚款金额(万元)", "CF_NR_FK"},
	    {"罚款金额（万元）", "CF_NR_FK"},
	    {"罚款金额", "CF_NR_FK"},
	    {"行政相对人代码_1（统一社会信用代码）", "CF_XDR_SHXYM"},
	    {"负责人", "CF_FRDB"},
	    {"错误说明", NULL},
	    {"", NULL},
	    {"　", NULL},
	};
	struct plan plan;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		int wanted = cases[i].field
		    ? cat_field_index(penalty, cases[i].field)
		    : -1;
		int got;

		plan_init(&plan, catalog, penalty);
		got = plan_add_column(&plan, span_of(cases[i].title));
		if (got != wanted)
			fail_msg("case %zu: field %d, not %d", i, got, wanted);
		assert_int_equal(plan.field_of[0], wanted);
	}
}

static void plan_too_many_same_columns_are_unknown(void **state)
{
	struct plan plan;
	int i;

	(void)state;
	plan_init(&plan, catalog, penalty);
	for (i = 0; i < PLAN_SAME_MAX; i++)
		assert_true(plan_add_column(&plan, span_of("CF_WSH")) >= 0);
	assert_int_equal(plan_add_column(&plan, span_of("CF_WSH")), -1);
	for (i = PLAN_SAME_MAX + 1; i < READER_COLUMNS_MAX; i++)
		plan_add_column(&plan, span_of("x"));
	assert_int_equal(plan_add_column(&plan, span_of("CF_SY")), -1);
	assert_int_equal(plan.columns_count, READER_COLUMNS_MAX);
}

static void plan_header_is_told_from_titles(void **state)
{
	static const struct {
		const char *cells[5];
		bool is_header;
	} cases[] = {
	    {{"行政处罚信息", "", "", "", ""}, false},
	    {{"报送单位", "日照市", "2026年", "", ""}, false},
	    {{"行政相对人名称", "处罚决定日期", "行政处罚决定书文号"}, true},
	    {{"行政相对人名称", "处罚决定日期"}, false},
	    {{"处罚依据", "处罚决定日期", "行政处罚决定书文号"}, false},
	    {{"CF_XDR_SHXYM", "CF_SY", "CF_YJ", "别的"}, true},
	};
	struct plan plan;
	size_t i, k;

	(void)state;
	plan_init(&plan, catalog, penalty);
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct span cells[5];

		for (k = 0; k < 5; k++)
			cells[k] = span_of(cases[i].cells[k]);
		if (plan_is_header(&plan, cells, 5) != cases[i].is_header)
			fail_msg("case %zu", i);
	}
}

/* ---- check ---- */

static void check_good_row_becomes_record(void **state)
{
	struct fixture f;
	json_t *fields;
	char *sorted;

	(void)state;
	make(&f, NULL);
	run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	assert_int_equal(f.got.number, 7);
	assert_string_equal(f.got.code, GOOD_CODE);
	assert_int_equal(f.got.findings.n, 0);
	assert_int_equal(f.got.decided_on, date_from_ymd(2026, 3, 2));
	assert_false(f.got.is_late);
	/* Canonical: what a general writer makes of it is the same. */
	fields = json_loadb(f.got.fields.p, f.got.fields.n, 0, NULL);
	sorted = json_dumps(fields, JSON_COMPACT | JSON_SORT_KEYS);
	assert_int_equal(strlen(sorted), f.got.fields.n);
	assert_memory_equal(sorted, f.got.fields.p, f.got.fields.n);
	assert_int_equal(
	    json_integer_value(json_object_get(fields, "CF_NR_FK")), 100000);
	assert_true(json_is_array(json_object_get(fields, "CF_CFLB")));
	assert_null(json_object_get(fields, "BZ"));
	free(sorted);
	json_decref(fields);
	done(&f);
}

/* What a decoding child that was taken over could send for fields. */
static void fields_otherThanTheItems_areRefused(void **state)
{
	static const struct {
		const char *open;
		const char *closed;
		bool is_sane;
	} cases[] = {
	    {"{}", "", true},
	    {"{\"CF_CFLB\":[\"罚款\",\"警告\"],\"CF_NR_FK\":0}", "", true},
	    {"{\"CF_CFLB\":[],\"CF_NR\":\"\"}", "{\"BZ\":\"\\\"\\u001f\\\\\"}",
		true},
	    {"{\"CF_NR_FK\":-12}", "{\"BZ\":\"某\",\"CF_FRDB\":\"某\"}", true},
	    {"", "", false},
	    {"{", "", false},
	    {"{}", "{}", false},			      /* empty part */
	    {"{}}", "", false},				      /* behind it */
	    {"{\"CF_NR\":\"a\"} ", "", false},		      /* behind it */
	    {"{\"BZ\":\"某\"}", "", false},		      /* internal */
	    {"{}", "{\"CF_NR\":\"某\"}", false},	      /* open */
	    {"{\"CF_FR_SFZH\":\"1\"}", "", false},	      /* dropped */
	    {"{}", "{\"CF_FR_SFZH\":\"1\"}", false},	      /* dropped */
	    {"{\"XX\":\"a\"}", "", false},		      /* unknown */
	    {"{\"CF_NR_FK\":1,\"CF_NR\":\"a\"}", "", false},  /* order */
	    {"{\"CF_NR\":\"a\",\"CF_NR\":\"a\"}", "", false}, /* twice */
	    {"{\"CF_NR\":\"a\",}", "", false},
	    {"{\"CF_NR\":\"a\"", "", false},
	    {"{\"CF_NR\":\"a}", "", false},
	    {"{\"CF_NR\":\"a\\\"}", "", false},
	    {"{\"CF_NR\":\"a\\x\"}", "", false},
	    {"{\"CF_NR\":\"a\nb\"}", "", false},
	    {"{\"CF_NR\":\"\\u0041\"}", "", false},
	    {"{\"CF_NR\":}", "", false},
	    {"{\"CF_NR\":{}}", "", false},
	    {"{\"CF_NR\":null}", "", false},
	    {"{\"CF_NR_FK\":01}", "", false},
	    {"{\"CF_NR_FK\":-0}", "", false},
	    {"{\"CF_NR_FK\":1.5}", "", false},
	    {"{\"CF_NR_FK\":1234567890123456789}", "", false},
	    {"{\"CF_CFLB\":[1]}", "", false},
	    {"{\"CF_CFLB\":[\"a\",]}", "", false},
	    {"{\"CF_CFLB\":[\"a\"", "", false},
	};
	struct fields_shape *shape = fields_shape_new(penalty);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		/* Copies of their own, so that overruns are seen. */
		size_t n = strlen(cases[i].open), k = strlen(cases[i].closed);
		char *open = mem_dup(cases[i].open, n);
		char *closed = mem_dup(cases[i].closed, k);

		if (fields_are_sane(shape, (struct span){open, n},
			(struct span){closed, k}) != cases[i].is_sane)
			fail_msg("case %zu", i);
		free(open);
		free(closed);
	}
	fields_shape_free(&shape);
}

/* Fields that the catalogue calls internal go into an object of their own,
 * and count in the content all the same. */
static void check_internal_fields_stand_apart(void **state)
{
	static const char closed[] = "{\"CF_FRDB\":\"代表人子\"}";
	struct fixture f;
	uint64_t without;

	(void)state;
	make(&f, NULL);
	set(&f, "CF_FRDB", "");
	run(&f);
	assert_int_equal(f.got.closed.n, 0);
	without = f.got.content_hash;
	set(&f, "CF_FRDB", "代表人子");
	run(&f);
	assert_true(span_is(f.got.closed, closed));
	assert_null(memmem(f.got.fields.p, f.got.fields.n, "CF_FRDB", 7));
	assert_int_not_equal(f.got.content_hash, without);
	done(&f);
}

static void check_bad_value_is_found(void **state)
{
	static const struct {
		const char *field;
		const char *value;
		const char *rule;
		enum row_outcome outcome;
	} cases[] = {
	    {"CF_XDR_SHXYM", "91350100M000100Y4", "code-bad-length",
		ROW_REFUSED},
	    {"CF_XDR_SHXYM", "91350100M000100Y4Z", "code-bad-character",
		ROW_REFUSED},
	    {"CF_XDR_SHXYM", "91350100M000100Y44", "code-bad-check",
		ROW_REFUSED},
	    {"CF_XDR_SHXYM", "B1350100M000100Y43", "code-bad-department",
		ROW_REFUSED},
	    {"CF_XDR_SHXYM", "98350100M000100Y43", "code-bad-class",
		ROW_REFUSED},
	    {"CF_XDR_MC", "", "required-missing", ROW_REFUSED},
	    {"CF_JDRQ", "", "required-missing", ROW_REFUSED},
	    {"CF_JDRQ", "2026-02-30", "date-impossible", ROW_REFUSED},
	    {"CF_JDRQ", "03/02/2026", "date-ambiguous", ROW_REFUSED},
	    {"CF_JDRQ", "2026-03", "date-incomplete", ROW_REFUSED},
	    {"CF_JDRQ", "1626-03-02", "date-out-of-range", ROW_REFUSED},
	    {"CF_JDRQ", "昨天", "date-unreadable", ROW_REFUSED},
	    {"CF_JDRQ", "2026-03-06", "penalty-not-future", ROW_REFUSED},
	    {"CF_YXQ", "2026-03-01", "penalty-end-after-start", ROW_REFUSED},
	    {"CF_NR_FK", "-1", "number-negative", ROW_REFUSED},
	    {"CF_NR_FK", "见决定书", "number-unreadable", ROW_REFUSED},
	    {"CF_NR_FK", "0.1234567", "money-inexact", ROW_REFUSED},
	    {"CF_NR_FK", "9999999999999999", "number-too-large", ROW_REFUSED},
	    {"CF_NR_FK", "100美元", "money-currency", ROW_REFUSED},
	    {"CF_NR_FK", "1000元", "money-unit", ROW_RECORD},
	    {"CF_CFLB", "口头", "value-unknown", ROW_REFUSED},
	    {"CF_CFJGDM", "000", "other-code-bad", ROW_RECORD},
	    {"CF_XDR_ZZJG", "123456789", "org-code-bad", ROW_RECORD},
	    {"CF_XDR_GSZC", "123456789012345", "reg-number-bad", ROW_RECORD},
	    {"CF_SY", "当事人" CITIZEN "未明码标价", "citizen-removed",
		ROW_RECORD},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct fixture f;

		make(&f, NULL);
		set(&f, cases[i].field, cases[i].value);
		run(&f);
		if (f.got.outcome != cases[i].outcome ||
		    count_rule(&f, cases[i].rule) != 1)
			fail_msg("case %zu: outcome %d, findings %.*s", i,
			    f.got.outcome, (int)f.got.findings.n,
			    f.got.findings.p);
		done(&f);
	}
}

static void check_every_error_of_row_is_found(void **state)
{
	struct fixture f;

	(void)state;
	make(&f, NULL);
	set(&f, "CF_JDRQ", "2026-02-30");
	set(&f, "CF_NR_FK", "-1");
	set(&f, "CF_YJ", "");
	set(&f, "CF_XDR_SHXYM", "123");
	run(&f);
	assert_int_equal(f.got.outcome, ROW_REFUSED);
	assert_int_equal(count_rule(&f, "date-impossible"), 1);
	assert_int_equal(count_rule(&f, "number-negative"), 1);
	assert_int_equal(count_rule(&f, "required-missing"), 1);
	assert_int_equal(count_rule(&f, "code-bad-length"), 1);
	assert_true(holds(f.got.cells, "日照虚构甲有限公司"));
	done(&f);
}

static void check_same_row_otherwise_written_has_same_hashes(void **state)
{
	static const char *const other[][2] = {
	    {"CF_XDR_SHXYM", "９１３５０１００m000100y43"},
	    {"CF_WSH", "日市监处罚［2026］ 1号"},
	    {"CF_JDRQ", "2026年3月2日"},
	    {"CF_YXQ", "46448"},
	    {"CF_NR_FK", "0.100000"},
	    {"CF_XDR_LB", "企业"},
	};
	struct fixture f;
	uint64_t key, content;
	size_t i;

	(void)state;
	make(&f, NULL);
	run(&f);
	key = f.got.key_hash;
	content = f.got.content_hash;
	for (i = 0; i < ARRAY_COUNT(other); i++)
		set(&f, other[i][0], other[i][1]);
	run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	assert_true(f.got.key_hash == key);
	assert_true(f.got.content_hash == content);
	set(&f, "CF_NR", "罚款1000元整");
	run(&f);
	assert_true(f.got.key_hash == key);
	assert_true(f.got.content_hash != content);
	set(&f, "CF_WSH", "日市监处罚〔2026〕2号");
	run(&f);
	assert_true(f.got.key_hash != key);
	done(&f);
}

static void check_uncertain_code_is_doubtful(void **state)
{
	static const struct {
		const char *code;
		enum doubt doubt;
	} cases[] = {
	    {"", DOUBT_MISSING},
	    {"无", DOUBT_MISSING},
	    {"-", DOUBT_MISSING},
	    {"91350100**********", DOUBT_MASKED},
	    {"913501****00100Y43", DOUBT_MASKED},
	    {"91350100XXXXXXXXXX", DOUBT_MASKED},
	    {"00000000000000000X", DOUBT_PLACEHOLDER},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct fixture f;

		make(&f, NULL);
		set(&f, "CF_XDR_SHXYM", cases[i].code);
		run(&f);
		if (f.got.outcome != ROW_DOUBTFUL ||
		    f.got.doubt != cases[i].doubt)
			fail_msg("case %zu: outcome %d, doubt %d", i,
			    f.got.outcome, f.got.doubt);
		assert_true(span_is(f.got.code_text, cases[i].code));
		assert_string_equal(f.got.code, "");
		done(&f);
	}
}

static void check_lateness_begins_behind_the_clock(void **state)
{
	struct fixture f;
	date_days limit = calendar_late_before(
	    today(), penalty->clock.days, penalty->clock.is_working_days);
	char text[DATE_TEXT_BYTES];

	(void)state;
	make(&f, NULL);
	set(&f, "CF_JDRQ", date_format_iso(limit, text));
	run(&f);
	assert_false(f.got.is_late);
	set(&f, "CF_JDRQ", date_format_iso(limit - 1, text));
	run(&f);
	assert_int_equal(f.got.outcome, ROW_RECORD);
	assert_true(f.got.is_late);
	done(&f);
}

static void check_person_is_only_counted(void **state)
{
	static const struct {
		const char *kind; /* NULL: the file has no such column */
		const char *code;
		const char *name;
		const char *document;
		enum row_outcome outcome;
	} cases[] = {
	    {"自然人", "", "虚构某", "", ROW_NATURAL},
	    {"自然人", GOOD_CODE, "日照虚构甲有限公司", "", ROW_NATURAL},
	    {"法人及非法人组织", CITIZEN, "虚构某", "", ROW_NATURAL},
	    {"法人及非法人组织", "", "虚构店", "", ROW_DOUBTFUL},
	    {NULL, "", "虚构某某某某某", CITIZEN, ROW_NATURAL},
	    {NULL, "", "虚构某某某某某", "E12345678", ROW_NATURAL},
	    {NULL, "", "虚构某某某某某", "无", ROW_DOUBTFUL},
	    {NULL, "", "虚构某", "", ROW_NATURAL},
	    {NULL, "", "某某·虚构某某", "", ROW_NATURAL},
	    {NULL, "3711**********0033", "日照虚构甲有限公司", "", ROW_NATURAL},
	    {NULL, "91350100**********", "日照虚构甲有限公司", "",
		ROW_DOUBTFUL},
	    {NULL, "", "日照虚构甲有限公司", "", ROW_DOUBTFUL},
	    {NULL, GOOD_CODE, "虚构店", CITIZEN, ROW_RECORD},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct fixture f;

		make(&f, cases[i].kind ? NULL : "CF_XDR_LB");
		/* The 2015 layout, which needs no kind, has two columns for
		 * the penalty's kind in place of CF_CFLB. */
		if (!cases[i].kind) {
			plan_add_column(&f.plan, span_of("CF_CFLB1"));
			f.cells[f.row.count++].text = span_of("罚款");
			f.cells[column_of("CF_CFLB")].text = span_of("");
		} else {
			set(&f, "CF_XDR_LB", cases[i].kind);
		}
		set(&f, "CF_XDR_SHXYM", cases[i].code);
		set(&f, "CF_XDR_MC", cases[i].name);
		set(&f, "CF_XDR_ZJHM", cases[i].document);
		run(&f);
		if (f.got.outcome != cases[i].outcome)
			fail_msg("case %zu: outcome %d, findings %.*s", i,
			    f.got.outcome, (int)f.got.findings.n,
			    f.got.findings.p);
		if (cases[i].outcome == ROW_NATURAL)
			assert_int_equal(f.got.cells.n + f.got.findings.n +
				f.got.fields.n + f.got.name.n,
			    0);
		done(&f);
	}
}

static void check_refused_row_keeps_no_personal_number(void **state)
{
	static const char *const fields[] = {"CF_FR_SFZH", "CF_XDR_ZJHM",
	    "CF_SY", "CF_NR_FK", "CF_JDRQ", "CF_CFLB", "CF_WSH", "CF_CFJGDM",
	    "CF_XDR_ZZJG", "CF_XDR_GSZC", "BZ"};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(fields); i++) {
		struct fixture f;

		make(&f, NULL);
		set(&f, "CF_YJ", "");
		set(&f, fields[i], CITIZEN);
		run(&f);
		assert_int_equal(f.got.outcome, ROW_REFUSED);
		if (holds(f.got.cells, CITIZEN) ||
		    holds(f.got.findings, CITIZEN))
			fail_msg("%s: %.*s %.*s", fields[i], (int)f.got.cells.n,
			    f.got.cells.p, (int)f.got.findings.n,
			    f.got.findings.p);
		done(&f);
	}
}

static void check_faulty_row_keeps_cells_only_in_their_columns(void **state)
{
	static const struct {
		enum row_fault fault;
		bool keeps;
	} cases[] = {
	    {ROW_BAD_ENCODING, true},
	    {ROW_BAD_QUOTES, false},
	    {ROW_TOO_LONG, false},
	    {ROW_TOO_MANY_CELLS, false},
	    {ROW_BAD_JSON, false},
	    {ROW_NESTED_JSON, true},
	    {ROW_FORMULA_ERROR, true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct fixture f;

		make(&f, NULL);
		f.row.fault = cases[i].fault;
		run(&f);
		assert_int_equal(f.got.outcome, ROW_REFUSED);
		assert_int_equal(count_rule(&f, "row-fault"), 1);
		if (holds(f.got.cells, "日照虚构甲有限公司") != cases[i].keeps)
			fail_msg("case %zu: %.*s", i, (int)f.got.cells.n,
			    f.got.cells.p);
		done(&f);
	}
}

/* ---- finding ---- */

static void finding_every_rule_has_name_and_words(void **state)
{
	struct buf text = BUF_INIT(8192);
	enum lang lang;
	int i;

	(void)state;
	for (i = 1; i < FIND_COUNT; i++) {
		enum finding_rule rule = (enum finding_rule)i;
		struct finding f = {.rule = rule, .field = &penalty->fields[0]};
		struct json_writer w;

		assert_int_equal(
		    finding_rule_by_name(finding_rule_name(rule)), rule);
		if (rule == FIND_RULE)
			continue;
		buf_reset(&text);
		json_start(&w, &text);
		finding_write(&f, &w);
		for (lang = 0; lang < LANG_COUNT; lang++) {
			struct buf line = BUF_INIT(8192);

			tr_set_lang(lang);
			assert_true(
			    finding_line(buf_span(&text), penalty, &line));
			assert_true(line.n > 20);
			assert_null(strchr(buf_str(&line), '{'));
			buf_release(&line);
		}
		tr_set_lang(LANG_EN);
	}
	assert_int_equal(finding_rule_by_name("no such rule"), FIND_NONE);
	buf_release(&text);
}

static void finding_value_is_cut_and_hidden(void **state)
{
	static const struct {
		const char *field;
		const char *value;
		bool is_shown;
	} cases[] = {
	    {"CF_WSH", "见文件", true},
	    {"CF_FRDB", "示例甲子", false},
	    {"CF_WSH", "号" CITIZEN, false},
	    {"CF_WSH",
		"长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长"
		"长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长",
		true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		int at = cat_field_index(penalty, cases[i].field);
		struct finding f = {.rule = FIND_TEXT_TOO_LONG,
		    .field = &penalty->fields[at],
		    .value = span_of(cases[i].value)};
		struct buf text = BUF_INIT(8192);
		struct json_writer w;
		const char *value;
		json_t *json;

		json_start(&w, &text);
		finding_write(&f, &w);
		json = json_loads(buf_str(&text), 0, NULL);
		value = json_string_value(json_object_get(json, "value"));
		assert_int_equal(value != NULL, cases[i].is_shown);
		assert_true(!value || strlen(value) <= FINDING_VALUE_BYTES);
		json_decref(json);
		buf_release(&text);
	}
}

static void finding_explain_tells_severity_and_basis(void **state)
{
	static const struct {
		const char *stored;
		const char *severity; /* NULL: it is no finding */
		const char *in_message;
	} cases[] = {
	    {"{\"rule\":\"date-impossible\",\"field\":\"CF_JDRQ\","
	     "\"column\":3,\"value\":\"2026-02-30\"}",
		"error", "2026-02-30"},
	    {"{\"rule\":\"money-unit\",\"field\":\"CF_NR_FK\"}", "warning",
		"converted"},
	    {"{\"rule\":\"row-fault\",\"expect\":\"bad-quotes\"}", "error",
		"quote"},
	    {"{\"rule\":\"penalty-not-future\",\"field\":\"CF_JDRQ\"}", "error",
		"处罚决定日期"},
	    {"{\"rule\":\"gone\",\"field\":\"gone\"}", "error", "gone"},
	    {"[]", NULL, ""},
	    {"{", NULL, ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		struct span stored = span_of(cases[i].stored);
		struct buf text = BUF_INIT(8192);
		struct json_writer w;
		json_t *json;

		json_start(&w, &text);
		assert_int_equal(finding_explain(stored, catalog, penalty, &w),
		    cases[i].severity != NULL);
		if (cases[i].severity) {
			json = json_loads(buf_str(&text), 0, NULL);
			assert_string_equal(json_string_value(json_object_get(
						json, "severity")),
			    cases[i].severity);
			assert_non_null(strstr(
			    json_string_value(json_object_get(json, "message")),
			    cases[i].in_message));
			assert_true(
			    json_is_object(json_object_get(json, "basis")));
			assert_int_equal(
			    finding_stored_is_warning(stored, penalty),
			    strcmp(cases[i].severity, "warning") == 0);
			json_decref(json);
		}
		buf_release(&text);
	}
}

/* ---- slots ---- */

static struct checked_row slot_row_of(uint64_t number)
{
	return (struct checked_row){
	    .number = number,
	    .outcome = ROW_RECORD,
	    .code = GOOD_CODE,
	    .name = span_of("名称"),
	    .fields = span_of("{\"a\":1}"),
	    .closed = span_of("{\"b\":2}"),
	    .findings = span_of("[]"),
	    .key_hash = number * 3,
	    .content_hash = number * 5,
	    .class_ = CAT_CLASS_MINOR,
	    .decided_on = 20000,
	    .valid_to = DATE_NONE,
	    .public_until = DATE_NONE,
	};
}

static void slots_rows_arrive_as_sent(void **state)
{
	struct checked_row row = {.outcome = ROW_NATURAL};
	struct slots *slots;
	struct slot_view view;
	struct err err;
	uint64_t i;

	(void)state;
	assert_int_equal(slots_new(&slots, &err), 0);
	slot_view_init(&view);
	assert_int_equal(slots_put_row(slots, &row, &err), 0);
	for (i = 1; i <= 3; i++) {
		row = slot_row_of(i);
		assert_int_equal(slots_put_row(slots, &row, &err), 0);
	}
	slots_set_position(slots, 99);
	assert_int_equal(slots_put_text(slots, span_of("{}"), &err), 0);
	assert_int_equal(slots_finish(slots, NULL, &err), 0);
	assert_int_equal(slots_take(slots, &view, &err), 0);
	assert_int_equal(view.head.natural, 1);
	assert_int_equal(view.head.position, 99);
	assert_int_equal(slot_text(&view).n, 0);
	for (i = 1; i <= 3; i++) {
		assert_int_equal(slot_next(&view, &row, &err), 1);
		assert_int_equal(row.number, i);
		assert_int_equal(row.content_hash, i * 5);
		assert_string_equal(row.code, GOOD_CODE);
		assert_true(span_is(row.name, "名称"));
		assert_true(span_is(row.fields, "{\"a\":1}"));
		assert_true(span_is(row.closed, "{\"b\":2}"));
		assert_int_equal(row.valid_to, DATE_NONE);
	}
	assert_int_equal(slot_next(&view, &row, &err), 0);
	assert_int_equal(slots_take(slots, &view, &err), 0);
	assert_true(span_is(slot_text(&view), "{}"));
	assert_int_equal(slots_take(slots, &view, &err), 0);
	assert_int_equal(view.head.end, SLOT_LAST);
	slot_view_release(&view);
	slots_free(&slots);
}

/* A slot goes long before its memory is full; no row is lost between two. */
static void slots_full_enough_go(void **state)
{
	enum { ROWS = 3000 };
	char text[200];
	struct slots *slots;
	struct slot_view view;
	struct checked_row row;
	struct err err;
	uint64_t i;
	uint64_t seen = 0;
	int taken = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(slots_new(&slots, &err), 0);
	slot_view_init(&view);
	for (i = 1; i <= ROWS; i++) {
		row = slot_row_of(i);
		row.fields = (struct span){text, sizeof(text)};
		assert_int_equal(slots_put_row(slots, &row, &err), 0);
	}
	assert_int_equal(slots_finish(slots, NULL, &err), 0);
	do {
		assert_int_equal(slots_take(slots, &view, &err), 0);
		assert_true(view.head.bytes < 2 * SLOT_POST_BYTES);
		while (slot_next(&view, &row, &err) == 1)
			assert_int_equal(row.number, ++seen);
		taken++;
	} while (view.head.end != SLOT_LAST);
	assert_int_equal(seen, ROWS);
	assert_true(taken > 2);
	slot_view_release(&view);
	slots_free(&slots);
}

static void slots_nonsense_is_refused(void **state)
{
	struct checked_row bad[4];
	struct slot_view view;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		bad[i] = slot_row_of(1);
	bad[0].code[17] = '4';
	bad[1].class_ = CAT_CLASS_COUNT;
	bad[2].outcome = ROW_OUTCOME_COUNT;
	bad[3].doubt = DOUBT_COUNT;
	slot_view_init(&view);
	for (i = 0; i < ARRAY_COUNT(bad); i++) {
		struct checked_row row;
		struct slots *slots;
		struct err err;

		assert_int_equal(slots_new(&slots, &err), 0);
		assert_int_equal(slots_put_row(slots, &bad[i], &err), 0);
		assert_int_equal(slots_finish(slots, NULL, &err), 0);
		assert_int_equal(slots_take(slots, &view, &err), 0);
		if (slot_next(&view, &row, &err) != ERR_CORRUPT)
			fail_msg("case %zu", i);
		slots_free(&slots);
	}
	slot_view_release(&view);
}

static void slots_bad_number_or_length_is_refused(void **state)
{
	struct checked_row row = slot_row_of(1);
	struct slot_view view;
	struct slots *slots;
	struct err err;
	unsigned char number = SLOT_COUNT;
	int fds[2];

	(void)state;
	slot_view_init(&view);
	assert_int_equal(slots_new(&slots, &err), 0);
	slots_child_fds(slots, fds);
	assert_int_equal(write(fds[0], &number, 1), 1);
	assert_int_equal(slots_take(slots, &view, &err), ERR_CORRUPT);
	/* A head that promises more than the slot holds. */
	assert_int_equal(slots_put_row(slots, &row, &err), 0);
	assert_int_equal(slots_finish(slots, NULL, &err), 0);
	assert_int_equal(slots_take(slots, &view, &err), 0);
	view.head.bytes -= 1;
	assert_int_equal(slot_next(&view, &row, &err), ERR_CORRUPT);
	slots_free(&slots);
	slot_view_release(&view);
}

static void slots_child_tells_failure_or_is_gone(void **state)
{
	struct slot_view view;
	struct slots *slots;
	struct err err, told;

	(void)state;
	err_set(&told, ERR_INPUT, "this is told");
	slot_view_init(&view);
	assert_int_equal(slots_new(&slots, &err), 0);
	assert_int_equal(slots_finish(slots, &told, &err), 0);
	assert_int_equal(slots_take(slots, &view, &err), ERR_INPUT);
	assert_string_equal(err.message, "this is told");
	slots_be_parent(slots); /* the last writing end closes */
	assert_int_equal(slots_take(slots, &view, &err), ERR_SYSTEM);
	slots_free(&slots);
	slot_view_release(&view);
}

/* ---- report ---- */

static void report_counts_rules_by_field(void **state)
{
	struct report_counts *counts = report_counts_new();
	struct buf text = BUF_INIT(1024 * 1024);
	struct buf told = BUF_INIT(1024 * 1024);
	struct json_writer w;
	const json_t *findings;
	struct err err;
	json_t *json;
	uint64_t row;

	(void)state;
	for (row = 1; row <= 30; row++)
		assert_int_equal(
		    report_counts_add(counts,
			span_of("[{\"rule\":\"date-impossible\","
				"\"field\":\"CF_JDRQ\",\"value\":\"x\"},"
				"{\"rule\":\"row-fault\"}]"),
			row, &err),
		    0);
	json_start(&w, &text);
	json_open_object(&w);
	json_key(&w, "findings");
	report_counts_write(counts, &w);
	json_close_object(&w);
	assert_int_equal(
	    report_explain(buf_span(&text), catalog, penalty, &told, &err), 0);
	json = json_loads(buf_str(&told), 0, NULL);
	findings = json_object_get(json, "findings");
	assert_int_equal(json_array_size(findings), 2);
	findings = json_array_get(findings, 0);
	assert_int_equal(
	    json_integer_value(json_object_get(findings, "count")), 30);
	assert_int_equal(json_array_size(json_object_get(findings, "rows")),
	    REPORT_ROWS_SHOWN);
	assert_non_null(
	    strstr(json_string_value(json_object_get(
		       json_object_get(findings, "example"), "message")),
		"does not exist"));
	json_decref(json);
	report_counts_free(&counts);
	buf_release(&text);
	buf_release(&told);
}

static void report_nonsense_is_refused(void **state)
{
	static const char *const bad[] = {"", "{", "{}", "[1]", "[[]]"};
	struct report_counts *counts = report_counts_new();
	struct buf out = BUF_INIT(1024);
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		if (report_counts_add(counts, span_of(bad[i]), 1, &err) !=
		    ERR_CORRUPT)
			fail_msg("case %zu", i);
	assert_int_equal(
	    report_explain(span_of("[]"), catalog, penalty, &out, &err),
	    ERR_CORRUPT);
	report_counts_free(&counts);
	buf_release(&out);
}

/* ---- candidates ---- */

static void candidate_visible_characters_decide(void **state)
{
	static const struct {
		const char *given;
		enum code_fit fit;
	} cases[] = {
	    {"91350100**********", CODE_FIT_YES},
	    {"913501****00100Y43", CODE_FIT_YES},
	    {"91350100XXXXXXXXXX", CODE_FIT_YES},
	    {"９１３５０１００••••••••••", CODE_FIT_YES},
	    {"91350101**********", CODE_FIT_NO},
	    {"913501****00100Y44", CODE_FIT_NO},
	    {"91350100****", CODE_FIT_YES},
	    {"91350100****0Y43", CODE_FIT_YES},
	    {"91350100****0Y44", CODE_FIT_NO},
	    {"**0Y43", CODE_FIT_YES},
	    {"******************", CODE_FIT_UNKNOWN},
	    {"", CODE_FIT_UNKNOWN},
	    {"无", CODE_FIT_UNKNOWN},
	    {"00000000000000000X", CODE_FIT_UNKNOWN},
	    {GOOD_CODE, CODE_FIT_UNKNOWN},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		enum code_fit got =
		    candidate_code_fit(span_of(cases[i].given), GOOD_CODE);

		if (got != cases[i].fit)
			fail_msg("case %zu: %d, not %d", i, got, cases[i].fit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plan_column_finds_field),
	    cmocka_unit_test(plan_too_many_same_columns_are_unknown),
	    cmocka_unit_test(plan_header_is_told_from_titles),
	    cmocka_unit_test(check_good_row_becomes_record),
	    cmocka_unit_test(check_internal_fields_stand_apart),
	    cmocka_unit_test(fields_otherThanTheItems_areRefused),
	    cmocka_unit_test(check_bad_value_is_found),
	    cmocka_unit_test(check_every_error_of_row_is_found),
	    cmocka_unit_test(check_same_row_otherwise_written_has_same_hashes),
	    cmocka_unit_test(check_uncertain_code_is_doubtful),
	    cmocka_unit_test(check_lateness_begins_behind_the_clock),
	    cmocka_unit_test(check_person_is_only_counted),
	    cmocka_unit_test(check_refused_row_keeps_no_personal_number),
	    cmocka_unit_test(
		check_faulty_row_keeps_cells_only_in_their_columns),
	    cmocka_unit_test(finding_every_rule_has_name_and_words),
	    cmocka_unit_test(finding_value_is_cut_and_hidden),
	    cmocka_unit_test(finding_explain_tells_severity_and_basis),
	    cmocka_unit_test(slots_rows_arrive_as_sent),
	    cmocka_unit_test(slots_full_enough_go),
	    cmocka_unit_test(slots_nonsense_is_refused),
	    cmocka_unit_test(slots_bad_number_or_length_is_refused),
	    cmocka_unit_test(slots_child_tells_failure_or_is_gone),
	    cmocka_unit_test(report_counts_rules_by_field),
	    cmocka_unit_test(report_nonsense_is_refused),
	    cmocka_unit_test(candidate_visible_characters_decide),
	};

	return cmocka_run_group_tests_name(
	    "intake", tests, load_catalog, free_catalog);
}
