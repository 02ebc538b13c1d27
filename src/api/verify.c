/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a data directory for verification and tells the result.
 *
 * Whose key? The one the caller brings is the honest question: it comes from
 * outside. Without it the directory's public key file is taken, which must
 * then be that of the private key, where that one can be read.
 */
#include "api/verify.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/office.h"
#include "api/uses.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/tr.h"
#include "cases/case_verify.h"
#include "tlog/base64.h"
#include "usage/use_verify.h"

enum { KEY_BYTES_MAX = 4096 };

static void trim_line(struct buf *text)
{
	if (text->n && text->p[text->n - 1] == '\n')
		text->p[--text->n] = '\0';
}

static void add_wrong(
    struct verify_result *out, const char *path, const struct err *err)
{
	struct buf text = BUF_INIT(PATH_MAX + ERR_TEXT_MAX + 8);

	buf_addf(&text, "\"%s\": %s", path, err->message);
	verify_result_add(out, buf_str(&text));
	buf_release(&text);
}

/* The public key in its file against the private key. */
static void compare_keys(struct ledger *ledger, const struct buf *text,
    const char *path, struct verify_result *out)
{
	struct buf real = BUF_INIT(KEY_BYTES_MAX);
	struct err err;

	if (ledger_public_key(ledger, &real, &err) == 0 &&
	    !span_equal(buf_span(text), buf_span(&real))) {
		err_set(&err, ERR_CORRUPT,
		    "this is not the key that signs the log");
		add_wrong(out, path, &err);
	}
	buf_release(&real);
}

static void add_note(struct verify_result *out, const char *text)
{
	if (out->notes_count < VERIFY_NAMED_MAX)
		out->notes[out->notes_count++] = mem_strdup(text);
}

/* The private key in its file. Nothing that is there depends on it, but all
 * that is to come. A copy may do without, and whom it is closed to cannot
 * judge it. */
static void check_signer(const struct home *home, const char *log,
    struct ledger *ledger, struct verify_result *out)
{
	struct buf key = BUF_INIT(KEY_BYTES_MAX);
	char path[PATH_MAX], text[PATH_MAX + 128];
	struct err err;

	snprintf(path, sizeof(path), "%s/keys/%s.key", home->dir, log);
	if (!file_exists(path)) {
		snprintf(text, sizeof(text),
		    tr("\"%s\" is missing: nothing can be sealed here"), path);
		add_note(out, text);
	} else if (access(path, R_OK) == 0 &&
	    ledger_public_key(ledger, &key, &err)) {
		verify_result_add(out, err.message);
	}
	buf_release(&key);
}

/* The directory's own key. Its file may be what is wrong: then the private
 * key tells. */
static enum err_code read_key(const struct home *home, const char *log,
    struct ledger *ledger, struct note_key *key, struct verify_result *out,
    struct err *err)
{
	struct buf text = BUF_INIT(KEY_BYTES_MAX);
	char path[PATH_MAX];
	enum err_code rc = 0;

	snprintf(path, sizeof(path), "%s/keys/%s.key.pub", home->dir, log);
	rc = file_read(path, &text, err);
	trim_line(&text);
	if (!rc)
		rc = (enum err_code)note_key_parse(buf_span(&text), key, err);
	if (!rc) {
		compare_keys(ledger, &text, path, out);
	} else {
		add_wrong(out, path, err);
		buf_reset(&text);
		rc = ledger_public_key(ledger, &text, err);
		if (!rc)
			rc = (enum err_code)note_key_parse(
			    buf_span(&text), key, err);
	}
	buf_release(&text);
	return rc;
}

static bool is_damage(enum err_code rc)
{
	return rc == ERR_CORRUPT || rc == ERR_STORE;
}

static void on_wrong(void *ctx, const char *text)
{
	verify_result_add(ctx, text);
}

static void on_note(void *ctx, const char *text)
{
	add_note(ctx, text);
}

/* That it cannot be told how long uses are kept matters only where some are
 * not there. */
static void keep_counts(struct home *home,
    const struct use_verify_counts *counts, struct verify_result *out)
{
	char path[PATH_MAX];
	struct err err;

	out->uses = counts->uses;
	out->uses_erased = counts->erased;
	if (!counts->erased || home->catalog)
		return;
	snprintf(path, sizeof(path), "%s/catalog", home->dir);
	if (home_load_catalog(home, &err))
		add_wrong(out, path, &err);
}

struct said {
	struct verify_result *result;
	const char *database;
};

static void say_trouble(void *ctx, const char *text)
{
	const struct said *said = ctx;
	struct err err;

	err_set(&err, ERR_CORRUPT, "%s", text);
	add_wrong(said->result, said->database, &err);
}

/* Every page of the second database, which a server may be writing to. What
 * was cut short when one was killed is mended by moving the journal. Nobody
 * here has it open then: who closes a file ends all locks of his process on it
 * (POSIX), also those by which others see that the journal is being read. */
static int check_pages(const struct home *home,
    const struct home_options *options, struct said *said,
    uint64_t *unwritten_out, struct err *err)
{
	struct office office;

	if (!office_open(home, HOME_READ, options, &office, NULL))
		store_settle(office.store, STORE_SETTLE_NOW, NULL, NULL);
	office_close(&office);
	return store_check_pages(
	    said->database, say_trouble, said, unwritten_out, err);
}

