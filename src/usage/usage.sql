-- SPDX-License-Identifier: Apache-2.0
-- The record of every read of what is not public. One row is one entry of
-- the log of uses, whole: the statement that was sealed is composed from the
-- row, and nothing else is kept of it.

-- migration: 9 uses
CREATE TABLE use_entry (
	use_seq {rowid},
	at_ms BIGINT NOT NULL,
	act BIGINT NOT NULL,
	outcome BIGINT NOT NULL,
	reader_kind BIGINT NOT NULL,
	reader_id BIGINT NOT NULL,
	reader TEXT NOT NULL,
	department TEXT NOT NULL,
	purpose TEXT NOT NULL,
	matter TEXT NOT NULL,
	case_number TEXT NOT NULL,
	subject_id BIGINT NOT NULL,
	subject TEXT NOT NULL,
	reference TEXT NOT NULL,
	why TEXT NOT NULL,
	answer {blob},
	salt {blob} NOT NULL
);
-- The way from a subject to the uses about it. Filled when uses are
-- published, many at a time: at each sealing it would be a page for each use.
CREATE TABLE use_of_subject (
	subject_id BIGINT NOT NULL,
	use_seq BIGINT NOT NULL,
	PRIMARY KEY (subject_id, use_seq)
) {clustered};
CREATE INDEX use_entry_reader ON use_entry (reader_kind, reader_id, use_seq);
CREATE INDEX use_entry_reference ON use_entry (reference, use_seq)
	WHERE reference <> '';

-- The newest sealed state of the log. One row, replaced at each sealing: a
-- state that is published is kept in log_head.
CREATE TABLE use_head (
	head_id {rowid},
	size BIGINT NOT NULL,
	root {blob} NOT NULL,
	frontier {blob} NOT NULL,
	signed_at BIGINT NOT NULL,
	checkpoint TEXT NOT NULL
);

-- migration: 12 what came of checks
-- What was decided after a check, by whom, why, and how one appeals. Never
-- changed: a second word is a second row.
CREATE TABLE check_feedback (
	check_id TEXT NOT NULL,
	use_seq BIGINT NOT NULL,
	at_ms BIGINT NOT NULL,
	department TEXT NOT NULL,
	matter TEXT NOT NULL,
	decision BIGINT NOT NULL,
	measures TEXT NOT NULL,
	reason TEXT NOT NULL,
	appeal TEXT NOT NULL,
	PRIMARY KEY (check_id, use_seq)
) {clustered};
CREATE INDEX check_feedback_department
	ON check_feedback (department, matter, decision);

-- migration: 13 questions and cases
-- Uses of an organisation that was not known here when it was asked about.
CREATE INDEX use_entry_code ON use_entry (subject, use_seq)
	WHERE subject_id = 0 AND subject <> '';
-- What a representative asks about a look-up, and what was answered;
-- answered_at is 0 until then. question_id counts from 1 for each use.
CREATE TABLE use_question (
	subject_id BIGINT NOT NULL,
	use_seq BIGINT NOT NULL,
	question_id BIGINT NOT NULL,
	subject TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	asked_by TEXT NOT NULL,
	question TEXT NOT NULL,
	answered_at BIGINT NOT NULL,
	answered_by TEXT NOT NULL,
	answer TEXT NOT NULL,
	PRIMARY KEY (subject_id, use_seq, question_id)
) {clustered};
CREATE INDEX use_question_open ON use_question (asked_at)
	WHERE answered_at = 0;
-- A finding that was taken up. closed_at is 0 until it was worked to its
-- end; round counts how often it was taken up, from 1.
CREATE TABLE audit_case (
	finding TEXT NOT NULL,
	round BIGINT NOT NULL,
	opened_at BIGINT NOT NULL,
	opened_by TEXT NOT NULL,
	note TEXT NOT NULL,
	closed_at BIGINT NOT NULL,
	closed_by TEXT NOT NULL,
	conclusion TEXT NOT NULL,
	PRIMARY KEY (finding, round)
) {clustered};

-- migration: 14 no index by reader
-- Nothing reads the uses of one reader: the rules about readers go over those
-- of a period. Each use paid for it when it was sealed.
DROP INDEX use_entry_reader;

