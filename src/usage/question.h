/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions of representatives about a look-up of their organisation, and
 * the answers. One question of a use is open at a time; an answer may be
 * questioned again. What was asked and answered is never changed; who asks or
 * answers leaves a use that says which words:
 *
 *	reference	"use N/question/ID" or "use N/answer/ID": of the use
 *			looked at, and of the question among those of its
 *			organisation
 *	subject		that organisation
 *	answer		the SHA-256 of the words
 *
 * The use's reader and moment are those of the words.
 */
#ifndef GX_USAGE_QUESTION_H
#define GX_USAGE_QUESTION_H

#include "usage/use_log.h"

enum { QUESTION_CHARS_MAX = 500, QUESTIONS_OF_USE_MAX = 20 };

/* The spans live until the visitor returns. */
struct use_question {
	int64_t subject_id; /* as in the use: 0 it was not known then */
	uint64_t use_seq;
	int64_t id; /* from 1, of the use */
	struct span subject;
	int64_t asked_ms;
	struct span asked_by;
	struct span question;
	int64_t answered_ms; /* 0: it is open */
	struct span answered_by;
	struct span answer;
};

/* Who writes what about which use. */
struct use_words {
	uint64_t seq;
	/* Of a use of many: which of its organisations. */
	struct span subject; /* its code */
	int64_t subject_id;  /* 0: not known here */
	struct span text;    /* ERR_INPUT: none, longer than
				QUESTION_CHARS_MAX, or not UTF-8 */
	struct span by;
	int64_t now_ms;
};

/* Is it a text that can be kept? */
enum err_code use_words_check(struct span text, struct err *err);
/* In a transaction. ERR_NOT_FOUND: there is no such use; ERR_REFUSED: it is
 * about nobody; ERR_CONFLICT: one is open already, or there are enough. */
enum err_code use_question_add(
    struct store *store, const struct use_words *words, struct err *err);
/* In a transaction. ERR_CONFLICT: none is open. */
enum err_code use_question_answer(
    struct store *store, const struct use_words *words, struct err *err);

/* What the use of a step points into. */
struct use_step {
	char reference[80];
	char code[32]; /* of the organisation */
};
/* Behind a question or an answer, in its transaction: what its use says. The
 * use's reader and moment are the caller's, and those of the words. */
enum err_code use_question_seal(struct store *store,
    const struct use_words *words, struct use_step *step, struct use *use,
    struct err *err);

/* Told of each use about which words are not those that were sealed; is_gone:
 * those that were sealed are not there at all. */
typedef void use_question_wrong(void *ctx, uint64_t use_seq, bool is_gone);
/* Uses before `kept` are erased, with their questions. What was written before
 * the first of them that is sealed is passed over. Blocks on disk. */
enum err_code use_question_verify(struct store *store, uint64_t kept,
    use_question_wrong *visit, void *ctx, struct err *err);

typedef void use_question_visit(void *ctx, const struct use_question *question);
/* One organisation of a use. */
struct use_about {
	uint64_t seq;
	int64_t subject_id; /* 0: not known here */
	struct span subject;
};

/* Those that were asked about it, in their order, however well it was known
 * then; those about others of a use of many are not among them. */
enum err_code use_questions(struct store *store, const struct use_about *about,
    use_question_visit *visit, void *ctx, struct err *err);
/* Those without an answer, oldest first. */
enum err_code use_questions_open(
    struct store *store, use_question_visit *visit, void *ctx, struct err *err);

#endif
