/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growth by month: the size that the last head signed in a month had. Heads
 * are as many as submissions; their sizes and times ascend together, so one
 * pass over the key suffices.
 */
#include "api/log_page.h"

#include "api/put.h"
#include "base/check.h"
#include "base/tr.h"
#include "tlog/base64.h"

#define N_(text) text

enum { MONTHS_MAX = 24, TEXT_BYTES_MAX = 16 * 1024 };

struct month {
	int month;
	int64_t entries; /* in that month */
	int64_t size;	 /* at its end */
};

struct growth {
	struct month list[MONTHS_MAX]; /* a ring: the last ones */
	size_t count;		       /* all months seen */
	int64_t size;
};

static void take_head(struct growth *g, int64_t size, int64_t signed_ms)
{
	int month = date_month(date_of_unix_ms(signed_ms));
	struct month *last =
	    g->count ? &g->list[(g->count - 1) % MONTHS_MAX] : NULL;

	if (signed_ms == 0 || size == 0)
		return;
	if (!last || last->month != month) {
		last = &g->list[g->count++ % MONTHS_MAX];
		*last = (struct month){.month = month};
	}
	last->entries += size - g->size;
	last->size = g->size = size;
}

static enum err_code load_growth(
    struct store *store, struct growth *g, struct err *err)
{
	const enum sql_id id = SQL_LEDGER_HEAD_SIZES;
	struct store_value log = store_int(LEDGER_RECORDS);
	enum err_code rc = store_start(store, id, &log, 1, err);

	while (store_next_row(store, id, &rc, err))
		take_head(g, store_column_int(store, id, 0),
		    store_column_int(store, id, 1));
	store_finish(store, id);
	return rc;
}

static size_t first_of(const struct growth *g)
{
	return g->count > MONTHS_MAX ? g->count - MONTHS_MAX : 0;
}

static void put_series(struct json_writer *w, const char *key,
    const struct growth *g, int64_t (*value)(const struct month *m))
{
	size_t i;

	json_key(w, key);
	json_open_array(w);
	for (i = first_of(g); i < g->count; i++)
		json_add_int(w, value(&g->list[i % MONTHS_MAX]));
	json_close_array(w);
}

static int64_t entries_of(const struct month *m)
{
	return m->entries;
}

static int64_t size_of(const struct month *m)
{
	return m->size;
}

static void put_growth(struct json_writer *w, const struct growth *g)
{
	char text[16];
	size_t i;

	json_key(w, "months");
	json_open_array(w);
	for (i = first_of(g); i < g->count; i++) {
		const struct month *m = &g->list[i % MONTHS_MAX];

		json_open_object(w);
		json_put_str(w, "month", month_text(m->month, text));
		json_put_int(w, "entries", m->entries);
		json_put_int(w, "size", m->size);
		json_close_object(w);
	}
	json_close_array(w);
	json_key(w, "chart");
	json_open_object(w);
	json_key(w, "labels");
	json_open_array(w);
	for (i = first_of(g); i < g->count; i++)
		json_add_string(w,
		    span_of(month_text(g->list[i % MONTHS_MAX].month, text)));
	json_close_array(w);
	put_series(w, "entries", g, entries_of);
	put_series(w, "size", g, size_of);
	json_close_object(w);
}

struct tool {
	const char *title;
	const char *text;
	const char *command;
};

/* Of a checkpoint's file, by the key in $key. */
#define CHECK_SIGNATURE(file)                                                  \
	"{ printf '\\60\\52\\60\\5\\6\\3\\53\\145\\160\\3\\41\\0'\n"           \
	"  echo \"$key\" | cut -d + -f 3- | base64 -d | tail -c 32; } "        \
	">key.der\n"                                                           \
	"sed '/^$/,$d' " file " >signed\n"                                     \
	"sed -n \"s|^— ${key%%+*} ||p\" " file " |\n"                          \
	"  base64 -d | tail -c 64 >signature\n"                                \
	"openssl pkeyutl -verify -pubin -keyform DER -inkey key.der \\\n"      \
	"  -rawin -in signed -sigfile signature"

