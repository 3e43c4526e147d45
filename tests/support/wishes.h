/*
 * wishes - what documents of a kind must hold to be told apart from other kinds, and what they
 * should hold so that a map has something to carry that the other side can take.
 *
 * Read from the files of kinds and maps themselves, not through messages/map.c. A rule that is not
 * understood wishes nothing: then fewer documents go over, and the properties hold all the same.
 */
#ifndef TESTS_SUPPORT_WISHES_H
#define TESTS_SUPPORT_WISHES_H

#include "sampan/facts.h"
#include "tests/support/choices.h"
#include "tests/support/grammar.h"

#define WISHES_FACTS 64
#define WISHES_PAIRS 1024

/* A kind with its own grammar. */
struct wishes_kind {
	char xsd[1024];
	struct grammar *root;
	struct grammar_file *file;
	xmlDoc *doc;
};

/* A fact that a map asks for, with the types its value must be valid of. */
struct wishes_fact {
	const char *name;
	const struct grammar_type *types[GRAMMAR_FITS];
	size_t type_count;
	const struct grammar *targets[GRAMMAR_FITS]; /* where it goes */
	size_t target_count;
	const char *word; /* the value it should have, or NULL */
};

struct wishes {
	struct wishes_kind from;
	struct wishes_kind to;
	xmlDoc *map;
	struct wishes_fact facts[WISHES_FACTS];
	size_t fact_count;
	struct { /* what is carried as it is, and to where */
		struct grammar *source;
		const struct grammar *target;
	} pairs[WISHES_PAIRS];
	size_t pair_count;
	struct arena *arena;
	bool is_back; /* the map's file leads the other way */
};

/* For the map between two kinds (full ids) of a schema set's folder. Dies when a file is not as it
 * should be. */
void wishes_open(const char *folder, const char *from, const char *to, struct arena *arena,
		 struct wishes *ret_wishes);
void wishes_close(struct wishes *wishes);

/* Choose facts and values that the inverse map takes too. */
void wishes_learn(struct wishes *wishes, const struct wishes *back);

/* Values for all facts that the map asks for. */
void wishes_put_facts(const struct wishes *wishes, struct choices *choices, struct facts *facts);

#endif
