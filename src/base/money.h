/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts: a whole number of fen, everywhere but where people read them. */
#ifndef GX_BASE_MONEY_H
#define GX_BASE_MONEY_H

#include <stdint.h>

#include "base/buf.h"

/* Appends "1,234,500.00元"; "-0.05元" of five fen that are owed. */
void money_write(int64_t fen, struct buf *out);

#endif
