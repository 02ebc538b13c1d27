/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The department files.
 *
 *	plan (plan.c) -> fate of each row -> ask -> clean row (items.c)
 *	  -> oddities or one fault (faults.c) -> date style -> table writer
 *
 * Fates are dealt without memory and yet exactly: of the rows that are left,
 * each fate still has a quota, and a row gets a fate with probability quota
 * over rows left (selection sampling, Knuth, algorithm S).
 *
 * A file owns the row numbers base+1 .. base+rows of its item. Clean rows
 * take them from the front (ordinal 1, 2, 3 ...), spoilt and late rows from
 * the back, so that any ordinal up to `clean` names an accepted row that can
 * be made again. Repeats use even ordinals only; new versions made in the
 * same file use ordinals 4n+1, those made by a later file 4n+3, each once.
 * So a repeat never meets a changed record, and no record changes twice.
 */
#include "demo/demo.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/mem.h"
#include "calendar/calendar.h"
#include "demo/faults.h"
#include "demo/items.h"
#include "demo/options.h"
#include "demo/output.h"
#include "demo/plan.h"
#include "demo/random.h"

enum { STREAM_QUOTA = 31, STREAM_ASK = 32, STREAM_FORM = 64 };
enum { STREAM_FATE = 96 }; /* and above: one for each file */
enum { PROGRESS_ROWS = 1024, QUOTA_ROWS = 200 };
/* In a file that repeats another, per mille. */
enum { REPEATS = 600, CHANGES = 200 };
enum { LATE_DAYS = 60, SHORT_ROWS = 100, ONCE_AMONG = 4 };
enum { SHARE_WHOLE = 1000 * 100, MILLION = 1000 * 1000 };
/* The organisations whose pages show a record of every kind. */
enum { BUSY_SUBJECTS = 6 };

/* One file: what is planned and how far it is. */
struct file {
	const struct demo_plan *plan;
	const struct demo_item *item;
	struct file *again; /* the file whose rows come again, or NULL */
	uint64_t rows;	    /* planned */
	uint64_t base;	    /* numbers of the item used before */
	uint64_t clean;	    /* clean ordinals given out */
	uint64_t spoilt;    /* numbers given out from the back */
	uint64_t changed;   /* ordinal that was changed last */
	uint64_t quotas[DEMO_FATE_COUNT];
	int columns[DEMO_FIELDS_MAX]; /* fields in the file's order */
	int columns_count;
	date_days late_before; /* decided before this day is late */
	date_days from;	       /* days on which clean rows are decided */
	date_days to;
};

struct run {
	const struct demo_options *o;
	struct demo_plans plans;
	struct file files[DEMO_FILES_MAX];
	struct demo_tally tallies[DEMO_FILES_MAX];
	size_t count;
	uint64_t done;
	struct demo_row row;
};

static bool has(const struct file *f, unsigned flag)
{
	return f->plan->flags & flag;
}

static const char *header_of(
    const struct demo_field *field, enum demo_headers headers)
{
	switch (headers) {
	case DEMO_MACHINE:
		return field->name;
	case DEMO_CHINESE:
		return field->title;
	default:
		return field->old;
	}
}

/* Machine-made files have their columns in an order of their department. */
static void plan_columns(struct file *f)
{
	int n = f->item->fields_count, turn = 0, i;

	if (f->plan->headers == DEMO_MACHINE)
		turn = ((int)f->plan->department + 1) * 5 % n;
	for (i = 0; i < n; i++) {
		int field = (i + turn) % n;

		if (header_of(&f->item->fields[field], f->plan->headers))
			f->columns[f->columns_count++] = field;
	}
}

