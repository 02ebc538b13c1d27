/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unified social credit code (GB 32100-2015), 18 characters:
 *
 *   1        2      3..8       9..17                18
 *   depart-  class  division,  organisation code    check
 *   ment            digits     with its own check   character
 *
 * The alphabet has 31 characters, the digits and the capital letters without
 * I, O, S, V, Z; the check is sum(value * 3^(i-1)) mod 31, complemented.
 *
 * Bulk intake asks for every row, so the way of a good code is straight: one
 * table look-up a character, a value so large for what is not of the alphabet
 * that the sum tells, the class by one bit, the division by one bit
 * (ident_division_is_known). Only a code that fails anything goes the slow
 * way (judge), which cleans it and finds out what is wrong and where.
 */
#include "ident/ident_priv.h"

#include <string.h>

#include "base/check.h"
#include "base/utf8.h"

enum {
	ALPHABET_COUNT = 31,
	DIVISION_AT = 2, /* 0-based, 6 characters */
	ORG_AT = 8,	 /* 0-based, 9 characters */
	CHECK_AT = IDENT_USCC_CHARS - 1,
	VALUE_A = 10,
	VALUE_N = 22,
	VALUE_Y = 30,
	/* The value of what is not of the alphabet: more than any sum of
	 * values and weights, so that the sum tells. */
	WRONG = 0x8000
};

/* The check character for each sum mod 31: the alphabet backwards, behind
 * its first character. */
static const char by_remainder[] = "0YXWUTRQPNMLKJHGFEDCBA987654321";
_Static_assert(sizeof(by_remainder) - 1 == ALPHABET_COUNT, "31 characters");

/* Value of each byte. */
static const uint16_t values[256] = {
    [0 ... '/'] = WRONG,
    [':' ... '@'] = WRONG,
    ['[' ... 255] = WRONG,
    ['I'] = WRONG,
    ['O'] = WRONG,
    ['S'] = WRONG,
    ['V'] = WRONG,
    ['Z'] = WRONG,
    ['0'] = 0,
    ['1'] = 1,
    ['2'] = 2,
    ['3'] = 3,
    ['4'] = 4,
    ['5'] = 5,
    ['6'] = 6,
    ['7'] = 7,
    ['8'] = 8,
    ['9'] = 9,
    ['A'] = 10,
    ['B'] = 11,
    ['C'] = 12,
    ['D'] = 13,
    ['E'] = 14,
    ['F'] = 15,
    ['G'] = 16,
    ['H'] = 17,
    ['J'] = 18,
    ['K'] = 19,
    ['L'] = 20,
    ['M'] = 21,
    ['N'] = 22,
    ['P'] = 23,
    ['Q'] = 24,
    ['R'] = 25,
    ['T'] = 26,
    ['U'] = 27,
    ['W'] = 28,
    ['X'] = 29,
    ['Y'] = 30,
};

static const uint8_t weights[CHECK_AT] = {
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};

struct class_title {
	char class_;	   /* '\0' ends the list */
	const char *title; /* as the standard says */
};

struct department {
	char code;
	const char *title;
	struct class_title classes[7];
};

static const struct department departments[] = {
    {'1', "机构编制",
	{{'1', "机关"}, {'2', "事业单位"},
	    {'3', "中央编办直接管理机构编制的群众团体"}, {'9', "其他"}}},
    {'2', "外交", {{'1', "外国常驻新闻机构"}, {'9', "其他"}}},
    {'3', "司法行政",
	{{'1', "律师执业机构"}, {'2', "公证处"}, {'3', "基层法律服务所"},
	    {'4', "司法鉴定机构"}, {'5', "仲裁委员会"}, {'9', "其他"}}},
    {'4', "文化", {{'1', "外国在华文化中心"}, {'9', "其他"}}},
    {'5', "民政",
	{{'1', "社会团体"}, {'2', "民办非企业单位"}, {'3', "基金会"},
	    {'9', "其他"}}},
    {'6', "旅游",
	{{'1', "外国旅游部门常驻代表机构"},
	    {'2', "港澳台地区旅游部门常驻内地（大陆）代表机构"},
	    {'9', "其他"}}},
    {'7', "宗教", {{'1', "宗教活动场所"}, {'2', "宗教院校"}, {'9', "其他"}}},
    {'8', "工会", {{'1', "基层工会"}, {'9', "其他"}}},
    {'9', "工商",
	{{'1', "企业"}, {'2', "个体工商户"}, {'3', "农民专业合作社"}}},
    {'A', "中央军委改革和编制办公室", {{'1', "军队事业单位"}, {'9', "其他"}}},
    {'N', "农业",
	{{'1', "组级集体经济组织"}, {'2', "村级集体经济组织"},
	    {'3', "乡镇级集体经济组织"}, {'9', "其他"}}},
    {'Y', "其他", {{'1', "其他"}}},
};

/* For each department's value, a bit for each class's value: the same facts
 * as above for the hot path; a test compares them. */
