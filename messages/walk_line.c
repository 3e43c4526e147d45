#include "messages/walk_line.h"

#include <string.h>

#define TRIES 8u            /* lines of a group that are noted */
#define LINE_BRANCHES 4096u /* of a source element; in a larger one there are lines of its own */
#define FIRST_ROOM 64u

struct list {
	size_t count;
	size_t room;
};

/* A line that is being walked. */
struct walk_note {
	const struct walk_pair *pair;
	uint32_t key_count; /* branches of its source */
	bool is_spoilt;
	uint32_t base;               /* of the rules that are walked now */
	const struct branch **bases; /* by number, from 1 */
	struct list base_list;
	struct walk_step *steps;
	struct list step_list;
	uint32_t *grouped;
	struct list grouped_list;
	/* As they were before: */
	uint32_t made;
	size_t missing, carried, written, findings;
	const struct tally_loss *last_loss;
};

void walk_line_spoil(struct walk *walk)
{
	if (walk->note != NULL)
		walk->note->is_spoilt = true;
}

/* What depends on more than the line, or on values in other ways than a step says. */
void walk_line_look_at(struct walk *walk, const struct map_rule *rule)
{
	bool is_deep = rule->kind == MAP_SAME || rule->kind == MAP_POINTER;
	bool is_by_value = rule->is_again || (rule->kind == MAP_DROP && rule->text != NULL);
	bool is_outside =
		rule->to.is_absolute || rule->with.is_absolute ||
		(rule->from.is_absolute && (rule->kind == MAP_GROUP || rule->kind == MAP_LINK));
	bool is_elsewhere = walk->note->base != 0 && rule->kind == MAP_GROUP;

	if (is_deep || is_by_value || is_outside || is_elsewhere || rule->is_rest)
		walk->note->is_spoilt = true;
}

/* ---- Beginning ---- */

static bool is_untouched(const struct walk *walk, const struct branch *source, uint32_t count)
{
	const struct branch_state *states = walk->states + source->number;

	for (uint32_t i = 1; i < count; i++) {
		if (branch_state_is_touched(&states[i]))
			return false;
	}
	return !states[0].is_taken;
}

/* Its element was made just now, for nothing else. */
static bool is_new(const struct walk *walk, const struct branch *target)
{
	return target->made == walk->target.count && target->children == NULL &&
	       target->text == NULL;
}

static bool is_worth_noting(const struct walk *walk, const struct map_rule *rule,
			    const struct walk_pair *pair, uint32_t count)
{
	return walk->note == NULL && count <= LINE_BRANCHES && branch_twin(pair->source) != NULL &&
	       walk->lines[rule->line_place].tries < TRIES && is_new(walk, pair->target) &&
	       is_untouched(walk, pair->source, count);
}

void walk_line_begin(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	uint32_t count = walk->source.trunk->after[pair->source->number] - pair->source->number;

	if (!is_worth_noting(walk, rule, pair, count))
		return;
	walk->lines[rule->line_place].tries++;
	walk->note = arena_alloc(walk->arena, sizeof(*walk->note));
	if (walk->note == NULL) {
		walk->err = ERR_MEMORY;
		return;
	}
	*walk->note = (struct walk_note){.pair = pair,
					 .key_count = count,
					 .made = walk->target.count,
					 .missing = walk->target.missing,
					 .carried = walk->carried,
					 .written = walk->written,
					 .findings = walk->findings->count,
					 .last_loss = walk->tally.last_loss};
}

/* ---- Steps ---- */

bool walk_line_is_of(const struct walk *walk, const struct branch *target)
{
	return walk->note != NULL && walk->note->pair->target == target;
}

/* Room for one more. NULL: no memory, and the note is spoilt. */
static void *grown(struct walk *walk, void *items, struct list *list, size_t size)
{
	size_t room = list->room == 0 ? FIRST_ROOM : list->room * 2;
	void *more;

	if (list->count < list->room)
		return items;
	more = arena_room(walk->arena, room * size);
	if (more == NULL) {
		walk->err = ERR_MEMORY;
		walk->note->is_spoilt = true;
		return NULL;
	}
	if (list->count > 0)
		memcpy(more, items, list->count * size);
	list->room = room;
	return more;
}

static bool is_noting(const struct walk *walk)
{
	return walk->note != NULL && !walk->note->is_spoilt;
}

/* How far a branch is behind the base that rules now work on. */
static uint32_t place_of(const struct walk_note *note, const struct branch *source)
{
	const struct branch *base =
		note->base == 0 ? note->pair->source : note->bases[note->base - 1];

	return source->number - base->number;
}

void walk_line_put(struct walk *walk, const struct walk_step *step, const struct branch *source)
{
	struct walk_note *note = walk->note;
	struct walk_step *steps, *put;

	if (!is_noting(walk) ||
	    (steps = grown(walk, note->steps, &note->step_list, sizeof(*steps))) == NULL)
		return;
	note->steps = steps;
	put = &steps[note->step_list.count++];
	*put = *step;
	if (source != NULL && step->rule != NULL && step->rule->from.is_absolute) {
		put->base = WALK_STEP_ABSOLUTE;
		put->branch = (struct branch *)(uintptr_t)source;
	} else if (source != NULL) {
		put->base = note->base;
		put->source = place_of(note, source);
	}
}

void walk_line_put_grouped(struct walk *walk, const struct branch *source)
{
	struct walk_note *note = walk->note;
	uint32_t *grouped;

	if (!is_noting(walk) ||
	    (grouped = grown(walk, note->grouped, &note->grouped_list, sizeof(*grouped))) == NULL)
		return;
	note->grouped = grouped;
	grouped[note->grouped_list.count++] = place_of(note, source);
}

