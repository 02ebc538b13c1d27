/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Salts are random bytes taken from the kernel some at a time: a call for
 * each of thousands of uses a second would cost as much as storing them.
 */
#include "usage/use_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/random.h"
#include "usage/use_time.h"

enum {
	SALTS_BYTES = 256 * USE_SALT_BYTES, /* asked for at once */
	STATEMENT_BYTES_MAX = 64 * 1024,
	PUBLISH_MAX = 16 * 1024, /* uses of one publication */
	WAYS_TOGETHER = 128	 /* rows while others wait */
};

struct use_log {
	struct store *store;
	struct ledger *ledger;
	struct tlog_frontier frontier;
	uint64_t begun_size;
	int64_t begun_ms;    /* when what it goes on from was sealed */
	int64_t earliest_ms; /* of the uses since */
	uint8_t salts[SALTS_BYTES];
	size_t salts_left;
	struct buf scratch;
};

void use_log_new(
    struct store *store, struct ledger *ledger, struct use_log **out)
{
	struct use_log *log = mem_zalloc(1, sizeof(*log));

	log->store = store;
	log->ledger = ledger;
	buf_init(&log->scratch, STATEMENT_BYTES_MAX);
	*out = log;
}

void use_log_free(struct use_log **log)
{
	struct use_log *l = *log;

	if (!l)
		return;
	buf_release(&l->scratch);
	explicit_bzero(l->salts, sizeof(l->salts));
	free(l);
	*log = NULL;
}

/* ---- sealing ---- */

static enum err_code damaged_head(struct err *err)
{
	return err_set(
	    err, ERR_CORRUPT, "the stored head of the log of uses is damaged");
}

static enum err_code read_head(struct store *store, struct ledger_head *head,
    struct tlog_frontier *frontier, struct buf *note_out, struct err *err)
{
	const enum sql_id id = SQL_USAGE_HEAD_GET;
	enum err_code rc = store_start(store, id, NULL, 0, err);
	int got = rc ? 0 : store_next(store, id, err);

	memset(head, 0, sizeof(*head));
	head->root = tlog_empty_root();
	if (frontier)
		tlog_frontier_init(frontier);
	if (got < 0)
		rc = (enum err_code)got;
	if (got == 1) {
		struct span root = store_column_span(store, id, 1);

		head->size = (uint64_t)store_column_int(store, id, 0);
		head->signed_at_ms = store_column_int(store, id, 3);
		if (root.n == sizeof(head->root))
			memcpy(&head->root, root.p, root.n);
		else
			rc = damaged_head(err);
		if (!rc && frontier)
			rc = (enum err_code)tlog_frontier_restore(
			    store_column_span(store, id, 2), frontier, err);
		if (!rc && frontier && frontier->size != head->size)
			rc = damaged_head(err);
		if (note_out)
			buf_add_span(note_out, store_column_span(store, id, 4));
	}
	store_finish(store, id);
	return rc;
}

enum err_code use_log_head(struct store *store, struct ledger_head *out,
    struct buf *note_out, struct err *err)
{
	return read_head(store, out, NULL, note_out, err);
}

enum err_code use_log_begin(struct use_log *log, struct err *err)
{
	struct ledger_head head;
	enum err_code rc =
	    read_head(log->store, &head, &log->frontier, NULL, err);

	ASSERT(store_in_transaction(log->store));
	log->begun_size = log->frontier.size;
	log->begun_ms = head.signed_at_ms;
	log->earliest_ms = INT64_MAX;
	return rc;
}

static enum err_code take_salt(
    struct use_log *log, uint8_t out[USE_SALT_BYTES], struct err *err)
{
	uint8_t *p;

	if (log->salts_left == 0) {
		enum err_code rc = random_bytes(log->salts, SALTS_BYTES, err);

		if (rc)
			return rc;
		log->salts_left = SALTS_BYTES / USE_SALT_BYTES;
	}
	p = log->salts + --log->salts_left * USE_SALT_BYTES;
	memcpy(out, p, USE_SALT_BYTES);
	explicit_bzero(p, USE_SALT_BYTES);
	return 0;
}

