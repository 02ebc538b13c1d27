/* SPDX-License-Identifier: Apache-2.0 */
/* Statements: canonical, read back, and sealed as anybody can work it out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "registry/block.h"
#include "registry/statement.h"

static const char code_a[] = "91371102M000100Y43";

static const char catalogue[] =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static void frame_init(struct statement_frame *frame)
{
	statement_frame_init(
	    frame, catalogue, "rizhao-court", "penalty", 1776997800000);
}

/* What a general canonicaliser makes of the same value. */
static void expect_canonical(struct span text)
{
	json_t *json = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	char *again =
	    json ? json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT) : NULL;

	assert_non_null(again);
	if (!span_is(text, again))
		fail_msg("is    %.*s\nwants %s", (int)text.n, text.p, again);
	free(again);
	json_decref(json);
}

static const char *const some_fields[] = {"{}", "{\"A\":1,\"B\":[\"甲\"]}",
    "{\"A\":\"}{\\\"\\\\\",\"B\":\"},\\\"from\\\":\"}",
    "{\"名\":\"日照\\n\\t/\"}"};

static void record_anyMembers_isCanonicalAndReadBack(void **state)
{
	static const int64_t replaced[] = {STATEMENT_NO_SEQ, 0, 123456789012};
	static const char *const resolved[] = {"", "{\"by\":\"某\",\"row\":7}"};
	static const char *const closed[] = {
	    "", "{\"BZ\":\"}},\\\"fields\\\":{\",\"N\":[\"{\",\"]\"]}"};
	struct statement_frame frame;
	struct buf text = BUF_INIT(1 << 16);
	struct statement s;
	size_t i;

	(void)state;
	frame_init(&frame);
	for (i = 0; i < 48; i++) {
		struct statement_content content = {
		    .fields = span_of(some_fields[i % 4]),
		    .resolved = span_of(resolved[i / 12 % 2]),
		    .closed = span_of(closed[i / 24]),
		};
		int64_t replaces = replaced[i / 4 % 3];

		buf_reset(&text);
		statement_record(&frame, code_a, &content, replaces, &text);
		expect_canonical(buf_span(&text));
		assert_int_equal(statement_read(buf_span(&text), &s, NULL), 0);
		assert_int_equal(s.kind, STATEMENT_RECORD);
		assert_string_equal(s.code, code_a);
		assert_string_equal(s.item, "penalty");
		assert_string_equal(s.department, "rizhao-court");
		assert_string_equal(s.catalogue_hex, catalogue);
		assert_string_equal(s.received, "2026-04-24T02:30:00Z");
		assert_true(span_equal(s.content.fields, content.fields));
		assert_true(span_equal(s.content.closed, content.closed));
		assert_true(span_equal(s.content.resolved, content.resolved));
		assert_int_equal(s.replaces, replaces);
		assert_int_equal(s.resolved != NULL, i / 12 % 2);
		assert_int_equal(s.closed_fields != NULL, i / 24);
		assert_int_equal(statement_field(&s, "BZ") != NULL, i / 24);
		statement_release(&s);
	}
	buf_release(&text);
}

static void end_anyReason_isCanonicalAndReadBack(void **state)
{
	static const char *const reasons[] = {
	    "决定已被撤销", "\"quoted\" \\ / and\nlines\t", "", "é𠀀"};
	struct statement_frame frame;
	struct buf text = BUF_INIT(1 << 16);
	struct statement s;
	size_t i;

	(void)state;
	frame_init(&frame);
	for (i = 0; i < 8; i++) {
		buf_reset(&text);
		statement_end(&frame,
		    &(struct statement_ending){
			i % 2 ? STATEMENT_UNRESOLVED : STATEMENT_WITHDRAWAL,
			code_a, (int64_t)i * 1000, span_of(reasons[i / 2]),
			i % 4 ? NULL : "li.si", i % 4 ? DATE_NONE : 20000},
		    &text);
		expect_canonical(buf_span(&text));
		assert_int_equal(statement_read(buf_span(&text), &s, NULL), 0);
		assert_int_equal(s.kind,
		    i % 2 ? STATEMENT_UNRESOLVED : STATEMENT_WITHDRAWAL);
		assert_int_equal(s.record, i * 1000);
		assert_string_equal(s.reason, reasons[i / 2]);
		assert_string_equal(s.by, i % 4 ? "" : "li.si");
		assert_string_equal(s.since, i % 4 ? "" : "2024-10-04");
		assert_null(s.fields);
		/* Why a decision was undone is nobody's business; why a
		 * record was withdrawn must be told (Penalty Law, art. 48),
		 * but not who did it. */
		assert_int_equal(statement_closed(buf_span(&text)).n > 0,
		    i % 2 || i % 4 == 0);
		statement_release(&s);
	}
	buf_release(&text);
}

