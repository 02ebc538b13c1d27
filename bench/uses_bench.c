/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durable uses a second: WRITERS threads each leave a trace and wait until
 * it is sealed and on disk, for SECONDS. Printed, never asserted.
 *
 * usage: uses_bench [WRITERS [SECONDS]]		(32, 5)
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "usage/desk.h"

enum { LATENCIES_MAX = 1 << 20 };

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int64_t now_ms(void)
{
	return 1795847551123;
}

struct writer {
	pthread_t thread;
	struct desk *desk;
	double until;
	size_t count;
	float *us;
};

static enum err_code leave(
    void *ctx, const struct desk_turn *turn, struct err *err)
{
	uint64_t seq;

	return use_log_add(turn->uses, ctx, &seq, err);
}

static void *work(void *arg)
{
	struct writer *w = arg;
	struct use use = {.at_ms = now_ms(),
	    .act = USE_CHECK,
	    .reader_kind = USE_TOKEN,
	    .reader_id = 12,
	    .reader = span_of("不动产登记系统"),
	    .department = span_of("rizhao-natural-resources"),
	    .purpose = span_of("国有建设用地使用权首次登记核查"),
	    .matter = span_of("land-and-mining"),
	    .case_number = span_of("日自然资登〔2026〕第000812号"),
	    .subject = span_of("91371102MA3C000000"),
	    .has_answer = true};
	struct err err;

	while (w->count < LATENCIES_MAX) {
		double began = now_s();

		if (began > w->until)
			break;
		use.subject_id = 1 + rand() % 1000000;
		if (desk_run(w->desk, leave, &use, &err)) {
			fprintf(stderr, "uses_bench: %s\n", err.message);
			exit(1);
		}
		w->us[w->count++] = (float)((now_s() - began) * 1e6);
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return x < y ? -1 : x > y;
}

static void fail(const struct err *err)
{
	fprintf(stderr, "uses_bench: %s\n", err->message);
	exit(1);
}

static void open_all(
    const char *dir, struct desk_plan *plan, struct desk **desk)
{
	char db[128], folder[128], key[128];
	struct store_config config = {.path = db, .mode = STORE_CREATE};
	struct ledger_config log = {
	    LEDGER_USES, folder, key, "uses.bench.example/uses"};
	struct err err;

	snprintf(db, sizeof(db), "%s/office.db", dir);
	snprintf(folder, sizeof(folder), "%s/uses", dir);
	snprintf(key, sizeof(key), "%s/uses.key", dir);
	plan->now_ms = now_ms;
	if (store_open(&config, &plan->store, &err) ||
	    store_begin(plan->store, &err) ||
	    ledger_create(&log, plan->store, now_ms(), &err) ||
	    store_commit(plan->store, &err))
		fail(&err);
	config.mode = STORE_WRITE;
	if (store_open(&config, &plan->second, &err) ||
	    ledger_open(&log, plan->store, &plan->ledger, &err) ||
	    ledger_open(&log, plan->second, &plan->second_ledger, &err) ||
	    desk_start(plan, desk, &err))
		fail(&err);
}

int main(int argc, char **argv)
{
	size_t writers = argc > 1 ? strtoul(argv[1], NULL, 10) : 32;
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 5;
	struct writer *w = mem_zalloc(writers, sizeof(*w));
	char dir[] = "uses-bench-XXXXXX";
	struct desk_plan plan = {0};
	struct desk *desk = NULL;
	float *all = NULL;
	size_t i, total = 0;
	double began;

	if (!mkdtemp(dir))
		return 1;
	open_all(dir, &plan, &desk);
	began = now_s();
	for (i = 0; i < writers; i++) {
		w[i].desk = desk;
		w[i].until = began + seconds;
		w[i].us = mem_zalloc(LATENCIES_MAX, sizeof(float));
		pthread_create(&w[i].thread, NULL, work, &w[i]);
	}
	for (i = 0; i < writers; i++) {
		pthread_join(w[i].thread, NULL);
		all = mem_realloc(all, total + w[i].count, sizeof(*all));
		memcpy(all + total, w[i].us, w[i].count * sizeof(*all));
		total += w[i].count;
		free(w[i].us);
	}
	began = now_s() - began;
	qsort(all, total, sizeof(*all), compare);
	printf("%zu writers, %.1f s: %.0f durable uses a second; median "
	       "%.2f ms, 99 %% %.2f ms\n",
	    writers, began, (double)total / began, (double)all[total / 2] / 1e3,
	    (double)all[total * 99 / 100] / 1e3);
	desk_stop(&desk);
	ledger_close(&plan.ledger);
	ledger_close(&plan.second_ledger);
	store_close(&plan.store);
	store_close(&plan.second);
	file_remove_tree(dir, NULL);
	free(all);
	free(w);
	return 0;
}
