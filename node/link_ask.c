/*
 * What a receiver has its ledger judge and find for the partner.
 */
#include "node/link_in_inside.h"

#include <string.h>

/* ---- Witnessing ---- */

/* Only in the order in which they were said: an older one that comes late would look like a
 * rollback. */
void link_ask_judge(struct link_in *link, const struct link_wire *message)
{
	struct link_effect effect = {
		.kind = LINK_WITNESS, .number = message->number, .content = message->content};

	if (!link_in_is_of_session(link, message)) {
		link_in_ask_who(link, message);
		return;
	}
	if (message->epoch != link->session_epoch || message->serial <= link->shown ||
	    link->is_judging)
		return;
	link->shown = message->serial;
	link->is_judging = true;
	link->judged = message->serial;
	memcpy(link->judged_peer, link->peer, LINK_NONCE_BYTES);
	effect.frame.hash = message->hash;
	link_turn_put(&link->turn, &effect);
}

void link_ask_judged(struct link_in *link, const struct link_event *event)
{
	struct link_wire message = link_in_message(link, LINK_WIRE_SEEN);

	if (!link->is_judging)
		return;
	link->is_judging = false;
	if (link->is_stopped || !link->has_peer ||
	    memcmp(link->judged_peer, link->peer, LINK_NONCE_BYTES) != 0)
		return;
	if (event->frame.epoch == link->session_epoch)
		link->epoch = link->position.epoch = event->frame.epoch;
	message.serial = link->judged;
	message.number = event->number;
	message.hash = event->frame.hash;
	message.content = event->content;
	link_turn_send(&link->turn, &message);
}

/* ---- What a partner lost ---- */

void link_ask_find(struct link_in *link, const struct link_wire *message)
{
	struct link_effect effect = {.kind = LINK_RECALL, .number = message->number};

	if (!link_in_is_of_session(link, message)) {
		link_in_ask_who(link, message);
		return;
	}
	if (message->epoch != link->epoch || link->is_finding)
		return;
	link->is_finding = true;
	link_turn_put(&link->turn, &effect);
}

void link_ask_found(struct link_in *link, const struct link_event *event)
{
	struct link_wire message = link_in_message(link, LINK_WIRE_RECALLED);

	if (!link->is_finding)
		return;
	link->is_finding = false;
	if (link->is_stopped || !link->has_peer)
		return;
	message.serial = link->greeting;
	message.number = event->frame.number;
	message.hash = event->frame.hash;
	message.content = event->frame.content;
	link_turn_send(&link->turn, &message);
}
