/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XLSX: the sheet.
 *
 *     _rels/.rels -> workbook.xml -> its .rels -> styles, texts, sheets
 *     the first sheet with a row, visible ones before hidden ones
 *     sheet XML --expat, halted at each </row>--> one row of cells
 *
 * What real files do and the standard allows: rows and cells that hold
 * nothing are left out, so positions come from r="C7"; or r is left out,
 * and positions follow on; texts are shared, inline or a formula's result;
 * of merged cells only the first has a value (xlsx_merge.c); styled cells far
 * to the right hold nothing. Cells without a value and behind the last value
 * are not counted.
 *
 * Texts of a row are gathered in one buffer and become spans at the row's
 * end, as the buffer may move while it grows.
 */
#include "intake/reader_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "intake/xlsx_priv.h"

enum {
	SHEETS_MAX = 1024,
	CHOICE_MAX = 9, /* sheets that can be read or are told of */
	RELATIONS_MAX = 4096,
	PATH_MAX_BYTES = 1024,
	ROW_TEXT_MAX = READER_ROW_BYTES_MAX + READER_CELL_BYTES_MAX + 256
};

/* A line of a .rels part. */
struct relation {
	char *id;
	char *type; /* its last word: "worksheet", "styles" ... */
	char *path; /* in the archive */
};

struct relations {
	const char *folder; /* that targets are relative to */
	struct relation *list;
	size_t count;
};

struct sheet {
	char *name;
	char *id; /* of its relation */
	bool is_hidden;
};

/* The cell being parsed. */
struct cell_state {
	size_t column;
	char type; /* of t=: n s S(tr) i b e d */
	unsigned long style;
	bool is_in_cell;
	bool is_in_value;
	bool is_in_is;
	bool has_formula;
};

struct xlsx {
	struct xlsx_zip *zip;
	struct xlsx_strings *strings;
	struct xlsx_styles *styles;
	struct xlsx_merges *merges; /* of the sheet read, or NULL */
	struct relations relations; /* of the workbook */
	struct sheet *sheets;
	size_t sheets_count;
	bool is_1904;
	char *sheet_name;	   /* of the sheet read */
	size_t choice[CHOICE_MAX]; /* sheets with rows; the one read, too */
	size_t choice_count, chosen;
	const char *others[CHOICE_MAX]; /* names of the others */

	struct xlsx_xml *xml; /* of that sheet, or of another part */
	struct reader *reader;
	bool is_in_data;
	bool is_in_row;
	bool has_row; /* a row waits to be handed out */
	bool is_ended;
	uint64_t number; /* of the row */
	uint64_t rows;	 /* <row> elements so far */
	size_t next_column;
	struct cell_state cell;
	struct buf value;		   /* text of <v> */
	struct xlsx_rich rich;		   /* text of <is> */
	struct buf text;		   /* texts of the row */
	size_t starts[READER_COLUMNS_MAX]; /* of each cell in text */
	size_t count; /* cells up to the last with a value */
	enum row_fault fault;
	size_t fault_column;
};

/* ---- relations ---- */

/* "xl/" + "worksheets/sheet1.xml"; "/xl/..." is absolute; knows "..". */
static char *resolve(const char *folder, const char *target)
{
	struct buf path = BUF_INIT(PATH_MAX_BYTES);
	char *result;

	if (target[0] == '/')
		target++;
	else
		buf_add_str(&path, folder);
	while (*target) {
		size_t n = strcspn(target, "/\\");

		if (n == 2 && memcmp(target, "..", 2) == 0) {
			while (path.n > 0 && path.p[--path.n] != '/')
				;
			while (path.n > 0 && path.p[path.n - 1] != '/')
				path.n--;
		} else if (!(n == 1 && *target == '.')) {
			buf_add(&path, target, n + (target[n] != '\0'));
		}
		target += n + (target[n] != '\0');
	}
	result = mem_dup(path.p ? path.p : "", path.n);
	buf_release(&path);
	return result;
}

static void on_relation(void *user, const char *name, const char **attributes)
{
	struct relations *r = user;
	const char *id = xlsx_attribute(attributes, "Id");
	const char *type = xlsx_attribute(attributes, "Type");
	const char *target = xlsx_attribute(attributes, "Target");
	const char *slash;

	if (strcmp(name, "Relationship") != 0 || !id || !type || !target ||
	    r->count == RELATIONS_MAX)
		return;
	slash = strrchr(type, '/');
	if (!r->list)
		r->list = mem_zalloc(RELATIONS_MAX, sizeof(*r->list));
	r->list[r->count++] = (struct relation){mem_strdup(id),
	    mem_strdup(slash ? slash + 1 : type), resolve(r->folder, target)};
}

