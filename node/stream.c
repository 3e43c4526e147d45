#include "node/stream.h"

#include <inttypes.h>
#include <string.h>

#include "node/arrival.h"
#include "node/findings_json.h"
#include "node/objection.h"
#include "node/recall.h"

#define STREAM_VERSION 2u
#define STREAM_BYTES ((size_t)64 * 1024)
#define CANDIDATES 256u

static struct turn_key key_of(enum space space, const char *partner)
{
	struct turn_key key = turn_key(space);

	turn_key_add_bytes(&key, partner, 2);
	return key;
}

struct turn_key stream_sent_key(const char *partner, uint64_t number)
{
	struct turn_key key = key_of(SPACE_STREAM, partner);

	turn_key_add_number(&key, number);
	return key;
}

struct turn_key stream_arrival_key(const char *partner, uint64_t number)
{
	struct turn_key key = key_of(SPACE_ARRIVAL, partner);

	turn_key_add_number(&key, number);
	return key;
}

enum err stream_load(const struct turn *turn, const char *partner, struct stream *ret_stream)
{
	struct turn_key key = key_of(SPACE_LINK, partner);
	struct stream stream = {0};
	struct unpack from;
	struct bytes bytes;
	const uint8_t *hash;
	uint16_t version;
	enum err err = turn_get(turn, &key, &bytes);

	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == OK) {
		unpack_init(&from, bytes);
		version = unpack_u16(&from);
		if (version > STREAM_VERSION)
			return ERR_VERSION;
		stream.last_given = unpack_u64(&from);
		stream.acknowledged = unpack_u64(&from);
		stream.in.epoch = unpack_u64(&from);
		stream.in.number = unpack_u64(&from);
		hash = unpack_fixed(&from, HASH_BYTES);
		if (hash != NULL)
			memcpy(stream.in.hash.at, hash, HASH_BYTES);
		stream.checkpoint = unpack_bytes(&from);
		if (version > 1)
			stream.out_epoch = unpack_u64(&from);
		if (unpack_end(&from) != OK)
			return ERR_CORRUPT;
	}
	*ret_stream = stream;
	return OK;
}

enum err stream_save(const struct turn *turn, const char *partner, const struct stream *stream)
{
	struct turn_key key = key_of(SPACE_LINK, partner);
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, STREAM_BYTES);
	pack_u16(&buffer, STREAM_VERSION);
	pack_u64(&buffer, stream->last_given);
	pack_u64(&buffer, stream->acknowledged);
	pack_u64(&buffer, stream->in.epoch);
	pack_u64(&buffer, stream->in.number);
	pack_fixed(&buffer, stream->in.hash.at, HASH_BYTES);
	pack_bytes(&buffer, stream->checkpoint);
	pack_u64(&buffer, stream->out_epoch);
	err = buffer_error(&buffer);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&buffer));
	buffer_clear(&buffer);
	return err;
}

static enum err format_content(const struct turn *turn, const struct delivery *delivery,
			       struct stream_frame *ret_frame)
{
	char message[MESSAGE_ID_BYTES], root[MESSAGE_ID_BYTES];
	struct parcel parcel = {.message = message,
				.delivery = recall_delivery(turn, delivery->number),
				.root = root,
				.kind = delivery_kind(turn, delivery)};
	struct buffer buffer;
	enum err err = delivery_signed(turn, delivery, &parcel.document);

	if (err != OK)
		return err;
	if (parcel.kind == NULL)
		return ERR_MEMORY;
	message_format_id(turn, delivery->message, message);
	message_format_id(turn, delivery->root, root);
	buffer_init(&buffer, LINK_CONTENT_BYTES);
	parcel_pack(&buffer, &parcel);
	err = buffer_error(&buffer);
	if (err == OK) {
		ret_frame->content.len = buffer.len;
		ret_frame->content.at = arena_copy(turn->arena, buffer_bytes(&buffer));
		err = ret_frame->content.at == NULL ? ERR_MEMORY : OK;
	}
	buffer_clear(&buffer);
	if (err == OK)
		ret_frame->hash = hash_of(ret_frame->content);
	return err;
}

