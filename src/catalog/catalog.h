/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The catalogue: policy as data. Everything that a law or a city can change
 * stands in YAML under catalog/ with an id, a legal basis and dates, in
 * three layers: national -> province -> city. This header is the loaded,
 * checked, immutable form that the rest of the program reads.
 *
 * Layering: a lower layer may add (items by local regulation, departments,
 * header aliases, tighter limits) and may narrow (disclosure, periods); it
 * may never widen. catalog_lint explains every refusal with file and line.
 *
 * Lifetime: every pointer below lives until catalog_free. Arrays are
 * `pointer, pointer_count`; all strings are valid UTF-8, NUL-terminated and
 * never NULL unless said. Dates: DATE_NONE = open end.
 */
#ifndef GX_CATALOG_CATALOG_H
#define GX_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/sha256.h"

/* How sure a fact is (docs/domain.md: V, D, M). */
enum cat_status {
	CAT_UNCONFIRMED = 0, /* M: "not authoritative, the city confirms" */
	CAT_DERIVED,	     /* D: calculated from a public source */
	CAT_VERIFIED,	     /* V: read in a public source */
	CAT_STATUS_COUNT
};

enum cat_layer { CAT_NATIONAL = 0, CAT_PROVINCE, CAT_CITY, CAT_LAYER_COUNT };

/* Where a thing is written, for messages. */
struct cat_where {
	const char *file; /* relative to the catalogue's root */
	int line;	  /* 1-based */
	enum cat_layer layer;
};

/* What kind of document a basis is, weakest first. Some things need more
 * than a mere document: see cat_is_legislation. */
enum cat_force {
	CAT_DOCUMENT = 0, /* 规范性文件; what a missing kind means */
	CAT_STANDARD,	  /* 标准 */
	CAT_RULE,	  /* 规章: of a ministry or a local government */
	CAT_POLICY,	  /* 党中央、国务院政策文件 */
	CAT_JUDICIAL,	  /* 司法解释 */
	CAT_REGULATION,	  /* 行政法规、地方性法规 */
	CAT_LAW,	  /* 法律 */
	CAT_FORCE_COUNT
};

/* A legal basis: one article of one document. */
struct cat_basis {
	const char *id; /* "cn-npc-penalty-law-2021-48" */
	enum cat_force force;
	const char *title;   /* 中华人民共和国行政处罚法 */
	const char *number;  /* document number, "" when the law has none */
	const char *article; /* "第四十八条", "" = the whole document */
	date_days valid_from;
	date_days valid_to; /* last day in force, DATE_NONE = in force */
	enum cat_status status;
	struct cat_where where;
};

struct cat_code {
	const char *value;   /* stored form, "法人及非法人组织" */
	const char *code;    /* exchange code, "01"; "" when none */
	const char *meaning; /* of a value that does not say it; "" = none */
	const char *const *aliases;
	size_t aliases_count;
};

struct cat_code_list {
	const char *id;
	const char *title;
	const struct cat_code *codes;
	size_t codes_count;
	const char *open_prefix; /* "其他": values starting so are allowed;
				    "" = closed list */
	const struct cat_basis *basis; /* may be NULL for pure formats */
	enum cat_status status;
	struct cat_where where;
};

enum cat_type {
	CAT_TEXT = 0,	  /* free text, trimmed, control characters dropped */
	CAT_NAME,	  /* name of an organisation */
	CAT_SUBJECT_CODE, /* unified social credit code, 18 characters */
	CAT_ORG_CODE,	  /* organisation code, 9 characters */
	CAT_REG_NUMBER,	  /* business registration number, 15 digits */
	CAT_DIVISION,	  /* GB/T 2260 code, 6 digits */
	CAT_DOC_NUMBER,	  /* document number: brackets and dashes unified */
	CAT_DATE,	  /* stored as YYYY-MM-DD */
	CAT_MONEY_WAN,	  /* written in 万元, stored in fen */
	CAT_MONEY_YUAN,	  /* written in 元, stored in fen */
	CAT_INTEGER,
	CAT_CODE,  /* one value of a code list */
	CAT_CODES, /* several values of a code list, split at 、,，;；| */
	CAT_TYPE_COUNT
};

/* What a field is to the platform. At most one field of an item has each
 * role but CAT_ROLE_NONE. */
