/* SPDX-License-Identifier: Apache-2.0 */
/* init: makes a data directory for a city. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/bureau.h"
#include "web/site_config.h"

/* Where the catalogue is when --catalog is not given: as installed, or in
 * the source tree beside the program's build folder; else NULL. */
static const char *default_catalog(char *out, size_t room, struct err *err)
{
	ssize_t n = readlink("/proc/self/exe", out, room - 32);

	if (file_exists(GX_CATALOG_DIR "/national"))
		return GX_CATALOG_DIR;
	while (n > 0) {
		while (n > 0 && out[n - 1] != '/')
			n--;
		memcpy(out + n, "catalog/national", 17);
		if (file_exists(out)) {
			out[n + 7] = '\0';
			return out;
		}
		n--;
	}
	err_set(err, ERR_NOT_FOUND,
	    "there is no catalogue beside the program, nor in \"%s\"",
	    GX_CATALOG_DIR);
	err_hint(err,
	    "Name the folder that came with the program by --catalog DIR; it "
	    "holds \"national\".");
	return NULL;
}

static void print_made(
    struct cli_call *call, const char *origin, const char *once)
{
	const char *admin = cli_value(call, "admin");
	const char *dir = cli_value(call, "data");
	struct buf text = BUF_INIT(16 * 1024);
	struct json_writer w;

	if (!call->is_json) {
		printf(tr("made the data directory \"%s\" for \"%s\"; its log "
			  "is called %s\n"),
		    dir, cli_value(call, "city"), origin);
		printf(tr("keep \"%s/keys/records.key\" secret and back it up; "
			  "give \"%s/keys/records.key.pub\" to everyone\n"),
		    dir, dir);
		if (admin)
			printf(tr("the administrator \"%s\" signs in with this "
				  "password once, shown only now: %s\n"),
			    admin, once);
		return;
	}
	json_start(&w, &text);
	json_open_object(&w);
	json_put_str(&w, "data", dir);
	json_put_str(&w, "city", cli_value(call, "city"));
	json_put_str(&w, "origin", origin);
	if (admin) {
		json_put_str(&w, "admin", admin);
		json_put_str(&w, "once", once);
	}
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
}

/* Before anything is made. */
static enum err_code check_admin(struct cli_call *call)
{
	const char *admin = cli_value(call, "admin");

	return admin ? people_user_check(admin, admin, &call->err) : 0;
}

static enum cli_exit run(struct cli_call *call)
{
	const char *city = cli_value(call, "city");
	const char *catalog = cli_value(call, "catalog");
	const char *origin = cli_value(call, "origin");
	struct home_plan plan = {
	    .dir = cli_value(call, "data"),
	    .city = city,
	    .options = cli_home_options(call),
	};
	char path[4096];
	char name[256];
	char once[PEOPLE_ONCE_CHARS + 1] = "";

	if (calendar_clock_check(&call->err))
		return cli_fail(call);
	if (!catalog)
		catalog = default_catalog(path, sizeof(path), &call->err);
	if (!catalog)
		return cli_fail(call);
	snprintf(name, sizeof(name), "%s.gongxin.example/records", city);
	if (!origin)
		origin = name;
	plan.catalog_root = catalog;
	plan.origin = origin;
	plan.now_ms = calendar_now_ms();
	plan.site_text = site_config_example();
	if (check_admin(call) || home_create(&plan, &call->err))
		return cli_fail(call);
	if (cli_has(call, "admin") &&
	    bureau_first_admin(call, cli_value(call, "admin"), once))
		return cli_fail(call);
	print_made(call, origin, once);
	return CLI_DONE;
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"city", "CITY", N_("the city's id in the catalogue"), true},
    {"catalog", "DIR", N_("the catalogue to copy from"), false},
    {"origin", "NAME",
	N_("the log's name, for example credit.example.gov.cn/records"), false},
    {"admin", "LOGIN",
	N_("make this account, with a password for one use, the "
	   "administrator's"),
	false},
    {0},
};

const struct cli_cmd cmd_init = {
    .name = "init",
    .args = "",
    .summary = N_("make a data directory for a city"),
    .details = N_("The directory gets its own copy of the catalogue, a "
		  "database and the key pair of its log."),
    .options = options,
    .run = run,
};
