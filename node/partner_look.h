/*
 * partner_look - what `sampan partner list` shows of witnessing, read from the ledger of the node's
 * folder, and `sampan partner resume`.
 */
#ifndef NODE_PARTNER_LOOK_H
#define NODE_PARTNER_LOOK_H

#include <jansson.h>

#include "sampan/config.h"

/*
 * The list of witness_view.h; also while the node runs. OK: also when there is no ledger yet (then
 * it is empty). The caller owns it.
 */
enum err partner_look_list(const struct config *config, struct arena *arena, json_t **ret_list);

/* The entry of a country; NULL: there is none. */
const json_t *partner_look_of(const json_t *list, const char *country);

/* Have the running node go on with a partner: recorded with operator and reason. The exit code. */
int partner_look_resume(const char *config_path, const char *country, const char *reason);

#endif
