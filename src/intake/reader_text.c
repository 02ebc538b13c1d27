/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as text: valid UTF-8 without NUL in one sliding window.
 *
 *     file --read--> p[raw_n..)   UTF-8: checked where it lies; only bytes
 *                       |         behind a bad one are copied and mended
 *                       +-> raw[] --GB18030 / UTF-16--> p[n..)
 *
 *     p: |consumed|  text, not consumed  | cut character |   free    |
 *        0        at                     n               raw_n    TEXT_CAP
 *
 * While all bytes are ASCII nothing is decided, for all encodings agree. At
 * the first other byte 64 KiB are looked at: characters that are right
 * UTF-8 are counted against bytes that are not. Chinese in GB18030 is
 * nearly all wrong UTF-8, and UTF-8 with a few spoilt bytes is nearly all
 * right, so four to one decides. GB18030 contains GBK and GB 2312. UTF-16 is
 * known by its byte order mark, or by the NULs of its first bytes.
 *
 * A bad byte becomes U+FFFD and its place is noted, so that the row it
 * stands in can be told; NUL counts as bad. Everything is bounded: the
 * window, the bytes waiting (raw), the notes (at most a third of the
 * window's bytes).
 */
#include "intake/reader_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "intake/icu.h"

enum {
	JUDGE_BYTES = 64 * 1024,
	LOOK_BYTES = 4096,
	RAW_CAP = 2 * TEXT_STEP,
	PIVOT_UNITS = 8192
};

/* Keeps ICU's table of GB18030 in memory for the whole process. */
static UConverter *prepared;

static UConverter *open_converter(void)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *converter;

	/* Not again where it is loaded: a reader that is shut in opens no
	 * file. */
	if (!icu.open && icu_load(NULL) != 0)
		return NULL;
	converter = icu.open("gb18030", &status);
	if (U_FAILURE(status))
		return NULL;
	icu.set_to_u_callback(
	    converter, icu.to_u_stop, NULL, NULL, NULL, &status);
	return converter;
}

void text_prepare(void)
{
	if (!prepared)
		prepared = open_converter();
}

