/*
 * Both machines of a link over a hostile network, between ledgers that are models: thousands of
 * lives by seed, each in simulated time. Whatever is dropped, doubled, reordered, damaged or cut,
 * and whoever dies when, every frame is appended exactly once, in order and unchanged, nothing is
 * acknowledged that is not durable, and when the faults end everything arrives. A failure prints
 * its seed; SAMPAN_SIM_SEED=n runs that life alone.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/link_wire.h"

#define LIVES 2000u
#define FRAMES 60u
#define LATE_FRAMES 10u
#define EVENTS 4096u
#define WINDOW_BYTES 600u
#define FAULTS_MS 60000u
#define PATIENCE_MS 1200000u /* simulated time after the faults have ended */
#define TICK_MS 100u

enum sim_kind {
	SIM_TICK,
	SIM_TO_OUT,  /* bytes arrive at the sender */
	SIM_TO_IN,   /* bytes arrive at the receiver */
	SIM_PRODUCE, /* the sender's ledger has one frame more */
	SIM_LOAD,    /* the sender's ledger answers */
	SIM_APPEND,  /* a commit reaches the receiver's ledger; it survives who asked for it */
	SIM_ANSWER,  /* the ledger's answer reaches the receiver */
	SIM_CRASH_OUT,
	SIM_CRASH_IN,
	SIM_START_OUT,
	SIM_START_IN,
	SIM_CUT, /* the network is gone for a while */
	SIM_MEND
};

struct sim_event {
	uint64_t at_ms;
	uint64_t order; /* equal times in the order in which they were put */
	enum sim_kind kind;
	unsigned life; /* of the process it is meant for */
	enum link_event_kind answer;
	uint64_t number;
	uint64_t produced; /* what the sender's ledger held when it was asked */
	struct hash hash;
	uint8_t *bytes;
	size_t len;
};

/* What may go wrong; per cent, or in ms. A courier that answers before the ledger did is a mistake
 * that must be found. */
struct sim_faults {
	unsigned drop, twice, damage, refuse, unknown, crash;
	unsigned delay_ms;
	bool is_restored; /* the receiver's ledger may lose its end, as from a backup */
	bool answers_too_early;
	bool ledger_takes_all; /* a ledger that appends without looking at the number */
};

struct sim {
	uint64_t random;
	struct sim_faults faults;
	uint64_t now_ms, order;
	struct sim_event events[EVENTS];
	size_t event_count;
	bool is_cut, is_healed;
	const char *violation;

	struct link_out *out;
	unsigned out_life;
	uint64_t produced;     /* durable at the sender */
	uint64_t acknowledged; /* durable at the sender */
	size_t unacknowledged_bytes;

	struct link_in *in;
	unsigned in_life;
	struct hash received[2 * FRAMES]; /* durable at the receiver */
	uint64_t received_count;
	uint64_t append_ms; /* the ledger works in order */
	uint64_t told;      /* what this life of the receiver knows to be durable */
	uint64_t last_given;
	unsigned ledger_life; /* another one after a restore: late appends are lost */
};

/* splitmix64 (Steele, Lea, Flood 2014): small, and the same everywhere */
static uint64_t draw(struct sim *sim)
{
	uint64_t x = sim->random += 0x9E3779B97F4A7C15u;

	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
	x = (x ^ x >> 27) * 0x94D049BB133111EBu;
	return x ^ x >> 31;
}

static bool chance(struct sim *sim, unsigned per_cent)
{
	return draw(sim) % 100 < per_cent && !sim->is_healed;
}

static void violate(struct sim *sim, const char *what)
{
	if (sim->violation == NULL)
		sim->violation = what;
}

/* ---- Events ---- */

static void put(struct sim *sim, uint64_t in_ms, struct sim_event event, struct bytes bytes)
{
	if (sim->event_count == EVENTS)
		return; /* a queue that is full drops, as real ones do */
	event.at_ms = sim->now_ms + in_ms;
	event.order = sim->order++;
	event.len = bytes.len;
	event.bytes = malloc(bytes.len + 1);
	assert_non_null(event.bytes);
	if (bytes.len > 0)
		memcpy(event.bytes, bytes.at, bytes.len);
	sim->events[sim->event_count++] = event;
}

static void put_plain(struct sim *sim, uint64_t in_ms, enum sim_kind kind)
{
	put(sim, in_ms, (struct sim_event){.kind = kind}, bytes_of_text(""));
}

