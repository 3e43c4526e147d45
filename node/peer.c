#include "node/peer_inside.h"

#include <stdlib.h>
#include <string.h>

#include "node/contact.h"
#include "sampan/clock.h"
#include "sampan/key.h"

#define TICK_MS 50u
#define HEARD_EVERY_MS 5000u

struct link_event peer_event(enum link_event_kind kind)
{
	struct link_event event = {.kind = kind, .now_ms = clock_monotonic_ms()};

	key_random(&event.random, sizeof(event.random));
	return event;
}

void peer_heard(struct peer *peer)
{
	uint64_t now_ms = clock_monotonic_ms();

	if (peer->heard_ms != 0 && now_ms < peer->heard_ms + HEARD_EVERY_MS)
		return;
	peer->heard_ms = now_ms;
	contact_note(peer->role->config, peer->partner->country);
}

/* For those who look whether it is there (contact.h). */
static void note_next_try(struct peer *peer)
{
	uint64_t next_ms = link_out_next_try(peer->out.link);

	if (peer->has_planned && next_ms == peer->next_ms)
		return;
	peer->has_planned = true;
	peer->next_ms = next_ms;
	contact_plan(peer->role->config, peer->partner->country,
		     next_ms == 0 ? 0 : clock_now_ms() + next_ms - clock_monotonic_ms());
}

bool peer_may(const struct peer *peer)
{
	return rate_take(peer->side->rate, &peer->caller, clock_monotonic_ms()) == 0;
}

void peer_charge(const struct peer *peer, size_t bytes)
{
	rate_charge(peer->side->rate, &peer->caller, (uint32_t)(bytes / PEER_TOKEN_BYTES),
		    clock_monotonic_ms());
}

/* The first is always told; a partner can say as many more as it likes. */
void peer_alarm(struct peer *peer, const char *direction, const char *text)
{
	if (peer->is_alarmed && !peer_may(peer))
		return;
	if (peer->is_alarmed)
		peer_charge(peer, PEER_LINE_BYTES);
	peer->is_alarmed = true;
	contact_stop(peer->role->config, peer->partner->country, text);
	role_log(peer->role, "error", "link-alarm", "partner=%s stream=%s what=\"%s\"",
		 peer->partner->country, direction, text);
}

enum err peer_keys_of(const struct peer *peer, struct curve_options *options)
{
	memcpy(options->own_public, peer->side->own_public, CURVE_KEY_BYTES);
	memcpy(options->own_secret, peer->side->own_secret, CURVE_KEY_BYTES);
	return curve_key_parse(peer->partner->curve_public, options->peer_public) ? OK : ERR_CONFIG;
}

static void forget_alarm(struct peer *peer)
{
	peer->is_alarmed = false;
	contact_stop(peer->role->config, peer->partner->country, NULL);
}

/* The inward machine first: where the outward one is there, both are. */
static enum err begin(struct peer *peer, const struct ledger_link *at)
{
	enum err err = peer->in.link == NULL ? peer_in_begin(peer, at) : OK;

	peer->epoch = at->epoch;
	forget_alarm(peer);
	return err != OK ? err : peer_out_begin(peer, at);
}

/* An operator has spoken: go on where both streams stand. */
static void resume(struct peer *peer, const struct ledger_link *at)
{
	struct link_event start = peer_event(LINK_START);

	role_log(peer->role, "info", "link-resumed", "partner=%s", peer->partner->country);
	forget_alarm(peer);
	start.number = at->acknowledged;
	start.frame.number = at->given;
	start.is_unsettled = at->is_unsettled;
	peer_in_step(peer, &start);
	peer_out_step(peer, &start);
}

static enum err take_link(struct peer *peer, const struct ledger_link *at)
{
	bool is_new_word = at->resumed != peer->resumed;

	peer->resumed = at->resumed;
	if (at->is_stopped) {
		if (peer->out.link == NULL && !peer->is_alarmed)
			peer_alarm(peer, "both", "an operator must speak: sampan partner resume");
		return OK;
	}
	if (peer->out.link == NULL)
		return begin(peer, at);
	if (is_new_word)
		resume(peer, at);
	return OK;
}

static void on_link(void *context, enum err err, struct bytes body)
{
	struct peer *peer = context;
	struct ledger_link at;

	peer->is_asking = false;
	if (err == OK)
		err = ledger_unpack_link(body, &at);
	if (err == OK)
		err = take_link(peer, &at);
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
	struct link_event tick = peer_event(LINK_TICK);

	if (peer->out.link == NULL) {
		if (!peer->is_asking && !peer->is_alarmed)
			ask_where(peer);
		return;
	}
	peer_out_tick(peer);
	peer_in_step(peer, &tick);
	note_next_try(peer);
}

void peer_wake(struct peer *peer)
{
	struct link_event event = peer_event(LINK_AVAILABLE);

	if (peer->out.link != NULL)
		peer_out_step(peer, &event);
	if (peer->is_alarmed && !peer->is_asking)
		ask_where(peer); /* what is new may be the operator's word */
}

enum err peer_open(struct role *role, const struct config_partner *partner,
		   const struct peer_side *side, struct call_client *ledger, struct peer **ret_peer)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	enum err err;

	if (peer == NULL)
		return ERR_MEMORY;
	peer->role = role;
	peer->partner = partner;
	peer->caller = hash_of(bytes_of_text(partner->country));
	peer->side = side;
	peer->ledger = ledger;
	if ((err = peer_in_open(peer)) == OK && (err = peer_out_open(peer)) == OK)
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
	peer_out_close(peer);
	peer_in_close(peer);
	free(peer);
}
