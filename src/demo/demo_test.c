/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The example city's files, read back with the real reader and judged with
 * the real catalogue and ident: what expected.json says must be what the
 * files hold.
 */
#include "demo/demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "calendar/calendar.h"
#include "catalog/catalog.h"
#include "demo/faults.h"
#include "demo/names.h"
#include "demo/plan.h"
#include "ident/ident.h"
#include "intake/normalise.h"
#include "intake/reader.h"

enum { SUBJECTS = 700, RECORDS = 6000, FILE_MAX = 64 << 20 };

static char scratch[64];
static struct demo_plans plans; /* of the city in `scratch` */

static date_days today(void)
{
	return date_from_ymd(2026, 11, 23);
}

static void join(const char *dir, const char *name, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/%s", dir, name);

	assert_true(n > 0 && n < PATH_MAX);
}

static void in_scratch(const char *name, char path[PATH_MAX])
{
	join(scratch, name, path);
}

static struct demo_summary write_city(const char *dir, uint64_t seed)
{
	struct demo_options o = {.dir = dir,
	    .subjects = SUBJECTS,
	    .records = RECORDS,
	    .seed = seed,
	    .today = today()};
	struct demo_summary summary;
	struct err err = {0};

	if (demo_write(&o, &summary, &err) != ERR_NONE)
		fail_msg("demo_write: %s", err.message);
	return summary;
}

static void read_whole(const char *dir, const char *name, struct buf *out)
{
	char path[PATH_MAX];
	struct err err = {0};

	join(dir, name, path);
	buf_init(out, FILE_MAX);
	if (file_read(path, out, &err) != ERR_NONE)
		fail_msg("%s", err.message);
}

static json_t *read_json(const char *dir, const char *name)
{
	struct buf text;
	json_error_t error;
	json_t *doc;

	read_whole(dir, name, &text);
	doc = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &error);
	if (!doc)
		fail_msg("%s: %s", name, error.text);
	buf_release(&text);
	return doc;
}

static json_int_t number_at(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	if (json_is_object(value))
		value = json_object_get(value, "total");
	if (!json_is_integer(value))
		fail_msg("no number \"%s\"", key);
	return json_integer_value(value);
}

static json_int_t part_at(json_t *object, const char *key, const char *part)
{
	return number_at(json_object_get(object, key), part);
}

/* A file of the demo, open for reading, and where its columns are. */
struct opened {
	const struct demo_plan *plan;
	const struct demo_item *item;
	int fd;
	int spool;
	struct reader *reader;
	int column_of[DEMO_FIELDS_MAX]; /* by field; -1 = not in the file */
	struct reader_row row;
};

static const char *header_of(
    const struct demo_plan *plan, const struct demo_field *field)
{
	return plan->headers == DEMO_MACHINE ? field->name
	    : plan->headers == DEMO_CHINESE  ? field->title
					     : field->old;
}

static void match_columns(
    struct opened *o, const struct span *names, size_t count)
{
	int field;
	size_t i;

	for (field = 0; field < o->item->fields_count; field++) {
		const char *name = header_of(o->plan, &o->item->fields[field]);

		for (i = 0; name && i < count; i++)
			if (span_is(names[i], name))
				o->column_of[field] = (int)i;
	}
}

static bool is_json(const struct demo_plan *plan)
{
	return plan->format == READER_JSON || plan->format == READER_JSON_LINES;
}

/* The next row; CSV and XLSX cells come by column, JSON by first sight. */
static bool next_row(struct opened *o)
{
	struct err err = {0};
	const struct span *names;
	size_t count;
	int rc = reader_next(o->reader, &o->row, &err);

	if (rc < 0)
		fail_msg("%s: %s", o->plan->file, err.message);
	if (rc == 0)
		return false;
	if (o->row.fault != ROW_OK)
		fail_msg("%s row %llu: fault %d", o->plan->file,
		    (unsigned long long)o->row.number, (int)o->row.fault);
	if (is_json(o->plan)) {
		names = reader_columns(o->reader, &count);
		match_columns(o, names, count);
	}
	return true;
}

