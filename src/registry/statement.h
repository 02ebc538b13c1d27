/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements: what is kept. One canonical JSON object (RFC 8785) that says
 * what, about whom, from whom, under which catalogue, when. Kinds:
 *
 * record      {"about":CODE,"catalogue":HEX
 *	        [,"closed":{["fields":{...}][,"resolved":{...}]}],"fields":{...},
 *	        "from":DEPARTMENT,"item":ITEM,"kind":"record","received":TIME
 *	        [,"replaces":N]}
 *	        "resolved" is a person's decision by which it stands: about a
 *	        doubtful row, {"by":WHO,"doubtful":ID,"given":TEXT,
 *	        "reason":TEXT}, or that its withdrawal is taken back,
 *	        {["by":WHO,]"from":DEPARTMENT,"reason":TEXT,"withdrawal":N}
 * withdrawal  {"about":CODE,"catalogue":HEX[,"closed":{"by":WHO}],
 *	        "from":DEPARTMENT,"item":ITEM,"kind":"withdrawal",
 *	        "reason":TEXT,"received":TIME,"record":N[,"since":DAY]}
 * unresolved  a doubtful row's decision was undone; members as withdrawal,
 *	        but "closed":{["by":WHO,]"reason":TEXT}
 * doubtful    a doubtful row was dismissed, or is open again after that:
 *	        {"catalogue":HEX,"closed":{"by":WHO,"doubtful":ID,
 *	        "reason":TEXT,"step":"dismissed" or "reopened"},"from":..,
 *	        "item":..,"kind":"doubtful","received":TIME}
 * submission  {"catalogue":HEX,"closed":{"file":{"bytes":N,"digest":HEX,
 *	        "name":TEXT}},"counts":{...},"from":..,"item":..,
 *	        "kind":"submission","received":TIME}
 *
 * case        a move in a case about a record (src/cases):
 *	        {"about":CODE,"catalogue":HEX,"closed":{"by":WHO
 *	        [,"letter":TEXT][,"text":TEXT]},"from":DEPARTMENT or CODE,
 *	        "item":..,"kind":"case","move":{["case":N,]"id":MOVE,
 *	        "of":KIND,"side":SIDE,"state":STATE,"step":COUNT},
 *	        "received":TIME,"record":N}
 *	        The statement that begins a case names none: its own number
 *	        is the case's.
 *
 * N is a log index: the number of a statement, and so of a record's version.
 *
 * "closed" holds all that the public must not see: fields that the catalogue
 * calls internal, who decided about a doubtful row and why, who withdrew a
 * record, who took that back and why, a file's name, what was written in a
 * case.
 * What is sealed in the log is the statement's sealed form: the same text
 * with a digest in the place of that object,
 *
 *	"closed":"HEX of SHA-256(closed salt || the closed object)"
 *
 * so that the sealed form can be shown to everybody and still be checked
 * against the log, and the closed part be proved by whoever has it and its
 * salt. A statement without a closed part is its own sealed form.
 */
#ifndef GX_REGISTRY_STATEMENT_H
#define GX_REGISTRY_STATEMENT_H

#include <jansson.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/sha256.h"

/* What all statements of one act share. Strings are the caller's. */
struct statement_frame {
	const char *catalogue_hex;
	const char *department;
	const char *item;
	int64_t received_ms;
	char head[128]; /* `","catalogue":"HEX"` */
	char tail[512]; /* `,"from":...,"received":"TIME"` */
	size_t head_n;
	size_t tail_n;
};

/* Fills head and tail from the strings; these must be short identifiers. */
void statement_frame_init(struct statement_frame *frame,
    const char *catalogue_hex, const char *department, const char *item,
    int64_t received_ms);

enum { STATEMENT_NO_SEQ = -1 };

/* What a record says; canonical JSON objects. */
struct statement_content {
	struct span fields;   /* for everybody */
	struct span closed;   /* fields that are internal; empty = none */
	struct span resolved; /* a person's decision, or empty */
};

/* Appends a record's statement. replaces: STATEMENT_NO_SEQ or a log index. */
void statement_record(const struct statement_frame *frame, const char *code,
    const struct statement_content *content, int64_t replaces, struct buf *out);

enum statement_kind {
	STATEMENT_RECORD = 0,
	STATEMENT_WITHDRAWAL,
	STATEMENT_UNRESOLVED,
	STATEMENT_SUBMISSION,
	STATEMENT_DOUBTFUL,
	STATEMENT_CASE,
	STATEMENT_KIND_COUNT
};

