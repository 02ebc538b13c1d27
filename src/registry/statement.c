/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements are put together from pieces, because millions of them share
 * all but the code and the fields. The order of members is that of RFC 8785;
 * a test checks every kind against a general canonicaliser.
 *
 * The closed object begins behind the catalogue's digest, whatever the kind,
 * and ends at its brace; nothing else of a statement has to be understood to
 * seal it. Whoever checks a seal cuts the same bytes at the same places.
 */
#include "registry/statement.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "base/date.h"
#include "base/json.h"
#include "base/sha256.h"

enum { CATALOGUE_CHARS = 64 };

static const char about_open[] = "{\"about\":\"";
static const char catalogue_open[] = "\",\"catalogue\":\"";
static const char first_catalogue_open[] = "{\"catalogue\":\"";
static const char closed_open[] = ",\"closed\":";
static const char closed_fields_open[] = "{\"fields\":";
static const char closed_resolved_open[] = ",\"resolved\":";
static const char only_resolved_open[] = "{\"resolved\":";
static const char fields_open[] = ",\"fields\":";
static const char *const kind_names[STATEMENT_KIND_COUNT] = {
    "record", "withdrawal", "unresolved", "submission", "doubtful", "case"};

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
	buf_add_char(&text, '"');
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

static char *put(char *to, const void *p, size_t n)
{
	memcpy(to, p, n);
	return to + n;
}

static char *put_span(char *to, struct span s)
{
	return s.n ? put(to, s.p, s.n) : to;
}

#define PUT(to, literal) put(to, literal, sizeof(literal) - 1)

/* `,"closed":{...}`, or nothing. */
static char *put_closed(char *to, const struct statement_content *c)
{
	if (c->closed.n == 0 && c->resolved.n == 0)
		return to;
	to = PUT(to, closed_open);
	if (c->closed.n) {
		to = PUT(to, closed_fields_open);
		to = put_span(to, c->closed);
	}
	if (c->resolved.n) {
		to = c->closed.n ? PUT(to, closed_resolved_open)
				 : PUT(to, only_resolved_open);
		to = put_span(to, c->resolved);
	}
	return PUT(to, "}");
}

void statement_record(const struct statement_frame *frame, const char *code,
    const struct statement_content *content, int64_t replaces, struct buf *out)
{
	size_t code_n = strlen(code);
	size_t room = sizeof(about_open) + code_n + frame->head_n +
	    sizeof(closed_open) + sizeof(closed_fields_open) +
	    sizeof(closed_resolved_open) + sizeof(fields_open) +
	    content->fields.n + content->closed.n + content->resolved.n +
	    frame->tail_n;
	char *from = buf_reserve(out, room);
	char *to = from;

	if (!from)
		return;
	to = PUT(to, about_open);
	to = put(to, code, code_n);
	to = put(to, frame->head, frame->head_n);
	to = put_closed(to, content);
	to = PUT(to, fields_open);
	to = put_span(to, content->fields);
	to = put(to, frame->tail, frame->tail_n);
	out->n += (size_t)(to - from);
	if (replaces != STATEMENT_NO_SEQ) {
		buf_add_str(out, ",\"replaces\":");
		buf_add_i64(out, replaces);
	}
	buf_add_char(out, '}');
}

void statement_end(const struct statement_frame *frame,
    const struct statement_ending *ending, struct buf *out)
{
	bool is_open = ending->kind == STATEMENT_WITHDRAWAL;
	struct json_writer w;
	char time[24];

	json_start_canonical(&w, out);
	json_open_object(&w);
	json_put_str(&w, "about", ending->code);
	json_put_str(&w, "catalogue", frame->catalogue_hex);
	if (ending->by || !is_open) {
		json_key(&w, "closed");
		json_open_object(&w);
		if (ending->by)
			json_put_str(&w, "by", ending->by);
		if (!is_open)
			json_put_span(&w, "reason", ending->reason);
		json_close_object(&w);
	}
	json_put_str(&w, "from", frame->department);
	json_put_str(&w, "item", frame->item);
	json_put_str(&w, "kind", kind_names[ending->kind]);
	if (is_open)
		json_put_span(&w, "reason", ending->reason);
	json_put_str(
	    &w, "received", date_format_unix(frame->received_ms, time));
	json_put_int(&w, "record", ending->record);
	if (is_open && ending->since != DATE_NONE)
		json_put_date(&w, "since", ending->since);
	json_close_object(&w);
}

