/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POSIX has dlsym give a function's address as void *; memcpy takes it
 * across, because C knows no conversion between the two.
 */
#include "base/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_NO_LIBRARY = 127 };

_Static_assert(sizeof(void *) == sizeof(void (*)(void)),
    "an address is as long as a function's");

static enum err_code missing(
    const char *file, const char *package, struct err *err)
{
	const char *why = dlerror();

	err_set(err, ERR_SYSTEM, "could not load \"%s\"", file);
	err_detail(err, "%s", why ? why : "");
	err_hint(err, "Install the package %s.", package);
	return ERR_SYSTEM;
}

enum err_code library_load(const char *file, const char *package,
    const struct library_function *functions, size_t count, struct err *err)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	size_t i;

	if (!library)
		return missing(file, package, err);
	for (i = 0; i < count; i++)
		if (!dlsym(library, functions[i].name))
			return missing(file, package, err);
	for (i = 0; i < count; i++) {
		void *address = dlsym(library, functions[i].name);

		memcpy(functions[i].to, &address, sizeof(address));
	}
	return 0;
}

void library_need(const char *file, const char *package,
    const struct library_function *functions, size_t count)
{
	struct err err = {0};

	if (!library_load(file, package, functions, count, &err))
		return;
	fprintf(stderr, "gongxin: %s: %s (%s)\n", err.message, err.detail,
	    err.hint);
	exit(EXIT_NO_LIBRARY);
}
