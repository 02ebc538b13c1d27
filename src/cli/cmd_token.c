/* SPDX-License-Identifier: Apache-2.0 */
/* token add, list, rotate, revoke: programs' access. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/accounts.h"
#include "api/check.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/bureau.h"

enum {
	DAYS_DEFAULT = 365,
	DAYS_MAX = 3660,
	OVERLAP_HOURS_DEFAULT = 24,
	OVERLAP_HOURS_MAX = 24 * 90,
	RATE_DEFAULT = 10
};

static const int64_t hour_ms = 3600 * 1000;

/* ---- answers ---- */

/* The token, once; id alone when there is none. */
static void print_token(
    struct cli_call *call, const char *id, const char *token, const char *text)
{
	struct buf out = BUF_INIT(4096);
	struct json_writer w;

	if (!call->is_json) {
		printf("%s: %s\n", id, text);
		if (token)
			printf(tr("the token, shown only now: %s\n"), token);
		return;
	}
	json_start(&w, &out);
	json_open_object(&w);
	json_put_str(&w, "id", id);
	if (token)
		json_put_str(&w, "token", token);
	json_close_object(&w);
	cli_print_json(&out);
	buf_release(&out);
}

static const char *state_text(const json_t *token)
{
	if (json_is_true(json_object_get(token, "is_good")))
		return "";
	return cli_text(token, "revoked_at")[0] ? tr("  (revoked)")
						: tr("  (expired)");
}

static void print_row(const json_t *token)
{
	const json_t *capability;
	size_t i;

	printf("%s  %s  %s%s\n    ", cli_text(token, "id"),
	    cli_text(token, "department"), cli_text(token, "title"),
	    state_text(token));
	json_array_foreach (
	    json_object_get(token, "capabilities"), i, capability)
		printf("%s%s", i ? ", " : "", json_string_value(capability));
	if (cli_text(token, "matters")[0])
		printf(tr("; matters: %s"), cli_text(token, "matters"));
	printf(tr("; calls a second: %lld"),
	    (long long)json_integer_value(json_object_get(token, "rate")));
	printf(tr("; expires %s\n"), cli_moment(token, "expires_at").text);
	if (cli_text(token, "used_at")[0])
		printf(tr("    last used at %s\n"),
		    cli_moment(token, "used_at").text);
	else
		printf("    %s\n", tr("was never used"));
	if (cli_text(token, "old_secret_until")[0])
		printf(tr("    the old secret is good until %s\n"),
		    cli_moment(token, "old_secret_until").text);
}

static enum err_code make_list(struct cli_call *call, const struct home *home,
    struct office *office, struct buf *out)
{
	(void)home;
	return accounts_tokens(
	    office->store, calendar_now_ms(), out, &call->err);
}

