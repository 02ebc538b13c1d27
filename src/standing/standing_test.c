/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of what a measure reaches, and of nothing else being told
 * (R-BND-006): over the shipped catalogue, and over measures of our own that
 * end, where no shipped one does.
 */
#include "standing/standing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/check.h"
#include "base/random_test_help.h"
#include "base/tr.h"
#include "ident/ident.h"
#include "registry/registry_test_help.h"
#include "registry/roster.h"

enum { SOURCES_MAX = 64, ROSTER_BYTES = 1 << 20 };

static const char reporter[] = "linan-test";

/* Measures of a window and of three months. */
static const char own_measures[] =
    "measures:\n"
    "- {id: in-spring, title: 措施, title_en: M, kind: encourage, "
    "bases: [state-council-2016-33], targets: [enterprise], "
    "follows: [{list: tax-credit-a}], matters: [fiscal-subsidies], "
    "implementers: [finance], lasts: with-record, "
    "from: 2026-03-01, to: 2026-05-31, status: verified}\n"
    "- {id: three-months, title: 措施, title_en: M, kind: encourage, "
    "bases: [state-council-2016-33], targets: [enterprise], "
    "follows: [{list: tax-credit-a}], matters: [fiscal-subsidies], "
    "implementers: [finance], lasts: months, months: 3, "
    "from: 2020-01-01, to: , status: verified}\n"
    "extend:\n"
    "- {matter: fiscal-subsidies, add_measures: [in-spring, three-months]}\n";

/* A matter of two lists, of which one is in force for a time only and of the
 * other none stays longer than two months; nothing follows from its item. */
static const char own_matter[] =
    "bases:\n"
    "- {id: own-regulation, kind: regulation, title: 条例, number: \"\", "
    "article: 第一条, from: 2018-01-01, to: , status: verified}\n"
    "items:\n"
    "- {id: watched, number: 599, title: 关注, title_en: W, group: serious, "
    "nature: adverse, disclosure: open, publication: regime, "
    "family: dishonesty, providers: [market-regulation], "
    "bases: [own-regulation], default_class: serious, from: 2018-01-01, to: , "
    "status: verified, fields: ["
    "{name: A, title: 主体, type: name, required: true, role: subject-name}, "
    "{name: B, title: 代码, type: subject-code, role: subject-code}, "
    "{name: C, title: 文号, type: doc-number, required: true, key: true, "
    "role: document}, "
    "{name: D, title: 决定日, type: date, required: true, role: decided-on}, "
    "{name: E, title: 机关, type: name, required: true, role: authority}, "
    "{name: F, title: 依据, type: text, required: true, role: basis-text}, "
    "{name: G, title: 告知日, type: date, required: true, role: notified-on}, "
    "{name: H, title: 截止日, type: date, role: public-until}]}\n"
    "lists:\n"
    "- {id: closing, title: 名单, title_en: L, kind: watch, "
    "items: [watched], authorities: [market-regulation], "
    "bases: [own-regulation], exit_condition: 履行, "
    "from: 2022-01-01, to: 2026-05-31, status: verified}\n"
    "matters:\n"
    "- {id: own, number: 99, title: 事项, title_en: N, "
    "bases: [own-regulation], askers: [finance], items: [honour], "
    "lists: [closing, wage-arrears], positives: [tax-credit-a], "
    "measures: [], no_measure: 无, no_measure_en: none, "
    "from: , to: , status: verified}\n"
    "extend:\n"
    "- {list: wage-arrears, longest_months: 2}\n";

/* The catalogue of Lin'an, where no province adds measures, with more. */
static struct catalog *catalogue_with(const char *more)
{
	struct catalog *out = NULL;
	struct cat_source sources[SOURCES_MAX];
	struct catalog *shipped;
	struct cat_issues issues;
	struct err err = {0};
	size_t count;

	shipped = test_catalogue("linan");
	count = shipped->sources_count;
	assert_true(count < SOURCES_MAX);
	memcpy(sources, shipped->sources, count * sizeof(*sources));
	sources[count++] =
	    (struct cat_source){"city/linan/zz.yaml", span_of(more)};
	cat_issues_init(&issues);
	assert_int_equal(
	    catalog_load_sources(sources, count, "linan", &issues, &out, &err),
	    0);
	cat_issues_release(&issues);
	catalog_free(&shipped);
	return out;
}

