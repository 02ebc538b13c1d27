/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which columns of an item are its number, its kind, its content and its
 * authority, the catalogue says by roles; a field that is not public is
 * never shown, whatever its role.
 */
#include "api/entry.h"

#include <string.h>

#include "api/record_priv.h"
#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"
#include "intake/fields.h"

#define N_(text) text

enum { CELL_BYTES_MAX = 64 * 1024 };

void entry_reader_init(struct entry_reader *er, const struct reading *reading)
{
	memset(er, 0, sizeof(*er));
	er->reading = reading;
	block_init(&er->block);
	subject_init(&er->subject);
}

static void forget(struct entry_reader *er)
{
	if (er->is_loaded)
		statement_release(&er->statement);
	er->is_loaded = false;
}

void entry_reader_tell_marks(struct entry_reader *er)
{
	er->marks = marks_new(er->reading, OPEN_CASES_FOR_MANY);
}

void entry_reader_release(struct entry_reader *er)
{
	forget(er);
	marks_free(&er->marks);
	subject_release(&er->subject);
	block_release(&er->block);
}

static enum err_code load_text(
    struct entry_reader *er, uint64_t seq, struct span *out, struct err *err)
{
	struct store *store = er->reading->store;
	enum err_code rc;

	if (!er->is_in_log_order)
		return block_load_one(&er->block, store, seq, out, err);
	rc = block_load(&er->block, store, seq, err);
	if (!rc)
		*out = block_statement(&er->block, seq);
	return rc;
}

enum err_code entry_load(struct entry_reader *er,
    const struct publication_entry *entry, struct err *err)
{
	struct store *store = er->reading->store;
	struct span text;
	enum err_code rc;

	forget(er);
	rc = subject_by_id(store, entry->view.subject_id, &er->subject, err);
	if (!rc)
		rc = load_text(er, entry->seq, &text, err);
	if (!rc)
		rc = statement_read(text, &er->statement, err);
	er->is_loaded = rc == 0;
	return rc ? rc
		  : marks_find(er->marks, entry->view.subject_id, entry->record,
			&er->found, err);
}

/* ---- values ---- */

/* A public field's value as the exchange layout writes it: several values
 * joined by "、", money in the unit of the field. Nothing when the record has
 * none. */
static void add_field(
    struct entry_reader *er, const struct cat_field *field, struct buf *out)
{
	ASSERT(er->is_loaded);
	if (field->privacy == CAT_PUBLIC)
		fields_add_text(field,
		    json_object_get(er->statement.fields, field->name), out);
}

static void add_role(struct entry_reader *er, const struct cat_item *item,
    enum cat_role role, struct buf *out)
{
	int at = item ? cat_field_by_role(item, role) : -1;

	if (at >= 0)
		add_field(er, &item->fields[at], out);
}

/* ---- cells ---- */

const char *entry_cell_title(enum entry_cell cell)
{
	static const char *const titles[ENTRY_CELL_COUNT] = {
	    N_("Record number"), N_("Name"), N_("Unified social credit code"),
	    N_("Document number"), N_("Category"), N_("Content"), N_("Class"),
	    N_("Decided on"), N_("Public until"), N_("Authority"),
	    N_("Reporting department"), N_("Division"), N_("Mark"),
	    N_("example data, not an official site")};

	ASSERT(cell < ENTRY_CELL_COUNT);
	return tr(titles[cell]);
}

size_t entry_cells(const struct reading *reading)
{
	return marks_are_told(reading) ? ENTRY_MARKS + 1 : ENTRY_MARKS;
}

static void add_date(struct buf *out, date_days date)
{
	char text[DATE_TEXT_BYTES];

	buf_add_str(out, date_format_iso(date, text));
}

static const char *department_title(const struct entry_reader *er)
{
	const struct cat_department *d =
	    catalog_department(er->reading->catalog, er->statement.department);

	return d ? d->title : er->statement.department;
}

static int division_of(const struct entry_reader *er)
{
	return publication_division(er->reading->catalog, er->statement.code);
}

static bool is_adverse(const struct cat_item *item)
{
	return item && item->nature == CAT_ADVERSE;
}

void entry_cell_text(struct entry_reader *er,
    const struct publication_entry *entry, enum entry_cell cell,
    struct buf *out)
{
	static const enum cat_role roles[ENTRY_CELL_COUNT] = {
	    [ENTRY_DOCUMENT] = CAT_ROLE_DOCUMENT,
	    [ENTRY_KIND] = CAT_ROLE_KIND,
	    [ENTRY_CONTENT] = CAT_ROLE_CONTENT,
	    [ENTRY_AUTHORITY] = CAT_ROLE_AUTHORITY,
	};
	const struct cat_item *item = entry->record->item;

