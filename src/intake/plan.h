/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan: how the columns of one file become the fields of one item.
 * Made once a file from its header; immutable after.
 */
#ifndef GX_INTAKE_PLAN_H
#define GX_INTAKE_PLAN_H

#include "catalog/catalog.h"
#include "intake/normalise.h"
#include "intake/reader.h"

enum {
	PLAN_FIELDS_MAX = 96,
	PLAN_SAME_MAX = 3,	  /* columns that may feed one field */
	PLAN_HEADER_ROWS_MAX = 20 /* title rows before the header */
};

/* Where the unit of a column of amounts comes from. */
enum unit_source {
	UNIT_NONE = 0, /* the column is none of amounts */
	UNIT_TITLE,    /* its title names it */
	UNIT_ABOVE,    /* a line above the table does */
	UNIT_NAME,     /* its title is the machine name: the catalogue's */
	UNIT_CATALOGUE /* nothing in the file names it */
};

struct plan_field {
	int columns[PLAN_SAME_MAX]; /* 0-based; -1 = none. Those with the
				       field's own name or title first */
	int columns_count;
	int own_count; /* of them those with its own name or title */
};

struct plan {
	const struct catalog *catalog;
	const struct cat_item *item;
	struct plan_field fields[PLAN_FIELDS_MAX]; /* as item->fields */
	int field_of[READER_COLUMNS_MAX];	   /* -1: not in the item */
	/* Of amounts: the title's unit, or the table's, or the field's. */
	enum money_unit unit_of[READER_COLUMNS_MAX];
	enum unit_source unit_source[READER_COLUMNS_MAX];
	enum money_unit table_unit; /* of plan_note_unit */
	size_t columns_count;
	int order[PLAN_FIELDS_MAX]; /* fields by machine name */
	int role[CAT_ROLE_COUNT];   /* field with that role, or -1 */
	uint64_t header_row;	    /* its number in the file; 0 for JSON */
	int corrects;		    /* column of CORRECTS_COLUMN, or -1 */
	bool is_1904;		    /* as in struct reader_info */
};

/* An empty plan for an item. */
void plan_init(struct plan *plan, const struct catalog *catalog,
    const struct cat_item *item);

/* A text above the header: does it end in "单位：元" or the like? Then columns
 * added later have that unit, if their titles name none. */
void plan_note_unit(struct plan *plan, struct span text);

/*
 * Matches header cells, folded, to machine names, titles and aliases.
 * Returns how many columns found a field.
 */
size_t plan_match(struct plan *plan, const struct span *header, size_t count);
/* Adds one more column (JSON keys seen later); its field or -1. */
int plan_add_column(struct plan *plan, struct span name);

/* The field that a title names, folded as in plan_match, or -1. */
int plan_find_field(const struct plan *plan, struct span title);

/* Is this row a header? It names the subject and at least three fields (all
 * of them when the item has fewer). */
bool plan_is_header(struct plan *plan, const struct span *cells, size_t count);

#endif