static int setup_catalogue(void **state)
{
	(void)state;
	tr_set_lang(LANG_EN);
	catalog = catalogue_with(own_measures);
	return 0;
}

/* A code of a kind of subject, by its first two characters. */
static void code_of(const char *prefix, char out[19])
{
	test_code(1, out);
	memcpy(out, prefix, 2);
	out[17] = ident_uscc_check_char(out);
}

/* An item's record of a subject, decided on a day and received on it. */
static void submit_fields(struct fixture *f, const char *code, const char *item,
    enum cat_class class_, const char *decided_on, const char *fields)
{
	struct test_row row = {.code = code,
	    .name = "示例甲公司",
	    .fields = fields,
	    .key = 1,
	    .content = 1,
	    .decided_on = day(decided_on),
	    .class_ = (uint8_t)class_,
	    .public_until = day("2027-12-31"),
	    .valid_to = day("2027-12-31")};

	fixture_submit(f, catalog_item(catalog, item)->number, item, reporter,
	    noon_ms(decided_on), &row, 1);
}

static void submit(struct fixture *f, const char *code, const char *item,
    enum cat_class class_, const char *decided_on)
{
	submit_fields(f, code, item, class_, decided_on, NULL);
}

static struct standing_question question(
    struct fixture *f, const char *code, const char *matter, const char *today)
{
	struct standing_question q = {.catalog = catalog,
	    .matter = catalog_matter(catalog, matter),
	    .code = code,
	    .today = day(today)};

	assert_non_null(q.matter);
	assert_int_equal(
	    subject_id_of(f->store, span_of(code), &q.subject_id, &f->err), 0);
	return q;
}

static void ask(struct fixture *f, const char *code, const char *matter,
    const char *today, struct standing *out)
{
	const struct view_source source = {
	    .store = f->store, .catalog = catalog};
	const struct standing_question q = question(f, code, matter, today);

	assert_int_equal(standing_load(&source, &q, out, &f->err), 0);
}

static bool wants(void *ctx, const struct view_record *record)
{
	return standing_may_follow(catalog, record, *(const date_days *)ctx);
}

/* How many entries a server tells, which reads briefs instead of
 * statements. */
static size_t count_by_roster(
    struct fixture *f, const char *code, const char *matter, const char *today)
{
	const struct standing_question q = question(f, code, matter, today);
	date_days on = q.today;
	const struct roster_plan plan = {.store = f->store,
	    .catalog = catalog,
	    .today = on,
	    .wants = wants,
	    .ctx = &on};
	struct view_source source = {.store = f->store, .catalog = catalog};
	struct roster *roster = roster_new(ROSTER_BYTES);
	struct standing standing;
	size_t count;

	assert_int_equal(roster_refresh(roster, &plan, &f->err), 0);
	assert_int_equal(
	    roster_begin(roster, f->store, catalog, &source.roster, &f->err),
	    0);
	assert_true(roster_has(source.roster, q.subject_id));
	assert_int_equal(standing_load(&source, &q, &standing, &f->err), 0);
	count = standing.entries_count;
	standing_release(&standing);
	roster_end(roster, source.roster, f->store);
	roster_free(&roster);
	return count;
}

/* The measure among those told; until_out: its last day, if it is there. */
static bool is_told(
    const struct standing *s, const char *measure, date_days *until_out)
{
	size_t i, k;

	for (i = 0; i < s->entries_count; i++)
		for (k = 0; k < s->entries[i].measures_count; k++) {
			const struct standing_measure *m =
			    &s->entries[i].measures[k];

			if (strcmp(m->measure->id, measure) != 0)
				continue;
			*until_out = m->until;
			return true;
		}
	return false;
}

static bool is_told_on(struct fixture *f, const char *code, const char *matter,
    const char *measure, const char *today)
{
	struct standing standing;
	date_days until;
	bool is;

	ask(f, code, matter, today, &standing);
	is = is_told(&standing, measure, &until);
	standing_release(&standing);
	return is;
}