enum cat_role {
	CAT_ROLE_NONE = 0,
	CAT_ROLE_SUBJECT_NAME, /* required in every item */
	CAT_ROLE_SUBJECT_CODE, /* required in every item */
	CAT_ROLE_SUBJECT_KIND, /* 行政相对人类别 */
	CAT_ROLE_SUBJECT_REG_NUMBER,
	CAT_ROLE_SUBJECT_ORG_CODE,
	CAT_ROLE_DECIDED_ON,   /* required; clocks and periods start here */
	CAT_ROLE_VALID_TO,     /* end of a licence, honour, commitment */
	CAT_ROLE_PUBLIC_UNTIL, /* the source's own end of publication */
	CAT_ROLE_AUTHORITY_CODE,
	/* What lists show of a record beside who, when and from whom. */
	CAT_ROLE_DOCUMENT,  /* the decision's number */
	CAT_ROLE_KIND,	    /* of licence, penalty, honour ... */
	CAT_ROLE_CONTENT,   /* what was decided, in words */
	CAT_ROLE_AUTHORITY, /* the name of who decided */
	/* What an entry on an adverse list needs besides the decision. */
	CAT_ROLE_BASIS_TEXT,  /* the law that the decision cites */
	CAT_ROLE_NOTIFIED_ON, /* the day the subject was told beforehand */
	CAT_ROLE_COUNT
};

/* What happens to a field's value. */
enum cat_privacy {
	CAT_PUBLIC = 0, /* shown when the record is */
	CAT_INTERNAL,	/* kept, shown to entitled readers only, not indexed */
	CAT_DROPPED,	/* never leaves the decoder: ID numbers of persons */
	CAT_PRIVACY_COUNT
};

enum cat_op {
	CAT_OP_NONE = 0, /* always true */
	CAT_OP_EQUALS,	 /* value is one of values[] */
	CAT_OP_CONTAINS, /* value contains one of values[] */
	CAT_OP_PRESENT,
	CAT_OP_ABSENT,
	CAT_OP_ABOVE, /* a money or integer field is > number */
	CAT_OP_COUNT
};

/* A condition over one field of the same row. */
struct cat_condition {
	enum cat_op op;
	int field; /* index into the item's fields; -1 when op is NONE */
	const char *const *values;
	size_t values_count;
	int64_t number; /* for ABOVE: fen or integer */
};

enum cat_need { CAT_OPTIONAL = 0, CAT_REQUIRED, CAT_REQUIRED_WHEN };

struct cat_field {
	const char *name;	    /* machine name, ASCII, "CF_WSH" */
	const char *title;	    /* 行政处罚决定书文号 */
	const char *meaning;	    /* what the title leaves open; "" = none */
	const char *const *aliases; /* further header texts */
	size_t aliases_count;
	enum cat_type type;
	int max_chars; /* characters, not bytes; 0 = 4000 */
	enum cat_need need;
	struct cat_condition when;	   /* for CAT_REQUIRED_WHEN */
	const struct cat_code_list *codes; /* for CODE and CODES, else NULL */
	enum cat_role role;
	enum cat_privacy privacy;
	bool is_key; /* part of the record's natural key in its subject */
	const struct cat_basis *basis; /* NULL: the item's first basis */
	enum cat_status status;
	const char *example; /* a value that passes; "" = none */
	struct cat_where where;
};

enum cat_rule_kind {
	CAT_RULE_NOT_BEFORE = 0,    /* fields[1] not before fields[0] */
	CAT_RULE_NOT_FUTURE,	    /* fields[0] not after the day received */
	CAT_RULE_ANY_OF,	    /* at least one of fields[] is given */
	CAT_RULE_REQUIRED_WHEN,	    /* fields[0] is given when `when` holds */
	CAT_RULE_KIND_MATCHES_CODE, /* counterparty kind agrees with the
				       code: 92... <-> 个体工商户 */
	CAT_RULE_COUNT
};

/* A cross-field rule. */
struct cat_rule {
	const char *id; /* unique in the item: "penalty-end-after-start" */
	enum cat_rule_kind kind;
	int fields[4]; /* indexes into the item's fields */
	size_t fields_count;
	struct cat_condition when;
	bool is_warning;	       /* true: told, the row still enters */
	const char *message;	       /* Chinese, says what is wrong */
	const char *mend;	       /* Chinese, says how to mend */
	const struct cat_basis *basis; /* NULL: the item's first basis */
	struct cat_where where;
};

enum cat_disclosure {
	CAT_OPEN = 0,	/* 公开公示 */
	CAT_AUTHORISED, /* 授权查询 */
	CAT_GOVERNMENT, /* 政务共享 */
	CAT_DISCLOSURE_COUNT
};

/* Groups of the public credit report. */
enum cat_group {
	CAT_GROUP_BASIC = 0,  /* 基础信息 */
	CAT_GROUP_ADMIN,      /* 行政管理 */
	CAT_GROUP_HONEST,     /* 诚实守信 */
	CAT_GROUP_SERIOUS,    /* 严重失信主体名单 */
	CAT_GROUP_ABNORMAL,   /* 经营异常 */
	CAT_GROUP_COMMITMENT, /* 信用承诺 */
	CAT_GROUP_EVALUATION, /* 信用评价 */
	CAT_GROUP_JUDICIAL,   /* 司法判决 */
	CAT_GROUP_OTHER,      /* 其他 */
	CAT_GROUP_COUNT
};

