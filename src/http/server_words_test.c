/* SPDX-License-Identifier: Apache-2.0 */
/* What was written in a form that failed comes back on the page of that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/mem.h"
#include "http/server_test_help.h"

#define OWN   "Origin: http://t\r\n"
#define ALIEN "Origin: http://evil.example\r\n"
#define HTML  "Accept: text/html\r\nAccept-Language: en\r\n"
#define PLAIN "Content-Type: application/x-www-form-urlencoded\r\n"
#define PARTS "Content-Type: multipart/form-data; boundary=b\r\n"
#define PART(name, more, value)                                                \
	"--b\r\nContent-Disposition: form-data; name=\"" name "\"" more        \
	"\r\n\r\n" value "\r\n"

/* What it answers to a body behind these headers. */
static char *send_body(const char *line, const char *heads, const char *body)
{
	size_t max = strlen(heads) + strlen(body) + 100;
	char *all = mem_alloc(max);
	char *answer;

	snprintf(all, max, "%sContent-Length: %zu\r\n\r\n%s", heads,
	    strlen(body), body);
	answer = ask(line, all);
	free(all);
	return answer;
}

struct row {
	const char *line, *heads, *body;
	int status;
	const char *there;     /* in the answer */
	const char *not_there; /* NULL: anything may be */
};

static void check_rows(const struct row *rows, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct row *t = &rows[i];
		char *answer = send_body(t->line, t->heads, t->body);

		if (status_of(answer) != t->status ||
		    !strstr(answer, t->there) ||
		    (t->not_there && strstr(answer, t->not_there)) ||
		    !strstr(answer, "Cache-Control: no-store\r\n"))
			fail_msg("[%zu]: %d, \"%s\" and not \"%s\": %.1500s", i,
			    t->status, t->there,
			    t->not_there ? t->not_there : "", answer);
		free(answer);
	}
}

static void words_of_short_forms_come_back(void **state)
{
	static const struct row rows[] = {
	    /* A session that has ended, or never was. */
	    {"POST /write", OWN HTML PLAIN, "form=t0ken&field=a+b%26&none=",
		401, " [field=a b&] token none", "t0ken"},
	    {"POST /write", "Sec-Fetch-Site: same-origin\r\n" HTML PLAIN,
		"field=%E7%A4%BE%0D%0Ab", 401, "[field=社 b]", NULL},
	    /* Another session's form: with the token of now. */
	    {"POST /write", "Cookie: s=writer\r\n" OWN HTML PLAIN,
		"form=other&field=a", 403, " [field=a] token t0ken", "other"},
	    {"POST /write", "Cookie: s=reader\r\n" OWN HTML PLAIN,
		"form=t0ken&field=a", 403, "your roles", "[form"},
	    {"POST /write", "Cookie: s=hasty\r\n" OWN HTML PLAIN, "field=a",
		429, "[field=a]", NULL},
	    /* Another site puts nothing onto a page. */
	    {"POST /write", ALIEN HTML PLAIN, "field=a", 303, "unsent=yes",
		"[field"},
	    {"POST /write", "Cookie: s=writer\r\n" ALIEN HTML PLAIN,
		"form=t0ken&field=a", 403, "page of this site", "[field"},
	    {"POST /write",
		"Cookie: s=writer\r\nSec-Fetch-Site: cross-site\r\n" OWN HTML
		    PLAIN,
		"field=a", 403, "page of this site", "[field"},
	    {"POST /write", HTML PLAIN, "field=a", 303, "unsent=yes", "[field"},
	    /* What is no form has no words. */
	    {"POST /write",
		"Cookie: s=writer\r\n" OWN HTML "Content-Type: text/plain\r\n",
		"field=a", 403, "of this session", "[field"},
	    /* Nor has one with secrets, whatever becomes of it. */
	    {"POST /secret", OWN HTML PLAIN, "password=abc", 303, "unsent=yes",
		"abc"},
	    {"POST /secret", "Cookie: s=writer\r\n" OWN HTML PLAIN,
		"form=other&password=abc", 403, "of this session", "abc"},
	    /* A program is told as ever. */
	    {"POST /write",
		"Authorization: nobody\r\nAccept: application/json\r\n"
		"Accept-Language: en\r\n" PLAIN,
		"field=a", 401, "say who you are", "field"},
	};
	struct http_options options = {0};
	struct http_server *server = start(&options);
	int before = atomic_load(&handled);

	(void)state;
	check_rows(rows, ARRAY_COUNT(rows));
	assert_int_equal(atomic_load(&handled), before);
	http_server_stop(&server, 1000);
}

#define BODY                                                                   \
	PART("form", "", "t0ken")                                              \
	PART("field", "", "a\r\nb\x01")                                        \
	PART("bad", "", "\xff")                                                \
	PART("file", "; filename=\"rows.csv\"", "inside")                      \
	PART("behind", "", "c") "--b--\r\n"

