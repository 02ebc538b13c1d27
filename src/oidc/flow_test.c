/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a sign-in, addresses that may be asked, and what a provider
 * says of itself. */
#include "oidc/flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/check.h"
#include "base/sha256.h"
#include "oidc/base64url.h"
#include "oidc/jwks.h"
#include "oidc/provider.h"

/* RFC 4648, section 10, without padding; and RFC 7515's own example. */
static void base64url_read_and_add_agree(void **state)
{
	static const struct {
		const char *text;
		const char *bytes;
	} t[] = {
	    {"", ""},
	    {"Zg", "f"},
	    {"Zm8", "fo"},
	    {"Zm9v", "foo"},
	    {"Zm9vYg", "foob"},
	    {"Zm9vYmE", "fooba"},
	    {"Zm9vYmFy", "foobar"},
	    {"-_-_", "\xfb\xff\xbf"},
	};
	struct buf out = BUF_INIT(64);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		buf_reset(&out);
		assert_true(base64url_read(span_of(t[i].text), &out));
		assert_string_equal(buf_str(&out), t[i].bytes);
		buf_reset(&out);
		base64url_add(&out, t[i].bytes, strlen(t[i].bytes));
		assert_string_equal(buf_str(&out), t[i].text);
	}
	buf_release(&out);
}

static void base64url_read_what_is_none_leaves_the_buffer(void **state)
{
	static const char *const t[] = {
	    "A", "Zh", "Zm9", "Zg==", "Zm9v+", "Zm/v", "Zm9v\n", " Zm9v"};
	struct buf out = BUF_INIT(64), small = BUF_INIT(2);
	size_t i;

	(void)state;
	buf_add_str(&out, "kept");
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		assert_false(base64url_read(span_of(t[i]), &out));
		assert_string_equal(buf_str(&out), "kept");
	}
	assert_false(base64url_read(span_of("Zm9v"), &small));
	buf_release(&out);
	buf_release(&small);
}

static void flow_begin_twice_shares_nothing(void **state)
{
	struct flow a, b, again;

	(void)state;
	assert_int_equal(flow_begin(&a, NULL), 0);
	assert_int_equal(flow_begin(&b, NULL), 0);
	assert_string_not_equal(a.secret, b.secret);
	assert_string_not_equal(a.state, b.state);
	assert_string_not_equal(a.state, a.nonce);
	assert_string_not_equal(a.nonce, a.verifier);
	assert_string_not_equal(a.state, a.verifier);
	assert_true(flow_resume(span_of(a.secret), &again));
	assert_memory_equal(&a, &again, sizeof(a));
	assert_true(flow_is_state(&a, span_of(a.state)));
	assert_false(flow_is_state(&a, span_of(b.state)));
	assert_false(flow_is_state(&a, span_of("")));
	assert_false(
	    flow_is_state(&a, (struct span){a.state, FLOW_WORD_CHARS - 1}));
}

static void flow_is_state_looks_at_every_character(void **state)
{
	char text[FLOW_WORD_CHARS + 1];
	struct flow flow;
	size_t i;

	(void)state;
	assert_int_equal(flow_begin(&flow, NULL), 0);
	memcpy(text, flow.state, sizeof(text));
	for (i = 0; i < FLOW_WORD_CHARS; i++) {
		text[i] = (char)(flow.state[i] ^ 1);
		assert_false(flow_is_state(&flow, span_of(text)));
		text[i] = flow.state[i];
	}
	assert_true(flow_is_state(&flow, span_of(text)));
}

static void flow_resume_no_secret_is_false(void **state)
{
	struct flow flow, out;
	char secret[FLOW_SECRET_CHARS + 1];
	size_t i;

	(void)state;
	assert_int_equal(flow_begin(&flow, NULL), 0);
	memcpy(secret, flow.secret, sizeof(secret));
	for (i = 0; i < FLOW_SECRET_CHARS; i++) {
		secret[i] = 'A';
		assert_false(flow_resume(span_of(secret), &out));
		secret[i] = flow.secret[i];
	}
	secret[5] = '\0';
	assert_false(
	    flow_resume((struct span){secret, FLOW_SECRET_CHARS}, &out));
	assert_false(flow_resume(span_of(""), &out));
	assert_false(flow_resume((struct span){NULL, 0}, &out));
}

