/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subjects met are remembered (subject_cache.h). When there are too many,
 * the new ones among them go to the directory and all are forgotten: from
 * then on a miss asks the directory, so that memory stays bounded whatever
 * the file holds.
 *
 * A new subject is a row at the end of `subject` (cheap) and an entry in
 * `directory` (random): the entries wait and go in sorted by code, at the
 * end, so that each page of the directory is written once.
 *
 * Names: the hash of the name as written is compared first, which settles
 * nearly every row; then the folded names; only a really different name
 * costs a question to the database.
 */
#include "registry/subjects.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "base/fold.h"
#include "base/mem.h"
#include "registry/names.h"
#include "registry/subject_cache.h"

enum { CODE_CHARS = SUBJECT_CODE_CHARS, FOLD_BYTES = 1024 };

struct subject_book {
	struct store *store;
	int64_t submission_id;
	bool sets_names;
	bool has_stored;   /* a miss may be in the database */
	bool is_appending; /* rows of `subject`, which are not there yet */
	int64_t first_new;
	int64_t next;
	int64_t first_pending; /* from this on not in the directory yet */
	struct subject_cache *cache;
	struct name_packer *packer;
};

static uint64_t hash_fold(struct span name)
{
	char folded[FOLD_BYTES];
	size_t n = name.n > sizeof(folded)
	    ? 0
	    : fold_name(name, folded, sizeof(folded));

	return XXH3_64bits(folded, n);
}

enum err_code subject_book_new(struct store *store, int64_t submission_id,
    bool sets_names, struct subject_book **out, struct err *err)
{
	struct subject_book *b = mem_zalloc(1, sizeof(*b));
	int64_t last = 0;
	enum err_code rc;

	b->store = store;
	b->submission_id = submission_id;
	b->sets_names = sets_names;
	b->cache = subject_cache_new();
	rc = store_get_int(
	    store, SQL_REGISTRY_SUBJECT_LAST, NULL, 0, 0, &last, err);
	if (!rc)
		rc = name_packer_new(store, &b->packer, err);
	if (rc) {
		subject_book_free(&b);
		return rc;
	}
	b->first_new = b->first_pending = b->next = last + 1;
	b->has_stored = last > 0;
	*out = b;
	return 0;
}

void subject_book_free(struct subject_book **book)
{
	struct subject_book *b = *book;

	if (!b)
		return;
	name_packer_free(&b->packer);
	subject_cache_free(&b->cache);
	free(b);
	*book = NULL;
}

static enum err_code add_to_directory(
    void *ctx, const struct cached_subject *s, struct err *err)
{
	struct subject_book *b = ctx;
	char code[CODE_CHARS];
	struct store_value row[] = {store_int(SUBJECT_KEY_CODE),
	    store_text((struct span){code, CODE_CHARS}),
	    store_int(cached_subject_id(s))};

	cached_subject_code(s, code);
	return store_run(b->store, SQL_REGISTRY_DIRECTORY_INSERT, row, 3, err);
}

/* New subjects to the directory; all are forgotten. */
static enum err_code flush_pending(struct subject_book *b, struct err *err)
{
	enum err_code rc = subject_cache_drain(
	    b->cache, b->first_pending, add_to_directory, b, err);

	b->first_pending = b->next;
	b->has_stored = true;
	return rc;
}

/* New subjects are in the database afterwards. */
static enum err_code end_append(struct subject_book *b, struct err *err)
{
	if (!b->is_appending)
		return 0;
	b->is_appending = false;
	return store_append_end(b->store, SQL_REGISTRY_SUBJECT_INSERT, err);
}

static enum err_code load_name_hashes(
    struct subject_book *b, struct cached_subject *s, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_SUBJECT_GET;
	struct store_value key = store_int(cached_subject_id(s));
	enum err_code rc = end_append(b, err);

	if (!rc)
		rc = store_start(b->store, id, &key, 1, err);
	if (store_next_row(b->store, id, &rc, err)) {
		struct span name = store_column_span(b->store, id, 1);

		s->name_hash = XXH3_64bits(name.p, name.n);
		s->fold_hash = hash_fold(name);
	}
	store_finish(b->store, id);
	return rc;
}