static const struct xlsx_xml_handler relations_handler = {
    .start = on_relation,
};

static void relations_release(struct relations *r)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		free(r->list[i].id);
		free(r->list[i].type);
		free(r->list[i].path);
	}
	free(r->list);
	*r = (struct relations){0};
}

static const char *path_of_type(const struct relations *r, const char *type)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (strcmp(r->list[i].type, type) == 0)
			return r->list[i].path;
	return NULL;
}

static const char *path_of_sheet(const struct relations *r, const char *id)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (strcmp(r->list[i].id, id) == 0 &&
		    strcmp(r->list[i].type, "worksheet") == 0)
			return r->list[i].path;
	return NULL;
}

/* Reads the relations of the part at `path` in `folder`. */
static enum err_code load_relations(struct xlsx *x, const char *rels_path,
    const char *folder, struct relations *out, struct err *err)
{
	enum err_code code;

	out->folder = folder;
	code = xlsx_parse_part(x->zip, rels_path, XLSX_SMALL_PART_MAX,
	    &relations_handler, out, &x->xml, err);
	out->folder = NULL;
	return code;
}

/* ---- the workbook ---- */

static void on_workbook(void *user, const char *name, const char **attributes)
{
	struct xlsx *x = user;
	const char *v;

	if (strcmp(name, "workbookPr") == 0) {
		v = xlsx_attribute(attributes, "date1904");
		x->is_1904 =
		    v && (strcmp(v, "1") == 0 || strcmp(v, "true") == 0);
	} else if (strcmp(name, "sheet") == 0 && x->sheets_count < SHEETS_MAX) {
		const char *sheet = xlsx_attribute(attributes, "name");
		const char *id = xlsx_attribute(attributes, "id");

		v = xlsx_attribute(attributes, "state");
		if (!sheet || !id)
			return;
		if (!x->sheets)
			x->sheets = mem_zalloc(SHEETS_MAX, sizeof(*x->sheets));
		x->sheets[x->sheets_count++] = (struct sheet){mem_strdup(sheet),
		    mem_strdup(id), v && strcmp(v, "visible") != 0};
	}
}

static const struct xlsx_xml_handler workbook_handler = {
    .start = on_workbook,
};

static enum err_code refuse_other_zip(const struct xlsx *x, struct err *err)
{
	if (xlsx_zip_has(x->zip, "xl/workbook.bin"))
		err_set(err, ERR_INPUT, "this is a binary workbook (.xlsb)");
	else if (xlsx_zip_has(x->zip, "word/document.xml"))
		err_set(err, ERR_INPUT, "this is a Word document, not a table");
	else if (xlsx_zip_has(x->zip, "content.xml"))
		err_set(err, ERR_INPUT,
		    "this is an OpenDocument file, not a workbook");
	else
		err_set(err, ERR_INPUT,
		    "this is a zip archive without a workbook in it");
	err_hint(err, "Save the sheet as .xlsx or CSV and submit that.");
	return ERR_INPUT;
}

/* Where the workbook part is; owned by the caller. */
static enum err_code find_workbook(
    struct xlsx *x, char **path_out, struct err *err)
{
	struct relations r = {0};
	enum err_code code = ERR_NONE;
	const char *found = NULL;

	if (xlsx_zip_has(x->zip, "_rels/.rels"))
		code = load_relations(x, "_rels/.rels", "", &r, err);
	if (code != ERR_NONE)
		goto out;
	found = path_of_type(&r, "officeDocument");
	if (!found || !xlsx_zip_has(x->zip, found))
		found = "xl/workbook.xml";
	if (xlsx_zip_has(x->zip, found))
		*path_out = mem_strdup(found);
	else
		code = refuse_other_zip(x, err);
out:
	relations_release(&r);
	return code;
}

