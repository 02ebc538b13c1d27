/* SPDX-License-Identifier: Apache-2.0 */
/* prove: writes the proof that a record is in the log. */
#include <stdio.h>
#include <string.h>

#include "api/proof.h"
#include "base/file.h"
#include "base/json.h"
#include "base/tr.h"
#include "calendar/calendar.h"
#include "cli/commands.h"
#include "cli/trace.h"
#include "tlog/proof.h"

static enum err_code read_index(struct cli_call *call, uint64_t *out)
{
	const char *text = call->args[0];

	if (!cli_is_number(text, out)) {
		err_set(&call->err, ERR_USAGE,
		    "\"%s\" is not the number of a record", text);
		err_hint(&call->err,
		    "A record's number is its index in the "
		    "log, a whole number from 0.");
		return ERR_USAGE;
	}
	return 0;
}

static enum err_code write_out(struct cli_call *call, const struct buf *proof)
{
	const char *path = cli_value(call, "output");

	if (strcmp(path, "-") != 0)
		return file_replace(path, buf_span(proof), 0644, &call->err);
	if (fwrite(buf_str(proof), 1, proof->n, stdout) != proof->n ||
	    fflush(stdout) != 0)
		return err_set_errno(
		    &call->err, "could not write to the standard output");
	return 0;
}

static void tell(struct cli_call *call, uint64_t index)
{
	const char *path = cli_value(call, "output");
	struct buf text = BUF_INIT(16 * 1024);
	struct json_writer w;

	if (strcmp(path, "-") == 0)
		return;
	if (!call->is_json) {
		printf(tr("wrote \"%s\", the proof of record %llu\n"), path,
		    (unsigned long long)index);
		printf(tr("anyone can check it: gongxin verify %s --key KEY\n"),
		    path);
		return;
	}
	json_start(&w, &text);
	json_open_object(&w);
	json_put_int(&w, "record", (int64_t)index);
	json_put_str(&w, "file", path);
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
}

/* Whom the statement is about stands in its document. */
static enum err_code leave(struct cli_call *call, const struct home *home,
    struct office *office, const struct reading *reading, uint64_t index,
    const struct buf *proof, enum err_code rc)
{
	struct buf document = BUF_INIT(RECORD_DOCUMENT_BYTES_MAX);
	struct use use = {
	    .reference = span_of(call->args[0]), .has_answer = true};

	sha256_bytes(proof->p, proof->n, use.answer);
	if (!rc)
		rc = record_document(
		    reading, home->ledger, index, &document, &call->err);
	use.has_answer = !rc;
	rc = trace_look(call, home, office, &use, &document, rc);
	buf_release(&document);
	return rc;
}

static enum cli_exit prove(
    struct cli_call *call, struct home *home, struct office *office)
{
	struct buf proof = BUF_INIT(PROOF_BYTES_MAX);
	struct reading reading = {.store = home->store,
	    .catalog = home->catalog,
	    .is_public = !office};
	uint64_t index = 0;
	enum err_code rc = read_index(call, &index);

	reading.today = reading.as_of = calendar_today();
	if (!rc)
		rc = api_proof_make(
		    &reading, home->ledger, index, &proof, &call->err);
	if (office)
		rc = leave(call, home, office, &reading, index, &proof, rc);
	if (!rc)
		rc = write_out(call, &proof);
	buf_release(&proof);
	if (rc)
		return cli_fail(call);
	tell(call, index);
	return CLI_DONE;
}

static enum cli_exit run(struct cli_call *call)
{
	return calendar_clock_check(&call->err) ? cli_fail(call)
						: trace_run_for(call, prove);
}

static const struct cli_option options[] = {
    CLI_DATA_OPTION,
    {"output", "FILE",
	N_("the proof file to write, for example x.tlog-proof; "
	   "- is the standard output (short: -o)"),
	true},
    TRACE_PURPOSE_OPTION,
    {0},
};

const struct cli_cmd cmd_prove = {
    .name = "prove",
    .args = "RECORD",
    .summary = N_("write the proof that a record is in the log"),
    .details = N_("RECORD is the record's index in the log. The file holds "
		  "the statement as it was sealed, its salt, its path in the "
		  "log and the signed checkpoint (c2sp.org/tlog-proof): with "
		  "the log's public key it can be checked for ever, without "
		  "this platform. It is of what is public today, holds a "
		  "digest in the place of fields that are not, and may be "
		  "given to everybody. With --purpose it is of any record "
		  "and holds all of it: give it to those entitled."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
