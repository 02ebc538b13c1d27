/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ID tokens signed with keys made here, whole and with one thing wrong each:
 * what is wrong must be found, and nothing else.
 */
#include "oidc/id_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "oidc/base64url.h"

enum { NOW = 1780286400, P256 = 32 };

static EVP_PKEY *rsa, *other_rsa, *small_rsa, *ec, *other_ec;

static const struct id_token_wanted wanted = {
    .issuer = "https://id.example/realm",
    .client_id = "gongxin",
    .nonce = "nonce-of-this-sign-in",
    .second_factor = "otp urn:two",
    .now_s = NOW,
};

static const char good_claims[] =
    "{\"iss\":\"https://id.example/realm\",\"sub\":\"wang-7\","
    "\"aud\":\"gongxin\",\"azp\":\"gongxin\",\"exp\":1780286700,"
    "\"iat\":1780286399,\"nonce\":\"nonce-of-this-sign-in\"}";

/* ---- keys ---- */

static int make_keys(void **state)
{
	(void)state;
	rsa = EVP_RSA_gen(2048);
	other_rsa = EVP_RSA_gen(2048);
	small_rsa = EVP_RSA_gen(1024);
	ec = EVP_EC_gen("P-256");
	other_ec = EVP_EC_gen("P-256");
	return rsa && other_rsa && small_rsa && ec && other_ec ? 0 : -1;
}

static int free_keys(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(other_rsa);
	EVP_PKEY_free(small_rsa);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(other_ec);
	return 0;
}

static void add_number(
    struct buf *out, const char *name, EVP_PKEY *key, const char *param, int n)
{
	unsigned char bytes[1024];
	BIGNUM *number = NULL;

	assert_true(EVP_PKEY_get_bn_param(key, param, &number));
	if (n == 0)
		n = BN_num_bytes(number);
	assert_int_equal(BN_bn2binpad(number, bytes, n), n);
	BN_free(number);
	buf_addf(out, ",\"%s\":\"", name);
	base64url_add(out, bytes, (size_t)n);
	buf_add_char(out, '"');
}

/* rest: further members, with a comma before each. */
static void add_rsa(struct buf *out, EVP_PKEY *key, const char *rest)
{
	buf_add_str(out, "{\"kty\":\"RSA\"");
	add_number(out, "n", key, OSSL_PKEY_PARAM_RSA_N, 0);
	add_number(out, "e", key, OSSL_PKEY_PARAM_RSA_E, 0);
	buf_addf(out, "%s}", rest);
}

static void add_ec(struct buf *out, EVP_PKEY *key, const char *rest)
{
	buf_add_str(out, "{\"kty\":\"EC\",\"crv\":\"P-256\"");
	add_number(out, "x", key, OSSL_PKEY_PARAM_EC_PUB_X, P256);
	add_number(out, "y", key, OSSL_PKEY_PARAM_EC_PUB_Y, P256);
	buf_addf(out, "%s}", rest);
}

static void read_keys(struct buf *json, struct jwks **out)
{
	struct err err;

	assert_int_equal(jwks_read(buf_span(json), out, &err), 0);
	buf_release(json);
}

/* One of each kind, as a provider publishes them, and one for encryption. */
static struct jwks *provider_keys(void)
{
	struct buf json = BUF_INIT(JWKS_BYTES_MAX);
	struct jwks *jwks = NULL;

	buf_add_str(&json, "{\"keys\":[");
	add_rsa(&json, other_rsa, ",\"use\":\"enc\",\"kid\":\"r\"");
	buf_add_char(&json, ',');
	add_rsa(&json, rsa, ",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"r\"");
	buf_add_char(&json, ',');
	add_ec(&json, ec, ",\"kid\":\"e\"");
	buf_add_str(&json, ",{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"o\"}]}");
	read_keys(&json, &jwks);
	assert_int_equal(jwks_count(jwks), 2);
	return jwks;
}

/* ---- tokens ---- */

