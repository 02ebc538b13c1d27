/* SPDX-License-Identifier: Apache-2.0 */
/* A file that a command is given, and the sandboxed child that reads it. */
#ifndef GX_CLI_DECODING_H
#define GX_CLI_DECODING_H

#include "proc/proc_decode.h"

struct decoding_file {
	int fd;
	int spool_fd;
	struct decoder decoder;
};

void decoding_init(struct decoding_file *file);
/* Opens the file and starts the child on it, before any database is.
 * `request` is whole but for the descriptors. ERR_INPUT: it is no ordinary
 * file. Close it also then. The error does not name the file: its sender may
 * call it otherwise. */
enum err_code decoding_open(struct decoding_file *file, const char *path,
    const char *tmp_folder, struct decode_request request, struct err *err);
/* Ends the child. */
void decoding_close(struct decoding_file *file);
/* The last part of a path. */
const char *decoding_name(const char *path);

#endif
