#include "node/receipt_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "node/event_words.h"
#include "node/evidence_words.h"
#include "node/json_read.h"
#include "node/json_time.h"
#include "node/plain.h"
#include "node/receipt.h"
#include "sampan/base64.h"
#include "sampan/clock.h"

bool receipt_check_is(struct bytes file)
{
	size_t at = 0;

	while (at < file.len && (file.at[at] == ' ' || file.at[at] == '\t' || file.at[at] == '\r' ||
				 file.at[at] == '\n'))
		at++;
	return at < file.len && file.at[at] == '{';
}

/* An answer's id, "VN-1-57", ends with the number of the message; one without an id says nothing of it. */
static bool is_id_of(const json_t *answer, const json_t *receipt)
{
	const char *id = json_string_value(json_object_get(answer, "id"));
	const char *dash = id == NULL ? NULL : strrchr(id, '-');
	char number[24];

	if (id == NULL)
		return json_object_get(answer, "id") == NULL;
	(void)snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT,
		       json_integer_value(json_object_get(receipt, "message")));
	return dash != NULL && strcmp(dash + 1, number) == 0;
}

/* The receipt by itself, as text in the arena; empty: there is none, or the answer that it stands in is of another message. */
static struct bytes take_receipt(struct bytes file, struct arena *arena)
{
	json_t *whole = json_loadb((const char *)file.at, file.len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *inner = json_object_get(whole, "receipt");
	bool is_inside = json_is_object(inner);
	char *text = json_dumps(is_inside ? inner : whole, JSON_COMPACT);
	struct bytes receipt = {0};

	if (whole != NULL && text != NULL && (!is_inside || is_id_of(whole, inner))) {
		const char *copy = arena_text(arena, bytes_of_text(text));

		receipt = copy == NULL ? receipt : bytes_of_text(copy);
	}
	free(text);
	json_decref(whole);
	return receipt;
}

/* "name/epoch": is it the ledger of this name? */
static bool is_of(const char *origin, const char *name)
{
	size_t len = strlen(name);

	return strncmp(origin, name, len) == 0 && origin[len] == '/' &&
	       strchr(origin + len + 1, '/') == NULL;
}

static bool hash_leaf(const char *text, struct hash *ret_hash)
{
	struct buffer leaf;
	bool is_leaf;

	buffer_init(&leaf, LIMIT_RECORD_BYTES);
	is_leaf = text != NULL && base64_parse(bytes_of_text(text), &leaf) == OK;
	if (is_leaf)
		*ret_hash = record_leaf_hash(buffer_bytes(&leaf));
	buffer_clear(&leaf);
	return is_leaf;
}

/* What it says of checkpoint and leaf; whether that is so is not looked at. */
static bool read_claims(struct bytes receipt, struct receipt_verdict *verdict)
{
	json_t *json = json_loadb((const char *)receipt.at, receipt.len, 0, NULL);
	const char *note = json_string_value(json_object_get(json, "checkpoint"));
	const char *leaf = json_string_value(json_object_get(json, "leaf"));
	bool is_one = note != NULL &&
		      checkpoint_parse(bytes_of_text(note), &verdict->checkpoint) == OK &&
		      hash_leaf(leaf, &verdict->leaf_hash);

	verdict->place = (uint64_t)json_integer_value(json_object_get(json, "leafIndex"));
	json_decref(json);
	return is_one;
}

static const char *fault_of(enum err err)
{
	return err == OK ? NULL : err == ERR_DENIED ? "checkpoint-signature" : "receipt-form";
}

/* The first key of that ledger that holds; a ledger may have had several. */
static const char *verify(struct bytes receipt, const struct evidence_anchors *anchors,
			  struct arena *arena, struct receipt_verdict *verdict)
{
	const char *fault = "ledger-unknown";

