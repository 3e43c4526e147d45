#include "node/named.h"

#include <string.h>

#include "node/find.h"

#define DIGITS 24u

static const char *const facts[] = {"reference", "declaration", "certificate"};
#define FACTS (sizeof(facts) / sizeof(facts[0]))

/* "": it names nothing there, or the same as before. */
static const char *value_of(const struct message *message, size_t which)
{
	const char *value = facts_get_or_empty(&message->facts, facts[which]);

	for (size_t i = 0; i < which; i++)
		if (strcmp(value, facts_get_or_empty(&message->facts, facts[i])) == 0)
			return "";
	return value;
}

static enum err put(const struct turn *turn, const struct message *message, const char *value)
{
	struct find_entry entry = {.message = message->number, .document = message->document};
	const char *number = arena_format(turn->arena, "%llu", (unsigned long long)message->number);
	const char *text = number == NULL ? NULL : find_text(turn, "named", value, number, NULL);

	return text == NULL ? ERR_MEMORY : find_put(turn, text, &entry);
}

enum err named_put(const struct turn *turn, const struct message *message, const char *known)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < FACTS; i++) {
		const char *value = value_of(message, i);

		if (value[0] != '\0' && (known == NULL || !find_is_about(known, value)))
			err = put(turn, message, value);
	}
	return err;
}

/* ---- The mark ---- */

static enum err read_mark(const struct turn *turn, uint64_t *ret_mark)
{
	struct turn_key key = turn_key(SPACE_NAMED);
	struct bytes value;
	enum err err = turn_get(turn, &key, &value);

	if (err == OK && value.len != 8)
		return ERR_CORRUPT;
	if (err == OK)
		*ret_mark = bytes_get_u64(value.at);
	return err;
}

enum err named_since(const struct turn *turn, uint64_t *ret_number)
{
	enum err err;

	*ret_number = UINT64_MAX;
	err = read_mark(turn, ret_number);
	return turn_is_bad_value(err) ? OK : err;
}

enum err named_begin(const struct turn *turn)
{
	struct turn_key key = turn_key(SPACE_NAMED);
	uint8_t value[8];
	uint64_t mark;
	enum err err = read_mark(turn, &mark);

	if (err != ERR_MISSING && !turn_is_bad_value(err))
		return err;
	bytes_put_u64(value, batch_next(turn->batch));
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}

/* ---- Verification ---- */

static bool has(const uint64_t *messages, size_t count, uint64_t number)
{
	for (size_t i = 0; i < count; i++)
		if (messages[i] == number)
			return true;
	return false;
}

static enum err check(const struct turn *turn, const struct message *message, const char *value,
		      bool *ret_is_found)
{
	uint64_t *messages;
	size_t count;
	enum err err = find_about(turn, value, message->number + 1, &messages, &count);

	if (err == OK && !has(messages, count, message->number))
		*ret_is_found = false;
	return err == ERR_LIMIT ? OK : err;
}

enum err named_check(const struct turn *turn, const struct message *message, bool *ret_is_found)
{
	uint64_t since;
	enum err err = named_since(turn, &since);

	*ret_is_found = true;
	if (err != OK || message->number < since)
		return err;
	for (size_t i = 0; err == OK && i < FACTS; i++)
		if (value_of(message, i)[0] != '\0')
			err = check(turn, message, value_of(message, i), ret_is_found);
	if (err == OK && message->registered[0] != '\0')
		err = check(turn, message, message->registered, ret_is_found);
	return err;
}
