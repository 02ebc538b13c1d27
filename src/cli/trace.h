/* SPDX-License-Identifier: Apache-2.0 */
/* The trace that a command leaves before it tells what is not public. */
#ifndef GX_CLI_TRACE_H
#define GX_CLI_TRACE_H

#include "api/office.h"
#include "cli/cli.h"
#include "usage/use_log.h"

enum { TRACE_NAME_BYTES = 64 };

/* Who sits at the machine: the system's name of the user. */
void trace_find_reader(char out[TRACE_NAME_BYTES]);
/*
 * Seals and publishes the use, in the office's transaction if one is open,
 * which is committed with it; its reader becomes a command's, and of what was
 * refused it keeps no department or reference that is a person's number.
 */
enum err_code trace_leave(
    struct office *office, const struct use *use, struct err *err);
/* The same of what is done with it. A failure after which it is sealed took
 * nothing back: only the files of the log do not follow yet. */
enum err_code trace_leave_of(struct office *office, const struct use *use,
    bool *is_sealed_out, struct err *err);
/*
 * The end of a look at what is not public: seals it, answered or refused as
 * rc says, so that without its trace nothing is told. The act is USE_READ
 * unless the look has one, the purpose that of --purpose or the command's own
 * name; of the document the digest is kept, unless the use has one, and a use
 * without a subject is one of every organisation that it shows (api/shown.h).
 * Returns rc, or why the trace could not be left.
 */
enum err_code trace_look(struct cli_call *call, const struct home *home,
    struct office *office, const struct use *look, const struct buf *document,
    enum err_code rc);
/* The same of a file that is finished and not given yet: the use has the
 * file's digest, and is one of every organisation of those codes
 * (shown_put_codes). */
enum err_code trace_file(const struct cli_call *call, const struct home *home,
    struct office *office, const struct use *look, struct span codes,
    struct err *err);
/* Does our own server run this command for somebody (web/command.h)? Then he
 * leaves his trace there, under his own name, and the command none. */
bool trace_is_of_server(void);
/*
 * The end of a command that changes records. What it did is a statement of
 * their log; what was refused is sealed as a use with this department,
 * reference and subject. Returns rc, or why the trace could not be left.
 */
enum err_code trace_refused(struct cli_call *call, const struct home *home,
    const struct use *use, enum err_code rc);
/* The same of an act about every organisation that the document shows, and
 * about the one with that code (shown_put_act). */
enum err_code trace_refused_act(struct cli_call *call, const struct home *home,
    const struct use *use, struct span about, struct span code,
    enum err_code rc);
/* A whole command that leaves a trace: opens the directory of --data to read
 * and its office to write, and closes them behind what it does. */
typedef enum cli_exit trace_command(
    struct cli_call *call, struct home *home, struct office *office);
enum cli_exit trace_run(struct cli_call *call, trace_command *command);
/* One that answers as the public sees it, and gets no office then (NULL); but
 * for TRACE_PURPOSE_OPTION as entitled readers see it, with a trace. */
enum cli_exit trace_run_for(struct cli_call *call, trace_command *command);

#define TRACE_PURPOSE_OPTION                                                   \
	{                                                                      \
		"purpose", "TEXT",                                             \
		    N_("what it is for: gives also what is not public, and "   \
		       "leaves its trace in the log of uses"),                 \
		    false                                                      \
	}

/* The same by a writer of its own, in the transaction of the log. */
typedef enum err_code trace_write(
    void *ctx, struct use_log *log, struct store *office, struct err *err);
enum err_code trace_leave_by(struct office *office, int64_t now_ms,
    trace_write *write, void *ctx, struct err *err);

#endif
