/* SPDX-License-Identifier: Apache-2.0 */
/* The open data: which sets there are, and what their fields mean. The sets
 * themselves are streams (api/stream.h). */
#ifndef GX_API_OPEN_DATA_H
#define GX_API_OPEN_DATA_H

#include "api/record.h"
#include "base/buf.h"

/* GET /open-data. Reads in one transaction. */
enum err_code open_data_document(
    const struct reading *reading, struct buf *out, struct err *err);
/* GET /open-data/dictionary.json: every set with its public fields, their
 * types and permitted values. From the catalogue alone. */
enum err_code open_data_dictionary(
    const struct reading *reading, struct buf *out, struct err *err);

#endif