static void add_ec_signature(
    struct buf *out, const unsigned char *der, size_t n)
{
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)n);
	unsigned char raw[2 * P256];

	assert_non_null(signature);
	BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, P256);
	BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + P256, P256);
	ECDSA_SIG_free(signature);
	base64url_add(out, raw, sizeof(raw));
}

static void add_signature(struct buf *out, EVP_PKEY *key)
{
	unsigned char bytes[512];
	size_t n = sizeof(bytes);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	assert_true(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) > 0);
	assert_true(EVP_DigestSign(ctx, bytes, &n,
			(const unsigned char *)out->p, out->n) > 0);
	EVP_MD_CTX_free(ctx);
	buf_add_char(out, '.');
	if (EVP_PKEY_is_a(key, "EC"))
		add_ec_signature(out, bytes, n);
	else
		base64url_add(out, bytes, n);
}

static void add_head(struct buf *out, const char *header, const char *claims)
{
	base64url_add(out, header, strlen(header));
	buf_add_char(out, '.');
	base64url_add(out, claims, strlen(claims));
}

static enum err_code read_signed(
    EVP_PKEY *key, const char *header, const char *claims, struct id_token *out)
{
	struct buf token = BUF_INIT(4 * JWS_BYTES_MAX);
	struct jwks *jwks = provider_keys();
	enum err_code rc;
	struct err err;

	add_head(&token, header, claims);
	add_signature(&token, key);
	rc = id_token_read(jwks, buf_span(&token), &wanted, out, &err);
	jwks_free(&jwks);
	buf_release(&token);
	return rc;
}

static const char rs256[] = "{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":\"JWT\"}";
static const char es256[] = "{\"alg\":\"ES256\",\"kid\":\"e\"}";

static void id_token_read_whole_says_who(void **state)
{
	struct id_token who;

	(void)state;
	assert_int_equal(read_signed(rsa, rs256, good_claims, &who), 0);
	assert_string_equal(who.subject, "wang-7");
	assert_false(who.has_second_factor);
	assert_int_equal(read_signed(ec, es256, good_claims, &who), 0);
	assert_string_equal(who.subject, "wang-7");
	assert_int_equal(
	    read_signed(ec, "{\"alg\":\"ES256\"}", good_claims, &who), 0);
	assert_int_equal(read_signed(ec, "{\"alg\":\"ES256\",\"typ\":\"jwt\"}",
			     good_claims, &who),
	    0);
}

static void id_token_read_wrong_header_or_key_refuses(void **state)
{
	const struct {
		const char *header;
		EVP_PKEY *key;
		enum err_code rc;
	} t[] = {
	    {"{\"alg\":\"none\",\"kid\":\"r\"}", rsa, ERR_REFUSED},
	    {"{\"alg\":\"None\"}", rsa, ERR_REFUSED},
	    {"{\"alg\":\"HS256\",\"kid\":\"r\"}", rsa, ERR_REFUSED},
	    {"{\"alg\":\"RS512\",\"kid\":\"r\"}", rsa, ERR_REFUSED},
	    {"{\"alg\":\"PS256\",\"kid\":\"r\"}", rsa, ERR_REFUSED},
	    {"{\"alg\":\"RS256\",\"kid\":\"r\"}", other_rsa, ERR_REFUSED},
	    {"{\"alg\":\"ES256\",\"kid\":\"e\"}", other_ec, ERR_REFUSED},
	    {"{\"alg\":\"RS256\",\"kid\":\"e\"}", rsa, ERR_NOT_FOUND},
	    {"{\"alg\":\"ES256\",\"kid\":\"r\"}", ec, ERR_NOT_FOUND},
	    {"{\"alg\":\"RS256\",\"kid\":\"new\"}", rsa, ERR_NOT_FOUND},
	    {"{\"alg\":\"RS256\",\"kid\":\"\"}", rsa, ERR_INPUT},
	    {"{\"alg\":\"RS256\",\"kid\":7}", rsa, ERR_INPUT},
	    {"{\"alg\":\"RS256\",\"crit\":[\"x\"]}", rsa, ERR_INPUT},
	    {"{\"alg\":\"RS256\",\"b64\":false}", rsa, ERR_INPUT},
	    {"{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}", rsa, ERR_INPUT},
	    {"{\"alg\":\"RS256\",\"alg\":\"none\"}", rsa, ERR_INPUT},
	    {"{\"kid\":\"r\"}", rsa, ERR_INPUT},
	    {"[]", rsa, ERR_INPUT},
	    {"", rsa, ERR_INPUT},
	};
	struct id_token who;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		enum err_code rc =
		    read_signed(t[i].key, t[i].header, good_claims, &who);

		if (rc != t[i].rc)
			print_error("row %zu: %s\n", i, t[i].header);
		assert_int_equal(rc, t[i].rc);
	}
}

