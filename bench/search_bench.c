/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Search over a million organisations: a data directory with subjects made
 * straight by the subject book (no records), then for each question
 *
 *	index    names_index_search, in the memory of a server
 *	scan     names_search alone, database open, its pages in the file cache
 *	process  the program "gongxin search", from its start to its end
 *	cpu      what that process used of the processor
 *
 * Each is the median of RUNS. Printed, never asserted.
 *
 * usage: search_bench [SUBJECTS]     (1,000,000; the program is the gongxin
 *                                    beside this one)
 */
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api/home.h"
#include "base/check.h"
#include "base/file.h"
#include "ident/ident.h"
#include "registry/names.h"
#include "registry/names_index.h"
#include "registry/subjects.h"

enum { SUBJECTS = 1000000, RUNS = 9, NAME_BYTES = 256 };

static const char *const places[] = {"日照市", "日照市东港区", "日照市岚山区",
    "莒县", "五莲县", "杭州市临安区", "临安", "山东", "浙江"};
static const char *const firsts[] = {"鼎", "瑞", "恒", "润", "泰", "嘉", "信",
    "盛", "宏", "凯", "隆", "华", "远", "博", "德", "永", "丰", "金", "海",
    "安", "和", "康", "祥", "诚"};
static const char *const trades[] = {"商贸", "食品", "建筑工程", "物流", "科技",
    "水产", "机械制造", "餐饮管理", "环保设备", "纺织", "园林绿化", "医药",
    "农业发展", "信息技术", "汽车服务", "文化传媒"};
static const char *const forms[] = {
    "有限公司", "有限责任公司", "股份有限公司", "店", "专业合作社", "中心"};

static uint32_t next_random(void)
{
	static uint64_t state = 20260401;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33);
}

#define PICK(list) (list)[next_random() % ARRAY_COUNT(list)]

static void make_name(char out[NAME_BYTES])
{
	snprintf(out, NAME_BYTES, "%s%s%s%s%s%s", PICK(places), PICK(firsts),
	    PICK(firsts), next_random() % 4 ? "" : PICK(firsts), PICK(trades),
	    PICK(forms));
}

/* The i-th code: an enterprise of 371102 with right checks. */
static void make_code(unsigned i, char out[IDENT_USCC_CHARS + 1])
{
	snprintf(out, IDENT_USCC_CHARS + 1, "91371102%08u", i);
	out[16] = ident_org_check_char(out + 8);
	out[17] = ident_uscc_check_char(out);
	out[18] = '\0';
}

static _Noreturn void give_up(const struct err *err)
{
	fprintf(stderr, "search_bench: %s\n", err->message);
	exit(1);
}

static enum err_code add_subjects(
    struct store *store, unsigned count, struct err *err)
{
	struct subject_book *book = NULL;
	char name[NAME_BYTES], code[IDENT_USCC_CHARS + 1];
	enum err_code rc = store_begin(store, err);
	int64_t id;
	unsigned i;

	if (!rc)
		rc = subject_book_new(store, 1, true, &book, err);
	for (i = 0; i < count && !rc; i++) {
		make_name(name);
		make_code(i, code);
		rc = subject_book_resolve(book, code, span_of(name), &id, err);
	}
	if (!rc)
		rc = subject_book_flush(book, err);
	if (!rc)
		rc = store_commit(store, err);
	subject_book_free(&book);
	return rc;
}

static void make_home(const char *dir, unsigned count, struct err *err)
{
	const struct home_plan plan = {.dir = dir,
	    .city = "rizhao",
	    .catalog_root = "catalog",
	    .origin = "search.bench.example/records",
	    .now_ms = 1767225600000};
	struct home home = {.lock_fd = -1};
	enum err_code rc = home_create(&plan, err);

	if (!rc)
		rc = home_open(dir, &home, err);
	if (!rc)
		rc = home_open_store(&home, HOME_WRITE, NULL, err);
	if (!rc)
		rc = add_subjects(home.store, count, err);
	home_close(&home);
	if (rc)
		give_up(err);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double times[RUNS])
{
	qsort(times, RUNS, sizeof(times[0]), compare);
	return times[RUNS / 2];
}

