/*
 * xslt_path - places in a source document as XPath 1.0, for the stylesheet made from a map.
 *
 * A path is a list of steps from the place where a plan begins (the element that a template or a
 * for-each stands at), or from the root. It is written as seen from another path, the context.
 */
#ifndef TESTS_SUPPORT_XSLT_PATH_H
#define TESTS_SUPPORT_XSLT_PATH_H

#include "messages/map_rule.h"
#include "sampan/buffer.h"

struct xslt_step {
	const struct shape *shape; /* NULL: the place itself, for its predicate */
	const char *predicate;     /* "[...]" or "" */
	const char *key; /* not a child: the element that the text so far is the key of; or NULL */
};

struct xslt_path {
	bool is_absolute; /* steps are below the root element, whose shape is `root` */
	const struct shape *root;
	size_t count;
	const struct xslt_step *steps;
};

/* Namespaces of both sides and their prefixes. */
#define XSLT_NAMESPACES 16u
struct xslt_namespaces {
	const char *uris[XSLT_NAMESPACES];
	size_t count;
};

/* The prefix number of a source's namespace; -1 for none. */
int xslt_path_prefix(struct xslt_namespaces *namespaces, const char *uri);

/* A path and the steps of a map's path behind it; an absolute map path stands for itself. */
struct xslt_path xslt_path_join(struct arena *arena, const struct xslt_path *base,
				const struct map_path *path, const struct shape *root);

/* The same path with a predicate more at its end. */
struct xslt_path xslt_path_where(struct arena *arena, const struct xslt_path *path,
				 const char *predicate);

/* One behind the other. */
struct xslt_path xslt_path_append(struct arena *arena, const struct xslt_path *base,
				  const struct xslt_path *path);

/* To the element of that shape which an xsl:key of that name finds. */
struct xslt_path xslt_path_jump(struct arena *arena, const struct xslt_path *base,
				const struct shape *shape, const char *key);

/* One step more. */
struct xslt_path xslt_path_child(struct arena *arena, const struct xslt_path *base,
				 const struct shape *shape);

/* How many steps both begin with. */
size_t xslt_path_shared(const struct xslt_path *a, const struct xslt_path *b);

/* Is what stands behind the first `from` steps always there, in a valid document? Is it there at
 * most once? */
bool xslt_path_is_certain(const struct xslt_path *path, size_t from);
bool xslt_path_is_single(const struct xslt_path *path, size_t from);

/* XPath as seen from the context (both from the same beginning); of the arena. */
const char *xslt_path_text(struct arena *arena, struct xslt_namespaces *namespaces,
			   const struct xslt_path *path, const struct xslt_path *context);

#endif
