#include "node/peer.h"

#include <stdlib.h>
#include <string.h>

#include "node/ledger_call.h"
#include "node/link.h"
#include "sampan/clock.h"
#include "sampan/key.h"

#define TICK_MS 50u
#define WINDOW_BYTES ((size_t)4 * 1024 * 1024)
#define FRAMES 64u
#define QUEUE_MESSAGES 1024 /* more than a window holds (LINK_FRAMES), so that a send never meets a
			     * full queue */
#define FRAME_BYTES_WANTED ((uint64_t)2 * 1024 * 1024)
#define FRAME_ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define RECENT 1024u

struct outward {
	struct link_out *link;
	struct socket *socket;
	struct arena *arena; /* of the frames */
	struct stream_frame frames[FRAMES];
	size_t count;
	bool is_fetching;
	bool wants_load; /* the machine waits for the frame behind load_after */
	uint64_t load_after;
	uint64_t acknowledged;      /* as the partner says */
	uint64_t acknowledged_asked;
	uint64_t acknowledged_here; /* as our ledger has it */
	bool is_acknowledging;
	enum err fetch_trouble, acknowledge_trouble; /* of the last try */
	struct buffer checkpoint;
};

struct inward {
	struct link_in *link;
	struct socket *socket;
	char partner_identity[LIMIT_NAME_BYTES + 1];
	size_t partner_identity_len;
	struct { /* what was committed lately, by number: compared when it is sent again */
		uint64_t epoch, number;
		struct hash hash;
	} recent[RECENT];
};

struct peer {
	struct role *role;
	const struct config_partner *partner;
	const struct peer_keys *keys;
	struct call_client *ledger;
	bool is_asking;
	enum err trouble; /* of the last try to begin */
	uint64_t epoch;

	struct outward out;
	struct inward in;
};

struct commit { /* a frame on its way into the ledger */
	struct peer *peer;
	uint64_t epoch, number;
	struct hash hash;
};

static struct link_event event_of(enum link_event_kind kind)
{
	struct link_event event = {.kind = kind, .now_ms = clock_monotonic_ms()};

	key_random(&event.random, sizeof(event.random));
	return event;
}

static void alarm_about(const struct peer *peer, const char *direction, const char *text)
{
	role_log(peer->role, "error", "link-alarm", "partner=%s stream=%s what=\"%s\"",
		 peer->partner->country, direction, text);
}

/* ---- Outward ---- */

static void step_out(struct peer *peer, const struct link_event *event);

static void fetch(struct peer *peer);

static const struct stream_frame *frame_behind(const struct outward *out, uint64_t after)
{
	for (size_t i = 0; i < out->count; i++)
		if (out->frames[i].number == after + 1)
			return &out->frames[i];
	return NULL;
}

/*
 * Answer the machine's LINK_LOAD. is_away: the ledger could not be asked, so "nothing" would be a
 * lie.
 */
static void give_frame(struct peer *peer, bool is_away)
{
	struct outward *out = &peer->out;
	const struct stream_frame *frame = frame_behind(out, out->load_after);
	struct link_event event = event_of(frame != NULL ? LINK_LOADED
					   : is_away	  ? LINK_AWAY
							  : LINK_NOTHING);

	out->wants_load = false;
	if (frame != NULL)
		event.frame = (struct link_frame){.epoch = peer->epoch,
						  .number = frame->number,
						  .hash = frame->hash,
						  .content = frame->content};
	event.number = out->load_after;
	step_out(peer, &event);
}

static enum err keep_frames(struct outward *out, struct bytes body)
{
	struct unpack from;
	uint32_t count;

	arena_clear(out->arena);
	out->count = 0;
	unpack_init(&from, body);
	count = unpack_count(&from, 44);
	for (uint32_t i = 0; i < count && i < FRAMES && !from.failed; i++) {
		struct stream_frame *frame = &out->frames[i];

		ledger_unpack_frame(&from, frame);
		frame->content.at = arena_copy(out->arena, frame->content);
		if (frame->content.at == NULL)
			return ERR_MEMORY;
		out->count++;
	}
	return from.failed ? ERR_FORMAT : OK;
}

