/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The example city: invented files of the departments of 日照 (Rizhao,
 * 371100) in the layouts that departments really send, with a stated share
 * of every kind of error. Same options, same bytes: no clock, no locale, no
 * hash order takes part.
 *
 * Nobody real is ever named as a wrongdoer: each organisation's name holds a
 * marker (示例, 样例, 演示, 范例, 虚构), and each code lies in a range of
 * organisation codes that is not issued (README.md). People are called
 * 示例甲子, 样例乙丑 and so on.
 */
#ifndef GX_DEMO_DEMO_H
#define GX_DEMO_DEMO_H

#include <stdint.h>

#include "base/date.h"
#include "base/err.h"

/* Bounds; more is refused with ERR_USAGE. */
#define DEMO_SUBJECTS_MAX UINT64_C(50000000)
#define DEMO_RECORDS_MAX  UINT64_C(100000000)
/* A file of rows for every kind of error needs this many. */
#define DEMO_RECORDS_MIN UINT64_C(2000)

struct demo_options {
	const char *dir;   /* made when it is not there; files in it that
			      have the demo's names are overwritten */
	uint64_t subjects; /* organisations, 1..DEMO_SUBJECTS_MAX */
	uint64_t records;  /* rows of all files together,
			      DEMO_RECORDS_MIN..DEMO_RECORDS_MAX */
	uint64_t seed;
	date_days today; /* the last day of receipt, about a year after the
			    first one; 2021-01-01 or later */
	/* May be NULL. Called from time to time and at the end. */
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *progress_ctx;
};

/* What demo_write wrote; expected.json says it by file. */
struct demo_summary {
	uint64_t files;
	uint64_t rows;	     /* = the five fates below */
	uint64_t accepted;   /* new records and new versions */
	uint64_t duplicates; /* the same content again */
	uint64_t doubtful;   /* masked or missing code, with a name */
	uint64_t natural_person;
	uint64_t refused;
	uint64_t new_versions; /* among the accepted */
	uint64_t late;	       /* among the accepted, without versions */
};

/*
 * Writes into options->dir the department files, manifest.tsv (a line for
 * each file, in the order in which they must be submitted:
 * FILE<TAB>ITEM<TAB>DEPARTMENT<TAB>DAY, YYYY-MM-DD) and expected.json (what
 * intake must say of each file that is received on its day). Memory does not
 * grow with subjects or records. Blocks on disk.
 *
 * Fails with ERR_USAGE on options out of bounds, and with ERR_IO, ERR_FULL
 * or ERR_NOT_FOUND when a file cannot be written; files written until then
 * stay.
 */
enum err_code demo_write(const struct demo_options *options,
    struct demo_summary *summary_out, struct err *err);

/*
 * Writes one UTF-8 CSV of `records` penalties without any error: 21 columns
 * with Chinese headers, about 500 bytes a row, every document number once,
 * organisations drawn at random out of `subjects`, decisions of the six
 * years before `today` in the order of their dates. Constant memory. Blocks
 * on disk; fails as demo_write.
 */
enum err_code demo_write_bulk(const char *path, uint64_t subjects,
    uint64_t records, uint64_t seed, date_days today, struct err *err);

#endif
