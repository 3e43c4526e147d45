/* The ledgers of both sides of a simulated life, as far as the link goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/link_sim.h"

/* What an item is: text of a length that depends on it. */
struct bytes link_sim_content(uint64_t number, uint8_t room[400])
{
	size_t len = (size_t)(number * 7919 % 300);
	int used = snprintf((char *)room, 100, "frame %llu", (unsigned long long)number);

	memset(room + used, 'x', len);
	return bytes_of(room, (size_t)used + len);
}

/* The next number to an item that has none: to the first, or after a restore to any. */
bool link_sim_give_number(struct sim *sim, uint64_t number)
{
	struct link_sim_sender *sender = &sim->sender;
	uint64_t chosen = 0;

	if (number != sender->given + 1 || (sim->is_unsettled && !sim->faults.forgets_to_ask))
		return false;
	for (uint64_t item = 1; item <= sender->produced; item++)
		if (!sender->is_numbered[item] && !sender->is_lost[item] &&
		    (chosen == 0 || (sim->out_epoch > 1 && link_sim_draw(sim) % 2 == 0)))
			chosen = item;
	if (chosen == 0)
		return false;
	sender->sent[++sender->given] = chosen;
	sender->is_numbered[chosen] = true;
	return true;
}

/* A copy of the ledger is made while everything goes on. */
void link_sim_back_up(struct sim *sim)
{
	if (sim->is_unsettled || sim->log.tree.size == 0)
		return;
	sim->backup = sim->sender;
	sim->backup_size = sim->log.tree.size;
}

/* What was produced since is lost, and comes never again; new items are others. */
void link_sim_reopen(struct sim *sim)
{
	uint64_t produced = sim->sender.produced;
	bool is_lost[LINK_SIM_NUMBERS];

	if (sim->out_epoch > LINK_SIM_EPOCHS || sim->backup_size == 0 ||
	    (sim->faults.is_unendorsed && sim->witness.seen.size == 0))
		return;
	memcpy(is_lost, sim->sender.is_lost, sizeof(is_lost));
	for (uint64_t item = sim->backup.produced + 1; item <= produced; item++)
		is_lost[item] = true;
	sim->sender = sim->backup;
	sim->sender.produced = produced;
	memcpy(sim->sender.is_lost, is_lost, sizeof(is_lost));
	sim->truth[sim->out_epoch] = sim->log;
	log_model_restore(&sim->log, sim->backup_size, sim->operator_key,
			  &sim->restored[sim->out_epoch]);
	sim->is_forked = sim->faults.is_unendorsed;
	sim->out_epoch++;
	sim->out_ledger_life++;
	sim->is_unsettled = true;
	sim->backup_size = 0;
	sim->kept = 0;
}

uint64_t link_sim_item(struct bytes content)
{
	char text[100] = "";
	size_t len = content.len < 99 ? content.len : 99;
	uint8_t room[400];
	uint64_t item;

	memcpy(text, content.at, len);
	item = strncmp(text, "frame ", 6) == 0 ? strtoull(text + 6, NULL, 10) : 0;
	return item > 0 && item < LINK_SIM_NUMBERS &&
			       bytes_equal(content, link_sim_content(item, room))
		       ? item
		       : 0;
}

/* The ledger's rule: what comes back is the next number; an item that is known is satisfied. */
bool link_sim_take_back(struct sim *sim, const struct sim_event *taken)
{
	struct link_sim_sender *sender = &sim->sender;
	uint64_t item = link_sim_item(bytes_of(taken->bytes, taken->len));

	if (taken->answer == LINK_SETTLED) {
		sim->is_unsettled = false;
		return true;
	}
	if (taken->number <= sender->given)
		return true;
	if (!sim->is_unsettled || taken->number != sender->given + 1 || item == 0)
		return false;
	sender->sent[++sender->given] = item;
	sender->is_numbered[item] = true;
	return true;
}

struct hash link_sim_received(const struct sim *sim, uint64_t number)
{
	uint8_t room[400];

	return hash_of(link_sim_content(sim->received[number - 1], room));
}

/* The ledger's rule: the next number is appended, the same again is there already, anything else is
 * not taken. */
