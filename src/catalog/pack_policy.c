/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, measures and matters as YAML writes them. References between the
 * three are ids, resolved by the linter: a measure names its matters and a
 * matter its measures, so neither can be read first.
 */
#include "catalog/cat_priv.h"

#include <string.h>

#include "base/tr.h"

enum { MONTHS_MAX = 600 };

/* Keys by which somebody would let a machine decide. */
static const char *const counting_keys[] = {"count", "counts", "threshold",
    "times", "min_records", "more_than", "within_months", "score"};

static bool is_counting(const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(counting_keys); i++)
		if (strcmp(key, counting_keys[i]) == 0)
			return true;
	return false;
}

/* Refuses a key that counts, at its line. Registered as a part for each of
 * those keys, so that the message says more than "not known". */
static void refuse_counting(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	(void)thing;
	ASSERT(is_counting(node->key));
	cat_issue(r->issues, LINT_COUNTING, cat_read_at(r, node->key_line),
	    tr("\"%s\" would decide by counting; only a department decides"),
	    node->key);
}

#define COUNTING_KEYS                                                          \
	{.name = "count", .kind = READ_PART, .part = refuse_counting},         \
	    {.name = "counts", .kind = READ_PART, .part = refuse_counting},    \
	    {.name = "threshold", .kind = READ_PART, .part = refuse_counting}, \
	    {.name = "times", .kind = READ_PART, .part = refuse_counting},     \
	    {.name = "min_records",                                            \
		.kind = READ_PART,                                             \
		.part = refuse_counting},                                      \
	    {.name = "more_than", .kind = READ_PART, .part = refuse_counting}, \
	    {.name = "within_months",                                          \
		.kind = READ_PART,                                             \
		.part = refuse_counting},                                      \
	{                                                                      \
		.name = "score", .kind = READ_PART, .part = refuse_counting    \
	}

/* What all three begin and end with. */
#define HEAD_KEYS(type)                                                        \
	{.name = "id",                                                         \
	    .kind = READ_ID,                                                   \
	    .is_required = true,                                               \
	    READ_AT(type, id)},                                                \
	    {.name = "title",                                                  \
		.kind = READ_TEXT,                                             \
		.is_required = true,                                           \
		READ_AT(type, title),                                          \
		.max = 200},                                                   \
	{                                                                      \
		.name = "title_en", .kind = READ_TEXT, .is_required = true,    \
		READ_AT(type, title_en), .max = 200                            \
	}
#define TAIL_KEYS(type)                                                        \
	{.name = "from", .kind = READ_DATE, READ_AT(type, valid_from)},        \
	    {.name = "to", .kind = READ_DATE, READ_AT(type, valid_to)},        \
	{                                                                      \
		.name = "status", .kind = READ_STATUS, .is_required = true,    \
		READ_AT(type, status), READ_WORDS(cat_status_names)            \
	}

/* ---- lists ---- */

static void read_list_bases(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_list *l = thing;

	l->bases = cat_read_bases(r, node, N_("list"), &l->bases_count);
}

static const struct read_key list_keys[] = {
    HEAD_KEYS(cat_list),
    {.name = "kind",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_list, kind),
	READ_WORDS(cat_list_kind_names)},
    {.name = "item",
	.kind = READ_ID,
	.is_required = true,
	READ_AT(cat_list, item)},
    {.name = "authorities",
	.kind = READ_TEXTS,
	.is_required = true,
	READ_TEXTS_AT(cat_list, authorities)},
    {.name = "notice", .kind = READ_NAME, READ_AT(cat_list, notice_field)},
    {.name = "notice_rule",
	.kind = READ_TEXT,
	READ_AT(cat_list, notice_rule),
	.max = 500},
    {.name = "basis_field", .kind = READ_NAME, READ_AT(cat_list, basis_field)},
    {.name = "exit_field", .kind = READ_NAME, READ_AT(cat_list, exit_field)},
    {.name = "exit",
	.kind = READ_TEXT,
	.is_required = true,
	READ_AT(cat_list, exit),
	.max = 500},
    {.name = "bases",
	.kind = READ_PART,
	.is_required = true,
	.part = read_list_bases},
    {.name = "max_months",
	.kind = READ_INT,
	READ_AT(cat_list, max_months),
	.max = MONTHS_MAX},
    TAIL_KEYS(cat_list),
    COUNTING_KEYS,
};
const struct read_shape cat_list_shape =
    READ_SHAPE(N_("list"), list_keys, offsetof(struct cat_list, where));

