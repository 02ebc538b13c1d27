/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of documents about law; the same ones for every page that shows
 * them. */
#include "api/law.h"

#include <string.h>

#include "api/put.h"
#include "base/tr.h"
#include "catalog/case_kind.h"

#define N_(text) text

enum { LINE_BYTES_MAX = 8192 };

void law_put_status(struct json_writer *w, enum cat_status status)
{
	static const char *const notes[CAT_STATUS_COUNT] = {
	    N_("not verified: the city must confirm it"),
	    N_("derived from a public source"), N_("read in a public source")};

	json_put_str(w, "status", cat_status_name(status));
	json_put_str(w, "status_note", tr(notes[status]));
	json_put_bool(w, "is_unconfirmed", status == CAT_UNCONFIRMED);
}

void law_put_days(
    struct json_writer *w, date_days from, date_days to, date_days on)
{
	json_put_date(w, "from", from);
	json_put_date(w, "to", to);
	json_put_bool(w, "in_force", date_is_within(from, to, on));
}

static void add_basis(
    struct json_writer *w, const struct cat_basis *b, date_days on)
{
	json_open_object(w);
	json_put_str(w, "id", b->id);
	json_put_str(w, "title", b->title);
	json_put_str(w, "number", b->number);
	json_put_str(w, "article", b->article);
	law_put_days(w, b->valid_from, b->valid_to, on);
	law_put_status(w, b->status);
	json_close_object(w);
}

static void put_basis_as(struct json_writer *w, const char *key,
    const struct cat_basis *b, date_days on)
{
	json_key(w, key);
	if (b)
		add_basis(w, b, on);
	else
		json_add_null(w);
}

void law_put_basis(
    struct json_writer *w, const struct cat_basis *b, date_days on)
{
	put_basis_as(w, "basis", b, on);
}

void law_put_basis_array(struct json_writer *w,
    const struct cat_basis *const *bases, size_t count, date_days on)
{
	size_t i;

	json_key(w, "bases");
	json_open_array(w);
	for (i = 0; i < count; i++)
		add_basis(w, bases[i], on);
	json_close_array(w);
}

void law_put_bases(
    struct json_writer *w, const struct cat_item *item, date_days on)
{
	law_put_basis_array(w, item->bases, item->bases_count, on);
}

void law_put_period(
    struct json_writer *w, const char *key, const struct cat_clock *clock)
{
	put_text(w, key,
	    clock->is_working_days ? tr("%d working days") : tr("%d days"),
	    clock->days);
}

void law_put_clock(
    struct json_writer *w, const struct cat_item *item, date_days on)
{
	const struct cat_clock *clock = &item->clock;

	json_put_bool(w, "has_clock", clock->days > 0);
	if (clock->days == 0) {
		json_put_str(w, "clock_text", "");
		put_null(w, "clock_basis");
		return;
	}
	law_put_period(w, "clock_text", clock);
	put_basis_as(w, "clock_basis", clock->basis, on);
}

static const char *publication_text(const struct cat_item *item)
{
	switch (item->publication) {
	case CAT_PUB_REGIME:
		return tr("by the class and the publicity regime in force");
	case CAT_PUB_UNTIL_VALID:
		return tr("as long as it is valid");
	case CAT_PUB_ALWAYS:
		return tr("as long as the record stands");
	case CAT_PUB_NEVER:
	default:
		return tr("never");
	}
}

void law_put_publication(struct json_writer *w, const struct cat_item *item)
{
	json_put_str(w, "publication_text", publication_text(item));
}

/* ---- regimes and limits ---- */

static void put_period_text(struct json_writer *w, const struct cat_period *p)
{
	int max = p->max_months, min = p->min_months;

	if (!p->is_published)
		json_put_str(w, "text", tr("not published"));
	else if (max == 0 && min == 0)
		json_put_str(w, "text", tr("published without an end"));
	else if (max == 0)
		put_text(w, "text",
		    tr("published without an end; repair may be applied for "
		       "after %d months"),
		    min);
	else if (min == 0)
		put_text(w, "text", tr("published for %d months"), max);
	else if (min >= max)
		put_text(w, "text",
		    tr("published for %d months; there is no earlier repair"),
		    max);
	else
		put_text(w, "text",
		    tr("published for %d months; repair may be applied for "
		       "after %d months"),
		    max, min);
}

static void put_period(
    struct json_writer *w, enum cat_class class_, const struct cat_period *p)
{
	json_put_str(w, "class", cat_class_name(class_));
	json_put_str(w, "class_title", class_title(class_));
	json_put_bool(w, "is_published", p->is_published);
	json_put_int(w, "min_months", p->min_months);
	json_put_int(w, "max_months", p->max_months);
	put_period_text(w, p);
}

static void put_regime_periods(
    struct json_writer *w, const struct cat_regime *r)
{
	int class_;

	json_key(w, "periods");
	json_open_array(w);
	for (class_ = CAT_CLASS_MINOR; class_ < CAT_CLASS_COUNT; class_++) {
		json_open_object(w);
		put_period(w, (enum cat_class)class_, &r->periods[class_]);
		json_close_object(w);
	}
	json_close_array(w);
}

