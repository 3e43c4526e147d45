/*
 * scan_name - the names of a document and what their prefixes stand for. Only for scan.c.
 *
 * Each name as it is written is kept once. How many there are, and how far is looked for one, is
 * bounded, so that no document makes looking slow.
 */
#ifndef MESSAGES_SCAN_NAME_H
#define MESSAGES_SCAN_NAME_H

#include "messages/trunk.h"

#define SCAN_NAMES 4096u
#define SCAN_BUCKETS 512u
#define SCAN_CHAIN 16u
#define SCAN_BINDINGS 32u
#define SCAN_DECLARATIONS 16384u

/* A label of a name, in one namespace. */
struct scan_label {
	const struct shape *shape;
	bool is_attribute;
	struct scan_label *next;
};

struct scan_name {
	struct bytes text; /* as written; borrowed from the document */
	uint32_t hash;
	uint32_t prefix_len;                     /* 0: none */
	const char *local;                       /* ended by a zero byte */
	const struct shape *element, *attribute; /* the labels ... */
	uint32_t element_scope, attribute_scope; /* ... that they have in this scope */
	struct scan_label *labels;               /* all */
	struct scan_name *next;                  /* in its bucket */
	struct scan_name *follower; /* of the element that began behind the last of this name */
};

/* The namespaces in force have a number, their scope; it is never used again for others. */
struct scan_names {
	struct trunk *trunk;
	struct scan_name *buckets[SCAN_BUCKETS];
	uint32_t count;
	struct {
		struct bytes prefix; /* empty: of names without one */
		const char *uri;
	} bindings[SCAN_BINDINGS];
	uint32_t binding_count;
	uint32_t scope;
	uint32_t last_scope;
	uint32_t declared; /* in the whole document */
	bool is_unsure;    /* something is not known here; else NULL means no memory */
};

/* May a name that is read here have the byte in it? */
static inline bool scan_name_may_hold(char byte)
{
#define EIGHT 1, 1, 1, 1, 1, 1, 1, 1
	static const uint8_t yes[256] = {['-'] = 1,     1,     ['0'] = EIGHT, 1, 1, 1,
					 ['A'] = EIGHT, EIGHT, EIGHT,         1, 1, ['_'] = 1,
					 ['a'] = EIGHT, EIGHT, EIGHT,         1, 1};
#undef EIGHT

	return yes[(uint8_t)byte] != 0;
}

void scan_name_init(struct scan_names *names, struct trunk *trunk);

/* The name that is written there. NULL: no memory, or not sure. */
struct scan_name *scan_name_add(struct scan_names *names, struct bytes text, uint32_t hash);

static inline struct scan_name *scan_name_find(struct scan_names *names, struct bytes text,
					       uint32_t hash)
{
	for (struct scan_name *name = names->buckets[hash % SCAN_BUCKETS]; name != NULL;
	     name = name->next)
		if (name->hash == hash && bytes_equal(name->text, text))
			return name;
	return scan_name_add(names, text, hash);
}

/* Does it declare a namespace? */
bool scan_name_declares(const struct scan_name *name);

/* Put in force what a tag declares (the first of a tag begins a scope). false: not sure. */
bool scan_name_bind(struct scan_names *names, const struct scan_name *name, const char *uri,
		    uint32_t first_binding);

/* What a prefix stands for, "" also for the empty one where nothing was declared; NULL: nothing. */
const char *scan_name_uri(const struct scan_names *names, struct bytes prefix);

/* The label of a name in the namespaces in force. NULL: no memory, or not sure. */
const struct shape *scan_name_resolve(struct scan_names *names, struct scan_name *name,
				      bool is_attribute);

static inline const struct shape *scan_name_element(struct scan_names *names,
						    struct scan_name *name)
{
	return name->element_scope == names->scope ? name->element
						   : scan_name_resolve(names, name, false);
}

static inline const struct shape *scan_name_attribute(struct scan_names *names,
						      struct scan_name *name)
{
	return name->attribute_scope == names->scope ? name->attribute
						     : scan_name_resolve(names, name, true);
}

#endif
