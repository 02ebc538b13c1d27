/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check: what applies today in one matter to an organisation, or to each of
 * many. It leaves its trace in the log of uses before it says a word,
 * refused or answered, as the check over the network does.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/check_many.h"
#include "api/office.h"
#include "base/file.h"
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

/* That the organisation objects to it, when it does. */
static void print_objected(const json_t *objected)
{
	if (!json_is_object(objected))
		return;
	printf(tr("    the organisation objects to it: %s, since %s"),
	    cli_text(json_object_get(objected, "state"), "title"),
	    cli_text(objected, "since"));
	if (cli_text(objected, "due")[0]) {
		printf(tr(", due on %s"), cli_text(objected, "due"));
		cli_print_holidays(objected);
	}
	putchar('\n');
}

static void print_bases(const json_t *of)
{
	json_t *basis;
	size_t i;

	json_array_foreach (json_object_get(of, "bases"), i, basis) {
		printf("        ");
		cli_print_basis(basis);
	}
}

static void print_whom_to_ask(const json_t *entry)
{
	const json_t *whom = json_object_get(entry, "objection");

	printf(tr("    record %lld, to ask about it: %s %s\n"),
	    (long long)json_integer_value(json_object_get(entry, "record")),
	    cli_text(json_object_get(whom, "department"), "title"),
	    cli_text(whom, "contact"));
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
	if (cli_text(entry, "content")[0])
		printf("    %s\n", cli_text(entry, "content"));
	printf("    %s  ", cli_text(entry, "authority"));
	print_until(entry);
	printf("\n    %s\n", cli_text(entry, "exit"));
	print_bases(entry);
	print_objected(json_object_get(entry, "objected"));
	if (json_is_true(json_object_get(entry, "in_favour")))
		printf("    %s\n", tr("in its favour"));
	json_array_foreach (json_object_get(entry, "measures"), i, measure) {
		printf("    %s %s  ",
		    strcmp(cli_text(measure, "kind"), "encourage") == 0 ? "+"
									: "-",
		    cli_text(measure, "title"));
		print_until(measure);
		putchar('\n');
		print_bases(measure);
	}
	print_whom_to_ask(entry);
}

/* Where to object, and within what it is answered. */
static void print_objection(const json_t *answer)
{
	const json_t *how = json_object_get(answer, "objection");
	const json_t *office = json_object_get(how, "office");
	json_t *clock;
	size_t i;

	if (!json_is_object(how))
		return;
	printf(tr("To object: with an account at /records/NUMBER/objection, "
		  "without one at %s %s\n"),
	    cli_text(office, "title"), cli_text(office, "contact"));
	json_array_foreach (json_object_get(how, "clocks"), i, clock)
		printf(json_is_true(json_object_get(clock, "working_days"))
			? tr("  answered within %lld working days (%s)\n")
			: tr("  answered within %lld days (%s)\n"),
		    (long long)json_integer_value(
			json_object_get(clock, "days")),
		    cli_text(clock, "scope_title"));
}

static void print_answer(const json_t *json)
{
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
		printf("%s\n",
		    tr("No measure against it applies in this matter."));
	json_array_foreach (json_object_get(json, "entries"), i, entry)
		print_entry(entry);
	putchar('\n');
	print_objection(json);
	printf(tr("catalogue %s\n"), cli_text(json, "catalogue"));
	printf("%s\n", cli_text(json, "notice"));
}

/* ---- the command ---- */

/* What is asked, but for whom it is about. */
static struct check_question question_of(const struct cli_call *call)
{
	return (struct check_question){
	    .matter = span_of(cli_value(call, "matter")),
	    .purpose = span_of(cli_value(call, "purpose")),
	    .case_number = span_of(cli_value(call, "case")),
	    .department = cli_value(call, "from"),
	    .now_ms = calendar_now_ms(),
	};
}

/* Without a roster, of one and of many alike: it is a copy that a server keeps
 * for speed and that decides nothing (registry/roster.h), so that answers are
 * the same; to make one takes longer than a command's whole list. */
