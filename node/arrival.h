/*
 * arrival - a document that a partner node sent: committed raw first, then checked by a worker,
 * then owed to its recipients here.
 */
#ifndef NODE_ARRIVAL_H
#define NODE_ARRIVAL_H

#include "node/message.h"
#include "node/parcel.h"
#include "sampan/finding.h"

/*
 * Begin a message for a parcel from a partner (country code) and queue its check. A parcel that
 * came before begins nothing; other bytes under its name are recorded and set aside.
 */
enum err arrival_begin(const struct turn *turn, const char *partner, const struct parcel *parcel,
		       uint64_t *ret_message);

/*
 * A worker read it. Findings with errors set it aside (RelayRejection on record); otherwise routes
 * say who gets it.
 */
enum err arrival_checked(const struct turn *turn, uint64_t message, const struct facts *facts,
			 struct findings *findings);

/*
 * What is known of one that waits for its check, where that is damaged: made anew of the record of its arrival.
 * ERR_MISSING: no arrival has this number.
 */
enum err arrival_recover(const struct turn *turn, uint64_t number, struct message *ret_message);

/* A worker died of it. After the third time it is set aside; *ret_is_again: it still waits to be read. */
enum err arrival_crashed(const struct turn *turn, uint64_t message, bool *ret_is_again);

/*
 * A paper was recorded by hand (by_hand.h): act on what its issuer said of it before, which waited. *paper is as it
 * is then; it must be saved before.
 */
enum err arrival_hear(const struct turn *turn, struct message *paper);

#endif
