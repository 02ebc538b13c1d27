/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/verify_test_help.h"

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

#include "base/check.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/tr.h"
#include "registry/append.h"
#include "registry/catalogue.h"
#include "registry/key.h"
#include "registry/registry_test_help.h"
#include "store/store_vfs.h"

enum {
	REPLACED = 3,
	ENDED = 7,
	DECIDED = 17, /* by a person, when another catalogue had judged it */
	SOURCES_MAX = 256
};

static const char department[] = "rizhao-market-regulation";
static const char origin[] = "test.example/records";

void path_in(const struct world *w, const char *name, char out[128])
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

void must(struct world *w, enum err_code rc)
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

int make_world(void **state)
{
	struct world *w = mem_zalloc(1, sizeof(*w));
	char path[128];
	struct store_config config = {.path = path, .mode = STORE_CREATE};

	tr_set_lang(LANG_EN);
	snprintf(w->dir, sizeof(w->dir), "/tmp/gx-verify-XXXXXX");
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

int drop_world(void **state)
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

void run_sql(struct world *w, const char *sql)
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

void change(struct world *w, const char *sql)
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

void verify(struct world *w, struct verify_result *result)
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

bool is_named(const struct verify_result *result, const char *text)
{
	size_t i;

	for (i = 0; i < result->named_count; i++)
		if (strstr(result->named[i], text))
			return true;
	return false;
}

void print_named(const struct verify_result *result)
{
	size_t i;

	for (i = 0; i < result->named_count; i++)
		print_error("  %s\n", result->named[i]);
}

void check_all(struct world *w, const struct tampering *list, size_t count)
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
