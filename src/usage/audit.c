/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each kind of rule is a selection and a judgement. The selection says which
 * uses a rule is about and what they are grouped by; sorted by group and in
 * the order of time, each group is a run of entries, which the judgement
 * looks at once.
 *
 *	kind		groups			bound
 *	OFF_HOURS	reader, half day (*)	reads in any hour
 *	MANY_SUBJECTS	department, case	different organisations
 *	SAME_SUBJECT	reader, organisation	cases in any `days` days
 *	SAME_NAME	reader, name		organisations in any `days` days
 *	NO_FEEDBACK	reader, month		share without feedback
 *	REFUSED		reader, day		refused attempts
 *
 * (*) From 8:00 to 8:00, so that a night is one group. What spans 8:00 of a
 * day off is two.
 *
 * What a group is named by gives a finding its key, so the key stays the
 * same whatever period is looked at.
 */
#include "usage/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "calendar/calendar.h"

static const int64_t hour_ms = 3600 * 1000;
static const int64_t day_ms = 24 * 3600 * 1000;

enum { CHINA_HOURS = 8, KEY_DIGEST_BYTES = 8 };

/* A use in its group. */
struct entry {
	uint32_t a, b; /* what it is grouped by */
	const struct audit_use *use;
};

struct run {
	const struct entry *entries;
	size_t count;
};

struct look {
	const struct audit_set *set;
	const struct audit_rule *rule;
	const struct audit_period *period;
	bool *is_answered; /* by word: has this reference feedback? */
	uint32_t *seen;	   /* by word: a mark of the present count */
	uint32_t mark;
	struct audit_findings *out;
};

static int most_of(const struct look *l)
{
	return l->rule->numbers[CAT_AUDIT_MORE_THAN];
}

/* ---- time ---- */

struct audit_stretch audit_stretch_of(const struct audit_period *period)
{
	struct date_ymd d = date_to_ymd(period->from - AUDIT_LOOK_DAYS);

	return (struct audit_stretch){
	    date_begin_ms(date_from_ymd(d.year, d.month, 1)),
	    date_begin_ms(period->to + 1 + AUDIT_LOOK_DAYS)};
}

bool audit_is_in(const struct audit_period *period, int64_t at_ms)
{
	date_days day = date_of_unix_ms(at_ms);

	return day >= period->from && day <= period->to;
}

/* From an hour of the evening to one of the next morning, or between two of
 * the same day. */
static bool is_off_hours(const struct audit_rule *rule, int64_t at_ms)
{
	int64_t hour = (at_ms / hour_ms + CHINA_HOURS) % 24;
	int from = rule->numbers[CAT_AUDIT_FROM_HOUR];
	int to = rule->numbers[CAT_AUDIT_TO_HOUR];
	bool is_between =
	    from < to ? hour >= from && hour < to : hour >= from || hour < to;

	return is_between || !calendar_is_working_day(date_of_unix_ms(at_ms));
}

/* ---- which uses, grouped how ---- */

static bool is_old_check(const struct look *l, const struct audit_use *u)
{
	return (u->act == USE_CHECK || u->act == USE_CHECK_MANY) &&
	    u->outcome == USE_ANSWERED && u->reference && !u->is_further &&
	    u->at_ms <
	    l->period->now_ms - l->rule->numbers[CAT_AUDIT_DAYS] * day_ms;
}

/* Does the rule look at this use? Then `e` says in which group. */
static bool select_use(
    const struct look *l, const struct audit_use *u, struct entry *e)
{
	date_days day = date_of_unix_ms(u->at_ms);

	e->a = u->reader;
	switch (l->rule->kind) {
	case CAT_AUDIT_OFF_HOURS:
		e->b = (uint32_t)date_of_unix_ms(u->at_ms - 8 * hour_ms);
		return audit_is_read(u) && !u->is_own &&
		    is_off_hours(l->rule, u->at_ms);
	case CAT_AUDIT_MANY_SUBJECTS:
		e->a = u->department;
		e->b = u->case_number;
		return audit_is_read(u) && u->case_number &&
		    (u->subject || u->weight > 1);
	case CAT_AUDIT_SAME_SUBJECT:
		e->b = u->subject;
		return audit_is_read(u) && u->case_number && u->subject;
	case CAT_AUDIT_SAME_NAME:
		e->b = u->subject_name;
		return audit_is_read(u) && u->subject_name;
	case CAT_AUDIT_NO_FEEDBACK:
		e->b = (uint32_t)date_month(day);
		return is_old_check(l, u);
	case CAT_AUDIT_REFUSED:
		e->b = (uint32_t)day;
		return u->outcome == USE_REFUSED && !u->is_further;
	case CAT_AUDIT_COUNT:
	default:
		return false;
	}
}

static bool is_of_rule(const struct look *l, const struct audit_use *u)
{
	return u->reader_kind != USE_NOBODY &&
	    (l->rule->is_of_programs || u->reader_kind != USE_TOKEN);
}

