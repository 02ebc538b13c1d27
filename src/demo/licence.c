/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One licence. A permit (document, kind, certificate, content, term) is
 * drawn among those of the department; a permit without a term has no end,
 * which the layout writes as 2099/12/31. A changed row has another content and
 * a note: number, subject and authority stay.
 */
#include "demo/items.h"

#include "base/check.h"
#include "demo/phrase.h"
#include "demo/random.h"

enum { STREAM_LICENCE = 4 };

struct permit {
	enum demo_department_id department;
	const char *document;
	const char *kind;
	const char *certificate;
	const char *content;
	int months; /* term */
};

static const struct permit permits[] = {
    {DEMO_APPROVAL, "食品经营许可决定书", "普通", "食品经营许可证",
	"{预包装食品销售|散装食品销售|热食类食品制售|冷食类食品制售}，"
	"经营场所$P",
	60},
    {DEMO_APPROVAL, "经营主体登记决定书", "登记", "营业执照",
	"{联络员变更|变更|住所变更|经营范围变更}登记，经营范围含$b、$J销售", 0},
    {DEMO_APPROVAL, "公共场所卫生许可决定书", "普通", "卫生许可证",
	"{宾馆|理发店|游泳馆|商场}经营，地址$P，面积$A平方米", 48},
    {DEMO_APPROVAL, "排水许可决定书", "普通", "污水排入排水管网许可证",
	"$P排水户，{生活污水|工业废水}日排放量$N立方米", 60},
    {DEMO_APPROVAL, "特种设备使用登记决定书", "登记", "特种设备使用登记证",
	"{电梯|锅炉|叉车|压力容器}$N台，设备号$Z，使用地点$R", 0},
    {DEMO_HUMAN_RESOURCES, "劳务派遣经营许可决定书", "普通",
	"劳务派遣经营许可证", "劳务派遣，注册资本$A万元，办公地址$P", 36},
    {DEMO_HUMAN_RESOURCES, "人力资源服务许可决定书", "普通",
	"人力资源服务许可证",
	"{职业中介|人力资源培训|人力资源测评}，专职人员$N人", 60},
    {DEMO_HOUSING, "建筑工程施工许可决定书", "核准", "建筑工程施工许可证",
	"$P$N号楼施工，建筑面积$A平方米，合同价$L", 24},
    {DEMO_HOUSING, "商品房预售许可决定书", "特许", "商品房预售许可证",
	"$P$N号楼$A套预售", 36},
    {DEMO_TRANSPORT, "道路运输经营许可决定书", "普通", "道路运输经营许可证",
	"{普通货运|货物专用运输（集装箱）|危险货物运输（3类）}，车辆$N辆", 48},
    {DEMO_TRANSPORT, "超限运输车辆通行许可决定书", "认可", "超限运输车辆通行证",
	"$V载运{变压器|风电叶片|钢结构}，总质量$N吨，通行号$Z", 6},
    {DEMO_ECOLOGY, "排污许可决定书", "普通", "排污许可证",
	"{水污染物|大气污染物}排放，许可排放口$N个，编号$Z", 60},
    {DEMO_EMERGENCY, "危险化学品经营许可决定书", "普通", "危险化学品经营许可证",
	"{柴油|丙烷|乙醇}{带储存|不带储存}经营，地址$P", 36},
};

static const struct permit *permit_pick(
    enum demo_department_id department, struct demo_random *r)
{
	const struct permit *found[ARRAY_COUNT(permits)];
	uint32_t count = 0;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(permits); i++)
		if (permits[i].department == department)
			found[count++] = &permits[i];
	ASSERT(count > 0);
	return found[demo_random_below(r, count)];
}

static void put_subject(struct demo_phrase *p, struct demo_row *row)
{
	const struct demo_org *org = p->org;
	char citizen[DEMO_CITIZEN_BYTES];

	demo_row_put_span(
	    row, XK_XDR_MC, (struct span){org->name, org->name_bytes});
	demo_row_put(row, XK_XDR_LB, demo_kind_counterparty(org->kind));
	demo_row_put(row, XK_XDR_SHXYM, org->code);
	demo_row_put(row, XK_FRDB, org->person);
	if (!demo_random_chance(&p->random, 500))
		return;
	demo_citizen_number(demo_random_next(&p->random), citizen);
	demo_row_put(row, XK_FR_ZJLX, "身份证");
	demo_row_put(row, XK_FR_SFZH, citizen);
}

static void put_permit(const struct permit *permit, bool is_changed,
    struct demo_phrase *p, struct demo_row *row)
{
	demo_row_put(row, XK_XKWS, permit->document);
	demo_row_open(row);
	demo_phrase_add_number(p, "准", &row->text);
	demo_row_close(row, XK_WSH);
	demo_row_put(row, XK_XKLB, permit->kind);
	demo_row_put(row, XK_XKZS, permit->certificate);
	demo_row_open(row);
	demo_phrase_add(p, "示例$Z", &row->text);
	demo_row_close(row, XK_XKBH);
	demo_row_open(row);
	demo_phrase_add(p, permit->content, &row->text);
	if (is_changed)
		buf_add_str(&row->text, "；内容更正");
	demo_row_close(row, XK_NR);
}

static void put_dates(
    const struct permit *permit, struct demo_phrase *p, struct demo_row *row)
{
	bool is_open = permit->months == 0;

	demo_row_put_date(row, XK_JDRQ, p->on);
	demo_row_put_date(row, XK_YXQZ, p->on);
	demo_row_open(row);
	demo_add_date(&row->text,
	    is_open ? DATE_LONG_TERM
		    : date_add_months(p->on, permit->months) - 1,
	    '-');
	demo_row_close(row, XK_YXQZI);
}

static void put_source(const struct demo_phrase *p, struct demo_row *row)
{
	const struct demo_department *d = demo_department(p->department);

	demo_row_put(row, XK_XKJG, d->title);
	demo_row_put(row, XK_XKJGDM, d->code);
	row->cells[XK_LYDW] = row->cells[XK_XKJG];
	row->cells[XK_LYDWDM] = row->cells[XK_XKJGDM];
	row->cells[XK_SJC] = row->cells[XK_JDRQ];
	demo_row_put(row, XK_ZT, "1");
	demo_row_put(row, XK_DFBM, "371100");
}

void demo_licence_make(const struct demo_ask *ask, struct demo_row *row)
{
	struct demo_phrase p = {
	    .random = demo_random_at(ask->seed, STREAM_LICENCE, ask->number),
	    .department = ask->department,
	    .on = ask->decided,
	    .number = ask->number};
	const struct permit *permit = permit_pick(ask->department, &p.random);
	struct demo_org org;

	demo_org_make(ask->seed, ask->subject, &org);
	p.org = &org;
	put_subject(&p, row);
	put_permit(permit, ask->is_changed, &p, row);
	put_dates(permit, &p, row);
	put_source(&p, row);
	if (ask->is_changed)
		demo_row_put(row, XK_BZ, "更正");
}
