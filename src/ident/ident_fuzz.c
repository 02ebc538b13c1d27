/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target of the ident room: any bytes as any identifier. Beyond what
 * the sanitizers see, the promises of ident.h that hold for every input.
 */

#include "base/check.h"
#include "base/utf8.h"
#include "ident/ident.h"
#include "ident/ident_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_clean(struct span text)
{
	char once[IDENT_CLEAN_MAX + 1];
	char twice[IDENT_CLEAN_MAX + 1];
	size_t n = ident_clean(text, once);

	ASSERT(n <= IDENT_CLEAN_MAX && once[n] == '\0');
	ASSERT(utf8_valid_prefix(once, n) == n);
	ASSERT(ident_clean((struct span){once, n}, twice) == n);
	ASSERT(memcmp(once, twice, n) == 0);
}

static void check_uscc(struct span text)
{
	struct ident_uscc r = ident_check_uscc(text);

	ASSERT(r.state < IDENT_STATE_COUNT);
	ASSERT(r.bad_at < IDENT_USCC_CHARS);
	if (r.state == IDENT_VALID) {
		ASSERT(strlen(r.code) == IDENT_USCC_CHARS);
		ASSERT(ident_uscc_check_char(r.code) == r.code[17]);
		ASSERT(ident_class_title(r.code[0], r.code[1]));
	}
}

static void check_document(struct span text)
{
	struct buf out = BUF_INIT(1 << 16);

	ident_document(text, &out);
	ASSERT(!out.is_full && out.p[0] == '{' && out.p[out.n - 1] == '}');
	ASSERT(utf8_valid_prefix(out.p, out.n) == out.n);
	buf_release(&out);
}

/* Its digits, and an X, whatever stands between them. */
static void check_number(struct span found)
{
	char number[18];
	size_t at = 0, n = 0;

	while (at < found.n) {
		uint32_t c = ident_next(found, &at);

		if (ident_is_dropped(c) || ident_is_sign(c))
			continue;
		ASSERT(n < sizeof(number));
		number[n++] = (char)c;
	}
	ASSERT(ident_check_citizen((struct span){number, n}) == IDENT_VALID);
}

static void check_find(struct span text)
{
	size_t at;
	size_t n;

	if (ident_find_citizen(text, &at, &n)) {
		ASSERT(n >= 18 && at + n <= text.n);
		check_number((struct span){text.p + at, n});
		ASSERT(ident_holds_citizen(text));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	check_clean(text);
	check_uscc(text);
	check_document(text);
	check_find(text);
	ident_check_org_code(text);
	ident_check_reg_number(text);
	ident_check_citizen(text);
	ident_division_exists(text);
	return 0;
}
