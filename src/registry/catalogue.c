/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An archive is a zstd frame of the files one after another, each as
 *
 *	PATH "\n" LENGTH "\n" BYTES
 *
 * which is what the catalogue's digest is computed over.
 */
#include "registry/catalogue.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "base/check.h"
#include "base/mem.h"
#include "tlog/text.h"

enum {
	ARCHIVE_BYTES_MAX = 64 * 1024 * 1024,
	LEVEL = 9,
	SOURCES_MAX = 4096,
	CITY_BYTES = 128
};

static void pack(const struct catalog *catalog, struct buf *out)
{
	size_t i;

	for (i = 0; i < catalog->sources_count; i++) {
		const struct cat_source *s = &catalog->sources[i];

		buf_add_str(out, s->path);
		buf_add_char(out, '\n');
		buf_add_u64(out, s->bytes.n);
		buf_add_char(out, '\n');
		buf_add_span(out, s->bytes);
	}
}

static enum err_code insert(struct store *store, const struct catalog *catalog,
    int64_t now_ms, struct err *err)
{
	struct buf raw = BUF_INIT(ARCHIVE_BYTES_MAX);
	enum err_code rc;
	size_t bound, n;
	char *packed;

	pack(catalog, &raw);
	if (raw.is_full) {
		buf_release(&raw);
		return err_set(err, ERR_FULL, "the catalogue is too large");
	}
	bound = ZSTD_compressBound(raw.n);
	packed = mem_alloc(bound);
	n = ZSTD_compress(packed, bound, buf_str(&raw), raw.n, LEVEL);
	ASSERT(!ZSTD_isError(n));
	{
		struct store_value row[] = {
		    store_blob(catalog->digest, SHA256_BYTES),
		    store_str(catalog->city_id), store_int(now_ms),
		    store_blob(packed, n)};

		rc = store_run(
		    store, SQL_REGISTRY_CATALOGUE_INSERT, row, 4, err);
	}
	free(packed);
	buf_release(&raw);
	return rc;
}

enum err_code catalogue_archive(struct store *store,
    const struct catalog *catalog, int64_t now_ms, int64_t *id_out,
    struct err *err)
{
	struct store_value key = store_blob(catalog->digest, SHA256_BYTES);
	const enum sql_id find = SQL_REGISTRY_CATALOGUE_FIND;
	enum err_code rc = store_get_int(store, find, &key, 1, 0, id_out, err);

	if (rc || *id_out)
		return rc;
	rc = insert(store, catalog, now_ms, err);
	return rc ? rc : store_get_int(store, find, &key, 1, 0, id_out, err);
}

/* Cuts the raw archive into sources; -1 when it is damaged. */
static int unpack(struct span raw, struct cat_source *out, struct arena *arena)
{
	int count = 0;

	while (raw.n) {
		struct span path, length;
		size_t n = 0, i;

		if (count == SOURCES_MAX || !text_cut_line(&raw, &path) ||
		    !text_cut_line(&raw, &length))
			return -1;
		for (i = 0; i < length.n; i++)
			n = n * 10 + (size_t)(length.p[i] - '0');
		if (n > raw.n)
			return -1;
		out[count].path = arena_dup(arena, path.p, path.n);
		out[count++].bytes = (struct span){raw.p, n};
		raw.p += n;
		raw.n -= n;
	}
	return count;
}

/* The files in one piece; empty when the archive is damaged. */
static struct span decompress(struct span packed, struct arena *arena)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed.p, packed.n);
	struct span raw = {NULL, 0};
	char *to;

	if (size > ARCHIVE_BYTES_MAX)
		return raw;
	to = arena_alloc(arena, (size_t)size);
	if (ZSTD_decompress(to, (size_t)size, packed.p, packed.n) == size)
		raw = (struct span){to, (size_t)size};
	return raw;
}

