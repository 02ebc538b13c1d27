/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a browser calls itself, for people who look which of their sessions is
 * which: "Chrome on Windows". Every browser also calls itself by the names of
 * older ones, so the first name of a list that it has is told; versions say
 * nothing to whoever reads it.
 */
#ifndef GX_WEB_AGENT_H
#define GX_WEB_AGENT_H

#include "base/buf.h"
#include "base/span.h"

enum { AGENT_WORDS_BYTES_MAX = 400, AGENT_SHORT_BYTES = 60 };

/* Adds the words, in the thread's language. A browser that is not known is
 * told as it calls itself, cut after AGENT_SHORT_BYTES. */
void agent_put_words(struct span agent, struct buf *out);

#endif