static void decision_isReadBack_andClosed(void **state)
{
	struct buf text = BUF_INIT(64 * 1024);
	struct statement_frame frame;
	struct statement s;
	int i;

	(void)state;
	frame_init(&frame);
	for (i = 0; i < 2; i++) {
		const struct statement_decision d = {
		    17, i == 1, "li.si", "不是本单位的\"行\""};

		buf_reset(&text);
		statement_doubtful(&frame, &d, &text);
		expect_canonical(buf_span(&text));
		assert_int_equal(statement_read(buf_span(&text), &s, NULL), 0);
		assert_int_equal(s.kind, STATEMENT_DOUBTFUL);
		assert_string_equal(s.code, "");
		assert_int_equal(
		    json_integer_value(json_object_get(s.decision, "doubtful")),
		    17);
		assert_string_equal(
		    json_string_value(json_object_get(s.decision, "step")),
		    i ? "reopened" : "dismissed");
		statement_release(&s);
	}
	buf_release(&text);
}

static void move_isReadBack_andClosed(void **state)
{
	struct buf text = BUF_INIT(64 * 1024);
	struct statement_frame frame;
	struct statement s;
	int i;

	(void)state;
	frame_init(&frame);
	for (i = 0; i < 4; i++) {
		const struct statement_move m = {i & 1 ? 41 : STATEMENT_NO_SEQ,
		    i + 1, 17, "objection", "accept", "office", "accepted",
		    "li.si", i & 2 ? "收文〔2026〕7号" : "",
		    i & 1 ? "与事实\n\"不符\"" : ""};

		buf_reset(&text);
		statement_case(&frame, "91370000EXAMP00018", &m, &text);
		expect_canonical(buf_span(&text));
		assert_int_equal(statement_read(buf_span(&text), &s, NULL), 0);
		assert_int_equal(s.kind, STATEMENT_CASE);
		assert_string_equal(s.code, "91370000EXAMP00018");
		assert_int_equal(s.move.case_id, m.case_id);
		assert_int_equal(s.move.step, i + 1);
		assert_int_equal(s.move.record, 17);
		assert_string_equal(s.move.kind, "objection");
		assert_string_equal(s.move.id, "accept");
		assert_string_equal(s.move.side, "office");
		assert_string_equal(s.move.state, "accepted");
		assert_string_equal(s.move.by, "li.si");
		assert_string_equal(s.move.letter, m.letter);
		assert_string_equal(s.move.text, m.text);
		assert_true(statement_closed(buf_span(&text)).n > 0);
		statement_release(&s);
	}
	buf_release(&text);
}

static void read_noStatement_isCorrupt(void **state)
{
	static const char *const texts[] = {"", "{", "[]", "null", "\"record\"",
	    "{}", "{\"kind\":\"records\"}", "{\"kind\":1}",
	    "{\"kind\":\"record\"}", "{\"kind\":\"record\",\"fields\":{}}",
	    "{\"kind\":\"submission\",\"kind\":\"submission\"}",
	    "{\"kind\":\"submission\"} x",
	    ("{\"about\":\"A\",\"catalogue\":\"B\",\"fields\":{},"
	     "\"kind\":\"record\"}")};
	struct statement s;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(texts); i++)
		if (statement_read(span_of(texts[i]), &s, NULL) != ERR_CORRUPT)
			fail_msg("row %zu was read", i);
}

