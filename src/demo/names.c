/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Organisations out of numbers.
 *
 *	index --(seeded bijection)--> organisation code --> credit code
 *	      --(seeded bijection)--> marker, trade word, business
 *	      --(random of index) --> kind, district, form, person, day
 *
 * Codes. An organisation code is eight characters and a check; here they
 * are two letters of the issuing line (MA market regulation, MB public
 * bodies, MD justice, MJ civil affairs), one letter of T U W X Y and five
 * characters of a number. The issued MA series ran through A to F between
 * 2021 and 2025, one letter in nine to twelve months, so that T to Y are
 * far from any code that an organisation has. The bijection is
 * a*i + b modulo the count of such codes; a is prime to it, so that no two
 * numbers meet.
 *
 * Names. place + marker + two characters of the Thousand Character Classic
 * (天地玄黄 ...) + business + form. The marker says to every reader that the
 * organisation is invented. The triple marker, word and business is a
 * bijection too: two names below its count (about 1.4 million) agree only
 * where the business is not part of the name (law firms).
 */
#include "demo/names.h"

#include <string.h>

#include "base/check.h"
#include "base/utf8.h"
#include "demo/demo.h"
#include "demo/random.h"

enum { STREAM_ORG = 1 };
enum { WORD_CHARS = 64, TAIL_CHARS = 5, TAIL_COUNT = 28629151 };
enum { SERIES_COUNT = 5 };

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
static const char series[] = "TUWXY";

static const char *const markers[] = {"示例", "样例", "演示", "范例", "虚构"};

/* The first 64 characters of the Thousand Character Classic. */
static const char words[WORD_CHARS][4] = {"天", "地", "玄", "黄", "宇", "宙",
    "洪", "荒", "日", "月", "盈", "昃", "辰", "宿", "列", "张", "寒", "来",
    "暑", "往", "秋", "收", "冬", "藏", "闰", "余", "成", "岁", "律", "吕",
    "调", "阳", "云", "腾", "致", "雨", "露", "结", "为", "霜", "金", "生",
    "丽", "水", "玉", "出", "昆", "冈", "剑", "号", "巨", "阙", "珠", "称",
    "夜", "光", "果", "珍", "李", "柰", "菜", "重", "芥", "姜"};

static const char *const businesses[] = {"食品", "餐饮", "水产", "茶叶", "粮油",
    "果蔬", "乳品", "调味品", "饮用水", "冷链物流", "货物运输", "港口服务",
    "船舶修理", "机械制造", "金属制品", "五金", "电子科技", "软件", "信息技术",
    "自动化设备", "电气设备", "仪器仪表", "建筑工程", "装饰装修", "市政工程",
    "园林绿化", "房地产经纪", "物业服务", "新型建材", "混凝土", "石材",
    "木制品", "家具", "纺织", "服装", "鞋帽", "塑料制品", "橡胶制品", "包装",
    "印刷", "纸制品", "化工", "涂料", "环保科技", "污水处理", "再生资源",
    "新能源", "汽车修理", "汽车销售", "加油服务", "医疗器械", "药品零售",
    "养老服务", "家政服务", "职业培训", "文化传媒", "广告", "旅游服务",
    "酒店管理", "体育用品", "农业科技", "畜牧养殖", "海水养殖", "苗木", "花卉",
    "饲料", "种业", "日用百货", "母婴用品", "图文制作"};

/* Who registers which kinds; law firms by an office that is not the city's. */
enum registrar { BY_MARKET = 0, BY_CIVIL_AFFAIRS, BY_INSTITUTIONS, BY_JUSTICE };
static const struct {
	const char *title;
	const char *code;
} registrars[] = {
    [BY_MARKET] = {"日照市市场监督管理局", "11371100EXAMP00150"},
    [BY_CIVIL_AFFAIRS] = {"日照市民政局", "11371100EXAMP0103E"},
    [BY_INSTITUTIONS] = {"日照市事业单位监督管理局", "11371100EXAMP0226F"},
    [BY_JUSTICE] = {"山东省司法厅", ""},
};

static const char *const divisions[] = {"371102", "371103", "371121", "371122"};
static const char *const places[] = {
    "日照市东港区", "日照市岚山区", "五莲县", "莒县"};

