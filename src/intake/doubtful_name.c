/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A decision about a code that nobody knew makes the subject, and gives it
 * the row's name. Undone, it must leave nobody called so: whose name it is
 * is open again. The subject gets the name that it would have without the
 * decision, that of the first version which is no undone decision's, or none.
 * When one of those says the row's name too, it stays.
 */
#include <jansson.h>
#include <stdint.h>

#include "intake/doubtful_priv.h"
#include "registry/statement.h"
#include "registry/subjects.h"
#include "registry/view.h"

enum { NAME_BYTES_MAX = 64 * 1024 };

struct naming {
	struct store *store;
	const struct doubtful_row *row;
	int64_t subject_id;
	bool is_told; /* the row's name, by another */
	uint64_t seq; /* of the first that says a name */
	struct buf name;
};

/* Is it the word of a decision that stands no more? */
static enum err_code is_undone(const struct naming *n,
    const struct statement *s, bool *out, struct err *err)
{
	int64_t id =
	    json_integer_value(json_object_get(s->resolved, "doubtful"));
	struct doubtful_edge edge = {0};
	enum err_code rc =
	    id ? doubtful_last_edge(n->store, id, &edge, err) : ERR_NONE;

	*out = id && edge.subject_id != n->subject_id;
	return rc;
}

static enum err_code take_name(struct naming *n, const char *field,
    const struct view_version *version, struct err *err)
{
	struct statement s;
	struct span name;
	bool is_skipped = false;
	enum err_code rc = statement_read(version->statement, &s, err);

	if (rc)
		return rc;
	name = span_of(json_string_value(statement_field(&s, field)));
	rc = is_undone(n, &s, &is_skipped, err);
	if (!rc && !is_skipped && name.n) {
		n->is_told |= span_equal(name, buf_span(&n->row->name));
		if (version->seq < n->seq) {
			n->seq = version->seq;
			buf_reset(&n->name);
			buf_add_span(&n->name, name);
		}
	}
	statement_release(&s);
	return rc;
}

static enum err_code take_names(
    struct naming *n, const struct view_record *record, struct err *err)
{
	int at = record->item
	    ? cat_field_by_role(record->item, CAT_ROLE_SUBJECT_NAME)
	    : -1;
	enum err_code rc = 0;
	size_t i;

	for (i = 0; at >= 0 && i < record->versions_count && !rc; i++)
		rc = take_name(n, record->item->fields[at].name,
		    &record->versions[i], err);
	return rc;
}

static enum err_code rename_subject(
    const struct naming *n, const char *code, struct err *err)
{
	struct subject_book *book = NULL;
	enum err_code rc =
	    subject_book_new(n->store, n->row->submission_id, true, &book, err);

	if (!rc)
		rc = subject_book_rename(book, code, buf_span(&n->name), err);
	if (!rc)
		rc = subject_book_flush(book, err);
	subject_book_free(&book);
	return rc;
}

enum err_code doubtful_take_name_back(struct store *store,
    const struct catalog *catalog, const struct doubtful_row *row,
    int64_t subject_id, struct err *err)
{
	struct naming n = {.store = store,
	    .row = row,
	    .subject_id = subject_id,
	    .seq = UINT64_MAX,
	    .name = BUF_INIT(NAME_BYTES_MAX)};
	struct view view = {0};
	struct subject subject;
	enum err_code rc;
	size_t i;

	subject_init(&subject);
	rc = subject_by_id(store, subject_id, &subject, err);
	n.is_told =
	    !rc && !span_equal(buf_span(&subject.name), buf_span(&row->name));
	if (!rc && !n.is_told)
		rc = view_load(&view, store, catalog, subject_id, err);
	for (i = 0; i < view.records_count && !rc && !n.is_told; i++)
		rc = take_names(&n, &view.records[i], err);
	if (!rc && !n.is_told)
		rc = rename_subject(&n, buf_str(&subject.code), err);
	view_release(&view);
	subject_release(&subject);
	buf_release(&n.name);
	return rc;
}
