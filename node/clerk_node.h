/*
 * clerk_node - what the clerk says of the node itself: its partners and where the streams to them
 * stand, the schemas it knows.
 */
#ifndef NODE_CLERK_NODE_H
#define NODE_CLERK_NODE_H

#include <jansson.h>

#include "node/turn.h"

/* {"partners":[{"country","name","endpoint","takes","sent","acknowledged","received"}]} */
enum err clerk_node_partners(const struct turn *turn, json_t *to);

/*
 * {"sha256","schemas":["vn.export/1", ...]} from the folder of the schema set, as text in the
 * arena: read when the role opens, before its sandbox closes. No file is parsed.
 */
enum err clerk_node_load_schemas(const char *folder, struct arena *arena, const char **ret_json);

/* The schemas of it as words, in the arena. */
enum err clerk_node_load_schema_words(const char *folder, struct arena *arena,
				      const char **ret_words);

#endif
