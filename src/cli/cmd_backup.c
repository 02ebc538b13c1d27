/* SPDX-License-Identifier: Apache-2.0 */
/* backup: a copy of the whole directory, also while a server runs on it. */
#include <jansson.h>
#include <stdio.h>

#include "api/backup.h"
#include "base/json.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/trace.h"

enum { DOCUMENT_BYTES_MAX = 16 * 1024 };

static void put_document(
    const char *copy, const struct backup_counts *counts, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	json_put_str(&w, "copy", copy);
	json_put_int(&w, "bytes", (int64_t)counts->bytes);
	json_put_int(&w, "statements", (int64_t)counts->statements);
	json_put_int(&w, "uses", (int64_t)counts->uses);
	json_close_object(&w);
}

static void view(const json_t *document)
{
	char bytes[32], statements[32], uses[32];

	printf(tr("%s (bytes: %s, statements: %s, uses: %s)\n"),
	    cli_text(document, "copy"),
	    cli_thousands((uint64_t)json_integer_value(
			      json_object_get(document, "bytes")),
		bytes),
	    cli_thousands((uint64_t)json_integer_value(
			      json_object_get(document, "statements")),
		statements),
	    cli_thousands(
		(uint64_t)json_integer_value(json_object_get(document, "uses")),
		uses));
	printf(tr("to be sure of it: gongxin verify --all --data %s\n"),
	    cli_text(document, "copy"));
}

static struct use look_of(const struct cli_call *call)
{
	return (struct use){.at_ms = calendar_now_ms(),
	    .act = USE_READ,
	    .purpose = span_of(call->cmd->name),
	    .reference = span_of(call->args[0])};
}

/* Who has the copy has everything: that is sealed before it is made, and is in
 * it (backup_begin). */
static enum err_code seal(void *ctx, struct office *office, struct err *err)
{
	const struct use use = look_of(ctx);

	return trace_leave(office, &use, err);
}

static enum err_code make(struct cli_call *call, const struct home *home,
    struct office *office, struct buf *document)
{
	struct home_options options = cli_home_options(call);
	const struct use look = look_of(call);
	struct backup_counts counts;
	enum err_code rc = backup_make(home, office, call->args[0], &options,
	    seal, call, &counts, &call->err);

	if (rc)
		return trace_look(call, home, office, &look, NULL, rc);
	put_document(call->args[0], &counts, document);
	return 0;
}

/* The catalogue is not looked at: a directory with a faulty one is worth as
 * much. */
static enum cli_exit run(struct cli_call *call)
{
	struct home_options options = cli_home_options(call);
	struct buf document = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct office office = {0};
	struct home home;
	enum cli_exit code;
	enum err_code rc =
	    home_open(cli_value(call, "data"), &home, &call->err);

	if (rc)
		return cli_fail(call);
	rc = home_check_clock(&home, &call->err);
	if (!rc)
		rc = office_open(
		    &home, HOME_WRITE, &options, &office, &call->err);
	if (!rc)
		rc = make(call, &home, &office, &document);
	code = cli_tell(call, rc, &document, view);
	office_close(&office);
	home_close(&home);
	buf_release(&document);
	return code;
}

static const struct cli_option options[] = {CLI_DATA_OPTION, {0}};

const struct cli_cmd cmd_backup = {
    .name = "backup",
    .args = "COPY",
    .summary = N_("copy the whole directory, also while a server runs on it"),
    .details = N_("COPY is a place where nothing is; it appears there when it "
		  "is whole and on disk. Checks and sign-ins go on meanwhile; "
		  "commands that write wait while the records are copied. The "
		  "copy is a data directory of its own: keep it as secret as "
		  "this one. It leaves its trace in the log of uses."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
