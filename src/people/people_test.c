/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, roles, sign-in, sessions and tokens over a real database, with
 * times that the tests choose. */
#include "people/people_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/date.h"
#include "base/file.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

static const int64_t NOON = 1780286400000; /* 2026-06-01T04:00Z */
static const char good[] = "correct horse battery";
static const char market[] = "rizhao-market-regulation";
static char good_hash[PEOPLE_HASH_BYTES];

struct fixture {
	char dir[64];
	char path[96];
	struct store *store;
	struct arena *arena;
	struct people_key key;
	struct err err;
};

static int set_up(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));
	struct store_config config = {
	    .path = f->path, .mode = STORE_CREATE, .busy_ms = 1};

	strcpy(f->dir, "/tmp/gx-people-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/office.db", f->dir);
	assert_int_equal(store_open(&config, &f->store, &f->err), 0);
	assert_int_equal(store_begin(f->store, &f->err), 0);
	f->arena = arena_new(0);
	people_key_make(&f->key);
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

static int hash_once(void **state)
{
	(void)state;
	return people_password_hash(span_of(good), good_hash, NULL);
}

/* ---- shorthands; each asserts that the store did what it was asked ---- */

static int64_t add_user(struct fixture *f, const char *login)
{
	int64_t id = 0;

	assert_int_equal(people_user_add(f->store, login, "王某", good_hash,
			     false, NOON, &id, &f->err),
	    0);
	assert_true(id > 0);
	return id;
}

static enum err_code grant(struct fixture *f, int64_t user, const char *role,
    const char *department, const char *organisation)
{
	struct people_grant_change change = {.user_id = user,
	    .role = role,
	    .department = department,
	    .organisation = organisation,
	    .by = "test"};

	return people_grant_add(f->store, &change, NOON, &f->err);
}

static struct people_user user_of(struct fixture *f, int64_t id)
{
	struct people_user user;

	assert_int_equal(
	    people_user_by_id(f->store, f->arena, id, &user, &f->err), 0);
	return user;
}

