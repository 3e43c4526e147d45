#include "messages/hub.h"

#include <stdlib.h>
#include <string.h>

#include "messages/hub_hop.h"

/* ---- From hop to hop ---- */

static enum err sources_put(const struct hub_task *task, struct hub *hub)
{
	hub->documents = arena_alloc_array(hub->arena, task->source_count, sizeof(*hub->documents));
	if (hub->documents == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < task->source_count; i++)
		hub->documents[i] = task->sources[i].document;
	hub->count = task->source_count;
	return OK;
}

static void release(struct hub *hub)
{
	for (size_t i = 0; i < hub->owned_count; i++)
		document_free(hub->owned[i]);
	hub->owned_count = 0;
}

static enum err note_between(struct hub *hub)
{
	struct hash *hashes =
		arena_alloc_array(hub->arena, hub->via_count + hub->output_count, sizeof(*hashes));
	const char **ids =
		arena_alloc_array(hub->arena, hub->via_count + hub->output_count, sizeof(char *));

	if (hashes == NULL || ids == NULL)
		return ERR_MEMORY;
	if (hub->via_count > 0) {
		memcpy(hashes, hub->via_hashes, hub->via_count * sizeof(*hashes));
		memcpy(ids, hub->via, hub->via_count * sizeof(*ids));
	}
	for (size_t i = 0; i < hub->output_count; i++) {
		hashes[hub->via_count + i] = hash_of(hub->outputs[i]);
		ids[hub->via_count + i] = schema_full_id(hub->way.kinds[hub->hop]);
	}
	hub->via_hashes = hashes;
	hub->via = ids;
	hub->via_count += hub->output_count;
	return OK;
}

/* What came out of a hop is what the next one takes. */
static enum err take_outputs(struct hub *hub)
{
	const struct document **documents =
		arena_alloc_array(hub->arena, hub->output_count, sizeof(*documents));
	struct document **owned = arena_alloc_array(hub->arena, hub->output_count, sizeof(*owned));
	enum err err = note_between(hub);

	if (documents == NULL || owned == NULL)
		return ERR_MEMORY;
	release(hub);
	hub->owned = owned;
	for (size_t i = 0; i < hub->output_count && err == OK; i++) {
		struct document *document = NULL;

		err = document_read(hub->outputs[i], hub->outputs[i].len,
				    hub->task->sources[0].findings, &document);
		if (err == OK && document == NULL)
			hub->errors++;
		if (document != NULL)
			documents[i] = hub->owned[hub->owned_count++] = document;
	}
	hub->documents = documents;
	hub->count = hub->output_count;
	return err;
}

static enum err run(struct hub *hub)
{
	enum err err = sources_put(hub->task, hub);

	for (hub->hop = 0; hub->hop + 1 < hub->way.count && err == OK; hub->hop++) {
		if (hub->hop > 0 && (err = take_outputs(hub)) != OK)
			break;
		if (hub->errors == 0)
			err = hub_hop_run(hub);
	}
	return err;
}

/* ---- The result ---- */

static enum err hashes_of(const struct hub *hub, struct report_more *more)
{
	size_t inputs = hub->task->source_count, outputs = hub->output_count;
	struct hash *in = arena_alloc_array(hub->arena, inputs, sizeof(*in));
	struct hash *out = arena_alloc_array(hub->arena, outputs, sizeof(*out));

	if (in == NULL || out == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < inputs; i++)
		in[i] = hash_of(hub->task->sources[i].document->bytes);
	for (size_t i = 0; i < outputs; i++)
		out[i] = hash_of(hub->outputs[i]);
	more->inputs = in;
	more->input_count = inputs;
	more->outputs = out;
	more->output_count = outputs;
	more->via = hub->via;
	more->via_hashes = hub->via_hashes;
	more->via_count = hub->via_count;
	return OK;
}

static enum err put_result(const struct hub *hub, struct hub_result *ret_result)
{
	const struct hub_task *task = hub->task;
	struct report_more *more = arena_alloc(hub->arena, sizeof(*more));
	struct report report = {.from = schema_full_id(task->from),
				.to = schema_full_id(task->to),
				.schema_set = *schema_set_hash(task->set),
				.more = more};
	enum err err;

	if (more == NULL)
		return ERR_MEMORY;
	if ((err = hashes_of(hub, more)) != OK || (err = hub->trace.err) != OK)
		return err;
	more->numbers_sources = task->source_count > 1;
	more->numbers_targets = hub->output_count > 1;
	trace_report_set(&hub->trace, &report);
	report.input = more->inputs[0];
	report.output = more->outputs[0];
	*ret_result = (struct hub_result){
		.outputs = hub->outputs, .output_count = hub->output_count, .report = report};
	return OK;
}

/* One document by one map: nothing has to be composed. */
static enum err translate_one(const struct hub_task *task, struct arena *arena,
			      struct hub_result *ret_result)
{
	struct findings *findings = task->sources[0].findings;
	struct translation translation = {0};
	struct bytes *output = arena_alloc(arena, sizeof(*output));
	size_t errors = findings->errors;
	enum err err;

	if (output == NULL)
		return ERR_MEMORY;
	err = translate_document(task->set, task->sources[0].document, task->from, task->to,
				 task->outside, arena, findings, &translation);
	if (err != OK || findings->errors > errors)
		return err;
	*output = translation.output;
	*ret_result = (struct hub_result){
		.outputs = output, .output_count = 1, .report = translation.report};
	return OK;
}

static bool is_plain(const struct hub_task *task, const struct hub_way *way)
{
	const struct document *document = task->sources[0].document;
	const struct map *map = schema_set_map(task->set, task->from, task->to);

	return way->count == 2 && task->source_count == 1 && !join_is_part(map, document) &&
	       (map->split == NULL ||
		part_count_lines(document, &map->split->group) <= map->split->at);
}

enum err hub_translate(const struct hub_task *task, struct arena *arena,
		       struct hub_result *ret_result)
{
	struct hub hub = {.task = task, .arena = arena};
	struct hub_way rival;
	enum err err;

	hub_way_find(task->set, task->from, task->to, &hub.way, &rival);
	if (hub.way.count == 0 || rival.count > 0)
		return ERR_MISSING;
	if (task->source_count > 1 &&
	    schema_set_map(task->set, hub.way.kinds[0], hub.way.kinds[1])->join == NULL)
		return ERR_USAGE;
	if (is_plain(task, &hub.way))
		return translate_one(task, arena, ret_result);
	err = run(&hub);
	if (err == OK && hub.errors == 0)
		err = put_result(&hub, ret_result);
	release(&hub);
	return err;
}

/* ---- Parts ---- */

enum err hub_part_read(const struct schema_set *set, const struct schema *from,
		       const struct schema *to, const struct document *document,
		       struct arena *arena, struct hub_part *ret_part)
{
	struct hub_way way, rival;
	const struct map *map;
	const char *total;

	*ret_part = (struct hub_part){.is_part = false};
	hub_way_find(set, from, to, &way, &rival);
	if (way.count == 0)
		return OK;
	map = schema_set_map(set, way.kinds[0], way.kinds[1]);
	if (!join_is_part(map, document))
		return OK;
	ret_part->is_part = true;
	ret_part->key = join_key(map->join, document, arena);
	total = part_text(document, &map->join->total, arena);
	if (ret_part->key == NULL || total == NULL)
		return ERR_MEMORY;
	ret_part->total = strtoul(total, NULL, 10);
	return OK;
}
