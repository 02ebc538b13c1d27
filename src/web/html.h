/* SPDX-License-Identifier: Apache-2.0 */
/* One escaping function for each context of a page. Appended to `out`. */
#ifndef GX_WEB_HTML_H
#define GX_WEB_HTML_H

#include "base/buf.h"

/* Text of an element, or of an attribute in quotes of either kind. */
void html_text(struct buf *out, struct span text);

#endif
