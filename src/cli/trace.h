/* SPDX-License-Identifier: Apache-2.0 */
/* The trace that a command leaves before it tells what is not public. */
#ifndef GX_CLI_TRACE_H
#define GX_CLI_TRACE_H

#include "api/office.h"
#include "cli/cli.h"
#include "usage/use.h"

enum { TRACE_NAME_BYTES = 64 };

/* Who sits at the machine: the system's name of the user. */
void trace_find_reader(char out[TRACE_NAME_BYTES]);
/* Seals and publishes the use; its reader becomes a command's. */
enum err_code trace_leave(
    struct office *office, const struct use *use, struct err *err);

/* A whole command that leaves a trace: opens the directory of --data to read
 * and its office to write, and closes them behind what it does. */
typedef enum cli_exit trace_command(
    struct cli_call *call, struct home *home, struct office *office);
enum cli_exit trace_run(struct cli_call *call, trace_command *command);

#endif
