/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/use.h"

#include <stdio.h>

#include "base/check.h"
#include "base/date.h"
#include "base/json.h"
#include "base/utf8.h"

const char *use_act_word(enum use_act act)
{
	static const char *const words[USE_ACT_END] = {
	    [USE_CHECK] = "check",
	    [USE_CHECK_MANY] = "check-many",
	    [USE_READ] = "read",
	    [USE_FEEDBACK] = "feedback",
	    [USE_SIGN_IN] = "sign-in",
	    [USE_OWN_USES] = "own-uses",
	    [USE_AUDIT] = "audit",
	    [USE_SUBMIT] = "submit",
	    [USE_MANAGE] = "manage",
	    [USE_ERASE] = "erase",
	    [USE_NOTICES] = "notices",
	};

	ASSERT(act > 0 && act < USE_ACT_END);
	return words[act];
}

const char *use_outcome_word(enum use_outcome outcome)
{
	ASSERT(outcome < USE_OUTCOME_END);
	return outcome == USE_REFUSED ? "refused" : "answered";
}

const char *use_reader_word(enum use_reader_kind kind)
{
	static const char *const words[USE_READER_END] = {
	    "nobody", "user", "token", "command", "webhook"};

	ASSERT(kind < USE_READER_END);
	return words[kind];
}

static void keep_text(struct span *text, struct arena *arena)
{
	if (text->n > USE_TEXT_BYTES_MAX)
		text->n = utf8_valid_prefix(text->p, USE_TEXT_BYTES_MAX);
	text->p = arena_dup(arena, text->p ? text->p : "", text->n);
}

void use_keep(struct use *use, struct arena *arena)
{
	struct span *const texts[] = {&use->reader, &use->department,
	    &use->purpose, &use->matter, &use->case_number, &use->subject,
	    &use->reference, &use->why};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(texts); i++)
		keep_text(texts[i], arena);
}

static void put_time(struct json_writer *w, int64_t ms)
{
	char text[32], all[48];

	date_format_unix(ms, text);
	/* "2026-11-28T06:22:31Z" gets its milliseconds. */
	snprintf(all, sizeof(all), "%.19s.%03dZ", text, (int)(ms % 1000));
	json_put_str(w, "at", all);
}

static void put_text(struct json_writer *w, const char *key, struct span text)
{
	if (text.n)
		json_put_span(w, key, text);
}

static void put_reader(struct json_writer *w, const struct use *use)
{
	json_key(w, "reader");
	json_open_object(w);
	if (use->reader_id)
		json_put_int(w, "id", use->reader_id);
	json_put_str(w, "kind", use_reader_word(use->reader_kind));
	put_text(w, "name", use->reader);
	json_close_object(w);
}

static void put_digest(
    struct json_writer *w, const char *key, const uint8_t digest[SHA256_BYTES])
{
	struct buf hex = BUF_INIT(SHA256_BYTES * 2);

	buf_add_hex(&hex, digest, SHA256_BYTES);
	json_put_span(w, key, buf_span(&hex));
	buf_release(&hex);
}

void use_write(const struct use *use, struct buf *out)
{
	struct json_writer w;

	json_start_canonical(&w, out);
	json_open_object(&w);
	json_put_str(&w, "act", use_act_word(use->act));
	if (use->has_answer)
		put_digest(&w, "answer", use->answer);
	put_time(&w, use->at_ms);
	put_text(&w, "case", use->case_number);
	put_text(&w, "department", use->department);
	json_put_str(&w, "format", "gongxin-use/1");
	if (use->subjects)
		put_digest(&w, "list", use->list);
	put_text(&w, "matter", use->matter);
	json_put_str(&w, "outcome", use_outcome_word(use->outcome));
	put_text(&w, "purpose", use->purpose);
	put_reader(&w, use);
	put_text(&w, "reference", use->reference);
	put_text(&w, "subject", use->subject);
	if (use->subjects)
		json_put_int(&w, "subjects", use->subjects);
	put_text(&w, "why", use->why);
	json_close_object(&w);
}

void use_commit(const struct use *use, const uint8_t salt[USE_SALT_BYTES],
    struct buf *scratch, uint8_t out[SHA256_BYTES])
{
	struct span parts[2] = {{(const char *)salt, USE_SALT_BYTES}, {0}};

	buf_reset(scratch);
	use_write(use, scratch);
	parts[1] = buf_span(scratch);
	sha256_parts(parts, 2, out);
}
