/*
 * sieve_scene - documents checked by the sieve and, apart from it, by libxml2.
 */
#ifndef TESTS_SUPPORT_SIEVE_SCENE_H
#define TESTS_SUPPORT_SIEVE_SCENE_H

#include "messages/schema.h"

struct sieve_scene {
	struct arena *arena; /* of one document: cleared before each */
	struct schema_set *set;
	size_t valid; /* documents that libxml2 found valid */
	size_t passed;
	size_t passed_as_branches;
};

struct sieve_verdict {
	bool is_read;  /* it is XML and of a known kind */
	bool passes;   /* the sieve says so */
	bool is_valid; /* libxml2 says so */
	bool is_wrong; /* the sieve passes it, or the branches made of it, and libxml2 does not */
	const char *fault; /* the first that libxml2 found; lives until the next document */
};

/* Set-up and tear-down of a test: the set that ships. */
int sieve_scene_open(void **state);
int sieve_scene_close(void **state);

const struct schema_set *sieve_scene_set(const struct sieve_scene *scene);

/* Both checks, and counts. */
struct sieve_verdict sieve_scene_check(struct sieve_scene *scene, struct bytes bytes);

/* The corpus's folder: $SAMPAN_CORPUS, or where it lies beside the source. */
const char *sieve_scene_corpus(void);

/*
 * Visit the samples, golden files and seeds of fuzzing that ship, or the files of the corpus.
 * Returns how many there were.
 */
typedef void sieve_scene_visit(void *context, const char *name, struct bytes bytes);
size_t sieve_scene_each(struct sieve_scene *scene, bool of_corpus, sieve_scene_visit *visit,
			void *context);

#endif
