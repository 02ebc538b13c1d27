/* SPDX-License-Identifier: Apache-2.0 */
/* Where libzip is loaded. The file's number is that of its binary interface,
 * which the header that we are compiled with belongs to. */
#include "intake/lib_zip.h"

#include "base/check.h"
#include "base/library.h"

struct libzip libzip;

static const struct library_function functions[] = {
    {"zip_discard", &libzip.discard},
    {"zip_error_fini", &libzip.error_fini},
    {"zip_error_init", &libzip.error_init},
    {"zip_error_set", &libzip.error_set},
    {"zip_error_to_data", &libzip.error_to_data},
    {"zip_fclose", &libzip.fclose},
    {"zip_fopen_index", &libzip.fopen_index},
    {"zip_fread", &libzip.fread},
    {"zip_name_locate", &libzip.name_locate},
    {"zip_open_from_source", &libzip.open_from_source},
    {"zip_source_free", &libzip.source_free},
    {"zip_source_function_create", &libzip.source_function_create},
    {"zip_source_make_command_bitmap", &libzip.source_make_command_bitmap},
    {"zip_source_seek_compute_offset", &libzip.source_seek_compute_offset},
    {"zip_stat_index", &libzip.stat_index},
    {"zip_stat_init", &libzip.stat_init},
};

_Static_assert(sizeof(libzip) == ARRAY_COUNT(functions) * sizeof(void *),
    "all of them are found");

enum err_code libzip_load(struct err *err)
{
	return library_load(
	    "libzip.so.4", "libzip4", functions, ARRAY_COUNT(functions), err);
}
