/* SPDX-License-Identifier: Apache-2.0 */
/* What is public by the registry's word and by the room's, for the tests. They
 * end the test when something fails. */
#ifndef GX_PUBLICATION_PUBLICATION_TEST_HELP_H
#define GX_PUBLICATION_PUBLICATION_TEST_HELP_H

#include "base/random_test_help.h"
#include "publication/publication.h"
#include "registry/registry_test_help.h"

enum {
	PENALTY = 301,
	LICENCE = 201,
	NUMBERS_MAX = 4096,
	CONTENT = 87 /* of the doubtful row i: + i; below 1000 */
};

extern const char market[], tax[]; /* departments */

/* 12:00 in China on a day. */
int64_t noon_of(date_days date);
/* Steps the follower until nothing is left. */
void follow(struct fixture *f, date_days today);

/* Records by their numbers, in order, and until when they are public. */
struct numbers {
	struct number {
		uint64_t seq;
		date_days until;
	} list[NUMBERS_MAX];
	size_t count;
};

void assert_same(
    const struct numbers *a, const struct numbers *b, const char *what);
/* publication_visit's, for those who only collect; ctx: struct numbers. */
int take_number(
    void *ctx, const struct publication_entry *entry, struct err *err);
/* Every page of a list. */
void walk_list(struct fixture *f, date_days today,
    const struct publication_filter *filter, struct numbers *out);
/* The whole list of an item. */
struct publication_filter whole(int item);

/* A copy made from the feed; zero: nothing read yet. */
struct copy {
	struct numbers held;
	uint64_t next; /* index */
	size_t restated;
};

/* Feed, lists and sets say what the registry says; brings the copy up to
 * date. */
void assert_true_to_registry(
    struct fixture *f, struct copy *copy, date_days today);
struct publication_change change_at(struct fixture *f, uint64_t index);
void assert_change(struct fixture *f, uint64_t index,
    enum publication_change_kind kind, uint64_t seq, const char *reason);

/* The credit office withdraws one of the records that are public: its number,
 * -1 when there is none. */
int64_t withdraw_some(struct fixture *f, uint64_t *seed, date_days today);
/* It takes that back. */
enum err_code reinstate(struct fixture *f, uint64_t record, date_days today);

/* A submission that came now; its rows follow. */
void put_submission(struct fixture *f, int64_t id, date_days today);
/* Row `id` of the queue. */
void put_doubt(
    struct fixture *f, int64_t submission, int64_t id, date_days today);

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#endif
