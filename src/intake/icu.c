/* SPDX-License-Identifier: Apache-2.0 */
/* Where ICU is loaded. Its functions bear the version of the header that we
 * are compiled with in their names, and its file does, too. */
#include "intake/icu.h"

#include "base/check.h"
#include "base/library.h"

#define WORD(name)  #name
#define WORD_(name) WORD(name)
#define VERSION	    WORD_(U_ICU_VERSION_MAJOR_NUM)

struct icu icu;

static const struct library_function functions[] = {
    {WORD_(ucnv_open), &icu.open},
    {WORD_(ucnv_close), &icu.close},
    {WORD_(ucnv_setToUCallBack), &icu.set_to_u_callback},
    {WORD_(ucnv_toUnicode), &icu.to_unicode},
    {WORD_(ucnv_fromUnicode), &icu.from_unicode},
    {WORD_(UCNV_TO_U_CALLBACK_STOP), &icu.to_u_stop},
};

_Static_assert(sizeof(icu) == ARRAY_COUNT(functions) * sizeof(void *),
    "all of them are found");

enum err_code icu_load(struct err *err)
{
	return library_load("libicuuc.so." VERSION, "libicu" VERSION, functions,
	    ARRAY_COUNT(functions), err);
}
