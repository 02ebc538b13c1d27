/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that are built into the program: templates by name, and assets
 * under names that hold a part of their content's hash, so that browsers may
 * keep them for ever ("Cache-Control: public, max-age=31536000, immutable").
 */
#ifndef GX_WEB_ASSETS_H
#define GX_WEB_ASSETS_H

#include "base/span.h"

struct web_asset {
	const char *name; /* "site.css" */
	const char *path; /* "/assets/site.1a2b3c4d.css" */
	const char *type; /* for Content-Type */
	struct span bytes;
	struct span gzip; /* n 0: not worth it */
};

/* NULL: there is none. */
const struct web_asset *web_asset_find(struct span path);
const struct web_asset *web_asset_named(const char *name);
size_t web_asset_count(void);
const struct web_asset *web_asset_at(size_t index);

size_t web_template_count(void);
const char *web_template_name(size_t index);
struct span web_template_text(size_t index);

#endif
