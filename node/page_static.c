#include "node/page_static.h"

#include <stdio.h>
#include <string.h>

#include "node/api_inside.h"
#include "node/file.h"

#define FILE_BYTES ((size_t)256 * 1024)
#define HASH_SHOWN 16
#define PREFIX "/static/"

static const struct {
	const char *name, *type;
} known[] = {
	{"desk.css", "text/css; charset=utf-8"},
	{"desk.js", "text/javascript; charset=utf-8"},
	{"icon.svg", "image/svg+xml"},
	{"apply.csv", "text/csv; charset=utf-8"},
	{"declare-export.csv", "text/csv; charset=utf-8"},
	{"declare-import.csv", "text/csv; charset=utf-8"},
	{"th-declare.csv", "text/csv; charset=utf-8"},
	{"co-paper.csv", "text/csv; charset=utf-8"},
};

_Static_assert(sizeof(known) / sizeof(known[0]) <= PAGE_STATIC_FILES, "room for all");

static void name_path(const char *name, struct bytes bytes, char ret_path[PAGE_STATIC_PATH_BYTES])
{
	struct hash hash = hash_of(bytes);
	const char *dot = strrchr(name, '.');
	char hex[HASH_HEX_BYTES];

	hash_format_hex(&hash, hex);
	(void)snprintf(ret_path, PAGE_STATIC_PATH_BYTES, PREFIX "%.*s.%.*s%s", (int)(dot - name),
		       name, HASH_SHOWN, hex, dot);
}

static enum err read_one(const char *schemas, const char *name, struct arena *arena,
			 struct bytes *ret_bytes)
{
	const char *path = arena_format(arena, "%s/views/static/%s", schemas, name);

	return path == NULL ? ERR_MEMORY : file_read(path, FILE_BYTES, arena, ret_bytes);
}

enum err page_static_load(const char *schemas, struct arena *arena, struct page_static *ret_files)
{
	struct page_static files = {0};
	enum err err = read_one(schemas, "away.html", arena, &files.away);

	for (size_t i = 0; err == OK && i < sizeof(known) / sizeof(known[0]); i++, files.count++) {
		files.files[i].name = known[i].name;
		files.files[i].type = known[i].type;
		err = read_one(schemas, known[i].name, arena, &files.files[i].bytes);
		if (err == OK)
			name_path(known[i].name, files.files[i].bytes, files.files[i].path);
	}
	if (err == OK)
		*ret_files = files;
	return err;
}

const char *page_static_path(const struct page_static *files, const char *name)
{
	for (size_t i = 0; i < files->count; i++)
		if (strcmp(files->files[i].name, name) == 0)
			return files->files[i].path;
	return "";
}

void page_static_answer(struct api_call *call)
{
	const struct page_static *files = &call->api->files;
	struct http_field field = {"Cache-Control", "public, max-age=31536000, immutable"};

	for (size_t i = 0; i < files->count; i++) {
		bool is_hashed =
			strcmp(files->files[i].path + strlen(PREFIX), call->parameters[0]) == 0;

		if (!is_hashed && strcmp(files->files[i].name, call->parameters[0]) != 0)
			continue;
		if (!is_hashed)
			field.value = "no-cache";
		api_answer(call, &(struct http_answer){.status = 200,
						       .type = files->files[i].type,
						       .body = files->files[i].bytes,
						       .fields = &field,
						       .field_count = 1});
		return;
	}
	api_problem(call, PROBLEM_NO_SUCH_CALL, "");
}
