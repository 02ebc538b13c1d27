/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Translation of messages. The English text in the source is the key; the
 * Chinese text stands in i18n/zh/ROOM.po and is compiled in. A test finds every
 * text without a translation and every one whose conversions differ.
 */
#ifndef GX_BASE_TR_H
#define GX_BASE_TR_H

#include <stdbool.h>

enum lang { LANG_ZH = 0, LANG_EN, LANG_COUNT };

/* The process's language; Chinese until set. */
enum lang tr_lang(void);
void tr_set_lang(enum lang lang);
/* From LC_ALL, LC_MESSAGES, LANG: "zh..." or unset/C/POSIX is Chinese,
 * anything else English. GONGXIN_LANG=zh|en wins over all. */
enum lang tr_lang_from_environment(void);

/* The text in the process's language, or `english` when there is none. */
const char *tr(const char *english) __attribute__((format_arg(1)));
/* The same for a given language. */
const char *tr_in(enum lang lang, const char *english)
    __attribute__((format_arg(2)));

#endif
