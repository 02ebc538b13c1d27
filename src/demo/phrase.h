/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sentences out of templates, so that invented facts differ from row to row
 * as real ones do.
 *
 *	{a|b|c}	one of the alternatives, which may hold codes, not brackets
 *	[a|b|c]	the same, chosen by the row's number: two cells choose alike
 *	$n $c $k $p	the organisation's name, code, class, representative
 *	$b $l	its business and the place of its registration
 *	$w $x	the department's title and code
 *	$o	the department's mark, as it stands in document numbers
 *	$d	the row's date as YYYY-MM-DD, $y its year, $z the year before
 *	$aNN.	the last day of NN months from the date on (two digits, a dot)
 *	$eNN.	a working day, NN days earlier or a little more, $hNN. its year
 *	$#	the row's number
 *	$f $q $t	the organisation's founding date, division and type
 *	$r $s	who registered it, and the code of that
 *	$m $j	what it was founded with in 万元, and what it does
 *	$F $G	the row's fine and its gain, in yuan
 *	$D	an invented day of the year before the row's date
 *	$P	a street and number	$R	a room or hall
 *	$I	food, $J a product, $K a building material
 *	$Q	a quantity with its unit
 *	$B	a batch number		$M	an amount in yuan
 *	$S	a residue in food and a measured value, $E one in water
 *	$T	a time of day		$V	a vehicle
 *	$N	a number 2..99		$A	a number 100..9999
 *	$C	an amount below 10,000 yuan, $L of millions
 *	$W	an invented person	$Z	eight digits
 */
#ifndef GX_DEMO_PHRASE_H
#define GX_DEMO_PHRASE_H

#include "base/buf.h"
#include "base/date.h"
#include "demo/names.h"
#include "demo/random.h"

struct demo_phrase {
	struct demo_random random;
	const struct demo_org *org;
	enum demo_department_id department;
	date_days on;	 /* the row's date */
	uint64_t number; /* the row's number, unique in its item */
	int64_t fine;	 /* fen */
	int64_t gain;	 /* fen */
};

/* Appends the template's text. A template is this program's own: a wrong
 * one is a bug. */
void demo_phrase_add(
    struct demo_phrase *phrase, const char *template, struct buf *out);
/* Appends "日市监处罚〔2026〕7号": department's mark, `word`, year, number. */
void demo_phrase_add_number(
    const struct demo_phrase *phrase, const char *word, struct buf *out);

#endif
