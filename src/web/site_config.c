/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site.yaml is a mapping of texts, some of them in two languages:
 *
 *	colour: "#1f4e8c"
 *	name:
 *	  zh: ...
 *	  en: ...
 *
 * Keys are joined with a dot and looked up in one table; what is not in it
 * is refused, so that a misspelt key is not silently without effect. As for
 * the catalogue, libyaml's events are read, because they know their lines.
 */
#include "web/site_config.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/mem.h"
#include "base/tr.h"
#include "base/utf8.h"
#include "ident/ident.h"

enum { KEY_BYTES_MAX = 64, PATH_BYTES_MAX = 4096 };

struct entry {
	const char *key;
	size_t at; /* of its text in struct site_config; SIZE_MAX: none */
};

static const struct entry entries[] = {
    {"name.zh", offsetof(struct site_config, name_zh)},
    {"name.en", offsetof(struct site_config, name_en)},
    {"emblem", offsetof(struct site_config, emblem)}, {"colour", SIZE_MAX},
    {"office.zh", offsetof(struct site_config, office_zh)},
    {"office.en", offsetof(struct site_config, office_en)},
    {"contact.phone", offsetof(struct site_config, phone)},
    {"contact.email", offsetof(struct site_config, email)},
    {"contact.address.zh", offsetof(struct site_config, address_zh)},
    {"contact.address.en", offsetof(struct site_config, address_en)},
    {"contact.hours.zh", offsetof(struct site_config, hours_zh)},
    {"contact.hours.en", offsetof(struct site_config, hours_en)},
    {"filing.icp", offsetof(struct site_config, icp)},
    {"filing.police", offsetof(struct site_config, police)},
    {"open_data.licence.zh", offsetof(struct site_config, licence_zh)},
    {"open_data.licence.en", offsetof(struct site_config, licence_en)},
    {"open_data.licence.url", offsetof(struct site_config, licence_url)},
    {"sign_in.issuer", offsetof(struct site_config, issuer)},
    {"sign_in.client_id", offsetof(struct site_config, client_id)},
    {"sign_in.second_factor", offsetof(struct site_config, second_factor)},
    {"sign_in.name.zh", offsetof(struct site_config, provider_zh)},
    {"sign_in.name.en", offsetof(struct site_config, provider_en)},
    {"origin", offsetof(struct site_config, origin)},
    {"embed", offsetof(struct site_config, framers)}, /* a list */
};

struct reader {
	yaml_parser_t yaml;
	struct site_config *config;
	char path[KEY_BYTES_MAX]; /* the keys above, each with a dot behind */
	size_t depths[8];	  /* length of path at each mapping */
	int depth;
	char key[KEY_BYTES_MAX]; /* waiting for its value; "" : none */
	bool is_in_list;	 /* of `embed` */
	struct err *err;
};

static char **slot_of(struct site_config *config, size_t at)
{
	return (char **)(void *)((char *)config + at);
}

static char *copy(const char *text)
{
	return mem_strdup(text);
}

static enum err_code refuse(struct reader *r, size_t line, const char *what)
{
	return err_set(
	    r->err, ERR_INPUT, "site.yaml, line %zu: %s", line + 1, what);
}

/* ---- colour ---- */

/* WCAG's relative luminance; negative when the text is no colour. */
static double luminance(struct span colour)
{
	static const double weights[] = {0.2126, 0.7152, 0.0722};
	double sum = 0;
	int i;

	if (colour.n != 7 || colour.p[0] != '#')
		return -1;
	for (i = 0; i < 3; i++) {
		int high = hex_digit(colour.p[1 + 2 * i]);
		int low = hex_digit(colour.p[2 + 2 * i]);
		double c = (16 * high + low) / 255.0;

		if (high < 0 || low < 0)
			return -1;
		c = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
		sum += weights[i] * c;
	}
	return sum;
}

enum err_code site_config_check_colour(struct span colour, struct err *err)
{
	double light = luminance(colour);
	double contrast = 1.05 / (light + 0.05);

