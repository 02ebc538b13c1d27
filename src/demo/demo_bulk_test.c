/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the large files for benchmarks. */
#include "demo/demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>
#include <zstd.h>

#include "base/file.h"
#include "base/mem.h"
#include "ident/ident.h"

enum { FILE_MAX = 64 << 20 };

static date_days today(void)
{
	return date_from_ymd(2026, 11, 23);
}

static void write_bulk(uint64_t seed, struct buf *out)
{
	char path[] = "/tmp/gx-bulk-XXXXXX";
	int fd = mkstemp(path);
	struct err err = {0};

	assert_true(fd >= 0);
	close(fd);
	if (demo_write_bulk(path, 200000, 4000, seed, today(), &err) !=
	    ERR_NONE)
		fail_msg("%s", err.message);
	buf_init(out, FILE_MAX);
	assert_int_equal(file_read(path, out, &err), ERR_NONE);
	unlink(path);
}

static void demo_bulk_same_seed_same_bytes(void **state)
{
	struct buf a, b, c;

	(void)state;
	write_bulk(1, &a);
	write_bulk(1, &b);
	write_bulk(2, &c);
	assert_true(span_equal(buf_span(&a), buf_span(&b)));
	assert_false(span_equal(buf_span(&a), buf_span(&c)));
	buf_release(&a);
	buf_release(&b);
	buf_release(&c);
}

/* Splits one line at commas; the bulk file quotes nothing. */
static size_t split(struct span line, struct span cells[32])
{
	size_t n = 0;
	const char *end = line.p + line.n;
	const char *at = line.p;

	for (;;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		const char *stop = comma ? comma : end;

		assert_true(n < 32);
		cells[n++] = (struct span){at, (size_t)(stop - at)};
		if (!comma)
			return n;
		at = comma + 1;
	}
}

static void check_bulk_row(struct span line, unsigned number)
{
	struct span c[32];
	char tail[32];
	date_days decided, end;

	assert_int_equal(split(line, c), 21);
	assert_null(memchr(line.p, '"', line.n));
	assert_int_equal(ident_check_uscc(c[2]).state, IDENT_VALID);
	assert_int_equal(ident_check_uscc(c[16]).state, IDENT_VALID);
	assert_int_equal(
	    c[2].p[0] == '9' && c[2].p[1] == '2', span_is(c[1], "个体工商户"));
	snprintf(tail, sizeof(tail), "〕%u号", number);
	assert_true(c[4].n > strlen(tail));
	assert_memory_equal(c[4].p + c[4].n - strlen(tail), tail, strlen(tail));
	assert_true(date_parse_iso(c[12], &decided));
	assert_true(date_parse_iso(c[13], &end));
	assert_true(decided <= today() && end > decided);
	assert_int_equal(
	    c[10].n > 0, memmem(c[8].p, c[8].n, "罚款", 6) != NULL);
	assert_int_equal(
	    c[11].n > 0, memmem(c[8].p, c[8].n, "没收", 6) != NULL);
	/* The law's least and most, where the goods are worth below 10,000. */
	if (span_is(c[5], "经营不符合食品安全标准的食品"))
		assert_true(
		    strtod(c[10].p, NULL) >= 5 && strtod(c[10].p, NULL) <= 10);
}

static void demo_bulk_rows_are_clean(void **state)
{
	struct buf text;
	const char *at, *end, *line;
	unsigned number = 0;
	struct span header[32];

	(void)state;
	write_bulk(5, &text);
	end = text.p + text.n;
	line = memchr(text.p, '\n', text.n);
	assert_int_equal(
	    split((struct span){text.p, (size_t)(line - text.p)}, header), 21);
	assert_true(span_is(header[4], "行政处罚决定书文号"));
	assert_true(span_is(header[20], "备注"));
	for (at = line + 1; at < end; at = line + 1) {
		line = memchr(at, '\n', (size_t)(end - at));
		assert_non_null(line);
		check_bulk_row(
		    (struct span){at, (size_t)(line - at)}, ++number);
	}
	assert_int_equal(number, 4000);
	assert_in_range(text.n / number, 450, 560);
	buf_release(&text);
}

/* Real penalty texts come to about a fifth; invented ones must not make the
 * benchmark easier than that by much. */
static void demo_bulk_compresses_like_real_texts(void **state)
{
	struct buf text;
	size_t bound, packed;
	void *out;

	(void)state;
	write_bulk(9, &text);
	bound = ZSTD_compressBound(text.n);
	out = mem_alloc(bound);
	packed = ZSTD_compress(out, bound, text.p, text.n, 3);
	assert_false(ZSTD_isError(packed));
	print_message("# zstd -3: %zu of %zu bytes\n", packed, text.n);
	assert_in_range(packed * 1000 / text.n, 150, 250);
	free(out);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(demo_bulk_same_seed_same_bytes),
	    cmocka_unit_test(demo_bulk_rows_are_clean),
	    cmocka_unit_test(demo_bulk_compresses_like_real_texts),
	};

	return cmocka_run_group_tests_name("bulk", tests, NULL, NULL);
}
