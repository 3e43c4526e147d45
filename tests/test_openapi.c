/*
 * schemas/openapi.yaml: the contract is a whole OpenAPI document, and says of each call what the
 * table of calls (node/api_table.c) says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <glob.h>

#include <cmocka.h>

#include "messages/word.h"
#include "node/api_table.h"
#include "node/life.h"
#include "node/listing.h"
#include "tests/support/contract.h"
#include "tests/support/page.h"

#define ROOM 256u

static struct contract contract;

static int set_up(void **state)
{
	(void)state;
	contract_load(&contract);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	contract_free(&contract);
	return 0;
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

static bool is_public(const json_t *operation)
{
	const json_t *security = json_object_get(operation, "security");

	return security != NULL && json_array_size(security) == 0;
}

/* ---- The document by itself ---- */

static void each_node(json_t *node, void (*look)(json_t *node))
{
	json_t *child;
	const char *name;
	size_t i;

	look(node);
	if (json_is_object(node))
		json_object_foreach(node, name, child) each_node(child, look);
	json_array_foreach(node, i, child) each_node(child, look);
}

static void look_at_reference(json_t *node)
{
	const char *name;
	json_t *child;

	if (json_object_get(node, "$ref") == NULL)
		return;
	(void)contract_follow(&contract, node);
	json_object_foreach(node, name, child) if (strcmp(name, "$ref") != 0 &&
						   strcmp(name, "description") != 0)
		fail_msg("%s beside a $ref counts for nothing", name);
}

static void every_reference_leads_somewhere(void **state)
{
	(void)state;
	each_node(contract.root, look_at_reference);
}

static const char *sought;
static bool is_found;

static void look_for_reference(json_t *node)
{
	is_found = is_found || strcmp(text_of(node, "$ref"), sought) == 0;
}

static void every_component_is_used(void **state)
{
	json_t *components = json_object_get(contract.root, "components"), *group, *one;
	const char *kind, *name;
	char reference[ROOM];

	(void)state;
	json_object_foreach(components, kind, group) json_object_foreach(group, name, one)
	{
		if (strcmp(kind, "securitySchemes") == 0)
			continue;
		(void)snprintf(reference, sizeof(reference), "#/components/%s/%s", kind, name);
		sought = reference;
		is_found = false;
		each_node(contract.root, look_for_reference);
		if (!is_found)
			fail_msg("%s is used nowhere", reference);
	}
}

static void look_at_schema(const json_t *schema)
{
	static const char keywords[] =
		"$ref description type properties required additionalProperties items enum const "
		"pattern minimum maximum minLength maxLength anyOf";
	json_t *properties = json_object_get(schema, "properties"), *child;
	const char *name;
	size_t i;

	if (json_is_boolean(schema))
		return;
	assert_true(json_is_object(schema));
	json_object_foreach((json_t *)(uintptr_t)schema, name,
			    child) if (!word_is_in(keywords, name))
		fail_msg("the keyword %s is not checked", name);
	json_object_foreach(properties, name, child) look_at_schema(child);
	json_array_foreach(json_object_get(schema, "required"), i,
			   child) if (json_object_get(properties, json_string_value(child)) == NULL)
		fail_msg("%s is required and not described", json_string_value(child));
	json_array_foreach(json_object_get(schema, "anyOf"), i, child) look_at_schema(child);
	if (json_object_get(schema, "items") != NULL)
		look_at_schema(json_object_get(schema, "items"));
	if (json_object_get(schema, "additionalProperties") != NULL)
		look_at_schema(json_object_get(schema, "additionalProperties"));
}

static void look_for_schema(json_t *node)
{
	const json_t *schema = json_object_get(node, "schema");

	if (json_is_object(schema))
		look_at_schema(schema);
}

static void every_schema_says_only_what_is_checked(void **state)
{
	json_t *components = json_object_get(contract.root, "components"), *schema;
	const char *name;

	(void)state;
	each_node(contract.root, look_for_schema);
	json_object_foreach(json_object_get(components, "schemas"), name, schema)
		look_at_schema(schema);
}

/* ---- Operations ---- */

static void look_at_parameters(const char *path, const json_t *operation)
{
	json_t *parameters = json_object_get(operation, "parameters"), *one;
	size_t i, in_path = 0, wanted = 0;
	char name[ROOM];

	for (const char *at = path; *at != '\0'; at++)
		wanted += *at == '{';
	json_array_foreach(parameters, i, one)
	{
		const json_t *parameter = contract_follow(&contract, one);

		assert_non_null(json_object_get(parameter, "schema"));
		if (strcmp(text_of(parameter, "in"), "path") != 0)
			continue;
		in_path++;
		(void)snprintf(name, sizeof(name), "{%s}", text_of(parameter, "name"));
		assert_non_null(strstr(path, name));
		assert_true(json_is_true(json_object_get(parameter, "required")));
	}
	assert_int_equal(in_path, wanted);
}

