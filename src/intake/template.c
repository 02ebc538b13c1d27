/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header is what the intake knows best; examples in the rows beneath
 * would be taken in as records by who forgets to delete them.
 */
#include "intake/template.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "intake/table.h"

enum { LINE_BYTES_MAX = 1024 };

enum err_code template_write(const struct cat_item *item, const char *path,
    enum reader_format format, const char *mark, struct err *err)
{
	struct span *header = mem_zalloc(item->fields_count, sizeof(*header));
	struct buf what = BUF_INIT(LINE_BYTES_MAX);
	struct buf where = BUF_INIT(LINE_BYTES_MAX);
	struct table_writer *writer = NULL;
	const char *lines[3];
	struct table_options options = {
	    .format = format, .title_rows = lines, .mark_column = SIZE_MAX};
	size_t columns = 0;
	size_t i;
	enum err_code rc;

	for (i = 0; i < item->fields_count; i++)
		if (item->fields[i].privacy != CAT_DROPPED)
			header[columns++] = span_of(item->fields[i].title);
	if (mark)
		lines[options.title_rows_count++] = mark;
	if (format == READER_XLSX) {
		buf_addf(&what, "%s 报送模板", item->title);
		buf_addf(&where, "各列的含义、是否必填和取值见 /catalogue/%s",
		    item->id);
		lines[options.title_rows_count++] = buf_str(&what);
		lines[options.title_rows_count++] = buf_str(&where);
	}
	rc = table_open(path, &options, header, columns, &writer, err);
	if (!rc)
		rc = table_close(&writer, err);
	buf_release(&what);
	buf_release(&where);
	free(header);
	return rc;
}
