/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the log of uses, of the desk that writes it, and of what is
 * asked and noted about uses. */
#include "usage/usage_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/tr.h"
#include "usage/audit_case.h"
#include "usage/feedback.h"
#include "usage/many.h"
#include "usage/question.h"

enum { THREADS = 16, EACH = 40 };

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
	struct arena *arena = arena_new();
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
static void desk_keeps_the_journal_small(void **state)
{
	struct place *p = *state;
	struct desk *desk;
	off_t first = 0;
	int i, k;

	p->journal_max_bytes = 1;
	desk = start_desk(p);
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

struct seen {
	struct desk_wait wait; /* first: done gets it */
	struct desk *desk;
	_Atomic uint64_t published; /* when it was told; 0: it was not yet */
};

static void see(struct desk_wait *wait)
{
	struct seen *s = (struct seen *)(void *)wait;

	atomic_store(&s->published, desk_published(s->desk));
}

/* That it was told at all. */
static void see_any(struct desk_wait *wait)
{
	atomic_store(&((struct seen *)(void *)wait)->published, 1);
}

/* Whoever waits is told when it is there; also who waits at the end. */
static void desk_whenPublished_tellsWhenItIsThere(void **state)
{
	struct place *p = *state;
	struct desk *desk = start_desk(p);
	struct seen s[3] = {{.published = 0}};
	int i;

	for (i = 0; i < 3; i++) {
		struct trace t = {.use = some_use()};

		assert_int_equal(desk_run(desk, leave_trace, &t, &p->err), 0);
		s[i].desk = desk;
		s[i].wait.seq = t.seq;
		s[i].wait.done = see;
		desk_when_published(desk, &s[i].wait);
		while (i < 2 && atomic_load(&s[i].published) == 0)
			usleep(1000);
		if (i < 2)
			assert_true(s[i].published > t.seq);
	}
	desk_when_published(desk, &s[0].wait);
	assert_true(s[0].published > s[0].wait.seq);
	desk_stop(&desk);
	assert_true(s[2].published > s[2].wait.seq);
	check_all(p, NULL, 3);
}

static _Atomic int troubles, ends_of_trouble;

static void note_trouble(const struct err *err)
{
	atomic_fetch_add(err ? &troubles : &ends_of_trouble, 1);
}

/* While nothing can be published nobody waits for it in vain; it is tried
 * again without another use, and told once that it failed and that it is
 * over. */
static void desk_inTrouble_tellsAndTriesAgain(void **state)
{
	struct place *p = *state;
	const struct desk_plan plan = {.store = p->store,
	    .ledger = p->ledger,
	    .second = p->second,
	    .second_ledger = p->second_ledger,
	    .now_ms = some_time,
	    .on_trouble = note_trouble};
	struct seen s = {.wait = {.done = see_any}};
	struct trace t = {.use = some_use()};
	struct desk *desk = NULL;
	char aside[128];

	snprintf(aside, sizeof(aside), "%s-aside", p->folder);
	assert_int_equal(desk_start(&plan, &desk, &p->err), 0);
	assert_int_equal(rename(p->folder, aside), 0);
	assert_int_equal(desk_run(desk, leave_trace, &t, &p->err), 0);
	s.desk = desk;
	s.wait.seq = t.seq;
	desk_when_published(desk, &s.wait);
	while (atomic_load(&s.published) == 0)
		usleep(1000);
	assert_int_equal(desk_published(desk), 0);
	assert_true(desk_trouble(desk, &p->err) != 0);
	while (atomic_load(&troubles) == 0)
		usleep(1000);
	assert_int_equal(rename(aside, p->folder), 0);
	while (atomic_load(&ends_of_trouble) == 0)
		usleep(1000);
	desk_stop(&desk);
	assert_int_equal(troubles, 1);
	assert_int_equal(ends_of_trouble, 1);
	check_all(p, NULL, 1);
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

/* A file that cannot be written holds nobody up, also from the beginning; once
 * it can be, what was sealed meanwhile is brought up, too. */
static void desk_start_files_that_cannot_be_written_are_tried_again(
    void **state)
{
	struct place *p = *state;
	struct trace t = {.use = some_use()};
	struct desk *desk;
	char blocked[2][160];
	int i;

	seal_without_publishing(p, 3);
	for (i = 0; i < 2; i++) {
		snprintf(blocked[i], sizeof(blocked[i]), "%s/tile/0/000.p/%d",
		    p->folder, 3 + i);
		assert_int_equal(file_make_folders(blocked[i], &p->err), 0);
	}
	desk = start_desk(p);
	assert_int_not_equal(desk_trouble(desk, &p->err), 0);
	assert_int_equal(desk_published(desk), 0);
	assert_int_equal(desk_run(desk, leave_trace, &t, &p->err), 0);
	assert_int_equal(desk_published(desk), 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(rmdir(blocked[i]), 0);
	while (desk_published(desk) < 4)
		usleep(1000);
	desk_stop(&desk);
	check_all(p, NULL, 4);
}

static void desk_start_without_the_folder_waits_for_it(void **state)
{
	struct place *p = *state;
	struct trace t = {.use = some_use()};
	struct desk *desk;
	char aside[160];

	seal_without_publishing(p, 3);
	snprintf(aside, sizeof(aside), "%s-aside", p->folder);
	assert_int_equal(rename(p->folder, aside), 0);
	desk = start_desk(p);
	assert_int_equal(desk_trouble(desk, &p->err), ERR_NOT_FOUND);
	assert_int_equal(desk_run(desk, leave_trace, &t, &p->err), 0);
	assert_int_equal(rename(aside, p->folder), 0);
	while (desk_published(desk) < 4)
		usleep(1000);
	desk_stop(&desk);
	check_all(p, NULL, 4);
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

/* More than may wait are refused at once, of a chain all, and nobody else is
 * harmed. */
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
	for (i = 0; i < 3; i++)
		asks[i] = (struct desk_ask){
		    .job = leave_trace, .ctx = &t[i], .done = nothing};
	asks[0].next = &asks[1];
	asks[1].next = &asks[2];
	assert_false(desk_ask(desk, &asks[0]));
	for (i = 0; i < 3; i++)
		assert_int_equal(asks[i].rc, ERR_BUSY);
	asks[1].next = NULL;
	assert_true(desk_ask(desk, &asks[0]));
	assert_false(desk_ask(desk, &asks[2]));
	assert_int_equal(asks[2].rc, ERR_BUSY);
	pthread_mutex_lock(&g.lock);
	g.may_go = true;
	pthread_cond_broadcast(&g.open);
	pthread_mutex_unlock(&g.lock);
	desk_stop(&desk);
	check_all(p, NULL, 2);
}

static enum err_code fail_in_words(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	(void)turn;
	*(enum lang *)ctx = tr_lang();
	return err_set(err, ERR_CONFLICT, "why not");
}

/* Whoever is refused is told why, in his own language. */
static void desk_job_fails_in_the_askers_language(void **state)
{
	struct place *p = *state;
	struct desk *desk = start_desk(p);
	enum lang asked, spoken;

	for (asked = LANG_ZH; asked < LANG_COUNT; asked++) {
		spoken = LANG_COUNT;
		tr_set_thread_lang(asked);
		err_clear(&p->err);
		assert_int_equal(
		    desk_run(desk, fail_in_words, &spoken, &p->err),
		    ERR_CONFLICT);
		assert_int_equal(spoken, asked);
		assert_string_equal(p->err.message, "why not");
	}
	tr_set_thread_lang(LANG_EN);
	desk_stop(&desk);
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
	    use_questions(p->store, &(struct use_about){seq, 7, span_of("")},
		count_answered, counts, &p->err),
	    0);
	assert_int_equal(counts[0], 1);
	assert_int_equal(counts[1], 1);
}

/* A use of many, two of which are not known here. */
static uint64_t seal_strangers(struct place *p)
{
	struct many_subject list[] = {
	    {0, "91371102MA3C000001"}, {0, "91371102MA3C000002"}};
	struct use_log *log;
	struct use use = some_use();
	uint64_t seq = 0;

	use.subject = span_of("");
	use.subject_id = 0;
	many_commit(list, 2, &use);
	use_log_new(p->store, p->ledger, &log);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(log, &p->err), 0);
	assert_int_equal(
	    many_add(log, p->store, &use, list, 2, &seq, &p->err), 0);
	assert_int_equal(use_log_seal(log, some_time(), &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	use_log_free(&log);
	return seq;
}

/* id: what it is known as meanwhile. */
static enum err_code write_of(struct place *p, const struct use_about *about,
    enum err_code (*write)(
	struct store *, const struct use_words *, struct err *))
{
	const struct use_words words = {.seq = about->seq,
	    .subject = about->subject,
	    .subject_id = about->subject_id,
	    .text = span_of("why"),
	    .by = span_of("li"),
	    .now_ms = some_time()};
	enum err_code rc = store_begin(p->store, &p->err);

	if (!rc)
		rc = write(p->store, &words, &p->err);
	store_commit(p->store, NULL);
	return rc;
}

/* Under which number the question is sealed: that under which it is kept. */
static int64_t sealed_subject(struct place *p, const struct use_about *about)
{
	const struct use_words words = {.seq = about->seq,
	    .subject = about->subject,
	    .subject_id = about->subject_id,
	    .text = span_of("why")};
	struct use_step step;
	struct use use = some_use();

	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(
	    use_question_seal(p->store, &words, &step, &use, &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	return use.subject_id;
}

static void question_of_a_stranger_is_its_own(void **state)
{
	struct place *p = *state;
	uint64_t seq = seal_strangers(p);
	const struct use_about one = {seq, 0, span_of("91371102MA3C000001")};
	const struct use_about other = {seq, 0, span_of("91371102MA3C000002")};
	struct use_about known = one;
	int counts[2] = {0};

	known.subject_id = 9;
	assert_int_equal(write_of(p, &one, use_question_add), 0);
	assert_int_equal(
	    use_questions(p->store, &other, count_answered, counts, &p->err),
	    0);
	assert_int_equal(counts[0] + counts[1], 0);
	assert_int_equal(
	    write_of(p, &other, use_question_answer), ERR_CONFLICT);
	assert_int_equal(write_of(p, &other, use_question_add), 0);
	/* It has come into the register before the answer did. */
	assert_int_equal(write_of(p, &known, use_question_add), ERR_CONFLICT);
	assert_int_equal(sealed_subject(p, &known), 0);
	assert_int_equal(write_of(p, &known, use_question_answer), 0);
	assert_int_equal(
	    use_questions(p->store, &known, count_answered, counts, &p->err),
	    0);
	assert_int_equal(counts[1], 1);
	assert_int_equal(
	    use_questions(p->store, &other, count_answered, counts, &p->err),
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
	    {"refusee-0123456789abcdef", false},
	    {"refused/0123456789abcdef", false},
	    {"", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(cases); i++)
		if (audit_key_is_valid(span_of(cases[i].key)) != cases[i].want)
			fail_msg("case %zu: %s", i, cases[i].key);
}

/* ---- what was decided ---- */

static void add_decision(struct place *p, int64_t at_ms, const char *department,
    const char *matter, int decision, const char *measures)
{
	static int64_t seq;
	struct store_value row[] = {store_str("check"), store_int(seq++),
	    store_int(at_ms), store_str(department), store_str(matter),
	    store_int(decision), store_str(measures), store_str(""),
	    store_str(""), store_int(0)};

	assert_int_equal(store_run(p->store, SQL_USAGE_FEEDBACK_INSERT, row,
			     ARRAY_COUNT(row), &p->err),
	    0);
}

/* feedback_visit */
static void write_sum(void *ctx, const struct feedback_sum *sum)
{
	buf_addf(ctx, "%.*s %.*s %s: %lld of %lld\n", (int)sum->department.n,
	    sum->department.p, (int)sum->matter.n, sum->matter.p,
	    feedback_word(sum->decision), (long long)sum->count,
	    (long long)sum->measures);
}

static enum err_code sum_up(struct place *p, struct buf *out)
{
	buf_reset(out);
	return feedback_sums(
	    p->store, some_time(), some_time() + 1000, write_sum, out, &p->err);
}

/* A department answers for its own decisions alone, matter by matter. */
static void feedback_sums_are_of_each_department_and_matter(void **state)
{
	struct place *p = *state;
	struct buf out = BUF_INIT(4096);
	const int64_t from = some_time(), to = from + 1000;

	assert_int_equal(sum_up(p, &out), 0);
	assert_int_equal(out.n, 0);
	add_decision(p, from, "tax", "land", FEEDBACK_APPLIED, "a b");
	add_decision(p, to - 1, "tax", "land", FEEDBACK_APPLIED, "a");
	add_decision(p, from, "tax", "land", FEEDBACK_LIFTED, "b");
	add_decision(p, from, "tax", "funds", FEEDBACK_LIFTED, "c");
	add_decision(p, from, "market", "land", FEEDBACK_LIFTED, "b");
	add_decision(p, from, "market", "land", FEEDBACK_NOTHING, "");
	add_decision(p, from - 1, "tax", "land", FEEDBACK_APPLIED, "a");
	add_decision(p, to, "tax", "land", FEEDBACK_APPLIED, "a");
	assert_int_equal(sum_up(p, &out), 0);
	assert_string_equal(buf_str(&out),
	    "market land lifted: 1 of 1\n"
	    "market land nothing: 1 of 0\n"
	    "tax funds lifted: 1 of 1\n"
	    "tax land applied: 2 of 3\n"
	    "tax land lifted: 1 of 1\n");
	add_decision(p, from, "tax", "land", FEEDBACK_DECISION_COUNT, "");
	assert_int_equal(sum_up(p, &out), ERR_CORRUPT);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(use_write_is_canonical),
	    cmocka_unit_test(use_keep_copies_and_cuts),
	    PLACED(desk_many_writers_lose_nothing),
	    PLACED(desk_whenPublished_tellsWhenItIsThere),
	    PLACED(desk_inTrouble_tellsAndTriesAgain),
	    PLACED(desk_keeps_the_journal_small),
	    PLACED(desk_start_publishes_what_was_sealed),
	    PLACED(desk_start_files_that_cannot_be_written_are_tried_again),
	    PLACED(desk_start_without_the_folder_waits_for_it),
	    PLACED(desk_start_changed_row_is_refused),
	    PLACED(desk_ask_full_is_refused),
	    PLACED(desk_job_fails_in_the_askers_language),
	    PLACED(use_rows_of_an_organisation),
	    PLACED(question_one_is_open_at_a_time),
	    PLACED(question_of_a_stranger_is_its_own),
	    PLACED(case_goes_from_open_to_closed),
	    cmocka_unit_test(case_key_has_rule_and_digest),
	    PLACED(feedback_sums_are_of_each_department_and_matter),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
