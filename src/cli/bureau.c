/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A password is never an argument: arguments stand in the list of processes
 * and in the shell's history.
 */
#include "cli/bureau.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "api/accounts.h"
#include "api/subject.h"
#include "base/tr.h"
#include "calendar/calendar.h"

/* ---- the office ---- */

static enum err_code open_office(struct cli_call *call, struct bureau *out)
{
	struct home_options options = cli_home_options(call);
	enum err_code rc = calendar_clock_check(&call->err);

	if (!rc)
		rc = home_open(cli_value(call, "data"), &out->home, &call->err);
	if (!rc)
		rc = home_load_catalog(&out->home, &call->err);
	if (!rc)
		rc = home_check_clock(&out->home, &call->err);
	if (!rc)
		rc = office_open(
		    &out->home, HOME_WRITE, &options, &out->office, &call->err);
	return rc ? rc : store_begin(out->office.store, &call->err);
}

enum err_code bureau_open(
    struct cli_call *call, enum err_code rc, struct bureau *out)
{
	const struct err why = call->err;
	enum err_code opened;

	out->arena = arena_new();
	trace_find_reader(out->by);
	opened = open_office(call, out);
	out->now_ms = opened ? 0 : calendar_now_ms();
	if (opened)
		return opened;
	call->err = why;
	return rc;
}

/* Of what was refused a person's number is kept nowhere. */
static void put_word(struct buf *out, const char *word, bool is_refused)
{
	struct err ignored;

	if (word &&
	    !(is_refused && subject_refuse_person(span_of(word), &ignored)))
		buf_addf(out, "%s%s", out->n ? " " : "", word);
}

/* "wang clerk 371102": what is changed, and for whom. */
static void put_about(struct cli_call *call, const struct bureau *bureau,
    bool is_refused, struct buf *out)
{
	size_t i;

	put_word(out, bureau->about, is_refused);
	for (i = 0; i < call->args_count && !bureau->about; i++)
		put_word(out, call->args[i], is_refused);
	put_word(out, cli_value(call, "division"), is_refused);
	put_word(out, cli_code(call, "organisation"), is_refused);
}

/* Done is done, and a password for one use is told once alone. */
static void tell_unpublished(const struct cli_call *call, const struct err *why)
{
	fprintf(stderr,
	    tr("gongxin %s: it is done; the files of the log of uses do not "
	       "follow yet: %s\n"),
	    call->cmd->name, why->message);
}

/* The change and its trace are one transaction: neither is there without the
 * other. What was refused is rolled back first, and only its trace stays. */
static enum err_code seal(
    struct cli_call *call, struct bureau *bureau, enum err_code rc)
{
	const char *department = bureau->department
	    ? bureau->department
	    : cli_value(call, "department");
	struct buf about = BUF_INIT(USE_TEXT_BYTES_MAX);
	struct use use = {.at_ms = calendar_now_ms(),
	    .act = USE_MANAGE,
	    .purpose = span_of(call->cmd->name),
	    .department = span_of(department ? department : "")};
	bool is_sealed = false;
	struct err untraced;

	if (rc) {
		store_rollback(bureau->office.store);
		use.outcome = USE_REFUSED;
		use.why = span_of(err_name(rc));
	}
	put_about(call, bureau, rc != 0, &about);
	use.reference = buf_span(&about);
	if (trace_leave_of(&bureau->office, &use, &is_sealed, &untraced)) {
		if (!rc && is_sealed)
			tell_unpublished(call, &untraced);
		else {
			call->err = untraced;
			rc = untraced.code;
		}
	}
	buf_release(&about);
	return rc;
}

enum err_code bureau_close(
    struct cli_call *call, struct bureau *bureau, enum err_code rc)
{
	if (bureau->office.store)
		rc = seal(call, bureau, rc);
	if (!rc)
		office_note_change(&bureau->home);
	office_close(&bureau->office);
	home_close(&bureau->home);
	arena_free(&bureau->arena);
	return rc;
}

enum cli_exit bureau_show(struct cli_call *call, const struct home *home,
    struct office *office, bureau_make *make, cli_view *view)
{
	const char *department = cli_value(call, "department");
	const struct use use = {
	    .reference = span_of(call->args_count ? call->args[0] : ""),
	    .department = span_of(department ? department : "")};
	struct buf text = BUF_INIT(ACCOUNTS_BYTES_MAX);
	enum cli_exit code;
	enum err_code rc = make(call, home, office, &text);

