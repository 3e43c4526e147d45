#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "node/link_in_inside.h"

#define REFUSED_FIRST_MS 500u
#define REFUSED_MAX_MS 30000u

enum err link_in_new(const struct link_position *position, const uint8_t nonce[LINK_NONCE_BYTES],
		     link_lookup *lookup, void *context, struct link_in **ret_link)
{
	struct link_in *link = calloc(1, sizeof(*link));

	if (link == NULL)
		return ERR_MEMORY;
	link->position = *position;
	link->epoch = link->session_epoch = position->epoch;
	memcpy(link->nonce, nonce, LINK_NONCE_BYTES);
	link->lookup = lookup;
	link->lookup_context = context;
	link_turn_init(&link->turn);
	*ret_link = link;
	return OK;
}

void link_in_free(struct link_in *link)
{
	if (link == NULL)
		return;
	link_turn_clear(&link->turn);
	free(link);
}

enum err link_in_set_checkpoint(struct link_in *link, struct bytes note)
{
	if (note.len > LINK_NOTE_BYTES)
		return ERR_LIMIT;
	if (note.len > 0)
		memcpy(link->note, note.at, note.len);
	link->note_len = note.len;
	return OK;
}

/* ---- What we say ---- */

struct link_wire link_in_message(const struct link_in *link, enum link_wire_kind kind)
{
	struct link_wire message = {.kind = kind, .epoch = link->session_epoch};

	memcpy(message.from, link->nonce, LINK_NONCE_BYTES);
	memcpy(message.to, link->peer, LINK_NONCE_BYTES);
	message.number = link->position.number;
	message.hash = link->position.hash;
	message.content = bytes_of(link->note, link->note_len);
	return message;
}

static void say(struct link_in *link, enum link_wire_kind kind)
{
	struct link_wire message = link_in_message(link, kind);

	if (!link->has_peer)
		return;
	if (kind == LINK_WIRE_WELCOME)
		message.serial = link->greeting;
	if (kind == LINK_WIRE_AGAIN)
		message.serial = ++link->again_serial;
	link_turn_send(&link->turn, &message);
}

static void say_alarm(struct link_in *link, const uint8_t to[LINK_NONCE_BYTES])
{
	struct link_wire message = link_in_message(link, LINK_WIRE_ALARM);

	memcpy(message.to, to, LINK_NONCE_BYTES);
	message.content = bytes_of_text(link->turn.text);
	link_turn_send(&link->turn, &message);
}

/* Tell both operators, then be silent. The text of the alarm stands in the turn. */
static void stop(struct link_in *link)
{
	link->is_stopped = true;
	link->is_told = false;
	if (link->has_peer)
		say_alarm(link, link->peer);
}

/* A frame is missing: ask for it once, and not before what was given out is durable, since we ask
 * behind that. */
static void ask_for_gap(struct link_in *link)
{
	if (!link->has_gap || link->has_asked || link->given_count > 0 || link->retry_ms != 0)
		return;
	link->has_asked = true;
	say(link, LINK_WIRE_AGAIN);
}

static void forget_gap(struct link_in *link)
{
	link->has_gap = false;
	link->has_asked = false;
}

/* ---- Hello ---- */

/* A stream of which nothing is known begins in any epoch. */
static bool is_known_epoch(const struct link_in *link, const struct link_wire *message)
{
	if (link->position.epoch == 0 && link->given_count == 0)
		return true;
	return message->epoch == link->epoch;
}

/*
 * Another process: what is on its way from one before it, that knew us already, is of no session any
 * more. A hello may be late itself; a checkpoint that is late with it would look like a rollback.
 */
static void meet(struct link_in *link, const struct link_wire *message)
{
	if (link->has_peer && memcmp(link->peer, message->from, LINK_NONCE_BYTES) == 0)
		return;
	memcpy(link->peer, message->from, LINK_NONCE_BYTES);
	if (link->has_peer) /* this side of the session is another too */
		bytes_put_u64(link->nonce + LINK_NONCE_BYTES - 8,
			      bytes_get_u64(link->nonce + LINK_NONCE_BYTES - 8) + 1);
	link->has_peer = true;
	link->shown = 0;
}

/* Frames of an epoch that is not ours are not taken: its checkpoint, which comes next, says whether it was
 * endorsed, or is an alarm. */
