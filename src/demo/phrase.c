/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The expander walks a template once: runs of plain text are copied, a brace
 * chooses, a dollar calls the maker of its code out of one table. Makers
 * draw from the phrase's random numbers in the order of the template, so a
 * row's text is a pure function of its seed.
 *
 * Words are generic goods and streets. Street names are those every city
 * has, numbers are drawn; brand names are markers of the demo.
 */
#include "demo/phrase.h"

#include <string.h>

#include "base/check.h"
#include "calendar/calendar.h"
#include "demo/row.h"

#define PICK(p, table)                                                         \
	((table)[demo_random_below(&(p)->random, ARRAY_COUNT(table))])

static const char *const streets[] = {"示例一路", "示例二路", "示例三路",
    "样例东街", "样例西街", "演示大道", "演示北路", "范例中路", "范例南路",
    "虚构海滨路", "虚构工业园", "示例港区", "样例批发市场", "演示开发区",
    "范例商业街", "虚构社区", "示例产业园", "样例物流园", "演示集贸市场",
    "范例滨河路"};
static const char *const food_makes[] = {"散装", "预包装", "冷冻", "进口",
    "国产", "袋装", "罐装", "瓶装", "盒装", "手工", "真空包装", "自制", "速冻",
    "礼盒装", "临期", "本地"};
static const char *const foods[] = {"虾皮", "干海带", "鲅鱼", "紫菜", "绿茶",
    "花生油", "酱牛肉", "豆腐干", "韭菜", "芹菜", "草莓", "山楂糕", "桃酥",
    "白酒", "陈醋", "酱油", "火锅底料", "矿泉水", "乳粉", "蜂蜜", "鱿鱼丝",
    "熟花生", "米线", "腌萝卜", "香肠", "豆浆粉", "海蜇", "蛋糕"};
static const char *const product_makes[] = {"儿童用", "家用", "便携式", "大号",
    "小号", "旧款", "国产", "进口", "普通型", "加厚型", "简装", "折叠式"};
static const char *const products[] = {"燃气灶", "插线板", "电动自行车", "头盔",
    "电热毯", "充电器", "童装", "运动鞋", "毛巾", "防盗门", "灭火器", "安全帽",
    "电暖器", "台灯", "婴儿推车", "书包", "净水器", "电水壶", "轮胎", "机油",
    "农膜", "复合肥", "口罩", "洗发水"};
static const char *const materials[] = {"水泥", "钢筋", "防水卷材", "电线电缆",
    "阀门", "保温板", "商品混凝土", "砂石料", "加气砌块", "塑料管材",
    "外墙涂料", "中空玻璃", "瓷砖", "钢管扣件", "密目网"};
static const char *const units[] = {
    "公斤", "袋", "件", "箱", "瓶", "台", "只", "吨", "米", "套", "盒", "桶"};
static const char *const residues[] = {"铅", "镉", "苯甲酸", "山梨酸",
    "过氧化值", "二氧化硫残留量", "毒死蜱", "氯氰菊酯", "恩诺沙星", "糖精钠",
    "甜蜜素", "脱氢乙酸", "亚硝酸盐", "噻虫胺", "铝残留量"};
static const char *const pollutants[] = {"化学需氧量", "氨氮", "总磷", "总氮",
    "悬浮物", "石油类", "总铬", "硫化物", "五日生化需氧量", "动植物油"};
static const char *const rooms[] = {"一号车间", "二号车间", "原料库", "成品库",
    "后厨", "收银台", "配电室", "地下室", "东侧料场", "西侧空地", "二层货架",
    "三层办公区", "装卸平台", "化验室", "锅炉房"};
static const char *const vehicles[] = {"重型半挂牵引车", "轻型厢式货车",
    "中型自卸货车", "大型普通客车", "小型面包车", "挂车"};

