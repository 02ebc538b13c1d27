/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	"keys":[{kty, use, alg, kid, n, e | crv, x, y}] -> EVP_PKEY
 *	header.payload.signature: header -> {alg, kid} -> key -> judge
 *
 * Algorithms: RS256 (RSA of 2048 to 8192 bits, PKCS#1 v1.5) and ES256 (P-256).
 * The first every provider must have; the second is what modern ones use.
 * A key without "alg" is for the algorithm of its type: there is one each.
 */
#include "oidc/jwks.h"

#include <jansson.h>
#include <openssl/core_names.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/openssl.h"
#include "oidc/base64url.h"

enum {
	RSA_BITS_MIN = 2048,
	RSA_BITS_MAX = 8192,
	RSA_EXPONENT_BYTES_MAX = 4,
	P256_BYTES = 32,
	KID_BYTES_MAX = 256,
	HEADER_BYTES_MAX = 2048
};

enum algorithm { RS256 = 0, ES256, ALGORITHM_COUNT };

static const struct {
	const char *alg;
	const char *kty;
} algorithms[] = {
    [RS256] = {"RS256", "RSA"},
    [ES256] = {"ES256", "EC"},
};
_Static_assert(ARRAY_COUNT(algorithms) == ALGORITHM_COUNT, "one row each");

struct key {
	char *kid; /* NULL: it has none */
	enum algorithm algorithm;
	EVP_PKEY *public_key;
};

struct jwks {
	struct key keys[JWKS_KEYS_MAX];
	size_t count;
};

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static json_t *read_object(struct span text)
{
	json_error_t why;
	json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why);

	if (json_is_object(root))
		return root;
	json_decref(root);
	return NULL;
}

/* ---- keys ---- */

/* A member that is base64url of at most out's bound. */
static bool read_bytes(const json_t *jwk, const char *name, struct buf *out)
{
	const json_t *member = json_object_get(jwk, name);

	return json_is_string(member) &&
	    base64url_read((struct span){json_string_value(member),
			       json_string_length(member)},
		out) &&
	    out->n > 0;
}

/* From parameters, checked by OpenSSL: a point that is not on the curve is
 * no key. NULL: it is none. */
