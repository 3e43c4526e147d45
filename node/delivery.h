/*
 * delivery - the outbox: what is owed to whom, from the event that made it owed until the recipient
 * has it.
 *
 * A delivery is begun by a record DeliveryOwed, whose number is the delivery's number. Its stage
 * says what must be done next and is the queue it stands in (SPACE_WORK), in order of number. Every
 * change is a record, so a delivery can be explained and rebuilt.
 */
#ifndef NODE_DELIVERY_H
#define NODE_DELIVERY_H

#include "node/message.h"

enum delivery_stage {
	STAGE_TRANSLATE = 't', /* a worker must translate it, or write it in canonical form */
	STAGE_SIGN = 'g',      /* the seal must sign it */
	STAGE_SEND = 's',      /* it waits for a number in the partner's stream */
	STAGE_SENT = 'n',      /* it has a number; the partner has not acknowledged it */
	STAGE_HAND_OVER = 'h', /* it must be put into a local party's inbox */
	STAGE_LODGE = 'l',     /* signed by an office's key, it must be checked and lodged here */
	STAGE_HELD = 'x',      /* something is wrong; an operator must look, then retry or drop */
	STAGE_DONE = 'z',      /* satisfied: it stands in no queue */
	STAGE_CHECK = 'c',     /* not a delivery: an arrival that a worker must check; number is the
				* message's */
	STAGE_REGISTER = 'd'   /* not a delivery: a declaration that the desk must register; number
				* is the message's */
};

struct delivery {
	uint64_t number;
	uint64_t message;
	uint64_t root;
	uint64_t output_record; /* record whose payload 0 goes out; the message's own while nothing
				 * is translated */
	uint64_t signature_record; /* record whose payload 0 is its signature; 0: none */
	uint64_t stream_number;    /* in the partner's stream; 0: none yet */
	uint64_t changed_ms;
	enum delivery_stage stage;
	uint8_t crashes;
	const char *route;
	const char *to; /* "partner:TH" or "party:hai-quan"; "office:BCTHN": what its officer
			 * decided, to be signed and lodged (issue.h) */
	const char *from_kind;
	const char *as;  /* kind it goes out as */
	const char *why; /* of a held one: code of the first finding */
};

/*
 * An event happened to a message: make owed what the routes demand. Each route that speaks of the
 * kind and event leads to a record DeliveryOwed, or to DeliveryNotOwed with the reason
 * ("no-consent" or those of node/recipient.h). The message's counts change; the caller
 * saves it.
 */
enum err delivery_owe(const struct turn *turn, struct message *message, enum life_event event);

/*
 * A delivery that no route owes: the document that an officer of this office decided on, held by the
 * record `decided`, which is the delivery's number too. It waits for the office's key.
 */
enum err delivery_begin_decided(const struct turn *turn, const struct message *message,
				uint64_t decided, const char *office, const char *as);

/* Is it one that delivery_begin_decided() began? */
bool delivery_is_decided(const struct delivery *delivery);

/* The record that holds what goes out was written anew: it waits to be signed. */
enum err delivery_sign_anew(const struct turn *turn, struct delivery *delivery, uint64_t record);

/*
 * The kind that a route owes to a recipient: as the route says it, and where it leaves the version
 * open, in the version that the partner takes. Without either, a kind without version: its first
 * one. Borrowed from the configuration.
 */
const char *delivery_agreed_as(const struct turn *turn, const struct config_route *route,
			       const char *to);

/* The route of that id; NULL when it is no longer in force here. */
const struct config_route *delivery_route(const struct turn *turn, const char *id);

/*
 * Where a delivery of a message begins: what is owed to a party as it came needs no translation.
 * To a partner it goes in canonical form, because that is what is signed.
 */
enum delivery_stage delivery_first_stage(const struct message *message, const char *as,
					 const char *to);

/* Does any route take what this partner sends of this kind? */
bool delivery_is_expected(const struct turn *turn, const char *kind);

enum err delivery_load(const struct turn *turn, uint64_t number, struct delivery *ret_delivery);
enum err delivery_parse(struct bytes bytes, struct arena *arena, struct delivery *ret_delivery);

/* Move it to a stage: leaves its queue, enters the new one, is saved. */
enum err delivery_move(const struct turn *turn, struct delivery *delivery,
		       enum delivery_stage stage);

/*
 * The recipient has it: record `event`, count it, and when all is delivered step the message's
 * life.
 */
enum err delivery_finish(const struct turn *turn, struct delivery *delivery, const char *event,
			 const char *actor, const char *const *attributes);

/* Hold it with findings (packed JSON), under the first one's code. */
enum err delivery_hold(const struct turn *turn, struct delivery *delivery, const char *code,
		       struct bytes findings);

/*
 * The key of a queue, without the number: for partner queues `to` is "partner:CC", for others "".
 */
struct turn_key delivery_queue(enum delivery_stage stage, const char *to);
enum err delivery_enqueue(const struct turn *turn, enum delivery_stage stage, const char *to,
			  uint64_t number);
enum err delivery_dequeue(const struct turn *turn, enum delivery_stage stage, const char *to,
			  uint64_t number);

/* What registry, route and event can supply to the translation of this delivery (docs/maps.md). */
enum err delivery_outside(const struct turn *turn, const struct delivery *delivery,
			  struct facts *ret_facts);

/* The kind it goes out as, without a version, in the turn's arena; NULL: no memory. */
const char *delivery_kind(const struct turn *turn, const struct delivery *delivery);

/*
 * The bytes that go out now: of the translation, or of the message itself; without their signature.
 */
enum err delivery_document(const struct turn *turn, const struct delivery *delivery,
			   struct bytes *ret_document);

/* The same, with the signature in it when there is one. */
enum err delivery_signed(const struct turn *turn, const struct delivery *delivery,
			 struct bytes *ret_document);

#endif
