/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of the catalogue's enums: as YAML and JSON write them, and as
 * Chinese statutes name them. Titles are statute terms, not translations.
 */
#include "catalog/cat_priv.h"

#include "base/check.h"

const char *const cat_type_names[CAT_TYPE_COUNT] = {
    [CAT_TEXT] = "text",
    [CAT_NAME] = "name",
    [CAT_SUBJECT_CODE] = "subject-code",
    [CAT_ORG_CODE] = "org-code",
    [CAT_REG_NUMBER] = "reg-number",
    [CAT_DIVISION] = "division",
    [CAT_DOC_NUMBER] = "doc-number",
    [CAT_DATE] = "date",
    [CAT_MONEY_WAN] = "money-wan",
    [CAT_MONEY_YUAN] = "money-yuan",
    [CAT_INTEGER] = "integer",
    [CAT_CODE] = "code",
    [CAT_CODES] = "codes",
};

const char *const cat_role_names[CAT_ROLE_COUNT] = {
    [CAT_ROLE_NONE] = "none",
    [CAT_ROLE_SUBJECT_NAME] = "subject-name",
    [CAT_ROLE_SUBJECT_CODE] = "subject-code",
    [CAT_ROLE_SUBJECT_KIND] = "subject-kind",
    [CAT_ROLE_SUBJECT_REG_NUMBER] = "subject-reg-number",
    [CAT_ROLE_SUBJECT_ORG_CODE] = "subject-org-code",
    [CAT_ROLE_DECIDED_ON] = "decided-on",
    [CAT_ROLE_VALID_TO] = "valid-to",
    [CAT_ROLE_PUBLIC_UNTIL] = "public-until",
    [CAT_ROLE_AUTHORITY_CODE] = "authority-code",
    [CAT_ROLE_DOCUMENT] = "document",
    [CAT_ROLE_KIND] = "kind",
    [CAT_ROLE_CONTENT] = "content",
    [CAT_ROLE_AUTHORITY] = "authority",
    [CAT_ROLE_BASIS_TEXT] = "basis-text",
    [CAT_ROLE_NOTIFIED_ON] = "notified-on",
};

const char *const cat_privacy_names[CAT_PRIVACY_COUNT] = {
    [CAT_PUBLIC] = "public",
    [CAT_INTERNAL] = "internal",
    [CAT_DROPPED] = "dropped",
};

const char *const cat_rule_kind_names[CAT_RULE_COUNT] = {
    [CAT_RULE_NOT_BEFORE] = "not-before",
    [CAT_RULE_NOT_FUTURE] = "not-future",
    [CAT_RULE_ANY_OF] = "any-of",
    [CAT_RULE_REQUIRED_WHEN] = "required-when",
    [CAT_RULE_KIND_MATCHES_CODE] = "kind-matches-code",
};

const char *const cat_disclosure_names[CAT_DISCLOSURE_COUNT] = {
    [CAT_OPEN] = "open",
    [CAT_AUTHORISED] = "authorised",
    [CAT_GOVERNMENT] = "government",
};

static const char *const disclosure_titles[CAT_DISCLOSURE_COUNT] = {
    [CAT_OPEN] = "公开公示",
    [CAT_AUTHORISED] = "授权查询",
    [CAT_GOVERNMENT] = "政务共享",
};

const char *const cat_group_names[CAT_GROUP_COUNT] = {
    [CAT_GROUP_BASIC] = "basic",
    [CAT_GROUP_ADMIN] = "admin",
    [CAT_GROUP_HONEST] = "honest",
    [CAT_GROUP_SERIOUS] = "serious",
    [CAT_GROUP_ABNORMAL] = "abnormal",
    [CAT_GROUP_COMMITMENT] = "commitment",
    [CAT_GROUP_EVALUATION] = "evaluation",
    [CAT_GROUP_JUDICIAL] = "judicial",
    [CAT_GROUP_OTHER] = "other",
};

static const char *const group_titles[CAT_GROUP_COUNT] = {
    [CAT_GROUP_BASIC] = "基础信息",
    [CAT_GROUP_ADMIN] = "行政管理",
    [CAT_GROUP_HONEST] = "诚实守信",
    [CAT_GROUP_SERIOUS] = "严重失信主体名单",
    [CAT_GROUP_ABNORMAL] = "经营异常",
    [CAT_GROUP_COMMITMENT] = "信用承诺",
    [CAT_GROUP_EVALUATION] = "信用评价",
    [CAT_GROUP_JUDICIAL] = "司法判决",
    [CAT_GROUP_OTHER] = "其他",
};

