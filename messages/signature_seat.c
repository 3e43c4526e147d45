#include "messages/signature_seat.h"

#include <string.h>

#include "messages/signature_c14n.h"
#include "messages/signature_sheet.h"
#include "sampan/limit.h"

/* A character that no XML document can hold, so that it is found again. */
#define MARK "\001"

static bool is_named(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && node->ns == NULL &&
	       strcmp((const char *)node->name, name) == 0;
}

static xmlNode *child_named(const xmlNode *parent, const char *name)
{
	for (xmlNode *child = parent->children; child != NULL; child = child->next)
		if (is_named(child, name))
			return child;
	return NULL;
}

static bool is_blank(const xmlNode *element)
{
	for (const xmlNode *child = element->children; child != NULL; child = child->next)
		if (child->type != XML_TEXT_NODE || !xmlIsBlankNode(child))
			return false;
	return true;
}

/* The element that the signature goes into, as its last child. */
static enum err find_seat(struct document *document, bool is_system, xmlNode **ret_seat)
{
	xmlNode *root = xmlDocGetRootElement(document->xml), *parent, *seat;
	const char *name = is_system ? "SystemSignature" : "Signature";

	if (!is_named(root, "Envelope")) {
		*ret_seat = root;
		return OK;
	}
	parent = is_system ? root : child_named(root, "Body");
	if (parent == NULL)
		return ERR_FORMAT;
	seat = child_named(parent, name);
	if (seat != NULL && !is_blank(seat))
		return ERR_EXISTS;
	if (seat == NULL)
		seat = xmlNewChild(parent, NULL, BAD_CAST name, NULL);
	if (seat == NULL)
		return ERR_MEMORY;
	*ret_seat = seat;
	return OK;
}

static enum err add_mark(xmlNode *seat)
{
	xmlNode *mark = xmlNewDocText(seat->doc, BAD_CAST MARK);

	/* put by hand: xmlAddChild() joins texts, and frees one of them */
	if (mark == NULL)
		return ERR_MEMORY;
	mark->parent = seat;
	mark->prev = seat->last;
	if (seat->last != NULL)
		seat->last->next = mark;
	else
		seat->children = mark;
	seat->last = mark;
	return OK;
}

static enum err cut(struct bytes text, struct signature_seat *ret_seat)
{
	const uint8_t *mark = memchr(text.at, MARK[0], text.len);
	struct bytes parts[2];

	if (mark == NULL)
		return ERR_FORMAT;
	parts[0] = bytes_of(text.at, (size_t)(mark - text.at));
	parts[1] = bytes_of(mark + 1, text.len - parts[0].len - 1);
	*ret_seat = (struct signature_seat){
		.before = parts[0], .after = parts[1], .digest = hash_of_parts(parts, 2)};
	return OK;
}

enum err signature_seat_make(struct document *document, bool is_system, struct arena *arena,
			     struct signature_seat *ret_seat)
{
	struct buffer canonical;
	struct bytes text = {0};
	xmlNode *seat;
	enum err err;

	if (document->sheet != NULL)
		return ERR_EXISTS;
	buffer_init(&canonical, LIMIT_DOCUMENT_BYTES);
	if ((err = document_need_xml(document)) == OK &&
	    (err = find_seat(document, is_system, &seat)) == OK && (err = add_mark(seat)) == OK &&
	    (err = signature_c14n_put(SIGNATURE_C14N_EXCLUSIVE, xmlDocGetRootElement(document->xml),
				      NULL, &canonical)) == OK &&
	    (err = buffer_give(&canonical, arena, &text)) == OK)
		err = cut(text, ret_seat);
	buffer_clear(&canonical);
	return err;
}
