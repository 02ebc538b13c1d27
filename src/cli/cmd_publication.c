/* SPDX-License-Identifier: Apache-2.0 */
/* publication catch-up, publication rebuild, publication status. */
#include <stdio.h>

#include "base/json.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "publication/follow.h"
#include "publication/publication.h"

enum { DOCUMENT_BYTES_MAX = 4096 };

static void print_json(const struct publication_through *t)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct json_writer w;

	json_start(&w, &text);
	json_open_object(&w);
	json_put_int(&w, "statements", (int64_t)t->statements);
	json_put_date(&w, "day", t->day);
	json_put_bool(&w, "current", t->is_current);
	json_put_bool(&w, "ahead", t->is_ahead);
	json_put_int(&w, "changes", (int64_t)t->changes);
	json_put_str(&w, "feed", t->feed);
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
}

static void print_words(const struct publication_through *t)
{
	char day[DATE_TEXT_BYTES];

	if (t->day == DATE_NONE)
		puts(tr("the published lists have not been made yet"));
	else
		printf(tr("statements that the published lists follow: %llu, "
			  "up to %s; changes in the feed: %llu\n"),
		    (unsigned long long)t->statements,
		    date_format_iso(t->day, day),
		    (unsigned long long)t->changes);
	if (!t->is_current)
		printf(tr("there is more to follow: \"gongxin publication "
			  "catch-up\", or the server does it by and by\n"));
	if (t->is_ahead)
		puts(tr("that is a later day than today: a clock was ahead, "
			"and what ends until then is missing; when the clock "
			"is right, \"gongxin publication rebuild\" makes them "
			"anew"));
}

static enum cli_exit print(struct cli_call *call, struct home *home)
{
	struct publication_through through;

	if (publication_through(home->store, home->catalog, calendar_today(),
		&through, &call->err))
		return cli_fail(call);
	if (call->is_json)
		print_json(&through);
	else
		print_words(&through);
	return CLI_DONE;
}

static enum err_code open_home(
    struct cli_call *call, enum home_mode mode, struct home *home)
{
	enum err_code rc = calendar_clock_check(&call->err);

	if (!rc)
		rc = cli_open_home(call, mode, home);
	return rc ? rc : home_load_catalog(home, &call->err);
}

static enum err_code catch_up(struct cli_call *call, struct home *home)
{
	enum err_code rc = 0;
	bool more = true;

	while (!rc && more)
		rc = publication_follow_step(home->store, home->catalog,
		    calendar_now_ms(), &more, &call->err);
	return rc;
}

static enum cli_exit run_with(struct cli_call *call, enum home_mode mode,
    enum err_code (*work)(struct cli_call *call, struct home *home))
{
	struct home home = {.lock_fd = -1};
	enum cli_exit code;
	enum err_code rc = open_home(call, mode, &home);

	if (!rc && work)
		rc = work(call, &home);
	code = rc ? cli_fail(call) : print(call, &home);
	home_close(&home);
	return code;
}

static enum cli_exit run_catch_up(struct cli_call *call)
{
	return run_with(call, HOME_WRITE, catch_up);
}

static enum err_code rebuild(struct cli_call *call, struct home *home)
{
	enum err_code rc = publication_forget(home->store, &call->err);

	return rc ? rc : catch_up(call, home);
}

static enum cli_exit run_rebuild(struct cli_call *call)
{
	return run_with(call, HOME_WRITE, rebuild);
}

static enum cli_exit run_status(struct cli_call *call)
{
	return run_with(call, HOME_READ, NULL);
}

static const struct cli_option options[] = {CLI_DATA_OPTION, {0}};

const struct cli_cmd cmd_publication_catch_up = {
    .name = "publication catch-up",
    .args = "",
    .summary = N_("bring the published lists up to the log and the day"),
    .details = N_("The lists, sums and the change feed that the site shows "
		  "are derived from the log in portions. A running server "
		  "does this by itself; this command does all of it at "
		  "once, for example after a large submission."),
    .options = options,
    .run = run_catch_up,
};

const struct cli_cmd cmd_publication_rebuild = {
    .name = "publication rebuild",
    .args = "",
    .summary = N_("make the published lists and the change feed anew"),
    .details = N_("Everything derived is dropped and derived again. The "
		  "change feed begins again from 0 under another id, so "
		  "that copies made from it begin again too."),
    .options = options,
    .run = run_rebuild,
};

const struct cli_cmd cmd_publication_status = {
    .name = "publication status",
    .args = "",
    .summary = N_("tell how far the published lists follow the log"),
    .options = options,
    .run = run_status,
};
