/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who works here: accounts, roles, sessions of browsers, tokens of programs.
 *
 *	login, password --> session (a code is due) --> session (whole)
 *	token ------------------------------------------------> caller
 *
 * A caller is what all of it comes to: capabilities, and for whom. Nothing
 * above this room looks at roles or at sessions; it asks people_may.
 *
 * Functions that write say "in a transaction": the caller has opened one
 * (store_begin) and commits it; they never do. What a password costs is
 * worked out outside, by functions that take no store, since it takes a
 * tenth of a second on purpose.
 *
 * The time is always the caller's, Unix ms.
 */
#ifndef GX_PEOPLE_PEOPLE_H
#define GX_PEOPLE_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/span.h"
#include "catalog/catalog.h"
#include "people/totp.h"
#include "store/store.h"

enum {
	PEOPLE_LOGIN_MIN = 2,
	PEOPLE_LOGIN_MAX = 32,
	PEOPLE_NAME_BYTES_MAX = 120,
	PEOPLE_NAME_HAN_MAX = PEOPLE_NAME_BYTES_MAX / 3,
	PEOPLE_PASSWORD_MIN = 12,	 /* characters */
	PEOPLE_PASSWORD_BYTES_MAX = 256, /* bytes */
	PEOPLE_HASH_BYTES = 128,	 /* Argon2id's text with its NUL */
	PEOPLE_KEY_BYTES = 32,
	PEOPLE_GRANTS_MAX = 32,	  /* of one user */
	PEOPLE_SECRET_CHARS = 64, /* of a session or a token, hexadecimal */
	PEOPLE_TOKEN_ID_CHARS = 10,
	PEOPLE_TOKEN_CHARS =
	    3 + PEOPLE_TOKEN_ID_CHARS + 1 + PEOPLE_SECRET_CHARS,
	PEOPLE_MATTERS_BYTES_MAX = 4000,
	PEOPLE_RATE_MAX = 100000 /* calls of a token in a second */
};

enum {
	PEOPLE_FAILURES_FREE = 5, /* wrong ones in a row before any wait */
	PEOPLE_LOCK_FIRST_MS = 30 * 1000,
	PEOPLE_LOCK_MAX_MS = 15 * 60 * 1000,
	PEOPLE_SESSION_IDLE_MS = 30 * 60 * 1000,
	PEOPLE_SESSION_MS = 12 * 3600 * 1000,
	PEOPLE_SESSION_PARTLY_MS = 10 * 60 * 1000, /* to give the code in */
	PEOPLE_SESSION_KNOWN_MS = 7 * 24 * 3600 * 1000, /* ended or not */
	PEOPLE_SEEN_MS = 60 * 1000 /* how exactly "last seen" is kept */
};

/* ---- roles and capabilities (people_roles.c) ---- */

enum people_capability {
	PEOPLE_SUBMIT = 0,    /* send a department's data in */
	PEOPLE_REVIEW,	      /* look through what was sent in */
	PEOPLE_AMEND,	      /* correct or withdraw a record */
	PEOPLE_RESOLVE,	      /* say whom a doubtful row is about */
	PEOPLE_QUALITY,	      /* read how well a department reports */
	PEOPLE_CHECK,	      /* ask what applies to an organisation */
	PEOPLE_FEEDBACK,      /* tell what came of a check */
	PEOPLE_OWN_USES,      /* see who read about one's organisation */
	PEOPLE_AUDIT,	      /* see who read what, of everybody */
	PEOPLE_MANAGE_PEOPLE, /* accounts and their roles */
	PEOPLE_MANAGE_TOKENS, /* programs' tokens */
	PEOPLE_RECORDS,	      /* look up what a department has sent in */
	PEOPLE_CASES,	      /* see one's cases, and move them */
	PEOPLE_OBJECT,	      /* begin one: object to a record */
	PEOPLE_CAPABILITY_COUNT
};

struct people_capability_text {
	const char *id;	    /* "submit" */
	const char *title;  /* English, a key of tr() */
	bool is_for_tokens; /* may a program have it? */
};

/* What a grant of a role has to name. */
enum people_scope {
	PEOPLE_SCOPE_ALL = 0,	  /* nothing; a division narrows it */
	PEOPLE_SCOPE_DEPARTMENT,  /* its department; a division narrows it */
	PEOPLE_SCOPE_ORGANISATION /* its organisation, by code */
};

struct people_role {
	const char *id;	   /* "operator" */
	const char *title; /* English, a key of tr() */
	enum people_scope scope;
	bool needs_code;       /* no capability without a second factor */
	uint32_t capabilities; /* a bit each */
};

