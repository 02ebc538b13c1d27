/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What intake itself says of the example city's files, row by row and on the
 * day of each: plan and checker with the real catalogue, and a table of keys
 * in place of the register. It must be what expected.json promised when the
 * files were made.
 */
#include "demo/demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "catalog/catalog.h"
#include "demo/plan.h"
#include "intake/check.h"
#include "intake/plan.h"

enum { SUBJECTS = 900, RECORDS = 16000, SLOTS = 1 << 17 };

/* The records of the register: key and last content. */
struct slot {
	uint64_t key; /* 0 = free */
	uint64_t content;
};

struct counts {
	json_int_t rows;
	json_int_t new_records;
	json_int_t new_versions;
	json_int_t late;
	json_int_t late_versions;
	json_int_t duplicates;
	json_int_t masked;
	json_int_t no_code;
	json_int_t natural_person;
	json_int_t refused;
};

struct world {
	char dir[64];
	struct cat_issues issues;
	struct catalog *catalog;
	struct slot *slots;
	json_t *expected;
	date_days today;
	struct demo_plans plans;
};

/* An open file on its way through intake. */
struct stream {
	struct reader *reader;
	struct plan plan;
	struct checker *checker;
	bool has_header;
	size_t columns; /* JSON: names given to the plan */
	int fd;
	int spool;
};

static void join(const char *dir, const char *name, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/%s", dir, name);

	assert_true(n > 0 && n < PATH_MAX);
}

static int world_setup(void **state)
{
	struct world *w = mem_zalloc(1, sizeof(*w));
	const char *root = getenv("GX_SOURCE_ROOT");
	struct demo_options o = {
	    .subjects = SUBJECTS, .records = RECORDS, .seed = 21};
	struct demo_summary summary;
	char path[PATH_MAX];
	struct err err = {0};

	*state = w;
	strcpy(w->dir, "/tmp/gx-demo-XXXXXX");
	if (!mkdtemp(w->dir))
		return -1;
	w->slots = mem_zalloc(SLOTS, sizeof(*w->slots));
	w->today = date_from_ymd(2026, 11, 23);
	o.dir = w->dir;
	o.today = w->today;
	demo_plans_make(w->today, &w->plans);
	cat_issues_init(&w->issues);
	join(root ? root : ".", "catalog", path);
	if (demo_write(&o, &summary, &err) != ERR_NONE ||
	    catalog_load(path, "rizhao", &w->issues, &w->catalog, &err) !=
		ERR_NONE) {
		print_error("%s\n", err.message);
		return -1;
	}
	join(w->dir, "expected.json", path);
	w->expected = json_load_file(path, 0, NULL);
	return w->expected ? 0 : -1;
}

static int world_teardown(void **state)
{
	struct world *w = *state;
	struct err err;
	int rc = file_remove_tree(w->dir, &err);

	json_decref(w->expected);
	catalog_free(&w->catalog);
	cat_issues_release(&w->issues);
	free(w->slots);
	free(w);
	return rc == ERR_NONE ? 0 : -1;
}

static uint64_t record_key(const struct checked_row *row)
{
	uint64_t key = row->key_hash;
	size_t i;

	for (i = 0; i < IDENT_USCC_CHARS; i++)
		key = key * UINT64_C(1099511628211) + (uint8_t)row->code[i];
	return key | 1;
}

static void enter_record(
    struct world *w, const struct checked_row *row, struct counts *c)
{
	uint64_t key = record_key(row);
	struct slot *s = &w->slots[key % SLOTS];

	while (s->key != 0 && s->key != key)
		s = s == &w->slots[SLOTS - 1] ? w->slots : s + 1;
	if (s->key == 0) {
		c->new_records++;
		c->late += row->is_late;
	} else if (s->content == row->content_hash) {
		c->duplicates++;
	} else {
		c->new_versions++;
		c->late_versions += row->is_late;
	}
	*s = (struct slot){key, row->content_hash};
}

static void count_row(
    struct world *w, const struct checked_row *row, struct counts *c)
{
	c->rows++;
	switch (row->outcome) {
	case ROW_RECORD:
		enter_record(w, row, c);
		break;
	case ROW_DOUBTFUL:
		c->masked += row->doubt == DOUBT_MASKED;
		c->no_code += row->doubt == DOUBT_MISSING;
		break;
	case ROW_REFUSED:
		c->refused++;
		break;
	default:
		assert_int_equal(row->outcome, ROW_NATURAL);
		c->natural_person++;
	}
}

static void stream_open(
    struct stream *s, const struct world *w, const struct demo_plan *plan)
{
	const struct cat_item *item =
	    catalog_item(w->catalog, demo_item(plan->item)->id);
	char path[PATH_MAX];
	struct err err = {0};