static void on_frames(void *context, enum err err, struct bytes body)
{
	struct peer *peer = context;

	peer->out.is_fetching = false;
	if (err == OK)
		err = keep_frames(&peer->out, body);
	if (err != OK)
		peer->out.count = 0;
	if (err_is_news(&peer->out.fetch_trouble, err))
		role_log(peer->role, "warn", "frames-not-fetched", "partner=%s err=%s",
			 peer->partner->country, err_name(err));
	if (peer->out.wants_load)
		give_frame(peer, err != OK);
}

static void fetch(struct peer *peer)
{
	struct ledger_frames_wanted wanted = {.partner = peer->partner->country,
					      .after = peer->out.load_after,
					      .max_count = FRAMES,
					      .max_bytes = FRAME_BYTES_WANTED};
	struct buffer body;

	if (peer->out.is_fetching)
		return;
	buffer_init(&body, LIMIT_RECORD_BYTES);
	ledger_pack_frames_wanted(&body, &wanted);
	peer->out.is_fetching = call_ask(peer->ledger, LEDGER_FRAMES, buffer_bytes(&body), on_frames,
					 peer) == OK;
	buffer_clear(&body);
	if (!peer->out.is_fetching)
		give_frame(peer, true);
}

static void load(struct peer *peer, uint64_t after)
{
	peer->out.load_after = after;
	peer->out.wants_load = true;
	if (frame_behind(&peer->out, after) != NULL)
		give_frame(peer, false);
	else
		fetch(peer);
}

static void acknowledge(struct peer *peer);

static void on_acknowledged(void *context, enum err err, struct bytes body)
{
	struct peer *peer = context;

	(void)body;
	peer->out.is_acknowledging = false;
	if (err_is_news(&peer->out.acknowledge_trouble, err))
		role_log(peer->role, "warn", "not-acknowledged", "partner=%s err=%s",
			 peer->partner->country, err_name(err));
	if (err == OK)
		peer->out.acknowledged_here = peer->out.acknowledged_asked;
	if (err == OK && peer->out.acknowledged_here < peer->out.acknowledged)
		acknowledge(peer);
}

static void acknowledge(struct peer *peer)
{
	struct outward *out = &peer->out;
	struct buffer body;

	if (out->is_acknowledging)
		return;
	buffer_init(&body, LIMIT_RECORD_BYTES);
	pack_text(&body, peer->partner->country);
	pack_u64(&body, out->acknowledged);
	pack_bytes(&body, buffer_bytes(&out->checkpoint));
	if (call_ask(peer->ledger, LEDGER_ACKNOWLEDGE, buffer_bytes(&body), on_acknowledged, peer) ==
	    OK) {
		out->is_acknowledging = true;
		out->acknowledged_asked = out->acknowledged;
	}
	buffer_clear(&body);
}

static void note_acknowledged(struct peer *peer, const struct link_effect *effect)
{
	struct outward *out = &peer->out;

	if (effect->number <= out->acknowledged)
		return;
	out->acknowledged = effect->number;
	buffer_reset(&out->checkpoint);
	buffer_put(&out->checkpoint, effect->content);
	acknowledge(peer);
}

static void step_out(struct peer *peer, const struct link_event *event)
{
	struct link_effects *effects = malloc(sizeof(*effects));
	bool wants_load = false;
	uint64_t load_after = 0;

	if (effects == NULL)
		return;
	effects->count = 0;
	link_out_step(peer->out.link, event, effects);
	for (size_t i = 0; i < effects->count; i++) {
		const struct link_effect *effect = &effects->items[i];

		if (effect->kind == LINK_SEND)
			(void)socket_send(peer->out.socket, &effect->content, 1);
		else if (effect->kind == LINK_ACKNOWLEDGED)
			note_acknowledged(peer, effect);
		else if (effect->kind == LINK_ALARM)
			alarm_about(peer, "out", effect->text);
		else if (effect->kind == LINK_LOAD) {
			wants_load = true;
			load_after = effect->number;
		}
	}
	free(effects);
	/* last, because it may step again and then the effects' memory is gone */
	if (wants_load)
		load(peer, load_after);
}

static void on_out_message(void *context, struct socket *socket, const struct socket_message *message)
{
	struct peer *peer = context;
	struct link_event event = event_of(LINK_MESSAGE);

	(void)socket;
	if (message->count != 1 || peer->out.link == NULL)
		return;
	event.content = message->parts[0];
	step_out(peer, &event);
}

/* ---- Inward ---- */

static void step_in(struct peer *peer, const struct link_event *event);

