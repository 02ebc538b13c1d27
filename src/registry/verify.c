/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who does what:
 *
 *	this thread			the other thread
 *	submissions, catalogues
 *	verify_log: statements,		pages of the database
 *	  tiles, heads			verify_rows: records, ends,
 *	  (decoded by verify_feed)	  subjects, directory, names
 *	--------------- both done: sums are compared ---------------
 *	verify_name_differences, when sums differ
 *	verify_told: each subject's name is said by some statement
 *	verify_folder: what else lies in the log's folder
 *	the database's own check, when asked for or anything was wrong
 *
 * Findings are texts that name the thing; they are collected under a mutex.
 */
#include "registry/verify.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/tr.h"
#include "registry/catalogue.h"
#include "registry/verify_priv.h"

enum { TEXT_MAX = 700, PUBLISHED_MAX = 64 * 1024 };

/* ---- findings ---- */

void verify_result_init(struct verify_result *result)
{
	memset(result, 0, sizeof(*result));
}

void verify_result_release(struct verify_result *result)
{
	size_t i;

	for (i = 0; i < result->named_count; i++)
		free(result->named[i]);
	for (i = 0; i < result->notes_count; i++)
		free(result->notes[i]);
	verify_result_init(result);
}

/* One damaged page can say the same of every statement: it is named once, so
 * that it does not crowd out what else is wrong. */
static bool is_named(const struct verify_result *result, const char *text)
{
	size_t i;

	for (i = 0; i < result->named_count; i++)
		if (strcmp(result->named[i], text) == 0)
			return true;
	return false;
}

void verify_result_add(struct verify_result *result, const char *text)
{
	result->wrong++;
	if (is_named(result, text))
		return;
	if (result->named_count < VERIFY_NAMED_MAX)
		result->named[result->named_count++] = mem_strdup(text);
}

void verify_wrong(struct verify *v, const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	pthread_mutex_lock(&v->mutex);
	verify_result_add(v->result, text);
	pthread_mutex_unlock(&v->mutex);
}

