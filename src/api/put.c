/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of documents; nothing here reads the database but `put_through`. */
#include "api/put.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "calendar/calendar.h"
#include "ident/ident.h"

enum { VALUE_BYTES_MAX = 4096 };

void put_null(struct json_writer *w, const char *key)
{
	json_key(w, key);
	json_add_null(w);
}

void put_named(
    struct json_writer *w, const char *key, const char *id, const char *title)
{
	json_key(w, key);
	json_open_object(w);
	json_put_str(w, "id", id);
	json_put_str(w, "title", title);
	json_close_object(w);
}

void put_text(struct json_writer *w, const char *key, const char *fmt, ...)
{
	char text[VALUE_BYTES_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	json_put_str(w, key, text);
}

void put_head(struct json_writer *w, const struct reading *r)
{
	json_put_date(w, "as_of", r->today);
	json_put_str(w, "city", r->catalog->city_title);
	json_put_bool(w, "example", r->catalog->shows_example);
}

void put_on(struct json_writer *w, const struct reading *r, date_days on)
{
	json_put_date(w, "on", on);
	json_put_bool(w, "is_today", on == r->today);
}

void put_due(
    struct json_writer *w, date_days from, date_days due, bool is_working)
{
	json_put_date(w, "due", due);
	json_put_bool(w, "holidays_known",
	    due == DATE_NONE || calendar_is_certain(from, due, is_working));
}

enum err_code put_through(
    struct json_writer *w, const struct reading *r, struct err *err)
{
	struct publication_through t;
	enum err_code rc =
	    publication_through(r->store, r->catalog, r->today, &t, err);

	if (rc)
		return rc;
	json_key(w, "through");
	json_open_object(w);
	json_put_int(w, "size", (int64_t)t.statements);
	json_put_date(w, "day", t.day);
	json_put_bool(w, "is_current", t.is_current);
	json_close_object(w);
	return 0;
}

const char *month_text(int month, char out[16])
{
	snprintf(out, 16, "%04d-%02d", month / 100 % 10000, month % 100);
	return out;
}

const char *title_of(const char *zh, const char *en)
{
	return tr_lang() == LANG_EN && en[0] ? en : zh;
}

const char *item_title(const struct cat_item *item)
{
	return title_of(item->title, item->title_en);
}

const char *class_title(enum cat_class class_)
{
	static const char *const english[CAT_CLASS_COUNT] = {
	    [CAT_CLASS_NONE] = "not adverse",
	    [CAT_CLASS_MINOR] = "minor",
	    [CAT_CLASS_GENERAL] = "general",
	    [CAT_CLASS_SERIOUS] = "serious",
	};

	return title_of(cat_class_title(class_), english[class_]);
}

const char *group_title(enum cat_group group)
{
	static const char *const english[CAT_GROUP_COUNT] = {
	    "Basic information", "Administration", "Honesty",
	    "Serious dishonesty lists", "Abnormal operations", "Commitments",
	    "Evaluation", "Judicial", "Other"};

	return title_of(cat_group_title(group), english[group]);
}

const char *division_title(int division)
{
	struct ident_division d;
	char code[16];

	if (division == PUBLICATION_ELSEWHERE)
		return tr("outside the city");
	snprintf(code, sizeof(code), "%06d", division);
	return ident_division_find(span_of(code), DATE_NONE, &d) ? d.name : "";
}

void put_division(struct json_writer *w, const char *key, int division)
{
	char id[16];

	if (division == 0) {
		put_null(w, key);
		return;
	}
	snprintf(id, sizeof(id), "%d", division);
	put_named(w, key, id, division_title(division));
}

int64_t rate_of(int64_t numerator, int64_t denominator)
{
	if (denominator <= 0 || numerator < 0)
		return -1;
	return (int64_t)((__int128)numerator * 10000 / denominator);
}

/* "97.31%" of 9731, appended. */
static void rate_text(struct buf *out, int64_t rate)
{
	buf_addf(out, "%lld.%02lld%%", (long long)(rate / 100),
	    (long long)(rate % 100));
}

int64_t put_rate_open(struct json_writer *w, const char *key, int64_t numerator,
    int64_t denominator)
{
	int64_t rate = rate_of(numerator, denominator);
	struct buf text = BUF_INIT(64);

	if (rate < 0) {
		put_null(w, key);
		return rate;
	}
	rate_text(&text, rate);
	json_key(w, key);
	json_open_object(w);
	json_put_int(w, "rate", rate);
	json_put_span(w, "text", buf_span(&text));
	json_put_int(w, "numerator", numerator);
	json_put_int(w, "denominator", denominator);
	buf_release(&text);
	return rate;
}

void put_rate(struct json_writer *w, const char *key, int64_t numerator,
    int64_t denominator)
{
	if (put_rate_open(w, key, numerator, denominator) >= 0)
		json_close_object(w);
}

void add_parameter(struct buf *href, const char *name, const char *value)
{
	if (!value[0])
		return;
	buf_add_char(href, memchr(href->p, '?', href->n) ? '&' : '?');
	buf_add_str(href, name);
	buf_add_char(href, '=');
	buf_add_percent(href, span_of(value));
}

static void add_basis(struct json_writer *w, const struct cat_basis *b)
{
	json_open_object(w);
	json_put_str(w, "id", b->id);
	json_put_str(w, "title", b->title);
	json_put_str(w, "number", b->number);
	json_put_str(w, "article", b->article);
	json_close_object(w);
}

void put_basis_array(
    struct json_writer *w, const struct cat_basis *const *bases, size_t count)
{
	size_t i;

	json_key(w, "bases");
	json_open_array(w);
	for (i = 0; i < count; i++)
		add_basis(w, bases[i]);
	json_close_array(w);
}

void put_bases_in_force(struct json_writer *w,
    const struct cat_basis *const *bases, size_t count, date_days on)
{
	bool has_some = false;
	size_t i;

	for (i = 0; i < count; i++)
		has_some |= cat_basis_in_force(bases[i], on);
	json_key(w, "bases");
	json_open_array(w);
	for (i = 0; i < count; i++)
		if (!has_some || cat_basis_in_force(bases[i], on))
			add_basis(w, bases[i]);
	json_close_array(w);
}

void put_bases(struct json_writer *w, const struct cat_item *item)
{
	put_basis_array(
	    w, item ? item->bases : NULL, item ? item->bases_count : 0);
}

enum err_code put_end(const struct buf *out, enum err_code rc, struct err *err)
{
	if (!rc && out->is_full)
		return err_set(err, ERR_FULL, "the document is too large");
	return rc;
}

enum err_code put_in_view(const struct reading *reading, put_whole *put,
    struct buf *out, struct err *err)
{
	struct json_writer w;
	enum err_code rc = store_begin_read(reading->store, err);

	if (rc)
		return rc;
	json_start(&w, out);
	rc = put(reading, &w, err);
	store_commit(reading->store, NULL);
	return put_end(out, rc, err);
}