	if (light < 0)
		return err_set(err, ERR_INPUT,
		    "\"%.*s\" is no colour of the form \"#1f4e8c\"",
		    (int)(colour.n < 40 ? colour.n : 40), colour.p);
	if (contrast >= 4.5)
		return ERR_NONE;
	err_set(err, ERR_INPUT,
	    "colour %.*s is too light: white text on it has a contrast of "
	    "%.1f to 1",
	    (int)colour.n, colour.p, contrast);
	err_hint(err,
	    "WCAG 2.2 AA asks for 4.5 to 1 at least. Choose a darker shade "
	    "of the same colour.");
	return ERR_INPUT;
}

/* ---- sites that may embed ---- */

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

/* "https://host" or "https://host:port"; of this machine alone also http. A
 * path, a blank or a semicolon would say something else in the policy. */
static bool is_origin(struct span text)
{
	bool is_safe = span_starts_with(text, "https://");
	size_t i = is_safe ? 8 : 7;

	if (!is_safe && !span_starts_with(text, "http://127.0.0.1:") &&
	    !span_starts_with(text, "http://localhost:"))
		return false;
	if (text.n == i || text.p[i] == '.' || text.p[i] == ':')
		return false;
	for (; i < text.n; i++)
		if (!is_host_char(text.p[i]))
			return false;
	return true;
}

static enum err_code add_framer(struct reader *r, size_t line, struct span text)
{
	struct buf all = BUF_INIT(SITE_FRAMERS_BYTES_MAX);
	enum err_code rc = 0;

	if (!is_origin(text)) {
		refuse(r, line,
		    tr("embed needs origins like "
		       "https://www.example.gov.cn"));
		err_hint(r->err,
		    "Scheme and host, with a port if it has one; no path and "
		    "no star. Each site is named by itself.");
		return ERR_INPUT;
	}
	if (r->config->framers)
		buf_addf(&all, "%s ", r->config->framers);
	buf_add_span(&all, text);
	if (all.is_full)
		rc = refuse(r, line, tr("embed names too many sites"));
	free(r->config->framers);
	r->config->framers = mem_strdup(buf_str(&all));
	buf_release(&all);
	return rc;
}

/* ---- links ---- */

/* A page of another site: nothing that runs in this one. */
static bool is_link(struct span text)
{
	size_t n = span_starts_with(text, "https://") ? 8
	    : span_starts_with(text, "http://")	      ? 7
						      : 0;
	size_t i;

	if (n == 0 || text.n == n)
		return false;
	for (i = n; i < text.n; i++)
		if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f)
			return false;
	return true;
}

static enum err_code check_link(struct reader *r, size_t line, struct span text)
{
	if (is_link(text))
		return ERR_NONE;
	refuse(r, line,
	    tr("open_data.licence.url needs an address like "
	       "https://www.example.gov.cn/licence"));
	err_hint(r->err,
	    "It has to begin with https:// or http://, without blanks; or "
	    "leave the entry out.");
	return ERR_INPUT;
}

/* ---- one entry ---- */

static enum err_code set_colour(struct reader *r, size_t line, const char *text)
{
	enum err_code code = site_config_check_colour(span_of(text), r->err);

	if (code) {
		err_context(r->err, "site.yaml, line %zu", line + 1);
		return code;
	}
	snprintf(r->config->colour, sizeof(r->config->colour), "%s", text);
	return ERR_NONE;
}

enum err_code site_config_check_origin(struct span text, struct err *err)
{
	if (is_origin(text))
		return ERR_NONE;
	err_set(err, ERR_INPUT,
	    "origin needs an address like https://credit.example.gov.cn");
	err_hint(err, "Scheme and host, with a port if it has one; no path.");
	return ERR_INPUT;
}

static enum err_code check_origin(
    struct reader *r, size_t line, struct span text)
{
	enum err_code rc = site_config_check_origin(text, r->err);

