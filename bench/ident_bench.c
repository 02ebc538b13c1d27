/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rates of the ident room on this machine, one core:
 *
 *   check      ident_check_uscc of clean codes, the hot path of intake
 *   document   ident_document, one in sixteen codes with a wrong check
 *   find       ident_find_citizen in a text of 300 bytes without a number
 *
 * Each is the best of five rounds, so that other work on the machine does
 * not count. Printed, never asserted.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/check.h"
#include "ident/ident.h"

enum {
	CODES = 4096,
	ROUNDS = 5,
	CHECKS = 8000000,
	DOCUMENTS = 500000,
	FINDS = 2000000,
	TEXT_BYTES = 300
};

static char codes[CODES][IDENT_USCC_CHARS + 1];

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static uint32_t next_random(void)
{
	static uint64_t state = 20260401;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33);
}

/* Enterprises of all divisions in force, with right checks. */
static void make_codes(void)
{
	size_t count = ident_divisions_count();
	size_t i;

	for (i = 0; i < CODES; i++) {
		struct ident_division row =
		    ident_division_at(next_random() % count);
		char *p = codes[i];
		int k;

		p[0] = '9';
		p[1] = '1';
		memcpy(p + 2, row.code, 6);
		for (k = 8; k < 16; k++)
			p[k] = (char)('0' + next_random() % 10);
		p[16] = ident_org_check_char(p + 8);
		p[17] = ident_uscc_check_char(p);
	}
}

static double run_checks(void)
{
	double start = now_ns();
	unsigned good = 0;
	size_t i;

	for (i = 0; i < CHECKS; i++) {
		struct span code = {codes[i % CODES], IDENT_USCC_CHARS};

		good += ident_check_uscc(code).state == IDENT_VALID;
	}
	ASSERT(good == CHECKS);
	return (now_ns() - start) / CHECKS;
}

static double run_documents(void)
{
	struct buf out = BUF_INIT(1 << 16);
	double start = now_ns();
	double each;
	size_t i;

	for (i = 0; i < DOCUMENTS; i++) {
		char code[IDENT_USCC_CHARS];

		memcpy(code, codes[i % CODES], sizeof(code));
		if (i % 16 == 0)
			code[12] = code[12] == '0' ? '1' : '0';
		buf_reset(&out);
		ident_document((struct span){code, sizeof(code)}, &out);
	}
	ASSERT(!out.is_full);
	each = (now_ns() - start) / DOCUMENTS;
	buf_release(&out);
	return each;
}

static double run_finds(void)
{
	char text[TEXT_BYTES];
	double start;
	unsigned found = 0;
	size_t i;

	for (i = 0; i < sizeof(text); i++)
		text[i] = i % 40 < 8 ? (char)('0' + i % 10) : '\xe5';
	start = now_ns();
	for (i = 0; i < FINDS; i++) {
		size_t at;
		size_t n;

		text[i % 7] = (char)('a' + i % 26);
		found += ident_find_citizen(
		    (struct span){text, sizeof(text)}, &at, &n);
	}
	ASSERT(found == 0);
	return (now_ns() - start) / FINDS;
}

static void report(const char *name, double (*run)(void))
{
	double best = run();
	int i;

	for (i = 1; i < ROUNDS; i++) {
		double each = run();

		if (each < best)
			best = each;
	}
	printf("%-10s %8.1f ns each %8.2f million a second\n", name, best,
	    1e3 / best);
}

int main(void)
{
	make_codes();
	report("check", run_checks);
	report("document", run_documents);
	report("find", run_finds);
	return 0;
}
