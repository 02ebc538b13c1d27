/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries are made from the same rows as lists. An entry's id is the
 * record's address, its moment the one at which the record was received.
 */
#include "api/atom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/csv.h"
#include "api/departments.h"
#include "api/entry.h"
#include "api/subject.h"
#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"

enum { CELL_BYTES_MAX = 64 * 1024 };

void xml_add(struct buf *out, struct span text)
{
	size_t i;

	for (i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '&')
			buf_add_str(out, "&amp;");
		else if (c == '<')
			buf_add_str(out, "&lt;");
		else if (c == '>')
			buf_add_str(out, "&gt;");
		else if (c == '"')
			buf_add_str(out, "&quot;");
		else if (c == '\'')
			buf_add_str(out, "&#39;");
		else if ((unsigned char)c < 0x20 && c != '\t' && c != '\n')
			buf_add_str(out, "\xEF\xBF\xBD");
		else if (text.n - i >= 3 &&
		    (memcmp(text.p + i, "\xEF\xBF\xBE", 3) == 0 ||
			memcmp(text.p + i, "\xEF\xBF\xBF", 3) == 0)) {
			buf_add_str(out, "\xEF\xBF\xBD");
			i += 2;
		} else {
			buf_add_char(out, c);
		}
	}
}

static void element(struct buf *out, const char *name, struct span text)
{
	buf_add_char(out, '<');
	buf_add_str(out, name);
	buf_add_char(out, '>');
	xml_add(out, text);
	buf_add_str(out, "</");
	buf_add_str(out, name);
	buf_add_str(out, ">\n");
}

static void link_to(struct buf *out, const struct atom_site *site,
    const char *rel, const char *path)
{
	buf_add_char(out, '<'); /* an element of Atom, not of HTML */
	buf_add_str(out, "link rel=\"");
	buf_add_str(out, rel);
	buf_add_str(out, "\" href=\"");
	xml_add(out, span_of(site->base));
	xml_add(out, span_of(path));
	buf_add_str(out, "\"/>\n");
}

/* ---- entries, newest first ---- */

/* One entry's XML with what orders it. */
struct piece {
	uint64_t seq;
	char *xml; /* owned */
	char received[24];
};

struct feed {
	const struct reading *reading;
	const struct atom_site *site;
	struct entry_reader entries;
	struct piece list[ATOM_ENTRIES_MAX];
	size_t count;
};

static void add_title(
    struct feed *f, const struct publication_entry *entry, struct buf *out)
{
	static const enum entry_cell cells[] = {
	    ENTRY_NAME, ENTRY_DOCUMENT, ENTRY_KIND};
	const struct cat_item *item = entry->record->item;
	struct buf text = BUF_INIT(CELL_BYTES_MAX);
	struct buf cell = BUF_INIT(CELL_BYTES_MAX);
	size_t i;

	buf_add_str(&text, item ? item_title(item) : "");
	for (i = 0; i < ARRAY_COUNT(cells); i++) {
		buf_reset(&cell);
		entry_cell_text(&f->entries, entry, cells[i], &cell);
		if (cell.n)
			buf_addf(&text, " %s", buf_str(&cell));
	}
	element(out, "title", buf_span(&text));
	buf_release(&text);
	buf_release(&cell);
}

static void add_summary(
    struct feed *f, const struct publication_entry *entry, struct buf *out)
{
	static const enum entry_cell cells[] = {ENTRY_CONTENT, ENTRY_AUTHORITY,
	    ENTRY_DECIDED_ON, ENTRY_PUBLIC_UNTIL};
	struct buf text = BUF_INIT(CELL_BYTES_MAX);
	struct buf cell = BUF_INIT(CELL_BYTES_MAX);
	size_t i;

	for (i = 0; i < ARRAY_COUNT(cells); i++) {
		buf_reset(&cell);
		entry_cell_text(&f->entries, entry, cells[i], &cell);
		if (cell.n == 0)
			continue;
		if (text.n)
			buf_add_char(&text, '\n');
		buf_add_str(&text, entry_cell_title(cells[i]));
		buf_addf(&text, tr(": %s"), buf_str(&cell));
	}
	element(out, "summary", buf_span(&text));
	buf_release(&cell);
	buf_release(&text);
}

static void add_entry(
    struct feed *f, const struct publication_entry *entry, struct buf *out)
{
	struct buf path = BUF_INIT(256);

	buf_addf(&path, "/records/%llu", (unsigned long long)entry->seq);
	buf_add_str(out, "<entry>\n<id>");
	xml_add(out, span_of(f->site->base));
	xml_add(out, buf_span(&path));
	buf_add_str(out, "</id>\n");
	element(out, "updated", span_of(f->entries.statement.received));
	add_title(f, entry, out);
	link_to(out, f->site, "alternate", buf_str(&path));
	add_summary(f, entry, out);
	buf_add_str(out, "</entry>\n");
	buf_release(&path);
}

