/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The road of a row:
 *
 *	add -> known before?  --yes-> duplicate, or next version
 *	    -> seen in this submission, perhaps? --yes-> deferred
 *	    -> new: statement -> block + commitment -> log
 *	            key entry -> run (sorted portions of RUN_ENTRIES)
 *	finish -> runs merged -> `record`, in key order
 *	       -> deferred rows, one by one, now that `record` is complete
 *
 * Rows of `record` arrive in the order of files, while the table is ordered
 * by subject. Inserted as they come, each would touch a page of its own; so
 * their keys are sorted in portions, portions that do not fit in memory go
 * to an unlinked file, and the merge inserts in key order: every page is
 * written once, at 2 million rows as at 200.
 *
 * A Bloom filter over the submission's own keys says "not seen" for sure;
 * the few rows for which it says "perhaps" wait for the end. Rows of
 * subjects that existed before ask the database at once.
 */
#include "registry/append.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/date.h"
#include "base/mem.h"
#include "registry/block.h"
#include "registry/runs.h"
#include "registry/source.h"
#include "registry/view.h"

enum {
	FILTER_BITS_MIN = 20, /* log2: 128 KiB */
	FILTER_BITS_MAX = 28, /* log2: 32 MiB */
	DEFER_BUFFER_BYTES = 1 << 20,
	STATEMENT_AROUND_BYTES = 1024, /* what stands around the fields */
	STRETCHES_MAX = 512 * 1024
};

/* A deferred row's fixed part, in front of its texts. */
struct deferred_row {
	struct record_in in;
	uint32_t fields_bytes;
	uint32_t closed_bytes;
	uint32_t resolved_bytes;
};

/* Versions with successive numbers, made of successive rows. */
struct row_stretch {
	uint64_t seq; /* of the first */
	uint64_t row; /* 0: unknown from here on */
};

struct appender {
	struct append_config config;
	struct block_writer *blocks;
	struct key_runs *runs;
	uint64_t *filter; /* 2^filter_bits bits */
	unsigned filter_bits;
	bool has_records;  /* the table was not empty at the start */
	int64_t first_seq; /* of what is added here */
	struct source_finder sources;
	int deferred_fd;     /* -1 until needed */
	struct buf deferred; /* not yet written to deferred_fd */
	uint64_t deferred_count;
	struct row_stretch *stretches; /* ascending by seq; for `said` */
	size_t stretches_count;
	size_t stretches_allocated;
	struct append_counts counts;
};

/* Twelve bits a row give about one false "perhaps" in 300. */
static unsigned filter_bits_for(uint64_t rows)
{
	unsigned bits = FILTER_BITS_MIN;

	while (bits < FILTER_BITS_MAX && (1ULL << bits) < rows * 12)
		bits++;
	return bits;
}

enum err_code appender_new(
    const struct append_config *config, struct appender **out, struct err *err)
{
	struct appender *a = mem_zalloc(1, sizeof(*a));
	int64_t any = 0;
	enum err_code rc;

	a->config = *config;
	a->deferred_fd = -1;
	a->filter_bits = filter_bits_for(config->rows_expected);
	a->filter = mem_zalloc_table(1U << (a->filter_bits - 6), 8);
	buf_init(&a->deferred, SIZE_MAX / 2);
	a->blocks = block_writer_new(config->store, config->ledger);
	a->runs = key_runs_new(config->tmp_folder);
	a->first_seq = (int64_t)ledger_next_index(config->ledger);
	source_finder_init(&a->sources, config->store);
	rc = store_get_int(
	    config->store, SQL_REGISTRY_RECORD_ANY, NULL, 0, 0, &any, err);
	a->has_records = any != 0;
	if (rc)
		appender_free(&a);
	else
		*out = a;
	return rc;
}

void appender_free(struct appender **appender)
{
	struct appender *a = *appender;

	if (!a)
		return;
	block_writer_free(&a->blocks);
	key_runs_free(&a->runs);
	free(a->filter);
	buf_release(&a->deferred);
	free(a->stretches);
	source_finder_release(&a->sources);
	if (a->deferred_fd >= 0)
		close(a->deferred_fd);
	free(a);
	*appender = NULL;
}

