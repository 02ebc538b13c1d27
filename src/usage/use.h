/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A use: one read of what is not public, or the attempt. What is sealed of
 * it is canonical JSON (RFC 8785) without white space:
 *
 *	{"act":"check","answer":"HEX","at":"2026-11-28T06:22:31.123Z",
 *	 "case":"...","department":"...","format":"gongxin-use/1",
 *	 "matter":"...","outcome":"answered","purpose":"...",
 *	 "reader":{"id":12,"kind":"token","name":"..."},
 *	 "reference":"...","subject":"CODE","why":"..."}
 *
 * A use of many subjects at once has "list" (HEX) and "subjects" (how many)
 * in the place of "subject": the SHA-256 of their codes in ascending order
 * of bytes, each once and with a line feed behind it (usage/many.h).
 *
 * Members that say nothing are left out. `answer` is the SHA-256 of the
 * document that was given, so that whoever shows one can be held to it. The
 * entry in the log is SHA-256(salt || JSON): without the salt it tells
 * nothing, and leads to nobody when the salt is gone.
 */
#ifndef GX_USAGE_USE_H
#define GX_USAGE_USE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/span.h"

enum { USE_SALT_BYTES = 16, USE_TEXT_BYTES_MAX = 512 };

/* Stored for ever: add at the end, never change. */
enum use_act {
	USE_CHECK = 1,	/* a credit check of one organisation */
	USE_CHECK_MANY, /* of a file of them */
	USE_READ,	/* a record's or subject's internal fields */
	USE_FEEDBACK,	/* what was decided after a check */
	USE_SIGN_IN,
	USE_OWN_USES, /* a representative's view of who looked */
	USE_AUDIT,    /* the auditor's view */
	USE_SUBMIT,
	USE_MANAGE,  /* accounts, tokens */
	USE_ERASE,   /* of uses whose retention has ended: usage/erase.h */
	USE_NOTICES, /* of what touches earlier checks */
	USE_ACT_END
};

enum use_outcome { USE_ANSWERED = 0, USE_REFUSED, USE_OUTCOME_END };

enum use_reader_kind {
	USE_NOBODY = 0, /* not signed in */
	USE_USER,
	USE_TOKEN,
	USE_COMMAND, /* somebody at the machine itself */
	USE_HOOK,    /* a department's program that notices are sent to */
	USE_READER_END
};

struct use {
	int64_t at_ms; /* Unix time */
	enum use_act act;
	enum use_outcome outcome;
	enum use_reader_kind reader_kind;
	int64_t reader_id;
	/* UTF-8, each at most USE_TEXT_BYTES_MAX; empty = none. */
	struct span reader; /* the name it acts under */
	struct span department;
	struct span purpose;
	struct span matter;
	struct span case_number;
	struct span subject;	    /* its code */
	struct span reference;	    /* of the check it is, or is about */
	struct span why;	    /* of a refusal */
	int64_t subject_id;	    /* 0 = of none that is known */
	int64_t subjects;	    /* of a use of many: how many; else 0 */
	uint8_t list[SHA256_BYTES]; /* with subjects: the digest of them */
	bool has_answer;
	uint8_t answer[SHA256_BYTES];
};

/* "check"; the word for each act, outcome and kind of reader. */
const char *use_act_word(enum use_act act);
const char *use_outcome_word(enum use_outcome outcome);
const char *use_reader_word(enum use_reader_kind kind);

/* Copies the texts into the arena. Of one that is too long it keeps the whole
 * characters that fit. */
void use_keep(struct use *use, struct arena *arena);
/* Appends the statement that is sealed. */
void use_write(const struct use *use, struct buf *out);
/* The entry that stands in the log for it. scratch: any buffer, emptied. */
void use_commit(const struct use *use, const uint8_t salt[USE_SALT_BYTES],
    struct buf *scratch, uint8_t out[SHA256_BYTES]);

#endif