	if (rc)
		err_context(r->err, "site.yaml, line %zu", line + 1);
	return rc;
}

static enum err_code set_entry(
    struct reader *r, size_t line, const char *key, struct span text)
{
	char **slot;
	size_t i;

	for (i = 0; i < ARRAY_COUNT(entries); i++)
		if (strcmp(key, entries[i].key) == 0)
			break;
	if (i == ARRAY_COUNT(entries)) {
		err_set(r->err, ERR_INPUT,
		    "site.yaml, line %zu: there is no entry \"%s\"", line + 1,
		    key);
		err_hint(r->err,
		    "\"gongxin init\" writes a site.yaml that names them all.");
		return ERR_INPUT;
	}
	if (text.n > SITE_TEXT_BYTES_MAX)
		return refuse(r, line, tr("the text is too long"));
	if (memchr(text.p, '\0', text.n) ||
	    utf8_valid_prefix(text.p, text.n) != text.n)
		return refuse(r, line, tr("the text is no UTF-8"));
	if (ident_holds_citizen(text))
		return refuse(
		    r, line, tr("it holds the identity number of a person"));
	if (strcmp(key, "embed") == 0)
		return text.n ? add_framer(r, line, text) : ERR_NONE;
	if (strcmp(key, "origin") == 0 && text.n &&
	    check_origin(r, line, text) != 0)
		return ERR_INPUT;
	if (strcmp(key, "open_data.licence.url") == 0 && text.n &&
	    check_link(r, line, text) != 0)
		return ERR_INPUT;
	if (entries[i].at == SIZE_MAX)
		return text.n > 0 ? set_colour(r, line, text.p) : ERR_NONE;
	slot = slot_of(r->config, entries[i].at);
	free(*slot);
	*slot = mem_dup(text.p, text.n);
	return ERR_NONE;
}

/* ---- events ---- */

static enum err_code take_scalar(struct reader *r, const yaml_event_t *event)
{
	struct span text = {
	    (const char *)event->data.scalar.value, event->data.scalar.length};
	size_t line = event->start_mark.line;
	char path[2 * KEY_BYTES_MAX];

	if (r->depth == 0)
		return refuse(r, line, tr("the file must be a mapping"));
	if (r->is_in_list)
		return add_framer(r, line, text);
	if (!r->key[0]) {
		if (text.n == 0 || text.n >= sizeof(r->key))
			return refuse(
			    r, line, tr("a key is empty or too long"));
		memcpy(r->key, text.p, text.n);
		r->key[text.n] = '\0';
		return ERR_NONE;
	}
	snprintf(path, sizeof(path), "%s%s", r->path, r->key);
	r->key[0] = '\0';
	return set_entry(r, line, path, text);
}

static enum err_code open_mapping(struct reader *r, const yaml_event_t *event)
{
	size_t n = strlen(r->path);

	if (r->is_in_list)
		return refuse(r, event->start_mark.line, tr("nested too deep"));
	if (r->depth == (int)ARRAY_COUNT(r->depths) ||
	    n + strlen(r->key) + 2 > sizeof(r->path))
		return refuse(r, event->start_mark.line, tr("nested too deep"));
	if (r->depth > 0 && !r->key[0])
		return refuse(
		    r, event->start_mark.line, tr("a key must be a word"));
	r->depths[r->depth++] = n;
	if (r->key[0])
		snprintf(r->path + n, sizeof(r->path) - n, "%s.", r->key);
	r->key[0] = '\0';
	return ERR_NONE;
}

static enum err_code open_list(struct reader *r, const yaml_event_t *event)
{
	if (r->is_in_list || r->depth != 1 || strcmp(r->key, "embed") != 0)
		return refuse(r, event->start_mark.line,
		    tr("lists and references have no place here"));
	r->is_in_list = true;
	return ERR_NONE;
}

