/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show: an organisation's records, or one statement, as they stood on a day.
 *
 * The view for people is made from the same document that --json prints:
 * nothing is shown that is not in it. Without --purpose it is the public's;
 * with it, whatever is read leaves its trace first.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/record.h"
#include "api/subject.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/trace.h"

enum { TITLE_COLUMNS = 30, RECORD_DIGITS_MAX = 14 };

/* ---- pieces of the document ---- */

static long long number_of(const json_t *json, const char *key)
{
	return (long long)json_integer_value(json_object_get(json, key));
}

static void print_line(const char *title, const char *value)
{
	if (!value[0])
		return;
	printf("      ");
	cli_pad(title, TITLE_COLUMNS);
	printf("  %s\n", value);
}

/* ---- a record ---- */

static void print_plain(const json_t *value)
{
	const json_t *each;
	size_t i;

	if (json_is_string(value))
		fputs(json_string_value(value), stdout);
	else if (json_is_integer(value))
		printf("%lld", (long long)json_integer_value(value));
	json_array_foreach (value, i, each) {
		fputs(i ? "、" : "", stdout);
		print_plain(each);
	}
}

static void print_field(const json_t *field)
{
	const char *text = cli_text(field, "text");

	printf("      ");
	cli_pad(cli_text(field, "title"), TITLE_COLUMNS);
	printf("  ");
	if (text[0])
		fputs(text, stdout);
	else
		print_plain(json_object_get(field, "value"));
	if (json_is_true(json_object_get(field, "internal")))
		printf("  %s", tr("[not public]"));
	putchar('\n');
}

static void print_publication(const json_t *publication)
{
	const char *until = cli_text(publication, "until");
	const char *regime =
	    cli_text(json_object_get(publication, "regime"), "title");
	const char *repair = cli_text(publication, "repair_from");

	printf("      ");
	if (!json_is_true(json_object_get(publication, "published")))
		printf(tr("not published: %s"), cli_text(publication, "why"));
	else if (until[0])
		printf(tr("published until %s"), until);
	else
		fputs(tr("published without an end"), stdout);
	if (regime[0])
		printf(" (%s)", regime);
	putchar('\n');
	if (repair[0]) {
		printf("      ");
		printf(
		    tr("repair may be applied for from %s at the earliest\n"),
		    repair);
	}
}

static void print_end(const json_t *end)
{
	if (!json_is_object(end))
		return;
	printf("      ");
	printf(tr("ended on %s by statement %lld: %s\n"), cli_text(end, "on"),
	    number_of(end, "statement"), cli_text(end, "reason"));
}

static void print_marks(const json_t *marks)
{
	const json_t *mark;
	size_t i;

	json_array_foreach (marks, i, mark) {
		printf("      ");
		printf(tr("marked since %s: %s\n"), cli_text(mark, "since"),
		    cli_text(mark, "text"));
	}
}

static void print_head(const json_t *record)
{
	const char *class_ =
	    cli_text(json_object_get(record, "class"), "title");

	printf("  #%lld  %s", number_of(record, "record"),
	    cli_text(record, "title"));
	if (class_[0])
		printf(" · %s", class_);
	if (cli_text(record, "decided_on")[0])
		printf(" · %s", cli_text(record, "decided_on"));
	if (number_of(record, "version") > 1)
		printf(tr(" · version %lld"), number_of(record, "version"));
	if (json_is_true(json_object_get(record, "late"))) {
		printf(tr(" · late, was due on %s"), cli_text(record, "due"));
		cli_print_holidays(record);
	}
	putchar('\n');
}

static void print_bases(const json_t *bases)
{
	const json_t *basis;
	size_t i;

	json_array_foreach (bases, i, basis) {
		printf("      ");
		cli_pad(i ? "" : tr("basis"), TITLE_COLUMNS);
		printf("  ");
		cli_print_basis(basis);
	}
}

static void print_record(const json_t *record)
{
	const json_t *department = json_object_get(record, "department");
	const json_t *field;
	size_t i;

	print_head(record);
	print_publication(json_object_get(record, "publication"));
	print_end(json_object_get(record, "ended"));
	print_marks(json_object_get(record, "marks"));
	if (strcmp(cli_text(record, "content"), "replaced") == 0) {
		printf("      ");
		printf(tr("its content was replaced by record %lld\n"),
		    number_of(record, "replaced_by"));
	}
	print_line(tr("source"), cli_text(department, "title"));
	print_line(tr("received"), cli_moment(record, "received").text);
	json_array_foreach (json_object_get(record, "fields"), i, field)
		print_field(field);
	print_bases(json_object_get(record, "bases"));
}

/* ---- a subject ---- */

/* The public is not told since when. */
static void print_also(const json_t *also)
{
	const char *told_on = cli_text(also, "told_on");

	if (told_on[0])
		printf(tr("  also: %s (told on %s)\n"), cli_text(also, "value"),
		    told_on);
	else
		printf(tr("  also: %s\n"), cli_text(also, "value"));
}

