/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of verification share; see verify.c for who does what. */
#ifndef GX_REGISTRY_VERIFY_PRIV_H
#define GX_REGISTRY_VERIFY_PRIV_H

#include <pthread.h>

#include "base/date.h"
#include "catalog/catalog.h"
#include "registry/block.h"
#include "registry/statement.h"
#include "registry/verify.h"

enum { VERIFY_BUCKETS = 1 << 16, VERIFY_KEY_MAX = 64 };

/* What a row of `record` must say of its statement. Hashed as it stands: no
 * padding, unused bytes zero. */
struct row_facts {
	char code[24];
	uint64_t seq;
	uint64_t content_hash;
	int64_t replaces;
	uint64_t key_hash;
	int64_t class_;
	int32_t item;
	int32_t decided_on;
	int32_t valid_to;
	int32_t public_until;
};

_Static_assert(sizeof(struct row_facts) == 80, "no padding");

/*
 * Sums of hashes that do not depend on order, one for each range of numbers,
 * so that two tables read in different orders can be compared, and a
 * difference is found within a range. The hashes are seeded anew in every
 * run: nobody can prepare rows whose sums collide.
 */
struct sum {
	uint64_t low;
	uint64_t high;
};

struct sums {
	uint64_t seed;
	unsigned shift; /* number >> shift is the range */
	struct sum list[VERIFY_BUCKETS];
};

void sum_add(struct sum *sum, uint64_t seed, const void *p, size_t n);
void sums_add(struct sums *sums, uint64_t number, const void *p, size_t n);
/* The first range from `from` on that differs, or VERIFY_BUCKETS. */
size_t sums_differ(const struct sums *a, const struct sums *b, size_t from);

/* A submission's place in the log. */
struct span_of_log {
	uint64_t first;
	uint64_t end;
	int64_t item;
};

struct told;

/* Where a name is in what was told. */
struct told_place {
	size_t line;
	unsigned bit[4];
	bool is_set;
};

struct verify {
	const struct verify_request *request;
	struct verify_result *result;
	pthread_mutex_t mutex;		 /* over what was found */
	uint64_t size;			 /* of the newest head */
	struct span_of_log *submissions; /* by id, from 1 */
	size_t submissions_count;
	/* Of the rows and of the statements; of subjects in their table and
	 * in the other tables. */
	struct sums *row_sums;
	struct sums *statement_sums;
	struct sums *code_sums;
	struct sums *directory_sums;
	struct sums *name_sums;
	struct sums *pack_sums;
	struct told *told;   /* names that statements say */
	bool is_unread;	     /* some statement could not be read */
	struct sum row_ends; /* withdrawals among rows and statements */
	struct sum statement_ends;
	/* The published checkpoint file. */
	struct buf published;
	bool is_published_newest;
	bool is_published_known; /* some head's */
};

