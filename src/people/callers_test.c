/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions, what callers may, and tokens over a real database. */
#include "people/people_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/check.h"

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
	assert_false(b.caller.has_code);
	assert_int_equal(people_session_renew(f->store, id, b.caller.session_id,
			     true, later, b.secret, NULL),
	    0);
	look(f, &b, later);
	assert_int_equal(b.caller.stage, PEOPLE_STAGE_WHOLE);
	assert_true(b.caller.has_code);
	assert_true(people_may(&b.caller, PEOPLE_SUBMIT, NULL));
}

/* Of an organisation's representative no code is asked. */
static void session_stage_is_whole_where_no_code_is_needed(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	struct browser b;

	assert_int_equal(
	    grant(f, id, "representative", NULL, "91371100MA3C000015"), 0);
	start(f, id, NOON, &b);
	look(f, &b, NOON);
	assert_int_equal(b.caller.stage, PEOPLE_STAGE_WHOLE);
	assert_true(people_may(&b.caller, PEOPLE_OWN_USES, NULL));
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
	assert_int_equal(b.caller.was, PEOPLE_SESSION);
	assert_string_equal(b.caller.user.login, "wang");
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
	assert_int_equal(people_session_renew(f->store, id,
			     old.caller.session_id, false, now, b.secret, NULL),
	    ERR_NOT_FOUND);
	assert_int_equal(
	    people_session_seen(f->store, old.caller.session_id, now, NULL), 0);
	assert_int_equal(look(f, &old, now), PEOPLE_NOBODY);
	assert_int_equal(old.caller.was, PEOPLE_SESSION);
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
	assert_int_equal(
	    people_session_dismiss(f->store, id, other.caller.session_id, NULL),
	    ERR_NOT_FOUND);
	assert_int_equal(look(f, &other, NOON + 3), PEOPLE_SESSION);
	assert_int_equal(
	    people_session_dismiss(f->store, id, b[0].caller.session_id, NULL),
	    0);
	assert_int_equal(look(f, &b[0], NOON + 3), PEOPLE_NOBODY);
	assert_int_equal(
	    people_session_dismiss(f->store, id, b[0].caller.session_id, NULL),
	    ERR_NOT_FOUND);
	assert_int_equal(
	    people_sessions_end(f->store, id, b[1].caller.session_id, NULL), 0);
	assert_int_equal(look(f, &b[1], NOON + 3), PEOPLE_SESSION);
	assert_int_equal(look(f, &b[2], NOON + 3), PEOPLE_NOBODY);
	assert_int_equal(people_sessions(f->store, f->arena, id, NOON + 3,
			     &list, &count, NULL),
	    0);
	assert_int_equal(count, 1);
	assert_int_equal(people_sessions_sweep(f->store, NOON + HOUR, NULL), 0);
	assert_int_equal(look(f, &b[2], NOON + HOUR), PEOPLE_NOBODY);
	assert_int_equal(b[2].caller.was, PEOPLE_SESSION);
	assert_int_equal(b[2].caller.user.id, id);
	assert_int_equal(people_sessions_sweep(f->store,
			     NOON + 2 + PEOPLE_SESSION_KNOWN_MS, NULL),
	    0);
	assert_int_equal(look(f, &b[2], NOON + 3), PEOPLE_NOBODY);
	assert_int_equal(b[2].caller.was, PEOPLE_NOBODY);
}

/* Whatever a browser calls itself; whether a second factor was given. */
static void sessions_are_told_in_printable_text(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	char secret[PEOPLE_SECRET_CHARS + 1];
	struct people_session *list;
	size_t count;

	assert_int_equal(
	    people_session_start(f->store, id, false, span_of("::1"),
		span_of("a ~\x1f\x7f\xc3"), NOON, secret, NULL),
	    0);
	assert_int_equal(
	    people_session_start(f->store, id, true, span_of("::1"),
		span_of(""), NOON - 1, secret, NULL),
	    0);
	assert_int_equal(
	    people_sessions(f->store, f->arena, id, NOON, &list, &count, NULL),
	    0);
	assert_int_equal(count, 2);
	assert_string_equal(list[0].agent, "a ~???");
	assert_false(list[0].has_code);
	assert_true(list[1].has_code);
}

