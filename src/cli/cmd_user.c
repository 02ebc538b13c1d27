/* SPDX-License-Identifier: Apache-2.0 */
/* user add, list, show, grant, revoke, disable, enable, password, totp:
 * accounts, by whoever has the machine. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/accounts.h"
#include "base/check.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/bureau.h"
#include "ident/ident.h"

/* ---- answers ---- */

/* {"login":..., "once":... when there is one} */
static void print_done(struct cli_call *call, const char *login,
    const char *once, const char *text)
{
	struct buf out = BUF_INIT(4096);
	struct json_writer w;

	if (!call->is_json) {
		printf("%s: %s\n", login, text);
		if (once && once[0])
			printf(tr("the password for one use, shown only now: "
				  "%s\n"),
			    once);
		return;
	}
	json_start(&w, &out);
	json_open_object(&w);
	json_put_str(&w, "login", login);
	if (once && once[0])
		json_put_str(&w, "once", once);
	json_close_object(&w);
	cli_print_json(&out);
	buf_release(&out);
}

static void print_grants(const json_t *user)
{
	static const char *const of[] = {
	    "department", "organisation", "division"};
	const json_t *grant;
	size_t i, k;

	json_array_foreach (json_object_get(user, "grants"), i, grant) {
		printf("    %s  %s", cli_text(grant, "role"),
		    cli_text(grant, "title"));
		for (k = 0; k < ARRAY_COUNT(of); k++)
			if (cli_text(grant, of[k])[0])
				printf(" %s", cli_text(grant, of[k]));
		putchar('\n');
	}
}

static void print_state(const json_t *user)
{
	if (json_is_true(json_object_get(user, "is_disabled")))
		printf("    %s\n", tr("disabled"));
	if (json_is_true(json_object_get(user, "is_locked")))
		printf(tr("    locked until %s: too many wrong passwords or "
			  "codes\n"),
		    cli_moment(user, "locked_until").text);
	if (!json_is_true(json_object_get(user, "has_password")))
		printf("    %s\n", tr("has no password"));
	if (json_is_true(json_object_get(user, "must_change_password")))
		printf("    %s\n", tr("has to change the password"));
	if (json_is_true(json_object_get(user, "has_code")))
		printf("    %s\n", tr("has a second factor"));
	else if (json_is_true(json_object_get(user, "needs_code")))
		printf("    %s\n", tr("has to set up a second factor"));
}

static void print_user(const json_t *user)
{
	printf("%s  %s\n", cli_text(user, "login"), cli_text(user, "name"));
	if (cli_text(user, "identity")[0])
		printf(tr("    is \"%s\" at the identity provider\n"),
		    cli_text(user, "identity"));
	print_state(user);
	print_grants(user);
}

static void print_sessions(const json_t *user)
{
	const json_t *session;
	size_t i;

	json_array_foreach (json_object_get(user, "sessions"), i, session)
		printf(tr("    signed in since %s from %s, last seen %s\n"),
		    cli_moment(session, "created_at").text,
		    cli_text(session, "client"),
		    cli_moment(session, "seen_at").text);
}

/* ---- list, show ---- */

static enum err_code make_list(struct cli_call *call, const struct home *home,
    struct office *office, struct buf *out)
{
	(void)home;
	return accounts_users(
	    office->store, calendar_now_ms(), out, &call->err);
}

static void print_list(const json_t *document)
{
	const json_t *user;
	size_t i;

	json_array_foreach (json_object_get(document, "users"), i, user)
		print_user(user);
}

static enum cli_exit list(
    struct cli_call *call, struct home *home, struct office *office)
{
	return bureau_show(call, home, office, make_list, print_list);
}

static enum cli_exit run_list(struct cli_call *call)
{
	return trace_run(call, list);
}

static enum err_code make_one(struct cli_call *call, const struct home *home,
    struct office *office, struct buf *out)
{
	(void)home;
	return accounts_user(
	    office->store, call->args[0], calendar_now_ms(), out, &call->err);
}

static void print_one(const json_t *user)
{
	print_user(user);
	print_sessions(user);
}

static enum cli_exit show(
    struct cli_call *call, struct home *home, struct office *office)
{
	return bureau_show(call, home, office, make_one, print_one);
}

static enum cli_exit run_show(struct cli_call *call)
{
	return trace_run(call, show);
}

/* ---- add, password ---- */

static enum cli_exit run_add(struct cli_call *call)
{
	const char *login = call->args[0];
	char once[PEOPLE_ONCE_CHARS + 1] = "", hash[PEOPLE_HASH_BYTES];
	struct bureau bureau = BUREAU_INIT;
	int64_t id = 0;
	enum err_code rc = bureau_password(call, login, once, hash);

