/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests of the rules over readers, each with made-up uses: one short of
 * the bound finds nothing, one more finds it, with the entries that prove it.
 */
#include "usage/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"

/* Tuesday, 2026-11-24 00:00 in China; a working day, as the days around. */
static const int64_t tuesday = 1795449600000;
static const int64_t minute = 60000, hour = 3600000, day = 86400000;

struct cage {
	struct audit_set set;
	struct audit_findings found;
	struct audit_rule rule;
	uint64_t seq;
	struct audit_period period;
};

/* Its numbers, as somebody could set them. */
static const int *numbers_of(enum cat_audit_kind kind)
{
	static const int numbers[CAT_AUDIT_COUNT][CAT_AUDIT_NUMBERS] = {
	    [CAT_AUDIT_OFF_HOURS] = {[CAT_AUDIT_MORE_THAN] = 20,
		[CAT_AUDIT_FROM_HOUR] = 20,
		[CAT_AUDIT_TO_HOUR] = 7},
	    [CAT_AUDIT_MANY_SUBJECTS] = {[CAT_AUDIT_MORE_THAN] = 50},
	    [CAT_AUDIT_SAME_SUBJECT] =
		{[CAT_AUDIT_MORE_THAN] = 5, [CAT_AUDIT_DAYS] = 30},
	    [CAT_AUDIT_SAME_NAME] =
		{[CAT_AUDIT_MORE_THAN] = 2, [CAT_AUDIT_DAYS] = 30},
	    [CAT_AUDIT_NO_FEEDBACK] = {[CAT_AUDIT_DAYS] = 30,
		[CAT_AUDIT_AT_LEAST] = 20,
		[CAT_AUDIT_PERCENT] = 50},
	    [CAT_AUDIT_REFUSED] = {[CAT_AUDIT_MORE_THAN] = 10},
	};

	return numbers[kind];
}

static int most_of(enum cat_audit_kind kind)
{
	return numbers_of(kind)[CAT_AUDIT_MORE_THAN];
}

static int days_of(enum cat_audit_kind kind)
{
	return numbers_of(kind)[CAT_AUDIT_DAYS];
}

/* The rule as a catalogue with these numbers has it. */
static struct audit_rule rule_of(enum cat_audit_kind kind)
{
	struct cat_audit_rule one = {.kind = kind,
	    .valid_from = date_from_ymd(2020, 1, 1),
	    .valid_to = DATE_NONE};
	const struct catalog catalog = {
	    .audit_rules = &one, .audit_rules_count = 1};
	struct audit_rule rules[CAT_AUDIT_COUNT];

	assert_int_equal(
	    audit_rules(&catalog, date_from_ymd(2026, 11, 24), rules), 1);
	rules[0].numbers = numbers_of(kind);
	return rules[0];
}

static struct use some_use(int64_t at_ms)
{
	return (struct use){.at_ms = at_ms,
	    .act = USE_CHECK,
	    .reader_kind = USE_USER,
	    .reader_id = 5,
	    .reader = span_of("wang"),
	    .department = span_of("tax"),
	    .matter = span_of("subsidies"),
	    .case_number = span_of("1"),
	    .subject = span_of("91371102MA3C000000")};
}

static void add(struct cage *c, const struct use *use)
{
	audit_set_add(&c->set, c->seq++, use);
}

static int make_cage(void **state)
{
	struct cage *c = calloc(1, sizeof(*c));

	audit_set_new(&c->set);
	c->seq = 100;
	c->period.from = date_from_ymd(2026, 11, 1);
	c->period.to = date_from_ymd(2026, 12, 31);
	c->period.now_ms = tuesday + 30 * day;
	*state = c;
	return 0;
}

static int drop_cage(void **state)
{
	struct cage *c = *state;

	audit_findings_release(&c->found);
	audit_set_free(&c->set);
	free(c);
	return 0;
}

