#include "node/clerk_node.h"

#include <stdlib.h>
#include <string.h>

#include "messages/schema_files.h"
#include "node/stream.h"
#include "node/witness_view.h"

#define FILES_BYTES ((size_t)256 * 1024 * 1024)
#define FOLDER "kinds/"
#define ENDING ".xml"

static json_t *takes_new(const struct config_partner *partner)
{
	json_t *takes = json_array();

	for (size_t i = 0; i < partner->take_count; i++)
		(void)json_array_append_new(takes, json_string(partner->takes[i]));
	return takes;
}

enum err clerk_node_partners(const struct turn *turn, json_t *to)
{
	json_t *list = json_array();
	enum err err = json_object_set_new(to, "partners", list) == 0 ? OK : ERR_MEMORY;

	for (size_t i = 0; err == OK && i < turn->config->partner_count; i++) {
		const struct config_partner *partner = &turn->config->partners[i];
		struct stream stream;
		json_t *witness;

		if ((err = stream_load(turn, partner->country, &stream)) != OK ||
		    (err = witness_view_new(turn, partner->country, &witness)) != OK)
			break;
		err = json_array_append_new(
			      list, json_pack("{s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:o}", "country",
					      partner->country, "name", partner->name, "endpoint",
					      partner->endpoint, "takes", takes_new(partner),
					      "sent", (json_int_t)stream.last_given, "acknowledged",
					      (json_int_t)stream.acknowledged, "received",
					      (json_int_t)stream.in.number, "witness",
					      witness)) == 0
			      ? OK
			      : ERR_MEMORY;
	}
	return err;
}

/* ---- Schemas ---- */

/* "kinds/asw.acdd.2.xml" is asw.acdd/2, "kinds/asw.acdd.xml" asw.acdd/1 (docs/schemas.md). */
static json_t *id_new(const char *name, struct arena *arena)
{
	size_t len = strlen(name), digits = 0;

	if (strncmp(name, FOLDER, sizeof(FOLDER) - 1) != 0 || len <= sizeof(FOLDER ENDING) - 1 ||
	    strcmp(name + len - (sizeof(ENDING) - 1), ENDING) != 0)
		return NULL;
	name += sizeof(FOLDER) - 1;
	len -= sizeof(FOLDER ENDING) - 1;
	while (digits < len && name[len - digits - 1] >= '0' && name[len - digits - 1] <= '9')
		digits++;
	if (digits > 0 && digits < len && name[len - digits - 1] == '.')
		return json_string(arena_format(arena, "%.*s/%.*s", (int)(len - digits - 1), name,
						(int)digits, name + len - digits));
	return json_string(arena_format(arena, "%.*s/1", (int)len, name));
}

static json_t *schemas_new(const struct schema_files *files, struct arena *arena)
{
	char sha256[HASH_HEX_BYTES];
	json_t *ids = json_array();
	struct hash hash;

	if (schema_files_hash(files, &hash) != OK) {
		json_decref(ids);
		return NULL;
	}
	hash_format_hex(&hash, sha256);
	for (size_t i = 0; i < files->count; i++) {
		json_t *id = id_new(files->items[i].name, arena);

		if (id != NULL)
			(void)json_array_append_new(ids, id);
	}
	return json_pack("{s:s, s:o}", "sha256", sha256, "schemas", ids);
}

enum err clerk_node_load_schemas(const char *folder, struct arena *arena, const char **ret_json)
{
	struct arena *scratch = arena_new(FILES_BYTES);
	struct schema_files files = {0};
	json_t *json = NULL;
	char *text = NULL;
	enum err err = scratch == NULL ? ERR_MEMORY : schema_files_load(folder, scratch, &files);

	if (err == OK) {
		json = schemas_new(&files, scratch);
		text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
		*ret_json = text == NULL ? NULL : arena_text(arena, bytes_of_text(text));
		err = text == NULL || *ret_json == NULL ? ERR_MEMORY : OK;
	}
	free(text);
	json_decref(json);
	arena_free(scratch);
	return err;
}

enum err clerk_node_load_schema_words(const char *folder, struct arena *arena,
				      const char **ret_words)
{
	struct arena *scratch = arena_new(FILES_BYTES);
	const char *text = NULL, *words = "";
	json_t *json = NULL, *id;
	size_t i;
	enum err err =
		scratch == NULL ? ERR_MEMORY : clerk_node_load_schemas(folder, scratch, &text);

	if (err == OK)
		json = json_loads(text, 0, NULL);
	json_array_foreach(json_object_get(json, "schemas"), i, id)
	{
		if (words != NULL)
			words = arena_format(scratch, "%s%s%s", words, i == 0 ? "" : " ",
					     json_string_value(id));
	}
	if (err == OK)
		*ret_words = words == NULL ? NULL : arena_text(arena, bytes_of_text(words));
	if (err == OK && (json == NULL || *ret_words == NULL))
		err = ERR_MEMORY;
	json_decref(json);
	arena_free(scratch);
	return err;
}
