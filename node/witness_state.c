#include "node/witness_state.h"

#include <inttypes.h>
#include <string.h>

#include "node/message.h"

#define VERSION 1u
#define STATE_BYTES ((size_t)32 * 1024)

static struct turn_key key_of(enum space space, const char *country)
{
	struct turn_key key = turn_key(space);

	turn_key_add_bytes(&key, country, 2);
	return key;
}

/* ---- The state ---- */

enum err witness_state_load(const struct turn *turn, const char *partner,
			    struct witness_state *ret_state)
{
	struct turn_key key = key_of(SPACE_WITNESS, partner);
	struct witness_state state = {.alarm = 0};
	struct unpack from;
	struct bytes bytes;
	enum err err = turn_get(turn, &key, &bytes);

	if (err == ERR_MISSING) {
		*ret_state = state;
		return OK;
	}
	if (err != OK)
		return err;
	unpack_init(&from, bytes);
	if (unpack_u16(&from) > VERSION)
		return ERR_VERSION;
	state.seen = unpack_bytes(&from);
	state.cosigned_size = unpack_u64(&from);
	state.cosigned_ms = unpack_u64(&from);
	state.line = unpack_bytes(&from);
	state.ours_number = unpack_u64(&from);
	state.ours_ms = unpack_u64(&from);
	state.alarm = unpack_u64(&from);
	state.resumed = unpack_u64(&from);
	state.is_broken = unpack_bool(&from);
	if (unpack_end(&from) != OK)
		return ERR_CORRUPT;
	*ret_state = state;
	return OK;
}

enum err witness_state_save(const struct turn *turn, const char *partner,
			    const struct witness_state *state)
{
	struct turn_key key = key_of(SPACE_WITNESS, partner);
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, STATE_BYTES);
	pack_u16(&buffer, VERSION);
	pack_bytes(&buffer, state->seen);
	pack_u64(&buffer, state->cosigned_size);
	pack_u64(&buffer, state->cosigned_ms);
	pack_bytes(&buffer, state->line);
	pack_u64(&buffer, state->ours_number);
	pack_u64(&buffer, state->ours_ms);
	pack_u64(&buffer, state->alarm);
	pack_u64(&buffer, state->resumed);
	pack_u8(&buffer, state->is_broken);
	err = buffer_error(&buffer);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return err;
}

enum err witness_state_seen(const struct witness_state *state, struct checkpoint *ret_seen)
{
	*ret_seen = (struct checkpoint){.size = 0};
	if (state->seen.len == 0)
		return OK;
	return checkpoint_parse(state->seen, ret_seen) == OK ? OK : ERR_CORRUPT;
}

/* ---- Cards ---- */

struct found {
	uint64_t version, record;
};

static bool take_one(void *context, struct bytes key, struct bytes value)
{
	struct found *found = context;

	if (key.len == 11 && value.len == 8)
		*found = (struct found){bytes_get_u64(key.at + 3), bytes_get_u64(value.at)};
	return false;
}

static enum err find_card(const struct turn *turn, const char *country, uint64_t from_version,
			  bool backwards, struct found *ret_found)
{
	struct turn_key prefix = key_of(SPACE_CARD, country), from = prefix;
	struct turn_key until = turn_key_after(&prefix);

	*ret_found = (struct found){0};
	turn_key_add_number(&from, from_version);
	return ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), backwards,
			   take_one, ret_found);
}

static enum err read_card(const struct turn *turn, const struct found *found,
			  struct bytes *ret_note)
{
	enum err err;

	if (found->record == 0)
		return ERR_MISSING;
	err = ledger_payload(turn->ledger, found->record, 0, turn->arena, ret_note);
	return err == ERR_MISSING ? ERR_CORRUPT : err; /* it is known, and was lost */
}

enum err witness_state_card_version(const struct turn *turn, const char *country,
				    uint64_t *ret_version)
{
	struct found found;
	enum err err = find_card(turn, country, 0, true, &found);

	if (err == OK)
		*ret_version = found.version;
	return err;
}

enum err witness_state_card(const struct turn *turn, const char *country, struct bytes *ret_note)
{
	struct found found;
	enum err err = find_card(turn, country, 0, true, &found);

	return err != OK ? err : read_card(turn, &found, ret_note);
}

enum err witness_state_card_from(const struct turn *turn, const char *country, uint64_t version,
				 struct bytes *ret_note)
{
	struct found found;
	enum err err = find_card(turn, country, version, false, &found);

	return err != OK ? err : read_card(turn, &found, ret_note);
}

static enum err record_card(const struct turn *turn, const struct card *card, struct bytes note)
{
	bool is_own = strcmp(card->country, turn->config->country) == 0;
	const char *version = arena_format(turn->arena, "%" PRIu64, card->version);
	const char *actor =
		is_own ? "node" : arena_format(turn->arena, "partner:%s", card->country);
	const char *attributes[] = {"country",    card->country,     "version",
				    version,      "ledgerKey",       card->ledger_key,
				    "witnessKey", card->witness_key, NULL};
	const struct message_event event = {.event = is_own ? "CardIssued" : "CardReceived",
					    .actor = actor,
					    .attributes = attributes,
					    .payload_role = {"card"},
					    .payload = {note}};
	struct turn_key key = key_of(SPACE_CARD, card->country);
	uint8_t value[8];
	uint64_t number;
	enum err err;

	if (version == NULL || actor == NULL)
		return ERR_MEMORY;
	if ((err = message_record(turn, 0, &event, &number)) != OK)
		return err;
	turn_key_add_number(&key, card->version);
	bytes_put_u64(value, number);
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}

/* Put by this very turn? The scan sees only what is durable. */
static bool is_put(const struct turn *turn, const struct card *card)
{
	struct turn_key key = key_of(SPACE_CARD, card->country);
	struct bytes value;

	turn_key_add_number(&key, card->version);
	return turn_get(turn, &key, &value) == OK;
}

enum err witness_state_take_card(const struct turn *turn, const char *country, const char *name,
				 const char *trusted, struct bytes note)
{
	struct card card, newest;
	struct bytes known;
	enum err err = witness_state_card(turn, country, &known);

	if (err == OK && bytes_equal(known, note))
		return OK;
	if (err == OK) {
		if (card_parse(known, turn->arena, &newest) != OK)
			return ERR_CORRUPT;
		if (!card_is_next(known, note, turn->arena))
			return ERR_DENIED;
		trusted = newest.ledger_key;
	} else if (err != ERR_MISSING) {
		return err;
	}
	if ((err = card_verify(note, trusted, turn->arena, &card)) != OK)
		return err == ERR_FORMAT ? ERR_DENIED : err;
	if (strcmp(card.country, country) != 0 || strcmp(card.name, name) != 0)
		return ERR_DENIED;
	return is_put(turn, &card) ? OK : record_card(turn, &card, note);
}
