/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: any bytes as a file of the national layer, through every
 * pass; when a catalogue comes out, its documents and windows too. The
 * input's first byte chooses the layer that the file stands in.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "catalog/catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char base_file[] =
    "bases:\n"
    "- {id: law, title: T, from: 2018-01-01, status: verified}\n"
    "regimes:\n"
    "- {id: r, family: f, title: T, basis: law, from: 2018-01-01,\n"
    "   status: verified, periods: {general: {published: true,\n"
    "   min_months: 3, max_months: 12}}}\n"
    "items:\n"
    "- {id: thing, number: 1, title: T, title_en: T, group: other,\n"
    "   nature: neutral, disclosure: open, publication: always,\n"
    "   clock: {days: 7, working: true, basis: law},\n"
    "   providers: ['*'], bases: [law], from: 2018-01-01,\n"
    "   status: verified, fields: [\n"
    "   {name: A, title: a, type: name, role: subject-name},\n"
    "   {name: B, title: b, type: subject-code, role: subject-code},\n"
    "   {name: C, title: c, type: text, required: true, key: true},\n"
    "   {name: D, title: d, type: date, required: true,\n"
    "    role: decided-on}]}\n"
    "lists:\n"
    "- {id: list, title: T, title_en: T, kind: serious,\n"
    "   authorities: [a], bases: [law], longest_months: 12,\n"
    "   status: verified}\n"
    "measures:\n"
    "- {id: measure, title: T, title_en: T, kind: manage, bases: [law],\n"
    "   targets: [enterprise], follows: [{item: thing}, {list: list}],\n"
    "   matters: [matter], implementers: ['*'], lasts: months,\n"
    "   months: 6, status: verified}\n"
    "matters:\n"
    "- {id: matter, number: 1, title: T, title_en: T, bases: [law],\n"
    "   askers: ['*'], items: [thing], lists: [list],\n"
    "   measures: [measure], reverse_months: 3, status: verified}\n";

static const char pack_file[] =
    "pack: {id: c, layer: city, title: T, province: p, "
    "division: '371100'}\n";

static void look_at_uses(const struct catalog *c, struct buf *out)
{
	date_days day = date_from_ymd(2025, 6, 1);
	size_t i, k;

	for (i = 0; i < c->lists_count; i++) {
		catalog_list_json(c, &c->lists[i], out);
		ASSERT(!out->is_full);
		buf_reset(out);
	}
	for (i = 0; i < c->measures_count; i++) {
		catalog_measure_json(c, &c->measures[i], out);
		ASSERT(!out->is_full);
		buf_reset(out);
		for (k = 0; k < c->items_count; k++)
			cat_measure_follows(&c->measures[i], &c->items[k],
			    CAT_CLASS_GENERAL, day);
		cat_measure_ends(&c->measures[i], day, DATE_NONE);
	}
	for (i = 0; i < c->matters_count; i++) {
		catalog_matter_json(c, &c->matters[i], out);
		ASSERT(!out->is_full);
		buf_reset(out);
	}
}

/* All that is computed of a good catalogue. */
static void look(const struct catalog *c)
{
	struct buf out = BUF_INIT(64 << 20);
	struct cat_facts facts = {
	    CAT_CLASS_GENERAL, date_from_ymd(2025, 1, 1), DATE_NONE, DATE_NONE};
	struct cat_issues issues;
	size_t i;

	for (i = 0; i < c->items_count; i++) {
		struct cat_window w = catalog_window(
		    c, &c->items[i], &facts, date_from_ymd(2025, 6, 1));

		ASSERT(w.reason <= CAT_WINDOW_ENDED);
		catalog_item_json(c, &c->items[i], &out);
		ASSERT(!out.is_full);
		buf_reset(&out);
	}
	look_at_uses(c, &out);
	cat_issues_init(&issues);
	catalog_lint_day(c, date_from_ymd(2026, 1, 1), &issues);
	cat_issues_release(&issues);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {
	    "national/z.yaml", "province/p/z.yaml", "city/c/z.yaml"};
	struct cat_source sources[] = {
	    {"national/base.yaml", span_of(base_file)},
	    {"city/c/pack.yaml", span_of(pack_file)},
	    {"province/p/base.yaml", span_of("bases: []\n")},
	    {NULL, {NULL, 0}},
	};
	struct catalog *c = NULL;
	struct cat_issues issues;
	struct err err = {0};

	if (size == 0)
		return 0;
	sources[3].path = paths[data[0] % ARRAY_COUNT(paths)];
	sources[3].bytes = (struct span){(const char *)data + 1, size - 1};
	cat_issues_init(&issues);
	if (catalog_load_sources(sources, ARRAY_COUNT(sources), "c", &issues,
		&c, &err) == ERR_NONE)
		look(c);
	else
		ASSERT(issues.errors > 0);
	catalog_free(&c);
	cat_issues_release(&issues);
	return 0;
}
