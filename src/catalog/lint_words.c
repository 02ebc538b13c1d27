/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What boundaries forbid, found by the words that name it: data that law
 * bars from credit records, items about natural persons, practices that
 * were put into credit records without legislation, and document numbers
 * of persons that are kept.
 *
 * Words are sought in titles, titles in English, header aliases and machine
 * names; those of over-reach also in the values of code lists and class rules
 * and in what ends an entry. Texts are folded first (base/fold.h): Traditional
 * or mixed script, full-width letters, blanks, dots and strokes in between hide
 * nothing. A Chinese word counts wherever it stands in the
 * text; a word of Latin letters only as a whole word ("gene" is not in
 * "general"), whatever stands between two of them. Each word may have an
 * exception: a longer word that holds it but means another thing is passed
 * over.
 *
 * Over-reach known from practice (信访, 闯红灯 ...) passes where a law or a
 * regulation stands behind the thing. Rules that count records (lint_count.c)
 * never pass.
 */
#include "catalog/cat_priv.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fold.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"

static const struct cat_word forbidden_words[] = {
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

/* The five practices that the monitoring of cities counts against a city,
 * then others that were complained of. A longer word stands before a shorter
 * one that it holds, so that the message names what was written. */
static const struct cat_word over_reach_words[] = {
    /* petitions */
    {"信访", NULL},
    {"上访", NULL},
    {"越级走访", NULL},
    {"集体走访", NULL},
    {"缠访", NULL},
    {"闹访", NULL},
    {"非访", NULL},
    {"缠诉", NULL},
    {"闹诉", NULL},
    {"petition", NULL},
    {"petitions", NULL},
    {"petitioned", NULL},
    {"petitioner", NULL},
    {"petitioners", NULL},
    {"petitioning", NULL},
    {"letters and visits", NULL},
    /* crossing at red lights */
    {"闯红灯", NULL},
    {"闯黄灯", NULL},
    {"红灯", NULL},
    {"红绿灯", NULL},
    {"交通信号灯", NULL},
    {"交通信号", NULL},
    {"信号灯", NULL},
    {"斑马线", NULL},
    {"人行横道", NULL},
    {"横穿马路", NULL},
    {"穿马路", NULL},
    {"乱穿道路", NULL},
    {"横穿道路", NULL},
    {"横过", NULL},
    {"jaywalk", NULL},
    {"jaywalking", NULL},
    {"jaywalker", NULL},
    {"jaywalkers", NULL},
    {"jay walking", NULL},
    {"red light", NULL},
    {"red lights", NULL},
    {"traffic light", NULL},
    {"traffic lights", NULL},
    /* dog keeping */
    {"养犬", NULL},
    {"养狗", NULL},
    {"遛犬", NULL},
    {"遛狗", NULL},
    {"犬", NULL},
    {"狗", NULL},
    {"宠物", "宠物诊疗"},
    {"dog", NULL},
    {"dogs", NULL},
    {"pets", NULL},
    /* property fees */
    {"物业费", NULL},
    {"物管费", NULL},
    {"物业服务费", NULL},
    {"物业管理费", NULL},
    {"物业管理服务费", NULL},
    {"物业收费", NULL},
    {"物业缴费", NULL},
    {"物业欠费", NULL},
    {"物业款", NULL},
    {"欠物业", NULL},
    {"欠缴物业", NULL},
    {"property fee", NULL},
    {"property fees", NULL},
    {"property management fee", NULL},
    {"property management fees", NULL},
    {"property service fee", NULL},
    {"property service fees", NULL},
    {"condominium fee", NULL},
    {"condominium fees", NULL},
    /* family planning */
    {"计划生育", NULL},
    {"计生", NULL},
    {"超生", NULL},
    {"社会抚养费", NULL},
    {"生育", "生育保险"},
    {"二孩", NULL},
    {"三孩", NULL},
    {"多孩", NULL},
    {"二胎", NULL},
    {"三胎", NULL},
    {"多子女", NULL},
    {"独生子女", NULL},
    {"孕检", NULL},
    {"family planning", NULL},
    {"birth control", NULL},
    {"birth planning", NULL},
    {"one child", NULL},
    /* others */
    {"拆迁", NULL},
    {"垃圾分类", NULL},
    {"献血", NULL},
    {"demolition", NULL},
};

static const struct cat_word person_words[] = {
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
static const struct cat_word person_field_words[] = {
    {"姓名", NULL},
    {"自然人", NULL},
    {"身份证", NULL},
    {"公民身份", NULL},
};

static const struct cat_word person_number_words[] = {
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
	/* NOLINTNEXTLINE(clang-analyzer-core*): no word is NULL */
	return isalpha((unsigned char)text[0]);
}

static bool is_letter(char c)
{
	return isalnum((unsigned char)c);
}

bool cat_has_latin_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	const char *at;

	for (at = text; *at; at++)
		if (strncasecmp(at, word, n) == 0 &&
		    (at == text || !is_letter(at[-1])) && !is_letter(at[n]))
			return true;
	return false;
}

/* What is written between characters so that no word is found. Those of a
 * sentence (、，；) part words and stay. */
static bool is_between(uint32_t c)
{
	return c == 0 || (c < 0x80 && strchr("-_.*'\"~^|+`", (int)c)) ||
	    c == 0xB7 || (c >= 0x300 && c <= 0x36F);
}

char *cat_folded(const char *text, bool is_for_latin)
{
	struct span from = span_of(text);
	char *out = mem_alloc(from.n + 1);
	size_t at = 0, n = 0;

	while (at < from.n) {
		uint32_t c = fold_char(utf8_next(from.p, from.n, &at));

		if (is_between(c))
			c = is_for_latin ? ' ' : 0;
		if (c)
			n += utf8_encode(c, out + n);
	}
	out[n] = '\0';
	return out;
}

/* A Chinese word outside its exception. */
static bool has_chinese_word(const char *text, const struct cat_word *w)
{
	const char *at, *inner;
	size_t before;

	inner = w->except ? strstr(w->except, w->text) : NULL;
	before = inner ? (size_t)(inner - w->except) : 0;
	for (at = strstr(text, w->text); at; at = strstr(at + 1, w->text)) {
		if (!inner || (size_t)(at - text) < before ||
		    strncmp(at - before, w->except, strlen(w->except)) != 0)
			return true;
	}
	return false;
}

const char *cat_find_word(
    const char *text, const struct cat_word *words, size_t count)
{
	char *chinese = cat_folded(text, false),
	     *latin = cat_folded(text, true);
	const char *found = NULL;
	size_t i;

	for (i = 0; i < count && !found; i++)
		if (is_latin(words[i].text)
			? cat_has_latin_word(latin, words[i].text)
			: has_chinese_word(chinese, &words[i]))
			found = words[i].text;
	free(chinese);
	free(latin);
	return found;
}

/* In any text that names the field. */
static const char *find_in_field(
    const struct cat_field *field, const struct cat_word *words, size_t count)
{
	const char *found = cat_find_word(field->title, words, count);
	size_t i;

	if (!found)
		found = cat_find_word(field->name, words, count);
	for (i = 0; i < field->aliases_count && !found; i++)
		found = cat_find_word(field->aliases[i], words, count);
	return found;
}

static void check_item(const struct cat_item *item, enum cat_lint rule,
    const struct cat_word *words, size_t count, struct cat_issues *issues)
{
	const char *found = cat_find_word(item->title, words, count);

	if (!found)
		found = cat_find_word(item->title_en, words, count);
	if (found)
		cat_issue(issues, rule, item->where,
		    tr("item \"%s\" is about \"%s\""), item->id, found);
}

static void check_field(const struct cat_field *field, enum cat_lint rule,
    const struct cat_word *words, size_t count, struct cat_issues *issues)
{
	const char *found = find_in_field(field, words, count);

	if (found)
		cat_issue(issues, rule, field->where,
		    tr("field \"%s\" (%s) is about \"%s\""), field->name,
		    field->title, found);
}

#define WORDS_OF(table) table, ARRAY_COUNT(table)

/* ---- lists, measures, matters ---- */

enum { TITLES = 2, SPEAKING_TEXTS = 3 };

/* What of them speaks, whatever its kind. */
struct spoken {
	const char *what;
	const char *id;
	/* Title, title in English, what ends an entry; then what only
	 * explains, where a city may say what it keeps out. */
	const char *texts[5];
	const struct cat_basis *const *bases;
	size_t bases_count;
	struct cat_where where;
};

static bool is_legislated(const struct cat_basis *const *bases, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (cat_is_legislation(bases[i]))
			return true;
	return false;
}

/* In the first texts of it. */
static const char *find_in_texts(const struct spoken *s, size_t texts,
    const struct cat_word *words, size_t count)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; i < texts && !found; i++)
		if (s->texts[i])
			found = cat_find_word(s->texts[i], words, count);
	return found;
}