/* A frame that has its number already. */
static enum err numbered_frame(const struct turn *turn, const char *partner, uint64_t number,
			       struct stream_frame *ret_frame)
{
	struct turn_key key = key_of(SPACE_STREAM, partner);
	struct delivery delivery;
	struct bytes value;
	enum err err;

	turn_key_add_number(&key, number);
	if ((err = turn_get(turn, &key, &value)) != OK)
		return err;
	ret_frame->number = number;
	if (recall_is_taken(value))
		return recall_content(turn, value, ret_frame);
	if (value.len != 8)
		return ERR_CORRUPT;
	if ((err = delivery_load(turn, bytes_get_u64(value.at), &delivery)) != OK)
		return err;
	return format_content(turn, &delivery, ret_frame);
}

/* One page of a queue. */
struct candidates {
	uint64_t numbers[CANDIDATES];
	size_t count;
};

/* The numbers behind `after`; fewer than CANDIDATES: there are no more. */
static enum err queue_of(const struct turn *turn, enum delivery_stage stage, const char *to,
			 uint64_t after, struct candidates *ret_candidates)
{
	struct turn_key prefix = delivery_queue(stage, to), from = prefix;
	struct turn_key until = turn_key_after(&prefix);

	turn_key_add_number(&from, after + 1);
	return turn_scan(turn, &from, &until, ret_candidates->numbers, CANDIDATES,
			 &ret_candidates->count);
}

/* Does one of them stand before this delivery, in its conversation and for its partner? */
static enum err has_earlier(const struct turn *turn, const struct delivery *delivery,
			    const struct candidates *candidates, bool *ret_has)
{
	for (size_t i = 0; i < candidates->count && candidates->numbers[i] < delivery->number;
	     i++) {
		struct delivery other;
		enum err err = delivery_load(turn, candidates->numbers[i], &other);

		if (err != OK)
			return err;
		if (other.root == delivery->root && strcmp(other.to, delivery->to) == 0)
			*ret_has = true;
	}
	return OK;
}

/* Is an earlier message of the conversation still on its way into this partner's stream? */
static enum err must_wait(const struct turn *turn, const struct delivery *delivery, bool *ret_wait)
{
	static const enum delivery_stage before[] = {STAGE_TRANSLATE, STAGE_SIGN, STAGE_HELD};
	struct candidates earlier;
	enum err err;

	*ret_wait = false;
	if (delivery->root == delivery->message)
		return OK; /* it began the conversation: nothing is before it */
	for (size_t s = 0; s < sizeof(before) / sizeof(before[0]) && !*ret_wait; s++) {
		uint64_t after = 0;

		do {
			if ((err = queue_of(turn, before[s], delivery->to, after, &earlier)) !=
				    OK ||
			    (err = has_earlier(turn, delivery, &earlier, ret_wait)) != OK)
				return err;
			after = earlier.count == 0 ? 0 : earlier.numbers[earlier.count - 1];
		} while (!*ret_wait && earlier.count == CANDIDATES && after < delivery->number);
	}
	return OK;
}

static enum err give_number(const struct turn *turn, const char *partner, struct stream *stream,
			    struct delivery *delivery)
{
	struct turn_key key = key_of(SPACE_STREAM, partner);
	uint8_t value[8];
	enum err err;

	delivery->stream_number = ++stream->last_given;
	turn_key_add_number(&key, delivery->stream_number);
	bytes_put_u64(value, delivery->number);
	err = batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
	return err != OK ? err : delivery_move(turn, delivery, STAGE_SENT);
}

struct gathering {
	struct stream_frame *frames;
	size_t count;
	size_t max_count;
	size_t bytes;
	size_t max_bytes;
};

/* One frame always has room, however large. */
static bool has_room(const struct gathering *gathering)
{
	return gathering->count < gathering->max_count &&
	       (gathering->count == 0 || gathering->bytes < gathering->max_bytes);
}

/* What no frame can hold, or what is no document to put a signature into, must not stop the stream. */
static enum err hold_back(const struct turn *turn, struct delivery *delivery,
			  enum objection objection)
{
	struct findings findings;
	enum err err;

