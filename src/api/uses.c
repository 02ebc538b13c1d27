/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The representative's own views of this page are uses as well; they are in
 * the log and not shown here, where they would bury what others read.
 */
#include "api/uses.h"

#include <stdio.h>
#include <string.h>

#include "api/accounts.h"
#include "api/law.h"
#include "api/put.h"
#include "api/subject.h"
#include "base/check.h"
#include "base/tr.h"
#include "usage/many.h"
#include "registry/subjects.h"

#define N_(text) text

/* ---- words ---- */

static const char *act_title(enum use_act act)
{
	static const char *const titles[USE_ACT_END] = {
	    [USE_CHECK] = N_("credit check"),
	    [USE_CHECK_MANY] = N_("credit check of a file"),
	    [USE_READ] = N_("read what is not public"),
	    [USE_FEEDBACK] = N_("feedback on a check"),
	    [USE_SIGN_IN] = N_("sign-in"),
	    [USE_OWN_USES] = N_("look at one's own uses"),
	    [USE_AUDIT] = N_("audit of uses"),
	    [USE_SUBMIT] = N_("submission"),
	    [USE_MANAGE] = N_("keeping of accounts"),
	    [USE_ERASE] = N_("erasing of old uses"),
	    [USE_NOTICES] = N_("notice of what touches an earlier check"),
	};

	return tr(titles[act]);
}

static const char *const purpose_titles[][2] = {
    {"desk", N_("files that were sent in")},
    {"submissions", N_("files that were sent in")},
    {"report", N_("a file that was sent in")},
    {"submission", N_("a file that was sent in")},
    {"submit", N_("a file that was sent in")},
    {"desk-submission", N_("a file that was sent in")},
    {"submit-file", N_("a file that was sent in")},
    {"desk-upload", N_("a file that was sent in")},
    {"check-row", N_("a row that is written by hand")},
    {"desk-new", N_("a row that is written by hand")},
    {"desk-enter", N_("a row that is written by hand")},
    {"desk-correct", N_("a record that is corrected")},
    {"desk-take-back", N_("a record that is withdrawn")},
    {"desk-decide", N_("a decision about a doubtful row")},
    {"desk-review-decide", N_("a second person's decision")},
    {"desk-review-carry-out", N_("a second person's decision")},
    {"desk-review-take-back",
	N_("what waited for a second person, taken back")},
    {"rejects-csv", N_("refused rows of a file")},
    {"rejects-xlsx", N_("refused rows of a file")},
    {"desk-records", N_("records of the department")},
    {"desk-record", N_("a record of the department")},
    {"desk-amend", N_("a record, to correct it")},
    {"desk-withdraw", N_("a record, to withdraw it")},
    {"withdraw", N_("a record, to withdraw it")},
    {"desk-reinstate", N_("a record that is reinstated")},
    {"reinstate", N_("a record that is reinstated")},
    {"desk-doubtful", N_("doubtful rows")},
    {"doubtful list", N_("doubtful rows")},
    {"desk-doubtful-row", N_("a doubtful row")},
    {"doubtful resolve", N_("a doubtful row")},
    {"doubtful dismiss", N_("a doubtful row")},
    {"doubtful undo", N_("a doubtful row")},
    {"desk-quality", N_("a department's rates")},
    {"desk-reviews", N_("what waits for a second person")},
    {"desk-review", N_("what waits for a second person")},
    {"desk-review-file", N_("what waits for a second person")},
    {"check-proof", N_("the evidence of a check")},
    {"check-made", N_("a check that was made")},
    {"check-page", N_("checks that were made last")},
    {"check", N_("a credit check")},
    {"check-form", N_("a credit check")},
    {"check-list-page", N_("credit checks of many")},
    {"check-list-form", N_("credit checks of many")},
    {"notices-page", N_("what came after earlier checks")},
    {"account", N_("one's own account")},
    {"notices", N_("what came after earlier checks")},
    {"cases", N_("objections")},
    {"case list", N_("objections")},
    {"case show", N_("an objection")},
    {"user list", N_("accounts and their roles")},
    {"user show", N_("an account and its roles")},
    {"token list", N_("programs' access")},
    {"webhook list", N_("programs that are told")},
    {"department list", N_("who acts for departments")},
    {"case", N_("an objection")},
    {"case-move", N_("a step in an objection")},
    {"case move", N_("a step in an objection")},
    {"case file", N_("an objection that was filed")},
    {"objection-form", N_("a record, to object to it")},
    {"objection-file", N_("an objection that was filed")},
    {"sign-in", N_("login name and password")},
    {"code", N_("the second factor's code")},
    {"enrol", N_("a second factor of one's own")},
    {"password", N_("a password of one's own")},
    {"check-decide", N_("what came of a check")},
    {"check-feedback", N_("what came of a check")},
    {"question-use", N_("a question about a use")},
    {"answer-use", N_("the answer to a question")},
    {"take-finding", N_("a finding that is worked on")},
    {"uses", N_("who looked at the organisation")},
    {"audit", N_("who looks at what")},
    {"audit-uses", N_("entries of the log of uses")},
};

