#include "node/webhook.h"

#include <inttypes.h>
#include <string.h>

#define WEBHOOK_VERSION 1u
#define VALUE_BYTES (2u + 8u + 8u + HASH_BYTES)

static struct turn_key key_of(const char *id)
{
	struct turn_key key = turn_key(SPACE_WEBHOOK);

	turn_key_add_bytes(&key, id, strlen(id));
	return key;
}

static bool is_id(const char *id)
{
	return id[0] != '\0' && strlen(id) <= WEBHOOK_ID_BYTES;
}

static const struct config_webhook *configured(const struct turn *turn, const char *id)
{
	for (size_t i = 0; i < turn->config->webhook_count; i++)
		if (strcmp(turn->config->webhooks[i].id, id) == 0)
			return &turn->config->webhooks[i];
	return NULL;
}

enum err webhook_load(const struct turn *turn, const char *id, struct webhook *ret_webhook)
{
	struct turn_key key;
	struct webhook webhook;
	struct unpack from;
	struct bytes value;
	const uint8_t *target;
	enum err err;

	if (!is_id(id))
		return ERR_MISSING;
	key = key_of(id);
	if ((err = turn_get(turn, &key, &value)) != OK)
		return err;
	unpack_init(&from, value);
	if (unpack_u16(&from) > WEBHOOK_VERSION)
		return ERR_VERSION;
	webhook.generation = unpack_u64(&from);
	webhook.position = unpack_u64(&from);
	target = unpack_fixed(&from, HASH_BYTES);
	if (unpack_end(&from) != OK || target == NULL)
		return ERR_CORRUPT;
	memcpy(webhook.target.at, target, HASH_BYTES);
	*ret_webhook = webhook;
	return OK;
}

static enum err save(const struct turn *turn, const char *id, const struct webhook *webhook)
{
	struct turn_key key = key_of(id);
	struct buffer value;
	enum err err;

	buffer_init(&value, VALUE_BYTES);
	pack_u16(&value, WEBHOOK_VERSION);
	pack_u64(&value, webhook->generation);
	pack_u64(&value, webhook->position);
	pack_fixed(&value, webhook->target.at, HASH_BYTES);
	err = buffer_error(&value);
	if (err == OK)
		err = batch_put(turn->batch, turn_key_bytes(&key), buffer_bytes(&value));
	buffer_clear(&value);
	return err;
}

static struct hash target_of(const struct config_webhook *configured)
{
	const struct bytes parts[] = {bytes_of_text(configured->party), bytes_of("\n", 1),
				      bytes_of_text(configured->url)};

	return hash_of_parts(parts, 3);
}

const char *webhook_host(const struct turn *turn, const char *url)
{
	const char *host = strstr(url, "://");
	size_t len = host == NULL ? strlen(url) : (size_t)(host - url) + 3;

	len += strcspn(url + len, "/?#");
	return arena_text(turn->arena, bytes_of(url, len));
}

/* Its party's folder name stands in the record, so that a changed party is seen there. */
static enum err record(const struct turn *turn, const struct config_webhook *configured,
		       uint64_t *ret_number)
{
	const char *host = webhook_host(turn, configured->url);
	const char *const attributes[] = {"webhook", configured->id, "party", configured->party,
					  "url",     host,           NULL};
	const struct message_event event = {
		.event = "WebhookRegistered", .actor = "node", .attributes = attributes};

	return host == NULL ? ERR_MEMORY : message_record(turn, 0, &event, ret_number);
}

/* The last word on whose it was; the record's other attributes do not matter here. */
static enum err is_of_party(const struct turn *turn, uint64_t generation, const char *party,
			    bool *ret_is)
{
	struct record record;
	enum err err = ledger_record(turn->ledger, generation, turn->arena, &record, NULL);

	if (err == OK)
		*ret_is = strcmp(facts_get_or_empty(&record.attributes, "party"), party) == 0;
	return err;
}

enum err webhook_open(const struct turn *turn, const char *id, struct webhook *ret_webhook)
{
	const struct config_webhook *wanted = configured(turn, id);
	struct webhook webhook = {.position = 0};
	bool is_same_party = false, is_new;
	struct hash target;
	enum err err;

	if (wanted == NULL)
		return ERR_MISSING;
	target = target_of(wanted);
	err = webhook_load(turn, id, &webhook);
	is_new = err == ERR_MISSING;
	if (err != OK && !is_new)
		return err;
	if (!is_new && hash_equal(&webhook.target, &target)) {
		*ret_webhook = webhook;
		return OK;
	}
	if (!is_new &&
	    (err = is_of_party(turn, webhook.generation, wanted->party, &is_same_party)) != OK)
		return err;
	if ((err = record(turn, wanted, &webhook.generation)) != OK)
		return err;
	if (!is_same_party)
		webhook.position = webhook.generation;
	webhook.target = target;
	if ((err = save(turn, id, &webhook)) == OK)
		*ret_webhook = webhook;
	return err;
}

enum err webhook_done(const struct turn *turn, const char *id, uint64_t generation,
		      uint64_t position)
{
	struct webhook webhook;
	enum err err = webhook_load(turn, id, &webhook);

	if (err != OK)
		return err;
	if (webhook.generation != generation)
		return ERR_CONFLICT;
	if (position <= webhook.position)
		return OK;
	webhook.position = position;
	return save(turn, id, &webhook);
}

enum err webhook_replay(const struct turn *turn, const char *id, uint64_t from,
			const char *operator_name)
{
	const struct config_webhook *wanted = configured(turn, id);
	const char *actor = arena_format(turn->arena, "operator:%s", operator_name);
	const char *number = arena_format(turn->arena, "%" PRIu64, from);
	struct webhook webhook;
	struct hash root;
	uint64_t size = 0;
	enum err err = wanted == NULL ? ERR_MISSING : webhook_load(turn, id, &webhook);

	if (actor == NULL || number == NULL)
		return ERR_MEMORY;
	if (err != OK || (err = ledger_head(turn->ledger, &size, &root)) != OK)
		return err;
	if (from == 0 || from > size)
		return ERR_USAGE;
	const char *const attributes[] = {"webhook", id,     "party", wanted->party,
					  "from",    number, NULL};
	const struct message_event event = {
		.event = "WebhookReplayed", .actor = actor, .attributes = attributes};

	if ((err = message_record(turn, 0, &event, &webhook.generation)) != OK)
		return err;
	webhook.position = from - 1;
	return save(turn, id, &webhook);
}
