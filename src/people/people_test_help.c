/* SPDX-License-Identifier: Apache-2.0 */
#include "people/people_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

const int64_t NOON = 1780286400000;
const char market[] = "rizhao-market-regulation";
const char good[] = "correct horse battery";
char good_hash[PEOPLE_HASH_BYTES];

int set_up(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));
	struct store_config config = {
	    .path = f->path, .mode = STORE_CREATE, .busy_ms = 1};

	snprintf(f->dir, sizeof(f->dir), "/tmp/gx-people-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/office.db", f->dir);
	assert_int_equal(store_open(&config, &f->store, &f->err), 0);
	assert_int_equal(store_begin(f->store, &f->err), 0);
	f->arena = arena_new();
	people_key_make(&f->key);
	*state = f;
	return 0;
}

int tear_down(void **state)
{
	struct fixture *f = *state;

	store_close(&f->store);
	arena_free(&f->arena);
	file_remove_tree(f->dir, NULL);
	free(f);
	return 0;
}

int hash_once(void **state)
{
	(void)state;
	return people_password_hash(span_of(good), good_hash, NULL);
}

int64_t add_user(struct fixture *f, const char *login)
{
	int64_t id = 0;

	assert_int_equal(people_user_add(f->store, login, "王某", good_hash,
			     false, NOON, &id, &f->err),
	    0);
	assert_true(id > 0);
	return id;
}

enum err_code grant(struct fixture *f, int64_t user, const char *role,
    const char *department, const char *organisation)
{
	struct people_grant_change change = {.user_id = user,
	    .role = role,
	    .department = department,
	    .organisation = organisation,
	    .by = "test"};

	return people_grant_add(f->store, &change, NOON, &f->err);
}

struct people_user user_of(struct fixture *f, int64_t id)
{
	struct people_user user;

	assert_int_equal(
	    people_user_by_id(f->store, f->arena, id, &user, &f->err), 0);
	return user;
}

enum people_outcome try_password(
    struct fixture *f, const char *login, const char *password, int64_t now)
{
	enum people_outcome outcome = PEOPLE_OUTCOME_COUNT;
	struct people_attempt attempt;

	assert_int_equal(
	    people_attempt_load(f->store, span_of(login), &attempt, &f->err),
	    0);
	/* What Argon2id says, without its work. */
	attempt.is_right = attempt.hash[0] && strcmp(password, good) == 0;
	assert_int_equal(
	    people_attempt_settle(f->store, &attempt, now, &outcome, &f->err),
	    0);
	return outcome;
}

void start(struct fixture *f, int64_t user, int64_t now, struct browser *out)
{
	assert_int_equal(
	    people_session_start(f->store, user, false, span_of("192.0.2.1"),
		span_of("Firefox"), now, out->secret, &f->err),
	    0);
}

enum people_kind look(struct fixture *f, struct browser *b, int64_t now)
{
	assert_int_equal(people_session_find(f->store, f->arena,
			     span_of(b->secret), now, &b->caller, &f->err),
	    0);
	return b->caller.kind;
}

void app_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t now, char out[7])
{
	snprintf(out, 7, "%06u",
	    (unsigned)totp_code(secret, now / TOTP_STEP_MS, TOTP_DIGITS));
}

void enrol(struct fixture *f, int64_t user, int64_t now,
    uint8_t secret[TOTP_SECRET_BYTES])
{
	enum people_outcome outcome;
	char code[7];

	people_code_offer(&f->key, span_of("a session"), secret);
	app_code(secret, now, code);
	assert_int_equal(
	    people_code_enrol(f->store, &f->key, user, span_of("a session"),
		span_of(code), now, &outcome, &f->err),
	    0);
	assert_int_equal(outcome, PEOPLE_IN);
}

enum people_outcome try_code(
    struct fixture *f, int64_t user, const char *code, int64_t now)
{
	enum people_outcome outcome = PEOPLE_OUTCOME_COUNT;

	assert_int_equal(people_code_settle(f->store, &f->key, user,
			     span_of(code), now, &outcome, &f->err),
	    0);
	return outcome;
}
