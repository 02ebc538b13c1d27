/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of the catalog room, over the packs of test/catalog: one good
 * catalogue, and a folder for each way to be wrong (test/catalog/README.md).
 */
#include "catalog/catalog_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/tr.h"

/* ---- packs from disk, by another way than catalog_load ---- */

enum { FILES_MAX = 64 };

struct pack_set {
	struct arena *arena;
	struct cat_source list[FILES_MAX];
	size_t count;
};

static struct span read_file(struct arena *arena, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct span s = {"", 0};
	struct stat st;
	char *p;

	if (!f)
		fail_msg("cannot open %s", path);
	assert_int_equal(fstat(fileno(f), &st), 0);
	p = arena_alloc(arena, (size_t)st.st_size + 1);
	s.n = fread(p, 1, (size_t)st.st_size, f);
	s.p = p;
	fclose(f);
	assert_int_equal(s.n, st.st_size);
	return s;
}

/* "NAME.hex": the bytes that the digits give; white space is passed over. */
static struct span decode_hex(struct arena *arena, struct span hex)
{
	char *out = arena_alloc(arena, hex.n + 1);
	size_t n = 0;
	size_t i;

	for (i = 0; i + 1 < hex.n; i++) {
		char pair[3] = {hex.p[i], hex.p[i + 1], '\0'};
		char *end;

		if (pair[0] == '\n' || pair[0] == ' ')
			continue;
		out[n++] = (char)strtoul(pair, &end, 16);
		assert_ptr_equal(end, pair + 2);
		i++;
	}
	return (struct span){out, n};
}

static void put_file(struct pack_set *set, const char *path, struct span bytes)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (strcmp(set->list[i].path, path) == 0)
			break;
	assert_true(i < FILES_MAX);
	set->list[i] = (struct cat_source){path, bytes};
	if (i == set->count)
		set->count++;
}

static void add_file(struct pack_set *set, const char *full, const char *path)
{
	struct span bytes = read_file(set->arena, full);
	size_t n = strlen(path);

	if (n > 4 && strcmp(path + n - 4, ".hex") == 0) {
		bytes = decode_hex(set->arena, bytes);
		path = arena_dup(set->arena, path, n - 4);
	}
	put_file(set, path, bytes);
}

static void add_folder(
    struct pack_set *set, const char *root, const char *under)
{
	DIR *dir = opendir(arena_printf(set->arena, "%s/%s", root, under));
	struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir))) {
		const char *path =
		    arena_printf(set->arena, "%s/%s", under, e->d_name);
		const char *full =
		    arena_printf(set->arena, "%s/%s", root, path);
		struct stat st;

		if (e->d_name[0] == '.')
			continue;
		assert_int_equal(stat(full, &st), 0);
		if (S_ISDIR(st.st_mode))
			add_folder(set, root, path);
		else
			add_file(set, full, path);
	}
	closedir(dir);
}

static void add_pack(struct pack_set *set, const char *name)
{
	const char *root = test_root(set->arena, name);

	add_folder(set, root, "national");
	add_folder(set, root, "province");
	add_folder(set, root, "city");
}

static void set_init(struct pack_set *set)
{
	set->arena = arena_new();
	set->count = 0;
	add_pack(set, "good");
}

/* One issue as it stands in `expected`. */
static void add_line(struct buf *out, const struct cat_issue *issue)
{
	static const char *const names[] = {"note", "warning", "error"};

	buf_addf(out, "%s %s %s:%d: %s\n", names[issue->severity], issue->rule,
	    issue->where.file, issue->where.line, issue->message);
}

static void add_lines(struct buf *out, const struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < issues->count; i++)
		add_line(out, &issues->list[i]);
}

/* ---- loading ---- */

static void catalog_load_good_pack_has_no_issue(void **state)
{
	struct buf lines = BUF_INIT(1 << 16);

	(void)state;
	add_lines(&lines, &good_issues);
	assert_string_equal(buf_str(&lines), "");
	assert_string_equal(good->city_id, "harbour");
	assert_string_equal(good->city_title, "测试市");
	assert_string_equal(good->province_id, "upland");
	assert_string_equal(good->division, "371100");
	assert_true(good->is_example);
	assert_int_equal(good->bases_count, 6);
	assert_int_equal(good->code_lists_count, 2);
	assert_int_equal(good->items_count, 3);
	assert_int_equal(good->regimes_count, 2);
	assert_int_equal(good->limits_count, 1);
	assert_int_equal(good->departments_count, 1);
	assert_int_equal(good->lists_count, 2);
	assert_int_equal(good->measures_count, 3);
	assert_int_equal(good->matters_count, 2);
	buf_release(&lines);
}