/* When it began, when it was seen; and not what is too old, seen or not. */
static void sessions_are_told_while_they_last(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	int64_t seen = NOON + PEOPLE_SESSION_MS - MINUTE;
	struct people_session *list;
	struct browser b;
	size_t count;

	start(f, id, NOON, &b);
	look(f, &b, NOON);
	assert_int_equal(
	    people_session_seen(f->store, b.caller.session_id, seen, NULL), 0);
	assert_int_equal(people_sessions(f->store, f->arena, id,
			     NOON + PEOPLE_SESSION_MS - 1, &list, &count, NULL),
	    0);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].created_ms, NOON);
	assert_int_equal(list[0].seen_ms, seen);
	assert_int_equal(people_sessions(f->store, f->arena, id,
			     NOON + PEOPLE_SESSION_MS, &list, &count, NULL),
	    0);
	assert_int_equal(count, 0);
}

static void session_ends_with_a_change_of_rights(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	const struct people_grant_change change = {
	    .user_id = id, .role = "clerk", .department = market};
	struct browser b;

	start(f, id, NOON, &b);
	assert_int_equal(grant(f, id, "clerk", market, NULL), 0);
	assert_int_equal(look(f, &b, NOON), PEOPLE_NOBODY);
	start(f, id, NOON, &b);
	assert_int_equal(people_grant_revoke(f->store, &change, NULL), 0);
	assert_int_equal(look(f, &b, NOON), PEOPLE_NOBODY);
}

/* Whoever took hold of a session loses it when the password is changed or the
 * second factor taken away; the one in which it was changed may go on. */
static void sessions_end_with_a_change_of_secrets(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	struct browser own, other;

	start(f, id, NOON, &own);
	start(f, id, NOON, &other);
	look(f, &own, NOON);
	assert_int_equal(people_user_set_password(f->store, id, good_hash,
			     false, own.caller.session_id, NOON, NULL),
	    0);
	assert_int_equal(look(f, &own, NOON), PEOPLE_SESSION);
	assert_int_equal(look(f, &other, NOON), PEOPLE_NOBODY);
	assert_int_equal(people_user_set_password(
			     f->store, id, good_hash, false, 0, NOON, NULL),
	    0);
	assert_int_equal(look(f, &own, NOON), PEOPLE_NOBODY);
	start(f, id, NOON, &own);
	assert_int_equal(people_user_drop_code(f->store, id, NOON, NULL), 0);
	assert_int_equal(look(f, &own, NOON), PEOPLE_NOBODY);
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
}

/* A department stands in a division, and a grant may be of that one alone. */
static void may_for_is_of_the_departments_division(void **state)
{
	struct fixture *f = *state;
	const struct cat_department here = {.id = market, .division = "371100"};
	const struct cat_department there = {
	    .id = market, .division = "371102"};
	struct cat_department list[] = {here, there};
	const struct catalog none = {.departments = NULL};
	const struct catalog ours = {
	    .departments = &list[0], .departments_count = 1};
	const struct catalog theirs = {
	    .departments = &list[1], .departments_count = 1};
	const struct people_grant_change change = {.user_id = add_user(f, "wu"),
	    .role = "operator",
	    .department = market,
	    .division = "371100",
	    .by = "admin"};
	struct people_caller caller = {
	    .kind = PEOPLE_SESSION, .capabilities = 1u << PEOPLE_SUBMIT};

	assert_int_equal(people_grant_add(f->store, &change, NOON, &f->err), 0);
	caller.user = user_of(f, change.user_id);
	assert_true(people_may_for(&caller, PEOPLE_SUBMIT, &here));
	assert_false(people_may_for(&caller, PEOPLE_SUBMIT, &there));
	assert_false(people_may_for(&caller, PEOPLE_SUBMIT, NULL));
	/* By its id, where the catalogue has it, and where it has it no more.
	 */
	assert_true(people_may_for_id(&caller, PEOPLE_SUBMIT, &ours, market));
	assert_false(
	    people_may_for_id(&caller, PEOPLE_SUBMIT, &theirs, market));
	assert_false(people_may_for_id(&caller, PEOPLE_SUBMIT, &none, market));
	assert_false(
	    people_may_for_id(&caller, PEOPLE_SUBMIT, &ours, "rizhao-tax"));
}

