/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rendering: one walk over the nodes that mustache_parse.c made.
 *
 * Names are looked up on a stack of values: the caller's frames below, above
 * them one value for each section that was entered.
 *
 * Blocks: each parent that was entered is a link of a chain, the latest
 * first. A block takes its content from the outermost link that has one for
 * it. That content belongs to the template around that link's parent, so it
 * is rendered with the chain that was in force there.
 *
 * Indentation: lines of a partial get the white space before its tag. As
 * templates are parsed before, it is added where a line of the template
 * starts (TEXT nodes marked so), which leaves alone what data brings in.
 * Content of a block loses the white space its own lines begin with
 * (`dedent`) and gets that of the block in whose place it stands.
 *
 * A failure is kept in the walk's state, and the walk runs out quickly.
 */
#include "web/mustache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "web/html.h"
#include "web/mustache_priv.h"

struct link {
	const struct link *outer;
	const struct mustache_template *t;
	uint32_t parent; /* its node */
};

struct indent {
	const struct indent *outer;
	struct span space;
};

/* Where the walk is; saved and restored around what changes it. */
struct place {
	const struct link *chain;
	const struct indent *indent;
	uint32_t dedent;
	int depth;
};

struct walk {
	const struct mustache_set *set;
	const struct mustache_frames *frames;
	struct buf *out;
	bool is_plain;	 /* nothing is escaped: inside a lambda's argument */
	bool is_started; /* the next line's indentation stands already */
	struct place at;
	const json_t *stack[MUSTACHE_STACK_MAX];
	size_t height;
	enum err_code code;
	struct err *err;
};

static void walk_nodes(struct walk *w, const struct mustache_template *t,
    uint32_t from, uint32_t to);

/* ---- the set ---- */

struct mustache_set *mustache_new(
    const struct mustache_lambda *lambdas, size_t lambda_count)
{
	struct mustache_set *set = mem_zalloc(1, sizeof(*set));

	set->lambdas = lambdas;
	set->lambda_count = lambda_count;
	return set;
}

void mustache_free(struct mustache_set **set)
{
	size_t i;

	if (!*set)
		return;
	for (i = 0; i < (*set)->count; i++)
		mustache_template_release(&(*set)->templates[i]);
	free((*set)->templates);
	free(*set);
	*set = NULL;
}

/* -1: none. */
static int find_template(const struct mustache_set *set, struct span name)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (span_is(name, set->templates[i].name))
			return (int)i;
	return -1;
}

int mustache_find_lambda(const struct mustache_set *set, struct span name)
{
	size_t i;

	for (i = 0; i < set->lambda_count; i++)
		if (span_is(name, set->lambdas[i].name))
			return (int)i;
	return -1;
}

enum err_code mustache_add(struct mustache_set *set, const char *name,
    struct span text, struct err *err)
{
	struct mustache_template new = {0};
	enum err_code code;

	ASSERT(!set->is_linked);
	if (find_template(set, span_of(name)) >= 0)
		return err_set(
		    err, ERR_CONFLICT, "there are two templates \"%s\"", name);
	code = mustache_parse(
	    set, name, text, mustache_default_delims(), &new, err);
	if (code) {
		mustache_template_release(&new);
		return code;
	}
	set->templates = mem_grow(
	    set->templates, set->count, &set->cap, sizeof(*set->templates));
	set->templates[set->count++] = new;
	return ERR_NONE;
}

static bool names_template(const struct mustache_node *node)
{
	return (node->kind == MUSTACHE_PARTIAL ||
		   node->kind == MUSTACHE_PARENT) &&
	    !node->is_dynamic;
}

/* Sets node.target of a parsed template. */
static void link_template(
    const struct mustache_set *set, struct mustache_template *t)
{
	size_t i;

	for (i = 0; i < t->node_count; i++)
		if (names_template(&t->nodes[i]))
			t->nodes[i].target =
			    find_template(set, t->nodes[i].text);
}

void mustache_link(struct mustache_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		link_template(set, &set->templates[i]);
	set->is_linked = true;
}

const char *mustache_missing_partial(const struct mustache_set *set)
{
	size_t i, j;

	for (i = 0; i < set->count; i++) {
		const struct mustache_template *t = &set->templates[i];

		for (j = 0; j < t->node_count; j++)
			if (names_template(&t->nodes[j]) &&
			    t->nodes[j].target < 0)
				return t->name;
	}
	return NULL;
}

/* ---- names and values ---- */

static const json_t *member(const json_t *value, struct span key)
{
	return json_is_object(value) ? json_object_getn(value, key.p, key.n)
				     : NULL;
}

enum { PLACE_DIGITS_MAX = 9 };

