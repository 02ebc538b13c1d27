/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Find -> load the view -> who it was on that day -> groups of records.
 *
 * An organisation may have any number of records. A page shows the first of
 * each group, or one group from a key on; they are chosen before anything is
 * written, and everything is counted. The bytes of their statements are
 * bounded too: what a record says is what makes a page large, the rest of it
 * comes again and again and takes hardly any room on its way.
 *
 * The register keeps a subject's present name and its other ones, not when
 * each was current: that stands in the records. For a day in the past the
 * name is what the newest registration received by then said, or else what
 * the first record said. Other names and identifiers are shown from the day
 * of the submission that told them.
 *
 * The public is told nothing of that by records that it may not see: its name
 * of a past day is from a registration that was public then and is today, or
 * else today's; other names are those of public records (told_names.h), and
 * come without their days. Who it is, is public, so
 * there is no day on which there was no such organisation.
 */
#include "api/subject.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "api/marks.h"
#include "api/objection.h"
#include "api/publicity.h"
#include "api/put.h"
#include "api/subject_priv.h"
#include "api/timeline.h"
#include "api/told_names.h"
#include "base/fold.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "ident/ident.h"
#include "registry/names.h"
#include "registry/statement.h"
#include "registry/subjects.h"

enum {
	IDENT_DOCUMENT_BYTES = 16 * 1024,
	NAME_BYTES_MAX = 8192,
	ALSO_MAX = 50,
	NAMESAKES_MAX = 50,
	HREF_BYTES_MAX = 512
};

/* How much of a group is shown. */
struct room {
	size_t records;
	size_t bytes; /* of their statements; the first is shown in any case */
};

static const struct room room_of_many = {10, 16 * 1024}; /* of each group */
static const struct room room_of_one = {40, 96 * 1024};	 /* the only group */
static const struct room no_bounds = {SIZE_MAX, SIZE_MAX};

struct document {
	const struct reading *reading;
	const struct subject_query *query; /* NULL: everything */
	struct subject_file file;
	struct buf name; /* on the day asked about */
	struct marks *marks;
	struct room room;
};

/* ---- finding ---- */

enum err_code subject_check_text(struct span text, struct err *err)
{
	if (text.n > SUBJECT_TEXT_BYTES_MAX)
		return err_set(err, ERR_INPUT, "the text is too long");
	if (utf8_valid_prefix(text.p, text.n) != text.n)
		return err_set(err, ERR_INPUT, "the text is not valid UTF-8");
	return 0;
}

/* What the ident room says of a text; release with json_decref. */
static json_t *explain(struct span text)
{
	struct buf doc = BUF_INIT(IDENT_DOCUMENT_BYTES);
	json_t *json;

	ident_document(text, &doc);
	json = json_loadb(buf_str(&doc), doc.n, 0, NULL);
	buf_release(&doc);
	return json;
}

enum err_code subject_refuse_person(struct span text, struct err *err)
{
	if (ident_kind_of(text) != IDENT_CITIZEN)
		return 0;
	err_set(err, ERR_REFUSED, "this looks like the number of a person");
	err_detail(err,
	    "The platform is about organisations only; persons "
	    "have no file here.");
	return ERR_REFUSED;
}

enum err_code subject_check_words(struct span text, struct err *err)
{
	if (ident_kind_of(text) != IDENT_CITIZEN)
		return 0;
	err_set(
	    err, ERR_REFUSED, "the text holds the identity number of a person");
	err_hint(err, "It would be kept: write it without.");
	return ERR_REFUSED;
}

static enum err_code refuse_code(struct span text, struct err *err)
{
	json_t *json = explain(text);
	const char *reason = json_string_value(json_object_get(json, "reason"));

	err_set(err, ERR_INPUT, "\"%.*s\" is not a valid code", (int)text.n,
	    text.p);
	err_detail(err, "%s", reason ? reason : "");
	json_decref(json);
	return ERR_INPUT;
}

static enum err_code unknown(struct span text, struct err *err)
{
	err_set(err, ERR_NOT_FOUND, "there is no organisation \"%.*s\" here",
	    (int)text.n, text.p);
	err_hint(err,
	    "\"gongxin search TEXT\" finds organisations by a part "
	    "of their name or code.");
	return ERR_NOT_FOUND;
}

