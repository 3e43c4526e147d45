/*
 * document - one XML document, read safely and once.
 *
 * Hostile input is the normal case. Refused with a finding: larger than the limit, empty, not
 * UTF-8, not well-formed, any DOCTYPE (so no DTD, no entities of one's own, no external anything),
 * deeper than LIMIT_DOCUMENT_DEPTH, more than LIMIT_DOCUMENT_VALUES elements and attributes.
 * Nothing is ever fetched. Pure: no clock, disk or socket.
 *
 * Our own reader (messages/scan.h) takes what it is sure of; libxml2 reads the others, so that what
 * is refused is refused in its words. Its tree is only made where it is needed.
 */
#ifndef MESSAGES_DOCUMENT_H
#define MESSAGES_DOCUMENT_H

#include <libxml/tree.h>

#include "messages/trunk.h"
#include "sampan/err.h"
#include "sampan/finding.h"

struct signature_sheet; /* messages/signature_sheet.h */

struct document {
	struct bytes bytes; /* as received; borrowed from the caller */
	struct trunk
		*trunk; /* what stands in it, without its signatures; NULL: only xml is there */
	xmlDoc *xml;    /* the same for libxml2; NULL: nobody needed it yet */
	struct signature_sheet *sheet; /* its signatures; NULL: none */
	struct arena *arena;           /* what the trunk is made of */
};

/*
 * Read the bytes (borrowed until document_free). max_bytes is the size limit in force, at most
 * LIMIT_DOCUMENT_BYTES.
 * OK with *ret_document set: readable. OK with *ret_document NULL: not readable, and why stands in
 * the findings with the line: "empty", "too-large", "not-utf-8", "not-well-formed",
 * "doctype-refused", "too-deep", "too-many-values", "name-too-long".
 */
enum err document_read(struct bytes bytes, size_t max_bytes, struct findings *findings,
		       struct document **ret_document);

/* NULL is accepted. */
void document_free(struct document *document);

/*
 * See to it that document->xml is there, for who needs libxml2: line numbers are those of the
 * bytes. What the document says does not change by that, so that it may be asked for at any time.
 * ERR_MEMORY; ERR_CORRUPT: libxml2 cannot read what we could, which is a fault of ours.
 */
enum err document_need_xml(const struct document *document);

/* document_read() and document_need_xml(): for who only works with libxml2. */
enum err document_read_xml(struct bytes bytes, size_t max_bytes, struct findings *findings,
			   struct document **ret_document);

/*
 * Read it anew, so that its trunk can be bound to another kind. What the trunk before said stays
 * where it is. ERR_MEMORY, ERR_CORRUPT.
 */
enum err document_read_again(const struct document *document);

/* ---- The document as libxml2 has it ---- */

/* Only where xml is there. */
const xmlNode *document_root(const struct document *document);

/*
 * The path of an element or attribute as interface.md writes it, in the arena:
 * "/MetaData[1]/Declaration[1]/GoodsItem[2]", "/MetaData[1]/@schemaLocation": local names, the
 * index always written and counted among siblings of the same local name; no index on attributes.
 */
char *document_path(const xmlNode *node, struct arena *arena);

/*
 * The element's own text (its text and CDATA children joined), copied to the arena; "" when it has
 * none.
 */
char *document_text(const xmlNode *element, struct arena *arena);

/*
 * The first element that a simple path leads to from a node: local names with "/" between, such as
 * "Header/Subject/reference"; an empty path is the node itself; NULL when there is none. An
 * absolute path ("/Envelope/Header") begins at the document's root whatever the node.
 */
const xmlNode *document_find(const xmlNode *from, const char *path);

/* The line of a node in the bytes, also beyond 65,535; 0 when unknown. */
unsigned document_line(const xmlNode *node);

/*
 * For signature_sheet.c: a DOM of bytes that passed the checks, within the same limits, and word of
 * where each element begins (its "<") and ends (behind its ">") and of processing instructions. OK
 * with *ret_xml NULL: refused, the findings say why. Free with xmlFreeDoc().
 */
struct document_watch {
	void (*on_begin)(void *context, xmlNode *element, size_t at);
	void (*on_end)(void *context, xmlNode *element, size_t end);
	void (*on_instruction)(void *context);
	void *context;
};
enum err document_parse(struct bytes bytes, const struct document_watch *watch,
			struct findings *findings, xmlDoc **ret_xml);

#endif