-- migration: 16 uses of many
-- How many subjects a use of many has, and the digest that is sealed of
-- them; 0 and NULL of a use of one.
ALTER TABLE use_entry ADD COLUMN subjects BIGINT NOT NULL DEFAULT 0;
ALTER TABLE use_entry ADD COLUMN list {blob};
-- The subjects of such a use, by stretches of 16,384 ids (many.h): whoever
-- asks who looked at one of them reads one stretch, newest last.
CREATE TABLE use_of_many (
	stretch BIGINT NOT NULL,
	use_seq BIGINT NOT NULL,
	body {blob} NOT NULL,
	PRIMARY KEY (stretch, use_seq)
) {clustered};
CREATE INDEX use_of_many_use ON use_of_many (use_seq, stretch);
-- Those that were not known here.
CREATE TABLE use_of_code (
	code TEXT NOT NULL,
	use_seq BIGINT NOT NULL,
	PRIMARY KEY (code, use_seq)
) {clustered};
CREATE INDEX use_of_code_use ON use_of_code (use_seq, code);

-- migration: 20 erased uses
-- Announced: every use before that place in the log is erased. The number is
-- that of the use that says so.
CREATE TABLE use_erasure (
	use_seq {rowid},
	before_seq BIGINT NOT NULL
);
CREATE INDEX use_question_use ON use_question (use_seq);

-- migration: 21 one's own checks
-- The checks that somebody at a window made: only those of people are in it,
-- so that a program's check pays nothing for it.
CREATE INDEX use_entry_own ON use_entry (reader_id, use_seq)
	WHERE reader_kind = 1 AND act = 1;

-- migration: 22 notices
-- The department's case that a check belonged to has come to its end.
ALTER TABLE check_feedback ADD COLUMN closes BIGINT NOT NULL DEFAULT 0;
-- That an entry began, ended or changed after a check that it touches
-- (notice.h); never changed, and never a number twice.
CREATE TABLE check_notice (
	notice_id {rowid},
	made_at BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	why BIGINT NOT NULL,
	on_day BIGINT NOT NULL,
	department TEXT NOT NULL,
	matter TEXT NOT NULL,
	case_number TEXT NOT NULL,
	check_id TEXT NOT NULL,
	subject_id BIGINT NOT NULL,
	subject TEXT NOT NULL,
	record BIGINT NOT NULL,
	replaces BIGINT,
	UNIQUE (subject_id, check_id, record, kind)
);
CREATE INDEX check_notice_department
	ON check_notice (department, notice_id);
-- How far they follow the log and the days. One row. to_day is another than
-- day while the organisations are gone through because of it; all up to swept
-- are done then.
CREATE TABLE notice_state (
	state_id {rowid},
	statements BIGINT NOT NULL,
	day BIGINT NOT NULL,
	to_day BIGINT NOT NULL,
	swept BIGINT NOT NULL,
	next_id BIGINT NOT NULL
);
-- Where a department wants its notices sent. secret is sealed with the key of
-- DIR/keys. The receiver has those up to `sent`; of those up to `traced` it
-- stands in the log that they were sent. failing_since, next_at, stopped_at: 0
-- when it does not fail, may be tried at once, is not stopped.
CREATE TABLE notice_hook (
	hook_id TEXT NOT NULL PRIMARY KEY,
	department TEXT NOT NULL,
	url TEXT NOT NULL,
	secret {blob} NOT NULL,
	created_at BIGINT NOT NULL,
	sent BIGINT NOT NULL,
	traced BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	failing_since BIGINT NOT NULL,
	next_at BIGINT NOT NULL,
	tried_at BIGINT NOT NULL,
	sent_at BIGINT NOT NULL,
	stopped_at BIGINT NOT NULL,
	told TEXT NOT NULL
) {clustered};

-- migration: 27 clocks set back
-- The uses before which the machine's clock was set back: between two of them
-- the log is in the order of time.
CREATE TABLE use_setback (
	use_seq {rowid}
);
INSERT INTO use_setback (use_seq)
SELECT e.use_seq FROM (
	SELECT use_seq, at_ms, LAG(at_ms) OVER (ORDER BY use_seq) AS before_ms
	FROM use_entry) AS e
