/*
 * walk_line - lines of one document are alike: what a group made of one element is made of the next
 * one without walking its rules again.
 *
 * While a line is walked, what comes of it is noted step by step (walk_line.c). For a line that holds
 * the same elements in the same places the steps are repeated with its own values
 * (walk_repeat.c): conditions are looked at, values are trimmed, converted and measured, links are
 * followed as ever, and where anything comes out otherwise than a repeated step could say it, the
 * line is walked. What a line makes is in the same tree and in the same rows.
 *
 * Only for groups whose elements no other rule has to do with (map_rule.h, is_line). What looks at
 * more than shapes, conditions and states, or finds something, spoils the note.
 */
#ifndef MESSAGES_WALK_LINE_H
#define MESSAGES_WALK_LINE_H

#include "messages/walk.h"

enum walk_step_kind {
	WALK_STEP_VALUE,     /* a source value and its place */
	WALK_STEP_DROP,      /* a source value, if no row has it */
	WALK_STEP_SUPPLY,    /* the place of a text that is the same in every line */
	WALK_STEP_COUNT,     /* the place of the line's own number */
	WALK_STEP_CONDITION, /* a group's conditions on a source element must come out the same */
	WALK_STEP_LINK       /* a source value whose key begins another base */
};

#define WALK_STEP_ABSOLUTE UINT32_MAX /* as a base: the source branch stays itself */

/* Source branches are told by a base, 0 for the line, and how far they are behind it. */
struct walk_step {
	enum walk_step_kind kind;
	uint32_t base;
	uint32_t source;
	uint32_t target;       /* among the branches made; 0: the line's element */
	struct branch *branch; /* of base WALK_STEP_ABSOLUTE; LINK: the key that was found, whose
				* parent is the new base */
	const struct map_rule *rule;
	const char *word;    /* DROP: the reason; SUPPLY, COUNT: the origin */
	const char *ref;     /* SUPPLY, COUNT */
	struct branch *made; /* while it is noted */
	bool holds;          /* CONDITION */
};

/* A branch that a line makes; 0 is the line's element, the first made is 1. */
struct walk_made {
	const struct shape *shape;
	const char *text; /* when it is the same in every line */
	uint32_t text_len;
	uint32_t index;
	uint32_t parent;
	uint32_t next;  /* 0: none */
	uint32_t first; /* child; 0: none */
	uint32_t tail;
};

/* What comes of lines that look alike. */
struct walk_model {
	struct walk_model *next;
	const uintptr_t *keys; /* of each source branch: its shape, and whether it has a text */
	uint32_t key_count;
	const struct walk_step *steps;
	size_t step_count;
	const uint32_t *grouped; /* source elements that inner groups take */
	size_t grouped_count;
	const struct walk_made *made; /* from 0 */
	uint32_t made_count;
	uint32_t parent_count; /* how many of them have children */
	uint32_t link_count;
	struct branch **bases; /* of the line that is repeated now */
	uint8_t *spare;        /* memory of one that could not be */
	size_t missing;        /* what is added to the target's */
	size_t carried, written;
};

/* Of one group of the map, by map_rule.line_place. */
struct walk_lines {
	struct walk_model *models;
	uint32_t tries;
};

/* Repeat a line that looks like one before, into its element, which is new. false: nothing was
 * done, or err is set. */
bool walk_repeat(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair);

/* ---- Noting what comes of a line ---- */

/* Begin when it makes sense, and end: with that the next lines have a model. */
void walk_line_begin(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair);
void walk_line_end(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair);

/* Another line may come out otherwise. */
void walk_line_spoil(struct walk *walk);

/* What a rule does, when it is noted, cannot be repeated. */
void walk_line_look_at(struct walk *walk, const struct map_rule *rule);

/* Is that the element of the line that is noted? */
bool walk_line_is_of(const struct walk *walk, const struct branch *target);

/* While nothing is noted these do nothing. A value is the rule's, or a key's. */
void walk_line_put(struct walk *walk, const struct walk_step *step, const struct branch *source);
void walk_line_put_grouped(struct walk *walk, const struct branch *source);

/* The rules that follow work on what the key was found for, until the base is set back. */
uint32_t walk_line_put_link(struct walk *walk, const struct map_rule *rule,
			    const struct branch *value, struct branch *key);
uint32_t walk_line_base(const struct walk *walk);
void walk_line_set_base(struct walk *walk, uint32_t base);

/* What a branch of the source must have in common with that of another line. */
static inline uintptr_t walk_line_key(const struct branch *branch)
{
	return (uintptr_t)branch->shape | (branch->text != NULL);
}

#endif
