/*
 * life - the life cycles of messages: one table state x event -> state, and one pure step.
 *
 * Which life a kind leads is the fact "life" of its kind file. States and events are stored and shown by name, so names never
 * change. The drawings are in docs/states.md.
 */
#ifndef NODE_LIFE_H
#define NODE_LIFE_H

#include <stdbool.h>

enum life_event {
	LIFE_CHECKED,    /* lodged, and found to be in order */
	LIFE_PARKED,     /* lodged, in order, but it speaks of something unknown here */
	LIFE_REGISTERED, /* the desk or agency gave it a number */
	LIFE_ISSUED,     /* an issuing authority made it, or made what was applied for */
	LIFE_AUTHORISED, /* the exporter allows transmission */
	LIFE_WITHHELD,   /* the exporter does not allow transmission */
	LIFE_RECEIVED,   /* a partner node sent it */
	LIFE_DELIVERED,  /* everything that was owed of it was satisfied */
	LIFE_SET_ASIDE,  /* it could not be worked on; a person must look */
	LIFE_EVENT_COUNT
};

/* The event's name as routes and records write it: "checked", "registered" ... */
const char *life_event_name(enum life_event event);

/*
 * The state that follows. life: "declaration", "certificate", "application", "authorisation", "arrival", ""; state: "" before the first
 * event. NULL: the event does not fit the state, nothing may happen.
 */
const char *life_step(const char *life, const char *state, enum life_event event);

/* Is it a life we know? */
bool life_is_known(const char *life);

#endif
