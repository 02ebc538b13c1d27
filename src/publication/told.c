/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a content says beside its record's statement, which is sealed and stays
 * as it is. The rest is looked up whenever it is shown, and may be another one
 * then: by another law, another catalogue, another name.
 */
#include "publication/publication_priv.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static uint64_t add_bytes(uint64_t hash, const void *bytes, size_t n)
{
	return XXH3_64bits_withSeed(bytes, n, hash);
}

static uint64_t add_text(uint64_t hash, const char *text)
{
	return add_bytes(hash, text, strlen(text) + 1);
}

/* Of an adverse item the class is told. */
static uint64_t add_item(uint64_t hash, const struct cat_item *item)
{
	size_t i;

	hash = add_text(hash, item->id);
	hash = add_bytes(hash, &item->nature, sizeof(item->nature));
	for (i = 0; i < item->fields_count; i++) {
		const struct cat_field *f = &item->fields[i];

		if (f->privacy != CAT_PUBLIC)
			continue;
		hash = add_text(add_text(hash, f->name), f->title);
		hash = add_bytes(hash, &f->type, sizeof(f->type));
	}
	return hash;
}

int64_t publication_told(const struct publication_content *content)
{
	uint64_t hash = add_item(0, content->item);

	hash = add_bytes(hash, &content->until, sizeof(content->until));
	hash = add_text(hash, content->department);
	hash = add_bytes(hash, content->name.p, content->name.n);
	return (int64_t)(hash >> 1) | 1;
}