static void may_of_a_representative_is_about_his_own(void **state)
{
	static const char code[] = "91371100MA3C000015";
	struct fixture *f = *state;
	int64_t id = add_user(f, "wang");
	const struct people_thing own = {.organisation = code};
	const struct people_thing other = {
	    .organisation = "91371102MA3EXAMP7A"};
	const struct people_thing none = {0};
	struct people_caller caller = {
	    .kind = PEOPLE_SESSION, .capabilities = 1u << PEOPLE_OWN_USES};

	assert_int_equal(grant(f, id, "representative", NULL, code), 0);
	caller.user = user_of(f, id);
	assert_true(people_may(&caller, PEOPLE_OWN_USES, &own));
	assert_false(people_may(&caller, PEOPLE_OWN_USES, &other));
	assert_false(people_may(&caller, PEOPLE_OWN_USES, &none));
}

static void may_matter_is_a_tokens_list_and_any_sessions(void **state)
{
	const struct people_caller session = {
	    .kind = PEOPLE_SESSION, .matters = ""};
	const struct people_caller all = {.kind = PEOPLE_TOKEN, .matters = "*"};
	const struct people_caller nobody = {
	    .kind = PEOPLE_NOBODY, .matters = "*"};

	(void)state;
	assert_true(people_may_matter(&session, span_of("bid")));
	assert_true(people_may_matter(&all, span_of("bid")));
	assert_false(people_may_matter(&nobody, span_of("bid")));
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
	assert_true(people_may(&c, PEOPLE_CHECK, NULL));
	assert_true(people_may(&c, PEOPLE_CHECK, &own));
	assert_false(people_may(&c, PEOPLE_CHECK, &foreign));
	assert_false(people_may(&c, PEOPLE_SUBMIT, NULL));
	assert_true(people_may_matter(&c, span_of("bid")));
	assert_true(people_may_matter(&c, span_of("loan")));
	assert_false(people_may_matter(&c, span_of("bi")));
	assert_false(people_may_matter(&c, span_of("")));
	assert_true(c.is_seen_due);
	assert_int_equal(
	    people_token_used(f->store, c.token_id, NOON, NULL), 0);
	ask(f, text, NOON + 1, &c);
	assert_false(c.is_seen_due);
	assert_int_equal(
	    people_token_count(f->store, market, NOON, &count, NULL), 0);
	assert_int_equal(count, 1);
}

static void token_has_the_capabilities_it_was_given(void **state)
{
	struct fixture *f = *state;
	struct people_new_token new = plan();
	char text[PEOPLE_TOKEN_CHARS + 1];
	struct people_caller c;
	int i;

	new.capabilities = 0;
	for (i = 0; i < PEOPLE_CAPABILITY_COUNT; i++)
		if (people_capability((enum people_capability)i)->is_for_tokens)
			new.capabilities |= 1u << i;
	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), 0);
	ask(f, text, NOON, &c);
	assert_int_equal(c.capabilities, new.capabilities);
}

