#include "node/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/objection.h"
#include "node/work.h"

#define MAX_ATTEMPTS 3
#define MAX_BYTES ((size_t)128 * 1024 * 1024) /* of documents under way */
#define ANSWER_ARENA_BYTES ((size_t)192 * 1024 * 1024)

/*
 * What is under way of one party, in order of submission. First come those that the ledger was
 * asked, behind them those that it was not.
 */
struct line {
	struct pipeline *pipeline;
	struct line *next;
	struct entry *first, *last;
	struct entry *unasked; /* the first */
	unsigned users;        /* functions that go on with it: it stays, though it be empty */
	char party[LIMIT_NAME_BYTES + 1];
};

struct entry {
	struct line *line;
	struct entry *previous, *next; /* of its party */
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
	struct line *lines; /* that was used last first */
	size_t count;       /* of entries */
	size_t bytes;       /* of their documents */
};

/* ---- Lines ---- */

/* Few parties lodge at the same time. NULL: no memory. */
static struct line *line_of(struct pipeline *pipeline, const char *party)
{
	struct line **link = &pipeline->lines, *line;

	while (*link != NULL && strcmp((*link)->party, party) != 0)
		link = &(*link)->next;
	line = *link;
	if (line == NULL) {
		if ((line = calloc(1, sizeof(*line))) == NULL)
			return NULL;
		line->pipeline = pipeline;
		(void)snprintf(line->party, sizeof(line->party), "%s", party);
	} else {
		*link = line->next;
	}
	line->next = pipeline->lines;
	pipeline->lines = line;
	line->users++;
	return line;
}

static void line_leave(struct line *line)
{
	struct line **link = &line->pipeline->lines;

	if (--line->users > 0 || line->first != NULL)
		return;
	while (*link != line)
		link = &(*link)->next;
	*link = line->next;
	free(line);
}

static void join(struct line *line, struct entry *entry)
{
	entry->line = line;
	entry->previous = line->last;
	*(line->last == NULL ? &line->first : &line->last->next) = entry;
	line->last = entry;
	if (line->unasked == NULL)
		line->unasked = entry;
	line->pipeline->count++;
	line->pipeline->bytes += entry->intake.document.len;
}

/* Somebody uses the line. */
static void entry_free(struct entry *entry)
{
	struct line *line = entry->line;

	*(entry->previous == NULL ? &line->first : &entry->previous->next) = entry->next;
	*(entry->next == NULL ? &line->last : &entry->next->previous) = entry->previous;
	if (line->unasked == entry)
		line->unasked = entry->next;
	line->pipeline->count--;
	line->pipeline->bytes -= entry->intake.document.len;
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
	struct entry *later = entry->is_asked ? entry->line->unasked : entry->next;

	for (; is_passing(err) && later != NULL; later = later->next)
		later->given_up = err;
	end(entry, err, NULL);
}

/* ---- The ledger ---- */

static bool ask_ledger(struct entry *entry);

static void advance(struct line *line);

static void on_ledger(void *context, enum err err, struct bytes body)
{
	struct entry *entry = context;
	struct line *line = entry->line;
	struct ledger_accepted accepted;

	line->users++;
	/* more than a record can hold: then it is refused, once */
	if (err == ERR_LIMIT && !findings_has_errors(&entry->intake.findings) &&
	    objection_put(&entry->intake.findings, OBJECTION_BEYOND_LIMITS, "") == OK) {
		if (!ask_ledger(entry))
			advance(line);
		line_leave(line);
		return;
	}
	if (err == OK)
		err = ledger_unpack_accepted(body, entry->arena, &accepted);
	if (err == OK)
		end(entry, OK, &accepted);
	else
		fail(entry, err);
	advance(line);
	line_leave(line);
}

/* False: it could not be asked, and the entry is at its end. */
static bool ask_ledger(struct entry *entry)
{
	struct buffer body;
	enum err err;

	buffer_init(&body, LIMIT_CALL_BYTES);
	ledger_pack_intake(&body, &entry->intake);
	err = buffer_error(&body);
	if (!entry->is_asked)
		entry->line->unasked = entry->next;
	entry->is_asked = true;
	if (err == OK)
		err = call_ask(entry->line->pipeline->ledger,
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

/* Go on with every entry that is read and need not wait for one of its party before it. Somebody
 * uses the line. */
static void advance(struct line *line)
{
	struct entry *entry;

	while ((entry = line->unasked) != NULL) {
		if (!entry->is_read || must_wait(entry, line->first != entry))
			return;
		if (entry->given_up != OK)
			end(entry, entry->given_up, NULL);
		else
			(void)ask_ledger(entry);
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
	struct line *line = entry->line;

	if (err == OK)
		err = read_answer(entry, body);
	if (err != OK && err != ERR_UNAVAILABLE) {
		if (++entry->attempts == MAX_ATTEMPTS)
			err = object_to_document(entry, err);
		else if ((err = submit_to_pool(entry)) == OK)
			return;
	}
	entry->is_read = true;
	line->users++;
	if (err != OK)
		fail(entry, err);
	advance(line);
	line_leave(line);
}

static enum err submit_to_pool(struct entry *entry)
{
	struct buffer body;
	enum err err;

	buffer_init(&body, LIMIT_CALL_BYTES);
	work_pack_check(&body,
			&(struct work_check){.sender = "",
					     .document = entry->intake.document,
					     .is_to_be_signed =
						     entry->intake.expected.decision[0] != '\0'});
	err = buffer_error(&body);
	if (err == OK)
		err = pool_submit_for(
			entry->line->pipeline->pool,
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
	while (pipeline->lines != NULL) {
		struct line *line = pipeline->lines;

		while (line->first != NULL)
			/* it leaves the list first, which the analyzer does not follow */
			entry_free(line->first); /* NOLINT(clang-analyzer-unix.Malloc) */
		pipeline->lines = line->next;
		free(line);
	}
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

static struct entry *entry_new(const struct pipeline_lodging *lodging)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (entry == NULL)
		return NULL;
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
	    entry->intake.document.at == NULL || entry->intake.repeat.key == NULL ||
	    entry->intake.principal == NULL ||
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
	struct entry *entry;
	struct line *line;
	enum err err;

	if (strlen(lodging->party) > LIMIT_NAME_BYTES)
		return ERR_LIMIT;
	/* one document always finds room */
	if (pipeline->count > 0 &&
	    (pipeline->bytes > MAX_BYTES || bytes > MAX_BYTES - pipeline->bytes))
		return ERR_FULL;
	if ((entry = entry_new(lodging)) == NULL)
		return ERR_MEMORY;
	if ((line = line_of(pipeline, lodging->party)) == NULL) {
		arena_free(entry->arena);
		free(entry);
		return ERR_MEMORY;
	}
	entry->callback = callback;
	entry->context = context;
	join(line, entry);
	err = submit_to_pool(entry);
	if (err != OK)
		entry_free(entry);
	line_leave(line);
	return err;
}

enum err pipeline_submit(struct pipeline *pipeline, const char *party, struct bytes document,
			 pipeline_on_done *callback, void *context)
{
	const struct pipeline_lodging lodging = {.party = party, .document = document};

	return pipeline_lodge(pipeline, &lodging, callback, context);
}
