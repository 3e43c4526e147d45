/* tests of what `sampan node check` finds before a node runs: maps and routes that make no sense */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "messages/schema.h"
#include "node/command.h"

struct scene {
	char folder[64];
	char schemas[96];
	char node[96];
	char config[128];
};

static void run(const char *format, const char *first, const char *second)
{
	char line[512];

	(void)snprintf(line, sizeof(line), format, first, second);
	assert_int_equal(system(line), 0);
}

static int call(int (*command)(int, char **), char **argv)
{
	int count = 0;

	while (argv[count] != NULL)
		count++;
	return command(count, argv);
}

static int check_node(struct scene *scene)
{
	return call(cmd_node, (char *[]){"node", "check", "--config", scene->config, NULL});
}

/* A copy of the shipped schema set, and a new node that uses it. */
static int set_up(void **state)
{
	static struct scene scene;

	(void)snprintf(scene.folder, sizeof(scene.folder), "/tmp/sampan-test-XXXXXX");
	assert_non_null(mkdtemp(scene.folder));
	(void)snprintf(scene.schemas, sizeof(scene.schemas), "%s/schemas", scene.folder);
	(void)snprintf(scene.node, sizeof(scene.node), "%s/node", scene.folder);
	(void)snprintf(scene.config, sizeof(scene.config), "%s/node.yaml", scene.node);
	run("cp -r schemas %s", scene.schemas, "");
	assert_int_equal(setenv("SAMPAN_SCHEMAS", scene.schemas, 1), 0);
	assert_int_equal(
		call(cmd_node, (char *[]){"node", "init", scene.node, "--country", "VN", NULL}), 0);
	*state = &scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	(void)unsetenv("SAMPAN_SCHEMAS");
	run("rm -rf %s", scene->folder, "");
	return 0;
}

static void a_new_node_is_in_order(void **state)
{
	assert_int_equal(check_node(*state), 0);
}

static void a_route_to_a_kind_that_is_not_there_is_found(void **state)
{
	struct scene *scene = *state;

	run("sed -i s/as:.asw.acdd/as:\\ asw.acdx/ %s/routes/ASEAN.yaml", scene->schemas, "");
	assert_int_equal(check_node(scene), 78);
}

static void a_route_for_a_kind_that_is_not_there_is_found(void **state)
{
	struct scene *scene = *state;

	run("sed -i s/kind:.vn.export/kind:\\ vn.exprot/ %s/routes/ASEAN.yaml", scene->schemas, "");
	assert_int_equal(check_node(scene), 78);
}

static void a_route_that_no_map_serves_is_found(void **state)
{
	struct scene *scene = *state;

	run("sed -i s/as:.asw.acdd/as:\\ asw.form-d/ %s/routes/ASEAN.yaml", scene->schemas, "");
	assert_int_equal(check_node(scene), 78);
}

static void a_second_map_for_the_same_kinds_is_found(void **state)
{
	struct scene *scene = *state;
	struct arena *arena = arena_new((size_t)16 * 1024 * 1024);
	struct schema_set *set = NULL;
	struct findings findings;

	run("cp '%s/maps/vn.export~asw.acdd.xml' '%s/maps/a.xml'", scene->schemas, scene->schemas);
	findings_init(&findings, arena);
	assert_int_equal(schema_set_load(scene->schemas, &findings, &set), ERR_CONFIG);
	assert_int_equal(findings.count, 1);
	assert_string_equal(findings.items[0].code, "map-twice");
	assert_int_equal(check_node(scene), 78);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_node_is_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_route_to_a_kind_that_is_not_there_is_found, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_route_for_a_kind_that_is_not_there_is_found, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_route_that_no_map_serves_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_second_map_for_the_same_kinds_is_found, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
