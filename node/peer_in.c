#include "node/peer_inside.h"

#include <stdlib.h>
#include <string.h>

#include "sampan/key.h"

struct commit { /* a frame on its way into the ledger */
	struct peer *peer;
	uint64_t epoch, number;
	struct hash hash;
};

static void remember(struct inward *in, uint64_t epoch, uint64_t number, const struct hash *hash)
{
	size_t place = number % PEER_RECENT;

	in->recent[place].epoch = epoch;
	in->recent[place].number = number;
	in->recent[place].hash = *hash;
}

static bool look_up(void *context, uint64_t epoch, uint64_t number, struct hash *ret_hash)
{
	const struct inward *in = context;
	size_t place = number % PEER_RECENT;

	if (in->recent[place].number != number || in->recent[place].epoch != epoch || number == 0)
		return false;
	*ret_hash = in->recent[place].hash;
	return true;
}

enum link_event_kind peer_in_outcome(enum err err)
{
	return err == OK ? LINK_COMMITTED : err == ERR_EXISTS ? LINK_CONFLICT : LINK_REFUSED;
}

static void on_arrived(void *context, enum err err, struct bytes checkpoint)
{
	struct commit *commit = context;
	struct peer *peer = commit->peer;
	struct link_event event = peer_event(peer_in_outcome(err));

	event.number = commit->number;
	event.frame = (struct link_frame){
		.epoch = commit->epoch, .number = commit->number, .hash = commit->hash};
	if (err == OK) {
		remember(&peer->in, commit->epoch, commit->number, &commit->hash);
		if (checkpoint.len > 0)
			(void)link_in_set_checkpoint(peer->in.link, checkpoint);
	} else if (event.kind == LINK_REFUSED) {
		role_log(peer->role, "warn", "frame-not-taken", "partner=%s err=%s",
			 peer->partner->country, err_name(err));
	}
	free(commit);
	peer_in_step(peer, &event);
}

static enum err ask_commit(struct peer *peer, const struct link_frame *frame, struct commit *commit)
{
	struct buffer body;
	enum err err;

	*commit = (struct commit){
		.peer = peer, .epoch = frame->epoch, .number = frame->number, .hash = frame->hash};
	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_arrive(&body, peer->partner->country, frame);
	err = buffer_error(&body);
	if (err == OK)
		err = call_ask(peer->ledger, LEDGER_ARRIVE, buffer_bytes(&body), on_arrived,
			       commit);
	buffer_clear(&body);
	return err;
}

/* True when the ledger was asked; otherwise the machine must be told that the frame was refused. */
static bool commit(struct peer *peer, const struct link_frame *frame)
{
	struct commit *commit = malloc(sizeof(*commit));

	if (commit == NULL)
		return false;
	if (ask_commit(peer, frame, commit) == OK)
		return true;
	free(commit);
	return false;
}

static void send_in(struct peer *peer, struct bytes content)
{
	struct bytes parts[] = {bytes_of(peer->in.partner_identity, peer->in.partner_identity_len),
				content};

	if (parts[0].len > 0)
		(void)line_send(peer->in.line, parts, 2);
}

void peer_in_step(struct peer *peer, const struct link_event *event)
{
	struct link_effects *effects = malloc(sizeof(*effects));
	bool is_unjudged = false, is_unfound = false;
	uint64_t refused = 0;

	if (effects == NULL)
		return;
	effects->count = 0;
	link_in_step(peer->in.link, event, effects);
	for (size_t i = 0; i < effects->count; i++) {
		const struct link_effect *effect = &effects->items[i];

		if (effect->kind == LINK_SEND)
			send_in(peer, effect->content);
		else if (effect->kind == LINK_ALARM)
			peer_alarm(peer, "in", effect->text);
		else if (effect->kind == LINK_WITNESS)
			is_unjudged = !peer_witness_judge(peer, effect);
		else if (effect->kind == LINK_RECALL)
			is_unfound = !peer_recall_find(peer, effect);
		else if (effect->kind == LINK_COMMIT && refused == 0 &&
			 !commit(peer, &effect->frame))
			refused = effect->frame.number;
	}
	free(effects);
	if (is_unjudged || is_unfound) {
		struct link_event unable =
			peer_event(is_unjudged ? LINK_UNWITNESSED : LINK_UNFOUND);

		peer_in_step(peer, &unable);
	}
	if (refused != 0) {
		struct link_event refusal = peer_event(LINK_REFUSED);

		refusal.number = refused;
		peer_in_step(peer, &refusal);
	}
}

static void on_in_message(void *context, const struct socket_message *message)
{
	struct peer *peer = context;
	struct link_event event = peer_event(LINK_MESSAGE);

	if (message->count != 2 || peer->in.link == NULL ||
	    message->parts[0].len > LIMIT_NAME_BYTES)
		return;
	memcpy(peer->in.partner_identity, message->parts[0].at, message->parts[0].len);
	peer->in.partner_identity_len = message->parts[0].len;
	event.content = message->parts[1];
	peer_heard(peer);
	peer_in_step(peer, &event);
}

enum err peer_in_open(struct peer *peer)
{
	struct curve_options options = {
		.kind = SOCKET_SERVER,
		.endpoint = peer->partner->listen,
		.identity = peer->partner->country,
		.max_message_bytes = PEER_MESSAGE_BYTES,
		.queue_messages = PEER_QUEUE_MESSAGES,
		.queue_bytes = PEER_QUEUE_BYTES,
	};
	enum err err = peer_keys_of(peer, &options);

	return err != OK ? err
			 : line_open(peer->side->lines, &options, on_in_message, peer,
				     &peer->in.line);
}

enum err peer_in_begin(struct peer *peer, const struct ledger_link *at)
{
	uint8_t nonce[LINK_NONCE_BYTES];
	enum err err;

	key_random(nonce, sizeof(nonce));
	err = link_in_new(&at->in, nonce, look_up, &peer->in, &peer->in.link);
	if (err == OK && at->in.number > 0)
		remember(&peer->in, at->in.epoch, at->in.number, &at->in.hash);
	return err;
}

void peer_in_close(struct peer *peer)
{
	link_in_free(peer->in.link);
}
