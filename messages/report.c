#include "messages/report.h"

#include <stdio.h>
#include <string.h>

#include "messages/graft.h"
#include "messages/json_writer.h"

/* ---- Rows ---- */

/* A row as it lies there: a side is a branch, a text, or neither. */
struct side {
	const struct branch *branch;
	const struct branch *value; /* of the source, when the branch is a graft */
	const char *text;
};

struct lying {
	struct side source;
	struct side target;
	struct report_row row; /* without its paths */
};

const char report_grafted[] = "grafted";

/* Where somebody reads: how many rows are behind, and in a grafted one the values. */
#define PLACE_BITS 32

static size_t count_of(const struct report *report)
{
	if (report->rows == NULL)
		return report->fate_count;
	return report->field_count + report->changed_count + report->dropped_count +
	       report->supplied_count;
}

static enum report_kind kind_of(const struct report_fate *fate)
{
	if (fate->target == NULL)
		return REPORT_DROPPED;
	return fate->word == NULL || fate->word == report_grafted ? REPORT_FIELD : REPORT_CHANGED;
}

static struct lying lying_fate(const struct report_fate *fate)
{
	struct lying lying = {
		.source.branch = fate->source,
		.target.branch = fate->target,
		.row = {.kind = kind_of(fate), .from = fate->source->text, .word = fate->word}};

	if (lying.row.kind != REPORT_DROPPED)
		lying.row.to =
			lying.row.kind == REPORT_FIELD ? fate->source->text : fate->target->text;
	return lying;
}

static struct lying lying_supply(const struct report_supply *supply)
{
	return (struct lying){.source.branch = supply->source,
			      .target.branch = supply->target,
			      .row = {.kind = REPORT_SUPPLIED,
				      .to = supply->target->text,
				      .word = supply->origin,
				      .ref = supply->ref}};
}

static struct lying lying_row(const struct report_row *row)
{
	return (struct lying){.source.text = row->source, .target.text = row->target, .row = *row};
}

/* One of the values of a grafted row. The next place is that of the next value, or row. */
static struct lying lying_grafted(const struct report_fate *fate, size_t *at)
{
	const struct branch *root = fate->source, *value, *after;
	size_t row = *at & UINT32_MAX, number = *at >> PLACE_BITS;

	value = number == 0 ? graft_next(root, NULL) : root + (number - root->number);
	after = graft_next(root, value);
	*at = after == NULL ? row + 1 : row | (size_t)after->number << PLACE_BITS;
	return (struct lying){
		.source.branch = value,
		.target = {.branch = fate->target, .value = value},
		.row = {.kind = REPORT_FIELD, .from = value->text, .to = value->text}};
}

static struct lying lying_next(const struct report *report, size_t *at)
{
	const struct report_fate *fate = &report->fates[*at & UINT32_MAX];

	if (fate->word == report_grafted)
		return lying_grafted(fate, at);
	++*at;
	return lying_fate(fate);
}

static bool next(const struct report *report, enum report_kind kind, size_t *at,
		 struct lying *ret_lying)
{
	size_t count = count_of(report);

	if (report->rows == NULL && kind == REPORT_SUPPLIED) {
		if (*at == report->supplied_count)
			return false;
		*ret_lying = lying_supply(&report->supplies[(*at)++]);
		return true;
	}
	for (; (*at & UINT32_MAX) < count; ++*at) {
		if (report->rows != NULL && report->rows[*at].kind == kind)
			*ret_lying = lying_row(&report->rows[(*at)++]);
		else if (report->rows == NULL && kind_of(&report->fates[*at & UINT32_MAX]) == kind)
			*ret_lying = lying_next(report, at);
		else
			continue;
		return true;
	}
	return false;
}

static const char *path_of(const struct side *side, struct arena *arena)
{
	if (side->value != NULL)
		return graft_path(side->branch, side->value, arena);
	return side->branch == NULL ? side->text : branch_path(side->branch, arena);
}

bool report_next(const struct report *report, enum report_kind kind, size_t *at,
		 struct arena *arena, struct report_row *ret_row)
{
	struct lying lying;

	if (!next(report, kind, at, &lying))
		return false;
	*ret_row = lying.row;
	ret_row->source = path_of(&lying.source, arena);
	ret_row->target = path_of(&lying.target, arena);
	return true;
}

/* ---- JSON ---- */

#define DIGITS 10u     /* of a place, at most */
#define STEPS 32u      /* of a path that is remembered */
#define NEAR 3u        /* of them, from the end, are looked for */
#define ROW_BYTES 192u /* about what one needs */

/* A path that was written, and where each of its steps ends in it: the next path begins alike. */
struct path {
	const struct branch *steps[STEPS];
	size_t ends[STEPS];
	size_t count;
	size_t at;       /* in the buffer */
	bool is_grafted; /* what its steps stand in is not seen by them */
};

struct writer {
	struct json_writer to;
	struct path source; /* the last ones */
	struct path target;
};

