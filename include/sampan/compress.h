/*
 * compress - bytes made smaller and back: one frame of Zstandard (RFC 8878).
 *
 * The engine's memory is kept between calls: each thread that makes smaller has its own, and only one thread
 * gets back.
 */
#ifndef SAMPAN_COMPRESS_H
#define SAMPAN_COMPRESS_H

#include "sampan/bytes.h"
#include "sampan/err.h"

/*
 * Write a frame of at most `room` bytes to `to`. OK: *ret_len is its length. ERR_LIMIT: it does not
 * fit, so it is not worth it; ERR_MEMORY. What stands in `to` then is undefined.
 */
enum err compress_put(struct bytes from, uint8_t *to, size_t room, size_t *ret_len);

/* The bytes of a frame that must give exactly `len` bytes. ERR_CORRUPT: it does not; ERR_MEMORY. */
enum err compress_get(struct bytes frame, uint8_t *to, size_t len);

#endif
