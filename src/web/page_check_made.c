/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A check that was made, for those of its department: its proof file, and
 * what came of it. The answer is not kept (only its digest is); what the
 * department asked and decided is, and whoever looks at that leaves a trace.
 */
#include "web/page_check.h"

#include <stdlib.h>
#include <string.h>

#include "api/check_made.h"
#include "api/check_many.h"
#include "api/proof.h"
#include "api/subject.h"
#include "api/uses.h"
#include "base/mem.h"
#include "base/tr.h"
#include "usage/feedback.h"
#include "usage/many.h"
#include "web/desk.h"
#include "web/seal.h"
#include "web/staff.h"

#define N_(text) text

/* ---- which one ---- */

/* One that was found: its trace, and of one in a batch whom it is about. */
struct made {
	struct use_row row;
	struct span id;	    /* as it was asked for */
	struct span code;   /* of one in a batch; else empty */
	int64_t subject_id; /* with it */
};

/* What an id leads to: the reference in the log and, of one check of a batch,
 * its organisation. */
static enum err_code read_id(struct site_worker *worker,
    const struct http_request *request, struct made *made,
    struct span *reference_out, struct err *err)
{
	struct span batch;

	made->id = http_value(request, "id");
	*reference_out = made->id;
	if (!check_many_split(made->id, &batch, &made->code))
		return 0;
	*reference_out = batch;
	return uses_find_subject(
	    worker->home.store, made->code, &made->subject_id, err);
}

/* Is this trace the one of the check that is asked for? 1, 0, or negative.
 * One that was refused was not made. */
static int is_wanted(struct site_worker *worker, const struct made *made,
    const struct use_row *row, struct err *err)
{
	if (row->use.outcome != USE_ANSWERED)
		return 0;
	if (row->use.act == USE_CHECK)
		return made->code.n == 0;
	if (row->use.act != USE_CHECK_MANY)
		return 0;
	return made->code.n == 0 ||
	    many_has(
		worker->office, row->seq, made->subject_id, made->code, err);
}

/* The last trace of the check: that of a batch says all of its answer. */
static enum err_code find_last(struct site_worker *worker,
    const struct http_request *request, struct made *made, uint64_t *seq_out,
    struct err *err)
{
	struct use_query query = {.order = USE_OF_REFERENCE};
	enum err_code rc =
	    read_id(worker, request, made, &query.reference, err);
	bool is_found = false;
	struct use_row row;
	int got = 0;

	if (!rc)
		rc = use_rows_start(worker->office, &query, err);
	while (!rc &&
	    (got = use_rows_next(worker->office, query.order, &row, err)) ==
		1) {
		int wanted = is_wanted(worker, made, &row, err);

		if (wanted < 0)
			rc = (enum err_code)wanted;
		if (wanted > 0) {
			*seq_out = row.seq;
			is_found = true;
		}
	}
	use_rows_finish(worker->office, query.order);
	if (!rc && got < 0)
		rc = (enum err_code)got;
	return rc || is_found
	    ? rc
	    : err_set(err, ERR_NOT_FOUND, "there is no such check");
}

/* Is the check the caller's to look at: of his department, and of a matter
 * that his token is for? */
static bool is_his(const struct site_worker *worker,
    const struct http_request *request, enum people_capability right,
    const struct use *use)
{
	return desk_may(worker, request, right, use->department.p) &&
	    people_may_matter(staff_caller(request), use->matter);
}

/* Its trace, for whose check it is. ERR_NOT_FOUND also for others': that it
 * exists is nobody else's business. */
static enum err_code load_check(struct site_worker *worker,
    const struct http_request *request, enum people_capability right,
    struct made *out, struct err *err)
{
	uint64_t seq = 0;
	enum err_code rc = find_last(worker, request, out, &seq, err);

	if (!rc) {
		rc = use_row_get(worker->office, seq, &out->row, err);
		if (!rc)
			use_keep(&out->row.use, request->arena);
		use_rows_finish(worker->office, USE_OLDEST_FIRST);
	}
	if (!rc && is_his(worker, request, right, &out->row.use))
		return 0;
	/* Whom it is about is a part of the attempt; whose check it is, not
	 * of who attempts. */
	out->row.use.department = span_of("");
	return rc && rc != ERR_NOT_FOUND
	    ? rc
	    : err_set(err, ERR_NOT_FOUND,
		  "there is no such check of your department");
}

