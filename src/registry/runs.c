/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run is sorted by radix on 64 bits, the low 32 of the subject's id over
 * the high 32 of the key's hash, by moving 16-byte (number, place) pairs;
 * what that leaves equal is settled by comparing whole entries. The merge
 * takes the least head of all runs from a binary heap.
 */
#include "registry/runs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/mem.h"

enum {
	RUN_ENTRIES = 1 << 17,	/* 6 MiB, and 4 of places */
	MERGE_BYTES = 16 << 20, /* buffers of all runs while merging */
	MERGE_ENTRIES_MIN = 16,
	MERGE_ENTRIES_MAX = 1024,
	SPILL_ENTRIES = 256,
	RUNS_MAX = 1 << 14, /* two billion rows */
	RADIX_BITS = 11,
	RADIX_SIZE = 1 << RADIX_BITS
};

struct place {
	uint64_t number;
	uint32_t index;
};

struct key_runs {
	const char *tmp_folder;
	struct key_entry *entries;
	struct place *places; /* two arrays of RUN_ENTRIES */
	size_t count;
	int fd; /* of the file, -1 until needed */
	size_t runs_count;
	uint32_t run_entries[RUNS_MAX]; /* how many in each on disk */
};

struct key_runs *key_runs_new(const char *tmp_folder)
{
	struct key_runs *r = mem_zalloc(1, sizeof(*r));

	r->tmp_folder = tmp_folder;
	r->fd = -1;
	r->entries = mem_zalloc_table(RUN_ENTRIES, sizeof(*r->entries));
	r->places = mem_zalloc_table(2 * RUN_ENTRIES, sizeof(*r->places));
	return r;
}

void key_runs_free(struct key_runs **runs)
{
	struct key_runs *r = *runs;

	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	free(r->entries);
	free(r->places);
	free(r);
	*runs = NULL;
}

static int compare(const struct key_entry *a, const struct key_entry *b)
{
	if (a->subject_id != b->subject_id)
		return a->subject_id < b->subject_id ? -1 : 1;
	if (a->key_hash != b->key_hash) {
		/* As the database orders signed integers. */
		return (int64_t)a->key_hash < (int64_t)b->key_hash ? -1 : 1;
	}
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* Sorts by number, keeping the order of equals; the result is in `from`
 * when the number of passes is even. */
static void radix_pass(
    const struct place *from, struct place *to, size_t count, unsigned shift)
{
	size_t starts[RADIX_SIZE] = {0};
	size_t sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		starts[from[i].number >> shift & (RADIX_SIZE - 1)]++;
	for (i = 0; i < RADIX_SIZE; i++) {
		size_t n = starts[i];

		starts[i] = sum;
		sum += n;
	}
	for (i = 0; i < count; i++)
		to[starts[from[i].number >> shift & (RADIX_SIZE - 1)]++] =
		    from[i];
}

static void settle_equals(const struct key_runs *r, struct place *p)
{
	size_t i, j;

	for (i = 1; i < r->count; i++) {
		struct place moving = p[i];

		for (j = i; j > 0 &&
		     compare(&r->entries[moving.index],
			 &r->entries[p[j - 1].index]) < 0;
		     j--)
			p[j] = p[j - 1];
		p[j] = moving;
	}
}

/* The order of the entries, as places. */
static const struct place *sort_run(struct key_runs *r)
{
	struct place *a = r->places;
	struct place *b = r->places + RUN_ENTRIES;
	unsigned shift;
	size_t i;

	for (i = 0; i < r->count; i++) {
		const struct key_entry *e = &r->entries[i];
		/* The sign bit turned: signed order as unsigned. */
		uint64_t key = (e->key_hash ^ (1ULL << 63)) >> 32;

		a[i].number = (uint64_t)e->subject_id << 32 | key;
		a[i].index = (uint32_t)i;
	}
	for (shift = 0; shift < 64; shift += RADIX_BITS) {
		struct place *t = a;

		radix_pass(a, b, r->count, shift);
		a = b;
		b = t;
	}
	settle_equals(r, a);
	return a;
}

int key_runs_open_temp(const char *folder, struct err *err)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set_errno(
		    err, "could not make a temporary file in \"%s\"", folder);
	return fd;
}

static enum err_code write_all(int fd, const void *p, size_t n, struct err *err)
{
	const char *from = p;

	while (n) {
		ssize_t done = write(fd, from, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_set_errno(
			    err, "could not write a temporary file");
		from += done;
		n -= (size_t)done;
	}
	return 0;
}

static enum err_code spill(struct key_runs *r, struct err *err)
{
	const struct place *order = sort_run(r);
	struct key_entry out[SPILL_ENTRIES];
	enum err_code rc = 0;
	size_t i = 0;