/* Mixes subject and key into one well spread number. */
static uint64_t spread(int64_t subject_id, uint64_t key_hash)
{
	uint64_t h = key_hash ^ (uint64_t)subject_id * 0x9E3779B97F4A7C15ULL;

	h ^= h >> 32;
	h *= 0xD6E8FEB86659FD93ULL;
	h ^= h >> 32;
	return h;
}

/* The filter's cache line for a spread number. */
static uint64_t *filter_line(const struct appender *a, uint64_t h)
{
	return a->filter +
	    ((h >> 36) & ((1ULL << (a->filter_bits - 9)) - 1)) * 8;
}

void appender_expect(
    const struct appender *a, int64_t subject_id, uint64_t key_hash)
{
	__builtin_prefetch(filter_line(a, spread(subject_id, key_hash)), 1);
}

/* Tests and sets four bits within one cache line; true when all were set. */
static bool filter_seen(struct appender *a, const struct record_in *in)
{
	uint64_t h = spread(in->subject_id, in->key_hash);
	uint64_t *line = filter_line(a, h);
	bool is_seen = true;
	int i;

	for (i = 0; i < 4; i++, h >>= 9) {
		uint64_t bit = 1ULL << (h & 63);
		uint64_t *word = &line[(h >> 6) & 7];

		is_seen &= (*word & bit) != 0;
		*word |= bit;
	}
	return is_seen;
}

enum err_code appender_add_statement(struct appender *a, struct span statement,
    uint64_t *seq_out, struct err *err)
{
	return block_writer_add(a->blocks, statement, seq_out, err);
}

/* Most files have few gaps: rows that were refused or known. */
static void note_row(struct appender *a, uint64_t seq, uint64_t row)
{
	size_t count = a->stretches_count;

	if (!a->config.said || count == STRETCHES_MAX)
		return;
	if (count &&
	    row - a->stretches[count - 1].row ==
		seq - a->stretches[count - 1].seq)
		return;
	if (count == STRETCHES_MAX - 1)
		row = 0;
	a->stretches = mem_grow(a->stretches, count, &a->stretches_allocated,
	    sizeof(*a->stretches));
	a->stretches[count] = (struct row_stretch){seq, row};
	a->stretches_count++;
}

uint64_t appender_row_of(const struct appender *a, uint64_t seq)
{
	size_t from = 0, to = a->stretches_count;

	while (to - from > 1) {
		size_t middle = from + (to - from) / 2;

		if (a->stretches[middle].seq <= seq)
			from = middle;
		else
			to = middle;
	}
	if (to == 0 || seq < a->stretches[from].seq || !a->stretches[from].row)
		return 0;
	return a->stretches[from].row + (seq - a->stretches[from].seq);
}

/* Seals one version and notes its key entry. */
static enum err_code seal(struct appender *a, const struct record_in *in,
    int64_t version, int64_t replaces, struct key_entry *entry_out,
    struct err *err)
{
	const struct statement_content *c = &in->content;
	size_t room =
	    STATEMENT_AROUND_BYTES + c->fields.n + c->closed.n + c->resolved.n;
	struct buf *text = block_writer_begin(a->blocks, room, err);

	if (!text)
		return err->code;
	statement_record(a->config.frame, in->code, c, replaces, text);
	*entry_out = (struct key_entry){
	    .subject_id = in->subject_id,
	    .key_hash = in->key_hash,
	    .content_hash = in->content_hash,
	    .seq = block_writer_added(a->blocks),
	    .decided_on = in->decided_on,
	    .valid_to = in->valid_to,
	    .public_until = in->public_until,
	    .version = (uint32_t)version,
	    .class_ = in->class_,
	};
	note_row(a, entry_out->seq, in->row);
	a->counts.late += in->is_late;
	if (version == 1)
		a->counts.records++;
	else
		a->counts.versions++;
	return 0;
}