/* A later part of a name: of an array it is a place, from 0. */
static const json_t *part(const json_t *value, struct span key)
{
	size_t at = 0, i;

	if (!json_is_array(value))
		return member(value, key);
	for (i = 0; i < key.n; i++) {
		if (key.p[i] < '0' || key.p[i] > '9' || i == PLACE_DIGITS_MAX)
			return NULL;
		at = 10 * at + (size_t)(key.p[i] - '0');
	}
	return json_array_get(value, at);
}

/* The value that has the first part of the name, from the top down. */
static const json_t *first_part(const struct walk *w, struct span key)
{
	const json_t *found;
	size_t i;

	for (i = w->height; i > 0; i--) {
		found = member(w->stack[i - 1], key);
		if (found)
			return found;
	}
	for (i = w->frames->count; i > 0; i--) {
		found = member(w->frames->values[i - 1], key);
		if (found)
			return found;
	}
	return NULL;
}

static const json_t *top(const struct walk *w)
{
	if (w->height > 0)
		return w->stack[w->height - 1];
	return w->frames->count > 0 ? w->frames->values[w->frames->count - 1]
				    : NULL;
}

static const json_t *look_up(const struct walk *w,
    const struct mustache_template *t, const struct mustache_node *node)
{
	const json_t *value;
	uint32_t i;

	if (node->path_count == 0)
		return top(w);
	value = first_part(w, t->keys[node->path]);
	for (i = 1; value && i < node->path_count; i++)
		value = part(value, t->keys[node->path + i]);
	return value;
}

static bool is_true(const json_t *value)
{
	if (!value)
		return false;
	switch (json_typeof(value)) {
	case JSON_NULL:
	case JSON_FALSE:
		return false;
	case JSON_STRING:
		return json_string_length(value) > 0;
	case JSON_INTEGER:
		return json_integer_value(value) != 0;
	case JSON_REAL:
		return json_real_value(value) < 0 || json_real_value(value) > 0;
	case JSON_ARRAY:
		return json_array_size(value) > 0;
	default:
		return true;
	}
}

static void add_text(struct walk *w, struct span text, bool is_raw)
{
	if (is_raw || w->is_plain)
		buf_add_span(w->out, text);
	else
		html_text(w->out, text);
}

/* The shortest decimal that reads back as the same number. */
static void add_real(struct buf *out, double value)
{
	char text[40];
	int digits;

	for (digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) >= value && strtod(text, NULL) <= value)
			break;
	}
	buf_add_str(out, text);
}

static void add_value(struct walk *w, const json_t *value, bool is_raw)
{
	if (!value)
		return;
	switch (json_typeof(value)) {
	case JSON_STRING:
		add_text(w,
		    (struct span){
			json_string_value(value), json_string_length(value)},
		    is_raw);
		break;
	case JSON_INTEGER:
		buf_add_i64(w->out, json_integer_value(value));
		break;
	case JSON_REAL:
		add_real(w->out, json_real_value(value));
		break;
	case JSON_TRUE:
		buf_add_str(w->out, "true");
		break;
	case JSON_FALSE:
		buf_add_str(w->out, "false");
		break;
	default:
		break;
	}
}

/* ---- failures and depth ---- */

static void fail(struct walk *w, enum err_code code)
{
	if (!w->code)
		w->code = code;
}

static bool go_deeper(struct walk *w, const char *name)
{
	if (w->code)
		return false;
	if (w->at.depth >= MUSTACHE_DEPTH_MAX) {
		fail(w,
		    err_set(w->err, ERR_FULL,
			"template \"%s\" is within itself too often", name));
		return false;
	}
	w->at.depth++;
	return true;
}

static bool push(struct walk *w, const json_t *value)
{
	if (w->height == MUSTACHE_STACK_MAX) {
		fail(w,
		    err_set(w->err, ERR_FULL,
			"the sections of a template are nested too deep"));
		return false;
	}
	w->stack[w->height++] = value;
	return true;
}

/* ---- text and indentation ---- */

static void add_indent(struct walk *w, const struct indent *indent)
{
	if (!indent)
		return;
	add_indent(w, indent->outer);
	buf_add_span(w->out, indent->space);
}

static struct span take_off(struct span text, uint32_t dedent)
{
	while (dedent > 0 && text.n > 0 &&
	    (text.p[0] == ' ' || text.p[0] == '\t')) {
		text.p++;
		text.n--;
		dedent--;
	}
	return text;
}

/* The text line by line, each with its indentation. */
static void add_lines(struct walk *w, struct span text, bool is_line_start)
{
	do {
		const char *newline;
		size_t n;

		if (is_line_start) {
			if (!w->is_started)
				add_indent(w, w->at.indent);
			text = take_off(text, w->at.dedent);
		}
		w->is_started = false;
		newline = text.n > 0 ? memchr(text.p, '\n', text.n) : NULL;
		n = newline ? (size_t)(newline - text.p) + 1 : text.n;
		buf_add(w->out, text.p, n);
		text.p += n;
		text.n -= n;
		is_line_start = true;
	} while (text.n > 0);
}

