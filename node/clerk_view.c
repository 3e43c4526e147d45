#include "node/clerk_view.h"

#include <stdio.h>
#include <string.h>

#include "node/account.h"
#include "node/clerk_certificate.h"
#include "node/clerk_issuing.h"
#include "node/clerk_matter.h"
#include "node/clerk_pairs.h"
#include "node/clerk_said.h"
#include "node/delivery.h"
#include "node/event_words.h"
#include "node/view.h"
#include "sampan/clock.h"

#define TIMELINE_RECORDS 1000u
#define PATH_BYTES (MESSAGE_ID_BYTES + 96u)

/* Facts of the document that tell a person which one it is. */
static const char *const about[] = {
	"year",   "version",     "meaning",   "country",     "exporter", "importer",    "agent",
	"office", "destination", "port",      "declaration", "original", "certificate", "issued",
	"issuer", "ucr",         "transport", "container",   "register", "until",       NULL};

bool clerk_view_is_shown(const struct clerk_view *view, const struct record *record)
{
	return (view->is_staff || strcmp(record->event, "ReadOutsideScope") != 0) &&
	       clerk_pairs_is_shown(view, record);
}

static void set(json_t *to, const char *name, json_t *value)
{
	(void)json_object_set_new(to, name, value);
}

static void set_time(json_t *to, const char *name, uint64_t time_ms)
{
	char text[CLOCK_TEXT_BYTES];

	clock_format(time_ms, text);
	set(to, name, time_ms == 0 ? json_null() : json_string(text));
}

static void set_fact(json_t *to, const char *name, const struct facts *facts, const char *fact)
{
	set(to, name, json_string(facts_get_or_empty(facts, fact)));
}

/* ---- Records ---- */

/* What the configuration calls the party "party:ID", and to staff an account "user:NAME"; "" for others. */
static const char *name_of(const struct clerk_view *view, const char *actor)
{
	const struct config *config = view->turn->config;
	struct account account;

	if (actor == NULL)
		return "";
	if (view->is_staff && strncmp(actor, "user:", 5) == 0 &&
	    account_load(view->turn, actor + 5, &account) == OK)
		return account.full_name;
	if (strncmp(actor, "party:", 6) != 0)
		return "";
	for (size_t i = 0; i < config->party_count; i++)
		if (strcmp(config->parties[i].id, actor + 6) == 0)
			return config->parties[i].name;
	return "";
}

/* Who it was, without the names of people for those whom they do not concern. */
static json_t *actor_new(const struct clerk_view *view, const char *actor)
{
	bool is_person = strncmp(actor, "user:", 5) == 0 || strncmp(actor, "operator:", 9) == 0;

	if (view->is_staff || !is_person)
		return json_string(actor);
	return json_stringn(actor, strcspn(actor, ":"));
}

static json_t *attributes_new(const struct clerk_view *view, const struct facts *attributes)
{
	json_t *object = json_object();

	for (size_t i = 0; i < attributes->count; i++)
		set(object, attributes->items[i].name, actor_new(view, attributes->items[i].value));
	return object;
}

static json_t *record_new(const struct clerk_view *view, const struct record *record)
{
	json_t *whole = view_record_new(view->turn, record), *json;

	if (whole == NULL)
		return NULL;
	json = json_object();
	set(json, "sequence", json_integer((json_int_t)record->number));
	set_time(json, "time", record->time_ms);
	set(json, "event", json_string(record->event));
	set(json, "text",
	    json_string(event_words(record->event,
				    facts_get_or_empty(&record->attributes, "origin"),
				    view->in_vietnamese)));
	set(json, "actor", actor_new(view, record->actor));
	set(json, "actorName", json_string(name_of(view, record->actor)));
	set(json, "attributes", attributes_new(view, &record->attributes));
	if (json_object_get(whole, "findings") != NULL)
		(void)json_object_set(json, "findings", json_object_get(whole, "findings"));
	json_decref(whole);
	return json;
}

/* In the place of a record. */
static json_t *unreadable_new(const struct clerk_view *view, uint64_t number)
{
	return json_pack("{s:I, s:n, s:s, s:s, s:s, s:{}}", "sequence", (json_int_t)number, "time",
			 "event", "Unreadable", "text",
			 event_words("Unreadable", "", view->in_vietnamese), "actor", "node",
			 "attributes");
}