static enum err_code take_event(
    struct reader *r, const yaml_event_t *event, bool *is_done)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(r, event);
	case YAML_MAPPING_START_EVENT:
		return open_mapping(r, event);
	case YAML_MAPPING_END_EVENT:
		r->path[r->depths[--r->depth]] = '\0';
		return ERR_NONE;
	case YAML_SEQUENCE_START_EVENT:
		return open_list(r, event);
	case YAML_SEQUENCE_END_EVENT:
		r->is_in_list = false;
		r->key[0] = '\0';
		return ERR_NONE;
	case YAML_ALIAS_EVENT:
		return refuse(r, event->start_mark.line,
		    tr("lists and references have no place here"));
	case YAML_STREAM_END_EVENT:
		*is_done = true;
		return ERR_NONE;
	default:
		return ERR_NONE;
	}
}

static enum err_code read_yaml(
    struct span bytes, struct site_config *out, struct err *err)
{
	struct reader r = {.config = out, .err = err};
	enum err_code code = ERR_NONE;
	bool is_done = false;

	if (!yaml_parser_initialize(&r.yaml))
		return err_set(err, ERR_SYSTEM, "libyaml could not be started");
	yaml_parser_set_input_string(
	    &r.yaml, (const unsigned char *)bytes.p, bytes.n);
	while (!is_done && !code) {
		yaml_event_t event;

		if (!yaml_parser_parse(&r.yaml, &event)) {
			code = refuse(&r, r.yaml.problem_mark.line,
			    r.yaml.problem ? r.yaml.problem : "");
			break;
		}
		code = take_event(&r, &event, &is_done);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&r.yaml);
	return code;
}

/* ---- the whole ---- */

/* The name in the file gives way to what the file it names holds. */
static enum err_code load_emblem(
    const char *dir, struct site_config *out, struct err *err)
{
	struct buf svg = BUF_INIT(SITE_EMBLEM_BYTES_MAX);
	char path[PATH_BYTES_MAX];
	enum err_code code;

	if (!out->emblem)
		return ERR_NONE;
	if (!out->emblem[0]) {
		free(out->emblem);
		out->emblem = NULL;
		return ERR_NONE;
	}
	if (strchr(out->emblem, '/')) {
		err_set(err, ERR_INPUT,
		    "the emblem \"%s\" is not in the data directory",
		    out->emblem);
		err_hint(err,
		    "Put the file beside site.yaml and give its name alone.");
		return ERR_INPUT;
	}
	snprintf(path, sizeof(path), "%s/%s", dir, out->emblem);
	code = file_read(path, &svg, err);
	if (!code)
		code = site_config_check_emblem(buf_span(&svg), err);
	if (code) {
		err_context(err, "%s", out->emblem);
	} else {
		free(out->emblem);
		out->emblem = mem_dup(svg.p, svg.n);
	}
	buf_release(&svg);
	return code;
}

/* "日照市" is 信用日照. */
static size_t city_bytes(const char *city_zh)
{
	size_t n = strlen(city_zh), suffix = strlen("市");

	return n > suffix && strcmp(city_zh + n - suffix, "市") == 0
	    ? n - suffix
	    : n;
}

/* What was not said. */
static void fill(struct site_config *out, const char *city_zh)
{
	struct buf name = BUF_INIT(SITE_TEXT_BYTES_MAX);
	size_t i;

	if (!out->name_zh) {
		buf_add_str(&name, "信用");
		buf_add(&name, city_zh, city_bytes(city_zh));
		out->name_zh = copy(buf_str(&name));
	}
	if (!out->name_en)
		out->name_en = copy("Public Credit Information");
	for (i = 0; i < ARRAY_COUNT(entries); i++) {
		size_t at = entries[i].at;

		if (at != SIZE_MAX &&
		    at != offsetof(struct site_config, emblem) &&
		    !*slot_of(out, at))
			*slot_of(out, at) = copy("");
	}
	buf_release(&name);
}

