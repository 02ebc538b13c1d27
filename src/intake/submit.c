/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's side of intake.
 *
 *	slots from the child -> row by row:
 *	  RECORD    subject book -> appender (statement, log, record), or
 *		    rejection when the record is another department's
 *	  DOUBTFUL  -> doubtful queue
 *	  REFUSED   -> rejection
 *	  (natural persons: only their number)
 *	end -> appender_finish, submission statement, report, seal, commit,
 *	       publish
 *
 * Everything happens inside one transaction; any failure rolls it back, and
 * the log's files beyond the last checkpoint mean nothing.
 */
#include "intake/submit.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/date.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ident/ident.h"
#include "intake/doubtful_priv.h"
#include "intake/fields.h"
#include "intake/finding.h"
#include "intake/report.h"
#include "registry/append.h"
#include "registry/block.h"
#include "registry/catalogue.h"
#include "registry/subjects.h"
#include "registry/view.h"

enum {
	ROW_BYTES_LIKELY = 300, /* sizes the duplicate filter */
	CODE_TEXT_MAX = 64,
	DEPARTMENT_ID_BYTES = 256,
	CELLS_BYTES_MAX = 16 * 1024 * 1024,
	FINDING_BYTES_MAX = 64 * 1024,
	ROWS_AT_ONCE = 16,
	NAME_BYTES_MAX = 1024 /* of a file */
};

struct submission {
	const struct submit_request *request;
	struct submit_result *result;
	struct subject_book *book;
	struct appender *appender;
	struct report_counts *counts;
	struct statement_frame frame;
	struct fields_shape *shape;
	struct slot_view view;
	struct buf described; /* the child's description of the file */
	struct buf digested;  /* its digest */
	int64_t submission_id;
	int64_t catalogue_id;
	uint64_t file_bytes;
	uint64_t first_seq;
	bool has_ends;		   /* a record may have ended */
	bool has_told[FIND_COUNT]; /* which version it is */
};

void submit_result_init(struct submit_result *result)
{
	memset(result, 0, sizeof(*result));
	buf_init(&result->report, REPORT_BYTES_MAX);
}

void submit_result_release(struct submit_result *result)
{
	buf_release(&result->report);
}

/* ---- rows ---- */

static enum err_code put_rejection(struct submission *s,
    const struct checked_row *row, struct span cells, struct span findings,
    struct err *err)
{
	struct store_value values[] = {store_int(s->submission_id),
	    store_int((int64_t)row->number), store_text(cells),
	    store_text(findings)};

	s->result->refused++;
	return store_append_row(s->request->store, SQL_INTAKE_REJECTION_INSERT,
	    values, ARRAY_COUNT(values), err);
}

/* As the only one of a row. */
static void write_finding(const struct finding *finding, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_array(&w);
	finding_write(finding, &w);
	json_close_array(&w);
}

/* Names whose record it is. */
static void write_others(
    const struct submission *s, struct span department, struct buf *out)
{
	struct finding finding = {
	    .rule = FIND_OTHERS_RECORD, .expect = department};
	const struct cat_department *d;
	char id[DEPARTMENT_ID_BYTES];

	snprintf(id, sizeof(id), "%.*s", (int)department.n, department.p);
	d = catalog_department(s->request->catalog, id);
	if (d)
		finding.expect = span_of(d->title);
	write_finding(&finding, out);
}

/* The row would be the next version of another department's record. Its cells
 * are those that it would have as a record: the child kept no others. */
static enum err_code refuse_others(struct submission *s,
    const struct checked_row *row, struct span department, struct err *err)
{
	struct buf cells = BUF_INIT(CELLS_BYTES_MAX);
	struct buf findings = BUF_INIT(FINDING_BYTES_MAX);
	struct json_writer w;
	enum err_code rc;

	json_start(&w, &cells);
	json_open_object(&w);
	json_key(&w, "fields");
	json_add_raw(&w, row->fields);
	json_key(&w, "closed");
	json_add_raw(&w, row->closed.n ? row->closed : span_of("{}"));
	json_close_object(&w);
	write_others(s, department, &findings);
	rc =
	    report_counts_add(s->counts, buf_span(&findings), row->number, err);
	if (!rc)
		rc = put_rejection(
		    s, row, buf_span(&cells), buf_span(&findings), err);
	buf_release(&cells);
	buf_release(&findings);
	return rc;
}

