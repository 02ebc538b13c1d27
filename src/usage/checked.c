/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids of one table count from 1 without large gaps, so a bit for each is 125
 * KB for a million of them. The first time reads the indexes from end to end,
 * later times the newest uses alone.
 */
#include "usage/checked.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "usage/many.h"

struct checked {
	uint64_t *words;
	size_t words_count;
	uint64_t next; /* use; those below are in */
	bool has_begun;
	bool has_unknown; /* codes were asked about that were not known */
};

enum { WORD_BITS = 64 };

/* What a damaged row could say takes no memory: 256 MB of bits at most. */
static const int64_t id_max = INT32_MAX;

struct checked *checked_new(void)
{
	return mem_zalloc(1, sizeof(struct checked));
}

void checked_free(struct checked **checked)
{
	if (!*checked)
		return;
	free((*checked)->words);
	free(*checked);
	*checked = NULL;
}

/* 0 or less is no organisation's. */
static enum err_code add(struct checked *c, int64_t id, struct err *err)
{
	size_t word = (size_t)id / WORD_BITS;

	if (id <= 0)
		return 0;
	if (id > id_max)
		return err_set(err, ERR_CORRUPT,
		    "a use is about organisation %lld, which cannot be",
		    (long long)id);
	if (word >= c->words_count) {
		size_t count = word + word / 2 + WORD_BITS;

		c->words = mem_realloc(c->words, count, sizeof(*c->words));
		memset(c->words + c->words_count, 0,
		    (count - c->words_count) * sizeof(*c->words));
		c->words_count = count;
	}
	c->words[word] |= UINT64_C(1) << (size_t)id % WORD_BITS;
	return 0;
}

static bool has(const struct checked *c, int64_t id)
{
	size_t word = (size_t)id / WORD_BITS;

	return id > 0 && word < c->words_count &&
	    c->words[word] >> (size_t)id % WORD_BITS & 1;
}

int64_t checked_next(const struct checked *c, int64_t after)
{
	int64_t end = (int64_t)(c->words_count * WORD_BITS), id = after + 1;

	while (id < end && !has(c, id))
		/* Over a whole word when nothing is left in this one. */
		id = c->words[id / WORD_BITS] >> id % WORD_BITS
		    ? id + 1
		    : (id / WORD_BITS + 1) * WORD_BITS;
	return id < end ? id : 0;
}

bool checked_is_empty(const struct checked *c)
{
	return !c->has_unknown && checked_next(c, 0) == 0;
}

/* ---- from the indexes ---- */

static enum err_code add_alone(
    struct checked *c, struct store *office, struct err *err)
{
	const enum sql_id id = SQL_USAGE_CHECKED_IDS;
	enum err_code rc = store_start(office, id, NULL, 0, err);
	int got = 0;

	while (!rc && (got = store_next(office, id, err)) == 1)
		rc = add(c, store_column_int(office, id, 0), err);
	store_finish(office, id);
	return rc || got >= 0 ? rc : (enum err_code)got;
}

static enum err_code add_id(
    void *ctx, int64_t subject_id, struct span code, struct err *err)
{
	struct checked *c = ctx;

	c->has_unknown = c->has_unknown || code.n;
	return add(c, subject_id, err);
}

static enum err_code add_of_many(
    struct checked *c, struct store *office, struct err *err)
{
	const enum sql_id id = SQL_USAGE_CHECKED_MANY;
	enum err_code rc = store_start(office, id, NULL, 0, err);
	int got = 0;

	while (!rc && (got = store_next(office, id, err)) == 1)
		rc = many_each_of(store_column_int(office, id, 0),
		    store_column_span(office, id, 1), add_id, c, err);
	store_finish(office, id);
	return rc || got >= 0 ? rc : (enum err_code)got;
}

struct finding {
	checked_find *find;
	void *ctx;
};

static enum err_code add_codes(struct checked *c, struct store *office,
    const struct finding *finding, struct err *err)
{
	const enum sql_id id = SQL_USAGE_CHECKED_CODES;
	enum err_code rc = store_start(office, id, NULL, 0, err);
	int got = 0;

	while (!rc && (got = store_next(office, id, err)) == 1) {
		int64_t found = 0;

		c->has_unknown = true;
		rc = finding->find(finding->ctx,
		    store_column_span(office, id, 0), &found, err);
		if (!rc)
			rc = add(c, found, err);
	}
	store_finish(office, id);
	return rc || got >= 0 ? rc : (enum err_code)got;
}

/* ---- the newest ---- */

/* Uses of many are read behind the pass, which reads the same tables. */
struct newest {
	uint64_t *many;
	size_t many_count, many_max;
};

static enum err_code take_newest(
    struct checked *c, struct store *office, struct newest *n, struct err *err)
{
	const enum sql_id id = SQL_USAGE_CHECKS_FROM;
	uint64_t seq = (uint64_t)store_column_int(office, id, 0);
	int64_t subject_id = store_column_int(office, id, 1);
	enum err_code rc = add(c, subject_id, err);

	if (rc)
		return rc;
	c->next = seq + 1;
	if (subject_id == 0 && store_column_span(office, id, 2).n)
		c->has_unknown = true;
	if (store_column_int(office, id, 3) == 0)
		return 0;
	if (n->many_count == n->many_max) {
		n->many_max = n->many_max ? 2 * n->many_max : 16;
		n->many = mem_realloc(n->many, n->many_max, sizeof(*n->many));
	}
	n->many[n->many_count++] = seq;
	return 0;
}

static enum err_code add_newest(
    struct checked *c, struct store *office, struct err *err)
{
	const enum sql_id id = SQL_USAGE_CHECKS_FROM;
	struct store_value from = store_int((int64_t)c->next);
	struct newest newest = {0};
	enum err_code rc = store_start(office, id, &from, 1, err);
	int got = 0;
	size_t i;

	while (!rc && (got = store_next(office, id, err)) == 1)
		rc = take_newest(c, office, &newest, err);
	store_finish(office, id);
	if (!rc && got < 0)
		rc = (enum err_code)got;
	for (i = 0; i < newest.many_count && !rc; i++)
		rc = many_each(office, newest.many[i], add_id, c, err);
	free(newest.many);
	return rc;
}

enum err_code checked_follow(struct checked *c, struct store *office,
    uint64_t published, checked_find *find, void *ctx, struct err *err)
{
	const struct finding finding = {find, ctx};
	uint64_t before = c->next;
	enum err_code rc = 0;

	if (!c->has_begun) {
		c->next = published;
		rc = add_alone(c, office, err);
		if (!rc)
			rc = add_of_many(c, office, err);
		if (!rc)
			rc = add_codes(c, office, &finding, err);
		c->has_begun = rc == 0;
	}
	if (!rc)
		rc = add_newest(c, office, err);
	if (rc)
		c->next = before;
	return rc;
}

int checked_has(struct checked *c, struct store *office, int64_t subject_id,
    struct span code, struct err *err)
{
	struct store_value value = store_text(code);
	int64_t found = 0;
	enum err_code rc = 0;

	if (has(c, subject_id))
		return 1;
	if (c->has_unknown)
		rc = store_get_int(
		    office, SQL_USAGE_CODE_CHECKED, &value, 1, 0, &found, err);
	if (rc)
		return (int)rc;
	if (found)
		rc = add(c, subject_id, err);
	return rc ? (int)rc : found != 0;
}
