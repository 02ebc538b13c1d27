/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The office of a data directory: who works here, and the record of what
 * they read.
 *
 *	DIR/office.db		accounts, sessions, tokens, uses
 *	DIR/keys/uses.key	signs the log of uses (mode 0600)
 *	DIR/log/uses/		that log, like the one of records
 *
 * It is a database of its own because the other one has one writer, which a
 * bulk submission holds for as long as it runs: a credit check must not wait
 * for that to leave its trace. Both have the same schema; each uses the
 * tables that belong to it.
 *
 * A directory from before there was an office gets one when it is opened to
 * write.
 */
#ifndef GX_API_OFFICE_H
#define GX_API_OFFICE_H

#include "api/home.h"

struct office {
	struct store *store;
	struct ledger *uses;
};

/* The house must be open (home_open); its own store need not be. WRITE makes
 * what never was, READ: ERR_NOT_FOUND; ERR_CORRUPT where it was lost. Several
 * processes may write: a transaction waits for another's up to
 * options->busy_ms. */
enum err_code office_open(const struct home *home, enum home_mode mode,
    const struct home_options *options, struct office *out, struct err *err);
/* NULL-safe; rolls back an open transaction. */
void office_close(struct office *office);
/* Accounts or tokens were changed by another process than the server: what
 * it keeps of them is stale from now on. */
void office_note_change(const struct home *home);
/* Another number after each note; one call of the system. */
int64_t office_change_stamp(const struct home *home);
/* The name of its log. */
void office_origin(const struct home *home, char *out, size_t size);
/* ERR_CORRUPT when there is none, though its log has entries. */
enum err_code office_check_lost(const struct home *home, struct err *err);
/* Is there one? */
bool office_exists(const struct home *home);

#endif