/* read() that goes on after a signal; -1 and errno on failure. */
static ssize_t read_some(int fd, void *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

/* Reads until `n` bytes or the end of the file. */
static enum err_code read_bytes(
    struct text *text, char *p, size_t n, size_t *got_out, struct err *err)
{
	size_t done = 0;

	while (done < n && !text->is_eof) {
		ssize_t got = read_some(text->fd, p + done, n - done);

		if (got < 0)
			return err_set_errno(err,
			    "could not read the file at byte %llu",
			    (unsigned long long)(text->bytes_read + done));
		if (got == 0)
			text->is_eof = true;
		done += (size_t)got;
	}
	text->bytes_read += done;
	*got_out = done;
	return ERR_NONE;
}

/* Reads one step behind raw_n. */
static enum err_code read_window(struct text *text, struct err *err)
{
	enum err_code code;
	size_t got = 0;

	ASSERT(text->raw_n + TEXT_STEP <= TEXT_CAP);
	code = read_bytes(text, text->p + text->raw_n, TEXT_STEP, &got, err);
	if (code == ERR_NONE)
		text->raw_n += got;
	return code;
}

enum err_code text_start(struct text *text, int fd, struct err *err)
{
	*text = (struct text){.fd = fd, .scan = scan_best_way()};
	/* From the beginning, where there is one to go to. */
	(void)lseek(fd, 0, SEEK_SET);
	text->p = mem_zalloc(TEXT_CAP + SCAN_PAD, 1);
	return read_window(text, err);
}

/* Appends U+FFFD for bad bytes and notes where. */
static void add_bad(struct text *text)
{
	text->bad = mem_grow(
	    text->bad, text->bad_count, &text->bad_cap, sizeof(*text->bad));
	text->bad[text->bad_count++] = (uint32_t)text->n;
	memcpy(text->p + text->n, "\xEF\xBF\xBD", 3);
	text->n += 3;
}

/* Appends a character; NUL and halves of surrogate pairs are bad. */
static void add_char(struct text *text, uint32_t c)
{
	if (c == 0 || (c >= 0xD800 && c < 0xE000))
		add_bad(text);
	else
		text->n += utf8_encode(c, text->p + text->n);
}

/* Appends UTF-16 units, of which a pair may be cut between two calls. */
static void add_unit(struct text *text, uint16_t unit)
{
	uint16_t first = text->surrogate;

	text->surrogate = 0;
	if (first && unit >= 0xDC00 && unit < 0xE000) {
		add_char(text,
		    0x10000 + ((uint32_t)(first - 0xD800) << 10) +
			(unit - 0xDC00U));
		return;
	}
	if (first)
		add_bad(text);
	if (unit >= 0xD800 && unit < 0xDC00)
		text->surrogate = unit;
	else
		add_char(text, unit);
}

/* True when p[0..n) can be the beginning of a character that goes on. */
static bool is_cut_char(const char *p, size_t n)
{
	static const char *const tails[] = {"\x80", "\x80\x80", "\x80\x80\x80",
	    "\xBF", "\xBF\x80", "\xBF\x80\x80"};
	char whole[8];
	size_t i;

	if (n == 0 || n > 3 || (unsigned char)p[0] < 0xC0)
		return false;
	memcpy(whole, p, n);
	for (i = 0; i < ARRAY_COUNT(tails); i++) {
		size_t more = strlen(tails[i]);

		memcpy(whole + n, tails[i], more);
		if (utf8_valid_prefix(whole, n + more) == n + more)
			return true;
	}
	return false;
}

/* Bytes of one bad sequence: its first, and continuations behind it. */
static size_t bad_length(const char *p, size_t n)
{
	size_t i = 1;

	while (i < n && i < 4 && ((unsigned char)p[i] & 0xC0) == 0x80)
		i++;
	return i;
}

/* Moves p[n..raw_n) into raw[] and writes it back, mended. */
static void mend_window(struct text *text)
{
	size_t left = text->raw_n - text->n;
	const char *from;

	ASSERT(left <= RAW_CAP);
	if (!text->raw)
		text->raw = mem_alloc(RAW_CAP);
	memcpy(text->raw, text->p + text->n, left);
	from = text->raw;
	while (left > 0) {
		size_t good = scan_text_prefix(text->scan, from, left);
		size_t bad;

		memcpy(text->p + text->n, from, good);
		text->n += good;
		from += good;
		left -= good;
		if (left == 0 || (!text->is_eof && is_cut_char(from, left)))
			break;
		bad = bad_length(from, left);
		add_bad(text);
		from += bad;
		left -= bad;
	}
	memcpy(text->p + text->n, from, left);
	text->raw_n = text->n + left;
}

static void accept_utf8(struct text *text)
{
	size_t left = text->raw_n - text->n;

	text->n += scan_text_prefix(text->scan, text->p + text->n, left);
	left = text->raw_n - text->n;
	if (left == 0 ||
	    (!text->is_eof && is_cut_char(text->p + text->n, left)))
		return;
	mend_window(text);
}

/* Half a unit at the end waits in raw[] for its other half. */
static void convert_utf16(struct text *text)
{
	bool is_le = text->way == TEXT_UTF16LE;
	const unsigned char *raw = (const unsigned char *)text->raw;
	size_t i;

	for (i = 0; i + 2 <= text->raw_left; i += 2)
		add_unit(text,
		    (uint16_t)(is_le ? raw[i] | raw[i + 1] << 8
				     : raw[i] << 8 | raw[i + 1]));
	text->raw_left -= i;
	memmove(text->raw, text->raw + i, text->raw_left);
	if (!text->is_eof)
		return;
	if (text->surrogate || text->raw_left)
		add_bad(text);
	text->surrogate = 0;
	text->raw_left = 0;
}

static void convert_gb18030(struct text *text)
{
	const char *from = text->raw;
	const char *end = from + text->raw_left;
	UChar pivot[PIVOT_UNITS];
	UErrorCode status;

	do {
		UChar *to = pivot;
		const UChar *p;

		status = U_ZERO_ERROR;
		icu.to_unicode(text->converter, &to, pivot + PIVOT_UNITS, &from,
		    end, NULL, text->is_eof, &status);
		for (p = pivot; p < to; p++)
			add_unit(text, (uint16_t)*p);
		if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR)
			add_bad(text);
	} while (U_FAILURE(status));
	text->raw_left = 0;
}

static void convert_raw(struct text *text)
{
	if (text->way == TEXT_GB18030)
		convert_gb18030(text);
	else
		convert_utf16(text);
	text->raw_n = text->n;
}