/* Adds a warning to a row that is not refused; expect: what it is about. */
static enum err_code warn(struct submission *s, uint64_t row,
    enum finding_rule rule, const char *expect, struct err *err)
{
	struct finding finding = {.rule = rule, .expect = span_of(expect)};
	struct buf findings = BUF_INIT(FINDING_BYTES_MAX);
	enum err_code rc;

	write_finding(&finding, &findings);
	rc = report_counts_add(s->counts, buf_span(&findings), row, err);
	buf_release(&findings);
	return rc;
}

/* The day on which a version was taken in. */
static enum err_code day_of_version(
    struct submission *s, int64_t seq, date_days *out, struct err *err)
{
	struct statement statement = {0};
	enum err_code rc = 0;

	*out = date_of_unix_ms(s->request->now_ms);
	if (seq >= (int64_t)s->first_seq)
		return 0;
	rc = block_read_statement(
	    s->request->store, (uint64_t)seq, &statement, err);
	if (!rc && !view_received_day(span_of(statement.received), out))
		rc = err_set(err, ERR_CORRUPT,
		    "statement %llu is not the record that it should be",
		    (unsigned long long)seq);
	statement_release(&statement);
	return rc;
}

/* Of each rule only the first row's version is told (report.h): finding the
 * others' would be for nothing. */
static enum err_code warn_of_version(struct submission *s,
    const struct record_in *in, enum finding_rule rule, int64_t version,
    struct err *err)
{
	char text[48] = "", day[DATE_TEXT_BYTES];
	date_days on = DATE_NONE;
	enum err_code rc = 0;

	if (!s->has_told[rule]) {
		rc = day_of_version(s, version, &on, err);
		snprintf(text, sizeof(text), "%lld · %s", (long long)version,
		    date_format_iso(on, day));
		s->has_told[rule] = true;
	}
	return rc ? rc : warn(s, in->row, rule, text, err);
}

/* Of the first such row the other one is told; "—": nobody knows it. */
static enum err_code warn_of_twice(struct submission *s,
    const struct record_in *in, int64_t newest, struct err *err)
{
	char text[24] = "";
	uint64_t row = 0;

	if (!s->has_told[FIND_RECORD_TWICE]) {
		row = appender_row_of(s->appender, (uint64_t)newest);
		snprintf(text, sizeof(text), row ? "%llu" : "—",
		    (unsigned long long)row);
		s->has_told[FIND_RECORD_TWICE] = true;
	}
	return warn(s, in->row, FIND_RECORD_TWICE, text, err);
}

/* The version that has ended for a known row's record; -1: it stands. */
static enum err_code find_ended(struct submission *s,
    const struct record_in *in, int64_t *out, struct err *err)
{
	struct store_value key[] = {store_int(in->subject_id),
	    store_int(s->request->item->number),
	    store_int((int64_t)in->key_hash)};

	*out = -1;
	if (!s->has_ends)
		return 0;
	return store_get_int(s->request->store, SQL_REGISTRY_END_STANDS, key,
	    ARRAY_COUNT(key), -1, out, err);
}

/* Tells what a row comes to that says again what was said: nothing, when its
 * record has ended or says something else by now; or that the record goes
 * back to it. And of one that says something else than another row of the
 * file (append_said_before). */
static enum err_code warn_of_said(void *ctx, const struct record_in *in,
    enum append_said said, int64_t newest, struct err *err)
{
	struct submission *s = ctx;
	int64_t ended = -1;
	char number[24];
	enum err_code rc = 0;

	if (said == APPEND_SAID_OTHERWISE)
		return warn_of_twice(s, in, newest, err);
	if (said == APPEND_SAID_AGAIN)
		return warn_of_version(s, in, FIND_RECORD_BACK, newest, err);
	rc = find_ended(s, in, &ended, err);
	snprintf(number, sizeof(number), "%lld", (long long)ended);
	if (!rc && ended >= 0)
		rc = warn(s, in->row, FIND_RECORD_ENDED, number, err);
	else if (!rc && said == APPEND_SAID_BEFORE)
		rc = warn_of_version(s, in, FIND_RECORD_NEWER, newest, err);
	return rc;
}

