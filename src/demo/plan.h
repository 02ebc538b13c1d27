/* SPDX-License-Identifier: Apache-2.0 */
/* Which files the demo writes: form, item, department, share of the rows. */
#ifndef GX_DEMO_PLAN_H
#define GX_DEMO_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "demo/faults.h"
#include "demo/items.h"
#include "intake/table.h"

enum { DEMO_FILES_MAX = 40 };

enum demo_headers {
	DEMO_MACHINE = 0, /* CF_WSH */
	DEMO_CHINESE,	  /* 行政处罚决定书文号 */
	DEMO_OLD	  /* the 2015 layout */
};

enum {
	DEMO_WEEK = 1,	   /* decided in time; else over six years */
	DEMO_FLAWLESS = 2, /* no fault and no oddity at all */
	DEMO_ONCE = 4,	   /* at most one row a subject, in their order */
	DEMO_TITLED = 8	   /* lines above the header */
};

struct demo_plan {
	const char *file;
	enum demo_item_id item;
	enum demo_department_id department;
	enum reader_format format;
	enum reader_encoding encoding;
	enum demo_headers headers;
	enum demo_dates dates;
	unsigned permille; /* of all rows */
	unsigned flags;
	const char *again; /* the earlier file whose rows come again, or NULL */
};

/* In the order of the manifest. */
const struct demo_plan *demo_plans(size_t *count_out);
/* -1 when there is no such file. */
int demo_plan_index(const char *file);

#endif