/* The public key, as everybody may have it, used as a secret. */
static void id_token_read_hmac_with_public_key_refuses(void **state)
{
	static const char header[] = "{\"alg\":\"HS256\",\"kid\":\"r\"}";
	struct buf token = BUF_INIT(JWS_BYTES_MAX);
	struct jwks *jwks = provider_keys();
	unsigned char mac[EVP_MAX_MD_SIZE];
	BIO *pem = BIO_new(BIO_s_mem());
	unsigned int n = 0;
	struct id_token who;
	struct err err;
	char *text;
	long length;

	(void)state;
	assert_true(PEM_write_bio_PUBKEY(pem, rsa));
	length = BIO_get_mem_data(pem, &text);
	add_head(&token, header, good_claims);
	assert_non_null(HMAC(EVP_sha256(), text, (int)length,
	    (const unsigned char *)token.p, token.n, mac, &n));
	buf_add_char(&token, '.');
	base64url_add(&token, mac, n);
	assert_int_equal(
	    id_token_read(jwks, buf_span(&token), &wanted, &who, &err),
	    ERR_REFUSED);
	BIO_free(pem);
	jwks_free(&jwks);
	buf_release(&token);
}

static void id_token_read_no_or_changed_signature_refuses(void **state)
{
	struct buf token = BUF_INIT(JWS_BYTES_MAX);
	struct jwks *jwks = provider_keys();
	struct id_token who;
	size_t head, i;

	(void)state;
	add_head(&token, es256, good_claims);
	head = token.n;
	add_signature(&token, ec);
	assert_int_equal(
	    id_token_read(jwks, buf_span(&token), &wanted, &who, NULL), 0);
	/* Every byte of it counts, those of the head as well. */
	for (i = 0; i < token.n; i++) {
		char was = token.p[i];

		token.p[i] = was == 'A' ? 'B' : 'A';
		assert_int_not_equal(
		    id_token_read(jwks, buf_span(&token), &wanted, &who, NULL),
		    0);
		token.p[i] = was;
	}
	for (i = 0; i < token.n; i++)
		assert_int_not_equal(
		    id_token_read(
			jwks, (struct span){token.p, i}, &wanted, &who, NULL),
		    0);
	buf_add_char(&token, '.');
	assert_int_equal(
	    id_token_read(jwks, buf_span(&token), &wanted, &who, NULL),
	    ERR_INPUT);
	token.p[head] = '.';
	assert_int_equal(id_token_read(jwks, (struct span){token.p, head + 1},
			     &wanted, &who, NULL),
	    ERR_REFUSED);
	jwks_free(&jwks);
	buf_release(&token);
}

static void id_token_read_too_long_refuses(void **state)
{
	static char claims[2 * JWS_BYTES_MAX];
	struct id_token who;

	(void)state;
	memset(claims, ' ', sizeof(claims) - 1);
	memcpy(claims, good_claims, strlen(good_claims));
	assert_int_equal(read_signed(rsa, rs256, claims, &who), ERR_INPUT);
}

/* ---- claims ---- */

