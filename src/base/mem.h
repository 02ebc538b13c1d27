/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation. Sizes are bounded before they come here, so a failing
 * allocation means that the machine is out of memory: the process aborts
 * and the open transaction rolls back (style rule 22). None of these
 * functions returns NULL.
 */
#ifndef GX_BASE_MEM_H
#define GX_BASE_MEM_H

#include <stddef.h>

/* Uninitialised bytes; release with free(). size may be 0. */
void *mem_alloc(size_t size);
/* Zeroed array; aborts when count * size overflows. Release with free(). */
void *mem_zalloc(size_t count, size_t size);
/* The same for large tables that are looked up at random: asks the kernel
 * for huge pages, so that a look-up does not pay for an address as well. */
void *mem_zalloc_table(size_t count, size_t size);
/* realloc() of an array; aborts on overflow. */
void *mem_realloc(void *p, size_t count, size_t size);
/* The list, with room for one more than `count` things: twice as many as
 * *room when that is full. */
void *mem_grow(void *list, size_t count, size_t *room, size_t size);
/* A copy of n bytes with a NUL behind it. */
char *mem_dup(const char *p, size_t n);
/* A copy of a NUL-terminated string. */
char *mem_strdup(const char *s);

/*
 * Arena: memory of one lifetime, released at once. Pieces are aligned to
 * 16 bytes. arena_reset keeps the first chunk, so that a record arena costs
 * nothing per row. In builds with AddressSanitizer every piece is an
 * allocation of its own, so that overruns are seen.
 */
struct arena;

/* A new arena; free with arena_free. It knows no bound: callers bound their
 * input first. */
struct arena *arena_new(void);
void arena_free(struct arena **arena);
void arena_reset(struct arena *arena);

/* Uninitialised, 16-byte aligned, lives as long as the arena. */
void *arena_alloc(struct arena *arena, size_t size);
/* Zeroed array. */
void *arena_zalloc(struct arena *arena, size_t count, size_t size);
/* Copy with a NUL behind it. */
char *arena_dup(struct arena *arena, const char *p, size_t n);
char *arena_strdup(struct arena *arena, const char *s);
/* printf into the arena. */
char *arena_printf(struct arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
