/* SPDX-License-Identifier: Apache-2.0 */
/* completion, manual, version: what the program says of itself. */
#include <stdio.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/help.h"

static enum cli_exit run_completion(struct cli_call *call)
{
	(void)call;
	help_completion(stdout);
	return CLI_DONE;
}

static enum cli_exit run_manual(struct cli_call *call)
{
	(void)call;
	help_manual(stdout);
	return CLI_DONE;
}

static enum cli_exit run_version(struct cli_call *call)
{
	struct buf text = BUF_INIT(4096);
	struct json_writer w;

	if (!call->is_json) {
		printf("gongxin %s\n", GX_VERSION);
		return CLI_DONE;
	}
	json_start(&w, &text);
	json_open_object(&w);
	json_put_str(&w, "version", GX_VERSION);
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
	return CLI_DONE;
}

const struct cli_cmd cmd_completion = {
    .name = "completion",
    .args = "",
    .summary = N_("print the completion script for bash"),
    .details = N_("Use: source <(gongxin completion)"),
    .run = run_completion,
};

const struct cli_cmd cmd_manual = {
    .name = "manual",
    .args = "",
    .summary = N_("print the manual page"),
    .details = N_("Use: gongxin manual | man -l -"),
    .run = run_manual,
};

const struct cli_cmd cmd_version = {
    .name = "version",
    .args = "",
    .summary = N_("print the version"),
    .details = "",
    .run = run_version,
};
