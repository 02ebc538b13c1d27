/* SPDX-License-Identifier: Apache-2.0 */
/* A database of accounts, and what tests do with it again and again, at
 * times that they choose. */
#ifndef GX_PEOPLE_PEOPLE_TEST_HELP_H
#define GX_PEOPLE_PEOPLE_TEST_HELP_H

#include "people/people_priv.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

extern const int64_t NOON;  /* 2026-06-01T04:00Z */
extern const char market[]; /* a department */
extern const char good[];   /* a password */
extern char good_hash[PEOPLE_HASH_BYTES];

struct fixture {
	char dir[64];
	char path[96];
	struct store *store;
	struct arena *arena;
	struct people_key key;
	struct err err;
};

/* cmocka's: *state is a struct fixture, in a transaction. */
int set_up(void **state);
int tear_down(void **state);
/* Of a group: makes good_hash. */
int hash_once(void **state);
/* Shorthands; each asserts that the store did what it was asked. A user
 * "王某" whose password is `good`. */
int64_t add_user(struct fixture *f, const char *login);
enum err_code grant(struct fixture *f, int64_t user, const char *role,
    const char *department, const char *organisation);
struct people_user user_of(struct fixture *f, int64_t id);
/* Signs in with everything but the work of Argon2id. */
enum people_outcome try_password(
    struct fixture *f, const char *login, const char *password, int64_t now);

struct browser {
	char secret[PEOPLE_SECRET_CHARS + 1];
	struct people_caller caller;
};
/* A session begins; what the browser holds then says who calls. */
void start(struct fixture *f, int64_t user, int64_t now, struct browser *out);
enum people_kind look(struct fixture *f, struct browser *b, int64_t now);
/* The code that an app with this secret shows at a time. */
void app_code(
    const uint8_t secret[TOTP_SECRET_BYTES], int64_t now, char out[7]);
/* A second factor for the user; its secret. */
void enrol(struct fixture *f, int64_t user, int64_t now,
    uint8_t secret[TOTP_SECRET_BYTES]);
enum people_outcome try_code(
    struct fixture *f, int64_t user, const char *code, int64_t now);

#define STORED(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
