#include "node/evidence_tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "node/event_words.h"
#include "node/evidence_words.h"
#include "node/plain.h"
#include "sampan/clock.h"

/* Where a fault is told by its place in the file, not by a record. */
static bool is_at_byte(const struct evidence_fault *fault)
{
	return strncmp(fault->code, "zip-", 4) == 0;
}

/* ---- Words ---- */

static const char *word(enum evidence_sentence sentence, bool vi)
{
	return evidence_sentence(sentence, vi);
}

static void print_fault(const struct evidence_fault *fault, bool vi)
{
	printf(": %s: ", word(EVIDENCE_NOT_PROVED, vi));
	if (fault->part[0] != '\0') {
		plain_print(stdout, fault->part);
		fputs(": ", stdout);
	}
	fputs(evidence_words(fault->code, vi), stdout);
	if (fault->where[0] != '\0')
		printf(" (%s %s)", word(is_at_byte(fault) ? EVIDENCE_BYTE : EVIDENCE_RECORD, vi),
		       fault->where);
	printf(" [%s]\n", fault->code);
}

/* The verdict on a signature is told by what was looked at. */
static void print_attributes(const struct record *record)
{
	for (size_t i = 0; i < record->attributes.count; i++) {
		const struct fact *fact = &record->attributes.items[i];

		if (strncmp(fact->name, "signature.", 10) == 0)
			continue;
		fputs(", ", stdout);
		plain_print(stdout, fact->name);
		fputs(": ", stdout);
		plain_print(stdout, fact->value);
	}
}

/* What was received or made, not what is attached or said of it. */
static bool is_document(const struct record_payload *payload, const struct hash *document)
{
	return (strcmp(payload->role, "document") == 0 || strcmp(payload->role, "output") == 0) &&
	       hash_equal(&payload->hash, document);
}

bool evidence_tell_holds(const struct evidence *evidence, const struct hash *document)
{
	for (size_t i = 0; i < evidence->count; i++) {
		const struct evidence_record *of = &evidence->records[i];

		for (size_t p = 0; of->is_shown && p < of->record.payload_count; p++)
			if (is_document(&of->record.payloads[p], document))
				return true;
	}
	return false;
}

static void print_payloads(const struct evidence_verdict *verdict, const struct evidence_record *of,
			   bool vi)
{
	for (size_t i = 0; i < of->record.payload_count; i++) {
		const struct record_payload *payload = &of->record.payloads[i];
		char hex[HASH_HEX_BYTES];

		hash_format_hex(&payload->hash, hex);
		fputs("      ", stdout);
		plain_print(stdout, payload->role);
		printf(" %" PRIu64 " B, SHA-256 %s", payload->len, hex);
		if (!of->has_payload[i])
			printf(" (%s)", word(EVIDENCE_NOT_SHOWN, vi));
		if (verdict->document != NULL && is_document(payload, verdict->document))
			printf(", %s", word(EVIDENCE_GIVEN, vi));
		putchar('\n');
	}
}

static void print_rows(const struct evidence_repeat *repeat, uint64_t number, bool vi)
{
	for (size_t i = 0; repeat != NULL && i < repeat->count; i++) {
		const struct evidence_row *row = &repeat->rows[i];

		if (row->number != number)
			continue;
		printf("      = %s", evidence_words(row->code, vi));
		if (row->detail[0] != '\0') {
			fputs(": ", stdout);
			plain_print(stdout, row->detail);
		}
		putchar('\n');
	}
}

static void print_record(const struct evidence_verdict *verdict, const struct evidence_record *of,
			 bool vi)
{
	char time[CLOCK_TEXT_BYTES];

	clock_format(of->record.time_ms, time);
	printf("  %s  %s %" PRIu64 ": ", time, word(EVIDENCE_RECORD, vi), of->number);
	plain_print(stdout, event_words(of->record.event,
					facts_get_or_empty(&of->record.attributes, "origin"), vi));
	fputs(" (", stdout);
	plain_print(stdout, of->record.actor);
	print_attributes(&of->record);
	fputs(")\n", stdout);
	print_payloads(verdict, of, vi);
	print_rows(verdict->repeat, of->number, vi);
}

