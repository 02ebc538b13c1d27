/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a city says about its site: DIR/site.yaml. All of it may be absent;
 * then the site bears the city's name from the catalogue, our own emblem
 * and our own colour. What is refused is refused with its line and how to
 * mend it, before anything is served.
 */
#ifndef GX_WEB_SITE_CONFIG_H
#define GX_WEB_SITE_CONFIG_H

#include "base/err.h"
#include "base/span.h"

enum {
	SITE_CONFIG_BYTES_MAX = 64 * 1024,
	SITE_EMBLEM_BYTES_MAX = 64 * 1024,
	SITE_TEXT_BYTES_MAX = 512,
	SITE_FRAMERS_BYTES_MAX = 2048
};

/* Texts are never NULL; "" is "not said". */
struct site_config {
	char *name_zh, *name_en;     /* of the site */
	char *emblem;		     /* SVG text, validated; NULL: ours */
	char colour[8];		     /* "#1a2b3c"; "" : ours */
	char *office_zh, *office_en; /* who runs it */
	char *phone, *email, *address_zh, *address_en, *hours_zh, *hours_en;
	char *icp, *police;			     /* 备案 numbers */
	char *licence_zh, *licence_en, *licence_url; /* of the open data */
	/* The identity provider; issuer "" : there is none. */
	char *issuer, *client_id, *second_factor, *provider_zh, *provider_en;
	char *origin;  /* of the site as the public knows it, "https://host" */
	char *framers; /* origins that may frame /embed, blanks between them */
};

/*
 * Reads DIR/site.yaml, and the emblem that it names. A missing file is a
 * configuration that says nothing; the site's name is then made of
 * city_zh. ERR_INPUT: the file is wrong, err tells line and how to mend it.
 * Release also on failure.
 */
enum err_code site_config_load(const char *dir, const char *city_zh,
    struct site_config *out, struct err *err);
void site_config_release(struct site_config *config);

/* ERR_INPUT unless the SVG is passive: no script, no event, no reference
 * to anything outside it. */
enum err_code site_config_check_emblem(struct span svg, struct err *err);
/* ERR_INPUT unless "#rrggbb" on which white text, and which on white, has
 * at least WCAG AA's contrast of 4.5 to 1. */
enum err_code site_config_check_colour(struct span colour, struct err *err);
/* ERR_INPUT unless it is the origin of a site: "https://host[:port]", of this
 * machine also http. */
enum err_code site_config_check_origin(struct span origin, struct err *err);

/* The commented example that `gongxin init` writes to DIR/site.yaml. */
const char *site_config_example(void);

#endif