static void add_place(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, PICK(p, streets));
	buf_add_u64(out, 1 + demo_random_below(&p->random, 899));
	buf_add_str(out, "号");
}

static void add_room(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, PICK(p, rooms));
}

static void add_food(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, PICK(p, food_makes));
	buf_add_str(out, PICK(p, foods));
}

static void add_product(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, PICK(p, product_makes));
	buf_add_str(out, PICK(p, products));
}

static void add_material(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, PICK(p, materials));
}

static void add_quantity(struct demo_phrase *p, struct buf *out)
{
	buf_add_u64(out, 1 + demo_random_below(&p->random, 480));
	if (demo_random_chance(&p->random, 250)) {
		buf_add_char(out, '.');
		buf_add_u64(out, 1 + demo_random_below(&p->random, 9));
		buf_add_str(out, "公斤");
		return;
	}
	buf_add_str(out, PICK(p, units));
}

static date_days past_day(struct demo_phrase *p, uint32_t days)
{
	return p->on - 20 - (date_days)demo_random_below(&p->random, days);
}

static void add_batch(struct demo_phrase *p, struct buf *out)
{
	struct date_ymd d = date_to_ymd(past_day(p, 200));

	buf_add_u64(out,
	    (uint64_t)d.year * 10000 + (uint64_t)d.month * 100 +
		(uint64_t)d.day);
	buf_add_char(out, (char)('A' + demo_random_below(&p->random, 26)));
	demo_add_padded(out, demo_random_below(&p->random, 100), 2);
}

static void add_past_day(struct demo_phrase *p, struct buf *out)
{
	demo_add_day(out, past_day(p, 100));
}

static void add_amount_below(
    struct demo_phrase *p, uint32_t most, struct buf *out)
{
	int64_t yuan = 80 + demo_random_below(&p->random, most - 80);

	if (demo_random_chance(&p->random, 500))
		demo_add_yuan(out, yuan / 10 * 10 * 100);
	else
		demo_add_yuan(
		    out, yuan * 100 + demo_random_below(&p->random, 100));
	buf_add_str(out, "元");
}

static void add_amount(struct demo_phrase *p, struct buf *out)
{
	add_amount_below(p, 60080, out);
}

static void add_small_amount(struct demo_phrase *p, struct buf *out)
{
	add_amount_below(p, 10000, out);
}

/* Of taxes and of buildings. */
static void add_large_amount(struct demo_phrase *p, struct buf *out)
{
	int64_t yuan = 1000000 + demo_random_below(&p->random, 9000000);

	demo_add_yuan(out, yuan / 100 * 100 * 100);
	buf_add_str(out, "元");
}

/* "（3.042mg/kg）" */
static void add_measured(
    struct demo_phrase *p, const char *unit, struct buf *out)
{
	buf_add_str(out, "（");
	buf_add_u64(out, demo_random_below(&p->random, 12));
	buf_add_char(out, '.');
	demo_add_padded(out, 1 + demo_random_below(&p->random, 998), 3);
	buf_add_str(out, unit);
	buf_add_str(out, "）");
}

static void add_residue(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, PICK(p, residues));
	add_measured(p, "mg/kg", out);
}

static void add_pollutant(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, PICK(p, pollutants));
	add_measured(p, "mg/L", out);
}

static void add_time(struct demo_phrase *p, struct buf *out)
{
	buf_add_u64(out, 7 + demo_random_below(&p->random, 15));
	buf_add_str(out, "时");
	demo_add_padded(out, demo_random_below(&p->random, 60), 2);
	buf_add_str(out, "分");
}

static void add_vehicle(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, PICK(p, vehicles));
	buf_add_str(out, "（示例号牌");
	demo_add_padded(out, demo_random_below(&p->random, 100000), 5);
	buf_add_str(out, "）");
}

static void add_small(struct demo_phrase *p, struct buf *out)
{
	buf_add_u64(out, 2 + demo_random_below(&p->random, 98));
}