/* Relations, sheets and the date system of the workbook at `path`. */
static enum err_code load_workbook(
    struct xlsx *x, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;
	char *folder = mem_dup(path, n);
	struct buf rels = BUF_INIT(2 * PATH_MAX_BYTES);
	enum err_code code;

	buf_addf(&rels, "%s_rels/%s.rels", folder, path + n);
	code = load_relations(x, buf_str(&rels), folder, &x->relations, err);
	if (code == ERR_NONE)
		code = xlsx_parse_part(x->zip, path, XLSX_SMALL_PART_MAX,
		    &workbook_handler, x, &x->xml, err);
	buf_release(&rels);
	free(folder);
	return code;
}

static enum err_code load_parts(struct xlsx *x, int spool_fd, struct err *err)
{
	const char *styles = path_of_type(&x->relations, "styles");
	const char *strings = path_of_type(&x->relations, "sharedStrings");
	enum err_code code = ERR_NONE;

	if (styles && xlsx_zip_has(x->zip, styles))
		code = xlsx_styles_load(x->zip, styles, &x->styles, err);
	if (code == ERR_NONE && strings && xlsx_zip_has(x->zip, strings))
		code = xlsx_strings_load(
		    x->zip, strings, spool_fd, &x->strings, err);
	return code;
}

/* ---- cells ---- */

/* A formula's error gives way: it may stand where nobody reads it. */
static void set_fault(struct xlsx *x, enum row_fault fault, size_t column)
{
	if (x->fault != ROW_OK &&
	    (x->fault != ROW_FORMULA_ERROR || fault == ROW_FORMULA_ERROR))
		return;
	x->fault = fault;
	x->fault_column = column;
}

/* Digits as a number up to `max`; SIZE_MAX otherwise. */
static uint64_t parse_count(const char *p, size_t n, uint64_t max)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return UINT64_MAX;
		v = v * 10 + (uint64_t)(p[i] - '0');
		if (v > max)
			return UINT64_MAX;
	}
	return n ? v : UINT64_MAX;
}

static void start_cell(struct xlsx *x, const char **attributes)
{
	const char *ref = xlsx_attribute(attributes, "r");
	const char *type = xlsx_attribute(attributes, "t");
	const char *style = xlsx_attribute(attributes, "s");
	size_t column = ref ? xlsx_ref_column(ref) : x->next_column;

	x->cell = (struct cell_state){.is_in_cell = true, .type = 'n'};
	x->cell.column = column == SIZE_MAX ? x->next_column : column;
	x->next_column = x->cell.column + 1;
	if (type)
		x->cell.type = strcmp(type, "str") == 0 ? 'S' : type[0];
	if (style)
		x->cell.style = strtoul(style, NULL, 10);
	buf_reset(&x->value);
	xlsx_rich_reset(&x->rich);
}

/* A shared text by its number. */
static enum cell_kind add_shared(struct xlsx *x)
{
	uint64_t i =
	    parse_count(x->value.p, x->value.n, xlsx_strings_count(x->strings));
	bool has_bad;
	struct err err;

	if (i >= xlsx_strings_count(x->strings)) {
		err_set(xlsx_xml_fail(x->xml), ERR_INPUT,
		    "the workbook is damaged: a cell of row %llu refers to a "
		    "text that is not there",
		    (unsigned long long)x->number);
		return CELL_NULL;
	}
	if (xlsx_strings_add(x->strings, i, &x->text, &has_bad, &err) !=
	    ERR_NONE) {
		*xlsx_xml_fail(x->xml) = err;
		return CELL_NULL;
	}
	if (has_bad)
		set_fault(x, ROW_BAD_ENCODING, x->cell.column);
	return CELL_TEXT;
}

static enum cell_kind add_number(struct xlsx *x, struct span value)
{
	enum xlsx_format format = xlsx_styles_format(x->styles, x->cell.style);
	const struct xlsx_words *words =
	    xlsx_styles_words(x->styles, x->cell.style);

	if (words && format == XLSX_NUMBER)
		return xlsx_add_worded(&x->text, value, words);
	return xlsx_add_number(&x->text, value, format, x->is_1904);
}

/* Appends the cell's text; returns its kind. */
static enum cell_kind add_value(struct xlsx *x)
{
	struct span value = buf_span(&x->value);
	size_t from = x->text.n;

