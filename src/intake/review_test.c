/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of reviews: who may decide, once, and what becomes of a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/tr.h"
#include "intake/review.h"
#include "intake/upload.h"

enum { NOW = 1000 };

struct place {
	char dir[64], db[96];
	struct store *store;
	struct arena *arena;
	struct err err;
};

static int make_place(void **state)
{
	struct place *p = mem_zalloc(1, sizeof(*p));
	struct store_config config = {.path = p->db, .mode = STORE_CREATE};

	snprintf(p->dir, sizeof(p->dir), "%s", "/tmp/gx-review-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->db, sizeof(p->db), "%s/office.db", p->dir);
	assert_int_equal(store_open(&config, &p->store, &p->err), 0);
	assert_int_equal(store_begin(p->store, &p->err), 0);
	p->arena = arena_new();
	*state = p;
	return 0;
}

static int drop_place(void **state)
{
	struct place *p = *state;

	store_rollback(p->store);
	store_close(&p->store);
	arena_free(&p->arena);
	file_remove_tree(p->dir, NULL);
	free(p);
	return 0;
}

static struct review some_review(void)
{
	return (struct review){.act = CAT_ACT_WITHDRAW,
	    .department = "d",
	    .asked_ms = NOW,
	    .asked_by = "ma",
	    .about = 7,
	    .words = "[\"withdraw\",\"7\"]"};
}

static enum err_code decide(
    struct place *p, int64_t id, enum review_outcome outcome, const char *by)
{
	const struct review_decision decision = {id, outcome, by, "a note"};

	return review_decide(p->store, &decision, NOW + 1, &p->err);
}

static void decide_by_who_may_once_counts(void **state)
{
	struct place *p = *state;
	struct review r = some_review(), seen;

	assert_int_equal(review_add(p->store, &r, &p->err), 0);
	assert_int_equal(decide(p, r.id, REVIEW_APPROVED, "ma"), ERR_REFUSED);
	assert_int_equal(decide(p, r.id, REVIEW_REFUSED, "ma"), ERR_REFUSED);
	assert_int_equal(decide(p, r.id, REVIEW_TAKEN_BACK, "hu"), ERR_REFUSED);
	assert_int_equal(
	    decide(p, r.id + 1, REVIEW_APPROVED, "hu"), ERR_NOT_FOUND);
	assert_int_equal(
	    review_get(p->store, p->arena, r.id, &seen, &p->err), 0);
	assert_int_equal(seen.outcome, REVIEW_WAITS);
	assert_int_equal(decide(p, r.id, REVIEW_APPROVED, "hu"), 0);
	assert_int_equal(decide(p, r.id, REVIEW_REFUSED, "li"), ERR_CONFLICT);
	assert_int_equal(
	    decide(p, r.id, REVIEW_TAKEN_BACK, "ma"), ERR_CONFLICT);
	assert_int_equal(
	    review_get(p->store, p->arena, r.id, &seen, &p->err), 0);
	assert_int_equal(seen.outcome, REVIEW_APPROVED);
	assert_string_equal(seen.decided_by, "hu");
	assert_string_equal(seen.note, "a note");
}

static void done_first_time_counts(void **state)
{
	struct place *p = *state;
	struct review r = some_review(), seen;

	assert_int_equal(review_add(p->store, &r, &p->err), 0);
	assert_int_equal(decide(p, r.id, REVIEW_APPROVED, "hu"), 0);
	assert_int_equal(review_done(p->store, r.id, NOW + 2, "", &p->err), 0);
	assert_int_equal(
	    review_done(p->store, r.id, NOW + 3, "{}", &p->err), 0);
	assert_int_equal(
	    review_get(p->store, p->arena, r.id, &seen, &p->err), 0);
	assert_int_equal(seen.done_ms, NOW + 2);
	assert_string_equal(seen.error, "");
}

static void add_same_or_too_many_is_refused(void **state)
{
	struct place *p = *state;
	struct review r = some_review(), again = some_review();
	int64_t count;
	int i;

	assert_int_equal(review_add(p->store, &r, &p->err), 0);
	assert_int_equal(review_add(p->store, &again, &p->err), ERR_CONFLICT);
	assert_int_equal(again.id, r.id);
	assert_int_equal(decide(p, r.id, REVIEW_TAKEN_BACK, "ma"), 0);
	assert_int_equal(review_add(p->store, &again, &p->err), 0);
	for (i = 1; i < REVIEW_WAITING_MAX; i++) {
		r.about = 100 + i;
		assert_int_equal(review_add(p->store, &r, &p->err), 0);
	}
	r.about = 1;
	assert_int_equal(review_add(p->store, &r, &p->err), ERR_BUSY);
	r.department = "another";
	assert_int_equal(review_add(p->store, &r, &p->err), 0);
	assert_int_equal(reviews_waiting(p->store, "d", &count, &p->err), 0);
	assert_int_equal(count, REVIEW_WAITING_MAX);
}

static int64_t held_upload(struct place *p, const char *mark)
{
	struct upload u = {.mark = mark,
	    .received_ms = NOW,
	    .sender = "liu",
	    .department = "d",
	    .item = "penalty",
	    .file_name = "x.csv",
	    .key = "",
	    .held = UPLOAD_TO_REHEARSE};
	bool was_known;

	assert_int_equal(upload_add(p->store, &u, &was_known, &p->err), 0);
	return u.id;
}

static enum err_code add_upload(
    struct place *p, const char *department, const char *mark, int64_t bytes)
{
	struct upload u = {.mark = mark,
	    .sender = "ma",
	    .department = department,
	    .item = "penalty",
	    .file_name = "a.csv",
	    .file_bytes = bytes,
	    .key = ""};
	bool was_known;
	enum err_code rc = upload_add(p->store, &u, &was_known, &p->err);

	assert_false(was_known);
	return rc;
}

/* R-ING-031 */
static void upload_add_bounds_what_waits(void **state)
{
	struct place *p = *state;
	char mark[16];
	int i;

	/* Alone it may have any size, and nothing fits beside it. */
	assert_int_equal(
	    add_upload(p, "a", "a1", UPLOADS_BYTES_OF_ONE_MAX + 1), 0);
	assert_int_equal(add_upload(p, "a", "a2", 1), ERR_BUSY);
	assert_int_equal(add_upload(p, "b", "b1", 1), 0);
	assert_int_equal(
	    add_upload(p, "b", "b2", UPLOADS_BYTES_OF_ONE_MAX), ERR_BUSY);
	assert_int_equal(
	    add_upload(p, "b", "b2", UPLOADS_BYTES_OF_ONE_MAX - 1), 0);
	assert_int_equal(upload_end(p->store, 1, NOW, 0, "{}", &p->err), 0);
	assert_int_equal(add_upload(p, "a", "a2", 1), 0);
	for (i = 0; i < UPLOADS_WAITING_OF_ONE_MAX; i++) {
		snprintf(mark, sizeof(mark), "c%d", i);
		assert_int_equal(add_upload(p, "c", mark, 1), 0);
	}
	assert_int_equal(add_upload(p, "c", "c", 1), ERR_BUSY);
	assert_int_equal(add_upload(p, "d", "d", 1), 0);
}

static struct upload upload_of(struct place *p, int64_t id)
{
	struct upload u;

	assert_int_equal(upload_get(p->store, p->arena, id, &u, &p->err), 0);
	return u;
}

/* A file: rehearsed, then let go or ended. */
static void decide_lets_file_go_or_ends_it(void **state)
{
	static const struct {
		enum review_outcome outcome;
		const char *by;
		enum upload_held held;
		bool has_ended;
	} t[] = {
	    {REVIEW_APPROVED, "hu", UPLOAD_FREE, false},
	    {REVIEW_REFUSED, "hu", UPLOAD_HELD, true},
	    {REVIEW_TAKEN_BACK, "liu", UPLOAD_HELD, true},
	};
	struct place *p = *state;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char mark[8];
		struct review r = some_review();
		int64_t found;

		snprintf(mark, sizeof(mark), "m%zu", i);
		r.act = CAT_ACT_SUBMIT;
		r.asked_by = "liu";
		r.about = 0;
		r.words = "";
		r.upload_id = held_upload(p, mark);
		assert_int_equal(review_add(p->store, &r, &p->err), 0);
		assert_int_equal(
		    review_of_upload(p->store, r.upload_id, &found, &p->err),
		    0);
		assert_int_equal(found, r.id);
		assert_int_equal(review_rehearsed(p->store, r.upload_id,
				     span_of("{}"), &p->err),
		    0);
		assert_int_equal(upload_of(p, r.upload_id).held, UPLOAD_HELD);
		assert_int_equal(decide(p, r.id, t[i].outcome, t[i].by), 0);
		assert_int_equal(upload_of(p, r.upload_id).held, t[i].held);
		assert_int_equal(
		    upload_of(p, r.upload_id).ended_ms != 0, t[i].has_ended);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		decide_by_who_may_once_counts, make_place, drop_place),
	    cmocka_unit_test_setup_teardown(
		done_first_time_counts, make_place, drop_place),
	    cmocka_unit_test_setup_teardown(
		add_same_or_too_many_is_refused, make_place, drop_place),
	    cmocka_unit_test_setup_teardown(
		decide_lets_file_go_or_ends_it, make_place, drop_place),
	    cmocka_unit_test_setup_teardown(
		upload_add_bounds_what_waits, make_place, drop_place),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