/* Skips title rows and reads the header. */
static void read_header(struct opened *o)
{
	struct span names[READER_COLUMNS_MAX];
	int skip = o->plan->flags & DEMO_TITLED ? 2 : 0;
	size_t i;

	for (; skip >= 0; skip--)
		assert_true(next_row(o));
	for (i = 0; i < o->row.count; i++)
		names[i] = o->row.cells[i].text;
	match_columns(o, names, o->row.count);
}

static void open_file(
    struct opened *o, const char *dir, const struct demo_plan *plan)
{
	char path[PATH_MAX];
	struct err err = {0};
	int field;

	join(dir, plan->file, path);
	*o = (struct opened){.plan = plan, .item = demo_item(plan->item)};
	for (field = 0; field < DEMO_FIELDS_MAX; field++)
		o->column_of[field] = -1;
	o->fd = open(path, O_RDONLY | O_CLOEXEC);
	o->spool = open(scratch, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	assert_true(o->fd >= 0 && o->spool >= 0);
	if (reader_open(o->fd, o->spool, path, &o->reader, &err) != ERR_NONE)
		fail_msg("%s: %s", plan->file, err.message);
	assert_int_equal(reader_info(o->reader)->format, plan->format);
	if (!is_json(plan))
		read_header(o);
}

static void close_file(struct opened *o)
{
	reader_free(&o->reader);
	close(o->fd);
	close(o->spool);
}

/* "" when the column or the cell is not there. */
static struct span cell_of(const struct opened *o, int field)
{
	int column = field < 0 ? -1 : o->column_of[field];

