#include "sampan/bytes.h"

#include <endian.h>
#include <string.h>

int bytes_compare(struct bytes a, struct bytes b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common == 0 ? 0 : memcmp(a.at, b.at, common);

	if (order != 0)
		return order;
	return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

bool bytes_has_prefix(struct bytes range, struct bytes prefix)
{
	return range.len >= prefix.len && bytes_equal(bytes_of(range.at, prefix.len), prefix);
}

void bytes_put_u32(uint8_t *at, uint32_t value)
{
	value = htobe32(value);
	memcpy(at, &value, sizeof(value));
}

void bytes_put_u64(uint8_t *at, uint64_t value)
{
	value = htobe64(value);
	memcpy(at, &value, sizeof(value));
}

uint32_t bytes_get_u32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return be32toh(value);
}

uint64_t bytes_get_u64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return be64toh(value);
}
