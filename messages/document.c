#include "messages/document.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "messages/document_parse.h"
#include "messages/refusal.h"
#include "messages/scan.h"
#include "messages/signature_sheet.h"
#include "messages/trunk_xml.h"
#include "messages/utf8.h"
#include "sampan/limit.h"

struct reading {
	struct bytes bytes;
	struct findings *findings;
	bool refused; /* the finding is put */
	enum err err;
};

static void refuse(struct reading *reading, enum refusal refusal, unsigned line, const char *value,
		   const char *detail)
{
	reading->refused = true;
	reading->err = refusal_put(reading->findings, refusal, line, value, detail);
}

/* XML 1.0 appendix F: four bytes tell UTF-16 and UTF-32, marked or not. */
static bool is_wide(struct bytes bytes)
{
	if (bytes.len < 2)
		return false;
	if ((bytes.at[0] == 0xFF && bytes.at[1] == 0xFE) ||
	    (bytes.at[0] == 0xFE && bytes.at[1] == 0xFF))
		return true;
	return bytes.at[0] == 0 || bytes.at[1] == 0;
}

static void check_bytes(struct reading *reading)
{
	struct bytes bytes = reading->bytes;
	size_t wrong;

	if (is_wide(bytes)) {
		refuse(reading, REFUSAL_OTHER_ENCODING, 1, "UTF-16", "");
		return;
	}
	wrong = utf8_first_wrong(bytes);
	if (wrong < bytes.len)
		refuse(reading, bytes.at[wrong] == 0 ? REFUSAL_ZERO_BYTE : REFUSAL_NOT_UTF_8,
		       document_parse_line(bytes, wrong), "", "");
}

static struct bytes skip_space(struct bytes range)
{
	while (range.len > 0 && bytes_is_space(*range.at))
		range = bytes_of(range.at + 1, range.len - 1);
	return range;
}

/* The value of encoding="..." in <?xml ...?>; empty when there is none. */
static struct bytes declared_encoding(struct bytes bytes)
{
	static const char bom[] = "\xEF\xBB\xBF", word[] = "encoding";
	const uint8_t *end, *at;

	if (bytes_has_prefix(bytes, bytes_of_text(bom)))
		bytes = bytes_of(bytes.at + 3, bytes.len - 3);
	if (!bytes_has_prefix(bytes, bytes_of_text("<?xml")) ||
	    (end = memmem(bytes.at, bytes.len, "?>", 2)) == NULL ||
	    (at = memmem(bytes.at, (size_t)(end - bytes.at), word, strlen(word))) == NULL)
		return (struct bytes){0};
	at += strlen(word);
	bytes = skip_space(bytes_of(at, (size_t)(end - at)));
	if (bytes.len == 0 || *bytes.at != '=')
		return (struct bytes){0};
	bytes = skip_space(bytes_of(bytes.at + 1, bytes.len - 1));
	if (bytes.len < 2 || (*bytes.at != '"' && *bytes.at != '\'') ||
	    (end = memchr(bytes.at + 1, *bytes.at, bytes.len - 1)) == NULL)
		return (struct bytes){0};
	return bytes_of(bytes.at + 1, (size_t)(end - bytes.at - 1));
}

static bool is_named(struct bytes name, const char *other)
{
	return name.len == strlen(other) &&
	       strncasecmp((const char *)name.at, other, name.len) == 0;
}

static void check_encoding(struct reading *reading)
{
	struct bytes name = declared_encoding(reading->bytes);
	char text[64] = "";

	if (name.len == 0 || is_named(name, "UTF-8") || is_named(name, "US-ASCII"))
		return;
	memcpy(text, name.at, name.len < sizeof(text) ? name.len : sizeof(text) - 1);
	refuse(reading, REFUSAL_OTHER_ENCODING, 1, xmlCheckUTF8((xmlChar *)text) ? text : "?", "");
}

static void check_size(struct reading *reading, size_t max_bytes)
{
	struct arena *arena = reading->findings->arena;
	const char *size, *limit;

	if (reading->bytes.len == 0) {
		refuse(reading, REFUSAL_EMPTY, 0, "", "");
	} else if (reading->bytes.len > max_bytes) {
		size = arena_format(arena, "%zu", reading->bytes.len);
		limit = arena_format(arena, "%zu", max_bytes);
		if (size == NULL || limit == NULL)
			reading->err = ERR_MEMORY;
		else
			refuse(reading, REFUSAL_TOO_LARGE, 0, size, limit);
	}
}

