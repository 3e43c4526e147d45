#include "node/own_cards.h"

#include <stdlib.h>

#include "node/call.h"
#include "node/seal.h"
#include "node/witness_state.h"

#define SEAL_SILENCE_MS 5000u
#define CARDS_BYTES ((size_t)32 * 1024 * 1024)

struct own_cards {
	struct role *role;
	struct call_client *seal;
	own_cards_on_word *callback;
	void *context;
	bool is_asking, is_known;
	struct buffer cards; /* as the seal said; empty: nothing to put */
	enum err trouble;    /* what was logged last */
};

static void complain(struct own_cards *cards, enum err err)
{
	if (err_is_news(&cards->trouble, err))
		role_log(cards->role, "error", "card-not-recorded", "err=%s", err_name(err));
}

static void on_cards(void *context, enum err err, struct bytes answer)
{
	struct own_cards *cards = context;

	cards->is_asking = false;
	if (err == OK) {
		buffer_reset(&cards->cards);
		buffer_put(&cards->cards, answer);
		err = buffer_error(&cards->cards);
	}
	cards->is_known = err == OK;
	if (err == OK)
		cards->callback(cards->context);
	else if (err != ERR_UNAVAILABLE)
		complain(cards, err);
}

void own_cards_step(struct own_cards *cards)
{
	if (!cards->is_known && !cards->is_asking)
		cards->is_asking =
			call_ask(cards->seal, SEAL_CARDS, (struct bytes){0}, on_cards, cards) == OK;
}

/* The first that is not on record; each is held against the one before it. */
static enum err put_next(const struct turn *turn, struct bytes cards, bool *ret_is_more)
{
	const struct config *config = turn->config;
	uint64_t known = 0;
	struct unpack from;
	uint32_t count;
	enum err err = witness_state_card_version(turn, config->country, &known);

	*ret_is_more = false;
	unpack_init(&from, cards);
	count = unpack_count(&from, 4);
	for (uint32_t i = 0; err == OK && i < count && !from.failed; i++) {
		struct bytes note = unpack_bytes(&from);
		struct card card;

		if ((err = card_parse(note, turn->arena, &card)) != OK || card.version <= known)
			continue;
		*ret_is_more = i + 1 < count;
		return witness_state_take_card(turn, config->country, config->name, card.ledger_key,
					       note);
	}
	return err;
}

void own_cards_put(struct own_cards *cards, const struct turn *turn)
{
	size_t mark = batch_mark(turn->batch);
	bool is_more = false;
	enum err err;

	if (cards->cards.len == 0)
		return;
	err = put_next(turn, buffer_bytes(&cards->cards), &is_more);
	if (err != OK)
		batch_rewind(turn->batch, mark);
	complain(cards, err);
	if (!is_more || err != OK)
		buffer_reset(&cards->cards);
	if (err != OK) /* a card that is bad stays so */
		cards->is_known = err == ERR_DENIED || turn_is_bad_value(err);
}

void own_cards_failed(struct own_cards *cards)
{
	cards->is_known = false;
}

enum err own_cards_open(struct role *role, own_cards_on_word *callback, void *context,
			struct own_cards **ret_cards)
{
	const char *endpoint = role_endpoint(role->config, "seal", role->arena);
	struct own_cards *cards = calloc(1, sizeof(*cards));
	enum err err = endpoint == NULL || cards == NULL ? ERR_MEMORY : OK;

	if (err == OK) {
		cards->role = role;
		cards->callback = callback;
		cards->context = context;
		buffer_init(&cards->cards, CARDS_BYTES);
		err = call_client_open(role->loop, endpoint, SEAL_SILENCE_MS, &cards->seal);
	}
	if (err == OK)
		*ret_cards = cards;
	else
		free(cards);
	return err;
}

void own_cards_close(struct own_cards *cards)
{
	if (cards == NULL)
		return;
	call_client_close(cards->seal);
	buffer_clear(&cards->cards);
	free(cards);
}
