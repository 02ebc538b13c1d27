/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever decides sees what he decides about: of a file what would become of
 * its rows and the file itself, of a row by hand its fields beside those of
 * the record that it corrects, of a withdrawal or a decision its words beside
 * the record or the doubtful row.
 */
#include "api/reviews.h"

#include <jansson.h>
#include <string.h>

#include "api/accounts.h"
#include "api/own_doubtful.h"
#include "api/put.h"
#include "api/record_form.h"
#include "base/check.h"
#include "base/tr.h"
#include "intake/report.h"
#include "intake/upload.h"

#define N_(text) text

static const char *const act_titles[] = {
    [CAT_ACT_SUBMIT] = N_("taking rows in"),
    [CAT_ACT_AMEND] = N_("correcting a record"),
    [CAT_ACT_WITHDRAW] = N_("withdrawing a record"),
    [CAT_ACT_RESOLVE] = N_("deciding about a doubtful row"),
};
_Static_assert(ARRAY_COUNT(act_titles) == CAT_ACT_COUNT, "each has its title");

static const char *const outcome_titles[] = {
    [REVIEW_WAITS] = N_("waits for a second person"),
    [REVIEW_APPROVED] = N_("approved"),
    [REVIEW_REFUSED] = N_("not approved"),
    [REVIEW_TAKEN_BACK] = N_("taken back"),
    [REVIEW_UNREADABLE] = N_("the file cannot be taken in"),
};
_Static_assert(
    ARRAY_COUNT(outcome_titles) == REVIEW_OUTCOME_COUNT, "each has its title");

/* Is it a withdrawal that is to be taken back? */
static bool is_reinstating(const struct review *r)
{
	json_t *words = json_loads(r->words, 0, NULL);
	const char *command = json_string_value(json_array_get(words, 0));
	bool is_it = command && strcmp(command, "reinstate") == 0;

	json_decref(words);
	return is_it;
}

static void put_act(struct json_writer *w, const struct review *r)
{
	put_named(w, "act", cat_act_name(r->act),
	    is_reinstating(r) ? tr("reinstating a record")
			      : tr(act_titles[r->act]));
}

void reviews_put_decision(
    struct json_writer *w, struct store *office, const struct review *r)
{
	json_open_object(w);
	json_put_int(w, "id", r->id);
	put_text(w, "href", "/desk/reviews/%lld", (long long)r->id);
	put_named(w, "outcome", review_outcome_word(r->outcome),
	    tr(outcome_titles[r->outcome]));
	json_put_bool(w, "is_waiting", r->outcome == REVIEW_WAITS);
	json_put_str(w, "by", r->decided_by);
	accounts_put_name(w, "by_name", office, r->decided_by);
	accounts_put_time(w, "at", r->decided_ms);
	json_put_str(w, "note", r->note);
	json_close_object(w);
}

/* ---- what both documents say of one ---- */

static enum err_code load_upload(struct store *office, struct arena *arena,
    const struct review *r, struct upload *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	return r->upload_id ? upload_get(office, arena, r->upload_id, out, err)
			    : ERR_NONE;
}

static void put_about(
    struct json_writer *w, const struct review *r, const struct upload *upload)
{
	if (r->act == CAT_ACT_SUBMIT)
		json_put_str(w, "about", upload->file_name);
	else if (r->act == CAT_ACT_RESOLVE)
		put_text(
		    w, "about", tr("doubtful row %lld"), (long long)r->about);
	else
		put_text(w, "about", tr("record %lld"), (long long)r->about);
}

static void put_common(struct json_writer *w, struct store *office,
    const struct review *r, const struct upload *upload)
{
	json_put_int(w, "id", r->id);
	put_text(w, "href", "/desk/reviews/%lld", (long long)r->id);
	put_act(w, r);
	put_about(w, r, upload);
	accounts_put_time(w, "asked", r->asked_ms);
	json_put_str(w, "by", r->asked_by);
	accounts_put_name(w, "by_name", office, r->asked_by);
	put_named(w, "outcome", review_outcome_word(r->outcome),
	    tr(outcome_titles[r->outcome]));
	accounts_put_time(w, "decided", r->decided_ms);
	json_put_str(w, "decided_by", r->decided_by);
	accounts_put_name(w, "decided_by_name", office, r->decided_by);
}

/* ---- the list ---- */

static void put_policy(
    struct json_writer *w, const struct cat_department *department)
{
	size_t i, n = 0;