static size_t select_uses(const struct look *l, struct entry *entries)
{
	size_t n = 0, i;

	for (i = 0; i < l->set->count; i++) {
		const struct audit_use *u = &l->set->uses[i];

		entries[n].use = u;
		if (is_of_rule(l, u) && select_use(l, u, &entries[n]))
			n++;
	}
	return n;
}

static int compare_entries(const void *x, const void *y)
{
	const struct entry *p = x, *q = y;

	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	if (p->b != q->b)
		return p->b < q->b ? -1 : 1;
	if (p->use->at_ms != q->use->at_ms)
		return p->use->at_ms < q->use->at_ms ? -1 : 1;
	return p->use->seq < q->use->seq ? -1 : p->use->seq > q->use->seq;
}

/* ---- findings ---- */

/* What the group is named by, as text: numbers of words are of this set
 * alone. */
static void add_name(const struct look *l, const struct entry *e, struct buf *b)
{
	bool is_number = l->rule->kind == CAT_AUDIT_OFF_HOURS ||
	    l->rule->kind == CAT_AUDIT_NO_FEEDBACK ||
	    l->rule->kind == CAT_AUDIT_REFUSED;

	buf_add_str(b, cat_audit_name(l->rule->kind));
	buf_add_char(b, '\0');
	buf_add_span(b, audit_word(l->set, e->a));
	buf_add_char(b, '\0');
	if (is_number)
		buf_add_u64(b, e->b);
	else
		buf_add_span(b, audit_word(l->set, e->b));
}

static void make_key(
    const struct look *l, const struct entry *e, char out[AUDIT_KEY_BYTES])
{
	struct buf name = BUF_INIT(8192), hex = BUF_INIT(64);
	uint8_t digest[SHA256_BYTES];

	add_name(l, e, &name);
	sha256_bytes(name.p, name.n, digest);
	buf_add_hex(&hex, digest, KEY_DIGEST_BYTES);
	snprintf(out, AUDIT_KEY_BYTES, "%s-%s", cat_audit_name(l->rule->kind),
	    buf_str(&hex));
	buf_release(&hex);
	buf_release(&name);
}

/* When it became what the rule finds: a check without feedback is one after
 * the days that it had for that. */
static int64_t due_ms(const struct look *l, int64_t last_ms)
{
	return l->rule->kind == CAT_AUDIT_NO_FEEDBACK
	    ? last_ms + l->rule->numbers[CAT_AUDIT_DAYS] * day_ms
	    : last_ms;
}

static int compare_seqs(const void *x, const void *y)
{
	uint64_t p = *(const uint64_t *)x, q = *(const uint64_t *)y;

	return p < q ? -1 : p > q;
}

/* Adds what the marked entries of a run show. */
static void add_finding(struct look *l, const struct run *run,
    const bool *is_proof, int64_t count, int64_t of)
{
	struct audit_findings *out = l->out;
	struct audit_finding f = {.rule = l->rule, .count = count, .of = of};
	size_t i;

	f.seqs = mem_zalloc(run->count, sizeof(*f.seqs));
	for (i = 0; i < run->count; i++) {
		const struct audit_use *u = run->entries[i].use;

		if (!is_proof[i])
			continue;
		if (f.seqs_count == 0)
			f.first = *u;
		/* A use of many stands there once for each. */
		if (f.seqs_count == 0 || f.seqs[f.seqs_count - 1] != u->seq)
			f.seqs[f.seqs_count++] = u->seq;
		f.last_ms = u->at_ms > f.last_ms ? u->at_ms : f.last_ms;
	}
	if (f.seqs_count == 0 ||
	    !audit_is_in(l->period, due_ms(l, f.last_ms))) {
		free(f.seqs);
		return;
	}
	qsort(f.seqs, f.seqs_count, sizeof(*f.seqs), compare_seqs);
	make_key(l, &run->entries[0], f.key);
	if (out->count == out->max) {
		out->max = out->max ? 2 * out->max : 16;
		out->list =
		    mem_realloc(out->list, out->max, sizeof(*out->list));
	}
	out->list[out->count++] = f;
}

void audit_findings_release(struct audit_findings *findings)
{
	size_t i;

	for (i = 0; i < findings->count; i++)
		free(findings->list[i].seqs);
	free(findings->list);
	memset(findings, 0, sizeof(*findings));
}

/* ---- judging a run ---- */

static uint32_t word_counted(const struct look *l, const struct audit_use *u)
{
	return l->rule->kind == CAT_AUDIT_SAME_SUBJECT ? u->case_number
						       : u->subject;
}

/* How many different words the entries from..to have. */
static int64_t count_words(
    struct look *l, const struct run *run, size_t from, size_t to)
{
	int64_t count = 0;
	size_t i;

	l->mark++;
	for (i = from; i <= to; i++) {
		const struct audit_use *u = run->entries[i].use;
		uint32_t word = word_counted(l, u);

		if (u->weight > 1)
			continue;
		count += l->seen[word] != l->mark;
		l->seen[word] = l->mark;
	}
	return count;
}

/* At least so many organisations: those of the largest use that is not
 * taken apart, which may hold all the others. */
