#include "messages/report_inside.h"

#include <string.h>

#include "messages/graft.h"
#include "messages/json_writer.h"
#include "messages/report_like.h"

#define DIGITS 10u /* of a place, at most */
#define LENGTH_DIGITS 20u
#define STEPS 32u                /* of a path that is remembered */
#define NEAR 3u                  /* of them, from the end, are looked for */
#define ROW_BYTES 192u           /* about what one needs */
#define NAMES_BYTES 40u          /* about what the names of a row's members are */
#define SLOTS (2 * REPORT_WORDS) /* a power of two */

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
	bool is_brief;
	const char *words[REPORT_WORDS]; /* of a brief one: that were written */
	size_t word_lens[REPORT_WORDS];
	uint8_t slots[SLOTS]; /* by the words' addresses, their places plus 1; 0: none */
	size_t word_count;
	size_t saved;             /* how much longer it would be if it were whole */
	struct report_like *like; /* of a brief one whose rows may be repeated; or NULL */
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

static inline void put_digits(struct writer *writer, size_t number)
{
	json_writer_put_number(&writer->to, number);
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

/* What a path begins with as the last one did: written again, or how many bytes it is. */
static void put_known(struct writer *writer, const struct path *path, size_t len)
{
	if (writer->is_brief) {
		writer->saved += len;
		put_digits(writer, len);
		PUT(writer, ",\"");
	} else {
		PUT(writer, "\"");
		put(writer, (const char *)writer->to.buffer->at + path->at, len);
	}
}

/* Behind the first `known` steps of the last path, these. */
static void put_steps(struct writer *writer, struct path *path, size_t known,
		      const struct branch *const *steps, size_t count)
{
	size_t len = known > 0 ? path->ends[known - 1] : 0;
	const uint8_t *start;

	put_known(writer, path, len);
	start = writer->to.at;
	for (size_t i = 0; i < count; i++) {
		writer->to.at = (uint8_t *)branch_put_step(steps[i], (char *)writer->to.at);
		path->steps[known + i] = steps[i];
		path->ends[known + i] = len + (size_t)(writer->to.at - start);
	}
	path->count = known + count;
	path->at = (size_t)(start - writer->to.buffer->at) - len; /* not used when it is brief */
	PUT(writer, "\"");
}

/* The step before, which is the graft's branch for what stands in its source. */
static const struct branch *step_above(const struct report_side *side, const struct branch *step)
{
	if (side->value != NULL && step->parent == graft_of(side->branch)->source)
		return side->branch;
	return step->parent;
}

static const struct branch *last_step(const struct report_side *side)
{
	bool is_within = side->value != NULL && side->value != graft_of(side->branch)->source;

	return is_within ? side->value : side->branch;
}

/* Of more steps than are remembered. */
static void put_whole(struct writer *writer, struct path *path, const struct report_side *side)
{
	size_t room = 0;
	char *at;

	for (const struct branch *step = last_step(side); step != NULL;
	     step = step_above(side, step))
		room += step->shape->step.len + DIGITS;
	path->count = 0;
	if (!has_room(writer, room + 2))
		return;
	at = (char *)writer->to.at;
	*at++ = '"';
	at = side->value != NULL ? graft_put_path(side->branch, side->value, at)
				 : branch_put_path(side->branch, at);
	*at++ = '"';
	writer->to.at = (uint8_t *)at;
}

/* Of what stands beside the last one, or in it, as most do: what the search would find. */
static bool put_near(struct writer *writer, struct path *path, const struct report_side *side)
{
	const struct branch *step = side->branch;
	size_t known = path->count;

	if (side->value != NULL || path->is_grafted || known == 0 || step == path->steps[known - 1])
		return false;
	if (known > 1 && step->parent == path->steps[known - 2])
		known--;
	else if (known == STEPS || step->parent != path->steps[known - 1])
		return false;
	if (has_room(writer, path->ends[known - 1] + step->shape->step.len + DIGITS +
				     sizeof(",\"\"") + LENGTH_DIGITS))
		put_steps(writer, path, known, &step, 1);
	return true;
}

/* What a name may hold stands for itself in JSON (XML 1.0 section 2.3). */
static void put_branch(struct writer *writer, struct path *path, const struct report_side *side)
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
	if (has_room(writer, room + sizeof(",\"\"") + LENGTH_DIGITS))
		put_steps(writer, path, known, steps + at, STEPS - at);
}

