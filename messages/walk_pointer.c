#include <string.h>

#include "messages/pointer.h"
#include "messages/walk.h"

#define SCHEME "VNACCS"

/* One Pointer of a chain: its values, NULL where it has none, and their trimmed texts. */
struct link {
	struct branch *section;
	struct branch *number;
	struct branch *tag;
	struct branch *scheme; /* of the tag; NULL: none */
};

struct chain {
	struct walk *walk;
	struct link *links;
	struct pointer_step *steps;
	size_t count;
	bool is_open; /* something of it is not taken */
};

static struct branch *child_of(struct branch *parent, const char *name)
{
	const struct shape *shape = shape_child(parent->shape, bytes_of_text(name));

	return shape == NULL ? NULL : branch_last(parent, shape);
}

static const char *text_of(struct walk *walk, const struct branch *branch)
{
	if (branch == NULL || branch->text == NULL)
		return "";
	return (const char *)walk_trimmed(walk, walk_text(branch)).at;
}

static void read_one(struct chain *chain, struct branch *pointer)
{
	struct link *link = &chain->links[chain->count];

	link->section = child_of(pointer, "DocumentSectionCode");
	link->number = child_of(pointer, "SequenceNumeric");
	link->tag = child_of(pointer, "TagID");
	link->scheme = link->tag == NULL ? NULL : child_of(link->tag, "@schemeID");
	chain->is_open |= walk_is_open(chain->walk, link->section) ||
			  walk_is_open(chain->walk, link->number) ||
			  walk_is_open(chain->walk, link->tag);
	chain->steps[chain->count++] =
		(struct pointer_step){.section = text_of(chain->walk, link->section),
				      .number = text_of(chain->walk, link->number),
				      .tag = text_of(chain->walk, link->tag)};
}

/* false: there is none, or memory. */
static bool read_chain(struct chain *chain, struct branch *base, const struct map_path *path)
{
	struct branch *first = branch_find(base, path->steps, path->count);
	struct arena *arena = chain->walk->arena;
	size_t room = 1;

	for (struct branch *at = first; at != NULL;
	     at = branch_find_next(at, path->steps, path->count))
		room++;
	chain->links = arena_alloc_array(arena, room, sizeof(*chain->links));
	chain->steps = arena_alloc_array(arena, room, sizeof(*chain->steps));
	if (chain->links == NULL || chain->steps == NULL) {
		chain->walk->err = ERR_MEMORY;
		return false;
	}
	for (struct branch *at = first; at != NULL;
	     at = branch_find_next(at, path->steps, path->count))
		read_one(chain, at);
	return chain->is_open && chain->walk->err == OK;
}

/* ---- A chain becomes a text, or an item and its line ---- */

/* A tag of the other system, that had no place in this one. */
static bool is_foreign(struct walk *walk, const struct chain *chain)
{
	return chain->count == 1 && chain->steps[0].section[0] == '\0' &&
	       strcmp(text_of(walk, chain->links[0].scheme), SCHEME) == 0;
}

static struct pointer_item item_of(struct walk *walk, const struct map_rule *rule,
				   const struct chain *chain)
{
	struct pointer_item item = {.item = chain->steps[0].tag, .is_exact = true};
	enum err err;

	if (is_foreign(walk, chain)) {
		if (walk_is_open(walk, chain->links[0].scheme))
			tally_drop(&walk->tally, chain->links[0].scheme, "implied");
		return item;
	}
	err = pointer_find_item(rule->places, chain->steps, chain->count, walk->arena, &item);
	if (walk->err == OK)
		walk->err = err;
	return item;
}

static struct branch *put(struct walk *walk, const struct map_path *to,
			  const struct walk_pair *pair, struct branch *source, const char *text)
{
	const struct shape *shape = to->count == 0 ? pair->target->shape : to->steps[to->count - 1];
	struct branch *made = NULL;

	if (text[0] == '\0')
		return NULL;
	if (walk_is_too_long(bytes_of_text(text), shape))
		walk_too_long(walk, source, NULL, text, shape);
	else
		made = target_put(&walk->target, walk_target_base(walk, to, pair), to, NULL,
				  bytes_of_text(text));
	if (made != NULL) {
		walk->carried++;
		walk->written++;
		target_keep(&walk->target);
	}
	return made;
}

