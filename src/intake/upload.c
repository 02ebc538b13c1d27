/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/upload.h"

#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/random.h"

enum err_code upload_make_mark(char out[UPLOAD_MARK_CHARS + 1], struct err *err)
{
	unsigned char bytes[UPLOAD_MARK_CHARS / 2];
	struct buf hex = BUF_INIT(UPLOAD_MARK_CHARS);
	enum err_code rc = random_bytes(bytes, sizeof(bytes), err);

	if (rc)
		return rc;
	buf_add_hex(&hex, bytes, sizeof(bytes));
	memcpy(out, buf_str(&hex), UPLOAD_MARK_CHARS + 1);
	buf_release(&hex);
	return 0;
}

/* ---- reading ---- */

static void take_row(struct store *store, enum sql_id id, struct arena *arena,
    struct upload *out)
{
	struct span digest = store_column_span(store, id, 8);

	*out = (struct upload){
	    .id = store_column_int(store, id, 0),
	    .mark = store_column_text(store, id, 1, arena),
	    .received_ms = store_column_int(store, id, 2),
	    .sender = store_column_text(store, id, 3, arena),
	    .department = store_column_text(store, id, 4, arena),
	    .item = store_column_text(store, id, 5, arena),
	    .file_name = store_column_text(store, id, 6, arena),
	    .file_bytes = store_column_int(store, id, 7),
	    .key = store_column_text(store, id, 9, arena),
	    .attempts = store_column_int(store, id, 10),
	    .ended_ms = store_column_int(store, id, 11),
	    .submission_id = store_column_int(store, id, 12),
	    .error = store_column_text(store, id, 13, arena),
	    .held = (enum upload_held)store_column_int(store, id, 14),
	};
	if (digest.n == SHA256_BYTES)
		memcpy(out->file_digest, digest.p, SHA256_BYTES);
}

/* One row; *found_out false: there is none. */
static enum err_code get_one(struct store *store, enum sql_id id,
    const struct store_value *values, size_t count, struct arena *arena,
    struct upload *out, bool *found_out, struct err *err)
{
	enum err_code rc = store_start(store, id, values, count, err);

	*found_out = store_next_row(store, id, &rc, err);
	if (*found_out)
		take_row(store, id, arena, out);
	store_finish(store, id);
	return rc;
}

enum err_code upload_get(struct store *store, struct arena *arena, int64_t id,
    struct upload *out, struct err *err)
{
	const struct store_value key = store_int(id);
	bool is_found = false;
	enum err_code rc = get_one(
	    store, SQL_INTAKE_UPLOAD_GET, &key, 1, arena, out, &is_found, err);

	if (!rc && !is_found)
		rc = err_set(err, ERR_NOT_FOUND, "there is no submission %lld",
		    (long long)id);
	return rc;
}

enum err_code uploads_of(struct store *store, struct arena *arena,
    const char *department, int64_t before, size_t limit, struct upload *out,
    size_t *count_out, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_UPLOAD_OF_DEPARTMENT;
	const struct store_value values[] = {store_str(department),
	    store_int(before), store_int((int64_t)limit)};
	enum err_code rc =
	    store_start(store, id, values, ARRAY_COUNT(values), err);
	size_t n = 0;

	while (n < limit && store_next_row(store, id, &rc, err))
		take_row(store, id, arena, &out[n++]);
	store_finish(store, id);
	*count_out = n;
	return rc;
}

enum err_code uploads_open(struct store *store, struct arena *arena,
    upload_visit *visit, void *ctx, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_UPLOAD_OPEN;
	enum err_code rc = store_start(store, id, NULL, 0, err);
	struct upload upload;

	while (store_next_row(store, id, &rc, err)) {
		take_row(store, id, arena, &upload);
		visit(ctx, &upload);
	}
	store_finish(store, id);
	return rc;
}

/* ---- writing ---- */

