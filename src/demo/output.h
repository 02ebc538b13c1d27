/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to files, and the account of what was written. */
#ifndef GX_DEMO_OUTPUT_H
#define GX_DEMO_OUTPUT_H

#include "base/err.h"
#include "base/span.h"
#include "demo/demo.h"
#include "demo/faults.h"
#include "demo/plan.h"

/* What was written into one file. */
struct demo_tally {
	uint64_t rows;
	uint64_t fates[DEMO_FATE_COUNT];
	uint64_t late;		/* new records decided too long ago */
	uint64_t late_versions; /* new versions of such */
};

/* Writes all of `bytes` to the descriptor; `path` is for the message. */
enum err_code demo_output_bytes(
    int fd, const char *path, struct span bytes, struct err *err);
/* Creates or replaces a whole file. */
enum err_code demo_output_file(
    const char *path, struct span bytes, struct err *err);

/* DIR/manifest.tsv and DIR/expected.json from the tallies, by plan. */
enum err_code demo_output_manifest(const struct demo_options *o,
    const struct demo_tally *tallies, struct err *err);
enum err_code demo_output_expected(const struct demo_options *o,
    const struct demo_tally *tallies, struct err *err);
/* Adds a file's tally to the summary. */
void demo_summary_add(
    struct demo_summary *summary, const struct demo_tally *tally);

#endif
