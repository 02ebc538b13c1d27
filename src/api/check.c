/* SPDX-License-Identifier: Apache-2.0 */
#include "api/check.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/objection.h"
#include "api/open_cases.h"
#include "api/check_priv.h"
#include "api/put.h"
#include "api/subject.h"
#include "base/random.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "ident/ident.h"
#include "registry/statement.h"

#define N_(text) text

const char check_notice[] =
    N_("The platform informs. The official of the department decides, says "
       "why, and tells the way to appeal.");

void check_answer_init(struct check_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	buf_init(&answer->document, CHECK_DOCUMENT_BYTES_MAX);
}

void check_answer_release(struct check_answer *answer)
{
	buf_release(&answer->document);
}

/* Time first, so that ids made together stand together in an index; then
 * 36 random bits. */
enum err_code check_make_id(
    int64_t now_ms, char out[CHECK_ID_CHARS + 1], struct err *err)
{
	uint64_t bits = 0;
	enum err_code rc = random_bytes(&bits, sizeof(bits), err);

	snprintf(out, CHECK_ID_CHARS + 1, "%011llx%09llx",
	    (unsigned long long)now_ms & 0xFFFFFFFFFFFull,
	    (unsigned long long)(bits & 0xFFFFFFFFFull));
	return rc;
}

/* ---- the question ---- */

static enum err_code check_text(
    struct span text, const char *what, struct err *err)
{
	enum err_code rc;

	what = tr(what);
	if (text.n == 0) {
		err_set(err, ERR_INPUT, "\"%s\" is missing", what);
		err_hint(err,
		    "Say what the check is for and under which case number: "
		    "both are kept, and the organisation can see them.");
		return ERR_INPUT;
	}
	if (text.n < CHECK_TEXT_BYTES_MIN || text.n > CHECK_TEXT_BYTES_MAX)
		return err_set(err, ERR_INPUT,
		    "\"%s\" must have %d to %d bytes", what,
		    (int)CHECK_TEXT_BYTES_MIN, (int)CHECK_TEXT_BYTES_MAX);
	if (utf8_valid_prefix(text.p, text.n) != text.n)
		return err_set(
		    err, ERR_INPUT, "\"%s\" is not valid UTF-8", what);
	rc = subject_check_words(text, err);
	if (rc)
		err_context(err, "\"%s\"", what);
	return rc;
}

enum err_code check_texts(const struct check_question *q, struct err *err)
{
	enum err_code rc = check_text(q->purpose, N_("purpose"), err);

	return rc ? rc : check_text(q->case_number, N_("case"), err);
}

enum err_code check_find_matter(const struct catalog *c, struct span id,
    const struct cat_matter **out, struct err *err)
{
	struct buf all = BUF_INIT(ERR_TEXT_MAX);
	size_t i;

	for (i = 0; i < c->matters_count; i++) {
		*out = &c->matters[i];
		if (span_is(id, (*out)->id))
			return 0;
	}
	*out = NULL;
	for (i = 0; i < c->matters_count; i++)
		buf_addf(&all, "%s%s", i ? ", " : "", c->matters[i].id);
	err_set(err, ERR_INPUT, "there is no matter \"%.*s\"",
	    (int)(id.n < 64 ? id.n : 64), id.p ? id.p : "");
	err_hint(err, "The matters are: %s.", buf_str(&all));
	buf_release(&all);
	return ERR_INPUT;
}

enum err_code check_asker(const struct reading *r,
    const struct cat_matter *matter, const char *id, struct err *err)
{
	const struct cat_department *d = catalog_department(r->catalog, id);

	if (d && cat_matter_in_force(matter, r->today) &&
	    cat_may_ask(matter, d))
		return 0;
	err_set(err, ERR_REFUSED,
	    "department \"%s\" may not ask in matter \"%s\"", d ? d->title : id,
	    title_of(matter->title, matter->title_en));
	err_detail(err, "The catalogue says who may ask in which matter.");
	return ERR_REFUSED;
}

/* ---- the answer ---- */

static void put_measure_name(struct json_writer *w, const struct reading *r,
    const void *measure, const void *none)
{
	const struct cat_measure *m = measure;

	(void)r;
	(void)none;
	json_put_str(w, "id", m->id);
	json_put_str(w, "title", title_of(m->title, m->title_en));
	json_put_str(w, "kind", cat_measure_kind_name(m->kind));
}

