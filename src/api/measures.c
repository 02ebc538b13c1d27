/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bands are those that GLEIF prints for the issuers of legal entity
 * identifiers (LEI Issuer Data Quality Report, 2019): above 98 %, above
 * 95 %, above 90 %, 90 % or less. A share of faults is banded by what it
 * leaves.
 */
#include "api/measures.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "base/tr.h"

#define N_(text) text

struct band {
	const char *id;
	const char *title;
	int above; /* in 1/10,000 */
};

static const struct band bands[] = {
    {"excellent", N_("excellent"), 9800},
    {"good", N_("good"), 9500},
    {"fair", N_("fair"), 9000},
    {"poor", N_("poor"), -1},
};

int64_t measures_reported(const struct publication_sums *s)
{
	return s->received - s->natural_persons;
}

int64_t measures_passed(const struct publication_sums *s)
{
	return measures_reported(s) - s->refused - s->doubtful;
}

static int64_t kept(const struct publication_sums *s)
{
	return s->records + s->versions;
}

int64_t measures_compliance(const struct publication_sums *s)
{
	return rate_of(measures_passed(s), measures_reported(s));
}

int64_t measures_timeliness(const struct publication_sums *s)
{
	return rate_of(kept(s) - s->late, kept(s));
}

int64_t measures_duplicates(const struct publication_sums *s)
{
	return rate_of(s->duplicates, measures_reported(s));
}

int64_t measures_wrong_codes(const struct publication_sums *s)
{
	return rate_of(s->wrong_codes, measures_reported(s));
}

static size_t band_of(int64_t rate)
{
	size_t i;

	for (i = 0; i < ARRAY_COUNT(bands) - 1; i++)
		if (rate > bands[i].above)
			break;
	return i;
}

/* A share with its band; `is_fault`: the smaller the better. */
static void put_share(struct json_writer *w, const char *key, int64_t numerator,
    int64_t denominator, bool is_fault)
{
	int64_t rate = put_rate_open(w, key, numerator, denominator);
	size_t band, i;

	if (rate < 0)
		return;
	band = band_of(is_fault ? 10000 - rate : rate);
	json_put_str(w, "band", bands[band].id);
	json_put_str(w, "band_title", tr(bands[band].title));
	for (i = 0; i < ARRAY_COUNT(bands); i++) {
		char name[16] = "is_";

		memcpy(name + 3, bands[i].id, strlen(bands[i].id) + 1);
		json_put_bool(w, name, i == band);
	}
	json_close_object(w);
}

void measures_put_two(struct json_writer *w, const struct publication_sums *s)
{
	put_share(
	    w, "compliance", measures_passed(s), measures_reported(s), false);
	put_share(w, "timeliness", kept(s) - s->late, kept(s), false);
}

static void put_counts(struct json_writer *w, const struct publication_sums *s)
{
	json_put_int(w, "submissions", s->submissions);
	json_put_int(w, "reported", measures_reported(s));
	json_put_int(w, "passed", measures_passed(s));
	json_put_int(w, "refused", s->refused);
	json_put_int(w, "doubtful", s->doubtful);
	json_put_int(w, "duplicates", s->duplicates);
	json_put_int(w, "records", s->records);
	json_put_int(w, "versions", s->versions);
	json_put_int(w, "late", s->late);
	json_put_int(w, "wrong_codes", s->wrong_codes);
	json_put_int(w, "natural_persons", s->natural_persons);
}

void measures_put(
    struct json_writer *w, const char *key, const struct publication_sums *s)
{
	if (key) {
		json_key(w, key);
		json_open_object(w);
	}
	put_counts(w, s);
	measures_put_two(w, s);
	put_share(
	    w, "duplicate_rate", s->duplicates, measures_reported(s), true);
	put_share(
	    w, "wrong_code_rate", s->wrong_codes, measures_reported(s), true);
	if (key)
		json_close_object(w);
}

/* ---- what is published about them ---- */

struct formula {
	const char *id;
	const char *title;
	const char *formula;
	const char *text;
	const char *status; /* as the catalogue's facts */
};

static const struct formula formulas[] = {
    {"reported", N_("Reported rows"), "received - natural_persons",
	N_("Rows received, without those about natural persons, which are "
	   "refused and not kept. The share of what should have been reported "
	   "is not shown: it needs a sample of the departments' own files."),
	"derived"},
    {"compliance", N_("Compliance rate"), "passed / reported",
	N_("Rows that passed every check, among the rows reported. Rows whose "
	   "organisation is not certain count as not passed."),
	"verified"},
    {"timeliness", N_("Timeliness rate"), "1 - late / (records + versions)",
	N_("Records that came for the first time before the item's clock had "
	   "run out, among those taken in."),
	"derived"},
    {"duplicate_rate", N_("Duplicate rate"), "duplicates / reported",
	N_("Rows that had been reported before with the same content, among "
	   "the rows reported."),
	"unconfirmed"},
    {"wrong_code_rate", N_("Wrong-code rate"), "wrong_codes / reported",
	N_("Rows refused because the organisation's unified social credit "
	   "code fails its check, among the rows reported."),
	"unconfirmed"},
};

