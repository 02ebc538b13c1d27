/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check: what applies to an organisation today in one matter. It leaves its
 * trace in the log of uses before it says a word, refused or answered, as
 * the check over the network does.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/check.h"
#include "api/office.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/trace.h"

/* ---- for people ---- */

static void print_until(const json_t *json)
{
	const char *until = cli_text(json, "until");

	if (until[0])
		printf(tr("until %s"), until);
	else
		fputs(tr("without a known end"), stdout);
}

static void print_entry(const json_t *entry)
{
	const json_t *list = json_object_get(entry, "list");
	const json_t *item = json_object_get(entry, "item");
	json_t *measure;
	size_t i;

	printf("\n  %s  %s  %s\n",
	    cli_text(json_is_object(list) ? list : item, "title"),
	    cli_text(entry, "document"), cli_text(entry, "decided_on"));
	printf("    %s  ", cli_text(entry, "authority"));
	print_until(entry);
	printf("\n    %s\n", cli_text(entry, "exit"));
	json_array_foreach (json_object_get(entry, "measures"), i, measure) {
		printf("    - %s  ", cli_text(measure, "title"));
		print_until(measure);
		putchar('\n');
	}
}

static void print_answer(const struct buf *document)
{
	json_t *json = json_loadb(buf_str(document), document->n, 0, NULL);
	const json_t *subject = json_object_get(json, "subject");
	json_t *entry;
	size_t i;

	printf(
	    "%s  %s\n", cli_text(subject, "code"), cli_text(subject, "name"));
	printf(tr("check %s, matter: %s\n"), cli_text(json, "id"),
	    cli_text(json_object_get(json, "matter"), "title"));
	if (!json_is_true(json_object_get(subject, "is_known")))
		printf("%s\n",
		    tr("The platform has no record of this organisation."));
	else if (!json_is_true(json_object_get(json, "applies")))
		printf("%s\n", tr("Nothing applies to it in this matter."));
	json_array_foreach (json_object_get(json, "entries"), i, entry)
		print_entry(entry);
	printf("\n%s\n", cli_text(json, "notice"));
	json_decref(json);
}

/* ---- the command ---- */

static enum cli_exit check(
    struct cli_call *call, struct home *home, struct office *office)
{
	char reader[TRACE_NAME_BYTES];
	const struct check_question question = {.code = span_of(call->args[0]),
	    .matter = span_of(cli_value(call, "matter")),
	    .purpose = span_of(cli_value(call, "purpose")),
	    .case_number = span_of(cli_value(call, "case")),
	    .department = cli_value(call, "from"),
	    .now_ms = calendar_now_ms()};
	const struct reading reading = {.store = home->store,
	    .catalog = home->catalog,
	    .as_of = calendar_today(),
	    .today = calendar_today()};
	struct check_answer answer;
	struct use use;
	struct err untraced;
	enum err_code rc;

	check_answer_init(&answer);
	rc = check_make(&reading, &question, &answer, &call->err);
	use = check_use(&question, &answer, rc ? &call->err : NULL);
	trace_find_reader(reader);
	use.reader = span_of(reader);
	/* A refusal tells something, too: not without its trace. */
	if (trace_leave(office, &use, &untraced)) {
		call->err = untraced;
		rc = untraced.code;
	}
	if (!rc && call->is_json)
		cli_print_json(&answer.document);
	else if (!rc)
		print_answer(&answer.document);
	check_answer_release(&answer);
	return rc ? cli_fail(call) : CLI_DONE;
}

static enum cli_exit run(struct cli_call *call)
{
	return trace_run(call, check);
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"matter", "ID", N_("what it is asked for, as the catalogue names it"),
	true},
    {"purpose", "TEXT", N_("what the check is for"), true},
    {"case", "NUMBER", N_("the number of the case it belongs to"), true},
    {"from", "DEPARTMENT", N_("the department that asks"), true},
    {0},
};

const struct cli_cmd cmd_check = {
    .name = "check",
    .args = "CODE",
    .args_min = 1,
    .args_max = 1,
    .summary = N_("say what applies to an organisation in a matter"),
    .details = N_("Only what the catalogue lets this matter look up, and only "
		  "what stands today. Each check, answered or refused, is "
		  "sealed in the log of uses first; the organisation can see "
		  "it."),
    .options = options,
    .run = run,
};
