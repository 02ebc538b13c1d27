/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids of one table go into stretches by division, so that the way to a use
 * needs no index over subjects: who looked at subject S is one range read of
 * stretch S / MANY_STRETCH, each row of which is decoded as far as S.
 */
#include "usage/many.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"

enum { BODY_BYTES_MAX = 2 * MANY_STRETCH + 16 };

/* ---- sorting ---- */

/* Keys by their bytes, the last of them first; each pass leaves alike what
 * the ones before have put in order. Comparing codes, which mostly begin
 * alike, took several times as long. */
typedef uint8_t byte_of(const void *item, size_t pass);

static inline void sort_by_bytes(
    char *list, size_t count, size_t size, size_t passes, byte_of *byte)
{
	char *spare = mem_alloc(count * size + 1), *from = list, *to = spare;
	size_t pass, i;

	for (pass = 0; pass < passes; pass++) {
		size_t places[257] = {0};
		char *swap = from;

		for (i = 0; i < count; i++)
			places[byte(from + i * size, pass) + 1]++;
		if (count == 0 || places[byte(from, pass) + 1] == count)
			continue; /* all the same */
		for (i = 0; i < 256; i++)
			places[i + 1] += places[i];
		for (i = 0; i < count; i++)
			memcpy(
			    to + size * places[byte(from + i * size, pass)]++,
			    from + i * size, size);
		from = to;
		to = swap;
	}
	if (from != list)
		memcpy(list, from, count * size);
	free(spare);
}

static uint8_t byte_of_code(const void *item, size_t pass)
{
	const struct many_subject *s = item;

	return (uint8_t)s->code[sizeof(s->code) - 1 - pass];
}

static uint8_t byte_of_id(const void *item, size_t pass)
{
	return (uint8_t)(*(const int64_t *)item >> 8 * pass);
}

/* ---- writing ---- */

static bool is_same(const struct many_subject *a, const struct many_subject *b)
{
	return memcmp(a->code, b->code, sizeof(a->code)) == 0;
}

size_t many_sort(struct many_subject *list, size_t count)
{
	size_t n = 0, i;

	sort_by_bytes((char *)list, count, sizeof(*list), sizeof(list->code),
	    byte_of_code);
	for (i = 0; i < count; i++)
		if (n == 0 || !is_same(&list[n - 1], &list[i]))
			list[n++] = list[i];
	return n;
}

void many_commit(const struct many_subject *list, size_t count, struct use *use)
{
	struct sha256_stream *sum = sha256_stream_new();
	size_t i;

	for (i = 0; i < count; i++) {
		sha256_stream_add(sum, list[i].code, strlen(list[i].code));
		sha256_stream_add(sum, "\n", 1);
	}
	sha256_stream_finish(&sum, use->list);
	use->subjects = (int64_t)count;
}

static void put_number(struct buf *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_add_char(out, (char)(v | 0x80));
	buf_add_char(out, (char)v);
}

static enum err_code put_stretch(struct store *store, int64_t stretch,
    uint64_t seq, const struct buf *body, struct err *err)
{
	struct store_value row[] = {store_int(stretch), store_int((int64_t)seq),
	    store_blob(body->p, body->n)};

	return store_run(
	    store, SQL_USAGE_MANY_INSERT, row, ARRAY_COUNT(row), err);
}

/* Sorted ids, one row for each stretch. */
static enum err_code put_ids(struct store *store, uint64_t seq,
    const int64_t *ids, size_t count, struct err *err)
{
	struct buf body = BUF_INIT(BODY_BYTES_MAX);
	enum err_code rc = 0;
	size_t i = 0;

	while (i < count && !rc) {
		int64_t stretch = ids[i] / MANY_STRETCH;
		int64_t before = stretch * MANY_STRETCH - 1;

		buf_reset(&body);
		for (; i < count && ids[i] / MANY_STRETCH == stretch; i++) {
			if (ids[i] == before)
				continue; /* two codes of one subject */
			put_number(&body, (uint64_t)(ids[i] - before - 1));
			before = ids[i];
		}
		ASSERT(!body.is_full);
		rc = put_stretch(store, stretch, seq, &body, err);
	}
	buf_release(&body);
	return rc;
}

static enum err_code put_codes(struct store *store, uint64_t seq,
    const struct many_subject *list, size_t count, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < count && !rc; i++) {
		struct store_value row[] = {
		    store_text(span_of(list[i].code)), store_int((int64_t)seq)};

		if (list[i].id == 0)
			rc = store_run(
			    store, SQL_USAGE_CODE_INSERT, row, 2, err);
	}
	return rc;
}

