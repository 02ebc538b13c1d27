/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a page of prose says, for those who read its document. Help, privacy
 * and the like are written in their templates; the document takes the words
 * from the page that was made, so that neither can say what the other does
 * not.
 *
 *	"sections":[{"id","level","title","text"}]
 *
 * A section begins at each heading: its level is 1 to 6, its id what links
 * lead to, or null. Paragraphs, items and rows are lines of the text; a link
 * is [label](address).
 */
#ifndef GX_WEB_PROSE_H
#define GX_WEB_PROSE_H

#include "base/json.h"

/* page: as web_render() made it. */
void prose_put(struct json_writer *w, struct span page);

#endif
