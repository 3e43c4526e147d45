#include "node/cmd_ledger_key.h"

#include <stdio.h>
#include <string.h>

#include "node/checkpoint.h"
#include "node/file.h"
#include "node/plain.h"

#define KEY_FILE_BYTES 1024u

/* By its name: epochs, which stand behind it, share the key. */
static bool is_of(const char *key_origin, const char *origin)
{
	size_t len = (size_t)(strrchr(origin, '/') - origin);

	return strncmp(key_origin, origin, len + 1) == 0;
}

enum err cmd_ledger_key(const char *directory, const char *name, const char *origin,
			struct arena *arena, uint8_t ret_public_key[KEY_PUBLIC_BYTES])
{
	char of[CHECKPOINT_ORIGIN_BYTES];
	const char *path = arena_format(arena, "%s/%s", directory, name);
	struct bytes text;
	char *line = NULL;
	enum err err = path == NULL ? ERR_MEMORY : file_read(path, KEY_FILE_BYTES, arena, &text);

	if (err == OK && (line = arena_text(arena, text)) == NULL)
		err = ERR_MEMORY;
	if (err == OK) {
		line[strcspn(line, "\n")] = '\0';
		err = checkpoint_parse_key(line, of, ret_public_key);
	}
	if (err != OK) {
		fprintf(stderr, "sampan ledger: the public key in %s/%s: %s\n", directory, name,
			err_text(err));
	} else if (origin != NULL && !is_of(of, origin)) {
		fprintf(stderr, "sampan ledger: the public key in %s/%s is that of ", directory,
			name);
		plain_print(stderr, of);
		fprintf(stderr, ", and this ledger is %s: put its own there\n", origin);
		err = ERR_CONFIG;
	}
	return err;
}
