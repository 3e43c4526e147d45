/*
 * Both machines of a link over a hostile network, between ledgers that are models: thousands of
 * lives by seed, each in simulated time. Whatever is dropped, doubled, reordered, damaged or cut,
 * and whoever dies when, every frame is appended exactly once, in order and unchanged, nothing is
 * acknowledged that is not durable, and when the faults end everything arrives. The sender's ledger
 * is shown to the receiver, who witnesses it: an honest one raises no alarm and is countersigned to
 * its end; one that is forked or rolled back behind what was seen always raises it, and nothing of
 * its new past is ever countersigned. The sender's ledger may be restored from an older copy, which its operator
 * endorses: then what the receiver has comes back and is not sent again, and what it has not is sent. A failure prints its seed; SAMPAN_SIM_SEED=n runs that life alone.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/link_sim.h"

#define LIVES 2000u
#define LATE_FRAMES 10u
#define WINDOW_BYTES 600u
#define FAULTS_MS 60000u
#define PATIENCE_MS 1200000u /* simulated time after the faults have ended */
#define TICK_MS 100u

/* ---- The sender's side ---- */

static void out_effects(struct sim *sim, const struct link_effects *effects);
static void in_effects(struct sim *sim, const struct link_effects *effects);

static void step_out(struct sim *sim, struct link_event event)
{
	struct link_effects effects;

	if (sim->out == NULL)
		return;
	event.now_ms = sim->now_ms;
	event.random = link_sim_draw(sim);
	link_out_step(sim->out, &event, &effects);
	out_effects(sim, &effects);
}

static void on_acknowledged(struct sim *sim, const struct link_effect *effect)
{
	if (effect->number > sim->received_count && !sim->faults.is_restored)
		link_sim_violate(sim, "acknowledged what is not durable");
	if (effect->number <= sim->sender.acknowledged)
		link_sim_violate(sim, "acknowledged again or backwards");
	if (effect->content.len == 0)
		link_sim_violate(sim, "a receipt without the checkpoint");
	sim->sender.acknowledged = effect->number;
}

static void on_cosigned(struct sim *sim, const struct link_effect *effect)
{
	char line[64];

	(void)snprintf(line, sizeof(line), "line %llu", (unsigned long long)effect->number);
	if (!bytes_equal(effect->content, bytes_of_text(line)))
		link_sim_violate(sim, "a cosignature of another size");
	if (link_sim_chance(sim, sim->faults.refuse))
		step_out(sim, (struct link_event){.kind = LINK_UNKEPT});
	else if (effect->number > sim->kept)
		sim->kept = effect->number;
}

static void out_effects(struct sim *sim, const struct link_effects *effects)
{
	uint64_t cosigned = 0;

	for (size_t i = 0; i < effects->count; i++) {
		const struct link_effect *effect = &effects->items[i];

		switch (effect->kind) {
		case LINK_SEND:
			link_sim_carry(sim, SIM_TO_IN, effect->content);
			break;
		case LINK_LOAD:
			link_sim_put(sim, link_sim_delay(sim),
				     (struct sim_event){.kind = SIM_LOAD,
							.life = sim->out_life,
							.number = effect->number + 1},
				     bytes_of_text(""));
			break;
		case LINK_ACKNOWLEDGED:
			on_acknowledged(sim, effect);
			break;
		case LINK_PROVE:
			link_sim_put(sim, link_sim_delay(sim),
				     (struct sim_event){.kind = SIM_PROVE,
							.life = sim->out_life,
							.number = effect->number,
							.produced = effect->frame.epoch},
				     bytes_of_text(""));
			break;
		case LINK_COSIGNED:
			cosigned = i + 1;
			break;
		case LINK_ALARM:
			if (!sim->is_forked)
				link_sim_violate(sim, "the sender raised an alarm");
			break;
		case LINK_TAKE:
		case LINK_SETTLE:
			link_sim_put(sim, link_sim_delay(sim),
				     (struct sim_event){
					     .kind = SIM_TAKE,
					     .life = sim->out_life + 65536 * sim->out_ledger_life,
					     .answer = effect->kind == LINK_SETTLE ? LINK_SETTLED
										   : LINK_TAKEN,
					     .number = effect->number},
				     effect->content);
			break;
		case LINK_COMMIT:
		case LINK_RECALL:
		case LINK_WITNESS:
			link_sim_violate(sim, "the sender acts as a receiver");
			break;
		}
	}
	if (cosigned != 0) /* last: it may step again */
		on_cosigned(sim, &effects->items[cosigned - 1]);
}

