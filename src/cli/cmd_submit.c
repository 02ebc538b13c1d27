/* SPDX-License-Identifier: Apache-2.0 */
/* submit: takes department files in, each as one transaction. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/decoding.h"
#include "cli/report_view.h"
#include "cli/trace.h"
#include "intake/rejects.h"
#include "intake/report.h"
#include "intake/submit.h"

/* One submission under way. */
struct job {
	struct cli_call *call;
	struct home home;
	const struct cat_item *item;
	const struct cat_department *department;
	const char *path;
	struct decoding_file file;
};

static void on_progress(void *ctx, uint64_t done, uint64_t total, uint64_t rows)
{
	cli_progress(ctx, done, total, rows);
}

static enum err_code find_names(struct job *job)
{
	struct cli_call *call = job->call;
	const char *item = cli_value(call, "item");
	const char *from = cli_value(call, "from");

	job->item = catalog_item(job->home.catalog, item);
	if (!job->item) {
		err_set(
		    &call->err, ERR_NOT_FOUND, "there is no item \"%s\"", item);
		err_hint(&call->err,
		    "\"gongxin catalog show --data DIR\" lists the items.");
		return ERR_NOT_FOUND;
	}
	job->department = catalog_department(job->home.catalog, from);
	if (!job->department)
		return err_set(&call->err, ERR_NOT_FOUND,
		    "there is no department \"%s\" in the catalogue", from);
	if (!cat_may_provide(job->item, job->department)) {
		err_set(&call->err, ERR_REFUSED,
		    "\"%s\" may not provide \"%s\"", job->department->title,
		    job->item->title);
		err_hint(&call->err,
		    "The catalogue says which departments "
		    "provide an item.");
		return ERR_REFUSED;
	}
	return 0;
}

/* What the file is called: where it was put is not always what its sender
 * calls it. */
static const char *name_of(const struct job *job)
{
	const char *name = cli_value(job->call, "name");

	return name ? name : decoding_name(job->path);
}

/* What its sender is told that it is: he cannot know where it was put. */
static const char *told_name(const struct job *job)
{
	const char *name = cli_value(job->call, "name");

	return name ? name : job->path;
}

static enum err_code start(struct job *job, int64_t now_ms)
{
	const struct decode_request request = {job->home.catalog, job->item,
	    date_of_unix_ms(now_ms), -1, -1, name_of(job)};

	return decoding_open(
	    &job->file, job->path, job->home.tmp, request, &job->call->err);
}

/*
 * What a file would come to says which of its rows are known here, and a mark
 * leads to the report of whoever knew it: both tell what is not public, and
 * nothing of them stands in the log of records. Its traces are left first.
 */
static enum err_code open_office(struct job *job, struct office *office)
{
	struct home_options options = cli_home_options(job->call);

	return office_open(
	    &job->home, HOME_WRITE, &options, office, &job->call->err);
}

static struct use look_of(
    const struct job *job, const struct submit_result *result, char id[32])
{
	struct use use = {.department = span_of(job->department->id)};

	snprintf(id, 32, "%lld", (long long)result->submission_id);
	if (result->was_known)
		use.reference = span_of(id);
	return use;
}

static enum err_code leave_look(
    struct job *job, const struct submit_result *result)
{
	struct buf text = BUF_INIT(REPORT_TOLD_BYTES_MAX);
	struct office office = {0};
	char id[32];
	const struct use use = look_of(job, result, id);
	enum err_code rc = open_office(job, &office);

	if (!rc)
		rc = report_explain(buf_span(&result->report), job->item, &text,
		    &job->call->err);
	if (!rc)
		rc = trace_look(job->call, &job->home, &office, &use, &text, 0);
	office_close(&office);
	buf_release(&text);
	return rc;
}

struct rejecting {
	struct job *job;
	const struct submit_result *result;
};

/* rejects_ready */
static enum err_code seal_rejects(
    void *ctx, const struct rejects_written *written, struct err *err)
{
	const struct rejecting *r = ctx;
	struct office office = {0};
	char id[32];
	struct use use = look_of(r->job, r->result, id);
	enum err_code rc = open_office(r->job, &office);

	use.has_answer = true;
	memcpy(use.answer, written->digest, sizeof(use.answer));
	if (!rc)
		rc = trace_file(r->job->call, &r->job->home, &office, &use,
		    written->codes, err);
	office_close(&office);
	return rc;
}

/* The submission is in; what fails here can be had again. */
static enum err_code write_rejects(
    struct job *job, const struct submit_result *result)
{
	struct rejecting rejecting = {job, result};
	const struct rejects_request request = {.store = job->home.store,
	    .catalog = job->home.catalog,
	    .submission_id = result->submission_id,
	    .path = cli_value(job->call, "rejects"),
	    .ready = result->was_known ? seal_rejects : NULL,
	    .ctx = &rejecting};
	struct err *err = &job->call->err;
	uint64_t rows = 0;
	enum err_code rc;

	if (!request.path)
		return 0;
	rc = rejects_write(&request, &rows, err);
	if (rc) {
		err_context(err,
		    "submission %lld is in, but its rejected rows "
		    "are not written",
		    (long long)result->submission_id);
		err_hint(err,
		    "\"gongxin report %lld --rejects OUT\" writes them.",
		    (long long)result->submission_id);
	}
	return rc;
}

