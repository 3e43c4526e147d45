#include "tests/support/attack_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "node/file.h"
#include "tests/support/patience.h"

#define FIRST_REFERENCE 5000u /* beyond those of the samples */
#define ROLES_AT_LEAST 7u

struct attack_scene attack_scene;

int attack_scene_open(void **state)
{
	(void)state;
	rig_open(&attack_scene.rig);
	rig_start(&attack_scene.rig);
	return 0;
}

int attack_scene_close(void **state)
{
	(void)state;
	rig_close(&attack_scene.rig, true);
	return 0;
}

const struct town_node *attack_scene_vn(void)
{
	return &attack_scene.rig.town.nodes[RIG_VN];
}

struct town_node *attack_scene_th(void)
{
	return &attack_scene.rig.town.nodes[RIG_TH];
}

static bool is_taken(void *context)
{
	return rig_has(&attack_scene.rig, RIG_VN, "gom-bat-trang", "taken", context);
}

void attack_scene_expect_that_vn_works(void)
{
	struct rig *rig = &attack_scene.rig;
	unsigned number = attack_scene.lodged++;
	char reference[32], name[32];
	struct bytes document;

	(void)snprintf(reference, sizeof(reference), "GBT-XK-2026-%04u", FIRST_REFERENCE + number);
	(void)snprintf(name, sizeof(name), "%u.xml", number);
	document = rig_replace(rig, rig_sample(rig, "vn/gom-bat-trang/01-export-1-line.xml"),
			       "GBT-XK-2026-0141", reference);
	rig_lodge(rig, RIG_VN, "gom-bat-trang", name, document);
	assert_true(rig_wait(is_taken, name, PATIENCE_MS));
}

int attack_scene_remember_roles(void **state)
{
	(void)state;
	rig_forget(&attack_scene.rig);
	attack_scene.pid_count = rig_pids(&attack_scene.rig, RIG_VN, NULL, attack_scene.pids);
	return attack_scene.pid_count >= ROLES_AT_LEAST ? 0 : -1;
}

int attack_scene_expect_the_same_roles(void **state)
{
	long now[RIG_PIDS];

	(void)state;
	attack_scene_expect_that_vn_works();
	assert_int_equal(rig_pids(&attack_scene.rig, RIG_VN, NULL, now), attack_scene.pid_count);
	assert_memory_equal(now, attack_scene.pids, attack_scene.pid_count * sizeof(now[0]));
	return 0;
}

int attack_scene_connect_to_listener(void)
{
	const char *port = strrchr(attack_scene_vn()->config->partners[0].listen, ':');
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_port = htons((uint16_t)strtoul(port + 1, NULL, 10));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

void attack_scene_read_key(const char *name, uint8_t ret_key[CURVE_KEY_BYTES])
{
	struct arena *arena = attack_scene.rig.arena;
	const char *path = arena_format(arena, "%s/%s", attack_scene_th()->directory, name);
	struct bytes text;

	assert_int_equal(file_read(path, 100, arena, &text), OK);
	assert_true(curve_key_parse(arena_text(arena, text), ret_key));
}