/* The newest checkpoint, as it is when the ledger answers. */
static void on_prove(struct sim *sim, const struct sim_event *asked)
{
	struct link_event event = {.kind = LINK_UNPROVEN};
	struct buffer content;

	if (asked->life != sim->out_life)
		return;
	buffer_init(&content, 65536);
	if (!link_sim_chance(sim, sim->faults.refuse) && sim->log.tree.size > 0) {
		log_model_show_from(&sim->log, asked->produced, asked->number, &content);
		event.kind = LINK_PROVED;
		event.number = sim->log.tree.size;
		event.frame.hash = tree_root(&sim->log.tree);
		event.content = buffer_bytes(&content);
	}
	step_out(sim, event);
	buffer_clear(&content);
}

static void on_load(struct sim *sim, const struct sim_event *asked)
{
	struct link_event event = {.kind = LINK_NOTHING};
	uint8_t room[400];

	if (asked->life != sim->out_life)
		return;
	if (link_sim_chance(sim, sim->faults.refuse)) {
		event.kind = LINK_AWAY;
	} else if (asked->number <= sim->sender.given || link_sim_give_number(sim, asked->number)) {
		event.kind = LINK_LOADED;
		event.frame.epoch = sim->out_epoch;
		event.frame.number = asked->number;
		event.frame.content = link_sim_content(sim->sender.sent[asked->number], room);
		event.frame.hash = hash_of(event.frame.content);
	}
	step_out(sim, event);
}

static void start_out(struct sim *sim)
{
	uint8_t nonce[LINK_NONCE_BYTES];

	if (sim->out != NULL)
		return;
	bytes_put_u64(nonce, link_sim_draw(sim));
	memset(nonce + 8, 0, 8);
	assert_int_equal(
		link_out_new("th.sampan.example", sim->out_epoch, WINDOW_BYTES, nonce, &sim->out),
		OK);
	step_out(sim, (struct link_event){.kind = LINK_START,
					  .number = sim->sender.acknowledged,
					  .frame.number = sim->sender.given,
					  .is_unsettled = sim->is_unsettled &&
							  !sim->faults.forgets_to_ask});
}

static void on_take(struct sim *sim, const struct sim_event *taken)
{
	struct link_event event = {.kind = LINK_UNTAKEN, .number = taken->number};

	if (taken->life / 65536 != sim->out_ledger_life)
		return;
	if (!link_sim_chance(sim, sim->faults.refuse) && link_sim_take_back(sim, taken) &&
	    !link_sim_chance(sim, sim->faults.unknown))
		event.kind = taken->answer;
	if (taken->life % 65536 == sim->out_life)
		step_out(sim, event);
}

static void crash_out(struct sim *sim)
{
	link_out_free(sim->out);
	sim->out = NULL;
	sim->out_life++;
	if (link_sim_chance(sim, sim->faults.reopened))
		link_sim_reopen(sim);
	link_sim_put_plain(sim, link_sim_draw(sim) % 3000, SIM_START_OUT);
}

/* ---- The receiver's side ---- */

static void step_in(struct sim *sim, struct link_event event)
{
	struct link_effects effects;

	if (sim->in == NULL)
		return;
	event.now_ms = sim->now_ms;
	event.random = link_sim_draw(sim);
	link_in_step(sim->in, &event, &effects);
	in_effects(sim, &effects);
}

