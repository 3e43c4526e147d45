#include <jansson.h>
#include <string.h>
#include <sysexits.h>

#include "messages/map.h"
#include "node/command.h"
#include "node/command_set.h"

static const char usage[] =
	"usage: sampan schema list [--json]\n"
	"       sampan schema check\n"
	"\n"
	"list    the kinds of documents and the maps between them\n"
	"check   read kinds, XSDs, maps, lists and sentences and say what is wrong, with file and line;\n"
	"        routes, procedures and holidays are checked by `sampan node check`\n"
	"\n"
	"The set is the folder that SAMPAN_SCHEMAS names, else the one beside the program.\n"
	"Ends with 78 when the set is wrong.\n";

static void format_hash(const struct schema_set *set, char ret_hex[HASH_HEX_BYTES])
{
	hash_format_hex(schema_set_hash(set), ret_hex);
}

static json_t *kinds_json(const struct schema_set *set)
{
	json_t *list = json_array();

	for (size_t i = 0; i < schema_set_count(set); i++) {
		const struct schema *schema = schema_set_at(set, i);

		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:{s:s, s:s}}", "id", schema_id(schema),
						"schema", schema_full_id(schema), "title", "vi",
						schema_title(schema, true), "en",
						schema_title(schema, false)));
	}
	return list;
}

static json_t *maps_json(const struct schema_set *set)
{
	json_t *list = json_array();

	for (size_t i = 0; i < schema_set_map_count(set); i++) {
		const struct map *map = schema_set_map_at(set, i);

		json_array_append_new(list,
				      json_pack("{s:s, s:s}", "from", schema_full_id(map_from(map)),
						"to", schema_full_id(map_to(map))));
	}
	return list;
}

static int list_as_json(const struct schema_set *set)
{
	char hex[HASH_HEX_BYTES];
	json_t *all;
	int code = EX_OK;

	format_hash(set, hex);
	all = json_pack("{s:s, s:o, s:o}", "schemaSet", hex, "schemas", kinds_json(set), "maps",
			maps_json(set));
	if (all == NULL || json_dumpf(all, stdout, JSON_COMPACT) != 0)
		code = EX_TEMPFAIL;
	putchar('\n');
	json_decref(all);
	return code;
}

static int list(const struct schema_set *set)
{
	for (size_t i = 0; i < schema_set_count(set); i++) {
		const struct schema *schema = schema_set_at(set, i);

		printf("%-24s %s\n", schema_full_id(schema), schema_title(schema, false));
	}
	for (size_t i = 0; i < schema_set_map_count(set); i++) {
		const struct map *map = schema_set_map_at(set, i);

		printf("%-24s -> %s\n", schema_full_id(map_from(map)), schema_full_id(map_to(map)));
	}
	return EX_OK;
}

static int check(const struct schema_set *set)
{
	char hex[HASH_HEX_BYTES];

	format_hash(set, hex);
	printf("%s: ok: %zu kinds, %zu maps, hash %s\n", command_schemas_folder(),
	       schema_set_count(set), schema_set_map_count(set), hex);
	return EX_OK;
}

int cmd_schema(int argc, char **argv)
{
	bool as_json = false;
	const struct command_option options[] = {{"--json", NULL, &as_json}, {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage);
	struct schema_set *set = NULL;
	bool is_list;
	int code;

	if (count < 0)
		return command_exit_code(count);
	is_list = count == 1 && strcmp(argv[1], "list") == 0;
	if (!is_list && (count != 1 || strcmp(argv[1], "check") != 0)) {
		fputs(usage, stderr);
		return EX_USAGE;
	}
	code = command_set_load(&set);
	if (code == 0)
		code = !is_list ? check(set) : as_json ? list_as_json(set) : list(set);
	schema_set_free(set);
	if (fflush(stdout) != 0)
		code = EX_CANTCREAT;
	return code;
}
