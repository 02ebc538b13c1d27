/* SPDX-License-Identifier: Apache-2.0 */
/* department list: the catalogue's departments, and who acts for them. */
#include <jansson.h>
#include <stdio.h>

#include "api/accounts.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/bureau.h"

static enum err_code make_list(struct cli_call *call, const struct home *home,
    struct office *office, struct buf *out)
{
	return accounts_departments(
	    office->store, home->catalog, calendar_now_ms(), out, &call->err);
}

static void print_row(const json_t *department)
{
	cli_pad(cli_text(department, "id"), 36);
	cli_pad(cli_text(department, "title"), 40);
	printf(tr("users: %lld, tokens: %lld\n"),
	    json_integer_value(json_object_get(department, "users")),
	    json_integer_value(json_object_get(department, "tokens")));
}

static void print_list(const json_t *document)
{
	const json_t *one;
	size_t i;

	json_array_foreach (json_object_get(document, "departments"), i, one)
		print_row(one);
}

static enum cli_exit list(
    struct cli_call *call, struct home *home, struct office *office)
{
	return bureau_show(call, home, office, make_list, print_list);
}

static enum cli_exit run(struct cli_call *call)
{
	return trace_run(call, list);
}

static const struct cli_option options[] = {CLI_DATA_OPTION, {0}};

const struct cli_cmd cmd_department_list = {
    .name = "department list",
    .args = "",
    .summary = N_("list the departments with their users and tokens"),
    .details = N_("The look leaves its trace in the log of uses."),
    .options = options,
    .run = run,
};
