/* SPDX-License-Identifier: Apache-2.0 */
/* What of a statement the public does not see, changed in the packed blocks
 * with right page seals. */
#include "registry/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <zstd.h>

#include "base/buf.h"
#include "registry/block.h"
#include "registry/columns.h"
#include "registry/statement.h"
#include "registry/verify_test_help.h"

enum { CLOSED_AT = 16, CLOSED_BLOCK = 384 };

/* A statement of the good database, as kept or in its sealed form. */
static void read_statement(
    struct world *w, uint64_t seq, bool is_sealed, struct buf *out)
{
	char path[128];
	struct store_config config = {.path = path, .mode = STORE_READ};
	struct store *store = NULL;
	struct block block;

	path_in(w, "test.db", path);
	change(w, "");
	block_init(&block);
	must(w, store_open(&config, &store, &w->err));
	must(w, block_load(&block, store, seq, &w->err));
	if (is_sealed)
		statement_seal(block_statement(&block, seq),
		    block_closed_salt(&block, seq), out);
	else
		buf_add_span(out, block_statement(&block, seq));
	block_release(&block);
	store_close(&store);
}

/* A block's body packed again with another text for one statement. */
static void pack_again(struct buf *body, uint64_t seq, struct span now)
{
	static struct span list[CLOSED_BLOCK];
	struct columns *columns = columns_new(BLOCK_TEXT_MAX);
	struct buf raw = BUF_INIT(BLOCK_TEXT_MAX);
	struct buf text = BUF_INIT(BLOCK_TEXT_MAX);
	char *to = buf_reserve(&raw, BLOCK_TEXT_TARGET);
	size_t i;

	raw.n = ZSTD_decompress(to, BLOCK_TEXT_TARGET, body->p, body->n);
	assert_false(ZSTD_isError(raw.n));
	assert_true(columns_read(buf_span(&raw), CLOSED_BLOCK, &text, list));
	list[seq] = now;
	for (i = 0; i < CLOSED_BLOCK; i++)
		assert_true(columns_add(columns, list[i]));
	buf_reset(&raw);
	columns_write(columns, &raw);
	buf_reset(body);
	to = buf_reserve(body, ZSTD_compressBound(raw.n));
	body->n = ZSTD_compress(
	    to, ZSTD_compressBound(raw.n), buf_str(&raw), raw.n, 1);
	columns_free(&columns);
	buf_release(&raw);
	buf_release(&text);
}

enum { BLOCKS_MAX = 8 };

struct bodies {
	size_t count;
	int64_t first_seq[BLOCKS_MAX];
	int64_t at[BLOCKS_MAX];
	int64_t end[BLOCKS_MAX];
	struct buf body[BLOCKS_MAX];
};

static void read_bodies(
    struct world *w, struct store *store, struct bodies *out)
{
	const enum sql_id id = SQL_REGISTRY_BLOCK_LIST;
	struct store_value from = store_int(0);
	size_t i;

	must(w, store_start(store, id, &from, 1, &w->err));
	while (store_next(store, id, &w->err) == 1) {
		i = out->count++;
		assert_true(i < BLOCKS_MAX);
		out->first_seq[i] = store_column_int(store, id, 0);
		out->at[i] = store_column_int(store, id, 3);
		out->end[i] = store_column_int(store, id, 4);
	}
	store_finish(store, id);
	for (i = 0; i < out->count; i++) {
		buf_init(&out->body[i], BLOCK_TEXT_MAX);
		must(w,
		    store_blob_get(store, out->at[i], out->end[i],
			&out->body[i], &w->err));
	}
}

static void write_bodies(
    struct world *w, struct store *store, struct bodies *bodies)
{
	int64_t end = 0;
	size_t i;

	for (i = 0; i < bodies->count; i++) {
		bodies->at[i] = end;
		must(w,
		    store_blob_put(
			store, end, buf_span(&bodies->body[i]), &end, &w->err));
		bodies->end[i] = end;
		buf_release(&bodies->body[i]);
	}
}

static void write_places(struct world *w, const struct bodies *bodies)
{
	struct buf sql = BUF_INIT(1 << 16);
	size_t i;

	for (i = 0; i < bodies->count; i++)
		buf_addf(&sql,
		    "UPDATE statement_block SET body_at = %lld, "
		    "body_end = %lld WHERE first_seq = %lld;",
		    (long long)bodies->at[i], (long long)bodies->end[i],
		    (long long)bodies->first_seq[i]);
	run_sql(w, buf_str(&sql));
	buf_release(&sql);
}

/* The good database with another text for one statement of the first
 * block. */
static void rewrite(struct world *w, uint64_t seq, struct span now)
{
	char path[128];
	struct store_config config = {.path = path, .mode = STORE_WRITE};
	struct bodies bodies = {0};
	struct store *store = NULL;

	path_in(w, "test.db", path);
	change(w, "");
	must(w, store_open(&config, &store, &w->err));
	must(w, store_begin(store, &w->err));
	read_bodies(w, store, &bodies);
	pack_again(&bodies.body[0], seq, now);
	write_bodies(w, store, &bodies);
	must(w, store_commit(store, &w->err));
	must(w, store_settle(store, STORE_SETTLE_ALL, NULL, &w->err));
	store_close(&store);
	write_places(w, &bodies);
}

static void expect_found(struct world *w, struct span now, const char *found)
{
	struct verify_result result;

	rewrite(w, CLOSED_AT, now);
	verify(w, &result);
	if (!is_named(&result, found)) {
		print_named(&result);
		fail_msg("not said: %s", found);
	}
	verify_result_release(&result);
}

/* What of a statement cannot be seen by the public is bound all the same. */
static void verify_changed_closed_part_is_named(void **state)
{
	static const char sealed_otherwise[] =
	    "statement 16 is not what was sealed in the log";
	struct world *w = *state;
	struct buf text = BUF_INIT(1 << 16);
	struct verify_result result;
	struct span closed;
	char *at;

	read_statement(w, CLOSED_AT, false, &text);
	rewrite(w, CLOSED_AT, buf_span(&text));
	verify(w, &result);
	assert_int_equal(result.wrong, 0);
	verify_result_release(&result);

	at = strstr(buf_str(&text), "someone");
	assert_non_null(at);
	*at = 'S';
	expect_found(w, buf_span(&text), sealed_otherwise);
	*at = 's';
	closed = statement_closed(buf_span(&text));
	at = text.p + (closed.p - text.p) - strlen(",\"closed\":");
	memmove(at, closed.p + closed.n,
	    (size_t)(text.p + text.n - closed.p) - closed.n);
	text.n -= closed.n + strlen(",\"closed\":");
	expect_found(w, buf_span(&text), sealed_otherwise);

	/* Only its digest left: the commitment is right, the row is not. */
	buf_reset(&text);
	read_statement(w, CLOSED_AT, true, &text);
	expect_found(w, buf_span(&text), "statement 16 cannot be understood");
	at = strstr(buf_str(&text), "\"closed\":\"") + strlen("\"closed\":\"");
	*at = *at == 'a' ? 'b' : 'a';
	expect_found(w, buf_span(&text), sealed_otherwise);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(verify_changed_closed_part_is_named),
	};

	return cmocka_run_group_tests(tests, make_world, drop_world);
}
