/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of GnuTLS that libmicrohttpd is to find here. Whoever else
 * calls them (a library that libcurl brings along) gets what he asks for.
 */
#include <gnutls/gnutls.h>

#include "base/check.h"
#include "base/library.h"
#include "http/recv.h"

static struct {
	__typeof__(gnutls_deinit) *deinit;
	__typeof__(gnutls_record_recv) *record_recv;
	__typeof__(gnutls_record_send) *record_send;
	__typeof__(gnutls_transport_get_int) *transport_get_int;
} tls;

#define FUNCTION(name)                                                         \
	{                                                                      \
		"gnutls_" #name, &tls.name                                     \
	}

static const struct library_function functions[] = {
    FUNCTION(deinit),
    FUNCTION(record_recv),
    FUNCTION(record_send),
    FUNCTION(transport_get_int),
};

_Static_assert(sizeof(tls) == ARRAY_COUNT(functions) * sizeof(void *),
    "all of them are found");

void recv_tls_load(void)
{
	struct err ignored;

	(void)!library_load("libgnutls.so.30", "libgnutls30", functions,
	    ARRAY_COUNT(functions), &ignored);
}

static int descriptor_of(gnutls_session_t session)
{
	if (!tls.transport_get_int)
		recv_tls_load();
	return tls.transport_get_int(session);
}

ssize_t gnutls_record_recv(gnutls_session_t session, void *to, size_t n)
{
	int fd = descriptor_of(session);
	ssize_t got;

	if (!recv_is_tls(fd))
		return tls.record_recv(session, to, n);
	recv_tls_begin();
	got = tls.record_recv(session, to, n);
	if (recv_tls_end() && got == GNUTLS_E_AGAIN)
		got = 0;
	if (got < 0 || n == 0)
		return got;
	return recv_look(fd, to, got) < 0 ? GNUTLS_E_AGAIN : got;
}

void gnutls_deinit(gnutls_session_t session)
{
	if (!recv_keep_session(descriptor_of(session)))
		tls.deinit(session);
}

bool recv_tls_send(void *session, struct span text)
{
	ssize_t sent = 1;

	while (text.n && sent > 0) {
		sent = tls.record_send(session, text.p, text.n);
		if (sent > 0)
			text =
			    (struct span){text.p + sent, text.n - (size_t)sent};
	}
	return text.n == 0;
}

void recv_tls_free(void *session)
{
	tls.deinit(session);
}
