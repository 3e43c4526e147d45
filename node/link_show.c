#include "node/link_show.h"

#include "node/witness.h"

#define SETTLE_MS 300u /* the seal signs what is new meanwhile */
#define LOCAL_MS 500u  /* our own ledger or seal is not ready */
#define RETRY_FIRST_MS 2000u
#define RETRY_MAX_MS 60000u
#define MAX_TRIES 10u

void link_show_open(struct link_show *show, uint64_t now_ms)
{
	show->is_open = true;
	show->is_due = true;
	show->due_ms = now_ms;
	show->shown = 0;
	show->done = 0;
	show->tries = 0;
}

void link_show_close(struct link_show *show)
{
	show->is_open = false;
}

static void plan(struct link_show *show, uint64_t now_ms)
{
	show->is_due = true;
	show->is_again = false;
	show->tries = 0;
	show->due_ms = now_ms + SETTLE_MS;
	if (show->due_ms < show->earliest_ms)
		show->due_ms = show->earliest_ms;
}

void link_show_renew(struct link_show *show, uint64_t now_ms)
{
	if (show->is_due || show->is_loading)
		show->is_again = true;
	else
		plan(show, now_ms);
}

/* Nothing more to do with what was shown. */
static void rest(struct link_show *show, uint64_t now_ms)
{
	show->shown = 0;
	show->is_due = false;
	show->tries = 0;
	if (show->is_again)
		plan(show, now_ms);
}

void link_show_tick(struct link_show *show, const struct link_event *event, struct link_turn *turn)
{
	struct link_effect effect = {.kind = LINK_PROVE, .number = show->seen};

	if (!show->is_open || !show->is_due || show->is_loading || event->now_ms < show->due_ms)
		return;
	if (show->tries > MAX_TRIES) {
		rest(show, event->now_ms);
		return;
	}
	effect.frame.number = show->card;
	effect.frame.epoch = show->seen_epoch;
	show->is_loading = true;
	link_turn_put(turn, &effect);
}

static void wait(struct link_show *show, const struct link_event *event)
{
	show->due_ms = event->now_ms + link_turn_delay_ms(RETRY_FIRST_MS, RETRY_MAX_MS,
							  show->tries++, event->random);
}

/* A smaller one is shown too: it is not for us to hide what became of our ledger. */
static bool is_known(const struct link_show *show, const struct link_event *event)
{
	return show->shown == 0 && event->number == show->done &&
	       hash_equal(&event->frame.hash, &show->done_root);
}

bool link_show_take(struct link_show *show, const struct link_event *event,
		    struct link_wire *ret_message)
{
	if (!show->is_loading)
		return false;
	show->is_loading = false;
	if (event->is_behind)
		show->is_again = true;
	if (!show->is_open || !show->is_due)
		return false;
	if (event->number == 0 || is_known(show, event)) {
		show->earliest_ms = event->now_ms + LINK_SHOW_EVERY_MS;
		rest(show, event->now_ms);
		return false;
	}
	show->shown = event->number;
	show->shown_root = event->frame.hash;
	show->earliest_ms = event->now_ms + LINK_SHOW_EVERY_MS;
	wait(show, event);
	ret_message->serial = ++show->serial;
	ret_message->number = show->shown;
	ret_message->hash = show->shown_root;
	ret_message->content = event->content;
	return true;
}

void link_show_retry(struct link_show *show, const struct link_event *event)
{
	if (event->kind == LINK_UNPROVEN)
		show->is_loading = false;
	if (!show->is_due)
		show->done = 0; /* what was answered is to be shown once more */
	show->is_due = true;
	if (event->kind == LINK_UNPROVEN)
		show->due_ms = event->now_ms + LOCAL_MS;
	else
		wait(show, event);
}

/* The partner wants the proof to start from what it saw. */
static void prove_from(struct link_show *show, const struct link_event *event, uint64_t seen,
		       uint64_t epoch)
{
	show->seen = seen;
	show->seen_epoch = epoch;
	show->due_ms = event->now_ms;
}

static void keep(struct link_show *show, const struct witness_answer *answer,
		 struct link_turn *turn)
{
	struct link_effect effect = {
		.kind = LINK_COSIGNED, .number = show->done, .content = answer->line};

	if (answer->line.len > 0)
		link_turn_put(turn, &effect);
}

bool link_show_answered(struct link_show *show, const struct link_event *event,
			const struct link_wire *message, struct link_turn *turn)
{
	struct witness_answer answer;

	if (show->shown == 0 || message->serial != show->serial ||
	    witness_unpack_answer(message->content, &answer) != OK)
		return true;
	show->card = answer.card_version;
	if (answer.epoch != message->epoch || message->number < show->shown) {
		prove_from(show, event, message->number, answer.epoch);
		return true;
	}
	if (message->number > show->shown || !hash_equal(&message->hash, &show->shown_root)) {
		link_turn_alarm(turn,
				"the partner has seen another ledger of ours, with %llu records; "
				"this one has signed %llu: was it restored?",
				(unsigned long long)message->number,
				(unsigned long long)show->shown);
		return false;
	}
	show->seen = show->done = show->shown;
	show->seen_epoch = message->epoch;
	show->done_root = show->shown_root;
	rest(show, event->now_ms);
	keep(show, &answer, turn);
	return true;
}
