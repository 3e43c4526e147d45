#include "node/payload.h"

#include "sampan/compress.h"

/* An eighth saved is worth reading it back. */
struct bytes payload_pack(struct bytes plain, uint8_t *memory)
{
	size_t len = 0;

	if (plain.len < PAYLOAD_PACK_MIN_BYTES || plain.len > PAYLOAD_PACK_MAX_BYTES ||
	    compress_put(plain, memory, plain.len - plain.len / 8, &len) != OK)
		return plain;
	return bytes_of(memory, len);
}

enum err payload_unpack(struct bytes stored, uint64_t len, struct arena *arena,
			struct bytes *ret_plain)
{
	uint8_t *plain;
	enum err err;

	if (stored.len == len) {
		*ret_plain = stored;
		return OK;
	}
	if (stored.len > len || len > PAYLOAD_PACK_MAX_BYTES)
		return ERR_CORRUPT;
	if ((plain = arena_alloc(arena, (size_t)len)) == NULL)
		return ERR_MEMORY;
	if ((err = compress_get(stored, plain, (size_t)len)) == OK)
		*ret_plain = bytes_of(plain, (size_t)len);
	return err;
}
