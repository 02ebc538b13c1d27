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
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/tr.h"
#include "catalog/catalog.h"
#include "registry/append.h"
#include "registry/block.h"
#include "registry/catalogue.h"
#include "registry/columns.h"
#include "registry/key.h"
#include "registry/registry_test_help.h"
#include "registry/subjects.h"
#include "store/store_vfs.h"

enum {
	ROWS = 600,
	SUBJECTS = 40,
	REPLACED = 3,
	ENDED = 7,
	DECIDED = 17, /* by a person, when another catalogue had judged it */
	SOURCES_MAX = 256
};

static const char department[] = "rizhao-market-regulation";
static const char origin[] = "test.example/records";

struct world {
	char dir[64];
	struct store *store;
	struct ledger *ledger;
	struct catalog *catalog;
	const struct cat_item *item;
	struct subject_book *book;
	struct appender *appender;
	struct statement_frame frame;
	struct note_key key;
	struct buf good;       /* the database's bytes */
	struct buf good_blobs; /* and those of its blobs */
	struct err err;
};

static void path_in(const struct world *w, const char *name, char out[128])
{
	snprintf(out, 128, "%s/%s", w->dir, name);
}

static struct ledger_config log_config(
    const struct world *w, char folder[128], char key[128])
{
	path_in(w, "log", folder);
	path_in(w, "records.key", key);
	return (struct ledger_config){LEDGER_RECORDS, folder, key, origin};
}

static void must(struct world *w, enum err_code rc)
{
	if (rc)
		print_error("%s\n", w->err.message);
	assert_int_equal(rc, 0);
}

/* ---- making a small register ---- */

/* Of the row with this document's number. */
static uint64_t key_of(const struct world *w, int number)
{
	struct key_hash key;
	char text[16];
	size_t i;

	snprintf(text, sizeof(text), "%d", number);
	key_hash_begin(&key, w->item);
	for (i = 0; i < w->item->fields_count; i++)
		if (w->item->fields[i].is_key)
			key_hash_add(&key,
			    span_of(
				strcmp(w->item->fields[i].name, "CF_WSH") == 0
				    ? text
				    : ""));
	return key_hash_end(&key);
}

static void add_row(struct world *w, int i, const char *content, bool is_end)
{
	char fields[400], closed[128], code[19], name[64];
	struct record_in in = {
	    .key_hash = key_of(w, i),
	    .class_ = CAT_CLASS_GENERAL,
	    .decided_on = date_from_ymd(2024, 1, 1 + i % 28),
	    .valid_to = DATE_NONE,
	    .public_until = is_end ? date_from_ymd(2024, 9, 9) : DATE_NONE,
	};
	char day[DATE_TEXT_BYTES];
	struct span others;
	int n;

	snprintf(name, sizeof(name), "日照虚构%d号有限公司", i % SUBJECTS);
	/* Members stand in the order of RFC 8785. A date may be closed too. */
	n = snprintf(fields, sizeof(fields),
	    "{%s\"CF_JDRQ\":\"%s\",\"CF_NR\":\"%s \\\" }\",\"CF_WSH\":\"%d\","
	    "\"CF_XDR_MC\":\"%s\"}",
	    is_end && i % 2 ? "\"CF_GSJZQ\":\"2024-09-09\"," : "",
	    date_format_iso(in.decided_on, day), content, i, name);
	in.content.fields = (struct span){fields, (size_t)n};
	n = snprintf(closed, sizeof(closed), "{\"CF_FRDB\":\"someone %d\"%s}",
	    i, is_end && i % 2 == 0 ? ",\"CF_GSJZQ\":\"2024-09-09\"" : "");
	if (i % 3 == 1 || (is_end && i % 2 == 0))
		in.content.closed = (struct span){closed, (size_t)n};
	in.content_hash =
	    statement_content_hash(in.content.fields, in.content.closed);
	if (i == DECIDED) {
		in.class_ = CAT_CLASS_SERIOUS;
		in.content.resolved =
		    span_of("{\"by\":\"w\",\"doubtful\":1,\"given\":\"\","
			    "\"reason\":\"r\"}");
	}
	test_code((unsigned)(i % SUBJECTS), code);
	must(w,
	    subject_book_resolve(
		w->book, code, span_of(name), &in.subject_id, &w->err));
	memcpy(in.code, code, 18);
	in.is_new_subject = subject_book_is_new(w->book, in.subject_id);
	must(w, appender_add(w->appender, &in, &others, &w->err));
}

