/* SPDX-License-Identifier: Apache-2.0 */
/* A subject with those of its records that a reading shows, for the documents
 * that are about it. */
#ifndef GX_API_SUBJECT_PRIV_H
#define GX_API_SUBJECT_PRIV_H

#include "api/record.h"
#include "publication/publication.h"
#include "registry/subjects.h"

/* A record and the version that is shown. */
struct subject_shown {
	enum cat_group group;
	const struct view_record *record;
	const struct view_version *version;
	struct publication_key key; /* its place within the group */
};

struct subject_file {
	struct subject subject;
	struct view view;
	/* By group, in each the newest decision first. */
	struct subject_shown *shown;
	size_t shown_count;
};

/* text as in subject_document, whose failures these are. In the caller's
 * transaction. Release also after a failure. Blocks on disk. */
enum err_code subject_file_load(const struct reading *reading, struct span text,
    struct subject_file *file, struct err *err);
void subject_file_release(struct subject_file *file);

#endif
