/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of programs: "gx_" (so that a scanner of leaked secrets knows one),
 * an id that may be shown, and a secret of which only the digest is kept.
 *
 *	add --> good --rotate--> good, and the old secret for a while
 *		 |
 *		 +--> expired, or revoked: both secrets, at once
 */
#include "people/people_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/utf8.h"
#include "ident/ident.h"

enum {
	CAPABILITIES_BYTES_MAX = 400,
	PREFIX_CHARS = 3,
	SECRET_AT = PREFIX_CHARS + PEOPLE_TOKEN_ID_CHARS + 1
};

enum column {
	ID = 0,
	TITLE,
	DEPARTMENT,
	CAPABILITIES,
	MATTERS,
	RATE,
	SECRET,
	OLD_SECRET,
	OLD_UNTIL,
	CREATED_AT,
	CREATED_BY,
	EXPIRES_AT,
	REVOKED_AT,
	USED_AT
};

/* ---- rows ---- */

/* "check feedback"; ids that this program does not know give nothing. */
static uint32_t read_capabilities(struct span text)
{
	uint32_t all = 0;

	while (text.n) {
		const char *blank = memchr(text.p, ' ', text.n);
		size_t n = blank ? (size_t)(blank - text.p) : text.n;
		int one = people_capability_find((struct span){text.p, n});

		if (one >= 0 &&
		    people_capability((enum people_capability)one)
			->is_for_tokens)
			all |= 1u << one;
		n += blank ? 1 : 0;
		text.p += n;
		text.n -= n;
	}
	return all;
}

static void write_capabilities(uint32_t capabilities, struct buf *out)
{
	int i;

	for (i = 0; i < PEOPLE_CAPABILITY_COUNT; i++) {
		if (!(capabilities & 1u << i))
			continue;
		if (out->n)
			buf_add_char(out, ' ');
		buf_add_str(
		    out, people_capability((enum people_capability)i)->id);
	}
}

/* A token's row, with the digests that it is compared with. */
struct row {
	struct people_token shown;
	uint8_t secret[SHA256_BYTES];
	uint8_t old_secret[SHA256_BYTES];
	bool has_old;
};

static bool take_digest(
    struct store *store, enum sql_id id, int column, uint8_t *out)
{
	struct span digest = store_column_span(store, id, column);

	memset(out, 0, SHA256_BYTES);
	if (digest.n != SHA256_BYTES)
		return false;
	memcpy(out, digest.p, SHA256_BYTES);
	return true;
}

static void take_row(
    struct store *store, struct arena *arena, enum sql_id id, struct row *out)
{
	out->shown = (struct people_token){
	    .id = store_column_text(store, id, ID, arena),
	    .title = store_column_text(store, id, TITLE, arena),
	    .department = store_column_text(store, id, DEPARTMENT, arena),
	    .capabilities =
		read_capabilities(store_column_span(store, id, CAPABILITIES)),
	    .matters = store_column_text(store, id, MATTERS, arena),
	    .rate = store_column_int(store, id, RATE),
	    .old_until_ms = store_column_int(store, id, OLD_UNTIL),
	    .created_ms = store_column_int(store, id, CREATED_AT),
	    .created_by = store_column_text(store, id, CREATED_BY, arena),
	    .expires_ms = store_column_int(store, id, EXPIRES_AT),
	    .revoked_ms = store_column_int(store, id, REVOKED_AT),
	    .used_ms = store_column_int(store, id, USED_AT),
	};
	take_digest(store, id, SECRET, out->secret);
	out->has_old = take_digest(store, id, OLD_SECRET, out->old_secret);
}

static enum err_code load(struct store *store, struct arena *arena,
    struct span token_id, struct row *out, struct err *err)
{
	const enum sql_id id = SQL_PEOPLE_TOKEN_GET;
	struct store_value key = store_text(token_id);
	enum err_code rc = store_start(store, id, &key, 1, err);

