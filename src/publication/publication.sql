-- SPDX-License-Identifier: Apache-2.0
-- What is published, in the orders that pages want. All of it is derived
-- from statements, records and submissions, and may be dropped and made
-- again; nothing here decides what is public, every reader asks the
-- registry once more.

-- migration: 8 publication
-- How far everything below follows. One row.
CREATE TABLE publication_state (
	state_id {rowid},
	derivation BIGINT NOT NULL,
	feed TEXT NOT NULL,
	catalogue TEXT NOT NULL,
	statements BIGINT NOT NULL,
	submissions BIGINT NOT NULL,
	day BIGINT NOT NULL,
	swept BIGINT,
	changes BIGINT NOT NULL
);
-- A record by the number of its newest version. change_index is set while
-- it stands in the lists: the event that brought it there. due_on is the
-- next day on which that may change.
CREATE TABLE publication_record (
	seq {rowid},
	subject_id BIGINT NOT NULL,
	item BIGINT NOT NULL,
	key_hash BIGINT NOT NULL,
	facet_id BIGINT NOT NULL,
	decided_on BIGINT NOT NULL,
	received_on BIGINT NOT NULL,
	change_index BIGINT,
	due_on BIGINT
);
CREATE INDEX publication_record_item ON publication_record (item, seq)
	WHERE change_index IS NOT NULL;
CREATE INDEX publication_record_due ON publication_record (due_on, seq)
	WHERE due_on IS NOT NULL;
-- A list: one item, and of it one department and one division or all ('',
-- 0). records is how many stand in it.
CREATE TABLE publication_facet (
	facet_id {rowid},
	item BIGINT NOT NULL,
	department TEXT NOT NULL,
	division BIGINT NOT NULL,
	records BIGINT NOT NULL,
	UNIQUE (item, department, division)
);
CREATE TABLE publication_list (
	facet_id BIGINT NOT NULL,
	decided_on BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	PRIMARY KEY (facet_id, decided_on, seq)
) {clustered};
-- The change feed.
CREATE TABLE publication_change (
	change_index {rowid},
	kind BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	replaces BIGINT,
	day BIGINT NOT NULL,
	reason TEXT NOT NULL
);
-- What submissions brought, by the month (year * 100 + month) in which they
-- came.
CREATE TABLE publication_month (
	month BIGINT NOT NULL,
	item BIGINT NOT NULL,
	department TEXT NOT NULL,
	submissions BIGINT NOT NULL,
	received BIGINT NOT NULL,
	natural_persons BIGINT NOT NULL,
	refused BIGINT NOT NULL,
	doubtful BIGINT NOT NULL,
	duplicates BIGINT NOT NULL,
	records BIGINT NOT NULL,
	versions BIGINT NOT NULL,
	late BIGINT NOT NULL,
	wrong_codes BIGINT NOT NULL,
	PRIMARY KEY (month, item, department)
) {clustered};

-- migration: 15 records of a department
-- By list and number, public or not: what a department has sent in.
CREATE INDEX publication_record_facet ON publication_record (facet_id, seq);

-- migration: 24 what came into the lists last
-- By list and event: what a department published last, whenever it was
-- decided.
CREATE INDEX publication_record_entered
	ON publication_record (facet_id, change_index)
	WHERE change_index IS NOT NULL;

-- migration: 25 what the public was told of a record
-- A digest of what its content says beside its statement, while it stands in
-- the lists (told.c).
ALTER TABLE publication_record ADD COLUMN told BIGINT;

-- name: publication_state_get
SELECT derivation, feed, catalogue, statements, submissions, day, swept,
	changes
FROM publication_state WHERE state_id = 1;

-- name: publication_state_put
INSERT INTO publication_state (state_id, derivation, feed, catalogue,
	statements, submissions, day, swept, changes)
VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (state_id) DO UPDATE SET derivation = excluded.derivation,
	feed = excluded.feed, catalogue = excluded.catalogue,
	statements = excluded.statements, submissions = excluded.submissions,
	day = excluded.day, swept = excluded.swept,
	changes = excluded.changes;

-- name: publication_record_get
SELECT seq, subject_id, item, key_hash, facet_id, decided_on, received_on,
	change_index, due_on, told
FROM publication_record WHERE seq = $1;

-- name: publication_record_put
INSERT INTO publication_record (seq, subject_id, item, key_hash, facet_id,
	decided_on, received_on, change_index, due_on, told)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (seq) DO UPDATE SET change_index = excluded.change_index,
	due_on = excluded.due_on, told = excluded.told;