const struct people_role *people_roles(size_t *count_out);
/* NULL: there is none. */
const struct people_role *people_role_find(struct span id);
const struct people_capability_text *people_capability(
    enum people_capability which);
/* -1: there is none. */
int people_capability_find(struct span id);

/* ---- accounts (people_users.c, people_grants.c) ---- */

struct people_grant {
	const struct people_role *role;
	const char *department; /* "" not narrowed by it */
	const char *division;
	const char *organisation;
	int64_t granted_ms;
	const char *granted_by;
};

struct people_user {
	int64_t id;
	const char *login;
	const char *name;
	bool has_password;
	bool must_change; /* the password, before anything else */
	bool has_code;	  /* a second factor is set up */
	bool is_disabled;
	const char *identity; /* at the identity provider; "" none */
	int64_t failures;
	int64_t locked_until_ms;
	int64_t created_ms;
	int64_t changed_ms;
	const struct people_grant *grants;
	size_t grants_count;
};

/* Lower case of a login as typed; false when no login can be so: 2 to 32 of
 * a-z 0-9 . _ - with a letter or digit first. */
bool people_login_fold(struct span typed, char out[PEOPLE_LOGIN_MAX + 1]);

/* Can there be an account of that login and name? ERR_INPUT, ERR_REFUSED. */
enum err_code people_user_check(
    const char *login, const char *name, struct err *err);
/* In a transaction. hash: of people_password_hash, "" for nobody's.
 * ERR_CONFLICT: the login is taken; ERR_INPUT. */
enum err_code people_user_add(struct store *store, const char *login,
    const char *name, const char *hash, bool must_change, int64_t now_ms,
    int64_t *id_out, struct err *err);
/* With grants; strings are the arena's. ERR_NOT_FOUND. */
enum err_code people_user_find(struct store *store, struct arena *arena,
    const char *login, struct people_user *out, struct err *err);
enum err_code people_user_by_id(struct store *store, struct arena *arena,
    int64_t id, struct people_user *out, struct err *err);
/* All, by login. */
enum err_code people_users(struct store *store, struct arena *arena,
    struct people_user **out, size_t *count_out, struct err *err);
/* In a transaction. Ends the user's other sessions. */
enum err_code people_user_set_password(struct store *store, int64_t id,
    const char *hash, bool must_change, int64_t keep_session, int64_t now_ms,
    struct err *err);
/* In a transaction. Disabling ends the sessions; enabling forgets failures
 * as well. */
enum err_code people_user_set_disabled(struct store *store, int64_t id,
    bool is_disabled, int64_t now_ms, struct err *err);
/* In a transaction. The second factor goes; whoever needs one sets it up at
 * the next sign-in. Ends the sessions. */
enum err_code people_user_drop_code(
    struct store *store, int64_t id, int64_t now_ms, struct err *err);
/* Does the user have a role that asks for a second factor? */
bool people_user_needs_code(const struct people_user *user);

/* A grant to be made or taken back; "" or NULL where not narrowed. */
struct people_grant_change {
	int64_t user_id;
	const char *role;
	const char *department;
	const char *division;
	const char *organisation;
	const char *by;
};
/* In a transaction, and ends the user's sessions: rights are those of the
 * next sign-in. ERR_INPUT: no such role, or it wants another scope;
 * ERR_CONFLICT: is there already; ERR_FULL; ERR_NOT_FOUND (revoke). */
enum err_code people_grant_add(struct store *store,
    const struct people_grant_change *change, int64_t now_ms, struct err *err);
enum err_code people_grant_revoke(struct store *store,
    const struct people_grant_change *change, struct err *err);
/* How many users that are not disabled have a role there. */
enum err_code people_grant_users(
    struct store *store, const char *department, int64_t *out, struct err *err);

/* ---- passwords (people_secret.c): slow, without a store ---- */

/* Refuses (ERR_INPUT) what is too short, too long, holds the login, or is
 * of too few different characters. */
enum err_code people_password_check(
    struct span password, const char *login, struct err *err);
enum err_code people_password_hash(
    struct span password, char out[PEOPLE_HASH_BYTES], struct err *err);
/* A password for once: 20 letters and digits in groups. */
enum { PEOPLE_ONCE_CHARS = 23 };
void people_password_once(char out[PEOPLE_ONCE_CHARS + 1]);

/* The server's own key (DIR/keys/people.key): seals the secrets of second
 * factors and makes the tokens of forms. */