static struct reading reading_of(const struct home *home)
{
	return (struct reading){
	    .store = home->store,
	    .catalog = home->catalog,
	    .as_of = calendar_today(),
	    .today = calendar_today(),
	};
}

static enum cli_exit check(
    struct cli_call *call, struct home *home, struct office *office)
{
	struct check_question question = question_of(call);
	const struct reading reading = reading_of(home);
	struct view_source view;
	struct check_answer answer;
	struct use use;
	struct err untraced;
	enum cli_exit code;
	enum err_code rc;

	question.code = span_of(call->args[0]);
	check_answer_init(&answer);
	rc = check_begin(&reading, &view, &call->err);
	if (!rc) {
		rc =
		    check_make(&reading, &view, &question, &answer, &call->err);
		check_end(&reading, &view);
	}
	use = check_use(&question, &answer, rc ? &call->err : NULL);
	/* A refusal tells something, too: not without its trace. */
	if (trace_leave(office, &use, &untraced)) {
		call->err = untraced;
		rc = untraced.code;
	}
	code = cli_tell(call, rc, &answer.document, print_answer);
	check_answer_release(&answer);
	return code;
}

/* ---- of many ---- */

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n >= k && strcmp(text + n - k, end) == 0;
}

/* Those named, then those of the file. */
static enum err_code read_codes(
    struct cli_call *call, struct check_codes *codes)
{
	const char *path = cli_value(call, "codes");
	struct buf text = BUF_INIT(CHECK_CODES_BYTES_MAX);
	enum err_code rc = 0;
	size_t i;

	for (i = 0; i < call->args_count && !rc; i++)
		rc = check_codes_add(codes, span_of(call->args[i]), &call->err);
	if (!rc && path) {
		rc = file_read(path, &text, &call->err);
		if (!rc)
			rc = check_codes_add_lines(codes, buf_span(&text),
			    ends_with(path, ".csv"), &call->err);
	}
	buf_release(&text);
	return rc;
}

static void print_problem(const json_t *line, const json_t *problem)
{
	printf(tr("line %lld  %s: %s\n"),
	    (long long)json_integer_value(json_object_get(line, "line")),
	    cli_text(line, "given"), cli_text(problem, "message"));
	if (cli_text(problem, "detail")[0])
		printf("    %s\n", cli_text(problem, "detail"));
}

static void print_subject(const json_t *line)
{
	const json_t *subject = json_object_get(line, "subject");
	json_t *entry;
	size_t i;

	printf("%s  %s  %s\n", cli_text(subject, "code"),
	    cli_text(subject, "name"),
	    !json_is_true(json_object_get(subject, "is_known"))
		? tr("not known here")
		: json_is_true(json_object_get(line, "applies"))
		? tr("applies:")
		: tr("nothing applies"));
	json_array_foreach (json_object_get(line, "entries"), i, entry)
		print_entry(entry);
}

static void print_sum(const json_t *sum)
{
	printf(tr("%lld answered, %lld wrong, something applies to %lld\n"),
	    (long long)json_integer_value(json_object_get(sum, "answered")),
	    (long long)json_integer_value(json_object_get(sum, "wrong")),
	    (long long)json_integer_value(json_object_get(sum, "applies")));
}

static void print_line(struct span text)
{
	json_t *json = json_loadb(text.p, text.n, 0, NULL);
	const json_t *problem = json_object_get(json, "problem");
	const json_t *batch = json_object_get(json, "batch");
	const json_t *sum = json_object_get(json, "sum");

	if (problem)
		print_problem(json, problem);
	else if (batch)
		printf(tr("check %s, matter: %s\n"), cli_text(batch, "id"),
		    cli_text(json_object_get(batch, "matter"), "title"));
	else if (sum)
		print_sum(sum);
	else
		print_subject(json);
	json_decref(json);
}