static enum people_outcome try_password(
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

struct browser {
	char secret[PEOPLE_SECRET_CHARS + 1];
	struct people_caller caller;
};

static void start(
    struct fixture *f, int64_t user, int64_t now, struct browser *out)
{
	assert_int_equal(
	    people_session_start(f->store, user, false, span_of("192.0.2.1"),
		span_of("Firefox"), now, out->secret, &f->err),
	    0);
}

static enum people_kind look(struct fixture *f, struct browser *b, int64_t now)
{
	assert_int_equal(people_session_find(f->store, f->arena,
			     span_of(b->secret), now, &b->caller, &f->err),
	    0);
	return b->caller.kind;
}

/* The code that an app with this secret shows at a time. */
static void app_code(
    const uint8_t secret[TOTP_SECRET_BYTES], int64_t now, char out[7])
{
	snprintf(out, 7, "%06u",
	    (unsigned)totp_code(secret, now / TOTP_STEP_MS, TOTP_DIGITS));
}

/* A second factor for the user; its secret. */
static void enrol(struct fixture *f, int64_t user, int64_t now,
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

static enum people_outcome try_code(
    struct fixture *f, int64_t user, const char *code, int64_t now)
{
	enum people_outcome outcome = PEOPLE_OUTCOME_COUNT;

	assert_int_equal(people_code_settle(f->store, &f->key, user,
			     span_of(code), now, &outcome, &f->err),
	    0);
	return outcome;
}

/* ---- roles ---- */

static void roles_are_whole_and_separate(void **state)
{
	size_t count, i, k;
	const struct people_role *roles = people_roles(&count);
	uint32_t all = 0;

	(void)state;
	assert_int_equal(count, 8);
	for (i = 0; i < count; i++) {
		assert_ptr_equal(
		    people_role_find(span_of(roles[i].id)), &roles[i]);
		assert_true(roles[i].capabilities != 0);
		all |= roles[i].capabilities;
		for (k = 0; k < i; k++)
			assert_string_not_equal(roles[i].id, roles[k].id);
	}
	assert_int_equal(all, (1u << PEOPLE_CAPABILITY_COUNT) - 1);
	assert_null(people_role_find(span_of("root")));
	assert_int_equal(
	    people_capability_find(span_of("check")), PEOPLE_CHECK);
	assert_int_equal(people_capability_find(span_of("chec")), -1);
}

static void roles_admin_sees_no_data(void **state)
{
	const struct people_role *admin = people_role_find(span_of("admin"));

	(void)state;
	assert_int_equal(admin->capabilities,
	    1u << PEOPLE_MANAGE_PEOPLE | 1u << PEOPLE_MANAGE_TOKENS);
	assert_true(admin->needs_code);
}

/* The table in docs/security.md says what people_roles.c says. */
static void roles_are_documented_as_they_are(void **state)
{
	const char *root = getenv("GX_SOURCE_ROOT");
	struct buf text = BUF_INIT(1 << 20);
	struct buf line = BUF_INIT(1024);
	char path[512];
	size_t count, i;
	const struct people_role *roles = people_roles(&count);
	int one;

	(void)state;
	snprintf(path, sizeof(path), "%s/docs/security.md", root ? root : ".");
	assert_int_equal(file_read(path, &text, NULL), 0);
	for (i = 0; i < count; i++) {
		buf_reset(&line);
		buf_addf(&line, "\n| `%s` |", roles[i].id);
		for (one = 0; one < PEOPLE_CAPABILITY_COUNT; one++)
			buf_add_str(&line,
			    roles[i].capabilities & 1u << one ? " x |" : " |");
		buf_add_str(&line, "\n");
		if (!strstr(buf_str(&text), buf_str(&line)))
			fail_msg(
			    "docs/security.md has no line%s", buf_str(&line));
	}
	buf_release(&line);
	buf_release(&text);
}

/* ---- accounts ---- */

static void user_add_login_is_folded_and_unique(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "Wang.Mou"), other = 0;
	struct people_user user = user_of(f, id);

	assert_string_equal(user.login, "wang.mou");
	assert_string_equal(user.name, "王某");
	assert_true(user.has_password);
	assert_false(user.must_change);
	assert_false(user.has_code);
	assert_int_equal(people_user_add(f->store, "WANG.MOU", "x", "", false,
			     NOON, &other, &f->err),
	    ERR_CONFLICT);
	assert_int_equal(
	    people_user_find(f->store, f->arena, "WANG.mou", &user, &f->err),
	    0);
	assert_int_equal(user.id, id);
	assert_int_equal(
	    people_user_find(f->store, f->arena, "li", &user, &f->err),
	    ERR_NOT_FOUND);
}

static void user_add_bad_names_are_refused(void **state)
{
	static const char *const logins[] = {"", "a", ".ab", "a b", "王某",
	    "abc'--", "a/b", "a23456789012345678901234567890123"};
	struct fixture *f = *state;
	int64_t id;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(logins); i++)
		assert_int_equal(people_user_add(f->store, logins[i], "x", "",
				     false, NOON, &id, &f->err),
		    ERR_INPUT);
	assert_int_equal(people_user_add(f->store, "wang", "two\nlines", "",
			     false, NOON, &id, &f->err),
	    ERR_INPUT);
	assert_int_equal(people_user_add(f->store, "wang", "", "", false, NOON,
			     &id, &f->err),
	    ERR_INPUT);
}

static void grant_wants_the_role_s_scope(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang"), users = 0;
	struct people_grant_change change = {
	    .user_id = id, .role = "operator", .department = market};

	assert_int_equal(grant(f, id, "operator", NULL, NULL), ERR_INPUT);
	assert_int_equal(grant(f, id, "admin", market, NULL), ERR_INPUT);
	assert_int_equal(grant(f, id, "root", NULL, NULL), ERR_INPUT);
	assert_int_equal(grant(f, id, "representative", NULL, NULL), ERR_INPUT);
	assert_int_equal(grant(f, id, "operator", market, NULL), 0);
	assert_int_equal(grant(f, id, "operator", market, NULL), ERR_CONFLICT);
	assert_int_equal(
	    grant(f, id, "representative", NULL, "91371100MA3C000015"), 0);
	assert_int_equal(user_of(f, id).grants_count, 2);
	assert_int_equal(people_grant_users(f->store, market, &users, NULL), 0);
	assert_int_equal(users, 1);
	assert_int_equal(people_grant_revoke(f->store, &change, &f->err), 0);
	assert_int_equal(
	    people_grant_revoke(f->store, &change, &f->err), ERR_NOT_FOUND);
	assert_int_equal(user_of(f, id).grants_count, 1);
}

static void users_are_listed_with_their_roles(void **state)
{
	struct fixture *f = *state;
	struct people_user *list;
	size_t count = 0;

	add_user(f, "zhao");
	assert_int_equal(grant(f, add_user(f, "li"), "auditor", "", ""), 0);
	assert_int_equal(
	    people_users(f->store, f->arena, &list, &count, &f->err), 0);
	assert_int_equal(count, 2);
	assert_string_equal(list[0].login, "li");
	assert_int_equal(list[0].grants_count, 1);
	assert_string_equal(list[0].grants[0].role->id, "auditor");
	assert_string_equal(list[1].login, "zhao");
}