static void check_spoken(const struct spoken *s, struct cat_issues *issues)
{
	const char *found = find_in_texts(s, TITLES, WORDS_OF(person_words));
	size_t i;

	if (found)
		cat_issue(issues, LINT_NATURAL_PERSON, s->where,
		    tr("%s \"%s\" is about \"%s\""), tr(s->what), s->id, found);
	found = find_in_texts(s, SPEAKING_TEXTS, WORDS_OF(over_reach_words));
	if (found && !is_legislated(s->bases, s->bases_count))
		cat_issue(issues, LINT_OVER_REACH, s->where,
		    tr("%s \"%s\" is about \"%s\""), tr(s->what), s->id, found);
	for (i = 0; i < ARRAY_COUNT(s->texts); i++) {
		found = s->texts[i] ? cat_find_counting(s->texts[i]) : NULL;
		if (found)
			cat_issue(issues, LINT_COUNTING, s->where,
			    tr("%s \"%s\" speaks of \"%s\": nobody is listed "
			       "or treated by a number of records"),
			    tr(s->what), s->id, found);
	}
}

static void lint_spoken(const struct catalog *c, struct cat_issues *issues)
{
	size_t i;

	for (i = 0; i < c->lists_count; i++) {
		const struct cat_list *l = &c->lists[i];
		struct spoken s = {N_("list"), l->id,
		    {l->title, l->title_en, l->exit_condition, l->note},
		    l->bases, l->bases_count, l->where};

		check_spoken(&s, issues);
	}
	for (i = 0; i < c->measures_count; i++) {
		const struct cat_measure *m = &c->measures[i];
		struct spoken s = {N_("measure"), m->id,
		    {m->title, m->title_en, "", m->note}, m->bases,
		    m->bases_count, m->where};

		check_spoken(&s, issues);
	}
	for (i = 0; i < c->matters_count; i++) {
		const struct cat_matter *m = &c->matters[i];
		struct spoken s = {N_("matter"), m->id,
		    {m->title, m->title_en, "", m->note, m->no_measure},
		    m->bases, m->bases_count, m->where};

		check_spoken(&s, issues);
	}
}

