/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of a workbook. Excel keeps each distinct text once, in a part of
 * its own, and cells refer to it by number; so before the first row can be
 * read all texts must be at hand.
 *
 *     texts in order:  |  first 32 MiB in memory  |  the rest in the spool  |
 *     starts[i]        where text i begins; it ends where i + 1 begins
 *
 * The spool is an unlinked file given by the caller. It is read back
 * through a cache of blocks, for sheets mostly refer to texts in the order
 * in which they were first used. Memory: 32 MiB + 8 bytes a text (8 million
 * texts at most) + 4 MiB of cache.
 */
#include "intake/xlsx_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/utf8.h"

enum {
	STRINGS_MAX = 8 * 1024 * 1024,
	MEMORY_MAX = 32 * 1024 * 1024,
	BLOCK_BYTES = 16 * 1024,
	BLOCKS = 256,
	SPOOL_BUFFER = 256 * 1024,
	RICH_MAX = READER_CELL_BYTES_MAX + 64
};

/* In starts[]: the text has an escape that is no character. */
#define BAD_BIT (1ULL << 63)

struct xlsx_strings {
	struct buf memory;    /* the first MEMORY_MAX bytes */
	struct buf unwritten; /* bytes on their way to the spool */
	uint64_t *starts;     /* count + 1 */
	size_t count;
	size_t cap;
	uint64_t end;	  /* bytes of all texts */
	uint64_t spooled; /* of these in the spool, written */
	int spool_fd;
	char *blocks;	       /* cache of the spool */
	uint64_t tags[BLOCKS]; /* block number + 1, 0 = empty */
};

/* ---- one text ---- */

void xlsx_rich_init(struct xlsx_rich *rich)
{
	*rich = (struct xlsx_rich){0};
	buf_init(&rich->text, RICH_MAX);
}

void xlsx_rich_release(struct xlsx_rich *rich)
{
	buf_release(&rich->text);
}

void xlsx_rich_reset(struct xlsx_rich *rich)
{
	buf_reset(&rich->text);
	rich->is_in_t = false;
	rich->has_bad = false;
	rich->phonetic = 0;
}

void xlsx_rich_start(
    struct xlsx_rich *rich, const char *name, const char **attributes)
{
	const char *space;

	if (strcmp(name, "rPh") == 0)
		rich->phonetic++;
	if (strcmp(name, "t") != 0 || rich->phonetic)
		return;
	space = xlsx_attribute(attributes, "space");
	rich->is_in_t = true;
	rich->is_preserved = space && strcmp(space, "preserve") == 0;
	rich->from = rich->text.n;
}

/* Appends what fits, whole characters only. */
void xlsx_rich_text(struct xlsx_rich *rich, const char *p, size_t n)
{
	size_t room = rich->text.max - rich->text.n;

	if (!rich->is_in_t)
		return;
	if (n > room) {
		n = room;
		while (n > 0 && ((unsigned char)p[n] & 0xC0) == 0x80)
			n--;
	}
	buf_add(&rich->text, p, n);
}

static bool is_xml_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Takes white space off both ends of text[from..). */
static void trim(struct buf *text, size_t from)
{
	size_t i = from;

	while (i < text->n && is_xml_space(text->p[i]))
		i++;
	while (text->n > i && is_xml_space(text->p[text->n - 1]))
		text->n--;
	if (i > from)
		memmove(text->p + from, text->p + i, text->n - i);
	text->n -= i - from;
}

/* The four digits of _xHHHH_ at p; false when it is none. */
static bool escape_at(const char *p, size_t n, uint32_t *out)
{
	uint32_t v = 0;
	int i;

	if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return false;
	for (i = 2; i < 6; i++) {
		char c = p[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint32_t)(c - '0');
		else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
			v = v << 4 | (uint32_t)((c | 32) - 'a' + 10);
		else
			return false;
	}
	*out = v;
	return true;
}