/* ---- passwords ---- */

static void password_check_refuses_what_is_easy(void **state)
{
	static const struct {
		const char *text;
		bool is_good;
	} rows[] = {
	    {"", false},
	    {"short", false},
	    {"aaaaaaaaaaaa", false},
	    {"abababababababab", false},
	    {"wang 1234567", false},
	    {"xxWANGxx1234567", false},
	    {"\xff\xfe\xff\xfe 1234567 abc", false},
	    {"correct horse battery", true},
	    {"这是一个很长的密码不要告诉别人", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(rows); i++)
		assert_int_equal(people_password_check(
				     span_of(rows[i].text), "wang", NULL) == 0,
		    rows[i].is_good);
}

static void password_hash_fits_only_its_own(void **state)
{
	(void)state;
	assert_true(span_starts_with(span_of(good_hash), "$argon2id$"));
	assert_true(people_password_is(good_hash, span_of(good)));
	assert_false(people_password_is(good_hash, span_of("correct")));
	assert_false(people_password_is_weak(good_hash));
	/* The hash of nobody costs the same and fits nothing. */
	assert_false(people_password_is_weak(people_password_nobody()));
	assert_false(people_password_is(people_password_nobody(), span_of("")));
	assert_false(
	    people_password_is(people_password_nobody(), span_of(good)));
}

static void password_once_is_taken_by_the_check(void **state)
{
	char a[PEOPLE_ONCE_CHARS + 1], b[PEOPLE_ONCE_CHARS + 1];

	(void)state;
	people_password_once(a);
	people_password_once(b);
	assert_int_equal(strlen(a), PEOPLE_ONCE_CHARS);
	assert_string_not_equal(a, b);
	assert_int_equal(people_password_check(span_of(a), "wang", NULL), 0);
}

/* ---- signing in ---- */

static void sign_in_really_compares(void **state)
{
	struct fixture *f = *state;
	enum people_outcome outcome;
	struct people_attempt attempt;

	add_user(f, "wang");
	assert_int_equal(
	    people_attempt_load(f->store, span_of(" Wang"), &attempt, NULL), 0);
	assert_int_equal(attempt.user_id, 0);
	assert_int_equal(
	    people_attempt_load(f->store, span_of("Wang"), &attempt, NULL), 0);
	people_attempt_check(&attempt, span_of("wrong"));
	assert_false(attempt.is_right);
	people_attempt_check(&attempt, span_of(good));
	assert_true(attempt.is_right);
	assert_false(attempt.is_rehash_due);
	assert_int_equal(
	    people_attempt_settle(f->store, &attempt, NOON, &outcome, NULL), 0);
	assert_int_equal(outcome, PEOPLE_IN);
	/* Changed between the comparison and its end. */
	assert_int_equal(people_user_set_password(f->store, attempt.user_id,
			     "$argon2id$other", false, 0, NOON, NULL),
	    0);
	assert_int_equal(
	    people_attempt_settle(f->store, &attempt, NOON, &outcome, NULL), 0);
	assert_int_equal(outcome, PEOPLE_WRONG);
}

static void sign_in_unknown_login_is_counted_and_wrong(void **state)
{
	struct fixture *f = *state;
	struct store_value day = store_int(date_of_unix_ms(NOON));
	struct people_attempt attempt;
	int64_t count = 0;

	assert_int_equal(try_password(f, "nobody", good, NOON), PEOPLE_WRONG);
	assert_int_equal(try_password(f, "王某", good, NOON), PEOPLE_WRONG);
	assert_int_equal(
	    people_attempt_load(f->store, span_of("nobody"), &attempt, NULL),
	    0);
	people_attempt_check(&attempt, span_of(good));
	assert_false(attempt.is_right);
	assert_int_equal(store_get_int(f->store, SQL_PEOPLE_STRANGER_GET, &day,
			     1, 0, &count, NULL),
	    0);
	assert_int_equal(count, 2);
}

static void sign_in_without_a_password_never(void **state)
{
	struct fixture *f = *state;
	struct people_attempt attempt;
	int64_t id;

	assert_int_equal(
	    people_user_add(f->store, "wang", "x", "", false, NOON, &id, NULL),
	    0);
	assert_int_equal(
	    people_attempt_load(f->store, span_of("wang"), &attempt, NULL), 0);
	people_attempt_check(&attempt, span_of(""));
	assert_false(attempt.is_right);
}

static void sign_in_fails(struct fixture *f, int times, int64_t now)
{
	while (times-- > 0)
		assert_int_equal(
		    try_password(f, "wang", "wrong", now), PEOPLE_WRONG);
}

static void sign_in_locks_after_five_and_doubles(void **state)
{
	static const int64_t waits[] = {30, 60, 120, 240, 480, 900, 900, 900};
	struct fixture *f = *state;
	int64_t now = NOON;
	size_t i;

	add_user(f, "wang");
	sign_in_fails(f, 4, now);
	assert_int_equal(try_password(f, "wang", good, now), PEOPLE_IN);
	sign_in_fails(f, 5, now);
	for (i = 0; i < ARRAY_COUNT(waits); i++) {
		int64_t wait = waits[i] * 1000;

		assert_int_equal(
		    try_password(f, "wang", good, now), PEOPLE_LOCKED);
		/* What comes while it is locked does not make it longer. */
		assert_int_equal(
		    try_password(f, "wang", "wrong", now + wait - 1),
		    PEOPLE_LOCKED);
		now += wait;
		sign_in_fails(f, 1, now);
	}
	assert_int_equal(
	    try_password(f, "wang", good, now + 15 * MINUTE), PEOPLE_IN);
	sign_in_fails(f, 4, now + 15 * MINUTE);
	assert_int_equal(
	    try_password(f, "wang", good, now + 15 * MINUTE), PEOPLE_IN);
}

static void sign_in_clock_set_back_locks_nobody_for_ever(void **state)
{
	struct fixture *f = *state;

	add_user(f, "wang");
	sign_in_fails(f, 5, NOON + 1000LL * HOUR);
	assert_int_equal(try_password(f, "wang", good, NOON), PEOPLE_IN);
}

static void sign_in_disabled_is_refused(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	struct browser b;

	start(f, id, NOON, &b);
	assert_int_equal(look(f, &b, NOON), PEOPLE_SESSION);
	sign_in_fails(f, 5, NOON);
	assert_int_equal(
	    people_user_set_disabled(f->store, id, true, NOON, NULL), 0);
	assert_int_equal(look(f, &b, NOON), PEOPLE_NOBODY);
	assert_int_equal(try_password(f, "wang", good, NOON), PEOPLE_DISABLED);
	assert_int_equal(
	    people_user_set_disabled(f->store, id, false, NOON, NULL), 0);
	assert_int_equal(try_password(f, "wang", good, NOON), PEOPLE_IN);
}

/* ---- codes ---- */

static void code_is_taken_once(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	uint8_t secret[TOTP_SECRET_BYTES];
	char code[7];

	enrol(f, id, NOON, secret);
	assert_true(user_of(f, id).has_code);
	app_code(secret, NOON, code);
	assert_int_equal(try_code(f, id, code, NOON), PEOPLE_WRONG);
	app_code(secret, NOON + MINUTE, code);
	assert_int_equal(try_code(f, id, code, NOON + MINUTE), PEOPLE_IN);
	assert_int_equal(try_code(f, id, code, NOON + MINUTE), PEOPLE_WRONG);
}

/* Whoever knows the password does not get more tries by giving it again. */
static void code_failures_outlive_a_right_password(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang"), later = NOON + 10 * MINUTE;
	uint8_t secret[TOTP_SECRET_BYTES];
	char code[7];
	int i;

	enrol(f, id, NOON, secret);
	for (i = 0; i < 5; i++) {
		assert_int_equal(
		    try_password(f, "wang", good, later), PEOPLE_IN);
		assert_int_equal(try_code(f, id, "bad", later), PEOPLE_WRONG);
	}
	app_code(secret, later, code);
	assert_int_equal(try_password(f, "wang", good, later), PEOPLE_LOCKED);
	assert_int_equal(try_code(f, id, code, later), PEOPLE_LOCKED);
	later += PEOPLE_LOCK_FIRST_MS;
	app_code(secret, later, code);
	assert_int_equal(try_code(f, id, code, later), PEOPLE_IN);
	assert_int_equal(user_of(f, id).failures, 0);
}

static void code_secret_opens_only_for_its_user_and_key(void **state)
{
	struct fixture *f = *state;
	uint8_t sealed[PEOPLE_SEALED_BYTES], out[TOTP_SECRET_BYTES];
	const uint8_t secret[TOTP_SECRET_BYTES] = "12345678901234567890";
	struct span text = {(const char *)sealed, sizeof(sealed)};
	struct people_key other;

	people_key_make(&other);
	people_seal(&f->key, 7, secret, sealed);
	assert_true(people_unseal(&f->key, 7, text, out));
	assert_memory_equal(out, secret, sizeof(out));
	assert_false(people_unseal(&f->key, 8, text, out));
	assert_false(people_unseal(&other, 7, text, out));
	sealed[30] ^= 1;
	assert_false(people_unseal(&f->key, 7, text, out));
	text.n--;
	assert_false(people_unseal(&f->key, 7, text, out));
}

static void code_enrol_wants_the_offer_s_code(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	uint8_t secret[TOTP_SECRET_BYTES];
	enum people_outcome outcome;
	char code[7];

	people_code_offer(&f->key, span_of("session one"), secret);
	app_code(secret, NOON, code);
	assert_int_equal(
	    people_code_enrol(f->store, &f->key, id, span_of("session two"),
		span_of(code), NOON, &outcome, NULL),
	    0);
	assert_int_equal(outcome, PEOPLE_WRONG);
	enrol(f, id, NOON, secret);
	assert_int_equal(
	    people_code_enrol(f->store, &f->key, id, span_of("session one"),
		span_of(code), NOON, &outcome, NULL),
	    ERR_CONFLICT);
	assert_int_equal(people_user_drop_code(f->store, id, NOON, NULL), 0);
	assert_false(user_of(f, id).has_code);
}

/* ---- sessions ---- */

static void session_ends_by_silence_and_by_age(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang"), now = NOON;
	struct browser b;

	start(f, id, now, &b);
	assert_int_equal(look(f, &b, now + 30 * MINUTE - 1), PEOPLE_SESSION);
	assert_true(b.caller.is_seen_due);
	assert_int_equal(look(f, &b, now + 30 * MINUTE), PEOPLE_NOBODY);
	assert_int_equal(look(f, &b, now + MINUTE - 1), PEOPLE_SESSION);
	assert_false(b.caller.is_seen_due);
	for (; now < NOON + 12LL * HOUR; now += 20 * MINUTE) {
		assert_int_equal(look(f, &b, now), PEOPLE_SESSION);
		assert_int_equal(people_session_seen(
				     f->store, b.caller.session_id, now, NULL),
		    0);
	}
	assert_int_equal(look(f, &b, NOON + 12LL * HOUR - 1), PEOPLE_SESSION);
	assert_int_equal(look(f, &b, NOON + 12LL * HOUR), PEOPLE_NOBODY);
	/* Begun in the future: the clock was wrong. */
	assert_int_equal(look(f, &b, NOON - HOUR), PEOPLE_NOBODY);
}

static void session_secret_is_not_stored(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	struct browser b, other = {.secret = ""};

	start(f, id, NOON, &b);
	assert_int_equal(strlen(b.secret), PEOPLE_SECRET_CHARS);
	assert_int_equal(look(f, &other, NOON), PEOPLE_NOBODY);
	memcpy(other.secret, b.secret, sizeof(b.secret));
	other.secret[3] = other.secret[3] == 'a' ? 'b' : 'a';
	assert_int_equal(look(f, &other, NOON), PEOPLE_NOBODY);
}

static void session_stages_in_their_order(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang"), later = NOON + 5 * MINUTE;
	uint8_t secret[TOTP_SECRET_BYTES];
	struct browser b;

	assert_int_equal(grant(f, id, "operator", market, NULL), 0);
	assert_int_equal(people_user_set_password(
			     f->store, id, good_hash, true, 0, NOON, NULL),
	    0);
	start(f, id, NOON, &b);
	look(f, &b, NOON);
	assert_int_equal(b.caller.stage, PEOPLE_STAGE_PASSWORD);
	assert_int_equal(b.caller.capabilities, 0);
	assert_int_equal(people_user_set_password(f->store, id, good_hash,
			     false, b.caller.session_id, NOON, NULL),
	    0);
	look(f, &b, NOON);
	assert_int_equal(b.caller.stage, PEOPLE_STAGE_ENROL);
	assert_int_equal(b.caller.capabilities, 0);
	enrol(f, id, NOON, secret);
	look(f, &b, later);
	assert_int_equal(b.caller.stage, PEOPLE_STAGE_CODE);
	assert_int_equal(people_session_renew(f->store, id, b.caller.session_id,
			     true, later, b.secret, NULL),
	    0);
	look(f, &b, later);
	assert_int_equal(b.caller.stage, PEOPLE_STAGE_WHOLE);
	assert_true(people_may(&b.caller, PEOPLE_SUBMIT, NULL));
}

/* Whoever gave the password and no code has ten minutes. */
static void session_without_its_code_is_short(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	uint8_t secret[TOTP_SECRET_BYTES];
	struct browser b;

	enrol(f, id, NOON, secret);
	start(f, id, NOON, &b);
	assert_int_equal(look(f, &b, NOON + 10 * MINUTE - 1), PEOPLE_SESSION);
	assert_int_equal(b.caller.stage, PEOPLE_STAGE_CODE);
	assert_int_equal(look(f, &b, NOON + 10 * MINUTE), PEOPLE_NOBODY);
	assert_null(b.caller.user.login);
}

static void session_renew_makes_the_old_secret_worthless(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang"), now = NOON + 20 * MINUTE;
	struct browser old, b;

	start(f, id, NOON, &old);
	look(f, &old, now);
	assert_int_equal(people_session_renew(f->store, id,
			     old.caller.session_id, false, now, b.secret, NULL),
	    0);
	assert_int_equal(look(f, &b, now), PEOPLE_SESSION);
	assert_int_equal(b.caller.session_ends_ms, NOON + PEOPLE_SESSION_MS);
	assert_int_equal(people_session_renew(f->store, id,
			     old.caller.session_id, false, now, b.secret, NULL),
	    ERR_NOT_FOUND);
	assert_int_equal(look(f, &old, now), PEOPLE_NOBODY);
}

static void sessions_end_one_and_all(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang"), li = add_user(f, "li");
	struct people_session *list;
	struct browser b[3], other;
	size_t count, i;

	start(f, li, NOON, &other);
	look(f, &other, NOON);
	for (i = 0; i < 3; i++) {
		start(f, id, NOON + (int64_t)i, &b[i]);
		look(f, &b[i], NOON + 3);
	}
	assert_int_equal(people_sessions(f->store, f->arena, id, NOON + 3,
			     &list, &count, NULL),
	    0);
	assert_int_equal(count, 3);
	assert_int_equal(list[0].id, b[2].caller.session_id);
	assert_string_equal(list[0].client, "192.0.2.1");
	/* Nobody ends another one's. */
	assert_int_equal(
	    people_session_end(f->store, id, other.caller.session_id, NULL), 0);
	assert_int_equal(look(f, &other, NOON + 3), PEOPLE_SESSION);
	assert_int_equal(
	    people_session_end(f->store, id, b[0].caller.session_id, NULL), 0);
	assert_int_equal(look(f, &b[0], NOON + 3), PEOPLE_NOBODY);
	assert_int_equal(
	    people_sessions_end(f->store, id, b[1].caller.session_id, NULL), 0);
	assert_int_equal(look(f, &b[1], NOON + 3), PEOPLE_SESSION);
	assert_int_equal(look(f, &b[2], NOON + 3), PEOPLE_NOBODY);
	assert_int_equal(people_sessions_sweep(f->store, NOON + HOUR, NULL), 0);
	assert_int_equal(look(f, &b[1], NOON + 3), PEOPLE_NOBODY);
}

static void session_ends_with_a_change_of_rights(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	struct browser b;

	start(f, id, NOON, &b);
	assert_int_equal(grant(f, id, "clerk", market, NULL), 0);
	assert_int_equal(look(f, &b, NOON), PEOPLE_NOBODY);
}

static void form_token_is_of_session_and_key(void **state)
{
	struct fixture *f = *state;
	char a[PEOPLE_SECRET_CHARS + 1], b[PEOPLE_SECRET_CHARS + 1];
	struct people_key other;

	people_key_make(&other);
	people_form_token(&f->key, span_of("one"), a);
	people_form_token(&f->key, span_of("one"), b);
	assert_true(people_same(span_of(a), span_of(b)));
	people_form_token(&f->key, span_of("two"), b);
	assert_false(people_same(span_of(a), span_of(b)));
	people_form_token(&other, span_of("one"), b);
	assert_false(people_same(span_of(a), span_of(b)));
	assert_false(people_same(span_of(""), span_of("")));
}

/* ---- what callers may ---- */

static void may_is_by_role_and_scope(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	struct people_caller caller = {.kind = PEOPLE_SESSION};
	const struct people_thing own = {.department = market};
	const struct people_thing foreign = {.department = "rizhao-tax"};
	const struct people_thing none = {0};
	size_t i;

	assert_int_equal(grant(f, id, "operator", market, NULL), 0);
	assert_int_equal(grant(f, id, "clerk", "rizhao-tax", NULL), 0);
	caller.user = user_of(f, id);
	assert_false(people_may(&caller, PEOPLE_SUBMIT, &own));
	for (i = 0; i < caller.user.grants_count; i++)
		caller.capabilities |= caller.user.grants[i].role->capabilities;
	assert_true(people_may(&caller, PEOPLE_SUBMIT, &own));
	assert_true(people_may(&caller, PEOPLE_SUBMIT, NULL));
	assert_false(people_may(&caller, PEOPLE_SUBMIT, &foreign));
	assert_false(people_may(&caller, PEOPLE_SUBMIT, &none));
	assert_true(people_may(&caller, PEOPLE_CHECK, &foreign));
	assert_false(people_may(&caller, PEOPLE_CHECK, &own));
	assert_false(people_may(&caller, PEOPLE_INTERNAL, NULL));
}

/* ---- tokens ---- */

static struct people_new_token plan(void)
{
	return (struct people_new_token){
	    .title = "审批系统",
	    .department = market,
	    .capabilities = 1u << PEOPLE_CHECK | 1u << PEOPLE_FEEDBACK,
	    .matters = "bid loan",
	    .rate = 20,
	    .expires_ms = NOON + 100LL * 24 * HOUR,
	    .by = "admin",
	};
}

static enum people_kind ask(struct fixture *f, const char *token, int64_t now,
    struct people_caller *out)
{
	assert_int_equal(people_token_find(f->store, f->arena, span_of(token),
			     now, out, &f->err),
	    0);
	return out->kind;
}

static void token_names_its_caller(void **state)
{
	struct fixture *f = *state;
	struct people_new_token new = plan();
	char text[PEOPLE_TOKEN_CHARS + 1];
	const struct people_thing own = {.department = market};
	const struct people_thing foreign = {.department = "rizhao-tax"};
	struct people_caller c;
	int64_t count = 0;

	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), 0);
	assert_int_equal(strlen(text), PEOPLE_TOKEN_CHARS);
	assert_int_equal(ask(f, text, NOON, &c), PEOPLE_TOKEN);
	assert_string_equal(c.department, market);
	assert_string_equal(c.token_title, "审批系统");
	assert_int_equal(c.rate, 20);
	assert_true(people_may(&c, PEOPLE_CHECK, &own));
	assert_false(people_may(&c, PEOPLE_CHECK, &foreign));
	assert_false(people_may(&c, PEOPLE_SUBMIT, NULL));
	assert_true(people_may_matter(&c, "bid"));
	assert_true(people_may_matter(&c, "loan"));
	assert_false(people_may_matter(&c, "bi"));
	assert_false(people_may_matter(&c, ""));
	assert_true(c.is_seen_due);
	assert_int_equal(
	    people_token_used(f->store, c.token_id, NOON, NULL), 0);
	ask(f, text, NOON + 1, &c);
	assert_false(c.is_seen_due);
	assert_int_equal(
	    people_token_count(f->store, market, NOON, &count, NULL), 0);
	assert_int_equal(count, 1);
}

