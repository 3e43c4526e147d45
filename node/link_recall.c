#include <string.h>

#include "node/link_out_inside.h"

#define ASK_FIRST_MS 500u
#define ASK_MAX_MS 30000u
#define LOCAL_MS 500u /* our own ledger is not ready */
#define MAX_ASKS 6u

static void ask(struct link_out *link, const struct link_event *event)
{
	struct link_wire message = link_out_message(link, LINK_WIRE_RECALL);

	message.serial = link->session;
	message.number = link->given + 1;
	link_turn_send(&link->turn, &message);
	link->due_ms = event->now_ms + link_turn_delay_ms(ASK_FIRST_MS, ASK_MAX_MS,
							  link->recall_asks++, event->random);
}

void link_recall_begin(struct link_out *link, const struct link_event *event)
{
	link->is_recalling = true;
	link->recall_asks = 0;
	if (!link->is_taking)
		ask(link, event);
}

void link_recall_tick(struct link_out *link, const struct link_event *event)
{
	if (link->is_taking)
		return;
	if (link->recall_asks > MAX_ASKS)
		link_greet_anew(link, event);
	else
		ask(link, event);
}

static void take(struct link_out *link, enum link_effect_kind kind, struct bytes content)
{
	struct link_effect effect = {.kind = kind, .number = link->given + 1, .content = content};

	link->is_taking = true;
	link_turn_put(&link->turn, &effect);
}

void link_recall_given(struct link_out *link, const struct link_wire *message)
{
	if (!link->is_recalling || link->is_taking || message->serial != link->session ||
	    (message->number != 0 && message->number != link->given + 1))
		return;
	if (message->number == 0) {
		take(link, LINK_SETTLE, (struct bytes){0});
	} else if (message->content.len == 0) {
		link_turn_alarm(&link->turn,
				"the partner has frame %llu of ours and cannot give it back",
				(unsigned long long)message->number);
		link_out_stop(link);
	} else {
		take(link, LINK_TAKE, message->content);
	}
}

void link_recall_taken(struct link_out *link, const struct link_event *event)
{
	if (!link->is_taking)
		return;
	link->is_taking = false;
	if (event->number > link->given)
		link->given = event->number;
	link->recall_asks = 0;
	if (link->is_recalling)
		ask(link, event);
}

void link_recall_untaken(struct link_out *link, const struct link_event *event)
{
	if (!link->is_taking)
		return;
	link->is_taking = false;
	link->due_ms = event->now_ms + LOCAL_MS;
}

void link_recall_settled(struct link_out *link, const struct link_event *event)
{
	if (!link->is_taking)
		return;
	link->is_taking = false;
	link->is_unsettled = false;
	if (link->is_recalling)
		link_greet_anew(link, event);
}
