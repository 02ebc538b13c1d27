-- SPDX-License-Identifier: Apache-2.0
-- Cases: what is asked about a record, and every move that was made in it.
--
-- A case is known by the number of the statement that began it. Its texts
-- are in the statements (closed), not here; which day something is due on
-- follows from the steps, the catalogue and the calendar, and is stored
-- nowhere.

-- migration: 23 cases
CREATE TABLE case_file (
	subject_id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	kind TEXT NOT NULL,
	item BIGINT NOT NULL,
	key_hash BIGINT NOT NULL,
	record BIGINT NOT NULL,
	source TEXT NOT NULL,
	state TEXT NOT NULL,
	is_open BIGINT NOT NULL,
	PRIMARY KEY (subject_id, case_id)
) {clustered};
CREATE INDEX case_number ON case_file (case_id);
CREATE INDEX case_open ON case_file (case_id) WHERE is_open = 1;
-- A move: what state the case was in then, who made it, for which department
-- (or organisation: its code). Steps of a case are numbered from 1.
CREATE TABLE case_step (
	subject_id BIGINT NOT NULL,
	case_id BIGINT NOT NULL,
	step BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	move TEXT NOT NULL,
	state TEXT NOT NULL,
	side TEXT NOT NULL,
	actor TEXT NOT NULL,
	moved_by TEXT NOT NULL,
	moved_at BIGINT NOT NULL,
	PRIMARY KEY (subject_id, case_id, step)
) {clustered};

-- name: cases_file_insert
INSERT INTO case_file (subject_id, case_id, kind, item, key_hash, record,
	source, state, is_open)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: cases_file_update
UPDATE case_file SET state = $1, is_open = $2
WHERE subject_id = $3 AND case_id = $4;

-- name: cases_step_insert
INSERT INTO case_step (subject_id, case_id, step, seq, move, state, side,
	actor, moved_by, moved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: cases_file_by_number
SELECT subject_id, case_id, kind, item, key_hash, record, source, state,
	is_open
FROM case_file WHERE case_id = $1;

-- name: cases_files_open_of_subject
SELECT subject_id, case_id, kind, item, key_hash, record, source, state,
	is_open
FROM case_file WHERE subject_id = $1 AND is_open = 1 ORDER BY case_id;

-- name: cases_files_open
SELECT subject_id, case_id, kind, item, key_hash, record, source, state,
	is_open
FROM case_file WHERE is_open = 1 ORDER BY case_id;

-- name: cases_open_about
SELECT MIN(case_id) FROM case_file WHERE subject_id = $1 AND is_open = 1
	AND item = $2 AND key_hash = $3 AND kind = $4 AND case_id <> $5;

-- name: cases_files_before
SELECT subject_id, case_id, kind, item, key_hash, record, source, state,
	is_open
FROM case_file WHERE case_id < $1 AND ($2 = '' OR source = $2)
ORDER BY case_id DESC;

-- name: cases_files_of_subject_before
SELECT subject_id, case_id, kind, item, key_hash, record, source, state,
	is_open
FROM case_file WHERE case_id < $1 AND subject_id = $2
ORDER BY subject_id DESC, case_id DESC;

-- name: cases_steps
SELECT step, seq, move, state, side, actor, moved_by, moved_at
FROM case_step WHERE subject_id = $1 AND case_id = $2 ORDER BY step;

-- name: cases_step_count
SELECT count(*) FROM case_step;
