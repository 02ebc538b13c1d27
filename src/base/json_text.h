/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a JSON document that jansson has parsed. */
#ifndef GX_BASE_JSON_TEXT_H
#define GX_BASE_JSON_TEXT_H

#include <jansson.h>

/* A string member; "" when there is none. Lives as long as the document. */
static inline const char *json_text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

#endif
