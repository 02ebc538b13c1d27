/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where a bug stops the program: a breakpoint for debuggers. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void check_failed(const char *file, int line, const char *text)
{
	fprintf(stderr, "bug: %s:%d: %s\n", file, line, text);
	fflush(stderr);
	abort();
}