static void look_at_responses(const char *path, const json_t *operation)
{
	json_t *responses = json_object_get(operation, "responses"), *one;
	const char *status;

	assert_true(json_object_size(responses) > 0);
	json_object_foreach(responses, status, one)
	{
		const json_t *response = contract_follow(&contract, one);
		const json_t *content = json_object_get(response, "content");
		const json_t *headers = json_object_get(response, "headers");

		assert_true(strlen(status) == 3 && strchr("2345", status[0]) != NULL);
		assert_true(text_of(response, "description")[0] != '\0');
		if (status[0] == '4' || status[0] == '5')
			if (strcmp(path, "/readyz") != 0)
				assert_non_null(json_object_get(content, PROBLEM_MEDIA_TYPE));
		if (strcmp(status, "401") == 0)
			assert_non_null(json_object_get(headers, "WWW-Authenticate"));
		if (strcmp(status, "429") == 0)
			assert_non_null(json_object_get(headers, "Retry-After"));
	}
}

static char ids[64][ROOM];
static size_t id_count;

static void look_at_operation(void *context, const char *path, const char *method,
			      const json_t *operation)
{
	static const char *const always[] = {"401", "406", "429"};
	const json_t *responses = json_object_get(operation, "responses");
	const char *id = text_of(operation, "operationId");

	(void)context;
	(void)method;
	assert_true(id[0] != '\0' && text_of(operation, "summary")[0] != '\0');
	assert_int_equal(json_array_size(json_object_get(operation, "tags")), 1);
	for (size_t i = 0; i < id_count; i++)
		assert_string_not_equal(ids[i], id);
	assert_true(id_count < 64);
	(void)snprintf(ids[id_count++], ROOM, "%s", id);
	look_at_parameters(path, operation);
	look_at_responses(path, operation);
	for (size_t i = 0; i < 3 && !is_public(operation); i++)
		if (json_object_get(responses, always[i]) == NULL)
			fail_msg("%s does not say %s", id, always[i]);
}

static void every_operation_is_described_whole(void **state)
{
	(void)state;
	id_count = 0;
	assert_int_equal(strncmp(text_of(contract.root, "openapi"), "3.1.", 4), 0);
	contract_each(&contract, look_at_operation, NULL);
	assert_true(id_count > 15);
}

/* ---- As the table says ---- */

static const json_t *operation_of(const struct api_route *route)
{
	char path[ROOM], method[16];
	size_t len = 0;

	for (const char *at = route->path; *at != '\0'; at++)
		if (*at != '*')
			path[len++] = *at;
	path[len] = '\0';
	len = 0;
	for (const char *at = route->method; *at != '\0'; at++)
		method[len++] = (char)(*at | 0x20);
	method[len] = '\0';
	return json_object_get(json_object_get(json_object_get(contract.root, "paths"), path),
			       method);
}

static size_t words_in(const char *list)
{
	struct bytes word;
	size_t count = 0;

	while (word_next(&list, &word))
		count++;
	return count;
}

static void compare_media(const struct api_route *route, const json_t *content, const char *words)
{
	const char *name;
	json_t *media;

	json_object_foreach((json_t *)(uintptr_t)content, name, media) if (!word_is_in(words, name))
		fail_msg("%s %s: %s", route->method, route->path, name);
	if (json_object_size(content) != words_in(words))
		fail_msg("%s %s: not all of %s", route->method, route->path, words);
}

static void compare_query(const struct api_route *route, const json_t *operation)
{
	const json_t *parameters = json_object_get(operation, "parameters"), *one;
	size_t count = 0, i;

	json_array_foreach(parameters, i, one)
	{
		const json_t *parameter = contract_follow(&contract, one);
		const char *name = text_of(parameter, "name");

		if (strcmp(text_of(parameter, "in"), "query") != 0)
			continue;
		count++;
		if (!word_is_in(route->query, name))
			fail_msg("%s %s: %s", route->method, route->path, name);
	}
	if (count != words_in(route->query))
		fail_msg("%s %s: not all of %s", route->method, route->path, route->query);
}

static void compare_answer(const struct api_route *route, const json_t *operation)
{
	json_t *responses = json_object_get(operation, "responses"), *one;
	const json_t *body = json_object_get(operation, "requestBody");
	const char *status;

	if (contract_response(&contract, operation, 403) == NULL && !route->is_public &&
	    route->action != ACCESS_ACTIONS)
		fail_msg("%s %s: 403", route->method, route->path);
	compare_media(route, json_object_get(body, "content"), route->takes);
	json_object_foreach(responses, status, one)
	{
		const json_t *content = json_object_get(contract_follow(&contract, one), "content");

		if (status[0] == '2' && content != NULL)
			compare_media(route, content, route->gives);
	}
}

static void the_contract_and_the_table_of_calls_say_the_same(void **state)
{
	size_t rows = 0;

	(void)state;
	for (const struct api_route *route = api_table; route->method != NULL; route++, rows++) {
		const json_t *operation = operation_of(route);

		if (operation == NULL)
			fail_msg("%s %s is not in the contract", route->method, route->path);
		if (is_public(operation) != route->is_public)
			fail_msg("%s %s: who may call it", route->method, route->path);
		compare_query(route, operation);
		compare_answer(route, operation);
	}
	id_count = 0;
	contract_each(&contract, look_at_operation, NULL);
	assert_int_equal(id_count, rows);
}