/* What somebody does with it, as far as it was found. */
static struct use use_of(const struct http_request *request, enum use_act act,
    const struct made *made)
{
	struct use use = site_use_of(staff_caller(request), act);
	const struct use *of = &made->row.use;
	bool is_of_many = made->code.n && of->act;

	use.purpose = span_of(request->route->name);
	if (subject_refuse_person(made->id, NULL) == 0)
		use.reference = made->id;
	if (of->department.n)
		use.department = of->department;
	use.matter = of->matter;
	use.case_number = of->case_number;
	use.subject = is_of_many ? made->code : of->subject;
	use.subject_id = is_of_many ? made->subject_id : of->subject_id;
	return use;
}

/* Of a look at it, or of the attempt. */
static void seal_look(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct made *made, const struct err *why)
{
	site_seal(worker, response, use_of(request, USE_READ, made),
	    why ? NULL : &response->body, why);
}

/* ---- its proof ---- */

/* The answer waits until the trace is in the log's files. */
struct waiting {
	struct desk_wait wait; /* first: done gets it */
	struct staff *staff;
	http_go_on *go_on;
	void *exchange;
};

static void on_published(struct desk_wait *wait)
{
	struct waiting *w = (struct waiting *)(void *)wait;

	w->go_on(w->exchange, ERR_NONE, NULL);
}

static void start_waiting(void *ctx, http_go_on *go_on, void *exchange)
{
	struct waiting *w = ctx;

	w->go_on = go_on;
	w->exchange = exchange;
	staff_when_published(w->staff, &w->wait);
}

static struct http_hold wait_for(
    struct site_worker *worker, uint64_t seq, http_handler *then)
{
	struct waiting *w = mem_zalloc(1, sizeof(*w));

	w->wait.seq = seq;
	w->wait.done = on_published;
	w->staff = worker->site->staff;
	return (struct http_hold){
	    .start = start_waiting, .ctx = w, .then = then, .free = free};
}

/* From the files of the log, as far as they go. */
static enum err_code send_proof(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct made made = {0};
	enum err_code rc =
	    load_check(worker, request, PEOPLE_CHECK, &made, err);

	if (!rc)
		rc = api_proof_use(worker->office, worker->uses, &made.row,
		    worker->home.catalog->shows_example, &response->body, err);
	if (!rc)
		site_name_file(worker, response, ".tlog-proof", "check-%.*s",
		    (int)made.id.n, made.id.p);
	seal_look(worker, request, response, &made, rc ? err : NULL);
	return rc;
}

enum err_code site_check_proof(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct made made = {0};
	enum err_code rc =
	    load_check(worker, request, PEOPLE_CHECK, &made, err);

	if (rc || made.row.seq < staff_now(worker->site->staff).published)
		return send_proof(arg, request, response, err);
	response->hold = wait_for(worker, made.row.seq, send_proof);
	return 0;
}

/* ---- what came of it ---- */

struct telling {
	struct feedback feedback;
	bool is_there; /* pressed, or sent, twice it is one */
	uint64_t seq;
};

/* feedback_told_visit: is the last one the same? */
static void compare(void *ctx, const struct feedback_told *told)
{
	struct telling *t = ctx;
	const struct feedback *f = &t->feedback;

	t->is_there = told->decision == f->decision &&
	    span_equal(told->measures, f->measures) &&
	    span_equal(told->reason, f->reason) &&
	    span_equal(told->appeal, f->appeal) && told->closes == f->closes;
	t->seq = told->seq;
}

static enum err_code do_feedback(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct telling *t = ctx;
	enum err_code rc =
	    feedback_of(turn->store, t->feedback.check_id, compare, t, err);

	if (rc || t->is_there)
		return rc;
	return feedback_write(&t->feedback, turn, &t->seq, err);
}

