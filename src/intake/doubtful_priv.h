/* SPDX-License-Identifier: Apache-2.0 */
/* Between the acts (doubtful.c and what it needs) and the queue shown
 * (doubtful_list.c): a row (doubtful_row.c). */
#ifndef GX_INTAKE_DOUBTFUL_PRIV_H
#define GX_INTAKE_DOUBTFUL_PRIV_H

#include <jansson.h>

#include "intake/doubtful.h"

/* A row of the queue as it is stored. */
struct doubtful_row {
	int64_t id;
	int64_t submission_id;
	int64_t number; /* in the file */
	const struct cat_item *item;
	bool is_item_gone; /* from today's catalogue: it is as it was */
	struct buf reason; /* doubt_name */
	struct buf code_text;
	struct buf name;
	struct buf fields;     /* for everybody; JSON */
	struct buf closed;     /* internal ones, or empty */
	struct buf department; /* that sent it */
	struct buf file_name;  /* of its submission */
	int64_t received_at;
	int64_t arrived_seq; /* end of the log behind its submission */
	uint64_t key_hash;
	uint64_t content_hash;
	date_days decided_on;
	date_days valid_to;
	date_days public_until;
	uint8_t class_;
};

void doubtful_row_init(struct doubtful_row *row);
void doubtful_row_release(struct doubtful_row *row);
/* Catalogues under which rows came whose items today's has no more. Begins as
 * {0}; owns them, and is released after the rows. */
struct doubtful_past {
	struct catalog **list;
	size_t count;
	size_t max;
};
void doubtful_past_release(struct doubtful_past *past);
/* ERR_NOT_FOUND when there is no such row. */
enum err_code doubtful_row_load(struct store *store,
    const struct catalog *catalog, struct doubtful_past *past, int64_t id,
    struct doubtful_row *out, struct err *err);

/* All fields, open and closed; NULL when they cannot be read. Owned. */
json_t *doubtful_row_fields(const struct doubtful_row *row);

/* The subject of a dismissal. Stored: never change. */
enum { DOUBTFUL_DISMISSED = -1 };

/* The newest decision about a row; all 0 when there is none. */
struct doubtful_edge {
	int64_t number;	    /* from 1 */
	int64_t subject_id; /* 0: the row is open again */
	int64_t seq;
};
enum err_code doubtful_last_edge(struct store *store, int64_t id,
    struct doubtful_edge *out, struct err *err);
/* ERR_CONFLICT: of the subject's record with the row's key something was said
 * after the row had come, which a decision must not replace. */
enum err_code doubtful_check_newest(struct store *store,
    const struct doubtful_row *row, int64_t subject_id, struct err *err);
/* The subject is no longer called as the row says, unless others say so.
 * The row's decision is undone already. In the caller's transaction. */
enum err_code doubtful_take_name_back(struct store *store,
    const struct catalog *catalog, const struct doubtful_row *row,
    int64_t subject_id, struct err *err);

#endif