#define CLASSES_1_9 (1u << 1 | 1u << 9)
static const uint32_t class_bits[32] = {
    [1] = CLASSES_1_9 | 1u << 2 | 1u << 3,
    [2] = CLASSES_1_9,
    [3] = CLASSES_1_9 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 5,
    [4] = CLASSES_1_9,
    [5] = CLASSES_1_9 | 1u << 2 | 1u << 3,
    [6] = CLASSES_1_9 | 1u << 2,
    [7] = CLASSES_1_9 | 1u << 2,
    [8] = CLASSES_1_9,
    [9] = 1u << 1 | 1u << 2 | 1u << 3,
    [VALUE_A] = CLASSES_1_9,
    [VALUE_N] = CLASSES_1_9 | 1u << 2 | 1u << 3,
    [VALUE_Y] = 1u << 1,
};

/* Weighted sum of the first 17 characters; WRONG or more when one of them
 * cannot stand where it is. */
static inline unsigned weigh(const char *p)
{
	unsigned letters = 0; /* top bit: one in the division */
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < CHECK_AT; i++) {
		unsigned v = values[(unsigned char)p[i]];

		sum += v * weights[i];
		if (i >= DIVISION_AT && i < ORG_AT)
			letters |= 9 - v;
	}
	return sum | (letters >> 31) * WRONG;
}

static inline char check_char(unsigned sum)
{
	return by_remainder[sum % ALPHABET_COUNT];
}

static inline bool has_class(const char *p)
{
	unsigned department = values[(unsigned char)p[0]];
	unsigned class_ = values[(unsigned char)p[1]];

	return class_bits[department] >> class_ & 1;
}

/* Placeholders that may pass the check: one character again and again, or
 * counted up from 1. No division has their digits. */
static bool is_filler(const char *p)
{
	return memcmp(p, p + 1, CHECK_AT - 1) == 0 ||
	    memcmp(p, "12345678901234567", CHECK_AT) == 0;
}

/* True when nothing is wrong with 18 clean characters; fills *r then. */
static inline bool is_good(const char *p, struct ident_uscc *r)
{
	unsigned sum = weigh(p);
	char expected = check_char(sum);
	bool is_known;

	if (sum >= WRONG || p[CHECK_AT] != expected || !has_class(p))
		return false;
	is_known = ident_division_is_known(p + DIVISION_AT);
	if (!is_known && is_filler(p))
		return false;
	r->has_org_warning = ident_org_check_char(p + ORG_AT) != p[ORG_AT + 8];
	/* X hides characters more often than a run of X passes both checks;
	 * one of 31 passes the outer one by chance. */
	if (r->has_org_warning &&
	    ident_has_x_run((struct span){p, IDENT_USCC_CHARS}))
		return false;
	r->state = IDENT_VALID;
	r->expected = expected;
	r->has_division_warning = !is_known;
	memcpy(r->code, p, IDENT_USCC_CHARS);
	return true;
}

static void set_fault(struct ident_uscc *r, enum ident_state state, int at)
{
	r->state = state;
	r->bad_at = at;
}

/*
 * The first of 18 characters that cannot stand where it is, -1 for none. A
 * byte beyond ASCII is one, so the bytes before it are characters.
 */
static int wrong_character(const char *p)
{
	int i;

	for (i = 0; i < IDENT_USCC_CHARS; i++) {
		unsigned v = values[(unsigned char)p[i]];

		if (v == WRONG)
			return i;
		if (v > 9 && i >= DIVISION_AT && i < ORG_AT)
			return i;
	}
	return -1;
}

/* 18 characters of which something is wrong: what, from the left. */
static void find_fault(struct span clean, struct ident_uscc *r)
{
	int at = wrong_character(clean.p);

	if (clean.n == IDENT_USCC_CHARS)
		memcpy(r->code, clean.p, IDENT_USCC_CHARS);
	if (at >= 0 && at < CHECK_AT)
		set_fault(r, IDENT_BAD_CHARACTER, at);
	else if (!ident_department_title(clean.p[0]))
		set_fault(r, IDENT_BAD_DEPARTMENT, 0);
	else if (!has_class(clean.p))
		set_fault(r, IDENT_BAD_CLASS, 1);
	else {
		set_fault(r, at < 0 ? IDENT_BAD_CHECK : IDENT_BAD_CHARACTER,
		    CHECK_AT);
		r->expected = check_char(weigh(clean.p));
	}
}

/* The masked code with '*' for what is hidden, when that is 18 characters:
 * callers look for codes that fit. */
static void copy_masked(struct span clean, struct ident_uscc *r)
{
	char code[IDENT_USCC_CHARS + 1] = "";
	bool has_x_run = ident_has_x_run(clean);
	size_t at = 0;
	size_t n;

	for (n = 0; at < clean.n; n++) {
		uint32_t c = utf8_next(clean.p, clean.n, &at);

		if (n == IDENT_USCC_CHARS)
			return;
		if (ident_is_mask(c) || (has_x_run && c == 'X'))
			c = '*';
		code[n] = (char)c;
	}
	if (n == IDENT_USCC_CHARS)
		memcpy(r->code, code, sizeof(code));
}