/* Puts p[n..raw_n) where the converting ways expect bytes. */
static void move_to_raw(struct text *text)
{
	text->raw_left = text->raw_n - text->n;
	ASSERT(text->raw_left <= RAW_CAP);
	if (!text->raw)
		text->raw = mem_alloc(RAW_CAP);
	memcpy(text->raw, text->p + text->n, text->raw_left);
	text->raw_n = text->n;
}

/* More right UTF-8 characters than four times the bad bytes? */
static bool looks_like_utf8(const char *p, size_t n)
{
	size_t good = 0;
	size_t bad = 0;

	while (n > 0) {
		size_t valid = utf8_valid_prefix(p, n);
		size_t i;

		for (i = 0; i < valid; i++)
			good += (unsigned char)p[i] >= 0xC0;
		p += valid;
		n -= valid;
		if (n <= 3 && is_cut_char(p, n))
			break;
		if (n > 0) {
			bad++;
			p++;
			n--;
		}
	}
	return good >= 4 * bad;
}

static size_t first_high_byte(const char *p, size_t n)
{
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		uint64_t w;

		memcpy(&w, p + i, 8);
		if (w & 0x8080808080808080ULL)
			break;
	}
	while (i < n && (unsigned char)p[i] < 0x80)
		i++;
	return i;
}

static enum err_code decide(struct text *text, struct err *err)
{
	size_t left = text->raw_n - text->n;
	size_t high = first_high_byte(text->p + text->n, left);
	enum err_code code;

	if (high == left) {
		accept_utf8(text);
		return ERR_NONE;
	}
	if (left - high < JUDGE_BYTES && !text->is_eof) {
		code = read_window(text, err);
		if (code != ERR_NONE)
			return code;
		left = text->raw_n - text->n;
	}
	if (looks_like_utf8(text->p + text->n + high,
		left - high < JUDGE_BYTES ? left - high : JUDGE_BYTES)) {
		text->way = TEXT_UTF8;
		accept_utf8(text);
		return ERR_NONE;
	}
	text->way = TEXT_GB18030;
	text->converter = open_converter();
	if (!text->converter)
		return err_set(err, ERR_SYSTEM,
		    "could not load the table of GB18030 characters");
	move_to_raw(text);
	convert_raw(text);
	return ERR_NONE;
}

/* Decodes what was read. */
static enum err_code decode(struct text *text, struct err *err)
{
	if (text->way == TEXT_UNDECIDED)
		return decide(text, err);
	if (text->way == TEXT_UTF8)
		accept_utf8(text);
	else
		convert_raw(text);
	return ERR_NONE;
}

/* ---- UTF-16 ---- */

/* Units of a kind in the first bytes. */
struct units {
	size_t all;
	size_t ascii;
	size_t marks; /* line ends and delimiters */
	size_t bytes; /* that could be such, alone or a half of a unit */
	size_t wrong; /* controls, halves of pairs alone, no characters */
};

static bool is_mark(uint32_t c)
{
	return c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ';';
}

static void count_unit(struct units *u, uint32_t unit, uint32_t before)
{
	bool is_second = unit >= 0xDC00 && unit < 0xE000;
	bool was_first = before >= 0xD800 && before < 0xDC00;

	u->all++;
	u->ascii += unit < 0x80;
	u->marks += is_mark(unit);
	u->bytes += is_mark(unit & 0xFF) + is_mark(unit >> 8);
	u->wrong += is_second != was_first || unit >= 0xFFFE ||
	    (unit < ' ' && !is_mark(unit));
}

static struct units count_units(const char *bytes, size_t n, bool is_le)
{
	const unsigned char *p = (const unsigned char *)bytes;
	struct units u = {0};
	uint32_t before = 0;
	size_t i;

	for (i = 0; i + 2 <= n; i += 2) {
		uint32_t unit = (uint32_t)(is_le ? p[i] | p[i + 1] << 8
						 : p[i] << 8 | p[i + 1]);

		count_unit(&u, unit, before);
		before = unit;
	}
	return u;
}

/*
 * Without a mark: every unit is a character and one in sixteen is ASCII, so
 * that every 32nd byte is NUL and always the same half; and most bytes that
 * could be line ends or delimiters are that. Text in bytes is not like that,
 * even with some NULs in it, nor is UTF-16 read in the wrong order.
 */
static bool is_utf16(const char *p, size_t n, bool is_le)
{
	struct units u = count_units(p, n, is_le);

	return u.wrong == 0 && u.ascii * 16 >= u.all && u.marks > 0 &&
	    u.marks * 2 >= u.bytes;
}

