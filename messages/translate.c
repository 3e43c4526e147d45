#include "messages/translate.h"

#include <string.h>

#include "messages/canonical.h"
#include "messages/outline.h"
#include "messages/walk.h"
#include "sampan/limit.h"

/* ---- What must be there and what must not be lost ---- */

static const char *missing_path(struct walk *walk, const char *above, const struct shape *missing)
{
	const char *path = arena_format(walk->arena, missing->is_attribute ? "%s/@%s" : "%s/%s[1]",
					above, missing->name);

	if (path == NULL)
		walk->err = ERR_MEMORY;
	return path;
}

/* Names the values that are missing: of an element those it must have, or itself when it must have
 * none. */
static void find_missing(struct walk *walk, const char *above, const struct shape *missing)
{
	const char *path = missing_path(walk, above, missing);
	bool is_named = false;

	for (size_t i = 0; path != NULL && i < missing->child_count; i++) {
		if (missing->children[i]->min == 0)
			continue;
		find_missing(walk, path, missing->children[i]);
		is_named = true;
	}
	if (path == NULL || (is_named && !missing->is_leaf))
		return;
	walk_finding(walk, &(struct walk_fault){.code = "value-missing",
						.path = path,
						.value = "",
						.words = {missing->name, path}});
}

static void visit_missing(void *context, struct branch *parent, const struct shape *missing)
{
	struct walk *walk = context;
	const char *above = branch_path(parent, walk->arena);

	if (above == NULL)
		walk->err = ERR_MEMORY;
	else if (walk->err == OK)
		find_missing(walk, above, missing);
}

static void find_losses(struct walk *walk, bool is_cut)
{
	for (const struct tally_loss *loss = walk->tally.losses; loss != NULL; loss = loss->next) {
		struct branch *source = loss->source;

		if (loss->is_cut == is_cut)
			walk_finding(walk, &(struct walk_fault){
						   .code = "must-carry",
						   .where = source,
						   .value = source->text,
						   .words = {source->shape->name, loss->reason}});
	}
}

static void check_target(struct walk *walk)
{
	if (walk->carried == 0) {
		walk_finding(walk, &(struct walk_fault){.code = "map-takes-nothing",
							.where = walk->source.root,
							.value = "",
							.words = {schema_full_id(walk->map->from),
								  schema_full_id(walk->map->to)}});
		return;
	}
	if (walk->target.missing > 0)
		target_each_missing(walk->target.root, visit_missing, walk);
	find_losses(walk, false);
	find_losses(walk, true);
}

/* ---- Output ---- */

/* The buffer asks for more room than an escaped text may need: only what is written counts. */
static enum err write_output(struct walk *walk, size_t expected, struct bytes *ret_output)
{
	struct buffer buffer;
	enum err err;

	buffer_init(&buffer, 2 * LIMIT_DOCUMENT_BYTES);
	(void)buffer_room(&buffer,
			  expected < LIMIT_DOCUMENT_BYTES ? expected : LIMIT_DOCUMENT_BYTES);
	canonical_write(walk->target.root, &buffer);
	err = buffer_error(&buffer);
	if (err == OK && buffer.len > LIMIT_DOCUMENT_BYTES)
		err = ERR_LIMIT;
	if (err == OK)
		err = buffer_give(&buffer, walk->arena, ret_output);
	buffer_clear(&buffer);
	return err;
}

static enum err read_again(struct walk *walk, struct bytes output)
{
	struct document *document = NULL;
	enum err err = document_read(output, LIMIT_DOCUMENT_BYTES, walk->findings, &document);

	if (err == OK && document != NULL)
		err = schema_check_form(walk->set, walk->map->to, document, walk->findings);
	document_free(document);
	return err;
}

/*
 * The bytes were written from the same branches, and what stands in them may stand in XML: the
 * source was read, facts were looked at. So they are not parsed again (it would cost a third of a
 * translation), unless there are more values than a reader takes: then reading says so.
 */
static enum err check_output(struct walk *walk, struct bytes output)
{
	struct document document = {.bytes = output};
	size_t values = 0;
	enum err err = target_grow(&walk->target);

