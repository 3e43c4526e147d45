/*
 * events - GET /v1/events: what happens to the caller's messages, live, as server-sent events (WHATWG
 * HTML section 9.2).
 *
 * Each event's id is its ledger sequence. Who comes again with Last-Event-ID gets everything behind
 * it, in order, once: events are read from the ledger, never from memory, so nothing is missed and
 * nothing doubled whatever happened meanwhile. Without it a stream begins with what happens from now
 * on. A line of comment with the newest id comes every EVENTS_BEAT_MS; by then it is also asked again
 * whether the caller still is who they were, and the stream ends when not.
 *
 * Bounded: EVENTS_STREAMS at once, EVENTS_OWN for one caller, one question to the clerk at a time for
 * each. A client that does not read is blocked, and cut off by the server (http.h); it resumes.
 */
#ifndef NODE_EVENTS_H
#define NODE_EVENTS_H

#include "node/api.h"

#define EVENTS_STREAMS 256u
#define EVENTS_OWN 8u
#define EVENTS_BEAT_MS 15000u

struct events;

/* loop and ledger are borrowed for its life. */
enum err events_new(struct loop *loop, struct call_client *ledger, struct events **ret_events);
/* After the http server was closed. NULL is accepted. */
void events_free(struct events *events);

/* The call. */
void events_begin(struct events *events, struct api_call *call);

/* All streams end, and each that begins: their clients come again with Last-Event-ID. */
void events_drain(struct events *events);

/* How many streams there are; for /metrics. */
size_t events_count(const struct events *events);

#endif
