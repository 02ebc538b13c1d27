/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade: a directory of an older program becomes one of this program.
 *
 * The databases are brought up by being opened to write (store/store.h). The
 * catalogue is the city's own, and no program changes it: it is only said when
 * this program finds errors in it that the older one took.
 */
#include <jansson.h>
#include <stdio.h>

#include "api/office.h"
#include "base/json.h"
#include "base/tr.h"
#include "cli/commands.h"

enum { DOCUMENT_BYTES_MAX = 16 * 1024 };

static void put_database(
    struct json_writer *w, const char *name, const struct store *store)
{
	json_open_object(w);
	json_put_str(w, "name", name);
	json_put_int(w, "found", store_step_found(store));
	json_put_int(w, "step", store_step_known());
	json_close_object(w);
}

static enum err_code upgrade_records(struct home *home,
    const struct home_options *options, struct json_writer *w, struct err *err)
{
	enum err_code rc = home_open_store(home, HOME_WRITE, options, err);

	if (!rc)
		put_database(w, "gongxin.db", home->store);
	return rc;
}

static enum err_code upgrade_office(const struct home *home,
    const struct home_options *options, struct json_writer *w, struct err *err)
{
	struct office office;
	enum err_code rc;

	if (!office_exists(home))
		return office_check_lost(home, err);
	rc = office_open(home, HOME_WRITE, options, &office, err);
	if (rc)
		return rc;
	put_database(w, "office.db", office.store);
	office_close(&office);
	return 0;
}

/* False when it cannot be used. */
static bool look_at_catalogue(struct home *home, struct json_writer *w)
{
	struct err err = {0};

	if (!home_load_catalog(home, &err))
		return true;
	json_key(w, "catalogue");
	json_open_object(w);
	json_put_err(w, err_name(err.code), &err);
	json_close_object(w);
	return false;
}

static void view(const json_t *document)
{
	const json_t *fault = json_object_get(document, "catalogue");
	const json_t *one;
	size_t i;

	json_array_foreach (json_object_get(document, "databases"), i, one) {
		long long found =
		    json_integer_value(json_object_get(one, "found"));
		long long step =
		    json_integer_value(json_object_get(one, "step"));

		if (found == step)
			printf(tr("%s: schema step %lld, nothing to do\n"),
			    cli_text(one, "name"), step);
		else
			printf(
			    tr("%s: brought from schema step %lld to %lld\n"),
			    cli_text(one, "name"), found, step);
	}
	if (fault)
		printf(tr("catalogue: %s\n  %s\n  hint: %s\n"),
		    cli_text(fault, "message"), cli_text(fault, "detail"),
		    cli_text(fault, "hint"));
}

static enum cli_exit run(struct cli_call *call)
{
	struct home_options options = cli_home_options(call);
	struct buf document = BUF_INIT(DOCUMENT_BYTES_MAX);
	bool is_usable = true;
	struct json_writer w;
	struct home home;
	enum cli_exit code;
	enum err_code rc =
	    home_open(cli_value(call, "data"), &home, &call->err);

	if (rc)
		return cli_fail(call);
	json_start(&w, &document);
	json_open_object(&w);
	json_key(&w, "databases");
	json_open_array(&w);
	rc = upgrade_records(&home, &options, &w, &call->err);
	if (!rc)
		rc = upgrade_office(&home, &options, &w, &call->err);
	json_close_array(&w);
	if (!rc)
		is_usable = look_at_catalogue(&home, &w);
	json_close_object(&w);
	code = cli_tell(call, rc, &document, view);
	buf_release(&document);
	home_close(&home);
	return code == CLI_DONE && !is_usable ? CLI_REFUSALS : code;
}

static const struct cli_option options[] = {CLI_DATA_OPTION, {0}};

const struct cli_cmd cmd_upgrade = {
    .name = "upgrade",
    .args = "",
    .summary = N_("bring a directory of an older program up to this one"),
    .details = N_("Stop the server and make a backup first: an older program "
		  "refuses the directory afterwards. Also says whether this "
		  "program takes the directory's catalogue. May be run again."),
    .options = options,
    .run = run,
};
