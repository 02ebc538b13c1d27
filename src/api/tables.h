/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists, measures and matters for readers, and the three tables that a city
 * prints of them: measures by what they follow (备忘录措施清单), measures by
 * kind (措施类别清单), and matters (应用事项清单). Views over the loaded
 * catalogue; no database.
 */
#ifndef GX_API_TABLES_H
#define GX_API_TABLES_H

#include "api/record.h"
#include "base/buf.h"
#include "base/json.h"

/* "Encouragement" ..., in the reader's language. */
const char *measure_kind_title(enum cat_measure_kind kind);

/* "lists","measures","matters","tables": all, as in force on a day. */
void tables_put_all(
    struct json_writer *w, const struct catalog *c, date_days on);

/* GET /catalogue/tables/memoranda?on=DATE and so on; on DATE_NONE is today.
 * "groups" of measures, one for each list or item that measures follow. */
enum err_code table_memoranda_document(const struct reading *reading,
    date_days on, struct buf *out, struct err *err);
/* "groups" of measures, one for each kind. */
enum err_code table_kinds_document(const struct reading *reading, date_days on,
    struct buf *out, struct err *err);
/* "matters". */
enum err_code table_matters_document(const struct reading *reading,
    date_days on, struct buf *out, struct err *err);

#endif
