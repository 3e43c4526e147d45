/*
 * example - one translation as a table row: rules, source, and the output, report rows or findings
 * that must come of it.
 *
 * Documents are of the kinds test.a and test.b (set_folder.h). Each translation is also checked for
 * totality: all values accounted for, canonical output.
 */
#ifndef TESTS_SUPPORT_EXAMPLE_H
#define TESTS_SUPPORT_EXAMPLE_H

#include "messages/translate.h"

#define EXAMPLE_ROWS 10
#define DOC(content) \
	"<Meta xmlns=\"urn:test:b-meta\"><Document xmlns=\"urn:test:b\">" content \
	"</Document></Meta>"

struct example {
	const char *rules;
	const char *source;
	const char *output; /* NULL: findings are expected */
	const char *
		rows[EXAMPLE_ROWS]; /* report rows that must be there; or "CODE PATH" of findings */
	const char *attributes;     /* of the map */
	const char *facts[EXAMPLE_ROWS]; /* name, value, ... */
};

struct example_run {
	struct arena *arena;
	struct schema_set *set;
	struct findings findings;
	struct document *document;
	struct translation translation;
	struct facts facts;
	char *rows; /* one line for each row of the report */
	size_t row_count;
};

/* Load the map and translate the source; release with example_end(). Fails the test when map or
 * source are not valid. */
void example_translate(struct example_run *run, const struct example *example);
void example_end(struct example_run *run);

/* Translate each and compare. */
void example_check_all(const struct example *examples, size_t count);

/* An example says what it needs, the rest is empty. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define CHECK(...) \
	do { \
		static const struct example examples[] = {__VA_ARGS__}; \
		(void)state; \
		example_check_all(examples, sizeof(examples) / sizeof(examples[0])); \
	} while (0)

#endif
