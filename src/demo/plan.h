/* SPDX-License-Identifier: Apache-2.0 */
/* Which files the demo writes: form, item, department, day, share of rows. */
#ifndef GX_DEMO_PLAN_H
#define GX_DEMO_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "demo/faults.h"
#include "demo/items.h"
#include "intake/table.h"

enum { DEMO_FILES_MAX = 160, DEMO_FILE_BYTES = 64 };

enum demo_headers {
	DEMO_MACHINE = 0, /* CF_WSH */
	DEMO_CHINESE,	  /* 行政处罚决定书文号 */
	DEMO_OLD	  /* the 2015 layout */
};

enum {
	DEMO_TIMELY = 1,   /* decided while the item's clock ran, but for the
			      late share */
	DEMO_FLAWLESS = 2, /* no fault and no oddity at all */
	DEMO_ONCE = 4,	   /* at most one row a subject, in their order */
	DEMO_TITLED = 8,   /* lines above the header */
	DEMO_TODAY = 16	   /* received on the last day */
};

/* One file. */
struct demo_plan {
	char file[DEMO_FILE_BYTES]; /* NUL-terminated */
	enum demo_item_id item;
	enum demo_department_id department;
	enum reader_format format;
	enum reader_encoding encoding;
	enum demo_headers headers;
	enum demo_dates dates;
	unsigned share; /* of all rows, per million */
	unsigned flags;
	const char *again;  /* the earlier file whose rows come again, or
			       NULL */
	date_days received; /* the day of receipt */
	int within;	    /* decided so many days before it at most; 0 =
			       over six years, or while the clock ran */
	unsigned late;	    /* rows per mille decided too long ago */
	unsigned faults;    /* per cent of the stated shares of faults */
};

/* The files in the order of the manifest, which is that of their days. */
struct demo_plans {
	struct demo_plan list[DEMO_FILES_MAX];
	size_t count;
};

/* The files of an example city that is made for `today`. Pure. */
void demo_plans_make(date_days today, struct demo_plans *out);
/* -1 when there is no such file. */
int demo_plan_index(const struct demo_plans *plans, const char *file);

#endif
