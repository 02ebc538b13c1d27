/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Look-ups. The lists are short (tens of things) and the hot paths keep the
 * pointers that they once looked up, so a walk is enough.
 */
#include "catalog/catalog.h"

#include <string.h>

#include "catalog/cat_priv.h"

const struct cat_item *catalog_item(const struct catalog *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->items_count; i++)
		if (strcmp(c->items[i].id, id) == 0)
			return &c->items[i];
	return NULL;
}

const struct cat_item *catalog_item_by_number(
    const struct catalog *c, int number)
{
	size_t i;

	for (i = 0; i < c->items_count; i++)
		if (c->items[i].number == number)
			return &c->items[i];
	return NULL;
}

const struct cat_department *catalog_department(
    const struct catalog *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->departments_count; i++)
		if (strcmp(c->departments[i].id, id) == 0)
			return &c->departments[i];
	return NULL;
}

#define FIND_BY_ID(name, type, member)                                         \
	const struct type *name(const struct catalog *c, const char *id)       \
	{                                                                      \
		size_t i;                                                      \
                                                                               \
		for (i = 0; i < c->member##_count; i++)                        \
			if (strcmp(c->member[i].id, id) == 0)                  \
				return &c->member[i];                          \
		return NULL;                                                   \
	}

FIND_BY_ID(catalog_list, cat_list, lists)
FIND_BY_ID(catalog_measure, cat_measure, measures)
FIND_BY_ID(catalog_matter, cat_matter, matters)

bool cat_names(const char *const *ids, size_t count, const char *word)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(ids[i], word) == 0 || strcmp(ids[i], "*") == 0)
			return true;
	return false;
}

/* By registration department and class, GB 32100 (docs/domain.md 1.1). */
enum cat_target cat_target_of(const char *code)
{
	static const struct {
		const char *head;
		enum cat_target target;
	} heads[] = {
	    {"91", CAT_TARGET_ENTERPRISE},
	    {"92", CAT_TARGET_SOLE_TRADER},
	    {"93", CAT_TARGET_COOPERATIVE},
	    {"11", CAT_TARGET_GOVERNMENT},
	    {"12", CAT_TARGET_INSTITUTION},
	    {"51", CAT_TARGET_SOCIAL},
	    {"52", CAT_TARGET_SOCIAL},
	    {"53", CAT_TARGET_SOCIAL},
	};
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (strncmp(code, heads[i].head, 2) == 0)
			return heads[i].target;
	return CAT_TARGET_OTHER;
}

bool cat_may_ask(const struct cat_matter *matter,
    const struct cat_department *department, date_days on)
{
	size_t i;

	if (!cat_is_in_force(matter->valid_from, matter->valid_to, on))
		return false;
	for (i = 0; i < department->functions_count; i++)
		if (cat_names(matter->askers, matter->askers_count,
			department->functions[i]))
			return true;
	return false;
}

const struct cat_basis *catalog_basis(const struct catalog *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->bases_count; i++)
		if (strcmp(c->bases[i].id, id) == 0)
			return &c->bases[i];
	return NULL;
}

int cat_field_index(const struct cat_item *item, const char *name)
{
	size_t i;

	for (i = 0; i < item->fields_count; i++)
		if (strcmp(item->fields[i].name, name) == 0)
			return (int)i;
	return -1;
}

int cat_field_by_role(const struct cat_item *item, enum cat_role role)
{
	size_t i;

	for (i = 0; i < item->fields_count; i++)
		if (item->fields[i].role == role)
			return (int)i;
	return -1;
}

static bool has_function(
    const struct cat_department *department, const char *function)
{
	size_t i;

	for (i = 0; i < department->functions_count; i++)
		if (strcmp(department->functions[i], function) == 0)
			return true;
	return false;
}

bool cat_may_provide(
    const struct cat_item *item, const struct cat_department *department)
{
	size_t i;

	for (i = 0; i < item->providers_count; i++)
		if (strcmp(item->providers[i], "*") == 0 ||
		    has_function(department, item->providers[i]))
			return true;
	return false;
}

const struct cat_regime *catalog_regime(
    const struct catalog *c, const char *family, date_days on)
{
	size_t i;

	for (i = 0; i < c->regimes_count; i++) {
		const struct cat_regime *r = &c->regimes[i];

		if (strcmp(r->family, family) == 0 &&
		    cat_is_in_force(r->valid_from, r->valid_to, on))
			return r;
	}
	return NULL;
}
