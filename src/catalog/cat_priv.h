/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the catalog room share among themselves.
 *
 * The way of a pack: load.c gathers the files, yaml.c makes each a tree of
 * nodes, pack.c (tables) and read.c (the engine under them) turn trees into
 * the structs of catalog.h, layer.c applies what lower layers narrow,
 * lint.c, lint_item.c, lint_law.c and lint_words.c judge the whole.
 */
#ifndef GX_CATALOG_CAT_PRIV_H
#define GX_CATALOG_CAT_PRIV_H

#include "base/check.h"
#include "base/mem.h"
#include "catalog/case_kind.h"
#include "catalog/catalog.h"

/* Marks a text that tr() gets later, for the check of translations. */
#define N_(text) text

/* Bounds on what is read. */
enum {
	CAT_FILE_BYTES_MAX = 4 * 1024 * 1024,
	CAT_FILES_MAX = 512,
	CAT_DEPTH_MAX = 16,
	CAT_NODES_MAX = 200000, /* of one file */
	CAT_KEYS_MAX = 256,	/* of one mapping */
	CAT_LIST_MAX = 4096,	/* things of one list, all files together */
	CAT_ID_CHARS = 64,
	CAT_TEXT_CHARS = 2000,
	CAT_ISSUES_MAX = 5000,
	CAT_CASE_STATES_MAX = 32
};

/* The linter's rules; lint_rules.c holds the table behind it. */
enum cat_lint {
	LINT_SYNTAX = 0,
	LINT_BOUND,
	LINT_NO_ALIAS,
	LINT_DUPLICATE_KEY,
	LINT_UNKNOWN_KEY,
	LINT_MISSING_KEY,
	LINT_BAD_VALUE,
	LINT_BAD_WORD,
	LINT_BAD_DATE,
	LINT_PACK,
	LINT_WRONG_LAYER,
	LINT_DUPLICATE_ID,
	LINT_DUPLICATE_NUMBER,
	LINT_UNKNOWN_REF,
	LINT_UNKNOWN_BASIS,
	LINT_NO_BASIS,
	LINT_DATE_ORDER,
	LINT_BASIS_NOT_IN_FORCE,
	LINT_OUT_OF_DATE,
	LINT_WIDENS,
	LINT_EXTEND_UNKNOWN,
	LINT_LIMIT_IDLE,
	LINT_LIMIT_LONGER,
	LINT_RETENTION_SHORTER,
	LINT_CASE_LONGER,
	LINT_CASE_STATE,
	LINT_CASE_MOVE,
	LINT_CASE_CLOCK,
	LINT_FORBIDDEN_DATA,
	LINT_NATURAL_PERSON,
	LINT_OVER_REACH,
	LINT_PERSON_NUMBER,
	LINT_ADVERSE_REGIME,
	LINT_CLASS,
	LINT_COUNTING,
	LINT_ENTRY_FIELD,
	LINT_NATURE,
	LINT_REDUCE,
	LINT_OUTSIDE_MATTER,
	LINT_LIST_END,
	LINT_MEASURE_SHAPE,
	LINT_LOCAL_BASIS,
	LINT_ENTRY_AUTHORITY,
	LINT_AUDIT_NUMBERS,
	LINT_AUDIT_TWICE,
	LINT_PERSON_TEXT,
	LINT_ENTRY_TWICE,
	LINT_KEY_FIELD,
	LINT_ROLE_MISSING,
	LINT_ROLE_TWICE,
	LINT_ROLE_TYPE,
	LINT_UNKNOWN_FIELD,
	LINT_CONDITION,
	LINT_RULE_SHAPE,
	LINT_UNKNOWN_CODES,
	LINT_CODES_EMPTY,
	LINT_CODES_TWICE,
	LINT_HEADER_TWICE,
	LINT_EXAMPLE,
	LINT_REGIME_OVERLAP,
	LINT_REGIME_GAP,
	LINT_PERIOD,
	LINT_DEPARTMENT_CODE,
	LINT_DEPARTMENT_TWICE,
	LINT_FUNCTION,
	LINT_UNCONFIRMED,
	LINT_LIST_EMPTY,
	LINT_MATTER_IDLE,
	LINT_MATTER_BARE,
	LINT_TOO_MANY,
	LINT_COUNT
};