enum cat_nature { CAT_NEUTRAL = 0, CAT_POSITIVE, CAT_ADVERSE };

/* Severity of adverse information. */
enum cat_class {
	CAT_CLASS_NONE = 0, /* not adverse */
	CAT_CLASS_MINOR,    /* 轻微 */
	CAT_CLASS_GENERAL,  /* 一般 */
	CAT_CLASS_SERIOUS,  /* 严重 */
	CAT_CLASS_COUNT
};

/* Ordered; the first whose condition holds gives the class. */
struct cat_class_rule {
	enum cat_class class_;
	struct cat_condition when;
	const struct cat_basis *basis;
	enum cat_status status;
	struct cat_where where;
};

/* What a regime says of one class. */
struct cat_period {
	bool is_published;
	int min_months; /* repair may be applied for after this */
	int max_months; /* publication ends by itself; 0 = no end */
};

/* A publicity regime of the whole country, in force from-to. */
struct cat_regime {
	const char *id;	    /* "ndrc-order-36" */
	const char *family; /* items name the family: "dishonesty" */
	const char *title;
	date_days valid_from;
	date_days valid_to;
	struct cat_period periods[CAT_CLASS_COUNT];
	const struct cat_basis *basis;
	enum cat_status status;
	struct cat_where where;
};

/* A province's or city's own bound over a family: the earlier end wins. */
struct cat_limit {
	const char *id;
	const char *family;
	date_days valid_from;
	date_days valid_to;
	int max_months;			   /* 0 = no bound of its own */
	bool hides_class[CAT_CLASS_COUNT]; /* classes never published */
	const struct cat_basis *basis;
	enum cat_status status;
	struct cat_where where;
};

/* What is kept for a time of its own. */
enum cat_kept {
	CAT_KEPT_USES = 0, /* the record of who looked at what */
	CAT_KEPT_COUNT
};

/* How long something is kept before it is erased. Where several are in force
 * the longest counts; where none is, it is kept without end. */
struct cat_retention {
	const char *id; /* "zj-uses-ten-years" */
	enum cat_kept kept;
	int years;
	date_days valid_from;
	date_days valid_to;
	const struct cat_basis *basis;
	enum cat_status status;
	struct cat_where where;
};

/* What an audit rule about readers looks for (usage/audit.h). */
enum cat_audit_kind {
	CAT_AUDIT_OFF_HOURS = 0, /* a burst of reads when nobody works */
	CAT_AUDIT_MANY_SUBJECTS, /* under one case number */
	CAT_AUDIT_SAME_SUBJECT,	 /* under many case numbers */
	CAT_AUDIT_SAME_NAME,	 /* different organisations of one name */
	CAT_AUDIT_NO_FEEDBACK,	 /* checks that nothing came of */
	CAT_AUDIT_REFUSED,	 /* many refused attempts in a day */
	CAT_AUDIT_COUNT
};

/* The numbers of an audit rule. A kind takes some of them, and all of these;
 * 0 = not given. Of several in force the one of the lowest layer counts;
 * where none is, the kind is not looked for. */
enum cat_audit_number {
	CAT_AUDIT_MORE_THAN = 0, /* reads, organisations, cases, attempts */
	CAT_AUDIT_DAYS,
	CAT_AUDIT_AT_LEAST,  /* of so many checks */
	CAT_AUDIT_PERCENT,   /* more than this share */
	CAT_AUDIT_FROM_HOUR, /* nobody works from this hour, 1 to 24 */
	CAT_AUDIT_TO_HOUR,   /* to this one, of the same day or the next */
	CAT_AUDIT_NUMBERS
};
struct cat_audit_rule {
	const char *id;
	enum cat_audit_kind kind;
	int numbers[CAT_AUDIT_NUMBERS];
	date_days valid_from;
	date_days valid_to;
	struct cat_where where;
};

enum cat_publication {
	CAT_PUB_REGIME = 0,  /* by class and regime of `family` */
	CAT_PUB_UNTIL_VALID, /* until the VALID_TO field; no field: open */
	CAT_PUB_ALWAYS,	     /* as long as the record stands */
	CAT_PUB_NEVER
};

/* Working or calendar days from the decision to the report. */
struct cat_clock {
	int days; /* 0 = no clock */
	bool is_working_days;
	const struct cat_basis *basis;
};

/* When its source must take a record back, counted from the day on which
 * the cause is there, and the causes it can have. */