	if (store_next_row(store, id, &rc, err))
		take_row(store, arena, id, out);
	else if (!rc)
		rc = err_set(err, ERR_NOT_FOUND, "there is no token \"%.*s\"",
		    (int)token_id.n, token_id.p);
	store_finish(store, id);
	return rc;
}

enum err_code people_token_get(struct store *store, struct arena *arena,
    const char *id, struct people_token *out, struct err *err)
{
	enum err_code rc;
	struct row row;

	if (strlen(id) > PEOPLE_TOKEN_ID_CHARS ||
	    utf8_valid_prefix(id, strlen(id)) != strlen(id))
		return err_set(err, ERR_NOT_FOUND, "there is no such token");
	rc = load(store, arena, span_of(id), &row, err);
	if (!rc)
		*out = row.shown;
	return rc;
}

enum err_code people_tokens(struct store *store, struct arena *arena,
    struct people_token **out, size_t *count_out, struct err *err)
{
	const enum sql_id id = SQL_PEOPLE_TOKEN_ALL;
	struct people_token *list = NULL;
	size_t count = 0, room = 0;
	enum err_code rc = store_start(store, id, NULL, 0, err);

	while (store_next_row(store, id, &rc, err)) {
		struct row row;

		list = mem_grow(list, count, &room, sizeof(*list));
		take_row(store, arena, id, &row);
		list[count++] = row.shown;
	}
	store_finish(store, id);
	*out = arena_zalloc(arena, count + 1, sizeof(*list));
	if (count)
		memcpy(*out, list, count * sizeof(*list));
	*count_out = count;
	free(list);
	return rc;
}

enum err_code people_token_count(struct store *store, const char *department,
    int64_t now_ms, int64_t *out, struct err *err)
{
	struct store_value key[] = {store_str(department), store_int(now_ms)};

	return store_get_int(
	    store, SQL_PEOPLE_TOKEN_COUNT, key, 2, 0, out, err);
}

/* ---- making ---- */

static bool is_line(const char *text, size_t max)
{
	size_t n = strlen(text);

	return n <= max && utf8_valid_prefix(text, n) == n &&
	    !strpbrk(text, "\r\n\t");
}

/* Is one named? */
static bool has_matter(const char *matters)
{
	return matters[strspn(matters, " ")] != '\0';
}

static enum err_code check_matters(
    const struct people_new_token *token, struct err *err)
{
	const uint32_t wanting = 1u << PEOPLE_CHECK | 1u << PEOPLE_FEEDBACK;

	if (!is_line(token->matters, PEOPLE_MATTERS_BYTES_MAX))
		return err_set(
		    err, ERR_INPUT, "the list of matters is too long");
	if (!(token->capabilities & wanting) || has_matter(token->matters))
		return 0;
	err_set(err, ERR_INPUT,
	    "the token could check in no matter: none is named");
	err_hint(err, "Name them: \"--matters ID,ID\", or * for all.");
	return ERR_INPUT;
}

static enum err_code check_new(
    const struct people_new_token *token, int64_t now_ms, struct err *err)
{
	int i;

	if (!span_trim(span_of(token->title)).n ||
	    !is_line(token->title, PEOPLE_NAME_BYTES_MAX))
		return err_set(err, ERR_INPUT,
		    "a token's title is one line of at most %d bytes, "
		    "which are %d Chinese characters",
		    (int)PEOPLE_NAME_BYTES_MAX, (int)PEOPLE_NAME_HAN_MAX);
	if (people_check_seen(token->title, err))
		return ERR_INPUT;
	if (ident_holds_citizen(span_of(token->title)))
		return err_set(err, ERR_REFUSED,
		    "a token's title holds the identity number of a person");
	if (!token->department[0])
		return err_set(err, ERR_INPUT, "a token is of a department");
	if (!token->capabilities)
		return err_set(err, ERR_INPUT, "the token could do nothing");
	for (i = 0; i < PEOPLE_CAPABILITY_COUNT; i++)
		if (token->capabilities & 1u << i &&
		    !people_capability((enum people_capability)i)
			 ->is_for_tokens)
			return err_set(err, ERR_INPUT,
			    "no program may have the capability \"%s\"",
			    people_capability((enum people_capability)i)->id);
	if (check_matters(token, err))
		return ERR_INPUT;
	if (token->rate < 1 || token->rate > PEOPLE_RATE_MAX)
		return err_set(err, ERR_INPUT,
		    "a token's rate is 1 to %d calls a second",
		    (int)PEOPLE_RATE_MAX);
	if (token->expires_ms <= now_ms)
		return err_set(
		    err, ERR_INPUT, "a token has to expire after today");
	return 0;
}

