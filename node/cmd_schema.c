#include <jansson.h>
#include <string.h>
#include <sysexits.h>

#include "messages/hub_way.h"
#include "messages/map_tell.h"
#include "node/command.h"
#include "node/command_set.h"

static const char usage[] =
	"usage: sampan schema list [--json]\n"
	"       sampan schema check\n"
	"       sampan schema map FROM TO [--lang en|vi] [--json]\n"
	"\n"
	"list    the kinds of documents, the maps between them, and the ways over several maps\n"
	"check   read kinds, XSDs, maps, lists and sentences and say what is wrong, with file and line;\n"
	"        routes, procedures and holidays are checked by `sampan node check`\n"
	"map     what happens to each field of FROM when it becomes TO, such as vn.export asw.acdd\n"
	"\n"
	"The set is the folder that SAMPAN_SCHEMAS names, else the one beside the program.\n"
	"Ends with 78 when the set is wrong, 65 when there is no such map.\n";

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)

struct schema_command {
	bool as_json;
	bool in_vietnamese;
	const char *from; /* map: kinds */
	const char *to;
};

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

/* ---- Ways through the hub ---- */

typedef void visit_way(void *context, const struct hub_way *way);

static void each_way(const struct schema_set *set, visit_way *visit, void *context)
{
	struct hub_way way, rival;

	for (size_t i = 0; i < schema_set_count(set); i++) {
		for (size_t j = 0; j < schema_set_count(set); j++) {
			hub_way_find(set, schema_set_at(set, i), schema_set_at(set, j), &way,
				     &rival);
			if (i != j && way.count > 2 && rival.count == 0)
				visit(context, &way);
		}
	}
}

static void put_way(void *context, const struct hub_way *way)
{
	json_t *via = json_array();

	for (size_t i = 1; i + 1 < way->count; i++)
		json_array_append_new(via, json_string(schema_full_id(way->kinds[i])));
	json_array_append_new(
		context, json_pack("{s:s, s:s, s:o}", "from", schema_full_id(way->kinds[0]), "to",
				   schema_full_id(way->kinds[way->count - 1]), "via", via));
}

static json_t *ways_json(const struct schema_set *set)
{
	json_t *list = json_array();

	each_way(set, put_way, list);
	return list;
}

static void print_way(void *context, const struct hub_way *way)
{
	(void)context;
	printf("%-24s -> %s", schema_full_id(way->kinds[0]),
	       schema_full_id(way->kinds[way->count - 1]));
	for (size_t i = 1; i + 1 < way->count; i++)
		printf("%s%s", i == 1 ? " by way of " : ", ", schema_full_id(way->kinds[i]));
	putchar('\n');
}

static int list_as_json(const struct schema_set *set)
{
	char hex[HASH_HEX_BYTES];
	json_t *all;
	int code = EX_OK;

	format_hash(set, hex);
	all = json_pack("{s:s, s:o, s:o, s:o}", "schemaSet", hex, "schemas", kinds_json(set),
			"maps", maps_json(set), "ways", ways_json(set));
	if (all == NULL || json_dumpf(all, stdout, JSON_COMPACT) != 0)
		code = EX_TEMPFAIL;
	putchar('\n');
	json_decref(all);
	return code;
}

static int list(const struct schema_set *set, const struct schema_command *command)
{
	if (command->as_json)
		return list_as_json(set);
	for (size_t i = 0; i < schema_set_count(set); i++) {
		const struct schema *schema = schema_set_at(set, i);

		printf("%-24s %s\n", schema_full_id(schema), schema_title(schema, false));
	}
	for (size_t i = 0; i < schema_set_map_count(set); i++) {
		const struct map *map = schema_set_map_at(set, i);

		printf("%-24s -> %s\n", schema_full_id(map_from(map)), schema_full_id(map_to(map)));
	}
	each_way(set, print_way, NULL);
	return EX_OK;
}

static int check(const struct schema_set *set, const struct schema_command *command)
{
	char hex[HASH_HEX_BYTES];

	(void)command;
	format_hash(set, hex);
	printf("%s: ok: %zu kinds, %zu maps, hash %s\n", command_schemas_folder(),
	       schema_set_count(set), schema_set_map_count(set), hex);
	for (size_t i = 0; i < schema_set_count(set); i++) {
		const struct schema *schema = schema_set_at(set, i);

		if (schema_gap(schema) != NULL)
			printf("%s: slower to check, because of xsd/%s\n", schema_full_id(schema),
			       schema_gap(schema));
	}
	return EX_OK;
}

/* ---- A map in words ---- */

