/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The uses of the period, and of what rules look back for, are read into
 * memory once; flows, readers and findings are worked out from them. The
 * peers of a reader are those of departments of the same kind: with the same
 * first function in the catalogue.
 */
#include "api/audit.h"

#include <stdlib.h>
#include <string.h>

#include "api/accounts.h"
#include "api/audit_decisions.h"
#include "api/put.h"
#include "api/uses.h"
#include "base/fold.h"
#include "base/tr.h"
#include "registry/subjects.h"

enum { NAME_BYTES_MAX = 4096 };

struct cage {
	const struct audit_viewer *viewer;
	struct store *office;
	const struct audit_period *period;
	struct audit_rule rules[CAT_AUDIT_COUNT];
	size_t rules_count;
	struct audit_set set;
	struct audit_findings findings;
	struct json_writer *w;
};

/* ---- who may see what ---- */

bool audit_viewer_is_whole(const struct audit_viewer *viewer)
{
	return !viewer->caller ||
	    people_may_for(viewer->caller, PEOPLE_AUDIT, NULL);
}

static const struct cat_department *department_of(
    const struct catalog *catalog, struct span id)
{
	size_t i;

	for (i = 0; i < catalog->departments_count; i++)
		if (span_is(id, catalog->departments[i].id))
			return &catalog->departments[i];
	return NULL;
}

static bool is_seen(
    const struct audit_viewer *viewer, const struct people_grant *grant)
{
	const struct people_thing thing = {
	    .division = grant->division[0] ? grant->division : NULL};

	if (!viewer->caller)
		return true;
	return grant->department[0]
	    ? people_may_for_id(viewer->caller, PEOPLE_AUDIT, viewer->catalog,
		  grant->department)
	    : people_may(viewer->caller, PEOPLE_AUDIT, &thing);
}

static struct audit_account account_of(
    const struct audit_viewer *viewer, const struct people_user *user)
{
	struct audit_account account = {
	    .id = user->id, .is_own_business = user->grants_count > 0};
	size_t i;

	for (i = 0; i < user->grants_count; i++) {
		const struct people_grant *g = &user->grants[i];

		account.is_seen |= is_seen(viewer, g);
		account.is_own_business &=
		    g->role->scope == PEOPLE_SCOPE_ORGANISATION;
	}
	return account;
}

