/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct err: written where a failure is born, enriched on the way up,
 * printed once at the top. Texts that do not fit are cut at a character.
 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"

/* Cuts a half UTF-8 character that snprintf may have left at the end. */
static void trim_partial_char(char *s)
{
	size_t n = strlen(s);
	size_t i = n;

	if (n + 1 < ERR_TEXT_MAX)
		return;
	while (i > 0 && ((unsigned char)s[i - 1] & 0xC0) == 0x80)
		i--;
	if (i > 0)
		s[i - 1] = '\0';
}

static void format_in(enum lang lang, char *out, const char *fmt, va_list ap)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	vsnprintf(out, ERR_TEXT_MAX, tr_in(lang, fmt), ap);
#pragma GCC diagnostic pop
	trim_partial_char(out);
}

/* own: empty when it would be the same; NULL: nobody needs it. */
static void format_text(char *out, char *own, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	format_in(tr_lang(), out, fmt, ap);
	if (own)
		own[0] = '\0';
	if (own && tr_lang() != tr_process_lang())
		format_in(tr_process_lang(), own, fmt, again);
	va_end(again);
}

static void start(
    struct err *err, enum err_code code, const char *file, int line)
{
	err_clear(err);
	err->code = code;
	err->file = file;
	err->line = line;
}

enum err_code err_set_at(struct err *err, enum err_code code, const char *file,
    int line, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	start(err, code, file, line);
	va_start(ap, fmt);
	format_text(err->message, err->own_message, fmt, ap);
	va_end(ap);
	return code;
}

static void add_reason(char *out, const char *reason)
{
	size_t n = strlen(out);

	snprintf(out + n, ERR_TEXT_MAX - n, ": %s", reason);
	trim_partial_char(out);
}

enum err_code err_set_errno_at(
    struct err *err, const char *file, int line, const char *fmt, ...)
{
	int saved = errno;
	enum err_code code = ERR_IO;
	va_list ap;

	if (saved == ENOSPC || saved == EDQUOT)
		code = ERR_FULL;
	else if (saved == ENOENT)
		code = ERR_NOT_FOUND;
	if (!err)
		return code;
	start(err, code, file, line);
	va_start(ap, fmt);
	format_text(err->message, err->own_message, fmt, ap);
	va_end(ap);
	add_reason(err->message, strerror(saved));
	if (err->own_message[0])
		add_reason(err->own_message, strerror(saved));
	if (code == ERR_FULL)
		err_hint(err,
		    "Free some disk space and run the command again; "
		    "nothing was half stored.");
	else if (saved == EROFS)
		err_hint(err,
		    "That place is read-only, and this has to write there: "
		    "mount it for writing, or work on a copy.");
	return code;
}

void err_detail(struct err *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return;
	va_start(ap, fmt);
	format_text(err->detail, err->own_detail, fmt, ap);
	va_end(ap);
}

void err_hint(struct err *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return;
	va_start(ap, fmt);
	format_text(err->hint, NULL, fmt, ap);
	va_end(ap);
}

static void add_old(enum lang lang, char *out, const char *old)
{
	size_t n = strlen(out);

	snprintf(out + n, ERR_TEXT_MAX - n, tr_in(lang, ": %s"), old);
	trim_partial_char(out);
}

void err_context(struct err *err, const char *fmt, ...)
{
	char old[ERR_TEXT_MAX], own_old[ERR_TEXT_MAX];
	va_list ap;

	if (!err)
		return;
	memcpy(old, err->message, sizeof(old));
	memcpy(own_old, err_own_message(err), sizeof(own_old));
	va_start(ap, fmt);
	format_text(err->message, err->own_message, fmt, ap);
	va_end(ap);
	add_old(tr_lang(), err->message, old);
	if (err->own_message[0])
		add_old(tr_process_lang(), err->own_message, own_old);
}

void err_clear(struct err *err)
{
	if (!err)
		return;
	err->code = ERR_NONE;
	err->message[0] = err->detail[0] = err->hint[0] = '\0';
	err->own_message[0] = err->own_detail[0] = '\0';
	err->file = NULL;
	err->line = 0;
}

const char *err_own_message(const struct err *err)
{
	return err->own_message[0] ? err->own_message : err->message;
}

const char *err_own_detail(const struct err *err)
{
	return err->own_detail[0] ? err->own_detail : err->detail;
}

const char *err_name(enum err_code code)
{
	static const char *const names[] = {"none", "usage", "input",
	    "not-found", "refused", "conflict", "busy", "io", "full", "corrupt",
	    "store", "system", "uncertain"};
	size_t at = (size_t) - (int)code;

	return at < sizeof(names) / sizeof(names[0]) ? names[at] : "system";
}
