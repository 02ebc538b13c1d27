/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints. There is one text for each, so parsing refuses a leading
 * zero, a plus sign, base64 in another spelling, a missing last newline and
 * an empty extension line; and the size 0 with any root but the empty
 * tree's, because no log can have it.
 */
#include "tlog/checkpoint.h"

#include "tlog/base64.h"
#include "tlog/note.h"
#include "tlog/text.h"

static bool is_line(struct span text)
{
	return text.n > 0 && !memchr(text.p, '\n', text.n);
}

/* Non-empty lines, each with its newline; none is fine. */
static bool are_lines(struct span text)
{
	struct span line;

	while (text.n > 0)
		if (!text_cut_line(&text, &line) || line.n == 0)
			return false;
	return true;
}

static bool is_possible(const struct checkpoint *c)
{
	struct tlog_hash empty = tlog_empty_root();

	return is_line(c->origin) &&
	    c->origin.n <= CHECKPOINT_ORIGIN_BYTES_MAX &&
	    are_lines(c->extensions) && c->head.size <= TLOG_SIZE_MAX &&
	    (c->head.size > 0 || tlog_hash_equal(&c->head.root, &empty));
}

static bool is_sound_text(struct span text)
{
	return text.n <= CHECKPOINT_BYTES_MAX && note_is_text(text);
}

int checkpoint_write(
    const struct checkpoint *c, struct buf *out, struct err *err)
{
	size_t start = out->n;

	if (!is_possible(c))
		return err_set(
		    err, ERR_INPUT, "this cannot stand in a checkpoint");
	buf_add_span(out, c->origin);
	buf_add_char(out, '\n');
	buf_add_u64(out, c->head.size);
	buf_add_char(out, '\n');
	base64_add(out, c->head.root.b, TLOG_HASH_BYTES);
	buf_add_char(out, '\n');
	buf_add_span(out, c->extensions);
	if (!out->is_full &&
	    is_sound_text((struct span){out->p + start, out->n - start}))
		return 0;
	out->n = start;
	if (out->p)
		out->p[start] = '\0';
	if (out->is_full)
		return err_set(err, ERR_FULL, "the checkpoint is too long");
	return err_set(err, ERR_INPUT, "this cannot stand in a checkpoint");
}

int checkpoint_parse(struct span text, struct checkpoint *out, struct err *err)
{
	struct checkpoint c;
	struct span rest = text, size, root;

	if (!is_sound_text(text) || !text_cut_line(&rest, &c.origin) ||
	    !text_cut_line(&rest, &size) || !text_cut_line(&rest, &root))
		return err_set(err, ERR_INPUT,
		    "a checkpoint is lines of text: origin, size, root");
	if (!text_read_number(size, TLOG_SIZE_MAX, &c.head.size))
		return err_set(
		    err, ERR_INPUT, "line 2 of the checkpoint is not a size");
	if (!base64_read(root, c.head.root.b, TLOG_HASH_BYTES))
		return err_set(err, ERR_INPUT,
		    "line 3 of the checkpoint is not a root hash");
	c.extensions = rest;
	if (!is_possible(&c))
		return err_set(err, ERR_INPUT,
		    "the checkpoint has an empty line, too long an origin, or "
		    "a root that an empty log cannot have");
	*out = c;
	return 0;
}