	memset(s, 0, sizeof(*s));
	join(w->dir, plan->file, path);
	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	s->spool = open(w->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	assert_true(item && s->fd >= 0 && s->spool >= 0);
	if (reader_open(s->fd, s->spool, path, &s->reader, &err) != ERR_NONE)
		fail_msg("%s: %s", plan->file, err.message);
	plan_init(&s->plan, w->catalog, item);
	s->checker = checker_new(&s->plan, plan->received);
	s->has_header =
	    plan->format == READER_JSON || plan->format == READER_JSON_LINES;
}

static void stream_close(struct stream *s)
{
	checker_free(&s->checker);
	reader_free(&s->reader);
	close(s->fd);
	close(s->spool);
}

/* Title rows are passed over until the header is found. */
static bool take_header(struct stream *s, const struct reader_row *row)
{
	struct span names[READER_COLUMNS_MAX];
	size_t i;

	if (s->has_header)
		return false;
	for (i = 0; i < row->count; i++)
		names[i] = row->cells[i].text;
	if (plan_is_header(&s->plan, names, row->count)) {
		plan_match(&s->plan, names, row->count);
		s->plan.header_row = row->number;
		s->has_header = true;
	}
	return true;
}

static void take_columns(struct stream *s)
{
	size_t count;
	const struct span *names = reader_columns(s->reader, &count);

	for (; s->columns < count; s->columns++)
		plan_add_column(&s->plan, names[s->columns]);
}

static struct counts run_file(struct world *w, const struct demo_plan *plan)
{
	struct counts c = {0};
	struct checked_row checked;
	struct reader_row row;
	struct stream s;
	struct err err = {0};
	int rc;

	stream_open(&s, w, plan);
	while ((rc = reader_next(s.reader, &row, &err)) > 0) {
		if (take_header(&s, &row))
			continue;
		take_columns(&s);
		checker_row(s.checker, &row, &checked);
		count_row(w, &checked, &c);
	}
	if (rc < 0)
		fail_msg("%s: %s", plan->file, err.message);
	stream_close(&s);
	return c;
}

static json_int_t promised(json_t *file, const char *key, const char *part)
{
	json_t *value = json_object_get(file, key);

	if (part)
		value = json_object_get(value, part);
	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static void compare(const char *file, const char *what, json_int_t got,
    json_int_t want, int *wrong)
{
	if (got == want)
		return;
	print_error("%s: %s: intake says %lld, expected.json %lld\n", file,
	    what, (long long)got, (long long)want);
	(*wrong)++;
}

static void compare_file(
    const char *file, const struct counts *c, json_t *f, int *wrong)
{
	const struct {
		const char *key;
		const char *part;
		json_int_t got;
	} t[] = {{"rows", NULL, c->rows}, {"new_records", NULL, c->new_records},
	    {"new_versions", NULL, c->new_versions}, {"late", NULL, c->late},
	    {"late_versions", NULL, c->late_versions},
	    {"duplicates", "total", c->duplicates},
	    {"doubtful", "masked", c->masked},
	    {"doubtful", "no-code", c->no_code},
	    {"natural_person", NULL, c->natural_person},
	    {"refused", "total", c->refused}};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(t); i++)
		compare(file, t[i].part ? t[i].part : t[i].key, t[i].got,
		    promised(f, t[i].key, t[i].part), wrong);
}

static void counts_add(struct counts *sum, const struct counts *c)
{
	sum->rows += c->rows;
	sum->new_records += c->new_records;
	sum->new_versions += c->new_versions;
	sum->late += c->late;
	sum->late_versions += c->late_versions;
	sum->duplicates += c->duplicates;
	sum->masked += c->masked;
	sum->no_code += c->no_code;
	sum->natural_person += c->natural_person;
	sum->refused += c->refused;
}

/* R-ING-028 */
static void intake_says_what_expected_json_promises(void **state)
{
	struct world *w = *state;
	json_t *files = json_object_get(w->expected, "files");
	const struct demo_plans *p = &w->plans;
	struct counts total = {0};
	int wrong = 0;
	size_t i;

	assert_int_equal(json_array_size(files), p->count);
	for (i = 0; i < p->count; i++) {
		struct counts c = run_file(w, &p->list[i]);

		compare_file(
		    p->list[i].file, &c, json_array_get(files, i), &wrong);
		counts_add(&total, &c);
	}
	compare_file(
	    "total", &total, json_object_get(w->expected, "total"), &wrong);
	assert_int_equal(wrong, 0);
}

static void intake_accepts_the_bulk_file_whole(void **state)
{
	struct world *w = *state;
	const struct demo_plan plan = {.file = "bulk.csv",
	    .item = DEMO_PENALTY,
	    .format = READER_CSV,
	    .received = w->today};
	char path[PATH_MAX];
	struct err err = {0};
	struct counts c;

	join(w->dir, "bulk.csv", path);
	memset(w->slots, 0, SLOTS * sizeof(*w->slots));
	if (demo_write_bulk(path, 5000, 20000, 3, w->today, &err) != ERR_NONE)
		fail_msg("%s", err.message);
	c = run_file(w, &plan);
	assert_int_equal(c.rows, 20000);
	assert_int_equal(c.refused, 0);
	assert_int_equal(c.new_records, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(intake_says_what_expected_json_promises),
	    cmocka_unit_test(intake_accepts_the_bulk_file_whole),
	};

	reader_prepare();
	return cmocka_run_group_tests_name(
	    "demo-intake", tests, world_setup, world_teardown);
}
