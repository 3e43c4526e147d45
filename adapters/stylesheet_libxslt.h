/*
 * stylesheet_libxslt - what the files of this adapter share: a set, its words, a tree.
 */
#ifndef ADAPTERS_STYLESHEET_LIBXSLT_H
#define ADAPTERS_STYLESHEET_LIBXSLT_H

#include <libxml/hash.h>
#include <libxslt/security.h>
#include <libxslt/xsltInternals.h>

#include "sampan/stylesheet.h"

#define STYLESHEET_SHEETS 128u
#define STYLESHEET_FRAMES 16u
#define STYLESHEET_NAME_BYTES 64u
#define STYLESHEET_MESSAGE_BYTES 512u

enum stylesheet_language { STYLESHEET_ENGLISH, STYLESHEET_VIETNAMESE, STYLESHEET_LANGUAGES };

struct stylesheet_sheet {
	char name[STYLESHEET_NAME_BYTES];
	xsltStylesheetPtr compiled;
};

struct stylesheet_set {
	struct stylesheet_sheet sheets[STYLESHEET_SHEETS];
	size_t count;
	xmlHashTablePtr words[STYLESHEET_LANGUAGES]; /* of id; its texts are freed with it */
	xsltSecurityPrefsPtr nothing;
	char message[STYLESHEET_MESSAGE_BYTES];
};

/* What a transformation knows of its page: context->_private. */
struct stylesheet_rendering {
	const struct stylesheet_set *set;
	enum stylesheet_language language;
};

struct stylesheet_tree {
	xmlDocPtr document;
	xmlNodePtr at;
	size_t nodes, depth;
	enum err err;
};

/* Keep what is wrong as the set's message. */
void stylesheet_say(struct stylesheet_set *set, const char *file, int line, const char *what);

/* A file of the folder; NULL: the message says why. */
xmlDocPtr stylesheet_read(struct stylesheet_set *set, const char *folder, const char *file);

/* Apply a sheet; the result is the caller's. ERR_MISSING, ERR_MEMORY, ERR_CORRUPT, or the tree's own. */
enum err stylesheet_apply(const char *name, struct stylesheet_rendering *rendering,
			  const struct stylesheet_tree *tree, xmlDocPtr *ret_made);

enum err stylesheet_word_load(struct stylesheet_set *set, const char *folder);
void stylesheet_word_free(struct stylesheet_set *set);

/* Make functions of ours known to a transformation. */
struct stylesheet_function {
	const char *name;
	xmlXPathFunction function;
};
enum err stylesheet_allow(xsltTransformContextPtr context,
			  const struct stylesheet_function *functions, size_t count);

enum err stylesheet_word_allow(xsltTransformContextPtr context);
enum err stylesheet_field_allow(xsltTransformContextPtr context);
enum err stylesheet_value_allow(xsltTransformContextPtr context);

#endif