static void token_wrong_is_nobody_s(void **state)
{
	struct fixture *f = *state;
	struct people_new_token new = plan();
	char text[PEOPLE_TOKEN_CHARS + 2];
	struct people_caller c;
	size_t i;

	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), 0);
	for (i = 0; i < PEOPLE_TOKEN_CHARS; i++) {
		char kept = text[i];

		text[i] = kept == 'b' ? 'c' : 'b';
		assert_int_equal(ask(f, text, NOON, &c), PEOPLE_NOBODY);
		text[i] = kept;
	}
	text[PEOPLE_TOKEN_CHARS] = 'a';
	text[PEOPLE_TOKEN_CHARS + 1] = '\0';
	assert_int_equal(ask(f, text, NOON, &c), PEOPLE_NOBODY);
	assert_int_equal(ask(f, "", NOON, &c), PEOPLE_NOBODY);
	assert_int_equal(ask(f, "gx_", NOON, &c), PEOPLE_NOBODY);
}

static void token_rotate_leaves_no_gap(void **state)
{
	struct fixture *f = *state;
	struct people_new_token new = plan();
	char old[PEOPLE_TOKEN_CHARS + 1], text[PEOPLE_TOKEN_CHARS + 1];
	struct people_caller c;

	assert_int_equal(
	    people_token_add(f->store, &new, NOON, old, &f->err), 0);
	ask(f, old, NOON, &c);
	assert_int_equal(people_token_rotate(f->store, c.token_id, 24LL * HOUR,
			     NOON, text, &f->err),
	    0);
	assert_string_not_equal(old, text);
	assert_memory_equal(old, text, 3 + PEOPLE_TOKEN_ID_CHARS + 1);
	assert_int_equal(ask(f, old, NOON, &c), PEOPLE_TOKEN);
	assert_int_equal(ask(f, text, NOON, &c), PEOPLE_TOKEN);
	assert_int_equal(ask(f, old, NOON + 24LL * HOUR - 1, &c), PEOPLE_TOKEN);
	assert_int_equal(ask(f, old, NOON + 24LL * HOUR, &c), PEOPLE_NOBODY);
	assert_int_equal(ask(f, text, NOON + 24LL * HOUR, &c), PEOPLE_TOKEN);
}

