#include "tests/support/mutate.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <string.h>

#define XSI "http://www.w3.org/2001/XMLSchema-instance"
#define VALUE_BYTES 8192u
#define NODES 4096u

static const char *const values[] = {
	"",
	" ",
	"\n",
	"\t\n 1 \r\n",
	" A",
	"A ",
	"A  B",
	"A\tB",
	"A B",
	"A\nB",
	"\n2026-01-02\n",
	/* numbers */
	"0",
	"-0",
	"+0",
	"00",
	"1",
	"-1",
	"+1",
	"9",
	"10",
	"007",
	"00000000000000000000000000001",
	"1.",
	".5",
	".",
	"-.5",
	"+.5",
	"-",
	"+",
	"--1",
	"1.0",
	"1.00",
	"0.0",
	"1.50000000000000000",
	"1e5",
	"1E5",
	"INF",
	"NaN",
	"0x10",
	"1,5",
	"1 000",
	"1 ",
	" 1",
	"99999",
	"100000",
	"99999.9",
	"0.000001",
	"0.0000001",
	"0.123456",
	"0.1234567",
	"1234567890.123456",
	"12345678901.123456",
	"9999999999999999",
	"99999999999999999",
	"999999999999999999",
	"9999999999999999999",
	"123456789012345678901234",
	"1234567890123456789012345",
	"1234567890123456789012345678901234567890",
	"0.1234567890123456789012345678901234567890",
	"0000000000000000000000000000000000000.5",
	"-2147483648",
	"-2147483649",
	"2147483647",
	"2147483648",
	"4294967295",
	"4294967296",
	"32768",
	"65536",
	"127",
	"128",
	"255",
	"256",
	"9223372036854775807",
	"9223372036854775808",
	"18446744073709551616",
	/* days and times */
	"2026-01-31",
	"2026-02-31",
	"2026-02-28",
	"2026-02-29",
	"2024-02-29",
	"1900-02-29",
	"2000-02-29",
	"2026-04-31",
	"2026-00-10",
	"2026-13-10",
	"2026-12-00",
	"2026-12-32",
	"0000-01-01",
	"0001-01-01",
	"-0001-01-01",
	"-2026-01-01",
	"9999-12-31",
	"10000-01-01",
	"02026-01-01",
	"226-01-01",
	"2026-1-01",
	"2026-01-1",
	"2026/01/01",
	"20260101",
	"2026-01-01Z",
	"2026-01-01z",
	"2026-01-01+07:00",
	"2026-01-01-13:59",
	"2026-01-01+14:00",
	"2026-01-01+14:01",
	"2026-01-01-14:00",
	"2026-01-01+24:00",
	"2026-01-01+7:00",
	"2026-01-01+0700",
	"2026-01-01 +07:00",
	"2026-01-01T10:00:00",
	"2026-01-01T23:59:59",
	"2026-01-01T24:00:00",
	"2026-01-01T24:00:01",
	"2026-01-01T25:00:00",
	"2026-01-01T23:59:60",
	"2026-01-01T23:60:00",
	"2026-01-01T10:00:00.5",
	"2026-01-01T10:00:00.",
	"10:00:00",
	"2026-01-01T10:00:00.123456789012345678901",
	"2026-01-01T10:00",
	"2026-01-01T10:00:00Z",
	"2026-01-01T10:00:00+07:00",
	"2026-01-01 10:00:00",
	"24:00:00",
	"23:59:60",
	"10:00:00Z",
	"2026",
	"0000",
	"-2026",
	"12026",
	"226",
	"2026Z",
	"2026+07:00",
	"2026-01",
	"2026-13",
	"20260131",
	"20260131120000",
	"20260131120000Z",
	"20260131120000+07",
	"20260131120000-07",
	"20\xD9\xA0\xD9\xA0\xD9\xA0\xD9\xA0\xD9\xA0\xD9\xA0",
	"2026013\xEF\xBC\x91",
	"2026-01-02 10:11:12",
	"2026-01-02 10:11:12.345",
	"2026-01-02 24:11:12",
	/* words */
	"true",
	"false",
	"TRUE",
	"True",
	"yes",
	"no",
	"a",
	"A",
	"z",
	"Z",
	"AB",
	"ab",
	"Ab",
	"ABC",
	"abc",
	"ABCD",
	"vi",
	"vi-VN",
	"en-US",
	"VI",
	"v",
	"vie",
	"x-klingon",
	"i-navajo",
	"zh-Hans",
	"vi-",
	"-vi",
	"vi_VN",
	"toolonglanguage",
	"vi-VN-x",
	"e1",
	"12",
	"304",
	"102",
	"305",
	"9",
	"13",
	"14",
	"urn:x:y",
	"urn:",
	":x",
	"http://",
	"http://a/b",
	"http://a:80/b",
	"http://a:b/c",
	"http://[::1]/",
	"http://[",
	"%",
	"%41",
	"%zz",
	"a#b",
	"a#b#c",
	"a b",
	"//host/path",
	"///",
	"/",
	"?",
	"a:b",
	"1:b",
	"mailto:a@b",
	"http:/",
	"http:///a",
	"\xC4\x91",
	"CN",
	"VN",
	"TH",
	"KGM",
	"EUR",
	"VND",
	"_",
	"-",
	".",
	":",
	"a-b",
	"a.b",
	"1a",
	"a:b:c",
	"a/b",
	"^",
	"$",
	"~",
	"}",
	"[",
	"\\",
	"|",
	"\x7F",
	"it's",
	"\"",
	"<&>",
	"]]>",
	/* characters that are more than one byte, or more than one character that looks like one */
	"\xC3\xA9",
	"e\xCC\x81",
	"\xC6\xB0\xE1\xBB\x9B",
	"\xF0\x9D\x92\xB3",
	"\xED\x9F\xBF",
	"\xEE\x80\x80",
	"\xEF\xBF\xBD",
	"\xF0\x90\x80\x80",
	"\xF4\x8F\xBF\xBD",
	"\xC2\xA0",
	"\xE2\x80\x83",
	"\xE3\x80\x80",
	"\xE2\x80\x8B",
	"\xEF\xBB\xBF",
	"\xC2\x85",
	"\xE2\x80\xA8",
	"\xD9\xA3",
	"\xEF\xBC\x91",
	"\xE0\xB9\x91",
	"\xCE\xA9",
	"\xC2\xAA",
	"\xE2\x82\xAC",
	"\xC2\x80",
};