static enum err_code insert(struct use_log *log, const struct use *use,
    const uint8_t salt[USE_SALT_BYTES], struct err *err)
{
	struct store_value row[] = {
	    store_int((int64_t)log->frontier.size),
	    store_int(use->at_ms),
	    store_int(use->act),
	    store_int(use->outcome),
	    store_int(use->reader_kind),
	    store_int(use->reader_id),
	    store_text(use->reader),
	    store_text(use->department),
	    store_text(use->purpose),
	    store_text(use->matter),
	    store_text(use->case_number),
	    store_int(use->subject_id),
	    store_text(use->subject),
	    store_text(use->reference),
	    store_text(use->why),
	    use->has_answer ? store_blob(use->answer, SHA256_BYTES)
			    : store_null(),
	    store_blob(salt, USE_SALT_BYTES),
	    store_int(use->subjects),
	    use->subjects ? store_blob(use->list, SHA256_BYTES) : store_null(),
	};

	return store_run(
	    log->store, SQL_USAGE_INSERT, row, ARRAY_COUNT(row), err);
}

enum err_code use_log_add(struct use_log *log, const struct use *use,
    uint64_t *seq_out, struct err *err)
{
	uint8_t salt[USE_SALT_BYTES], entry[SHA256_BYTES];
	struct tlog_hash leaf;
	enum err_code rc = take_salt(log, salt, err);

	if (!rc)
		rc = insert(log, use, salt, err);
	if (rc)
		return rc;
	use_commit(use, salt, &log->scratch, entry);
	leaf =
	    tlog_leaf_hash((struct span){(const char *)entry, sizeof(entry)});
	*seq_out = log->frontier.size;
	if (use->at_ms < log->earliest_ms)
		log->earliest_ms = use->at_ms;
	tlog_append(&log->frontier, &leaf, NULL, NULL);
	return 0;
}

enum err_code use_log_seal(struct use_log *log, int64_t now_ms, struct err *err)
{
	uint8_t saved[TLOG_FRONTIER_BYTES_MAX];
	struct tlog_head head = {
	    log->frontier.size, tlog_frontier_root(&log->frontier)};
	struct buf note = BUF_INIT(STATEMENT_BYTES_MAX);
	enum err_code rc;

	if (log->frontier.size == log->begun_size)
		return 0;
	rc = ledger_sign(log->ledger, &head, &note, err);
	if (!rc) {
		struct store_value row[] = {store_int((int64_t)head.size),
		    store_blob(head.root.b, sizeof(head.root)),
		    store_blob(
			saved, tlog_frontier_save(&log->frontier, saved)),
		    store_int(now_ms), store_text(buf_span(&note))};

		rc = store_run(
		    log->store, SQL_USAGE_HEAD_PUT, row, ARRAY_COUNT(row), err);
	}
	if (!rc)
		rc = use_time_mark(log->store, log->begun_size, log->begun_ms,
		    log->earliest_ms < now_ms ? log->earliest_ms : now_ms, err);
	buf_release(&note);
	return rc;
}

/* ---- reading ---- */

static const enum sql_id statements[] = {
    [USE_OLDEST_FIRST] = SQL_USAGE_FROM,
    [USE_NEWEST_FIRST] = SQL_USAGE_BEFORE,
    [USE_OF_REFERENCE] = SQL_USAGE_OF_REFERENCE,
    [USE_OF_ORGANISATION] = SQL_USAGE_OF_ORGANISATION,
    [USE_OWN_CHECKS] = SQL_USAGE_OWN_CHECKS,
};

enum err_code use_rows_start(
    struct store *store, const struct use_query *query, struct err *err)
{
	struct store_value values[3];
	size_t n = 0;

	if (query->order == USE_OF_ORGANISATION)
		values[n++] = store_int(query->subject_id);
	if (query->order == USE_OWN_CHECKS)
		values[n++] = store_int(query->reader_id);
	if (query->order == USE_OF_REFERENCE)
		values[n++] = store_text(query->reference);
	values[n++] = store_int((int64_t)query->from);
	if (query->order == USE_OF_ORGANISATION)
		values[n++] = store_text(query->subject);
	return store_start(store, statements[query->order], values, n, err);
}

static enum err_code damaged_row(uint64_t seq, struct err *err)
{
	return err_set(
	    err, ERR_CORRUPT, "use %llu is damaged", (unsigned long long)seq);
}

static enum err_code take_row(
    struct store *store, enum sql_id id, struct use_row *out, struct err *err)
{
	struct use *u = &out->use;
	struct span *const texts[] = {&u->reader, &u->department, &u->purpose,
	    &u->matter, &u->case_number};
	int64_t act = store_column_int(store, id, 2);
	int64_t outcome = store_column_int(store, id, 3);
	int64_t kind = store_column_int(store, id, 4);
	struct span answer = store_column_span(store, id, 15);
	struct span salt = store_column_span(store, id, 16);
	struct span list = store_column_span(store, id, 18);
	size_t i;

