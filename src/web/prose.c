/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over the content of a page of our own templates: well-formed, no
 * ">" in an attribute, no entities but those that html.h and the templates
 * write.
 *
 *	<h2 id="x">	the section before ends; text goes to the title
 *	</h2>		text goes to the section
 *	a block		a new line, if something stands before it
 *	<a href="x">	"[" ... "](x)"
 *	other tags	nothing
 *
 * Blanks and lines that are due are written when text follows, so none stands
 * at an end.
 */
#include "web/prose.h"

#include "base/check.h"

enum { TEXT_BYTES_MAX = 256 * 1024 };

struct reader {
	struct json_writer *w;
	struct buf text;  /* of the title or of the section */
	struct span href; /* of the link that is open */
	bool is_in_section;
	bool is_blank_due;
	bool is_line_due;
};

/* The value of an attribute of a tag; p NULL: it has none. */
static struct span attribute(struct span tag, const char *opening)
{
	const char *at = memmem(tag.p, tag.n, opening, strlen(opening));
	const char *end;

	if (!at)
		return (struct span){NULL, 0};
	at += strlen(opening);
	end = memchr(at, '"', (size_t)(tag.p + tag.n - at));
	return (struct span){at, end ? (size_t)(end - at) : 0};
}

static void settle(struct reader *r)
{
	if (r->text.n && r->is_line_due)
		buf_add_char(&r->text, '\n');
	else if (r->text.n && r->is_blank_due)
		buf_add_char(&r->text, ' ');
	r->is_line_due = r->is_blank_due = false;
}

static void take_text(struct reader *r, struct span text)
{
	size_t i;

	for (i = 0; i < text.n; i++) {
		if (strchr(" \t\r\n", text.p[i])) {
			r->is_blank_due = true;
			continue;
		}
		settle(r);
		buf_add_char(&r->text, text.p[i]);
	}
}

/* Ends the title or the section's text. */
static void put_text(struct reader *r, const char *key)
{
	json_put_span(r->w, key, buf_span(&r->text));
	buf_reset(&r->text);
	r->is_line_due = r->is_blank_due = false;
}

static void end_section(struct reader *r)
{
	if (!r->is_in_section)
		return;
	put_text(r, "text");
	json_close_object(r->w);
	r->is_in_section = false;
}

static void take_heading(struct reader *r, struct span tag, bool is_end)
{
	struct span id = attribute(tag, " id=\"");

	if (is_end) {
		put_text(r, "title");
		return;
	}
	end_section(r);
	buf_reset(&r->text); /* what stands before the first heading */
	r->is_in_section = true;
	json_open_object(r->w);
	json_key(r->w, "id");
	if (id.p)
		json_add_string(r->w, id);
	else
		json_add_null(r->w);
	json_put_int(r->w, "level", tag.p[1] - '0');
}

static void take_link(struct reader *r, struct span tag, bool is_end)
{
	if (!is_end) {
		settle(r);
		buf_add_char(&r->text, '[');
		r->href = attribute(tag, " href=\"");
		return;
	}
	buf_add_str(&r->text, "](");
	buf_add_span(&r->text, r->href);
	buf_add_char(&r->text, ')');
}

static bool is_block(struct span name)
{
	static const char *const blocks[] = {"p", "li", "dt", "dd", "tr", "th",
	    "td", "caption", "pre", "div", "section", "br"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(blocks); i++)
		if (span_is(name, blocks[i]))
			return true;
	return false;
}

/* tag: between "<" and ">". */
static void take_tag(struct reader *r, struct span tag)
{
	bool is_end = tag.n > 0 && tag.p[0] == '/';
	struct span name = {tag.p + is_end, 0};

	tag.n -= is_end;
	tag.p += is_end;
	while (name.n < tag.n && !strchr(" \n", name.p[name.n]))
		name.n++;
	if (name.n == 2 && name.p[0] == 'h' && name.p[1] >= '1' &&
	    name.p[1] <= '6')
		take_heading(r, tag, is_end);
	else if (span_is(name, "a"))
		take_link(r, tag, is_end);
	else if (is_block(name))
		r->is_line_due = true;
}

/* The entity at `text`; its length, 0: it is none of ours. */
static size_t take_entity(struct reader *r, struct span text)
{
	static const struct {
		const char *entity;
		const char *text;
	} t[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""},
	    {"&#39;", "'"}, {"&#32;", " "}};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(t); i++) {
		if (!span_starts_with(text, t[i].entity))
			continue;
		take_text(r, span_of(t[i].text));
		return strlen(t[i].entity);
	}
	return 0;
}

/* What stands first in `rest`: a tag, an entity, or text up to either; how
 * many bytes. */
static size_t take_piece(struct reader *r, struct span rest)
{
	size_t n = rest.p[0] == '&' ? take_entity(r, rest) : 0;

	if (n)
		return n;
	if (rest.p[0] == '<') {
		const char *end = memchr(rest.p, '>', rest.n);

		n = end ? (size_t)(end - rest.p) : rest.n - 1;
		take_tag(r, (struct span){rest.p + 1, n ? n - 1 : 0});
		return n + 1;
	}
	for (n = 1; n < rest.n && rest.p[n] != '<' && rest.p[n] != '&';)
		n++;
	take_text(r, (struct span){rest.p, n});
	return n;
}

static struct span content_of(struct span page)
{
	static const char begin[] = "<main ", end[] = "</main>";
	const char *from = memmem(page.p, page.n, begin, strlen(begin));
	const char *to;

	if (!from)
		return (struct span){NULL, 0};
	page.n -= (size_t)(from - page.p);
	to = memmem(from, page.n, end, strlen(end));
	return (struct span){from, to ? (size_t)(to - from) : page.n};
}

void prose_put(struct json_writer *w, struct span page)
{
	struct reader r = {.w = w, .text = BUF_INIT(TEXT_BYTES_MAX)};
	struct span rest = content_of(page);

	json_key(w, "sections");
	json_open_array(w);
	while (rest.n) {
		size_t n = take_piece(&r, rest);

		rest.p += n;
		rest.n -= n;
	}
	end_section(&r);
	json_close_array(w);
	buf_release(&r.text);
}