struct people_key {
	uint8_t bytes[PEOPLE_KEY_BYTES];
};
void people_key_make(struct people_key *out);
/* Overwrites. */
void people_key_clear(struct people_key *key);

/* ---- webhooks (people_secret.c) ---- */

enum {
	PEOPLE_HOOK_ID_CHARS = 10,
	PEOPLE_HOOK_SECRET_BYTES = 32,
	PEOPLE_HOOK_SEALED_BYTES = 24 + 16 + PEOPLE_HOOK_SECRET_BYTES
};

/* A new one's id, its secret, and the form in which that is kept: sealed with
 * the server's key for this id. */
struct people_hook {
	char id[PEOPLE_HOOK_ID_CHARS + 1];
	uint8_t secret[PEOPLE_HOOK_SECRET_BYTES];
	uint8_t sealed[PEOPLE_HOOK_SEALED_BYTES];
};
void people_hook_make(const struct people_key *key, struct people_hook *out);
/* false: it was not sealed for this id with this key. */
bool people_hook_unseal(const struct people_key *key, struct span id,
    struct span sealed, uint8_t out[PEOPLE_HOOK_SECRET_BYTES]);

/* ---- signing in (people_sign_in.c) ---- */

/* A sign-in under way. Whether the login exists cannot be seen from outside:
 * the same work is done and the same is answered. */
struct people_attempt {
	int64_t user_id; /* 0: there is no such login */
	bool is_right;	 /* the password; not yet a sign-in */
	bool is_rehash_due;
	char hash[PEOPLE_HASH_BYTES];
	char new_hash[PEOPLE_HASH_BYTES]; /* with is_rehash_due */
};

enum people_outcome {
	PEOPLE_IN = 0,	 /* signed in */
	PEOPLE_WRONG,	 /* login, password or code */
	PEOPLE_LOCKED,	 /* too many wrong ones; whatever was given */
	PEOPLE_DISABLED, /* whatever was given */
	PEOPLE_OUTCOME_COUNT
};

/* Does a lock up to then keep anybody out now? One of longer than there is
 * comes from a clock that was wrong. */
bool people_is_locked(int64_t locked_until_ms, int64_t now_ms);
/* Reads the account; any login as typed will do. */
enum err_code people_attempt_load(struct store *store, struct span login,
    struct people_attempt *out, struct err *err);
/* Compares; slow, without a store. */
void people_attempt_check(struct people_attempt *attempt, struct span password);
/* In a transaction: counts it, and says what came of it. All outcomes but
 * PEOPLE_IN are for the log, and one and the same to who tries. */
enum err_code people_attempt_settle(struct store *store,
    const struct people_attempt *attempt, int64_t now_ms,
    enum people_outcome *out, struct err *err);

/* In a transaction: takes a code of the second factor; each code once. */
enum err_code people_code_settle(struct store *store,
    const struct people_key *key, int64_t user_id, struct span code,
    int64_t now_ms, enum people_outcome *out, struct err *err);
/* The secret that a session offers for a new second factor. */
void people_code_offer(const struct people_key *key, struct span session,
    uint8_t out[TOTP_SECRET_BYTES]);
/* In a transaction: sets up that secret, when the code shows that an app has
 * it. PEOPLE_IN or PEOPLE_WRONG. ERR_CONFLICT: there is one already. */
enum err_code people_code_enrol(struct store *store,
    const struct people_key *key, int64_t user_id, struct span session,
    struct span code, int64_t now_ms, enum people_outcome *out,
    struct err *err);

/* ---- signing in by an identity provider (people_oidc.c) ---- */

enum {
	PEOPLE_IDENTITY_BYTES_MAX = 1024,
	PEOPLE_OIDC_MS = 60 * 60 * 1000 /* how long one is remembered */
};

/* An identity is "ISSUER SUBJECT", as the account keeps it. ERR_INPUT: a
 * subject that no provider can have. */
enum err_code people_identity_write(const char *issuer, const char *subject,
    char out[PEOPLE_IDENTITY_BYTES_MAX + 1], struct err *err);
/* In a transaction. NULL: no identity any more. Ends the user's sessions.
 * ERR_CONFLICT: it is another account's. */
enum err_code people_user_link(struct store *store, int64_t user_id,
    const char *identity, int64_t now_ms, struct err *err);

/* What became of a sign-in that came back from the provider. Stored: add at
 * the end, never change. */
