/* SPDX-License-Identifier: Apache-2.0 */
/* Roles, accounts, passwords, sign-in and codes over a real database. */
#include "people/people_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/date.h"
#include "base/file.h"

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
	    "abc'--", "a/b", "a:b", "a@b", "a[b", "a`b", "a{b",
	    "a23456789012345678901234567890123"};
	static const char *const names[] = {"", " ", "two\nlines", "a\xff",
	    "a\x1b[2J", "a\xe2\x80\xae" /* U+202E */};
	static const char number[] = "371102198503030033";
	static char name[PEOPLE_NAME_BYTES_MAX + 2];
	struct fixture *f = *state;
	int64_t id;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(logins); i++)
		assert_int_equal(people_user_add(f->store, logins[i], "x", "",
				     false, NOON, &id, &f->err),
		    ERR_INPUT);
	for (i = 0; i < ARRAY_COUNT(names); i++)
		assert_int_equal(people_user_add(f->store, "wang", names[i], "",
				     false, NOON, &id, &f->err),
		    ERR_INPUT);
	memset(name, 'a', sizeof(name) - 1);
	assert_int_equal(people_user_add(f->store, "wang", name, "", false,
			     NOON, &id, &f->err),
	    ERR_INPUT);
	/* R-IDT-008 */
	assert_int_equal(people_user_add(f->store, number, "x", "", false, NOON,
			     &id, &f->err),
	    ERR_REFUSED);
	assert_int_equal(people_user_add(f->store, "wang", number, "", false,
			     NOON, &id, &f->err),
	    ERR_REFUSED);
	assert_int_equal(
	    people_user_add(f->store, "azAZ09._-azAZ09._-azAZ09._-azAZ0",
		name + 1, "", false, NOON, &id, &f->err),
	    0);
}

static void grant_wants_the_role_s_scope(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang"), users = 0;
	struct people_grant_change change = {
	    .user_id = id, .role = "operator", .department = market};
	const struct people_grant_change divided = {.user_id = id,
	    .role = "representative",
	    .division = "371100",
	    .organisation = "91371100MA3C000015",
	    .by = "test"};
	struct people_user user;

	assert_int_equal(grant(f, id, "operator", NULL, NULL), ERR_INPUT);
	assert_int_equal(grant(f, id, "admin", market, NULL), ERR_INPUT);
	assert_int_equal(grant(f, id, "root", NULL, NULL), ERR_INPUT);
	assert_int_equal(grant(f, id, "representative", NULL, NULL), ERR_INPUT);
	assert_int_equal(
	    grant(f, id, "operator", market, "91371100MA3C000015"), ERR_INPUT);
	assert_int_equal(
	    people_grant_add(f->store, &divided, NOON, &f->err), ERR_INPUT);
	assert_int_equal(grant(f, id, "operator", market, NULL), 0);
	assert_int_equal(grant(f, id, "operator", market, NULL), ERR_CONFLICT);
	assert_int_equal(
	    grant(f, id, "representative", NULL, "91371100MA3C000015"), 0);
	user = user_of(f, id);
	assert_int_equal(user.grants_count, 2);
	assert_int_equal(user.grants[0].granted_ms, NOON);
	assert_string_equal(user.grants[0].granted_by, "test");
	assert_int_equal(people_grant_users(f->store, market, &users, NULL), 0);
	assert_int_equal(users, 1);
	assert_int_equal(people_grant_revoke(f->store, &change, &f->err), 0);
	assert_int_equal(
	    people_grant_revoke(f->store, &change, &f->err), ERR_NOT_FOUND);
	assert_int_equal(user_of(f, id).grants_count, 1);
}

