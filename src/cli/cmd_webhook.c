/* SPDX-License-Identifier: Apache-2.0 */
/* webhook add, list, remove, test: where departments want their notices. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/office_key.h"
#include "api/subject.h"
#include "api/webhook.h"
#include "base/tr.h"
#include "cli/bureau.h"
#include "cli/commands.h"

/* ---- answers ---- */

static void print_hook(
    struct cli_call *call, const char *id, const char *secret, const char *text)
{
	struct buf out = BUF_INIT(4096);
	struct json_writer w;

	if (!call->is_json) {
		printf("%s: %s\n", id, text);
		if (secret)
			printf(tr("the secret that its messages are signed "
				  "with, shown only now: %s\n"),
			    secret);
		return;
	}
	json_start(&w, &out);
	json_open_object(&w);
	json_put_str(&w, "id", id);
	if (secret)
		json_put_str(&w, "secret", secret);
	json_close_object(&w);
	cli_print_json(&out);
	buf_release(&out);
}

/* ---- add ---- */

static enum err_code check_url(struct cli_call *call, const char *url)
{
	enum err_code rc = fetch_init(&call->err);

	if (!rc)
		rc = subject_refuse_person(span_of(url), &call->err);
	if (rc || fetch_is_allowed(url))
		return rc;
	err_set(&call->err, ERR_INPUT,
	    "\"%.200s\" is no address that may be sent to", url);
	err_hint(&call->err,
	    "It has to begin with https://, without user, password or "
	    "fragment; http:// only for a receiver on this machine.");
	return ERR_INPUT;
}

static enum err_code add_hook(struct cli_call *call, struct bureau *bureau,
    const struct people_hook *made)
{
	const struct hook hook = {.id = span_of(made->id),
	    .department = span_of(cli_value(call, "department")),
	    .url = span_of(call->args[0]),
	    .secret = {(const char *)made->sealed, sizeof(made->sealed)},
	    .created_ms = bureau->now_ms};

	return hook_add(bureau->office.store, &hook, &call->err);
}

static enum cli_exit run_add(struct cli_call *call)
{
	struct buf secret = BUF_INIT(128);
	struct bureau bureau = BUREAU_INIT;
	struct people_hook made = {.id = ""};
	struct people_key key = {{0}};
	enum err_code rc = check_url(call, call->args[0]);

	/* What is no address may hold a password. */
	if (rc)
		bureau.about = "";
	rc = bureau_open(call, rc, &bureau);
	if (!rc)
		rc = bureau_check_department(
		    call, bureau.home.catalog, cli_value(call, "department"));
	if (!rc)
		rc = office_key_load(&bureau.home, &key, &call->err);
	if (!rc) {
		people_hook_make(&key, &made);
		rc = add_hook(call, &bureau, &made);
	}
	rc = bureau_close(call, &bureau, rc);
	webhook_put_secret(made.secret, &secret);
	if (!rc)
		print_hook(call, made.id, buf_str(&secret),
		    tr("the webhook was made; it gets what comes from now "
		       "on"));
	people_key_clear(&key);
	explicit_bzero(&made, sizeof(made));
	buf_release(&secret);
	return rc ? cli_fail(call) : CLI_DONE;
}

/* ---- list ---- */

static enum err_code make_list(struct cli_call *call, const struct home *home,
    struct office *office, struct buf *out)
{
	(void)home;
	return webhooks_document(
	    office->store, cli_value(call, "department"), out, &call->err);
}

static const char *state_text(const char *state)
{
	if (strcmp(state, "good") == 0)
		return tr("good");
	return strcmp(state, "failing") == 0 ? tr("failing") : tr("stopped");
}

static void print_row(const json_t *hook)
{
	printf("%s  %s  %s\n    ", cli_text(hook, "id"),
	    cli_text(hook, "department"), cli_text(hook, "url"));
	printf(tr("%s; %lld waiting"), state_text(cli_text(hook, "state")),
	    (long long)json_integer_value(json_object_get(hook, "waiting")));
	if (cli_text(hook, "sent_at")[0])
		printf(
		    tr("; last taken at %s"), cli_moment(hook, "sent_at").text);
	if (json_integer_value(json_object_get(hook, "failures")))
		printf(tr("; failures: %lld, since %s: %s"),
		    (long long)json_integer_value(
			json_object_get(hook, "failures")),
		    cli_moment(hook, "failing_since").text,
		    cli_text(hook, "told"));
	printf("\n");
}

static void print_list(const json_t *document)
{
	const json_t *hook;
	size_t i;

	json_array_foreach (json_object_get(document, "webhooks"), i, hook)
		print_row(hook);
}

static enum cli_exit list(
    struct cli_call *call, struct home *home, struct office *office)
{
	return bureau_show(call, home, office, make_list, print_list);
}

static enum cli_exit run_list(struct cli_call *call)
{
	return trace_run(call, list);
}

/* ---- remove ---- */

/* Opens the office and finds the webhook that is named. Nothing that is
 * longer than an id goes into the trace: it may be its secret. */
static enum err_code open_hook(struct cli_call *call, struct bureau *bureau,
    struct arena *arena, struct hook *out)
{
	enum err_code rc = bureau_open(call, ERR_NONE, bureau);

