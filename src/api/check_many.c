/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A portion goes through five orders:
 *
 *	as given	read each code; what is wrong is explained; who stands
 *			in the roster (registry/roster.h) is found there
 *	by code		look the others up in the directory
 *	by id		their names and narrow columns of their records, which
 *			tell of most that nothing applies: one line each
 *	by statement	those to whom something applies, so that a block of
 *			statements is unpacked once
 *	as given	put the lines together; those of the roster are only
 *			written now
 *
 * With a roster, as in a server, these are nearly all of them, and nothing is
 * read from the disk; portions are small then, so that one is worked out in
 * the memory that the last one left warm (100,000 codes at once took half as
 * much processor again). Without one they are large for the sake of the
 * orders.
 *
 * Memory is that of a portion: some 120 bytes and one line for each code.
 */
#include "api/check_many.h"

#include <stdlib.h>
#include <string.h>

#include "api/open_cases.h"
#include "api/check_priv.h"
#include "api/put.h"
#include "api/subject.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "ident/ident.h"

enum { AHEAD = 6 /* lines */ };

/* One code of a portion. */
struct item {
	struct check_code given;
	uint64_t seq;	 /* the first statement that has to be read */
	int64_t id;	 /* of the organisation; 0: not known here */
	uint32_t at, n;	 /* its line, in `lines` */
	bool is_wrong;	 /* its line is written already */
	bool is_plain;	 /* a right code as it is written */
	bool is_at_hand; /* of the roster: its line is written last */
	char code[CHECK_CODE_BYTES];
};

struct check_many {
	char id[CHECK_ID_CHARS + 1];
	enum check_form form;
	struct arena *arena; /* of the texts */
	struct check_question question;
	const struct cat_matter *matter;
	struct check_codes codes;
	size_t at; /* the next of them */
	struct check_words *words;
	struct sha256_stream *digest; /* of the document so far */
	uint8_t answer[SHA256_BYTES];
	struct {
		int64_t answered, wrong, applies, unknown;
	} sums; /* of the whole, so far */
	bool has_begun, has_ended;
	/* The portion. */
	struct item *items;
	struct item **order;
	size_t count, room;
	struct buf lines;
	struct many_subject *subjects;
	size_t subjects_count;
};

/* ---- opening ---- */

static struct span keep(struct check_many *m, struct span text)
{
	return (struct span){
	    arena_dup(m->arena, text.p ? text.p : "", text.n), text.n};
}

static struct check_many *new_many(const struct check_question *q,
    struct check_codes *codes, enum check_form form)
{
	struct check_many *m = mem_zalloc(1, sizeof(*m));

	m->arena = arena_new();
	m->form = form;
	m->question = *q;
	m->question.code = (struct span){"", 0};
	m->question.matter = keep(m, q->matter);
	m->question.purpose = keep(m, q->purpose);
	m->question.case_number = keep(m, q->case_number);
	m->question.department = arena_strdup(m->arena, q->department);
	m->codes = *codes;
	check_codes_init(codes);
	m->words = check_words_new();
	m->digest = sha256_stream_new();
	buf_init(&m->lines, CHECK_PORTION_BYTES_MAX);
	return m;
}

enum err_code check_many_open(const struct reading *r,
    const struct check_question *q, struct check_codes *codes,
    enum check_form form, struct check_many **out, struct err *err)
{
	struct check_many *m = new_many(q, codes, form);
	enum err_code rc = check_make_id(q->now_ms, m->id, err);

	*out = m;
	if (!rc)
		rc = check_find_matter(r->catalog, q->matter, &m->matter, err);
	if (!rc)
		rc = check_texts(q, err);
	if (!rc && m->codes.count == 0)
		rc = err_set(err, ERR_INPUT, "there is no code among them");
	if (!rc)
		rc = check_asker(r, m->matter, m->question.department, err);
	return rc;
}

void check_many_close(struct check_many **many)
{
	struct check_many *m = *many;

	if (!m)
		return;
	sha256_stream_finish(&m->digest, m->answer);
	check_codes_release(&m->codes);
	check_words_free(&m->words);
	buf_release(&m->lines);
	arena_free(&m->arena);
	free(m->items);
	free(m->order);
	free(m->subjects);
	free(m);
	*many = NULL;
}

const char *check_many_id(const struct check_many *many)
{
	return many->id;
}

/* ---- lines ---- */