/* ---- Links ---- */

static void set_link(json_t *links, const char *name, const char *id, const char *rest)
{
	char path[PATH_BYTES];

	(void)snprintf(path, sizeof(path), "/v1/messages/%s%s", id, rest);
	set(links, name, json_string(path));
}

static json_t *links_new(const char *id, bool has_document, bool has_translation)
{
	json_t *links = json_object();

	set_link(links, "self", id, "");
	if (has_document)
		set_link(links, "document", id, "/document");
	if (has_translation) {
		set_link(links, "translation", id, "/translation");
		set_link(links, "report", id, "/report");
	}
	set_link(links, "receipt", id, "/receipt");
	return links;
}

/* ---- One message ---- */

static void put_attachments(const struct record *record, const char *id, json_t *attachments)
{
	char hash[HASH_HEX_BYTES], rest[HASH_HEX_BYTES + sizeof("/attachments/")];

	for (size_t i = 0; i < record->payload_count; i++) {
		json_t *one;

		if (strcmp(record->payloads[i].role, "attachment") != 0)
			continue;
		hash_format_hex(&record->payloads[i].hash, hash);
		(void)snprintf(rest, sizeof(rest), "/attachments/%s", hash);
		one = json_object();
		set(one, "sha256", json_string(hash));
		set(one, "bytes", json_integer((json_int_t)record->payloads[i].len));
		set_fact(one, "type", &record->attributes, "type");
		set_fact(one, "mediaType", &record->attributes, "mediaType");
		set_fact(one, "name", &record->attributes, "name");
		set_link(one, "href", id, rest);
		(void)json_array_append_new(attachments, one);
	}
}

/* What is gathered from the timeline. */
struct gathered {
	json_t *timeline, *deliveries, *attachments;
	bool has_translation;
};

static enum err put_delivery(const struct clerk_view *view, uint64_t number, json_t *deliveries)
{
	enum err err = view_put_delivery(view->turn, number, deliveries);
	json_t *json = json_array_get(deliveries, json_array_size(deliveries) - 1);
	const char *name;

	if (err != OK)
		return err;
	name = name_of(view, json_string_value(json_object_get(json, "to")));
	if (name[0] != '\0')
		set(json, "toName", json_string(name));
	return OK;
}

static enum err put_record(const struct clerk_view *view, const struct record *record,
			   const char *id, struct gathered *to)
{
	json_t *json;

	if (!clerk_view_is_shown(view, record))
		return OK;
	json = record_new(view, record);
	clerk_said_put_record(view->turn, record, json);
	if (json_array_append_new(to->timeline, json) != 0)
		return ERR_MEMORY;
	to->has_translation |= strcmp(record->event, "Translated") == 0;
	put_attachments(record, id, to->attachments);
	return strcmp(record->event, "DeliveryOwed") == 0
		       ? put_delivery(view, record->number, to->deliveries)
		       : OK;
}

/* One that cannot be read hides none of the others; whose it was to see nobody can tell. */
static enum err put_unreadable(const struct clerk_view *view, uint64_t number, struct gathered *to)
{
	if (!view->is_staff)
		return OK;
	return json_array_append_new(to->timeline, unreadable_new(view, number)) == 0 ? OK
										      : ERR_MEMORY;
}

/* The oldest TIMELINE_RECORDS; more than that nobody reads, and the events tell of the rest. */
static enum err gather(const struct clerk_view *view, uint64_t message, const char *id,
		       struct gathered *to)
{
	const struct turn *turn = view->turn;
	struct turn_key from = turn_key(SPACE_TIMELINE), until;
	uint64_t numbers[TIMELINE_RECORDS];
	size_t count = 0;
	enum err err;

	turn_key_add_number(&from, message);
	until = turn_key_after(&from);
	err = turn_scan(turn, &from, &until, numbers, TIMELINE_RECORDS, &count);
	for (size_t i = 0; err == OK && i < count; i++) {
		struct record record;

		err = ledger_record(turn->ledger, numbers[i], turn->arena, &record, NULL);
		if (err == OK)
			err = put_record(view, &record, id, to);
		else if (turn_is_bad_value(err))
			err = put_unreadable(view, numbers[i], to);
	}
	return err;
}

