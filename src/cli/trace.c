/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/trace.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

void trace_find_reader(char out[TRACE_NAME_BYTES])
{
	const struct passwd *user = getpwuid(getuid());

	snprintf(out, TRACE_NAME_BYTES, "%s", user ? user->pw_name : "-");
}

enum err_code trace_leave_by(struct office *office, int64_t now_ms,
    trace_write *write, void *ctx, struct err *err)
{
	struct use_log *log;
	enum err_code rc = store_begin(office->store, err);

	use_log_new(office->store, office->uses, &log);
	if (!rc)
		rc = use_log_begin(log, err);
	if (!rc)
		rc = write(ctx, log, office->store, err);
	if (!rc)
		rc = use_log_seal(log, now_ms, err);
	if (!rc)
		rc = store_commit(office->store, err);
	if (!rc)
		rc = use_log_publish(log, now_ms, NULL, err);
	use_log_free(&log);
	return rc;
}

static enum err_code write_one(
    void *ctx, struct use_log *log, struct store *office, struct err *err)
{
	uint64_t seq;

	(void)office;
	return use_log_add(log, ctx, &seq, err);
}

enum err_code trace_leave(
    struct office *office, const struct use *use, struct err *err)
{
	struct use own = *use;

	own.reader_kind = USE_COMMAND;
	return trace_leave_by(office, use->at_ms, write_one, &own, err);
}

enum cli_exit trace_run(struct cli_call *call, trace_command *command)
{
	struct home_options options = cli_home_options(call);
	struct office office = {0};
	struct home home;
	enum cli_exit result;

	if (cli_open_home(call, HOME_READ, &home))
		return cli_fail(call);
	if (home_check_clock(&home, &call->err) ||
	    office_open(&home, HOME_WRITE, &options, &office, &call->err))
		result = cli_fail(call);
	else
		result = command(call, &home, &office);
	office_close(&office);
	home_close(&home);
	return result;
}