static enum err_code create(struct subject_book *b, const char *code,
    struct span name, struct cached_subject **out, struct err *err)
{
	struct store_value row[] = {store_int(b->next),
	    store_text((struct span){code, CODE_CHARS}), store_text(name),
	    store_int(b->submission_id)};
	enum err_code rc = 0;

	if (b->next > SUBJECT_CACHE_ID_MAX)
		return err_set(err, ERR_FULL, "there are too many subjects");
	if (!b->is_appending)
		rc = store_append_start(
		    b->store, SQL_REGISTRY_SUBJECT_INSERT, err);
	b->is_appending = !rc;
	if (!rc)
		rc = store_append_row(
		    b->store, SQL_REGISTRY_SUBJECT_INSERT, row, 4, err);
	if (!rc)
		rc = name_packer_add(b->packer, name, b->next, err);
	if (rc)
		return rc;
	*out = subject_cache_add(b->cache, code, b->next++);
	(*out)->name_hash = XXH3_64bits(name.p, name.n);
	(*out)->fold_hash = hash_fold(name);
	return 0;
}

static enum err_code add_alias(struct subject_book *b, int64_t subject_id,
    struct span name, struct err *err)
{
	struct store_value row[] = {store_int(subject_id),
	    store_int(SUBJECT_KEY_NAME), store_text(name),
	    store_int(b->submission_id)};

	return store_run(b->store, SQL_REGISTRY_ALIAS_INSERT, row, 4, err);
}

/* Has the subject this name as an alias already? */
static enum err_code has_alias(struct subject_book *b, int64_t subject_id,
    struct span name, bool *out, struct err *err)
{
	struct store_value key[] = {store_int(subject_id),
	    store_int(SUBJECT_KEY_NAME), store_text(name)};
	int64_t found = 0;
	enum err_code rc = store_get_int(
	    b->store, SQL_REGISTRY_ALIAS_FIND, key, 3, 0, &found, err);

	*out = found != 0;
	return rc;
}

static bool is_nameless(const struct cached_subject *slot)
{
	return slot->fold_hash == hash_fold((struct span){"", 0});
}

/* The current name becomes an alias, the new one current. */
static enum err_code rename_subject(struct subject_book *b,
    const struct cached_subject *slot, struct span name, struct err *err)
{
	struct store_value row[] = {
	    store_text(name), store_int(cached_subject_id(slot))};
	struct subject old;
	enum err_code rc;

	subject_init(&old);
	rc = end_append(b, err);
	if (!rc)
		rc =
		    subject_by_id(b->store, cached_subject_id(slot), &old, err);
	if (!rc && !is_nameless(slot))
		rc = add_alias(
		    b, cached_subject_id(slot), buf_span(&old.name), err);
	if (!rc)
		rc = store_run(
		    b->store, SQL_REGISTRY_SUBJECT_RENAME, row, 2, err);
	if (!rc)
		rc = store_run(
		    b->store, SQL_REGISTRY_RENAMED_PUT, &row[1], 1, err);
	subject_release(&old);
	return rc;
}

static enum err_code see_other_name(struct subject_book *b,
    struct cached_subject *slot, struct span name, struct err *err)
{
	uint64_t folded = hash_fold(name);
	bool is_known = false;
	enum err_code rc;

	slot->name_hash = XXH3_64bits(name.p, name.n);
	if (folded == slot->fold_hash)
		return 0;
	rc = has_alias(b, cached_subject_id(slot), name, &is_known, err);
	if (!rc && (b->sets_names || is_nameless(slot))) {
		rc = rename_subject(b, slot, name, err);
		slot->fold_hash = folded;
	} else if (!rc && !is_known) {
		rc = add_alias(b, cached_subject_id(slot), name, err);
	}
	if (!rc && !is_known)
		rc = name_packer_add(
		    b->packer, name, cached_subject_id(slot), err);
	return rc;
}

/* A code that is met for the first time, or was forgotten. */
static enum err_code meet(struct subject_book *b, const char *code,
    struct span name, struct cached_subject **out, struct err *err)
{
	int64_t id = 0;
	enum err_code rc = 0;