/* What a program calls it, and what a person is told of it. */
static enum err_code refuse(const char *what, const char *hint, struct err *err)
{
	err_set(err, ERR_INPUT, "\"%s\" is missing or wrong", what);
	err_hint(err, "%s", tr(hint));
	return ERR_INPUT;
}

_Static_assert(USE_TEXT_BYTES_MAX == 512, "as the hints say");
static const char decision_hint[] =
    N_("Say what was decided: applied, not-applied, lifted, easier or "
       "nothing.");
static const char measures_hint[] =
    N_("Name measures that the check told and your department may apply: as "
       "applied those against the organisation, as easier those in its "
       "favour; to lift, those that were applied after this check and not "
       "lifted since.");
static const char reason_hint[] =
    N_("Give the reason in a sentence of at most 512 bytes.");
static const char appeal_hint[] =
    N_("Where a measure was applied, say which way to appeal was told: to "
       "which body, within how many days; at most 512 bytes.");

static const char closed_hint[] =
    N_("\"closed\" is true when the case is at its end, or false.");

static const char reason_person_hint[] =
    N_("Write the reason without the identity number of a person: what is "
       "sealed cannot be deleted.");
static const char appeal_person_hint[] =
    N_("Write the way to appeal without the identity number of a person: what "
       "is sealed cannot be deleted.");

static bool is_sentence(struct span text)
{
	return text.n >= CHECK_TEXT_BYTES_MIN && text.n <= USE_TEXT_BYTES_MAX;
}

static enum err_code refuse_person(
    struct span text, const char *hint, struct err *err)
{
	enum err_code rc = subject_check_words(text, err);

	if (rc)
		err_hint(err, "%s", tr(hint));
	return rc;
}

/* A way to appeal that need not be told may still have been written. */
static enum err_code judge_texts(
    const struct check_telling *t, bool is_loss, struct err *err)
{
	enum err_code rc;

	if (!is_sentence(t->reason))
		return refuse("reason", reason_hint, err);
	/* Whoever loses something by it must have been told the way. */
	if ((is_loss || t->appeal.n) && !is_sentence(t->appeal))
		return refuse("appeal", appeal_hint, err);
	rc = refuse_person(t->reason, reason_person_hint, err);
	return rc ? rc : refuse_person(t->appeal, appeal_person_hint, err);
}

/* The measures of a program, each of the catalogue and once, with blanks
 * between. */
static enum err_code read_measures(const struct catalog *c, const json_t *list,
    struct buf *out, struct err *err)
{
	json_t *each;
	size_t i;

	if (list && !json_is_array(list))
		return refuse("measures", measures_hint, err);
	json_array_foreach (list, i, each) {
		const char *id = json_string_value(each);

		if (!id || !catalog_measure(c, id))
			return refuse("measures", measures_hint, err);
		if (!feedback_has_measure(buf_span(out), span_of(id)))
			buf_addf(out, "%s%s", out->n ? " " : "", id);
	}
	return out->is_full ? refuse("measures", measures_hint, err) : ERR_NONE;
}

/* Those of the form: a box for each, "m-" and its id. */
static void tick_measures(const struct catalog *c,
    const struct http_request *request, struct buf *out)
{
	size_t i;

	for (i = 0; i < c->measures_count; i++) {
		const char *id = c->measures[i].id;
		struct buf name = BUF_INIT(USE_TEXT_BYTES_MAX);

		buf_addf(&name, "m-%s", id);
		if (http_form(request, buf_str(&name)).p)
			buf_addf(out, "%s%s", out->n ? " " : "", id);
		buf_release(&name);
	}
}

static enum err_code judge_measures(const struct check_told *told,
    enum feedback_decision decision, struct span measures, struct err *err)
{
	bool needs_some =
	    decision == FEEDBACK_APPLIED || decision == FEEDBACK_LIFTED;
	struct span id;

	if (needs_some && measures.n == 0)
		return refuse("measures", measures_hint, err);
	while (feedback_next_measure(&measures, &id))
		if (!check_told_has(told, decision, id))
			return refuse("measures", measures_hint, err);
	return 0;
}