#define WAITING_LOOKED_AT 64u

/* What is owed and not delivered yet, of the first records of the timeline: a list shows no more. */
static enum err put_waiting(const struct clerk_view *view, uint64_t message, json_t *waiting)
{
	const struct turn *turn = view->turn;
	struct turn_key from = turn_key(SPACE_TIMELINE), until;
	uint64_t numbers[WAITING_LOOKED_AT];
	size_t count = 0;
	enum err err;

	turn_key_add_number(&from, message);
	until = turn_key_after(&from);
	err = turn_scan(turn, &from, &until, numbers, WAITING_LOOKED_AT, &count);
	for (size_t i = 0; err == OK && i < count; i++) {
		struct delivery delivery;

		err = delivery_load(turn, numbers[i], &delivery);
		if (err == ERR_MISSING || (err == OK && delivery.stage == STAGE_DONE))
			err = OK; /* another record, or nothing that waits */
		else if (err == OK || turn_is_bad_value(err))
			err = put_delivery(view, numbers[i], waiting);
	}
	return err;
}

static void set_progress(const struct clerk_view *view, const struct message *message, json_t *row)
{
	json_t *waiting = json_array();

	if (message->owed > message->delivered)
		(void)put_waiting(view, message->number, waiting);
	set(row, "owed", json_integer((json_int_t)message->owed));
	set(row, "delivered", json_integer((json_int_t)message->delivered));
	set(row, "waitsFor", json_string(view_waits_for(view->turn, message)));
	set(row, "waiting", waiting);
}

static void set_head(const struct clerk_view *view, const struct message *message, json_t *to)
{
	char id[MESSAGE_ID_BYTES], root[MESSAGE_ID_BYTES];

	message_format_id(view->turn, message->number, id);
	message_format_id(view->turn, message->root, root);
	set(to, "id", json_string(id));
	set(to, "conversation", json_string(root));
	set_fact(to, "schema", &message->facts, "schema");
	set_fact(to, "reference", &message->facts, "reference");
	set(to, "state", json_string(message->state));
	set(to, "sender", json_string(message->sender));
	set(to, "senderName", json_string(name_of(view, message->sender)));
	set(to, "number", json_string(message->registered));
	set_time(to, "received", message->received_ms);
	set_time(to, "due", message->due_ms);
	set_time(to, "closed", message->closed_ms);
}

json_t *clerk_view_row_new(const struct clerk_view *view, const struct message *message)
{
	char id[MESSAGE_ID_BYTES], path[PATH_BYTES];
	json_t *row = json_object();

	message_format_id(view->turn, message->number, id);
	(void)snprintf(path, sizeof(path), "/v1/messages/%s", id);
	set_head(view, message, row);
	set(row, "href", json_string(path));
	set_fact(row, "office", &message->facts, "office");
	clerk_matter_put_row(view, message, row);
	clerk_said_put_row(view->turn, message, row);
	set_progress(view, message, row);
	return row;
}

static json_t *about_new(const struct facts *facts)
{
	json_t *object = json_object();

	for (size_t i = 0; about[i] != NULL; i++)
		if (facts_get_or_empty(facts, about[i])[0] != '\0')
			set_fact(object, about[i], facts, about[i]);
	return object;
}

/* Where who holds the paper of a certificate checks it. */
static void set_check(const struct clerk_view *view, const struct message *message, json_t *json)
{
	const char *url = clerk_certificate_url(view->turn, message);

	if (url != NULL && url[0] != '\0')
		set(json, "check", json_string(url));
}

/* What an issuing office needs to decide, and nobody else is told. */
static enum err set_issuing(const struct clerk_view *view, const struct message *message,
			    json_t *json)
{
	json_t *issuing = NULL;
	enum err err = view->caller == NULL
			       ? OK
			       : clerk_issuing_new(view->turn, view->caller, message, &issuing);

	if (issuing != NULL)
		set(json, "issuing", issuing);
	return err;
}

