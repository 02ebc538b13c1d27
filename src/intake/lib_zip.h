/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libzip's functions, as far as this room calls them. The library is loaded
 * when files are read (base/library.h), before the reader is shut in.
 */
#ifndef GX_INTAKE_LIB_ZIP_H
#define GX_INTAKE_LIB_ZIP_H

#include <zip.h>

#include "base/err.h"

/* By the names that they have there, without zip_. NULL until
 * libzip_load. */
extern struct libzip {
	__typeof__(zip_discard) *discard;
	__typeof__(zip_error_fini) *error_fini;
	__typeof__(zip_error_init) *error_init;
	__typeof__(zip_error_set) *error_set;
	__typeof__(zip_error_to_data) *error_to_data;
	__typeof__(zip_fclose) *fclose;
	__typeof__(zip_fopen_index) *fopen_index;
	__typeof__(zip_fread) *fread;
	__typeof__(zip_name_locate) *name_locate;
	__typeof__(zip_open_from_source) *open_from_source;
	__typeof__(zip_source_free) *source_free;
	__typeof__(zip_source_function_create) *source_function_create;
	__typeof__(zip_source_make_command_bitmap) *source_make_command_bitmap;
	__typeof__(zip_source_seek_compute_offset) *source_seek_compute_offset;
	__typeof__(zip_stat_index) *stat_index;
	__typeof__(zip_stat_init) *stat_init;
} libzip;

/* ERR_SYSTEM: it is not there. To be called again is cheap. */
enum err_code libzip_load(struct err *err);

#endif
