/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message to a department's receiver, as the Standard Webhooks say
 * (standardwebhooks.com): a POST of
 *
 *	{"type":"check.notices","data":{..},"timestamp":".."}
 *
 * whose data is the document of notices.h, under the lines
 *
 *	webhook-id: the same each time this message is sent
 *	webhook-timestamp: Unix seconds of this attempt
 *	webhook-signature: v1,BASE64 of HMAC-SHA256 over "ID.TIMESTAMP.BODY"
 *
 * 200 to 299 is taken; anything else, a redirect too, is not.
 */
#ifndef GX_API_WEBHOOK_H
#define GX_API_WEBHOOK_H

#include "api/notices.h"
#include "fetch/fetch.h"
#include "usage/hook.h"

enum {
	WEBHOOK_NOTICES_MAX = 50, /* of a message */
	WEBHOOK_GONE = 410	  /* the receiver wants no more */
};

/* "whsec_" and the secret in base 64. */
void webhook_put_secret(
    const uint8_t secret[PEOPLE_HOOK_SECRET_BYTES], struct buf *out);
/* "v1,..." */
void webhook_sign(const uint8_t secret[PEOPLE_HOOK_SECRET_BYTES],
    const char *id, int64_t time_s, struct span body, struct buf *out);

struct webhook_message {
	char id[64];
	struct buf body;
	struct notices_page page; /* empty: there is nothing to send */
};

void webhook_message_init(struct webhook_message *m);
void webhook_message_release(struct webhook_message *m);
/* The next notices of a hook; one that was begun (hook->traced) is made of the
 * same notices again. Blocks on disk. */
enum err_code webhook_next(const struct reading *reading, struct store *office,
    const struct hook *hook, struct webhook_message *out, struct err *err);
/* One that only says that it is a test. */
void webhook_test(
    const struct hook *hook, int64_t now_ms, struct webhook_message *out);

/* What came of sending. */
struct webhook_answer {
	bool is_taken;
	bool is_gone;
	/* "200", "status 503", "unreachable WHY", "key": kept, and told in the
	 * language of whoever asks (webhook_put_told). */
	char told[160];
};
struct webhook_call {
	const struct people_key *key;
	const struct hook *hook;
	int64_t now_ms;
	const atomic_bool *is_ending; /* may be NULL */
};
/* One attempt, of FETCH_MS at most. fetch_init was called. */
void webhook_send(const struct webhook_call *call,
    const struct webhook_message *message, struct webhook_answer *out);

/* What came of an attempt, in words, appended; what is none of these words is
 * told as it is. */
void webhook_put_told(struct span told, struct buf *out);

/* The webhooks of all departments, or of one, for who keeps them:
 * {"webhooks":[{"id","department","url","created_at","state","waiting",
 *  "failures","failing_since","next_at","tried_at","sent_at","stopped_at",
 *  "told"}]}; state: good, failing or stopped. */
enum err_code webhooks_document(struct store *office, const char *department,
    struct buf *out, struct err *err);
/* The same as numbers for Prometheus. */
enum err_code webhooks_metrics(
    struct store *office, struct buf *out, struct err *err);

#endif
