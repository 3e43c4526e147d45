#include "node/intake.h"

#include <string.h>

#include "messages/word.h"
#include "node/arrival.h"
#include "node/by_hand.h"
#include "node/certificate.h"
#include "node/decision.h"
#include "node/delivery.h"
#include "node/expected.h"
#include "node/find.h"
#include "node/findings_json.h"
#include "node/intake_keys.h"
#include "node/notice.h"
#include "node/objection.h"
#include "node/pair.h"
#include "node/parked.h"
#include "node/procedure.h"
#include "node/reading.h"
#include "node/relodge.h"
#include "node/sender.h"
#include "node/signed.h"
#include "node/tie.h"
#include "node/turned_away.h"
#include "sampan/clock.h"

const char *intake_fact(const struct intake *intake, const char *name)
{
	return facts_get_or_empty(&intake->facts, name);
}

/* Who sends what, under which procedure. */
static enum err object_to_sender(const struct turn *turn, struct intake *intake)
{
	enum err err = sender_object(turn, intake);

	if (err != OK || config_party_of(turn->config, intake->party) == NULL ||
	    intake_fact(intake, "lodgedBy")[0] == '\0')
		return err;
	if (intake_fact(intake, "reference")[0] == '\0')
		err = objection_put(&intake->findings, OBJECTION_NO_REFERENCE, "");
	if (err == OK && procedure_find(turn->config, intake_fact(intake, "procedure"),
					intake_fact(intake, "kind")) == NULL)
		err = objection_put(&intake->findings, OBJECTION_UNKNOWN_PROCEDURE,
				    intake_fact(intake, "procedure"));
	return err;
}

bool intake_is_original(const struct intake *intake)
{
	return strcmp(intake_fact(intake, "meaning"), "original") == 0;
}

static bool is_registered_here(const struct intake *intake)
{
	return strcmp(intake_fact(intake, "register"), "yes") == 0;
}

static enum err object_to_duplicates(const struct turn *turn, struct intake *intake)
{
	struct find_entry entry;
	enum err err = OK;

	for (size_t i = 0; intake_is_original(intake) && i < intake->facts.count; i++) {
		const struct fact *item = &intake->facts.items[i];
		const char *key;

		if (strncmp(item->name, "only.", 5) != 0)
			continue;
		key = find_text(turn, item->name, item->value, NULL);
		err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);
		if (err == OK)
			err = objection_put(&intake->findings, OBJECTION_DUPLICATE, item->value);
		else if (err == ERR_MISSING)
			err = OK;
		if (err != OK)
			return err;
	}
	return err;
}

static enum err record_acceptance(const struct turn *turn, const struct intake *intake,
				  struct message *message)
{
	const char *due = "";
	char due_text[CLOCK_TEXT_BYTES];
	struct bytes findings = {0};

	if (message->due_ms != 0) {
		clock_format(message->due_ms, due_text);
		due = due_text;
	}
	if (intake->findings.count > 0)
		findings = findings_json_format(&intake->findings, turn->arena);
	const char *attributes[] = {"kind",      intake_fact(intake, "schema"),
				    "reference", intake_fact(intake, "reference"),
				    "meaning",   intake_fact(intake, "meaning"),
				    "procedure", intake_fact(intake, "procedure"),
				    "due",       due,
				    "by",        sender_by(turn, intake),
				    NULL};
	struct message_event event = {
		.event = "SubmissionAcceptance",
		.actor = message->sender,
		.attributes = signed_attributes(&intake->facts, attributes, turn->arena),
		.payload_role = {"document", findings.len > 0 ? "findings" : NULL},
		.payload = {intake->document, findings},
		.known = &message->document,
	};

	return event.attributes == NULL ? ERR_MEMORY
					: message_record(turn, 0, &event, &message->number);
}

static enum err act(const struct turn *turn, struct intake *intake, struct message *notice)
{
	const char *person = sender_person(turn, intake);
	enum err err =
		person == NULL ? ERR_MEMORY : facts_put(&notice->facts, DECISION_PERSON, person);

	return err != OK ? err : decision_act(turn, notice, &intake->findings);
}