/* What was looked at or sent: the name of an operation, which is sealed as the
 * purpose, in words; others as they are. */
static struct span purpose_title(const struct use *use)
{
	size_t i;

	/* That of a check is its reader's own, and so is that of a decision,
	 * but for one that was not taken. */
	if (use->act == USE_CHECK || use->act == USE_CHECK_MANY ||
	    (use->act == USE_FEEDBACK && use->outcome == USE_ANSWERED) ||
	    use->act == USE_ERASE)
		return use->purpose;
	for (i = 0; i < ARRAY_COUNT(purpose_titles); i++)
		if (span_is(use->purpose, purpose_titles[i][0]))
			return span_of(tr(purpose_titles[i][1]));
	return use->purpose;
}

void uses_put_why_title(struct json_writer *w, const char *key, struct span why)
{
	static const char *const titles[][2] = {
	    {"no-right", N_("the role does not allow it")},
	    {"refused", N_("not allowed")},
	    {"input", N_("wrongly asked")},
	    {"not-found", N_("there is no such thing")},
	    {"conflict", N_("it stood otherwise meanwhile")},
	    {"wrong", N_("wrong password or code")},
	    {"locked", N_("locked after wrong attempts")},
	    {"disabled", N_("the account is disabled")},
	    {"ended", N_("the session or token has ended")},
	    {"too-often", N_("asked too often")},
	};
	struct span word = {why.p, 0};
	size_t i;

	/* A number of them may follow. */
	while (word.n < why.n && why.p[word.n] != ' ')
		word.n++;
	for (i = 0; i < ARRAY_COUNT(titles); i++)
		if (span_is(word, titles[i][0]))
			break;
	if (i == ARRAY_COUNT(titles))
		json_put_span(w, key, why);
	else if (word.n == why.n)
		json_put_str(w, key, tr(titles[i][1]));
	else
		put_text(w, key, tr("%s, %.*s times more"), tr(titles[i][1]),
		    (int)(why.n - word.n - 1), why.p + word.n + 1);
}

const char *uses_reader_title(enum use_reader_kind kind)
{
	static const char *const titles[USE_READER_END] = {
	    N_("nobody signed in"), N_("somebody signed in"),
	    N_("a department's program"), N_("command at the machine"),
	    N_("a department's program that is told")};

	return tr(titles[kind]);
}

static const char *outcome_title(enum use_outcome outcome)
{
	return outcome == USE_REFUSED ? tr("turned down") : tr("answered");
}

/* ---- a use ---- */

/* Of an id that the catalogue may not know any more. */
static void put_department(
    struct json_writer *w, const struct catalog *c, struct span id)
{
	char text[USE_TEXT_BYTES_MAX + 1];
	const struct cat_department *d;

