/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/trace.h"

#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/subject.h"
#include "calendar/calendar.h"

void trace_find_reader(char out[TRACE_NAME_BYTES])
{
	const struct passwd *user = getpwuid(getuid());

	snprintf(out, TRACE_NAME_BYTES, "%s", user ? user->pw_name : "-");
}

enum err_code trace_leave_by(struct office *office, int64_t now_ms,
    trace_write *write, void *ctx, struct err *err)
{
	struct use_log *log;
	enum err_code rc = store_in_transaction(office->store)
	    ? ERR_NONE
	    : store_begin(office->store, err);

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
	char reader[TRACE_NAME_BYTES];
	struct use own = *use;

	trace_find_reader(reader);
	own.reader = span_of(reader);
	own.reader_kind = USE_COMMAND;
	return trace_leave_by(office, use->at_ms, write_one, &own, err);
}

enum err_code trace_look(struct cli_call *call, struct office *office,
    const struct use *look, const struct buf *answer, enum err_code rc)
{
	const char *purpose = cli_value(call, "purpose");
	struct use use = *look;
	struct err untraced;

	use.at_ms = calendar_now_ms();
	use.act = USE_READ;
	use.purpose = span_of(purpose ? purpose : call->cmd->name);
	if (rc) {
		use.outcome = USE_REFUSED;
		use.why = span_of(err_name(rc));
	} else if (answer) {
		use.has_answer = true;
		sha256_bytes(answer->p, answer->n, use.answer);
	}
	if (trace_leave(office, &use, &untraced) == 0)
		return rc;
	call->err = untraced;
	return untraced.code;
}

enum err_code trace_find_subject(struct store *store,
    const struct buf *document, char code[TRACE_CODE_BYTES], struct use *use,
    struct err *err)
{
	json_t *json = json_loadb(document->p, document->n, 0, NULL);
	const json_t *subject = json_object_get(json, "subject");
	struct subject found;
	enum err_code rc;

	snprintf(code, TRACE_CODE_BYTES, "%s",
	    cli_text(subject ? subject : json, "code"));
	json_decref(json);
	if (!code[0])
		return 0;
	subject_init(&found);
	rc = store_begin_read(store, err);
	if (!rc)
		rc = subject_find_code(store, span_of(code), &found, err);
	store_rollback(store);
	if (!rc) {
		use->subject = span_of(code);
		use->subject_id = found.id;
	}
	subject_release(&found);
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

enum cli_exit trace_run_for(struct cli_call *call, trace_command *command)
{
	const char *purpose = cli_value(call, "purpose");
	struct home home;
	enum cli_exit result;

	if (purpose && purpose[strspn(purpose, " ")])
		return trace_run(call, command);
	if (purpose) {
		err_set(&call->err, ERR_USAGE, "say what it is for");
		return cli_fail(call);
	}
	if (cli_open_home(call, HOME_READ, &home))
		return cli_fail(call);
	result = command(call, &home, NULL);
	home_close(&home);
	return result;
}
