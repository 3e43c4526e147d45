#include "node/recall.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/signature_write.h"
#include "node/findings_json.h"
#include "node/objection.h"
#include "node/parcel.h"

#define EPOCH_SHIFT 48u
#define TAKEN 'r'
#define TAKEN_BYTES 9u

uint64_t recall_delivery(const struct turn *turn, uint64_t number)
{
	return (ledger_epoch_of(turn->ledger, number) - 1) << EPOCH_SHIFT | number;
}

/* ---- Given back to a partner ---- */

enum err recall_note(const struct turn *turn, const char *partner, const struct link_frame *frame,
		     uint64_t message)
{
	struct turn_key key = stream_arrival_key(partner, frame->number);
	uint8_t value[HASH_BYTES + 8];

	memcpy(value, frame->hash.at, HASH_BYTES);
	bytes_put_u64(value + HASH_BYTES, message);
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}

/* "VN-1-57/60": message and delivery. */
static bool split_origin(const char *origin, struct arena *arena, struct parcel *parcel)
{
	const char *slash = strrchr(origin, '/');

	if (slash == NULL)
		return false;
	parcel->message = arena_text(arena, bytes_of(origin, (size_t)(slash - origin)));
	parcel->delivery = strtoull(slash + 1, NULL, 10);
	return parcel->message != NULL;
}

/* The frame as it came, made from what is on record of it. */
static enum err make_again(const struct turn *turn, uint64_t number, struct bytes *ret_content)
{
	struct parcel parcel = {.message = NULL};
	struct record record;
	struct buffer content;
	enum err err = ledger_record(turn->ledger, number, turn->arena, &record, NULL);

	if (err == OK)
		err = ledger_payload(turn->ledger, number, 0, turn->arena, &parcel.document);
	if (err != OK)
		return err;
	parcel.kind = facts_get_or_empty(&record.attributes, "kind");
	parcel.root = facts_get_or_empty(&record.attributes, "conversation");
	if (!split_origin(facts_get_or_empty(&record.attributes, "origin"), turn->arena, &parcel))
		return ERR_CORRUPT;
	if (strcmp(parcel.message, "unreadable") == 0) {
		*ret_content = parcel.document;
		return OK;
	}
	buffer_init(&content, LINK_CONTENT_BYTES);
	parcel_pack(&content, &parcel);
	err = buffer_give(&content, turn->arena, ret_content);
	buffer_clear(&content);
	return err;
}

enum err recall_give(const struct turn *turn, const char *partner, uint64_t number,
		     struct stream_frame *ret_frame)
{
	struct turn_key key = stream_arrival_key(partner, number);
	struct stream_frame frame = {.number = number};
	struct bytes value;
	struct hash hash;
	enum err err = turn_get(turn, &key, &value);

	if (err != OK)
		return err;
	if (value.len != HASH_BYTES && value.len != HASH_BYTES + 8)
		return ERR_CORRUPT;
	memcpy(frame.hash.at, value.at, HASH_BYTES);
	if (value.len > HASH_BYTES &&
	    (err = make_again(turn, bytes_get_u64(value.at + HASH_BYTES), &frame.content)) != OK)
		return err;
	hash = hash_of(frame.content);
	if (!hash_equal(&hash, &frame.hash))
		frame.content = (struct bytes){0};
	*ret_frame = frame;
	return OK;
}

/* ---- Taken back from a partner ---- */

bool recall_is_taken(struct bytes value)
{
	return value.len == TAKEN_BYTES && value.at[0] == TAKEN;
}

enum err recall_content(const struct turn *turn, struct bytes value, struct stream_frame *ret_frame)
{
	enum err err = ledger_payload(turn->ledger, bytes_get_u64(value.at + 1), 0, turn->arena,
				      &ret_frame->content);

	if (err == OK)
		ret_frame->hash = hash_of(ret_frame->content);
	return err;
}

