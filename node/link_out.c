#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/link_out_inside.h"

#define STALL_FIRST_MS 2000u
#define STALL_MAX_MS 60000u

enum err link_out_new(const char *node, uint64_t epoch, size_t window_bytes,
		      const uint8_t nonce[LINK_NONCE_BYTES], struct link_out **ret_link)
{
	struct link_out *link;

	if (strlen(node) >= LINK_NODE_BYTES)
		return ERR_LIMIT;
	link = calloc(1, sizeof(*link));
	if (link == NULL)
		return ERR_MEMORY;
	memcpy(link->node, node, strlen(node));
	link->epoch = epoch;
	link->window.max_bytes = window_bytes;
	memcpy(link->nonce, nonce, LINK_NONCE_BYTES);
	link_turn_init(&link->turn);
	link->state = LINK_OUT_STOPPED;
	*ret_link = link;
	return OK;
}

void link_out_free(struct link_out *link)
{
	if (link == NULL)
		return;
	link_turn_clear(&link->turn);
	free(link);
}

uint64_t link_out_next_try(const struct link_out *link)
{
	return link->state == LINK_OUT_GREETING && link->tries > 1 ? link->due_ms : 0;
}

enum link_out_state link_out_state(const struct link_out *link)
{
	return link->state;
}

struct link_wire link_out_message(const struct link_out *link, enum link_wire_kind kind)
{
	struct link_wire message = {.kind = kind, .epoch = link->epoch};

	memcpy(message.from, link->nonce, LINK_NONCE_BYTES);
	if (link->has_peer)
		memcpy(message.to, link->peer, LINK_NONCE_BYTES);
	return message;
}

void link_out_stop(struct link_out *link)
{
	struct link_wire message = link_out_message(link, LINK_WIRE_ALARM);

	message.content = bytes_of_text(link->turn.text);
	link_turn_send(&link->turn, &message);
	link->state = LINK_OUT_STOPPED;
	link->is_verifying = link->is_recalling = false;
	link_show_close(&link->show);
}

/* ---- Loading and sending ---- */

static uint64_t last_sent(const struct link_out *link)
{
	return link->acknowledged + link->window.count;
}

static bool has_room(const struct link_out *link)
{
	return link_window_has_room(&link->window, link->needed);
}

static bool wants(const struct link_out *link, uint64_t *ret_behind)
{
	if (link->is_verifying) {
		*ret_behind = link->claimed.number - 1;
		return !link->show.is_loading;
	}
	*ret_behind = last_sent(link);
	return link->state == LINK_OUT_OPEN && !link->is_dry && has_room(link);
}

static void load_next(struct link_out *link)
{
	struct link_effect effect = {.kind = LINK_LOAD};

	if (link->is_loading || link->is_away || !wants(link, &effect.number))
		return;
	link->is_loading = true;
	link->is_refilled = false;
	link->loading = effect.number;
	link_turn_put(&link->turn, &effect);
}

void link_out_expect_progress(struct link_out *link, const struct link_event *event)
{
	link->due_ms = event->now_ms + link_turn_delay_ms(STALL_FIRST_MS, STALL_MAX_MS,
							  link->stalls, event->random);
}

static void send_frame(struct link_out *link, const struct link_event *event)
{
	const struct link_frame *frame = &event->frame;
	struct link_wire message = link_out_message(link, LINK_WIRE_FRAME);

	link->needed = frame->content.len;
	if (!has_room(link))
		return;
	link->needed = 0;
	message.serial = link->session;
	message.number = frame->number;
	message.hash = frame->hash;
	message.content = frame->content;
	link_turn_send(&link->turn, &message);
	if (link->window.count == 0)
		link_out_expect_progress(link, event);
	link_window_put(&link->window, frame);
}

static bool is_sound(struct link_out *link, const struct link_frame *frame)
{
	struct hash hash = hash_of(frame->content);

	if (frame->number == link->loading + 1 && frame->epoch == link->epoch &&
	    hash_equal(&hash, &frame->hash) && frame->content.len <= LINK_CONTENT_BYTES)
		return true;
	link_turn_alarm(
		&link->turn,
		"our ledger's frame %llu of epoch %llu is damaged, too long or of another stream",
		(unsigned long long)link->loading + 1, (unsigned long long)link->epoch);
	return false;
}

