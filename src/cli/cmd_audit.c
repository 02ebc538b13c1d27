/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit: what the log of uses tells about those who read. Looking is a use
 * itself, sealed before a word is said. Ends with 1 when there are findings.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/audit.h"
#include "api/office.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/trace.h"

/* ---- for people ---- */

static void print_entries(const json_t *finding)
{
	const json_t *entries = json_object_get(finding, "entries");
	json_t *number;
	size_t i;

	fputs(tr("    entries:"), stdout);
	json_array_foreach (entries, i, number)
		printf(" %lld", json_integer_value(number));
	putchar('\n');
}

static void print_finding(const json_t *finding)
{
	const json_t *rule = json_object_get(finding, "rule");
	const json_t *reader = json_object_get(finding, "reader");
	const json_t *department = json_object_get(finding, "department");
	json_int_t of = json_integer_value(json_object_get(finding, "of"));

	printf("\n  %s  %s\n    %s\n", cli_text(rule, "title"),
	    cli_text(finding, "key"), cli_text(rule, "text"));
	printf("    %s  %s  %s %s\n", cli_text(department, "title"),
	    cli_text(reader, "name"), cli_text(finding, "subject"),
	    cli_text(finding, "case"));
	printf(tr("    measured: %lld"),
	    json_integer_value(json_object_get(finding, "measured")));
	if (of)
		printf(" / %lld", (long long)of);
	printf("\n");
	print_entries(finding);
}

static void print_document(const json_t *json)
{
	const json_t *findings = json_object_get(json, "findings");
	json_t *one;
	size_t i;

	printf(tr("%s to %s; findings: %zu, open questions: %zu\n"),
	    cli_text(json, "from"), cli_text(json, "to"),
	    json_array_size(findings),
	    json_array_size(json_object_get(json, "questions")));
	json_array_foreach (findings, i, one)
		print_finding(one);
}

/* ---- the command ---- */

static enum err_code read_day(
    struct cli_call *call, const char *name, date_days *out)
{
	const char *text = cli_value(call, name);

	*out = DATE_NONE;
	if (!text || date_parse_iso(span_of(text), out))
		return 0;
	return err_set(
	    &call->err, ERR_USAGE, "--%s must be a day like 2026-11-23", name);
}

static enum err_code read_period(
    struct cli_call *call, struct audit_period *out)
{
	date_days from, to;
	enum err_code rc = read_day(call, "from", &from);

	if (!rc)
		rc = read_day(call, "to", &to);
	return rc ? rc
		  : audit_period_of(from, to, calendar_today(),
			calendar_now_ms(), out, &call->err);
}

static enum cli_exit audit(
    struct cli_call *call, struct home *home, struct office *office)
{
	struct audit_viewer viewer = {
	    .catalog = home->catalog, .registry = home->store};
	struct arena *arena = arena_new();
	const struct use use = {.act = USE_AUDIT};
	struct buf document = BUF_INIT(AUDIT_BYTES_MAX);
	struct audit_period period;
	size_t findings = 0;
	enum cli_exit code;
	enum err_code rc = read_period(call, &period);

	if (!rc)
		rc = audit_viewer_load(
		    &viewer, office->store, arena, &call->err);
	if (!rc)
		rc = audit_document(&viewer, office->store, &period, &findings,
		    &document, &call->err);
	rc = trace_look(call, home, office, &use, &document, rc);
	code = cli_tell(call, rc, &document, print_document);
	buf_release(&document);
	arena_free(&arena);
	return code == CLI_DONE && findings ? CLI_REFUSALS : code;
}

static enum cli_exit run(struct cli_call *call)
{
	return trace_run(call, audit);
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"from", "DAY", N_("the first day of the period (30 days ago)"), false},
    {"to", "DAY", N_("its last day (today)"), false},
    {0},
};

const struct cli_cmd cmd_audit = {
    .name = "audit",
    .args = "",
    .summary = N_("say what stands out in the log of uses"),
    .details = N_("Rules about those who read, never about organisations: "
		  "each finding names the entries of the log that prove it. "
		  "Looking is sealed in the log of uses first. Ends with 1 "
		  "when something was found."),
    .options = options,
    .run = run,
};
