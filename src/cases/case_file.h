/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A case as it is stored: what it is about and the steps that were made.
 * Texts stand in the statements of the steps; case_step_words reads them.
 */
#ifndef GX_CASES_CASE_FILE_H
#define GX_CASES_CASE_FILE_H

#include "base/mem.h"
#include "catalog/case_kind.h"
#include "store/store.h"

enum { CASE_STEPS_MAX = 1000 };

struct case_step {
	int64_t step; /* from 1 */
	uint64_t seq; /* its statement */
	const char *move;
	const char *state; /* after it */
	const char *side;
	const char *actor; /* a department's id, an organisation's code */
	const char *by;
	int64_t at_ms;
	date_days on; /* the day in China */
};

struct case_file {
	int64_t subject_id;
	int64_t id; /* the statement that began it */
	const char *kind;
	int64_t item;
	int64_t key_hash;
	uint64_t record; /* the version that it began with */
	const char *source;
	const char *state;
	bool is_open;
	const struct case_step *steps; /* oldest first; NULL: not loaded */
	size_t steps_count;
};

/* Strings are the arena's. With its steps. ERR_NOT_FOUND. Blocks on disk,
 * as all of them. */
enum err_code case_file_find(struct store *store, struct arena *arena,
    int64_t id, struct case_file *out, struct err *err);

enum case_which {
	CASES_OPEN = 0,		/* of everybody, oldest first */
	CASES_OPEN_OF_SUBJECT,	/* by number */
	CASES_BEFORE,		/* a number, newest first */
	CASES_OF_SUBJECT_BEFORE /* the same of one subject */
};

struct case_query {
	enum case_which which;
	int64_t of;	    /* the subject, the number */
	const char *source; /* BEFORE: of this department; NULL: of any */
	int64_t subject_id; /* OF_SUBJECT_BEFORE */
	size_t limit;
	bool has_steps; /* load them, too */
};

/* *has_more_out may be NULL. */
enum err_code case_files(struct store *store, struct arena *arena,
    const struct case_query *query, struct case_file **out, size_t *count_out,
    bool *has_more_out, struct err *err);
enum err_code case_file_load_steps(struct store *store, struct arena *arena,
    struct case_file *file, struct err *err);

/* Which case of that kind is open about the record of that item and key; -1:
 * none. file: those and the subject; its id is that of a case that is not
 * meant, -1 when each is. */
enum err_code case_find_open(struct store *store, const struct case_file *file,
    int64_t *id_out, struct err *err);

/* What was written with a step; "" when nothing was. Texts are the arena's.
 * ERR_CORRUPT: its statement is not of this step. */
struct case_words {
	const char *text;
	const char *letter;
};
enum err_code case_step_words(struct store *store, struct arena *arena,
    const struct case_file *file, const struct case_step *step,
    struct case_words *out, struct err *err);

#endif