/* The end of a record: a withdrawal or the undoing of a decision. */
struct statement_ending {
	enum statement_kind kind; /* WITHDRAWAL or UNRESOLVED */
	const char *code;
	int64_t record;
	struct span reason;
	const char *by;	 /* who did it; NULL: it is not told */
	date_days since; /* the cause is there; DATE_NONE: is not told */
};

void statement_end(const struct statement_frame *frame,
    const struct statement_ending *ending, struct buf *out);

/* What was decided about a doubtful row that leads to no subject. */
struct statement_decision {
	int64_t doubtful;
	bool is_reopened; /* else dismissed */
	const char *by;
	const char *reason;
};

void statement_doubtful(const struct statement_frame *frame,
    const struct statement_decision *decision, struct buf *out);

/* A move in a case. Strings are the caller's; "" where there is none. */
struct statement_move {
	int64_t case_id; /* STATEMENT_NO_SEQ: it begins the case */
	int64_t step;	 /* from 1 */
	int64_t record;
	const char *kind;
	const char *id;
	const char *side;
	const char *state; /* after it */
	const char *by;
	const char *letter;
	const char *text;
};

/* The frame's department is who moves: a department or a code. */
void statement_case(const struct statement_frame *frame, const char *code,
    const struct statement_move *move, struct buf *out);

/* A statement read back; strings live as long as `json`, content as long as
 * the text. */
struct statement {
	json_t *json;
	enum statement_kind kind;
	const char *code; /* about; "" where it is about nobody */
	const char *item;
	const char *department;
	const char *catalogue_hex;
	const char *received;
	/* Of a record, else NULL and empty; borrowed. */
	json_t *fields;
	json_t *closed_fields;		  /* or NULL */
	json_t *resolved;		  /* or NULL */
	struct statement_content content; /* the same as texts */
	int64_t replaces;		  /* STATEMENT_NO_SEQ = none */
	int64_t record;			  /* of an end, else STATEMENT_NO_SEQ */
	const char *reason;		  /* of an end, else "" */
	const char *by;			  /* of an end, "" when not told */
	const char *since;		  /* of a withdrawal, or "" */
	json_t *file;	  /* of a submission: borrowed, or NULL */
	json_t *decision; /* closed part of DOUBTFUL: borrowed, or NULL */
	struct statement_move move; /* of a case, else empty */
	struct buf kept; /* its text, by block_read_statement, or empty */
};

/* ERR_CORRUPT when the text is no statement. Release with
 * statement_release. */
enum err_code statement_read(
    struct span text, struct statement *out, struct err *err);
void statement_release(struct statement *s);
/* A record's field, open or closed; borrowed, NULL when it has none. */
json_t *statement_field(const struct statement *s, const char *name);

/* The pieces of a record's text. */
struct statement_cut {
	struct span code;   /* whom it is about */
	struct span closed; /* the closed object; empty = none */
	struct statement_content content;
	struct span tail; /* behind the fields */
};

/* Cuts a record's statement without parsing all of it: for work at speed.
 * False when its pieces are not where they stand in a record. */
bool statement_peek(struct span text, struct statement_cut *out);
/* The same of a record's closed object alone: sets closed and resolved. */
bool statement_cut_closed(struct span closed, struct statement_content *out);

/* ---- the sealed form ---- */

enum { STATEMENT_SALT_BYTES = 16, STATEMENT_DIGEST_CHARS = 64 };

/* The closed object of any kind of statement; empty = it has none. */
struct span statement_closed(struct span statement);
/* What stands in its place: the digest in hexadecimal. */
void statement_closed_digest(const uint8_t closed_salt[STATEMENT_SALT_BYTES],
    struct span closed, char out[STATEMENT_DIGEST_CHARS]);
void statement_digest_text(
    const uint8_t digest[SHA256_BYTES], char out[STATEMENT_DIGEST_CHARS]);
/* Appends the sealed form. */
void statement_seal(struct span statement,
    const uint8_t closed_salt[STATEMENT_SALT_BYTES], struct buf *out);

/*
 * The hash by which the same content is recognised: XXH3 of the canonical
 * fields, and with it as seed of the closed fields when there are some; 47
 * bits of it, because SQLite keeps such integers in six bytes
 * instead of eight. It is compared only between rows of one key, so a chance
 * of one in 140 million million is enough. Stored for ever: never change.
 */
#define STATEMENT_HASH_MASK ((UINT64_C(1) << 47) - 1)
uint64_t statement_content_hash(struct span fields, struct span closed);

#endif