	ASSERT(er->is_loaded && cell < ENTRY_CELL_COUNT);
	if (roles[cell]) {
		add_role(er, item, roles[cell], out);
	} else if (cell == ENTRY_RECORD) {
		buf_add_u64(out, entry->seq);
	} else if (cell == ENTRY_NAME) {
		buf_add_span(out, buf_span(&er->subject.name));
	} else if (cell == ENTRY_CODE) {
		buf_add_span(out, buf_span(&er->subject.code));
	} else if (cell == ENTRY_CLASS) {
		if (is_adverse(item))
			buf_add_str(
			    out, class_title(entry->version->facts.class_));
	} else if (cell == ENTRY_DECIDED_ON) {
		add_date(out, entry->version->facts.decided_on);
	} else if (cell == ENTRY_PUBLIC_UNTIL) {
		add_date(out, entry->publication.window.to);
	} else if (cell == ENTRY_DEPARTMENT) {
		buf_add_str(out, department_title(er));
	} else if (cell == ENTRY_MARKS) {
		marks_add_text(out, &er->found);
	} else if (cell == ENTRY_EXAMPLE) {
		buf_add_str(out, entry_cell_title(cell));
	} else {
		buf_add_str(out, division_title(division_of(er)));
	}
}

/* ---- columns ---- */

static struct entry_column *new_columns(size_t fields)
{
	return mem_zalloc(
	    fields + ENTRY_CELL_COUNT, sizeof(struct entry_column));
}

static void add_own(
    struct entry_column *columns, size_t *count, enum entry_cell cell)
{
	columns[(*count)++] = (struct entry_column){.cell = cell};
}

static void add_marks(
    const struct reading *reading, struct entry_column *columns, size_t *count)
{
	if (marks_are_told(reading))
		add_own(columns, count, ENTRY_MARKS);
	if (reading->catalog->shows_example)
		add_own(columns, count, ENTRY_EXAMPLE);
}

struct entry_column *entry_list_columns(
    const struct reading *reading, size_t *count_out)
{
	struct entry_column *columns = new_columns(0);

	*count_out = 0;
	while (*count_out < ENTRY_MARKS)
		add_own(columns, count_out, (enum entry_cell) * count_out);
	add_marks(reading, columns, count_out);
	return columns;
}

struct entry_column *entry_set_columns(const struct reading *reading,
    const struct cat_item *item, size_t *count_out)
{
	struct entry_column *columns = new_columns(item->fields_count);
	size_t i;

	*count_out = 0;
	add_own(columns, count_out, ENTRY_RECORD);
	add_own(columns, count_out, ENTRY_PUBLIC_UNTIL);
	add_own(columns, count_out, ENTRY_DEPARTMENT);
	if (is_adverse(item))
		add_own(columns, count_out, ENTRY_CLASS);
	for (i = 0; i < item->fields_count; i++)
		if (item->fields[i].privacy == CAT_PUBLIC)
			columns[(*count_out)++].field = &item->fields[i];
	add_marks(reading, columns, count_out);
	return columns;
}

const char *entry_column_name(const struct entry_column *column)
{
	static const char *const names[ENTRY_CELL_COUNT] = {"record", "name",
	    "code", "document", "kind", "content", "class", "decided_on",
	    "public_until", "authority", "department", "division", "marks",
	    "example"};

	return column->field ? column->field->name : names[column->cell];
}

const char *entry_column_title(const struct entry_column *column)
{
	return column->field ? column->field->title
			     : entry_cell_title(column->cell);
}

const char *entry_column_meaning(const struct entry_column *column)
{
	static const char *const meanings[ENTRY_CELL_COUNT] = {
	    [ENTRY_RECORD] = N_("the record's number in the log; its page is "
				"/records/NUMBER"),
	    [ENTRY_CLASS] = N_("how grave it is, on which the length of its "
			       "publication hangs"),
	    [ENTRY_PUBLIC_UNTIL] = N_("the day on which its publication ends, "
				      "worked out from law and dates; empty: "
				      "it has no end"),
	    [ENTRY_DEPARTMENT] = N_("the department that sent the record to "
				    "this platform"),
	    [ENTRY_MARKS] = N_("what is marked at the record today, for "
			       "example that an objection to it is open; "
			       "empty: nothing"),
	    [ENTRY_EXAMPLE] = N_("the record was generated and is no real "
				 "one"),
	};
	const char *meaning = column->field ? NULL : meanings[column->cell];

	return meaning ? tr(meaning) : NULL;
}

void entry_column_text(struct entry_reader *er,
    const struct publication_entry *entry, const struct entry_column *column,
    struct buf *out)
{
	if (column->field)
		add_field(er, column->field, out);
	else
		entry_cell_text(er, entry, column->cell, out);
}

/* ---- the row of a list ---- */

static void put_cell(struct entry_reader *er,
    const struct publication_entry *entry, enum entry_cell cell,
    const char *key, struct json_writer *w)
{
	struct buf text = BUF_INIT(CELL_BYTES_MAX);

	entry_cell_text(er, entry, cell, &text);
	json_put_span(w, key, buf_span(&text));
	buf_release(&text);
}