static int64_t largest_weight(const struct run *run)
{
	int64_t most = 0;
	size_t i;

	for (i = 0; i < run->count; i++)
		if (run->entries[i].use->weight > most)
			most = run->entries[i].use->weight;
	return most;
}

/* The largest count within any `span_ms`; what is in such a stretch over
 * the bound is proof. */
static int64_t slide(
    struct look *l, const struct run *run, int64_t span_ms, bool *is_proof)
{
	bool is_of_words = l->rule->kind != CAT_AUDIT_OFF_HOURS;
	int64_t most = 0, sum = 0;
	size_t from = 0, marked = 0, to;

	for (to = 0; to < run->count; to++) {
		int64_t end = run->entries[to].use->at_ms, count;

		sum += run->entries[to].use->weight;
		while (end - run->entries[from].use->at_ms >= span_ms)
			sum -= run->entries[from++].use->weight;
		count = sum;
		if (is_of_words && count > most_of(l))
			count = count_words(l, run, from, to);
		if (count <= most_of(l))
			continue;
		most = count > most ? count : most;
		for (marked = marked > from ? marked : from; marked <= to;
		     marked++)
			is_proof[marked] = true;
	}
	return most;
}

static int64_t mark_unanswered(
    const struct look *l, const struct run *run, bool *is_proof)
{
	int64_t count = 0;
	size_t i;

	for (i = 0; i < run->count; i++) {
		is_proof[i] = !l->is_answered[run->entries[i].use->reference];
		count += is_proof[i];
	}
	return count;
}

/* What the bound is compared with; 0: nothing was found. */
static int64_t judge(
    struct look *l, const struct run *run, bool *is_proof, int64_t *of)
{
	const struct audit_rule *rule = l->rule;
	int64_t all = (int64_t)run->count, count;

	switch (rule->kind) {
	case CAT_AUDIT_OFF_HOURS:
		return slide(l, run, hour_ms, is_proof);
	case CAT_AUDIT_SAME_SUBJECT:
	case CAT_AUDIT_SAME_NAME:
		return slide(
		    l, run, rule->numbers[CAT_AUDIT_DAYS] * day_ms, is_proof);
	case CAT_AUDIT_NO_FEEDBACK:
		*of = all;
		count = mark_unanswered(l, run, is_proof);
		return all >= rule->numbers[CAT_AUDIT_AT_LEAST] &&
			100 * count > rule->numbers[CAT_AUDIT_PERCENT] * all
		    ? count
		    : 0;
	case CAT_AUDIT_MANY_SUBJECTS:
		count = count_words(l, run, 0, run->count - 1);
		if (count < largest_weight(run))
			count = largest_weight(run);
		break;
	case CAT_AUDIT_REFUSED:
	case CAT_AUDIT_COUNT:
	default:
		count = all;
	}
	memset(is_proof, true, run->count);
	return count > rule->numbers[CAT_AUDIT_MORE_THAN] ? count : 0;
}

static void judge_run(struct look *l, const struct run *run)
{
	bool *is_proof = mem_zalloc(run->count, sizeof(*is_proof));
	int64_t of = 0;
	int64_t count = judge(l, run, is_proof, &of);

	if (count)
		add_finding(l, run, is_proof, count, of);
	free(is_proof);
}

static void apply_rule(struct look *l, struct entry *entries)
{
	size_t count = select_uses(l, entries);
	size_t from, to;

	qsort(entries, count, sizeof(*entries), compare_entries);
	for (from = 0; from < count; from = to) {
		struct run run = {entries + from, 0};

		for (to = from;
		     to < count && entries[to].a == entries[from].a &&
		     entries[to].b == entries[from].b;
		     to++)
			run.count++;
		judge_run(l, &run);
	}
}

static int compare_findings(const void *x, const void *y)
{
	const struct audit_finding *p = x, *q = y;

	if (p->rule != q->rule)
		return p->rule < q->rule ? -1 : 1;
	return p->first.seq < q->first.seq ? -1 : p->first.seq > q->first.seq;
}

static void find_answered(struct look *l)
{
	size_t i;

	for (i = 0; i < l->set->count; i++) {
		const struct audit_use *u = &l->set->uses[i];

		if (u->is_decided ||
		    (u->act == USE_FEEDBACK && u->outcome == USE_ANSWERED))
			l->is_answered[u->reference] = true;
	}
}

void audit_find(const struct audit_set *set, const struct audit_rule *rules,
    size_t rules_count, const struct audit_period *period,
    struct audit_findings *out)
{
	size_t words = audit_words_count(set), i;
	struct entry *entries = mem_zalloc(set->count + 1, sizeof(*entries));
	struct look l = {.set = set, .period = period, .out = out};

	memset(out, 0, sizeof(*out));
	l.is_answered = mem_zalloc(words, sizeof(*l.is_answered));
	l.seen = mem_zalloc(words, sizeof(*l.seen));
	find_answered(&l);
	for (i = 0; i < rules_count; i++) {
		l.rule = &rules[i];
		apply_rule(&l, entries);
	}
	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list),
		    compare_findings);
	free(l.seen);
	free(l.is_answered);
	free(entries);
}
