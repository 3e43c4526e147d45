/*
 * life - the life cycles of messages: one table state x event -> state, and one pure step.
 *
 * Which life a kind leads is the fact "life" of its kind file. States and events are stored and
 * shown by name, so names never change.
 *
 * What lodging begins depends on what the document means to its conversation. An original begins a
 * life. An amendment of a declaration is the whole document again: it is checked and registered
 * under the original's number, whose last digit it raises. A cancellation or supplement of
 * something known here is "noted": it is on record with its original and its sender is told
 * (not-acted-on) that nothing else happened: no number, no route, and above all no second sending
 * of what it cancels. A certificate is only ever issued by an original. What speaks of something
 * unknown here is "parked", whatever it means.
 *
 * A notice (vn.response, vn.cancel, vn.co-status, vn.verification, vn.supplement and their hub forms)
 * is a document of its own that speaks of another and is acted on: it is an event of its original's
 * life. Which one says its kind's file.
 *
 * What arrives leads the life "arrival" until it is read; a certificate then leads that of a
 * "foreign-certificate" (fact "arrivesAs").
 */
#ifndef NODE_LIFE_H
#define NODE_LIFE_H

#include <stdbool.h>

enum life_event {
	LIFE_CHECKED, /* lodged, and found to be in order */
	LIFE_PARKED,  /* lodged, in order, but it speaks of something unknown here */
	LIFE_NOTED,   /* lodged, in order, of something known here, but not acted on: a cancellation
			 or supplement */
	LIFE_REGISTERED, /* the desk or agency gave it a number */
	LIFE_ISSUED,     /* an issuing authority made it, or made what was applied for */
	LIFE_AUTHORISED, /* the exporter allows transmission */
	LIFE_WITHHELD,   /* the exporter does not allow transmission */
	LIFE_RECEIVED,   /* a partner node sent it */
	LIFE_DELIVERED,  /* everything that was owed of it was satisfied */
	LIFE_SET_ASIDE,  /* it could not be worked on; a person must look */
	LIFE_CANCELLED,  /* who made it took it back; of a notice: it took its original back */
	LIFE_FOLLOWED,   /* a partner speaks of what was made here: an answer, a use, a question */
	/* what a notice says of its original: the event of its kind's file (docs/schemas.md) */
	LIFE_PAPERS_ASKED,
	LIFE_SUPPLEMENTED,
	LIFE_INSPECTION_ORDERED,
	LIFE_INSPECTED,
	LIFE_ROUTED, /* into another lane */
	LIFE_CLEARED,
	LIFE_REJECTED,    /* by the office that decides; not "refused", which is at the door */
	LIFE_INVALIDATED, /* customs cancels */
	LIFE_AMENDED,     /* an amendment of it got its number */
	LIFE_ACCEPTED,
	LIFE_NOT_ACCEPTED,
	LIFE_USED, /* part of it is left */
	LIFE_USED_UP,
	LIFE_REVERSED,   /* nothing of it is used any more */
	LIFE_QUESTIONED, /* its verification is asked for */
	LIFE_ANSWERED,   /* that was answered: it is good */
	LIFE_NOT_CONFIRMED, /* that was answered otherwise: customs decides */
	LIFE_DECIDED,    /* its officer decided to issue it: it waits for the office's key */
	LIFE_REPLACED,   /* another one was issued in its place */
	LIFE_EXPIRED,
	LIFE_EVENT_COUNT
};

/* The event's name as routes and records write it: "checked", "registered" ... */
const char *life_event_name(enum life_event event);

/* The event of that name; LIFE_EVENT_COUNT: there is none. */
enum life_event life_event_of(const char *name);

/* Does the event mean anything in this life, in whichever state? */
bool life_has(const char *life, enum life_event event);

/*
 * The event that lodging is for a document of this meaning (docs/schemas.md) whose conversation is
 * known here or begins with it: LIFE_CHECKED, LIFE_ISSUED, LIFE_NOTED or LIFE_CANCELLED. registers: the desk gives
 * numbers to documents of its kind. Declarations that no desk registers are handed on as they are,
 * whatever they mean, and so is all that belongs to an application.
 */
enum life_event life_begin(const char *life, bool registers, const char *meaning);

/*
 * The state that follows. life: "declaration", "certificate", "application", "authorisation",
 * "notice", "arrival", "foreign-certificate", ""; state: "" before the first event. NULL: the event does not fit the state, nothing
 * may happen.
 */
const char *life_step(const char *life, const char *state, enum life_event event);

/* A state that a message can be in, by number from 0, each once; NULL behind the last. */
const char *life_state(unsigned index);

/* Is it a life we know? */
bool life_is_known(const char *life);

#endif