static void standing_load_kindNoBasisNames_entryWithoutMeasure(void **state)
{
	static const struct {
		const char *prefix;
		bool is_target;
	} kinds[] = {{"91", true}, {"92", true}, {"93", true}, {"12", true},
	    {"51", true}, {"11", false}, {"N1", false}, {"81", false}};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(kinds); i++) {
		struct standing standing;
		date_days until;
		char code[19];

		code_of(kinds[i].prefix, code);
		submit(
		    f, code, "wage-arrears", CAT_CLASS_SERIOUS, "2026-05-11");
		ask(f, code, "government-procurement", "2026-05-12", &standing);
		/* That it is on the list is told of everybody. */
		assert_int_equal(standing.entries_count, 1);
		if (is_told(&standing, "limit-procurement", &until) !=
		    kinds[i].is_target)
			fail_msg("of a code with %s", kinds[i].prefix);
		standing_release(&standing);
	}
}

static void standing_load_measureNotInForce_isNotTold(void **state)
{
	static const struct {
		const char *on;
		bool is_in_force;
	} days[] = {{"2026-02-28", false}, {"2026-03-01", true},
	    {"2026-05-31", true}, {"2026-06-01", false}};
	struct fixture *f = *state;
	struct standing standing;
	date_days until;
	char code[19];
	size_t i;

	code_of("91", code);
	submit(f, code, "tax-credit-a", CAT_CLASS_NONE, "2026-01-05");
	for (i = 0; i < ARRAY_COUNT(days); i++)
		if (is_told_on(f, code, "fiscal-subsidies", "in-spring",
			days[i].on) != days[i].is_in_force)
			fail_msg("on %s", days[i].on);
	ask(f, code, "fiscal-subsidies", "2026-04-01", &standing);
	assert_true(is_told(&standing, "in-spring", &until));
	assert_int_equal(until, day("2026-05-31"));
	standing_release(&standing);
}

/* Its validity ends an entry also where no publication does. */
static void standing_load_entryOfClosedItemRunOut_isNotTold(void **state)
{
	struct fixture *f = *state;
	struct test_row row = {.name = "示例甲公司",
	    .key = 1,
	    .content = 1,
	    .decided_on = day("2026-01-05"),
	    .public_until = DATE_NONE,
	    .valid_to = day("2026-06-30")};
	static const char closed[] =
	    "extend:\n- {item: tax-credit-a, disclosure: authorised}\n";
	struct catalog *shared = catalog;
	struct standing standing;
	char code[19];

	code_of("91", code);
	row.code = code;
	catalog = catalogue_with(closed);
	fixture_submit(f, catalog_item(catalog, "tax-credit-a")->number,
	    "tax-credit-a", reporter, noon_ms("2026-01-05"), &row, 1);
	ask(f, code, "fiscal-subsidies", "2026-06-30", &standing);
	assert_int_equal(standing.entries_count, 1);
	assert_int_equal(standing.entries[0].until, day("2026-06-30"));
	standing_release(&standing);
	ask(f, code, "fiscal-subsidies", "2026-07-01", &standing);
	assert_int_equal(standing.entries_count, 0);
	standing_release(&standing);
	catalog_free(&catalog);
	catalog = shared;
}

static void standing_load_monthsRunOut_isNotTold(void **state)
{
	struct fixture *f = *state;
	struct standing standing;
	date_days until;
	char code[19];

	code_of("91", code);
	submit(f, code, "tax-credit-a", CAT_CLASS_NONE, "2026-01-05");
	ask(f, code, "fiscal-subsidies", "2026-04-04", &standing);
	assert_true(is_told(&standing, "three-months", &until));
	assert_int_equal(until, day("2026-04-04"));
	standing_release(&standing);
	assert_false(is_told_on(
	    f, code, "fiscal-subsidies", "three-months", "2026-04-05"));
	/* What lasts with the record goes on. */
	assert_true(is_told_on(
	    f, code, "fiscal-subsidies", "priority-funds", "2026-04-05"));
}

