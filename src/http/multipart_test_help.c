/* SPDX-License-Identifier: Apache-2.0 */
#include "http/multipart_test_help.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"

enum { DATA_BYTES_MAX = 16 * 1024 * 1024 };

struct record {
	struct buf *out;
	struct buf data; /* of the part under way */
	size_t number;	 /* of the last part */
	bool is_in_part;
};

enum err_code help_feed(const char *boundary, struct span body,
    const struct help_cuts *cuts, const struct multipart_sink *sink,
    const struct multipart_limits *limits, struct err *err)
{
	struct multipart *m = multipart_new(boundary, sink, limits);
	enum err_code rc = 0;

	while (body.n && !rc) {
		size_t n = cuts->next ? cuts->next(cuts->ctx, body.n) : body.n;
		char *piece;

		if (n > body.n)
			n = body.n;
		piece = mem_alloc(n);
		memcpy(piece, body.p, n);
		rc = multipart_feed(m, (struct span){piece, n}, err);
		free(piece);
		body.p += n;
		body.n -= n;
	}
	if (!rc)
		rc = multipart_finish(m, err);
	multipart_free(&m);
	ASSERT(!m);
	return rc;
}

static void put_text(struct buf *out, struct span text)
{
	if (!text.p) {
		buf_add_str(out, "-");
		return;
	}
	buf_addf(out, "%zu:", text.n);
	buf_add_span(out, text);
}

static void put_data(struct record *r, const char *mark)
{
	r->is_in_part = false;
	put_text(r->out, (struct span){buf_str(&r->data), r->data.n});
	buf_add_str(r->out, mark);
}

static enum err_code record_begin(
    void *ctx, const struct multipart_part *part, struct err *err)
{
	struct record *r = ctx;

	(void)err;
	ASSERT(!r->is_in_part && part->number == r->number + 1);
	r->is_in_part = true;
	r->number++;
	buf_reset(&r->data);
	buf_addf(r->out, "%zu ", part->number);
	put_text(r->out, part->name);
	buf_add_char(r->out, ' ');
	put_text(r->out, part->file_name);
	buf_add_char(r->out, ' ');
	put_text(r->out, part->type);
	buf_add_char(r->out, '\n');
	return 0;
}

static enum err_code record_data(void *ctx, struct span data, struct err *err)
{
	struct record *r = ctx;

	(void)err;
	ASSERT(r->is_in_part && data.n > 0);
	buf_add_span(&r->data, data);
	return 0;
}

static enum err_code record_end(void *ctx, struct err *err)
{
	struct record *r = ctx;

	(void)err;
	ASSERT(r->is_in_part);
	put_data(r, ".\n");
	return 0;
}

enum err_code help_read(const char *boundary, struct span body,
    const struct help_cuts *cuts, const struct multipart_limits *limits,
    struct buf *out, struct err *err)
{
	struct record record = {.out = out, .data = BUF_INIT(DATA_BYTES_MAX)};
	struct multipart_sink sink = {
	    record_begin, record_data, record_end, &record};
	enum err_code rc = help_feed(boundary, body, cuts, &sink, limits, err);

	if (record.is_in_part)
		put_data(&record, "!\n");
	ASSERT(!record.data.is_full && !out->is_full);
	buf_release(&record.data);
	return rc;
}