static bool is_of_digest(struct span raw, struct span digest)
{
	uint8_t real[SHA256_BYTES];

	sha256_bytes(raw.p, raw.n, real);
	return span_equal(
	    digest, (struct span){(const char *)real, sizeof(real)});
}

/* Who is not judged again must be who was judged. */
static enum err_code load(struct span packed, struct span digest,
    const char *city, struct catalog **out, struct err *err)
{
	struct arena *arena = arena_new();
	struct cat_source *sources =
	    arena_zalloc(arena, SOURCES_MAX, sizeof(*sources));
	struct span raw = decompress(packed, arena);
	struct cat_issues issues;
	enum err_code rc = ERR_CORRUPT;
	int count =
	    is_of_digest(raw, digest) ? unpack(raw, sources, arena) : -1;

	cat_issues_init(&issues);
	if (count < 0)
		err_set(err, rc, "an archived catalogue is damaged");
	else
		rc = catalog_replay_sources(
		    sources, (size_t)count, city, &issues, out, err);
	cat_issues_release(&issues);
	arena_free(&arena);
	return rc;
}

enum err_code catalogue_check_all(struct store *store,
    void (*say)(void *ctx, int64_t catalogue_id), void *ctx, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_CATALOGUE_LIST;
	enum err_code rc = store_start(store, id, NULL, 0, err);

	while (store_next_row(store, id, &rc, err)) {
		struct arena *arena = arena_new();
		struct span digest = store_column_span(store, id, 1);
		struct span raw =
		    decompress(store_column_span(store, id, 4), arena);

		if (!is_of_digest(raw, digest))
			say(ctx, store_column_int(store, id, 0));
		arena_free(&arena);
	}
	store_finish(store, id);
	return rc;
}

static void copy_city(struct span name, char city[CITY_BYTES])
{
	city[0] = '\0';
	if (name.n < CITY_BYTES) {
		memcpy(city, name.p, name.n);
		city[name.n] = '\0';
	}
}

/* One that is damaged says nothing here; catalogue_check_all tells of it. */
static bool is_example(struct span packed, struct span name)
{
	struct arena *arena = arena_new();
	struct cat_source *sources =
	    arena_zalloc(arena, SOURCES_MAX, sizeof(*sources));
	int count = unpack(decompress(packed, arena), sources, arena);
	char city[CITY_BYTES];
	bool is_one;

	copy_city(name, city);
	is_one = count > 0 &&
	    catalog_sources_are_example(sources, (size_t)count, city);
	arena_free(&arena);
	return is_one;
}

enum err_code catalogue_any_example(
    struct store *store, bool *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_CATALOGUE_LIST;
	enum err_code rc = store_start(store, id, NULL, 0, err);

	*out = false;
	while (!*out && store_next_row(store, id, &rc, err))
		*out = is_example(store_column_span(store, id, 4),
		    store_column_span(store, id, 2));
	store_finish(store, id);
	return rc;
}

static bool has_digest(struct span digest, const char *hex)
{
	struct buf text = BUF_INIT(256);
	bool is_equal;

	buf_add_hex(&text, digest.p, digest.n);
	is_equal = strcmp(buf_str(&text), hex) == 0;
	buf_release(&text);
	return is_equal;
}

enum err_code catalogue_restore(struct store *store, const char *digest_hex,
    struct catalog **out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_CATALOGUE_LIST;
	enum err_code rc = store_start(store, id, NULL, 0, err);
	bool is_found = false;

	while (!is_found && store_next_row(store, id, &rc, err)) {
		char city[CITY_BYTES];

		if (!has_digest(store_column_span(store, id, 1), digest_hex))
			continue;
		is_found = true;
		copy_city(store_column_span(store, id, 2), city);
		rc = load(store_column_span(store, id, 4),
		    store_column_span(store, id, 1), city, out, err);
	}
	store_finish(store, id);
	if (!rc && !is_found)
		rc = err_set(err, ERR_NOT_FOUND,
		    "no catalogue with the digest %s was ever used here",
		    digest_hex);
	return rc;
}
