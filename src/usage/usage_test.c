/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the log of uses and of the desk that writes it. */
#include "usage/use_verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/store_vfs.h"
#include "usage/audit.h"
#include "usage/audit_case.h"
#include "usage/desk.h"
#include "usage/question.h"

enum { THREADS = 16, EACH = 40 };

struct place {
	char dir[64];
	char db[96];
	char folder[96];
	char key[96];
	struct store *store, *second;
	struct ledger *ledger, *second_ledger;
	struct err err;
};

static int64_t some_time(void)
{
	return 1795847551123; /* 2026-11-28T06:32:31.123Z */
}

static void open_place(struct place *p, enum store_mode mode)
{
	struct store_config config = {.path = p->db, .mode = mode};
	struct ledger_config ledger = {
	    LEDGER_USES, p->folder, p->key, "uses.test.example/uses"};

	if (store_open(&config, &p->store, &p->err))
		fail_msg("%s", p->err.message);
	if (mode == STORE_CREATE) {
		assert_int_equal(store_begin(p->store, &p->err), 0);
		assert_int_equal(
		    ledger_create(&ledger, p->store, some_time(), &p->err), 0);
		assert_int_equal(store_commit(p->store, &p->err), 0);
	}
	assert_int_equal(
	    ledger_open(&ledger, p->store, &p->ledger, &p->err), 0);
	if (mode == STORE_CREATE)
		assert_int_equal(ledger_catch_up(p->ledger, &p->err), 0);
	config.mode = STORE_WRITE;
	assert_int_equal(store_open(&config, &p->second, &p->err), 0);
	assert_int_equal(
	    ledger_open(&ledger, p->second, &p->second_ledger, &p->err), 0);
}

static void close_place(struct place *p)
{
	ledger_close(&p->ledger);
	ledger_close(&p->second_ledger);
	store_close(&p->store);
	store_close(&p->second);
}

static int make_place(void **state)
{
	struct place *p = mem_zalloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/gx-usage-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->db, sizeof(p->db), "%s/office.db", p->dir);
	snprintf(p->folder, sizeof(p->folder), "%s/uses", p->dir);
	snprintf(p->key, sizeof(p->key), "%s/uses.key", p->dir);
	open_place(p, STORE_CREATE);
	*state = p;
	return 0;
}

static int drop_place(void **state)
{
	struct place *p = *state;

	close_place(p);
	file_remove_tree(p->dir, NULL);
	free(p);
	return 0;
}

static struct use some_use(void)
{
	return (struct use){.at_ms = some_time(),
	    .act = USE_CHECK,
	    .reader_kind = USE_TOKEN,
	    .reader_id = 12,
	    .reader = span_of("不动产登记系统"),
	    .department = span_of("rizhao-natural-resources"),
	    .purpose = span_of("核查"),
	    .matter = span_of("land"),
	    .case_number = span_of("〔2026〕8号"),
	    .subject = span_of("91371102MA3C000000"),
	    .subject_id = 7};
}

/* ---- what is sealed ---- */

static void use_write_is_canonical(void **state)
{
	struct use use = some_use();
	struct buf out = BUF_INIT(4096);

	(void)state;
	use.has_answer = true;
	memset(use.answer, 0xAB, sizeof(use.answer));
	use_write(&use, &out);
	assert_string_equal(buf_str(&out),
	    "{\"act\":\"check\",\"answer\":\"abababababababababababababababab"
	    "abababababababababababababababab\","
	    "\"at\":\"2026-11-28T06:32:31.123Z\",\"case\":\"〔2026〕8号\","
	    "\"department\":\"rizhao-natural-resources\","
	    "\"format\":\"gongxin-use/1\",\"matter\":\"land\","
	    "\"outcome\":\"answered\",\"purpose\":\"核查\","
	    "\"reader\":{\"id\":12,\"kind\":\"token\",\"name\":\"不动产登记系统"
	    "\"},\"subject\":\"91371102MA3C000000\"}");
	buf_reset(&out);
	use = (struct use){.act = USE_SIGN_IN,
	    .outcome = USE_REFUSED,
	    .why = span_of("password")};
	use_write(&use, &out);
	assert_string_equal(buf_str(&out),
	    "{\"act\":\"sign-in\",\"at\":\"1970-01-01T00:00:00.000Z\","
	    "\"format\":\"gongxin-use/1\",\"outcome\":\"refused\","
	    "\"reader\":{\"kind\":\"nobody\"},\"why\":\"password\"}");
	buf_release(&out);
}