/* Applies one rule. */
static size_t find(struct cage *c, enum cat_audit_kind kind)
{
	c->rule = rule_of(kind);
	audit_findings_release(&c->found);
	audit_find(&c->set, &c->rule, 1, &c->period, &c->found);
	return c->found.count;
}

static void check_proof(
    const struct cage *c, uint64_t first, size_t count, int64_t measured)
{
	const struct audit_finding *f = &c->found.list[0];

	assert_int_equal(f->seqs_count, count);
	assert_int_equal(f->seqs[0], first);
	assert_int_equal(f->first.seq, first);
	assert_int_equal(f->count, measured);
}

/* ---- off hours ---- */

/* `n` reads, a minute from each other. */
static void read_from(struct cage *c, int64_t at, int n, enum use_reader_kind k)
{
	int i;

	for (i = 0; i < n; i++) {
		struct use use = some_use(at + i * minute);

		use.reader_kind = k;
		add(c, &use);
	}
}

static void off_hours_more_than_bound_is_found(void **state)
{
	struct cage *c = *state;
	int bound = most_of(CAT_AUDIT_OFF_HOURS);

	read_from(c, tuesday + 22 * hour, bound, USE_USER);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 0);
	read_from(c, tuesday + 22 * hour + 50 * minute, 1, USE_USER);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 1);
	check_proof(c, 100, (size_t)bound + 1, bound + 1);
}

/* audit_is_own */
static bool is_of_nine(const void *ctx, const struct use *use)
{
	(void)ctx;
	return use->reader_id == 9;
}

static void off_hours_of_who_looks_at_his_own_is_not(void **state)
{
	struct cage *c = *state;
	int i;

	c->set.is_own = is_of_nine;
	for (i = 0; i < 30; i++) {
		struct use use = some_use(tuesday + 22 * hour + i * minute);

		use.reader_id = 9;
		add(c, &use);
	}
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 0);
	read_from(c, tuesday + 22 * hour, 30, USE_USER);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 1);
}

static void off_hours_spread_over_hours_is_not(void **state)
{
	struct cage *c = *state;
	int i;

	for (i = 0; i < 60; i++)
		read_from(c, tuesday + 20 * hour + i * 4 * minute, 1, USE_USER);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 0);
}

static void off_hours_hour_and_day_decide(void **state)
{
	static const struct {
		int days, minutes;
		size_t want;
	} cases[] = {
	    {0, 9 * 60, 0},	  /* Tuesday morning */
	    {0, 7 * 60, 0},	  /* work begins */
	    {0, 6 * 60, 1},	  /* before it */
	    {0, 20 * 60, 1},	  /* it is over */
	    {0, 19 * 60 + 30, 0}, /* ends before 20:00 */
	    {0, 23 * 60 + 50, 1}, /* over midnight */
	    {4, 10 * 60, 1},	  /* Saturday */
	    {-54, 10 * 60, 1},	  /* 1 October, a holiday */
	    {-45, 10 * 60, 0},	  /* Saturday 10 October, made up */
	};
	struct cage *c = *state;
	size_t i;

	c->period.from = date_from_ymd(2026, 9, 1);
	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		size_t got;

		audit_set_free(&c->set);
		audit_set_new(&c->set);
		read_from(c,
		    tuesday + cases[i].days * day + cases[i].minutes * minute,
		    25, USE_USER);
		got = find(c, CAT_AUDIT_OFF_HOURS);
		if (got != cases[i].want)
			fail_msg(
			    "case %zu: %zu, not %zu", i, got, cases[i].want);
	}
}

