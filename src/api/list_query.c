/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of a list, from a URL's parameters. */
#include "api/publicity.h"

#include <stdio.h>
#include <string.h>

void list_query_init(struct list_query *query)
{
	memset(query, 0, sizeof(*query));
	query->from = query->to = query->on = DATE_NONE;
	query->limit = LIST_LIMIT;
	query->download_max = LIST_DOWNLOAD_MAX;
}

enum err_code refuse_parameter(
    const char *name, struct span value, struct err *err)
{
	enum { SHOWN_MAX = 64 };

	if (value.n > SHOWN_MAX)
		err_set(
		    err, ERR_INPUT, "the parameter \"%s\" is too long", name);
	else
		err_set(err, ERR_INPUT,
		    "the parameter \"%s\" cannot be \"%.*s\"", name,
		    (int)value.n, value.p);
	if (strcmp(name, "after") == 0)
		err_hint(err,
		    "It is the one in the address under \"next\" of a page.");
	else if (strcmp(name, "month") == 0)
		err_hint(err, "A month is written like 2026-04.");
	else if (strcmp(name, "division") == 0)
		err_hint(err,
		    "A division is written in six digits, like 371102, or -1 "
		    "for whoever is of no division here.");
	else if (strcmp(name, "limit") == 0)
		err_hint(err, "It is a whole number from 1 to %d.",
		    (int)LIST_LIMIT_MAX);
	else if (strcmp(name, "from") == 0 || strcmp(name, "to") == 0 ||
	    strcmp(name, "on") == 0)
		err_hint(err, "A day is written like 2026-04-20.");
	else
		err_hint(err,
		    "It is an identifier of the catalogue, as the choices of "
		    "the page have them.");
	return ERR_INPUT;
}

/* Identifiers of the catalogue: small letters, digits and '-'. */
static enum err_code set_word(const char *name, struct span value,
    char out[LIST_WORD_BYTES], struct err *err)
{
	size_t i;

	for (i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '-'))
			return refuse_parameter(name, value, err);
	}
	if (value.n >= LIST_WORD_BYTES)
		return refuse_parameter(name, value, err);
	memcpy(out, value.p, value.n);
	out[value.n] = '\0';
	return 0;
}

/* A whole number of at most 18 digits; false otherwise. */
static bool read_number(struct span text, int64_t *out)
{
	int64_t v = 0;
	size_t i;

	if (text.n == 0 || text.n > 18)
		return false;
	for (i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		v = v * 10 + text.p[i] - '0';
	}
	*out = v;
	return true;
}

static enum err_code set_division(
    struct list_query *q, struct span value, struct err *err)
{
	int64_t v;

	if (span_is(value, "-1")) {
		q->division = PUBLICATION_ELSEWHERE;
		return 0;
	}
	if (value.n != 6 || !read_number(value, &v) || v == 0)
		return refuse_parameter("division", value, err);
	q->division = (int)v;
	return 0;
}

static enum err_code set_day(
    const char *name, struct span value, date_days *out, struct err *err)
{
	return date_parse_iso(value, out) ? ERR_NONE
					  : refuse_parameter(name, value, err);
}

bool list_key_read(struct span text, struct publication_key *out)
{
	const char *dot = text.n ? memchr(text.p, '.', text.n) : NULL;
	bool is_negative = text.n && text.p[0] == '-';
	struct span days = text, number;
	int64_t d, n;

	if (!dot)
		return false;
	days.n = (size_t)(dot - text.p);
	number = (struct span){dot + 1, text.n - days.n - 1};
	if (is_negative) {
		days.p++;
		days.n--;
	}
	if (!read_number(days, &d) || d > INT32_MAX || !read_number(number, &n))
		return false;
	out->decided_on = (date_days)(is_negative ? -d : d);
	out->seq = (uint64_t)n;
	return true;
}

const char *list_key_text(
    const struct publication_key *key, char out[LIST_KEY_BYTES])
{
	snprintf(out, LIST_KEY_BYTES, "%d.%llu", key->decided_on,
	    (unsigned long long)key->seq);
	return out;
}

static enum err_code set_after(
    struct list_query *q, struct span value, struct err *err)
{
	if (!list_key_read(value, &q->after))
		return refuse_parameter("after", value, err);
	q->has_after = true;
	return 0;
}

