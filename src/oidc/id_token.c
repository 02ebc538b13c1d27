/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every claim is required that could be missing by mistake or on purpose.
 * We are stricter than the standard in two things: the audience is us and
 * nobody else, since a token made for two parties can be shown to one by the
 * other; and a token is young, since it came by a code that was just made.
 */
#include "oidc/id_token.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/tr.h"

#define N_(text) text

/* In the same time wherever they differ. */
static bool is_same(const char *a, const char *b)
{
	size_t n = strlen(a), i;
	unsigned char differ = 0;

	if (n != strlen(b))
		return false;
	for (i = 0; i < n; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return differ == 0;
}

static bool is_text(const json_t *value, const char *wanted)
{
	return json_is_string(value) &&
	    json_string_length(value) == strlen(wanted) &&
	    is_same(json_string_value(value), wanted);
}

/* aud: us, alone. azp: us, when it is there. */
static bool is_for_us(const json_t *claims, const char *client_id)
{
	const json_t *aud = json_object_get(claims, "aud");
	const json_t *azp = json_object_get(claims, "azp");

	if (json_is_array(aud))
		aud = json_array_size(aud) == 1 ? json_array_get(aud, 0) : NULL;
	return is_text(aud, client_id) && (!azp || is_text(azp, client_id));
}

/* A NumericDate: seconds, perhaps with a fraction. */
static bool read_time(const json_t *claims, const char *name, int64_t *out)
{
	const json_t *value = json_object_get(claims, name);
	double seconds = json_number_value(value);

	if (!json_is_number(value) || !(seconds >= 0 && seconds < 1e11))
		return false;
	*out = (int64_t)seconds;
	return true;
}

/* NULL: the times are as they should be. */
static const char *time_problem(const json_t *claims, int64_t now_s)
{
	int64_t exp, iat, nbf;

	if (!read_time(claims, "exp", &exp) || !read_time(claims, "iat", &iat))
		return N_(
		    "the ID token does not say when it was made and ends");
	if (now_s >= exp + ID_TOKEN_SKEW_S)
		return N_("the ID token has expired");
	if (iat > now_s + ID_TOKEN_SKEW_S ||
	    now_s - iat > ID_TOKEN_AGE_S + ID_TOKEN_SKEW_S)
		return N_("the ID token was not made just now");
	if (json_object_get(claims, "nbf") &&
	    (!read_time(claims, "nbf", &nbf) || nbf > now_s + ID_TOKEN_SKEW_S))
		return N_("the ID token is not good yet");
	return NULL;
}

/* 1 to 255 characters of ASCII that can be printed, without blanks: it is
 * kept, and shown to administrators. */
static bool take_subject(const json_t *claims, struct id_token *out)
{
	const json_t *sub = json_object_get(claims, "sub");
	const char *text = json_string_value(sub);
	size_t n = text ? json_string_length(sub) : 0, i;

	if (n == 0 || n > ID_TOKEN_SUBJECT_MAX)
		return false;
	for (i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	memcpy(out->subject, text, n);
	out->subject[n] = '\0';
	return true;
}

/* Is it one of the words of the list? */
static bool is_listed(const json_t *value, const char *list)
{
	struct span word = {
	    json_string_value(value), json_string_length(value)};

	while (json_is_string(value) && word.n && *list) {
		size_t n = strcspn(list, " ");

		if (span_equal(word, (struct span){list, n}))
			return true;
		list += n + (list[n] == ' ');
	}
	return false;
}

static bool has_second_factor(const json_t *claims, const char *words)
{
	const json_t *amr = json_object_get(claims, "amr"), *method;
	size_t i;

	json_array_foreach (amr, i, method)
		if (is_listed(method, words))
			return true;
	return is_listed(json_object_get(claims, "acr"), words);
}

static enum err_code take_claims(const json_t *claims,
    const struct id_token_wanted *wanted, struct id_token *out, struct err *err)
{
	const char *problem;
	struct id_token token = {.has_second_factor = false};

	if (!is_text(json_object_get(claims, "iss"), wanted->issuer))
		return err_set(err, ERR_REFUSED,
		    "the ID token is of another identity provider");
	if (!is_for_us(claims, wanted->client_id))
		return err_set(
		    err, ERR_REFUSED, "the ID token is for somebody else");
	if (!is_text(json_object_get(claims, "nonce"), wanted->nonce))
		return err_set(err, ERR_REFUSED,
		    "the ID token is not the answer to this sign-in");
	problem = time_problem(claims, wanted->now_s);
	if (problem)
		return err_set(err, ERR_REFUSED, "%s", tr(problem));
	if (!take_subject(claims, &token))
		return err_set(
		    err, ERR_REFUSED, "the ID token does not say who signs in");
	token.has_second_factor =
	    has_second_factor(claims, wanted->second_factor);
	*out = token;
	return 0;
}

enum err_code id_token_judge(struct span text,
    const struct id_token_wanted *wanted, struct id_token *out, struct err *err)
{
	json_error_t why;
	json_t *claims =
	    json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why);
	enum err_code rc = json_is_object(claims)
	    ? take_claims(claims, wanted, out, err)
	    : err_set(err, ERR_INPUT, "the ID token is no token");

	json_decref(claims);
	return rc;
}

enum err_code id_token_read(const struct jwks *jwks, struct span token,
    const struct id_token_wanted *wanted, struct id_token *out, struct err *err)
{
	struct buf payload = BUF_INIT(JWS_BYTES_MAX);
	enum err_code rc = jws_read(jwks, token, &payload, err);

	if (!rc)
		rc = id_token_judge(buf_span(&payload), wanted, out, err);
	buf_release(&payload);
	return rc;
}