/* Adds an issue; the format is English, already through tr(). */
void cat_issue(struct cat_issues *issues, enum cat_lint rule,
    struct cat_where where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Orders the issues by file, line and rule. */
void cat_issues_sort(struct cat_issues *issues);

/* A YAML document as a tree. */
enum cat_node_kind { NODE_SCALAR = 0, NODE_LIST, NODE_MAP };

struct cat_node {
	enum cat_node_kind kind;
	int line;		/* 1-based, where it begins */
	struct span text;	/* SCALAR: its text, NUL behind it */
	bool is_null;		/* SCALAR: written as nothing, ~ or null */
	const char *key;	/* in a MAP: its key; else NULL */
	int key_line;		/* in a MAP: where the key stands */
	struct cat_node *first; /* LIST and MAP: the first child */
	struct cat_node *next;	/* the next child of the same parent */
	size_t count;		/* LIST and MAP: children */
};

/*
 * Parses one document. Everything refused goes to issues with its line;
 * then NULL. An empty document is an empty mapping. The tree lives in the
 * arena and copies what it needs of `bytes`.
 */
struct cat_node *cat_yaml_parse(struct arena *arena, struct span bytes,
    struct cat_where where, struct cat_issues *issues);
/* A map's value by key; NULL when there is none or it is null. */
const struct cat_node *cat_node_get(
    const struct cat_node *map, const char *key);

/* A parsed file. */
struct cat_file {
	struct cat_where where; /* file and layer; line 0 */
	const struct cat_node *root;
};

/* What the readers of things need. */
struct cat_reader {
	struct arena *arena; /* the catalogue's */
	struct cat_issues *issues;
	struct cat_where where;	 /* file and layer being read */
	struct catalog *catalog; /* what has been read so far */
	struct cat_item *item;	 /* while its parts are read, else NULL */
	enum cat_status status;	 /* what a missing status inherits */
	const char *pack_id;	 /* name of the layer's folder */
	int packs_count[CAT_LAYER_COUNT]; /* packs met */
	struct cat_where pack_where;	  /* the city's pack */
	struct cat_item *items;		  /* catalog->items, while mutable */
	struct cat_list *lists;		  /* and the others that extend */
	struct cat_matter *matters;
	struct cat_measure *measures;
};

/* How one key of a mapping is read. */
enum read_kind {
	READ_ID = 0, /* const char *: lower-case letters, digits, - */
	READ_NAME,   /* const char *: letters, digits, _ */
	READ_TEXT,   /* const char * */
	READ_INT,    /* int within min..max */
	READ_BOOL,   /* bool */
	READ_DATE,   /* date_days; null = DATE_NONE */
	READ_ENUM,   /* an enum through names[] */
	READ_TEXTS,  /* const char *const * and size_t at offset2 */
	READ_BASIS,  /* const struct cat_basis * */
	READ_STATUS, /* enum cat_status, inherited when missing */
	READ_PART,   /* the function `part` */
	READ_LATER   /* known, read by somebody else */
};

struct read_key {
	const char *name;
	enum read_kind kind;
	bool is_required;
	size_t offset;	/* of the member in the thing */
	size_t offset2; /* of the count, for TEXTS */
	int min;	/* INT: least; TEXT: unused */
	int max;	/* INT: most; TEXT: characters, 0 = the default */
	const char *const *names; /* ENUM: names[max] */
	void (*part)(
	    struct cat_reader *r, const struct cat_node *node, void *thing);
};

enum { READ_NOWHERE = -1 };

struct read_shape {
	const char *what; /* "item", for messages */
	const struct read_key *keys;
	size_t keys_count;
	long where_offset; /* of struct cat_where, READ_NOWHERE = none */
};

/* Rows of a table of keys. */
#define READ_AT(type, member) .offset = offsetof(struct type, member)
#define READ_TEXTS_AT(type, member)                                            \
	READ_AT(type, member), .offset2 = offsetof(struct type, member##_count)
#define READ_WORDS(table) .names = (table), .max = (int)ARRAY_COUNT(table)
#define READ_SHAPE(name, keys_table, at)                                       \
	{                                                                      \
		.what = (name), .keys = (keys_table),                          \
		.keys_count = ARRAY_COUNT(keys_table), .where_offset = (at)    \
	}

/* Reads a mapping into a zeroed thing. Texts that are missing become "",
 * dates DATE_NONE. Problems go to the reader's issues. */
void cat_read_map(struct cat_reader *r, const struct read_shape *shape,
    const struct cat_node *node, void *thing);
/* A list of texts; an empty one and count 0 when it is not a list. */
const char *const *cat_read_texts(struct cat_reader *r,
    const struct cat_node *node, const char *key, size_t *count_out);
/* A basis by id, or NULL and an issue. */
const struct cat_basis *cat_read_basis(
    struct cat_reader *r, const struct cat_node *node);
/* An enum by name, or -1 and an issue that lists the names. */
int cat_read_enum(struct cat_reader *r, const struct cat_node *node,
    const char *const *names, int count);
/* An integer within bounds, or false and an issue. */
bool cat_read_int(struct cat_reader *r, const struct cat_node *node,
    int64_t min, int64_t max, int64_t *value_out);
/* true or false, or an issue and false. */
bool cat_read_bool(struct cat_reader *r, const struct cat_node *node);
/* A list of words of an enum: sets the flag of each that stands there. */
void cat_read_flags(struct cat_reader *r, const struct cat_node *node,
    const char *const *names, int count, bool *flags);
/* True when node is of that kind; else an issue naming the key. */
bool cat_read_is(struct cat_reader *r, const struct cat_node *node,
    enum cat_node_kind kind, const char *what);
/* The reader's place at a line. */
struct cat_where cat_read_at(const struct cat_reader *r, int line);
/* Says that a key is not known, and which one is near. */
void cat_read_unknown(struct cat_reader *r, const struct cat_node *node,
    const char *what, const struct read_key *keys, size_t count);

extern const struct read_shape cat_item_shape;
extern const struct read_shape cat_list_shape;
extern const struct read_shape cat_matter_shape;
extern const struct read_shape cat_measure_shape;
extern const struct read_shape cat_case_kind_shape;
extern const struct read_shape cat_case_clock_shape;
extern const struct read_shape cat_case_mark_shape;

/* What an id may point at. */
struct cat_ref {
	const char *what; /* "item", a key of tr() */
	const void *(*find)(const struct catalog *c, const char *id);
};
extern const struct cat_ref cat_ref_item;
extern const struct cat_ref cat_ref_list;
extern const struct cat_ref cat_ref_measure;
extern const struct cat_ref cat_ref_matter;

/* pack_list.c: the thing by its id, or NULL and an issue. */
const void *cat_read_ref(struct cat_reader *r, const struct cat_node *node,
    const struct cat_ref *ref);
/* A list of them, each once; NULL and count 0 when it is not a list. */
const void **cat_read_refs(struct cat_reader *r, const struct cat_node *node,
    const char *key, const struct cat_ref *ref, size_t *count_out);
/* A list of bases, at least one, of a thing of that name. */
const struct cat_basis **cat_read_bases(struct cat_reader *r,
    const struct cat_node *node, const char *what, size_t *count_out);
/* Kinds of subjects into targets[CAT_TARGET_COUNT]. */
void cat_read_targets(
    struct cat_reader *r, const struct cat_node *node, bool *targets);
/* `measures` of a matter that was read before there were any. */
void cat_read_matter_measures(struct cat_reader *r, const struct cat_node *node,
    struct cat_matter *matter);

/* pack.c: reads every list of every file; order matters (bases first). */
void cat_pack_read(
    struct cat_reader *r, const struct cat_file *files, size_t count);
/* A clock's mapping. */
void cat_read_clock(
    struct cat_reader *r, const struct cat_node *node, void *clock);
/* Class rules of r->item from a list node, into a new array. */
struct cat_class_rule *cat_read_class_rules(
    struct cat_reader *r, const struct cat_node *node, size_t *count_out);

/* layer.c: applies one entry of `extend`. */
void cat_layer_extend(struct cat_reader *r, const struct cat_node *node);
/* layer_list.c: the same of a list, measure or matter; false when the entry
 * names none. */
bool cat_layer_extend_list(struct cat_reader *r, const struct cat_node *node);

/* The linter proper: the loaded catalogue is judged as a whole. */
void cat_lint_all(const struct catalog *c, struct cat_issues *issues);
void cat_lint_item_shape(const struct catalog *c, struct cat_issues *issues);
void cat_lint_lists(const struct catalog *c, struct cat_issues *issues);
void cat_lint_law(const struct catalog *c, struct cat_issues *issues);
void cat_lint_words(const struct catalog *c, struct cat_issues *issues);
void cat_lint_counting(const struct catalog *c, struct cat_issues *issues);
void cat_lint_cases(const struct catalog *c, struct cat_issues *issues);
void cat_lint_retentions(const struct catalog *c, struct cat_issues *issues);
void cat_lint_audit(const struct catalog *c, struct cat_issues *issues);
/* Does the name of a key speak of counting records ("min_records")? */
bool cat_is_counting(const char *key);
/* What in the text says that records are counted; NULL: nothing does. */
const char *cat_find_counting(const char *text);

struct cat_word {
	const char *text;
	const char *except; /* a longer word to pass over; NULL = none */
};
/* The first of the words that the text holds; NULL: it holds none. */
const char *cat_find_word(
    const char *text, const struct cat_word *words, size_t count);
/* A whole word, in either case. */
bool cat_has_latin_word(const char *text, const char *word);
/* The text folded, without what stands between characters, or with a blank
 * for each of that, as words of Latin letters need it. The caller frees it. */
char *cat_folded(const char *text, bool is_for_latin);
/* Does a value pass the field's own type? *why_out: translated, why not. */
bool cat_field_accepts(
    const struct cat_field *field, const char *value, const char **why_out);

/* window.c: the last day of a period of whole months that begins on a day;
 * the last day that there is when the period is longer. */
date_days cat_last_day(date_days from, int months);

/* json.c: pieces that every document has. */
struct json_writer;
void cat_json_put_status(struct json_writer *w, enum cat_status status);
void cat_json_put_where(struct json_writer *w, const struct cat_where *where);
/* "key":{"name":..,"title":..} */
void cat_json_put_named(struct json_writer *w, const char *key,
    const char *name, const char *title);
void cat_json_put_texts(struct json_writer *w, const char *key,
    const char *const *texts, size_t count);
/* A basis written out, as "basis", when there is one; as "bases". */
void cat_json_put_basis(struct json_writer *w, const struct cat_basis *b);
void cat_json_put_bases(
    struct json_writer *w, const struct cat_basis *const *bases, size_t count);

/* Is it among them? */
bool cat_has_text(const char *const *texts, size_t count, const char *text);
bool cat_has_thing(const void *const *things, size_t count, const void *one);

/* Names of enums as YAML writes them. */
extern const char *const cat_type_names[CAT_TYPE_COUNT];
extern const char *const cat_role_names[CAT_ROLE_COUNT];
extern const char *const cat_privacy_names[CAT_PRIVACY_COUNT];
extern const char *const cat_rule_kind_names[CAT_RULE_COUNT];
extern const char *const cat_disclosure_names[CAT_DISCLOSURE_COUNT];
extern const char *const cat_group_names[CAT_GROUP_COUNT];
extern const char *const cat_nature_names[CAT_ADVERSE + 1];
extern const char *const cat_class_names[CAT_CLASS_COUNT];
extern const char *const cat_publication_names[CAT_PUB_NEVER + 1];
extern const char *const cat_status_names[CAT_STATUS_COUNT];
extern const char *const cat_layer_names[CAT_LAYER_COUNT];
extern const char *const cat_force_names[CAT_FORCE_COUNT];
extern const char *const cat_list_kind_names[CAT_LIST_KIND_COUNT];
extern const char *const cat_measure_kind_names[CAT_MEASURE_KIND_COUNT];
extern const char *const cat_target_names[CAT_TARGET_COUNT];
extern const char *const cat_lasts_names[CAT_LASTS_COUNT];
extern const char *const cat_act_names[CAT_ACT_COUNT];
extern const char *const cat_kept_names[CAT_KEPT_COUNT];
extern const char *const cat_audit_names[CAT_AUDIT_COUNT];
extern const char *const cat_case_stage_names[CAT_CASE_STAGE_COUNT];
extern const char *const cat_case_side_names[CAT_CASE_SIDE_COUNT];
extern const char *const cat_case_scope_names[CAT_CASE_SCOPE_COUNT];
extern const char *const cat_case_need_names[CAT_CASE_NEED_COUNT];

#endif
