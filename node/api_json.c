#include "node/api_json.h"

#include "messages/word.h"

static bool refuse(struct api_call *call, const char *detail)
{
	api_problem(call, PROBLEM_BAD_REQUEST, detail);
	return false;
}

static bool take(struct api_call *call, const char *members, json_t *object, struct facts *facts)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		const char *text = json_string_value(value);

		if (!word_is_in(members, name))
			return refuse(call,
				      arena_format(call->arena, "The members are: %s.", members));
		if (text == NULL || facts_put(facts, name, text) != OK)
			return refuse(call, arena_format(call->arena, "%s is a text.", name));
	}
	return true;
}

bool api_json_facts(struct api_call *call, const char *members, struct facts *ret_facts)
{
	json_t *object = json_loadb((const char *)call->body.at, call->body.len,
				    JSON_REJECT_DUPLICATES, NULL);
	bool is_good;

	facts_init(ret_facts, call->arena);
	is_good = json_is_object(object) ? take(call, members, object, ret_facts)
					 : refuse(call, "The body is one JSON object.");
	json_decref(object);
	return is_good;
}

json_t *api_json_words(const char *words)
{
	json_t *list = json_array();
	struct bytes word;

	while (word_next(&words, &word))
		(void)json_array_append_new(list, json_stringn((const char *)word.at, word.len));
	return list;
}