static void words_of_forms_of_parts_come_back(void **state)
{
	static const char words[] =
	    " [field=a\nb ] [file=rows.csv] [behind=c] token";
	static const struct row rows[] = {
	    {"POST /write", OWN HTML PARTS, BODY, 401, words, "inside"},
	    {"POST /file", OWN HTML PARTS, BODY, 401, words, "t0ken"},
	    {"POST /file", "Cookie: s=reader\r\n" OWN HTML PARTS, BODY, 403,
		words, "inside"},
	    {"POST /file",
		"Cookie: s=writer\r\nX-Form-Token: x\r\n" OWN HTML PARTS, BODY,
		403, words, "inside"},
	    {"POST /file", ALIEN HTML PARTS, BODY, 303, "unsent=yes", "[field"},
	    {"POST /file", "Cookie: s=writer\r\n" ALIEN HTML PARTS, BODY, 403,
		"page of this site", "[field"},
	    /* As far as it can be read. */
	    {"POST /file", OWN HTML PARTS,
		PART("field", "", "a") "--b\r\nno head\r\n\r\n", 401,
		" [field=a] token none", NULL},
	};
	struct http_options options = {.workers = 2};
	struct http_server *server;
	char *big = mem_alloc(300001), *answer;

	(void)state;
	assert_non_null(mkdtemp(filed_folder));
	options.filed_folder = filed_folder;
	server = start(&options);
	check_rows(rows, ARRAY_COUNT(rows));
	/* A large one is refused before it has come. */
	memset(big, 'x', 300000);
	big[300000] = '\0';
	memcpy(big, PART("field", "", "a"), strlen(PART("field", "", "a")));
	answer = send_body("POST /file", OWN HTML PARTS, big);
	assert_int_equal(status_of(answer), 401);
	assert_null(strstr(answer, "[field"));
	free(answer);
	free(big);
	http_server_stop(&server, 1000);
	assert_int_equal(rmdir(filed_folder), 0); /* nothing was kept */
}

static void *ask_slowly(void *arg)
{
	(void)arg;
	free(ask("GET /slow", ""));
	return NULL;
}

/* One worker and one place, both taken: what it answers to a form, whose head
 * may have come before that. */
static char *send_when_full(const struct row *t, bool is_begun)
{
	pthread_t threads[3];
	char head[1000];
	int fd = dial();
	size_t i;

	snprintf(head, sizeof(head),
	    "%s HTTP/1.1\r\nHost: t\r\nConnection: close\r\n%s"
	    "Content-Length: %zu\r\n\r\n",
	    t->line, t->heads, strlen(t->body));
	if (is_begun)
		tell(fd, head);
	usleep(100000);
	for (i = 0; i < ARRAY_COUNT(threads); i++)
		pthread_create(&threads[i], NULL, ask_slowly, NULL);
	usleep(100000);
	if (!is_begun)
		tell(fd, head);
	tell(fd, t->body);
	for (i = 0; i < ARRAY_COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	return hear(fd);
}

static void words_come_back_from_a_full_queue(void **state)
{
	static const char long_body[] =
	    PART("field", "", "%05000d") "--b--\r\n";
	static char body[sizeof(long_body) + 5000];
	const struct row rows[] = {
	    {"POST /write", "Cookie: s=writer\r\n" OWN HTML PLAIN,
		"form=t0ken&field=a", 503, " [field=a] token t0ken", NULL},
	    {"POST /file", "Cookie: s=writer\r\n" OWN HTML PARTS, BODY, 503,
		" [field=a\nb ] [file=rows.csv] [behind=c] token t0ken", NULL},
	    {"POST /file", "Cookie: s=writer\r\n" OWN HTML PARTS, BODY, 503,
		" [field=a\nb ] [file=rows.csv] [behind=c] token t0ken", NULL},
	    {"POST /file", "Cookie: s=writer\r\n" OWN HTML PARTS, body, 503,
		"0001] token t0ken", NULL},
	};
	struct http_options options = {.workers = 1, .queue_max = 1};
	struct http_server *server;
	char *answer = NULL;
	size_t i;
	int tries;

	(void)state;
	snprintf(body, sizeof(body), long_body, 1);
	strcpy(strrchr(filed_folder, '.'), ".XXXXXX");
	assert_non_null(mkdtemp(filed_folder));
	options.filed_folder = filed_folder;
	server = start(&options);
	free(ask("GET /none", "Accept: text/html\r\n")); /* it is up */
	for (i = 0; i < ARRAY_COUNT(rows); i++) {
		/* A busy machine may begin with the slow ones too late. */
		for (tries = 0;
		     tries < 20 && status_of(answer ? answer : "") != 503;
		     tries++) {
			free(answer);
			answer = send_when_full(&rows[i], i > 1);
		}
		assert_int_equal(status_of(answer), 503);
		if (!strstr(answer, rows[i].there))
			fail_msg("[%zu]: %.1500s", i, answer);
		free(answer);
		answer = NULL;
	}
	http_server_stop(&server, 1000);
	assert_int_equal(rmdir(filed_folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_of_short_forms_come_back),
	    cmocka_unit_test(words_of_forms_of_parts_come_back),
	    cmocka_unit_test(words_come_back_from_a_full_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
