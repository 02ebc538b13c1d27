/* SPDX-License-Identifier: Apache-2.0 */
/* What a member may be absent for is written in Discovery 1.0, section 3. */
#include "oidc/provider.h"

#include <jansson.h>
#include <stdio.h>

#include "oidc/jwks.h"

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static json_t *read_object(struct span json)
{
	json_error_t why;
	json_t *root = json.n <= FETCH_BYTES_MAX
	    ? json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, &why)
	    : NULL;

	if (json_is_object(root))
		return root;
	json_decref(root);
	return NULL;
}

/* Is the word in the list? A list that is not there says `otherwise`. */
static bool lists(
    const json_t *root, const char *name, const char *word, bool otherwise)
{
	const json_t *list = json_object_get(root, name), *item;
	size_t i;

	if (!list)
		return otherwise;
	json_array_foreach (list, i, item)
		if (json_is_string(item) &&
		    strcmp(json_string_value(item), word) == 0)
			return true;
	return false;
}

void provider_address(const char *issuer, struct buf *out)
{
	size_t n = strlen(issuer);

	buf_add(out, issuer, n && issuer[n - 1] == '/' ? n - 1 : n);
	buf_add_str(out, "/.well-known/openid-configuration");
}

static bool take_address(
    const json_t *root, const char *name, char out[FETCH_ADDRESS_MAX + 1])
{
	const char *text = text_of(root, name);

	if (!text || !fetch_is_allowed(text))
		return false;
	snprintf(out, FETCH_ADDRESS_MAX + 1, "%s", text);
	return true;
}

static bool can_what_we_need(const json_t *root)
{
	const char algorithms[] = "id_token_signing_alg_values_supported";

	return lists(root, "response_types_supported", "code", true) &&
	    lists(root, "grant_types_supported", "authorization_code", true) &&
	    (lists(root, algorithms, "RS256", true) ||
		lists(root, algorithms, "ES256", true));
}

static enum err_code take(const json_t *root, const char *issuer,
    struct provider *out, struct err *err)
{
	static const char methods[] = "token_endpoint_auth_methods_supported";
	const char *said = text_of(root, "issuer");

	if (!said || strcmp(said, issuer) != 0)
		return err_set(err, ERR_INPUT,
		    "the identity provider calls itself \"%.200s\"",
		    said ? said : "");
	if (!take_address(root, "authorization_endpoint", out->authorization) ||
	    !take_address(root, "token_endpoint", out->token) ||
	    !take_address(root, "jwks_uri", out->jwks))
		return err_set(err, ERR_INPUT,
		    "the identity provider names an address that is missing "
		    "or not by TLS");
	if (!can_what_we_need(root))
		return err_set(err, ERR_INPUT,
		    "the identity provider has no authorisation code flow "
		    "with RS256 or ES256");
	out->is_secret_in_form =
	    !lists(root, methods, "client_secret_basic", true);
	return 0;
}

enum err_code provider_read(
    struct span json, const char *issuer, struct provider *out, struct err *err)
{
	json_t *root = read_object(json);
	struct provider provider;
	enum err_code rc;

	if (!root)
		return err_set(err, ERR_INPUT,
		    "the identity provider does not describe itself");
	rc = take(root, issuer, &provider, err);
	if (!rc)
		*out = provider;
	json_decref(root);
	return rc;
}

enum err_code provider_read_answer(
    struct span json, struct buf *id_token_out, struct err *err)
{
	json_t *root = read_object(json);
	const json_t *token = json_object_get(root, "id_token");
	size_t n = json_string_length(token);

	if (n > 0 && n <= JWS_BYTES_MAX)
		buf_add(id_token_out, json_string_value(token), n);
	json_decref(root);
	if (n == 0 || n > JWS_BYTES_MAX)
		return err_set(err, ERR_INPUT,
		    "the identity provider answered without an ID token");
	return 0;
}
