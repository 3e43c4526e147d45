#include "node/in_turn.h"

#include <string.h>

void in_turn_put(struct in_turn *line, struct in_turn_item *item)
{
	struct in_turn_item **place = &line->first;

	in_turn_leave(line, item);
	item->is_done = false;
	while (*place != NULL && (*place)->number <= item->number)
		place = &(*place)->next;
	item->next = *place;
	*place = item;
}

void in_turn_leave(struct in_turn *line, struct in_turn_item *item)
{
	struct in_turn_item **place = &line->first;

	while (*place != NULL && *place != item)
		place = &(*place)->next;
	if (*place == item)
		*place = item->next;
}

void in_turn_again(struct in_turn *line, const struct in_turn_item *item)
{
	for (struct in_turn_item *at = line->first; at != NULL && item->owner != NULL;
	     at = at->next)
		if (at->number > item->number && strcmp(at->owner, item->owner) == 0)
			at->comes_again = true;
}

size_t in_turn_waiting(const struct in_turn *line)
{
	size_t count = 0;

	for (const struct in_turn_item *at = line->first; at != NULL; at = at->next)
		count += at->is_done;
	return count;
}

static bool is_first(const struct in_turn *line, const struct in_turn_item *item)
{
	for (const struct in_turn_item *at = line->first; at != item; at = at->next)
		if (strcmp(at->owner, item->owner) == 0)
			return false;
	return true;
}

struct in_turn_item *in_turn_take(struct in_turn *line)
{
	struct in_turn_item *at = line->first;

	while (at != NULL && !(at->is_done && is_first(line, at)))
		at = at->next;
	if (at != NULL)
		in_turn_leave(line, at);
	return at;
}
