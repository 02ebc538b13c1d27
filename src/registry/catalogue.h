/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The archive of catalogue versions: every version that ever decided
 * anything, with its files, so that a decision can be replayed under the
 * rules of its day.
 */
#ifndef GX_REGISTRY_CATALOGUE_H
#define GX_REGISTRY_CATALOGUE_H

#include "catalog/catalog.h"
#include "store/store.h"

/* The version's number in this database; archived when it is new. In the
 * caller's write transaction. */
enum err_code catalogue_archive(struct store *store,
    const struct catalog *catalog, int64_t now_ms, int64_t *id_out,
    struct err *err);
/* Tells each archived version whose files are not those of its digest. */
enum err_code catalogue_check_all(struct store *store,
    void (*say)(void *ctx, int64_t catalogue_id), void *ctx, struct err *err);
/* Was one of them an example city's? Whatever came in under it was generated,
 * and stays that. Costs well under a millisecond for each version. */
enum err_code catalogue_any_example(
    struct store *store, bool *out, struct err *err);
/* Loads an archived version by its digest (hex); ERR_NOT_FOUND. */
enum err_code catalogue_restore(struct store *store, const char *digest_hex,
    struct catalog **out, struct err *err);

#endif
