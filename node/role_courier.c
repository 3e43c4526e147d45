/*
 * The courier: works the outbox. It carries frames to partners and from them, has workers check and
 * translate, and hands over to local parties. It parses no XML, holds no signing key and does not
 * open the ledger; the CURVE key of the doors lives here.
 */
#include <stdlib.h>
#include <string.h>

#include "node/errand.h"
#include "node/file.h"
#include "node/ledger_call.h"
#include "node/peer.h"
#include "node/pool.h"
#include "node/role.h"
#include "node/setup.h"
#include "node/stamp_post.h"
#include "node/webhook_post.h"

#define WAITING_BYTES ((size_t)256 * 1024 * 1024)
#define SILENCE_MS 10000u
#define TICK_MS 1000u
#define HOLD_MS 5u /* between two looks at what is new: one for each commit would bring little */

struct courier {
	struct role *role;
	struct pool *pool;
	struct call_client *ledger;
	struct errands *errands;
	struct webhook_posts *webhooks;
	struct stamp_post *stamps; /* NULL: nobody stamps here */
	struct peer_side side;
	struct peer **peers;
	size_t peer_count;
	uint64_t seen; /* how many records the ledger had when it last spoke */
	bool is_waiting;
	struct courier *hold; /* the hold's context: its address is nobody else's */
};

static void wait_for_more(struct courier *courier);

static void on_hold_over(void *context)
{
	struct courier *courier = *(struct courier **)context;

	loop_forget(courier->role->loop, context);
	wait_for_more(courier);
}

static void on_more(void *context, enum err err, struct bytes body)
{
	struct courier *courier = context;
	struct unpack from;

	courier->is_waiting = false;
	if (err != OK && err != ERR_UNAVAILABLE)
		return; /* the tick asks again */
	/* away: a new ledger role is there, or soon will be, and has forgotten that we wait */
	unpack_init(&from, body);
	courier->seen = err == OK ? unpack_u64(&from) : 0;
	errands_wake(courier->errands);
	for (size_t i = 0; i < courier->peer_count; i++)
		peer_wake(courier->peers[i]);
	webhook_post_wake(courier->webhooks);
	if (loop_every(courier->role->loop, HOLD_MS, on_hold_over, &courier->hold) != OK)
		wait_for_more(courier);
}

static void wait_for_more(struct courier *courier)
{
	uint8_t seen[8];

	if (courier->is_waiting)
		return;
	bytes_put_u64(seen, courier->seen);
	courier->is_waiting = call_ask(courier->ledger, LEDGER_WAIT, bytes_of(seen, sizeof(seen)),
				       on_more, courier) == OK;
}

static void on_tick(void *context)
{
	wait_for_more(context);
}

static enum err load_key(const struct role *role, const char *name,
			 uint8_t ret_key[CURVE_KEY_BYTES])
{
	const char *path = arena_format(role->arena, "%s/%s", role->config->directory, name);
	struct arena *arena = arena_new(LIMIT_RECORD_BYTES);
	struct bytes file = {0};
	char *text;
	enum err err = path == NULL || arena == NULL ? ERR_MEMORY : OK;

	if (err == OK)
		err = file_read(path, LIMIT_NAME_BYTES, arena, &file);
	text = err == OK ? arena_text(arena, file) : NULL;
	if (err == OK && (text == NULL || !curve_key_parse(text, ret_key)))
		err = ERR_CONFIG;
	if (text != NULL)
		explicit_bzero(text, file.len);
	bytes_wipe(file);
	arena_free(arena);
	return err;
}

static enum err open_peers(struct courier *courier)
{
	const struct config *config = courier->role->config;
	enum err err = OK;

	courier->peers = calloc(config->partner_count + 1, sizeof(*courier->peers));
	if (courier->peers == NULL)
		return ERR_MEMORY;
	if (config->partner_count == 0)
		return OK;
	if ((err = lines_open(courier->role->loop, &courier->side.lines)) != OK ||
	    (err = rate_new(PEER_PER_SECOND, PEER_BURST, &courier->side.rate)) != OK ||
	    (err = load_key(courier->role, SETUP_CURVE_PUBLIC, courier->side.own_public)) != OK ||
	    (err = load_key(courier->role, SETUP_CURVE_SECRET, courier->side.own_secret)) != OK)
		return err;
	for (size_t i = 0; err == OK && i < config->partner_count; i++) {
		err = peer_open(courier->role, &config->partners[i], &courier->side,
				courier->ledger, &courier->peers[i]);
		if (err == OK)
			courier->peer_count++;
	}
	return err;
}

static enum err open_role(struct role *role)
{
	struct courier *courier = calloc(1, sizeof(*courier));
	const char *pool = role_endpoint(role->config, "courier-pool", role->arena);
	const char *ledger = role_endpoint(role->config, "ledger", role->arena);
	enum err err;

	if (courier == NULL || pool == NULL || ledger == NULL) {
		free(courier);
		return ERR_MEMORY;
	}
	role->state = courier;
	courier->role = role;
	courier->hold = courier;
	if ((err = pool_open(role->loop, pool, WAITING_BYTES, &courier->pool)) != OK ||
	    (err = call_client_open(role->loop, ledger, SILENCE_MS, &courier->ledger)) != OK ||
	    (err = errands_open(role, courier->pool, courier->ledger, &courier->errands)) != OK ||
	    (err = open_peers(courier)) != OK ||
	    (err = webhook_post_open(role, &webhook_post_pace, &courier->webhooks)) != OK ||
	    (err = stamp_post_open(role, courier->pool, &stamp_post_pace, &courier->stamps)) != OK)
		return err;
	wait_for_more(courier);
	return loop_every(role->loop, TICK_MS, on_tick, courier);
}

static void close_role(struct role *role)
{
	struct courier *courier = role->state;

	if (courier == NULL)
		return;
	stamp_post_close(courier->stamps);
	pool_close(courier->pool);
	webhook_post_close(courier->webhooks);
	call_client_close(courier->ledger);
	for (size_t i = 0; i < courier->peer_count; i++)
		peer_close(courier->peers[i]);
	lines_close(courier->side.lines);
	rate_free(courier->side.rate);
	free(courier->peers);
	errands_close(courier->errands);
	bytes_wipe(bytes_of(courier->side.own_secret, sizeof(courier->side.own_secret)));
	free(courier);
	role->state = NULL;
}

const struct role_table role_courier = {
	.name = "courier",
	.open = open_role,
	.close = close_role,
	.may = ROLE_MAY_READ_FILES | ROLE_MAY_WRITE_FILES | ROLE_MAY_TCP,
};
