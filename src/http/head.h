/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of a request's head (RFC 9112), judged on its bytes as they come,
 * before libmicrohttpd reads them: what it would refuse in words of its own,
 * or end without any, or read on over. Pure; what a well shaped head says is
 * judged by dispatch.c.
 */
#ifndef GX_HTTP_HEAD_H
#define GX_HTTP_HEAD_H

#include "base/err.h"
#include "base/span.h"

enum {
	/* Of a first line, and of all with it; above what dispatch.c refuses
	 * by itself, below what libmicrohttpd takes. */
	HEAD_LINE_BYTES_MAX = 16 * 1024,
	HEAD_BYTES_MAX = 24 * 1024,
	/* Headers: libmicrohttpd keeps a note of each beside the bytes. */
	HEAD_HEADERS_MAX = 200,
	HEAD_ANSWER_BYTES_MAX = 1024 * 1024
};

enum head_fault {
	HEAD_NO_FAULT = 0,
	HEAD_NO_REQUEST,   /* 400: the first line is none */
	HEAD_VERSION,	   /* 505: of HTTP, but not 1.x */
	HEAD_LINE,	   /* 400: a line that is no header */
	HEAD_CONTROL,	   /* 400: a NUL, or a CR within a line */
	HEAD_LENGTH,	   /* 400: Content-Length is no number */
	HEAD_LENGTH_MAX,   /* 413: one of 20 digits or more */
	HEAD_CUT,	   /* 400: it ends before it is whole */
	HEAD_SLOW,	   /* 408: it is not whole in time */
	HEAD_LONG_ADDRESS, /* 414 */
	HEAD_LONG,	   /* 431 */
	HEAD_MANY,	   /* 431: more than HEAD_HEADERS_MAX headers */
	HEAD_ROOM,	   /* 431: libmicrohttpd has no memory left for it */
	/* Behind the head: */
	BODY_CHUNK,	 /* 400: a chunk's size or end, or a trailer */
	BODY_LONG_CHUNK, /* 413: that size, or what stands beside it */
	BODY_CUT,	 /* 400: it ends before it is whole */
	BODY_SLOW,	 /* 408: it is not whole in time */
	HEAD_FAULT_COUNT
};

struct head {
	enum head_fault fault;
	bool is_whole; /* its last line is there */
	bool is_head;  /* HEAD: its answer has no body */
	struct span first_line;
	struct span accept, accept_language; /* p NULL: not seen */
};

/* bytes: all that came so far, at most HEAD_BYTES_MAX. lack: the fault of what
 * is not whole, when no more is waited for: HEAD_CUT, HEAD_SLOW. Neither fault
 * nor whole: wait for more. */
void head_judge(struct span bytes, enum head_fault lack, struct head *out);
/* The value of a Content-Length, with blanks around it. */
enum head_fault head_judge_length(struct span value);
/* The status of a fault; fills why. */
int head_explain(enum head_fault fault, struct err *why);

#endif