static enum err_code read_telling(
    const struct check_telling *t, struct feedback *f, struct err *err)
{
	int decision = feedback_find(t->decision);
	enum err_code rc;

	if (decision < 0)
		return refuse("decision", decision_hint, err);
	rc = judge_texts(t, decision == FEEDBACK_APPLIED, err);
	if (rc)
		return rc;
	f->decision = (enum feedback_decision)decision;
	f->reason = t->reason;
	f->appeal = t->appeal;
	f->measures = t->measures;
	f->closes = t->closes;
	return 0;
}

static void show_told(const struct telling *t, struct http_response *response)
{
	struct json_writer w;

	json_start(&w, &response->body);
	json_open_object(&w);
	json_put_span(&w, "check", t->feedback.check_id);
	json_put_str(&w, "decision", feedback_word(t->feedback.decision));
	json_put_bool(&w, "closed", t->feedback.closes);
	json_put_int(&w, "use", (int64_t)t->seq);
	json_close_object(&w);
}

static struct check_made made_of(const struct made *made)
{
	return (struct check_made){.row = &made->row,
	    .id = made->id,
	    .code = made->code,
	    .subject_id = made->subject_id};
}

/* What the trace of feedback takes over from that of the check. */
static void set_use(struct feedback *f, const struct made *made)
{
	f->check_id = made->id;
	f->use = made->row.use;
	f->use.has_answer = false;
	f->use.subjects = 0;
	f->use.why = (struct span){"", 0};
	if (made->code.n) {
		f->use.subject = made->code;
		f->use.subject_id = made->subject_id;
	}
}

/* Those that a whole batch was about, of all its portions. */
struct batch {
	struct store *registry;
	struct many_subject *list; /* owned */
	size_t count, room;
};

/* many_visit */
static enum err_code take_subject(
    void *ctx, int64_t subject_id, struct span code, struct err *err)
{
	struct batch *b = ctx;
	struct many_subject one = {.id = subject_id};
	enum err_code rc = 0;

	if (code.n == MANY_CODE_CHARS)
		memcpy(one.code, code.p, MANY_CODE_CHARS);
	else
		rc = uses_code_of(b->registry, subject_id, one.code, err);
	b->list = mem_grow(b->list, b->count, &b->room, sizeof(*b->list));
	b->list[b->count++] = one;
	return rc;
}