/* That the statement of a proof file is under the checkpoint in it. */
#define CHECK_PROOF(file)                                                      \
	"python3 - <<'END'\n"                                                  \
	"import base64, hashlib, json\n"                                       \
	"\n"                                                                   \
	"def sha256(*parts):\n"                                                \
	"    return hashlib.sha256(b\"\".join(parts)).digest()\n"              \
	"\n"                                                                   \
	"with open(\"" file "\", encoding=\"utf-8\") as file:\n"               \
	"    head, signed = file.read().split(\"\\n\\n\", 1)\n"                \
	"_, extra, index, *path = head.split(\"\\n\")\n"                       \
	"extra = json.loads(base64.b64decode(extra.split()[1]))\n"             \
	"size, root = signed.split(\"\\n\")[1:3]\n"                            \
	"at, last = int(index.split()[1]), int(size) - 1\n"                    \
	"node = sha256(b\"\\0\", sha256(bytes.fromhex(extra[\"salt\"]),\n"     \
	"                            extra[\"statement\"].encode()))\n"        \
	"for other in map(base64.b64decode, path):\n"                          \
	"    while at and at == last and at % 2 == 0:\n"                       \
	"        at, last = at // 2, last // 2\n"                              \
	"    pair = (other, node) if at % 2 else (node, other)\n"              \
	"    node = sha256(b\"\\1\", *pair)\n"                                 \
	"    at, last = at // 2, last // 2\n"                                  \
	"is_there = last == 0 and node == base64.b64decode(root)\n"            \
	"print(extra[\"statement\"])\n"                                        \
	"print(\"is in the log\" if is_there else \"is NOT in the log\")\n"    \
	"END"

static const struct tool tools[] = {
    {N_("Read the signed state"),
	N_("The checkpoint is a signed note (C2SP): origin, size, root and an "
	   "Ed25519 signature, which OpenSSL 3 checks."),
	"curl -O SITE/log/checkpoint\n"
	"key='KEY'\n" CHECK_SIGNATURE("checkpoint")},
    {N_("Keep a copy of the log"),
	N_("The log is static files in the form of C2SP tlog-tiles. Any tool "
	   "for such logs reads it; a copy taken today proves tomorrow that "
	   "nothing was changed. The size in the checkpoint says which files "
	   "there are."),
	"curl -s SITE/log/checkpoint | tee checkpoint | awk 'NR == 2 {\n"
	"  for (n = $1; n > 0; n = int(n / 256)) {\n"
	"    for (i = 0; i * 256 < n; i++) {\n"
	"      name = sprintf(\"%03d\", i % 1000)\n"
	"      for (j = int(i / 1000); j > 0; j = int(j / 1000))\n"
	"        name = sprintf(\"x%03d/\", j % 1000) name\n"
	"      if (n - i * 256 < 256) name = name \".p/\" n - i * 256\n"
	"      print \"tile/\" level + 0 \"/\" name\n"
	"      if (level == 0) print \"tile/entries/\" name\n"
	"    }\n"
	"    level++\n"
	"  }\n"
	"}' | while read -r file; do\n"
	"  curl -sf --create-dirs -o \"$file\" \"SITE/log/$file\" || echo "
	"\"missing: $file\"\n"
	"done"},
    {N_("Check one record"),
	N_("A record's page leads to its proof file (C2SP tlog-proof). From "
	   "the statement and its salt this computes the root of the "
	   "checkpoint in the file, whose signature is checked as above."),
	"curl -f -o record.tlog-proof SITE/records/NUMBER/proof\n" CHECK_PROOF(
	    "record.tlog-proof")},
    {N_("Check one record, with this program"),
	N_("It checks the file and its signature at once, without the "
	   "database and without the network."),
	"curl -o record.tlog-proof SITE/records/NUMBER/proof\n"
	"gongxin verify record.tlog-proof --key \"KEY\""},
    {N_("Check the evidence of a credit check"),
	N_("The traces of checks are sealed in a second log, which is not "
	   "public and has a key of its own."),
	"curl -o uses.key.pub SITE/log/uses/key\n"
	"gongxin verify check.tlog-proof --key uses.key.pub"},
    {N_("Check the evidence of a credit check, without this program"),
	N_("The signature of the checkpoint in the file, the way from the "
	   "statement to it, and the digest of the answer as it came, which "
	   "has to be the one that the statement has as its answer."),
	"curl -o uses.key.pub SITE/log/uses/key\n"
	"key=$(cat uses.key.pub)\n"
	"sed '1,/^$/d' check.tlog-proof >check.signed\n" CHECK_SIGNATURE(
	    "check.signed") "\n" CHECK_PROOF("check.tlog-proof") "\n"
								 "sha256sum "
								 "answer.json"},
};

