#include "node/api_tile.h"

#include "node/api_rate.h"
#include "node/clerk_call.h"

/*
 * tlog-tiles: a checkpoint is not to be cached beyond a few seconds. A tile never changes within an epoch; the next one
 * has a tree of its own at the same addresses, and what a cache still had of the last would look like a fork.
 */
#define CHECKPOINT_CACHE "public, max-age=2"
#define TILE_CACHE "public, max-age=60"
#define CHECKPOINT_TYPE "text/plain; charset=utf-8"

static void answer(struct api_call *call, const char *type, const char *cache, struct bytes body)
{
	const struct http_field field = {"Cache-Control", cache};

	api_answer(call, &(struct http_answer){.status = 200,
					       .type = type,
					       .body = body,
					       .fields = &field,
					       .field_count = 1});
}

static void on_checkpoint(struct api_call *call, enum err err, struct bytes body)
{
	if (err == OK)
		answer(call, CHECKPOINT_TYPE, CHECKPOINT_CACHE, body);
	else
		api_problem_of(call, err);
}

void api_tile_checkpoint(struct api_call *call)
{
	if (api_rate_of_address(call))
		api_ask(call, api_ends(call)->clerk, CLERK_CHECKPOINT, (struct bytes){0},
			on_checkpoint);
}

static void on_tile(struct api_call *call, enum err err, struct bytes body)
{
	if (err == OK)
		answer(call, "application/octet-stream", TILE_CACHE, body);
	else if (err == ERR_MISSING)
		api_problem(call, PROBLEM_NO_SUCH_CALL, "No such tile is signed for.");
	else
		api_problem_of(call, err);
}

void api_tile(struct api_call *call)
{
	if (api_rate_of_address(call))
		api_ask(call, api_ends(call)->clerk, CLERK_TILE, bytes_of_text(call->parameters[0]),
			on_tile);
}
