/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation that cannot fail and arenas.
 *
 * An arena is a list of chunks, newest first. A piece comes from the head
 * chunk if it fits, otherwise a new chunk of at least twice the last size
 * (64 KiB up to 4 MiB) is put in front. Reset frees all but the oldest
 * chunk. Under AddressSanitizer (GX_ASAN) a chunk is made for every piece.
 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/check.h"

enum {
	ARENA_ALIGN = 16,
	CHUNK_MIN = 64 * 1024,
	CHUNK_MAX = 4 * 1024 * 1024,
	HUGE_PAGE_BYTES = 2 * 1024 * 1024
};

struct chunk {
	struct chunk *next; /* older chunk */
	size_t size;	    /* bytes of data[] */
	size_t used;	    /* bytes handed out */
	_Alignas(ARENA_ALIGN) unsigned char data[];
};

struct arena {
	struct chunk *head; /* newest chunk, NULL when empty */
};

static _Noreturn void out_of_memory(size_t size)
{
	fprintf(stderr, "out of memory: could not get %zu bytes\n", size);
	abort();
}

void *mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

void *mem_zalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

void *mem_zalloc_table(size_t count, size_t size)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory(SIZE_MAX);
	if (bytes < HUGE_PAGE_BYTES)
		return mem_zalloc(count, size);
	if (posix_memalign(&p, HUGE_PAGE_BYTES, bytes) != 0)
		out_of_memory(bytes);
	madvise(p, bytes, MADV_HUGEPAGE); /* a wish: it may be refused */
	memset(p, 0, bytes);
	return p;
}

void *mem_realloc(void *p, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory(SIZE_MAX);
	p = realloc(p, bytes ? bytes : 1);
	if (!p)
		out_of_memory(bytes);
	return p;
}

void *mem_grow(void *list, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return list;
	*room = *room ? *room * 2 : 64;
	return mem_realloc(list, *room, size);
}

char *mem_dup(const char *p, size_t n)
{
	char *copy = mem_alloc(n + 1);

	if (n)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

char *mem_strdup(const char *s)
{
	return mem_dup(s, strlen(s));
}

struct arena *arena_new(void)
{
	return mem_zalloc(1, sizeof(struct arena));
}

/* Frees chunks from the newest on, down to `last` (not freed). */
static void free_chunks(struct chunk *from, const struct chunk *last)
{
	while (from != last) {
		struct chunk *next = from->next;

		free(from);
		from = next;
	}
}

void arena_free(struct arena **arena)
{
	if (!*arena)
		return;
	free_chunks((*arena)->head, NULL);
	free(*arena);
	*arena = NULL;
}

void arena_reset(struct arena *arena)
{
	struct chunk *oldest = arena->head;

	while (oldest && oldest->next)
		oldest = oldest->next;
#ifdef GX_ASAN
	free_chunks(arena->head, NULL);
	arena->head = NULL;
#else
	free_chunks(arena->head, oldest);
	arena->head = oldest;
	if (oldest)
		oldest->used = 0;
#endif
}

static struct chunk *add_chunk(struct arena *arena, size_t need)
{
	size_t size = arena->head ? arena->head->size * 2 : CHUNK_MIN;
	struct chunk *chunk;

	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < need)
		size = need;
#ifdef GX_ASAN
	size = need;
#endif
	chunk = mem_alloc(sizeof(*chunk) + size);
	chunk->next = arena->head;
	chunk->size = size;
	chunk->used = 0;
	arena->head = chunk;
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct chunk *chunk = arena->head;
	size_t need;
	void *p;

	ASSERT(size <= SIZE_MAX / 2);
	need = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (need == 0)
		need = ARENA_ALIGN;
	if (!chunk || chunk->size - chunk->used < need)
		chunk = add_chunk(arena, need);
	p = chunk->data + chunk->used;
	chunk->used += need;
	return p;
}

void *arena_zalloc(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;
	void *p;

	ASSERT(!__builtin_mul_overflow(count, size, &bytes));
	p = arena_alloc(arena, bytes);
	memset(p, 0, bytes);
	return p;
}

char *arena_dup(struct arena *arena, const char *p, size_t n)
{
	char *copy = arena_alloc(arena, n + 1);

	if (n)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

char *arena_strdup(struct arena *arena, const char *s)
{
	return arena_dup(arena, s, strlen(s));
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap;
	int n;
	char *p;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	ASSERT(n >= 0);
	p = arena_alloc(arena, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}