static void use_keep_copies_and_cuts(void **state)
{
	char purpose[USE_TEXT_BYTES_MAX + 4];
	struct arena *arena = arena_new(0);
	struct use use = some_use();
	size_t i;

	(void)state;
	purpose[0] = 'a';
	for (i = 1; i + 3 <= sizeof(purpose); i += 3)
		memcpy(purpose + i, "查", 3);
	use.purpose = (struct span){purpose, i};
	use.why = (struct span){NULL, 0};
	use_keep(&use, arena);
	memset(purpose, 'x', sizeof(purpose));
	/* 170 characters of three bytes fit behind the "a". */
	assert_int_equal(use.purpose.n, 511);
	assert_memory_equal(use.purpose.p, "a查查", 7);
	assert_memory_equal(use.purpose.p + 508, "查", 3);
	assert_true(span_is(use.matter, "land"));
	assert_non_null(use.why.p);
	arena_free(&arena);
}

/* ---- the desk ---- */

static struct desk *start_desk(struct place *p)
{
	const struct desk_plan plan = {.store = p->store,
	    .ledger = p->ledger,
	    .second = p->second,
	    .second_ledger = p->second_ledger,
	    .now_ms = some_time};
	struct desk *desk = NULL;

	if (desk_start(&plan, &desk, &p->err))
		fail_msg("%s", p->err.message);
	return desk;
}

struct trace {
	struct use use;
	uint64_t seq;
	enum err_code fails; /* after it was added */
};

static enum err_code leave_trace(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct trace *t = ctx;
	enum err_code rc = use_log_add(turn->uses, &t->use, &t->seq, err);

	if (!rc && t->fails)
		rc = err_set(err, t->fails, "as planned");
	return rc;
}

struct writer {
	struct desk *desk;
	pthread_t thread;
	int number;
	int wrong;
	bool seen[THREADS * EACH];
};

static void *write_uses(void *arg)
{
	struct writer *w = arg;
	struct err err;
	int i;

	for (i = 0; i < EACH; i++) {
		struct trace t = {.use = some_use()};
		bool fails = (w->number + i) % 7 == 0;
		enum err_code rc;

		t.use.reader_id = 1000 * w->number + i;
		t.use.subject_id = w->number + 1;
		t.fails = fails ? ERR_CONFLICT : ERR_NONE;
		rc = desk_run(w->desk, leave_trace, &t, &err);
		if (rc != t.fails)
			w->wrong++;
		if (!rc && t.seq < THREADS * EACH)
			w->seen[t.seq] = true;
	}
	return NULL;
}

/* Every use that was acknowledged is there once, in a log that verifies;
 * those of failed jobs are not. */
static void check_all(struct place *p, const bool *seen, uint64_t total)
{
	const struct use_query query = {.order = USE_OLDEST_FIRST, .from = 0};
	struct ledger_head sealed, published;
	struct buf scratch = BUF_INIT(4096);
	struct tlog_frontier frontier;
	struct tlog_hash root;
	struct use_row row;
	uint64_t n = 0;

	tlog_frontier_init(&frontier);
	assert_int_equal(use_rows_start(p->store, &query, &p->err), 0);
	while (use_rows_next(p->store, USE_OLDEST_FIRST, &row, &p->err) == 1) {
		uint8_t entry[SHA256_BYTES];
		struct tlog_hash leaf;

		assert_int_equal(row.seq, n++);
		assert_true(!seen || seen[row.seq]);
		use_commit(&row.use, row.salt, &scratch, entry);
		leaf = tlog_leaf_hash((struct span){(char *)entry, 32});
		tlog_append(&frontier, &leaf, NULL, NULL);
	}
	use_rows_finish(p->store, USE_OLDEST_FIRST);
	assert_int_equal(n, total);
	root = tlog_frontier_root(&frontier);
	assert_int_equal(use_log_head(p->store, &sealed, NULL, &p->err), 0);
	assert_int_equal(ledger_head(p->ledger, &published, &p->err), 0);
	assert_int_equal(sealed.size, total);
	assert_int_equal(published.size, total);
	assert_true(tlog_hash_equal(&root, &sealed.root));
	assert_true(tlog_hash_equal(&root, &published.root));
	buf_release(&scratch);
}