/* Says of any cleaned text what it is. */
static void judge(struct span clean, struct ident_uscc *r)
{
	enum ident_state shape = ident_judge_shape(clean, IDENT_USCC_CHARS);

	if (shape == IDENT_VALID && clean.n == IDENT_USCC_CHARS) {
		if (is_good(clean.p, r))
			return;
		if (is_filler(clean.p))
			shape = IDENT_PLACEHOLDER;
	}
	if (shape == IDENT_VALID) {
		find_fault(clean, r);
	} else {
		set_fault(r, shape, -1);
		if (shape == IDENT_PLACEHOLDER && clean.n == IDENT_USCC_CHARS)
			memcpy(r->code, clean.p, IDENT_USCC_CHARS);
	}
	if (r->state > IDENT_PLACEHOLDER && ident_has_x_run(clean)) {
		set_fault(r, IDENT_MASKED, -1);
		r->expected = '\0';
	}
	if (r->state == IDENT_MASKED)
		copy_masked(clean, r);
}

/* Apart, so that the hot path has no buffer on its stack. */
static __attribute__((noinline)) void clean_and_judge(
    struct span text, struct ident_uscc *r)
{
	char clean[IDENT_CLEAN_MAX + 1];
	size_t n = ident_clean(text, clean);

	judge((struct span){clean, n}, r);
}

struct ident_uscc ident_check_uscc(struct span text)
{
	struct ident_uscc r = {.bad_at = -1};

	if (text.n != IDENT_USCC_CHARS || !is_good(text.p, &r))
		clean_and_judge(text, &r);
	return r;
}

static bool is_valid(const char code[IDENT_USCC_CHARS])
{
	return ident_check_uscc((struct span){code, IDENT_USCC_CHARS}).state ==
	    IDENT_VALID;
}

/* Adds the code with each character at a place that makes it valid. */
static size_t try_place(char code[IDENT_CLEAN_MAX + 1], size_t at,
    char (*out)[IDENT_USCC_CHARS + 1])
{
	char was = code[at];
	size_t count = 0;
	const char *c;

	for (c = by_remainder; *c; c++) {
		code[at] = *c;
		if (*c == was || count || !is_valid(code))
			continue;
		memcpy(out[count], code, IDENT_USCC_CHARS);
		out[count++][IDENT_USCC_CHARS] = '\0';
	}
	code[at] = was;
	return count;
}

size_t ident_uscc_near(
    struct span text, char out[IDENT_USCC_CHARS][IDENT_USCC_CHARS + 1])
{
	char code[IDENT_CLEAN_MAX + 1];
	size_t count = 0, i;

	if (ident_check_uscc(text).state < IDENT_BAD_CHARACTER ||
	    ident_clean(text, code) != IDENT_USCC_CHARS)
		return 0;
	for (i = 0; i < IDENT_USCC_CHARS; i++)
		code[i] = code[i] == 'I' ? '1' : code[i] == 'O' ? '0' : code[i];
	if (is_valid(code)) {
		memcpy(out[0], code, sizeof(out[0]));
		return 1;
	}
	for (i = 0; i < IDENT_USCC_CHARS; i++)
		count += try_place(code, i, out + count);
	return count;
}

char ident_uscc_check_char(const char *first17)
{
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < CHECK_AT; i++) {
		unsigned v = values[(unsigned char)first17[i]];

		sum += v * weights[i];
	}
	return sum < WRONG ? check_char(sum) : '\0';
}

static const struct department *find_department(char code)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(departments); i++)
		if (departments[i].code == code)
			return &departments[i];
	return NULL;
}

const char *ident_department_title(char department)
{
	const struct department *found = find_department(department);

	return found ? found->title : NULL;
}

const char *ident_class_title(char department, char class_)
{
	const struct department *found = find_department(department);
	size_t i;

	if (!found)
		return NULL;
	for (i = 0; found->classes[i].class_; i++)
		if (found->classes[i].class_ == class_)
			return found->classes[i].title;
	return NULL;
}

const char *ident_subject_kind(const char *code)
{
	static const struct {
		char prefix[3];
		const char *kind;
	} prefixes[] = {{"91", "enterprise"}, {"92", "sole-trader"},
	    {"93", "cooperative"}, {"11", "government"}, {"12", "institution"},
	    {"51", "social"}, {"52", "social"}, {"53", "social"},
	    {"A1", "institution"}, {"N1", "village-collective"},
	    {"N2", "village-collective"}, {"N3", "village-collective"}};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(prefixes); i++)
		if (strncmp(code, prefixes[i].prefix, 2) == 0)
			return prefixes[i].kind;
	return "other";
}