/* Makes the row a record of the subject. */
static enum err_code take_record(struct submission *s,
    const struct checked_row *row, int64_t subject_id, struct err *err)
{
	struct record_in in = {
	    .row = row->number,
	    .subject_id = subject_id,
	    .content = {.fields = row->fields, .closed = row->closed},
	    .key_hash = row->key_hash,
	    .content_hash = row->content_hash,
	    .decided_on = row->decided_on,
	    .valid_to = row->valid_to,
	    .public_until = row->public_until,
	    .class_ = (uint8_t)row->class_,
	    .is_late = row->is_late,
	    .is_correction = row->corrects >= 0,
	    .corrects = row->corrects,
	    /* An organisation that moves is registered by another. */
	    .is_anyones = s->request->item->group == CAT_GROUP_BASIC,
	};

	struct span others;
	enum err_code rc;

	memcpy(in.code, row->code, sizeof(in.code));
	in.is_new_subject = subject_book_is_new(s->book, in.subject_id);
	rc = appender_add(s->appender, &in, &others, err);
	return rc || !others.n ? rc : refuse_others(s, row, others, err);
}

static void doubtful_digest(const struct submission *s,
    const struct checked_row *row, uint8_t out[SHA256_BYTES])
{
	const char *item = s->request->item->id;
	const struct span parts[] = {span_of(item), {"\n", 1}, row->code_text,
	    {"\n", 1}, row->fields, row->closed};

	sha256_parts(parts, ARRAY_COUNT(parts), out);
}

/* The number of the same doubtful row, if it is there already, else 0. */
static enum err_code find_known_doubt(struct submission *s,
    const uint8_t digest[SHA256_BYTES], int64_t *out, struct err *err)
{
	struct store_value key = store_blob(digest, SHA256_BYTES);

	return store_get_int(
	    s->request->store, SQL_INTAKE_DOUBTFUL_FIND, &key, 1, 0, out, err);
}

/* Tells of a doubtful row that is there already when it is no record. */
static enum err_code warn_of_doubt(
    struct submission *s, uint64_t row, int64_t id, struct err *err)
{
	struct doubtful_edge edge;
	char number[24];
	enum err_code rc =
	    doubtful_last_edge(s->request->store, id, &edge, err);

	snprintf(number, sizeof(number), "%lld", (long long)id);
	if (!rc && edge.subject_id == 0)
		rc = warn(s, row, FIND_DOUBTFUL_WAITS, number, err);
	else if (!rc && edge.subject_id == DOUBTFUL_DISMISSED)
		rc = warn(s, row, FIND_DOUBTFUL_DISMISSED, number, err);
	return rc;
}

static enum err_code take_doubtful(
    struct submission *s, const struct checked_row *row, struct err *err)
{
	uint8_t digest[SHA256_BYTES];
	struct span code_text = row->code_text;
	int64_t known = 0;
	enum err_code rc;

	if (code_text.n > CODE_TEXT_MAX)
		code_text.n = 0;
	doubtful_digest(s, row, digest);
	rc = find_known_doubt(s, digest, &known, err);
	if (!rc && known) {
		s->result->duplicates++;
		rc = warn_of_doubt(s, row->number, known, err);
	} else if (!rc) {
		struct store_value values[] = {store_int(s->submission_id),
		    store_int((int64_t)row->number),
		    store_int(s->request->item->number),
		    store_str(doubt_name(row->doubt)), store_text(code_text),
		    store_text(row->name), store_int((int64_t)row->key_hash),
		    store_int((int64_t)row->content_hash),
		    store_int(row->decided_on), store_int(row->class_),
		    store_date(row->valid_to), store_date(row->public_until),
		    store_text(row->fields), store_text(row->closed),
		    store_blob(digest, sizeof(digest))};

		s->result->doubtful++;
		rc = store_run(s->request->store, SQL_INTAKE_DOUBTFUL_INSERT,
		    values, ARRAY_COUNT(values), err);
	}
	return rc;
}

static enum err_code take_refused(
    struct submission *s, const struct checked_row *row, struct err *err)
{
	return put_rejection(s, row, row->cells, row->findings, err);
}

static enum err_code take_row(struct submission *s,
    const struct checked_row *row, int64_t subject_id, struct err *err)
{
	enum err_code rc = 0;

	s->result->rows++;
	if (row->findings.n)
		rc = report_counts_add(
		    s->counts, row->findings, row->number, err);
	if (rc)
		return rc;
	if ((row->outcome == ROW_RECORD || row->outcome == ROW_DOUBTFUL) &&
	    !fields_are_sane(s->shape, row->fields, row->closed))
		return slots_nonsense(err);
	switch (row->outcome) {
	case ROW_RECORD:
		return take_record(s, row, subject_id, err);
	case ROW_DOUBTFUL:
		return take_doubtful(s, row, err);
	case ROW_REFUSED:
		return take_refused(s, row, err);
	case ROW_NATURAL:
	case ROW_OUTCOME_COUNT:
	default:
		return slots_nonsense(err);
	}
}