/* Inserts one row of `record`. */
static enum err_code insert_entry(
    void *ctx, const struct key_entry *e, struct err *err)
{
	struct appender *a = ctx;
	struct store_value row[] = {store_int(e->subject_id),
	    store_int(a->config.item), store_int((int64_t)e->key_hash),
	    store_int(e->version), store_int((int64_t)e->seq),
	    store_int((int64_t)e->content_hash),
	    store_int(e->decided_on == DATE_NONE ? 0 : e->decided_on),
	    store_int(e->class_), store_date(e->valid_to),
	    store_date(e->public_until)};

	return store_append_row(a->config.store, SQL_REGISTRY_RECORD_INSERT,
	    row, ARRAY_COUNT(row), err);
}

/* The newest stored version of a key; version 0 = none. */
struct latest {
	int64_t version;
	int64_t seq;
	uint64_t content_hash;
};

static enum err_code find_latest(struct appender *a, const struct record_in *in,
    struct latest *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_LATEST;
	struct store *store = a->config.store;
	struct store_value key[] = {store_int(in->subject_id),
	    store_int(a->config.item), store_int((int64_t)in->key_hash)};
	enum err_code rc = store_start(store, id, key, 3, err);

	memset(out, 0, sizeof(*out));
	if (store_next_row(store, id, &rc, err)) {
		out->version = store_column_int(store, id, 0);
		out->seq = store_column_int(store, id, 1);
		out->content_hash = (uint64_t)store_column_int(store, id, 2);
	}
	store_finish(store, id);
	return rc;
}

/* A row that says what an older version said is known when the whole file was
 * here before or the record has ended: an old file must not bring back what
 * was withdrawn. */
static enum err_code find_said(struct appender *a, const struct record_in *in,
    const struct latest *latest, enum append_said *out, struct err *err)
{
	struct store_value key[] = {store_int(in->subject_id),
	    store_int(a->config.item), store_int((int64_t)in->key_hash),
	    store_int((int64_t)in->content_hash)};
	int64_t found = 0, is_known = a->config.is_resent;
	enum err_code rc;

	*out = APPEND_SAID_LAST;
	if (latest->content_hash == in->content_hash)
		return 0;
	rc = store_get_int(
	    a->config.store, SQL_REGISTRY_RECORD_SAME, key, 4, 0, &found, err);
	key[3] = store_int(latest->seq);
	if (!rc && found && !is_known)
		rc = store_get_int(a->config.store, SQL_REGISTRY_END_AFTER, key,
		    4, 0, &is_known, err);
	*out = APPEND_SAID_NEVER;
	if (found)
		*out = is_known ? APPEND_SAID_BEFORE : APPEND_SAID_AGAIN;
	return rc;
}

/* An entry whose key is not in order with those before it. */
static enum err_code insert_one(
    struct appender *a, const struct key_entry *entry, struct err *err)
{
	struct store *store = a->config.store;
	enum err_code rc =
	    store_append_start(store, SQL_REGISTRY_RECORD_INSERT, err);

	if (!rc)
		rc = insert_entry(a, entry, err);
	if (!rc)
		rc = store_append_end(store, SQL_REGISTRY_RECORD_INSERT, err);
	return rc;
}

/* A row whose key is stored already: known, or its next version. */
static enum err_code add_to_known(struct appender *a,
    const struct record_in *in, const struct latest *latest, struct err *err)
{
	const struct append_config *c = &a->config;
	enum append_said said = APPEND_SAID_NEVER;
	struct key_entry entry = {0};
	bool is_known;
	enum err_code rc = 0;

	if (!in->is_forced)
		rc = find_said(a, in, latest, &said, err);
	if (said == APPEND_SAID_NEVER && !in->is_forced &&
	    latest->seq >= a->first_seq)
		said = APPEND_SAID_OTHERWISE;
	if (!rc && said && c->said)
		rc = c->said(c->said_ctx, in, said, latest->seq, err);
	is_known = said == APPEND_SAID_LAST || said == APPEND_SAID_BEFORE;
	if (is_known)
		a->counts.duplicates++;
	if (rc || is_known)
		return rc;
	rc = seal(a, in, latest->version + 1, latest->seq, &entry, err);
	return rc ? rc : insert_one(a, &entry, err);
}

static enum err_code write_deferred(struct appender *a, struct err *err)
{
	size_t done = 0;