/* A measure may rest on one law after one list and on another after the
 * next: what is cited is the basis of what it follows here. */
static void put_measure_ground(struct json_writer *w, const struct reading *r,
    const void *measure, const void *of_basis)
{
	const struct cat_measure *m = measure;
	const struct cat_basis *basis = of_basis;
	size_t i;

	put_bases_in_force(
	    w, basis ? &basis : m->bases, basis ? 1 : m->bases_count, r->today);
	json_key(w, "implementers");
	json_open_array(w);
	for (i = 0; i < m->implementers_count; i++)
		json_add_string(w, span_of(m->implementers[i]));
	json_close_array(w);
}

static void put_measure(struct json_writer *w,
    const struct check_pieces *pieces, const struct standing_measure *s)
{
	json_open_object(w);
	check_words_put(w, pieces, put_measure_name, s->measure, NULL);
	json_put_date(w, "until", s->until);
	check_words_put(w, pieces, put_measure_ground, s->measure, s->basis);
	json_close_object(w);
}

static void put_list(struct json_writer *w, const struct cat_list *list)
{
	if (!list) {
		put_null(w, "list");
		return;
	}
	json_key(w, "list");
	json_open_object(w);
	json_put_str(w, "id", list->id);
	json_put_str(w, "title", title_of(list->title, list->title_en));
	json_put_str(w, "kind", cat_list_kind_name(list->kind));
	json_close_object(w);
}

static void put_entry_name(struct json_writer *w, const struct reading *r,
    const void *of_item, const void *of_list)
{
	const struct cat_item *item = of_item;

	(void)r;
	put_named(w, "item", item->id, item_title(item));
	put_list(w, of_list);
	/* Of what may speak for somebody nothing else is told. */
	json_put_bool(w, "in_favour", cat_item_may_be_positive(item));
}

/* "exit": what ends an entry, by the list's own words where it has some. */
static void put_list_ground(struct json_writer *w, const struct reading *r,
    const void *of_list, const void *none)
{
	const struct cat_list *list = of_list;

	(void)none;
	json_put_bool(w, "exit_is_quoted", list->exit_condition[0] != '\0');
	if (list->exit_condition[0])
		json_put_str(w, "exit", list->exit_condition);
	else
		put_text(w, "exit",
		    tr("It ends at the latest %d months after the decision; "
		       "before that when the authority removes it, or an "
		       "objection or a repair is granted."),
		    list->longest_months);
	put_bases_in_force(w, list->bases, list->bases_count, r->today);
}

static void put_term_exit(struct json_writer *w, const struct cat_term *term)
{
	const struct cat_period *whole = &term->period;
	const char *law = term->regime->basis->title;

	if (whole->max_months == 0)
		put_text(w, "exit",
		    tr("By \"%s\" it ends when the duty is done and its source "
		       "takes it back, or an objection or a repair is "
		       "granted."),
		    law);
	else if (whole->min_months >= whole->max_months)
		put_text(w, "exit",
		    tr("By \"%s\" it ends %d months after the decision; before "
		       "that when its source takes it back or an objection is "
		       "granted."),
		    law, whole->max_months);
	else if (whole->min_months == 0)
		put_text(w, "exit",
		    tr("By \"%s\" it ends %d months after the decision; before "
		       "that when its source takes it back, or an objection or "
		       "a repair is granted."),
		    law, whole->max_months);
	else
		put_text(w, "exit",
		    tr("By \"%s\" it ends %d months after the decision; before "
		       "that when its source takes it back, an objection is "
		       "granted, or a repair, which may be applied for after "
		       "%d months."),
		    law, whole->max_months, whole->min_months);
}

static const enum cat_class classes[CAT_CLASS_COUNT] = {
    CAT_CLASS_NONE, CAT_CLASS_MINOR, CAT_CLASS_GENERAL, CAT_CLASS_SERIOUS};

/* The same of a record that is on no list, by the law of its class. */
static void put_item_ground(struct json_writer *w, const struct reading *r,
    const void *of_item, const void *of_class)
{
	const struct cat_item *item = of_item;
	struct cat_term term = {0};

	if (item->publication == CAT_PUB_REGIME)
		term = catalog_term(r->catalog, item->family,
		    *(const enum cat_class *)of_class, r->today);
	json_put_bool(w, "exit_is_quoted", false);
	if (term.regime)
		put_term_exit(w, &term);
	else
		json_put_str(w, "exit",
		    tr("It ends with its last day, if it has one; before that "
		       "when its source takes it back or an objection is "
		       "granted."));
	put_bases_in_force(w, item->bases, item->bases_count, r->today);
}