	memset(out, 0, sizeof(*out));
	out->seq = (uint64_t)store_column_int(store, id, 0);
	u->at_ms = store_column_int(store, id, 1);
	u->reader_id = store_column_int(store, id, 5);
	for (i = 0; i < ARRAY_COUNT(texts); i++)
		*texts[i] = store_column_span(store, id, (int)i + 6);
	u->subject_id = store_column_int(store, id, 11);
	u->subject = store_column_span(store, id, 12);
	u->reference = store_column_span(store, id, 13);
	u->why = store_column_span(store, id, 14);
	u->subjects = store_column_int(store, id, 17);
	u->has_answer = answer.n > 0;
	if (u->at_ms < 0 || act <= 0 || act >= USE_ACT_END || outcome < 0 ||
	    outcome >= USE_OUTCOME_END || kind < 0 || kind >= USE_READER_END ||
	    (answer.n && answer.n != sizeof(u->answer)) || u->subjects < 0 ||
	    list.n != (u->subjects ? sizeof(u->list) : 0) ||
	    salt.n != sizeof(out->salt))
		return damaged_row(out->seq, err);
	u->act = (enum use_act)act;
	u->outcome = (enum use_outcome)outcome;
	u->reader_kind = (enum use_reader_kind)kind;
	if (answer.n)
		memcpy(u->answer, answer.p, answer.n);
	if (list.n)
		memcpy(u->list, list.p, list.n);
	memcpy(out->salt, salt.p, salt.n);
	return 0;
}

int use_rows_next(struct store *store, enum use_order order,
    struct use_row *out, struct err *err)
{
	const enum sql_id id = statements[order];
	int got = store_next(store, id, err);
	enum err_code rc = 0;

	if (got == 1)
		rc = take_row(store, id, out, err);
	return rc ? (int)rc : got;
}

void use_rows_finish(struct store *store, enum use_order order)
{
	store_finish(store, statements[order]);
}

enum err_code use_row_get(
    struct store *store, uint64_t seq, struct use_row *out, struct err *err)
{
	const struct use_query query = {.from = seq};
	enum err_code rc = use_rows_start(store, &query, err);
	int got = rc ? 0 : use_rows_next(store, USE_OLDEST_FIRST, out, err);

	if (rc || got < 0)
		return rc ? rc : (enum err_code)got;
	if (got == 0 || out->seq != seq)
		return err_set(err, ERR_NOT_FOUND,
		    "the log of uses has no entry %llu",
		    (unsigned long long)seq);
	return 0;
}

/* ---- publishing ---- */

/* What one publication brings to the files. */
struct portion {
	size_t count; /* uses */
	size_t about_count;
	struct about {
		int64_t subject_id;
		uint64_t seq;
	} about[PUBLISH_MAX];
};