/* Rows in three passes, each telling the next which memory it will want: a
 * row by itself would wait twice for the memory of two large tables. */
static enum err_code take_batch(struct submission *s,
    const struct checked_row *rows, size_t count, struct err *err)
{
	int64_t subjects[ROWS_AT_ONCE] = {0};
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < count; i++)
		if (rows[i].outcome == ROW_RECORD)
			subject_book_expect(s->book, rows[i].code);
	for (i = 0; i < count && !rc; i++) {
		if (rows[i].outcome != ROW_RECORD)
			continue;
		rc = subject_book_resolve(
		    s->book, rows[i].code, rows[i].name, &subjects[i], err);
		if (!rc)
			appender_expect(
			    s->appender, subjects[i], rows[i].key_hash);
	}
	for (i = 0; i < count && !rc; i++)
		rc = take_row(s, &rows[i], subjects[i], err);
	return rc;
}

/* Up to ROWS_AT_ONCE rows of the slot; as slot_next for the one behind. */
static int next_rows(struct submission *s, struct checked_row *rows,
    size_t *count, struct err *err)
{
	int got = 1;

	for (*count = 0; *count < ROWS_AT_ONCE; ++*count) {
		got = slot_next(&s->view, &rows[*count], err);
		if (got != 1)
			break;
	}
	return got;
}

static enum err_code take_slot(struct submission *s, struct err *err)
{
	const struct submit_request *r = s->request;
	struct checked_row rows[ROWS_AT_ONCE];
	struct span text = slot_text(&s->view);
	enum err_code rc = 0;
	size_t count;
	int got = 1;

	s->result->natural += s->view.head.natural;
	s->result->rows += s->view.head.natural;
	if (text.n) {
		buf_reset(&s->described);
		buf_add_span(&s->described, text);
		return 0;
	}
	while (!rc && got == 1) {
		got = next_rows(s, rows, &count, err);
		if (got >= 0)
			rc = take_batch(s, rows, count, err);
	}
	if (r->progress)
		r->progress(r->progress_ctx, s->view.head.position,
		    s->file_bytes, s->result->rows);
	return rc ? rc : (enum err_code)(got < 0 ? got : 0);
}

static enum err_code take_rows(struct submission *s, struct err *err)
{
	struct store *store = s->request->store;
	enum err_code rc =
	    store_append_start(store, SQL_INTAKE_REJECTION_INSERT, err);

	while (!rc) {
		rc = slots_take(s->request->decoder->slots, &s->view, err);
		if (!rc)
			rc = take_slot(s, err);
		if (!rc && s->view.head.end == SLOT_LAST)
			break;
	}
	if (!rc)
		rc = store_append_end(store, SQL_INTAKE_REJECTION_INSERT, err);
	return rc;
}

/* The digest comes while we sort; by now the child is done. */
static enum err_code take_digest(struct submission *s, struct err *err)
{
	enum err_code rc =
	    slots_take(s->request->decoder->slots, &s->view, err);

	if (!rc)
		buf_add_span(&s->digested, slot_text(&s->view));
	return rc;
}

/* ---- the end ---- */

struct file_facts {
	json_t *description; /* owned */
	char digest_hex[2 * SHA256_BYTES + 1];
	uint8_t digest[SHA256_BYTES];
};

/* What the child told of the file, checked for form. */
static enum err_code read_facts(
    struct submission *s, struct file_facts *out, struct err *err)
{
	json_t *digested = json_loadb(s->digested.p, s->digested.n, 0, NULL);
	const char *hex =
	    json_string_value(json_object_get(digested, "digest"));
	bool is_good =
	    hex && hex_read(span_of(hex), out->digest, sizeof(out->digest));

	out->description = json_loadb(s->described.p, s->described.n, 0, NULL);
	if (is_good)
		memcpy(out->digest_hex, hex, sizeof(out->digest_hex));
	json_decref(digested);
	if (is_good && json_is_object(out->description))
		return 0;
	return slots_nonsense(err);
}

