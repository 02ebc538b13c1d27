/* SPDX-License-Identifier: Apache-2.0 */
/* user link, unlink: which account an identity of the identity provider
 * opens. The provider is the one of site.yaml. */
#include <stdio.h>

#include "base/json.h"
#include "base/tr.h"
#include "cli/bureau.h"
#include "cli/commands.h"
#include "web/site_config.h"

/* "ISSUER SUBJECT", as accounts keep it. */
static enum err_code write_identity(struct cli_call *call,
    const struct bureau *bureau, char out[PEOPLE_IDENTITY_BYTES_MAX + 1])
{
	struct site_config config;
	enum err_code rc =
	    site_config_load(bureau->home.dir, "", &config, &call->err);

	if (!rc && !config.issuer[0]) {
		rc = err_set(&call->err, ERR_INPUT,
		    "site.yaml names no identity provider");
		err_hint(&call->err,
		    "Write its issuer and our client_id there, under "
		    "sign_in.");
	}
	if (!rc)
		rc = people_identity_write(
		    config.issuer, call->args[1], out, &call->err);
	site_config_release(&config);
	return rc;
}

static enum cli_exit finish(struct cli_call *call, struct bureau *bureau,
    enum err_code rc, const char *text)
{
	struct buf out = BUF_INIT(4096);
	struct json_writer w;

	rc = bureau_close(call, bureau, rc);
	if (rc)
		return cli_fail(call);
	if (!call->is_json) {
		printf("%s: %s\n", call->args[0], text);
		return CLI_DONE;
	}
	json_start(&w, &out);
	json_open_object(&w);
	json_put_str(&w, "login", call->args[0]);
	json_close_object(&w);
	cli_print_json(&out);
	buf_release(&out);
	return CLI_DONE;
}

static enum cli_exit run_link(struct cli_call *call)
{
	char identity[PEOPLE_IDENTITY_BYTES_MAX + 1];
	struct bureau bureau = BUREAU_INIT;
	struct people_user user;
	enum err_code rc = bureau_open(call, ERR_NONE, &bureau);

	if (!rc)
		rc = write_identity(call, &bureau, identity);
	if (!rc)
		rc = bureau_user(call, &bureau, call->args[0], &user);
	if (!rc && cli_has(call, "only"))
		rc = people_user_set_password(bureau.office.store, user.id, "",
		    false, 0, bureau.now_ms, &call->err);
	if (!rc)
		rc = people_user_link(bureau.office.store, user.id, identity,
		    bureau.now_ms, &call->err);
	return finish(call, &bureau, rc, tr("the identity opens this account"));
}

static enum cli_exit run_unlink(struct cli_call *call)
{
	struct bureau bureau = BUREAU_INIT;
	struct people_user user;
	enum err_code rc = bureau_open(call, ERR_NONE, &bureau);

	if (!rc)
		rc = bureau_user(call, &bureau, call->args[0], &user);
	if (!rc)
		rc = people_user_link(bureau.office.store, user.id, NULL,
		    bureau.now_ms, &call->err);
	return finish(call, &bureau, rc, tr("no identity opens this account"));
}

static const struct cli_option data_only[] = {CLI_DATA_OPTION, {0}};

static const struct cli_option link_options[] = {
    CLI_DATA_OPTION,
    {"only", NULL,
	N_("take the password away: the account is opened by the identity "
	   "provider alone"),
	false},
    {0},
};

const struct cli_cmd cmd_user_link = {
    .name = "user link",
    .args = "LOGIN SUBJECT",
    .summary = N_("let an identity of the identity provider open an account"),
    .details = N_("SUBJECT is what the identity provider of site.yaml calls "
		  "the person (\"sub\"); whoever signs in there without "
		  "being linked is shown it. An account has one identity, "
		  "an identity one account. Ends the account's sessions."),
    .options = link_options,
    .args_min = 2,
    .args_max = 2,
    .run = run_link,
};

const struct cli_cmd cmd_user_unlink = {
    .name = "user unlink",
    .args = "LOGIN",
    .summary = N_("let no identity open an account any more"),
    .details = N_("Ends the account's sessions."),
    .options = data_only,
    .args_min = 1,
    .args_max = 1,
    .run = run_unlink,
};