/* "gx_ID_SECRET", and the secret's digest. */
static void compose(
    const char *id, char token_out[PEOPLE_TOKEN_CHARS + 1], uint8_t *digest)
{
	memcpy(token_out, "gx_", PREFIX_CHARS);
	memcpy(token_out + PREFIX_CHARS, id, PEOPLE_TOKEN_ID_CHARS);
	token_out[SECRET_AT - 1] = '_';
	people_random_secret(token_out + SECRET_AT);
	people_digest(
	    (struct span){token_out + SECRET_AT, PEOPLE_SECRET_CHARS}, digest);
}

enum err_code people_token_add(struct store *store,
    const struct people_new_token *token, int64_t now_ms,
    char token_out[PEOPLE_TOKEN_CHARS + 1], struct err *err)
{
	struct buf capabilities = BUF_INIT(CAPABILITIES_BYTES_MAX);
	char id[PEOPLE_TOKEN_ID_CHARS + 1];
	uint8_t digest[SHA256_BYTES];
	enum err_code rc = check_new(token, now_ms, err);

	ASSERT(store_in_transaction(store));
	if (rc)
		return rc;
	people_random_text(id, PEOPLE_TOKEN_ID_CHARS);
	compose(id, token_out, digest);
	write_capabilities(token->capabilities, &capabilities);
	{
		struct store_value row[] = {store_str(id),
		    store_str(token->title), store_str(token->department),
		    store_text(buf_span(&capabilities)),
		    store_str(token->matters), store_int(token->rate),
		    store_blob(digest, sizeof(digest)), store_int(now_ms),
		    store_str(token->by), store_int(token->expires_ms)};

		rc = store_run(
		    store, SQL_PEOPLE_TOKEN_INSERT, row, ARRAY_COUNT(row), err);
	}
	buf_release(&capabilities);
	return rc;
}

static bool is_over(const struct people_token *token, int64_t now_ms)
{
	return token->revoked_ms || token->expires_ms <= now_ms;
}

enum err_code people_token_rotate(struct store *store, const char *id,
    int64_t overlap_ms, bool is_forced, int64_t now_ms,
    char token_out[PEOPLE_TOKEN_CHARS + 1], struct err *err)
{
	struct arena *arena = arena_new();
	uint8_t digest[SHA256_BYTES];
	struct store_value row[] = {store_int(now_ms + overlap_ms),
	    store_blob(digest, sizeof(digest)), store_str(id)};
	struct people_token token = {0};
	enum err_code rc = people_token_get(store, arena, id, &token, err);

	ASSERT(store_in_transaction(store));
	if (!rc && is_over(&token, now_ms)) {
		rc = err_set(err, ERR_REFUSED,
		    "the token \"%s\" has expired or was revoked", id);
		err_hint(err, "Make a new one: \"gongxin token add\".");
	} else if (!rc && !is_forced && now_ms < token.old_until_ms) {
		rc = err_set(err, ERR_CONFLICT,
		    "the token \"%s\" was rotated already, and its old secret "
		    "is still good",
		    id);
		err_hint(err,
		    "Whoever uses that one would be cut off: wait until it has "
		    "ended, or use --force.");
	}
	if (!rc) {
		compose(id, token_out, digest);
		rc = store_run(
		    store, SQL_PEOPLE_TOKEN_ROTATE, row, ARRAY_COUNT(row), err);
	}
	arena_free(&arena);
	return rc;
}

