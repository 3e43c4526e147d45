#include "node/issue.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "node/calendar.h"
#include "node/find.h"
#include "node/findings_json.h"
#include "node/intake.h"
#include "node/issued.h"
#include "node/objection.h"
#include "node/serial.h"

#define LAST_SERIAL 99999u
/* Where a form shows what is said of the number. */
#define NUMBER_PATH "/Envelope[1]/Body[1]/Content[1]/CertificateOfOrigin[1]/CertificateNumber[1]"

static const char *fact(const struct facts *facts, const char *name)
{
	return facts_get_or_empty(facts, name);
}

const struct config_office *issue_office(const struct turn *turn, const struct message *of,
					 const char *party)
{
	const struct config_office *office =
		config_office_of(turn->config, fact(&of->facts, "office"));

	return office != NULL && strcmp(office->party, party) == 0 ? office : NULL;
}

/* ---- Numbers ---- */

/* A row of their own, beside those of the customs desk. */
static const char *row_of(const struct turn *turn, const struct config_office *office)
{
	return arena_format(turn->arena, "co:%s", office->code);
}

struct numbering {
	const struct turn *turn;
	const struct config_office *office;
	const char *destination;
	int year;
};

static enum err is_used(const struct numbering *by, uint64_t serial,
			char number[ISSUE_NUMBER_BYTES], bool *ret_is_used)
{
	int len = snprintf(number, ISSUE_NUMBER_BYTES, "%s-%.2s %02d/%s/%05" PRIu64,
			   by->turn->config->country, by->destination, by->year % 100,
			   by->office->number, serial);
	struct message issued;
	enum err err;

	if (len < 0 || (size_t)len >= ISSUE_NUMBER_BYTES)
		return ERR_LIMIT;
	err = issued_find(by->turn, number, &issued);
	*ret_is_used = err == OK;
	return err == ERR_MISSING ? OK : err;
}

static enum err next_serial(const struct numbering *by, uint64_t *ret_serial,
			    char number[ISSUE_NUMBER_BYTES])
{
	const char *row = row_of(by->turn, by->office);
	bool used = true;
	uint64_t serial;
	enum err err = row == NULL ? ERR_MEMORY : serial_last(by->turn, row, by->year, &serial);

	while (err == OK && used) {
		if (++serial > LAST_SERIAL)
			return ERR_LIMIT;
		err = is_used(by, serial, number, &used);
	}
	if (err == OK)
		*ret_serial = serial;
	return err;
}

static struct numbering numbering_of(const struct turn *turn, const struct config_office *office,
				     const char *destination)
{
	return (struct numbering){.turn = turn,
				  .office = office,
				  .destination = destination,
				  .year = calendar_day_of(turn->now_ms).year};
}

enum err issue_number(const struct turn *turn, const struct config_office *office,
		      const char *destination, char ret_number[ISSUE_NUMBER_BYTES])
{
	const struct numbering by = numbering_of(turn, office, destination);
	char number[ISSUE_NUMBER_BYTES];
	uint64_t serial;
	enum err err = next_serial(&by, &serial, number);

	if (err == OK)
		memcpy(ret_number, number, sizeof(number));
	return err;
}

/* Given in the commit that uses it. */
static enum err take_number(const struct turn *turn, const struct config_office *office,
			    const struct issue *issue, struct findings *findings)
{
	const struct numbering by = numbering_of(turn, office, fact(&issue->facts, "destination"));
	char number[ISSUE_NUMBER_BYTES];
	uint64_t serial;
	enum err err = next_serial(&by, &serial, number);

	if (err != OK)
		return err;
	if (strcmp(number, fact(&issue->facts, "certificate")) != 0) {
		err = objection_put(findings, OBJECTION_NUMBER_TAKEN, number);
		if (err == OK)
			findings->items[findings->count - 1].path = NUMBER_PATH;
		return err;
	}
	return serial_put(turn, row_of(turn, office), by.year, serial);
}

/* ---- The decision ---- */

enum err issue_certified(const struct turn *turn, const char *exporter, const char *declaration,
			 struct message *ret_certificate)
{
	const char *key = find_text(turn, "certified", exporter, declaration, NULL);
	struct find_entry entry;
	struct message message;
	enum err err;

	if (key == NULL)
		return ERR_MEMORY;
	if (exporter[0] == '\0' || declaration[0] == '\0')
		return ERR_MISSING;
	if ((err = find_get(turn, key, &entry)) != OK ||
	    (err = message_load(turn, entry.message, &message)) != OK)
		return err;
	if (strcmp(message.state, "cancelled") == 0 || strcmp(message.state, "replaced") == 0)
		return ERR_MISSING;
	*ret_certificate = message;
	return OK;
}

static bool is_certificate(const struct issue *issue)
{
	return strcmp(fact(&issue->facts, "life"), "certificate") == 0;
}

/* A reason is words. */
static bool has_reason(const struct issue *issue)
{
	return issue->reason[strspn(issue->reason, " \t\r\n")] != '\0';
}

