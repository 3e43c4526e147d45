/*
 * door - the folder door: each party has a folder, and what is put into its `lodge` is lodged by
 * that party.
 *
 *     parties/ID/lodge/    put finished files here (write under a name ending in .part, then rename)
 *     parties/ID/taken/    what was acknowledged, each with NAME.receipt
 *     parties/ID/refused/  what was refused, each with NAME.findings
 *     parties/ID/inbox/    what the node hands over to the party
 *
 * A file leaves `lodge` only after the ledger has its document on disk and the receipt for it, or
 * its refusal. While the seal is away the document is accepted, but its file waits for the receipt.
 * Stopped in between, it is lodged again and gets the same answer. A folder whose name is no
 * registered party's is an unknown sender: its files are refused.
 */
#ifndef NODE_DOOR_H
#define NODE_DOOR_H

#include "node/pipeline.h"
#include "node/role.h"

struct door;

/* Open the folders of all parties and begin to watch them. The pipeline is borrowed. */
enum err door_open(struct role *role, struct pipeline *pipeline, struct door **ret_door);
void door_rest(struct door *door);  /* look no more; what is under way is settled */
void door_close(struct door *door); /* NULL is accepted; after the pipeline was freed */

#endif