#define ISS   "\"iss\":\"https://id.example/realm\","
#define SUB   "\"sub\":\"wang-7\","
#define AUD   "\"aud\":\"gongxin\","
#define TIMES "\"exp\":1780286700,\"iat\":1780286399,"
#define NONCE "\"nonce\":\"nonce-of-this-sign-in\""

static void id_token_judge_one_claim_wrong_refuses(void **state)
{
	static const struct {
		const char *what;
		const char *claims;
		enum err_code rc;
	} t[] = {
	    {"good", "{" ISS SUB AUD TIMES NONCE "}", 0},
	    {"no iss", "{" SUB AUD TIMES NONCE "}", ERR_REFUSED},
	    {"other iss",
		"{\"iss\":\"https://id.example\"," SUB AUD TIMES NONCE "}",
		ERR_REFUSED},
	    {"iss with another first letter",
		"{\"iss\":\"Https://id.example/realm\"," SUB AUD TIMES NONCE
		"}",
		ERR_REFUSED},
	    {"iss with another last letter",
		"{\"iss\":\"https://id.example/realn\"," SUB AUD TIMES NONCE
		"}",
		ERR_REFUSED},
	    {"iss and a slash",
		"{\"iss\":\"https://id.example/realm/\"," SUB AUD TIMES NONCE
		"}",
		ERR_REFUSED},
	    {"iss cut by NUL",
		"{\"iss\":\"https://id.example/realm\\u0000x\"," SUB AUD TIMES
		    NONCE "}",
		ERR_INPUT},
	    {"no aud", "{" ISS SUB TIMES NONCE "}", ERR_REFUSED},
	    {"other aud", "{" ISS SUB "\"aud\":\"other\"," TIMES NONCE "}",
		ERR_REFUSED},
	    {"aud as long as ours",
		"{" ISS SUB "\"aud\":\"Gongxin\"," TIMES NONCE "}",
		ERR_REFUSED},
	    {"aud as a number", "{" ISS SUB "\"aud\":7," TIMES NONCE "}",
		ERR_REFUSED},
	    {"aud as a list",
		"{" ISS SUB "\"aud\":[\"gongxin\"]," TIMES NONCE "}", 0},
	    {"aud of two",
		"{" ISS SUB "\"aud\":[\"gongxin\",\"x\"],"
		"\"azp\":\"gongxin\"," TIMES NONCE "}",
		ERR_REFUSED},
	    {"aud of nobody", "{" ISS SUB "\"aud\":[]," TIMES NONCE "}",
		ERR_REFUSED},
	    {"azp of another",
		"{" ISS SUB AUD "\"azp\":\"other\"," TIMES NONCE "}",
		ERR_REFUSED},
	    {"azp as a number", "{" ISS SUB AUD "\"azp\":7," TIMES NONCE "}",
		ERR_REFUSED},
	    {"no nonce",
		"{" ISS SUB AUD "\"exp\":1780286700,\"iat\":1780286399}",
		ERR_REFUSED},
	    {"other nonce", "{" ISS SUB AUD TIMES "\"nonce\":\"other\"}",
		ERR_REFUSED},
	    {"nonce of another sign-in",
		"{" ISS SUB AUD TIMES "\"nonce\":\"nonce-of-that-sign-in\"}",
		ERR_REFUSED},
	    {"no exp", "{" ISS SUB AUD "\"iat\":1780286399," NONCE "}",
		ERR_REFUSED},
	    {"no iat", "{" ISS SUB AUD "\"exp\":1780286700," NONCE "}",
		ERR_REFUSED},
	    {"exp as text",
		"{" ISS SUB AUD
		"\"exp\":\"1780286700\",\"iat\":1780286399," NONCE "}",
		ERR_REFUSED},
	    {"ended within the skew",
		"{" ISS SUB AUD "\"exp\":1780286341,\"iat\":1780286300," NONCE
		"}",
		0},
	    {"ended",
		"{" ISS SUB AUD "\"exp\":1780286340,\"iat\":1780286300," NONCE
		"}",
		ERR_REFUSED},
	    {"from the near future",
		"{" ISS SUB AUD "\"exp\":1780286700,\"iat\":1780286460," NONCE
		"}",
		0},
	    {"from the future",
		"{" ISS SUB AUD "\"exp\":1780286700,\"iat\":1780286461," NONCE
		"}",
		ERR_REFUSED},
	    {"just not old",
		"{" ISS SUB AUD "\"exp\":1780286700,\"iat\":1780285740," NONCE
		"}",
		0},
	    {"old",
		"{" ISS SUB AUD "\"exp\":1780286700,\"iat\":1780285739," NONCE
		"}",
		ERR_REFUSED},
	    {"endless",
		"{" ISS SUB AUD "\"exp\":1e300,\"iat\":1780286399," NONCE "}",
		ERR_REFUSED},
	    {"not yet", "{" ISS SUB AUD TIMES "\"nbf\":1780286461," NONCE "}",
		ERR_REFUSED},
	    {"not yet, within the skew",
		"{" ISS SUB AUD TIMES "\"nbf\":1780286460," NONCE "}", 0},
	    {"not yet, as text",
		"{" ISS SUB AUD TIMES "\"nbf\":\"1780286399\"," NONCE "}",
		ERR_REFUSED},
	    {"not before a day that never was",
		"{" ISS SUB AUD TIMES "\"nbf\":-1," NONCE "}", ERR_REFUSED},
	    {"not before a day that never comes",
		"{" ISS SUB AUD TIMES "\"nbf\":1e300," NONCE "}", ERR_REFUSED},
	    {"no sub", "{" ISS AUD TIMES NONCE "}", ERR_REFUSED},
	    {"empty sub", "{" ISS "\"sub\":\"\"," AUD TIMES NONCE "}",
		ERR_REFUSED},
	    {"sub with a blank", "{" ISS "\"sub\":\"a b\"," AUD TIMES NONCE "}",
		ERR_REFUSED},
	    {"sub with DEL",
		"{" ISS "\"sub\":\"a\\u007f\"," AUD TIMES NONCE "}",
		ERR_REFUSED},
	    {"sub of all that prints",
		"{" ISS "\"sub\":\"!~\"," AUD TIMES NONCE "}", 0},
	    {"sub as a number", "{" ISS "\"sub\":7," AUD TIMES NONCE "}",
		ERR_REFUSED},
	    {"sub twice", "{" ISS SUB "\"sub\":\"li\"," AUD TIMES NONCE "}",
		ERR_INPUT},
	    {"no object", "[]", ERR_INPUT},
	    {"nothing", "", ERR_INPUT},
	};
	struct id_token who;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		enum err_code rc =
		    id_token_judge(span_of(t[i].claims), &wanted, &who, NULL);

		if (rc != t[i].rc)
			print_error("row %zu: %s\n", i, t[i].what);
		assert_int_equal(rc, t[i].rc);
	}
}