	switch (x->cell.type) {
	case 's':
		return add_shared(x);
	case 'i':
		buf_add_span(&x->text, buf_span(&x->rich.text));
		if (x->rich.has_bad)
			set_fault(x, ROW_BAD_ENCODING, x->cell.column);
		return CELL_TEXT;
	case 'S':
		buf_add_span(&x->text, value);
		if (xlsx_unescape(&x->text, from))
			set_fault(x, ROW_BAD_ENCODING, x->cell.column);
		return CELL_TEXT;
	case 'b':
		buf_add_str(&x->text,
		    span_is(value, "1") || span_is(value, "true") ? "true"
								  : "false");
		return CELL_BOOL;
	case 'e':
		set_fault(x, ROW_FORMULA_ERROR, x->cell.column);
		buf_add_span(&x->text, value);
		return CELL_TEXT;
	case 'd':
		return xlsx_add_iso_date(&x->text, value);
	default:
		return add_number(x, value);
	}
}

/* Drops spaces that a pretty-printing program put around a value. */
static void trim_value(struct buf *value)
{
	size_t i = 0;

	while (value->n > 0 && strchr(" \t\r\n", value->p[value->n - 1]))
		value->n--;
	while (i < value->n && strchr(" \t\r\n", value->p[i]))
		i++;
	if (i == 0)
		return;
	value->n -= i;
	memmove(value->p, value->p + i, value->n);
}

static void put_cell(struct xlsx *x, size_t from, enum cell_kind kind)
{
	struct cell *cells = x->reader->cells;
	size_t column = x->cell.column;
	struct span text = {x->text.p + from, x->text.n - from};

	if (column >= READER_COLUMNS_MAX) {
		set_fault(x, ROW_TOO_MANY_CELLS, READER_COLUMNS_MAX);
		x->text.n = from;
		return;
	}
	if (text.n > READER_CELL_BYTES_MAX) {
		text.n = text_cut(text, READER_CELL_BYTES_MAX);
		set_fault(x, ROW_TOO_LONG, column);
	}
	x->text.n = from + text.n;
	while (x->count <= column)
		cells[x->count++] = (struct cell){{"", 0}, CELL_NULL};
	x->starts[column] = from;
	cells[column] = (struct cell){{"", text.n}, kind};
}

/* What a program wrote that does not reckon. */
static void put_no_result(struct xlsx *x)
{
	size_t from = x->text.n;

	buf_add_char(&x->text, '=');
	put_cell(x, from, CELL_NO_RESULT);
}

static void end_cell(struct xlsx *x)
{
	size_t from = x->text.n;
	enum cell_kind kind;

	x->cell.is_in_cell = false;
	if (x->cell.type != 'S')
		trim_value(&x->value);
	/* An empty text is a formula's result, too. */
	if (x->cell.type == 'i' ? x->rich.text.n == 0 : x->value.n == 0) {
		if (x->cell.has_formula && x->cell.type != 'S')
			put_no_result(x);
		return;
	}
	/* What passes a row's bytes is left out; the row says so. */
	if (x->text.n >= READER_ROW_BYTES_MAX) {
		set_fault(x, ROW_TOO_LONG, x->cell.column);
		return;
	}
	kind = add_value(x);
	if (x->text.n > from)
		put_cell(x, from, kind);
}

/* ---- rows ---- */

static void start_row(struct xlsx *x, const char **attributes)
{
	const char *r = xlsx_attribute(attributes, "r");
	uint64_t number =
	    r ? parse_count(r, strlen(r), XLSX_ROWS_MAX) : UINT64_MAX;

	x->is_in_row = true;
	x->next_column = 0;
	x->count = 0;
	x->fault = ROW_OK;
	x->fault_column = 0;
	buf_reset(&x->text);
	x->number =
	    number != UINT64_MAX && number > x->number ? number : x->number + 1;
	if (++x->rows > XLSX_ROWS_MAX || x->number > XLSX_ROWS_MAX)
		err_set(xlsx_xml_fail(x->xml), ERR_INPUT,
		    "the sheet has more rows than a spreadsheet may have");
}

static void end_row(struct xlsx *x)
{
	struct cell *cells = x->reader->cells;
	size_t i;

	x->is_in_row = false;
	if (x->count == 0 && x->fault == ROW_OK)
		return;
	ASSERT_SLOW(
	    utf8_valid_prefix(buf_str(&x->text), x->text.n) == x->text.n);
	for (i = 0; i < x->count; i++)
		if (cells[i].kind != CELL_NULL)
			cells[i].text.p = x->text.p + x->starts[i];
	x->has_row = true;
	xlsx_xml_suspend(x->xml);
}