	json_key(w, "acts");
	json_open_array(w);
	for (i = 0; i < CAT_ACT_COUNT; i++) {
		if (!department->second_person[i])
			continue;
		n++;
		json_open_object(w);
		json_put_str(w, "id", cat_act_name((enum cat_act)i));
		json_put_str(w, "title", tr(act_titles[i]));
		json_close_object(w);
	}
	json_close_array(w);
	json_put_bool(w, "has_acts", n > 0);
}

static enum err_code put_rows(struct json_writer *w, struct store *office,
    struct arena *arena, const struct reviews_query *q, struct err *err)
{
	const struct review_query query = {
	    .department = q->departments.chosen->id,
	    .is_decided = q->is_decided,
	    .before = q->before,
	    .limit = q->limit};
	struct review *all = arena_zalloc(arena, q->limit, sizeof(*all));
	struct upload upload;
	size_t count = 0, i;
	enum err_code rc = reviews_of(office, arena, &query, all, &count, err);

	json_key(w, "rows");
	json_open_array(w);
	for (i = 0; i < count && !rc; i++) {
		rc = load_upload(office, arena, &all[i], &upload, err);
		if (rc)
			break;
		json_open_object(w);
		put_common(w, office, &all[i], &upload);
		json_close_object(w);
	}
	json_close_array(w);
	json_put_bool(w, "has_rows", count > 0);
	json_key(w, "next");
	if (count && count == q->limit)
		json_add_int(w, all[count - 1].id);
	else
		json_add_null(w);
	return rc;
}

enum err_code reviews_document(const struct reading *reading,
    struct store *office, const struct reviews_query *query, struct buf *out,
    struct err *err)
{
	const struct cat_department *department = query->departments.chosen;
	struct arena *arena = arena_new();
	struct json_writer w;
	int64_t waiting = 0;
	enum err_code rc =
	    reviews_waiting(office, department->id, &waiting, err);

	json_start(&w, out);
	json_open_object(&w);
	put_head(&w, reading);
	own_put_choice(&w, &query->departments);
	json_put_bool(&w, "is_decided", query->is_decided);
	json_put_int(&w, "waiting", waiting);
	put_policy(&w, department);
	if (!rc)
		rc = put_rows(&w, office, arena, query, err);
	json_close_object(&w);
	arena_free(&arena);
	return put_end(out, rc, err);
}

/* ---- a row by hand, beside what it corrects ---- */

struct fields {
	struct json_writer *w;
	const json_t *row;		 /* as asked */
	const struct own_record *record; /* that it corrects, or NULL */
	json_t *was;			 /* of the record, as in a form */
};

static void take_was(void *ctx, const struct cat_field *field, struct span text)
{
	struct fields *f = ctx;

	json_object_set_new(f->was, field->name, json_stringn(text.p, text.n));
}

static void put_field(struct fields *f, const struct cat_field *field)
{
	const char *value =
	    json_string_value(json_object_get(f->row, field->name));
	const char *was =
	    json_string_value(json_object_get(f->was, field->name));

	if (!value && !was)
		return;
	json_open_object(f->w);
	json_put_str(f->w, "name", field->name);
	json_put_str(f->w, "title", field->title);
	json_put_str(f->w, "value", value ? value : "");
	json_put_str(f->w, "was", was ? was : "");
	json_put_bool(f->w, "is_changed",
	    f->record && strcmp(value ? value : "", was ? was : "") != 0);
	json_close_object(f->w);
}

/* What was entered by hand, beside what it corrects. */
static void put_fields(struct json_writer *w, const struct reading *reading,
    const struct review *r, const struct upload *upload,
    const struct own_record *record)
{
	const struct cat_item *item =
	    r->upload_id ? catalog_item(reading->catalog, upload->item) : NULL;
	json_t *row = json_loads(r->words, 0, NULL);
	struct fields f = {
	    .w = w, .row = row, .record = record, .was = json_object()};
	size_t i;

	if (record && item)
		record_form_values(
		    item, buf_span(&record->statement), take_was, &f);
	json_key(w, "fields");
	json_open_array(w);
	for (i = 0; json_is_object(row) && item && i < item->fields_count; i++)
		put_field(&f, &item->fields[i]);
	json_close_array(w);
	json_put_bool(w, "has_fields", json_is_object(row));
	json_put_bool(w, "is_correction", record != NULL);
	json_decref(f.was);
	json_decref(row);
}

/* ---- the words of a command ---- */

static const struct told_option {
	const char *option, *title;
} told_options[] = {
    {"--subject", N_("Organisation, by its code")},
    {"--since", N_("Day on which the cause arose")},
    {"--reason", N_("Reason")},
};

static void put_word(struct json_writer *w, const char *title, const char *text)
{
	json_open_object(w);
	json_put_str(w, "title", tr(title));
	json_put_str(w, "text", text);
	json_close_object(w);
}

