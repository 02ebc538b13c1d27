/* SPDX-License-Identifier: Apache-2.0 */
/* Roles of users: for a department, for a division of it, for an
 * organisation. Each change ends the user's sessions. */
#include "people/people_priv.h"

#include <string.h>

#include "base/check.h"

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* Does the change name what the role wants, and nothing else? */
static enum err_code check_scope(const struct people_role *role,
    const struct people_grant_change *change, struct err *err)
{
	bool has_department = or_empty(change->department)[0] != '\0';
	bool has_division = or_empty(change->division)[0] != '\0';
	bool has_organisation = or_empty(change->organisation)[0] != '\0';

	if (has_department && role->scope != PEOPLE_SCOPE_DEPARTMENT)
		return err_set(err, ERR_INPUT,
		    "the role \"%s\" is of no department", role->id);
	if (!has_department && role->scope == PEOPLE_SCOPE_DEPARTMENT)
		return err_set(err, ERR_INPUT,
		    "the role \"%s\" needs a department", role->id);
	if (has_organisation && role->scope != PEOPLE_SCOPE_ORGANISATION)
		return err_set(err, ERR_INPUT,
		    "the role \"%s\" is of no organisation", role->id);
	if (!has_organisation && role->scope == PEOPLE_SCOPE_ORGANISATION)
		return err_set(err, ERR_INPUT,
		    "the role \"%s\" needs an organisation", role->id);
	if (has_division && role->scope == PEOPLE_SCOPE_ORGANISATION)
		return err_set(err, ERR_INPUT,
		    "the role \"%s\" is of no division", role->id);
	return 0;
}

static enum err_code find_role(const struct people_grant_change *change,
    const struct people_role **out, struct err *err)
{
	*out = people_role_find(span_of(change->role));
	if (*out)
		return 0;
	err_set(err, ERR_INPUT, "there is no role \"%s\"", change->role);
	err_hint(err, "\"gongxin user grant --help\" lists them.");
	return ERR_INPUT;
}

enum { KEY_VALUES = 5, ROW_VALUES = 7 };

static void fill_key(
    const struct people_grant_change *change, struct store_value *row)
{
	row[0] = store_int(change->user_id);
	row[1] = store_str(change->role);
	row[2] = store_str(or_empty(change->department));
	row[3] = store_str(or_empty(change->division));
	row[4] = store_str(or_empty(change->organisation));
}

static enum err_code check_room(
    struct store *store, const struct store_value *row, struct err *err)
{
	int64_t is_there = 0, count = 0;
	enum err_code rc = store_get_int(
	    store, SQL_PEOPLE_GRANT_HAS, row, KEY_VALUES, 0, &is_there, err);

	if (!rc && is_there)
		return err_set(
		    err, ERR_CONFLICT, "the user has that role already");
	if (!rc)
		rc = store_get_int(
		    store, SQL_PEOPLE_GRANT_COUNT, row, 1, 0, &count, err);
	if (!rc && count >= PEOPLE_GRANTS_MAX)
		return err_set(err, ERR_FULL, "a user has at most %d roles",
		    (int)PEOPLE_GRANTS_MAX);
	return rc;
}

enum err_code people_grant_add(struct store *store,
    const struct people_grant_change *change, int64_t now_ms, struct err *err)
{
	struct store_value row[ROW_VALUES];
	const struct people_role *role;
	enum err_code rc = find_role(change, &role, err);

	ASSERT(store_in_transaction(store));
	if (!rc)
		rc = check_scope(role, change, err);
	if (rc)
		return rc;
	fill_key(change, row);
	row[5] = store_int(now_ms);
	row[6] = store_str(or_empty(change->by));
	rc = check_room(store, row, err);
	if (!rc)
		rc = store_run(
		    store, SQL_PEOPLE_GRANT_PUT, row, ROW_VALUES, err);
	return rc ? rc : people_sessions_end(store, change->user_id, 0, err);
}

enum err_code people_grant_revoke(struct store *store,
    const struct people_grant_change *change, struct err *err)
{
	struct store_value row[KEY_VALUES];
	const struct people_role *role;
	int64_t is_there = 0;
	enum err_code rc = find_role(change, &role, err);

	ASSERT(store_in_transaction(store));
	if (rc)
		return rc;
	fill_key(change, row);
	rc = store_get_int(
	    store, SQL_PEOPLE_GRANT_HAS, row, KEY_VALUES, 0, &is_there, err);
	if (!rc && !is_there)
		return err_set(err, ERR_NOT_FOUND, "the user has no such role");
	if (!rc)
		rc = store_run(
		    store, SQL_PEOPLE_GRANT_DELETE, row, KEY_VALUES, err);
	return rc ? rc : people_sessions_end(store, change->user_id, 0, err);
}

enum err_code people_grant_users(
    struct store *store, const char *department, int64_t *out, struct err *err)
{
	struct store_value key = store_str(department);

	return store_get_int(
	    store, SQL_PEOPLE_GRANT_USERS, &key, 1, 0, out, err);
}

/* A role that this program does not know (of a newer one, taken back since)
 * gives nothing. */
static bool take_grant(
    struct store *store, struct arena *arena, struct people_grant *out)
{
	const enum sql_id id = SQL_PEOPLE_GRANT_OF;
	const struct people_role *role =
	    people_role_find(store_column_span(store, id, 0));

	if (!role)
		return false;
	*out = (struct people_grant){
	    .role = role,
	    .department = store_column_text(store, id, 1, arena),
	    .division = store_column_text(store, id, 2, arena),
	    .organisation = store_column_text(store, id, 3, arena),
	    .granted_ms = store_column_int(store, id, 4),
	    .granted_by = store_column_text(store, id, 5, arena),
	};
	return true;
}

enum err_code people_grants_load(struct store *store, struct arena *arena,
    struct people_user *user, struct err *err)
{
	const enum sql_id id = SQL_PEOPLE_GRANT_OF;
	struct store_value key = store_int(user->id);
	struct people_grant list[PEOPLE_GRANTS_MAX], *own;
	size_t count = 0;
	enum err_code rc = store_start(store, id, &key, 1, err);

	while (count < PEOPLE_GRANTS_MAX && store_next_row(store, id, &rc, err))
		count += take_grant(store, arena, &list[count]);
	store_finish(store, id);
	own = arena_zalloc(arena, count + 1, sizeof(*own));
	memcpy(own, list, count * sizeof(*own));
	user->grants = own;
	user->grants_count = count;
	return rc;
}
