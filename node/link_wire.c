#include "node/link_wire.h"

#include <assert.h>
#include <string.h>

#include "sampan/limit.h"

#define TAG_BYTES 8u
#define TAGGED_BYTES (LINK_WIRE_HEADER_BYTES - TAG_BYTES)

/* The content of a frame is covered by its hash, which stands in the header. */
static struct hash tag_of(const uint8_t *header, enum link_wire_kind kind, struct bytes content)
{
	struct bytes parts[] = {bytes_of(header, TAGGED_BYTES), content};

	return hash_of_parts(parts, kind == LINK_WIRE_FRAME ? 1 : 2);
}

void link_wire_format(struct buffer *to, const struct link_wire *message)
{
	size_t start = to->len;
	struct hash tag;

	if (message->content.len > LINK_CONTENT_BYTES) {
		to->err = ERR_LIMIT;
		return;
	}
	pack_u8(to, LINK_VERSION);
	pack_u8(to, (uint8_t)message->kind);
	pack_fixed(to, message->to, LINK_NONCE_BYTES);
	pack_fixed(to, message->from, LINK_NONCE_BYTES);
	pack_u64(to, message->serial);
	pack_u64(to, message->epoch);
	pack_u64(to, message->number);
	pack_fixed(to, message->hash.at, HASH_BYTES);
	pack_u32(to, (uint32_t)message->content.len);
	if (buffer_error(to) != OK)
		return;
	assert(to->len - start == TAGGED_BYTES);
	tag = tag_of(to->at + start, message->kind, message->content);
	pack_fixed(to, tag.at, TAG_BYTES);
	buffer_put(to, message->content);
}

static void copy_fixed(void *ret, struct unpack *from, size_t len)
{
	const uint8_t *at = unpack_fixed(from, len);

	if (at != NULL)
		memcpy(ret, at, len);
}

static bool is_whole(const uint8_t *header, uint8_t kind, const struct link_wire *message,
		     const uint8_t *tag)
{
	struct hash expected = tag_of(header, (enum link_wire_kind)kind, message->content);
	struct hash hash;

	if (memcmp(expected.at, tag, TAG_BYTES) != 0)
		return false;
	if (kind != LINK_WIRE_FRAME)
		return true;
	hash = hash_of(message->content);
	return hash_equal(&hash, &message->hash);
}

enum err link_wire_parse(struct bytes bytes, struct link_wire *ret_message)
{
	struct link_wire message = {0};
	struct unpack reader;
	const uint8_t *tag, *content;
	uint8_t version, kind;
	uint32_t len;

	unpack_init(&reader, bytes);
	version = unpack_u8(&reader);
	kind = unpack_u8(&reader);
	copy_fixed(message.to, &reader, LINK_NONCE_BYTES);
	copy_fixed(message.from, &reader, LINK_NONCE_BYTES);
	message.serial = unpack_u64(&reader);
	message.epoch = unpack_u64(&reader);
	message.number = unpack_u64(&reader);
	copy_fixed(message.hash.at, &reader, HASH_BYTES);
	len = unpack_u32(&reader);
	tag = unpack_fixed(&reader, TAG_BYTES);
	content = unpack_fixed(&reader, len);
	if (unpack_end(&reader) != OK || tag == NULL || len > LINK_CONTENT_BYTES)
		return ERR_FORMAT;
	message.content = bytes_of(content, len);
	if (!is_whole(bytes.at, kind, &message, tag))
		return ERR_FORMAT;
	if (version == LINK_VERSION && (kind < LINK_WIRE_HELLO || kind > LINK_WIRE_RECALLED))
		return ERR_FORMAT;
	message.kind = (enum link_wire_kind)kind;
	*ret_message = message;
	return version == LINK_VERSION ? OK : ERR_VERSION;
}
