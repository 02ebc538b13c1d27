/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atom feeds (RFC 4287): what was published about one organisation, or by
 * one department. A feed holds what is public today and nothing of what has
 * ended; the change feed (api/changes.h) tells of ends.
 */
#ifndef GX_API_ATOM_H
#define GX_API_ATOM_H

#include "api/record.h"
#include "base/buf.h"

enum { ATOM_ENTRIES_MAX = 50 };

/* Where the site is: "https://credit.example", without a '/' at the end;
 * the caller's. */
struct atom_site {
	const char *base;
	const char *name; /* of the site */
};

/* GET /subjects/{code}/feed.atom. Errors as subject_document. */
enum err_code subject_feed(const struct reading *reading, struct span code,
    const struct atom_site *site, struct buf *out, struct err *err);
/* GET /departments/{id}/feed.atom. ERR_NOT_FOUND. */
enum err_code department_feed(const struct reading *reading, struct span id,
    const struct atom_site *site, struct buf *out, struct err *err);

/* Appends text so that XML reads it as that text, inside an element or a
 * quoted attribute. Characters that XML 1.0 has no place for become U+FFFD.
 * The text is valid UTF-8. */
void xml_add(struct buf *out, struct span text);

#endif
