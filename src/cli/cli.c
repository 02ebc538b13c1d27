/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parsing by table: a command's words ("catalog lint"), then options
 * ("--name value", "--name=value", "--" ends them) and arguments in any
 * order. "-n" stands for the command's first option that begins with n.
 * --help, --json and --lang are common to all.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/date.h"
#include "base/json.h"
#include "base/monotonic.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "cli/help.h"
#include "ident/ident.h"

static int option_index(const struct cli_cmd *cmd, const char *name, size_t n)
{
	int i;

	for (i = 0; cmd->options && cmd->options[i].name; i++) {
		ASSERT(i < CLI_OPTIONS_MAX);
		if (strlen(cmd->options[i].name) == n &&
		    memcmp(cmd->options[i].name, name, n) == 0)
			return i;
	}
	return -1;
}

const char *cli_value(const struct cli_call *call, const char *name)
{
	int i = option_index(call->cmd, name, strlen(name));

	return i < 0 ? NULL : call->values[i];
}

bool cli_has(const struct cli_call *call, const char *name)
{
	return cli_value(call, name) != NULL;
}

const char *cli_code(struct cli_call *call, const char *name)
{
	const char *text = cli_value(call, name);
	const struct ident_uscc code =
	    ident_check_uscc(span_of(text ? text : ""));

	if (code.state != IDENT_VALID)
		return text;
	memcpy(call->code, code.code, sizeof(call->code));
	return call->code;
}

bool cli_is_number(const char *text, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; text[i] >= '0' && text[i] <= '9' && i < 18; i++)
		v = v * 10 + (uint64_t)(text[i] - '0');
	if (i == 0 || text[i])
		return false;
	*out = v;
	return true;
}

enum err_code cli_number(struct cli_call *call, const char *name,
    uint64_t otherwise, uint64_t min, uint64_t max, uint64_t *out)
{
	const char *text = cli_value(call, name);
	uint64_t v = 0;

	*out = otherwise;
	if (!text)
		return 0;
	if (!cli_is_number(text, &v) || v < min || v > max)
		return err_set(&call->err, ERR_USAGE,
		    "--%s takes a whole number from %" PRIu64 " to %" PRIu64
		    ", not \"%s\"",
		    name, min, max, text);
	*out = v;
	return 0;
}

static enum err_code unknown_option(struct cli_call *call, const char *text)
{
	err_set(&call->err, ERR_USAGE, "there is no option \"%s\"", text);
	err_hint(&call->err, "\"gongxin %s --help\" lists the options.",
	    call->cmd->name);
	return ERR_USAGE;
}

/* Option number `at` (-1: there is none) is at argv[*i]; equals: the "=" of
 * its value, or NULL. */
static enum err_code take_value(struct cli_call *call, int at,
    const char *equals, int argc, char **argv, int *i)
{
	if (at < 0)
		return unknown_option(call, argv[*i]);
	if (!call->cmd->options[at].value) {
		call->values[at] = "";
		return equals ? unknown_option(call, argv[*i]) : ERR_NONE;
	}
	if (!equals && *i + 1 >= argc)
		return err_set(&call->err, ERR_USAGE, "--%s needs a value (%s)",
		    call->cmd->options[at].name, call->cmd->options[at].value);
	call->values[at] = equals ? equals + 1 : argv[++*i];
	return 0;
}

static void set_lang(const char *lang)
{
	tr_set_lang(strcmp(lang, "en") == 0 ? LANG_EN : LANG_ZH);
}

/* One option at argv[*i]; may take argv[*i + 1] as its value. */
static enum err_code take_option(
    struct cli_call *call, int argc, char **argv, int *i)
{
	const char *name = argv[*i] + 2;
	const char *equals = strchr(name, '=');
	size_t n = equals ? (size_t)(equals - name) : strlen(name);
	int at = option_index(call->cmd, name, n);

	if (n == 4 && memcmp(name, "json", 4) == 0) {
		call->is_json = true;
		return 0;
	}
	if (n == 4 && memcmp(name, "lang", 4) == 0) {
		set_lang(equals ? equals + 1 : *i + 1 < argc ? argv[++*i] : "");
		return 0;
	}
	return take_value(call, at, equals, argc, argv, i);
}

/* "-n" or "-n VALUE" at argv[*i]. */
static enum err_code take_short_option(
    struct cli_call *call, int argc, char **argv, int *i)
{
	const struct cli_option *o = call->cmd->options;
	int at;

