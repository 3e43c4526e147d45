/*
 * demo_lodge - what the demo lodges, and as whose: each file goes through the folder of the party
 * that would lodge it.
 */
#ifndef NODE_DEMO_LODGE_H
#define NODE_DEMO_LODGE_H

#include "messages/schema.h"
#include "node/town.h"

struct demo_lodge { /* all borrowed */
	const struct town *town;
	struct arena *arena;
	struct schema_set *schemas;
	uint64_t lodged; /* how many files so far */
};

/* A file, or every .xml file below a folder, in order of path. What goes wrong is said on stderr.
 */
enum err demo_lodge_path(struct demo_lodge *lodge, const char *path);

#define DEMO_LODGE_STAGES 3u

/*
 * Lodge the project's samples of one stage (0 to DEMO_LODGE_STAGES - 1). The documents of a stage
 * speak of what those of the stages before carried to the other node.
 */
enum err demo_lodge_samples(struct demo_lodge *lodge, unsigned stage);

#endif
