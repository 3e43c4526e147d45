#include "node/ledger_work.h"

#include <string.h>


#define MAX_WORK_BYTES ((size_t)32 * 1024 * 1024)

static size_t place_of(const struct ledger_serve *serve, uint64_t number)
{
	size_t low = 0, high = serve->handed_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (serve->handed[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_handed(const struct ledger_serve *serve, uint64_t number)
{
	size_t place = place_of(serve, number);

	return place < serve->handed_count && serve->handed[place] == number;
}

static void hand(struct ledger_serve *serve, uint64_t number)
{
	size_t place = place_of(serve, number);

	memmove(&serve->handed[place + 1], &serve->handed[place],
		(serve->handed_count - place) * sizeof(serve->handed[0]));
	serve->handed[place] = number;
	serve->handed_count++;
}

void ledger_work_take_back(struct ledger_serve *serve, uint64_t number)
{
	size_t place = place_of(serve, number);

	if (!is_handed(serve, number))
		return;
	serve->handed_count--;
	memmove(&serve->handed[place], &serve->handed[place + 1],
		(serve->handed_count - place) * sizeof(serve->handed[0]));
}

struct picking {
	struct ledger_serve *serve;
	uint64_t numbers[LEDGER_SERVE_HANDED];
	size_t count;
	size_t max_count; /* of count, in this stage */
};

/* Go on with what nobody has yet. */
static bool pick(void *context, struct bytes key, struct bytes value)
{
	struct picking *picking = context;
	uint64_t number = key.len < 9 ? 0 : bytes_get_u64(key.at + key.len - 8);

	(void)value;
	if (number != 0 && !is_handed(picking->serve, number))
		picking->numbers[picking->count++] = number;
	return picking->count < picking->max_count;
}

/* ERR_MISSING: another question of this turn has brought it further already. */
static enum err work_of_arrival(struct ledger_serve *serve, const struct turn *turn,
				uint64_t number, struct ledger_work *ret)
{
	struct message message;
	enum err err = message_load(turn, number, &message);

	if (turn_is_bad_value(err)) {
		serve->has_damage = true;
		err = arrival_recover(turn, number, &message);
	}
	if (err == OK && strcmp(message.state, "received") != 0)
		err = ERR_MISSING;
	ret->as = "";
	ret->to = err == OK ? message.sender : "";
	if (err != OK)
		return err;
	err = ledger_payload(turn->ledger, number, 0, turn->arena, &ret->document);
	ret->is_damaged = turn_is_bad_value(err);
	serve->has_damage = serve->has_damage || ret->is_damaged;
	return ret->is_damaged ? OK : err;
}

static enum err work_of_delivery(const struct turn *turn, enum delivery_stage stage,
				 uint64_t number, struct ledger_work *ret)
{
	struct delivery delivery;
	char id[MESSAGE_ID_BYTES];
	enum err err = delivery_load(turn, number, &delivery);

	if (err == OK && delivery.stage != stage)
		err = ERR_MISSING;
	if (err != OK)
		return err;
	ret->to = delivery.to;
	ret->as = delivery.as;
	message_format_id(turn, delivery.message, id);
	ret->message = arena_text(turn->arena, bytes_of_text(id));
	if (ret->message == NULL)
		return ERR_MEMORY;
	if (delivery.stage == STAGE_TRANSLATE &&
	    (err = delivery_outside(turn, &delivery, &ret->outside)) != OK)
		return err;
	return stage == STAGE_LODGE ? delivery_signed(turn, &delivery, &ret->document)
				    : delivery_document(turn, &delivery, &ret->document);
}

static enum err format_work(struct ledger_serve *serve, const struct turn *turn,
			    enum delivery_stage stage, uint64_t number, struct buffer *to)
{
	struct ledger_work work = {.stage = stage, .number = number, .message = ""};
	enum err err;

	facts_init(&work.outside, turn->arena);
	err = stage == STAGE_CHECK ? work_of_arrival(serve, turn, number, &work)
				   : work_of_delivery(turn, stage, number, &work);
	if (err == OK)
		ledger_pack_work(to, &work);
	return err != OK ? err : buffer_error(to);
}

/* False of *ret_is_all: there may be more. */
static enum err pick_stage(const struct turn *turn, enum delivery_stage stage, uint32_t max_count,
			   struct picking *picking, bool *ret_is_all)
{
	size_t room = LEDGER_SERVE_HANDED - picking->serve->handed_count - picking->count;
	struct turn_key from = delivery_queue(stage, ""), until = turn_key_after(&from);
	enum err err;

	*ret_is_all = false;
	if (room == 0 || max_count == 0)
		return OK;
	picking->max_count = picking->count + (room < max_count ? room : max_count);
	err = ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), false, pick,
			  picking);
	*ret_is_all = picking->count < picking->max_count;
	return err;
}

/*
 * What cannot be read holds up no other: a delivery stays with nobody until the courier begins anew. An
 * arrival whose record is damaged, too, is nobody's, and any may have come behind it: all arrivals wait. true: no more of
 * this stage is given.
 */
static bool pass_over(struct ledger_serve *serve, enum delivery_stage stage, uint64_t number)
{
	serve->has_damage = true;
	if (stage == STAGE_CHECK)
		return true;
	hand(serve, number);
	return false;
}

/* What is picked from `first` on; of that only what was really given stays picked. */
static enum err give_stage(const struct turn *turn, enum delivery_stage stage, size_t first,
			   struct picking *picking, struct buffer *answer)
{
	size_t given = first;
	bool is_end = false;
	enum err err = OK;

	for (size_t i = first;
	     err == OK && !is_end && i < picking->count && answer->len < MAX_WORK_BYTES; i++) {
		err = format_work(picking->serve, turn, stage, picking->numbers[i], answer);
		if (err == OK) {
			picking->numbers[given++] = picking->numbers[i];
		} else if (err == ERR_MISSING) {
			err = OK;
		} else if (turn_is_bad_value(err)) {
			is_end = pass_over(picking->serve, stage, picking->numbers[i]);
			err = OK;
		}
	}
	picking->count = given;
	return err;
}

static bool is_for_couriers(const struct ledger_want *want)
{
	for (size_t i = 0; i < want->count; i++)
		if (want->of[i].stage != STAGE_CHECK && want->of[i].stage != STAGE_TRANSLATE &&
		    want->of[i].stage != STAGE_HAND_OVER && want->of[i].stage != STAGE_LODGE)
			return false;
	return true;
}

enum err ledger_work_serve(struct ledger_serve *serve, const struct turn *turn, struct bytes body,
			   struct ledger_served *served)
{
	struct picking picking = {.serve = serve};
	struct buffer *answer = &served->answer;
	struct ledger_want want;
	uint8_t head[1 + 4] = {0};
	bool is_all = true;
	enum err err = ledger_unpack_want(body, &want);

	if (err != OK)
		return err;
	if (!is_for_couriers(&want))
		return ERR_USAGE;
	if (want.incarnation != serve->incarnation)
		serve->handed_count = 0;
	serve->incarnation = want.incarnation;
	pack_fixed(answer, head, sizeof(head));
	for (size_t i = 0; err == OK && i < want.count; i++) {
		size_t first = picking.count;
		bool is_all_of_it = false;

		err = pick_stage(turn, want.of[i].stage, want.of[i].max_count, &picking,
				 &is_all_of_it);
		if (err == OK)
			err = give_stage(turn, want.of[i].stage, first, &picking, answer);
		is_all = is_all && is_all_of_it && answer->len < MAX_WORK_BYTES;
	}
	if (err != OK || (err = buffer_error(answer)) != OK)
		return err;
	for (size_t i = 0; i < picking.count; i++)
		hand(serve, picking.numbers[i]);
	head[0] = !is_all;
	bytes_put_u32(head + 1, (uint32_t)picking.count);
	memcpy(answer->at, head, sizeof(head));
	return OK;
}