static inline bool has_room(struct writer *writer, size_t bytes)
{
	return json_writer_has_room(&writer->to, bytes);
}

static inline __attribute__((always_inline)) void put(struct writer *writer, const char *text,
						      size_t len)
{
	json_writer_put(&writer->to, text, len);
}

/* For literals, whose length is known beforehand. */
#define PUT(writer, literal) put(writer, literal, sizeof(literal) - 1)

static void put_string(struct writer *writer, const char *text)
{
	json_writer_put_string(&writer->to, text);
}

static inline __attribute__((always_inline)) void put_member(struct writer *writer,
							     const char *before, const char *text)
{
	put(writer, before, strlen(before));
	put_string(writer, text);
}

static void put_hash(struct writer *writer, const char *before, const struct hash *hash)
{
	char hex[HASH_HEX_BYTES];

	hash_format_hex(hash, hex);
	put_member(writer, before, hex);
}

/* The hashes of one side. */
static void put_hashes(struct writer *writer, const char *before, const struct hash *hashes,
		       size_t count)
{
	put(writer, before, strlen(before));
	for (size_t i = 0; i < count; i++)
		put_hash(writer, i == 0 ? "" : ",", &hashes[i]);
	PUT(writer, "]");
}

static void put_sides(struct writer *writer, const struct report *report)
{
	const struct report_more *more = report->more;
	bool has_inputs = more != NULL && more->inputs != NULL;
	bool has_outputs = more != NULL && more->outputs != NULL;

	put_hashes(writer, ",\"inputHashes\":[", has_inputs ? more->inputs : &report->input,
		   has_inputs ? more->input_count : 1);
	put_hashes(writer, ",\"outputHashes\":[", has_outputs ? more->outputs : &report->output,
		   has_outputs ? more->output_count : 1);
	if (more == NULL || more->via_count == 0)
		return;
	PUT(writer, ",\"via\":[");
	for (size_t i = 0; i < more->via_count; i++)
		put_member(writer, i == 0 ? "" : ",", more->via[i]);
	put_hashes(writer, "],\"viaHashes\":[", more->via_hashes, more->via_count);
}

/* How many steps this one begins with, as the last one did. */
static size_t same_steps(const struct path *path, const struct branch *const *steps, size_t count)
{
	size_t same = 0;

	while (same < count && same < path->count && path->steps[same] == steps[same])
		same++;
	return same;
}

/* How many of the last path's steps lead to this one; of them, only the last few are looked at. */
static size_t known_steps(const struct path *path, const struct branch *step)
{
	for (size_t i = path->count; i > 0 && i + NEAR > path->count; i--)
		if (path->steps[i - 1] == step)
			return i;
	return 0;
}

/* Behind the first `known` steps of the last path, these. */
static void put_steps(struct writer *writer, struct path *path, size_t known,
		      const struct branch *const *steps, size_t count)
{
	const uint8_t *start = writer->to.at;

	if (known > 0)
		writer->to.at = mempcpy(writer->to.at, writer->to.buffer->at + path->at,
					path->ends[known - 1]);
	for (size_t i = 0; i < count; i++) {
		writer->to.at = (uint8_t *)branch_put_step(steps[i], (char *)writer->to.at);
		path->steps[known + i] = steps[i];
		path->ends[known + i] = (size_t)(writer->to.at - start);
	}
	path->count = known + count;
	path->at = (size_t)(start - writer->to.buffer->at);
}

/* The step before, which is the graft's branch for what stands in its source. */
static const struct branch *step_above(const struct side *side, const struct branch *step)
{
	if (side->value != NULL && step->parent == graft_of(side->branch)->source)
		return side->branch;
	return step->parent;
}

static const struct branch *last_step(const struct side *side)
{
	bool is_within = side->value != NULL && side->value != graft_of(side->branch)->source;

	return is_within ? side->value : side->branch;
}

/* Of more steps than are remembered. */
static void put_whole(struct writer *writer, struct path *path, const struct side *side)
{
	size_t room = 0;
	char *at;

	for (const struct branch *step = last_step(side); step != NULL;
	     step = step_above(side, step))
		room += step->shape->step.len + DIGITS;
	path->count = 0;
	if (!has_room(writer, room))
		return;
	at = (char *)writer->to.at;
	at = side->value != NULL ? graft_put_path(side->branch, side->value, at)
				 : branch_put_path(side->branch, at);
	writer->to.at = (uint8_t *)at;
}