/* A replacement is for the very goods of the one it replaces. */
static enum err object_to_goods(const struct turn *turn, const struct issue *issue,
				struct findings *findings)
{
	const char *declaration = fact(&issue->facts, "declaration");
	struct message other;
	enum err err = issue_certified(turn, fact(&issue->facts, "exporter"), declaration, &other);

	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	if (has_reason(issue) ||
	    strcmp(fact(&issue->facts, "replaces"), fact(&other.facts, "certificate")) == 0)
		return OK;
	return objection_put(findings, OBJECTION_GOODS_CERTIFIED,
			     fact(&other.facts, "certificate"));
}

static const char *deciding_key(const struct turn *turn, const struct issue *issue)
{
	return find_text(turn, "deciding", fact(&issue->facts, "exporter"),
			 fact(&issue->facts, "declaration"), NULL);
}

/* Decided on for another application, and not lodged yet. */
static enum err object_to_deciding(const struct turn *turn, const struct message *of,
				   const struct issue *issue, struct findings *findings)
{
	const char *key = deciding_key(turn, issue);
	struct find_entry entry;
	struct message other;
	enum err err = key == NULL ? ERR_MEMORY : find_get(turn, key, &entry);

	if (err == OK && (entry.message == of->number || has_reason(issue)))
		return OK;
	if (err == OK)
		err = message_load(turn, entry.message, &other);
	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	return fact(&other.facts, ISSUE_PENDING)[0] == '\0'
		       ? OK
		       : objection_put(findings, OBJECTION_GOODS_CERTIFIED,
				       fact(&other.facts, "reference"));
}

static enum err put_deciding(const struct turn *turn, const struct message *of,
			     const struct issue *issue)
{
	const struct find_entry entry = {.message = of->number, .document = of->document};
	const char *key = deciding_key(turn, issue);

	if (!is_certificate(issue) || fact(&issue->facts, "declaration")[0] == '\0')
		return OK;
	return key == NULL ? ERR_MEMORY : find_put(turn, key, &entry);
}

/* Of a certificate only what its state allows: not replaced twice, and not when it is used up. */
static bool fits_state(const struct message *of, const struct issue *issue)
{
	const char *life = fact(&of->facts, "life");

	return strcmp(life, "certificate") != 0 ||
	       life_step(life, of->state, is_certificate(issue) ? LIFE_REPLACED : LIFE_CANCELLED) !=
		       NULL;
}

static bool is_of_office(const struct issue *issue, const struct config_office *office)
{
	const char *named = fact(&issue->facts, "office");

	return named[0] == '\0' || strcmp(named, office->code) == 0;
}

static enum err object(const struct turn *turn, const struct message *of, const struct issue *issue,
		       struct findings *findings)
{
	const struct config_office *office = issue_office(turn, of, issue->party);
	const char *life = fact(&of->facts, "life");
	enum err err;

	if (office == NULL)
		return objection_put(findings, OBJECTION_NO_OFFICE_KEY, fact(&of->facts, "office"));
	if (!is_of_office(issue, office))
		return objection_put(findings, OBJECTION_NOT_ALLOWED,
				     fact(&issue->facts, "office"));
	if (fact(&of->facts, ISSUE_PENDING)[0] != '\0' ||
	    (strcmp(life, "application") == 0 && life_step(life, of->state, LIFE_DECIDED) == NULL))
		return objection_put(findings, OBJECTION_DECISION_PENDING, of->state);
	if (!fits_state(of, issue))
		return objection_put(findings, OBJECTION_NOT_IN_STATE, of->state);
	if (!is_certificate(issue) || fact(&issue->facts, "declaration")[0] == '\0')
		return OK;
	err = object_to_goods(turn, issue, findings);
	return err != OK || findings_has_errors(findings)
		       ? err
		       : object_to_deciding(turn, of, issue, findings);
}

static enum err record_decision(const struct turn *turn, const struct message *of,
				const struct issue *issue, const char *office, uint64_t *ret_number)
{
	const char *attributes[] = {"decision",    issue->decision,
				    "office",      office,
				    "kind",        fact(&issue->facts, "schema"),
				    "certificate", fact(&issue->facts, "certificate"),
				    "reference",   fact(&issue->facts, "reference"),
				    "reason",      issue->reason,
				    NULL};
	const struct message_event event = {.event = "OfficeDecided",
					    .actor = issue->actor,
					    .attributes = attributes,
					    .payload_role = {"output"},
					    .payload = {issue->document}};

	return message_record(turn, of->number, &event, ret_number);
}

static enum err put_decision(const struct turn *turn, struct message *of, const struct issue *issue,
			     const char *office, uint64_t *ret_record)
{
	const char *life = fact(&of->facts, "life"), *next;
	enum err err = record_decision(turn, of, issue, office, ret_record);

	if (err == OK)
		err = delivery_begin_decided(turn, of, *ret_record, office,
					     fact(&issue->facts, "kind"));
	if (err == OK)
		err = put_deciding(turn, of, issue);
	if (err == OK)
		err = facts_put(&of->facts, ISSUE_PENDING, issue->decision);
	if (err == OK && (next = life_step(life, of->state, LIFE_DECIDED)) != NULL)
		of->state = next;
	return err;
}