enum err_code many_add(struct use_log *log, struct store *store,
    const struct use *use, const struct many_subject *list, size_t count,
    uint64_t *seq_out, struct err *err)
{
	int64_t *ids = mem_zalloc(count + 1, sizeof(*ids));
	enum err_code rc = use_log_add(log, use, seq_out, err);
	size_t known = 0, i;

	for (i = 0; i < count; i++)
		if (list[i].id)
			ids[known++] = list[i].id;
	sort_by_bytes(
	    (char *)ids, known, sizeof(*ids), sizeof(*ids), byte_of_id);
	if (!rc)
		rc = put_ids(store, *seq_out, ids, known, err);
	if (!rc && known < count)
		rc = put_codes(store, *seq_out, list, count, err);
	free(ids);
	return rc;
}

/* ---- reading ---- */

/* A body on its way to being decoded. */
struct ids {
	struct span left;
	int64_t id; /* the last one */
};

static struct ids ids_of(struct span body, int64_t stretch)
{
	return (struct ids){body, stretch * MANY_STRETCH - 1};
}

/* 1: in->id is the next; 0 the end; -1: it is no list of ids. */
static int next_id(struct ids *in)
{
	uint64_t v = 0;
	unsigned shift = 0;
	uint8_t byte;

	if (in->left.n == 0)
		return 0;
	do {
		if (in->left.n == 0 || shift > 14)
			return -1;
		byte = (uint8_t)*in->left.p;
		in->left.p++;
		in->left.n--;
		v |= (uint64_t)(byte & 0x7F) << shift;
		shift += 7;
	} while (byte & 0x80);
	in->id += (int64_t)v + 1;
	return 1;
}

static bool holds(struct span body, int64_t id)
{
	struct ids ids = ids_of(body, id / MANY_STRETCH);

	while (next_id(&ids) == 1)
		if (ids.id >= id)
			return ids.id == id;
	return false;
}

static int has_code(
    struct store *store, uint64_t seq, struct span code, struct err *err)
{
	struct store_value values[] = {
	    store_text(code), store_int((int64_t)seq)};
	int64_t got = 0;
	enum err_code rc =
	    store_get_int(store, SQL_USAGE_CODE_GET, values, 2, 0, &got, err);

	return rc ? (int)rc : (int)got;
}

int many_has(struct store *store, uint64_t seq, int64_t subject_id,
    struct span code, struct err *err)
{
	const enum sql_id id = SQL_USAGE_MANY_GET;
	struct store_value values[] = {
	    store_int(subject_id / MANY_STRETCH), store_int((int64_t)seq)};
	enum err_code rc = subject_id
	    ? store_start(store, id, values, ARRAY_COUNT(values), err)
	    : 0;
	int got = rc || !subject_id ? 0 : store_next(store, id, err);
	bool is_there =
	    got == 1 && holds(store_column_span(store, id, 0), subject_id);

	store_finish(store, id);
	if (rc || got < 0)
		return rc ? (int)rc : got;
	return is_there ? 1 : has_code(store, seq, code, err);
}

static enum err_code damaged(uint64_t seq, struct err *err)
{
	return err_set(err, ERR_CORRUPT,
	    "the organisations of use %llu are damaged",
	    (unsigned long long)seq);
}

/* ERR_CORRUPT without words: err is left alone. */
static enum err_code each_of(struct span body, int64_t stretch,
    many_visit *visit, void *ctx, struct err *err)
{
	struct ids ids = ids_of(body, stretch);
	const struct span none = {"", 0};
	int more;

	while ((more = next_id(&ids)) == 1) {
		enum err_code rc = visit(ctx, ids.id, none, err);

		if (rc)
			return rc;
	}
	return more < 0 || ids.id / MANY_STRETCH != stretch ? ERR_CORRUPT : 0;
}

enum err_code many_each_of(int64_t stretch, struct span body, many_visit *visit,
    void *ctx, struct err *err)
{
	enum err_code rc = each_of(body, stretch, visit, ctx, err);

	return rc == ERR_CORRUPT ? err_set(err, ERR_CORRUPT,
				       "the organisations of a use are damaged")
				 : rc;
}

static enum err_code each_id(struct store *store, uint64_t seq,
    many_visit *visit, void *ctx, struct err *err)
{
	const enum sql_id id = SQL_USAGE_MANY_OF_USE;
	int got;

	while ((got = store_next(store, id, err)) == 1) {
		enum err_code rc = each_of(store_column_span(store, id, 1),
		    store_column_int(store, id, 0), visit, ctx, err);

		if (rc)
			return rc == ERR_CORRUPT ? damaged(seq, err) : rc;
	}
	return got < 0 ? (enum err_code)got : 0;
}

static enum err_code each_code(
    struct store *store, many_visit *visit, void *ctx, struct err *err)
{
	const enum sql_id id = SQL_USAGE_CODE_OF_USE;
	int got;

	while ((got = store_next(store, id, err)) == 1) {
		enum err_code rc =
		    visit(ctx, 0, store_column_span(store, id, 0), err);

		if (rc)
			return rc;
	}
	return got < 0 ? (enum err_code)got : 0;
}

