/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML into a tree of nodes that remember their lines.
 *
 *   bytes -> utf8 check -> libyaml events -> node tree in the arena
 *
 * libyaml's event interface is used and not a mapping library over it,
 * because every later message needs the line of the very node it is about.
 *
 * Only the plain part of YAML is taken: mappings with scalar keys, lists,
 * scalars, one document. Anchors, aliases and tags are refused: they make
 * a file that reads otherwise than it looks, and an alias can blow a small
 * file up to gigabytes. Duplicate keys are refused because libyaml would
 * let the last one win in silence. Scalars stay text: what `no`, `01` or
 * `2024-01-01` means is decided by the key that it stands under.
 *
 * Bounds: bytes, depth, nodes and keys of a mapping (cat_priv.h). The
 * builder keeps the open collections on a stack of CAT_DEPTH_MAX levels;
 * nothing recurses.
 */
#include "catalog/cat_priv.h"

#include <string.h>
#include <yaml.h>

#include "base/tr.h"
#include "base/utf8.h"
#include "ident/ident.h"

struct level {
	struct cat_node *node;	/* open list or map */
	struct cat_node **tail; /* where the next child goes */
	const char *key;	/* map: key waiting for its value */
	int key_line;
};

struct builder {
	struct arena *arena;
	struct cat_issues *issues;
	struct cat_where where;
	struct level stack[CAT_DEPTH_MAX];
	int depth;
	size_t nodes_count;
	struct cat_node *root;
	bool is_failed;
};

#define FAIL(b, rule, at_line, ...)                                            \
	do {                                                                   \
		(b)->where.line = (at_line);                                   \
		(b)->is_failed = true;                                         \
		cat_issue((b)->issues, (rule), (b)->where, __VA_ARGS__);       \
	} while (0)

static bool map_has(const struct cat_node *map, const char *key)
{
	const struct cat_node *n;

	for (n = map->first; n; n = n->next)
		if (strcmp(n->key, key) == 0)
			return true;
	return false;
}

/* A scalar in the place of a key. */
static void take_key(
    struct builder *b, struct level *level, const struct cat_node *scalar)
{
	if (scalar->is_null || scalar->text.n == 0) {
		FAIL(b, LINT_SYNTAX, scalar->line, "%s", tr("a key is empty"));
		return;
	}
	if (level->node->count >= CAT_KEYS_MAX) {
		FAIL(b, LINT_BOUND, scalar->line,
		    tr("a mapping has more than %d keys"), CAT_KEYS_MAX);
		return;
	}
	if (map_has(level->node, scalar->text.p)) {
		FAIL(b, LINT_DUPLICATE_KEY, scalar->line,
		    tr("key \"%s\" stands twice in one mapping"),
		    scalar->text.p);
		return;
	}
	level->key = scalar->text.p;
	level->key_line = scalar->line;
}

/* Puts a finished node where it belongs. */
static void place(struct builder *b, struct cat_node *node)
{
	struct level *level;

	if (b->depth == 0) {
		b->root = node;
		return;
	}
	level = &b->stack[b->depth - 1];
	ASSERT(level->node && level->tail);
	if (level->node->kind == NODE_MAP && !level->key) {
		if (node->kind == NODE_SCALAR)
			take_key(b, level, node);
		else
			FAIL(b, LINT_SYNTAX, node->line, "%s",
			    tr("a key must be a word, not a list or mapping"));
		return;
	}
	node->key = level->key;
	node->key_line = level->key_line;
	level->key = NULL;
	*level->tail = node;
	level->tail = &node->next;
	level->node->count++;
}

static struct cat_node *add_node(
    struct builder *b, enum cat_node_kind kind, int line)
{
	struct cat_node *node;

	if (++b->nodes_count > CAT_NODES_MAX) {
		FAIL(b, LINT_BOUND, line, tr("the file has more than %d nodes"),
		    CAT_NODES_MAX);
		return NULL;
	}
	node = arena_zalloc(b->arena, 1, sizeof(*node));
	node->kind = kind;
	node->line = line;
	return node;
}

static void open_collection(
    struct builder *b, enum cat_node_kind kind, int line)
{
	struct cat_node *node = add_node(b, kind, line);

	if (!node)
		return;
	if (b->depth == CAT_DEPTH_MAX) {
		FAIL(b, LINT_BOUND, line, tr("nested deeper than %d levels"),
		    CAT_DEPTH_MAX);
		return;
	}
	place(b, node);
	if (b->is_failed)
		return;
	b->stack[b->depth] = (struct level){node, &node->first, NULL, 0};
	b->depth++;
}

/* Controls would end texts early or spoil terminals. */
static bool has_control(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] < 0x20 && p[i] != '\n')
			return true;
	return false;
}