static void put_tools(struct json_writer *w)
{
	size_t i;

	json_key(w, "tools");
	json_open_array(w);
	for (i = 0; i < ARRAY_COUNT(tools); i++) {
		json_open_object(w);
		json_put_str(w, "title", tr(tools[i].title));
		json_put_str(w, "text", tr(tools[i].text));
		json_put_str(w, "command", tools[i].command);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_links(struct json_writer *w)
{
	json_key(w, "links");
	json_open_object(w);
	json_put_str(w, "checkpoint", "/log/checkpoint");
	json_put_str(w, "key", "/log/key");
	json_put_str(w, "tile", "/log/tile/");
	json_put_str(w, "uses_key", "/log/uses/key");
	json_close_object(w);
}

static void put_state(struct json_writer *w, const struct ledger_head *head)
{
	struct buf text = BUF_INIT(256);
	char time[24];

	json_put_int(w, "size", (int64_t)head->size);
	base64_add(&text, head->root.b, sizeof(head->root.b));
	json_put_span(w, "root", buf_span(&text));
	buf_reset(&text);
	buf_add_hex(&text, head->root.b, sizeof(head->root.b));
	json_put_span(w, "root_hex", buf_span(&text));
	if (head->signed_at_ms)
		json_put_str(
		    w, "signed_at", date_format_unix(head->signed_at_ms, time));
	else
		put_null(w, "signed_at");
	buf_release(&text);
}

static struct span line_of(const struct buf *text)
{
	struct span line = buf_span(text);

	while (line.n && line.p[line.n - 1] == '\n')
		line.n--;
	return line;
}

static enum err_code put_uses_key(
    struct json_writer *w, struct ledger *uses, struct err *err)
{
	struct buf text = BUF_INIT(TEXT_BYTES_MAX);
	enum err_code rc = ledger_published_key(uses, &text, err);

	json_put_span(w, "uses_key", line_of(&text));
	buf_release(&text);
	return rc;
}

static enum err_code put_texts(
    struct json_writer *w, struct ledger *ledger, struct err *err)
{
	struct buf text = BUF_INIT(TEXT_BYTES_MAX);
	enum err_code rc = ledger_checkpoint(ledger, &text, err);

	json_put_span(w, "checkpoint", buf_span(&text));
	buf_reset(&text);
	if (!rc)
		rc = ledger_public_key(ledger, &text, err);
	json_put_span(w, "key", line_of(&text));
	buf_release(&text);
	return rc;
}

static enum err_code put_page(const struct reading *r, struct ledger *ledger,
    struct ledger *uses, const char *origin, struct json_writer *w,
    struct err *err)
{
	struct growth growth = {.size = 0};
	struct ledger_head head = {.size = 0};
	enum err_code rc = ledger_head(ledger, &head, err);

	json_open_object(w);
	put_head(w, r);
	json_put_str(w, "origin", origin);
	put_state(w, &head);
	if (!rc)
		rc = put_texts(w, ledger, err);
	if (!uses)
		put_null(w, "uses_key");
	else if (!rc)
		rc = put_uses_key(w, uses, err);
	if (!rc)
		rc = load_growth(r->store, &growth, err);
	put_growth(w, &growth);
	put_links(w);
	put_tools(w);
	json_close_object(w);
	return rc;
}

enum err_code log_document(const struct reading *reading, struct ledger *ledger,
    struct ledger *uses, const char *origin, struct buf *out, struct err *err)
{
	struct json_writer w;
	enum err_code rc = store_begin_read(reading->store, err);

	if (rc)
		return rc;
	json_start(&w, out);
	rc = put_page(reading, ledger, uses, origin, &w, err);
	store_commit(reading->store, NULL);
	return put_end(out, rc, err);
}
