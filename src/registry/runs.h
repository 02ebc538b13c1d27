/* SPDX-License-Identifier: Apache-2.0 */
/*
 * External sort of key entries by (subject, key, sequence): sorted runs in
 * an unlinked temporary file, merged at the end. Memory is one run and a
 * small buffer for each run on disk.
 */
#ifndef GX_REGISTRY_RUNS_H
#define GX_REGISTRY_RUNS_H

#include <stdint.h>

#include "base/err.h"

/* What a row of `record` needs. */
struct key_entry {
	int64_t subject_id;
	uint64_t key_hash;
	uint64_t content_hash;
	uint64_t seq;
	int32_t decided_on;
	int32_t valid_to;
	int32_t public_until;
	uint32_t version : 24;
	uint32_t class_ : 8;
};

struct key_runs;

/* tmp_folder must outlive the runs. */
struct key_runs *key_runs_new(const char *tmp_folder);
void key_runs_free(struct key_runs **runs);
enum err_code key_runs_add(
    struct key_runs *runs, const struct key_entry *entry, struct err *err);

typedef enum err_code key_runs_sink(
    void *ctx, const struct key_entry *entry, struct err *err);
/* Gives all entries in order and empties the runs. */
enum err_code key_runs_merge(
    struct key_runs *runs, key_runs_sink *sink, void *ctx, struct err *err);

/* An unlinked file in the folder, or a negative enum err_code. */
int key_runs_open_temp(const char *folder, struct err *err);

#endif
