/* SPDX-License-Identifier: Apache-2.0 */
/* doubtful list, doubtful resolve, doubtful undo: whom a row is about. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/trace.h"
#include "intake/doubtful.h"

enum { DOCUMENT_BYTES_MAX = 64 * 1024 * 1024, LIMIT_DEFAULT = 20 };

static long long int_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void print_line(const char *title, const char *value)
{
	printf("    ");
	cli_pad(title, 26);
	printf("%s\n", value);
}

static void print_keys(const json_t *fields)
{
	const json_t *field;
	size_t i;

	json_array_foreach (fields, i, field) {
		const json_t *value = json_object_get(field, "value");

		if (json_is_true(json_object_get(field, "is_key")) &&
		    json_is_string(value))
			print_line(
			    cli_text(field, "title"), json_string_value(value));
	}
}

static void print_candidate(const json_t *candidate)
{
	const json_t *why = json_object_get(candidate, "why");
	const json_t *one;
	size_t i;

	printf("    %s %s  %s\n",
	    json_is_true(json_object_get(candidate, "is_weak")) ? "?" : "→",
	    cli_text(candidate, "code"), cli_text(candidate, "name"));
	json_array_foreach (why, i, one)
		printf("        %s\n", json_string_value(one));
	if (json_is_true(json_object_get(candidate, "code_differs")))
		printf("        %s\n",
		    tr("but its code differs from the visible characters"));
}

static void print_row(const json_t *row)
{
	const json_t *candidates = json_object_get(row, "candidates");
	const char *given = cli_text(row, "code_given");
	const json_t *one;
	size_t i;

	printf("%lld  %s  %s\n", int_of(row, "id"), cli_text(row, "name"),
	    cli_text(json_object_get(row, "item"), "title"));
	printf(tr("    submission %lld, row %lld, from %s\n"),
	    int_of(row, "submission"), int_of(row, "row"),
	    cli_text(row, "from"));
	print_line(tr("code as written"), given[0] ? given : tr("(nothing)"));
	print_line(tr("doubtful because"), cli_text(row, "why"));
	print_line(tr("decided on"), cli_text(row, "decided_on"));
	print_keys(json_object_get(row, "fields"));
	if (json_is_true(json_object_get(row, "is_item_gone")))
		printf("    %s\n",
		    tr("the catalogue no longer has this item: the row can "
		       "only be rejected"));
	json_array_foreach (candidates, i, one)
		print_candidate(one);
	if (json_array_size(candidates) == 0)
		printf("    %s\n", tr("no known organisation is like it"));
	if (json_is_true(json_object_get(row, "has_more_candidates")))
		printf("    %s\n", tr("... and more that are like it"));
	putchar('\n');
}

static void print_list(const json_t *list)
{
	const json_t *row;
	size_t i;

	json_array_foreach (json_object_get(list, "doubtful"), i, row)
		print_row(row);
	printf(tr("open doubtful rows: %lld\n"), int_of(list, "open"));
	if (json_is_integer(json_object_get(list, "next")))
		printf(
		    tr("the next ones: --after %lld\n"), int_of(list, "next"));
}

static enum cli_exit list(
    struct cli_call *call, struct home *home, struct office *office)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	uint64_t after = 0, limit = LIMIT_DEFAULT;
	struct doubtful_query query = {.department = cli_value(call, "from")};
	struct use use = {.department = span_of("")};
	enum cli_exit code;
	enum err_code rc = cli_number(call, "after", 0, 0, INT64_MAX, &after);

	if (!rc)
		rc = cli_number(
		    call, "limit", LIMIT_DEFAULT, 1, DOUBTFUL_LIST_MAX, &limit);
	query.after = (int64_t)after;
	query.limit = limit;
	if (!rc)
		rc = doubtful_list(
		    home->store, home->catalog, &query, &text, &call->err);
	if (query.department)
		use.department = span_of(query.department);
	rc = trace_look(call, home, office, &use, &text, rc);
	code = cli_tell(call, rc, &text, print_list);
	buf_release(&text);
	return code;
}

static enum cli_exit run_list(struct cli_call *call)
{
	return trace_run(call, list);
}

static enum err_code read_id(struct cli_call *call, int64_t *out)
{
	const char *text = call->args[0];
	uint64_t number;

	if (!cli_is_number(text, &number))
		return err_set(&call->err, ERR_USAGE,
		    "\"%s\" is not the number of a doubtful row", text);
	*out = (int64_t)number;
	return 0;
}

enum step { STEP_RESOLVE = 0, STEP_DISMISS, STEP_UNDO };

static void print_outcome(const struct doubtful_outcome *o, enum step step)
{
	if (step == STEP_DISMISS) {
		printf(tr("doubtful row %lld is rejected: it leads to no "
			  "record\n"),
		    (long long)o->doubtful_id);
		return;
	}
	if (step == STEP_RESOLVE) {
		printf(tr("doubtful row %lld is about %s; record %lld\n"),
		    (long long)o->doubtful_id, o->code, (long long)o->record);
		if (o->is_new_subject)
			printf("%s\n",
			    tr("the organisation was not known "
			       "before and is now"));
		return;
	}
	printf(
	    tr("doubtful row %lld is open again\n"), (long long)o->doubtful_id);
	if (o->record < 0)
		return;
	if (o->is_replaced)
		printf(tr("record %lld was replaced by a later version, "
			  "which stays\n"),
		    (long long)o->record);
	else
		printf(tr("record %lld of %s no longer stands\n"),
		    (long long)o->record, o->code);
	if (o->restored >= 0)
		printf(tr("what it had replaced stands again as record "
			  "%lld\n"),
		    (long long)o->restored);
}

static enum err_code act(struct cli_call *call, const struct home *home,
    int64_t id, enum step step, struct doubtful_outcome *out)
{
	struct doubtful_act request = {
	    .store = home->store,
	    .ledger = home->ledger,
	    .catalog = home->catalog,
	    .tmp_folder = home->tmp,
	    .now_ms = calendar_now_ms(),
	    .by = cli_value(call, "by"),
	    .reason = cli_value(call, "reason"),
	};

	if (step == STEP_UNDO)
		return doubtful_undo(&request, id, out, &call->err);
	if (step == STEP_DISMISS)
		return doubtful_dismiss(&request, id, out, &call->err);
	return doubtful_resolve(&request, id, cli_value(call, "subject"),
	    cli_has(call, "force"), out, &call->err);
}

/* What was refused is about those whom the row may be about, and whom it was
 * said to be about. */