static void on_hello(struct link_in *link, const struct link_wire *message)
{
	if (message->epoch == 0)
		return;
	meet(link, message);
	link->greeting = message->serial;
	link->session_epoch = message->epoch;
	if (is_known_epoch(link, message))
		link->epoch = message->epoch;
	forget_gap(link);
	say(link, LINK_WIRE_WELCOME);
}

/* ---- Frames ---- */

static uint64_t last_given(const struct link_in *link)
{
	return link->position.number + link->given_count;
}

static struct hash *given_hash(struct link_in *link, uint64_t number)
{
	uint64_t i = number - link->position.number - 1;

	assert(i < LINK_FRAMES);
	return &link->given[(link->given_first + i) % LINK_FRAMES];
}

static void give(struct link_in *link, const struct link_wire *message)
{
	struct link_effect effect = {.kind = LINK_COMMIT, .number = message->number};

	if (link->given_count == LINK_FRAMES || link->retry_ms != 0)
		return; /* as if it were lost: it comes again */
	effect.frame.epoch = link->epoch;
	effect.frame.number = message->number;
	effect.frame.hash = message->hash;
	effect.frame.content = message->content;
	link->given_count++;
	*given_hash(link, message->number) = message->hash;
	forget_gap(link);
	link_turn_put(&link->turn, &effect);
}

/* Is another frame known under the number? Beyond the horizon nothing is known, and nothing can be
 * said against it. */
static bool is_other(struct link_in *link, const struct link_wire *message)
{
	struct hash hash;

	if (message->number > link->position.number)
		hash = *given_hash(link, message->number);
	else if (message->number == link->position.number)
		hash = link->position.hash;
	else if (!link->lookup(link->lookup_context, link->epoch, message->number, &hash))
		return false;
	return !hash_equal(&hash, &message->hash);
}

static void on_repeated(struct link_in *link, const struct link_wire *message)
{
	if (is_other(link, message)) {
		link_turn_alarm(&link->turn, "frame %llu came twice, with different contents",
				(unsigned long long)message->number);
		stop(link);
	} else if (message->number <= link->position.number) {
		/* the receipt was lost */
		say(link, LINK_WIRE_RECEIPT);
	}
}

bool link_in_is_of_session(const struct link_in *link, const struct link_wire *message)
{
	return link->has_peer && memcmp(message->to, link->nonce, LINK_NONCE_BYTES) == 0 &&
	       memcmp(message->from, link->peer, LINK_NONCE_BYTES) == 0;
}

void link_in_ask_who(struct link_in *link, const struct link_wire *message)
{
	struct link_wire answer = link_in_message(link, LINK_WIRE_ASK);

	memcpy(answer.to, message->from, LINK_NONCE_BYTES);
	answer.serial = message->serial;
	link_turn_send(&link->turn, &answer);
}

static void on_frame(struct link_in *link, const struct link_wire *message)
{
	if (!link_in_is_of_session(link, message)) {
		link_in_ask_who(link, message);
		return;
	}
	if (message->epoch != link->epoch || message->number == 0)
		return;
	if (message->number <= last_given(link)) {
		on_repeated(link, message);
	} else if (message->number == last_given(link) + 1) {
		give(link, message);
	} else {
		link->has_gap = true;
		ask_for_gap(link);
	}
}

static void on_halt(struct link_in *link, const struct link_event *event)
{
	link->is_judging = false;
	if (link->is_stopped && !link->is_told)
		return;
	link_turn_alarm(&link->turn, "halted: %.*s", (int)event->content.len,
			(const char *)event->content.at);
	stop(link);
}

static void on_version(struct link_in *link, const struct link_wire *message)
{
	static const char text[] = "the partner speaks another version of the link";

	if (!link->is_version_told)
		link_turn_alarm(&link->turn, "%s", text);
	else
		memcpy(link->turn.text, text, sizeof(text));
	link->is_version_told = true;
	say_alarm(link, message->from);
}

