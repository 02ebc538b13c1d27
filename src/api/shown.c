/* SPDX-License-Identifier: Apache-2.0 */
#include "api/shown.h"

#include <jansson.h>
#include <string.h>

#include "api/subject.h"
#include "base/mem.h"
#include "ident/ident.h"

struct shown {
	struct many_subject *list;
	size_t count, max;
};

static void add_code(struct shown *s, const json_t *value)
{
	const char *text = json_string_value(value);
	const struct ident_uscc code =
	    ident_check_uscc(span_of(text ? text : ""));

	if (code.state != IDENT_VALID)
		return;
	if (s->count == s->max) {
		s->max = s->max ? 2 * s->max : 64;
		s->list = mem_realloc(s->list, s->max, sizeof(*s->list));
	}
	memset(&s->list[s->count], 0, sizeof(*s->list));
	memcpy(s->list[s->count++].code, code.code, MANY_CODE_CHARS);
}

/* As deep as the document, which is one of ours. */
static void walk(struct shown *s, json_t *json)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_object_get(json, "name"))
		add_code(s, json_object_get(json, "code"));
	json_object_foreach (json, key, value)
		walk(s, value);
	json_array_foreach (json, i, value)
		walk(s, value);
}

static void find_ids(struct store *store, struct shown *s)
{
	struct err ignored;
	size_t i;

	if (s->count == 0 || store_begin_read(store, &ignored))
		return;
	for (i = 0; i < s->count; i++) {
		struct subject found;

		subject_init(&found);
		if (subject_find_code(
			store, span_of(s->list[i].code), &found, &ignored) == 0)
			s->list[i].id = found.id;
		subject_release(&found);
	}
	store_rollback(store);
}

size_t shown_put(struct store *store, struct span document, struct use *use,
    struct many_subject **list_out)
{
	struct shown s = {NULL, 0, 0};
	json_t *json = NULL;

	if (!use->subject.n && document.n)
		json = json_loadb(document.p, document.n, 0, NULL);
	walk(&s, json);
	json_decref(json);
	if (s.count)
		s.count = many_sort(s.list, s.count);
	find_ids(store, &s);
	*list_out = s.list;
	if (s.count == 1) {
		use->subject = span_of(s.list[0].code);
		use->subject_id = s.list[0].id;
	}
	if (s.count < 2)
		return 0;
	many_commit(s.list, s.count, use);
	return s.count;
}
