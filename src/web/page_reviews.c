/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second person's pages: what waits for an approval, one of them with
 * all that is to be looked at, and the decision. The decision and its trace
 * are durable before anything is carried out:
 *
 *	approved	a file: let go (uploads.h), the answer waits for it
 *			a command: run (command.h), then review_done
 *	refused, taken back	the file goes
 *
 * When the server is cut off between the decision and the command, whoever
 * may decide has it carried out again: the commands know what was done.
 */
#include "web/reviews.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/put.h"
#include "api/own_doubtful.h"
#include "api/reviews.h"
#include "api/shown.h"
#include "api/subject.h"
#include "base/file.h"
#include "web/command.h"
#include "web/desk.h"
#include "web/seal.h"
#include "web/uploads.h"

enum { ARGS_MAX = 24, ERROR_BYTES_MAX = 4096, ENDING_CHARS_MAX = 6 };

static const char ascii_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

static const char *reference_of(const struct http_request *request, int64_t id)
{
	return arena_printf(request->arena, "review-%lld", (long long)id);
}

static struct use use_of(const struct http_request *request,
    const struct review *review, enum use_act act, int64_t id)
{
	struct use use = site_use_of(staff_caller(request), act);

	use.purpose = span_of(request->route->name);
	use.reference = span_of(reference_of(request, id));
	if (review->department)
		use.department = span_of(review->department);
	return use;
}

/* ---- whom it is about ---- */

/* The code that a command names as the organisation's. */
static struct span code_of(json_t *words)
{
	const json_t *one;
	size_t i;

	json_array_foreach (words, i, one)
		if (json_string_value(one) &&
		    strcmp(json_string_value(one), "--subject") == 0)
			return span_of(
			    json_string_value(json_array_get(words, i + 1)));
	return span_of("");
}

/* A use, and whom it is about when they are many. */
struct traced {
	struct use use;
	struct many_subject *list; /* owned */
	size_t count;
};

/* Whom the act is about; of rows, nobody is known before. */
static void put_about(struct site_worker *worker,
    const struct http_request *request, const struct review *review,
    struct traced *out)
{
	const struct reading reading = desk_reading(worker, request);
	json_t *words = json_loads(review->words ? review->words : "", 0, NULL);
	struct buf row = BUF_INIT(OWN_DOUBTFUL_BYTES_MAX);
	struct own_record record;
	struct err ignored;

	own_record_init(&record);
	if (review->act == CAT_ACT_RESOLVE)
		desk_about_doubtful(worker, request, review->about, &row);
	else if (review->act != CAT_ACT_SUBMIT)
		own_record_find(
		    &reading, (uint64_t)review->about, &record, &ignored);
	out->use.subject = span_of(arena_strdup(request->arena, record.code));
	out->use.subject_id = record.subject_id;
	out->count = shown_put_act(reading.store, buf_span(&row),
	    code_of(words), &out->use, &out->list);
	own_record_release(&record);
	buf_release(&row);
	json_decref(words);
}

static enum err_code write_trace(
    const struct desk_turn *turn, struct traced *traced, struct err *err)
{
	uint64_t seq;

	traced->use.at_ms = turn->now_ms;
	return many_add(turn->uses, turn->store, &traced->use, traced->list,
	    traced->count, &seq, err);
}

static void seal_refused(struct site_worker *worker,
    struct http_response *response, struct traced *traced,
    const struct err *why)
{
	traced->use.outcome = USE_REFUSED;
	traced->use.why = span_of(err_name(why->code));
	response->hold =
	    site_hold_many(worker, traced->use, traced->list, traced->count);
}

/* ---- asking ---- */

bool reviews_are_needed(
    const struct site_worker *worker, const char *department, enum cat_act act)
{
	const struct cat_department *d =
	    catalog_department(worker->home.catalog, department);

	return d && d->second_person[act];
}

/* What waits is kept, also what the command would refuse in the end. */
static enum err_code write_words(struct arena *arena, const char *const *args,
    const char **words_out, struct err *err)
{
	struct buf text = BUF_INIT(REVIEW_WORDS_BYTES_MAX);
	struct json_writer w;
	enum err_code rc = 0;

	json_start(&w, &text);
	json_open_array(&w);
	for (; !rc && *args; args++) {
		rc = subject_check_words(span_of(*args), err);
		json_add_string(&w, span_of(*args));
	}
	json_close_array(&w);
	if (!rc && text.is_full)
		rc = err_set(err, ERR_INPUT, "the form is too long");
	*words_out = rc ? NULL : arena_dup(arena, buf_str(&text), text.n);
	buf_release(&text);
	return rc;
}

struct asking {
	struct review review;
	struct traced traced;
	char reference[32];
};

