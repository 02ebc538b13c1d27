/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts and the identities of a provider, over a real database. */
#include "people/people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"

static const int64_t NOON = 1780286400000; /* 2026-06-01T04:00Z */
static const char wang[] = "https://id.example wang-7";

struct fixture {
	char dir[64];
	struct store *store;
	struct arena *arena;
	struct err err;
	int64_t user; /* "wang", without a password */
};

static int set_up(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));
	char path[96];
	struct store_config config = {
	    .path = path, .mode = STORE_CREATE, .busy_ms = 1};

	snprintf(f->dir, sizeof(f->dir), "/tmp/gx-oidc-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(path, sizeof(path), "%s/office.db", f->dir);
	assert_int_equal(store_open(&config, &f->store, &f->err), 0);
	assert_int_equal(store_begin(f->store, &f->err), 0);
	f->arena = arena_new();
	assert_int_equal(people_user_add(f->store, "wang", "王某", "", false,
			     NOON, &f->user, &f->err),
	    0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	store_close(&f->store);
	arena_free(&f->arena);
	file_remove_tree(f->dir, NULL);
	free(f);
	return 0;
}

/* ---- shorthands ---- */

static enum err_code link_wang(struct fixture *f, const char *identity)
{
	return people_user_link(f->store, f->user, identity, NOON, &f->err);
}

static enum people_oidc_state settle(struct fixture *f, const char *secret,
    enum people_oidc_state state, const char *identity)
{
	struct people_oidc found = {.state = state, .has_code = true}, out;

	snprintf(found.identity, sizeof(found.identity), "%s", identity);
	assert_int_equal(people_oidc_settle(
			     f->store, span_of(secret), &found, &out, &f->err),
	    0);
	return out.state;
}

static enum people_oidc_state take(
    struct fixture *f, const char *secret, int64_t now, struct people_oidc *out)
{
	memset(out, 0, sizeof(*out));
	assert_int_equal(
	    people_oidc_take(f->store, span_of(secret), now, out, &f->err), 0);
	return out->state;
}

static void claim(struct fixture *f, const char *secret)
{
	assert_int_equal(
	    people_oidc_claim(f->store, span_of(secret), NOON, &f->err), 0);
}

/* ---- tests ---- */

static void identity_write_refuses_what_is_none(void **state)
{
	static char issuer[PEOPLE_IDENTITY_BYTES_MAX + 1], subject[257];
	static const struct {
		const char *issuer, *subject;
		enum err_code rc;
	} t[] = {
	    {"https://id.example", "", ERR_INPUT},
	    {"https://id.example", "a b", ERR_INPUT},
	    {"https://id.example", " a", ERR_INPUT},
	    {"https://id.example", "a ", ERR_INPUT},
	    {"https://id.example", "a\x7f", ERR_INPUT},
	    {"https://id.example", "王", ERR_INPUT},
	    {"https://id.example", subject, ERR_INPUT},
	    {"https://id.example", subject + 1, 0},
	    {"https://id.example", "~", 0},
	    {"https://id.example", "!", 0},
	    {issuer, "a", ERR_INPUT},
	    {issuer + 2, "a", 0},
	    {"https://id.example", "cn-110101190001010014", ERR_REFUSED},
	};
	char out[PEOPLE_IDENTITY_BYTES_MAX + 1];
	struct err err;
	size_t i;

	(void)state;
	memset(issuer, 'i', sizeof(issuer) - 1);
	memset(subject, 'a', sizeof(subject) - 1);
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		assert_int_equal(people_identity_write(
				     "https://id.example", "wang-7", out, &err),
		    0);
		if (people_identity_write(
			t[i].issuer, t[i].subject, out, &err) != t[i].rc)
			fail_msg("row %zu", i);
		if (t[i].rc)
			assert_string_equal(out, wang);
	}
	assert_null(strstr(err.message, "1101"));
}