	if (column < 0 || (size_t)column >= o->row.count)
		return (struct span){"", 0};
	return o->row.cells[column].text;
}

static struct span aimed(const struct opened *o, unsigned aim)
{
	return cell_of(o, demo_item_aim(o->item, aim));
}

/* What the rows of a file say of themselves. */
struct recount {
	json_int_t rows;
	json_int_t valid;
	json_int_t masked;
	json_int_t empty; /* and no natural person */
	json_int_t bad_check;
	json_int_t natural;
	json_int_t unknown; /* the value in no list */
	json_int_t missing;
	json_int_t too_long;
};

static bool is_too_long(const struct opened *o)
{
	int field = demo_item_aim(o->item, DEMO_AIM_LIMITED);
	struct span text = cell_of(o, field);

	return text.n > 3 * (size_t)o->item->fields[field].limit;
}

static void count_code(const struct opened *o, struct recount *c)
{
	struct ident_uscc code = ident_check_uscc(aimed(o, DEMO_AIM_CODE));

	switch (code.state) {
	case IDENT_VALID:
		c->valid++;
		assert_false(code.has_org_warning);
		assert_false(code.has_division_warning);
		break;
	case IDENT_MASKED:
		c->masked++;
		break;
	case IDENT_EMPTY:
		c->empty++;
		break;
	case IDENT_BAD_CHECK:
		c->bad_check++;
		break;
	default:
		fail_msg("%s row %llu: code state %d", o->plan->file,
		    (unsigned long long)o->row.number, (int)code.state);
	}
}

static struct recount recount_file(
    const char *dir, const struct demo_plan *plan)
{
	struct recount c = {0};
	struct opened o;

	open_file(&o, dir, plan);
	while (next_row(&o)) {
		c.rows++;
		c.too_long += is_too_long(&o);
		c.missing += aimed(&o, DEMO_AIM_NEEDED).n == 0;
		c.unknown +=
		    span_is(aimed(&o, DEMO_AIM_CODED), "未列明的口头决定");
		if (span_is(aimed(&o, DEMO_AIM_KIND), "自然人")) {
			assert_int_equal(aimed(&o, DEMO_AIM_CODE).n, 0);
			c.natural++;
		} else {
			count_code(&o, &c);
		}
	}
	close_file(&o);
	return c;
}

static int city_setup(void **state)
{
	(void)state;
	strcpy(scratch, "/tmp/gx-demo-XXXXXX");
	if (!mkdtemp(scratch))
		return -1;
	demo_plans_make(today(), &plans);
	write_city(scratch, 7);
	return 0;
}

static int city_teardown(void **state)
{
	struct err err;

	(void)state;
	return file_remove_tree(scratch, &err) == ERR_NONE ? 0 : -1;
}

static void demo_org_codes_are_valid_and_unique(void **state)
{
	enum { ORGS = 40000, SLOTS = 1 << 17 };
	uint64_t *seen = mem_zalloc(SLOTS, sizeof(*seen));
	struct demo_org org;
	uint64_t i;

	(void)state;
	for (i = 0; i < ORGS; i++) {
		struct ident_uscc code;
		uint8_t digest[SHA256_BYTES];
		uint64_t hash, slot;

		demo_org_make(3, i * 1249, &org);
		code = ident_check_uscc(span_of(org.code));
		if (code.state != IDENT_VALID || code.has_org_warning)
			fail_msg("%llu: %s", (unsigned long long)i, org.code);
		sha256_bytes(org.code + 8, 8, digest);
		memcpy(&hash, digest, sizeof(hash));
		for (slot = hash % SLOTS; seen[slot]; slot = (slot + 1) % SLOTS)
			if (seen[slot] == (hash | 1))
				fail_msg("%s again", org.code);
		seen[slot] = hash | 1;
	}
	free(seen);
}

/* R-CLI-004 */
static void demo_org_names_say_that_they_are_invented(void **state)
{
	static const char *const markers[] = {
	    "示例", "样例", "演示", "范例", "虚构"};
	struct demo_org org;
	uint64_t i;
	size_t m;

	(void)state;
	for (i = 0; i < 5000; i++) {
		demo_org_make(11, i, &org);
		for (m = 0; m < ARRAY_COUNT(markers); m++)
			if (strstr(org.name, markers[m]))
				break;
		if (m == ARRAY_COUNT(markers))
			fail_msg("%s", org.name);
		assert_true(strchr("TUWXY", org.code[10]) != NULL);
		assert_int_equal(org.code[1] == '2' && org.code[0] == '9',
		    strcmp(demo_kind_counterparty(org.kind), "个体工商户") ==
			0);
	}
}

static void demo_org_make_is_pure(void **state)
{
	struct demo_org a, b;

	(void)state;
	demo_org_make(5, 123456, &a);
	demo_org_make(5, 1, &b);
	demo_org_make(5, 123456, &b);
	assert_string_equal(a.name, b.name);
	assert_string_equal(a.code, b.code);
	assert_string_equal(a.person, b.person);
	demo_org_make(6, 123456, &b);
	assert_string_not_equal(a.code, b.code);
}

static void demo_citizen_numbers_are_valid_and_nobodys(void **state)
{
	char text[DEMO_CITIZEN_BYTES];
	uint64_t i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		demo_citizen_number(i * 7919, text);
		if (ident_check_citizen(span_of(text)) != IDENT_VALID)
			fail_msg("%s", text);
		assert_memory_equal(text, "1101011900", 10);
	}
}

static void demo_amounts_are_as_short_as_they_go(void **state)
{
	static const struct {
		int64_t fen;
		const char *wan;
		const char *yuan;
	} t[] = {{0, "0", "0"}, {1, "0.000001", "0.01"},
	    {500000, "0.5", "5000"}, {1000000, "1", "10000"},
	    {1234567, "1.234567", "12345.67"}, {20000100, "20.0001", "200001"},
	    {250, "0.00025", "2.50"}};
	struct demo_row row;
	size_t i;

	(void)state;
	demo_row_init(&row);
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		demo_row_reset(&row);
		demo_add_wan(&row.text, t[i].fen);
		assert_string_equal(buf_str(&row.text), t[i].wan);
		demo_row_reset(&row);
		demo_add_yuan(&row.text, t[i].fen);
		assert_string_equal(buf_str(&row.text), t[i].yuan);
	}
	demo_row_release(&row);
}

