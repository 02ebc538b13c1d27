/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures of the world (style rule 15b): a function that can fail returns a
 * negative enum err_code (0 is done) and fills the struct err it was given.
 * Findings about data are not errors; they go to a report.
 *
 * The message is one line: lower case, no full stop, user values in quotes.
 * Detail and hint are sentences. All three are translated where they are
 * set: the format is an English literal looked up by tr() (base/tr.h).
 * Outer layers add context with err_context ("file \"a.csv\"").
 */
#ifndef GX_BASE_ERR_H
#define GX_BASE_ERR_H

enum err_code {
	ERR_NONE = 0,
	ERR_USAGE = -1, /* the command line is wrong */
	ERR_INPUT = -2, /* a file or value cannot be read as what it claims */
	ERR_NOT_FOUND = -3, /* a named thing does not exist */
	ERR_REFUSED = -4,   /* a rule forbids it */
	ERR_CONFLICT = -5,  /* somebody else changed it, or it exists */
	ERR_BUSY = -6,	    /* a lock was not had in time; try again */
	ERR_IO = -7,	    /* the system refused a read or write */
	ERR_FULL = -8,	    /* no space left, or a stated bound reached */
	ERR_CORRUPT = -9,   /* stored bytes are not what was stored */
	ERR_STORE = -10,    /* the database refused */
	ERR_SYSTEM = -11,   /* process, memory or sandbox set-up failed */
	ERR_UNCERTAIN = -12 /* a write may or may not have happened */
};

enum { ERR_TEXT_MAX = 512 };

struct err {
	enum err_code code;
	char message[ERR_TEXT_MAX]; /* primary, one line */
	char detail[ERR_TEXT_MAX];  /* empty when there is none */
	char hint[ERR_TEXT_MAX];    /* how to mend; empty when there is none */
	const char *file;	    /* where it was born */
	int line;
	/* Message and detail in the process's language, where the thread's is
	 * another; else empty. */
	char own_message[ERR_TEXT_MAX], own_detail[ERR_TEXT_MAX];
};

/* Sets code and message, clears the rest; returns code. err may be NULL. */
#define err_set(err, code, ...)                                                \
	err_set_at((err), (code), __FILE__, __LINE__, __VA_ARGS__)

enum err_code err_set_at(struct err *err, enum err_code code, const char *file,
    int line, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* As err_set with ": strerror(errno)" behind; ENOSPC and EDQUOT become
 * ERR_FULL with a hint. */
#define err_set_errno(err, ...)                                                \
	err_set_errno_at((err), __FILE__, __LINE__, __VA_ARGS__)
enum err_code err_set_errno_at(struct err *err, const char *file, int line,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void err_detail(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void err_hint(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Puts "CONTEXT: " before the message. */
void err_context(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void err_clear(struct err *err);
/* For the operator, who need not speak the visitor's language: the process's,
 * whatever the thread's was. They live as long as the err is unchanged. */
const char *err_own_message(const struct err *err);
const char *err_own_detail(const struct err *err);
/* "not-found": the code as a word. */
const char *err_name(enum err_code code);

#endif
