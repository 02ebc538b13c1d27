/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints (c2sp.org/tlog-checkpoint): the text of the note in which a log
 * states its size and root.
 *
 *     ORIGIN
 *     SIZE
 *     BASE64(root)
 *     [EXTENSION LINE ...]
 */
#ifndef GX_TLOG_CHECKPOINT_H
#define GX_TLOG_CHECKPOINT_H

#include "base/buf.h"
#include "tlog/tlog.h"

enum {
	/* Of the whole text: what note_open verifies cosignatures over. */
	CHECKPOINT_BYTES_MAX = 8192,
	CHECKPOINT_ORIGIN_BYTES_MAX = 255
};

struct checkpoint {
	struct span origin; /* which log; not empty */
	struct tlog_head head;
	/* Zero or more non-empty lines, each with its newline. */
	struct span extensions;
};

/* Appends the text. ERR_INPUT when origin or extensions cannot stand in a
 * checkpoint, or the empty tree has another root than its own; ERR_FULL
 * past a bound. Then out has the bytes it had. */
int checkpoint_write(
    const struct checkpoint *c, struct buf *out, struct err *err);
/* Reads a note's text; the spans point into it. ERR_INPUT when it is not
 * what checkpoint_write writes. */
int checkpoint_parse(struct span text, struct checkpoint *out, struct err *err);

#endif