static enum err_code leave(struct cli_call *call, const struct home *home,
    int64_t id, enum err_code rc)
{
	const char *code = cli_value(call, "subject");
	const struct use use = {.reference = span_of(call->args[0])};
	struct buf row = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct err ignored;

	if (rc)
		doubtful_show(
		    home->store, home->catalog, NULL, id, &row, &ignored);
	rc = trace_refused_act(
	    call, home, &use, buf_span(&row), span_of(code ? code : ""), rc);
	buf_release(&row);
	return rc;
}

static enum cli_exit run_act(struct cli_call *call, enum step step)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct home home = {.lock_fd = -1};
	struct doubtful_outcome outcome = {0};
	int64_t id = 0;
	enum err_code rc = calendar_clock_check(&call->err);

	if (!rc)
		rc = cli_open_home(call, HOME_WRITE, &home);
	if (rc)
		return cli_fail(call);
	rc = read_id(call, &id);
	if (!rc)
		rc = act(call, &home, id, step, &outcome);
	rc = leave(call, &home, id, rc);
	if (!rc && call->is_json) {
		doubtful_outcome_write(&outcome, &text);
		cli_print_json(&text);
	} else if (!rc) {
		print_outcome(&outcome, step);
	}
	buf_release(&text);
	home_close(&home);
	return rc ? cli_fail(call) : CLI_DONE;
}

static enum cli_exit run_resolve(struct cli_call *call)
{
	return run_act(call, STEP_RESOLVE);
}

static enum cli_exit run_undo(struct cli_call *call)
{
	return run_act(call, STEP_UNDO);
}

static enum cli_exit run_dismiss(struct cli_call *call)
{
	return run_act(call, STEP_DISMISS);
}

static const struct cli_option list_options[] = {
    CLI_DATA_OPTION,
    {"limit", "N", N_("at most this many rows (20; at most 200)"), false},
    {"after", "ID", N_("only rows with a higher number"), false},
    {"from", "DEPARTMENT", N_("only rows of this department"), false},
    {0},
};

static const struct cli_option resolve_options[] = {
    CLI_DATA_OPTION,
    {"subject", "CODE", N_("the code of the organisation that it is about"),
	true},
    {"by", "WHO", N_("who decides"), true},
    {"reason", "TEXT", N_("why"), true},
    {"force", NULL, N_("also against the visible characters of the code"),
	false},
    {0},
};

static const struct cli_option words_options[] = {
    CLI_DATA_OPTION,
    {"by", "WHO", N_("who decides"), true},
    {"reason", "TEXT", N_("why"), true},
    {0},
};

const struct cli_cmd cmd_doubtful_list = {
    .name = "doubtful list",
    .args = "",
    .summary = N_("list the rows whose organisation is not certain"),
    .details = N_("Good rows with a masked or missing code, each with the "
		  "organisations that it may be about and why (→; ? when "
		  "only a part of the name is the same). The look leaves its "
		  "trace in the log of uses."),
    .options = list_options,
    .run = run_list,
};

const struct cli_cmd cmd_doubtful_resolve = {
    .name = "doubtful resolve",
    .args = "ID",
    .summary = N_("say which organisation a doubtful row is about"),
    .details = N_("The row becomes a record of that organisation. The "
		  "decision is sealed with it and can be undone."),
    .options = resolve_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_resolve,
};

const struct cli_cmd cmd_doubtful_dismiss = {
    .name = "doubtful dismiss",
    .args = "ID",
    .summary = N_("reject a doubtful row, with a reason"),
    .details = N_("For a row whose organisation cannot be found out, or that "
		  "should not have been sent. It leads to no record; the "
		  "decision is sealed and can be undone. Sent again with a "
		  "whole code, it is taken in as any row."),
    .options = words_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_dismiss,
};

const struct cli_cmd cmd_doubtful_undo = {
    .name = "doubtful undo",
    .args = "ID",
    .summary = N_("take back the decision on a doubtful row"),
    .details = N_("The row is open again and its record no longer stands; "
		  "what the record had replaced stands again."),
    .options = words_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_undo,
};
