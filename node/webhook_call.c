#include "node/webhook_call.h"

#include <string.h>

#include "node/ledger_call.h"

static enum err serve_open(const struct turn *turn, struct unpack *from, struct buffer *answer)
{
	const char *id = unpack_text(from, turn->arena);
	struct webhook webhook;
	enum err err = unpack_end(from);

	if (err != OK || (err = webhook_open(turn, id, &webhook)) != OK)
		return err;
	pack_u64(answer, webhook.generation);
	pack_u64(answer, webhook.position);
	return buffer_error(answer);
}

static enum err serve_done(const struct turn *turn, struct unpack *from)
{
	const char *id = unpack_text(from, turn->arena);
	uint64_t generation = unpack_u64(from), position = unpack_u64(from);
	enum err err = unpack_end(from);

	return err != OK ? err : webhook_done(turn, id, generation, position);
}

static enum err serve_replay(const struct turn *turn, struct unpack *from)
{
	const char *id = unpack_text(from, turn->arena);
	uint64_t begin = unpack_u64(from);
	const char *name = unpack_text(from, turn->arena);
	enum err err = unpack_end(from);

	return err != OK ? err : webhook_replay(turn, id, begin, name);
}

enum err webhook_call_serve(const struct turn *turn, uint16_t operation, struct bytes body,
			    struct buffer *answer)
{
	struct unpack from;

	unpack_init(&from, body);
	switch (operation) {
	case LEDGER_WEBHOOK_OPEN:
		return serve_open(turn, &from, answer);
	case LEDGER_WEBHOOK_DONE:
		return serve_done(turn, &from);
	case LEDGER_WEBHOOK_REPLAY:
		return serve_replay(turn, &from);
	default:
		return ERR_USAGE;
	}
}

static json_t *one_new(const struct turn *turn, const struct config_webhook *config, uint64_t size)
{
	struct webhook webhook;
	enum err err = webhook_load(turn, config->id, &webhook);
	json_t *one;

	if (err != OK && err != ERR_MISSING)
		return NULL;
	one = json_pack("{s:s, s:s, s:s}", "id", config->id, "party", config->party, "url",
			webhook_host(turn, config->url));
	if (one == NULL)
		return NULL;
	(void)json_object_set_new(one, "position",
				  err == OK ? json_integer((json_int_t)webhook.position)
					    : json_null());
	(void)json_object_set_new(one, "behind",
				  json_integer(err == OK && webhook.position < size
						       ? (json_int_t)(size - webhook.position)
						       : 0));
	return one;
}

enum err webhook_call_list(const struct turn *turn, json_t *to)
{
	json_t *list = json_array();
	struct hash root;
	uint64_t size = 0;
	enum err err = json_object_set_new(to, "webhooks", list) == 0 ? OK : ERR_MEMORY;

	if (err == OK)
		err = ledger_head(turn->ledger, &size, &root);
	for (size_t i = 0; err == OK && i < turn->config->webhook_count; i++)
		if (json_array_append_new(list, one_new(turn, &turn->config->webhooks[i], size)) !=
		    0)
			err = ERR_MEMORY;
	return err;
}
