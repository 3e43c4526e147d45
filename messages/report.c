#include "messages/report.h"

#include "messages/branch.h"

/* ---- Rows ---- */

/* A row as it lies there: a side is a branch, a text, or neither. */
struct side {
	const struct branch *branch;
	const char *text;
};

struct lying {
	struct side source;
	struct side target;
	struct report_row row; /* without its paths */
};

static size_t count_of(const struct report *report)
{
	return report->field_count + report->changed_count + report->dropped_count;
}

static enum report_kind kind_of(const struct report_fate *fate)
{
	if (fate->target == NULL)
		return REPORT_DROPPED;
	return fate->word == NULL ? REPORT_FIELD : REPORT_CHANGED;
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
	if (report->rows != NULL)
		count += report->supplied_count;
	for (; *at < count; ++*at) {
		if (report->rows != NULL && report->rows[*at].kind == kind)
			*ret_lying = lying_row(&report->rows[(*at)++]);
		else if (report->rows == NULL && kind_of(&report->fates[*at]) == kind)
			*ret_lying = lying_fate(&report->fates[(*at)++]);
		else
			continue;
		return true;
	}
	return false;
}

static const char *path_of(const struct side *side, struct arena *arena)
{
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

static void put_escaped(struct buffer *to, uint8_t byte)
{
	switch (byte) {
	case '"':
		buffer_put_text(to, "\\\"");
		return;
	case '\\':
		buffer_put_text(to, "\\\\");
		return;
	case '\n':
		buffer_put_text(to, "\\n");
		return;
	case '\r':
		buffer_put_text(to, "\\r");
		return;
	case '\t':
		buffer_put_text(to, "\\t");
		return;
	default:
		buffer_put_format(to, "\\u%04x", (unsigned)byte);
	}
}

/* RFC 8259 section 7. */
static void put_string(struct buffer *to, const char *text)
{
	const char *from = text;

	buffer_put_byte(to, '"');
	for (; *text != '\0'; text++) {
		if ((uint8_t)*text >= 0x20 && *text != '"' && *text != '\\')
			continue;
		buffer_put(to, bytes_of(from, (size_t)(text - from)));
		put_escaped(to, (uint8_t)*text);
		from = text + 1;
	}
	buffer_put(to, bytes_of(from, (size_t)(text - from)));
	buffer_put_byte(to, '"');
}

static void put_member(struct buffer *to, const char *before, const char *text)
{
	buffer_put_text(to, before);
	put_string(to, text);
}

static void put_hash(struct buffer *to, const char *before, const struct hash *hash)
{
	char hex[HASH_HEX_BYTES];

	hash_format_hex(hash, hex);
	put_member(to, before, hex);
}

/* The hashes of one side. */
static void put_hashes(struct buffer *to, const char *before, const struct hash *hashes,
		       size_t count)
{
	buffer_put_text(to, before);
	for (size_t i = 0; i < count; i++)
		put_hash(to, i == 0 ? "" : ",", &hashes[i]);
	buffer_put_byte(to, ']');
}

static void put_sides(struct buffer *to, const struct report *report)
{
	const struct report_more *more = report->more;
	bool has_inputs = more != NULL && more->inputs != NULL;
	bool has_outputs = more != NULL && more->outputs != NULL;

	put_hashes(to, ",\"inputHashes\":[", has_inputs ? more->inputs : &report->input,
		   has_inputs ? more->input_count : 1);
	put_hashes(to, ",\"outputHashes\":[", has_outputs ? more->outputs : &report->output,
		   has_outputs ? more->output_count : 1);
	if (more == NULL || more->via_count == 0)
		return;
	buffer_put_text(to, ",\"via\":[");
	for (size_t i = 0; i < more->via_count; i++)
		put_member(to, i == 0 ? "" : ",", more->via[i]);
	put_hashes(to, "],\"viaHashes\":[", more->via_hashes, more->via_count);
}

/* What a name may hold stands for itself in JSON (XML 1.0 section 2.3). */
static void put_path(struct buffer *to, const char *before, const struct side *side)
{
	uint8_t *at;

	if (side->branch == NULL) {
		put_member(to, before, side->text);
		return;
	}
	buffer_put_text(to, before);
	buffer_put_byte(to, '"');
	at = buffer_room(to, branch_path_len(side->branch));
	if (at != NULL)
		buffer_fill(to, (uint8_t *)branch_put_path(side->branch, (char *)at));
	buffer_put_byte(to, '"');
}

static bool is_there(const struct side *side)
{
	return side->branch != NULL || side->text != NULL;
}

/* The end of a row, and which documents it is about. */
static void put_place(struct buffer *to, const struct report *report, const struct lying *lying)
{
	const struct report_more *more = report->more;

	if (more != NULL && more->numbers_sources && is_there(&lying->source))
		buffer_put_format(to, ",\"sourceDocument\":%u",
				  (unsigned)lying->row.source_document);
	if (more != NULL && more->numbers_targets && is_there(&lying->target))
		buffer_put_format(to, ",\"document\":%u", (unsigned)lying->row.document);
	buffer_put_byte(to, '}');
}

static void put_field(struct buffer *to, const struct lying *lying)
{
	put_path(to, "{\"source\":", &lying->source);
	put_path(to, ",\"target\":", &lying->target);
	put_member(to, ",\"value\":", lying->row.to);
}

static void put_changed(struct buffer *to, const struct lying *lying)
{
	put_path(to, "{\"source\":", &lying->source);
	put_path(to, ",\"target\":", &lying->target);
	put_member(to, ",\"from\":", lying->row.from);
	put_member(to, ",\"to\":", lying->row.to);
	put_member(to, ",\"reason\":", lying->row.word);
}

static void put_dropped(struct buffer *to, const struct lying *lying)
{
	put_path(to, "{\"source\":", &lying->source);
	put_member(to, ",\"value\":", lying->row.from);
	put_member(to, ",\"reason\":", lying->row.word);
}

static void put_supplied(struct buffer *to, const struct lying *lying)
{
	put_path(to, "{\"target\":", &lying->target);
	put_member(to, ",\"value\":", lying->row.to);
	put_member(to, ",\"origin\":", lying->row.word);
	if (is_there(&lying->source))
		put_path(to, ",\"ref\":", &lying->source);
	else
		put_member(to, ",\"ref\":", lying->row.ref);
}

static void put_rows(struct buffer *to, const struct report *report, enum report_kind kind)
{
	static const struct {
		const char *name;
		void (*put)(struct buffer *to, const struct lying *lying);
	} forms[] = {[REPORT_FIELD] = {",\"fields\":[", put_field},
		     [REPORT_CHANGED] = {"],\"changed\":[", put_changed},
		     [REPORT_DROPPED] = {"],\"dropped\":[", put_dropped},
		     [REPORT_SUPPLIED] = {"],\"supplied\":[", put_supplied}};
	struct lying lying;
	size_t at = 0;
	bool is_first = true;

	buffer_put_text(to, forms[kind].name);
	for (; next(report, kind, &at, &lying); is_first = false) {
		if (!is_first)
			buffer_put_byte(to, ',');
		forms[kind].put(to, &lying);
		put_place(to, report, &lying);
	}
}

enum err report_format_json(const struct report *report, struct buffer *to)
{
	put_member(to, "{\"from\":", report->from);
	put_member(to, ",\"to\":", report->to);
	put_hash(to, ",\"schemaSet\":", &report->schema_set);
	put_sides(to, report);
	put_rows(to, report, REPORT_FIELD);
	put_rows(to, report, REPORT_CHANGED);
	put_rows(to, report, REPORT_DROPPED);
	put_rows(to, report, REPORT_SUPPLIED);
	buffer_put_text(to, "]}\n");
	return buffer_error(to);
}