/* Hours of one day, and a night that begins at midnight. */
static void off_hours_are_as_the_rule_says(void **state)
{
	static const struct {
		int from, to, at;
		size_t want;
	} cases[] = {
	    {12, 14, 11, 0},
	    {12, 14, 12, 1},
	    {12, 14, 13, 1},
	    {12, 14, 14, 0},
	    {12, 14, 23, 0},
	    {22, 24, 23, 1},
	    {22, 24, 0, 0},
	    {24, 6, 0, 1},
	    {24, 6, 6, 0},
	    {24, 6, 23, 0},
	};
	struct cage *c = *state;
	int numbers[CAT_AUDIT_NUMBERS] = {[CAT_AUDIT_MORE_THAN] = 20};
	struct buf text = BUF_INIT(4096);
	size_t i;

	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		audit_set_free(&c->set);
		audit_set_new(&c->set);
		read_from(c, tuesday + cases[i].at * hour, 25, USE_USER);
		numbers[CAT_AUDIT_FROM_HOUR] = cases[i].from;
		numbers[CAT_AUDIT_TO_HOUR] = cases[i].to;
		c->rule = rule_of(CAT_AUDIT_OFF_HOURS);
		c->rule.numbers = numbers;
		audit_findings_release(&c->found);
		audit_find(&c->set, &c->rule, 1, &c->period, &c->found);
		if (c->found.count != cases[i].want)
			fail_msg("case %zu: %zu", i, c->found.count);
	}
	tr_set_lang(LANG_ZH);
	numbers[CAT_AUDIT_FROM_HOUR] = 12;
	numbers[CAT_AUDIT_TO_HOUR] = 14;
	audit_rule_text(&c->rule, &text);
	assert_non_null(strstr(buf_str(&text), "12:00 至 14:00"));
	buf_reset(&text);
	numbers[CAT_AUDIT_FROM_HOUR] = 22;
	numbers[CAT_AUDIT_TO_HOUR] = 6;
	audit_rule_text(&c->rule, &text);
	assert_non_null(strstr(buf_str(&text), "22:00 至次日 6:00"));
	buf_release(&text);
	tr_set_lang(LANG_EN);
}

static void off_hours_programs_work_at_night(void **state)
{
	struct cage *c = *state;

	read_from(c, tuesday + 22 * hour, 50, USE_TOKEN);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 0);
	read_from(c, tuesday + 23 * hour, 50, USE_COMMAND);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 1);
}

/* ---- subjects and cases ---- */

static void add_named(struct cage *c, int64_t at, int subject, int number)
{
	char code[32], text[32];
	struct use use = some_use(at);

	snprintf(code, sizeof(code), "9137%014d", subject);
	snprintf(text, sizeof(text), "case %d", number);
	use.subject = span_of(code);
	use.case_number = span_of(text);
	add(c, &use);
}

static void many_subjects_under_one_case_is_found(void **state)
{
	struct cage *c = *state;
	int bound = most_of(CAT_AUDIT_MANY_SUBJECTS), i;

	for (i = 0; i < bound; i++) {
		add_named(c, tuesday + 10 * hour, i, 1);
		add_named(c, tuesday + 10 * hour, i, i); /* others' */
	}
	add_named(c, tuesday + 11 * hour, 0, 1); /* known already */
	assert_int_equal(find(c, CAT_AUDIT_MANY_SUBJECTS), 0);
	add_named(c, tuesday + 11 * hour, bound, 1);
	assert_int_equal(find(c, CAT_AUDIT_MANY_SUBJECTS), 1);
	assert_int_equal(c->found.list[0].count, bound + 1);
}

static void many_subjects_without_case_is_not(void **state)
{
	struct cage *c = *state;
	int i;

	for (i = 0; i < 200; i++) {
		struct use use = some_use(tuesday);
		char code[32];

		snprintf(code, sizeof(code), "9137%014d", i);
		use.subject = span_of(code);
		use.case_number = span_of("");
		add(c, &use);
	}
	assert_int_equal(find(c, CAT_AUDIT_MANY_SUBJECTS), 0);
}

