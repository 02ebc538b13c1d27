/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a client would take (RFC 9110, Section 12.5), and cookies. Pure
 * functions over header values as sent: any bytes. What cannot be read is
 * passed over.
 */
#ifndef GX_HTTP_NEGOTIATE_H
#define GX_HTTP_NEGOTIATE_H

#include "base/span.h"
#include "base/tr.h"

enum { NEGOTIATE_QUALITY_MAX = 1000 };

/* How much the client wants this media type, 0 (not at all) to 1000. No
 * header: 1000. The most specific range decides. `type` may have
 * parameters, which are not looked at. */
int negotiate_type(struct span accept, const char *type);
/* Is the type itself named with a quality above 0, not only by a star? */
bool negotiate_names_type(struct span accept, const char *type);
/* Does the client, by name, want a page as much as a document? So is the
 * format of a failure that nothing else settles. */
bool negotiate_wants_page(struct span accept);
/* As negotiate_type for a content coding ("gzip"). No header: 0, since a client
 * that says nothing gets the plain bytes. */
int negotiate_coding(struct span accept_encoding, const char *coding);
/* The better of Chinese and English, "*" standing for what is not named; one
 * of which nothing is said goes before one that is refused (q=0). Chinese when
 * neither is better. */
enum lang negotiate_language(struct span accept_language);
/* The value of a cookie, p NULL when there is none. */
struct span negotiate_cookie(struct span header, const char *name);
/* Does an If-None-Match name this entity tag (as sent)? "*" does. Weak and
 * strong tags are compared alike, as RFC 9110 wants for it. */
bool negotiate_has_tag(struct span if_none_match, const char *tag);
/* Is what a Content-Type sent of this type, whatever its parameters? */
bool negotiate_is_type(struct span sent, const char *type);

#endif
