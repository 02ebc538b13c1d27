/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How values read on a page, as lambdas for templates:
 *
 *	{{#as_date}}2026-04-20{{/as_date}}	<time>2026年4月20日</time>
 *	{{#as_day}}2026-04-20{{/as_day}}	the same without an element
 *	{{#as_month}}2026-04{{/as_month}}	2026年4月
 *	{{#as_moment}}2026-04-20T01:02:03Z{{/as_moment}}  in China's time
 *	{{#as_number}}1234567{{/as_number}}	1,234,567
 *	{{#as_code}}9137...{{/as_code}}		in groups, for the eye alone
 *	{{#as_hash}}9f46...{{/as_hash}}		may break anywhere
 *	{{#as_value}}...{{/as_value}}		a date, a code, or text
 *	{{#as_type}}money-wan{{/as_type}}	a field's form, in words
 *	{{#as_url}}...{{/as_url}}		one part of a URL
 *
 * What does not have the form that a lambda expects stays as it is.
 */
#ifndef GX_WEB_FORMAT_H
#define GX_WEB_FORMAT_H

#include "base/tr.h"
#include "web/mustache.h"

/* What the lambdas find as mustache_frames.arg. */
struct format_context {
	enum lang lang;
};

const struct mustache_lambda *format_lambdas(size_t *count_out);

#endif