static enum err_code do_ask(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct asking *a = ctx;
	enum err_code rc;

	a->review.asked_ms = turn->now_ms;
	rc = review_add(turn->store, &a->review, err);
	snprintf(a->reference, sizeof(a->reference), "review-%lld",
	    (long long)a->review.id);
	a->traced.use.reference = span_of(a->reference);
	return rc ? rc : write_trace(turn, &a->traced, err);
}

static void go_to(struct http_response *response, int64_t id)
{
	response->status = 303;
	http_add_header(
	    response, "Location", "/desk/reviews/%lld", (long long)id);
}

void reviews_put_waiting(struct json_writer *w, int64_t review)
{
	if (review)
		json_put_int(w, "review", review);
	else
		put_null(w, "review");
}

enum err_code reviews_ask(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct reviews_asked *asked, struct err *err)
{
	const struct people_caller *who = staff_caller(request);
	struct asking a = {.review = {.act = asked->act,
			       .department = asked->department,
			       .asked_by = desk_name(request),
			       .about = asked->about},
	    .traced = {.use = site_use_of(who, USE_SUBMIT)}};
	enum err_code rc =
	    write_words(request->arena, asked->args, &a.review.words, err);

	if (rc)
		return rc;
	a.traced.use.department = span_of(asked->department);
	a.traced.use.purpose = span_of(request->route->name);
	put_about(worker, request, &a.review, &a.traced);
	rc = staff_run(worker->site->staff, do_ask, &a, err);
	if (rc)
		seal_refused(worker, response, &a.traced, err);
	else
		go_to(response, a.review.id);
	free(a.traced.list);
	return rc;
}

/* ---- looking ---- */

enum err_code site_reviews(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct reading reading = desk_reading(worker, request);
	struct reviews_query query = {
	    .is_decided = http_choice(request, "state") == 1,
	    .before = http_number(request, "before", INT64_MAX),
	    .limit = (size_t)http_number(request, "limit", REVIEWS_LIMIT)};
	struct desk_look look = {.record = -1};
	enum err_code rc = desk_departments(
	    worker, request, PEOPLE_RECORDS, &query.departments, err);

	if (!rc) {
		look.department = query.departments.chosen->id;
		rc = reviews_document(
		    &reading, worker->office, &query, &response->body, err);
	}
	desk_seal(worker, request, response, &look, rc ? err : NULL);
	return rc ? rc
		  : site_show(worker, request, response, "desk-reviews", err);
}

/* That others' exist is nobody else's business; whom they are about is told
 * to the trace alone. */
static enum err_code find(struct site_worker *worker,
    const struct http_request *request, enum people_capability capability,
    struct review *out, struct err *err)
{
	int64_t id = http_number(request, "number", 0);
	enum err_code rc;

	memset(out, 0, sizeof(*out));
	rc = review_get(worker->office, request->arena, id, out, err);
	if (!rc && !desk_may(worker, request, capability, out->department)) {
		out->department = NULL;
		rc = err_set(err, ERR_NOT_FOUND, "there is no review %lld",
		    (long long)id);
	}
	return rc;
}

/* The look at one, or the attempt. */
static void seal_look(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct review *review, const struct err *why)
{
	int64_t id = http_number(request, "number", 0);
	struct traced look = {.use = use_of(request, review, USE_READ, id)};

	if (!why) {
		site_seal(worker, response, look.use, &response->body, NULL);
		return;
	}
	put_about(worker, request, review, &look);
	seal_refused(worker, response, &look, why);
	free(look.list);
}

enum err_code site_review(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct reading reading = desk_reading(worker, request);
	struct reviews_of of = {.office = worker->office,
	    .ledger = worker->home.ledger,
	    .name = desk_name(request)};
	struct review review;
	enum err_code rc = find(worker, request, PEOPLE_RECORDS, &review, err);

	if (!rc) {
		of.may_decide =
		    desk_may(worker, request, PEOPLE_REVIEW, review.department);
		of.may_send =
		    desk_may(worker, request, PEOPLE_SUBMIT, review.department);
		rc = review_document(
		    &reading, &of, &review, &response->body, err);
	}
	seal_look(worker, request, response, &review, rc ? err : NULL);
	return rc ? rc
		  : site_show(worker, request, response, "desk-review", err);
}

/* By a name that every system takes, with the ending that it came with. */
static void name_file(const struct site_worker *worker,
    struct http_response *response, int64_t id, const char *came_as)
{
	const char *dot = strrchr(came_as, '.');
	size_t n = dot ? strspn(dot + 1, ascii_letters) : 0;

	site_name_file(worker, response,
	    n && n <= ENDING_CHARS_MAX && !dot[1 + n] ? dot : "", "review-%lld",
	    (long long)id);
}