static int by_subject(const void *a, const void *b)
{
	const struct about *x = a, *y = b;

	if (x->subject_id != y->subject_id)
		return x->subject_id < y->subject_id ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The next uses, at most PUBLISH_MAX, to the tree and its full tiles. */
static enum err_code append_next(
    struct use_log *log, struct portion *p, struct err *err)
{
	const struct use_query query = {
	    .order = USE_OLDEST_FIRST, .from = ledger_next_index(log->ledger)};
	enum err_code rc = use_rows_start(log->store, &query, err);
	struct use_row row;
	int got = 0;

	while (!rc && p->count < PUBLISH_MAX &&
	    (got = use_rows_next(log->store, USE_OLDEST_FIRST, &row, err)) ==
		1) {
		uint8_t entry[SHA256_BYTES];

		use_commit(&row.use, row.salt, &log->scratch, entry);
		rc = ledger_append(log->ledger, entry, 1, err);
		p->count++;
		if (row.use.subject_id)
			p->about[p->about_count++] =
			    (struct about){row.use.subject_id, row.seq};
	}
	use_rows_finish(log->store, USE_OLDEST_FIRST);
	if (!rc && got < 0)
		rc = (enum err_code)got;
	return rc;
}

static enum err_code differs(struct err *err)
{
	err_set(err, ERR_CORRUPT,
	    "the uses in the database are not those that were sealed");
	err_hint(err, "\"gongxin verify --all\" names what has changed.");
	return ERR_CORRUPT;
}

/* Is what was put together what was sealed, as far as it goes? */
static enum err_code compare(
    struct use_log *log, const struct ledger_head *sealed, struct err *err)
{
	struct tlog_head head;

	ledger_written(log->ledger, &head);
	if (head.size > sealed->size ||
	    (head.size == sealed->size &&
		!tlog_hash_equal(&head.root, &sealed->root)))
		return differs(err);
	return 0;
}

/* First half: files, under a view of one moment, while others write. */
static enum err_code write_files(
    struct use_log *log, struct portion *p, struct err *err)
{
	struct ledger_head sealed;
	enum err_code rc = store_begin_read(log->store, err);

	if (rc)
		return rc;
	rc = read_head(log->store, &sealed, NULL, NULL, err);
	if (!rc)
		rc = ledger_begin(log->ledger, err);
	if (!rc)
		rc = append_next(log, p, err);
	if (!rc)
		rc = compare(log, &sealed, err);
	if (!rc)
		rc = ledger_write_files(log->ledger, err);
	store_rollback(log->store);
	return rc;
}

static enum err_code begin_turn(
    struct use_log *log, const struct use_turns *turns, struct err *err)
{
	enum err_code rc;

	if (turns)
		turns->enter(turns->ctx);
	rc = store_begin(log->store, err);
	if (rc && turns)
		turns->leave(turns->ctx);
	return rc;
}

typedef enum err_code committing(struct store *store, struct err *err);

static enum err_code end_turn(struct use_log *log,
    const struct use_turns *turns, committing *commit, enum err_code rc,
    struct err *err)
{
	if (!rc)
		rc = commit(log->store, err);
	if (rc)
		store_rollback(log->store);
	if (turns)
		turns->leave(turns->ctx);
	return rc;
}

/* The ways from subjects, in turns that are short: durable with the head,
 * before which they are all put again. */
static enum err_code put_ways(struct use_log *log, const struct portion *p,
    const struct use_turns *turns, struct err *err)
{
	enum err_code rc = 0;
	size_t i = 0;

	while (i < p->about_count && !rc) {
		size_t end = i + WAYS_TOGETHER;

		rc = begin_turn(log, turns, err);
		if (rc)
			return rc;
		for (; i < end && i < p->about_count && !rc; i++) {
			struct store_value row[] = {
			    store_int(p->about[i].subject_id),
			    store_int((int64_t)p->about[i].seq)};

			rc = store_run(
			    log->store, SQL_USAGE_SUBJECT_INSERT, row, 2, err);
		}
		rc = end_turn(log, turns, store_commit_later, rc, err);
	}
	return rc;
}

/* Second half: the head, unless somebody else was faster, whose files are
 * the same. */
static enum err_code put_head(struct use_log *log, uint64_t begun,
    int64_t now_ms, const struct use_turns *turns, struct err *err)
{
	struct ledger_head now;
	enum err_code rc = begin_turn(log, turns, err);

	if (rc)
		return rc;
	rc = ledger_head(log->ledger, &now, err);
	if (!rc && now.size == begun)
		rc = ledger_store_head(log->ledger, now_ms, err);
	return end_turn(log, turns, store_commit, rc, err);
}

/* What was written to the files, to the database; then it is told. */
static enum err_code settle_portion(struct use_log *log, struct portion *p,
    int64_t now_ms, const struct use_turns *turns, struct err *err)
{
	struct tlog_head written;
	enum err_code rc;

	ledger_written(log->ledger, &written);
	qsort(p->about, p->about_count, sizeof(p->about[0]), by_subject);
	rc = put_ways(log, p, turns, err);
	if (!rc)
		rc = put_head(log, written.size - p->count, now_ms, turns, err);
	return rc ? rc : ledger_publish(log->ledger, err);
}

/* One portion, with the files to ourselves: a server and the commands beside
 * it all publish. How many uses it was goes to count_out. */
static enum err_code publish_portion(struct use_log *log, int64_t now_ms,
    const struct use_turns *turns, size_t *count_out, struct err *err)
{
	struct portion *p = mem_alloc(sizeof(*p));
	enum err_code rc = ledger_enter(log->ledger, err);

	p->count = p->about_count = 0;
	if (!rc)
		rc = write_files(log, p, err);
	*count_out = p->count;
	if (!rc && p->count)
		rc = settle_portion(log, p, now_ms, turns, err);
	ledger_leave(log->ledger);
	free(p);
	return rc;
}

enum err_code use_log_publish(struct use_log *log, int64_t now_ms,
    const struct use_turns *turns, struct err *err)
{
	enum err_code rc;
	size_t count;

	do
		rc = publish_portion(log, now_ms, turns, &count, err);
	while (!rc && count == PUBLISH_MAX);
	return rc;
}
