/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One penalty. A case (what was done, on what ground, with which kinds of
 * penalty between which fines) is drawn among those of the department; the
 * facts are a template (demo/phrase.h); the amounts are drawn once and stand
 * alike in the content and in the amount columns, as in a real decision.
 *
 * A changed row (the next version of the same key) has a fine one hundred
 * yuan lower (higher, where the law knows no lower one) and a note; number,
 * subject and authority stay.
 */
#include "demo/items.h"

#include <string.h>

#include "base/check.h"
#include "demo/phrase.h"
#include "demo/random.h"

enum { STREAM_PENALTY = 2 };
enum { FEN = 100 };

/* Kinds of penalty of a case, in the order of the law's list. */
enum {
	WARNING = 1,
	CRITICISM = 2,
	FINE = 4,
	GAINS = 8,    /* 没收违法所得 */
	GOODS = 16,   /* 没收非法财物 */
	SUSPEND = 32, /* 暂扣许可证件 */
	REVOKE = 64,  /* 吊销许可证件 */
	STOP = 128    /* 责令停产停业 */
};

static const struct {
	int bit;
	const char *title;
} kinds[] = {{WARNING, "警告"}, {CRITICISM, "通报批评"}, {FINE, "罚款"},
    {GAINS, "没收违法所得"}, {GOODS, "没收非法财物"}, {SUSPEND, "暂扣许可证件"},
    {REVOKE, "吊销许可证件"}, {STOP, "责令停产停业"}};

struct offence {
	enum demo_department_id department;
	int kinds;
	int low;  /* fine in yuan, between what the ground says at least */
	int high; /* and at most */
	const char *type;
	const char *facts;
	const char *ground;
};

