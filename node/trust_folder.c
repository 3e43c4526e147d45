#include "node/trust_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "node/file.h"
#include "sampan/buffer.h"

#define MAX_FILE_BYTES ((size_t)32 * 1024 * 1024)
#define MAX_FILES 1024
#define LIST "-----BEGIN X509 CRL-----"

static int is_ours(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot != NULL &&
	       (strcmp(dot, ".pem") == 0 || strcmp(dot, ".crt") == 0 || strcmp(dot, ".crl") == 0);
}

/* Who is told of each file's content. */
struct receiver {
	enum err (*take)(void *to, struct bytes pem);
	void *to;
};

static enum err take_trust(void *to, struct bytes pem)
{
	return trust_add(to, pem);
}

static enum err take_stamps(void *to, struct bytes pem)
{
	return stamp_trust_add(to, pem);
}

/* A revocation list may be long: its text is kept no longer than it is read. */
static enum err add_file(const char *path, const struct receiver *receiver)
{
	struct arena *arena = arena_new(2 * MAX_FILE_BYTES);
	struct bytes bytes;
	enum err err = arena == NULL ? ERR_MEMORY : file_read(path, MAX_FILE_BYTES, arena, &bytes);

	if (err == OK)
		err = receiver->take(receiver->to, bytes);
	arena_free(arena);
	return err;
}

static enum err add_named(const char *folder, const char *name, const struct receiver *receiver,
			  struct arena *arena, const char **ret_message)
{
	const char *path = arena_format(arena, "%s/%s", folder, name);
	enum err err = path == NULL ? ERR_MEMORY : add_file(path, receiver);

	if (err == ERR_FORMAT)
		*ret_message = arena_format(
			arena, "%s: neither certificates nor a revocation list in PEM form", path);
	else if (err != OK && path != NULL)
		*ret_message = arena_format(arena, "%s: %s", path, err_text(err));
	return err;
}

static enum err add_all(const char *folder, const struct receiver *receiver, struct arena *arena,
			const char **ret_message)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_ours, alphasort);
	enum err err = OK;

	if (count < 0) {
		*ret_message = arena_format(arena, "%s: there is no such folder", folder);
		return errno == ENOENT || errno == ENOTDIR ? ERR_MISSING : ERR_IO;
	}
	if (count > MAX_FILES) {
		*ret_message = arena_format(arena, "%s: more than 1024 files", folder);
		err = ERR_LIMIT;
	}
	for (int i = 0; i < count; i++) {
		if (err == OK)
			err = add_named(folder, entries[i]->d_name, receiver, arena, ret_message);
		free(entries[i]);
	}
	free(entries);
	return err;
}

enum err trust_folder_add(const char *folder, struct trust *trust, struct arena *arena,
			  const char **ret_message)
{
	return add_all(folder, &(struct receiver){take_trust, trust}, arena, ret_message);
}

enum err trust_folder_add_stamps(const char *folder, struct stamp_trust *stamps,
				 struct arena *arena, const char **ret_message)
{
	return add_all(folder, &(struct receiver){take_stamps, stamps}, arena, ret_message);
}

/* ---- Lists alone ---- */

static enum err put_lists(const char *path, struct buffer *to)
{
	struct arena *arena = arena_new(2 * MAX_FILE_BYTES);
	struct bytes bytes;
	enum err err = arena == NULL ? ERR_MEMORY : file_read(path, MAX_FILE_BYTES, arena, &bytes);

	if (err == OK && memmem(bytes.at, bytes.len, LIST, strlen(LIST)) != NULL) {
		buffer_put(to, bytes);
		buffer_put_byte(to, '\n');
		err = buffer_error(to);
	}
	arena_free(arena);
	return err;
}

enum err trust_folder_lists(const char *folder, struct arena *arena, struct bytes *ret_pem,
			    const char **ret_message)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_ours, alphasort);
	struct buffer all;
	enum err err = OK;

	buffer_init(&all, TRUST_FOLDER_LIST_BYTES);
	for (int i = 0; i < count; i++) {
		const char *path = arena_format(arena, "%s/%s", folder, entries[i]->d_name);

		if (err == OK && (err = path == NULL ? ERR_MEMORY : put_lists(path, &all)) != OK)
			*ret_message = path == NULL
					       ? err_text(err)
					       : arena_format(arena, "%s: %s", path, err_text(err));
		free(entries[i]);
	}
	free(entries);
	if (err == OK && all.len > 0)
		err = buffer_give(&all, arena, ret_pem);
	buffer_clear(&all);
	return err;
}

enum err trust_folder_open(const struct config *config, struct arena *arena,
			   struct trust **ret_trust, const char **ret_message)
{
	const char *folder = arena_format(arena, "%s/" TRUST_FOLDER, config->directory);
	struct trust *trust = NULL;
	enum err err = folder == NULL ? ERR_MEMORY
				      : trust_new(config->signatures.field,
						  config->signatures.prefix, &trust);

	if (err == ERR_CONFIG)
		*ret_message = arena_format(
			arena, "%s: signatures.field: no such attribute of a subject: \"%s\"",
			config->path, config->signatures.field);
	if (err != OK)
		return err;
	err = trust_folder_add(folder, trust, arena, ret_message);
	if (err != OK && err != ERR_MISSING) {
		trust_free(trust);
		return err;
	}
	*ret_trust = trust;
	return OK;
}

enum err trust_folder_check(const struct config *config, struct arena *arena,
			    const char **ret_message)
{
	struct trust *trust = NULL;
	enum err err = trust_folder_open(config, arena, &trust, ret_message);

	trust_free(trust);
	return err;
}
