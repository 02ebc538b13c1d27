/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/trace.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "usage/use_log.h"

void trace_find_reader(char out[TRACE_NAME_BYTES])
{
	const struct passwd *user = getpwuid(getuid());

	snprintf(out, TRACE_NAME_BYTES, "%s", user ? user->pw_name : "-");
}

enum err_code trace_leave(
    struct office *office, const struct use *use, struct err *err)
{
	struct use own = *use;
	struct use_log *log;
	uint64_t seq;
	enum err_code rc = store_begin(office->store, err);

	own.reader_kind = USE_COMMAND;
	use_log_new(office->store, office->uses, &log);
	if (!rc)
		rc = use_log_begin(log, err);
	if (!rc)
		rc = use_log_add(log, &own, &seq, err);
	if (!rc)
		rc = use_log_seal(log, use->at_ms, err);
	if (!rc)
		rc = store_commit(office->store, err);
	if (!rc)
		rc = use_log_publish(log, use->at_ms, NULL, err);
	use_log_free(&log);
	return rc;
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