static struct sim_event take(struct sim *sim)
{
	size_t first = 0;
	struct sim_event event;

	for (size_t i = 1; i < sim->event_count; i++) {
		const struct sim_event *a = &sim->events[i], *b = &sim->events[first];

		if (a->at_ms < b->at_ms || (a->at_ms == b->at_ms && a->order < b->order))
			first = i;
	}
	event = sim->events[first];
	sim->events[first] = sim->events[--sim->event_count];
	return event;
}

static uint64_t delay(struct sim *sim)
{
	return 1 + draw(sim) % (sim->is_healed ? 5 : sim->faults.delay_ms);
}

/* ---- The network ---- */

static void carry(struct sim *sim, enum sim_kind to, struct bytes bytes)
{
	unsigned copies = chance(sim, sim->faults.twice) ? 2 : 1;

	if (sim->is_cut || chance(sim, sim->faults.drop))
		return;
	for (unsigned i = 0; i < copies; i++) {
		put(sim, delay(sim), (struct sim_event){.kind = to}, bytes);
		if (bytes.len > 0 && chance(sim, sim->faults.damage)) {
			struct sim_event *last = &sim->events[sim->event_count - 1];
			uint64_t where = draw(sim);

			last->bytes[where % last->len] ^= (uint8_t)(1u << (where >> 32) % 8);
			if (chance(sim, 20))
				last->len = draw(sim) % last->len;
		}
	}
}

/* ---- The sender's side ---- */

/* What stands under a number is always the same: text of a length that depends on the number. */
static struct bytes content_of(uint64_t number, uint8_t room[400])
{
	size_t len = (size_t)(number * 7919 % 300);
	int used = snprintf((char *)room, 100, "frame %llu", (unsigned long long)number);

	memset(room + used, 'x', len);
	return bytes_of(room, (size_t)used + len);
}

static void out_effects(struct sim *sim, const struct link_effects *effects);
static void in_effects(struct sim *sim, const struct link_effects *effects);

static void step_out(struct sim *sim, struct link_event event)
{
	struct link_effects effects;

	if (sim->out == NULL)
		return;
	event.now_ms = sim->now_ms;
	event.random = draw(sim);
	link_out_step(sim->out, &event, &effects);
	out_effects(sim, &effects);
}

static void on_acknowledged(struct sim *sim, const struct link_effect *effect)
{
	if (effect->number > sim->received_count && !sim->faults.is_restored)
		violate(sim, "acknowledged what is not durable");
	if (effect->number <= sim->acknowledged)
		violate(sim, "acknowledged again or backwards");
	if (effect->content.len == 0)
		violate(sim, "a receipt without the checkpoint");
	sim->acknowledged = effect->number;
}

static void out_effects(struct sim *sim, const struct link_effects *effects)
{
	for (size_t i = 0; i < effects->count; i++) {
		const struct link_effect *effect = &effects->items[i];

		switch (effect->kind) {
		case LINK_SEND:
			carry(sim, SIM_TO_IN, effect->content);
			break;
		case LINK_LOAD:
			put(sim, delay(sim),
			    (struct sim_event){.kind = SIM_LOAD,
					       .life = sim->out_life,
					       .number = effect->number + 1,
					       .produced = sim->produced},
			    bytes_of_text(""));
			break;
		case LINK_ACKNOWLEDGED:
			on_acknowledged(sim, effect);
			break;
		case LINK_ALARM:
			violate(sim, "the sender raised an alarm");
			break;
		case LINK_COMMIT:
			violate(sim, "the sender wants to commit");
			break;
		}
	}
}

static void on_load(struct sim *sim, const struct sim_event *asked)
{
	struct link_event event = {.kind = LINK_NOTHING};
	uint8_t room[400];

	if (asked->life != sim->out_life)
		return;
	if (chance(sim, sim->faults.refuse)) {
		event.kind = LINK_AWAY;
	} else if (asked->number <= asked->produced) {
		event.kind = LINK_LOADED;
		event.frame.epoch = 1;
		event.frame.number = asked->number;
		event.frame.content = content_of(asked->number, room);
		event.frame.hash = hash_of(event.frame.content);
	}
	step_out(sim, event);
}