static void put_entry_ground(struct json_writer *w,
    const struct check_pieces *pieces, const struct standing_entry *e)
{
	if (e->list)
		check_words_put(w, pieces, put_list_ground, e->list, NULL);
	else
		check_words_put(w, pieces, put_item_ground, e->record->item,
		    &classes[e->version->facts.class_]);
}

/* Whom to write to about it: the department that reported it. */
static void put_objection_to(struct json_writer *w, const struct reading *r,
    const char *id, const struct cat_department *d)
{
	json_key(w, "objection");
	json_open_object(w);
	record_put_department(w, "department", r->catalog, id);
	json_put_str(w, "contact", d ? d->contact : "");
	json_close_object(w);
}

static void put_known_objection(struct json_writer *w, const struct reading *r,
    const void *department, const void *none)
{
	const struct cat_department *d = department;

	(void)none;
	put_objection_to(w, r, d->id, d);
}

static void put_objection(
    struct json_writer *w, const struct check_pieces *pieces, const char *id)
{
	const struct cat_department *d =
	    catalog_department(pieces->reading->catalog, id);

	if (d)
		check_words_put(w, pieces, put_known_objection, d, NULL);
	else
		put_objection_to(w, pieces->reading, id, NULL);
}

/* That somebody objects to the entry, and it is not decided yet. */
static enum err_code put_objected(struct json_writer *w,
    const struct check_pieces *pieces, int64_t subject_id,
    const struct standing_entry *e, struct err *err)
{
	struct case_file *file = NULL;
	enum err_code rc = 0;

	if (pieces->open)
		rc = open_cases_find(
		    pieces->open, subject_id, e->record, &file, err);
	return rc || !file ? rc : open_cases_put(pieces->open, w, file, err);
}

static enum err_code put_entry_of(struct json_writer *w,
    const struct check_pieces *pieces, int64_t subject_id,
    const struct standing_entry *e, const struct brief *brief, bool has_content,
    struct err *err)
{
	const struct cat_item *item = e->record->item;
	enum err_code rc;
	size_t i;

	json_open_object(w);
	json_put_int(w, "record", (int64_t)e->version->seq);
	check_words_put(w, pieces, put_entry_name, item, e->list);
	json_put_span(w, "document", brief->document);
	json_put_date(w, "decided_on", e->version->facts.decided_on);
	json_put_span(w, "authority", brief->authority);
	if (has_content)
		json_put_span(w, "content", brief->content);
	json_put_date(w, "until", e->until);
	put_entry_ground(w, pieces, e);
	put_objection(w, pieces, brief->department.p);
	rc = put_objected(w, pieces, subject_id, e, err);
	json_key(w, "measures");
	json_open_array(w);
	for (i = 0; i < e->measures_count; i++)
		put_measure(w, pieces, &e->measures[i]);
	json_close_array(w);
	json_close_object(w);
	return rc;
}

enum err_code check_put_entry(struct json_writer *w,
    const struct check_pieces *pieces, int64_t subject_id,
    const struct standing_entry *e, bool has_content, struct err *err)
{
	struct statement s;
	struct brief brief;
	enum err_code rc;

	if (e->version->brief)
		return put_entry_of(w, pieces, subject_id, e, e->version->brief,
		    has_content, err);
	rc = statement_read(e->version->statement, &s, err);
	if (rc)
		return rc;
	brief_of_statement(&s, e->record->item, &brief);
	rc = put_entry_of(w, pieces, subject_id, e, &brief, has_content, err);
	statement_release(&s);
	return rc;
}

/* Is there a measure of encouragement (or: of any other kind)? */
static bool has_measure(const struct standing *s, bool is_easier)
{
	size_t i, k;

	for (i = 0; i < s->entries_count; i++)
		for (k = 0; k < s->entries[i].measures_count; k++)
			if ((s->entries[i].measures[k].measure->kind ==
				CAT_ENCOURAGE) == is_easier)
				return true;
	return false;
}

bool check_applies(const struct standing *standing)
{
	return has_measure(standing, false);
}

static void put_asker(struct json_writer *w, const struct reading *r,
    const void *department, const void *none)
{
	const struct cat_department *d = department;

	(void)none;
	record_put_department(w, "department", r->catalog, d->id);
}

