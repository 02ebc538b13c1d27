/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables are made by tools/web-assets.py from web/. There are a dozen
 * assets, so a look-up passes over all of them.
 */
#include "web/assets.h"

#include "base/check.h"

struct web_template_file {
	const char *name;
	struct span text;
};

#include "web_files.h"

const struct web_asset *web_asset_find(struct span path)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(asset_files); i++)
		if (span_is(path, asset_files[i].path))
			return &asset_files[i];
	return NULL;
}

const struct web_asset *web_asset_named(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(asset_files); i++)
		if (strcmp(asset_files[i].name, name) == 0)
			return &asset_files[i];
	return NULL;
}

size_t web_asset_count(void)
{
	return ARRAY_COUNT(asset_files);
}

const struct web_asset *web_asset_at(size_t index)
{
	ASSERT(index < ARRAY_COUNT(asset_files));
	return &asset_files[index];
}

size_t web_template_count(void)
{
	return ARRAY_COUNT(template_files);
}

const char *web_template_name(size_t index)
{
	ASSERT(index < ARRAY_COUNT(template_files));
	return template_files[index].name;
}

struct span web_template_text(size_t index)
{
	ASSERT(index < ARRAY_COUNT(template_files));
	return template_files[index].text;
}