static void start_out(struct sim *sim)
{
	uint8_t nonce[LINK_NONCE_BYTES];

	if (sim->out != NULL)
		return;
	bytes_put_u64(nonce, draw(sim));
	memset(nonce + 8, 0, 8);
	assert_int_equal(link_out_new("th.sampan.example", 1, WINDOW_BYTES, nonce, &sim->out), OK);
	step_out(sim, (struct link_event){.kind = LINK_START, .number = sim->acknowledged});
}

static void crash_out(struct sim *sim)
{
	link_out_free(sim->out);
	sim->out = NULL;
	sim->out_life++;
	put_plain(sim, draw(sim) % 3000, SIM_START_OUT);
}

/* ---- The receiver's side ---- */

static void step_in(struct sim *sim, struct link_event event)
{
	struct link_effects effects;

	if (sim->in == NULL)
		return;
	event.now_ms = sim->now_ms;
	event.random = draw(sim);
	link_in_step(sim->in, &event, &effects);
	in_effects(sim, &effects);
}

static void on_commit(struct sim *sim, const struct link_frame *frame)
{
	uint64_t at_ms = sim->now_ms + delay(sim);

	if (frame->number <= sim->told)
		violate(sim, "a frame that was known to be durable was committed again");
	if (frame->number > sim->last_given + 1 && frame->number > sim->told + 1)
		violate(sim, "a frame was given out before the one in front of it");
	sim->last_given = frame->number;
	if (sim->append_ms > at_ms)
		at_ms = sim->append_ms;
	sim->append_ms = at_ms;
	put(sim, at_ms - sim->now_ms,
	    (struct sim_event){.kind = SIM_APPEND,
			       .life = sim->in_life + 65536 * sim->ledger_life,
			       .number = frame->number,
			       .hash = frame->hash},
	    frame->content);
	if (sim->faults.answers_too_early)
		put(sim, 0,
		    (struct sim_event){.kind = SIM_ANSWER,
				       .life = sim->in_life,
				       .answer = LINK_COMMITTED,
				       .number = frame->number,
				       .hash = frame->hash},
		    bytes_of_text(""));
}

static void in_effects(struct sim *sim, const struct link_effects *effects)
{
	for (size_t i = 0; i < effects->count; i++) {
		const struct link_effect *effect = &effects->items[i];

		switch (effect->kind) {
		case LINK_SEND:
			carry(sim, SIM_TO_OUT, effect->content);
			break;
		case LINK_COMMIT:
			on_commit(sim, &effect->frame);
			break;
		case LINK_ALARM:
			violate(sim, "the receiver raised an alarm");
			break;
		case LINK_LOAD:
		case LINK_ACKNOWLEDGED:
			violate(sim, "the receiver acts as a sender");
			break;
		}
	}
}

/* The ledger's rule: the next number is appended, the same again is there already, anything else is
 * not taken. */
static enum link_event_kind append(struct sim *sim, const struct sim_event *frame)
{
	if (frame->number <= sim->received_count && !sim->faults.ledger_takes_all)
		return hash_equal(&sim->received[frame->number - 1], &frame->hash) ? LINK_COMMITTED
										   : LINK_CONFLICT;
	if (frame->number != sim->received_count + 1 && !sim->faults.ledger_takes_all)
		return LINK_REFUSED;
	if (sim->received_count < 2 * FRAMES)
		sim->received[sim->received_count++] = frame->hash;
	return LINK_COMMITTED;
}

static void on_append(struct sim *sim, const struct sim_event *frame)
{
	enum link_event_kind answer = LINK_REFUSED;
	uint8_t room[400];

	if (frame->life / 65536 != sim->ledger_life)
		return;
	if (!bytes_equal(bytes_of(frame->bytes, frame->len), content_of(frame->number, room)))
		violate(sim, "a changed frame was committed");
	if (!chance(sim, sim->faults.refuse))
		answer = append(sim, frame);
	if (chance(sim, sim->faults.unknown))
		answer = LINK_REFUSED; /* it may be there all the same */
	if (sim->faults.answers_too_early)
		return;
	put(sim, 1 + draw(sim) % 5,
	    (struct sim_event){.kind = SIM_ANSWER,
			       .life = frame->life % 65536,
			       .answer = answer,
			       .number = frame->number,
			       .hash = frame->hash},
	    bytes_of_text(""));
}

