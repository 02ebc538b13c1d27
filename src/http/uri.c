/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding happens once, byte by byte, into the result's own memory; what
 * comes out is checked as a whole: UTF-8 without control characters. Two
 * spellings of one path are one path afterwards, and no spelling leads out
 * of the tree: segments "." and ".." are refused, not resolved, because no
 * honest client sends them (RFC 3986 lets it resolve them first).
 *
 * Raw bytes above 127 are taken as they are: people type Chinese into the
 * address of a command-line client, and it sends them unencoded.
 */
#include "http/uri.h"

#include "base/hex.h"
#include "base/utf8.h"

/* Decodes `from` to `to`, which has room for as many bytes. */
static enum err_code decode(struct span from, bool is_query, char *to,
    struct span *out, struct err *err)
{
	size_t i, n = 0;

	for (i = 0; i < from.n; i++) {
		char c = from.p[i];

		if (c == '%') {
			int high =
			    i + 2 < from.n ? hex_digit(from.p[i + 1]) : -1;
			int low =
			    i + 2 < from.n ? hex_digit(from.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return err_set(err, ERR_INPUT,
				    "the address holds a %% that is not "
				    "followed by two hexadecimal digits");
			c = (char)(high << 4 | low);
			i += 2;
			if (c == '/' && !is_query)
				return err_set(err, ERR_INPUT,
				    "the path holds an encoded slash");
		} else if (c == '+' && is_query) {
			c = ' ';
		} else if (c == ' ') {
			return err_set(err, ERR_INPUT,
			    "the address holds a blank that is not encoded");
		}
		to[n++] = c;
	}
	if (utf8_valid_prefix(to, n) != n)
		return err_set(
		    err, ERR_INPUT, "the address is not valid UTF-8");
	if (utf8_has_control(to, n))
		return err_set(
		    err, ERR_INPUT, "the address holds a control character");
	*out = (struct span){to, n};
	return 0;
}

static enum err_code check_segments(struct span path, struct err *err)
{
	size_t from = 1, i;

	if (path.n == 0 || path.p[0] != '/')
		return err_set(
		    err, ERR_INPUT, "the path does not begin with a slash");
	for (i = 1; i <= path.n; i++) {
		size_t n = i - from;

		if (i < path.n && path.p[i] != '/')
			continue;
		if (n == 0 && i < path.n)
			return err_set(err, ERR_INPUT,
			    "the path holds nothing between two slashes");
		if ((n == 1 && path.p[from] == '.') ||
		    (n == 2 && path.p[from] == '.' && path.p[from + 1] == '.'))
			return err_set(
			    err, ERR_INPUT, "the path holds a segment of dots");
		from = i + 1;
	}
	return 0;
}

static enum err_code read_pair(
    struct uri *uri, struct span text, char *to, struct err *err)
{
	const char *equals = memchr(text.p, '=', text.n);
	size_t n = equals ? (size_t)(equals - text.p) : text.n;
	struct span name = {text.p, n};
	struct span value = {text.p + n, 0};
	struct uri_pair *pair = &uri->pairs[uri->pairs_count];
	enum err_code rc;

	if (uri->pairs_count == URI_PAIRS_MAX)
		return err_set(
		    err, ERR_FULL, "the query has too many parameters");
	if (equals)
		value = (struct span){equals + 1, text.n - n - 1};
	rc = decode(name, true, to, &pair->name, err);
	if (!rc)
		rc = decode(value, true, to + pair->name.n, &pair->value, err);
	if (!rc)
		uri->pairs_count++;
	return rc;
}

static enum err_code read_query(
    struct uri *uri, struct span query, char *to, struct err *err)
{
	size_t from = 0, i;
	enum err_code rc = 0;

	if (query.n > URI_QUERY_BYTES_MAX)
		return err_set(err, ERR_FULL, "the query is too long");
	for (i = 0; i <= query.n && !rc; i++) {
		if (i < query.n && query.p[i] != '&')
			continue;
		if (i > from)
			rc = read_pair(uri,
			    (struct span){query.p + from, i - from}, to + from,
			    err);
		from = i + 1;
	}
	return rc;
}

/* What stands behind "http://HOST", for the absolute form. */
static struct span skip_authority(struct span target)
{
	static const char *const schemes[] = {"http://", "https://"};
	size_t i;

	for (i = 0; i < 2; i++) {
		size_t n = strlen(schemes[i]);

		if (!span_starts_with(target, schemes[i]))
			continue;
		while (n < target.n && target.p[n] != '/' && target.p[n] != '?')
			n++;
		return (struct span){target.p + n, target.n - n};
	}
	return target;
}

enum err_code uri_parse(struct span target, struct uri *out, struct err *err)
{
	struct span rest = skip_authority(target);
	const char *mark = rest.n ? memchr(rest.p, '?', rest.n) : NULL;
	struct span path = {rest.p, mark ? (size_t)(mark - rest.p) : rest.n};
	enum err_code rc;

	out->pairs_count = 0;
	out->raw_query = (struct span){NULL, 0};
	out->path = (struct span){out->text, 0};
	if (mark)
		out->raw_query = (struct span){mark + 1, rest.n - path.n - 1};
	if (path.n > URI_PATH_BYTES_MAX)
		return err_set(err, ERR_FULL, "the path is too long");
	rc = decode(path, false, out->text, &out->path, err);
	if (!rc)
		rc = check_segments(out->path, err);
	if (!rc && mark)
		rc = read_query(
		    out, out->raw_query, out->text + URI_PATH_BYTES_MAX, err);
	return rc;
}
