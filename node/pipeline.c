#include "node/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "node/objection.h"
#include "node/work.h"

#define MAX_CRASHES 3
#define ANSWER_ARENA_BYTES ((size_t)192 * 1024 * 1024)

struct entry {
	struct pipeline *pipeline;
	struct entry *next; /* later ones of all parties, in order of submission */
	pipeline_on_done *callback;
	void *context;
	struct arena *arena;
	struct intake intake;
	unsigned crashes;
	bool is_read;
	bool is_asked;
};

struct pipeline {
	struct pool *pool;
	struct call_client *ledger;
	struct entry *first;
};

static void entry_free(struct entry *entry)
{
	struct entry **place = &entry->pipeline->first;

	while (*place != NULL && *place != entry)
		place = &(*place)->next;
	if (*place == entry)
		*place = entry->next;
	arena_free(entry->arena);
	free(entry);
}

static void end(struct entry *entry, enum err err, const struct ledger_accepted *accepted)
{
	pipeline_on_done *callback = entry->callback;
	void *context = entry->context;

	callback(context, err, accepted);
	entry_free(entry);
}

static void on_ledger(void *context, enum err err, struct bytes body)
{
	struct entry *entry = context;
	struct ledger_accepted accepted;

	if (err == OK)
		err = ledger_unpack_accepted(body, entry->arena, &accepted);
	end(entry, err, err == OK ? &accepted : NULL);
}

static void ask_ledger(struct entry *entry)
{
	struct buffer body;
	enum err err;

	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_intake(&body, &entry->intake);
	err = buffer_error(&body);
	entry->is_asked = true;
	if (err == OK)
		err = call_ask(entry->pipeline->ledger,
			       findings_has_errors(&entry->intake.findings) ? LEDGER_REFUSE
									    : LEDGER_ACCEPT,
			       buffer_bytes(&body), on_ledger, entry);
	buffer_clear(&body);
	if (err != OK)
		end(entry, err, NULL);
}

/* Ask the ledger about every entry that is read and has no unread one of its party before it. */
static void advance(struct pipeline *pipeline, const char *party_name)
{
	struct entry *entry = pipeline->first, *next;
	char party[LIMIT_NAME_BYTES + 1] = "";

	(void)strncpy(party, party_name, LIMIT_NAME_BYTES);
	for (; entry != NULL; entry = next) {
		next = entry->next;
		if (strcmp(entry->intake.party, party) != 0 || entry->is_asked)
			continue;
		if (!entry->is_read)
			return;
		ask_ledger(entry);
	}
}

static enum err submit_to_pool(struct entry *entry);

static enum err read_answer(struct entry *entry, struct bytes body)
{
	struct work_checked checked;
	enum err err = work_unpack_checked(body, entry->arena, &checked);

	if (err != OK)
		return err;
	entry->intake.facts = checked.facts;
	entry->intake.findings = checked.findings;
	return OK;
}

/* The worker failed again and again, and will for ever. */
static enum err object_to_document(struct entry *entry, enum err err)
{
	bool is_memory = err == ERR_MEMORY || err == ERR_LIMIT;

	return objection_put(&entry->intake.findings,
			     is_memory ? OBJECTION_TOO_COSTLY : OBJECTION_WORKER_CRASHED, "");
}

static void on_read(void *context, enum err err, struct bytes body)
{
	struct entry *entry = context;

	if (err == OK)
		err = read_answer(entry, body);
	if (err != OK && err != ERR_UNAVAILABLE && ++entry->crashes < MAX_CRASHES)
		err = submit_to_pool(entry) == OK ? ERR_CONFLICT : ERR_UNAVAILABLE;
	else if (err != OK && err != ERR_UNAVAILABLE)
		err = object_to_document(entry, err);
	if (err == ERR_CONFLICT)
		return; /* it is read once more */
	entry->is_read = true;
	if (err != OK) {
		struct pipeline *pipeline = entry->pipeline;
		char party[LIMIT_NAME_BYTES + 1] = "";

		(void)strncpy(party, entry->intake.party, LIMIT_NAME_BYTES);
		end(entry, err, NULL);
		advance(pipeline, party);
		return;
	}
	advance(entry->pipeline, entry->intake.party);
}

static enum err submit_to_pool(struct entry *entry)
{
	struct buffer body;
	enum err err;

	buffer_init(&body, LIMIT_CALL_BYTES);
	work_pack_check(&body, entry->intake.document);
	err = buffer_error(&body);
	if (err == OK)
		err = pool_submit(entry->pipeline->pool, WORK_CHECK, buffer_bytes(&body), on_read,
				  entry);
	buffer_clear(&body);
	return err;
}

enum err pipeline_new(struct pool *pool, struct call_client *ledger, struct pipeline **ret_pipeline)
{
	struct pipeline *pipeline = calloc(1, sizeof(*pipeline));

	if (pipeline == NULL)
		return ERR_MEMORY;
	pipeline->pool = pool;
	pipeline->ledger = ledger;
	*ret_pipeline = pipeline;
	return OK;
}

void pipeline_free(struct pipeline *pipeline)
{
	if (pipeline == NULL)
		return;
	while (pipeline->first != NULL)
		entry_free(pipeline->first);
	free(pipeline);
}

static struct entry *entry_new(struct pipeline *pipeline, const char *party, struct bytes document)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	entry->pipeline = pipeline;
	entry->arena = arena_new(ANSWER_ARENA_BYTES);
	if (entry->arena == NULL)
		goto failed;
	entry->intake.party = arena_text(entry->arena, bytes_of_text(party));
	entry->intake.document.at = arena_copy(entry->arena, document);
	entry->intake.document.len = document.len;
	if (entry->intake.party == NULL || entry->intake.document.at == NULL)
		goto failed;
	facts_init(&entry->intake.facts, entry->arena);
	findings_init(&entry->intake.findings, entry->arena);
	return entry;
failed:
	arena_free(entry->arena);
	free(entry);
	return NULL;
}

enum err pipeline_submit(struct pipeline *pipeline, const char *party, struct bytes document,
			 pipeline_on_done *callback, void *context)
{
	struct entry *entry = entry_new(pipeline, party, document);
	struct entry **place = &pipeline->first;
	enum err err;

	if (entry == NULL)
		return ERR_MEMORY;
	entry->callback = callback;
	entry->context = context;
	while (*place != NULL)
		place = &(*place)->next;
	*place = entry;
	err = submit_to_pool(entry);
	if (err != OK)
		entry_free(entry);
	return err;
}

