/* SPDX-License-Identifier: Apache-2.0 */
/* withdraw: takes a record back, with a reason. */
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

static enum err_code withdraw(struct cli_call *call, struct home *home,
    struct withdraw_request *request, struct withdraw_result *result)
{
	const char *from = cli_value(call, "from");
	const char *since = cli_value(call, "since");

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
	return withdraw_run(request, result, &call->err);
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

static void print_json(const struct withdraw_request *request,
    const struct withdraw_result *result)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct json_writer w;

	json_start(&w, &text);
	json_open_object(&w);
	json_put_int(&w, "withdrawn", (int64_t)request->record);
	json_put_int(&w, "statement", (int64_t)result->statement);
	json_put_str(&w, "code", result->code);
	json_put_str(&w, "item", result->item);
	json_put_str(&w, "from", request->department->id);
	json_put_date(&w, "on", date_of_unix_ms(request->now_ms));
	json_put_span(&w, "reason", request->reason);
	json_put_str(&w, "by", request->by ? request->by : "");
	json_put_date(&w, "since", request->since);
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
}

static enum cli_exit run(struct cli_call *call)
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
		rc = withdraw(call, &home, &request, &result);
	rc = leave(call, &home, rc);
	if (rc)
		code = cli_fail(call);
	else if (call->is_json)
		print_json(&request, &result);
	else
		printf(tr("record %llu of %s is withdrawn; sealed as "
			  "statement %llu\n"),
		    (unsigned long long)request.record, result.code,
		    (unsigned long long)result.statement);
	home_close(&home);
	return code;
}

static const struct cli_option options[] = {
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
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
