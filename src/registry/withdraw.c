/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	reason fit to be kept?
 *	begin -> find the record and judge -> statement -> record_end
 *	      -> seal -> commit -> publish
 *
 * Taken back, in the place of statement and record_end: the next version. An
 * end counts for versions before it, so nothing else has to be undone.
 *
 * Everything is judged inside the transaction, so two commands that withdraw
 * the same record cannot both find it standing.
 */
#include "registry/withdraw.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "base/utf8.h"
#include "ident/ident.h"
#include "registry/append.h"
#include "registry/block.h"
#include "registry/catalogue.h"
#include "registry/subjects.h"
#include "registry/view.h"

enum { STATEMENT_BYTES_MAX = 64 * 1024 };

/* What is being withdrawn. */
struct target {
	struct statement statement;
	struct view view;
	const struct view_record *record;
	const struct view_version *version;
	struct subject subject;
};

static bool has_control(struct span text)
{
	size_t i;

	for (i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7F)
			return true;
	return false;
}

static enum err_code check_reason(struct span reason, struct err *err)
{
	if (reason.n == 0)
		return err_set(err, ERR_INPUT, "a reason is needed");
	if (utf8_valid_prefix(reason.p, reason.n) != reason.n ||
	    has_control(reason))
		return err_set(err, ERR_INPUT,
		    "the reason must be one line of UTF-8 text");
	if (utf8_length(reason.p, reason.n) > WITHDRAW_REASON_CHARS_MAX)
		return err_set(err, ERR_INPUT,
		    "the reason is longer than %d characters",
		    WITHDRAW_REASON_CHARS_MAX);
	if (!ident_holds_citizen(reason))
		return 0;
	err_set(err, ERR_REFUSED,
	    "the reason holds the identity number of a person");
	err_hint(err, "What is sealed cannot be deleted: write it without.");
	return ERR_REFUSED;
}

/* Who, and since when. */
static enum err_code check_rest(
    const struct withdraw_request *r, struct err *err)
{
	struct span by = span_of(r->by ? r->by : "");
	char day[DATE_TEXT_BYTES];

	if (r->by &&
	    (by.n == 0 || by.n > WITHDRAW_BY_BYTES_MAX || has_control(by) ||
		utf8_valid_prefix(by.p, by.n) != by.n ||
		ident_holds_citizen(by)))
		return err_set(err, ERR_INPUT,
		    "who does it must be one line of 1 to %d bytes of UTF-8, "
		    "and no identity number",
		    WITHDRAW_BY_BYTES_MAX);
	if (r->since != DATE_NONE && r->since > date_of_unix_ms(r->now_ms))
		return err_set(err, ERR_INPUT, "%s is still to come",
		    date_format_iso(r->since, day));
	return 0;
}

static enum err_code no_record(uint64_t record, struct err *err)
{
	err_set(err, ERR_NOT_FOUND, "there is no record %llu",
	    (unsigned long long)record);
	err_hint(err,
	    "\"gongxin show CODE\" tells the numbers of an "
	    "organisation's records.");
	return ERR_NOT_FOUND;
}

static enum err_code read_target(
    const struct withdraw_request *r, struct target *t, struct err *err)
{
	enum err_code rc =
	    block_read_statement(r->store, r->record, &t->statement, err);

	if (rc == ERR_NOT_FOUND ||
	    (!rc && t->statement.kind != STATEMENT_RECORD))
		rc = no_record(r->record, err);
	return rc;
}

static enum err_code find_target(
    const struct withdraw_request *r, struct target *t, struct err *err)
{
	enum err_code rc = read_target(r, t, err);

	if (!rc)
		rc = subject_by_code(
		    r->store, span_of(t->statement.code), &t->subject, err);
	if (!rc)
		rc = view_load(
		    &t->view, r->store, r->catalog, t->subject.id, err);
	if (rc)
		return rc;
	t->record = view_find(&t->view, r->record, &t->version);
	return t->record ? ERR_NONE
			 : err_set(err, ERR_CORRUPT,
			       "record %llu is in the log, but not in the "
			       "register",
			       (unsigned long long)r->record);
}

