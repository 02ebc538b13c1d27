/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The items of the demo: which columns their files have, and how one clean
 * row is made from its number alone.
 */
#ifndef GX_DEMO_ITEMS_H
#define GX_DEMO_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "demo/names.h"
#include "demo/row.h"

/* A row that is to be made. */
struct demo_ask {
	uint64_t seed;
	uint64_t subject; /* the organisation's number */
	uint64_t number;  /* the row's number, unique in its item */
	date_days decided;
	enum demo_department_id department;
	bool is_changed; /* same key, other content: the next version */
	bool is_narrow;	 /* penalty: the file has no column that names a
			    suspended or revoked licence, so none is */
};

/* What a field is to the faults of demo/faults.c. At most one field of an
 * item has each, but a field may have several. */
enum {
	DEMO_AIM_NAME = 1,
	DEMO_AIM_CODE = 2,
	DEMO_AIM_KIND = 4,   /* counterparty class */
	DEMO_AIM_PERSON = 8, /* a natural person's document number */
	DEMO_AIM_DATE = 16,  /* the decision's date */
	DEMO_AIM_END = 32,   /* a date that a rule keeps behind that */
	DEMO_AIM_MONEY = 64,
	DEMO_AIM_NUMBER = 128,	/* the document's number */
	DEMO_AIM_NEEDED = 256,	/* a required text */
	DEMO_AIM_LIMITED = 512, /* a text with a small bound: limit */
	DEMO_AIM_CODED = 1024,	/* a value of a code list */
	DEMO_AIM_PROSE = 2048	/* may hold line breaks and quotes */
};

/* A column of an item. */
struct demo_field {
	const char *name;  /* machine name; NULL: 2015 layout only */
	const char *title; /* Chinese header; NULL as name */
	const char *old;   /* header in the 2015 layout; NULL: not in it */
	const char *text;  /* template (demo/phrase.h) of items that need no
			      code of their own; NULL = empty */
	bool is_date;	   /* XLSX writes a serial */
	unsigned aims;
	int limit; /* characters, of a limited one */
};

struct demo_item {
	const char *id; /* the catalogue's */
	const struct demo_field *fields;
	int fields_count; /* at most DEMO_FIELDS_MAX */
	int clock_days;	  /* to report after the decision; 0 = no clock */
	bool is_working_days;
	unsigned kinds;	  /* a bit for each enum demo_kind that it can be
			     about; 0 = all */
	date_days since;  /* nothing is decided before that day; 0 = any */
	int settled_days; /* rows tell of what comes so many days after the
			     decision, and are reported only then */
	uint32_t busy; /* rows per mille about the few organisations that have
			  records of every kind */
	/* NULL: by the fields' templates. */
	void (*make)(const struct demo_ask *ask, struct demo_row *row);
};

enum demo_item_id {
	DEMO_REGISTRATION = 0,
	DEMO_LICENCE,
	DEMO_PENALTY,
	DEMO_ABNORMAL,
	DEMO_JUDGMENT,
	DEMO_WAGES,
	DEMO_TAX_SERIOUS,
	DEMO_MARKET_SERIOUS,
	DEMO_TAX_A,
	DEMO_HONOUR,
	DEMO_CONTRACT,
	DEMO_COMMITMENT,
	DEMO_INSPECTION,
	DEMO_ARREARS,
	DEMO_ITEM_COUNT
};

const struct demo_item *demo_item(enum demo_item_id id);
/* The field with that aim, or -1. */
int demo_item_aim(const struct demo_item *item, unsigned aim);
/* Makes the clean row of `ask` in `row`, which it resets. Pure. */
void demo_item_make(const struct demo_item *item, const struct demo_ask *ask,
    struct demo_row *row);

/* Fields of a penalty, in the order of the 2018 layout. */
enum demo_penalty_field {
	CF_XDR_MC = 0,
	CF_XDR_LB,
	CF_XDR_SHXYM,
	CF_XDR_GSZC,
	CF_XDR_ZZJG,
	CF_XDR_SWDJ,
	CF_XDR_SYDW,
	CF_XDR_SHZZ,
	CF_FRDB,
	CF_FR_ZJLX,
	CF_FR_SFZH,
	CF_XDR_ZJLX,
	CF_XDR_ZJHM,
	CF_WSH,
	CF_WFXW,
	CF_SY,
	CF_YJ,
	CF_CFLB,
	CF_NR,
	CF_NR_FK,
	CF_NR_WFFF,
	CF_NR_ZKDX,
	CF_JDRQ,
	CF_YXQ,
	CF_GSJZQ,
	CF_CFJG,
	CF_CFJGDM,
	CF_SJLY,
	CF_SJLYDM,
	CF_BZ,
	CF_CFMC, /* the 2015 layout's own columns from here */
	CF_CFLB1,
	CF_CFLB2,
	CF_ZT,
	CF_DFBM,
	CF_SJC,
	CF_FIELD_COUNT
};

/* Fields of a licence, in the order of the 2018 layout. */
enum demo_licence_field {
	XK_XDR_MC = 0,
	XK_XDR_LB,
	XK_XDR_SHXYM,
	XK_XDR_GSZC,
	XK_XDR_ZZJG,
	XK_XDR_SWDJ,
	XK_XDR_SYDW,
	XK_XDR_SHZZ,
	XK_FRDB,
	XK_FR_ZJLX,
	XK_FR_SFZH,
	XK_XDR_ZJLX,
	XK_XDR_ZJHM,
	XK_XKWS,
	XK_WSH,
	XK_XKLB,
	XK_XKZS,
	XK_XKBH,
	XK_NR,
	XK_JDRQ,
	XK_YXQZ,
	XK_YXQZI,
	XK_XKJG,
	XK_XKJGDM,
	XK_ZT,
	XK_LYDW,
	XK_LYDWDM,
	XK_BZ,
	XK_DFBM, /* the 2015 layout's own columns from here */
	XK_SJC,
	XK_FIELD_COUNT
};

void demo_penalty_make(const struct demo_ask *ask, struct demo_row *row);
void demo_licence_make(const struct demo_ask *ask, struct demo_row *row);

#endif