static void catalog_load_item_holds_what_yaml_says(void **state)
{
	const struct cat_item *item = catalog_item(good, "penalty");
	const struct cat_field *f;

	(void)state;
	assert_non_null(item);
	assert_ptr_equal(catalog_item_by_number(good, 301), item);
	assert_null(catalog_item(good, "no-such"));
	assert_null(catalog_item_by_number(good, 1));
	assert_string_equal(item->title, "行政处罚");
	assert_int_equal(item->group, CAT_GROUP_ADMIN);
	assert_int_equal(item->nature, CAT_ADVERSE);
	assert_int_equal(item->bases_count, 2);
	assert_int_equal(item->valid_from, date_from_ymd(2018, 7, 25));
	assert_int_equal(item->valid_to, DATE_NONE);
	assert_int_equal(item->default_class, CAT_CLASS_GENERAL);
	assert_int_equal(item->class_rules_count, 3);
	assert_int_equal(item->class_rules[0].when.op, CAT_OP_CONTAINS);
	assert_int_equal(item->class_rules[0].status, CAT_VERIFIED);
	assert_int_equal(item->class_rules[1].when.op, CAT_OP_ABOVE);
	assert_int_equal(item->class_rules[1].when.number, 100000000);
	assert_int_equal(item->rules_count, 4);
	assert_int_equal(item->rules[0].fields_count, 2);
	assert_true(item->rules[2].is_warning);
	assert_int_equal(item->rules[2].when.op, CAT_OP_NONE);
	assert_int_equal(item->rules[2].when.field, -1);
	f = &item->fields[cat_field_index(item, "CF_XDR_SHXYM")];
	assert_int_equal(f->type, CAT_SUBJECT_CODE);
	assert_int_equal(f->need, CAT_REQUIRED_WHEN);
	assert_int_equal(f->when.op, CAT_OP_EQUALS);
	assert_int_equal(f->when.field, cat_field_index(item, "CF_XDR_LB"));
	assert_string_equal(f->when.values[0], "法人及非法人组织");
	assert_int_equal(f->status, CAT_VERIFIED);
	assert_int_equal(cat_field_index(item, "NONE"), -1);
	assert_int_equal(cat_field_by_role(item, CAT_ROLE_VALID_TO), -1);
	assert_int_equal(cat_field_by_role(item, CAT_ROLE_DECIDED_ON),
	    cat_field_index(item, "CF_JDRQ"));
}

static void catalog_load_extension_narrows_and_adds(void **state)
{
	const struct cat_item *penalty = catalog_item(good, "penalty");
	const struct cat_item *honour = catalog_item(good, "honour");
	int wsh = cat_field_index(penalty, "CF_WSH");

	(void)state;
	assert_int_equal(penalty->clock.days, 5);
	assert_string_equal(penalty->clock.basis->id, "upland-reg-16");
	assert_int_equal(penalty->fields[wsh].aliases_count, 1);
	assert_string_equal(penalty->fields[wsh].aliases[0], "处罚文书编号");
	assert_int_equal(
	    honour->fields[cat_field_index(honour, "RY_WH")].privacy,
	    CAT_INTERNAL);
}

/* R-CAT-005 */
static void catalog_load_sources_replay_has_same_digest(void **state)
{
	struct catalog *again = NULL;
	struct cat_issues issues;
	struct pack_set set;
	struct cat_source turned[FILES_MAX];
	struct err err = {0};
	size_t i;

	(void)state;
	/* From the archive, in another order and with a stranger's city. */
	for (i = 0; i < good->sources_count; i++)
		turned[good->sources_count - 1 - i] = good->sources[i];
	turned[i++] = (struct cat_source){
	    "city/elsewhere/pack.yaml", span_of("not: [yaml")};
	cat_issues_init(&issues);
	assert_int_equal(
	    catalog_load_sources(turned, i, "harbour", &issues, &again, &err),
	    ERR_NONE);
	assert_memory_equal(again->digest, good->digest, SHA256_BYTES);
	assert_string_equal(again->digest_hex, good->digest_hex);
	assert_int_equal(again->items_count, good->items_count);
	catalog_free(&again);
	assert_null(again);

	/* One byte more in a comment is another catalogue. */
	set_init(&set);
	put_file(&set, "national/zz.yaml", span_of("# nothing\n"));
	assert_int_equal(catalog_load_sources(set.list, set.count, "harbour",
			     &issues, &again, &err),
	    ERR_NONE);
	assert_memory_not_equal(again->digest, good->digest, SHA256_BYTES);
	catalog_free(&again);
	arena_free(&set.arena);
	cat_issues_release(&issues);
}

