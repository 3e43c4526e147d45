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

static void run(const char *line)
{
	assert_int_equal(system(line), 0);
}

/* Change the routes of the scene's schema set. */
static void edit_routes(const struct scene *scene, const char *from, const char *to)
{
	char line[512];

	(void)snprintf(line, sizeof(line), "sed -i 's/%s/%s/' %s/routes/ASEAN.yaml", from, to,
		       scene->schemas);
	run(line);
}

#define ARGUMENTS 8

static int node(const char *const *words)
{
	char copies[ARGUMENTS][128], *argv[ARGUMENTS + 1] = {NULL};
	int count = 0;

	for (; words[count] != NULL; count++) {
		assert_true(count < ARGUMENTS);
		(void)snprintf(copies[count], sizeof(copies[count]), "%s", words[count]);
		argv[count] = copies[count];
	}
	return cmd_node(count, argv);
}

static int check_node(const struct scene *scene)
{
	return node((const char *[]){"node", "check", "--config", scene->config, NULL});
}

/* A copy of the shipped schema set, and a new node that uses it. */
static int set_up(void **state)
{
	static struct scene scene;
	char line[256];

	(void)snprintf(scene.folder, sizeof(scene.folder), "/tmp/sampan-test-XXXXXX");
	assert_non_null(mkdtemp(scene.folder));
	(void)snprintf(scene.schemas, sizeof(scene.schemas), "%s/schemas", scene.folder);
	(void)snprintf(scene.node, sizeof(scene.node), "%s/node", scene.folder);
	(void)snprintf(scene.config, sizeof(scene.config), "%s/node.yaml", scene.node);
	(void)snprintf(line, sizeof(line), "cp -r schemas %s", scene.schemas);
	run(line);
	assert_int_equal(setenv("SAMPAN_SCHEMAS", scene.schemas, 1), 0);
	assert_int_equal(
		node((const char *[]){"node", "init", scene.node, "--country", "VN", NULL}), 0);
	*state = &scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;
	char line[256];

	(void)unsetenv("SAMPAN_SCHEMAS");
	(void)snprintf(line, sizeof(line), "rm -rf %s", scene->folder);
	run(line);
	return 0;
}

static void a_new_node_is_in_order(void **state)
{
	assert_int_equal(check_node(*state), 0);
}

static void a_signature_asked_of_a_kind_that_is_not_there_is_found(void **state)
{
	struct scene *scene = *state;
	char line[256];

	(void)snprintf(line, sizeof(line),
		       "printf 'signatures:\\n  kinds: [{kind: vn.exprot, is: required}]\\n' >>%s",
		       scene->config);
	run(line);
	assert_int_equal(check_node(scene), 78);
	(void)snprintf(line, sizeof(line), "sed -i s/exprot/export/ %s", scene->config);
	run(line);
	assert_int_equal(check_node(scene), 0);
}

/* The ledger asks procedures.yaml alone for what a mandate may name. */
static void a_procedure_that_says_other_agents_than_its_kind_is_found(void **state)
{
	static const char *const edits[] = {"/kind: vn.import/{n;d}",
					    "s/kind: vn.co$/&\\n    agents: true/",
					    "s/kind: vn.import/kind: vn.imports/"};
	const struct scene *scene = *state;
	char line[512];

	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		(void)snprintf(line, sizeof(line),
			       "sed '%s' schemas/procedures.yaml >%s/procedures.yaml", edits[i],
			       scene->schemas);
		run(line);
		assert_int_equal(check_node(scene), 78);
	}
}

static void a_trust_file_that_is_none_is_found(void **state)
{
	struct scene *scene = *state;
	char line[256];

	(void)snprintf(line, sizeof(line), "mkdir -p %s/trust && echo x >%s/trust/ca.pem",
		       scene->node, scene->node);
	run(line);
	assert_int_equal(check_node(scene), 78);
}

static void a_route_to_a_kind_that_is_not_there_is_found(void **state)
{
	struct scene *scene = *state;

	edit_routes(scene, "as: asw.acdd", "as: asw.acdx");
	assert_int_equal(check_node(scene), 78);
}

static void a_route_for_a_kind_that_is_not_there_is_found(void **state)
{
	struct scene *scene = *state;

	edit_routes(scene, "kind: vn.export", "kind: vn.exprot");
	assert_int_equal(check_node(scene), 78);
}

static void a_route_that_no_map_serves_is_found(void **state)
{
	struct scene *scene = *state;

	edit_routes(scene, "as: asw.acdd", "as: asw.form-d");
	assert_int_equal(check_node(scene), 78);
}

static void a_route_that_several_maps_serve_through_the_hub_is_in_order(void **state)
{
	struct scene *scene = *state;

	edit_routes(scene, "as: asw.acdd", "as: th.advance-export");
	assert_int_equal(check_node(scene), 0);
}

static void a_page_that_cannot_be_drawn_is_found(void **state)
{
	struct scene *scene = *state;
	char line[512];

	(void)snprintf(line, sizeof(line),
		       "sed -i 's/<xsl:choose>/<xsl:chose>/' %s/views/document.xsl",
		       scene->schemas);
	run(line);
	assert_int_equal(check_node(scene), 78);
}

static void a_second_map_for_the_same_kinds_is_found(void **state)
{
	struct scene *scene = *state;
	struct arena *arena = arena_new((size_t)16 * 1024 * 1024);
	struct schema_set *set = NULL;
	struct findings findings;
	char line[512];

	(void)snprintf(line, sizeof(line), "cp '%s/maps/vn.export~asw.acdd.xml' '%s/maps/a.xml'",
		       scene->schemas, scene->schemas);
	run(line);
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
		cmocka_unit_test_setup_teardown(
			a_signature_asked_of_a_kind_that_is_not_there_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_procedure_that_says_other_agents_than_its_kind_is_found, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_trust_file_that_is_none_is_found, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_route_to_a_kind_that_is_not_there_is_found,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_route_for_a_kind_that_is_not_there_is_found,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_route_that_several_maps_serve_through_the_hub_is_in_order, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_route_that_no_map_serves_is_found, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_page_that_cannot_be_drawn_is_found, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_second_map_for_the_same_kinds_is_found, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
