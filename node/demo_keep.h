/*
 * demo_keep - what the demo leaves behind for whoever checks it without the nodes: trust anchors in
 * DIR/trust, and beside it one evidence file for each kind of document that a node has,
 * DIR/CC.KIND.evidence.
 */
#ifndef NODE_DEMO_KEEP_H
#define NODE_DEMO_KEEP_H

#include "node/town.h"

/*
 * Both nodes must be running. Of each kind the oldest message is taken. Errors of files and of the
 * nodes' answers; what was written stays.
 */
enum err demo_keep(const struct town *town);

#endif
