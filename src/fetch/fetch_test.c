/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of calls to other servers whose name server hangs. */
#include "fetch/fetch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <netdb.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A busy machine is late, but not by as much as the name server. */
enum { HANGS_S = 3 * FETCH_MS / 1000, LATE_MS = FETCH_MS };

/* libcurl's threads ask this one: the program's symbols come first. */
int getaddrinfo(const char *name, const char *service,
    const struct addrinfo *hints, struct addrinfo **out)
{
	(void)service;
	(void)hints;
	(void)out;
	if (strcmp(name, "hangs.example") == 0)
		sleep(HANGS_S);
	return EAI_AGAIN;
}

static int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void fetch_nameIsNotFound_inTime(void **state)
{
	static const char *const addresses[] = {
	    "https://unknown.example/", "https://hangs.example/"};
	int64_t start_ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		const struct fetch_request request = {
		    .address = addresses[i], .whom = "the receiver"};
		struct buf out = BUF_INIT(FETCH_BYTES_MAX);
		struct err err = {0};
		long status = -1;

		start_ms = monotonic_ms();
		assert_int_equal(
		    fetch(&request, &out, &status, &err), ERR_BUSY);
		assert_int_equal(status, 0);
		assert_true(err.detail[0] != '\0');
		if (monotonic_ms() - start_ms > FETCH_MS + LATE_MS)
			fail_msg("[%zu] took %d ms", i,
			    (int)(monotonic_ms() - start_ms));
		buf_release(&out);
	}
}

static int load(void **state)
{
	struct err err;

	(void)state;
	return fetch_init(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fetch_nameIsNotFound_inTime),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
