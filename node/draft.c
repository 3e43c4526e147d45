#include "node/draft.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/json_read.h"
#include "sampan/folder.h"
#include "sampan/key.h"

#define SUFFIX ".json"
#define NAME_BYTES (DRAFT_ID_BYTES + sizeof(SUFFIX))
#define MOST_FILES 200u /* that are looked at, whatever else somebody puts there */

bool draft_is_id(const char *text)
{
	return strlen(text) == DRAFT_ID_BYTES - 1 &&
	       strspn(text, "0123456789abcdef") == DRAFT_ID_BYTES - 1;
}

static enum err open_home(const struct draft_home *home, bool create, struct folder **ret_folder)
{
	const char *path = arena_format(home->arena, "%s/parties/%s/drafts",
					home->config->directory, home->party);

	return path == NULL ? ERR_MEMORY : folder_open(path, create, ret_folder);
}

static void name_of(const char *id, char ret_name[NAME_BYTES])
{
	(void)snprintf(ret_name, NAME_BYTES, "%.16s" SUFFIX, id);
}

/* ---- One file ---- */

static json_t *values_new(const struct form_values *values)
{
	json_t *list = json_array();

	for (size_t i = 0; i < values->count; i++)
		(void)json_array_append_new(
			list, json_pack("[s, s]", values->items[i].name, values->items[i].value));
	return list;
}

static enum err write_draft(struct folder *folder, const char *id, const struct draft *draft)
{
	json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:o?}", "form", draft->form, "reference",
				 draft->reference, "user", draft->user, "changed", draft->changed,
				 "values", values_new(&draft->values));
	char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
	char name[NAME_BYTES];
	enum err err = text == NULL ? ERR_MEMORY : OK;

	if (err == OK && strlen(text) > DRAFT_BYTES)
		err = ERR_LIMIT;
	name_of(id, name);
	if (err == OK)
		err = folder_write(folder, name, bytes_of_text(text));
	free(text);
	json_decref(json);
	return err;
}

/* ["Exporter/Name", "Gốm"], each a text. */
static enum err take_values(const json_t *list, struct arena *arena, struct form_values *ret_values)
{
	size_t count = json_array_size(list);
	struct form_value *items;

	if (!json_is_array(list) || count > FORM_READ_VALUES)
		return ERR_CORRUPT;
	if ((items = arena_alloc_array(arena, count + 1, sizeof(*items))) == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const json_t *pair = json_array_get(list, i);
		const char *name = json_string_value(json_array_get(pair, 0));
		const char *value = json_string_value(json_array_get(pair, 1));

		if (name == NULL || value == NULL || strlen(name) >= FORM_READ_NAME_BYTES)
			return ERR_CORRUPT;
		items[i].name = arena_text(arena, bytes_of_text(name));
		items[i].value = arena_text(arena, bytes_of_text(value));
		if (items[i].name == NULL || items[i].value == NULL)
			return ERR_MEMORY;
	}
	*ret_values = (struct form_values){items, count};
	return OK;
}

static const char *text_of(const json_t *json, const char *name, struct arena *arena)
{
	return arena_text(arena, bytes_of_text(json_read_text(json, name)));
}

static enum err take_head(const json_t *json, const char *id, struct arena *arena,
			  struct draft *ret_draft)
{
	*ret_draft = (struct draft){.id = arena_text(arena, bytes_of_text(id)),
				    .form = text_of(json, "form", arena),
				    .reference = text_of(json, "reference", arena),
				    .user = text_of(json, "user", arena),
				    .changed = text_of(json, "changed", arena)};
	return ret_draft->id == NULL || ret_draft->form == NULL || ret_draft->reference == NULL ||
			       ret_draft->user == NULL || ret_draft->changed == NULL
		       ? ERR_MEMORY
		       : OK;
}

static enum err read_draft(struct folder *folder, const char *id, struct arena *arena,
			   bool with_values, struct draft *ret_draft)
{
	struct folder_stamp stamp;
	struct buffer content;
	char name[NAME_BYTES];
	json_t *json = NULL;
	enum err err;

	name_of(id, name);
	buffer_init(&content, DRAFT_BYTES);
	err = folder_read(folder, name, &content, &stamp);
	if (err == OK) {
		json = json_loadb((const char *)content.at, content.len, 0, NULL);
		err = json_is_object(json) ? take_head(json, id, arena, ret_draft) : ERR_CORRUPT;
	}
	if (err == OK && with_values)
		err = take_values(json_object_get(json, "values"), arena, &ret_draft->values);
	json_decref(json);
	buffer_clear(&content);
	return err == ERR_LIMIT ? ERR_CORRUPT : err;
}

