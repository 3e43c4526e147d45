#include "node/mandate_index.h"

#include <stdlib.h>
#include <string.h>

#include "messages/word.h"
#include "node/calendar.h"

#define VALUE_BYTES ((size_t)4 * 1024)
#define OPEN_END "9999-99-99"
#define CANDIDATES 32u /* that are looked up before the next are looked for */
#define SAME 8u        /* there are two at most: one proposed, one given */

/* ---- Keys and values ---- */

static const char *pair_of(const struct turn *turn, const char *principal, const char *agent)
{
	return arena_format(turn->arena, "%s|%s", principal, agent);
}

static const char *same_of(const struct turn *turn, const struct mandate *mandate)
{
	return arena_format(turn->arena, "%s|%s|%s|%s|%s", mandate->principal, mandate->agent,
			    mandate->kinds, mandate->from, mandate->until);
}

/* Behind the owner the last day, so that one scan begins with today. */
static struct turn_key key_of(enum identity_index index, const char *owner,
			      const struct mandate *mandate)
{
	struct turn_key key = identity_index_key(index, owner);
	const char *until = mandate->until[0] == '\0' ? OPEN_END : mandate->until;

	turn_key_add_bytes(&key, until, CALENDAR_DATE_BYTES - 1);
	turn_key_add_number(&key, mandate->number);
	return key;
}

static void range_of(const struct turn *turn, enum identity_index index, const char *owner,
		     struct turn_key *ret_from, struct turn_key *ret_until)
{
	char today[CALENDAR_DATE_BYTES];

	calendar_format_date(turn->now_ms, today);
	*ret_from = identity_index_key(index, owner);
	*ret_until = turn_key_after(ret_from);
	turn_key_add_bytes(ret_from, today, CALENDAR_DATE_BYTES - 1);
}

static enum err make(const struct turn *turn, enum identity_index index, const char *owner,
		     const struct mandate *mandate, struct identity_entry *ret_entry)
{
	struct buffer value;
	enum err err;

	if (owner == NULL)
		return ERR_MEMORY;
	ret_entry->key = key_of(index, owner, mandate);
	buffer_init(&value, VALUE_BYTES);
	pack_text(&value, mandate->principal);
	pack_text(&value, mandate->kinds);
	pack_text(&value, mandate->from);
	pack_text(&value, mandate->until);
	pack_u64(&value, mandate->confirmed_ms);
	err = buffer_error(&value);
	ret_entry->value = bytes_of(arena_copy(turn->arena, buffer_bytes(&value)), value.len);
	if (err == OK && ret_entry->value.at == NULL)
		err = ERR_MEMORY;
	buffer_clear(&value);
	return err;
}

static struct identity_entry numbered(enum identity_index index, const char *owner, uint64_t number)
{
	struct identity_entry entry = {.key = identity_index_key(index, owner)};

	turn_key_add_number(&entry.key, number);
	return entry;
}

enum err mandate_index_entries(const struct turn *turn, const struct mandate *mandate,
			       struct identity_entry ret_entries[MANDATE_INDEX_ENTRIES],
			       size_t *ret_count)
{
	const char *pair = pair_of(turn, mandate->principal, mandate->agent),
		   *same = same_of(turn, mandate);
	enum err err = OK;

	if (same == NULL)
		return ERR_MEMORY;
	*ret_count = MANDATE_INDEX_LISTED;
	ret_entries[0] = numbered(IDENTITY_OF_AGENT, mandate->agent, mandate->number);
	ret_entries[1] = numbered(IDENTITY_OF_PRINCIPAL, mandate->principal, mandate->number);
	if (mandate->revoked_ms != 0)
		return OK;
	ret_entries[(*ret_count)++] = numbered(IDENTITY_SAME_MANDATE, same, mandate->number);
	if (mandate->confirmed_ms == 0)
		return OK;
	err = make(turn, IDENTITY_HELD_BY_PAIR, pair, mandate, &ret_entries[(*ret_count)++]);
	return err != OK ? err
			 : make(turn, IDENTITY_HELD_BY_AGENT, mandate->agent, mandate,
				&ret_entries[(*ret_count)++]);
}

enum err mandate_index_put(const struct turn *turn, const struct mandate *mandate)
{
	struct identity_entry entries[MANDATE_INDEX_ENTRIES];
	size_t count = 0;
	enum err err = mandate_index_entries(turn, mandate, entries, &count);

	for (size_t i = 0; err == OK && i < count; i++)
		err = batch_put(turn->batch, turn_key_bytes(&entries[i].key), entries[i].value);
	return err;
}

enum err mandate_index_drop(const struct turn *turn, const struct mandate *mandate)
{
	struct identity_entry entries[MANDATE_INDEX_ENTRIES];
	struct mandate held = *mandate;
	size_t count = 0;
	enum err err;

	held.revoked_ms = 0;
	err = mandate_index_entries(turn, &held, entries, &count);
	for (size_t i = MANDATE_INDEX_LISTED; err == OK && i < count; i++)
		err = batch_delete(turn->batch, turn_key_bytes(&entries[i].key));
	return err;
}

static enum err parse(struct bytes key, struct bytes value, struct arena *arena,
		      struct mandate *ret)
{
	struct unpack from;

	unpack_init(&from, value);
	*ret = (struct mandate){.number = bytes_get_u64(key.at + key.len - sizeof(uint64_t)),
				.given_by = "",
				.confirmed_by = "",
				.revoked_by = ""};
	ret->principal = unpack_text(&from, arena);
	ret->kinds = unpack_text(&from, arena);
	ret->from = unpack_text(&from, arena);
	ret->until = unpack_text(&from, arena);
	ret->confirmed_ms = unpack_u64(&from);
	return unpack_end(&from);
}