static void on_answer(struct sim *sim, const struct sim_event *answer)
{
	struct link_event event = {.kind = answer->answer, .number = answer->number};

	if (sim->in == NULL || answer->life != sim->in_life)
		return;
	event.frame.hash = answer->hash;
	if (answer->answer == LINK_COMMITTED && answer->number > sim->told)
		sim->told = answer->number;
	assert_int_equal(link_in_set_checkpoint(sim->in, bytes_of_text("checkpoint")), OK);
	step_in(sim, event);
}

static bool find_hash(void *context, uint64_t epoch, uint64_t number, struct hash *ret_hash)
{
	struct sim *sim = context;

	assert_int_equal(epoch, 1);
	if (number == 0 || number > sim->received_count)
		return false;
	*ret_hash = sim->received[number - 1];
	return true;
}

static void start_in(struct sim *sim)
{
	struct link_position position = {.epoch = 1, .number = sim->received_count};
	uint8_t nonce[LINK_NONCE_BYTES];

	if (sim->in != NULL)
		return;
	if (sim->received_count > 0)
		position.hash = sim->received[sim->received_count - 1];
	else
		position.epoch = 0;
	sim->told = sim->last_given = sim->received_count;
	bytes_put_u64(nonce, draw(sim));
	memset(nonce + 8, 0, 8);
	assert_int_equal(link_in_new(&position, nonce, find_hash, sim, &sim->in), OK);
	assert_int_equal(link_in_set_checkpoint(sim->in, bytes_of_text("checkpoint")), OK);
}

static void crash_in(struct sim *sim)
{
	link_in_free(sim->in);
	sim->in = NULL;
	sim->in_life++;
	if (sim->faults.is_restored && sim->received_count > 0 && chance(sim, 30)) {
		sim->received_count -= draw(sim) % sim->received_count;
		sim->ledger_life++;
	}
	put_plain(sim, draw(sim) % 3000, SIM_START_IN);
}

/* ---- A life ---- */

static void on_tick(struct sim *sim)
{
	step_out(sim, (struct link_event){.kind = LINK_TICK});
	step_in(sim, (struct link_event){.kind = LINK_TICK});
	if (chance(sim, sim->faults.crash))
		put_plain(sim, draw(sim) % TICK_MS, chance(sim, 50) ? SIM_CRASH_OUT : SIM_CRASH_IN);
	if (chance(sim, 1))
		put_plain(sim, 0, SIM_CUT);
	put_plain(sim, TICK_MS, SIM_TICK);
}

/* In bursts; the last few when the faults are over, so that no repair hides a wake-up that was
 * lost. */
static void on_produce(struct sim *sim)
{
	uint64_t wait_ms = draw(sim) % 16000;

	if (wait_ms >= 4000)
		wait_ms = 0; /* most come in bursts */
	sim->produced++;
	step_out(sim, (struct link_event){.kind = LINK_AVAILABLE});
	if (sim->produced == FRAMES - LATE_FRAMES && sim->now_ms < FAULTS_MS)
		wait_ms = FAULTS_MS - sim->now_ms + 30000;
	else if (sim->produced > FRAMES - LATE_FRAMES)
		wait_ms = draw(sim) % 30;
	if (sim->produced < FRAMES)
		put_plain(sim, wait_ms, SIM_PRODUCE);
}

static void handle(struct sim *sim, const struct sim_event *event)
{
	struct link_event message = {.kind = LINK_MESSAGE,
				     .content = bytes_of(event->bytes, event->len)};

	switch (event->kind) {
	case SIM_TICK:
		on_tick(sim);
		break;
	case SIM_TO_OUT:
		step_out(sim, message);
		break;
	case SIM_TO_IN:
		step_in(sim, message);
		break;
	case SIM_PRODUCE:
		on_produce(sim);
		break;
	case SIM_LOAD:
		on_load(sim, event);
		break;
	case SIM_APPEND:
		on_append(sim, event);
		break;
	case SIM_ANSWER:
		on_answer(sim, event);
		break;
	case SIM_CRASH_OUT:
		crash_out(sim);
		break;
	case SIM_CRASH_IN:
		crash_in(sim);
		break;
	case SIM_START_OUT:
		start_out(sim);
		break;
	case SIM_START_IN:
		start_in(sim);
		break;
	case SIM_CUT:
		sim->is_cut = true;
		put_plain(sim, draw(sim) % 8000, SIM_MEND);
		break;
	case SIM_MEND:
		sim->is_cut = false;
		break;
	}
}

