#include "node/renewal.h"

#include <inttypes.h>
#include <string.h>

#include "node/outcome.h"

#define PAGE 128u

/* The queues of what is not sent: four of the whole node, then one for each partner. */
static const enum delivery_stage of_the_node[] = {STAGE_TRANSLATE, STAGE_HAND_OVER, STAGE_HELD,
						  STAGE_SIGN};
#define OF_THE_NODE (sizeof(of_the_node) / sizeof(of_the_node[0]))

static enum err queue_at(const struct turn *turn, size_t at, struct turn_key *ret_prefix)
{
	const char *to;

	if (at < OF_THE_NODE) {
		*ret_prefix = delivery_queue(of_the_node[at], "");
		return OK;
	}
	to = arena_format(turn->arena, "partner:%s",
			  turn->config->partners[at - OF_THE_NODE].country);
	if (to == NULL)
		return ERR_MEMORY;
	*ret_prefix = delivery_queue(STAGE_SEND, to);
	return OK;
}

static enum err begin_again(const struct turn *turn, struct delivery *delivery, const char *as)
{
	const char *number = arena_format(turn->arena, "%" PRIu64, delivery->number);
	const char *attributes[] = {"delivery", number, "from", delivery->as, "to", as, NULL};
	struct message_event event = {
		.event = "DeliveryRenewed", .actor = "node", .attributes = attributes};
	struct message message;
	uint64_t ignored;
	enum err err =
		number == NULL ? ERR_MEMORY : message_load(turn, delivery->message, &message);

	if (err != OK || (err = message_record(turn, delivery->message, &event, &ignored)) != OK)
		return err;
	delivery->as = as;
	delivery->output_record = delivery->message;
	delivery->signature_record = 0;
	delivery->crashes = 0;
	if (delivery->stage == STAGE_HELD && strcmp(delivery->why, OUTCOME_KEPT_BACK) == 0)
		return delivery_move(turn, delivery, STAGE_HELD); /* until the operator lets it go */
	delivery->why = "";
	return delivery_move(turn, delivery, delivery_first_stage(&message, as, delivery->to));
}

static enum err look_at(const struct turn *turn, uint64_t number)
{
	const struct config_route *route;
	struct delivery delivery;
	const char *as;
	enum err err = delivery_load(turn, number, &delivery);

	if (err != OK || (route = delivery_route(turn, delivery.route)) == NULL)
		return err;
	as = delivery_agreed_as(turn, route, delivery.to);
	return strcmp(as, delivery.as) == 0 ? OK : begin_again(turn, &delivery, as);
}

static enum err take(struct renewal *renewal, const struct turn *turn, uint64_t number)
{
	size_t mark = batch_mark(turn->batch);
	enum err err = look_at(turn, number);

	if (err == ERR_LIMIT || !turn_is_bad_value(err))
		return err;
	batch_rewind(turn->batch, mark);
	renewal->unread = number;
	return OK;
}

enum err renewal_step(struct renewal *renewal, const struct turn *turn)
{
	struct turn_key from, until;
	uint64_t numbers[PAGE];
	size_t count = 0;
	enum err err = queue_at(turn, renewal->queue, &from);

	if (err != OK)
		return err;
	until = turn_key_after(&from);
	turn_key_add_number(&from, renewal->after + 1);
	err = turn_scan(turn, &from, &until, numbers, PAGE, &count);
	for (size_t i = 0; i < count && err == OK; i++)
		err = take(renewal, turn, numbers[i]);
	if (err != OK)
		return err;
	if (count == PAGE) {
		renewal->after = numbers[PAGE - 1];
		return OK;
	}
	renewal->after = 0;
	renewal->queue++;
	renewal->is_done = renewal->queue == OF_THE_NODE + turn->config->partner_count;
	return OK;
}
