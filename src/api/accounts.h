/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, tokens and departments as those see them who keep them. */
#ifndef GX_API_ACCOUNTS_H
#define GX_API_ACCOUNTS_H

#include "base/buf.h"
#include "base/json.h"
#include "catalog/catalog.h"
#include "people/people.h"

enum { ACCOUNTS_BYTES_MAX = 16 * 1024 * 1024 };

/* store: the office's, for reading. */
enum err_code accounts_users(
    struct store *store, int64_t now_ms, struct buf *out, struct err *err);
/* ERR_NOT_FOUND. */
enum err_code accounts_user(struct store *store, const char *login,
    int64_t now_ms, struct buf *out, struct err *err);
enum err_code accounts_tokens(
    struct store *store, int64_t now_ms, struct buf *out, struct err *err);
/* Those of the catalogue, with how many users and tokens each has. */
enum err_code accounts_departments(struct store *store,
    const struct catalog *catalog, int64_t now_ms, struct buf *out,
    struct err *err);

/* "key":"2026-11-23T04:36:21Z"; null for 0. */
void accounts_put_time(struct json_writer *w, const char *key, int64_t ms);
/* "key": the name of whose login it is; of "token ID", the program's by the
 * token's title; "" when there is neither. store: the office's. */
void accounts_put_name(struct json_writer *w, const char *key,
    struct store *store, const char *login);

#endif