static uint64_t time_scan(const char *dir, const char *text, double *ms_out)
{
	static struct name_hits hits;
	struct home home = {.lock_fd = -1};
	struct err err = {0};
	double times[RUNS];
	int i;

	if (home_open(dir, &home, &err) ||
	    home_open_store(&home, HOME_READ, NULL, &err))
		give_up(&err);
	for (i = 0; i < RUNS; i++) {
		double start = now_ms();

		if (names_search(home.store, span_of(text), 20, &hits, &err))
			give_up(&err);
		times[i] = now_ms() - start;
	}
	home_close(&home);
	*ms_out = median(times);
	return hits.total;
}

/* The index of a server: made once, then asked; the first question and the
 * median of those that follow. */
static struct names_index *make_index(const char *dir)
{
	struct names_index *index = names_index_new();
	struct home home = {.lock_fd = -1};
	struct err err = {0};
	double start = now_ms();

	if (home_open(dir, &home, &err) ||
	    home_open_store(&home, HOME_READ, NULL, &err) ||
	    names_index_refresh(index, home.store, &err))
		give_up(&err);
	home_close(&home);
	printf("index of %llu names made in %.1f s\n",
	    (unsigned long long)names_index_count(index),
	    (now_ms() - start) / 1e3);
	return index;
}

static double time_index(
    struct names_index *index, const char *text, double *first_out)
{
	static struct name_hits hits;
	struct err err = {0};
	double times[RUNS];
	int i;

	for (i = -1; i < RUNS; i++) {
		double start = now_ms();

		if (names_index_search(index, span_of(text), 20, &hits, &err))
			give_up(&err);
		if (i < 0)
			*first_out = now_ms() - start;
		else
			times[i] = now_ms() - start;
	}
	return median(times);
}

static double to_ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

/* Spawned and not forked: to copy the page tables of this process, with its
 * index of a million names, is no part of what is measured. */
static pid_t start_search(
    const char *program, const char *dir, const char *text)
{
	const char *const args[] = {
	    program, "search", "--data", dir, text, NULL};
	posix_spawn_file_actions_t quiet;
	pid_t pid = -1;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(
	    &quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&quiet, STDOUT_FILENO, STDERR_FILENO);
	if (posix_spawn(&pid, program, &quiet, NULL,
		(char *const *)(uintptr_t)args, environ) != 0)
		pid = -1;
	posix_spawn_file_actions_destroy(&quiet);
	return pid;
}

static double time_process(
    const char *program, const char *dir, const char *text, double *cpu_out)
{
	double times[RUNS], cpu[RUNS];
	int i;

	for (i = 0; i < RUNS; i++) {
		double start = now_ms();
		pid_t pid = start_search(program, dir, text);
		struct rusage used = {0};
		int status = -1;

		wait4(pid, &status, 0, &used);
		times[i] = now_ms() - start;
		cpu[i] = to_ms(used.ru_utime) + to_ms(used.ru_stime);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
			fprintf(stderr, "search_bench: %s failed\n", program);
			exit(1);
		}
	}
	*cpu_out = median(cpu);
	return median(times);
}

static void find_program(char out[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 16);
	char *slash;

	out[n < 0 ? 0 : n] = '\0';
	slash = strrchr(out, '/');
	snprintf(slash ? slash + 1 : out, 16, "gongxin");
}

int main(int argc, char **argv)
{
	static const char *const texts[] = {"公司", "有限公司", "瑞鼎商贸",
	    "瑞鼎", "店", "ＳＨＯＰ", "信息技術", "没有这样的名字",
	    "91371102003"};
	unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : SUBJECTS;
	char dir[] = "/tmp/gx-search-XXXXXX";
	char program[PATH_MAX];
	struct err err = {0};
	double scan, process, cpu, first = 0, start = now_ms();
	struct names_index *index;
	size_t i;

	if (!mkdtemp(dir))
		return 1;
	find_program(program);
	make_home(dir, count, &err);
	sync(); /* what was written is not written beside what is timed */
	printf("%u subjects made in %.1f s\n", count, (now_ms() - start) / 1e3);
	index = make_index(dir);
	for (i = 0; i < ARRAY_COUNT(texts); i++) {
		double asked = time_index(index, texts[i], &first);
		uint64_t total = time_scan(dir, texts[i], &scan);

		process = time_process(program, dir, texts[i], &cpu);
		printf("%-24s %8llu names  index %7.3f ms (first %7.3f)  "
		       "scan %6.1f ms  process %6.1f ms  cpu %6.1f ms\n",
		    texts[i], (unsigned long long)total, asked, first, scan,
		    process, cpu);
	}
	names_index_free(&index);
	file_remove_tree(dir, &err);
	return 0;
}
