#include "node/parcel.h"

#include <string.h>

void parcel_pack(struct buffer *to, const struct parcel *parcel)
{
	pack_u16(to, PARCEL_VERSION);
	pack_text(to, parcel->message);
	pack_u64(to, parcel->delivery);
	pack_text(to, parcel->root);
	pack_text(to, parcel->kind);
	pack_bytes(to, parcel->document);
}

/* Ids and kinds come to stand in keys, logs, lists and file names of this node. */
static bool is_name(const char *text)
{
	size_t len =
		strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

	return len > 0 && len <= PARCEL_NAME_BYTES && text[len] == '\0' && text[0] != '.';
}

enum err parcel_unpack(struct bytes from, struct arena *arena, struct parcel *ret_parcel)
{
	struct parcel parcel;
	struct unpack reader;

	unpack_init(&reader, from);
	if (unpack_u16(&reader) > PARCEL_VERSION && !reader.failed)
		return ERR_VERSION;
	parcel.message = unpack_text(&reader, arena);
	parcel.delivery = unpack_u64(&reader);
	parcel.root = unpack_text(&reader, arena);
	parcel.kind = unpack_text(&reader, arena);
	parcel.document = unpack_bytes(&reader);
	if (unpack_end(&reader) != OK || !is_name(parcel.message) || !is_name(parcel.root) ||
	    !is_name(parcel.kind))
		return ERR_FORMAT;
	*ret_parcel = parcel;
	return OK;
}
