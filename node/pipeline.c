#include "node/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/objection.h"
#include "node/work.h"

#define MAX_ATTEMPTS 3
#define MAX_BYTES ((size_t)128 * 1024 * 1024) /* of documents under way */
#define ANSWER_ARENA_BYTES ((size_t)192 * 1024 * 1024)

struct entry {
	struct pipeline *pipeline;
	struct entry *next; /* later ones of all parties, in order of submission */
	pipeline_on_done *callback;
	void *context;
	struct arena *arena;
	struct intake intake;
	unsigned attempts; /* of workers that did not finish it */
	bool is_read;
	bool is_asked;
	enum err given_up; /* why it must be lodged again; OK: it need not */
};

struct pipeline {
	struct pool *pool;
	struct call_client *ledger;
	struct entry *first;
	size_t bytes; /* of their documents */
};

static void entry_free(struct entry *entry)
{
	struct entry **place = &entry->pipeline->first;

	while (*place != NULL && *place != entry)
		place = &(*place)->next;
	if (*place == entry)
		*place = entry->next;
	entry->pipeline->bytes -= entry->intake.document.len;
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

/* An error of the world, that passes; any other comes of this one document. */
static bool is_passing(enum err err)
{
	return err == ERR_UNAVAILABLE || err == ERR_FULL || err == ERR_MEMORY || err == ERR_IO ||
	       err == ERR_CONFLICT;
}

/*
 * It will be lodged again: what its party lodged behind it must not overtake it and comes again
 * too.
 */
static void fail(struct entry *entry, enum err err)
{
	for (struct entry *later = entry->next; is_passing(err) && later != NULL;
	     later = later->next)
		if (!later->is_asked && strcmp(later->intake.party, entry->intake.party) == 0)
			later->given_up = err;
	end(entry, err, NULL);
}

/* ---- The ledger ---- */

static bool ask_ledger(struct entry *entry);

static void advance(struct pipeline *pipeline, const char *party);

static void on_ledger(void *context, enum err err, struct bytes body)
{
	struct entry *entry = context;
	struct pipeline *pipeline = entry->pipeline;
	char party[LIMIT_NAME_BYTES + 1];
	struct ledger_accepted accepted;

	(void)snprintf(party, sizeof(party), "%s", entry->intake.party);
	/* more than a record can hold: then it is refused, once */
	if (err == ERR_LIMIT && !findings_has_errors(&entry->intake.findings) &&
	    objection_put(&entry->intake.findings, OBJECTION_BEYOND_LIMITS, "") == OK) {
		if (!ask_ledger(entry))
			advance(pipeline, party);
		return;
	}
	if (err == OK)
		err = ledger_unpack_accepted(body, entry->arena, &accepted);
	if (err == OK)
		end(entry, OK, &accepted);
	else
		fail(entry, err);
	advance(pipeline, party);
}

/* False: it could not be asked, and the entry is at its end. */
static bool ask_ledger(struct entry *entry)
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
		fail(entry, err);
	return err == OK;
}

/*
 * What speaks of an earlier document waits until that is answered: asked both at once, a ledger
 * that was restarted in between may have lost the first question only.
 */
static bool must_wait(const struct entry *entry, bool is_answer_due)
{
	return is_answer_due && !findings_has_errors(&entry->intake.findings) &&
	       strcmp(facts_get_or_empty(&entry->intake.facts, "meaning"), "original") != 0;
}

/* Go on with every entry that is read and need not wait for one of its party before it. */
static void advance(struct pipeline *pipeline, const char *party)
{
	struct entry *entry = pipeline->first, *next;
	bool is_answer_due = false;

	for (; entry != NULL; entry = next) {
		next = entry->next;
		if (strcmp(entry->intake.party, party) != 0)
			continue;
		if (!entry->is_asked && (!entry->is_read || must_wait(entry, is_answer_due)))
			return;
		if (!entry->is_asked && entry->given_up != OK) {
			end(entry, entry->given_up, NULL);
			continue;
		}
		if (entry->is_asked || ask_ledger(entry))
			is_answer_due = true;
	}
}

