/*
 * Whatever bytes stand in a file of rules: it is read or the findings say what is wrong, and what
 * was read judges documents of its kinds without harm. Operators write these files, so this is
 * about mistakes more than about malice.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "messages/rule.h"
#include "messages/schema_files.h"
#include "messages/schema_set.h"
#include "sampan/limit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_KINDS 64u

static const char *fuzz_folder(void)
{
	const char *folder = getenv("SAMPAN_SCHEMAS");

	return folder == NULL ? "schemas" : folder;
}

/* What stays for all inputs: the set, the XSD of rules, and documents to judge. */
struct fuzz_world {
	struct arena *arena;
	struct schema_set *set;
	xmlSchema *xsd;
	struct document *documents[4];
	const struct schema *kinds[4];
};

static void fuzz_read(struct fuzz_world *world, size_t index, const char *name,
		      struct findings *findings)
{
	const char *path = arena_format(findings->arena, "%s/samples/%s", fuzz_folder(), name);
	struct bytes bytes;

	assert(path != NULL && schema_files_read(path, findings->arena, &bytes) == OK);
	assert(document_read(bytes, LIMIT_DOCUMENT_BYTES, findings, &world->documents[index]) ==
	       OK);
	world->kinds[index] = schema_identify(world->set, world->documents[index], findings);
	assert(world->kinds[index] != NULL);
}

static const struct fuzz_world *fuzz_world(void)
{
	static const char *const names[] = {
		"vn/bct-hanoi/22-co-four-criteria.xml", "vn/bct-hanoi/23-co-back-to-back.xml",
		"vn/gom-bat-trang/02-export-2-lines.xml", "th/siam-ceramics/export-tableware.xml"};
	static struct fuzz_world world;
	struct findings findings;

	if (world.set != NULL)
		return &world;
	world.arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	findings_init(&findings, world.arena);
	assert(schema_set_load(fuzz_folder(), &findings, &world.set) == OK);
	assert(schema_xsd_compile(fuzz_folder(), "rule.xsd", &findings, &world.xsd) == OK);
	for (size_t i = 0; i < 4; i++)
		fuzz_read(&world, i, names[i], &findings);
	return &world;
}

static void fuzz_judge(const struct fuzz_world *world, struct rule_book *const *books,
		       struct findings *findings)
{
	for (size_t i = 0; i < 4; i++) {
		size_t index = 0;

		while (schema_set_at(world->set, index) != world->kinds[i])
			index++;
		assert(rule_check(books[index], world->documents[i],
				  i % 2 == 0 ? NULL : "2020-01-01", findings) == OK);
	}
	assert(findings->count <= LIMIT_FINDINGS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fuzz_world *world = fuzz_world();
	struct rule_book *books[MAX_KINDS] = {NULL};
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct document *document = NULL;
	struct findings findings;
	enum err err = OK;

	if (arena == NULL)
		return 0;
	assert(schema_set_count(world->set) <= MAX_KINDS);
	findings_init(&findings, arena);
	if (document_read(bytes_of(data, size), LIMIT_DOCUMENT_BYTES, &findings, &document) == OK &&
	    document != NULL)
		err = schema_check_xsd(world->set, world->xsd, NULL, document, &findings);
	if (document != NULL && err == OK && !findings_has_errors(&findings)) {
		err = rule_read(world->set, "rules/x.xml", document, arena, &findings, books);
		assert(err == OK || err == ERR_CONFIG || err == ERR_MEMORY);
		assert((err == ERR_CONFIG) == findings_has_errors(&findings));
	}
	if (document != NULL && err == OK && !findings_has_errors(&findings))
		fuzz_judge(world, books, &findings);
	document_free(document);
	arena_free(arena);
	return 0;
}
