/*
 * own_cards - this node's own cards (card.h), from the seal onto the record, so that partners get
 * them.
 */
#ifndef NODE_OWN_CARDS_H
#define NODE_OWN_CARDS_H

#include "node/role.h"
#include "node/turn.h"

struct own_cards;

/* There is something to put: plan a commit. */
typedef void own_cards_on_word(void *context);

enum err own_cards_open(struct role *role, own_cards_on_word *callback, void *context,
			struct own_cards **ret_cards);
void own_cards_close(struct own_cards *cards); /* NULL is accepted */

/* Ask the seal for them, until it has said them. */
void own_cards_step(struct own_cards *cards);

/* Put what is not on record yet into the batch; one version in each turn. */
void own_cards_put(struct own_cards *cards, const struct turn *turn);

/* A turn's commit failed, and what it put is not there: they are asked for anew. */
void own_cards_failed(struct own_cards *cards);

#endif