/* Joins a pair of halves; *used grows by the second's length. */
static uint32_t join_pair(uint32_t first, const char *p, size_t n, size_t *used)
{
	uint32_t second;

	if (first < 0xD800 || first >= 0xDC00 || !escape_at(p, n, &second) ||
	    second < 0xDC00 || second >= 0xE000)
		return first;
	*used += 7;
	return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

bool xlsx_unescape(struct buf *text, size_t from)
{
	bool has_bad = false;
	size_t to = from;
	size_t i = from;
	uint32_t c;

	while (i < text->n) {
		size_t used = 7;

		if (text->p[i] != '_' ||
		    !escape_at(text->p + i, text->n - i, &c)) {
			text->p[to++] = text->p[i++];
			continue;
		}
		c = join_pair(c, text->p + i + 7, text->n - i - 7, &used);
		if (c == 0 || (c >= 0xD800 && c < 0xE000)) {
			c = 0xFFFD;
			has_bad = true;
		}
		to += utf8_encode(c, text->p + to);
		i += used;
	}
	if (text->p)
		text->p[to] = '\0';
	text->n = to;
	return has_bad;
}

void xlsx_rich_end(struct xlsx_rich *rich, const char *name)
{
	if (strcmp(name, "rPh") == 0 && rich->phonetic)
		rich->phonetic--;
	if (strcmp(name, "t") != 0 || !rich->is_in_t)
		return;
	rich->is_in_t = false;
	if (!rich->is_preserved)
		trim(&rich->text, rich->from);
	rich->has_bad |= xlsx_unescape(&rich->text, rich->from);
}

/* ---- all of them ---- */

/* State while the part is parsed. */
struct load {
	struct xlsx_strings *strings;
	struct xlsx_rich rich;
	struct xlsx_xml *xml;
	bool is_in_si;
};

static enum err_code too_large(struct err *err)
{
	err_set(err, ERR_INPUT, "the workbook holds too many different texts");
	err_hint(err, "Save the sheet as CSV and submit that.");
	return ERR_INPUT;
}

static enum err_code write_spool(struct xlsx_strings *strings, struct err *err)
{
	const char *p = strings->unwritten.p;
	size_t left = strings->unwritten.n;

	while (left > 0) {
		ssize_t done =
		    pwrite(strings->spool_fd, p, left, (off_t)strings->spooled);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && errno == EFBIG)
			return too_large(err);
		if (done < 0)
			return err_set_errno(
			    err, "could not write the workbook's texts aside");
		p += done;
		left -= (size_t)done;
		strings->spooled += (uint64_t)done;
	}
	buf_reset(&strings->unwritten);
	return ERR_NONE;
}

static enum err_code add_bytes(
    struct xlsx_strings *s, struct span text, struct err *err)
{
	size_t room = MEMORY_MAX - s->memory.n;
	size_t n = text.n < room ? text.n : room;

	s->end += text.n;
	buf_add(&s->memory, text.p, n);
	if (text.n == n)
		return ERR_NONE;
	text.p += n;
	text.n -= n;
	if (s->spool_fd < 0)
		return too_large(err);
	buf_add_span(&s->unwritten, text);
	return s->unwritten.n >= SPOOL_BUFFER ? write_spool(s, err) : ERR_NONE;
}

static enum err_code add_string(
    struct xlsx_strings *s, struct span text, bool has_bad, struct err *err)
{
	if (s->count == STRINGS_MAX)
		return too_large(err);
	if (s->count + 2 > s->cap) {
		s->cap = s->cap ? s->cap * 2 : 1024;
		s->starts = mem_realloc(s->starts, s->cap, sizeof(*s->starts));
	}
	s->starts[s->count++] = s->end | (has_bad ? BAD_BIT : 0);
	s->starts[s->count] = s->end + text.n;
	return add_bytes(s, text, err);
}

static void on_start(void *user, const char *name, const char **attributes)
{
	struct load *load = user;

	if (strcmp(name, "si") == 0) {
		load->is_in_si = true;
		xlsx_rich_reset(&load->rich);
	} else if (load->is_in_si) {
		xlsx_rich_start(&load->rich, name, attributes);
	}
}

static void on_text(void *user, const char *p, size_t n)
{
	struct load *load = user;

	if (load->is_in_si)
		xlsx_rich_text(&load->rich, p, n);
}

