#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/link_turn.h"

#define HELLO_FIRST_MS 250u
#define HELLO_MAX_MS 30000u
#define STALL_FIRST_MS 2000u
#define STALL_MAX_MS 60000u

struct sent {
	struct hash hash;
	size_t bytes;
};

struct link_out {
	char node[LINK_NODE_BYTES];
	uint64_t epoch;
	size_t window_bytes;
	uint8_t nonce[LINK_NONCE_BYTES];
	struct link_turn turn;
	enum link_out_state state;

	/* greeting */
	uint64_t greeting;       /* serial of the last hello */
	uint64_t first_greeting; /* of this round: welcomes to older ones are stale */
	unsigned tries;
	uint64_t due_ms; /* next hello; when open: when a stream without progress is greeted anew */
	bool is_verifying; /* welcomed: frame `claimed` is loaded, to see that we really sent it */
	struct link_wire claimed;
	uint8_t claimed_note[LINK_NOTE_BYTES];

	/* session */
	bool has_peer;
	uint8_t peer[LINK_NONCE_BYTES];
	uint64_t session; /* serial of the greeting that opened it */
	uint64_t again_serial;
	uint64_t acknowledged; /* of this session; sent without receipt: the next `sent_count`
				  numbers */
	struct hash acknowledged_hash;
	struct sent sent[LINK_FRAMES]; /* ring */
	size_t sent_first, sent_count;
	size_t sent_bytes;
	unsigned stalls;

	/* ledger */
	uint64_t recorded; /* highest number that the ledger was told of */
	bool is_loading;
	uint64_t loading; /* behind which number */
	bool is_dry;      /* the ledger has nothing more */
	bool is_away;     /* the ledger could not say: ask again at the next tick */
	bool is_refilled; /* LINK_AVAILABLE came while loading: do not believe LINK_NOTHING */
	size_t needed;    /* size of the next frame, when it did not fit into the window */
};

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
	link->window_bytes = window_bytes;
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

enum link_out_state link_out_state(const struct link_out *link)
{
	return link->state;
}

static struct link_wire message_of(const struct link_out *link, enum link_wire_kind kind)
{
	struct link_wire message = {.kind = kind, .epoch = link->epoch};

	memcpy(message.from, link->nonce, LINK_NONCE_BYTES);
	if (link->has_peer)
		memcpy(message.to, link->peer, LINK_NONCE_BYTES);
	return message;
}

/* Tell both operators, then be silent. The text of the alarm stands in the turn. */
static void stop(struct link_out *link)
{
	struct link_wire message = message_of(link, LINK_WIRE_ALARM);

	message.content = bytes_of_text(link->turn.text);
	link_turn_send(&link->turn, &message);
	link->state = LINK_OUT_STOPPED;
	link->is_verifying = false;
}

/* ---- Greeting ---- */

static void say_hello(struct link_out *link, const struct link_event *event)
{
	struct link_wire message = message_of(link, LINK_WIRE_HELLO);

	message.serial = ++link->greeting;
	message.number = link->recorded;
	message.content = bytes_of_text(link->node);
	link_turn_send(&link->turn, &message);
	link->due_ms = event->now_ms + link_turn_delay_ms(HELLO_FIRST_MS, HELLO_MAX_MS,
							  link->tries++, event->random);
}

static void greet(struct link_out *link, const struct link_event *event)
{
	link->state = LINK_OUT_GREETING;
	link->is_verifying = false;
	link->first_greeting = link->greeting + 1;
	link->tries = 0;
	say_hello(link, event);
}

static void start(struct link_out *link, const struct link_event *event)
{
	if (event->number > link->recorded)
		link->recorded = event->number;
	link->stalls = 0;
	greet(link, event);
}

/* ---- Loading and sending ---- */

static uint64_t last_sent(const struct link_out *link)
{
	return link->acknowledged + link->sent_count;
}

static bool has_room(const struct link_out *link)
{
	size_t needed = link->needed > 0 ? link->needed : 1;

	if (link->sent_count == 0)
		return true;
	return link->sent_count < LINK_FRAMES && link->sent_bytes < link->window_bytes &&
	       needed <= link->window_bytes - link->sent_bytes;
}

