/*
 * api_tile - the ledger for anybody who wants to follow it: /checkpoint and /tile/... as C2SP
 * tlog-tiles says. Nobody need be known; how often one address may ask is bounded like the requests
 * of a caller.
 */
#ifndef NODE_API_TILE_H
#define NODE_API_TILE_H

#include "node/api.h"

api_handler api_tile_checkpoint, api_tile;

#endif
