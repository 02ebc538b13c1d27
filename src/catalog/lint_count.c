/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules that would list subjects, or act on them, by a number of records
 * (docs/boundaries.md, 3), known by their keys and by what they say.
 *
 * No key of the catalogue counts, so a rule that does can only stand in
 * words: in the name of a list that is kept by number, in what ends an entry,
 * in the name of an item whose records sum up others, in a class that a field
 * with a number of times decides. Said is it by
 *
 *   - a number before what is counted: 三次, ３ 起, 叁件, ③笔, 三个以上,
 * 满12分, two or more penalties;
 *   - or a word that means several: 累计, 屡, 多起, 再犯, repeated, twice.
 *
 * A number of days, months or yuan counts nothing, nor does that of an
 * article (第三条), 一起 (together) or a day with 起 (from) behind it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "base/utf8.h"
#include "catalog/cat_priv.h"

/* ---- keys ---- */

/* One word each, between low lines. */
static const char *const counting_keys[] = {"count", "counts", "counter",
    "threshold", "times", "occurrences", "frequency", "repeat", "repeats",
    "repeated", "score", "points", "accumulated", "records", "cumulative"};

bool cat_is_counting(const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(counting_keys); i++)
		if (cat_has_latin_word(key, counting_keys[i]))
			return true;
	return strstr(key, "次") != NULL;
}

/* ---- words ---- */

static const struct cat_word counting_words[] = {
    {"累计", NULL},
    {"累积", NULL},
    {"累犯", NULL},
    {"惯犯", NULL},
    {"再犯", NULL},
    {"再次违", NULL},
    {"再次受", NULL},
    {"再次被", NULL},
    {"屡", NULL},
    {"反复", NULL},
    {"频繁", NULL},
    {"频发", NULL},
    {"次以上", NULL},
    {"次数", NULL},
    {"次及以上", NULL},
    {"多次", NULL},
    {"若干次", NULL},
    {"多起", NULL},
    {"多件", NULL},
    {"多笔", NULL},
    {"多宗", NULL},
    {"起数", NULL},
    {"件数", NULL},
    {"条数", NULL},
    {"笔数", NULL},
    {"处罚数", NULL},
    {"罚单数", NULL},
    {"违法数", NULL},
    {"记录数", NULL},
    {"扣分", NULL},
    {"记分", NULL},
    {"计分", NULL},
    {"积分", NULL},
    {"times", NULL},
    {"twice", NULL},
    {"thrice", NULL},
    {"repeat", NULL},
    {"repeats", NULL},
    {"repeated", NULL},
    {"repeatedly", NULL},
    {"recidivist", NULL},
    {"recidivists", NULL},
    {"recidivism", NULL},
    {"strikes", NULL},
    {"accumulated", NULL},
    {"accumulation", NULL},
    {"points", NULL},
    {"cumulative", NULL},
};

/* ---- numbers before what is counted ---- */

static const char *const numerals[] = {"一", "二", "两", "俩", "三", "四", "五",
    "六", "七", "八", "九", "十", "百", "千", "廿", "卅", "零", "〇", "几",
    "数", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖", "拾", "佰",
    "n"};

/* Ⅲ, ③, ⑶, ❸, ㈢, ㊂ */
static bool is_number_sign(uint32_t c)
{
	return (c >= 0x2150 && c <= 0x218B) || (c >= 0x2460 && c <= 0x249B) ||
	    (c >= 0x2776 && c <= 0x2793) || (c >= 0x3220 && c <= 0x3229) ||
	    (c >= 0x3280 && c <= 0x3289);
}

static const char *char_before(const char *text, const char *at)
{
	do
		at--;
	while (at > text && ((unsigned char)*at & 0xC0) == 0x80);
	return at;
}

static bool is_numeral(const char *at, size_t n)
{
	size_t i = 0;

	if (isdigit((unsigned char)at[0]) ||
	    is_number_sign(utf8_next(at, n, &i)))
		return true;
	for (i = 0; i < ARRAY_COUNT(numerals); i++)
		if (strlen(numerals[i]) == n && memcmp(at, numerals[i], n) == 0)
			return true;
	return false;
}

/* Where the number that ends at `at` begins; `at` itself: there is none. */
static const char *number_before(const char *text, const char *at)
{
	while (at > text) {
		const char *before = char_before(text, at);

		if (!is_numeral(before, (size_t)(at - before)))
			break;
		at = before;
	}
	return at;
}

/* What is counted. */
struct unit {
	const char *text;
	/* NULL: whatever stands behind it. */
	const char *const *followers;
	const char *const *never_before;
	bool is_one_common; /* with 一 it is mostly another word */
	bool is_of_articles;
};

static const char *const of_records[] = {"以上", "及以上", "或以上", "行政处罚",
    "处罚", "罚单", "违法", "违规", "失信", "不良", "记录", "严重", "案件",
    "投诉", "举报", NULL};
static const char *const of_points[] = {
    "以上", "以下", "及以", "的", "者", "企业", "单位", "主体", "名单", NULL};
static const char *const once_only[] = {"性", NULL};
static const char *const suing[] = {"诉", "算", NULL};