	if (a->deferred_fd < 0)
		a->deferred_fd = key_runs_open_temp(a->config.tmp_folder, err);
	if (a->deferred_fd < 0)
		return (enum err_code)a->deferred_fd;
	while (done < a->deferred.n) {
		ssize_t n = write(
		    a->deferred_fd, a->deferred.p + done, a->deferred.n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(
			    err, "could not write a temporary file");
		done += (size_t)n;
	}
	buf_reset(&a->deferred);
	return 0;
}

static enum err_code defer(
    struct appender *a, const struct record_in *in, struct err *err)
{
	const struct statement_content *c = &in->content;
	struct deferred_row row = {*in, (uint32_t)c->fields.n,
	    (uint32_t)c->closed.n, (uint32_t)c->resolved.n};

	buf_add(&a->deferred, &row, sizeof(row));
	buf_add_span(&a->deferred, c->fields);
	buf_add_span(&a->deferred, c->closed);
	buf_add_span(&a->deferred, c->resolved);
	a->deferred_count++;
	return a->deferred.n < DEFER_BUFFER_BYTES ? ERR_NONE
						  : write_deferred(a, err);
}

/* Is nothing of the record left, because the decision that made it was
 * undone? Nothing of it was ever withdrawn then. */
static enum err_code is_undone(struct appender *a, const struct record_in *in,
    const struct latest *latest, bool *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_END_OF_KEY;
	struct store *store = a->config.store;
	struct store_value key[] = {store_int(in->subject_id),
	    store_int(a->config.item), store_int((int64_t)in->key_hash)};
	bool has_ended = false, was_withdrawn = false;
	enum err_code rc = store_start(store, id, key, 3, err);

	while (store_next_row(store, id, &rc, err)) {
		has_ended |= store_column_int(store, id, 2) > latest->seq;
		was_withdrawn |=
		    store_column_int(store, id, 3) == RECORD_END_WITHDRAWN;
	}
	store_finish(store, id);
	*out = has_ended && !was_withdrawn;
	return rc;
}

/* Whose record the row would replace, if that is another department's. The
 * same content replaces nothing. What its source has withdrawn stays its own:
 * an older file of another must not bring it back. */
static enum err_code find_others(struct appender *a, const struct record_in *in,
    const struct latest *latest, struct span *others_out, struct err *err)
{
	struct span source;
	bool is_free = false;
	enum err_code rc;

	if (latest->version == 0 || latest->seq >= a->first_seq ||
	    in->is_anyones || latest->content_hash == in->content_hash)
		return 0;
	rc = source_of(&a->sources, latest->seq, &source, err);
	if (rc || span_is(source, a->config.frame->department))
		return rc;
	rc = is_undone(a, in, latest, &is_free, err);
	if (!rc && !is_free)
		*others_out = source;
	return rc;
}

/* A correction says what is to be changed in one version: it must not take
 * back what a later one says, nor the record's end. Said already it is
 * known. */
static enum err_code check_corrected(struct appender *a,
    const struct record_in *in, const struct latest *latest, struct err *err)
{
	struct store_value key[] = {store_int(in->subject_id),
	    store_int(a->config.item), store_int((int64_t)in->key_hash),
	    store_int(latest->seq)};
	int64_t has_ended = 0;
	enum err_code rc;

	if (!in->is_correction || latest->version == 0 ||
	    latest->content_hash == in->content_hash)
		return 0;
	rc = store_get_int(a->config.store, SQL_REGISTRY_END_AFTER, key,
	    ARRAY_COUNT(key), 0, &has_ended, err);
	if (rc || (latest->seq == in->corrects && !has_ended))
		return rc;
	err_set(err, ERR_CONFLICT,
	    "record %lld does not stand any more: look at record %llu",
	    (long long)in->corrects, (unsigned long long)latest->seq);
	err_hint(err,
	    "Nothing of it was taken in. Correct it again, by what stands "
	    "now.");
	return ERR_CONFLICT;
}

enum err_code appender_add(struct appender *a, const struct record_in *in,
    struct span *others_out, struct err *err)
{
	struct latest latest = {0};
	struct key_entry entry;
	enum err_code rc = 0;

