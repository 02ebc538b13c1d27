/* SPDX-License-Identifier: Apache-2.0 */
#include "web/agent.h"

#include <string.h>

#include "base/check.h"
#include "base/tr.h"
#include "base/utf8.h"

#define N_(text) text

struct known {
	const char *mark; /* in what the browser calls itself */
	const char *name;
};

/* Before those whose names they bear as well. */
static const struct known browsers[] = {
    {"MicroMessenger/", N_("WeChat")},
    {"QQBrowser/", N_("QQ Browser")},
    {"Edg/", "Edge"},
    {"EdgA/", "Edge"},
    {"EdgiOS/", "Edge"},
    {"OPR/", "Opera"},
    {"Firefox/", "Firefox"},
    {"FxiOS/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Safari/", "Safari"},
};

static const struct known systems[] = {
    {"Windows NT", "Windows"},
    {"OpenHarmony", "HarmonyOS"},
    {"HarmonyOS", "HarmonyOS"},
    {"Android", "Android"},
    {"iPhone", "iPhone"},
    {"iPad", "iPad"},
    {"Mac OS X", "macOS"},
    {"CrOS", "ChromeOS"},
    {"Linux", "Linux"},
};

static const char *find(
    const struct known *list, size_t count, struct span agent)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (memmem(
			agent.p, agent.n, list[i].mark, strlen(list[i].mark)))
			return list[i].name;
	return NULL;
}

static void put_cut(struct span agent, struct buf *out)
{
	size_t n = agent.n;

	if (n > AGENT_SHORT_BYTES)
		n = utf8_valid_prefix(agent.p, AGENT_SHORT_BYTES);
	buf_add(out, agent.p, n);
	if (n < agent.n)
		buf_add_str(out, "…");
}

void agent_put_words(struct span agent, struct buf *out)
{
	const char *browser, *system;

	if (!agent.n)
		return;
	browser = find(browsers, ARRAY_COUNT(browsers), agent);
	system = find(systems, ARRAY_COUNT(systems), agent);
	if (browser && system)
		buf_addf(out, tr("%s on %s"), tr(browser), system);
	else if (browser)
		buf_add_str(out, tr(browser));
	else
		put_cut(agent, out);
}