	rc = bureau_open(call, rc, &bureau);
	if (!rc)
		rc = people_user_add(bureau.office.store, login,
		    cli_value(call, "name"), hash, !cli_has(call, "final"),
		    bureau.now_ms, &id, &call->err);
	rc = bureau_close(call, &bureau, rc);
	if (rc)
		return cli_fail(call);
	print_done(call, login, once, tr("the account was made"));
	return CLI_DONE;
}

static enum cli_exit run_password(struct cli_call *call)
{
	const char *login = call->args[0];
	char once[PEOPLE_ONCE_CHARS + 1] = "", hash[PEOPLE_HASH_BYTES];
	struct bureau bureau = BUREAU_INIT;
	struct people_user user;
	enum err_code rc = bureau_password(call, login, once, hash);

	rc = bureau_open(call, rc, &bureau);
	if (!rc)
		rc = bureau_user(call, &bureau, login, &user);
	if (!rc)
		rc =
		    people_user_set_password(bureau.office.store, user.id, hash,
			!cli_has(call, "final"), 0, bureau.now_ms, &call->err);
	rc = bureau_close(call, &bureau, rc);
	if (rc)
		return cli_fail(call);
	print_done(call, login, once, tr("the password was changed"));
	return CLI_DONE;
}

/* ---- disable, enable, totp ---- */

typedef enum err_code user_change(
    struct store *store, int64_t user_id, int64_t now_ms, struct err *err);

static enum cli_exit run_change(
    struct cli_call *call, user_change *what, const char *text)
{
	struct bureau bureau = BUREAU_INIT;
	struct people_user user;
	enum err_code rc = bureau_open(call, ERR_NONE, &bureau);

	if (!rc)
		rc = bureau_user(call, &bureau, call->args[0], &user);
	if (!rc)
		rc = what(
		    bureau.office.store, user.id, bureau.now_ms, &call->err);
	rc = bureau_close(call, &bureau, rc);
	if (rc)
		return cli_fail(call);
	print_done(call, call->args[0], NULL, text);
	return CLI_DONE;
}

static enum err_code disable(
    struct store *store, int64_t user_id, int64_t now_ms, struct err *err)
{
	return people_user_set_disabled(store, user_id, true, now_ms, err);
}

static enum err_code enable(
    struct store *store, int64_t user_id, int64_t now_ms, struct err *err)
{
	return people_user_set_disabled(store, user_id, false, now_ms, err);
}

static enum cli_exit run_disable(struct cli_call *call)
{
	return run_change(call, disable, tr("the account is disabled"));
}

static enum cli_exit run_enable(struct cli_call *call)
{
	return run_change(call, enable, tr("the account is enabled"));
}

static enum cli_exit run_totp(struct cli_call *call)
{
	return run_change(call, people_user_drop_code,
	    tr("the second factor was taken away; it is set up anew at the "
	       "next sign-in"));
}

/* ---- grant, revoke ---- */

/* Is any of that division? */
static bool has_department(const struct catalog *catalog, const char *division)
{
	size_t i;

	for (i = 0; i < catalog->departments_count; i++)
		if (strcmp(catalog->departments[i].division, division) == 0)
			return true;
	return false;
}

static enum err_code check_change(struct cli_call *call,
    const struct catalog *catalog, const struct people_grant_change *change)
{
	const struct cat_department *d = NULL;

	if (change->department) {
		if (bureau_check_department(call, catalog, change->department))
			return ERR_INPUT;
		d = catalog_department(catalog, change->department);
	}
	if (change->division &&
	    (strlen(change->division) != IDENT_DIVISION_CHARS ||
		!ident_division_exists(span_of(change->division))))
		return err_set(&call->err, ERR_INPUT,
		    "there is no division \"%s\"", change->division);
	if (d && change->division && strcmp(d->division, change->division) != 0)
		return err_set(&call->err, ERR_INPUT,
		    "\"%s\" is of division \"%s\": for another the role would "
		    "give nothing",
		    d->title, d->division);
	if (!d && change->division &&
	    !has_department(catalog, change->division))
		return err_set(&call->err, ERR_INPUT,
		    "no department of the catalogue is of division \"%s\": the "
		    "role would give nothing",
		    change->division);
	if (change->organisation &&
	    ident_check_uscc(span_of(change->organisation)).state !=
		IDENT_VALID)
		return err_set(&call->err, ERR_INPUT,
		    "\"%s\" is no unified social credit code",
		    change->organisation);
	return 0;
}

static enum cli_exit run_grant_or_revoke(
    struct cli_call *call, bool is_grant, const char *text)
{
	struct people_grant_change change = {.role = call->args[1],
	    .department = cli_value(call, "department"),
	    .division = cli_value(call, "division"),
	    .organisation = cli_code(call, "organisation")};
	struct bureau bureau = BUREAU_INIT;
	struct people_user user;
	enum err_code rc = bureau_open(call, ERR_NONE, &bureau);

