/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/trace.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/shown.h"
#include "api/subject.h"
#include "base/check.h"
#include "calendar/calendar.h"

void trace_find_reader(char out[TRACE_NAME_BYTES])
{
	const struct passwd *user = getpwuid(getuid());

	snprintf(out, TRACE_NAME_BYTES, "%s", user ? user->pw_name : "-");
}

/* Nobody at a keyboard can say so of himself. */
bool trace_is_of_server(void)
{
	struct stat own, parents;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)getppid());
	return stat("/proc/self/exe", &own) == 0 && stat(path, &parents) == 0 &&
	    own.st_dev == parents.st_dev && own.st_ino == parents.st_ino;
}

static enum err_code leave_by(struct office *office, int64_t now_ms,
    trace_write *write, void *ctx, bool *is_sealed_out, struct err *err)
{
	struct use_log *log;
	enum err_code rc = store_in_transaction(office->store)
	    ? ERR_NONE
	    : store_begin(office->store, err);

	use_log_new(office->store, office->uses, &log);
	if (!rc)
		rc = use_log_begin(log, err);
	if (!rc)
		rc = write(ctx, log, office->store, err);
	if (!rc)
		rc = use_log_seal(log, now_ms, err);
	if (!rc)
		rc = store_commit(office->store, err);
	*is_sealed_out = !rc;
	if (!rc)
		rc = use_log_publish(log, now_ms, NULL, err);
	use_log_free(&log);
	return rc;
}

enum err_code trace_leave_by(struct office *office, int64_t now_ms,
    trace_write *write, void *ctx, struct err *err)
{
	bool is_sealed;

	return leave_by(office, now_ms, write, ctx, &is_sealed, err);
}

struct one {
	struct use use;
	const struct many_subject *list; /* of a use of many */
	size_t count;
};

/* trace_write */
static enum err_code write_one(
    void *ctx, struct use_log *log, struct store *office, struct err *err)
{
	const struct one *one = ctx;
	uint64_t seq;

	return one->count
	    ? many_add(log, office, &one->use, one->list, one->count, &seq, err)
	    : use_log_add(log, &one->use, &seq, err);
}

/* Of what was refused a person's number is kept nowhere. */
static void drop_person(struct span *text)
{
	struct err ignored;

	if (subject_refuse_person(*text, &ignored))
		*text = span_of("");
}

static enum err_code leave_one(struct office *office, const struct one *look,
    bool *is_sealed_out, struct err *err)
{
	char reader[TRACE_NAME_BYTES];
	struct one one = *look;

	trace_find_reader(reader);
	if (one.use.outcome == USE_REFUSED) {
		drop_person(&one.use.reference);
		drop_person(&one.use.department);
	}
	one.use.reader = span_of(reader);
	one.use.reader_kind = USE_COMMAND;
	return leave_by(
	    office, one.use.at_ms, write_one, &one, is_sealed_out, err);
}

static enum err_code leave(
    struct office *office, const struct one *look, struct err *err)
{
	bool is_sealed;

	return leave_one(office, look, &is_sealed, err);
}

enum err_code trace_leave(
    struct office *office, const struct use *use, struct err *err)
{
	const struct one one = {*use, NULL, 0};

	return leave(office, &one, err);
}

enum err_code trace_leave_of(struct office *office, const struct use *use,
    bool *is_sealed_out, struct err *err)
{
	const struct one one = {*use, NULL, 0};

	return leave_one(office, &one, is_sealed_out, err);
}

static enum err_code check_purpose(const char *text, struct err *err)
{
	return text[strspn(text, " ")]
	    ? subject_check_words(span_of(text), err)
	    : err_set(err, ERR_USAGE, "say what it is for");
}

/* Who looks at what, as every command says it. */
static struct use look_of(const struct cli_call *call, const struct use *look)
{
	const char *purpose = cli_value(call, "purpose");
	struct err ignored;
	struct use use = *look;

