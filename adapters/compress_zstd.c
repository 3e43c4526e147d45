#include "sampan/compress.h"

#include <pthread.h>

#include <zstd.h>

/*
 * The fast levels: the report of a translation (18 KB) becomes 3.9 KB at -1, 3.3 KB at 1; a document
 * (13 KB) 3.8 KB, 3.2 KB; 1 takes a half longer.
 */
#define LEVEL (-1)

/*
 * What is short is searched by a table that stays in the nearest cache: as small, and an eighth
 * faster where a thousand other things were done since the last one.
 */
#define SHORT_BYTES 32768u
#define SHORT_HASH_LOG 11

static size_t set_up(ZSTD_CCtx *context, size_t len)
{
	int hash_log = len <= SHORT_BYTES ? SHORT_HASH_LOG : 0; /* as the level has it */
	size_t code = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL);

	return ZSTD_isError(code) ? code
				  : ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, hash_log);
}

/* Each thread's own, freed with it. */
static pthread_key_t contexts;
static bool has_contexts;

static void free_context(void *context)
{
	(void)ZSTD_freeCCtx(context);
}

static void make_contexts(void)
{
	has_contexts = pthread_key_create(&contexts, free_context) == 0;
}

static ZSTD_CCtx *context_of_thread(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	ZSTD_CCtx *context;

	(void)pthread_once(&once, make_contexts);
	if (!has_contexts)
		return NULL;
	context = pthread_getspecific(contexts);
	if (context == NULL && (context = ZSTD_createCCtx()) != NULL &&
	    pthread_setspecific(contexts, context) != 0) {
		free_context(context);
		return NULL;
	}
	return context;
}

enum err compress_put(struct bytes from, uint8_t *to, size_t room, size_t *ret_len)
{
	ZSTD_CCtx *context = context_of_thread();
	size_t len;

	if (context == NULL)
		return ERR_MEMORY;
	if (ZSTD_isError(set_up(context, from.len)))
		return ERR_USAGE;
	len = ZSTD_compress2(context, to, room, from.at, from.len);
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
