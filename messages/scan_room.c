#include "messages/scan_room.h"

#include "sampan/limit.h"

/* Counted in blocks of bytes at once, each byte of a block on its own up to 255. */
typedef uint8_t block __attribute__((vector_size(16)));

#define BLOCKS 254u

static block load(const uint8_t *at)
{
	block bytes;

	memcpy(&bytes, at, sizeof(bytes));
	return bytes;
}

static size_t sum(block counts)
{
	size_t sum = 0;

	for (size_t i = 0; i < sizeof(counts); i++)
		sum += counts[i];
	return sum;
}

/* An end tag begins with "<", too, and is none. */
static bool may_begin(const uint8_t *at)
{
	return (at[0] == '<' && at[1] != '/') || at[0] == '=';
}

size_t scan_room(struct bytes bytes)
{
	size_t count = 1, i = 0;

	while (i + sizeof(block) < bytes.len) {
		block counts = {0};

		/* where a comparison holds all bits are set, which is -1 */
		for (size_t k = 0; k < BLOCKS && i + sizeof(block) < bytes.len;
		     k++, i += sizeof(block)) {
			block here = load(bytes.at + i), next = load(bytes.at + i + 1);

			counts -= (block)(((here == '<') & (next != '/')) | (here == '='));
		}
		count += sum(counts);
	}
	for (; i + 1 < bytes.len; i++)
		count += may_begin(bytes.at + i);
	return count < LIMIT_DOCUMENT_VALUES ? count : LIMIT_DOCUMENT_VALUES;
}
