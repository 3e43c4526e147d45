#include "messages/document.h"

#include <assert.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "messages/refusal.h"
#include "messages/signature_sheet.h"
#include "messages/utf8.h"
#include "sampan/limit.h"

/*
 * libxml2 looks for repeated attributes and for prefixes by comparing each with each, and keeps all
 * names (and the shortest texts) in a table that stops growing, so all are bounded: what is within
 * the size limit must not cost minutes.
 */
#define MAX_ATTRIBUTES 256u
#define MAX_NAMESPACES 64u
#define MAX_NAMES 65536

#define OPTIONS (XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT | XML_PARSE_IGNORE_ENC)

#if LIBXML_VERSION >= 21200
typedef const xmlError *parser_error;
#else
typedef xmlError *parser_error;
#endif

struct reading {
	struct bytes bytes;
	struct findings *findings;
	bool refused; /* the finding is put; whatever the parser says later only follows from it */
	enum err err;
	const struct document_watch *watch; /* NULL: nobody */
	size_t values;
	uint16_t namespaces[LIMIT_DOCUMENT_DEPTH + 1]; /* in force at each depth */
};

static unsigned line_at(struct bytes bytes, size_t offset)
{
	const uint8_t *at = bytes.at, *end = bytes.at + offset;
	unsigned line = 1;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		line++;
		at++;
	}
	return line;
}

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
		       line_at(bytes, wrong), "", "");
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

/*
 * No start tag reaches over a "<" (XML 1.0 section 3.1), so the number of ="..." since the last one
 * bounds its attributes, whatever else is wrong with the document. Text with as many of them is
 * refused too.
 */
static void check_attributes(struct reading *reading)
{
	struct bytes rest = reading->bytes;
	const uint8_t *equal;
	size_t count = 0;

	while ((equal = memchr(rest.at, '=', rest.len)) != NULL) {
		if (memchr(rest.at, '<', (size_t)(equal - rest.at)) != NULL)
			count = 0;
		rest = bytes_of(equal + 1, rest.len - (size_t)(equal + 1 - rest.at));
		rest = skip_space(rest);
		if (rest.len == 0)
			return;
		if ((*rest.at == '"' || *rest.at == '\'') && ++count > MAX_ATTRIBUTES) {
			refuse(reading, REFUSAL_TOO_MANY_ATTRIBUTES,
			       line_at(reading->bytes, (size_t)(rest.at - reading->bytes.at)), "",
			       "");
			return;
		}
	}
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *public_id,
		       const xmlChar *system_id)
{
	xmlParserCtxt *parser = context;

	(void)public_id;
	(void)system_id;
	refuse(parser->_private, REFUSAL_DOCTYPE, (unsigned)parser->input->line,
	       name == NULL ? "" : (const char *)name, "");
	xmlStopParser(parser);
}

/*
 * The parser stands behind the start tag's last attribute; the tag began at the last "<" before (an
 * attribute's value holds none).
 */
static uintptr_t tag_line(const xmlParserInput *input)
{
	const xmlChar *at = input->cur;
	uintptr_t line = (uintptr_t)input->line;

	while (at > input->base && *--at != '<')
		if (*at == '\n')
			line--;
	return line;
}

static size_t offset_of(const xmlParserInput *input, const xmlChar *at)
{
	return (size_t)input->consumed + (size_t)(at - input->base);
}

static size_t tag_offset(const xmlParserInput *input)
{
	const xmlChar *at = input->cur;

	while (at > input->base && *at != '<')
		at--;
	return offset_of(input, at);
}

static bool is_name_too_long(const xmlChar *name, int attribute_count, const xmlChar **attributes,
			     enum refusal *ret_refusal)
{
	bool is_long = strlen((const char *)name) > LIMIT_NAME_BYTES;

	for (int i = 0; i < attribute_count && !is_long; i++)
		is_long = strlen((const char *)attributes[5 * i]) > LIMIT_NAME_BYTES;
	if (is_long)
		*ret_refusal = REFUSAL_NAME_TOO_LONG;
	return is_long;
}

static bool is_too_much(struct reading *reading, const xmlParserCtxt *parser, size_t namespaces,
			size_t values, enum refusal *ret_refusal)
{
	size_t depth = (size_t)parser->nodeNr + 1;
	int names = xmlDictSize(parser->dict);

	reading->values += values;
	if (depth > LIMIT_DOCUMENT_DEPTH)
		*ret_refusal = REFUSAL_TOO_DEEP;
	else if (reading->values > LIMIT_DOCUMENT_VALUES)
		*ret_refusal = REFUSAL_TOO_MANY_VALUES;
	else if (reading->namespaces[depth - 1] + namespaces > MAX_NAMESPACES)
		*ret_refusal = REFUSAL_TOO_MANY_NAMESPACES;
	else if (names > MAX_NAMES)
		*ret_refusal = REFUSAL_TOO_MANY_NAMES;
	else
		return false;
	return true;
}