	if (receipt.len == 0 || !read_claims(receipt, verdict))
		return "receipt-form";
	for (size_t i = 0; fault != NULL && i < anchors->count; i++)
		if (is_of(verdict->checkpoint.origin, anchors->items[i].name))
			fault = fault_of(receipt_verify(receipt, anchors->items[i].public_key,
							arena, &verdict->record));
	return fault;
}

static bool is_document(const struct record *record, const struct hash *document)
{
	for (size_t i = 0; i < record->payload_count; i++)
		if (strcmp(record->payloads[i].role, "document") == 0)
			return hash_equal(&record->payloads[i].hash, document);
	return false;
}

enum err receipt_check(struct bytes file, const struct evidence_anchors *anchors,
		       const struct hash *document, struct arena *arena,
		       struct receipt_verdict *ret_verdict)
{
	struct receipt_verdict verdict = {.has_document = ""};

	verdict.fault = verify(take_receipt(file, arena), anchors, arena, &verdict);
	if (verdict.fault == NULL && document != NULL) {
		verdict.has_document = is_document(&verdict.record, document) ? "yes" : "no";
		if (verdict.has_document[0] == 'n')
			verdict.fault = "other-document";
	}
	*ret_verdict = verdict;
	return OK;
}

/* ---- Saying it ---- */

static const char *sha256_of(const struct record *record, char ret_hex[HASH_HEX_BYTES])
{
	ret_hex[0] = '\0';
	for (size_t i = 0; i < record->payload_count; i++)
		if (strcmp(record->payloads[i].role, "document") == 0)
			hash_format_hex(&record->payloads[i].hash, ret_hex);
	return ret_hex;
}

void receipt_check_print(const char *name, const struct receipt_verdict *verdict, bool vi)
{
	const struct record *record = &verdict->record;
	char time[CLOCK_TEXT_BYTES], hex[HASH_HEX_BYTES];

	plain_print(stdout, name);
	if (verdict->fault != NULL) {
		printf(": %s: %s [%s]\n", evidence_sentence(EVIDENCE_NOT_PROVED, vi),
		       evidence_words(verdict->fault, vi), verdict->fault);
		return;
	}
	clock_format(record->time_ms, time);
	printf(vi ? ": đã chứng minh: bản ghi %" PRIu64 " của "
		  : ": proved: record %" PRIu64 " of ",
	       record->number);
	plain_print(stdout, verdict->checkpoint.origin);
	printf(", %s, %s (", time,
	       event_words(record->event, facts_get_or_empty(&record->attributes, "origin"), vi));
	plain_print(stdout, record->actor);
	for (size_t i = 0; i < record->attributes.count; i++) {
		const struct fact *fact = &record->attributes.items[i];

		if (strncmp(fact->name, "signature.", 10) == 0 || fact->value[0] == '\0')
			continue;
		printf(", %s: ", fact->name);
		plain_print(stdout, fact->value);
	}
	puts(")");
	if (sha256_of(record, hex)[0] == '\0')
		return;
	printf("  SHA-256 %s", hex);
	if (verdict->has_document[0] != '\0')
		printf(", %s", evidence_sentence(EVIDENCE_GIVEN, vi));
	putchar('\n');
}

void receipt_check_print_json(const char *name, const struct receipt_verdict *verdict)
{
	const struct record *record = &verdict->record;
	bool is_proved = verdict->fault == NULL;
	char hex[HASH_HEX_BYTES];
	json_t *line =
		json_pack("{s:s, s:s, s:b}", "file", name, "kind", "receipt", "ok", is_proved);
	json_t *more;

	if (is_proved)
		more = json_pack("{s:s, s:I, s:I, s:s, s:o, s:s, s:s, s:I}", "ledger",
				 verdict->checkpoint.origin, "record", (json_int_t)record->number,
				 "message", (json_int_t)record->message, "event", record->event,
				 "time", json_time_new(record->time_ms), "actor", record->actor,
				 "sha256", sha256_of(record, hex), "checkpoint",
				 (json_int_t)verdict->checkpoint.size);
	else
		more = json_pack("{s:s}", "code", verdict->fault);
	if (more != NULL)
		(void)json_object_update(line, more);
	(void)json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(more);
	json_decref(line);
}