enum err_code site_review_file(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	int64_t id = http_number(request, "number", 0);
	struct review review;
	struct upload upload;
	struct use use;
	enum err_code rc = find(worker, request, PEOPLE_REVIEW, &review, err);

	if (!rc && !review.upload_id)
		rc = err_set(err, ERR_NOT_FOUND,
		    "no file belongs to review %lld", (long long)id);
	if (!rc)
		rc = upload_get(worker->office, request->arena,
		    review.upload_id, &upload, err);
	if (!rc)
		rc = uploads_open_file(worker, &upload, &response->fd, err);
	use = use_of(request, &review, USE_READ, id);
	if (!rc)
		rc = file_digest(response->fd, use.answer, err);
	use.has_answer = !rc;
	if (!rc)
		name_file(worker, response, id, upload.file_name);
	site_seal(worker, response, use, NULL, rc ? err : NULL);
	return rc;
}

/* ---- carrying out ---- */

struct carrying {
	int64_t id;
	const char *error;    /* "": it is done */
	struct traced traced; /* of what was refused */
};

static enum err_code do_note(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct carrying *c = ctx;
	enum err_code rc =
	    review_done(turn->store, c->id, turn->now_ms, c->error, err);

	return rc || !c->error[0] ? rc : write_trace(turn, &c->traced, err);
}

static enum err_code carried_out(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	const struct runner_result *ran = site_ran(request);
	struct buf error = BUF_INIT(ERROR_BYTES_MAX);
	struct carrying c = {
	    .id = http_number(request, "number", 0), .error = ""};
	struct review review = {.department = NULL};
	struct use *use = &c.traced.use;
	enum err_code rc = 0;

	/* Whatever may fare better another time is left as it is. */
	if (uploads_may_pass(ran->rc)) {
		*err = ran->err;
		rc = ran->rc;
	} else {
		if (ran->rc) {
			uploads_put_error(&ran->err, &error);
			c.error = buf_str(&error);
			review_get(worker->office, request->arena, c.id,
			    &review, NULL);
			*use = use_of(request, &review, USE_SUBMIT, c.id);
			use->outcome = USE_REFUSED;
			use->why = span_of(err_name(ran->rc));
			put_about(worker, request, &review, &c.traced);
		}
		rc = staff_run(worker->site->staff, do_note, &c, err);
	}
	if (!rc)
		go_to(response, c.id);
	free(c.traced.list);
	buf_release(&error);
	return rc;
}

/* The command as it was asked for, by both. */
static enum err_code carry_out(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct review *review, struct err *err)
{
	json_t *words = json_loads(review->words, 0, NULL);
	const char *args[ARGS_MAX + 3] = {NULL};
	size_t n = 0, i;
	const json_t *one;
	enum err_code rc;

	json_array_foreach (words, i, one) {
		const char *text = json_string_value(one);

		if (!text || n >= ARGS_MAX)
			break;
		args[n++] = text;
		if (n > 1)
			continue;
		args[n++] = "--by";
		args[n++] = arena_printf(request->arena, "%s, %s",
		    review->asked_by, desk_name(request));
	}
	rc = n < 3 || i < json_array_size(words)
	    ? err_set(err, ERR_CORRUPT, "review %lld is damaged",
		  (long long)review->id)
	    : site_run(worker, request, response, args, carried_out, err);
	json_decref(words);
	return rc;
}

static enum err_code taken_in(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	(void)arg;
	(void)err;
	go_to(response, http_number(request, "number", 0));
	return 0;
}

/* ---- deciding ---- */

struct deciding {
	struct review_decision decision;
	struct traced traced;
};

static enum err_code do_decide(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct deciding *d = ctx;
	enum err_code rc = d->decision.outcome == REVIEW_WAITS
	    ? ERR_NONE
	    : review_decide(turn->store, &d->decision, turn->now_ms, err);

	return rc ? rc : write_trace(turn, &d->traced, err);
}

static enum err_code check_note(
    const struct review_decision *d, struct span note, struct err *err)
{
	if (note.n > REVIEW_NOTE_BYTES_MAX)
		return err_set(err, ERR_INPUT, "the note is too long");
	return d->outcome == REVIEW_REFUSED && !note.n
	    ? err_set(err, ERR_INPUT, "say why it is not approved")
	    : subject_check_words(note, err);
}

/* The decision and its trace, or the trace of the attempt. */
static enum err_code decide(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct review *review, enum review_outcome outcome, enum err_code rc,
    struct err *err)
{
	struct span note = span_trim(site_field(request, "note"));
	int64_t id = http_number(request, "number", 0);
	struct deciding d = {.decision = {.id = id,
				 .outcome = outcome,
				 .by = desk_name(request),
				 .note = arena_dup(request->arena,
				     note.n ? note.p : "", note.n)},
	    .traced = {.use = use_of(request, review, USE_SUBMIT, id)}};

