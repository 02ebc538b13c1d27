/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A renderer holds, for each language, the parsed templates and the values
 * that are the same for every page; for each entry of the navigation these
 * values once more, with that entry marked. A page adds a frame of its own
 * over them: the document and what was asked for.
 *
 * Texts of templates are {{#_}}English{{/_}}. They are replaced when the
 * templates are loaded, before they are parsed, so that a translated text
 * costs nothing later and may hold tags like any other part. White space in
 * the English text is folded before it is looked up. Behind a wide mark, which
 * brings its own room, the template's blanks are left out.
 */
#include "web/render.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "web/format.h"
#include "web/html.h"
#include "web/mustache.h"

#define N_(text) text

/* The entries of the navigation; the rest of the site is reached from the
 * foot of each page. */
static const struct nav_entry {
	const char *href;
	const char *label;
} nav_entries[] = {
    {"/search", N_("Look up")},
    {"/publicity", N_("Licences and penalties")},
    {"/lists", N_("Lists")},
    {"/quality", N_("Data quality")},
    {"/open-data", N_("Open data")},
    {"/catalogue", N_("Catalogue")},
    {"/log", N_("Log")},
    {"/help", N_("Help")},
};

enum {
	NAV_COUNT = ARRAY_COUNT(nav_entries),
	/* A page that belongs to no entry. */
	NAV_NONE = NAV_COUNT,
	TEXT_OPEN_BYTES = 6, /* {{#_}} */
	HREF_BYTES_MAX = 16 * 1024
};

struct web_renderer {
	struct mustache_set *sets[LANG_COUNT];
	json_t *frames[LANG_COUNT][NAV_COUNT + 1];
	struct web_asset theme; /* path NULL: the site has no own colour */
	struct web_asset emblem;
	struct buf theme_text;
	char *emblem_text;
	char theme_path[64];
};

static const char *lang_tag(enum lang lang)
{
	return lang == LANG_ZH ? "zh-CN" : "en";
}

/* ---- templates ---- */

/* Adds a text with its white space folded; at its ends there is none. */
static void add_folded(struct buf *out, struct span text)
{
	bool is_wanted = false;
	size_t i;

	for (i = 0; i < text.n; i++) {
		if (strchr(" \t\r\n", text.p[i])) {
			is_wanted = out->n > 0;
			continue;
		}
		if (is_wanted)
			buf_add_char(out, ' ');
		is_wanted = false;
		buf_add_char(out, text.p[i]);
	}
}

static const char *find(struct span text, const char *what)
{
	return text.n > 0 ? memmem(text.p, text.n, what, strlen(what)) : NULL;
}

/* Does it end with a full-width stop, comma or the like? */
static bool ends_wide(struct span text)
{
	static const char *const marks[] = {
	    "。", "，", "；", "：", "！", "？", "、"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(marks); i++) {
		size_t n = strlen(marks[i]);

		if (text.n >= n &&
		    memcmp(text.p + text.n - n, marks[i], n) == 0)
			return true;
	}
	return false;
}

/* How long the tag of a section or block, or the end of an element, is that
 * the text begins with; 0: with none. */
static size_t tag_bytes(struct span text)
{
	bool is_section =
	    text.n > 2 && text.p[0] == '{' && strchr("#^/$", text.p[2]);
	const char *end = NULL;

	if (is_section && text.p[1] == '{')
		end = find(text, "}}");
	else if (text.n > 1 && text.p[0] == '<' && text.p[1] == '/')
		end = find(text, ">");
	return end ? (size_t)(end - text.p) + (is_section ? 2 : 1) : 0;
}

/* Copies the tags that the text begins with, up to the next text to be
 * translated, and leaves out blanks behind them; how many bytes that were. */
static size_t copy_tight(struct span text, struct buf *out)
{
	size_t at = 0, n;

	for (;;) {
		struct span rest = {text.p + at, text.n - at};

		n = tag_bytes(rest);
		if (n == 0 || find((struct span){rest.p, n}, "{{#_}}"))
			break;
		buf_add(out, rest.p, n);
		at += n;
	}
	while (at < text.n && (text.p[at] == ' ' || text.p[at] == '\t'))
		at++;
	return at;
}

/* The template with its texts in the language. */
static void translate(struct span text, enum lang lang, struct buf *out)
{
	struct buf key = BUF_INIT(MUSTACHE_TEMPLATE_BYTES_MAX);
	const char *open, *close;

	for (;;) {
		struct span rest, said;
		size_t tight;

		open = find(text, "{{#_}}");
		if (!open)
			break;
		buf_add(out, text.p, (size_t)(open - text.p));
		rest.p = open + TEXT_OPEN_BYTES;
		rest.n = text.n - (size_t)(rest.p - text.p);
		close = find(rest, "{{/_}}");
		if (!close)
			break;
		buf_reset(&key);
		add_folded(
		    &key, (struct span){rest.p, (size_t)(close - rest.p)});
		said = span_of(tr_in(lang, buf_str(&key)));
		buf_add_span(out, said);
		close += TEXT_OPEN_BYTES;
		text.n -= (size_t)(close - text.p);
		text.p = close;
		tight = ends_wide(said) ? copy_tight(text, out) : 0;
		text.p += tight;
		text.n -= tight;
	}
	buf_add_span(out, text);
	buf_release(&key);
}

static enum err_code load_templates(
    struct web_renderer *r, enum lang lang, struct err *err)
{
	struct buf text = BUF_INIT(MUSTACHE_TEMPLATE_BYTES_MAX);
	const struct mustache_lambda *lambdas;
	enum err_code code = ERR_NONE;
	size_t count, i;

	lambdas = format_lambdas(&count);
	r->sets[lang] = mustache_new(lambdas, count);
	for (i = 0; i < web_template_count() && !code; i++) {
		buf_reset(&text);
		translate(web_template_text(i), lang, &text);
		code = mustache_add(
		    r->sets[lang], web_template_name(i), buf_span(&text), err);
	}
	mustache_link(r->sets[lang]);
	buf_release(&text);
	return code;
}

/* ---- what every page is given ---- */

static void put(json_t *object, const char *key, const char *value)
{
	json_object_set_new(
	    object, key, value && value[0] ? json_string(value) : json_null());
}

static json_t *make_site(const struct site_config *c, enum lang lang)
{
	bool is_zh = lang == LANG_ZH;
	json_t *site = json_object();

	put(site, "name", is_zh ? c->name_zh : c->name_en);
	put(site, "name_in", is_zh ? c->name_en : c->name_zh);
	put(site, "office", is_zh ? c->office_zh : c->office_en);
	put(site, "phone", c->phone);
	put(site, "email", c->email);
	put(site, "address", is_zh ? c->address_zh : c->address_en);
	put(site, "hours", is_zh ? c->hours_zh : c->hours_en);
	put(site, "icp", c->icp);
	put(site, "police", c->police);
	put(site, "licence", is_zh ? c->licence_zh : c->licence_en);
	put(site, "licence_url", c->licence_url);
	json_object_set_new(site, "may_embed", json_boolean(c->framers[0]));
	json_object_set_new(site, "has_contact",
	    json_boolean(c->phone[0] || c->email[0] || c->address_zh[0]));
	return site;
}

/* "charts.js" as "charts_js": a name that a template can say. */
static json_t *make_assets(const struct web_renderer *r)
{
	json_t *assets = json_object();
	char key[64];
	size_t i, j;

	for (i = 0; i < web_asset_count(); i++) {
		const struct web_asset *asset = web_asset_at(i);

		snprintf(key, sizeof(key), "%s", asset->name);
		for (j = 0; key[j]; j++)
			if (key[j] == '.')
				key[j] = '_';
		put(assets, key, asset->path);
	}
	put(assets, "theme_css", r->theme.path);
	return assets;
}

static json_t *make_nav(enum lang lang, size_t current)
{
	json_t *nav = json_array();
	size_t i;

	for (i = 0; i < NAV_COUNT; i++)
		json_array_append_new(nav,
		    json_pack("{s:s,s:s,s:b}", "href", nav_entries[i].href,
			"label", tr_in(lang, nav_entries[i].label),
			"is_current", i == current));
	return nav;
}

static json_t *make_frame(const struct web_renderer *r,
    const struct site_config *config, enum lang lang, size_t current)
{
	return json_pack("{s:s,s:b,s:o,s:o,s:o}", "lang", lang_tag(lang),
	    "is_zh", lang == LANG_ZH, "site", make_site(config, lang), "assets",
	    make_assets(r), "nav", make_nav(lang, current));
}

/* ---- the renderer ---- */

/* By its content, so that it may be kept for ever. */
static void name_theme(struct web_renderer *r)
{
	uint8_t digest[SHA256_BYTES];
	struct buf hex = BUF_INIT(12);

	sha256_bytes(r->theme_text.p, r->theme_text.n, digest);
	buf_add_hex(&hex, digest, 6);
	snprintf(r->theme_path, sizeof(r->theme_path), "/assets/theme.%s.css",
	    buf_str(&hex));
	buf_release(&hex);
}

/* The site's own colour, over that of site.css. */
static void make_theme(struct web_renderer *r, const char *colour)
{
	if (!colour[0])
		return;
	buf_addf(&r->theme_text,
	    ":root{--gx-brand:%s}\n@media(prefers-color-scheme:dark)"
	    "{:root{--gx-brand-text:color-mix(in oklab,%s 45%%,white)}}\n",
	    colour, colour);
	name_theme(r);
	r->theme = (struct web_asset){"theme.css", r->theme_path,
	    "text/css; charset=utf-8", buf_span(&r->theme_text), {NULL, 0}};
}

static void make_emblem(struct web_renderer *r, const char *svg)
{
	if (!svg) {
		r->emblem = *web_asset_named("emblem.svg");
		return;
	}
	r->emblem_text = mem_strdup(svg);
	r->emblem = (struct web_asset){"emblem.svg", "/favicon.svg",
	    "image/svg+xml", span_of(r->emblem_text), {NULL, 0}};
}

enum err_code web_renderer_new(const struct site_config *config,
    struct web_renderer **out, struct err *err)
{
	struct web_renderer *r = mem_zalloc(1, sizeof(*r));
	enum err_code code = ERR_NONE;
	int lang;
	size_t i;

	buf_init(&r->theme_text, 4096);
	make_theme(r, config->colour);
	make_emblem(r, config->emblem);
	for (lang = 0; lang < LANG_COUNT && !code; lang++) {
		code = load_templates(r, (enum lang)lang, err);
		for (i = 0; i <= NAV_COUNT; i++)
			r->frames[lang][i] =
			    make_frame(r, config, (enum lang)lang, i);
	}
	if (code)
		web_renderer_free(&r);
	else
		*out = r;
	return code;
}

void web_renderer_free(struct web_renderer **r)
{
	size_t lang, i;

	if (!*r)
		return;
	for (lang = 0; lang < LANG_COUNT; lang++) {
		mustache_free(&(*r)->sets[lang]);
		for (i = 0; i <= NAV_COUNT; i++)
			json_decref((*r)->frames[lang][i]);
	}
	buf_release(&(*r)->theme_text);
	free((*r)->emblem_text);
	free(*r);
	*r = NULL;
}

const struct web_asset *web_renderer_asset(
    const struct web_renderer *r, struct span path)
{
	if (r->theme.path && span_is(path, r->theme.path))
		return &r->theme;
	return web_asset_find(path);
}

const struct web_asset *web_renderer_emblem(const struct web_renderer *r)
{
	return &r->emblem;
}

/* ---- a page ---- */

/* The entry that the path belongs to: itself, or what lies beneath. */
static size_t nav_of(const char *path)
{
	size_t i;

	for (i = 0; i < NAV_COUNT; i++) {
		size_t n = strlen(nav_entries[i].href);

		if (strncmp(path, nav_entries[i].href, n) == 0 &&
		    (path[n] == '\0' || path[n] == '/'))
			return i;
	}
	if (strncmp(path, "/subjects/", 10) == 0 ||
	    strncmp(path, "/records/", 9) == 0)
		return 0;
	return NAV_NONE;
}

static void put_buf(json_t *object, const char *key, const struct buf *b)
{
	json_object_set_new(
	    object, key, json_stringn_nocheck(buf_str(b), b->n));
}

/* The page's own address, and that of the same page in the other language. */
static void put_addresses(json_t *frame, const struct web_page *page)
{
	enum lang other = page->lang == LANG_ZH ? LANG_EN : LANG_ZH;
	struct buf back = BUF_INIT(HREF_BYTES_MAX);
	struct buf href = BUF_INIT(4 * HREF_BYTES_MAX);
	json_t *link = json_object();

	buf_add_str(&back, page->path);
	if (page->query[0]) {
		buf_add_char(&back, '?');
		buf_add_str(&back, page->query);
	}
	buf_addf(
	    &href, "/language?to=%s&back=", other == LANG_ZH ? "zh" : "en");
	buf_add_percent(&href, buf_span(&back));
	if (page->is_sent)
		json_object_set_new(link, "href", json_null());
	else
		put_buf(link, "href", &href);
	put(link, "lang", lang_tag(other));
	put(link, "label", other == LANG_ZH ? "中文" : "English");
	json_object_set_new(frame, "other_lang", link);
	buf_reset(&href);
	buf_add_str(&href, page->origin ? page->origin : "");
	buf_add_span(&href, buf_span(&back));
	put_buf(frame, "url", &href);
	put(frame, "origin", page->origin ? page->origin : "");
	buf_release(&back);
	buf_release(&href);
}

/* Does the document tell of another day than today? */
static bool is_other_day(const json_t *document)
{
	const json_t *as_of = json_object_get(document, "as_of");
	const json_t *today = json_object_get(document, "today");

	return json_is_string(as_of) && json_is_string(today) &&
	    !json_equal(as_of, today);
}

static void put_own(json_t *frame, const struct web_page *page)
{
	json_t *places, *own;
	size_t i;

	if (!page->own.name)
		return;
	places = json_array();
	for (i = 0; i < page->own.count; i++) {
		const struct web_place *p = &page->own.places[i];

		json_array_append_new(places,
		    json_pack("{s:s,s:s,s:b}", "href", p->href, "label",
			tr_in(page->lang, p->label), "is_current",
			p->is_current));
	}
	own = json_pack("{s:o,s:b,s:b}", "places", places, "may_submit",
	    page->own.may_submit, "may_see_records", page->own.may_see_records);
	put(own, "name", page->own.name);
	put(own, "login", page->own.login);
	json_object_set_new(frame, "own", own);
}

static json_t *make_page_frame(const struct web_page *page, json_t *document)
{
	json_t *frame = json_object();
	char today[DATE_TEXT_BYTES];

	json_object_set_new(frame, "doc", document);
	put(frame, "path", page->path);
	put(frame, "query", page->query);
	put(frame, "form_token", page->form_token);
	put(frame, "today", date_format_iso(page->today, today));
	json_object_set_new(frame, "status", json_integer(page->status));
	json_object_set_new(
	    frame, "is_example", json_boolean(page->is_example));
	json_object_set_new(
	    frame, "is_other_day", json_boolean(is_other_day(document)));
	put_own(frame, page);
	put_addresses(frame, page);
	return frame;
}

enum err_code web_render(const struct web_renderer *r,
    const char *template_name, const struct web_page *page,
    struct span document_json, struct buf *out, struct err *err)
{
	json_error_t error;
	json_t *document =
	    json_loadb(document_json.p, document_json.n, 0, &error);
	struct format_context context = {page->lang};
	const json_t *frames[2];
	struct mustache_frames all = {frames, ARRAY_COUNT(frames), &context};
	enum err_code code;
	json_t *own;

	if (!json_is_object(document)) {
		json_decref(document);
		return err_set(
		    err, ERR_INPUT, "the document of a page is no object");
	}
	own = make_page_frame(page, document);
	frames[0] = r->frames[page->lang][nav_of(page->path)];
	frames[1] = own;
	code =
	    mustache_render(r->sets[page->lang], template_name, &all, out, err);
	json_decref(own);
	return code;
}
