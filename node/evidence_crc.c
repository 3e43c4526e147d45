#include "node/evidence_crc.h"

#include "node/zip.h"

#define PIECE_BYTES ((size_t)1 << 20)
#define REMEMBERED 1024u

/* A role has one thread and one ledger; the worst that a clash does is to read once more. */
static struct {
	struct hash hash;
	uint32_t crc;
	bool is_set;
} remembered[REMEMBERED];

static enum err read_crc(const struct turn *turn, const struct evidence_record *of, size_t index,
			 uint32_t *ret_crc)
{
	uint64_t len = of->record.payloads[index].len;
	struct arena *arena = arena_new(4 * PIECE_BYTES);
	uint32_t crc = 0;
	enum err err = arena == NULL ? ERR_MEMORY : OK;

	for (uint64_t offset = 0; err == OK && offset < len; offset += PIECE_BYTES) {
		struct bytes piece;

		arena_clear(arena);
		err = ledger_payload_piece(turn->ledger, &of->record, index, offset, PIECE_BYTES,
					   arena, &piece);
		if (err == OK)
			crc = zip_crc(crc, piece);
	}
	arena_free(arena);
	if (err == OK)
		*ret_crc = crc;
	return err;
}

enum err evidence_crc_of(const struct turn *turn, const struct evidence_record *of, size_t index,
			 uint32_t *ret_crc)
{
	const struct hash *hash = &of->record.payloads[index].hash;
	size_t place = (hash->at[0] | (size_t)hash->at[1] << 8) % REMEMBERED;
	enum err err;

	if (!remembered[place].is_set || !hash_equal(&remembered[place].hash, hash)) {
		remembered[place].is_set = false;
		if ((err = read_crc(turn, of, index, &remembered[place].crc)) != OK)
			return err;
		remembered[place].hash = *hash;
		remembered[place].is_set = true;
	}
	*ret_crc = remembered[place].crc;
	return OK;
}
