/* SPDX-License-Identifier: Apache-2.0 */
#include "people/totp.h"

#include "base/check.h"
#include "base/openssl.h"

enum { SHA1_BYTES = 20, BITS_A_CHAR = 5 };

uint32_t totp_code(
    const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, int digits)
{
	uint8_t counter[8], mac[SHA1_BYTES];
	uint32_t value, modulus = 1;
	unsigned n = sizeof(mac);
	int i;

	ASSERT(digits > 0 && digits < 10);
	for (i = 0; i < 8; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	if (!openssl()->HMAC(openssl()->EVP_sha1(), secret, TOTP_SECRET_BYTES,
		counter, sizeof(counter), mac, &n))
		ASSERT(!"HMAC-SHA-1 is there");
	i = mac[SHA1_BYTES - 1] & 15;
	value = (uint32_t)(mac[i] & 127) << 24 | (uint32_t)mac[i + 1] << 16 |
	    (uint32_t)mac[i + 2] << 8 | mac[i + 3];
	while (digits-- > 0)
		modulus *= 10;
	return value % modulus;
}

/* Six digits, blanks between them or around allowed; -1 for anything else. */
static int32_t read_code(struct span text)
{
	int32_t value = 0;
	int digits = 0;
	size_t i;

	for (i = 0; i < text.n; i++) {
		if (text.p[i] == ' ')
			continue;
		if (text.p[i] < '0' || text.p[i] > '9' ||
		    ++digits > TOTP_DIGITS)
			return -1;
		value = value * 10 + text.p[i] - '0';
	}
	return digits == TOTP_DIGITS ? value : -1;
}

bool totp_check(const uint8_t secret[TOTP_SECRET_BYTES], struct span text,
    int64_t now_ms, int64_t last_step, int64_t *step_out)
{
	int32_t given = read_code(text);
	int64_t now = now_ms / TOTP_STEP_MS, step, found = -1;

	/* Every step is worked out, whichever fits. */
	for (step = now - TOTP_SLACK_STEPS; step <= now + TOTP_SLACK_STEPS;
	     step++) {
		bool is_same =
		    totp_code(secret, step, TOTP_DIGITS) == (uint32_t)given;

		found = is_same && step > last_step ? step : found;
	}
	if (given < 0 || found < 0)
		return false;
	*step_out = found;
	return true;
}

void totp_secret_text(
    const uint8_t secret[TOTP_SECRET_BYTES], char out[TOTP_SECRET_CHARS + 1])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	int count = 0, i;
	char *to = out;

	for (i = 0; i < TOTP_SECRET_BYTES; i++) {
		bits = bits << 8 | secret[i];
		count += 8;
		while (count >= BITS_A_CHAR) {
			count -= BITS_A_CHAR;
			*to++ = alphabet[bits >> count & 31];
		}
	}
	*to = '\0';
}