static enum err_code find_batch(struct site_worker *worker,
    const struct made *made, struct batch *out, struct err *err)
{
	const struct use_query query = {
	    .order = USE_OF_REFERENCE, .reference = made->id};
	struct use_row row;
	enum err_code rc = use_rows_start(worker->office, &query, err);
	int got = 0;

	out->registry = worker->home.store;
	while (!rc &&
	    (got = use_rows_next(worker->office, query.order, &row, err)) == 1)
		if (is_wanted(worker, made, &row, err) == 1)
			rc = many_each(
			    worker->office, row.seq, take_subject, out, err);
	use_rows_finish(worker->office, query.order);
	out->count = many_sort(out->list, out->count);
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

static enum err_code judge(struct site_worker *worker,
    const struct http_request *request, const struct made *made,
    const struct feedback *f, struct err *err)
{
	const struct reading reading = site_reading(worker, request);
	const struct check_made of = made_of(made);
	struct check_told told;
	enum err_code rc =
	    check_told_load(&reading, worker->office, &of, &told, err);

	if (!rc)
		rc = judge_measures(&told, f->decision, f->measures, err);
	check_told_release(&told);
	return rc;
}

/* Judges what was told of the check, and keeps it. What was kept already is
 * not judged again: it would lift what it has lifted. */
static enum err_code keep(struct site_worker *worker,
    const struct http_request *request, const struct made *made,
    const struct check_telling *telling, struct telling *t, struct err *err)
{
	struct batch batch = {NULL, NULL, 0, 0};
	enum err_code rc = read_telling(telling, &t->feedback, err);

	t->feedback.check_id = made->id;
	if (!rc)
		rc = feedback_of(worker->office, made->id, compare, t, err);
	if (!rc && !t->is_there)
		rc = judge(worker, request, made, &t->feedback, err);
	if (rc || t->is_there)
		return rc;
	set_use(&t->feedback, made);
	site_set_reader(&t->feedback.use, staff_caller(request));
	if (made->row.use.act == USE_CHECK_MANY && !made->code.n)
		rc = find_batch(worker, made, &batch, err);
	t->feedback.list = batch.list;
	t->feedback.count = batch.count;
	if (!rc)
		rc = staff_run(worker->site->staff, do_feedback, t, err);
	free(batch.list);
	return rc;
}

enum err_code site_check_feedback(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct buf measures = BUF_INIT(USE_TEXT_BYTES_MAX);
	struct check_telling telling;
	struct telling t = {0};
	struct made made = {0};
	json_t *json = NULL, *closed;
	enum err_code rc = site_json_body(request, &json, err);

	closed = json_object_get(json, "closed");
	if (!rc)
		rc = load_check(worker, request, PEOPLE_FEEDBACK, &made, err);
	if (!rc)
		rc = read_measures(worker->home.catalog,
		    json_object_get(json, "measures"), &measures, err);
	if (!rc) {
		telling = (struct check_telling){
		    .decision = site_json_member(json, "decision"),
		    .measures = buf_span(&measures),
		    .reason = site_json_member(json, "reason"),
		    .appeal = site_json_member(json, "appeal"),
		    .closes = json_is_true(closed)};
		if (closed && !json_is_boolean(closed))
			rc = refuse("closed", closed_hint, err);
	}
	if (!rc)
		rc = keep(worker, request, &made, &telling, &t, err);
	if (rc)
		site_seal(worker, response,
		    use_of(request, USE_FEEDBACK, &made), NULL, err);
	else
		show_told(&t, response);
	buf_release(&measures);
	json_decref(json);
	return rc;
}

/* ---- for clerks ---- */

static enum err_code show_made(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct check_made *shown, struct err *err)
{
	const struct reading reading = site_reading(worker, request);
	enum err_code rc = check_made_document(
	    &reading, worker->office, shown, &response->body, err);

	return rc ? rc
		  : site_show(worker, request, response, "check-made", err);
}

enum err_code site_check_made(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct made made = {0};
	enum err_code rc =
	    load_check(worker, request, PEOPLE_CHECK, &made, err);
	const struct reading reading = site_reading(worker, request);
	const struct check_made shown = made_of(&made);

	if (!rc)
		rc = check_made_document(
		    &reading, worker->office, &shown, &response->body, err);
	seal_look(worker, request, response, &made, rc ? err : NULL);
	return rc ? rc
		  : site_show(worker, request, response, "check-made", err);
}

/* What the form lacks is told on the page, which keeps what was typed. */
enum err_code site_check_decide(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct buf measures = BUF_INIT(USE_TEXT_BYTES_MAX);
	struct telling t = {0};
	struct made made = {0};
	struct err problem;
	struct check_made shown = {.row = &made.row,
	    .problem = &problem,
	    .telling = {.decision = site_field(request, "decision"),
		.reason = site_field(request, "reason"),
		.appeal = site_field(request, "appeal"),
		.closes = http_form(request, "closed").p != NULL}};
	enum err_code rc =
	    load_check(worker, request, PEOPLE_FEEDBACK, &made, err);

	if (rc) {
		site_seal(worker, response,
		    use_of(request, USE_FEEDBACK, &made), NULL, err);
		return rc;
	}
	shown.id = made.id;
	shown.code = made.code;
	shown.subject_id = made.subject_id;
	tick_measures(worker->home.catalog, request, &measures);
	shown.telling.measures = buf_span(&measures);
	rc = keep(worker, request, &made, &shown.telling, &t, &problem);
	if (rc)
		site_seal(worker, response,
		    use_of(request, USE_FEEDBACK, &made), NULL, &problem);
	if (rc == ERR_INPUT || rc == ERR_REFUSED) {
		response->status = http_status_of(rc);
		rc = show_made(worker, request, response, &shown, err);
	} else if (rc) {
		*err = problem;
	} else {
		response->status = 303;
		http_add_header(response, "Location", "/check/%.*s",
		    (int)made.id.n, made.id.p);
	}
	buf_release(&measures);
	return rc;
}
