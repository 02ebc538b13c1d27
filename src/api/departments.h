/* SPDX-License-Identifier: Apache-2.0 */
/* The departments that report: whom to write to, what they published, and
 * how well they report. Also what help pages need to name them. */
#ifndef GX_API_DEPARTMENTS_H
#define GX_API_DEPARTMENTS_H

#include "api/record.h"
#include "base/buf.h"

/* GET /departments. Each reads in one transaction. */
enum err_code departments_document(
    const struct reading *reading, struct buf *out, struct err *err);
/* GET /departments/{id}: ERR_NOT_FOUND. */
enum err_code department_document(const struct reading *reading, struct span id,
    struct buf *out, struct err *err);
/* GET /help, /contact, /privacy, /accessibility: what their texts name. */
enum err_code help_document(
    const struct reading *reading, struct buf *out, struct err *err);

/* The department of that id; ERR_NOT_FOUND. */
enum err_code department_find(const struct catalog *catalog, struct span id,
    const struct cat_department **out, struct err *err);
/* "contact":TEXT,"has_contact":BOOL of a department (NULL: none). */
void department_put_contact(
    struct json_writer *w, const struct cat_department *department);
/* KEY: {"id","title","code","division","division_title",the contact,"href"} of
 * the city's credit office, null where it has none. */
void department_put_office(
    struct json_writer *w, const char *key, const struct catalog *catalog);

#endif
