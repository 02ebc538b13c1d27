/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the pages of the department's desk share: for which department
 * somebody works, the fields of a form that may be long, the trace of a look
 * at what is not public.
 */
#ifndef GX_WEB_DESK_H
#define GX_WEB_DESK_H

#include "api/own_records.h"
#include "api/row_check.h"
#include "http/draft.h"
#include "web/site_priv.h"

enum {
	DESK_FORM_BYTES_MAX = 256 * 1024,
	DESK_DEPARTMENTS_MAX = 500,
	DESK_VALUES_MAX = 200
};

/*
 * Those that the caller has the capability for, and of them the one that the
 * parameter "department" names; the first when it is not given, or when the
 * route has none (a long form has it as a field, see desk_form_read).
 * ERR_REFUSED when there is none. The list is the request's.
 */
enum err_code desk_departments(struct site_worker *worker,
    const struct http_request *request, enum people_capability capability,
    struct own_choice *out, struct err *err);
/* Has the caller the capability for that department? Of one that has left the
 * catalogue only its name is known. */
bool desk_may(const struct site_worker *worker,
    const struct http_request *request, enum people_capability capability,
    const char *department);

/* The record that the path names, when the caller has the capability for
 * the department that it came from; ERR_NOT_FOUND otherwise, when out still
 * says whom another department's is about, and no department. */
enum err_code desk_find_record(struct site_worker *worker,
    const struct http_request *request, enum people_capability capability,
    struct own_record *out, struct err *err);
/* Is that the record's newest version, and not ended? ERR_CONFLICT. */
enum err_code desk_check_stands(const struct http_request *request,
    const struct own_record *record, struct err *err);
/* What was sent with a form that is not carried out, and why not. */
struct desk_tried {
	struct span reason;
	const struct err *why;
};
/* The page of the record that the path names, sealed: what it says and what
 * may be done with it. tried: NULL, or what was sent from there in vain, when
 * the answer has that error's status. */
enum err_code desk_show_record(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const struct desk_tried *tried, struct err *err);
/* The document of the doubtful row that the path names, when it is of a
 * department that the caller may decide for, which goes to department_out;
 * ERR_NOT_FOUND otherwise. */
enum err_code desk_show_doubtful(struct site_worker *worker,
    const struct http_request *request, struct buf *out,
    const char **department_out, struct err *err);

/* Appends the document of a doubtful row, whosever it is, for the trace of an
 * act on it: it shows whom the row may be about. Nothing when it is not
 * there. */
void desk_about_doubtful(struct site_worker *worker,
    const struct http_request *request, int64_t row, struct buf *out);

/* The name that the caller acts under: a login, or "token ID", which no login
 * is and by which reviews know a program (review_is_of_program). */
const char *desk_name(const struct http_request *request);

/* Today as those of the department see it: also what is not public. */
struct reading desk_reading(
    const struct site_worker *worker, const struct http_request *request);

/* A form's fields, in their order; several of one name stand joined by "、",
 * as the exchange layouts write several values. Texts are the request's. */
struct desk_form {
	struct row_value values[DESK_VALUES_MAX];
	size_t count;
	/* Where a form's file goes: an empty draft, which is the caller's to
	 * release, and its folder. NULL: the form takes none. */
	struct draft *file;
	const char *folder;
	struct span file_name;
	const char *lines; /* a field that keeps its line ends; NULL: none */
};

/* Of a body of the type multipart/form-data, in memory or in a file; what
 * was read before is forgotten. ERR_INPUT: it is none, or has too many fields
 * or a file that it should not have. */
enum err_code desk_form_read(
    const struct http_request *request, struct desk_form *out, struct err *err);
/* "" when there is none. */
struct span desk_form_value(const struct desk_form *form, const char *name);

/* Is it for whoever sent the form to mend? */
bool desk_may_mend(enum err_code rc);

/* What somebody looked at. */
struct desk_look {
	const char *department; /* NULL or "": it is not known */
	const char *subject;	/* its code, or NULL */
	int64_t subject_id;	/* 0: of none */
	int64_t record;		/* -1: of none */
	int64_t doubtful;	/* a row in doubt; 0: of none */
};

/* Seals the look before the answer leaves, or the attempt when `why` is
 * given. The document is in response->body. */
void desk_seal(struct site_worker *worker, const struct http_request *request,
    struct http_response *response, const struct desk_look *look,
    const struct err *why);

#endif
