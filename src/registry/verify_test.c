/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes that no page seal finds: each is made through the sealing VFS
 * itself, as somebody with a copy of this program could, and must be found
 * by what the statements, the tree and the other tables say.
 */
#include "registry/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/check.h"
#include "registry/verify_test_help.h"

static void verify_unchanged_is_right(void **state)
{
	struct world *w = *state;
	struct verify_result result;

	change(w, "");
	verify(w, &result);
	print_named(&result);
	assert_int_equal(result.wrong, 0);
	assert_int_equal(result.notes_count, 0);
	assert_int_equal(result.statements, ROWS + 6);
	assert_int_equal(result.records, ROWS + 1);
	assert_int_equal(result.subjects, SUBJECTS);
	assert_int_equal(result.heads, 3);
	/* Bundles and leaves of three tiles, the third also as it was before
	 * the second submission; one tile of level 1. */
	assert_int_equal(result.files, 2 * 4 + 1);
	verify_result_release(&result);
}

static void verify_changed_row_is_named(void **state)
{
	static const struct tampering t[] = {
	    {"UPDATE record SET decided_on = decided_on + 1 WHERE seq = 15",
		"record 15 is not what was sealed: when it was decided"},
	    {"UPDATE record SET content_hash = content_hash + 1 "
	     "WHERE seq = 15",
		"record 15 is not what was sealed: its content"},
	    {"UPDATE record SET subject_id = 2, key_hash = 1 WHERE seq = 16",
		"record 16 is not what was sealed: whom it is about"},
	    {"UPDATE record SET public_until = NULL WHERE seq = 15",
		"record 15 is not what was sealed: until when its source"},
	    {"UPDATE record SET public_until = public_until - 9 "
	     "WHERE seq = 15",
		"record 15 is not what was sealed: until when its source"},
	    {"UPDATE record SET valid_to = 20000 WHERE seq = 15",
		"record 15 is not what was sealed: until when it is valid"},
	    {"UPDATE record SET item = item + 1 WHERE seq = 16",
		"record 16 is not what was sealed: its item"},
	    {"UPDATE record SET key_hash = 5 WHERE version = 2",
		"is not what was sealed: what it replaces"},
	    {"UPDATE record SET key_hash = 5 WHERE seq = 16",
		"record 16 is not what was sealed: which record it is"},
	    {"UPDATE record SET class = 1 WHERE seq = 16",
		"record 16 is not what was sealed: its class"},
	    {"UPDATE record SET class = 3 WHERE seq = 16",
		"record 16 is not what was sealed: its class"},
	    {"UPDATE record SET class = 1 WHERE seq = 17",
		"record 17 is not what was sealed: its class"},
	    {"UPDATE record SET version = 3 WHERE version = 2",
		"version 3 instead of 2"},
	    {"DELETE FROM record WHERE seq = 16",
		"record 16 is sealed, but has no row"},
	    {"INSERT INTO record SELECT subject_id, item, 5, 1, seq, "
	     "content_hash, decided_on, class, valid_to, public_until "
	     "FROM record WHERE seq = 16",
		"record 16 has 2 rows"},
	    {"INSERT INTO record SELECT subject_id, item, 5, 1, 99999, "
	     "content_hash, decided_on, class, valid_to, public_until "
	     "FROM record WHERE seq = 16",
		"record 99999, which the log does not have"},
	    {"UPDATE record SET seq = 600 WHERE seq = 16",
		"statement 600 is no record"},
	    {"DELETE FROM record", "further ranges of the log"},
	};

	check_all(*state, t, ARRAY_COUNT(t));
}

static void verify_changed_end_is_named(void **state)
{
	static const struct tampering t[] = {
	    {"DELETE FROM record_end",
		"the ends of records are not those that were sealed"},
	    {"DELETE FROM record_end WHERE kind = 2",
		"statement 604 ends record 17, but has no row"},
	    {"UPDATE record_end SET reason = 'x'",
		"statement 603 is not what was sealed"},
	    {"UPDATE record_end SET ended_at = ended_at + 1000",
		"statement 603 is not what was sealed"},
	    {"UPDATE record_end SET kind = 2",
		"statement 603 is not what was sealed"},
	    {"UPDATE record_end SET kind = 3",
		"statement 603 is not what was sealed"},
	    {"UPDATE record_end SET key_hash = 5",
		"statement 603 ends a record that is not there"},
	    {"UPDATE record_end SET key_hash = 1000000",
		"statement 603 ends a record that is not there"},
	    {"UPDATE record_end SET seq = 5",
		"statement 5 is not what was sealed"},
	    {"UPDATE record_end SET seq = 50000",
		"statement 50000 is not what was sealed"},
	    {"INSERT INTO record_end SELECT subject_id, item, key_hash, 5, "
	     "kind, ended_at, reason FROM record_end",
		"statement 5 is not what was sealed"},
	};

	check_all(*state, t, ARRAY_COUNT(t));
}

