/*
 * evidence_scene - a ledger in memory with the life of an export declaration, an arrival and a
 * refusal, signed for, and evidence of them.
 */
#ifndef TESTS_SUPPORT_EVIDENCE_SCENE_H
#define TESTS_SUPPORT_EVIDENCE_SCENE_H

#include "node/evidence_check.h"
#include "node/evidence_plan.h"
#include "tests/support/node_fixture.h"

struct evidence_scene {
	struct node_fixture *fixture;
	struct key *key;
	struct evidence_anchors anchors; /* of this ledger */
	uint64_t exported; /* by gom: owed to TH, held, tried again, sent, acknowledged */
	uint64_t arrived;  /* from TH: checked, translated, handed over */
	uint64_t refused;
};

extern struct evidence_scene evidence_scene;

/* cmocka's set-up and tear-down of a group. */
int evidence_scene_open(void **state);
int evidence_scene_close(void **state);

/* Sign for all that is there. */
void evidence_scene_sign(void);

/* The whole file, in the fixture's arena; view: as evidence_view_parse(). */
struct bytes evidence_scene_make(uint64_t message, const char *view);

/* What a check says; code "" when all is proved. */
struct evidence_fault evidence_scene_check(struct bytes file, struct evidence *ret_evidence);

#endif