static enum err check(struct reading *reading, size_t max_bytes)
{
	static void (*const checks[])(struct reading *) = {check_bytes, check_encoding};

	check_size(reading, max_bytes);
	for (size_t i = 0; i < 2 && !reading->refused && reading->err == OK; i++)
		checks[i](reading);
	return reading->err;
}

/* ---- Reading ---- */

/* What is read on is the document without its signatures. */
static struct bytes bare_bytes(const struct document *document)
{
	return document->sheet == NULL ? document->bytes : document->sheet->bare;
}

/* What is made late is no change of what the document says. */
static struct document *own(const struct document *document)
{
	return (struct document *)(uintptr_t)document;
}

/* By our own reader, or else by libxml2's. OK without a trunk: the findings say why. */
static enum err read_trunk(struct document *document, struct findings *findings)
{
	struct trunk *trunk = arena_alloc(document->arena, sizeof(*trunk));
	bool is_sure = false;
	enum err err = ERR_MEMORY;

	if (trunk == NULL ||
	    (err = scan_read(bare_bytes(document), document->arena, trunk, &is_sure)) != OK)
		return err;
	if (!is_sure && document->xml == NULL)
		err = document_parse(bare_bytes(document), NULL, findings, &document->xml);
	if (err != OK || (!is_sure && document->xml == NULL))
		return err;
	if (!is_sure)
		err = trunk_of_xml(document->xml, document->arena, trunk);
	if (err == OK)
		document->trunk = trunk;
	return err;
}

static enum err read_into(struct document *document, struct findings *findings)
{
	size_t errors = findings->errors;
	enum err err = signature_sheet_read(document->bytes, findings, &document->sheet);

	if (err != OK || findings->errors > errors)
		return err;
	document->arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	return document->arena == NULL ? ERR_MEMORY : read_trunk(document, findings);
}

enum err document_read(struct bytes bytes, size_t max_bytes, struct findings *findings,
		       struct document **ret_document)
{
	struct reading reading = {.bytes = bytes, .findings = findings};
	struct document *document;
	enum err err;

	assert(max_bytes <= LIMIT_DOCUMENT_BYTES);
	if ((err = check(&reading, max_bytes)) != OK)
		return err;
	if (reading.refused) {
		*ret_document = NULL;
		return OK;
	}
	document = calloc(1, sizeof(*document));
	if (document == NULL)
		return ERR_MEMORY;
	document->bytes = bytes;
	err = read_into(document, findings);
	if (err == OK)
		*ret_document = document->trunk == NULL ? NULL : document;
	if (err != OK || document->trunk == NULL)
		document_free(document);
	return err;
}

void document_free(struct document *document)
{
	if (document == NULL)
		return;
	xmlFreeDoc(document->xml);
	signature_sheet_free(document->sheet);
	arena_free(document->arena);
	free(document);
}

/* ---- Later ---- */

/* What was read once can be read again: that libxml2 refuses it is a fault of ours. */
enum err document_need_xml(const struct document *document)
{
	struct findings findings;
	enum err err;

	if (document->xml != NULL)
		return OK;
	findings_init(&findings, document->arena);
	err = document_parse(bare_bytes(document), NULL, &findings, &own(document)->xml);
	return err == OK && document->xml == NULL ? ERR_CORRUPT : err;
}

enum err document_read_xml(struct bytes bytes, size_t max_bytes, struct findings *findings,
			   struct document **ret_document)
{
	struct document *document = NULL;
	enum err err = document_read(bytes, max_bytes, findings, &document);

	if (err == OK && document != NULL)
		err = document_need_xml(document);
	if (err == OK)
		*ret_document = document;
	else
		document_free(document);
	return err;
}

enum err document_read_again(const struct document *document)
{
	const struct trunk *before = document->trunk;
	struct findings findings;
	enum err err;

	findings_init(&findings, document->arena);
	err = read_trunk(own(document), &findings);
	return err == OK && document->trunk == before ? ERR_CORRUPT : err;
}

const xmlNode *document_root(const struct document *document)
{
	assert(document->xml != NULL);
	return xmlDocGetRootElement(document->xml);
}

unsigned document_line(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->parent;
	return node == NULL ? 0 : (unsigned)(uintptr_t)node->_private;
}
