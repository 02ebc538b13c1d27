-- SPDX-License-Identifier: Apache-2.0
-- Who works here: accounts, what each may do and for whom, who is signed in,
-- and the tokens of programs. Secrets stand here as digests only; the one
-- that must be read back (totp) is sealed with the key of DIR/keys.

-- migration: 10 accounts
-- login is in lower case. password is Argon2id's text, '' for none. totp is
-- the sealed secret of the second factor and totp_step the last time step
-- whose code was taken, so that none is taken twice. failures counts wrong
-- passwords and codes since the last right sign-in. oidc is the subject that
-- an identity provider knows the user by.
CREATE TABLE people_user (
	user_id {rowid},
	login TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	password TEXT NOT NULL,
	must_change BIGINT NOT NULL,
	totp {blob},
	totp_step BIGINT NOT NULL,
	is_disabled BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	locked_until BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	oidc TEXT UNIQUE
);
-- A role of a user. '' stands for: not narrowed by it.
CREATE TABLE people_grant (
	user_id BIGINT NOT NULL,
	role TEXT NOT NULL,
	department TEXT NOT NULL,
	division TEXT NOT NULL,
	organisation TEXT NOT NULL,
	granted_at BIGINT NOT NULL,
	granted_by TEXT NOT NULL,
	PRIMARY KEY (user_id, role, department, division, organisation)
) {clustered};
-- Sign-ins under names that do not exist, by day: nobody is locked by them,
-- but they are seen, and they cost the same write as those that do exist.
CREATE TABLE people_stranger (
	day BIGINT NOT NULL PRIMARY KEY,
	attempts BIGINT NOT NULL
) {clustered};

-- migration: 11 sessions and tokens
-- secret is the SHA-256 of what the browser holds. has_code: the second
-- factor was given. seen_at 0: somebody ended it, or it has another secret;
-- the row stays for some days, so that who comes with it is known.
CREATE TABLE people_session (
	session_id {rowid},
	secret {blob} NOT NULL UNIQUE,
	user_id BIGINT NOT NULL,
	has_code BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	client TEXT NOT NULL,
	agent TEXT NOT NULL
);
CREATE INDEX people_session_user ON people_session (user_id);
-- A program's token. capabilities and matters are ids with blanks between
-- them; matters '*' for all. The old secret is good until old_until.
CREATE TABLE people_token (
	token_id TEXT NOT NULL PRIMARY KEY,
	title TEXT NOT NULL,
	department TEXT NOT NULL,
	capabilities TEXT NOT NULL,
	matters TEXT NOT NULL,
	rate BIGINT NOT NULL,
	secret {blob} NOT NULL,
	old_secret {blob},
	old_until BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	expires_at BIGINT NOT NULL,
	revoked_at BIGINT,
	used_at BIGINT
) {clustered};

-- migration: 17 sign-ins by an identity provider
-- One that came back from the provider, so that it comes back once only.
-- attempt is the SHA-256 of what the browser holds; state is enum
-- people_oidc_state; identity as in people_user.oidc, '' until it is known.
CREATE TABLE people_oidc (
	attempt {blob} NOT NULL PRIMARY KEY,
	state BIGINT NOT NULL,
	user_id BIGINT NOT NULL,
	has_code BIGINT NOT NULL,
	identity TEXT NOT NULL,
	until BIGINT NOT NULL
) {clustered};

-- name: people_user_insert
INSERT INTO people_user (user_id, login, name, password, must_change, totp,
	totp_step, is_disabled, failures, locked_until, created_at, changed_at,
	oidc)
SELECT coalesce(max(user_id), 0) + 1, CAST($1 AS TEXT), CAST($2 AS TEXT),
	CAST($3 AS TEXT), CAST($4 AS BIGINT), NULL, 0, 0, 0, 0,
	CAST($5 AS BIGINT), CAST($6 AS BIGINT), NULL
FROM people_user;

-- name: people_user_by_login
SELECT user_id, login, name, password, must_change, totp, totp_step,
	is_disabled, failures, locked_until, created_at, changed_at, oidc
FROM people_user WHERE login = $1;

-- name: people_user_by_id
SELECT user_id, login, name, password, must_change, totp, totp_step,
	is_disabled, failures, locked_until, created_at, changed_at, oidc
FROM people_user WHERE user_id = $1;

-- name: people_user_all
SELECT user_id, login, name, password, must_change, totp, totp_step,
	is_disabled, failures, locked_until, created_at, changed_at, oidc
FROM people_user ORDER BY login;

-- name: people_user_password
UPDATE people_user SET password = $1, must_change = $2, failures = 0,
	locked_until = 0, changed_at = $3
WHERE user_id = $4;

-- name: people_user_link
UPDATE people_user SET oidc = $1, changed_at = $2 WHERE user_id = $3;

-- name: people_user_by_identity
SELECT user_id FROM people_user WHERE oidc = $1;

-- name: people_user_rehash
UPDATE people_user SET password = $1 WHERE user_id = $2;

-- name: people_user_totp
UPDATE people_user SET totp = $1, totp_step = $2, changed_at = $3
WHERE user_id = $4;

