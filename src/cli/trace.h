/* SPDX-License-Identifier: Apache-2.0 */
/* The trace that a command leaves before it tells what is not public. */
#ifndef GX_CLI_TRACE_H
#define GX_CLI_TRACE_H

#include "api/office.h"
#include "usage/use.h"

enum { TRACE_NAME_BYTES = 64 };

/* Who sits at the machine: the system's name of the user. */
void trace_find_reader(char out[TRACE_NAME_BYTES]);
/* Seals and publishes the use; its reader becomes a command's. */
enum err_code trace_leave(
    struct office *office, const struct use *use, struct err *err);

#endif