-- name: publication_record_delete
DELETE FROM publication_record WHERE seq = $1;

-- name: publication_record_from
SELECT seq, subject_id, item, key_hash, facet_id, decided_on, received_on,
	change_index, due_on, told
FROM publication_record WHERE seq >= $1 ORDER BY seq LIMIT $2;

-- name: publication_record_due
SELECT seq, subject_id, item, key_hash, facet_id, decided_on, received_on,
	change_index, due_on, told
FROM publication_record WHERE due_on IS NOT NULL AND due_on <= $1
ORDER BY due_on, seq LIMIT $2;

-- name: publication_record_of_item
SELECT seq, subject_id, item, key_hash, facet_id, decided_on, received_on,
	change_index, due_on, told
FROM publication_record
WHERE change_index IS NOT NULL AND item = $1 AND seq > $2
ORDER BY seq LIMIT $3;

-- name: publication_record_of_facet
SELECT seq, subject_id, item, key_hash, facet_id, decided_on, received_on,
	change_index, due_on, told
FROM publication_record WHERE facet_id = $1 AND seq < $2
ORDER BY seq DESC LIMIT $3;

-- name: publication_record_entered
SELECT seq, subject_id, item, key_hash, facet_id, decided_on, received_on,
	change_index, due_on, told
FROM publication_record
WHERE change_index IS NOT NULL AND facet_id = $1
ORDER BY change_index DESC LIMIT $2;

-- name: publication_facet_all
SELECT facet_id, item, department, division, records FROM publication_facet
ORDER BY facet_id;

-- name: publication_facet_get
SELECT facet_id, item, department, division, records FROM publication_facet
WHERE item = $1 AND department = $2 AND division = $3;

-- name: publication_facet_put
INSERT INTO publication_facet (facet_id, item, department, division, records)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (facet_id) DO UPDATE SET records = excluded.records;

-- name: publication_list_put
INSERT INTO publication_list (facet_id, decided_on, seq) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING;

-- name: publication_list_delete
DELETE FROM publication_list
WHERE facet_id = $1 AND decided_on = $2 AND seq = $3;

-- name: publication_list_page
SELECT l.seq, r.subject_id, r.item, r.key_hash, r.facet_id, r.decided_on,
	r.received_on, r.change_index, r.due_on, r.told
FROM publication_list l JOIN publication_record r ON r.seq = l.seq
WHERE l.facet_id = $1 AND (l.decided_on, l.seq) < ($2, $3)
	AND l.decided_on >= $4
ORDER BY l.decided_on DESC, l.seq DESC LIMIT $5;

-- name: publication_change_put
INSERT INTO publication_change
	(change_index, kind, seq, replaces, day, reason)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: publication_change_from
SELECT change_index, kind, seq, replaces, day, reason
FROM publication_change WHERE change_index >= $1
ORDER BY change_index LIMIT $2;

-- name: publication_change_before
SELECT change_index, kind, seq, replaces, day, reason
FROM publication_change WHERE change_index < $1
ORDER BY change_index DESC LIMIT $2;

-- name: publication_month_add
INSERT INTO publication_month (month, item, department, submissions,
	received, natural_persons, refused, doubtful, duplicates, records,
	versions, late, wrong_codes)
VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (month, item, department) DO UPDATE SET
	submissions = publication_month.submissions + 1,
	received = publication_month.received + excluded.received,
	natural_persons = publication_month.natural_persons
		+ excluded.natural_persons,
	refused = publication_month.refused + excluded.refused,
	doubtful = publication_month.doubtful + excluded.doubtful,
	duplicates = publication_month.duplicates + excluded.duplicates,
	records = publication_month.records + excluded.records,
	versions = publication_month.versions + excluded.versions,
	late = publication_month.late + excluded.late,
	wrong_codes = publication_month.wrong_codes + excluded.wrong_codes;

-- name: publication_month_all
SELECT month, item, department, submissions, received, natural_persons,
	refused, doubtful, duplicates, records, versions, late, wrong_codes
FROM publication_month ORDER BY month, item, department;

-- name: publication_drop_state
DELETE FROM publication_state;

-- name: publication_drop_record
DELETE FROM publication_record;

-- name: publication_drop_facet
DELETE FROM publication_facet;

-- name: publication_drop_list
DELETE FROM publication_list;

-- name: publication_drop_change
DELETE FROM publication_change;

-- name: publication_drop_month
DELETE FROM publication_month;