/* NOLINTNEXTLINE(readability-function-size): libxml2 says what its parameters are */
static void on_element(void *context, const xmlChar *name, const xmlChar *prefix,
		       const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
		       int attribute_count, int default_count, const xmlChar **attributes)
{
	xmlParserCtxt *parser = context;
	struct reading *reading = parser->_private;
	size_t depth = (size_t)parser->nodeNr + 1, own = (size_t)namespace_count;
	uintptr_t line = tag_line(parser->input);
	enum refusal refusal;

	if (reading->refused)
		return;
	if (is_too_much(reading, parser, own, own + (size_t)attribute_count + 1, &refusal) ||
	    is_name_too_long(name, attribute_count, attributes, &refusal)) {
		refuse(reading, refusal, (unsigned)line, "", "");
		xmlStopParser(parser);
		return;
	}
	reading->namespaces[depth] = (uint16_t)(reading->namespaces[depth - 1] + own);
	xmlSAX2StartElementNs(context, name, prefix, uri, namespace_count, namespaces,
			      attribute_count, default_count, attributes);
	if (parser->node == NULL)
		return;
	/* xmlNode.line has 16 bits */
	parser->node->_private = (void *)line;
	if (reading->watch != NULL)
		reading->watch->on_begin(reading->watch->context, parser->node,
					 tag_offset(parser->input));
}

/* The parser stands behind the end tag, or behind "/>". */
static void on_watched_end(void *context, const xmlChar *name, const xmlChar *prefix,
			   const xmlChar *uri)
{
	xmlParserCtxt *parser = context;
	struct reading *reading = parser->_private;
	const xmlParserInput *input = parser->input;

	if (!reading->refused && parser->node != NULL)
		reading->watch->on_end(reading->watch->context, parser->node,
				       offset_of(input, input->cur));
	xmlSAX2EndElementNs(context, name, prefix, uri);
}

static void on_watched_instruction(void *context, const xmlChar *target, const xmlChar *data)
{
	const struct reading *reading = ((xmlParserCtxt *)context)->_private;

	(void)target;
	(void)data;
	reading->watch->on_instruction(reading->watch->context);
}

static void on_error(void *context, parser_error error)
{
	xmlParserCtxt *parser = context;
	struct reading *reading = parser->_private;

	/* Namespaces in XML 1.0 section 2.2: a name that is no URI is no error */
	if (reading->refused || error->level < XML_ERR_ERROR || error->domain == XML_FROM_VALID ||
	    error->code == XML_WAR_NS_URI)
		return;
	if (error->code == XML_ERR_NO_MEMORY) {
		reading->refused = true;
		reading->err = ERR_MEMORY;
		return;
	}
	reading->refused = true;
	reading->err = refusal_put_ill_formed(reading->findings, error);
}

static xmlDoc *parse(struct reading *reading)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	xmlDoc *xml;

	if (parser == NULL) {
		reading->err = ERR_MEMORY;
		return NULL;
	}
	parser->_private = reading;
	parser->sax->internalSubset = on_doctype;
	parser->sax->externalSubset = NULL;
	parser->sax->entityDecl = NULL;
	parser->sax->resolveEntity = NULL;
	parser->sax->startElementNs = on_element;
	/*
	 * Nobody reads them, and each ends a piece of text; libxml2 joins pieces by copying all
	 * that came before (xmlSchemaVPushText).
	 */
	parser->sax->comment = NULL;
	parser->sax->processingInstruction = NULL;
	parser->sax->serror = on_error;
	if (reading->watch != NULL) {
		parser->sax->endElementNs = on_watched_end;
		parser->sax->processingInstruction = on_watched_instruction;
	}
	xml = xmlCtxtReadMemory(parser, (const char *)reading->bytes.at, (int)reading->bytes.len,
				NULL, NULL, OPTIONS);
	xmlFreeParserCtxt(parser);
	if (reading->refused || reading->err != OK) {
		xmlFreeDoc(xml);
		return NULL;
	}
	if (xml == NULL)
		reading->err = ERR_MEMORY;
	return xml;
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

enum err document_parse(struct bytes bytes, const struct document_watch *watch,
			struct findings *findings, xmlDoc **ret_xml)
{
	struct reading reading = {.bytes = bytes, .findings = findings, .watch = watch};
	xmlDoc *xml = parse(&reading);

	if (reading.err == OK)
		*ret_xml = xml;
	return reading.err;
}

static enum err check(struct reading *reading, size_t max_bytes)
{
	static void (*const checks[])(struct reading *) = {check_bytes, check_encoding,
							   check_attributes};

	check_size(reading, max_bytes);
	for (size_t i = 0; i < 3 && !reading->refused && reading->err == OK; i++)
		checks[i](reading);
	return reading->err;
}

/* What is read on is the document without its signatures. */
static enum err read_into(struct document *document, struct findings *findings)
{
	size_t errors = findings->errors;
	enum err err = signature_sheet_read(document->bytes, findings, &document->sheet);

	if (err != OK || findings->errors > errors)
		return err;
	return document_parse(document->sheet == NULL ? document->bytes : document->sheet->bare,
			      NULL, findings, &document->xml);
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
	xmlInitParser();
	document = calloc(1, sizeof(*document));
	if (document == NULL)
		return ERR_MEMORY;
	document->bytes = bytes;
	err = read_into(document, findings);
	if (err == OK)
		*ret_document = document->xml == NULL ? NULL : document;
	if (err != OK || document->xml == NULL)
		document_free(document);
	return err;
}

void document_free(struct document *document)
{
	if (document == NULL)
		return;
	xmlFreeDoc(document->xml);
	signature_sheet_free(document->sheet);
	free(document);
}

const xmlNode *document_root(const struct document *document)
{
	return xmlDocGetRootElement(document->xml);
}

unsigned document_line(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->parent;
	return node == NULL ? 0 : (unsigned)(uintptr_t)node->_private;
}
