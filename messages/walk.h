/*
 * walk - carrying out the rules of a map, once over the source, into the target.
 *
 * Internal to translate.c. walk.c knows groups, conditions and drops; walk_value.c what is carried;
 * walk_link.c what is meant by a key, walk_pointer.c where something is meant; walk_supply.c what is
 * supplied. Errors stick in the walk and its parts; what is wrong with the document becomes a
 * finding, and the walk goes on so that all of it is found.
 */
#ifndef MESSAGES_WALK_H
#define MESSAGES_WALK_H

#include "messages/map_rule.h"
#include "messages/source.h"
#include "messages/tally.h"
#include "messages/target.h"

/* A fact from outside, looked at once for all the places it is supplied to. */
struct walk_fact {
	struct bytes text; /* trimmed; empty: nobody knows it */
	bool is_known;
	bool is_writable; /* it may stand in XML */
};

struct walk {
	const struct schema_set *set;
	const struct map *map;
	const struct facts *outside;
	struct walk_fact *facts; /* by place of the rule */
	struct arena *arena;
	struct findings *findings;
	struct source source;
	struct branch_state *states; /* of its branches, by their numbers */
	struct target target;
	struct tally tally;
	struct walk_links *links; /* walk_link.c */
	struct walk_lines *lines; /* walk_line.h, by place of the group */
	struct walk_note *note;   /* of the line that is walked; NULL: none is taken */
	uint32_t misfit;          /* a source branch that stands against a graft (graft.h) */
	size_t carried;           /* target values that came from the source */
	size_t written;           /* these and facts: what a group is kept for */
	enum err err;
};

/* A group's element and what is made of it. */
struct walk_pair {
	struct branch *source;
	struct branch *target;
};

/* Carry out the whole map, unless the document is not for it; then every value of the source is
 * taken. */
enum err walk_map(struct walk *walk);

/* For walk.c's dispatch. */
void walk_value(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair);
void walk_value_same(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair);
void walk_pointer(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair);
void walk_supply(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair);
void walk_supply_constant(struct walk *walk, const struct map_rule *rule,
			  const struct walk_pair *pair);
void walk_supply_count(struct walk *walk, const struct map_rule *rule,
		       const struct walk_pair *pair);

/*
 * The key that a value names, so that its parent is the element linked to. NULL: there is none, or
 * more than one, and a finding says so; or the value is empty.
 */
struct branch *walk_link_find(struct walk *walk, const struct map_rule *rule, struct branch *value);

/* The same, but nothing is said when there is none. */
struct branch *walk_link_look_up(struct walk *walk, const struct map_rule *rule,
				 struct branch *value);

/*
 * A source value as the target takes it, and why it differs, NULL when it does not. false: it is
 * empty, cannot be converted or is too long, and nothing is said of it (or err is set).
 */
bool walk_value_fits(struct walk *walk, const struct map_rule *rule, struct branch *value,
		     const struct shape *shape, struct bytes *ret_text, const char **ret_reason);

/* Do all conditions of a group hold for a source element? */
bool walk_all_hold(const struct walk *walk, const struct map_rule *group, struct branch *source);

/* Supply the constants that stand with something, once it is known what was written. */
void walk_supply_with(struct walk *walk, const struct map_rule *group,
		      const struct walk_pair *pair);

/* Write what is supplied into a free place; nothing when there is none. */
void walk_supply_text(struct walk *walk, const struct map_path *to, const struct walk_pair *pair,
		      struct bytes text, const char *origin, const char *ref);

/* Where a path of this side begins. */
static inline struct branch *walk_source_base(const struct walk *walk, const struct map_path *path,
					      const struct walk_pair *pair)
{
	return path->is_absolute ? walk->source.root : pair->source;
}

static inline struct branch *walk_target_base(const struct walk *walk, const struct map_path *path,
					      const struct walk_pair *pair)
{
	return path->is_absolute ? walk->target.root : pair->target;
}

static inline struct branch_state *walk_state(const struct walk *walk, const struct branch *source)
{
	return &walk->states[source->number];
}

/* A source value that no row of the report has yet. */
static inline bool walk_is_open(const struct walk *walk, const struct branch *value)
{
	return value != NULL && value->text != NULL && !walk_state(walk, value)->is_taken;
}

/* Has anything failed? */
static inline bool walk_has_failed(const struct walk *walk)
{
	return walk->err != OK || walk->target.err != OK || walk->tally.err != OK;
}

/* What is wrong: with a branch, or, when that is NULL, at a path. The words fill the sentence of
 * the catalogue. */
struct walk_fault {
	const char *code;
	struct branch *where;
	const char *path;
	const char *value;
	const char *words[3];
};
void walk_finding(struct walk *walk, const struct walk_fault *fault);

/* Is the text longer than the shape allows? */
bool walk_counts_too_long(struct bytes text, const struct shape *shape);

static inline bool walk_is_too_long(struct bytes text, const struct shape *shape)
{
	return text.len > shape->max_length && walk_counts_too_long(text, shape);
}

/* Put "value-too-long"; where or path as above. */
void walk_too_long(struct walk *walk, struct branch *where, const char *path, const char *text,
		   const struct shape *shape);

/* The target takes no more: what stands at and below the source branch is dropped, or found, as the
 * rule says. */
void walk_too_many(struct walk *walk, const struct map_rule *rule, struct branch *source);

/* The text without surrounding white space: the same pointer when there is none; of the arena. */
struct bytes walk_trim(struct walk *walk, struct bytes text);

static inline struct bytes walk_trimmed(struct walk *walk, struct bytes text)
{
	bool has_space = text.len > 0 &&
			 (bytes_is_space(text.at[0]) || bytes_is_space(text.at[text.len - 1]));

	return has_space ? walk_trim(walk, text) : text;
}

static inline struct bytes walk_text(const struct branch *branch)
{
	return (struct bytes){(const uint8_t *)branch->text, branch->text_len};
}

#endif