/* Something is wrong. Give formats through tr(). */
void verify_wrong(struct verify *v, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Something is odd. */
void verify_note(struct verify *v, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Damage is a finding: tells it and returns 0; other failures pass. */
enum err_code verify_absorb(
    struct verify *v, enum err_code rc, const struct err *err);

/* ---- verify_facts.c: statements read fast ---- */

struct facts_reader;
struct item_roles;

/* What records of one submission have in common. */
struct facts_frame {
	char digest[65]; /* of the catalogue, in hexadecimal */
	char tail[512];	 /* behind the fields, without "replaces" */
	size_t tail_n;
	const struct item_roles *roles; /* the reader's; NULL: not known */
};

/* What a record says that its row, or its subject's, must say. */
struct fact {
	struct row_facts row;
	struct told_place name; /* the name it says */
	/* By facts_read_framed: all of it is set. */
	bool is_known;
};

enum facts_kind {
	FACTS_RECORD = 0, /* the row's facts are set */
	FACTS_WITHDRAWAL,
	FACTS_UNRESOLVED,
	FACTS_SUBMISSION, /* the item alone is set, 0 = unknown */
	FACTS_DOUBTFUL,	  /* a decision that leads to no subject */
	FACTS_CASE,	  /* src/cases compares it with its rows */
	FACTS_UNREADABLE
};

/* told: gets the names that records say; may be NULL. */
struct facts_reader *facts_reader_new(struct store *store, struct told *told);
/* The frame of the record that was read last; NULL: it was asked for already.
 * Its roles are there as long as the reader. */
const struct facts_frame *facts_new_frame(struct facts_reader *reader);
/* Reads a record that has this frame; any thread may. */
void facts_read_framed(const struct facts_frame *frame, const struct told *told,
    struct span statement, uint64_t seq, struct fact *out);
void facts_reader_free(struct facts_reader **reader);
/* rc only for failures of the world; a catalogue that is not archived makes
 * the statement unreadable. */
enum err_code facts_read(struct facts_reader *reader, struct span statement,
    uint64_t seq, enum facts_kind *kind_out, struct row_facts *out,
    struct err *err);

/* Behind a value of JSON; NULL: it has no end before `end`. */
const char *verify_skip_value(const char *p, const char *end);

/* ---- verify_judge.c: what the catalogue makes of a content ---- */

enum { JUDGE_FIELDS_MAX = 128, JUDGE_SLOTS = 256 };

/* An item, and its fields that a row depends on. */
struct judge {
	const struct cat_item *item; /* outlives it */
	/* False: a list of codes is a part of it, which counts as it was
	 * typed, and that is not kept. */
	bool has_key;
	/* The subject's code is a part of it. */
	bool has_code;
	int name; /* fields; -1 = none */
	int decided_on;
	int valid_to;
	int public_until;
	bool is_wanted[JUDGE_FIELDS_MAX];
	struct span names[JUDGE_FIELDS_MAX]; /* of the wanted ones */
	/* Those by their names, as numbers from 1; 0 = free. */
	uint8_t slots[JUDGE_SLOTS];
};

void judge_init(struct judge *j, const struct cat_item *item);
/* Sets the dates, the class and the key of a record as intake took them; no
 * key (0) where it has none to know; and its name, unless told is NULL. */
void judge_record(const struct judge *j,
    const struct statement_content *content, const char *code,
    const struct told *told, struct fact *out);

/* ---- verify_feed.c: blocks decoded ahead ---- */

struct feed;

/* A block with what its statements commit to. */
struct fed_block {
	struct block block;
	uint8_t commitments[BLOCK_STATEMENTS_MAX][SHA256_BYTES];
	struct fact facts[BLOCK_STATEMENTS_MAX];
	/* Why it could not be read or decoded; 0 when it was. */
	enum err_code rc;
	struct err err;
	/* What it was decoded from. */
	struct block_columns columns;
	struct buf salts;
	struct buf body;
};

/* Starts reading all blocks in log order. Until the feed is freed the store
 * must not be asked for registry_block_list. told: for the records' names. */
enum err_code feed_new(struct store *store, const struct told *told,
    struct feed **out, struct err *err);
/* Records of blocks to come are read by this frame; its roles outlive the
 * feed. */
void feed_use_frame(struct feed *feed, const struct facts_frame *frame);
void feed_free(struct feed **feed);
/* The next block, the caller's until the next call; NULL at the end. A
 * failure to read comes behind the blocks that were read. */
enum err_code feed_next(
    struct feed *feed, const struct fed_block **out, struct err *err);

/* ---- verify_log.c: statements, tiles, heads ---- */

enum err_code verify_log(struct verify *v, struct err *err);

/* ---- verify_told.c: who is called what ---- */

/* As large as so many subjects need; free() frees it. */
struct told *told_new(uint64_t subjects, uint64_t seed);
/* The place of a name; any thread may ask. */
void told_find(const struct told *told, struct span code, struct span name,
    struct told_place *out);
/* It was said; none that is not set. */
void told_put(struct told *told, const struct told_place *place);
/* Once all statements were read: names the subjects that no record calls
 * what their rows do. */
enum err_code verify_told(
    struct verify *v, struct store *store, struct err *err);

/* ---- verify_submission.c ---- */

/* Compares the row of the submission of this number with its statement. */
enum err_code verify_submission(struct verify *v, int64_t number,
    const struct statement *st, struct err *err);

/* ---- verify_undone.c ---- */

/* Has the undoing of a decision, which is the statement `seq`, its end? */
enum err_code verify_undone(struct verify *v, uint64_t seq,
    const struct statement *st, struct err *err);

/* ---- verify_files.c: the log's folder ---- */

/* Compares a file of the log with what it must hold. */
enum err_code verify_file(struct verify *v, const struct tlog_tile *tile,
    struct span must, struct err *err);
enum err_code verify_folder(struct verify *v, struct err *err);

/* ---- verify_rows.c: records, ends, subjects, names ---- */

enum err_code verify_rows(
    struct verify *v, struct store *store, struct err *err);

/* ---- verify_differ.c: what the sums only said is somewhere ---- */

enum err_code verify_name_differences(
    struct verify *v, struct store *store, struct err *err);

/* One row of registry_record_list at its current row; `before`: the seq of
 * the version below it, or STATEMENT_NO_SEQ. */
void verify_row_facts(struct store *store, enum sql_id id, const char *code,
    int64_t before, struct row_facts *out);

#endif