	rc = trace_look(call, home, office, &use, &text, rc);
	code = cli_tell(call, rc, &text, view);
	buf_release(&text);
	return code;
}

enum err_code bureau_user(struct cli_call *call, struct bureau *bureau,
    const char *login, struct people_user *out)
{
	return people_user_find(
	    bureau->office.store, bureau->arena, login, out, &call->err);
}

enum err_code bureau_check_department(
    struct cli_call *call, const struct catalog *catalog, const char *id)
{
	if (catalog_department(catalog, id))
		return 0;
	err_set(&call->err, ERR_INPUT,
	    "there is no department \"%s\" in the catalogue", id);
	err_hint(&call->err, "\"gongxin department list\" lists them.");
	return ERR_INPUT;
}

/* ---- passwords ---- */

struct line {
	char text[PEOPLE_PASSWORD_BYTES_MAX + 2];
	size_t n;
};

/* A line of standard input, without its end. */
static enum err_code read_line(struct cli_call *call, struct line *out)
{
	if (!fgets(out->text, sizeof(out->text), stdin))
		return err_set(&call->err, ERR_INPUT, "no password was given");
	out->n = strcspn(out->text, "\r\n");
	if (out->text[out->n] == '\0' && !feof(stdin))
		return err_set(
		    &call->err, ERR_INPUT, "the password is too long");
	out->text[out->n] = '\0';
	return 0;
}

/* The same from the terminal, unseen. */
static enum err_code ask(
    struct cli_call *call, const char *prompt, struct line *out)
{
	struct termios old, quiet;
	enum err_code rc;

	if (tcgetattr(STDIN_FILENO, &old) != 0)
		return err_set_errno(
		    &call->err, "could not turn the terminal's echo off");
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
		return err_set_errno(
		    &call->err, "could not turn the terminal's echo off");
	fprintf(stderr, "%s ", prompt);
	rc = read_line(call, out);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	fputc('\n', stderr);
	return rc;
}

static enum err_code ask_twice(struct cli_call *call, struct line *out)
{
	struct line again = {.n = 0};
	enum err_code rc = ask(call, tr("Password:"), out);

	if (!rc)
		rc = ask(call, tr("Once more:"), &again);
	if (!rc && strcmp(out->text, again.text) != 0)
		rc = err_set(&call->err, ERR_INPUT, "the two passwords differ");
	explicit_bzero(&again, sizeof(again));
	return rc;
}

enum err_code bureau_password(struct cli_call *call, const char *login,
    char once_out[PEOPLE_ONCE_CHARS + 1], char hash_out[PEOPLE_HASH_BYTES])
{
	struct line line = {.n = 0};
	enum err_code rc = 0;

	once_out[0] = '\0';
	if (cli_has(call, "once") && cli_has(call, "final"))
		return err_set(&call->err, ERR_USAGE,
		    "--once and --final exclude each other");
	if (cli_has(call, "once")) {
		people_password_once(once_out);
		return people_password_hash(
		    span_of(once_out), hash_out, &call->err);
	}
	rc = isatty(STDIN_FILENO) ? ask_twice(call, &line)
				  : read_line(call, &line);
	if (!rc)
		rc = people_password_check(
		    (struct span){line.text, line.n}, login, &call->err);
	if (!rc)
		rc = people_password_hash(
		    (struct span){line.text, line.n}, hash_out, &call->err);
	explicit_bzero(&line, sizeof(line));
	return rc;
}

/* ---- the first account ---- */

enum err_code bureau_first_admin(struct cli_call *call, const char *login,
    char once_out[PEOPLE_ONCE_CHARS + 1])
{
	struct people_grant_change change = {.role = "admin"};
	char hash[PEOPLE_HASH_BYTES];
	struct bureau bureau = BUREAU_INIT;
	enum err_code rc;

	people_password_once(once_out);
	rc = people_password_hash(span_of(once_out), hash, &call->err);
	rc = bureau_open(call, rc, &bureau);
	bureau.about = login;
	change.by = bureau.by;
	if (!rc)
		rc = people_user_add(bureau.office.store, login, login, hash,
		    true, bureau.now_ms, &change.user_id, &call->err);
	if (!rc)
		rc = people_grant_add(
		    bureau.office.store, &change, bureau.now_ms, &call->err);
	return bureau_close(call, &bureau, rc);
}