/* A row of another program gives no more than this one would. */
static void token_row_with_other_capabilities_gives_none_of_them(void **state)
{
	struct fixture *f = *state;
	char text[PEOPLE_TOKEN_CHARS + 1] = "gx_aaaaaaaaaa_";
	char *secret = text + PEOPLE_TOKEN_CHARS - PEOPLE_SECRET_CHARS;
	uint8_t digest[SHA256_BYTES];
	struct store_value row[] = {store_str("aaaaaaaaaa"), store_str("title"),
	    store_str(market), store_str("manage-people check unheard-of"),
	    store_str("*"), store_int(1), store_blob(digest, sizeof(digest)),
	    store_int(NOON), store_str("admin"), store_int(NOON + HOUR)};
	struct people_caller c;

	people_random_secret(secret);
	people_digest(span_of(secret), digest);
	assert_int_equal(store_run(f->store, SQL_PEOPLE_TOKEN_INSERT, row,
			     ARRAY_COUNT(row), &f->err),
	    0);
	assert_int_equal(ask(f, text, NOON, &c), PEOPLE_TOKEN);
	assert_int_equal(c.capabilities, 1u << PEOPLE_CHECK);
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
		assert_int_equal(c.was, PEOPLE_NOBODY);
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
	char third[PEOPLE_TOKEN_CHARS + 1];
	struct people_caller c;

	assert_int_equal(
	    people_token_add(f->store, &new, NOON, old, &f->err), 0);
	ask(f, old, NOON, &c);
	assert_int_equal(people_token_rotate(f->store, c.token_id, 24LL * HOUR,
			     false, NOON, text, &f->err),
	    0);
	assert_string_not_equal(old, text);
	assert_memory_equal(old, text, 3 + PEOPLE_TOKEN_ID_CHARS + 1);
	assert_int_equal(ask(f, old, NOON, &c), PEOPLE_TOKEN);
	assert_int_equal(ask(f, text, NOON, &c), PEOPLE_TOKEN);
	/* A second one meanwhile would cut the first secret off. */
	assert_int_equal(people_token_rotate(f->store, c.token_id, HOUR, false,
			     NOON + 24LL * HOUR - 1, third, &f->err),
	    ERR_CONFLICT);
	assert_int_equal(ask(f, old, NOON + 24LL * HOUR - 1, &c), PEOPLE_TOKEN);
	assert_int_equal(ask(f, old, NOON + 24LL * HOUR, &c), PEOPLE_NOBODY);
	assert_int_equal(c.was, PEOPLE_TOKEN);
	assert_int_equal(c.capabilities, 0);
	assert_int_equal(ask(f, text, NOON + 24LL * HOUR, &c), PEOPLE_TOKEN);
	assert_int_equal(people_token_rotate(f->store, c.token_id, HOUR, false,
			     NOON + 24LL * HOUR, third, &f->err),
	    0);
	assert_int_equal(ask(f, text, NOON + 24LL * HOUR, &c), PEOPLE_TOKEN);
	assert_int_equal(people_token_rotate(f->store, c.token_id, HOUR, true,
			     NOON + 24LL * HOUR, old, &f->err),
	    0);
	assert_int_equal(ask(f, text, NOON + 24LL * HOUR, &c), PEOPLE_NOBODY);
	assert_int_equal(ask(f, third, NOON + 24LL * HOUR, &c), PEOPLE_TOKEN);
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
	assert_int_equal(people_token_rotate(f->store, c.token_id, HOUR, false,
			     NOON, text, NULL),
	    0);
	assert_int_equal(
	    people_token_revoke(f->store, c.token_id, NOON + 1, NULL), 0);
	assert_int_equal(
	    people_tokens(f->store, f->arena, &list, &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].revoked_ms, NOON + 1);
	assert_int_equal(people_token_revoke(f->store, list[0].id, NOON, NULL),
	    ERR_CONFLICT);
	assert_int_equal(people_token_rotate(f->store, list[0].id, HOUR, false,
			     NOON, text, NULL),
	    ERR_REFUSED);
	assert_int_equal(ask(f, old, NOON + 1, &c), PEOPLE_NOBODY);
	assert_int_equal(ask(f, text, NOON + 1, &c), PEOPLE_NOBODY);
	assert_int_equal(c.was, PEOPLE_TOKEN);
	assert_string_equal(c.department, market);
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
	new.department = "";
	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), ERR_INPUT);
	new = plan();
	new.capabilities = 1u << PEOPLE_FEEDBACK;
	new.matters = "";
	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), ERR_INPUT);
	new.capabilities = 1u << PEOPLE_SUBMIT;
	assert_int_equal(
	    people_token_add(f->store, &new, NOON, text, &f->err), 0);
}

