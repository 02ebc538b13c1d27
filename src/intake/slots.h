/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The road between the decoding child and its parent: a few blocks of
 * checked rows in shared memory and a pair of pipes that say which block is
 * whose.
 *
 *	child:  take a free slot -> fill it with rows -> post it
 *	parent: wait for a posted slot -> copy it -> give it back
 *
 * The child handles untrusted bytes, so the parent trusts nothing in a
 * slot: it copies the slot first (the child could change it meanwhile),
 * checks every length against the copy (slot_next) and that fields are
 * fields of the item (fields.h). What a child that was taken over can do is
 * submit rows; it cannot touch the database, the
 * catalogue's digest, the department or the time, which the parent adds.
 */
#ifndef GX_INTAKE_SLOTS_H
#define GX_INTAKE_SLOTS_H

#include <stdint.h>

#include "base/err.h"
#include "intake/check.h"

enum {
	SLOT_COUNT = 6,
	SLOT_BYTES = 4 * 1024 * 1024 + 512 * 1024,
	/* A slot goes when it holds so much, so that what one process wrote
	 * the other finds in the processor's cache. */
	SLOT_POST_BYTES = 256 * 1024,
	/* No row is larger: fields, cells, findings and names together. */
	SLOT_ROW_BYTES_MAX = 4 * 1024 * 1024
};

/* What the child says at the end. */
enum slot_end {
	SLOT_MORE = 0, /* an ordinary slot */
	SLOT_LAST,     /* the file was read to its end */
	SLOT_FAILED    /* it was not; the slot's text says why */
};

/* In front of a slot's rows. */
struct slot_head {
	uint32_t end; /* enum slot_end */
	uint32_t rows;
	uint32_t bytes;	   /* of the rows behind the head */
	int32_t code;	   /* enum err_code with SLOT_FAILED */
	uint64_t position; /* bytes of the file read so far */
	uint64_t natural;  /* rows about natural persons since the last */
};

/* A row in a slot; its texts follow in the order of the lengths. */
struct slot_row {
	uint64_t number;
	uint64_t key_hash;
	uint64_t content_hash;
	int64_t corrects;
	int32_t decided_on;
	int32_t valid_to;
	int32_t public_until;
	uint32_t name_bytes;
	uint32_t code_text_bytes;
	uint32_t fields_bytes;
	uint32_t closed_bytes;
	uint32_t findings_bytes;
	uint32_t cells_bytes;
	uint8_t outcome; /* enum row_outcome */
	uint8_t doubt;	 /* enum doubt */
	uint8_t class_;	 /* enum cat_class */
	uint8_t is_late;
	char code[20]; /* 18 characters and NULs */
};

/* The shared memory with its pipes; made before fork, used by both. */
struct slots;

enum err_code slots_new(struct slots **out, struct err *err);
void slots_free(struct slots **slots);
/* Each process closes the ends that are the other's. */
void slots_be_child(struct slots *slots);
void slots_be_parent(struct slots *slots);
/* The descriptors that the child must keep: two. */
void slots_child_fds(const struct slots *slots, int fds_out[2]);

/* Child. Adds a row; posts the slot when it is full. ERR_IO when the parent
 * is gone. */
enum err_code slots_put_row(
    struct slots *slots, const struct checked_row *row, struct err *err);
/* Text (JSON) that describes the file, sent before its rows. */
enum err_code slots_put_text(
    struct slots *slots, struct span text, struct err *err);
void slots_set_position(struct slots *slots, uint64_t position);
/* Posts what is there; failure NULL = read to the end. */
enum err_code slots_finish(
    struct slots *slots, const struct err *failure, struct err *err);

/* Parent: a private copy of a slot. */
struct slot_view {
	struct slot_head head;
	char *bytes; /* SLOT_BYTES, owned */
	uint32_t at; /* of the next row */
};

void slot_view_init(struct slot_view *view);
void slot_view_release(struct slot_view *view);
/* Waits for the child's next slot. ERR_SYSTEM when the child ended without
 * a last slot. */
enum err_code slots_take(
    struct slots *slots, struct slot_view *view, struct err *err);
/* The text of a slot that has one (rows 0, bytes > 0). */
struct span slot_text(const struct slot_view *view);
/* 1 a row, 0 no more, ERR_CORRUPT when the child wrote nonsense. Spans live
 * until the next slots_take. */
int slot_next(
    struct slot_view *view, struct checked_row *row_out, struct err *err);
/* ERR_CORRUPT: what the child sent makes no sense. */
enum err_code slots_nonsense(struct err *err);

#endif