static void desk_many_writers_lose_nothing(void **state)
{
	struct place *p = *state;
	struct desk *desk = start_desk(p);
	static struct writer writers[THREADS];
	static bool seen[THREADS * EACH];
	uint64_t total = 0;
	int i, j;

	memset(writers, 0, sizeof(writers));
	for (i = 0; i < THREADS; i++) {
		writers[i].desk = desk;
		writers[i].number = i;
		assert_int_equal(pthread_create(&writers[i].thread, NULL,
				     write_uses, &writers[i]),
		    0);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(writers[i].thread, NULL);
		assert_int_equal(writers[i].wrong, 0);
		for (j = 0; j < THREADS * EACH; j++)
			if (writers[i].seen[j]) {
				assert_false(seen[j]);
				seen[j] = true;
				total++;
			}
	}
	assert_int_equal(desk_trouble(desk, &p->err), 0);
	desk_stop(&desk);
	assert_true(total > 100);
	check_all(p, seen, total);
}

enum { BURSTS = 6, OF_BURST = 60 };

static off_t journal_bytes(const struct place *p)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s-wal", p->db);
	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* A server is never closed: the journal must not wait for that. */
static void desk_longRun_journalStaysSmall(void **state)
{
	struct place *p = *state;
	struct desk *desk = start_desk(p);
	off_t first = 0;
	int i, k;

	for (i = 0; i < BURSTS; i++) {
		for (k = 0; k < OF_BURST; k++) {
			struct trace t = {.use = some_use()};

			assert_int_equal(
			    desk_run(desk, leave_trace, &t, &p->err), 0);
		}
		while (desk_published(desk) < (uint64_t)(i + 1) * OF_BURST)
			usleep(1000);
		usleep(100000); /* it is moved behind the publication */
		if (i == 0)
			first = journal_bytes(p);
	}
	assert_true(first > 0);
	assert_true(journal_bytes(p) < 3 * first);
	assert_int_equal(desk_trouble(desk, &p->err), 0);
	desk_stop(&desk);
}

