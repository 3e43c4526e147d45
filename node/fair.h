/*
 * fair - what waits, in an order that lets nobody's many or costly things starve the others'.
 *
 * Each thing has an owner and a cost. The next one is of the owner who was given least (start-time fair
 * queueing, Goyal, Vin and Cheng 1996): of one owner they come in the order in which they were put; who has
 * taken 8 MB waits until others were given as much. Who has nothing waiting saves nothing up. Pure.
 */
#ifndef NODE_FAIR_H
#define NODE_FAIR_H

#include <stddef.h>
#include <stdint.h>

#include "sampan/err.h"

#define FAIR_EACH 4096u /* what a thing costs beyond its own cost: the smallest is not free */

struct fair;
struct fair_owner;

/* Stands in what waits, which stays the caller's. */
struct fair_item {
	struct fair_item *next;
	struct fair_owner *owner;
	size_t cost;
};

/* NULL: no memory. fair_free() forgets what waits; NULL is accepted. */
struct fair *fair_new(void);
void fair_free(struct fair *fair);

/* Put last of its owner (copied; "" is an owner too). ERR_MEMORY: it was not put. */
enum err fair_put(struct fair *fair, const char *owner, size_t cost, struct fair_item *item);

/* One that was taken comes first of its owner again, and costs nothing the second time. */
void fair_put_back(struct fair *fair, struct fair_item *item);

/* The next one; NULL: nothing waits. fair_take() takes it out, and counts its cost. */
struct fair_item *fair_first(const struct fair *fair);
struct fair_item *fair_take(struct fair *fair);

/* It will not be put back: its owner may be forgotten. Once for each one taken. */
void fair_done(struct fair *fair, struct fair_item *item);

#endif