/* What the lodgement sets in motion, by the life its kind leads. */
static enum err begin_life(const struct turn *turn, struct intake *intake, struct message *message,
			   enum life_event event)
{
	const char *life = intake_fact(intake, "life");
	bool is_parked = false;
	enum err err = OK;

	if (strcmp(life, "authorisation") == 0 && event == LIFE_CHECKED)
		err = certificate_authorise(turn, message, &intake->findings, &is_parked);
	else if (strcmp(life, "notice") == 0 && event != LIFE_PARKED)
		err = act(turn, intake, message);
	if (err != OK || findings_has_errors(&intake->findings))
		return err;
	if (is_parked)
		event = LIFE_PARKED;
	if (event == LIFE_PARKED && word_is_in("authorisation notice", life) &&
	    (err = parked_count(turn, intake->party, &intake->findings)) != OK)
		return err;
	message->state = life_step(life, "", event);
	if (message->state == NULL)
		return ERR_CONFIG; /* the kind file names a life that does not begin like this */
	if ((err = delivery_owe(turn, message, event)) != OK)
		return err;
	if (event == LIFE_ISSUED && (err = certificate_issued(turn, message)) != OK)
		return err;
	if (event == LIFE_CHECKED && by_hand_is(message) &&
	    (err = by_hand_record(turn, message, &intake->findings)) != OK)
		return err;
	if (event == LIFE_CHECKED && (err = pair_declaration(turn, message)) != OK)
		return err;
	if (event == LIFE_CHECKED && is_registered_here(intake))
		err = delivery_enqueue(turn, STAGE_REGISTER, "", message->number);
	if (event == LIFE_CANCELLED)
		event = LIFE_CHECKED; /* the notice itself is done: its procedure ends as all notices' */
	return err != OK ? err : procedure_close(turn, message, life_event_name(event));
}

static enum err answer(const struct turn *turn, enum intake_verdict verdict,
		       const struct message *message, struct intake_answer *ret_answer)
{
	char id[MESSAGE_ID_BYTES];

	message_format_id(turn, message->number, id);
	ret_answer->verdict = verdict;
	ret_answer->message = message->number;
	ret_answer->state = message->state;
	ret_answer->reference = facts_get_or_empty(&message->facts, "reference");
	ret_answer->version = 0;
	ret_answer->id = arena_text(turn->arena, bytes_of_text(id));
	return ret_answer->id == NULL ? ERR_MEMORY : OK;
}

static enum err warn(struct intake *intake, enum life_event event)
{
	const char *original = intake_fact(intake, "original");

	if (original[0] == '\0')
		original = intake_fact(intake, "reference");
	if (event == LIFE_PARKED)
		return objection_put(&intake->findings, OBJECTION_ORIGINAL_UNKNOWN, original);
	if (event == LIFE_NOTED)
		return objection_put(&intake->findings, OBJECTION_NOT_ACTED_ON, original);
	return OK;
}

/* A form speaks of the message that it was opened from, and of no other. */
static bool is_of_another(const struct intake *intake, const struct tie *tie)
{
	return intake->expected.root != 0 && (!intake_is_original(intake) || tie->root != 0) &&
	       (tie->is_parked || tie->root != intake->expected.root);
}

/* Nobody decides on what is only noted; and what follows an application is decided with it, on the
 * application's clock. */
static bool has_clock(const struct intake *intake, const struct tie *tie, enum life_event event)
{
	return event != LIFE_NOTED &&
	       (tie->root == 0 || strcmp(intake_fact(intake, "life"), "application") != 0);
}

static enum err join(const struct turn *turn, uint64_t root, struct message *message)
{
	struct message about;
	enum err err = OK;

	message->root = root == 0 ? message->number : root;
	if (root != 0 && notice_is(&message->facts) &&
	    (err = message_load(turn, root, &about)) == OK)
		err = reading_put_about(&about, &message->facts);
	return err;
}

static enum err take(const struct turn *turn, struct intake *intake, struct message *message)
{
	const struct config_procedure *procedure = procedure_find(
		turn->config, intake_fact(intake, "procedure"), intake_fact(intake, "kind"));
	enum life_event event = LIFE_PARKED;
	struct tie tie;
	enum err err = tie_find(turn, intake, &tie);