/* What tells one kind of organisation from another. */
static const struct {
	unsigned share; /* per mille; they sum to 1000 */
	const char *type;
	char lead[3]; /* registration department and class */
	char line[3]; /* first two characters of the organisation code */
	enum registrar registrar;
	const char *forms[4];
} kinds[] = {
    [DEMO_ENTERPRISE] = {690, "有限责任公司", "91", "MA", BY_MARKET,
	{"有限公司", "有限责任公司", "股份有限公司", "有限公司"}},
    [DEMO_SOLE_TRADER] = {230, "个体工商户", "92", "MA", BY_MARKET,
	{"经营部", "商行", "店", "服务部"}},
    [DEMO_COOPERATIVE] = {34, "农民专业合作社", "93", "MA", BY_MARKET,
	{"专业合作社", "农民专业合作社", "专业合作社", "农民专业合作社"}},
    [DEMO_ASSOCIATION] = {12, "社会团体", "51", "MJ", BY_CIVIL_AFFAIRS,
	{"行业协会", "协会", "商会", "学会"}},
    [DEMO_NONPROFIT] = {20, "民办非企业单位", "52", "MJ", BY_CIVIL_AFFAIRS,
	{"培训学校", "服务中心", "研究院", "促进中心"}},
    [DEMO_LAW_FIRM] = {4, "律师执业机构", "31", "MD", BY_JUSTICE,
	{"律师事务所", "律师事务所", "律师事务所", "律师事务所"}},
    [DEMO_INSTITUTION] = {7, "事业单位", "12", "MB", BY_INSTITUTIONS,
	{"检验中心", "服务中心", "研究所", "发展中心"}},
    [DEMO_BODY] = {3, "机关", "11", "MB", BY_INSTITUTIONS,
	{"管理办公室", "管理委员会", "管理办公室", "管理委员会"}},
};
_Static_assert(ARRAY_COUNT(kinds) == DEMO_KIND_COUNT, "one row a kind");

/* Titles and codes are the catalogue's (catalog/city/rizhao). */
static const struct demo_department departments[] = {
    [DEMO_MARKET] = {"rizhao-market-regulation", "日照市市场监督管理局",
	"11371100EXAMP00150", "日市监"},
    [DEMO_TAX] = {"rizhao-tax", "国家税务总局日照市税务局",
	"11371100EXAMP004XD", "日税"},
    [DEMO_HUMAN_RESOURCES] = {"rizhao-human-resources",
	"日照市人力资源和社会保障局", "11371100EXAMP0031M", "日人社"},
    [DEMO_HOUSING] = {"rizhao-housing-construction", "日照市住房和城乡建设局",
	"11371100EXAMP0146U", "日建"},
    [DEMO_ECOLOGY] = {"rizhao-ecology", "日照市生态环境局",
	"11371100EXAMP01381", "日环"},
    [DEMO_EMERGENCY] = {"rizhao-emergency", "日照市应急管理局",
	"11371100EXAMP020XL", "日应急"},
    [DEMO_TRANSPORT] = {"rizhao-transport", "日照市交通运输局",
	"11371100EXAMP0154N", "日交"},
    [DEMO_COURT] = {"rizhao-court", "日照市中级人民法院", "11371100EXAMP0023T",
	"鲁1199"},
    [DEMO_APPROVAL] = {"rizhao-administrative-approval", "日照市行政审批服务局",
	"11371100EXAMP01119", "日审服"},
    [DEMO_URBAN] = {"rizhao-urban-management", "日照市城市管理局",
	"11371100EXAMP0218L", "日城管"},
    [DEMO_REFORM] = {"rizhao-development-reform", "日照市发展和改革委员会",
	"11371100EXAMP00743", "日发改"},
    [DEMO_WATER] = {"rizhao-example-water", "日照示例供水有限公司",
	"91371100EXAMP08168", "示水"},
};
_Static_assert(
    ARRAY_COUNT(departments) == DEMO_DEPARTMENT_COUNT, "one row each");

