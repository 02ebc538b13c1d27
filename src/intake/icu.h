/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we use of ICU: its table of GB18030. The library is loaded when a file
 * is read or written, and not by the many commands that read none: with its
 * data and C++'s library it takes a third of the time that a program needs to
 * start.
 */
#ifndef GX_INTAKE_ICU_H
#define GX_INTAKE_ICU_H

#include <unicode/ucnv.h>

#include "base/err.h"

/* Its functions without their prefix; NULL until icu_load. */
extern struct icu {
	__typeof__(ucnv_open) *open;
	__typeof__(ucnv_close) *close;
	__typeof__(ucnv_setToUCallBack) *set_to_u_callback;
	__typeof__(ucnv_toUnicode) *to_unicode;
	__typeof__(ucnv_fromUnicode) *from_unicode;
	__typeof__(UCNV_TO_U_CALLBACK_STOP) *to_u_stop;
} icu;

/* ERR_SYSTEM: it is not there. To be called again is cheap. */
enum err_code icu_load(struct err *err);

#endif