static void print_identity(const json_t *document)
{
	const json_t *parts =
	    json_object_get(json_object_get(document, "ident"), "parts");
	const json_t *also;
	size_t i;

	printf("%s\n", cli_text(document, "name"));
	printf("  %s · %s · %s\n", cli_text(document, "code"),
	    cli_text(parts, "class_title"), cli_text(parts, "division_name"));
	json_array_foreach (json_object_get(document, "also"), i, also)
		print_also(also);
	if (strcmp(cli_text(document, "view"), "public") == 0)
		printf(tr("  as the public sees it for %s\n"),
		    cli_text(document, "as_of"));
	else
		printf(tr("  as it stood on %s, for entitled readers\n"),
		    cli_text(document, "as_of"));
}

static void print_subject(const json_t *document)
{
	const json_t *group, *record;
	size_t i, k;

	print_identity(document);
	if (number_of(document, "records") == 0)
		printf("\n%s\n", tr("no records"));
	json_array_foreach (json_object_get(document, "groups"), i, group) {
		printf("\n%s (%lld)\n", cli_text(group, "title"),
		    number_of(group, "count"));
		json_array_foreach (
		    json_object_get(group, "records"), k, record)
			print_record(record);
	}
}

/* ---- a statement ---- */

static void print_counts(json_t *counts)
{
	const char *name;
	json_t *value;

	json_object_foreach (counts, name, value) {
		printf("      ");
		cli_pad(name, TITLE_COLUMNS);
		printf("  %lld\n", (long long)json_integer_value(value));
	}
}

static void print_statement(const json_t *document)
{
	const json_t *subject = json_object_get(document, "subject");
	const json_t *log = json_object_get(document, "log");
	const char *kind = cli_text(document, "kind");

	printf(tr("statement %lld of %lld: %s, received %s\n"),
	    number_of(document, "statement"), number_of(log, "size"), kind,
	    cli_moment(document, "received").text);
	if (subject)
		printf("  %s  %s\n", cli_text(subject, "code"),
		    cli_text(subject, "name"));
	printf(tr("  commitment %s\n"), cli_text(log, "commitment"));
	if (strcmp(kind, "record") == 0) {
		print_record(json_object_get(document, "record"));
		return;
	}
	print_line(
	    tr("item"), cli_text(json_object_get(document, "item"), "title"));
	print_line(tr("source"),
	    cli_text(json_object_get(document, "department"), "title"));
	print_line(tr("reason"), cli_text(document, "reason"));
	print_line(
	    tr("file"), cli_text(json_object_get(document, "file"), "name"));
	print_counts(json_object_get(document, "counts"));
}

/* ---- the command ---- */

/* Digits only, too few for a code: the number of a statement. */
static bool is_record_number(const char *text, uint64_t *out)
{
	return strlen(text) <= RECORD_DIGITS_MAX && cli_is_number(text, out);
}

static enum err_code read_day(struct cli_call *call, date_days *out)
{
	const char *text = cli_value(call, "as-of");

	if (!text || date_parse_iso(span_of(text), out))
		return 0;
	return err_set(&call->err, ERR_USAGE,
	    "--as-of takes a date as 2026-11-23, not \"%.100s\"", text);
}

/* Whom the document is about, into its trace; of what is not answered
 * nothing is kept, since a name or a person's number may have been asked. */
static enum err_code leave(struct cli_call *call, const struct home *home,
    struct office *office, const struct buf *text, bool is_statement,
    enum err_code rc)
{
	const struct use use = {
	    .reference = span_of(is_statement ? call->args[0] : "")};

	return trace_look(call, home, office, &use, text, rc);
}

static enum cli_exit tell(struct cli_call *call, const struct home *home,
    struct office *office, struct reading *reading)
{
	struct buf text = BUF_INIT(SUBJECT_DOCUMENT_BYTES_MAX);
	uint64_t seq = 0;
	bool is_statement = is_record_number(call->args[0], &seq);
	enum cli_exit code;
	enum err_code rc = read_day(call, &reading->as_of);

	if (!rc && is_statement)
		rc = record_document(
		    reading, home->ledger, seq, &text, &call->err);
	else if (!rc)
		rc = subject_document(
		    reading, span_of(call->args[0]), NULL, &text, &call->err);
	if (office)
		rc = leave(call, home, office, &text, is_statement, rc);
	code = cli_tell(
	    call, rc, &text, is_statement ? print_statement : print_subject);
	buf_release(&text);
	return code;
}

static enum cli_exit show(
    struct cli_call *call, struct home *home, struct office *office)
{
	struct reading reading = {.store = home->store,
	    .catalog = home->catalog,
	    .is_public = !office,
	    .has_proof = call->is_json};

	reading.today = reading.as_of = calendar_today();
	return tell(call, home, office, &reading);
}

static enum cli_exit run(struct cli_call *call)
{
	return calendar_clock_check(&call->err) ? cli_fail(call)
						: trace_run_for(call, show);
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"as-of", "DATE", N_("as it stood on that day (today when not given)"),
	false},
    TRACE_PURPOSE_OPTION,
    {0},
};

const struct cli_cmd cmd_show = {
    .name = "show",
    .args = "CODE|NAME|RECORD-NUMBER",
    .summary = N_("show an organisation's records, or one record"),
    .details = N_("An organisation by its code or its whole name: who it is, "
		  "and its records in the groups of the public credit "
		  "report, each with its law, its source, its publication "
		  "and why. A record or another statement of the log by its "
		  "number. It is what the public may see; with --purpose all "
		  "of it, for entitled readers. --as-of answers for another "
		  "day: what came later is not there yet. The public's "
		  "answer is cut by what is public today, whatever the day."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