	for (at = 0; o && o[at].name; at++)
		if (o[at].name[0] == argv[*i][1])
			return take_value(call, at, NULL, argc, argv, i);
	return unknown_option(call, argv[*i]);
}

static bool is_short_option(const char *text)
{
	return text[0] == '-' && text[1] && text[1] != '-' && !text[2];
}

static enum err_code check_complete(struct cli_call *call)
{
	const struct cli_cmd *cmd = call->cmd;
	size_t i;

	for (i = 0; cmd->options && cmd->options[i].name; i++)
		if (cmd->options[i].is_required && !call->values[i])
			return err_set(&call->err, ERR_USAGE,
			    "--%s %s is missing", cmd->options[i].name,
			    cmd->options[i].value);
	if (call->args_count < cmd->args_min)
		return err_set(&call->err, ERR_USAGE,
		    "\"gongxin %s\" needs: %s", cmd->name, cmd->args);
	if (call->args_count > cmd->args_max)
		return err_set(&call->err, ERR_USAGE,
		    "\"gongxin %s\" does not take \"%s\"", cmd->name,
		    call->args[cmd->args_max]);
	return 0;
}

static enum err_code parse(
    struct cli_call *call, int argc, char **argv, bool *wants_help)
{
	bool options_ended = false;
	enum err_code rc = 0;
	int i;

	call->args = argv; /* arguments move to the front */
	for (i = 0; i < argc && !rc; i++) {
		if (!options_ended && is_short_option(argv[i]))
			rc = take_short_option(call, argc, argv, &i);
		else if (options_ended || strncmp(argv[i], "--", 2) != 0)
			call->args[call->args_count++] = argv[i];
		else if (argv[i][2] == '\0')
			options_ended = true;
		else if (strcmp(argv[i], "--help") == 0)
			*wants_help = true;
		else
			rc = take_option(call, argc, argv, &i);
	}
	if (rc || *wants_help)
		return rc;
	rc = check_complete(call);
	if (rc && !call->err.hint[0])
		err_hint(&call->err, "\"gongxin %s --help\" shows how.",
		    call->cmd->name);
	return rc;
}

/* The command whose words argv begins with; *words_out how many. */
static const struct cli_cmd *find_command(int argc, char **argv, int *words_out)
{
	size_t i;

	for (i = 0; i < cli_commands_count; i++) {
		const char *rest = cli_commands[i]->name;
		int words = 0;

		while (*rest && words < argc) {
			size_t n = strcspn(rest, " ");

			if (strlen(argv[words]) != n ||
			    memcmp(argv[words], rest, n) != 0)
				break;
			words++;
			rest += n;
			rest += *rest == ' ';
		}
		if (*rest == '\0') {
			*words_out = words;
			return cli_commands[i];
		}
	}
	return NULL;
}

/* The second words of the commands whose first it is: "add, list". */
static void second_words(const char *first, char *out, size_t bytes)
{
	size_t n = strlen(first), used = 0, i;

	out[0] = '\0';
	for (i = 0; i < cli_commands_count && used < bytes; i++) {
		const char *name = cli_commands[i]->name;

		if (strncmp(name, first, n) == 0 && name[n] == ' ')
			used += (size_t)snprintf(out + used, bytes - used,
			    "%s%s", used ? ", " : "", name + n + 1);
	}
}

static bool is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0;
}

/* Help for all commands of a first word; false: it is none of any. */
static bool tell_group(const char *first)
{
	char seconds[256];

	second_words(first, seconds, sizeof(seconds));
	if (seconds[0])
		help_overview(stdout, first);
	return seconds[0] != '\0';
}

/* "--lang LANG" of a line that names no command, whose options are not read. */
static void take_lang(int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		if (strncmp(argv[i], "--lang=", 7) == 0)
			set_lang(argv[i] + 7);
		else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			set_lang(argv[i + 1]);
}

static int no_command(int argc, char **argv)
{
	static const struct cli_cmd nothing = {.name = "", .args = ""};
	struct cli_call call = {.cmd = &nothing};
	char seconds[256];

	take_lang(argc, argv);
	if (argc == 0) {
		help_overview(stderr, NULL);
		return CLI_NOT_DONE;
	}
	if (argc > 1 && is_help(argv[argc - 1]) && tell_group(argv[0]))
		return CLI_DONE;
	second_words(argv[0], seconds, sizeof(seconds));
	if (seconds[0])
		err_set(&call.err, ERR_USAGE, "\"gongxin %s\" needs one of: %s",
		    argv[0], seconds);
	else
		err_set(&call.err, ERR_USAGE, "there is no command \"%s\"",
		    argv[0]);
	err_hint(&call.err, "\"gongxin --help\" lists the commands.");
	return cli_fail(&call);
}

