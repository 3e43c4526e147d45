#include "tests/support/shipped.h"

#include <stdio.h>
#include <stdlib.h>

#include "sampan/limit.h"

const char *shipped_folder(void)
{
	const char *folder = getenv("SAMPAN_SCHEMAS");

	return folder == NULL ? "schemas" : folder;
}

struct schema_set *shipped_set(void)
{
	static struct schema_set *set;
	struct findings findings;
	struct arena *arena;

	if (set != NULL)
		return set;
	arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	if (arena == NULL)
		abort();
	findings_init(&findings, arena);
	if (schema_set_load(shipped_folder(), &findings, &set) != OK) {
		for (size_t i = 0; i < findings.count; i++)
			fprintf(stderr, "%s:%u: %s\n", findings.items[i].path,
				findings.items[i].line, findings.items[i].en);
		abort();
	}
	arena_free(arena);
	return set;
}