struct cat_withdrawal {
	struct cat_clock clock;		    /* days 0 = no clock */
	const struct cat_code_list *causes; /* NULL = any, in words */
	/* Those of them from which the clock runs; none = all. */
	const char *const *clock_causes;
	size_t clock_causes_count;
};

struct cat_item {
	const char *id;	   /* "penalty" */
	int number;	   /* stable small integer, used in keys: 1-32767 */
	const char *title; /* 行政处罚 */
	const char *title_en;
	enum cat_group group;
	enum cat_nature nature;
	enum cat_disclosure disclosure;
	enum cat_publication publication;
	const char *family; /* regime family, "" unless PUB_REGIME */
	struct cat_clock clock;
	struct cat_withdrawal withdrawal;
	const char *const *providers; /* functions: "market-regulation" or
					 "*" = every department */
	size_t providers_count;
	const struct cat_basis *const *bases; /* at least one */
	size_t bases_count;
	const struct cat_field *fields;
	size_t fields_count;
	const struct cat_rule *rules;
	size_t rules_count;
	const struct cat_class_rule *class_rules;
	size_t class_rules_count;
	enum cat_class default_class;
	/* Of a neutral item: which of its records are positive. OP_EQUALS on a
	 * public field of type code, or OP_NONE: none is. */
	struct cat_condition positive_when;
	date_days valid_from;
	date_days valid_to;
	enum cat_status status;
	struct cat_where where;
};

/* ---- lists, measures, matters ---- */

enum cat_list_kind {
	CAT_LIST_SERIOUS = 0, /* 严重失信主体名单 */
	CAT_LIST_WATCH,	      /* 重点关注名单 */
	CAT_LIST_RED,	      /* 守信红名单 */
	CAT_LIST_KIND_COUNT
};

/*
 * A list of subjects (名单). Its entries are the records of its items, one
 * record one entry, each by a decision of its own: there is no other way
 * onto a list, and nothing here can say one (docs/boundaries.md, 3).
 *
 * A record is an entry from its decided-on to its public-until or valid-to,
 * the earlier one, both days included, and never longer than longest_months
 * (cat_list_stands_to). Without either it stands until a later version of the
 * record gives the day (then the list has an exit_condition). A withdrawn or
 * undone record is no entry. The entry's document, authority, basis-text and
 * notified-on fields are by role: cat_field_by_role.
 */
struct cat_list {
	const char *id; /* "wage-arrears" */
	const char *title; /* 拖欠农民工工资失信联合惩戒对象名单 */
	const char *title_en; /* for pages in English */
	enum cat_list_kind kind;
	/* Items whose records are the entries. None: the list is known, but
	 * nobody reports to it here. */
	const struct cat_item *const *items;
	size_t items_count;
	const char *const *authorities; /* functions of departments that may
					   enter a subject; never empty */
	size_t authorities_count;
	const struct cat_basis *const *bases; /* at least one */
	size_t bases_count;
	int longest_months;	    /* an entry's longest stay; 0 = no bound of
				       its own, then exit_condition is given */
	const char *exit_condition; /* Chinese: what ends an entry early, or
				       at all; "" = its day alone */
	const char *note;	    /* "" or what the city has to confirm */
	date_days valid_from;
	date_days valid_to;
	enum cat_status status;
	struct cat_where where;
};

/* The three kinds of the national list of measures, and encouragement. */
enum cat_measure_kind {
	CAT_REDUCE = 0, /* A: reduces rights or adds duties, by law only */
	CAT_MANAGE,	/* B: management that reduces no right */
	CAT_MARKET,	/* C: by other organisations, on their own account */
	CAT_ENCOURAGE,	/* 守信激励: easier treatment */
	CAT_MEASURE_KIND_COUNT
};

/* Kinds of subjects, as a measure's basis names them. Natural persons are
 * none of them. */
enum cat_target {
	CAT_TARGET_ENTERPRISE = 0,
	CAT_TARGET_SOLE_TRADER,
	CAT_TARGET_COOPERATIVE,
	CAT_TARGET_GOVERNMENT,
	CAT_TARGET_INSTITUTION,
	CAT_TARGET_SOCIAL, /* 社会组织 */
	CAT_TARGET_VILLAGE_COLLECTIVE,
	CAT_TARGET_OTHER,
	CAT_TARGET_COUNT
};

/* What a measure follows: an entry on a list, or a record of an item. Of
 * list and item exactly one is set. */
struct cat_follow {
	const struct cat_list *list;
	const struct cat_item *item;
	enum cat_class class_;	       /* the record's; NONE = whatever it is */
	const struct cat_basis *basis; /* that names this; may be NULL, then
					  those of the measure hold */
	struct cat_where where;
};

