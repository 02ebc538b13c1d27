/* SPDX-License-Identifier: Apache-2.0 */
/* A real SQLite database and a real log, made anew for each test. */
#include "registry/registry_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/tr.h"
#include "ident/ident.h"

struct catalog *catalog;

static const char catalogue_hex[] =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static void open_log(struct fixture *f)
{
	char folder[96], key[96];
	struct ledger_config config = {
	    LEDGER_RECORDS, folder, key, "test.example/records"};

	snprintf(folder, sizeof(folder), "%s/log", f->dir);
	snprintf(key, sizeof(key), "%s/records.key", f->dir);
	assert_int_equal(file_make_folders(folder, &f->err), 0);
	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(
	    ledger_create(&config, f->store, noon_ms("2020-01-01"), &f->err),
	    0);
	assert_int_equal(store_commit(f->store, &f->err), 0);
	assert_int_equal(
	    ledger_open(&config, f->store, &f->ledger, &f->err), 0);
}

int fixture_setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof(*f));
	char path[96];
	struct store_config config = {.path = path, .mode = STORE_CREATE};

	snprintf(f->dir, sizeof(f->dir), "/tmp/gx-registry-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(path, sizeof(path), "%s/test.db", f->dir);
	assert_int_equal(store_open(&config, &f->store, &f->err), 0);
	open_log(f);
	*state = f;
	return 0;
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	ledger_close(&f->ledger);
	store_close(&f->store);
	file_remove_tree(f->dir, NULL);
	free(f);
	return 0;
}

void test_code(unsigned i, char out[19])
{
	char text[32];

	snprintf(text, sizeof(text), "91371102%08u", i % 100000000);
	memcpy(out, text, 16);
	out[16] = ident_org_check_char(out + 8);
	out[17] = ident_uscc_check_char(out);
	out[18] = '\0';
}

int64_t noon_ms(const char *day)
{
	date_days date = DATE_NONE;

	assert_true(date_parse_iso(span_of(day), &date));
	return (date * 24LL + 4) * 3600 * 1000;
}

static void add_row(struct fixture *f, struct subject_book *book,
    struct appender *appender, const struct test_row *row)
{
	struct record_in in = {
	    .content.fields = span_of(row->fields ? row->fields : "{}"),
	    .key_hash = row->key,
	    .content_hash = row->content,
	    .decided_on = row->decided_on,
	    .valid_to = row->valid_to ? row->valid_to : DATE_NONE,
	    .public_until = row->public_until ? row->public_until : DATE_NONE,
	    .class_ = row->class_,
	    .is_forced = row->is_forced,
	};
	struct span others;

	assert_int_equal(subject_book_resolve(book, row->code,
			     span_of(row->name), &in.subject_id, &f->err),
	    0);
	memcpy(in.code, row->code, 18);
	in.is_new_subject = subject_book_is_new(book, in.subject_id);
	assert_int_equal(appender_add(appender, &in, &others, &f->err), 0);
}

static void finish(struct fixture *f, struct subject_book *book,
    struct appender *appender, int64_t received_ms)
{
	assert_int_equal(subject_book_flush(book, &f->err), 0);
	assert_int_equal(appender_finish(appender, &f->err), 0);
	assert_int_equal(ledger_seal(f->ledger, received_ms, &f->err), 0);
	assert_int_equal(store_commit(f->store, &f->err), 0);
	assert_int_equal(ledger_publish(f->ledger, &f->err), 0);
}

struct append_counts fixture_submit(struct fixture *f, int item,
    const char *item_id, const char *department, int64_t received_ms,
    const struct test_row *rows, size_t count)
{
	static int64_t submission_id;
	const bool sets_names =
	    strcmp(item_id, "organisation-registration") == 0;
	struct statement_frame frame;
	struct append_config config = {f->store, f->ledger, &frame, item, count,
	    f->dir, .is_resent = false};
	struct appender *appender = NULL;
	struct subject_book *book = NULL;
	struct append_counts counts;
	size_t i;

	statement_frame_init(
	    &frame, catalogue_hex, department, item_id, received_ms);
	assert_int_equal(store_begin(f->store, &f->err), 0);
	assert_int_equal(ledger_begin(f->ledger, &f->err), 0);
	assert_int_equal(subject_book_new(f->store, ++submission_id, sets_names,
			     &book, &f->err),
	    0);
	assert_int_equal(appender_new(&config, &appender, &f->err), 0);
	for (i = 0; i < count; i++)
		add_row(f, book, appender, &rows[i]);
	finish(f, book, appender, received_ms);
	counts = appender_counts(appender);
	appender_free(&appender);
	subject_book_free(&book);
	return counts;
}

struct catalog *test_catalogue(const char *city)
{
	const char *root = getenv("GX_SOURCE_ROOT");
	struct catalog *loaded = NULL;
	struct cat_issues issues;
	struct err err = {0};
	char path[512];

	snprintf(path, sizeof(path), "%s/catalog", root ? root : ".");
	cat_issues_init(&issues);
	assert_int_equal(catalog_load(path, city, &issues, &loaded, &err), 0);
	cat_issues_release(&issues);
	return loaded;
}

int load_rizhao(void **state)
{
	(void)state;
	tr_set_lang(LANG_EN);
	catalog = test_catalogue("rizhao");
	return 0;
}

int free_catalogue(void **state)
{
	(void)state;
	catalog_free(&catalog);
	return 0;
}

date_days day(const char *text)
{
	date_days date = DATE_NONE;

	assert_true(date_parse_iso(span_of(text), &date));
	return date;
}
