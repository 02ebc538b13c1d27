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

static void add_code(struct shown *s, struct span text)
{
	const struct ident_uscc code = ident_check_uscc(text);

	if (code.state != IDENT_VALID)
		return;
	s->list = mem_grow(s->list, s->count, &s->max, sizeof(*s->list));
	memset(&s->list[s->count], 0, sizeof(*s->list));
	memcpy(s->list[s->count++].code, code.code, MANY_CODE_CHARS);
}

/* As deep as the document, which is one of ours. */
static void walk(struct shown *s, json_t *json)
{
	const char *code = json_string_value(json_object_get(json, "code"));
	const char *key;
	json_t *value;
	size_t i;

	if (code && json_object_get(json, "name"))
		add_code(s, span_of(code));
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

/* Those that were found, into the use. */
static size_t finish(struct store *store, struct shown *s, struct use *use,
    struct many_subject **list_out)
{
	if (s->count)
		s->count = many_sort(s->list, s->count);
	find_ids(store, s);
	*list_out = s->list;
	if (s->count == 1) {
		use->subject = span_of(s->list[0].code);
		use->subject_id = s->list[0].id;
	}
	if (s->count < 2)
		return 0;
	many_commit(s->list, s->count, use);
	return s->count;
}

size_t shown_put_act(struct store *store, struct span document,
    struct span code, struct use *use, struct many_subject **list_out)
{
	struct shown s = {NULL, 0, 0};
	struct err ignored;
	json_t *json = NULL;

	if (!use->subject.n && document.n)
		json = json_loadb(document.p, document.n, 0, NULL);
	walk(&s, json);
	json_decref(json);
	if (!use->subject.n && subject_refuse_person(code, &ignored) == 0)
		add_code(&s, code);
	return finish(store, &s, use, list_out);
}

size_t shown_put(struct store *store, struct span document, struct use *use,
    struct many_subject **list_out)
{
	return shown_put_act(store, document, span_of(""), use, list_out);
}

size_t shown_put_codes(struct store *store, struct span codes, struct use *use,
    struct many_subject **list_out)
{
	struct shown s = {NULL, 0, 0};
	size_t at;

	for (at = 0; at + MANY_CODE_CHARS <= codes.n; at += MANY_CODE_CHARS)
		add_code(&s, (struct span){codes.p + at, MANY_CODE_CHARS});
	return finish(store, &s, use, list_out);
}