/* "help" or "help COMMAND"; argv: what stands behind it, options are none. */
static int tell_help(int argc, char **argv)
{
	int words = 0;
	const struct cli_cmd *cmd = find_command(argc, argv, &words);

	take_lang(argc, argv);
	if (cmd)
		help_command(stdout, cmd);
	else if (argc == 0 || argv[0][0] == '-')
		help_overview(stdout, NULL);
	else if ((argc > 1 && argv[1][0] != '-') || !tell_group(argv[0]))
		return no_command(argc, argv);
	return CLI_DONE;
}

/* The exit code: an answer that did not reach its file is none. */
static int end_answer(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "gongxin: %s\n  %s%s\n",
	    tr("the answer could not be written"), tr("hint: "),
	    code == CLI_NOT_DONE
		? tr("Free some disk space, or write elsewhere.")
		: tr("What was to be done is done, only what is said of it was "
		     "cut short. Free some disk space, or write elsewhere, "
		     "and ask again."));
	return CLI_NOT_DONE;
}

static int run(int argc, char **argv)
{
	struct cli_call call;
	bool wants_help = false;
	int words = 0;

	if (argc > 1 && is_help(argv[1]))
		return tell_help(argc - 2, argv + 2);
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		argv[1] += 2;
	memset(&call, 0, sizeof(call));
	call.started_ms = monotonic_ms();
	call.cmd = find_command(argc - 1, argv + 1, &words);
	if (!call.cmd)
		return no_command(argc - 1, argv + 1);
	if (parse(&call, argc - 1 - words, argv + 1 + words, &wants_help) != 0)
		return cli_fail(&call);
	if (wants_help) {
		help_command(stdout, call.cmd);
		return CLI_DONE;
	}
	return (int)call.cmd->run(&call);
}

int main(int argc, char **argv)
{
	/* A bound on file sizes is a full disk, told as an error. */
	signal(SIGXFSZ, SIG_IGN);
	tr_set_lang(tr_lang_from_environment());
	return end_answer(run(argc, argv));
}

/* ---- for the commands ---- */

static void tell_waiting(void *ctx, enum home_wait what)
{
	(void)ctx;
	fprintf(stderr, "%s\n",
	    what == HOME_WAITS_FOR_READERS
		? tr("waiting for others that are reading the database...")
		: tr("waiting for another command that is writing..."));
}

struct home_options cli_home_options(struct cli_call *call)
{
	const char *fail_at = getenv("GONGXIN_FAIL_AT");

	return (struct home_options){
	    .trace_path = getenv("GONGXIN_TRACE"),
	    .fail_at = fail_at ? strtoll(fail_at, NULL, 10) : 0,
	    .waiting = tell_waiting,
	    .ctx = call,
	};
}

enum err_code cli_open_home(
    struct cli_call *call, enum home_mode mode, struct home *out)
{
	struct home_options options = cli_home_options(call);
	enum err_code rc = home_open(cli_value(call, "data"), out, &call->err);

	if (!rc)
		rc = home_load_catalog(out, &call->err);
	if (!rc)
		rc = home_open_store(out, mode, &options, &call->err);
	if (rc)
		home_close(out);
	return rc;
}

static void fail_json(const struct err *err)
{
	struct buf text = BUF_INIT(16 * 1024);
	struct json_writer w;

	json_start(&w, &text);
	json_open_object(&w);
	json_key(&w, "error");
	json_open_object(&w);
	json_put_err(&w, err_name(err->code), err);
	json_close_object(&w);
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
}

enum cli_exit cli_fail(struct cli_call *call)
{
	struct err *err = &call->err;

	cli_progress_end(call);
	ident_hide_in_err(err);
	if (call->is_json) {
		fail_json(err);
		return CLI_NOT_DONE;
	}
	fprintf(stderr, "gongxin%s%s: %s\n", call->cmd->name[0] ? " " : "",
	    call->cmd->name, err->message);
	if (err->detail[0])
		fprintf(stderr, "  %s\n", err->detail);
	if (err->hint[0])
		fprintf(stderr, "  %s%s\n", tr("hint: "), err->hint);
	return CLI_NOT_DONE;
}

