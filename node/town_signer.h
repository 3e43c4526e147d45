/*
 * town_signer - the keys of the town's issuing authorities: made with the town, believed by their
 * node, used for what they lodge.
 *
 * DIRECTORY/clients/ID.key (0600) and ID.crt are what `sampan sign` takes; a copy of the certificate
 * lies in the node's trust/. Where the authority is an issuing office of node.yaml, both are in its seal too.
 */
#ifndef NODE_TOWN_SIGNER_H
#define NODE_TOWN_SIGNER_H

#include "node/town.h"

/* For each issuing authority of the node; what is there already stays. */
enum err town_signer_make(const struct town *town, const struct town_node *node);

/*
 * The document as this party would lodge it: signed when it is an issuing authority and the
 * document can be read and is not signed, else as it is. In the arena, or the caller's own bytes.
 */
enum err town_signer_sign(const struct town_node *node, const char *party, struct bytes document,
			  struct arena *arena, struct bytes *ret_document);

#endif
