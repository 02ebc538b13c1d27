/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/usage_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/store_vfs.h"
#include "usage/audit_case.h"
#include "usage/question.h"

int64_t some_time(void)
{
	return 1795847551123; /* 2026-11-28T06:32:31.123Z */
}

void open_place(struct place *p, enum store_mode mode)
{
	struct store_config config = {
	    .path = p->db, .mode = mode, .overwrites = true};
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

void close_place(struct place *p)
{
	ledger_close(&p->ledger);
	ledger_close(&p->second_ledger);
	store_close(&p->store);
	store_close(&p->second);
}

int make_place(void **state)
{
	struct place *p = mem_zalloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "%s", "/tmp/gx-usage-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->db, sizeof(p->db), "%s/office.db", p->dir);
	snprintf(p->folder, sizeof(p->folder), "%s/uses", p->dir);
	snprintf(p->key, sizeof(p->key), "%s/uses.key", p->dir);
	open_place(p, STORE_CREATE);
	*state = p;
	return 0;
}

int drop_place(void **state)
{
	struct place *p = *state;

	close_place(p);
	file_remove_tree(p->dir, NULL);
	free(p);
	return 0;
}

void run_sql(struct place *p, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(p->db, &db, SQLITE_OPEN_READWRITE,
			     store_vfs_name()),
	    SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

struct use some_use(void)
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

struct desk *start_desk(struct place *p)
{
	const struct desk_plan plan = {.store = p->store,
	    .ledger = p->ledger,
	    .second = p->second,
	    .second_ledger = p->second_ledger,
	    .now_ms = some_time,
	    .journal_max_bytes = p->journal_max_bytes};
	struct desk *desk = NULL;

	if (desk_start(&plan, &desk, &p->err))
		fail_msg("%s", p->err.message);
	return desk;
}

void seal_without_publishing(struct place *p, int n)
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

uint64_t seal_one(struct place *p, struct span subject, int64_t id)
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

void say(struct place *p, uint64_t seq, bool is_answer, const char *text,
    int64_t now_ms)
{
	const struct use_words words = {.seq = seq,
	    .text = span_of(text),
	    .by = span_of(is_answer ? "shen" : "li"),
	    .now_ms = now_ms};
	struct use use = {.at_ms = now_ms,
	    .act = is_answer ? USE_AUDIT : USE_OWN_USES,
	    .reader_kind = USE_USER,
	    .reader = words.by};
	enum err_code rc;
	struct use_step step;
	struct use_log *log;
	uint64_t at;

	use_log_new(p->store, p->ledger, &log);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(log, &p->err), 0);
	rc = is_answer ? use_question_answer(p->store, &words, &p->err)
		       : use_question_add(p->store, &words, &p->err);
	assert_int_equal(rc, 0);
	assert_int_equal(
	    use_question_seal(p->store, &words, &step, &use, &p->err), 0);
	assert_int_equal(use_log_add(log, &use, &at, &p->err), 0);
	assert_int_equal(use_log_seal(log, now_ms, &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	assert_int_equal(use_log_publish(log, now_ms, NULL, &p->err), 0);
	use_log_free(&log);
}

void take_up(struct place *p, const char *finding, bool is_close,
    const char *text, int64_t now_ms)
{
	const struct audit_words_of words = {.finding = span_of(finding),
	    .text = span_of(text),
	    .by = span_of("shen"),
	    .now_ms = now_ms};
	struct use use = {.at_ms = now_ms,
	    .act = USE_AUDIT,
	    .reader_kind = USE_USER,
	    .reader = words.by};
	char step[AUDIT_STEP_BYTES];
	struct use_log *log;
	enum err_code rc;
	uint64_t at;

	use_log_new(p->store, p->ledger, &log);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(log, &p->err), 0);
	rc = is_close ? audit_case_close(p->store, &words, &p->err)
		      : audit_case_open(p->store, &words, &p->err);
	assert_int_equal(rc, 0);
	assert_int_equal(
	    audit_case_seal(p->store, &words, step, &use, &p->err), 0);
	assert_int_equal(use_log_add(log, &use, &at, &p->err), 0);
	assert_int_equal(use_log_seal(log, now_ms, &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	assert_int_equal(use_log_publish(log, now_ms, NULL, &p->err), 0);
	use_log_free(&log);
}

static void on_wrong(void *ctx, const char *text)
{
	struct said *s = ctx;

	if (s->count < ARRAY_COUNT(s->text))
		snprintf(s->text[s->count], sizeof(s->text[0]), "%s", text);
	s->count++;
}

static void on_note(void *ctx, const char *text)
{
	struct said *s = ctx;

	snprintf(s->note, sizeof(s->note), "%s", text);
}

struct use_verify_counts verify_place(
    struct place *p, const struct use_verify_request *rest, struct said *said)
{
	char checkpoint[128];
	struct buf key_text = BUF_INIT(4096);
	struct note_key key;
	struct use_verify_request request = *rest;
	struct use_verify_counts counts = {0};

	request.store = p->store;
	request.ledger = p->ledger;
	request.checkpoint_path = checkpoint;
	request.origin = "uses.test.example/uses";
	request.key = &key;
	request.wrong = on_wrong;
	request.note = on_note;
	request.ctx = said;
	memset(said, 0, sizeof(*said));
	snprintf(checkpoint, sizeof(checkpoint), "%s/checkpoint", p->folder);
	assert_int_equal(ledger_public_key(p->ledger, &key_text, &p->err), 0);
	assert_int_equal(note_key_parse(buf_span(&key_text), &key, &p->err), 0);
	buf_release(&key_text);
	if (use_verify(&request, &counts, &p->err))
		fail_msg("%s", p->err.message);
	return counts;
}
