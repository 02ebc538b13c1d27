/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands about accounts and tokens share: the office, opened, and
 * passwords as they are typed. */
#ifndef GX_CLI_BUREAU_H
#define GX_CLI_BUREAU_H

#include "api/office.h"
#include "cli/trace.h"
#include "people/people.h"

struct bureau {
	struct home home; /* with catalogue, without its store */
	struct office office;
	struct arena *arena;
	int64_t now_ms;
	char by[TRACE_NAME_BYTES]; /* who sits at the machine */
	/* What a change is about, for its trace; NULL: the arguments. */
	const char *about;
	/* Whose it is, for the same; NULL: as --department says. */
	const char *department;
};

#define BUREAU_INIT                                                            \
	{                                                                      \
		.home = {.lock_fd = -1 }                                       \
	}

/* Opens the office of --data with a transaction open, which bureau_close
 * commits when everything went well, with the trace of who changed what. rc:
 * how it went so far; it is opened in any case, and rc returned. */
enum err_code bureau_open(
    struct cli_call *call, enum err_code rc, struct bureau *out);
/* rc: how it went so far; returns how it ended. Of what was refused the
 * attempt is sealed. */
enum err_code bureau_close(
    struct cli_call *call, struct bureau *bureau, enum err_code rc);

/* Writes a document of the office. */
typedef enum err_code bureau_make(struct cli_call *call,
    const struct home *home, struct office *office, struct buf *out);
/* What a command that only reads does within trace_run: makes, leaves the
 * trace, and shows. */
enum cli_exit bureau_show(struct cli_call *call, const struct home *home,
    struct office *office, bureau_make *make, cli_view *view);

/* Is there a department of that id? */
enum err_code bureau_check_department(
    struct cli_call *call, const struct catalog *catalog, const char *id);
/* The user of that login. */
enum err_code bureau_user(struct cli_call *call, struct bureau *bureau,
    const char *login, struct people_user *out);

/*
 * A password for the login, made into its hash: with --once one that is made
 * here (then once_out holds it, else ""), else from the terminal, asked for
 * twice without echo, else a line of standard input.
 */
enum err_code bureau_password(struct cli_call *call, const char *login,
    char once_out[PEOPLE_ONCE_CHARS + 1], char hash_out[PEOPLE_HASH_BYTES]);

/* An account with a password for once and the role of an administrator. */
enum err_code bureau_first_admin(struct cli_call *call, const char *login,
    char once_out[PEOPLE_ONCE_CHARS + 1]);

/* Options that commands with passwords share. */
#define BUREAU_ONCE_OPTION                                                     \
	{                                                                      \
		"once", NULL, N_("make a password for one use and print it"),  \
		    false                                                      \
	}

#endif
