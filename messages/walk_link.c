/* Links: a value names an element elsewhere in the source by that element's key. */
#include <stdlib.h>
#include <string.h>

#include "messages/walk.h"

struct entry {
	struct bytes key;
	struct branch *value; /* the key */
};

/* The elements that a rule may link to, in order of their keys; made when first asked. */
struct walk_links {
	const struct map_rule *rule;
	struct entry *entries;
	size_t count;
	struct walk_links *next;
};

static int compare(const void *a, const void *b)
{
	const struct bytes *first = &((const struct entry *)a)->key;
	const struct bytes *second = &((const struct entry *)b)->key;
	size_t len = first->len < second->len ? first->len : second->len;
	int order = len == 0 ? 0 : memcmp(first->at, second->at, len);

	if (order != 0)
		return order;
	return first->len < second->len ? -1 : first->len > second->len;
}

static struct branch *first_key(const struct walk *walk, const struct map_path *key)
{
	return branch_find(walk->source.root, key->steps, key->count);
}

static struct walk_links *links_new(struct walk *walk, const struct map_rule *rule)
{
	const struct map_path *key = &rule->key;
	struct walk_links *links = arena_alloc(walk->arena, sizeof(*links));
	struct branch *value;
	size_t room = 1;

	for (value = first_key(walk, key); value != NULL;
	     value = branch_find_next(value, key->steps, key->count))
		room++;
	if (links == NULL || (links->entries = arena_alloc_array(
				      walk->arena, room, sizeof(*links->entries))) == NULL) {
		walk->err = ERR_MEMORY;
		return NULL;
	}
	for (value = first_key(walk, key); value != NULL;
	     value = branch_find_next(value, key->steps, key->count))
		if (value->text != NULL)
			links->entries[links->count++] = (struct entry){
				.key = walk_trimmed(walk, walk_text(value)), .value = value};
	qsort(links->entries, links->count, sizeof(*links->entries), compare);
	links->rule = rule;
	links->next = walk->links;
	walk->links = links;
	return links;
}

static struct walk_links *links_of(struct walk *walk, const struct map_rule *rule)
{
	struct walk_links *links = walk->links;

	while (links != NULL && links->rule != rule)
		links = links->next;
	return links != NULL ? links : links_new(walk, rule);
}

/* How many have that key; *ret_first is the first of them. */
static size_t count_of(const struct walk_links *links, struct bytes key,
		       const struct entry **ret_first)
{
	struct entry wanted = {.key = key};
	size_t low = 0, high = links->count, count = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&links->entries[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + count < links->count && count < 2 &&
	       compare(&links->entries[low + count], &wanted) == 0)
		count++;
	*ret_first = &links->entries[low];
	return count;
}

static void find_fault(struct walk *walk, const struct map_rule *rule, struct branch *value,
		       const char *code)
{
	walk_state(walk, value)->is_taken = true;
	walk_finding(walk, &(struct walk_fault){.code = code,
						.where = value,
						.value = value->text,
						.words = {value->shape->name, rule->key.text}});
}

struct branch *walk_link_look_up(struct walk *walk, const struct map_rule *rule,
				 struct branch *value)
{
	struct walk_links *links = links_of(walk, rule);
	struct bytes key = walk_trimmed(walk, walk_text(value));
	const struct entry *entry;
	size_t count = links == NULL || key.len == 0 ? 0 : count_of(links, key, &entry);

	return count == 1 ? entry->value : NULL;
}

struct branch *walk_link_find(struct walk *walk, const struct map_rule *rule, struct branch *value)
{
	struct walk_links *links = links_of(walk, rule);
	struct bytes key = walk_trimmed(walk, walk_text(value));
	const struct entry *entry;
	size_t count = links == NULL || key.len == 0 ? 0 : count_of(links, key, &entry);

	if (walk_has_failed(walk) || key.len == 0)
		return NULL;
	if (count == 1)
		return entry->value;
	find_fault(walk, rule, value, count == 0 ? "link-broken" : "link-twice");
	return NULL;
}
