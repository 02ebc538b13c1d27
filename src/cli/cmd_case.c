/* SPDX-License-Identifier: Apache-2.0 */
/* case list, case show, case file, case move: what is asked about records. */
#include <stdio.h>
#include <string.h>

#include "api/cases.h"
#include "api/own_records.h"
#include "api/put.h"
#include "base/json.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/trace.h"

enum { DOCUMENT_BYTES_MAX = 16 * 1024 * 1024 };

/* ---- who ---- */

/* One of --from and --organisation. */
static enum err_code find_viewer(struct cli_call *call,
    const struct catalog *catalog, struct case_viewer *out)
{
	const char *from = cli_value(call, "from");
	const char *organisation = cli_code(call, "organisation");
	const struct cat_department *d;

	if (!from == !organisation)
		return err_set(&call->err, ERR_USAGE,
		    "give either --from or --organisation");
	*out = (struct case_viewer){CAT_SIDE_REPRESENTATIVE, organisation, ""};
	if (organisation)
		return 0;
	d = catalog_department(catalog, from);
	if (!d)
		return err_set(&call->err, ERR_NOT_FOUND,
		    "there is no department \"%s\" in the catalogue", from);
	out->side = cat_is_credit_office(d) ? CAT_SIDE_OFFICE : CAT_SIDE_SOURCE;
	out->actor = d->id;
	return 0;
}

static enum err_code number_of(struct cli_call *call, uint64_t *out)
{
	if (cli_is_number(call->args[0], out))
		return 0;
	return err_set(&call->err, ERR_USAGE,
	    "\"%.100s\" is not the number of a case or a record",
	    call->args[0]);
}

/* ---- moving ---- */

/* What people call the state that it is in now. */
static const char *state_title(
    const struct catalog *catalog, const struct case_result *made)
{
	const struct cat_case_kind *kind =
	    catalog_case_kind(catalog, made->kind);
	const struct cat_case_state *state =
	    kind ? cat_case_state(kind, made->state) : NULL;

	return state ? title_of(state->title, state->title_en) : made->state;
}

static void print_made(struct cli_call *call, const struct catalog *catalog,
    const struct case_result *made)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct json_writer w;

	if (!call->is_json) {
		printf(tr("case %lld of %s: %s; sealed as statement %llu\n"),
		    (long long)made->case_id, made->code,
		    state_title(catalog, made),
		    (unsigned long long)made->statement);
		return;
	}
	json_start(&w, &text);
	json_open_object(&w);
	json_put_int(&w, "case", made->case_id);
	json_put_int(&w, "statement", (int64_t)made->statement);
	json_put_int(&w, "step", made->step);
	json_put_str(&w, "state", made->state);
	json_put_str(&w, "code", made->code);
	json_put_str(&w, "item", made->item);
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
}

static enum err_code fill_request(
    struct cli_call *call, struct home *home, struct case_request *request)
{
	const char *text = cli_value(call, "text");
	const char *letter = cli_value(call, "letter");
	struct case_viewer viewer = {0};
	enum err_code rc = find_viewer(call, home->catalog, &viewer);

	if (rc)
		return rc;
	request->store = home->store;
	request->ledger = home->ledger;
	request->catalog = home->catalog;
	request->side = viewer.side == CAT_SIDE_REPRESENTATIVE
	    ? CAT_SIDE_REPRESENTATIVE
	    : CAT_SIDE_NOBODY;
	request->actor = viewer.actor;
	request->by = cli_value(call, "by");
	request->text = span_of(text ? text : "");
	request->letter = span_of(letter ? letter : "");
	request->tmp_folder = home->tmp;
	request->now_ms = calendar_now_ms();
	return 0;
}

static struct reading reading_of(const struct home *home)
{
	return (struct reading){.store = home->store,
	    .catalog = home->catalog,
	    .as_of = calendar_today(),
	    .today = calendar_today()};
}

/* Whom a refused filing or move was about, where its record or case is
 * there. */
static void find_about(struct cli_call *call, const struct home *home,
    const struct case_request *request, struct case_about *out)
{
	static const struct case_viewer office = {CAT_SIDE_OFFICE, "", ""};
	const struct reading reading = reading_of(home);
	struct buf document = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct own_record record;
	uint64_t number;

	*out = (struct case_about){.subject_id = 0};
	if (!cli_is_number(call->args[0], &number))
		return;
	own_record_init(&record);
	if (!request->kind) {
		case_document(&reading, &office, (int64_t)number,
		    request->now_ms, out, &document, NULL);
	} else if (own_record_find(&reading, number, &record, NULL) == 0) {
		memcpy(out->code, record.code, sizeof(out->code));
		out->subject_id = record.subject_id;
	}
	own_record_release(&record);
	buf_release(&document);
}

