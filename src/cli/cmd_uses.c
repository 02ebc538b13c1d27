/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uses erase: what the retention of the record of uses has ended for. For a
 * timer, once a night, beside the server. Announced in the log first; cut
 * short anywhere, the next run goes on.
 */
#include <stdio.h>
#include <string.h>

#include "api/office.h"
#include "base/json.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/trace.h"
#include "usage/erase.h"

enum { DOCUMENT_BYTES_MAX = 4096 };

struct erasing {
	struct cli_call *call;
	struct office *office;
	const struct cat_retention *retention; /* in force; NULL: none */
	struct erase_plan plan;
	uint64_t unfinished; /* before which an earlier run stopped; 0 none */
	uint64_t erased;
};

static uint64_t due(const struct erasing *e)
{
	return e->plan.before - e->plan.first;
}

/* ---- what is told ---- */

static void put_document(const struct erasing *e, bool is_dry, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	json_put_bool(&w, "dry_run", is_dry);
	if (e->retention) {
		json_put_str(&w, "retention", e->retention->id);
		json_put_int(&w, "years", e->retention->years);
		json_put_date(&w, "through", e->plan.through);
	}
	json_put_int(&w, "first", (int64_t)e->plan.first);
	json_put_int(&w, "before", (int64_t)e->plan.before);
	json_put_int(&w, "uses", (int64_t)(is_dry ? due(e) : e->erased));
	json_close_object(&w);
}

static void print_text(const struct erasing *e, bool is_dry)
{
	char day[DATE_TEXT_BYTES], n[32];

	if (!e->retention) {
		puts(tr("no retention of uses is in force: they are kept "
			"without end"));
		return;
	}
	printf(tr("uses of %s and before were kept %d years (%s)\n"),
	    date_format_iso(e->plan.through, day), e->retention->years,
	    e->retention->id);
	if (is_dry)
		printf(tr("uses that would be erased: %s\n"),
		    cli_thousands(due(e), n));
	else
		printf(tr("uses erased: %s\n"), cli_thousands(e->erased, n));
}

static void tell(const struct erasing *e, bool is_dry)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);

	if (e->call->is_json) {
		put_document(e, is_dry, &text);
		cli_print_json(&text);
	} else {
		print_text(e, is_dry);
	}
	buf_release(&text);
}

/* ---- what is done ---- */

/* trace_write */
static enum err_code announce(
    void *ctx, struct use_log *log, struct store *office, struct err *err)
{
	const struct erasing *e = ctx;
	char reader[TRACE_NAME_BYTES];
	struct use use = {
	    .at_ms = calendar_now_ms(), .reader_kind = USE_COMMAND};

	trace_find_reader(reader);
	use.reader = span_of(reader);
	return erase_announce(log, office, &use, &e->plan, err);
}

static enum err_code erase_before(
    struct erasing *e, uint64_t before, struct err *err)
{
	enum err_code rc = 0;
	size_t count = 1;

	while (!rc && count) {
		rc = erase_step(
		    e->office->store, e->office->uses, before, &count, err);
		e->erased += count;
		cli_progress(e->call, e->erased, due(e), e->erased);
	}
	cli_progress_end(e->call);
	return rc;
}

static enum err_code erase(struct erasing *e, struct err *err)
{
	/* What an earlier run sealed and did not publish. */
	enum err_code rc = ledger_catch_up(e->office->uses, err);

	if (!rc && e->unfinished)
		rc = erase_before(e, e->unfinished, err);
	/* What is left of the plan behind that. */
	if (!rc && e->plan.first < e->unfinished)
		e->plan.first = e->unfinished;
	if (!rc && e->plan.first < e->plan.before) {
		rc = trace_leave_by(
		    e->office, calendar_now_ms(), announce, e, err);
		if (!rc)
			rc = erase_before(e, e->plan.before, err);
	}
	return rc ? rc : erase_settle(e->office->store, err);
}

static enum cli_exit erase_uses(
    struct cli_call *call, struct home *home, struct office *office)
{
	struct erasing e = {.call = call, .office = office};
	bool is_dry = cli_has(call, "dry-run");
	enum err_code rc = home_load_catalog(home, &call->err);

	if (!rc) {
		e.retention = catalog_retention(
		    home->catalog, CAT_KEPT_USES, calendar_today());
		rc = erase_plan_make(office->store, home->catalog,
		    calendar_today(), &e.plan, &call->err);
	}
	if (!rc)
		rc = erase_unfinished(office->store, &e.unfinished, &call->err);
	if (!rc && !is_dry)
		rc = erase(&e, &call->err);
	if (rc)
		return cli_fail(call);
	tell(&e, is_dry);
	return CLI_DONE;
}

static enum cli_exit run(struct cli_call *call)
{
	return trace_run(call, erase_uses);
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"dry-run", NULL, N_("only say how many would be erased"), false},
    {0},
};

const struct cli_cmd cmd_uses_erase = {
    .name = "uses erase",
    .args = "",
    .summary = N_("erase uses whose retention has ended"),
    .details =
	N_("How long uses are kept stands in the catalogue (gongxin catalog "
	   "show retentions); without a retention in force nothing is erased. "
	   "That it is done is sealed in the log of uses first. Rows, salts "
	   "and what leads to them are overwritten; the log still verifies. "
	   "May run beside the server, and be cut short: the next run goes "
	   "on."),
    .options = options,
    .run = run,
};
