/*
 * payload - how a payload lies in the store: as it is, or as one frame of Zstandard where that is
 * smaller (docs/ledger-format.md, Payload).
 *
 * What is stored is as long as the record says, then it is the payload itself; or it is shorter,
 * then it is a frame of it. Hash and length in the record are those of the plain bytes.
 */
#ifndef NODE_PAYLOAD_H
#define NODE_PAYLOAD_H

#include "sampan/arena.h"
#include "sampan/err.h"

/*
 * Shorter ones lie within a page of the store anyway. Longer ones are read piece by piece, and each
 * piece would need the whole again.
 */
#define PAYLOAD_PACK_MIN_BYTES 2000u
#define PAYLOAD_PACK_MAX_BYTES ((size_t)1024 * 1024)

/*
 * What is to be stored: plain itself, or a frame in `memory`, which has room for plain.len bytes;
 * borrowed from either.
 */
struct bytes payload_pack(struct bytes plain, uint8_t *memory);

/*
 * The plain bytes, of the length that the record says, of what is stored: `stored` itself, or in the
 * arena. ERR_CORRUPT: it is neither as long nor a frame of so many bytes; ERR_MEMORY.
 */
enum err payload_unpack(struct bytes stored, uint64_t len, struct arena *arena,
			struct bytes *ret_plain);

#endif
