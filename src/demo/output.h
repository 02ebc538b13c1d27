/* SPDX-License-Identifier: Apache-2.0 */
/* The account of what was written. */
#ifndef GX_DEMO_OUTPUT_H
#define GX_DEMO_OUTPUT_H

#include "base/err.h"
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

/* DIR/manifest.tsv and DIR/expected.json from the tallies, by plan. */
enum err_code demo_output_manifest(const struct demo_options *o,
    const struct demo_plans *plans, const struct demo_tally *tallies,
    struct err *err);
enum err_code demo_output_expected(const struct demo_options *o,
    const struct demo_plans *plans, const struct demo_tally *tallies,
    struct err *err);
/* Adds a file's tally to the summary. */
void demo_summary_add(
    struct demo_summary *summary, const struct demo_tally *tally);

#endif