enum err_code many_each(struct store *store, uint64_t seq, many_visit *visit,
    void *ctx, struct err *err)
{
	struct store_value value = store_int((int64_t)seq);
	enum err_code rc =
	    store_start(store, SQL_USAGE_MANY_OF_USE, &value, 1, err);

	if (!rc)
		rc = each_id(store, seq, visit, ctx, err);
	store_finish(store, SQL_USAGE_MANY_OF_USE);
	if (rc)
		return rc;
	rc = store_start(store, SQL_USAGE_CODE_OF_USE, &value, 1, err);
	if (!rc)
		rc = each_code(store, visit, ctx, err);
	store_finish(store, SQL_USAGE_CODE_OF_USE);
	return rc;
}

/* ---- the uses about one ---- */

enum { ALONE, OF_MANY, OF_CODE, KINDS };

static const enum sql_id statements[KINDS] = {
    [OF_MANY] = SQL_USAGE_MANY_OF_STRETCH, [OF_CODE] = SQL_USAGE_CODE_USES};

enum err_code many_pass_start(struct many_pass *pass, struct store *store,
    const struct use_query *query, struct err *err)
{
	struct store_value values[] = {
	    store_int(query->subject_id / MANY_STRETCH),
	    store_int((int64_t)query->from)};
	enum err_code rc;

	*pass = (struct many_pass){
	    .store = store, .query = *query, .taken = (1u << KINDS) - 1};
	pass->query.order = USE_OF_ORGANISATION;
	rc = use_rows_start(store, &pass->query, err);
	pass->is_started[ALONE] = true;
	if (!rc && query->subject_id) {
		rc = store_start(store, statements[OF_MANY], values, 2, err);
		pass->is_started[OF_MANY] = true;
	}
	if (!rc && query->subject.n) {
		values[0] = store_text(query->subject);
		rc = store_start(store, statements[OF_CODE], values, 2, err);
		pass->is_started[OF_CODE] = true;
	}
	return rc;
}

/* Moves a kind on to its next use about the organisation. */
static enum err_code find_next(
    struct many_pass *pass, int kind, struct err *err)
{
	int got = 0;

	pass->next[kind] = 0;
	if (!pass->is_started[kind])
		return 0;
	if (kind == ALONE) {
		got = use_rows_next(
		    pass->store, USE_OF_ORGANISATION, &pass->alone, err);
		if (got == 1)
			pass->next[kind] = pass->alone.seq + 1;
		return got < 0 ? (enum err_code)got : 0;
	}
	while ((got = store_next(pass->store, statements[kind], err)) == 1)
		if (kind == OF_CODE ||
		    holds(store_column_span(pass->store, statements[kind], 1),
			pass->query.subject_id))
			break;
	if (got == 1)
		pass->next[kind] = 1 +
		    (uint64_t)store_column_int(
			pass->store, statements[kind], 0);
	return got < 0 ? (enum err_code)got : 0;
}

static void close_row(struct many_pass *pass)
{
	if (pass->has_row)
		use_rows_finish(pass->store, USE_OLDEST_FIRST);
	pass->has_row = false;
}

static enum err_code get_many(
    struct many_pass *pass, uint64_t seq, struct use_row *out, struct err *err)
{
	enum err_code rc = use_row_get(pass->store, seq, out, err);

	pass->has_row = true;
	out->use.subject = pass->query.subject;
	out->use.subject_id = pass->query.subject_id;
	return rc;
}

int many_pass_next(struct many_pass *pass, struct use_row *out, struct err *err)
{
	enum err_code rc = 0;
	uint64_t newest = 0;
	int kind;

	close_row(pass);
	for (kind = 0; kind < KINDS && !rc; kind++) {
		if (pass->taken & 1u << kind)
			rc = find_next(pass, kind, err);
		if (pass->next[kind] > newest)
			newest = pass->next[kind];
	}
	pass->taken = 0;
	if (rc || newest == 0)
		return (int)rc;
	/* Known when it was looked up and not known: never both; but each
	 * kind that stands there moves on. */
	for (kind = 0; kind < KINDS; kind++)
		if (pass->next[kind] == newest)
			pass->taken |= 1u << kind;
	if (pass->taken & 1u << ALONE) {
		*out = pass->alone;
		return 1;
	}
	rc = get_many(pass, newest - 1, out, err);
	return rc ? (int)rc : 1;
}

void many_pass_finish(struct many_pass *pass)
{
	int kind;

	close_row(pass);
	use_rows_finish(pass->store, USE_OF_ORGANISATION);
	for (kind = OF_MANY; kind < KINDS; kind++)
		if (pass->is_started[kind])
			store_finish(pass->store, statements[kind]);
}
