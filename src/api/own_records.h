/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For a department: the records that it has sent in, public or not, and one
 * of them whole. Whoever may see them is asked by the caller; here only the
 * department's own are found.
 */
#ifndef GX_API_OWN_RECORDS_H
#define GX_API_OWN_RECORDS_H

#include "api/record.h"
#include "registry/names_index.h"

enum {
	OWN_RECORDS_LIMIT = 20,
	OWN_RECORDS_LIMIT_MAX = 100,
	/* So many of the newest are looked through for a document number. */
	OWN_RECORDS_LOOKED_MAX = 20000
};

/* The departments that somebody may work for, and the one that he works for
 * now, which is among them. */
struct own_choice {
	const struct cat_department *const *list;
	size_t count;
	const struct cat_department *chosen;
};

/* "department":{"id","title"},"departments":[{"id","title","is_chosen"}],
 * "has_several","second_person":{"submit":BOOL,"amend":..,"withdraw":..,
 * "resolve":..}: for what its policy wants a second person */
void own_put_choice(struct json_writer *w, const struct own_choice *choice);

/* "items":[{"id","title","is_chosen"}]: what the department may provide.
 * chosen may be NULL. */
void own_put_items(struct json_writer *w, const struct catalog *catalog,
    const struct cat_department *department, const struct cat_item *chosen);

struct own_records_query {
	struct own_choice departments;
	const struct cat_item *item; /* NULL: all */
	struct span text;	     /* number, code or name; empty: all */
	uint64_t before;	     /* only records with a lower number */
	size_t limit;
	struct names_index *names; /* or NULL */
};

/*
 * Appends {"department","items","item","query","by","rows","count",
 * "has_rows","next","is_cut","looked"}. A text with brackets, or one that is
 * neither a code nor finds an organisation, is looked for in document
 * numbers. ERR_REFUSED: a person's number. Reads in one transaction.
 */
enum err_code own_records_document(const struct reading *reading,
    const struct own_records_query *query, struct buf *out, struct err *err);

/* What a record is, for those who ask whose it is. */
struct own_record {
	char department[64];
	char code[24]; /* of its subject */
	char item[64];
	int64_t subject_id;
	uint64_t newest; /* its newest version's number */
	bool is_ended;
	char withdrawn_by[64]; /* the department; "": it was not, or stands */
	struct buf statement;  /* of the version asked for */
};

void own_record_init(struct own_record *record);
void own_record_release(struct own_record *record);
/* ERR_NOT_FOUND: no such record. Reads in one transaction. */
enum err_code own_record_find(const struct reading *reading, uint64_t seq,
    struct own_record *out, struct err *err);

#endif
