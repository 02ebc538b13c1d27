-- SPDX-License-Identifier: Apache-2.0
-- Subjects, records and statements.
--
-- A subject is an organisation. Every table about a subject leads its key
-- with subject_id, so that a subject's file is one range read and one shard.
-- Three tables are ways in rather than facts about a subject: the directory
-- (identifier -> subject), the name packs (search) and the statement blocks
-- (log order).

-- migration: 3 catalogue versions
CREATE TABLE catalogue_version (
	catalogue_id {rowid},
	digest {blob} NOT NULL UNIQUE,
	city TEXT NOT NULL,
	first_used_at BIGINT NOT NULL,
	archive {blob} NOT NULL
);

-- migration: 4 subjects
CREATE TABLE subject (
	subject_id {rowid},
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	submission_id BIGINT NOT NULL
);
-- What else a subject was ever called: former names and further
-- identifiers, with the submission that told.
CREATE TABLE subject_alias (
	subject_id BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	value TEXT NOT NULL,
	submission_id BIGINT NOT NULL,
	PRIMARY KEY (subject_id, kind, value)
) {clustered};
CREATE TABLE directory (
	kind BIGINT NOT NULL,
	value TEXT NOT NULL,
	subject_id BIGINT NOT NULL,
	PRIMARY KEY (kind, value, subject_id)
) {clustered};
CREATE TABLE name_pack (
	pack_id {rowid},
	names BIGINT NOT NULL,
	body {blob} NOT NULL
);

-- migration: 5 records
-- The two hashes have 47 bits (statement.h), which saves four bytes a row;
-- which submission a row came with follows from seq.
CREATE TABLE record (
	subject_id BIGINT NOT NULL,
	item BIGINT NOT NULL,
	key_hash BIGINT NOT NULL,
	version BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	content_hash BIGINT NOT NULL,
	decided_on BIGINT NOT NULL,
	class BIGINT NOT NULL,
	valid_to BIGINT,
	public_until BIGINT,
	PRIMARY KEY (subject_id, item, key_hash, version)
) {clustered};
-- The end of a record by its source: withdrawn with a reason. An end that
-- is itself undone has a later row of another kind.
CREATE TABLE record_end (
	subject_id BIGINT NOT NULL,
	item BIGINT NOT NULL,
	key_hash BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	kind BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (subject_id, item, key_hash, seq)
) {clustered};
-- Statements in log order, up to 384 a row: salts is the seed of their salts
-- or the salts themselves. Their texts are a zstd frame (registry/block.h),
-- a blob of the store; the blobs follow one another without a gap.
CREATE TABLE statement_block (
	first_seq {rowid},
	statements BIGINT NOT NULL,
	salts {blob} NOT NULL,
	body_at BIGINT NOT NULL,
	body_end BIGINT NOT NULL
);

-- migration: 26 subjects called otherwise
-- Those whose shown name has become another, until what tells it elsewhere has
-- followed.
CREATE TABLE subject_renamed (
	subject_id {rowid}
);

-- name: registry_catalogue_find
SELECT catalogue_id FROM catalogue_version WHERE digest = $1;

-- name: registry_catalogue_insert
INSERT INTO catalogue_version
	(catalogue_id, digest, city, first_used_at, archive)
VALUES ((SELECT coalesce(max(catalogue_id), 0) + 1 FROM catalogue_version),
	$1, $2, $3, $4);

-- name: registry_catalogue_list
SELECT catalogue_id, digest, city, first_used_at, archive
FROM catalogue_version ORDER BY catalogue_id;

-- name: registry_subject_last
SELECT max(subject_id) FROM subject;

-- name: registry_subject_insert
INSERT INTO subject (subject_id, code, name, submission_id)
VALUES ($1, $2, $3, $4);

-- name: registry_subject_get
SELECT code, name, submission_id FROM subject WHERE subject_id = $1;

-- name: registry_subject_list
SELECT subject_id, code, name, submission_id FROM subject
ORDER BY subject_id;

-- name: registry_subject_rename
UPDATE subject SET name = $1 WHERE subject_id = $2;

-- name: registry_renamed_put
INSERT INTO subject_renamed (subject_id) VALUES ($1) ON CONFLICT DO NOTHING;

-- name: registry_renamed_first
SELECT min(subject_id) FROM subject_renamed;

-- name: registry_renamed_delete
DELETE FROM subject_renamed WHERE subject_id = $1;

-- name: registry_alias_insert
INSERT INTO subject_alias (subject_id, kind, value, submission_id)
VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: registry_alias_find
SELECT 1 FROM subject_alias
WHERE subject_id = $1 AND kind = $2 AND value = $3;

-- name: registry_alias_list
SELECT kind, value, submission_id FROM subject_alias
WHERE subject_id = $1 ORDER BY kind, submission_id, value;

-- name: registry_alias_all
SELECT subject_id, kind, value, submission_id FROM subject_alias
ORDER BY subject_id, kind, value;

-- name: registry_directory_insert
INSERT INTO directory (kind, value, subject_id) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING;

-- name: registry_directory_find
SELECT subject_id FROM directory WHERE kind = $1 AND value = $2
ORDER BY subject_id;

-- name: registry_directory_range
SELECT value, subject_id FROM directory
WHERE kind = $1 AND value >= $2 AND value < $3
ORDER BY value, subject_id LIMIT $4;

