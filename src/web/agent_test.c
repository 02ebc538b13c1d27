/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of how browsers are told to people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/check.h"
#include "base/tr.h"
#include "web/agent.h"

static void told_as(const char *agent, const char *wanted, size_t at)
{
	struct buf words = BUF_INIT(AGENT_WORDS_BYTES_MAX);

	agent_put_words(span_of(agent), &words);
	if (!span_is(buf_span(&words), wanted))
		fail_msg(
		    "%zu: \"%s\", not \"%s\"", at, buf_str(&words), wanted);
	buf_release(&words);
}

static void agent_known_isTheBrowserOnItsSystem(void **state)
{
	static const char *const pairs[][2] = {
	    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
	     "(KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
		"Chrome on Windows"},
	    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
	     "(KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
		"Edge on Windows"},
	    {"Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 "
	     "Firefox/131.0",
		"Firefox on Linux"},
	    {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) "
	     "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
	     "Safari/605.1.15",
		"Safari on macOS"},
	    {"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) "
	     "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 "
	     "Mobile/15E148 Safari/604.1",
		"Safari on iPhone"},
	    {"Mozilla/5.0 (Linux; Android 14; HarmonyOS; ALN-AL00) "
	     "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Mobile "
	     "Safari/537.36",
		"Chrome on HarmonyOS"},
	    {"Mozilla/5.0 (Linux; Android 14; M2) AppleWebKit/537.36 (KHTML, "
	     "like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36 "
	     "MMWEBID/1 MicroMessenger/8.0.50",
		"WeChat on Android"},
	    {"Firefox/1", "Firefox"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_COUNT(pairs); i++)
		told_as(pairs[i][0], pairs[i][1], i);
	tr_set_thread_lang(LANG_ZH);
	told_as(pairs[0][0], "Windows 上的 Chrome", 0);
	tr_set_thread_lang(LANG_EN);
}

static void agent_unknown_isAsItCallsItself(void **state)
{
	(void)state;
	told_as("curl/8.5.0", "curl/8.5.0", 0);
	told_as("", "", 1);
	/* Not in the middle of a character. */
	told_as("某某一二三四五六七八九十某某一二三四五六七八九十",
	    "某某一二三四五六七八九十某某一二三四五六…", 2);
	told_as("Windows NT of an old program without any name that is known",
	    "Windows NT of an old program without any name that is known", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agent_known_isTheBrowserOnItsSystem),
	    cmocka_unit_test(agent_unknown_isAsItCallsItself),
	};

	tr_set_thread_lang(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
