#include "messages/document_parse.h"

#include <assert.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <string.h>

#include "messages/refusal.h"
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

unsigned document_parse_line(struct bytes bytes, size_t offset)
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

static struct bytes skip_space(struct bytes range)
{
	while (range.len > 0 && bytes_is_space(*range.at))
		range = bytes_of(range.at + 1, range.len - 1);
	return range;
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
			       document_parse_line(reading->bytes,
						   (size_t)(rest.at - reading->bytes.at)),
			       "", "");
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

enum err document_parse(struct bytes bytes, const struct document_watch *watch,
			struct findings *findings, xmlDoc **ret_xml)
{
	struct reading reading = {.bytes = bytes, .findings = findings, .watch = watch};
	xmlDoc *xml = NULL;

	check_attributes(&reading);
	if (!reading.refused && reading.err == OK) {
		xmlInitParser();
		xml = parse(&reading);
	}
	if (reading.err == OK)
		*ret_xml = xml;
	return reading.err;
}
