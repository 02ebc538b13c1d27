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

/* The language of this thread: its own if it has one, else the process's;
 * Chinese until set. */
enum lang tr_lang(void);
/* The process's. Before there are threads. */
void tr_set_lang(enum lang lang);
enum lang tr_process_lang(void);
/* This thread's own, for as long as it is not set otherwise: a server's
 * thread speaks the language of the request that it answers. */
void tr_set_thread_lang(enum lang lang);
/* From LC_ALL, LC_MESSAGES, LANG: "zh..." or unset/C/POSIX is Chinese,
 * anything else English. GONGXIN_LANG=zh|en wins over all. */
enum lang tr_lang_from_environment(void);

/* The text in tr_lang(), or `english` when there is none. */
const char *tr(const char *english) __attribute__((format_arg(1)));
/* The same for a given language. */
const char *tr_in(enum lang lang, const char *english)
    __attribute__((format_arg(2)));

#endif