	use.at_ms = calendar_now_ms();
	if (!use.act)
		use.act = USE_READ;
	if (!purpose || check_purpose(purpose, &ignored) != 0)
		purpose = call->cmd->name;
	use.purpose = span_of(purpose);
	return use;
}

enum err_code trace_look(struct cli_call *call, const struct home *home,
    struct office *office, const struct use *look, const struct buf *document,
    enum err_code rc)
{
	struct many_subject *list = NULL;
	struct one one = {look_of(call, look), NULL, 0};
	struct err untraced;

	if (rc) {
		one.use.outcome = USE_REFUSED;
		one.use.why = span_of(err_name(rc));
	} else {
		ASSERT(document != NULL);
		one.count =
		    shown_put(home->store, buf_span(document), &one.use, &list);
		one.list = list;
		if (!one.use.has_answer)
			sha256_bytes(document->p, document->n, one.use.answer);
		one.use.has_answer = true;
	}
	if (leave(office, &one, &untraced)) {
		call->err = untraced;
		rc = untraced.code;
	}
	free(list);
	return rc;
}

enum err_code trace_file(const struct cli_call *call, const struct home *home,
    struct office *office, const struct use *look, struct span codes,
    struct err *err)
{
	struct many_subject *list = NULL;
	struct one one = {look_of(call, look), NULL, 0};
	enum err_code rc;

	one.count = shown_put_codes(home->store, codes, &one.use, &list);
	one.list = list;
	rc = leave(office, &one, err);
	free(list);
	return rc;
}

enum err_code trace_refused_act(struct cli_call *call, const struct home *home,
    const struct use *use, struct span about, struct span code,
    enum err_code rc)
{
	struct home_options options = cli_home_options(call);
	struct one one = {look_of(call, use), NULL, 0};
	struct many_subject *list = NULL;
	struct office office = {0};
	struct err untraced;
	enum err_code left;

	if (!rc || trace_is_of_server())
		return rc;
	one.use.act = USE_SUBMIT;
	one.use.outcome = USE_REFUSED;
	one.use.why = span_of(err_name(rc));
	one.count = shown_put_act(home->store, about, code, &one.use, &list);
	one.list = list;
	left = office_open(home, HOME_WRITE, &options, &office, &untraced);
	if (!left)
		left = leave(&office, &one, &untraced);
	if (left)
		call->err = untraced;
	office_close(&office);
	free(list);
	return left ? left : rc;
}

enum err_code trace_refused(struct cli_call *call, const struct home *home,
    const struct use *use, enum err_code rc)
{
	return trace_refused_act(call, home, use, span_of(""), span_of(""), rc);
}

enum cli_exit trace_run(struct cli_call *call, trace_command *command)
{
	struct home_options options = cli_home_options(call);
	struct office office = {0};
	struct home home;
	enum cli_exit result;

	if (cli_open_home(call, HOME_READ, &home))
		return cli_fail(call);
	if (home_check_clock(&home, &call->err) ||
	    office_open(&home, HOME_WRITE, &options, &office, &call->err))
		result = cli_fail(call);
	else
		result = command(call, &home, &office);
	office_close(&office);
	home_close(&home);
	return result;
}

/* trace_command: of a purpose that is none */
static enum cli_exit refuse_purpose(
    struct cli_call *call, struct home *home, struct office *office)
{
	const struct use use = {.act = USE_READ};
	enum err_code rc =
	    check_purpose(cli_value(call, "purpose"), &call->err);

	trace_look(call, home, office, &use, NULL, rc);
	return cli_fail(call);
}

enum cli_exit trace_run_for(struct cli_call *call, trace_command *command)
{
	const char *purpose = cli_value(call, "purpose");
	struct home home;
	enum cli_exit result;

	if (purpose)
		return trace_run(call,
		    check_purpose(purpose, &call->err) ? refuse_purpose
						       : command);
	if (cli_open_home(call, HOME_READ, &home))
		return cli_fail(call);
	result = command(call, &home, NULL);
	home_close(&home);
	return result;
}
