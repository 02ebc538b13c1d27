/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes of the kernel, fit for keys and salts. */
#ifndef GX_BASE_RANDOM_H
#define GX_BASE_RANDOM_H

#include <stddef.h>

#include "base/err.h"

/* All n of them, or ERR_IO and the like. */
enum err_code random_bytes(void *out, size_t n, struct err *err);

#endif