	if (subject_cache_is_full(b->cache))
		rc = flush_pending(b, err);
	if (!rc && b->has_stored)
		rc = subject_id_of(
		    b->store, (struct span){code, CODE_CHARS}, &id, err);
	if (rc)
		return rc;
	if (!id)
		return create(b, code, name, out, err);
	*out = subject_cache_add(b->cache, code, id);
	return load_name_hashes(b, *out, err);
}

enum err_code subject_book_rename(
    struct subject_book *b, const char *code, struct span name, struct err *err)
{
	struct cached_subject *slot = NULL;
	enum err_code rc = meet(b, code, name, &slot, err);

	ASSERT(b->sets_names);
	return rc ? rc : see_other_name(b, slot, name, err);
}

enum err_code subject_book_resolve(struct subject_book *b, const char *code,
    struct span name, int64_t *subject_out, struct err *err)
{
	struct cached_subject *slot = subject_cache_find(b->cache, code);
	enum err_code rc = slot ? ERR_NONE : meet(b, code, name, &slot, err);

	if (rc)
		return rc;
	ASSERT(slot != NULL);
	if (name.n && slot->name_hash != XXH3_64bits(name.p, name.n))
		rc = see_other_name(b, slot, name, err);
	*subject_out = cached_subject_id(slot);
	return rc;
}

void subject_book_expect(const struct subject_book *b, const char *code)
{
	subject_cache_expect(b->cache, code);
}

bool subject_book_is_new(const struct subject_book *book, int64_t subject_id)
{
	return subject_id >= book->first_new;
}

uint64_t subject_book_new_count(const struct subject_book *book)
{
	return (uint64_t)(book->next - book->first_new);
}

enum err_code subject_book_flush(struct subject_book *book, struct err *err)
{
	enum err_code rc = end_append(book, err);

	if (!rc)
		rc = flush_pending(book, err);
	return rc ? rc : name_packer_flush(book->packer, err);
}

void subject_init(struct subject *s)
{
	s->id = 0;
	buf_init(&s->code, 256);
	buf_init(&s->name, 8192);
}

void subject_release(struct subject *s)
{
	buf_release(&s->code);
	buf_release(&s->name);
}

struct span subject_shown_name(struct span code, struct span name)
{
	return name.n ? name : code;
}

static enum err_code no_subject(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "there is no such subject");
}

enum err_code subject_by_id(
    struct store *store, int64_t id, struct subject *out, struct err *err)
{
	const enum sql_id get = SQL_REGISTRY_SUBJECT_GET;
	struct store_value key = store_int(id);
	enum err_code rc = store_start(store, get, &key, 1, err);

	buf_reset(&out->code);
	buf_reset(&out->name);
	if (store_next_row(store, get, &rc, err)) {
		out->id = id;
		buf_add_span(&out->code, store_column_span(store, get, 0));
		buf_add_span(&out->name,
		    subject_shown_name(store_column_span(store, get, 0),
			store_column_span(store, get, 1)));
	} else if (!rc) {
		rc = no_subject(err);
	}
	store_finish(store, get);
	return rc;
}

enum err_code subject_renamed(
    struct store *store, int64_t *id_out, struct err *err)
{
	return store_get_int(
	    store, SQL_REGISTRY_RENAMED_FIRST, NULL, 0, 0, id_out, err);
}

enum err_code subject_renamed_followed(
    struct store *store, int64_t id, struct err *err)
{
	struct store_value key = store_int(id);

	return store_run(store, SQL_REGISTRY_RENAMED_DELETE, &key, 1, err);
}

enum err_code subject_id_of(
    struct store *store, struct span code, int64_t *id_out, struct err *err)
{
	struct store_value key[] = {
	    store_int(SUBJECT_KEY_CODE), store_text(code)};

	return store_get_int(
	    store, SQL_REGISTRY_DIRECTORY_FIND, key, 2, 0, id_out, err);
}

enum err_code subject_by_code(
    struct store *store, struct span code, struct subject *out, struct err *err)
{
	int64_t id = 0;
	enum err_code rc = subject_id_of(store, code, &id, err);

	if (rc)
		return rc;
	return id ? subject_by_id(store, id, out, err) : no_subject(err);
}
