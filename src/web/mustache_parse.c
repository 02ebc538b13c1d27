/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Template text to nodes, in three passes over the tags.
 *
 *   scan     finds the tags, follows changes of the delimiters, pairs
 *            opening and closing tags
 *   lines    decides which tags stand alone on their line; such a line
 *            disappears, and its white space becomes indentation
 *   build    writes the nodes, the text between tags among them
 *
 * A tag stands alone when nothing but white space is beside it. Tags of
 * inheritance may stand alone together ({{<page}}{{$title}}), and a parent
 * with all that it holds counts as one tag when it opens and closes on one
 * line. A block that does so is part of its line, which stays.
 *
 * tag.lead and tag.after are where the text before a tag ends and the text
 * behind it begins; for a tag of a line that disappears they lie at the
 * line's ends.
 */
#include "web/mustache_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"

enum { NO_TAG = UINT32_MAX };

struct tag {
	char sigil;	  /* 'v' a variable, 'r' {{{x}}}, else as written */
	struct span name; /* trimmed */
	size_t begin, end;
	size_t lead, after;
	uint32_t match; /* the other tag of the pair, or NO_TAG */
	bool is_first;	/* only white space stands before it on its line */
	bool is_alone;	/* its line disappears */
	bool ends_line; /* nothing stands behind it on a line that does so */
	struct mustache_delims delims; /* in force behind it */
};

struct parser {
	const struct mustache_set *set;
	const char *name;
	struct mustache_template *t;
	struct span text;
	struct mustache_delims delims;
	struct tag *tags;
	size_t count, cap;
	uint32_t open[MUSTACHE_NESTING_MAX];
	size_t open_count;
	struct err *err;
};

