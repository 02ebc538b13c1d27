/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What boundaries forbid, found by the words that name it: data that law
 * bars from credit records, items about natural persons, practices that
 * were put into credit records without legislation, and document numbers
 * of persons that are kept.
 *
 * Words are sought in titles, titles in English, header aliases and machine
 * names. A Chinese word counts wherever it stands in the text; a word of
 * Latin letters only as a whole word ("gene" is not in "general"). Each
 * word may have an exception: a longer word that holds it but means another
 * thing is blanked out before the search.
 */
#include "catalog/cat_priv.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/tr.h"

struct word {
	const char *text;
	const char *except; /* a longer word to pass over; NULL = none */
};

static const struct word forbidden_words[] = {
    {"宗教信仰", NULL},
    {"信教", NULL},
    {"基因", NULL},
    {"指纹", NULL},
    {"血型", NULL},
    {"疾病", "疾病预防控制"},
    {"病史", NULL},
    {"病历", NULL},
    {"病种", NULL},
    {"健康状况", NULL},
    {"收入", NULL},
    {"存款", NULL},
    {"有价证券", NULL},
    {"证券持有", NULL},
    {"持股市值", NULL},
    {"商业保险", NULL},
    {"保险金额", NULL},
    {"不动产", "不动产登记机构"},
    {"房产", NULL},
    {"纳税数额", NULL},
    {"纳税额", NULL},
    {"缴税金额", NULL},
    {"完税金额", NULL},
    {"religion", NULL},
    {"gene", NULL},
    {"genes", NULL},
    {"fingerprint", NULL},
    {"fingerprints", NULL},
    {"blood", NULL},
    {"disease", NULL},
    {"illness", NULL},
    {"income", NULL},
    {"deposit", NULL},
    {"deposits", NULL},
    {"securities", NULL},
    {"insurance", NULL},
    {"real estate", NULL},
};

static const struct word over_reach_words[] = {
    {"信访", NULL},
    {"上访", NULL},
    {"闯红灯", NULL},
    {"养犬", NULL},
    {"遛狗", NULL},
    {"犬只", NULL},
    {"物业费", NULL},
    {"物业服务费", NULL},
    {"计划生育", NULL},
    {"超生", NULL},
    {"拆迁", NULL},
    {"垃圾分类", NULL},
    {"献血", NULL},
    {"petition", NULL},
    {"petitions", NULL},
    {"jaywalking", NULL},
    {"property fee", NULL},
    {"property fees", NULL},
    {"family planning", NULL},
    {"demolition", NULL},
};

static const struct word person_words[] = {
    {"自然人", NULL},
    {"个人", NULL},
    {"公民", NULL},
    {"居民", NULL},
    {"市民", NULL},
    {"从业人员", NULL},
    {"执业人员", NULL},
    {"职业人员", NULL},
    {"natural person", NULL},
    {"natural persons", NULL},
    {"individual", NULL},
    {"individuals", NULL},
    {"citizen", NULL},
    {"citizens", NULL},
};

/* In the fields that say who a record is about, also these. */
static const struct word person_field_words[] = {
    {"姓名", NULL},
    {"自然人", NULL},
    {"身份证", NULL},
    {"公民身份", NULL},
};

static const struct word person_number_words[] = {
    {"身份证号", NULL},
    {"身份证件号", NULL},
    {"身份证", NULL},
    {"证件号", "许可证件号"},
    {"公民身份号", NULL},
    {"护照号", NULL},
    {"通行证号", NULL},
};

static bool is_latin(const char *text)
{
	return isalpha((unsigned char)text[0]);
}

static bool is_letter(char c)
{
	return isalnum((unsigned char)c);
}

static bool has_latin_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	const char *at;

	for (at = text; *at; at++)
		if (strncasecmp(at, word, n) == 0 &&
		    (at == text || !is_letter(at[-1])) && !is_letter(at[n]))
			return true;
	return false;
}

/* A word outside its exception. */
static bool has_word(const char *text, const struct word *w)
{
	const char *at, *inner;
	size_t before;

	if (is_latin(w->text))
		return has_latin_word(text, w->text);
	inner = w->except ? strstr(w->except, w->text) : NULL;
	before = inner ? (size_t)(inner - w->except) : 0;
	for (at = strstr(text, w->text); at; at = strstr(at + 1, w->text)) {
		if (!inner || (size_t)(at - text) < before ||
		    strncmp(at - before, w->except, strlen(w->except)) != 0)
			return true;
	}
	return false;
}

static const char *find_word(
    const char *text, const struct word *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (has_word(text, &words[i]))
			return words[i].text;
	return NULL;
}

/* In any text that names the field. */
static const char *find_in_field(
    const struct cat_field *field, const struct word *words, size_t count)
{
	const char *found = find_word(field->title, words, count);
	size_t i;

	if (!found)
		found = find_word(field->name, words, count);
	for (i = 0; i < field->aliases_count && !found; i++)
		found = find_word(field->aliases[i], words, count);
	return found;
}

static void check_item(const struct cat_item *item, enum cat_lint rule,
    const struct word *words, size_t count, struct cat_issues *issues)
{
	const char *found = find_word(item->title, words, count);

	if (!found)
		found = find_word(item->title_en, words, count);
	if (found)
		cat_issue(issues, rule, item->where,
		    tr("item \"%s\" is about \"%s\""), item->id, found);
}

static void check_field(const struct cat_field *field, enum cat_lint rule,
    const struct word *words, size_t count, struct cat_issues *issues)
{
	const char *found = find_in_field(field, words, count);

	if (found)
		cat_issue(issues, rule, field->where,
		    tr("field \"%s\" (%s) is about \"%s\""), field->name,
		    field->title, found);
}

#define WORDS_OF(table) table, ARRAY_COUNT(table)

static void lint_item(const struct cat_item *item, struct cat_issues *issues)
{
	check_item(
	    item, LINT_FORBIDDEN_DATA, WORDS_OF(forbidden_words), issues);
	check_item(item, LINT_NATURAL_PERSON, WORDS_OF(person_words), issues);
	check_item(item, LINT_OVER_REACH, WORDS_OF(over_reach_words), issues);
}

static void lint_field(const struct cat_field *field, struct cat_issues *issues)
{
	check_field(
	    field, LINT_FORBIDDEN_DATA, WORDS_OF(forbidden_words), issues);
	check_field(field, LINT_OVER_REACH, WORDS_OF(over_reach_words), issues);
	if (field->privacy != CAT_DROPPED)
		check_field(field, LINT_PERSON_NUMBER,
		    WORDS_OF(person_number_words), issues);
	if (field->role == CAT_ROLE_SUBJECT_NAME ||
	    field->role == CAT_ROLE_SUBJECT_CODE)
		check_field(field, LINT_NATURAL_PERSON,
		    WORDS_OF(person_field_words), issues);
}

void cat_lint_words(const struct catalog *c, struct cat_issues *issues)
{
	size_t i, j;

	for (i = 0; i < c->items_count; i++) {
		lint_item(&c->items[i], issues);
		for (j = 0; j < c->items[i].fields_count; j++)
			lint_field(&c->items[i].fields[j], issues);
	}
}