static void link_is_of_one_account_and_ends_sessions(void **state)
{
	struct fixture *f = *state;
	char secret[PEOPLE_SECRET_CHARS + 1];
	struct people_caller caller;
	struct people_user user;
	int64_t li;

	assert_int_equal(people_session_start(f->store, f->user, false,
			     span_of(""), span_of(""), NOON, secret, &f->err),
	    0);
	assert_int_equal(link_wang(f, wang), 0);
	assert_int_equal(people_session_find(f->store, f->arena,
			     span_of(secret), NOON, &caller, &f->err),
	    0);
	assert_int_equal(caller.kind, PEOPLE_NOBODY);
	assert_int_equal(link_wang(f, wang), 0); /* again */
	assert_int_equal(people_user_add(f->store, "li", "李某", "", false,
			     NOON, &li, &f->err),
	    0);
	assert_int_equal(
	    people_user_link(f->store, li, wang, NOON, &f->err), ERR_CONFLICT);
	assert_int_equal(
	    people_user_by_id(f->store, f->arena, f->user, &user, &f->err), 0);
	assert_string_equal(user.identity, wang);
	assert_int_equal(link_wang(f, NULL), 0);
	assert_int_equal(
	    people_user_link(f->store, li, wang, NOON, &f->err), 0);
	assert_int_equal(
	    people_user_by_id(f->store, f->arena, f->user, &user, &f->err), 0);
	assert_string_equal(user.identity, "");
}

static void claim_again_is_refused_whatever_came_of_it(void **state)
{
	struct fixture *f = *state;
	struct people_oidc out;

	claim(f, "one");
	assert_int_equal(
	    people_oidc_claim(f->store, span_of("one"), NOON, &f->err),
	    ERR_CONFLICT);
	claim(f, "two");
	assert_int_equal(link_wang(f, wang), 0);
	assert_int_equal(
	    settle(f, "one", PEOPLE_OIDC_IN, wang), PEOPLE_OIDC_IN);
	assert_int_equal(take(f, "one", NOON, &out), PEOPLE_OIDC_IN);
	assert_int_equal(
	    people_oidc_claim(f->store, span_of("one"), NOON + 1, &f->err),
	    ERR_CONFLICT);
}

static void take_tells_in_once(void **state)
{
	struct fixture *f = *state;
	const struct people_oidc single = {
	    .state = PEOPLE_OIDC_IN, .identity = "https://id.example wang-7"};
	struct people_oidc out;

	assert_int_equal(link_wang(f, wang), 0);
	claim(f, "one");
	assert_int_equal(take(f, "one", NOON, &out), PEOPLE_OIDC_WAITING);
	settle(f, "one", PEOPLE_OIDC_IN, wang);
	assert_int_equal(take(f, "one", NOON, &out), PEOPLE_OIDC_IN);
	assert_int_equal(out.user_id, f->user);
	assert_true(out.has_code);
	assert_int_equal(take(f, "one", NOON, &out), PEOPLE_OIDC_TAKEN);
	assert_string_equal(out.identity, wang);
	claim(f, "two");
	assert_int_equal(people_oidc_settle(
			     f->store, span_of("two"), &single, &out, &f->err),
	    0);
	assert_int_equal(take(f, "two", NOON, &out), PEOPLE_OIDC_IN);
	assert_false(out.has_code);
	assert_int_equal(
	    people_oidc_take(f->store, span_of("other"), NOON, &out, &f->err),
	    ERR_NOT_FOUND);
}

static void take_too_late_is_not_found(void **state)
{
	struct fixture *f = *state;
	struct people_oidc out;

	assert_int_equal(link_wang(f, wang), 0);
	claim(f, "one");
	settle(f, "one", PEOPLE_OIDC_IN, wang);
	assert_int_equal(people_oidc_take(f->store, span_of("one"),
			     NOON + PEOPLE_OIDC_MS, &out, &f->err),
	    ERR_NOT_FOUND);
}

