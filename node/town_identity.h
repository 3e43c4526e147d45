/*
 * town_identity - who may come into the town's nodes: the mandates that its traders gave, and a
 * token for each party.
 */
#ifndef NODE_TOWN_IDENTITY_H
#define NODE_TOWN_IDENTITY_H

#include "node/town.h"

/*
 * The mandates of schemas/samples/CC.mandates (none where there is no such file), given and
 * confirmed. The node must answer. Asked again nothing happens. What goes wrong is said on stderr.
 */
enum err town_identity_mandates(const struct town_node *node);

/* A new token for each party's programs, in DIRECTORY/parties/ID/token (0600, with a line end). */
enum err town_identity_tokens(const struct town_node *node);

#endif