	if (err != OK)
		return err;
	if (is_of_another(intake, &tie))
		return objection_put(&intake->findings, OBJECTION_ANOTHER_ORIGINAL,
				     intake->expected.message);
	if (tie.is_cancelled && !notice_is(&intake->facts))
		return objection_put(&intake->findings, OBJECTION_ORIGINAL_CANCELLED,
				     intake_fact(intake, "reference"));
	if (tie.is_rejected && !notice_is(&intake->facts))
		return objection_put(&intake->findings, OBJECTION_NOT_IN_STATE, "rejected");
	if ((err = sender_object_about(turn, intake, tie.root)) != OK ||
	    (err = sender_object_to_addressee(turn, intake, tie.root)) != OK ||
	    findings_has_errors(&intake->findings))
		return err;
	if (!tie.is_parked)
		event = life_begin(intake_fact(intake, "life"), is_registered_here(intake),
				   intake_fact(intake, "meaning"));
	if (has_clock(intake, &tie, event))
		procedure_start(turn, message, procedure);
	if ((err = warn(intake, event)) != OK ||
	    (err = record_acceptance(turn, intake, message)) != OK)
		return err;
	if ((err = join(turn, tie.root, message)) != OK ||
	    (err = intake_keys_put(turn, intake, message, tie.is_parked)) != OK ||
	    (err = expected_joined(turn, message)) != OK ||
	    (err = begin_life(turn, intake, message, event)) != OK ||
	    (err = message_save(turn, message)) != OK)
		return err;
	return by_hand_is(message) && !findings_has_errors(&intake->findings)
		       ? arrival_hear(turn, message)
		       : OK;
}

/* What was found when it came first. ERR_MISSING: that is not durable yet. */
static enum err recall(const struct turn *turn, uint64_t number, struct record *ret_record,
		       struct findings *findings)
{
	struct bytes payload;
	enum err err = ledger_record(turn->ledger, number, turn->arena, ret_record, NULL);

	if (err != OK)
		return err;
	findings_init(findings, turn->arena);
	for (size_t i = 0; err == OK && i < ret_record->payload_count; i++)
		if (strcmp(ret_record->payloads[i].role, "findings") == 0 &&
		    (err = ledger_payload(turn->ledger, number, i, turn->arena, &payload)) == OK)
			err = findings_json_parse(payload, findings);
	return err;
}

static enum err answer_same(const struct turn *turn, uint64_t number, struct findings *findings,
			    struct intake_answer *ret_answer)
{
	struct message message;
	struct record record;
	enum err err = message_load(turn, number, &message);

	if (err == OK && (err = recall(turn, number, &record, findings)) == ERR_MISSING)
		err = OK;
	return err != OK ? err : answer(turn, INTAKE_SAME, &message, ret_answer);
}

static enum err object_to_signer(const struct turn *turn, struct intake *intake)
{
	const struct config_party *party = config_party_of(turn->config, intake->party);

	return signed_object(&intake->facts, party == NULL ? "" : party->tax_code,
			     intake_fact(intake, "from"), &intake->findings);
}

static enum err judge(const struct turn *turn, struct intake *intake, bool is_identity_used,
		      struct message *message)
{
	enum err err = object_to_sender(turn, intake);

	if (err == OK)
		err = object_to_signer(turn, intake);
	if (err != OK || findings_has_errors(&intake->findings))
		return err;
	if (is_identity_used)
		return objection_put(&intake->findings, OBJECTION_IDENTITY_USED,
				     intake_fact(intake, "reference"));
	err = object_to_duplicates(turn, intake);
	return err != OK || findings_has_errors(&intake->findings) ? err
								   : take(turn, intake, message);
}

/*
 * Who lodges is judged each time: the credential or the mandate may be another than the first time.
 * Whose signature it is, and what the party lodged before, is the same as it was.
 */
static enum err meet_again(const struct turn *turn, struct intake *intake, uint64_t number)
{
	struct message message;
	bool is_known = false;
	enum err err = message_load(turn, number, &message);