static void settle_lets_in_nobody_without_an_open_account(void **state)
{
	struct fixture *f = *state;
	struct people_oidc out;

	claim(f, "one");
	assert_int_equal(
	    settle(f, "one", PEOPLE_OIDC_IN, wang), PEOPLE_OIDC_UNLINKED);
	assert_int_equal(take(f, "one", NOON, &out), PEOPLE_OIDC_UNLINKED);
	assert_int_equal(out.user_id, 0);
	assert_string_equal(out.identity, wang);
	assert_int_equal(link_wang(f, wang), 0);
	assert_int_equal(take(f, "one", NOON, &out), PEOPLE_OIDC_UNLINKED);
	claim(f, "two");
	assert_int_equal(
	    settle(f, "two", PEOPLE_OIDC_IN, "https://id.example wang-77"),
	    PEOPLE_OIDC_UNLINKED);
	claim(f, "three");
	assert_int_equal(
	    people_user_set_disabled(f->store, f->user, true, NOON, &f->err),
	    0);
	assert_int_equal(
	    settle(f, "three", PEOPLE_OIDC_IN, wang), PEOPLE_OIDC_DISABLED);
	claim(f, "four");
	assert_int_equal(
	    settle(f, "four", PEOPLE_OIDC_REFUSED, ""), PEOPLE_OIDC_REFUSED);
	assert_int_equal(take(f, "four", NOON, &out), PEOPLE_OIDC_REFUSED);
}

/* Between the provider's answer and the browser's next request. */
static void take_looks_again_at_account_and_link(void **state)
{
	struct fixture *f = *state;
	struct people_oidc out;

	assert_int_equal(link_wang(f, wang), 0);
	claim(f, "one");
	claim(f, "two");
	settle(f, "one", PEOPLE_OIDC_IN, wang);
	settle(f, "two", PEOPLE_OIDC_IN, wang);
	assert_int_equal(
	    people_user_set_disabled(f->store, f->user, true, NOON, &f->err),
	    0);
	assert_int_equal(take(f, "one", NOON, &out), PEOPLE_OIDC_DISABLED);
	assert_int_equal(
	    people_user_set_disabled(f->store, f->user, false, NOON, &f->err),
	    0);
	assert_int_equal(link_wang(f, NULL), 0);
	assert_int_equal(take(f, "two", NOON, &out), PEOPLE_OIDC_UNLINKED);
}

/* An official's session is whole by the provider's second factor, and by
 * nothing less. */
static void session_with_a_code_from_elsewhere_is_whole(void **state)
{
	struct fixture *f = *state;
	struct people_grant_change change = {.user_id = f->user,
	    .role = "clerk",
	    .department = "rizhao-market-regulation",
	    .by = "test"};
	char secret[PEOPLE_SECRET_CHARS + 1];
	struct people_caller caller;
	int has_code;

	assert_int_equal(people_grant_add(f->store, &change, NOON, &f->err), 0);
	for (has_code = 0; has_code <= 1; has_code++) {
		assert_int_equal(
		    people_session_start(f->store, f->user, has_code != 0,
			span_of(""), span_of(""), NOON, secret, &f->err),
		    0);
		assert_int_equal(people_session_find(f->store, f->arena,
				     span_of(secret), NOON, &caller, &f->err),
		    0);
		assert_int_equal(caller.stage,
		    has_code ? PEOPLE_STAGE_WHOLE : PEOPLE_STAGE_ENROL);
		assert_int_equal(
		    people_may(&caller, PEOPLE_CHECK, NULL), has_code);
	}
}

#define STORED(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(identity_write_refuses_what_is_none),
	    STORED(link_is_of_one_account_and_ends_sessions),
	    STORED(claim_again_is_refused_whatever_came_of_it),
	    STORED(take_tells_in_once),
	    STORED(take_too_late_is_not_found),
	    STORED(settle_lets_in_nobody_without_an_open_account),
	    STORED(take_looks_again_at_account_and_link),
	    STORED(session_with_a_code_from_elsewhere_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
