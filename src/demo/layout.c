/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layouts of 2018 (and what of 2015 maps to them) of penalties and
 * licences: machine name, Chinese header, header of the 2015 layout. Order
 * of the rows is the order of the enums in items.h.
 */
#include "demo/layout.h"

#include "base/check.h"

/* Machine name, Chinese header, header of 2015; other members may follow. */
#define L(name_, title_, old_, ...)                                            \
	{                                                                      \
		.name = (name_), .title = (title_), .old = (old_), __VA_ARGS__ \
	}

const struct demo_field demo_penalty_fields[] = {
    [CF_XDR_MC] =
	L("CF_XDR_MC", "行政相对人名称", "CF_XDR_MC", .aims = DEMO_AIM_NAME),
    [CF_XDR_LB] = L("CF_XDR_LB", "行政相对人类别", NULL, .aims = DEMO_AIM_KIND),
    [CF_XDR_SHXYM] = L("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)",
	"CF_XDR_SHXYM", .aims = DEMO_AIM_CODE),
    [CF_XDR_GSZC] =
	L("CF_XDR_GSZC", "行政相对人代码_2(工商注册号)", "CF_XDR_GSDJ"),
    [CF_XDR_ZZJG] =
	L("CF_XDR_ZZJG", "行政相对人代码_3(组织机构代码)", "CF_XDR_ZDM"),
    [CF_XDR_SWDJ] =
	L("CF_XDR_SWDJ", "行政相对人代码_4(税务登记号)", "CF_XDR_SWDJ"),
    [CF_XDR_SYDW] = L("CF_XDR_SYDW", "行政相对人代码_5(事业单位证书号)", NULL),
    [CF_XDR_SHZZ] =
	L("CF_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)", NULL),
    [CF_FRDB] = L("CF_FRDB", "法定代表人", "CF_FR"),
    [CF_FR_ZJLX] = L("CF_FR_ZJLX", "法定代表人证件类型", NULL),
    [CF_FR_SFZH] = L("CF_FR_SFZH", "法定代表人证件号码", NULL),
    [CF_XDR_ZJLX] = L("CF_XDR_ZJLX", "自然人证件类型", NULL),
    [CF_XDR_ZJHM] = L(
	"CF_XDR_ZJHM", "自然人证件号码", "CF_XDR_SFZ", .aims = DEMO_AIM_PERSON),
    [CF_WSH] = L("CF_WSH", "行政处罚决定书文号", "CF_WSH",
	.aims = DEMO_AIM_NUMBER | DEMO_AIM_LIMITED, .limit = 128),
    [CF_WFXW] = L("CF_WFXW", "违法行为类型", NULL),
    [CF_SY] = L("CF_SY", "违法事实", "CF_SY", .aims = DEMO_AIM_PROSE),
    [CF_YJ] = L("CF_YJ", "处罚依据", "CF_YJ", .aims = DEMO_AIM_NEEDED),
    [CF_CFLB] = L("CF_CFLB", "处罚类别", NULL, .aims = DEMO_AIM_CODED),
    [CF_NR] = L("CF_NR", "处罚内容", "CF_JG"),
    [CF_NR_FK] = L("CF_NR_FK", "罚款金额(万元)", NULL, .aims = DEMO_AIM_MONEY),
    [CF_NR_WFFF] =
	L("CF_NR_WFFF", "没收违法所得、没收非法财物的金额(万元)", NULL),
    [CF_NR_ZKDX] = L("CF_NR_ZKDX", "暂扣或吊销证照名称及编号", NULL),
    [CF_JDRQ] = L("CF_JDRQ", "处罚决定日期", "CF_JDRQ", .is_date = true,
	.aims = DEMO_AIM_DATE),
    [CF_YXQ] =
	L("CF_YXQ", "处罚有效期", NULL, .is_date = true, .aims = DEMO_AIM_END),
    [CF_GSJZQ] = L("CF_GSJZQ", "公示截止期", NULL, .is_date = true),
    [CF_CFJG] = L("CF_CFJG", "处罚机关", "CF_XZJG"),
    [CF_CFJGDM] = L("CF_CFJGDM", "处罚机关统一社会信用代码", NULL),
    [CF_SJLY] = L("CF_SJLY", "数据来源单位", NULL),
    [CF_SJLYDM] = L("CF_SJLYDM", "数据来源单位统一社会信用代码", NULL),
    [CF_BZ] = L("BZ", "备注", "BZ"),
    [CF_CFMC] = L(NULL, NULL, "CF_CFMC"),
    [CF_CFLB1] = L(NULL, NULL, "CF_CFLB1"),
    [CF_CFLB2] = L(NULL, NULL, "CF_CFLB2"),
    [CF_ZT] = L(NULL, NULL, "CF_ZT"),
    [CF_DFBM] = L(NULL, NULL, "DFBM"),
    [CF_SJC] = L(NULL, NULL, "SJC", .is_date = true),
};
_Static_assert(
    ARRAY_COUNT(demo_penalty_fields) == CF_FIELD_COUNT, "one row a field");

