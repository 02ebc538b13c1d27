/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces that many documents have in common. */
#ifndef GX_API_PUT_H
#define GX_API_PUT_H

#include "api/record.h"
#include "base/json.h"
#include "publication/publication.h"

void put_null(struct json_writer *w, const char *key);
/* "key":{"id":..,"title":..} */
void put_named(
    struct json_writer *w, const char *key, const char *id, const char *title);
/* "as_of","city","example": the head of every public document. */
void put_head(struct json_writer *w, const struct reading *r);
/* "on","is_today": the day whose rules are shown. */
void put_on(struct json_writer *w, const struct reading *r, date_days on);
/* "due","holidays_known": the deadline of a clock that started on `from`, null
 * for DATE_NONE, and whether it is certain (calendar.h). */
void put_due(
    struct json_writer *w, date_days from, date_days due, bool is_working);
/* "through": how far the published lists follow. */
enum err_code put_through(
    struct json_writer *w, const struct reading *r, struct err *err);

/* "2026-05" of 202605, into out[8]; returns out. */
const char *month_text(int month, char out[16]);

/* A title in the reader's language; the Chinese one where there is no
 * English. */
const char *title_of(const char *zh, const char *en);
const char *item_title(const struct cat_item *item);
const char *group_title(enum cat_group group);
const char *class_title(enum cat_class class_);
/* The division's name, "" when it is not known. */
const char *division_title(int division);
/* "key":{"id":"371102","title":..}; null for 0. */
void put_division(struct json_writer *w, const char *key, int division);

/*
 * A share as numbers that anyone can divide again:
 * {"rate":9731,"text":"97.31%","numerator":N,"denominator":M}, rounded down;
 * null when there is nothing to divide by.
 */
void put_rate(struct json_writer *w, const char *key, int64_t numerator,
    int64_t denominator);
/* The same for those who say more of it: leaves the object open and gives the
 * rate; negative after null, where there is nothing to close. */
int64_t put_rate_open(struct json_writer *w, const char *key, int64_t numerator,
    int64_t denominator);
/* In 1/10,000, rounded down; -1 when there is nothing to divide by. */
int64_t rate_of(int64_t numerator, int64_t denominator);

/* Appends a parameter to an address, behind '?' when it is the first; an empty
 * value is none. */
void add_parameter(struct buf *href, const char *name, const char *value);
/* "bases":[{"id","title","number","article"}]; of the item, which may be
 * NULL. With what the law says of each: law_put_bases. */
void put_bases(struct json_writer *w, const struct cat_item *item);
/* Those that are in force on the day; all, where none is. */
void put_bases_in_force(struct json_writer *w,
    const struct cat_basis *const *bases, size_t count, date_days on);
void put_basis_array(
    struct json_writer *w, const struct cat_basis *const *bases, size_t count);
/* "key":"PREFIX/ID" and so on: printf into a value. */
void put_text(struct json_writer *w, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Writes a whole document. */
typedef enum err_code put_whole(
    const struct reading *reading, struct json_writer *w, struct err *err);
/* The same in one transaction that reads, appended to out. */
enum err_code put_in_view(const struct reading *reading, put_whole *put,
    struct buf *out, struct err *err);
/* ERR_FULL when the document did not fit, else rc. */
enum err_code put_end(const struct buf *out, enum err_code rc, struct err *err);

#endif
