#include "node/warden.h"

#include <string.h>

static void read_hash(struct unpack *from, struct hash *ret)
{
	const uint8_t *at = unpack_fixed(from, HASH_BYTES);

	if (at != NULL)
		memcpy(ret->at, at, HASH_BYTES);
}

void warden_pack_sign_in(struct buffer *to, const struct warden_sign_in *sign_in)
{
	pack_text(to, sign_in->name);
	pack_fixed(to, sign_in->password.at, HASH_BYTES);
	pack_text(to, sign_in->address);
	pack_fixed(to, sign_in->session.at, HASH_BYTES);
}

enum err warden_unpack_sign_in(struct bytes bytes, struct arena *arena, struct warden_sign_in *ret)
{
	struct unpack from;

	unpack_init(&from, bytes);
	ret->name = unpack_text(&from, arena);
	read_hash(&from, &ret->password);
	ret->address = unpack_text(&from, arena);
	read_hash(&from, &ret->session);
	return unpack_end(&from);
}

void warden_pack_signed_in(struct buffer *to, const struct warden_signed_in *signed_in)
{
	pack_u8(to, (uint8_t)signed_in->verdict);
	pack_u32(to, signed_in->wait_seconds);
}

enum err warden_unpack_signed_in(struct bytes bytes, struct warden_signed_in *ret)
{
	struct unpack from;
	uint8_t verdict;

	unpack_init(&from, bytes);
	verdict = unpack_u8(&from);
	ret->wait_seconds = unpack_u32(&from);
	ret->verdict = (enum warden_verdict)verdict;
	return verdict < WARDEN_RIGHT || verdict > WARDEN_WAIT ? ERR_FORMAT : unpack_end(&from);
}
