/*
 * qr - a text as a QR code (ISO/IEC 18004), as the path of an SVG (adapters/qr_qrencode.c).
 */
#ifndef SAMPAN_QR_H
#define SAMPAN_QR_H

#include "sampan/buffer.h"

#define QR_TEXT_BYTES 1024u

/*
 * The dark modules of the code for this text (bytes, mode 8-bit, error correction M), without the quiet
 * zone, as commands of an SVG path with one unit for each module: "M0,0h7v1h-7z...". *ret_modules: how many in a row.
 * ERR_LIMIT: longer than QR_TEXT_BYTES, or the buffer is full; ERR_USAGE: an empty text; ERR_MEMORY.
 */
enum err qr_path(const char *text, struct buffer *to, unsigned *ret_modules);

#endif