/* On which days the clean rows of the file are decided. */
static void plan_days(struct file *f)
{
	date_days received = f->plan->received;
	bool has_clock = f->item->clock_days > 0;

	f->late_before = calendar_late_before(
	    received, f->item->clock_days, f->item->is_working_days);
	f->from = demo_history_start(received);
	f->to = has_clock ? f->late_before - 1 : received;
	if (has(f, DEMO_TIMELY)) {
		f->from = f->late_before;
		f->to = received;
	}
	if (f->plan->within > 0 && f->from < received - f->plan->within)
		f->from = received - f->plan->within;
	f->to -= f->item->settled_days;
	/* Where the city ends before its rule began, the rule is older. */
	if (f->from < f->item->since && f->item->since <= f->to)
		f->from = f->item->since;
	ASSERT(f->from <= f->to);
	if (!has_clock)
		f->late_before = f->from;
}

static uint64_t column_mask(const struct file *f)
{
	uint64_t mask = 0;
	int i;

	for (i = 0; i < f->columns_count; i++)
		mask |= UINT64_C(1) << f->columns[i];
	return mask;
}

/* Can rows of this file have this fate, and be sure to get it? */
static bool fate_fits(const struct file *f, enum demo_fate fate)
{
	if (has(f, DEMO_FLAWLESS) || fate == DEMO_CLEAN ||
	    fate == DEMO_OTHER_AGAIN)
		return false;
	if (fate == DEMO_LATE && f->plan->late == 0)
		return false;
	/* The 2015 layout has no start beside its end. */
	if (fate == DEMO_BACKWARDS && f->plan->headers == DEMO_OLD)
		return false;
	return demo_fault_fits(f->item, fate, column_mask(f));
}

/* How many rows get the fate: its share, and what is left of that over a
 * whole number by chance, so that the shares hold over many small files. */
static uint64_t quota_of(
    const struct file *f, enum demo_fate fate, struct demo_random *r)
{
	uint64_t permille = demo_fate_permille(fate) * f->plan->faults;
	uint64_t share, quota;

	if (fate == DEMO_LATE)
		permille = f->plan->late * UINT64_C(100);
	share = f->rows * permille;
	quota = share / SHARE_WHOLE +
	    (demo_random_below(r, SHARE_WHOLE) < share % SHARE_WHOLE);
	return quota == 0 && f->rows >= QUOTA_ROWS ? 1 : quota;
}

static void plan_quotas(struct file *f, size_t index, uint64_t seed)
{
	struct demo_random r = demo_random_at(seed, STREAM_QUOTA, index);
	int fate;

	if (f->again) {
		f->quotas[DEMO_OTHER_AGAIN] = f->rows * REPEATS / 1000;
		f->quotas[DEMO_CHANGED] = f->rows * CHANGES / 1000;
		return;
	}
	for (fate = 0; fate < DEMO_FATE_COUNT; fate++)
		if (fate_fits(f, (enum demo_fate)fate))
			f->quotas[fate] = quota_of(f, (enum demo_fate)fate, &r);
}

/* Of how many organisations there is one row each: of all, or of one among
 * some of which the item can be about one. */
static uint64_t once_most(const struct demo_options *o, const struct file *f)
{
	return f->item->kinds ? o->subjects / ONCE_AMONG : o->subjects;
}

/* Rows by share; what rounding and DEMO_ONCE leave goes to file 1. */
static void plan_rows(struct run *run)
{
	uint64_t left = run->o->records, most;
	size_t i;

	for (i = 0; i < run->count; i++) {
		struct file *f = &run->files[i];

		f->rows = run->o->records * f->plan->share / MILLION;
		most = once_most(run->o, f);
		if (has(f, DEMO_ONCE) && f->rows > most)
			f->rows = most;
		ASSERT(f->rows <= left);
		left -= f->rows;
	}
	ASSERT(!has(&run->files[1], DEMO_ONCE));
	run->files[1].rows += left;
}

static void plan_files(struct run *run)
{
	uint64_t used[DEMO_ITEM_COUNT] = {0};
	size_t i;

	demo_plans_make(run->o->today, &run->plans);
	run->count = run->plans.count;
	for (i = 0; i < run->count; i++) {
		run->files[i].plan = &run->plans.list[i];
		run->files[i].item = demo_item(run->plans.list[i].item);
	}
	plan_rows(run);
	for (i = 0; i < run->count; i++) {
		struct file *f = &run->files[i];

		if (f->plan->again)
			f->again = &run->files[demo_plan_index(
			    &run->plans, f->plan->again)];
		f->base = used[f->plan->item];
		used[f->plan->item] += f->rows;
		plan_columns(f);
		plan_days(f);
		plan_quotas(f, i, run->o->seed);
	}
}

