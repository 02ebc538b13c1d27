/* SPDX-License-Identifier: Apache-2.0 */
/* base64url (RFC 4648, section 5) without padding, as JOSE writes it. */
#ifndef GX_OIDC_BASE64URL_H
#define GX_OIDC_BASE64URL_H

#include "base/buf.h"

void base64url_add(struct buf *out, const void *p, size_t n);
/* Appends the bytes that the text stands for. false, with out as it was,
 * when it is no base64url, has bits left over that are not zero, or does not
 * fit: each byte string has one text only. */
bool base64url_read(struct span text, struct buf *out);

#endif