static void walk_text(struct walk *w, const struct mustache_node *node)
{
	if (w->at.indent || w->at.dedent > 0 || w->is_started)
		add_lines(w, node->text, node->is_line_start);
	else
		buf_add_span(w->out, node->text);
}

/* ---- lambdas ---- */

/* Renders the template that a lambda made, in place. */
static void walk_made(struct walk *w, struct span text,
    struct mustache_delims delims, const char *name)
{
	struct mustache_template made = {0};
	enum err_code code;

	if (!go_deeper(w, name))
		return;
	code = mustache_parse(w->set, name, text, delims, &made, w->err);
	if (code) {
		fail(w, code);
	} else {
		link_template(w->set, &made);
		walk_nodes(w, &made, 0, (uint32_t)made.node_count);
	}
	mustache_template_release(&made);
	w->at.depth--;
}

/* Renders nodes to a buffer of their own, without escaping. */
static void walk_apart(struct walk *w, const struct mustache_template *t,
    uint32_t from, uint32_t to, struct buf *out)
{
	struct buf *old = w->out;
	bool was_plain = w->is_plain;

	w->out = out;
	w->is_plain = true;
	walk_nodes(w, t, from, to);
	w->out = old;
	w->is_plain = was_plain;
	if (out->is_full)
		fail(w,
		    err_set(w->err, ERR_FULL,
			"the section of a template is too long"));
}

static void walk_lambda(struct walk *w, const struct mustache_template *t,
    const struct mustache_node *node, uint32_t index)
{
	const struct mustache_lambda *lambda = &w->set->lambdas[node->lambda];
	struct buf in = BUF_INIT(MUSTACHE_LAMBDA_BYTES_MAX);
	struct buf made = BUF_INIT(MUSTACHE_LAMBDA_BYTES_MAX);

	if (lambda->kind == MUSTACHE_LAMBDA_TEMPLATE) {
		lambda->call(w->frames->arg, node->raw, &made);
		walk_made(w, buf_span(&made), node->delims, lambda->name);
	} else {
		walk_apart(w, t, index + 1, node->end, &in);
		lambda->call(w->frames->arg, buf_span(&in), &made);
		add_text(
		    w, buf_span(&made), lambda->kind == MUSTACHE_LAMBDA_HTML);
	}
	if (made.is_full)
		fail(w,
		    err_set(w->err, ERR_FULL, "lambda \"%s\" made too much",
			lambda->name));
	buf_release(&in);
	buf_release(&made);
}

/* A lambda as a variable: its result is a template in default delimiters,
 * and what that gives is escaped. */
static void walk_lambda_value(struct walk *w, const struct mustache_node *node)
{
	const struct mustache_lambda *lambda = &w->set->lambdas[node->lambda];
	struct buf made = BUF_INIT(MUSTACHE_LAMBDA_BYTES_MAX);
	struct buf text = BUF_INIT(MUSTACHE_LAMBDA_BYTES_MAX);
	struct buf *old = w->out;
	bool was_plain = w->is_plain;

	lambda->call(w->frames->arg, (struct span){NULL, 0}, &made);
	w->out = &text;
	w->is_plain = true;
	walk_made(w, buf_span(&made), mustache_default_delims(), lambda->name);
	w->out = old;
	w->is_plain = was_plain;
	add_text(w, buf_span(&text), node->kind == MUSTACHE_RAW);
	buf_release(&made);
	buf_release(&text);
}

/* ---- tags ---- */

static void walk_value(struct walk *w, const struct mustache_template *t,
    const struct mustache_node *node)
{
	const json_t *value = look_up(w, t, node);

	w->is_started = false;
	if (!value && node->lambda >= 0)
		walk_lambda_value(w, node);
	else
		add_value(w, value, node->kind == MUSTACHE_RAW);
}

static void walk_section(struct walk *w, const struct mustache_template *t,
    const struct mustache_node *node, uint32_t index)
{
	const json_t *value = look_up(w, t, node);
	size_t count, i;

	if (node->lambda >= 0) {
		walk_lambda(w, t, node, index);
		return;
	}
	if (!is_true(value))
		return;
	count = json_is_array(value) ? json_array_size(value) : 1;
	for (i = 0; i < count && !w->code; i++) {
		if (!push(w,
			json_is_array(value) ? json_array_get(value, i)
					     : value))
			return;
		walk_nodes(w, t, index + 1, node->end);
		w->height--;
	}
}

static void walk_inverted(struct walk *w, const struct mustache_template *t,
    const struct mustache_node *node, uint32_t index)
{
	if (node->lambda < 0 && !is_true(look_up(w, t, node)))
		walk_nodes(w, t, index + 1, node->end);
}