static void token_id_is_taken_out_of_a_whole_token(void **state)
{
	static const struct {
		const char *text, *id;
	} t[] = {
	    {"abcdefgh23", "abcdefgh23"},
	    {"gx_abcdefgh23_0123", "abcdefgh23"},
	    {"gx_abcdefgh23", "abcdefgh23"},
	    {"gx_abc", "abc"},
	    {"gx_", ""},
	    {"", ""},
	    {"x_abcdefgh23_0123", "x_abcdefgh23_0123"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		if (!span_is(people_token_id(t[i].text), t[i].id))
			fail_msg("[%zu] \"%s\"", i, t[i].text);
}

static void token_add_looks_at_texts_and_rate(void **state)
{
	static char title[PEOPLE_NAME_BYTES_MAX + 2];
	static char matters[PEOPLE_MATTERS_BYTES_MAX + 2];
	static const struct {
		const char *title, *matters;
		int rate;
		enum err_code rc;
	} rows[] = {
	    {"", "bid", 1, ERR_INPUT},
	    {"two\nlines", "bid", 1, ERR_INPUT},
	    {"a\xff", "bid", 1, ERR_INPUT},
	    {"a\x1b[31m", "bid", 1, ERR_INPUT},
	    {"a\xe2\x80\xae", "bid", 1, ERR_INPUT}, /* U+202E */
	    {"  ", "bid", 1, ERR_INPUT},
	    {"a", "", 1, ERR_INPUT},
	    {"a", "  ", 1, ERR_INPUT},
	    {title, "bid", 1, ERR_INPUT},
	    {"371102198503030033", "bid", 1, ERR_REFUSED}, /* R-IDT-008 */
	    {"a", matters, 1, ERR_INPUT},
	    {"a", "bid", 0, ERR_INPUT},
	    {"a", "bid", PEOPLE_RATE_MAX + 1, ERR_INPUT},
	    {"a", "bid", 1, 0},
	    {title + 1, matters + 1, PEOPLE_RATE_MAX, 0},
	};
	struct fixture *f = *state;
	char text[PEOPLE_TOKEN_CHARS + 1];
	size_t i;

	memset(title, 'a', sizeof(title) - 1);
	memset(matters, 'a', sizeof(matters) - 1);
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		struct people_new_token new = plan();

		new.title = rows[i].title;
		new.matters = rows[i].matters;
		new.rate = rows[i].rate;
		if (people_token_add(f->store, &new, NOON, text, &f->err) !=
		    rows[i].rc)
			fail_msg("row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    STORED(session_ends_by_silence_and_by_age),
	    STORED(session_secret_is_not_stored),
	    STORED(session_stages_in_their_order),
	    STORED(session_stage_is_whole_where_no_code_is_needed),
	    STORED(session_without_its_code_is_short),
	    STORED(session_renew_makes_the_old_secret_worthless),
	    STORED(sessions_end_one_and_all),
	    STORED(sessions_are_told_in_printable_text),
	    STORED(sessions_are_told_while_they_last),
	    STORED(session_ends_with_a_change_of_rights),
	    STORED(sessions_end_with_a_change_of_secrets),
	    STORED(form_token_is_of_session_and_key),
	    STORED(may_is_by_role_and_scope),
	    STORED(may_for_is_of_the_departments_division),
	    STORED(may_of_a_representative_is_about_his_own),
	    cmocka_unit_test(may_matter_is_a_tokens_list_and_any_sessions),
	    STORED(token_names_its_caller),
	    STORED(token_has_the_capabilities_it_was_given),
	    STORED(token_row_with_other_capabilities_gives_none_of_them),
	    STORED(token_wrong_is_nobody_s),
	    STORED(token_rotate_leaves_no_gap),
	    STORED(token_ends_when_revoked_or_expired),
	    STORED(token_add_refuses_what_no_program_may),
	    STORED(token_add_looks_at_texts_and_rate),
	    cmocka_unit_test(token_id_is_taken_out_of_a_whole_token),
	};

	return cmocka_run_group_tests(tests, hash_once, NULL);
}
