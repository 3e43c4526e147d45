#include "sampan/compress.h"

#include <zstd.h>

/*
 * The fast levels: the report of a translation (48 KB) becomes 4.4 KB in 28 us at -1, 3.9 KB in 35
 * at 1; a document (13 KB) 3.8 KB in 20 us, 3.2 KB in 31.
 */
#define LEVEL (-1)

enum err compress_put(struct bytes from, uint8_t *to, size_t room, size_t *ret_len)
{
	static ZSTD_CCtx *context;
	size_t len;

	if (context == NULL && (context = ZSTD_createCCtx()) == NULL)
		return ERR_MEMORY;
	len = ZSTD_compressCCtx(context, to, room, from.at, from.len, LEVEL);
	if (ZSTD_isError(len))
		return ERR_LIMIT;
	*ret_len = len;
	return OK;
}

enum err compress_get(struct bytes frame, uint8_t *to, size_t len)
{
	static ZSTD_DCtx *context;

	if (context == NULL && (context = ZSTD_createDCtx()) == NULL)
		return ERR_MEMORY;
	return ZSTD_decompressDCtx(context, to, len, frame.at, frame.len) == len ? OK : ERR_CORRUPT;
}