static void write_counts(const struct submission *s, struct json_writer *w)
{
	const struct submit_result *r = s->result;

	json_key(w, "counts");
	json_open_object(w);
	json_put_int(w, "doubtful", (int64_t)r->doubtful);
	json_put_int(w, "duplicates", (int64_t)r->duplicates);
	json_put_int(w, "late", (int64_t)r->late);
	json_put_int(w, "natural_persons", (int64_t)r->natural);
	json_put_int(w, "records", (int64_t)r->records);
	json_put_int(w, "refused", (int64_t)r->refused);
	json_put_int(w, "rows", (int64_t)r->rows);
	json_put_int(w, "subjects_new", (int64_t)r->subjects_new);
	json_put_int(w, "versions", (int64_t)r->versions);
	json_close_object(w);
}

/* The statement that seals the submission itself: what came, and what
 * became of it. */
static enum err_code seal_submission(
    struct submission *s, const struct file_facts *facts, struct err *err)
{
	const struct submit_request *r = s->request;
	struct buf text = BUF_INIT(64 * 1024);
	struct json_writer w;
	char time[24];
	enum err_code rc;

	json_start_canonical(&w, &text);
	json_open_object(&w);
	json_put_str(&w, "catalogue", r->catalog->digest_hex);
	json_key(&w, "closed");
	json_open_object(&w);
	json_key(&w, "file");
	json_open_object(&w);
	json_put_int(&w, "bytes", (int64_t)s->file_bytes);
	json_put_str(&w, "digest", facts->digest_hex);
	json_put_str(&w, "name", r->file_name);
	json_close_object(&w);
	json_close_object(&w);
	write_counts(s, &w);
	json_put_str(&w, "from", r->department->id);
	json_put_str(&w, "item", r->item->id);
	json_put_str(&w, "kind", "submission");
	json_put_str(&w, "received", date_format_unix(r->now_ms, time));
	json_close_object(&w);
	rc = appender_add_statement(s->appender, buf_span(&text), NULL, err);
	buf_release(&text);
	return rc;
}

static void write_report(
    struct submission *s, const struct file_facts *facts, uint64_t end_seq)
{
	const struct submit_request *r = s->request;
	struct json_writer w;
	char time[24];

	json_start(&w, &s->result->report);
	json_open_object(&w);
	if (r->is_rehearsal)
		json_put_bool(&w, "is_rehearsal", true);
	else
		json_put_int(&w, "submission", s->submission_id);
	json_put_str(&w, "item", r->item->id);
	json_put_str(&w, "from", r->department->id);
	json_put_str(&w, "received", date_format_unix(r->now_ms, time));
	json_put_str(&w, "catalogue", r->catalog->digest_hex);
	json_key(&w, "file");
	json_open_object(&w);
	json_put_str(&w, "name", r->file_name);
	json_put_int(&w, "bytes", (int64_t)s->file_bytes);
	json_put_str(&w, "digest", facts->digest_hex);
	json_key(&w, "read_as");
	json_add_raw(&w, buf_span(&s->described));
	json_close_object(&w);
	write_counts(s, &w);
	json_key(&w, "log");
	json_open_object(&w);
	json_put_int(&w, "first", (int64_t)s->first_seq);
	json_put_int(&w, "end", (int64_t)end_seq);
	json_close_object(&w);
	json_key(&w, "findings");
	report_counts_write(s->counts, &w);
	json_close_object(&w);
}

static enum err_code store_submission(struct submission *s,
    const struct file_facts *facts, uint64_t end_seq, struct err *err)
{
	const struct submit_request *r = s->request;
	struct store_value row[] = {store_int(s->submission_id),
	    store_int(r->item->number), store_str(r->department->id),
	    store_int(s->catalogue_id), store_int(r->now_ms),
	    store_str(r->file_name), store_int((int64_t)s->file_bytes),
	    store_blob(facts->digest, SHA256_BYTES),
	    store_int((int64_t)s->first_seq), store_int((int64_t)end_seq),
	    store_text(buf_span(&s->result->report))};

	return store_run(
	    r->store, SQL_INTAKE_SUBMISSION_INSERT, row, ARRAY_COUNT(row), err);
}