static void put_way_to_object(struct json_writer *w, const struct reading *r,
    const void *none, const void *nothing)
{
	(void)none;
	(void)nothing;
	objection_put(w, r, NULL, OBJECTION_NO_RECORD);
}

void check_put_question(struct json_writer *w,
    const struct check_pieces *pieces, const struct check_question *q,
    const struct cat_matter *m, const char *id)
{
	const struct reading *r = pieces->reading;
	const struct cat_department *d =
	    catalog_department(r->catalog, q->department);
	char time[32];

	json_put_str(w, "id", id);
	json_put_str(w, "asked_at", date_format_unix(q->now_ms, time));
	json_put_date(w, "on", r->today);
	json_put_str(w, "city", r->catalog->city_title);
	if (r->catalog->shows_example)
		json_put_bool(w, "example", true);
	json_key(w, "matter");
	json_open_object(w);
	json_put_str(w, "id", m->id);
	json_put_int(w, "number", m->number);
	json_put_str(w, "title", title_of(m->title, m->title_en));
	json_close_object(w);
	json_put_span(w, "purpose", q->purpose);
	json_put_span(w, "case", q->case_number);
	if (d)
		check_words_put(w, pieces, put_asker, d, NULL);
	else
		record_put_department(
		    w, "department", r->catalog, q->department);
	json_put_str(w, "catalogue", r->catalog->digest_hex);
	check_words_put(w, pieces, put_way_to_object, NULL, NULL);
}

enum err_code check_put_standing(struct json_writer *w,
    const struct check_pieces *pieces, const struct check_about *about,
    const struct standing *standing, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	json_key(w, "subject");
	json_open_object(w);
	json_put_str(w, "code", about->code);
	json_put_span(w, "name", about->name);
	json_put_bool(w, "is_known", about->is_known);
	json_close_object(w);
	json_put_bool(w, "applies", has_measure(standing, false));
	json_put_bool(w, "is_easier", has_measure(standing, true));
	json_key(w, "entries");
	json_open_array(w);
	for (i = 0; i < standing->entries_count && !rc; i++)
		rc = check_put_entry(w, pieces, standing->view.subject_id,
		    &standing->entries[i], true, err);
	if (!rc)
		json_close_array(w);
	return rc;
}

static enum err_code put_answer(const struct reading *r,
    const struct check_question *q, const struct cat_matter *m,
    const struct subject *subject, const struct standing *standing,
    struct check_answer *answer, struct err *err)
{
	const struct check_about about = {
	    answer->code, buf_span(&subject->name), answer->subject_id != 0};
	struct check_pieces pieces = {.reading = r,
	    .words = r->words,
	    .open = open_cases_new(r, OPEN_CASES_FOR_ONE)};
	struct json_writer w;
	enum err_code rc;

	json_start(&w, &answer->document);
	json_open_object(&w);
	check_put_question(&w, &pieces, q, m, answer->id);
	rc = check_put_standing(&w, &pieces, &about, standing, err);
	open_cases_free(&pieces.open);
	if (rc)
		return rc;
	json_put_str(&w, "notice", tr(check_notice));
	json_close_object(&w);
	return put_end(&answer->document, 0, err);
}

enum err_code check_begin(
    const struct reading *r, struct view_source *out, struct err *err)
{
	*out = (struct view_source){.store = r->store, .catalog = r->catalog};
	return roster_begin(r->roster, r->store, r->catalog, &out->roster, err);
}

void check_end(const struct reading *r, const struct view_source *source)
{
	roster_end(r->roster, source->roster, r->store);
}

/* A right code as it is written, of one in the roster. */
static bool find_in_roster(const struct roster_state *roster, struct span code,
    struct subject *subject)
{
	struct ident_uscc uscc;
	int64_t id;

	if (!roster || code.n != IDENT_USCC_CHARS)
		return false;
	uscc = ident_check_uscc(code);
	id = uscc.state == IDENT_VALID ? roster_find(roster, uscc.code) : 0;
	if (!roster_has(roster, id))
		return false;
	subject->id = id;
	buf_reset(&subject->code);
	buf_reset(&subject->name);
	buf_add_str(&subject->code, uscc.code);
	buf_add_span(&subject->name, roster_name(roster, id));
	return true;
}