static int take_entry(
    void *ctx, const struct publication_entry *entry, struct err *err)
{
	struct feed *f = ctx;
	struct buf xml = BUF_INIT(4 * CELL_BYTES_MAX);
	enum err_code rc;

	ASSERT(f->count < ARRAY_COUNT(f->list));
	rc = entry_load(&f->entries, entry, err);
	if (!rc) {
		struct piece *p = &f->list[f->count++];
		size_t n = strlen(f->entries.statement.received);

		add_entry(f, entry, &xml);
		p->seq = entry->seq;
		p->xml = mem_dup(buf_str(&xml), xml.n);
		if (n >= sizeof(p->received))
			n = sizeof(p->received) - 1;
		memcpy(p->received, f->entries.statement.received, n);
		p->received[n] = '\0';
	}
	buf_release(&xml);
	return (int)rc;
}

static int newest_first(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	return x->seq < y->seq ? 1 : x->seq > y->seq ? -1 : 0;
}

static struct feed *new_feed(
    const struct reading *reading, const struct atom_site *site)
{
	struct feed *f = mem_zalloc(1, sizeof(*f));

	f->reading = reading;
	f->site = site;
	entry_reader_init(&f->entries, reading);
	return f;
}

static void free_feed(struct feed *f)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		free(f->list[i].xml);
	entry_reader_release(&f->entries);
	free(f);
}

/* The whole feed; path: of the page that it belongs to. */
static void write_feed(
    struct feed *f, const char *path, struct span title, struct buf *out)
{
	struct buf self = BUF_INIT(512);
	char time[24];
	size_t i;

	qsort(f->list, f->count, sizeof(f->list[0]), newest_first);
	buf_addf(&self, "%s/feed.atom", path);
	buf_add_str(out,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	    "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<id>");
	xml_add(out, span_of(f->site->base));
	xml_add(out, buf_span(&self));
	buf_add_str(out, "</id>\n");
	element(out, "title", title);
	if (f->reading->catalog->shows_example)
		element(out, "subtitle", span_of(csv_example_mark()));
	if (f->count)
		element(out, "updated", span_of(f->list[0].received));
	else
		element(out, "updated",
		    span_of(date_format_unix(
			(f->reading->today * 24LL - 8) * 3600 * 1000, time)));
	buf_add_str(out, "<author>");
	element(out, "name", span_of(f->site->name));
	buf_add_str(out, "</author>\n");
	link_to(out, f->site, "self", buf_str(&self));
	link_to(out, f->site, "alternate", path);
	for (i = 0; i < f->count; i++)
		buf_add_str(out, f->list[i].xml);
	buf_add_str(out, "</feed>\n");
	buf_release(&self);
}

/* ---- a department ---- */

enum err_code department_feed(const struct reading *r, struct span id,
    const struct atom_site *site, struct buf *out, struct err *err)
{
	const struct publication_reader reader = {
	    r->store, r->catalog, r->today};
	char path[PUBLICATION_DEPARTMENT_BYTES + 16];
	const struct cat_department *d;
	struct feed *f;
	enum err_code rc = department_find(r->catalog, id, &d, err);

	if (!rc)
		rc = store_begin_read(r->store, err);
	if (rc)
		return rc;
	snprintf(path, sizeof(path), "/departments/%s", d->id);
	f = new_feed(r, site);
	rc = publication_visit_newest(
	    &reader, d->id, ATOM_ENTRIES_MAX, take_entry, f, err);
	store_commit(r->store, NULL);
	if (!rc)
		write_feed(f, path, span_of(d->title), out);
	free_feed(f);
	return put_end(out, rc, err);
}

/* ---- an organisation ---- */

static int greatest_first(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/* The newest public records of a subject. */
static enum err_code take_subject(
    struct feed *f, int64_t subject_id, struct err *err)
{
	const struct reading *r = f->reading;
	const struct publication_reader reader = {
	    r->store, r->catalog, r->today};
	struct view view;
	enum err_code rc = view_load_public(
	    &view, r->store, r->catalog, subject_id, r->today, err);
	uint64_t *numbers =
	    mem_alloc((view.records_count + 1) * sizeof(*numbers));
	size_t i;

	for (i = 0; i < view.records_count; i++)
		numbers[i] = view.records[i]
				 .versions[view.records[i].versions_count - 1]
				 .seq;
	qsort(numbers, view.records_count, sizeof(*numbers), greatest_first);
	for (i = 0; !rc && i < view.records_count && i < ATOM_ENTRIES_MAX;
	     i++) {
		int got = publication_visit_one(
		    &reader, numbers[i], take_entry, f, err);

		if (got < 0)
			rc = (enum err_code)got;
	}
	free(numbers);
	view_release(&view);
	return rc;
}

enum err_code subject_feed(const struct reading *r, struct span code,
    const struct atom_site *site, struct buf *out, struct err *err)
{
	struct subject subject;
	char path[64] = "/subjects/";
	struct feed *f;
	enum err_code rc = subject_check_text(code, err);

	if (!rc)
		rc = store_begin_read(r->store, err);
	if (rc)
		return rc;
	subject_init(&subject);
	f = new_feed(r, site);
	rc = subject_find_code(r->store, code, &subject, err);
	if (!rc)
		rc = take_subject(f, subject.id, err);
	store_commit(r->store, NULL);
	if (!rc) {
		memcpy(path + strlen(path), buf_str(&subject.code),
		    strlen(buf_str(&subject.code)) + 1);
		write_feed(f, path, buf_span(&subject.name), out);
	}
	free_feed(f);
	subject_release(&subject);
	return put_end(out, rc, err);
}