static enum err_code insert(
    struct store *store, struct upload *u, struct err *err)
{
	int64_t last = 0;
	enum err_code rc = store_get_int(
	    store, SQL_INTAKE_UPLOAD_LAST, NULL, 0, 0, &last, err);
	const struct store_value row[] = {store_int(last + 1),
	    store_str(u->mark), store_int(u->received_ms), store_str(u->sender),
	    store_str(u->department), store_str(u->item),
	    store_str(u->file_name), store_int(u->file_bytes),
	    store_blob(u->file_digest, SHA256_BYTES), store_str(u->key),
	    store_int(u->held)};

	u->id = last + 1;
	return rc ? rc
		  : store_run(store, SQL_INTAKE_UPLOAD_INSERT, row,
			ARRAY_COUNT(row), err);
}

static enum err_code too_many(struct err *err)
{
	err_set(err, ERR_BUSY,
	    "too many files of the department wait, or too large ones");
	err_hint(err,
	    "Some have to be taken in first; those that wait for a second "
	    "person have to be decided, or taken back.");
	return ERR_BUSY;
}

/* A department's files lie on the disk until they have ended. */
static enum err_code check_room(
    struct store *store, const struct upload *u, struct err *err)
{
	const enum sql_id id = SQL_INTAKE_UPLOAD_WAITING;
	const struct store_value key = store_str(u->department);
	enum err_code rc = store_start(store, id, &key, 1, err);
	int64_t count = 0, bytes = 0;

	if (store_next_row(store, id, &rc, err)) {
		count = store_column_int(store, id, 0);
		bytes = store_column_int(store, id, 1);
	}
	store_finish(store, id);
	if (rc)
		return rc;
	if (count >= UPLOADS_WAITING_OF_ONE_MAX ||
	    (count && u->file_bytes > UPLOADS_BYTES_OF_ONE_MAX - bytes))
		return too_many(err);
	return 0;
}

static bool is_same(const struct upload *a, const struct upload *b)
{
	return strcmp(a->item, b->item) == 0 &&
	    a->file_bytes == b->file_bytes &&
	    memcmp(a->file_digest, b->file_digest, SHA256_BYTES) == 0;
}

enum err_code upload_add(struct store *store, struct upload *upload,
    bool *was_known_out, struct err *err)
{
	const struct store_value key[] = {
	    store_str(upload->department), store_str(upload->key)};
	struct arena *arena = arena_new();
	struct upload known;
	enum err_code rc = 0;

	ASSERT(store_in_transaction(store));
	*was_known_out = false;
	if (upload->key[0])
		rc = get_one(store, SQL_INTAKE_UPLOAD_BY_KEY, key, 2, arena,
		    &known, was_known_out, err);
	if (!rc && *was_known_out && !is_same(&known, upload)) {
		rc = err_set(err, ERR_CONFLICT,
		    "another file was sent with this idempotency key");
		err_hint(err,
		    "A key names one file for one item; give the new file a "
		    "key of its own.");
	}
	if (!rc && *was_known_out)
		upload->id = known.id;
	else if (!rc)
		rc = check_room(store, upload, err);
	if (!rc && !*was_known_out)
		rc = insert(store, upload, err);
	arena_free(&arena);
	return rc;
}

enum err_code upload_try(struct store *store, int64_t id, struct err *err)
{
	const struct store_value key = store_int(id);

	return store_run(store, SQL_INTAKE_UPLOAD_TRY, &key, 1, err);
}

enum err_code upload_end(struct store *store, int64_t id, int64_t now_ms,
    int64_t submission_id, const char *error, struct err *err)
{
	const struct store_value row[] = {store_int(now_ms),
	    store_int(submission_id), store_str(error), store_int(id)};

	return store_run(
	    store, SQL_INTAKE_UPLOAD_END, row, ARRAY_COUNT(row), err);
}

enum err_code upload_hold(
    struct store *store, int64_t id, enum upload_held held, struct err *err)
{
	const struct store_value row[] = {store_int(held), store_int(id)};

	return store_run(
	    store, SQL_INTAKE_UPLOAD_HOLD, row, ARRAY_COUNT(row), err);
}