enum err_code check_find_subject(const struct view_source *source,
    struct span code, struct subject *subject, char code_out[CHECK_CODE_BYTES],
    struct err *err)
{
	enum err_code rc = find_in_roster(source->roster, code, subject)
	    ? ERR_NONE
	    : subject_find_code(source->store, code, subject, err);
	char clean[IDENT_CLEAN_MAX + 1];
	size_t n = ident_clean(code, clean);

	if (rc == ERR_NOT_FOUND && n < CHECK_CODE_BYTES) {
		/* Some citizens' numbers have the form of a code. */
		rc = subject_refuse_person(code, err);
		if (!rc)
			memcpy(code_out, clean, n + 1);
		subject->id = 0;
		return rc;
	}
	if (!rc)
		snprintf(
		    code_out, CHECK_CODE_BYTES, "%s", buf_str(&subject->code));
	return rc;
}

static enum err_code answer_in_view(const struct reading *r,
    const struct view_source *source, const struct check_question *q,
    const struct cat_matter *m, struct check_answer *answer, struct err *err)
{
	struct standing standing = {0};
	struct subject subject;
	enum err_code rc;

	subject_init(&subject);
	/* First of all, so that a refusal's trace says about whom it was. */
	rc = check_find_subject(source, q->code, &subject, answer->code, err);
	answer->subject_id = rc ? 0 : subject.id;
	if (!rc)
		rc = check_asker(r, m, q->department, err);
	if (!rc && answer->subject_id) {
		const struct standing_question question = {
		    .catalog = r->catalog,
		    .matter = m,
		    .subject_id = answer->subject_id,
		    .code = answer->code,
		    .today = r->today};

		rc = standing_load(source, &question, &standing, err);
	}
	if (!rc)
		rc = put_answer(r, q, m, &subject, &standing, answer, err);
	standing_release(&standing);
	subject_release(&subject);
	return rc;
}

void check_note_subject(const struct view_source *view,
    const struct check_question *q, struct check_answer *answer)
{
	struct subject subject;
	struct err ignored;

	subject_init(&subject);
	if (!answer->code[0] && subject_check_text(q->code, &ignored) == 0 &&
	    check_find_subject(
		view, q->code, &subject, answer->code, &ignored) == 0)
		answer->subject_id = subject.id;
	subject_release(&subject);
}

enum err_code check_make(const struct reading *r,
    const struct view_source *view, const struct check_question *q,
    struct check_answer *answer, struct err *err)
{
	const struct cat_matter *matter = NULL;
	enum err_code rc = check_make_id(q->now_ms, answer->id, err);

	buf_reset(&answer->document);
	if (!rc)
		rc = check_find_matter(r->catalog, q->matter, &matter, err);
	if (!rc)
		rc = check_texts(q, err);
	if (!rc)
		rc = subject_check_text(q->code, err);
	if (!rc)
		rc = answer_in_view(r, view, q, matter, answer, err);
	if (rc)
		check_note_subject(view, q, answer);
	else
		sha256_bytes(
		    answer->document.p, answer->document.n, answer->digest);
	return rc;
}

struct span check_traceable(struct span text)
{
	size_t n =
	    text.n < CHECK_TEXT_BYTES_MAX ? text.n : CHECK_TEXT_BYTES_MAX;
	struct span part = {text.p, utf8_valid_prefix(text.p, n)};

	/* The cut may go through a number, or make one of a longer one. */
	return subject_refuse_person(text, NULL) ||
		subject_refuse_person(part, NULL)
	    ? (struct span){"", 0}
	    : part;
}

struct use check_use(const struct check_question *q,
    const struct check_answer *answer, const struct err *why)
{
	/* What was answered was looked through (check_texts). */
	struct use use = {.at_ms = q->now_ms,
	    .act = USE_CHECK,
	    .outcome = why ? USE_REFUSED : USE_ANSWERED,
	    .department = why ? check_traceable(span_of(q->department))
			      : span_of(q->department),
	    .purpose = why ? check_traceable(q->purpose) : q->purpose,
	    .matter = why ? check_traceable(q->matter) : q->matter,
	    .case_number =
		why ? check_traceable(q->case_number) : q->case_number,
	    .subject = span_of(answer->code),
	    .subject_id = answer->subject_id,
	    .reference = span_of(answer->id),
	    .why = why ? span_of(err_name(why->code)) : (struct span){"", 0},
	    .has_answer = !why};

	if (use.has_answer)
		memcpy(use.answer, answer->digest, sizeof(use.answer));
	return use;
}
