/* SPDX-License-Identifier: Apache-2.0 */
/* ident: decodes, checks and explains codes, one JSON object a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/commands.h"
#include "ident/ident.h"

enum { OUT_BYTES = 1 << 16 };

/* Writes the buffer out when it is nearly full. */
static void flush_if_full(struct buf *out, size_t room)
{
	if (out->n + room < OUT_BYTES)
		return;
	fwrite(out->p, 1, out->n, stdout);
	buf_reset(out);
}

static bool explain(struct span text, struct buf *out)
{
	bool is_valid;

	/* A line that is not text is no code: it is shown cut. */
	text.n = utf8_valid_prefix(text.p, text.n);
	if (text.n > 1024)
		text.n = utf8_valid_prefix(text.p, 1024);
	is_valid = ident_document(text, out);
	buf_add_char(out, '\n');
	flush_if_full(out, 16 * 1024);
	return is_valid;
}

static bool explain_stdin(struct buf *out)
{
	char *line = NULL;
	size_t room = 0;
	bool all_valid = true;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) >= 0) {
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			n--;
		if (n > 0 && !explain((struct span){line, (size_t)n}, out))
			all_valid = false;
	}
	free(line);
	return all_valid;
}

static enum cli_exit run(struct cli_call *call)
{
	struct buf out = BUF_INIT(OUT_BYTES + 32 * 1024);
	bool all_valid = true;
	size_t i;

	for (i = 0; i < call->args_count; i++)
		if (!explain(span_of(call->args[i]), &out))
			all_valid = false;
	if (call->args_count == 0)
		all_valid = explain_stdin(&out);
	fwrite(buf_str(&out), 1, out.n, stdout);
	buf_release(&out);
	return all_valid ? CLI_DONE : CLI_REFUSALS;
}

const struct cli_cmd cmd_ident = {
    .name = "ident",
    .args = "[CODE...]",
    .summary = N_("decode, check and explain codes"),
    .details = N_("Takes unified social credit codes, organisation codes, "
		  "registration numbers and division codes as arguments or "
		  "one a line on standard input. Exit code 1: at least one "
		  "is not valid."),
    .args_max = SIZE_MAX,
    .run = run,
};