-- name: people_user_totp_step
UPDATE people_user SET totp_step = $1 WHERE user_id = $2;

-- name: people_user_disable
UPDATE people_user SET is_disabled = $1, failures = 0, locked_until = 0,
	changed_at = $2
WHERE user_id = $3;

-- name: people_user_failures
UPDATE people_user SET failures = $1, locked_until = $2 WHERE user_id = $3;

-- name: people_stranger_add
INSERT INTO people_stranger (day, attempts) VALUES ($1, 1)
ON CONFLICT (day) DO UPDATE SET attempts = people_stranger.attempts + 1;

-- name: people_stranger_get
SELECT attempts FROM people_stranger WHERE day = $1;

-- name: people_grant_put
INSERT INTO people_grant (user_id, role, department, division, organisation,
	granted_at, granted_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING;

-- name: people_grant_delete
DELETE FROM people_grant
WHERE user_id = $1 AND role = $2 AND department = $3 AND division = $4
	AND organisation = $5;

-- name: people_grant_has
SELECT 1 FROM people_grant
WHERE user_id = $1 AND role = $2 AND department = $3 AND division = $4
	AND organisation = $5;

-- name: people_grant_of
SELECT role, department, division, organisation, granted_at, granted_by
FROM people_grant WHERE user_id = $1
ORDER BY role, department, division, organisation;

-- name: people_grant_count
SELECT count(*) FROM people_grant WHERE user_id = $1;

-- name: people_grant_users
SELECT count(DISTINCT g.user_id)
FROM people_grant g JOIN people_user u ON u.user_id = g.user_id
WHERE g.department = $1 AND u.is_disabled = 0;

-- name: people_session_insert
INSERT INTO people_session (session_id, secret, user_id, has_code, created_at,
	seen_at, client, agent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: people_session_by_secret
SELECT session_id, user_id, has_code, created_at, seen_at, client, agent
FROM people_session WHERE secret = $1;

-- name: people_session_of
SELECT session_id, user_id, has_code, created_at, seen_at, client, agent
FROM people_session WHERE user_id = $1 ORDER BY seen_at DESC, session_id;

-- name: people_session_copy
INSERT INTO people_session (session_id, secret, user_id, has_code, created_at,
	seen_at, client, agent)
SELECT CAST($1 AS BIGINT), CAST($2 AS {blob}), user_id, CAST($3 AS BIGINT),
	created_at, CAST($4 AS BIGINT), client, agent
FROM people_session WHERE session_id = $5;

-- name: people_session_has
SELECT count(*) FROM people_session
WHERE session_id = $1 AND user_id = $2 AND seen_at > 0;

-- name: people_session_seen
UPDATE people_session SET seen_at = $1
WHERE session_id = $2 AND seen_at < $1 AND seen_at > 0;

-- name: people_session_end
UPDATE people_session SET seen_at = 0 WHERE user_id = $1 AND session_id = $2;

-- name: people_session_end_others
UPDATE people_session SET seen_at = 0 WHERE user_id = $1 AND session_id <> $2;

-- name: people_session_sweep
DELETE FROM people_session WHERE created_at <= $1;

-- name: people_token_insert
INSERT INTO people_token (token_id, title, department, capabilities, matters,
	rate, secret, old_secret, old_until, created_at, created_by,
	expires_at, revoked_at, used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, 0, $8, $9, $10, NULL, NULL);

-- name: people_token_get
SELECT token_id, title, department, capabilities, matters, rate, secret,
	old_secret, old_until, created_at, created_by, expires_at, revoked_at,
	used_at
FROM people_token WHERE token_id = $1;

-- name: people_token_all
SELECT token_id, title, department, capabilities, matters, rate, secret,
	old_secret, old_until, created_at, created_by, expires_at, revoked_at,
	used_at
FROM people_token ORDER BY department, created_at, token_id;

-- name: people_token_rotate
UPDATE people_token SET old_secret = secret, old_until = $1, secret = $2
WHERE token_id = $3;

-- name: people_token_revoke
UPDATE people_token SET revoked_at = $1
WHERE token_id = $2 AND revoked_at IS NULL;

-- name: people_token_used
UPDATE people_token SET used_at = $1
WHERE token_id = $2 AND (used_at IS NULL OR used_at < $1);

-- name: people_token_count
SELECT count(*) FROM people_token
WHERE department = $1 AND revoked_at IS NULL AND expires_at > $2;

-- name: people_oidc_has
SELECT count(*) FROM people_oidc WHERE attempt = $1;

-- name: people_oidc_insert
INSERT INTO people_oidc (attempt, state, user_id, has_code, identity, until)
VALUES ($1, 0, 0, 0, '', $2);

-- name: people_oidc_update
UPDATE people_oidc SET state = $1, user_id = $2, has_code = $3, identity = $4
WHERE attempt = $5;

-- name: people_oidc_get
SELECT state, user_id, has_code, identity FROM people_oidc
WHERE attempt = $1 AND until > $2;

-- name: people_oidc_sweep
DELETE FROM people_oidc WHERE until <= $1;