-- name: registry_directory_list
SELECT kind, value, subject_id FROM directory
ORDER BY kind, value, subject_id;

-- name: registry_pack_last
SELECT pack_id, names, body FROM name_pack ORDER BY pack_id DESC LIMIT 1;

-- name: registry_pack_put
INSERT INTO name_pack (pack_id, names, body) VALUES ($1, $2, $3)
ON CONFLICT (pack_id) DO UPDATE
SET names = excluded.names, body = excluded.body;

-- name: registry_pack_from
SELECT pack_id, names, body FROM name_pack
WHERE pack_id >= $1 ORDER BY pack_id;

-- name: registry_pack_range
SELECT pack_id, names, body FROM name_pack
WHERE pack_id >= $1 AND pack_id < $2 ORDER BY pack_id;

-- name: registry_pack_list
SELECT pack_id, names, body FROM name_pack ORDER BY pack_id;

-- name: registry_record_insert
INSERT INTO record (subject_id, item, key_hash, version, seq, content_hash,
	decided_on, class, valid_to, public_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: registry_record_latest
SELECT version, seq, content_hash FROM record
WHERE subject_id = $1 AND item = $2 AND key_hash = $3
ORDER BY version DESC LIMIT 1;

-- name: registry_record_same
SELECT 1 FROM record
WHERE subject_id = $1 AND item = $2 AND key_hash = $3 AND content_hash = $4
LIMIT 1;

-- name: registry_record_any
SELECT 1 FROM record LIMIT 1;

-- name: registry_record_count
SELECT count(*) FROM record WHERE subject_id = $1 AND version = 1;

-- name: registry_record_of_subject
SELECT item, key_hash, version, seq, content_hash, decided_on, class,
	valid_to, public_until
FROM record WHERE subject_id = $1 ORDER BY item, key_hash, version;

-- name: registry_record_of_key
SELECT item, key_hash, version, seq, content_hash, decided_on, class,
	valid_to, public_until
FROM record WHERE subject_id = $1 AND item = $2 AND key_hash = $3
ORDER BY version;

-- name: registry_record_between
SELECT item, key_hash, seq FROM record
WHERE subject_id = $1 AND seq >= $2 AND seq < $3;

-- name: registry_record_list
SELECT subject_id, item, key_hash, version, seq, content_hash, decided_on,
	class, valid_to, public_until
FROM record ORDER BY subject_id, item, key_hash, version;

-- name: registry_end_insert
INSERT INTO record_end
	(subject_id, item, key_hash, seq, kind, ended_at, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: registry_end_of_subject
SELECT item, key_hash, seq, kind, ended_at, reason FROM record_end
WHERE subject_id = $1 ORDER BY item, key_hash, seq;

-- name: registry_end_of_key
SELECT item, key_hash, seq, kind, ended_at, reason FROM record_end
WHERE subject_id = $1 AND item = $2 AND key_hash = $3 ORDER BY seq;

-- name: registry_end_after
SELECT 1 FROM record_end
WHERE subject_id = $1 AND item = $2 AND key_hash = $3 AND seq > $4
LIMIT 1;

-- name: registry_end_any
SELECT 1 FROM record_end LIMIT 1;

-- name: registry_end_stands
SELECT r.seq FROM record r
JOIN record_end e ON e.subject_id = r.subject_id AND e.item = r.item
	AND e.key_hash = r.key_hash AND e.seq > r.seq
WHERE r.subject_id = $1 AND r.item = $2 AND r.key_hash = $3
	AND r.version = (SELECT max(n.version) FROM record n
		WHERE n.subject_id = $1 AND n.item = $2 AND n.key_hash = $3)
LIMIT 1;

-- name: registry_block_insert
INSERT INTO statement_block (first_seq, statements, salts, body_at, body_end)
VALUES ($1, $2, $3, $4, $5);

-- name: registry_block_end
SELECT body_end FROM statement_block ORDER BY first_seq DESC LIMIT 1;

-- name: registry_block_of
SELECT first_seq, statements, salts, body_at, body_end FROM statement_block
WHERE first_seq <= $1 ORDER BY first_seq DESC LIMIT 1;

-- name: registry_block_list
SELECT first_seq, statements, salts, body_at, body_end FROM statement_block
WHERE first_seq >= $1 ORDER BY first_seq;

-- name: registry_end_by_key
SELECT subject_id, item, key_hash, seq, kind, ended_at, reason
FROM record_end ORDER BY subject_id, item, key_hash, seq;

-- name: registry_submission_spans
SELECT submission_id, item, first_seq, end_seq FROM submission
ORDER BY submission_id;

-- name: registry_doubtful_received
SELECT s.received_at
FROM doubtful d JOIN submission s ON s.submission_id = d.submission_id
WHERE d.doubtful_id = $1;

-- name: registry_submission_count
SELECT coalesce(max(submission_id), 0) FROM submission;

-- name: registry_submission_span
SELECT first_seq, end_seq, department FROM submission
WHERE submission_id = $1;

-- name: registry_submission_row
SELECT s.department, s.received_at, s.file_name, s.file_bytes, s.file_digest,
	s.report, c.digest
FROM submission s
LEFT JOIN catalogue_version c ON c.catalogue_id = s.catalogue_id
WHERE s.submission_id = $1;