/* Every value of the chain went into the text, or, without one, into the item; the line stays
 * itself. */
static void account(struct walk *walk, struct branch *value, struct branch *whole,
		    struct branch *line)
{
	if (!walk_is_open(walk, value) || whole == NULL)
		return;
	if (line != NULL)
		tally_carry(&walk->tally, value, line,
			    strcmp(value->text, line->text) == 0 ? NULL : "white-space");
	else
		tally_carry(&walk->tally, value, whole, "pointer");
}

static struct branch *first_value(const struct chain *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		const struct link *link = &chain->links[i];

		if (link->section != NULL || link->number != NULL || link->tag != NULL)
			return link->section != NULL  ? link->section
			       : link->number != NULL ? link->number
						      : link->tag;
	}
	return NULL;
}

static void put_chain(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair,
		      const struct chain *chain)
{
	struct pointer_item found = item_of(walk, rule, chain);
	bool has_line = found.item != NULL && found.line_step < chain->count;
	struct branch *first = first_value(chain);
	struct branch *item = NULL, *line = NULL, *text = NULL;
	const char *all = pointer_format(chain->steps, chain->count, walk->arena);

	if (all == NULL)
		walk->err = ERR_MEMORY;
	if (walk->err != OK)
		return;
	if (found.item != NULL)
		item = put(walk, &rule->item, pair, first, found.item);
	if (item != NULL && has_line)
		line = put(walk, &rule->line, pair, first, chain->steps[found.line_step].number);
	if (item == NULL || !found.is_exact)
		text = put(walk, &rule->to, pair, first, all);
	for (size_t i = 0; i < chain->count; i++) {
		struct branch *whole = text != NULL ? text : item;
		bool is_line = text == NULL && line != NULL && i == found.line_step;

		account(walk, chain->links[i].section, whole, NULL);
		account(walk, chain->links[i].number, whole, is_line ? line : NULL);
		account(walk, chain->links[i].tag, whole, NULL);
	}
	if (text != NULL && item != NULL)
		tally_supply(&walk->tally, item, "document", NULL, first);
	if (text != NULL && line != NULL)
		tally_supply(&walk->tally, line, "document", NULL,
			     chain->links[found.line_step].number);
}

/* ---- A text, or an item and its line, becomes a chain ---- */

struct making {
	struct walk *walk;
	const struct map_rule *rule;
	const struct walk_pair *pair;
	struct branch *from; /* the text, or the item */
	const char *reason;  /* why it looks different in a chain */
	struct branch *line; /* NULL: none, or it is of no matter */
	size_t line_step;
	bool is_foreign;
};

/* The first value made is what the source became; the others are supplied by it. */
static void put_value(struct making *making, struct branch *pointer, const char *name,
		      const char *text, bool is_line)
{
	struct walk *walk = making->walk;
	const struct shape *shape = shape_child(pointer->shape, bytes_of_text(name));
	struct map_path to = {.text = making->rule->to.text, .steps = &shape, .count = 1};
	struct walk_pair pair = {.source = making->from, .target = pointer};
	struct branch *made = put(walk, &to, &pair, making->from, text);

	if (made == NULL)
		return;
	if (is_line && walk_is_open(walk, making->line))
		tally_carry(&walk->tally, making->line, made,
			    strcmp(making->line->text, text) == 0 ? NULL : "white-space");
	else if (walk_is_open(walk, making->from))
		tally_carry(&walk->tally, making->from, made, making->reason);
	else
		tally_supply(&walk->tally, made, "document", NULL, making->from);
}