static bool is_done(const struct sim *sim)
{
	return sim->produced == FRAMES && sim->acknowledged == FRAMES &&
	       sim->received_count >= FRAMES;
}

static void choose_faults(struct sim *sim)
{
	unsigned often =
		(unsigned)(draw(sim) % 8); /* bits: which of the rarer faults this life has */
	unsigned slow = (unsigned)(draw(sim) % 2);

	sim->faults.drop = (unsigned)(draw(sim) % 40);
	sim->faults.twice = (unsigned)(draw(sim) % 30);
	sim->faults.damage = (unsigned)(draw(sim) % 15);
	sim->faults.refuse = (unsigned)(draw(sim) % 30) * (often & 1);
	sim->faults.unknown = (unsigned)(draw(sim) % 20) * (often >> 1 & 1);
	sim->faults.crash = (unsigned)(draw(sim) % 8) * (often >> 2 & 1);
	sim->faults.delay_ms = (unsigned)(1 + draw(sim) % (slow ? 1000 : 20));
	sim->faults.is_restored = sim->faults.is_restored || draw(sim) % 10 == 0;
}

static void check_end(struct sim *sim)
{
	uint8_t room[400];

	if (!is_done(sim))
		violate(sim, "not everything arrived after the faults had ended");
	if (sim->received_count != FRAMES)
		violate(sim, "not every frame was appended exactly once");
	for (uint64_t i = 0; i < sim->received_count; i++) {
		struct hash hash = hash_of(content_of(i + 1, room));

		if (!hash_equal(&hash, &sim->received[i]))
			violate(sim, "a frame stands under another's number");
	}
}

/* One life; what it violated, or NULL. */
static const char *live(uint64_t seed, const struct sim_faults *faults)
{
	struct sim *sim = calloc(1, sizeof(*sim));
	const char *violation;

	assert_non_null(sim);
	sim->random = seed;
	sim->faults = *faults;
	choose_faults(sim);
	put_plain(sim, draw(sim) % 1000, SIM_START_OUT);
	put_plain(sim, draw(sim) % 1000, SIM_START_IN);
	put_plain(sim, 0, SIM_TICK);
	put_plain(sim, draw(sim) % 1000, SIM_PRODUCE);
	while (sim->now_ms < FAULTS_MS + PATIENCE_MS && sim->violation == NULL && !is_done(sim)) {
		struct sim_event event = take(sim);

		sim->now_ms = event.at_ms;
		sim->is_healed = sim->now_ms >= FAULTS_MS;
		handle(sim, &event);
		free(event.bytes);
	}
	if (sim->violation == NULL)
		check_end(sim);
	violation = sim->violation;
	while (sim->event_count > 0)
		free(sim->events[--sim->event_count].bytes);
	link_out_free(sim->out);
	link_in_free(sim->in);
	free(sim);
	return violation;
}

static void every_frame_arrives_exactly_once_whatever_happens(void **state)
{
	const struct sim_faults faults = {0};
	const char *one = getenv("SAMPAN_SIM_SEED");
	uint64_t first = one == NULL ? 1 : strtoull(one, NULL, 10);
	uint64_t last = one == NULL ? LIVES : first;

	(void)state;
	for (uint64_t seed = first; seed <= last; seed++) {
		const char *violation = live(seed, &faults);

		if (violation != NULL)
			fail_msg("seed %llu: %s", (unsigned long long)seed, violation);
	}
}

static bool is_caught(const struct sim_faults *faults)
{
	for (uint64_t seed = 1; seed <= 200; seed++)
		if (live(seed, faults) != NULL)
			return true;
	return false;
}

/* The simulator itself can fail: two well-known mistakes around the machines do not escape it. */
static void a_courier_that_acknowledges_before_the_commit_is_caught(void **state)
{
	const struct sim_faults faults = {.answers_too_early = true};

	(void)state;
	assert_true(is_caught(&faults));
}

static void a_ledger_that_appends_without_looking_at_the_number_is_caught(void **state)
{
	const struct sim_faults faults = {.ledger_takes_all = true};

	(void)state;
	assert_true(is_caught(&faults));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_arrives_exactly_once_whatever_happens),
		cmocka_unit_test(a_courier_that_acknowledges_before_the_commit_is_caught),
		cmocka_unit_test(a_ledger_that_appends_without_looking_at_the_number_is_caught),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