static bool is_header_of(const struct cat_field *f, const char *title)
{
	size_t i;

	for (i = 0; i < f->aliases_count; i++)
		if (strcmp(f->aliases[i], title) == 0)
			return true;
	return strcmp(f->title, title) == 0;
}

static void check_field(
    const struct cat_item *item, const struct demo_field *field)
{
	const char *name = field->name ? field->name : field->old;
	int at = cat_field_index(item, name);
	const struct cat_field *f;

	if (at < 0)
		fail_msg("%s: no field %s", item->id, name);
	f = &item->fields[at];
	if (field->title && !is_header_of(f, field->title))
		fail_msg("%s: no header %s", item->id, field->title);
	if (field->is_date && field->name)
		assert_int_equal(f->type, CAT_DATE);
	if (field->aims & DEMO_AIM_LIMITED)
		assert_int_equal(f->max_chars, field->limit);
	if (field->aims & DEMO_AIM_NEEDED)
		assert_int_equal(f->need, CAT_REQUIRED);
	if (field->aims & DEMO_AIM_DATE)
		assert_int_equal(f->role, CAT_ROLE_DECIDED_ON);
	if (field->aims & DEMO_AIM_CODE)
		assert_int_equal(f->role, CAT_ROLE_SUBJECT_CODE);
	if (field->aims & DEMO_AIM_KIND)
		assert_int_equal(f->role, CAT_ROLE_SUBJECT_KIND);
}

static void check_plan(
    const struct catalog *catalog, const struct demo_plan *plan)
{
	const struct demo_item *d = demo_item(plan->item);
	const struct demo_department *from = demo_department(plan->department);
	const struct cat_item *item = catalog_item(catalog, d->id);
	const struct cat_department *provider =
	    catalog_department(catalog, from->id);
	int field;

	if (!item || !provider)
		fail_msg("%s: no item or department", plan->file);
	assert_string_equal(provider->code, from->code);
	assert_string_equal(provider->title, from->title);
	assert_true(cat_may_provide(item, provider));
	assert_int_equal(item->clock.days, d->clock_days);
	if (d->since)
		assert_int_equal(item->valid_from, d->since);
	if (d->clock_days)
		assert_int_equal(
		    item->clock.is_working_days, d->is_working_days);
	for (field = 0; field < d->fields_count; field++)
		check_field(item, &d->fields[field]);
}

/* Whoever registers an organisation is a department, if it is of the city. */
static void check_registrars(const struct catalog *catalog)
{
	struct demo_org org;
	size_t i, d;

	for (i = 0; i < SUBJECTS; i++) {
		demo_org_make(7, i, &org);
		for (d = 0; d < catalog->departments_count; d++)
			if (strcmp(catalog->departments[d].title,
				org.registrar) == 0)
				break;
		if (d < catalog->departments_count)
			assert_string_equal(
			    catalog->departments[d].code, org.registrar_code);
		else
			assert_string_equal(org.registrar_code, "");
	}
}

static void demo_fields_are_the_catalogues(void **state)
{
	const char *root = getenv("GX_SOURCE_ROOT");
	struct cat_issues issues;
	struct catalog *catalog = NULL;
	struct err err = {0};
	char path[PATH_MAX];
	size_t i;

	(void)state;
	join(root ? root : ".", "catalog", path);
	cat_issues_init(&issues);
	if (catalog_load(path, "rizhao", &issues, &catalog, &err) != ERR_NONE)
		fail_msg("%s", err.message);
	for (i = 0; i < plans.count; i++)
		check_plan(catalog, &plans.list[i]);
	check_registrars(catalog);
	catalog_free(&catalog);
	cat_issues_release(&issues);
}

