/* SPDX-License-Identifier: Apache-2.0 */
#include "api/api_test_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/mem.h"

enum { OUT_MAX = 64 << 20 };

struct world *world_new(const char *today)
{
	struct world *w = mem_zalloc(1, sizeof(*w));
	void *fixture = NULL;

	fixture_setup(&fixture);
	w->fixture = fixture;
	w->reading = (struct reading){.store = w->fixture->store,
	    .catalog = catalog,
	    .as_of = day(today),
	    .today = day(today),
	    .is_public = true};
	buf_init(&w->out, OUT_MAX);
	return w;
}

int world_free(void **state)
{
	struct world *w = *state;
	void *fixture = w->fixture;

	buf_release(&w->out);
	fixture_teardown(&fixture);
	free(w);
	return 0;
}

json_t *parse(struct world *w, enum err_code rc)
{
	json_error_t error;
	json_t *doc;

	if (rc)
		fail_msg("%s: %s", w->err.message, w->err.detail);
	doc = json_loadb(w->out.p, w->out.n, JSON_REJECT_DUPLICATES, &error);
	if (!doc)
		fail_msg("%s in %.200s", error.text, w->out.p);
	assert_false(store_in_transaction(w->reading.store));
	buf_reset(&w->out);
	return doc;
}

const json_t *at(const json_t *doc, const char *key)
{
	const json_t *value = json_object_get(doc, key);

	if (!value)
		fail_msg("there is no \"%s\"", key);
	return value;
}

int64_t int_at(const json_t *doc, const char *key)
{
	assert_true(json_is_integer(at(doc, key)));
	return json_integer_value(at(doc, key));
}

const char *text_at(const json_t *doc, const char *key)
{
	const char *text = json_string_value(at(doc, key));

	assert_non_null(text);
	return text;
}