/* Simplified and Traditional, for the characters that names hold. */
static const char traditional[][2][4] = {{"东", "東"}, {"岚", "嵐"},
    {"莲", "蓮"}, {"县", "縣"}, {"区", "區"}, {"样", "樣"}, {"范", "範"},
    {"虚", "虛"}, {"构", "構"}, {"黄", "黃"}, {"张", "張"}, {"来", "來"},
    {"岁", "歲"}, {"闰", "閏"}, {"余", "餘"}, {"吕", "呂"}, {"调", "調"},
    {"阳", "陽"}, {"云", "雲"}, {"腾", "騰"}, {"结", "結"}, {"为", "為"},
    {"丽", "麗"}, {"冈", "岡"}, {"剑", "劍"}, {"号", "號"}, {"阙", "闕"},
    {"称", "稱"}, {"饮", "飲"}, {"产", "產"}, {"叶", "葉"}, {"粮", "糧"},
    {"链", "鏈"}, {"货", "貨"}, {"运", "運"}, {"输", "輸"}, {"务", "務"},
    {"机", "機"}, {"电", "電"}, {"设", "設"}, {"备", "備"}, {"园", "園"},
    {"绿", "綠"}, {"业", "業"}, {"纺", "紡"}, {"织", "織"}, {"装", "裝"},
    {"车", "車"}, {"药", "藥"}, {"疗", "療"}, {"医", "醫"}, {"养", "養"},
    {"职", "職"}, {"训", "訓"}, {"传", "傳"}, {"广", "廣"}, {"农", "農"},
    {"种", "種"}, {"饲", "飼"}, {"婴", "嬰"}, {"图", "圖"}, {"责", "責"},
    {"会", "會"}, {"学", "學"}, {"协", "協"}, {"专", "專"}, {"经", "經"},
    {"营", "營"}, {"师", "師"}, {"术", "術"}, {"软", "軟"}, {"动", "動"},
    {"仪", "儀"}, {"资", "資"}, {"销", "銷"}, {"团", "團"}, {"无", "無"},
    {"发", "發"}};

/* Fills code[0..17] from its first 8, the 8 of the body and both checks. */
static void code_finish(char code[IDENT_USCC_CHARS + 1])
{
	code[16] = ident_org_check_char(code + 8);
	code[17] = ident_uscc_check_char(code);
	code[18] = '\0';
	ASSERT(code[16] != '\0' && code[17] != '\0');
}

/* Series letter and five characters of `number`, at out[0..5]. */
static void tail_write(uint64_t number, char *out)
{
	int i;

	out[0] = series[number / TAIL_COUNT];
	for (i = TAIL_CHARS; i > 0; i--) {
		out[i] = alphabet[number % 31];
		number /= 31;
	}
}

static void org_code(uint64_t seed, uint64_t index, struct demo_org *o)
{
	const uint64_t count = (uint64_t)TAIL_COUNT * SERIES_COUNT;
	struct demo_random r = demo_random_at(seed, STREAM_ORG, UINT64_MAX);
	uint64_t shift = demo_random_below64(&r, count);
	char *c = o->code;

	_Static_assert(DEMO_SUBJECTS_MAX < (uint64_t)SERIES_COUNT * TAIL_COUNT,
	    "every subject has a code of its own");
	memcpy(c, kinds[o->kind].lead, 2);
	memcpy(c + 2, o->division, 6);
	memcpy(c + 8, kinds[o->kind].line, 2);
	tail_write((index * 92821349 + shift) % count, c + 10);
	code_finish(c);
}

static enum demo_kind kind_pick(struct demo_random *r)
{
	uint32_t left = demo_random_below(r, 1000);
	int kind;

	for (kind = 0; kind < DEMO_KIND_COUNT - 1; kind++) {
		if (left < kinds[kind].share)
			break;
		left -= kinds[kind].share;
	}
	return (enum demo_kind)kind;
}

static char *put(char *at, const char *text)
{
	size_t n = strlen(text);

	memcpy(at, text, n);
	return at + n;
}

