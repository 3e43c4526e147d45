/*
 * message - what the node knows now about one message: the state that records lead to.
 *
 * A message is begun by one record (its number is the message's number) and lives on through later
 * ones. This state stands in SPACE_MESSAGE under that number; it can be rebuilt from the records.
 */
#ifndef NODE_MESSAGE_H
#define NODE_MESSAGE_H

#include "node/life.h"
#include "node/turn.h"

#define MESSAGE_ID_BYTES 64u

/* The fact that names the parties here to whom it was handed over, as words. */
#define MESSAGE_HANDED "handedTo"

struct message {
	uint64_t number;
	uint64_t root; /* the message that began its conversation; itself for an
			* original */
	uint64_t received_ms;
	uint64_t due_ms;        /* 0: no procedure clock runs */
	uint64_t closed_ms;     /* 0: open */
	uint32_t owed;          /* deliveries that routes demanded */
	uint32_t delivered;     /* of these, satisfied */
	const char *state;      /* life.h */
	const char *sender;     /* "party:ID" or "partner:CC" */
	const char *registered; /* number given by the desk or agency; "" while none */
	const char *origin;     /* of an arrival: the partner's message id and delivery; ""
				 * otherwise */
	struct hash document;   /* SHA-256 of the bytes received */
	struct facts facts;     /* as the worker read them (facts.h) */
};

/* "VN-1-57": country, epoch, number. */
void message_format_id(const struct turn *turn, uint64_t number, char ret_id[MESSAGE_ID_BYTES]);

/* The number in an id of this node: false for anything else. */
bool message_parse_id(const char *country, uint64_t epoch, const char *id, uint64_t *ret_number);

/* The same of whichever epoch: the number of a record that is there, or could be. */
bool message_find_id(const struct turn *turn, const char *id, uint64_t *ret_number);

/*
 * Read one; texts live in the turn's arena. With no batch in the turn, only what is durable.
 * ERR_MISSING.
 */
enum err message_load(const struct turn *turn, uint64_t number, struct message *ret_message);
enum err message_save(const struct turn *turn, const struct message *message);

/*
 * What was refused is no message; of its record, SubmissionRejection, lists know as much as of one: who
 * lodged it, state MESSAGE_REFUSED, kind, schema, reference. Under SPACE_REFUSAL.
 */
#define MESSAGE_REFUSED "refused"
enum err message_load_refusal(const struct turn *turn, uint64_t number,
			      struct message *ret_message);
enum err message_save_refusal(const struct turn *turn, const struct message *message);

/* Read the bytes of SPACE_MESSAGE, for readers outside a turn. */
enum err message_parse(struct bytes bytes, struct arena *arena, struct message *ret_message);

/*
 * Append a record to the message's life and its timeline. payload may be empty (then the record has
 * none); attributes are "name", "value" pairs ended by NULL; pairs with an empty value are left
 * out. ERR_FORMAT: actor or a value is not UTF-8. ERR_LIMIT: as batch_append().
 */
struct message_event {
	const char *event; /* ETSI name or our own: docs/ledger-format.md */
	const char *actor;
	const char *const *attributes;
	const char *payload_role[3]; /* NULL: none */
	struct bytes payload[3];
	const struct hash *known; /* of payload[0], where it was hashed already; else NULL */
};
enum err message_record(const struct turn *turn, uint64_t message,
			const struct message_event *event, uint64_t *ret_number);

/* The entry of the timeline that a record has; its value is empty. */
struct turn_key message_timeline_key(uint64_t message, uint64_t number);

/*
 * The newest record of the message's timeline that is wanted, however long that is; it lives in the
 * turn's arena. ERR_MISSING: none is.
 */
typedef bool message_wanted(const void *context, const struct record *record);
enum err message_find_record(const struct turn *turn, uint64_t message, message_wanted *is_wanted,
			     const void *context, struct record *ret_record);

#endif
