#include "messages/hub_hop.h"

#include <string.h>

#include "sampan/limit.h"

/* What one translation of a hop works on, and how it lies in what the hop takes. */
struct piece {
	struct hub *hub;
	const struct document *document;
	const struct split *split; /* NULL: it is whole */
	size_t number;             /* of the split's part */
	const struct join *join;   /* NULL: it was not joined */
	size_t source;             /* place in hub->documents, when not joined */
	struct trace *trace;
	struct trace_index *targets; /* of the trace up to this hop; NULL in the first */
};

static struct findings *findings_of(const struct hub *hub, size_t source)
{
	return hub->task->sources[hub->hop == 0 ? source : 0].findings;
}

/* The place, in what the hop takes, of a path in the piece. NULL: no memory. */
static const char *place_of(const struct piece *piece, const char *path, size_t *ret_source)
{
	*ret_source = piece->source;
	if (piece->split != NULL)
		path = split_path(piece->split, piece->number, path);
	if (path != NULL && piece->join != NULL)
		path = join_path(piece->join, path, ret_source);
	return path;
}

/* ---- Findings ---- */

static bool is_said(const struct findings *findings, const struct finding *finding)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *other = &findings->items[i];

		if (strcmp(other->code, finding->code) == 0 &&
		    strcmp(other->path, finding->path) == 0 &&
		    strcmp(other->value, finding->value) == 0)
			return true;
	}
	return false;
}

/* Back to the sources; what no source value led to keeps its place on the way. false: such one. */
static bool lead_back(const struct piece *piece, struct finding *finding, size_t *source)
{
	uint32_t document = 1;
	const char *path;

	if (piece->targets == NULL)
		return true;
	path = trace_find_origin(piece->targets, (uint32_t)*source + 1, finding->path,
				 piece->hub->arena, &document);
	*source = document - 1;
	if (path != NULL)
		finding->path = path;
	return path != NULL;
}

/* Beyond the limit findings are only counted: looking for their lines would cost. */
static enum err put_at(const struct piece *piece, struct finding *finding, size_t source,
		       bool has_line)
{
	const struct hub_source *at = &piece->hub->task->sources[source];

	if (at->findings->count >= LIMIT_FINDINGS)
		return findings_put(at->findings, finding);
	finding->line = has_line ? part_line_at(at->document, finding->path) : 0;
	return is_said(at->findings, finding) ? OK : findings_put(at->findings, finding);
}

/* A finding with a line is about the piece, one without about what would come of it. */
static enum err put_finding(const struct piece *piece, const struct finding *found)
{
	struct finding finding = *found;
	size_t source = piece->source;
	bool has_line;

	if (finding.line == 0)
		return put_at(piece, &finding, piece->targets != NULL ? 0 : source, false);
	finding.path = place_of(piece, finding.path, &source);
	if (finding.path == NULL)
		return ERR_MEMORY;
	has_line = lead_back(piece, &finding, &source);
	return put_at(piece, &finding, source, has_line);
}

static enum err put_findings(const struct piece *piece, const struct findings *found)
{
	struct hub *hub = piece->hub;
	enum err err = OK;

	if (findings_has_errors(found) && hub->errors == 0 && hub->way.count > 2)
		err = schema_finding(hub->task->set, findings_of(hub, piece->source), SEVERITY_NOTE,
				     "on-the-way", "", 0, "",
				     schema_full_id(hub->way.kinds[hub->hop]),
				     schema_full_id(hub->way.kinds[hub->hop + 1]), NULL);
	for (size_t i = 0; i < found->count && err == OK; i++)
		err = put_finding(piece, &found->items[i]);
	hub->errors += found->errors;
	return err;
}

/* ---- One translation ---- */