static void collect_counts(struct submission *s)
{
	struct append_counts counts = appender_counts(s->appender);

	s->result->records = counts.records;
	s->result->versions = counts.versions;
	s->result->duplicates += counts.duplicates;
	s->result->late = counts.late;
	s->result->subjects_new = subject_book_new_count(s->book);
	s->result->submission_id = s->submission_id;
}

static enum err_code close_up(struct submission *s, struct err *err)
{
	const struct submit_request *r = s->request;
	struct file_facts facts = {0};
	uint64_t end_seq = 0;
	enum err_code rc = subject_book_flush(s->book, err);

	if (!rc)
		rc = appender_finish(s->appender, err);
	if (!rc)
		rc = take_digest(s, err);
	if (!rc)
		rc = read_facts(s, &facts, err);
	if (!rc) {
		collect_counts(s);
		rc = seal_submission(s, &facts, err);
	}
	if (!rc)
		rc = appender_finish(s->appender, err);
	if (!rc) {
		end_seq = ledger_next_index(r->ledger);
		write_report(s, &facts, end_seq);
		rc = store_submission(s, &facts, end_seq, err);
	}
	if (!rc && !r->is_rehearsal)
		rc = ledger_seal(r->ledger, r->now_ms, err);
	json_decref(facts.description);
	return rc;
}

/* ---- the start ---- */

/* Did this department send this very file for this item already? A file may
 * hold a row and its amendment; sent again, the first must not be taken for
 * an amendment of the second. The file is read only when one of its size
 * was. */
static enum err_code was_sent_before(
    struct submission *s, bool *out, struct err *err)
{
	const struct submit_request *r = s->request;
	uint8_t digest[SHA256_BYTES];
	struct store_value key[] = {store_int(r->item->number),
	    store_str(r->department->id), store_int((int64_t)s->file_bytes),
	    store_blob(digest, sizeof(digest))};
	int64_t found = 0;
	enum err_code rc = store_get_int(
	    r->store, SQL_INTAKE_SUBMISSION_SIZED, key, 3, 0, &found, err);

	if (!rc && found)
		rc = file_digest(r->fd, digest, err);
	if (!rc && found)
		rc = store_get_int(r->store, SQL_INTAKE_SUBMISSION_SAME, key, 4,
		    0, &found, err);
	*out = found != 0;
	return rc;
}

static enum err_code open_up(struct submission *s, struct err *err)
{
	const struct submit_request *r = s->request;
	struct append_config config = {r->store, r->ledger, &s->frame,
	    r->item->number, s->file_bytes / ROW_BYTES_LIKELY, r->tmp_folder,
	    .said = warn_of_said, .said_ctx = s};
	int64_t last = 0, any_end = 0;
	enum err_code rc = r->is_rehearsal ? ledger_rehearse(r->ledger, err)
					   : ledger_begin(r->ledger, err);

	if (!rc)
		rc = store_get_int(r->store, SQL_INTAKE_SUBMISSION_LAST, NULL,
		    0, 0, &last, err);
	if (!rc)
		rc = store_get_int(
		    r->store, SQL_REGISTRY_END_ANY, NULL, 0, 0, &any_end, err);
	s->submission_id = last + 1;
	s->has_ends = any_end != 0;
	s->first_seq = ledger_next_index(r->ledger);
	if (!rc)
		rc = was_sent_before(s, &config.is_resent, err);
	if (!rc)
		rc = catalogue_archive(
		    r->store, r->catalog, r->now_ms, &s->catalogue_id, err);
	/* What was sent before sets no name: it may be a former one by now. */
	if (!rc)
		rc = subject_book_new(r->store, s->submission_id,
		    r->item->group == CAT_GROUP_BASIC && !config.is_resent,
		    &s->book, err);
	return rc ? rc : appender_new(&config, &s->appender, err);
}

/* ---- marks ---- */

/* The counts of a stored report. */
static void recall_counts(struct submit_result *out)
{
	json_t *report = json_loadb(out->report.p, out->report.n, 0, NULL);
	const json_t *counts = json_object_get(report, "counts");
	const struct {
		const char *key;
		uint64_t *to;
	} each[] = {{"rows", &out->rows}, {"records", &out->records},
	    {"versions", &out->versions}, {"duplicates", &out->duplicates},
	    {"doubtful", &out->doubtful}, {"refused", &out->refused},
	    {"natural_persons", &out->natural}, {"late", &out->late},
	    {"subjects_new", &out->subjects_new}};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(each); i++)
		*each[i].to = (uint64_t)json_integer_value(
		    json_object_get(counts, each[i].key));
	json_decref(report);
}