static enum err_code check_right(
    const struct withdraw_request *r, const struct target *t, struct err *err)
{
	const struct cat_department *source =
	    catalog_department(r->catalog, t->statement.department);

	if (strcmp(t->statement.department, r->department->id) == 0 ||
	    cat_is_credit_office(r->department))
		return 0;
	err_set(err, ERR_REFUSED, "\"%s\" may not withdraw record %llu",
	    r->department->title, (unsigned long long)r->record);
	err_detail(err, "It came from \"%s\".",
	    source ? source->title : t->statement.department);
	err_hint(err, "Its source or the credit office can withdraw it.");
	return ERR_REFUSED;
}

static enum err_code check_newest(
    const struct withdraw_request *r, const struct target *t, struct err *err)
{
	const struct view_version *newest =
	    &t->record->versions[t->record->versions_count - 1];

	return newest == t->version
	    ? ERR_NONE
	    : err_set(err, ERR_CONFLICT,
		  "record %llu was replaced by record %llu",
		  (unsigned long long)r->record,
		  (unsigned long long)newest->seq);
}

static enum err_code check_stands(
    const struct withdraw_request *r, const struct target *t, struct err *err)
{
	const struct view_end *end =
	    view_end_on(t->record, t->version, INT32_MAX);
	char day[DATE_TEXT_BYTES];
	enum err_code rc = check_newest(r, t, err);

	if (rc)
		err_hint(err,
		    "If the whole is to be withdrawn, withdraw the "
		    "newest version.");
	if (rc || !end)
		return rc;
	err_set(err, ERR_CONFLICT, "record %llu was ended on %s already",
	    (unsigned long long)r->record, date_format_iso(end->on, day));
	err_detail(err, "By statement %llu: %s", (unsigned long long)end->seq,
	    end->reason);
	return ERR_CONFLICT;
}

/* Seals the withdrawal's statement. */
static enum err_code seal(const struct withdraw_request *r,
    const struct target *t, struct span reason, uint64_t *seq_out,
    struct err *err)
{
	struct statement_frame frame;
	struct append_config config = {r->store, r->ledger, &frame,
	    t->record->item_number, 0, r->tmp_folder, .is_resent = false};
	const struct statement_ending ending = {STATEMENT_WITHDRAWAL,
	    t->statement.code, (int64_t)r->record, reason, r->by, r->since};
	struct buf text = BUF_INIT(STATEMENT_BYTES_MAX);
	struct appender *appender = NULL;
	enum err_code rc;

	statement_frame_init(&frame, r->catalog->digest_hex, r->department->id,
	    t->statement.item, r->now_ms);
	statement_end(&frame, &ending, &text);
	rc = appender_new(&config, &appender, err);
	if (!rc)
		rc = appender_add_statement(
		    appender, buf_span(&text), seq_out, err);
	if (!rc)
		rc = appender_finish(appender, err);
	appender_free(&appender);
	buf_release(&text);
	return rc;
}

static enum err_code insert_end(const struct withdraw_request *r,
    const struct target *t, struct span reason, uint64_t seq, struct err *err)
{
	struct store_value row[] = {store_int(t->subject.id),
	    store_int(t->record->item_number), store_int(t->record->key_hash),
	    store_int((int64_t)seq), store_int(RECORD_END_WITHDRAWN),
	    store_int(r->now_ms), store_text(reason)};

	return store_run(
	    r->store, SQL_REGISTRY_END_INSERT, row, ARRAY_COUNT(row), err);
}

static void tell(
    const struct target *t, uint64_t seq, struct withdraw_result *out)
{
	out->statement = seq;
	snprintf(out->code, sizeof(out->code), "%s", t->statement.code);
	snprintf(out->item, sizeof(out->item), "%s", t->statement.item);
}

static enum err_code withdraw(const struct withdraw_request *r,
    struct target *t, struct withdraw_result *out, struct err *err)
{
	struct span reason = span_trim(r->reason);
	int64_t catalogue_id;
	uint64_t seq = 0;
	enum err_code rc = ledger_begin(r->ledger, err);

