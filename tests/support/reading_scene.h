/*
 * reading_scene - a generated population of parties, officers and messages, what a plain filter says
 * of who sees what, and the clerk's answers to them.
 */
#ifndef TESTS_READING_SCENE_H
#define TESTS_READING_SCENE_H

#include <jansson.h>

#include "node/clerk_list.h"
#include "node/clerk_read.h"
#include "tests/support/node_fixture.h"

#define READING_MESSAGES 240u
#define READING_CALLERS 12u

/* What this test knows of a message, apart from what the ledger says. */
struct reading_known {
	uint64_t number;
	const char *lodger; /* "" of an arrival */
	const char *exporter, *office, *reference, *schema;
	bool is_issuing;
};

struct reading_scene {
	struct node_fixture *fixture;
	struct reading_known known[READING_MESSAGES + 64];
	size_t count;
	struct caller callers[READING_CALLERS];
	size_t caller_count;
};

extern struct reading_scene reading_scene;

/* cmocka's set-up; *state is the fixture, to be closed with node_fixture_close(). */
int reading_scene_open(void **state);

/* One more message. */
void reading_scene_lodge(struct reading_scene *to, unsigned i);

const struct reading_known *reading_scene_known(uint64_t number);

/* The plain filter. */
bool reading_scene_is_seen(const struct caller *caller, const struct reading_known *known);
bool reading_scene_fits(const struct reading_known *known, enum listing_key key, const char *value);

/* What the clerk answers. */
enum err reading_scene_list(const struct caller *caller, const struct clerk_list_question *question,
			    struct clerk_list_answer *ret_answer);
json_t *reading_scene_rows(const struct clerk_list_answer *answer);
enum err reading_scene_read(const struct caller *caller, uint64_t number, enum clerk_read_part part,
			    bool is_recorded, struct clerk_read_answer *ret_answer);
enum err reading_scene_events(const struct caller *caller, uint64_t after, uint32_t max_count,
			      struct clerk_list_events_answer *ret_answer);

#endif