static void token_ends_when_revoked_or_expired(void **state)
{
	struct fixture *f = *state;
	struct people_new_token new = plan();
	char old[PEOPLE_TOKEN_CHARS + 1], text[PEOPLE_TOKEN_CHARS + 1];
	struct people_caller c;
	struct people_token *list;
	size_t count;

	assert_int_equal(
	    people_token_add(f->store, &new, NOON, old, &f->err), 0);
	assert_int_equal(ask(f, old, new.expires_ms - 1, &c), PEOPLE_TOKEN);
	assert_int_equal(ask(f, old, new.expires_ms, &c), PEOPLE_NOBODY);
	ask(f, old, NOON, &c);
	assert_int_equal(
	    people_token_rotate(f->store, c.token_id, HOUR, NOON, text, NULL),
	    0);
	assert_int_equal(
	    people_token_revoke(f->store, c.token_id, NOON + 1, NULL), 0);
	assert_int_equal(
	    people_tokens(f->store, f->arena, &list, &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].revoked_ms, NOON + 1);
	assert_int_equal(people_token_revoke(f->store, list[0].id, NOON, NULL),
	    ERR_CONFLICT);
	assert_int_equal(
	    people_token_rotate(f->store, list[0].id, HOUR, NOON, text, NULL),
	    ERR_REFUSED);
	assert_int_equal(ask(f, old, NOON + 1, &c), PEOPLE_NOBODY);
	assert_int_equal(ask(f, text, NOON + 1, &c), PEOPLE_NOBODY);
	assert_int_equal(people_token_revoke(f->store, "nosuchid", NOON, NULL),
	    ERR_NOT_FOUND);
}

