/* SPDX-License-Identifier: Apache-2.0 */
/* What checks of one and of many have in common. */
#ifndef GX_API_CHECK_PRIV_H
#define GX_API_CHECK_PRIV_H

#include "api/check.h"
#include "api/check_words.h"
#include "registry/roster.h"
#include "registry/subjects.h"
#include "standing/standing.h"

/* A key of tr(). */
extern const char check_notice[];

enum err_code check_make_id(
    int64_t now_ms, char out[CHECK_ID_CHARS + 1], struct err *err);
/* Purpose and case number: ERR_INPUT, ERR_REFUSED (a person's number). */
enum err_code check_texts(
    const struct check_question *question, struct err *err);
/* May this department ask in the matter today? ERR_REFUSED. */
enum err_code check_asker(const struct reading *reading,
    const struct cat_matter *matter, const char *department, struct err *err);

/* Finds whom it is about: id 0 when a code that is right is not known.
 * ERR_INPUT: it is no code; ERR_REFUSED: it is a person's number. */
enum err_code check_find_subject(const struct view_source *source,
    struct span code, struct subject *subject, char code_out[CHECK_CODE_BYTES],
    struct err *err);

/* "id" to "catalogue": what was asked, of the question's code nothing. */
void check_put_question(struct json_writer *w,
    const struct check_pieces *pieces, const struct check_question *question,
    const struct cat_matter *matter, const char *id);

struct check_about {
	const char *code;
	struct span name;
	bool is_known;
};
/* Does a measure follow that is not one of encouragement? */
bool check_applies(const struct standing *standing);
/* "subject", "applies", "is_easier", "entries". words: NULL, or where pieces
 * are kept that come again. */
enum err_code check_put_standing(struct json_writer *w,
    const struct check_pieces *pieces, const struct check_about *about,
    const struct standing *standing, struct err *err);
/* One of the entries; without its content where it does not stand. */
enum err_code check_put_entry(struct json_writer *w,
    const struct check_pieces *pieces, int64_t subject_id,
    const struct standing_entry *entry, bool has_content, struct err *err);
/* What may stand in a trace: valid UTF-8, bounded, and no person's number. */
struct span check_traceable(struct span text);

#endif
