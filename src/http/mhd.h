/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd's functions, as far as this room calls them, by the names
 * they have there without MHD_. The library is loaded when a server starts
 * (base/library.h).
 *
 * What it cannot parse it answers by itself, in words of its own, and has no
 * hook for others. But it queues that answer, and looks headers up, by calling
 * MHD_queue_response and MHD_lookup_connection_value_n as anybody would; and
 * functions of these names that the program itself exports come before the
 * library's. So server.c defines the two (meson.build exports them), and they
 * are called by the library alone: all calls of ours go by this table, which
 * holds the library's own. A library that is built to call itself directly
 * (-Bsymbolic, or static) never comes here, and answers as it always did.
 */
#ifndef GX_HTTP_MHD_H
#define GX_HTTP_MHD_H

#include <microhttpd.h>

#include "base/err.h"

struct mhd {
	__typeof__(MHD_add_connection) *add_connection;
	__typeof__(MHD_add_response_header) *add_response_header;
	__typeof__(MHD_create_response_from_buffer_with_free_callback_cls)
	    *create_response_from_buffer_with_free_callback_cls;
	__typeof__(MHD_create_response_from_callback)
	    *create_response_from_callback;
	__typeof__(MHD_create_response_from_fd64) *create_response_from_fd64;
	__typeof__(MHD_destroy_response) *destroy_response;
	__typeof__(MHD_get_connection_info) *get_connection_info;
	__typeof__(MHD_get_connection_values_n) *get_connection_values_n;
	__typeof__(MHD_get_reason_phrase_for) *get_reason_phrase_for;
	__typeof__(MHD_get_response_headers) *get_response_headers;
	__typeof__(MHD_lookup_connection_value) *lookup_connection_value;
	__typeof__(MHD_lookup_connection_value_n) *lookup_connection_value_n;
	__typeof__(MHD_queue_response) *queue_response;
	__typeof__(MHD_resume_connection) *resume_connection;
	__typeof__(MHD_set_response_options) *set_response_options;
	__typeof__(MHD_start_daemon) *start_daemon;
	__typeof__(MHD_stop_daemon) *stop_daemon;
	__typeof__(MHD_suspend_connection) *suspend_connection;
};

/* Filled by mhd_load, before anything else of this room is called, and the
 * same from then on. */
extern struct mhd mhd;

/* ERR_SYSTEM when the library is not installed. */
enum err_code mhd_load(struct err *err);

#endif