	change.by = bureau.by;
	if (!rc && is_grant)
		rc = check_change(call, bureau.home.catalog, &change);
	if (!rc)
		rc = bureau_user(call, &bureau, call->args[0], &user);
	if (!rc) {
		change.user_id = user.id;
		rc = is_grant ? people_grant_add(bureau.office.store, &change,
				    bureau.now_ms, &call->err)
			      : people_grant_revoke(
				    bureau.office.store, &change, &call->err);
	}
	rc = bureau_close(call, &bureau, rc);
	if (rc)
		return cli_fail(call);
	print_done(call, call->args[0], NULL, text);
	return CLI_DONE;
}

static enum cli_exit run_grant(struct cli_call *call)
{
	return run_grant_or_revoke(call, true, tr("the role was given"));
}

static enum cli_exit run_revoke(struct cli_call *call)
{
	return run_grant_or_revoke(call, false, tr("the role was taken back"));
}

/* ---- tables ---- */

static const struct cli_option data_only[] = {CLI_DATA_OPTION, {0}};

static const struct cli_option add_options[] = {
    CLI_DATA_OPTION,
    {"name", "NAME", N_("the user's name, as others see it"), true},
    BUREAU_ONCE_OPTION,
    {"final", NULL, N_("the user has chosen it and need not change it"), false},
    {0},
};

static const struct cli_option password_options[] = {
    CLI_DATA_OPTION,
    BUREAU_ONCE_OPTION,
    {"final", NULL, N_("the user has chosen it and need not change it"), false},
    {0},
};

static const struct cli_option grant_options[] = {
    CLI_DATA_OPTION,
    {"department", "ID", N_("for this department"), false},
    {"division", "CODE", N_("only for this division"), false},
    {"organisation", "CODE", N_("for the organisation of this code"), false},
    {0},
};

const struct cli_cmd cmd_user_list = {
    .name = "user list",
    .args = "",
    .summary = N_("list the accounts with their roles"),
    .details = N_("The look leaves its trace in the log of uses."),
    .options = data_only,
    .run = run_list,
};

const struct cli_cmd cmd_user_show = {
    .name = "user show",
    .args = "LOGIN",
    .summary = N_("show an account: roles, state, where it is signed in"),
    .details = N_("The look leaves its trace in the log of uses."),
    .options = data_only,
    .args_min = 1,
    .args_max = 1,
    .run = run_show,
};

const struct cli_cmd cmd_user_add = {
    .name = "user add",
    .args = "LOGIN",
    .summary = N_("make an account"),
    .details = N_("The password is asked for on the terminal, or is a line "
		  "of standard input. It has to be changed at the first "
		  "sign-in. The account can do nothing until it has a role "
		  "(\"gongxin user grant\")."),
    .options = add_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_add,
};

const struct cli_cmd cmd_user_password = {
    .name = "user password",
    .args = "LOGIN",
    .summary = N_("give an account another password"),
    .details = N_("The password is asked for on the terminal, or is a line "
		  "of standard input. It has to be changed at the next "
		  "sign-in. Ends the account's sessions and its waiting for "
		  "wrong passwords."),
    .options = password_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_password,
};

const struct cli_cmd cmd_user_disable = {
    .name = "user disable",
    .args = "LOGIN",
    .summary = N_("close an account"),
    .details = N_("Ends its sessions at once. Accounts are never deleted: "
		  "what somebody did keeps a name."),
    .options = data_only,
    .args_min = 1,
    .args_max = 1,
    .run = run_disable,
};

const struct cli_cmd cmd_user_enable = {
    .name = "user enable",
    .args = "LOGIN",
    .summary = N_("open an account again"),
    .details = N_("Also when it only waits because of wrong passwords."),
    .options = data_only,
    .args_min = 1,
    .args_max = 1,
    .run = run_enable,
};

const struct cli_cmd cmd_user_totp = {
    .name = "user totp",
    .args = "LOGIN",
    .summary = N_("take an account's second factor away"),
    .details = N_("For somebody who has lost the telephone. Whoever has a "
		  "role that needs a second factor sets it up anew at the "
		  "next sign-in. Ends the account's sessions."),
    .options = data_only,
    .args_min = 1,
    .args_max = 1,
    .run = run_totp,
};

const struct cli_cmd cmd_user_grant = {
    .name = "user grant",
    .args = "LOGIN ROLE",
    .summary = N_("give an account a role"),
    .details = N_("Roles: operator, reviewer, clerk, regulator (of a "
		  "department); representative (of an organisation); "
		  "credit-office, auditor, admin. What each may do stands in "
		  "docs/security.md. Ends the account's sessions."),
    .options = grant_options,
    .args_min = 2,
    .args_max = 2,
    .run = run_grant,
};

const struct cli_cmd cmd_user_revoke = {
    .name = "user revoke",
    .args = "LOGIN ROLE",
    .summary = N_("take a role back"),
    .details = N_("Name what it was given for, as \"gongxin user show\" "
		  "tells it. Ends the account's sessions."),
    .options = grant_options,
    .args_min = 2,
    .args_max = 2,
    .run = run_revoke,
};