static void on_commit(struct sim *sim, const struct link_frame *frame)
{
	uint64_t at_ms = sim->now_ms + link_sim_delay(sim);

	if (frame->number <= sim->told)
		link_sim_violate(sim, "a frame that was known to be durable was committed again");
	if (frame->number > sim->last_given + 1 && frame->number > sim->told + 1)
		link_sim_violate(sim, "a frame was given out before the one in front of it");
	sim->last_given = frame->number;
	if (sim->append_ms > at_ms)
		at_ms = sim->append_ms;
	sim->append_ms = at_ms;
	link_sim_put(sim, at_ms - sim->now_ms,
		     (struct sim_event){.kind = SIM_APPEND,
					.life = sim->in_life + 65536 * sim->ledger_life,
					.number = frame->number,
					.produced = frame->epoch,
					.hash = frame->hash},
		     frame->content);
	if (sim->faults.answers_too_early)
		link_sim_put(sim, 0,
			     (struct sim_event){.kind = SIM_ANSWER,
						.life = sim->in_life,
						.answer = LINK_COMMITTED,
						.number = frame->number,
						.hash = frame->hash},
			     bytes_of_text(""));
}

/* The ledger takes up questions in their order, also those of a process that has died. */
static void on_witness(struct sim *sim, const struct link_effect *effect)
{
	uint64_t at_ms = sim->now_ms + link_sim_delay(sim);

	if (sim->judge_ms > at_ms)
		at_ms = sim->judge_ms;
	sim->judge_ms = at_ms;
	link_sim_put(sim, at_ms - sim->now_ms,
		     (struct sim_event){.kind = SIM_JUDGE, .life = sim->in_life}, effect->content);
}

static void on_judge(struct sim *sim, const struct sim_event *asked)
{
	struct sim_event told = {
		.kind = SIM_JUDGED, .life = asked->life, .answer = LINK_UNWITNESSED};
	struct checkpoint cosigned;
	struct buffer answer;

	buffer_init(&answer, 65536);
	if (!link_sim_chance(sim, sim->faults.refuse)) {
		told.answer = witness_model_judge(&sim->witness, bytes_of(asked->bytes, asked->len),
						  &answer, &cosigned)
				      ? LINK_WITNESSED
				      : LINK_HALT;
		link_sim_check_cosigned(sim, &cosigned);
		if (told.answer == LINK_HALT && !sim->is_forked)
			link_sim_violate(sim, "an honest ledger raised the alarm");
		told.number = sim->witness.seen.size;
		told.hash = sim->witness.seen.root;
		if (told.answer == LINK_WITNESSED) {
			told.produced = witness_epoch_of(&sim->witness.seen);
			if (told.produced > sim->in_epoch)
				sim->in_epoch = told.produced;
		}
		if (link_sim_draw(sim) % 8 == 0)
			sim->witness.backup = sim->witness.seen;
	}
	link_sim_put(sim, 1 + link_sim_draw(sim) % 5, told,
		     told.answer == LINK_HALT ? bytes_of_text("fork") : buffer_bytes(&answer));
	buffer_clear(&answer);
}

static void on_judged(struct sim *sim, const struct sim_event *told)
{
	struct link_event event = {.kind = told->answer,
				   .number = told->number,
				   .content = bytes_of(told->bytes, told->len)};

	if (sim->in == NULL || told->life != sim->in_life)
		return;
	event.frame.hash = told->hash;
	event.frame.epoch = told->produced;
	step_in(sim, event);
}

static void in_effects(struct sim *sim, const struct link_effects *effects)
{
	for (size_t i = 0; i < effects->count; i++) {
		const struct link_effect *effect = &effects->items[i];

		switch (effect->kind) {
		case LINK_SEND:
			link_sim_carry(sim, SIM_TO_OUT, effect->content);
			break;
		case LINK_COMMIT:
			on_commit(sim, &effect->frame);
			break;
		case LINK_WITNESS:
			on_witness(sim, effect);
			break;
		case LINK_RECALL:
			link_sim_put(sim, link_sim_delay(sim),
				     (struct sim_event){.kind = SIM_FIND,
							.life = sim->in_life,
							.number = effect->number},
				     bytes_of_text(""));
			break;
		case LINK_ALARM:
			if (!sim->is_forked)
				link_sim_violate(sim, "the receiver raised an alarm");
			break;
		case LINK_LOAD:
		case LINK_ACKNOWLEDGED:
		case LINK_PROVE:
		case LINK_TAKE:
		case LINK_SETTLE:
		case LINK_COSIGNED:
			link_sim_violate(sim, "the receiver acts as a sender");
			break;
		}
	}
}

