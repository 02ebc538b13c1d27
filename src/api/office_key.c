/* SPDX-License-Identifier: Apache-2.0 */
#include "api/office_key.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

enum { KEY_CHARS = 2 * PEOPLE_KEY_BYTES, FILE_BYTES_MAX = 1024 };

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 64 hexadecimal digits and a line end. */
static bool read_key(struct span text, struct people_key *out)
{
	size_t i;

	if (text.n != KEY_CHARS + 1 || text.p[KEY_CHARS] != '\n')
		return false;
	for (i = 0; i < PEOPLE_KEY_BYTES; i++) {
		int high = digit(text.p[2 * i]);
		int low = digit(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out->bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static enum err_code make_key(
    const char *path, struct people_key *out, struct err *err)
{
	struct buf text = BUF_INIT(FILE_BYTES_MAX);
	enum err_code rc;

	people_key_make(out);
	buf_add_hex(&text, out->bytes, sizeof(out->bytes));
	buf_add_char(&text, '\n');
	rc = file_replace(path, buf_span(&text), 0600, err);
	explicit_bzero(text.p, text.n);
	buf_release(&text);
	return rc;
}

enum err_code office_key_load(
    const struct home *home, struct people_key *out, struct err *err)
{
	struct buf text = BUF_INIT(FILE_BYTES_MAX);
	char path[PATH_MAX];
	enum err_code rc;

	if (snprintf(path, sizeof(path), "%s/keys/people.key", home->dir) >=
	    (int)sizeof(path))
		return err_set(err, ERR_INPUT, "the path is too long");
	rc = file_read(path, &text, err);
	if (rc == ERR_NOT_FOUND) {
		rc = make_key(path, out, err);
	} else if (!rc && !read_key(buf_span(&text), out)) {
		rc = err_set(
		    err, ERR_CORRUPT, "\"%s\" does not hold a key", path);
		err_hint(err,
		    "Restore it. Without it everybody has to set up the "
		    "second factor anew (\"gongxin user totp\").");
	}
	if (text.n)
		explicit_bzero(text.p, text.n);
	buf_release(&text);
	return rc;
}
