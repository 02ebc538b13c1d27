/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cache is an open-addressing table from code to subject, at most
 * CACHE_MAX entries. When it is full, what is pending goes to the database
 * and the table is emptied: from then on a miss asks the directory, so that
 * memory stays bounded whatever the file holds.
 *
 * A new subject is a row at the end of `subject` (cheap) and an entry in
 * `directory` (random): the entries wait and go in sorted by code.
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

enum {
	CODE_CHARS = 18,
	CACHE_MIN = 1 << 12,
	CACHE_MAX = 1 << 20,
	PENDING_MAX = 1 << 17,
	FOLD_BYTES = 1024
};

struct slot {
	char code[CODE_CHARS]; /* code[0] 0 = free */
	int64_t subject_id;
	uint64_t name_hash; /* of the name as last seen */
	uint64_t fold_hash; /* of the current name, folded */
};

struct pending {
	char code[CODE_CHARS];
	int64_t subject_id;
};

struct subject_book {
	struct store *store;
	int64_t submission_id;
	bool sets_names;
	bool has_stored; /* a miss may be in the database */
	int64_t first_new;
	int64_t next;
	struct slot *slots;
	size_t capacity; /* power of two */
	size_t count;
	struct pending *pending;
	size_t pending_count;
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
	b->capacity = CACHE_MIN;
	b->slots = mem_zalloc(b->capacity, sizeof(*b->slots));
	b->pending = mem_alloc(PENDING_MAX * sizeof(*b->pending));
	rc = store_get_int(
	    store, SQL_REGISTRY_SUBJECT_LAST, NULL, 0, 0, &last, err);
	if (!rc)
		rc = name_packer_new(store, &b->packer, err);
	if (rc) {
		subject_book_free(&b);
		return rc;
	}
	b->first_new = b->next = last + 1;
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
	free(b->slots);
	free(b->pending);
	free(b);
	*book = NULL;
}

/* Where the search for a code begins. */
static size_t first_place(const struct subject_book *b, const char *code)
{
	return XXH3_64bits(code, CODE_CHARS) & (b->capacity - 1);
}

static size_t place_of(const struct subject_book *b, const char *code)
{
	size_t mask = b->capacity - 1;
	size_t i = first_place(b, code);

	while (b->slots[i].code[0] &&
	    memcmp(b->slots[i].code, code, CODE_CHARS) != 0)
		i = (i + 1) & mask;
	return i;
}

static void grow(struct subject_book *b)
{
	struct slot *old = b->slots;
	size_t old_capacity = b->capacity;
	size_t i;

	b->capacity *= 2;
	b->slots = mem_zalloc_table(b->capacity, sizeof(*b->slots));
	for (i = 0; i < old_capacity; i++)
		if (old[i].code[0])
			b->slots[place_of(b, old[i].code)] = old[i];
	free(old);
}

static int compare_pending(const void *a, const void *b)
{
	return memcmp(((const struct pending *)a)->code,
	    ((const struct pending *)b)->code, CODE_CHARS);
}

static enum err_code flush_pending(struct subject_book *b, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	qsort(
	    b->pending, b->pending_count, sizeof(*b->pending), compare_pending);
	for (i = 0; i < b->pending_count && !rc; i++) {
		struct store_value row[] = {store_int(SUBJECT_KEY_CODE),
		    store_text((struct span){b->pending[i].code, CODE_CHARS}),
		    store_int(b->pending[i].subject_id)};

		rc = store_run(
		    b->store, SQL_REGISTRY_DIRECTORY_INSERT, row, 3, err);
	}
	b->pending_count = 0;
	return rc;
}

/* Makes room for one more entry. */
static enum err_code make_room(struct subject_book *b, struct err *err)
{
	enum err_code rc;

	if (b->count * 3 < b->capacity * 2)
		return 0;
	if (b->capacity < CACHE_MAX) {
		grow(b);
		return 0;
	}
	rc = flush_pending(b, err);
	memset(b->slots, 0, b->capacity * sizeof(*b->slots));
	b->count = 0;
	b->has_stored = true;
	return rc;
}

/* *id_out 0 when the directory has no such identifier. */
static enum err_code look_up(struct store *store, enum subject_key kind,
    struct span value, int64_t *id_out, struct err *err)
{
	struct store_value key[] = {store_int(kind), store_text(value)};

	return store_get_int(
	    store, SQL_REGISTRY_DIRECTORY_FIND, key, 2, 0, id_out, err);
}

static enum err_code load_name_hashes(
    struct subject_book *b, struct slot *slot, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_SUBJECT_GET;
	struct store_value key = store_int(slot->subject_id);
	enum err_code rc = store_start(b->store, id, &key, 1, err);
	int got = rc ? 0 : store_next(b->store, id, err);

	if (got < 0)
		rc = (enum err_code)got;
	if (got == 1) {
		struct span name = store_column_span(b->store, id, 1);

		slot->name_hash = XXH3_64bits(name.p, name.n);
		slot->fold_hash = hash_fold(name);
	}
	store_finish(b->store, id);
	return rc;
}

static enum err_code create(struct subject_book *b, struct slot *slot,
    struct span name, struct err *err)
{
	struct store_value row[4];
	enum err_code rc = 0;

