/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line. One command is one file with one const struct cli_cmd;
 * help, completion and the manual page are made from these tables.
 */
#ifndef GX_CLI_CLI_H
#define GX_CLI_CLI_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/home.h"
#include "base/buf.h"
#include "base/err.h"
#include "ident/ident.h"

/* Exit codes of every command. */
enum cli_exit {
	CLI_DONE = 0,	  /* done */
	CLI_REFUSALS = 1, /* done, and something was refused or found bad */
	CLI_NOT_DONE = 2  /* not done */
};

enum { CLI_OPTIONS_MAX = 24 };

struct cli_option {
	const char *name;  /* without dashes */
	const char *value; /* name of its value, NULL = a switch */
	const char *help;  /* English; translated when shown */
	bool is_required;
};

struct cli_call; /* a parsed command line */

struct cli_cmd {
	const char *name;    /* "submit", "catalog lint" */
	const char *args;    /* positional arguments as shown, "" = none */
	const char *summary; /* one line, English */
	const char *details; /* paragraphs for --help, "" = none */
	const struct cli_option *options; /* ends with a NULL name */
	size_t args_min;
	size_t args_max; /* SIZE_MAX = any number */
	enum cli_exit (*run)(struct cli_call *call);
};

struct cli_call {
	const struct cli_cmd *cmd;
	const char *values[CLI_OPTIONS_MAX]; /* as cmd->options */
	char **args;
	size_t args_count;
	bool is_json;
	struct err err;
	char code[IDENT_USCC_CHARS + 1]; /* what cli_code returned */
	/* progress */
	int64_t started_ms;
	int64_t shown_ms;
	bool is_bar_shown;
};

/* All commands, in the order of the help. */
extern const struct cli_cmd *const cli_commands[];
extern const size_t cli_commands_count;

/* Options that many commands share. */
#define CLI_DATA_OPTION                                                        \
	{                                                                      \
		"data", "DIR", N_("the data directory"), true                  \
	}
#define N_(text) text

/* An option's value, or NULL. A switch that was given is "". */
const char *cli_value(const struct cli_call *call, const char *name);
bool cli_has(const struct cli_call *call, const char *name);
/* An option's code of an organisation as it is kept, however it was typed; what
 * is none as it was typed. NULL: not given. Of one option of a command. */
const char *cli_code(struct cli_call *call, const char *name);
/* Is the text a whole number, of at most 18 digits and nothing else? */
bool cli_is_number(const char *text, uint64_t *out);
/* An option's whole number from min to max; ERR_USAGE otherwise. */
enum err_code cli_number(struct cli_call *call, const char *name,
    uint64_t otherwise, uint64_t min, uint64_t max, uint64_t *out);

/* Opens the directory named by --data: catalogue and store. */
enum err_code cli_open_home(
    struct cli_call *call, enum home_mode mode, struct home *out);
/* Fault injection and tracing for tests: GONGXIN_FAIL_AT, GONGXIN_TRACE. */
struct home_options cli_home_options(struct cli_call *call);

/* Tells call->err on stderr (or as JSON on stdout) and returns
 * CLI_NOT_DONE. */
enum cli_exit cli_fail(struct cli_call *call);
/* Prints a JSON document and a newline on stdout. */
void cli_print_json(const struct buf *document);
/* How a document is shown to people. */
typedef void cli_view(const json_t *document);
/* What a command ends with: cli_fail when it failed, else its document, with
 * --json as it is. */
enum cli_exit cli_tell(struct cli_call *call, enum err_code rc,
    const struct buf *document, cli_view *view);
/* A document indented, for people who ask for one without a view. */
void cli_print_pretty(const struct buf *document);

/* A string member of a document; "" when there is none. */
const char *cli_text(const json_t *object, const char *key);
/* A law with its number and article, as pages show it, and the line's end. */
void cli_print_basis(const json_t *basis);

/* A moment of a document, told as pages tell it: in China's time,
 * "2026-11-23 14:22:31". What is none is told as it is; "" when there is
 * none. */
struct cli_moment {
	char text[32];
};
struct cli_moment cli_moment(const json_t *object, const char *key);

/* Behind a day that is told as "due": that it is not certain yet, when it is
 * not. Of the object that has "due". */
void cli_print_holidays(const json_t *object);

/* A line on stderr that is drawn over itself, only on a terminal and only
 * for what takes longer than a second. */
void cli_progress(
    struct cli_call *call, uint64_t done, uint64_t total, uint64_t rows);
void cli_progress_end(struct cli_call *call);
/* "12,345,678" */
const char *cli_thousands(uint64_t number, char out[32]);
/* Columns that a text takes on a terminal (wide characters take two). */
size_t cli_width(const char *text);
/* Prints text and blanks up to `columns`. */
void cli_pad(const char *text, size_t columns);

#endif