/* PKCE, S256: the challenge is the digest of the verifier as it is sent. */
static void flow_put_address_carries_all_that_is_needed(void **state)
{
	const struct flow_client client = {
	    "gong xin", "https://credit.example/sign-in/oidc/callback"};
	struct buf out = BUF_INIT(2048), challenge = BUF_INIT(64);
	struct buf end = BUF_INIT(512);
	uint8_t digest[SHA256_BYTES];
	struct flow flow;

	(void)state;
	assert_int_equal(flow_begin(&flow, NULL), 0);
	flow_put_address(&flow, &client, "https://id.example/auth", &out);
	assert_true(span_starts_with(buf_span(&out),
	    "https://id.example/auth?response_type=code&scope=openid&"
	    "client_id=gong%20xin&redirect_uri=https%3A%2F%2Fcredit.example"
	    "%2Fsign-in%2Foidc%2Fcallback&state="));
	buf_addf(&end,
	    "&state=%s&nonce=%s&code_challenge=%s"
	    "&code_challenge_method=S256",
	    flow.state, flow.nonce, flow.challenge);
	assert_string_equal(buf_str(&out) + out.n - end.n, buf_str(&end));
	assert_null(strstr(buf_str(&out), flow.verifier));
	assert_null(strstr(buf_str(&out), flow.secret));
	sha256_bytes(flow.verifier, FLOW_WORD_CHARS, digest);
	base64url_add(&challenge, digest, sizeof(digest));
	assert_string_equal(buf_str(&challenge), flow.challenge);
	buf_reset(&out);
	flow_put_address(&flow, &client, "https://id.example/a?b=c", &out);
	assert_true(span_starts_with(
	    buf_span(&out), "https://id.example/a?b=c&response_type=code"));
	buf_release(&out);
	buf_release(&challenge);
	buf_release(&end);
}

static void flow_put_field_escapes_any_byte(void **state)
{
	struct buf out = BUF_INIT(64);

	(void)state;
	flow_put_field(&out, "a", (struct span){"-\0&=\xff~", 6});
	flow_put_field(&out, "b", span_of(""));
	assert_string_equal(buf_str(&out), "a=-%00%26%3D%FF~&b=");
	buf_release(&out);
}

static void fetch_is_allowed_tls_or_this_machine(void **state)
{
	static const struct {
		const char *address;
		bool is_allowed;
	} t[] = {
	    {"https://id.example", true},
	    {"https://id.example:8443/a/b?c=d", true},
	    {"https://[2001:db8::1]/", true},
	    {"http://127.0.0.1:4593/api", true},
	    {"http://localhost/api", true},
	    {"http://[::1]:80/", true},
	    {"http://id.example", false},
	    {"http://127.0.0.1.evil.example/", false},
	    {"http://localhost.evil.example/", false},
	    {"http://localhost@evil.example/", false},
	    {"https://user:secret@id.example/", false},
	    {"https://user@id.example/", false},
	    {"https://id.example/#x", false},
	    {"https://id.example/a b", false},
	    {"https://id.example/a\nb", false},
	    {"ftp://127.0.0.1/", false},
	    {"file:///etc/passwd", false},
	    {"//id.example/", false},
	    {"id.example", false},
	    {"https://", false},
	    {"", false},
	};
	char long_one[FETCH_ADDRESS_MAX + 2] = "https://id.example/";
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		if (fetch_is_allowed(t[i].address) != t[i].is_allowed)
			print_error("row %zu: %s\n", i, t[i].address);
		assert_int_equal(
		    fetch_is_allowed(t[i].address), t[i].is_allowed);
	}
	memset(long_one + strlen(long_one), 'a',
	    sizeof(long_one) - strlen(long_one) - 1);
	assert_false(fetch_is_allowed(long_one));
}

#define ENDPOINTS                                                              \
	"\"authorization_endpoint\":\"https://id.example/auth\","              \
	"\"token_endpoint\":\"https://id.example/token\","                     \
	"\"jwks_uri\":\"https://id.example/keys\""
#define ISSUER "\"issuer\":\"https://id.example\","

