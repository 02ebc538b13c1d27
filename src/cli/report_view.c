/* SPDX-License-Identifier: Apache-2.0 */
/* Counts first, then every rule that found something, with one example. */
#include "cli/report_view.h"

#include <stdint.h>
#include <stdio.h>

#include "base/tr.h"
#include "cli/cli.h"
#include "intake/report.h"

static void print_finding(const json_t *finding)
{
	const json_t *words = json_object_get(finding, "example");
	const json_t *rows = json_object_get(finding, "rows");
	const json_t *basis = json_object_get(words, "basis");
	const char *mend = cli_text(words, "mend");
	char n[32];

	printf("  %8s × ",
	    cli_thousands(
		(uint64_t)json_integer_value(json_object_get(finding, "count")),
		n));
	printf(tr("row %lld: %s\n"),
	    (long long)json_integer_value(json_array_get(rows, 0)),
	    cli_text(words, "message"));
	if (mend[0])
		printf("             %s\n", mend);
	if (json_is_object(basis)) {
		printf("             %s", tr("basis: "));
		cli_print_basis(basis);
	}
}

static void print_count(const char *name, const json_t *counts, const char *key)
{
	char n[32];

	printf("  ");
	cli_pad(name, 30);
	printf("%14s\n",
	    cli_thousands(
		(uint64_t)json_integer_value(json_object_get(counts, key)), n));
}

/* "no column was found for: A, B", by the fields' titles. */
static void print_missing(
    const json_t *names, const struct catalog *catalog, const char *item_id)
{
	const struct cat_item *item = catalog_item(catalog, item_id);
	const json_t *name;
	size_t i;

	if (json_array_size(names) == 0)
		return;
	printf("  %s", tr("no column was found for: "));
	json_array_foreach (names, i, name) {
		const char *text = json_string_value(name);
		int at = item && text ? cat_field_index(item, text) : -1;

		printf("%s%s", i ? "、" : "",
		    at >= 0 ? item->fields[at].title : text);
	}
	putchar('\n');
}

/* Columns that the item does not have, and how much stands in them. */
static void print_unknown(const json_t *read_as)
{
	size_t count = json_array_size(json_object_get(read_as, "unknown"));
	struct report_column column;
	size_t i, told = 0;

	for (i = 0; i < count; i++) {
		if (!report_unknown(read_as, i, &column))
			continue;
		printf("%s%s", told ? "" : "  ",
		    told ? "、" : tr("columns passed over: "));
		told++;
		if (column.title[0])
			printf("%s", column.title);
		else
			printf(tr("column %d"), column.column);
		if (column.cells > 0)
			printf(tr(" (cells filled in: %lld)"),
			    (long long)column.cells);
	}
	if (told)
		putchar('\n');
}

static void print_other_sheets(const json_t *read_as)
{
	const json_t *sheets = json_object_get(read_as, "other_sheets");
	const json_t *sheet;
	size_t i;

	if (json_array_size(sheets) == 0)
		return;
	printf("  %s%s\n", tr("sheet read: "), cli_text(read_as, "sheet"));
	printf("  %s", tr("sheets that were not read: "));
	json_array_foreach (sheets, i, sheet)
		printf("%s%s", i ? "、" : "", json_string_value(sheet));
	putchar('\n');
}

static void print_reading(const json_t *read_as)
{
	const char *passed_over = cli_text(read_as, "passed_over");
	const json_t *one;
	size_t i;

	json_array_foreach (json_object_get(read_as, "money"), i, one)
		printf("  %s\n", cli_text(one, "text"));
	if (passed_over[0])
		printf("  %s%s\n", tr("rows passed over: "), passed_over);
}

void report_view_print(const json_t *report, const struct catalog *catalog)
{
	const json_t *counts = json_object_get(report, "counts");
	const json_t *file = json_object_get(report, "file");
	const json_t *read_as = json_object_get(file, "read_as");
	const char *from = cli_text(report, "from");
	const struct cat_department *department =
	    catalog_department(catalog, from);
	const char *source = department ? department->title : from;
	const json_t *submission = json_object_get(report, "submission");
	const json_t *finding;
	size_t i;

	if (submission)
		printf(tr("submission %lld: %s from %s\n"),
		    (long long)json_integer_value(submission),
		    cli_text(file, "name"), source);
	else
		printf(tr("rehearsal, nothing is kept: %s from %s\n"),
		    cli_text(file, "name"), source);
	print_count(tr("rows"), counts, "rows");
	print_count(tr("new records"), counts, "records");
	print_count(tr("new versions"), counts, "versions");
	print_count(tr("known already"), counts, "duplicates");
	print_count(tr("doubtful, queued"), counts, "doubtful");
	print_count(tr("refused"), counts, "refused");
	print_count(tr("natural persons, not kept"), counts, "natural_persons");
	print_count(tr("late"), counts, "late");
	print_missing(json_object_get(read_as, "missing"), catalog,
	    cli_text(report, "item"));
	print_unknown(read_as);
	print_reading(read_as);
	print_other_sheets(read_as);
	json_array_foreach (json_object_get(report, "findings"), i, finding)
		print_finding(finding);
}
