/*
 * xsd - the files of one XSD with what it includes and imports, and what is defined in them by
 * name.
 *
 * Names are resolved by namespace as XML Schema 1.0 says; an included file without a target
 * namespace takes that of the file that includes it. Only files of the same folder are read.
 */
#ifndef MESSAGES_XSD_H
#define MESSAGES_XSD_H

#include "messages/document.h"

#define XSD_NAMESPACE "http://www.w3.org/2001/XMLSchema"
#define XSD_FILES 32u

struct xsd_file {
	const char *name; /* without its folder */
	struct document *document;
	const char *namespace; /* target namespace; "" for none */
};

struct xsd {
	struct arena *arena;
	struct findings *findings;
	const char *folder;
	struct xsd_file files[XSD_FILES]; /* the one asked for first */
	size_t count;
};

/*
 * Read the file and all it includes or imports. ERR_CONFIG: why stands in the findings. Release
 * with xsd_clear(), also after a failure.
 */
enum err xsd_open(const char *path, struct arena *arena, struct findings *findings,
		  struct xsd *ret_xsd);
void xsd_clear(struct xsd *xsd);

/* The file in which a node stands. */
const struct xsd_file *xsd_file_of(const struct xsd *xsd, const xmlNode *node);

/*
 * The top-level component of that kind ("element", "complexType" ...) and name; NULL when there is
 * none.
 */
const xmlNode *xsd_find(const struct xsd *xsd, const char *kind, const char *namespace,
			struct bytes name);

/* The same for the name in an attribute's value, "t:Code": its prefix is resolved at the node. */
const xmlNode *xsd_resolve(const struct xsd *xsd, const char *kind, const xmlNode *node,
			   const char *qualified_name);

/* Does the name in an attribute's value belong to XML Schema itself, as "xs:string" does? */
bool xsd_is_builtin(const xmlNode *node, const char *qualified_name);

/* Is it this element of XML Schema? */
bool xsd_is(const xmlNode *node, const char *kind);

/* The value of an attribute without namespace, borrowed from the node; NULL when there is none. */
const char *xsd_attribute(const xmlNode *node, const char *name);

/* Put "schema-profile" for the node. Always ERR_CONFIG (or ERR_MEMORY). */
enum err xsd_fault(const struct xsd *xsd, const xmlNode *node, const char *value, const char *vi,
		   const char *en);

#endif