static int by_id(const void *a, const void *b)
{
	const struct audit_account *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

enum err_code audit_viewer_load(struct audit_viewer *viewer,
    struct store *office, struct arena *arena, struct err *err)
{
	struct people_user *users = NULL;
	struct audit_account *list;
	size_t count = 0, i;
	enum err_code rc = people_users(office, arena, &users, &count, err);

	if (rc)
		return rc;
	list = arena_zalloc(arena, count + 1, sizeof(*list));
	for (i = 0; i < count; i++)
		list[i] = account_of(viewer, &users[i]);
	qsort(list, count, sizeof(*list), by_id);
	viewer->accounts = list;
	viewer->accounts_count = count;
	return 0;
}

/* NULL: of no account that is known. */
static const struct audit_account *find_account(
    const struct audit_viewer *viewer, const struct use *use)
{
	const struct audit_account wanted = {.id = use->reader_id};

	return use->reader_kind == USE_USER && viewer->accounts
	    ? bsearch(&wanted, viewer->accounts, viewer->accounts_count,
		  sizeof(wanted), by_id)
	    : NULL;
}

bool audit_viewer_may_see(
    const struct audit_viewer *viewer, const struct use *use)
{
	const struct audit_account *account;

	if (!viewer->caller ||
	    people_may_for(viewer->caller, PEOPLE_AUDIT,
		department_of(viewer->catalog, use->department)))
		return true;
	account = use->act == USE_SIGN_IN && !use->department.n
	    ? find_account(viewer, use)
	    : NULL;
	return account && account->is_seen;
}

/* audit_is_own */
static bool is_own(const void *ctx, const struct use *use)
{
	const struct audit_account *account = find_account(ctx, use);

	return account && account->is_own_business && !use->department.n;
}

static bool may_see(const void *ctx, const struct use *use)
{
	return audit_viewer_may_see(ctx, use);
}

/* ---- the period ---- */

enum err_code audit_period_of(date_days from, date_days to, date_days today,
    int64_t now_ms, struct audit_period *out, struct err *err)
{
	out->now_ms = now_ms;
	out->to = to == DATE_NONE || to > today ? today : to;
	out->from = from == DATE_NONE ? out->to - AUDIT_DAYS + 1 : from;
	if (out->from > out->to) {
		err_set(err, ERR_INPUT, "the period ends before it begins");
		err_hint(err, "\"from\" is its first day, \"to\" its last.");
		return ERR_INPUT;
	}
	if (out->to - out->from >= AUDIT_DAYS_MAX)
		return err_set(err, ERR_INPUT,
		    "the period is longer than %d days", (int)AUDIT_DAYS_MAX);
	return 0;
}

/* audit_name_of */
static enum err_code name_of(
    void *ctx, struct span code, struct buf *name, struct err *err)
{
	char folded[NAME_BYTES_MAX];
	struct subject one;
	enum err_code rc;

	subject_init(&one);
	rc = subject_by_code(ctx, code, &one, err);
	if (!rc && one.name.n <= sizeof(folded))
		buf_add(name, folded,
		    fold_name(buf_span(&one.name), folded, sizeof(folded)));
	subject_release(&one);
	return rc;
}

static enum err_code load(struct cage *c, struct err *err)
{
	const struct audit_stretch stretch = audit_stretch_of(c->period);
	bool is_whole = audit_viewer_is_whole(c->viewer);
	enum err_code rc;

	c->rules_count =
	    audit_rules(c->viewer->catalog, c->period->to, c->rules);
	audit_set_new(&c->set);
	c->set.code_of = c->viewer->registry ? uses_code_of : NULL;
	c->set.code_ctx = c->viewer->registry;
	c->set.name_of = c->viewer->registry ? name_of : NULL;
	c->set.name_ctx = c->viewer->registry;
	c->set.is_own = is_own;
	c->set.is_own_ctx = c->viewer;
	rc = audit_set_load(&c->set, c->office, &stretch,
	    is_whole ? NULL : may_see, c->viewer, err);
	if (!rc)
		audit_find(
		    &c->set, c->rules, c->rules_count, c->period, &c->findings);
	return rc;
}

static void unload(struct cage *c)
{
	audit_findings_release(&c->findings);
	audit_set_free(&c->set);
}

/* ---- pieces ---- */

static void put_department(const struct cage *c, uint32_t word)
{
	struct span id = audit_word(&c->set, word);
	const struct cat_department *d = department_of(c->viewer->catalog, id);

	if (id.n == 0)
		put_null(c->w, "department");
	else
		put_named(c->w, "department", id.p, d ? d->title : id.p);
}

static void put_matter(const struct cage *c, uint32_t word)
{
	const char *id = audit_word(&c->set, word).p;
	const struct cat_matter *m = catalog_matter(c->viewer->catalog, id);
	const char *title = m ? title_of(m->title, m->title_en) : id;

	if (id[0])
		put_named(c->w, "matter", id, title);
	else
		put_null(c->w, "matter");
}

static void put_reader(const struct cage *c, const struct audit_use *u)
{
	enum use_reader_kind kind = (enum use_reader_kind)u->reader_kind;

	json_key(c->w, "reader");
	json_open_object(c->w);
	put_named(c->w, "kind", use_reader_word(kind), uses_reader_title(kind));
	json_put_int(c->w, "id", u->reader_id);
	json_put_span(c->w, "name", audit_word(&c->set, u->name));
	json_close_object(c->w);
}

/* ---- flows ---- */

static void put_flows(const struct cage *c)
{
	struct audit_flow *flows;
	size_t count = audit_flows(&c->set, c->period, &flows), i;

	json_put_bool(c->w, "has_flows", count > 0);
	json_key(c->w, "flows");
	json_open_array(c->w);
	for (i = 0; i < count; i++) {
		json_open_object(c->w);
		put_department(c, flows[i].department);
		put_matter(c, flows[i].matter);
		json_put_int(c->w, "answered", flows[i].answered);
		json_put_int(c->w, "refused", flows[i].refused);
		json_close_object(c->w);
	}
	json_close_array(c->w);
	free(flows);
}

/* ---- readers and their peers ---- */

/* The kind of a department; "" of one that the catalogue does not know. */
static const char *kind_of(const struct cage *c, const struct audit_reader *r)
{
	const struct cat_department *d = department_of(
	    c->viewer->catalog, audit_word(&c->set, r->one.department));

	return d && d->functions_count ? d->functions[0] : "";
}

struct peers {
	size_t count;
	size_t ahead; /* of them, with more reads */
	int64_t median_twice;
};

/* The others like it: a person is not measured by programs, and nobody by
 * himself. */
static struct peers find_peers(const struct cage *c,
    const struct audit_reader *readers, size_t count, size_t self)
{
	const struct audit_reader *r = &readers[self];
	const char *kind = kind_of(c, r);
	int64_t *reads = mem_zalloc(count + 1, sizeof(*reads));
	struct peers peers = {0};
	size_t i;

	for (i = 0; i < count; i++) {
		const struct audit_reader *other = &readers[i];

		if (i == self || other->one.reader_kind != r->one.reader_kind ||
		    strcmp(kind_of(c, other), kind) != 0)
			continue;
		reads[peers.count++] = other->reads;
		peers.ahead += other->reads > r->reads;
	}
	peers.median_twice = audit_median_twice(reads, peers.count);
	free(reads);
	return peers;
}

/* "3", "3.5" */
static void put_half(struct json_writer *w, const char *key, int64_t twice)
{
	put_text(
	    w, key, "%lld%s", (long long)(twice / 2), twice % 2 ? ".5" : "");
}

static void put_one_reader(const struct cage *c,
    const struct audit_reader *readers, size_t count, size_t i)
{
	const struct audit_reader *r = &readers[i];
	struct peers peers = find_peers(c, readers, count, i);
	struct json_writer *w = c->w;

	json_open_object(w);
	put_reader(c, &r->one);
	put_department(c, r->one.department);
	json_put_str(w, "peers_kind", kind_of(c, r));
	json_put_int(w, "peers", (int64_t)peers.count);
	json_put_int(w, "reads", r->reads);
	json_put_int(w, "refused", r->refused);
	if (peers.count == 0) {
		put_null(w, "rank");
		put_null(w, "median");
		put_null(w, "percent_of_median");
	} else {
		json_put_int(w, "rank", (int64_t)peers.ahead + 1);
		put_half(w, "median", peers.median_twice);
		json_put_int(w, "percent_of_median",
		    200 * r->reads / peers.median_twice);
	}
	json_put_bool(w, "has_peers", peers.count > 0);
	json_close_object(w);
}

static void put_readers(const struct cage *c)
{
	struct audit_reader *readers;
	size_t count = audit_readers(&c->set, c->period, &readers), i;

	json_put_int(c->w, "readers_count", (int64_t)count);
	json_key(c->w, "readers");
	json_open_array(c->w);
	for (i = 0; i < count && i < AUDIT_READERS_SHOWN; i++)
		put_one_reader(c, readers, count, i);
	json_close_array(c->w);
	free(readers);
}

/* ---- questions ---- */

struct questions {
	const struct cage *c;
	int64_t count;
};

static bool may_see_use(const struct cage *c, uint64_t seq)
{
	struct use_row row;
	bool is_seen = use_row_get(c->office, seq, &row, NULL) == 0 &&
	    audit_viewer_may_see(c->viewer, &row.use);

	use_rows_finish(c->office, USE_OLDEST_FIRST);
	return is_seen;
}

static void put_question(void *ctx, const struct use_question *question)
{
	struct questions *q = ctx;

	if (!may_see_use(q->c, question->use_seq))
		return;
	uses_put_question(q->c->w, question, true);
	q->count++;
}

static enum err_code put_questions(const struct cage *c, struct err *err)
{
	struct questions q = {c, 0};
	enum err_code rc;

	json_key(c->w, "questions");
	json_open_array(c->w);
	rc = use_questions_open(c->office, put_question, &q, err);
	json_close_array(c->w);
	json_put_bool(c->w, "has_questions", q.count > 0);
	return rc;
}

/* ---- cases ---- */

static void put_case(struct json_writer *w, const struct audit_case *one)
{
	json_put_span(w, "finding", one->finding);
	json_put_int(w, "round", one->round);
	json_put_bool(w, "is_open", one->closed_ms == 0);
	accounts_put_time(w, "opened_at", one->opened_ms);
	json_put_span(w, "opened_by", one->opened_by);
	json_put_span(w, "note", one->note);
	accounts_put_time(w, "closed_at", one->closed_ms);
	json_put_span(w, "closed_by", one->closed_by);
	json_put_span(w, "conclusion", one->conclusion);
}

struct rounds {
	struct json_writer *w;
	bool is_first, is_open;
};

static void put_round(void *ctx, const struct audit_case *one)
{
	struct rounds *r = ctx;

	json_open_object(r->w);
	put_case(r->w, one);
	json_close_object(r->w);
	if (r->is_first)
		r->is_open = one->closed_ms == 0;
	r->is_first = false;
}

static enum err_code put_rounds(
    const struct cage *c, struct span key, struct err *err)
{
	struct rounds rounds = {.w = c->w, .is_first = true};
	enum err_code rc;

	json_key(c->w, "cases");
	json_open_array(c->w);
	rc = audit_cases_of(c->office, key, put_round, &rounds, err);
	json_close_array(c->w);
	json_put_bool(c->w, "is_taken_up", rounds.is_open);
	return rc;
}

static bool is_found(const struct cage *c, struct span key)
{
	size_t i;

	for (i = 0; i < c->findings.count; i++)
		if (span_is(key, c->findings.list[i].key))
			return true;
	return false;
}

/* Open cases of findings that are not of this period. */
static void put_elsewhere(void *ctx, const struct audit_case *one)
{
	const struct cage *c = ctx;

	if (is_found(c, one->finding))
		return;
	json_open_object(c->w);
	put_case(c->w, one);
	json_close_object(c->w);
}

static enum err_code put_cases(struct cage *c, struct err *err)
{
	enum err_code rc = 0;

	json_key(c->w, "cases");
	json_open_array(c->w);
	if (audit_viewer_is_whole(c->viewer))
		rc = audit_cases_open(c->office, put_elsewhere, c, err);
	json_close_array(c->w);
	return rc;
}

/* ---- findings ---- */

static void put_entries(const struct cage *c, const struct audit_finding *f)
{
	size_t i;

	json_put_int(c->w, "entries_count", (int64_t)f->seqs_count);
	json_key(c->w, "entries");
	json_open_array(c->w);
	for (i = 0; i < f->seqs_count && i < AUDIT_SEQS_SHOWN; i++)
		json_add_int(c->w, (int64_t)f->seqs[i]);
	json_close_array(c->w);
}

static void put_rule(struct json_writer *w, const struct audit_rule *rule)
{
	struct buf text = BUF_INIT(ERR_TEXT_MAX);

	audit_rule_text(rule, &text);
	json_put_str(w, "id", cat_audit_name(rule->kind));
	json_put_str(w, "title", tr(rule->title));
	json_put_span(w, "text", buf_span(&text));
	buf_release(&text);
}

/* "href": the entries in the log, by what the finding is about, from the last
 * that proves it back. */
static void put_way(const struct cage *c, const struct audit_finding *f)
{
	const struct audit_use *u = &f->first;
	struct audit_uses_query q = {
	    .department = audit_word(&c->set, u->department),
	    .outcome = f->rule->kind == CAT_AUDIT_REFUSED ? USE_REFUSED : -1,
	    .limit = USES_LIMIT_MAX};
	struct buf to = BUF_INIT(AUDIT_ADDRESS_BYTES_MAX);

	if (f->rule->kind == CAT_AUDIT_MANY_SUBJECTS)
		q.case_number = audit_word(&c->set, u->case_number);
	else
		q.reader = audit_word(&c->set, u->name);
	if (f->rule->kind == CAT_AUDIT_SAME_SUBJECT)
		q.subject = audit_word(&c->set, u->subject);
	audit_uses_address(&q, &to);
	if (f->seqs_count)
		buf_addf(&to, "&before=%llu",
		    (unsigned long long)f->seqs[f->seqs_count - 1] + 1);
	json_put_span(c->w, "href", buf_span(&to));
	buf_release(&to);
}

static enum err_code put_finding(
    const struct cage *c, const struct audit_finding *f, struct err *err)
{
	bool is_of_one = f->rule->kind != CAT_AUDIT_MANY_SUBJECTS;
	struct json_writer *w = c->w;
	enum err_code rc;

	json_open_object(w);
	json_put_str(w, "key", f->key);
	json_key(w, "rule");
	json_open_object(w);
	put_rule(w, f->rule);
	json_close_object(w);
	if (is_of_one)
		put_reader(c, &f->first);
	else
		put_null(w, "reader");
	put_department(c, f->first.department);
	json_put_span(w, "subject",
	    f->rule->kind == CAT_AUDIT_SAME_SUBJECT
		? audit_word(&c->set, f->first.subject)
		: span_of(""));
	json_put_span(w, "case",
	    is_of_one ? span_of("")
		      : audit_word(&c->set, f->first.case_number));
	json_put_int(w, "measured", f->count);
	json_put_int(w, "of", f->of);
	accounts_put_time(w, "first_at", f->first.at_ms);
	accounts_put_time(w, "last_at", f->last_ms);
	put_entries(c, f);
	put_way(c, f);
	rc = put_rounds(c, span_of(f->key), err);
	json_close_object(w);
	return rc;
}

static enum err_code put_findings(const struct cage *c, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	json_put_bool(c->w, "has_findings", c->findings.count > 0);
	json_key(c->w, "findings");
	json_open_array(c->w);
	for (i = 0; i < c->findings.count && !rc; i++)
		rc = put_finding(c, &c->findings.list[i], err);
	json_close_array(c->w);
	return rc;
}

static void put_rules(const struct cage *c)
{
	size_t i;

	json_key(c->w, "rules");
	json_open_array(c->w);
	for (i = 0; i < c->rules_count; i++) {
		json_open_object(c->w);
		put_rule(c->w, &c->rules[i]);
		json_close_object(c->w);
	}
	json_close_array(c->w);
}

/* ---- the document ---- */

static enum err_code put_all(struct cage *c, struct err *err)
{
	enum err_code rc;

	json_put_date(c->w, "from", c->period->from);
	json_put_date(c->w, "to", c->period->to);
	json_put_str(c->w, "catalogue", c->viewer->catalog->digest_hex);
	rc = put_findings(c, err);
	if (!rc)
		rc = put_cases(c, err);
	if (!rc)
		rc = put_questions(c, err);
	put_flows(c);
	if (!rc)
		rc = audit_put_decisions(
		    c->w, c->viewer, c->office, c->period, err);
	put_readers(c);
	put_rules(c);
	return rc;
}

enum err_code audit_document(const struct audit_viewer *viewer,
    struct store *office, const struct audit_period *period,
    size_t *findings_out, struct buf *out, struct err *err)
{
	struct json_writer w;
	struct cage c = {
	    .viewer = viewer, .office = office, .period = period, .w = &w};
	enum err_code rc = store_begin_read(office, err);

	if (rc)
		return rc;
	rc = load(&c, err);
	json_start(&w, out);
	json_open_object(&w);
	if (!rc)
		rc = put_all(&c, err);
	json_close_object(&w);
	store_commit(office, NULL);
	if (findings_out)
		*findings_out = c.findings.count;
	unload(&c);
	return put_end(out, rc, err);
}

enum err_code audit_check_finding(const struct audit_viewer *viewer,
    struct store *office, const struct audit_period *period, struct span key,
    struct err *err)
{
	struct cage c = {.viewer = viewer, .office = office, .period = period};
	enum err_code rc = store_begin_read(office, err);

	if (rc)
		return rc;
	rc = load(&c, err);
	if (!rc && !is_found(&c, key))
		rc = err_set(err, ERR_NOT_FOUND, "there is no such finding");
	store_commit(office, NULL);
	unload(&c);
	return rc;
}