static void standing_load_classThatNothingFollows_isNotTold(void **state)
{
	static const enum cat_class classes[] = {
	    CAT_CLASS_MINOR, CAT_CLASS_GENERAL, CAT_CLASS_SERIOUS};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(classes); i++) {
		bool is_followed = classes[i] == CAT_CLASS_SERIOUS;
		struct standing standing;
		date_days until;
		char code[19];

		test_code((unsigned)i + 10, code);
		submit(f, code, "penalty", classes[i], "2026-05-11");
		ask(f, code, "ratings-and-reviews", "2026-05-12", &standing);
		assert_int_equal(standing.entries_count, is_followed);
		assert_int_equal(
		    is_told(&standing, "key-supervision", &until), is_followed);
		standing_release(&standing);
	}
}

static void standing_load_measureOfAnotherMatter_isNotTold(void **state)
{
	struct fixture *f = *state;
	char code[19];

	code_of("91", code);
	submit(f, code, "wage-arrears", CAT_CLASS_SERIOUS, "2026-05-11");
	assert_true(is_told_on(f, code, "government-procurement",
	    "limit-procurement", "2026-05-12"));
	assert_false(is_told_on(f, code, "construction-bidding",
	    "limit-procurement", "2026-05-12"));
	assert_true(is_told_on(
	    f, code, "construction-bidding", "limit-bidding", "2026-05-12"));
}

static void standing_load_matterOfItsOwn_tellsItsListsInForce(void **state)
{
	static const struct {
		const char *item, *on, *until;
	} cases[] = {
	    {"licence", "2026-05-12", NULL},
	    {"honour", "2026-05-12", NULL},
	    {"tax-credit-a", "2026-05-12", "2027-12-31"},
	    {"watched", "2026-05-31", "2027-12-31"},
	    {"watched", "2026-06-01", NULL},
	    {"wage-arrears", "2026-07-10", "2026-07-10"},
	    {"wage-arrears", "2026-07-11", NULL},
	};
	struct catalog *shared = catalog;
	struct fixture *f = *state;
	struct standing standing;
	char code[19];
	size_t i;

	catalog = catalogue_with(own_matter);
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		test_code((unsigned)i + 40, code);
		submit(f, code, cases[i].item, CAT_CLASS_SERIOUS, "2026-05-11");
		ask(f, code, "own", cases[i].on, &standing);
		if (standing.entries_count != (cases[i].until != NULL))
			fail_msg("%s on %s", cases[i].item, cases[i].on);
		if (cases[i].until)
			assert_int_equal(
			    standing.entries[0].until, day(cases[i].until));
		standing_release(&standing);
	}
	/* The graver of two lists comes first, whatever was decided last. */
	submit(f, code, "watched", CAT_CLASS_SERIOUS, "2026-05-12");
	ask(f, code, "own", "2026-05-13", &standing);
	assert_int_equal(standing.entries_count, 2);
	assert_string_equal(standing.entries[0].list->id, "wage-arrears");
	standing_release(&standing);
	catalog_free(&catalog);
	catalog = shared;
}

/* R-CHK-003 */
static void standing_load_commitment_earnsWhenItWasKept(void **state)
{
	static const struct {
		const char *fields;
		bool is_kept;
	} states[] = {{"{\"CN_ZT\":\"履约\"}", true},
	    {"{\"CN_ZT\":\"履约中\"}", false}, {"{\"CN_ZT\":\"违诺\"}", false},
	    {"{}", false}};
	static const char *const matters[] = {"fiscal-subsidies", "other"};
	struct fixture *f = *state;
	size_t i, k;

	for (i = 0; i < ARRAY_COUNT(states); i++) {
		struct standing standing;
		date_days until;
		char code[19];

		test_code((unsigned)i + 20, code);
		submit_fields(f, code, "commitment", CAT_CLASS_NONE,
		    "2026-05-11", states[i].fields);
		for (k = 0; k < ARRAY_COUNT(matters); k++) {
			ask(f, code, matters[k], "2026-05-12", &standing);
			if (standing.entries_count != states[i].is_kept ||
			    is_told(&standing, "green-channel", &until) !=
				(states[i].is_kept && k == 1))
				fail_msg(
				    "%s in %s", states[i].fields, matters[k]);
			standing_release(&standing);
			assert_int_equal(
			    count_by_roster(f, code, matters[k], "2026-05-12"),
			    states[i].is_kept);
		}
	}
}

/* ---- a model that walks from day to day ---- */

enum { MODEL_SUBJECTS = 60, MODEL_RECORDS = 6, MODEL_ASKED = 12 };

