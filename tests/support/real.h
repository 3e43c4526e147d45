/*
 * real - the documents that were not made by a generator: the samples of the schema set, and the
 * published messages of the corpus where it is there ($SAMPAN_CORPUS, else ../shared/corpus).
 */
#ifndef TESTS_SUPPORT_REAL_H
#define TESTS_SUPPORT_REAL_H

#include <stdbool.h>

#include "sampan/arena.h"

#define REAL_FILES 1000

struct real {
	char *files[REAL_FILES]; /* in order of their names */
	size_t count;
};

#define REAL_SAMPLES "schemas/samples"
#define REAL_DECLARATIONS "wco-dec/declarations/valid"
#define REAL_RESPONSES "wco-dec/notifications"

/* All XML files below a folder. */
void real_collect(struct real *real, const char *folder);

/* The same below the corpus; false, with a line that says so, when it is not there. */
bool real_collect_corpus(struct real *real, const char *below);

void real_clear(struct real *real);

/* The bytes of a file, of the arena; dies when it cannot be read. */
struct bytes real_read(const char *path, struct arena *arena);

#endif
