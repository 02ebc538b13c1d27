/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages: a resource's JSON document through the template of that resource.
 * A page shows what its document holds and what the site's configuration
 * says, nothing else.
 *
 * One renderer serves all threads; it is never changed after it was made.
 *
 * Around the document a template finds
 *
 *	doc		the document
 *	site		name, name_in (the other language's), contact, filings
 *	lang		"zh-CN" or "en"; is_zh
 *	path, query	as asked for; url: with the origin, for print
 *	origin		"https://host", or "" where it is not known
 *	form_token	that forms which change something carry, or null
 *	status		of the answer
 *	today		"YYYY-MM-DD"
 *	is_example	the data is generated
 *	is_other_day	the document's as_of is not its today
 *	other_lang	{href, label, lang}; href is null on the answer to what
 *			was sent, which no address leads to again
 *	nav		[{href, label, is_current}]
 *	own		{name, login, places: as nav, may_submit,
 *			may_see_records}, for who is signed in
 *	assets		{site_css, theme_css, charts_js, ...}: paths
 *
 * and the lambdas of render.c.
 */
#ifndef GX_WEB_RENDER_H
#define GX_WEB_RENDER_H

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/tr.h"
#include "web/assets.h"
#include "web/site_config.h"

enum { WEB_PAGE_BYTES_MAX = 64 * 1024 * 1024 };

enum { WEB_OWN_PLACES_MAX = 8 };

/* A link of the page's head. */
struct web_place {
	const char *href;
	const char *label; /* English; translated when shown */
	bool is_current;
};

struct web_page {
	enum lang lang;
	const char *path;	/* "/subjects/9137...": without the query */
	const char *query;	/* without "?"; "" when there is none */
	const char *origin;	/* "https://host"; NULL: not known */
	int status;		/* of the answer, 200 most often */
	const char *form_token; /* that forms carry; NULL: none */
	date_days today;
	bool is_example; /* the data directory holds generated data */
	bool is_sent;	 /* it answers a form */
	/* Of whoever is signed in; name NULL: nobody is. */
	struct {
		const char *name;
		const char *login;
		struct web_place places[WEB_OWN_PLACES_MAX];
		size_t count;
		bool may_submit;      /* department's files */
		bool may_see_records; /* department's own */
	} own;
};

struct web_renderer;

/* Parses every template of the program, in each language. The configuration
 * is copied. ERR_INPUT, ERR_FULL: a template is wrong, which the unit test
 * of this room would have found. */
enum err_code web_renderer_new(const struct site_config *config,
    struct web_renderer **out, struct err *err);
void web_renderer_free(struct web_renderer **r);

/*
 * Appends the page. template_name: that of a file of web/templates/, without
 * its ending. The document of "error" is that of every failure:
 * {"error":{"code","message","detail","hint"}}.
 *
 * ERR_NOT_FOUND: there is no such template; ERR_INPUT: the document is not
 * a JSON object; ERR_FULL: the page is longer than `out` may be. Touches
 * nothing but memory.
 */
enum err_code web_render(const struct web_renderer *r,
    const char *template_name, const struct web_page *page,
    struct span document_json, struct buf *out, struct err *err);

/* The asset at a path as asked for ("/assets/site.1a2b3c4d.css"): those of
 * the program and the site's own colours. NULL: there is none. Lives as
 * long as the renderer. */
const struct web_asset *web_renderer_asset(
    const struct web_renderer *r, struct span path);
/* The site's emblem, for /favicon.svg. */
const struct web_asset *web_renderer_emblem(const struct web_renderer *r);

#endif
