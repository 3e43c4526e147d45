/*
 * zip_frame - the frames of a container, for zip.c and zip_read.c; nobody else includes it.
 */
#ifndef NODE_ZIP_FRAME_H
#define NODE_ZIP_FRAME_H

#include "node/zip.h"

#define ZIP_FRAME_LOCAL 0x04034b50u
#define ZIP_FRAME_ENTRY 0x02014b50u
#define ZIP_FRAME_END 0x06054b50u

/* Without the name. */
#define ZIP_FRAME_LOCAL_BYTES 30u
#define ZIP_FRAME_ENTRY_BYTES 46u
#define ZIP_FRAME_END_BYTES 22u

bool zip_frame_is_name(struct bytes name);

/* Each returns how long it is; the part's name has its form. */
size_t zip_frame_local(const struct zip_part *part, uint8_t ret_frame[ZIP_FRAME_BYTES]);
size_t zip_frame_entry(const struct zip_part *part, uint64_t offset,
		       uint8_t ret_frame[ZIP_FRAME_BYTES]);
size_t zip_frame_end(size_t count, uint64_t directory, uint64_t directory_len,
		     uint8_t ret_frame[ZIP_FRAME_BYTES]);

/*
 * Whoever changes a header lets what follows fail too: name the part that the directory names, where that is whole,
 * and not what stands behind it. ERR_MEMORY.
 */
enum err zip_blame(struct bytes file, struct arena *arena, struct zip_place *place);

#endif