/* The second database, checked, and open in the end. */
static enum err_code open_office(const struct home *home,
    const struct api_verify_options *options, struct said *said,
    struct office *out, struct err *err)
{
	uint64_t unwritten = 0;
	int got = check_pages(home, &options->home, said, &unwritten, err);
	enum err_code rc =
	    office_open(home, HOME_READ, &options->home, out, err);

	if (!rc && got >= 0 && (options->is_deep || unwritten))
		got = store_check(out->store, say_trouble, said, err);
	return rc || got >= 0 ? rc : (enum err_code)got;
}

/* The log of uses, with the directory's own key. */
static enum err_code verify_uses(struct home *home,
    const struct api_verify_options *options, struct verify_result *out,
    struct err *err)
{
	char checkpoint[PATH_MAX], database[PATH_MAX], origin[PATH_MAX];
	struct use_verify_request request = {.checkpoint_path = checkpoint,
	    .origin = origin,
	    .code_of = home->store ? uses_code_of : NULL,
	    .code_ctx = home->store,
	    .wrong = on_wrong,
	    .note = on_note,
	    .ctx = out};
	struct said said = {out, database};
	struct use_verify_counts counts = {0};
	struct office office = {0};
	struct note_key key;
	enum err_code rc;

	snprintf(database, sizeof(database), "%s/office.db", home->dir);
	if (office_check_lost(home, err))
		add_wrong(out, database, err);
	if (!office_exists(home))
		return 0;
	snprintf(checkpoint, sizeof(checkpoint), "%s/log/uses/checkpoint",
	    home->dir);
	office_origin(home, origin, sizeof(origin));
	rc = open_office(home, options, &said, &office, err);
	if (!rc)
		rc = read_key(home, "uses", office.uses, &key, out, err);
	if (!rc)
		check_signer(home, "uses", office.uses, out);
	if (!rc)
		rc = store_begin_read(office.store, err);
	home_load_catalog(home, NULL);
	request.catalog = home->catalog;
	request.store = office.store;
	request.ledger = office.uses;
	request.key = &key;
	if (!rc)
		rc = use_verify(&request, &counts, err);
	keep_counts(home, &counts, out);
	office_close(&office);
	if (is_damage(rc)) {
		add_wrong(out, database, err);
		rc = 0;
	}
	return rc;
}

/* The cases, whose rows stand beside the records. */
static enum err_code verify_cases(
    struct home *home, struct verify_result *out, struct err *err)
{
	const struct case_verify_request request = {.store = home->store,
	    .moves = out->moves,
	    .wrong = on_wrong,
	    .ctx = out};

	return home->store ? case_verify(&request, &out->cases, err) : ERR_NONE;
}

enum err_code api_verify_all(struct home *home,
    const struct api_verify_options *options, struct verify_result *out,
    struct err *err)
{
	char database[PATH_MAX], folder[PATH_MAX];
	struct verify_request request = {
	    .database = database,
	    .log_folder = folder,
	    .origin = home->origin,
	    .key = options->key,
	    .is_deep = options->is_deep,
	    .progress = options->progress,
	    .progress_ctx = options->progress_ctx,
	};
	struct store *second = NULL;
	struct note_key key;
	enum err_code rc = home_open_check(home, &options->home, &second, err);

	snprintf(database, sizeof(database), "%s/gongxin.db", home->dir);
	snprintf(folder, sizeof(folder), "%s/log/records", home->dir);
	if (is_damage(rc)) {
		add_wrong(out, database, err);
		rc = 0;
	}
	if (!rc && !request.key) {
		rc = read_key(home, "records", home->ledger, &key, out, err);
		request.key = &key;
	}
	if (!rc)
		check_signer(home, "records", home->ledger, out);
	request.store = home->store;
	request.second = second;
	request.ledger = home->ledger;
	if (!rc)
		rc = verify_run(&request, out, err);
	if (!rc)
		rc = verify_cases(home, out, err);
	if (!rc)
		rc = verify_uses(home, options, out, err);
	store_close(&second);
	home_close_store(home);
	return rc;
}

static void put_list(
    struct json_writer *w, const char *key, char *const *list, size_t count)
{
	size_t i;

	json_key(w, key);
	json_open_array(w);
	for (i = 0; i < count; i++)
		json_add_string(w, span_of(list[i]));
	json_close_array(w);
}

void api_verify_json(const struct verify_result *r, struct buf *out)
{
	struct buf root = BUF_INIT(128);
	struct json_writer w;

	base64_add(&root, r->root.b, sizeof(r->root));
	json_start(&w, out);
	json_open_object(&w);
	json_put_bool(&w, "verified", r->wrong == 0);
	json_put_int(&w, "statements", (int64_t)r->statements);
	json_put_int(&w, "erased", (int64_t)r->erased);
	json_put_int(&w, "records", (int64_t)r->records);
	json_put_int(&w, "subjects", (int64_t)r->subjects);
	json_put_int(&w, "cases", (int64_t)r->cases);
	json_put_int(&w, "files", (int64_t)r->files);
	json_put_int(&w, "heads", (int64_t)r->heads);
	json_put_int(&w, "uses", (int64_t)r->uses);
	json_put_int(&w, "uses_erased", (int64_t)r->uses_erased);
	json_put_span(&w, "root", buf_span(&root));
	json_put_int(&w, "wrong_count", (int64_t)r->wrong);
	put_list(&w, "wrong", r->named, r->named_count);
	put_list(&w, "notes", r->notes, r->notes_count);
	json_close_object(&w);
	buf_release(&root);
}