#define COUNTS "{\"late\":1,\"rows\":600}"

static void seal_submission(struct world *w, int64_t id, uint64_t first)
{
	struct buf text = BUF_INIT(4096);
	struct json_writer j;
	uint64_t seq = 0;
	uint8_t digest[SHA256_BYTES] = {0};

	json_start_canonical(&j, &text);
	json_open_object(&j);
	json_put_str(&j, "catalogue", w->catalog->digest_hex);
	json_key(&j, "closed");
	json_add_raw(&j,
	    span_of("{\"file\":{\"bytes\":1,\"digest\":\"00000000000000000000"
		    "00000000000000000000000000000000000000000000\","
		    "\"name\":\"a.csv\"}}"));
	json_key(&j, "counts");
	json_add_raw(&j, span_of(COUNTS));
	json_put_str(&j, "from", department);
	json_put_str(&j, "item", w->item->id);
	json_put_str(&j, "kind", "submission");
	json_put_str(&j, "received", "2024-05-05T04:00:00Z");
	json_close_object(&j);
	must(w,
	    appender_add_statement(
		w->appender, buf_span(&text), &seq, &w->err));
	buf_release(&text);
	{
		struct store_value row[] = {store_int(id),
		    store_int(w->item->number), store_str(department),
		    store_int(1), store_int(noon_ms("2024-05-05")),
		    store_str("a.csv"), store_int(1),
		    store_blob(digest, sizeof(digest)),
		    store_int((int64_t)first), store_int((int64_t)seq + 1),
		    store_str("{\"counts\":" COUNTS "}")};

		must(w,
		    store_run(w->store, SQL_INTAKE_SUBMISSION_INSERT, row,
			ARRAY_COUNT(row), &w->err));
	}
}

static void open_submission(struct world *w, int64_t id)
{
	struct append_config config = {w->store, w->ledger, &w->frame,
	    w->item->number, ROWS, w->dir, .is_resent = false};

	must(w, store_begin(w->store, &w->err));
	must(w, ledger_begin(w->ledger, &w->err));
	statement_frame_init(&w->frame, w->catalog->digest_hex, department,
	    w->item->id, noon_ms("2024-05-05") + id);
	must(w, subject_book_new(w->store, id, false, &w->book, &w->err));
	must(w, appender_new(&config, &w->appender, &w->err));
}

static void close_submission(struct world *w)
{
	must(w, subject_book_flush(w->book, &w->err));
	must(w, appender_finish(w->appender, &w->err));
	must(w, ledger_seal(w->ledger, noon_ms("2024-05-05"), &w->err));
	must(w, store_commit(w->store, &w->err));
	must(w, ledger_publish(w->ledger, &w->err));
	appender_free(&w->appender);
	subject_book_free(&w->book);
}

/* Seals the end of a record of the first submission. */
static void end_record(
    struct world *w, enum statement_kind kind, int record, bool has_row)
{
	struct buf text = BUF_INIT(4096);
	struct store_value end[7];
	uint64_t seq = 0;
	char code[19];
	int64_t id = 0;

	test_code((unsigned)(record % SUBJECTS), code);
	statement_end(&w->frame,
	    &(struct statement_ending){
		kind, code, record, span_of("decided anew"), NULL, DATE_NONE},
	    &text);
	must(w,
	    appender_add_statement(
		w->appender, buf_span(&text), &seq, &w->err));
	buf_release(&text);
	must(w,
	    subject_book_resolve(
		w->book, code, (struct span){NULL, 0}, &id, &w->err));
	end[0] = store_int(id);
	end[1] = store_int(w->item->number);
	end[2] = store_int((int64_t)key_of(w, record));
	end[3] = store_int((int64_t)seq);
	end[4] = store_int(kind == STATEMENT_WITHDRAWAL ? 1 : 2);
	end[5] = store_int(w->frame.received_ms);
	end[6] = store_str("decided anew");
	if (has_row)
		must(w,
		    store_run(
			w->store, SQL_REGISTRY_END_INSERT, end, 7, &w->err));
}