	if (err != OK || schema_passes_branch(walk->map->to, walk->target.root))
		return err;
	document.xml = outline_new(walk->target.root, walk->arena, &values);
	if (document.xml == NULL)
		return ERR_MEMORY;
	if (values > LIMIT_DOCUMENT_VALUES)
		return read_again(walk, output);
	return schema_check_form(walk->set, walk->map->to, &document, walk->findings);
}

static void find_too_large(struct walk *walk)
{
	const char *limit = arena_format(walk->arena, "%u", LIMIT_DOCUMENT_BYTES);

	walk_finding(walk, &(struct walk_fault){.code = "translation-too-large",
						.where = walk->source.root,
						.value = "",
						.words = {schema_full_id(walk->map->to), limit}});
}

/* ---- The whole ---- */

static enum err prepare(struct walk *walk, const struct document *source)
{
	const struct map *map = walk->map;
	enum err err = source_read(source, schema_shape(map->from), &walk->source);

	if (err != OK)
		return err;
	walk->states =
		arena_alloc_array(walk->arena, walk->source.trunk->count, sizeof(*walk->states));
	if (walk->states == NULL)
		return ERR_MEMORY;
	if ((err = tally_init(&walk->tally, map, walk->states, walk->source.value_count,
			      walk->arena)) != OK)
		return err;
	return target_init(&walk->target, schema_shape(map->to), walk->states, walk->arena);
}

/* The map carried out: output and rows, which are not set when there are errors. */
static enum err apply(struct walk *walk, const struct document *source,
		      struct translation *translation)
{
	const struct map *map = walk->map;
	size_t errors = walk->findings->errors;
	enum err err;

	if ((err = prepare(walk, source)) != OK || (err = walk_map(walk)) != OK)
		return err;
	if (walk->findings->errors == errors)
		check_target(walk);
	if (walk->err != OK || walk->findings->errors > errors)
		return walk->err;
	translation->report.from = schema_full_id(map->from);
	translation->report.to = schema_full_id(map->to);
	tally_report(&walk->tally, &translation->report);
	err = write_output(walk, 2 * source->bytes.len, &translation->output);
	if (err != ERR_LIMIT)
		return err;
	find_too_large(walk);
	return walk->err;
}

static void set_hashes(const struct walk *walk, const struct document *source,
		       struct translation *translation)
{
	translation->report.schema_set = *schema_set_hash(walk->set);
	translation->report.input = hash_of(source->bytes);
	translation->report.output = hash_of(translation->output);
}

enum err translate_document(const struct schema_set *set, const struct document *source,
			    const struct schema *from, const struct schema *to,
			    const struct facts *outside, struct arena *arena,
			    struct findings *findings, struct translation *ret_translation)
{
	struct walk walk = {.set = set,
			    .map = schema_set_map(set, from, to),
			    .outside = outside,
			    .arena = arena,
			    .findings = findings,
			    .misfit = UINT32_MAX,
			    .err = OK};
	struct translation translation = {0};
	size_t errors = findings->errors;
	enum err err;

	if (walk.map == NULL)
		return ERR_MISSING;
	if ((err = apply(&walk, source, &translation)) != OK || findings->errors > errors ||
	    (err = check_output(&walk, translation.output)) != OK || findings->errors > errors)
		return err;
	set_hashes(&walk, source, &translation);
	*ret_translation = translation;
	return OK;
}

enum err translate_unchecked(const struct schema_set *set, const struct document *source,
			     const struct schema *from, const struct schema *to,
			     const struct facts *outside, struct arena *arena,
			     struct findings *findings, struct translation *ret_translation)
{
	struct walk walk = {.set = set,
			    .map = schema_set_map(set, from, to),
			    .outside = outside,
			    .arena = arena,
			    .findings = findings,
			    .misfit = UINT32_MAX,
			    .err = OK};
	struct translation translation = {0};
	size_t errors = findings->errors;
	enum err err;

	if (walk.map == NULL)
		return ERR_MISSING;
	if ((err = apply(&walk, source, &translation)) == OK && findings->errors == errors)
		*ret_translation = translation;
	return err;
}
