/* SPDX-License-Identifier: Apache-2.0 */
/* Help, shell completion and the manual page, all from the command tables. */
#ifndef GX_CLI_HELP_H
#define GX_CLI_HELP_H

#include <stdio.h>

#include "cli/cli.h"

/* Of the commands that begin with the word `first`; NULL: of all. */
void help_overview(FILE *out, const char *first);
void help_command(FILE *out, const struct cli_cmd *cmd);
/* A completion script for bash. */
void help_completion(FILE *out);
/* The manual page, section 1, in the process's language. */
void help_manual(FILE *out);

#endif
