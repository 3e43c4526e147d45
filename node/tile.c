#include "node/tile.h"

#define MAX_LEVEL 63u
#define MAX_DIGITS 15u /* of an index: more than any ledger holds, and no overflow */

static bool take(struct bytes *from, char expected)
{
	if (from->len == 0 || from->at[0] != (uint8_t)expected)
		return false;
	*from = bytes_of(from->at + 1, from->len - 1);
	return true;
}

static bool take_digit(struct bytes *from, uint64_t *value)
{
	if (from->len == 0 || from->at[0] < '0' || from->at[0] > '9')
		return false;
	*value = *value * 10 + (uint64_t)(from->at[0] - '0');
	*from = bytes_of(from->at + 1, from->len - 1);
	return true;
}

/* Decimal without leading zeros, at most max (of up to three digits). */
static bool take_small(struct bytes *from, uint64_t max, unsigned *ret_value)
{
	bool is_zero = from->len > 0 && from->at[0] == '0';
	uint64_t value = 0;
	unsigned digits = 0;

	while (digits < 3 && take_digit(from, &value))
		digits++;
	*ret_value = (unsigned)value;
	return digits > 0 && (!is_zero || digits == 1) && value <= max;
}

/* Elements of three digits, all but the last with an "x" before them. */
static bool take_index(struct bytes *from, uint64_t *ret_index)
{
	uint64_t index = 0;
	unsigned digits = 0;
	bool goes_on;

	do {
		goes_on = take(from, 'x');
		for (unsigned i = 0; i < 3; i++)
			if (digits++ == MAX_DIGITS || !take_digit(from, &index))
				return false;
		if (goes_on && (index == 0 || !take(from, '/')))
			return false; /* the first element is not "x000" */
	} while (goes_on);
	*ret_index = index;
	return true;
}

static bool take_width(struct bytes *from, unsigned *ret_width)
{
	*ret_width = TILE_WIDTH;
	if (from->len == 0)
		return true;
	return take(from, '.') && take(from, 'p') && take(from, '/') &&
	       take_small(from, TILE_WIDTH - 1, ret_width) && *ret_width > 0;
}

bool tile_parse(struct bytes path, struct tile *ret_tile)
{
	struct tile tile;

	if (!take_small(&path, MAX_LEVEL, &tile.level) || !take(&path, '/') ||
	    !take_index(&path, &tile.index) || !take_width(&path, &tile.width) || path.len > 0)
		return false;
	*ret_tile = tile;
	return true;
}

bool tile_is_in(const struct tile *tile, uint64_t size)
{
	unsigned shift = tile->level * TILE_HEIGHT;

	return shift < TREE_LEVELS && tile->index * TILE_WIDTH + tile->width <= size >> shift;
}

enum err tile_put(const struct tile *tile, struct ledger *ledger, struct buffer *to)
{
	return ledger_subtrees(ledger, tile->level * TILE_HEIGHT, tile->index * TILE_WIDTH,
			       tile->width, to);
}