/* Of a newer program, taken back since. */
static void grant_of_an_unknown_role_gives_nothing(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	struct store_value row[] = {store_int(id), store_str("a-new-role"),
	    store_str(""), store_str(""), store_str(""), store_int(NOON),
	    store_str("test")};

	assert_int_equal(store_run(f->store, SQL_PEOPLE_GRANT_PUT, row,
			     ARRAY_COUNT(row), &f->err),
	    0);
	assert_int_equal(user_of(f, id).grants_count, 0);
	assert_int_equal(grant(f, id, "operator", market, NULL), 0);
	assert_int_equal(user_of(f, id).grants_count, 1);
}

static void grants_of_one_user_are_bounded(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	char department[24];
	int i;

	for (i = 0; i <= PEOPLE_GRANTS_MAX; i++) {
		snprintf(department, sizeof(department), "department-%d", i);
		assert_int_equal(grant(f, id, "clerk", department, NULL),
		    i < PEOPLE_GRANTS_MAX ? 0 : ERR_FULL);
	}
	assert_int_equal(user_of(f, id).grants_count, PEOPLE_GRANTS_MAX);
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
	    {"1234567xxWANG", false},
	    {"abcde abcde", false},
	    {"abcdabcdabcd", false},
	    {"abcdeabcdeab", true},
	    {"correct horse battery", true},
	    {"这是一个很长的密码不要告诉别人", true},
	};
	char text[PEOPLE_PASSWORD_BYTES_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(rows); i++)
		assert_int_equal(people_password_check(
				     span_of(rows[i].text), "wang", NULL) == 0,
		    rows[i].is_good);
	memset(text, 'a', sizeof(text));
	memcpy(text, "correct horse", 13);
	assert_int_equal(people_password_check(
			     (struct span){text, sizeof(text)}, "wang", NULL),
	    ERR_INPUT);
	assert_int_equal(
	    people_password_check(
		(struct span){text, sizeof(text) - 1}, "wang", NULL),
	    0);
	text[20] = '\0';
	assert_int_equal(
	    people_password_check(
		(struct span){text, sizeof(text) - 1}, "wang", NULL),
	    ERR_INPUT);
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

/* ---- what is drawn ---- */

enum { DRAWN = 64 };

/* Nothing that opens something is ever drawn twice, nor sealed under the same
 * nonce, by which two of them could be told from each other. */
static void secrets_are_drawn_anew_each_time(void **state)
{
	static const uint8_t same[TOTP_SECRET_BYTES] = "12345678901234567890";
	static char texts[DRAWN][PEOPLE_SECRET_CHARS + 1];
	static struct people_hook hooks[DRAWN];
	static struct people_key keys[DRAWN];
	static uint8_t sealed[DRAWN][PEOPLE_SEALED_BYTES];
	static int64_t ids[DRAWN];
	size_t i, k;

	(void)state;
	for (i = 0; i < DRAWN; i++) {
		people_random_secret(texts[i]);
		ids[i] = people_random_id();
		people_key_make(&keys[i]);
		people_hook_make(&keys[0], &hooks[i]);
		people_seal(&keys[0], 7, same, sealed[i]);
		assert_int_equal(strlen(texts[i]), PEOPLE_SECRET_CHARS);
		assert_true(ids[i] > 0 && ids[i] < INT64_C(1) << 53);
		assert_int_equal(strlen(hooks[i].id), PEOPLE_HOOK_ID_CHARS);
		for (k = 0; k < i; k++) {
			assert_string_not_equal(texts[i], texts[k]);
			assert_true(ids[i] != ids[k]);
			assert_memory_not_equal(
			    &keys[i], &keys[k], sizeof(keys[i]));
			assert_string_not_equal(hooks[i].id, hooks[k].id);
			assert_memory_not_equal(hooks[i].secret,
			    hooks[k].secret, sizeof(hooks[i].secret));
			assert_memory_not_equal(
			    hooks[i].sealed, hooks[k].sealed, 24);
			assert_memory_not_equal(sealed[i], sealed[k], 24);
		}
	}
}

/* ---- the work of signing in ---- */

static int whole_works; /* computations of Argon2id at today's cost */
static int other_works; /* cheaper ones, or none for want of a hash */