/* Is it a delivery that was known before, of that message, to this partner, and not sent yet? */
static enum err find_delivery(const struct turn *turn, const char *partner,
			      const struct parcel *parcel, struct delivery *ret_delivery)
{
	uint64_t number = parcel->delivery & ((UINT64_C(1) << EPOCH_SHIFT) - 1), message;
	uint64_t base = ledger_base(turn->ledger, ledger_epoch(turn->ledger));
	enum err err;

	if (number == 0 || number > base || recall_delivery(turn, number) != parcel->delivery ||
	    !message_find_id(turn, parcel->message, &message))
		return ERR_MISSING;
	if ((err = delivery_load(turn, number, ret_delivery)) != OK)
		return err;
	return ret_delivery->message == message && strncmp(ret_delivery->to, "partner:", 8) == 0 &&
			       strcmp(ret_delivery->to + 8, partner) == 0 &&
			       ret_delivery->stage != STAGE_SENT &&
			       ret_delivery->stage != STAGE_DONE
		       ? OK
		       : ERR_MISSING;
}

/* As far as it was made here: under a number that was given twice the partner has another document. */
static enum err find_same(const struct turn *turn, const struct delivery *delivery,
			  const struct parcel *parcel, bool *ret_is_same)
{
	struct bytes output;
	enum err err = OK;

	*ret_is_same = true;
	if (delivery->output_record != delivery->message &&
	    (err = delivery_document(turn, delivery, &output)) == OK)
		*ret_is_same = signature_write_is_of(output, parcel->document);
	return err;
}

static enum err hold(const struct turn *turn, struct delivery *delivery)
{
	struct findings findings;
	enum err err;

	findings_init(&findings, turn->arena);
	err = objection_put(&findings, OBJECTION_NAME_TAKEN, delivery->as);
	return err != OK ? err
			 : delivery_hold(turn, delivery, findings.items[0].code,
					 findings_json_format(&findings, turn->arena));
}

/* The delivery that is done with this frame; number 0: none. */
static enum err settle_delivery(const struct turn *turn, const char *partner,
				const struct parcel *parcel, struct delivery *ret_delivery)
{
	struct delivery delivery;
	bool is_same = true;
	enum err err = find_delivery(turn, partner, parcel, &delivery);

	*ret_delivery = (struct delivery){.number = 0};
	if (err == ERR_MISSING)
		return OK;
	if (err == OK)
		err = find_same(turn, &delivery, parcel, &is_same);
	if (err != OK)
		return err;
	if (!is_same)
		return hold(turn, &delivery);
	*ret_delivery = delivery;
	return OK;
}

/* What a frame that came back says; one that cannot be read says nothing. */
static enum err read_parcel(const struct turn *turn, struct bytes content, struct parcel *parcel)
{
	enum err err = parcel_unpack(content, turn->arena, parcel);

	if (err != ERR_FORMAT && err != ERR_VERSION)
		return err;
	*parcel = (struct parcel){.message = "", .root = "", .kind = ""};
	return OK;
}

static enum err record(const struct turn *turn, const char *partner, uint64_t number,
		       struct bytes content, struct delivery *delivery)
{
	struct turn_key key = stream_sent_key(partner, number);
	const char *stream = arena_format(turn->arena, "%" PRIu64, number);
	const char *actor = arena_format(turn->arena, "partner:%s", partner);
	uint8_t value[TAKEN_BYTES] = {TAKEN};
	struct parcel parcel;
	uint64_t at;
	enum err err = read_parcel(turn, content, &parcel);

	if (err != OK || stream == NULL || actor == NULL)
		return err != OK ? err : ERR_MEMORY;
	const char *attributes[] = {
		"stream", stream,      "message", parcel.message,
		"kind",   parcel.kind, "known",   delivery->number == 0 ? "no" : "yes",
		NULL};
	const struct message_event event = {.event = "FrameRecalled",
					    .actor = actor,
					    .attributes = attributes,
					    .payload_role = {"frame"},
					    .payload = {content}};

	if ((err = message_record(turn, delivery->message, &event, &at)) != OK)
		return err;
	bytes_put_u64(value + 1, at);
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}

