/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes against the vectors of RFC 4226 and RFC 6238. */
#include "people/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/check.h"

/* Both RFCs' secret for SHA-1. */
static const uint8_t secret[TOTP_SECRET_BYTES] = "12345678901234567890";

static void totp_rfc6238_vectors_hold(void **state)
{
	static const struct {
		int64_t seconds;
		uint32_t code;
	} rows[] = {
	    {59, 94287082},
	    {1111111109, 7081804},
	    {1111111111, 14050471},
	    {1234567890, 89005924},
	    {2000000000, 69279037},
	    {20000000000, 65353130},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(rows); i++)
		assert_int_equal(
		    totp_code(secret, rows[i].seconds / 30, 8), rows[i].code);
}

static void totp_rfc4226_vectors_hold(void **state)
{
	static const uint32_t codes[] = {755224, 287082, 359152, 969429, 338314,
	    254676, 287922, 162583, 399871, 520489};
	int64_t step;

	(void)state;
	for (step = 0; step < 10; step++)
		assert_int_equal(totp_code(secret, step, 6), codes[step]);
}

static void totp_check_takes_near_steps_once(void **state)
{
	struct span two = span_of("359152"); /* step 2 */
	int64_t step = -7;

	(void)state;
	assert_false(totp_check(secret, two, 29999, 0, &step));
	assert_int_equal(step, -7);
	assert_true(totp_check(secret, two, 30000, 0, &step));
	assert_int_equal(step, 2);
	assert_true(totp_check(secret, two, 60000, 0, &step));
	assert_true(totp_check(secret, two, 119999, 1, &step));
	assert_false(totp_check(secret, two, 120000, 0, &step));
	assert_false(totp_check(secret, two, 60000, 2, &step));
	assert_true(totp_check(secret, span_of(" 359 152 "), 60000, 0, &step));
	/* All noughts are a code like any other. */
	assert_true(
	    totp_check(secret, span_of("000000"), 349495 * 30000LL, 0, &step));
	assert_false(
	    totp_check(secret, span_of("00000"), 349495 * 30000LL, 0, &step));
}

static void totp_check_refuses_what_is_no_code(void **state)
{
	static const char *const texts[] = {"", "35915", "3591520", "0359152",
	    "35915a", "-59152", "35914<", "35916(", "359152\n", "３５９１５２"};
	int64_t step;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(texts); i++)
		assert_false(
		    totp_check(secret, span_of(texts[i]), 60000, 0, &step));
}

static void totp_secret_text_is_base32(void **state)
{
	char text[TOTP_SECRET_CHARS + 1];

	(void)state;
	totp_secret_text(secret, text);
	assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(totp_rfc6238_vectors_hold),
	    cmocka_unit_test(totp_rfc4226_vectors_hold),
	    cmocka_unit_test(totp_check_takes_near_steps_once),
	    cmocka_unit_test(totp_check_refuses_what_is_no_code),
	    cmocka_unit_test(totp_secret_text_is_base32),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