/* Takes the place of libsodium's in this program, and counts. */
int crypto_pwhash_str_verify(const char str[crypto_pwhash_STRBYTES],
    const char *const passwd, unsigned long long n)
{
	int (*real)(const char *, const char *, unsigned long long) = NULL;
	void *symbol = dlsym(RTLD_NEXT, "crypto_pwhash_str_verify");

	memcpy(&real, &symbol, sizeof(real));
	assert_non_null(real);
	/* Of a text that is no such hash the real one says so at once. */
	if (crypto_pwhash_str_needs_rehash(str,
		crypto_pwhash_OPSLIMIT_INTERACTIVE,
		crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0)
		whole_works++;
	else
		other_works++;
	return real(str, passwd, n);
}

static enum people_outcome sign_in(
    struct fixture *f, const char *login, const char *password, int64_t now)
{
	enum people_outcome outcome = PEOPLE_WRONG;
	struct people_attempt attempt;

	whole_works = other_works = 0;
	assert_int_equal(
	    people_attempt_load(f->store, span_of(login), &attempt, NULL), 0);
	people_attempt_check(&attempt, span_of(password));
	assert_int_equal(
	    people_attempt_settle(f->store, &attempt, now, &outcome, NULL), 0);
	return outcome;
}

/* Who measures how long an answer takes learns nothing: whatever comes of it,
 * and whether there is such an account or not, one password is worked out. */
static void sign_in_costs_one_computation_whoever_it_is(void **state)
{
	static const struct {
		const char *login, *password;
		enum people_outcome outcome;
	} all[] = {
	    {"wang", "correct horse battery", PEOPLE_IN},
	    {"wang", "wrong", PEOPLE_WRONG},
	    {"wang", "", PEOPLE_WRONG},
	    {"nobody", "correct horse battery", PEOPLE_WRONG},
	    {"王某", "wrong", PEOPLE_WRONG},
	    {"", "", PEOPLE_WRONG},
	    {"empty", "", PEOPLE_WRONG},
	    {"empty", "wrong", PEOPLE_WRONG},
	    {"closed", "correct horse battery", PEOPLE_DISABLED},
	    {"closed", "wrong", PEOPLE_DISABLED},
	    {"locked", "correct horse battery", PEOPLE_LOCKED},
	    {"locked", "wrong", PEOPLE_LOCKED},
	};
	struct fixture *f = *state;
	int64_t id;
	size_t i;

	add_user(f, "wang");
	add_user(f, "locked");
	for (i = 0; i < 5; i++)
		try_password(f, "locked", "wrong", NOON);
	assert_int_equal(people_user_set_disabled(
			     f->store, add_user(f, "closed"), true, NOON, NULL),
	    0);
	assert_int_equal(
	    people_user_add(f->store, "empty", "x", "", false, NOON, &id, NULL),
	    0);
	for (i = 0; i < ARRAY_COUNT(all); i++) {
		enum people_outcome outcome =
		    sign_in(f, all[i].login, all[i].password, NOON);

		if (outcome != all[i].outcome || whole_works != 1 ||
		    other_works != 0)
			fail_msg("%zu \"%s\": outcome %d, %d whole and %d "
				 "other computations",
			    i, all[i].login, (int)outcome, whole_works,
			    other_works);
	}
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

/* What was worked out at less than today's cost is worked out again. */
static void sign_in_makes_a_weak_hash_strong(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	char weak[crypto_pwhash_STRBYTES];
	struct people_attempt attempt;
	enum people_outcome outcome;
	int i;

	assert_int_equal(
	    crypto_pwhash_str(weak, good, strlen(good),
		crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN),
	    0);
	assert_int_equal(
	    people_user_set_password(f->store, id, weak, false, 0, NOON, NULL),
	    0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(people_attempt_load(
				     f->store, span_of("wang"), &attempt, NULL),
		    0);
		people_attempt_check(&attempt, span_of(i ? good : "wrong"));
		assert_int_equal(attempt.is_rehash_due, i == 1);
		assert_int_equal(people_attempt_settle(
				     f->store, &attempt, NOON, &outcome, NULL),
		    0);
		assert_int_equal(outcome, i ? PEOPLE_IN : PEOPLE_WRONG);
	}
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
	int64_t id, now = NOON;
	struct people_user user;
	size_t i;

	id = add_user(f, "wang");
	sign_in_fails(f, 4, now);
	assert_int_equal(try_password(f, "wang", good, now), PEOPLE_IN);
	sign_in_fails(f, 5, now);
	user = user_of(f, id);
	assert_int_equal(user.failures, 5);
	assert_int_equal(user.locked_until_ms, now + PEOPLE_LOCK_FIRST_MS);
	assert_int_equal(user.created_ms, NOON);
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
	/* Nor does a lock ever become short again. */
	for (i = 0; i < 70; i++) {
		now += 15 * MINUTE;
		sign_in_fails(f, 1, now);
		assert_int_equal(
		    try_password(f, "wang", good, now + 15 * MINUTE - 1),
		    PEOPLE_LOCKED);
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
	assert_true(people_is_locked(NOON + 15 * MINUTE, NOON));
	assert_false(people_is_locked(NOON + 15 * MINUTE + 1, NOON));
	assert_false(people_is_locked(NOON, NOON));
	assert_int_equal(try_password(f, "wang", good, NOON), PEOPLE_IN);
}

static void sign_in_disabled_is_refused(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	struct browser b, late;

	start(f, id, NOON, &b);
	assert_int_equal(look(f, &b, NOON), PEOPLE_SESSION);
	sign_in_fails(f, 5, NOON);
	assert_int_equal(
	    people_user_set_disabled(f->store, id, true, NOON, NULL), 0);
	assert_int_equal(look(f, &b, NOON), PEOPLE_NOBODY);
	assert_int_equal(try_password(f, "wang", good, NOON), PEOPLE_DISABLED);
	/* Nor by a session that began while the account was being closed. */
	start(f, id, NOON, &late);
	assert_int_equal(look(f, &late, NOON), PEOPLE_NOBODY);
	assert_int_equal(
	    people_user_set_disabled(f->store, id, false, NOON, NULL), 0);
	assert_int_equal(look(f, &b, NOON), PEOPLE_NOBODY);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(roles_are_whole_and_separate),
	    cmocka_unit_test(roles_admin_sees_no_data),
	    cmocka_unit_test(roles_are_documented_as_they_are),
	    STORED(user_add_login_is_folded_and_unique),
	    STORED(user_add_bad_names_are_refused),
	    STORED(grant_wants_the_role_s_scope),
	    STORED(grant_of_an_unknown_role_gives_nothing),
	    STORED(grants_of_one_user_are_bounded),
	    STORED(users_are_listed_with_their_roles),
	    cmocka_unit_test(password_check_refuses_what_is_easy),
	    cmocka_unit_test(password_hash_fits_only_its_own),
	    cmocka_unit_test(password_once_is_taken_by_the_check),
	    cmocka_unit_test(secrets_are_drawn_anew_each_time),
	    STORED(sign_in_costs_one_computation_whoever_it_is),
	    STORED(sign_in_really_compares),
	    STORED(sign_in_makes_a_weak_hash_strong),
	    STORED(sign_in_unknown_login_is_counted_and_wrong),
	    STORED(sign_in_without_a_password_never),
	    STORED(sign_in_locks_after_five_and_doubles),
	    STORED(sign_in_clock_set_back_locks_nobody_for_ever),
	    STORED(sign_in_disabled_is_refused),
	    STORED(code_is_taken_once),
	    STORED(code_failures_outlive_a_right_password),
	    STORED(code_secret_opens_only_for_its_user_and_key),
	    STORED(code_enrol_wants_the_offer_s_code),
	};

	return cmocka_run_group_tests(tests, hash_once, NULL);
}