static void same_subject_many_cases_is_found(void **state)
{
	const int most = most_of(CAT_AUDIT_SAME_SUBJECT);
	struct cage *c = *state;
	int i;

	for (i = 0; i < most; i++)
		add_named(c, tuesday + i * day, 3, i);
	add_named(c, tuesday + 9 * day, 3, 0); /* a case that was there */
	add_named(c, tuesday + 9 * day, 4, 99);
	assert_int_equal(find(c, CAT_AUDIT_SAME_SUBJECT), 0);
	add_named(c, tuesday + 10 * day, 3, 98);
	assert_int_equal(find(c, CAT_AUDIT_SAME_SUBJECT), 1);
	check_proof(c, 100, (size_t)most + 2, most + 1);
}

static void same_subject_over_long_time_is_not(void **state)
{
	const int most = most_of(CAT_AUDIT_SAME_SUBJECT);
	struct cage *c = *state;
	int i;

	for (i = 0; i <= most; i++)
		add_named(c,
		    tuesday - 60 * day +
			(int64_t)i * days_of(CAT_AUDIT_SAME_SUBJECT) * day /
			    most,
		    3, i);
	assert_int_equal(find(c, CAT_AUDIT_SAME_SUBJECT), 0);
}

/* ---- one name ---- */

/* The codes of add_named: those of even numbers are called the same. */
static enum err_code name_by_code(
    void *ctx, struct span code, struct buf *name, struct err *err)
{
	(void)err;
	++*(int *)ctx;
	if (code.p[code.n - 1] % 2 == 0)
		buf_add_str(name, "张记小吃店");
	else
		buf_add_span(name, code);
	return 0;
}

/* By time and not by the order of the log: three in each of two months are
 * not six within thirty days, though the clock went back and forth. */
static void same_subject_clock_set_back_counts_by_time(void **state)
{
	static const int64_t days[] = {0, 0, 0, -60, -60, -60, 1};
	const int most = most_of(CAT_AUDIT_SAME_SUBJECT);
	struct cage *c = *state;
	char number[16];
	size_t i;

	assert_true(most >= 4 && most < (int)ARRAY_COUNT(days));
	for (i = 0; i < ARRAY_COUNT(days); i++) {
		struct use use = some_use(tuesday + days[i] * day);

		snprintf(number, sizeof(number), "%zu", i);
		use.case_number = span_of(number);
		add(c, &use);
	}
	assert_int_equal(find(c, CAT_AUDIT_SAME_SUBJECT), 0);
	for (; i < ARRAY_COUNT(days) + 2; i++) {
		struct use use = some_use(tuesday - day);

		snprintf(number, sizeof(number), "%zu", i);
		use.case_number = span_of(number);
		add(c, &use);
	}
	/* Four of then and two that say the day before. */
	assert_int_equal(find(c, CAT_AUDIT_SAME_SUBJECT), 1);
	assert_int_equal(c->found.list[0].count, 6);
	assert_int_equal(c->found.list[0].seqs_count, 6);
	assert_int_equal(c->found.list[0].seqs[0], 100);
	assert_int_equal(c->found.list[0].seqs[5], 108);
}

static void same_name_several_organisations_is_found(void **state)
{
	const int most = most_of(CAT_AUDIT_SAME_NAME);
	struct cage *c = *state;
	int asked = 0, i;

	c->set.name_of = name_by_code;
	c->set.name_ctx = &asked;
	for (i = 0; i < 2 * most; i++)
		add_named(c, tuesday + i * hour, i, 7);
	add_named(c, tuesday + day, 0, 8); /* one that was there */
	assert_int_equal(asked, 2 * most);
	assert_int_equal(find(c, CAT_AUDIT_SAME_NAME), 0);
	add_named(c, tuesday + day, 2 * most, 9);
	assert_int_equal(find(c, CAT_AUDIT_SAME_NAME), 1);
	check_proof(c, 100, (size_t)most + 2, most + 1);
}

