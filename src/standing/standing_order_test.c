/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the order in which what applies is told. */
#include "standing/standing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/check.h"
#include "registry/registry_test_help.h"

static const char labour[] = "rizhao-human-resources";

/* A record of organisation 1. */
struct given {
	const char *item;
	const char *decided_on;
	enum cat_class class_;
};

static void submit(struct fixture *f, const struct given *g, uint64_t key)
{
	const struct cat_item *item = catalog_item(catalog, g->item);
	char code[19];
	struct test_row row = {.code = code,
	    .name = "示例甲公司",
	    .fields = "{}",
	    .key = key,
	    .content = 1,
	    .decided_on = day(g->decided_on),
	    .class_ = (uint8_t)g->class_,
	    .public_until = day("2026-12-31")};

	assert_non_null(item);
	test_code(1, code);
	fixture_submit(
	    f, item->number, g->item, labour, noon_ms("2026-04-01"), &row, 1);
}

/* Each record is sealed as the next number, from 0. */
static void standing_entries_standGravestFirst(void **state)
{
	static const struct given given[] = {
	    {"tax-credit-a", "2026-03-20", CAT_CLASS_NONE},
	    {"penalty", "2026-03-01", CAT_CLASS_GENERAL},
	    {"penalty", "2026-03-15", CAT_CLASS_GENERAL},
	    {"penalty", "2026-02-01", CAT_CLASS_SERIOUS},
	    {"wage-arrears", "2026-01-05", CAT_CLASS_SERIOUS},
	    {"penalty", "2026-03-15", CAT_CLASS_GENERAL},
	    {"wage-arrears", "2026-01-09", CAT_CLASS_SERIOUS},
	};
	static const uint64_t wanted[] = {6, 4, 3, 2, 5, 1, 0};
	struct fixture *f = *state;
	struct standing_question q = {.catalog = catalog,
	    .matter = catalog_matter(catalog, "government-procurement"),
	    .today = day("2026-05-11")};
	const struct view_source source = {
	    .store = f->store, .catalog = catalog};
	struct standing standing;
	char code[19];
	size_t i;

	for (i = 0; i < ARRAY_COUNT(given); i++)
		submit(f, &given[i], i + 1);
	test_code(1, code);
	q.code = code;
	assert_int_equal(
	    subject_id_of(f->store, span_of(code), &q.subject_id, &f->err), 0);
	assert_int_equal(standing_load(&source, &q, &standing, &f->err), 0);
	assert_int_equal(standing.entries_count, ARRAY_COUNT(wanted));
	for (i = 0; i < ARRAY_COUNT(wanted); i++)
		if (standing.entries[i].version->seq != wanted[i])
			fail_msg("at %zu stands %d, not %d", i,
			    (int)standing.entries[i].version->seq,
			    (int)wanted[i]);
	standing_release(&standing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(standing_entries_standGravestFirst,
		fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, load_rizhao, free_catalogue);
}