static const struct offence offences[] = {
    {DEMO_MARKET, FINE | GAINS, 50000, 100000, "经营不符合食品安全标准的食品",
	"{经抽检|经检验|监督抽检}，当事人销售的$I（批号$B）$S，"
	"进货$Q，已售$N件，货值$C",
	"《食品安全法》第三十四条、第一百二十四条"},
    {DEMO_MARKET, WARNING | FINE, 5000, 50000, "未按规定查验进货凭证",
	"$D$T检查$P，当事人购进$I$Q，{未能提供|不能出示}供货者许可证"
	"和批号$B的合格证明",
	"《食品安全法》第五十三条、第一百二十六条"},
    {DEMO_MARKET, FINE | GOODS, 3000, 80000, "生产销售不合格产品",
	"当事人{生产|销售}的$J（批号$B）共$Q，{标志|绝缘|强度|阻燃}项目"
	"不合格，货值$M",
	"《产品质量法》第四十九条"},
    {DEMO_MARKET, FINE, 1000, 40000, "发布虚假广告",
	"当事人自$D起在{店内|网店|公众号|传单}宣称$J{节能第一|销量第一|"
	"国家级品质}，无依据，广告费$M",
	"《广告法》第二十八条、第五十五条"},
    {DEMO_MARKET, WARNING | FINE, 300, 5000, "不按规定明码标价",
	"$D检查$P，$R陈列的$I等$N种商品{未标价|标价与结算价不符}，"
	"多收$M",
	"《价格法》第十三条、第四十二条"},
    {DEMO_MARKET, FINE | STOP, 30000, 90000, "使用未经检验的特种设备",
	"当事人$R使用的{叉车|锅炉|电梯|压力容器}（编号$Z）自$D起"
	"超期未检，仍作业$N小时",
	"《特种设备安全法》第四十条、第八十四条"},
    {DEMO_ECOLOGY, FINE, 100000, 300000, "超标排放水污染物",
	"$D在线监测显示总排口{日均值|瞬时值}$E，超标{0.3|0.8|1.4|2.6}倍，"
	"排放废水$N吨",
	"《水污染防治法》第十条、第八十三条"},
    {DEMO_ECOLOGY, FINE | STOP, 20000, 50000, "未批先建",
	"当事人在$P建设$K项目，{未报批环评|环评未获批准}，$D已安装"
	"设备$N台，总投资$L",
	"《环境影响评价法》第三十一条"},
    {DEMO_ECOLOGY, FINE, 10000, 100000, "未采取扬尘防治措施",
	"$D$T检查$P，$R堆放砂石$N吨未覆盖，{喷淋停用|围挡缺失|道路积尘}",
	"《大气污染防治法》第一百一十七条"},
    {DEMO_ECOLOGY, FINE, 100000, 300000, "未按规定贮存危险废物",
	"$R存放废矿物油等$N桶（台账号$Z），{未设标志|混放|无防渗}，"
	"$D查获",
	"《固体废物污染环境防治法》第一百一十二条"},
    {DEMO_EMERGENCY, FINE, 10000, 50000, "未组织安全生产教育培训",
	"$D查$R，新进员工$W等$N人无培训记录，{档案缺失|考核未做|学时不足}",
	"《安全生产法》第二十八条、第九十七条"},
    {DEMO_EMERGENCY, FINE, 5000, 50000, "未设置安全警示标志",
	"$D$T执法检查，$R{有限空间|受限作业点|危险品区}$N处未设警示标志",
	"《安全生产法》第三十五条、第九十九条"},
    {DEMO_EMERGENCY, WARNING | FINE | SUSPEND, 50000, 90000,
	"违反安全操作规程作业",
	"$D$R动火作业（票号$Z）无人监护，{气体未检测|票证过期|未隔离}，"
	"持续$N分钟",
	"《危险化学品安全管理条例》第八十条"},
    {DEMO_TRANSPORT, FINE, 1000, 30000, "车辆超限运输",
	"$D$T，当事人$V装载$K，车货总重超限{6|11|17|23}.$N吨，"
	"检测单号$Z",
	"《公路安全保护条例》第六十四条"},
    {DEMO_TRANSPORT, WARNING | FINE, 1000, 5000, "未按规定维护检测车辆",
	"当事人$V自$D起{未做二级维护|超期未检|动态监控离线}，其间出车$N次",
	"《道路运输车辆技术管理规定》第三十一条"},
    {DEMO_TRANSPORT, FINE | REVOKE, 10000, 100000, "使用失效道路运输证经营",
	"$D$T在$P查获$V{运送|配载}$I$Q，运输证$Z已失效，运费$M",
	"《道路运输条例》第六十三条"},
    {DEMO_URBAN, FINE, 500, 20000, "擅自占用城市道路",
	"$D$T在$P占道{堆放|经营|加工}$J$Q，占用$N平方米，通知书$Z"
	"到期未改",
	"《城市道路管理条例》第二十七条、第四十二条"},
    {DEMO_URBAN, WARNING | FINE, 5000, 50000, "未按规定倾倒建筑垃圾",
	"$D$V在$P倾倒{渣土|装修垃圾|废砖块}$N立方米，无核准文件",
	"《城市建筑垃圾管理规定》第二十六条"},
    {DEMO_HOUSING, FINE, 5000, 100000, "未按图纸和技术标准施工",
	"$P$N号楼使用批号$B的$K，{强度不足|厚度不符|未见证取样}，"
	"涉及$R，造价$L",
	"《建设工程质量管理条例》第六十四条"},
    {DEMO_HOUSING, CRITICISM | FINE, 10000, 60000, "未取得施工许可证开工",
	"$D检查发现$P工程（编号$Z）{未领|未办妥}施工许可证，已施工至"
	"$N层",
	"《建筑法》第六十四条"},
    {DEMO_HUMAN_RESOURCES, WARNING | FINE, 50000, 100000,
	"未按规定存储工资保证金",
	"$D核查，$P项目{未开专户|专户停用|未存保证金}，涉及$N人，"
	"应存$M",
	"《保障农民工工资支付条例》第五十五条"},
    {DEMO_HUMAN_RESOURCES, FINE, 1000, 10000, "违反规定延长工作时间",
	"$R员工$W等$N人当月加班{46|58|72|90}小时，$D立案，台账$Z",
	"《劳动法》第四十一条、第九十条"},
};

