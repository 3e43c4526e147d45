#include "node/link_out_inside.h"

#include <string.h>

#define HELLO_FIRST_MS 250u
#define HELLO_MAX_MS 30000u

void link_greet_again(struct link_out *link, const struct link_event *event)
{
	struct link_wire message = link_out_message(link, LINK_WIRE_HELLO);

	message.serial = ++link->greeting;
	message.number = link->recorded;
	message.content = bytes_of_text(link->node);
	link_turn_send(&link->turn, &message);
	link->due_ms = event->now_ms + link_turn_delay_ms(HELLO_FIRST_MS, HELLO_MAX_MS,
							  link->tries++, event->random);
}

void link_greet_anew(struct link_out *link, const struct link_event *event)
{
	link->state = LINK_OUT_GREETING;
	link->is_verifying = link->is_recalling = false;
	link_show_close(&link->show);
	link->first_greeting = link->greeting + 1;
	link->tries = 0;
	link_greet_again(link, event);
}

void link_greet_start(struct link_out *link, const struct link_event *event)
{
	if (event->number > link->recorded)
		link->recorded = event->number;
	if (event->frame.number > link->given)
		link->given = event->frame.number;
	link->is_unsettled = event->is_unsettled;
	link->stalls = 0;
	link_greet_anew(link, event);
}

static void meet(struct link_out *link)
{
	const struct link_wire *claimed = &link->claimed;

	if (!link->has_peer || memcmp(link->peer, claimed->from, LINK_NONCE_BYTES) != 0)
		link->again_serial = 0;
	link->has_peer = true;
	memcpy(link->peer, claimed->from, LINK_NONCE_BYTES);
	link->session = claimed->serial;
}

static void open_session(struct link_out *link, const struct link_event *event)
{
	const struct link_wire *claimed = &link->claimed;

	link->is_verifying = false;
	link->state = LINK_OUT_OPEN;
	link_out_rewind(link);
	link_out_acknowledge(link, claimed->number, &claimed->hash, claimed->content);
	link_out_expect_progress(link, event);
}

void link_greet_welcomed(struct link_out *link, const struct link_event *event,
			 const struct link_wire *message)
{
	if (link->state != LINK_OUT_GREETING || link->is_verifying || link->is_recalling ||
	    message->serial < link->first_greeting || message->serial > link->greeting ||
	    message->epoch != link->epoch || message->content.len > LINK_NOTE_BYTES)
		return;
	link->claimed = *message;
	link->claimed.content = bytes_of(link->claimed_note, message->content.len);
	if (message->content.len > 0)
		memcpy(link->claimed_note, message->content.at, message->content.len);
	meet(link);
	/* first of all, so that the partner sees what became of our ledger even if an alarm follows */
	link_show_open(&link->show, event->now_ms);
	link_show_tick(&link->show, event, &link->turn);
	if (link->is_unsettled)
		link_recall_begin(link, event);
	else if (message->number == 0)
		open_session(link, event);
	else
		link->is_verifying = true;
}

void link_greet_verify(struct link_out *link, const struct link_event *event)
{
	if (hash_equal(&event->frame.hash, &link->claimed.hash)) {
		open_session(link, event);
		return;
	}
	link_turn_alarm(&link->turn, "the partner has another frame %llu than our ledger",
			(unsigned long long)link->claimed.number);
	link_out_stop(link);
}

/* Of the session, or of the checkpoint that was shown last. */
static bool is_ours(const struct link_out *link, uint64_t serial)
{
	return serial == link->session || (link->show.shown != 0 && serial == link->show.serial);
}

void link_greet_asked(struct link_out *link, const struct link_event *event,
		      const struct link_wire *message)
{
	if ((link->state == LINK_OUT_OPEN || link->is_recalling) && is_ours(link, message->serial))
		link_greet_anew(link, event);
}