static void token_add_refuses_what_no_program_may(void **state)
{
	struct fixture *f = *state;
	char text[PEOPLE_TOKEN_CHARS + 1];
	struct people_new_token new = plan();

	new.capabilities |= 1u << PEOPLE_MANAGE_PEOPLE;
	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), ERR_INPUT);
	new = plan();
	new.capabilities = 0;
	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), ERR_INPUT);
	new = plan();
	new.expires_ms = NOON;
	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), ERR_INPUT);
	new = plan();
	new.rate = 0;
	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), ERR_INPUT);
	new = plan();
	new.title = "";
	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), ERR_INPUT);
}

#define STORED(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(roles_are_whole_and_separate),
	    cmocka_unit_test(roles_admin_sees_no_data),
	    cmocka_unit_test(roles_are_documented_as_they_are),
	    STORED(user_add_login_is_folded_and_unique),
	    STORED(user_add_bad_names_are_refused),
	    STORED(grant_wants_the_role_s_scope),
	    STORED(users_are_listed_with_their_roles),
	    cmocka_unit_test(password_check_refuses_what_is_easy),
	    cmocka_unit_test(password_hash_fits_only_its_own),
	    cmocka_unit_test(password_once_is_taken_by_the_check),
	    STORED(sign_in_really_compares),
	    STORED(sign_in_unknown_login_is_counted_and_wrong),
	    STORED(sign_in_without_a_password_never),
	    STORED(sign_in_locks_after_five_and_doubles),
	    STORED(sign_in_clock_set_back_locks_nobody_for_ever),
	    STORED(sign_in_disabled_is_refused),
	    STORED(code_is_taken_once),
	    STORED(code_failures_outlive_a_right_password),
	    STORED(code_secret_opens_only_for_its_user_and_key),
	    STORED(code_enrol_wants_the_offer_s_code),
	    STORED(session_ends_by_silence_and_by_age),
	    STORED(session_secret_is_not_stored),
	    STORED(session_stages_in_their_order),
	    STORED(session_without_its_code_is_short),
	    STORED(session_renew_makes_the_old_secret_worthless),
	    STORED(sessions_end_one_and_all),
	    STORED(session_ends_with_a_change_of_rights),
	    STORED(form_token_is_of_session_and_key),
	    STORED(may_is_by_role_and_scope),
	    STORED(token_names_its_caller),
	    STORED(token_wrong_is_nobody_s),
	    STORED(token_rotate_leaves_no_gap),
	    STORED(token_ends_when_revoked_or_expired),
	    STORED(token_add_refuses_what_no_program_may),
	};

	return cmocka_run_group_tests(tests, hash_once, NULL);
}
