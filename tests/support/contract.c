#include "tests/support/contract.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/yaml_json.h"

#define FILE_NAME "schemas/openapi.yaml"
#define PATH_BYTES 256u

void contract_load(struct contract *contract)
{
	contract->root = yaml_json_load(FILE_NAME);
}

void contract_free(struct contract *contract)
{
	json_decref(contract->root);
}

static const json_t *resolve(const struct contract *contract, const char *reference)
{
	const json_t *at = contract->root;
	char part[PATH_BYTES];

	if (strncmp(reference, "#/", 2) != 0)
		return NULL;
	for (reference += 2; at != NULL;) {
		size_t len = strcspn(reference, "/");

		(void)snprintf(part, sizeof(part), "%.*s", (int)len, reference);
		at = json_object_get(at, part);
		if (reference[len] == '\0')
			break;
		reference += len + 1;
	}
	return at;
}

const json_t *contract_follow(const struct contract *contract, const json_t *node)
{
	const char *reference;

	while ((reference = json_string_value(json_object_get(node, "$ref"))) != NULL) {
		node = resolve(contract, reference);
		if (node == NULL)
			fail_msg("%s leads nowhere", reference);
	}
	return node;
}

/* ---- JSON Schema ---- */

static bool no(char *ret_why, const char *where, const char *what, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	(void)snprintf(ret_why, CONTRACT_WHY_BYTES, "%s: %s: %.200s",
		       where[0] == '\0' ? "/" : where, what, text == NULL ? "nothing" : text);
	free(text);
	return false;
}

static bool is_type(const char *type, const json_t *value)
{
	return (strcmp(type, "object") == 0 && json_is_object(value)) ||
	       (strcmp(type, "array") == 0 && json_is_array(value)) ||
	       (strcmp(type, "string") == 0 && json_is_string(value)) ||
	       (strcmp(type, "integer") == 0 && json_is_integer(value)) ||
	       (strcmp(type, "number") == 0 && json_is_number(value)) ||
	       (strcmp(type, "boolean") == 0 && json_is_boolean(value)) ||
	       (strcmp(type, "null") == 0 && json_is_null(value));
}

static bool fits_type(const json_t *type, const json_t *value)
{
	const json_t *one;
	size_t i;

	if (type == NULL)
		return true;
	if (json_is_string(type))
		return is_type(json_string_value(type), value);
	json_array_foreach(type, i, one) if (is_type(json_string_value(one), value)) return true;
	return false;
}

static bool fits_pattern(const char *pattern, const char *text)
{
	regex_t regex;
	bool fits;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	fits = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return fits;
}

static json_int_t bound(const json_t *schema, const char *name, json_int_t otherwise)
{
	const json_t *value = json_object_get(schema, name);

	return value == NULL ? otherwise : json_integer_value(value);
}

static bool fits_plain(const json_t *schema, const json_t *value)
{
	const json_t *list = json_object_get(schema, "enum"), *one,
		     *constant = json_object_get(schema, "const");
	const char *pattern = json_string_value(json_object_get(schema, "pattern"));
	json_int_t len = (json_int_t)json_string_length(value);
	bool is_listed = list == NULL;
	size_t i;

	json_array_foreach(list, i, one) is_listed = is_listed || json_equal(one, value);
	if (!is_listed || (constant != NULL && json_equal(constant, value) == 0))
		return false;
	if (json_is_integer(value) &&
	    (json_integer_value(value) < bound(schema, "minimum", INT64_MIN) ||
	     json_integer_value(value) > bound(schema, "maximum", INT64_MAX)))
		return false;
	return !json_is_string(value) ||
	       (len >= bound(schema, "minLength", 0) &&
		len <= bound(schema, "maxLength", INT64_MAX) &&
		(pattern == NULL || fits_pattern(pattern, json_string_value(value))));
}

static bool fits(const struct contract *contract, const json_t *schema, const json_t *value,
		 const char *where, char *ret_why);

static bool fits_object(const struct contract *contract, const json_t *schema, json_t *value,
			const char *where, char *ret_why)
{
	const json_t *required = json_object_get(schema, "required"), *one;
	json_t *properties = json_object_get(schema, "properties"), *member;
	const json_t *others = json_object_get(schema, "additionalProperties");
	char path[PATH_BYTES];
	const char *name;
	size_t i;

	json_array_foreach(required, i, one) if (json_object_get(value, json_string_value(one)) ==
						 NULL) return no(ret_why, where,
								 json_string_value(one), NULL);
	json_object_foreach(value, name, member)
	{
		const json_t *known = json_object_get(properties, name);

		(void)snprintf(path, sizeof(path), "%.200s/%.40s", where, name);
		if (known == NULL && json_is_false(others))
			return no(ret_why, path, "is not documented", member);
		if (known == NULL && json_is_object(others))
			known = others;
		if (known != NULL && !fits(contract, known, member, path, ret_why))
			return false;
	}
	return true;
}

static bool fits_items(const struct contract *contract, const json_t *schema, const json_t *value,
		       const char *where, char *ret_why)
{
	const json_t *items = json_object_get(schema, "items"), *one;
	char path[PATH_BYTES];
	size_t i;

	if (items == NULL)
		return true;
	json_array_foreach(value, i, one)
	{
		(void)snprintf(path, sizeof(path), "%.200s/%zu", where, i);
		if (!fits(contract, items, one, path, ret_why))
			return false;
	}
	return true;
}

static bool fits(const struct contract *contract, const json_t *schema, const json_t *value,
		 const char *where, char *ret_why)
{
	const json_t *any, *one;
	bool is_any;
	size_t i;

	schema = contract_follow(contract, schema);
	any = json_object_get(schema, "anyOf");
	is_any = any == NULL;
	json_array_foreach(any, i, one) is_any =
		is_any || fits(contract, one, value, where, ret_why);
	if (!is_any)
		return no(ret_why, where, "none of anyOf", value);
	if (!fits_type(json_object_get(schema, "type"), value))
		return no(ret_why, where, "another type", value);
	if (!fits_plain(schema, value))
		return no(ret_why, where, "another value", value);
	if (json_is_object(value))
		return fits_object(contract, schema, (json_t *)(uintptr_t)value, where, ret_why);
	return !json_is_array(value) || fits_items(contract, schema, value, where, ret_why);
}

bool contract_fits(const struct contract *contract, const json_t *schema, const json_t *value,
		   char ret_why[CONTRACT_WHY_BYTES])
{
	ret_why[0] = '\0';
	return fits(contract, schema, value, "", ret_why);
}

/* ---- Operations ---- */

static bool is_method(const char *name)
{
	static const char *const methods[] = {"get", "post", "put", "delete", "patch"};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i], name) == 0)
			return true;
	return false;
}

void contract_each(const struct contract *contract, contract_visit *visit, void *context)
{
	json_t *paths = json_object_get(contract->root, "paths"), *item, *operation;
	const char *path, *method;

	json_object_foreach(paths, path, item)
		json_object_foreach(item, method, operation) if (is_method(method))
			visit(context, path, method, operation);
}

const json_t *contract_response(const struct contract *contract, const json_t *operation,
				unsigned status)
{
	char name[16];

	(void)snprintf(name, sizeof(name), "%u", status);
	return contract_follow(contract,
			       json_object_get(json_object_get(operation, "responses"), name));
}
