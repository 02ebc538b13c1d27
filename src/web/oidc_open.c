/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the configuration to a client of the identity provider. The secret is
 * never in site.yaml, which people show to each other: it is a credential of
 * systemd, or a file that nobody but the server's user may read.
 */
#include "web/site_priv.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "calendar/calendar.h"
#include "web/site_config.h"

enum { SECRET_BYTES_MAX = 512, CALLBACK_BYTES_MAX = 256 };

static void tell(const char *what, const struct err *err)
{
	fprintf(stderr, "gongxin: %s: %s %s %s\n", what, err->message,
	    err->detail, err->hint);
}

static void told(enum err_code rc, const struct err *err)
{
	if (rc)
		tell("nobody can sign in by the identity provider", err);
	else
		fprintf(stderr, "gongxin: the identity provider was found\n");
}

/* ---- the secret ---- */

static enum err_code check_mode(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return err_set_errno(err, "could not look at \"%s\"", path);
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return 0;
	err_set(err, ERR_REFUSED, "\"%s\" can be read by others", path);
	err_hint(err, "Set its mode to 0600, and have a new secret made.");
	return ERR_REFUSED;
}

static enum err_code trim(struct buf *secret, const char *path, struct err *err)
{
	size_t i;

	while (secret->n && strchr("\r\n", secret->p[secret->n - 1]))
		secret->p[--secret->n] = '\0';
	for (i = 0; i < secret->n; i++)
		if (secret->p[i] <= ' ' || secret->p[i] > '~')
			break;
	if (secret->n > 0 && i == secret->n)
		return 0;
	return err_set(err, ERR_INPUT,
	    "\"%s\" does not hold a secret: one line of characters that can "
	    "be printed",
	    path);
}

/* systemd keeps credentials from others by itself. */
static enum err_code read_secret(
    const struct site *site, struct buf *out, struct err *err)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_MAX];
	enum err_code rc = 0;

	snprintf(path, sizeof(path), "%s/oidc.secret", folder ? folder : "");
	if (!folder || !file_exists(path)) {
		snprintf(path, sizeof(path), "%s/keys/oidc.secret", site->data);
		rc = check_mode(path, err);
	}
	if (!rc)
		rc = file_read(path, out, err);
	return rc ? rc : trim(out, path, err);
}

/* ---- the client ---- */

static enum err_code start(struct site *site, const struct site_config *config,
    const char *secret, struct err *err)
{
	const char *origin = site->origin ? site->origin : site->local_origin;
	char callback[CALLBACK_BYTES_MAX];
	const struct oidc_plan plan = {.issuer = config->issuer,
	    .client_id = config->client_id,
	    .secret = secret,
	    .callback = callback,
	    .second_factor = config->second_factor,
	    .now_ms = calendar_now_ms,
	    .told = told};

	if (!config->client_id[0])
		return err_set(
		    err, ERR_INPUT, "site.yaml names no sign_in.client_id");
	if (snprintf(callback, sizeof(callback), "%s/sign-in/oidc/callback",
		origin) >= (int)sizeof(callback))
		return err_set(
		    err, ERR_INPUT, "the site's address is too long");
	return oidc_start(&plan, &site->oidc, err);
}

static char *name_of(const char *given, enum lang lang)
{
	return mem_strdup(
	    given[0] ? given : tr_in(lang, "the identity provider"));
}

void site_open_oidc(struct site *site, const struct site_config *config)
{
	struct buf secret = BUF_INIT(SECRET_BYTES_MAX);
	enum err_code rc;
	struct err err;

	if (!config->issuer[0])
		return;
	rc = read_secret(site, &secret, &err);
	if (!rc)
		rc = start(site, config, buf_str(&secret), &err);
	if (rc)
		told(rc, &err);
	site->provider_name[LANG_ZH] = name_of(config->provider_zh, LANG_ZH);
	site->provider_name[LANG_EN] = name_of(config->provider_en, LANG_EN);
	if (secret.n)
		explicit_bzero(secret.p, secret.n);
	buf_release(&secret);
}