/* ---- Receipts ---- */

void link_out_acknowledge(struct link_out *link, uint64_t number, const struct hash *hash,
			  struct bytes note)
{
	struct link_effect effect = {.kind = LINK_ACKNOWLEDGED, .number = number};

	if (note.len <= LINK_NOTE_BYTES)
		effect.content = note; /* a longer one is no checkpoint, but the receipt counts */
	link->acknowledged = number;
	link->acknowledged_hash = *hash;
	if (number <= link->recorded)
		return;
	link->recorded = number;
	link_turn_put(&link->turn, &effect);
}

void link_out_rewind(struct link_out *link)
{
	link_window_drop(&link->window, link->window.count);
	link->is_dry = false;
	link->needed = 0;
}

static bool is_of_session(const struct link_out *link, const struct link_wire *message)
{
	return link->has_peer && message->epoch == link->epoch &&
	       memcmp(message->from, link->peer, LINK_NONCE_BYTES) == 0;
}

/*
 * Take a number that the receiver has. false: it says nothing new that we could check, or it was an
 * alarm. A number that we did not send in this session cannot be checked and is left alone: what we
 * send comes back acknowledged.
 */
static bool take_number(struct link_out *link, const struct link_event *event,
			const struct link_wire *message)
{
	const struct hash *hash = &link->acknowledged_hash;
	uint64_t ahead;

	if (message->number < link->acknowledged || message->number > last_sent(link))
		return false;
	ahead = message->number - link->acknowledged;
	if (ahead > 0)
		hash = link_window_hash(&link->window, ahead - 1);
	if (!hash_equal(hash, &message->hash)) {
		link_turn_alarm(&link->turn, "the partner has another frame %llu than we sent",
				(unsigned long long)message->number);
		link_out_stop(link);
		return false;
	}
	if (ahead > 0) {
		link_window_drop(&link->window, ahead);
		link->stalls = 0;
		if (link->state == LINK_OUT_OPEN)
			link_out_expect_progress(link, event);
		link_out_acknowledge(link, message->number, &message->hash, message->content);
	}
	return true;
}

static void on_receipt(struct link_out *link, const struct link_event *event,
		       const struct link_wire *message)
{
	if (is_of_session(link, message))
		(void)take_number(link, event, message);
}

static void on_again(struct link_out *link, const struct link_event *event,
		     const struct link_wire *message)
{
	if (!is_of_session(link, message) || message->serial <= link->again_serial)
		return;
	link->again_serial = message->serial;
	if (take_number(link, event, message) && link->state == LINK_OUT_OPEN)
		link_out_rewind(link);
}

/* ---- Witnessing ---- */

static void on_seen(struct link_out *link, const struct link_event *event,
		    const struct link_wire *message)
{
	if (!link->show.is_open || !is_of_session(link, message))
		return;
	if (!link_show_answered(&link->show, event, message, &link->turn))
		link_out_stop(link);
	else if (link->is_recalling)
		link_recall_tick(link, event); /* it may have endorsed our epoch only now */
}

static void on_proved(struct link_out *link, const struct link_event *event)
{
	struct link_wire message = link_out_message(link, LINK_WIRE_CHECKPOINT);

	if (link_show_take(&link->show, event, &message))
		link_turn_send(&link->turn, &message);
}

static void on_halt(struct link_out *link, const struct link_event *event)
{
	if (link->state == LINK_OUT_STOPPED)
		return;
	link_turn_alarm(&link->turn, "halted: %.*s", (int)event->content.len,
			(const char *)event->content.at);
	link_out_stop(link);
}

/* ---- Events ---- */