/* The content, cut at a whole character. */
static void put_cut(struct entry_reader *er,
    const struct publication_entry *entry, struct json_writer *w)
{
	struct buf text = BUF_INIT(CELL_BYTES_MAX);
	size_t chars = 0, end;

	entry_cell_text(er, entry, ENTRY_CONTENT, &text);
	for (end = 0; end < text.n; end++) {
		bool is_first = ((unsigned char)text.p[end] & 0xC0) != 0x80;

		chars += is_first;
		if (is_first && chars > ENTRY_CONTENT_CHARS)
			break;
	}
	json_put_span(w, "content", (struct span){text.p, end});
	json_put_bool(w, "content_cut", end < text.n);
	buf_release(&text);
}

static void put_class(
    struct json_writer *w, const struct publication_entry *entry)
{
	enum cat_class class_ = entry->version->facts.class_;

	if (is_adverse(entry->record->item))
		put_named(
		    w, "class", cat_class_name(class_), class_title(class_));
	else
		put_null(w, "class");
}

bool entry_is_list(const struct catalog *catalog, const struct cat_item *item)
{
	size_t i;

	for (i = 0; i < catalog->lists_count; i++)
		if (catalog->lists[i].kind != CAT_LIST_RED &&
		    cat_list_has(&catalog->lists[i], item))
			return true;
	return item->group == CAT_GROUP_SERIOUS ||
	    item->group == CAT_GROUP_ABNORMAL;
}

static void put_kinds(struct json_writer *w, const struct catalog *catalog,
    const struct cat_item *item)
{
	const char *id = item ? item->id : "";

	json_put_str(w, "item", id);
	json_put_str(w, "item_title", item ? item_title(item) : "");
	json_put_bool(w, "is_licence", strcmp(id, "licence") == 0);
	json_put_bool(w, "is_penalty", strcmp(id, "penalty") == 0);
	json_put_bool(w, "is_list", item && entry_is_list(catalog, item));
	json_put_bool(w, "is_adverse", is_adverse(item));
}

static void put_department(struct json_writer *w, const struct entry_reader *er)
{
	json_key(w, "department");
	json_open_object(w);
	json_put_str(w, "id", er->statement.department);
	json_put_str(w, "title", department_title(er));
	put_text(w, "href", "/departments/%s", er->statement.department);
	json_close_object(w);
}

static void put_dates(
    struct json_writer *w, const struct publication_entry *entry)
{
	date_days decided = entry->version->facts.decided_on;
	date_days until = entry->publication.window.to;

	json_put_date(w, "decided_on", decided);
	json_put_date(w, "public_until", until);
	json_put_date(w, "entered_on", decided);
	json_put_date(w, "leaves_on", until);
}

void entry_put(struct entry_reader *er, const struct publication_entry *entry,
    struct json_writer *w)
{
	ASSERT(er->is_loaded);
	json_open_object(w);
	json_put_int(w, "record", (int64_t)entry->seq);
	put_text(w, "href", "/records/%llu", (unsigned long long)entry->seq);
	json_put_span(w, "code", buf_span(&er->subject.code));
	json_put_span(w, "name", buf_span(&er->subject.name));
	put_text(w, "subject_href", "/subjects/%s", buf_str(&er->subject.code));
	put_kinds(w, er->reading->catalog, entry->record->item);
	put_cell(er, entry, ENTRY_DOCUMENT, "document", w);
	put_cell(er, entry, ENTRY_KIND, "kind", w);
	put_cut(er, entry, w);
	put_class(w, entry);
	put_dates(w, entry);
	put_department(w, er);
	put_cell(er, entry, ENTRY_AUTHORITY, "authority", w);
	put_division(w, "division", division_of(er));
	marks_put(w, &er->found);
	json_close_object(w);
}

/* ---- the whole record ---- */

void entry_put_content(struct entry_reader *er,
    const struct publication_entry *entry, struct json_writer *w)
{
	const struct cat_item *item = entry->record->item;
	const struct cat_facts *facts = &entry->version->facts;

	ASSERT(er->is_loaded);
	json_open_object(w);
	json_put_int(w, "record", (int64_t)entry->seq);
	json_put_span(w, "code", buf_span(&er->subject.code));
	json_put_span(w, "name", buf_span(&er->subject.name));
	json_put_str(w, "item", item ? item->id : "");
	json_put_str(w, "received", er->statement.received);
	put_class(w, entry);
	json_put_date(w, "decided_on", facts->decided_on);
	json_put_date(w, "valid_to", facts->valid_to);
	json_put_date(w, "public_until", entry->publication.window.to);
	put_department(w, er);
	record_put_public_fields(w, item, er->statement.fields);
	marks_put(w, &er->found);
	json_close_object(w);
}
