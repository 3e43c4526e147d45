/*
 * grammar - what an XSD allows, as a tree that documents can be generated from.
 *
 * Read from the files with libxml2 alone and not with messages/shape.c, which the generated
 * documents are there to test. Knows what our XSDs use and a little more: sequence, choice and all
 * with their bounds, groups by name, attributes, simple content, extension, restriction with all
 * facets. What it does not know (wildcards, recursion) is left out of documents, which is only
 * right where it is optional; the validator tells.
 */
#ifndef TESTS_SUPPORT_GRAMMAR_H
#define TESTS_SUPPORT_GRAMMAR_H

#include <libxml/tree.h>
#include <libxml/xmlregexp.h>
#include <stdbool.h>

#include "sampan/arena.h"

#define GRAMMAR_PATTERNS 8
#define GRAMMAR_WORDS 512
#define GRAMMAR_FITS 6
#define GRAMMAR_UNBOUNDED UINT32_MAX

struct grammar_type {
	const char *base; /* the built-in type's local name */
	const char *words[GRAMMAR_WORDS];
	uint32_t word_count;                    /* 0: any */
	const char *patterns[GRAMMAR_PATTERNS]; /* all must match; the last is the narrowest */
	xmlRegexp *compiled[GRAMMAR_PATTERNS];
	size_t pattern_count;
	uint32_t min_length;
	uint32_t max_length; /* GRAMMAR_UNBOUNDED: any */
	uint32_t total_digits;
	uint32_t fraction_digits;
	const char *at_least, *at_most, *above, *below; /* NULL: any */
};

enum grammar_kind {
	GRAMMAR_ELEMENT,
	GRAMMAR_ATTRIBUTE,
	GRAMMAR_SEQUENCE,
	GRAMMAR_CHOICE,
	GRAMMAR_ALL
};

/* What a map or a kind would like a document to hold here (wishes.h). */
struct grammar_wish {
	bool is_mapped; /* a rule takes what stands here */
	bool is_must;   /* the other side cannot do without */
	bool is_kept;   /* nothing at or below may be lost: what no rule takes is left out */
	bool is_law;    /* must be there, and hold one of the words, in every document */
	bool is_plain;  /* ASCII letters and digits: the value is converted */
	const char *words[GRAMMAR_WORDS];
	uint32_t word_count;
	const char *date_form;
	bool is_key;               /* another value names the element by it: no two are the same */
	const struct grammar *key; /* it names an element by such a value, or NULL */
	const struct grammar_type *fits[GRAMMAR_FITS]; /* and be valid of these types too */
	size_t fit_count;
	uint32_t max; /* no more than so many */
};

struct grammar {
	enum grammar_kind kind;
	const char *name;      /* of an element or attribute */
	const char *namespace; /* "" for none */
	uint32_t min, max;
	struct grammar *parent; /* the element around it */
	struct grammar **parts; /* of a group: its particles; of an element: its attributes */
	size_t part_count;
	struct grammar *content;         /* of an element: the group of its children, or NULL */
	const struct grammar_type *type; /* of what holds text */
	struct grammar_wish wish;
};

/* Read the XSD's root element; dies (with a message) when it cannot. All of it is the arena's, but
 * grammar_close() must be called before that is freed. */
struct grammar_file;
struct grammar *grammar_open(const char *xsd_path, const char *root, struct arena *arena,
			     struct grammar_file **ret_file);
void grammar_close(struct grammar_file *file);

/* Is the text valid of the type? Near enough: the validator has the last word. */
bool grammar_accepts(const struct grammar_type *type, const char *text);

/* The child element, or with '@' attribute, of that local name, and namespace if not NULL; NULL when
 * there is none. */
struct grammar *grammar_child(struct grammar *element, const char *namespace, const char *name,
			      size_t len);

/*
 * Follow "A/B/@c" from an element, or "/Root/A" from the root; "." is the element itself. A prefix
 * of a step is one of those declared at scope (NULL: none are); without it the first of that local
 * name is meant. NULL when there is no such thing.
 */
struct grammar *grammar_find(struct grammar *from, const char *path, const xmlNode *scope);

#endif
