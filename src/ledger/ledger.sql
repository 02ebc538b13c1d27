-- SPDX-License-Identifier: Apache-2.0
-- Heads of the logs. One row for every signed state of a log: its size,
-- root, frontier (compact range) and the checkpoint as published.

-- migration: 2 log heads
CREATE TABLE log_head (
	log_id BIGINT NOT NULL,
	size BIGINT NOT NULL,
	root {blob} NOT NULL,
	frontier {blob} NOT NULL,
	signed_at BIGINT NOT NULL,
	checkpoint TEXT NOT NULL,
	PRIMARY KEY (log_id, size)
) {clustered};

-- name: ledger_head_insert
INSERT INTO log_head (log_id, size, root, frontier, signed_at, checkpoint)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: ledger_head_last
SELECT size, root, frontier, signed_at, checkpoint FROM log_head
WHERE log_id = $1 ORDER BY size DESC LIMIT 1;

-- name: ledger_head_size
SELECT size FROM log_head WHERE log_id = $1 ORDER BY size DESC LIMIT 1;

-- name: ledger_head_list
SELECT size, root, frontier, signed_at, checkpoint FROM log_head
WHERE log_id = $1 ORDER BY size;

-- name: ledger_head_signed
SELECT signed_at FROM log_head WHERE log_id = $1 AND size = $2;

-- name: ledger_head_between
SELECT COUNT(*) FROM log_head
WHERE log_id = $1 AND size >= $2 AND size < $3;

-- name: ledger_head_sizes
SELECT size, signed_at FROM log_head WHERE log_id = $1 ORDER BY size;
