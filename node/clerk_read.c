#include "node/clerk_read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/report_whole.h"
#include "node/archive.h"
#include "node/clerk_evidence.h"
#include "node/clerk_issuing.h"
#include "node/clerk_view.h"
#include "node/expected.h"
#include "node/receipt.h"

/* What is being read, as far as it is known. */
struct target {
	const struct turn *turn;
	const struct clerk_read_question *question;
	uint64_t number;
	struct message message;
	struct record record; /* that began it */
	bool is_refusal;
};

enum access_action clerk_read_action(enum clerk_read_part part)
{
	if (part == CLERK_READ_MESSAGE)
		return ACCESS_READ;
	return part == CLERK_READ_RECEIPT ? ACCESS_RECEIPT : ACCESS_DOWNLOAD;
}

/* ---- Packing ---- */

void clerk_read_pack(struct buffer *to, const struct caller *caller,
		     const struct clerk_read_question *question)
{
	caller_pack(to, caller);
	pack_text(to, question->id);
	pack_u8(to, (uint8_t)question->part);
	pack_text(to, question->which);
	pack_u64(to, question->offset);
	pack_u8(to, question->is_recorded);
	pack_u8(to, question->in_vietnamese);
}

static enum err unpack(struct bytes from, struct arena *arena, struct caller *ret_caller,
		       struct clerk_read_question *ret_question)
{
	struct unpack reader;

	unpack_init(&reader, from);
	caller_unpack(&reader, arena, ret_caller);
	ret_question->id = unpack_text(&reader, arena);
	ret_question->part = (enum clerk_read_part)unpack_u8(&reader);
	ret_question->which = unpack_text(&reader, arena);
	ret_question->offset = unpack_u64(&reader);
	ret_question->is_recorded = unpack_bool(&reader);
	ret_question->in_vietnamese = unpack_bool(&reader);
	if (unpack_end(&reader) != OK || ret_question->part >= CLERK_READ_PARTS)
		return ERR_FORMAT;
	return OK;
}

void clerk_read_pack_answer(struct buffer *to, const struct clerk_read_answer *answer)
{
	pack_u8(to, (uint8_t)answer->verdict);
	pack_u64(to, answer->message);
	pack_u64(to, answer->version);
	pack_fixed(to, answer->hash.at, HASH_BYTES);
	pack_u64(to, answer->total);
	pack_text(to, answer->type);
	pack_bytes(to, answer->piece);
}

enum err clerk_read_unpack_answer(struct bytes from, struct arena *arena,
				  struct clerk_read_answer *ret_answer)
{
	struct clerk_read_answer answer = {0};
	struct unpack reader;
	const uint8_t *hash;

	unpack_init(&reader, from);
	answer.verdict = (enum clerk_read_verdict)unpack_u8(&reader);
	answer.message = unpack_u64(&reader);
	answer.version = unpack_u64(&reader);
	hash = unpack_fixed(&reader, HASH_BYTES);
	answer.total = unpack_u64(&reader);
	answer.type = unpack_text(&reader, arena);
	answer.piece = unpack_bytes(&reader);
	if (unpack_end(&reader) != OK || hash == NULL)
		return ERR_FORMAT;
	memcpy(answer.hash.at, hash, HASH_BYTES);
	*ret_answer = answer;
	return OK;
}

/* ---- Which message, and may one ---- */

static enum err load_refusal(struct target *target)
{
	enum err err = ledger_record(target->turn->ledger, target->number, target->turn->arena,
				     &target->record, NULL);

	if (err == OK && strcmp(target->record.event, "SubmissionRejection") != 0)
		err = ERR_MISSING;
	target->is_refusal = true;
	return err;
}

static enum err load(struct target *target, const struct reading *reading,
		     enum access_verdict *ret_verdict)
{
	const struct turn *turn = target->turn;
	enum access_action action = clerk_read_action(target->question->part);
	struct turn_key key = turn_key(SPACE_MESSAGE);
	struct glance glance;
	struct bytes stored;
	enum err err;

