/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as statuses and documents. A failure of the machine (disk,
 * database, memory) is told to nobody outside but as "500": its words name
 * paths and statements, and go to the operator's log. Of a value that was sent
 * a message may say what it was; never a person's number.
 */
#include "http/http.h"

#include "base/check.h"
#include "base/json.h"
#include "ident/ident.h"

static const struct {
	int status;
	const char *name;
} names[] = {
    {400, "input"},
    {401, "sign-in"},
    {403, "refused"},
    {404, "not-found"},
    {405, "method"},
    {406, "not-acceptable"},
    {408, "timeout"},
    {409, "conflict"},
    {410, "gone"},
    {411, "length-required"},
    {413, "too-large"},
    {414, "address-too-long"},
    {415, "media-type"},
    {429, "too-many"},
    {431, "head-too-large"},
    {500, "internal"},
    {501, "not-implemented"},
    {503, "busy"},
    {505, "version"},
    {507, "no-room"},
};

int http_status_of(enum err_code code)
{
	switch (code) {
	case ERR_USAGE:
	case ERR_INPUT:
		return 400;
	case ERR_NOT_FOUND:
		return 404;
	case ERR_REFUSED:
		return 403;
	case ERR_CONFLICT:
		return 409;
	case ERR_BUSY:
		return 503;
	default:
		return 500;
	}
}

/* The id of an error: "not-found", "gone" ... */
static const char *error_name(int status, enum err_code code)
{
	size_t i;

	/* Not for want of room: something is broken. */
	if (status == 503 && code != ERR_BUSY)
		return "unavailable";
	for (i = 0; i < ARRAY_COUNT(names); i++)
		if (names[i].status == status)
			return names[i].name;
	return "internal";
}

void http_put_error(struct json_writer *w, int status, const struct err *why)
{
	struct err told = *why;

	ident_hide_in_err(&told);
	json_key(w, "error");
	json_open_object(w);
	json_put_err(w, error_name(status, why->code), &told);
	json_close_object(w);
}

void http_error_json(int status, const struct err *why, struct buf *out)
{
	struct json_writer w;

	json_start(&w, out);
	json_open_object(&w);
	http_put_error(&w, status, why);
	json_close_object(&w);
}