/* ---- All of a party ---- */

/* Ids of the files that are called as drafts are. */
static enum err list_ids(const struct draft_home *home, struct folder *folder,
			 const char *ret_ids[DRAFT_MOST], size_t *ret_count)
{
	const char *const *names;
	size_t count, taken = 0;
	enum err err = folder_list(folder, false, MOST_FILES, home->arena, &names, &count);

	for (size_t i = 0; err == OK && i < count && taken < DRAFT_MOST; i++) {
		const char *id = arena_format(home->arena, "%.16s", names[i]);

		if (id == NULL)
			err = ERR_MEMORY;
		else if (draft_is_id(id) && strcmp(names[i] + DRAFT_ID_BYTES - 1, SUFFIX) == 0)
			ret_ids[taken++] = id;
	}
	*ret_count = taken;
	return err;
}

static enum err id_for(const struct draft_home *home, struct folder *folder, const char *wanted,
		       const char **ret_id)
{
	const char *ids[DRAFT_MOST];
	char name[NAME_BYTES];
	uint64_t random;
	size_t count;
	enum err err;

	name_of(wanted, name);
	if (draft_is_id(wanted) && folder_has(folder, name)) {
		*ret_id = arena_text(home->arena, bytes_of_text(wanted));
		return *ret_id == NULL ? ERR_MEMORY : OK;
	}
	if ((err = list_ids(home, folder, ids, &count)) != OK)
		return err;
	if (count >= DRAFT_MOST)
		return ERR_FULL;
	key_random(&random, sizeof(random));
	*ret_id = draft_is_id(wanted)
			  ? arena_text(home->arena, bytes_of_text(wanted))
			  : arena_format(home->arena, "%016llx", (unsigned long long)random);
	return *ret_id == NULL ? ERR_MEMORY : OK;
}

enum err draft_save(const struct draft_home *home, const struct draft *draft, const char **ret_id)
{
	struct folder *folder = NULL;
	enum err err = open_home(home, true, &folder);

	if (err == OK)
		err = id_for(home, folder, draft->id, ret_id);
	if (err == OK)
		err = write_draft(folder, *ret_id, draft);
	folder_close(folder);
	return err;
}

enum err draft_load(const struct draft_home *home, const char *id, struct draft *ret_draft)
{
	struct folder *folder = NULL;
	enum err err = draft_is_id(id) ? open_home(home, false, &folder) : ERR_MISSING;

	if (err == OK)
		err = read_draft(folder, id, home->arena, true, ret_draft);
	folder_close(folder);
	return err;
}

static int newest_first(const void *a, const void *b)
{
	return strcmp(((const struct draft *)b)->changed, ((const struct draft *)a)->changed);
}

enum err draft_list(const struct draft_home *home, struct draft ret_drafts[DRAFT_MOST],
		    size_t *ret_count)
{
	const char *ids[DRAFT_MOST];
	struct folder *folder = NULL;
	size_t count = 0, taken = 0;
	enum err err = open_home(home, false, &folder);

	if (err == OK)
		err = list_ids(home, folder, ids, &count);
	for (size_t i = 0; err == OK && i < count; i++)
		if (read_draft(folder, ids[i], home->arena, false, &ret_drafts[taken]) == OK)
			taken++;
	folder_close(folder);
	if (err != OK && err != ERR_MISSING)
		return err;
	if (taken > 0)
		qsort(ret_drafts, taken, sizeof(*ret_drafts), newest_first);
	*ret_count = taken;
	return OK;
}

enum err draft_remove(const struct draft_home *home, const char *id)
{
	struct folder *folder = NULL;
	char name[NAME_BYTES];
	enum err err = draft_is_id(id) ? open_home(home, false, &folder) : ERR_MISSING;

	name_of(id, name);
	if (err == OK)
		err = folder_remove(folder, name);
	folder_close(folder);
	return err == ERR_MISSING ? OK : err;
}
