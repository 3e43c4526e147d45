/*
 * pack - the one binary format of records, of the calls between roles and of the link between
 * nodes.
 *
 * Integers are big-endian of fixed width; byte ranges and texts have a 4-byte length before them; a
 * list has a 4-byte count before it. There is no padding, and there is exactly one way to write a
 * value: the same values always give the same bytes. Reading never allocates: what it gives out is
 * borrowed from the input.
 *
 * Errors stick on both sides. A reader that met an error gives zeros and empty ranges from then on,
 * so that a function reads all its fields and asks unpack_end() once.
 */
#ifndef SAMPAN_PACK_H
#define SAMPAN_PACK_H

#include "sampan/arena.h"
#include "sampan/buffer.h"

void pack_u8(struct buffer *to, uint8_t value);
void pack_u16(struct buffer *to, uint16_t value);
void pack_u32(struct buffer *to, uint32_t value);
void pack_u64(struct buffer *to, uint64_t value);
void pack_bytes(struct buffer *to, struct bytes value);
void pack_text(struct buffer *to, const char *value); /* NULL is written as the empty text */
void pack_fixed(struct buffer *to, const void *at, size_t len); /* no length before it */

/*
 * A byte range whose length is not known before: what is put between begin (which gives where it
 * begins) and end.
 */
size_t pack_begin(struct buffer *to);
void pack_end(struct buffer *to, size_t begin);

struct unpack {
	const uint8_t *at;
	size_t left;
	bool failed;
};

/*
 * Begin to read; the bytes are borrowed for as long as the reader and what it gives out are used.
 */
void unpack_init(struct unpack *from, struct bytes bytes);

uint8_t unpack_u8(struct unpack *from);
bool unpack_bool(struct unpack *from); /* a u8 of 0 or 1; anything else fails the reader */
uint16_t unpack_u16(struct unpack *from);
uint32_t unpack_u32(struct unpack *from);
uint64_t unpack_u64(struct unpack *from);
struct bytes unpack_bytes(struct unpack *from);

/*
 * A text copied to the arena and ended with zero. A zero byte inside, or no memory, fails the
 * reader. Never NULL.
 */
const char *unpack_text(struct unpack *from, struct arena *arena);

/* len bytes without a length before them, borrowed; NULL when there are not so many. */
const uint8_t *unpack_fixed(struct unpack *from, size_t len);

/* A count of items that are at least min_item_bytes long each: fails when so many cannot follow. */
uint32_t unpack_count(struct unpack *from, size_t min_item_bytes);

/* OK when all was read and nothing is left over; ERR_FORMAT otherwise. */
enum err unpack_end(const struct unpack *from);

#endif