WHERE e.at_ms < e.before_ms - 60000;

-- name: usage_head_get
SELECT size, root, frontier, signed_at, checkpoint FROM use_head
WHERE head_id = 1;

-- name: usage_head_put
INSERT INTO use_head (head_id, size, root, frontier, signed_at, checkpoint)
VALUES (1, $1, $2, $3, $4, $5)
ON CONFLICT (head_id) DO UPDATE
SET size = excluded.size, root = excluded.root, frontier = excluded.frontier,
	signed_at = excluded.signed_at, checkpoint = excluded.checkpoint;

-- name: usage_insert
INSERT INTO use_entry (use_seq, at_ms, act, outcome, reader_kind, reader_id,
	reader, department, purpose, matter, case_number, subject_id, subject,
	reference, why, answer, salt, subjects, list)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
	$16, $17, $18, $19);

-- name: usage_from
SELECT use_seq, at_ms, act, outcome, reader_kind, reader_id, reader,
	department, purpose, matter, case_number, subject_id, subject, reference,
	why, answer, salt, subjects, list
FROM use_entry WHERE use_seq >= $1 ORDER BY use_seq;

-- name: usage_subject_insert
INSERT INTO use_of_subject (subject_id, use_seq) VALUES ($1, $2)
ON CONFLICT (subject_id, use_seq) DO NOTHING;

-- name: usage_before
SELECT use_seq, at_ms, act, outcome, reader_kind, reader_id, reader,
	department, purpose, matter, case_number, subject_id, subject, reference,
	why, answer, salt, subjects, list
FROM use_entry WHERE use_seq < $1 ORDER BY use_seq DESC;

-- name: usage_of_reference
SELECT use_seq, at_ms, act, outcome, reader_kind, reader_id, reader,
	department, purpose, matter, case_number, subject_id, subject, reference,
	why, answer, salt, subjects, list
FROM use_entry WHERE reference = $1 AND reference <> '' AND use_seq >= $2
ORDER BY use_seq;

-- name: usage_own_checks
SELECT use_seq, at_ms, act, outcome, reader_kind, reader_id, reader,
	department, purpose, matter, case_number, subject_id, subject, reference,
	why, answer, salt, subjects, list
FROM use_entry WHERE reader_kind = 1 AND act = 1 AND reader_id = $1
	AND use_seq < $2
ORDER BY use_seq DESC;

-- name: usage_feedback_insert
INSERT INTO check_feedback (check_id, use_seq, at_ms, department, matter,
	decision, measures, reason, appeal, closes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: usage_feedback_sealed
SELECT f.use_seq, f.at_ms, f.decision, f.measures, f.reason, f.appeal, f.closes,
	f.check_id, e.act, e.reference, e.answer
FROM check_feedback f LEFT JOIN use_entry e ON e.use_seq = f.use_seq
ORDER BY f.use_seq;

-- name: usage_feedback_gone
SELECT COUNT(*) FROM use_entry e WHERE e.act = 4 AND e.answer IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM check_feedback f
		WHERE f.check_id = e.reference AND f.use_seq = e.use_seq);

-- name: usage_feedback_of
SELECT use_seq, at_ms, decision, measures, reason, appeal, closes
FROM check_feedback WHERE check_id = $1 ORDER BY use_seq;

-- name: usage_feedback_came
SELECT 1 FROM check_feedback WHERE check_id = $1
	OR (check_id > $1 || '-' AND check_id < $1 || '.') LIMIT 1;

-- name: usage_feedback_between
SELECT department, matter, decision, measures FROM check_feedback
WHERE at_ms >= $1 AND at_ms < $2 ORDER BY department, matter, decision;

-- name: usage_subject_astray
SELECT COUNT(*) FROM use_of_subject s
LEFT JOIN use_entry e ON e.use_seq = s.use_seq
WHERE e.use_seq IS NULL OR e.subject_id <> s.subject_id;

-- name: usage_subject_missing
SELECT COUNT(*) FROM use_entry e
WHERE e.subject_id <> 0 AND e.use_seq < $1 AND NOT EXISTS (
	SELECT 1 FROM use_of_subject s
	WHERE s.subject_id = e.subject_id AND s.use_seq = e.use_seq);

