/* SPDX-License-Identifier: Apache-2.0 */
/*
 * submissions, report: what came in, and what became of it. Files' names and
 * refused rows are not public: a look leaves its trace.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/put.h"
#include "base/date.h"
#include "base/json.h"
#include "base/tr.h"
#include "cli/commands.h"
#include "cli/report_view.h"
#include "cli/trace.h"
#include "intake/rejects.h"
#include "intake/report.h"

enum { LIST_BYTES_MAX = 512 * 1024 * 1024 };

/* ---- submissions ---- */

static void write_submission(
    struct store *store, const struct catalog *catalog, struct json_writer *w)
{
	const enum sql_id id = SQL_INTAKE_SUBMISSION_LIST;
	const struct cat_item *item = catalog_item_by_number(
	    catalog, (int)store_column_int(store, id, 1));
	struct span text = store_column_span(store, id, 10);
	json_t *report = json_loadb(text.p, text.n, 0, NULL);
	char *counts =
	    json_dumps(json_object_get(report, "counts"), JSON_COMPACT);
	char time[24];

	json_open_object(w);
	json_put_int(w, "submission", store_column_int(store, id, 0));
	json_put_str(w, "received",
	    date_format_unix(store_column_int(store, id, 4), time));
	json_put_str(w, "item", item ? item->id : "");
	json_put_str(w, "title", item ? item_title(item) : "");
	json_put_span(w, "from", store_column_span(store, id, 2));
	json_put_span(w, "file", store_column_span(store, id, 5));
	json_put_int(w, "bytes", store_column_int(store, id, 6));
	json_key(w, "counts");
	json_add_raw(w, span_of(counts ? counts : "null"));
	json_close_object(w);
	free(counts);
	json_decref(report);
}

static enum err_code write_list(
    const struct home *home, struct buf *out, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_SUBMISSION_LIST;
	struct json_writer w;
	enum err_code rc = store_start(home->store, id, NULL, 0, err);

	json_start(&w, out);
	json_open_array(&w);
	while (store_next_row(home->store, id, &rc, err))
		write_submission(home->store, home->catalog, &w);
	store_finish(home->store, id);
	json_close_array(&w);
	if (!rc && out->is_full)
		rc = err_set(
		    err, ERR_FULL, "the list is too long to show at once");
	return rc;
}

static long long count_of(const json_t *one, const char *key)
{
	return json_integer_value(
	    json_object_get(json_object_get(one, "counts"), key));
}

static void print_submission(const json_t *one)
{
	printf("%6lld  %.10s  ",
	    (long long)json_integer_value(json_object_get(one, "submission")),
	    cli_moment(one, "received").text);
	cli_pad(cli_text(one, "from"), 34);
	cli_pad(cli_text(one, "file"), 34);
	printf(tr("rows: %lld, refused: %lld, doubtful: %lld\n"),
	    count_of(one, "rows"), count_of(one, "refused"),
	    count_of(one, "doubtful"));
}

static void print_list(const json_t *all)
{
	const json_t *one;
	size_t i;

	json_array_foreach (all, i, one)
		print_submission(one);
}

static enum cli_exit list(
    struct cli_call *call, struct home *home, struct office *office)
{
	struct buf text = BUF_INIT(LIST_BYTES_MAX);
	const struct use use = {.department = span_of("")};
	enum cli_exit code;
	enum err_code rc = write_list(home, &text, &call->err);

	rc = trace_look(call, home, office, &use, &text, rc);
	code = cli_tell(call, rc, &text, print_list);
	buf_release(&text);
	return code;
}

static enum cli_exit run_submissions(struct cli_call *call)
{
	return trace_run(call, list);
}

/* ---- report ---- */

static enum err_code read_id(struct cli_call *call, int64_t *out)
{
	const char *text = call->args[0];
	uint64_t number;

	if (!cli_is_number(text, &number))
		return err_set(&call->err, ERR_USAGE,
		    "\"%s\" is not the number of a submission", text);
	*out = (int64_t)number;
	return 0;
}

