/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of a data directory, one after the other in one process with the
 * database's pages in the file cache: how long a subject's public document
 * takes that nobody asked for before. Printed, never asserted.
 *
 * usage: document_bench DATA [SUBJECTS]	(2,000)
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "api/home.h"
#include "api/subject.h"
#include "base/check.h"
#include "base/mem.h"
#include "calendar/calendar.h"
#include "registry/subjects.h"

enum { SUBJECTS = 2000 };

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void tell(const char *what, double *us, size_t count)
{
	double sum = 0;
	size_t i;

	qsort(us, count, sizeof(*us), by_value);
	for (i = 0; i < count; i++)
		sum += us[i];
	printf("%-24s mean %8.1f us  median %8.1f  99 %% %8.1f\n", what,
	    sum / (double)count, us[count / 2], us[count * 99 / 100]);
}

static void fail(const struct err *err)
{
	fprintf(stderr, "document_bench: %s\n", err->message);
	exit(1);
}

static void one_subject(const struct reading *r, int64_t id, struct buf *out)
{
	const struct subject_query page = {.group = SUBJECT_EVERY_GROUP};
	struct subject subject;
	struct err err;

	subject_init(&subject);
	buf_reset(out);
	if (subject_by_id(r->store, id, &subject, &err) ||
	    subject_document(r, buf_span(&subject.code), &page, out, &err))
		fail(&err);
	subject_release(&subject);
}

static void subjects(const struct reading *r, size_t count)
{
	double *us = mem_alloc(count * sizeof(*us));
	struct buf out = BUF_INIT(64 << 20);
	int64_t last = 0;
	uint64_t seed = 1, bytes = 0;
	struct err err;
	size_t i;

	if (store_get_int(
		r->store, SQL_REGISTRY_SUBJECT_LAST, NULL, 0, 0, &last, &err))
		fail(&err);
	for (i = 0; i < count; i++) {
		double start;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		start = now_us();
		one_subject(r, 1 + (int64_t)(seed >> 33) % last, &out);
		us[i] = now_us() - start;
		bytes += out.n;
	}
	tell("subject, public", us, count);
	printf("%-24s mean %8.0f\n", "bytes", (double)bytes / (double)count);
	buf_release(&out);
	free(us);
}

int main(int argc, char **argv)
{
	struct home home;
	struct err err;
	struct reading r = {.is_public = true};

	if (argc < 2)
		return 2;
	/* As the server does. */
	mallopt(M_MMAP_THRESHOLD, 64 << 20);
	mallopt(M_TRIM_THRESHOLD, 64 << 20);
	if (calendar_clock_check(&err) || home_open(argv[1], &home, &err) ||
	    home_load_catalog(&home, &err) ||
	    home_open_store(&home, HOME_READ, NULL, &err))
		fail(&err);
	r.store = home.store;
	r.catalog = home.catalog;
	r.today = r.as_of = calendar_today();
	subjects(&r, argc > 2 ? (size_t)atol(argv[2]) : SUBJECTS);
	home_close(&home);
	return 0;
}