static void begin_line(
    const struct item *item, struct buf *out, struct json_writer *w)
{
	json_start(w, out);
	json_open_object(w);
	json_put_int(w, "line", item->given.line);
}

static void put_problem(
    struct check_many *m, struct item *item, const struct err *why)
{
	struct span given = item->given.text;
	struct json_writer w;

	item->at = (uint32_t)m->lines.n;
	begin_line(item, &m->lines, &w);
	/* A person's number is not given back, nor what is no text. */
	if (why->code != ERR_REFUSED && given.n <= CHECK_TEXT_BYTES_MAX &&
	    utf8_valid_prefix(given.p, given.n) == given.n)
		json_put_span(&w, "given", given);
	json_key(&w, "problem");
	json_open_object(&w);
	json_put_err(&w, err_name(why->code), why);
	json_close_object(&w);
	json_close_object(&w);
	item->n = (uint32_t)m->lines.n - item->at;
	item->is_wrong = true;
	m->sums.wrong++;
}

static enum err_code put_check(struct check_many *m, const struct item *item,
    const struct check_pieces *pieces, struct span name,
    const struct standing *standing, struct buf *out, struct err *err)
{
	const struct check_about about = {item->code, name, item->id != 0};
	char id[CHECK_ID_CHARS + 1 + CHECK_CODE_BYTES];
	struct json_writer w;
	enum err_code rc;

	begin_line(item, out, &w);
	memcpy(id, m->id, CHECK_ID_CHARS);
	id[CHECK_ID_CHARS] = '-';
	memcpy(id + CHECK_ID_CHARS + 1, item->code, CHECK_CODE_BYTES);
	json_put_str(&w, "id", id);
	rc = check_put_standing(&w, pieces, &about, standing, err);
	if (rc)
		return rc;
	json_close_object(&w);
	m->sums.answered++;
	m->sums.unknown += item->id == 0;
	m->sums.applies += check_applies(standing);
	return 0;
}

/* ---- a portion at work ---- */

struct answering {
	struct check_many *m;
	const struct reading *r;
	struct view_source source;
	struct check_pieces pieces;
	struct view_loader *loader;
	struct subject subject;
};

/* ---- as given: reading codes ---- */

/* Anything but a right code as it is written: full-width, with blanks,
 * another identifier, or wrong. */
static enum err_code read_odd(
    struct answering *a, struct item *item, struct err *err)
{
	struct err why;
	enum err_code rc = subject_check_text(item->given.text, &why);

	if (!rc)
		rc = check_find_subject(&a->source, item->given.text,
		    &a->subject, item->code, &why);
	if (!rc)
		item->id = a->subject.id;
	else if (rc == ERR_INPUT || rc == ERR_REFUSED)
		put_problem(a->m, item, &why);
	else
		*err = why;
	return rc == ERR_INPUT || rc == ERR_REFUSED ? ERR_NONE : rc;
}

static bool is_plain(struct item *item)
{
	struct ident_uscc uscc;

	if (item->given.text.n != IDENT_USCC_CHARS)
		return false;
	uscc = ident_check_uscc(item->given.text);
	memcpy(item->code, uscc.code, sizeof(item->code));
	return uscc.state == IDENT_VALID;
}

/* How many at once. */
static size_t portion_of(const struct answering *a)
{
	return a->source.roster ? CHECK_PORTION_AT_HAND : CHECK_PORTION;
}

static void make_room(struct check_many *m, size_t portion)
{
	size_t room = m->codes.count < portion ? m->codes.count : portion;

	if (room <= m->room)
		return;
	m->room = room;
	m->items = mem_realloc(m->items, room, sizeof(*m->items));
	m->order = mem_realloc(m->order, room, sizeof(*m->order));
	m->subjects = mem_realloc(m->subjects, room, sizeof(*m->subjects));
}

static enum err_code read_codes(struct answering *a, struct err *err)
{
	struct check_many *m = a->m;
	enum err_code rc = 0;
	struct check_code code;

	make_room(m, portion_of(a));
	for (m->count = 0; m->count < portion_of(a) && !rc; m->count++) {
		struct item *item = &m->items[m->count];

		if (!check_codes_next(&m->codes, &m->at, &code))
			break;
		*item = (struct item){.given = code};
		item->is_plain = is_plain(item);
		if (item->is_plain)
			roster_expect(a->source.roster, item->code);
		else
			rc = read_odd(a, item, err);
	}
	return rc;
}

