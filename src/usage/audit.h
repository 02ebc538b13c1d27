/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data cage (数据铁笼): what the log of uses tells about those who read.
 * Rules are data (audit_rules of the catalogue), about readers and never about
 *the organisations that were read. Findings are worked out from the uses of a
 * period, never stored, so that the same uses always give the same findings;
 * each names the entries of the log that prove it, and somebody decides what
 * it means.
 *
 *	audit_set_new -> audit_set_add ... (or audit_set_load) -> audit_find,
 *	audit_flows, audit_readers -> audit_set_free
 */
#ifndef GX_USAGE_AUDIT_H
#define GX_USAGE_AUDIT_H

#include "base/date.h"
#include "catalog/catalog.h"
#include "usage/many.h"

enum {
	AUDIT_KEY_BYTES = 64,
	AUDIT_USES_MAX = 2000000, /* of one look; ERR_INPUT past it */
	/* A use of up to so many organisations stands there once for each. */
	AUDIT_MANY_MAX = 1000,
	/* Before a period, for what began then, and behind it, for what went
	 * on: of that the later period tells. */
	AUDIT_LOOK_DAYS = 31
};

/* ---- rules (audit_rules.c) ---- */

/* A rule as the catalogue of a day has it. */
struct audit_rule {
	enum cat_audit_kind kind;
	bool is_of_programs; /* or only of people? */
	const char *title;   /* English, a key of tr() */
	const int *numbers;  /* by cat_audit_number, of the catalogue */
};

/* The rules in force on the day, by kind; how many. */
size_t audit_rules(const struct catalog *catalog, date_days on,
    struct audit_rule out[CAT_AUDIT_COUNT]);
/* Appends what it finds, in the language of the process. */
void audit_rule_text(const struct audit_rule *rule, struct buf *out);

/* ---- the uses of a period (audit_set.c) ---- */

/* A use as the rules see it. Texts are numbers of words; 0 is "". */
struct audit_use {
	uint64_t seq;
	int64_t at_ms;
	uint32_t reader; /* kind, id and name together */
	uint32_t name;
	uint32_t department;
	uint32_t matter;
	uint32_t subject;
	uint32_t subject_name; /* folded; 0: not known */
	uint32_t case_number;
	uint32_t reference;
	int64_t reader_id;
	uint8_t act, outcome, reader_kind;
	bool is_own;	 /* of whoever looks at his own organisation */
	bool is_further; /* the same entry again, for another organisation */
	bool is_decided; /* feedback came to it, behind what is in the set */
	int64_t weight;	 /* how many organisations; more than 1 only of more
			    than AUDIT_MANY_MAX, which have no subject */
};

/* The code of an organisation, for uses of many. */
typedef enum err_code audit_code_of(void *ctx, int64_t subject_id,
    char out[MANY_CODE_CHARS + 1], struct err *err);

/* Appends the present name of the organisation with this code, folded
 * (base/fold.h); nothing when it has none. */
typedef enum err_code audit_name_of(
    void *ctx, struct span code, struct buf *name, struct err *err);

/* Is it of a representative, who looks at what is his organisation's own, at
 * whatever hour? */
typedef bool audit_is_own(const void *ctx, const struct use *use);

struct audit_set {
	struct audit_use *uses; /* in the order of the log */
	size_t count, max;
	struct audit_words *words;
	audit_code_of *code_of; /* NULL: the id takes the code's place */
	void *code_ctx;
	audit_name_of *name_of; /* NULL: names are not known */
	void *name_ctx;
	audit_is_own *is_own; /* NULL: no use is */
	const void *is_own_ctx;
};

void audit_set_new(struct audit_set *set);
void audit_set_free(struct audit_set *set);
void audit_set_add(struct audit_set *set, uint64_t seq, const struct use *use);
/* May who asks see this use? */
typedef bool audit_filter(const void *ctx, const struct use *use);
/* From one moment to before the other. */
struct audit_stretch {
	int64_t from_ms, to_ms;
};
/* The uses of that time that pass the filter (NULL: all). ERR_INPUT: there are
 * too many. */
enum err_code audit_set_load(struct audit_set *set, struct store *store,
    const struct audit_stretch *stretch, audit_filter *filter, const void *ctx,
    struct err *err);
/* Lives as long as the set. */
struct span audit_word(const struct audit_set *set, uint32_t word);
size_t audit_words_count(const struct audit_set *set);
/* A check or a read of what is not public, answered or not? */
bool audit_is_read(const struct audit_use *use);

/* ---- findings (audit.c) ---- */

/* From the day to the day, both included, in China. */
struct audit_period {
	date_days from, to;
	int64_t now_ms;
};
/* Which uses the findings of a period need. */
struct audit_stretch audit_stretch_of(const struct audit_period *period);

struct audit_finding {
	const struct audit_rule *rule;
	/* "off-hours-0f3a...": the same for the same thing, whatever the
	 * period. */
	char key[AUDIT_KEY_BYTES];
	struct audit_use first; /* of the entries: who, for whom */
	int64_t last_ms;
	int64_t count;	/* what the rule's bound was compared with */
	int64_t of;	/* NO_FEEDBACK: of so many; else 0 */
	uint64_t *seqs; /* the entries that prove it, in order */
	size_t seqs_count;
};

struct audit_findings {
	struct audit_finding *list; /* by rule, then by their first entry */
	size_t count, max;
};

/* Those whose last entry is in the period; for NO_FEEDBACK, the day on which
 * it was overdue. */
void audit_find(const struct audit_set *set, const struct audit_rule *rules,
    size_t rules_count, const struct audit_period *period,
    struct audit_findings *out);
void audit_findings_release(struct audit_findings *findings);

/* ---- sums (audit_sums.c) ---- */

/* Reads of a department in a matter, by outcome. */
struct audit_flow {
	uint32_t department, matter;
	int64_t answered, refused;
};
/* A reader's reads for a department. */
struct audit_reader {
	struct audit_use one; /* some use of it */
	int64_t reads, refused;
};

/* Most reads first; *out is the caller's to free. */
size_t audit_flows(const struct audit_set *set,
    const struct audit_period *period, struct audit_flow **out);
size_t audit_readers(const struct audit_set *set,
    const struct audit_period *period, struct audit_reader **out);
/* Twice the median of reads, so that it is whole; 0 of none. */
int64_t audit_median_twice(int64_t *reads, size_t count);

/* Is the use of a day of the period? */
bool audit_is_in(const struct audit_period *period, int64_t at_ms);

#endif
