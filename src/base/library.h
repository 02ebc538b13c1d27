/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Libraries that few commands need are loaded when one of these starts. The
 * web server's and the client's of HTTP bring some thirty others with them,
 * whose loading takes as long as a search of a million names.
 */
#ifndef GX_BASE_LIBRARY_H
#define GX_BASE_LIBRARY_H

#include <stddef.h>

#include "base/err.h"

struct library_function {
	const char *name;
	void *to; /* where the function's address goes: a pointer to a
		     pointer to a function of its type */
};

/*
 * Loads a shared library, for as long as the process lives, and finds its
 * functions; ERR_SYSTEM, and nothing is filled in, when it or one of them is
 * not there. package: what to install then. To be called again is cheap.
 */
enum err_code library_load(const char *file, const char *package,
    const struct library_function *functions, size_t count, struct err *err);
/* The same where there is no going on without it: the process ends with a
 * message and the code of a program whose library the system did not find. */
void library_need(const char *file, const char *package,
    const struct library_function *functions, size_t count);

#endif
