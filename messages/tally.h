/*
 * tally - what became of every value while a document is translated: the rows of the report.
 *
 * Rows are put while the map is walked. Each source value is put once (its branch says so), each
 * target value when it is written.
 */
#ifndef MESSAGES_TALLY_H
#define MESSAGES_TALLY_H

#include "messages/branch.h"
#include "messages/map_rule.h"
#include "messages/translate.h"

/* A value that the map must carry was dropped or cut. */
struct tally_loss {
	struct branch *source;
	const char *reason;
	bool is_cut;
	struct tally_loss *next;
};

/* A path that is written once the whole target stands. */
struct tally_late {
	struct branch *target;
	char *path;
	const struct tally_late *next;
};

struct tally {
	struct arena *arena;
	struct branch_ink ink;
	const struct map *map;
	struct report_field *fields;
	struct report_changed *changed;
	struct report_dropped *dropped;
	struct report_supplied *supplied;
	size_t field_count, field_room;
	size_t changed_count, changed_room;
	size_t dropped_count, dropped_room;
	size_t supplied_count, supplied_room;
	struct tally_loss *losses; /* in order */
	struct tally_loss *last_loss;
	const struct tally_late *lates;
	enum err err; /* sticks */
};

void tally_init(struct tally *tally, const struct map *map, struct arena *arena);

/* A source value carried as it is (reason NULL) or changed. It is taken with this. */
void tally_carry(struct tally *tally, struct branch *source, struct branch *target,
		 const char *reason);

/* A source value dropped. It is taken with this. */
void tally_drop(struct tally *tally, struct branch *source, const char *reason);

/* A target value supplied; ref is borrowed. With a source, ref is that source's path. */
void tally_supply(struct tally *tally, struct branch *target, const char *origin, const char *ref,
		  struct branch *source);

/* Mark what was supplied, and forget what was supplied since. */
size_t tally_mark(const struct tally *tally);
void tally_take_back(struct tally *tally, size_t mark);

/* Set the rows of the report. Hashes and ids are the caller's. ERR_MEMORY, or what stuck. */
enum err tally_report(struct tally *tally, struct report *report);

#endif