static void on_end(void *user, const char *name)
{
	struct load *load = user;
	struct err err;

	if (!load->is_in_si)
		return;
	if (strcmp(name, "si") != 0) {
		xlsx_rich_end(&load->rich, name);
		return;
	}
	load->is_in_si = false;
	if (add_string(load->strings, buf_span(&load->rich.text),
		load->rich.has_bad, &err) != ERR_NONE)
		*xlsx_xml_fail(load->xml) = err;
}

static const struct xlsx_xml_handler load_handler = {
    .start = on_start,
    .end = on_end,
    .text = on_text,
};

enum err_code xlsx_strings_load(struct xlsx_zip *zip, const char *path,
    int spool_fd, struct xlsx_strings **strings_out, struct err *err)
{
	struct xlsx_strings *strings = mem_zalloc(1, sizeof(*strings));
	struct load load = {.strings = strings};
	enum err_code code;

	strings->spool_fd = spool_fd;
	buf_init(&strings->memory, MEMORY_MAX);
	buf_init(&strings->unwritten, SPOOL_BUFFER + RICH_MAX);
	xlsx_rich_init(&load.rich);
	code = xlsx_parse_part(zip, path, XLSX_LARGE_PART_MAX, &load_handler,
	    &load, &load.xml, err);
	if (code == ERR_NONE)
		code = write_spool(strings, err);
	xlsx_rich_release(&load.rich);
	buf_release(&strings->unwritten);
	if (code != ERR_NONE)
		xlsx_strings_free(&strings);
	else
		*strings_out = strings;
	return code;
}

void xlsx_strings_free(struct xlsx_strings **strings)
{
	struct xlsx_strings *s = *strings;

	if (!s)
		return;
	buf_release(&s->memory);
	buf_release(&s->unwritten);
	free(s->starts);
	free(s->blocks);
	free(s);
	*strings = NULL;
}

size_t xlsx_strings_count(const struct xlsx_strings *strings)
{
	return strings ? strings->count : 0;
}

/* A block of the spool, from the cache or read into it. */
static const char *find_block(
    struct xlsx_strings *s, uint64_t number, struct err *err)
{
	size_t slot = number % BLOCKS;
	char *block;
	size_t done = 0;

	if (!s->blocks)
		s->blocks = mem_alloc((size_t)BLOCKS * BLOCK_BYTES);
	block = s->blocks + slot * BLOCK_BYTES;
	if (s->tags[slot] == number + 1)
		return block;
	s->tags[slot] = 0;
	while (done < BLOCK_BYTES && number * BLOCK_BYTES + done < s->spooled) {
		ssize_t got = pread(s->spool_fd, block + done,
		    BLOCK_BYTES - done, (off_t)(number * BLOCK_BYTES + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			err_set_errno(
			    err, "could not read the workbook's texts back");
			return NULL;
		}
		done += (size_t)got;
	}
	s->tags[slot] = number + 1;
	return block;
}

/* Appends n bytes of the spool from `at` on. */
static enum err_code add_spooled(struct xlsx_strings *s, uint64_t at, size_t n,
    struct buf *out, struct err *err)
{
	while (n > 0) {
		size_t in_block = at % BLOCK_BYTES;
		size_t part = BLOCK_BYTES - in_block;
		const char *block = find_block(s, at / BLOCK_BYTES, err);

		if (!block)
			return ERR_IO;
		if (part > n)
			part = n;
		buf_add(out, block + in_block, part);
		at += part;
		n -= part;
	}
	return ERR_NONE;
}

enum err_code xlsx_strings_add(struct xlsx_strings *s, size_t i,
    struct buf *out, bool *has_bad_out, struct err *err)
{
	uint64_t from = s->starts[i] & ~BAD_BIT;
	size_t n = (size_t)((s->starts[i + 1] & ~BAD_BIT) - from);
	size_t here = 0;

	ASSERT(i < s->count);
	*has_bad_out = (s->starts[i] & BAD_BIT) != 0;
	if (from < s->memory.n) {
		here = s->memory.n - (size_t)from < n
		    ? s->memory.n - (size_t)from
		    : n;
		buf_add(out, s->memory.p + from, here);
	}
	if (here == n)
		return ERR_NONE;
	return add_spooled(s, from + here - MEMORY_MAX, n - here, out, err);
}