static void same_name_of_programs_or_unknown_is_not(void **state)
{
	const int most = most_of(CAT_AUDIT_SAME_NAME);
	struct cage *c = *state;
	int asked = 0, i;

	for (i = 0; i <= 2 * most; i += 2)
		add_named(c, tuesday, i, 7); /* nobody knows their names */
	c->set.name_of = name_by_code;
	c->set.name_ctx = &asked;
	for (i = 0; i <= 2 * most; i += 2) {
		struct use use = some_use(tuesday);
		char code[32];

		snprintf(code, sizeof(code), "9137%014d", i);
		use.subject = span_of(code);
		use.reader_kind = USE_TOKEN;
		add(c, &use);
	}
	assert_int_equal(find(c, CAT_AUDIT_SAME_NAME), 0);
	assert_int_equal(asked, 0);
}

/* ---- feedback ---- */

static void add_check(struct cage *c, int64_t at, int number, enum use_act act)
{
	char reference[32];
	struct use use = some_use(at);

	snprintf(reference, sizeof(reference), "r%d", number);
	use.reference = span_of(reference);
	use.act = act;
	add(c, &use);
}

static void no_feedback_share_above_bound_is_found(void **state)
{
	struct cage *c = *state;
	int n = numbers_of(CAT_AUDIT_NO_FEEDBACK)[CAT_AUDIT_AT_LEAST], i;

	for (i = 0; i < n; i++)
		add_check(c, tuesday - 10 * day + i, i, USE_CHECK);
	for (i = 0; i < n / 2; i++) /* half is not more than half */
		add_check(c, tuesday, i, USE_FEEDBACK);
	c->period.now_ms = tuesday + 40 * day;
	assert_int_equal(find(c, CAT_AUDIT_NO_FEEDBACK), 0);
	audit_set_free(&c->set);
	audit_set_new(&c->set);
	c->seq = 0;
	for (i = 0; i < n; i++)
		add_check(c, tuesday - 10 * day + i, i, USE_CHECK);
	for (i = 0; i < n / 2 - 1; i++)
		add_check(c, tuesday, i, USE_FEEDBACK);
	/* What was not let in is no feedback. */
	add_check(c, tuesday, n - 1, USE_FEEDBACK);
	c->set.uses[c->set.count - 1].outcome = USE_REFUSED;
	assert_int_equal(find(c, CAT_AUDIT_NO_FEEDBACK), 1);
	check_proof(c, (uint64_t)n / 2 - 1, (size_t)n / 2 + 1, n / 2 + 1);
	assert_int_equal(c->found.list[0].of, n);
	/* Nor is it only what the set holds. */
	c->set.uses[n - 1].is_decided = true;
	assert_int_equal(find(c, CAT_AUDIT_NO_FEEDBACK), 0);
}

static void no_feedback_young_or_few_is_not(void **state)
{
	struct cage *c = *state;
	int i;

	for (i = 0;
	     i < numbers_of(CAT_AUDIT_NO_FEEDBACK)[CAT_AUDIT_AT_LEAST] - 1; i++)
		add_check(c, tuesday - 10 * day, i, USE_CHECK);
	add_check(c, tuesday - day, 999, USE_CHECK);
	c->period.now_ms = tuesday - day + days_of(CAT_AUDIT_NO_FEEDBACK) * day;
	assert_int_equal(find(c, CAT_AUDIT_NO_FEEDBACK), 0);
	c->period.now_ms++;
	assert_int_equal(find(c, CAT_AUDIT_NO_FEEDBACK), 1);
}

/* ---- refusals ---- */

static void refused_more_than_bound_in_a_day_is_found(void **state)
{
	struct cage *c = *state;
	int bound = most_of(CAT_AUDIT_REFUSED), i;
	struct use use = some_use(tuesday);

	for (i = 0; i < bound; i++)
		add(c, &use); /* answered */
	use.outcome = USE_REFUSED;
	for (i = 0; i < bound; i++)
		add(c, &use);
	use.at_ms = tuesday - 1; /* the day before */
	add(c, &use);
	use.at_ms = tuesday + hour;
	use.reader_id = 6; /* somebody else */
	add(c, &use);
	assert_int_equal(find(c, CAT_AUDIT_REFUSED), 0);
	use.reader_id = 5;
	add(c, &use);
	assert_int_equal(find(c, CAT_AUDIT_REFUSED), 1);
	check_proof(c, 100 + (uint64_t)bound, (size_t)bound + 1, bound + 1);
}

