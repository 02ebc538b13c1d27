/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the intake room share. */
#ifndef GX_INTAKE_READER_TEST_HELP_H
#define GX_INTAKE_READER_TEST_HELP_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "intake/reader.h"

/* cmocka's set-up of a group: texts are English, readers are ready. */
int help_set_up(void **state);
/* A file in memory with these bytes, at its beginning. */
int help_file(const void *p, size_t n);
/* The bytes of a file of the repository; free() them. */
char *help_load(const char *path, size_t *n_out);
/*
 * Reads everything and appends one line a row:
 *
 *     NUMBER[!FAULT@COLUMN]:CELL|CELL...
 *
 * where a number is written #1, a date @2023-04-24, a bool ?true, null ~,
 * a missing JSON member -, and line ends in cells as \n, \r. Then, when
 * reading failed, "error: MESSAGE". JSON columns come first as "=a|b".
 * Returns the reader's last answer.
 */
int help_dump(int fd, int spool_fd, const char *name, struct buf *out,
    struct reader_info *info_out);
/* The same on bytes. */
int help_dump_bytes(const void *p, size_t n, const char *name, struct buf *out,
    struct reader_info *info_out);
/* Reads everything and checks what every reader promises of every row:
 * valid UTF-8 without NUL, bounds, ascending numbers. Returns the number
 * of rows, or -1 when reading ended in an error (which must have a text). */
long help_check(int fd, int spool_fd, const char *name);
/* Checks the bytes cut at every `step`th place, and with every `step`th
 * byte flipped. */
void help_torture(const char *p, size_t n, const char *name, size_t step);

#endif
