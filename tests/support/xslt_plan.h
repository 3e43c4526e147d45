/*
 * xslt_plan - a compiled map turned round: for each place of the target, what may stand there and
 * where it comes from.
 *
 * A map is a list of rules over the source; a stylesheet writes the target from its beginning to
 * its end. What only concerns the report or findings (drop, require, carry) has no place here.
 * Rows that cannot be said this way are listed with the reason. Memory failures die: this is a test
 * support.
 */
#ifndef TESTS_SUPPORT_XSLT_PLAN_H
#define TESTS_SUPPORT_XSLT_PLAN_H

#include "tests/support/xslt_path.h"

enum xslt_part_kind {
	XSLT_VALUE,
	XSLT_SAME,  /* a whole subtree, by templates */
	XSLT_GROUP, /* for each source element a target element */
	XSLT_TEXT,  /* a constant */
	XSLT_COUNT,
	XSLT_SUPPLY
};

/* What keeps constants of a group that has no element of its own. */
struct xslt_scope {
	struct xslt_part *first; /* the values and facts of the group, by next_of_scope */
};

struct xslt_node;

/* One thing that may be written at a node. */
struct xslt_part {
	enum xslt_part_kind kind;
	unsigned order; /* of the rules in the file */
	const struct map_rule *rule;
	const struct map_twin *twin; /* SAME */
	struct xslt_path from;       /* VALUE, SAME, GROUP */
	struct xslt_node *inner;     /* GROUP: what stands in the element */
	struct xslt_node *with;      /* TEXT: only where this is written; or NULL */
	struct xslt_scope *scope;    /* or NULL */
	struct xslt_path guard;      /* SUPPLY: the group's element, when has_guard */
	bool has_guard;
	struct xslt_part *next;
	struct xslt_part *next_of_scope;
};

struct xslt_node {
	const struct shape *shape;
	struct xslt_node *parent;
	struct xslt_node **children; /* by order of the shape; NULL where nothing is written */
	struct xslt_part *parts;     /* in order of the rules */
	struct xslt_node *moved_to;  /* by xslt_plan_settle() */
};

struct xslt_outside {
	const char *ref; /* "vn.export~asw.acdd.xml:12" */
	const char *why;
	bool is_carried; /* as it is: right wherever the conversion changes nothing */
};

/* An xsl:key. */
struct xslt_key {
	const char *name;
	const struct shape *element;
	const struct shape *value; /* its child or attribute */
};

#define XSLT_KEYS 32u

struct xslt_plan {
	struct arena *arena;
	const struct map *map;
	struct xslt_namespaces namespaces;
	struct xslt_node *root;
	struct xslt_path main; /* where most of the source's values are: the largest group */
	size_t rows;           /* of the map, that write something */
	struct xslt_outside *outside;
	size_t outside_count;
	size_t outside_room;
	size_t silent_rows; /* drop, require, carry */
	unsigned order;
	struct xslt_key keys[XSLT_KEYS];
	size_t key_count;
};

void xslt_plan_make(struct xslt_plan *plan, const struct map *map, struct arena *arena);

/* Note that a rule cannot be said in XSLT 1.0; once for each rule. */
void xslt_plan_leave_out(struct xslt_plan *plan, const struct map_rule *rule, const char *why);

/* The same, for a value that is carried without its conversion. */
void xslt_plan_carry_only(struct xslt_plan *plan, const struct map_rule *rule, const char *why);

/* The default that all rules which supply a fact agree on, for its parameter; NULL: they do not. */
const char *xslt_plan_default(const struct xslt_plan *plan, const char *fact);

/* Does anything stand below the node? */
bool xslt_plan_has_children(const struct xslt_node *node);

/*
 * Where groups and other rules write the same single element, its parts become one list. Call it
 * before the node is written.
 */
void xslt_plan_settle(struct xslt_plan *plan, struct xslt_node *node);

#endif
