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

bool cat_has_text(const char *const *texts, size_t count, const char *text)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(texts[i], text) == 0)
			return true;
	return false;
}

bool cat_has_thing(const void *const *things, size_t count, const void *one)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (things[i] == one)
			return true;
	return false;
}

/* Has the department this function ("credit-office")? */
static bool has_function(
    const struct cat_department *department, const char *function)
{
	return cat_has_text(
	    department->functions, department->functions_count, function);
}

bool cat_is_credit_office(const struct cat_department *department)
{
	return has_function(department, "credit-office");
}

const struct cat_department *catalog_credit_office(
    const struct catalog *catalog)
{
	size_t i;

	for (i = 0; i < catalog->departments_count; i++)
		if (cat_is_credit_office(&catalog->departments[i]))
			return &catalog->departments[i];
	return NULL;
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
		    date_is_within(r->valid_from, r->valid_to, on))
			return r;
	}
	return NULL;
}
