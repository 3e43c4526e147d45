/*
 * shape - what an XSD allows, as a tree that maps are checked against and output is ordered by.
 *
 * Read from our own XSDs, which keep to a small profile of XML Schema 1.0: elements with named or
 * anonymous complex types of xs:sequence, xs:choice or xs:all (nested groups are flattened: a
 * shape's children are all elements that may stand there, in schema order), simple content with
 * attributes, simple types by restriction, xs:import and xs:include of files in the same folder. A
 * recursive type is refused. Anything else is a configuration error with file and line.
 */
#ifndef MESSAGES_SHAPE_H
#define MESSAGES_SHAPE_H

#include "sampan/arena.h"
#include "sampan/err.h"
#include "sampan/finding.h"

#define SHAPE_UNBOUNDED UINT32_MAX
#define SHAPE_SLACK 32u

struct shape {
	const char *name;      /* local name; attributes too */
	const char *namespace; /* "" for none */
	bool is_attribute;
	bool is_leaf;      /* holds text and no elements */
	bool has_namesake; /* a sibling element has the same name in another namespace */
	uint32_t min;      /* how often, at least and at most */
	uint32_t max;
	uint32_t order;      /* place among its siblings, from 0; attributes come first, in order
			      * of name */
	uint32_t max_length; /* characters; 0: no bound */
	const char *base;    /* the built-in type behind a leaf: "string", "decimal", "date"; ""
			      * else */
	const char *item;    /* xs:appinfo: VNACCS item id or WCO id; "" when there is none */
	const char *item_of; /* its source: "vnaccs", "wco"; "" when there is none */
	const struct shape *parent;
	const struct shape *const *children; /* elements in schema order, then attributes */
	const uint32_t *keys;                /* of what they are called, by shape_index() */
	size_t child_count;
	uint32_t child_min; /* how many children it has at least */
	/* What of it stands in every document (shape_text.h); SHAPE_SLACK bytes more may be read. */
	struct bytes step; /* of a path: "/Name[1]", "/@name" */
	struct bytes
		opens; /* in canonical form, with the namespace that begins: "<Name>", " name=\"" */
	struct bytes closes; /* "</Name>", "\"" */
};

/*
 * The shape of one root element of an XSD file. All memory is of the arena.
 * ERR_CONFIG: a finding in `findings` says file, line and what is wrong ("schema-profile").
 */
enum err shape_load(const char *xsd_path, const char *root_name, struct arena *arena,
		    struct findings *findings, const struct shape **ret_shape);

/*
 * Once its children are set: they are then found without looking at each, which would be a line of
 * the processor's cache for every one. ERR_MEMORY.
 */
enum err shape_index(struct shape *shape, struct arena *arena);

/*
 * A child element by local name, or an attribute by "@name"; NULL when there is none. Of namesakes
 * the first.
 */
const struct shape *shape_child(const struct shape *shape, struct bytes name);

/*
 * A child element by local name and, where it has a namesake, by namespace too; NULL when there is
 * none.
 */
const struct shape *shape_element(const struct shape *shape, struct bytes name,
				  const char *namespace);

/* An attribute by local name and namespace; NULL when there is none. */
const struct shape *shape_attribute(const struct shape *shape, struct bytes name,
				    const char *namespace);

/*
 * Follow a relative path "GoodsShipment/Consignee/Name" or ".../TariffQuantity/@unitCode"; a
 * leading "/" begins at the root and names the root first. NULL when the shape does not have it.
 */
const struct shape *shape_find(const struct shape *from, const char *path);

#endif
