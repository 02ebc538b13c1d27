/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A check that was made, for those of its department: its proof file, and
 * what came of it. What the department is told here is what it asked and
 * decided itself; the answer is not kept (only its digest is), so nothing
 * here tells anything about an organisation anew.
 */
#include "web/page_check.h"

#include "api/check_many.h"
#include "api/proof.h"
#include "api/uses.h"
#include "usage/feedback.h"
#include "usage/many.h"
#include "web/seal.h"
#include "web/staff.h"

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

/* Is this trace the one of the check that is asked for? 1, 0, or negative. */
static int is_wanted(struct site_worker *worker, const struct made *made,
    const struct use_row *row, struct err *err)
{
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

/* Its trace, for those of its department. ERR_NOT_FOUND also for others':
 * that it exists is nobody else's business. */
static enum err_code load_check(struct site_worker *worker,
    const struct http_request *request, enum people_capability right,
    struct made *out, struct err *err)
{
	struct people_thing thing = {0};
	uint64_t seq = 0;
	enum err_code rc = find_last(worker, request, out, &seq, err);

	if (!rc) {
		rc = use_row_get(worker->office, seq, &out->row, err);
		if (!rc)
			use_keep(&out->row.use, request->arena);
		use_rows_finish(worker->office, USE_OLDEST_FIRST);
	}
	if (!rc) {
		thing.department = out->row.use.department.p;
		if (people_may(staff_caller(request), right, &thing))
			return 0;
	}
	return rc && rc != ERR_NOT_FOUND
	    ? rc
	    : err_set(err, ERR_NOT_FOUND,
		  "there is no such check of your department");
}

enum err_code site_check_proof(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct made made = {0};
	enum err_code rc =
	    load_check(worker, request, PEOPLE_CHECK, &made, err);

	if (!rc)
		rc = api_proof_use(worker->office, worker->uses, &made.row,
		    &response->body, err);
	if (!rc)
		http_add_header(response, "Content-Disposition",
		    "attachment; filename=\"check-%.*s.tlog-proof\"",
		    (int)made.id.n, made.id.p);
	return rc;
}

/* ---- what came of it ---- */

struct telling {
	struct feedback feedback;
	uint64_t seq;
};

static enum err_code do_feedback(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	struct telling *t = ctx;

	return feedback_write(&t->feedback, turn, &t->seq, err);
}

static enum err_code refuse(const char *what, struct err *err)
{
	err_set(err, ERR_INPUT, "\"%s\" is missing or wrong", what);
	err_hint(err,
	    "decision: applied, not-applied, lifted, easier or nothing; "
	    "measures: ids of the check's measures; reason and appeal: a "
	    "sentence each, up to %d bytes.",
	    (int)USE_TEXT_BYTES_MAX);
	return ERR_INPUT;
}

static bool is_sentence(struct span text)
{
	return text.n >= CHECK_TEXT_CHARS_MIN && text.n <= USE_TEXT_BYTES_MAX;
}

/* The measures named, each of the catalogue, with blanks between them. */
static enum err_code read_measures(const struct catalog *c, const json_t *list,
    struct buf *out, struct err *err)
{
	json_t *each;
	size_t i;

	if (list && !json_is_array(list))
		return refuse("measures", err);
	json_array_foreach (list, i, each) {
		const char *id = json_string_value(each);

		if (!id || !catalog_measure(c, id))
			return refuse("measures", err);
		buf_addf(out, "%s%s", i ? " " : "", id);
	}
	return out->is_full ? refuse("measures", err) : ERR_NONE;
}

static enum err_code read_feedback(const struct catalog *c, const json_t *json,
    struct feedback *f, struct buf *measures, struct err *err)
{
	int decision = feedback_find(site_json_member(json, "decision"));
	enum err_code rc;

	if (decision < 0)
		return refuse("decision", err);
	f->decision = (enum feedback_decision)decision;
	f->reason = site_json_member(json, "reason");
	f->appeal = site_json_member(json, "appeal");
	if (!is_sentence(f->reason))
		return refuse("reason", err);
	/* Whoever loses something by it must have been told the way. */
	if (f->decision == FEEDBACK_APPLIED && !is_sentence(f->appeal))
		return refuse("appeal", err);
	rc = read_measures(c, json_object_get(json, "measures"), measures, err);
	f->measures = buf_span(measures);
	if (!rc && f->decision == FEEDBACK_APPLIED && measures->n == 0)
		rc = refuse("measures", err);
	return rc;
}

static void show_told(const struct telling *t, struct http_response *response)
{
	struct json_writer w;

	json_start(&w, &response->body);
	json_open_object(&w);
	json_put_span(&w, "check", t->feedback.check_id);
	json_put_str(&w, "decision", feedback_word(t->feedback.decision));
	json_put_int(&w, "use", (int64_t)t->seq);
	json_close_object(&w);
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

enum err_code site_check_feedback(void *arg, const struct http_request *request,
    struct http_response *response, struct err *err)
{
	struct site_worker *worker = arg;
	struct buf measures = BUF_INIT(USE_TEXT_BYTES_MAX);
	struct telling t = {0};
	struct made made = {0};
	json_t *json = NULL;
	enum err_code rc = site_json_body(request, &json, err);

	if (!rc)
		rc = load_check(worker, request, PEOPLE_FEEDBACK, &made, err);
	if (!rc)
		rc = read_feedback(
		    worker->home.catalog, json, &t.feedback, &measures, err);
	if (!rc) {
		set_use(&t.feedback, &made);
		site_set_reader(&t.feedback.use, staff_caller(request));
		rc = staff_run(worker->site->staff, do_feedback, &t, err);
	}
	if (!rc)
		show_told(&t, response);
	buf_release(&measures);
	json_decref(json);
	return rc;
}
