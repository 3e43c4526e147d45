/*
 * What the link says of checkpoints, carried out: our own go to the partner with their proof, what it
 * countersigns is kept, and what it shows is judged by the ledger.
 */
#include "node/peer_inside.h"

#include <stdlib.h>

#include "node/witness_call.h"

#define BODY_BYTES ((size_t)256 * 1024)
#define ARENA_BYTES ((size_t)1024 * 1024)

/* ---- Ours ---- */

static void on_proven(void *context, enum err err, struct bytes body)
{
	struct peer *peer = context;
	struct link_event event = peer_event(LINK_UNPROVEN);
	struct witness_proven proven;

	if (err == OK)
		err = witness_call_unpack_proven(body, &proven);
	if (err == OK) {
		event.kind = LINK_PROVED;
		event.number = proven.size;
		event.frame.hash = proven.root;
		event.content = proven.content;
		event.is_behind = proven.is_behind;
	}
	peer_out_step(peer, &event);
}

static enum err ask(struct peer *peer, uint16_t operation, const struct buffer *body,
		    call_on_answer *callback)
{
	enum err err = buffer_error(body);

	return err != OK ? err
			 : call_ask(peer->ledger, operation, buffer_bytes(body), callback, peer);
}

bool peer_witness_prove(struct peer *peer, const struct link_effect *effect)
{
	const struct witness_wanted wanted = {.partner = peer->partner->country,
					      .older = effect->number,
					      .older_epoch = effect->frame.epoch,
					      .card = effect->frame.number};
	struct buffer body;
	enum err err;

	if (!peer_may(peer))
		return false;
	peer_charge(peer, PEER_LINE_BYTES);
	buffer_init(&body, BODY_BYTES);
	witness_call_pack_wanted(&body, &wanted);
	err = ask(peer, LEDGER_PROVE, &body, on_proven);
	buffer_clear(&body);
	return err == OK;
}

static void on_kept(void *context, enum err err, struct bytes body)
{
	struct peer *peer = context;
	struct link_event event = peer_event(LINK_UNKEPT);

	(void)body;
	if (err == ERR_DENIED)
		role_log(peer->role, "error", "cosignature-not-good", "partner=%s",
			 peer->partner->country);
	else if (err != OK) /* its card is still on the way, or the ledger is away */
		peer_out_step(peer, &event);
}

void peer_witness_keep(struct peer *peer, const struct link_effect *effect)
{
	struct buffer body;

	buffer_init(&body, BODY_BYTES);
	pack_text(&body, peer->partner->country);
	pack_u64(&body, effect->number);
	pack_bytes(&body, effect->content);
	(void)ask(peer, LEDGER_COSIGNED, &body, on_kept); /* otherwise the next one is kept */
	buffer_clear(&body);
}

/* ---- The partner's ---- */

/* Both streams stop: what its ledger says is not what it said. */
static void halt(struct peer *peer, const char *text)
{
	struct link_event event = peer_event(LINK_HALT);

	event.content = bytes_of_text(text);
	peer_in_step(peer, &event);
	peer_out_step(peer, &event);
}

static void say(struct peer *peer, const struct witness_told *told)
{
	struct link_event event = peer_event(LINK_WITNESSED);
	struct buffer content;

	buffer_init(&content, BODY_BYTES);
	witness_pack_answer(&content, &told->answer);
	event.number = told->size;
	event.frame.hash = told->root;
	event.frame.epoch = told->answer.epoch;
	event.content = buffer_bytes(&content);
	peer_in_step(peer, &event);
	buffer_clear(&content);
}

static void on_judged(void *context, enum err err, struct bytes body)
{
	struct peer *peer = context;
	struct arena *arena = arena_new(ARENA_BYTES);
	struct link_event event = peer_event(LINK_UNWITNESSED);
	struct witness_told told;

	if (err == OK)
		err = arena == NULL ? ERR_MEMORY : witness_call_unpack_told(body, arena, &told);
	if (err != OK)
		peer_in_step(peer, &event);
	else if (told.alarm[0] != '\0')
		halt(peer, told.alarm);
	else
		say(peer, &told);
	arena_free(arena);
}

bool peer_witness_judge(struct peer *peer, const struct link_effect *effect)
{
	struct buffer body;
	enum err err;

	if (!peer_may(peer))
		return false;
	peer_charge(peer, PEER_LINE_BYTES);
	buffer_init(&body, BODY_BYTES);
	pack_text(&body, peer->partner->country);
	pack_bytes(&body, effect->content);
	err = ask(peer, LEDGER_WITNESS, &body, on_judged);
	buffer_clear(&body);
	return err == OK;
}