void statement_doubtful(const struct statement_frame *frame,
    const struct statement_decision *decision, struct buf *out)
{
	struct json_writer w;
	char time[24];

	json_start_canonical(&w, out);
	json_open_object(&w);
	json_put_str(&w, "catalogue", frame->catalogue_hex);
	json_key(&w, "closed");
	json_open_object(&w);
	json_put_str(&w, "by", decision->by);
	json_put_int(&w, "doubtful", decision->doubtful);
	json_put_str(&w, "reason", decision->reason);
	json_put_str(
	    &w, "step", decision->is_reopened ? "reopened" : "dismissed");
	json_close_object(&w);
	json_put_str(&w, "from", frame->department);
	json_put_str(&w, "item", frame->item);
	json_put_str(&w, "kind", kind_names[STATEMENT_DOUBTFUL]);
	json_put_str(
	    &w, "received", date_format_unix(frame->received_ms, time));
	json_close_object(&w);
}

void statement_case(const struct statement_frame *frame, const char *code,
    const struct statement_move *move, struct buf *out)
{
	struct json_writer w;
	char time[24];

	json_start_canonical(&w, out);
	json_open_object(&w);
	json_put_str(&w, "about", code);
	json_put_str(&w, "catalogue", frame->catalogue_hex);
	json_key(&w, "closed");
	json_open_object(&w);
	json_put_str(&w, "by", move->by);
	if (move->letter[0])
		json_put_str(&w, "letter", move->letter);
	if (move->text[0])
		json_put_str(&w, "text", move->text);
	json_close_object(&w);
	json_put_str(&w, "from", frame->department);
	json_put_str(&w, "item", frame->item);
	json_put_str(&w, "kind", kind_names[STATEMENT_CASE]);
	json_key(&w, "move");
	json_open_object(&w);
	if (move->case_id != STATEMENT_NO_SEQ)
		json_put_int(&w, "case", move->case_id);
	json_put_str(&w, "id", move->id);
	json_put_str(&w, "of", move->kind);
	json_put_str(&w, "side", move->side);
	json_put_str(&w, "state", move->state);
	json_put_int(&w, "step", move->step);
	json_close_object(&w);
	json_put_str(
	    &w, "received", date_format_unix(frame->received_ms, time));
	json_put_int(&w, "record", move->record);
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
	int i;

	for (i = 0; i < STATEMENT_KIND_COUNT; i++)
		if (strcmp(kind_names[i], name) == 0)
			return i;
	return -1;
}

static void read_move(struct statement *out, const json_t *closed)
{
	const json_t *move = json_object_get(out->json, "move");

	out->move = (struct statement_move){
	    .case_id = seq_of(move, "case"),
	    .step = seq_of(move, "step"),
	    .record = out->record,
	    .kind = text_of(move, "of"),
	    .id = text_of(move, "id"),
	    .side = text_of(move, "side"),
	    .state = text_of(move, "state"),
	    .by = out->by,
	    .letter = text_of(closed, "letter"),
	    .text = text_of(closed, "text"),
	};
}

static void read_members(struct statement *out)
{
	const json_t *closed = json_object_get(out->json, "closed");

	out->code = text_of(out->json, "about");
	out->item = text_of(out->json, "item");
	out->department = text_of(out->json, "from");
	out->catalogue_hex = text_of(out->json, "catalogue");
	out->received = text_of(out->json, "received");
	out->replaces = seq_of(out->json, "replaces");
	out->record = seq_of(out->json, "record");
	out->reason = text_of(
	    out->kind == STATEMENT_UNRESOLVED ? closed : out->json, "reason");
	out->by = text_of(closed, "by");
	out->since = text_of(out->json, "since");
	out->file = json_object_get(closed, "file");
	if (out->kind == STATEMENT_DOUBTFUL)
		out->decision = json_object_get(out->json, "closed");
	if (out->kind == STATEMENT_CASE)
		read_move(out, closed);
}