struct model_record {
	const struct cat_item *item;
	enum cat_class class_;
	date_days decided, received, valid_to, public_until;
	bool is_kept; /* of a commitment */
};

static void model_make(size_t i, uint64_t *seed, struct model_record *out)
{
	static const char *const items[] = {"penalty", "wage-arrears",
	    "serious-tax-violation", "judgment-defaulter", "tax-credit-a",
	    "honour", "commitment", "abnormal-operations", "licence"};
	const char *item = items[next_random(seed) % ARRAY_COUNT(items)];

	/* Each on a day of its own, by which it is found again. */
	*out = (struct model_record){.item = catalog_item(catalog, item),
	    .decided = day("2022-02-28") + (date_days)i +
		(date_days)(next_random(seed) % 220) * MODEL_RECORDS,
	    .valid_to = DATE_NONE,
	    .public_until = DATE_NONE,
	    .is_kept = next_random(seed) % 2};
	out->received = out->decided + (date_days)(next_random(seed) % 20);
	if (out->item->nature == CAT_ADVERSE)
		out->class_ = (enum cat_class)(1 + next_random(seed) % 3);
	if (next_random(seed) % 2)
		out->valid_to = next_random(seed) % 4
		    ? out->decided + (date_days)(next_random(seed) % 900)
		    : day("2099-12-31");
	if (next_random(seed) % 3 == 0)
		out->public_until =
		    out->decided + (date_days)(next_random(seed) % 900);
}

static void model_submit(struct fixture *f, const char *code, size_t key,
    const struct model_record *r)
{
	struct test_row row = {.code = code,
	    .name = "示例甲公司",
	    .fields = strcmp(r->item->id, "commitment") != 0 ? NULL
		: r->is_kept ? "{\"CN_ZT\":\"履约\"}"
			     : "{\"CN_ZT\":\"履约中\"}",
	    .key = key + 1,
	    .content = key + 1,
	    .decided_on = r->decided,
	    .class_ = (uint8_t)r->class_,
	    .valid_to = r->valid_to,
	    .public_until = r->public_until};

	fixture_submit(f, r->item->number, r->item->id, reporter,
	    date_begin_ms(r->received) + 1, &row, 1);
}

/* Its last day, found by going on until the months are over. */
static date_days model_months(date_days from, int months)
{
	struct date_ymd a = date_to_ymd(from);
	date_days at = from;

	for (;; at++) {
		struct date_ymd b = date_to_ymd(at + 1);
		int passed = (b.year - a.year) * 12 + b.month - a.month;
		bool is_last = date_to_ymd(at + 2).day == 1;

		if (passed == months && (b.day == a.day || is_last))
			return at;
	}
}

static void model_end_by(date_days *until, date_days end)
{
	if (end != DATE_NONE && (*until == DATE_NONE || end < *until))
		*until = end;
}

static bool model_has(
    const struct cat_list *list, const struct cat_item *item, date_days on)
{
	size_t i;

	for (i = 0; i < list->items_count; i++)
		if (list->items[i] == item)
			return (list->valid_from == DATE_NONE ||
				   on >= list->valid_from) &&
			    (list->valid_to == DATE_NONE ||
				on <= list->valid_to);
	return false;
}

static const struct cat_list *model_list(
    const struct standing_question *q, const struct cat_item *item)
{
	size_t i;

	for (i = 0; i < q->matter->lists_count; i++)
		if (model_has(q->matter->lists[i], item, q->today))
			return q->matter->lists[i];
	return NULL;
}

static bool model_is_positive(const struct model_record *r)
{
	return strcmp(r->item->id, "commitment") == 0
	    ? r->is_kept
	    : r->item->nature == CAT_POSITIVE;
}

static bool model_stands(const struct standing_question *q,
    const struct model_record *r, date_days *until_out)
{
	const struct cat_facts facts = {
	    r->class_, r->decided, r->valid_to, r->public_until};
	const struct cat_window w =
	    catalog_window(catalog, r->item, &facts, q->today);
	const struct cat_list *list = model_list(q, r->item);
	date_days until = DATE_NONE;

	model_end_by(&until, r->public_until);
	if (r->valid_to != day("2099-12-31"))
		model_end_by(&until, r->valid_to);
	if (list && list->longest_months)
		model_end_by(
		    &until, model_months(r->decided, list->longest_months));
	model_end_by(&until, w.to);
	*until_out = until;
	return q->today >= r->received && w.reason == CAT_WINDOW_OPEN &&
	    (until == DATE_NONE || q->today <= until);
}

