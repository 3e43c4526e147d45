#include "messages/translate.h"
#include "sampan/buffer.h"

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

/* The end of a row, and which documents it is about. */
static void put_place(struct buffer *to, const struct report_place *places, size_t i)
{
	if (places != NULL && places[i].source_document != 0)
		buffer_put_format(to, ",\"sourceDocument\":%u",
				  (unsigned)places[i].source_document);
	if (places != NULL && places[i].document != 0)
		buffer_put_format(to, ",\"document\":%u", (unsigned)places[i].document);
	buffer_put_byte(to, '}');
}

static const struct report_more nothing_more;

static const struct report_more *more_of(const struct report *report)
{
	return report->more == NULL ? &nothing_more : report->more;
}

static void put_fields(struct buffer *to, const struct report *report)
{
	buffer_put_text(to, ",\"fields\":[");
	for (size_t i = 0; i < report->field_count; i++) {
		const struct report_field *field = &report->fields[i];

		put_member(to, i == 0 ? "{\"source\":" : ",{\"source\":", field->source);
		put_member(to, ",\"target\":", field->target);
		put_member(to, ",\"value\":", field->value);
		put_place(to, more_of(report)->fields, i);
	}
}

static void put_changed(struct buffer *to, const struct report *report)
{
	buffer_put_text(to, "],\"changed\":[");
	for (size_t i = 0; i < report->changed_count; i++) {
		const struct report_changed *changed = &report->changed[i];

		put_member(to, i == 0 ? "{\"source\":" : ",{\"source\":", changed->source);
		put_member(to, ",\"target\":", changed->target);
		put_member(to, ",\"from\":", changed->from);
		put_member(to, ",\"to\":", changed->to);
		put_member(to, ",\"reason\":", changed->reason);
		put_place(to, more_of(report)->changed, i);
	}
}

static void put_dropped(struct buffer *to, const struct report *report)
{
	buffer_put_text(to, "],\"dropped\":[");
	for (size_t i = 0; i < report->dropped_count; i++) {
		const struct report_dropped *dropped = &report->dropped[i];

		put_member(to, i == 0 ? "{\"source\":" : ",{\"source\":", dropped->source);
		put_member(to, ",\"value\":", dropped->value);
		put_member(to, ",\"reason\":", dropped->reason);
		put_place(to, more_of(report)->dropped, i);
	}
}

static void put_supplied(struct buffer *to, const struct report *report)
{
	buffer_put_text(to, "],\"supplied\":[");
	for (size_t i = 0; i < report->supplied_count; i++) {
		const struct report_supplied *supplied = &report->supplied[i];

		put_member(to, i == 0 ? "{\"target\":" : ",{\"target\":", supplied->target);
		put_member(to, ",\"value\":", supplied->value);
		put_member(to, ",\"origin\":", supplied->origin);
		put_member(to, ",\"ref\":", supplied->ref);
		put_place(to, more_of(report)->supplied, i);
	}
}

enum err report_format_json(const struct report *report, struct buffer *to)
{
	put_member(to, "{\"from\":", report->from);
	put_member(to, ",\"to\":", report->to);
	put_hash(to, ",\"schemaSet\":", &report->schema_set);
	put_sides(to, report);
	put_fields(to, report);
	put_changed(to, report);
	put_dropped(to, report);
	put_supplied(to, report);
	buffer_put_text(to, "]}\n");
	return buffer_error(to);
}