static enum err_code leave_refused(struct cli_call *call,
    const struct home *home, const struct case_request *request,
    enum err_code rc)
{
	const char *from = cli_value(call, "from");
	struct case_about about;
	struct use use = {.department = span_of(from ? from : ""),
	    .reference = span_of(call->args[0])};

	if (!rc)
		return 0;
	find_about(call, home, request, &about);
	use.subject = span_of(about.code);
	use.subject_id = about.subject_id;
	return trace_refused(call, home, &use, rc);
}

/* rc: how the arguments fared; call->err says what is wrong with them. */
static enum cli_exit make(
    struct cli_call *call, struct case_request *request, enum err_code rc)
{
	const struct err why = call->err;
	struct case_result made = {0};
	struct home home = {.lock_fd = -1};

	if (calendar_clock_check(&call->err) ||
	    cli_open_home(call, HOME_WRITE, &home))
		return cli_fail(call);
	call->err = why;
	if (!rc)
		rc = fill_request(call, &home, request);
	if (!rc)
		rc = case_move(request, &made, &call->err);
	rc = leave_refused(call, &home, request, rc);
	if (!rc)
		print_made(call, home.catalog, &made);
	home_close(&home);
	return rc ? cli_fail(call) : CLI_DONE;
}

static enum cli_exit run_file(struct cli_call *call)
{
	const char *kind = cli_value(call, "kind");
	struct case_request request = {
	    .kind = kind ? kind : "objection", .move = "file"};

	return make(call, &request, number_of(call, &request.record));
}

static enum cli_exit run_move(struct cli_call *call)
{
	struct case_request request = {.move = call->args[1]};
	uint64_t number = 0, seen = 0;
	enum err_code rc = number_of(call, &number);

	if (!rc)
		rc = cli_number(call, "seen", 0, 1, INT32_MAX, &seen);
	request.case_id = (int64_t)number;
	request.steps_seen = (int64_t)seen;
	return make(call, &request, rc);
}

/* ---- looking ---- */

static enum err_code leave(struct cli_call *call, const struct home *home,
    struct office *office, const struct case_viewer *viewer,
    const struct case_about *about, const struct buf *answer, enum err_code rc)
{
	struct use use = {
	    .subject = span_of(about->code), .subject_id = about->subject_id};

	if (viewer->side != CAT_SIDE_REPRESENTATIVE)
		use.department = span_of(viewer->actor ? viewer->actor : "");
	if (call->args_count)
		use.reference = span_of(call->args[0]);
	return trace_look(call, home, office, &use, answer, rc);
}

static void print_case(const json_t *one)
{
	printf("%lld  ",
	    (long long)json_integer_value(json_object_get(one, "number")));
	cli_pad(cli_text(json_object_get(one, "state"), "title"), 24);
	printf("%s  %s\n", cli_text(json_object_get(one, "subject"), "code"),
	    cli_text(json_object_get(one, "subject"), "name"));
	printf(tr("    record %lld, filed on %s"),
	    (long long)json_integer_value(json_object_get(one, "record")),
	    cli_text(one, "filed_on"));
	if (json_is_true(json_object_get(one, "is_running"))) {
		printf(tr(", due on %s"), cli_text(one, "due"));
		cli_print_holidays(one);
	}
	if (json_is_true(json_object_get(one, "is_missed")))
		printf(tr(", MISSED by %s"),
		    cli_text(json_object_get(one, "missed_by"), "title"));
	putchar('\n');
}

static void print_cases(const json_t *document)
{
	const json_t *one;
	size_t i;

	json_array_foreach (json_object_get(document, "cases"), i, one)
		print_case(one);
	printf(tr("cases: %lld\n"),
	    (long long)json_integer_value(json_object_get(document, "count")));
	if (json_is_integer(json_object_get(document, "next")))
		printf(tr("the next ones: --before %lld\n"),
		    (long long)json_integer_value(
			json_object_get(document, "next")));
}

static void print_whole(const json_t *document)
{
	const json_t *one;
	size_t i;

	print_case(document);
	json_array_foreach (json_object_get(document, "steps"), i, one) {
		printf("    %s  %s  %s\n", cli_text(one, "on"),
		    cli_text(json_object_get(one, "move"), "title"),
		    cli_text(one, "actor"));
		if (cli_text(one, "text")[0])
			printf("        %s\n", cli_text(one, "text"));
	}
	json_array_foreach (json_object_get(document, "moves"), i, one)
		printf(tr("    can now: %s (%s)\n"), cli_text(one, "id"),
		    cli_text(one, "title"));
}

static enum cli_exit list(
    struct cli_call *call, struct home *home, struct office *office)
{
	const struct reading reading = reading_of(home);
	const struct case_about nobody = {.subject_id = 0};
	struct cases_query query = {.is_all = cli_has(call, "all")};
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	uint64_t before = INT64_MAX, limit = CASES_LIMIT;
	enum cli_exit code;
	enum err_code rc = find_viewer(call, home->catalog, &query.viewer);

