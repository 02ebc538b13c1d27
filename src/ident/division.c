/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Administrative divisions and their history, county level and above.
 *
 * The rows come from data/divisions.tsv, compiled in by tools/divgen.py,
 * sorted by code and then by date; a look-up by code is a binary search in
 * the codes as numbers. A code with several rows was renamed or given to
 * another county.
 *
 * The hot path only asks whether a code was ever in force: one bit in a
 * block of 100, found by the first four digits.
 */
#include "ident/ident_priv.h"

#include "base/check.h"

/* A row as it is compiled in; texts by their places in division_texts. */
struct division_row {
	char code[IDENT_DIVISION_CHARS + 1];
	uint32_t name;
	uint32_t full_name;
	uint32_t successor;
	date_days valid_from;
	date_days valid_to;
};

#include "division_table.h"

_Static_assert(ARRAY_COUNT(division_numbers) == ARRAY_COUNT(division_rows),
    "one number a row");

/* Written as a sum, so that no digit waits for the one before. */
static inline uint32_t number_of(const char *digits)
{
	static const uint32_t place[IDENT_DIVISION_CHARS] = {
	    100000, 10000, 1000, 100, 10, 1};
	uint32_t v = 0;
	size_t i;

	for (i = 0; i < IDENT_DIVISION_CHARS; i++)
		v += (uint32_t)(digits[i] - '0') * place[i];
	return v;
}

static inline bool is_known(uint32_t number)
{
	uint32_t last = number % 100;
	const uint64_t *block =
	    division_blocks[division_block_of[number / 100]];

	return block[last / 64] >> (last % 64) & 1;
}

bool ident_division_is_known(const char *digits)
{
	return is_known(number_of(digits));
}

/* The first row whose code is greater. */
static size_t upper_bound(uint32_t number)
{
	size_t low = 0;
	size_t high = ARRAY_COUNT(division_numbers);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (division_numbers[mid] <= number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct ident_division row_at(size_t i)
{
	const struct division_row *row = &division_rows[i];

	return (struct ident_division){
	    .code = row->code,
	    .name = division_texts + row->name,
	    .full_name = division_texts + row->full_name,
	    .valid_from = row->valid_from,
	    .valid_to = row->valid_to,
	    .successor = division_texts + row->successor,
	};
}

bool ident_division_find(
    struct span code, date_days on, struct ident_division *out)
{
	uint32_t number;
	size_t i;

	if (code.n != IDENT_DIVISION_CHARS ||
	    ident_digit_run(code.p, code.n) != code.n)
		return false;
	number = number_of(code.p);
	if (!is_known(number))
		return false;
	i = upper_bound(number);
	for (; i > 0 && division_numbers[i - 1] == number; i--) {
		const struct ident_division row = row_at(i - 1);

		if (on != DATE_NONE &&
		    !date_is_within(row.valid_from, row.valid_to, on))
			continue;
		*out = row;
		return true;
	}
	return false;
}

bool ident_division_exists(struct span code)
{
	struct ident_division row;

	return ident_division_find(code, DATE_NONE, &row);
}

size_t ident_divisions_count(void)
{
	return ARRAY_COUNT(division_rows);
}

struct ident_division ident_division_at(size_t i)
{
	ASSERT(i < ARRAY_COUNT(division_rows));
	return row_at(i);
}
