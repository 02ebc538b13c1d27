/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements: what is sealed. One canonical JSON object (RFC 8785) that says
 * what, about whom, from whom, under which catalogue, when. Kinds:
 *
 * record      {"about":CODE,"catalogue":HEX,"fields":{...},"from":DEPARTMENT,
 *	        "item":ITEM,"kind":"record","received":TIME
 *	        [,"replaces":N][,"resolved":{...}]}
 * withdrawal  {"about":CODE,"catalogue":HEX,"from":DEPARTMENT,"item":ITEM,
 *	        "kind":"withdrawal","reason":TEXT,"received":TIME,"record":N}
 * unresolved  a doubtful row's decision was undone; members as withdrawal
 * submission  {"catalogue":HEX,"counts":{...},"file":{"bytes":N,"digest":HEX,
 *	        "name":TEXT},"from":..,"item":..,"kind":"submission",
 *	        "received":TIME}
 *
 * N is a log index: the number of a statement, and so of a record's version.
 */
#ifndef GX_REGISTRY_STATEMENT_H
#define GX_REGISTRY_STATEMENT_H

#include <jansson.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* What all statements of one act share. Strings are the caller's. */
struct statement_frame {
	const char *catalogue_hex;
	const char *department;
	const char *item;
	int64_t received_ms;
	char head[128]; /* `","catalogue":"HEX","fields":` */
	char tail[512]; /* `,"from":...,"received":"TIME"` */
	size_t head_n;
	size_t tail_n;
};

/* Fills head and tail from the strings; these must be short identifiers. */
void statement_frame_init(struct statement_frame *frame,
    const char *catalogue_hex, const char *department, const char *item,
    int64_t received_ms);

enum { STATEMENT_NO_SEQ = -1 };

/* Appends a record's statement. fields: canonical JSON object. replaces:
 * STATEMENT_NO_SEQ or a log index. resolved: canonical JSON object or empty. */
void statement_record(const struct statement_frame *frame, const char *code,
    struct span fields, int64_t replaces, struct span resolved,
    struct buf *out);
/* kind: "withdrawal" or "unresolved". */
void statement_end(const struct statement_frame *frame, const char *kind,
    const char *code, int64_t record, struct span reason, struct buf *out);

enum statement_kind {
	STATEMENT_RECORD = 0,
	STATEMENT_WITHDRAWAL,
	STATEMENT_UNRESOLVED,
	STATEMENT_SUBMISSION,
	STATEMENT_KIND_COUNT
};

/* A statement read back; strings live as long as `json`. */
struct statement {
	json_t *json;
	enum statement_kind kind;
	const char *code; /* about; "" for a submission */
	const char *item;
	const char *department;
	const char *catalogue_hex;
	const char *received;
	json_t *fields;		 /* borrowed; NULL unless RECORD */
	struct span fields_text; /* the fields as sealed, in the text */
	int64_t replaces;	 /* STATEMENT_NO_SEQ = none */
	int64_t record;		 /* of an end, else STATEMENT_NO_SEQ */
	const char *reason;	 /* of an end, else "" */
	json_t *resolved;	 /* borrowed or NULL */
};

/* ERR_CORRUPT when the text is no statement. Release with
 * statement_release. */
enum err_code statement_read(
    struct span text, struct statement *out, struct err *err);
void statement_release(struct statement *s);
/* The record's fields inside a statement's text without parsing all of it:
 * for verification at speed. False when they are not where they stand in a
 * record. *code_out points at the 18 characters of the code. */
bool statement_peek(struct span text, struct span *code_out,
    struct span *fields_out, struct span *tail_out);

/*
 * The hash by which the same content is recognised: XXH3 of the canonical
 * fields, 47 bits of it, because SQLite keeps such integers in six bytes
 * instead of eight. It is compared only between rows of one key, so a chance
 * of one in 140 million million is enough. Stored for ever: never change.
 */
#define STATEMENT_HASH_MASK ((UINT64_C(1) << 47) - 1)
uint64_t statement_content_hash(struct span fields);

#endif
