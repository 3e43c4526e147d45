#include "sampan/facts.h"

#include <string.h>

#include "sampan/limit.h"
#include "sampan/pack.h"

void facts_init(struct facts *facts, struct arena *arena)
{
	*facts = (struct facts){.arena = arena};
}

static struct fact *find(const struct facts *facts, const char *name)
{
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
		fact = &facts->items[facts->count++];
		fact->name = name;
	}
	fact->value = copy;
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
	facts->items[facts->count++] = (struct fact){.name = name, .value = value};
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