enum err issue_decide(const struct turn *turn, struct message *of, const struct issue *issue,
		      struct findings *findings, uint64_t *ret_record)
{
	const struct config_office *office = issue_office(turn, of, issue->party);
	enum err err = object(turn, of, issue, findings);

	if (err == OK && !findings_has_errors(findings) && is_certificate(issue))
		err = take_number(turn, office, issue, findings);
	if (err != OK || findings_has_errors(findings))
		return err;
	return put_decision(turn, of, issue, office->code, ret_record);
}

/* ---- The signed document ---- */

/* Whatever came of it, the message may be decided on again. */
static enum err settle(const struct turn *turn, uint64_t number, enum life_event event,
		       bool has_event)
{
	struct message of;
	const char *next;
	enum err err = message_load(turn, number, &of);

	if (err != OK || (err = facts_put(&of.facts, ISSUE_PENDING, "")) != OK)
		return err;
	next = has_event ? life_step(fact(&of.facts, "life"), of.state, event) : NULL;
	if (next != NULL)
		of.state = next;
	return message_save(turn, &of);
}

static enum err finish(const struct turn *turn, struct delivery *delivery, const char *id)
{
	const char *number = arena_format(turn->arena, "%" PRIu64, delivery->number);
	const char *attributes[] = {"delivery", number, "by", id, NULL};
	const struct message_event event = {
		.event = "OfficeLodged", .actor = "node", .attributes = attributes};
	uint64_t ignored;
	enum err err = number == NULL ? ERR_MEMORY : delivery_move(turn, delivery, STAGE_DONE);

	if (err == OK)
		err = message_record(turn, delivery->message, &event, &ignored);
	return err == OK ? settle(turn, delivery->message, LIFE_DECIDED, false) : err;
}

static enum err hold(const struct turn *turn, struct delivery *delivery,
		     const struct findings *findings)
{
	return delivery_hold(turn, delivery,
			     findings->count > 0 ? findings->items[0].code : "unknown",
			     findings_json_format(findings, turn->arena));
}

static enum err lodge(const struct turn *turn, struct delivery *delivery, const char *party,
		      struct intake *intake)
{
	struct intake_answer answer = {0};
	enum err err = delivery_signed(turn, delivery, &intake->document);

	intake->party = party;
	if (err == OK)
		err = intake_accept(turn, intake, &answer);
	if (err != OK)
		return err;
	return answer.verdict == INTAKE_REFUSED ? hold(turn, delivery, &intake->findings)
						: finish(turn, delivery, answer.id);
}

enum err issue_lodged(const struct turn *turn, uint64_t number, const struct facts *facts,
		      struct findings *findings)
{
	const struct config_office *office;
	struct intake intake = {.facts = *facts, .repeat = {.key = ""}, .principal = ""};
	struct delivery delivery;
	enum err err = delivery_load(turn, number, &delivery);

	if (err != OK || delivery.stage != STAGE_LODGE)
		return err;
	office = config_office_of(turn->config, strchr(delivery.to, ':') + 1);
	if (office == NULL)
		err = objection_put(findings, OBJECTION_NO_OFFICE_KEY, delivery.to);
	if (err != OK || findings_has_errors(findings))
		return err != OK ? err : hold(turn, &delivery, findings);
	intake.findings = *findings;
	caller_init(&intake.caller);
	return lodge(turn, &delivery, office->party, &intake);
}

enum err issue_dropped(const struct turn *turn, const struct delivery *delivery)
{
	return settle(turn, delivery->message, LIFE_SET_ASIDE, true);
}

/* ---- After a restore ---- */

enum err issue_restate(const struct turn *turn, struct delivery *delivery)
{
	const char *first = arena_format(turn->arena, "%" PRIu64, delivery->output_record);
	const char *attributes[2 * 16 + 3];
	struct bytes document;
	struct record record;
	size_t count = 0;
	uint64_t number;
	enum err err =
		ledger_record(turn->ledger, delivery->output_record, turn->arena, &record, NULL);

	if (err != OK || (err = delivery_document(turn, delivery, &document)) != OK)
		return err;
	for (size_t i = 0; i < record.attributes.count && i < 16; i++) {
		if (strcmp(record.attributes.items[i].name, "restates") == 0)
			continue;
		attributes[count++] = record.attributes.items[i].name;
		attributes[count++] = record.attributes.items[i].value;
	}
	attributes[count++] = "restates";
	attributes[count++] = first;
	attributes[count] = NULL;
	const struct message_event event = {.event = "OfficeDecided",
					    .actor = record.actor,
					    .attributes = attributes,
					    .payload_role = {"output"},
					    .payload = {document}};

	if (first == NULL || (err = message_record(turn, delivery->message, &event, &number)) != OK)
		return first == NULL ? ERR_MEMORY : err;
	return delivery_sign_anew(turn, delivery, number);
}
