/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target of value normalisation and folding. The first byte chooses
 * cell kind and unit, the rest is the value. Beyond memory errors it looks
 * for broken promises: outputs within their bounds, no change by a second
 * pass, valid UTF-8 out, outputs untouched by refusals, amounts that come
 * back when written out.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "intake/normalise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_valid(struct span text)
{
	return utf8_valid_prefix(text.p, text.n) == text.n;
}

static void check_text(struct span text, bool keeps_lines)
{
	char *out = mem_alloc(text.n), *again = mem_alloc(text.n);
	struct span once = normalise_text(text, keeps_lines, out);
	struct span twice = normalise_text(once, keeps_lines, again);

	ASSERT(once.n <= text.n && is_valid(once));
	ASSERT(span_equal(once, twice));
	free(again);
	free(out);
}

static void check_doc(struct span text)
{
	char *out = mem_alloc(NORMALISE_DOC_GROWTH * text.n), *again;
	struct span once = normalise_doc_number(text, out), twice;

	ASSERT(once.n <= NORMALISE_DOC_GROWTH * text.n && is_valid(once));
	again = mem_alloc(NORMALISE_DOC_GROWTH * once.n);
	twice = normalise_doc_number(once, again);
	ASSERT(span_equal(once, twice));
	free(again);
	free(out);
}

static void check_fold(struct span text)
{
	char *out = mem_alloc(text.n), *again = mem_alloc(text.n);
	struct span once = {out, fold_name(text, out, text.n)};
	struct span twice = {again, fold_name(once, again, text.n)};

	ASSERT(is_valid(once) && span_equal(once, twice));
	free(again);
	free(out);
}

static void check_date(struct span text, enum cell_kind kind)
{
	date_days date = DATE_NONE, again = DATE_NONE;
	enum normal reason = normalise_date(text, kind, &date);
	char iso[DATE_TEXT_BYTES];

	if (reason == NORMAL_LONG_TERM)
		ASSERT(date == DATE_LONG_TERM);
	else if (reason != NORMAL_OK)
		ASSERT(date == DATE_NONE);
	if (reason != NORMAL_OK)
		return;
	date_format_iso(date, iso);
	ASSERT(normalise_date(span_of(iso), CELL_TEXT, &again) == NORMAL_OK);
	ASSERT(again == date);
}

static void check_money(struct span text, enum money_unit unit)
{
	struct normal_money money = {.fen = -1}, again = {.fen = -1};
	char written[64];

	if (normalise_money(text, unit, &money) != NORMAL_OK) {
		ASSERT(money.fen == -1 && !money.is_other_unit);
		return;
	}
	ASSERT(money.fen >= 0 && money.fen <= NORMALISE_FEN_MAX);
	snprintf(written, sizeof(written), "%lld.%02lld元",
	    (long long)(money.fen / 100), (long long)(money.fen % 100));
	ASSERT(normalise_money(span_of(written), unit, &again) == NORMAL_OK);
	ASSERT(again.fen == money.fen);
}

static void check_integer(struct span text)
{
	int64_t value = INT64_MIN, again = 0;
	char written[32];

	if (normalise_integer(text, &value) != NORMAL_OK) {
		ASSERT(value == INT64_MIN);
		return;
	}
	snprintf(written, sizeof(written), "%lld", (long long)value);
	ASSERT(normalise_integer(span_of(written), &again) == NORMAL_OK);
	ASSERT(again == value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text;

	if (size < 1)
		return 0;
	text = (struct span){(const char *)data + 1, size - 1};
	if (!is_valid(text))
		return 0;
	check_text(text, data[0] & 1);
	check_doc(text);
	check_fold(text);
	check_date(text, data[0] & 2 ? CELL_NUMBER : CELL_TEXT);
	check_money(text, data[0] & 1 ? MONEY_WAN : MONEY_YUAN);
	ASSERT(money_unit_text(normalise_money_unit(text)));
	check_integer(text);
	return 0;
}
