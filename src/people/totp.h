/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One-time codes of time (RFC 6238 over RFC 4226) as the common apps make
 * them: HMAC-SHA-1, six digits, steps of thirty seconds. Pure functions; the
 * time is the caller's.
 */
#ifndef GX_PEOPLE_TOTP_H
#define GX_PEOPLE_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum {
	TOTP_SECRET_BYTES = 20,
	TOTP_SECRET_CHARS = 32, /* in base 32, without the NUL */
	TOTP_DIGITS = 6,
	TOTP_STEP_MS = 30000,
	TOTP_SLACK_STEPS = 1 /* before and behind: clocks differ */
};

/* The code of a time step, of 1 to 9 digits. */
uint32_t totp_code(
    const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, int digits);
/* Is the text the code of a step near now that is later than last_step?
 * Then *step_out is which one. Takes the same time for each text. */
bool totp_check(const uint8_t secret[TOTP_SECRET_BYTES], struct span text,
    int64_t now_ms, int64_t last_step, int64_t *step_out);
/* The secret as people type it into an app (RFC 4648, Section 6). */
void totp_secret_text(
    const uint8_t secret[TOTP_SECRET_BYTES], char out[TOTP_SECRET_CHARS + 1]);

#endif
