#include "node/peer_inside.h"

#include <stdlib.h>
#include <string.h>

#include "sampan/key.h"

#define WINDOW_BYTES ((size_t)4 * 1024 * 1024)
#define FRAME_BYTES_WANTED ((uint64_t)2 * 1024 * 1024)
#define FRAME_ARENA_BYTES ((size_t)64 * 1024 * 1024)

static const struct stream_frame *frame_behind(const struct outward *out, uint64_t after)
{
	for (size_t i = 0; i < out->count; i++)
		if (out->frames[i].number == after + 1)
			return &out->frames[i];
	return NULL;
}

static void answer_load(struct peer *peer, struct link_event *event)
{
	peer->out.wants_load = false;
	event->number = peer->out.load_after;
	peer_out_step(peer, event);
}

/* "Nothing" would be a lie: it comes again with a later tick. */
static void put_off(struct peer *peer)
{
	struct link_event event = peer_event(LINK_AWAY);

	answer_load(peer, &event);
}

/* Answer the machine's LINK_LOAD with what the ledger gave. */
static void give_frame(struct peer *peer)
{
	struct outward *out = &peer->out;
	const struct stream_frame *frame = frame_behind(out, out->load_after);
	struct link_event event = peer_event(frame != NULL ? LINK_LOADED : LINK_NOTHING);

	if (frame != NULL) {
		event.frame = (struct link_frame){.epoch = peer->epoch,
						  .number = frame->number,
						  .hash = frame->hash,
						  .content = frame->content};
		if (frame->number <= out->given)
			peer_charge(peer, frame->content.len);
		else
			out->given = frame->number;
	}
	answer_load(peer, &event);
}

static enum err keep_frames(struct outward *out, struct bytes body)
{
	struct unpack from;
	uint32_t count;

	arena_clear(out->arena);
	out->count = 0;
	unpack_init(&from, body);
	count = unpack_count(&from, 44);
	for (uint32_t i = 0; i < count && i < PEER_FRAMES && !from.failed; i++) {
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
	if (peer->out.wants_load && err == OK)
		give_frame(peer);
	else if (peer->out.wants_load)
		put_off(peer);
}

static void fetch(struct peer *peer)
{
	struct ledger_frames_wanted wanted = {.partner = peer->partner->country,
					      .after = peer->out.load_after,
					      .max_count = PEER_FRAMES,
					      .max_bytes = FRAME_BYTES_WANTED};
	struct buffer body;

	if (peer->out.is_fetching)
		return;
	buffer_init(&body, LIMIT_RECORD_BYTES);
	ledger_pack_frames_wanted(&body, &wanted);
	peer->out.is_fetching =
		call_ask(peer->ledger, LEDGER_FRAMES, buffer_bytes(&body), on_frames, peer) == OK;
	buffer_clear(&body);
	if (!peer->out.is_fetching)
		put_off(peer);
}

static void load(struct peer *peer, uint64_t after)
{
	peer->out.load_after = after;
	peer->out.wants_load = true;
	if (after < peer->out.given && !peer_may(peer))
		put_off(peer);
	else if (frame_behind(&peer->out, after) != NULL)
		give_frame(peer);
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
	if (call_ask(peer->ledger, LEDGER_ACKNOWLEDGE, buffer_bytes(&body), on_acknowledged,
		     peer) == OK) {
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

void peer_out_step(struct peer *peer, const struct link_event *event)
{
	struct link_effects *effects = malloc(sizeof(*effects));
	bool wants_load = false, is_unproven = false, is_untaken = false;
	uint64_t load_after = 0;

	if (effects == NULL)
		return;
	effects->count = 0;
	link_out_step(peer->out.link, event, effects);
	for (size_t i = 0; i < effects->count; i++) {
		const struct link_effect *effect = &effects->items[i];

		if (effect->kind == LINK_SEND)
			(void)line_send(peer->out.line, &effect->content, 1);
		else if (effect->kind == LINK_ACKNOWLEDGED)
			note_acknowledged(peer, effect);
		else if (effect->kind == LINK_ALARM)
			peer_alarm(peer, "out", effect->text);
		else if (effect->kind == LINK_PROVE)
			is_unproven = !peer_witness_prove(peer, effect);
		else if (effect->kind == LINK_COSIGNED)
			peer_witness_keep(peer, effect);
		else if (effect->kind == LINK_TAKE)
			is_untaken = !peer_recall_take(peer, effect);
		else if (effect->kind == LINK_SETTLE)
			is_untaken = !peer_recall_settle(peer);
		else if (effect->kind == LINK_LOAD) {
			wants_load = true;
			load_after = effect->number;
		}
	}
	free(effects);
	/* last, because it may step again and then the effects' memory is gone */
	if (wants_load)
		load(peer, load_after);
	if (is_unproven || is_untaken) {
		struct link_event unable = peer_event(is_unproven ? LINK_UNPROVEN : LINK_UNTAKEN);

		peer_out_step(peer, &unable);
	}
}

static void on_out_message(void *context, const struct socket_message *message)
{
	struct peer *peer = context;
	struct link_event event = peer_event(LINK_MESSAGE);

	if (message->count != 1 || peer->out.link == NULL)
		return;
	event.content = message->parts[0];
	peer_heard(peer);
	peer_out_step(peer, &event);
}

static enum err open_line(struct peer *peer)
{
	struct curve_options options = {
		.kind = SOCKET_CLIENT,
		.endpoint = peer->partner->endpoint,
		.identity = peer->role->config->country,
		.max_message_bytes = PEER_MESSAGE_BYTES,
		.queue_messages = PEER_QUEUE_MESSAGES,
		.queue_bytes = PEER_QUEUE_BYTES,
	};
	enum err err = peer_keys_of(peer, &options);

	return err != OK ? err
			 : line_open(peer->side->lines, &options, on_out_message, peer,
				     &peer->out.line);
}

enum err peer_out_open(struct peer *peer)
{
	buffer_init(&peer->out.checkpoint, LIMIT_RECORD_BYTES);
	peer->out.arena = arena_new(FRAME_ARENA_BYTES);
	return peer->out.arena == NULL ? ERR_MEMORY : open_line(peer);
}

enum err peer_out_begin(struct peer *peer, const struct ledger_link *at)
{
	uint8_t nonce[LINK_NONCE_BYTES];
	struct link_event start = peer_event(LINK_START);
	enum err err;

	key_random(nonce, sizeof(nonce));
	err = link_out_new(peer->role->config->name, at->epoch, WINDOW_BYTES, nonce,
			   &peer->out.link);
	if (err != OK)
		return err;
	peer->out.acknowledged = peer->out.acknowledged_here = at->acknowledged;
	start.number = at->acknowledged;
	start.frame.number = at->given;
	start.is_unsettled = at->is_unsettled;
	peer_out_step(peer, &start);
	return OK;
}

void peer_out_tick(struct peer *peer)
{
	struct link_event tick = peer_event(LINK_TICK);

	if (peer->out.acknowledged_here < peer->out.acknowledged)
		acknowledge(peer);
	peer_out_step(peer, &tick);
}

void peer_out_close(struct peer *peer)
{
	link_out_free(peer->out.link);
	arena_free(peer->out.arena);
	buffer_clear(&peer->out.checkpoint);
}
