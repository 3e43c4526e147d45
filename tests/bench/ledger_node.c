#include "tests/bench/ledger_node.h"

#include "node/setup.h"
#include "tests/bench/measure.h"

static const char node_yaml[] =
	"country: VN\nname: vn.sampan.example\nagreements: []\nparties:\n"
	"  - id: " LEDGER_NODE_PARTY
	"\n    name: Gom\n    tax_code: \"0100101308\"\n    roles: [trader]\n";

void ledger_node_make(const char *folder, struct arena *arena)
{
	struct setup setup = {.directory = folder, .country = "VN"};
	const char *message = "no memory", *path = arena_format(arena, "%s/node.yaml", folder);
	FILE *file;

	if (path == NULL || setup_make(&setup, arena, &message) != OK)
		measure_fail("no node can be made in %s: %s", folder, message);
	file = fopen(path, "w");
	if (file == NULL || fputs(node_yaml, file) < 0 || fclose(file) != 0)
		measure_fail("%s cannot be written", path);
}

void ledger_node_facts(uint64_t serial, struct arena *arena, struct facts *facts)
{
	unsigned long long number = serial;
	const char *pairs[] = {
		"kind",
		"vn.co-application",
		"schema",
		"vn.co-application/1",
		"lodgedBy",
		"trader agent",
		"life",
		"application",
		"country",
		"VN",
		"from",
		"0100101308",
		"procedure",
		"CO-D",
		"exporter",
		"0100101308",
		"destination",
		"TH",
		"year",
		"2026",
		"function",
		"01",
		"type",
		"1",
		"version",
		"",
		"meaning",
		"original",
		"reference",
		arena_format(arena, "R%llu", number),
		"office",
		arena_format(arena, "OFF%02llu", number * 7919 % LEDGER_NODE_OFFICES),
		"importer",
		arena_format(arena, "%010llu", number * 104729 % LEDGER_NODE_TRADERS),
		NULL};
	enum err err = OK;

	for (size_t i = 0; err == OK && pairs[i] != NULL; i += 2)
		err = facts_put(facts, pairs[i], pairs[i + 1]);
	if (err != OK)
		measure_fail("no memory");
}
