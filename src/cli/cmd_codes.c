/* SPDX-License-Identifier: Apache-2.0 */
/* codes: the codes of a file that somebody has a list in. */
#include <stdio.h>

#include "base/json.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/decoding.h"
#include "intake/code_list.h"

enum { OUT_BYTES_MAX = 64 * 1024 * 1024 };

static enum err_code read_list(
    struct cli_call *call, const struct home *home, struct code_list *list)
{
	const char *path = call->args[0], *name = cli_value(call, "name");
	struct decode_request request = {.received = calendar_today(),
	    .name = name ? name : decoding_name(path)};
	struct decoding_file file;
	enum err_code rc;

	decoding_init(&file);
	rc = decoding_open(&file, path, home->tmp, request, &call->err);
	if (!rc)
		rc = code_list_read(file.decoder.slots, list, &call->err);
	decoding_close(&file);
	if (rc)
		err_context(&call->err, "\"%s\"", name ? name : path);
	return rc;
}

static void put_list(struct json_writer *w, const struct code_list *list)
{
	struct code_list_row row;
	size_t at = list->at;

	json_open_object(w);
	json_put_int(w, "column", (int64_t)list->column);
	json_put_span(w, "title", list->title);
	json_key(w, "codes");
	json_open_array(w);
	while (code_list_next(list, &at, &row)) {
		json_open_object(w);
		json_put_int(w, "row", (int64_t)row.number);
		json_put_span(w, "text", row.text);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

static void print_list(const struct code_list *list)
{
	struct code_list_row row;
	size_t at = list->at;

	while (code_list_next(list, &at, &row))
		printf("%.*s\n", (int)row.text.n, row.text.p);
}

static enum cli_exit run(struct cli_call *call)
{
	struct home home = {.lock_fd = -1};
	struct buf out = BUF_INIT(OUT_BYTES_MAX);
	struct code_list list;
	struct json_writer w;
	enum err_code rc =
	    home_open(cli_value(call, "data"), &home, &call->err);

	code_list_init(&list);
	if (!rc)
		rc = read_list(call, &home, &list);
	if (!rc && call->is_json) {
		json_start(&w, &out);
		put_list(&w, &list);
		cli_print_json(&out);
	} else if (!rc) {
		print_list(&list);
	}
	code_list_release(&list);
	buf_release(&out);
	home_close(&home);
	return rc ? cli_fail(call) : CLI_DONE;
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"name", "NAME", N_("what the file is called, when its path is not"),
	false},
    {0},
};

const struct cli_cmd cmd_codes = {
    .name = "codes",
    .args = "FILE",
    .summary = N_("read the codes out of a spreadsheet"),
    .details = N_("CSV (comma or tab; UTF-8, GB18030, UTF-16), XLSX, JSON "
		  "arrays and JSON lines. Prints what stands in the column "
		  "that holds codes of organisations, one a line; with "
		  "--json with the row of each. \"gongxin check --codes\" "
		  "takes what it prints."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
