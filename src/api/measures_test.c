/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the sums by month. */
#include "api/measures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* A first load, all of it late, is over when a year has gone by. */
static void monthListSum_isOfTheLastMonths(void **state)
{
	const struct publication_sums load = {.records = 5000, .late = 4000};
	const struct publication_sums month = {.records = 100, .late = 4};
	struct month_list months = {0};
	struct publication_sums sums;
	int i;

	(void)state;
	month_list_add(&months, 0, &load);
	for (i = 1; i < 12; i++)
		month_list_add(&months, i, &month);
	sums = month_list_sum(&months, 12);
	assert_int_equal(sums.records, 6100);
	assert_int_equal(sums.late, 4044);
	month_list_add(&months, 12, &month);
	sums = month_list_sum(&months, 12);
	assert_int_equal(sums.records, 1200);
	assert_int_equal(measures_timeliness(&sums), 9600);
	month_list_release(&months);
	assert_int_equal(month_list_sum(&months, 12).records, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(monthListSum_isOfTheLastMonths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