	snprintf(text, sizeof(text), "%.*s", (int)id.n, id.p ? id.p : "");
	d = catalog_department(c, text);
	if (text[0])
		put_named(w, "department", text, d ? d->title : text);
	else
		put_null(w, "department");
}

static void put_matter(
    struct json_writer *w, const struct catalog *c, struct span id)
{
	char text[USE_TEXT_BYTES_MAX + 1];
	const struct cat_matter *m;

	snprintf(text, sizeof(text), "%.*s", (int)id.n, id.p ? id.p : "");
	m = catalog_matter(c, text);
	if (!text[0])
		put_null(w, "matter");
	else if (m)
		put_named(w, "matter", text, title_of(m->title, m->title_en));
	else
		put_named(w, "matter", text, text);
}

void uses_put(struct json_writer *w, const struct catalog *catalog,
    const struct use_row *row)
{
	const struct use *u = &row->use;

	json_put_int(w, "number", (int64_t)row->seq);
	accounts_put_time(w, "at", u->at_ms);
	put_named(w, "act", use_act_word(u->act), act_title(u->act));
	put_named(w, "outcome", use_outcome_word(u->outcome),
	    outcome_title(u->outcome));
	json_put_bool(w, "is_refused", u->outcome == USE_REFUSED);
	put_department(w, catalog, u->department);
	put_matter(w, catalog, u->matter);
	json_put_span(w, "purpose", u->purpose);
	json_put_span(w, "purpose_title", purpose_title(u));
	json_put_span(w, "case", u->case_number);
	json_put_span(w, "reference", u->reference);
}

void uses_put_question(struct json_writer *w,
    const struct use_question *question, bool is_for_auditor)
{
	json_open_object(w);
	json_put_int(w, "number", question->id);
	json_put_int(w, "use", (int64_t)question->use_seq);
	json_put_span(w, "subject", question->subject);
	accounts_put_time(w, "asked_at", question->asked_ms);
	json_put_span(w, "question", question->question);
	json_put_bool(w, "is_open", question->answered_ms == 0);
	accounts_put_time(w, "answered_at", question->answered_ms);
	json_put_span(w, "answer", question->answer);
	if (is_for_auditor) {
		json_put_span(w, "asked_by", question->asked_by);
		json_put_span(w, "answered_by", question->answered_by);
	}
	json_close_object(w);
}

struct asked {
	struct json_writer *w;
	bool is_open;
};

static void put_one(void *ctx, const struct use_question *question)
{
	struct asked *asked = ctx;

	uses_put_question(asked->w, question, false);
	asked->is_open = question->answered_ms == 0;
}

enum err_code uses_put_questions(struct json_writer *w, struct store *office,
    const struct use_row *row, bool *is_open_out, struct err *err)
{
	const struct use_about about = {
	    row->seq, row->use.subject_id, row->use.subject};
	struct asked asked = {.w = w};
	enum err_code rc;

	json_key(w, "questions");
	json_open_array(w);
	rc = use_questions(office, &about, put_one, &asked, err);
	json_close_array(w);
	*is_open_out = asked.is_open;
	return rc;
}

enum err_code uses_check_text(struct span text, struct err *err)
{
	enum err_code rc = use_words_check(text, err);

	return rc ? rc : subject_check_words(text, err);
}

enum err_code uses_find_subject(
    struct store *registry, struct span code, int64_t *out, struct err *err)
{
	struct subject subject;
	enum err_code rc = 0;

	*out = 0;
	if (code.n == 0)
		return 0;
	subject_init(&subject);
	rc = subject_by_code(registry, code, &subject, err);
	if (!rc)
		*out = subject.id;
	subject_release(&subject);
	return rc == ERR_NOT_FOUND ? 0 : rc;
}

