#include "messages/report.h"

#include <stdio.h>
#include <string.h>

#include "messages/graft.h"

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
	const struct branch *root = fate->source, *value = root, *after;
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

/* The room at the buffer's end, so that the buffer is asked only when it is used up. */
struct writer {
	struct buffer *buffer;
	uint8_t *at;
	uint8_t *end;
	struct path source; /* the last ones */
	struct path target;
};

static bool more_room(struct writer *writer, size_t bytes)
{
	if (writer->at != NULL)
		buffer_fill(writer->buffer, writer->at);
	writer->at = buffer_room(writer->buffer, bytes);
	writer->end = writer->at == NULL ? NULL : writer->buffer->at + writer->buffer->room;
	return writer->at != NULL;
}

static inline bool has_room(struct writer *writer, size_t bytes)
{
	return bytes <= (size_t)(writer->end - writer->at) || more_room(writer, bytes);
}

static inline __attribute__((always_inline)) void put(struct writer *writer, const char *text,
						      size_t len)
{
	if (has_room(writer, len))
		writer->at = mempcpy(writer->at, text, len);
}

/* For literals, whose length is known beforehand. */
#define PUT(writer, literal) put(writer, literal, sizeof(literal) - 1)

static void put_escaped(struct writer *writer, uint8_t byte)
{
	static const char short_forms[256] = {
		['"'] = '"', ['\\'] = '\\', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
	char form[] = "\\u0000";

	if (short_forms[byte] != 0) {
		form[1] = short_forms[byte];
		put(writer, form, 2);
		return;
	}
	form[4] = "0123456789abcdef"[byte >> 4];
	form[5] = "0123456789abcdef"[byte & 0xF];
	put(writer, form, 6);
}

static inline bool is_plain(uint8_t byte)
{
	return byte >= 0x20 && byte != '"' && byte != '\\';
}

#define ONES UINT64_C(0x0101010101010101)

/* Nonzero when one of eight bytes is less than count, which is at most 0x80. */
static inline uint64_t less(uint64_t word, uint64_t count)
{
	return (word - ONES * count) & ~word & ONES * 0x80;
}

/* Nonzero when one of eight bytes does not stand for itself. */
static inline uint64_t odd(uint64_t word)
{
	return less(word, 0x20) | less(word ^ ONES * '"', 1) | less(word ^ ONES * '\\', 1);
}

static inline uint64_t load(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Do all stand for themselves, as nearly always? The last eight may be looked at twice. */
static inline bool are_plain(const uint8_t *at, size_t len)
{
	uint64_t odds = 0;

	if (len < sizeof(uint64_t)) {
		for (size_t i = 0; i < len; i++)
			if (!is_plain(at[i]))
				return false;
		return true;
	}
	for (size_t i = 0; i + sizeof(uint64_t) <= len; i += sizeof(uint64_t))
		odds |= odd(load(at + i));
	return (odds | odd(load(at + len - sizeof(uint64_t)))) == 0;
}

static void put_odd_string(struct writer *writer, const uint8_t *from, size_t len)
{
	for (size_t i = 0; i < len && has_room(writer, len - i);) {
		for (; i < len && is_plain(from[i]); i++)
			*writer->at++ = from[i];
		if (i < len)
			put_escaped(writer, from[i++]);
	}
}

/* RFC 8259 section 7. */
static void put_string(struct writer *writer, const char *text)
{
	const uint8_t *from = (const uint8_t *)text;
	size_t len = strlen(text);

	if (!has_room(writer, len + 2))
		return;
	*writer->at++ = '"';
	if (are_plain(from, len))
		writer->at = mempcpy(writer->at, from, len);
	else
		put_odd_string(writer, from, len);
	PUT(writer, "\"");
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
	const uint8_t *start = writer->at;

	if (known > 0)
		writer->at =
			mempcpy(writer->at, writer->buffer->at + path->at, path->ends[known - 1]);
	for (size_t i = 0; i < count; i++) {
		writer->at = (uint8_t *)branch_put_step(steps[i], (char *)writer->at);
		path->steps[known + i] = steps[i];
		path->ends[known + i] = (size_t)(writer->at - start);
	}
	path->count = known + count;
	path->at = (size_t)(start - writer->buffer->at);
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
	at = (char *)writer->at;
	at = side->value != NULL ? graft_put_path(side->branch, side->value, at)
				 : branch_put_path(side->branch, at);
	writer->at = (uint8_t *)at;
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
	struct writer writer = {.buffer = to};
	size_t rows = count_of(report) + report->supplied_count;

	if (rows < to->max_bytes / ROW_BYTES)
		(void)more_room(&writer, (rows + 1) * ROW_BYTES);
	put_member(&writer, "{\"from\":", report->from);
	put_member(&writer, ",\"to\":", report->to);
	put_hash(&writer, ",\"schemaSet\":", &report->schema_set);
	put_sides(&writer, report);
	put_rows(&writer, report, REPORT_FIELD);
	put_rows(&writer, report, REPORT_CHANGED);
	put_rows(&writer, report, REPORT_DROPPED);
	put_rows(&writer, report, REPORT_SUPPLIED);
	PUT(&writer, "]}\n");
	if (writer.at != NULL)
		buffer_fill(to, writer.at);
	return buffer_error(to);
}