static void put_formulas(struct json_writer *w)
{
	size_t i;

	json_key(w, "formulas");
	json_open_array(w);
	for (i = 0; i < ARRAY_COUNT(formulas); i++) {
		const struct formula *f = &formulas[i];

		json_open_object(w);
		json_put_str(w, "id", f->id);
		json_put_str(w, "title", tr(f->title));
		json_put_str(w, "formula", f->formula);
		json_put_str(w, "text", tr(f->text));
		json_put_str(w, "status", f->status);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_bands(struct json_writer *w)
{
	size_t i;

	json_key(w, "bands");
	json_open_array(w);
	for (i = 0; i < ARRAY_COUNT(bands); i++) {
		bool is_last = i == ARRAY_COUNT(bands) - 1;
		int above = is_last ? bands[i - 1].above : bands[i].above;

		json_open_object(w);
		json_put_str(w, "id", bands[i].id);
		json_put_str(w, "title", tr(bands[i].title));
		json_put_int(w, "above", is_last ? 0 : above);
		put_text(w, "range",
		    is_last ? tr("%d%% or less") : tr("above %d%%"),
		    above / 100);
		json_close_object(w);
	}
	json_close_array(w);
}

void measures_put_rules(struct json_writer *w)
{
	put_formulas(w);
	put_bands(w);
	json_put_str(w, "bands_note",
	    tr("The bands are those of GLEIF's LEI Issuer Data Quality Report; "
	       "duplicates and wrong codes are banded by the share of rows "
	       "without them. No Chinese rule sets bands for these rates: that "
	       "they are used here is the city's own choice."));
}

/* ---- months ---- */

void month_list_add(
    struct month_list *m, int month, const struct publication_sums *sums)
{
	if (m->count == 0 || m->list[m->count - 1].month != month) {
		ASSERT(m->count == 0 || m->list[m->count - 1].month < month);
		m->list =
		    mem_grow(m->list, m->count, &m->max, sizeof(*m->list));
		memset(&m->list[m->count], 0, sizeof(*m->list));
		m->list[m->count++].month = month;
	}
	publication_sums_add(&m->list[m->count - 1].sums, sums);
}

void month_list_release(struct month_list *m)
{
	free(m->list);
	memset(m, 0, sizeof(*m));
}

static size_t first_of_last(const struct month_list *m, size_t count)
{
	return m->count > count ? m->count - count : 0;
}

struct publication_sums month_list_sum(const struct month_list *m, size_t count)
{
	struct publication_sums sums = {0};
	size_t i;

	for (i = first_of_last(m, count); i < m->count; i++)
		publication_sums_add(&sums, &m->list[i].sums);
	return sums;
}

static void put_series(struct json_writer *w, const char *key,
    const struct month_list *m, size_t from,
    int64_t (*measure)(const struct publication_sums *))
{
	size_t i;

	json_key(w, key);
	json_open_array(w);
	for (i = from; i < m->count; i++) {
		int64_t v = measure(&m->list[i].sums);

		if (v < 0)
			json_add_null(w);
		else
			json_add_int(w, v);
	}
	json_close_array(w);
}

static void put_chart(
    struct json_writer *w, const struct month_list *m, size_t from)
{
	char text[16];
	size_t i;

	json_key(w, "chart");
	json_open_object(w);
	json_key(w, "labels");
	json_open_array(w);
	for (i = from; i < m->count; i++)
		json_add_string(w, span_of(month_text(m->list[i].month, text)));
	json_close_array(w);
	put_series(w, "records", m, from, kept);
	put_series(w, "reported", m, from, measures_reported);
	put_series(w, "compliance", m, from, measures_compliance);
	put_series(w, "timeliness", m, from, measures_timeliness);
	put_series(w, "duplicates", m, from, measures_duplicates);
	put_series(w, "wrong_codes", m, from, measures_wrong_codes);
	json_close_object(w);
}

void month_list_put(
    struct json_writer *w, const struct month_list *m, size_t count)
{
	size_t from = first_of_last(m, count);
	char text[16];
	size_t i;

	json_key(w, "history");
	json_open_array(w);
	for (i = from; i < m->count; i++) {
		json_open_object(w);
		json_put_str(w, "month", month_text(m->list[i].month, text));
		measures_put(w, NULL, &m->list[i].sums);
		json_close_object(w);
	}
	json_close_array(w);
	put_chart(w, m, from);
}