static enum err_code submit(
    struct job *job, int64_t now_ms, struct submit_result *result)
{
	struct home_options options = cli_home_options(job->call);
	struct submit_request request = {
	    .catalog = job->home.catalog,
	    .item = job->item,
	    .department = job->department,
	    .decoder = &job->file.decoder,
	    .file_name = name_of(job),
	    .mark = cli_value(job->call, "mark"),
	    .is_rehearsal = cli_has(job->call, "dry-run"),
	    .now_ms = now_ms,
	    .progress = on_progress,
	    .progress_ctx = job->call,
	};
	enum err_code rc = start(job, now_ms);

	if (!rc)
		rc = home_open_store(
		    &job->home, HOME_WRITE, &options, &job->call->err);
	request.fd = job->file.fd;
	request.tmp_folder = job->home.tmp;
	request.store = job->home.store;
	request.ledger = job->home.ledger;
	if (!rc)
		rc = submit_run(&request, result, &job->call->err);
	if (!rc && (request.is_rehearsal || result->was_known) &&
	    !trace_is_of_server())
		rc = leave_look(job, result);
	if (!rc)
		rc = write_rejects(job, result);
	decoding_close(&job->file);
	home_close_store(&job->home);
	if (rc)
		err_context(&job->call->err, "\"%s\"", told_name(job));
	return rc;
}

static void show_result(
    const struct job *job, const struct submit_result *result)
{
	struct buf text = BUF_INIT(REPORT_TOLD_BYTES_MAX);

	cli_progress_end(job->call);
	if (result->unpublished.code)
		fprintf(stderr,
		    tr("gongxin submit: the submission is stored; the log's "
		       "published checkpoint is not up to date yet: %s\n"),
		    result->unpublished.message);
	if (report_explain(buf_span(&result->report), job->item, &text,
		&job->call->err) == 0) {
		json_t *report = json_loadb(text.p, text.n, 0, NULL);

		if (job->call->is_json)
			cli_print_json(&text);
		else
			report_view_print(report, job->home.catalog);
		json_decref(report);
	}
	buf_release(&text);
}

static bool has_refusals(const struct submit_result *r)
{
	return r->refused || r->natural || r->doubtful;
}

static enum cli_exit run_file(struct job *job)
{
	struct submit_result result;
	enum cli_exit code = CLI_NOT_DONE;
	enum err_code rc;

	decoding_init(&job->file);
	submit_result_init(&result);
	rc = submit(job, calendar_now_ms(), &result);
	if (rc) {
		code = cli_fail(job->call);
	} else {
		show_result(job, &result);
		code = has_refusals(&result) ? CLI_REFUSALS : CLI_DONE;
	}
	submit_result_release(&result);
	return code;
}

/* One file's rejects go to one file, which is not the file itself; a name and
 * a mark are one file's. */
static enum err_code check_options(struct cli_call *call)
{
	const char *path = cli_value(call, "rejects");
	struct stat in, out;

	if (call->args_count != 1 &&
	    (cli_has(call, "name") || cli_has(call, "mark")))
		return err_set(&call->err, ERR_USAGE,
		    "--name and --mark are of one file; submit the files one "
		    "by one");
	if (path && cli_has(call, "dry-run"))
		return err_set(&call->err, ERR_USAGE,
		    "--dry-run keeps nothing, so there are no rejects to "
		    "write");
	if (!path)
		return 0;
	if (call->args_count != 1)
		return err_set(&call->err, ERR_USAGE,
		    "--rejects takes the rows of one file; submit the files "
		    "one by one");
	if (stat(call->args[0], &in) == 0 && stat(path, &out) == 0 &&
	    in.st_dev == out.st_dev && in.st_ino == out.st_ino)
		return err_set(&call->err, ERR_USAGE,
		    "--rejects names the file that is submitted");
	return 0;
}

static enum cli_exit run(struct cli_call *call)
{
	struct job job = {.call = call, .home = {.lock_fd = -1}};
	enum cli_exit worst = CLI_DONE;
	size_t i;
	enum err_code rc = calendar_clock_check(&call->err);

	if (!rc)
		rc = check_options(call);
	if (!rc)
		rc = home_open(cli_value(call, "data"), &job.home, &call->err);
	if (!rc)
		rc = home_load_catalog(&job.home, &call->err);
	if (!rc)
		rc = find_names(&job);
	if (rc)
		worst = cli_fail(call);
	for (i = 0; i < call->args_count && worst != CLI_NOT_DONE; i++) {
		enum cli_exit code;

		job.path = call->args[i];
		code = run_file(&job);
		if (code > worst)
			worst = code;
	}
	home_close(&job.home);
	return worst;
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"item", "ITEM", N_("the item of the catalogue that the rows are"), true},
    {"from", "DEPARTMENT", N_("the department that sends them"), true},
    {"rejects", "OUT",
	N_("write the rejected rows with what is wrong to this file"), false},
    {"name", "NAME", N_("what the file is called, when its path is not"),
	false},
    {"mark", "MARK",
	N_("a text of the sender's own: a file under a mark that is known is "
	   "not taken in again, and the first report is shown"),
	false},
    {"dry-run", NULL, N_("say what would become of the rows, and keep nothing"),
	false},
    {0},
};

const struct cli_cmd cmd_submit = {
    .name = "submit",
    .args = "FILE...",
    .summary = N_("take a department's files in"),
    .details = N_("CSV (comma or tab; UTF-8, GB18030, UTF-16), XLSX, JSON "
		  "arrays and JSON lines. Each file is one submission: all "
		  "its good rows, its rejections and its report are in, or "
		  "none is. Exit code 1: some rows were refused, doubtful or "
		  "about natural persons. --rejects writes CSV, TSV, XLSX, "
		  "JSON or JSON lines by the ending of OUT."),
    .options = options,
    .args_min = 1,
    .args_max = SIZE_MAX,
    .run = run,
};