static void put_path(struct writer *writer, struct path *path, const struct report_side *side)
{
	if (side->branch == NULL)
		put_string(writer, side->text);
	else if (!put_near(writer, path, side))
		put_branch(writer, path, side);
}

static bool is_there(const struct report_side *side)
{
	return side->branch != NULL || side->text != NULL;
}

static void put_number(struct writer *writer, const char *before, uint32_t number)
{
	put(writer, before, strlen(before));
	put_digits(writer, number);
}

/* The end of a row, and which documents it is about. */
static void put_place(struct writer *writer, const struct report *report,
		      const struct report_lying *lying)
{
	const struct report_more *more = report->more;
	bool has_source = more != NULL && more->numbers_sources && is_there(&lying->source);
	bool has_target = more != NULL && more->numbers_targets && is_there(&lying->target);
	bool is_apart = writer->is_brief && (has_source || has_target);

	if (is_apart)
		PUT(writer, ",{");
	else if (has_source || has_target)
		PUT(writer, ",");
	if (has_source)
		put_number(writer, "\"sourceDocument\":", lying->row.source_document);
	if (has_target)
		put_number(writer,
			   has_source ? ",\"document\":" : "\"document\":", lying->row.document);
	if (is_apart)
		PUT(writer, "}");
	if (writer->is_brief)
		PUT(writer, "]");
	else
		PUT(writer, "}");
}

/* The name of a member; of a row that is a list only what stands between. */
#define PUT_NAME(writer, name) \
	do { \
		if ((writer)->is_brief) \
			put(writer, (name)[0] == '{' ? "[" : ",", 1); \
		else \
			PUT(writer, name); \
	} while (0)

#define PUT_VALUE(writer, name, text) \
	do { \
		PUT_NAME(writer, name); \
		put_string(writer, text); \
	} while (0)

/* Where a word is, or where it would be: half of the slots are free. */
static uint8_t *slot_of(struct writer *writer, const char *word)
{
	size_t at = (uintptr_t)word * UINT64_C(0x9E3779B97F4A7C15) >> 56;
	uint8_t *slot = &writer->slots[at % SLOTS];

	while (*slot != 0 && writer->words[*slot - 1] != word)
		slot = &writer->slots[++at % SLOTS];
	return slot;
}

/* One of few, which come again and again: the second time its place among them. */
static void put_word(struct writer *writer, const char *word)
{
	uint8_t *slot = writer->is_brief ? slot_of(writer, word) : NULL;

	if (slot != NULL && *slot != 0) {
		writer->saved += writer->word_lens[*slot - 1];
		put_digits(writer, *slot - 1u);
		return;
	}
	put_string(writer, word);
	if (slot == NULL || writer->word_count == REPORT_WORDS)
		return;
	writer->words[writer->word_count] = word;
	writer->word_lens[writer->word_count] = strlen(word);
	*slot = (uint8_t)++writer->word_count;
}

static void put_from_to(struct writer *writer, const struct report_lying *lying)
{
	PUT_NAME(writer, "{\"source\":");
	put_path(writer, &writer->source, &lying->source);
	PUT_NAME(writer, ",\"target\":");
	put_path(writer, &writer->target, &lying->target);
}

static void put_field(struct writer *writer, const struct report_lying *lying)
{
	put_from_to(writer, lying);
	PUT_VALUE(writer, ",\"value\":", lying->row.to);
}

static void put_changed(struct writer *writer, const struct report_lying *lying)
{
	put_from_to(writer, lying);
	PUT_VALUE(writer, ",\"from\":", lying->row.from);
	PUT_VALUE(writer, ",\"to\":", lying->row.to);
	PUT_NAME(writer, ",\"reason\":");
	put_word(writer, lying->row.word);
}

static void put_dropped(struct writer *writer, const struct report_lying *lying)
{
	PUT_NAME(writer, "{\"source\":");
	put_path(writer, &writer->source, &lying->source);
	PUT_VALUE(writer, ",\"value\":", lying->row.from);
	PUT_NAME(writer, ",\"reason\":");
	put_word(writer, lying->row.word);
}

