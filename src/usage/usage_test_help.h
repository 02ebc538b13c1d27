/* SPDX-License-Identifier: Apache-2.0 */
/* An office with its log of uses in a folder of its own, for the tests. */
#ifndef GX_USAGE_USAGE_TEST_HELP_H
#define GX_USAGE_USAGE_TEST_HELP_H

#include "usage/desk.h"
#include "usage/use_verify.h"

struct place {
	char dir[64];
	char db[96];
	char folder[96];
	char key[96];
	struct store *store, *second;
	struct ledger *ledger, *second_ledger;
	struct err err;
	uint64_t journal_max_bytes; /* of the desk; 0: its own choice */
};

/* 2026-11-28T06:32:31.123Z, always. */
int64_t some_time(void);
/* With its stores and logs; make_place does it first. */
void open_place(struct place *p, enum store_mode mode);
void close_place(struct place *p);
/* cmocka's: *state is a struct place with an empty office. */
int make_place(void **state);
int drop_place(void **state);
/* Past the store, as one who tampers with the file would. */
void run_sql(struct place *p, const char *sql);
/* A check by a token, of organisation 7. */
struct use some_use(void);
struct desk *start_desk(struct place *p);
/* Seals n such uses, as a crash before their publication leaves them. */
void seal_without_publishing(struct place *p, int n);
/* Seals one use that is about an organisation; its number. */
uint64_t seal_one(struct place *p, struct span subject, int64_t id);
/* A question about a use of one organisation, or the answer to it, sealed and
 * published. */
void say(struct place *p, uint64_t seq, bool is_answer, const char *text,
    int64_t now_ms);
/* A step of the finding of that key, sealed and published. */
void take_up(struct place *p, const char *finding, bool is_close,
    const char *text, int64_t now_ms);

/* What a verification said, the first few in full. */
struct said {
	char text[8][512];
	size_t count;
	char note[512]; /* the last */
};
/* Of the log of a place; rest: what the request has beside. */
struct use_verify_counts verify_place(
    struct place *p, const struct use_verify_request *rest, struct said *said);

#define PLACED(test)                                                           \
	cmocka_unit_test_setup_teardown(test, make_place, drop_place)

#endif