/* ---- what no rule counts ---- */

/* One of many that would be a finding; only `act` and so on tell why not. */
struct counted {
	enum cat_audit_kind kind;
	enum use_act act;
	enum use_outcome outcome;
	bool is_nobody, has_no_case, has_no_subject, is_further;
	size_t want;
};

static void add_counted(struct cage *c, const struct counted *of, int i)
{
	bool is_one = of->kind == CAT_AUDIT_SAME_SUBJECT;
	bool is_one_case = of->kind == CAT_AUDIT_MANY_SUBJECTS;
	struct use use = some_use(tuesday - 20 * day + 22 * hour + i * 1000);
	char code[32], number[32], reference[32];

	snprintf(code, sizeof(code), "9137%014d", is_one ? 0 : 2 * i);
	snprintf(number, sizeof(number), "case %d", is_one_case ? 0 : i);
	snprintf(reference, sizeof(reference), "r%d", i);
	use.act = of->act;
	use.outcome = of->outcome;
	use.reader_kind = of->is_nobody ? USE_NOBODY : USE_USER;
	use.subject = span_of(of->has_no_subject ? "" : code);
	use.case_number = span_of(of->has_no_case ? "" : number);
	use.reference = span_of(reference);
	add(c, &use);
	c->set.uses[c->set.count - 1].is_further = of->is_further;
}

static void each_rule_counts_what_it_says(void **state)
{
	static const struct counted cases[] = {
	    {CAT_AUDIT_OFF_HOURS, USE_CHECK, USE_ANSWERED, .want = 1},
	    {CAT_AUDIT_OFF_HOURS, USE_SIGN_IN, USE_ANSWERED, .want = 0},
	    {CAT_AUDIT_OFF_HOURS, USE_CHECK, USE_ANSWERED, .is_nobody = true},
	    {CAT_AUDIT_MANY_SUBJECTS, USE_CHECK, USE_ANSWERED, .want = 1},
	    {CAT_AUDIT_MANY_SUBJECTS, USE_SIGN_IN, USE_ANSWERED, .want = 0},
	    {CAT_AUDIT_MANY_SUBJECTS, USE_CHECK, USE_ANSWERED,
		.has_no_subject = true},
	    {CAT_AUDIT_SAME_SUBJECT, USE_CHECK, USE_ANSWERED, .want = 1},
	    {CAT_AUDIT_SAME_SUBJECT, USE_SIGN_IN, USE_ANSWERED, .want = 0},
	    {CAT_AUDIT_SAME_SUBJECT, USE_CHECK, USE_ANSWERED,
		.has_no_subject = true},
	    {CAT_AUDIT_SAME_SUBJECT, USE_CHECK, USE_ANSWERED,
		.has_no_case = true},
	    {CAT_AUDIT_SAME_NAME, USE_CHECK, USE_ANSWERED, .want = 1},
	    {CAT_AUDIT_SAME_NAME, USE_SIGN_IN, USE_ANSWERED, .want = 0},
	    {CAT_AUDIT_NO_FEEDBACK, USE_CHECK, USE_ANSWERED, .want = 1},
	    {CAT_AUDIT_NO_FEEDBACK, USE_CHECK_MANY, USE_ANSWERED, .want = 1},
	    {CAT_AUDIT_NO_FEEDBACK, USE_READ, USE_ANSWERED, .want = 0},
	    {CAT_AUDIT_NO_FEEDBACK, USE_CHECK, USE_REFUSED, .want = 0},
	    {CAT_AUDIT_NO_FEEDBACK, USE_CHECK, USE_ANSWERED,
		.is_further = true},
	    {CAT_AUDIT_REFUSED, USE_CHECK, USE_REFUSED, .want = 1},
	    {CAT_AUDIT_REFUSED, USE_CHECK, USE_REFUSED, .is_further = true},
	};
	struct cage *c = *state;
	int asked = 0, n;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(cases); i++) {
		audit_set_free(&c->set);
		audit_set_new(&c->set);
		c->set.name_of = name_by_code;
		c->set.name_ctx = &asked;
		for (n = 0; n < 60; n++)
			add_counted(c, &cases[i], n);
		if (find(c, cases[i].kind) != cases[i].want)
			fail_msg("case %zu: %zu", i, c->found.count);
	}
}

