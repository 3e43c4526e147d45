#include "sampan/facts.h"

#include <string.h>

#include "sampan/limit.h"
#include "sampan/pack.h"

void facts_init(struct facts *facts, struct arena *arena)
{
	*facts = (struct facts){.arena = arena};
}

/*
 * Each name sets one bit of FACTS_MARKS: that a name is not there is nearly always known by its own, which saves
 * comparing it with all others, for each when a list is read.
 */
static size_t mark_of(const char *name)
{
	uint64_t first = 0, last = 0;
	size_t len = strlen(name), part = len < sizeof(first) ? len : sizeof(first);

	memcpy(&first, name, part);
	memcpy(&last, name + len - part, part);
	return (size_t)((first ^ last << 1 ^ len) * UINT64_C(0x9E3779B97F4A7C15) >> 56) %
	       FACTS_MARKS;
}

static void add(struct facts *facts, const char *name, const char *value)
{
	size_t mark = mark_of(name);

	facts->items[facts->count++] = (struct fact){.name = name, .value = value};
	facts->marks[mark / 64] |= UINT64_C(1) << mark % 64;
}

static struct fact *find(const struct facts *facts, const char *name)
{
	size_t mark = mark_of(name);

	if ((facts->marks[mark / 64] >> mark % 64 & 1) == 0)
		return NULL;
	for (size_t i = 0; i < facts->count; i++)
		if (facts->items[i].name[0] == name[0] && strcmp(facts->items[i].name, name) == 0)
			return &facts->items[i];
	return NULL;
}

static enum err make_room(struct facts *facts)
{
	size_t room = facts->room == 0 ? 16 : facts->room * 2;
	struct fact *items;

	if (facts->count < facts->room)
		return OK;
	if (facts->count >= LIMIT_FACTS)
		return ERR_LIMIT;
	items = arena_alloc_array(facts->arena, room, sizeof(*items));
	if (items == NULL)
		return ERR_MEMORY;
	if (facts->count > 0)
		memcpy(items, facts->items, facts->count * sizeof(*items));
	facts->items = items;
	facts->room = room;
	return OK;
}

enum err facts_put(struct facts *facts, const char *name, const char *value)
{
	struct fact *fact = find(facts, name);
	const char *copy;
	enum err err;

	if (strlen(name) > LIMIT_NAME_BYTES || strlen(value) > LIMIT_FACT_BYTES)
		return ERR_LIMIT;
	copy = arena_text(facts->arena, bytes_of_text(value));
	if (copy == NULL)
		return ERR_MEMORY;
	if (fact == NULL) {
		if ((err = make_room(facts)) != OK)
			return err;
		name = arena_text(facts->arena, bytes_of_text(name));
		if (name == NULL)
			return ERR_MEMORY;
		add(facts, name, copy);
	} else {
		fact->value = copy;
	}
	return OK;
}

enum err facts_take(struct facts *facts, const char *name, const char *value)
{
	enum err err;

	if (find(facts, name) != NULL)
		return ERR_EXISTS;
	if (strlen(name) > LIMIT_NAME_BYTES || strlen(value) > LIMIT_FACT_BYTES)
		return ERR_LIMIT;
	if ((err = make_room(facts)) != OK)
		return err;
	add(facts, name, value);
	return OK;
}

const char *facts_get(const struct facts *facts, const char *name)
{
	const struct fact *fact = find(facts, name);

	return fact == NULL ? NULL : fact->value;
}

const char *facts_get_or_empty(const struct facts *facts, const char *name)
{
	const char *value = facts_get(facts, name);

	return value == NULL ? "" : value;
}

void facts_pack(struct buffer *to, const struct facts *facts)
{
	pack_u32(to, (uint32_t)facts->count);
	for (size_t i = 0; i < facts->count; i++) {
		pack_text(to, facts->items[i].name);
		pack_text(to, facts->items[i].value);
	}
}

enum err facts_unpack(struct bytes from, struct facts *facts)
{
	struct unpack reader;
	uint32_t count;
	enum err err;

	unpack_init(&reader, from);
	count = unpack_count(&reader, 8);
	for (uint32_t i = 0; i < count && !reader.failed; i++) {
		const char *name = unpack_text(&reader, facts->arena);
		const char *value = unpack_text(&reader, facts->arena);

		err = reader.failed ? OK : facts_take(facts, name, value);
		if (err == ERR_EXISTS)
			err = facts_put(facts, name, value);
		if (err != OK)
			return err;
	}
	return unpack_end(&reader);
}