/* ---- measures ---- */

static void read_measure_bases(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_measure *m = thing;

	m->bases = cat_read_bases(r, node, N_("measure"), &m->bases_count);
}

static void read_targets(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_measure *m = thing;
	const struct cat_node *n;

	if (!cat_read_is(r, node, NODE_LIST, "targets"))
		return;
	for (n = node->first; n; n = n->next) {
		int i = cat_read_enum(r, n, cat_target_names, CAT_TARGET_COUNT);

		if (i >= 0)
			m->targets[i] = true;
	}
}

static const struct read_key measure_keys[] = {
    HEAD_KEYS(cat_measure),
    {.name = "number",
	.kind = READ_INT,
	READ_AT(cat_measure, number),
	.max = 999},
    {.name = "kind",
	.kind = READ_ENUM,
	.is_required = true,
	READ_AT(cat_measure, kind),
	READ_WORDS(cat_measure_kind_names)},
    {.name = "bases",
	.kind = READ_PART,
	.is_required = true,
	.part = read_measure_bases},
    {.name = "targets",
	.kind = READ_PART,
	.is_required = true,
	.part = read_targets},
    {.name = "lists", .kind = READ_TEXTS, READ_TEXTS_AT(cat_measure, lists)},
    {.name = "items", .kind = READ_TEXTS, READ_TEXTS_AT(cat_measure, items)},
    {.name = "matters",
	.kind = READ_TEXTS,
	.is_required = true,
	READ_TEXTS_AT(cat_measure, matters)},
    {.name = "implementers",
	.kind = READ_TEXTS,
	.is_required = true,
	READ_TEXTS_AT(cat_measure, implementers)},
    {.name = "months",
	.kind = READ_INT,
	READ_AT(cat_measure, months),
	.max = MONTHS_MAX},
    {.name = "narrows", .kind = READ_ID, READ_AT(cat_measure, narrows)},
    TAIL_KEYS(cat_measure),
    COUNTING_KEYS,
};
const struct read_shape cat_measure_shape = READ_SHAPE(
    N_("measure"), measure_keys, offsetof(struct cat_measure, where));

/* ---- matters ---- */

static void read_matter_bases(
    struct cat_reader *r, const struct cat_node *node, void *thing)
{
	struct cat_matter *m = thing;

	m->bases = cat_read_bases(r, node, N_("matter"), &m->bases_count);
}

static const struct read_key matter_keys[] = {
    HEAD_KEYS(cat_matter),
    {.name = "number",
	.kind = READ_INT,
	.is_required = true,
	READ_AT(cat_matter, number),
	.min = 1,
	.max = 999},
    {.name = "bases",
	.kind = READ_PART,
	.is_required = true,
	.part = read_matter_bases},
    {.name = "askers",
	.kind = READ_TEXTS,
	.is_required = true,
	READ_TEXTS_AT(cat_matter, askers)},
    {.name = "lists", .kind = READ_TEXTS, READ_TEXTS_AT(cat_matter, lists)},
    {.name = "items", .kind = READ_TEXTS, READ_TEXTS_AT(cat_matter, items)},
    {.name = "measures",
	.kind = READ_TEXTS,
	READ_TEXTS_AT(cat_matter, measures)},
    {.name = "open_months",
	.kind = READ_INT,
	READ_AT(cat_matter, open_months),
	.max = 120},
    TAIL_KEYS(cat_matter),
    COUNTING_KEYS,
};
const struct read_shape cat_matter_shape =
    READ_SHAPE(N_("matter"), matter_keys, offsetof(struct cat_matter, where));