static void provider_read_takes_what_fits(void **state)
{
	static const struct {
		const char *json;
		enum err_code rc;
		bool is_in_form;
	} t[] = {
	    {"{" ISSUER ENDPOINTS "}", 0, false},
	    {"{" ISSUER ENDPOINTS ",\"token_endpoint_auth_methods_supported\":"
	     "[\"client_secret_post\"]}",
		0, true},
	    {"{" ISSUER ENDPOINTS ",\"token_endpoint_auth_methods_supported\":"
	     "[\"client_secret_post\",\"client_secret_basic\"]}",
		0, false},
	    {"{" ENDPOINTS "}", ERR_INPUT, false},
	    {"{\"issuer\":\"https://id.example/\"," ENDPOINTS "}", ERR_INPUT,
		false},
	    {"{\"issuer\":\"https://evil.example\"," ENDPOINTS "}", ERR_INPUT,
		false},
	    {"{" ISSUER "\"authorization_endpoint\":\"https://id.example/a\"}",
		ERR_INPUT, false},
	    {"{" ISSUER "\"authorization_endpoint\":\"http://id.example/auth\","
	     "\"token_endpoint\":\"https://id.example/token\","
	     "\"jwks_uri\":\"https://id.example/keys\"}",
		ERR_INPUT, false},
	    {"{" ISSUER
	     "\"authorization_endpoint\":\"https://id.example/auth\","
	     "\"token_endpoint\":\"http://id.example/token\","
	     "\"jwks_uri\":\"https://id.example/keys\"}",
		ERR_INPUT, false},
	    {"{" ISSUER
	     "\"authorization_endpoint\":\"https://id.example/auth\","
	     "\"token_endpoint\":\"https://id.example/token\","
	     "\"jwks_uri\":\"http://id.example/keys\"}",
		ERR_INPUT, false},
	    {"{" ISSUER ENDPOINTS
	     ",\"response_types_supported\":[\"id_token\"]}",
		ERR_INPUT, false},
	    {"{" ISSUER ENDPOINTS ",\"grant_types_supported\":[\"implicit\"]}",
		ERR_INPUT, false},
	    {"{" ISSUER ENDPOINTS ",\"response_types_supported\":"
	     "[\"id_token\",\"code\"],\"grant_types_supported\":"
	     "[\"authorization_code\"],"
	     "\"id_token_signing_alg_values_supported\":[\"RS256\"]}",
		0, false},
	    {"{" ISSUER ENDPOINTS
	     ",\"id_token_signing_alg_values_supported\":[\"ES256\"]}",
		0, false},
	    {"{" ISSUER ENDPOINTS ",\"response_types_supported\":[7]}",
		ERR_INPUT, false},
	    {"{" ISSUER ENDPOINTS
	     ",\"id_token_signing_alg_values_supported\":[\"HS256\"]}",
		ERR_INPUT, false},
	    {"[]", ERR_INPUT, false},
	    {"", ERR_INPUT, false},
	};
	struct provider provider;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		memset(&provider, 0, sizeof(provider));
		if (provider_read(span_of(t[i].json), "https://id.example",
			&provider, NULL) != t[i].rc)
			fail_msg("row %zu: %s", i, t[i].json);
		assert_int_equal(provider.is_secret_in_form, t[i].is_in_form);
		assert_string_equal(
		    provider.token, t[i].rc ? "" : "https://id.example/token");
	}
}

static void provider_address_has_one_slash(void **state)
{
	struct buf out = BUF_INIT(256);

	(void)state;
	provider_address("https://id.example/", &out);
	assert_string_equal(buf_str(&out),
	    "https://id.example/.well-known/openid-configuration");
	buf_reset(&out);
	provider_address("https://id.example/realm", &out);
	assert_string_equal(buf_str(&out),
	    "https://id.example/realm/.well-known/openid-configuration");
	buf_release(&out);
}

static void provider_read_answer_wants_an_id_token(void **state)
{
	static const char *const bad[] = {"", "[]", "{}", "{\"id_token\":\"\"}",
	    "{\"id_token\":7}", "{\"access_token\":\"x\"}"};
	struct buf out = BUF_INIT(256);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		assert_int_equal(
		    provider_read_answer(span_of(bad[i]), &out, NULL),
		    ERR_INPUT);
	assert_int_equal(provider_read_answer(
			     span_of("{\"id_token\":\"a.b.c\"}"), &out, NULL),
	    0);
	assert_string_equal(buf_str(&out), "a.b.c");
	buf_release(&out);
}

static void provider_read_answer_too_long_is_none(void **state)
{
	struct buf json = BUF_INIT(JWS_BYTES_MAX + 64);
	struct buf out = BUF_INIT(JWS_BYTES_MAX + 1);
	size_t n, i;

	(void)state;
	for (n = JWS_BYTES_MAX; n <= JWS_BYTES_MAX + 1; n++) {
		buf_reset(&json);
		buf_add_str(&json, "{\"id_token\":\"");
		for (i = 0; i < n; i++)
			buf_add_char(&json, 'a');
		buf_add_str(&json, "\"}");
		assert_int_equal(
		    provider_read_answer(buf_span(&json), &out, NULL),
		    n == JWS_BYTES_MAX ? 0 : ERR_INPUT);
		assert_int_equal(out.n, JWS_BYTES_MAX);
	}
	buf_release(&json);
	buf_release(&out);
}

static int load_library(void **state)
{
	(void)state;
	return fetch_init(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(base64url_read_and_add_agree),
	    cmocka_unit_test(base64url_read_what_is_none_leaves_the_buffer),
	    cmocka_unit_test(flow_begin_twice_shares_nothing),
	    cmocka_unit_test(flow_is_state_looks_at_every_character),
	    cmocka_unit_test(flow_resume_no_secret_is_false),
	    cmocka_unit_test(flow_put_address_carries_all_that_is_needed),
	    cmocka_unit_test(flow_put_field_escapes_any_byte),
	    cmocka_unit_test(fetch_is_allowed_tls_or_this_machine),
	    cmocka_unit_test(provider_read_takes_what_fits),
	    cmocka_unit_test(provider_address_has_one_slash),
	    cmocka_unit_test(provider_read_answer_wants_an_id_token),
	    cmocka_unit_test(provider_read_answer_too_long_is_none),
	};

	return cmocka_run_group_tests(tests, load_library, NULL);
}