static void demo_write_same_options_same_bytes(void **state)
{
	char other[PATH_MAX], seeded[PATH_MAX];
	struct buf a, b, c;
	size_t count = plans.count, i, same = 0;

	(void)state;
	in_scratch("again", other);
	in_scratch("seeded", seeded);
	/* Past the two seconds that a ZIP's clock can tell apart. */
	sleep(2);
	write_city(other, 7);
	write_city(seeded, 8);
	for (i = 0; i < count + 2; i++) {
		const char *name = i < count ? plans.list[i].file
		    : i == count	     ? "manifest.tsv"
					     : "expected.json";

		read_whole(scratch, name, &a);
		read_whole(other, name, &b);
		read_whole(seeded, name, &c);
		if (!span_equal(buf_span(&a), buf_span(&b)))
			fail_msg("%s differs", name);
		same += span_equal(buf_span(&a), buf_span(&c));
		buf_release(&a);
		buf_release(&b);
		buf_release(&c);
	}
	/* Only the manifest does not depend on the seed. */
	assert_int_equal(same, 1);
}

static void demo_expected_sums_up(void **state)
{
	static const char *const keys[] = {"rows", "accepted", "new_records",
	    "new_versions", "late", "late_versions", "duplicates", "doubtful",
	    "natural_person", "refused"};
	json_t *doc = read_json(scratch, "expected.json");
	json_t *files = json_object_get(doc, "files");
	json_t *total = json_object_get(doc, "total");
	size_t i, k;

	(void)state;
	for (k = 0; k < ARRAY_COUNT(keys); k++) {
		json_int_t sum = 0;

		for (i = 0; i < json_array_size(files); i++)
			sum += number_at(json_array_get(files, i), keys[k]);
		assert_int_equal(sum, number_at(total, keys[k]));
	}
	for (i = 0; i < json_array_size(files); i++) {
		json_t *f = json_array_get(files, i);

		assert_int_equal(number_at(f, "rows"),
		    number_at(f, "accepted") + number_at(f, "duplicates") +
			number_at(f, "doubtful") +
			number_at(f, "natural_person") +
			number_at(f, "refused"));
		assert_int_equal(number_at(f, "accepted"),
		    number_at(f, "new_records") + number_at(f, "new_versions"));
		assert_true(
		    number_at(f, "late") <= number_at(f, "new_records"));
	}
	assert_int_equal(number_at(total, "rows"), RECORDS);
	json_decref(doc);
}

static void demo_files_hold_what_is_expected(void **state)
{
	json_t *doc = read_json(scratch, "expected.json");
	json_t *files = json_object_get(doc, "files");
	size_t i;

	(void)state;
	assert_int_equal(json_array_size(files), plans.count);
	for (i = 0; i < plans.count; i++) {
		json_t *f = json_array_get(files, i);
		struct recount c = recount_file(scratch, &plans.list[i]);

		assert_int_equal(c.rows, number_at(f, "rows"));
		assert_int_equal(c.natural, number_at(f, "natural_person"));
		assert_int_equal(c.masked, part_at(f, "doubtful", "masked"));
		assert_int_equal(c.empty, part_at(f, "doubtful", "no-code"));
		assert_int_equal(
		    c.bad_check, part_at(f, "refused", "bad-check"));
		assert_int_equal(c.missing, part_at(f, "refused", "missing"));
		assert_int_equal(c.unknown, part_at(f, "refused", "bad-value"));
		assert_int_equal(c.too_long, part_at(f, "refused", "too-long"));
	}
	json_decref(doc);
}

static void demo_shares_are_as_stated(void **state)
{
	json_t *doc = read_json(scratch, "expected.json");
	json_t *f = json_array_get(json_object_get(doc, "files"), 1);
	json_int_t rows = number_at(f, "rows");
	int fate;

	(void)state;
	for (fate = DEMO_BAD_CHECK; fate < DEMO_FATE_COUNT; fate++) {
		json_int_t got =
		    part_at(f, "refused", demo_fate_name((enum demo_fate)fate));
		json_int_t want =
		    rows * demo_fate_permille((enum demo_fate)fate) / 1000;

		assert_true(got >= 1);
		assert_in_range(got, want, want + 1);
	}
	assert_true(number_at(f, "new_versions") >= 1);
	assert_true(number_at(f, "duplicates") >= 1);
	json_decref(doc);
}