/* Decisions fall on working days where one is near. */
static date_days to_working_day(const struct file *f, date_days date)
{
	date_days day;

	for (day = date; day >= f->from; day--)
		if (calendar_is_working_day(day))
			return day;
	return date;
}

static bool can_be_about(
    const struct demo_options *o, const struct file *f, uint64_t subject)
{
	struct demo_org org;

	if (f->item->kinds == 0)
		return true;
	demo_org_make(o->seed, subject, &org);
	return f->item->kinds >> org.kind & 1;
}

/* The first from `subject` on that the item can be about; itself when none of
 * so many is. */
static uint64_t next_fitting(const struct demo_options *o, const struct file *f,
    uint64_t subject, uint64_t count)
{
	uint64_t i;

	for (i = 0; i < count; i++)
		if (can_be_about(o, f, (subject + i) % o->subjects))
			return (subject + i) % o->subjects;
	return subject;
}

static uint64_t pick_once(
    const struct demo_options *o, const struct file *f, uint64_t number)
{
	uint64_t among = f->item->kinds ? ONCE_AMONG : 1;

	return next_fitting(o, f, (number - f->base - 1) * among, among);
}

static uint64_t pick_subject(const struct demo_options *o, const struct file *f,
    uint64_t number, struct demo_random *r)
{
	uint64_t busy =
	    o->subjects < BUSY_SUBJECTS ? o->subjects : BUSY_SUBJECTS;
	uint64_t subject;

	if (has(f, DEMO_ONCE))
		return pick_once(o, f, number);
	subject = demo_random_below64(
	    r, demo_random_chance(r, f->item->busy) ? busy : o->subjects);
	return next_fitting(o, f, subject, o->subjects);
}

/* The clean row of a number of this file. Pure. */
static struct demo_ask ask_for(
    const struct demo_options *o, const struct file *f, uint64_t number)
{
	uint64_t stream = STREAM_ASK + (uint64_t)f->plan->item;
	struct demo_random r = demo_random_at(o->seed, stream, number);
	uint32_t days = (uint32_t)(f->to - f->from) + 1;
	struct demo_ask ask = {.seed = o->seed,
	    .number = number,
	    .department = f->plan->department};

	ask.subject = pick_subject(o, f, number, &r);
	ask.decided =
	    to_working_day(f, f->from + (date_days)demo_random_below(&r, days));
	return ask;
}

static date_days late_day(const struct file *f, uint64_t number)
{
	date_days day = f->late_before - 1 - (date_days)(number % LATE_DAYS);

	while (!calendar_is_working_day(day))
		day--;
	return day;
}

static struct demo_ask ask_fresh(
    const struct demo_options *o, struct file *f, enum demo_fate fate)
{
	bool is_clean = fate == DEMO_CLEAN;
	uint64_t number =
	    is_clean ? f->base + ++f->clean : f->base + f->rows - f->spoilt++;
	struct demo_ask ask = ask_for(o, f, number);

	if (fate == DEMO_LATE)
		ask.decided = late_day(f, number);
	if (fate == DEMO_FUTURE)
		ask.decided = f->plan->received;
	return ask;
}

/* An even ordinal of `from` that is written already; 0 = there is none. */
static uint64_t pick_repeat(const struct file *from, struct demo_random *r)
{
	return from->clean < 2
	    ? 0
	    : 2 + 2 * demo_random_below64(r, from->clean / 2);
}

/* The next ordinal that may change; 0 = there is none. */
static uint64_t pick_change(struct file *f)
{
	uint64_t next;

	if (f->again) {
		next = f->changed ? f->changed + 4 : 3;
		if (next > f->again->clean)
			return 0;
	} else {
		if (f->clean == 0)
			return 0;
		next = (f->clean - 1) / 4 * 4 + 1;
		if (next <= f->changed)
			return 0;
	}
	f->changed = next;
	return next;
}

