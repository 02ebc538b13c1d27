/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a value, in the form in which it is stored or written by hand, pass
 * a field's type? The linter runs every field's example through this, so
 * that the examples shown to departments are true. Taking what people
 * really type (other date forms, full-width letters) is intake's task.
 */
#include "catalog/cat_priv.h"

#include <string.h>
#include <strings.h>

#include "base/tr.h"
#include "base/utf8.h"
#include "ident/ident.h"

enum { MAX_CHARS_DEFAULT = 4000 };

static bool code_is(const struct cat_code *code, struct span text,
    bool (*is_same)(struct span text, const char *of_list))
{
	size_t i;

	if (is_same(text, code->value) ||
	    (code->code[0] && is_same(text, code->code)))
		return true;
	for (i = 0; i < code->aliases_count; i++)
		if (is_same(text, code->aliases[i]))
			return true;
	return false;
}

int cat_codes_index(const struct cat_code_list *list, struct span text,
    bool (*is_same)(struct span text, const char *of_list))
{
	size_t i;

	for (i = 0; i < list->codes_count; i++)
		if (code_is(&list->codes[i], text, is_same))
			return (int)i;
	return -1;
}

static bool is_open(const struct cat_code_list *list, struct span value)
{
	return list->open_prefix[0] &&
	    span_starts_with(value, list->open_prefix);
}

bool cat_codes_hold(const struct cat_code_list *list, struct span value)
{
	size_t i;

	for (i = 0; i < list->codes_count; i++)
		if (span_is(value, list->codes[i].value))
			return true;
	return is_open(list, value);
}

static bool is_but_for_case(struct span text, const char *of_list)
{
	return text.n == strlen(of_list) &&
	    strncasecmp(text.p, of_list, text.n) == 0;
}

/* Is the text one of the list (value, code or alias), or open? What
 * departments may write. */
static bool codes_have(const struct cat_code_list *list, struct span value)
{
	return cat_codes_index(list, value, is_but_for_case) >= 0 ||
	    is_open(list, value);
}

/* Bytes of a separator at the head of s: 、,，;；| ; 0 when there is none. */
static size_t separator(const char *s)
{
	static const char *const marks[] = {"、", ",", "，", ";", "；", "|"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(marks); i++)
		if (strncmp(s, marks[i], strlen(marks[i])) == 0)
			return strlen(marks[i]);
	return 0;
}

static bool codes_are_good(const struct cat_code_list *list, const char *value)
{
	const char *from = value;
	const char *at = value;

	for (;; at++) {
		size_t n = *at ? separator(at) : 0;

		if (*at && n == 0)
			continue;
		if (!codes_have(list, (struct span){from, (size_t)(at - from)}))
			return false;
		if (!*at)
			return true;
		from = at + n;
		at += n - 1;
	}
}

static bool is_digits(const char *s)
{
	return s[0] && strspn(s, "0123456789") == strlen(s);
}

/* Digits with at most so many behind the point; whole fen at that. */
static bool is_amount(const char *s, size_t decimals_max)
{
	size_t whole = strspn(s, "0123456789");
	size_t decimals;

	if (whole == 0 || whole > 12)
		return false;
	if (s[whole] == '\0')
		return true;
	decimals = strspn(s + whole + 1, "0123456789");
	return s[whole] == '.' && decimals > 0 && decimals <= decimals_max &&
	    s[whole + 1 + decimals] == '\0';
}

static bool is_division_code(struct span s)
{
	return s.n == IDENT_DIVISION_CHARS && is_digits(s.p) &&
	    ident_division_exists(s);
}

static bool type_accepts(const struct cat_field *f, const char *value)
{
	struct span s = span_of(value);
	date_days date;

	switch (f->type) {
	case CAT_TEXT:
	case CAT_NAME:
	case CAT_DOC_NUMBER:
		return true;
	case CAT_SUBJECT_CODE:
		return ident_check_uscc(s).state == IDENT_VALID;
	case CAT_ORG_CODE:
		return ident_check_org_code(s) == IDENT_VALID;
	case CAT_REG_NUMBER:
		return ident_check_reg_number(s) == IDENT_VALID;
	case CAT_DIVISION:
		return is_division_code(s);
	case CAT_DATE:
		return date_parse_iso(s, &date);
	case CAT_MONEY_WAN:
		return is_amount(value, 6);
	case CAT_MONEY_YUAN:
		return is_amount(value, 2);
	case CAT_INTEGER:
		return is_digits(value) && s.n <= 18;
	case CAT_CODE:
		return !f->codes || codes_have(f->codes, s);
	case CAT_CODES:
		return !f->codes || codes_are_good(f->codes, value);
	case CAT_TYPE_COUNT:
		break;
	}
	return false;
}

bool cat_field_accepts(
    const struct cat_field *field, const char *value, const char **why_out)
{
	size_t max = field->max_chars ? (size_t)field->max_chars
				      : (size_t)MAX_CHARS_DEFAULT;
	size_t at, n;

	if (utf8_length(value, strlen(value)) > max) {
		*why_out = tr("it is longer than the field allows");
		return false;
	}
	if (ident_find_citizen(span_of(value), &at, &n)) {
		*why_out = tr("it holds the identity number of a person");
		return false;
	}
	if (!type_accepts(field, value)) {
		*why_out = field->codes
		    ? tr("it is not in the field's code list")
		    : tr("it is not of the field's type");
		return false;
	}
	return true;
}