static const char *const pieces[] = {"A",
				     "1",
				     "a",
				     "0",
				     " ",
				     ".",
				     "-",
				     "\xC3\xA9",
				     "e\xCC\x81",
				     "\xF0\x9D\x92\xB3",
				     "\xE1\xBB\x9B",
				     "~",
				     "\n",
				     "+",
				     "Z"};

static const unsigned lengths[] = {
	0,   1,   2,   3,   4,   5,   6,   7,   8,   9,   10,  12,  13,  14,  16,   17,  18, 19,
	20,  21,  22,  23,  24,  25,  26,  30,  35,  36,  50,  51,  64,  65,  70,   71,  80, 99,
	100, 101, 140, 141, 175, 200, 201, 210, 256, 257, 300, 350, 512, 513, 1000, 1001};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

uint64_t mutate_next(uint64_t *state)
{
	uint64_t next = *state += UINT64_C(0x9E3779B97F4A7C15);

	next = (next ^ next >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	next = (next ^ next >> 27) * UINT64_C(0x94D049BB133111EB);
	return next ^ next >> 31;
}

static size_t below(uint64_t *state, size_t bound)
{
	return (size_t)(mutate_next(state) % bound);
}

/* Where a character begins, at or before the place. */
static size_t begin_of(const char *text, size_t at)
{
	while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
		at--;
	return at;
}

static size_t end_of(const char *text, size_t at)
{
	if (text[at] != '\0')
		at++;
	while (((unsigned char)text[at] & 0xC0) == 0x80)
		at++;
	return at;
}

/* One character of the value taken away, doubled, changed, or one more. */
static void edit(uint64_t *state, const char *old, char *to)
{
	size_t len = strlen(old), from = begin_of(old, below(state, len + 1));
	size_t behind = end_of(old, from);
	const char *piece = pieces[below(state, COUNT(pieces))];

	switch (below(state, 4)) {
	case 0:
		snprintf(to, VALUE_BYTES, "%.*s%s", (int)from, old, old + behind);
		break;
	case 1:
		snprintf(to, VALUE_BYTES, "%.*s%s", (int)behind, old, old + from);
		break;
	case 2:
		snprintf(to, VALUE_BYTES, "%.*s%s%s", (int)from, old, piece, old + behind);
		break;
	default:
		snprintf(to, VALUE_BYTES, "%.*s%s%s", (int)from, old, piece, old + from);
	}
}

static void repeat(uint64_t *state, const char *old, char *to)
{
	const char *piece = below(state, 3) == 0 && strlen(old) == 1
				    ? old
				    : pieces[below(state, COUNT(pieces))];
	unsigned count = lengths[below(state, COUNT(lengths))];
	size_t len = 0;

	*to = '\0';
	for (unsigned i = 0; i < count; i++)
		len += (size_t)snprintf(to + len, VALUE_BYTES - len, "%s", piece);
}

/* The value at other lengths: its own characters again, or cut. */
static void stretch(uint64_t *state, const char *old, char *to)
{
	unsigned count = lengths[below(state, COUNT(lengths))];
	size_t from = 0, len = 0;

	*to = '\0';
	for (unsigned i = 0; i < count && *old != '\0'; i++) {
		size_t behind = end_of(old, from);

		len += (size_t)snprintf(to + len, VALUE_BYTES - len, "%.*s", (int)(behind - from),
					old + from);
		from = old[behind] == '\0' ? 0 : behind;
	}
}

const char *mutate_value(uint64_t *state, const char *old)
{
	static char value[VALUE_BYTES];

	if (old == NULL || strlen(old) > 1000)
		old = "";
	switch (below(state, 8)) {
	case 0:
	case 1:
		repeat(state, old, value);
		break;
	case 2:
		stretch(state, old, value);
		break;
	case 3:
		snprintf(value, sizeof(value), "%s%s", old, pieces[below(state, COUNT(pieces))]);
		break;
	case 4:
	case 5:
		edit(state, old, value);
		break;
	default:
		snprintf(value, sizeof(value), "%s", values[below(state, COUNT(values))]);
	}
	return value;
}

/* ---- Nodes ---- */

struct nodes {
	xmlNode *items[NODES];
	size_t count;
};

static void gather(xmlNode *node, struct nodes *to)
{
	for (; node != NULL; node = node->next) {
		if (node->type != XML_ELEMENT_NODE || to->count == NODES)
			continue;
		to->items[to->count++] = node;
		gather(node->children, to);
	}
}

static bool is_leaf(const xmlNode *node)
{
	return xmlFirstElementChild((xmlNode *)(uintptr_t)node) == NULL;
}

static void change_text(uint64_t *state, xmlNode *node)
{
	xmlChar *old = xmlNodeGetContent(node);
	const char *value = mutate_value(state, (const char *)old);

	xmlNodeSetContent(node, NULL);
	xmlNodeAddContent(node, (const xmlChar *)value);
	xmlFree(old);
}

static void change_attribute(uint64_t *state, xmlNode *node)
{
	static const char *const names[] = {"unitCode", "currencyID", "formatCode", "listID",
					    "schemeID", "x",          "languageID", "listURI"};
	xmlAttr *attribute = node->properties;
	xmlChar *old;

	if (attribute == NULL || below(state, 4) == 0) {
		xmlSetProp(node, (const xmlChar *)names[below(state, COUNT(names))],
			   (const xmlChar *)mutate_value(state, "KGM"));
		return;
	}
	for (size_t i = below(state, 4); i > 0 && attribute->next != NULL; i--)
		attribute = attribute->next;
	if (below(state, 3) == 0) {
		xmlRemoveProp(attribute);
		return;
	}
	old = xmlNodeGetContent((xmlNode *)attribute);
	if (attribute->ns == NULL)
		xmlSetProp(node, attribute->name,
			   (const xmlChar *)mutate_value(state, (const char *)old));
	xmlFree(old);
}

static void add_instruction(uint64_t *state, xmlNode *node)
{
	static const struct {
		const char *name;
		const char *value;
	} hints[] = {{"nil", "true"},        {"nil", "false"},
		     {"nil", "0"},           {"type", "x"},
		     {"type", "xs:string"},  {"schemaLocation", "a b"},
		     {"schemaLocation", ""}, {"noNamespaceSchemaLocation", "c"},
		     {"other", "1"}};
	size_t i = below(state, COUNT(hints));
	xmlNs *ns = xmlSearchNsByHref(node->doc, node, (const xmlChar *)XSI);

	if (ns == NULL)
		ns = xmlNewNs(node, (const xmlChar *)XSI, (const xmlChar *)"xsi");
	if (ns != NULL)
		xmlSetNsProp(node, ns, (const xmlChar *)hints[i].name,
			     (const xmlChar *)hints[i].value);
}

static void change_namespace(uint64_t *state, xmlNode *node)
{
	static const char *const names[] = {"urn:x", "urn:wco:datamodel:WCO:DEC-DMS:2",
					    "urn:sampan:asw-profile:declaration:1"};

	if (below(state, 3) == 0)
		xmlSetNs(node, NULL);
	else
		xmlSetNs(node, xmlNewNs(node, (const xmlChar *)names[below(state, COUNT(names))],
					(const xmlChar *)"m"));
}

/* Text, comments and CDATA between what is there. */
static void add_inside(uint64_t *state, xmlNode *node)
{
	static const char *const texts[] = {"x", " ", "\n\t", "1", "\xC2\xA0", ""};
	const xmlChar *text = (const xmlChar *)texts[below(state, COUNT(texts))];
	xmlNode *made = NULL;

	switch (below(state, 5)) {
	case 0:
		made = xmlNewDocComment(node->doc, (const xmlChar *)"c");
		break;
	case 1:
		made = xmlNewCDataBlock(node->doc, text, xmlStrlen(text));
		break;
	case 2:
		made = xmlNewDocPI(node->doc, (const xmlChar *)"p", text);
		break;
	case 3:
		made = xmlNewDocNode(node->doc, node->ns, (const xmlChar *)"Inside", NULL);
		break;
	default:
		made = xmlNewDocText(node->doc, text);
	}
	if (node->children != NULL && below(state, 2) == 0)
		xmlAddPrevSibling(node->children, made);
	else
		xmlAddChild(node, made);
}

static void repeat_element(uint64_t *state, xmlNode *node)
{
	static const unsigned counts[] = {1, 1, 1, 2, 4, 8, 9, 49, 63, 98, 199};
	unsigned count = counts[below(state, COUNT(counts))];

	for (unsigned i = 0; i < count; i++)
		xmlAddNextSibling(node, xmlDocCopyNode(node, node->doc, 1));
}

static void take_away(xmlNode *node)
{
	xmlUnlinkNode(node);
	xmlFreeNode(node);
}

static void swap(xmlNode *node)
{
	xmlNode *other = xmlNextElementSibling(node);

	if (other == NULL)
		return;
	xmlUnlinkNode(other);
	xmlAddPrevSibling(node, other);
}

/* Not the root, and not into itself. */
static void move(struct nodes *nodes, uint64_t *state, xmlNode *node)
{
	xmlNode *to = nodes->items[below(state, nodes->count)];

	for (const xmlNode *above = to; above != NULL; above = above->parent) {
		if (above == node)
			return;
	}
	xmlAddChild(to, xmlDocCopyNode(node, node->doc, 1));
	if (below(state, 2) == 0)
		take_away(node);
}

static void change_element(uint64_t *state, struct nodes *nodes)
{
	xmlNode *node = nodes->items[below(state, nodes->count)];
	bool is_root = node == nodes->items[0];

	switch (below(state, is_root ? 3 : 10)) {
	case 0:
		add_inside(state, node);
		break;
	case 1:
		add_instruction(state, node);
		break;
	case 2:
		change_attribute(state, node);
		break;
	case 3:
		change_namespace(state, node);
		break;
	case 4:
		take_away(node);
		break;
	case 5:
	case 6:
		repeat_element(state, node);
		break;
	case 7:
		swap(node);
		break;
	case 8:
		move(nodes, state, node);
		break;
	default:
		xmlNodeSetName(node, nodes->items[below(state, nodes->count)]->name);
	}
}

static void change(uint64_t *state, xmlDoc *document)
{
	static struct nodes nodes;
	xmlNode *node;

	nodes.count = 0;
	gather(xmlDocGetRootElement(document), &nodes);
	if (below(state, 5) < 2) {
		change_element(state, &nodes);
		return;
	}
	node = nodes.items[below(state, nodes.count)];
	for (size_t i = 0; i < 20 && !is_leaf(node); i++)
		node = nodes.items[below(state, nodes.count)];
	if (!is_leaf(node))
		return;
	if (node->properties != NULL && below(state, 3) == 0)
		change_attribute(state, node);
	else
		change_text(state, node);
}

struct bytes mutate(struct bytes document, uint64_t seed)
{
	xmlDoc *xml = xmlReadMemory((const char *)document.at, (int)document.len, NULL, NULL,
				    XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET);
	uint64_t state = seed;
	xmlChar *text = NULL;
	int len = 0;

	if (xml == NULL || xmlDocGetRootElement(xml) == NULL) {
		xmlFreeDoc(xml);
		return bytes_of(NULL, 0);
	}
	for (size_t i = 1 + below(&state, 2); i > 0; i--)
		change(&state, xml);
	xmlDocDumpMemoryEnc(xml, &text, &len, "UTF-8");
	xmlFreeDoc(xml);
	return bytes_of(text, (size_t)len);
}
