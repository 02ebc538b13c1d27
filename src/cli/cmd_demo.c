/* SPDX-License-Identifier: Apache-2.0 */
/* demo: writes the example city's department files. */
#include <stdio.h>

#include "base/json.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "demo/demo.h"

static void on_progress(void *ctx, uint64_t done, uint64_t total)
{
	cli_progress(ctx, done, total, done);
}

static void print_summary(struct cli_call *call, const struct demo_summary *s)
{
	struct buf text = BUF_INIT(4096);
	struct json_writer w;

	cli_progress_end(call);
	if (!call->is_json) {
		char n[32];

		printf(tr("wrote files: %llu, rows: %s\n"),
		    (unsigned long long)s->files, cli_thousands(s->rows, n));
		return;
	}
	json_start(&w, &text);
	json_open_object(&w);
	json_put_int(&w, "files", (int64_t)s->files);
	json_put_int(&w, "rows", (int64_t)s->rows);
	json_put_int(&w, "accepted", (int64_t)s->accepted);
	json_put_int(&w, "duplicates", (int64_t)s->duplicates);
	json_put_int(&w, "doubtful", (int64_t)s->doubtful);
	json_put_int(&w, "natural_persons", (int64_t)s->natural_person);
	json_put_int(&w, "refused", (int64_t)s->refused);
	json_put_int(&w, "versions", (int64_t)s->new_versions);
	json_put_int(&w, "late", (int64_t)s->late);
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
}

static enum err_code read_numbers(struct cli_call *call, struct demo_options *o)
{
	enum err_code rc = cli_number(
	    call, "subjects", 3000, 1, DEMO_SUBJECTS_MAX, &o->subjects);

	if (!rc)
		rc = cli_number(
		    call, "records", 20000, 1, DEMO_RECORDS_MAX, &o->records);
	if (!rc)
		rc = cli_number(call, "seed", 1, 0, UINT64_MAX / 16, &o->seed);
	return rc;
}

static enum cli_exit run(struct cli_call *call)
{
	struct demo_options o = {.progress = on_progress, .progress_ctx = call};
	struct demo_summary summary = {0};
	const char *bulk = cli_value(call, "bulk");
	const char *today = cli_value(call, "today");
	enum err_code rc = calendar_clock_check(&call->err);

	if (!rc)
		rc = read_numbers(call, &o);
	if (rc)
		return cli_fail(call);
	o.today = calendar_today();
	if (today && !date_parse_iso(span_of(today), &o.today)) {
		err_set(&call->err, ERR_USAGE, "\"%s\" is not a date", today);
		return cli_fail(call);
	}
	if (!bulk && call->args_count == 0) {
		err_set(
		    &call->err, ERR_USAGE, "a folder to write to is missing");
		return cli_fail(call);
	}
	if (bulk) {
		summary.files = 1;
		summary.rows = summary.accepted = o.records;
		rc = demo_write_bulk(
		    bulk, o.subjects, o.records, o.seed, o.today, &call->err);
	} else {
		o.dir = call->args[0];
		rc = demo_write(&o, &summary, &call->err);
	}
	if (rc)
		return cli_fail(call);
	print_summary(call, &summary);
	return CLI_DONE;
}

static const struct cli_option options[] = {
    {"subjects", "N", N_("how many organisations"), false},
    {"records", "N", N_("how many rows in all files"), false},
    {"seed", "S", N_("same seed, same bytes"), false},
    {"today", "DATE", N_("the last day of receipt, a year after the first"),
	false},
    {"bulk", "FILE", N_("instead one CSV of clean penalties"), false},
    {0},
};

const struct cli_cmd cmd_demo = {
    .name = "demo",
    .args = "DIR",
    .summary = N_("write the example city's department files"),
    .details = N_("manifest.tsv lists the files with their item, department "
		  "and day of receipt, expected.json what intake must say of "
		  "each on that day. All organisations are invented."),
    .options = options,
    .args_max = 1,
    .run = run,
};