const char *const cat_nature_names[CAT_ADVERSE + 1] = {
    [CAT_NEUTRAL] = "neutral",
    [CAT_POSITIVE] = "positive",
    [CAT_ADVERSE] = "adverse",
};

const char *const cat_class_names[CAT_CLASS_COUNT] = {
    [CAT_CLASS_NONE] = "none",
    [CAT_CLASS_MINOR] = "minor",
    [CAT_CLASS_GENERAL] = "general",
    [CAT_CLASS_SERIOUS] = "serious",
};

static const char *const class_titles[CAT_CLASS_COUNT] = {
    [CAT_CLASS_NONE] = "非失信",
    [CAT_CLASS_MINOR] = "轻微",
    [CAT_CLASS_GENERAL] = "一般",
    [CAT_CLASS_SERIOUS] = "严重",
};

const char *const cat_publication_names[CAT_PUB_NEVER + 1] = {
    [CAT_PUB_REGIME] = "regime",
    [CAT_PUB_UNTIL_VALID] = "until-valid",
    [CAT_PUB_ALWAYS] = "always",
    [CAT_PUB_NEVER] = "never",
};

const char *const cat_status_names[CAT_STATUS_COUNT] = {
    [CAT_UNCONFIRMED] = "unconfirmed",
    [CAT_DERIVED] = "derived",
    [CAT_VERIFIED] = "verified",
};

const char *const cat_layer_names[CAT_LAYER_COUNT] = {
    [CAT_NATIONAL] = "national",
    [CAT_PROVINCE] = "province",
    [CAT_CITY] = "city",
};

const char *const cat_force_names[CAT_FORCE_COUNT] = {
    [CAT_DOCUMENT] = "document",
    [CAT_STANDARD] = "standard",
    [CAT_RULE] = "rule",
    [CAT_POLICY] = "policy",
    [CAT_JUDICIAL] = "judicial",
    [CAT_REGULATION] = "regulation",
    [CAT_LAW] = "law",
};

const char *const cat_list_kind_names[CAT_LIST_KIND_COUNT] = {
    [CAT_LIST_SERIOUS] = "serious",
    [CAT_LIST_WATCH] = "watch",
    [CAT_LIST_RED] = "red",
};

static const char *const list_kind_titles[CAT_LIST_KIND_COUNT] = {
    [CAT_LIST_SERIOUS] = "严重失信主体名单",
    [CAT_LIST_WATCH] = "重点关注名单",
    [CAT_LIST_RED] = "守信红名单",
};

const char *const cat_measure_kind_names[CAT_MEASURE_KIND_COUNT] = {
    [CAT_REDUCE] = "reduce",
    [CAT_MANAGE] = "manage",
    [CAT_MARKET] = "market",
    [CAT_ENCOURAGE] = "encourage",
};

static const char *const measure_kind_titles[CAT_MEASURE_KIND_COUNT] = {
    [CAT_REDUCE] = "减损权益或增加义务",
    [CAT_MANAGE] = "不减损权益的管理措施",
    [CAT_MARKET] = "其他组织自主实施",
    [CAT_ENCOURAGE] = "守信激励",
};

/* The words of ident_subject_kind. */
const char *const cat_target_names[CAT_TARGET_COUNT] = {
    [CAT_TARGET_ENTERPRISE] = "enterprise",
    [CAT_TARGET_SOLE_TRADER] = "sole-trader",
    [CAT_TARGET_COOPERATIVE] = "cooperative",
    [CAT_TARGET_GOVERNMENT] = "government",
    [CAT_TARGET_INSTITUTION] = "institution",
    [CAT_TARGET_SOCIAL] = "social",
    [CAT_TARGET_VILLAGE_COLLECTIVE] = "village-collective",
    [CAT_TARGET_OTHER] = "other",
};

static const char *const target_titles[CAT_TARGET_COUNT] = {
    [CAT_TARGET_ENTERPRISE] = "企业",
    [CAT_TARGET_SOLE_TRADER] = "个体工商户",
    [CAT_TARGET_COOPERATIVE] = "农民专业合作社",
    [CAT_TARGET_GOVERNMENT] = "机关",
    [CAT_TARGET_INSTITUTION] = "事业单位",
    [CAT_TARGET_SOCIAL] = "社会组织",
    [CAT_TARGET_VILLAGE_COLLECTIVE] = "农村集体经济组织",
    [CAT_TARGET_OTHER] = "其他组织",
};