/* The template that a partial or parent names now. */
static const struct mustache_template *target_of(const struct walk *w,
    const struct mustache_template *t, const struct mustache_node *node)
{
	int found = node->target;

	if (node->is_dynamic) {
		const json_t *name = look_up(w, t, node);

		found = json_is_string(name)
		    ? find_template(w->set,
			  (struct span){json_string_value(name),
			      json_string_length(name)})
		    : -1;
	}
	return found < 0 ? NULL : &w->set->templates[found];
}

static void walk_partial(struct walk *w, const struct mustache_template *t,
    const struct mustache_node *node, uint32_t index)
{
	const struct mustache_template *target = target_of(w, t, node);
	struct place old = w->at;
	struct indent indent = {old.indent, take_off(node->indent, old.dedent)};
	struct link link = {old.chain, t, index};

	if (!target || !go_deeper(w, target->name))
		return;
	w->at.indent = NULL;
	if (node->is_standalone)
		w->at.indent = indent.space.n > 0 ? &indent : old.indent;
	w->at.dedent = 0;
	w->is_started = !node->is_standalone && w->is_started;
	if (node->kind == MUSTACHE_PARENT)
		w->at.chain = &link;
	walk_nodes(w, target, 0, (uint32_t)target->node_count);
	w->at = old;
}

/* The block that a parent gives content for; 0: none (0 is no block of a
 * parent, as the parent stands before it). */
static uint32_t find_argument(const struct link *link, struct span name)
{
	const struct mustache_node *nodes = link->t->nodes;
	uint32_t at = link->parent + 1, end = nodes[link->parent].end;

	while (at < end) {
		if (nodes[at].kind == MUSTACHE_BLOCK &&
		    span_equal(nodes[at].text, name))
			return at;
		at = nodes[at].end > at ? nodes[at].end : at + 1;
	}
	return 0;
}

static void walk_block(struct walk *w, const struct mustache_template *t,
    const struct mustache_node *node, uint32_t index)
{
	const struct link *link, *found = NULL;
	struct place old = w->at;
	struct indent indent = {old.indent, take_off(node->indent, old.dedent)};
	const struct mustache_node *content;
	uint32_t argument = 0, i;

	for (link = old.chain; link; link = link->outer) {
		i = find_argument(link, node->text);
		if (i) {
			found = link;
			argument = i;
		}
	}
	if (!go_deeper(w, t->name))
		return;
	if (!found) {
		walk_nodes(w, t, index + 1, node->end);
		w->at.depth--;
		return;
	}
	content = &found->t->nodes[argument];
	if (indent.space.n > 0)
		w->at.indent = &indent;
	w->at.dedent = content->dedent;
	w->at.chain = found->outer;
	if (node->is_standalone && !content->is_standalone)
		add_indent(w, w->at.indent);
	w->is_started = !node->is_standalone || !content->is_standalone;
	walk_nodes(w, found->t, argument + 1, content->end);
	w->is_started = false;
	w->at = old;
}

static void walk_nodes(struct walk *w, const struct mustache_template *t,
    uint32_t from, uint32_t to)
{
	uint32_t i = from;

	while (i < to && !w->code) {
		const struct mustache_node *node = &t->nodes[i];

		switch (node->kind) {
		case MUSTACHE_TEXT:
			walk_text(w, node);
			break;
		case MUSTACHE_VARIABLE:
		case MUSTACHE_RAW:
			walk_value(w, t, node);
			break;
		case MUSTACHE_SECTION:
			walk_section(w, t, node, i);
			break;
		case MUSTACHE_INVERTED:
			walk_inverted(w, t, node, i);
			break;
		case MUSTACHE_PARTIAL:
		case MUSTACHE_PARENT:
			walk_partial(w, t, node, i);
			break;
		default:
			walk_block(w, t, node, i);
			break;
		}
		i = node->end > i ? node->end : i + 1;
	}
}

enum err_code mustache_render(const struct mustache_set *set, const char *name,
    const struct mustache_frames *frames, struct buf *out, struct err *err)
{
	struct walk w;
	int found = find_template(set, span_of(name));

	ASSERT(set->is_linked);
	if (found < 0)
		return err_set(
		    err, ERR_NOT_FOUND, "there is no template \"%s\"", name);
	memset(&w, 0, offsetof(struct walk, stack));
	w.set = set;
	w.frames = frames;
	w.out = out;
	w.height = 0;
	w.code = ERR_NONE;
	w.err = err;
	walk_nodes(&w, &set->templates[found], 0,
	    (uint32_t)set->templates[found].node_count);
	if (!w.code && out->is_full)
		return err_set(err, ERR_FULL,
		    "what template \"%s\" makes is too long", name);
	return w.code;
}