static void add_large(struct demo_phrase *p, struct buf *out)
{
	buf_add_u64(out, 100 + demo_random_below(&p->random, 9900));
}

static void add_digits(struct demo_phrase *p, struct buf *out)
{
	demo_add_padded(out, demo_random_below(&p->random, 100000000), 8);
}

static void add_person(struct demo_phrase *p, struct buf *out)
{
	char name[DEMO_PERSON_BYTES];

	demo_person(demo_random_below(&p->random, DEMO_PERSONS), name);
	buf_add_str(out, name);
}

static void add_name(struct demo_phrase *p, struct buf *out)
{
	buf_add(out, p->org->name, p->org->name_bytes);
}

static void add_code(struct demo_phrase *p, struct buf *out)
{
	buf_add(out, p->org->code, IDENT_USCC_CHARS);
}

static void add_counterparty(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, demo_kind_counterparty(p->org->kind));
}

static void add_representative(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, p->org->person);
}

static void add_business(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, p->org->business);
}

static void add_registered_place(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, p->org->place);
}

static void add_department(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, demo_department(p->department)->title);
}

static void add_department_code(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, demo_department(p->department)->code);
}

static void add_mark(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, demo_department(p->department)->mark);
}

static void add_number(struct demo_phrase *p, struct buf *out)
{
	buf_add_u64(out, p->number);
}

static void add_founded(struct demo_phrase *p, struct buf *out)
{
	demo_add_date(out, p->org->founded, '-');
}

static void add_division(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, p->org->division);
}

static void add_type(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, p->org->type);
}

static void add_registrar(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, p->org->registrar);
}

static void add_registrar_code(struct demo_phrase *p, struct buf *out)
{
	buf_add_str(out, p->org->registrar_code);
}

static bool is_trader(const struct demo_org *org)
{
	return 1 << org->kind & DEMO_TRADERS;
}

static void add_capital(struct demo_phrase *p, struct buf *out)
{
	if (p->org->kind != DEMO_BODY)
		demo_phrase_add(p, "{10|30|50|100|200|500|1000|62.5}", out);
}

static void add_scope(struct demo_phrase *p, struct buf *out)
{
	demo_phrase_add(p,
	    is_trader(p->org) ? "$b{销售|服务|技术咨询}、$J销售"
			      : "$b方面的{指导|咨询|交流}",
	    out);
}

static void add_date(struct demo_phrase *p, struct buf *out)
{
	demo_add_date(out, p->on, '-');
}

static void add_year(struct demo_phrase *p, struct buf *out)
{
	buf_add_i64(out, date_to_ymd(p->on).year);
}

static void add_last_year(struct demo_phrase *p, struct buf *out)
{
	buf_add_i64(out, date_to_ymd(p->on).year - 1);
}

static void add_fine(struct demo_phrase *p, struct buf *out)
{
	demo_add_yuan(out, p->fine);
}

static void add_gain(struct demo_phrase *p, struct buf *out)
{
	demo_add_yuan(out, p->gain);
}

/* By code; letters of ASCII only. */
static void (*const makers[128])(struct demo_phrase *, struct buf *) = {
    ['n'] = add_name,
    ['c'] = add_code,
    ['k'] = add_counterparty,
    ['p'] = add_representative,
    ['b'] = add_business,
    ['l'] = add_registered_place,
    ['w'] = add_department,
    ['x'] = add_department_code,
    ['o'] = add_mark,
    ['#'] = add_number,
    ['f'] = add_founded,
    ['q'] = add_division,
    ['t'] = add_type,
    ['r'] = add_registrar,
    ['s'] = add_registrar_code,
    ['m'] = add_capital,
    ['j'] = add_scope,
    ['d'] = add_date,
    ['y'] = add_year,
    ['z'] = add_last_year,
    ['F'] = add_fine,
    ['G'] = add_gain,
    ['D'] = add_past_day,
    ['P'] = add_place,
    ['R'] = add_room,
    ['I'] = add_food,
    ['J'] = add_product,
    ['K'] = add_material,
    ['Q'] = add_quantity,
    ['B'] = add_batch,
    ['M'] = add_amount,
    ['C'] = add_small_amount,
    ['L'] = add_large_amount,
    ['S'] = add_residue,
    ['E'] = add_pollutant,
    ['T'] = add_time,
    ['V'] = add_vehicle,
    ['N'] = add_small,
    ['A'] = add_large,
    ['W'] = add_person,
    ['Z'] = add_digits,
};

