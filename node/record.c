#include "node/record.h"

#include <string.h>

/* 9999-12-31T23:59:59.999Z, the last that has an RFC 3339 form */
#define MAX_TIME_MS UINT64_C(253402300799999)

/* What every record must hold, written or read. */
static bool is_sound(const struct record *record)
{
	return record->message > 0 && record->message <= record->number &&
	       record->time_ms <= MAX_TIME_MS && record->payload_count <= LIMIT_RECORD_PAYLOADS;
}

enum err record_format(const struct record *record, struct buffer *to)
{
	size_t start = to->len;

	if (!is_sound(record))
		return ERR_USAGE;
	pack_u16(to, RECORD_VERSION);
	pack_u64(to, record->number);
	pack_u64(to, record->time_ms);
	pack_u64(to, record->message);
	pack_text(to, record->event);
	pack_text(to, record->actor);
	facts_pack(to, &record->attributes);
	pack_fixed(to, record->salt, RECORD_SALT_BYTES);
	pack_u32(to, (uint32_t)record->payload_count);
	for (size_t i = 0; i < record->payload_count; i++) {
		pack_text(to, record->payloads[i].role);
		pack_fixed(to, record->payloads[i].hash.at, HASH_BYTES);
		pack_u64(to, record->payloads[i].len);
	}
	if (buffer_error(to) == OK && to->len - start > LIMIT_RECORD_BYTES) {
		to->len = start;
		return ERR_LIMIT;
	}
	return buffer_error(to);
}

/* A name that stands twice would be lost in the list and the bytes could not be written again:
 * refused. */
static enum err parse_attributes(struct unpack *from, struct arena *arena, struct facts *to)
{
	uint32_t count = unpack_count(from, 8);
	enum err err;

	facts_init(to, arena);
	for (uint32_t i = 0; i < count && !from->failed; i++) {
		const char *name = unpack_text(from, arena);
		const char *value = unpack_text(from, arena);

		if (from->failed)
			return ERR_FORMAT;
		if ((err = facts_take(to, name, value)) != OK)
			return err == ERR_MEMORY ? err : ERR_FORMAT;
	}
	return OK;
}

static enum err parse_payloads(struct unpack *from, struct arena *arena, struct record *record)
{
	uint32_t count = unpack_count(from, 4 + HASH_BYTES + 8);

	if (count > LIMIT_RECORD_PAYLOADS)
		return ERR_FORMAT;
	for (uint32_t i = 0; i < count; i++) {
		struct record_payload *payload = &record->payloads[i];
		const uint8_t *hash;

		payload->role = unpack_text(from, arena);
		hash = unpack_fixed(from, HASH_BYTES);
		payload->len = unpack_u64(from);
		if (hash == NULL)
			return ERR_FORMAT;
		memcpy(payload->hash.at, hash, HASH_BYTES);
	}
	record->payload_count = count;
	return OK;
}

enum err record_parse(struct bytes leaf, struct arena *arena, struct record *ret_record)
{
	struct record record = {0};
	const uint8_t *salt;
	struct unpack from;
	uint16_t version;
	enum err err;

	unpack_init(&from, leaf);
	version = unpack_u16(&from);
	if (version > RECORD_VERSION)
		return ERR_VERSION;
	if (version != RECORD_VERSION || leaf.len > LIMIT_RECORD_BYTES)
		return ERR_FORMAT;
	record.number = unpack_u64(&from);
	record.time_ms = unpack_u64(&from);
	record.message = unpack_u64(&from);
	record.event = unpack_text(&from, arena);
	record.actor = unpack_text(&from, arena);
	if ((err = parse_attributes(&from, arena, &record.attributes)) != OK)
		return err;
	if ((salt = unpack_fixed(&from, RECORD_SALT_BYTES)) == NULL)
		return ERR_FORMAT;
	memcpy(record.salt, salt, RECORD_SALT_BYTES);
	if ((err = parse_payloads(&from, arena, &record)) != OK || (err = unpack_end(&from)) != OK)
		return err;
	if (!is_sound(&record))
		return ERR_FORMAT;
	*ret_record = record;
	return OK;
}

struct hash record_leaf_hash(struct bytes leaf)
{
	static const uint8_t prefix = 0x00;
	struct bytes parts[] = {bytes_of(&prefix, 1), leaf};

	return hash_of_parts(parts, 2);
}
