/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The items of the demo as tables: columns, templates, what the faults aim
 * at, and the clock. Field names, headers and clocks are the catalogue's
 * (catalog/national/items); a test compares them. Penalties and licences
 * have rows of their own making (penalty.c, licence.c) and their columns in
 * layout.c; everything else is templates of demo/phrase.h.
 *
 * Case numbers of courts use the court code 鲁1199, which no court has.
 */
#include "demo/items.h"

#include "base/check.h"
#include "demo/layout.h"
#include "demo/phrase.h"

enum { STREAM_ITEM = 8 };

/* A field, and a field that is a date; other members may follow. */
#define F(name_, title_, text_, ...)                                           \
	{                                                                      \
		.name = (name_), .title = (title_), .text = (text_),           \
		__VA_ARGS__                                                    \
	}
#define D(name_, title_, text_, ...)                                           \
	{                                                                      \
		.name = (name_), .title = (title_), .text = (text_),           \
		.is_date = true, __VA_ARGS__                                   \
	}

#define NEXT_VERSION "更正"

static const struct demo_field registration[] = {
    F("DJ_ZT_MC", "名称", "$n", .aims = DEMO_AIM_NAME),
    F("DJ_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("DJ_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("DJ_LX", "类型", "$t"),
    F("DJ_FRDB", "法定代表人", "$p", .aims = DEMO_AIM_LIMITED, .limit = 50),
    F("DJ_ZCZB", "注册资本(万元)", "$m", .aims = DEMO_AIM_MONEY),
    D("DJ_CLRQ", "成立日期", "$f"),
    D("DJ_HZRQ", "核准日期", "$d", .aims = DEMO_AIM_DATE),
    D("DJ_YXQZ", "营业期限自", "$f"),
    D("DJ_YXQZI", "营业期限至", "{2099-12-31|2049-12-31|2059-06-30}"),
    F("DJ_ZS", "住所", "山东省$l$P"),
    F("DJ_QHDM", "行政区划代码", "$q"),
    F("DJ_JYFW", "经营范围", "$j"),
    F("DJ_ZTZT", "登记状态", "{存续|存续|存续|存续|存续|停业}",
	.aims = DEMO_AIM_CODED),
    F("DJ_JDJG", "登记机关", "$r", .aims = DEMO_AIM_NEEDED),
    F("DJ_JDJGDM", "登记机关统一社会信用代码", "$s"),
    F("BZ", "备注", NULL),
};

static const struct demo_field abnormal[] = {
    F("YC_ZT_MC", "主体名称", "$n", .aims = DEMO_AIM_NAME),
    F("YC_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("YC_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("YC_FRDB", "法定代表人", "$p"),
    F("YC_WSH", "列入决定书文号", "$o异列字〔$y〕$#号",
	.aims = DEMO_AIM_NUMBER | DEMO_AIM_LIMITED, .limit = 128),
    F("YC_LRYY", "列入经营异常名录原因",
	"{未按规定期限公示年度报告|通过登记的住所或者经营场所无法联系|"
	"未按规定办理企业名称变更登记}",
	.aims = DEMO_AIM_CODED),
    F("YC_YJ", "列入依据", "《企业经营异常名录管理办法》第四条"),
    D("YC_JDRQ", "列入日期", "$d", .aims = DEMO_AIM_DATE),
    F("YC_JDJG", "列入决定机关", "$w", .aims = DEMO_AIM_NEEDED),
    F("YC_JDJGDM", "列入决定机关统一社会信用代码", "$x"),
    D("YC_YCRQ", "移出日期", NULL),
    F("BZ", "备注", NULL),
};

static const struct demo_field judgment[] = {
    F("SX_ZT_MC", "被执行人名称", "$n", .aims = DEMO_AIM_NAME),
    F("SX_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("SX_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("SX_FRDB", "法定代表人或者负责人姓名", "$p"),
    F("SX_AH", "案号", "（$h60.）鲁1199执$#号",
	.aims = DEMO_AIM_NUMBER | DEMO_AIM_LIMITED, .limit = 128),
    F("SX_YJWH", "执行依据文号", "（$z）鲁1199民初$A号",
	.aims = DEMO_AIM_NEEDED),
    F("SX_YJDW", "作出执行依据单位", "$w"),
    F("SX_YW", "生效法律文书确定的义务",
	"{支付货款|支付工程款|返还借款}$M及利息", .aims = DEMO_AIM_PROSE),
    F("SX_LXQK", "被执行人的履行情况", "{全部未履行|部分未履行}",
	.aims = DEMO_AIM_CODED),
    F("SX_JTQX", "失信被执行人行为具体情形",
	"{有履行能力而拒不履行生效法律文书确定义务|违反财产报告制度|"
	"无正当理由拒不履行执行和解协议}"),
    F("SX_YJ", "列入依据",
	"《最高人民法院关于公布失信被执行人名单信息的若干规定》"),
    D("SX_GZRQ", "执行通知书送达日期", "$e30."),
    D("SX_LARQ", "立案日期", "$e60."),
    D("SX_JDRQ", "发布日期", "$d", .aims = DEMO_AIM_DATE),
    F("SX_JDJG", "执行法院", "$w"),
    F("SX_JDJGDM", "执行法院统一社会信用代码", "$x"),
    D("SX_YCRQ", "移出日期", NULL),
    F("BZ", "备注", NULL),
};

static const struct demo_field wages[] = {
    F("QX_ZT_MC", "主体名称", "$n", .aims = DEMO_AIM_NAME),
    F("QX_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("QX_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("QX_FRDB", "法定代表人", "$p"),
    F("QX_WSH", "列入决定书文号", "$o欠列〔$y〕$#号",
	.aims = DEMO_AIM_NUMBER | DEMO_AIM_LIMITED, .limit = 128),
    F("QX_SY", "列入事由",
	"{拖欠工资经责令限期支付逾期未支付|恶意克扣工资达到认定标准}，"
	"涉及$P项目",
	.aims = DEMO_AIM_PROSE),
    F("QX_YJ", "列入依据",
	"《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》第五条",
	.aims = DEMO_AIM_NEEDED),
    F("QX_RS", "涉及人数", "$N"),
    F("QX_JE", "拖欠金额(元)", "{86000|153200|240500.50|412000}",
	.aims = DEMO_AIM_MONEY),
    D("QX_GZRQ", "告知书送达日期", "$e20."),
    D("QX_JDRQ", "列入日期", "$d", .aims = DEMO_AIM_DATE),
    F("QX_JDJG", "列入决定机关", "$w"),
    F("QX_JDJGDM", "列入决定机关统一社会信用代码", "$x"),
    D("QX_YCRQ", "列入截止日期", "$a36.", .aims = DEMO_AIM_END),
    F("BZ", "备注", NULL),
};

static const struct demo_field tax_serious[] = {
    F("SS_ZT_MC", "主体名称", "$n", .aims = DEMO_AIM_NAME),
    F("SS_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("SS_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("SS_FRDB", "法定代表人", "$p"),
    F("SS_WSH", "列入决定书文号", "$o失信〔$y〕$#号",
	.aims = DEMO_AIM_NUMBER | DEMO_AIM_LIMITED, .limit = 128),
    F("SS_SY", "案件性质",
	"{虚开增值税普通发票$A份|采取偷税手段少缴税款$L，达应纳税额10%以上|"
	"转移财产逃避追缴欠税$L}",
	.aims = DEMO_AIM_PROSE),
    F("SS_YJ", "列入依据", "《重大税收违法失信主体信息公布管理办法》",
	.aims = DEMO_AIM_NEEDED),
    D("SS_GZRQ", "告知书送达日期", "$e20."),
    D("SS_JDRQ", "列入日期", "$d", .aims = DEMO_AIM_DATE),
    F("SS_JDJG", "列入决定机关", "$w"),
    F("SS_JDJGDM", "列入决定机关统一社会信用代码", "$x"),
    D("SS_YCRQ", "列入截止日期", "$a36.", .aims = DEMO_AIM_END),
    F("BZ", "备注", NULL),
};

static const struct demo_field market_serious[] = {
    F("YZ_ZT_MC", "主体名称", "$n", .aims = DEMO_AIM_NAME),
    F("YZ_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("YZ_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("YZ_FRDB", "法定代表人", "$p"),
    F("YZ_WSH", "列入决定书文号", "$o严列〔$y〕$#号",
	.aims = DEMO_AIM_NUMBER | DEMO_AIM_LIMITED, .limit = 128),
    F("YZ_SY", "列入事由",
	"销售不符合{强制性标准|食品安全标准}的$I（批号$B）$Q，情节严重",
	.aims = DEMO_AIM_PROSE),
    F("YZ_YJ", "列入依据", "《市场监督管理严重违法失信名单管理办法》",
	.aims = DEMO_AIM_NEEDED),
    D("YZ_GZRQ", "告知书送达日期", "$e20."),
    D("YZ_JDRQ", "列入日期", "$d", .aims = DEMO_AIM_DATE),
    F("YZ_JDJG", "列入决定机关", "$w"),
    F("YZ_JDJGDM", "列入决定机关统一社会信用代码", "$x"),
    D("YZ_YCRQ", "列入截止日期", "$a36.", .aims = DEMO_AIM_END),
    F("BZ", "备注", NULL),
};

static const struct demo_field tax_a[] = {
    F("NS_ZT_MC", "纳税人名称", "$n", .aims = DEMO_AIM_NAME),
    F("NS_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("NS_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("NS_ND", "评价年度", "$z"),
    F("NS_JB", "纳税信用级别", "A", .aims = DEMO_AIM_CODED),
    D("NS_JDRQ", "评价结果发布日期", "$d", .aims = DEMO_AIM_DATE),
    D("NS_YXQZI", "有效期至", "$a12.", .aims = DEMO_AIM_END),
    F("NS_JDJG", "评价机关", "$w", .aims = DEMO_AIM_NEEDED | DEMO_AIM_LIMITED,
	.limit = 200),
    F("NS_JDJGDM", "评价机关统一社会信用代码", "$x"),
    F("BZ", "备注", NULL),
};

static const struct demo_field honour[] = {
    F("RY_ZT_MC", "主体名称", "$n", .aims = DEMO_AIM_NAME),
    F("RY_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("RY_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("RY_MC", "荣誉名称",
	"示例{守合同重信用单位|诚信经营示范单位|质量标杆单位}",
	.aims = DEMO_AIM_NEEDED | DEMO_AIM_LIMITED, .limit = 200),
    F("RY_JB", "荣誉级别", "市级", .aims = DEMO_AIM_CODED),
    F("RY_WSH", "授予文号", "$o荣字〔$y〕$#号", .aims = DEMO_AIM_NUMBER),
    F("RY_SY", "授予事由", "$z年度{合同履约良好|质量管理先进|连续守信}"),
    D("RY_JDRQ", "授予日期", "$d", .aims = DEMO_AIM_DATE),
    D("RY_YXQZI", "有效期至", "$a36.", .aims = DEMO_AIM_END),
    F("RY_JDJG", "授予机关", "$w"),
    F("RY_JDJGDM", "授予机关统一社会信用代码", "$x"),
    F("BZ", "备注", NULL),
};

static const struct demo_field contract[] = {
    F("HT_ZT_MC", "主体名称", "$n", .aims = DEMO_AIM_NAME),
    F("HT_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("HT_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("HT_BH", "合同编号", "SL-$y-$#",
	.aims = DEMO_AIM_NUMBER | DEMO_AIM_LIMITED, .limit = 128),
    F("HT_MC", "合同名称", "$P{办公用品|绿化养护|设备维保}合同（$J）",
	.aims = DEMO_AIM_NEEDED),
    F("HT_LX", "合同类型", "{政府采购|工程建设|特许经营}",
	.aims = DEMO_AIM_CODED),
    F("HT_JE", "合同金额(元)", "{80000|126500.50|350000|1280000}",
	.aims = DEMO_AIM_MONEY),
    D("HT_JDRQ", "签订日期", "$d", .aims = DEMO_AIM_DATE),
    D("HT_YXQZI", "合同履行期限至", "$a18.", .aims = DEMO_AIM_END),
    F("HT_LYZT", "合同履行情况", "[履行中|履行完毕|履行完毕|违约]"),
    F("HT_WYSS", "违约事实", "[|||逾期交付$J$Q，经催告未履行]"),
    F("HT_RDWS", "违约认定文书号", "[|||$o认〔$y〕$#号]"),
    F("HT_JDJG", "合同相对方", "$w"),
    F("HT_JDJGDM", "合同相对方统一社会信用代码", "$x"),
    F("BZ", "备注", NULL),
};

static const struct demo_field commitment[] = {
    F("CN_ZT_MC", "承诺主体名称", "$n", .aims = DEMO_AIM_NAME),
    F("CN_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("CN_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("CN_FRDB", "法定代表人", "$p"),
    F("CN_BH", "承诺书编号", "CN-$y-$#",
	.aims = DEMO_AIM_NUMBER | DEMO_AIM_LIMITED, .limit = 128),
    F("CN_LX", "承诺类型",
	"{审批替代型|主动公开型|行业自律型|证明事项告知型|政务服务承诺型}",
	.aims = DEMO_AIM_CODED),
    F("CN_SX", "承诺事项", "{食品经营许可|$b项目|消防安全}告知承诺",
	.aims = DEMO_AIM_NEEDED),
    F("CN_NR", "承诺内容",
	"依法诚信经营，所提交材料真实有效，愿意承担违反承诺的责任",
	.aims = DEMO_AIM_PROSE),
    D("CN_JDRQ", "承诺作出日期", "$d", .aims = DEMO_AIM_DATE),
    D("CN_YXQZI", "承诺有效期至", "$a36.", .aims = DEMO_AIM_END),
    F("CN_ZT", "承诺履行状态", "[履约中|履约|履约中|履约|违诺]"),
    D("CN_QRRQ", "履约状态确认日期", "[|$a01.||$a01.|$a01.]"),
    F("CN_WNSS", "违诺事实", "[||||核查$R发现与承诺不符，材料$Z缺失]"),
    F("CN_JDJG", "承诺受理单位", "$w"),
    F("CN_JDJGDM", "承诺受理单位统一社会信用代码", "$x"),
    F("BZ", "备注", NULL),
};

static const struct demo_field inspection[] = {
    F("JC_ZT_MC", "被检查单位名称", "$n", .aims = DEMO_AIM_NAME),
    F("JC_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("JC_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("JC_WSH", "检查文书号", "$o检〔$y〕$#号",
	.aims = DEMO_AIM_NUMBER | DEMO_AIM_LIMITED, .limit = 128),
    F("JC_RW", "检查任务名称",
	"$y年度$b[双随机抽查|日常检查|专项检查|举报核查]"),
    F("JC_LX", "检查类型", "[双随机抽查|日常检查|专项检查|举报核查]",
	.aims = DEMO_AIM_CODED),
    F("JC_SX", "检查事项", "{明码标价|$R安全|计量器具|$J标签标识}",
	.aims = DEMO_AIM_NEEDED),
    D("JC_JDRQ", "检查日期", "$d", .aims = DEMO_AIM_DATE),
    F("JC_JG", "检查结果", "[未发现问题|未发现问题|发现问题已责令改正]"),
    F("JC_NR", "发现问题及处理情况", "[||$R标识缺失$N处，已当场改正]"),
    F("JC_JDJG", "检查机关", "$w"),
    F("JC_JDJGDM", "检查机关统一社会信用代码", "$x"),
    F("BZ", "备注", NULL),
};

static const struct demo_field arrears[] = {
    F("QF_ZT_MC", "用户名称", "$n", .aims = DEMO_AIM_NAME),
    F("QF_ZT_LB", "主体类别", "$k", .aims = DEMO_AIM_KIND),
    F("QF_ZT_SHXYM", "统一社会信用代码", "$c", .aims = DEMO_AIM_CODE),
    F("QF_HH", "户号", "99$#"),
    F("QF_LX", "费用类别", "水费", .aims = DEMO_AIM_CODED),
    F("QF_ZQ", "账期", "截至$d", .aims = DEMO_AIM_NEEDED),
    F("QF_JE", "欠费金额(元)", "{386.4|1234.50|2750|9081.75}",
	.aims = DEMO_AIM_MONEY),
    D("QF_CJRQ", "书面催缴日期", "$d", .aims = DEMO_AIM_DATE),
    F("QF_CJWSH", "催缴通知书编号", "CJ-$y-$#", .aims = DEMO_AIM_LIMITED,
	.limit = 128),
    D("QF_JQRQ", "缴清日期", "[|$a01.]", .aims = DEMO_AIM_END),
    F("QF_JDJG", "供应单位", "$w"),
    F("QF_JDJGDM", "供应单位统一社会信用代码", "$x"),
    F("BZ", "备注", NULL),
};

/* The days on which the rules of the lists came into force, as in the
 * catalogue: 2022-01-01, 2022-02-01, 2021-09-01. */
enum { WAGES_SINCE = 18993, TAX_SINCE = 19024, MARKET_SINCE = 18871 };
enum { MONTH_DAYS = 31 };

#define FIELDS(table) .fields = table, .fields_count = ARRAY_COUNT(table)

static const struct demo_item items[] = {
    [DEMO_REGISTRATION] = {.id = "organisation-registration",
	FIELDS(registration),
	.clock_days = 20,
	.is_working_days = true},
    [DEMO_LICENCE] = {.id = "licence",
	FIELDS(demo_licence_fields),
	.clock_days = 7,
	.is_working_days = true,
	.kinds = DEMO_TRADERS,
	.busy = 8,
	.make = demo_licence_make},
    [DEMO_PENALTY] = {.id = "penalty",
	FIELDS(demo_penalty_fields),
	.clock_days = 7,
	.is_working_days = true,
	.kinds = DEMO_NO_BODIES,
	.busy = 6,
	.make = demo_penalty_make},
    [DEMO_ABNORMAL] = {.id = "abnormal-operations",
	FIELDS(abnormal),
	.clock_days = 20,
	.is_working_days = true,
	.kinds = 1 << DEMO_ENTERPRISE,
	.busy = 20},
    [DEMO_JUDGMENT] = {.id = "judgment-defaulter",
	FIELDS(judgment),
	.kinds = DEMO_NO_BODIES,
	.busy = 60},
    [DEMO_WAGES] = {.id = "wage-arrears",
	FIELDS(wages),
	.kinds = DEMO_TRADERS,
	.since = WAGES_SINCE,
	.busy = 40},
    [DEMO_TAX_SERIOUS] = {.id = "serious-tax-violation",
	FIELDS(tax_serious),
	.kinds = DEMO_TRADERS,
	.since = TAX_SINCE,
	.busy = 50},
    [DEMO_MARKET_SERIOUS] = {.id = "market-serious-violation",
	FIELDS(market_serious),
	.kinds = DEMO_TRADERS,
	.since = MARKET_SINCE,
	.busy = 50},
    [DEMO_TAX_A] = {.id = "tax-credit-a", FIELDS(tax_a), .kinds = DEMO_TRADERS},
    [DEMO_HONOUR] = {.id = "honour",
	FIELDS(honour),
	.kinds = DEMO_NO_BODIES,
	.busy = 60},
    [DEMO_CONTRACT] = {.id = "contract-performance",
	FIELDS(contract),
	.kinds = DEMO_TRADERS,
	.settled_days = MONTH_DAYS,
	.busy = 40},
    [DEMO_COMMITMENT] = {.id = "commitment",
	FIELDS(commitment),
	.kinds = DEMO_TRADERS,
	.settled_days = MONTH_DAYS,
	.busy = 20},
    [DEMO_INSPECTION] = {.id = "inspection-result",
	FIELDS(inspection),
	.kinds = DEMO_TRADERS,
	.clock_days = 20,
	.is_working_days = true,
	.busy = 40},
    [DEMO_ARREARS] = {.id = "utility-arrears",
	FIELDS(arrears),
	.settled_days = MONTH_DAYS,
	.busy = 60},
};
_Static_assert(ARRAY_COUNT(items) == DEMO_ITEM_COUNT, "one row an item");

const struct demo_item *demo_item(enum demo_item_id id)
{
	ASSERT((unsigned)id < DEMO_ITEM_COUNT);
	return &items[id];
}

int demo_item_aim(const struct demo_item *item, unsigned aim)
{
	int field;

	for (field = 0; field < item->fields_count; field++)
		if (item->fields[field].aims & aim)
			return field;
	return -1;
}

/* All cells by their templates. The last column is the note. */
static void make_by_templates(const struct demo_item *item,
    const struct demo_ask *ask, struct demo_row *row)
{
	uint64_t stream = STREAM_ITEM + (uint64_t)(item - items);
	struct demo_phrase p = {
	    .random = demo_random_at(ask->seed, stream, ask->number),
	    .department = ask->department,
	    .on = ask->decided,
	    .number = ask->number};
	struct demo_org org;
	int field;

	demo_org_make(ask->seed, ask->subject, &org);
	p.org = &org;
	for (field = 0; field < item->fields_count; field++) {
		if (!item->fields[field].text)
			continue;
		demo_row_open(row);
		demo_phrase_add(&p, item->fields[field].text, &row->text);
		demo_row_close(row, field);
	}
	if (ask->is_changed)
		demo_row_put(row, item->fields_count - 1, NEXT_VERSION);
}

void demo_item_make(const struct demo_item *item, const struct demo_ask *ask,
    struct demo_row *row)
{
	ASSERT(item->fields_count <= DEMO_FIELDS_MAX);
	demo_row_reset(row);
	if (item->make)
		item->make(ask, row);
	else
		make_by_templates(item, ask, row);
}