static void print_later(const struct evidence_later *later, bool vi)
{
	char time[CLOCK_TEXT_BYTES];

	for (size_t i = 0; i < later->count; i++) {
		const struct evidence_cosignature *cosignature = &later->cosignatures[i];

		clock_format(cosignature->time_s * 1000, time);
		printf("  %s  %s ", time, word(EVIDENCE_WITNESSED, vi));
		plain_print(stdout, cosignature->name);
		if (!cosignature->is_vouched_for)
			printf(" (%s)", word(EVIDENCE_NOT_BELIEVED, vi));
		putchar('\n');
	}
	if (!later->is_stamped)
		return;
	if (later->authority[0] == '\0') {
		printf("  - %s\n", word(EVIDENCE_STAMP_UNKNOWN, vi));
		return;
	}
	clock_format(later->stamp_time_ms, time);
	printf("  %s  %s ", time, word(EVIDENCE_STAMPED, vi));
	plain_print(stdout, later->authority);
	if (later->late > 0)
		printf(" (%zu %s)", later->late, word(EVIDENCE_LATE, vi));
	putchar('\n');
}

void evidence_tell_print(const struct evidence_verdict *verdict, bool vi)
{
	const struct evidence *evidence = verdict->evidence;
	char view[EVIDENCE_VIEW_BYTES];
	size_t hidden = 0;

	plain_print(stdout, verdict->file);
	if (!verdict->is_proved) {
		print_fault(verdict->fault, vi);
		return;
	}
	evidence_view_format(&evidence->view, view);
	printf(": %s: %s %" PRIu64 ", %s ", word(EVIDENCE_PROVED, vi), word(EVIDENCE_MESSAGE, vi),
	       evidence->message, word(EVIDENCE_LEDGER, vi));
	plain_print(stdout, evidence->origin);
	printf(" (%" PRIu64 " %s), %s %s\n", evidence->checkpoint.size, word(EVIDENCE_SIZE, vi),
	       word(EVIDENCE_FOR, vi), view);
	for (size_t i = 0; i < evidence->later_count; i++)
		print_later(&evidence->later[i], vi);
	for (size_t i = 0; i < evidence->count; i++) {
		hidden += !evidence->records[i].is_shown;
		if (evidence->records[i].is_shown)
			print_record(verdict, &evidence->records[i], vi);
	}
	if (hidden > 0)
		printf("  + %zu %s\n", hidden, word(EVIDENCE_HIDDEN, vi));
	if (verdict->repeat == NULL)
		printf("  ! %s\n", word(EVIDENCE_NO_SET, vi));
}

/* ---- JSON ---- */

static json_t *payloads_new(const struct evidence_record *of)
{
	json_t *list = json_array();

	for (size_t i = 0; i < of->record.payload_count; i++) {
		const struct record_payload *payload = &of->record.payloads[i];
		char hex[HASH_HEX_BYTES];

		hash_format_hex(&payload->hash, hex);
		(void)json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:b}", "role",
							    payload->role, "sha256", hex, "bytes",
							    (json_int_t)payload->len, "shown",
							    of->has_payload[i]));
	}
	return list;
}

static json_t *attributes_new(const struct record *record)
{
	json_t *object = json_object();

	for (size_t i = 0; i < record->attributes.count; i++)
		(void)json_object_set_new(object, record->attributes.items[i].name,
					  json_string(record->attributes.items[i].value));
	return object;
}