/* Deals a fate; `left` rows are to come, this one included. */
static enum demo_fate deal(
    const struct file *f, uint64_t left, struct demo_random *r)
{
	uint64_t at = demo_random_below64(r, left);
	int fate;

	for (fate = DEMO_LATE; fate < DEMO_FATE_COUNT; fate++) {
		if (at < f->quotas[fate])
			return (enum demo_fate)fate;
		at -= f->quotas[fate];
	}
	return DEMO_CLEAN;
}

/*
 * What the row is made from. A repeat or change that finds no earlier row
 * makes the row clean instead; its quota stays for a later one.
 */
static struct demo_ask ask_by_fate(const struct demo_options *o, struct file *f,
    enum demo_fate *fate, struct demo_random *r)
{
	struct file *from = f->again ? f->again : f;
	struct demo_ask ask;
	uint64_t ordinal = 0;

	if (*fate == DEMO_SAME_AGAIN || *fate == DEMO_OTHER_AGAIN)
		ordinal = pick_repeat(from, r);
	else if (*fate == DEMO_CHANGED)
		ordinal = pick_change(f);
	else
		return ask_fresh(o, f, *fate);
	if (ordinal == 0) {
		*fate = DEMO_CLEAN;
		return ask_fresh(o, f, DEMO_CLEAN);
	}
	ask = ask_for(o, from, from->base + ordinal);
	ask.is_changed = *fate == DEMO_CHANGED;
	return ask;
}

static void count_row(const struct file *f, enum demo_fate fate,
    date_days decided, struct demo_tally *tally)
{
	tally->rows++;
	tally->fates[fate]++;
	if (decided >= f->late_before)
		return;
	if (fate == DEMO_CLEAN || fate == DEMO_LATE)
		tally->late++;
	if (fate == DEMO_CHANGED)
		tally->late_versions++;
}

/* Makes the next row of the file in run->row. */
static void make_row(struct run *run, size_t index, uint64_t at)
{
	struct file *f = &run->files[index];
	struct demo_random r =
	    demo_random_at(run->o->seed, STREAM_FATE + (uint64_t)index, at);
	enum demo_fate fate = deal(f, f->rows - at, &r);
	struct demo_ask ask = ask_by_fate(run->o, f, &fate, &r);

	if (fate != DEMO_CLEAN)
		f->quotas[fate]--;
	demo_item_make(f->item, &ask, &run->row);
	if (fate >= DEMO_MASKED)
		demo_fault_apply(
		    f->item, fate, &ask, f->plan->received, &run->row);
	else if (!has(f, DEMO_FLAWLESS))
		demo_quirk_apply(f->item, &ask, &run->row);
	demo_dates_apply(f->item, f->plan->dates, &r, &run->row);
	count_row(f, fate, ask.decided, &run->tallies[index]);
}

/* Cells in the file's order. Some text files leave off empty ends. */
static size_t line_up(const struct run *run, const struct file *f, uint64_t at,
    struct span *cells)
{
	bool is_text =
	    f->plan->format == READER_CSV || f->plan->format == READER_TSV;
	struct demo_random r =
	    demo_random_at(run->o->seed, STREAM_FORM, f->base + at);
	size_t n = (size_t)f->columns_count, i;

	for (i = 0; i < n; i++)
		cells[i] = run->row.cells[f->columns[i]];
	if (is_text && !has(f, DEMO_FLAWLESS) &&
	    demo_random_chance(&r, SHORT_ROWS))
		while (n > 1 && cells[n - 1].n == 0)
			n--;
	return n;
}

static void report(struct run *run, bool is_end)
{
	if (!run->o->progress)
		return;
	if (is_end || run->done % PROGRESS_ROWS == 0)
		run->o->progress(
		    run->o->progress_ctx, run->done, run->o->records);
}

static enum err_code write_rows(
    struct run *run, size_t index, struct table_writer *writer, struct err *err)
{
	const struct file *f = &run->files[index];
	struct span cells[DEMO_FIELDS_MAX];
	enum err_code rc = ERR_NONE;
	uint64_t at;
	size_t n;

