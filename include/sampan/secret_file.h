/*
 * secret_file - reading small files that hold keys (adapters/secret_file_posix.c).
 */
#ifndef SAMPAN_SECRET_FILE_H
#define SAMPAN_SECRET_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sampan/err.h"

/*
 * Read a whole file, shorter than `room` bytes, into the caller's memory, which the caller wipes also
 * after an error. is_private: nobody but its owner may be able to read or change it. ERR_MISSING: no
 * such file; ERR_DENIED: it may not be read, or others may; ERR_FORMAT: no regular file, or longer;
 * ERR_IO.
 */
enum err secret_file_read(const char *path, bool is_private, uint8_t *to, size_t room,
			  size_t *ret_len);

#endif