static void put_decision(struct json_writer *w, const char *command)
{
	if (strcmp(command, "doubtful resolve") == 0)
		put_word(w, N_("Decision"), tr("the row is about"));
	else if (strcmp(command, "doubtful dismiss") == 0)
		put_word(w, N_("Decision"), tr("the row is rejected"));
	else if (strcmp(command, "doubtful undo") == 0)
		put_word(w, N_("Decision"), tr("the decision is undone"));
}

static void put_words(struct json_writer *w, const struct review *r)
{
	json_t *words = json_loads(r->words, 0, NULL);
	const char *command = json_string_value(json_array_get(words, 0));
	const json_t *one;
	size_t i, k;

	json_key(w, "words");
	json_open_array(w);
	if (command)
		put_decision(w, command);
	json_array_foreach (words, i, one) {
		const char *text = json_string_value(one);
		const char *next =
		    json_string_value(json_array_get(words, i + 1));

		for (k = 0; text && next && k < ARRAY_COUNT(told_options); k++)
			if (strcmp(text, told_options[k].option) == 0)
				put_word(w, told_options[k].title, next);
		if (text && strcmp(text, "--force") == 0)
			put_word(w, N_("Code"),
			    tr("against the visible characters of the row"));
	}
	json_close_array(w);
	json_decref(words);
}

/* ---- what it is about ---- */

static enum err_code put_statement(struct json_writer *w,
    const struct reading *reading, struct ledger *ledger,
    const struct review *r, struct err *err)
{
	struct buf text = BUF_INIT(RECORD_DOCUMENT_BYTES_MAX);
	enum err_code rc = ERR_NONE;

	json_key(w, "statement");
	if (r->act != CAT_ACT_AMEND && r->act != CAT_ACT_WITHDRAW) {
		json_add_null(w);
		return 0;
	}
	rc = record_document(reading, ledger, (uint64_t)r->about, &text, err);
	json_add_raw(w, rc ? span_of("null") : buf_span(&text));
	buf_release(&text);
	return rc;
}

static enum err_code put_row(struct json_writer *w,
    const struct reading *reading, const struct review *r, struct err *err)
{
	const struct cat_department *department =
	    catalog_department(reading->catalog, r->department);
	const struct own_choice choice = {&department, 1, department};
	struct buf text = BUF_INIT(OWN_DOUBTFUL_BYTES_MAX);
	enum err_code rc = ERR_NONE;

	json_key(w, "doubtful");
	if (r->act == CAT_ACT_RESOLVE && department) {
		rc = own_doubtful_row_document(
		    reading, &choice, r->about, &text, err);
		json_add_raw(w, rc ? span_of("null") : buf_span(&text));
	} else {
		json_add_null(w);
	}
	buf_release(&text);
	return rc;
}

bool review_is_outdated(const struct review *r, const struct own_record *record)
{
	return record->is_ended || record->newest != (uint64_t)r->about;
}

/* ---- its file ---- */

static void put_file(
    struct json_writer *w, const struct review *r, const struct upload *u)
{
	struct buf digest = BUF_INIT(SHA256_BYTES * 2);

	json_key(w, "file");
	if (!r->upload_id) {
		json_add_null(w);
		put_null(w, "submission");
		return;
	}
	buf_add_hex(&digest, u->file_digest, SHA256_BYTES);
	json_open_object(w);
	json_put_str(w, "name", u->file_name);
	json_put_int(w, "bytes", u->file_bytes);
	json_put_span(w, "digest", buf_span(&digest));
	if (u->ended_ms)
		put_null(w, "href");
	else
		put_text(
		    w, "href", "/desk/reviews/%lld/file", (long long)r->id);
	json_close_object(w);
	put_text(w, "submission", "/desk/submissions/%lld", (long long)u->id);
	buf_release(&digest);
}

static enum err_code put_rehearsal(struct json_writer *w,
    const struct reading *reading, const struct review *r,
    const struct upload *u, struct err *err)
{
	struct buf report = BUF_INIT(REPORT_TOLD_BYTES_MAX);
	enum err_code rc = ERR_NONE;

	json_key(w, "rehearsal");
	if (r->rehearsal[0])
		rc = report_explain(span_of(r->rehearsal),
		    catalog_item(reading->catalog, u->item), &report, err);
	json_add_raw(w, rc || !report.n ? span_of("null") : buf_span(&report));
	buf_release(&report);
	return rc;
}

/* ---- one of them ---- */

/* Why what was approved could not be done; "" it could, or was not yet. */
static const char *error_of(const struct review *r, const struct upload *upload)
{
	return r->outcome != REVIEW_APPROVED || r->error[0] || !r->upload_id
	    ? r->error
	    : upload->error;
}