/* Several values that became one were told by a part before: it is supplied once. */
static bool is_supplied_already(const struct trace *trace, const struct report_row *row)
{
	const struct report_row *last = trace->count == 0 ? NULL : &trace->rows[trace->count - 1];

	return last != NULL && row->kind == REPORT_SUPPLIED && last->kind == REPORT_SUPPLIED &&
	       last->document == row->document && strcmp(last->target, row->target) == 0;
}

static enum err put_row(const struct piece *piece, struct report_row row)
{
	size_t source = piece->source;

	if ((row.source == NULL && row.kind != REPORT_SUPPLIED) ||
	    (row.target == NULL && row.kind != REPORT_DROPPED))
		return ERR_MEMORY;
	row.document = (uint32_t)piece->hub->output_count + 1;
	if (piece->split != NULL && !split_relate(piece->split, piece->number, &row))
		return OK;
	if (row.source != NULL && piece->join != NULL)
		row.source = join_path(piece->join, row.source, &source);
	row.source_document = (uint32_t)source + 1;
	if (row.source == NULL && row.kind != REPORT_SUPPLIED)
		return ERR_MEMORY;
	if (!is_supplied_already(piece->trace, &row))
		trace_put(piece->trace, &row);
	return piece->trace->err;
}

static enum err put_output(const struct piece *piece, const struct translation *translation)
{
	struct hub *hub = piece->hub;
	struct trace_place place = {0};
	struct report_row row;
	enum err err = OK;

	while (err == OK && trace_report_next(&translation->report, &place, hub->arena, &row))
		err = put_row(piece, row);
	hub->outputs[hub->output_count++] = translation->output;
	return err;
}

static enum err translate(const struct piece *piece, const struct facts *outside)
{
	struct hub *hub = piece->hub;
	struct translation translation = {0};
	struct findings findings;
	enum err err;

	findings_init(&findings, hub->arena);
	err = translate_document(hub->task->set, piece->document, hub->way.kinds[hub->hop],
				 hub->way.kinds[hub->hop + 1], outside, hub->arena, &findings,
				 &translation);
	if (err == OK)
		err = put_findings(piece, &findings);
	if (err != OK || findings_has_errors(&findings))
		return err;
	return put_output(piece, &translation);
}

/* ---- Splitting ---- */

static enum err make_room(struct hub *hub, size_t more)
{
	struct bytes *outputs =
		arena_alloc_array(hub->arena, hub->output_count + more, sizeof(*outputs));

	if (outputs == NULL)
		return ERR_MEMORY;
	if (hub->output_count > 0)
		memcpy(outputs, hub->outputs, hub->output_count * sizeof(*outputs));
	hub->outputs = outputs;
	return OK;
}

static enum err translate_part(const struct piece *whole, struct split *split, size_t number)
{
	struct piece piece = *whole;
	struct document *document = NULL;
	struct findings findings;
	struct facts outside;
	enum err err;

	findings_init(&findings, whole->hub->arena);
	piece.split = split;
	piece.number = number;
	err = split_make(split, number, whole->hub->task->outside, &findings, &outside, &document);
	if (err == OK && document == NULL)
		err = put_findings(&piece, &findings);
	piece.document = document;
	if (err == OK && document != NULL)
		err = translate(&piece, &outside);
	document_free(document);
	return err;
}

static enum err too_many_parts(const struct piece *piece, const struct split *split)
{
	struct hub *hub = piece->hub;
	const char *count = arena_format(hub->arena, "%zu", split->count);
	const char *most = arena_format(hub->arena, "%u", HUB_PARTS);

	if (count == NULL || most == NULL)
		return ERR_MEMORY;
	hub->errors++;
	return schema_finding(hub->task->set, findings_of(hub, piece->source), SEVERITY_ERROR,
			      "split-too-many", "", 0, count, most, NULL);
}

/* The parts can be made, but the later ones do not name the first yet. */
static enum err warn_of_first(const struct piece *piece, const struct split *split)
{
	const struct hub *hub = piece->hub;
	const struct map_split *rule = split->rule;

