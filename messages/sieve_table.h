/*
 * sieve_table - the tables of a sieve. Shared by the files sieve*.c; nobody else includes it.
 */
#ifndef MESSAGES_SIEVE_TABLE_H
#define MESSAGES_SIEVE_TABLE_H

#include "messages/lexical.h"
#include "messages/pattern.h"
#include "messages/sieve.h"
#include "messages/xsd.h"

#define SIEVE_UNBOUNDED UINT32_MAX
#define SIEVE_ATTRIBUTES 64u
#define SIEVE_ELEMENTS 1024u

/* ---- Text ---- */

/* An enumeration, in order of length, then of bytes. */
struct sieve_words {
	struct bytes *items;
	size_t count;
	const struct sieve_words *next; /* another, which must have the value too */
};

struct sieve_bound {
	bool is_set;
	bool is_exclusive;
	struct decimal value;
};

struct sieve_simple {
	enum lexical lexical;
	bool is_collapsed;   /* white space around it does not count */
	uint32_t min_length; /* characters */
	uint32_t max_length;
	bool has_digits; /* total_digits, fraction_digits or a bound are to be looked at */
	uint32_t total_digits;
	uint32_t fraction_digits;
	struct sieve_bound low;
	struct sieve_bound high;
	const struct pattern *pattern; /* of all xs:pattern, and of white space; NULL: any text */
	const struct sieve_words *words;
	const char *const *texts; /* of the pattern; for types that restrict this one */
	size_t text_count;
};

/* Is the text surely of the type? */
bool sieve_value_passes(const struct sieve_simple *simple, struct bytes text);

/* ---- Elements ---- */

struct sieve_attribute {
	const char *name;
	const char *namespace;
	const struct sieve_simple *simple;
	const char *fixed; /* NULL: any value */
	bool is_required;
};

/* A child element by name and namespace; wherever the content names it, it is the same. */
struct sieve_element {
	const char *name;
	const char *namespace;
	const struct sieve_type *type;
	uint32_t min; /* in a SIEVE_SEQUENCE or SIEVE_ALL */
	uint32_t max;
	uint32_t required; /* in a SIEVE_SEQUENCE: the first from here on that must occur */
};

enum sieve_content {
	SIEVE_UNKNOWN, /* never passes */
	SIEVE_TEXT,    /* simple content */
	SIEVE_EMPTY,
	SIEVE_SEQUENCE, /* elements one after another, each with how often */
	SIEVE_ALL,      /* elements in any order, each at most once */
	SIEVE_MODEL,    /* anything else: a tree of particles */
};

enum sieve_group { SIEVE_GROUP_ELEMENT, SIEVE_GROUP_SEQUENCE, SIEVE_GROUP_CHOICE };

struct sieve_particle {
	enum sieve_group group;
	uint32_t min;
	uint32_t max;
	bool may_be_empty;
	uint32_t element;     /* of SIEVE_GROUP_ELEMENT: its place in the type */
	uint64_t *beginnings; /* bits of the elements that it can begin with */
	const struct sieve_particle *children;
	size_t child_count;
};

struct sieve_type {
	enum sieve_content content;
	const struct sieve_simple *simple;        /* of SIEVE_TEXT */
	const struct sieve_attribute *attributes; /* in order of name, as in a shape */
	size_t attribute_count;
	uint64_t required;                    /* bits of the attributes that must be there */
	const struct sieve_element *elements; /* as in a shape; one more ends them */
	size_t element_count;
	bool has_namesakes; /* elements of one name in different namespaces */
	const struct sieve_particle *model;
	const uint16_t *slots; /* elements by hash of their names, counted from 1; 0: none */
	uint32_t slot_mask;
};

struct sieve {
	struct sieve_element root;
	const struct shape *shape;
	bool is_like_shape; /* its types have the children of the shapes in the same places */
	const char *gap;
};

uint32_t sieve_hash(const char *name);

/* ---- Content: what children come, by their place in the type ---- */

#define SIEVE_END UINT32_MAX

/* The children one by one, then SIEVE_END. */
struct sieve_stream {
	uint32_t (*next)(struct sieve_stream *stream);
	const struct sieve_type *type;
	const void *at;    /* of who makes the stream */
	const void *above; /* as well */
	uint32_t count;    /* as well */
	uint32_t head;     /* the child that is next */
};

/* Do the children fit the type's model? Exactly one pass over them. */
bool sieve_content_fits(struct sieve_stream *stream);

/* ---- Loading ---- */

struct sieve_loader {
	struct xsd xsd;
	struct arena *arena;
	const char *gap;
	const struct sieve_known *known; /* what was made of nodes */
	enum err err;                    /* sticks */
};

/* Memory of the arena; NULL sets loader->err. */
void *sieve_load_alloc(struct sieve_loader *loader, size_t count, size_t size);
const char *sieve_load_copy(struct sieve_loader *loader, const char *text);

/* Note what the tables do not know, if it is the first. */
void sieve_load_gap(struct sieve_loader *loader, const xmlNode *node, const char *name);

/* What was made of a node; NULL: nothing yet. */
const void *sieve_load_known(const struct sieve_loader *loader, const void *node);
void sieve_load_learn(struct sieve_loader *loader, const void *node, const void *made);

/* Has the node no attributes but those (words with spaces between)? Otherwise a gap is noted. */
bool sieve_load_has_only(struct sieve_loader *loader, const xmlNode *node, const char *names);

/* The next element among node and what follows it that is no annotation; NULL at the end. */
const xmlNode *sieve_load_part(const xmlNode *node);

/*
 * The simple type by name at a node, or that of the xs:simpleType below it; any text when there is
 * neither. Never NULL: what is not known lets no text pass.
 */
const struct sieve_simple *sieve_simple_of(struct sieve_loader *loader, const xmlNode *node,
					   const char *type_name);

/* `base` narrowed by the facets below a restriction. */
const struct sieve_simple *sieve_simple_restrict(struct sieve_loader *loader,
						 const xmlNode *restriction,
						 const struct sieve_simple *base);

/* Fill in a complex type from its node. What is not known leaves it SIEVE_UNKNOWN. */
void sieve_type_read(struct sieve_loader *loader, const xmlNode *node, struct sieve_type *type);

/* The model of a group with its elements; false: not known. */
bool sieve_group_read(struct sieve_loader *loader, const xmlNode *group, struct sieve_type *type);

/* An element's declaration (not its xs:element with ref). Its min and max are not set. */
struct sieve_element sieve_load_element(struct sieve_loader *loader, const xmlNode *declaration);

#endif