/* R-CAT-005 */
static void catalog_replay_sources_is_not_judged_again(void **state)
{
	static const struct {
		const char *yaml;
		enum err_code loaded, replayed;
	} t[] = {
	    {"code_lists:\n- id: twice\n  title: T\n  status: verified\n"
	     "  codes: [{value: a}, {value: a}]\n",
		ERR_INPUT, ERR_NONE},
	    {"code_lists:\n- id: empty\n", ERR_INPUT, ERR_INPUT},
	    {"code_lists: [\n", ERR_INPUT, ERR_INPUT},
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct pack_set set;
		enum err_code rc[2];

		set_init(&set);
		put_file(&set, "national/zz.yaml", span_of(t[i].yaml));
		for (k = 0; k < 2; k++) {
			struct catalog *c = NULL;
			struct cat_issues issues;
			struct err err = {0};

			cat_issues_init(&issues);
			rc[k] = (k ? catalog_replay_sources
				   : catalog_load_sources)(
			    set.list, set.count, "harbour", &issues, &c, &err);
			catalog_free(&c);
			cat_issues_release(&issues);
		}
		if (rc[0] != t[i].loaded || rc[1] != t[i].replayed)
			fail_msg("row %zu: %d, %d", i, rc[0], rc[1]);
		arena_free(&set.arena);
	}
}

/* The digest as catalog.h words it, by other means. */
/* R-CAT-006 */
static void catalog_digest_is_paths_lengths_bytes(void **state)
{
	struct buf all = BUF_INIT(1 << 20);
	uint8_t digest[SHA256_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < good->sources_count; i++) {
		const struct cat_source *s = &good->sources[i];

		if (i)
			assert_true(strcmp(s[-1].path, s->path) < 0);
		buf_addf(&all, "%s\n%zu\n", s->path, s->bytes.n);
		buf_add_span(&all, s->bytes);
	}
	assert_int_equal(i, 8);
	sha256_bytes(all.p, all.n, digest);
	assert_memory_equal(digest, good->digest, SHA256_BYTES);
	buf_release(&all);
}

static void catalog_load_missing_place_is_not_found(void **state)
{
	static const struct {
		const char *root; /* under test/catalog */
		const char *city;
	} t[] = {
	    {"no-such-root", "harbour"},
	    {"good", "no-such-city"},
	    {"good", "../city/harbour"},
	    {"good", ""},
	    {"good", "Harbour"},
	};
	struct arena *arena = arena_new();
	struct cat_issues issues;
	size_t i;

	(void)state;
	cat_issues_init(&issues);
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct catalog *c = NULL;
		struct err err = {0};
		enum err_code code = catalog_load(
		    test_root(arena, t[i].root), t[i].city, &issues, &c, &err);

		if (code != ERR_NOT_FOUND || c || !err.message[0])
			fail_msg("row %zu: code %d", i, code);
	}
	assert_int_equal(issues.count, 0);
	cat_issues_release(&issues);
	arena_free(&arena);
}

static void catalog_load_yml_file_is_refused(void **state)
{
	char root[] = "/tmp/gx-catalog-XXXXXX";
	struct arena *arena = arena_new();
	struct catalog *c = NULL;
	struct cat_issues issues;
	struct err err = {0};
	const char *city, *file;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(root));
	city = arena_printf(arena, "%s/city", root);
	assert_int_equal(mkdir(city, 0700), 0);
	city = arena_printf(arena, "%s/city/harbour", root);
	assert_int_equal(mkdir(city, 0700), 0);
	file = arena_printf(arena, "%s/pack.yml", city);
	f = fopen(file, "w");
	assert_non_null(f);
	fclose(f);
	cat_issues_init(&issues);
	assert_int_equal(
	    catalog_load(root, "harbour", &issues, &c, &err), ERR_INPUT);
	assert_int_equal(issues.errors, 1);
	assert_string_equal(issues.list[0].where.file, "city/harbour/pack.yml");
	cat_issues_release(&issues);
	unlink(file);
	rmdir(city);
	rmdir(arena_printf(arena, "%s/city", root));
	rmdir(root);
	arena_free(&arena);
}

/* A department reads what to do as a sentence, like those of the program's own
 * findings. */
static size_t bare_mends(const struct catalog *c)
{
	static const char stop[] = "。";
	size_t count = 0, i, k;

	for (i = 0; c && i < c->items_count; i++)
		for (k = 0; k < c->items[i].rules_count; k++) {
			const char *mend = c->items[i].rules[k].mend;
			size_t n = strlen(mend);

			if (n < sizeof(stop) ||
			    strcmp(mend + n - (sizeof(stop) - 1), stop) != 0) {
				fprintf(
				    stderr, "%s: %s\n", c->items[i].id, mend);
				count++;
			}
		}
	return count;
}