enum text_way text_utf16(const struct text *text)
{
	size_t n = text->raw_n < LOOK_BYTES ? text->raw_n : LOOK_BYTES;

	if (n >= 2 && memcmp(text->p, "\xFF\xFE", 2) == 0)
		return TEXT_UTF16LE;
	if (n >= 2 && memcmp(text->p, "\xFE\xFF", 2) == 0)
		return TEXT_UTF16BE;
	if (is_utf16(text->p, n, true))
		return TEXT_UTF16LE;
	return is_utf16(text->p, n, false) ? TEXT_UTF16BE : TEXT_UNDECIDED;
}

/* A byte order mark decides; it is not text. */
static void take_bom(struct text *text)
{
	static const struct {
		const char *bytes;
		size_t n;
		enum text_way way;
	} marks[] = {{"\xEF\xBB\xBF", 3, TEXT_UTF8},
	    {"\xFF\xFE", 2, TEXT_UTF16LE}, {"\xFE\xFF", 2, TEXT_UTF16BE},
	    {"\x84\x31\x95\x33", 4, TEXT_GB18030}};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(marks); i++) {
		if (text->raw_n < marks[i].n ||
		    memcmp(text->p, marks[i].bytes, marks[i].n) != 0)
			continue;
		text->has_bom = true;
		text->way = marks[i].way;
		text->at = text->n = marks[i].n;
		return;
	}
	text->way = text_utf16(text);
}

enum err_code text_begin(struct text *text, struct err *err)
{
	take_bom(text);
	if (text->way == TEXT_GB18030) {
		text->converter = open_converter();
		if (!text->converter)
			return err_set(err, ERR_SYSTEM,
			    "could not load the table of GB18030 characters");
	}
	if (text->way >= TEXT_GB18030)
		move_to_raw(text);
	return decode(text, err);
}

/* Moves what is not consumed to the front. */
static void compact(struct text *text)
{
	size_t by = text->at;
	size_t i;

	if (by == 0)
		return;
	memmove(text->p, text->p + by, text->raw_n - by);
	text->at = 0;
	text->n -= by;
	text->raw_n -= by;
	while (text->bad_at < text->bad_count && text->bad[text->bad_at] < by)
		text->bad_at++;
	for (i = text->bad_at; i < text->bad_count; i++)
		text->bad[i - text->bad_at] = text->bad[i] - (uint32_t)by;
	text->bad_count -= text->bad_at;
	text->bad_at = 0;
}

enum err_code text_fill(struct text *text, struct err *err)
{
	size_t got = 0;
	enum err_code code;

	compact(text);
	do {
		size_t before = text->n;

		if (text->way < TEXT_GB18030) {
			code = read_window(text, err);
		} else {
			code = read_bytes(text, text->raw + text->raw_left,
			    TEXT_STEP, &got, err);
			text->raw_left += code == ERR_NONE ? got : 0;
		}
		if (code == ERR_NONE)
			code = decode(text, err);
		if (code != ERR_NONE || text->n > before)
			return code;
	} while (!text_is_end(text));
	return ERR_NONE;
}

bool text_is_end(const struct text *text)
{
	return text->is_eof && text->raw_n == text->n && text->raw_left == 0;
}

size_t text_bad_between(struct text *text, size_t from, size_t to)
{
	while (text->bad_at < text->bad_count && text->bad[text->bad_at] < from)
		text->bad_at++;
	if (text->bad_at < text->bad_count && text->bad[text->bad_at] < to)
		return text->bad[text->bad_at];
	return SIZE_MAX;
}

uint64_t text_position(const struct text *text)
{
	uint64_t ahead = text->raw_n - text->at + text->raw_left;

	return ahead < text->bytes_read ? text->bytes_read - ahead : 0;
}

enum reader_encoding text_encoding(const struct text *text)
{
	switch (text->way) {
	case TEXT_GB18030:
		return READER_GB18030;
	case TEXT_UTF16LE:
		return READER_UTF16LE;
	case TEXT_UTF16BE:
		return READER_UTF16BE;
	case TEXT_UNDECIDED:
	case TEXT_UTF8:
		break;
	}
	return text->has_bom ? READER_UTF8_BOM : READER_UTF8;
}

void text_release(struct text *text)
{
	free(text->p);
	free(text->raw);
	free(text->bad);
	if (text->converter)
		icu.close(text->converter);
	*text = (struct text){.fd = -1};
}
