/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the law says of a kind of information on a day, as pieces of
 * documents: bases, the regime that says how long it is published, clocks,
 * limits, and who may report it. From the loaded catalogue alone; "in force"
 * is a comparison of days.
 */
#ifndef GX_API_LAW_H
#define GX_API_LAW_H

#include "base/json.h"
#include "catalog/catalog.h"

/* "status","status_note","is_unconfirmed": how sure the catalogue is. */
void law_put_status(struct json_writer *w, enum cat_status status);
/* "from","to","in_force" */
void law_put_days(
    struct json_writer *w, date_days from, date_days to, date_days on);
/* "basis": one, or null. */
void law_put_basis(
    struct json_writer *w, const struct cat_basis *basis, date_days on);
/* "bases": those of the item, in its order. */
void law_put_bases(
    struct json_writer *w, const struct cat_item *item, date_days on);
void law_put_basis_array(struct json_writer *w,
    const struct cat_basis *const *bases, size_t count, date_days on);
/* "KEY": as people say how long a clock runs. */
void law_put_period(
    struct json_writer *w, const char *key, const struct cat_clock *clock);
/* "has_clock","clock_text","clock_basis": within what it is reported. */
void law_put_clock(
    struct json_writer *w, const struct cat_item *item, date_days on);
/* "publication_text": in one phrase, how long it is public. */
void law_put_publication(struct json_writer *w, const struct cat_item *item);
/* "regime": the one in force for the item, or null. */
void law_put_regime(struct json_writer *w, const struct catalog *c,
    const struct cat_item *item, date_days on);
/* "periods","is_graded": how long each class of the item that there can be is
 * published, in words too, and the basis of the bound of province or city
 * that won. None for items without a regime. */
void law_put_periods(struct json_writer *w, const struct catalog *c,
    const struct cat_item *item, date_days on);
/* "adverse","has_adverse": every kind of adverse record that the public may
 * see by the rules of that day, with regime and periods as above. */
void law_put_adverse(
    struct json_writer *w, const struct catalog *c, date_days on);
/* "regimes", "limits": of all times; family NULL: all, "": none.
 * "has_other_regimes": one of them is not in force on that day. */
void law_put_regimes(struct json_writer *w, const struct catalog *c,
    const char *family, date_days on);
void law_put_limits(struct json_writer *w, const struct catalog *c,
    const char *family, date_days on);
/* "retentions","has_retentions": how long what is kept, of all times. */
void law_put_retentions(
    struct json_writer *w, const struct catalog *c, date_days on);
/* "kept": {"years", "basis", "status" and so on}, how long uses have to be
 * kept by the rules of that day; null: without end. */
void law_put_kept(struct json_writer *w, const struct catalog *c, date_days on);
/* "scope","scope_title","days","longest_days","has_longest","working_days":
 * for which cases, and how long. */
void law_put_case_clock(
    struct json_writer *w, const struct cat_case_clock *clock);
/* "cases": kinds of cases with their clocks and marks, of all times. */
void law_put_cases(
    struct json_writer *w, const struct catalog *c, date_days on);
/* "departments": who may report it, as [{"id","title","href"}]. */
void law_put_departments(struct json_writer *w, const struct catalog *c,
    const struct cat_item *item);

#endif