/* Where whoever asked in vain can mend it and ask again: of a record by what
 * stands now. */
static void put_again(struct json_writer *w, const struct review *r,
    const struct upload *upload, const struct own_record *record, bool is_own)
{
	long long about = (long long)r->about, id = (long long)r->id;
	long long newest = record ? (long long)record->newest : -1;

	if (!is_own || r->outcome == REVIEW_WAITS ||
	    (r->outcome == REVIEW_APPROVED && !error_of(r, upload)[0]))
		put_null(w, "again");
	else if (r->act == CAT_ACT_WITHDRAW)
		put_text(w, "again",
		    is_reinstating(r) ? "/desk/records/%lld"
				      : "/desk/records/%lld/withdraw",
		    about);
	else if (r->act == CAT_ACT_RESOLVE)
		put_text(w, "again", "/desk/doubtful/%lld", about);
	else if (record && record->is_ended)
		put_text(w, "again", "/desk/records/%lld", newest);
	else if (record)
		put_text(w, "again", "/desk/records/%lld/amend?again=%lld",
		    newest, id);
	else if (r->words[0])
		put_text(w, "again",
		    "/desk/records/new?item=%s&department=%s&again=%lld",
		    upload->item, r->department, id);
	else
		put_text(w, "again", "/desk?department=%s", r->department);
}

static void put_rights(struct json_writer *w, const struct review *r,
    const struct upload *upload, const struct reviews_of *who,
    const struct own_record *record)
{
	bool is_own = strcmp(r->asked_by, who->name) == 0;
	bool waits = r->outcome == REVIEW_WAITS;
	bool is_seen = !r->upload_id || r->rehearsal[0];
	bool can_decide = waits && who->may_decide && !is_own && is_seen;
	bool is_outdated = waits && record && review_is_outdated(r, record);

	json_put_bool(w, "is_own", is_own);
	json_put_bool(w, "is_looked_through", is_seen);
	json_put_bool(w, "can_decide", can_decide);
	json_put_bool(w, "can_approve",
	    can_decide && !is_outdated &&
		!(who->may_send && review_is_of_program(r)));
	json_put_bool(w, "is_outdated", is_outdated);
	if (record)
		json_put_int(w, "newest", (int64_t)record->newest);
	else
		put_null(w, "newest");
	json_put_bool(w, "can_take_back", waits && is_own);
	put_again(w, r, upload, record, is_own);
	/* It was approved, and cut off before it was done. */
	json_put_bool(w, "can_carry_out",
	    r->outcome == REVIEW_APPROVED && !r->upload_id && !r->done_ms &&
		who->may_decide);
}

static void put_review(struct json_writer *w, struct store *office,
    const struct review *r, const struct upload *upload)
{
	const char *error = error_of(r, upload);

	json_key(w, "review");
	json_open_object(w);
	put_common(w, office, r, upload);
	json_put_str(w, "note", r->note);
	json_put_bool(w, "is_waiting", r->outcome == REVIEW_WAITS);
	json_put_bool(
	    w, "is_done", r->done_ms || (r->upload_id && upload->ended_ms));
	json_key(w, "error");
	json_add_raw(w, error[0] ? span_of(error) : span_of("null"));
	json_close_object(w);
}

enum err_code review_document(const struct reading *reading,
    const struct reviews_of *of, const struct review *r, struct buf *out,
    struct err *err)
{
	struct arena *arena = arena_new();
	struct json_writer w;
	struct own_record found, *record = NULL;
	struct upload upload;
	enum err_code rc = load_upload(of->office, arena, r, &upload, err);

	own_record_init(&found);
	if (r->act == CAT_ACT_AMEND)
		record = &found;
	if (!rc && record)
		rc = own_record_find(reading, (uint64_t)r->about, record, err);
	json_start(&w, out);
	json_open_object(&w);
	put_head(&w, reading);
	record_put_department(
	    &w, "department", reading->catalog, r->department);
	put_review(&w, of->office, r, &upload);
	put_file(&w, r, &upload);
	put_words(&w, r);
	put_rights(&w, r, &upload, of, record);
	if (!rc)
		rc = put_rehearsal(&w, reading, r, &upload, err);
	if (!rc)
		put_fields(&w, reading, r, &upload, record);
	if (!rc)
		rc = put_statement(&w, reading, of->ledger, r, err);
	if (!rc)
		rc = put_row(&w, reading, r, err);
	json_close_object(&w);
	own_record_release(&found);
	arena_free(&arena);
	return put_end(out, rc, err);
}
