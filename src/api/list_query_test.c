/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of what is asked of a list, and of the places in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "api/publicity.h"
#include "base/check.h"
#include "base/tr.h"

static void list_query_badValues_areRefusedWithAHint(void **state)
{
	static const char *const rows[][2] = {{"limit", "0"}, {"limit", "101"},
	    {"limit", "x"}, {"from", "2026-02-30"}, {"to", "yesterday"},
	    {"after", "5"}, {"after", "1.2.3"}, {"after", "99999999999.1"},
	    {"division", "37"}, {"division", "37110x"}, {"department", "a b"},
	    {"kind", "../../etc"}, {"page", "2"}};
	struct list_query query;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		list_query_init(&query);
		if (list_query_set(&query, span_of(rows[i][0]),
			span_of(rows[i][1]), &err) != ERR_INPUT)
			fail_msg("%s=%s is taken", rows[i][0], rows[i][1]);
		assert_non_null(strstr(err.message, rows[i][0]));
		assert_string_not_equal(err.hint, "");
	}
}

/* No part of a number of a person either. */
static void refusal_ofALongValue_showsNothingOfIt(void **state)
{
	char text[80];
	struct err err;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text + 47, "110101190001010014", 18);
	assert_int_equal(
	    refuse_parameter("after", (struct span){text, sizeof(text)}, &err),
	    ERR_INPUT);
	assert_string_equal(err.message, "the parameter \"after\" is too long");
}

static void list_key_isReadAsItIsWritten(void **state)
{
	static const struct {
		date_days day;
		uint64_t seq;
		const char *text;
	} keys[] = {{20594, 17, "20594.17"}, {-1, 0, "-1.0"}, {0, 3, "0.3"}};
	static const char *const bad[] = {"", ".", "-", "-.", "-.5", "5.",
	    "x.1", "--5.1", "5.1.1", " 1.1", "1.-1", "1e3.1", "2147483648.1"};
	struct publication_key key;
	char text[LIST_KEY_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(keys); i++) {
		assert_true(list_key_read(span_of(keys[i].text), &key));
		assert_int_equal(key.decided_on, keys[i].day);
		assert_int_equal(key.seq, keys[i].seq);
		assert_string_equal(list_key_text(&key, text), keys[i].text);
	}
	for (i = 0; i < ARRAY_COUNT(bad); i++)
		if (list_key_read(span_of(bad[i]), &key))
			fail_msg("\"%s\" is read", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(list_query_badValues_areRefusedWithAHint),
	    cmocka_unit_test(refusal_ofALongValue_showsNothingOfIt),
	    cmocka_unit_test(list_key_isReadAsItIsWritten),
	};

	tr_set_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