/* Who is at hand; the others are put into `order`. */
static size_t find_at_hand(struct answering *a)
{
	const struct roster_state *roster = a->source.roster;
	struct check_many *m = a->m;
	size_t left = 0, i;

	for (i = 0; i < m->count; i++) {
		struct item *item = &m->items[i];

		if (item->is_plain)
			item->id = roster_find(roster, item->code);
		item->is_at_hand =
		    !item->is_wrong && roster_has(roster, item->id);
		if (item->is_plain && !item->is_at_hand)
			m->order[left++] = item;
	}
	return left;
}

/* ---- by code: the directory ---- */

static int by_code(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a;
	const struct item *y = *(struct item *const *)b;

	return memcmp(x->code, y->code, sizeof(x->code));
}

static enum err_code find_ids(struct answering *a, struct err *err)
{
	struct check_many *m = a->m;
	enum err_code rc = 0;
	size_t left = find_at_hand(a), i;

	qsort(m->order, left, sizeof(*m->order), by_code);
	for (i = 0; i < left && !rc; i++) {
		struct item *item = m->order[i];
		struct span code = {item->code, IDENT_USCC_CHARS};
		struct err why;

		if (i && by_code(&m->order[i - 1], &m->order[i]) == 0) {
			item->id = m->order[i - 1]->id;
		} else {
			rc = subject_id_of(
			    a->source.store, code, &item->id, err);
		}
		/* Some citizens' numbers have the form of a code. */
		if (!rc && !item->id && subject_refuse_person(code, &why))
			put_problem(m, item, &why);
	}
	return rc;
}

/* ---- by id: does anything apply? ---- */

