-- SPDX-License-Identifier: Apache-2.0
-- Submissions, what they refused, and what is doubtful.

-- migration: 6 submissions
CREATE TABLE submission (
	submission_id {rowid},
	item BIGINT NOT NULL,
	department TEXT NOT NULL,
	catalogue_id BIGINT NOT NULL,
	received_at BIGINT NOT NULL,
	file_name TEXT NOT NULL,
	file_bytes BIGINT NOT NULL,
	file_digest {blob} NOT NULL,
	first_seq BIGINT NOT NULL,
	end_seq BIGINT NOT NULL,
	report TEXT NOT NULL
);
-- A refused row as it came (cells that must not be kept are blank) with its
-- findings; both are JSON.
CREATE TABLE rejection (
	submission_id BIGINT NOT NULL,
	row_number BIGINT NOT NULL,
	cells TEXT NOT NULL,
	findings TEXT NOT NULL,
	PRIMARY KEY (submission_id, row_number)
) {clustered};

-- migration: 7 doubtful rows
-- A good row whose subject is not certain: everything a record needs but
-- the subject.
CREATE TABLE doubtful (
	doubtful_id {rowid},
	submission_id BIGINT NOT NULL,
	row_number BIGINT NOT NULL,
	item BIGINT NOT NULL,
	reason TEXT NOT NULL,
	code_text TEXT NOT NULL,
	name TEXT NOT NULL,
	key_hash BIGINT NOT NULL,
	content_hash BIGINT NOT NULL,
	decided_on BIGINT NOT NULL,
	class BIGINT NOT NULL,
	valid_to BIGINT,
	public_until BIGINT,
	fields TEXT NOT NULL,
	closed TEXT NOT NULL,
	digest {blob} NOT NULL UNIQUE
);
-- An operator's decision: an edge from the row to a subject, or its undoing
-- (subject_id 0). The newest edge counts.
CREATE TABLE doubtful_edge (
	doubtful_id BIGINT NOT NULL,
	edge BIGINT NOT NULL,
	subject_id BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (doubtful_id, edge)
) {clustered};

-- migration: 18 uploads
-- What a sender who may ask again calls a submission: a second submission
-- under the same mark is the first one.
CREATE TABLE submission_mark (
	mark TEXT NOT NULL PRIMARY KEY,
	submission_id BIGINT NOT NULL
) {clustered};
-- In the office: a file that came over the network. mark is its name in
-- DIR/uploads and the mark of its submission. ended_at is 0 until it was
-- taken in (submission_id) or cannot be (error, the err as JSON); attempts
-- counts how often that was tried.
CREATE TABLE upload (
	upload_id {rowid},
	mark TEXT NOT NULL UNIQUE,
	received_at BIGINT NOT NULL,
	sender TEXT NOT NULL,
	department TEXT NOT NULL,
	item TEXT NOT NULL,
	file_name TEXT NOT NULL,
	file_bytes BIGINT NOT NULL,
	file_digest {blob} NOT NULL,
	idempotency_key TEXT NOT NULL,
	attempts BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,
	submission_id BIGINT NOT NULL,
	error TEXT NOT NULL
);
CREATE INDEX upload_department ON upload (department, upload_id);
CREATE UNIQUE INDEX upload_key ON upload (department, idempotency_key)
	WHERE idempotency_key <> '';
CREATE INDEX upload_open ON upload (upload_id) WHERE ended_at = 0;

-- migration: 19 review by a second person
-- An act that waits for a second person of the department, or did: words is
-- what was asked, as JSON (review.h). upload_id is 0 when no file belongs to
-- it; rehearsal is the report of what would become of that file, "" until it
-- is known. done_at is 0 until what was approved has been carried out.
CREATE TABLE review (
	review_id {rowid},
	act BIGINT NOT NULL,
	department TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	asked_by TEXT NOT NULL,
	about BIGINT NOT NULL,
	upload_id BIGINT NOT NULL,
	words TEXT NOT NULL,
	rehearsal TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	decided_by TEXT NOT NULL,
	outcome BIGINT NOT NULL,
	note TEXT NOT NULL,
	done_at BIGINT NOT NULL,
	error TEXT NOT NULL
);
CREATE INDEX review_department ON review (department, outcome, review_id);
CREATE INDEX review_upload ON review (upload_id) WHERE upload_id <> 0;
-- Does a file wait for a review (enum upload_held)?
ALTER TABLE upload ADD COLUMN held BIGINT NOT NULL DEFAULT 0;

