/* SPDX-License-Identifier: Apache-2.0 */
/* How far the tables follow: one row, and what it is compared with. */
#include "publication/publication_priv.h"

#include <string.h>

#include "base/check.h"
#include "ledger/ledger.h"
#include "registry/subjects.h"

/* Copies a text of the current row; cut to `size` with its NUL. */
static void copy_text(struct span text, char *out, size_t size)
{
	size_t n = text.n < size ? text.n : size - 1;

	memcpy(out, text.n ? text.p : "", n);
	out[n] = '\0';
}

enum err_code publication_state_load(struct store *store,
    struct publication_state *out, bool *is_there_out, struct err *err)
{
	const enum sql_id id = SQL_PUBLICATION_STATE_GET;
	enum err_code rc = store_start(store, id, NULL, 0, err);
	bool is_there = store_next_row(store, id, &rc, err);

	memset(out, 0, sizeof(*out));
	out->day = DATE_NONE;
	out->swept = -1;
	if (is_there) {
		struct store_value swept = store_column(store, id, 6);

		out->derivation = store_column_int(store, id, 0);
		copy_text(store_column_span(store, id, 1), out->feed,
		    sizeof(out->feed));
		copy_text(store_column_span(store, id, 2), out->catalogue,
		    sizeof(out->catalogue));
		out->statements = store_column_int(store, id, 3);
		out->submissions = store_column_int(store, id, 4);
		out->day = (date_days)store_column_int(store, id, 5);
		out->swept = swept.kind == STORE_INT ? swept.i : -1;
		out->changes = store_column_int(store, id, 7);
	}
	*is_there_out = is_there;
	store_finish(store, id);
	return rc;
}

enum err_code publication_state_save(
    struct store *store, const struct publication_state *s, struct err *err)
{
	struct store_value row[] = {store_int(s->derivation),
	    store_str(s->feed), store_str(s->catalogue),
	    store_int(s->statements), store_int(s->submissions),
	    store_int(s->day),
	    s->swept < 0 ? store_null() : store_int(s->swept),
	    store_int(s->changes)};

	return store_run(
	    store, SQL_PUBLICATION_STATE_PUT, row, ARRAY_COUNT(row), err);
}

enum err_code publication_ends_load(
    struct store *store, struct publication_ends *out, struct err *err)
{
	struct store_value log = store_int(LEDGER_RECORDS);
	enum err_code rc = store_get_int(
	    store, SQL_LEDGER_HEAD_LAST, &log, 1, 0, &out->statements, err);

	if (!rc)
		rc = store_get_int(store, SQL_INTAKE_SUBMISSION_LAST, NULL, 0,
		    0, &out->submissions, err);
	return rc ? rc : subject_renamed(store, &out->renamed, err);
}

enum err_code publication_through(struct store *store,
    const struct catalog *catalog, date_days today,
    struct publication_through *out, struct err *err)
{
	struct publication_state state;
	struct publication_ends ends;
	bool is_there = false;
	enum err_code rc =
	    publication_state_load(store, &state, &is_there, err);

	if (!rc)
		rc = publication_ends_load(store, &ends, err);
	if (rc)
		return rc;
	out->statements = (uint64_t)state.statements;
	out->day = state.day;
	out->changes = (uint64_t)state.changes;
	memcpy(out->feed, state.feed, sizeof(out->feed));
	out->is_ahead = is_there && state.day > today + 1;
	out->is_current = is_there &&
	    state.derivation == PUBLICATION_DERIVATION &&
	    state.statements >= ends.statements &&
	    state.submissions >= ends.submissions && state.day >= today &&
	    state.swept < 0 && ends.renamed == 0 &&
	    strcmp(state.catalogue, catalog->digest_hex) == 0;
	return 0;
}
