/* SPDX-License-Identifier: Apache-2.0 */
/* The one list of commands, in the order of the help. A name of two words
 * stands before a name that is its first word. */
#include "cli/commands.h"

#include "base/check.h"
#include "cli/cli.h"

const struct cli_cmd *const cli_commands[] = {
    &cmd_init,
    &cmd_submit,
    &cmd_submissions,
    &cmd_report,
    &cmd_doubtful_list,
    &cmd_doubtful_resolve,
    &cmd_doubtful_undo,
    &cmd_withdraw,
    &cmd_show,
    &cmd_search,
    &cmd_serve,
    &cmd_prove,
    &cmd_verify,
    &cmd_log_checkpoint,
    &cmd_log_key,
    &cmd_log_rebuild,
    &cmd_publication_catch_up,
    &cmd_publication_rebuild,
    &cmd_publication_status,
    &cmd_ident,
    &cmd_catalog_lint,
    &cmd_catalog_show,
    &cmd_demo,
    &cmd_completion,
    &cmd_manual,
    &cmd_version,
};
const size_t cli_commands_count = ARRAY_COUNT(cli_commands);
