/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The benchmark's file: clean penalties, nothing else, as fast as they can
 * be made. Rows are made one by one (demo/penalty.c), joined with commas into
 * a buffer of a few mebibytes and written when it is full. No cell holds a
 * comma, a quote or a line break, so that none needs quoting.
 *
 * Row i is decided at about i/records of the six years before `today`, give
 * or take eight days, as a department's own list would be.
 */
#include "demo/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/check.h"
#include "demo/items.h"
#include "demo/options.h"
#include "demo/random.h"

enum { STREAM_BULK = 3, JITTER_DAYS = 8 };
enum { FLUSH_BYTES = 4 << 20 };

/* The 21 columns and what fills them. */
static const struct {
	enum demo_penalty_field field;
	const char *title;
} columns[] = {
    {CF_XDR_MC, "行政相对人名称"},
    {CF_XDR_LB, "行政相对人类别"},
    {CF_XDR_SHXYM, "行政相对人代码_1(统一社会信用代码)"},
    {CF_FRDB, "法定代表人"},
    {CF_WSH, "行政处罚决定书文号"},
    {CF_WFXW, "违法行为类型"},
    {CF_SY, "违法事实"},
    {CF_YJ, "处罚依据"},
    {CF_CFLB, "处罚类别"},
    {CF_NR, "处罚内容"},
    {CF_NR_FK, "罚款金额(万元)"},
    {CF_NR_WFFF, "没收违法所得、没收非法财物的金额(万元)"},
    {CF_JDRQ, "处罚决定日期"},
    {CF_YXQ, "处罚有效期"},
    {CF_GSJZQ, "公示截止期"},
    {CF_CFJG, "处罚机关"},
    {CF_CFJGDM, "处罚机关统一社会信用代码"},
    {CF_SJLY, "数据来源单位"},
    {CF_SJLYDM, "数据来源单位统一社会信用代码"},
    {CF_FR_ZJLX, "法定代表人证件类型"},
    {CF_BZ, "备注"},
};

static enum demo_department_id pick_department(struct demo_random *r)
{
	static const enum demo_department_id departments[] = {DEMO_MARKET,
	    DEMO_MARKET, DEMO_MARKET, DEMO_TRANSPORT, DEMO_TRANSPORT,
	    DEMO_URBAN, DEMO_ECOLOGY, DEMO_EMERGENCY, DEMO_HOUSING,
	    DEMO_HUMAN_RESOURCES};

	return departments[demo_random_below(r, ARRAY_COUNT(departments))];
}

static struct demo_ask ask_for(const struct demo_options *o, uint64_t index)
{
	struct demo_random r = demo_random_at(o->seed, STREAM_BULK, index);
	date_days first = demo_history_start(o->today);
	uint64_t span = (uint64_t)(o->today - JITTER_DAYS - first);
	struct demo_ask ask = {
	    .seed = o->seed, .number = index + 1, .is_narrow = true};

	ask.subject = demo_random_below64(&r, o->subjects);
	ask.department = pick_department(&r);
	ask.decided = first + (date_days)(index * span / o->records) +
	    (date_days)demo_random_below(&r, JITTER_DAYS);
	return ask;
}

static void add_header(struct buf *out)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(columns); i++) {
		if (i > 0)
			buf_add_char(out, ',');
		buf_add_str(out, columns[i].title);
	}
	buf_add_char(out, '\n');
}

static void add_row(const struct demo_row *row, struct buf *out)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(columns); i++) {
		if (i > 0)
			buf_add_char(out, ',');
		buf_add_span(out, row->cells[columns[i].field]);
	}
	buf_add_char(out, '\n');
}

static enum err_code flush(
    int fd, const char *path, struct buf *out, struct err *err)
{
	size_t at = 0;

	while (at < out->n) {
		ssize_t n = write(fd, out->p + at, out->n - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(
			    err, "could not write \"%s\"", path);
		at += (size_t)n;
	}
	buf_reset(out);
	return ERR_NONE;
}

static enum err_code write_rows(
    int fd, const char *path, const struct demo_options *o, struct err *err)
{
	const struct demo_item *penalty = demo_item(DEMO_PENALTY);
	struct buf out = BUF_INIT(FLUSH_BYTES + DEMO_ROW_BYTES);
	enum err_code rc = ERR_NONE;
	struct demo_row row;
	struct demo_ask ask;
	uint64_t i;

	demo_row_init(&row);
	add_header(&out);
	for (i = 0; i < o->records && rc == ERR_NONE; i++) {
		ask = ask_for(o, i);
		demo_item_make(penalty, &ask, &row);
		add_row(&row, &out);
		if (out.n >= FLUSH_BYTES)
			rc = flush(fd, path, &out, err);
	}
	if (rc == ERR_NONE)
		rc = flush(fd, path, &out, err);
	demo_row_release(&row);
	buf_release(&out);
	return rc;
}

enum err_code demo_write_bulk(const char *path, uint64_t subjects,
    uint64_t records, uint64_t seed, date_days today, struct err *err)
{
	const struct demo_options o = {.subjects = subjects,
	    .records = records,
	    .seed = seed,
	    .today = today};
	enum err_code rc = demo_options_check(&o, 1, err);
	int fd = -1;

	if (rc != ERR_NONE)
		return rc;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_set_errno(err, "could not create \"%s\"", path);
	rc = write_rows(fd, path, &o, err);
	if (close(fd) != 0 && rc == ERR_NONE)
		rc = err_set_errno(err, "could not write \"%s\"", path);
	return rc;
}