/* What a name may hold stands for itself in JSON (XML 1.0 section 2.3). */
static void put_branch(struct writer *writer, struct path *path, const struct side *side)
{
	const struct branch *steps[STEPS], *step = last_step(side);
	size_t at = STEPS, room = 0, known = 0;
	bool is_near = side->value == NULL && !path->is_grafted;

	for (; step != NULL && at > 0; step = step_above(side, step)) {
		if (is_near && (known = known_steps(path, step)) > 0)
			break;
		room += step->shape->step.len + DIGITS;
		steps[--at] = step;
	}
	if ((step != NULL && known == 0) || known + STEPS - at > STEPS) {
		put_whole(writer, path, side);
		return;
	}
	if (known > 0) {
		room += path->ends[known - 1];
	} else {
		known = same_steps(path, steps + at, STEPS - at);
		at += known;
	}
	path->is_grafted = side->value != NULL;
	if (has_room(writer, room))
		put_steps(writer, path, known, steps + at, STEPS - at);
}

static void put_path(struct writer *writer, struct path *path, const struct side *side)
{
	if (side->branch == NULL) {
		put_string(writer, side->text);
		return;
	}
	PUT(writer, "\"");
	put_branch(writer, path, side);
	PUT(writer, "\"");
}

static bool is_there(const struct side *side)
{
	return side->branch != NULL || side->text != NULL;
}

static void put_number(struct writer *writer, const char *before, uint32_t number)
{
	char text[DIGITS + 1];

	put(writer, before, strlen(before));
	put(writer, text, (size_t)snprintf(text, sizeof(text), "%u", (unsigned)number));
}

/* The end of a row, and which documents it is about. */
static void put_place(struct writer *writer, const struct report *report, const struct lying *lying)
{
	const struct report_more *more = report->more;

	if (more != NULL && more->numbers_sources && is_there(&lying->source))
		put_number(writer, ",\"sourceDocument\":", lying->row.source_document);
	if (more != NULL && more->numbers_targets && is_there(&lying->target))
		put_number(writer, ",\"document\":", lying->row.document);
	PUT(writer, "}");
}

static void put_field(struct writer *writer, const struct lying *lying)
{
	PUT(writer, "{\"source\":");
	put_path(writer, &writer->source, &lying->source);
	PUT(writer, ",\"target\":");
	put_path(writer, &writer->target, &lying->target);
	put_member(writer, ",\"value\":", lying->row.to);
}

static void put_changed(struct writer *writer, const struct lying *lying)
{
	PUT(writer, "{\"source\":");
	put_path(writer, &writer->source, &lying->source);
	PUT(writer, ",\"target\":");
	put_path(writer, &writer->target, &lying->target);
	put_member(writer, ",\"from\":", lying->row.from);
	put_member(writer, ",\"to\":", lying->row.to);
	put_member(writer, ",\"reason\":", lying->row.word);
}

static void put_dropped(struct writer *writer, const struct lying *lying)
{
	PUT(writer, "{\"source\":");
	put_path(writer, &writer->source, &lying->source);
	put_member(writer, ",\"value\":", lying->row.from);
	put_member(writer, ",\"reason\":", lying->row.word);
}

static void put_supplied(struct writer *writer, const struct lying *lying)
{
	PUT(writer, "{\"target\":");
	put_path(writer, &writer->target, &lying->target);
	put_member(writer, ",\"value\":", lying->row.to);
	put_member(writer, ",\"origin\":", lying->row.word);
	PUT(writer, ",\"ref\":");
	if (is_there(&lying->source))
		put_path(writer, &writer->source, &lying->source);
	else
		put_string(writer, lying->row.ref);
}

static void put_rows(struct writer *writer, const struct report *report, enum report_kind kind)
{
	static const struct {
		const char *name;
		void (*put)(struct writer *writer, const struct lying *lying);
	} forms[] = {[REPORT_FIELD] = {",\"fields\":[", put_field},
		     [REPORT_CHANGED] = {"],\"changed\":[", put_changed},
		     [REPORT_DROPPED] = {"],\"dropped\":[", put_dropped},
		     [REPORT_SUPPLIED] = {"],\"supplied\":[", put_supplied}};
	struct lying lying;
	size_t at = 0;
	bool is_first = true;

	put(writer, forms[kind].name, strlen(forms[kind].name));
	for (; next(report, kind, &at, &lying); is_first = false) {
		if (!is_first)
			PUT(writer, ",");
		forms[kind].put(writer, &lying);
		put_place(writer, report, &lying);
	}
}

enum err report_format_json(const struct report *report, struct buffer *to)
{
	struct writer writer = {.to = {.buffer = to}};
	size_t rows = count_of(report) + report->supplied_count;

	if (rows < (to->max_bytes - to->len) / ROW_BYTES)
		(void)has_room(&writer, (rows + 1) * ROW_BYTES);
	put_member(&writer, "{\"from\":", report->from);
	put_member(&writer, ",\"to\":", report->to);
	put_hash(&writer, ",\"schemaSet\":", &report->schema_set);
	put_sides(&writer, report);
	put_rows(&writer, report, REPORT_FIELD);
	put_rows(&writer, report, REPORT_CHANGED);
	put_rows(&writer, report, REPORT_DROPPED);
	put_rows(&writer, report, REPORT_SUPPLIED);
	PUT(&writer, "]}\n");
	return json_writer_end(&writer.to);
}
