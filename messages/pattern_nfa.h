/*
 * pattern_nfa - what pattern_read.c makes of a pattern's text and pattern.c turns into a table:
 * Thompson's automaton. Nobody else includes it.
 */
#ifndef MESSAGES_PATTERN_NFA_H
#define MESSAGES_PATTERN_NFA_H

#include "messages/pattern.h"

#define PATTERN_NODES 8192u
#define PATTERN_SETS 64u
#define PATTERN_LAST 0x10FFFFu
#define PATTERN_NONE UINT16_MAX
#define PATTERN_TEXTS 16u

/* Characters from first to last. */
struct pattern_range {
	uint32_t first;
	uint32_t last;
};

/* In order, without overlap. */
struct pattern_set {
	struct pattern_range *ranges;
	size_t count;
};

struct pattern_node {
	uint16_t set;    /* that it reads; PATTERN_NONE: nothing */
	uint16_t out[2]; /* where it leads; PATTERN_NONE: nowhere */
};

/* One of the patterns that must all match. */
struct pattern_part {
	uint16_t first; /* node to begin with */
	uint16_t last;  /* arrived here, all was read */
	size_t begin;   /* its nodes are those from begin to end */
	size_t end;
};

struct pattern_nfa {
	struct arena *arena; /* for as long as compiling takes */
	struct pattern_node nodes[PATTERN_NODES];
	size_t node_count;
	struct pattern_set sets[PATTERN_SETS];
	size_t set_count;
	struct pattern_part parts[PATTERN_TEXTS];
	size_t part_count;
};

/* Add a part. ERR_FORMAT as in pattern_compile(). nfa->arena is set by the caller. */
enum err pattern_read(const char *text, struct pattern_nfa *nfa);

/* The next character of UTF-8, and *at behind it; 0 at the end, or when it is none or not one that
 * may stand in XML. */
uint32_t pattern_next(const uint8_t **at, const uint8_t *end);

#endif