static bool may_have_class(const struct cat_item *item, enum cat_class class_)
{
	size_t i;

	for (i = 0; i < item->class_rules_count; i++)
		if (item->class_rules[i].class_ == class_)
			return true;
	return item->default_class == class_;
}

void law_put_periods(struct json_writer *w, const struct catalog *c,
    const struct cat_item *item, date_days on)
{
	bool has_regime = item->publication == CAT_PUB_REGIME;
	int class_, count = 0;

	json_key(w, "periods");
	json_open_array(w);
	for (class_ = CAT_CLASS_MINOR; has_regime && class_ < CAT_CLASS_COUNT;
	     class_++) {
		struct cat_term term =
		    catalog_term(c, item->family, (enum cat_class)class_, on);

		if (!may_have_class(item, (enum cat_class)class_))
			continue;
		json_open_object(w);
		put_period(w, (enum cat_class)class_, &term.period);
		law_put_basis(w, term.limit ? term.limit->basis : NULL, on);
		json_close_object(w);
		count++;
	}
	json_close_array(w);
	json_put_bool(w, "is_graded", count > 1);
}

static void add_regime(
    struct json_writer *w, const struct cat_regime *r, date_days on)
{
	json_open_object(w);
	json_put_str(w, "id", r->id);
	json_put_str(w, "title", r->title);
	json_put_str(w, "family", r->family);
	law_put_days(w, r->valid_from, r->valid_to, on);
	put_regime_periods(w, r);
	law_put_basis(w, r->basis, on);
	law_put_status(w, r->status);
	json_close_object(w);
}

void law_put_regime(struct json_writer *w, const struct catalog *c,
    const struct cat_item *item, date_days on)
{
	const struct cat_regime *regime =
	    item->family[0] ? catalog_regime(c, item->family, on) : NULL;

	json_key(w, "regime");
	if (regime)
		add_regime(w, regime, on);
	else
		json_add_null(w);
}

void law_put_adverse(
    struct json_writer *w, const struct catalog *c, date_days on)
{
	size_t i, count = 0;

	json_key(w, "adverse");
	json_open_array(w);
	for (i = 0; i < c->items_count; i++) {
		const struct cat_item *item = &c->items[i];

		if (item->nature != CAT_ADVERSE ||
		    item->disclosure != CAT_OPEN ||
		    item->publication != CAT_PUB_REGIME ||
		    !date_is_within(item->valid_from, item->valid_to, on))
			continue;
		json_open_object(w);
		json_put_str(w, "id", item->id);
		json_put_str(w, "title", item_title(item));
		put_text(w, "href", "/catalogue/%s", item->id);
		law_put_publication(w, item);
		law_put_regime(w, c, item, on);
		law_put_periods(w, c, item, on);
		json_close_object(w);
		count++;
	}
	json_close_array(w);
	json_put_bool(w, "has_adverse", count > 0);
}

void law_put_regimes(struct json_writer *w, const struct catalog *c,
    const char *family, date_days on)
{
	bool has_other = false;
	size_t i;

	json_key(w, "regimes");
	json_open_array(w);
	for (i = 0; i < c->regimes_count; i++) {
		const struct cat_regime *r = &c->regimes[i];

		if (family && strcmp(r->family, family) != 0)
			continue;
		add_regime(w, r, on);
		if (!date_is_within(r->valid_from, r->valid_to, on))
			has_other = true;
	}
	json_close_array(w);
	json_put_bool(w, "has_other_regimes", has_other);
}

static void put_hides(struct json_writer *w, const struct cat_limit *l)
{
	struct buf text = BUF_INIT(LINE_BYTES_MAX);
	int class_;

	for (class_ = 0; class_ < CAT_CLASS_COUNT; class_++) {
		if (!l->hides_class[class_])
			continue;
		if (text.n)
			buf_add_str(&text, "、");
		buf_add_str(&text, cat_class_title((enum cat_class)class_));
	}
	json_put_span(w, "hides", buf_span(&text));
	json_put_bool(w, "has_hides", text.n > 0);
	buf_release(&text);
}

void law_put_limits(struct json_writer *w, const struct catalog *c,
    const char *family, date_days on)
{
	size_t i;

	json_key(w, "limits");
	json_open_array(w);
	for (i = 0; i < c->limits_count; i++) {
		const struct cat_limit *l = &c->limits[i];

		if (family && strcmp(l->family, family) != 0)
			continue;
		json_open_object(w);
		json_put_str(w, "id", l->id);
		json_put_str(w, "family", l->family);
		law_put_days(w, l->valid_from, l->valid_to, on);
		json_put_int(w, "max_months", l->max_months);
		json_put_bool(w, "has_max_months", l->max_months > 0);
		put_hides(w, l);
		law_put_basis(w, l->basis, on);
		law_put_status(w, l->status);
		json_close_object(w);
	}
	json_close_array(w);
}

/* ---- retentions ---- */

static const char *kept_title(enum cat_kept kept)
{
	static const char *const titles[CAT_KEPT_COUNT] = {
	    [CAT_KEPT_USES] = N_("who looked at what"),
	};

	return tr(titles[kept]);
}