/* What stands under a number of the sender's stream, for the sender that lost it. */
static void on_find(struct sim *sim, const struct sim_event *asked)
{
	struct link_event event = {.kind = LINK_FOUND};
	uint8_t room[400];

	if (asked->life != sim->in_life)
		return;
	if (link_sim_chance(sim, sim->faults.refuse)) {
		event.kind = LINK_UNFOUND;
	} else if (asked->number <= sim->received_count) {
		event.frame.number = asked->number;
		event.frame.content = link_sim_content(sim->received[asked->number - 1], room);
		event.frame.hash = hash_of(event.frame.content);
	}
	step_in(sim, event);
}

static void on_append(struct sim *sim, const struct sim_event *frame)
{
	enum link_event_kind answer = LINK_REFUSED;

	if (frame->life / 65536 != sim->ledger_life)
		return;
	if (link_sim_item(bytes_of(frame->bytes, frame->len)) == 0)
		link_sim_violate(sim, "a changed frame was committed");
	if (!link_sim_chance(sim, sim->faults.refuse))
		answer = link_sim_append(sim, frame);
	if (link_sim_chance(sim, sim->faults.unknown))
		answer = LINK_REFUSED; /* it may be there all the same */
	if (sim->faults.answers_too_early)
		return;
	link_sim_put(sim, 1 + link_sim_draw(sim) % 5,
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

	(void)epoch;
	if (number == 0 || number > sim->received_count)
		return false;
	*ret_hash = link_sim_received(sim, number);
	return true;
}

static void start_in(struct sim *sim)
{
	struct link_position position = {.epoch = sim->in_epoch, .number = sim->received_count};
	uint8_t nonce[LINK_NONCE_BYTES];

	if (sim->in != NULL)
		return;
	if (sim->received_count > 0)
		position.hash = link_sim_received(sim, sim->received_count);
	sim->told = sim->last_given = sim->received_count;
	bytes_put_u64(nonce, link_sim_draw(sim));
	memset(nonce + 8, 0, 8);
	assert_int_equal(link_in_new(&position, nonce, find_hash, sim, &sim->in), OK);
	assert_int_equal(link_in_set_checkpoint(sim->in, bytes_of_text("checkpoint")), OK);
}

static void crash_in(struct sim *sim)
{
	link_in_free(sim->in);
	sim->in = NULL;
	sim->in_life++;
	if (sim->faults.is_restored && sim->received_count > 0 && link_sim_chance(sim, 30)) {
		sim->received_count -= link_sim_draw(sim) % sim->received_count;
		sim->ledger_life++;
		sim->witness.seen = sim->witness.backup;
		sim->in_epoch =
			sim->witness.seen.size == 0 ? 1 : witness_epoch_of(&sim->witness.seen);
	}
	link_sim_put_plain(sim, link_sim_draw(sim) % 3000, SIM_START_IN);
}

/* ---- A life ---- */

static void on_tick(struct sim *sim)
{
	step_out(sim, (struct link_event){.kind = LINK_TICK});
	step_in(sim, (struct link_event){.kind = LINK_TICK});
	if (link_sim_chance(sim, sim->faults.crash))
		link_sim_put_plain(sim, link_sim_draw(sim) % TICK_MS,
				   link_sim_chance(sim, 50) ? SIM_CRASH_OUT : SIM_CRASH_IN);
	if (link_sim_chance(sim, 1))
		link_sim_put_plain(sim, 0, SIM_CUT);
	if (sim->faults.reopened > 0 && link_sim_chance(sim, 5))
		link_sim_back_up(sim);
	link_sim_put_plain(sim, TICK_MS, SIM_TICK);
}

/* In bursts; the last few when the faults are over, so that no repair hides a wake-up that was
 * lost. */
static void on_produce(struct sim *sim)
{
	uint64_t wait_ms = link_sim_draw(sim) % 16000;

	if (wait_ms >= 4000)
		wait_ms = 0; /* most come in bursts */
	sim->sender.produced++;
	log_model_grow(&sim->log, 1 + link_sim_draw(sim) % 4);
	if (sim->faults.is_forked && !sim->is_forked && sim->sender.produced > LINK_SIM_FRAMES / 3)
		link_sim_fork(sim);
	step_out(sim, (struct link_event){.kind = LINK_AVAILABLE});
	if (sim->sender.produced == LINK_SIM_FRAMES - LATE_FRAMES && sim->now_ms < FAULTS_MS)
		wait_ms = FAULTS_MS - sim->now_ms + 30000;
	else if (sim->sender.produced > LINK_SIM_FRAMES - LATE_FRAMES)
		wait_ms = link_sim_draw(sim) % 30;
	if (sim->sender.produced < LINK_SIM_FRAMES)
		link_sim_put_plain(sim, wait_ms, SIM_PRODUCE);
}

typedef void sim_handler(struct sim *sim, const struct sim_event *event);

/* What ledgers do and say. */
static sim_handler *const handlers[SIM_MEND + 1] = {
	[SIM_LOAD] = on_load,   [SIM_APPEND] = on_append, [SIM_ANSWER] = on_answer,
	[SIM_PROVE] = on_prove, [SIM_JUDGE] = on_judge,   [SIM_JUDGED] = on_judged,
	[SIM_FIND] = on_find,   [SIM_TAKE] = on_take,
};

static void handle(struct sim *sim, const struct sim_event *event)
{
	struct link_event message = {.kind = LINK_MESSAGE,
				     .content = bytes_of(event->bytes, event->len)};

	if (handlers[event->kind] != NULL)
		handlers[event->kind](sim, event);
	else if (event->kind == SIM_TICK)
		on_tick(sim);
	else if (event->kind == SIM_TO_OUT)
		step_out(sim, message);
	else if (event->kind == SIM_TO_IN)
		step_in(sim, message);
	else if (event->kind == SIM_PRODUCE)
		on_produce(sim);
	else if (event->kind == SIM_CRASH_OUT)
		crash_out(sim);
	else if (event->kind == SIM_CRASH_IN)
		crash_in(sim);
	else if (event->kind == SIM_START_OUT)
		start_out(sim);
	else if (event->kind == SIM_START_IN)
		start_in(sim);
	else if (event->kind == SIM_CUT)
		link_sim_put_plain(sim, link_sim_draw(sim) % 8000, SIM_MEND);
	if (event->kind == SIM_CUT || event->kind == SIM_MEND)
		sim->is_cut = event->kind == SIM_CUT;
}

static unsigned forked_lives, reopened_lives;

static void check_end(struct sim *sim)
{
	forked_lives += sim->is_forked;
	reopened_lives += sim->out_epoch > 1;
	if (sim->is_forked) {
		if (!link_sim_is_done(sim))
			link_sim_violate(sim, "a forked ledger was not caught");
		return;
	}
	if (!link_sim_is_done(sim))
		link_sim_violate(sim,
				 "not everything arrived or was countersigned after the faults");
	link_sim_check_received(sim);
}

static struct key *operator_key;
static char operator_text[1000];

static int make_operator(void **state)
{
	struct buffer text;

	(void)state;
	assert_int_equal(key_new(&operator_key), OK);
	buffer_init(&text, sizeof(operator_text) - 1);
	assert_int_equal(epoch_format_key(LOG_MODEL_NAME, operator_key, &text), OK);
	memcpy(operator_text, text.at, text.len);
	buffer_clear(&text);
	return 0;
}

static int free_operator(void **state)
{
	(void)state;
	key_free(operator_key);
	return 0;
}

/* One life; what it violated, or NULL. */
static const char *live(uint64_t seed, const struct sim_faults *faults)
{
	struct sim *sim = calloc(1, sizeof(*sim));
	const char *violation;

	assert_non_null(sim);
	sim->random = seed;
	sim->faults = *faults;
	sim->out_epoch = 1;
	link_sim_choose_faults(sim);
	if (faults->reopened > 0) {
		sim->witness.partner = (struct config_partner){.name = LOG_MODEL_NAME,
							       .operator_key = operator_text};
		sim->operator_key = faults->is_unendorsed ? NULL : operator_key;
		sim->faults.crash = 3;
	}
	link_sim_put_plain(sim, link_sim_draw(sim) % 1000, SIM_START_OUT);
	link_sim_put_plain(sim, link_sim_draw(sim) % 1000, SIM_START_IN);
	link_sim_put_plain(sim, 0, SIM_TICK);
	link_sim_put_plain(sim, link_sim_draw(sim) % 1000, SIM_PRODUCE);
	while (sim->now_ms < FAULTS_MS + PATIENCE_MS && sim->violation == NULL &&
	       !link_sim_is_done(sim)) {
		struct sim_event event = link_sim_take(sim);

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

static void live_all(const struct sim_faults *faults, uint64_t lives)
{
	const char *one = getenv("SAMPAN_SIM_SEED");
	uint64_t first = one == NULL ? 1 : strtoull(one, NULL, 10);
	uint64_t last = one == NULL ? lives : first;

	for (uint64_t seed = first; seed <= last; seed++) {
		const char *violation = live(seed, faults);

		if (violation != NULL)
			fail_msg("seed %llu: %s", (unsigned long long)seed, violation);
	}
}

static void every_frame_arrives_exactly_once_whatever_happens(void **state)
{
	const struct sim_faults faults = {0};

	(void)state;
	live_all(&faults, LIVES);
}

/* Whatever else goes wrong on the way. */
static void a_ledger_that_is_forked_or_rolled_back_is_always_caught(void **state)
{
	const struct sim_faults faults = {.is_forked = true};
	const char *one = getenv("SAMPAN_SIM_SEED");

	(void)state;
	live_all(&faults, LIVES);
	/* in the others the witness saw too little of it before */
	assert_true(one != NULL || forked_lives > LIVES / 10 * 9);
}

/* From a copy that was made at some time before, up to four times, whatever else goes wrong. */
static void a_sender_that_is_restored_sends_nothing_twice_and_loses_nothing_it_knows(void **state)
{
	const struct sim_faults faults = {.reopened = 30};
	const char *one = getenv("SAMPAN_SIM_SEED");

	(void)state;
	live_all(&faults, LIVES);
	assert_true(one != NULL || reopened_lives > LIVES / 10 * 9);
}

static void a_new_epoch_that_nobody_endorsed_is_always_caught(void **state)
{
	const struct sim_faults faults = {.reopened = 30, .is_unendorsed = true};
	(void)state;
	live_all(&faults, LIVES / 4);
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

static void a_restored_ledger_that_gives_numbers_before_it_asked_is_caught(void **state)
{
	const struct sim_faults faults = {.reopened = 30, .forgets_to_ask = true};

	(void)state;
	assert_true(is_caught(&faults));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_arrives_exactly_once_whatever_happens),
		cmocka_unit_test(a_ledger_that_is_forked_or_rolled_back_is_always_caught),
		cmocka_unit_test(a_courier_that_acknowledges_before_the_commit_is_caught),
		cmocka_unit_test(a_ledger_that_appends_without_looking_at_the_number_is_caught),
		cmocka_unit_test(
			a_sender_that_is_restored_sends_nothing_twice_and_loses_nothing_it_knows),
		cmocka_unit_test(a_new_epoch_that_nobody_endorsed_is_always_caught),
		cmocka_unit_test(a_restored_ledger_that_gives_numbers_before_it_asked_is_caught),
	};

	return cmocka_run_group_tests(tests, make_operator, free_operator);
}