enum err_code uses_code_of(void *ctx, int64_t subject_id,
    char out[MANY_CODE_CHARS + 1], struct err *err)
{
	struct subject one;
	enum err_code rc;

	subject_init(&one);
	rc = subject_by_id(ctx, subject_id, &one, err);
	snprintf(out, MANY_CODE_CHARS + 1, "%s", rc ? "" : buf_str(&one.code));
	subject_release(&one);
	return rc;
}

/* ---- whose ---- */

static bool is_represented(const struct people_grant *grant)
{
	return grant->organisation[0] &&
	    grant->role->capabilities & 1u << PEOPLE_OWN_USES;
}

static enum err_code find_organisation(
    const struct uses_query *query, struct uses_about *about, struct err *err)
{
	const struct people_user *user = &query->caller->user;
	struct people_thing thing = {.organisation = about->code};
	size_t i;

	memset(about, 0, sizeof(*about));
	if (query->organisation.n) {
		snprintf(about->code, sizeof(about->code), "%.*s",
		    (int)query->organisation.n, query->organisation.p);
		if (people_may(query->caller, PEOPLE_OWN_USES, &thing))
			return 0;
		return err_set(
		    err, ERR_REFUSED, "you do not represent this organisation");
	}
	for (i = 0; i < user->grants_count && !about->code[0]; i++)
		if (is_represented(&user->grants[i]))
			snprintf(about->code, sizeof(about->code), "%s",
			    user->grants[i].organisation);
	return 0;
}

/* "organisation", and the subject's id of today. */
static enum err_code put_organisation(const struct reading *reading,
    struct uses_about *about, struct json_writer *w, struct err *err)
{
	struct subject subject;
	enum err_code rc = ERR_NOT_FOUND;

	subject_init(&subject);
	if (about->code[0])
		rc = subject_by_code(
		    reading->store, span_of(about->code), &subject, err);
	json_key(w, "organisation");
	json_open_object(w);
	json_put_str(w, "code", about->code);
	json_put_span(w, "name", rc ? span_of("") : buf_span(&subject.name));
	json_close_object(w);
	about->subject_id = rc ? 0 : subject.id;
	subject_release(&subject);
	return rc == ERR_NOT_FOUND ? 0 : rc;
}

static void put_organisations(struct json_writer *w,
    const struct people_user *user, const struct uses_about *about)
{
	size_t count = 0, i;

	json_key(w, "organisations");
	json_open_array(w);
	for (i = 0; i < user->grants_count; i++) {
		const char *code = user->grants[i].organisation;

		if (!is_represented(&user->grants[i]))
			continue;
		count++;
		json_open_object(w);
		json_put_str(w, "code", code);
		put_text(w, "href", "/uses?organisation=%s", code);
		json_put_bool(w, "current", strcmp(code, about->code) == 0);
		json_close_object(w);
	}
	json_close_array(w);
	json_put_bool(w, "has_several", count > 1);
}

/* ---- the list ---- */

struct listing {
	const struct reading *reading;
	struct store *office;
	const struct uses_query *query;
	const struct uses_about *about;
	struct json_writer *w;
	int64_t count;
	uint64_t last; /* number of the last that is shown */
	bool has_more;
};

/* Of whom no department is told: as what he may look, by the roles that he
 * has today. NULL: he has none that says it. */
static const struct people_role *role_of(
    const struct people_user *user, const char *code, bool *is_own_out)
{
	const struct people_role *role = NULL;
	size_t i;

	for (i = 0; i < user->grants_count && !*is_own_out; i++) {
		const struct people_grant *g = &user->grants[i];

		*is_own_out = g->role->scope == PEOPLE_SCOPE_ORGANISATION &&
		    strcmp(g->organisation, code) == 0;
		if (*is_own_out || g->role->scope != PEOPLE_SCOPE_DEPARTMENT)
			role = g->role;
	}
	return role;
}

