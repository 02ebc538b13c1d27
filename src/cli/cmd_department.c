/* SPDX-License-Identifier: Apache-2.0 */
/* department list: the catalogue's departments, and who acts for them. */
#include <jansson.h>
#include <stdio.h>

#include "api/accounts.h"
#include "base/tr.h"
#include "cli/commands.h"
#include "cli/bureau.h"

static void print_row(const json_t *department)
{
	const char *id = json_string_value(json_object_get(department, "id"));
	const char *title =
	    json_string_value(json_object_get(department, "title"));

	cli_pad(id, 36);
	cli_pad(title, 40);
	printf(tr("%lld users, %lld tokens\n"),
	    json_integer_value(json_object_get(department, "users")),
	    json_integer_value(json_object_get(department, "tokens")));
}

static enum cli_exit run(struct cli_call *call)
{
	struct buf text = BUF_INIT(ACCOUNTS_BYTES_MAX);
	struct bureau bureau = BUREAU_INIT;
	enum err_code rc = bureau_open(call, HOME_READ, &bureau);
	json_t *list, *one;
	size_t i;

	if (!rc)
		rc = accounts_departments(bureau.office.store,
		    bureau.home.catalog, bureau.now_ms, &text, &call->err);
	rc = bureau_close(call, &bureau, rc);
	if (!rc && call->is_json) {
		cli_print_json(&text);
	} else if (!rc) {
		list = json_loadb(buf_str(&text), text.n, 0, NULL);
		json_array_foreach (
		    json_object_get(list, "departments"), i, one)
			print_row(one);
		json_decref(list);
	}
	buf_release(&text);
	return rc ? cli_fail(call) : CLI_DONE;
}

static const struct cli_option options[] = {CLI_DATA_OPTION, {0}};

const struct cli_cmd cmd_department_list = {
    .name = "department list",
    .args = "",
    .summary = N_("list the departments with their users and tokens"),
    .options = options,
    .run = run,
};
