/* SPDX-License-Identifier: Apache-2.0 */
/* The threads that see to notices while the site is served: one makes them
 * (api/reverse.h), one sends them where departments want them
 * (api/webhook.h). */
#ifndef GX_WEB_TELLER_H
#define GX_WEB_TELLER_H

#include "web/site_priv.h"

/* Start site->teller and site->messenger, which end when the site does. The
 * site has its staff. The second does nothing where libcurl is missing, which
 * is told. */
enum err_code site_start_teller(struct site *site, struct err *err);
enum err_code site_start_messenger(struct site *site, struct err *err);

#endif