enum people_oidc_state {
	PEOPLE_OIDC_WAITING = 0, /* the provider is being asked */
	PEOPLE_OIDC_IN,		 /* it may be taken */
	PEOPLE_OIDC_TAKEN,	 /* it was */
	PEOPLE_OIDC_UNLINKED,	 /* the identity is nobody's here */
	PEOPLE_OIDC_DISABLED,	 /* the account is closed */
	PEOPLE_OIDC_REFUSED,	 /* the provider's answer was not accepted */
	PEOPLE_OIDC_UNREACHABLE, /* there was none */
	PEOPLE_OIDC_STATE_COUNT
};

struct people_oidc {
	enum people_oidc_state state;
	int64_t user_id;
	bool has_code; /* a second factor was given there */
	char identity[PEOPLE_IDENTITY_BYTES_MAX + 1];
};

/* In a transaction: one came back. secret: what the browser holds.
 * ERR_CONFLICT: it has come back before. */
enum err_code people_oidc_claim(
    struct store *store, struct span secret, int64_t now_ms, struct err *err);
/* In a transaction. found: state REFUSED or UNREACHABLE; or IN with the
 * identity, whose account is looked up here, and has_code. out: as it is
 * kept. */
enum err_code people_oidc_settle(struct store *store, struct span secret,
    const struct people_oidc *found, struct people_oidc *out, struct err *err);
/* In a transaction: what became of it; IN is told once and is TAKEN from
 * then on. ERR_NOT_FOUND: none such came back of late. */
enum err_code people_oidc_take(struct store *store, struct span secret,
    int64_t now_ms, struct people_oidc *out, struct err *err);

/* ---- callers ---- */

enum people_kind { PEOPLE_NOBODY = 0, PEOPLE_SESSION, PEOPLE_TOKEN };

/* What a session still wants before it is worth anything. */
enum people_stage {
	PEOPLE_STAGE_WHOLE = 0,
	PEOPLE_STAGE_CODE,     /* the second factor's code */
	PEOPLE_STAGE_PASSWORD, /* a password of one's own */
	PEOPLE_STAGE_ENROL     /* a second factor */
};

struct people_caller {
	enum people_kind kind;
	/* The same; of nobody whose session or token has ended, what it was
	 * before: then only its user, or its id, title and department are
	 * filled in. */
	enum people_kind was;
	enum people_stage stage;
	uint32_t capabilities; /* for anything; none before WHOLE */
	/* of a session */
	struct people_user user;
	int64_t session_id;
	bool has_code; /* a second factor was given, ours or the provider's */
	/* of a token */
	const char *token_id;
	const char *token_title;
	const char *department;
	const char *matters; /* ids with blanks between them, or "*" */
	int64_t rate;	     /* calls a second */
	bool is_seen_due;    /* "last seen" should be written */
};

/* What a thing belongs to; NULL where it belongs to none. */
struct people_thing {
	const char *department;
	const char *division;
	const char *organisation;
};

/* May the caller do this, for this? thing NULL: for anything at all. */
bool people_may(const struct people_caller *caller,
    enum people_capability capability, const struct people_thing *thing);
/* The same for what is of a department, which is of a division too. NULL: for
 * what is of none. */
bool people_may_for(const struct people_caller *caller,
    enum people_capability capability, const struct cat_department *department);
/* The same by its id. Of one that has left the catalogue only that is known. */
bool people_may_for_id(const struct people_caller *caller,
    enum people_capability capability, const struct catalog *catalog,
    const char *department);
/* May the caller's token be used for a matter? Sessions may. */
bool people_may_matter(const struct people_caller *caller, struct span matter);

/* ---- sessions (people_sessions.c) ---- */

struct people_session {
	int64_t id;
	bool has_code;
	int64_t created_ms;
	int64_t seen_ms;
	const char *client; /* address */
	const char *agent;  /* the browser's name of itself, cut */
};

/* In a transaction. has_code: a second factor was given already, elsewhere.
 * secret_out: for the browser alone; it is stored as a digest. */
enum err_code people_session_start(struct store *store, int64_t user_id,
    bool has_code, struct span client, struct span agent, int64_t now_ms,
    char secret_out[PEOPLE_SECRET_CHARS + 1], struct err *err);
/* Who is it? kind is PEOPLE_NOBODY when there is no such session or it has
 * ended, and `was` tells which. Strings are the arena's. */
enum err_code people_session_find(struct store *store, struct arena *arena,
    struct span secret, int64_t now_ms, struct people_caller *out,
    struct err *err);