static bool model_law_bears(
    const struct cat_measure *m, const struct cat_basis *b)
{
	bool is_law = b->force == CAT_LAW || b->force == CAT_REGULATION;

	if (m->kind == CAT_ENCOURAGE)
		return true;
	if (m->where.layer != CAT_NATIONAL)
		return is_law && b->where.layer != CAT_NATIONAL;
	return m->kind != CAT_REDUCE || is_law || b->force == CAT_JUDICIAL ||
	    b->force == CAT_POLICY;
}

static bool model_law_lasts(const struct cat_basis *b, date_days on)
{
	return (b->valid_from == DATE_NONE || on >= b->valid_from) &&
	    (b->valid_to == DATE_NONE || on <= b->valid_to);
}

/* Is there law for the measure on the day? The day on which all has ended. */
static bool model_has_law(
    const struct cat_measure *m, date_days on, date_days *end_out)
{
	date_days end = 0;
	bool has_law = false;
	size_t i;

	for (i = 0; i < m->bases_count; i++) {
		const struct cat_basis *b = m->bases[i];

		if (!model_law_bears(m, b))
			continue;
		has_law |= model_law_lasts(b, on);
		if (b->valid_to == DATE_NONE)
			end = DATE_NONE;
		else if (end != DATE_NONE && b->valid_to > end)
			end = b->valid_to;
	}
	*end_out = end;
	return has_law;
}

/* Does it follow, and until when? */
static bool model_follows(const struct standing_question *q,
    const struct model_record *r, const struct cat_measure *m, date_days *until)
{
	bool is_met = false, has_law;
	date_days law_to;
	size_t i;

	for (i = 0; i < m->follows_count && !is_met; i++) {
		const struct cat_follow *f = &m->follows[i];

		if (f->basis && !model_law_lasts(f->basis, q->today))
			continue;
		is_met = f->list ? model_has(f->list, r->item, q->today)
				 : f->item == r->item &&
			(f->class_ == CAT_CLASS_NONE || f->class_ == r->class_);
		if (is_met && f->basis)
			model_end_by(until, f->basis->valid_to);
	}
	has_law = model_has_law(m, q->today, &law_to);
	model_end_by(until, law_to);
	model_end_by(until, m->valid_to);
	if (m->lasts == CAT_LASTS_MONTHS)
		model_end_by(until, model_months(r->decided, m->months));
	return is_met && has_law && m->targets[CAT_TARGET_ENTERPRISE] &&
	    (m->valid_from == DATE_NONE || q->today >= m->valid_from) &&
	    (*until == DATE_NONE || q->today <= *until) &&
	    (m->kind != CAT_ENCOURAGE || model_is_positive(r));
}

static bool model_eases(
    const struct standing_question *q, const struct model_record *r)
{
	size_t i;

	for (i = 0; i < q->matter->positives_count; i++)
		if (q->matter->positives[i] == r->item)
			return model_is_positive(r);
	return false;
}

/* The record among those told, with what the model says of it; how many of
 * them there are. */
static size_t model_compare(const struct standing_question *q,
    const struct model_record *r, const struct standing *told)
{
	const struct standing_entry *entry = NULL;
	size_t measures = 0, i;
	date_days until;
	bool is_told;

	for (i = 0; i < told->entries_count; i++)
		if (told->entries[i].version->facts.decided_on == r->decided)
			entry = &told->entries[i];
	is_told = model_stands(q, r, &until);
	for (i = 0; is_told && i < q->matter->measures_count; i++) {
		const struct cat_measure *m = q->matter->measures[i];
		date_days ends = until;

		if (!model_follows(q, r, m, &ends))
			continue;
		if (!entry || measures == entry->measures_count ||
		    entry->measures[measures].measure != m ||
		    entry->measures[measures].until != ends)
			fail_msg("%s of %s decided on day %d, on day %d: not "
				 "told, or not until day %d",
			    m->id, r->item->id, r->decided, q->today, ends);
		measures++;
	}
	is_told = is_told &&
	    (measures || model_list(q, r->item) || model_eases(q, r));
	if (is_told != (entry != NULL) ||
	    (entry &&
		(entry->until != until || entry->measures_count != measures))) {
		char a[DATE_TEXT_BYTES], b[DATE_TEXT_BYTES], c[DATE_TEXT_BYTES];

		fail_msg("%s of %s in %s on %s: expected told %d until %s, %zu "
			 "measures",
		    r->item->id, date_format_iso(r->decided, a), q->matter->id,
		    date_format_iso(q->today, b), is_told,
		    date_format_iso(until, c), measures);
	}
	return is_told;
}