static void id_token_judge_subject_is_bounded(void **state)
{
	char sub[ID_TOKEN_SUBJECT_MAX + 2], claims[1024];
	struct id_token who;

	(void)state;
	memset(sub, 'a', sizeof(sub) - 1);
	sub[sizeof(sub) - 1] = '\0';
	snprintf(claims, sizeof(claims),
	    "{" ISS AUD TIMES "\"sub\":\"%s\"," NONCE "}", sub);
	assert_int_equal(
	    id_token_judge(span_of(claims), &wanted, &who, NULL), ERR_REFUSED);
	snprintf(claims, sizeof(claims),
	    "{" ISS AUD TIMES "\"sub\":\"%s\"," NONCE "}", sub + 1);
	assert_int_equal(
	    id_token_judge(span_of(claims), &wanted, &who, NULL), 0);
	assert_string_equal(who.subject, sub + 1);
}

static void id_token_judge_amr_or_acr_counts_as_told(void **state)
{
	static const struct {
		const char *more;
		bool has;
	} t[] = {
	    {"\"amr\":[\"pwd\",\"otp\"],", true},
	    {"\"amr\":[\"pwd\"],", false},
	    {"\"amr\":[\"ot\",\"otpx\",\"\",\" \",7],", false},
	    {"\"amr\":[\"otp urn:two\"],", false},
	    {"\"amr\":\"otp\",", false},
	    {"\"acr\":\"urn:two\",", true},
	    {"\"acr\":\"urn:twoo\",", false},
	    {"\"acr\":[\"urn:two\"],", false},
	};
	struct id_token_wanted none = wanted, blanks = wanted;
	struct id_token who;
	char claims[512];
	size_t i;

	(void)state;
	none.second_factor = "";
	blanks.second_factor = " otp  urn:two ";
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		snprintf(claims, sizeof(claims),
		    "{%s" ISS SUB AUD TIMES NONCE "}", t[i].more);
		assert_int_equal(
		    id_token_judge(span_of(claims), &wanted, &who, NULL), 0);
		if (who.has_second_factor != t[i].has)
			print_error("row %zu: %s\n", i, t[i].more);
		assert_int_equal(who.has_second_factor, t[i].has);
		assert_int_equal(
		    id_token_judge(span_of(claims), &blanks, &who, NULL), 0);
		assert_int_equal(who.has_second_factor, t[i].has);
		assert_int_equal(
		    id_token_judge(span_of(claims), &none, &who, NULL), 0);
		assert_false(who.has_second_factor);
	}
}