-- name: intake_upload_last
SELECT max(upload_id) FROM upload;

-- name: intake_upload_insert
INSERT INTO upload (upload_id, mark, received_at, sender, department, item,
	file_name, file_bytes, file_digest, idempotency_key, attempts, ended_at,
	submission_id, error, held)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, '', $11);

-- name: intake_upload_get
SELECT upload_id, mark, received_at, sender, department, item, file_name,
	file_bytes, file_digest, idempotency_key, attempts, ended_at,
	submission_id, error, held
FROM upload WHERE upload_id = $1;

-- name: intake_upload_by_key
SELECT upload_id, mark, received_at, sender, department, item, file_name,
	file_bytes, file_digest, idempotency_key, attempts, ended_at,
	submission_id, error, held
FROM upload
WHERE department = $1 AND idempotency_key = $2 AND idempotency_key <> '';

-- name: intake_upload_of_department
SELECT upload_id, mark, received_at, sender, department, item, file_name,
	file_bytes, file_digest, idempotency_key, attempts, ended_at,
	submission_id, error, held
FROM upload WHERE department = $1 AND upload_id < $2
ORDER BY upload_id DESC LIMIT $3;

-- name: intake_upload_open
SELECT upload_id, mark, received_at, sender, department, item, file_name,
	file_bytes, file_digest, idempotency_key, attempts, ended_at,
	submission_id, error, held
FROM upload WHERE ended_at = 0 ORDER BY upload_id;

-- name: intake_upload_waiting
SELECT count(*), CAST(coalesce(sum(file_bytes), 0) AS BIGINT) FROM upload
WHERE department = $1 AND ended_at = 0;

-- name: intake_upload_try
UPDATE upload SET attempts = attempts + 1
WHERE upload_id = $1 AND ended_at = 0;

-- name: intake_upload_end
UPDATE upload SET ended_at = $1, submission_id = $2, error = $3
WHERE upload_id = $4 AND ended_at = 0;

-- name: intake_upload_hold
UPDATE upload SET held = $1, attempts = 0
WHERE upload_id = $2 AND held <> 0 AND ended_at = 0;

-- name: intake_review_last
SELECT max(review_id) FROM review;

-- name: intake_review_insert
INSERT INTO review (review_id, act, department, asked_at, asked_by, about,
	upload_id, words, rehearsal, decided_at, decided_by, outcome, note,
	done_at, error)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', 0, '', 0, '', 0, '');

-- name: intake_review_get
SELECT review_id, act, department, asked_at, asked_by, about, upload_id,
	words, rehearsal, decided_at, decided_by, outcome, note, done_at, error
FROM review WHERE review_id = $1;

-- name: intake_review_of_upload
SELECT review_id FROM review WHERE upload_id = $1 AND upload_id <> 0;

-- name: intake_review_open
SELECT review_id, act, department, asked_at, asked_by, about, upload_id,
	words, rehearsal, decided_at, decided_by, outcome, note, done_at, error
FROM review WHERE department = $1 AND outcome = 0 AND review_id < $2
ORDER BY review_id DESC LIMIT $3;

-- name: intake_review_decided
SELECT review_id, act, department, asked_at, asked_by, about, upload_id,
	words, rehearsal, decided_at, decided_by, outcome, note, done_at, error
FROM review WHERE department = $1 AND outcome <> 0 AND review_id < $2
ORDER BY review_id DESC LIMIT $3;

-- name: intake_review_waiting
SELECT count(*) FROM review WHERE department = $1 AND outcome = 0;

-- name: intake_review_same
SELECT review_id FROM review
WHERE department = $1 AND outcome = 0 AND act = $2 AND about = $3
	AND upload_id = 0;

-- name: intake_review_of_record
SELECT review_id FROM review
WHERE department = $1 AND outcome = 0 AND about = $2 AND act IN ($3, $4)
ORDER BY review_id DESC LIMIT 1;

-- name: intake_review_rehearsed
UPDATE review SET rehearsal = $1
WHERE upload_id = $2 AND upload_id <> 0;

-- name: intake_review_decide
UPDATE review SET decided_at = $1, decided_by = $2, outcome = $3, note = $4
WHERE review_id = $5 AND outcome = 0;

