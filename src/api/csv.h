/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of CSV for downloads (RFC 4180), to be read by programs and by
 * office programs: UTF-8 with a BOM, lines ended by CR LF. A cell that an
 * office program would take for a formula gets a ' in front.
 */
#ifndef GX_API_CSV_H
#define GX_API_CSV_H

#include <stdbool.h>

#include "base/buf.h"

#define CSV_BOM "\xEF\xBB\xBF"

void csv_add(struct buf *out, bool is_first, struct span cell);
void csv_end(struct buf *out);
/* What a download of the example city says in each line. */
const char *csv_example_mark(void);

#endif