/* The catalogue that is shipped, city by city. */
/* R-CAT-012: an example that fails is an error, as pack example-fails shows. */
static void catalog_load_shipped_cities_have_no_error(void **state)
{
	struct arena *arena = arena_new();
	const char *root = test_root(arena, "../../catalog");
	DIR *dir = opendir(arena_printf(arena, "%s/city", root));
	size_t cities = 0, failed = 0;
	struct dirent *e;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir))) {
		struct buf lines = BUF_INIT(1 << 20);
		struct catalog *c = NULL;
		struct cat_issues issues;
		struct err err = {0};

		if (e->d_name[0] == '.')
			continue;
		cities++;
		cat_issues_init(&issues);
		if (catalog_load(root, e->d_name, &issues, &c, &err) !=
			ERR_NONE ||
		    issues.warnings) {
			failed++;
			add_lines(&lines, &issues);
			fprintf(stderr, "city %s: %s\n%s", e->d_name,
			    err.message, buf_str(&lines));
		}
		failed += bare_mends(c);
		catalog_free(&c);
		cat_issues_release(&issues);
		buf_release(&lines);
	}
	closedir(dir);
	arena_free(&arena);
	assert_true(cities >= 2);
	assert_int_equal(failed, 0);
}

/* ---- the linter: every bad pack against its expected lines ----
 *
 * Packs basis-none: R-CAT-001; widen, widen-calendar-clock, limit-longer:
 * R-CAT-002; note-unconfirmed: R-CAT-004; forbidden-data: R-CAT-007, R-BND-008;
 * natural-person: R-BND-001; person-number: R-CAT-008; adverse-without-regime:
 * R-CAT-009; regime-overlap, regime-gap: R-CAT-010; header-twice: R-CAT-011;
 * list-entry: R-CAT-014, R-BND-004, R-BND-005; counting, counting-in-words,
 * counting-disguised: R-CAT-015, R-BND-004; measure-outside-matter: R-CAT-016;
 * measure-reduces: R-CAT-017; list-local: R-CAT-003; list-local, widen-lists:
 * R-CAT-018; over-reach: R-CAT-019, R-BND-013; measure-shape: R-CAT-020;
 * audit-rule: R-CAT-025; matter-untold: R-CAT-026; list-authority: R-CAT-029;
 * person-text: R-BND-014.
 */

static bool check_bad(const char *name, char (*seen)[16], size_t *seen_count)
{
	struct catalog *c = NULL;
	struct buf lines = BUF_INIT(1 << 20);
	struct cat_issues issues;
	struct pack_set set;
	struct err err = {0};
	struct span expected;
	enum err_code code;
	bool is_same;
	size_t i;

	set_init(&set);
	add_pack(&set, arena_printf(set.arena, "bad/%s", name));
	expected = read_file(set.arena,
	    test_root(
		set.arena, arena_printf(set.arena, "bad/%s/expected", name)));
	cat_issues_init(&issues);
	code = catalog_load_sources(
	    set.list, set.count, "harbour", &issues, &c, &err);
	add_lines(&lines, &issues);
	is_same = span_equal(expected, buf_span(&lines));
	if (!is_same)
		fprintf(stderr, "bad/%s gives:\n%s", name, buf_str(&lines));
	if ((code == ERR_INPUT) != (issues.errors > 0) || !issues.count)
		is_same = false;
	for (i = 0; i < issues.count && i < 64; i++) {
		assert_non_null(issues.list[i].hint);
		assert_true(issues.list[i].hint[0]);
		assert_true(issues.list[i].where.line > 0);
		snprintf(seen[(*seen_count)++], 16, "%s", issues.list[i].rule);
	}
	catalog_free(&c);
	buf_release(&lines);
	cat_issues_release(&issues);
	arena_free(&set.arena);
	return is_same;
}

/* R-CAT-023 among others: case-form, case-graph, case-clock. */
static void catalog_lint_bad_packs_give_expected_lines(void **state)
{
	static char seen[4096][16];
	struct arena *arena = arena_new();
	DIR *dir = opendir(test_root(arena, "bad"));
	const struct cat_lint_rule *rules;
	size_t seen_count = 0, failed = 0, count, i, j;
	struct dirent *e;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.' &&
		    !check_bad(e->d_name, seen, &seen_count))
			failed++;
	closedir(dir);
	arena_free(&arena);
	assert_int_equal(failed, 0);
	/* Each rule is met, but for those that other tests show. */
	rules = cat_lint_rules(&count);
	for (i = 0; i < count; i++) {
		for (j = 0; j < seen_count; j++)
			if (strcmp(seen[j], rules[i].id) == 0)
				break;
		if (j == seen_count && strcmp(rules[i].id, "CAT-034") != 0 &&
		    strcmp(rules[i].id, "CAT-149") != 0)
			fail_msg("no bad pack shows %s", rules[i].id);
	}
}