void cli_print_json(const struct buf *document)
{
	fwrite(buf_str(document), 1, document->n, stdout);
	fputc('\n', stdout);
}

enum cli_exit cli_tell(struct cli_call *call, enum err_code rc,
    const struct buf *document, cli_view *view)
{
	json_t *json;

	if (rc)
		return cli_fail(call);
	if (call->is_json) {
		cli_print_json(document);
		return CLI_DONE;
	}
	json = json_loadb(buf_str(document), document->n, 0, NULL);
	view(json);
	json_decref(json);
	return CLI_DONE;
}

const char *cli_text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

void cli_print_basis(const json_t *basis)
{
	printf("《%s》%s%s\n", cli_text(basis, "title"),
	    cli_text(basis, "number"), cli_text(basis, "article"));
}

enum { CHINA_HOURS = 8, DAY_S = 24 * 3600 };

struct cli_moment cli_moment(const json_t *object, const char *key)
{
	const char *at = cli_text(object, key);
	int hours, minutes, seconds, of_day;
	char day_text[DATE_TEXT_BYTES];
	struct cli_moment out;
	date_days day;

	snprintf(out.text, sizeof(out.text), "%s", at);
	if (strlen(at) < 20 || at[strlen(at) - 1] != 'Z' ||
	    !date_parse_iso((struct span){at, 10}, &day) ||
	    sscanf(at + 10, "T%2d:%2d:%2d", &hours, &minutes, &seconds) != 3)
		return out;
	of_day = (hours + CHINA_HOURS) * 3600 + minutes * 60 + seconds;
	date_format_iso(day + of_day / DAY_S, day_text);
	of_day %= DAY_S;
	snprintf(out.text, sizeof(out.text), "%s %02d:%02d:%02d", day_text,
	    of_day / 3600, of_day / 60 % 60, of_day % 60);
	return out;
}

void cli_print_holidays(const json_t *object)
{
	if (json_is_false(json_object_get(object, "holidays_known")))
		printf(" %s",
		    tr("(counted without the public holidays of a year that "
		       "are not known yet: the day may shift)"));
}

void cli_print_pretty(const struct buf *document)
{
	json_t *json = json_loadb(buf_str(document), document->n, 0, NULL);
	char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;

	if (text)
		puts(text);
	else
		cli_print_json(document);
	free(text);
	json_decref(json);
}

void cli_progress(
    struct cli_call *call, uint64_t done, uint64_t total, uint64_t rows)
{
	enum { WIDTH = 30, FIRST_MS = 1000, EVERY_MS = 100 };
	int64_t now = monotonic_ms();
	char bar[WIDTH * 3 + 1];
	char number[32];
	size_t full, i;

	if (call->is_json || !isatty(STDERR_FILENO) ||
	    now - call->started_ms < FIRST_MS ||
	    now - call->shown_ms < EVERY_MS)
		return;
	call->shown_ms = now;
	call->is_bar_shown = true;
	if (done > total)
		done = total;
	full = total ? (size_t)((double)done / (double)total * WIDTH) : 0;
	for (i = 0; i < WIDTH; i++)
		memcpy(bar + i * 3, i < full ? "█" : "░", 3);
	bar[WIDTH * 3] = '\0';
	fprintf(stderr, "\r%s %3.0f%%  %s %s ", bar,
	    total ? (double)done / (double)total * 100 : 0.0,
	    cli_thousands(rows, number), tr("rows"));
	fflush(stderr);
}

void cli_progress_end(struct cli_call *call)
{
	if (call->is_bar_shown)
		fputs("\r\033[K", stderr);
	call->is_bar_shown = false;
}

const char *cli_thousands(uint64_t number, char out[32])
{
	char digits[24];
	size_t n = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number);
	size_t i, to = 0;

	for (i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			out[to++] = ',';
		out[to++] = digits[i];
	}
	out[to] = '\0';
	return out;
}

size_t cli_width(const char *text)
{
	size_t n = strlen(text);
	size_t at = 0;
	size_t width = 0;

	while (at < n) {
		uint32_t c = utf8_next(text, n, &at);

		width += c >= 0x1100 && !(c >= 0x2010 && c <= 0x2027) ? 2 : 1;
	}
	return width;
}

void cli_pad(const char *text, size_t columns)
{
	size_t width = cli_width(text);

	fputs(text, stdout);
	while (width++ < columns)
		fputc(' ', stdout);
}
