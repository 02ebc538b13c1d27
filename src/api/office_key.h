/* SPDX-License-Identifier: Apache-2.0 */
/* The server's own key for accounts: DIR/keys/people.key, mode 0600. It is
 * not in the database, so that a copy of that alone opens nobody's second
 * factor. */
#ifndef GX_API_OFFICE_KEY_H
#define GX_API_OFFICE_KEY_H

#include "api/home.h"
#include "people/people.h"

/* Makes it when there is none. ERR_CORRUPT: it is not of its form. */
enum err_code office_key_load(
    const struct home *home, struct people_key *out, struct err *err);

#endif