/* A report is told by the catalogue of its day. */
static enum err_code load(const struct home *home, int64_t id,
    struct report_stored *out, struct err *err)
{
	enum err_code rc = report_read(home->store, id, &out->text, err);

	return rc ? rc
		  : report_find_catalogue(home->store, home->catalog, out, err);
}

static void print_report(struct cli_call *call,
    const struct report_stored *stored, const struct buf *text)
{
	json_t *report;

	if (call->is_json) {
		cli_print_json(text);
		return;
	}
	report = json_loadb(text->p, text->n, 0, NULL);
	report_view_print(report, stored->catalog);
	json_decref(report);
}

/* Who asks for the rejected rows. */
struct asking {
	struct cli_call *call;
	struct home *home;
	struct office *office;
};

/* rejects_ready */
static enum err_code seal_rejects(
    void *ctx, const struct rejects_written *written, struct err *err)
{
	const struct asking *a = ctx;
	struct use use = {
	    .reference = span_of(a->call->args[0]), .has_answer = true};

	memcpy(use.answer, written->digest, sizeof(use.answer));
	return trace_file(
	    a->call, a->home, a->office, &use, written->codes, err);
}

static enum err_code write_rejects(
    struct asking *a, const struct report_stored *stored, int64_t id)
{
	const struct rejects_request request = {.store = a->home->store,
	    .catalog = stored->catalog,
	    .submission_id = id,
	    .path = cli_value(a->call, "rejects"),
	    .ready = seal_rejects,
	    .ctx = a};
	uint64_t rows = 0;
	enum err_code rc = rejects_write(&request, &rows, &a->call->err);

	if (!rc && !a->call->is_json)
		printf(tr("rejected rows: %llu, in \"%s\"\n"),
		    (unsigned long long)rows, request.path);
	return rc;
}

static enum cli_exit report(
    struct cli_call *call, struct home *home, struct office *office)
{
	struct buf text = BUF_INIT(REPORT_TOLD_BYTES_MAX);
	const struct use use = {.reference = span_of(call->args[0])};
	struct asking asking = {call, home, office};
	struct report_stored stored;
	int64_t id = 0;
	enum err_code rc = read_id(call, &id);

	report_stored_init(&stored);
	if (!rc)
		rc = load(home, id, &stored, &call->err);
	if (!rc)
		rc = report_explain(
		    buf_span(&stored.text), stored.item, &text, &call->err);
	rc = trace_look(call, home, office, &use, &text, rc);
	if (!rc)
		print_report(call, &stored, &text);
	if (!rc && cli_has(call, "rejects"))
		rc = write_rejects(&asking, &stored, id);
	report_stored_release(&stored);
	buf_release(&text);
	return rc ? cli_fail(call) : CLI_DONE;
}

static enum cli_exit run_report(struct cli_call *call)
{
	return trace_run(call, report);
}

static const struct cli_option list_options[] = {CLI_DATA_OPTION, {0}};

static const struct cli_option report_options[] = {
    CLI_DATA_OPTION,
    {"rejects", "OUT",
	N_("write the rejected rows with what is wrong to this file"), false},
    {0},
};

const struct cli_cmd cmd_submissions = {
    .name = "submissions",
    .args = "",
    .summary = N_("list what was submitted"),
    .details = N_("The look leaves its trace in the log of uses."),
    .options = list_options,
    .run = run_submissions,
};

const struct cli_cmd cmd_report = {
    .name = "report",
    .args = "SUBMISSION",
    .summary = N_("show the report of a submission again"),
    .details = N_("The rejected rows can be written as CSV, TSV, XLSX, JSON "
		  "or JSON lines, by the ending of OUT; with another ending "
		  "as the kind of file that came. Mend them and submit the "
		  "file as it is. The look leaves its trace in the log of "
		  "uses."),
    .options = report_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_report,
};
