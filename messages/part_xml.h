/*
 * part_xml - taking a document's lines out and putting them in, in a copy that libxml2 has of it.
 * Shared by split.c and join.c, which make new documents of it.
 */
#ifndef MESSAGES_PART_XML_H
#define MESSAGES_PART_XML_H

#include "messages/part.h"

/* A copy of the document to be changed, for xmlFreeDoc(). ERR_MEMORY, ERR_CORRUPT. */
enum err part_xml_copy(const struct document *document, xmlDoc **ret_copy);

/* As those of part.h, in what libxml2 has. */
xmlNode *part_xml_find(const xmlDoc *document, const struct map_path *path);
xmlNode *part_xml_holder(const xmlDoc *document, const struct map_path *group);

/* The first line in a holder (may be NULL), and the next after a line; NULL: no more. */
xmlNode *part_xml_first_line(const xmlNode *holder, const struct map_path *group);
xmlNode *part_xml_next_line(const xmlNode *line);

/* Take an element out of its document and free it. NULL is accepted. */
void part_xml_remove(xmlNode *node);

/*
 * Read what a changed tree has become. The document keeps its bytes until document_free(), which
 * they outlive in the arena. OK with NULL: findings say why (a limit).
 */
enum err part_xml_read_again(xmlDoc *tree, struct arena *arena, struct findings *findings,
			     struct document **ret_document);

#endif
