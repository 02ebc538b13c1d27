/* SPDX-License-Identifier: Apache-2.0 */
/* search: organisations by a part of their name or code. */
#include <jansson.h>
#include <stdio.h>

#include "api/search.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"

enum {
	DOCUMENT_BYTES_MAX = 16 * 1024 * 1024,
	NAME_COLUMNS = 44,
	CACHE_BYTES = 512 * 1024
};

static void print_result(const json_t *result)
{
	const char *matched = cli_text(result, "matched");

	printf("%s  ", cli_text(result, "code"));
	if (!matched[0]) {
		puts(cli_text(result, "name"));
		return;
	}
	cli_pad(cli_text(result, "name"), NAME_COLUMNS);
	printf(tr("  (found by \"%s\")"), matched);
	putchar('\n');
}

static void print_total(const json_t *document, size_t shown)
{
	const json_t *total = json_object_get(document, "total");

	if (shown == 0)
		puts(tr("no organisation was found"));
	else if (!json_is_integer(total))
		printf(tr("the first %zu; there are more, --limit shows "
			  "them\n"),
		    shown);
}

static void print_view(const json_t *document)
{
	const json_t *results = json_object_get(document, "results");
	const char *reason =
	    cli_text(json_object_get(document, "ident"), "reason");
	const char *hint = cli_text(document, "hint");
	const json_t *result;
	size_t i;

	json_array_foreach (results, i, result)
		print_result(result);
	print_total(document, json_array_size(results));
	if (reason[0])
		puts(reason);
	if (hint[0])
		puts(hint);
	json_array_foreach (json_object_get(document, "near"), i, result)
		printf(tr("meant perhaps: %s %s\n"), cli_text(result, "code"),
		    cli_text(result, "name"));
}

/* The catalogue is seldom needed, and reading it would take longer than the
 * search. The names are read once from end to end: a page cache larger than
 * the processor's would only be memory to fill. */
static enum err_code search(
    struct cli_call *call, struct home *home, size_t limit, struct buf *out)
{
	struct home_options options = cli_home_options(call);
	char path[PATH_MAX];
	struct store_config again;
	const struct search_help help = {.again = &again, .home = home};
	struct reading reading = {.is_public = true};
	enum err_code rc = home_open(cli_value(call, "data"), home, &call->err);

	options.cache_bytes = CACHE_BYTES;
	if (!rc)
		rc = home_open_store(home, HOME_READ, &options, &call->err);
	if (rc)
		return rc;
	home_reading_config(home, &options, path, &again);
	reading.store = home->store;
	reading.as_of = reading.today = calendar_today();
	return search_document(
	    &reading, &help, span_of(call->args[0]), limit, out, &call->err);
}

static enum cli_exit run(struct cli_call *call)
{
	struct home home = {.lock_fd = -1};
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	uint64_t limit;
	enum cli_exit code;
	enum err_code rc = cli_number(
	    call, "limit", SEARCH_LIMIT, 1, SEARCH_LIMIT_MAX, &limit);

	if (!rc)
		rc = search(call, &home, (size_t)limit, &text);
	code = cli_tell(call, rc, &text, print_view);
	buf_release(&text);
	home_close(&home);
	return code;
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"limit", "N", N_("show at most N (1 to 1000; 20 when not given)"), false},
    {0},
};

const struct cli_cmd cmd_search = {
    .name = "search",
    .args = "TEXT",
    .summary = N_("find organisations by a part of their name or code"),
    .details = N_("Any part of a present or former name will do; full-width "
		  "forms, brackets of any kind and Traditional characters "
		  "are taken as one. A code is found by its beginning; a "
		  "wrong one is explained."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
