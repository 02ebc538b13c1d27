/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XML of a workbook's part as a stream, by expat.
 *
 * Programs write the same elements with any prefix (x:row), and in the
 * transitional or the strict namespaces; so names are compared without
 * them, and elements of other namespaces (extensions) are passed over with
 * what they hold.
 *
 * Against XML made to harm: a document type is refused, so there are no
 * entities of one's own; depth is bounded; so is a single token, which
 * expat would keep in memory as a whole.
 */
#include "intake/xlsx_priv.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"

enum { CHUNK_BYTES = 64 * 1024, TOKEN_MAX = 2 * 1024 * 1024, DEPTH_MAX = 64 };

struct xlsx_xml {
	XML_Parser parser;
	struct xlsx_part *part;
	const struct xlsx_xml_handler *handler;
	void *user;
	struct err err;	 /* a handler's failure */
	struct err late; /* takes what fails behind it */
	bool is_suspended;
	bool is_last; /* the end of the part was fed */
	unsigned depth;
	unsigned foreign; /* depth of the foreign element we are in, or 0 */
	uint64_t fed;	  /* bytes given to expat */
};

static bool is_known_namespace(const char *uri, size_t n)
{
	static const char *const known[] = {
	    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
	    "http://purl.oclc.org/ooxml/spreadsheetml/main",
	    "http://schemas.openxmlformats.org/package/2006/relationships"};
	size_t i;

	for (i = 0; i < ARRAY_COUNT(known); i++)
		if (strlen(known[i]) == n && memcmp(known[i], uri, n) == 0)
			return true;
	return false;
}

static const char *local_name(const char *name)
{
	const char *space = strrchr(name, ' ');

	return space ? space + 1 : name;
}

static void on_start(void *user, const XML_Char *name, const XML_Char **attrs)
{
	struct xlsx_xml *xml = user;
	const char *local = local_name(name);

	xml->depth++;
	if (xml->depth > DEPTH_MAX) {
		err_set(xlsx_xml_fail(xml), ERR_INPUT,
		    "the workbook's XML is nested too deep");
		return;
	}
	if (!xml->foreign && local != name &&
	    !is_known_namespace(name, (size_t)(local - name) - 1))
		xml->foreign = xml->depth;
	if (!xml->foreign && xml->handler->start)
		xml->handler->start(xml->user, local, attrs);
}

static void on_end(void *user, const XML_Char *name)
{
	struct xlsx_xml *xml = user;

	if (!xml->foreign && xml->handler->end)
		xml->handler->end(xml->user, local_name(name));
	if (xml->foreign == xml->depth)
		xml->foreign = 0;
	xml->depth--;
}

static void on_text(void *user, const XML_Char *p, int n)
{
	struct xlsx_xml *xml = user;

	if (!xml->foreign && xml->handler->text)
		xml->handler->text(xml->user, p, (size_t)n);
}

static void on_doctype(void *user, const XML_Char *name,
    const XML_Char *system_id, const XML_Char *public_id, int has_internal)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal;
	err_set(xlsx_xml_fail(user), ERR_INPUT,
	    "the workbook's XML declares a document type, which none may");
}

struct xlsx_xml *xlsx_xml_new(
    struct xlsx_part *part, const struct xlsx_xml_handler *handler, void *user)
{
	struct xlsx_xml *xml = mem_zalloc(1, sizeof(*xml));

	xml->part = part;
	xml->handler = handler;
	xml->user = user;
	xml->parser = XML_ParserCreateNS(NULL, ' ');
	ASSERT(xml->parser);
	XML_SetUserData(xml->parser, xml);
	XML_SetElementHandler(xml->parser, on_start, on_end);
	XML_SetCharacterDataHandler(xml->parser, on_text);
	XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
	/* The sandbox has no random bytes; where memory lies is random. */
	XML_SetHashSalt(xml->parser,
	    (unsigned long)((uintptr_t)xml ^ (uintptr_t)xml->parser << 20) |
		1UL);
	return xml;
}

void xlsx_xml_free(struct xlsx_xml **xml)
{
	if (!*xml)
		return;
	XML_ParserFree((*xml)->parser);
	xlsx_part_free(&(*xml)->part);
	free(*xml);
	*xml = NULL;
}

void xlsx_xml_suspend(struct xlsx_xml *xml)
{
	xml->is_suspended = true;
	XML_StopParser(xml->parser, XML_TRUE);
}

struct err *xlsx_xml_fail(struct xlsx_xml *xml)
{
	/* A second failure comes only from events on their way. */
	if (xml->err.code != ERR_NONE)
		return &xml->late;
	XML_StopParser(xml->parser, XML_FALSE);
	return &xml->err;
}

/* Feeds one chunk. */
static enum err_code feed(
    struct xlsx_xml *xml, enum XML_Status *status_out, struct err *err)
{
	XML_Index index = XML_GetCurrentByteIndex(xml->parser);
	void *room;
	int got;

	if (index >= 0 && xml->fed - (uint64_t)index > TOKEN_MAX)
		return err_set(err, ERR_INPUT,
		    "the workbook's XML has an element that is too long");
	room = XML_GetBuffer(xml->parser, CHUNK_BYTES);
	ASSERT(room);
	got = xlsx_part_read(xml->part, room, CHUNK_BYTES, err);
	if (got < 0)
		return (enum err_code)got;
	xml->fed += (uint64_t)got;
	xml->is_last = got == 0;
	*status_out = XML_ParseBuffer(xml->parser, got, got == 0);
	return ERR_NONE;
}

static enum err_code parse_error(struct xlsx_xml *xml, struct err *err)
{
	if (xml->err.code != ERR_NONE) {
		if (err)
			*err = xml->err;
		return xml->err.code;
	}
	return err_set(err, ERR_INPUT,
	    "the workbook's XML is not well-formed at line %lu: %s",
	    (unsigned long)XML_GetCurrentLineNumber(xml->parser),
	    XML_ErrorString(XML_GetErrorCode(xml->parser)));
}

int xlsx_xml_run(struct xlsx_xml *xml, struct err *err)
{
	enum XML_Status status = XML_STATUS_OK;

	if (xml->err.code != ERR_NONE)
		return parse_error(xml, err);
	if (xml->is_suspended) {
		xml->is_suspended = false;
		status = XML_ResumeParser(xml->parser);
	}
	while (status == XML_STATUS_OK && !xml->is_last) {
		enum err_code code = feed(xml, &status, err);

		if (code != ERR_NONE)
			return code;
	}
	if (status == XML_STATUS_SUSPENDED)
		return 1;
	return status == XML_STATUS_OK ? 0 : (int)parse_error(xml, err);
}

const char *xlsx_attribute(const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (strcmp(local_name(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

enum err_code xlsx_parse_part(struct xlsx_zip *zip, const char *path,
    uint64_t max_bytes, const struct xlsx_xml_handler *handler, void *user,
    struct xlsx_xml **xml_slot, struct err *err)
{
	struct xlsx_part *part;
	enum err_code code = xlsx_part_open(zip, path, max_bytes, &part, err);
	int result;

	if (code != ERR_NONE)
		return code;
	*xml_slot = xlsx_xml_new(part, handler, user);
	do
		result = xlsx_xml_run(*xml_slot, err);
	while (result == 1);
	xlsx_xml_free(xml_slot);
	return (enum err_code)result;
}