/* ---- periods and keys ---- */

static void finding_key_is_the_same_in_another_set(void **state)
{
	struct cage *c = *state;
	char key[AUDIT_KEY_BYTES];

	read_from(c, tuesday + 22 * hour, 30, USE_USER);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 1);
	memcpy(key, c->found.list[0].key, sizeof(key));
	audit_set_free(&c->set);
	audit_set_new(&c->set);
	add_named(c, tuesday - 5 * day, 8, 8); /* other words before */
	read_from(c, tuesday + 21 * hour, 30, USE_COMMAND);
	read_from(c, tuesday + 22 * hour, 35, USE_USER);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 2);
	assert_string_equal(c->found.list[1].key, key);
	assert_string_not_equal(c->found.list[0].key, key);
}

static void finding_outside_the_period_is_not_told(void **state)
{
	struct cage *c = *state;

	read_from(c, tuesday + 22 * hour, 30, USE_USER);
	c->period.to = date_from_ymd(2026, 11, 24);
	c->period.from = c->period.to;
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 1);
	c->period.to--;
	c->period.from--;
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 0);
	c->period.from += 2;
	c->period.to += 2;
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 0);
}

/* ---- sums ---- */

static void sums_count_reads_of_the_period(void **state)
{
	struct cage *c = *state;
	struct audit_reader *readers;
	struct audit_flow *flows;
	struct use use = some_use(tuesday);

	add(c, &use);
	add(c, &use);
	use.outcome = USE_REFUSED;
	add(c, &use);
	use.reader_id = 6;
	use.matter = span_of("land");
	add(c, &use);
	use.act = USE_SIGN_IN; /* no read */
	add(c, &use);
	use.act = USE_CHECK;
	use.at_ms = tuesday - 100 * day; /* not of the period */
	add(c, &use);
	assert_int_equal(audit_flows(&c->set, &c->period, &flows), 2);
	assert_int_equal(flows[0].answered, 2);
	assert_int_equal(flows[0].refused, 1);
	assert_int_equal(flows[1].refused, 1);
	assert_int_equal(audit_readers(&c->set, &c->period, &readers), 2);
	assert_int_equal(readers[0].one.reader_id, 5);
	assert_int_equal(readers[0].reads, 3);
	assert_int_equal(readers[0].refused, 1);
	assert_int_equal(readers[1].reads, 1);
	free(readers);
	free(flows);
}

static void median_is_whole_when_doubled(void **state)
{
	int64_t odd[] = {9, 1, 4}, even[] = {4, 1, 9, 5};

	(void)state;
	assert_int_equal(audit_median_twice(odd, 3), 8);
	assert_int_equal(audit_median_twice(even, 4), 9);
	assert_int_equal(audit_median_twice(NULL, 0), 0);
}

static void words_many_are_told_apart(void **state)
{
	struct cage *c = *state;
	int i;

	for (i = 0; i < 5000; i++)
		add_named(c, tuesday, i, i % 7);
	for (i = 0; i < 5000; i += 997) {
		char want[32];

		snprintf(want, sizeof(want), "9137%014d", i);
		assert_true(
		    span_is(audit_word(&c->set, c->set.uses[i].subject), want));
	}
	assert_true(c->set.uses[0].case_number == c->set.uses[7].case_number);
}

/* ---- uses of many ---- */

static void add_many(struct cage *c, int64_t at_ms, int64_t count)
{
	struct use use = some_use(at_ms);

	use.act = USE_CHECK_MANY;
	use.subject = span_of("");
	use.subjects = count;
	add(c, &use);
}

