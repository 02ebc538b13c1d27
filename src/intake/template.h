/* SPDX-License-Identifier: Apache-2.0 */
/* An empty file to be filled in: the header that an item's rows have. */
#ifndef GX_INTAKE_TEMPLATE_H
#define GX_INTAKE_TEMPLATE_H

#include "base/err.h"
#include "catalog/catalog.h"
#include "intake/reader.h"

/*
 * Creates `path` with the Chinese titles of the item's fields as its header;
 * what the intake drops (numbers of persons) is not asked for. An XLSX has
 * the item's title and where its fields are explained in two lines above,
 * which the intake passes over, as it does `mark`, a line above all of it,
 * if it is not NULL. format: READER_CSV or READER_XLSX. ERR_IO and ERR_FULL
 * from writing.
 */
enum err_code template_write(const struct cat_item *item, const char *path,
    enum reader_format format, const char *mark, struct err *err);

#endif
