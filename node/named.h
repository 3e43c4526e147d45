/*
 * named - messages by what they name: their reference, the number of a declaration, that of a certificate.
 *
 * Each message has a key (find.h) in the place of each of these, so that who looks for one asks the few
 * blocks that may hold it, however old it is. For most the key by which it is recognised is there
 * anyway; others get one under "named|VALUE|NUMBER". The number that the desk gives has its own keys.
 * A ledger of a program that did not know this has a mark: from which message on all have them. Those
 * before are looked through.
 */
#ifndef NODE_NAMED_H
#define NODE_NAMED_H

#include "node/message.h"

/* Put what the message does not have under `known` (NULL: nothing): the text of a key that was put. */
enum err named_put(const struct turn *turn, const struct message *message, const char *known);

/* From which message on all are found; UINT64_MAX: none surely, as where the mark is damaged. */
enum err named_since(const struct turn *turn, uint64_t *ret_number);

/* Put the mark where there is none: from the end of this turn on. */
enum err named_begin(const struct turn *turn);

/* Is it found by all that it names, as it must be? For verification. */
enum err named_check(const struct turn *turn, const struct message *message, bool *ret_is_found);

#endif