-- name: intake_review_done
UPDATE review SET done_at = $1, error = $2
WHERE review_id = $3 AND done_at = 0;

-- name: intake_mark_insert
INSERT INTO submission_mark (mark, submission_id) VALUES ($1, $2);

-- name: intake_mark_report
SELECT s.submission_id, s.report FROM submission_mark m
JOIN submission s ON s.submission_id = m.submission_id
WHERE m.mark = $1;

-- name: intake_submission_last
SELECT max(submission_id) FROM submission;

-- name: intake_submission_insert
INSERT INTO submission (submission_id, item, department, catalogue_id,
	received_at, file_name, file_bytes, file_digest, first_seq, end_seq,
	report)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: intake_submission_get
SELECT item, department, catalogue_id, received_at, file_name, file_bytes,
	file_digest, first_seq, end_seq, report
FROM submission WHERE submission_id = $1;

-- name: intake_submission_sized
SELECT 1 FROM submission
WHERE item = $1 AND department = $2 AND file_bytes = $3 LIMIT 1;

-- name: intake_submission_same
SELECT 1 FROM submission
WHERE item = $1 AND department = $2 AND file_bytes = $3
	AND file_digest = $4 LIMIT 1;

-- name: intake_submission_list
SELECT submission_id, item, department, catalogue_id, received_at, file_name,
	file_bytes, file_digest, first_seq, end_seq, report
FROM submission ORDER BY submission_id;

-- name: intake_submission_after
SELECT submission_id, item, department, received_at, report
FROM submission WHERE submission_id > $1 ORDER BY submission_id LIMIT $2;

-- name: intake_submission_of
SELECT submission_id, item, received_at, file_name, report
FROM submission WHERE department = $1 AND received_at >= $2
	AND received_at < $3
ORDER BY submission_id DESC LIMIT $4;

-- name: intake_rejection_insert
INSERT INTO rejection (submission_id, row_number, cells, findings)
VALUES ($1, $2, $3, $4);

-- name: intake_rejection_list
SELECT row_number, cells, findings FROM rejection
WHERE submission_id = $1 ORDER BY row_number;

-- name: intake_doubtful_insert
INSERT INTO doubtful (doubtful_id, submission_id, row_number, item, reason,
	code_text, name, key_hash, content_hash, decided_on, class, valid_to,
	public_until, fields, closed, digest)
VALUES ((SELECT coalesce(max(doubtful_id), 0) + 1 FROM doubtful),
	$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (digest) DO NOTHING;

-- name: intake_doubtful_find
SELECT doubtful_id FROM doubtful WHERE digest = $1;

-- name: intake_doubtful_get
SELECT submission_id, row_number, item, reason, code_text, name, key_hash,
	content_hash, decided_on, class, valid_to, public_until, fields, closed
FROM doubtful WHERE doubtful_id = $1;

-- name: intake_doubtful_page
SELECT d.doubtful_id
FROM doubtful d JOIN submission s ON s.submission_id = d.submission_id
WHERE d.doubtful_id > $1 AND ($2 = '' OR s.department = $2)
	AND (coalesce((SELECT e.subject_id FROM doubtful_edge e
		WHERE e.doubtful_id = d.doubtful_id
		ORDER BY e.edge DESC LIMIT 1), 0) = 0) = (CAST($3 AS BIGINT) = 0)
ORDER BY d.doubtful_id LIMIT $4;

-- name: intake_doubtful_open_count
SELECT count(*)
FROM doubtful d JOIN submission s ON s.submission_id = d.submission_id
WHERE ($1 = '' OR s.department = $1)
	AND coalesce((SELECT e.subject_id FROM doubtful_edge e
		WHERE e.doubtful_id = d.doubtful_id
		ORDER BY e.edge DESC LIMIT 1), 0) = 0;

-- name: intake_edge_last
SELECT edge, subject_id, seq FROM doubtful_edge
WHERE doubtful_id = $1 ORDER BY edge DESC LIMIT 1;

-- name: intake_edge_insert
INSERT INTO doubtful_edge (doubtful_id, edge, subject_id, seq, decided_by,
	decided_at, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: intake_edge_list
SELECT doubtful_id, edge, subject_id, seq, decided_by, decided_at, reason
FROM doubtful_edge WHERE doubtful_id = $1 ORDER BY edge DESC LIMIT $2;
