#include "node/document_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/file.h"
#include "sampan/buffer.h"
#include "sampan/certificate.h"

#define TABLE_BYTES 4096u
#define NAME_BEGIN "document-" /* and a number of at most nine digits */
#define DAY_MS (24ull * 3600 * 1000)
#define DAY_LEN (CALENDAR_DATE_BYTES - 1)

static bool is_day(const char *text)
{
	static const char form[] = "0000-00-00";

	if (strlen(text) != DAY_LEN)
		return false;
	for (size_t i = 0; i < DAY_LEN; i++)
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return true;
}

/* Names become parts of paths. */
static bool is_name(const char *text)
{
	return strncmp(text, NAME_BEGIN, 9) == 0 && text[9] != '\0' &&
	       strspn(text + 9, "0123456789") == strlen(text + 9) && strlen(text) < 9 + 10;
}

static enum err parse_line(const char *line, struct document_key *ret_key)
{
	struct document_key key;
	char rest;

	if (sscanf(line, "%31s %10s %10s %c", key.name, key.from, key.until, &rest) != 3)
		return ERR_FORMAT;
	if (strcmp(key.until, "-") == 0)
		key.until[0] = '\0';
	if (!is_name(key.name) || !is_day(key.from) || (key.until[0] != '\0' && !is_day(key.until)))
		return ERR_FORMAT;
	*ret_key = key;
	return OK;
}

static enum err parse(char *text, struct document_keys *ret_keys)
{
	struct document_keys keys = {.count = 0};
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		struct document_key *key = &keys.items[keys.count];

		if (keys.count == DOCUMENT_KEY_COUNT || parse_line(line, key) != OK)
			return ERR_FORMAT;
		if (keys.count > 0 && strcmp(key[-1].from, key->from) > 0)
			return ERR_FORMAT;
		keys.count++;
	}
	if (keys.count == 0)
		return ERR_FORMAT;
	*ret_keys = keys;
	return OK;
}

enum err document_key_load(const char *directory, struct arena *arena,
			   struct document_keys *ret_keys)
{
	const char *path = arena_format(arena, "%s/" DOCUMENT_KEY_TABLE, directory);
	struct bytes file;
	char *text;
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	if ((err = file_read(path, TABLE_BYTES, arena, &file)) != OK)
		return err == ERR_LIMIT ? ERR_FORMAT : err;
	text = arena_text(arena, file);
	return text == NULL ? ERR_MEMORY : parse(text, ret_keys);
}

const struct document_key *document_key_on(const struct document_keys *keys, const char *day)
{
	for (size_t i = keys->count; i > 0; i--)
		if (strcmp(keys->items[i - 1].from, day) <= 0)
			return &keys->items[i - 1];
	return NULL;
}

bool document_key_counts(const struct document_key *key, const char *day)
{
	return key->until[0] == '\0' || strcmp(day, key->until) <= 0;
}

const char *document_key_path(const char *directory, const struct document_key *key,
			      const char *ending, struct arena *arena)
{
	return arena_format(arena, "%s/seal/%s.%s", directory, key->name, ending);
}

/* ---- A new one ---- */

static enum err save(const char *directory, const struct document_keys *keys, struct arena *arena)
{
	const char *path = arena_format(arena, "%s/" DOCUMENT_KEY_TABLE, directory);
	struct buffer text;
	enum err err;

	if (path == NULL)
		return ERR_MEMORY;
	buffer_init(&text, TABLE_BYTES);
	for (size_t i = 0; i < keys->count; i++)
		buffer_put_format(&text, "%s %s %s\n", keys->items[i].name, keys->items[i].from,
				  keys->items[i].until[0] == '\0' ? "-" : keys->items[i].until);
	if ((err = buffer_error(&text)) == OK)
		err = file_replace(path, buffer_bytes(&text));
	buffer_clear(&text);
	return err;
}

static enum err make_files(const struct document_key_rotation *rotation,
			   const struct document_key *key, struct arena *arena)
{
	const char *key_path = document_key_path(rotation->directory, key, "key", arena);
	const char *crt_path = document_key_path(rotation->directory, key, "crt", arena);
	struct bytes pem = {0}, certificate = {0};
	enum err err;

	if (key_path == NULL || crt_path == NULL)
		return ERR_MEMORY;
	err = (rotation->wants_rsa ? certificate_new_rsa : certificate_new)(
		rotation->name, rotation->country, arena, &pem, &certificate);
	if (err != OK)
		return err;
	if ((err = file_make(key_path, 0600, pem)) == OK)
		err = file_make(crt_path, 0644, certificate);
	bytes_wipe(pem);
	return err;
}

/* Numbers are never used again, also when a try left files behind. */
static enum err name_next(const struct document_key_rotation *rotation,
			  const struct document_keys *keys, struct arena *arena,
			  struct document_key *key)
{
	unsigned long number = 0;
	enum err err;

	if (keys->count > 0)
		number = strtoul(keys->items[keys->count - 1].name + strlen(NAME_BEGIN), NULL, 10);
	do {
		(void)snprintf(key->name, sizeof(key->name), NAME_BEGIN "%lu", ++number);
		err = make_files(rotation, key, arena);
	} while (err == ERR_EXISTS);
	return err;
}

/* What will never count again makes room; the one that waits is passed over when there is no time. */
static void make_room(struct document_keys *keys, const char *today, bool is_at_once)
{
	struct document_keys kept = {.count = 0};

	for (size_t i = 0; i < keys->count; i++) {
		bool waits = strcmp(keys->items[i].from, today) > 0;

		if (document_key_counts(&keys->items[i], today) && !(waits && is_at_once))
			kept.items[kept.count++] = keys->items[i];
	}
	*keys = kept;
}

static void close_others(struct document_keys *keys, const char *until)
{
	for (size_t i = 0; i < keys->count; i++)
		if (keys->items[i].until[0] == '\0' || strcmp(keys->items[i].until, until) > 0)
			memcpy(keys->items[i].until, until, CALENDAR_DATE_BYTES);
}

enum err document_key_rotate(const struct document_key_rotation *rotation, struct arena *arena,
			     struct document_key *ret_key)
{
	uint64_t overlap_ms = rotation->overlap_days * DAY_MS;
	char today[CALENDAR_DATE_BYTES], until[CALENDAR_DATE_BYTES];
	struct document_keys keys = {.count = 0};
	struct document_key key = {.until = ""};
	enum err err = document_key_load(rotation->directory, arena, &keys);

	if (err != OK && err != ERR_MISSING)
		return err;
	calendar_format_date(rotation->now_ms, today);
	if (keys.count > 0 && overlap_ms > 0 && strcmp(keys.items[keys.count - 1].from, today) > 0)
		return ERR_EXISTS;
	if ((err = name_next(rotation, &keys, arena, &key)) != OK)
		return err;
	make_room(&keys, today, overlap_ms == 0);
	if (keys.count == DOCUMENT_KEY_COUNT)
		return ERR_FULL;
	calendar_format_date(rotation->now_ms + (keys.count == 0 ? 0 : overlap_ms), key.from);
	calendar_format_date(rotation->now_ms + 2 * overlap_ms - (overlap_ms == 0 ? DAY_MS : 0),
			     until);
	close_others(&keys, until);
	keys.items[keys.count++] = key;
	if ((err = save(rotation->directory, &keys, arena)) == OK)
		*ret_key = key;
	return err;
}