/* In a transaction. Another secret for the same session, whose old one is
 * worth nothing from now; its absolute end stays. has_code: the second
 * factor was given. ERR_NOT_FOUND: it has been ended meanwhile. */
enum err_code people_session_renew(struct store *store, int64_t user_id,
    int64_t session_id, bool has_code, int64_t now_ms,
    char secret_out[PEOPLE_SECRET_CHARS + 1], struct err *err);
/* In a transaction. When caller.is_seen_due. */
enum err_code people_session_seen(
    struct store *store, int64_t session_id, int64_t now_ms, struct err *err);
/* In a transaction. One of the user's, or all but `keep` (0: all). */
enum err_code people_session_end(
    struct store *store, int64_t user_id, int64_t session_id, struct err *err);
enum err_code people_sessions_end(
    struct store *store, int64_t user_id, int64_t keep, struct err *err);
/* In a transaction. One of the user's by a number that somebody sent.
 * ERR_NOT_FOUND: it has been ended, or is another's, or none. */
enum err_code people_session_dismiss(
    struct store *store, int64_t user_id, int64_t session_id, struct err *err);
/* In a transaction. Removes what began too long ago to be known. */
enum err_code people_sessions_sweep(
    struct store *store, int64_t now_ms, struct err *err);
/* The user's that have not ended, newest first. */
enum err_code people_sessions(struct store *store, struct arena *arena,
    int64_t user_id, int64_t now_ms, struct people_session **out,
    size_t *count_out, struct err *err);
/* The token that forms of this session carry. */
void people_form_token(const struct people_key *key, struct span session,
    char out[PEOPLE_SECRET_CHARS + 1]);
/* Are they the same? Takes the same time wherever they differ. */
bool people_same(struct span a, struct span b);

/* ---- tokens (people_tokens.c) ---- */

struct people_token {
	const char *id;
	const char *title;
	const char *department;
	uint32_t capabilities;
	const char *matters;
	int64_t rate;
	int64_t old_until_ms; /* 0: there is no old secret */
	int64_t created_ms;
	const char *created_by;
	int64_t expires_ms;
	int64_t revoked_ms; /* 0: it is not */
	int64_t used_ms;    /* 0: never */
};

struct people_new_token {
	const char *title;
	const char *department;
	uint32_t capabilities;
	const char *matters; /* with blanks between them; "*" all, "" none */
	int64_t rate;
	int64_t expires_ms;
	const char *by;
};

/* In a transaction. token_out: "gx_ID_SECRET", told once. ERR_INPUT: a
 * capability that no program may have, none at all, one that wants matters
 * and has none, an end in the past. */
enum err_code people_token_add(struct store *store,
    const struct people_new_token *token, int64_t now_ms,
    char token_out[PEOPLE_TOKEN_CHARS + 1], struct err *err);
/* Whose is it? kind is PEOPLE_NOBODY when it is nobody's, or revoked, or
 * has expired, and `was` tells which. */
enum err_code people_token_find(struct store *store, struct arena *arena,
    struct span token, int64_t now_ms, struct people_caller *out,
    struct err *err);
/* ERR_NOT_FOUND. */
enum err_code people_token_get(struct store *store, struct arena *arena,
    const char *id, struct people_token *out, struct err *err);
/* All, by department. */
enum err_code people_tokens(struct store *store, struct arena *arena,
    struct people_token **out, size_t *count_out, struct err *err);
/* The id in what is given for one: it, or a whole token. */
struct span people_token_id(const char *text);
/* In a transaction. A new secret; the present one stays good for overlap_ms,
 * so that the program can be changed without a gap. ERR_NOT_FOUND,
 * ERR_REFUSED (revoked or expired), ERR_CONFLICT (of old secrets there is one
 * at a time, and that of the last time is still good; is_forced ends it). */
enum err_code people_token_rotate(struct store *store, const char *id,
    int64_t overlap_ms, bool is_forced, int64_t now_ms,
    char token_out[PEOPLE_TOKEN_CHARS + 1], struct err *err);
/* In a transaction. At once, both secrets. ERR_NOT_FOUND, ERR_CONFLICT (is
 * revoked already). */
enum err_code people_token_revoke(
    struct store *store, const char *id, int64_t now_ms, struct err *err);
/* In a transaction. When caller.is_seen_due. */
enum err_code people_token_used(
    struct store *store, const char *id, int64_t now_ms, struct err *err);
/* How many of a department are good. */
enum err_code people_token_count(struct store *store, const char *department,
    int64_t now_ms, int64_t *out, struct err *err);

#endif
