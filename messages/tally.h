/*
 * tally - what became of every value while a document is translated: the rows of the report.
 *
 * Rows are put while the map is walked. Each source value is put once (its state says so), each
 * target value when it is written.
 */
#ifndef MESSAGES_TALLY_H
#define MESSAGES_TALLY_H

#include "messages/branch.h"
#include "messages/map_rule.h"
#include "messages/report.h"

/* A value that the map must carry was dropped or cut. */
struct tally_loss {
	struct branch *source;
	const char *reason;
	bool is_cut;
	struct tally_loss *next;
};

struct tally {
	struct arena *arena;
	const struct map *map;
	struct branch_state *states; /* of the source's branches */
	struct report_fate *fates;   /* room for every value of the source */
	struct report_supply *supplies;
	size_t fate_count, fate_room;
	size_t taken_count;   /* values that have a row */
	size_t grafted_count; /* values that have their row with another one's */
	size_t changed_count, dropped_count;
	size_t supply_count, supply_room;
	struct tally_loss *losses; /* in order */
	struct tally_loss *last_loss;
	const struct branch *free_parent; /* the last looked at that need not be carried */
	enum err err;                     /* sticks */
};

/* For a source of so many values. ERR_MEMORY. */
enum err tally_init(struct tally *tally, const struct map *map, struct branch_state *states,
		    size_t value_count, struct arena *arena);

/* Has every value of the source been put? */
static inline bool tally_has_all(const struct tally *tally)
{
	return tally->taken_count == tally->fate_room;
}

/* A source value carried as it is (reason NULL) or changed. It is taken with this. */
void tally_carry(struct tally *tally, struct branch *source, struct branch *target,
		 const char *reason);

/* The same for a value that need not be carried. */
void tally_drop_free(struct tally *tally, struct branch *source, const char *reason);

/* Values of the source, one or more, that were grafted together (graft.h). They are taken with
 * this. */
void tally_graft(struct tally *tally, struct branch *source, struct branch *target, size_t values);

/* A source value dropped. It is taken with this. */
void tally_drop(struct tally *tally, struct branch *source, const char *reason);

/* Room for more of what is supplied. false: no memory. */
bool tally_more_supplies(struct tally *tally);

/* A target value supplied; ref is borrowed. With a source, ref is that source's path. */
static inline void tally_supply(struct tally *tally, struct branch *target, const char *origin,
				const char *ref, struct branch *source)
{
	if (tally->supply_count < tally->supply_room || tally_more_supplies(tally))
		tally->supplies[tally->supply_count++] = (struct report_supply){
			.target = target, .source = source, .origin = origin, .ref = ref};
}

/* Mark what was supplied, and forget what was supplied since. */
size_t tally_mark(const struct tally *tally);
void tally_take_back(struct tally *tally, size_t mark);

/* Forget all that was put since the tally was that; the states are the caller's. */
void tally_take_back_all(struct tally *tally, const struct tally *before);

/* Set the rows of the report. Hashes and ids are the caller's. */
void tally_report(const struct tally *tally, struct report *report);

#endif
