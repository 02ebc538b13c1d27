/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two files beside the departments': manifest.tsv says what to submit
 * on which day in which order, expected.json what intake must say of each
 * file when it is submitted so into an empty register.
 *
 * Every row has exactly one fate:
 *
 *	rows = accepted + duplicates + doubtful + natural_person + refused
 *	accepted = new_records + new_versions
 *
 * late counts among new_records, late_versions among new_versions.
 */
#include "demo/output.h"

#include <limits.h>
#include <stdio.h>

#include "base/file.h"
#include "base/json.h"

enum { TEXT_MAX = 1 << 20 };

static enum err_code write_beside(const struct demo_options *o,
    const char *name, const struct buf *text, struct err *err)
{
	char path[PATH_MAX];

	if (text->is_full)
		return err_set(err, ERR_FULL, "\"%s\" would be too long", name);
	snprintf(path, sizeof(path), "%s/%s", o->dir, name);
	return file_write(path, buf_span(text), err);
}

static void add_line(const struct demo_plan *plan, struct buf *text)
{
	char day[DATE_TEXT_BYTES];

	buf_add_str(text, plan->file);
	buf_add_char(text, '\t');
	buf_add_str(text, demo_item(plan->item)->id);
	buf_add_char(text, '\t');
	buf_add_str(text, demo_department(plan->department)->id);
	buf_add_char(text, '\t');
	buf_add_str(text, date_format_iso(plan->received, day));
	buf_add_char(text, '\n');
}

enum err_code demo_output_manifest(const struct demo_options *o,
    const struct demo_plans *plans, const struct demo_tally *tallies,
    struct err *err)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	enum err_code rc;
	size_t i;

	for (i = 0; i < plans->count; i++)
		if (tallies[i].rows > 0)
			add_line(&plans->list[i], &text);
	rc = write_beside(o, "manifest.tsv", &text, err);
	buf_release(&text);
	return rc;
}

static uint64_t sum_fates(const struct demo_tally *t, int from, int to)
{
	uint64_t sum = 0;
	int fate;

	for (fate = from; fate <= to; fate++)
		sum += t->fates[fate];
	return sum;
}

static uint64_t new_records(const struct demo_tally *t)
{
	return sum_fates(t, DEMO_CLEAN, DEMO_LATE);
}

static uint64_t duplicates(const struct demo_tally *t)
{
	return sum_fates(t, DEMO_SAME_AGAIN, DEMO_OTHER_AGAIN);
}

static uint64_t doubtful(const struct demo_tally *t)
{
	return sum_fates(t, DEMO_MASKED, DEMO_NO_CODE);
}

static uint64_t refused(const struct demo_tally *t)
{
	return sum_fates(t, DEMO_BAD_CHECK, DEMO_FATE_COUNT - 1);
}

void demo_summary_add(struct demo_summary *s, const struct demo_tally *t)
{
	s->files++;
	s->rows += t->rows;
	s->accepted += new_records(t) + t->fates[DEMO_CHANGED];
	s->new_versions += t->fates[DEMO_CHANGED];
	s->duplicates += duplicates(t);
	s->doubtful += doubtful(t);
	s->natural_person += t->fates[DEMO_PERSON];
	s->refused += refused(t);
	s->late += t->late;
}

static void put_count(struct json_writer *w, const char *key, uint64_t value)
{
	json_put_int(w, key, (int64_t)value);
}

/* "key": {"total": n, "a": n, "b": n} over a run of fates. */
static void put_fates(struct json_writer *w, const char *key,
    const struct demo_tally *t, int from, int to)
{
	int fate;

	json_key(w, key);
	json_open_object(w);
	put_count(w, "total", sum_fates(t, from, to));
	for (fate = from; fate <= to; fate++)
		put_count(
		    w, demo_fate_name((enum demo_fate)fate), t->fates[fate]);
	json_close_object(w);
}

static void put_tally(struct json_writer *w, const struct demo_tally *t)
{
	put_count(w, "rows", t->rows);
	put_count(w, "accepted", new_records(t) + t->fates[DEMO_CHANGED]);
	put_count(w, "new_records", new_records(t));
	put_count(w, "new_versions", t->fates[DEMO_CHANGED]);
	put_count(w, "late", t->late);
	put_count(w, "late_versions", t->late_versions);
	put_fates(w, "duplicates", t, DEMO_SAME_AGAIN, DEMO_OTHER_AGAIN);
	put_fates(w, "doubtful", t, DEMO_MASKED, DEMO_NO_CODE);
	put_count(w, "natural_person", t->fates[DEMO_PERSON]);
	put_fates(w, "refused", t, DEMO_BAD_CHECK, DEMO_FATE_COUNT - 1);
}

static void put_options(struct json_writer *w, const struct demo_options *o,
    const struct demo_plans *plans)
{
	char seed[24];

	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)o->seed);
	json_put_bool(w, "is_example", true);
	put_count(w, "subjects", o->subjects);
	put_count(w, "records", o->records);
	json_put_str(w, "seed", seed);
	json_put_date(w, "first_received_on", plans->list[0].received);
	json_put_date(w, "last_received_on", o->today);
}

static void put_shares(struct json_writer *w)
{
	int fate;

	json_key(w, "stated_shares_per_mille");
	json_open_object(w);
	for (fate = DEMO_LATE; fate < DEMO_FATE_COUNT; fate++)
		put_count(w, demo_fate_name((enum demo_fate)fate),
		    demo_fate_permille((enum demo_fate)fate));
	json_close_object(w);
}

static void put_file(struct json_writer *w, const struct demo_plan *plan,
    const struct demo_tally *tally)
{
	json_open_object(w);
	json_put_str(w, "file", plan->file);
	json_put_str(w, "item", demo_item(plan->item)->id);
	json_put_str(w, "department", demo_department(plan->department)->id);
	json_put_date(w, "received_on", plan->received);
	json_put_bool(w, "is_clean", plan->flags & DEMO_FLAWLESS);
	put_tally(w, tally);
	json_close_object(w);
}

static void tally_add(struct demo_tally *sum, const struct demo_tally *t)
{
	int fate;

	sum->rows += t->rows;
	sum->late += t->late;
	sum->late_versions += t->late_versions;
	for (fate = 0; fate < DEMO_FATE_COUNT; fate++)
		sum->fates[fate] += t->fates[fate];
}

enum err_code demo_output_expected(const struct demo_options *o,
    const struct demo_plans *plans, const struct demo_tally *tallies,
    struct err *err)
{
	struct buf text = BUF_INIT(TEXT_MAX);
	struct demo_tally total = {0};
	struct json_writer w;
	enum err_code rc;
	size_t i;

	json_start(&w, &text);
	json_open_object(&w);
	put_options(&w, o, plans);
	put_shares(&w);
	json_key(&w, "files");
	json_open_array(&w);
	for (i = 0; i < plans->count; i++) {
		if (tallies[i].rows == 0)
			continue;
		put_file(&w, &plans->list[i], &tallies[i]);
		tally_add(&total, &tallies[i]);
	}
	json_close_array(&w);
	json_key(&w, "total");
	json_open_object(&w);
	put_tally(&w, &total);
	json_close_object(&w);
	json_close_object(&w);
	buf_add_char(&text, '\n');
	rc = write_beside(o, "expected.json", &text, err);
	buf_release(&text);
	return rc;
}