void law_put_retentions(
    struct json_writer *w, const struct catalog *c, date_days on)
{
	size_t i;

	json_put_bool(w, "has_retentions", c->retentions_count > 0);
	json_key(w, "retentions");
	json_open_array(w);
	for (i = 0; i < c->retentions_count; i++) {
		const struct cat_retention *r = &c->retentions[i];

		json_open_object(w);
		json_put_str(w, "id", r->id);
		json_put_str(w, "of", cat_kept_name(r->kept));
		json_put_str(w, "title", kept_title(r->kept));
		law_put_days(w, r->valid_from, r->valid_to, on);
		json_put_int(w, "years", r->years);
		law_put_basis(w, r->basis, on);
		law_put_status(w, r->status);
		json_close_object(w);
	}
	json_close_array(w);
}

void law_put_kept(struct json_writer *w, const struct catalog *c, date_days on)
{
	const struct cat_retention *r = catalog_retention(c, CAT_KEPT_USES, on);

	if (!r) {
		put_null(w, "kept");
		return;
	}
	json_key(w, "kept");
	json_open_object(w);
	json_put_int(w, "years", r->years);
	law_put_basis(w, r->basis, on);
	law_put_status(w, r->status);
	json_close_object(w);
}

/* ---- cases ---- */

static void put_scope(struct json_writer *w, enum cat_case_scope scope)
{
	static const char *const titles[CAT_CASE_SCOPE_COUNT] = {
	    [CAT_CASE_ANY] = N_("every case"),
	    [CAT_CASE_OWN] = N_("within the credit office's own scope"),
	    [CAT_CASE_ANOTHER] = N_("with another unit"),
	};

	json_put_str(w, "scope", cat_case_scope_name(scope));
	json_put_str(w, "scope_title", tr(titles[scope]));
}

void law_put_case_clock(struct json_writer *w, const struct cat_case_clock *k)
{
	put_scope(w, k->scope);
	json_put_int(w, "days", k->days);
	json_put_int(w, "longest_days", k->longest_days);
	json_put_bool(w, "has_longest", k->longest_days > 0);
	json_put_bool(w, "working_days", !k->is_calendar);
}

static void put_case_clocks(struct json_writer *w, const struct catalog *c,
    const struct cat_case_kind *kind, date_days on)
{
	bool has = false;
	size_t i;

	json_key(w, "clocks");
	json_open_array(w);
	for (i = 0; i < c->case_clocks_count; i++) {
		const struct cat_case_clock *k = &c->case_clocks[i];

		if (k->kind != kind)
			continue;
		has = true;
		json_open_object(w);
		json_put_str(w, "id", k->id);
		law_put_case_clock(w, k);
		law_put_days(w, k->valid_from, k->valid_to, on);
		law_put_basis(w, k->basis, on);
		law_put_status(w, k->status);
		json_close_object(w);
	}
	json_close_array(w);
	json_put_bool(w, "has_clocks", has);
}

static void put_case_marks(struct json_writer *w, const struct catalog *c,
    const struct cat_case_kind *kind, date_days on)
{
	size_t i;

	json_key(w, "marks");
	json_open_array(w);
	for (i = 0; i < c->case_marks_count; i++) {
		const struct cat_case_mark *m = &c->case_marks[i];

		if (m->kind != kind)
			continue;
		json_open_object(w);
		json_put_str(w, "id", m->id);
		law_put_days(w, m->valid_from, m->valid_to, on);
		law_put_basis(w, m->basis, on);
		law_put_status(w, m->status);
		json_close_object(w);
	}
	json_close_array(w);
}

void law_put_cases(struct json_writer *w, const struct catalog *c, date_days on)
{
	size_t i;

	json_key(w, "cases");
	json_open_array(w);
	for (i = 0; i < c->case_kinds_count; i++) {
		const struct cat_case_kind *k = &c->case_kinds[i];

		json_open_object(w);
		json_put_str(w, "id", k->id);
		json_put_str(w, "title", title_of(k->title, k->title_en));
		law_put_days(w, k->valid_from, k->valid_to, on);
		put_case_clocks(w, c, k, on);
		json_put_bool(
		    w, "is_marked", catalog_case_mark(c, k, on) != NULL);
		put_case_marks(w, c, k, on);
		law_put_basis_array(w, k->bases, k->bases_count, on);
		law_put_status(w, k->status);
		json_close_object(w);
	}
	json_close_array(w);
}

/* ---- departments ---- */

void law_put_departments(
    struct json_writer *w, const struct catalog *c, const struct cat_item *item)
{
	size_t i;

	json_key(w, "departments");
	json_open_array(w);
	for (i = 0; i < c->departments_count; i++) {
		const struct cat_department *d = &c->departments[i];

		if (!cat_may_provide(item, d))
			continue;
		json_open_object(w);
		json_put_str(w, "id", d->id);
		json_put_str(w, "title", d->title);
		put_text(w, "href", "/departments/%s", d->id);
		json_close_object(w);
	}
	json_close_array(w);
}
