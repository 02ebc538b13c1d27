/* SPDX-License-Identifier: Apache-2.0 */
/* A submission's report (the document of report_explain) on a terminal. */
#ifndef GX_CLI_REPORT_VIEW_H
#define GX_CLI_REPORT_VIEW_H

#include <jansson.h>

#include "catalog/catalog.h"

/* catalog: for the department's title. */
void report_view_print(const json_t *report, const struct catalog *catalog);

#endif
