/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What makes two rows of an item about one organisation versions of one
 * record: a hash of the texts of its key fields, each as it counts in a key and
 * behind a unit separator. Stored: never change.
 */
#ifndef GX_REGISTRY_KEY_H
#define GX_REGISTRY_KEY_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "catalog/catalog.h"

struct key_hash {
	uint64_t chained;
	size_t used;
	char text[4096];
};

/* The key fields' texts are added in the order of the item's fields. */
void key_hash_begin(struct key_hash *key, const struct cat_item *item);
void key_hash_add(struct key_hash *key, struct span text);
uint64_t key_hash_end(const struct key_hash *key);

/*
 * The key of a row that came without its subject's code, now that it is known.
 * Writes only where the code is a part of the item's key. `fields` are the
 * row's, open and closed.
 */
void key_hash_with_code(const struct cat_item *item, const json_t *fields,
    const char *code, uint64_t *hash_out);

#endif
