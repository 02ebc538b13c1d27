/* SPDX-License-Identifier: Apache-2.0 */
#include "api/check_made.h"

#include <stdio.h>
#include <string.h>

#include "api/accounts.h"
#include "api/put.h"
#include "api/tables.h"
#include "api/uses.h"
#include "base/check.h"
#include "base/tr.h"
#include "registry/subjects.h"

#define N_(text) text

const char *check_decision_title(enum feedback_decision decision)
{
	static const char *const titles[FEEDBACK_DECISION_COUNT] = {
	    N_("measures applied"), N_("not applied"), N_("measures lifted"),
	    N_("made easier"), N_("nothing to apply")};

	ASSERT(decision < FEEDBACK_DECISION_COUNT);
	return tr(titles[decision]);
}

/* ---- the form ---- */

static void put_choices(
    struct json_writer *w, const struct check_telling *telling)
{
	int i;

	json_key(w, "choices");
	json_open_array(w);
	for (i = 0; i < FEEDBACK_DECISION_COUNT; i++) {
		const char *id = feedback_word((enum feedback_decision)i);

		json_open_object(w);
		json_put_str(w, "id", id);
		json_put_str(w, "title",
		    check_decision_title((enum feedback_decision)i));
		json_put_bool(w, "is_chosen", span_is(telling->decision, id));
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_measure(struct json_writer *w, const struct cat_measure *m,
    const struct check_telling *telling)
{
	json_open_object(w);
	json_put_str(w, "id", m->id);
	json_put_str(w, "title", title_of(m->title, m->title_en));
	json_put_str(w, "kind_title", measure_kind_title(m->kind));
	json_put_bool(w, "is_easier", m->kind == CAT_ENCOURAGE);
	json_put_bool(w, "is_mild", m->kind == CAT_MANAGE);
	json_put_bool(w, "is_chosen",
	    feedback_has_measure(telling->measures, span_of(m->id)));
	json_close_object(w);
}

/* Those of a kind that may be decided about; how many. */
static size_t put_measures_of(struct json_writer *w,
    const struct check_told *told, enum cat_measure_kind kind,
    const struct check_telling *telling)
{
	size_t i, count = 0;

	for (i = 0; i < told->catalog->measures_count; i++) {
		const struct cat_measure *m = &told->catalog->measures[i];

		if (m->kind != kind ||
		    (!told->is_told[i] && !told->is_applied[i]))
			continue;
		put_measure(w, m, telling);
		count++;
	}
	return count;
}

void check_put_decide(struct json_writer *w, const struct check_told *told,
    struct span id, const struct check_telling *telling)
{
	size_t count = 0;
	int kind;

	json_key(w, "decide");
	json_open_object(w);
	json_put_span(w, "id", id);
	put_choices(w, telling);
	json_key(w, "measures");
	json_open_array(w);
	for (kind = 0; kind < CAT_MEASURE_KIND_COUNT; kind++)
		count += put_measures_of(
		    w, told, (enum cat_measure_kind)kind, telling);
	json_close_array(w);
	json_put_bool(w, "has_measures", count > 0);
	json_put_span(w, "reason", telling->reason);
	json_put_span(w, "appeal", telling->appeal);
	json_put_bool(w, "closed", telling->closes);
	json_close_object(w);
}

/* ---- what was decided ---- */

struct telling_of {
	struct json_writer *w;
	const struct catalog *catalog;
	int count;
	bool is_closed; /* by what was told so far */
};

static void put_measures(const struct telling_of *t, struct span ids)
{
	struct span word;
	size_t i;

	json_key(t->w, "measures");
	json_open_array(t->w);
	while (feedback_next_measure(&ids, &word)) {
		/* One that the catalogue lost keeps its id for a title. */
		struct span title = word;

		for (i = 0; i < t->catalog->measures_count; i++) {
			const struct cat_measure *m = &t->catalog->measures[i];

			if (span_is(word, m->id))
				title =
				    span_of(title_of(m->title, m->title_en));
		}
		json_open_object(t->w);
		json_put_span(t->w, "id", word);
		json_put_span(t->w, "title", title);
		json_close_object(t->w);
	}
	json_close_array(t->w);
}

/* feedback_told_visit */
static void put_decision(void *ctx, const struct feedback_told *told)
{
	struct telling_of *t = ctx;

	json_open_object(t->w);
	json_put_int(t->w, "use", (int64_t)told->seq);
	accounts_put_time(t->w, "at", told->at_ms);
	put_named(t->w, "decision", feedback_word(told->decision),
	    check_decision_title(told->decision));
	put_measures(t, told->measures);
	json_put_span(t->w, "reason", told->reason);
	json_put_span(t->w, "appeal", told->appeal);
	json_put_bool(t->w, "closed", told->closes);
	json_put_bool(t->w, "after_closed", t->is_closed);
	json_close_object(t->w);
	t->is_closed |= told->closes;
	t->count++;
}

static enum err_code put_decisions(struct json_writer *w,
    const struct reading *r, struct store *office, struct span id,
    struct err *err)
{
	struct telling_of t = {.w = w, .catalog = r->catalog};
	enum err_code rc = store_begin_read(office, err);

	json_key(w, "decisions");
	json_open_array(w);
	if (!rc) {
		rc = feedback_of(office, id, put_decision, &t, err);
		store_rollback(office);
	}
	json_close_array(w);
	json_put_bool(w, "has_decisions", t.count > 0);
	return rc;
}

/* ---- the document ---- */

static enum err_code put_subject(struct json_writer *w, const struct reading *r,
    struct span code, struct err *err)
{
	struct subject subject;
	enum err_code rc;

	if (code.n == 0) {
		put_null(w, "subject");
		return 0;
	}
	subject_init(&subject);
	rc = subject_by_code(r->store, code, &subject, err);
	json_key(w, "subject");
	json_open_object(w);
	json_put_span(w, "code", code);
	json_put_span(w, "name", rc ? span_of("") : buf_span(&subject.name));
	json_close_object(w);
	subject_release(&subject);
	return rc == ERR_NOT_FOUND ? 0 : rc;
}

static enum err_code put_decide(struct json_writer *w, const struct reading *r,
    struct store *office, const struct check_made *made, struct err *err)
{
	struct check_told told;
	enum err_code rc = check_told_load(r, office, made, &told, err);

	if (!rc)
		check_put_decide(w, &told, made->id, &made->telling);
	check_told_release(&told);
	return rc;
}

static enum err_code put_all(struct json_writer *w, const struct reading *r,
    struct store *office, const struct check_made *made, struct err *err)
{
	const struct use *use = &made->row->use;
	struct buf hex = BUF_INIT(2 * SHA256_BYTES);
	enum err_code rc;

	uses_put(w, r->catalog, made->row);
	json_put_span(w, "id", made->id);
	rc = put_subject(w, r, made->code.n ? made->code : use->subject, err);
	if (use->has_answer)
		buf_add_hex(&hex, use->answer, sizeof(use->answer));
	json_put_span(w, "answer", buf_span(&hex));
	buf_release(&hex);
	put_text(w, "evidence", "/v1/checks/%.*s/evidence", (int)made->id.n,
	    made->id.p);
	if (!rc)
		rc = put_decisions(w, r, office, made->id, err);
	if (!rc)
		rc = put_decide(w, r, office, made, err);
	json_put_str(w, "problem", made->problem ? made->problem->hint : "");
	return rc;
}

enum err_code check_made_document(const struct reading *reading,
    struct store *office, const struct check_made *made, struct buf *out,
    struct err *err)
{
	struct json_writer w;
	enum err_code rc;

	json_start(&w, out);
	json_open_object(&w);
	rc = put_all(&w, reading, office, made, err);
	json_close_object(&w);
	return put_end(out, rc, err);
}

/* ---- one's own ---- */

struct own {
	struct json_writer *w;
	const struct reading *reading;
	struct store *office;
	const struct people_caller *caller;
	int shown, looked;
};

/* feedback_told_visit */
static void see(void *ctx, const struct feedback_told *told)
{
	bool *is_decided = ctx;

	(void)told;
	*is_decided = true;
}

static enum err_code put_own(
    struct own *own, const struct use *use, struct err *err)
{
	const struct cat_matter *m;
	struct json_writer *w = own->w;
	bool is_decided = false;
	enum err_code rc =
	    feedback_of(own->office, use->reference, see, &is_decided, err);
	char matter[USE_TEXT_BYTES_MAX + 1];

	snprintf(
	    matter, sizeof(matter), "%.*s", (int)use->matter.n, use->matter.p);
	m = catalog_matter(own->reading->catalog, matter);
	json_open_object(w);
	json_put_span(w, "id", use->reference);
	put_text(
	    w, "href", "/check/%.*s", (int)use->reference.n, use->reference.p);
	accounts_put_time(w, "at", use->at_ms);
	if (!rc)
		rc = put_subject(w, own->reading, use->subject, err);
	put_named(
	    w, "matter", matter, m ? title_of(m->title, m->title_en) : matter);
	json_put_span(w, "case", use->case_number);
	json_put_bool(w, "is_decided", is_decided);
	json_close_object(w);
	own->shown++;
	return rc;
}

static bool is_shown(const struct own *own, const struct use *use)
{
	char department[USE_TEXT_BYTES_MAX + 1];

	snprintf(department, sizeof(department), "%.*s", (int)use->department.n,
	    use->department.p);
	return use->outcome == USE_ANSWERED &&
	    people_may_for_id(
		own->caller, PEOPLE_CHECK, own->reading->catalog, department);
}

static enum err_code put_rows(struct own *own, struct err *err)
{
	const struct use_query query = {.order = USE_OWN_CHECKS,
	    .from = INT64_MAX,
	    .reader_id = own->caller->user.id};
	enum err_code rc = use_rows_start(own->office, &query, err);
	struct use_row row;
	int got = 0;

	while (!rc && own->shown < CHECK_OWN_SHOWN &&
	    own->looked++ < CHECK_OWN_LOOKED &&
	    (got = use_rows_next(own->office, query.order, &row, err)) == 1)
		if (is_shown(own, &row.use))
			rc = put_own(own, &row.use, err);
	use_rows_finish(own->office, query.order);
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

enum err_code check_put_own(struct json_writer *w,
    const struct reading *reading, struct store *office,
    const struct people_caller *caller, struct err *err)
{
	struct own own = {w, reading, office, caller, 0, 0};
	enum err_code rc = 0;

	json_key(w, "made");
	json_open_array(w);
	if (caller->kind == PEOPLE_SESSION)
		rc = store_begin_read(office, err);
	if (!rc && caller->kind == PEOPLE_SESSION) {
		rc = put_rows(&own, err);
		store_rollback(office);
	}
	json_close_array(w);
	json_put_bool(w, "has_made", own.shown > 0);
	return rc;
}
