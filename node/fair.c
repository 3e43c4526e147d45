#include "node/fair.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sampan/limit.h"

struct fair_owner {
	struct fair_owner *next;
	struct fair_item *first, *last;
	size_t taken;  /* and not done */
	uint64_t from; /* where its next thing begins, in what all were given */
	char name[LIMIT_NAME_BYTES + 1];
};

struct fair {
	struct fair_owner *owners;
	uint64_t now; /* where the thing that was taken last began */
};

struct fair *fair_new(void)
{
	return calloc(1, sizeof(struct fair));
}

void fair_free(struct fair *fair)
{
	while (fair != NULL && fair->owners != NULL) {
		struct fair_owner *owner = fair->owners;

		fair->owners = owner->next;
		free(owner);
	}
	free(fair);
}

/* Those that have nothing here, and are owed no waiting. */
static void forget_owners(struct fair *fair)
{
	struct fair_owner **link = &fair->owners;

	while (*link != NULL) {
		struct fair_owner *owner = *link;

		if (owner->first != NULL || owner->taken > 0 || owner->from > fair->now) {
			link = &owner->next;
			continue;
		}
		*link = owner->next;
		free(owner);
	}
}

/* At the end: of those who were given as much the one comes first who waits longest. */
static void add_last(struct fair *fair, struct fair_owner *owner)
{
	struct fair_owner **link = &fair->owners;

	while (*link != NULL)
		link = &(*link)->next;
	*link = owner;
	owner->next = NULL;
}

static struct fair_owner *find(struct fair *fair, const char *name)
{
	struct fair_owner *owner = fair->owners;

	while (owner != NULL && strcmp(owner->name, name) != 0)
		owner = owner->next;
	return owner;
}

enum err fair_put(struct fair *fair, const char *name, size_t cost, struct fair_item *item)
{
	char known[LIMIT_NAME_BYTES + 1];
	struct fair_owner *owner;

	(void)snprintf(known, sizeof(known), "%s", name);
	if ((owner = find(fair, known)) == NULL) {
		forget_owners(fair);
		if ((owner = calloc(1, sizeof(*owner))) == NULL)
			return ERR_MEMORY;
		memcpy(owner->name, known, sizeof(known));
		add_last(fair, owner);
	}
	if (owner->first == NULL && owner->from < fair->now)
		owner->from = fair->now;
	*item = (struct fair_item){.owner = owner, .cost = cost};
	if (owner->first == NULL)
		owner->first = item;
	else
		owner->last->next = item;
	owner->last = item;
	return OK;
}

void fair_put_back(struct fair *fair, struct fair_item *item)
{
	struct fair_owner *owner = item->owner;

	(void)fair;
	assert(owner->taken > 0);
	owner->taken--;
	owner->from -= item->cost + FAIR_EACH; /* it is counted again */
	item->next = owner->first;
	owner->first = item;
	if (item->next == NULL)
		owner->last = item;
}

static struct fair_owner *next_owner(const struct fair *fair)
{
	struct fair_owner *best = NULL;

	for (struct fair_owner *owner = fair->owners; owner != NULL; owner = owner->next)
		if (owner->first != NULL && (best == NULL || owner->from < best->from))
			best = owner;
	return best;
}

struct fair_item *fair_first(const struct fair *fair)
{
	const struct fair_owner *owner = next_owner(fair);

	return owner == NULL ? NULL : owner->first;
}

struct fair_item *fair_take(struct fair *fair)
{
	struct fair_owner *owner = next_owner(fair), **link = &fair->owners;
	struct fair_item *item;

	if (owner == NULL)
		return NULL;
	item = owner->first;
	owner->first = item->next;
	item->next = NULL;
	owner->taken++;
	if (owner->from > fair->now)
		fair->now = owner->from;
	owner->from += item->cost + FAIR_EACH;
	while (*link != owner)
		link = &(*link)->next;
	*link = owner->next;
	add_last(fair, owner);
	return item;
}

void fair_done(struct fair *fair, struct fair_item *item)
{
	(void)fair;
	assert(item->owner->taken > 0);
	item->owner->taken--;
	item->owner = NULL;
}