static void on_message(struct link_in *link, const struct link_event *event)
{
	struct link_wire message;
	enum err err = link_wire_parse(event->content, &message);

	if (err == ERR_VERSION) {
		on_version(link, &message);
		return;
	}
	if (err != OK)
		return;
	if (link->is_told && message.kind == LINK_WIRE_HELLO)
		link->is_stopped = link->is_told = false;
	if (link->is_stopped) {
		if (message.kind == LINK_WIRE_HELLO)
			say_alarm(link, message.from);
		return;
	}
	switch (message.kind) {
	case LINK_WIRE_HELLO:
		on_hello(link, &message);
		break;
	case LINK_WIRE_FRAME:
		on_frame(link, &message);
		break;
	case LINK_WIRE_CHECKPOINT:
		link_ask_judge(link, &message);
		break;
	case LINK_WIRE_RECALL:
		link_ask_find(link, &message);
		break;
	case LINK_WIRE_ALARM:
		if (!link_in_is_of_session(link, &message))
			break;
		link->is_stopped = link->is_told = true;
		link_turn_alarm_of_partner(&link->turn, message.content);
		break;
	case LINK_WIRE_WELCOME:
	case LINK_WIRE_RECEIPT:
	case LINK_WIRE_AGAIN:
	case LINK_WIRE_ASK:
	case LINK_WIRE_SEEN:
	case LINK_WIRE_RECALLED:
		break;
	}
}

/* ---- What the ledger says ---- */

static void advance(struct link_in *link, uint64_t number, const struct hash *hash)
{
	uint64_t count = number - link->position.number;

	if (count > link->given_count)
		count = link->given_count;
	link->given_first = (link->given_first + (size_t)count) % LINK_FRAMES;
	link->given_count -= (size_t)count;
	link->position =
		(struct link_position){.epoch = link->epoch, .number = number, .hash = *hash};
}

/* What is durable is the truth, whatever was refused or forgotten before. */
static void on_committed(struct link_in *link, const struct link_event *event)
{
	uint64_t number = event->number;

	if (number <= link->position.number)
		return;
	if (number <= last_given(link) &&
	    !hash_equal(given_hash(link, number), &event->frame.hash)) {
		link_turn_alarm(&link->turn, "our ledger committed another frame %llu than came",
				(unsigned long long)number);
		stop(link);
		return;
	}
	advance(link, number, &event->frame.hash);
	link->refusals = 0;
	if (link->is_stopped)
		return;
	say(link, LINK_WIRE_RECEIPT);
	ask_for_gap(link);
}

static void on_refused(struct link_in *link, const struct link_event *event)
{
	if (event->number <= link->position.number || event->number > last_given(link))
		return;
	link->given_count = (size_t)(event->number - link->position.number - 1);
	link->retry_ms = event->now_ms + link_turn_delay_ms(REFUSED_FIRST_MS, REFUSED_MAX_MS,
							    link->refusals++, event->random);
	if (link->retry_ms == 0)
		link->retry_ms = 1;
}

static void on_conflict(struct link_in *link, const struct link_event *event)
{
	link_turn_alarm(&link->turn, "our ledger holds another frame %llu than came",
			(unsigned long long)event->number);
	stop(link);
}

static void on_tick(struct link_in *link, const struct link_event *event)
{
	if (link->retry_ms == 0 || event->now_ms < link->retry_ms)
		return;
	link->retry_ms = 0;
	link->has_gap = true;
	link->has_asked = false;
	if (!link->is_stopped)
		ask_for_gap(link);
}

void link_in_step(struct link_in *link, const struct link_event *event,
		  struct link_effects *ret_effects)
{
	link_turn_begin(&link->turn, ret_effects);
	switch (event->kind) {
	case LINK_START:
		link->is_stopped = link->is_told = false;
		break;
	case LINK_TICK:
		on_tick(link, event);
		break;
	case LINK_MESSAGE:
		on_message(link, event);
		break;
	case LINK_COMMITTED:
		on_committed(link, event);
		break;
	case LINK_REFUSED:
		on_refused(link, event);
		break;
	case LINK_CONFLICT:
		on_conflict(link, event);
		break;
	case LINK_WITNESSED:
		link_ask_judged(link, event);
		break;
	case LINK_UNWITNESSED:
		link->is_judging = false;
		break;
	case LINK_FOUND:
		link_ask_found(link, event);
		break;
	case LINK_UNFOUND:
		link->is_finding = false;
		break;
	case LINK_HALT:
		on_halt(link, event);
		break;
	case LINK_LOADED:
	case LINK_NOTHING:
	case LINK_AVAILABLE:
	case LINK_AWAY:
	case LINK_PROVED:
	case LINK_UNPROVEN:
	case LINK_UNKEPT:
	case LINK_TAKEN:
	case LINK_UNTAKEN:
	case LINK_SETTLED:
		break;
	}
}
