/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements are put together from pieces, because millions of them share
 * all but the code and the fields. The order of members is that of RFC 8785;
 * a test checks every kind against a general canonicaliser.
 */
#include "registry/statement.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "base/date.h"
#include "base/json.h"

static const char about_open[] = "{\"about\":\"";
static const char catalogue_open[] = "\",\"catalogue\":\"";
static const char fields_open[] = "\",\"fields\":";

void statement_frame_init(struct statement_frame *frame,
    const char *catalogue_hex, const char *department, const char *item,
    int64_t received_ms)
{
	struct buf text = BUF_INIT(sizeof(frame->tail));
	char time[24];

	frame->catalogue_hex = catalogue_hex;
	frame->department = department;
	frame->item = item;
	frame->received_ms = received_ms;
	buf_add_str(&text, catalogue_open);
	buf_add_str(&text, catalogue_hex);
	buf_add_str(&text, fields_open);
	ASSERT(!text.is_full && text.n <= sizeof(frame->head));
	memcpy(frame->head, text.p, text.n);
	frame->head_n = text.n;
	buf_reset(&text);
	buf_add_str(&text, ",\"from\":");
	json_quote(&text, span_of(department));
	buf_add_str(&text, ",\"item\":");
	json_quote(&text, span_of(item));
	buf_add_str(&text, ",\"kind\":\"record\",\"received\":\"");
	buf_add_str(&text, date_format_unix(received_ms, time));
	buf_add_char(&text, '"');
	ASSERT(!text.is_full);
	memcpy(frame->tail, text.p, text.n);
	frame->tail_n = text.n;
	buf_release(&text);
}

void statement_record(const struct statement_frame *frame, const char *code,
    struct span fields, int64_t replaces, struct span resolved, struct buf *out)
{
	size_t code_n = strlen(code);
	size_t n = sizeof(about_open) - 1 + code_n + frame->head_n + fields.n +
	    frame->tail_n;
	char *to = buf_reserve(out, n);

	if (!to)
		return;
	memcpy(to, about_open, sizeof(about_open) - 1);
	to += sizeof(about_open) - 1;
	memcpy(to, code, code_n);
	to += code_n;
	memcpy(to, frame->head, frame->head_n);
	to += frame->head_n;
	memcpy(to, fields.p, fields.n);
	to += fields.n;
	memcpy(to, frame->tail, frame->tail_n);
	out->n += n;
	if (replaces != STATEMENT_NO_SEQ) {
		buf_add_str(out, ",\"replaces\":");
		buf_add_i64(out, replaces);
	}
	if (resolved.n) {
		buf_add_str(out, ",\"resolved\":");
		buf_add_span(out, resolved);
	}
	buf_add_char(out, '}');
}

void statement_end(const struct statement_frame *frame, const char *kind,
    const char *code, int64_t record, struct span reason, struct buf *out)
{
	struct json_writer w;
	char time[24];

	json_start_canonical(&w, out);
	json_open_object(&w);
	json_put_str(&w, "about", code);
	json_put_str(&w, "catalogue", frame->catalogue_hex);
	json_put_str(&w, "from", frame->department);
	json_put_str(&w, "item", frame->item);
	json_put_str(&w, "kind", kind);
	json_put_span(&w, "reason", reason);
	json_put_str(
	    &w, "received", date_format_unix(frame->received_ms, time));
	json_put_int(&w, "record", record);
	json_close_object(&w);
}

static const char *text_of(const json_t *json, const char *key)
{
	const char *s = json_string_value(json_object_get(json, key));

	return s ? s : "";
}

static int64_t seq_of(const json_t *json, const char *key)
{
	const json_t *v = json_object_get(json, key);

	return json_is_integer(v) ? json_integer_value(v) : STATEMENT_NO_SEQ;
}

static int kind_of(const char *name)
{
	static const char *const names[STATEMENT_KIND_COUNT] = {
	    "record", "withdrawal", "unresolved", "submission"};
	int i;

	for (i = 0; i < STATEMENT_KIND_COUNT; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

enum err_code statement_read(
    struct span text, struct statement *out, struct err *err)
{
	struct span code, tail;
	int kind;

	memset(out, 0, sizeof(*out));
	out->json = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	kind = json_is_object(out->json) ? kind_of(text_of(out->json, "kind"))
					 : -1;
	if (kind < 0) {
		statement_release(out);
		return err_set(err, ERR_CORRUPT, "a statement cannot be read");
	}
	out->kind = (enum statement_kind)kind;
	out->code = text_of(out->json, "about");
	out->item = text_of(out->json, "item");
	out->department = text_of(out->json, "from");
	out->catalogue_hex = text_of(out->json, "catalogue");
	out->received = text_of(out->json, "received");
	out->reason = text_of(out->json, "reason");
	out->fields = json_object_get(out->json, "fields");
	out->resolved = json_object_get(out->json, "resolved");
	out->replaces = seq_of(out->json, "replaces");
	out->record = seq_of(out->json, "record");
	if (out->kind == STATEMENT_RECORD &&
	    !statement_peek(text, &code, &out->fields_text, &tail)) {
		statement_release(out);
		return err_set(err, ERR_CORRUPT, "a statement cannot be read");
	}
	return 0;
}

void statement_release(struct statement *s)
{
	json_decref(s->json);
	s->json = NULL;
}

/* The end of a JSON object that begins at p[0] == '{'; 0 when there is
 * none. Strings are passed over with their escapes. */
static size_t object_length(const char *p, size_t n)
{
	int depth = 0;
	size_t i = 0;

	while (i < n) {
		if (p[i] == '"') {
			for (i++; i < n && p[i] != '"'; i++)
				if (p[i] == '\\')
					i++;
		} else if (p[i] == '{') {
			depth++;
		} else if (p[i] == '}' && --depth == 0) {
			return i + 1;
		}
		i++;
	}
	return 0;
}

bool statement_peek(struct span text, struct span *code_out,
    struct span *fields_out, struct span *tail_out)
{
	const size_t code_at = sizeof(about_open) - 1;
	const char *quote;
	size_t at, n;

	if (!span_starts_with(text, about_open))
		return false;
	quote = memchr(text.p + code_at, '"', text.n - code_at);
	if (!quote)
		return false;
	*code_out =
	    (struct span){text.p + code_at, (size_t)(quote - text.p) - code_at};
	at = (size_t)(quote - text.p);
	n = sizeof(catalogue_open) - 1;
	if (text.n - at < n + 64 + sizeof(fields_open) ||
	    memcmp(quote, catalogue_open, n) != 0)
		return false;
	at += n + 64;
	n = sizeof(fields_open) - 1;
	if (memcmp(text.p + at, fields_open, n) != 0)
		return false;
	at += n;
	n = object_length(text.p + at, text.n - at);
	if (n == 0)
		return false;
	*fields_out = (struct span){text.p + at, n};
	*tail_out = (struct span){text.p + at + n, text.n - at - n};
	return true;
}

uint64_t statement_content_hash(struct span fields)
{
	return XXH3_64bits(fields.p, fields.n) & STATEMENT_HASH_MASK;
}