static const struct unit units[] = {
    {"次", NULL, once_only, false, false},
    {"起", NULL, suing, true, false},
    {"件", NULL, NULL, true, false},
    {"宗", NULL, NULL, true, false},
    {"笔", NULL, NULL, true, false},
    {"回", NULL, NULL, true, false},
    {"遍", NULL, NULL, true, false},
    {"个", of_records, NULL, false, false},
    {"条", of_records, NULL, false, true},
    {"项", of_records, NULL, false, true},
    {"张", of_records, NULL, false, false},
    {"份", of_records, NULL, false, false},
    {"分", of_points, NULL, false, false},
};

static bool begins_with_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strncmp(text, *words, strlen(*words)) == 0)
			return true;
	return false;
}

static bool ends_with(const char *text, const char *at, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(at - text) >= n && memcmp(at - n, word, n) == 0;
}

enum { NUMBER_CHARS_MAX = 3 };

static bool is_counted(
    const struct unit *u, const char *text, const char *number, const char *at)
{
	const char *behind = at + strlen(u->text);
	size_t n = (size_t)(at - number);

	if (n == 0 ||
	    (u->never_before && begins_with_one_of(behind, u->never_before)))
		return false;
	if (u->is_one_common && n == strlen("一") && ends_with(text, at, "一"))
		return false;
	/* 20260101起: from that day. */
	if (u->is_one_common && n > NUMBER_CHARS_MAX &&
	    isdigit((unsigned char)number[0]))
		return false;
	if (u->is_of_articles && ends_with(text, number, "第"))
		return false;
	return !u->followers || begins_with_one_of(behind, u->followers) ||
	    (strcmp(u->text, "分") == 0 && ends_with(text, number, "满"));
}

/* Of a folded text. */
static bool has_number_of(const char *text)
{
	const char *at;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(units); i++)
		for (at = strstr(text, units[i].text); at;
		     at = strstr(at + 1, units[i].text))
			if (is_counted(
				&units[i], text, number_before(text, at), at))
				return true;
	return false;
}

/* ---- the same in English ---- */

static const char *const quantities[] = {"two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "several", "multiple", "many", "frequent",
    "serial", "number", "count", "counts", "tally", "total"};
static const char *const counted[] = {"penalty", "penalties", "record",
    "records", "violation", "violations", "breach", "breaches", "offence",
    "offences", "offense", "offenses", "offender", "offenders", "infringement",
    "infringements", "entry", "entries", "fine", "fines", "sanction",
    "sanctions"};

static bool is_word_of(struct span word, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (span_is(word, words[i]))
			return true;
	return false;
}

enum { WORDS_BETWEEN = 3 };

/* "two or more administrative penalties"; of a text folded for Latin. */
static bool has_quantity_of(const char *text)
{
	int since = WORDS_BETWEEN + 2; /* words since the quantity */

	while (*text) {
		struct span word = {text, 0};

		while (isalnum((unsigned char)word.p[word.n]))
			word.n++;
		text += word.n ? word.n : 1;
		if (!word.n)
			continue;
		if (isdigit((unsigned char)word.p[0]) ||
		    is_word_of(word, quantities, ARRAY_COUNT(quantities)))
			since = 0;
		else if (since++ <= WORDS_BETWEEN &&
		    is_word_of(word, counted, ARRAY_COUNT(counted)))
			return true;
	}
	return false;
}

const char *cat_find_counting(const char *text)
{
	char *plain = cat_folded(text, false), *latin = cat_folded(text, true);
	bool has_number = has_number_of(plain) || has_quantity_of(latin);

	free(plain);
	free(latin);
	if (has_number)
		return "N次";
	return cat_find_word(text, counting_words, ARRAY_COUNT(counting_words));
}

/* ---- items ---- */

/* Does the class go by a number of records: what its field holds, or the
 * words that it looks for there? */
static const char *find_in_condition(
    const struct cat_item *item, const struct cat_condition *when)
{
	const struct cat_field *field;
	const char *found = NULL;
	size_t i;

	if (when->op == CAT_OP_NONE || when->field < 0)
		return NULL;
	field = &item->fields[when->field];
	found = cat_find_counting(field->title);
	for (i = 0; i < field->aliases_count && !found; i++)
		found = cat_find_counting(field->aliases[i]);
	for (i = 0; i < when->values_count && !found; i++)
		found = cat_find_counting(when->values[i]);
	return found;
}

static void lint_item(const struct cat_item *item, struct cat_issues *issues)
{
	const char *found = cat_find_counting(item->title);
	size_t i;

	if (!found)
		found = cat_find_counting(item->title_en);
	if (found)
		cat_issue(issues, LINT_COUNTING, item->where,
		    tr("%s \"%s\" speaks of \"%s\": nobody is listed or "
		       "treated by a number of records"),
		    tr(N_("item")), item->id, found);
	for (i = 0; i < item->class_rules_count; i++) {
		const struct cat_class_rule *rule = &item->class_rules[i];

		found = find_in_condition(item, &rule->when);
		if (found)
			cat_issue(issues, LINT_COUNTING, rule->where,
			    tr("%s \"%s\" speaks of \"%s\": nobody is listed "
			       "or treated by a number of records"),
			    tr(N_("class rule of item")), item->id, found);
	}
}

void cat_lint_counting(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < c->items_count; i++)
		lint_item(&c->items[i], issues);
}
