/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever an identity provider sends: a set of keys, a line end, a token,
 * whose claims are also judged as if they were signed. Fails when somebody
 * without a name gets in, when a text of base64url is not the only one for
 * its bytes, or by a sanitizer.
 */

#include "base/check.h"
#include "oidc/base64url.h"
#include "oidc/id_token.h"
#include "oidc/provider.h"

static const struct id_token_wanted wanted = {
    .issuer = "https://id.example",
    .client_id = "gongxin",
    .nonce = "n",
    .second_factor = "otp mfa",
    .now_s = 1780286400,
};

static void check_text(struct span text)
{
	struct buf bytes = BUF_INIT(1 << 20), again = BUF_INIT(1 << 20);

	if (base64url_read(text, &bytes)) {
		base64url_add(&again, bytes.p, bytes.n);
		ASSERT(span_equal(buf_span(&again), text));
	}
	buf_release(&bytes);
	buf_release(&again);
}

static void check_who(enum err_code rc, const struct id_token *who)
{
	size_t i, n = strlen(who->subject);

	if (rc)
		return;
	ASSERT(n > 0 && n <= ID_TOKEN_SUBJECT_MAX);
	for (i = 0; i < n; i++)
		ASSERT(who->subject[i] > ' ' && who->subject[i] <= '~');
}

static void check_token(const struct jwks *jwks, struct span token)
{
	struct id_token who = {.subject = ""};

	check_who(id_token_read(jwks, token, &wanted, &who, NULL), &who);
	check_who(id_token_judge(token, &wanted, &who, NULL), &who);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	ASSERT(fetch_init(NULL) == 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = {(const char *)data, size};
	const char *end = size ? memchr(data, '\n', size) : NULL;
	struct span keys = {all.p, end ? (size_t)(end - all.p) : size};
	struct span token = {
	    all.p + keys.n + (end != NULL), size - keys.n - (end != NULL)};
	struct buf id_token = BUF_INIT(JWS_BYTES_MAX);
	struct provider provider;
	struct jwks *jwks = NULL;
	struct id_token who = {.subject = ""};

	check_text(all);
	check_who(id_token_judge(token, &wanted, &who, NULL), &who);
	if (jwks_read(keys, &jwks, NULL) == 0)
		check_token(jwks, token);
	jwks_free(&jwks);
	if (provider_read(all, wanted.issuer, &provider, NULL) == 0)
		ASSERT(fetch_is_allowed(provider.token));
	if (provider_read_answer(all, &id_token, NULL) == 0)
		ASSERT(id_token.n > 0);
	buf_release(&id_token);
	return 0;
}