/* How long a measure lasts for one record. */
enum cat_lasts {
	CAT_LASTS_WITH_RECORD = 0, /* as long as the record stands: an entry
				      until its exit, other records as long
				      as they may be used */
	CAT_LASTS_MONTHS,	   /* months from the record's decided-on, and
				      never past the record itself */
	CAT_LASTS_COUNT
};

/*
 * A measure (失信惩戒措施 or 守信激励措施). It applies to a subject on a
 * day, in a matter, when all of this holds: the measure is in force; it is
 * among the matter's measures; the subject's kind is a target; a record of
 * the subject that one of `follows` names, and that the matter may look up,
 * stands on that day; the duration has not run out.
 */
struct cat_measure {
	const char *id; /* "limit-procurement" */
	const char *title;
	const char *title_en;
	enum cat_measure_kind kind;
	const struct cat_basis *const *bases; /* at least one */
	size_t bases_count;
	bool targets[CAT_TARGET_COUNT];	  /* at least one */
	const struct cat_follow *follows; /* at least one */
	size_t follows_count;
	const struct cat_matter *const *matters; /* those its basis names; at
						    least one */
	size_t matters_count;
	const char *const *implementers; /* functions of departments; "*" =
					    whoever asks in the matter */
	size_t implementers_count;
	enum cat_lasts lasts;
	int months; /* for CAT_LASTS_MONTHS, else 0 */
	const char *note;
	date_days valid_from;
	date_days valid_to;
	enum cat_status status;
	struct cat_where where;
};

/* A matter (应用事项): a use of credit information, and within it what may
 * be looked up and which measures may be applied. */
struct cat_matter {
	const char *id; /* "government-procurement" */
	int number;	/* 1-999, unique, the order of tables */
	const char *title;
	const char *title_en;
	const struct cat_basis *const *bases; /* at least one */
	size_t bases_count;
	const char *const *askers; /* functions of departments that may ask;
				      "*" = every department */
	size_t askers_count;
	const struct cat_item *const *items; /* what may be looked up */
	size_t items_count;
	const struct cat_list *const *lists; /* memberships that may be
						looked up */
	size_t lists_count;
	/* Items whose standing records earn easier treatment: positive ones,
	 * and of neutral ones the records that positive_when tells. They may
	 * be looked up. */
	const struct cat_item *const *positives;
	size_t positives_count;
	/* What may be applied: each names this matter among its own. */
	const struct cat_measure *const *measures;
	size_t measures_count;
	int reverse_months; /* whoever checked is told of what begins or ends
			       for so many months after; 0 = is not told */
	/* Why there is nothing under measures; "" = not said. */
	const char *no_measure;
	const char *no_measure_en;
	const char *note;
	date_days valid_from;
	date_days valid_to;
	enum cat_status status;
	struct cat_where where;
};

/* Which records of an item a check tells of in a matter: all, those of some
 * classes, those that positive_when names; none of them: nothing follows. */
struct cat_telling {
	bool is_all;
	bool is_positive;
	bool classes[CAT_CLASS_COUNT];
};

/* What a department does on this platform with what it reports. */
enum cat_act {
	CAT_ACT_SUBMIT = 0, /* send rows in */
	CAT_ACT_AMEND,	    /* correct a record that stands */
	CAT_ACT_WITHDRAW,   /* take one back */
	CAT_ACT_RESOLVE,    /* say whom a doubtful row is about */
	CAT_ACT_COUNT
};

struct cat_department {
	const char *id;	      /* "rizhao-market-regulation" */
	const char *title;    /* 日照市市场监督管理局 */
	const char *code;     /* unified social credit code, "" unknown */
	const char *division; /* "371100" */
	const char *const *functions;
	size_t functions_count;
	const char *contact; /* whom to write to; "" unknown */
	/* Acts that count only when a second person of the department has
	 * looked at them. */
	bool second_person[CAT_ACT_COUNT];
	enum cat_status status;
	struct cat_where where;
};

/* Of cases: catalog/case_kind.h. */
struct cat_case_kind;
struct cat_case_clock;
struct cat_case_mark;

