/*
 * webhooks.yaml: each mistake is told with file, line and column, what stands there and what to write.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/file.h"
#include "sampan/config.h"

#define NODE \
	"country: VN\nname: vn.sampan.example\nparties:\n  - id: gom\n    name: Gốm\n    tax_code: \"0101\"\n    roles: [trader]\n"
#define ONE \
	"webhooks:\n  - id: erp\n    party: gom\n    url: https://erp.example/sampan\n" \
	"    secret: keys/erp\n"

static struct arena *arena;
static char directory[64];

static int begin(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/sampan-config-XXXXXX");
	assert_non_null(mkdtemp(directory));
	arena = arena_new(16 << 20);
	return 0;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	arena_free(arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

static const char *path_of(const char *name)
{
	return arena_format(arena, "%s/%s", directory, name);
}

/* The file is taken, or the message says why not. */
static enum err load(const char *webhooks, struct config **ret_config, const char **ret_message)
{
	assert_int_equal(file_replace(path_of("node.yaml"), bytes_of_text(NODE)), OK);
	assert_int_equal(file_replace(path_of("webhooks.yaml"), bytes_of_text(webhooks)), OK);
	return config_load(path_of("node.yaml"), arena, ret_config, ret_message);
}

static void what_is_right_is_taken(void **state)
{
	struct config *config = NULL;
	const char *message = "";

	(void)state;
	if (load(ONE "    ca: keys/erp.pem\n    private: true\n    language: vi\n", &config,
		 &message) != OK)
		fail_msg("%s", message);
	assert_int_equal(config->webhook_count, 1);
	assert_string_equal(config->webhooks[0].id, "erp");
	assert_string_equal(config->webhooks[0].party, "gom");
	assert_string_equal(config->webhooks[0].url, "https://erp.example/sampan");
	assert_string_equal(config->webhooks[0].secret, "keys/erp");
	assert_string_equal(config->webhooks[0].ca, "keys/erp.pem");
	assert_true(config->webhooks[0].is_private);
	assert_false(config->webhooks[0].is_plain_loopback);
	assert_int_equal(config->webhooks[0].language, 1);
	config_free(config);
}

static const struct {
	const char *yaml, *place, *what;
} rows[] = {
	{"webhooks: [\n", ":1:11: ", "not YAML"},
	{"webhooks:\n  - id: erp\n", ":2:", "party"},
	{"hooks: []\n", ":1:1: ", "expected one of: webhooks"},
	{ONE "    colour: red\n", ":6:5: ", "colour"},
	{ONE "    private: perhaps\n", ":6:14: ", "'perhaps'; expected one of: false, true"},
	{ONE "    language: fr\n", ":6:15: ", "'fr'; expected one of: en, vi"},
	{"webhooks:\n  - id: \"e r p\"\n    party: gom\n    url: https://e.example/\n"
	 "    secret: keys/erp\n",
	 ":2:10: ", "id: \"e r p\": expected letters, digits"},
	{"webhooks:\n  - id: a-very-long-name-of-more-than-32-bytes\n    party: gom\n"
	 "    url: https://e.example/\n    secret: keys/erp\n",
	 ":2:9: ", "at most 32 characters"},
	{"webhooks:\n  - id: erp\n    party: nobody\n    url: https://e.example/\n"
	 "    secret: keys/erp\n",
	 ":3:12: ", "party: \"nobody\": expected the id of a party of node.yaml"},
	{"webhooks:\n  - id: erp\n    party: gom\n    url: http://e.example/\n"
	 "    secret: keys/erp\n",
	 ":4:10: ",
	 "url: \"http://e.example/\": expected https://, or with plain_loopback http://"},
	{"webhooks:\n  - id: erp\n    party: gom\n    url: https://e.example/\n"
	 "    secret: /etc/passwd\n",
	 ":5:13: ", "secret: \"/etc/passwd\": expected a file below keys/"},
	{"webhooks:\n  - id: erp\n    party: gom\n    url: https://e.example/\n"
	 "    secret: keys/../seal/key\n",
	 ":5:13: ", "expected a file below keys/"},
	{ONE "    ca: ca.pem\n", ":6:9: ", "ca: \"ca.pem\": expected a file below keys/"},
	{ONE "  - id: erp\n    party: gom\n    url: https://e.example/\n    secret: keys/erp\n",
	 ":", "id: \"erp\": expected each id once in the list of webhooks"},
};

static void what_is_wrong_is_told_with_its_place_and_what_to_write(void **state)
{
	const char *path = path_of("webhooks.yaml");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config *config = NULL;
		const char *message = "";

		if (load(rows[i].yaml, &config, &message) == OK)
			fail_msg("taken: %s", rows[i].yaml);
		if (strncmp(message, path, strlen(path)) != 0 ||
		    strncmp(message + strlen(path), rows[i].place, strlen(rows[i].place)) != 0 ||
		    strstr(message, rows[i].what) == NULL)
			fail_msg("%zu: %s", i, message);
		config_free(config);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_right_is_taken, begin, end),
		cmocka_unit_test_setup_teardown(
			what_is_wrong_is_told_with_its_place_and_what_to_write, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
