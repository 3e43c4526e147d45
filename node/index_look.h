/*
 * index_look - what states and indexes are held against: the store as the comparisons of index_check.h read it.
 *
 * A comparison answers with what is wrong, in words (static), or with NULL. That the store failed is no answer: it stays in
 * err, and what was answered since means nothing. What cannot be read as what it should be is no failure.
 */
#ifndef NODE_INDEX_LOOK_H
#define NODE_INDEX_LOOK_H

#include "node/turn.h"

struct index_look {
	const struct turn
		*turn; /* without a batch and a configuration: only what is durable is read */
	enum err err;  /* how the store failed first; OK: it did not */
};

/* What a record leads to: NULL where all of it is there. */
typedef const char *index_look_at_record(struct index_look *look, const struct record *record);

/* What an entry says: NULL where that is so. */
typedef const char *index_look_at_entry(struct index_look *look, const struct turn_key *key,
					struct bytes value);

/* Is it OK? */
bool index_look_ok(struct index_look *look, enum err err);

/* Is there such a key, and with this very value? */
bool index_look_has_key(struct index_look *look, const struct turn_key *key);
bool index_look_has(struct index_look *look, const struct turn_key *key, struct bytes value);

/* A record as the tree vouches for it; it lives in the turn's arena. false: there is none. */
bool index_look_record(struct index_look *look, uint64_t number, struct record *ret_record);
bool index_look_is_event(const struct record *record, const char *event);
const char *index_look_attribute(const struct record *record, const char *name);

/*
 * In the life that a record began, however long it is: the newest record of these events (words), or the first behind a
 * delivery's own record that is of it. OK, ERR_MISSING: there is none. Else nothing is known, as where a record of that
 * life is damaged.
 */
enum err index_look_newest(struct index_look *look, uint64_t life, const char *events,
			   struct record *ret_record);
enum err index_look_of_delivery(struct index_look *look, uint64_t life, uint64_t delivery,
				const char *events, struct record *ret_record);

#endif