/* ---- Of a pair ---- */

struct candidates {
	const struct turn *turn;
	const char *kind;
	uint64_t received_ms;
	uint64_t numbers[CANDIDATES];
	size_t count;
	struct turn_key next; /* right behind the last one looked at */
	enum err err;
};

/* By what the index says; the mandate itself is asked afterwards, as nothing is read in a scan. */
static bool look(void *context, struct bytes key, struct bytes value)
{
	struct candidates *candidates = context;
	struct mandate mandate;

	candidates->err = parse(key, value, candidates->turn->arena, &mandate);
	if (candidates->err != OK)
		return false;
	candidates->next.len = 0;
	turn_key_add_bytes(&candidates->next, key.at, key.len);
	turn_key_add_bytes(&candidates->next, "", 1);
	if (mandate_holds(&mandate, candidates->kind, candidates->turn->now_ms) &&
	    mandate_holds(&mandate, candidates->kind, candidates->received_ms))
		candidates->numbers[candidates->count++] = mandate.number;
	return candidates->count < CANDIDATES;
}

static enum err is_any_good(const struct candidates *candidates, bool *ret_covers)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && !*ret_covers && i < candidates->count; i++) {
		struct mandate mandate;

		err = mandate_load(candidates->turn, candidates->numbers[i], &mandate);
		*ret_covers = err == OK &&
			      mandate_holds(&mandate, candidates->kind, candidates->turn->now_ms);
	}
	return err;
}

enum err mandate_index_covers(const struct turn *turn, const char *principal, const char *agent,
			      const char *kind, uint64_t received_ms, bool *ret_covers)
{
	struct candidates candidates = {.turn = turn, .kind = kind, .received_ms = received_ms};
	const char *pair = pair_of(turn, principal, agent);
	struct turn_key from, until;
	bool covers = false;
	enum err err = OK;

	if (pair == NULL)
		return ERR_MEMORY;
	range_of(turn, IDENTITY_HELD_BY_PAIR, pair, &from, &until);
	do {
		candidates.count = 0;
		err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				  false, look, &candidates);
		if (err == OK)
			err = candidates.err;
		if (err == OK)
			err = is_any_good(&candidates, &covers);
		from = candidates.next;
	} while (err == OK && !covers && candidates.count == CANDIDATES);
	if (err == OK)
		*ret_covers = covers;
	return err;
}

/* ---- Of an agent ---- */

struct gathering {
	struct arena *arena;
	const char *agent;
	struct mandate *mandates; /* NULL: they are only counted */
	size_t count, max_count;
	enum err err;
};

static bool gather(void *context, struct bytes key, struct bytes value)
{
	struct gathering *gathering = context;

	if (gathering->mandates != NULL) {
		struct mandate *mandate = &gathering->mandates[gathering->count];

		gathering->err = parse(key, value, gathering->arena, mandate);
		mandate->agent = gathering->agent;
	}
	gathering->count++;
	return gathering->err == OK && gathering->count < gathering->max_count;
}

static int compare(const void *a, const void *b)
{
	const struct mandate *left = a, *right = b;

	return bytes_compare(bytes_of_text(left->principal), bytes_of_text(right->principal));
}

enum err mandate_index_of_agent(const struct turn *turn, const char *agent,
				struct mandate **ret_mandates, size_t *ret_count)
{
	struct gathering gathering = {.arena = turn->arena, .agent = agent, .max_count = SIZE_MAX};
	struct turn_key from, until;
	enum err err;

	range_of(turn, IDENTITY_HELD_BY_AGENT, agent, &from, &until);
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false,
			  gather, &gathering);
	if (err == OK && gathering.count > 0) {
		gathering.mandates = arena_alloc_array(turn->arena, gathering.count,
						       sizeof(*gathering.mandates));
		if (gathering.mandates == NULL)
			return ERR_MEMORY;
		gathering.max_count = gathering.count;
		gathering.count = 0;
		err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until),
				  false, gather, &gathering);
	}
	if (err == OK)
		err = gathering.err;
	if (err != OK)
		return err;
	if (gathering.count > 1)
		qsort(gathering.mandates, gathering.count, sizeof(*gathering.mandates), compare);
	*ret_mandates = gathering.mandates;
	*ret_count = gathering.count;
	return OK;
}

/* ---- The same again ---- */

enum err mandate_index_same(const struct turn *turn, const struct mandate *wanted,
			    uint64_t *ret_number)
{
	const char *same = same_of(turn, wanted);
	uint64_t numbers[2 * SAME];
	struct turn_key from, until;
	size_t count = 0;
	enum err err;

	if (same == NULL)
		return ERR_MEMORY;
	from = identity_index_key(IDENTITY_SAME_MANDATE, same);
	until = turn_key_after(&from);
	err = turn_scan(turn, &from, &until, numbers, SAME, &count);
	if (err == OK) /* asked twice at once, it may have been given in this very turn */
		count += batch_numbers(turn->batch, turn_key_bytes(&from), numbers + count, SAME);
	while (err == OK && count-- > 0) {
		struct mandate mandate;

		err = mandate_load(turn, numbers[count], &mandate);
		if (err == OK && mandate.revoked_ms == 0 &&
		    (mandate.confirmed_ms != 0 || wanted->confirmed_ms == 0)) {
			*ret_number = mandate.number;
			return OK;
		}
	}
	return err != OK ? err : ERR_MISSING;
}