/* What stands in front is as grave or graver, and of the same the later. */
static void model_check_order(const struct standing *told)
{
	int last = 0, rank;
	size_t i, k;

	for (i = 0; i < told->entries_count; i++, last = rank) {
		const struct standing_entry *e = &told->entries[i];
		bool is_against = false;

		for (k = 0; k < e->measures_count; k++)
			is_against |=
			    e->measures[k].measure->kind != CAT_ENCOURAGE;
		rank = e->list && e->list->kind == CAT_LIST_SERIOUS ? 1
		    : e->list && e->list->kind == CAT_LIST_WATCH    ? 2
		    : is_against ? 9 - (int)e->version->facts.class_
				 : 10;
		assert_true(rank >= last);
		if (rank == last)
			assert_true(e[-1].version->facts.decided_on >
			    e->version->facts.decided_on);
	}
}

static size_t model_ask(struct fixture *f, const char *code,
    const struct model_record *records, uint64_t *seed)
{
	const struct cat_matter *matter =
	    &catalog->matters[next_random(seed) % catalog->matters_count];
	const struct model_record *near =
	    &records[next_random(seed) % MODEL_RECORDS];
	struct standing_question q;
	struct standing told;
	char today[DATE_TEXT_BYTES];
	date_days on = near->decided + (date_days)(next_random(seed) % 1500);
	size_t count = 0, i;

	/* Its ends are the days on which something goes wrong. */
	if (next_random(seed) % 2 && near->valid_to != DATE_NONE)
		on = near->valid_to + (date_days)(next_random(seed) % 3) - 1;
	date_format_iso(on, today);
	q = question(f, code, matter->id, today);
	ask(f, code, matter->id, today, &told);
	for (i = 0; i < MODEL_RECORDS; i++)
		count += model_compare(&q, &records[i], &told);
	assert_int_equal(told.entries_count, count);
	model_check_order(&told);
	standing_release(&told);
	assert_int_equal(count_by_roster(f, code, matter->id, today), count);
	return count;
}

static void standing_load_atRandom_isWhatWalkingDaysSays(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 20260403;
	unsigned subject;
	size_t told = 0;

	for (subject = 0; subject < MODEL_SUBJECTS; subject++) {
		struct model_record records[MODEL_RECORDS];
		char code[19];
		size_t i;

		test_code(subject, code);
		for (i = 0; i < MODEL_RECORDS; i++) {
			model_make(i, &seed, &records[i]);
			model_submit(f, code, i, &records[i]);
		}
		for (i = 0; i < MODEL_ASKED; i++)
			told += model_ask(f, code, records, &seed);
	}
	assert_true(told > 500);
}

#define FIXED(test)                                                            \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    FIXED(standing_load_kindNoBasisNames_entryWithoutMeasure),
	    FIXED(standing_load_measureNotInForce_isNotTold),
	    FIXED(standing_load_entryOfClosedItemRunOut_isNotTold),
	    FIXED(standing_load_monthsRunOut_isNotTold),
	    FIXED(standing_load_classThatNothingFollows_isNotTold),
	    FIXED(standing_load_measureOfAnotherMatter_isNotTold),
	    FIXED(standing_load_matterOfItsOwn_tellsItsListsInForce),
	    FIXED(standing_load_commitment_earnsWhenItWasKept),
	    FIXED(standing_load_atRandom_isWhatWalkingDaysSays),
	};

	return cmocka_run_group_tests(tests, setup_catalogue, free_catalogue);
}
