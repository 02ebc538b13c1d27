/* SPDX-License-Identifier: Apache-2.0 */
/* log checkpoint, log key, log rebuild. */
#include <stdio.h>
#include <string.h>

#include "api/office.h"
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

/* The log of uses, where there is one. */
static enum err_code rebuild_uses(struct home *home, struct err *err)
{
	struct office office;
	enum err_code rc;

	if (!office_exists(home))
		return office_check_lost(home, err);
	rc = office_open(home, HOME_WRITE, NULL, &office, err);
	if (rc)
		return rc;
	rc = use_rebuild(office.store, office.uses, err);
	office_close(&office);
	return rc;
}

static enum err_code rebuild(
    struct home *home, struct buf *out, struct err *err)
{
	enum err_code rc = rebuild_log(home->store, home->ledger, err);

	if (!rc)
		rc = rebuild_uses(home, err);
	return rc ? rc : ledger_checkpoint(home->ledger, out, err);
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
	return run(call, HOME_WRITE, rebuild, "checkpoint");
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
		  "one, or nothing counts."),
    .options = options,
    .run = run_rebuild,
};