struct catalog {
	const char *city_id;	 /* "rizhao" */
	const char *city_title;	 /* 日照市 */
	const char *province_id; /* "shandong" */
	const char *division;	 /* "371100" */
	bool is_example;	 /* true: the shipped example city */
	/* What is shown bears the mark of example data: it is one, or the data
	 * directory holds records from a time when it was (api/home.h). */
	bool shows_example;
	const struct cat_basis *bases;
	size_t bases_count;
	const struct cat_code_list *code_lists;
	size_t code_lists_count;
	const struct cat_item *items; /* by number */
	size_t items_count;
	const struct cat_regime *regimes;
	size_t regimes_count;
	const struct cat_limit *limits;
	size_t limits_count;
	const struct cat_retention *retentions;
	size_t retentions_count;
	const struct cat_audit_rule *audit_rules;
	size_t audit_rules_count;
	const struct cat_department *departments;
	size_t departments_count;
	const struct cat_list *lists; /* in the order of files */
	size_t lists_count;
	const struct cat_measure *measures; /* in the order of files */
	size_t measures_count;
	const struct cat_matter *matters; /* by number */
	size_t matters_count;
	const struct cat_case_kind *case_kinds;
	size_t case_kinds_count;
	const struct cat_case_clock *case_clocks;
	size_t case_clocks_count;
	const struct cat_case_mark *case_marks;
	size_t case_marks_count;
	/* SHA-256 over every file of the layers used: for each, in byte
	 * order of its relative path, "PATH\n", its length in decimal and
	 * "\n", its bytes. */
	uint8_t digest[SHA256_BYTES];
	char digest_hex[2 * SHA256_BYTES + 1];
	struct cat_source *sources; /* the files' bytes, for the archive */
	size_t sources_count;
	struct arena *arena; /* owns everything */
};

struct cat_source {
	const char *path; /* relative to the root */
	struct span bytes;
};

/* One thing the linter has to say. */
enum cat_severity { CAT_NOTE = 0, CAT_WARNING, CAT_ERROR };

struct cat_issue {
	enum cat_severity severity;
	const char *rule; /* "CAT-017" */
	struct cat_where where;
	const char *message; /* in the process's language */
	const char *hint;    /* how to mend, may be "" */
};

struct cat_issues {
	struct cat_issue *list;
	size_t count;
	size_t errors;	 /* how many are CAT_ERROR */
	size_t warnings; /* how many are CAT_WARNING */
	struct arena *arena;
};

/*
 * Loads the layers for a city from the directory `root`: ROOT/national,
 * ROOT/province/P and ROOT/city/CITY, where the city's pack names P.
 *
 * Every problem goes to `issues` (cat_issues_init before, _release after).
 * Returns 0 with *catalog_out set when there is no CAT_ERROR; otherwise
 * ERR_INPUT (problems in the files, *catalog_out untouched), ERR_NOT_FOUND
 * (no such root or city) or ERR_IO. Blocks on disk.
 */
enum err_code catalog_load(const char *root, const char *city_id,
    struct cat_issues *issues, struct catalog **catalog_out, struct err *err);
/* The same from bytes. */
enum err_code catalog_load_sources(const struct cat_source *sources,
    size_t sources_count, const char *city_id, struct cat_issues *issues,
    struct catalog **catalog_out, struct err *err);
/* The same of bytes that were loaded once, and decided something: an archive.
 * What stands in them is not judged again, since the linter may have become
 * stricter: only what cannot be read is an error. */
enum err_code catalog_replay_sources(const struct cat_source *sources,
    size_t sources_count, const char *city_id, struct cat_issues *issues,
    struct catalog **catalog_out, struct err *err);
/* Does the city's pack among them say that it is an example? Nothing else of
 * them is read or judged. */
bool catalog_sources_are_example(
    const struct cat_source *sources, size_t count, const char *city_id);
void catalog_free(struct catalog **catalog);

/*
 * What is out of date on a day: items, their parts, regimes and limits in
 * force whose basis has ended, families that no regime covers. Adds to
 * issues (which the caller has initialised); the day is the caller's, so
 * that a replay gives the same findings.
 */
void catalog_lint_day(
    const struct catalog *c, date_days day, struct cat_issues *issues);

/* A rule of the linter, for `catalog lint --rules` and documents. */
struct cat_lint_rule {
	const char *id; /* "CAT-017", stable for ever */
	enum cat_severity severity;
	const char *what; /* English, a key of tr() */
	const char *hint; /* English, a key of tr() */
};
/* All of them, by id; static. */
const struct cat_lint_rule *cat_lint_rules(size_t *count_out);

void cat_issues_init(struct cat_issues *issues);
void cat_issues_release(struct cat_issues *issues);

/* Look-ups; NULL when there is none. */
const struct cat_item *catalog_item(const struct catalog *c, const char *id);
const struct cat_item *catalog_item_by_number(
    const struct catalog *c, int number);
const struct cat_department *catalog_department(
    const struct catalog *c, const char *id);
const struct cat_basis *catalog_basis(const struct catalog *c, const char *id);
const struct cat_list *catalog_list(const struct catalog *c, const char *id);
const struct cat_measure *catalog_measure(
    const struct catalog *c, const char *id);
const struct cat_matter *catalog_matter(
    const struct catalog *c, const char *id);

