/*
 * translating - documents of files becoming documents of files, for `sampan translate`.
 *
 * A file is read and checked, and then translated alone or, when it says that it is a part of
 * several, together with the others.
 */
#ifndef NODE_TRANSLATING_H
#define NODE_TRANSLATING_H

#include <stdio.h>

#include "messages/hub.h"
#include "node/output.h"

struct translating {
	struct schema_set *set;
	const struct schema *from; /* NULL: find out */
	const struct schema *to;
	struct facts facts;
	const char *folder; /* NULL: stdout */
	FILE *report;       /* NULL: none */
	struct output *output;
	bool in_vietnamese;
};

/* A file that was read. */
struct translating_input {
	const char *file; /* borrowed */
	struct buffer bytes;
	struct arena *arena;
	struct document *document; /* NULL: it could not be read */
	struct findings findings;
	const struct schema *kind; /* NULL: it is none */
	struct hub_part part;
	struct translating_input *next; /* of the same group */
};

/*
 * Read and check a file. *ret_input is set whatever the exit code that is returned: 0, or what was
 * printed to stderr. Release with translating_close().
 */
int translating_open(const struct translating *translating, const char *file,
		     struct translating_input **ret_input);
void translating_close(struct translating_input *input);

/*
 * Translate these inputs (linked by next) as one document, print what is found, write what comes of
 * it. Returns the exit code.
 */
int translating_run(const struct translating *translating, struct translating_input *inputs);

#endif