-- name: usage_of_organisation
SELECT use_seq, at_ms, act, outcome, reader_kind, reader_id, reader,
	department, purpose, matter, case_number, subject_id, subject, reference,
	why, answer, salt, subjects, list
FROM use_entry WHERE use_seq IN (
	SELECT s.use_seq FROM use_of_subject s
	WHERE s.subject_id = $1 AND s.use_seq < $2)
UNION ALL
SELECT use_seq, at_ms, act, outcome, reader_kind, reader_id, reader,
	department, purpose, matter, case_number, subject_id, subject, reference,
	why, answer, salt, subjects, list
FROM use_entry WHERE subject_id = 0 AND subject <> '' AND subject = $3
	AND use_seq < $2
ORDER BY use_seq DESC;

-- name: usage_question_insert
INSERT INTO use_question (subject_id, use_seq, question_id, subject, asked_at,
	asked_by, question, answered_at, answered_by, answer)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', '');

-- name: usage_question_last
SELECT MAX(question_id) FROM use_question
WHERE subject_id = $1 AND use_seq = $2;

-- name: usage_question_answer
UPDATE use_question SET answered_at = $1, answered_by = $2, answer = $3
WHERE use_seq = $4 AND answered_at = 0
	AND ((subject_id = $5 AND subject_id <> 0) OR subject = $6);

-- name: usage_questions
SELECT subject_id, use_seq, question_id, subject, asked_at, asked_by,
	question, answered_at, answered_by, answer
FROM use_question WHERE use_seq = $1
	AND ((subject_id = $2 AND subject_id <> 0) OR subject = $3)
ORDER BY asked_at, question_id;

-- name: usage_questions_open
SELECT subject_id, use_seq, question_id, subject, asked_at, asked_by,
	question, answered_at, answered_by, answer
FROM use_question WHERE answered_at = 0 ORDER BY asked_at;

-- name: usage_question_answered
SELECT answered_at FROM use_question
WHERE subject_id = $1 AND use_seq = $2 AND question_id = $3 AND subject = $4;

-- name: usage_questions_sealed
SELECT q.subject_id, q.use_seq, q.question_id, q.subject, q.asked_at,
	q.asked_by, q.question, q.answered_at, q.answered_by, q.answer,
	(SELECT MIN(e.use_seq) FROM use_entry e WHERE e.reference <> ''
		AND e.reference = 'use ' || CAST(q.use_seq AS TEXT)
			|| '/question/' || CAST(q.question_id AS TEXT)
		AND e.act = 6 AND e.outcome = 0 AND e.subject = q.subject),
	(SELECT MIN(e.use_seq) FROM use_entry e WHERE e.reference <> ''
		AND e.reference = 'use ' || CAST(q.use_seq AS TEXT)
			|| '/answer/' || CAST(q.question_id AS TEXT)
		AND e.act = 7 AND e.outcome = 0 AND e.subject = q.subject)
FROM use_question q ORDER BY q.use_seq, q.subject_id, q.question_id;

-- name: usage_seals
SELECT use_seq, at_ms, subject_id, subject, reference FROM use_entry
WHERE act IN (6, 7) AND outcome = 0 AND reference LIKE '%/%/%'
ORDER BY use_seq;

-- name: usage_case_open
INSERT INTO audit_case (finding, round, opened_at, opened_by, note, closed_at,
	closed_by, conclusion)
VALUES ($1, $2, $3, $4, $5, 0, '', '');

-- name: usage_case_close
UPDATE audit_case SET closed_at = $1, closed_by = $2, conclusion = $3
WHERE finding = $4 AND round = $5;

-- name: usage_case_get
SELECT finding, round, opened_at, opened_by, note, closed_at, closed_by,
	conclusion
FROM audit_case WHERE finding = $1 ORDER BY round DESC;

-- name: usage_case_closed
SELECT closed_at FROM audit_case WHERE finding = $1 AND round = $2;

