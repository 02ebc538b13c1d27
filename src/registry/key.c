/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/key.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/utf8.h"
#include "registry/statement.h"

enum {
	SEPARATOR = 0x1f,
	GROWTH = 3, /* of a bracket */
	NUMBER_BYTES = 24,
	WIDE = 0xFF01 - '!' /* from ASCII to full width */
};

/* Writes a text as it counts in a key: blanks out, letters and digits in
 * ASCII and upper case, brackets in full width. So one decision stays one
 * record, however the names in its key are typed; what most of them are made
 * of stays as it is. At most GROWTH times as long. */
static size_t put_key_text(struct span text, char *out)
{
	size_t at = 0, n = 0;

	while (at < text.n) {
		uint8_t lead = (uint8_t)text.p[at];
		uint32_t c;

		/* Ideographs U+4000 to U+9FFF, nearly all there is. */
		if (lead >= 0xE4 && lead <= 0xE9 && at + 3 <= text.n) {
			memcpy(out + n, text.p + at, 3);
			at += 3;
			n += 3;
			continue;
		}
		c = utf8_next(text.p, text.n, &at);
		if (c >= 0xFF10 && c <= 0xFF5A && isalnum((int)c - WIDE))
			c -= WIDE;
		if (c >= 'a' && c <= 'z')
			c -= 'a' - 'A';
		if (c == '(' || c == ')')
			c += WIDE;
		if (c != ' ' && c != 0x3000)
			n += utf8_encode(c, out + n);
	}
	return n;
}

void key_hash_begin(struct key_hash *key, const struct cat_item *item)
{
	key->chained = (uint64_t)item->number;
	key->used = 0;
}

void key_hash_add(struct key_hash *key, struct span text)
{
	if (key->used + text.n * GROWTH + 1 > sizeof(key->text)) {
		key->chained =
		    XXH3_64bits_withSeed(key->text, key->used, key->chained);
		key->chained =
		    XXH3_64bits_withSeed(text.p, text.n, key->chained);
		key->used = 0;
		return;
	}
	key->text[key->used++] = SEPARATOR;
	key->used += put_key_text(text, key->text + key->used);
}

uint64_t key_hash_end(const struct key_hash *key)
{
	return XXH3_64bits_withSeed(key->text, key->used, key->chained) &
	    STATEMENT_HASH_MASK;
}

static bool is_code_part(const struct cat_item *item)
{
	int at = cat_field_by_role(item, CAT_ROLE_SUBJECT_CODE);

	return at >= 0 && item->fields[at].is_key;
}

/* As the row had it; a list of codes is as good as none. */
static void add_value(struct key_hash *key, const json_t *value)
{
	char number[NUMBER_BYTES];

	if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%lld",
		    (long long)json_integer_value(value));
		key_hash_add(key, span_of(number));
	} else {
		key_hash_add(key, span_of(json_string_value(value)));
	}
}

void key_hash_with_code(const struct cat_item *item, const json_t *fields,
    const char *code, uint64_t *hash_out)
{
	struct key_hash key;
	size_t i;

	if (!is_code_part(item))
		return;
	key_hash_begin(&key, item);
	for (i = 0; i < item->fields_count; i++) {
		const struct cat_field *f = &item->fields[i];

		if (f->is_key && f->role == CAT_ROLE_SUBJECT_CODE)
			key_hash_add(&key, span_of(code));
		else if (f->is_key)
			add_value(&key, json_object_get(fields, f->name));
	}
	*hash_out = key_hash_end(&key);
}
