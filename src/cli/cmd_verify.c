/* SPDX-License-Identifier: Apache-2.0 */
/* verify: a proof file, offline; or everything in a data directory. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/proof.h"
#include "api/verify.h"
#include "base/file.h"
#include "base/json.h"
#include "base/tr.h"
#include "cli/commands.h"
#include "tlog/proof.h"

enum { KEY_BYTES_MAX = 4096, DOCUMENT_BYTES_MAX = 64 * 1024 * 1024 };

/* --key: the key itself or a file that holds it. */
static enum err_code read_key(struct cli_call *call, struct note_key *out)
{
	const char *value = cli_value(call, "key");
	struct buf text = BUF_INIT(KEY_BYTES_MAX);
	enum err_code rc = 0;

	if (file_exists(value))
		rc = file_read(value, &text, &call->err);
	else
		buf_add_str(&text, value);
	while (text.n && text.p[text.n - 1] == '\n')
		text.n--;
	if (!rc)
		rc = (enum err_code)note_key_parse(
		    buf_span(&text), out, &call->err);
	if (rc && !call->err.hint[0])
		err_hint(&call->err,
		    "The key is one line NAME+ID+BASE64, as \"gongxin log "
		    "key\" prints it, or a file with that line.");
	buf_release(&text);
	return rc;
}

/* ---- a proof file ---- */

static void print_line(const char *name, const char *value)
{
	printf("  ");
	cli_pad(name, 14);
	printf("%s\n", value);
}

static void print_number(const char *name, const json_t *value)
{
	char text[32];

	if (!json_is_integer(value))
		return;
	snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
	    json_integer_value(value));
	print_line(name, text);
}

static void print_member(
    const json_t *statement, const char *key, const char *name)
{
	const char *text = json_string_value(json_object_get(statement, key));

	if (text)
		print_line(name, text);
}

static void print_fields(const char *title, const json_t *fields)
{
	const char *key;
	json_t *value;
	void *at;

	if (!fields)
		return;
	printf("  %s\n", title);
	for (at = json_object_iter((json_t *)(uintptr_t)fields); at;
	     at = json_object_iter_next((json_t *)(uintptr_t)fields, at)) {
		char *text;

		key = json_object_iter_key(at);
		value = json_object_iter_value(at);
		text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
		printf("    ");
		cli_pad(key, 16);
		printf(" %s\n",
		    json_is_string(value) ? json_string_value(value)
			: text		  ? text
					  : "");
		free(text);
	}
}

static const char *closed_text(enum proof_closed state)
{
	switch (state) {
	case PROOF_CLOSED_HIDDEN:
		return tr("there is one, of which the file has the digest");
	case PROOF_CLOSED_PROVED:
		return tr("it is in the file, and proved as well");
	case PROOF_CLOSED_NONE:
	default:
		return tr("there is none");
	}
}

/* What the public does not see. */
static void print_closed(const struct api_proof *proof)
{
	json_t *closed =
	    json_loadb(buf_str(&proof->closed), proof->closed.n, 0, NULL);

	print_line(tr("closed part"), closed_text(proof->closed_state));
	print_member(closed, "reason", tr("reason"));
	print_fields(
	    tr("says, not for the public"), json_object_get(closed, "fields"));
	print_fields(tr("resolved by"), json_object_get(closed, "resolved"));
	print_fields(tr("file"), json_object_get(closed, "file"));
	json_decref(closed);
}

static void print_proof(const struct api_proof *proof)
{
	json_t *st =
	    json_loadb(buf_str(&proof->statement), proof->statement.n, 0, NULL);
	char n[32];

	printf(tr("proved: statement %llu is in the log %s of size %s\n"),
	    (unsigned long long)proof->index, buf_str(&proof->origin),
	    cli_thousands(proof->size, n));
	if (proof->is_example)
		puts(tr("example data, not an official site"));
	print_member(st, "kind", tr("kind"));
	print_member(st, "item", tr("item"));
	print_member(st, "act", tr("act"));
	print_member(st, "reference", tr("its number"));
	print_member(st, "about", tr("about"));
	print_member(st, "subject", tr("about"));
	/* Of a check of many: how many, and what commits to them. */
	print_number(tr("organisations"), json_object_get(st, "subjects"));
	print_member(st, "list", tr("list digest"));
	print_member(st, "department", tr("by department"));
	print_member(st, "matter", tr("matter"));
	print_member(st, "purpose", tr("purpose"));
	print_member(st, "case", tr("case"));
	print_member(st, "at", tr("at"));
	print_member(st, "outcome", tr("outcome"));
	print_member(st, "answer", tr("answer digest"));
	print_member(st, "from", tr("from"));
	print_member(st, "received", tr("received"));
	print_member(st, "catalogue", tr("catalogue"));
	print_number(tr("replaces"), json_object_get(st, "replaces"));
	print_number(tr("ends record"), json_object_get(st, "record"));
	print_member(st, "reason", tr("reason"));
	print_fields(tr("says"), json_object_get(st, "fields"));
	/* A use is one part, which is all there. */
	if (!json_object_get(st, "act"))
		print_closed(proof);
	json_decref(st);
}

/* Found wrong: told like a failure, but with a code of its own. */
static enum cli_exit refute(struct cli_call *call)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);
	struct json_writer w;

	if (!call->is_json) {
		cli_fail(call);
		return CLI_REFUSALS;
	}
	json_start(&w, &text);
	json_open_object(&w);
	json_put_bool(&w, "proved", false);
	json_put_str(&w, "reason", call->err.message);
	json_put_str(&w, "detail", call->err.detail);
	json_close_object(&w);
	cli_print_json(&text);
	buf_release(&text);
	return CLI_REFUSALS;
}

