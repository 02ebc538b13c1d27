/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The packs of the older half are full and never change, so it does not
 * matter that the other connection may see a later state of the database
 * than ours: in those packs there is none.
 */
#include "registry/names.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "registry/names_priv.h"

/* About 90,000 names: fewer are read before a thread has started. */
enum { PACKS_MIN = 1000 };

struct half {
	const struct store_config *config;
	const struct names_question *question;
	struct names_packs packs;
	size_t limit;
	struct name_hits hits;
	enum err_code rc;
	struct err err;
};

static void *search_half(void *arg)
{
	struct half *half = arg;
	struct store *store = NULL;

	half->rc = store_open(half->config, &store, &half->err);
	if (!half->rc)
		half->rc = names_search_packs(store, half->question,
		    &half->packs, half->limit, &half->hits, &half->err);
	store_close(&store);
	return NULL;
}

static void add_hits(
    struct name_hits *out, size_t limit, const struct name_hits *more)
{
	size_t i;

	out->total += more->total;
	for (i = 0; i < more->count; i++)
		names_keep_hit(out, limit, &more->list[i]);
}

/* Ours while the other thread reads its half; its half as well when it
 * could not. */
static enum err_code search_both(struct store *store, struct half *older,
    struct name_hits *out, struct err *err)
{
	const struct names_packs newer = {older->packs.before, INT64_MAX};
	pthread_t thread;
	bool is_running =
	    pthread_create(&thread, NULL, search_half, older) == 0;
	enum err_code rc = names_search_packs(
	    store, older->question, &newer, older->limit, out, err);

	if (is_running)
		pthread_join(thread, NULL);
	if (rc)
		return rc;
	if (is_running && !older->rc)
		add_hits(out, older->limit, &older->hits);
	else
		rc = names_search_packs(store, older->question, &older->packs,
		    older->limit, out, err);
	return rc;
}

enum err_code names_search_in_two(struct store *store,
    const struct store_config *again, struct span text, size_t limit,
    struct name_hits *out, struct err *err)
{
	char folded[NAMES_QUERY_BYTES_MAX];
	struct names_question question;
	struct half *older;
	int64_t last = 0;
	enum err_code rc = store_get_int(
	    store, SQL_REGISTRY_PACK_LAST, NULL, 0, 0, &last, err);

	if (rc || last < PACKS_MIN)
		return rc ? rc : names_search(store, text, limit, out, err);
	rc = names_ask(text, folded, &question, err);
	if (rc)
		return rc;
	out->count = 0;
	out->total = 0;
	older = mem_alloc(sizeof(*older));
	older->config = again;
	older->question = &question;
	older->packs = (struct names_packs){0, last / 2};
	older->limit = limit < NAMES_HITS_MAX ? limit : NAMES_HITS_MAX;
	older->hits.count = 0;
	older->hits.total = 0;
	rc = search_both(store, older, out, err);
	free(older);
	return rc;
}
