/* SPDX-License-Identifier: Apache-2.0 */
/* The trace that a command leaves before it tells what is not public. */
#ifndef GX_CLI_TRACE_H
#define GX_CLI_TRACE_H

#include "api/office.h"
#include "cli/cli.h"
#include "usage/use_log.h"

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

/* The same by a writer of its own, in the transaction of the log. */
typedef enum err_code trace_write(
    void *ctx, struct use_log *log, struct store *office, struct err *err);
enum err_code trace_leave_by(struct office *office, int64_t now_ms,
    trace_write *write, void *ctx, struct err *err);

#endif