uint32_t walk_line_put_link(struct walk *walk, const struct map_rule *rule,
			    const struct branch *value, struct branch *key)
{
	const struct walk_step step = {.kind = WALK_STEP_LINK, .rule = rule, .branch = key};
	struct walk_note *note = walk->note;
	const struct branch **bases;
	uint32_t before;

	if (!is_noting(walk) ||
	    (bases = grown(walk, note->bases, &note->base_list, sizeof(struct branch *))) == NULL)
		return 0;
	walk_line_put(walk, &step, value);
	note->bases = bases;
	bases[note->base_list.count++] = key->parent;
	before = note->base;
	note->base = (uint32_t)note->base_list.count;
	return before;
}

uint32_t walk_line_base(const struct walk *walk)
{
	return walk->note == NULL ? 0 : walk->note->base;
}

void walk_line_set_base(struct walk *walk, uint32_t base)
{
	if (walk->note != NULL)
		walk->note->base = base;
}

/* ---- The end: a model ---- */

struct modelling {
	const struct walk_note *note;
	struct walk_model *model;
	struct walk_made *made;
	uint32_t seen;
};

/* 0 is the line's element; more than were made: it stands elsewhere. */
static uint32_t number_of(const struct modelling *modelling, const struct branch *made)
{
	if (made == modelling->note->pair->target)
		return 0;
	return made->made > modelling->note->made ? made->made - modelling->note->made : UINT32_MAX;
}

/* Depth is bounded by the shape. */
static bool model_made(struct modelling *modelling, const struct branch *branch, uint32_t parent)
{
	const struct branch_children *children = branch->children;
	uint32_t number = number_of(modelling, branch);
	struct walk_made *made = &modelling->made[number];

	if (number > modelling->model->made_count || (number != 0 && branch->shape->has_namesake))
		return false;
	*made = (struct walk_made){
		.shape = branch->shape, .parent = parent, .index = branch->index};
	modelling->seen++;
	if (branch->next != NULL && number != 0)
		made->next = number_of(modelling, branch->next);
	if (branch_first(branch) == NULL)
		return true;
	modelling->model->parent_count++;
	made->first = number_of(modelling, children->first);
	made->tail = number_of(modelling, children->tail);
	for (const struct branch *child = children->first; child != NULL; child = child->next)
		if (!model_made(modelling, child, number))
			return false;
	return true;
}

/* What stands in the line's element, all of it made for the line. */
static bool model_tree(struct modelling *modelling, const struct branch *target)
{
	return model_made(modelling, target, 0) &&
	       modelling->seen == modelling->model->made_count + 1;
}

static bool model_steps(struct modelling *modelling)
{
	const struct walk_note *note = modelling->note;

	for (size_t i = 0; i < note->step_list.count; i++) {
		struct walk_step *step = &note->steps[i];

		if (step->made == NULL)
			continue;
		step->target = number_of(modelling, step->made);
		if (step->target > modelling->model->made_count ||
		    (step->kind == WALK_STEP_SUPPLY && step->target == 0))
			return false;
		if (step->kind == WALK_STEP_SUPPLY) {
			modelling->made[step->target].text = step->made->text;
			modelling->made[step->target].text_len = step->made->text_len;
		}
	}
	return true;
}

static bool is_repeatable(const struct walk *walk, const struct walk_note *note)
{
	return !note->is_spoilt && !walk_has_failed(walk) && walk->written > note->written &&
	       walk->findings->count == note->findings && walk->tally.last_loss == note->last_loss;
}

static const uintptr_t *keys_of(struct walk *walk, const struct branch *source, uint32_t count)
{
	uintptr_t *keys = arena_room(walk->arena, count * sizeof(*keys));

	for (uint32_t i = 0; keys != NULL && i < count; i++)
		keys[i] = walk_line_key(&source[i]);
	return keys;
}

static void set_model(const struct walk *walk, const struct walk_note *note,
		      struct walk_model *model)
{
	model->key_count = note->key_count;
	model->steps = note->steps;
	model->step_count = note->step_list.count;
	model->grouped = note->grouped;
	model->grouped_count = note->grouped_list.count;
	model->link_count = (uint32_t)note->base_list.count;
	model->missing = walk->target.missing - note->missing;
	model->carried = walk->carried - note->carried;
	model->written = walk->written - note->written;
	model->made_count = walk->target.count - note->made;
}

static void keep(struct walk *walk, const struct map_rule *rule, const struct walk_note *note)
{
	struct walk_lines *lines = &walk->lines[rule->line_place];
	struct walk_model *model = arena_alloc(walk->arena, sizeof(*model));
	struct modelling modelling = {.note = note, .model = model};

	if (model != NULL) {
		set_model(walk, note, model);
		model->keys = keys_of(walk, note->pair->source, note->key_count);
		model->bases = arena_alloc_array(walk->arena, model->link_count + (size_t)1,
						 sizeof(*model->bases));
		modelling.made = arena_alloc_array(walk->arena, model->made_count + (size_t)1,
						   sizeof(*modelling.made));
	}
	if (model == NULL || model->keys == NULL || model->bases == NULL ||
	    modelling.made == NULL) {
		walk->err = ERR_MEMORY;
		return;
	}
	model->made = modelling.made;
	if (!model_tree(&modelling, note->pair->target) || !model_steps(&modelling))
		return;
	model->next = lines->models;
	lines->models = model;
}

void walk_line_end(struct walk *walk, const struct map_rule *rule, const struct walk_pair *pair)
{
	const struct walk_note *note = walk->note;

	if (note == NULL || note->pair != pair)
		return;
	walk->note = NULL;
	if (is_repeatable(walk, note))
		keep(walk, rule, note);
}