/* A second version, another name, a withdrawal, undone decisions. */
static void make_changes(struct world *w)
{
	uint64_t first = ledger_next_index(w->ledger);
	char code[19];
	int64_t id = 0;

	add_row(w, REPLACED, "changed", false);
	test_code(1, code);
	must(w,
	    subject_book_resolve(
		w->book, code, span_of("日照虚构旧称有限公司"), &id, &w->err));
	must(w, appender_finish(w->appender, &w->err));
	seal_submission(w, 2, first);
	end_record(w, STATEMENT_WITHDRAWAL, ENDED, true);
	end_record(w, STATEMENT_UNRESOLVED, DECIDED, true);
	/* The decision's record was replaced: nothing is left to end. */
	end_record(w, STATEMENT_UNRESOLVED, REPLACED, false);
}

/* The catalogue of a day when other penalties were serious ones. */
static struct catalog *earlier_catalogue(void)
{
	static const char general[] = "default_class: general";
	static const char serious[] = "default_class: serious";
	struct catalog *taken = test_catalogue("rizhao"), *c = NULL;
	struct cat_source sources[SOURCES_MAX];
	struct buf text = BUF_INIT(1 << 20);
	size_t i, count = taken->sources_count;
	struct cat_issues issues;
	struct err err;
	char *at;

	assert_true(count <= SOURCES_MAX);
	for (i = 0; i < count; i++) {
		sources[i] = taken->sources[i];
		if (!strstr(sources[i].path, "items/penalty.yaml"))
			continue;
		buf_add_span(&text, sources[i].bytes);
		at = memmem(text.p, text.n, general, strlen(general));
		assert_non_null(at);
		memcpy(at, serious, strlen(serious));
		sources[i].bytes = buf_span(&text);
	}
	cat_issues_init(&issues);
	assert_int_equal(
	    catalog_load_sources(sources, count, "rizhao", &issues, &c, &err),
	    0);
	cat_issues_release(&issues);
	catalog_free(&taken);
	buf_release(&text);
	return c;
}

static void archive(struct world *w, const struct catalog *c)
{
	int64_t catalogue_id;

	must(w,
	    catalogue_archive(
		w->store, c, noon_ms("2024-05-05"), &catalogue_id, &w->err));
}

static void fill(struct world *w)
{
	struct catalog *earlier = earlier_catalogue();
	int i;

	open_submission(w, 1);
	archive(w, w->catalog);
	archive(w, earlier);
	catalog_free(&earlier);
	for (i = 0; i < ROWS; i++)
		add_row(w, i, "content", i % 5 == 0);
	must(w, appender_finish(w->appender, &w->err));
	seal_submission(w, 1, 0);
	close_submission(w);
	open_submission(w, 2);
	make_changes(w);
	close_submission(w);
}

/* One that the linter refuses, as it may do with what an older one took. */
static struct catalog *refused_catalogue(void)
{
	static const char twice[] =
	    "code_lists:\n- id: twice\n  title: T\n  status: verified\n"
	    "  codes: [{value: a}, {value: a}]\n";
	struct catalog *taken = test_catalogue("rizhao"), *c = NULL;
	struct cat_source sources[SOURCES_MAX];
	size_t i, count = taken->sources_count;
	struct cat_issues issues;
	struct err err;

	assert_true(count < SOURCES_MAX);
	for (i = 0; i < count; i++)
		sources[i] = taken->sources[i];
	sources[count++] =
	    (struct cat_source){"national/twice.yaml", span_of(twice)};
	cat_issues_init(&issues);
	assert_int_equal(
	    catalog_load_sources(sources, count, "rizhao", &issues, &c, &err),
	    ERR_INPUT);
	cat_issues_release(&issues);
	cat_issues_init(&issues);
	assert_int_equal(
	    catalog_replay_sources(sources, count, "rizhao", &issues, &c, &err),
	    0);
	cat_issues_release(&issues);
	catalog_free(&taken);
	return c;
}