static void make_one(struct making *making, const struct pointer_step *step, bool is_line)
{
	struct walk *walk = making->walk;
	struct branch *base = walk_target_base(walk, &making->rule->to, making->pair);
	struct branch *pointer =
		target_put_element(&walk->target, base, &making->rule->to, making->from);
	const struct shape *scheme = shape_child(making->rule->tag, bytes_of_text("@schemeID"));

	if (pointer == NULL) {
		if (!walk_has_failed(walk))
			walk_too_many(walk, making->rule, making->from);
		return;
	}
	put_value(making, pointer, "DocumentSectionCode", step->section, false);
	put_value(making, pointer, "TagID", step->tag, false);
	put_value(making, pointer, "SequenceNumeric", step->number, is_line);
	if (making->is_foreign && scheme != NULL && child_of(pointer, "TagID") != NULL)
		put_value(making, child_of(pointer, "TagID"), "@schemeID", SCHEME, false);
}

static void make(struct making *making, const struct pointer_step *steps, size_t count)
{
	for (size_t i = 0; i < count && !walk_has_failed(making->walk); i++)
		make_one(making, &steps[i], i == making->line_step);
}

/* Beside a text the item is said once more, if it says the same. */
static void drop_again(struct walk *walk, const struct map_rule *rule, struct branch *item,
		       struct branch *line, const struct pointer_step *steps, size_t count)
{
	struct pointer_item found;
	const char *number = "";

	walk->err = pointer_find_item(rule->places, steps, count, walk->arena, &found);
	if (walk->err != OK || found.item == NULL || strcmp(text_of(walk, item), found.item) != 0)
		return;
	if (walk_is_open(walk, item))
		tally_drop(&walk->tally, item, "supplied-again");
	if (found.line_step < count)
		number = steps[found.line_step].number;
	if (walk_is_open(walk, line) && strcmp(text_of(walk, line), number) == 0)
		tally_drop(&walk->tally, line, "supplied-again");
}

static void make_of_text(struct walk *walk, const struct map_rule *rule, struct making *making,
			 struct branch *item, struct branch *line)
{
	struct pointer_step *steps = NULL;
	size_t count = 0;

	walk->err = pointer_parse(text_of(walk, making->from), walk->arena, &steps, &count);
	if (walk->err != OK)
		return;
	if (steps == NULL) {
		walk_state(walk, making->from)->is_taken = true;
		walk_finding(walk,
			     &(struct walk_fault){.code = "value-not-convertible",
						  .where = making->from,
						  .value = making->from->text,
						  .words = {making->from->shape->name, rule->ref}});
		return;
	}
	making->line_step = count;
	drop_again(walk, rule, item, line, steps, count);
	make(making, steps, count);
}

static void make_of_item(struct walk *walk, const struct map_rule *rule, struct making *making,
			 struct branch *line)
{
	struct pointer_step foreign = {
		.section = "", .number = text_of(walk, line), .tag = text_of(walk, making->from)};
	struct pointer_chain chain = {0};

	walk->err = pointer_of_item(rule->places, foreign.tag, foreign.number, walk->arena, &chain);
	if (walk->err != OK)
		return;
	making->line = line;
	making->reason = chain.is_lossy ? "code-list-lossy" : "pointer";
	if (chain.steps == NULL) {
		making->is_foreign = true;
		chain = (struct pointer_chain){.steps = &foreign, .count = 1};
	}
	making->line_step = chain.line_step;
	make(making, chain.steps, chain.count);
}

static struct branch *source_at(struct walk *walk, const struct map_path *path,
				const struct walk_pair *pair)
{
	return target_last(walk_source_base(walk, path, pair), path);
}

void walk_pointer(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	struct chain chain = {.walk = walk};
	struct branch *text, *item, *line;
	struct making making = {.walk = walk, .rule = rule, .pair = pair, .reason = "pointer"};

	if (rule->is_chain) {
		if (read_chain(&chain, walk_source_base(walk, &rule->from, pair), &rule->from))
			put_chain(walk, rule, pair, &chain);
		return;
	}
	text = source_at(walk, &rule->from, pair);
	item = source_at(walk, &rule->item, pair);
	line = source_at(walk, &rule->line, pair);
	making.from = walk_is_open(walk, text) ? text : item;
	if (walk_is_open(walk, text))
		make_of_text(walk, rule, &making, item, line);
	else if (walk_is_open(walk, item))
		make_of_item(walk, rule, &making, line);
}
