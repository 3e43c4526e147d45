#include "node/seal.h"

#include <string.h>

#include "sampan/pack.h"

void seal_pack_sign(struct buffer *to, const struct seal_sign *sign)
{
	pack_text(to, sign->checkpoint.origin);
	pack_u64(to, sign->checkpoint.size);
	pack_fixed(to, sign->checkpoint.root.at, HASH_BYTES);
	pack_u64(to, sign->older);
	pack_u32(to, (uint32_t)sign->proof.count);
	for (size_t i = 0; i < sign->proof.count; i++)
		pack_fixed(to, sign->proof.path[i].at, HASH_BYTES);
}

static void unpack_hash(struct unpack *from, struct hash *ret_hash)
{
	const uint8_t *at = unpack_fixed(from, HASH_BYTES);

	if (at != NULL)
		memcpy(ret_hash->at, at, HASH_BYTES);
}

enum err seal_unpack_sign(struct bytes from, struct seal_sign *ret_sign)
{
	struct seal_sign sign = {0};
	struct unpack reader;
	struct bytes origin;
	enum err err;

	unpack_init(&reader, from);
	origin = unpack_bytes(&reader);
	if (origin.len >= sizeof(sign.checkpoint.origin))
		return ERR_FORMAT;
	if (origin.len > 0)
		memcpy(sign.checkpoint.origin, origin.at, origin.len);
	sign.checkpoint.size = unpack_u64(&reader);
	unpack_hash(&reader, &sign.checkpoint.root);
	sign.older = unpack_u64(&reader);
	sign.proof.count = unpack_count(&reader, HASH_BYTES);
	if (sign.proof.count > sizeof(sign.proof.path) / sizeof(sign.proof.path[0]))
		return ERR_FORMAT;
	for (size_t i = 0; i < sign.proof.count; i++)
		unpack_hash(&reader, &sign.proof.path[i]);
	if ((err = unpack_end(&reader)) == OK)
		*ret_sign = sign;
	return err;
}