-- name: usage_cases_sealed
SELECT c.finding, c.round, c.opened_at, c.opened_by, c.note, c.closed_at,
	c.closed_by, c.conclusion,
	(SELECT MIN(e.use_seq) FROM use_entry e WHERE e.reference <> ''
		AND e.reference = c.finding || '/' || CAST(c.round AS TEXT)
			|| '/open'
		AND e.act = 7 AND e.outcome = 0),
	(SELECT MIN(e.use_seq) FROM use_entry e WHERE e.reference <> ''
		AND e.reference = c.finding || '/' || CAST(c.round AS TEXT)
			|| '/close'
		AND e.act = 7 AND e.outcome = 0)
FROM audit_case c ORDER BY c.finding, c.round;

-- name: usage_cases_open
SELECT finding, round, opened_at, opened_by, note, closed_at, closed_by,
	conclusion
FROM audit_case WHERE closed_at = 0 ORDER BY opened_at;

-- name: usage_many_insert
INSERT INTO use_of_many (stretch, use_seq, body) VALUES ($1, $2, $3);

-- name: usage_many_of_stretch
SELECT use_seq, body FROM use_of_many WHERE stretch = $1 AND use_seq < $2
ORDER BY use_seq DESC;

-- name: usage_many_get
SELECT body FROM use_of_many WHERE stretch = $1 AND use_seq = $2;

-- name: usage_many_of_use
SELECT stretch, body FROM use_of_many WHERE use_seq = $1 ORDER BY stretch;

-- name: usage_code_insert
INSERT INTO use_of_code (code, use_seq) VALUES ($1, $2);

-- name: usage_code_uses
SELECT use_seq FROM use_of_code WHERE code = $1 AND use_seq < $2
ORDER BY use_seq DESC;

-- name: usage_code_get
SELECT 1 FROM use_of_code WHERE code = $1 AND use_seq = $2;

-- name: usage_code_of_use
SELECT code FROM use_of_code WHERE use_seq = $1 ORDER BY code;

-- name: usage_many_astray
SELECT (SELECT COUNT(*) FROM use_of_many m
	LEFT JOIN use_entry e ON e.use_seq = m.use_seq
	WHERE e.use_seq IS NULL OR e.subjects = 0)
	+ (SELECT COUNT(*) FROM use_of_code c
	LEFT JOIN use_entry e ON e.use_seq = c.use_seq
	WHERE e.use_seq IS NULL OR e.subjects = 0);

-- name: usage_first
SELECT MIN(use_seq) FROM use_entry;

-- name: usage_latest_before
SELECT MAX(at_ms) FROM use_entry WHERE use_seq < $1;

-- name: usage_heads_after
SELECT size, signed_at FROM log_head WHERE log_id = $1 AND size > $2
ORDER BY size;

-- name: usage_setback_insert
INSERT INTO use_setback (use_seq) VALUES ($1);

-- name: usage_setbacks
SELECT use_seq FROM use_setback ORDER BY use_seq;

-- name: usage_moment
SELECT at_ms FROM use_entry WHERE use_seq = $1;

-- name: usage_erasure_insert
INSERT INTO use_erasure (use_seq, before_seq) VALUES ($1, $2);

-- name: usage_erasure_last
SELECT MAX(before_seq) FROM use_erasure;

-- name: usage_erase_cases
DELETE FROM audit_case WHERE closed_at > 0 AND closed_at < $1
	AND NOT EXISTS (SELECT 1 FROM use_entry e
		WHERE e.use_seq = $2 AND e.at_ms <= audit_case.closed_at);

-- name: usage_erase_notices
DELETE FROM check_notice WHERE made_at < $1;

-- name: usage_erase_subject
DELETE FROM use_of_subject WHERE subject_id = $1 AND use_seq = $2;

-- name: usage_erase_feedback
DELETE FROM check_feedback WHERE check_id = $1 AND use_seq = $2;

-- name: usage_erase_many
DELETE FROM use_of_many WHERE use_seq < $1;

-- name: usage_erase_code
DELETE FROM use_of_code WHERE use_seq < $1;

-- name: usage_erase_questions
DELETE FROM use_question WHERE use_seq < $1;

-- name: usage_erase_erasures
DELETE FROM use_erasure WHERE use_seq < $1;