static json_t *rows_new(const struct evidence_repeat *repeat, uint64_t number)
{
	json_t *list = json_array();

	for (size_t i = 0; repeat != NULL && i < repeat->count; i++) {
		const struct evidence_row *row = &repeat->rows[i];

		if (row->number == number)
			(void)json_array_append_new(
				list, json_pack("{s:s, s:s, s:s, s:s}", "code", row->code, "detail",
						row->detail, "en", evidence_words(row->code, false),
						"vi", evidence_words(row->code, true)));
	}
	return list;
}

static json_t *record_new(const struct evidence_verdict *verdict, const struct evidence_record *of)
{
	char time[CLOCK_TEXT_BYTES];

	if (!of->is_shown)
		return json_pack("{s:I, s:b}", "number", (json_int_t)of->number, "shown", 0);
	clock_format(of->record.time_ms, time);
	return json_pack("{s:I, s:b, s:s, s:s, s:s, s:o, s:o, s:o}", "number",
			 (json_int_t)of->number, "shown", 1, "time", time, "event",
			 of->record.event, "actor", of->record.actor, "attributes",
			 attributes_new(&of->record), "payloads", payloads_new(of), "checks",
			 rows_new(verdict->repeat, of->number));
}

static void add_witnesses(json_t *list, const struct evidence_later *later)
{
	for (size_t i = 0; i < later->count; i++) {
		const struct evidence_cosignature *cosignature = &later->cosignatures[i];
		char time[CLOCK_TEXT_BYTES];

		clock_format(cosignature->time_s * 1000, time);
		(void)json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:b}", "name",
							    cosignature->name, "time", time, "size",
							    (json_int_t)later->size, "believed",
							    cosignature->is_vouched_for));
	}
}

static void add_stamp(json_t *list, const struct evidence_later *later)
{
	bool is_believed = later->authority[0] != '\0';
	char time[CLOCK_TEXT_BYTES];

	clock_format(later->stamp_time_ms, time);
	(void)json_array_append_new(
		list, json_pack("{s:s?, s:s?, s:I, s:I, s:b}", "authority",
				is_believed ? later->authority : NULL, "time",
				is_believed ? time : NULL, "size", (json_int_t)later->size, "late",
				(json_int_t)later->late, "believed", is_believed));
}

static json_t *witnesses_new(const struct evidence *evidence)
{
	json_t *list = json_array();

	for (size_t i = 0; i < evidence->later_count; i++)
		add_witnesses(list, &evidence->later[i]);
	return list;
}

static json_t *stamps_new(const struct evidence *evidence)
{
	json_t *list = json_array();

	for (size_t i = 0; i < evidence->later_count; i++)
		if (evidence->later[i].is_stamped)
			add_stamp(list, &evidence->later[i]);
	return list;
}

static json_t *fault_new(const struct evidence_fault *fault)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", fault->code, "part", fault->part,
			 "where", fault->where, "en", evidence_words(fault->code, false), "vi",
			 evidence_words(fault->code, true));
}

json_t *evidence_tell_new(const struct evidence_verdict *verdict)
{
	const struct evidence *evidence = verdict->evidence;
	char view[EVIDENCE_VIEW_BYTES];
	json_t *records;

	if (!verdict->is_proved)
		return json_pack("{s:s, s:b, s:o}", "file", verdict->file, "proved", 0, "fault",
				 fault_new(verdict->fault));
	evidence_view_format(&evidence->view, view);
	records = json_array();
	for (size_t i = 0; i < evidence->count; i++)
		(void)json_array_append_new(records, record_new(verdict, &evidence->records[i]));
	return json_pack("{s:s, s:b, s:s, s:I, s:I, s:s, s:o, s:o, s:b, s:o}", "file",
			 verdict->file, "proved", 1, "ledger", evidence->origin, "message",
			 (json_int_t)evidence->message, "size",
			 (json_int_t)evidence->checkpoint.size, "for", view, "witnesses",
			 witnesses_new(evidence), "stamps", stamps_new(evidence), "repeated",
			 verdict->repeat != NULL, "records", records);
}
