#include "node/glance.h"

#include <string.h>

#define KNOWN_VERSION 1u

enum err glance_read(struct bytes stored, struct glance *ret_glance)
{
	struct glance glance;
	struct unpack from;

	unpack_init(&from, stored);
	if (unpack_u16(&from) > KNOWN_VERSION)
		return ERR_VERSION;
	glance.number = unpack_u64(&from);
	glance.root = unpack_u64(&from);
	glance.received_ms = unpack_u64(&from);
	(void)unpack_u64(&from); /* due */
	(void)unpack_u64(&from); /* closed */
	(void)unpack_u32(&from); /* owed */
	(void)unpack_u32(&from); /* delivered */
	glance.state = unpack_bytes(&from);
	glance.sender = unpack_bytes(&from);
	glance.registered = unpack_bytes(&from);
	glance.origin = unpack_bytes(&from);
	(void)unpack_fixed(&from, HASH_BYTES);
	glance.facts = unpack_bytes(&from);
	if (unpack_end(&from) != OK)
		return ERR_CORRUPT;
	*ret_glance = glance;
	return OK;
}

struct bytes glance_fact(const struct glance *glance, const char *name)
{
	struct bytes wanted = bytes_of_text(name);
	struct unpack from;

	unpack_init(&from, glance->facts);
	for (uint32_t left = unpack_u32(&from); left > 0 && !from.failed; left--) {
		struct bytes is = unpack_bytes(&from), value = unpack_bytes(&from);

		if (!from.failed && bytes_equal(is, wanted))
			return value;
	}
	return (struct bytes){0};
}

bool glance_has(const struct glance *glance, const char *prefix, struct bytes value)
{
	struct bytes begin = bytes_of_text(prefix);
	struct unpack from;

	unpack_init(&from, glance->facts);
	for (uint32_t left = unpack_u32(&from); left > 0 && !from.failed; left--) {
		struct bytes is = unpack_bytes(&from), held = unpack_bytes(&from);

		if (!from.failed && bytes_has_prefix(is, begin) && bytes_equal(held, value))
			return true;
	}
	return false;
}
