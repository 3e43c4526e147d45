#include "node/pass.h"

#include <stdio.h>
#include <string.h>

#include "node/file.h"
#include "sampan/key.h"

#define PATH_BYTES 4096u
#define FILE_NAME "pass"

static bool is_whole(int len)
{
	return len > 0 && (size_t)len < PATH_BYTES;
}

enum err pass_make(const char *directory)
{
	uint8_t pass[PASS_BYTES];
	char path[PATH_BYTES];
	enum err err;

	if (!is_whole(snprintf(path, sizeof(path), "%s/run/" FILE_NAME, directory)))
		return ERR_LIMIT;
	key_random(pass, sizeof(pass));
	err = file_replace(path, bytes_of(pass, sizeof(pass)));
	explicit_bzero(pass, sizeof(pass));
	return err;
}

void pass_load(const char *endpoint, struct pass *ret_pass)
{
	static const char scheme[] = "ipc://";
	const char *slash = strrchr(endpoint, '/');
	struct arena *arena = arena_new(PATH_BYTES);
	struct bytes pass = {0};
	char path[PATH_BYTES];

	*ret_pass = (struct pass){0};
	if (arena != NULL && slash != NULL && strncmp(endpoint, scheme, strlen(scheme)) == 0 &&
	    is_whole(snprintf(path, sizeof(path), "%.*s/" FILE_NAME,
			      (int)(slash - endpoint - (ptrdiff_t)strlen(scheme)),
			      endpoint + strlen(scheme))) &&
	    file_read(path, PASS_BYTES, arena, &pass) == OK && pass.len == PASS_BYTES) {
		memcpy(ret_pass->at, pass.at, PASS_BYTES);
		ret_pass->len = PASS_BYTES;
	}
	arena_free(arena);
}

struct bytes pass_bytes(const struct pass *pass)
{
	return bytes_of(pass->at, pass->len);
}

bool pass_is(const struct pass *pass, struct bytes said)
{
	uint8_t differs = 0;

	if (said.len != pass->len)
		return false;
	for (size_t i = 0; i < pass->len; i++)
		differs |= (uint8_t)(said.at[i] ^ pass->at[i]);
	return differs == 0;
}