static enum err_code set_limit(
    struct list_query *q, struct span value, struct err *err)
{
	int64_t v;

	if (!read_number(value, &v) || v < 1 || v > LIST_LIMIT_MAX)
		return refuse_parameter("limit", value, err);
	q->limit = (size_t)v;
	return 0;
}

enum err_code list_query_set(
    struct list_query *q, struct span name, struct span value, struct err *err)
{
	if (value.n == 0)
		return 0;
	if (span_is(name, "kind"))
		return set_word("kind", value, q->item, err);
	if (span_is(name, "department"))
		return set_word("department", value, q->department, err);
	if (span_is(name, "division"))
		return set_division(q, value, err);
	if (span_is(name, "from"))
		return set_day("from", value, &q->from, err);
	if (span_is(name, "to"))
		return set_day("to", value, &q->to, err);
	if (span_is(name, "on"))
		return set_day("on", value, &q->on, err);
	if (span_is(name, "after"))
		return set_after(q, value, err);
	if (span_is(name, "limit"))
		return set_limit(q, value, err);
	err_set(err, ERR_INPUT, "there is no parameter \"%.*s\"",
	    (int)(name.n > 64 ? 64 : name.n), name.p);
	err_hint(err, "Known are: %s.",
	    "kind, department, division, from, to, on, after, limit");
	return ERR_INPUT;
}

bool list_is_open(const struct cat_item *item)
{
	return item && item->disclosure == CAT_OPEN &&
	    item->publication != CAT_PUB_NEVER;
}

static enum err_code check_department(
    const char *id, const struct catalog *catalog, struct err *err)
{
	if (!id[0] || catalog_department(catalog, id))
		return 0;
	err_set(err, ERR_INPUT,
	    "there is no department \"%s\" in the catalogue", id);
	err_hint(err,
	    "It is an identifier of the catalogue, as the choices of the page "
	    "have them.");
	return ERR_INPUT;
}

struct sought {
	int division;
	bool is_found;
};

static void seek_division(void *ctx, const struct publication_facet *facet)
{
	struct sought *s = ctx;

	s->is_found |= facet->division == s->division && facet->records > 0;
}

/* What begins like the city's own may come with the next record, whether the
 * national table has it or not; another one stands beside records only that
 * were placed while the catalogue was of another city. */
static enum err_code check_division(
    int division, const struct reading *reading, struct err *err)
{
	const struct catalog *catalog = reading->catalog;
	struct sought s = {.division = division};
	char code[16];
	enum err_code rc;

	if (division == 0 || division == PUBLICATION_ELSEWHERE)
		return 0;
	snprintf(code, sizeof(code), "%06d", division);
	if (publication_is_of_city(catalog, code))
		return 0;
	rc = publication_visit_facets(reading->store, seek_division, &s, err);
	if (rc || s.is_found)
		return rc;
	err_set(err, ERR_INPUT, "\"%s\" is no division of %s", code,
	    catalog->city_title);
	err_hint(err,
	    "Take one of the choices of the page; -1 is for whoever is of no "
	    "division here.");
	return ERR_INPUT;
}

static enum err_code check_period(date_days from, date_days to, struct err *err)
{
	if (from == DATE_NONE || to == DATE_NONE || from <= to)
		return 0;
	err_set(err, ERR_INPUT, "the period ends before it begins");
	err_hint(err, "\"from\" is its first day, \"to\" its last.");
	return ERR_INPUT;
}

enum err_code list_query_filter(const struct list_query *q,
    const struct reading *reading, struct publication_filter *out,
    struct err *err)
{
	const struct catalog *catalog = reading->catalog;
	const struct cat_item *item =
	    catalog_item(catalog, q->item[0] ? q->item : "penalty");
	enum err_code rc;

	if (!list_is_open(item))
		return err_set(err, ERR_NOT_FOUND,
		    "there is no published list \"%s\"", q->item);
	rc = check_department(q->department, catalog, err);
	if (!rc)
		rc = check_period(q->from, q->to, err);
	if (!rc)
		rc = check_division(q->division, reading, err);
	if (rc)
		return rc;
	*out = (struct publication_filter){
	    item->number, q->department, q->division, q->from, q->to};
	return 0;
}