/* Are entries of the list records of the item? */
bool cat_list_has(const struct cat_list *list, const struct cat_item *item);
/* Is it in force on a day? */
bool cat_list_in_force(const struct cat_list *list, date_days on);
bool cat_basis_in_force(const struct cat_basis *basis, date_days on);
/* Of a measure also: is there law in force that it rests on? */
bool cat_measure_in_force(const struct cat_measure *measure, date_days on);
/* Is the basis of a kind that alone can bear the measure, and not only one
 * that is cited beside such a one? */
bool cat_measure_rests_on(
    const struct cat_measure *measure, const struct cat_basis *basis);
/* May it reduce rights: what 国办发〔2020〕49号 lets such a measure cite. */
bool cat_may_reduce(const struct cat_basis *basis);
bool cat_matter_in_force(const struct cat_matter *matter, date_days on);
/* May this department enter subjects on the list, ask in the matter, carry
 * out the measure? The last is true of "*" for whoever may ask in one of
 * the measure's matters. */
bool cat_may_enter(
    const struct cat_list *list, const struct cat_department *department);
bool cat_may_ask(
    const struct cat_matter *matter, const struct cat_department *department);
bool cat_may_implement(
    const struct cat_measure *measure, const struct cat_department *department);
/* The kind of subject of a unified code (ident_subject_kind). */
enum cat_target cat_target_of_code(const char *code);
/* The first of the measure's `follows` that a record of this item and class
 * meets, be it as an entry of a list or as itself; NULL: none does. The list
 * must be in force on `on`, and so must the basis of what it follows. */
const struct cat_follow *cat_measure_follows(const struct cat_measure *measure,
    const struct cat_item *item, enum cat_class class_, date_days on);
/* May the matter apply the measure? */
bool cat_matter_applies(
    const struct cat_matter *matter, const struct cat_measure *measure);
/* on: DATE_NONE for whatever day. */
struct cat_telling cat_matter_telling(
    const struct cat_matter *matter, const struct cat_item *item, date_days on);
bool cat_tells_some(const struct cat_telling *telling);
/* May records of the item be looked up in the matter: as records, as entries
 * of one of its lists, or because they earn easier treatment in it? What it
 * may not look up it may not act on. */
bool cat_matter_sees(
    const struct cat_matter *matter, const struct cat_item *item);
/* Do its records earn easier treatment in the matter, those that are
 * positive? */
bool cat_matter_eases(
    const struct cat_matter *matter, const struct cat_item *item);
/* Can a record of the item be positive? */
bool cat_item_may_be_positive(const struct cat_item *item);
/* Is the one of a neutral item, by the stored value of the field that its
 * positive_when is about? */
bool cat_item_is_positive(const struct cat_item *item, struct span value);
/* The last day of an entry decided on `decided_on` whose record ends on
 * `public_until` (DATE_NONE: it says nothing): the earlier of that and the
 * list's longest stay. DATE_NONE: no end known. */
date_days cat_list_stands_to(
    const struct cat_list *list, date_days decided_on, date_days public_until);
/* The last day on which the measure follows a record decided on `decided_on`
 * that stands to `stands_to` (DATE_NONE: no end known): by the duration rule,
 * the end of the measure and of the law that it rests on, the earliest.
 * DATE_NONE: no end known. */
date_days cat_measure_ends(const struct cat_measure *measure,
    date_days decided_on, date_days stands_to);
/* A law or a regulation, national or local; not a rule, policy, standard or
 * mere document. */
bool cat_is_legislation(const struct cat_basis *basis);

/* Is the text a stored value of the list, or open? What conditions see. */
bool cat_codes_hold(const struct cat_code_list *list, struct span value);
/* Which of the list has the text as its value, code or alias, by the
 * comparison given; -1 when none has. */
int cat_codes_index(const struct cat_code_list *list, struct span text,
    bool (*is_same)(struct span text, const char *of_list));
/* -1 when there is none. */
int cat_field_index(const struct cat_item *item, const char *name);
int cat_field_by_role(const struct cat_item *item, enum cat_role role);
bool cat_is_credit_office(const struct cat_department *department);
/* The city's; NULL: the catalogue has none. */
const struct cat_department *catalog_credit_office(
    const struct catalog *catalog);
/* May this department provide this item? */
bool cat_may_provide(
    const struct cat_item *item, const struct cat_department *department);
/* The regime of a family in force on a day; NULL when none. */
const struct cat_regime *catalog_regime(
    const struct catalog *c, const char *family, date_days on);

/* For how long a class is published, by everything that is in force. */
struct cat_term {
	/* Of the regime, then ended earlier or hidden by province and city;
	 * min_months is the regime's. */
	struct cat_period period;
	const struct cat_regime *regime; /* NULL: none, so nothing is shown */
	const struct cat_limit *limit;	 /* the bound that won; or NULL */
};