static void put_reader(struct listing *l, const struct use *use)
{
	struct arena *arena = arena_new();
	const struct people_role *role = NULL;
	struct json_writer *w = l->w;
	struct people_user user;
	bool is_own = false;

	if (use->reader_kind == USE_USER && !use->department.n &&
	    people_user_by_id(l->office, arena, use->reader_id, &user, NULL) ==
		0)
		role = role_of(&user, l->about->code, &is_own);
	json_key(w, "reader");
	json_open_object(w);
	put_named(w, "kind", use_reader_word(use->reader_kind),
	    uses_reader_title(use->reader_kind));
	if (role)
		put_named(w, "role", role->id,
		    is_own ? tr("your own representative") : tr(role->title));
	else
		put_null(w, "role");
	json_close_object(w);
	arena_free(&arena);
}

static enum err_code put_row(
    struct listing *l, const struct use_row *row, struct err *err)
{
	struct json_writer *w = l->w;
	bool is_open = false;
	enum err_code rc;

	json_open_object(w);
	uses_put(w, l->reading->catalog, row);
	put_reader(l, &row->use);
	rc = uses_put_questions(w, l->office, row, &is_open, err);
	json_put_bool(w, "can_question", !is_open);
	json_close_object(w);
	l->count++;
	l->last = row->seq;
	return rc;
}

/* Somebody else's attempt at this page was refused, and is listed. */
static bool is_own_view(const struct use *use)
{
	return use->act == USE_OWN_USES && use->outcome == USE_ANSWERED;
}

static enum err_code put_rows(struct listing *l, struct err *err)
{
	const struct use_query rows = {.from = l->query->before,
	    .subject_id = l->about->subject_id,
	    .subject = span_of(l->about->code)};
	struct many_pass pass;
	enum err_code rc = many_pass_start(&pass, l->office, &rows, err);
	struct use_row row;
	int got = 0;

	while (!rc && !l->has_more &&
	    (got = many_pass_next(&pass, &row, err)) == 1) {
		if (is_own_view(&row.use))
			continue;
		if (l->count == l->query->limit)
			l->has_more = true;
		else
			rc = put_row(l, &row, err);
	}
	many_pass_finish(&pass);
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

static void put_pages(const struct listing *l)
{
	const char *code = l->about->code;
	struct json_writer *w = l->w;

	json_put_bool(w, "has_uses", l->count > 0);
	json_put_int(w, "count", l->count);
	json_put_bool(w, "has_more", l->has_more);
	if (l->query->before < INT64_MAX)
		put_text(w, "first", "/uses?organisation=%s", code);
	else
		put_null(w, "first");
	if (l->has_more)
		put_text(w, "next",
		    "/uses?organisation=%s&before=%llu&limit=%d", code,
		    (unsigned long long)l->last, (int)l->query->limit);
	else
		put_null(w, "next");
}

enum err_code uses_document(const struct reading *reading, struct store *office,
    const struct uses_query *query, struct uses_about *about_out,
    struct buf *out, struct err *err)
{
	struct json_writer w;
	struct listing l = {reading, office, query, about_out, &w, 0, 0, false};
	enum err_code rc = find_organisation(query, about_out, err);

	if (rc)
		return rc;
	rc = store_begin_read(office, err);
	if (rc)
		return rc;
	json_start(&w, out);
	json_open_object(&w);
	rc = put_organisation(reading, about_out, &w, err);
	put_organisations(&w, &query->caller->user, about_out);
	json_put_str(&w, "note",
	    tr("Shown are the department and whether a person or a program "
	       "looked. The personal name of who looked is known to the "
	       "auditor. Your own views of this page are in the log as well "
	       "and are not listed."));
	law_put_kept(&w, reading->catalog, reading->today);
	json_key(&w, "uses");
	json_open_array(&w);
	if (!rc && about_out->code[0])
		rc = put_rows(&l, err);
	json_close_array(&w);
	put_pages(&l);
	json_close_object(&w);
	store_commit(office, NULL);
	return put_end(out, rc, err);
}
