/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoding side of intake: a file in, checked rows out. Runs in the
 * sandboxed child (proc/proc_decode.c), which gives it open descriptors.
 */
#ifndef GX_INTAKE_DECODE_H
#define GX_INTAKE_DECODE_H

#include "intake/slots.h"

struct decode_request {
	const struct catalog *catalog;
	const struct cat_item *item; /* NULL: a list of codes (code_list.h) */
	date_days received;
	int fd;		  /* the file, at its start */
	int spool_fd;	  /* see reader_open */
	const char *name; /* of the file */
};

/*
 * Reads the whole file into the slots and finishes them: rows, then a text
 * (JSON: format, encoding, sheet, header, header_row, unknown and missing
 * columns), then the last slot or the failure; after the last slot one more
 * text with the file's SHA-256 ({"digest":HEX}). Of a request without an
 * item code_list_decode.
 */
void decode_file(const struct decode_request *request, struct slots *slots);

/* How intake gets its child; proc provides it. The child runs decode_file
 * in a sandbox and exits. */
struct decoder {
	int pid;
	struct slots *slots;
};

typedef enum err_code decoder_start(
    const struct decode_request *request, struct decoder *out, struct err *err);
/* Waits for the child's end; kills it when it is still at work. */
typedef void decoder_stop(struct decoder *decoder);

#endif