static void peek_cutAnywhere_neverFindsFields(void **state)
{
	const struct statement_content content = {
	    .fields = span_of(some_fields[2]),
	    .closed = span_of(some_fields[1]),
	    .resolved = span_of(some_fields[2]),
	};
	struct statement_frame frame;
	struct buf text = BUF_INIT(1 << 16);
	struct statement_cut cut;
	size_t i, end;

	(void)state;
	frame_init(&frame);
	statement_record(&frame, code_a, &content, STATEMENT_NO_SEQ, &text);
	assert_true(statement_peek(buf_span(&text), &cut));
	assert_true(span_is(cut.code, code_a));
	assert_true(span_equal(cut.content.fields, content.fields));
	end = (size_t)(cut.tail.p - text.p);
	for (i = 0; i < end; i++) {
		/* A copy of its own, so that overruns are seen. */
		char *part = mem_dup(text.p, i);

		assert_false(statement_peek((struct span){part, i}, &cut));
		statement_closed((struct span){part, i});
		free(part);
	}
	buf_release(&text);
}

/* ---- the sealed form ---- */

static const uint8_t closed_salt[] = "0123456789abcdef";

/* The sealed form by a general way: parse, replace, write canonically. */
static char *seal_generally(struct span text)
{
	json_t *json = json_loadb(text.p, text.n, 0, NULL);
	json_t *closed = json_object_get(json, "closed");
	char *again, *part;

	if (closed) {
		uint8_t digest[SHA256_BYTES];
		struct buf hex = BUF_INIT(128);
		struct span parts[] = {
		    {(const char *)closed_salt, STATEMENT_SALT_BYTES},
		    {NULL, 0}};

		part = json_dumps(closed, JSON_SORT_KEYS | JSON_COMPACT);
		parts[1] = span_of(part);
		sha256_parts(parts, 2, digest);
		buf_add_hex(&hex, digest, sizeof(digest));
		json_object_set_new(json, "closed", json_string(buf_str(&hex)));
		buf_release(&hex);
		free(part);
	}
	again = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT);
	json_decref(json);
	return again;
}

static void expect_sealed(struct span text)
{
	static const uint8_t salt[STATEMENT_SALT_BYTES] = {1, 2, 3};
	char *wanted = seal_generally(text);
	struct buf sealed = BUF_INIT(1 << 16);
	uint8_t of_sealed[SHA256_BYTES], commitment[SHA256_BYTES];

	statement_seal(text, closed_salt, &sealed);
	if (!span_is(buf_span(&sealed), wanted))
		fail_msg("is    %s\nwants %s", buf_str(&sealed), wanted);
	/* Sealing what is sealed changes nothing. */
	assert_int_equal(statement_closed(buf_span(&sealed)).n, 0);
	block_commitment_sealed(salt, buf_span(&sealed), of_sealed);
	block_commitment(salt, closed_salt, text, commitment);
	assert_memory_equal(commitment, of_sealed, sizeof(commitment));
	free(wanted);
	buf_release(&sealed);
}

/* R-LOG-002 */
static void seal_anyKind_isAsTheGeneralWay(void **state)
{
	static const char *const others[] = {
	    "{\"catalogue\":"
	    "\"00112233445566778899aabbccddeeff001122334455667788"
	    "99aabbccddeeff\",\"closed\":{\"file\":{\"bytes\":7,\"name\":"
	    "\"a}\\\\\"}},\"counts\":{\"rows\":1},\"kind\":\"submission\"}",
	    "{\"catalogue\":"
	    "\"00112233445566778899aabbccddeeff001122334455667788"
	    "99aabbccddeeff\",\"counts\":{\"rows\":1},\"kind\":"
	    "\"submission\"}"};
	struct statement_frame frame;
	struct buf text = BUF_INIT(1 << 16);
	size_t i;

	(void)state;
	frame_init(&frame);
	for (i = 0; i < 16; i++) {
		struct statement_content content = {
		    .fields = span_of(some_fields[i % 4])};

		if (i & 4)
			content.closed = span_of(some_fields[(i + 1) % 4]);
		if (i & 8)
			content.resolved = span_of(some_fields[(i + 2) % 4]);
		buf_reset(&text);
		statement_record(&frame, code_a, &content, (int64_t)i, &text);
		expect_sealed(buf_span(&text));
	}
	for (i = 0; i < 2; i++) {
		buf_reset(&text);
		statement_end(&frame,
		    &(struct statement_ending){
			i ? STATEMENT_UNRESOLVED : STATEMENT_WITHDRAWAL, code_a,
			7, span_of("},\"from\":\"\\"), "\"}", DATE_NONE},
		    &text);
		expect_sealed(buf_span(&text));
		expect_sealed(span_of(others[i]));
	}
	buf_release(&text);
}