static int by_id(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a;
	const struct item *y = *(struct item *const *)b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int by_seq(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a;
	const struct item *y = *(struct item *const *)b;

	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static struct standing_question question_of(
    const struct answering *a, const struct item *item)
{
	return (struct standing_question){.catalog = a->r->catalog,
	    .matter = a->m->matter,
	    .subject_id = item->id,
	    .code = item->code,
	    .today = a->r->today};
}

/* Into `lines`. */
static enum err_code put_line(struct answering *a, struct item *item,
    const struct standing *standing, struct err *err)
{
	struct buf *lines = &a->m->lines;
	enum err_code rc;

	item->at = (uint32_t)lines->n;
	rc = put_check(a->m, item, &a->pieces, buf_span(&a->subject.name),
	    standing, lines, err);
	item->n = (uint32_t)lines->n - item->at;
	return rc;
}

/* Those to whom nothing applies get their line; *waits_out: the others'
 * statements are read later. */
static enum err_code answer_quiet(
    struct answering *a, struct item *item, bool *waits_out, struct err *err)
{
	const struct standing none = {0};
	const struct standing_question q = question_of(a, item);
	enum err_code rc = 0;

	*waits_out = false;
	buf_reset(&a->subject.name);
	if (item->id)
		rc = standing_peek(a->loader, &q, waits_out, &item->seq, err);
	if (rc || *waits_out)
		return rc;
	if (item->id)
		rc = subject_by_id(a->r->store, item->id, &a->subject, err);
	return rc ? rc : put_line(a, item, &none, err);
}

/* ---- by statement: what applies ---- */

static enum err_code answer_other(
    struct answering *a, struct item *item, struct err *err)
{
	const struct standing_question q = question_of(a, item);
	struct standing standing;
	enum err_code rc =
	    subject_by_id(a->r->store, item->id, &a->subject, err);

	if (!rc)
		rc = standing_load_next(a->loader, &q, &standing, err);
	return rc ? rc : put_line(a, item, &standing, err);
}

static void note_subject(struct check_many *m, const struct item *item)
{
	struct many_subject *one = &m->subjects[m->subjects_count++];

	one->id = item->id;
	memcpy(one->code, item->code, sizeof(one->code));
}

/* Those of `order`, which are not at hand. */
static enum err_code answer_order(
    struct answering *a, size_t count, struct err *err)
{
	struct check_many *m = a->m;
	enum err_code rc = 0;
	size_t waiting = 0, i;

	qsort(m->order, count, sizeof(*m->order), by_id);
	for (i = 0; i < count && !rc; i++) {
		struct item *item = m->order[i];
		bool waits;

		rc = answer_quiet(a, item, &waits, err);
		if (!rc && waits)
			m->order[waiting++] = item;
	}
	if (rc)
		return rc;
	qsort(m->order, waiting, sizeof(*m->order), by_seq);
	for (i = 0; i < waiting && !rc; i++)
		rc = answer_other(a, m->order[i], err);
	return rc;
}

static enum err_code answer_all(struct answering *a, struct err *err)
{
	struct check_many *m = a->m;
	size_t n = 0, i;

	m->subjects_count = 0;
	for (i = 0; i < m->count; i++) {
		struct item *item = &m->items[i];

		if (item->is_wrong)
			continue;
		note_subject(m, item);
		if (!item->is_at_hand)
			m->order[n++] = item;
	}
	m->subjects_count = many_sort(m->subjects, m->subjects_count);
	return answer_order(a, n, err);
}

/* ---- the document ---- */

static void put_batch(struct check_many *m, const struct check_pieces *pieces,
    struct json_writer *w)
{
	json_key(w, "batch");
	json_open_object(w);
	check_put_question(w, pieces, &m->question, m->matter, m->id);
	json_put_str(w, "notice", tr(check_notice));
	json_close_object(w);
}

static void put_beginning(
    struct check_many *m, const struct check_pieces *pieces, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	put_batch(m, pieces, &w);
	if (m->form == CHECK_LINES) {
		json_close_object(&w);
		buf_add_char(out, '\n');
	} else {
		buf_add_str(out, ",\n\"checks\":[");
	}
	m->has_begun = true;
}

static void put_sum(struct check_many *m, struct buf *out)
{
	const struct check_codes *c = &m->codes;
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	json_put_int(&w, "lines", c->lines);
	json_put_int(&w, "answered", m->sums.answered);
	json_put_int(&w, "wrong", m->sums.wrong);
	json_put_int(&w, "empty",
	    (int64_t)(c->lines - c->count - (c->has_header ? 1 : 0)));
	json_put_bool(&w, "has_header", c->has_header);
	json_put_int(&w, "applies", m->sums.applies);
	json_put_int(&w, "unknown", m->sums.unknown);
	json_close_object(&w);
}

static void put_end_of_all(struct check_many *m, struct buf *out)
{
	buf_add_str(
	    out, m->form == CHECK_LINES ? "{\"sum\":" : "\n],\n\"sum\":");
	put_sum(m, out);
	buf_add_str(out, "}\n");
	m->has_ended = true;
}

static enum err_code put_at_hand(struct answering *a, const struct item *item,
    struct buf *out, struct err *err)
{
	const struct standing_question q = question_of(a, item);
	struct standing standing;
	enum err_code rc = standing_load_next(a->loader, &q, &standing, err);

	return rc
	    ? rc
	    : put_check(a->m, item, &a->pieces,
		  roster_name(a->source.roster, item->id), &standing, out, err);
}

/* What is written some lines later is fetched meanwhile: most of what a line
 * costs is waiting for it. */
static void expect_later(const struct answering *a, size_t i)
{
	const struct check_many *m = a->m;

	if (i + 2 * AHEAD < m->count)
		roster_expect_subject(
		    a->source.roster, m->items[i + 2 * AHEAD].id);
	if (i + AHEAD < m->count)
		roster_expect_rows(a->source.roster, m->items[i + AHEAD].id);
}

static enum err_code put_lines(
    struct answering *a, bool is_first, struct buf *out, struct err *err)
{
	struct check_many *m = a->m;
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < m->count && !rc; i++) {
		const struct item *item = &m->items[i];

		expect_later(a, i);
		if (m->form == CHECK_JSON)
			buf_add_str(out, is_first && i == 0 ? "\n" : ",\n");
		if (item->is_at_hand)
			rc = put_at_hand(a, item, out, err);
		else
			buf_add(out, m->lines.p + item->at, item->n);
		if (m->form == CHECK_LINES)
			buf_add_char(out, '\n');
	}
	return rc;
}

/* The digest of everything up to here, which goes on. */
static void note_digest(
    struct check_many *m, const struct buf *out, size_t from)
{
	struct sha256_stream *now;

	sha256_stream_add(m->digest, out->p + from, out->n - from);
	now = sha256_stream_copy(m->digest);
	sha256_stream_finish(&now, m->answer);
}

static enum err_code put_portion(
    struct answering *a, struct buf *out, struct err *err)
{
	struct check_many *m = a->m;
	bool is_first = !m->has_begun;
	enum err_code rc = put_end(&m->lines, 0, err);

	if (!rc && is_first)
		put_beginning(m, &a->pieces, out);
	if (!rc)
		rc = put_lines(a, is_first, out, err);
	if (!rc && m->at >= m->codes.packed.n)
		put_end_of_all(m, out);
	return put_end(out, rc, err);
}

static enum err_code answer_portion(struct check_many *m,
    const struct reading *r, struct buf *out, struct err *err)
{
	struct answering a = {.m = m, .r = r, .pieces = {r, m->words, NULL}};
	enum err_code rc = check_begin(r, &a.source, err);

	if (rc)
		return rc;
	a.pieces.open = open_cases_new(r, OPEN_CASES_FOR_MANY);
	buf_reset(&m->lines);
	subject_init(&a.subject);
	view_loader_new(&a.source, &a.loader);
	rc = read_codes(&a, err);
	if (!rc)
		rc = find_ids(&a, err);
	if (!rc)
		rc = answer_all(&a, err);
	if (!rc)
		rc = put_portion(&a, out, err);
	view_loader_free(&a.loader);
	open_cases_free(&a.pieces.open);
	subject_release(&a.subject);
	check_end(r, &a.source);
	return rc;
}

int check_many_next(struct check_many *m, const struct reading *r,
    struct buf *out, struct err *err)
{
	size_t from = out->n;
	enum err_code rc;

	if (m->has_ended)
		return 0;
	rc = answer_portion(m, r, out, err);
	if (rc)
		return (int)rc;
	note_digest(m, out, from);
	return 1;
}

/* ---- its trace ---- */

/* Whoever has the code, or would have it; what is wrong is about nobody. */
static void note_asked(struct check_many *m, const struct view_source *source,
    struct subject *subject, struct span text)
{
	struct many_subject *one = &m->subjects[m->subjects_count];
	struct err ignored;

	memset(one, 0, sizeof(*one));
	if (subject_check_text(text, &ignored) ||
	    check_find_subject(source, text, subject, one->code, &ignored))
		return;
	one->id = subject->id;
	m->subjects_count++;
}

void check_many_refuse(struct check_many *m, const struct reading *r)
{
	struct view_source source;
	struct check_code code;
	struct subject subject;
	struct err ignored;

	m->at = m->subjects_count = 0;
	m->subjects =
	    mem_realloc(m->subjects, m->codes.count + 1, sizeof(*m->subjects));
	if (check_begin(r, &source, &ignored))
		return;
	subject_init(&subject);
	while (check_codes_next(&m->codes, &m->at, &code))
		note_asked(m, &source, &subject, code.text);
	subject_release(&subject);
	check_end(r, &source);
	m->subjects_count = many_sort(m->subjects, m->subjects_count);
}

const struct many_subject *check_many_subjects(
    const struct check_many *m, size_t *count_out)
{
	*count_out = m->subjects_count;
	return m->subjects;
}

struct use check_many_use(const struct check_many *m, const struct err *why)
{
	const struct check_question *q = &m->question;
	struct use use = {.at_ms = q->now_ms,
	    .act = USE_CHECK_MANY,
	    .outcome = why ? USE_REFUSED : USE_ANSWERED,
	    .department = why ? check_traceable(span_of(q->department))
			      : span_of(q->department),
	    .purpose = check_traceable(q->purpose),
	    .matter = check_traceable(q->matter),
	    .case_number = check_traceable(q->case_number),
	    .reference = span_of(m->id),
	    .why = why ? span_of(err_name(why->code)) : (struct span){"", 0},
	    .has_answer = !why};

	if (!why)
		memcpy(use.answer, m->answer, sizeof(use.answer));
	if (!why || m->subjects_count)
		many_commit(m->subjects, m->subjects_count, &use);
	return use;
}

enum err_code check_many_trace(const struct check_many *m,
    const struct use *use, struct use_log *log, struct store *office,
    struct err *err)
{
	uint64_t seq;

	return many_add(
	    log, office, use, m->subjects, m->subjects_count, &seq, err);
}

bool check_many_split(struct span id, struct span *batch, struct span *code)
{
	if (id.n <= CHECK_ID_CHARS + 1 || id.p[CHECK_ID_CHARS] != '-' ||
	    id.n - CHECK_ID_CHARS - 1 >= CHECK_CODE_BYTES)
		return false;
	*batch = (struct span){id.p, CHECK_ID_CHARS};
	*code =
	    (struct span){id.p + CHECK_ID_CHARS + 1, id.n - CHECK_ID_CHARS - 1};
	return true;
}
