/*
 * bind - a document that was read, as one of its kind: every element and attribute that the kind
 * knows gets its shape, and the kind's sieve looks at all of it in the same pass.
 *
 * Elements are looked up by local name; the namespace decides only between namesakes. What the kind
 * does not know keeps its label.
 */
#ifndef MESSAGES_BIND_H
#define MESSAGES_BIND_H

#include "messages/sieve.h"
#include "messages/trunk.h"

/*
 * Bind a tree of labels. sieve NULL: nobody asks whether it passes. Short of memory it does not pass.
 */
void bind_trunk(struct trunk *trunk, const struct shape *shape, const struct sieve *sieve);

#endif
