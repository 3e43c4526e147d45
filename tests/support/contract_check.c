#include "tests/support/contract_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_BYTES 512u

struct checking {
	const struct contract *contract;
	struct rig *rig;
	const struct door_answer *answer;
};

static struct pair {
	char id[TEXT_BYTES];
	unsigned status;
	bool is_seen;
} pairs[512];
static size_t pair_count;

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

static void list_pairs(void *context, const char *path, const char *method, const json_t *operation)
{
	json_t *responses = json_object_get(operation, "responses"), *one;
	const char *status;

	(void)context;
	(void)path;
	(void)method;
	json_object_foreach(responses, status, one)
	{
		struct pair *pair = &pairs[pair_count++];

		assert_true(pair_count < sizeof(pairs) / sizeof(pairs[0]));
		(void)snprintf(pair->id, sizeof(pair->id), "%s", text_of(operation, "operationId"));
		pair->status = (unsigned)strtoul(status, NULL, 10);
	}
}

static void note(const char *id, unsigned status)
{
	for (size_t i = 0; i < pair_count; i++)
		if (pairs[i].status == status && strcmp(pairs[i].id, id) == 0)
			pairs[i].is_seen = true;
}

static void check_headers(const char *id, const json_t *response, const struct checking *checking)
{
	const struct contract *contract = checking->contract;
	const struct door_answer *answer = checking->answer;
	json_t *headers = json_object_get(response, "headers"), *one;
	const char *name;

	json_object_foreach(headers, name, one)
	{
		const char *value = door_client_header(checking->rig, answer, name);
		const json_t *schema = json_object_get(contract_follow(contract, one), "schema");
		char why[CONTRACT_WHY_BYTES];
		json_t *json;

		if (value == NULL &&
		    !json_is_true(json_object_get(contract_follow(contract, one), "required")))
			continue;
		if (value == NULL)
			fail_msg("%s %u: no %s", id, answer->status, name);
		json = strcmp(text_of(schema, "type"), "integer") == 0
			       ? json_integer(strtoll(value, NULL, 10))
			       : json_string(value);
		if (!contract_fits(contract, schema, json, why))
			fail_msg("%s %u: %s: %s", id, answer->status, name, why);
		json_decref(json);
	}
}

static void check_body(const char *id, const json_t *response, const struct checking *checking)
{
	const struct door_answer *answer = checking->answer;
	const json_t *content = json_object_get(response, "content"), *media, *schema;
	const char *type = door_client_header(checking->rig, answer, "content-type");
	char why[CONTRACT_WHY_BYTES], bare[TEXT_BYTES];
	json_t *json;

	if (content == NULL) {
		assert_int_equal(answer->body.len, 0);
		return;
	}
	assert_non_null(type);
	(void)snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(type, "; "), type);
	media = json_object_get(content, bare);
	if (media == NULL)
		fail_msg("%s %u: %s is not documented", id, answer->status, type);
	schema = json_object_get(media, "schema");
	if (schema == NULL)
		return;
	json = json_loadb((const char *)answer->body.at, answer->body.len, JSON_REJECT_DUPLICATES,
			  NULL);
	if (json == NULL || !contract_fits(checking->contract, schema, json, why))
		fail_msg("%s %u: %s: %.400s", id, answer->status, json == NULL ? "no JSON" : why,
			 (const char *)answer->body.at);
	json_decref(json);
}

void contract_check_answer(const struct contract *contract, struct rig *rig,
			   const json_t *operation, const struct door_answer *answer)
{
	const struct checking checking = {contract, rig, answer};
	const char *id = text_of(operation, "operationId");
	const json_t *response = contract_response(contract, operation, answer->status);

	if (response == NULL)
		fail_msg("%s answered %u, which is not documented: %.300s", id, answer->status,
			 (const char *)answer->body.at);
	check_headers(id, response, &checking);
	check_body(id, response, &checking);
	note(id, answer->status);
}

void contract_check_begin(const struct contract *contract)
{
	pair_count = 0;
	contract_each(contract, list_pairs, NULL);
}

size_t contract_check_unseen(void)
{
	size_t missing = 0;

	for (size_t i = 0; i < pair_count; i++)
		if (!pairs[i].is_seen) {
			print_message("never seen: %s %u\n", pairs[i].id, pairs[i].status);
			missing++;
		}
	return missing;
}
