/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table (tr_table.h, built from i18n/zh/ROOM.po by tools/trgen.py) is
 * sorted by the English text, so a look-up is a binary search.
 */
#include "base/tr.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

struct tr_entry {
	const char *english;
	const char *chinese;
};

static const struct tr_entry tr_table[] = {
#include "tr_table.h"
};

static enum lang of_process = LANG_ZH;
static _Thread_local enum lang of_thread = LANG_COUNT; /* none */

enum lang tr_lang(void)
{
	return of_thread == LANG_COUNT ? of_process : of_thread;
}

void tr_set_lang(enum lang lang)
{
	ASSERT(lang < LANG_COUNT);
	of_process = lang;
}

enum lang tr_process_lang(void)
{
	return of_process;
}

void tr_set_thread_lang(enum lang lang)
{
	ASSERT(lang < LANG_COUNT);
	of_thread = lang;
}

enum lang tr_lang_from_environment(void)
{
	static const char *const names[] = {
	    "GONGXIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(names); i++) {
		const char *v = getenv(names[i]);

		if (!v || !v[0])
			continue;
		if (strncmp(v, "zh", 2) == 0)
			return LANG_ZH;
		if (strcmp(v, "C") == 0 || strncmp(v, "C.", 2) == 0 ||
		    strcmp(v, "POSIX") == 0)
			return LANG_ZH;
		return LANG_EN;
	}
	return LANG_ZH;
}

static int compare_entry(const void *key, const void *entry)
{
	return strcmp(key, ((const struct tr_entry *)entry)->english);
}

const char *tr_in(enum lang lang, const char *english)
{
	const struct tr_entry *found;

	if (lang != LANG_ZH)
		return english;
	found = bsearch(english, tr_table, ARRAY_COUNT(tr_table),
	    sizeof(tr_table[0]), compare_entry);
	return found ? found->chinese : english;
}

const char *tr(const char *english)
{
	return tr_in(tr_lang(), english);
}