static void show_proof(struct cli_call *call, const struct api_proof *proof,
    const struct note_key *key)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);

	if (call->is_json) {
		api_proof_json(proof, key, &text);
		cli_print_json(&text);
	} else {
		print_proof(proof);
	}
	buf_release(&text);
}

static enum cli_exit verify_file(struct cli_call *call)
{
	struct buf file = BUF_INIT(PROOF_BYTES_MAX);
	struct api_proof proof;
	struct note_key key;
	enum cli_exit code = CLI_DONE;
	enum err_code rc = read_key(call, &key);

	api_proof_init(&proof);
	if (!rc)
		rc = file_read(call->args[0], &file, &call->err);
	if (rc) {
		code = cli_fail(call);
	} else {
		rc = api_proof_check(buf_span(&file), &key, &proof, &call->err);
		if (!rc)
			show_proof(call, &proof, &key);
		else if (rc == ERR_INPUT || rc == ERR_REFUSED)
			code = refute(call);
		else
			code = cli_fail(call);
	}
	api_proof_release(&proof);
	buf_release(&file);
	return code;
}

/* ---- everything ---- */

static void on_progress(void *ctx, uint64_t done, uint64_t total)
{
	cli_progress(ctx, done, total, done);
}

static void print_count(const char *name, uint64_t count)
{
	char n[32];

	printf("  ");
	cli_pad(name, 30);
	printf("%14s\n", cli_thousands(count, n));
}

static void print_result(const struct verify_result *r)
{
	size_t i;

	if (r->wrong)
		printf(tr("wrong; findings: %llu\n"),
		    (unsigned long long)r->wrong);
	else
		printf("%s\n", tr("verified: everything is what was sealed"));
	for (i = 0; i < r->named_count; i++)
		printf("  %s\n", r->named[i]);
	if (r->wrong > r->named_count)
		printf(tr("  ... and %llu more\n"),
		    (unsigned long long)(r->wrong - r->named_count));
	for (i = 0; i < r->notes_count; i++)
		printf(tr("  note: %s\n"), r->notes[i]);
	print_count(tr("statements"), r->statements);
	print_count(tr("records"), r->records);
	print_count(tr("subjects"), r->subjects);
	print_count(tr("files of the log"), r->files);
	print_count(tr("signed states"), r->heads);
	if (r->cases)
		print_count(tr("cases"), r->cases);
	if (r->uses)
		print_count(tr("uses"), r->uses);
	if (r->uses_erased)
		print_count(tr("erased uses"), r->uses_erased);
	if (r->erased)
		print_count(tr("erased statements"), r->erased);
}

static enum cli_exit show_result(
    struct cli_call *call, const struct verify_result *result)
{
	struct buf text = BUF_INIT(DOCUMENT_BYTES_MAX);

	cli_progress_end(call);
	if (call->is_json) {
		api_verify_json(result, &text);
		cli_print_json(&text);
	} else {
		print_result(result);
	}
	buf_release(&text);
	return result->wrong ? CLI_REFUSALS : CLI_DONE;
}

static enum cli_exit verify_all(struct cli_call *call)
{
	struct api_verify_options options = {
	    .is_deep = cli_has(call, "deep"),
	    .home = cli_home_options(call),
	    .progress = on_progress,
	    .progress_ctx = call,
	};
	struct verify_result result;
	struct note_key key;
	struct home home = {.lock_fd = -1};
	enum cli_exit code;
	enum err_code rc = 0;

	verify_result_init(&result);
	if (cli_has(call, "key")) {
		rc = read_key(call, &key);
		options.key = &key;
	}
	if (!rc)
		rc = home_open(cli_value(call, "data"), &home, &call->err);
	if (!rc)
		rc = api_verify_all(&home, &options, &result, &call->err);
	code = rc ? cli_fail(call) : show_result(call, &result);
	home_close(&home);
	verify_result_release(&result);
	return code;
}

static enum cli_exit run(struct cli_call *call)
{
	bool is_all = cli_has(call, "all");

	if (is_all && cli_has(call, "data") && call->args_count == 0)
		return verify_all(call);
	if (!is_all && cli_has(call, "key") && call->args_count == 1)
		return verify_file(call);
	err_set(&call->err, ERR_USAGE,
	    "say either a proof file and --key, or --all and --data");
	err_hint(
	    &call->err, "\"gongxin %s --help\" shows how.", call->cmd->name);
	return cli_fail(call);
}

static const struct cli_option options[] = {
    {"key", "KEY", N_("the log's public key, or a file that holds it"), false},
    {"all", NULL, N_("verify everything in a data directory"), false},
    {"data", "DIR", N_("the data directory"), false},
    {"deep", NULL,
	N_("with --all: also the database's own slow check of its structure"),
	false},
    {0},
};

const struct cli_cmd cmd_verify = {
    .name = "verify",
    .args = "[FILE]",
    .summary = N_("verify a proof file, or everything that is stored"),
    .details =
	N_("FILE --key KEY: checks a proof file with the log's public key "
	   "alone, offline, and says what it proves.\n"
	   "--all --data DIR: checks every page of the database, every "
	   "statement's commitment, every tile, every signed root, and every "
	   "record against its statement; names whatever has changed. --key "
	   "takes the key from outside instead of the directory's own.\n"
	   "Exit codes: 0 all is right, 1 something was found wrong, 2 it "
	   "could not be checked."),
    .options = options,
    .args_max = 1,
    .run = run,
};