bool subject_looks_like_code(struct span text)
{
	char clean[IDENT_CLEAN_MAX + 1];
	size_t n = ident_clean(text, clean);
	bool has_digit = false;
	size_t i;

	for (i = 0; i < n; i++) {
		char c = clean[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z'))
			return false;
		has_digit |= c <= '9';
	}
	return has_digit && n >= IDENT_ORG_CHARS;
}

static enum err_code find_by_code(struct store *store, struct span clean,
    struct span text, struct subject *out, struct err *err)
{
	enum err_code rc = subject_by_code(store, clean, out, err);

	if (rc != ERR_NOT_FOUND)
		return rc;
	if (ident_check_uscc(clean).state == IDENT_VALID ||
	    ident_check_org_code(clean) == IDENT_VALID ||
	    ident_check_reg_number(clean) == IDENT_VALID)
		return unknown(text, err);
	rc = subject_refuse_person(text, err);
	return rc ? rc : refuse_code(text, err);
}

enum err_code subject_find_code(
    struct store *store, struct span text, struct subject *out, struct err *err)
{
	char clean[IDENT_CLEAN_MAX + 1];
	struct span code = {clean, ident_clean(text, clean)};
	enum err_code rc;

	if (subject_looks_like_code(text))
		return find_by_code(store, code, text, out, err);
	rc = subject_refuse_person(text, err);
	return rc ? rc : refuse_code(text, err);
}

/* Whom a whole name leads to. */
struct called {
	const struct reading *reading;
	struct span text;
	int64_t id; /* 0: nobody yet */
	bool is_several;
};

/* told_names_match */
static bool is_whole_name(void *ctx, struct span name)
{
	const struct called *c = ctx;
	char a[NAME_BYTES_MAX], b[NAME_BYTES_MAX];
	size_t n;

	if (c->text.n > sizeof(a) || name.n > sizeof(b))
		return false;
	n = fold_name(c->text, a, sizeof(a));
	return fold_name(name, b, sizeof(b)) == n && memcmp(a, b, n) == 0;
}

/* One that has it, now or as a further name that the reader is told. */
static enum err_code take_called(
    struct called *c, int64_t id, struct subject *scratch, struct err *err)
{
	struct buf other = BUF_INIT(NAME_BYTES_MAX);
	enum err_code rc = subject_by_id(c->reading->store, id, scratch, err);
	bool is = !rc && is_whole_name(c, buf_span(&scratch->name));

	if (!rc && !is) {
		rc = told_names_find(
		    c->reading, id, is_whole_name, c, &other, err);
		is = !rc && other.n;
	}
	buf_release(&other);
	c->is_several = c->is_several || (is && c->id);
	if (is)
		c->id = id;
	return rc;
}

/* By a whole name, folded. */
static enum err_code find_by_name(const struct reading *r, struct span text,
    struct subject *out, struct err *err)
{
	struct name_hits *hits = mem_alloc(sizeof(*hits));
	struct called c = {.reading = r, .text = text};
	enum err_code rc =
	    names_search(r->store, text, NAMESAKES_MAX, hits, err);
	size_t i;

	for (i = 0; !rc && !c.is_several && i < hits->count &&
	     hits->list[i].rank == RANK_WHOLE;
	     i++)
		rc = take_called(&c, hits->list[i].subject_id, out, err);
	free(hits);
	if (!rc && !c.id)
		return unknown(text, err);
	if (!rc && c.is_several) {
		rc = err_set(err, ERR_CONFLICT,
		    "several organisations are called \"%.*s\"", (int)text.n,
		    text.p);
		err_hint(err,
		    "\"gongxin search\" lists them with their "
		    "codes.");
	}
	return rc ? rc : subject_by_id(r->store, c.id, out, err);
}

static enum err_code find(const struct reading *r, struct span text,
    struct subject *out, struct err *err)
{
	char clean[IDENT_CLEAN_MAX + 1];
	struct span code = {clean, ident_clean(text, clean)};
	enum err_code rc;

	if (subject_looks_like_code(text))
		return find_by_code(r->store, code, text, out, err);
	rc = subject_refuse_person(text, err);
	return rc ? rc : find_by_name(r, text, out, err);
}

/* ---- what is shown ---- */

static enum cat_group group_of(const struct view_record *record)
{
	return record->item ? record->item->group : CAT_GROUP_OTHER;
}

/* Does y's place lie behind x's? */
static bool is_behind(
    const struct publication_key *x, const struct publication_key *y)
{
	return x->decided_on != y->decided_on ? y->decided_on < x->decided_on
					      : y->seq < x->seq;
}

static int by_place(const void *a, const void *b)
{
	const struct subject_shown *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return is_behind(&x->key, &y->key) ? -1 : is_behind(&y->key, &x->key);
}

/* The day that a record is ordered by is in addresses: the public's is never
 * that of a version which was replaced since. */
static date_days day_of_place(const struct reading *r,
    const struct view_record *record, const struct view_version *version)
{
	return record_is_withheld(r, record, version)
	    ? view_shown(record, r->today)->facts.decided_on
	    : version->facts.decided_on;
}

static void choose_shown(const struct reading *r, struct subject_file *file)
{
	size_t i;

	file->shown =
	    mem_alloc((file->view.records_count + 1) * sizeof(*file->shown));
	for (i = 0; i < file->view.records_count; i++) {
		const struct view_record *record = &file->view.records[i];
		const struct view_version *v = record_shown(r, record);

		if (!v)
			continue;
		file->shown[file->shown_count++] =
		    (struct subject_shown){group_of(record), record, v,
			{day_of_place(r, record, v), v->seq}};
	}
	qsort(file->shown, file->shown_count, sizeof(*file->shown), by_place);
}

enum err_code subject_file_load(const struct reading *r, struct span text,
    struct subject_file *file, struct err *err)
{
	enum err_code rc;

	memset(file, 0, sizeof(*file));
	subject_init(&file->subject);
	rc = find(r, text, &file->subject, err);
	if (!rc)
		rc = r->is_public
		    ? view_load_public(&file->view, r->store, r->catalog,
			  file->subject.id, r->today, err)
		    : view_load(&file->view, r->store, r->catalog,
			  file->subject.id, err);
	if (!rc)
		choose_shown(r, file);
	return rc;
}

void subject_file_release(struct subject_file *file)
{
	free(file->shown);
	view_release(&file->view);
	subject_release(&file->subject);
}

/* ---- who it was ---- */

/* The name on a day in the past: false when no record of that day tells it. */
static bool find_past_name(struct document *d)
{
	const struct subject_shown *told = NULL, *first = NULL;
	size_t i;

	for (i = 0; i < d->file.shown_count; i++) {
		const struct subject_shown *s = &d->file.shown[i];

		if (!first || s->version->seq < first->version->seq)
			first = s;
		if (s->group == CAT_GROUP_BASIC &&
		    (!told || s->version->seq > told->version->seq))
			told = s;
	}
	if (!told && !d->reading->is_public)
		told = first;
	if (!told)
		return false;
	if (!told_name_of(told->record, told->version, &d->name))
		buf_add_span(&d->name, buf_span(&d->file.subject.name));
	return true;
}

static enum err_code find_name(struct document *d, struct err *err)
{
	const struct reading *r = d->reading;
	char day[DATE_TEXT_BYTES];

	if (r->as_of < r->today && find_past_name(d))
		return 0;
	if (r->as_of < r->today && !r->is_public)
		return err_set(err, ERR_NOT_FOUND,
		    "this organisation was not known here yet on %s",
		    date_format_iso(r->as_of, day));
	buf_add_span(&d->name, buf_span(&d->file.subject.name));
	return 0;
}

/* The day of a submission; DATE_NONE when it is not known. */
static enum err_code day_told(
    struct store *store, int64_t submission, date_days *out, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_SUBMISSION_GET;
	struct store_value key = store_int(submission);
	enum err_code rc = store_start(store, id, &key, 1, err);

	*out = DATE_NONE;
	if (store_next_row(store, id, &rc, err))
		*out = date_of_unix_ms(store_column_int(store, id, 3));
	store_finish(store, id);
	return rc;
}

/* One further name. */
struct alias {
	struct span value;
	int64_t submission;
	date_days told;
};

/* Reads the row; *is_shown: it is not the name already, to entitled readers it
 * was told by the day, and to the public by what is public. */
static enum err_code read_alias(const struct document *d,
    struct told_names *told, struct alias *out, bool *is_shown, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_ALIAS_LIST;
	const struct reading *r = d->reading;
	enum err_code rc = 0;

	out->value = store_column_span(r->store, id, 1);
	out->submission = store_column_int(r->store, id, 2);
	out->told = DATE_NONE;
	if (!r->is_public)
		rc = day_told(r->store, out->submission, &out->told, err);
	else if (!told->list)
		told_names_load(told, &d->file.view);
	*is_shown = !span_equal(out->value, buf_span(&d->name)) &&
	    (out->told == DATE_NONE || out->told <= r->as_of) &&
	    (!r->is_public || told_names_has(told, out->value));
	return rc;
}

static void put_alias(
    const struct reading *r, struct json_writer *w, const struct alias *alias)
{
	json_open_object(w);
	json_put_str(w, "kind", "name");
	json_put_span(w, "value", alias->value);
	if (!r->is_public) {
		json_put_date(w, "told_on", alias->told);
		json_put_int(w, "submission", alias->submission);
	}
	json_close_object(w);
}

static enum err_code put_aliases(
    const struct document *d, struct json_writer *w, struct err *err)
{
	const enum sql_id id = SQL_REGISTRY_ALIAS_LIST;
	struct store *store = d->reading->store;
	struct store_value key = store_int(d->file.subject.id);
	enum err_code rc = store_start(store, id, &key, 1, err);
	struct told_names told = {NULL, 0};
	size_t count = 0;

	json_key(w, "also");
	json_open_array(w);
	while (store_next_row(store, id, &rc, err)) {
		struct alias alias;
		bool is_shown;

		rc = read_alias(d, &told, &alias, &is_shown, err);
		if (!rc && is_shown && count++ < ALSO_MAX)
			put_alias(d->reading, w, &alias);
	}
	store_finish(store, id);
	told_names_release(&told);
	json_close_array(w);
	json_put_bool(w, "also_more", count > ALSO_MAX);
	return rc;
}

static enum err_code put_identity(
    struct document *d, struct json_writer *w, struct err *err)
{
	const struct buf *code = &d->file.subject.code;
	struct buf ident = BUF_INIT(IDENT_DOCUMENT_BYTES);

	json_put_span(w, "code", buf_span(code));
	json_put_span(w, "name", buf_span(&d->name));
	json_put_str(w, "kind", ident_subject_kind(buf_str(code)));
	ident_document(buf_span(code), &ident);
	json_key(w, "ident");
	json_add_raw(w, buf_span(&ident));
	buf_release(&ident);
	return put_aliases(d, w, err);
}

/* ---- records ---- */

/* A group of the list of what is shown. */
struct run {
	const struct subject_shown *list;
	size_t count;
};

static struct run run_of(const struct document *d, enum cat_group group)
{
	const struct subject_shown *list = d->file.shown;
	size_t from = 0, to;

	while (from < d->file.shown_count && list[from].group < group)
		from++;
	for (to = from; to < d->file.shown_count && list[to].group == group;)
		to++;
	return (struct run){list + from, to - from};
}

/* How many of a group lie before what is asked for. */
static size_t count_before(const struct document *d, const struct run *run)
{
	size_t i = 0;

	if (!d->query || !d->query->has_after)
		return 0;
	while (
	    i < run->count && !is_behind(&d->query->after, &run->list[i].key))
		i++;
	return i;
}

/* How many from there on have room. */
static size_t count_room(
    const struct room *room, const struct run *run, size_t from)
{
	size_t count = 0, bytes = 0;

	while (from + count < run->count && count < room->records) {
		bytes += run->list[from + count].version->statement.n;
		if (count && bytes > room->bytes)
			break;
		count++;
	}
	return count;
}

/* The address of a group's page, for the same day and in the same language;
 * behind a key, or from its start. */
static void put_way(const struct document *d, struct json_writer *w,
    const char *key, enum cat_group group, const struct publication_key *after)
{
	const struct reading *r = d->reading;
	struct buf href = BUF_INIT(HREF_BYTES_MAX);
	char text[LIST_KEY_BYTES];

	buf_addf(&href, "/subjects/%s", buf_str(&d->file.subject.code));
	add_parameter(&href, "group", cat_group_name(group));
	if (after)
		add_parameter(&href, "after", list_key_text(after, text));
	if (r->as_of != r->today)
		add_parameter(&href, "as_of", date_format_iso(r->as_of, text));
	add_parameter(&href, "lang", tr_lang() == LANG_EN ? "en" : "zh");
	json_put_span(w, key, buf_span(&href));
	buf_release(&href);
}

static enum err_code put_one_record(const struct document *d,
    struct json_writer *w, const struct subject_shown *s, struct err *err)
{
	struct mark_list marks;
	enum err_code rc =
	    marks_find(d->marks, d->file.subject.id, s->record, &marks, err);

	if (!rc)
		record_put(w, d->reading, s->record, s->version, &marks);
	return rc;
}

static enum err_code put_group(const struct document *d, struct json_writer *w,
    enum cat_group group, struct err *err)
{
	const struct run run = run_of(d, group);
	size_t from = count_before(d, &run);
	size_t to = from + count_room(&d->room, &run, from);
	enum err_code rc = 0;
	size_t i;

	if (run.count == 0)
		return 0;
	json_open_object(w);
	json_put_str(w, "group", cat_group_name(group));
	json_put_str(w, "title", group_title(group));
	json_put_int(w, "count", (int64_t)run.count);
	json_key(w, "records");
	json_open_array(w);
	for (i = from; i < to && !rc; i++)
		rc = put_one_record(d, w, &run.list[i], err);
	json_close_array(w);
	if (from)
		put_way(d, w, "first", group, NULL);
	else
		put_null(w, "first");
	if (to < run.count)
		put_way(d, w, "next", group, &run.list[to - 1].key);
	else
		put_null(w, "next");
	json_close_object(w);
	return rc;
}

static bool has_group(const struct document *d, enum cat_group group)
{
	return !d->query || d->query->group == SUBJECT_EVERY_GROUP ||
	    d->query->group == (int)group;
}

static enum err_code put_records(
    const struct document *d, struct json_writer *w, struct err *err)
{
	enum err_code rc = 0;
	int group;

	json_put_int(w, "records", (int64_t)d->file.shown_count);
	json_key(w, "groups");
	json_open_array(w);
	for (group = 0; group < CAT_GROUP_COUNT && !rc; group++)
		if (has_group(d, (enum cat_group)group))
			rc = put_group(d, w, (enum cat_group)group, err);
	json_close_array(w);
	return rc;
}

/* "group": the only one that is told; null when all are. */
static bool put_only_group(const struct document *d, struct json_writer *w)
{
	if (!d->query || d->query->group == SUBJECT_EVERY_GROUP) {
		put_null(w, "group");
		return false;
	}
	put_named(w, "group", cat_group_name((enum cat_group)d->query->group),
	    group_title((enum cat_group)d->query->group));
	return true;
}

static void put_head_of(const struct reading *r, struct json_writer *w)
{
	json_put_date(w, "as_of", r->as_of);
	json_put_date(w, "today", r->today);
	json_put_str(w, "view", r->is_public ? "public" : "full");
	json_put_str(w, "city", r->catalog->city_title);
	json_put_bool(w, "example", r->catalog->shows_example);
	json_put_str(w, "catalogue", r->catalog->digest_hex);
}

static enum err_code put_document(
    struct document *d, struct buf *out, struct err *err)
{
	const struct reading *r = d->reading;
	struct json_writer w;
	bool is_one;
	enum err_code rc;

	json_start(&w, out);
	json_open_object(&w);
	put_head_of(r, &w);
	rc = put_identity(d, &w, err);
	is_one = put_only_group(d, &w);
	if (!rc)
		rc = put_records(d, &w, err);
	objection_put(&w, r, NULL, OBJECTION_NO_RECORD);
	if (!is_one)
		timeline_put(&w, r, d->file.shown, d->file.shown_count);
	put_text(&w, "feed", "/subjects/%s/feed.atom",
	    buf_str(&d->file.subject.code));
	json_close_object(&w);
	if (!rc && out->is_full)
		rc = err_set(err, ERR_FULL, "the document is too large");
	return rc;
}

static struct room room_for(const struct subject_query *query)
{
	if (!query)
		return no_bounds;
	return query->group == SUBJECT_EVERY_GROUP ? room_of_many : room_of_one;
}

enum err_code subject_document(const struct reading *reading, struct span text,
    const struct subject_query *query, struct buf *out, struct err *err)
{
	struct document d = {
	    .reading = reading, .query = query, .room = room_for(query)};
	enum err_code rc = subject_check_text(text, err);

	if (!rc)
		rc = record_check_day(reading, err);
	if (!rc)
		rc = store_begin_read(reading->store, err);
	if (rc)
		return rc;
	buf_init(&d.name, NAME_BYTES_MAX);
	rc = subject_file_load(reading, text, &d.file, err);
	if (!rc)
		rc = find_name(&d, err);
	d.marks = marks_new(reading, OPEN_CASES_FOR_ONE);
	if (!rc)
		rc = put_document(&d, out, err);
	marks_free(&d.marks);
	store_commit(reading->store, NULL);
	subject_file_release(&d.file);
	buf_release(&d.name);
	return rc;
}