/* The term of a class under the rules of a family in force on `on`. Pure. */
struct cat_term catalog_term(const struct catalog *c, const char *family,
    enum cat_class class_, date_days on);

/* Why a record is or is not published on a day. */
enum cat_window_reason {
	CAT_WINDOW_OPEN = 0,	  /* published on that day */
	CAT_WINDOW_NOT_OPEN_ITEM, /* disclosure is not 公开公示, or
				     publication is never */
	CAT_WINDOW_CLASS_HIDDEN,  /* this class is not published, or no
				     regime is in force on that day */
	CAT_WINDOW_NOT_YET,	  /* the day is before the start */
	CAT_WINDOW_ENDED	  /* the day is past the end */
};

struct cat_window {
	enum cat_window_reason reason;
	date_days from;	       /* first day of publication */
	date_days to;	       /* last day; DATE_NONE = open end */
	date_days repair_from; /* repair may be applied for; DATE_NONE = n/a */
	const struct cat_regime *regime; /* NULL unless PUB_REGIME */
	const struct cat_limit *limit;	 /* the bound that won; or NULL */
};

/* What a record says that its publication depends on. */
struct cat_facts {
	enum cat_class class_;
	date_days decided_on;
	date_days valid_to;	/* DATE_NONE = not given */
	date_days public_until; /* DATE_NONE = not given */
};

/*
 * The publication window under the rules in force on `on`. Pure.
 *
 * CAT_PUB_REGIME: the regime of the item's family in force on `on` decides,
 * whatever day the decision was made. From the day of the decision to the
 * day before the one max_months later (2025-04-24 and 12 months: last shown
 * on 2026-04-23). A limit of the family in force on `on` may end it earlier
 * or hide the class. CAT_PUB_UNTIL_VALID: to valid_to, of which none and
 * 2099-12-31 mean an open end. For all: public_until may end it earlier,
 * never later.
 *
 * from and to are set for OPEN, NOT_YET and ENDED, DATE_NONE otherwise;
 * repair_from for every class that the regime knows. facts->decided_on must
 * be a date.
 */
struct cat_window catalog_window(const struct catalog *c,
    const struct cat_item *item, const struct cat_facts *facts, date_days on);

/* The rule of a kind in force on a day; NULL: none. */
const struct cat_audit_rule *catalog_audit_rule(
    const struct catalog *c, enum cat_audit_kind kind, date_days on);

/* The retention in force on a day, the longest if there are several; NULL:
 * it is kept without end. */
const struct cat_retention *catalog_retention(
    const struct catalog *c, enum cat_kept kept, date_days on);
const struct cat_retention *catalog_retention_by_id(
    const struct catalog *c, const char *id);
/* The last day of which nothing needs to be kept any more on `today`: the
 * same day `years` later has passed. */
date_days cat_retention_ended(
    const struct cat_retention *retention, date_days today);

/* JSON documents, for `catalog show` and later the site. */
void catalog_retention_json(const struct catalog *c,
    const struct cat_retention *retention, struct buf *out);
void catalog_item_json(
    const struct catalog *c, const struct cat_item *item, struct buf *out);
void catalog_list_json(
    const struct catalog *c, const struct cat_list *list, struct buf *out);
void catalog_measure_json(const struct catalog *c,
    const struct cat_measure *measure, struct buf *out);
void catalog_matter_json(
    const struct catalog *c, const struct cat_matter *matter, struct buf *out);

/* Names of enum values as they stand in YAML and JSON. */
const char *cat_type_name(enum cat_type v);
const char *cat_group_name(enum cat_group v);
const char *cat_group_title(enum cat_group v); /* 行政管理 */
const char *cat_class_name(enum cat_class v);
const char *cat_class_title(enum cat_class v); /* 轻微 */
const char *cat_disclosure_name(enum cat_disclosure v);
const char *cat_disclosure_title(enum cat_disclosure v);
const char *cat_status_name(enum cat_status v);
const char *cat_force_name(enum cat_force v);
const char *cat_list_kind_name(enum cat_list_kind v);
const char *cat_list_kind_title(enum cat_list_kind v); /* 严重失信主体名单 */
const char *cat_measure_kind_name(enum cat_measure_kind v);
const char *cat_measure_kind_title(enum cat_measure_kind v); /* 减损权益类 */
const char *cat_target_name(enum cat_target v);
const char *cat_target_title(enum cat_target v); /* 企业 */
const char *cat_lasts_name(enum cat_lasts v);
const char *cat_act_name(enum cat_act v);
const char *cat_kept_name(enum cat_kept v);
const char *cat_audit_name(enum cat_audit_kind v);

#endif