	for (at = 0; at < f->rows && rc == ERR_NONE; at++) {
		make_row(run, index, at);
		n = line_up(run, f, at, cells);
		rc = table_row(writer, cells, n, err);
		run->done++;
		report(run, false);
	}
	return rc;
}

static enum err_code open_table(const struct file *f, const char *path,
    struct table_writer **writer_out, struct err *err)
{
	static const char *const titles[] = {
	    "日照市信用信息报送表（示例数据，非真实信息）",
	    "说明：带示例、样例、演示、范例、虚构字样的名称均为虚构"};
	struct table_options options = {.format = f->plan->format,
	    .encoding = f->plan->encoding,
	    .sheet = "报送数据",
	    .title_rows = titles,
	    .title_rows_count = has(f, DEMO_TITLED) ? ARRAY_COUNT(titles) : 0,
	    .mark_column = SIZE_MAX};
	struct span header[DEMO_FIELDS_MAX];
	bool is_date[DEMO_FIELDS_MAX];
	int i;

	for (i = 0; i < f->columns_count; i++) {
		const struct demo_field *field =
		    &f->item->fields[f->columns[i]];

		header[i] = span_of(header_of(field, f->plan->headers));
		is_date[i] = field->is_date;
	}
	options.is_date = is_date;
	return table_open(
	    path, &options, header, (size_t)f->columns_count, writer_out, err);
}

static enum err_code write_file(struct run *run, size_t index, struct err *err)
{
	const struct file *f = &run->files[index];
	struct table_writer *writer = NULL;
	struct err close_err;
	char path[PATH_MAX];
	enum err_code rc, closed;

	if (f->rows == 0)
		return ERR_NONE;
	snprintf(path, sizeof(path), "%s/%s", run->o->dir, f->plan->file);
	rc = open_table(f, path, &writer, err);
	if (rc != ERR_NONE)
		return rc;
	rc = write_rows(run, index, writer, err);
	closed = table_close(&writer, rc == ERR_NONE ? err : &close_err);
	return rc == ERR_NONE ? closed : rc;
}

static enum err_code write_all(struct run *run, struct err *err)
{
	enum err_code rc = ERR_NONE;
	size_t i;

	for (i = 0; i < run->count && rc == ERR_NONE; i++)
		rc = write_file(run, i, err);
	if (rc == ERR_NONE)
		rc = demo_output_manifest(
		    run->o, &run->plans, run->tallies, err);
	if (rc == ERR_NONE)
		rc = demo_output_expected(
		    run->o, &run->plans, run->tallies, err);
	return rc;
}

static enum err_code check_dir(const char *dir, struct err *err)
{
	/* Room for "/" and the longest file name. */
	if (strlen(dir) + 64 > PATH_MAX)
		return err_set(
		    err, ERR_USAGE, "the directory's name is too long");
	return file_make_folders(dir, err);
}

static enum err_code write_city(
    struct run *run, struct demo_summary *summary_out, struct err *err)
{
	struct demo_summary summary = {0};
	enum err_code rc;
	size_t i;

	demo_row_init(&run->row);
	plan_files(run);
	rc = write_all(run, err);
	demo_row_release(&run->row);
	if (rc != ERR_NONE)
		return rc;
	report(run, true);
	for (i = 0; i < run->count; i++)
		if (run->tallies[i].rows > 0)
			demo_summary_add(&summary, &run->tallies[i]);
	*summary_out = summary;
	return ERR_NONE;
}

enum err_code demo_write(const struct demo_options *options,
    struct demo_summary *summary_out, struct err *err)
{
	enum err_code rc = demo_options_check(options, DEMO_RECORDS_MIN, err);
	struct run *run;

	if (rc == ERR_NONE)
		rc = check_dir(options->dir, err);
	if (rc != ERR_NONE)
		return rc;
	run = mem_zalloc(1, sizeof(*run));
	run->o = options;
	rc = write_city(run, summary_out, err);
	free(run);
	return rc;
}