	if (rule->first == NULL || split->first_number != NULL)
		return OK;
	return schema_finding(hub->task->set, findings_of(hub, piece->source), SEVERITY_WARNING,
			      "split-first-unknown", "", 0, "",
			      rule->first_number.text == NULL ? "" : rule->first_number.text,
			      rule->first_fact == NULL ? "" : rule->first_fact, NULL);
}

static enum err translate_parts(const struct piece *piece, struct split *split)
{
	enum err err;

	if (split->count > HUB_PARTS)
		return too_many_parts(piece, split);
	if ((err = make_room(piece->hub, split->count)) != OK ||
	    (err = warn_of_first(piece, split)) != OK)
		return err;
	for (size_t number = 1; number <= split->count && err == OK; number++)
		err = translate_part(piece, split, number);
	return err;
}

static enum err translate_whole(const struct piece *piece, const struct map *map)
{
	const struct facts *outside = piece->hub->task->outside;
	struct split split;
	enum err err;

	err = split_init(map, piece->document, outside, piece->hub->arena, &split);
	if (err != OK)
		return err;
	if (split.count > 1)
		err = translate_parts(piece, &split);
	else if ((err = make_room(piece->hub, 1)) == OK)
		err = translate(piece, outside);
	split_clear(&split);
	return err;
}

/* ---- Joining ---- */

static enum err translate_joined(struct piece *piece, const struct map *map)
{
	struct hub *hub = piece->hub;
	struct join_part *parts = arena_alloc_array(hub->arena, hub->count, sizeof(*parts));
	struct join *join = arena_alloc(hub->arena, sizeof(*join));
	enum err err;

	if (parts == NULL || join == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < hub->count; i++)
		parts[i] = (struct join_part){.document = hub->documents[i],
					      .findings = findings_of(hub, i)};
	if ((err = join_init(hub->task->set, map, parts, hub->count, hub->arena, join)) != OK)
		return err;
	hub->errors += join->errors + (join->whole == NULL && join->errors == 0 ? 1 : 0);
	if (join->whole != NULL) {
		piece->document = join->whole;
		piece->join = join;
		piece->source = join->order[0];
		err = translate_whole(piece, map);
	}
	if (err == OK && hub->errors == 0)
		err = join_put_rest(join, piece->trace, piece->trace);
	piece->join = NULL;
	join_clear(join);
	return err;
}

/* ---- The hop ---- */

static enum err translate_each(struct piece *piece, const struct map *map)
{
	struct hub *hub = piece->hub;
	enum err err = OK;

	for (size_t i = 0; i < hub->count && err == OK; i++) {
		piece->document = hub->documents[i];
		piece->source = i;
		err = translate_whole(piece, map);
	}
	return err;
}

static enum err lead_on(struct hub *hub, const struct trace *own)
{
	struct trace whole;
	enum err err;

	if (hub->hop == 0) {
		hub->trace = *own;
		return OK;
	}
	if ((err = trace_compose(&hub->trace, own, &whole)) == OK)
		hub->trace = whole;
	return err;
}

enum err hub_hop_run(struct hub *hub)
{
	const struct map *map = schema_set_map(hub->task->set, hub->way.kinds[hub->hop],
					       hub->way.kinds[hub->hop + 1]);
	struct trace_index targets;
	struct trace own;
	struct piece piece = {.hub = hub, .trace = &own};
	enum err err = OK;

	trace_init(&own, hub->arena);
	hub->output_count = 0;
	if (hub->hop > 0) {
		err = trace_index_targets(&hub->trace, &targets);
		piece.targets = &targets;
	}
	if (err == OK && map->join != NULL &&
	    (hub->count > 1 || join_is_part(map, hub->documents[0])))
		err = translate_joined(&piece, map);
	else if (err == OK)
		err = translate_each(&piece, map);
	return err == OK && hub->errors == 0 ? lead_on(hub, &own) : err;
}
