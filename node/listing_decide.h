/*
 * listing_decide - certificates that arrived, or were recorded by hand, and wait for a word of this node's customs:
 * nobody decided on them, their verification did not confirm them, or its answer is overdue (inquiry.h).
 *
 * One that declarations here name is for who may list one of those, so for the officers of their offices; one
 * that nothing names yet waits alone, for everybody who may list it.
 */
#ifndef NODE_LISTING_DECIDE_H
#define NODE_LISTING_DECIDE_H

#include "node/reading.h"

/* Is it such a certificate, in a state in which one can wait (listing_open.h)? Pure. */
bool listing_decide_fits(const struct glance *glance);

/* Does it wait now, and for who asks? Only of one that fits and that they may list; not inside of a scan. */
bool listing_decide_is_for(const struct reading *reading, uint64_t number);

#endif
