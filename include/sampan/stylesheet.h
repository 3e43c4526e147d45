/*
 * stylesheet - pages for people: XSLT 1.0 (https://www.w3.org/TR/1999/REC-xslt-19991116) over a
 * tree that is built here, written as HTML by the serialiser.
 *
 * A set is loaded whole from a folder and needs no file afterwards. A stylesheet reads nothing but
 * the tree and the set's words: document() and every extension that reads or writes is refused,
 * and nobody can switch the serialiser's escaping off. Two functions of ours are there, in the
 * namespace urn:sampan:word: word(key, argument...) is a sentence of words.xml in the language of
 * the page, {0} {1} ... replaced; named(group, value) is the word group.value, or the value when
 * there is no such word.
 *
 * One set per process; not for several threads.
 */
#ifndef SAMPAN_STYLESHEET_H
#define SAMPAN_STYLESHEET_H

#include <stdbool.h>

#include "sampan/arena.h"
#include "sampan/buffer.h"
#include "sampan/err.h"

struct stylesheet_set;
struct stylesheet_tree;

/*
 * Load NAME.xsl of the folder, each with what frame.xsl and all of frame-NAME.xsl hold, and words.xml. The message (static
 * memory) says what is wrong, and where. ERR_MISSING: no such folder; ERR_IO: it cannot be read;
 * ERR_CONFIG: a file is none that a set may hold, or a word is there twice or lacks a language.
 */
enum err stylesheet_load(const char *folder, struct stylesheet_set **ret_set,
			 const char **ret_message);
void stylesheet_free(struct stylesheet_set *set); /* NULL is accepted */

bool stylesheet_is_known(const struct stylesheet_set *set, const char *name);

/* One more word, copied. ERR_EXISTS: it is there already, or was given an empty text; ERR_MEMORY. */
struct stylesheet_word {
	const char *group, *name; /* "kind", "vn.export": its id is "kind.vn.export" */
	const char *vi, *en;
};
enum err stylesheet_put_word(struct stylesheet_set *set, const struct stylesheet_word *word);

/* Is there such a word? */
bool stylesheet_has_word(const struct stylesheet_set *set, const char *key);

/* ---- The tree ---- */

/* A new tree whose root has this name; NULL when out of memory. */
struct stylesheet_tree *stylesheet_tree_new(const char *root);
void stylesheet_tree_free(struct stylesheet_tree *tree); /* NULL is accepted */

/*
 * Go down into a new element, up again, say something of the one that one is in. A name that XML does
 * not know as one becomes "member" with the attribute "name". Text is UTF-8; control characters in
 * it become U+FFFD. Errors stick, and rendering tells them.
 */
void stylesheet_tree_open(struct stylesheet_tree *tree, const char *name);
void stylesheet_tree_close(struct stylesheet_tree *tree);
void stylesheet_tree_text(struct stylesheet_tree *tree, struct bytes text);
void stylesheet_tree_attribute(struct stylesheet_tree *tree, const char *name, const char *value);

/*
 * Append the page. ERR_MISSING: no such stylesheet; ERR_MEMORY, ERR_LIMIT: as the buffer;
 * ERR_CORRUPT: the stylesheet failed at this tree.
 */
struct stylesheet_page {
	const char *name;
	bool in_vietnamese;
};
enum err stylesheet_render(const struct stylesheet_set *set, const struct stylesheet_page *page,
			   const struct stylesheet_tree *tree, struct buffer *to);

#endif