static EVP_PKEY *make_key(const char *type, OSSL_PARAM_BLD *build)
{
	const struct openssl *ssl = openssl();
	OSSL_PARAM *params = ssl->OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = ssl->EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY_CTX *check = NULL;
	EVP_PKEY *key = NULL;

	if (params && ctx && ssl->EVP_PKEY_fromdata_init(ctx) > 0 &&
	    ssl->EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) > 0)
		check = ssl->EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (!check || ssl->EVP_PKEY_public_check(check) <= 0) {
		ssl->EVP_PKEY_free(key);
		key = NULL;
	}
	ssl->EVP_PKEY_CTX_free(check);
	ssl->EVP_PKEY_CTX_free(ctx);
	ssl->OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *build_rsa(
    const struct buf *modulus, const struct buf *exponent)
{
	const struct openssl *ssl = openssl();
	BIGNUM *n = ssl->BN_bin2bn((void *)modulus->p, (int)modulus->n, NULL);
	BIGNUM *e = ssl->BN_bin2bn((void *)exponent->p, (int)exponent->n, NULL);
	OSSL_PARAM_BLD *build = ssl->OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (n && e && build && ssl->BN_num_bits(n) >= RSA_BITS_MIN &&
	    ssl->BN_num_bits(n) <= RSA_BITS_MAX && ssl->BN_is_odd(n) &&
	    ssl->BN_is_odd(e) && !ssl->BN_is_one(e) &&
	    ssl->OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
	    ssl->OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
		key = make_key("RSA", build);
	ssl->OSSL_PARAM_BLD_free(build);
	ssl->BN_free(n);
	ssl->BN_free(e);
	return key;
}

static EVP_PKEY *read_rsa(const json_t *jwk)
{
	struct buf n = BUF_INIT(RSA_BITS_MAX / 8 + 1);
	struct buf e = BUF_INIT(RSA_EXPONENT_BYTES_MAX);
	EVP_PKEY *key = NULL;

	if (read_bytes(jwk, "n", &n) && read_bytes(jwk, "e", &e))
		key = build_rsa(&n, &e);
	buf_release(&n);
	buf_release(&e);
	return key;
}

static EVP_PKEY *build_p256(const struct buf *x, const struct buf *y)
{
	const struct openssl *ssl = openssl();
	uint8_t point[1 + 2 * P256_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
	OSSL_PARAM_BLD *build = ssl->OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	memcpy(point + 1, x->p, P256_BYTES);
	memcpy(point + 1 + P256_BYTES, y->p, P256_BYTES);
	if (build &&
	    ssl->OSSL_PARAM_BLD_push_utf8_string(
		build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
	    ssl->OSSL_PARAM_BLD_push_octet_string(
		build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)))
		key = make_key("EC", build);
	ssl->OSSL_PARAM_BLD_free(build);
	return key;
}

static EVP_PKEY *read_p256(const json_t *jwk)
{
	const char *curve = text_of(jwk, "crv");
	struct buf x = BUF_INIT(P256_BYTES), y = BUF_INIT(P256_BYTES);
	EVP_PKEY *key = NULL;

	if (curve && strcmp(curve, "P-256") == 0 && read_bytes(jwk, "x", &x) &&
	    read_bytes(jwk, "y", &y) && x.n == P256_BYTES && y.n == P256_BYTES)
		key = build_p256(&x, &y);
	buf_release(&x);
	buf_release(&y);
	return key;
}

/* The algorithm that a key says it is for; ALGORITHM_COUNT: none of ours, or
 * not for signatures. */
static enum algorithm algorithm_of(const json_t *jwk)
{
	const char *kty = text_of(jwk, "kty"), *use = text_of(jwk, "use");
	const char *alg = text_of(jwk, "alg");
	int i;

	if (!kty || (use && strcmp(use, "sig") != 0))
		return ALGORITHM_COUNT;
	for (i = 0; i < ALGORITHM_COUNT; i++)
		if (strcmp(kty, algorithms[i].kty) == 0)
			break;
	if (i < ALGORITHM_COUNT && alg && strcmp(alg, algorithms[i].alg) != 0)
		return ALGORITHM_COUNT;
	return (enum algorithm)i;
}

static void take_key(struct jwks *jwks, const json_t *jwk)
{
	const char *kid = text_of(jwk, "kid");
	struct key key = {.algorithm = algorithm_of(jwk)};

	if (key.algorithm == ALGORITHM_COUNT || jwks->count == JWKS_KEYS_MAX ||
	    (kid && strlen(kid) > KID_BYTES_MAX))
		return;
	key.public_key =
	    key.algorithm == RS256 ? read_rsa(jwk) : read_p256(jwk);
	if (!key.public_key)
		return;
	key.kid = kid ? mem_strdup(kid) : NULL;
	jwks->keys[jwks->count++] = key;
}

enum err_code jwks_read(struct span json, struct jwks **out, struct err *err)
{
	json_t *root = json.n <= JWKS_BYTES_MAX ? read_object(json) : NULL;
	const json_t *list = json_object_get(root, "keys"), *jwk;
	struct jwks *jwks;
	size_t i;

	if (!json_is_array(list)) {
		json_decref(root);
		return err_set(err, ERR_INPUT,
		    "the identity provider's keys are no set of keys");
	}
	jwks = mem_zalloc(1, sizeof(*jwks));
	json_array_foreach (list, i, jwk)
		take_key(jwks, jwk);
	json_decref(root);
	if (jwks->count == 0) {
		jwks_free(&jwks);
		return err_set(err, ERR_INPUT,
		    "the identity provider has no key for RS256 or ES256");
	}
	*out = jwks;
	return 0;
}

void jwks_free(struct jwks **jwks)
{
	size_t i;

	if (!*jwks)
		return;
	for (i = 0; i < (*jwks)->count; i++) {
		free((*jwks)->keys[i].kid);
		openssl()->EVP_PKEY_free((*jwks)->keys[i].public_key);
	}
	free(*jwks);
	*jwks = NULL;
}

size_t jwks_count(const struct jwks *jwks)
{
	return jwks->count;
}

/* ---- tokens ---- */

/* A token's parts, as sent, and what its header claims. */
struct jws {
	struct span header, payload, signature;
	struct span head;	     /* header "." payload: what is signed */
	enum algorithm algorithm;    /* ALGORITHM_COUNT: none of ours */
	char kid[KID_BYTES_MAX + 1]; /* "" : it names no key */
};

static bool split(struct span token, struct jws *out)
{
	const char *end = token.p + token.n;
	const char *first = memchr(token.p, '.', token.n), *second;

	if (!first)
		return false;
	second = memchr(first + 1, '.', (size_t)(end - first - 1));
	if (!second || memchr(second + 1, '.', (size_t)(end - second - 1)))
		return false;
	out->header = (struct span){token.p, (size_t)(first - token.p)};
	out->payload = (struct span){first + 1, (size_t)(second - first - 1)};
	out->signature = (struct span){second + 1, (size_t)(end - second - 1)};
	out->head = (struct span){token.p, (size_t)(second - token.p)};
	return true;
}

static bool take_header(const json_t *header, struct jws *out)
{
	const char *alg = text_of(header, "alg"), *typ = text_of(header, "typ");
	const json_t *kid = json_object_get(header, "kid");
	int i;

	/* An access token is no ID token; an extension that has to be
	 * understood is not. */
	if (!alg || (typ && strcasecmp(typ, "JWT") != 0) ||
	    json_object_get(header, "crit") || json_object_get(header, "b64"))
		return false;
	if (kid &&
	    (!json_is_string(kid) || json_string_length(kid) == 0 ||
		json_string_length(kid) > KID_BYTES_MAX))
		return false;
	for (i = 0; i < ALGORITHM_COUNT; i++)
		if (strcmp(alg, algorithms[i].alg) == 0)
			break;
	out->algorithm = (enum algorithm)i;
	out->kid[0] = '\0';
	if (kid)
		snprintf(
		    out->kid, sizeof(out->kid), "%s", json_string_value(kid));
	return true;
}

static bool read_header(struct jws *out)
{
	struct buf bytes = BUF_INIT(HEADER_BYTES_MAX);
	json_t *header = NULL;
	bool is_good;

	if (base64url_read(out->header, &bytes))
		header = read_object(buf_span(&bytes));
	is_good = header && take_header(header, out);
	json_decref(header);
	buf_release(&bytes);
	return is_good;
}

/* The key that it names, or the only one for its algorithm. NULL: none. */
static const struct key *find_key(
    const struct jwks *jwks, const struct jws *jws)
{
	const struct key *found = NULL;
	size_t i;

	for (i = 0; i < jwks->count; i++) {
		const struct key *key = &jwks->keys[i];

		if (key->algorithm != jws->algorithm)
			continue;
		if (jws->kid[0] &&
		    (!key->kid || strcmp(key->kid, jws->kid) != 0))
			continue;
		if (found)
			return NULL;
		found = key;
	}
	return found;
}

/* r || s, of 32 bytes each, as the DER that OpenSSL judges. */
static bool ecdsa_to_der(const struct buf *raw, struct buf *out)
{
	const struct openssl *ssl = openssl();
	const unsigned char *bytes = (const unsigned char *)raw->p;
	ECDSA_SIG *signature = ssl->ECDSA_SIG_new();
	unsigned char *der = NULL;
	BIGNUM *r, *s;
	int n = 0;

	if (raw->n == 2 * P256_BYTES && signature) {
		r = ssl->BN_bin2bn(bytes, P256_BYTES, NULL);
		s = ssl->BN_bin2bn(bytes + P256_BYTES, P256_BYTES, NULL);
		ASSERT(r && s && ssl->ECDSA_SIG_set0(signature, r, s));
		n = ssl->i2d_ECDSA_SIG(signature, &der);
	}
	if (n > 0)
		buf_add(out, der, (size_t)n);
	ssl->CRYPTO_free(der, __FILE__, __LINE__);
	ssl->ECDSA_SIG_free(signature);
	return n > 0;
}

static bool judge(
    const struct key *key, struct span head, const struct buf *signature)
{
	const struct openssl *ssl = openssl();
	EVP_MD_CTX *ctx = ssl->EVP_MD_CTX_new();
	struct buf der = BUF_INIT(256);
	const struct buf *given = signature;
	bool is_good = ctx != NULL;

	if (key->algorithm == ES256) {
		is_good = is_good && ecdsa_to_der(signature, &der);
		given = &der;
	}
	is_good = is_good &&
	    ssl->EVP_DigestVerifyInit(
		ctx, NULL, ssl->EVP_sha256(), NULL, key->public_key) > 0 &&
	    ssl->EVP_DigestVerify(ctx, (const unsigned char *)given->p,
		given->n, (const unsigned char *)head.p, head.n) == 1;
	ssl->EVP_MD_CTX_free(ctx);
	buf_release(&der);
	return is_good;
}

static bool is_signed(const struct key *key, const struct jws *jws)
{
	struct buf signature = BUF_INIT(RSA_BITS_MAX / 8);
	bool is_good = base64url_read(jws->signature, &signature) &&
	    signature.n > 0 && judge(key, jws->head, &signature);

	buf_release(&signature);
	return is_good;
}

enum err_code jws_read(const struct jwks *jwks, struct span token,
    struct buf *payload_out, struct err *err)
{
	const struct key *key;
	struct jws jws;

	if (token.n > JWS_BYTES_MAX || token.n == 0 || !split(token, &jws) ||
	    !read_header(&jws))
		return err_set(err, ERR_INPUT, "the ID token is no token");
	if (jws.algorithm == ALGORITHM_COUNT)
		return err_set(err, ERR_REFUSED,
		    "the ID token is not signed by RS256 or ES256");
	key = find_key(jwks, &jws);
	if (!key)
		return err_set(err, ERR_NOT_FOUND,
		    "the ID token names a key that the identity provider "
		    "does not publish");
	if (!is_signed(key, &jws))
		return err_set(err, ERR_REFUSED,
		    "the ID token's signature is not the identity provider's");
	if (!base64url_read(jws.payload, payload_out))
		return err_set(err, ERR_INPUT, "the ID token is no token");
	return 0;
}