	if (!message_find_id(turn, target->question->id, &target->number))
		return ERR_MISSING;
	turn_key_add_number(&key, target->number);
	err = turn_get(turn, &key, &stored);
	if (err == ERR_MISSING) {
		if ((err = load_refusal(target)) == OK)
			*ret_verdict = reading_may_refusal(reading, action, &target->record);
		return err;
	}
	if (err != OK || (err = glance_read(stored, &glance)) != OK ||
	    (err = message_parse(stored, turn->arena, &target->message)) != OK)
		return err;
	*ret_verdict = reading_may(reading, action, &glance);
	if (*ret_verdict != ACCESS_YES &&
	    (target->question->part == CLERK_READ_MESSAGE ||
	     target->question->part == CLERK_READ_DOCUMENT) &&
	    clerk_issuing_opens(reading, action, &target->message))
		*ret_verdict = ACCESS_YES;
	return OK;
}

static enum clerk_read_verdict verdict_of(enum access_verdict verdict, bool is_recorded)
{
	if (verdict == ACCESS_NEEDS_REASON)
		return CLERK_READ_NEEDS_REASON;
	return verdict == ACCESS_RECORD && !is_recorded ? CLERK_READ_RECORD : CLERK_READ_YES;
}

/* ---- Downloads ---- */

/* A payload of a record by its role; ERR_MISSING. */
static enum err put_piece(const struct target *target, const struct record *record,
			  const char *role, struct clerk_read_answer *answer)
{
	const struct turn *turn = target->turn;

	for (size_t i = 0; i < record->payload_count; i++) {
		if (strcmp(record->payloads[i].role, role) != 0)
			continue;
		answer->hash = record->payloads[i].hash;
		answer->total = record->payloads[i].len;
		if (target->question->offset > answer->total)
			return ERR_MISSING;
		return ledger_payload_piece(turn->ledger, record, i, target->question->offset,
					    CLERK_READ_PIECE_BYTES, turn->arena, &answer->piece);
	}
	return ERR_MISSING;
}

static bool is_translation(const void *context, const struct record *record)
{
	const struct clerk_read_question *question = context;

	return strcmp(record->event, "Translated") == 0 &&
	       (question->which[0] == '\0' ||
		strcmp(facts_get_or_empty(&record->attributes, "delivery"), question->which) == 0);
}

static bool is_attachment(const void *context, const struct record *record)
{
	const struct clerk_read_question *question = context;
	char hex[HASH_HEX_BYTES];

	for (size_t i = 0; i < record->payload_count; i++) {
		hash_format_hex(&record->payloads[i].hash, hex);
		if (strcmp(record->payloads[i].role, "attachment") == 0 &&
		    strcmp(hex, question->which) == 0)
			return true;
	}
	return false;
}

/* Of the newest record that holds the part asked for. */
static enum err put_of_timeline(const struct target *target, message_wanted *is_wanted,
				const char *role, struct clerk_read_answer *answer)
{
	struct record record;
	enum err err = message_find_record(target->turn, target->number, is_wanted,
					   target->question, &record);

	if (err != OK)
		return err;
	if (is_wanted == is_attachment)
		answer->type = facts_get_or_empty(&record.attributes, "mediaType");
	return put_piece(target, &record, role, answer);
}

static enum err put_document(struct target *target, struct clerk_read_answer *answer)
{
	enum err err = target->is_refusal
			       ? OK
			       : ledger_record(target->turn->ledger, target->number,
					       target->turn->arena, &target->record, NULL);

	return err != OK ? err : put_piece(target, &target->record, "document", answer);
}

/* Small, and made when it is asked for: whole. */
static enum err put_made(struct target *target, enum err err, struct buffer *made,
			 struct clerk_read_answer *answer)
{
	if (err == OK)
		err = buffer_error(made);
	if (err == OK)
		err = buffer_give(made, target->turn->arena, &answer->piece);
	buffer_clear(made);
	if (err != OK)
		return err;
	answer->hash = hash_of(answer->piece);
	answer->total = answer->piece.len;
	if (target->question->offset > answer->total)
		return ERR_MISSING;
	answer->piece = bytes_of(answer->piece.at + target->question->offset,
				 answer->piece.len - target->question->offset);
	return OK;
}

/* It is recorded with its paths cut short. */
static enum err put_report(struct target *target, struct clerk_read_answer *answer)
{
	const struct turn *turn = target->turn;
	struct record record;
	struct buffer made;
	struct bytes recorded;
	enum err err = message_find_record(turn, target->number, is_translation, target->question,
					   &record);
	size_t place = 0;