static bool read_content(struct span text, struct statement *out)
{
	const json_t *closed = json_object_get(out->json, "closed");
	struct statement_cut cut;

	if (!statement_peek(text, &cut))
		return false;
	out->content = cut.content;
	out->fields = json_object_get(out->json, "fields");
	out->closed_fields = json_object_get(closed, "fields");
	out->resolved = json_object_get(closed, "resolved");
	return true;
}

enum err_code statement_read(
    struct span text, struct statement *out, struct err *err)
{
	int kind;

	memset(out, 0, sizeof(*out));
	out->json = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	kind = json_is_object(out->json) ? kind_of(text_of(out->json, "kind"))
					 : -1;
	if (kind >= 0) {
		out->kind = (enum statement_kind)kind;
		read_members(out);
	}
	if (kind < 0 ||
	    (out->kind == STATEMENT_RECORD && !read_content(text, out))) {
		statement_release(out);
		return err_set(err, ERR_CORRUPT, "a statement cannot be read");
	}
	return 0;
}

void statement_release(struct statement *s)
{
	json_decref(s->json);
	s->json = NULL;
	buf_release(&s->kept);
}

json_t *statement_field(const struct statement *s, const char *name)
{
	json_t *open = json_object_get(s->fields, name);

	return open ? open : json_object_get(s->closed_fields, name);
}

/* ---- cutting ---- */

/* Behind the string whose opening quote is at `at`; 0 when it has no end. */
static size_t string_end(const char *p, size_t at, size_t n)
{
	size_t i = at + 1;

	while (i < n) {
		const char *quote = memchr(p + i, '"', n - i);
		size_t end = quote ? (size_t)(quote - p) : 0;
		size_t back = end;

		if (!quote)
			return 0;
		while (p[back - 1] == '\\')
			back--;
		if ((end - back) % 2 == 0)
			return end + 1;
		i = end + 1;
	}
	return 0;
}

/* The length of the JSON object that begins at p[0]; 0 when there is none.
 * Strings are passed over with their escapes. */
static size_t object_length(const char *p, size_t n)
{
	int depth = 0;
	size_t i = 0;

	if (n == 0 || p[0] != '{')
		return 0;
	while (i < n) {
		if (p[i] == '"') {
			i = string_end(p, i, n);
			if (i == 0)
				return 0;
			continue;
		}
		if (p[i] == '{')
			depth++;
		else if (p[i] == '}' && --depth == 0)
			return i + 1;
		i++;
	}
	return 0;
}

/* Does the text go on like this at `at`? */
static bool goes_on(struct span text, size_t at, const char *with, size_t n)
{
	return at <= text.n && text.n - at >= n &&
	    memcmp(text.p + at, with, n) == 0;
}

#define GOES_ON(text, at, literal)                                             \
	goes_on(text, at, literal, sizeof(literal) - 1)

/* Takes an object at *at; false when there is none. */
static bool take_object(struct span text, size_t *at, struct span *out)
{
	size_t n = *at < text.n ? object_length(text.p + *at, text.n - *at) : 0;

	*out = (struct span){text.p + *at, n};
	*at += n;
	return n > 0;
}

