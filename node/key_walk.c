#include "node/key_walk.h"

#include <string.h>

#define PAGE 256u

struct page {
	struct turn_key keys[PAGE];
	size_t count;
	bool is_disordered;
};

static bool take(void *context, struct bytes key, struct bytes value)
{
	struct page *page = context;
	struct turn_key *next = &page->keys[page->count];

	(void)value;
	if (key.len > sizeof(next->at) ||
	    (page->count > 0 && bytes_compare(key, turn_key_bytes(&next[-1])) <= 0)) {
		page->is_disordered = true;
		return false;
	}
	memcpy(next->at, key.at, key.len);
	next->len = key.len;
	return ++page->count < PAGE;
}

static enum err visit_one(struct key_walk *walk, const struct turn_key *key, key_walk_visit *visit)
{
	struct turn *turn = walk->turn;
	struct bytes value;
	enum err err;

	arena_clear(turn->arena);
	if ((err = ledger_hold(turn->ledger, true)) != OK)
		return err;
	err = turn_get(turn, key, &value);
	walk->visited += err == OK;
	if (err == OK)
		err = visit(walk->context, key, value);
	else if (err == ERR_MISSING)
		err = OK;
	(void)ledger_hold(turn->ledger, false);
	return err;
}

enum err key_walk(struct key_walk *walk, enum space space, key_walk_visit *visit)
{
	const struct ledger_verdict *verdict = walk->verdict;
	struct turn_key from = turn_key(space), until = turn_key_after(&from);
	struct page page;
	enum err err;

	do {
		page = (struct page){.count = 0};
		err = ledger_scan(walk->turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				  false, take, &page);
		if (err == OK && page.is_disordered)
			err = ERR_CORRUPT;
		for (size_t i = 0; err == OK && i < page.count && verdict->first_bad == 0; i++)
			err = visit_one(walk, &page.keys[i], visit);
		if (page.count > 0) {
			from = page.keys[page.count - 1];
			turn_key_add_bytes(&from, "", 1);
		}
	} while (err == OK && page.count == PAGE && verdict->first_bad == 0);
	return err;
}
