/*
 * trunk - a document that was read: its elements and attributes as branches, in one array and in the
 * order in which they stand in the document, an element's attributes right behind it.
 *
 * At first a branch's shape is a label, which knows no more than name and namespace;
 * bind_trunk() (messages/bind.h) gives it the shape that its kind has for it. Names and order of the
 * document stay to be seen in both states, by the functions here; branch->next and ->children are
 * set when a document is translated first (messages/source.h).
 *
 * An attribute has a text, which may be empty. An element has one when it is not empty: its own text
 * and CDATA joined, without comments and processing instructions; white space of an element that
 * holds elements is left out.
 */
#ifndef MESSAGES_TRUNK_H
#define MESSAGES_TRUNK_H

#include "messages/branch.h"
#include "sampan/limit.h"

#define TRUNK_XSI "http://www.w3.org/2001/XMLSchema-instance"

struct trunk {
	struct arena *arena; /* what the tree is made of; borrowed */
	struct branch *items;
	uint32_t *after; /* for each: the place behind all that stands in it */
	uint32_t count;
	uint32_t room;
	uint32_t label_count;
	bool is_canonical; /* its bytes, without white space around, are their own canonical form */
	const struct shape *bound_to; /* NULL: to no kind yet */
	bool is_judged;               /* the kind's tables have looked at it, */
	bool passes;                  /* and surely take it */
	bool is_linked;       /* children can be found by their shapes (messages/source.h) */
	uint32_t value_count; /* when linked */
	bool has_hints;       /* when linked: attributes of xsi */
};

/* Room for so many elements and attributes. ERR_MEMORY. */
enum err trunk_init(struct trunk *trunk, size_t room, struct arena *arena);

/*
 * What stands for a name until the kind is known; name and namespace ("" for none) are borrowed as
 * long as the tree lives. NULL: no memory.
 */
struct shape *trunk_label(struct trunk *trunk, const char *name, const char *namespace,
			  bool is_attribute);

/* ---- Building: every call stands for what comes next in the document ---- */

/* The caller sees to it that there is room. parent NULL: the root. */
static inline struct branch *trunk_put(struct trunk *trunk, struct branch *parent,
				       const struct shape *label, uint32_t line)
{
	uint32_t place = trunk->count++;

	trunk->items[place] = (struct branch){
		.shape = label, .parent = parent, .number = place, .line = line, .index = 1};
	trunk->after[place] = trunk->count;
	return &trunk->items[place];
}

static inline void trunk_close(struct trunk *trunk, const struct branch *element)
{
	trunk->after[element->number] = trunk->count;
}

/* ---- Looking ---- */

/* The first attribute and the next; NULL: no more. */
const struct branch *trunk_first_attribute(const struct trunk *trunk, const struct branch *element);
const struct branch *trunk_next_attribute(const struct trunk *trunk,
					  const struct branch *attribute);

/* The first element in an element and the next beside it; NULL: no more. */
const struct branch *trunk_first(const struct trunk *trunk, const struct branch *element);
const struct branch *trunk_next(const struct trunk *trunk, const struct branch *element);

/* The attribute of that name, without namespace; NULL: there is none. */
const struct branch *trunk_attribute(const struct trunk *trunk, const struct branch *element,
				     const char *name);

/*
 * The first element that a simple path leads to from an element: local names with "/" between; an
 * empty path is the element itself; NULL when there is none. An absolute path ("/Envelope/Header")
 * begins at the root whatever the element.
 */
const struct branch *trunk_find(const struct trunk *trunk, const struct branch *from,
				const char *path);

/*
 * The path of an element or attribute as interface.md writes it, in the arena:
 * "/MetaData[1]/Declaration[1]/GoodsItem[2]", "/MetaData[1]/@schemaLocation": local names, the
 * index always written and counted among siblings of the same local name; no index on attributes.
 * NULL: no memory.
 */
char *trunk_path(const struct trunk *trunk, const struct branch *branch, struct arena *arena);

/* Its text; of no bytes when it has none. Ended by a zero byte. */
static inline struct bytes trunk_text(const struct branch *branch)
{
	return branch->text == NULL
		       ? (struct bytes){(const uint8_t *)"", 0}
		       : (struct bytes){(const uint8_t *)branch->text, branch->text_len};
}

/* Is there nothing but white space? */
bool trunk_is_blank(struct bytes text);

#endif
