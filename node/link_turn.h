/*
 * link_turn - what both machines of a link share: gathering the effects of one step, and the memory
 * these borrow.
 */
#ifndef NODE_LINK_TURN_H
#define NODE_LINK_TURN_H

#include "node/link_wire.h"

#define LINK_TURN_SENDS 4u /* more than any step sends */
#define LINK_TEXT_BYTES 256u

struct link_turn {
	struct link_effects *effects; /* of the step under way */
	struct buffer sends[LINK_TURN_SENDS];
	size_t send_count;
	char text[LINK_TEXT_BYTES];
};

void link_turn_init(struct link_turn *turn);
void link_turn_clear(struct link_turn *turn);

/* A step begins: what the last one lent is taken back, ret_effects is empty. */
void link_turn_begin(struct link_turn *turn, struct link_effects *ret_effects);

void link_turn_put(struct link_turn *turn, const struct link_effect *effect);

/* Put a message on the wire. Without memory it is lost, as on the wire: the machines live with
 * that. */
void link_turn_send(struct link_turn *turn, const struct link_wire *message);

/* An alarm for our operator, also kept in turn->text. */
void link_turn_alarm(struct link_turn *turn, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The alarm that a partner sent, with everything made harmless that is not printable ASCII. */
void link_turn_alarm_of_partner(struct link_turn *turn, struct bytes text);

/* The wait before try number `tries` (from 0): doubling up to max_ms, between half and the whole of
 * it by chance. */
uint64_t link_turn_delay_ms(uint64_t first_ms, uint64_t max_ms, unsigned tries, uint64_t random);

#endif