static void on_message(struct link_out *link, const struct link_event *event)
{
	struct link_wire message;
	enum err err = link_wire_parse(event->content, &message);

	if (link->state == LINK_OUT_STOPPED || (err != OK && err != ERR_VERSION) ||
	    memcmp(message.to, link->nonce, LINK_NONCE_BYTES) != 0)
		return;
	if (err == ERR_VERSION) {
		link_turn_alarm(&link->turn, "the partner speaks another version of the link");
		link_out_stop(link);
		return;
	}
	switch (message.kind) {
	case LINK_WIRE_WELCOME:
		link_greet_welcomed(link, event, &message);
		break;
	case LINK_WIRE_RECEIPT:
		on_receipt(link, event, &message);
		break;
	case LINK_WIRE_AGAIN:
		on_again(link, event, &message);
		break;
	case LINK_WIRE_ASK:
		link_greet_asked(link, event, &message);
		break;
	case LINK_WIRE_SEEN:
		on_seen(link, event, &message);
		break;
	case LINK_WIRE_ALARM:
		link->state = LINK_OUT_STOPPED;
		link->is_verifying = link->is_recalling = false;
		link_show_close(&link->show);
		link_turn_alarm_of_partner(&link->turn, message.content);
		break;
	case LINK_WIRE_RECALLED:
		if (is_of_session(link, &message))
			link_recall_given(link, &message);
		break;
	case LINK_WIRE_HELLO:
	case LINK_WIRE_FRAME:
	case LINK_WIRE_CHECKPOINT:
	case LINK_WIRE_RECALL:
		break;
	}
}

static void on_tick(struct link_out *link, const struct link_event *event)
{
	link->is_away = false;
	link_show_tick(&link->show, event, &link->turn);
	if (event->now_ms < link->due_ms)
		return;
	if (link->is_recalling) {
		link_recall_tick(link, event);
	} else if (link->state == LINK_OUT_GREETING && !link->is_verifying) {
		link_greet_again(link, event);
	} else if (link->state == LINK_OUT_OPEN && link->window.count > 0) {
		link->stalls++;
		link_greet_anew(link, event);
	}
}

static void on_loaded(struct link_out *link, const struct link_event *event)
{
	uint64_t behind;

	if (!link->is_loading)
		return;
	link->is_loading = false;
	if (!wants(link, &behind) || behind != link->loading)
		return;
	if (!is_sound(link, &event->frame))
		link_out_stop(link);
	else if (link->is_verifying)
		link_greet_verify(link, event);
	else
		send_frame(link, event);
}

static void on_nothing(struct link_out *link)
{
	uint64_t behind;

	if (!link->is_loading)
		return;
	link->is_loading = false;
	if (!wants(link, &behind) || behind != link->loading)
		return;
	if (!link->is_verifying) {
		link->is_dry = !link->is_refilled;
		return;
	}
	link_turn_alarm(&link->turn, "the partner has frame %llu, and our ledger never sent it",
			(unsigned long long)link->claimed.number);
	link_out_stop(link);
}

void link_out_step(struct link_out *link, const struct link_event *event,
		   struct link_effects *ret_effects)
{
	link_turn_begin(&link->turn, ret_effects);
	switch (event->kind) {
	case LINK_START:
		link_greet_start(link, event);
		break;
	case LINK_TICK:
		on_tick(link, event);
		break;
	case LINK_MESSAGE:
		on_message(link, event);
		break;
	case LINK_LOADED:
		on_loaded(link, event);
		break;
	case LINK_NOTHING:
		on_nothing(link);
		break;
	case LINK_AVAILABLE:
		link->is_dry = false;
		link->is_refilled = true;
		link_show_renew(&link->show, event->now_ms);
		break;
	case LINK_PROVED:
		on_proved(link, event);
		break;
	case LINK_UNPROVEN:
	case LINK_UNKEPT:
		link_show_retry(&link->show, event);
		break;
	case LINK_HALT:
		on_halt(link, event);
		break;
	case LINK_AWAY:
		link->is_away = link->is_loading;
		link->is_loading = false;
		break;
	case LINK_TAKEN:
		link_recall_taken(link, event);
		break;
	case LINK_UNTAKEN:
		link_recall_untaken(link, event);
		break;
	case LINK_SETTLED:
		link_recall_settled(link, event);
		break;
	case LINK_COMMITTED:
	case LINK_REFUSED:
	case LINK_CONFLICT:
	case LINK_WITNESSED:
	case LINK_UNWITNESSED:
	case LINK_FOUND:
	case LINK_UNFOUND:
		break;
	}
	load_next(link);
}