/* Every file that repeats another really holds rows that come again. */
static void demo_repeating_files_repeat(void **state)
{
	json_t *doc = read_json(scratch, "expected.json");
	json_t *files = json_object_get(doc, "files");
	size_t i;

	(void)state;
	for (i = 0; i < plans.count; i++) {
		json_t *f = json_array_get(files, i);

		if (!plans.list[i].again)
			continue;
		assert_true(
		    (size_t)demo_plan_index(&plans, plans.list[i].again) < i);
		assert_true(part_at(f, "duplicates", "other-again") > 0);
		assert_true(number_at(f, "new_versions") > 0);
		assert_int_equal(number_at(f, "refused"), 0);
	}
	json_decref(doc);
}

static void check_plan_day(const struct demo_plans *p, size_t i, date_days last)
{
	const struct demo_plan *plan = &p->list[i];
	int again;

	if (i > 0)
		assert_true(p->list[i - 1].received <= plan->received);
	assert_true(plan->received <= last);
	if (plan->received != last)
		assert_true(calendar_is_working_day(plan->received));
	/* Nobody reports about a subject that is not registered. */
	assert_int_equal(plan->item == DEMO_REGISTRATION, i == 0);
	again = plan->again ? demo_plan_index(p, plan->again) : 0;
	assert_true(again >= 0);
	if (plan->again)
		assert_true(p->list[again].received < plan->received);
	assert_int_equal(demo_plan_index(p, plan->file), i);
}

/* Whatever the last day: a year of files, some in every month. */
static void demo_days_go_through_a_year(void **state)
{
	static const int days[][3] = {{2021, 1, 1}, {2024, 2, 29},
	    {2026, 11, 23}, {2026, 11, 28}, {2099, 12, 31}};
	struct demo_plans p;
	size_t d, i, shares;
	int months;

	(void)state;
	for (d = 0; d < ARRAY_COUNT(days); d++) {
		date_days last =
		    date_from_ymd(days[d][0], days[d][1], days[d][2]);
		int month = 0;

		demo_plans_make(last, &p);
		assert_in_range(p.count, 110, 140);
		for (i = 0, shares = 0, months = 0; i < p.count; i++) {
			check_plan_day(&p, i, last);
			shares += p.list[i].share;
			if (date_to_ymd(p.list[i].received).month != month)
				months++;
			month = date_to_ymd(p.list[i].received).month;
		}
		/* 14 when a year before the last day is a holiday in January
		 * or the like. */
		assert_in_range(months, 13, 14);
		assert_in_range(shares, 999800, 1000000);
		assert_in_range(last - p.list[0].received, 365, 376);
		assert_int_equal(p.list[p.count - 1].received, last);
	}
}

static void demo_manifest_is_the_plan(void **state)
{
	struct buf text, want = BUF_INIT(1 << 20);
	char day[DATE_TEXT_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < plans.count; i++) {
		const struct demo_plan *p = &plans.list[i];

		buf_addf(&want, "%s\t%s\t%s\t%s\n", p->file,
		    demo_item(p->item)->id, demo_department(p->department)->id,
		    date_format_iso(p->received, day));
	}
	read_whole(scratch, "manifest.tsv", &text);
	assert_string_equal(buf_str(&text), buf_str(&want));
	buf_release(&text);
	buf_release(&want);
}

/* Late rows per mille of the files after the first day whose names begin so. */
static json_int_t late_share(json_t *files, const char *stem)
{
	json_int_t rows = 0, late = 0;
	size_t i;

	for (i = 0; i < plans.count; i++) {
		json_t *f = json_array_get(files, i);

		if (strncmp(plans.list[i].file, stem, strlen(stem)) != 0 ||
		    plans.list[i].received == plans.list[0].received)
			continue;
		rows += number_at(f, "rows");
		late += number_at(f, "late");
	}
	assert_true(rows > 0);
	return late * 1000 / rows;
}

