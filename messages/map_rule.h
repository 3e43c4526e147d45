/*
 * map_rule - a compiled map: the rules of one direction with every path resolved to shapes.
 *
 * Internal to map.c (which builds it) and translate.c (which walks it). Everything is of the schema
 * set's arena and immutable. "Source" and "target" are those of this direction: in the back
 * direction of an inverse map the sides of the file are swapped here, once, so that the walker
 * knows only one direction.
 */
#ifndef MESSAGES_MAP_RULE_H
#define MESSAGES_MAP_RULE_H

#include "messages/convert.h"
#include "messages/map.h"

#define MAP_CONVERSIONS 4u

struct map_path {
	const char *text; /* as the file writes it; NULL: the rule has no such path */
	bool is_absolute;
	const struct shape *const *steps; /* below the base; when absolute, below the root */
	size_t count;                     /* 0: the base itself */
	bool is_plain;                    /* a place that needs no search (map_place.h) */
};

/* Holds where a value at the path is one of the words, or, without words, where the path exists. */
struct map_condition {
	struct map_path path;
	const char *const *words;
	size_t word_count;
	bool may_be_absent;
	const char *ref;
};

/* For "same": where a source shape's children find themselves in the target. */
struct map_twin {
	const struct shape *target;
	const struct map_twin *const
		*children; /* by order of the source's child; NULL where there is none */
	bool is_sole;      /* nothing else of the map has to do with it (map_sole.h) */
};

enum map_rule_kind {
	MAP_GROUP,
	MAP_VALUE,
	MAP_SAME,
	MAP_CONSTANT,
	MAP_COUNT,
	MAP_SUPPLY,
	MAP_DROP,
	MAP_POINTER,
	MAP_LINK
};

struct map_rule {
	enum map_rule_kind kind;
	const char *ref;           /* "vn.export~asw.acdd.xml:12", the place in the map */
	const struct shape *first; /* without a child of this shape the group's source has nothing
				    * for the rule; NULL: it must be looked at */
	struct map_path from;
	struct map_path to;
	const char *text; /* constant: its value; value, supply: default or NULL; drop: only values
			     equal to it, or NULL */
	const char *reason;          /* drop */
	const char *fact;            /* supply */
	size_t fact_place;           /* supply: its place among the map's supplies */
	const char *origin;          /* supply */
	struct map_path with;        /* constant: only where this is written */
	const struct map_twin *twin; /* same */
	struct map_path key;         /* link: where the elements linked to have their keys */
	struct map_path item;        /* pointer: beside the text */
	struct map_path line;
	const struct code_list *places; /* pointer: items and their places */
	const struct shape *tag;        /* pointer: TagID of the chain */
	bool is_chain;                  /* pointer: the source is the chain */
	struct convert converts[MAP_CONVERSIONS];
	size_t convert_count;
	bool may_cut;
	bool may_drop_many;
	bool is_optional;
	bool has_with; /* group: one of its constants stands with something */
	bool is_rest;  /* value: takes what earlier rules with the same source left */
	bool has_rest; /* value: a later rule takes what has no place here */
	bool is_again; /* value: an earlier rule writes the same target; an equal value is
			  "supplied-again" */
	const struct map_condition *conditions; /* group */
	size_t condition_count;
	const struct map_rule *rules; /* group, link */
	size_t rule_count;
	const uint64_t *due; /* group, link: which rules have something to do (map_plan.h) */
	size_t due_words;
	bool is_line;      /* group: what it makes for one element is its own (map_place.h) */
	size_t line_place; /* then: its place among the map's lines */
	const struct shape
		*base; /* group, link: where its rules look for children; NULL: nowhere */
};

/* A value that only the first of several parts has (split), or in which parts may differ (join). */
struct map_once {
	struct map_path path;
	const char *reason; /* join: why it is dropped in the others */
};

/* How the document is split before it is translated: map_part.c. The counters are supplied by
 * MAP_SUPPLY rules from the facts named below. */
struct map_split {
	const char *ref;
	struct map_path group; /* what is counted; above it everything stands once */
	uint32_t at;           /* how many of them one part holds */
	const char *first; /* what the first part says instead of a number; NULL: no such place */
	struct map_path
		first_number;   /* where the source has the first part's number, or NULL text */
	const char *first_fact; /* the fact that has it otherwise; NULL: none */
	const struct map_once *onces;
	size_t once_count;
};

#define MAP_SPLIT_FACTS "split." /* nobody outside may supply these */
#define MAP_SPLIT_FIRST "split.first"
#define MAP_SPLIT_NUMBER "split.number"
#define MAP_SPLIT_TOTAL "split.total"

/* How parts are joined before they are translated: map_part.c. Each place stands at most once. */
struct map_join {
	const char *ref;
	struct map_path group;
	struct map_path number;
	struct map_path total;
	struct map_path first; /* text NULL: parts do not name the first */
	const char *first_value;
	struct map_path first_number;
	const struct map_once *onces;
	size_t once_count;
};

struct map {
	const struct schema *from;
	const struct schema *to;
	const struct map_condition *requires;
	size_t require_count;
	const struct shape *const *carries; /* in order of their addresses */
	size_t carry_count;
	size_t supply_count;
	size_t line_count;
	struct map_rule root;          /* a group from root to root */
	const struct map_split *split; /* NULL: never */
	const struct map_join *join;   /* NULL: never */
};

#endif