static void remember(struct inward *in, uint64_t epoch, uint64_t number, const struct hash *hash)
{
	size_t place = number % RECENT;

	in->recent[place].epoch = epoch;
	in->recent[place].number = number;
	in->recent[place].hash = *hash;
}

static bool look_up(void *context, uint64_t epoch, uint64_t number, struct hash *ret_hash)
{
	const struct inward *in = context;
	size_t place = number % RECENT;

	if (in->recent[place].number != number || in->recent[place].epoch != epoch || number == 0)
		return false;
	*ret_hash = in->recent[place].hash;
	return true;
}

static void on_arrived(void *context, enum err err, struct bytes checkpoint)
{
	struct commit *commit = context;
	struct peer *peer = commit->peer;
	struct link_event event = event_of(err == OK		    ? LINK_COMMITTED
					   : err == ERR_CORRUPT ? LINK_CONFLICT
								: LINK_REFUSED);

	event.number = commit->number;
	event.frame = (struct link_frame){
		.epoch = commit->epoch, .number = commit->number, .hash = commit->hash};
	if (err == OK) {
		remember(&peer->in, commit->epoch, commit->number, &commit->hash);
		if (checkpoint.len > 0)
			(void)link_in_set_checkpoint(peer->in.link, checkpoint);
	} else if (err != ERR_CORRUPT) {
		role_log(peer->role, "warn", "frame-not-taken", "partner=%s err=%s",
			 peer->partner->country, err_name(err));
	}
	free(commit);
	step_in(peer, &event);
}

static enum err ask_commit(struct peer *peer, const struct link_frame *frame, struct commit *commit)
{
	struct buffer body;
	enum err err;

	*commit = (struct commit){.peer = peer,
				  .epoch = frame->epoch,
				  .number = frame->number,
				  .hash = frame->hash};
	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_arrive(&body, peer->partner->country, frame);
	err = buffer_error(&body);
	if (err == OK)
		err = call_ask(peer->ledger, LEDGER_ARRIVE, buffer_bytes(&body), on_arrived, commit);
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
	struct bytes parts[] = {
		bytes_of(peer->in.partner_identity, peer->in.partner_identity_len), content};

	if (parts[0].len > 0)
		(void)socket_send(peer->in.socket, parts, 2);
}

static void step_in(struct peer *peer, const struct link_event *event)
{
	struct link_effects *effects = malloc(sizeof(*effects));
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
			alarm_about(peer, "in", effect->text);
		else if (effect->kind == LINK_COMMIT && refused == 0 &&
			 !commit(peer, &effect->frame))
			refused = effect->frame.number;
	}
	free(effects);
	if (refused != 0) {
		struct link_event refusal = event_of(LINK_REFUSED);

		refusal.number = refused;
		step_in(peer, &refusal);
	}
}

static void on_in_message(void *context, struct socket *socket, const struct socket_message *message)
{
	struct peer *peer = context;
	struct link_event event = event_of(LINK_MESSAGE);

	(void)socket;
	if (message->count != 2 || peer->in.link == NULL ||
	    message->parts[0].len > LIMIT_NAME_BYTES)
		return;
	memcpy(peer->in.partner_identity, message->parts[0].at, message->parts[0].len);
	peer->in.partner_identity_len = message->parts[0].len;
	event.content = message->parts[1];
	step_in(peer, &event);
}

/* ---- Both ---- */

static enum err open_out_socket(struct peer *peer)
{
	struct socket_options options = {
		.kind = SOCKET_CLIENT,
		.endpoint = peer->partner->endpoint,
		.identity = peer->role->config->country,
		.max_message_bytes = LIMIT_FRAME_BYTES + LIMIT_RECORD_BYTES,
		.queue_messages = QUEUE_MESSAGES,
		.is_curve = true,
	};

	memcpy(options.own_public, peer->keys->own_public, SOCKET_CURVE_KEY_BYTES);
	memcpy(options.own_secret, peer->keys->own_secret, SOCKET_CURVE_KEY_BYTES);
	if (!socket_curve_parse(peer->partner->curve_public, options.peer_public))
		return ERR_CONFIG;
	return loop_open_socket(peer->role->loop, &options, on_out_message, peer, &peer->out.socket);
}