static void verify_changed_subject_is_named(void **state)
{
	static const struct tampering t[] = {
	    {"UPDATE subject SET code = '91371102000099999X' "
	     "WHERE subject_id = 4",
		"identifiers of subjects 4 to 4"},
	    {"UPDATE subject SET name = '日照虚构九九号有限公司' "
	     "WHERE subject_id = 4",
		"are not those of subjects 4 to 4"},
	    {"UPDATE subject SET name = '日照虚构九九号有限公司' "
	     "WHERE subject_id = 4",
		"no record says that subject 4 has the name of its row"},
	    {"UPDATE subject SET name = (SELECT name FROM subject WHERE "
	     "subject_id = 5) WHERE subject_id = 4",
		"no record says that subject 4 has the name of its row"},
	    {"DELETE FROM subject WHERE subject_id = 4",
		"there are records of subject 4, which is not there"},
	    {"DELETE FROM subject WHERE subject_id = 2",
		"there are aliases of subject 2, which is not there"},
	    {"INSERT INTO subject_alias VALUES (4, 2, '000000045', 1)",
		"identifiers of subjects 4 to 4"},
	    {"INSERT INTO subject_alias VALUES (999, 4, 'x', 1)",
		"aliases of subject 999, which is not there"},
	    {"DELETE FROM subject_alias", "are not those of subjects 2 to 2"},
	    {"UPDATE directory SET subject_id = 5 WHERE subject_id = 4",
		"identifiers of subjects 4 to 4"},
	    {"DELETE FROM directory WHERE subject_id = 4",
		"identifiers of subjects 4 to 4"},
	    {"INSERT INTO directory VALUES (3, '371102000000001', 4)",
		"identifiers of subjects 4 to 4"},
	    {"DELETE FROM name_pack", "are not those of subjects 1 to 1"},
	    {"UPDATE name_pack SET names = names + 1",
		"name pack 1 is damaged"},
	    {"UPDATE name_pack SET body = substr(body, 1, 100)",
		"name pack 1 is damaged"},
	};

	check_all(*state, t, ARRAY_COUNT(t));
}

static void verify_changed_statement_is_named(void **state)
{
	static const struct tampering t[] = {
	    {"UPDATE statement_block SET salts = randomblob(16) "
	     "WHERE first_seq = 384",
		"statement 384 is not what was sealed"},
	    {"DELETE FROM statement_block WHERE first_seq = 384",
		"statements 384 to 599 cannot be read"},
	    {"DELETE FROM statement_block WHERE first_seq > 0",
		"statements 384 to 605 cannot be read"},
	    {"UPDATE statement_block SET body_end = body_end - 1 "
	     "WHERE first_seq = 384",
		"block of statements from 384 is damaged: bytes "},
	    {"UPDATE statement_block SET body_at = -9 WHERE first_seq = 0",
		"block of statements from 0 is damaged: bytes "},
	    {"UPDATE statement_block SET body_end = 1 << 60 "
	     "WHERE first_seq = 0",
		"block of statements from 0 is damaged: bytes "},
	    {"UPDATE statement_block SET statements = 216, body_at = (SELECT "
	     "body_at FROM statement_block WHERE first_seq = 384), body_end = "
	     "(SELECT body_end FROM statement_block WHERE first_seq = 384) "
	     "WHERE first_seq = 0",
		"statement 0 is not what was sealed"},
	    {"UPDATE statement_block SET body_at = (SELECT body_at FROM "
	     "statement_block WHERE first_seq = 384), body_end = (SELECT "
	     "body_end FROM statement_block WHERE first_seq = 384) "
	     "WHERE first_seq = 600",
		"block of statements from 600 does not follow the one before"},
	    {"UPDATE statement_block SET statements = 9 WHERE first_seq = 0",
		"block of statements from 0 is damaged"},
	    {"UPDATE statement_block SET first_seq = 383 "
	     "WHERE first_seq = 384",
		"the block of statements from 383 overlaps"},
	    {"INSERT INTO statement_block SELECT 606, statements, salts, "
	     "body_at, body_end FROM statement_block WHERE first_seq = 0",
		"statements from 606 on that no head covers"},
	};

	check_all(*state, t, ARRAY_COUNT(t));
}

