-- SPDX-License-Identifier: Apache-2.0
-- The store's own tables: which schema steps were applied, and settings of
-- this database as name and value.

-- migration: 1 settings
CREATE TABLE setting (
	name TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) {clustered};

-- name: store_step_create
CREATE TABLE IF NOT EXISTS schema_step (
	step BIGINT NOT NULL PRIMARY KEY,
	title TEXT NOT NULL,
	applied_at BIGINT NOT NULL
);

-- name: store_step_last
SELECT max(step) FROM schema_step;

-- name: store_step_insert
INSERT INTO schema_step (step, title, applied_at) VALUES ($1, $2, $3);

-- name: store_setting_get
SELECT value FROM setting WHERE name = $1;

-- name: store_setting_put
INSERT INTO setting (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: store_setting_list
SELECT name, value FROM setting ORDER BY name;
