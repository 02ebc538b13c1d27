/* SPDX-License-Identifier: Apache-2.0 */
/* The process that decodes untrusted files: fork, sandbox, run, exit. */
#ifndef GX_PROC_PROC_DECODE_H
#define GX_PROC_PROC_DECODE_H

#include "intake/decode.h"

/* A decoder_start and a decoder_stop (intake/decode.h). Start it before
 * the database is opened, so that the child's memory never held any. */
enum err_code proc_decode_start(
    const struct decode_request *request, struct decoder *out, struct err *err);
void proc_decode_stop(struct decoder *decoder);

#endif