enum err_code site_config_load(const char *dir, const char *city_zh,
    struct site_config *out, struct err *err)
{
	struct buf bytes = BUF_INIT(SITE_CONFIG_BYTES_MAX);
	char path[PATH_BYTES_MAX];
	enum err_code code = ERR_NONE;

	memset(out, 0, sizeof(*out));
	snprintf(path, sizeof(path), "%s/site.yaml", dir);
	if (file_exists(path))
		code = file_read(path, &bytes, err);
	if (!code && bytes.n > 0)
		code = read_yaml(buf_span(&bytes), out, err);
	if (!code)
		code = load_emblem(dir, out, err);
	fill(out, city_zh);
	buf_release(&bytes);
	return code;
}

void site_config_release(struct site_config *config)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(entries); i++)
		if (entries[i].at != SIZE_MAX)
			free(*slot_of(config, entries[i].at));
	memset(config, 0, sizeof(*config));
}

const char *site_config_example(void)
{
	return "# 网站的设置；每一项都可以不写。改动后请重启 gongxin serve。\n"
	       "# What the site says of itself. Every entry may be absent.\n"
	       "# Restart gongxin serve after a change.\n"
	       "\n"
	       "# 公众所用的网址：打印、订阅源中的地址；以 https:// 开头的，"
	       "要求浏览器只用 TLS\n"
	       "# The address as the public knows it, for print and feeds; "
	       "where\n"
	       "# it begins with https:// browsers are told to use nothing "
	       "else\n"
	       "#origin: https://credit.example.gov.cn\n"
	       "\n"
	       "# 网站名称 / the site's name\n"
	       "#name:\n"
	       "#  zh: 信用示例市\n"
	       "#  en: Public Credit Information of Example City\n"
	       "\n"
	       "# 徽标：与本文件同在一处的 SVG 文件，只能有图形，不能有脚本或"
	       "外部引用\n"
	       "# Emblem: an SVG file beside this one; shapes alone\n"
	       "#emblem: emblem.svg\n"
	       "\n"
	       "# 主色：其上的白字对比度须达到 4.5:1（WCAG AA）\n"
	       "# Main colour: white text on it needs a contrast of 4.5:1\n"
	       "#colour: \"#1f4e8c\"\n"
	       "\n"
	       "# 主办单位 / who runs the site\n"
	       "#office:\n"
	       "#  zh: 示例市发展和改革委员会\n"
	       "#  en: Development and Reform Commission of Example City\n"
	       "\n"
	       "# 联系方式 / how to reach that office\n"
	       "#contact:\n"
	       "#  phone: \"\"\n"
	       "#  email: \"\"\n"
	       "#  address: {zh: \"\", en: \"\"}\n"
	       "#  hours: {zh: \"\", en: \"\"}\n"
	       "\n"
	       "# 备案编号 / filings\n"
	       "#filing:\n"
	       "#  icp: \"\"\n"
	       "#  police: \"\"\n"
	       "\n"
	       "# 开放数据的使用许可 / licence of the open data\n"
	       "#open_data:\n"
	       "#  licence: {zh: \"\", en: \"\", url: \"\"}\n"
	       "\n"
	       "# 统一身份认证（OpenID Connect）；密钥放在 keys/oidc.secret，"
	       "权限 0600\n"
	       "# An identity provider to sign in by; its secret lies in\n"
	       "# keys/oidc.secret, mode 0600. second_factor: the words of "
	       "amr\n"
	       "# or acr, with blanks between them, that stand for one\n"
	       "#sign_in:\n"
	       "#  issuer: https://id.example.gov.cn\n"
	       "#  client_id: gongxin\n"
	       "#  second_factor: \"\"\n"
	       "#  name: {zh: 统一身份认证, en: City identity}\n"
	       "\n"
	       "# 可以在页面中嵌入主体公示状态（/embed/）的网站；不写则任何"
	       "网站都不能\n"
	       "# Sites that may show an organisation's public status in a\n"
	       "# frame (/embed/); none unless named\n"
	       "#embed: [https://www.example.gov.cn]\n";
}