enum link_event_kind link_sim_append(struct sim *sim, const struct sim_event *frame)
{
	if (sim->in_epoch != 0 && frame->produced != sim->in_epoch)
		return LINK_REFUSED;
	if (frame->number <= sim->received_count && !sim->faults.ledger_takes_all) {
		struct hash hash = link_sim_received(sim, frame->number);

		return hash_equal(&hash, &frame->hash) ? LINK_COMMITTED : LINK_CONFLICT;
	}
	if (frame->number != sim->received_count + 1 && !sim->faults.ledger_takes_all)
		return LINK_REFUSED;
	if (sim->in_epoch == 0)
		sim->in_epoch = frame->produced;
	if (sim->received_count + 1 < LINK_SIM_NUMBERS)
		sim->received[sim->received_count++] =
			link_sim_item(bytes_of(frame->bytes, frame->len));
	return LINK_COMMITTED;
}

bool link_sim_is_done(const struct sim *sim)
{
	if (sim->is_forked)
		return sim->witness.alarm != WITNESS_NEW;
	for (uint64_t item = 1; item <= sim->sender.produced; item++)
		if (!sim->sender.is_numbered[item] && !sim->sender.is_lost[item])
			return false;
	return sim->kept == sim->log.tree.size && sim->sender.produced == LINK_SIM_FRAMES &&
	       !sim->is_unsettled && sim->sender.acknowledged == sim->sender.given &&
	       sim->received_count >= sim->sender.given;
}

void link_sim_choose_faults(struct sim *sim)
{
	unsigned often = (unsigned)(link_sim_draw(sim) %
				    8); /* bits: which of the rarer faults this life has */
	unsigned slow = (unsigned)(link_sim_draw(sim) % 2);

	sim->faults.drop = (unsigned)(link_sim_draw(sim) % 40);
	sim->faults.twice = (unsigned)(link_sim_draw(sim) % 30);
	sim->faults.damage = (unsigned)(link_sim_draw(sim) % 15);
	sim->faults.refuse = (unsigned)(link_sim_draw(sim) % 30) * (often & 1);
	sim->faults.unknown = (unsigned)(link_sim_draw(sim) % 20) * (often >> 1 & 1);
	sim->faults.crash = (unsigned)(link_sim_draw(sim) % 8) * (often >> 2 & 1);
	sim->faults.delay_ms = (unsigned)(1 + link_sim_draw(sim) % (slow ? 1000 : 20));
	sim->faults.late_ms = slow ? 10000 : 1;
	sim->faults.is_restored = sim->faults.is_restored || link_sim_draw(sim) % 10 == 0;
}

void link_sim_check_received(struct sim *sim)
{
	bool is_there[LINK_SIM_NUMBERS] = {false};

	if (sim->received_count != sim->sender.given)
		link_sim_violate(sim, "not every frame was appended exactly once");
	for (uint64_t i = 0; i < sim->received_count; i++) {
		if (sim->received[i] != sim->sender.sent[i + 1])
			link_sim_violate(sim, "a frame stands under another's number");
		if (is_there[sim->received[i]])
			link_sim_violate(sim, "an item arrived twice");
		is_there[sim->received[i]] = true;
	}
	for (uint64_t item = 1; item <= sim->sender.produced; item++)
		if (!is_there[item] && !sim->sender.is_lost[item])
			link_sim_violate(sim, "an item that is known never arrived");
}

/* Nothing but what the one true ledger was is ever countersigned. */
void link_sim_check_cosigned(struct sim *sim, const struct checkpoint *cosigned)
{
	uint64_t epoch = cosigned->size == 0 ? 0 : witness_epoch_of(cosigned);
	bool is_past = sim->is_forked || epoch < sim->out_epoch;
	const struct log_model *truth = is_past ? &sim->truth[epoch] : &sim->log;
	struct hash root;

	if (cosigned->size == 0)
		return;
	if (cosigned->size <= truth->tree.size) {
		root = log_model_root(truth, cosigned->size);
		if (hash_equal(&root, &cosigned->root))
			return;
	}
	link_sim_violate(sim, "a new past was countersigned");
}

/* Behind what the witness has seen: what nobody saw may change. */
void link_sim_fork(struct sim *sim)
{
	if (sim->witness.seen.size < 2 || sim->witness.sealed.size != sim->witness.seen.size)
		return;
	sim->is_forked = true;
	sim->truth[1] = sim->log;
	log_model_fork(&sim->log, 1 + link_sim_draw(sim) % (sim->witness.seen.size - 1));
	log_model_grow(&sim->log, link_sim_draw(sim) % 80);
	if (link_sim_draw(sim) % 2 == 0)
		link_sim_put_plain(sim, 0, SIM_CRASH_OUT);
}