	put_about(worker, request, review, &d.traced);
	if (!rc)
		rc = check_note(&d.decision, note, err);
	if (!rc)
		rc = staff_run(worker->site->staff, do_decide, &d, err);
	if (rc)
		seal_refused(worker, response, &d.traced, err);
	free(d.traced.list);
	return rc;
}

/* Nobody approves what he could not look at. */
static enum err_code check_looked_through(
    const struct review *review, struct err *err)
{
	if (!review->upload_id || review->rehearsal[0])
		return 0;
	err_set(err, ERR_CONFLICT, "its rows are still being looked through");
	err_hint(err, "Wait a moment, and look at what became of it.");
	return ERR_CONFLICT;
}

/* A correction is asked for by its file, which would be taken in whatever has
 * come since; what a command cannot do any more, it says itself. */
static enum err_code check_is_not_outdated(struct site_worker *worker,
    const struct http_request *request, const struct review *review,
    struct err *err)
{
	const struct reading reading = desk_reading(worker, request);
	struct own_record record;
	enum err_code rc;

	if (review->act != CAT_ACT_AMEND)
		return 0;
	own_record_init(&record);
	rc = own_record_find(&reading, (uint64_t)review->about, &record, err);
	if (!rc && review_is_outdated(review, &record)) {
		rc = err_set(err, ERR_CONFLICT,
		    "record %lld does not stand any more: look at record %llu",
		    (long long)review->about,
		    (unsigned long long)record.newest);
		err_hint(err,
		    "Do not approve it; whoever asked may ask again, by what "
		    "stands now.");
	}
	own_record_release(&record);
	return rc;
}

/* Whose hand moved a program is not known: it may be that of whoever may send
 * in himself. So two persons are two only when who approves may not. */
static enum err_code check_is_second(const struct site_worker *worker,
    const struct http_request *request, const struct review *review,
    struct err *err)
{
	if (!review_is_of_program(review) ||
	    !desk_may(worker, request, PEOPLE_SUBMIT, review->department))
		return 0;
	err_set(err, ERR_REFUSED,
	    "what a program sent is approved by somebody who may not send in "
	    "for the department himself");
	err_hint(err,
	    "Who moved the program is not known. A reviewer who is no operator "
	    "of the department decides.");
	return ERR_REFUSED;
}

enum err_code site_review_decide(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	bool approves = span_is(site_field(request, "do"), "approve");
	struct review review;
	enum err_code rc = find(worker, request, PEOPLE_REVIEW, &review, err);

	if (!rc && !approves && !span_is(site_field(request, "do"), "refuse"))
		rc = err_set(err, ERR_INPUT,
		    "the form says neither \"approve\" nor \"refuse\"");
	if (!rc && approves)
		rc = check_is_second(worker, request, &review, err);
	if (!rc && approves)
		rc = check_looked_through(&review, err);
	if (!rc && approves)
		rc = check_is_not_outdated(worker, request, &review, err);
	rc = decide(worker, request, response, &review,
	    approves ? REVIEW_APPROVED : REVIEW_REFUSED, rc, err);
	if (rc)
		return rc;
	if (approves && !review.upload_id)
		return carry_out(worker, request, response, &review, err);
	if (approves) {
		uploads_let_go(worker, review.upload_id);
		response->hold =
		    uploads_wait(worker, review.upload_id, taken_in);
		return 0;
	}
	if (review.upload_id)
		uploads_drop(worker, review.upload_id);
	go_to(response, review.id);
	return 0;
}

enum err_code site_review_take_back(void *arg,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	struct site_worker *worker = arg;
	struct review review;
	enum err_code rc = find(worker, request, PEOPLE_RECORDS, &review, err);

	rc = decide(
	    worker, request, response, &review, REVIEW_TAKEN_BACK, rc, err);
	if (rc)
		return rc;
	if (review.upload_id)
		uploads_drop(worker, review.upload_id);
	go_to(response, review.id);
	return 0;
}

enum err_code site_review_carry_out(void *arg,
    const struct http_request *request, struct http_response *response,
    struct err *err)
{
	struct site_worker *worker = arg;
	struct review review;
	enum err_code rc = find(worker, request, PEOPLE_REVIEW, &review, err);

	if (!rc &&
	    (review.outcome != REVIEW_APPROVED || review.done_ms ||
		review.upload_id))
		rc = err_set(err, ERR_CONFLICT,
		    "review %lld has nothing left to carry out",
		    (long long)review.id);
	rc = decide(worker, request, response, &review, REVIEW_WAITS, rc, err);
	return rc ? rc : carry_out(worker, request, response, &review, err);
}