/* Was it taken in under this mark already? */
static enum err_code recall(struct submission *s, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_MARK_REPORT;
	struct store *store = s->request->store;
	struct store_value key;
	enum err_code rc;

	if (!s->request->mark)
		return 0;
	key = store_str(s->request->mark);
	rc = store_start(store, id, &key, 1, err);
	if (store_next_row(store, id, &rc, err)) {
		s->result->was_known = true;
		s->result->submission_id = store_column_int(store, id, 0);
		buf_add_span(
		    &s->result->report, store_column_span(store, id, 1));
	}
	store_finish(store, id);
	if (s->result->was_known)
		recall_counts(s->result);
	return rc;
}

static enum err_code keep_mark(struct submission *s, struct err *err)
{
	const struct submit_request *r = s->request;
	struct store_value row[] = {
	    store_str(r->mark ? r->mark : ""), store_int(s->submission_id)};

	if (!r->mark || r->is_rehearsal)
		return 0;
	return store_run(
	    r->store, SQL_INTAKE_MARK_INSERT, row, ARRAY_COUNT(row), err);
}

/* ---- all of it ---- */

static enum err_code run(struct submission *s, struct err *err)
{
	enum err_code rc = store_begin(s->request->store, err);
	bool is_kept;

	if (!rc)
		rc = recall(s, err);
	is_kept = !s->result->was_known && !s->request->is_rehearsal;
	if (!rc && !s->result->was_known)
		rc = open_up(s, err);
	if (!rc && !s->result->was_known)
		rc = take_rows(s, err);
	if (!rc && !s->result->was_known)
		rc = close_up(s, err);
	if (!rc && is_kept)
		rc = keep_mark(s, err);
	if (!rc && is_kept)
		rc = store_commit(s->request->store, err);
	store_rollback(s->request->store);
	/* Committed: what fails now takes nothing back. */
	if (!rc && is_kept)
		ledger_publish(s->request->ledger, &s->result->unpublished);
	return rc;
}

/* A file's name is any bytes; what is sealed is UTF-8. */
static void clean_name(const char *name, struct buf *out)
{
	struct span rest = span_of(name);

	while (rest.n) {
		size_t good = utf8_valid_prefix(rest.p, rest.n);
		size_t bad = good < rest.n;

		buf_add(out, rest.p, good);
		if (bad)
			buf_add_str(out, "\xEF\xBF\xBD");
		rest.p += good + bad;
		rest.n -= good + bad;
	}
}

/* What a file is called is kept like what is in it. */
static enum err_code check_names(
    const struct submit_request *request, struct err *err)
{
	struct span mark = span_of(request->mark ? request->mark : "");

	if (!ident_holds_citizen(span_of(request->file_name)) &&
	    !ident_holds_citizen(mark))
		return 0;
	return err_set(err, ERR_REFUSED,
	    "the name of the file or its mark holds the identity number of a "
	    "person");
}

enum err_code submit_run(const struct submit_request *request,
    struct submit_result *out, struct err *err)
{
	struct submission *s = mem_zalloc(1, sizeof(*s));
	struct submit_request own = *request;
	struct buf name = BUF_INIT(NAME_BYTES_MAX);
	struct stat st;
	enum err_code rc;

	if (fstat(request->fd, &st) != 0) {
		free(s);
		return err_set_errno(err, "could not read the file");
	}
	clean_name(request->file_name, &name);
	own.file_name = buf_str(&name);
	s->request = &own;
	s->result = out;
	s->counts = report_counts_new();
	s->file_bytes = (uint64_t)st.st_size;
	statement_frame_init(&s->frame, request->catalog->digest_hex,
	    request->department->id, request->item->id, request->now_ms);
	s->shape = fields_shape_new(request->item);
	slot_view_init(&s->view);
	buf_init(&s->described, REPORT_BYTES_MAX / 2);
	buf_init(&s->digested, 1024);
	rc = check_names(request, err);
	if (!rc)
		rc = run(s, err);
	appender_free(&s->appender);
	subject_book_free(&s->book);
	report_counts_free(&s->counts);
	fields_shape_free(&s->shape);
	slot_view_release(&s->view);
	buf_release(&s->described);
	buf_release(&s->digested);
	buf_release(&name);
	free(s);
	return rc;
}
