/* SPDX-License-Identifier: Apache-2.0 */
/* Every command, one const struct in a file of its own (cmd_*.c). */
#ifndef GX_CLI_COMMANDS_H
#define GX_CLI_COMMANDS_H

#include "cli/cli.h"

extern const struct cli_cmd cmd_case_file, cmd_case_list, cmd_case_move,
    cmd_case_show;
extern const struct cli_cmd cmd_catalog_lint;
extern const struct cli_cmd cmd_catalog_show;
extern const struct cli_cmd cmd_codes, cmd_completion;
extern const struct cli_cmd cmd_check, cmd_audit;
extern const struct cli_cmd cmd_demo;
extern const struct cli_cmd cmd_department_list;
extern const struct cli_cmd cmd_doubtful_dismiss;
extern const struct cli_cmd cmd_doubtful_list;
extern const struct cli_cmd cmd_doubtful_resolve;
extern const struct cli_cmd cmd_doubtful_undo;
extern const struct cli_cmd cmd_ident;
extern const struct cli_cmd cmd_init;
extern const struct cli_cmd cmd_log_checkpoint;
extern const struct cli_cmd cmd_log_key;
extern const struct cli_cmd cmd_log_rebuild;
extern const struct cli_cmd cmd_manual;
extern const struct cli_cmd cmd_prove;
extern const struct cli_cmd cmd_publication_catch_up;
extern const struct cli_cmd cmd_publication_rebuild;
extern const struct cli_cmd cmd_publication_status;
extern const struct cli_cmd cmd_report;
extern const struct cli_cmd cmd_search;
extern const struct cli_cmd cmd_serve;
extern const struct cli_cmd cmd_show;
extern const struct cli_cmd cmd_submissions;
extern const struct cli_cmd cmd_submit;
extern const struct cli_cmd cmd_token_add;
extern const struct cli_cmd cmd_token_list;
extern const struct cli_cmd cmd_token_revoke;
extern const struct cli_cmd cmd_token_rotate;
extern const struct cli_cmd cmd_user_add;
extern const struct cli_cmd cmd_user_disable;
extern const struct cli_cmd cmd_user_enable;
extern const struct cli_cmd cmd_user_grant;
extern const struct cli_cmd cmd_user_link;
extern const struct cli_cmd cmd_user_list;
extern const struct cli_cmd cmd_user_password;
extern const struct cli_cmd cmd_user_revoke;
extern const struct cli_cmd cmd_user_show;
extern const struct cli_cmd cmd_user_totp;
extern const struct cli_cmd cmd_user_unlink;
extern const struct cli_cmd cmd_backup, cmd_upgrade;
extern const struct cli_cmd cmd_uses_erase;
extern const struct cli_cmd cmd_verify;
extern const struct cli_cmd cmd_version;
extern const struct cli_cmd cmd_withdraw;
extern const struct cli_cmd cmd_reinstate;
extern const struct cli_cmd cmd_webhook_add;
extern const struct cli_cmd cmd_webhook_list;
extern const struct cli_cmd cmd_webhook_remove;
extern const struct cli_cmd cmd_webhook_test;

#endif
