#include "node/find.h"

#include <stdarg.h>
#include <string.h>

#define PLACE_BYTES 4u
#define DIGEST_BYTES 16u
#define ENTRY_BYTES (8u + HASH_BYTES)
#define MONTH_CHARS (CALENDAR_MONTH_BYTES - 1)

/* What a text is about: the part of this number, which other texts of the same document have too. */
static const struct topic {
	const char *name;
	unsigned part;
	const char *ends; /* characters that end it */
} topics[] = {
	{"identity", 3, "|"},         {"reference", 3, "|"},
	{"application", 2, "|"},      {"find", 1, ""},
	{"certificate", 2, "|"},      {"authorisation", 2, "|"},
	{"only.certificate", 2, "|"}, {"registered", 2, "|"},
	{"arrival", 2, "|/"},         {"attachment", 1, "|"},
	{"issued", 1, ""},            {"certified", 2, ""},
	{"applied", 2, ""},           {"exported", 2, ""},
};

static struct bytes topic_of(const char *text)
{
	size_t name_len = strcspn(text, "|");

	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
		const char *part = text;

		if (strlen(topics[i].name) != name_len ||
		    strncmp(topics[i].name, text, name_len) != 0)
			continue;
		for (unsigned n = 0; n < topics[i].part && part != NULL; n++)
			part = (part = strchr(part, '|')) == NULL ? NULL : part + 1;
		if (part != NULL)
			return bytes_of(part, strcspn(part, topics[i].ends));
	}
	return bytes_of_text(text);
}

/* Where a text stands within a month. */
struct name {
	uint8_t place[PLACE_BYTES];
	uint8_t digest[DIGEST_BYTES];
};

/*
 * Keys of one document lie in one place: what is found by chance costs a page of the store each
 * time, and a document has several.
 */
static struct name name_of(const char *text)
{
	struct hash place = hash_of(topic_of(text));
	struct hash hash = hash_of(bytes_of_text(text));
	struct name name;

	memcpy(name.place, place.at, PLACE_BYTES);
	memcpy(name.digest, hash.at, DIGEST_BYTES);
	return name;
}

static struct turn_key key_of(const char *month, const struct name *name)
{
	struct turn_key key = turn_key(SPACE_KEY);

	turn_key_add_bytes(&key, month, MONTH_CHARS);
	turn_key_add_bytes(&key, name->place, PLACE_BYTES);
	turn_key_add_bytes(&key, name->digest, DIGEST_BYTES);
	return key;
}

/* What is damaged is no month: from that nobody could go back. */
static bool is_month(const uint8_t *text)
{
	for (size_t i = 0; i < MONTH_CHARS; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

static bool keep_month(void *context, struct bytes key, struct bytes value)
{
	(void)value;
	if (key.len <= MONTH_CHARS || !is_month(key.at + 1))
		return true;
	memcpy(context, key.at + 1, MONTH_CHARS);
	return false;
}

static enum err look_for_month(const struct turn *turn, bool from_behind, char *month)
{
	struct turn_key from = turn_key(SPACE_KEY), until = turn_key_after(&from);

	return ledger_scan(turn->ledger, turn_key_bytes(&from), turn_key_bytes(&until), from_behind,
			   keep_month, month);
}

/*
 * The months between which all keys lie. This month is one of them; the newest is a later one when
 * the clock was set back.
 */
static enum err look_for_months(const struct turn *turn, struct find_memory *memory)
{
	char month[CALENDAR_MONTH_BYTES], oldest[CALENDAR_MONTH_BYTES],
		newest[CALENDAR_MONTH_BYTES];
	enum err err;

	calendar_format_month(turn->now_ms, month);
	memcpy(oldest, month, sizeof(month));
	memcpy(newest, month, sizeof(month));
	if ((err = look_for_month(turn, false, oldest)) != OK ||
	    (err = look_for_month(turn, true, newest)) != OK)
		return err;
	memcpy(memory->oldest, strcmp(oldest, month) > 0 ? month : oldest, sizeof(month));
	memcpy(memory->newest, strcmp(newest, month) < 0 ? month : newest, sizeof(month));
	return OK;
}

static enum err months_of(const struct turn *turn, struct find_memory *ret_months)
{
	enum err err = OK;

	*ret_months = (struct find_memory){.sieves = NULL};
	if (turn->memory == NULL)
		return look_for_months(turn, ret_months);
	if (turn->memory->newest[0] == '\0')
		err = look_for_months(turn, turn->memory);
	*ret_months = *turn->memory;
	return err;
}

static enum err read_entry(const struct turn *turn, const struct turn_key *key,
			   struct find_entry *ret_entry)
{
	struct bytes value;
	enum err err = turn_get(turn, key, &value);

	if (err != OK)
		return err;
	if (value.len != ENTRY_BYTES)
		return ERR_CORRUPT;
	ret_entry->message = bytes_get_u64(value.at);
	memcpy(ret_entry->document.at, value.at + 8, HASH_BYTES);
	return OK;
}

static enum err look_in_month(const struct turn *turn, struct month_sieve_set *sieves,
			      const char *month, const struct name *name,
			      struct find_entry *ret_entry)
{
	struct turn_key key = key_of(month, name);

	return month_sieve_may_hold(sieves, turn, month, bytes_get_u32(name->place))
		       ? read_entry(turn, &key, ret_entry)
		       : ERR_MISSING;
}

enum err find_get(const struct turn *turn, const char *text, struct find_entry *ret_entry)
{
	struct name name = name_of(text);
	struct find_memory months;
	enum err err = months_of(turn, &months);

	while (err == OK) {
		err = look_in_month(turn, months.sieves, months.newest, &name, ret_entry);
		if (err != ERR_MISSING || strcmp(months.newest, months.oldest) <= 0)
			return err;
		calendar_month_back(months.newest);
		err = OK;
	}
	return err;
}

enum err find_put(const struct turn *turn, const char *text, const struct find_entry *entry)
{
	struct month_sieve_set *sieves = turn->memory == NULL ? NULL : turn->memory->sieves;
	char month[CALENDAR_MONTH_BYTES];
	struct name name = name_of(text);
	uint8_t value[ENTRY_BYTES];
	struct turn_key key;
	enum err err;

	calendar_format_month(turn->now_ms, month);
	if ((err = month_sieve_forget(sieves, turn, month)) != OK)
		return err;
	key = key_of(month, &name);
	bytes_put_u64(value, entry->message);
	memcpy(value + 8, entry->document.at, HASH_BYTES);
	return batch_put(turn->batch, turn_key_bytes(&key), bytes_of(value, sizeof(value)));
}

const char *find_text(const struct turn *turn, ...)
{
	size_t len = 0;
	const char *part;
	va_list parts;
	char *text, *at;

	va_start(parts, turn);
	while ((part = va_arg(parts, const char *)) != NULL)
		len += strlen(part) + 1;
	va_end(parts);
	if ((text = at = arena_alloc(turn->arena, len + 1)) == NULL)
		return NULL;
	va_start(parts, turn);
	while ((part = va_arg(parts, const char *)) != NULL) {
		if (at > text) /* nothing stands between what is empty and the first part */
			*at++ = '|';
		at = stpcpy(at, part);
	}
	va_end(parts);
	return text;
}