static void verify_changed_head_is_named(void **state)
{
	static const struct tampering t[] = {
	    {"UPDATE log_head SET root = randomblob(32) WHERE size = 601",
		"the stored head of size 601"},
	    {"UPDATE log_head SET frontier = randomblob(40) WHERE size = 601",
		"the stored head of size 601"},
	    {"UPDATE log_head SET checkpoint = replace(checkpoint, '601', "
	     "'602') WHERE size = 601",
		"signed checkpoint of size 601 does not hold"},
	    {"UPDATE log_head SET checkpoint = (SELECT checkpoint FROM "
	     "log_head WHERE size = 606) WHERE size = 601",
		"checkpoint of size 601 is of another log or size"},
	    {"UPDATE log_head SET root = x'00' WHERE size = 606",
		"a stored head of the log is damaged"},
	    {"DELETE FROM log_head WHERE size = 606",
		"published at size 606, the database knows 601"},
	    {"DELETE FROM log_head", "the log was never signed"},
	};

	check_all(*state, t, ARRAY_COUNT(t));
}

static void verify_changed_small_table_is_named(void **state)
{
	static const struct tampering t[] = {
	    {"UPDATE submission SET end_seq = 600 WHERE submission_id = 1",
		"the submission of statement 600 is not in the database"},
	    {"UPDATE submission SET first_seq = 5 WHERE submission_id = 2",
		"submission 2 does not have its place"},
	    {"UPDATE submission SET end_seq = 9999 WHERE submission_id = 2",
		"submission 2 does not have its place"},
	    {"DELETE FROM submission WHERE submission_id = 2",
		"the submission of statement 602 is not in the database"},
	    {"UPDATE submission SET item = item + 1 WHERE submission_id = 2",
		"record 601 is of another item than submission 2"},
	    {"UPDATE submission SET item = item + 1 WHERE submission_id = 2",
		"submission 2 is not what was sealed: its item"},
	    {"UPDATE submission SET department = 'rizhao-tax' "
	     "WHERE submission_id = 2",
		"submission 2 is not what was sealed: who sent it"},
	    {"UPDATE submission SET received_at = received_at - 86400000 "
	     "WHERE submission_id = 1",
		"submission 1 is not what was sealed: when it came"},
	    {"UPDATE submission SET file_name = 'b' WHERE submission_id = 1",
		"submission 1 is not what was sealed: its file"},
	    {"UPDATE submission SET file_bytes = 2 WHERE submission_id = 1",
		"submission 1 is not what was sealed: its file"},
	    {"UPDATE submission SET file_digest = x'00' "
	     "WHERE submission_id = 1",
		"submission 1 is not what was sealed: its file"},
	    {"UPDATE submission SET report = replace(report, "
	     "'\"late\":1', '\"late\":0') WHERE submission_id = 1",
		"submission 1 is not what was sealed: its counts"},
	    {"UPDATE submission SET report = '' WHERE submission_id = 1",
		"submission 1 is not what was sealed: its counts"},
	    {"UPDATE submission SET catalogue_id = 2 WHERE submission_id = 1",
		"submission 1 is not what was sealed: its catalogue"},
	    {"UPDATE catalogue_version SET archive = x'28b52ffd'",
		"archived catalogue 1 is not what its digest says"},
	    {"UPDATE catalogue_version SET digest = randomblob(32)",
		"cannot be understood, or its catalogue is not archived"},
	    {"DELETE FROM catalogue_version",
		"cannot be understood, or its catalogue is not archived"},
	};

	check_all(*state, t, ARRAY_COUNT(t));
}

/* A statement whose salt was erased is no fault: the log's file keeps its
 * commitment. */
static void verify_erased_salt_is_counted(void **state)
{
	struct world *w = *state;
	struct verify_result result;

	change(w,
	    "DELETE FROM setting WHERE 0; "
	    "UPDATE statement_block SET salts = zeroblob(2 * 16 * 384) "
	    "WHERE first_seq = 0");
	verify(w, &result);
	print_named(&result);
	assert_int_equal(result.wrong, 0);
	assert_int_equal(result.erased, 384);
	verify_result_release(&result);
}

static void verify_same_finding_is_named_once(void **state)
{
	struct verify_result result;
	int i;

	(void)state;
	verify_result_init(&result);
	for (i = 0; i < 2 * VERIFY_NAMED_MAX; i++)
		verify_result_add(&result, "the same everywhere");
	verify_result_add(&result, "another");
	assert_int_equal(result.wrong, 2 * VERIFY_NAMED_MAX + 1);
	assert_int_equal(result.named_count, 2);
	assert_string_equal(result.named[1], "another");
	verify_result_release(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verify_unchanged_is_right),
	    cmocka_unit_test(verify_changed_row_is_named),
	    cmocka_unit_test(verify_changed_end_is_named),
	    cmocka_unit_test(verify_changed_subject_is_named),
	    cmocka_unit_test(verify_changed_statement_is_named),
	    cmocka_unit_test(verify_changed_head_is_named),
	    cmocka_unit_test(verify_changed_small_table_is_named),
	    cmocka_unit_test(verify_erased_salt_is_counted),
	    cmocka_unit_test(verify_same_finding_is_named_once),
	};

	return cmocka_run_group_tests(tests, make_world, drop_world);
}