	*others_out = (struct span){NULL, 0};
	if (a->has_records && !in->is_new_subject) {
		rc = find_latest(a, in, &latest, err);
		if (!rc)
			rc = find_others(a, in, &latest, others_out, err);
		if (!rc && !others_out->n)
			rc = check_corrected(a, in, &latest, err);
		if (rc || others_out->n)
			return rc;
	}
	if (filter_seen(a, in))
		return defer(a, in, err);
	if (latest.version)
		return add_to_known(a, in, &latest, err);
	rc = seal(a, in, 1, STATEMENT_NO_SEQ, &entry, err);
	return rc ? rc : key_runs_add(a->runs, &entry, err);
}

static enum err_code add_deferred(
    struct appender *a, const struct record_in *in, struct err *err)
{
	struct latest latest;
	struct key_entry entry;
	enum err_code rc = find_latest(a, in, &latest, err);

	if (rc || latest.version)
		return rc ? rc : add_to_known(a, in, &latest, err);
	rc = seal(a, in, 1, STATEMENT_NO_SEQ, &entry, err);
	return rc ? rc : insert_one(a, &entry, err);
}

/* Points a deferred row's content at its texts behind it. */
static void set_texts(struct deferred_row *row, const char *texts)
{
	struct statement_content *c = &row->in.content;

	c->fields = (struct span){texts, row->fields_bytes};
	texts += row->fields_bytes;
	c->closed = (struct span){texts, row->closed_bytes};
	texts += row->closed_bytes;
	c->resolved = (struct span){texts, row->resolved_bytes};
}

/* Takes whole rows from the front of the buffer; returns the bytes taken. */
static enum err_code drain(
    struct appender *a, struct buf *b, size_t *taken, struct err *err)
{
	enum err_code rc = 0;

	*taken = 0;
	while (!rc && b->n - *taken >= sizeof(struct deferred_row)) {
		struct deferred_row row;
		size_t at = *taken + sizeof(row);
		size_t n;

		memcpy(&row, b->p + *taken, sizeof(row));
		n = (size_t)row.fields_bytes + row.closed_bytes +
		    row.resolved_bytes;
		if (b->n - at < n)
			break;
		set_texts(&row, b->p + at);
		*taken = at + n;
		rc = add_deferred(a, &row.in, err);
	}
	return rc;
}

static void drop_front(struct buf *b, size_t n)
{
	memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

/* Rows that went to the file, then those still in memory. */
static enum err_code process_deferred(struct appender *a, struct err *err)
{
	struct buf b = BUF_INIT(SIZE_MAX / 2);
	enum err_code rc = 0;
	size_t taken = 0;
	ssize_t n = 1;

	if (a->deferred_fd >= 0 && a->deferred.n)
		rc = write_deferred(a, err);
	if (rc || a->deferred_fd < 0)
		return rc ? rc : drain(a, &a->deferred, &taken, err);
	if (lseek(a->deferred_fd, 0, SEEK_SET) < 0)
		return err_set_errno(err, "could not read a temporary file");
	while (!rc && n) {
		char *to = buf_reserve(&b, DEFER_BUFFER_BYTES);

		n = read(a->deferred_fd, to, DEFER_BUFFER_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = err_set_errno(
			    err, "could not read a temporary file");
			break;
		}
		b.n += (size_t)n;
		rc = drain(a, &b, &taken, err);
		drop_front(&b, taken);
	}
	buf_release(&b);
	return rc;
}

enum err_code appender_finish(struct appender *a, struct err *err)
{
	struct store *store = a->config.store;
	enum err_code rc =
	    store_append_start(store, SQL_REGISTRY_RECORD_INSERT, err);

	if (!rc)
		rc = key_runs_merge(a->runs, insert_entry, a, err);
	if (!rc)
		rc = store_append_end(store, SQL_REGISTRY_RECORD_INSERT, err);
	if (!rc && a->deferred_count)
		rc = process_deferred(a, err);
	buf_reset(&a->deferred);
	a->deferred_count = 0;
	return rc ? rc : block_writer_flush(a->blocks, err);
}

struct append_counts appender_counts(const struct appender *appender)
{
	return appender->counts;
}