/* 日照市东港区示例天玄食品有限公司, or 示例天玄（日照）食品有限公司. */
static void org_name(
    uint64_t seed, uint64_t index, struct demo_random *r, struct demo_org *o)
{
	const uint64_t pairs = WORD_CHARS * WORD_CHARS;
	const uint64_t count =
	    ARRAY_COUNT(markers) * pairs * ARRAY_COUNT(businesses);
	struct demo_random shift = demo_random_at(seed, STREAM_ORG, 0);
	uint64_t v =
	    (index * 7368787 + demo_random_next(&shift) % count) % count;
	const char *form = kinds[o->kind].forms[demo_random_below(r, 4)];
	bool has_brackets =
	    o->kind == DEMO_ENTERPRISE && demo_random_chance(r, 80);
	char *at = o->name;

	if (!has_brackets)
		at = put(at, demo_random_chance(r, 500) ? "日照" : o->place);
	at = put(at, markers[v % ARRAY_COUNT(markers)]);
	v /= ARRAY_COUNT(markers);
	o->business = businesses[v % ARRAY_COUNT(businesses)];
	v /= ARRAY_COUNT(businesses);
	at = put(at, words[v % WORD_CHARS]);
	at = put(at, words[v / WORD_CHARS]);
	if (has_brackets)
		at = put(at, "（日照）");
	if (o->kind != DEMO_LAW_FIRM)
		at = put(at, o->business);
	at = put(at, form);
	*at = '\0';
	o->name_bytes = (size_t)(at - o->name);
	ASSERT(o->name_bytes < DEMO_NAME_BYTES);
	/* Of companies the form names the type. */
	o->type =
	    strcmp(form, "股份有限公司") == 0 ? form : kinds[o->kind].type;
}

void demo_org_make(uint64_t seed, uint64_t index, struct demo_org *out)
{
	struct demo_random r = demo_random_at(seed, STREAM_ORG, index + 1);
	uint32_t place;

	ASSERT(index < DEMO_SUBJECTS_MAX);
	out->kind = kind_pick(&r);
	place = demo_random_below(&r, ARRAY_COUNT(places));
	out->division = divisions[place];
	out->place = places[place];
	demo_person(demo_random_below(&r, DEMO_PERSONS), out->person);
	out->founded =
	    date_from_ymd(2014, 1, 2) + (date_days)demo_random_below(&r, 1825);
	out->registrar = registrars[kinds[out->kind].registrar].title;
	out->registrar_code = registrars[kinds[out->kind].registrar].code;
	org_name(seed, index, &r, out);
	org_code(seed, index, out);
}

const char *demo_kind_counterparty(enum demo_kind kind)
{
	return kind == DEMO_SOLE_TRADER ? "个体工商户" : "法人及非法人组织";
}

void demo_person(unsigned number, char out[DEMO_PERSON_BYTES])
{
	static const char stems[][4] = {
	    "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
	static const char branches[][4] = {"子", "丑", "寅", "卯", "辰", "巳",
	    "午", "未", "申", "酉", "戌", "亥"};
	unsigned year = number % 60;

	ASSERT(number < DEMO_PERSONS);
	out = put(out, markers[number / 60]);
	out = put(out, stems[year % ARRAY_COUNT(stems)]);
	out = put(out, branches[year % ARRAY_COUNT(branches)]);
	*out = '\0';
}

void demo_citizen_number(uint64_t number, char out[DEMO_CITIZEN_BYTES])
{
	static const int weights[] = {
	    7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	unsigned month = 1 + (unsigned)(number % 12);
	unsigned day = 1 + (unsigned)(number / 12 % 28);
	unsigned turn = (unsigned)(number / 336 % 1000);
	int sum = 0, i;

	memcpy(out, "1101011900", 10);
	out[10] = (char)('0' + month / 10);
	out[11] = (char)('0' + month % 10);
	out[12] = (char)('0' + day / 10);
	out[13] = (char)('0' + day % 10);
	out[14] = (char)('0' + turn / 100);
	out[15] = (char)('0' + turn / 10 % 10);
	out[16] = (char)('0' + turn % 10);
	for (i = 0; i < 17; i++)
		sum += (out[i] - '0') * weights[i];
	out[17] = "10X98765432"[sum % 11];
	out[18] = '\0';
}

const struct demo_department *demo_department(enum demo_department_id id)
{
	ASSERT((unsigned)id < DEMO_DEPARTMENT_COUNT);
	return &departments[id];
}

static const char *traditional_of(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(traditional); i++)
		if (n == 3 && memcmp(traditional[i][0], p, 3) == 0)
			return traditional[i][1];
	return NULL;
}

bool demo_traditional(struct span text, struct buf *out)
{
	bool has_changed = false;
	size_t at = 0, from;
	const char *other;

	while (at < text.n) {
		from = at;
		utf8_next(text.p, text.n, &at);
		other = traditional_of(text.p + from, at - from);
		if (other && memcmp(other, text.p + from, 3) != 0)
			has_changed = true;
		if (other)
			buf_add(out, other, 3);
		else
			buf_add(out, text.p + from, at - from);
	}
	return has_changed;
}
