/* SPDX-License-Identifier: Apache-2.0 */
/* A database with its log in a folder of its own, for the room's tests. */
#ifndef GX_REGISTRY_REGISTRY_TEST_HELP_H
#define GX_REGISTRY_REGISTRY_TEST_HELP_H

#include "catalog/catalog.h"
#include "ledger/ledger.h"
#include "registry/append.h"
#include "registry/subjects.h"
#include "store/store.h"

struct fixture {
	char dir[64];
	struct store *store;
	struct ledger *ledger;
	struct err err;
};

/* cmocka's set-up and tear-down; *state is a struct fixture. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* A row of one submission. */
struct test_row {
	const char *code;
	const char *name;
	const char *fields; /* canonical JSON; NULL: {} */
	uint64_t key;
	uint64_t content;
	int32_t decided_on;
	uint8_t class_;
	bool is_forced;
	int32_t valid_to; /* 0 = not given, as the next */
	int32_t public_until;
};

/* Takes rows in as one submission that was received at a time, item by its
 * number and id; asserts that it works. */
struct append_counts fixture_submit(struct fixture *f, int item,
    const char *item_id, const char *department, int64_t received_ms,
    const struct test_row *rows, size_t count);

/* The i-th made-up code: an enterprise of 371102 with right checks. */
void test_code(unsigned i, char out[19]);
/* The shipped catalogue of a city; the caller frees it. */
struct catalog *test_catalogue(const char *city);
/* cmocka's set-up and tear-down of a group: the catalogue of the example city,
 * and texts in English. */
extern struct catalog *catalog;
int load_rizhao(void **state);
int free_catalogue(void **state);
/* The day of "2026-05-20". */
date_days day(const char *text);
/* 12:00 in China on a day. */
int64_t noon_ms(const char *day);

#endif
