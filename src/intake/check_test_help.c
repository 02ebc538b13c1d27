/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/check_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"

struct catalog *help_catalog;
const struct cat_item *help_penalty;

int help_load_catalog(void **state)
{
	struct cat_issues issues;
	char root[4096];
	struct err err;

	(void)state;
	tr_set_lang(LANG_EN);
	snprintf(root, sizeof(root), "%s/catalog", getenv("GX_SOURCE_ROOT"));
	cat_issues_init(&issues);
	if (catalog_load(root, "rizhao", &issues, &help_catalog, &err) != 0)
		fprintf(stderr, "%s\n", err.message);
	cat_issues_release(&issues);
	help_penalty =
	    help_catalog ? catalog_item(help_catalog, "penalty") : NULL;
	return help_penalty ? 0 : -1;
}

int help_free_catalog(void **state)
{
	(void)state;
	catalog_free(&help_catalog);
	return 0;
}

/* ---- a row to be checked ---- */

const char *const row_good[ROW_COLUMNS][2] = {
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

date_days row_today(void)
{
	return date_from_ymd(2026, 3, 5);
}

int row_column_of(const char *name)
{
	size_t i;

	for (i = 0; i < ROW_COLUMNS; i++)
		if (strcmp(row_good[i][0], name) == 0)
			return (int)i;
	fail_msg("no column %s", name);
	return -1;
}

void row_make(struct row_fixture *f, const char *without)
{
	size_t i;

	memset(f, 0, sizeof(*f));
	plan_init(&f->plan, help_catalog, help_penalty);
	for (i = 0; i < ROW_COLUMNS; i++) {
		bool is_out = without && strcmp(row_good[i][0], without) == 0;

		plan_add_column(
		    &f->plan, span_of(is_out ? "不相干" : row_good[i][0]));
		f->cells[i].text = span_of(is_out ? "" : row_good[i][1]);
	}
	f->checker = checker_new(&f->plan, row_today());
	f->row = (struct reader_row){
	    .number = 7, .cells = f->cells, .count = ROW_COLUMNS};
}

void row_set(struct row_fixture *f, const char *name, const char *value)
{
	f->cells[row_column_of(name)].text = span_of(value);
}

void row_run(struct row_fixture *f)
{
	checker_row(f->checker, &f->row, &f->got);
}

void row_done(struct row_fixture *f)
{
	checker_free(&f->checker);
}

int row_count_rule(const struct row_fixture *f, const char *rule)
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

bool row_holds(struct span text, const char *wanted)
{
	return text.n && memmem(text.p, text.n, wanted, strlen(wanted)) != NULL;
}
