/* SPDX-License-Identifier: Apache-2.0 */
/* withdraw, reinstate: takes a record back, with a reason, and the mistake of
 * having done so. */
#include <stdio.h>

#include "api/own_records.h"
#include "base/json.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/trace.h"
#include "registry/withdraw.h"

enum { DOCUMENT_BYTES_MAX = 64 * 1024 };

static enum err_code parse_record(struct cli_call *call, uint64_t *out)
{
	const char *text = call->args[0];

	if (!cli_is_number(text, out)) {
		err_set(&call->err, ERR_USAGE, "\"%.100s\" is no record number",
		    text);
		err_hint(&call->err,
		    "\"gongxin show CODE\" tells the numbers "
		    "of an organisation's records.");
		return ERR_USAGE;
	}
	return 0;
}

typedef enum err_code act(const struct withdraw_request *request,
    struct withdraw_result *out, struct err *err);

static enum err_code do_act(struct cli_call *call, struct home *home,
    struct withdraw_request *request, act *work, struct withdraw_result *result)
{
	const char *from = cli_value(call, "from");
	const char *since =
	    work == withdraw_run ? cli_value(call, "since") : NULL;

	request->store = home->store;
	request->ledger = home->ledger;
	request->catalog = home->catalog;
	request->tmp_folder = home->tmp;
	request->reason = span_of(cli_value(call, "reason"));
	request->now_ms = calendar_now_ms();
	request->by = cli_value(call, "by");
	request->since = DATE_NONE;
	if (since && !date_parse_iso(span_of(since), &request->since))
		return err_set(&call->err, ERR_USAGE,
		    "--since must be a day like 2026-04-20");
	request->department = catalog_department(home->catalog, from);
	if (!request->department)
		return err_set(&call->err, ERR_NOT_FOUND,
		    "there is no department \"%s\" in the catalogue", from);
	return work(request, result, &call->err);
}

/* What was refused names the organisation that the record is about, where it
 * is there. */
static enum err_code leave(
    struct cli_call *call, const struct home *home, enum err_code rc)
{
	const struct reading reading = {
	    .store = home->store, .catalog = home->catalog};
	struct use use = {.department = span_of(cli_value(call, "from")),
	    .reference = span_of(call->args[0])};
	struct own_record record;
	uint64_t number;

	own_record_init(&record);
	if (rc && cli_is_number(call->args[0], &number) &&
	    own_record_find(&reading, number, &record, NULL) == 0) {
		use.subject = span_of(record.code);
		use.subject_id = record.subject_id;
	}
	rc = trace_refused(call, home, &use, rc);
	own_record_release(&record);
	return rc;
}

/* Of a withdrawal: which record, by which statement; of a reinstatement: which
 * one, as which. */
static void print_json(const struct withdraw_request *request, act *work,
    const struct withdraw_result *result)
{
	bool is_withdrawal = work == withdraw_run;
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct json_writer w;

	json_start(&w, &text);
	json_open_object(&w);
	json_put_int(&w, is_withdrawal ? "withdrawn" : "reinstated",
	    (int64_t)request->record);
	json_put_int(&w, is_withdrawal ? "statement" : "record",
	    (int64_t)result->statement);
	json_put_str(&w, "code", result->code);
	json_put_str(&w, "item", result->item);
	json_put_str(&w, "from", request->department->id);
	json_put_date(&w, "on", date_of_unix_ms(request->now_ms));
	json_put_span(&w, "reason", request->reason);
	json_put_str(&w, "by", request->by ? request->by : "");
	if (is_withdrawal)
		json_put_date(&w, "since", request->since);
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
}

static void print_text(const struct withdraw_request *request, act *work,
    const struct withdraw_result *result)
{
	unsigned long long record = request->record;
	unsigned long long statement = result->statement;

	if (work == withdraw_run)
		printf(tr("record %llu of %s is withdrawn; sealed as "
			  "statement %llu\n"),
		    record, result->code, statement);
	else
		printf(tr("record %llu of %s is reinstated, as record %llu\n"),
		    record, result->code, statement);
}

static enum cli_exit run(struct cli_call *call, act *work)
{
	struct withdraw_request request = {0};
	struct withdraw_result result = {0};
	struct home home = {.lock_fd = -1};
	enum cli_exit code = CLI_DONE;
	enum err_code rc = calendar_clock_check(&call->err);

	if (!rc)
		rc = cli_open_home(call, HOME_WRITE, &home);
	if (rc)
		return cli_fail(call);
	rc = parse_record(call, &request.record);
	if (!rc)
		rc = do_act(call, &home, &request, work, &result);
	rc = leave(call, &home, rc);
	if (rc)
		code = cli_fail(call);
	else if (call->is_json)
		print_json(&request, work, &result);
	else
		print_text(&request, work, &result);
	home_close(&home);
	return code;
}

static enum cli_exit run_withdraw(struct cli_call *call)
{
	return run(call, withdraw_run);
}

static enum cli_exit run_reinstate(struct cli_call *call)
{
	return run(call, withdraw_take_back);
}

static const struct cli_option withdraw_options[] = {
    CLI_DATA_OPTION,
    {"from", "DEPARTMENT", N_("the department that withdraws it"), true},
    {"reason", "TEXT", N_("why, in one line; it is sealed with it"), true},
    {"by", "WHO", N_("who withdraws it; sealed, and not public"), false},
    {"since", "DAY",
	N_("when its decision was changed, revoked or found void: the law's "
	   "clock runs from there"),
	false},
    {0},
};

const struct cli_cmd cmd_withdraw = {
    .name = "withdraw",
    .args = "RECORD",
    .summary = N_("take a record back, with a reason"),
    .details = N_("For a decision that was changed, revoked, found illegal or "
		  "void: its organ withdraws what was published within 3 "
		  "days and says why in public (Administrative Penalty Law, "
		  "article 48). Only the record's source or the city's "
		  "credit office may. Publication ends at once; the history "
		  "stays readable to those entitled, and the withdrawal is "
		  "sealed in the log. To correct a record, submit it again "
		  "with the right content."),
    .options = withdraw_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_withdraw,
};

static const struct cli_option reinstate_options[] = {
    CLI_DATA_OPTION,
    {"from", "DEPARTMENT", N_("the department that withdrew it"), true},
    {"reason", "TEXT", N_("why, in one line; it is sealed with it"), true},
    {"by", "WHO", N_("who reinstates it; sealed, and not public"), false},
    {0},
};

const struct cli_cmd cmd_reinstate = {
    .name = "reinstate",
    .args = "RECORD",
    .summary = N_("take a mistaken withdrawal back, with a reason"),
    .details = N_("For a record that should not have been withdrawn. What it "
		  "said is sealed once more, as its next version, and it is "
		  "public again for as long as it would have been; the "
		  "withdrawal stays in the log. Only the department that "
		  "withdrew it may. Submitting the same row again does not "
		  "do it."),
    .options = reinstate_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_reinstate,
};
