/* SPDX-License-Identifier: Apache-2.0 */
/* What intake says of its queue, with a head and the links of pages. */
#include "api/own_doubtful.h"

#include <jansson.h>
#include <stdlib.h>

#include "api/put.h"
#include "intake/doubtful.h"

/* The rows as they are, and the links to the first and to those behind. */
static void put_queue(struct json_writer *w,
    const struct own_doubtful_query *query, const struct buf *queue)
{
	json_t *json = json_loadb(queue->p, queue->n, 0, NULL);
	const json_t *rows = json_object_get(json, "doubtful");
	const json_t *next = json_object_get(json, "next");
	const char *state = query->is_decided ? "decided" : "open";
	char *text = json_dumps(rows, JSON_COMPACT);

	json_put_int(
	    w, "open", json_integer_value(json_object_get(json, "open")));
	json_key(w, "rows");
	json_add_raw(w, span_of(text ? text : "[]"));
	json_put_bool(w, "has_rows", json_array_size(rows) > 0);
	if (query->after)
		put_text(w, "first", "/desk/doubtful?department=%s&state=%s",
		    query->departments.chosen->id, state);
	else
		put_null(w, "first");
	if (json_is_integer(next))
		put_text(w, "next",
		    "/desk/doubtful?department=%s&state=%s"
		    "&after=%lld",
		    query->departments.chosen->id, state,
		    (long long)json_integer_value(next));
	else
		put_null(w, "next");
	free(text);
	json_decref(json);
}

enum err_code own_doubtful_document(const struct reading *reading,
    const struct own_doubtful_query *query, struct buf *out, struct err *err)
{
	const struct doubtful_query asked = {
	    .department = query->departments.chosen->id,
	    .after = query->after,
	    .limit = query->limit,
	    .is_decided = query->is_decided,
	};
	struct buf queue = BUF_INIT(OWN_DOUBTFUL_BYTES_MAX);
	struct json_writer w;
	enum err_code rc = doubtful_list(
	    reading->store, reading->catalog, &asked, &queue, err);

	if (!rc) {
		json_start(&w, out);
		json_open_object(&w);
		put_head(&w, reading);
		own_put_choice(&w, &query->departments);
		json_put_bool(&w, "is_decided", query->is_decided);
		put_queue(&w, query, &queue);
		json_close_object(&w);
	}
	buf_release(&queue);
	return put_end(out, rc, err);
}

enum err_code own_doubtful_row_document(const struct reading *reading,
    const struct own_choice *departments, int64_t id, struct buf *out,
    struct err *err)
{
	struct buf row = BUF_INIT(OWN_DOUBTFUL_BYTES_MAX);
	struct json_writer w;
	enum err_code rc = doubtful_show(reading->store, reading->catalog,
	    departments->chosen->id, id, &row, err);

	if (!rc) {
		json_start(&w, out);
		json_open_object(&w);
		put_head(&w, reading);
		own_put_choice(&w, departments);
		json_key(&w, "row");
		json_add_raw(&w, buf_span(&row));
		json_close_object(&w);
	}
	buf_release(&row);
	return put_end(out, rc, err);
}
