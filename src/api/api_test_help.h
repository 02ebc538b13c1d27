/* SPDX-License-Identifier: Apache-2.0 */
/* Documents as they are read over a small register, for the room's tests. */
#ifndef GX_API_API_TEST_HELP_H
#define GX_API_API_TEST_HELP_H

#include <jansson.h>

#include "api/record.h"
#include "registry/registry_test_help.h"

struct world {
	struct fixture *fixture;
	struct reading reading; /* the public's */
	struct buf out;
	struct err err;
};

/* An empty register, read on a day. */
struct world *world_new(const char *today);
/* cmocka's tear-down; *state is a struct world. */
int world_free(void **state);

/* The document written last; the caller's to release. rc: what came of it. */
json_t *parse(struct world *w, enum err_code rc);

/* A member, which must be there and of that type. */
const json_t *at(const json_t *doc, const char *key);
int64_t int_at(const json_t *doc, const char *key);
const char *text_at(const json_t *doc, const char *key);

#endif
