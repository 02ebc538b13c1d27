/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	reason fit to be kept?
 *	begin -> find the record and judge -> statement -> record_end
 *	      -> seal -> commit -> publish
 *
 * Everything is judged inside the transaction, so two commands that withdraw
 * the same record cannot both find it standing.
 */
#include "registry/withdraw.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
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
		return err_set(err, ERR_INPUT, "a withdrawal needs a reason");
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
		    "who withdraws must be one line of 1 to %d bytes of UTF-8, "
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
	struct block block;
	enum err_code rc;

	block_init(&block);
	rc = r->record > INT64_MAX
	    ? ERR_NOT_FOUND
	    : block_load(&block, r->store, r->record, err);
	if (rc == ERR_NOT_FOUND)
		rc = no_record(r->record, err);
	if (!rc)
		rc = statement_read(
		    block_statement(&block, r->record), &t->statement, err);
	block_release(&block);
	if (!rc && t->statement.kind != STATEMENT_RECORD)
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

static enum err_code check_stands(
    const struct withdraw_request *r, const struct target *t, struct err *err)
{
	const struct view_version *newest =
	    &t->record->versions[t->record->versions_count - 1];
	const struct view_end *end =
	    view_end_on(t->record, t->version, INT32_MAX);
	char day[DATE_TEXT_BYTES];

	if (newest != t->version) {
		err_set(err, ERR_CONFLICT,
		    "record %llu was replaced by record %llu",
		    (unsigned long long)r->record,
		    (unsigned long long)newest->seq);
		err_hint(err,
		    "If the whole is to be withdrawn, withdraw the "
		    "newest version.");
		return ERR_CONFLICT;
	}
	if (!end)
		return 0;
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
	    t->record->item_number, 0, r->tmp_folder, false};
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
	if (rc)
		return rc;
	out->statement = seq;
	snprintf(out->code, sizeof(out->code), "%s", t->statement.code);
	snprintf(out->item, sizeof(out->item), "%s", t->statement.item);
	return 0;
}

enum err_code withdraw_run(const struct withdraw_request *request,
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
		rc = withdraw(request, &t, &result, err);
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