	if (err != OK)
		return err;
	while (place < record.payload_count && strcmp(record.payloads[place].role, "report") != 0)
		place++;
	if (place == record.payload_count)
		return ERR_MISSING;
	err = ledger_payload(turn->ledger, record.number, place, turn->arena, &recorded);
	if (err != OK)
		return err;
	buffer_init(&made, 2 * LIMIT_PAYLOAD_BYTES);
	err = report_whole(recorded, &made);
	return put_made(target, err == ERR_FORMAT ? ERR_CORRUPT : err, &made, answer);
}

static enum err put_receipt(struct target *target, const struct caller *caller,
			    struct clerk_read_answer *answer)
{
	struct buffer made;
	enum err err = clerk_evidence_may_prove(target->turn, caller, target->number);

	if (err != OK)
		return err;
	buffer_init(&made, LIMIT_PAYLOAD_BYTES);
	return put_made(target, receipt_format(target->turn->ledger, target->number, &made), &made,
			answer);
}

static enum err put_evidence(struct target *target, const struct caller *caller,
			     struct clerk_read_answer *answer)
{
	const struct clerk_read_question *question = target->question;
	struct evidence_view view;
	enum err err =
		clerk_evidence_view(target->turn, caller, target->number, question->which, &view);

	return err != OK ? err
			 : clerk_evidence_piece(target->turn, target->number, &view,
						question->offset, answer);
}

static enum err put_message(struct target *target, const struct reading *reading,
			    struct clerk_read_answer *answer)
{
	struct clerk_view view = {.turn = target->turn,
				  .is_staff = access_may_ever(reading->caller, ACCESS_AUDIT),
				  .in_vietnamese = target->question->in_vietnamese,
				  .caller = reading->caller};
	struct buffer made;
	json_t *json = target->is_refusal ? clerk_view_refusal_new(&view, &target->record)
					  : clerk_view_message_new(&view, &target->message);
	char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);

	enum err err = text == NULL ? ERR_MEMORY : OK;

	buffer_init(&made, LIMIT_PAYLOAD_BYTES);
	buffer_put_text(&made, text == NULL ? "" : text);
	json_decref(json);
	free(text);
	if (err == OK && !target->is_refusal)
		err = expected_version(target->turn, reading->caller, &target->message,
				       &answer->version);
	return put_made(target, err, &made, answer);
}

static enum err put_part(struct target *target, const struct reading *reading,
			 struct clerk_read_answer *answer)
{
	switch (target->question->part) {
	case CLERK_READ_MESSAGE:
		return put_message(target, reading, answer);
	case CLERK_READ_DOCUMENT:
		return put_document(target, answer);
	case CLERK_READ_TRANSLATION:
		return put_of_timeline(target, is_translation, "output", answer);
	case CLERK_READ_REPORT:
		return put_report(target, answer);
	case CLERK_READ_RECEIPT:
		return put_receipt(target, reading->caller, answer);
	case CLERK_READ_ATTACHMENT:
		return put_of_timeline(target, is_attachment, "attachment", answer);
	case CLERK_READ_EVIDENCE:
		return put_evidence(target, reading->caller, answer);
	case CLERK_READ_PARTS:
		break;
	}
	return ERR_FORMAT;
}

enum err clerk_read_serve(const struct turn *turn, struct bytes body, struct buffer *to)
{
	struct clerk_read_answer answer = {.type = ""};
	enum access_verdict verdict = ACCESS_NO;
	struct clerk_read_question question;
	struct target target = {.turn = turn, .question = &question};
	struct reading reading;
	struct caller caller;
	enum err err = unpack(body, turn->arena, &caller, &question);

	if (err != OK || (err = reading_init(turn, &caller, &reading)) != OK ||
	    (err = load(&target, &reading, &verdict)) != OK)
		return err;
	if (verdict == ACCESS_NO)
		return ERR_MISSING;
	answer.message = target.number;
	answer.verdict = verdict_of(verdict, question.is_recorded);
	if (answer.verdict == CLERK_READ_YES)
		err = put_part(&target, &reading, &answer);
	if (err == ERR_ARCHIVED)
		answer = (struct clerk_read_answer){.verdict = CLERK_READ_ARCHIVED,
						    .message = target.number,
						    .type = archive_away(turn->ledger)};
	else if (err != OK)
		return err;
	clerk_read_pack_answer(to, &answer);
	return buffer_error(to);
}