	if (!rc)
		rc = find_target(r, t, err);
	if (!rc)
		rc = check_right(r, t, err);
	if (!rc)
		rc = check_stands(r, t, err);
	if (!rc)
		rc = catalogue_archive(
		    r->store, r->catalog, r->now_ms, &catalogue_id, err);
	if (!rc)
		rc = seal(r, t, reason, &seq, err);
	if (!rc)
		rc = insert_end(r, t, reason, seq, err);
	if (!rc)
		rc = ledger_seal(r->ledger, r->now_ms, err);
	if (!rc)
		tell(t, seq, out);
	return rc;
}

/* ---- taking it back ---- */

/* Did the department withdraw it? *seq_out: the withdrawal. */
static enum err_code check_withdrawn(const struct withdraw_request *r,
    const struct target *t, uint64_t *seq_out, struct err *err)
{
	const struct view_end *end =
	    view_end_on(t->record, t->version, INT32_MAX);
	enum err_code rc = check_newest(r, t, err);

	if (rc)
		return rc;
	if (!end)
		return err_set(err, ERR_CONFLICT, "record %llu stands",
		    (unsigned long long)r->record);
	*seq_out = end->seq;
	if (end->kind == RECORD_END_WITHDRAWN)
		return 0;
	err_set(err, ERR_CONFLICT,
	    "record %llu was not withdrawn: the decision about its doubtful "
	    "row was undone",
	    (unsigned long long)r->record);
	err_hint(err, "Decide about the row again.");
	return ERR_CONFLICT;
}

static enum err_code check_whose(
    const struct withdraw_request *r, uint64_t withdrawal, struct err *err)
{
	const struct cat_department *d;
	struct statement s;
	enum err_code rc = block_read_statement(r->store, withdrawal, &s, err);

	if (!rc && strcmp(s.department, r->department->id) != 0) {
		d = catalog_department(r->catalog, s.department);
		rc = err_set(err, ERR_REFUSED,
		    "\"%s\" may not take back the withdrawal of record %llu",
		    r->department->title, (unsigned long long)r->record);
		err_detail(err, "It was withdrawn by \"%s\".",
		    d ? d->title : s.department);
		err_hint(err, "Whoever withdrew it can take that back.");
	}
	statement_release(&s);
	return rc;
}

/* A record stands by an item of the catalogue. */
static enum err_code check_item(
    const struct withdraw_request *r, const struct target *t, struct err *err)
{
	return t->record->item
	    ? ERR_NONE
	    : err_set(err, ERR_REFUSED,
		  "the catalogue no longer has the item of record %llu",
		  (unsigned long long)r->record);
}

/* Who took it back, and why: the closed part's `resolved`. */
static void write_decision(
    const struct withdraw_request *r, uint64_t withdrawal, struct buf *out)
{
	struct json_writer w;

	json_start_canonical(&w, out);
	json_open_object(&w);
	if (r->by)
		json_put_str(&w, "by", r->by);
	json_put_str(&w, "from", r->department->id);
	json_put_span(&w, "reason", span_trim(r->reason));
	json_put_int(&w, "withdrawal", (int64_t)withdrawal);
	json_close_object(&w);
}

/* By what the same content is recognised. */
static enum err_code read_content_hash(
    struct store *store, const struct target *t, uint64_t *out, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_RECORD_LATEST;
	struct store_value key[] = {store_int(t->subject.id),
	    store_int(t->record->item_number), store_int(t->record->key_hash)};
	enum err_code rc = store_start(store, id, key, ARRAY_COUNT(key), err);

	if (store_next_row(store, id, &rc, err))
		*out = (uint64_t)store_column_int(store, id, 2);
	store_finish(store, id);
	return rc;
}

static enum err_code fill_record(struct store *store, const struct target *t,
    struct record_in *out, struct err *err)
{
	const struct cat_facts *facts = &t->version->facts;
	struct statement_cut cut;

