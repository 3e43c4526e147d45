/*
 * attack_scene - two whole nodes that tests attack, as rig.h makes them: what proves before and after each
 * attack that the node of Viet Nam goes on with the very same processes.
 *
 * For cmocka's groups: attack_scene_open() and attack_scene_close() around all tests.
 */
#ifndef TESTS_SUPPORT_ATTACK_SCENE_H
#define TESTS_SUPPORT_ATTACK_SCENE_H

#include "sampan/curve.h"
#include "tests/support/rig.h"

struct attack_scene {
	struct rig rig;
	long pids[RIG_PIDS]; /* of Viet Nam's node, when they were last remembered */
	size_t pid_count;
	unsigned lodged;
};

extern struct attack_scene attack_scene;

int attack_scene_open(void **state);
int attack_scene_close(void **state);

const struct town_node *attack_scene_vn(void); /* who is attacked */
struct town_node *attack_scene_th(void);       /* its partner */

/* A document of a trader goes in; ends the test when it does not. */
void attack_scene_expect_that_vn_works(void);

/* All processes are there; forgets what lives in the rig's arena. */
int attack_scene_remember_roles(void **state);

/* The node works, and no process died since they were remembered. */
int attack_scene_expect_the_same_roles(void **state);

/* A connection to the partner's listener as a stranger opens it; the caller closes it. */
int attack_scene_connect_to_listener(void);

/* A key of the partner from its folder (SETUP_CURVE_SECRET, ...). */
void attack_scene_read_key(const char *name, uint8_t ret_key[CURVE_KEY_BYTES]);

#endif