	if (strlen(call->args[0]) > PEOPLE_HOOK_ID_CHARS)
		bureau->about = "";
	return rc ? rc
		  : hook_get(bureau->office.store, arena,
			span_of(call->args[0]), out, &call->err);
}

static enum cli_exit run_remove(struct cli_call *call)
{
	struct arena *arena = arena_new();
	struct bureau bureau = BUREAU_INIT;
	struct span id = span_of(call->args[0]);
	struct hook hook;
	enum err_code rc = open_hook(call, &bureau, arena, &hook);

	if (!rc)
		rc = hook_remove(bureau.office.store, id, &call->err);
	rc = bureau_close(call, &bureau, rc);
	arena_free(&arena);
	if (rc)
		return cli_fail(call);
	print_hook(call, call->args[0], NULL, tr("it was removed"));
	return CLI_DONE;
}

/* ---- test ---- */

/* Sends one, while nobody is kept from writing: that it is asked for is
 * sealed before. */
static enum err_code send_test(struct cli_call *call, struct arena *arena,
    struct hook *hook, struct webhook_answer *answer)
{
	struct webhook_message message;
	struct bureau bureau = BUREAU_INIT;
	struct people_key key = {{0}};
	int64_t now_ms;
	enum err_code rc = open_hook(call, &bureau, arena, hook);

	if (!rc)
		rc = office_key_load(&bureau.home, &key, &call->err);
	now_ms = bureau.now_ms;
	rc = bureau_close(call, &bureau, rc);
	webhook_message_init(&message);
	if (!rc) {
		const struct webhook_call sent = {
		    .key = &key, .hook = hook, .now_ms = now_ms};

		webhook_test(hook, now_ms, &message);
		webhook_send(&sent, &message, answer);
	}
	webhook_message_release(&message);
	people_key_clear(&key);
	return rc;
}

/* One that is stopped goes on: its receiver is there again. */
static enum err_code start_again(struct cli_call *call, struct span told)
{
	struct bureau bureau = BUREAU_INIT;
	struct hook hook;
	enum err_code rc = bureau_open(call, ERR_NONE, &bureau);

	if (!rc)
		rc = hook_get(bureau.office.store, bureau.arena,
		    span_of(call->args[0]), &hook, &call->err);
	if (!rc) {
		hook_note_taken(&hook, hook.sent, bureau.now_ms, told);
		rc = hook_save(bureau.office.store, &hook, &call->err);
	}
	return bureau_close(call, &bureau, rc);
}

static enum cli_exit run_test(struct cli_call *call)
{
	struct webhook_answer answer = {.is_taken = false};
	struct buf told = BUF_INIT(2 * ERR_TEXT_MAX);
	struct arena *arena = arena_new();
	struct hook hook = {.stopped_ms = 0};
	enum err_code rc = fetch_init(&call->err);

	if (!rc)
		rc = send_test(call, arena, &hook, &answer);
	if (!rc && !answer.is_taken) {
		webhook_put_told(span_of(answer.told), &told);
		rc = err_set(&call->err, ERR_REFUSED, "the test was not taken");
		err_detail(&call->err, "%s", buf_str(&told));
	}
	buf_release(&told);
	if (!rc && hook.stopped_ms)
		rc = start_again(call, span_of(answer.told));
	arena_free(&arena);
	if (rc)
		return cli_fail(call);
	print_hook(call, call->args[0], NULL, tr("the test was taken"));
	return CLI_DONE;
}

/* ---- tables ---- */

static const struct cli_option add_options[] = {
    CLI_DATA_OPTION,
    {"department", "ID", N_("whose notices it gets"), true},
    {0},
};

static const struct cli_option list_options[] = {
    CLI_DATA_OPTION,
    {"department", "ID", N_("only those of this department"), false},
    {0},
};

static const struct cli_option data_options[] = {CLI_DATA_OPTION, {0}};

const struct cli_cmd cmd_webhook_add = {
    .name = "webhook add",
    .args = "URL",
    .summary = N_("send a department's notices to a receiver of its own"),
    .details = N_("A server that runs posts there what began, ended or "
		  "changed since the department's checks, signed as the "
		  "Standard Webhooks say. Prints the secret once. URL: "
		  "https, or http for a receiver on this machine."),
    .options = add_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_add,
};

const struct cli_cmd cmd_webhook_list = {
    .name = "webhook list",
    .args = "",
    .summary = N_("list the webhooks, and how they fare"),
    .details = N_("The look leaves its trace in the log of uses."),
    .options = list_options,
    .run = run_list,
};

const struct cli_cmd cmd_webhook_remove = {
    .name = "webhook remove",
    .args = "ID",
    .summary = N_("send nothing more to a receiver"),
    .options = data_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_remove,
};

const struct cli_cmd cmd_webhook_test = {
    .name = "webhook test",
    .args = "ID",
    .summary = N_("send a receiver a message that says nothing"),
    .details = N_("One that was stopped because its receiver failed for too "
		  "long goes on from where it was when this is taken."),
    .options = data_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_test,
};