	if (!statement_peek(t->version->statement, &cut) ||
	    strlen(t->statement.code) >= sizeof(out->code))
		return err_set(err, ERR_CORRUPT, "a record is damaged");
	*out = (struct record_in){
	    .subject_id = t->subject.id,
	    .content = {cut.content.fields, cut.content.closed, {NULL, 0}},
	    .key_hash = (uint64_t)t->record->key_hash,
	    .decided_on = facts->decided_on,
	    .valid_to = facts->valid_to,
	    .public_until = facts->public_until,
	    .class_ = (uint8_t)facts->class_,
	    .is_forced = true,
	    .is_anyones = true, /* it stays its source's */
	};
	memcpy(out->code, t->statement.code, strlen(t->statement.code) + 1);
	return read_content_hash(store, t, &out->content_hash, err);
}

/* Seals the version that was withdrawn once more, as what it was: of its own
 * source, judged by the catalogue that judged it. */
static enum err_code seal_again(const struct withdraw_request *r,
    const struct target *t, uint64_t withdrawal, uint64_t *seq_out,
    struct err *err)
{
	struct statement_frame frame;
	struct append_config config = {r->store, r->ledger, &frame,
	    t->record->item_number, 0, r->tmp_folder, .is_resent = false};
	struct buf decision = BUF_INIT(STATEMENT_BYTES_MAX);
	struct appender *appender = NULL;
	struct record_in in;
	struct span others;
	enum err_code rc = fill_record(r->store, t, &in, err);

	statement_frame_init(&frame, t->statement.catalogue_hex,
	    t->statement.department, t->statement.item, r->now_ms);
	write_decision(r, withdrawal, &decision);
	in.content.resolved = buf_span(&decision);
	*seq_out = ledger_next_index(r->ledger);
	if (!rc)
		rc = appender_new(&config, &appender, err);
	if (!rc)
		rc = appender_add(appender, &in, &others, err);
	if (!rc)
		rc = appender_finish(appender, err);
	appender_free(&appender);
	buf_release(&decision);
	return rc;
}

static enum err_code take_back(const struct withdraw_request *r,
    struct target *t, struct withdraw_result *out, struct err *err)
{
	uint64_t withdrawal = 0, seq = 0;
	enum err_code rc = ledger_begin(r->ledger, err);

	if (!rc)
		rc = find_target(r, t, err);
	if (!rc)
		rc = check_withdrawn(r, t, &withdrawal, err);
	if (!rc)
		rc = check_whose(r, withdrawal, err);
	if (!rc)
		rc = check_item(r, t, err);
	if (!rc)
		rc = seal_again(r, t, withdrawal, &seq, err);
	if (!rc)
		rc = ledger_seal(r->ledger, r->now_ms, err);
	if (!rc)
		tell(t, seq, out);
	return rc;
}

/* ---- both ---- */

typedef enum err_code act(const struct withdraw_request *r, struct target *t,
    struct withdraw_result *out, struct err *err);

static enum err_code run(const struct withdraw_request *request, act *work,
    struct withdraw_result *out, struct err *err)
{
	struct withdraw_result result;
	struct target t = {0};
	enum err_code rc = check_reason(span_trim(request->reason), err);

	if (!rc)
		rc = check_rest(request, err);
	if (rc)
		return rc;
	subject_init(&t.subject);
	rc = store_begin(request->store, err);
	if (!rc)
		rc = work(request, &t, &result, err);
	if (!rc)
		rc = store_commit(request->store, err);
	store_rollback(request->store);
	/* Committed; a checkpoint file that is not brought up to date now is
	 * by the next command that writes. */
	if (!rc) {
		*out = result;
		ledger_publish(request->ledger, NULL);
	}
	statement_release(&t.statement);
	view_release(&t.view);
	subject_release(&t.subject);
	return rc;
}

enum err_code withdraw_run(const struct withdraw_request *request,
    struct withdraw_result *out, struct err *err)
{
	return run(request, withdraw, out, err);
}

enum err_code withdraw_take_back(const struct withdraw_request *request,
    struct withdraw_result *out, struct err *err)
{
	return run(request, take_back, out, err);
}