/* ---- code lists ---- */

static const char *find_in_code(const struct cat_code *code)
{
	const char *found =
	    cat_find_word(code->value, WORDS_OF(over_reach_words));
	size_t i;

	if (!found)
		found =
		    cat_find_word(code->meaning, WORDS_OF(over_reach_words));
	for (i = 0; i < code->aliases_count && !found; i++)
		found =
		    cat_find_word(code->aliases[i], WORDS_OF(over_reach_words));
	return found;
}

static void lint_codes(
    const struct cat_code_list *list, struct cat_issues *issues)
{
	const char *found =
	    cat_find_word(list->title, WORDS_OF(over_reach_words));
	size_t i;

	if (list->basis && cat_is_legislation(list->basis))
		return;
	if (found)
		cat_issue(issues, LINT_OVER_REACH, list->where,
		    tr("%s \"%s\" is about \"%s\""), tr(N_("code list")),
		    list->id, found);
	for (i = 0; i < list->codes_count; i++) {
		found = find_in_code(&list->codes[i]);
		if (found)
			cat_issue(issues, LINT_OVER_REACH, list->where,
			    tr("value \"%s\" of code list \"%s\" is about "
			       "\"%s\""),
			    list->codes[i].value, list->id, found);
	}
}

/* ---- items ---- */

/* A class that is given for what no legislation makes credit information. */
static void lint_class_rule(const struct cat_item *item,
    const struct cat_class_rule *rule, struct cat_issues *issues)
{
	const char *found = NULL;
	size_t i;

	if (rule->basis ? cat_is_legislation(rule->basis)
			: is_legislated(item->bases, item->bases_count))
		return;
	for (i = 0; i < rule->when.values_count && !found; i++)
		found = cat_find_word(
		    rule->when.values[i], WORDS_OF(over_reach_words));
	if (found)
		cat_issue(issues, LINT_OVER_REACH, rule->where,
		    tr("a class of item \"%s\" is about \"%s\""), item->id,
		    found);
}

static void lint_item(const struct cat_item *item, struct cat_issues *issues)
{
	check_item(
	    item, LINT_FORBIDDEN_DATA, WORDS_OF(forbidden_words), issues);
	check_item(item, LINT_NATURAL_PERSON, WORDS_OF(person_words), issues);
	if (!is_legislated(item->bases, item->bases_count))
		check_item(
		    item, LINT_OVER_REACH, WORDS_OF(over_reach_words), issues);
}

/* By its own basis, or by the item's when it names none. */
static bool is_field_legislated(
    const struct cat_item *item, const struct cat_field *field)
{
	return field->basis ? cat_is_legislation(field->basis)
			    : is_legislated(item->bases, item->bases_count);
}

static void lint_field(const struct cat_item *item,
    const struct cat_field *field, struct cat_issues *issues)
{
	check_field(
	    field, LINT_FORBIDDEN_DATA, WORDS_OF(forbidden_words), issues);
	if (!is_field_legislated(item, field))
		check_field(
		    field, LINT_OVER_REACH, WORDS_OF(over_reach_words), issues);
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
			lint_field(
			    &c->items[i], &c->items[i].fields[j], issues);
		for (j = 0; j < c->items[i].class_rules_count; j++)
			lint_class_rule(
			    &c->items[i], &c->items[i].class_rules[j], issues);
	}
	for (i = 0; i < c->code_lists_count; i++)
		lint_codes(&c->code_lists[i], issues);
	lint_spoken(c, issues);
}