static void put_supplied(struct writer *writer, const struct report_lying *lying)
{
	bool is_path = is_there(&lying->source);

	PUT_NAME(writer, "{\"target\":");
	put_path(writer, &writer->target, &lying->target);
	PUT_VALUE(writer, ",\"value\":", lying->row.to);
	PUT_NAME(writer, ",\"origin\":");
	put_word(writer, lying->row.word);
	PUT_NAME(writer, ",\"ref\":");
	if (is_path && writer->is_brief)
		PUT(writer, "[");
	if (is_path)
		put_path(writer, &writer->source, &lying->source);
	else
		put_word(writer, lying->row.ref);
	if (is_path && writer->is_brief)
		PUT(writer, "]");
}

static size_t written(const struct writer *writer)
{
	return writer->to.at == NULL ? 0 : (size_t)(writer->to.at - writer->to.buffer->at);
}

struct form {
	const char *name;
	void (*put)(struct writer *writer, const struct report_lying *lying);
};

static void put_row(struct writer *writer, const struct report *report, const struct form *form,
		    const struct report_lying *lying)
{
	size_t begin = written(writer), saved = writer->saved;

	form->put(writer, lying);
	writer->saved += NAMES_BYTES;
	put_place(writer, report, lying);
	if (writer->like != NULL)
		report_like_note(writer->like, lying,
				 written(writer) - begin + writer->saved - saved);
}

static void put_rows(struct writer *writer, const struct report *report, enum report_kind kind)
{
	static const struct form forms[] = {[REPORT_FIELD] = {",\"fields\":[", put_field},
					    [REPORT_CHANGED] = {"],\"changed\":[", put_changed},
					    [REPORT_DROPPED] = {"],\"dropped\":[", put_dropped},
					    [REPORT_SUPPLIED] = {"],\"supplied\":[", put_supplied}};
	struct report_lying lying;
	bool is_first = true;
	size_t at = 0;

	put(writer, forms[kind].name, strlen(forms[kind].name));
	if (writer->like != NULL)
		report_like_begin(writer->like);
	for (; report_next_lying(report, kind, &at, &lying); is_first = false) {
		if (writer->like != NULL &&
		    report_like_put(writer->like, &writer->to, &lying, &writer->saved))
			continue;
		if (!is_first)
			PUT(writer, ",");
		put_row(writer, report, &forms[kind], &lying);
	}
	if (writer->like != NULL)
		report_like_end(writer->like, &writer->to);
}

static enum err format(struct writer *writer, const struct report *report)
{
	struct buffer *to = writer->to.buffer;
	size_t rows = report_count(report) + report->supplied_count;

	if (rows < (to->max_bytes - to->len) / ROW_BYTES)
		(void)has_room(writer, (rows + 1) * ROW_BYTES);
	if (writer->is_brief)
		PUT(writer, REPORT_BRIEF_BEGIN);
	else
		PUT(writer, "{");
	put_member(writer, "\"from\":", report->from);
	put_member(writer, ",\"to\":", report->to);
	put_hash(writer, ",\"schemaSet\":", &report->schema_set);
	put_sides(writer, report);
	put_rows(writer, report, REPORT_FIELD);
	put_rows(writer, report, REPORT_CHANGED);
	put_rows(writer, report, REPORT_DROPPED);
	put_rows(writer, report, REPORT_SUPPLIED);
	PUT(writer, "]}\n");
	return json_writer_end(&writer->to);
}

enum err report_format_json(const struct report *report, struct buffer *to)
{
	struct writer writer = {.to = {.buffer = to}};

	return format(&writer, report);
}

enum err report_format_brief(const struct report *report, struct buffer *to, size_t max_bytes)
{
	struct report_like like;
	struct writer writer = {.to = {.buffer = to}, .is_brief = true};
	size_t begin = to->len;
	enum err err;

	if (report->rows == NULL && report->more == NULL)
		writer.like = &like;
	err = format(&writer, report);
	return err == OK && to->len - begin + writer.saved > max_bytes ? ERR_LIMIT : err;
}