/* ---- sets of keys ---- */

static void jwks_read_weak_or_wrong_keys_are_passed_over(void **state)
{
	static const char *const t[] = {
	    "",
	    "{}",
	    "{\"keys\":{}}",
	    "{\"keys\":[]}",
	    "{\"keys\":[7,null,{}]}",
	    "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
	    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
	    "{\"keys\":[{\"kty\":\"RSA\",\"n\":7,\"e\":\"AQAB\"}]}",
	    ("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\","
	     "\"y\":\"AA\"}]}"),
	};
	struct buf json = BUF_INIT(JWKS_BYTES_MAX);
	struct jwks *jwks = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++)
		assert_int_equal(
		    jwks_read(span_of(t[i]), &jwks, NULL), ERR_INPUT);
	buf_add_str(&json, "{\"keys\":[");
	add_rsa(&json, small_rsa, "");
	buf_add_str(&json, "]}");
	assert_int_equal(jwks_read(buf_span(&json), &jwks, NULL), ERR_INPUT);
	buf_reset(&json);
	buf_add_str(&json, "{\"keys\":[");
	add_rsa(&json, rsa, ",\"alg\":\"RS512\"");
	buf_add_str(&json, "]}");
	assert_int_equal(jwks_read(buf_span(&json), &jwks, NULL), ERR_INPUT);
	buf_reset(&json);
	buf_add_str(&json, "{\"keys\":[");
	add_ec(&json, ec, "");
	buf_add_str(&json, "]}");
	memcpy(strstr(json.p, "P-256"), "P-384", 5);
	assert_int_equal(jwks_read(buf_span(&json), &jwks, NULL), ERR_INPUT);
	assert_null(jwks);
	buf_release(&json);
}

static void jwks_read_no_more_keys_than_there_is_room_for(void **state)
{
	struct buf json = BUF_INIT(JWKS_BYTES_MAX);
	struct jwks *jwks = NULL;
	int i;

	(void)state;
	buf_add_str(&json, "{\"keys\":[");
	for (i = 0; i <= JWKS_KEYS_MAX; i++) {
		buf_add_str(&json, i ? "," : "");
		add_ec(&json, ec, "");
	}
	buf_add_str(&json, "]}");
	assert_false(json.is_full);
	read_keys(&json, &jwks);
	assert_int_equal(jwks_count(jwks), JWKS_KEYS_MAX);
	jwks_free(&jwks);
}