/* What it belongs to, as people call it: a certificate by its number. Of what is not theirs to read, nothing. */
static void set_first(const struct clerk_view *view, const struct message *message, json_t *json)
{
	struct message first;
	const char *name;

	if (message->root == message->number || !clerk_pairs_may_read(view, message->root) ||
	    message_load(view->turn, message->root, &first) != OK)
		return;
	name = clerk_matter_is_certificate(&first) ? "certificate" : "reference";
	set(json, "first",
	    json_pack("{s:s, s:s}", "schema", facts_get_or_empty(&first.facts, "schema"), "name",
		      facts_get_or_empty(&first.facts, name)));
}

json_t *clerk_view_message_new(const struct clerk_view *view, const struct message *message)
{
	struct gathered gathered = {json_array(), json_array(), json_array(), false};
	char id[MESSAGE_ID_BYTES], document[HASH_HEX_BYTES];
	json_t *json = json_object();
	enum err err;

	message_format_id(view->turn, message->number, id);
	hash_format_hex(&message->document, document);
	err = gather(view, message->number, id, &gathered);
	if (err == OK)
		err = clerk_matter_put(view, message, json);
	set_head(view, message, json);
	set(json, "sha256", json_string(document));
	set(json, "owed", json_integer((json_int_t)message->owed));
	set(json, "delivered", json_integer((json_int_t)message->delivered));
	set(json, "waitsFor", json_string(view_waits_for(view->turn, message)));
	set(json, "about", about_new(&message->facts));
	set_first(view, message, json);
	set_check(view, message, json);
	if (err == OK)
		err = set_issuing(view, message, json);
	set(json, "timeline", gathered.timeline);
	set(json, "deliveries", gathered.deliveries);
	set(json, "attachments", gathered.attachments);
	set(json, "links", links_new(id, true, gathered.has_translation));
	if (err == OK && json_object_size(json) != 0)
		return json;
	json_decref(json);
	return NULL;
}

json_t *clerk_view_refusal_new(const struct clerk_view *view, const struct record *refusal)
{
	const struct message message = {.number = refusal->number,
					.root = refusal->number,
					.received_ms = refusal->time_ms,
					.state = MESSAGE_REFUSED,
					.sender = refusal->actor,
					.registered = "",
					.facts = refusal->attributes};
	char id[MESSAGE_ID_BYTES];
	json_t *json = json_object(), *timeline = json_array();

	message_format_id(view->turn, refusal->number, id);
	(void)clerk_matter_put(view, &message, json);
	set_head(view, &message, json);
	set_fact(json, "schema", &refusal->attributes, "kind");
	set_fact(json, "sha256", &refusal->attributes, "sha256");
	set(json, "owed", json_integer(0));
	set(json, "delivered", json_integer(0));
	set(json, "waitsFor", json_string(""));
	set(json, "about", json_object());
	(void)json_array_append_new(timeline, record_new(view, refusal));
	set(json, "timeline", timeline);
	set(json, "deliveries", json_array());
	set(json, "attachments", json_array());
	set(json, "links", links_new(id, false, false));
	return json;
}

json_t *clerk_view_event_new(const struct clerk_view *view, const struct record *record,
			     const struct message *message)
{
	json_t *json = record_new(view, record);
	char id[MESSAGE_ID_BYTES];

	if (json == NULL)
		return NULL;
	message_format_id(view->turn, record->message, id);
	set(json, "message", json_string(id));
	if (message == NULL) {
		set_fact(json, "schema", &record->attributes, "kind");
		set_fact(json, "reference", &record->attributes, "reference");
		set(json, "state", json_string(MESSAGE_REFUSED));
	} else {
		set_fact(json, "schema", &message->facts, "schema");
		set_fact(json, "reference", &message->facts, "reference");
		set(json, "state", json_string(message->state));
	}
	return json;
}

json_t *clerk_view_unreadable_new(const struct clerk_view *view, uint64_t number)
{
	static const char *const of_message[] = {"message", "schema", "reference", "state"};
	json_t *json = unreadable_new(view, number);

	for (size_t i = 0; i < sizeof(of_message) / sizeof(of_message[0]); i++)
		set(json, of_message[i], json_string(""));
	return json;
}