/* ---- The workers ---- */

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
	struct pipeline *pipeline = entry->pipeline;
	char party[LIMIT_NAME_BYTES + 1];

	if (err == OK)
		err = read_answer(entry, body);
	if (err != OK && err != ERR_UNAVAILABLE) {
		if (++entry->attempts == MAX_ATTEMPTS)
			err = object_to_document(entry, err);
		else if ((err = submit_to_pool(entry)) == OK)
			return;
	}
	entry->is_read = true;
	(void)snprintf(party, sizeof(party), "%s", entry->intake.party);
	if (err != OK)
		fail(entry, err);
	advance(pipeline, party);
}

static enum err submit_to_pool(struct entry *entry)
{
	struct buffer body;
	enum err err;

	buffer_init(&body, LIMIT_CALL_BYTES);
	work_pack_check(&body, &(struct work_check){
				       .sender = "",
				       .document = entry->intake.document,
				       .is_to_be_signed = entry->intake.expected.decision[0] != '\0'});
	err = buffer_error(&body);
	if (err == OK)
		err = pool_submit_for(
			entry->pipeline->pool,
			&(struct pool_job){entry->intake.party, WORK_CHECK, buffer_bytes(&body)},
			on_read, entry);
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

/* What it speaks of, with texts of its own. */
static enum err keep_expected(struct entry *entry, const struct intake_expected *from)
{
	struct intake_expected *expected = &entry->intake.expected;

	*expected = *from;
	expected->message = arena_text(entry->arena, bytes_of_text(from->message));
	expected->decision = arena_text(entry->arena, bytes_of_text(from->decision));
	expected->reason = arena_text(entry->arena, bytes_of_text(from->reason));
	return expected->message == NULL || expected->decision == NULL || expected->reason == NULL
		       ? ERR_MEMORY
		       : OK;
}

static struct entry *entry_new(struct pipeline *pipeline, const struct pipeline_lodging *lodging)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (entry == NULL)
		return NULL;
	entry->pipeline = pipeline;
	entry->arena = arena_new(ANSWER_ARENA_BYTES);
	if (entry->arena == NULL)
		goto failed;
	entry->intake.party = arena_text(entry->arena, bytes_of_text(lodging->party));
	entry->intake.document.at = arena_copy(entry->arena, lodging->document);
	entry->intake.document.len = lodging->document.len;
	entry->intake.repeat = lodging->repeat;
	entry->intake.repeat.key = arena_text(entry->arena, bytes_of_text(lodging->repeat.key));
	caller_init(&entry->intake.caller);
	entry->intake.principal = arena_text(entry->arena, bytes_of_text(lodging->principal));
	if (keep_expected(entry, &lodging->expected) != OK || entry->intake.party == NULL ||
	    entry->intake.document.at == NULL ||
	    entry->intake.repeat.key == NULL || entry->intake.principal == NULL ||
	    (lodging->caller != NULL &&
	     caller_copy(lodging->caller, entry->arena, &entry->intake.caller) != OK))
		goto failed;
	facts_init(&entry->intake.facts, entry->arena);
	findings_init(&entry->intake.findings, entry->arena);
	return entry;
failed:
	arena_free(entry->arena);
	free(entry);
	return NULL;
}

enum err pipeline_lodge(struct pipeline *pipeline, const struct pipeline_lodging *lodging,
			pipeline_on_done *callback, void *context)
{
	size_t bytes = lodging->document.len;
	struct entry **place = &pipeline->first;
	struct entry *entry;
	enum err err;

	if (strlen(lodging->party) > LIMIT_NAME_BYTES)
		return ERR_LIMIT;
	/* one document always finds room */
	if (pipeline->first != NULL &&
	    (pipeline->bytes > MAX_BYTES || bytes > MAX_BYTES - pipeline->bytes))
		return ERR_FULL;
	if ((entry = entry_new(pipeline, lodging)) == NULL)
		return ERR_MEMORY;
	pipeline->bytes += bytes;
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

enum err pipeline_submit(struct pipeline *pipeline, const char *party, struct bytes document,
			 pipeline_on_done *callback, void *context)
{
	const struct pipeline_lodging lodging = {.party = party, .document = document};

	return pipeline_lodge(pipeline, &lodging, callback, context);
}
