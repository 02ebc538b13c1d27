/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An emblem is shown to every visitor and may come from anywhere, so it is
 * taken only when it is a picture and nothing else: elements that draw,
 * from a list; no event attributes; references only to parts of itself
 * ("#id", "url(#id)"); no document type, so no entities; no style sheets.
 * Browsers would not run a script in an image, but whoever opens the file
 * by its address would.
 */
#include "web/site_config.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/tr.h"

enum { DEPTH_MAX = 64 };

struct look {
	XML_Parser parser;
	const char *what; /* translated; NULL while all is well */
	char name[64];	  /* what is refused */
	unsigned long line;
	int depth;
};

static const char *const elements[] = {"svg", "g", "path", "rect", "circle",
    "ellipse", "line", "polyline", "polygon", "defs", "linearGradient",
    "radialGradient", "stop", "clipPath", "mask", "pattern", "symbol", "use",
    "title", "desc", "text", "tspan"};

static void refuse(struct look *look, const char *what, const char *name)
{
	if (look->what)
		return;
	look->what = what;
	look->line = XML_GetCurrentLineNumber(look->parser);
	snprintf(look->name, sizeof(look->name), "%s", name);
	XML_StopParser(look->parser, XML_FALSE);
}

static bool is_known_element(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(elements); i++)
		if (strcmp(name, elements[i]) == 0)
			return true;
	return false;
}

/* Each "url(" must lead to a part of the file itself. */
static bool leads_outside(const char *value)
{
	const char *at = value;

	while ((at = strcasestr(at, "url(")) != NULL) {
		at += strlen("url(");
		if (at[strspn(at, " '\"")] != '#')
			return true;
	}
	return strcasestr(value, "@import") != NULL ||
	    strcasestr(value, "expression(") != NULL ||
	    strchr(value, '\\') != NULL;
}

static void check_attribute(
    struct look *look, const char *name, const char *value)
{
	bool is_href =
	    strcmp(name, "href") == 0 || strcmp(name, "xlink:href") == 0;

	if (strncasecmp(name, "on", 2) == 0)
		refuse(look, tr("an attribute that runs a script:"), name);
	else if ((is_href && value[0] != '#') || leads_outside(value))
		refuse(look, tr("a reference to something outside it:"), value);
}

static void on_start(void *ctx, const char *name, const char **attributes)
{
	struct look *look = ctx;
	size_t i;

	if (look->depth++ == 0 && strcmp(name, "svg") != 0)
		refuse(look, tr("it is no SVG but"), name);
	if (look->depth > DEPTH_MAX)
		refuse(look, tr("elements within each other too deep:"), name);
	if (!is_known_element(name))
		refuse(look, tr("an element that does not only draw:"), name);
	for (i = 0; attributes[i]; i += 2)
		check_attribute(look, attributes[i], attributes[i + 1]);
}

static void on_end(void *ctx, const char *name)
{
	(void)name;
	((struct look *)ctx)->depth--;
}

static void on_doctype(void *ctx, const char *name, const char *system_id,
    const char *public_id, int has_internal)
{
	(void)system_id, (void)public_id, (void)has_internal;
	refuse(ctx, tr("a document type, which could hold entities:"), name);
}

static void on_instruction(void *ctx, const char *target, const char *data)
{
	(void)data;
	refuse(ctx, tr("a processing instruction:"), target);
}

enum err_code site_config_check_emblem(struct span svg, struct err *err)
{
	struct look look = {.parser = XML_ParserCreate("UTF-8")};
	enum err_code code = ERR_NONE;

	ASSERT(look.parser);
	XML_SetUserData(look.parser, &look);
	XML_SetElementHandler(look.parser, on_start, on_end);
	XML_SetStartDoctypeDeclHandler(look.parser, on_doctype);
	XML_SetProcessingInstructionHandler(look.parser, on_instruction);
	if (svg.n > SITE_EMBLEM_BYTES_MAX) {
		code =
		    err_set(err, ERR_INPUT, "the emblem has more than %d bytes",
			(int)SITE_EMBLEM_BYTES_MAX);
	} else if (XML_Parse(look.parser, svg.n ? svg.p : "", (int)svg.n,
		       XML_TRUE) != XML_STATUS_OK) {
		if (!look.what) {
			look.what = tr("it is no XML:");
			look.line = XML_GetCurrentLineNumber(look.parser);
			snprintf(look.name, sizeof(look.name), "%s",
			    XML_ErrorString(XML_GetErrorCode(look.parser)));
		}
		code = err_set(err, ERR_INPUT,
		    "the emblem cannot be used; line %lu: %s \"%s\"", look.line,
		    look.what, look.name);
		err_hint(err,
		    "Save it as plain SVG: shapes, gradients and text alone.");
	}
	XML_ParserFree(look.parser);
	return code;
}