-- name: usage_erase_setbacks
DELETE FROM use_setback WHERE use_seq < $1;

-- name: usage_erase_entries
DELETE FROM use_entry WHERE use_seq < $1;

-- name: usage_erased_left
SELECT (SELECT COUNT(*) FROM check_feedback WHERE use_seq < $1)
	+ (SELECT COUNT(*) FROM use_question WHERE use_seq < $1)
	+ (SELECT COUNT(*) FROM use_erasure WHERE use_seq < $1);

-- name: usage_checked_ids
SELECT DISTINCT subject_id FROM use_of_subject;

-- name: usage_checked_many
SELECT stretch, body FROM use_of_many;

-- name: usage_checked_codes
SELECT code FROM use_of_code
UNION SELECT subject FROM use_entry WHERE subject_id = 0 AND subject <> '';

-- name: usage_checks_from
SELECT use_seq, subject_id, subject, subjects FROM use_entry
WHERE use_seq >= $1 AND outcome = 0 AND act IN (1, 2) ORDER BY use_seq;

-- name: usage_code_checked
SELECT 1 FROM use_of_code WHERE code = $1
UNION ALL SELECT 1 FROM use_entry
WHERE subject_id = 0 AND subject <> '' AND subject = $1 LIMIT 1;

-- name: usage_feedback_closes
SELECT MAX(use_seq) FROM check_feedback WHERE check_id = $1 AND closes = 1;

-- name: usage_notice_state
SELECT statements, day, to_day, swept, next_id FROM notice_state
WHERE state_id = 1;

-- name: usage_notice_state_put
INSERT INTO notice_state (state_id, statements, day, to_day, swept, next_id)
VALUES (1, $1, $2, $3, $4, $5)
ON CONFLICT (state_id) DO UPDATE SET statements = excluded.statements,
	day = excluded.day, to_day = excluded.to_day,
	swept = excluded.swept, next_id = excluded.next_id;

-- name: usage_notice_has
SELECT 1 FROM check_notice
WHERE subject_id = $1 AND check_id = $2 AND record = $3 AND kind = $4;

-- name: usage_notice_insert
INSERT INTO check_notice (notice_id, made_at, kind, why, on_day, department,
	matter, case_number, check_id, subject_id, subject, record, replaces)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: usage_notice_from
SELECT notice_id, made_at, kind, why, on_day, department, matter,
	case_number, check_id, subject_id, subject, record, replaces
FROM check_notice WHERE department = $1 AND notice_id > $2
ORDER BY notice_id;

-- name: usage_notice_before
SELECT notice_id, made_at, kind, why, on_day, department, matter,
	case_number, check_id, subject_id, subject, record, replaces
FROM check_notice WHERE department = $1 AND notice_id < $2
ORDER BY notice_id DESC;

-- name: usage_hook_insert
INSERT INTO notice_hook (hook_id, department, url, secret, created_at, sent,
	traced, failures, failing_since, next_at, tried_at, sent_at, stopped_at,
	told)
VALUES ($1, $2, $3, $4, $5, $6, $6, 0, 0, 0, 0, 0, 0, '');

-- name: usage_hook_update
UPDATE notice_hook SET sent = $1, traced = $2, failures = $3,
	failing_since = $4, next_at = $5, tried_at = $6, sent_at = $7,
	stopped_at = $8, told = $9
WHERE hook_id = $10;

-- name: usage_hook_get
SELECT hook_id, department, url, secret, created_at, sent, traced, failures,
	failing_since, next_at, tried_at, sent_at, stopped_at, told
FROM notice_hook WHERE hook_id = $1;

-- name: usage_hook_all
SELECT hook_id, department, url, secret, created_at, sent, traced, failures,
	failing_since, next_at, tried_at, sent_at, stopped_at, told
FROM notice_hook ORDER BY department, hook_id;

-- name: usage_hook_delete
DELETE FROM notice_hook WHERE hook_id = $1;

-- name: usage_hook_waiting
SELECT COUNT(*) FROM check_notice n JOIN notice_hook h
	ON n.department = h.department AND n.notice_id > h.sent
WHERE h.hook_id = $1;