	if (b->pending_count == PENDING_MAX)
		rc = flush_pending(b, err);
	if (rc)
		return rc;
	slot->subject_id = b->next++;
	slot->name_hash = XXH3_64bits(name.p, name.n);
	slot->fold_hash = hash_fold(name);
	memcpy(b->pending[b->pending_count].code, slot->code, CODE_CHARS);
	b->pending[b->pending_count++].subject_id = slot->subject_id;
	row[0] = store_int(slot->subject_id);
	row[1] = store_text((struct span){slot->code, CODE_CHARS});
	row[2] = store_text(name);
	row[3] = store_int(b->submission_id);
	rc = store_append_row(
	    b->store, SQL_REGISTRY_SUBJECT_INSERT, row, 4, err);
	if (!rc)
		rc = name_packer_add(b->packer, name, slot->subject_id, err);
	return rc;
}

static enum err_code add_alias(struct subject_book *b, int64_t subject_id,
    enum subject_key kind, struct span value, struct err *err)
{
	struct store_value row[] = {store_int(subject_id), store_int(kind),
	    store_text(value), store_int(b->submission_id)};

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

/* The current name becomes an alias, the new one current. */
static enum err_code rename_subject(struct subject_book *b,
    const struct slot *slot, struct span name, struct err *err)
{
	struct store_value row[] = {
	    store_text(name), store_int(slot->subject_id)};
	struct subject old;
	enum err_code rc;

	subject_init(&old);
	rc = subject_by_id(b->store, slot->subject_id, &old, err);
	if (!rc)
		rc = add_alias(b, slot->subject_id, SUBJECT_KEY_NAME,
		    buf_span(&old.name), err);
	if (!rc)
		rc = store_run(
		    b->store, SQL_REGISTRY_SUBJECT_RENAME, row, 2, err);
	subject_release(&old);
	return rc;
}

static enum err_code see_other_name(struct subject_book *b, struct slot *slot,
    struct span name, struct err *err)
{
	uint64_t folded = hash_fold(name);
	bool is_known = false;
	enum err_code rc;

	slot->name_hash = XXH3_64bits(name.p, name.n);
	if (folded == slot->fold_hash)
		return 0;
	rc = has_alias(b, slot->subject_id, name, &is_known, err);
	if (!rc && b->sets_names) {
		slot->fold_hash = folded;
		rc = rename_subject(b, slot, name, err);
	} else if (!rc && !is_known) {
		rc =
		    add_alias(b, slot->subject_id, SUBJECT_KEY_NAME, name, err);
	}
	if (!rc && !is_known)
		rc = name_packer_add(b->packer, name, slot->subject_id, err);
	return rc;
}

static enum err_code fill_slot(struct subject_book *b, struct slot *slot,
    struct span name, struct err *err)
{
	enum err_code rc = 0;

	slot->subject_id = 0;
	if (b->has_stored)
		rc = look_up(b->store, SUBJECT_KEY_CODE,
		    (struct span){slot->code, CODE_CHARS}, &slot->subject_id,
		    err);
	if (!rc && slot->subject_id)
		return load_name_hashes(b, slot, err);
	return rc ? rc : create(b, slot, name, err);
}

enum err_code subject_book_resolve(struct subject_book *b, const char *code,
    struct span name, int64_t *subject_out, struct err *err)
{
	enum err_code rc = make_room(b, err);
	struct slot *slot;

	if (rc)
		return rc;
	slot = &b->slots[place_of(b, code)];
	if (!slot->code[0]) {
		memcpy(slot->code, code, CODE_CHARS);
		b->count++;
		rc = fill_slot(b, slot, name, err);
		if (rc)
			return rc;
	}
	if (name.n && slot->name_hash != XXH3_64bits(name.p, name.n))
		rc = see_other_name(b, slot, name, err);
	*subject_out = slot->subject_id;
	return rc;
}

void subject_book_expect(const struct subject_book *b, const char *code)
{
	const char *slot = (const char *)&b->slots[first_place(b, code)];

	__builtin_prefetch(slot);
	__builtin_prefetch(slot + sizeof(struct slot) - 1);
}

enum err_code subject_book_add_key(struct subject_book *b, int64_t subject_id,
    enum subject_key kind, struct span value, struct err *err)
{
	struct store_value row[] = {
	    store_int(kind), store_text(value), store_int(subject_id)};
	enum err_code rc = add_alias(b, subject_id, kind, value, err);

	return rc
	    ? rc
	    : store_run(b->store, SQL_REGISTRY_DIRECTORY_INSERT, row, 3, err);
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
	enum err_code rc = flush_pending(book, err);

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
	int got = rc ? 0 : store_next(store, get, err);

	buf_reset(&out->code);
	buf_reset(&out->name);
	if (got == 1) {
		out->id = id;
		buf_add_span(&out->code, store_column_span(store, get, 0));
		buf_add_span(&out->name, store_column_span(store, get, 1));
	} else if (!rc) {
		rc = got < 0 ? (enum err_code)got : no_subject(err);
	}
	store_finish(store, get);
	return rc;
}

enum err_code subject_by_key(struct store *store, enum subject_key kind,
    struct span value, struct subject *out, struct err *err)
{
	int64_t id = 0;
	enum err_code rc = look_up(store, kind, value, &id, err);

	if (rc)
		return rc;
	return id ? subject_by_id(store, id, out, err) : no_subject(err);
}