static void seal_without_publishing(struct place *p, int n)
{
	struct use_log *log;
	struct use use = some_use();
	uint64_t seq;

	use_log_new(p->store, p->ledger, &log);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(log, &p->err), 0);
	for (; n > 0; n--)
		assert_int_equal(use_log_add(log, &use, &seq, &p->err), 0);
	assert_int_equal(use_log_seal(log, some_time(), &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	use_log_free(&log);
}

/* Seals one use that is about an organisation; its number. */
static uint64_t seal_one(struct place *p, struct span subject, int64_t id)
{
	struct use use = some_use();
	struct use_log *log;
	uint64_t seq;

	use.subject = subject;
	use.subject_id = id;
	use_log_new(p->store, p->ledger, &log);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(log, &p->err), 0);
	assert_int_equal(use_log_add(log, &use, &seq, &p->err), 0);
	assert_int_equal(use_log_seal(log, some_time(), &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	use_log_free(&log);
	return seq;
}

/* As after a crash between the commit and the files. */
static void desk_start_publishes_what_was_sealed(void **state)
{
	struct place *p = *state;
	struct desk *desk;
	struct ledger_head head;

	seal_without_publishing(p, 300);
	assert_int_equal(ledger_head(p->ledger, &head, &p->err), 0);
	assert_int_equal(head.size, 0);
	close_place(p);
	open_place(p, STORE_WRITE);
	desk = start_desk(p);
	assert_int_equal(desk_published(desk), 300);
	desk_stop(&desk);
	check_all(p, NULL, 300);
	/* And goes on from there. */
	seal_without_publishing(p, 7);
	desk = start_desk(p);
	desk_stop(&desk);
	check_all(p, NULL, 307);
}

/* A changed row is not published under a new signature. */
static void desk_start_changed_row_is_refused(void **state)
{
	struct place *p = *state;
	const struct desk_plan plan = {.store = p->store,
	    .ledger = p->ledger,
	    .second = p->second,
	    .second_ledger = p->second_ledger,
	    .now_ms = some_time};
	struct desk *desk = NULL;
	struct store_value row[19];
	size_t i;

	seal_without_publishing(p, 3);
	for (i = 0; i < ARRAY_COUNT(row); i++)
		row[i] = i >= 6 ? store_str("x") : store_int(1);
	row[0] = store_int(3); /* one more than was sealed */
	row[11] = store_int(0);
	row[15] = store_null();
	row[16] = store_blob("0123456789abcdef", 16);
	row[17] = store_int(0);
	row[18] = store_null();
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(
	    store_run(p->store, SQL_USAGE_INSERT, row, 19, &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	assert_int_equal(desk_start(&plan, &desk, &p->err), ERR_CORRUPT);
	assert_null(desk);
}

struct gate {
	struct desk_ask ask;
	pthread_mutex_t lock;
	pthread_cond_t open;
	bool is_in, may_go;
};

static enum err_code stand_in_gate(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct gate *g = ctx;

	(void)turn;
	(void)err;
	pthread_mutex_lock(&g->lock);
	g->is_in = true;
	pthread_cond_broadcast(&g->open);
	while (!g->may_go)
		pthread_cond_wait(&g->open, &g->lock);
	pthread_mutex_unlock(&g->lock);
	return 0;
}

static void nothing(struct desk_ask *ask)
{
	(void)ask;
}

/* More than may wait are refused at once, and nobody else is harmed. */
static void desk_ask_full_is_refused(void **state)
{
	struct place *p = *state;
	const struct desk_plan plan = {.store = p->store,
	    .ledger = p->ledger,
	    .second = p->second,
	    .second_ledger = p->second_ledger,
	    .now_ms = some_time,
	    .waiting_max = 2};
	struct gate g = {.lock = PTHREAD_MUTEX_INITIALIZER,
	    .open = PTHREAD_COND_INITIALIZER};
	struct trace t[3] = {
	    {.use = some_use()}, {.use = some_use()}, {.use = some_use()}};
	struct desk_ask asks[3] = {{0}};
	struct desk *desk = NULL;
	int i;

	assert_int_equal(desk_start(&plan, &desk, &p->err), 0);
	g.ask =
	    (struct desk_ask){.job = stand_in_gate, .ctx = &g, .done = nothing};
	assert_true(desk_ask(desk, &g.ask));
	pthread_mutex_lock(&g.lock);
	while (!g.is_in)
		pthread_cond_wait(&g.open, &g.lock);
	pthread_mutex_unlock(&g.lock);
	for (i = 0; i < 3; i++) {
		asks[i] = (struct desk_ask){
		    .job = leave_trace, .ctx = &t[i], .done = nothing};
		assert_int_equal(desk_ask(desk, &asks[i]), i < 2);
	}
	assert_int_equal(asks[2].rc, ERR_BUSY);
	pthread_mutex_lock(&g.lock);
	g.may_go = true;
	pthread_cond_broadcast(&g.open);
	pthread_mutex_unlock(&g.lock);
	desk_stop(&desk);
	check_all(p, NULL, 2);
}

/* The place of an organisation's newest use before `from`; -1: none. */
static int64_t newest_of(struct place *p, struct use_query query)
{
	struct use_row row;
	int got;

	query.order = USE_OF_ORGANISATION;
	assert_int_equal(use_rows_start(p->store, &query, &p->err), 0);
	got = use_rows_next(p->store, USE_OF_ORGANISATION, &row, &p->err);
	assert_true(got >= 0);
	use_rows_finish(p->store, USE_OF_ORGANISATION);
	return got ? (int64_t)row.seq : -1;
}

static void use_rows_of_an_organisation(void **state)
{
	const struct span unknown = span_of("91371102MA3C000018");
	struct place *p = *state;
	struct use_query query = {.from = UINT32_MAX, .subject_id = 7};
	struct desk *desk;

	seal_without_publishing(p, 5);
	seal_one(p, unknown, 0);
	seal_one(p, span_of(""), 0);
	desk = start_desk(p); /* publishes */
	desk_stop(&desk);
	assert_int_equal(newest_of(p, query), 4);
	query.from = 4;
	assert_int_equal(newest_of(p, query), 3);
	query = (struct use_query){.from = UINT32_MAX, .subject = unknown};
	assert_int_equal(newest_of(p, query), 5);
	query.from = 5;
	assert_int_equal(newest_of(p, query), -1);
	/* Nobody's uses are not an organisation's. */
	query = (struct use_query){.from = UINT32_MAX};
	assert_int_equal(newest_of(p, query), -1);
}

/* ---- verification ---- */

struct said {
	char text[8][512];
	size_t count;
};

static void on_wrong(void *ctx, const char *text)
{
	struct said *s = ctx;

	if (s->count < ARRAY_COUNT(s->text))
		snprintf(s->text[s->count], sizeof(s->text[0]), "%s", text);
	s->count++;
}

/* Of subject 7: "C00000000000000007". */
static enum err_code code_of(void *ctx, int64_t subject_id,
    char out[MANY_CODE_CHARS + 1], struct err *err)
{
	(void)ctx;
	(void)err;
	snprintf(out, MANY_CODE_CHARS + 1, "C%017lld", (long long)subject_id);
	return 0;
}

static void verify(struct place *p, struct said *said, uint64_t want)
{
	char checkpoint[128];
	struct buf key_text = BUF_INIT(4096);
	struct note_key key;
	struct use_verify_request request = {.store = p->store,
	    .ledger = p->ledger,
	    .checkpoint_path = checkpoint,
	    .origin = "uses.test.example/uses",
	    .key = &key,
	    .code_of = code_of,
	    .wrong = on_wrong,
	    .ctx = said};
	uint64_t uses = 0;

	memset(said, 0, sizeof(*said));
	snprintf(checkpoint, sizeof(checkpoint), "%s/checkpoint", p->folder);
	assert_int_equal(ledger_public_key(p->ledger, &key_text, &p->err), 0);
	assert_int_equal(note_key_parse(buf_span(&key_text), &key, &p->err), 0);
	buf_release(&key_text);
	if (use_verify(&request, &uses, &p->err))
		fail_msg("%s", p->err.message);
	assert_int_equal(uses, want);
}

/* 700 uses: full and partial tiles on two levels, and a sealed tail that has
 * no files yet. */
static void make_uses(struct place *p)
{
	struct desk *desk;

	seal_without_publishing(p, 600);
	desk = start_desk(p);
	desk_stop(&desk);
	seal_without_publishing(p, 100);
}

static void use_verify_finds_nothing_wrong(void **state)
{
	struct place *p = *state;
	struct said said;

	verify(p, &said, 0);
	assert_int_equal(said.count, 0);
	make_uses(p);
	verify(p, &said, 700);
	assert_string_equal(said.text[0], "");
	assert_int_equal(said.count, 0);
}

/* Any bit of any file of the log. */
static void use_verify_changed_file_is_named(void **state)
{
	static const char *const files[] = {"tile/0/000", "tile/0/001",
	    "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/000",
	    "tile/entries/002.p/88", "checkpoint"};
	struct place *p = *state;
	char path[256];
	struct said said;
	size_t i, at;

	make_uses(p);
	for (i = 0; i < ARRAY_COUNT(files); i++) {
		struct buf bytes = BUF_INIT(64 * 1024);

		snprintf(path, sizeof(path), "%s/%s", p->folder, files[i]);
		assert_int_equal(file_read(path, &bytes, &p->err), 0);
		for (at = 0; at < bytes.n; at += 37) {
			bytes.p[at] ^= 4;
			file_write(path, buf_span(&bytes), NULL);
			verify(p, &said, 700);
			assert_true(said.count > 0);
			assert_int_equal(said.count, 1);
			assert_non_null(strstr(said.text[0], files[i]));
			bytes.p[at] ^= 4;
		}
		file_write(path, buf_span(&bytes), NULL);
		unlink(path);
		verify(p, &said, 700);
		assert_true(said.count > 0);
		file_write(path, buf_span(&bytes), NULL);
		buf_release(&bytes);
	}
	verify(p, &said, 700);
	assert_int_equal(said.count, 0);
}

static void run_sql(struct place *p, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(p->db, &db, SQLITE_OPEN_READWRITE,
			     store_vfs_name()),
	    SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* Any member of any row, published or only sealed. */
static void use_verify_changed_row_is_named(void **state)
{
	static const struct {
		const char *sql;
		const char *back;
		const char *want;
	} cases[] = {
	    {"UPDATE use_entry SET purpose = 'x' WHERE use_seq = 5",
		"UPDATE use_entry SET purpose = '核查' WHERE use_seq = 5",
		"use 5 is not what was sealed"},
	    {"UPDATE use_entry SET at_ms = at_ms + 1 WHERE use_seq = 599",
		"UPDATE use_entry SET at_ms = at_ms - 1 WHERE use_seq = 599",
		"use 599 is not what was sealed"},
	    {"UPDATE use_entry SET reader_id = 13 WHERE use_seq = 650",
		"UPDATE use_entry SET reader_id = 12 WHERE use_seq = 650",
		"head of size 700 has another root"},
	    {"UPDATE use_entry SET outcome = 1 WHERE use_seq = 0",
		"UPDATE use_entry SET outcome = 0 WHERE use_seq = 0",
		"use 0 is not what was sealed"},
	    {"UPDATE use_entry SET act = 77 WHERE use_seq = 300",
		"UPDATE use_entry SET act = 1 WHERE use_seq = 300", ""},
	};
	struct place *p = *state;
	struct said said;
	size_t i;

	make_uses(p);
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		run_sql(p, cases[i].sql);
		if (cases[i].want[0]) {
			verify(p, &said, 700);
			assert_non_null(strstr(said.text[0], cases[i].want));
		} else {
			verify(p, &said, 300);
			assert_non_null(strstr(said.text[0], "use 300"));
		}
		run_sql(p, cases[i].back);
	}
	verify(p, &said, 700);
	assert_int_equal(said.count, 0);
	run_sql(p, "DELETE FROM use_of_subject WHERE use_seq = 9");
	verify(p, &said, 700);
	assert_non_null(strstr(said.text[0], "1 uses are not found"));
	run_sql(p, "INSERT INTO use_of_subject VALUES (8, 9)");
	verify(p, &said, 700);
	assert_non_null(strstr(said.text[0], "2 uses are not found"));
	run_sql(
	    p, "UPDATE use_of_subject SET subject_id = 7 WHERE use_seq = 9");
	run_sql(p, "DELETE FROM use_entry WHERE use_seq = 256");
	verify(p, &said, 256);
	assert_non_null(strstr(said.text[0], "uses from 256 on are missing"));
}

/* ---- questions and cases ---- */

static enum err_code write_words(struct place *p, uint64_t seq,
    const char *text,
    enum err_code (*write)(
	struct store *, const struct use_words *, struct err *))
{
	const struct use_words words = {.seq = seq,
	    .text = span_of(text),
	    .by = span_of("li"),
	    .now_ms = some_time()};
	enum err_code rc = store_begin(p->store, &p->err);

	if (!rc)
		rc = write(p->store, &words, &p->err);
	store_commit(p->store, NULL);
	return rc;
}

static void count_answered(void *ctx, const struct use_question *question)
{
	int *counts = ctx;

	counts[question->answered_ms != 0]++;
}

static void question_one_is_open_at_a_time(void **state)
{
	struct place *p = *state;
	uint64_t seq = seal_one(p, span_of("91371102MA3C000000"), 7);
	uint64_t nobody = seal_one(p, span_of(""), 0);
	int counts[2] = {0};

	assert_int_equal(write_words(p, seq, "", use_question_add), ERR_INPUT);
	assert_int_equal(
	    write_words(p, seq, "\xff", use_question_add), ERR_INPUT);
	assert_int_equal(
	    write_words(p, 99, "why", use_question_add), ERR_NOT_FOUND);
	assert_int_equal(
	    write_words(p, nobody, "why", use_question_add), ERR_REFUSED);
	assert_int_equal(
	    write_words(p, seq, "so", use_question_answer), ERR_CONFLICT);
	assert_int_equal(write_words(p, seq, "why", use_question_add), 0);
	assert_int_equal(
	    write_words(p, seq, "why", use_question_add), ERR_CONFLICT);
	assert_int_equal(write_words(p, seq, "so", use_question_answer), 0);
	assert_int_equal(write_words(p, seq, "why?", use_question_add), 0);
	assert_int_equal(
	    use_questions(p->store, 7, seq, count_answered, counts, &p->err),
	    0);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[1], 1);
}

static enum err_code write_case(struct place *p, const char *key,
    enum err_code (*write)(
	struct store *, const struct audit_words_of *, struct err *))
{
	const struct audit_words_of words = {
	    span_of(key), span_of("text"), span_of("shen"), some_time()};
	enum err_code rc = store_begin(p->store, &p->err);

	if (!rc)
		rc = write(p->store, &words, &p->err);
	store_commit(p->store, NULL);
	return rc;
}

static void case_goes_from_open_to_closed(void **state)
{
	static const char key[] = "refused-0123456789abcdef";
	struct place *p = *state;

	assert_int_equal(write_case(p, key, audit_case_close), ERR_CONFLICT);
	assert_int_equal(write_case(p, key, audit_case_open), 0);
	assert_int_equal(write_case(p, key, audit_case_open), ERR_CONFLICT);
	assert_int_equal(write_case(p, key, audit_case_close), 0);
	assert_int_equal(write_case(p, key, audit_case_close), ERR_CONFLICT);
	assert_int_equal(write_case(p, key, audit_case_open), 0);
	assert_int_equal(write_case(p, "x", audit_case_open), ERR_NOT_FOUND);
}

static void case_key_has_rule_and_digest(void **state)
{
	static const struct {
		const char *key;
		bool want;
	} cases[] = {
	    {"refused-0123456789abcdef", true},
	    {"off-hours-0123456789abcdef", true},
	    {"refused-0123456789abcde", false},
	    {"refused-0123456789abcdeg", false},
	    {"refused-0123456789ABCDEF", false},
	    {"other-0123456789abcdef", false},
	    {"", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++)
		if (audit_key_is_valid(span_of(cases[i].key)) != cases[i].want)
			fail_msg("case %zu: %s", i, cases[i].key);
}

/* ---- uses of many ---- */

/* On both sides of the borders of stretches, one twice, one not known. */
static const int64_t many_ids[] = {
    7, 16383, 16384, 16385, 50000, 7, 49151, 49152};

enum { MANY = 8 }; /* different ones, with the one that is not known */

static const char unknown_code[] = "91371102MA3C000000";

static size_t make_list(struct many_subject *list)
{
	size_t n = ARRAY_COUNT(many_ids), i;

	for (i = 0; i < n; i++) {
		list[i].id = many_ids[i];
		code_of(NULL, many_ids[i], list[i].code, NULL);
	}
	list[n].id = 0;
	strcpy(list[n].code, unknown_code);
	return many_sort(list, n + 1);
}

static struct use use_of_many(const struct many_subject *list, size_t count)
{
	struct use use = some_use();

	use.act = USE_CHECK_MANY;
	use.subject = span_of("");
	use.subject_id = 0;
	use.reference = span_of("b");
	many_commit(list, count, &use);
	return use;
}

/* A batch between two uses of subject 7 alone: numbers 0, 1, 2. */
static void make_many(struct place *p)
{
	struct many_subject list[ARRAY_COUNT(many_ids) + 1] = {0};
	size_t count = make_list(list);
	struct use use = use_of_many(list, count);
	struct use_log *log;
	struct desk *desk;
	uint64_t seq;

	assert_int_equal(count, MANY);
	seal_without_publishing(p, 1);
	use_log_new(p->store, p->ledger, &log);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(log, &p->err), 0);
	assert_int_equal(
	    many_add(log, p->store, &use, list, count, &seq, &p->err), 0);
	assert_int_equal(use_log_seal(log, some_time(), &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	use_log_free(&log);
	seal_without_publishing(p, 1);
	desk = start_desk(p);
	desk_stop(&desk);
}

/* The numbers of the uses about one, newest first, as a text. */
static void say_pass(struct place *p, int64_t id, const char *code,
    uint64_t before, char out[64])
{
	const struct use_query query = {
	    .from = before, .subject_id = id, .subject = span_of(code)};
	struct many_pass pass;
	struct use_row row;
	size_t n = 0;
	int got;

	out[0] = '\0';
	assert_int_equal(many_pass_start(&pass, p->store, &query, &p->err), 0);
	while ((got = many_pass_next(&pass, &row, &p->err)) == 1) {
		n += (size_t)snprintf(
		    out + n, 64 - n, "%llu ", (unsigned long long)row.seq);
		assert_true(span_is(row.use.subject, code));
	}
	assert_int_equal(got, 0);
	many_pass_finish(&pass);
}

static void many_is_found_from_each_of_them(void **state)
{
	struct place *p = *state;
	char said[64], code[MANY_CODE_CHARS + 1];
	size_t i;

	make_many(p);
	for (i = 0; i < ARRAY_COUNT(many_ids); i++) {
		int64_t id = many_ids[i];
		struct span other = span_of("x");

		code_of(NULL, id, code, NULL);
		assert_int_equal(
		    many_has(p->store, 1, id, span_of(code), &p->err), 1);
		assert_int_equal(
		    many_has(p->store, 1, id + 1000000, other, &p->err), 0);
		if (id == 7)
			continue;
		say_pass(p, id, code, 100, said);
		assert_string_equal(said, "1 ");
	}
	say_pass(p, 7, unknown_code, 100, said);
	assert_string_equal(said, "2 1 0 ");
	say_pass(p, 7, unknown_code, 1, said);
	assert_string_equal(said, "0 ");
	say_pass(p, 0, unknown_code, 100, said);
	assert_string_equal(said, "1 ");
	say_pass(p, 8, "nobody", 100, said);
	assert_string_equal(said, "");
}

static void many_write_names_list_and_number(void **state)
{
	struct many_subject list[2] = {{1, "B"}, {2, "A"}};
	struct buf out = BUF_INIT(4096);
	struct use use;

	(void)state;
	assert_int_equal(many_sort(list, 2), 2);
	use = use_of_many(list, 2);
	use_write(&use, &out);
	/* printf 'A\nB\n' | sha256sum */
	assert_non_null(strstr(buf_str(&out),
	    "\"list\":\"daee1cd25194ae952d046ad9b9c81d3c07dc5332440b58d6d7461"
	    "b248be56712\""));
	assert_non_null(strstr(buf_str(&out), "\"subjects\":2}"));
	assert_null(strstr(buf_str(&out), "\"subject\""));
	buf_release(&out);
}

static void use_verify_names_changed_lists(void **state)
{
	static const char sealed[] =
	    "the organisations of use 1 are not those that were sealed";
	static const struct {
		const char *sql, *undo, *want;
	} cases[] = {
	    {"UPDATE use_of_many SET body = x'06' WHERE stretch = 0",
		"UPDATE use_of_many SET body = x'07f77f' WHERE stretch = 0",
		sealed},
	    {"UPDATE use_of_code SET code = 'x'",
		"UPDATE use_of_code SET code = '91371102MA3C000000'", sealed},
	    {"UPDATE use_of_many SET body = x'ff' WHERE stretch = 0",
		"UPDATE use_of_many SET body = x'07f77f' WHERE stretch = 0",
		"the organisations of use 1: the organisations of use 1 are "
		"damaged"},
	    {"INSERT INTO use_of_code VALUES ('y', 2)",
		"DELETE FROM use_of_code WHERE code = 'y'",
		"1 uses are not found, or found wrongly, from whom they are "
		"about"},
	    {"UPDATE use_entry SET subjects = 9 WHERE use_seq = 1",
		"UPDATE use_entry SET subjects = 8 WHERE use_seq = 1", sealed},
	};
	struct place *p = *state;
	struct said said;
	size_t i;

	make_many(p);
	verify(p, &said, 3);
	assert_string_equal(said.text[0], "");
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		run_sql(p, cases[i].sql);
		verify(p, &said, 3);
		assert_string_equal(said.text[0], cases[i].want);
		run_sql(p, cases[i].undo);
		verify(p, &said, 3);
		assert_string_equal(said.text[0], "");
	}
}

static void question_about_one_of_many_is_of_that_one(void **state)
{
	struct place *p = *state;
	struct use_words words = {.seq = 1,
	    .text = span_of("why"),
	    .by = span_of("li"),
	    .subject = span_of("C00000000000050000"),
	    .subject_id = 50000,
	    .now_ms = some_time()};

	make_many(p);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_question_add(p->store, &words, &p->err), 0);
	assert_int_equal(
	    use_question_add(p->store, &words, &p->err), ERR_CONFLICT);
	/* Another of them asks for itself; who is none of them cannot. */
	words.subject = span_of(unknown_code);
	words.subject_id = 0;
	assert_int_equal(
	    use_question_answer(p->store, &words, &p->err), ERR_CONFLICT);
	assert_int_equal(use_question_add(p->store, &words, &p->err), 0);
	words.subject = span_of("C00000000000000008");
	words.subject_id = 8;
	assert_int_equal(
	    use_question_add(p->store, &words, &p->err), ERR_REFUSED);
	words.subject = span_of("C00000000000050000");
	words.subject_id = 50000;
	assert_int_equal(use_question_answer(p->store, &words, &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
}

/* Of so few each stands in the set, by its code. */
static void audit_set_takes_many_apart(void **state)
{
	struct place *p = *state;
	struct audit_set set;

	make_many(p);
	audit_set_new(&set);
	set.code_of = code_of;
	assert_int_equal(
	    audit_set_load(&set, p->store, 0, NULL, NULL, &p->err), 0);
	assert_int_equal(set.count, 2 + MANY);
	assert_true(span_is(
	    audit_word(&set, set.uses[1].subject), "C00000000000000007"));
	assert_false(set.uses[1].is_further);
	assert_true(set.uses[2].is_further);
	assert_true(
	    span_is(audit_word(&set, set.uses[MANY].subject), unknown_code));
	audit_set_free(&set);
}

int main(void)
{
#define PLACED(test)                                                           \
	cmocka_unit_test_setup_teardown(test, make_place, drop_place)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(use_write_is_canonical),
	    cmocka_unit_test(use_keep_copies_and_cuts),
	    PLACED(desk_many_writers_lose_nothing),
	    PLACED(desk_longRun_journalStaysSmall),
	    PLACED(desk_start_publishes_what_was_sealed),
	    PLACED(desk_start_changed_row_is_refused),
	    PLACED(desk_ask_full_is_refused),
	    PLACED(use_rows_of_an_organisation),
	    PLACED(question_one_is_open_at_a_time),
	    PLACED(case_goes_from_open_to_closed),
	    cmocka_unit_test(case_key_has_rule_and_digest),
	    PLACED(use_verify_finds_nothing_wrong),
	    PLACED(use_verify_changed_file_is_named),
	    PLACED(use_verify_changed_row_is_named),
	    PLACED(many_is_found_from_each_of_them),
	    cmocka_unit_test(many_write_names_list_and_number),
	    PLACED(use_verify_names_changed_lists),
	    PLACED(question_about_one_of_many_is_of_that_one),
	    PLACED(audit_set_takes_many_apart),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
