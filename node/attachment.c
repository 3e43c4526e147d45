#include "node/attachment.h"

#include <stdlib.h>
#include <string.h>

#include "node/change.h"
#include "node/find.h"

#define COUNT_FACT "attachments" /* of the message: how many it has */

const struct config_attachment *attachment_kind(const struct config *config, const char *media)
{
	for (size_t i = 0; i < config->attachment_count; i++)
		if (strcmp(config->attachments[i].media, media) == 0)
			return &config->attachments[i];
	return NULL;
}

const struct config_paper *attachment_paper(const struct config *config, const char *code)
{
	for (size_t i = 0; i < config->paper_count; i++)
		if (strcmp(config->papers[i].code, code) == 0)
			return &config->papers[i];
	return NULL;
}

size_t attachment_max_bytes(const struct config *config)
{
	uint64_t most = 0;

	for (size_t i = 0; i < config->attachment_count; i++)
		if (config->attachments[i].max_bytes > most)
			most = config->attachments[i].max_bytes;
	return (size_t)most;
}

static bool is_allowed(const struct turn *turn, const struct attachment_ask *ask)
{
	const struct config_attachment *kind = attachment_kind(turn->config, ask->media);

	return kind != NULL && ask->content.len > 0 && ask->content.len <= kind->max_bytes &&
	       attachment_paper(turn->config, ask->type) != NULL &&
	       strlen(ask->name) <= ATTACHMENT_NAME_BYTES;
}

static enum err record(const struct turn *turn, const struct attachment_ask *ask,
		       const struct caller *caller, uint64_t message, uint64_t *ret_number)
{
	const char *attributes[] = {"type", ask->type, "mediaType", ask->media,
				    "name", ask->name, NULL};
	struct message_event event = {
		.event = "AttachmentAccepted",
		.actor = caller_actor(caller, turn->arena),
		.attributes = attributes,
		.payload_role = {"attachment"},
		.payload = {ask->content},
	};

	return event.actor == NULL ? ERR_MEMORY : message_record(turn, message, &event, ret_number);
}

static enum err count_one(const struct turn *turn, struct message *message, unsigned long count)
{
	const char *text = arena_format(turn->arena, "%lu", count + 1);
	enum err err = text == NULL ? ERR_MEMORY : facts_put(&message->facts, COUNT_FACT, text);

	return err == OK ? message_save(turn, message) : err;
}

/* It is not there yet. */
static enum err add(const struct turn *turn, const struct attachment_ask *ask,
		    const struct caller *caller, struct message *message, struct find_entry *entry)
{
	unsigned long count = strtoul(facts_get_or_empty(&message->facts, COUNT_FACT), NULL, 10);
	enum err err;

	if (count >= turn->config->max_attachments)
		return ERR_FULL;
	if ((err = record(turn, ask, caller, message->number, &entry->message)) != OK)
		return err;
	return count_one(turn, message, count);
}

static enum err name_of(const struct turn *turn, uint64_t number, const char **ret_name)
{
	struct record record;
	enum err err = ledger_record(turn->ledger, number, turn->arena, &record, NULL);

	if (err == OK)
		*ret_name = facts_get_or_empty(&record.attributes, "name");
	return err == ERR_MISSING ? OK : err; /* of this very turn: the name that came with it */
}

/* Put it, or find that it is there: *ret_number is its record. */
static enum err put(const struct turn *turn, const struct attachment_ask *ask,
		    const struct caller *caller, struct message *message, uint64_t *ret_number)
{
	struct find_entry entry = {.document = hash_of(ask->content)};
	char hex[HASH_HEX_BYTES];
	const char *key;
	enum err err;

	hash_format_hex(&entry.document, hex);
	key = find_text(turn, "attachment", ask->message, hex, ask->type, NULL);
	if (key == NULL)
		return ERR_MEMORY;
	err = find_get(turn, key, &entry);
	if (err == ERR_MISSING && (err = add(turn, ask, caller, message, &entry)) == OK)
		err = find_put(turn, key, &entry);
	*ret_number = entry.message;
	return err;
}

enum err attachment_take(const struct turn *turn, const struct attachment_ask *ask,
			 struct attachment_answer *ret_answer)
{
	struct attachment_answer answer = {ATTACHMENT_TAKEN, ask->name};
	struct message message;
	struct caller caller;
	struct repeat repeat = {.number = 0};
	uint64_t number;
	enum err err =
		change_message(turn, &ask->caller, ACCESS_ATTACH, ask->message, &caller, &message);

	if (err != OK)
		return err;
	if (!is_allowed(turn, ask))
		return ERR_USAGE;
	err = repeat_find(turn, &ask->repeat, &repeat);
	number = repeat.number;
	if (err == ERR_EXISTS) {
		*ret_answer = (struct attachment_answer){ATTACHMENT_KEY_USED, ""};
		return OK;
	}
	if (err == ERR_MISSING && (err = put(turn, ask, &caller, &message, &number)) == OK)
		err = repeat_put(turn, &ask->repeat, ATTACHMENT_TAKEN, number, "");
	if (err == ERR_FULL) {
		*ret_answer = (struct attachment_answer){ATTACHMENT_TOO_MANY, ""};
		return OK;
	}
	if (err == OK)
		err = name_of(turn, number, &answer.name);
	if (err == OK)
		*ret_answer = answer;
	return err;
}

void attachment_pack(struct buffer *to, const struct attachment_ask *ask)
{
	caller_pack(to, &ask->caller);
	pack_text(to, ask->message);
	pack_text(to, ask->type);
	pack_text(to, ask->media);
	pack_text(to, ask->name);
	pack_bytes(to, ask->content);
	repeat_pack(to, &ask->repeat);
}

enum err attachment_unpack(struct bytes bytes, struct arena *arena, struct attachment_ask *ret)
{
	struct unpack from;

	unpack_init(&from, bytes);
	caller_unpack(&from, arena, &ret->caller);
	ret->message = unpack_text(&from, arena);
	ret->type = unpack_text(&from, arena);
	ret->media = unpack_text(&from, arena);
	ret->name = unpack_text(&from, arena);
	ret->content = unpack_bytes(&from);
	repeat_unpack(&from, arena, &ret->repeat);
	return unpack_end(&from);
}

void attachment_pack_answer(struct buffer *to, const struct attachment_answer *answer)
{
	pack_u8(to, (uint8_t)answer->verdict);
	pack_text(to, answer->name);
}

enum err attachment_unpack_answer(struct bytes bytes, struct arena *arena,
				  struct attachment_answer *ret)
{
	struct unpack from;

	unpack_init(&from, bytes);
	ret->verdict = (enum attachment_verdict)unpack_u8(&from);
	ret->name = unpack_text(&from, arena);
	return unpack_end(&from);
}

enum err attachment_serve(const struct turn *turn, struct bytes question, struct buffer *answer)
{
	struct attachment_answer taken;
	struct attachment_ask ask;
	enum err err = attachment_unpack(question, turn->arena, &ask);

	if (err == OK && (err = attachment_take(turn, &ask, &taken)) == OK)
		attachment_pack_answer(answer, &taken);
	return err;
}