void verify_note(struct verify *v, const char *fmt, ...)
{
	struct verify_result *result = v->result;
	char text[TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	pthread_mutex_lock(&v->mutex);
	if (result->notes_count < VERIFY_NAMED_MAX)
		result->notes[result->notes_count++] = mem_strdup(text);
	pthread_mutex_unlock(&v->mutex);
}

enum err_code verify_absorb(
    struct verify *v, enum err_code rc, const struct err *err)
{
	if (rc != ERR_CORRUPT && rc != ERR_STORE)
		return rc;
	verify_wrong(
	    v, "%s%s%s", err->message, err->detail[0] ? ". " : "", err->detail);
	return 0;
}

static void say_page(void *ctx, const char *text)
{
	verify_wrong(ctx, "%s", text);
}

static void say_structure(void *ctx, const char *text)
{
	verify_wrong(ctx, tr("the database's structure: %s"), text);
}

/* ---- sums ---- */

void sum_add(struct sum *sum, uint64_t seed, const void *p, size_t n)
{
	XXH128_hash_t h = XXH3_128bits_withSeed(p, n, seed);

	sum->low += h.low64;
	sum->high += h.high64 + (sum->low < h.low64);
}

static void sums_start(struct sums *sums, uint64_t seed, uint64_t numbers)
{
	memset(sums, 0, sizeof(*sums));
	sums->seed = seed;
	while (numbers >> sums->shift >= VERIFY_BUCKETS)
		sums->shift++;
}

void sums_add(struct sums *sums, uint64_t number, const void *p, size_t n)
{
	uint64_t at = number >> sums->shift;

	sum_add(&sums->list[at < VERIFY_BUCKETS ? at : VERIFY_BUCKETS - 1],
	    sums->seed, p, n);
}

size_t sums_differ(const struct sums *a, const struct sums *b, size_t from)
{
	while (from < VERIFY_BUCKETS &&
	    memcmp(&a->list[from], &b->list[from], sizeof(a->list[from])) == 0)
		from++;
	return from;
}

/* ---- small tables ---- */

/* Submissions are numbered from 1 and follow one another in the log. */
static void add_submission(struct verify *v, struct store *store)
{
	const enum sql_id id = SQL_REGISTRY_SUBMISSION_SPANS;
	int64_t number = store_column_int(store, id, 0);
	struct span_of_log s = {(uint64_t)store_column_int(store, id, 2),
	    (uint64_t)store_column_int(store, id, 3),
	    store_column_int(store, id, 1)};
	uint64_t end = v->submissions_count
	    ? v->submissions[v->submissions_count - 1].end
	    : 0;

	if (number != (int64_t)v->submissions_count + 1 || s.first < end ||
	    s.end <= s.first || s.end > v->size) {
		verify_wrong(v,
		    tr("submission %lld does not have its place in the log"),
		    (long long)number);
		s.first = s.end = end;
	}
	v->submissions = mem_realloc(
	    v->submissions, v->submissions_count + 2, sizeof(*v->submissions));
	v->submissions[v->submissions_count++] = s;
}

static enum err_code load_submissions(struct verify *v, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_SUBMISSION_SPANS;
	struct store *store = v->request->store;
	enum err_code rc = store_start(store, id, NULL, 0, err);

	v->submissions = mem_zalloc(1, sizeof(*v->submissions));
	while (store_next_row(store, id, &rc, err))
		add_submission(v, store);
	store_finish(store, id);
	return verify_absorb(v, rc, err);
}

static void say_catalogue(void *ctx, int64_t catalogue_id)
{
	verify_wrong(ctx,
	    tr("archived catalogue %lld is not what its digest says"),
	    (long long)catalogue_id);
}

static enum err_code check_catalogues(struct verify *v, struct err *err)
{
	return verify_absorb(v,
	    catalogue_check_all(v->request->store, say_catalogue, v, err), err);
}

/* ---- threads ---- */

static enum err_code check_pages(
    struct verify *v, uint64_t *unwritten, struct err *err)
{
	int got = store_check_files(
	    v->request->database, say_page, v, unwritten, err);

	return (enum err_code)(got < 0 ? got : 0);
}

struct rows_thread {
	struct verify *v;
	uint64_t unwritten; /* pages without content */
	enum err_code rc;
	struct err err;
};

static void *run_rows(void *arg)
{
	struct rows_thread *t = arg;

	t->rc = check_pages(t->v, &t->unwritten, &t->err);
	if (!t->rc)
		t->rc = verify_rows(t->v, t->v->request->second, &t->err);
	return NULL;
}

/* Statements here, rows there. */
static enum err_code check_both(
    struct verify *v, uint64_t *unwritten, struct err *err)
{
	struct rows_thread t = {.v = v};
	enum err_code rc;
	pthread_t thread;

	if (pthread_create(&thread, NULL, run_rows, &t) != 0)
		return err_set(err, ERR_SYSTEM, "could not start a thread");
	rc = verify_log(v, err);
	pthread_join(thread, NULL);
	*unwritten = t.unwritten;
	if (!rc && t.rc) {
		*err = t.err;
		rc = t.rc;
	}
	return rc;
}

/* ---- order ---- */

static enum err_code start_sums(struct verify *v, struct err *err)
{
	struct sums **by_statement[] = {&v->row_sums, &v->statement_sums};
	struct sums **by_subject[] = {
	    &v->code_sums, &v->directory_sums, &v->name_sums, &v->pack_sums};
	int64_t subjects = 0;
	uint64_t seed = 0;
	enum err_code rc = random_bytes(&seed, sizeof(seed), err);
	size_t i;

	if (!rc)
		rc = verify_absorb(v,
		    store_get_int(v->request->store, SQL_REGISTRY_SUBJECT_LAST,
			NULL, 0, 0, &subjects, err),
		    err);
	if (subjects < 0)
		subjects = 0;
	for (i = 0; i < ARRAY_COUNT(by_statement); i++) {
		*by_statement[i] = mem_alloc(sizeof(struct sums));
		sums_start(*by_statement[i], seed, v->size);
	}
	v->told = told_new((uint64_t)subjects, seed);
	for (i = 0; i < ARRAY_COUNT(by_subject); i++) {
		*by_subject[i] = mem_alloc(sizeof(struct sums));
		sums_start(*by_subject[i], seed, (uint64_t)subjects);
	}
	return rc;
}

static enum err_code read_published(struct verify *v, struct err *err)
{
	char path[PATH_MAX];
	enum err_code rc;

	snprintf(path, sizeof(path), "%s/checkpoint", v->request->log_folder);
	rc = file_read(path, &v->published, err);
	return rc == ERR_NOT_FOUND || rc == ERR_FULL ? ERR_NONE : rc;
}

static enum err_code check_content(
    struct verify *v, uint64_t *unwritten, struct err *err)
{
	struct ledger_head head = {0};
	enum err_code rc =
	    verify_absorb(v, ledger_head(v->request->ledger, &head, err), err);

	v->size = head.size;
	/* Said first: what both threads find can fill the list of names. */
	if (!rc && head.signed_at_ms == 0)
		verify_wrong(v, tr("the log was never signed"));
	if (!rc)
		rc = start_sums(v, err);
	if (!rc)
		rc = read_published(v, err);
	if (!rc)
		rc = load_submissions(v, err);
	if (!rc)
		rc = check_catalogues(v, err);
	if (!rc)
		rc = check_both(v, unwritten, err);
	if (!rc)
		rc = verify_name_differences(v, v->request->store, err);
	if (!rc && !v->is_unread && v->result->statements == v->size)
		rc = verify_told(v, v->request->store, err);
	return rc ? rc : verify_folder(v, err);
}

static enum err_code check_structure(struct verify *v, struct err *err)
{
	int got = store_check(v->request->store, say_structure, v, err);

	return verify_absorb(v, (enum err_code)(got < 0 ? got : 0), err);
}

static enum err_code run(struct verify *v, struct err *err)
{
	const struct verify_request *r = v->request;
	uint64_t unwritten = 0;
	enum err_code rc;

	if (!r->store)
		return check_pages(v, &unwritten, err);
	rc = check_content(v, &unwritten, err);
	if (!rc && (r->is_deep || unwritten || v->result->wrong))
		rc = check_structure(v, err);
	return rc;
}

enum err_code verify_run(const struct verify_request *request,
    struct verify_result *out, struct err *err)
{
	struct verify *v = mem_zalloc(1, sizeof(*v));
	enum err_code rc;

	v->request = request;
	v->result = out;
	pthread_mutex_init(&v->mutex, NULL);
	buf_init(&v->published, PUBLISHED_MAX);
	rc = run(v, err);
	pthread_mutex_destroy(&v->mutex);
	buf_release(&v->published);
	free(v->submissions);
	free(v->row_sums);
	free(v->statement_sums);
	free(v->code_sums);
	free(v->directory_sums);
	free(v->name_sums);
	free(v->pack_sums);
	free(v->told);
	free(v);
	return rc;
}