const struct demo_field demo_licence_fields[] = {
    [XK_XDR_MC] =
	L("XK_XDR_MC", "行政相对人名称", "XK_XDR", .aims = DEMO_AIM_NAME),
    [XK_XDR_LB] = L("XK_XDR_LB", "行政相对人类别", NULL, .aims = DEMO_AIM_KIND),
    [XK_XDR_SHXYM] = L("XK_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)",
	"XK_XDR_SHXYM", .aims = DEMO_AIM_CODE),
    [XK_XDR_GSZC] =
	L("XK_XDR_GSZC", "行政相对人代码_2(工商注册号)", "XK_XDR_GSDJ"),
    [XK_XDR_ZZJG] =
	L("XK_XDR_ZZJG", "行政相对人代码_3(组织机构代码)", "XK_XDR_ZDM"),
    [XK_XDR_SWDJ] =
	L("XK_XDR_SWDJ", "行政相对人代码_4(税务登记号)", "XK_XDR_SWDJ"),
    [XK_XDR_SYDW] = L("XK_XDR_SYDW", "行政相对人代码_5(事业单位证书号)", NULL),
    [XK_XDR_SHZZ] =
	L("XK_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)", NULL),
    [XK_FRDB] = L("XK_FRDB", "法定代表人", "XK_FR"),
    [XK_FR_ZJLX] = L("XK_FR_ZJLX", "法定代表人证件类型", NULL),
    [XK_FR_SFZH] = L("XK_FR_SFZH", "法定代表人身份证号", NULL),
    [XK_XDR_ZJLX] = L("XK_XDR_ZJLX", "证件类型", NULL),
    [XK_XDR_ZJHM] =
	L("XK_XDR_ZJHM", "证件号码", "XK_XDR_SFZ", .aims = DEMO_AIM_PERSON),
    [XK_XKWS] = L("XK_XKWS", "行政许可决定文书名称", "XK_XMMC"),
    [XK_WSH] = L("XK_WSH", "行政许可决定文书号", "XK_WSH",
	.aims = DEMO_AIM_NUMBER | DEMO_AIM_LIMITED, .limit = 128),
    [XK_XKLB] = L("XK_XKLB", "许可类别", "XK_SPLB", .aims = DEMO_AIM_CODED),
    [XK_XKZS] = L("XK_XKZS", "许可证书名称", NULL),
    [XK_XKBH] = L("XK_XKBH", "许可编号", NULL),
    [XK_NR] = L(
	"XK_NR", "许可内容", "XK_NR", .aims = DEMO_AIM_NEEDED | DEMO_AIM_PROSE),
    [XK_JDRQ] = L("XK_JDRQ", "许可决定日期", "XK_JDRQ", .is_date = true,
	.aims = DEMO_AIM_DATE),
    [XK_YXQZ] = L("XK_YXQZ", "有效期自", NULL, .is_date = true),
    [XK_YXQZI] = L("XK_YXQZI", "有效期至", "XK_JZQ", .is_date = true,
	.aims = DEMO_AIM_END),
    [XK_XKJG] = L("XK_XKJG", "许可机关", "XK_XZJG"),
    [XK_XKJGDM] = L("XK_XKJGDM", "许可机关统一社会信用代码", NULL),
    [XK_ZT] = L("XK_ZT", "当前状态", "XK_ZT"),
    [XK_LYDW] = L("XK_LYDW", "数据来源单位", NULL),
    [XK_LYDWDM] = L("XK_LYDWDM", "数据来源单位统一社会信用代码", NULL),
    [XK_BZ] = L("BZ", "备注", "BZ"),
    [XK_DFBM] = L(NULL, NULL, "DFBM"),
    [XK_SJC] = L(NULL, NULL, "SJC", .is_date = true),
};
_Static_assert(
    ARRAY_COUNT(demo_licence_fields) == XK_FIELD_COUNT, "one row a field");