static void many_is_as_many_subjects_as_it_has(void **state)
{
	struct cage *c = *state;
	int bound = most_of(CAT_AUDIT_MANY_SUBJECTS);

	add_many(c, tuesday + 10 * hour, bound);
	add_many(c, tuesday + 10 * hour, bound);
	/* They may be the same ones. */
	assert_int_equal(find(c, CAT_AUDIT_MANY_SUBJECTS), 0);
	add_many(c, tuesday + 11 * hour, 100000);
	assert_int_equal(find(c, CAT_AUDIT_MANY_SUBJECTS), 1);
	check_proof(c, 100, 3, 100000);
}

static void list_at_night_is_one_read(void **state)
{
	struct cage *c = *state;
	int bound = most_of(CAT_AUDIT_OFF_HOURS);
	struct use use = some_use(tuesday + 22 * hour);

	use.act = USE_READ;
	use.subject = span_of("");
	use.subjects = bound;
	add(c, &use);
	read_from(c, tuesday + 22 * hour, bound - 1, USE_USER);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 0);
	read_from(c, tuesday + 22 * hour, 1, USE_USER);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 1);
}

static void many_at_night_is_as_many_reads(void **state)
{
	struct cage *c = *state;
	int bound = most_of(CAT_AUDIT_OFF_HOURS);

	add_many(c, tuesday + 22 * hour, bound);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 0);
	read_from(c, tuesday + 22 * hour, 1, USE_USER);
	assert_int_equal(find(c, CAT_AUDIT_OFF_HOURS), 1);
	check_proof(c, 100, 2, bound + 1);
}

static void flows_count_each_of_many(void **state)
{
	struct cage *c = *state;
	struct audit_flow *flows;
	struct audit_reader *readers;

	add_many(c, tuesday, 5000);
	read_from(c, tuesday, 1, USE_USER);
	assert_int_equal(audit_flows(&c->set, &c->period, &flows), 1);
	assert_int_equal(flows[0].answered, 5001);
	assert_int_equal(audit_readers(&c->set, &c->period, &readers), 1);
	assert_int_equal(readers[0].reads, 5001);
	free(flows);
	free(readers);
}

int main(void)
{
#define CAGED(test) cmocka_unit_test_setup_teardown(test, make_cage, drop_cage)
	const struct CMUnitTest tests[] = {
	    CAGED(off_hours_more_than_bound_is_found),
	    CAGED(off_hours_of_who_looks_at_his_own_is_not),
	    CAGED(off_hours_spread_over_hours_is_not),
	    CAGED(off_hours_hour_and_day_decide),
	    CAGED(off_hours_are_as_the_rule_says),
	    CAGED(off_hours_programs_work_at_night),
	    CAGED(many_subjects_under_one_case_is_found),
	    CAGED(many_subjects_without_case_is_not),
	    CAGED(same_subject_many_cases_is_found),
	    CAGED(same_subject_over_long_time_is_not),
	    CAGED(same_subject_clock_set_back_counts_by_time),
	    CAGED(same_name_several_organisations_is_found),
	    CAGED(same_name_of_programs_or_unknown_is_not),
	    CAGED(no_feedback_share_above_bound_is_found),
	    CAGED(no_feedback_young_or_few_is_not),
	    CAGED(refused_more_than_bound_in_a_day_is_found),
	    CAGED(each_rule_counts_what_it_says),
	    CAGED(finding_key_is_the_same_in_another_set),
	    CAGED(finding_outside_the_period_is_not_told),
	    CAGED(sums_count_reads_of_the_period),
	    cmocka_unit_test(median_is_whole_when_doubled),
	    CAGED(words_many_are_told_apart),
	    CAGED(many_is_as_many_subjects_as_it_has),
	    CAGED(list_at_night_is_one_read),
	    CAGED(many_at_night_is_as_many_reads),
	    CAGED(flows_count_each_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
