/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invented organisations of the example city, made from their number
 * alone, and the departments that report about them.
 */
#ifndef GX_DEMO_NAMES_H
#define GX_DEMO_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/span.h"
#include "ident/ident.h"

enum { DEMO_NAME_BYTES = 160, DEMO_PERSON_BYTES = 16, DEMO_PERSONS = 300 };
enum { DEMO_CITIZEN_BYTES = 19 };

enum demo_kind {
	DEMO_ENTERPRISE = 0, /* 91 */
	DEMO_SOLE_TRADER,    /* 92 */
	DEMO_COOPERATIVE,    /* 93 */
	DEMO_ASSOCIATION,    /* 51 */
	DEMO_NONPROFIT,	     /* 52 */
	DEMO_LAW_FIRM,	     /* 31 */
	DEMO_INSTITUTION,    /* 12 */
	DEMO_BODY,	     /* 11 */
	DEMO_KIND_COUNT
};

/* Sets of kinds: those that trade, and all but organs of state. */
enum {
	DEMO_TRADERS = 1 << DEMO_ENTERPRISE | 1 << DEMO_SOLE_TRADER |
	    1 << DEMO_COOPERATIVE,
	DEMO_NO_BODIES = (1 << DEMO_BODY) - 1
};

struct demo_org {
	enum demo_kind kind;
	char name[DEMO_NAME_BYTES]; /* NUL-terminated UTF-8 */
	size_t name_bytes;
	char code[IDENT_USCC_CHARS + 1];
	const char *division;  /* "371102" */
	const char *place;     /* 日照市东港区 */
	const char *business;  /* 食品 */
	const char *type;      /* 有限责任公司, 个体工商户 ... */
	const char *registrar; /* who registered it, and its code */
	const char *registrar_code;	/* "" where the catalogue has none */
	char person[DEMO_PERSON_BYTES]; /* legal representative */
	date_days founded;
};

/*
 * Organisation number `index` (below DEMO_SUBJECTS_MAX) of a seed. Pure; no
 * two numbers share a code. Organisations were founded seven to twelve
 * years before 2026, so that every record and what it tells of is younger
 * than its subject.
 */
void demo_org_make(uint64_t seed, uint64_t index, struct demo_org *out);
/* 个体工商户 for sole traders, else 法人及非法人组织. */
const char *demo_kind_counterparty(enum demo_kind kind);

/* An invented person, number 0..DEMO_PERSONS - 1: "示例甲子" and NUL. */
void demo_person(unsigned number, char out[DEMO_PERSON_BYTES]);
/* A citizen number that nobody has: born in 1900 in 110101, right check
 * digit. Writes 18 characters and NUL. */
void demo_citizen_number(uint64_t number, char out[DEMO_CITIZEN_BYTES]);

enum demo_department_id {
	DEMO_MARKET = 0,
	DEMO_TAX,
	DEMO_HUMAN_RESOURCES,
	DEMO_HOUSING,
	DEMO_ECOLOGY,
	DEMO_EMERGENCY,
	DEMO_TRANSPORT,
	DEMO_COURT,
	DEMO_APPROVAL,
	DEMO_URBAN,
	DEMO_REFORM,
	DEMO_WATER,
	DEMO_DEPARTMENT_COUNT
};

struct demo_department {
	const char *id;	   /* "rizhao-market-regulation" */
	const char *title; /* 日照市市场监督管理局 */
	const char *code;  /* the example code of the catalogue */
	const char *mark;  /* in document numbers: 日市监 */
};

const struct demo_department *demo_department(enum demo_department_id id);
/* Appends the text with its characters in Traditional form; true when one
 * changed. Knows the characters of the demo's own names only. */
bool demo_traditional(struct span text, struct buf *out);

#endif
