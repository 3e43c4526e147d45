/*
 * The gate: the doors inward. Bytes in, bytes out; it parses no XML, holds no signing key and does
 * not open the ledger.
 */
#include <stdlib.h>

#include "node/admin.h"
#include "node/door.h"
#include "node/pool.h"
#include "node/role.h"

#define WAITING_BYTES ((size_t)64 * 1024 * 1024)
#define SILENCE_MS 10000u

struct gate {
	struct pool *pool;
	struct call_client *ledger;
	struct call_client *clerk;
	struct pipeline *pipeline;
	struct door *door;
	struct admin *admin;
};

static enum err open_ends(struct role *role, struct gate *gate)
{
	const char *pool = role_endpoint(role->config, "gate-pool", role->arena);
	const char *ledger = role_endpoint(role->config, "ledger", role->arena);
	const char *clerk = role_endpoint(role->config, "clerk", role->arena);
	enum err err;

	if (pool == NULL || ledger == NULL || clerk == NULL)
		return ERR_MEMORY;
	if ((err = pool_open(role->loop, pool, WAITING_BYTES, &gate->pool)) != OK ||
	    (err = call_client_open(role->loop, ledger, SILENCE_MS, &gate->ledger)) != OK)
		return err;
	return call_client_open(role->loop, clerk, SILENCE_MS, &gate->clerk);
}

static enum err open_role(struct role *role)
{
	struct gate *gate = calloc(1, sizeof(*gate));
	enum err err;

	if (gate == NULL)
		return ERR_MEMORY;
	role->state = gate;
	if ((err = open_ends(role, gate)) != OK ||
	    (err = pipeline_new(gate->pool, gate->ledger, &gate->pipeline)) != OK ||
	    (err = door_open(role, gate->pipeline, &gate->door)) != OK)
		return err;
	return admin_open(role, gate->pipeline, gate->ledger, gate->clerk, &gate->admin);
}

static void close_role(struct role *role)
{
	struct gate *gate = role->state;

	if (gate == NULL)
		return;
	pool_close(gate->pool);
	call_client_close(gate->ledger);
	call_client_close(gate->clerk);
	pipeline_free(gate->pipeline);
	admin_close(gate->admin);
	door_close(gate->door);
	free(gate);
	role->state = NULL;
}

const struct role_table role_gate = {
	.name = "gate",
	.open = open_role,
	.close = close_role,
	.may = ROLE_MAY_READ_FILES | ROLE_MAY_WRITE_FILES,
};
