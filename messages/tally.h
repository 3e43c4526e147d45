/*
 * tally - what became of every value while a document is translated, before paths are known.
 *
 * Rows are put while the map is walked; paths are written once, at the end. Each source value is
 * put once (its branch says so), each target value when it is written.
 */
#ifndef MESSAGES_TALLY_H
#define MESSAGES_TALLY_H

#include "messages/branch.h"
#include "messages/translate.h"

struct tally_row {
	struct branch *source;
	struct branch *target;
	const char *word; /* reason or origin */
	const char *ref;
};

struct tally_rows {
	struct tally_row *items;
	size_t count;
	size_t room;
};

struct tally {
	struct arena *arena;
	struct tally_rows fields;
	struct tally_rows changed;
	struct tally_rows dropped;
	struct tally_rows supplied;
	enum err err; /* sticks */
};

void tally_init(struct tally *tally, struct arena *arena);

/* A source value carried as it is (reason NULL) or changed. It is taken with this. */
void tally_carry(struct tally *tally, struct branch *source, struct branch *target,
		 const char *reason);

/* A source value dropped. It is taken with this. */
void tally_drop(struct tally *tally, struct branch *source, const char *reason);

/* A target value supplied; ref is borrowed. With a source, ref is that source's path. */
void tally_supply(struct tally *tally, struct branch *target, const char *origin, const char *ref,
		  struct branch *source);

/* The rows with their paths, as the report has them. Hashes and ids are the caller's. */
enum err tally_report(struct tally *tally, struct report *ret_report);

#endif