static void on_start(void *user, const char *name, const char **attributes)
{
	struct xlsx *x = user;

	if (strcmp(name, "sheetData") == 0)
		x->is_in_data = true;
	else if (!x->is_in_data)
		/* NOLINTNEXTLINE(bugprone-branch-clone): its place counts */
		return;
	else if (strcmp(name, "row") == 0)
		start_row(x, attributes);
	else if (strcmp(name, "c") == 0 && x->is_in_row)
		start_cell(x, attributes);
	else if (!x->cell.is_in_cell)
		return;
	else if (strcmp(name, "v") == 0)
		x->cell.is_in_value = true;
	else if (strcmp(name, "f") == 0)
		x->cell.has_formula = true;
	else if (strcmp(name, "is") == 0)
		x->cell.is_in_is = true;
	else if (x->cell.is_in_is)
		xlsx_rich_start(&x->rich, name, attributes);
}

static void on_end(void *user, const char *name)
{
	struct xlsx *x = user;

	if (!x->is_in_data)
		return;
	if (strcmp(name, "sheetData") == 0)
		x->is_in_data = false;
	else if (strcmp(name, "row") == 0 && x->is_in_row)
		end_row(x);
	else if (strcmp(name, "c") == 0 && x->cell.is_in_cell)
		end_cell(x);
	else if (strcmp(name, "v") == 0)
		x->cell.is_in_value = false;
	else if (strcmp(name, "is") == 0)
		x->cell.is_in_is = false;
	else if (x->cell.is_in_is)
		xlsx_rich_end(&x->rich, name);
}

static void on_text(void *user, const char *p, size_t n)
{
	struct xlsx *x = user;
	size_t room = x->value.max - x->value.n;

	if (x->cell.is_in_is)
		xlsx_rich_text(&x->rich, p, n);
	if (!x->cell.is_in_value)
		return;
	if (n > room) {
		n = room;
		while (n > 0 && ((unsigned char)p[n] & 0xC0) == 0x80)
			n--;
	}
	buf_add(&x->value, p, n);
}

static const struct xlsx_xml_handler sheet_handler = {
    .start = on_start,
    .end = on_end,
    .text = on_text,
};

/* 1: has_row; 0: the sheet's end; negative: cannot be read. */
static int find_row(struct xlsx *x, struct err *err)
{
	int result = 0;

	if (!x->has_row && !x->is_ended)
		result = xlsx_xml_run(x->xml, err);
	if (result < 0) {
		err_context(err, "sheet \"%s\", at row %llu", x->sheet_name,
		    (unsigned long long)x->number);
		return result;
	}
	x->is_ended = !x->has_row && result == 0;
	return x->has_row;
}

/* ---- opening ---- */

/* 1: this sheet has a row. */
static int try_sheet(struct xlsx *x, const struct sheet *sheet, struct err *err)
{
	const char *path = path_of_sheet(&x->relations, sheet->id);
	struct xlsx_part *part;
	enum err_code code;

	if (!path) /* a chart or a macro sheet */
		return 0;
	code = xlsx_part_open(x->zip, path, XLSX_LARGE_PART_MAX, &part, err);
	if (code != ERR_NONE)
		return code;
	xlsx_xml_free(&x->xml);
	x->xml = xlsx_xml_new(part, &sheet_handler, x);
	x->is_ended = x->is_in_data = x->is_in_row = x->has_row = false;
	x->cell = (struct cell_state){0};
	x->number = x->rows = 0;
	free(x->sheet_name);
	x->sheet_name = mem_strdup(sheet->name);
	return find_row(x, err);
}

/* The first that has a row, and the visible ones behind it that have one, too:
 * the table may be there, and whoever sends a workbook of two months has to
 * hear that one of them was not read. */
static void note_choice(struct xlsx *x, size_t first)
{
	struct err ignored;
	size_t i;

	x->choice[x->choice_count++] = first;
	for (i = first + 1; i < x->sheets_count; i++)
		if (!x->sheets[first].is_hidden && !x->sheets[i].is_hidden &&
		    x->choice_count < CHOICE_MAX &&
		    try_sheet(x, &x->sheets[i], &ignored) > 0)
			x->choice[x->choice_count++] = i;
}