static enum err satisfy(const struct turn *turn, const char *partner, uint64_t number,
			struct delivery *delivery)
{
	const char *actor = arena_format(turn->arena, "partner:%s", partner);
	const char *attributes[] = {"delivery",
				    arena_format(turn->arena, "%" PRIu64, delivery->number),
				    "stream", arena_format(turn->arena, "%" PRIu64, number), NULL};

	if (actor == NULL || attributes[1] == NULL || attributes[3] == NULL)
		return ERR_MEMORY;
	delivery->stream_number = number;
	return delivery_finish(turn, delivery, "RelayAcceptance", actor, attributes);
}

enum err recall_take(const struct turn *turn, const char *partner, uint64_t number,
		     struct bytes content)
{
	struct delivery delivery;
	struct parcel parcel;
	struct stream stream;
	enum err err = stream_load(turn, partner, &stream);

	if (err != OK || number <= stream.last_given)
		return err;
	if (!stream_is_unsettled(turn, &stream) || number != stream.last_given + 1)
		return ERR_CONFLICT;
	if ((err = read_parcel(turn, content, &parcel)) != OK)
		return err;
	if ((err = settle_delivery(turn, partner, &parcel, &delivery)) != OK)
		return err;
	if ((err = record(turn, partner, number, content, &delivery)) != OK)
		return err;
	if (delivery.number != 0 && (err = satisfy(turn, partner, number, &delivery)) != OK)
		return err;
	stream.last_given = number;
	return stream_save(turn, partner, &stream);
}

enum err recall_settle(const struct turn *turn, const char *partner)
{
	struct stream stream;
	enum err err = stream_load(turn, partner, &stream);

	if (err != OK || !stream_is_unsettled(turn, &stream))
		return err;
	stream.out_epoch = ledger_epoch(turn->ledger);
	return stream_save(turn, partner, &stream);
}

/* ---- Asked by the courier ---- */

void recall_pack_taken(struct buffer *to, const char *partner, uint64_t number,
		       struct bytes content)
{
	pack_text(to, partner);
	pack_u64(to, number);
	pack_bytes(to, content);
}

static enum err serve_give(const struct turn *turn, const char *partner, struct unpack *from,
			   struct buffer *to)
{
	uint64_t number = unpack_u64(from);
	struct stream_frame frame = {.number = 0};
	enum err err;

	if (unpack_end(from) != OK)
		return ERR_FORMAT;
	err = recall_give(turn, partner, number, &frame);
	if (err != OK && err != ERR_MISSING)
		return err;
	pack_u64(to, frame.number);
	pack_fixed(to, frame.hash.at, HASH_BYTES);
	pack_bytes(to, frame.content);
	return OK;
}

enum err recall_unpack_given(struct bytes from, struct stream_frame *ret_frame)
{
	struct stream_frame frame = {.number = 0};
	struct unpack reader;
	const uint8_t *hash;

	unpack_init(&reader, from);
	frame.number = unpack_u64(&reader);
	hash = unpack_fixed(&reader, HASH_BYTES);
	frame.content = unpack_bytes(&reader);
	if (unpack_end(&reader) != OK || hash == NULL)
		return ERR_FORMAT;
	memcpy(frame.hash.at, hash, HASH_BYTES);
	*ret_frame = frame;
	return OK;
}

enum err recall_serve(const struct turn *turn, uint16_t operation, struct bytes body,
		      struct buffer *to)
{
	struct bytes content;
	const char *partner;
	struct unpack from;
	uint64_t number;

	unpack_init(&from, body);
	partner = unpack_text(&from, turn->arena);
	if (from.failed || config_partner_of(turn->config, partner) == NULL || strlen(partner) != 2)
		return ERR_USAGE;
	switch (operation) {
	case LEDGER_RECALL:
		return serve_give(turn, partner, &from, to);
	case LEDGER_RECALLED:
		number = unpack_u64(&from);
		content = unpack_bytes(&from);
		return unpack_end(&from) != OK ? ERR_FORMAT
					       : recall_take(turn, partner, number, content);
	case LEDGER_SETTLED:
		return unpack_end(&from) != OK ? ERR_FORMAT : recall_settle(turn, partner);
	default:
		return ERR_USAGE;
	}
}
