/*
 * expected - what somebody decides by what they saw: a lodgement that is only taken when nothing has
 * happened since to what it speaks of (RFC 9110 section 13.1.1, If-Match).
 *
 * The version of a message is the number of the newest record that tells who asks of it, of the message that
 * began its conversation, or that joined that conversation. So it grows with whatever changes what
 * one decides about, and never with what one is not shown (clerk_view.h): not that somebody else read it, nor that a
 * message is here which is not theirs to know. It is judged in the turn that takes the
 * lodgement, which sees what the same commit already did: of two who saw the same, one is first.
 */
#ifndef NODE_EXPECTED_H
#define NODE_EXPECTED_H

#include "node/intake.h"

/* The message's version now for this caller (identity.h: as resolved), also in a turn without batch. */
enum err expected_version(const struct turn *turn, const struct caller *caller,
			  const struct message *message, uint64_t *ret_version);

/*
 * May the caller do this to the message they speak of, and does the version that they saw still
 * hold? OK: yes, or the lodgement expects nothing. ERR_CONFLICT with *ret_changed: it does not hold.
 * ERR_MISSING, ERR_DENIED: as change_message(). Fills intake->expected.root.
 */
enum err expected_hold(const struct turn *turn, struct intake *intake, bool *ret_changed);

/* What joined the conversation of this message counts from now on. */
enum err expected_joined(const struct turn *turn, const struct message *message);

#endif