enum err_code people_token_revoke(
    struct store *store, const char *id, int64_t now_ms, struct err *err)
{
	struct arena *arena = arena_new();
	struct store_value row[] = {store_int(now_ms), store_str(id)};
	struct people_token token = {0};
	enum err_code rc = people_token_get(store, arena, id, &token, err);

	ASSERT(store_in_transaction(store));
	if (!rc && token.revoked_ms)
		rc = err_set(err, ERR_CONFLICT,
		    "the token \"%s\" has been revoked already", id);
	if (!rc)
		rc = store_run(
		    store, SQL_PEOPLE_TOKEN_REVOKE, row, ARRAY_COUNT(row), err);
	arena_free(&arena);
	return rc;
}

/* ---- who is it? ---- */

struct span people_token_id(const char *text)
{
	struct span id = span_of(text);

	if (!span_starts_with(id, "gx_"))
		return id;
	id = span_of(text + PREFIX_CHARS);
	if (id.n > PEOPLE_TOKEN_ID_CHARS)
		id.n = PEOPLE_TOKEN_ID_CHARS;
	return id;
}

static bool is_shaped(struct span token)
{
	size_t i;

	if (token.n != PEOPLE_TOKEN_CHARS || !span_starts_with(token, "gx_") ||
	    token.p[SECRET_AT - 1] != '_')
		return false;
	for (i = PREFIX_CHARS; i < token.n; i++) {
		char c = token.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    i != SECRET_AT - 1)
			return false;
	}
	return true;
}

static void fill_caller(const struct people_token *token, bool is_good,
    int64_t now_ms, struct people_caller *out)
{
	out->was = PEOPLE_TOKEN;
	out->token_id = token->id;
	out->token_title = token->title;
	out->department = token->department;
	if (!is_good)
		return;
	out->kind = PEOPLE_TOKEN;
	out->capabilities = token->capabilities;
	out->matters = token->matters;
	out->rate = token->rate;
	out->is_seen_due = now_ms - token->used_ms >= PEOPLE_SEEN_MS;
}

/* Whose secret it is, or was, is known; nobody else is. */
static void compare(const struct row *row, const uint8_t *digest,
    int64_t now_ms, struct people_caller *out)
{
	struct span given = {(const char *)digest, SHA256_BYTES};
	struct span new = {(const char *)row->secret, SHA256_BYTES};
	struct span old = {(const char *)row->old_secret, SHA256_BYTES};
	bool is_new = people_same(given, new);
	bool is_old = people_same(given, old) && row->has_old;
	bool is_good = !is_over(&row->shown, now_ms) &&
	    (is_new || now_ms < row->shown.old_until_ms);

	if (is_new || is_old)
		fill_caller(&row->shown, is_good, now_ms, out);
}

enum err_code people_token_find(struct store *store, struct arena *arena,
    struct span token, int64_t now_ms, struct people_caller *out,
    struct err *err)
{
	uint8_t digest[SHA256_BYTES];
	enum err_code rc;
	struct row row;

	memset(out, 0, sizeof(*out));
	if (!is_shaped(token))
		return 0;
	people_digest(
	    (struct span){token.p + SECRET_AT, PEOPLE_SECRET_CHARS}, digest);
	rc = load(store, arena,
	    (struct span){token.p + PREFIX_CHARS, PEOPLE_TOKEN_ID_CHARS}, &row,
	    err);
	if (rc)
		return rc == ERR_NOT_FOUND ? 0 : rc;
	compare(&row, digest, now_ms, out);
	return 0;
}

enum err_code people_token_used(
    struct store *store, const char *id, int64_t now_ms, struct err *err)
{
	struct store_value row[] = {store_int(now_ms), store_str(id)};

	ASSERT(store_in_transaction(store));
	return store_run(store, SQL_PEOPLE_TOKEN_USED, row, 2, err);
}