static enum err_code use_choice(
    struct reader *r, size_t chosen, struct err *err)
{
	struct xlsx *x = r->format;
	const struct sheet *sheet = &x->sheets[x->choice[chosen]];
	const char *path = path_of_sheet(&x->relations, sheet->id);
	size_t i, count = 0;
	int result;

	xlsx_merges_free(&x->merges);
	result = xlsx_merges_load(x->zip, path, &x->merges, err);
	if (result == 0)
		result = try_sheet(x, sheet, err);
	x->chosen = chosen;
	for (i = 0; i < x->choice_count; i++)
		if (i != chosen)
			x->others[count++] = x->sheets[x->choice[i]].name;
	r->info.sheet = x->sheet_name;
	r->info.other_sheets = x->others;
	r->info.other_sheets_count = count;
	return result < 0 ? (enum err_code)result : ERR_NONE;
}

static enum err_code xlsx_use_sheet(struct reader *r, size_t i, struct err *err)
{
	const struct xlsx *x = r->format;

	return use_choice(r, i < x->chosen ? i : i + 1, err);
}

static enum err_code choose_sheet(struct xlsx *x, struct err *err)
{
	size_t i;
	int hidden;

	for (hidden = 0; hidden < 2; hidden++)
		for (i = 0; i < x->sheets_count; i++) {
			int result;

			if (x->sheets[i].is_hidden != hidden)
				continue;
			result = try_sheet(x, &x->sheets[i], err);
			if (result < 0)
				return (enum err_code)result;
			if (result == 0)
				continue;
			note_choice(x, i);
			return use_choice(x->reader, 0, err);
		}
	x->is_ended = true;
	return ERR_NONE;
}

static enum err_code open_workbook(
    struct xlsx *x, int fd, int spool_fd, struct err *err)
{
	enum err_code code = xlsx_zip_open(fd, &x->zip, err);
	char *path = NULL;

	if (code == ERR_NONE)
		code = find_workbook(x, &path, err);
	if (code == ERR_NONE)
		code = load_workbook(x, path, err);
	free(path);
	if (code == ERR_NONE)
		code = load_parts(x, spool_fd, err);
	if (code == ERR_NONE)
		code = choose_sheet(x, err);
	return code;
}

static int xlsx_next(struct reader *r, struct reader_row *row, struct err *err)
{
	struct xlsx *x = r->format;
	int result;

	do {
		result = find_row(x, err);
		if (result != 1)
			return result;
		x->has_row = false;
		*row = (struct reader_row){x->number, r->cells, x->count,
		    x->fault, x->fault_column, NULL};
	} while (x->merges && !xlsx_merges_apply(x->merges, row, r->cells));
	return 1;
}

static uint64_t xlsx_position(const struct reader *r)
{
	const struct xlsx *x = r->format;

	return xlsx_zip_position(x->zip);
}

static void xlsx_release(struct reader *r)
{
	struct xlsx *x = r->format;
	size_t i;

	xlsx_xml_free(&x->xml);
	xlsx_strings_free(&x->strings);
	xlsx_styles_free(&x->styles);
	xlsx_merges_free(&x->merges);
	relations_release(&x->relations);
	for (i = 0; i < x->sheets_count; i++) {
		free(x->sheets[i].name);
		free(x->sheets[i].id);
	}
	free(x->sheets);
	free(x->sheet_name);
	buf_release(&x->value);
	buf_release(&x->text);
	xlsx_rich_release(&x->rich);
	xlsx_zip_free(&x->zip);
	free(x);
}

static const struct reader_ops xlsx_ops = {
    .next = xlsx_next,
    .position = xlsx_position,
    .use_sheet = xlsx_use_sheet,
    .release = xlsx_release,
};

enum err_code xlsx_open(struct reader *r, int fd, int spool_fd, struct err *err)
{
	struct xlsx *x = mem_zalloc(1, sizeof(*x));
	enum err_code code;

	x->reader = r;
	buf_init(&x->value, READER_CELL_BYTES_MAX + 64);
	buf_init(&x->text, ROW_TEXT_MAX);
	xlsx_rich_init(&x->rich);
	r->format = x;
	r->ops = &xlsx_ops;
	r->info.format = READER_XLSX;
	code = open_workbook(x, fd, spool_fd, err);
	r->info.is_1904 = x->is_1904;
	return code;
}
