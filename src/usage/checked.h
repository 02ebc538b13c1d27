/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which organisations were ever looked at, in memory: a bit for each. Kept up
 * from the uses' own indexes, so that following a million new records asks the
 * database about those alone that somebody asked about. It may say yes of one
 * that was not checked; never no of one that was.
 */
#ifndef GX_USAGE_CHECKED_H
#define GX_USAGE_CHECKED_H

#include "usage/use_log.h"

struct checked;

struct checked *checked_new(void);
void checked_free(struct checked **checked);

/* The id of a code that was not known when it was asked about; 0: it still
 * is not. */
typedef enum err_code checked_find(
    void *ctx, struct span code, int64_t *id_out, struct err *err);
/*
 * Adds the uses since the last time, the first time all. published: the uses
 * below it are in the index by organisation (use_log_publish). In a
 * transaction of the office that reads; find must not use the office.
 * ERR_CORRUPT: a use is about what cannot be one. Blocks on disk.
 */
enum err_code checked_follow(struct checked *checked, struct store *office,
    uint64_t published, checked_find *find, void *ctx, struct err *err);

/* Those with a code that was not known here when it was asked about are
 * found, too, and known from then on. 1, 0, negative a failure. */
int checked_has(struct checked *checked, struct store *office,
    int64_t subject_id, struct span code, struct err *err);
/* Did nobody ever ask about anybody? */
bool checked_is_empty(const struct checked *checked);
/* The first id behind this one, 0: there is none. */
int64_t checked_next(const struct checked *checked, int64_t after);

#endif
