/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the verification of the log of uses, and of uses of many. */
#include "usage/use_verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/tr.h"
#include "usage/audit_case.h"
#include "usage/feedback.h"
#include "usage/question.h"
#include "usage/usage_test_help.h"

/* ---- verification ---- */

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
	const struct use_verify_request request = {.code_of = code_of};

	assert_int_equal(verify_place(p, &request, said).uses, want);
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

/* The next partial tiles, beside those that stand. */
static void publish_more(struct place *p, int uses)
{
	struct desk *desk;

	seal_without_publishing(p, uses);
	desk = start_desk(p);
	desk_stop(&desk);
}

/* Partial tiles of earlier sizes are compared with what they grew into, and
 * nothing foreign may lie there. What a write that was cut has left, or a
 * server is writing now, is none of it. */
static void use_verify_other_files_are_looked_at(void **state)
{
	static const char *const earlier[] = {
	    "tile/0/002.p/88", "tile/entries/002.p/88"};
	struct place *p = *state;
	struct said said;
	char path[256];
	size_t i;

	make_uses(p);
	publish_more(p, 1);
	verify(p, &said, 701);
	assert_int_equal(said.count, 0);
	for (i = 0; i < ARRAY_COUNT(earlier); i++) {
		struct buf bytes = BUF_INIT(64 * 1024);

		snprintf(path, sizeof(path), "%s/%s", p->folder, earlier[i]);
		assert_int_equal(file_read(path, &bytes, &p->err), 0);
		bytes.p[40] ^= 4;
		file_write(path, buf_span(&bytes), NULL);
		verify(p, &said, 701);
		assert_int_equal(said.count, 1);
		assert_non_null(strstr(said.text[0], earlier[i]));
		bytes.p[40] ^= 4;
		bytes.n -= 40;
		file_write(path, buf_span(&bytes), NULL);
		verify(p, &said, 701);
		assert_int_equal(said.count, 0);
		buf_release(&bytes);
	}
	snprintf(path, sizeof(path), "%s/tile/0/002.p/255", p->folder);
	file_write(path, span_of("half"), NULL);
	verify(p, &said, 701);
	assert_int_equal(said.count, 0);
	snprintf(path, sizeof(path), "%s/tile/notes.txt", p->folder);
	file_write(path, span_of("x"), NULL);
	verify(p, &said, 701);
	assert_int_equal(said.count, 1);
	assert_non_null(strstr(said.text[0], "tile/notes.txt"));
}

static void *verify_beside(void *ctx)
{
	static struct said said;

	verify(ctx, &said, 701);
	return &said;
}

/* Who publishes has committed a head, and writes its file a moment later: the
 * moment between is waited for. */
static void use_verify_publication_under_way_is_waited_for(void **state)
{
	struct buf older = BUF_INIT(64 * 1024), newest = BUF_INIT(64 * 1024);
	struct place *p = *state;
	const struct said *said;
	pthread_t thread;
	char path[256];
	void *result;

	make_uses(p);
	snprintf(path, sizeof(path), "%s/checkpoint", p->folder);
	assert_int_equal(file_read(path, &older, &p->err), 0);
	publish_more(p, 1);
	assert_int_equal(file_read(path, &newest, &p->err), 0);
	assert_int_equal(ledger_enter(p->second_ledger, &p->err), 0);
	file_write(path, buf_span(&older), NULL);
	assert_int_equal(pthread_create(&thread, NULL, verify_beside, p), 0);
	usleep(300 * 1000);
	file_write(path, buf_span(&newest), NULL);
	ledger_leave(p->second_ledger);
	pthread_join(thread, &result);
	said = result;
	assert_string_equal(said->text[0], "");
	assert_string_equal(said->note, "");
	assert_int_equal(said->count, 0);
	buf_release(&older);
	buf_release(&newest);
}