	findings_init(&findings, turn->arena);
	err = objection_put(&findings, objection, delivery->as);
	return err != OK ? err
			 : delivery_hold(turn, delivery, findings.items[0].code,
					 findings_json_format(&findings, turn->arena));
}

/* Made ready by a version of the program that did not sign: nothing leaves without a signature. */
static enum err sign_first(const struct turn *turn, struct delivery *delivery)
{
	return delivery_move(turn, delivery,
			     delivery->output_record == delivery->message ? STAGE_TRANSLATE
									  : STAGE_SIGN);
}

static enum err gather_one(const struct turn *turn, const char *partner, struct stream *stream,
			   uint64_t number, struct gathering *gathering)
{
	struct stream_frame *frame = &gathering->frames[gathering->count];
	struct delivery delivery;
	bool wait = false;
	enum err err = delivery_load(turn, number, &delivery);

	if (err != OK || delivery.stage != STAGE_SEND)
		return err; /* this turn moved it already */
	if (delivery.signature_record == 0)
		return sign_first(turn, &delivery);
	if ((err = must_wait(turn, &delivery, &wait)) != OK || wait)
		return err;
	err = format_content(turn, &delivery, frame);
	if (err == ERR_LIMIT)
		return hold_back(turn, &delivery, OBJECTION_FRAME_TOO_LARGE);
	if (err == ERR_FORMAT)
		return hold_back(turn, &delivery, OBJECTION_NOT_SIGNED);
	if (err != OK || (err = give_number(turn, partner, stream, &delivery)) != OK)
		return err;
	frame->number = delivery.stream_number;
	gathering->bytes += frame->content.len;
	gathering->count++;
	return OK;
}

static enum err gather_new(const struct turn *turn, const char *partner, struct stream *stream,
			   struct gathering *gathering)
{
	char to[] = "partner:XX";
	struct candidates candidates;
	uint64_t after = 0;
	enum err err;

	memcpy(to + 8, partner, 2);
	do {
		if ((err = queue_of(turn, STAGE_SEND, to, after, &candidates)) != OK)
			return err;
		for (size_t i = 0; i < candidates.count && has_room(gathering); i++) {
			after = candidates.numbers[i];
			if ((err = gather_one(turn, partner, stream, after, gathering)) != OK)
				return err;
		}
	} while (candidates.count == CANDIDATES && has_room(gathering));
	return stream_save(turn, partner, stream);
}

enum err stream_frames(const struct turn *turn, const char *partner, uint64_t after,
		       size_t max_bytes, size_t max_count, struct stream_frame *ret_frames,
		       size_t *ret_count)
{
	struct gathering gathering = {
		.frames = ret_frames, .max_count = max_count, .max_bytes = max_bytes};
	struct stream stream;
	enum err err = stream_load(turn, partner, &stream);

	for (uint64_t number = after + 1;
	     err == OK && number <= stream.last_given && has_room(&gathering); number++) {
		err = numbered_frame(turn, partner, number, &ret_frames[gathering.count]);
		if (err == OK)
			gathering.bytes += ret_frames[gathering.count++].content.len;
	}
	if (err == OK && has_room(&gathering) && !stream_is_unsettled(turn, &stream))
		err = gather_new(turn, partner, &stream, &gathering);
	if (err == OK)
		*ret_count = gathering.count;
	return err;
}

static enum err finish(const struct turn *turn, const char *partner, uint64_t number)
{
	struct turn_key key = key_of(SPACE_STREAM, partner);
	const char *stream_number = arena_format(turn->arena, "%" PRIu64, number);
	const char *actor = arena_format(turn->arena, "partner:%s", partner);
	struct delivery delivery;
	struct bytes value;
	enum err err;

	turn_key_add_number(&key, number);
	if ((err = turn_get(turn, &key, &value)) != OK || recall_is_taken(value))
		return err;
	if (value.len != 8)
		return ERR_CORRUPT;
	if ((err = delivery_load(turn, bytes_get_u64(value.at), &delivery)) != OK)
		return err;
	if (delivery.stage == STAGE_DONE)
		return OK;
	const char *attributes[] = {"delivery",
				    arena_format(turn->arena, "%" PRIu64, delivery.number),
				    "stream", stream_number, NULL};