	if (r->runs_count == RUNS_MAX)
		return err_set(err, ERR_FULL, "too many rows in one file");
	if (r->fd < 0)
		r->fd = key_runs_open_temp(r->tmp_folder, err);
	if (r->fd < 0)
		return (enum err_code)r->fd;
	while (i < r->count && !rc) {
		size_t n = 0;

		while (n < ARRAY_COUNT(out) && i < r->count)
			out[n++] = r->entries[order[i++].index];
		rc = write_all(r->fd, out, n * sizeof(out[0]), err);
	}
	r->run_entries[r->runs_count++] = (uint32_t)r->count;
	r->count = 0;
	return rc;
}

enum err_code key_runs_add(
    struct key_runs *r, const struct key_entry *entry, struct err *err)
{
	if (r->count == RUN_ENTRIES) {
		enum err_code rc = spill(r, err);

		if (rc)
			return rc;
	}
	r->entries[r->count++] = *entry;
	return 0;
}

/* A run being read while merging. */
struct run_reader {
	off_t at;      /* of the next portion in the file */
	uint32_t left; /* entries not yet read */
	size_t have;   /* in buffer */
	size_t used;
	struct key_entry *buffer; /* `portion` entries */
	uint32_t portion;
};

static enum err_code refill(
    struct key_runs *r, struct run_reader *run, struct err *err)
{
	size_t n = run->left < run->portion ? run->left : run->portion;
	size_t bytes = n * sizeof(struct key_entry);
	size_t got = 0;

	while (got < bytes) {
		ssize_t done = pread(r->fd, (char *)run->buffer + got,
		    bytes - got, run->at + (off_t)got);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return err_set_errno(
			    err, "could not read a temporary file");
		got += (size_t)done;
	}
	run->at += (off_t)bytes;
	run->left -= (uint32_t)n;
	run->have = n;
	run->used = 0;
	return 0;
}

static const struct key_entry *head_of(const struct run_reader *run)
{
	return &run->buffer[run->used];
}

/* Puts heap[0] where it belongs. */
static void sift_down(struct run_reader **heap, size_t count)
{
	size_t i = 0;

	for (;;) {
		size_t least = i;
		size_t child = 2 * i + 1;
		struct run_reader *t;

		if (child < count &&
		    compare(head_of(heap[child]), head_of(heap[least])) < 0)
			least = child;
		if (child + 1 < count &&
		    compare(head_of(heap[child + 1]), head_of(heap[least])) < 0)
			least = child + 1;
		if (least == i)
			return;
		t = heap[i];
		heap[i] = heap[least];
		heap[least] = t;
		i = least;
	}
}

static void sift_up(struct run_reader **heap, size_t i)
{
	while (i > 0 &&
	    compare(head_of(heap[i]), head_of(heap[(i - 1) / 2])) < 0) {
		struct run_reader *t = heap[i];

		heap[i] = heap[(i - 1) / 2];
		heap[(i - 1) / 2] = t;
		i = (i - 1) / 2;
	}
}

/* Entries that each of so many runs may buffer. */
static uint32_t portion_of(size_t runs)
{
	size_t n = MERGE_BYTES / sizeof(struct key_entry) / (runs + 1);

	if (n < MERGE_ENTRIES_MIN)
		return MERGE_ENTRIES_MIN;
	return n > MERGE_ENTRIES_MAX ? MERGE_ENTRIES_MAX : (uint32_t)n;
}

static enum err_code open_runs(struct key_runs *r, struct run_reader *readers,
    struct key_entry *buffers, struct run_reader **heap, struct err *err)
{
	uint32_t portion = portion_of(r->runs_count);
	off_t at = 0;
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < r->runs_count && !rc; i++) {
		readers[i] = (struct run_reader){at, r->run_entries[i], 0, 0,
		    buffers + i * portion, portion};
		at +=
		    (off_t)r->run_entries[i] * (off_t)sizeof(struct key_entry);
		rc = refill(r, &readers[i], err);
		heap[i] = &readers[i];
		if (!rc)
			sift_up(heap, i);
	}
	return rc;
}

static enum err_code merge_files(
    struct key_runs *r, key_runs_sink *sink, void *ctx, struct err *err)
{
	size_t count = r->runs_count;
	struct run_reader *readers = mem_zalloc(count, sizeof(*readers));
	struct run_reader **heap = mem_zalloc(count, sizeof(*heap));
	struct key_entry *buffers =
	    mem_alloc(count * portion_of(count) * sizeof(*buffers));
	enum err_code rc = open_runs(r, readers, buffers, heap, err);

	while (count && !rc) {
		struct run_reader *run = heap[0];

		rc = sink(ctx, head_of(run), err);
		if (++run->used == run->have && !rc) {
			if (run->left)
				rc = refill(r, run, err);
			else
				heap[0] = heap[--count];
		}
		if (count)
			sift_down(heap, count);
	}
	free(readers);
	free(heap);
	free(buffers);
	return rc;
}

enum err_code key_runs_merge(
    struct key_runs *r, key_runs_sink *sink, void *ctx, struct err *err)
{
	enum err_code rc = 0;
	size_t i;

	if (r->runs_count) {
		if (r->count)
			rc = spill(r, err);
		if (!rc)
			rc = merge_files(r, sink, ctx, err);
	} else {
		const struct place *order = sort_run(r);

		for (i = 0; i < r->count && !rc; i++)
			rc = sink(ctx, &r->entries[order[i].index], err);
	}
	r->count = r->runs_count = 0;
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	return rc;
}