static const struct offence *offence_pick(
    enum demo_department_id department, struct demo_random *r)
{
	const struct offence *found[ARRAY_COUNT(offences)];
	uint32_t count = 0;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(offences); i++)
		if (offences[i].department == department)
			found[count++] = &offences[i];
	ASSERT(count > 0);
	return found[demo_random_below(r, count)];
}

/* Round thousands mostly; some to the yuan; a few to the fen. */
static int64_t fine_pick(const struct offence *o, struct demo_random *r)
{
	int64_t yuan = demo_random_between(r, o->low, o->high);
	uint32_t way = demo_random_below(r, 10);

	if (way == 0)
		return yuan * FEN + demo_random_below(r, FEN);
	if (way <= 3)
		return yuan / 100 * 100 * FEN;
	return (yuan + 999) / 1000 * 1000 * FEN;
}

/* 罚款、没收违法所得 */
static void put_kinds(int mask, int field, struct demo_row *row)
{
	bool is_next = false;
	size_t i;

	if (mask == 0)
		return;
	demo_row_open(row);
	for (i = 0; i < ARRAY_COUNT(kinds); i++) {
		if (!(mask & kinds[i].bit))
			continue;
		if (is_next)
			buf_add_str(&row->text, "、");
		is_next = true;
		buf_add_str(&row->text, kinds[i].title);
	}
	demo_row_close(row, field);
}

/* The 2015 layout has two columns: the first kind and the rest. */
static void put_all_kinds(int mask, struct demo_row *row)
{
	int first = mask & -mask;

	put_kinds(mask, CF_CFLB, row);
	put_kinds(first, CF_CFLB1, row);
	put_kinds(mask & ~first, CF_CFLB2, row);
}

/* What was decided: "警告；罚款人民币5000元". */
static void put_content(int mask, struct demo_phrase *p, struct demo_row *row)
{
	static const struct {
		int bit;
		const char *text;
	} parts[] = {{WARNING, "给予警告；"}, {CRITICISM, "通报批评；"},
	    {GAINS, "没收违法所得$G元；"},
	    {GOODS, "没收{扣押|封存|在售}的货品$Q，价值$G元；"},
	    {SUSPEND, "暂扣许可证$N日；"}, {REVOKE, "吊销许可证件；"},
	    {STOP, "责令停产停业{整顿$N日|至整改完成}；"},
	    {FINE, "罚款{人民币|}$F元{|，缴款码$Z$N|，缴款码$Z$N}"}};
	size_t i;

	demo_row_open(row);
	for (i = 0; i < ARRAY_COUNT(parts); i++)
		if (mask & parts[i].bit)
			demo_phrase_add(p, parts[i].text, &row->text);
	demo_row_close(row, CF_NR);
}

static void put_amounts(int mask, const struct demo_phrase *p,
    struct demo_random *r, struct demo_row *row)
{
	if (mask & FINE)
		demo_row_put_wan(row, CF_NR_FK, p->fine);
	if (mask & (GAINS | GOODS))
		demo_row_put_wan(row, CF_NR_WFFF, p->gain);
	if (!(mask & (SUSPEND | REVOKE)))
		return;
	demo_row_open(row);
	buf_add_str(&row->text, "示例许可证");
	demo_add_padded(&row->text, demo_random_below(r, 100000000), 8);
	demo_row_close(row, CF_NR_ZKDX);
}