static void print_lines(const struct buf *portion)
{
	struct span left = buf_span(portion);

	while (left.n) {
		const char *end = memchr(left.p, '\n', left.n);
		size_t n = end ? (size_t)(end - left.p) : left.n;

		print_line((struct span){left.p, n});
		n += end != NULL;
		left = (struct span){left.p + n, left.n - n};
	}
}

struct portion {
	struct check_many *many;
	struct use use;
};

/* trace_write */
static enum err_code write_portion(
    void *ctx, struct use_log *log, struct store *office, struct err *err)
{
	const struct portion *p = ctx;

	return check_many_trace(p->many, &p->use, log, office, err);
}

/* The trace of a portion, or of the refusal `why`. */
static enum err_code leave_trace(struct cli_call *call, struct office *office,
    struct check_many *many, const struct err *why)
{
	char reader[TRACE_NAME_BYTES];
	struct portion p = {many, check_many_use(many, why)};

	trace_find_reader(reader);
	p.use.reader = span_of(reader);
	p.use.reader_kind = USE_COMMAND;
	p.use.at_ms = calendar_now_ms();
	return trace_leave_by(
	    office, p.use.at_ms, write_portion, &p, &call->err);
}

static enum err_code tell_portions(struct cli_call *call,
    const struct reading *reading, struct office *office,
    struct check_many *many)
{
	struct buf portion = BUF_INIT(CHECK_PORTION_BYTES_MAX);
	enum err_code rc = 0;
	int got = 1;

	while (!rc &&
	    (got = check_many_next(many, reading, &portion, &call->err)) == 1) {
		rc = leave_trace(call, office, many, NULL);
		if (!rc && call->is_json)
			fwrite(portion.p, 1, portion.n, stdout);
		else if (!rc)
			print_lines(&portion);
		buf_reset(&portion);
	}
	buf_release(&portion);
	return rc ? rc : got < 0 ? (enum err_code)got : 0;
}

static enum cli_exit check_many(
    struct cli_call *call, struct home *home, struct office *office)
{
	const struct check_question question = question_of(call);
	const struct reading reading = reading_of(home);
	struct check_many *many = NULL;
	struct check_codes codes;
	struct err why;
	enum err_code unread, rc;

	check_codes_init(&codes);
	unread = read_codes(call, &codes);
	why = call->err;
	rc = check_many_open(&reading, &question, &codes,
	    call->is_json ? CHECK_JSON : CHECK_LINES, &many, &call->err);
	if (unread) {
		rc = unread;
		call->err = why;
	}
	if (rc) {
		/* A refusal tells something, too: not without its trace. */
		why = call->err;
		check_many_refuse(many, &reading);
		if (leave_trace(call, office, many, &why) == 0)
			call->err = why;
	} else {
		rc = tell_portions(call, &reading, office, many);
	}
	check_many_close(&many);
	check_codes_release(&codes);
	return rc ? cli_fail(call) : CLI_DONE;
}

static enum cli_exit run(struct cli_call *call)
{
	bool is_of_one = call->args_count == 1 && !cli_value(call, "codes");

	return trace_run(call, is_of_one ? check : check_many);
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"matter", "ID", N_("what it is asked for, as the catalogue names it"),
	true},
    {"purpose", "TEXT", N_("what the check is for"), true},
    {"case", "NUMBER", N_("the number of the case it belongs to"), true},
    {"from", "DEPARTMENT", N_("the department that asks"), true},
    {"codes", "FILE",
	N_("codes, one on each line, or the first column of a .csv"), false},
    {0},
};

const struct cli_cmd cmd_check = {
    .name = "check",
    .args = "[CODE...]",
    .args_min = 0,
    .args_max = SIZE_MAX,
    .summary = N_("say what applies to organisations in a matter"),
    .details = N_("Only what the catalogue lets this matter look up, and only "
		  "what stands today. Each check, answered or refused, is "
		  "sealed in the log of uses first; the organisation can see "
		  "it. Of many codes each is told of in its order, wrong ones "
		  "with the reason."),
    .options = options,
    .run = run,
};