	if (err == OK)
		err = relodge_is_known(turn, intake, &message, &is_known);
	if (err == OK)
		err = is_known ? sender_object(turn, intake) : object_to_sender(turn, intake);
	if (err == OK && !is_known)
		err = object_to_signer(turn, intake);
	if (err != OK || is_known || findings_has_errors(&intake->findings))
		return err;
	return relodge_record(turn, intake, &message);
}

enum err intake_accept(const struct turn *turn, struct intake *intake,
		       struct intake_answer *ret_answer)
{
	size_t mark = batch_mark(turn->batch);
	struct find_entry entry;
	struct message message = {
		.received_ms = turn->now_ms,
		.sender = arena_format(turn->arena, "party:%s", intake->party),
		.registered = "",
		.origin = "",
		.state = "",
		.document = hash_of(intake->document),
		.facts = intake->facts,
	};
	const char *identity = intake_keys_identity(turn, intake, &message.document);
	enum err err;

	if (message.sender == NULL || identity == NULL)
		return ERR_MEMORY;
	err = find_get(turn, identity, &entry);
	if (err != OK && err != ERR_MISSING)
		return err;
	if (err == OK && hash_equal(&entry.document, &message.document)) {
		err = meet_again(turn, intake, entry.message);
		if (err != OK || !findings_has_errors(&intake->findings))
			return err != OK ? err
					 : answer_same(turn, entry.message, &intake->findings,
						       ret_answer);
		batch_rewind(turn->batch, mark);
		return intake_refuse(turn, intake, ret_answer);
	}
	if ((err = judge(turn, intake, err == OK, &message)) != OK)
		return err;
	if (!findings_has_errors(&intake->findings))
		return answer(turn, INTAKE_ACCEPTED, &message, ret_answer);
	batch_rewind(turn->batch, mark);
	return intake_refuse(turn, intake, ret_answer);
}

enum err intake_refuse(const struct turn *turn, const struct intake *intake,
		       struct intake_answer *ret_answer)
{
	struct find_entry entry = {.document = hash_of(intake->document)};
	struct message message = {.state = MESSAGE_REFUSED, .facts = intake->facts};
	const char *code = intake->findings.count > 0 ? intake->findings.items[0].code : "";
	char sha256[HASH_HEX_BYTES];
	const char *key;
	enum err err;

	hash_format_hex(&entry.document, sha256);
	key = find_text(turn, "refused", intake->party, sha256, code, NULL);
	err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);
	if (err == ERR_MISSING &&
	    (err = turned_away_record(turn, intake, sha256, code, &entry.message)) == OK)
		err = find_put(turn, key, &entry);
	message.number = entry.message;
	return err != OK ? err : answer(turn, INTAKE_REFUSED, &message, ret_answer);
}

/* By what is known of the message: a schema set that came since may read the bytes in another way. */
static enum err object_again(const struct turn *turn, struct intake *intake, uint64_t number)
{
	struct message message;
	enum err err = message_load(turn, number, &message);

	if (err != OK)
		return err == ERR_MISSING ? ERR_CORRUPT : err;
	intake->facts = message.facts;
	findings_init(&intake->findings, turn->arena);
	return sender_object(turn, intake);
}

enum err intake_answered(const struct turn *turn, struct intake *intake,
			 struct intake_answer *ret_answer)
{
	struct message message = {0};
	struct record record;
	struct repeat repeat;
	enum err err = repeat_find(turn, &intake->repeat, &repeat);

	if (err != OK)
		return err;
	if (repeat.verdict != INTAKE_REFUSED) {
		if ((err = object_again(turn, intake, repeat.number)) != OK)
			return err;
		if (findings_has_errors(&intake->findings))
			return intake_refuse(turn, intake, ret_answer);
	}
	err = recall(turn, repeat.number, &record, &intake->findings);
	if (err != OK)
		return err == ERR_MISSING ? ERR_CONFLICT : err; /* in this very turn: ask again */
	message.number = repeat.number;
	message.state = repeat.state;
	message.facts = record.attributes; /* the reference stands there */
	return answer(turn, repeat.verdict == INTAKE_REFUSED ? INTAKE_REFUSED : INTAKE_SAME,
		      &message, ret_answer);
}
