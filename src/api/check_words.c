/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table by the addresses of the function and the two things. A catalogue
 * has some hundred of such pieces; what finds no place is written each time.
 */
#include "api/check_words.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mem.h"
#include "base/tr.h"

enum { PLACES = 1024, USED_MAX = PLACES / 2, PIECE_BYTES_MAX = 64 * 1024 };

struct piece {
	struct piece_key {
		check_put_piece *put; /* NULL: a free place */
		const void *a;
		const void *b;
	} key;
	struct span members; /* in the arena */
};

struct check_words {
	const struct catalog *catalog;
	date_days today;
	enum lang lang;
	struct arena *arena;
	struct buf scratch;
	size_t used;
	struct piece pieces[PLACES];
};

struct check_words *check_words_new(void)
{
	struct check_words *words = mem_zalloc(1, sizeof(*words));

	words->arena = arena_new();
	buf_init(&words->scratch, PIECE_BYTES_MAX);
	return words;
}

void check_words_free(struct check_words **words)
{
	struct check_words *w = *words;

	if (!w)
		return;
	arena_free(&w->arena);
	buf_release(&w->scratch);
	free(w);
	*words = NULL;
}

void check_words_use(
    struct check_words *words, const struct catalog *catalog, date_days today)
{
	enum lang lang = tr_lang();

	if (words->catalog == catalog && words->today == today &&
	    words->lang == lang)
		return;
	words->catalog = catalog;
	words->today = today;
	words->lang = lang;
	words->used = 0;
	memset(words->pieces, 0, sizeof(words->pieces));
	arena_reset(words->arena);
}

/* The piece, or the free place where it would stand. */
static struct piece *place_of(
    struct check_words *words, const struct piece_key *key)
{
	size_t at = XXH3_64bits(key, sizeof(*key));

	for (;; at++) {
		struct piece *p = &words->pieces[at % PLACES];

		if (!p->key.put ||
		    (p->key.put == key->put && p->key.a == key->a &&
			p->key.b == key->b))
			return p;
	}
}

/* False: it is too long to be kept. */
static bool write_piece(struct check_words *words, const struct reading *r,
    const struct piece_key *key, struct piece *out)
{
	struct buf *text = &words->scratch;
	struct json_writer w;

	buf_reset(text);
	json_start(&w, text);
	json_open_object(&w);
	key->put(&w, r, key->a, key->b);
	json_close_object(&w);
	if (text->is_full)
		return false;
	/* Without the braces. */
	out->members = (struct span){
	    arena_dup(words->arena, text->p + 1, text->n - 2), text->n - 2};
	out->key = *key;
	words->used++;
	return true;
}

void check_words_put(struct json_writer *w, const struct check_pieces *pieces,
    check_put_piece *put, const void *a, const void *b)
{
	const struct piece_key key = {put, a, b};
	struct check_words *words = pieces->words;
	struct piece *p = words ? place_of(words, &key) : NULL;

	if (p && !p->key.put &&
	    (words->used == USED_MAX ||
		!write_piece(words, pieces->reading, &key, p)))
		p = NULL;
	if (p)
		json_add_members(w, p->members);
	else
		put(w, pieces->reading, a, b);
}