static void catalog_lint_rules_are_ordered_and_translated(void **state)
{
	size_t count, i;
	const struct cat_lint_rule *rules = cat_lint_rules(&count);

	(void)state;
	for (i = 0; i < count; i++) {
		if (i)
			assert_true(strcmp(rules[i - 1].id, rules[i].id) < 0);
		if (tr_in(LANG_ZH, rules[i].what) == rules[i].what ||
		    tr_in(LANG_ZH, rules[i].hint) == rules[i].hint)
			fail_msg("%s has no Chinese text", rules[i].id);
	}
}

static void catalog_lint_many_issues_are_bounded(void **state)
{
	struct buf yaml = BUF_INIT(4 << 20);
	struct catalog *c = NULL;
	struct cat_issues issues;
	struct pack_set set;
	struct err err = {0};
	size_t i;

	(void)state;
	set_init(&set);
	buf_add_str(&yaml,
	    "code_lists:\n- id: long\n  title: T\n"
	    "  status: verified\n  codes:\n");
	for (i = 0; i < 6000; i++)
		buf_addf(&yaml, "  - {value: v%zu, x: 1}\n", i);
	put_file(&set, "national/long.yaml", buf_span(&yaml));
	cat_issues_init(&issues);
	assert_int_equal(catalog_load_sources(
			     set.list, set.count, "harbour", &issues, &c, &err),
	    ERR_INPUT);
	assert_int_equal(issues.count, 5000);
	assert_int_equal(issues.errors, 6000);
	for (i = 0; i < issues.count; i++)
		if (strcmp(issues.list[i].rule, "CAT-149") == 0)
			break;
	assert_true(i < issues.count);
	cat_issues_release(&issues);
	buf_release(&yaml);
	arena_free(&set.arena);
}

/* Files too large to keep: a head, then a piece many times, then a tail. */
static void catalog_load_bounds_are_told(void **state)
{
	static const struct {
		const char *head, *piece, *tail;
		size_t times;
		const char *rule; /* "" = none */
	} t[] = {
	    {"# ", "0123456789abcdef", "\n", 4 * 1024 * 1024 / 16, "CAT-002"},
	    {"# ", "0123456789abcdef", "\n", 4 * 1024 * 1024 / 16 - 1, ""},
	    {"bases: [", "a,", "]\n", 200000, "CAT-002"},
	    {"bases: [", "a,", "]\n", 4097, "CAT-002"},
	    {"bases: [", "a,", "]\n", 4000, "CAT-012"},
	    {"bases: ", "[", "", 2000000, "CAT-002"},
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct buf yaml = BUF_INIT(8 << 20);
		struct catalog *c = NULL;
		struct cat_issues issues;
		struct pack_set set;
		struct err err = {0};

		set_init(&set);
		cat_issues_init(&issues);
		buf_add_str(&yaml, t[i].head);
		for (k = 0; k < t[i].times; k++)
			buf_add_str(&yaml, t[i].piece);
		buf_add_str(&yaml, t[i].tail);
		put_file(&set, "national/big.yaml", buf_span(&yaml));
		catalog_load_sources(
		    set.list, set.count, "harbour", &issues, &c, &err);
		for (k = 0; k < issues.count; k++)
			if (strcmp(issues.list[k].rule, t[i].rule) == 0)
				break;
		if (t[i].rule[0] ? k == issues.count : issues.count > 0)
			fail_msg("row %zu: %zu issues", i, issues.count);
		catalog_free(&c);
		cat_issues_release(&issues);
		buf_release(&yaml);
		arena_free(&set.arena);
	}
}

static void catalog_load_sources_too_many_is_refused(void **state)
{
	static struct cat_source many[513];
	struct catalog *c = NULL;
	struct cat_issues issues;
	struct err err = {0};
	size_t i;

	(void)state;
	cat_issues_init(&issues);
	for (i = 0; i < ARRAY_COUNT(many); i++)
		many[i] =
		    (struct cat_source){"city/harbour/x.yaml", span_of("\n")};
	assert_int_equal(catalog_load_sources(many, ARRAY_COUNT(many),
			     "harbour", &issues, &c, &err),
	    ERR_INPUT);
	assert_null(c);
	assert_int_equal(
	    catalog_load_sources(many, 0, "harbour", &issues, &c, &err),
	    ERR_NOT_FOUND);
	cat_issues_release(&issues);
}