static bool wants(const struct link_out *link, uint64_t *ret_behind)
{
	if (link->is_verifying) {
		*ret_behind = link->claimed.number - 1;
		return true;
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

static void expect_progress(struct link_out *link, const struct link_event *event)
{
	link->due_ms = event->now_ms + link_turn_delay_ms(STALL_FIRST_MS, STALL_MAX_MS,
							  link->stalls, event->random);
}

static void remember_sent(struct link_out *link, const struct link_frame *frame)
{
	struct sent *sent = &link->sent[(link->sent_first + link->sent_count) % LINK_FRAMES];

	assert(link->sent_count < LINK_FRAMES);
	sent->hash = frame->hash;
	sent->bytes = frame->content.len;
	link->sent_count++;
	link->sent_bytes += frame->content.len;
}

static void send_frame(struct link_out *link, const struct link_event *event)
{
	const struct link_frame *frame = &event->frame;
	struct link_wire message = message_of(link, LINK_WIRE_FRAME);

	link->needed = frame->content.len;
	if (!has_room(link))
		return;
	link->needed = 0;
	message.serial = link->session;
	message.number = frame->number;
	message.hash = frame->hash;
	message.content = frame->content;
	link_turn_send(&link->turn, &message);
	if (link->sent_count == 0)
		expect_progress(link, event);
	remember_sent(link, frame);
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

static void acknowledge(struct link_out *link, uint64_t number, const struct hash *hash,
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

static void forget_sent(struct link_out *link, uint64_t count)
{
	for (; count > 0; count--) {
		link->sent_bytes -= link->sent[link->sent_first].bytes;
		link->sent_first = (link->sent_first + 1) % LINK_FRAMES;
		link->sent_count--;
	}
}

/* Begin again behind what is acknowledged. */
static void rewind_sent(struct link_out *link)
{
	forget_sent(link, link->sent_count);
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
		hash = &link->sent[(link->sent_first + ahead - 1) % LINK_FRAMES].hash;
	if (!hash_equal(hash, &message->hash)) {
		link_turn_alarm(&link->turn, "the partner has another frame %llu than we sent",
				(unsigned long long)message->number);
		stop(link);
		return false;
	}
	if (ahead > 0) {
		forget_sent(link, ahead);
		link->stalls = 0;
		if (link->state == LINK_OUT_OPEN)
			expect_progress(link, event);
		acknowledge(link, message->number, &message->hash, message->content);
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
		rewind_sent(link);
}

/* ---- Welcome ---- */

static void open_session(struct link_out *link, const struct link_event *event)
{
	const struct link_wire *claimed = &link->claimed;

	link->is_verifying = false;
	link->state = LINK_OUT_OPEN;
	if (!link->has_peer || memcmp(link->peer, claimed->from, LINK_NONCE_BYTES) != 0)
		link->again_serial = 0;
	link->has_peer = true;
	memcpy(link->peer, claimed->from, LINK_NONCE_BYTES);
	link->session = claimed->serial;
	rewind_sent(link);
	acknowledge(link, claimed->number, &claimed->hash, claimed->content);
	expect_progress(link, event);
}

static void on_welcome(struct link_out *link, const struct link_event *event,
		       const struct link_wire *message)
{
	if (link->state != LINK_OUT_GREETING || link->is_verifying ||
	    message->serial < link->first_greeting || message->serial > link->greeting ||
	    message->epoch != link->epoch || message->content.len > LINK_NOTE_BYTES)
		return;
	link->claimed = *message;
	link->claimed.content = bytes_of(link->claimed_note, message->content.len);
	if (message->content.len > 0)
		memcpy(link->claimed_note, message->content.at, message->content.len);
	if (message->number == 0)
		open_session(link, event);
	else
		link->is_verifying = true;
}

/* The frame that the receiver says it has, as our ledger has it. */
static void verify(struct link_out *link, const struct link_event *event)
{
	if (hash_equal(&event->frame.hash, &link->claimed.hash)) {
		open_session(link, event);
		return;
	}
	link_turn_alarm(&link->turn, "the partner has another frame %llu than our ledger",
			(unsigned long long)link->claimed.number);
	stop(link);
}

static void on_ask(struct link_out *link, const struct link_event *event,
		   const struct link_wire *message)
{
	if (link->state == LINK_OUT_OPEN && message->serial == link->session)
		greet(link, event);
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
		stop(link);
		return;
	}
	switch (message.kind) {
	case LINK_WIRE_WELCOME:
		on_welcome(link, event, &message);
		break;
	case LINK_WIRE_RECEIPT:
		on_receipt(link, event, &message);
		break;
	case LINK_WIRE_AGAIN:
		on_again(link, event, &message);
		break;
	case LINK_WIRE_ASK:
		on_ask(link, event, &message);
		break;
	case LINK_WIRE_ALARM:
		link->state = LINK_OUT_STOPPED;
		link->is_verifying = false;
		link_turn_alarm_of_partner(&link->turn, message.content);
		break;
	case LINK_WIRE_HELLO:
	case LINK_WIRE_FRAME:
		break;
	}
}

static void on_tick(struct link_out *link, const struct link_event *event)
{
	link->is_away = false;
	if (event->now_ms < link->due_ms)
		return;
	if (link->state == LINK_OUT_GREETING && !link->is_verifying) {
		say_hello(link, event);
	} else if (link->state == LINK_OUT_OPEN && link->sent_count > 0) {
		link->stalls++;
		greet(link, event);
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
		stop(link);
	else if (link->is_verifying)
		verify(link, event);
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
	stop(link);
}

void link_out_step(struct link_out *link, const struct link_event *event,
		   struct link_effects *ret_effects)
{
	link_turn_begin(&link->turn, ret_effects);
	switch (event->kind) {
	case LINK_START:
		start(link, event);
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
		break;
	case LINK_AWAY:
		link->is_away = link->is_loading;
		link->is_loading = false;
		break;
	case LINK_COMMITTED:
	case LINK_REFUSED:
	case LINK_CONFLICT:
		break;
	}
	load_next(link);
}
