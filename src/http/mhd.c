/* SPDX-License-Identifier: Apache-2.0 */
/* Where libmicrohttpd is loaded. The file's number is that of its binary
 * interface, which the header that we are compiled with belongs to. */
#include "http/mhd.h"

#include "base/check.h"
#include "base/library.h"
#include "http/recv.h"

struct mhd mhd;

#define FUNCTION(name)                                                         \
	{                                                                      \
		"MHD_" #name, &mhd.name                                        \
	}

static const struct library_function functions[] = {
    FUNCTION(add_connection),
    FUNCTION(add_response_header),
    FUNCTION(create_response_from_buffer_with_free_callback_cls),
    FUNCTION(create_response_from_callback),
    FUNCTION(create_response_from_fd64),
    FUNCTION(destroy_response),
    FUNCTION(get_connection_info),
    FUNCTION(get_connection_values_n),
    FUNCTION(get_reason_phrase_for),
    FUNCTION(get_response_headers),
    FUNCTION(lookup_connection_value),
    FUNCTION(lookup_connection_value_n),
    FUNCTION(queue_response),
    FUNCTION(resume_connection),
    FUNCTION(set_response_options),
    FUNCTION(start_daemon),
    FUNCTION(stop_daemon),
    FUNCTION(suspend_connection),
};

_Static_assert(sizeof(mhd) == ARRAY_COUNT(functions) * sizeof(void *),
    "all of them are found");

enum err_code mhd_load(struct err *err)
{
	enum err_code rc = library_load("libmicrohttpd.so.12",
	    "libmicrohttpd12", functions, ARRAY_COUNT(functions), err);

	if (!rc)
		recv_tls_load();
	return rc;
}