/* OpenAPI 3.1 takes no parameters of these names; cookies and credentials are its security schemes,
 * and Content-Encoding is only refused. The rest is looked at for pages, which are not in the contract. */
#define NO_PARAMETERS                                                                              \
	"accept authorization content-type content-encoding cookie host origin referer sec-fetch-site"

static bool is_header_parameter(const char *wanted)
{
	json_t *components = json_object_get(contract.root, "components"), *one;
	const char *name;

	json_object_foreach(json_object_get(components, "parameters"), name, one)
	{
		if (strcmp(text_of(one, "in"), "header") == 0 &&
		    strcasecmp(text_of(one, "name"), wanted) == 0)
			return true;
	}
	return false;
}

static void every_header_that_is_looked_at_is_in_the_contract(void **state)
{
	static const char call[] = "http_header(";
	size_t count = 0;
	glob_t files;

	(void)state;
	assert_int_equal(glob("node/*.c", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char *text = page_read(files.gl_pathv[i]), name[64];

		for (const char *at = text; (at = strstr(at, call)) != NULL; at += sizeof(call)) {
			if (sscanf(at + sizeof(call) - 1, "%*[^,\"], \"%63[a-z-]\")", name) != 1)
				continue;
			count++;
			if (!word_is_in(NO_PARAMETERS, name) && !is_header_parameter(name))
				fail_msg("%s looks at the header %s, which is not in the contract",
					 files.gl_pathv[i], name);
		}
		free(text);
	}
	globfree(&files);
	assert_true(count > 10);
}

static void the_states_to_ask_for_are_those_there_are(void **state)
{
	const json_t *parameter = json_object_get(
		json_object_get(json_object_get(contract.root, "components"), "parameters"),
		"State");
	const json_t *words = json_object_get(json_object_get(parameter, "schema"), "enum"), *word;
	size_t i, count = 0;

	(void)state;
	while (life_state((unsigned)count) != NULL)
		count++;
	assert_int_equal(json_array_size(words), count + 3);
	json_array_foreach(words, i, word)
	{
		const char *text = json_string_value(word);
		bool is_known = strcmp(text, MESSAGE_REFUSED) == 0 ||
				strcmp(text, LISTING_OPEN) == 0 ||
				strcmp(text, LISTING_DECIDE) == 0;

		for (unsigned k = 0; !is_known && k < count; k++)
			is_known = strcmp(text, life_state(k)) == 0;
		if (!is_known)
			fail_msg("there is no state %s", text);
	}
}

static void a_path_finds_its_row_and_only_that(void **state)
{
	static const struct {
		const char *method, *path, *pattern, *parameter, *allow;
	} cases[] = {
		{"POST", "/v1/messages", "/v1/messages", "", ""},
		{"HEAD", "/v1/messages/VN-1-7", "/v1/messages/{id}", "VN-1-7", ""},
		{"GET", "/v1/messages/VN-1-7/receipt", "/v1/messages/{id}/receipt", "VN-1-7", ""},
		{"GET", "/tile/0/x001/067", "/tile/{rest*}", "0/x001/067", ""},
		{"DELETE", "/v1/messages", NULL, "", "POST, GET, HEAD"},
		{"POST", "/healthz", NULL, "", "GET, HEAD"},
		{"OPTIONS", "*", NULL, "", ""},
		{"GET", "/", NULL, "", ""},
		{"GET", "/v1/messages/", NULL, "", ""},
		{"GET", "/v1/messages/a/b/c/d", NULL, "", ""},
		{"GET", "/v1/messagesx", NULL, "", ""},
		{"GET", "/tile/", NULL, "", ""},
		{"GET", "/healthz/", NULL, "", ""},
	};
	struct arena *arena = arena_new(65536);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *parameters[API_PARAMETERS];
		char allow[API_TABLE_METHODS_BYTES];
		const struct api_route *route =
			api_table_find(cases[i].method, cases[i].path, arena, parameters, allow);

		if ((route == NULL) != (cases[i].pattern == NULL))
			fail_msg("%s %s", cases[i].method, cases[i].path);
		if (route == NULL) {
			assert_string_equal(allow, cases[i].allow);
			continue;
		}
		assert_string_equal(route->path, cases[i].pattern);
		assert_string_equal(parameters[0], cases[i].parameter);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reference_leads_somewhere),
		cmocka_unit_test(every_component_is_used),
		cmocka_unit_test(every_schema_says_only_what_is_checked),
		cmocka_unit_test(every_operation_is_described_whole),
		cmocka_unit_test(the_contract_and_the_table_of_calls_say_the_same),
		cmocka_unit_test(every_header_that_is_looked_at_is_in_the_contract),
		cmocka_unit_test(the_states_to_ask_for_are_those_there_are),
		cmocka_unit_test(a_path_finds_its_row_and_only_that),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