static void print_list(const json_t *document)
{
	const json_t *token;
	size_t i;

	json_array_foreach (json_object_get(document, "tokens"), i, token)
		print_row(token);
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

/* ---- add ---- */

/* "check,feedback" */
static enum err_code read_capabilities(struct cli_call *call, uint32_t *out)
{
	const char *at = cli_value(call, "can");

	while (*at) {
		size_t n = strcspn(at, ",");
		int one = people_capability_find((struct span){at, n});

		if (one < 0) {
			err_set(&call->err, ERR_USAGE,
			    "there is no capability \"%.*s\"", (int)n, at);
			err_hint(&call->err,
			    "\"gongxin token add --help\" lists those that a "
			    "program may have.");
			return ERR_USAGE;
		}
		*out |= 1u << one;
		at += n + (at[n] == ',');
	}
	return 0;
}

/* "a,b" -> "a b", in out. */
static void read_matters(struct cli_call *call, struct buf *out)
{
	const char *at = cli_value(call, "matters");

	for (; at && *at; at++)
		buf_add_char(out, *at == ',' ? ' ' : *at);
}

static enum err_code read_plan(struct cli_call *call, struct buf *matters,
    struct people_new_token *out, uint64_t *days_out)
{
	uint64_t rate = 0;
	enum err_code rc = read_capabilities(call, &out->capabilities);

	if (!rc)
		rc = cli_number(
		    call, "rate", RATE_DEFAULT, 1, PEOPLE_RATE_MAX, &rate);
	if (!rc)
		rc = cli_number(
		    call, "days", DAYS_DEFAULT, 1, DAYS_MAX, days_out);
	read_matters(call, matters);
	if (!rc && matters->is_full)
		rc = err_set(
		    &call->err, ERR_INPUT, "the list of matters is too long");
	out->matters = buf_str(matters);
	out->rate = (int64_t)rate;
	return rc;
}

/* "*", or ids of the catalogue with blanks between. */
static enum err_code check_matters(
    struct cli_call *call, const struct catalog *catalog, const char *at)
{
	const struct cat_matter *matter;
	enum err_code rc = 0;

	if (strcmp(at, "*") == 0)
		return 0;
	while (!rc && *(at += strspn(at, " "))) {
		struct span id = {at, strcspn(at, " ")};

		rc = check_find_matter(catalog, id, &matter, &call->err);
		at += id.n;
	}
	return rc;
}

static enum cli_exit run_add(struct cli_call *call)
{
	struct buf matters = BUF_INIT(PEOPLE_MATTERS_BYTES_MAX);
	struct people_new_token plan = {.title = cli_value(call, "title"),
	    .department = cli_value(call, "department")};
	char token[PEOPLE_TOKEN_CHARS + 1] = "";
	char id[PEOPLE_TOKEN_ID_CHARS + 1] = "";
	struct bureau bureau = BUREAU_INIT;
	uint64_t days = 0;
	enum err_code rc = read_plan(call, &matters, &plan, &days);

	rc = bureau_open(call, rc, &bureau);
	if (!rc)
		rc = bureau_check_department(
		    call, bureau.home.catalog, plan.department);
	if (!rc)
		rc = check_matters(call, bureau.home.catalog, plan.matters);
	plan.by = bureau.by;
	plan.expires_ms = bureau.now_ms + (int64_t)days * 24 * hour_ms;
	if (!rc)
		rc = people_token_add(bureau.office.store, &plan, bureau.now_ms,
		    token, &call->err);
	if (!rc)
		snprintf(id, sizeof(id), "%.*s", (int)PEOPLE_TOKEN_ID_CHARS,
		    token + 3);
	bureau.about = id;
	rc = bureau_close(call, &bureau, rc);
	buf_release(&matters);
	if (rc)
		return cli_fail(call);
	print_token(call, id, token, tr("the token was made"));
	return CLI_DONE;
}

/* ---- rotate, revoke ---- */

/* The token that is named by its id, or by all of it as somebody found it.
 * Nothing that is longer than an id goes into the trace: it may be a secret
 * that is good. */
static enum err_code find_token(struct cli_call *call, struct bureau *bureau,
    enum err_code rc, struct people_token *out)
{
	struct span given = people_token_id(call->args[0]);
	const char *id = arena_dup(bureau->arena, given.p, given.n);

	bureau->about = given.n <= PEOPLE_TOKEN_ID_CHARS ? id : "";
	if (!rc)
		rc = people_token_get(
		    bureau->office.store, bureau->arena, id, out, &call->err);
	if (!rc)
		bureau->department = out->department;
	return rc;
}

static enum cli_exit run_rotate(struct cli_call *call)
{
	char token[PEOPLE_TOKEN_CHARS + 1], id[PEOPLE_TOKEN_ID_CHARS + 1];
	struct bureau bureau = BUREAU_INIT;
	struct people_token old = {.id = ""};
	uint64_t hours = 0;
	enum err_code rc = cli_number(call, "overlap", OVERLAP_HOURS_DEFAULT, 0,
	    OVERLAP_HOURS_MAX, &hours);

	rc = bureau_open(call, rc, &bureau);
	rc = find_token(call, &bureau, rc, &old);
	if (!rc)
		rc = people_token_rotate(bureau.office.store, old.id,
		    (int64_t)hours * hour_ms, cli_has(call, "force"),
		    bureau.now_ms, token, &call->err);
	snprintf(id, sizeof(id), "%s", old.id);
	rc = bureau_close(call, &bureau, rc);
	if (rc)
		return cli_fail(call);
	print_token(call, id, token, tr("it has a new secret"));
	return CLI_DONE;
}

static enum cli_exit run_revoke(struct cli_call *call)
{
	char id[PEOPLE_TOKEN_ID_CHARS + 1];
	struct bureau bureau = BUREAU_INIT;
	struct people_token token = {.id = ""};
	enum err_code rc = bureau_open(call, ERR_NONE, &bureau);

	rc = find_token(call, &bureau, rc, &token);
	if (!rc)
		rc = people_token_revoke(
		    bureau.office.store, token.id, bureau.now_ms, &call->err);
	snprintf(id, sizeof(id), "%s", token.id);
	rc = bureau_close(call, &bureau, rc);
	if (rc)
		return cli_fail(call);
	print_token(call, id, NULL, tr("it was revoked"));
	return CLI_DONE;
}

/* ---- tables ---- */

static const struct cli_option add_options[] = {
    CLI_DATA_OPTION,
    {"title", "TEXT", N_("which program it is for"), true},
    {"department", "ID", N_("whose program that is"), true},
    {"can", "LIST", N_("what it may do: capabilities, with commas"), true},
    {"matters", "LIST",
	N_("for which matters it may check, with commas; * for all"), false},
    {"rate", "N", N_("calls a second (10)"), false},
    {"days", "N", N_("days until it expires (365; at most 3660)"), false},
    {0},
};

static const struct cli_option list_options[] = {CLI_DATA_OPTION, {0}};

static const struct cli_option rotate_options[] = {
    CLI_DATA_OPTION,
    {"overlap", "HOURS",
	N_("how long the old secret stays good (24; at most 2160)"), false},
    {"force", NULL,
	N_("also while the secret before is still good, which ends it at once"),
	false},
    {0},
};

const struct cli_cmd cmd_token_add = {
    .name = "token add",
    .args = "",
    .summary = N_("make a token for a department's program"),
    .details = N_("Prints it once; what is stored does not lead back to it. "
		  "The program sends \"Authorization: Bearer TOKEN\". "
		  "Capabilities: submit, amend, quality, check, feedback."),
    .options = add_options,
    .run = run_add,
};

const struct cli_cmd cmd_token_list = {
    .name = "token list",
    .args = "",
    .summary = N_("list the tokens"),
    .details = N_("The look leaves its trace in the log of uses."),
    .options = list_options,
    .run = run_list,
};

const struct cli_cmd cmd_token_rotate = {
    .name = "token rotate",
    .args = "ID",
    .summary = N_("give a token a new secret"),
    .details = N_("The old secret stays good for a while, so that the "
		  "program can be changed without a gap."),
    .options = rotate_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_rotate,
};

const struct cli_cmd cmd_token_revoke = {
    .name = "token revoke",
    .args = "ID",
    .summary = N_("end a token at once"),
    .details = N_("Its secret, and the old one where there is one. A token "
		  "that was found somewhere may be given whole in the place "
		  "of its id."),
    .options = list_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_revoke,
};
