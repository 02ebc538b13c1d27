/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Published lists: the double publicity (licences and penalties), and the
 * list of any other item that is open. One query serves the page, its
 * downloads and the paging.
 */
#ifndef GX_API_PUBLICITY_H
#define GX_API_PUBLICITY_H

#include "api/record.h"
#include "base/buf.h"
#include "publication/publication.h"

enum {
	LIST_LIMIT = 20,
	LIST_LIMIT_MAX = 100,
	/* Rows of one download, which says so when there were more; who wants
	 * all takes the open data. */
	LIST_DOWNLOAD_MAX = 100000,
	LIST_WORD_BYTES = 64,
	LIST_KEY_BYTES = 48
};

/* What a list is asked for. All zero is the whole list from its start. */
struct list_query {
	char item[LIST_WORD_BYTES];	  /* "" = penalty */
	char department[LIST_WORD_BYTES]; /* "" = all */
	int division;			  /* 0 = all */
	date_days from;			  /* of the decision; DATE_NONE */
	date_days to;
	date_days on; /* whose rules the head tells; DATE_NONE = today */
	struct publication_key after;
	bool has_after;
	size_t limit;
	size_t download_max; /* rows of a download */
};

void list_query_init(struct list_query *query);
/*
 * Sets one parameter of a URL, decoded: kind, department, division, from,
 * to, on, after, limit; an empty value is none. ERR_INPUT with a reason when
 * the value cannot be meant, or there is no such parameter. Whether department,
 * division and item exist is asked later, and whether the period is one.
 */
enum err_code list_query_set(struct list_query *query, struct span name,
    struct span value, struct err *err);

/* ERR_INPUT: the parameter cannot be that; with a hint how it is written. */
enum err_code refuse_parameter(
    const char *name, struct span value, struct err *err);
/* A key as addresses have it, "DAYS.NUMBER", where days may be negative; false
 * when it is none. */
bool list_key_read(struct span text, struct publication_key *out);
/* Returns out. */
const char *list_key_text(
    const struct publication_key *key, char out[LIST_KEY_BYTES]);

/* GET /publicity: query->item is licence or penalty ("" = penalty).
 * ERR_INPUT when it is another. Reads in one transaction. */
enum err_code publicity_document(const struct reading *reading,
    const struct list_query *query, struct buf *out, struct err *err);
/* GET /lists?on=DATE: the items that are open, by group, with their counts of
 * today and the rules of that day; on DATE_NONE is today. */
enum err_code lists_document(const struct reading *reading, date_days on,
    struct buf *out, struct err *err);
/* GET /lists/{item}: ERR_NOT_FOUND when the catalogue has no such item, or
 * it is not for the public. query->item is the item. */
enum err_code list_document(const struct reading *reading,
    const struct list_query *query, struct buf *out, struct err *err);

/* Resolves a query against the catalogue. ERR_NOT_FOUND: no such item, or
 * it is not open; ERR_INPUT with a hint: no such department, the period ends
 * before it begins, or the division is not of the city and no record is of it.
 * Reads only for a division that is not of the city. */
enum err_code list_query_filter(const struct list_query *query,
    const struct reading *reading, struct publication_filter *out,
    struct err *err);
/* Is this item shown to the public at all? */
bool list_is_open(const struct cat_item *item);

#endif
