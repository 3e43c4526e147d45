/*
 * stylesheet - pages for people: XSLT 1.0 (https://www.w3.org/TR/1999/REC-xslt-19991116) over a
 * tree that is built here, written as HTML by the serialiser.
 *
 * A set is loaded whole from a folder and needs no file afterwards. A stylesheet reads nothing but
 * the tree and the set's words: document() and every extension that reads or writes is refused,
 * and nobody can switch the serialiser's escaping off. Functions of ours are there, in the
 * namespace urn:sampan:word: word(key, argument...) is a sentence of words.xml in the language of
 * the page, {0} {1} ... replaced; named(group, value) is the word group.value, or the value when
 * there is no such word; field(), group(), others(), filled(), amount(), day() and seconds() are in
 * docs/desks.md.
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
 * not know as one becomes "member" with the attribute "name". Text is UTF-8; each hidden character
 * (hidden.h) becomes U+FFFD. Errors stick, and rendering tells them.
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

/* ---- Forms (docs/desks.md): what a person does is a document ---- */

/*
 * Load NAME.xsl of the folder as forms, each with what frame.xsl holds; they have no words. Results
 * as stylesheet_load(). A form is applied to a tree whose root is "ask", and writes which fields it
 * has; or to one whose root is "form", and writes the document.
 */
enum err stylesheet_load_forms(const char *folder, struct stylesheet_set **ret_set,
			       const char **ret_message);

/* <field name="line[2]/quantity" type="number" required="yes" max="70"><option value="A"/></field> */
struct stylesheet_field {
	const char *name;
	const char *type;  /* "" when it says none */
	const char *words; /* the group of its options' words; "" when it says none */
	const char *list;  /* the code list that helps to fill it in; "" when it says none */
	bool is_required;
	unsigned max_characters; /* 0: not said */
	const char *const *options;
	size_t option_count;
};
struct stylesheet_fields {
	struct stylesheet_field *items;
	size_t count;
};

/*
 * The fields that the form has for this tree, in the arena. into: another tree, in which all that
 * the form wrote becomes the element <form>; NULL: none. ERR_MISSING: no such form; ERR_LIMIT: more
 * than STYLESHEET_FIELDS; ERR_CORRUPT: the stylesheet failed, or a name is there twice.
 */
#define STYLESHEET_FIELDS 1024u
enum err stylesheet_ask(const struct stylesheet_set *set, const char *name,
			const struct stylesheet_tree *tree, struct arena *arena,
			struct stylesheet_tree *into, struct stylesheet_fields *ret_fields);

/* Root "ask" to "form": the same tree, with what was filled in. */
void stylesheet_tree_rename(struct stylesheet_tree *tree, const char *root);

/*
 * A value below the element that one is in: "line[2]/quantity" is <line n="2"><quantity>, lines in
 * order of their numbers. ERR_FORMAT (sticks): no such name.
 */
void stylesheet_tree_field(struct stylesheet_tree *tree, const char *name, const char *value);
bool stylesheet_is_field(const char *name);

/*
 * The document that the form writes, in canonical form, in the arena, and where values of fields went: an
 * element with the attribute field (namespace urn:sampan:form), which is taken off. Errors as above;
 * ERR_LIMIT: longer than max_bytes.
 */
struct stylesheet_place {
	const char *path; /* "/Envelope[1]/Body[1]" as findings write it */
	const char *field;
};
struct stylesheet_made {
	struct bytes document;
	struct stylesheet_place *places;
	size_t count;
};
enum err stylesheet_compose(const struct stylesheet_set *set, const char *name,
			    const struct stylesheet_tree *tree, size_t max_bytes,
			    struct arena *arena, struct stylesheet_made *ret_made);

#endif