static void catalog_lint_day_tells_what_ended(void **state)
{
	static const struct {
		const char *day;
		size_t count;
		const char *first; /* "" = none */
	} t[] = {
	    {"2026-11-23", 0, ""},
	    {"2019-06-01", 0, ""},
	    {"2018-08-01", 1,
		"no regime of item \"penalty\" is in force on 2018-08-01"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct cat_issues issues;
		date_days day;

		cat_issues_init(&issues);
		assert_true(date_parse_iso(span_of(t[i].day), &day));
		catalog_lint_day(good, day, &issues);
		if (issues.count != t[i].count ||
		    (issues.count &&
			strcmp(issues.list[0].message, t[i].first) != 0))
			fail_msg("row %zu: %zu issues, first \"%s\"", i,
			    issues.count,
			    issues.count ? issues.list[0].message : "");
		cat_issues_release(&issues);
	}
}

/* R-CAT-028: a notice that is still in force bears no measure. */
static void catalog_lint_day_measure_without_law_is_warned_of(void **state)
{
	struct catalog *c = NULL;
	struct cat_issues issues;
	struct pack_set set;
	struct err err = {0};

	(void)state;
	set_init(&set);
	put_file(&set, "city/harbour/zz.yaml",
	    span_of("bases: [{id: b, kind: regulation, title: 旧规, "
		    "from: 2020-01-01, to: 2024-12-31, status: verified}]\n"
		    "measures:\n"
		    "- {id: m, title: 旧措施, title_en: M, kind: manage, "
		    "bases: [b, notice-7], targets: [enterprise], "
		    "follows: [{list: wages, basis: b}], matters: [honours], "
		    "implementers: [\"*\"], lasts: with-record, "
		    "from: 2020-01-01, status: verified}\n"));
	cat_issues_init(&issues);
	assert_int_equal(catalog_load_sources(
			     set.list, set.count, "harbour", &issues, &c, &err),
	    ERR_NONE);
	catalog_lint_day(c, date_from_ymd(2024, 12, 31), &issues);
	assert_int_equal(issues.count, 0);
	catalog_lint_day(c, date_from_ymd(2025, 1, 1), &issues);
	assert_int_equal(issues.warnings, 2);
	assert_string_equal(issues.list[0].message,
	    "basis \"b\" of measure \"m\" is not in force on 2025-01-01");
	assert_string_equal(issues.list[1].message,
	    "basis \"b\" of what a measure follows \"m\" is not in force on "
	    "2025-01-01");
	catalog_free(&c);
	cat_issues_release(&issues);
	arena_free(&set.arena);
}

static void catalog_lint_day_ended_basis_is_warned_of(void **state)
{
	struct catalog *c = NULL;
	struct cat_issues issues;
	struct pack_set set;
	struct err err = {0};

	(void)state;
	set_init(&set);
	put_file(&set, "city/harbour/zz.yaml",
	    span_of("bases: [{id: b, title: 旧规, from: 2020-01-01, "
		    "to: 2024-12-31, status: verified}]\n"
		    "limits:\n"
		    "- {id: l, family: dishonesty, basis: b, "
		    "from: 2020-01-01, max_months: 2, status: verified}\n"
		    "extend:\n"
		    "- {item: penalty, clock: {days: 4, working: true, "
		    "basis: b}}\n"));
	cat_issues_init(&issues);
	assert_int_equal(catalog_load_sources(
			     set.list, set.count, "harbour", &issues, &c, &err),
	    ERR_NONE);
	catalog_lint_day(c, date_from_ymd(2024, 12, 31), &issues);
	assert_int_equal(issues.count, 0);
	catalog_lint_day(c, date_from_ymd(2025, 1, 1), &issues);
	assert_int_equal(issues.count, 2);
	assert_int_equal(issues.warnings, 2);
	assert_string_equal(issues.list[0].rule, "CAT-034");
	assert_string_equal(issues.list[0].message,
	    "basis \"b\" of limit \"l\" is not in force on 2025-01-01");
	assert_int_equal(issues.list[0].where.line, 3);
	assert_string_equal(issues.list[1].message,
	    "basis \"b\" of clock of item \"penalty\" is not in force on "
	    "2025-01-01");
	catalog_free(&c);
	cat_issues_release(&issues);
	arena_free(&set.arena);
}

/* ---- look-ups ---- */

static void department_second_person_is_read(void **state)
{
	const struct cat_department *credit =
	    catalog_department(good, "harbour-credit");

	(void)state;
	assert_false(credit->second_person[CAT_ACT_SUBMIT]);
	assert_false(credit->second_person[CAT_ACT_AMEND]);
	assert_true(credit->second_person[CAT_ACT_WITHDRAW]);
	assert_true(credit->second_person[CAT_ACT_RESOLVE]);
}

/* R-ING-015 */
static void cat_may_provide_function_or_star(void **state)
{
	const struct cat_department *credit =
	    catalog_department(good, "harbour-credit");
	const char *const functions[] = {"tax"};
	struct cat_department tax = {
	    .id = "x", .functions = functions, .functions_count = 1};

	(void)state;
	assert_non_null(credit);
	assert_null(catalog_department(good, "x"));
	assert_true(cat_may_provide(catalog_item(good, "honour"), credit));
	assert_false(cat_may_provide(catalog_item(good, "honour"), &tax));
	assert_true(cat_may_provide(catalog_item(good, "penalty"), &tax));
}

static void cat_codes_index_knows_value_code_and_alias(void **state)
{
	static const char *const aliases[] = {"other", "else"};
	static const struct cat_code codes[] = {
	    {.value = "one", .code = "01"},
	    {.value = "two",
		.code = "",
		.aliases = aliases,
		.aliases_count = 2},
	    {.value = "else", .code = "01"},
	};
	const struct cat_code_list list = {
	    .codes = codes, .codes_count = ARRAY_COUNT(codes)};

	(void)state;
	assert_int_equal(cat_codes_index(&list, span_of("one"), span_is), 0);
	assert_int_equal(cat_codes_index(&list, span_of("01"), span_is), 0);
	assert_int_equal(cat_codes_index(&list, span_of("other"), span_is), 1);
	/* The first that has it, whether as alias or as value. */
	assert_int_equal(cat_codes_index(&list, span_of("else"), span_is), 1);
	assert_int_equal(cat_codes_index(&list, span_of("One"), span_is), -1);
	/* That a code has none is not an empty one. */
	assert_int_equal(cat_codes_index(&list, span_of(""), span_is), -1);
	assert_int_equal(
	    cat_codes_index(&list, span_of("o"), span_starts_with), -1);
	assert_int_equal(
	    cat_codes_index(&list, span_of("two 2"), span_starts_with), 1);
}

static void catalog_regime_by_day(void **state)
{
	static const struct {
		int y, m, d;
		const char *id; /* "" = none */
	} t[] = {
	    {2019, 4, 30, ""},
	    {2019, 5, 1, "order-1"},
	    {2026, 3, 31, "order-1"},
	    {2026, 4, 1, "order-2"},
	    {2099, 1, 1, "order-2"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		const struct cat_regime *r = catalog_regime(
		    good, "dishonesty", date_from_ymd(t[i].y, t[i].m, t[i].d));

		if (strcmp(r ? r->id : "", t[i].id) != 0)
			fail_msg("row %zu: %s", i, r ? r->id : "none");
	}
	assert_null(catalog_regime(good, "other", date_from_ymd(2026, 5, 1)));
}

/* ---- JSON ---- */

static void catalog_item_json_says_all(void **state)
{
	static const struct {
		const char *path;
		const char *value;
	} t[] = {
	    {"id", "penalty"},
	    {"group/title", "行政管理"},
	    {"nature", "adverse"},
	    {"disclosure/title", "公开公示"},
	    {"bases/1/article", "第四十八条"},
	    {"bases/0/number", "测试〔2018〕7号"},
	    {"clock/basis/title", "测试省社会信用条例"},
	    {"withdrawal/basis/article", "第四十八条"},
	    {"withdrawal/causes/1", "罚款"},
	    {"withdrawal/clock_causes/0", "吊销许可证件"},
	    {"departments/0/title", "测试市信用办"},
	    {"fields/0/name", "CF_XDR_MC"},
	    {"fields/0/aliases/0", "当事人名称"},
	    {"fields/1/when/values/0", "法人及非法人组织"},
	    {"fields/2/codes/values/0/value", "法人及非法人组织"},
	    {"fields/9/privacy", "dropped"},
	    {"rules/0/fields/1", "CF_GSJZQ"},
	    {"rules/1/basis/id", "law-a"},
	    {"classes/0/class/title", "严重"},
	    {"default_class/name", "general"},
	    {"regimes/1/valid_from", "2026-04-01"},
	    {"regimes/1/periods/2/class/name", "serious"},
	    {"limits/0/basis/title", "测试省社会信用条例"},
	    {"limits/0/hides/0", "minor"},
	    {"where/file", "national/items/penalty.yaml"},
	    {"status", "verified"},
	};
	struct buf out = BUF_INIT(1 << 20);
	json_error_t error;
	json_t *root;
	size_t i;

	(void)state;
	catalog_item_json(good, catalog_item(good, "penalty"), &out);
	assert_false(out.is_full);
	root = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(root);
	for (i = 0; i < ARRAY_COUNT(t); i++)
		if (strcmp(json_at(root, t[i].path), t[i].value) != 0)
			fail_msg("%s is \"%s\", not \"%s\"", t[i].path,
			    json_at(root, t[i].path), t[i].value);
	assert_int_equal(
	    json_integer_value(json_object_get(root, "number")), 301);
	assert_string_equal(json_at(root, "catalog_digest"), good->digest_hex);
	json_decref(root);
	buf_release(&out);
}

static void catalog_item_json_no_clock_is_null(void **state)
{
	struct buf out = BUF_INIT(1 << 20);
	json_t *root;

	(void)state;
	catalog_item_json(good, catalog_item(good, "honour"), &out);
	root = json_loadb(out.p, out.n, 0, NULL);
	assert_non_null(root);
	assert_true(json_is_null(json_object_get(root, "clock")));
	assert_true(json_is_null(json_object_get(root, "withdrawal")));
	assert_int_equal(json_array_size(json_object_get(root, "regimes")), 0);
	assert_int_equal(json_array_size(json_object_get(root, "limits")), 0);
	json_decref(root);
	buf_release(&out);
}

static void cat_names_match_yaml(void **state)
{
	(void)state;
	assert_string_equal(cat_type_name(CAT_MONEY_WAN), "money-wan");
	assert_string_equal(cat_group_name(CAT_GROUP_OTHER), "other");
	assert_string_equal(cat_group_title(CAT_GROUP_BASIC), "基础信息");
	assert_string_equal(cat_class_name(CAT_CLASS_SERIOUS), "serious");
	assert_string_equal(cat_class_title(CAT_CLASS_MINOR), "轻微");
	assert_string_equal(cat_disclosure_name(CAT_GOVERNMENT), "government");
	assert_string_equal(cat_disclosure_title(CAT_AUTHORISED), "授权查询");
	assert_string_equal(cat_status_name(CAT_UNCONFIRMED), "unconfirmed");
	assert_string_equal(cat_force_name(CAT_REGULATION), "regulation");
	assert_string_equal(cat_list_kind_name(CAT_LIST_RED), "red");
	assert_string_equal(cat_measure_kind_name(CAT_MARKET), "market");
	assert_string_equal(cat_target_name(CAT_TARGET_SOCIAL), "social");
	assert_string_equal(cat_target_title(CAT_TARGET_SOCIAL), "社会组织");
	assert_string_equal(cat_lasts_name(CAT_LASTS_MONTHS), "months");
	assert_string_equal(cat_kept_name(CAT_KEPT_USES), "uses");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(catalog_load_good_pack_has_no_issue),
	    cmocka_unit_test(catalog_load_item_holds_what_yaml_says),
	    cmocka_unit_test(catalog_load_extension_narrows_and_adds),
	    cmocka_unit_test(catalog_load_sources_replay_has_same_digest),
	    cmocka_unit_test(catalog_replay_sources_is_not_judged_again),
	    cmocka_unit_test(catalog_digest_is_paths_lengths_bytes),
	    cmocka_unit_test(catalog_load_missing_place_is_not_found),
	    cmocka_unit_test(catalog_load_yml_file_is_refused),
	    cmocka_unit_test(catalog_load_shipped_cities_have_no_error),
	    cmocka_unit_test(catalog_lint_bad_packs_give_expected_lines),
	    cmocka_unit_test(catalog_lint_rules_are_ordered_and_translated),
	    cmocka_unit_test(catalog_lint_many_issues_are_bounded),
	    cmocka_unit_test(catalog_load_bounds_are_told),
	    cmocka_unit_test(catalog_load_sources_too_many_is_refused),
	    cmocka_unit_test(catalog_lint_day_tells_what_ended),
	    cmocka_unit_test(catalog_lint_day_ended_basis_is_warned_of),
	    cmocka_unit_test(catalog_lint_day_measure_without_law_is_warned_of),
	    cmocka_unit_test(department_second_person_is_read),
	    cmocka_unit_test(cat_may_provide_function_or_star),
	    cmocka_unit_test(cat_codes_index_knows_value_code_and_alias),
	    cmocka_unit_test(catalog_regime_by_day),
	    cmocka_unit_test(catalog_item_json_says_all),
	    cmocka_unit_test(catalog_item_json_no_clock_is_null),
	    cmocka_unit_test(cat_names_match_yaml),
	};

	return cmocka_run_group_tests_name(
	    "catalog", tests, load_good, free_good);
}