const char *const cat_act_names[CAT_ACT_COUNT] = {
    [CAT_ACT_SUBMIT] = "submit",
    [CAT_ACT_AMEND] = "amend",
    [CAT_ACT_WITHDRAW] = "withdraw",
    [CAT_ACT_RESOLVE] = "resolve",
};

const char *const cat_kept_names[CAT_KEPT_COUNT] = {
    [CAT_KEPT_USES] = "uses",
};

const char *const cat_audit_names[CAT_AUDIT_COUNT] = {
    [CAT_AUDIT_OFF_HOURS] = "off-hours",
    [CAT_AUDIT_MANY_SUBJECTS] = "many-subjects",
    [CAT_AUDIT_SAME_SUBJECT] = "same-subject",
    [CAT_AUDIT_SAME_NAME] = "same-name",
    [CAT_AUDIT_NO_FEEDBACK] = "no-feedback",
    [CAT_AUDIT_REFUSED] = "refused",
};

const char *const cat_lasts_names[CAT_LASTS_COUNT] = {
    [CAT_LASTS_WITH_RECORD] = "with-record",
    [CAT_LASTS_MONTHS] = "months",
};

const char *cat_type_name(enum cat_type v)
{
	ASSERT(v < CAT_TYPE_COUNT);
	return cat_type_names[v];
}

const char *cat_group_name(enum cat_group v)
{
	ASSERT(v < CAT_GROUP_COUNT);
	return cat_group_names[v];
}

const char *cat_group_title(enum cat_group v)
{
	ASSERT(v < CAT_GROUP_COUNT);
	return group_titles[v];
}

const char *cat_class_name(enum cat_class v)
{
	ASSERT(v < CAT_CLASS_COUNT);
	return cat_class_names[v];
}

const char *cat_class_title(enum cat_class v)
{
	ASSERT(v < CAT_CLASS_COUNT);
	return class_titles[v];
}

const char *cat_disclosure_name(enum cat_disclosure v)
{
	ASSERT(v < CAT_DISCLOSURE_COUNT);
	return cat_disclosure_names[v];
}

const char *cat_disclosure_title(enum cat_disclosure v)
{
	ASSERT(v < CAT_DISCLOSURE_COUNT);
	return disclosure_titles[v];
}

const char *cat_status_name(enum cat_status v)
{
	ASSERT(v < CAT_STATUS_COUNT);
	return cat_status_names[v];
}

const char *cat_force_name(enum cat_force v)
{
	ASSERT(v < CAT_FORCE_COUNT);
	return cat_force_names[v];
}

const char *cat_list_kind_name(enum cat_list_kind v)
{
	ASSERT(v < CAT_LIST_KIND_COUNT);
	return cat_list_kind_names[v];
}

const char *cat_list_kind_title(enum cat_list_kind v)
{
	ASSERT(v < CAT_LIST_KIND_COUNT);
	return list_kind_titles[v];
}

const char *cat_measure_kind_name(enum cat_measure_kind v)
{
	ASSERT(v < CAT_MEASURE_KIND_COUNT);
	return cat_measure_kind_names[v];
}

const char *cat_measure_kind_title(enum cat_measure_kind v)
{
	ASSERT(v < CAT_MEASURE_KIND_COUNT);
	return measure_kind_titles[v];
}

const char *cat_target_name(enum cat_target v)
{
	ASSERT(v < CAT_TARGET_COUNT);
	return cat_target_names[v];
}

const char *cat_target_title(enum cat_target v)
{
	ASSERT(v < CAT_TARGET_COUNT);
	return target_titles[v];
}

const char *cat_kept_name(enum cat_kept v)
{
	ASSERT(v < CAT_KEPT_COUNT);
	return cat_kept_names[v];
}

const char *cat_audit_name(enum cat_audit_kind v)
{
	ASSERT(v < CAT_AUDIT_COUNT);
	return cat_audit_names[v];
}

const char *cat_lasts_name(enum cat_lasts v)
{
	ASSERT(v < CAT_LASTS_COUNT);
	return cat_lasts_names[v];
}

const char *cat_act_name(enum cat_act v)
{
	ASSERT(v < CAT_ACT_COUNT);
	return cat_act_names[v];
}
