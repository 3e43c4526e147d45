/*
 * outcome - what became of every value while a document is translated, before paths are known.
 *
 * Rows are put while the map is walked; paths are written once, at the end. Each source value is
 * put once (its branch says so), each target value when it is written.
 */
#ifndef MESSAGES_OUTCOME_H
#define MESSAGES_OUTCOME_H

#include "messages/branch.h"
#include "messages/translate.h"

struct outcome_row {
	struct branch *source;
	struct branch *target;
	const char *word; /* reason or origin */
	const char *ref;
};

struct outcome_rows {
	struct outcome_row *items;
	size_t count;
	size_t room;
};

struct outcome {
	struct arena *arena;
	struct outcome_rows fields;
	struct outcome_rows changed;
	struct outcome_rows dropped;
	struct outcome_rows supplied;
	enum err err; /* sticks */
};

void outcome_init(struct outcome *outcome, struct arena *arena);

/* A source value carried as it is (reason NULL) or changed. It is taken with this. */
void outcome_carry(struct outcome *outcome, struct branch *source, struct branch *target,
		   const char *reason);

/* A source value dropped. It is taken with this. */
void outcome_drop(struct outcome *outcome, struct branch *source, const char *reason);

/* A target value supplied; ref is borrowed. With a source, ref is that source's path. */
void outcome_supply(struct outcome *outcome, struct branch *target, const char *origin,
		    const char *ref, struct branch *source);

/* The rows with their paths, as the report has them. Hashes and ids are the caller's. */
enum err outcome_report(struct outcome *outcome, struct report *ret_report);

#endif
