/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of codes: a file in which somebody has the codes of organisations,
 * in one column beside names, sums and telephones. The sandboxed child reads
 * the file as any other (decode.h, with a request that names no item); what
 * comes of it here is that column, with the rows as the file counts them.
 *
 *	child:  reader -> rows as lines of text -> slots
 *	parent: code_list_read -> which column? -> code_list_next ...
 *
 * The column is the one that is called 统一社会信用代码; where none is, the
 * one in which most cells are valid unified codes, else older ones. One that
 * is mistyped is no reason to pass a row over: whatever stands in the column
 * below its title is told.
 */
#ifndef GX_INTAKE_CODE_LIST_H
#define GX_INTAKE_CODE_LIST_H

#include "base/buf.h"
#include "intake/decode.h"

enum {
	CODE_LIST_BYTES_MAX = 16 * 1024 * 1024, /* of all its cells */
	CODE_LIST_CELL_BYTES_MAX = 320		/* the rest of one is cut */
};

struct code_list {
	struct buf rows;   /* a line each: number, TAB, cells between TABs */
	size_t column;	   /* from 1 */
	struct span title; /* the text above its codes; "" when there is none */
	size_t at;	   /* of the first row below it */
};

void code_list_init(struct code_list *list);
void code_list_release(struct code_list *list);

/* In the child, in place of decode_file's work. */
void code_list_decode(
    const struct decode_request *request, struct slots *slots);

/*
 * In the parent: all that the child says. ERR_INPUT: the file cannot be
 * read, or no column has codes, or several have; ERR_FULL: it is too long.
 * title and the texts of rows live as long as the list.
 */
enum err_code code_list_read(
    struct slots *slots, struct code_list *list, struct err *err);

struct code_list_row {
	uint64_t number;  /* as a person counts in the file */
	struct span text; /* of the cell; "" when it is empty */
};
/* One after another; *at: list->at in the beginning. False: no more. */
bool code_list_next(
    const struct code_list *list, size_t *at, struct code_list_row *out);

#endif