struct saying {
	json_t *rows; /* NULL: print */
	bool in_vietnamese;
};

static void put_field(const char *path, const char *item)
{
	fputs(path, stdout);
	if (item[0] != '\0')
		printf(" [%s]", item);
}

static void take_told(void *context, const struct map_told *told)
{
	const struct saying *words = context;

	if (words->rows != NULL) {
		(void)json_array_append_new(words->rows,
					    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
						      "source", told->source, "sourceItem",
						      told->source_item, "target", told->target,
						      "targetItem", told->target_item, "vi",
						      told->vi, "en", told->en, "rule", told->ref));
		return;
	}
	if (told->source[0] == '\0' && told->target[0] == '\0') {
		printf(words->in_vietnamese ? "Chỉ dành cho chứng từ: %s\n\n"
					    : "Only for documents: %s\n\n",
		       words->in_vietnamese ? told->vi : told->en);
		return;
	}
	put_field(told->source, told->source_item);
	if (told->target[0] != '\0') {
		fputs(told->source[0] == '\0' ? "-> " : "\n\t-> ", stdout);
		put_field(told->target, told->target_item);
	}
	printf("\n\t%s\n", words->in_vietnamese ? told->vi : told->en);
}

static int tell_map(const struct map *map, struct saying *words)
{
	struct arena *arena = arena_new(ARENA_BYTES);
	enum err err = arena == NULL ? ERR_MEMORY : map_tell(map, arena, take_told, words);

	if (err == OK && words->rows != NULL && json_dumpf(words->rows, stdout, JSON_COMPACT) != 0)
		err = ERR_MEMORY;
	if (words->rows != NULL)
		putchar('\n');
	arena_free(arena);
	return err_exit_code(err);
}

/* Over the hub each map is told by itself. */
static int complain_of_map(const struct schema_set *set, const struct schema_command *command)
{
	const struct schema *from = schema_set_find(set, command->from);
	const struct schema *to = schema_set_find(set, command->to);
	struct hub_way way = {0}, rival;

	if (from != NULL && to != NULL)
		hub_way_find(set, from, to, &way, &rival);
	if (way.count > 2)
		fprintf(stderr,
			"sampan schema map: %s becomes %s in several steps; ask for each:\n",
			command->from, command->to);
	else
		fprintf(stderr,
			"sampan schema map: no map leads from %s to %s; `sampan schema list` shows "
			"what there is\n",
			command->from, command->to);
	for (size_t i = 1; i < way.count && way.count > 2; i++)
		fprintf(stderr, "  sampan schema map %s %s\n", schema_full_id(way.kinds[i - 1]),
			schema_full_id(way.kinds[i]));
	return EX_DATAERR;
}

static int show_map(const struct schema_set *set, const struct schema_command *command)
{
	const struct schema *from = schema_set_find(set, command->from);
	const struct schema *to = schema_set_find(set, command->to);
	const struct map *map = from == NULL || to == NULL ? NULL : schema_set_map(set, from, to);
	struct saying words = {.in_vietnamese = command->in_vietnamese};
	int code;

	if (map == NULL)
		return complain_of_map(set, command);
	if (command->as_json && (words.rows = json_array()) == NULL)
		return EX_TEMPFAIL;
	code = tell_map(map, &words);
	json_decref(words.rows);
	return code;
}

static const struct {
	const char *name;
	int words; /* behind the name */
	int (*run)(const struct schema_set *set, const struct schema_command *command);
} parts[] = {{"list", 0, list}, {"check", 0, check}, {"map", 2, show_map}};

int cmd_schema(int argc, char **argv)
{
	struct schema_command command = {0};
	const char *language = "en";
	const struct command_option options[] = {{"--json", NULL, &command.as_json},
						 {"--lang", &language, NULL},
						 {NULL, NULL, NULL}};
	int count = command_options(argc, argv, options, usage), code = EX_USAGE;
	struct schema_set *set = NULL;

	if (count < 0)
		return command_exit_code(count);
	command.in_vietnamese = strcmp(language, "vi") == 0;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (count != parts[i].words + 1 || strcmp(argv[1], parts[i].name) != 0 ||
		    (!command.in_vietnamese && strcmp(language, "en") != 0))
			continue;
		command.from = argv[2];
		command.to = count == 3 ? argv[3] : NULL;
		code = command_set_load(&set);
		if (code == EX_OK)
			code = parts[i].run(set, &command);
		schema_set_free(set);
		return fflush(stdout) != 0 ? EX_CANTCREAT : code;
	}
	fputs(usage, stderr);
	return code;
}