static void put_subject(
    const struct demo_org *org, struct demo_random *r, struct demo_row *row)
{
	char citizen[DEMO_CITIZEN_BYTES];

	demo_row_put_span(
	    row, CF_XDR_MC, (struct span){org->name, org->name_bytes});
	demo_row_put(row, CF_XDR_LB, demo_kind_counterparty(org->kind));
	demo_row_put_span(
	    row, CF_XDR_SHXYM, (struct span){org->code, IDENT_USCC_CHARS});
	demo_row_put(row, CF_FRDB, org->person);
	if (!demo_random_chance(r, 500))
		return;
	demo_citizen_number(demo_random_next(r), citizen);
	demo_row_put(row, CF_FR_ZJLX, "身份证");
	demo_row_put(row, CF_FR_SFZH, citizen);
}

static void put_dates(
    const struct demo_ask *ask, int mask, struct demo_row *row)
{
	bool is_heavy = mask & (SUSPEND | REVOKE | STOP);

	date_days end = date_add_months(ask->decided, is_heavy ? 36 : 12) - 1;

	demo_row_put_date(row, CF_JDRQ, ask->decided);
	demo_row_put_date(row, CF_YXQ, end);
	demo_row_put_date(row, CF_GSJZQ, end);
}

/* The department, and the columns that only the 2015 layout has. */
static void put_source(const struct demo_ask *ask, struct demo_row *row)
{
	const struct demo_department *d = demo_department(ask->department);

	demo_row_put(row, CF_CFJG, d->title);
	demo_row_put(row, CF_CFJGDM, d->code);
	row->cells[CF_SJLY] = row->cells[CF_CFJG];
	row->cells[CF_SJLYDM] = row->cells[CF_CFJGDM];
	row->cells[CF_CFMC] = row->cells[CF_WFXW];
	row->cells[CF_SJC] = row->cells[CF_JDRQ];
	demo_row_put(row, CF_ZT, "0");
	demo_row_put(row, CF_DFBM, "371100");
}

static void put_case(
    const struct offence *o, struct demo_phrase *p, struct demo_row *row)
{
	demo_row_open(row);
	demo_phrase_add_number(p, "处罚", &row->text);
	demo_row_close(row, CF_WSH);
	demo_row_put(row, CF_WFXW, o->type);
	demo_row_open(row);
	demo_phrase_add(p, o->facts, &row->text);
	demo_row_close(row, CF_SY);
	demo_row_put(row, CF_YJ, o->ground);
}

void demo_penalty_make(const struct demo_ask *ask, struct demo_row *row)
{
	struct demo_random r =
	    demo_random_at(ask->seed, STREAM_PENALTY, ask->number);
	const struct offence *o = offence_pick(ask->department, &r);
	struct demo_phrase p = {.department = ask->department,
	    .on = ask->decided,
	    .number = ask->number};
	struct demo_org org;
	int mask = o->kinds;

	/* Where several kinds are possible, the last ones are rarer. */
	if (mask & ~(FINE | GAINS | GOODS) && demo_random_chance(&r, 600))
		mask = FINE;
	if (ask->is_narrow)
		mask &= ~(SUSPEND | REVOKE);
	demo_org_make(ask->seed, ask->subject, &org);
	p.org = &org;
	p.fine = fine_pick(o, &r);
	p.gain = 12000 + demo_random_below(&r, 900000);
	if (ask->is_changed)
		p.fine +=
		    p.fine < (o->low + 100) * FEN ? 100 * FEN : -100 * FEN;
	p.random = r;
	p.random.state ^= 1;
	put_subject(&org, &r, row);
	put_case(o, &p, row);
	put_all_kinds(mask, row);
	put_content(mask, &p, row);
	put_amounts(mask, &p, &r, row);
	put_dates(ask, mask, row);
	put_source(ask, row);
	demo_row_open(row);
	demo_phrase_add(
	    &p, ask->is_changed ? "更正" : "{||案源$Z|线索$A-$N}", &row->text);
	demo_row_close(row, CF_BZ);
}