struct mustache_delims mustache_default_delims(void)
{
	return (struct mustache_delims){{"{{", 2}, {"}}", 2}};
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
	return is_blank(c) || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static struct span trim(struct span s)
{
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Where `needle` stands at or behind `from`; text.n when nowhere. */
static size_t find(struct span text, struct span needle, size_t from)
{
	const char *p;

	if (from >= text.n)
		return text.n;
	p = memmem(text.p + from, text.n - from, needle.p, needle.n);
	return p ? (size_t)(p - text.p) : text.n;
}

static size_t line_of(const struct parser *p, size_t at)
{
	size_t line = 1, i;

	for (i = 0; i < at && i < p->text.n; i++)
		line += p->text.p[i] == '\n';
	return line;
}

static enum err_code refuse(
    struct parser *p, size_t at, const char *what, struct span name)
{
	err_set(p->err, ERR_INPUT, "template \"%s\", line %zu: %s \"%.*s\"",
	    p->name, line_of(p, at), what, (int)(name.n < 80 ? name.n : 80),
	    name.p ? name.p : "");
	return ERR_INPUT;
}

/* ---- scan ---- */

static struct tag *add_tag(struct parser *p)
{
	p->tags = mem_grow(p->tags, p->count, &p->cap, sizeof(*p->tags));
	p->tags[p->count] = (struct tag){.match = NO_TAG};
	return &p->tags[p->count++];
}

/* "=| |=": the two delimiters. */
static enum err_code change_delims(
    struct parser *p, size_t at, struct span inside)
{
	struct mustache_delims new;
	size_t i = 0;

	inside = trim(inside);
	while (i < inside.n && !is_space(inside.p[i]))
		i++;
	new.open = (struct span){inside.p, i};
	new.close = trim((struct span){inside.p + i, inside.n - i});
	for (i = 0; i < new.close.n; i++)
		if (is_space(new.close.p[i]))
			new.close.n = 0;
	if (new.open.n == 0 || new.close.n == 0)
		return refuse(p, at, tr("no two delimiters in"), inside);
	p->delims = new;
	return ERR_NONE;
}

/* What closes the tag, given its sigil. */
static size_t find_close(const struct parser *p, struct tag *tag, size_t from)
{
	size_t at = find(p->text, p->delims.close, from);
	char want = tag->sigil == 'r' ? '}' : '=';

	if (tag->sigil != 'r' && tag->sigil != '=')
		return at;
	/* The sigil stands before the closing delimiter once more. "}}}}" of
	 * the default delimiters: the first of the braces is the sigil. */
	while (at < p->text.n) {
		if (tag->sigil == 'r' && p->delims.close.p[0] == '}' &&
		    at + p->delims.close.n < p->text.n &&
		    p->text.p[at + p->delims.close.n] == '}')
			return at + 1;
		if (at > from && p->text.p[at - 1] == want)
			return at;
		at = find(p->text, p->delims.close, at + 1);
	}
	return at;
}

/* Fills sigil, name, begin and end; changes the delimiters. */
static enum err_code scan_tag(struct parser *p, struct tag *tag, size_t begin)
{
	size_t from = begin + p->delims.open.n, close;
	char c = from < p->text.n ? p->text.p[from] : '\0';
	struct mustache_delims old = p->delims;
	enum err_code code = ERR_NONE;

	tag->begin = begin;
	tag->sigil = 'v';
	if (c == '{')
		tag->sigil = 'r';
	else if (c && strchr("#^/>&!=<$", c))
		tag->sigil = c;
	from += tag->sigil != 'v';
	close = find_close(p, tag, from);
	if (close >= p->text.n)
		return refuse(p, begin, tr("a tag that is never closed:"),
		    (struct span){p->text.p + begin,
			p->text.n - begin < 20 ? p->text.n - begin : 20});
	tag->name = (struct span){p->text.p + from, close - from};
	if (tag->sigil == 'r' || tag->sigil == '=')
		tag->name.n--;
	if (tag->sigil == '=')
		code = change_delims(p, begin, tag->name);
	tag->name = trim(tag->name);
	tag->end = close + old.close.n;
	tag->lead = tag->begin;
	tag->after = tag->end;
	tag->delims = p->delims;
	if (!code && tag->name.n == 0 && tag->sigil != '!')
		return refuse(p, begin, tr("a tag without a name:"),
		    (struct span){p->text.p + begin, tag->end - begin});
	return code;
}

static bool opens(const struct tag *tag)
{
	return strchr("#^<$", tag->sigil) != NULL;
}

/* Pairs the tag with what it closes. */
static enum err_code pair(struct parser *p, uint32_t index)
{
	struct tag *tag = &p->tags[index];
	uint32_t other;

	if (opens(tag)) {
		if (p->open_count == MUSTACHE_NESTING_MAX)
			return refuse(
			    p, tag->begin, tr("nested too deep:"), tag->name);
		p->open[p->open_count++] = index;
		return ERR_NONE;
	}
	if (tag->sigil != '/')
		return ERR_NONE;
	if (p->open_count == 0)
		return refuse(
		    p, tag->begin, tr("closes what is not open:"), tag->name);
	other = p->open[--p->open_count];
	if (!span_equal(p->tags[other].name, tag->name))
		return refuse(p, tag->begin,
		    tr("closed while another section is open:"), tag->name);
	tag->match = other;
	p->tags[other].match = index;
	return ERR_NONE;
}

static enum err_code scan(struct parser *p)
{
	size_t at = 0;

	for (;;) {
		enum err_code code;
		struct tag *tag;

		at = find(p->text, p->delims.open, at);
		if (at >= p->text.n)
			break;
		tag = add_tag(p);
		code = scan_tag(p, tag, at);
		if (!code)
			code = pair(p, (uint32_t)(p->count - 1));
		if (code)
			return code;
		at = p->tags[p->count - 1].end;
	}
	if (p->open_count > 0) {
		struct tag *tag = &p->tags[p->open[p->open_count - 1]];

		return refuse(p, tag->begin,
		    tr("a section that is never closed:"), tag->name);
	}
	return ERR_NONE;
}

/* ---- lines ---- */

static bool is_inheritance(const struct parser *p, const struct tag *tag)
{
	if (tag->sigil == '/')
		tag = &p->tags[tag->match];
	return tag->sigil == '<' || tag->sigil == '$';
}

static bool has_newline(const struct parser *p, size_t from, size_t to)
{
	return to > from && memchr(p->text.p + from, '\n', to - from) != NULL;
}

/* Behind the white space at `at`. */
static size_t skip_blank(const struct parser *p, size_t at)
{
	while (at < p->text.n && is_blank(p->text.p[at]))
		at++;
	return at;
}

/* The last tag of the line that `at` begins, if all of them may stand alone
 * together; NO_TAG if not. *end_out: behind the line's end. */
static uint32_t last_alone(const struct parser *p, uint32_t at, size_t *end_out)
{
	uint32_t first = at;

	for (;;) {
		const struct tag *tag = &p->tags[at];
		size_t end;

		if (strchr("vr&", tag->sigil))
			return NO_TAG;
		if (at > first && !is_inheritance(p, tag))
			return NO_TAG;
		if (strchr("<$", tag->sigil) &&
		    !has_newline(p, tag->end, p->tags[tag->match].begin)) {
			if (tag->sigil == '$')
				return NO_TAG;
			at = tag->match;
		}
		end = skip_blank(p, p->tags[at].end);
		if (end == p->text.n || p->text.p[end] == '\n') {
			*end_out = end + (end < p->text.n);
			return at;
		}
		if (p->text.p[end] == '\r' && end + 1 < p->text.n &&
		    p->text.p[end + 1] == '\n') {
			*end_out = end + 2;
			return at;
		}
		if (at + 1 >= p->count || end != p->tags[at + 1].begin ||
		    !is_inheritance(p, &p->tags[at]))
			return NO_TAG;
		at++;
	}
}

/* What a parent on one line holds is no part of the line. */
static void mark_alone(struct parser *p, uint32_t first, uint32_t last)
{
	uint32_t at = first;

	for (;;) {
		struct tag *tag = &p->tags[at];

		tag->is_alone = true;
		if (tag->sigil == '<' && tag->match <= last) {
			at = tag->match;
			p->tags[at].is_alone = true;
		}
		if (at == last)
			return;
		p->tags[at].after = p->tags[at + 1].begin;
		at++;
	}
}

static void mark_lines(struct parser *p)
{
	uint32_t i, last;
	size_t floor = 0;

	for (i = 0; i < p->count; i++) {
		struct tag *tag = &p->tags[i];
		size_t start = tag->begin, end;

		while (start > floor && is_blank(p->text.p[start - 1]))
			start--;
		floor = tag->end;
		if (start > 0 && p->text.p[start - 1] != '\n')
			continue;
		tag->is_first = true;
		last = last_alone(p, i, &end);
		if (last == NO_TAG)
			continue;
		tag->lead = start;
		mark_alone(p, i, last);
		p->tags[last].after = end;
		p->tags[last].ends_line = true;
		floor = p->tags[last].end;
		i = last;
	}
}

/* ---- build ---- */

static struct mustache_node *add_node(
    struct parser *p, enum mustache_kind kind, struct span text)
{
	struct mustache_template *t = p->t;
	struct mustache_node *node;

	t->nodes =
	    mem_grow(t->nodes, t->node_count, &t->node_cap, sizeof(*t->nodes));
	node = &t->nodes[t->node_count++];
	*node = (struct mustache_node){
	    .kind = kind, .text = text, .lambda = -1, .target = -1};
	return node;
}

static void add_key(struct mustache_template *t, struct span key)
{
	t->keys =
	    mem_grow(t->keys, t->key_count, &t->key_cap, sizeof(*t->keys));
	t->keys[t->key_count++] = key;
}

/* "a.b.c" to its parts; "." has none. */
static void split_name(struct parser *p, struct mustache_node *node)
{
	size_t from = 0, i;

	node->path = (uint32_t)p->t->key_count;
	if (span_is(node->text, "."))
		return;
	for (i = 0; i <= node->text.n; i++) {
		if (i < node->text.n && node->text.p[i] != '.')
			continue;
		add_key(p->t, (struct span){node->text.p + from, i - from});
		from = i + 1;
	}
	node->path_count = (uint32_t)p->t->key_count - node->path;
}

static bool starts_line(const struct parser *p, size_t at)
{
	return at == 0 || p->text.p[at - 1] == '\n';
}

/* The text between two tags. A tag that begins a line gets an empty text
 * before it, so that the line's indentation has its place. */
static void add_text(
    struct parser *p, size_t from, size_t to, bool is_tag_behind)
{
	if (from < to)
		add_node(p, MUSTACHE_TEXT,
		    (struct span){p->text.p + from, to - from})
		    ->is_line_start = starts_line(p, from);
	if (is_tag_behind && starts_line(p, to))
		add_node(p, MUSTACHE_TEXT, (struct span){p->text.p + to, 0})
		    ->is_line_start = true;
}

/* White space at the start of the line of the tag, which is its first. */
static struct span line_indent(const struct parser *p, const struct tag *tag)
{
	size_t start = tag->begin;

	while (start > 0 && is_blank(p->text.p[start - 1]))
		start--;
	return (struct span){p->text.p + start, tag->begin - start};
}

/*
 * What a block adds to the lines that take its place, and what it takes off
 * its own lines when they stand elsewhere. A block whose opening tag ends a
 * line measures its first line; one with nothing in it, the tag's.
 */
static void measure_block(
    const struct parser *p, uint32_t index, struct mustache_node *node)
{
	const struct tag *tag = &p->tags[index];
	size_t end;

	if (!tag->ends_line) {
		if (tag->is_first)
			node->indent = line_indent(p, tag);
		return;
	}
	node->is_standalone = true;
	end = skip_blank(p, tag->after);
	node->indent = (struct span){p->text.p + tag->after, end - tag->after};
	if (end >= p->tags[tag->match].begin) {
		if (tag->is_first)
			node->indent = line_indent(p, tag);
		return;
	}
	node->dedent = (uint32_t)node->indent.n;
}

static enum mustache_kind kind_of(char sigil)
{
	switch (sigil) {
	case 'v':
		return MUSTACHE_VARIABLE;
	case 'r':
	case '&':
		return MUSTACHE_RAW;
	case '#':
		return MUSTACHE_SECTION;
	case '^':
		return MUSTACHE_INVERTED;
	case '>':
		return MUSTACHE_PARTIAL;
	case '<':
		return MUSTACHE_PARENT;
	default:
		return MUSTACHE_BLOCK;
	}
}

/* The name of a partial or parent: "*name" is looked up. */
static void read_dynamic(struct mustache_node *node)
{
	if (node->text.n > 1 && node->text.p[0] == '*') {
		node->is_dynamic = true;
		node->text =
		    trim((struct span){node->text.p + 1, node->text.n - 1});
	}
}

static void add_tag_node(struct parser *p, uint32_t index)
{
	const struct tag *tag = &p->tags[index];
	struct mustache_node *node =
	    add_node(p, kind_of(tag->sigil), tag->name);

	node->delims = tag->delims;
	node->end = (uint32_t)p->t->node_count;
	if (node->kind == MUSTACHE_BLOCK) {
		measure_block(p, index, node);
		return;
	}
	if (node->kind == MUSTACHE_PARTIAL || node->kind == MUSTACHE_PARENT) {
		read_dynamic(node);
		node->is_standalone = tag->is_alone && tag->is_first;
		if (node->is_standalone)
			node->indent = line_indent(p, tag);
	}
	if (node->kind == MUSTACHE_SECTION)
		node->raw = (struct span){
		    p->text.p + tag->end, p->tags[tag->match].begin - tag->end};
	node->lambda = mustache_find_lambda(p->set, node->text);
	split_name(p, node);
}

static void build(struct parser *p)
{
	size_t open[MUSTACHE_NESTING_MAX], open_count = 0, at = 0;
	uint32_t i;

	for (i = 0; i < p->count; i++) {
		const struct tag *tag = &p->tags[i];

		add_text(p, at, tag->lead, !tag->is_alone);
		at = tag->after;
		if (tag->sigil == '/') {
			ASSERT(open_count > 0);
			p->t->nodes[open[--open_count]].end =
			    (uint32_t)p->t->node_count;
		}
		if (strchr("!=/", tag->sigil))
			continue;
		if (opens(tag))
			open[open_count++] = p->t->node_count;
		add_tag_node(p, i);
	}
	add_text(p, at, p->text.n, false);
}

enum err_code mustache_parse(const struct mustache_set *set, const char *name,
    struct span text, struct mustache_delims delims,
    struct mustache_template *out, struct err *err)
{
	struct parser p = {
	    .set = set, .name = name, .t = out, .delims = delims, .err = err};
	enum err_code code;

	if (text.n > MUSTACHE_TEMPLATE_BYTES_MAX)
		return err_set(
		    err, ERR_FULL, "template \"%s\" is too long", name);
	out->name = mem_strdup(name);
	out->text = mem_dup(text.p ? text.p : "", text.n);
	p.text = (struct span){out->text, text.n};
	code = scan(&p);
	if (!code) {
		mark_lines(&p);
		build(&p);
	}
	free(p.tags);
	return code;
}

void mustache_template_release(struct mustache_template *t)
{
	free(t->name);
	free(t->text);
	free(t->nodes);
	free(t->keys);
	*t = (struct mustache_template){0};
}