static date_days working_day_before(date_days day, int days)
{
	for (day -= days; !calendar_is_working_day(day);)
		day--;
	return day;
}

/* "36." of "$a36." and the like, at `at`; returns the end of it. */
static const char *add_shifted(
    const struct demo_phrase *p, char code, const char *at, struct buf *out)
{
	int n = (at[0] - '0') * 10 + (at[1] - '0');

	ASSERT(n >= 0 && n < 100 && at[2] == '.');
	if (code == 'a')
		demo_add_date(out, date_add_months(p->on, n) - 1, '-');
	else if (code == 'e')
		demo_add_date(out, working_day_before(p->on, n), '-');
	else
		buf_add_i64(
		    out, date_to_ymd(working_day_before(p->on, n)).year);
	return at + 3;
}

/* Codes of text without braces, up to `end`. */
static void expand(
    struct demo_phrase *p, const char *at, const char *end, struct buf *out)
{
	while (at < end) {
		const char *dollar = memchr(at, '$', (size_t)(end - at));
		unsigned char code;

		if (!dollar) {
			buf_add(out, at, (size_t)(end - at));
			return;
		}
		buf_add(out, at, (size_t)(dollar - at));
		code = (unsigned char)dollar[1];
		at = dollar + 2;
		if (code == 'a' || code == 'e' || code == 'h') {
			at = add_shifted(p, (char)code, at, out);
			continue;
		}
		ASSERT(code < 128 && makers[code] != NULL);
		makers[code](p, out);
	}
}

static uint32_t count_bars(const char *at, const char *end)
{
	uint32_t count = 0;

	for (; at < end; at++)
		count += *at == '|';
	return count;
}

/* Expands one of the alternatives between the brackets: by chance in {},
 * by the row's number in [], so that several cells choose alike. */
static void choose(struct demo_phrase *p, char bracket, const char *at,
    const char *end, struct buf *out)
{
	uint32_t count = count_bars(at, end) + 1;
	uint32_t left = bracket == '{' ? demo_random_below(&p->random, count)
				       : (uint32_t)(p->number % count);
	const char *bar;

	for (;;) {
		bar = memchr(at, '|', (size_t)(end - at));
		if (left == 0)
			break;
		ASSERT(bar != NULL);
		left--;
		at = bar + 1;
	}
	expand(p, at, bar ? bar : end, out);
}

void demo_phrase_add(
    struct demo_phrase *phrase, const char *template, struct buf *out)
{
	const char *at = template;
	const char *open, *close;

	while ((open = strpbrk(at, "{[")) != NULL) {
		expand(phrase, at, open, out);
		close = strchr(open, *open == '{' ? '}' : ']');
		ASSERT(close != NULL);
		choose(phrase, *open, open + 1, close, out);
		at = close + 1;
	}
	expand(phrase, at, at + strlen(at), out);
}

void demo_phrase_add_number(
    const struct demo_phrase *phrase, const char *word, struct buf *out)
{
	buf_add_str(out, demo_department(phrase->department)->mark);
	buf_add_str(out, word);
	buf_add_str(out, "〔");
	buf_add_i64(out, date_to_ymd(phrase->on).year);
	buf_add_str(out, "〕");
	buf_add_u64(out, phrase->number);
	buf_add_str(out, "号");
}
