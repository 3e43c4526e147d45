/*
 * What the link says after a ledger was restored, carried out: ours finds what the partner lost, and
 * puts on record what the partner gives back.
 */
#include "node/peer_inside.h"

#include "node/recall.h"

#define BODY_BYTES ((size_t)LIMIT_CALL_BYTES)

static enum err ask(struct peer *peer, uint16_t operation, const struct buffer *body,
		    call_on_answer *callback)
{
	enum err err = buffer_error(body);

	return err != OK ? err
			 : call_ask(peer->ledger, operation, buffer_bytes(body), callback, peer);
}

/* ---- The partner's ledger was restored ---- */

/* The partner asks until it has the frame, and cannot know what is in its way here. */
static void note_given(struct peer *peer, enum err err)
{
	if (!err_is_news(&peer->in.give_trouble, err) || err == ERR_UNAVAILABLE)
		return;
	peer_charge(peer, PEER_LINE_BYTES);
	role_log(peer->role, "error", "frame-not-given-back", "partner=%s number=%llu err=%s",
		 peer->partner->country, (unsigned long long)peer->in.asked_back, err_name(err));
}

static void on_found(void *context, enum err err, struct bytes body)
{
	struct peer *peer = context;
	struct link_event event = peer_event(LINK_UNFOUND);
	struct stream_frame frame;

	if (err == OK)
		err = recall_unpack_given(body, &frame);
	if (err == OK) {
		peer_charge(peer, frame.content.len);
		event.kind = LINK_FOUND;
		event.frame = (struct link_frame){
			.number = frame.number, .hash = frame.hash, .content = frame.content};
	}
	note_given(peer, err);
	peer_in_step(peer, &event);
}

bool peer_recall_find(struct peer *peer, const struct link_effect *effect)
{
	struct buffer body;
	enum err err;

	if (!peer_may(peer))
		return false;
	peer->in.asked_back = effect->number;
	buffer_init(&body, LIMIT_RECORD_BYTES);
	pack_text(&body, peer->partner->country);
	pack_u64(&body, effect->number);
	err = ask(peer, LEDGER_RECALL, &body, on_found);
	buffer_clear(&body);
	return err == OK;
}

/* ---- Ours was ---- */

static void on_taken(void *context, enum err err, struct bytes body)
{
	struct peer *peer = context;
	struct link_event event = peer_event(err == OK ? LINK_TAKEN : LINK_UNTAKEN);

	(void)body;
	event.number = peer->out.recalled;
	if (err != OK)
		role_log(peer->role, "warn", "frame-not-recalled", "partner=%s err=%s",
			 peer->partner->country, err_name(err));
	else
		role_log(peer->role, "info", "frame-recalled", "partner=%s number=%llu",
			 peer->partner->country, (unsigned long long)event.number);
	peer_out_step(peer, &event);
}

bool peer_recall_take(struct peer *peer, const struct link_effect *effect)
{
	struct buffer body;
	enum err err;

	peer->out.recalled = effect->number;
	buffer_init(&body, BODY_BYTES);
	recall_pack_taken(&body, peer->partner->country, effect->number, effect->content);
	err = ask(peer, LEDGER_RECALLED, &body, on_taken);
	buffer_clear(&body);
	return err == OK;
}

static void on_settled(void *context, enum err err, struct bytes body)
{
	struct peer *peer = context;
	struct link_event event = peer_event(err == OK ? LINK_SETTLED : LINK_UNTAKEN);

	(void)body;
	if (err == OK)
		role_log(peer->role, "info", "stream-settled", "partner=%s",
			 peer->partner->country);
	peer_out_step(peer, &event);
}

bool peer_recall_settle(struct peer *peer)
{
	struct buffer body;
	enum err err;

	buffer_init(&body, LIMIT_RECORD_BYTES);
	pack_text(&body, peer->partner->country);
	err = ask(peer, LEDGER_SETTLED, &body, on_settled);
	buffer_clear(&body);
	return err == OK;
}