static enum err open_in_socket(struct peer *peer)
{
	struct socket_options options = {
		.kind = SOCKET_SERVER,
		.endpoint = peer->partner->listen,
		.identity = peer->partner->country,
		.max_message_bytes = LIMIT_FRAME_BYTES + LIMIT_RECORD_BYTES,
		.queue_messages = QUEUE_MESSAGES,
		.is_curve = true,
	};

	memcpy(options.own_public, peer->keys->own_public, SOCKET_CURVE_KEY_BYTES);
	memcpy(options.own_secret, peer->keys->own_secret, SOCKET_CURVE_KEY_BYTES);
	if (!socket_curve_parse(peer->partner->curve_public, options.peer_public))
		return ERR_CONFIG;
	return loop_open_socket(peer->role->loop, &options, on_in_message, peer, &peer->in.socket);
}

static enum err begin(struct peer *peer, const struct ledger_link *at)
{
	uint8_t nonce[LINK_NONCE_BYTES];
	struct link_event start;
	enum err err;

	key_random(nonce, sizeof(nonce));
	if ((err = link_out_new(peer->role->config->name, at->epoch, WINDOW_BYTES, nonce,
				&peer->out.link)) != OK)
		return err;
	key_random(nonce, sizeof(nonce));
	if ((err = link_in_new(&at->in, nonce, look_up, &peer->in, &peer->in.link)) != OK) {
		link_out_free(peer->out.link);
		peer->out.link = NULL;
		return err;
	}
	if (at->in.number > 0)
		remember(&peer->in, at->in.epoch, at->in.number, &at->in.hash);
	peer->epoch = at->epoch;
	peer->out.acknowledged = peer->out.acknowledged_here = at->acknowledged;
	start = event_of(LINK_START);
	start.number = at->acknowledged;
	step_out(peer, &start);
	return OK;
}

static void on_link(void *context, enum err err, struct bytes body)
{
	struct peer *peer = context;
	struct ledger_link at;

	peer->is_asking = false;
	if (err == OK)
		err = ledger_unpack_link(body, &at);
	if (err == OK && peer->out.link == NULL)
		err = begin(peer, &at);
	if (err_is_news(&peer->trouble, err) && err != ERR_UNAVAILABLE)
		role_log(peer->role, "error", "link-not-begun", "partner=%s err=%s",
			 peer->partner->country, err_name(err));
}

static void ask_where(struct peer *peer)
{
	struct buffer body;

	buffer_init(&body, LIMIT_RECORD_BYTES);
	pack_text(&body, peer->partner->country);
	peer->is_asking =
		call_ask(peer->ledger, LEDGER_LINK, buffer_bytes(&body), on_link, peer) == OK;
	buffer_clear(&body);
}

static void on_tick(void *context)
{
	struct peer *peer = context;
	struct link_event tick = event_of(LINK_TICK);

	if (peer->out.link == NULL || peer->in.link == NULL) {
		if (!peer->is_asking)
			ask_where(peer);
		return;
	}
	if (peer->out.acknowledged_here < peer->out.acknowledged)
		acknowledge(peer);
	step_out(peer, &tick);
	step_in(peer, &tick);
}

void peer_wake(struct peer *peer)
{
	struct link_event event = event_of(LINK_AVAILABLE);

	if (peer->out.link != NULL)
		step_out(peer, &event);
}

enum err peer_open(struct role *role, const struct config_partner *partner,
		   const struct peer_keys *keys, struct call_client *ledger, struct peer **ret_peer)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	enum err err;

	if (peer == NULL)
		return ERR_MEMORY;
	peer->role = role;
	peer->partner = partner;
	peer->keys = keys;
	peer->ledger = ledger;
	buffer_init(&peer->out.checkpoint, LIMIT_RECORD_BYTES);
	peer->out.arena = arena_new(FRAME_ARENA_BYTES);
	if (peer->out.arena == NULL)
		err = ERR_MEMORY;
	else if ((err = open_in_socket(peer)) == OK && (err = open_out_socket(peer)) == OK)
		err = loop_every(role->loop, TICK_MS, on_tick, peer);
	if (err != OK) {
		peer_close(peer);
		return err;
	}
	*ret_peer = peer;
	return OK;
}

void peer_close(struct peer *peer)
{
	if (peer == NULL)
		return;
	link_out_free(peer->out.link);
	link_in_free(peer->in.link);
	arena_free(peer->out.arena);
	buffer_clear(&peer->out.checkpoint);
	free(peer);
}
