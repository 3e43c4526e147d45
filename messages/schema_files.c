#include "messages/schema_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sampan/limit.h"

#define MAX_FILES 4096u
#define MAX_FOLDER_DEPTH 8u

static const char *const folders[] = {"catalogue", "kinds", "lists", "maps", "rules", "xsd"};

static enum err read_whole(int file, struct arena *arena, struct bytes *ret_bytes)
{
	struct stat stat;
	uint8_t *at;
	size_t len = 0;

	if (fstat(file, &stat) != 0 || !S_ISREG(stat.st_mode))
		return ERR_IO;
	if (stat.st_size > (off_t)LIMIT_DOCUMENT_BYTES)
		return ERR_LIMIT;
	at = arena_alloc(arena, (size_t)stat.st_size + 1);
	if (at == NULL)
		return ERR_MEMORY;
	while (len < (size_t)stat.st_size) {
		ssize_t got = read(file, at + len, (size_t)stat.st_size - len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ERR_IO;
		len += (size_t)got;
	}
	*ret_bytes = bytes_of(at, len);
	return OK;
}

enum err schema_files_read(const char *path, struct arena *arena, struct bytes *ret_bytes)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum err err;

	if (file < 0)
		return errno == ENOENT || errno == ENOTDIR ? ERR_MISSING : ERR_IO;
	err = read_whole(file, arena, ret_bytes);
	close(file);
	return err;
}

static enum err make_room(struct schema_files *files, struct arena *arena)
{
	size_t room = files->room == 0 ? 64 : files->room * 2;
	struct schema_file *items;

	if (files->count < files->room)
		return OK;
	if (files->count >= MAX_FILES)
		return ERR_LIMIT;
	items = arena_alloc_array(arena, room, sizeof(*items));
	if (items == NULL)
		return ERR_MEMORY;
	if (files->count > 0)
		memcpy(items, files->items, files->count * sizeof(*items));
	files->items = items;
	files->room = room;
	return OK;
}

static enum err add_file(struct schema_files *files, struct arena *arena, const char *path,
			 const char *name)
{
	struct schema_file file = {.name = name};
	enum err err = make_room(files, arena);

	if (err == OK)
		err = schema_files_read(path, arena, &file.bytes);
	if (err == OK)
		files->items[files->count++] = file;
	return err;
}

static enum err add_folder(struct schema_files *files, struct arena *arena, const char *folder,
			   const char *name, unsigned depth);

/* As `find -type f` sees it: links are not followed and not counted. */
static enum err add_entry(struct schema_files *files, struct arena *arena, const char *folder,
			  const char *name, unsigned depth)
{
	const char *path = arena_format(arena, "%s/%s", folder, name);
	struct stat stat;

	if (path == NULL)
		return ERR_MEMORY;
	if (lstat(path, &stat) != 0)
		return ERR_IO;
	if (S_ISDIR(stat.st_mode))
		return add_folder(files, arena, folder, name, depth + 1);
	return S_ISREG(stat.st_mode) ? add_file(files, arena, path, name) : OK;
}

static enum err add_folder(struct schema_files *files, struct arena *arena, const char *folder,
			   const char *name, unsigned depth)
{
	const char *path = arena_format(arena, "%s/%s", folder, name);
	struct dirent *entry;
	enum err err = OK;
	DIR *open_folder;

	if (depth > MAX_FOLDER_DEPTH)
		return ERR_LIMIT;
	if (path == NULL)
		return ERR_MEMORY;
	open_folder = opendir(path);
	if (open_folder == NULL)
		return errno == ENOENT ? OK : ERR_IO;
	while (err == OK && (entry = readdir(open_folder)) != NULL) {
		const char *inner;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		inner = arena_format(arena, "%s/%s", name, entry->d_name);
		err = inner == NULL ? ERR_MEMORY : add_entry(files, arena, folder, inner, depth);
	}
	closedir(open_folder);
	return err;
}

static int compare_names(const void *a, const void *b)
{
	const struct schema_file *first = a, *second = b;

	return strcmp(first->name, second->name);
}

enum err schema_files_load(const char *folder, struct arena *arena, struct schema_files *ret_files)
{
	struct schema_files files = {0};
	struct stat folder_stat;
	enum err err = OK;

	if (stat(folder, &folder_stat) != 0 || !S_ISDIR(folder_stat.st_mode))
		return ERR_MISSING;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && err == OK; i++)
		err = add_folder(&files, arena, folder, folders[i], 0);
	if (err != OK)
		return err;
	if (files.count > 0)
		qsort(files.items, files.count, sizeof(*files.items), compare_names);
	*ret_files = files;
	return OK;
}

enum err schema_files_hash(const struct schema_files *files, struct hash *ret_hash)
{
	struct buffer manifest;
	enum err err;

	buffer_init(&manifest, (size_t)MAX_FILES * (HASH_HEX_BYTES + 4096));
	for (size_t i = 0; i < files->count; i++) {
		struct hash hash = hash_of(files->items[i].bytes);
		char hex[HASH_HEX_BYTES];

		hash_format_hex(&hash, hex);
		buffer_put_text(&manifest, hex);
		buffer_put_text(&manifest, "  ");
		buffer_put_text(&manifest, files->items[i].name);
		buffer_put_byte(&manifest, '\n');
	}
	err = buffer_error(&manifest);
	if (err == OK)
		*ret_hash = hash_of(buffer_bytes(&manifest));
	buffer_clear(&manifest);
	return err;
}

enum err schema_files_fault(struct findings *findings, const char *code, const char *name,
			    unsigned line, const char *value, const char *vi, const char *en)
{
	return findings_put(findings, &(struct finding){.severity = SEVERITY_ERROR,
							.code = code,
							.path = name,
							.line = line,
							.value = value,
							.vi = vi,
							.en = en});
}