	if (!rc)
		rc = cli_number(
		    call, "before", INT64_MAX, 0, INT64_MAX, &before);
	if (!rc)
		rc = cli_number(
		    call, "limit", CASES_LIMIT, 1, CASES_LIMIT_MAX, &limit);
	query.before = (int64_t)before;
	query.limit = limit;
	if (!rc)
		rc = cases_document(&reading, &query, &text, &call->err);
	rc = leave(call, home, office, &query.viewer, &nobody, &text, rc);
	code = cli_tell(call, rc, &text, print_cases);
	buf_release(&text);
	return code;
}

static enum cli_exit show(
    struct cli_call *call, struct home *home, struct office *office)
{
	const struct reading reading = reading_of(home);
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct case_about about = {.subject_id = 0};
	struct case_viewer viewer = {0};
	uint64_t number = 0;
	enum cli_exit code;
	enum err_code rc = number_of(call, &number);

	if (!rc)
		rc = find_viewer(call, home->catalog, &viewer);
	if (!rc)
		rc = case_document(&reading, &viewer, (int64_t)number,
		    calendar_now_ms(), &about, &text, &call->err);
	rc = leave(call, home, office, &viewer, &about, &text, rc);
	code = cli_tell(call, rc, &text, print_whole);
	buf_release(&text);
	return code;
}

static enum cli_exit run_list(struct cli_call *call)
{
	return trace_run(call, list);
}

static enum cli_exit run_show(struct cli_call *call)
{
	return trace_run(call, show);
}

/* ---- the commands ---- */

#define FROM_OPTION                                                            \
	{                                                                      \
		"from", "DEPARTMENT",                                          \
		    N_("for the credit office, or the record's source"), false \
	}
#define ORGANISATION_OPTION                                                    \
	{                                                                      \
		"organisation", "CODE",                                        \
		    N_("for the organisation that the record is about"), false \
	}
#define BY_OPTION                                                              \
	{                                                                      \
		"by", "WHO", N_("who does it; sealed, and not public"), true   \
	}
#define LETTER_OPTION                                                          \
	{                                                                      \
		"letter", "NUMBER",                                            \
		    N_("the letter by which an organisation asked the credit " \
		       "office for it"),                                       \
		    false                                                      \
	}

static const struct cli_option list_options[] = {
    CLI_DATA_OPTION,
    FROM_OPTION,
    ORGANISATION_OPTION,
    {"all", NULL, N_("also those that are no longer open"), false},
    {"before", "CASE", N_("those with a lower number"), false},
    {"limit", "COUNT", N_("how many at most"), false},
    {0},
};

const struct cli_cmd cmd_case_list = {
    .name = "case list",
    .args = "",
    .summary = N_("list cases: what is objected to, and until when it is due"),
    .details = N_("What is overdue stands first. The credit office sees all, "
		  "a department those that it was asked about. The look "
		  "leaves its trace in the log of uses."),
    .options = list_options,
    .run = run_list,
};

static const struct cli_option show_options[] = {
    CLI_DATA_OPTION,
    FROM_OPTION,
    ORGANISATION_OPTION,
    {0},
};

const struct cli_cmd cmd_case_show = {
    .name = "case show",
    .args = "CASE",
    .summary = N_("show a case with every step, and what can be done now"),
    .details = "",
    .options = show_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_show,
};

static const struct cli_option file_options[] = {
    CLI_DATA_OPTION,
    ORGANISATION_OPTION,
    FROM_OPTION,
    LETTER_OPTION,
    BY_OPTION,
    {"text", "TEXT", N_("what is wrong with the record"), true},
    {"kind", "KIND", N_("objection, when it is not given"), false},
    {0},
};

const struct cli_cmd cmd_case_file = {
    .name = "case file",
    .args = "RECORD",
    .summary = N_("object to a record"),
    .details = N_("By the organisation itself (--organisation), or by the "
		  "credit office for an organisation that wrote a letter "
		  "(--from and --letter). RECORD is the number of its newest "
		  "version. One objection to a record is open at a time."),
    .options = file_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_file,
};

static const struct cli_option move_options[] = {
    CLI_DATA_OPTION,
    FROM_OPTION,
    ORGANISATION_OPTION,
    LETTER_OPTION,
    BY_OPTION,
    {"text", "TEXT", N_("why; some moves need it"), false},
    {"seen", "COUNT",
	N_("how many steps were seen: refused when there are more by now"),
	false},
    {0},
};

const struct cli_cmd cmd_case_move = {
    .name = "case move",
    .args = "CASE MOVE",
    .summary = N_("make a move in a case"),
    .details = N_("\"gongxin case show\" tells which moves can be made, "
		  "\"gongxin catalog show case:objection\" all that there "
		  "are, and by whom. Every move is sealed in the log."),
    .options = move_options,
    .args_min = 2,
    .args_max = 2,
    .run = run_move,
};