/* R-LOG-002 */
/* The sealed form tells nothing of the closed part, and each byte of that
 * part counts. */
static void seal_closedPart_isHiddenAndBound(void **state)
{
	static const char closed[] = "{\"CF_FRDB\":\"代表人子\"}";
	struct statement_content content = {
	    .fields = span_of("{\"CF_WSH\":\"1\"}"),
	    .closed = span_of(closed),
	    .resolved = span_of("{\"by\":\"张经办\"}"),
	};
	struct statement_frame frame;
	struct buf text = BUF_INIT(1 << 12), sealed = BUF_INIT(1 << 12);
	struct buf other = BUF_INIT(1 << 12);
	char changed[sizeof(closed)];
	size_t i;

	(void)state;
	frame_init(&frame);
	statement_record(&frame, code_a, &content, STATEMENT_NO_SEQ, &text);
	statement_seal(buf_span(&text), closed_salt, &sealed);
	assert_non_null(strstr(buf_str(&text), "代表人子"));
	assert_null(strstr(buf_str(&sealed), "代表人子"));
	assert_null(strstr(buf_str(&sealed), "CF_FRDB"));
	assert_null(strstr(buf_str(&sealed), "张经办"));
	for (i = 2; i < sizeof(closed) - 3; i++) {
		memcpy(changed, closed, sizeof(closed));
		changed[i] = changed[i] == 'x' ? 'y' : 'x';
		content.closed = span_of(changed);
		buf_reset(&text);
		buf_reset(&other);
		statement_record(
		    &frame, code_a, &content, STATEMENT_NO_SEQ, &text);
		statement_seal(buf_span(&text), closed_salt, &other);
		assert_false(span_equal(buf_span(&sealed), buf_span(&other)));
	}
	buf_release(&text);
	buf_release(&sealed);
	buf_release(&other);
}

static void contentHash_everyFieldCounts(void **state)
{
	struct span a = span_of("{\"A\":1}"), b = span_of("{\"B\":2}");
	struct span none = {NULL, 0};

	(void)state;
	assert_int_equal(
	    statement_content_hash(a, b), statement_content_hash(a, b));
	assert_int_not_equal(
	    statement_content_hash(a, b), statement_content_hash(b, a));
	assert_int_not_equal(
	    statement_content_hash(a, b), statement_content_hash(a, none));
	assert_true(statement_content_hash(a, b) <= STATEMENT_HASH_MASK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(record_anyMembers_isCanonicalAndReadBack),
	    cmocka_unit_test(end_anyReason_isCanonicalAndReadBack),
	    cmocka_unit_test(decision_isReadBack_andClosed),
	    cmocka_unit_test(move_isReadBack_andClosed),
	    cmocka_unit_test(read_noStatement_isCorrupt),
	    cmocka_unit_test(peek_cutAnywhere_neverFindsFields),
	    cmocka_unit_test(seal_anyKind_isAsTheGeneralWay),
	    cmocka_unit_test(seal_closedPart_isHiddenAndBound),
	    cmocka_unit_test(contentHash_everyFieldCounts),
	};

	return cmocka_run_group_tests_name("statement", tests, NULL, NULL);
}