/* Takes `{"about":"CODE","catalogue":"HEX"`, or the same without a code. */
static bool take_head(struct span text, size_t *at, struct span *code)
{
	const char *quote;

	*code = (struct span){NULL, 0};
	if (GOES_ON(text, 0, first_catalogue_open)) {
		*at = sizeof(first_catalogue_open) - 1;
	} else {
		*at = sizeof(about_open) - 1;
		if (!GOES_ON(text, 0, about_open))
			return false;
		quote = memchr(text.p + *at, '"', text.n - *at);
		if (!quote)
			return false;
		*code =
		    (struct span){text.p + *at, (size_t)(quote - text.p) - *at};
		*at += code->n;
		if (!GOES_ON(text, *at, catalogue_open))
			return false;
		*at += sizeof(catalogue_open) - 1;
	}
	*at += CATALOGUE_CHARS;
	if (!GOES_ON(text, *at, "\""))
		return false;
	++*at;
	return true;
}

bool statement_cut_closed(struct span closed, struct statement_content *out)
{
	size_t at = 0;

	if (GOES_ON(closed, 0, closed_fields_open)) {
		at = sizeof(closed_fields_open) - 1;
		if (!take_object(closed, &at, &out->closed))
			return false;
		if (GOES_ON(closed, at, closed_resolved_open)) {
			at += sizeof(closed_resolved_open) - 1;
			if (!take_object(closed, &at, &out->resolved))
				return false;
		}
	} else if (GOES_ON(closed, 0, only_resolved_open)) {
		at = sizeof(only_resolved_open) - 1;
		if (!take_object(closed, &at, &out->resolved))
			return false;
	}
	return at + 1 == closed.n;
}

bool statement_peek(struct span text, struct statement_cut *out)
{
	size_t at = 0;

	memset(out, 0, sizeof(*out));
	if (!take_head(text, &at, &out->code) || !out->code.p)
		return false;
	if (GOES_ON(text, at, closed_open)) {
		at += sizeof(closed_open) - 1;
		if (!take_object(text, &at, &out->closed) ||
		    !statement_cut_closed(out->closed, &out->content))
			return false;
	}
	if (!GOES_ON(text, at, fields_open))
		return false;
	at += sizeof(fields_open) - 1;
	if (!take_object(text, &at, &out->content.fields))
		return false;
	out->tail = (struct span){text.p + at, text.n - at};
	return true;
}

/* ---- the sealed form ---- */

struct span statement_closed(struct span statement)
{
	struct span closed = {NULL, 0};
	struct span code;
	size_t at = 0;

	if (!take_head(statement, &at, &code) ||
	    !GOES_ON(statement, at, closed_open))
		return closed;
	at += sizeof(closed_open) - 1;
	take_object(statement, &at, &closed);
	return closed;
}

void statement_closed_digest(const uint8_t closed_salt[STATEMENT_SALT_BYTES],
    struct span closed, char out[STATEMENT_DIGEST_CHARS])
{
	const struct span parts[] = {
	    {(const char *)closed_salt, STATEMENT_SALT_BYTES}, closed};
	uint8_t digest[SHA256_BYTES];

	sha256_parts(parts, ARRAY_COUNT(parts), digest);
	statement_digest_text(digest, out);
}

void statement_digest_text(
    const uint8_t digest[SHA256_BYTES], char out[STATEMENT_DIGEST_CHARS])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < SHA256_BYTES; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
}

void statement_seal(struct span statement,
    const uint8_t closed_salt[STATEMENT_SALT_BYTES], struct buf *out)
{
	struct span closed = statement_closed(statement);
	char digest[STATEMENT_DIGEST_CHARS];
	size_t before;

	if (closed.n == 0) {
		buf_add_span(out, statement);
		return;
	}
	before = (size_t)(closed.p - statement.p);
	statement_closed_digest(closed_salt, closed, digest);
	buf_add(out, statement.p, before);
	buf_add_char(out, '"');
	buf_add(out, digest, sizeof(digest));
	buf_add_char(out, '"');
	buf_add(out, closed.p + closed.n, statement.n - before - closed.n);
}

uint64_t statement_content_hash(struct span fields, struct span closed)
{
	uint64_t hash = XXH3_64bits(fields.p, fields.n);

	if (closed.n)
		hash = XXH3_64bits_withSeed(closed.p, closed.n, hash);
	return hash & STATEMENT_HASH_MASK;
}