static bool is_null_text(const char *text, yaml_scalar_style_t style)
{
	if (style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	return text[0] == '\0' || strcmp(text, "~") == 0 ||
	    strcmp(text, "null") == 0;
}

static void add_scalar(struct builder *b, const yaml_event_t *event, int line)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t n = event->data.scalar.length;
	struct cat_node *node;

	if (has_control(text, n)) {
		FAIL(b, LINT_SYNTAX, line, "%s",
		    tr("a text holds a control character"));
		return;
	}
	if (ident_holds_citizen((struct span){text, n})) {
		FAIL(b, LINT_PERSON_TEXT, line, "%s",
		    tr("a text holds the identity number of a person"));
		return;
	}
	node = add_node(b, NODE_SCALAR, line);
	if (!node)
		return;
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	node->text = (struct span){arena_dup(b->arena, text, n), n};
	node->is_null = is_null_text(text, event->data.scalar.style);
	place(b, node);
}

static bool has_anchor_or_tag(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return true;
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor || e->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor ||
		    e->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.anchor ||
		    e->data.mapping_start.tag;
	default:
		return false;
	}
}

static void take_event(struct builder *b, const yaml_event_t *event)
{
	int line = (int)event->start_mark.line + 1;

	if (has_anchor_or_tag(event)) {
		FAIL(b, LINT_NO_ALIAS, line, "%s",
		    tr("anchors, aliases and tags are not read"));
		return;
	}
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->root)
			FAIL(b, LINT_SYNTAX, line, "%s",
			    tr("the file holds more than one document"));
		break;
	case YAML_SCALAR_EVENT:
		add_scalar(b, event, line);
		break;
	case YAML_SEQUENCE_START_EVENT:
		open_collection(b, NODE_LIST, line);
		break;
	case YAML_MAPPING_START_EVENT:
		open_collection(b, NODE_MAP, line);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->depth--;
		break;
	default:
		break;
	}
}

/* libyaml's own words are English; the place is what helps. */
static void fail_syntax(struct builder *b, const yaml_parser_t *parser)
{
	FAIL(b, LINT_SYNTAX, (int)parser->problem_mark.line + 1,
	    tr("not readable as YAML: %s"),
	    parser->problem ? parser->problem : "?");
}

static void run_parser(struct builder *b, yaml_parser_t *parser)
{
	bool is_done = false;

	while (!is_done && !b->is_failed) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event)) {
			fail_syntax(b, parser);
			return;
		}
		is_done = event.type == YAML_STREAM_END_EVENT;
		take_event(b, &event);
		yaml_event_delete(&event);
	}
}

static int line_of(struct span bytes, size_t at)
{
	int line = 1;
	size_t i;

	for (i = 0; i < at; i++)
		if (bytes.p[i] == '\n')
			line++;
	return line;
}

static bool bytes_are_good(struct builder *b, struct span bytes)
{
	size_t good;

	if (bytes.n > CAT_FILE_BYTES_MAX) {
		FAIL(b, LINT_BOUND, 1, tr("the file is larger than %d bytes"),
		    CAT_FILE_BYTES_MAX);
		return false;
	}
	good = utf8_valid_prefix(bytes.p, bytes.n);
	if (good == bytes.n)
		return true;
	FAIL(b, LINT_SYNTAX, line_of(bytes, good), "%s",
	    tr("the file is not valid UTF-8"));
	return false;
}

static struct cat_node *finish(struct builder *b)
{
	struct cat_node *root = b->root;

	if (b->is_failed)
		return NULL;
	if (!root || (root->kind == NODE_SCALAR && root->is_null)) {
		root = arena_zalloc(b->arena, 1, sizeof(*root));
		root->kind = NODE_MAP;
		root->line = 1;
	}
	if (root->kind == NODE_MAP)
		return root;
	FAIL(b, LINT_SYNTAX, root->line, "%s",
	    tr("the file must be one mapping"));
	return NULL;
}

struct cat_node *cat_yaml_parse(struct arena *arena, struct span bytes,
    struct cat_where where, struct cat_issues *issues)
{
	struct builder b = {.arena = arena, .issues = issues, .where = where};
	yaml_parser_t parser;

	if (!bytes_are_good(&b, bytes))
		return NULL;
	if (span_starts_with(bytes, "\xEF\xBB\xBF"))
		bytes = (struct span){bytes.p + 3, bytes.n - 3};
	if (!yaml_parser_initialize(&parser)) {
		FAIL(&b, LINT_SYNTAX, 1, "%s", tr("out of memory"));
		return NULL;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &parser, (const unsigned char *)(bytes.n ? bytes.p : ""), bytes.n);
	run_parser(&b, &parser);
	yaml_parser_delete(&parser);
	return finish(&b);
}

const struct cat_node *cat_node_get(const struct cat_node *map, const char *key)
{
	const struct cat_node *n;

	if (map->kind != NODE_MAP)
		return NULL;
	for (n = map->first; n; n = n->next)
		if (strcmp(n->key, key) == 0)
			return n->is_null ? NULL : n;
	return NULL;
}
