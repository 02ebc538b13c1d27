/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a department has sent over the network, as its people and programs
 * see it:
 *
 *	{"id":N,"state":{"id","title"},"has_ended":BOOL,"is_moving":BOOL,
 *	 "received":"..","by":"..","by_name":"..","item":{"id","title"},
 *	 "department":{"id","title"},"file":{"name","bytes","digest"},
 *	 "error":{..}|null,"review":{as reviews_put_decision}|null,
 *	 "changed_nothing":BOOL,"has_no_data":BOOL,"has_none_taken":BOOL,
 *	 "has_doubtful":BOOL,"columns":{"passed_over":[..],"lacking":[..]}|null,
 *	 "report":{as "gongxin submit --json"}|null,
 *	 "rows":[{"row":N,"findings":[..]}],"has_more_rows":BOOL,
 *	 "rejects":{"xlsx":"..","csv":".."}|null}
 */
#ifndef GX_API_UPLOADS_H
#define GX_API_UPLOADS_H

#include "api/own_records.h"
#include "intake/rejects.h"
#include "intake/upload.h"

enum { UPLOADS_LIMIT = 20, UPLOADS_LIMIT_MAX = 100, UPLOADS_ROWS_MAX = 100 };

/* The whole document; the report in the thread's language, told by the
 * catalogue that checked it: of what became of it, or, while it waits for a
 * second person, of what would ("is_rehearsal"). */
enum err_code uploads_document(const struct reading *reading,
    struct store *office, const struct upload *upload, struct buf *out,
    struct err *err);
/* Of one that was taken in: its first new record or version (-1: none), and
 * whether it has a doubtful row. */
enum err_code uploads_outcome(const struct reading *reading,
    const struct upload *upload, int64_t *record_out, bool *is_doubtful_out,
    struct err *err);

/* A page of a department's list. */
struct uploads_query {
	struct own_choice departments;
	int64_t before; /* the first number that is not wanted */
	int64_t limit;
};

/*
 * {as own_put_choice,"items":as own_put_items,"submissions":[{id,state,
 *  received,by,by_name,item,file,counts|null}],"has_submissions","count",
 *  "next":..|null}: what was sent, and what may be.
 */
enum err_code uploads_list(const struct reading *reading, struct store *office,
    const struct uploads_query *query, struct buf *out, struct err *err);

/* Writes the rejected rows to `path`, by its ending, and tells what it wrote
 * (intake/rejects.h). ERR_NOT_FOUND: nothing came of the upload. */
enum err_code uploads_rejects(const struct reading *reading,
    const struct upload *upload, const char *path, rejects_ready *ready,
    void *ctx, struct err *err);

#endif