	if (attributes[1] == NULL || stream_number == NULL || actor == NULL)
		return ERR_MEMORY;
	return delivery_finish(turn, &delivery, "RelayAcceptance", actor, attributes);
}

enum err stream_acknowledge(const struct turn *turn, const char *partner, uint64_t number,
			    struct bytes checkpoint)
{
	struct stream stream;
	enum err err = stream_load(turn, partner, &stream);

	if (err != OK)
		return err;
	if (number > stream.last_given)
		return ERR_USAGE;
	if (number <= stream.acknowledged)
		return OK;
	for (uint64_t n = stream.acknowledged + 1; err == OK && n <= number; n++)
		err = finish(turn, partner, n);
	stream.acknowledged = number;
	if (checkpoint.len > 0)
		stream.checkpoint = checkpoint;
	return err != OK ? err : stream_save(turn, partner, &stream);
}

enum err stream_arrived_hash(const struct turn *turn, const char *partner, uint64_t number,
			     struct hash *ret_hash)
{
	struct turn_key key = key_of(SPACE_ARRIVAL, partner);
	struct bytes value;
	enum err err;

	turn_key_add_number(&key, number);
	if ((err = turn_get(turn, &key, &value)) != OK)
		return err;
	if (value.len != HASH_BYTES && value.len != HASH_BYTES + 8)
		return ERR_CORRUPT;
	memcpy(ret_hash->at, value.at, HASH_BYTES);
	return OK;
}

static enum err compare_again(const struct turn *turn, const char *partner,
			      const struct link_frame *frame)
{
	struct hash hash;
	enum err err = stream_arrived_hash(turn, partner, frame->number, &hash);

	if (err != OK)
		return err;
	return hash_equal(&hash, &frame->hash) ? OK : ERR_EXISTS;
}

/* What cannot be read is taken all the same, and set aside by its check: one bad frame must not
 * stop the stream. */
static enum err read_parcel(const struct turn *turn, const struct link_frame *frame,
			    struct parcel *ret_parcel)
{
	enum err err = parcel_unpack(frame->content, turn->arena, ret_parcel);

	if (err != ERR_FORMAT && err != ERR_VERSION)
		return err;
	*ret_parcel = (struct parcel){.message = "unreadable",
				      .delivery = frame->number,
				      .root = "unreadable",
				      .kind = "unreadable",
				      .document = frame->content};
	return OK;
}

bool stream_is_unsettled(const struct turn *turn, const struct stream *stream)
{
	return (stream->out_epoch == 0 ? 1 : stream->out_epoch) != ledger_epoch(turn->ledger);
}

enum err stream_take_epoch(const struct turn *turn, const char *partner, uint64_t epoch)
{
	struct stream stream;
	enum err err = stream_load(turn, partner, &stream);

	if (err != OK || stream.in.epoch >= epoch)
		return err;
	stream.in.epoch = epoch;
	return stream_save(turn, partner, &stream);
}

enum err stream_arrive(const struct turn *turn, const char *partner, const struct link_frame *frame)
{
	struct hash hash = hash_of(frame->content);
	struct parcel parcel;
	struct stream stream;
	uint64_t message;
	enum err err = stream_load(turn, partner, &stream);

	if (err != OK)
		return err;
	if (!hash_equal(&hash, &frame->hash))
		return ERR_FORMAT;
	if (stream.in.epoch != 0 && frame->epoch != stream.in.epoch)
		return ERR_CONFLICT; /* a new epoch needs an operator's word */
	if (frame->number != 0 && frame->number <= stream.in.number)
		return compare_again(turn, partner, frame);
	if (frame->number != stream.in.number + 1)
		return ERR_CONFLICT;
	if ((err = read_parcel(turn, frame, &parcel)) != OK)
		return err;
	stream.in = (struct link_position){
		.epoch = frame->epoch, .number = frame->number, .hash = frame->hash};
	if ((err = arrival_begin(turn, partner, &parcel, &message)) != OK ||
	    (err = recall_note(turn, partner, frame, message)) != OK)
		return err;
	return stream_save(turn, partner, &stream);
}