/* Nobody is between the two any more: whoever was has been killed. */
static void use_verify_earlier_checkpoint_is_noted(void **state)
{
	struct buf older = BUF_INIT(64 * 1024);
	struct place *p = *state;
	struct said said;
	char path[256];

	make_uses(p);
	snprintf(path, sizeof(path), "%s/checkpoint", p->folder);
	assert_int_equal(file_read(path, &older, &p->err), 0);
	publish_more(p, 1);
	file_write(path, buf_span(&older), NULL);
	verify(p, &said, 701);
	assert_string_equal(said.text[0], "");
	assert_non_null(strstr(said.note, "checkpoint is an earlier one"));
	publish_more(p, 1);
	verify(p, &said, 702);
	assert_int_equal(said.count, 0);
	assert_string_equal(said.note, "");
	buf_release(&older);
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
	    {"UPDATE use_head SET head_id = 2",
		"UPDATE use_head SET head_id = 1",
		"uses from 600 on were never sealed"},
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
	assert_non_null(strstr(said.text[0], "from whom they are about: 1"));
	run_sql(p, "INSERT INTO use_of_subject VALUES (8, 9)");
	verify(p, &said, 700);
	assert_non_null(strstr(said.text[0], "from whom they are about: 2"));
	run_sql(
	    p, "UPDATE use_of_subject SET subject_id = 7 WHERE use_seq = 9");
	run_sql(p, "DELETE FROM use_entry WHERE use_seq = 256");
	verify(p, &said, 256);
	assert_non_null(strstr(said.text[0], "uses from 256 on are missing"));
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

/* One that cannot be read says nothing about the others. */
static void use_verify_damaged_head_is_named(void **state)
{
	struct place *p = *state;
	struct said said;

	make_uses(p);
	run_sql(p, "UPDATE log_head SET root = zeroblob(31) WHERE size = 600");
	verify(p, &said, 700);
	assert_int_equal(said.count, 1);
	assert_non_null(strstr(said.text[0], "is damaged"));
}

static void add_many(
    struct place *p, const struct many_subject *list, size_t count)
{
	struct use use = use_of_many(list, count);
	struct use_log *log;
	uint64_t seq;

	use_log_new(p->store, p->ledger, &log);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(log, &p->err), 0);
	assert_int_equal(
	    many_add(log, p->store, &use, list, count, &seq, &p->err), 0);
	assert_int_equal(use_log_seal(log, some_time(), &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	use_log_free(&log);
}

/* A batch between two uses of subject 7 alone: numbers 0, 1, 2. */
static void make_many(struct place *p)
{
	struct many_subject list[ARRAY_COUNT(many_ids) + 1] = {0};
	size_t count = make_list(list);
	struct desk *desk;

	assert_int_equal(count, MANY);
	seal_without_publishing(p, 1);
	add_many(p, list, count);
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

/* Ids whose order is not that of the codes, nor that of their bytes. */
static void many_is_found_whatever_the_order_of_its_codes(void **state)
{
	static const int64_t ids[] = {
	    70000, 300, 65, 16384, 255, 1 << 24, 256, 1};
	struct place *p = *state;
	struct many_subject list[ARRAY_COUNT(ids)] = {0};
	size_t count = ARRAY_COUNT(ids), i;

	for (i = 0; i < count; i++) {
		list[i].id = ids[i];
		snprintf(
		    list[i].code, sizeof(list[i].code), "%c", 'A' + (int)i);
	}
	assert_int_equal(many_sort(list, count), count);
	add_many(p, list, count);
	for (i = 0; i < count; i++) {
		assert_int_equal(
		    many_has(p->store, 0, ids[i], span_of("x"), &p->err), 1);
		assert_int_equal(
		    many_has(p->store, 0, ids[i] + 2, span_of("x"), &p->err),
		    0);
	}
}

static int by_code(const void *a, const void *b)
{
	const struct many_subject *x = a, *y = b;

	return strcmp(x->code, y->code);
}

/* Of codes that differ in one place only, first or last, and that come more
 * than once: as comparing them orders them. */
static void many_sort_orders_as_comparing_does(void **state)
{
	enum { COUNT = 3000 };
	struct many_subject *list = mem_zalloc(COUNT, sizeof(*list));
	struct many_subject *same = mem_zalloc(COUNT, sizeof(*same));
	uint32_t random = 1;
	size_t count, n = 0, i;

	(void)state;
	for (i = 0; i < COUNT; i++) {
		random = random * 1664525 + 1013904223;
		memset(list[i].code, '9', MANY_CODE_CHARS);
		list[i].code[(random >> 8) % MANY_CODE_CHARS] =
		    (char)('!' + (random >> 16) % 94);
		list[i].code[MANY_CODE_CHARS - (random >> 28) % 2] = '\0';
	}
	memcpy(same, list, COUNT * sizeof(*list));
	qsort(same, COUNT, sizeof(*same), by_code);
	count = many_sort(list, COUNT);
	for (i = 0; i < COUNT; i++)
		if (i == 0 || by_code(&same[i - 1], &same[i]) != 0) {
			assert_true(n < count);
			assert_string_equal(list[n].code, same[i].code);
			n++;
		}
	assert_int_equal(n, count);
	assert_true(n < COUNT);
	assert_int_equal(many_sort(list, 0), 0);
	free(list);
	free(same);
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
		"uses not found, or found wrongly, from whom they are about: "
		"1"},
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

/* ---- what was told after a check ---- */

/* What was decided, and the check itself, one that was not answered. */
static void tell_after_check(struct place *p)
{
	const struct feedback feedback = {.check_id = span_of("a1"),
	    .decision = FEEDBACK_APPLIED,
	    .measures = span_of("bar more"),
	    .reason = span_of("列入名单"),
	    .appeal = span_of("六十日内可复议"),
	    .use = some_use()};
	struct use_log *log;
	struct desk_turn turn = {p->store, NULL, some_time()};
	struct use check = some_use();
	uint64_t seq;

	check.reference = feedback.check_id;
	use_log_new(p->store, p->ledger, &log);
	turn.uses = log;
	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_log_begin(log, &p->err), 0);
	assert_int_equal(feedback_write(&feedback, &turn, &seq, &p->err), 0);
	assert_int_equal(seq, 0);
	assert_int_equal(use_log_add(log, &check, &seq, &p->err), 0);
	assert_int_equal(use_log_seal(log, some_time(), &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
	assert_int_equal(use_log_publish(log, some_time(), NULL, &p->err), 0);
	use_log_free(&log);
}

static void use_verify_names_changed_decisions(void **state)
{
	static const char sealed[] =
	    "what was told after a check is not what use 0 sealed";
	static const struct {
		const char *sql, *undo, *want;
	} cases[] = {
	    {"UPDATE check_feedback SET decision = 1",
		"UPDATE check_feedback SET decision = 0", sealed},
	    {"UPDATE check_feedback SET measures = 'bar'",
		"UPDATE check_feedback SET measures = 'bar more'", sealed},
	    {"UPDATE check_feedback SET reason = 'x'",
		"UPDATE check_feedback SET reason = '列入名单'", sealed},
	    {"UPDATE check_feedback SET appeal = ''",
		"UPDATE check_feedback SET appeal = '六十日内可复议'", sealed},
	    {"UPDATE check_feedback SET closes = 1",
		"UPDATE check_feedback SET closes = 0", sealed},
	    {"INSERT INTO check_feedback SELECT 'a1', 9, at_ms, department, "
	     "matter, decision, measures, reason, appeal, closes "
	     "FROM check_feedback",
		"DELETE FROM check_feedback WHERE use_seq = 9",
		"what was told after a check is not what use 9 sealed"},
	    /* By the check's own use, which tells of no decision; or of another
	     * check. */
	    {"INSERT INTO check_feedback SELECT 'a1', 1, at_ms, department, "
	     "matter, decision, measures, reason, appeal, closes "
	     "FROM check_feedback",
		"DELETE FROM check_feedback WHERE use_seq = 1",
		"what was told after a check is not what use 1 sealed"},
	    {"UPDATE check_feedback SET check_id = 'a2'",
		"UPDATE check_feedback SET check_id = 'a1'", sealed},
	    {"UPDATE check_feedback SET use_seq = 8",
		"UPDATE check_feedback SET use_seq = 0",
		"what was told after a check is not what use 8 sealed"},
	    {"DELETE FROM check_feedback", "",
		"what was told after a check is missing"},
	};
	struct place *p = *state;
	struct said said;
	size_t i;

	tell_after_check(p);
	verify(p, &said, 2);
	assert_string_equal(said.text[0], "");
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		run_sql(p, cases[i].sql);
		verify(p, &said, 2);
		assert_string_equal(said.text[0], cases[i].want);
		run_sql(p, cases[i].undo);
	}
}

#define FINDING "same-subject-0123456789abcdef"

/* As of before they were sealed. */
static void note_unsealed(struct place *p, const char *finding, int64_t at_ms)
{
	const struct audit_words_of words = {.finding = span_of(finding),
	    .text = span_of("以前的"),
	    .by = span_of("shen"),
	    .now_ms = at_ms};

	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(audit_case_open(p->store, &words, &p->err), 0);
	assert_int_equal(audit_case_close(p->store, &words, &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
}

static void use_verify_names_changed_cases(void **state)
{
	static const char other[] = "what was written of finding " FINDING
				    ", round 1, is not what was sealed";
	static const char gone[] =
	    "what was written of finding " FINDING ", round 1, is missing";
	static const char second[] =
	    "what was written of finding " FINDING ", round 2, is missing";
	static const struct {
		const char *sql, *undo;
		const char *want[2];
	} cases[] = {
	    {"UPDATE audit_case SET note = '算了' WHERE note = '约谈'",
		"UPDATE audit_case SET note = '约谈' WHERE note = '算了'",
		{other}},
	    {"UPDATE audit_case SET conclusion = 'x' WHERE round = 1",
		"UPDATE audit_case SET conclusion = '已改正' WHERE round = 1",
		{other}},
	    {"UPDATE audit_case SET opened_by = 'x' WHERE round = 1",
		"UPDATE audit_case SET opened_by = 'shen' WHERE round = 1",
		{other}},
	    {"UPDATE audit_case SET closed_at = closed_at + 1 WHERE round = 1",
		"UPDATE audit_case SET closed_at = closed_at - 1 "
		"WHERE round = 1",
		{other}},
	    /* A finding that was closed is open again; an open one is not. */
	    {"UPDATE audit_case SET closed_at = 0 WHERE round = 1",
		"UPDATE audit_case SET closed_at = opened_at WHERE round = 1",
		{gone}},
	    {"UPDATE audit_case SET closed_at = opened_at, closed_by = 'shen', "
	     "conclusion = 'x' WHERE round = 2",
		"UPDATE audit_case SET closed_at = 0, closed_by = '', "
		"conclusion = '' WHERE round = 2",
		{"what was written of finding " FINDING
		 ", round 2, is not what was sealed"}},
	    /* Nobody took it up. */
	    {"INSERT INTO audit_case SELECT finding, 3, opened_at, opened_by, "
	     "note, 0, '', '' FROM audit_case WHERE round = 1",
		"DELETE FROM audit_case WHERE round = 3",
		{"what was written of finding " FINDING
		 ", round 3, is not what was sealed"}},
	    {"UPDATE audit_case SET round = 4 WHERE round = 2",
		"UPDATE audit_case SET round = 2 WHERE round = 4",
		{second,
		    "what was written of finding " FINDING
		    ", round 4, is not what was sealed"}},
	    {"DELETE FROM audit_case WHERE round = 2", "", {second}},
	};
	struct place *p = *state;
	struct said said;
	size_t i;

	note_unsealed(p, "refused-0123456789abcdef", some_time() - 1000);
	take_up(p, FINDING, false, "约谈", some_time());
	take_up(p, FINDING, true, "已改正", some_time());
	take_up(p, FINDING, false, "又来了", some_time() + 5000);
	verify(p, &said, 3);
	assert_string_equal(said.text[0], "");
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		run_sql(p, cases[i].sql);
		verify(p, &said, 3);
		assert_string_equal(said.text[0], cases[i].want[0]);
		assert_string_equal(
		    said.text[1], cases[i].want[1] ? cases[i].want[1] : "");
		if (cases[i].undo[0])
			run_sql(p, cases[i].undo);
	}
	run_sql(p, "DELETE FROM audit_case");
	verify(p, &said, 3);
	assert_string_equal(said.text[0], gone);
}

/* ---- questions and answers ---- */

/* As of before they were sealed. */
static void ask_unsealed(struct place *p, int64_t at_ms)
{
	const struct use_words words = {.text = span_of("以前的提问"),
	    .by = span_of("li"),
	    .now_ms = at_ms};

	assert_int_equal(store_begin(p->store, &p->err), 0);
	assert_int_equal(use_question_add(p->store, &words, &p->err), 0);
	assert_int_equal(use_question_answer(p->store, &words, &p->err), 0);
	assert_int_equal(store_commit(p->store, &p->err), 0);
}

/* Use 0 was questioned before that was sealed; use 1 twice since, and the
 * second time it is not answered. Returns how many uses there are. */
static uint64_t make_questions(struct place *p)
{
	seal_without_publishing(p, 2);
	ask_unsealed(p, some_time() - 1000);
	say(p, 1, false, "为何查询？", some_time());
	say(p, 1, true, "采购需要", some_time());
	say(p, 1, false, "哪次采购？", some_time());
	return 5;
}

static void use_verify_names_changed_questions(void **state)
{
	static const char other[] =
	    "what was asked or answered about use 1 is not what was sealed";
	static const char gone[] =
	    "a question about use 1, or its answer, is missing";
	static const struct {
		const char *sql, *undo;
		const char *want[2];
	} cases[] = {
	    {"UPDATE use_question SET question = 'x' WHERE question_id = 2",
		"UPDATE use_question SET question = '哪次采购？' "
		"WHERE question_id = 2",
		{other}},
	    {"UPDATE use_question SET answer = 'x' WHERE answer = '采购需要'",
		"UPDATE use_question SET answer = '采购需要' "
		"WHERE answer = 'x'",
		{other}},
	    {"UPDATE use_question SET asked_by = 'x' WHERE question_id = 2",
		"UPDATE use_question SET asked_by = 'li' WHERE question_id = 2",
		{other}},
	    {"UPDATE use_question SET answered_by = 'x' "
	     "WHERE answered_by = 'shen'",
		"UPDATE use_question SET answered_by = 'shen' "
		"WHERE answered_by = 'x'",
		{other}},
	    {"UPDATE use_question SET asked_at = asked_at - 1 "
	     "WHERE question_id = 2",
		"UPDATE use_question SET asked_at = asked_at + 1 "
		"WHERE question_id = 2",
		{other}},
	    /* A question that was answered is open again. */
	    {"UPDATE use_question SET answered_at = 0 "
	     "WHERE answered_by = 'shen'",
		"UPDATE use_question SET answered_at = asked_at "
		"WHERE answered_by = 'shen'",
		{gone}},
	    /* One that nobody answered has an answer. */
	    {"UPDATE use_question SET answer = 'x', answered_by = 'shen', "
	     "answered_at = asked_at WHERE question_id = 2",
		"UPDATE use_question SET answer = '', answered_by = '', "
		"answered_at = 0 WHERE question_id = 2",
		{other}},
	    /* One that nobody asked. */
	    {"INSERT INTO use_question SELECT subject_id, use_seq, 3, subject, "
	     "asked_at, asked_by, question, 0, '', '' FROM use_question "
	     "WHERE question_id = 2",
		"DELETE FROM use_question WHERE question_id = 3", {other}},
	    /* Of another organisation, of another use. */
	    {"UPDATE use_question SET subject = 'C00000000000000008' "
	     "WHERE question_id = 2",
		"UPDATE use_question SET subject = '91371102MA3C000000' "
		"WHERE question_id = 2",
		{gone, other}},
	    {"UPDATE use_question SET use_seq = 9 WHERE question_id = 2",
		"UPDATE use_question SET use_seq = 1 WHERE question_id = 2",
		{gone,
		    "what was asked or answered about use 9 is not what was "
		    "sealed"}},
	    {"DELETE FROM use_question WHERE question_id = 2", "", {gone}},
	};
	struct place *p = *state;
	uint64_t uses = make_questions(p);
	struct said said;
	size_t i;

	verify(p, &said, uses);
	assert_string_equal(said.text[0], "");
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		run_sql(p, cases[i].sql);
		verify(p, &said, uses);
		assert_string_equal(said.text[0], cases[i].want[0]);
		assert_string_equal(
		    said.text[1], cases[i].want[1] ? cases[i].want[1] : "");
		if (cases[i].undo[0])
			run_sql(p, cases[i].undo);
	}
}

/* Nothing can be held against what was written before the first that is
 * sealed, as in a directory of before. */
static void use_verify_passes_over_unsealed_questions(void **state)
{
	struct place *p = *state;
	struct said said;

	seal_without_publishing(p, 2);
	ask_unsealed(p, some_time() - 1000);
	verify(p, &said, 2);
	assert_string_equal(said.text[0], "");
	say(p, 1, false, "为何查询？", some_time());
	say(p, 1, true, "采购需要", some_time() + 5000);
	verify(p, &said, 4);
	assert_string_equal(said.text[0], "");
	ask_unsealed(p, some_time());
	verify(p, &said, 4);
	assert_string_equal(said.text[0],
	    "what was asked or answered about use 0 is not what was sealed");
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

static const struct audit_stretch always = {0, INT64_MAX};

/* Of so few each stands in the set, by its code. */
static void audit_set_takes_many_apart(void **state)
{
	struct place *p = *state;
	struct audit_set set;

	make_many(p);
	audit_set_new(&set);
	set.code_of = code_of;
	assert_int_equal(
	    audit_set_load(&set, p->store, &always, NULL, NULL, &p->err), 0);
	assert_int_equal(set.count, 2 + MANY);
	assert_true(span_is(
	    audit_word(&set, set.uses[1].subject), "C00000000000000007"));
	assert_false(set.uses[1].is_further);
	assert_true(set.uses[2].is_further);
	assert_true(
	    span_is(audit_word(&set, set.uses[MANY].subject), unknown_code));
	audit_set_free(&set);
}

/* Who asked for too much is told to ask for less: no failure of ours. */
static void audit_set_too_many_is_the_askers(void **state)
{
	struct place *p = *state;
	struct audit_set set;

	make_many(p);
	audit_set_new(&set);
	set.count = AUDIT_USES_MAX;
	assert_int_equal(
	    audit_set_load(&set, p->store, &always, NULL, NULL, &p->err),
	    ERR_INPUT);
	assert_non_null(strstr(p->err.hint, "shorter period"));
	set.count = 0;
	audit_set_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLACED(use_verify_finds_nothing_wrong),
	    PLACED(use_verify_changed_file_is_named),
	    PLACED(use_verify_other_files_are_looked_at),
	    PLACED(use_verify_publication_under_way_is_waited_for),
	    PLACED(use_verify_earlier_checkpoint_is_noted),
	    PLACED(use_verify_changed_row_is_named),
	    PLACED(use_verify_damaged_head_is_named),
	    PLACED(many_is_found_from_each_of_them),
	    PLACED(many_is_found_whatever_the_order_of_its_codes),
	    cmocka_unit_test(many_sort_orders_as_comparing_does),
	    cmocka_unit_test(many_write_names_list_and_number),
	    PLACED(use_verify_names_changed_lists),
	    PLACED(use_verify_names_changed_decisions),
	    PLACED(use_verify_names_changed_cases),
	    PLACED(use_verify_names_changed_questions),
	    PLACED(use_verify_passes_over_unsealed_questions),
	    PLACED(question_about_one_of_many_is_of_that_one),
	    PLACED(audit_set_takes_many_apart),
	    PLACED(audit_set_too_many_is_the_askers),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
