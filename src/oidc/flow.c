/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of a word and the secret, which is as random as a key. */
#include "oidc/flow.h"

#include "base/check.h"
#include "base/random.h"
#include "base/sha256.h"
#include "oidc/base64url.h"

static void put_digest(
    const struct span *parts, size_t count, char out[FLOW_WORD_CHARS + 1])
{
	struct buf text = BUF_INIT(FLOW_WORD_CHARS);
	uint8_t digest[SHA256_BYTES];

	sha256_parts(parts, count, digest);
	base64url_add(&text, digest, sizeof(digest));
	memcpy(out, buf_str(&text), FLOW_WORD_CHARS + 1);
	buf_release(&text);
}

static void put_word(
    const char *secret, const char *what, char out[FLOW_WORD_CHARS + 1])
{
	const struct span parts[] = {span_of("gongxin sign-in "), span_of(what),
	    span_of(" "), span_of(secret)};

	put_digest(parts, ARRAY_COUNT(parts), out);
}

static void fill(struct flow *flow)
{
	struct span verifier = {flow->verifier, FLOW_WORD_CHARS};

	put_word(flow->secret, "state", flow->state);
	put_word(flow->secret, "nonce", flow->nonce);
	put_word(flow->secret, "verifier", flow->verifier);
	put_digest(&verifier, 1, flow->challenge);
}

enum err_code flow_begin(struct flow *out, struct err *err)
{
	struct buf text = BUF_INIT(FLOW_SECRET_CHARS);
	uint8_t bytes[FLOW_SECRET_CHARS / 2];
	enum err_code rc = random_bytes(bytes, sizeof(bytes), err);

	if (rc)
		return rc;
	buf_add_hex(&text, bytes, sizeof(bytes));
	memcpy(out->secret, buf_str(&text), sizeof(out->secret));
	buf_release(&text);
	fill(out);
	return 0;
}

bool flow_resume(struct span secret, struct flow *out)
{
	size_t i;

	if (secret.n != FLOW_SECRET_CHARS)
		return false;
	for (i = 0; i < secret.n; i++)
		if (!strchr("0123456789abcdef", secret.p[i]) || !secret.p[i])
			return false;
	memcpy(out->secret, secret.p, FLOW_SECRET_CHARS);
	out->secret[FLOW_SECRET_CHARS] = '\0';
	fill(out);
	return true;
}

bool flow_is_state(const struct flow *flow, struct span state)
{
	unsigned char differ = 0;
	size_t i;

	if (state.n != FLOW_WORD_CHARS)
		return false;
	for (i = 0; i < state.n; i++)
		differ |= (unsigned char)(state.p[i] ^ flow->state[i]);
	return differ == 0;
}

void flow_put_field(struct buf *out, const char *name, struct span value)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~";
	size_t i;

	if (out->n && out->p[out->n - 1] != '?')
		buf_add_char(out, '&');
	buf_add_str(out, name);
	buf_add_char(out, '=');
	for (i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if (c && strchr(plain, c)) {
			buf_add_char(out, (char)c);
			continue;
		}
		buf_add_char(out, '%');
		buf_add_char(out, hex[c >> 4]);
		buf_add_char(out, hex[c & 15]);
	}
}

void flow_put_address(const struct flow *flow, const struct flow_client *client,
    const char *authorization, struct buf *out)
{
	buf_add_str(out, authorization);
	if (!strchr(authorization, '?'))
		buf_add_char(out, '?');
	flow_put_field(out, "response_type", span_of("code"));
	flow_put_field(out, "scope", span_of("openid"));
	flow_put_field(out, "client_id", span_of(client->client_id));
	flow_put_field(out, "redirect_uri", span_of(client->callback));
	flow_put_field(out, "state", span_of(flow->state));
	flow_put_field(out, "nonce", span_of(flow->nonce));
	flow_put_field(out, "code_challenge", span_of(flow->challenge));
	flow_put_field(out, "code_challenge_method", span_of("S256"));
}
