/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of how webhooks are signed, and what is told of them. */
#include "api/webhook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/check.h"
#include "base/tr.h"

static void sign_isThatOfAnotherProgram(void **state)
{
	/* By Python's hmac: secret 0, 1, ... 31. */
	static const char expected[] =
	    "v1,cAp9TQtaE2ZR9not+U8dvvN3yUkNsSp3s7Jkeij79bQ=";
	uint8_t secret[PEOPLE_HOOK_SECRET_BYTES];
	struct buf out = BUF_INIT(256);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(secret); i++)
		secret[i] = (uint8_t)i;
	webhook_sign(secret, "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", 1674087231,
	    span_of("{\"test\": 2432232314}"), &out);
	assert_string_equal(buf_str(&out), expected);
	buf_reset(&out);
	webhook_put_secret(secret, &out);
	assert_string_equal(buf_str(&out),
	    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
	buf_release(&out);
}

static void hookSecret_opensForItsIdAndKeyAlone(void **state)
{
	struct people_key key = {{1}}, other = {{2}};
	uint8_t secret[PEOPLE_HOOK_SECRET_BYTES];
	struct people_hook hook;
	const struct span sealed = {
	    (const char *)hook.sealed, sizeof(hook.sealed)};

	(void)state;
	people_hook_make(&key, &hook);
	assert_true(people_hook_unseal(&key, span_of(hook.id), sealed, secret));
	assert_memory_equal(secret, hook.secret, sizeof(secret));
	assert_false(
	    people_hook_unseal(&other, span_of(hook.id), sealed, secret));
	assert_false(
	    people_hook_unseal(&key, span_of("another"), sealed, secret));
	hook.sealed[30] ^= 1;
	assert_false(
	    people_hook_unseal(&key, span_of(hook.id), sealed, secret));
}

static void told_ofEachKind_isASentence(void **state)
{
	static const struct {
		const char *told, *text;
	} rows[] = {
	    {"200", "200"},
	    {"status 503", "it answered with the status 503"},
	    {"unreachable Timeout was reached",
		"it cannot be reached: Timeout was reached"},
	    {"unreachable ", "it cannot be reached"},
	    {"key", "its secret was sealed with another key"},
	};
	struct buf out = BUF_INIT(256);
	size_t i;

	(void)state;
	tr_set_lang(LANG_EN);
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		buf_reset(&out);
		webhook_put_told(span_of(rows[i].told), &out);
		assert_string_equal(buf_str(&out), rows[i].text);
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sign_isThatOfAnotherProgram),
	    cmocka_unit_test(hookSecret_opensForItsIdAndKeyAlone),
	    cmocka_unit_test(told_ofEachKind_isASentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