static void demo_departments_are_as_punctual_as_stated(void **state)
{
	json_t *doc = read_json(scratch, "expected.json");
	json_t *files = json_object_get(doc, "files");

	(void)state;
	assert_in_range(late_share(files, ""), 20, 90);
	assert_in_range(late_share(files, "penalty-market"), 10, 60);
	assert_in_range(late_share(files, "penalty-urban"), 220, 380);
	assert_in_range(late_share(files, "penalty-ecology"), 0, 30);
	assert_in_range(late_share(files, "licence-approval"), 0, 40);
	assert_int_equal(late_share(files, "honours"), 0);
	json_decref(doc);
}

/* ---- what the rows tell can have happened ---- */

/* The organisation of the row's code; false when the code is spoilt. */
static bool find_org(const struct opened *o, struct demo_org *out)
{
	struct span code = aimed(o, DEMO_AIM_CODE);
	uint64_t i;

	for (i = 0; i < SUBJECTS; i++) {
		demo_org_make(7, i, out);
		if (code.n == IDENT_USCC_CHARS &&
		    strncasecmp(code.p, out->code, code.n) == 0)
			return true;
	}
	return false;
}

static int field_named(const struct opened *o, const char *name)
{
	int field;

	for (field = 0; field < o->item->fields_count; field++)
		if (o->item->fields[field].name &&
		    strcmp(o->item->fields[field].name, name) == 0)
			return field;
	return -1;
}

/* False: the field, its column or a day in it is not there. */
static bool day_of(const struct opened *o, int field, date_days *out)
{
	int column = field < 0 ? -1 : o->column_of[field];

	return column >= 0 && (size_t)column < o->row.count &&
	    normalise_date(o->row.cells[column].text, o->row.cells[column].kind,
		out) == NORMAL_OK;
}

static bool has_text(struct span text, const char *part)
{
	return memmem(text.p, text.n, part, strlen(part)) != NULL;
}

static void check_days(const struct opened *o, const struct demo_org *org)
{
	static const char *const told[] = {"CN_QRRQ", "QF_JQRQ"};
	date_days decided, at;
	size_t i;

	if (!day_of(o, demo_item_aim(o->item, DEMO_AIM_DATE), &decided) ||
	    decided > o->plan->received)
		return;
	if (decided < org->founded || decided < o->item->since)
		fail_msg("%s row %llu: decided on day %d", o->plan->file,
		    (unsigned long long)o->row.number, decided);
	for (i = 0; i < ARRAY_COUNT(told); i++)
		if (day_of(o, field_named(o, told[i]), &at))
			assert_true(at <= o->plan->received);
}

/* A case has the number of the year in which it was filed. */
static void check_case(const struct opened *o)
{
	struct span number = cell_of(o, field_named(o, "SX_AH"));
	char year[16];
	date_days filed;

	if (!day_of(o, field_named(o, "SX_LARQ"), &filed))
		return;
	assert_true(calendar_is_working_day(filed));
	snprintf(year, sizeof(year), "%d", date_to_ymd(filed).year);
	if (has_text(number, "20") && !has_text(number, year))
		fail_msg("%.*s was filed in %s", (int)number.n, number.p, year);
}

static void check_registration(
    const struct opened *o, const struct demo_org *org)
{
	struct span by = cell_of(o, field_named(o, "DJ_JDJG"));

	if (o->plan->item != DEMO_REGISTRATION)
		return;
	assert_true(by.n == 0 || span_is(by, org->registrar));
	assert_int_equal(strstr(org->name, "股份有限公司") != NULL,
	    has_text(cell_of(o, field_named(o, "DJ_LX")), "股份有限公司"));
}

static void demo_rows_tell_what_can_have_happened(void **state)
{
	struct opened o;
	size_t rows = 0, i;

	(void)state;
	for (i = 0; i < plans.count; i++) {
		open_file(&o, scratch, &plans.list[i]);
		while (next_row(&o)) {
			struct demo_org org;

			if (!find_org(&o, &org))
				continue;
			rows++;
			if (o.item->kinds && !(o.item->kinds >> org.kind & 1))
				fail_msg("%s row %llu: %s", plans.list[i].file,
				    (unsigned long long)o.row.number, org.name);
			check_days(&o, &org);
			check_case(&o);
			check_registration(&o, &org);
		}
		close_file(&o);
	}
	assert_true(rows > RECORDS * 9 / 10);
}

