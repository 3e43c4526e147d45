/*
 * The gate: the doors inward. Bytes in, bytes out; it parses no XML, holds no signing key and does
 * not open the ledger. The key of TLS is read before the sandbox closes.
 */
#include <stdlib.h>

#include "node/admin.h"
#include "node/api.h"
#include "node/api_who.h"
#include "node/door.h"
#include "node/https.h"
#include "node/pool.h"
#include "node/role.h"
#include "node/validity.h"
#include "sampan/clock.h"

#define WAITING_BYTES ((size_t)64 * 1024 * 1024)
#define SILENCE_MS 10000u

#define DRAIN_LOOK_MS 20u
#define DRAIN_MS 8000u         /* for what was asked; less than SUPERVISOR_DRAIN_MS */
#define LAST_ANSWERS_MS 30000u /* for answers that are under way, beside the next gate */

struct gate {
	struct role *role;
	uint64_t until_ms; /* of this part of ending */
	struct pool *pool;
	struct call_client *ledger;
	struct call_client *clerk;
	struct call_client *warden;
	struct who *who;
	struct pipeline *pipeline;
	struct door *door;
	struct admin *admin;
	struct api *api; /* NULL: no door over HTTPS */
	struct http *http;
	struct health_certificate certificates[VALIDITY_COUNT];
};

static enum err open_ends(struct role *role, struct gate *gate)
{
	const char *pool = role_endpoint(role->config, "gate-pool", role->arena);
	const char *ledger = role_endpoint(role->config, "ledger", role->arena);
	const char *clerk = role_endpoint(role->config, "clerk", role->arena);
	const char *warden = role_endpoint(role->config, "warden", role->arena);
	enum err err;

	if (pool == NULL || ledger == NULL || clerk == NULL || warden == NULL)
		return ERR_MEMORY;
	if ((err = pool_open(role->loop, pool, WAITING_BYTES, &gate->pool)) != OK ||
	    (err = call_client_open(role->loop, ledger, SILENCE_MS, &gate->ledger)) != OK)
		return err;
	if ((err = call_client_open(role->loop, clerk, SILENCE_MS, &gate->clerk)) != OK ||
	    (err = call_client_open(role->loop, warden, SILENCE_MS, &gate->warden)) != OK)
		return err;
	return who_open(gate->ledger, gate->clerk, gate->warden, &gate->who);
}

static enum err open_https(struct role *role, struct gate *gate)
{
	struct api_ends ends = {.role = role,
				.pipeline = gate->pipeline,
				.pool = gate->pool,
				.ledger = gate->ledger,
				.clerk = gate->clerk,
				.identify = api_who_identify,
				.identify_context = gate->who,
				.who = gate->who,
				.http = &gate->http,
				.certificates = gate->certificates};
	enum err err;

	if (!https_is_wanted(role->config))
		return OK;
	if ((err = validity_read(role->config, true, role->arena, gate->certificates,
				 &ends.certificate_all)) != OK)
		return err;
	ends.certificate_count = 1; /* the door's stands first */
	if ((err = api_new(&ends, &gate->api)) != OK) {
		role_log(role, "error", "https-failed", "why=\"the calls cannot be loaded\"");
		return err;
	}
	return https_open(role, &api_handlers, gate->api, &gate->http);
}

/* ---- Ending beside the next gate ---- */

static void let_go(struct gate *gate)
{
	static const char *const services[] = {"gate-pool", "admin", NULL};

	http_give_up(gate->http);
	door_rest(gate->door);
	gate->until_ms = clock_monotonic_ms() + LAST_ANSWERS_MS;
	role_let_go(gate->role, services);
}

static void on_draining(void *context)
{
	struct gate *gate = context;
	bool is_late = clock_monotonic_ms() >= gate->until_ms;

	if (!gate->role->has_let_go) {
		if (is_late || http_is_drained(gate->http))
			let_go(gate);
	} else if (is_late || http_counts(gate->http).open == 0) {
		loop_stop(gate->role->loop);
	}
}

/*
 * SIGTERM. What was asked is answered while all behind the door still answers; then the next gate may
 * take over, and only answers that are long or slow go on here.
 */
static void on_signal(void *context)
{
	struct gate *gate = context;

	if (gate->http == NULL ||
	    loop_every(gate->role->loop, DRAIN_LOOK_MS, on_draining, gate) != OK) {
		loop_stop(gate->role->loop);
		return;
	}
	gate->until_ms = clock_monotonic_ms() + DRAIN_MS;
	http_drain(gate->http);
	api_drain(gate->api);
	on_draining(gate);
}

static enum err open_role(struct role *role)
{
	struct gate *gate = calloc(1, sizeof(*gate));
	enum err err;

	if (gate == NULL)
		return ERR_MEMORY;
	role->state = gate;
	gate->role = role;
	loop_on_signal(role->loop, on_signal, gate);
	if ((err = open_ends(role, gate)) != OK ||
	    (err = pipeline_new(gate->pool, gate->ledger, &gate->pipeline)) != OK ||
	    (err = door_open(role, gate->pipeline, &gate->door)) != OK)
		return err;
	err = admin_open(role,
			 &(struct admin_ends){.pipeline = gate->pipeline,
					      .ledger = gate->ledger,
					      .clerk = gate->clerk,
					      .who = gate->who},
			 &gate->admin);
	return err == OK ? open_https(role, gate) : err;
}

static void close_role(struct role *role)
{
	struct gate *gate = role->state;

	if (gate == NULL)
		return;
	http_close(gate->http);
	pool_close(gate->pool);
	call_client_close(gate->ledger);
	call_client_close(gate->clerk);
	call_client_close(gate->warden);
	who_close(gate->who);
	pipeline_free(gate->pipeline);
	admin_close(gate->admin);
	door_close(gate->door);
	api_free(gate->api);
	free(gate);
	role->state = NULL;
}

const struct role_table role_gate = {
	.name = "gate",
	.open = open_role,
	.close = close_role,
	.may = ROLE_MAY_READ_FILES | ROLE_MAY_WRITE_FILES | ROLE_MAY_SERVE,
};
