/* SPDX-License-Identifier: Apache-2.0 */
/* log checkpoint, log key, log rebuild. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "api/office.h"
#include "base/file.h"
#include "base/json.h"
#include "base/tr.h"
#include "cli/commands.h"
#include "registry/rebuild.h"
#include "usage/use_rebuild.h"

enum { TEXT_BYTES_MAX = 64 * 1024 };

static enum cli_exit print_text(
    struct cli_call *call, const char *key, const struct buf *text)
{
	struct buf out = BUF_INIT(4 * TEXT_BYTES_MAX);
	struct json_writer w;

	if (!call->is_json) {
		fwrite(buf_str(text), 1, text->n, stdout);
		if (text->n == 0 || text->p[text->n - 1] != '\n')
			fputc('\n', stdout);
		return CLI_DONE;
	}
	json_start(&w, &out);
	json_open_object(&w);
	json_put_span(&w, key, buf_span(text));
	json_close_object(&w);
	cli_print_json(&out);
	buf_release(&out);
	return CLI_DONE;
}

/* Writes what is printed. */
typedef enum err_code make_text(
    struct home *home, struct buf *out, struct err *err);

static enum cli_exit run(struct cli_call *call, enum home_mode mode,
    make_text *make, const char *key)
{
	struct buf text = BUF_INIT(TEXT_BYTES_MAX);
	struct home home;
	enum cli_exit code;

	if (cli_open_home(call, mode, &home))
		return cli_fail(call);
	code = make(&home, &text, &call->err) ? cli_fail(call)
					      : print_text(call, key, &text);
	buf_release(&text);
	home_close(&home);
	return code;
}

static enum err_code checkpoint(
    struct home *home, struct buf *out, struct err *err)
{
	return ledger_checkpoint(home->ledger, out, err);
}

static enum err_code key(struct home *home, struct buf *out, struct err *err)
{
	return ledger_public_key(home->ledger, out, err);
}

/* It may be the folder itself that was lost. */
static enum err_code make_folder(
    const struct home *home, const char *name, struct err *err)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", home->dir, name) >=
	    (int)sizeof(path))
		return err_set(err, ERR_INPUT, "the path is too long");
	return file_make_folders(path, err);
}

/* The log of uses, where there is one. */
static enum err_code rebuild_uses(struct home *home, struct err *err)
{
	struct office office;
	enum err_code rc;

	if (!office_exists(home))
		return office_check_lost(home, err);
	rc = make_folder(home, "log/uses", err);
	if (!rc)
		rc = office_open(home, HOME_WRITE, NULL, &office, err);
	if (rc)
		return rc;
	rc = use_rebuild(office.store, office.uses, err);
	office_close(&office);
	return rc;
}

/* The log of records; its checkpoint is appended to out. */
static enum err_code rebuild_records(
    struct cli_call *call, struct home *home, struct buf *out, struct err *err)
{
	struct home_options options = cli_home_options(call);
	enum err_code rc = make_folder(home, "log/records", err);

	if (!rc)
		rc = home_open_store(home, HOME_WRITE, &options, err);
	if (!rc)
		rc = rebuild_log(home->store, home->ledger, err);
	return rc ? rc : ledger_checkpoint(home->ledger, out, err);
}

static void tell_log(const char *name, enum err_code rc, const struct err *err)
{
	fprintf(stderr, "  %s: %s\n", name,
	    rc ? err->message : tr("written again"));
}

/* Each log by itself: what one of them lacks is no reason to leave the other
 * as it is. */
static enum cli_exit rebuild(
    struct cli_call *call, struct home *home, struct buf *out)
{
	struct err records_err, uses_err;
	enum err_code records_rc =
	    rebuild_records(call, home, out, &records_err);
	enum err_code uses_rc = rebuild_uses(home, &uses_err);

	if (!records_rc && !uses_rc)
		return print_text(call, "checkpoint", out);
	call->err = records_rc ? records_err : uses_err;
	cli_fail(call);
	tell_log(tr("log of records"), records_rc, &records_err);
	if (uses_rc || office_exists(home))
		tell_log(tr("log of uses"), uses_rc, &uses_err);
	return CLI_NOT_DONE;
}

static enum cli_exit run_checkpoint(struct cli_call *call)
{
	return run(call, HOME_WRITE, checkpoint, "checkpoint");
}

static enum cli_exit run_key(struct cli_call *call)
{
	return run(call, HOME_READ, key, "key");
}

static enum cli_exit run_rebuild(struct cli_call *call)
{
	struct buf text = BUF_INIT(TEXT_BYTES_MAX);
	enum cli_exit code;
	struct home home;

	if (home_open(cli_value(call, "data"), &home, &call->err))
		return cli_fail(call);
	code = home_load_catalog(&home, &call->err) ||
		home_check_clock(&home, &call->err)
	    ? cli_fail(call)
	    : rebuild(call, &home, &text);
	buf_release(&text);
	home_close(&home);
	return code;
}

static const struct cli_option options[] = {CLI_DATA_OPTION, {0}};

const struct cli_cmd cmd_log_checkpoint = {
    .name = "log checkpoint",
    .args = "",
    .summary = N_("print the newest signed checkpoint of the log"),
    .details = N_("Also brings the published checkpoint file up to date."),
    .options = options,
    .run = run_checkpoint,
};

const struct cli_cmd cmd_log_key = {
    .name = "log key",
    .args = "",
    .summary = N_("print the log's public key"),
    .details = "",
    .options = options,
    .run = run_key,
};

const struct cli_cmd cmd_log_rebuild = {
    .name = "log rebuild",
    .args = "",
    .summary = N_("write the logs' files again from the databases"),
    .details = N_("For files of the log of records, or of the log of uses, "
		  "that were lost or changed. The root must be the signed "
		  "one, or nothing counts. Where one of them cannot be "
		  "written, the other is."),
    .options = options,
    .run = run_rebuild,
};