static void demo_flawless_files_have_no_fault(void **state)
{
	size_t i;
	struct opened o;
	int field;

	(void)state;
	for (i = 0; i < plans.count; i++) {
		if (!(plans.list[i].flags & DEMO_FLAWLESS))
			continue;
		open_file(&o, scratch, &plans.list[i]);
		while (next_row(&o)) {
			assert_int_equal(o.row.count,
			    30 -
				2 * !strncmp(plans.list[i].file, "licence", 7));
			for (field = 0; field < o.item->fields_count; field++) {
				struct span text = cell_of(&o, field);
				date_days date;

				if (o.item->fields[field].is_date && text.n)
					assert_true(
					    date_parse_iso(text, &date));
			}
			assert_true(aimed(&o, DEMO_AIM_NEEDED).n > 0);
		}
		close_file(&o);
	}
}

static void demo_write_options_out_of_bounds_are_refused(void **state)
{
	static const struct {
		uint64_t subjects;
		uint64_t records;
		date_days today;
	} t[] = {{0, RECORDS, 20700}, {DEMO_SUBJECTS_MAX + 1, RECORDS, 20700},
	    {10, DEMO_RECORDS_MIN - 1, 20700},
	    {10, DEMO_RECORDS_MAX + 1, 20700}, {10, RECORDS, 18627},
	    {10, RECORDS, DATE_NONE}};
	struct demo_summary summary;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct demo_options o = {.dir = scratch,
		    .subjects = t[i].subjects,
		    .records = t[i].records,
		    .today = t[i].today};

		assert_int_equal(demo_write(&o, &summary, &err), ERR_USAGE);
		assert_true(err.message[0] != '\0');
	}
}

static void demo_write_into_a_file_fails(void **state)
{
	char path[PATH_MAX];
	struct err err;
	struct demo_summary summary;
	struct demo_options o = {
	    .dir = path, .subjects = 10, .records = RECORDS, .today = today()};

	(void)state;
	in_scratch("manifest.tsv/below", path);
	assert_int_not_equal(demo_write(&o, &summary, &err), ERR_NONE);
	assert_true(err.message[0] != '\0');
	in_scratch("nowhere/bulk.csv", path);
	assert_int_equal(
	    demo_write_bulk(path, 10, 10, 1, today(), &err), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(demo_org_codes_are_valid_and_unique),
	    cmocka_unit_test(demo_org_names_say_that_they_are_invented),
	    cmocka_unit_test(demo_org_make_is_pure),
	    cmocka_unit_test(demo_citizen_numbers_are_valid_and_nobodys),
	    cmocka_unit_test(demo_amounts_are_as_short_as_they_go),
	    cmocka_unit_test(demo_fields_are_the_catalogues),
	    cmocka_unit_test(demo_expected_sums_up),
	    cmocka_unit_test(demo_files_hold_what_is_expected),
	    cmocka_unit_test(demo_shares_are_as_stated),
	    cmocka_unit_test(demo_repeating_files_repeat),
	    cmocka_unit_test(demo_days_go_through_a_year),
	    cmocka_unit_test(demo_manifest_is_the_plan),
	    cmocka_unit_test(demo_departments_are_as_punctual_as_stated),
	    cmocka_unit_test(demo_rows_tell_what_can_have_happened),
	    cmocka_unit_test(demo_flawless_files_have_no_fault),
	    cmocka_unit_test(demo_write_same_options_same_bytes),
	    cmocka_unit_test(demo_write_options_out_of_bounds_are_refused),
	    cmocka_unit_test(demo_write_into_a_file_fails),
	};

	return cmocka_run_group_tests_name(
	    "demo", tests, city_setup, city_teardown);
}
