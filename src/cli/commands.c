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
    &cmd_doubtful_dismiss,
    &cmd_doubtful_undo,
    &cmd_withdraw,
    &cmd_show,
    &cmd_search,
    &cmd_check,
    &cmd_audit,
    &cmd_serve,
    &cmd_prove,
    &cmd_uses_erase,
    &cmd_verify,
    &cmd_log_checkpoint,
    &cmd_log_key,
    &cmd_log_rebuild,
    &cmd_publication_catch_up,
    &cmd_publication_rebuild,
    &cmd_publication_status,
    &cmd_user_add,
    &cmd_user_list,
    &cmd_user_show,
    &cmd_user_grant,
    &cmd_user_revoke,
    &cmd_user_disable,
    &cmd_user_enable,
    &cmd_user_password,
    &cmd_user_totp,
    &cmd_user_link,
    &cmd_user_unlink,
    &cmd_token_add,
    &cmd_token_list,
    &cmd_token_rotate,
    &cmd_token_revoke,
    &cmd_department_list,
    &cmd_ident,
    &cmd_catalog_lint,
    &cmd_catalog_show,
    &cmd_demo,
    &cmd_completion,
    &cmd_manual,
    &cmd_version,
};
const size_t cli_commands_count = ARRAY_COUNT(cli_commands);