/* What would be signed by anybody, or by nobody: with the exponent 1 the
 * signature is what is signed. */
static void jwks_read_rsa_of_no_use_is_no_key(void **state)
{
	static const struct {
		const char *exponent;
		enum err_code rc;
	} t[] = {{"AQAB", 0}, {"AQ", ERR_INPUT}, {"AAAB", ERR_INPUT},
	    {"AA", ERR_INPUT}, {"BA", ERR_INPUT}, {"", ERR_INPUT},
	    {"AQAAAAE", ERR_INPUT}};
	struct buf json = BUF_INIT(JWKS_BYTES_MAX);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(t); i++) {
		struct jwks *jwks = NULL;

		buf_reset(&json);
		buf_add_str(&json, "{\"keys\":[{\"kty\":\"RSA\"");
		add_number(&json, "n", rsa, OSSL_PKEY_PARAM_RSA_N, 0);
		buf_addf(&json, ",\"e\":\"%s\"}]}", t[i].exponent);
		if (jwks_read(buf_span(&json), &jwks, NULL) != t[i].rc)
			fail_msg("exponent \"%s\"", t[i].exponent);
		jwks_free(&jwks);
	}
	buf_release(&json);
}

/* A point that is not on the curve would tell about other secrets, were there
 * any; it is no key. */
static void jwks_read_point_off_the_curve_is_no_key(void **state)
{
	struct buf json = BUF_INIT(JWKS_BYTES_MAX);
	struct jwks *jwks = NULL;
	char *y;

	(void)state;
	buf_add_str(&json, "{\"keys\":[");
	add_ec(&json, ec, "");
	buf_add_str(&json, "]}");
	y = strstr(json.p, "\"y\":\"") + 5;
	*y = *y == 'A' ? 'B' : 'A';
	assert_int_equal(jwks_read(buf_span(&json), &jwks, NULL), ERR_INPUT);
	buf_release(&json);
}

/* A token that names no key is good only while there is no choice. */
static void jws_read_without_kid_among_two_is_not_found(void **state)
{
	struct buf json = BUF_INIT(JWKS_BYTES_MAX);
	struct buf token = BUF_INIT(JWS_BYTES_MAX);
	struct jwks *jwks = NULL;
	struct id_token who;

	(void)state;
	buf_add_str(&json, "{\"keys\":[");
	add_ec(&json, ec, "");
	buf_add_char(&json, ',');
	add_ec(&json, other_ec, ",\"kid\":\"e2\"");
	buf_add_str(&json, "]}");
	read_keys(&json, &jwks);
	add_head(&token, "{\"alg\":\"ES256\"}", good_claims);
	add_signature(&token, ec);
	assert_int_equal(
	    id_token_read(jwks, buf_span(&token), &wanted, &who, NULL),
	    ERR_NOT_FOUND);
	jwks_free(&jwks);
	buf_release(&token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(id_token_read_whole_says_who),
	    cmocka_unit_test(id_token_read_wrong_header_or_key_refuses),
	    cmocka_unit_test(id_token_read_hmac_with_public_key_refuses),
	    cmocka_unit_test(id_token_read_no_or_changed_signature_refuses),
	    cmocka_unit_test(id_token_read_too_long_refuses),
	    cmocka_unit_test(id_token_judge_one_claim_wrong_refuses),
	    cmocka_unit_test(id_token_judge_subject_is_bounded),
	    cmocka_unit_test(id_token_judge_amr_or_acr_counts_as_told),
	    cmocka_unit_test(jwks_read_weak_or_wrong_keys_are_passed_over),
	    cmocka_unit_test(jwks_read_no_more_keys_than_there_is_room_for),
	    cmocka_unit_test(jwks_read_rsa_of_no_use_is_no_key),
	    cmocka_unit_test(jwks_read_point_off_the_curve_is_no_key),
	    cmocka_unit_test(jws_read_without_kid_among_two_is_not_found),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
