/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A published record as lists, feeds and downloads show it: whom it is
 * about and its public fields, read from its statement. Only entries that
 * room publication gave out come here, so all of it is public today.
 */
#ifndef GX_API_ENTRY_H
#define GX_API_ENTRY_H

#include "api/marks.h"
#include "api/put.h"
#include "registry/block.h"
#include "registry/statement.h"
#include "registry/subjects.h"

enum { ENTRY_CONTENT_CHARS = 200 /* of the content, in lists */ };

/* Reads one entry after the other; keeps the last block decoded. */
/* Are its records entries of a list that one is put on and leaves again? */
bool entry_is_list(const struct catalog *catalog, const struct cat_item *item);

struct entry_reader {
	const struct reading *reading;
	struct block block;
	struct subject subject;
	struct statement statement;
	bool is_loaded;
	bool is_in_log_order;	/* many entries of each block will come */
	struct marks *marks;	/* NULL: none are told */
	struct mark_list found; /* of the entry last loaded */
};

void entry_reader_init(struct entry_reader *er, const struct reading *reading);
/* Entries will say that they are marked, where the law marks any. */
void entry_reader_tell_marks(struct entry_reader *er);
void entry_reader_release(struct entry_reader *er);
/* Reads the subject and the statement of an entry. */
enum err_code entry_load(struct entry_reader *er,
    const struct publication_entry *entry, struct err *err);

/* Of the entry last loaded: */

/* The row of a list, an object (docs/api.md, "A row"). */
void entry_put(struct entry_reader *er, const struct publication_entry *entry,
    struct json_writer *w);
/* The record with all its public fields, an object. */
void entry_put_content(struct entry_reader *er,
    const struct publication_entry *entry, struct json_writer *w);

/* The cells of a row, for tables; views until the next entry_load. */
enum entry_cell {
	ENTRY_RECORD = 0,
	ENTRY_NAME,
	ENTRY_CODE,
	ENTRY_DOCUMENT,
	ENTRY_KIND,
	ENTRY_CONTENT,
	ENTRY_CLASS,
	ENTRY_DECIDED_ON,
	ENTRY_PUBLIC_UNTIL,
	ENTRY_AUTHORITY,
	ENTRY_DEPARTMENT,
	ENTRY_DIVISION,
	ENTRY_MARKS,   /* only where marks are told */
	ENTRY_EXAMPLE, /* only of example data, in lines that stand alone */
	ENTRY_CELL_COUNT
};

/* How many cells a row has on the reading's day. */
size_t entry_cells(const struct reading *reading);

/* The column's title in the caller's language. */
const char *entry_cell_title(enum entry_cell cell);
/* Appends the cell's text. */
void entry_cell_text(struct entry_reader *er,
    const struct publication_entry *entry, enum entry_cell cell,
    struct buf *out);
/* A column of a table: one of our own cells, or a field's value. */
struct entry_column {
	enum entry_cell cell;
	const struct cat_field *field; /* NULL: the cell */
};

/*
 * The columns of a CSV on the reading's day, the caller's to free: those of a
 * list, or of the whole set of an item, which are described in the
 * dictionary. Their titles are all different.
 */
struct entry_column *entry_list_columns(
    const struct reading *reading, size_t *count_out);
struct entry_column *entry_set_columns(const struct reading *reading,
    const struct cat_item *item, size_t *count_out);
/* The member that has it in JSON. */
const char *entry_column_name(const struct entry_column *column);
const char *entry_column_title(const struct entry_column *column);
/* What is meant by one of our own; NULL of a field. */
const char *entry_column_meaning(const struct entry_column *column);
void entry_column_text(struct entry_reader *er,
    const struct publication_entry *entry, const struct entry_column *column,
    struct buf *out);

#endif