/* R-CAT-005 */
static void load_catalog(struct world *w)
{
	w->catalog = refused_catalogue();
	w->item = catalog_item(w->catalog, "penalty");
	assert_non_null(w->item);
}

static void make_log(struct world *w)
{
	char folder[128], key[128];
	struct ledger_config config = log_config(w, folder, key);
	struct buf text = BUF_INIT(4096);

	must(w, store_begin(w->store, &w->err));
	must(w,
	    ledger_create(&config, w->store, noon_ms("2024-01-01"), &w->err));
	must(w, store_commit(w->store, &w->err));
	must(w, ledger_open(&config, w->store, &w->ledger, &w->err));
	must(w, ledger_public_key(w->ledger, &text, &w->err));
	must(w,
	    (enum err_code)note_key_parse(buf_span(&text), &w->key, &w->err));
	buf_release(&text);
}

static int make_world(void **state)
{
	struct world *w = mem_zalloc(1, sizeof(*w));
	char path[128];
	struct store_config config = {.path = path, .mode = STORE_CREATE};

	tr_set_lang(LANG_EN);
	strcpy(w->dir, "/tmp/gx-verify-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	path_in(w, "test.db", path);
	load_catalog(w);
	must(w, store_open(&config, &w->store, &w->err));
	make_log(w);
	fill(w);
	must(w, store_settle(w->store, STORE_SETTLE_ALL, NULL, &w->err));
	ledger_close(&w->ledger);
	store_close(&w->store);
	buf_init(&w->good, 64 << 20);
	must(w, file_read(path, &w->good, &w->err));
	path_in(w, "test.db-blobs", path);
	buf_init(&w->good_blobs, 64 << 20);
	must(w, file_read(path, &w->good_blobs, &w->err));
	*state = w;
	return 0;
}

static int drop_world(void **state)
{
	struct world *w = *state;

	catalog_free(&w->catalog);
	buf_release(&w->good);
	buf_release(&w->good_blobs);
	file_remove_tree(w->dir, NULL);
	free(w);
	return 0;
}

/* ---- changing and verifying ---- */

/* Runs these statements with right seals. */
static void run_sql(struct world *w, const char *sql)
{
	char path[128];
	char *message = NULL;
	sqlite3 *db = NULL;

	path_in(w, "test.db", path);
	assert_int_equal(
	    sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, store_vfs_name()),
	    SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	assert_int_equal(sqlite3_total_changes(db) > 0 || !*sql, 1);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* The good database, changed by these statements. */
static void change(struct world *w, const char *sql)
{
	char path[128], beside[160];

	path_in(w, "test.db", path);
	snprintf(beside, sizeof(beside), "%s-wal", path);
	unlink(beside);
	must(w, file_write(path, buf_span(&w->good), &w->err));
	snprintf(beside, sizeof(beside), "%s-blobs", path);
	must(w, file_write(beside, buf_span(&w->good_blobs), &w->err));
	run_sql(w, sql);
}

static void verify(struct world *w, struct verify_result *result)
{
	char path[128], folder[128], key[128];
	struct store_config config = {.path = path, .mode = STORE_READ};
	struct ledger_config log = log_config(w, folder, key);
	struct verify_request request = {
	    .database = path,
	    .log_folder = folder,
	    .origin = origin,
	    .key = &w->key,
	};

	path_in(w, "test.db", path);
	must(w, store_open(&config, &request.store, &w->err));
	must(w, store_open(&config, &request.second, &w->err));
	must(w, ledger_open(&log, request.store, &request.ledger, &w->err));
	verify_result_init(result);
	must(w, verify_run(&request, result, &w->err));
	ledger_close(&request.ledger);
	store_close(&request.second);
	store_close(&request.store);
}

static bool is_named(const struct verify_result *result, const char *text)
{
	size_t i;

	for (i = 0; i < result->named_count; i++)
		if (strstr(result->named[i], text))
			return true;
	return false;
}

static void print_named(const struct verify_result *result)
{
	size_t i;

	for (i = 0; i < result->named_count; i++)
		print_error("  %s\n", result->named[i]);
}

struct tampering {
	const char *sql;
	const char *found; /* part of what must be said */
};

static void check_all(
    struct world *w, const struct tampering *list, size_t count)
{
	struct verify_result result;
	size_t i;

	for (i = 0; i < count; i++) {
		change(w, list[i].sql);
		verify(w, &result);
		if (!is_named(&result, list[i].found)) {
			print_error("%zu: %s\n", i, list[i].sql);
			print_named(&result);
			fail_msg("not said: %s", list[i].found);
		}
		verify_result_release(&result);
	}
}

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

/* ---- the closed part ---- */

enum { CLOSED_AT = 16, CLOSED_BLOCK = 384 };

/* A statement of the good database, as kept or in its sealed form. */
static void read_statement(
    struct world *w, uint64_t seq, bool is_sealed, struct buf *out)
{
	char path[128];
	struct store_config config = {.path = path, .mode = STORE_READ};
	struct store *store = NULL;
	struct block block;

	path_in(w, "test.db", path);
	change(w, "");
	block_init(&block);
	must(w, store_open(&config, &store, &w->err));
	must(w, block_load(&block, store, seq, &w->err));
	if (is_sealed)
		statement_seal(block_statement(&block, seq),
		    block_closed_salt(&block, seq), out);
	else
		buf_add_span(out, block_statement(&block, seq));
	block_release(&block);
	store_close(&store);
}

/* A block's body packed again with another text for one statement. */
static void pack_again(struct buf *body, uint64_t seq, struct span now)
{
	static struct span list[CLOSED_BLOCK];
	struct columns *columns = columns_new(BLOCK_TEXT_MAX);
	struct buf raw = BUF_INIT(BLOCK_TEXT_MAX);
	struct buf text = BUF_INIT(BLOCK_TEXT_MAX);
	char *to = buf_reserve(&raw, BLOCK_TEXT_TARGET);
	size_t i;

	raw.n = ZSTD_decompress(to, BLOCK_TEXT_TARGET, body->p, body->n);
	assert_false(ZSTD_isError(raw.n));
	assert_true(columns_read(buf_span(&raw), CLOSED_BLOCK, &text, list));
	list[seq] = now;
	for (i = 0; i < CLOSED_BLOCK; i++)
		assert_true(columns_add(columns, list[i]));
	buf_reset(&raw);
	columns_write(columns, &raw);
	buf_reset(body);
	to = buf_reserve(body, ZSTD_compressBound(raw.n));
	body->n = ZSTD_compress(
	    to, ZSTD_compressBound(raw.n), buf_str(&raw), raw.n, 1);
	columns_free(&columns);
	buf_release(&raw);
	buf_release(&text);
}

enum { BLOCKS_MAX = 8 };

struct bodies {
	size_t count;
	int64_t first_seq[BLOCKS_MAX];
	int64_t at[BLOCKS_MAX];
	int64_t end[BLOCKS_MAX];
	struct buf body[BLOCKS_MAX];
};

static void read_bodies(
    struct world *w, struct store *store, struct bodies *out)
{
	const enum sql_id id = SQL_REGISTRY_BLOCK_LIST;
	struct store_value from = store_int(0);
	size_t i;

	must(w, store_start(store, id, &from, 1, &w->err));
	while (store_next(store, id, &w->err) == 1) {
		i = out->count++;
		assert_true(i < BLOCKS_MAX);
		out->first_seq[i] = store_column_int(store, id, 0);
		out->at[i] = store_column_int(store, id, 3);
		out->end[i] = store_column_int(store, id, 4);
	}
	store_finish(store, id);
	for (i = 0; i < out->count; i++) {
		buf_init(&out->body[i], BLOCK_TEXT_MAX);
		must(w,
		    store_blob_get(store, out->at[i], out->end[i],
			&out->body[i], &w->err));
	}
}

static void write_bodies(
    struct world *w, struct store *store, struct bodies *bodies)
{
	int64_t end = 0;
	size_t i;

	for (i = 0; i < bodies->count; i++) {
		bodies->at[i] = end;
		must(w,
		    store_blob_put(
			store, end, buf_span(&bodies->body[i]), &end, &w->err));
		bodies->end[i] = end;
		buf_release(&bodies->body[i]);
	}
}

static void write_places(struct world *w, const struct bodies *bodies)
{
	struct buf sql = BUF_INIT(1 << 16);
	size_t i;

	for (i = 0; i < bodies->count; i++)
		buf_addf(&sql,
		    "UPDATE statement_block SET body_at = %lld, "
		    "body_end = %lld WHERE first_seq = %lld;",
		    (long long)bodies->at[i], (long long)bodies->end[i],
		    (long long)bodies->first_seq[i]);
	run_sql(w, buf_str(&sql));
	buf_release(&sql);
}

/* The good database with another text for one statement of the first
 * block. */
static void rewrite(struct world *w, uint64_t seq, struct span now)
{
	char path[128];
	struct store_config config = {.path = path, .mode = STORE_WRITE};
	struct bodies bodies = {0};
	struct store *store = NULL;

	path_in(w, "test.db", path);
	change(w, "");
	must(w, store_open(&config, &store, &w->err));
	must(w, store_begin(store, &w->err));
	read_bodies(w, store, &bodies);
	pack_again(&bodies.body[0], seq, now);
	write_bodies(w, store, &bodies);
	must(w, store_commit(store, &w->err));
	must(w, store_settle(store, STORE_SETTLE_ALL, NULL, &w->err));
	store_close(&store);
	write_places(w, &bodies);
}

static void expect_found(struct world *w, struct span now, const char *found)
{
	struct verify_result result;

	rewrite(w, CLOSED_AT, now);
	verify(w, &result);
	if (!is_named(&result, found)) {
		print_named(&result);
		fail_msg("not said: %s", found);
	}
	verify_result_release(&result);
}

/* What of a statement cannot be seen by the public is bound all the same. */
static void verify_changed_closed_part_is_named(void **state)
{
	static const char sealed_otherwise[] =
	    "statement 16 is not what was sealed in the log";
	struct world *w = *state;
	struct buf text = BUF_INIT(1 << 16);
	struct verify_result result;
	struct span closed;
	char *at;

	read_statement(w, CLOSED_AT, false, &text);
	rewrite(w, CLOSED_AT, buf_span(&text));
	verify(w, &result);
	assert_int_equal(result.wrong, 0);
	verify_result_release(&result);

	at = strstr(buf_str(&text), "someone");
	assert_non_null(at);
	*at = 'S';
	expect_found(w, buf_span(&text), sealed_otherwise);
	*at = 's';
	closed = statement_closed(buf_span(&text));
	at = text.p + (closed.p - text.p) - strlen(",\"closed\":");
	memmove(at, closed.p + closed.n,
	    (size_t)(text.p + text.n - closed.p) - closed.n);
	text.n -= closed.n + strlen(",\"closed\":");
	expect_found(w, buf_span(&text), sealed_otherwise);

	/* Only its digest left: the commitment is right, the row is not. */
	buf_reset(&text);
	read_statement(w, CLOSED_AT, true, &text);
	expect_found(w, buf_span(&text), "statement 16 cannot be understood");
	at = strstr(buf_str(&text), "\"closed\":\"") + strlen("\"closed\":\"");
	*at = *at == 'a' ? 'b' : 'a';
	expect_found(w, buf_span(&text), sealed_otherwise);
	buf_release(&text);
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
		"published with 606 entries, the database knows 601"},
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
	    cmocka_unit_test(verify_changed_closed_part_is_named),
	    cmocka_unit_test(verify_changed_head_is_named),
	    cmocka_unit_test(verify_changed_small_table_is_named),
	    cmocka_unit_test(verify_erased_salt_is_counted),
	    cmocka_unit_test(verify_same_finding_is_named_once),
	};

	return cmocka_run_group_tests(tests, make_world, drop_world);
}
